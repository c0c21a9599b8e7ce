//! `dig` against a resolver of the lab.

use crate::dig::Dig;
use crate::serve::start_resolver;

pub(crate) fn dig_gets_the_answer_over_udp_and_over_tcp() {
    let (_serve, address) = start_resolver();
    for transport in ["+notcp", "+tcp"] {
        let words = format!("{transport} wWw.eXample.com A");
        let dig = Dig::ask(address, &words);
        assert_eq!(dig.status, "NOERROR");
        assert!(
            dig.has("qr") && dig.has("rd") && dig.has("ra") && !dig.has("aa"),
            "{}",
            dig.text
        );
        assert_eq!(Dig::data(&dig.answer, "A"), ["198.51.100.5"]);
        assert!(dig.text.contains(";wWw.eXample.com."), "{}", dig.text);
    }
    let alias = Dig::ask(address, "help.example.com A");
    assert_eq!(Dig::data(&alias.answer, "CNAME").len(), 2, "{}", alias.text);
    let missing = Dig::ask(address, "no-such-name.example.com A");
    assert_eq!(
        (missing.status.as_str(), missing.authority.len()),
        ("NXDOMAIN", 1)
    );
}

pub(crate) fn dig_gets_well_formed_answers_to_unusual_questions() {
    let (_serve, address) = start_resolver();
    let usual = ["NOERROR"];
    let cases: [(&str, &[&str]); 13] = [
        ("example.com ANY", &["NOERROR", "NOTIMP", "REFUSED"]),
        (
            "example.com ANY +noedns +bufsize=512",
            &["NOERROR", "NOTIMP", "REFUSED"],
        ),
        ("version.bind CH TXT", &["NOERROR", "REFUSED"]),
        ("example.com HS A", &["REFUSED", "NOTIMP"]),
        ("www.example.com TYPE65280", &usual),
        ("www.example.com +subnet=192.0.2.0/24", &usual),
        ("www.example.com +subnet=2001:db8::/56", &usual),
        ("s1._domainkey.example.com TXT +bufsize=512", &usual),
        ("www.example.com +dnssec", &usual),
        ("www.example.com +norecurse", &["NOERROR", "REFUSED"]),
        ("www.example.com +opcode=status", &["NOTIMP"]),
        ("www.example.com +edns=1 +noednsnegotiation", &["BADVERS"]),
        ("+header-only", &["FORMERR"]),
    ];
    for (words, statuses) in cases {
        let dig = Dig::ask(address, words);
        assert!(
            statuses.contains(&dig.status.as_str()),
            "{words}: {}",
            dig.text
        );
        assert!(dig.has("qr") && !dig.has("aa"), "{words}: {}", dig.text);
    }
}
