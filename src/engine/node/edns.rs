//! EDNS(0) on the server's side ([RFC 6891 §6](https://www.rfc-editor.org/rfc/rfc6891#section-6)).

use bytes::{BufMut as _, BytesMut};

use super::truncation::UDP_PAYLOAD_SIZE;
use crate::dns::{Edns, EdnsOption, Message, Rcode};

/// The option code of EDNS Client Subnet ([RFC 7871 §6](https://www.rfc-editor.org/rfc/rfc7871#section-6)).
const CLIENT_SUBNET: u16 = 8;
/// The upper eight bits of BADVERS, which is 16 ([RFC 6891 §9](https://www.rfc-editor.org/rfc/rfc6891#section-9)).
const BADVERS_UPPER: u8 = 1;

/// Gives `response` the OPT record that answers the query's. `false` if the query's OPT record
/// is at fault; the response then has the code that says so.
pub(crate) fn reply(query: &Message, response: &mut Message) -> bool {
    let Some(asked) = &query.edns else {
        return true;
    };
    let mut edns = Edns {
        dnssec_ok: asked.dnssec_ok,
        ..Edns::with_payload_size(UDP_PAYLOAD_SIZE)
    };
    let mut is_fine = true;
    if asked.version > 0 {
        edns.extended_rcode = BADVERS_UPPER;
        is_fine = false;
    } else if let Some(option) = asked.options.iter().find(|o| o.code == CLIENT_SUBNET) {
        match echoed_subnet(option) {
            Some(echo) => edns.options.push(echo),
            None => {
                response.rcode = Rcode::FORMERR;
                is_fine = false;
            }
        }
    }
    response.edns = Some(edns);
    is_fine
}

/// The client subnet as it came, with scope 0: the answer is the same for everybody
/// ([RFC 7871 §7.2.1](https://www.rfc-editor.org/rfc/rfc7871#section-7.2.1)).
/// `None` if it breaks the rules of §6.
fn echoed_subnet(option: &EdnsOption) -> Option<EdnsOption> {
    let [family_high, family_low, source, scope, address @ ..] = option.value.as_ref() else {
        return None;
    };
    let longest = match u16::from_be_bytes([*family_high, *family_low]) {
        // No address at all: the asker wants its address left out.
        0 => 0,
        1 => 32,
        2 => 128,
        _ => return None,
    };
    let has_right_length =
        *source <= longest && address.len() == usize::from(*source).div_ceil(8) && *scope == 0;
    let spare_bits = (8 - source % 8) % 8;
    let has_clean_end = address
        .last()
        .is_none_or(|last| last.trailing_zeros() >= u32::from(spare_bits));
    if !has_right_length || !has_clean_end {
        return None;
    }
    let mut value = BytesMut::from(option.value.as_ref());
    value.truncate(3);
    value.put_u8(0);
    value.put_slice(address);
    Some(EdnsOption {
        code: CLIENT_SUBNET,
        value: value.freeze(),
    })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn echo(octets: &'static [u8]) -> Option<Bytes> {
        let value = Bytes::from_static(octets);
        let option = EdnsOption {
            code: CLIENT_SUBNET,
            value,
        };
        echoed_subnet(&option).map(|option| option.value)
    }

    #[test]
    fn a_sound_subnet_comes_back_with_scope_zero() {
        let sound: [&[u8]; 4] = [
            &[0, 1, 24, 0, 192, 0, 2],
            &[0, 1, 25, 0, 192, 0, 2, 128],
            &[0, 2, 0, 0],
            &[0, 0, 0, 0],
        ];
        for octets in sound {
            assert_eq!(echo(octets).as_deref(), Some(octets));
        }
    }

    #[test]
    fn a_subnet_that_breaks_the_rules_is_refused() {
        let broken: [&[u8]; 6] = [
            &[0, 1],
            &[0, 1, 24, 0, 192, 0],
            &[0, 1, 24, 8, 192, 0, 2],
            &[0, 1, 33, 0, 192, 0, 2, 1, 0],
            &[0, 1, 20, 0, 192, 0, 1],
            &[0, 9, 0, 0],
        ];
        for octets in broken {
            assert_eq!(echo(octets), None, "{octets:?}");
        }
    }
}
