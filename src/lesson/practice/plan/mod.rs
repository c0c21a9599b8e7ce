//! What an answer means: read once, with everything told that cannot be run.

mod policy;
mod records;
mod timeline;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use self::policy::{PLAIN, parse_check, parse_preset, parse_row, plain_row};
use self::records::{Records, Walk};
use self::timeline::Edit;
use super::answer::MAX_ROWS;
use super::{Answer, AnswerFault, Moment, Part, Problem};
use crate::dns::{Name, NameError, Ttl, quoted};
use crate::engine::health::HealthCheck;
use crate::engine::order::sort_by;
use crate::engine::policy::{Endpoint, Policy};

/// Faults that are told of one part, at most.
const MOST_FAULTS: usize = 3;

/// What an answer comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What users are given.
    pub users: Users,
    /// What that leads to over time: the first holds from the start, the others from their
    /// moment on. Never empty.
    pub stages: Vec<Stage>,
    /// How records are chosen to begin with.
    pub policy: Policy,
    /// What policies know of each address that is ever answered, in order of appearance.
    pub endpoints: Vec<Endpoint>,
    /// How the addresses are checked, if they are.
    pub check: Option<HealthCheck>,
    /// Whether the provider makes use of the client's network.
    pub ecs: bool,
    /// What else is done, in order of time.
    pub acts: Vec<(Moment, PlanAct)>,
    /// The chosen option of each question, by id.
    pub choices: BTreeMap<String, String>,
}

/// What users are given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Users {
    /// A name, to be looked up again and again.
    Name(Name),
    /// An address, which nothing can change.
    Address(IpAddr),
}

/// What the users' name leads to from a moment on.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// From when on.
    pub at: Moment,
    /// How long caches keep it.
    pub ttl: Ttl,
    /// The addresses; empty if it leads nowhere.
    pub addresses: Vec<IpAddr>,
}

/// What is done besides changing records.
#[derive(Clone, Debug, PartialEq)]
pub enum PlanAct {
    /// A server is switched off or on.
    Serve(IpAddr, bool),
    /// Records are chosen by another policy.
    Policy(Policy),
    /// An address gets another weight.
    Weight(IpAddr, u32),
}

impl Plan {
    /// Reads an answer.
    ///
    /// # Errors
    /// Everything that cannot be run, with its place and what to write instead.
    pub fn read(problem: &Problem, answer: &Answer) -> Result<Self, Vec<AnswerFault>> {
        let mut faults = Vec::new();
        if let Some(problem) = answer.excess() {
            let part = Part::Zone(None);
            return Err(vec![AnswerFault { part, problem }]);
        }
        let mut take = |part, problem| faults.push(AnswerFault { part, problem });
        let users = parse_users(problem, &answer.users).map_err(|it| take(Part::Users, it));
        let policy = match answer.policy.trim() {
            "" => Ok(PLAIN),
            id => parse_preset(id).map_err(|it| take(Part::Policy, it)),
        };
        let check = parse_check(&answer.check)
            .map_err(|problems| problems.into_iter().for_each(|it| take(Part::Check, it)));
        let mut rows = Vec::new();
        for (index, row) in answer.addresses.iter().enumerate().take(MAX_ROWS) {
            match parse_row(row, &problem.places) {
                Ok(row) => rows.push(row),
                Err(problems) => problems
                    .into_iter()
                    .for_each(|it| take(Part::Address(index), it)),
            }
        }
        let records = if is_blank(&answer.zone) && !matches!(users, Ok(Users::Address(_))) {
            let example = problem.machines.first();
            let example = example.map_or_else(String::new, |it| {
                format!(", such as “app 3600 A {}”", it.address)
            });
            take(
                Part::Zone(None),
                format!("There are no records yet: write a line for each{example}"),
            );
            Err(())
        } else {
            let records = Records::parse(&problem.origin, &problem.head, &answer.zone);
            records.map_err(|fault| take(fault.part, fault.problem))
        };
        // Rows are read even where the zone cannot be, so that all is told at once.
        let none = Records::none(&problem.origin);
        let known = records.as_ref().unwrap_or(&none);
        let mut edits = Vec::new();
        let mut has_bad_rows = false;
        for row in parse_rows(problem, answer, known) {
            match row {
                Ok(edit) => edits.push(edit),
                Err(fault) => {
                    has_bad_rows = true;
                    take(fault.part, fault.problem);
                }
            }
        }
        if answer.timeline.len() > MAX_ROWS || answer.addresses.len() > MAX_ROWS {
            let problem = format!("{MAX_ROWS} rows are the most that can be run");
            take(Part::WholeTimeline, problem);
        }
        sort_by(&mut edits, |a, b| {
            a.1.0.total_cmp(&b.1.0).then(a.0.cmp(&b.0))
        });
        let stages = match (&users, records) {
            (Ok(users), Ok(records)) => {
                // What would follow from rows of which some are missing is not told.
                let sound = if has_bad_rows { &[][..] } else { &edits };
                Some(stages(problem, users, records, sound, &mut faults))
            }
            _ => None,
        };
        let endpoints = match (&stages, &policy) {
            (Some(stages), Ok(policy)) => {
                Some(endpoints(problem, stages, &rows, policy, &mut faults))
            }
            _ => None,
        };
        let all = (users, policy, check, stages, endpoints);
        let (Ok(users), Ok(policy), Ok(check), Some(stages), Some(endpoints)) = all else {
            return Err(first_few(faults));
        };
        if !faults.is_empty() {
            return Err(first_few(faults));
        }
        let acts = edits.into_iter().filter_map(|(_, at, edit)| {
            let act = match edit {
                Edit::Serve(address, up) => PlanAct::Serve(address, up),
                Edit::Policy(policy) => PlanAct::Policy(policy),
                Edit::Weight(address, weight) => PlanAct::Weight(address, weight),
                Edit::Ttl(..) | Edit::Set(..) | Edit::Remove(..) => return None,
            };
            Some((at, act))
        });
        Ok(Self {
            users,
            stages,
            policy,
            endpoints,
            check,
            ecs: answer.ecs,
            acts: acts.collect(),
            choices: answer.choices.clone(),
        })
    }

