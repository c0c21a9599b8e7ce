//! A crowd before its run: who takes part, what the name leads to, what will be done and when.
//! Nothing here tells what comes of it.

use std::collections::BTreeMap;

use super::run::FigureLine;
use super::words::{Titles, change_words};
use crate::engine::Coordinates;
use crate::engine::order::sort_by_key;
use crate::engine::policy::Policy;
use crate::engine::population::ClientGroup;
use crate::scenario::crowd::{Crowd, CrowdEndpoint, CrowdSource};
use crate::scene::caption::{policy_title, record_for, target_text};
use crate::scene::chart::{Hue, Quantity};

/// The part of the line of time that a flag takes on a narrow screen.
const FLAG: f64 = 0.09;

/// What there is to see of a crowd before it runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outlook {
    /// All of it in a sentence.
    pub summary: String,
    /// The name in demand, and how it is answered.
    pub facts: Vec<FigureLine>,
    /// Those who ask.
    pub clients: Vec<OutlookRow>,
    /// Those whom they ask.
    pub resolvers: Vec<OutlookRow>,
    /// What the name leads to, sooner or later.
    pub endpoints: Vec<OutlookRow>,
    /// What will be done, in order of time.
    pub moments: Vec<OutlookMoment>,
    /// Where on the line of time that is, as a part of the run, 0 to 1, with the numbers of the
    /// moments: those that would cover each other share a place.
    pub flags: Vec<(f64, String)>,
    /// How long it is watched, in words.
    pub duration: String,
}

/// One line of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct OutlookRow {
    /// What it is called.
    pub title: String,
    /// Where it is, or what its address is; empty if its title says so.
    pub place: String,
    /// How many there are, or what its part is.
    pub count: String,
    /// Its part of all, for a bar; `None` without one.
    pub share: Option<f64>,
    /// More about it.
    pub detail: String,
    /// Its colour in the charts, if it has one there.
    pub hue: Option<Hue>,
}

/// Something that will be done.
#[derive(Clone, Debug, PartialEq)]
pub struct OutlookMoment {
    /// When, in words.
    pub when: String,
    /// When, as a part of the run, 0 to 1.
    pub share: f64,
    /// What.
    pub what: String,
}

/// The outlook on a crowd with its knobs where they stand, and so many clients if not as many
/// as it has.
pub fn crowd_outlook(
    source: &CrowdSource,
    knobs: &BTreeMap<String, f64>,
    clients: Option<u32>,
) -> Outlook {
    let mut crowd = source.crowd(knobs);
    if let Some(clients) = clients {
        crowd.resize(clients);
    }
    let duration = Quantity::Time.format(crowd.duration.as_secs_f64());
    let rate: f64 = { crowd.clients.iter() }
        .map(|it| f64::from(it.it.count) * it.it.rate)
        .sum();
    let moments = moments(source, &crowd);
    Outlook {
        summary: format!(
            "{} clients make about {} requests a second for {duration}.",
            Quantity::Count.format(crowd.client_count() as f64),
            Quantity::Rate.format(rate).trim_end_matches("/s"),
        ),
        facts: facts(&crowd),
        clients: client_rows(source, &crowd),
        resolvers: resolver_rows(source, &crowd),
        endpoints: endpoint_rows(source, &crowd),
        flags: flags(&moments),
        moments,
        duration,
    }
}

/// The name in demand, and how it is answered.
fn facts(crowd: &Crowd) -> Vec<FigureLine> {
    let line = |title: &str, text: String| FigureLine {
        title: title.to_owned(),
        text,
    };
    let check = crowd.check.map_or_else(
        || "none".to_owned(),
        |check| {
            let many = check.down_after.max(1);
            let times = if many == 1 { "failure" } else { "failures" };
            format!("every {}, dead after {many} {times}", check.interval)
        },
    );
    let name = crowd.name.to_string();
    vec![
        line(
            "Name",
            format!("{} {}", name.trim_end_matches('.'), crowd.rtype()),
        ),
        line("TTL", Quantity::Time.format(f64::from(crowd.ttl.as_secs()))),
        line("Policy", policy_title(&crowd.policy)),
        line("Health check", check),
    ]
}

