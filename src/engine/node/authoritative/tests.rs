//! What the server answers, query by query.

use std::net::SocketAddr;

use bytes::Bytes;

use super::*;
use crate::dns::{Edns, EdnsOption, Section, Ttl};

const COM: &str = "\
$TTL 172800
@             SOA a.gtld host 1 1800 900 604800 900
@             NS  a.gtld
a.gtld        A   192.0.2.30
example       NS  ns1.example
example       NS  ns.example.net.
ns1.example   A   192.0.2.53
";
const EXAMPLE: &str = "\
$TTL 300
@      SOA   ns1 host 1 7200 900 1209600 600
@      NS    ns1
ns1    A     192.0.2.53
www    A     198.51.100.5
api    CNAME www
far    CNAME www.example.org.
loop   CNAME pool
pool   CNAME loop
@      MX    10 mail
mail   A     198.51.100.25
";

fn name(text: &str) -> Name {
    text.parse().expect("a valid name")
}

fn server(origin: &str, text: &str) -> AuthoritativeServer {
    let zone = Zone::parse(&name(origin), text).expect("a good zone");
    AuthoritativeServer::new(vec![Arc::new(zone)])
}

fn ask(server: &AuthoritativeServer, qname: &str, qtype: Rtype) -> (Message, ZoneVerdict) {
    let query = Message::query(1, Question::new(name(qname), qtype));
    let (response, finding) = server.answer(&query);
    (response, finding.expect("a question was asked").1)
}

#[test]
fn referral_has_no_aa_and_carries_glue() {
    let (response, verdict) = ask(&server("com", COM), "www.example.com", Rtype::A);
    assert_eq!(verdict, ZoneVerdict::Referral);
    assert!(!response.flags.aa && !response.flags.ra);
    assert_eq!(response.record_count(Section::Authority), 2);
    assert_eq!(
        response.additional.len(),
        1,
        "only the in-domain server has glue"
    );
}

#[test]
fn own_data_has_aa() {
    let (response, verdict) = ask(&server("example.com", EXAMPLE), "www.example.com", Rtype::A);
    assert_eq!(verdict, ZoneVerdict::Answer);
    assert!(response.flags.aa);
}

#[test]
fn alias_inside_the_zone_is_followed_and_one_outside_is_not() {
    let server = server("example.com", EXAMPLE);
    let (inside, verdict) = ask(&server, "api.example.com", Rtype::A);
    assert_eq!((inside.answer.len(), verdict), (2, ZoneVerdict::Answer));
    let (outside, verdict) = ask(&server, "far.example.com", Rtype::A);
    assert_eq!((outside.answer.len(), verdict), (1, ZoneVerdict::Alias));
}

#[test]
fn alias_loop_ends() {
    let (response, _) = ask(
        &server("example.com", EXAMPLE),
        "loop.example.com",
        Rtype::A,
    );
    assert_eq!(response.answer.len(), 2);
}

#[test]
fn negative_answers_carry_the_soa_with_the_smaller_ttl() {
    let server = server("example.com", EXAMPLE);
    for (qname, qtype, rcode) in [
        ("nope.example.com", Rtype::A, Rcode::NXDOMAIN),
        ("www.example.com", Rtype::MX, Rcode::NOERROR),
    ] {
        let (response, _) = ask(&server, qname, qtype);
        let soa = response.authority_soa().expect("there is a SOA");
        assert_eq!((response.rcode, soa.ttl), (rcode, Ttl::from_secs(300)));
    }
}

#[test]
fn foreign_names_are_refused() {
    let (response, verdict) = ask(&server("example.com", EXAMPLE), "example.org", Rtype::A);
    assert_eq!(
        (response.rcode, verdict),
        (Rcode::REFUSED, ZoneVerdict::Refused)
    );
}

#[test]
fn mail_exchanger_addresses_come_along() {
    let (response, _) = ask(&server("example.com", EXAMPLE), "example.com", Rtype::MX);
    assert_eq!(response.additional.len(), 1);
}

