//! What a run showed, in sentences.

use super::run::CrowdRun;
use crate::scene::chart::Quantity;

/// The run in a few sentences.
pub fn crowd_summary(run: &CrowdRun) -> Vec<String> {
    let mut sentences = vec![opening(run)];
    sentences.extend(leavings(run));
    sentences.extend(troubles(run));
    sentences
}

/// How many asked, whom, and what became of it.
fn opening(run: &CrowdRun) -> String {
    let sum = |count: fn(&crate::engine::population::Bin) -> u64| -> u64 {
        run.series.bins.iter().map(count).sum()
    };
    let (requests, queries) = (
        sum(|bin| bin.requests),
        sum(|bin| bin.provider_queries.iter().sum()),
    );
    let is_asked = |index: usize| {
        let shares = run.crowd.clients.iter().flat_map(|it| &it.it.resolvers);
        shares
            .into_iter()
            .any(|(asked, share)| *asked == index && *share > 0.0)
    };
    let asked = run.crowd.resolvers.iter().enumerate();
    let asked = asked.filter(|(index, _)| is_asked(*index));
    let resolvers: u64 = asked.map(|(_, it)| u64::from(it.it.count)).sum();
    let number = |count: u64| Quantity::Count.format(count as f64);
    format!(
        "In {}, {} clients behind {} {} make {} requests. {} queries reach the authoritative servers.",
        run.crowd.duration,
        number(run.crowd.client_count()),
        number(resolvers),
        if resolvers == 1 {
            "resolver"
        } else {
            "resolvers"
        },
        number(requests),
        number(queries),
    )
}

/// A moment that stays in one line.
fn moment(run: &CrowdRun, at: f64) -> String {
    run.moment_words(at).replace(' ', "\u{a0}")
}

/// Which addresses clients have left for good, and when.
fn leavings(run: &CrowdRun) -> Vec<String> {
    let last_bin = run.series.bins.len().saturating_sub(1);
    let titles = run.address_titles();
    let sentences = titles.iter().enumerate().filter_map(|(address, title)| {
        let uses = |index: &usize| {
            run.by_address(*index, None)
                .get(address)
                .is_some_and(|it| *it > 0)
        };
        let last = (0..run.series.bins.len()).rev().find(uses)?;
        // A quiet end is no leaving unless it is longer than a bin or two.
        if last + 2 > last_bin {
            return None;
        }
        let by = moment(run, run.span_of(last).1);
        Some(format!("By {by} the last client has left {title}."))
    });
    sentences.collect()
}

/// What went wrong, and until when.
fn troubles(run: &CrowdRun) -> Vec<String> {
    type Count = fn(&crate::engine::population::Bin) -> u64;
    let kinds: [(&str, Count); 3] = [
        ("go to an address that is no longer given out", |bin| {
            bin.stale
        }),
        ("reach no server that works", |bin| bin.dead),
        ("get no address", |bin| bin.unresolved),
    ];
    let bins = &run.series.bins;
    let sentences = kinds.into_iter().filter_map(|(what, count)| {
        let total: u64 = bins.iter().map(count).sum();
        let requests: u64 = bins.iter().map(|bin| bin.requests).sum();
        let first = bins.iter().position(|bin| count(bin) > 0)?;
        let last = bins.iter().rposition(|bin| count(bin) > 0)?;
        let share = Quantity::Share.format(total as f64 / requests.max(1) as f64);
        let from = moment(run, run.span_of(first).0);
        let to = moment(run, run.span_of(last).1);
        // In a long run both may be the same in words.
        let when = if from == to {
            format!("at about {from}")
        } else {
            format!("between {from} and {to}")
        };
        let number = Quantity::Count.format(total as f64);
        Some(format!("{number} requests ({share}) {what}, {when}."))
    });
    sentences.collect()
}
