#![no_main]

use libfuzzer_sys::fuzz_target;

#[expect(dead_code, reason = "each target uses one of the functions")]
#[path = "../../tests/hostile/entry.rs"]
mod entry;

fuzz_target!(|octets: &[u8]| entry::datagram_to_authoritative(octets));
