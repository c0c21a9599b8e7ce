//! Which name server to ask: what the resolver remembers of servers, and how it chooses.

use std::net::IpAddr;

use super::config::ServerSelection;
use crate::dns::{Name, Rtype};
use crate::engine::table::Table;
use crate::engine::{ServerReason, SimDuration, SimTime, Stream};

/// Servers remembered at most; the one that was asked the longest ago goes first.
const CAPACITY: usize = 10_000;
/// Zones a server is remembered as lame for at most; the oldest goes first.
const LAME_CAPACITY: usize = 100;

/// What is remembered of one server address: smoothed round-trip time and the wait that
/// follows from it ([RFC 6298 §2](https://www.rfc-editor.org/rfc/rfc6298#section-2)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerStats {
    /// Smoothed round-trip time; `None` before the first answer.
    pub smoothed_rtt: Option<SimDuration>,
    /// Mean deviation of the round-trip time.
    pub deviation: SimDuration,
    /// How often in a row the server was silent.
    pub silent: u32,
    /// It does not understand EDNS.
    pub lacks_edns: bool,
}

impl ServerStats {
    /// How long to wait for this server: smoothed time plus four deviations, doubled for
    /// each silence in a row.
    pub fn timeout(&self, selection: &ServerSelection) -> SimDuration {
        let base = self.smoothed_rtt.map_or(selection.unknown_timeout, |rtt| {
            rtt + self.deviation.saturating_mul(4)
        });
        base.max(selection.min_timeout)
            .saturating_mul(1 << self.silent.min(16))
            .min(selection.max_timeout)
    }

    /// Learns from an answer.
    fn record_answer(&mut self, rtt: SimDuration) {
        let micros = SimDuration::from_micros;
        match self.smoothed_rtt {
            None => {
                self.smoothed_rtt = Some(rtt);
                self.deviation = micros(rtt.as_micros() / 2);
            }
            Some(smoothed) => {
                let (old, new) = (smoothed.as_micros(), rtt.as_micros());
                let error = old.abs_diff(new);
                self.deviation = micros((3 * self.deviation.as_micros() + error) / 4);
                self.smoothed_rtt = Some(micros((7 * old + new) / 8));
            }
        }
        self.silent = 0;
    }
}

/// Why a server is no good for a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lameness {
    /// It does not serve the zone.
    Lame,
    /// It only offers recursion.
    Recursive,
}

/// A zone a server is no good for.
#[derive(Clone, Debug)]
struct LameEntry {
    /// The zone.
    zone: Name,
    /// Whether it was asked for IPv4 addresses. Load balancers that know nothing else answer
    /// these well, so one does not count for the other (as in Unbound).
    is_ipv4: bool,
    /// What is wrong.
    lameness: Lameness,
    /// Since when this is known.
    since: SimTime,
}

/// What is remembered of one server, and since when.
#[derive(Clone, Debug)]
struct Memory {
    /// What is known of its speed.
    stats: ServerStats,
    /// When it was learned last.
    learned_at: SimTime,
    /// What it is no good for.
    lame: Vec<LameEntry>,
}

/// The memory of all servers ever asked.
#[derive(Clone, Debug, Default)]
pub(super) struct ServerTable(Table<IpAddr, Memory>);

impl ServerTable {
    /// What is known of one address; what is older than the memory counts as forgotten.
    pub(super) fn stats(
        &self,
        now: SimTime,
        address: IpAddr,
        selection: &ServerSelection,
    ) -> ServerStats {
        let known = self.0.get(&address);
        let fresh = known.filter(|known| now.since(known.learned_at) < selection.memory);
        fresh.map(|known| known.stats).unwrap_or_default()
    }

