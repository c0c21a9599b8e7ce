//! A server that is asked about its own zone and tells about others: nobody believes it.

use std::net::IpAddr;
use std::sync::Arc;

use dns_lab::dns::{Message, Name, Rcode, Rrset, Rtype, parse_records};
use dns_lab::engine::{
    AuthoritativeServer, CacheFact, Datagram, Minimisation, ResolverConfig, SimDuration, Zone,
};
use proptest::prelude::*;

use crate::options::any_config;
use crate::rig::{ROOT, Rig, Upstream, name, plain_config, reply};

/// The hostile server's address; it rightly serves `evil.test`.
const EVIL: &str = "192.0.2.66";
/// The address it would like others to have.
const TRAP: &str = "203.0.113.66";

const ROOT_ZONE: &str = "\
$TTL 86400
@                SOA a.root.example. host 1 1800 900 604800 900
@                NS  a.root.example.
a.root.example.  A   192.0.2.1
test.            NS  ns.test.
ns.test.         A   192.0.2.2
";
const TEST_ZONE: &str = "\
$TTL 3600
@          SOA ns host 1 1800 900 604800 900
@          NS  ns
ns         A   192.0.2.2
evil       NS  ns.evil
ns.evil    A   192.0.2.66
bank       NS  ns.bank
ns.bank    A   192.0.2.3
";
const BANK_ZONE: &str = "\
$TTL 600
@    SOA ns host 1 1800 900 604800 900
@    NS  ns
ns   A   192.0.2.3
www  A   198.51.100.7
";

/// Honest servers for everything but `evil.test`, and that one.
struct Village {
    honest: Vec<(IpAddr, AuthoritativeServer)>,
    /// What the hostile server puts into each section, in turn.
    tales: Vec<Tale>,
    turn: usize,
}

/// One hostile response.
#[derive(Clone, Debug)]
struct Tale {
    answer: Vec<Rrset>,
    authority: Vec<Rrset>,
    additional: Vec<Rrset>,
    rcode: Rcode,
    aa: bool,
    ra: bool,
}

impl Village {
    fn new(tales: Vec<Tale>) -> Self {
        let serve = |origin: &str, text| {
            let zone = Zone::parse(&name(origin), text).expect("a good zone");
            AuthoritativeServer::new(vec![Arc::new(zone)])
        };
        let address = |text: &str| text.parse().expect("an address");
        Self {
            honest: vec![
                (address(ROOT), serve(".", ROOT_ZONE)),
                (address("192.0.2.2"), serve("test", TEST_ZONE)),
                (address("192.0.2.3"), serve("bank.test", BANK_ZONE)),
            ],
            tales,
            turn: 0,
        }
    }

    /// Whether a set outside of `evil.test` is what its own servers say.
    fn is_true(&self, set: &Rrset) -> bool {
        let zones = self.honest.iter().flat_map(|(_, server)| server.zones());
        zones.into_iter().any(|zone| {
            let known = zone.get(&set.owner, set.rtype);
            known.is_some_and(|known| set.data.iter().all(|data| known.data.contains(data)))
        })
    }
}

impl Upstream for Village {
    fn receive(&mut self, query: &Datagram, message: &Message) -> Vec<(SimDuration, Datagram)> {
        let delay = SimDuration::from_millis(5);
        let asked = query.destination.ip();
        if let Some((_, server)) = self.honest.iter().find(|(address, _)| *address == asked) {
            return vec![(delay, reply(query, server.answer(message).0))];
        }
        // The trap and every other address the tales give away are the hostile server's.
        let tale = self.tales[self.turn % self.tales.len()].clone();
        self.turn += 1;
        let mut response = Message::response_to(message, tale.rcode);
        response.flags.aa = tale.aa;
        response.flags.ra = tale.ra;
        response.answer = tale.answer;
        response.authority = tale.authority;
        response.additional = tale.additional;
        vec![(delay, reply(query, response))]
    }
}

/// Records the hostile server tells: most of them not its business.
fn record() -> impl Strategy<Value = Rrset> {
    let lines = vec![
        format!("www.bank.test. 9999 A {TRAP}"),
        format!("bank.test. 9999 A {TRAP}"),
        format!("ns.bank.test. 9999 A {TRAP}"),
        format!("ns.test. 9999 A {TRAP}"),
        format!("a.root.example. 9999 A {TRAP}"),
        format!("ns.trap.test. 9999 A {TRAP}"),
        "bank.test. 9999 NS ns.trap.test.".to_owned(),
        "bank.test. 9999 NS ns.evil.test.".to_owned(),
        "test. 9999 NS ns.evil.test.".to_owned(),
        ". 9999 NS ns.evil.test.".to_owned(),
        "www.bank.test. 9999 CNAME www.evil.test.".to_owned(),
        "bank.test. 9999 DNAME evil.test.".to_owned(),
        "test. 9999 DNAME evil.test.".to_owned(),
        "bank.test. 9999 SOA ns.evil.test. host.evil.test. 1 1 1 1 9999".to_owned(),
        "test. 9999 SOA ns.evil.test. host.evil.test. 1 1 1 1 9999".to_owned(),
        ". 9999 SOA ns.evil.test. host.evil.test. 1 1 1 1 9999".to_owned(),
        "bank.test. 9999 TXT gotcha".to_owned(),
        "www.evil.test. 9999 CNAME www.bank.test.".to_owned(),
        "evil.test. 9999 DNAME bank.test.".to_owned(),
        "evil.test. 9999 NS ns.bank.test.".to_owned(),
        "evil.test. 9999 NS ns.evil.test.".to_owned(),
        "www.evil.test. 9999 NS ns.bank.test.".to_owned(),
        "www.evil.test. 9999 NS ns.trap.test.".to_owned(),
        "evil.test. 9999 SOA ns.evil.test. host.evil.test. 1 1 1 1 9999".to_owned(),
        format!("www.evil.test. 9999 A {TRAP}"),
        format!("ns.evil.test. 9999 A {EVIL}"),
    ];
    prop::sample::select(lines).prop_map(|line| {
        let sets = parse_records(&Name::root(), &format!("{line}\n"));
        sets.expect("a good record").remove(0)
    })
}

