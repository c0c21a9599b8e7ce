use super::*;
use crate::dns::parse_records;

fn name(text: &str) -> Name {
    text.parse().expect("a valid name")
}

fn sets(text: &str) -> Vec<Rrset> {
    parse_records(&name("example.com"), text).expect("good records")
}

fn at(secs: u64) -> SimTime {
    SimTime::ZERO + SimDuration::from_secs(secs)
}

fn question(qname: &str) -> Question {
    Question::new(name(qname), Rtype::A)
}

#[test]
fn entry_lives_until_its_ttl_and_not_at_it() {
    let mut cache = Cache::new(TtlPolicy::HONEST);
    cache.store(at(0), &sets("www 300 A 192.0.2.1\n")[0], Rank::Answer);
    assert!(
        cache
            .lookup(at(299), &question("www.example.com"))
            .is_some()
    );
    assert!(
        cache
            .lookup(at(300), &question("www.example.com"))
            .is_none()
    );
}

#[test]
fn remaining_ttl_counts_down() {
    let mut cache = Cache::new(TtlPolicy::HONEST);
    cache.store(at(0), &sets("www 300 A 192.0.2.1\n")[0], Rank::Answer);
    let entry = cache
        .lookup(at(100), &question("www.example.com"))
        .expect("live");
    assert_eq!(
        entry.records(at(100)).expect("records").ttl,
        Ttl::from_secs(200)
    );
}

#[test]
fn glue_does_not_replace_an_answer_and_does_not_answer() {
    let mut cache = Cache::new(TtlPolicy::HONEST);
    let glue = &sets("ns1 300 A 192.0.2.1\n")[0];
    cache.store(at(0), glue, Rank::Additional);
    assert!(cache.lookup(at(1), &question("ns1.example.com")).is_none());
    let answer = &sets("ns1 300 A 192.0.2.2\n")[0];
    cache.store(at(2), answer, Rank::Answer);
    assert_eq!(cache.store(at(3), glue, Rank::Additional), None);
    let entry = cache
        .lookup(at(4), &question("ns1.example.com"))
        .expect("live");
    assert_eq!(entry.fact, CacheFact::Records(answer.clone()));
}

#[test]
fn negative_life_is_the_smaller_of_soa_ttl_and_minimum() {
    for (ttl, minimum, expected) in [(3600, 900, 900), (60, 900, 60)] {
        let soa = &sets(&format!(
            "@ {ttl} SOA ns1 host 1 7200 900 1209600 {minimum}\n"
        ))[0];
        let mut cache = Cache::new(TtlPolicy::HONEST);
        let stored = cache.store_negative(at(0), &name("nope.example.com"), None, Some(soa));
        assert_eq!(stored.map(|(ttl, _)| ttl.as_secs()), Some(expected));
    }
}

#[test]
fn missing_name_settles_every_type() {
    let soa = &sets("@ 900 SOA ns1 host 1 7200 900 1209600 900\n")[0];
    let mut cache = Cache::new(TtlPolicy::HONEST);
    cache.store_negative(at(0), &name("nope.example.com"), None, Some(soa));
    let aaaa = Question::new(name("nope.example.com"), Rtype::AAAA);
    assert!(cache.lookup(at(899), &aaaa).is_some());
    assert!(cache.lookup(at(900), &aaaa).is_none());
}

#[test]
fn presets_bend_the_ttl_as_documented() {
    let secs = |policy: TtlPolicy, ttl| policy.grant(Ttl::from_secs(ttl)).as_secs();
    assert_eq!(secs(TtlPolicy::CHROMIUM, 5), 60);
    assert_eq!(secs(TtlPolicy::CHROMIUM, 86_400), 60);
    assert_eq!(secs(TtlPolicy::SYSTEMD_RESOLVED, 86_400), 7200);
    assert_eq!(secs(TtlPolicy::UNBOUND, 172_800), 86_400);
    assert_eq!(secs(TtlPolicy::HONEST, 172_800), 172_800);
}

#[test]
fn full_cache_drops_what_would_end_first() {
    let mut cache = Cache::new(TtlPolicy {
        capacity: 2,
        ..TtlPolicy::HONEST
    });
    for set in &sets("a 300 A 192.0.2.1\nb 100 A 192.0.2.2\nc 200 A 192.0.2.3\n") {
        cache.store(at(0), set, Rank::Answer);
    }
    assert!(cache.lookup(at(1), &question("a.example.com")).is_some());
    assert!(cache.lookup(at(1), &question("b.example.com")).is_none());
    assert!(cache.lookup(at(1), &question("c.example.com")).is_some());
}