#[test]
fn long_answer_is_cut_for_plain_udp_and_whole_with_edns() {
    let many: String = (0..40).map(|i| format!("big A 192.0.2.{i}\n")).collect();
    let server = server("example.com", &format!("{EXAMPLE}{many}"));
    let mut query = Message::query(1, Question::new(name("big.example.com"), Rtype::A));
    let cut = fit_udp(&query, server.answer(&query).0);
    assert!(cut.flags.tc && cut.answer.is_empty());
    query.edns = Some(Edns::with_payload_size(1232));
    let whole = fit_udp(&query, server.answer(&query).0);
    assert!(!whole.flags.tc && whole.record_count(Section::Answer) == 40);
}

/// The response to a query that `change` has made unusual.
fn ask_oddly(change: impl FnOnce(&mut Message)) -> Message {
    let question = Question::new(name("www.example.com"), Rtype::A);
    let mut query = Message::query(1, question);
    query.edns = Some(Edns::with_payload_size(4096));
    change(&mut query);
    server("example.com", EXAMPLE)
        .with_identity("ns1.example.com")
        .answer(&query)
        .0
}

fn set_question(query: &mut Message, qname: &str, qtype: Rtype, qclass: Class) {
    query.question = Some(Question {
        qname: name(qname),
        qtype,
        qclass,
    });
}

#[test]
fn rd_is_copied_and_ra_is_never_set() {
    let response = ask_oddly(|query| query.flags.rd = true);
    assert!(response.flags.rd && !response.flags.ra && response.flags.aa);
}

#[test]
fn the_case_of_the_question_is_kept() {
    let response = ask_oddly(|query| set_question(query, "wWw.ExAmPle.cOm", Rtype::A, Class::IN));
    let asked = response.question.expect("the question comes back");
    assert_eq!(asked.qname.to_string(), "wWw.ExAmPle.cOm.");
    assert_eq!(response.answer[0].owner.to_string(), "wWw.ExAmPle.cOm.");
}

#[test]
fn edns_is_answered_with_the_size_of_the_server_and_the_do_bit_of_the_asker() {
    let response = ask_oddly(|query| {
        query.edns = Some(Edns {
            dnssec_ok: true,
            ..Edns::with_payload_size(4096)
        });
    });
    let edns = response.edns.expect("OPT is answered with OPT");
    assert!(edns.dnssec_ok);
    assert_eq!((edns.version, edns.udp_payload_size), (0, 1232));
    assert_eq!(ask_oddly(|query| query.edns = None).edns, None);
}

#[test]
fn a_later_version_of_edns_is_answered_with_badvers() {
    let response = ask_oddly(|query| {
        query.edns = Some(Edns {
            version: 1,
            ..Edns::with_payload_size(4096)
        });
    });
    let read = Message::decode(response.encode().expect("it fits")).expect("our own octets");
    let edns = read.edns.expect("OPT is answered with OPT");
    assert_eq!(
        (edns.version, edns.extended_rcode, read.rcode.to_int()),
        (0, 1, 0)
    );
    assert!(read.answer.is_empty());
}

#[test]
fn a_client_subnet_comes_back_and_a_broken_one_is_a_format_error() {
    let with_subnet = |octets: &'static [u8]| {
        ask_oddly(|query| {
            let option = EdnsOption {
                code: 8,
                value: Bytes::from_static(octets),
            };
            query.edns = Some(Edns {
                options: vec![option],
                ..Edns::with_payload_size(1232)
            });
        })
    };
    let sound = with_subnet(&[0, 1, 24, 0, 192, 0, 2]);
    assert_eq!(sound.rcode, Rcode::NOERROR);
    assert_eq!(sound.edns.map(|edns| edns.options.len()), Some(1));
    let broken = with_subnet(&[0, 1, 24, 0, 192]);
    assert_eq!((broken.rcode, broken.answer.len()), (Rcode::FORMERR, 0));
}

