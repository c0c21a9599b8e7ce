//! How figures are read off a series.

use super::{CrowdFigure, CrowdMeasure, Tier, Trouble};
use crate::engine::population::{Bin, LATENCY_CLASSES, Series, latency_class_end};
use crate::engine::{SimDuration, SimTime};
use crate::scenario::Figure;
use crate::scenario::crowd::spec::Crowd;
use crate::scenario::crowd::theory;

/// Seconds of a day.
const DAY: f64 = 86_400.0;
/// Seconds of a month: 30 days.
const MONTH: f64 = 30.0 * DAY;
/// Queries that are sold together.
const MILLION: f64 = 1e6;

impl Trouble {
    /// How many requests of a bin go wrong in this way.
    pub fn count(self, bin: &Bin) -> u64 {
        match self {
            Self::Stale => bin.stale,
            Self::Dead => bin.dead,
            Self::Failed => bin.unresolved,
            Self::Lost => bin.dead + bin.unresolved,
        }
    }
}

/// A bin with the moments between which it lies.
struct Slot<'a> {
    from: SimTime,
    to: SimTime,
    bin: &'a Bin,
}

impl CrowdMeasure {
    /// Reads the figure off what a crowd did; [`Figure::Never`] if nothing happened that it is
    /// about.
    pub fn evaluate(&self, crowd: &Crowd, series: &Series) -> Figure {
        if self.is_theory {
            return theory::figure(crowd, &self.kind).unwrap_or(Figure::Never);
        }
        match &self.kind {
            CrowdFigure::Share(endpoint) => {
                let counts = self.by_address(crowd, series);
                share_of(&counts, address(crowd, series, *endpoint))
            }
            CrowdFigure::FetchShare(endpoint) => {
                let counts = self.fetches(crowd, series);
                share_of(&counts, address(crowd, series, *endpoint))
            }
            CrowdFigure::Deviation => deviation(crowd, series, &self.by_address(crowd, series)),
            CrowdFigure::FetchDeviation => deviation(crowd, series, &self.fetches(crowd, series)),
            CrowdFigure::TroubleShare(trouble) => {
                let wrong = self.sum(crowd, series, |bin| trouble.count(bin));
                let all = self.sum(crowd, series, |bin| bin.requests);
                share(wrong as f64, all as f64)
            }
            CrowdFigure::LastTrouble(trouble) => self.last(crowd, series, *trouble),
            CrowdFigure::PeakTrouble(trouble) => {
                let shares = { self.slots(crowd, series) }
                    .filter(|slot| slot.bin.requests > 0)
                    .map(|slot| trouble.count(slot.bin) as f64 / slot.bin.requests as f64);
                shares.reduce(f64::max).map_or(Figure::Never, Figure::Share)
            }
            CrowdFigure::Detection(endpoint) => self.verdict(crowd, series, *endpoint, false),
            CrowdFigure::Recovery(endpoint) => self.verdict(crowd, series, *endpoint, true),
            CrowdFigure::Moved { percent, endpoint } => {
                self.moved(crowd, series, percent / 100.0, *endpoint)
            }
            CrowdFigure::Requests => match self.group {
                None => Figure::Count(self.sum(crowd, series, |bin| bin.requests)),
                Some(_) => Figure::Count(self.by_address(crowd, series).iter().sum()),
            },
            CrowdFigure::Fetches => Figure::Count(self.fetches(crowd, series).iter().sum()),
            CrowdFigure::QueriesPerDay => self.per(crowd, series, DAY),
            CrowdFigure::QueriesPerMonth => self.per(crowd, series, MONTH),
            CrowdFigure::QueriesPerSecond => match self.rate(crowd, series) {
                Some(rate) => Figure::PerSecond(rate),
                None => Figure::Never,
            },
            CrowdFigure::CostPerMonth => match self.rate(crowd, series) {
                Some(rate) => Figure::Dollars(rate * MONTH / MILLION * crowd.price_per_million),
                None => Figure::Never,
            },
            CrowdFigure::HitRatio(tier) => self.hit_ratio(crowd, series, *tier),
            CrowdFigure::Entries => {
                let slots: Vec<f64> = { self.slots(crowd, series) }
                    .map(|slot| slot.bin.entries)
                    .collect();
                let mean = slots.iter().sum::<f64>() / slots.len().max(1) as f64;
                // `as` saturates.
                Figure::Count(mean.round() as u64)
            }
            CrowdFigure::Latency(percent) => self.latency(crowd, series, percent / 100.0),
        }
    }

