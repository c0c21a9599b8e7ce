//! Values as the text of a link, and back.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::LinkError;
use crate::scenario::json::from_json;
use crate::scenario::packed::{from_octets, to_octets};

/// The version of links as they are made now.
const PACKED: &str = "2.";
/// The version of links that are plain JSON.
const PLAIN: &str = "1.";
/// How hard it is tried to make links short, 0 to 10.
const EFFORT: u8 = 8;
/// The octets of a checksum.
const CHECKSUM: usize = 4;
/// The most octets of a block that is stored as it is.
const BLOCK: usize = 0xFFFF;

/// A value as the text of a link.
pub(super) fn write<T: Serialize>(value: &T) -> String {
    seal(&compress_to_vec(&octets(value), EFFORT))
}

/// A value as the text of a link that is not made short: it is read as any other, and what writes
/// it is a small fraction of what packs.
pub(super) fn write_long<T: Serialize>(value: &T) -> String {
    seal(&stored(&octets(value)))
}

/// The octets of a value.
fn octets<T: Serialize>(value: &T) -> Vec<u8> {
    // Values of links hold nothing that has no octets.
    to_octets(value).unwrap_or_default()
}

/// The value of a link's text that stands for at most `most` octets.
///
/// # Errors
/// If the text is of no version that is known, was changed, or stands for more.
pub(super) fn read<T: DeserializeOwned>(text: &str, most: usize) -> Result<T, LinkError> {
    if let Some(body) = text.strip_prefix(PLAIN) {
        return from_json(&decode(body)?).map_err(|_| LinkError::Damaged);
    }
    let octets = unpack(text, most)?;
    // The checksum was right, so this is what was written, by a lab with other forms.
    from_octets(&octets).map_err(|_| LinkError::UnknownVersion)
}

/// Octets in the form of what is deflated, as they are: blocks that are stored, each with its
/// length and that inverted (RFC 1951, section 3.2.4).
fn stored(octets: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(octets.len() + 5);
    let mut rest = octets;
    loop {
        let (block, after) = rest.split_at(rest.len().min(BLOCK));
        let length = block.len() as u16;
        // The last block says that it is the last.
        body.push(u8::from(after.is_empty()));
        body.extend(length.to_le_bytes());
        body.extend((!length).to_le_bytes());
        body.extend(block);
        if after.is_empty() {
            return body;
        }
        rest = after;
    }
}

/// What is deflated as the text of a link.
fn seal(body: &[u8]) -> String {
    let mut packed = checksum(body).to_be_bytes().to_vec();
    packed.extend(body);
    format!("{PACKED}{}", URL_SAFE_NO_PAD.encode(packed))
}

/// The octets of a link's text, at most `most` of them.
fn unpack(text: &str, most: usize) -> Result<Vec<u8>, LinkError> {
    let body = text.strip_prefix(PACKED).ok_or(LinkError::UnknownVersion)?;
    let packed = decode(body)?;
    let (sum, body) = packed
        .split_first_chunk::<CHECKSUM>()
        .ok_or(LinkError::Damaged)?;
    if checksum(body) != u32::from_be_bytes(*sum) {
        return Err(LinkError::Damaged);
    }
    decompress_to_vec_with_limit(body, most).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => LinkError::TooLarge,
        _ => LinkError::Damaged,
    })
}

/// Reads Base64.
fn decode(body: &str) -> Result<Vec<u8>, LinkError> {
    URL_SAFE_NO_PAD.decode(body).map_err(|_| LinkError::Damaged)
}

/// A number that tells one link's text from another.
pub fn mark(text: &str) -> u32 {
    checksum(text.as_bytes())
}

/// FNV-1a in 32 bits. A change within 16 bits, which is more than one character of Base64, always
/// changes it.
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811C_9DC5, |hash: u32, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// More than any test packs.
    const MOST: usize = 1 << 20;

    /// Octets as the text of a link.
    fn pack(octets: &[u8]) -> String {
        seal(&compress_to_vec(octets, EFFORT))
    }

    #[test]
    fn a_flipped_character_is_told_as_damage_wherever_it_stands() {
        let text = pack(br#"{"knobs":{"ttl":300.0},"at":5}"#);
        for place in 2..text.len() {
            for other in [b'A', b'z', b'_', b'5'] {
                let mut bytes = text.clone().into_bytes();
                if bytes[place] == other {
                    continue;
                }
                bytes[place] = other;
                let changed = String::from_utf8(bytes).expect("it is ASCII");
                assert_eq!(unpack(&changed, MOST), Err(LinkError::Damaged), "{changed}");
            }
        }
    }

    #[test]
    fn a_link_that_was_cut_is_told_as_damage() {
        let text = pack(br#"{"knobs":{"ttl":300.0},"at":5}"#);
        for length in 2..text.len() {
            assert_eq!(unpack(&text[..length], MOST), Err(LinkError::Damaged));
        }
        assert_eq!(unpack("3.abc", MOST), Err(LinkError::UnknownVersion));
        assert_eq!(unpack("", MOST), Err(LinkError::UnknownVersion));
    }

    #[test]
    fn a_small_link_that_swells_is_refused() {
        let text = pack(&vec![b' '; 4 * MOST]);
        assert!(text.len() < 20_000);
        assert_eq!(unpack(&text, MOST), Err(LinkError::TooLarge));
    }

    #[test]
    fn what_is_not_made_short_comes_back_also_in_many_blocks() {
        for length in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK] {
            let bytes: Vec<u8> = (0..length).map(|at| at as u8).collect();
            assert_eq!(unpack(&seal(&stored(&bytes)), MOST), Ok(bytes), "{length}");
        }
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_back(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
            prop_assert_eq!(unpack(&pack(&bytes), MOST), Ok(bytes.clone()));
            prop_assert_eq!(unpack(&seal(&stored(&bytes)), MOST), Ok(bytes));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "([12]\\.)?[ -~]{0,200}") {
            let _ = read::<Vec<(u32, String)>>(&text, MOST);
        }
    }
}
