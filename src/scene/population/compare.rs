//! What two runs of a scenario differ in.

use super::run::CrowdRun;
use crate::scene::chart::{ChartData, Quantity, Reach};

/// What was changed between two runs, in words: `TTL: 5 min → 60 s`. Empty if nothing was.
pub fn changes_between(before: &CrowdRun, after: &CrowdRun) -> Vec<String> {
    let mut changes = Vec::new();
    for knob in &after.source.knobs {
        let value = |run: &CrowdRun| run.knobs.get(&knob.id).copied().unwrap_or(knob.start);
        let (from, to) = (value(before), value(after));
        if from != to {
            let (from, to) = (knob.format(from), knob.format(to));
            changes.push(format!("{}: {from} → {to}", knob.label));
        }
    }
    let (from, to) = (before.crowd.client_count(), after.crowd.client_count());
    // A knob may have said so already.
    if from != to && changes.is_empty() {
        let number = |count: u64| Quantity::Count.format(count as f64);
        changes.push(format!("Clients: {} → {}", number(from), number(to)));
    }
    if before.seed != after.seed {
        changes.push(format!("Seed: {} → {}", before.seed, after.seed));
    }
    changes
}

/// The reach of the axis that a chart of both runs needs.
pub fn common_reach(charts: &[ChartData], other: &[ChartData], id: &str) -> Option<Reach> {
    let find = |charts: &[ChartData]| {
        let chart = charts.iter().find(|chart| chart.id == id);
        chart.map(ChartData::reach)
    };
    match (find(charts), find(other)) {
        (Some(one), Some(two)) => Some(one.union(two)),
        (one, two) => one.or(two),
    }
}
