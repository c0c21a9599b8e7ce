//! Making a response fit into one UDP datagram.

use crate::dns::{Message, Rrset, Rtype};

/// The largest UDP response to an asker without EDNS, in octets ([RFC 1035 §4.2.1](https://www.rfc-editor.org/rfc/rfc1035#section-4.2.1)).
const PLAIN_UDP_SIZE: u16 = 512;
/// The UDP payload size a server offers and honours, in octets ([DNS Flag Day 2020](https://www.dnsflagday.net/2020/)).
pub const UDP_PAYLOAD_SIZE: u16 = 1232;

/// Cuts a response that is too long for the asker's UDP: the sections go and TC is set, so
/// that the asker comes back over TCP ([RFC 2181 §9](https://www.rfc-editor.org/rfc/rfc2181#section-9)).
///
/// Addresses that merely save the asker a question go first, and without TC. The glue of a
/// referral does not: all of a delegation's in-domain glue is there, or TC is set
/// ([RFC 9471 §3](https://www.rfc-editor.org/rfc/rfc9471#section-3)).
pub fn fit_udp(query: &Message, response: Message) -> Message {
    let offered = query
        .edns
        .as_ref()
        .map_or(PLAIN_UDP_SIZE, |edns| edns.udp_payload_size);
    let limit = usize::from(offered.clamp(PLAIN_UDP_SIZE, UDP_PAYLOAD_SIZE));
    let fits = |message: &Message| {
        message.length_bound() <= limit
            || message.encode().is_ok_and(|octets| octets.len() <= limit)
    };
    if fits(&response) {
        return response;
    }
    let mut shorter = response;
    let (glue, spare): (Vec<Rrset>, Vec<Rrset>) = std::mem::take(&mut shorter.additional)
        .into_iter()
        .partition(|set| is_in_domain_glue(&shorter, set));
    shorter.additional = glue;
    let kept = shorter.additional.len();
    shorter.additional.extend(spare);
    // With fewer of them it is shorter, so the number that fits is found by halving.
    let (mut least, mut most) = (kept, shorter.additional.len());
    let mut best = None;
    while least < most {
        let count = usize::midpoint(least, most);
        let mut attempt = shorter.clone();
        attempt.additional.truncate(count);
        if fits(&attempt) {
            least = count + 1;
            best = Some(attempt);
        } else {
            most = count;
        }
    }
    if let Some(best) = best {
        return best;
    }
    shorter.flags.tc = true;
    shorter.answer.clear();
    shorter.authority.clear();
    shorter.additional.clear();
    shorter
}

/// Whether `set` is the address of a name server that lies within the zone `response` refers to.
fn is_in_domain_glue(response: &Message, set: &Rrset) -> bool {
    let is_referral = response.answer.is_empty() && !response.flags.aa;
    is_referral
        && response
            .authority
            .iter()
            .any(|cut| cut.rtype == Rtype::NS && set.owner.is_at_or_below(&cut.owner))
}
