use super::*;
use crate::dns::parse_records;

fn name(text: &str) -> Name {
    text.parse().expect("a valid name")
}

fn sets(text: &str) -> Vec<Rrset> {
    parse_records(&Name::root(), text).expect("good records")
}

fn response(aa: bool, answer: &str, authority: &str, additional: &str) -> Message {
    let question = Question::new(name("www.example.com"), Rtype::A);
    let mut message = Message::response_to(&Message::query(1, question), Rcode::NOERROR);
    message.flags.aa = aa;
    message.answer = sets(answer);
    message.authority = sets(authority);
    message.additional = sets(additional);
    message
}

fn check(message: &Message, zone: &str) -> Analysis {
    let question = message.question.clone().expect("every test asks something");
    let hardening = Hardening {
        promiscuous_ns: false,
        ..Hardening::default()
    };
    let reader = Reader {
        zone: &name(zone),
        is_recursive: false,
        hardening: &hardening,
    };
    reader.analyze(message, &question)
}

#[test]
fn referral_down_the_tree_is_believed_with_its_glue() {
    let message = response(
        false,
        "",
        "example.com. 300 NS ns1.example.com.\n",
        "ns1.example.com. 300 A 192.0.2.53\n",
    );
    let analysis = check(&message, "com");
    assert!(matches!(analysis.finding, Finding::Referral(_)));
    assert_eq!(analysis.believed.len(), 2);
}

#[test]
fn referral_upward_is_lame() {
    let message = response(false, "", ". 300 NS a.root-servers.net.\n", "");
    assert_eq!(
        check(&message, "com").finding,
        Finding::Useless(Uselessness::Lame)
    );
}

#[test]
fn records_outside_the_zone_are_not_believed() {
    let message = response(
        true,
        "www.example.com. 300 A 198.51.100.5\n",
        "example.com. 300 NS ns.example.net.\n",
        "ns.example.net. 300 A 192.0.2.66\n",
    );
    let analysis = check(&message, "example.com");
    let ignored: Vec<_> = analysis
        .ignored
        .iter()
        .map(|i| (&i.owner, i.reason))
        .collect();
    assert_eq!(
        ignored,
        [(&name("ns.example.net"), IgnoreReason::OutOfZone)]
    );
    assert!(
        analysis
            .believed
            .iter()
            .all(|kept| kept.set.owner.is_at_or_below(&name("example.com")))
    );
}

#[test]
fn addresses_nobody_asked_for_are_not_believed() {
    let message = response(
        false,
        "",
        "example.com. 300 NS ns1.example.com.\n",
        "ns1.example.com. 300 A 192.0.2.53\nbank.example.com. 300 A 192.0.2.66\n",
    );
    let analysis = check(&message, "com");
    assert!(
        analysis
            .believed
            .iter()
            .all(|kept| kept.set.owner != name("bank.example.com"))
    );
}

#[test]
fn alias_chain_ends_at_the_edge_of_the_zone() {
    let message = response(
        true,
        "www.example.com. 300 CNAME cdn.example.net.\ncdn.example.net. 300 A 192.0.2.66\n",
        "",
        "",
    );
    let finding = check(&message, "example.com").finding;
    assert!(matches!(finding, Finding::Alias { target, .. } if target == name("cdn.example.net")));
}

#[test]
fn answer_outranks_referral_when_both_are_there() {
    let message = response(
        true,
        "www.example.com. 300 A 198.51.100.5\n",
        "example.com. 300 NS ns1.example.com.\n",
        "",
    );
    assert!(matches!(
        check(&message, "com").finding,
        Finding::Answer { .. }
    ));
}

#[test]
fn refused_is_lame_and_servfail_is_not() {
    let mut message = response(false, "", "", "");
    for (rcode, why) in [
        (Rcode::REFUSED, Uselessness::Lame),
        (Rcode::SERVFAIL, Uselessness::Error),
    ] {
        message.rcode = rcode;
        assert_eq!(check(&message, "com").finding, Finding::Useless(why));
    }
}

#[test]
fn soa_beside_no_answer_means_no_data() {
    let soa = "example.com. 900 SOA ns1.example.com. h.example.com. 1 2 3 4 900\n";
    let message = response(true, "", soa, "");
    assert!(matches!(
        check(&message, "example.com").finding,
        Finding::NoData { soa: Some(_), .. }
    ));
}
