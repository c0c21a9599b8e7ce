//! Record data of the signature types in presentation form.
//!
//! Scenario files name algorithms by mnemonic and hold keys and signatures that are no proper
//! base 64, on purpose; the codec of the library rightly refuses both.

use dns_lab::dns::{Name, Rtype};

use crate::record::{hex_octets, parse_name};

/// Algorithm mnemonics of the IANA registry and of BIND's habit.
const ALGORITHMS: [(&str, u8); 16] = [
    ("RSAMD5", 1),
    ("DH", 2),
    ("DSA", 3),
    ("RSASHA1", 5),
    ("DSA-NSEC3-SHA1", 6),
    ("NSEC3DSA", 6),
    ("RSASHA1-NSEC3-SHA1", 7),
    ("NSEC3RSASHA1", 7),
    ("RSASHA256", 8),
    ("RSASHA512", 10),
    ("ECC-GOST", 12),
    ("ECDSAP256SHA256", 13),
    ("ECDSAP384SHA384", 14),
    ("ED25519", 15),
    ("ED448", 16),
    ("INDIRECT", 252),
];

/// Record data as it goes on the wire, and with its names in lower case.
type BothForms = (Vec<u8>, Vec<u8>);

/// Octets of the data and the same in lower case, or `None` for other types.
pub(crate) fn signed_rdata(
    rtype: Rtype,
    text: &str,
    origin: &Name,
) -> Option<Result<BothForms, String>> {
    let both = |octets: Vec<u8>| (octets.clone(), octets);
    match rtype {
        Rtype::DS | Rtype::CDS => Some(digest(text).map(both)),
        Rtype::DNSKEY | Rtype::CDNSKEY => Some(key(text).map(both)),
        Rtype::RRSIG => Some(signature(text, origin)),
        // DLV (RFC 4431) looks like DS.
        other if other.to_int() == 32769 => Some(digest(text).map(both)),
        _ => None,
    }
}

/// Words of a record, parentheses left out.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
        .map(|word| word.trim_matches(['(', ')']))
        .filter(|word| !word.is_empty())
}

/// The next word as a number.
fn number<'a, T: std::str::FromStr>(
    words: &mut impl Iterator<Item = &'a str>,
) -> Result<T, String> {
    let word = words.next().unwrap_or_default();
    word.parse()
        .map_err(|_| format!("`{word}` is no number that fits"))
}

/// The next word as an algorithm.
fn algorithm<'a>(words: &mut impl Iterator<Item = &'a str>) -> Result<u8, String> {
    let word = words.next().unwrap_or_default();
    if let Ok(number) = word.parse() {
        return Ok(number);
    }
    let known = ALGORITHMS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(word));
    known
        .map(|&(_, number)| number)
        .ok_or_else(|| format!("`{word}` is no algorithm"))
}

/// Key tag, algorithm, digest type, digest.
fn digest(text: &str) -> Result<Vec<u8>, String> {
    let mut words = words(text);
    let mut octets = number::<u16>(&mut words)?.to_be_bytes().to_vec();
    octets.push(algorithm(&mut words)?);
    octets.push(number(&mut words)?);
    octets.extend(hex_octets(&words.collect::<String>())?);
    Ok(octets)
}

/// Flags, protocol, algorithm, key.
fn key(text: &str) -> Result<Vec<u8>, String> {
    let mut words = words(text);
    let mut octets = number::<u16>(&mut words)?.to_be_bytes().to_vec();
    octets.push(number(&mut words)?);
    octets.push(algorithm(&mut words)?);
    octets.extend(lax_base64(words));
    Ok(octets)
}

/// Type, algorithm, labels, TTL, expiration, inception, key tag, signer, signature.
fn signature(text: &str, origin: &Name) -> Result<BothForms, String> {
    let mut words = words(text);
    let covered = words.next().unwrap_or_default();
    let covered: Rtype = covered
        .to_ascii_uppercase()
        .parse()
        .map_err(|_| format!("`{covered}` is no record type"))?;
    let mut octets = covered.to_int().to_be_bytes().to_vec();
    octets.push(algorithm(&mut words)?);
    octets.push(number(&mut words)?);
    octets.extend(number::<u32>(&mut words)?.to_be_bytes());
    for _ in 0..2 {
        let word = words.next().unwrap_or_default();
        let time = timestamp(word).ok_or_else(|| format!("`{word}` is no time"))?;
        octets.extend(time.to_be_bytes());
    }
    octets.extend(number::<u16>(&mut words)?.to_be_bytes());
    let signer = parse_name(words.next().unwrap_or_default(), origin)?;
    let mut lower = octets.clone();
    octets.extend(signer.octets());
    lower.extend(signer.octets().to_ascii_lowercase());
    let signature = lax_base64(words);
    octets.extend(&signature);
    lower.extend(&signature);
    Ok((octets, lower))
}

/// `YYYYMMDDHHMMSS` or seconds since 1970, modulo 2^32 (RFC 4034 §3.2).
fn timestamp(word: &str) -> Option<u32> {
    if word.len() != 14 || !word.bytes().all(|b| b.is_ascii_digit()) {
        return word.parse().ok();
    }
    let part = |from: usize, to: usize| word[from..to].parse::<i64>().ok();
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    // Days since 1970 in the Gregorian calendar, years counted from March.
    let shifted = if month > 2 { year } else { year - 1 };
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let leap_days = shifted.div_euclid(4) - shifted.div_euclid(100) + shifted.div_euclid(400);
    let days = shifted * 365 + leap_days + day_of_year - 719_468;
    let seconds = days * 86_400 + part(8, 10)? * 3600 + part(10, 12)? * 60 + part(12, 14)?;
    u32::try_from(seconds.rem_euclid(1 << 32)).ok()
}

/// Base 64 without complaint: other characters are passed over, padding ends it.
fn lax_base64<'a>(words: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let (mut octets, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for octet in words.flat_map(str::bytes) {
        let value = match octet {
            b'A'..=b'Z' => octet - b'A',
            b'a'..=b'z' => octet - b'a' + 26,
            b'0'..=b'9' => octet - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => break,
            _ => continue,
        };
        held = held << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            // The mask leaves one octet.
            octets.push((held >> bits & 0xFF) as u8);
        }
    }
    octets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_count_from_1970() {
        assert_eq!(timestamp("19700101000000"), Some(0));
        assert_eq!(timestamp("20070926134150"), Some(1_190_814_110));
        assert_eq!(timestamp("20240229000000"), Some(1_709_164_800));
        assert_eq!(timestamp("1190814110"), Some(1_190_814_110));
    }

    #[test]
    fn base_64_is_read_as_far_as_it_makes_sense() {
        assert_eq!(lax_base64(["TW", "Fu"].into_iter()), b"Man");
        assert_eq!(lax_base64(["TWE="].into_iter()), b"Ma");
    }

    #[test]
    fn mnemonics_stand_for_their_numbers() {
        let (octets, _) = signed_rdata(Rtype::DS, "30899 RSASHA1 1 f7a0", &Name::root())
            .expect("a signature type")
            .expect("well-formed");
        assert_eq!(octets, [0x78, 0xb3, 5, 1, 0xf7, 0xa0]);
    }
}
