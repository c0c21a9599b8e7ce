//! The fuzz targets' functions without a fuzzer, so that they are compiled, and hold, in
//! every run of the tests. `fuzz/README.md` tells how to run them with one.

use dns_lab::engine::Stream;

use crate::entry;

/// Calls `target` with octets of many lengths.
fn feed(target: fn(&[u8]), label: &str, iterations: usize) {
    let mut random = Stream::new(1, label);
    for _ in 0..iterations {
        let length = random.below(400);
        let mut octets: Vec<u8> = (0..length).map(|_| random.next_u16() as u8).collect();
        // Small numbers are what lengths, counts and types are made of.
        if random.below(2) == 0 {
            for octet in &mut octets {
                *octet = if random.below(4) == 0 {
                    *octet
                } else {
                    *octet % 8
                };
            }
        }
        target(&octets);
    }
}

#[test]
fn message_decode_survives_octets() {
    feed(entry::message_decode, "message", 20_000);
}

#[test]
fn datagram_to_authoritative_survives_octets() {
    feed(entry::datagram_to_authoritative, "authoritative", 1500);
}

#[test]
fn datagram_to_resolver_survives_octets() {
    feed(entry::datagram_to_resolver, "resolver", 400);
}

#[test]
fn zone_text_survives_octets() {
    feed(entry::zone_text, "zone", 5000);
}