    /// Everything known, in the order servers were first asked.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&IpAddr, &ServerStats)> {
        self.0
            .iter()
            .map(|(address, known)| (address, &known.stats))
    }

    /// What is known of one address, to change it.
    fn learn(&mut self, now: SimTime, address: IpAddr, selection: &ServerSelection) -> &mut Memory {
        if self.0.len() >= CAPACITY && !self.0.contains_key(&address) {
            let oldest = self.0.values().enumerate();
            if let Some((index, _)) = oldest.min_by_key(|(_, known)| known.learned_at) {
                self.0.swap_remove_index(index);
            }
        }
        let known = self.0.entry(address).or_insert_with(|| Memory {
            stats: ServerStats::default(),
            learned_at: now,
            lame: Vec::new(),
        });
        if now.since(known.learned_at) >= selection.memory {
            known.stats = ServerStats::default();
        }
        known.learned_at = now;
        known
    }

    /// Learns that a server answered.
    pub(super) fn record_answer(
        &mut self,
        now: SimTime,
        address: IpAddr,
        rtt: SimDuration,
        selection: &ServerSelection,
    ) {
        let known = self.learn(now, address, selection);
        known.stats.record_answer(rtt);
    }

    /// Learns that a server was silent.
    pub(super) fn record_silence(
        &mut self,
        now: SimTime,
        address: IpAddr,
        selection: &ServerSelection,
    ) {
        let stats = &mut self.learn(now, address, selection).stats;
        stats.silent = stats.silent.saturating_add(1);
    }

    /// Learns that a server does not understand EDNS.
    pub(super) fn record_lack_of_edns(
        &mut self,
        now: SimTime,
        address: IpAddr,
        selection: &ServerSelection,
    ) {
        self.learn(now, address, selection).stats.lacks_edns = true;
    }

    /// Learns that a server is no good for questions of a type about a zone.
    pub(super) fn record_lameness(
        &mut self,
        now: SimTime,
        address: IpAddr,
        (zone, qtype): (&Name, Rtype),
        lameness: Lameness,
        selection: &ServerSelection,
    ) {
        let is_ipv4 = qtype == Rtype::A;
        let lame = &mut self.learn(now, address, selection).lame;
        lame.retain(|entry| {
            let is_same = entry.zone == *zone && entry.is_ipv4 == is_ipv4;
            !is_same && now.since(entry.since) < selection.memory
        });
        if lame.len() >= LAME_CAPACITY {
            lame.remove(0);
        }
        lame.push(LameEntry {
            zone: zone.clone(),
            is_ipv4,
            lameness,
            since: now,
        });
    }

    /// Whether a server is no good for questions of a type about a zone.
    pub(super) fn lameness(
        &self,
        now: SimTime,
        address: IpAddr,
        (zone, qtype): (&Name, Rtype),
        selection: &ServerSelection,
    ) -> Option<Lameness> {
        let mut lame = self.0.get(&address)?.lame.iter();
        let entry = lame.find(|entry| {
            entry.zone == *zone
                && entry.is_ipv4 == (qtype == Rtype::A)
                && now.since(entry.since) < selection.memory
        })?;
        Some(entry.lameness)
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Picks one of `candidates`: at random among those whose expected wait is within the
    /// band of the best (Unbound's `RTT_BAND`). `None` if there is none.
    pub(super) fn choose(
        &self,
        now: SimTime,
        candidates: &[IpAddr],
        selection: &ServerSelection,
        random: &mut Stream,
    ) -> Option<(usize, ServerReason)> {
        let stats = |address: &IpAddr| self.stats(now, *address, selection);
        let waits: Vec<SimDuration> = candidates
            .iter()
            .map(|address| stats(address).timeout(selection))
            .collect();
        let best = *waits.iter().min()?;
        let within: Vec<usize> = (0..waits.len())
            .filter(|index| waits[*index] <= best + selection.rtt_band)
            .collect();
        let index = within[random.below(within.len())];
        let reason = match stats(&candidates[index]).smoothed_rtt {
            _ if candidates.len() == 1 => ServerReason::OnlyOne,
            None => ServerReason::Untried,
            Some(rtt) if within.len() == 1 => ServerReason::Fastest(rtt),
            Some(rtt) => ServerReason::AmongFast(rtt),
        };
        Some((index, reason))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SELECTION: ServerSelection = ServerSelection {
        rtt_band: SimDuration::from_millis(400),
        unknown_timeout: SimDuration::from_millis(376),
        min_timeout: SimDuration::from_millis(50),
        max_timeout: SimDuration::from_secs(120),
        attempts: 3,
        memory: SimDuration::from_secs(900),
    };

    fn answered(table: &mut ServerTable, last: u8, millis: u64) {
        let rtt = SimDuration::from_millis(millis);
        table.record_answer(SimTime::ZERO, address(last), rtt, &SELECTION);
    }

    fn wait(table: &ServerTable, at: u64) -> SimDuration {
        let now = SimTime::ZERO + SimDuration::from_secs(at);
        table.stats(now, address(1), &SELECTION).timeout(&SELECTION)
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn wait_follows_the_measured_time_and_doubles_with_silence() {
        let mut table = ServerTable::default();
        assert_eq!(wait(&table, 0), SELECTION.unknown_timeout);
        answered(&mut table, 1, 100);
        assert_eq!(wait(&table, 0), SimDuration::from_millis(300));
        table.record_silence(SimTime::ZERO, address(1), &SELECTION);
        assert_eq!(wait(&table, 0), SimDuration::from_millis(600));
    }

    #[test]
    fn what_is_known_of_a_server_is_forgotten_after_a_while() {
        let mut table = ServerTable::default();
        table.record_silence(SimTime::ZERO, address(1), &SELECTION);
        let zone: Name = "example.com".parse().expect("a valid name");
        let now = SimTime::ZERO;
        let place = (&zone, Rtype::MX);
        table.record_lameness(now, address(1), place, Lameness::Lame, &SELECTION);
        assert_eq!(
            wait(&table, 899),
            SELECTION.unknown_timeout.saturating_mul(2)
        );
        assert_eq!(wait(&table, 900), SELECTION.unknown_timeout);
        let lameness = |secs| {
            let now = SimTime::ZERO + SimDuration::from_secs(secs);
            table.lameness(now, address(1), place, &SELECTION)
        };
        assert_eq!(lameness(899), Some(Lameness::Lame));
        assert_eq!(lameness(900), None);
    }

    #[test]
    fn server_far_outside_the_band_is_not_chosen() {
        let mut table = ServerTable::default();
        answered(&mut table, 1, 10);
        answered(&mut table, 2, 900);
        let mut random = Stream::new(1, "choice");
        for _ in 0..50 {
            let both = [address(2), address(1)];
            let chosen = table.choose(SimTime::ZERO, &both, &SELECTION, &mut random);
            assert_eq!(chosen.map(|(index, _)| index), Some(1));
        }
    }

    #[test]
    fn servers_within_the_band_share_the_queries() {
        let mut table = ServerTable::default();
        answered(&mut table, 1, 10);
        answered(&mut table, 2, 60);
        let mut random = Stream::new(1, "choice");
        let both = [address(1), address(2)];
        let firsts = (0..200)
            .filter_map(|_| table.choose(SimTime::ZERO, &both, &SELECTION, &mut random))
            .filter(|(index, _)| *index == 0)
            .count();
        assert!((60..140).contains(&firsts), "{firsts} of 200");
    }

    #[test]
    fn no_candidate_no_choice() {
        let table = ServerTable::default();
        let mut random = Stream::new(1, "choice");
        let chosen = table.choose(SimTime::ZERO, &[], &SELECTION, &mut random);
        assert_eq!(chosen, None);
    }
}
