//! The connection an application opens to the address it got.

use std::net::{IpAddr, SocketAddr};

use super::super::{Datagram, Payload, Transport};
use super::lookup::{Lookup, Stage};
use super::{Client, ephemeral_port};
use crate::engine::{EventKind, SimDuration, SimTime};

/// The first wait for a connection; it doubles with each try ([RFC 6298 §2](https://www.rfc-editor.org/rfc/rfc6298#section-2)).
const CONNECT_TIMEOUT: SimDuration = SimDuration::from_secs(1);
/// How often a connection is tried before the application gives up.
const CONNECT_ATTEMPTS: u32 = 3;
/// The port an application connects to.
const HTTPS_PORT: u16 = 443;

/// From an address to a connection.
impl Client {
    /// Sends the first segment of a handshake.
    pub(super) fn send_syn(
        &mut self,
        now: SimTime,
        number: u64,
        lookup: Lookup,
        address: IpAddr,
        started: SimTime,
        attempt: u32,
    ) {
        let port = ephemeral_port(&mut self.random);
        self.outbox.transmit(Datagram {
            source: SocketAddr::new(self.config.address, port),
            destination: SocketAddr::new(address, HTTPS_PORT),
            transport: Transport::Tcp,
            payload: Payload::Syn,
        });
        let wait = CONNECT_TIMEOUT.saturating_mul(1 << (attempt - 1));
        let stage = Stage::Connect {
            address,
            port,
            attempt,
            started,
        };
        self.enter(number, lookup, stage, now + wait);
    }

    /// The host answered: the connection stands.
    pub(super) fn finish_connection(&mut self, now: SimTime, datagram: &Datagram) {
        let matching = self.lookups.iter().find(|(_, lookup)| {
            let Stage::Connect { address, port, .. } = lookup.stage else {
                return false;
            };
            datagram.source == SocketAddr::new(address, HTTPS_PORT)
                && datagram.destination == SocketAddr::new(self.config.address, port)
        });
        let Some((&number, _)) = matching else { return };
        let Some(lookup) = self.remove(number) else {
            return;
        };
        if let Stage::Connect {
            address, started, ..
        } = lookup.stage
        {
            let elapsed = now.since(started);
            self.outbox
                .report(EventKind::ConnectionOpened { address, elapsed });
        }
    }

    /// Tries the handshake again or gives up.
    pub(super) fn host_was_silent(&mut self, now: SimTime, number: u64, lookup: Lookup) {
        let Stage::Connect {
            address,
            attempt,
            started,
            ..
        } = lookup.stage
        else {
            return;
        };
        if attempt < CONNECT_ATTEMPTS {
            self.send_syn(now, number, lookup, address, started, attempt + 1);
        } else {
            let elapsed = now.since(started);
            self.outbox
                .report(EventKind::ConnectionFailed { address, elapsed });
        }
    }
}