fn tale() -> impl Strategy<Value = Tale> {
    let section = || prop::collection::vec(record(), 0..5);
    let rcode = prop_oneof![
        6 => Just(Rcode::NOERROR),
        2 => Just(Rcode::NXDOMAIN),
        1 => Just(Rcode::SERVFAIL),
    ];
    let sections = (section(), section(), section());
    (sections, rcode, any::<bool>(), any::<bool>()).prop_map(|(sections, rcode, aa, ra)| Tale {
        answer: sections.0,
        authority: sections.1,
        additional: sections.2,
        rcode,
        aa,
        ra,
    })
}

/// A name in `evil.test` or below.
fn is_evil(owner: &Name) -> bool {
    owner.is_at_or_below(&name("evil.test"))
}

/// Asks the hostile zone some questions, and looks at everything the resolver remembers.
fn check(config: ResolverConfig, tales: Vec<Tale>) {
    let mut village = Village::new(tales);
    let mut rig = Rig::new(config, 21);
    let questions = [
        "www.evil.test",
        "evil.test",
        "a.www.evil.test",
        "www.bank.evil.test",
    ];
    for (id, qname) in (1_u16..).zip(questions) {
        for qtype in [Rtype::A, Rtype::NS] {
            rig.ask(id, qname, qtype);
            rig.run(&mut village);
        }
    }
    for (key, entry) in rig.resolver.cache().entries(rig.now) {
        if is_evil(&key.owner) {
            continue;
        }
        match &entry.fact {
            CacheFact::Records(set) => {
                assert!(village.is_true(set), "{set:?} is in the cache");
            }
            CacheFact::NoData(_) | CacheFact::NxDomain(_) => {
                let known = [Rtype::A, Rtype::NS, Rtype::SOA].into_iter();
                let mut known = known.filter(|rtype| key.rtype == *rtype);
                let names = [
                    "bank.test",
                    "www.bank.test",
                    "test",
                    "ns.test",
                    "ns.bank.test",
                ];
                let is_there = names.iter().any(|there| key.owner == name(there));
                let is_whole = matches!(entry.fact, CacheFact::NxDomain(_));
                let exists = |rtype| {
                    let zones = village.honest.iter().flat_map(|(_, server)| server.zones());
                    zones
                        .into_iter()
                        .any(|zone| zone.get(&key.owner, rtype).is_some())
                };
                assert!(!(is_whole && is_there), "{key:?} is thought missing");
                assert!(!known.any(exists), "{key:?} is thought missing");
            }
        }
    }
    // Clients get no lie about others, whatever section it came in.
    for answer in &rig.answers {
        let message = answer.message().expect("a message");
        for set in &message.answer {
            assert!(
                is_evil(&set.owner) || village.is_true(set),
                "{set:?} was handed on"
            );
        }
    }
    // And the neighbours are found where they are.
    rig.forget();
    rig.ask(77, "www.bank.test", Rtype::A);
    rig.run(&mut village);
    let answers = rig.answers_to(77);
    let addresses: Vec<IpAddr> = answers[0]
        .answer
        .iter()
        .flat_map(Rrset::addresses)
        .collect();
    assert_eq!(addresses, [IpAddr::from([198, 51, 100, 7])]);
    let asked_evil = rig
        .queries
        .iter()
        .any(|query| query.destination.ip() == trap());
    assert!(!asked_evil, "the trap was asked about a neighbour");
}

fn trap() -> IpAddr {
    TRAP.parse().expect("an address")
}

proptest! {
    #![proptest_config(crate::cases(400))]

    #[test]
    fn records_from_outside_its_zone_never_get_past_the_scrubbing(
        config in any_config(),
        tales in prop::collection::vec(tale(), 1..5),
    ) {
        let mut config = config;
        config.limits = plain_config().limits;
        config.policy.capacity = 100_000;
        config.zones.clear();
        config.use_ipv4 = true;
        // Without it foreign glue is let in on purpose.
        config.hardening.glue = true;
        config.selection.attempts = 3;
        check(config, tales);
    }
}

#[test]
fn a_missing_name_of_one_zone_says_nothing_of_another() {
    let sets = |text: &str| parse_records(&Name::root(), text).expect("good records");
    let tale = Tale {
        answer: sets("www.evil.test. 300 CNAME www.bank.test.\n"),
        authority: sets("bank.test. 300 SOA ns.evil.test. h.evil.test. 1 1 1 1 9999\n"),
        additional: Vec::new(),
        rcode: Rcode::NXDOMAIN,
        aa: true,
        ra: false,
    };
    for minimisation in [
        Minimisation::Off,
        Minimisation::Relaxed,
        Minimisation::Strict,
    ] {
        let mut config = plain_config();
        config.minimisation = minimisation;
        check(config, vec![tale.clone()]);
    }
}
