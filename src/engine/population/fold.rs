//! From counts to a series: draws what was skipped, and follows every request to its end.

use super::answers::{EMPTY, FAILURE, From};
use super::conditions::round_trip_ms;
use super::crowd::{Crowd, address_of, told_network};
use super::draw::Waits;
use super::resolver::{FIRST_TIMEOUT_MS, ROUNDS, STALE_PATIENCE_MS};
use super::shared::Shared;
use super::tally::{BROWSER, Key, STUB, Tier, unfold};
use super::{Bin, LATENCY_CLASSES, SampledClient, Series, latency_class};
use crate::engine::Stream;

/// Looking into the browser's cache, in milliseconds; as in the one-query world.
const BROWSER_MS: f64 = 0.05;
/// Asking the stub, in milliseconds; as in the one-query world.
const STUB_MS: f64 = 0.25;
/// How long a client waits for a machine before it tries the next address, in milliseconds:
/// the first wait of TCP ([RFC 6298 §2](https://www.rfc-editor.org/rfc/rfc6298#section-2)).
const CONNECT_TIMEOUT_MS: f64 = 1000.0;
/// Prefixes of one client group looked at to find which addresses are given out.
const PROBES: u32 = 32;

/// How requests fare with one address of their answer in one regime.
#[derive(Clone, Copy, Debug)]
struct Try {
    /// The address.
    address: usize,
    /// The share of them that a machine serves there.
    served: f64,
    /// Whether the service no longer gives it out.
    stale: bool,
    /// Earlier waits and the round trips to the machine, in milliseconds.
    millis: f64,
}

/// Makes the series.
pub(super) fn fold(shared: &mut Shared, crowd: &Crowd, seed: u64) -> Series {
    let given = given_out(shared, crowd);
    let mut random = Stream::new(seed, "crowd-hits");
    let waits = Waits::new();
    let mut series = empty(shared);
    let segments = &shared.tally.segments;
    let mut single: Vec<(Key, &[u32])> = shared.tally.single.iter().collect();
    single.sort_by_key(|(key, _)| *key);
    for (key, row) in single {
        let follow = Follow::new(shared, &given, key);
        let counts = row.iter().map(|&count| u64::from(count));
        for (segment, count) in segments.all.iter().zip(counts) {
            let Some(bin) = segment.bin else { continue };
            follow.add(&mut series, &mut random, (bin, segment.regime), count);
        }
    }
    for (key, row) in shared.tally.refreshes.iter() {
        let (tier, _) = lookup(shared, key);
        for (segment, &count) in segments.all.iter().zip(row) {
            if let Some(bin) = segment.bin {
                count_query(&mut series.bins[bin as usize], tier, u64::from(count));
            }
        }
    }
    let mut held: Vec<(Key, &[super::tally::Held])> = shared.tally.held.iter().collect();
    held.sort_by_key(|(key, _)| *key);
    for (key, row) in held {
        let follow = Follow::new(shared, &given, key);
        for (segment, micros) in segments.all.iter().zip(unfold(row, segments)) {
            let Some(bin) = segment.bin.filter(|_| micros > 0) else {
                continue;
            };
            let rate = shared.conditions.regimes[segment.regime as usize].rates[key.group];
            let count = waits.count(micros as f64 * rate, &mut random);
            follow.add(&mut series, &mut random, (bin, segment.regime), count);
        }
    }
    count_servers(shared, &mut series);
    series.sample = shared
        .sample
        .iter()
        .map(|client| after_warming(client, shared.warm))
        .collect();
    series.decisions = shared.decisions;
    let verdicts = shared.conditions.verdicts.iter();
    let seen = verdicts.filter(|(at, ..)| *at >= shared.warm);
    let seen = seen.map(|&(at, which, healthy)| {
        let since = (at - shared.warm) as f64 / 1e6;
        (since, which, healthy)
    });
    series.verdicts = seen.collect();
    series
}

/// A watched client as the series tells of it, which begins when the caches are warm.
fn after_warming(client: &SampledClient, warm: u64) -> SampledClient {
    let warm = warm as f64 / 1e6;
    let before = client.held.partition_point(|&(at, _)| at < warm);
    let kept = client.held.iter().skip(before.saturating_sub(1));
    SampledClient {
        group: client.group,
        held: kept
            .map(|&(at, held)| ((at - warm).max(0.0), held))
            .collect(),
    }
}

