//! A web server, seen from DNS: something that accepts connections.

use super::{Action, Datagram, Outbox, Payload};

/// A machine that completes TCP handshakes and answers no DNS query.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// What waits to be sent.
    outbox: Outbox,
}

impl Host {
    /// Answers the first segment of a handshake with the second; anything else is ignored.
    pub(crate) fn handle_datagram(&mut self, datagram: &Datagram) {
        if datagram.payload == Payload::Syn {
            self.outbox.transmit(Datagram {
                source: datagram.destination,
                destination: datagram.source,
                transport: datagram.transport,
                payload: Payload::SynAck,
            });
        }
    }

    /// The next action.
    pub(crate) fn poll_action(&mut self) -> Option<Action> {
        self.outbox.pop()
    }
}
