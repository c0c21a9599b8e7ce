//! How an answer was chosen, step by step.

use std::net::IpAddr;

use crate::engine::policy::Step;
use crate::engine::{EventKind, NodeId, PolicyReport, Trace, TraceEvent, World};
use crate::scene::Playhead;
use crate::scene::caption::{policy_title, steps_of};
use crate::scene::words::moment;

/// How an answer was chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionView {
    /// `app.example.com A`.
    pub title: String,
    /// `Route 53: Geolocation`.
    pub policy: String,
    /// When: `47.2 ms`.
    pub when: String,
    /// What there was to choose from, where a list goes through filters.
    pub before: Option<Vec<ListItem>>,
    /// The steps.
    pub steps: Vec<DecisionRow>,
    /// What was answered, in order.
    pub answer: Vec<ListItem>,
    /// How long the answer may be kept: `60 s`.
    pub ttl: String,
}

/// One step of a decision.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionRow {
    /// What was done, in a sentence.
    pub text: String,
    /// The list after it, where it has changed one: what is left, in order, then what it has
    /// taken out.
    pub list: Option<Vec<ListItem>>,
}

/// An endpoint on a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListItem {
    /// The place of its machine, or else the machine: `Frankfurt`; empty if there is none.
    pub machine: String,
    /// The address.
    pub address: IpAddr,
    /// Whether this step has taken it out.
    pub is_out: bool,
}

/// A decision of a server: the one at `chosen`, an index into the trace, else the last one
/// before the playhead; `None` if it has made none.
pub fn decision_view(
    world: &World,
    trace: &Trace,
    node: NodeId,
    playhead: Playhead,
    chosen: Option<usize>,
) -> Option<DecisionView> {
    let shown = playhead.shown(trace);
    let report = |event: &&TraceEvent| match &event.kind {
        EventKind::PolicyDecided(report) if event.node == node => Some(report.clone()),
        _ => None,
    };
    let picked = chosen.and_then(|index| shown.get(index));
    let picked = picked.filter(|event| report(event).is_some());
    let last = || shown.iter().rev().find(|event| report(event).is_some());
    let event = picked.or_else(last)?;
    let report = report(&event)?;
    Some(view_of(world, trace, event, &report))
}

/// A decision, step by step.
fn view_of(
    world: &World,
    trace: &Trace,
    event: &TraceEvent,
    report: &PolicyReport,
) -> DecisionView {
    let items = |left: &[usize], out: &[usize]| {
        let left = left.iter().map(|index| (index, false));
        let all = left.chain(out.iter().map(|index| (index, true)));
        let items = all.filter_map(|(index, is_out)| {
            let address = report.pool.endpoints().get(*index)?.address;
            Some(ListItem {
                machine: machine_words(world, address),
                address,
                is_out,
            })
        });
        items.collect::<Vec<_>>()
    };
    let steps = &report.decision.steps;
    let before = steps.iter().find_map(|step| match step {
        Step::Filtered { before, .. } => Some(items(before, &[])),
        _ => None,
    });
    let texts = steps_of(world, trace, event, report).into_iter();
    let rows = texts.zip(steps).map(|(text, step)| {
        let list = match step {
            Step::Filtered { before, after, .. } => {
                let out = before.iter().filter(|index| !after.contains(index));
                let out: Vec<usize> = out.copied().collect();
                Some(items(after, &out))
            }
            _ => None,
        };
        DecisionRow { text, list }
    });
    DecisionView {
        title: format!(
            "{} {}",
            report.pool.owner().without_dot(),
            report.pool.rtype()
        ),
        policy: policy_title(&report.policy),
        when: moment(event.at),
        before,
        steps: rows.filter(|row| !row.text.is_empty()).collect(),
        answer: items(&report.decision.chosen, &[]),
        ttl: format!("{} s", report.decision.ttl.as_secs()),
    }
}

/// Where the machine behind an address is, in few words.
fn machine_words(world: &World, address: IpAddr) -> String {
    let Some(node) = world.node_at(address) else {
        return String::new();
    };
    let spec = world.spec(node);
    match &spec.sites[..] {
        [site] => site.name.split(',').next().unwrap_or_default().to_owned(),
        _ => spec.title.clone(),
    }
}