#[test]
fn requests_that_are_no_lookups_are_not_implemented() {
    for opcode in [
        Opcode::STATUS,
        Opcode::NOTIFY,
        Opcode::UPDATE,
        Opcode::from_int(15),
    ] {
        let response = ask_oddly(|query| query.opcode = opcode);
        assert_eq!((response.rcode, response.opcode), (Rcode::NOTIMP, opcode));
    }
}

#[test]
fn a_query_without_a_question_is_a_format_error() {
    let response = ask_oddly(|query| query.question = None);
    assert_eq!(response.rcode, Rcode::FORMERR);
}

#[test]
fn octets_that_are_no_message_are_a_format_error_or_ignored() {
    let octets = |octets: &[u8]| {
        let source: SocketAddr = "192.0.2.1:4000".parse().expect("an address");
        let destination: SocketAddr = "192.0.2.53:53".parse().expect("an address");
        let mut server = server("example.com", EXAMPLE);
        let datagram = Datagram {
            source,
            destination,
            transport: Transport::Udp,
            payload: Payload::Octets(Bytes::copy_from_slice(octets)),
        };
        server.handle_datagram(SimTime::ZERO, &datagram);
        match server.poll_action() {
            Some(Action::Transmit(reply)) => Some(reply.message().expect("a message").rcode),
            _ => None,
        }
    };
    let two_questions = [
        7, 7, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1,
    ];
    assert_eq!(octets(&two_questions), Some(Rcode::FORMERR));
    let cut_off = [7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, b'w'];
    assert_eq!(octets(&cut_off), Some(Rcode::FORMERR));
    let cut_off_update = [7, 7, 0x28, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, b'w'];
    assert_eq!(octets(&cut_off_update), Some(Rcode::NOTIMP));
    let broken_response = [7, 7, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, b'w'];
    assert_eq!(octets(&broken_response), None);
    assert_eq!(octets(&[7, 7, 1]), None);
}

#[test]
fn chaos_tells_version_and_identity_and_nothing_else() {
    let ask = |qname: &str, qtype| ask_oddly(|q| set_question(q, qname, qtype, Class::CH));
    let version = ask("version.bind", Rtype::TXT);
    assert_eq!(version.answer[0].class, Class::CH);
    assert!(version.answer[0].data[0].presentation().contains("DNS Lab"));
    let identity = ask("ID.server", Rtype::TXT);
    let said = identity.answer[0].data[0].presentation();
    assert_eq!(said, "\"ns1.example.com\"");
    let nodata = ask("version.bind", Rtype::A);
    assert_eq!((nodata.rcode, nodata.answer.len()), (Rcode::NOERROR, 0));
    assert_eq!(ask("www.example.com", Rtype::A).rcode, Rcode::REFUSED);
}

#[test]
fn other_classes_are_refused_and_class_any_is_not_authoritative() {
    let ask = |class| ask_oddly(|q| set_question(q, "www.example.com", Rtype::A, class));
    assert_eq!(ask(Class::HS).rcode, Rcode::REFUSED);
    assert_eq!(ask(Class::from_int(4711)).rcode, Rcode::REFUSED);
    let any = ask(Class::ANY);
    assert!(!any.answer.is_empty() && !any.flags.aa);
}

#[test]
fn unknown_types_are_nodata_and_types_that_are_no_data_are_refused() {
    let ask = |qtype| ask_oddly(|q| set_question(q, "www.example.com", qtype, Class::IN));
    let unknown = ask(Rtype::from_int(65_280));
    assert_eq!(unknown.rcode, Rcode::NOERROR);
    assert!(unknown.flags.aa && unknown.authority_soa().is_some());
    assert_eq!(ask(Rtype::AXFR).rcode, Rcode::REFUSED);
    assert_eq!(ask(Rtype::TSIG).rcode, Rcode::FORMERR);
}

