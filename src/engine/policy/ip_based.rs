//! The record for the asker's network, by the rules of [Route 53]'s IP-based routing.
//!
//! The longest prefix that holds the asker's whole network counts; endpoints without networks
//! are the default. If what counts is unhealthy, the next shorter prefix answers, then the
//! default; if nothing that holds the asker is healthy, the longest answers all the same. An
//! asker in no network gets an answer without records where there is no default.
//!
//! [Route 53]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-ipbased.html

use ipnet::IpNet;

use super::decision::{Draft, Reason, Step};
use super::endpoint::Endpoint;

/// How many bits of the longest network of an endpoint that holds the asker; 0 for the default,
/// `None` if it is for others.
fn bits(endpoint: &Endpoint, asker: &IpNet) -> Option<u8> {
    if endpoint.networks.is_empty() {
        return Some(0);
    }
    let holding = endpoint.networks.iter().filter(|own| own.contains(asker));
    holding.map(IpNet::prefix_len).max()
}

/// The endpoints of the longest prefix that has a healthy one; of the longest if none has.
pub(super) fn choose(draft: &mut Draft<'_>, asker: IpNet) {
    let endpoints = draft.pool.endpoints();
    let of = |index: usize| bits(&endpoints[index], &asker);
    let is_usable = |index: usize| endpoints[index].health.is_usable();
    draft.keep(Reason::OtherNetwork, |index| of(index).is_some());
    let longest = |usable_only: bool| {
        let all = (0..endpoints.len()).filter(|&index| !usable_only || is_usable(index));
        all.filter_map(of).max()
    };
    let Some(all) = longest(false) else {
        draft.note(Step::NoNetworkMatched);
        return;
    };
    if let Some(healthy) = longest(true) {
        draft.keep(Reason::Unhealthy, is_usable);
        draft.keep(Reason::OtherNetwork, |index| of(index) == Some(healthy));
    } else {
        draft.note(Step::AllUnhealthy);
        draft.keep(Reason::OtherNetwork, |index| of(index) == Some(all));
    }
}
