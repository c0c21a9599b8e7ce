//! What the closed forms of renewal theory say of a crowd: values and curves to stand beside
//! what a run counts.

use super::measure::{CrowdFigure, Tier};
use super::spec::{Crowd, CrowdAct};
use crate::engine::order::sort_by;
use crate::engine::policy::Policy;
use crate::engine::population::theory::{
    cost, hit_ratio, miss_rate, old_answers_with_hold, sampling_error,
};
use crate::engine::{SimTime, TtlPolicy};
use crate::scenario::Figure;

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// What a closed form says of a figure; `None` if there is none. A formula is about a steady
/// state: the crowd as it is before anything is done to it.
pub fn figure(crowd: &Crowd, figure: &CrowdFigure) -> Option<Figure> {
    // `as` saturates.
    let queries = |seconds: f64| {
        let rate = authority_rate(crowd)?;
        Some(Figure::Count((rate * seconds).round() as u64))
    };
    match figure {
        CrowdFigure::QueriesPerSecond => authority_rate(crowd).map(Figure::PerSecond),
        CrowdFigure::QueriesPerDay => queries(DAY),
        CrowdFigure::QueriesPerMonth => queries(30.0 * DAY),
        CrowdFigure::CostPerMonth => {
            let queries = authority_rate(crowd)? * 30.0 * DAY;
            Some(Figure::Dollars(cost(queries, crowd.price_per_million)))
        }
        CrowdFigure::HitRatio(Tier::Resolver | Tier::All) => {
            resolver_hit_ratio(crowd).map(Figure::Share)
        }
        CrowdFigure::Share(endpoint) | CrowdFigure::FetchShare(endpoint) => {
            let before = crowd.endpoints.get(..*endpoint)?;
            let own = crowd.endpoints.get(*endpoint)?.is_listed;
            let place = before.iter().filter(|one| one.is_listed).count();
            let share = expected_shares(crowd)?.get(place).copied();
            Some(Figure::Share(share.filter(|_| own).unwrap_or(0.0)))
        }
        _ => None,
    }
}

/// The interval of 95 % around a share that an endpoint should have, if so many answers were
/// fetched. It is wider than the number of requests makes believe: all requests between two
/// fetches get the same answer.
pub fn share_interval(share: f64, fetches: u64) -> (f64, f64) {
    let half = sampling_error(share, fetches as f64);
    ((share - half).max(0.0), (share + half).min(1.0))
}

/// The share of answers each listed endpoint should get, by the index of its address; `None`
/// for policies whose shares depend on who asks.
pub fn expected_shares(crowd: &Crowd) -> Option<Vec<f64>> {
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
pub fn authority_rate(crowd: &Crowd) -> Option<f64> {
    let ttl = f64::from(crowd.ttl.as_secs());
    let groups = demand(crowd)?.into_iter().zip(&crowd.resolvers);
    let rates =
        groups.map(|((count, rate), group)| count * miss_rate(rate, life(&group.it.policy, ttl)));
    Some(rates.sum())
}

/// The share of queries that resolvers answer from their caches.
pub fn resolver_hit_ratio(crowd: &Crowd) -> Option<f64> {
    let ttl = f64::from(crowd.ttl.as_secs());
    let (mut hits, mut all) = (0.0, 0.0);
    for ((count, rate), group) in demand(crowd)?.into_iter().zip(&crowd.resolvers) {
        hits += count * rate * hit_ratio(rate, life(&group.it.policy, ttl));
        all += count * rate;
    }
    (all > 0.0).then(|| hits / all)
}

/// The TTL of what caches hold at a moment; `None` if it was changed so shortly before that
/// they hold a mixture.
fn ttl_before(crowd: &Crowd, moment: SimTime) -> Option<f64> {
    let mut ttl = f64::from(crowd.ttl.as_secs());
    let mut changes: Vec<(f64, f64)> = Vec::new();
    for change in &crowd.timeline {
        if let CrowdAct::Ttl { seconds } = change.act
            && change.is_on
            && change.at < moment
        {
            changes.push((change.at.as_secs_f64(), f64::from(seconds)));
        }
    }
    sort_by(&mut changes, |a, b| a.0.total_cmp(&b.0));
    for (at, next) in changes {
        if at + ttl > moment.as_secs_f64() {
            return None;
        }
        ttl = next;
    }
    Some(ttl)
}

/// The share of requests that still go to an old address after the first change of records, as
/// theory has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OldShare {
    /// When the records change.
    pub from: SimTime,
    /// The TTL of what caches hold then, in seconds.
    pub ttl: f64,
}