    /// What the users' name leads to at a moment.
    pub fn stage_at(&self, at: Moment) -> &Stage {
        let after = self.stages.partition_point(|stage| stage.at <= at);
        &self.stages[after.saturating_sub(1)]
    }

    /// When the users' name first leads to an address; `None` if never.
    pub fn first_leads_to(&self, address: IpAddr) -> Option<Moment> {
        let mut stages = self.stages.iter();
        stages
            .find(|stage| stage.addresses.contains(&address))
            .map(|stage| stage.at)
    }

    /// When a server is switched off for good; `None` if it is on at the end.
    pub fn stopped(&self, address: IpAddr) -> Option<Moment> {
        let acts = self.acts.iter().rev().find_map(|(at, act)| match act {
            PlanAct::Serve(it, up) if *it == address => Some((*at, *up)),
            _ => None,
        });
        acts.filter(|(_, up)| !up).map(|(at, _)| at)
    }
}

/// The first few faults of each part, and a count of those that are left out.
fn first_few(faults: Vec<AnswerFault>) -> Vec<AnswerFault> {
    let mut told: Vec<AnswerFault> = Vec::new();
    let mut counts: Vec<(Part, usize)> = Vec::new();
    for fault in faults {
        let known = counts.iter_mut().find(|(part, _)| *part == fault.part);
        let count = match known {
            Some((_, count)) => {
                *count += 1;
                *count
            }
            None => {
                counts.push((fault.part, 1));
                1
            }
        };
        if count <= MOST_FAULTS {
            told.push(fault);
        }
    }
    for (part, count) in counts {
        if count > MOST_FAULTS {
            let problem = format!("and {} more of the kind", count - MOST_FAULTS);
            told.push(AnswerFault { part, problem });
        }
    }
    told
}

/// Whether a zone has nothing but comments.
fn is_blank(zone: &str) -> bool {
    let mut lines = zone.lines().map(str::trim);
    lines.all(|line| line.is_empty() || line.starts_with(';'))
}

/// Reads what users are given.
fn parse_users(problem: &Problem, text: &str) -> Result<Users, String> {
    let text = match text.trim() {
        "" => problem.users.as_deref().ok_or_else(|| {
            format!(
                "Say what users type: a name such as app.{}",
                problem.origin.without_dot()
            )
        })?,
        text => text,
    };
    let host = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    if let Ok(address) = host.parse::<IpAddr>() {
        return known_machine(problem, address).map(|()| Users::Address(address));
    }
    let host = host.split(':').next().unwrap_or_default();
    if let Ok(address) = host.parse::<IpAddr>() {
        return known_machine(problem, address).map(|()| Users::Address(address));
    }
    let origin = problem.origin.without_dot();
    let name: Name = host.parse().map_err(|error: NameError| error.to_string())?;
    if name.is_at_or_below(&problem.origin) {
        Ok(Users::Name(name))
    } else {
        Err(format!(
            "{host} is not in your zone: users need a whole name that ends in {origin}",
            host = quoted(host)
        ))
    }
}

/// Whether one of the problem's machines has an address.
fn known_machine(problem: &Problem, address: IpAddr) -> Result<(), String> {
    if problem.machine(address).is_some() {
        return Ok(());
    }
    let known: Vec<String> = { problem.machines.iter() }
        .map(|machine| machine.address.to_string())
        .collect();
    Err(format!(
        "none of your machines has the address {address}: you have {}",
        known.join(", ")
    ))
}

/// A row of the timeline: its index, its moment and what is done.
type TimedEdit = (usize, Moment, Edit);