/// A series of empty bins.
fn empty(shared: &Shared) -> Series {
    let addresses = shared.population.addresses();
    let bin = Bin {
        by_group: vec![vec![0; addresses.len()]; shared.population.clients.len()],
        fetches: vec![0; addresses.len()],
        dead_by: vec![0; addresses.len()],
        provider_queries: vec![0; shared.ways.providers],
        latency: vec![0; LATENCY_CLASSES],
        ..Bin::default()
    };
    Series {
        bin: shared.population.bin,
        bins: vec![bin; shared.tally.segments.bins()],
        addresses,
        ..Series::default()
    }
}

/// What resolvers and providers did.
fn count_servers(shared: &Shared, series: &mut Series) {
    let segments = &shared.tally.segments;
    let width = segments.all.len();
    for (index, segment) in segments.all.iter().enumerate() {
        let Some(bin) = segment.bin else { continue };
        let bin = &mut series.bins[bin as usize];
        for (provider, count) in bin.provider_queries.iter_mut().enumerate() {
            *count += shared.tally.provider_queries[provider * width + index];
        }
        for (address, count) in bin.fetches.iter_mut().enumerate() {
            *count += shared.tally.fetches[address * width + index];
        }
    }
    let width = shared.population.bin.as_micros().max(1);
    for (segment, micros) in segments
        .all
        .iter()
        .zip(unfold(&shared.tally.entries, segments))
    {
        let Some(bin) = segment.bin else { continue };
        let start = shared.warm + u64::from(bin) * width;
        let end = start.saturating_add(width).min(shared.end);
        let span = end.saturating_sub(start).max(1);
        series.bins[bin as usize].entries += micros as f64 / span as f64;
    }
}

/// How the requests of one row are counted.
struct Follow {
    /// The row.
    key: Key,
    /// How a resolver answered, if one did.
    tier: Option<Tier>,
    /// The time until the client had an answer, in milliseconds.
    lookup_ms: f64,
    /// The addresses that are tried one after the other, by regime.
    tries: Vec<Vec<Try>>,
}

impl Follow {
    /// Looks up what the counts of a row need.
    fn new(shared: &Shared, given: &[Vec<bool>], key: Key) -> Self {
        let regimes = 0..shared.conditions.regimes.len();
        let (tier, lookup_ms) = lookup(shared, key);
        Self {
            key,
            tier,
            lookup_ms,
            tries: regimes
                .map(|regime| tries(shared, given, key, regime))
                .collect(),
        }
    }

    /// Adds requests to a bin.
    fn add(&self, series: &mut Series, random: &mut Stream, (bin, regime): (u32, u32), count: u64) {
        if count == 0 {
            return;
        }
        let bin = &mut series.bins[bin as usize];
        bin.requests += count;
        match self.key.way {
            BROWSER => bin.browser_hits += count,
            STUB => bin.stub_hits += count,
            _ => count_query(bin, self.tier, count),
        }
        let tries = &self.tries[regime as usize];
        let Some(first) = tries.first() else {
            bin.unresolved += count;
            return;
        };
        let by_address = &mut bin.by_group[self.key.group];
        let mut left = count;
        for (number, one) in tries.iter().enumerate() {
            let served = share_of(left, one.served, random);
            left -= served;
            by_address[one.address] += served;
            bin.stale += if one.stale { served } else { 0 };
            bin.retried += if number > 0 { served } else { 0 };
            bin.latency[latency_class(self.lookup_ms + one.millis)] += served;
        }
        by_address[first.address] += left;
        bin.dead += left;
        bin.dead_by[first.address] += left;
        bin.stale += if first.stale { left } else { 0 };
    }
}

/// Counts queries that resolvers got and answered in a way.
fn count_query(bin: &mut Bin, tier: Option<Tier>, count: u64) {
    bin.resolver_queries += count;
    match tier {
        Some(Tier::Hit) => bin.resolver_hits += count,
        Some(Tier::StaleHit | Tier::Stale) => {
            bin.resolver_hits += count;
            bin.resolver_stale += count;
        }
        _ => {}
    }
}

/// How many of `count` things happen that each happen with chance `share`.
fn share_of(count: u64, share: f64, random: &mut Stream) -> u64 {
    if share >= 1.0 || count == 0 {
        return count;
    }
    if share <= 0.0 {
        return 0;
    }
    if count <= 1000 {
        return (0..count).filter(|_| random.fraction() < share).count() as u64;
    }
    // Far from the ends a binomial count is normal, near enough for seconds of convergence.
    let mean = count as f64 * share;
    let angle = 2.0 * std::f64::consts::PI * random.fraction();
    let length = libm::sqrt(-2.0 * libm::log(1.0 - random.fraction()));
    let drawn = mean + libm::sqrt(mean * (1.0 - share)) * length * libm::cos(angle);
    (libm::round(drawn).max(0.0) as u64).min(count)
}

