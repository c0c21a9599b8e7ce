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
/// How often an application asks for the next part of a long answer.
const PART_INTERVAL: SimDuration = SimDuration::from_secs(1);
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

    /// The lookup that waits for the other end to accept or refuse.
    fn connecting(&self, datagram: &Datagram) -> Option<u64> {
        let matching = self.lookups.iter().find(|(_, lookup)| {
            let Stage::Connect { address, port, .. } = lookup.stage else {
                return false;
            };
            datagram.source == SocketAddr::new(address, HTTPS_PORT)
                && datagram.destination == SocketAddr::new(self.config.address, port)
        });
        matching.map(|(number, _)| *number)
    }

    /// The host answered: the connection stands.
    pub(super) fn finish_connection(&mut self, now: SimTime, datagram: &Datagram) {
        let Some(number) = self.connecting(datagram) else {
            return;
        };
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
            let port = datagram.destination.port();
            if let Some(mut download) = lookup.download.clone() {
                download.began = download.began.or(Some(now));
                let lookup = Lookup {
                    download: Some(download),
                    ..lookup
                };
                let stage = Stage::Transfer {
                    address,
                    port,
                    opened: now,
                };
                self.enter(number, lookup, stage, now);
            }
        }
    }

    /// Asks for the next part, or ends the connection when the time is over.
    pub(super) fn ask_for_part(&mut self, now: SimTime, number: u64, mut lookup: Lookup) {
        let (
            Stage::Transfer {
                address,
                port,
                opened,
            },
            Some(download),
        ) = (lookup.stage.clone(), &mut lookup.download)
        else {
            return;
        };
        let elapsed = now.since(download.began.unwrap_or(opened));
        let is_over = elapsed >= download.length;
        self.outbox.transmit(Datagram {
            source: SocketAddr::new(self.config.address, port),
            destination: SocketAddr::new(address, HTTPS_PORT),
            transport: Transport::Tcp,
            payload: if is_over {
                Payload::Fin
            } else {
                Payload::Request
            },
        });
        if is_over {
            let (requests, parts, resets) = (download.requests, download.parts, download.resets);
            self.outbox.report(EventKind::ConnectionClosed {
                address,
                elapsed,
                requests,
                parts,
                resets,
            });
            return;
        }
        download.requests += 1;
        let stage = lookup.stage.clone();
        self.enter(number, lookup, stage, now + PART_INTERVAL);
    }

    /// The lookup whose connection a segment belongs to.
    fn transfer_of(&self, datagram: &Datagram) -> Option<u64> {
        let matching = self.lookups.iter().find(|(_, lookup)| {
            let Stage::Transfer { address, port, .. } = lookup.stage else {
                return false;
            };
            datagram.source == SocketAddr::new(address, HTTPS_PORT)
                && datagram.destination == SocketAddr::new(self.config.address, port)
        });
        matching.map(|(number, _)| *number)
    }

    /// A part has come.
    pub(super) fn take_part(&mut self, datagram: &Datagram) {
        let number = self.transfer_of(datagram);
        let lookup = number.and_then(|number| self.lookups.get_mut(&number));
        if let Some(download) = lookup.and_then(|lookup| lookup.download.as_mut()) {
            download.parts += 1;
        }
    }

    /// The other end knows of no such connection. An application that can go on where it
    /// stopped opens another one; a stub asks its resolver again.
    pub(super) fn connection_was_reset(&mut self, now: SimTime, datagram: &Datagram) {
        let address = datagram.source.ip();
        if let Some(lookup) = self.transfer_of(datagram).map(|number| self.remove(number)) {
            let Some(mut lookup) = lookup else { return };
            let Stage::Transfer { opened, .. } = lookup.stage else {
                return;
            };
            self.outbox.report(EventKind::ConnectionReset {
                address,
                elapsed: now.since(opened),
            });
            if let Some(download) = &mut lookup.download {
                download.resets += 1;
            }
            let number = self.next_lookup;
            self.next_lookup += 1;
            self.send_syn(now, number, lookup, address, now, 1);
            return;
        }
        if let Some(lookup) = self.connecting(datagram).and_then(|n| self.remove(n)) {
            if let Stage::Connect { started, .. } = lookup.stage {
                let elapsed = now.since(started);
                self.outbox
                    .report(EventKind::ConnectionFailed { address, elapsed });
            }
            return;
        }
        let asked = self.lookups.iter().find(|(_, lookup)| {
            let Stage::AwaitResolver {
                port,
                transport: Transport::Tcp,
                ..
            } = lookup.stage
            else {
                return false;
            };
            datagram.source == self.config.resolver && datagram.destination.port() == port
        });
        let number = asked.map(|(number, _)| *number);
        let Some((number, lookup)) = number.and_then(|n| Some((n, self.remove(n)?))) else {
            return;
        };
        if let Stage::AwaitResolver {
            attempt, sent_at, ..
        } = lookup.stage
        {
            let elapsed = now.since(sent_at);
            self.outbox
                .report(EventKind::ConnectionReset { address, elapsed });
            self.send_query(now, number, lookup, attempt, Transport::Tcp);
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