#[test]
fn any_gives_all_sets_of_the_name() {
    let response = ask_oddly(|q| set_question(q, "example.com", Rtype::ANY, Class::IN));
    let types: Vec<Rtype> = response.answer.iter().map(|set| set.rtype).collect();
    assert_eq!(types, [Rtype::SOA, Rtype::NS, Rtype::MX]);
}

const MOVED: &str = "\
old         DNAME archive.example.org.
lab         DNAME dept
pc.dept     A     192.0.2.77
signed      A     192.0.2.88
signed      RRSIG A 13 3 300 20300101000000 20200101000000 1 example.com. AAAA
signed      RRSIG NSEC 13 3 300 20300101000000 20200101000000 1 example.com. AAAA
*.wild      A     192.0.2.99
*.wild      RRSIG A 13 3 300 20300101000000 20200101000000 1 example.com. AAAA
";

#[test]
fn a_dname_makes_an_alias_that_is_followed() {
    let server = server("example.com", &format!("{EXAMPLE}{MOVED}"));
    let (response, verdict) = ask(&server, "pc.lab.example.com", Rtype::A);
    let types: Vec<Rtype> = response.answer.iter().map(|set| set.rtype).collect();
    assert_eq!(types, [Rtype::DNAME, Rtype::CNAME, Rtype::A]);
    assert_eq!(response.answer[1].ttl, response.answer[0].ttl);
    assert_eq!((verdict, response.flags.aa), (ZoneVerdict::Answer, true));
    let (response, verdict) = ask(&server, "a.b.old.example.com", Rtype::A);
    let target = response.answer[1].alias_target();
    assert_eq!(target, Some(name("a.b.archive.example.org")));
    assert_eq!(verdict, ZoneVerdict::Alias);
}

#[test]
fn a_dname_that_makes_a_name_too_long_is_yxdomain() {
    let server = server("example.com", &format!("{EXAMPLE}{MOVED}"));
    let long = format!("{}.old.example.com", vec!["x".repeat(58); 4].join("."));
    let (response, _) = ask(&server, &long, Rtype::A);
    assert_eq!(response.rcode, Rcode::YXDOMAIN);
    assert_eq!(response.answer.len(), 1, "the DNAME that is to blame");
}

#[test]
fn signatures_come_along_for_those_who_want_them() {
    let server = server("example.com", &format!("{EXAMPLE}{MOVED}"));
    for qname in ["signed.example.com", "some.wild.example.com"] {
        let mut query = Message::query(1, Question::new(name(qname), Rtype::A));
        assert_eq!(server.answer(&query).0.answer.len(), 1);
        query.edns = Some(Edns {
            dnssec_ok: true,
            ..Edns::with_payload_size(1232)
        });
        let answer = server.answer(&query).0.answer;
        assert_eq!(answer[1].rtype, Rtype::RRSIG);
        assert_eq!(answer[1].owner, name(qname));
        assert_eq!(answer[1].data.len(), 1, "only what covers type A");
    }
}

#[test]
fn the_ds_set_of_a_served_child_comes_from_the_parent() {
    let child = Zone::parse(&name("example.com"), EXAMPLE).expect("a good zone");
    let ds = "example DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000\n";
    let com = Zone::parse(&name("com"), &format!("{COM}{ds}")).expect("a good zone");
    let server = AuthoritativeServer::new(vec![Arc::new(child), Arc::new(com)]);
    let (response, verdict) = ask(&server, "example.com", Rtype::DS);
    assert_eq!((verdict, response.answer.len()), (ZoneVerdict::Answer, 1));
}

#[test]
fn in_domain_glue_is_whole_or_tc_is_set() {
    let mut text = COM.to_owned();
    for host in 0..20 {
        text.push_str(&format!(
            "big NS ns{host}.big\nns{host}.big A 192.0.2.{host}\n"
        ));
    }
    let query = Message::query(1, Question::new(name("www.big.com"), Rtype::A));
    let cut = fit_udp(&query, server("com", &text).answer(&query).0);
    assert!(cut.flags.tc);
    assert!(cut.encode().is_ok_and(|octets| octets.len() <= 512));
}