impl OldShare {
    /// That of a crowd; `None` if its records do not change, or if caches hold a mixture of TTLs
    /// when they do.
    pub fn of(crowd: &Crowd) -> Option<Self> {
        let is_move = |act: &CrowdAct| {
            matches!(
                act,
                CrowdAct::Replace { .. } | CrowdAct::List { listed: false, .. }
            )
        };
        let moves = { crowd.timeline.iter() }.filter(|it| it.is_on && is_move(&it.act));
        let from = moves.map(|change| change.at).min()?;
        let ttl = ttl_before(crowd, from)?;
        Some(Self { from, ttl })
    }

    /// The share, so many seconds after the change.
    pub fn at(&self, crowd: &Crowd, elapsed: f64) -> f64 {
        if elapsed < 0.0 {
            return 0.0;
        }
        let (mut sum, mut all) = (0.0, 0.0);
        for clients in &crowd.clients {
            let it = &clients.it;
            all += f64::from(it.count) * it.rate;
            let shares: f64 = it.resolvers.iter().map(|(_, share)| share).sum();
            for (group, share) in &it.resolvers {
                let Some(resolver) = crowd.resolvers.get(*group) else {
                    continue;
                };
                let part = f64::from(it.count) * it.rate * share / shares.max(1e-12);
                let busy = part / f64::from(resolver.it.count.max(1));
                let hold = it.browser.map_or(0.0, |browser| life(&browser, 0.0));
                let life = life(&resolver.it.policy, self.ttl);
                sum += part * old_answers_with_hold(it.rate, busy, life, hold, elapsed);
            }
        }
        sum / all.max(1e-12)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::crowd::{CrowdMeasure, crowd_source};

    /// What a run finds and what the formula says, for a figure of a shipped crowd.
    fn both(id: &str, text: &str) -> (f64, f64) {
        let source = crowd_source(id).expect("it ships");
        let knobs = source.opening_knobs();
        let crowd = source.crowd(&knobs);
        let series = { crowd.population().expect("sound") }
            .run(source.seed)
            .expect("it runs");
        let read = |text: &str| {
            let measure = CrowdMeasure::parse(text, &crowd).expect("a figure");
            let found = measure.evaluate(&crowd, &series).number();
            found.expect("a number")
        };
        (read(text), read(&format!("theory {text}")))
    }

    #[test]
    fn formulas_and_runs_agree() {
        // From the second hour on, when the cold start is forgotten.
        for text in ["queries-per-day", "cost-per-month", "hit-ratio resolver"] {
            let (found, formula) = both("ttl_load", text);
            assert!(
                (found / formula - 1.0).abs() < 0.03,
                "{text}: {found} {formula}"
            );
        }
        let (found, formula) = both("canary", "fetch-share canary");
        let (low, high) = share_interval(formula / 100.0, 25_000);
        assert!((low..=high).contains(&(found / 100.0)), "{found} {formula}");
    }

    #[test]
    fn figures_without_a_formula_are_refused_by_name() {
        let crowd = crowd_source("canary").expect("it ships").base;
        let problem = CrowdMeasure::parse("theory latency 50", &crowd).expect_err("none");
        assert!(problem.contains("no formula"), "{problem}");
    }

    #[test]
    fn no_change_of_records_leaves_nothing_old() {
        let canary = crowd_source("canary").expect("it ships").base;
        assert_eq!(OldShare::of(&canary), None);
        let mut moving = crowd_source("migration").expect("it ships").base;
        let old = OldShare::of(&moving).expect("records change");
        assert_eq!(old.ttl, 60.0);
        assert!(old.at(&moving, 1.0) > 0.7 && old.at(&moving, 61.0) == 0.0);
        moving.timeline[0].is_on = false;
        let old = OldShare::of(&moving).expect("records change");
        assert_eq!(old.ttl, 86_400.0);
    }
}
