//! A balancer's choices and checks in words.

use crate::engine::balancer::{BalancerReason, Condition, Probe};
use crate::scene::words::count;

/// A balancer picked a server.
pub(super) fn choice(
    server: &str,
    why: BalancerReason,
    candidates: usize,
    condition: Condition,
) -> String {
    let among = count(candidates, "server", "servers");
    let why = match why {
        BalancerReason::OnlyOne => "the only server that serves".to_owned(),
        BalancerReason::Turn => format!("whose turn it is among {among}"),
        BalancerReason::FewestConnections(open) => {
            format!("which has the fewest connections of {among}: {open}")
        }
        BalancerReason::AddressHash => {
            format!("to which the client's address leads, among {among}")
        }
    };
    let end = match condition {
        Condition::Well => "",
        Condition::Sick => " The connection opens, but the server answers with an error.",
        Condition::Dead => " The server is dead and says nothing; no check has noticed yet.",
    };
    format!("DNS has picked the address. The balancer picks {server}, {why}.{end}")
}

/// A balancer took a server out or put it back.
pub(super) fn verdict(server: &str, healthy: bool, probe: Probe) -> String {
    let probe = match probe {
        Probe::Connect => "open a TCP connection",
        Probe::Http => "ask for /health",
    };
    if healthy {
        format!("The checks, which {probe}, succeed again. {server} gets connections from now on.")
    } else {
        format!("The checks, which {probe}, have failed too often in a row. {server} is taken out.")
    }
}