/// Those who ask.
fn client_rows(source: &CrowdSource, crowd: &Crowd) -> Vec<OutlookRow> {
    let most = { crowd.clients.iter() }.map(|it| it.it.count).max();
    let most = f64::from(most.unwrap_or(1).max(1));
    // Equal bars would tell nothing.
    let differs = { crowd.clients.iter() }.any(|it| f64::from(it.it.count) < most);
    let rows = crowd.clients.iter().map(|named| {
        let group = &named.it;
        OutlookRow {
            title: group.title.clone(),
            place: place_beside(source, group.at, &group.title),
            count: Quantity::Count.format(f64::from(group.count)),
            share: differs.then(|| f64::from(group.count) / most),
            detail: format!(
                "{} each, through {}",
                rate(group.rate),
                through(crowd, group)
            ),
            hue: None,
        }
    });
    rows.collect()
}

/// Which resolvers a group of clients asks.
fn through(crowd: &Crowd, group: &ClientGroup) -> String {
    let asked = group.resolvers.iter().filter(|(_, share)| *share > 0.0);
    let all: f64 = asked.clone().map(|(_, share)| share).sum();
    let is_one = asked.clone().count() == 1;
    let parts = asked.filter_map(|(index, share)| {
        let title = in_sentence(&crowd.resolvers.get(*index)?.it.title);
        Some(if is_one {
            title
        } else {
            format!("{title} ({})", Quantity::Share.format(share / all))
        })
    });
    parts.collect::<Vec<_>>().join(" and ")
}

/// A title in the middle of a sentence.
fn in_sentence(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}", first.to_ascii_lowercase(), letters.as_str())
    })
}

/// Requests of one client, per second, in the unit people say.
fn rate(per_second: f64) -> String {
    let units = [("a second", 1.0), ("a minute", 60.0), ("an hour", 3600.0)];
    let fitting = units
        .into_iter()
        .find(|(_, seconds)| per_second * seconds > 0.999);
    let (unit, seconds) = fitting.unwrap_or(("a day", 86_400.0));
    let count = Quantity::Rate.format(per_second * seconds);
    let count = count.trim_end_matches("/s");
    let noun = if count == "1" { "request" } else { "requests" };
    format!("{count} {noun} {unit}")
}

/// Those whom clients ask, but for those whom nobody asks.
fn resolver_rows(source: &CrowdSource, crowd: &Crowd) -> Vec<OutlookRow> {
    let rows = crowd
        .resolvers
        .iter()
        .enumerate()
        .filter_map(|(index, named)| {
            let group = &named.it;
            let behind: f64 = { crowd.clients.iter() }
                .map(|clients| {
                    let shares = &clients.it.resolvers;
                    let all: f64 = shares.iter().map(|(_, share)| share).sum();
                    let own = shares.iter().filter(|(asked, _)| *asked == index);
                    let own: f64 = own.map(|(_, share)| share).sum();
                    f64::from(clients.it.count) * own / all.max(f64::MIN_POSITIVE)
                })
                .sum();
            if behind < 0.5 {
                return None;
            }
            let each = (behind / f64::from(group.count.max(1))).max(1.0);
            let mut detail = format!("about {} clients each", Quantity::Count.format(each));
            if group.subnet.is_some() {
                detail.push_str(", tell the client's network");
            }
            if group.policy.floor > 0 {
                let floor = Quantity::Time.format(f64::from(group.policy.floor));
                detail.push_str(&format!(", keep answers {floor} at least"));
            }
            if group.stale_for.as_micros() > 0 {
                detail.push_str(&format!(", serve expired data for {}", group.stale_for));
            }
            Some(OutlookRow {
                title: group.title.clone(),
                place: place_beside(source, group.at, &group.title),
                count: Quantity::Count.format(f64::from(group.count)),
                share: None,
                detail,
                hue: None,
            })
        });
    rows.collect()
}

