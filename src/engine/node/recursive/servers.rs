//! Which name server to ask: what the resolver remembers of servers, and how it chooses.

use std::net::IpAddr;

use indexmap::IndexMap;

use crate::engine::{ServerReason, SimDuration, Stream};

/// The wait before a first answer is missed, while the round-trip time is unknown
/// (Unbound's `UNKNOWN_SERVER_NICENESS`).
const UNKNOWN_TIMEOUT: SimDuration = SimDuration::from_millis(376);
/// The shortest wait (Unbound's `infra-cache-min-rtt`).
const MIN_TIMEOUT: SimDuration = SimDuration::from_millis(50);
/// The longest wait (Unbound's `infra-cache-max-rtt`).
const MAX_TIMEOUT: SimDuration = SimDuration::from_secs(120);

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
}

impl ServerStats {
    /// How long to wait for this server: smoothed time plus four deviations, doubled for
    /// each silence in a row.
    pub fn timeout(&self) -> SimDuration {
        let base = self.smoothed_rtt.map_or(UNKNOWN_TIMEOUT, |rtt| {
            rtt + self.deviation.saturating_mul(4)
        });
        base.max(MIN_TIMEOUT)
            .saturating_mul(1 << self.silent.min(16))
            .min(MAX_TIMEOUT)
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

/// The memory of all servers ever asked.
#[derive(Clone, Debug, Default)]
pub(super) struct ServerTable(IndexMap<IpAddr, ServerStats>);

impl ServerTable {
    /// What is known of one address.
    pub(super) fn stats(&self, address: IpAddr) -> ServerStats {
        self.0.get(&address).copied().unwrap_or_default()
    }

    /// Everything known, in the order servers were first asked.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&IpAddr, &ServerStats)> {
        self.0.iter()
    }

    /// Learns that a server answered.
    pub(super) fn record_answer(&mut self, address: IpAddr, rtt: SimDuration) {
        self.0.entry(address).or_default().record_answer(rtt);
    }

    /// Learns that a server was silent.
    pub(super) fn record_silence(&mut self, address: IpAddr) {
        let stats = self.0.entry(address).or_default();
        stats.silent = stats.silent.saturating_add(1);
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Picks one of `candidates`: at random among those whose expected wait is within
    /// `band` of the best (Unbound's `RTT_BAND`). `None` if there is none.
    pub(super) fn choose(
        &self,
        candidates: &[IpAddr],
        band: SimDuration,
        random: &mut Stream,
    ) -> Option<(usize, ServerReason)> {
        let waits: Vec<SimDuration> = candidates
            .iter()
            .map(|address| self.stats(*address).timeout())
            .collect();
        let best = *waits.iter().min()?;
        let within: Vec<usize> = (0..waits.len())
            .filter(|index| waits[*index] <= best + band)
            .collect();
        let index = within[random.below(within.len())];
        let reason = match self.stats(candidates[index]).smoothed_rtt {
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

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn wait_follows_the_measured_time_and_doubles_with_silence() {
        let mut table = ServerTable::default();
        assert_eq!(table.stats(address(1)).timeout(), UNKNOWN_TIMEOUT);
        table.record_answer(address(1), SimDuration::from_millis(100));
        assert_eq!(
            table.stats(address(1)).timeout(),
            SimDuration::from_millis(300)
        );
        table.record_silence(address(1));
        assert_eq!(
            table.stats(address(1)).timeout(),
            SimDuration::from_millis(600)
        );
    }

    #[test]
    fn server_far_outside_the_band_is_not_chosen() {
        let mut table = ServerTable::default();
        table.record_answer(address(1), SimDuration::from_millis(10));
        table.record_answer(address(2), SimDuration::from_millis(900));
        let mut random = Stream::new(1, "choice");
        for _ in 0..50 {
            let both = [address(2), address(1)];
            let chosen = table.choose(&both, SimDuration::from_millis(400), &mut random);
            assert_eq!(chosen.map(|(index, _)| index), Some(1));
        }
    }

    #[test]
    fn servers_within_the_band_share_the_queries() {
        let mut table = ServerTable::default();
        table.record_answer(address(1), SimDuration::from_millis(10));
        table.record_answer(address(2), SimDuration::from_millis(60));
        let mut random = Stream::new(1, "choice");
        let both = [address(1), address(2)];
        let firsts = (0..200)
            .filter_map(|_| table.choose(&both, SimDuration::from_millis(400), &mut random))
            .filter(|(index, _)| *index == 0)
            .count();
        assert!((60..140).contains(&firsts), "{firsts} of 200");
    }

    #[test]
    fn no_candidate_no_choice() {
        let table = ServerTable::default();
        assert_eq!(
            table.choose(&[], SimDuration::ZERO, &mut Stream::new(1, "choice")),
            None
        );
    }
}