/// Reads the rows of the timeline that are not blank.
fn parse_rows(
    problem: &Problem,
    answer: &Answer,
    records: &Records,
) -> Vec<Result<TimedEdit, AnswerFault>> {
    let rows = answer.timeline.iter().enumerate().take(MAX_ROWS);
    let rows = rows.filter(|(_, row)| !row.is_blank());
    let rows = rows.map(|(index, row)| {
        let fault = |problem| AnswerFault {
            part: Part::Timeline(index),
            problem,
        };
        let at = Moment::parse(&row.at).map_err(fault)?;
        if !(problem.from..=problem.until).contains(&at) {
            let (from, until) = (problem.from, problem.until);
            let problem = format!("{at} is outside the time that is tried, {from} to {until}");
            return Err(fault(problem));
        }
        let edit = Edit::parse(&row.act, records).map_err(fault)?;
        if let Edit::Serve(address, _) | Edit::Weight(address, _) = edit {
            known_machine(problem, address).map_err(fault)?;
        }
        Ok((index, at, edit))
    });
    rows.collect()
}

/// What the users' name leads to over time.
fn stages(
    problem: &Problem,
    users: &Users,
    mut records: Records,
    edits: &[TimedEdit],
    faults: &mut Vec<AnswerFault>,
) -> Vec<Stage> {
    let name = match users {
        Users::Name(name) => name,
        Users::Address(address) => {
            return vec![Stage {
                at: problem.from,
                ttl: Ttl::from_secs(i32::MAX as u32),
                addresses: vec![*address],
            }];
        }
    };
    if let Some(address) = records.ipv6().next() {
        faults.push(AnswerFault {
            part: Part::Zone(None),
            problem: format!(
                "the machines have IPv4 addresses only, so {address} leads nowhere: leave it out"
            ),
        });
    }
    let first = records.walk(name);
    if first.addresses.is_empty() {
        let problem = records.dead_end(name, &first);
        let part = Part::Zone(None);
        faults.push(AnswerFault { part, problem });
        return Vec::new();
    }
    let mut walks = vec![(problem.from, first)];
    for (index, at, edit) in edits {
        if let Err(problem) = edit.apply(&mut records) {
            let part = Part::Timeline(*index);
            faults.push(AnswerFault { part, problem });
            continue;
        }
        let walk = records.walk(name);
        match walks.last_mut() {
            Some((before, last)) if before == at => *last = walk,
            Some((_, last)) if *last == walk => {}
            _ => walks.push((*at, walk)),
        }
    }
    let changing = changing(&walks);
    let mut seen = BTreeSet::new();
    let listed = walks.iter().flat_map(|(_, walk)| &walk.addresses);
    for address in listed.filter(|address| seen.insert(**address)) {
        if let Err(problem) = known_machine(problem, *address) {
            let part = Part::Zone(None);
            faults.push(AnswerFault { part, problem });
        }
    }
    let stage = |(at, walk): &(Moment, Walk)| Stage {
        at: *at,
        ttl: life(walk, &changing),
        addresses: walk.addresses.clone(),
    };
    walks.iter().map(stage).collect()
}

/// The owners on the way whose records are ever changed.
fn changing(walks: &[(Moment, Walk)]) -> Vec<Name> {
    let mut changing = Vec::new();
    let links = || walks.iter().flat_map(|(_, walk)| &walk.links);
    for link in links() {
        let is_other = links().any(|other| other.owner == link.owner && other.says != link.says);
        if is_other && !changing.contains(&link.owner) {
            changing.push(link.owner.clone());
        }
    }
    changing
}

/// How long caches hold on to where a way leads. A resolver keeps each set of a chain for its own
/// TTL, so what counts is the set that is going to change; in a way that never changes, the
/// set that is asked for most often.
fn life(walk: &Walk, changing: &[Name]) -> Ttl {
    let ttls = walk.links.iter().filter(|it| changing.contains(&it.owner));
    let longest = ttls.map(|link| link.ttl).max();
    let shortest = || walk.links.iter().map(|link| link.ttl).min();
    longest.or_else(shortest).unwrap_or_default()
}

/// What policies know of the addresses that are ever answered.
fn endpoints(
    problem: &Problem,
    stages: &[Stage],
    rows: &[Endpoint],
    policy: &Policy,
    faults: &mut Vec<AnswerFault>,
) -> Vec<Endpoint> {
    let mut endpoints: Vec<Endpoint> = Vec::new();
    let mut seen = BTreeSet::new();
    for address in stages.iter().flat_map(|stage| &stage.addresses) {
        if !seen.insert(*address) {
            continue;
        }
        let row = rows.iter().find(|row| row.address() == Some(*address));
        let endpoint = row.cloned().unwrap_or_else(|| plain_row(*address));
        let compares_places = policy.needs_place() && !policy.goes_by_area();
        if compares_places && endpoint.coordinates.is_none() && !problem.places.is_empty() {
            faults.push(AnswerFault {
                part: Part::Policy,
                problem: format!(
                    "this policy compares places, and does not know where {address} stands: \
                     choose its place in the table"
                ),
            });
        }
        endpoints.push(endpoint);
    }
    endpoints
}