/// How a resolver answered, and how long the lookup took in milliseconds.
fn lookup(shared: &Shared, key: Key) -> (Option<Tier>, f64) {
    let population = &shared.population;
    let clients = &population.clients[key.group];
    let browser = if clients.browser.is_some() {
        BROWSER_MS
    } else {
        0.0
    };
    if key.way == BROWSER {
        return (None, browser);
    }
    let Some((resolver, tier)) = shared.ways.tier(key.way) else {
        return (None, browser + STUB_MS);
    };
    let at = population.resolvers[resolver].at;
    let timeouts = |rounds: u32| FIRST_TIMEOUT_MS * f64::from((1_u32 << rounds) - 1);
    let gave_up = timeouts(ROUNDS) * shared.ways.providers as f64;
    let work = match tier {
        Tier::Hit | Tier::StaleHit | Tier::FailureHit => 0.0,
        Tier::Failure => gave_up,
        Tier::Stale => gave_up.min(STALE_PATIENCE_MS),
        Tier::Fetch { provider, lost } => {
            let sites = population.service.providers[provider].sites.iter();
            let trips = sites.map(|&site| round_trip_ms(at, site));
            let nearest = trips.fold(f64::INFINITY, f64::min);
            timeouts(1) * lost as f64 + if nearest.is_finite() { nearest } else { 0.0 }
        }
    };
    let millis = browser + STUB_MS + round_trip_ms(clients.at, at) + work;
    (Some(tier), millis)
}

/// What clients try that are answered so in a regime.
fn tries(shared: &Shared, given: &[Vec<bool>], key: Key, regime: usize) -> Vec<Try> {
    if matches!(key.answer, EMPTY | FAILURE) {
        return Vec::new();
    }
    let ways = &shared.conditions.regimes[regime].ways[key.group];
    let trips = f64::from(shared.population.service.round_trips);
    let mut waited = 0.0;
    let addresses = shared.answers.addresses(key.answer).iter();
    let tries = addresses.map(|&address| {
        let address = usize::from(address);
        let way = ways[address];
        let before = waited;
        waited += if way.refuses {
            way.round_trip_ms
        } else {
            CONNECT_TIMEOUT_MS
        };
        Try {
            address,
            served: way.served,
            stale: !given[regime][address],
            millis: before + trips * way.round_trip_ms,
        }
    });
    tries.collect()
}

/// Which addresses the service gives out to anybody, by regime. A provider that is silent gives
/// out none; if all are silent, what they would say counts.
fn given_out(shared: &mut Shared, crowd: &Crowd) -> Vec<Vec<bool>> {
    let addresses = shared.population.addresses().len();
    let askers = askers(shared, crowd);
    let versions = shared.conditions.versions.iter().enumerate();
    let by_version: Vec<Vec<bool>> = versions
        .map(|(index, version)| {
            let mut given = vec![false; addresses];
            for &from in &askers {
                let answers = &mut shared.answers;
                let possible = answers.possible(index, version, from, &mut shared.random);
                for address in possible {
                    given[usize::from(address)] = true;
                }
            }
            given
        })
        .collect();
    let regimes = shared.conditions.regimes.iter();
    let given = regimes.map(|regime| {
        let all_silent = !regime.up.iter().any(|&up| up);
        let speaking = regime.version.iter().zip(&regime.up);
        let mut given = vec![false; addresses];
        for (&version, _) in speaking.filter(|(_, up)| all_silent || **up) {
            for (address, is_given) in by_version[version].iter().enumerate() {
                given[address] |= is_given;
            }
        }
        given
    });
    given.collect()
}

/// Those who may ask, or some of them if they are many.
fn askers(shared: &Shared, crowd: &Crowd) -> Vec<From> {
    let population = &shared.population;
    let mut askers = Vec::new();
    // A number beyond all others, so that nothing remembered is mixed up.
    let mut slot = 1 + population
        .clients
        .iter()
        .map(|g| g.prefixes as usize)
        .sum::<usize>();
    for (index, group) in population.resolvers.iter().enumerate() {
        let resolver = address_of(group, 0);
        let bits = group.subnet.filter(|&bits| bits > 0);
        let Some(bits) = bits else {
            askers.push(From {
                resolver,
                told: None,
                slot,
            });
            slot += 1;
            continue;
        };
        let asking = population.clients.iter().enumerate();
        for (_, own) in asking.filter(|(clients, _)| crowd.is_asked(index, *clients)) {
            let step = own.prefixes.div_ceil(PROBES).max(1) as usize;
            for prefix in (0..own.prefixes).step_by(step) {
                let told = Some(told_network(own, prefix, bits));
                askers.push(From {
                    resolver,
                    told,
                    slot,
                });
                slot += 1;
            }
        }
    }
    askers
}