    /// The moment that times are counted from.
    pub(in crate::scenario::crowd) fn start(&self, crowd: &Crowd) -> SimTime {
        let happens = crowd.timeline.iter().filter(|change| change.is_on);
        let first = || happens.map(|change| change.at).min();
        let after = self.after.and_then(|index| crowd.timeline.get(index));
        after
            .map(|change| change.at)
            .or_else(first)
            .unwrap_or(SimTime::ZERO)
    }

    /// The bins of the span. A bin belongs to it if it begins in it.
    fn slots<'a>(&self, crowd: &Crowd, series: &'a Series) -> impl Iterator<Item = Slot<'a>> {
        let from = match self.after {
            Some(_) => Some(self.start(crowd)),
            None => self.from,
        };
        let from = from.unwrap_or(SimTime::ZERO);
        let to = self.to.unwrap_or(SimTime::FAR_FUTURE);
        let end = SimTime::ZERO + crowd.duration;
        let width = series.bin;
        let slots = series.bins.iter().enumerate().map(move |(index, bin)| {
            let begins = SimTime::ZERO + width.saturating_mul(index as u64);
            let ends = (begins + width).min(end);
            Slot {
                from: begins,
                to: ends,
                bin,
            }
        });
        slots.filter(move |slot| slot.from >= from && slot.from < to)
    }

    /// A sum over the span.
    fn sum(&self, crowd: &Crowd, series: &Series, count: impl Fn(&Bin) -> u64) -> u64 {
        self.slots(crowd, series).map(|slot| count(slot.bin)).sum()
    }

    /// Requests by address in the span.
    fn by_address(&self, crowd: &Crowd, series: &Series) -> Vec<u64> {
        let mut counts = vec![0; series.addresses.len()];
        for slot in self.slots(crowd, series) {
            add_requests(&mut counts, slot.bin, self.group);
        }
        counts
    }

    /// Fetches by address in the span.
    fn fetches(&self, crowd: &Crowd, series: &Series) -> Vec<u64> {
        let mut counts = vec![0; series.addresses.len()];
        for slot in self.slots(crowd, series) {
            add(&mut counts, &slot.bin.fetches);
        }
        counts
    }

    /// Queries a second at the authoritative servers.
    fn rate(&self, crowd: &Crowd, series: &Series) -> Option<f64> {
        let mut seconds = 0.0;
        let mut queries = 0;
        for slot in self.slots(crowd, series) {
            seconds += slot.to.since(slot.from).as_secs_f64();
            queries += slot.bin.provider_queries.iter().sum::<u64>();
        }
        (seconds > 0.0).then(|| queries as f64 / seconds)
    }

    /// Queries at the authoritative servers in so many seconds.
    fn per(&self, crowd: &Crowd, series: &Series, seconds: f64) -> Figure {
        match self.rate(crowd, series) {
            // `as` saturates.
            Some(rate) => Figure::Count((rate * seconds).round() as u64),
            None => Figure::Never,
        }
    }

    /// How long after the change the last request goes wrong.
    fn last(&self, crowd: &Crowd, series: &Series, trouble: Trouble) -> Figure {
        let start = self.start(crowd);
        let slots = self.slots(crowd, series);
        let wrong = slots.filter(|slot| slot.to > start && trouble.count(slot.bin) > 0);
        match wrong.last() {
            Some(slot) => Figure::Time(slot.to.since(start)),
            None => Figure::Time(SimDuration::ZERO),
        }
    }

    /// How long after the change the checks change their mind.
    fn verdict(&self, crowd: &Crowd, series: &Series, endpoint: usize, healthy: bool) -> Figure {
        let start = self.start(crowd);
        let Some(address) = address(crowd, series, endpoint) else {
            return Figure::Never;
        };
        let found = series.verdicts.iter().find(|(at, index, is_healthy)| {
            *at >= start.as_secs_f64() && *index == address && *is_healthy == healthy
        });
        found.map_or(Figure::Never, |(at, ..)| {
            Figure::Time(SimDuration::from_secs_f64(at - start.as_secs_f64()))
        })
    }

    /// How long after the change a share has moved, never to come back.
    fn moved(&self, crowd: &Crowd, series: &Series, wanted: f64, endpoint: usize) -> Figure {
        let start = self.start(crowd);
        let Some(address) = address(crowd, series, endpoint) else {
            return Figure::Never;
        };
        let mut since = None;
        for slot in self.slots(crowd, series).filter(|slot| slot.from >= start) {
            let mut counts = vec![0; series.addresses.len()];
            add_requests(&mut counts, slot.bin, self.group);
            let all: u64 = counts.iter().sum();
            if all == 0 {
                continue;
            }
            if counts[address] as f64 >= wanted * all as f64 {
                since = since.or(Some(slot.from));
            } else {
                since = None;
            }
        }
        since.map_or(Figure::Never, |since| Figure::Time(since.since(start)))
    }

    /// The share of questions a tier of caches answers.
    fn hit_ratio(&self, crowd: &Crowd, series: &Series, tier: Tier) -> Figure {
        let sum = |count: &dyn Fn(&Bin) -> u64| self.sum(crowd, series, count) as f64;
        let requests = sum(&|bin| bin.requests);
        let browser = sum(&|bin| bin.browser_hits);
        match tier {
            Tier::Browser => share(browser, requests),
            Tier::Stub => share(sum(&|bin| bin.stub_hits), requests - browser),
            Tier::Resolver => share(
                sum(&|bin| bin.resolver_hits),
                sum(&|bin| bin.resolver_queries),
            ),
            Tier::All => {
                let missed = sum(&|bin| bin.resolver_queries - bin.resolver_hits);
                share(requests - missed, requests)
            }
        }
    }

    /// The time that a share of the requests stays below.
    fn latency(&self, crowd: &Crowd, series: &Series, wanted: f64) -> Figure {
        let mut counts = vec![0; LATENCY_CLASSES];
        for slot in self.slots(crowd, series) {
            add(&mut counts, &slot.bin.latency);
        }
        let all: u64 = counts.iter().sum();
        let mut below = 0;
        for (class, count) in counts.iter().enumerate() {
            below += count;
            if all > 0 && below as f64 >= wanted * all as f64 {
                let millis = latency_class_end(class);
                return Figure::Time(SimDuration::from_secs_f64(millis / 1e3));
            }
        }
        Figure::Never
    }
}

