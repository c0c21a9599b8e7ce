//! Acts as lesson files write them.

use std::net::IpAddr;

use super::{Act, When};
use crate::dns::{Name, Rtype, ZoneText, quoted};
use crate::engine::policy::{Endpoint, presets};
use crate::engine::{Intervention, SimDuration, SimTime, parse_number};
use crate::lesson::goal::parse_word;
use crate::scenario::{parse_question, parse_span};

impl Act {
    /// Reads an act as a lesson writes it: a moment (`300s`) or a delay (`+10s`), then a verb
    /// and what it needs, for instance `300s ask laptop www.example.com A`. Without a time
    /// it happens at once.
    pub(in crate::lesson) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let (when, rest) = if let Some(span) = first.strip_prefix('+') {
            (When::After(parse_span(span)?), rest)
        } else if first.starts_with(|c: char| c.is_ascii_digit()) {
            (When::At(SimTime::ZERO + parse_span(first)?), rest)
        } else {
            (When::After(SimDuration::ZERO), text)
        };
        Ok(Self {
            when,
            intervention: parse_intervention(rest.trim())?,
        })
    }
}

/// Reads a verb and what it needs.
fn parse_intervention(text: &str) -> Result<Intervention, String> {
    let (verb, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let rest = rest.trim();
    let words: Vec<&str> = rest.split_whitespace().collect();
    Ok(match (verb, words.as_slice()) {
        ("ask", [client, qname, qtype]) => {
            let question = parse_question(&format!("{qname} {qtype}"))?;
            Intervention::ask(*client, question)
        }
        ("flush", [node, layer]) => Intervention::FlushCache {
            node: (*node).to_owned(),
            layer: parse_word(layer)?,
        },
        ("down", [node]) => Intervention::SetDown {
            node: (*node).to_owned(),
            down: true,
        },
        ("up", [node]) => Intervention::SetDown {
            node: (*node).to_owned(),
            down: false,
        },
        ("down" | "up", [node, site]) => Intervention::SetSiteDown {
            node: (*node).to_owned(),
            site: (*site).to_owned(),
            down: verb == "down",
        },
        ("announce" | "withdraw", [node, site]) => Intervention::SetAnnounced {
            node: (*node).to_owned(),
            site: (*site).to_owned(),
            announced: verb == "announce",
        },
        ("download", [client, name, seconds]) => Intervention::Download {
            client: (*client).to_owned(),
            qname: parse_name(name)?,
            seconds: match seconds.parse() {
                Ok(seconds @ 1..=3600) => seconds,
                _ => {
                    return Err(format!(
                        "{seconds}: write seconds from 1 to 3600",
                        seconds = quoted(seconds)
                    ));
                }
            },
        },
        ("ttl", [owner, rtype, seconds]) => Intervention::SetTtl {
            owner: parse_name(owner)?,
            rtype: parse_rtype(rtype)?,
            ttl: seconds.parse().map_err(|_| {
                format!(
                    "{seconds} is no number of seconds",
                    seconds = quoted(seconds)
                )
            })?,
        },
        ("weight", [owner, address, weight]) => Intervention::SetWeight {
            owner: parse_name(owner)?,
            address: parse_address(address)?,
            weight: match weight.parse() {
                Ok(weight @ 0..=Endpoint::MAX_WEIGHT) => weight,
                _ => return Err(format!("{weight} is no weight", weight = quoted(weight))),
            },
        },
        ("policy", [owner, rtype, policy]) => Intervention::SetSteering {
            owner: parse_name(owner)?,
            rtype: parse_rtype(rtype)?,
            policy: match presets().iter().any(|preset| preset.id == *policy) {
                true => (*policy).to_owned(),
                false => return Err(format!("{policy} is no policy", policy = quoted(policy))),
            },
        },
        ("drain" | "undrain", [owner, address]) => Intervention::Drain {
            owner: parse_name(owner)?,
            address: parse_address(address)?,
            drained: verb == "drain",
        },
        ("loss", [percent]) => Intervention::SetLoss {
            percent: match percent.parse() {
                Ok(percent @ 0..=100) => percent,
                _ => {
                    return Err(format!(
                        "{percent}: write a share from 0 to 100",
                        percent = quoted(percent)
                    ));
                }
            },
        },
        ("move", [node, latitude, longitude]) => Intervention::MoveNode {
            node: (*node).to_owned(),
            latitude: parse_degrees(latitude, 90.0)?,
            longitude: parse_degrees(longitude, 180.0)?,
        },
        ("set", [_, ..]) => Intervention::SetRecords {
            records: parse_lines(rest)?,
        },
        ("set-in", [zone, _, ..]) => Intervention::SetRecordsIn {
            zone: parse_name(zone)?,
            records: parse_lines(rest.strip_prefix(zone).unwrap_or(rest))?,
        },
        ("set-at", [servers, _, ..]) => Intervention::SetRecordsAt {
            servers: (*servers).to_owned(),
            records: parse_lines(rest.strip_prefix(servers).unwrap_or(rest))?,
        },
        ("remove-at", [servers, owner, rtype]) => Intervention::RemoveRecordsAt {
            servers: (*servers).to_owned(),
            owner: parse_name(owner)?,
            rtype: parse_rtype(rtype)?,
        },
        ("provider-down" | "provider-up", [provider]) => Intervention::SetProviderDown {
            provider: (*provider).to_owned(),
            down: verb == "provider-down",
        },
        ("server", [node, server, state]) => Intervention::SetServer {
            node: (*node).to_owned(),
            server: (*server).to_owned(),
            state: parse_word(state)?,
        },
        ("publish", [_, ..]) => Intervention::Publish {
            records: parse_lines(rest)?,
        },
        ("remove", [owner, rtype]) => Intervention::RemoveRecords {
            zone: None,
            owner: parse_name(owner)?,
            rtype: parse_rtype(rtype)?,
        },
        ("remove-in", [zone, owner, rtype]) => Intervention::RemoveRecords {
            zone: Some(parse_name(zone)?),
            owner: parse_name(owner)?,
            rtype: parse_rtype(rtype)?,
        },
        ("load" | "unload", [node, zone]) => Intervention::SetServed {
            node: (*node).to_owned(),
            zone: parse_name(zone)?,
            served: verb == "load",
        },
        _ => {
            return Err(format!(
                "{text} is no act: write `ask CLIENT NAME TYPE`, `flush MACHINE LAYER`, \
                 `down MACHINE [SITE]`, `up MACHINE [SITE]`, \
                 `announce MACHINE SITE`, `withdraw MACHINE SITE`, \
                 `download CLIENT NAME SECONDS`, `ttl OWNER TYPE SECONDS`, `loss PERCENT`, \
                 `weight OWNER ADDRESS NUMBER`, `policy OWNER TYPE POLICY`, \
                 `drain OWNER ADDRESS`, `undrain OWNER ADDRESS`, \
                 `move MACHINE LATITUDE LONGITUDE`, `set RECORD`, `set-in ZONE RECORD`, \
                 `set-at PROVIDER RECORD`, `remove-at PROVIDER OWNER TYPE`, \
                 `server MACHINE SERVER well|sick|dead|draining|serving`, \
                 `provider-down PROVIDER`, `provider-up PROVIDER`, `publish RECORD`, `remove OWNER TYPE`, \
                 `remove-in ZONE OWNER TYPE`, `load SERVER ZONE` or `unload SERVER ZONE`",
                text = quoted(text)
            ));
        }
    })
}

/// Reads degrees north or east, which may not exceed `limit`.
fn parse_degrees(text: &str, limit: f64) -> Result<f64, String> {
    parse_number(text)
        .filter(|degrees| degrees.abs() <= limit)
        .ok_or_else(|| {
            format!(
                "{text}: write degrees from -{limit} to {limit}",
                text = quoted(text)
            )
        })
}

/// Reads an address.
fn parse_address(text: &str) -> Result<IpAddr, String> {
    text.parse()
        .map_err(|_| format!("{text} is no address", text = quoted(text)))
}

/// Reads a name.
fn parse_name(text: &str) -> Result<Name, String> {
    text.parse().map_err(|error| format!("{error}"))
}

/// Reads zone file lines with absolute names: that they are records at all. Whether they fit
/// the world is for the world to say.
fn parse_lines(text: &str) -> Result<ZoneText, String> {
    let records = ZoneText::read_lines(format!("{}\n", text.trim()));
    records.sets().map_err(ToString::to_string)?;
    Ok(records)
}

/// Reads a record type.
pub(in crate::lesson) fn parse_rtype(text: &str) -> Result<Rtype, String> {
    text.to_ascii_uppercase()
        .parse()
        .map_err(|_| format!("{text} is no record type", text = quoted(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_are_read() {
        let act = Act::parse("1.5s flush resolver-frankfurt resolver").expect("an act");
        assert_eq!(act.when, When::At(SimTime::from_micros(1_500_000)));
        let act = Act::parse("+5m ask laptop www.example.com a").expect("an act");
        assert_eq!(act.when, When::After(SimDuration::from_secs(300)));
        assert!(matches!(
            act.intervention,
            Intervention::Ask {
                qtype: Rtype::A,
                ..
            }
        ));
        let act = Act::parse("move laptop -33.87 151.2").expect("an act");
        assert!(
            matches!(act.intervention, Intervention::MoveNode { latitude, .. } if latitude < 0.0)
        );
        let act = Act::parse("set app.example.com. 300 IN A 203.0.113.11").expect("an act");
        assert_eq!(act.when, When::After(SimDuration::ZERO));
    }

    #[test]
    fn zones_are_changed_by_name() {
        let read = |text: &str| Act::parse(text).expect("an act").intervention;
        let act = read("set-in co.uk. ns1.example.co.uk. 300 IN A 198.51.100.58");
        assert!(
            matches!(&act, Intervention::SetRecordsIn { zone, records }
                if zone.to_string() == "co.uk." && records.as_str().starts_with("ns1.example.co.uk. 300")),
            "{act:?}"
        );
        let act = read("remove-in co.uk ns1.example.co.uk A");
        assert!(
            matches!(act, Intervention::RemoveRecords { zone: Some(zone), .. } if zone.to_string() == "co.uk.")
        );
        let act = read("withdraw ns1.example.org london");
        assert!(
            matches!(&act, Intervention::SetAnnounced { site, announced: false, .. } if site == "london")
        );
        let act = read("down ns1.example.org london");
        assert!(matches!(act, Intervention::SetSiteDown { down: true, .. }));
        let act = read("download laptop www.example.com 60");
        assert!(matches!(act, Intervention::Download { seconds: 60, .. }));
        let act = read("unload ns1.example.org example.org");
        assert!(matches!(act, Intervention::SetServed { served: false, .. }));
    }

    #[test]
    fn nonsense_is_refused_with_advice() {
        for text in [
            "",
            "5",
            "5x ask",
            "+ask",
            "-1s down a",
            "1e99d down a",
            "ask a b",
            "set x",
            "set-in co.uk",
            "remove a",
            "load a",
            "publish",
            "withdraw ns1",
            "download laptop www.example.com for-ever",
            "move laptop 91 0",
            "move laptop NaN 0",
            "weight www.example.com 192.0.2.1 1048576",
            "policy www.example.com A best",
            "drain www.example.com",
        ] {
            assert!(Act::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_moment_in_the_past_waits_for_no_one() {
        let from = SimTime::from_micros(10_000_000);
        assert_eq!(When::At(SimTime::ZERO).resolve(from), from);
        assert_eq!(
            When::After(SimDuration::from_secs(1))
                .resolve(from)
                .as_micros(),
            11_000_000
        );
    }
}
