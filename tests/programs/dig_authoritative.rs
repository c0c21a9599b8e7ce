//! `dig` against the lab's authoritative servers, in a network where they have their addresses.

use std::net::{IpAddr, SocketAddr};

use crate::dig::Dig;
use crate::serve::start_authoritative;

/// A root server, a server of `net`, and `ns1.example.com`.
const ROOT: &str = "198.41.0.4";
const ROOT_V6: &str = "2001:503:ba3e::2:30";
const TLD: &str = "192.5.6.30";
const EXAMPLE: &str = "203.0.113.53";

fn at(address: &str) -> SocketAddr {
    let ip: IpAddr = address.parse().expect("an address");
    SocketAddr::new(ip, 53)
}

pub(crate) fn dig_walks_from_the_root_to_the_answer() {
    let _serve = start_authoritative();
    for (transport, family) in [("+notcp", "A"), ("+notcp", "AAAA"), ("+tcp", "A")] {
        let mut server = at(if family == "A" { ROOT } else { ROOT_V6 });
        let mut zones = Vec::new();
        let answer = loop {
            let dig = Dig::ask(
                server,
                &format!("www.eu.example.com A +norecurse {transport}"),
            );
            assert_eq!(dig.status, "NOERROR");
            assert!(!dig.has("ra") && !dig.has("rd"), "{}", dig.text);
            if !dig.answer.is_empty() {
                break dig;
            }
            assert!(
                !dig.has("aa"),
                "a referral is not authoritative: {}",
                dig.text
            );
            let cut = dig.authority.first().expect("a referral has NS records");
            zones.push(cut.split_whitespace().next().unwrap_or_default().to_owned());
            let glue = Dig::data(&dig.additional, family);
            server = at(glue.first().expect("a referral has glue"));
            assert!(zones.len() < 5, "{zones:?}");
        };
        assert_eq!(zones, ["com.", "example.com.", "eu.example.com."]);
        assert!(answer.has("aa"), "{}", answer.text);
        assert_eq!(Dig::data(&answer.answer, "A"), ["198.51.100.50"]);
    }
}

pub(crate) fn c16_the_priming_answer_has_800_octets() {
    let _serve = start_authoritative();
    let whole = Dig::ask(at(ROOT), ". NS +noedns +tcp");
    assert_eq!(whole.size, 800, "no OPT record: {}", whole.text);
    assert_eq!((whole.answer.len(), whole.additional.len()), (13, 26));
    let edns = Dig::ask(at(ROOT), ". NS +bufsize=1232");
    assert_eq!(
        edns.size, 811,
        "the OPT record has 11 octets: {}",
        edns.text
    );
    // Without EDNS some IPv6 addresses have to go; all IPv4 addresses stay.
    let plain = Dig::ask(at(ROOT), ". NS +noedns +ignore");
    assert!(plain.size <= 512 && !plain.has("tc"), "{}", plain.text);
    assert_eq!(Dig::data(&plain.additional, "A").len(), 13);
    assert!(Dig::data(&plain.additional, "AAAA").len() < 13);
}

pub(crate) fn a_long_answer_is_cut_and_dig_comes_back_over_tcp() {
    let _serve = start_authoritative();
    // The referral to thirteen servers with all their glue, none of which may be missing.
    let ask = |words: &str| Dig::ask(at(TLD), &format!("x.root-servers.net A +notcp {words}"));
    for size in ["+noedns", "+bufsize=512"] {
        let cut = ask(&format!("+ignore {size}"));
        assert!(cut.has("tc") && cut.size <= 512, "{}", cut.text);
        let whole = ask(size);
        assert!(
            whole.text.contains("retrying in TCP mode"),
            "{}",
            whole.text
        );
        assert!(!whole.has("tc") && whole.size > 512, "{}", whole.text);
        assert_eq!(whole.additional.len(), 26);
    }
    let large = ask("+ignore +bufsize=4096");
    assert!(!large.has("tc") && large.size > 512, "{}", large.text);
}

pub(crate) fn the_right_flags_and_codes_answer_unusual_questions() {
    let _serve = start_authoritative();
    let ask = |words: &str| Dig::ask(at(EXAMPLE), words);
    let expect = |words: &str, status: &str| {
        let dig = ask(words);
        assert_eq!(dig.status, status, "{words}: {}", dig.text);
        assert!(dig.has("qr") && !dig.has("ra"), "{words}: {}", dig.text);
        dig
    };
    let answer = expect("wWw.ExAmple.com A", "NOERROR");
    assert!(answer.has("aa") && answer.has("rd"), "{}", answer.text);
    assert!(
        answer.answer[0].starts_with("wWw.ExAmple.com."),
        "{}",
        answer.text
    );
    let missing = expect("no-such-name.example.com A", "NXDOMAIN");
    assert!(
        missing.has("aa") && missing.authority[0].contains("SOA"),
        "{}",
        missing.text
    );
    let unknown = expect("www.example.com TYPE65280", "NOERROR");
    assert!(
        unknown.has("aa") && unknown.answer.is_empty(),
        "{}",
        unknown.text
    );
    assert_eq!(unknown.authority.len(), 1);

    let subnet = expect("www.example.com +subnet=192.0.2.0/24", "NOERROR");
    assert!(
        subnet.text.contains("CLIENT-SUBNET: 192.0.2.0/24/0"),
        "{}",
        subnet.text
    );
    let dnssec = expect("www.example.com +dnssec", "NOERROR");
    assert!(
        dnssec.text.contains("EDNS: version: 0, flags: do"),
        "{}",
        dnssec.text
    );
    let plain = expect("www.example.com +noedns", "NOERROR");
    assert!(!plain.text.contains("OPT PSEUDOSECTION"), "{}", plain.text);
    expect("www.example.com +edns=1 +noednsnegotiation", "BADVERS");
    expect("www.example.com +ednsopt=65001:c0ffee", "NOERROR");

    let version = expect("version.bind CH TXT", "NOERROR");
    assert!(version.answer[0].contains("DNS Lab"), "{}", version.text);
    let identity = expect("id.server CH TXT", "NOERROR");
    assert!(
        identity.answer[0].contains("ns1.example.com"),
        "{}",
        identity.text
    );
    expect("www.example.com CH A", "REFUSED");
    expect("www.example.com HS A", "REFUSED");
    expect("www.example.com CLASS4711 A", "REFUSED");
    expect("www.elsewhere.test A", "REFUSED");

    let status = expect("www.example.com +opcode=status", "NOTIMP");
    assert_eq!(status.opcode, "STATUS");
    expect("www.example.com +opcode=notify", "NOTIMP");
    expect("+header-only", "FORMERR");
    let any = expect("example.com ANY", "NOERROR");
    assert_eq!(any.answer.len(), 10, "{}", any.text);
}
