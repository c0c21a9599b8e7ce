//! The records of an answer as they change: from zone text and edits to what a name leads to.

use std::net::IpAddr;

use indexmap::IndexMap;

use super::super::{AnswerFault, Part};
use crate::dns::{Name, NameError, RdataExt as _, Rrset, Rtype, Ttl, parse_records, quoted};
use crate::engine::Zone;
use crate::engine::order::sort_by;

/// The longest chain of aliases that is followed, as resolvers do (`max-query-restarts`, 11 in
/// Unbound and BIND).
const MAX_ALIASES: usize = 11;

/// The records of a zone, to be edited.
#[derive(Clone, Debug)]
pub(super) struct Records {
    /// The name at the top of the zone.
    origin: Name,
    /// The sets by owner and type.
    sets: IndexMap<(Name, Rtype), Rrset>,
}

/// One record set on the way from a name to its addresses.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Link {
    /// The owner of the set.
    pub(super) owner: Name,
    /// How long a cache may keep it.
    pub(super) ttl: Ttl,
    /// What it says, to be compared.
    pub(super) says: String,
}

/// What a name leads to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Walk {
    /// The sets on the way.
    pub(super) links: Vec<Link>,
    /// The addresses at its end; none if there is no end.
    pub(super) addresses: Vec<IpAddr>,
}

impl Records {
    /// A zone without records.
    pub(super) fn none(origin: &Name) -> Self {
        Self {
            origin: origin.clone(),
            sets: IndexMap::new(),
        }
    }

    /// Reads what the learner wrote below the `head` of the zone, which is given.
    pub(super) fn parse(origin: &Name, head: &str, text: &str) -> Result<Self, AnswerFault> {
        let head = head.trim_end();
        let head_lines = head.lines().count();
        let fault = |line: Option<usize>, problem: String| AnswerFault {
            part: Part::Zone(line),
            problem,
        };
        let zone = Zone::parse(origin, &format!("{head}\n{text}\n")).map_err(|error| {
            let line = error.line.and_then(|line| line.checked_sub(head_lines));
            fault(line.filter(|line| *line > 0), error.problem)
        })?;
        let sets = zone.rrsets().into_iter().cloned();
        Ok(Self {
            origin: origin.clone(),
            sets: sets
                .map(|set| ((set.owner.clone(), set.rtype), set))
                .collect(),
        })
    }

    /// A name as it is written in the zone: relative to its origin unless it ends with a dot
    /// or with the origin itself.
    pub(super) fn name(&self, text: &str) -> Result<Name, String> {
        let origin = self.origin.without_dot();
        let lower = text.to_ascii_lowercase();
        let full = if text == "@" {
            origin
        } else if text.ends_with('.') || lower == origin || lower.ends_with(&format!(".{origin}")) {
            text.to_owned()
        } else {
            format!("{text}.{origin}")
        };
        let name: Name = full.parse().map_err(|error: NameError| error.to_string())?;
        if name.is_at_or_below(&self.origin) {
            Ok(name)
        } else {
            Err(format!(
                "{text} is outside the zone {}",
                self.origin,
                text = quoted(text)
            ))
        }
    }

    /// Gives all sets of a name another TTL.
    pub(super) fn set_ttl(&mut self, owner: &Name, ttl: Ttl) -> Result<(), String> {
        let mut is_any = false;
        for ((name, _), set) in &mut self.sets {
            if name == owner {
                *set = set.with_ttl(ttl);
                is_any = true;
            }
        }
        if is_any {
            Ok(())
        } else {
            let name = owner.without_dot();
            Err(match self.wildcard_for(owner) {
                Some(wildcard) => format!(
                    "{name} has no records of its own at that time, as {wildcard} answers for it: \
                     change the TTL of {wildcard}",
                    wildcard = wildcard.without_dot()
                ),
                None => format!("{name} has no records at that time, so it has no TTL to change"),
            })
        }
    }

    /// Replaces what a name has of a type. `words` are an optional TTL, an optional type and
    /// the data; several addresses may follow each other.
    pub(super) fn set(&mut self, owner: &Name, words: &[&str]) -> Result<(), String> {
        let (ttl, words) = match words {
            [first, rest @ ..] if first.chars().all(|c| c.is_ascii_digit()) => {
                (Some(parse_ttl(first)?), rest)
            }
            _ => (None, words),
        };
        let (rtype, data) = match words {
            ["IN" | "in", kind, rest @ ..] | [kind, rest @ ..]
                if kind.parse::<IpAddr>().is_err() =>
            {
                (kind.to_ascii_uppercase(), rest)
            }
            [first, ..] if first.contains(':') => ("AAAA".to_owned(), words),
            _ => ("A".to_owned(), words),
        };
        if data.is_empty() {
            return Err("say what to set: “set app A 192.0.2.1”".to_owned());
        }
        let known = |rtype: Rtype| self.answer(owner, rtype);
        let kinds = [Rtype::A, Rtype::AAAA, Rtype::CNAME];
        let before = kinds.into_iter().find_map(known).map(|set| set.ttl);
        let ttl = ttl.or(before).unwrap_or(Ttl::from_secs(3600));
        let lines: String = data
            .iter()
            .map(|data| format!("{owner} {} IN {rtype} {data}\n", ttl.as_secs()))
            .collect();
        let mut sets = parse_records(&self.origin, &lines).map_err(|error| error.problem)?;
        let (Some(set), true) = (sets.pop(), sets.is_empty()) else {
            return Err("write one kind of record at a time".to_owned());
        };
        // An alias stands alone (RFC 1034 §3.6.2).
        self.sets.retain(|(name, kind), _| {
            let is_same = name == owner;
            !(is_same && (set.rtype == Rtype::CNAME || *kind == Rtype::CNAME))
        });
        self.sets.insert((owner.clone(), set.rtype), set);
        Ok(())
    }