/// What the name leads to.
fn endpoint_rows(source: &CrowdSource, crowd: &Crowd) -> Vec<OutlookRow> {
    let listed = crowd.endpoints.iter().filter(|one| one.is_listed);
    let weights: f64 = listed.map(|one| f64::from(one.endpoint.weight)).sum();
    // Charts colour addresses in the order in which they come into the records.
    let addresses = crowd
        .population()
        .map(|population| population.addresses())
        .unwrap_or_default();
    let rows = crowd.endpoints.iter().map(|one| {
        let target = target_text(&one.endpoint);
        let address = one.endpoint.address();
        let index = { addresses.iter() }.position(|known| Some(*known) == address);
        // An anycast address is at all its sites.
        let at = one.endpoint.coordinates.filter(|_| one.sites.is_empty());
        let place = at.map_or_else(String::new, |at| place_beside(source, at, &one.title));
        OutlookRow {
            title: one.title.clone(),
            place: if place.is_empty() {
                target
            } else {
                format!("{target}, {place}")
            },
            count: part(&crowd.policy, one, weights),
            share: None,
            detail: details(source, crowd, one),
            hue: index.map(Hue::Series),
        }
    });
    rows.collect()
}

/// What the policy goes by, of one endpoint.
fn part(policy: &Policy, one: &CrowdEndpoint, weights: f64) -> String {
    match policy {
        _ if !one.is_listed => "not in the records yet".to_owned(),
        Policy::Weighted | Policy::GdnsdWeighted(_) => {
            let share = f64::from(one.endpoint.weight) / weights.max(1.0);
            format!("weight {}", Quantity::Share.format(share))
        }
        Policy::Failover if one.endpoint.priority == 1 => "first choice".to_owned(),
        Policy::Failover => format!("choice {}", one.endpoint.priority),
        policy if policy.goes_by_area() => record_for(&one.endpoint.area),
        Policy::Geoproximity(_) if one.endpoint.bias != 0 => {
            format!("bias {:+}", one.endpoint.bias)
        }
        _ => String::new(),
    }
}

/// More about an endpoint.
fn details(source: &CrowdSource, crowd: &Crowd, one: &CrowdEndpoint) -> String {
    let mut details = Vec::new();
    if !one.sites.is_empty() {
        let titles = Titles::new(source, crowd);
        let sites: Vec<&str> = one
            .sites
            .iter()
            .map(|site| titles.place(&site.id))
            .collect();
        details.push(format!("announced at {}", sites.join(", ")));
    }
    if crowd.check.is_some() && !one.is_checked {
        details.push("not checked".to_owned());
    }
    details.join("; ")
}

/// What will be done.
fn moments(source: &CrowdSource, crowd: &Crowd) -> Vec<OutlookMoment> {
    let titles = Titles::new(source, crowd);
    let end = crowd.duration.as_secs_f64().max(1e-6);
    let mut changes: Vec<_> = crowd.timeline.iter().filter(|it| it.is_on).collect();
    sort_by_key(&mut changes, |change| change.at);
    let moments = changes.into_iter().map(|change| {
        let at = change.at.as_secs_f64();
        OutlookMoment {
            when: Quantity::Time.format(at),
            share: (at / end).clamp(0.0, 1.0),
            what: change_words(&titles, change),
        }
    });
    moments.collect()
}

/// Numbers on the line of time.
fn flags(moments: &[OutlookMoment]) -> Vec<(f64, String)> {
    // Where it is, the first number and the last one.
    let mut flags: Vec<(f64, usize, usize)> = Vec::new();
    for (index, moment) in moments.iter().enumerate() {
        match flags.last_mut() {
            Some((at, _, last)) if moment.share - *at < FLAG => *last = index,
            _ => flags.push((moment.share, index, index)),
        }
    }
    let flags = flags.into_iter().map(|(at, first, last)| {
        let text = if first == last {
            (first + 1).to_string()
        } else {
            format!("{}–{}", first + 1, last + 1)
        };
        (at, text)
    });
    flags.collect()
}

