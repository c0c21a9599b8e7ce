//! How an answer was chosen, step by step.

use crate::engine::policy::{Endpoint, Step};
use crate::engine::{EventKind, NodeId, PolicyReport, Trace, TraceEvent, World};
use crate::scene::Playhead;
use crate::scene::caption::{policy_title, steps_of, target_text};
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
    /// The address, or the name it leads to.
    pub target: String,
    /// Whether this step has taken it out.
    pub is_out: bool,
}

/// How a server chose an answer: the one of which the event `chosen`, an index into the trace,
/// is a part, else the last one before the playhead. First the decision for the name asked for,
/// then those it led to; empty if the server has made none.
pub fn decision_views(
    world: &World,
    trace: &Trace,
    node: NodeId,
    playhead: Playhead,
    chosen: Option<usize>,
) -> Vec<DecisionView> {
    let shown = playhead.shown(trace).iter();
    let made = shown.filter_map(|event| match &event.kind {
        EventKind::PolicyDecided(report) if event.node == node => Some((event, report)),
        _ => None,
    });
    let made: Vec<_> = made.collect();
    let picked = made
        .iter()
        .position(|(event, _)| Some(event.id.index()) == chosen);
    let Some(picked) = picked.or_else(|| made.len().checked_sub(1)) else {
        return Vec::new();
    };
    let first = made[..=picked].iter().rposition(|(_, r)| r.from.is_none());
    let first = first.unwrap_or(picked);
    let led_to = made[first + 1..]
        .iter()
        .take_while(|(_, report)| report.from.is_some());
    let all = made.iter().skip(first).take(1 + led_to.count());
    all.map(|(event, report)| view_of(world, trace, event, report))
        .collect()
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
            let endpoint = report.pool.endpoints().get(*index)?;
            Some(ListItem {
                machine: machine_words(world, endpoint),
                target: target_text(endpoint),
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

/// Where the machine an endpoint leads to is, in few words.
fn machine_words(world: &World, endpoint: &Endpoint) -> String {
    let node = endpoint
        .address()
        .and_then(|address| world.node_at(address));
    let Some(node) = node else {
        return String::new();
    };
    let spec = world.spec(node);
    match &spec.sites[..] {
        [site] => site.name.split(',').next().unwrap_or_default().to_owned(),
        _ => spec.title.clone(),
    }
}