    /// Takes away all records of a name.
    pub(super) fn remove(&mut self, owner: &Name) -> Result<(), String> {
        let before = self.sets.len();
        self.sets.retain(|(name, _), _| name != owner);
        if self.sets.len() < before {
            Ok(())
        } else {
            Err(format!(
                "{} has no records at that time",
                owner.without_dot()
            ))
        }
    }

    /// Whether there is a name: with records, or with names below it that have some.
    fn exists(&self, name: &Name) -> bool {
        let mut owners = self.sets.keys().map(|(owner, _)| owner);
        owners.any(|owner| owner.is_at_or_below(name))
    }

    /// The wildcard that answers for a name which does not exist: the one below the nearest name
    /// above it that does ([RFC 4592 §3.3.1](https://www.rfc-editor.org/rfc/rfc4592#section-3.3.1)).
    fn wildcard_for(&self, name: &Name) -> Option<Name> {
        if self.exists(name) {
            return None;
        }
        let mut above = name.parent();
        while let Some(name) = above.filter(|it| it.is_at_or_below(&self.origin)) {
            if self.exists(&name) {
                let wildcard = name.wildcard()?;
                return self.exists(&wildcard).then_some(wildcard);
            }
            above = name.parent();
        }
        None
    }

    /// What is answered for a name and a type. A cache keeps what a wildcard gives under the name
    /// that was asked for.
    fn answer(&self, owner: &Name, rtype: Rtype) -> Option<&Rrset> {
        let owner = self.wildcard_for(owner).unwrap_or_else(|| owner.clone());
        self.sets.get(&(owner, rtype))
    }

    /// Follows a name to its addresses.
    pub(super) fn walk(&self, name: &Name) -> Walk {
        let mut walk = Walk::default();
        let mut owner = name.clone();
        for _ in 0..=MAX_ALIASES {
            let get = |rtype| self.answer(&owner, rtype);
            let set = get(Rtype::A).or_else(|| get(Rtype::CNAME));
            let Some(set) = set else {
                break;
            };
            let mut says: Vec<String> = set.data.iter().map(|it| it.presentation()).collect();
            sort_by(&mut says, String::cmp);
            walk.links.push(Link {
                owner: owner.clone(),
                ttl: set.ttl,
                says: says.join(" "),
            });
            match set.alias_target() {
                Some(target) => owner = target,
                None => {
                    walk.addresses = set.addresses().collect();
                    break;
                }
            }
        }
        walk
    }

    /// Why a name leads to no address, and what to write.
    pub(super) fn dead_end(&self, name: &Name, walk: &Walk) -> String {
        let told = name.without_dot();
        let Some(last) = walk.links.last() else {
            return format!("{told} has no address: add an A record for it");
        };
        let target = last.says.trim_end_matches('.');
        let goal: Option<Name> = last.says.parse().ok();
        if { walk.links.iter() }.any(|link| Some(&link.owner) == goal.as_ref()) {
            return format!(
                "{told} is an alias that leads back to {target}, so it never ends: let it lead to \
                 a name with an A record"
            );
        }
        if walk.links.len() > MAX_ALIASES {
            return format!(
                "{told} leads from alias to alias, and after {MAX_ALIASES} a resolver gives up: \
                 let it lead to a name with an A record sooner"
            );
        }
        if !goal.is_some_and(|goal| goal.is_at_or_below(&self.origin)) {
            return format!(
                "{told} leads to {target}, which is outside your zone: nothing here answers for it"
            );
        }
        if last.owner == *name {
            format!("{told} is an alias of {target}, which has no address: add an A record for it")
        } else {
            format!("{told} is an alias, but {target} has no address: add an A record for it")
        }
    }

    /// The IPv6 addresses of the zone.
    pub(super) fn ipv6(&self) -> impl Iterator<Item = IpAddr> + '_ {
        let sets = self.sets.values().filter(|set| set.rtype == Rtype::AAAA);
        sets.flat_map(|set| set.addresses().collect::<Vec<_>>())
    }
}

/// Reads a TTL in seconds.
pub(super) fn parse_ttl(text: &str) -> Result<Ttl, String> {
    match text.parse::<u32>() {
        // RFC 2181 §8.
        Ok(seconds) if seconds <= i32::MAX as u32 => Ok(Ttl::from_secs(seconds)),
        _ => Err(format!(
            "{text} is no TTL: write whole seconds, such as 60",
            text = quoted(text)
        )),
    }
}
