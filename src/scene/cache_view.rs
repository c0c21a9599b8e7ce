//! One cache as a table.

use super::Playhead;
use super::words::{duration, name_in_prose, negative_words, rank_words};
use crate::dns::{Name, RdataExt, Rtype};
use crate::engine::order::sort_by;
use crate::engine::{Cache, CacheEntry, CacheFact, CacheLayer, NodeId, World};

/// How the rows are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CacheOrder {
    /// What ends first stands first.
    #[default]
    Expiry,
    /// In the order of the tree.
    Name,
}

/// One cache at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct CacheView {
    /// `Resolver cache`.
    pub title: String,
    /// The rows.
    pub rows: Vec<CacheRow>,
    /// The limits it puts on TTLs, in words; empty if it obeys them all.
    pub policy: Vec<String>,
    /// What to say when there are no rows.
    pub empty: String,
}

/// One entry of a cache.
#[derive(Clone, Debug, PartialEq)]
pub struct CacheRow {
    /// The owner, as data.
    pub owner: Name,
    /// The type, as data; [`Cache::WHOLE_NAME`] when the whole name does not exist.
    pub rtype: Rtype,
    /// The owner as shown.
    pub name: String,
    /// The type as shown; `any` when the whole name does not exist.
    pub rtype_text: String,
    /// `198.51.100.5`, `a.gtld-servers.net + 3 more`, `does not exist`, `no AAAA records`.
    pub data: String,
    /// The time left: `52 s`.
    pub remaining: String,
    /// The time left in seconds, for sorting and sound arithmetic.
    pub remaining_secs: f64,
    /// The share of its life it has left, 1 when fresh.
    pub fraction: f64,
    /// The life it was granted: `5 min`.
    pub lifetime: String,
    /// How far it is trusted, in plain words.
    pub rank: String,
    /// Whether clients may be answered with it.
    pub is_answer: bool,
    /// Whether it remembers that something does not exist.
    pub is_negative: bool,
    /// The row in words.
    pub label: String,
}

/// One cache of a node at the playhead; `world` is the world of that moment. `None` if the
/// node has no such cache.
pub fn cache_view(
    world: &World,
    node: NodeId,
    layer: CacheLayer,
    playhead: Playhead,
    order: CacheOrder,
) -> Option<CacheView> {
    let cache = world.node(node).cache(layer)?;
    let mut rows: Vec<CacheRow> = cache
        .entries(playhead.time)
        .map(|(key, entry)| row(&key.owner, key.rtype, entry, playhead))
        .collect();
    match order {
        CacheOrder::Expiry => sort_by(&mut rows, |a, b| {
            let by_time = a.remaining_secs.total_cmp(&b.remaining_secs);
            by_time
                .then_with(|| a.owner.cmp(&b.owner))
                .then_with(|| a.rtype.cmp(&b.rtype))
        }),
        CacheOrder::Name => {
            sort_by(&mut rows, |a, b| {
                a.owner.cmp(&b.owner).then_with(|| a.rtype.cmp(&b.rtype))
            });
        }
    }
    let (title, empty) = match layer {
        CacheLayer::Browser => ("Browser cache", "The browser remembers nothing."),
        CacheLayer::Stub => ("OS stub cache", "The stub resolver remembers nothing."),
        CacheLayer::Resolver => ("Resolver cache", "The resolver remembers nothing."),
    };
    let (title, empty) = (title.to_owned(), empty.to_owned());
    Some(CacheView {
        title,
        rows,
        policy: policy_words(cache),
        empty,
    })
}

/// What a cache makes of TTLs, as far as it does not obey them.
fn policy_words(cache: &Cache) -> Vec<String> {
    use crate::engine::{SimDuration, TtlPolicy};
    let policy = cache.policy();
    let secs = |secs: u32| duration(SimDuration::from_secs(u64::from(secs)));
    let mut words = Vec::new();
    if policy.hold == Some(TtlPolicy::FOREVER) {
        words.push("keeps every answer for ever, whatever its TTL".to_owned());
    } else if let Some(hold) = policy.hold {
        words.push(format!(
            "keeps every answer for {}, whatever its TTL",
            secs(hold)
        ));
    } else {
        if policy.floor > TtlPolicy::HONEST.floor {
            words.push(format!("raises shorter TTLs to {}", secs(policy.floor)));
        }
        if policy.cap < TtlPolicy::HONEST.cap {
            words.push(format!("cuts longer TTLs to {}", secs(policy.cap)));
        }
    }
    if policy.grace > 0 {
        words.push(format!(
            "uses an answer for {} after its end, while it fetches a new one",
            secs(policy.grace)
        ));
    }
    if policy.negative_cap == 0 {
        words.push("does not remember that something does not exist".to_owned());
    } else if policy.negative_cap < TtlPolicy::HONEST.negative_cap {
        words.push(format!(
            "remembers for {} at most that something does not exist",
            secs(policy.negative_cap)
        ));
    }
    words
}

