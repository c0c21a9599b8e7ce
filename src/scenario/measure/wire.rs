//! Figures about messages and connections.

use crate::dns::{Message, Question, Rtype};
use crate::engine::{EventKind, Node, SimDuration, Trace};

/// How long connection attempt number `attempt` took, whether it was opened or given up.
pub(super) fn connect_time(trace: &Trace, attempt: usize) -> Option<SimDuration> {
    let mut attempts = trace.events().iter().filter_map(|event| match &event.kind {
        EventKind::ConnectionOpened { elapsed, .. }
        | EventKind::ConnectionFailed { elapsed, .. } => Some(*elapsed),
        _ => None,
    });
    attempts.nth(attempt)
}

/// How many octets a server's whole response has. `None` if the node is no authoritative server.
pub(super) fn response_size(node: &Node, question: &Question, is_ipv4_only: bool) -> Option<u64> {
    let Node::Authoritative(server) = node else {
        return None;
    };
    let (mut response, _) = server.answer(&Message::query(0, question.clone()));
    if is_ipv4_only {
        response.additional.retain(|set| set.rtype != Rtype::AAAA);
    }
    response.encode().ok().map(|octets| octets.len() as u64)
}