/// The place at some coordinates; empty if the title names it already, or it has no name.
fn place_beside(source: &CrowdSource, at: Coordinates, title: &str) -> String {
    let place = source.places.iter().find(|place| place.it.at == at);
    let name = place.map_or("", |place| place.it.name.as_str());
    if title.contains(name) {
        String::new()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::crowd::{crowd_ids, crowd_source};

    fn outlook(id: &str, knobs: &[(&str, f64)]) -> Outlook {
        let source = crowd_source(id).expect("the crowd ships and is sound");
        let mut values = source.opening_knobs();
        values.extend(knobs.iter().map(|(id, value)| ((*id).to_owned(), *value)));
        crowd_outlook(&source, &values, None)
    }

    #[test]
    fn it_tells_who_asks_whom_how_often_and_what_the_name_leads_to() {
        let outlook = outlook("failover", &[]);
        assert!(outlook.summary.contains("6\u{202f}000 clients"));
        assert!(outlook.summary.contains("200 requests a second"));
        assert_eq!(
            outlook.clients[0].detail,
            "2 requests a minute each, through resolvers of providers"
        );
        assert_eq!(outlook.resolvers[0].count, "300");
        assert_eq!(outlook.resolvers[0].detail, "about 20 clients each");
        let parts: Vec<&str> = { outlook.endpoints.iter() }
            .map(|row| row.count.as_str())
            .collect();
        assert_eq!(parts, ["first choice", "choice 2"]);
        let what: Vec<(&str, &str)> = { outlook.moments.iter() }
            .map(|moment| (moment.when.as_str(), moment.what.as_str()))
            .collect();
        assert_eq!(
            what,
            [
                ("10 min", "Virginia fails"),
                ("25 min", "Virginia serves again")
            ]
        );
    }

    #[test]
    fn rates_are_said_in_the_unit_people_say() {
        let rates = [2.0, 1.0 / 60.0, 20.0 / 3600.0, 3.0 / 86_400.0];
        assert_eq!(
            rates.map(rate),
            [
                "2 requests a second",
                "1 request a minute",
                "20 requests an hour",
                "3 requests a day"
            ]
        );
    }

    #[test]
    fn it_follows_the_knobs() {
        assert_eq!(outlook("failover", &[("recovery", 0.0)]).moments.len(), 1);
        let policy = |choice| outlook("geo", &[("policy", choice)]).facts[2].text.clone();
        assert_ne!(policy(0.0), policy(2.0));
        // Nobody asks the large resolver unless its knob says so.
        assert_eq!(outlook("canary", &[("large", 0.0)]).resolvers.len(), 1);
        let both = outlook("canary", &[("large", 50.0)]);
        assert_eq!(both.resolvers.len(), 2);
        assert!(both.clients[0].detail.contains("(50.0 %)"), "{both:?}");
    }

    #[test]
    fn moments_that_come_together_share_a_flag() {
        let outlook = outlook("anycast_and_dns", &[]);
        assert!(outlook.moments.len() > 2);
        assert_eq!(outlook.flags.len(), 1, "{:?}", outlook.flags);
        assert_eq!(outlook.flags[0].1, format!("1–{}", outlook.moments.len()));
    }

    #[test]
    fn every_shipped_crowd_has_one_without_gaps() {
        for id in &crowd_ids() {
            let outlook = outlook(id, &[]);
            assert!(!outlook.clients.is_empty() && !outlook.resolvers.is_empty());
            assert!(!outlook.endpoints.is_empty(), "{id}");
            for moment in &outlook.moments {
                assert!(!moment.what.starts_with(' ') && !moment.what.ends_with("at "));
                // Sites go by the names of their places.
                assert!(!moment.what.contains("virginia"), "{}", moment.what);
            }
        }
    }
}
