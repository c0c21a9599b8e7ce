//! What the closed forms say of a crowd, as curves to be drawn beside what was counted.

use super::run::CrowdRun;
use crate::engine::policy::Policy;
use crate::engine::population::theory::{hit_ratio, miss_rate, old_answers_with_hold};
use crate::engine::{SimTime, TtlPolicy};
use crate::scenario::crowd::{ChartKind, Crowd, CrowdAct, CrowdFigure, Tier};
use crate::scene::chart::{Hue, Line, Role, Sample};

/// Points of a curve.
const POINTS: u32 = 120;
/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// The curves for a chart over time; none where no closed form fits.
pub(super) fn lines(run: &CrowdRun, kind: &ChartKind) -> Vec<Line> {
    let crowd = &run.crowd;
    match kind {
        ChartKind::Addresses { .. } | ChartKind::Fetches if crowd.timeline.is_empty() => {
            let titles = run.address_titles();
            let shares = expected_shares(crowd).unwrap_or_default();
            let lines = shares.into_iter().enumerate().filter_map(|(index, share)| {
                let title = titles.get(index)?;
                let label = format!("{title}, by weight");
                Some(flat(run, label, Hue::Series(index), share))
            });
            lines.collect()
        }
        ChartKind::Stale => old(run).into_iter().collect(),
        ChartKind::Queries if crowd.timeline.is_empty() => {
            let rate = authority_rate(crowd);
            let line = rate.map(|rate| flat(run, "Formula: λ / (1 + λT)", Hue::Series(2), rate));
            line.into_iter().collect()
        }
        ChartKind::Hits if crowd.timeline.is_empty() => {
            let ratio = resolver_hit_ratio(crowd);
            let line = ratio.map(|it| flat(run, "Formula: λT / (1 + λT)", Hue::Series(2), it));
            line.into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// What a closed form says of a figure, in its own unit; `None` if there is none.
pub(super) fn figure(crowd: &Crowd, figure: &CrowdFigure) -> Option<f64> {
    let cost = |rate: f64| rate * 30.0 * DAY / 1e6 * crowd.price_per_million;
    Some(match figure {
        CrowdFigure::QueriesPerSecond => authority_rate(crowd)?,
        CrowdFigure::QueriesPerDay => authority_rate(crowd)? * DAY,
        CrowdFigure::QueriesPerMonth => authority_rate(crowd)? * 30.0 * DAY,
        CrowdFigure::CostPerMonth => cost(authority_rate(crowd)?),
        CrowdFigure::HitRatio(Tier::Resolver | Tier::All) => resolver_hit_ratio(crowd)?,
        _ => return None,
    })
}

/// A line at one height.
fn flat(run: &CrowdRun, label: impl Into<String>, hue: Hue, value: f64) -> Line {
    curve(label, hue, (0.0, run.end()), 1, |_| value)
}

/// A curve over a span.
fn curve(
    label: impl Into<String>,
    hue: Hue,
    (from, to): (f64, f64),
    points: u32,
    value: impl Fn(f64) -> f64,
) -> Line {
    let samples = (0..=points).map(|index| {
        let at = from + (to - from) * f64::from(index) / f64::from(points);
        Sample {
            at,
            value: value(at),
            range: None,
        }
    });
    Line {
        label: label.into(),
        role: Role::Theory,
        hue,
        samples: samples.collect(),
    }
}

/// The share of answers each listed endpoint should get, by the index of its address; `None`
/// for policies whose shares depend on who asks.
fn expected_shares(crowd: &Crowd) -> Option<Vec<f64>> {
    let listed = crowd.endpoints.iter().filter(|one| one.is_listed);
    let weights: Vec<f64> = match &crowd.policy {
        Policy::Weighted => listed.map(|one| f64::from(one.endpoint.weight)).collect(),
        Policy::Simple(_) => listed.map(|_| 1.0).collect(),
        _ => return None,
    };
    let sum: f64 = weights.iter().sum();
    let even = 1.0 / weights.len().max(1) as f64;
    let share = |weight: f64| if sum > 0.0 { weight / sum } else { even };
    Some(weights.into_iter().map(share).collect())
}

/// How often each cache of a resolver group is asked, by group: the number of its resolvers and
/// the requests a second at one of them. `None` if clients have caches of their own, whose
/// answers would have to be taken off first.
fn demand(crowd: &Crowd) -> Option<Vec<(f64, f64)>> {
    let has_caches = { crowd.clients.iter() }
        .any(|clients| clients.it.browser.is_some() || clients.it.stub.is_some());
    let has_scopes = crowd
        .resolvers
        .iter()
        .any(|group| group.it.subnet.is_some());
    if has_caches || has_scopes {
        return None;
    }
    let mut rates = vec![0.0; crowd.resolvers.len()];
    for clients in &crowd.clients {
        let all: f64 = clients.it.resolvers.iter().map(|(_, share)| share).sum();
        for (group, share) in &clients.it.resolvers {
            if let Some(rate) = rates.get_mut(*group) {
                *rate += f64::from(clients.it.count) * clients.it.rate * share / all.max(1e-12);
            }
        }
    }
    let groups = crowd.resolvers.iter().zip(rates).map(|(group, rate)| {
        let count = f64::from(group.it.count.max(1));
        (count, rate / count)
    });
    Some(groups.collect())
}

/// The life a cache grants to an answer, in seconds.
fn life(policy: &TtlPolicy, ttl: f64) -> f64 {
    match policy.hold {
        Some(hold) => f64::from(hold),
        None => ttl.min(f64::from(policy.cap)).max(f64::from(policy.floor)),
    }
}

/// Queries a second at the authoritative servers.
fn authority_rate(crowd: &Crowd) -> Option<f64> {
    let ttl = f64::from(crowd.ttl.as_secs());
    let groups = demand(crowd)?.into_iter().zip(&crowd.resolvers);
    let rates =
        groups.map(|((count, rate), group)| count * miss_rate(rate, life(&group.it.policy, ttl)));
    Some(rates.sum())
}

/// The share of queries that resolvers answer from their caches.
fn resolver_hit_ratio(crowd: &Crowd) -> Option<f64> {
    let ttl = f64::from(crowd.ttl.as_secs());
    let (mut hits, mut all) = (0.0, 0.0);
    for ((count, rate), group) in demand(crowd)?.into_iter().zip(&crowd.resolvers) {
        hits += count * rate * hit_ratio(rate, life(&group.it.policy, ttl));
        all += count * rate;
    }
    (all > 0.0).then(|| hits / all)
}

/// The share of requests that still go to an old address after the first change of records.
fn old(run: &CrowdRun) -> Option<Line> {
    let crowd = &run.crowd;
    let is_move = |act: &CrowdAct| {
        matches!(
            act,
            CrowdAct::Replace { .. } | CrowdAct::List { listed: false, .. }
        )
    };
    let moves = crowd.timeline.iter().filter(|change| is_move(&change.act));
    let change = moves.map(|change| change.at).min()?;
    let ttl = ttl_before(crowd, change)?;
    let from = change.as_secs_f64();
    let all: f64 = { crowd.clients.iter() }
        .map(|clients| f64::from(clients.it.count) * clients.it.rate)
        .sum();
    let value = |at: f64| {
        if at < from {
            return 0.0;
        }
        let mut sum = 0.0;
        for clients in &crowd.clients {
            let it = &clients.it;
            let shares: f64 = it.resolvers.iter().map(|(_, share)| share).sum();
            for (group, share) in &it.resolvers {
                let Some(resolver) = crowd.resolvers.get(*group) else {
                    continue;
                };
                let part = f64::from(it.count) * it.rate * share / shares.max(1e-12);
                let busy = part / f64::from(resolver.it.count.max(1));
                let hold = it.browser.map_or(0.0, |browser| life(&browser, 0.0));
                let life = life(&resolver.it.policy, ttl);
                sum += part * old_answers_with_hold(it.rate, busy, life, hold, at - from);
            }
        }
        sum / all.max(1e-12)
    };
    // The step at the change itself, and then the slope.
    let mut line = curve("Formula", Hue::Series(1), (from, run.end()), POINTS, value);
    let before = [0.0, from].map(|at| Sample {
        at,
        value: 0.0,
        range: None,
    });
    line.samples.splice(0..0, before);
    Some(line)
}

/// The TTL of what caches hold at a moment; `None` if it was changed so shortly before that
/// they hold a mixture.
fn ttl_before(crowd: &Crowd, moment: SimTime) -> Option<f64> {
    let mut ttl = f64::from(crowd.ttl.as_secs());
    let mut changes: Vec<(f64, f64)> = Vec::new();
    for change in &crowd.timeline {
        if let CrowdAct::Ttl { seconds } = change.act
            && change.at < moment
        {
            changes.push((change.at.as_secs_f64(), f64::from(seconds)));
        }
    }
    changes.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (at, next) in changes {
        if at + ttl > moment.as_secs_f64() {
            return None;
        }
        ttl = next;
    }
    Some(ttl)
}