/// The index by which a series counts an endpoint.
pub(in crate::scenario::crowd) fn address(
    crowd: &Crowd,
    series: &Series,
    endpoint: usize,
) -> Option<usize> {
    let address = crowd.endpoints.get(endpoint)?.endpoint.address()?;
    series.addresses.iter().position(|known| *known == address)
}

/// Adds counts to others.
fn add(sums: &mut [u64], counts: &[u64]) {
    for (sum, count) in sums.iter_mut().zip(counts) {
        *sum += count;
    }
}

/// Adds the requests of a bin by address.
fn add_requests(sums: &mut [u64], bin: &Bin, group: Option<usize>) {
    for (index, counts) in bin.by_group.iter().enumerate() {
        if group.is_none_or(|group| group == index) {
            add(sums, counts);
        }
    }
}

/// A share; none of nothing.
fn share(part: f64, whole: f64) -> Figure {
    if whole > 0.0 {
        Figure::Share(part / whole)
    } else {
        Figure::Never
    }
}

/// The share of one of several counts; an address that is never answered has none of it.
fn share_of(counts: &[u64], index: Option<usize>) -> Figure {
    let own = index.and_then(|index| counts.get(index)).copied();
    share(own.unwrap_or(0) as f64, counts.iter().sum::<u64>() as f64)
}

/// How far the most uneven of the listed addresses is from an even share.
fn deviation(crowd: &Crowd, series: &Series, counts: &[u64]) -> Figure {
    let listed = { crowd.endpoints.iter().enumerate() }.filter(|(_, one)| one.is_listed);
    let indices: Vec<usize> = { listed }
        .filter_map(|(endpoint, _)| address(crowd, series, endpoint))
        .collect();
    let all: u64 = counts.iter().sum();
    let even = 1.0 / indices.len() as f64;
    let distances = indices.iter().map(|index| {
        let own = counts.get(*index).copied().unwrap_or(0);
        (own as f64 / all as f64 - even).abs()
    });
    match distances.reduce(f64::max) {
        Some(largest) if largest.is_finite() => Figure::Share(largest),
        _ => Figure::Never,
    }
}