/// One entry as a row.
fn row(owner: &Name, rtype: Rtype, entry: &CacheEntry, playhead: Playhead) -> CacheRow {
    let now = playhead.time;
    let name = name_in_prose(owner);
    let (data, rtype_text) = match &entry.fact {
        CacheFact::Records(set) => {
            let first = set
                .data
                .first()
                .map(RdataExt::presentation)
                .unwrap_or_default();
            let first = shorten(&first);
            let more = set.data.len().saturating_sub(1);
            let more = if more > 0 {
                format!(" + {more} more")
            } else {
                String::new()
            };
            (format!("{first}{more}"), rtype.to_string())
        }
        CacheFact::NoData(_) => (negative_words(Some(rtype)), rtype.to_string()),
        CacheFact::NxDomain(_) => (negative_words(None), "any".to_owned()),
    };
    let remaining = entry.remaining(now);
    let lifetime = entry.lifetime();
    let is_negative = !matches!(entry.fact, CacheFact::Records(_));
    let rank = if is_negative {
        "proof of absence".to_owned()
    } else {
        rank_words(entry.rank).to_owned()
    };
    let label = format!(
        "{name} {rtype_text}: {data}, {} left of {}, {rank}",
        duration(remaining),
        duration(lifetime)
    );
    CacheRow {
        owner: owner.clone(),
        rtype,
        name,
        rtype_text,
        data,
        remaining: duration(remaining),
        remaining_secs: remaining.as_secs_f64(),
        fraction: fraction_left(entry, playhead),
        lifetime: duration(lifetime),
        rank,
        is_answer: entry.rank.is_answer(),
        is_negative,
        label,
    }
}

/// The share of its life an entry has left, 0 to 1.
pub(super) fn fraction_left(entry: &CacheEntry, playhead: Playhead) -> f64 {
    let lifetime = entry.lifetime().as_secs_f64();
    if lifetime <= 0.0 {
        return 0.0;
    }
    (entry.remaining(playhead.time).as_secs_f64() / lifetime).clamp(0.0, 1.0)
}

/// Record data without final dots of names, cut to a line.
fn shorten(data: &str) -> String {
    const LIMIT: usize = 60;
    let words: Vec<&str> = data
        .split(' ')
        .map(|word| {
            if word.len() > 1 {
                word.trim_end_matches('.')
            } else {
                word
            }
        })
        .collect();
    let text = words.join(" ");
    if text.chars().count() <= LIMIT {
        return text;
    }
    let cut: String = text.chars().take(LIMIT).collect();
    format!("{cut}…")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{samples, world_at};

    #[test]
    fn rows_count_down_and_say_what_is_missing() {
        let timeline = samples::session(&[
            (0, samples::ask("nope.example.com")),
            (5, samples::ask_for("app.example.com", Rtype::AAAA)),
        ]);
        let playhead = Playhead::at_time(timeline.trace(), samples::at_secs(100));
        let world = world_at(&timeline, playhead);
        let node = world.find("resolver-frankfurt").expect("a resolver");
        let view = cache_view(
            &world,
            node,
            CacheLayer::Resolver,
            playhead,
            CacheOrder::Expiry,
        );
        let view = view.expect("a resolver has a cache");
        assert!(
            view.rows
                .is_sorted_by(|a, b| a.remaining_secs <= b.remaining_secs)
        );
        let texts: Vec<&str> = view.rows.iter().map(|row| row.data.as_str()).collect();
        assert!(texts.contains(&"does not exist") && texts.contains(&"no AAAA records"));
        assert!(
            view.rows
                .iter()
                .all(|row| (0.0..1.0).contains(&row.fraction))
        );
        let negative = view
            .rows
            .iter()
            .find(|row| row.rtype_text == "any")
            .expect("a negative row");
        assert_eq!(
            (negative.remaining.as_str(), negative.lifetime.as_str()),
            ("13 min 20 s", "15 min")
        );
    }
}
