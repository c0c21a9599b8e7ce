use super::*;
use crate::dns::{Name, Question, Rrset, Rtype, Ttl};
use crate::engine::{Cache, Outcome, Rank, SimTime};

/// What a preset makes of a positive and of a negative TTL, in seconds.
fn grants(id: &str, ttl: u32) -> (u32, u32) {
    let policy = cache_preset(id).expect("a preset").policy;
    let ttl = Ttl::from_secs(ttl);
    (
        policy.grant(ttl).as_secs(),
        policy.grant_negative(ttl).as_secs(),
    )
}

#[test]
fn every_preset_has_the_figures_of_its_source() {
    // What becomes of TTL 1, of 300 and of a year: positive, then negative.
    let year = 31_536_000;
    let table: [(&str, [u32; 3], [u32; 3]); 29] = [
        ("none", [0, 0, 0], [0, 0, 0]),
        ("chromium", [60, 60, 60], [0, 0, 0]),
        ("chromium-built-in", [60, 300, year], [1, 300, year]),
        ("firefox", [60, 60, 60], [1, 60, 60]),
        ("firefox-ttl", [1, 300, year], [1, 60, 60]),
        ("java", [30, 30, 30], [10, 10, 10]),
        ("java-forever", [2_147_483_647; 3], [10, 10, 10]),
        ("pinning", [21_600, 21_600, 21_600], [0, 0, 0]),
        ("glibc", [0, 0, 0], [0, 0, 0]),
        ("systemd-resolved", [1, 300, 7200], [1, 300, 7200]),
        ("nscd", [1, 300, 3600], [1, 20, 20]),
        ("nscd-old", [3600, 3600, 3600], [1, 20, 20]),
        ("windows", [1, 300, 86_400], [1, 300, 900]),
        ("windows-2002", [1, 300, 86_400], [1, 300, 300]),
        ("windows-recent", [1, 300, 86_400], [1, 5, 5]),
        ("honest", [1, 300, year], [1, 300, year]),
        ("unbound", [1, 300, 86_400], [1, 300, 3600]),
        ("bind", [1, 300, 604_800], [1, 300, 10_800]),
        ("powerdns", [1, 300, 86_400], [1, 300, 3600]),
        ("coredns", [5, 300, 3600], [5, 300, 1800]),
        ("hickory", [1, 300, 86_400], [1, 300, 86_400]),
        ("windows-server", [1, 300, 86_400], [1, 300, 900]),
        ("google", [1, 300, 21_600], [1, 300, 21_600]),
        ("quad9", [1, 300, 43_200], [1, 300, 43_200]),
        ("opendns", [1, 300, 3600], [1, 300, 3600]),
        ("cloudflare", [1, 300, year], [1, 300, year]),
        ("floor-30", [30, 300, 86_400], [1, 300, 3600]),
        ("floor-60", [60, 300, 86_400], [1, 300, 3600]),
        ("floor-300", [300, 300, 86_400], [1, 300, 3600]),
    ];
    assert_eq!(table.len(), cache_presets().len(), "a row for each preset");
    for ((id, positive, negative), preset) in table.iter().zip(cache_presets()) {
        assert_eq!(*id, preset.id, "the table keeps the order of the list");
        let found = [1, 300, year].map(|ttl| grants(id, ttl));
        assert_eq!(found.map(|(p, _)| p), *positive, "{id}");
        assert_eq!(found.map(|(_, n)| n), *negative, "{id}");
    }
}

#[test]
fn a_ttl_of_zero_is_kept_only_by_a_layer_that_raises_or_holds() {
    let keepers = cache_presets()
        .iter()
        .filter(|preset| grants(preset.id, 0).0 > 0);
    let keepers: Vec<&str> = keepers.map(|preset| preset.id).collect();
    let expected = [
        "chromium",
        "chromium-built-in",
        "firefox",
        "java",
        "java-forever",
        "pinning",
        "nscd-old",
        "powerdns",
        "coredns",
        "floor-30",
        "floor-60",
        "floor-300",
    ];
    assert_eq!(keepers, expected);
}

#[test]
fn sizes_of_caches_are_those_of_the_sources() {
    for (id, capacity) in [
        ("systemd-resolved", 4096),
        ("coredns", 9984),
        ("firefox", 400),
    ] {
        assert_eq!(
            cache_preset(id).expect("a preset").policy.capacity,
            capacity,
            "{id}"
        );
    }
}

#[test]
fn ids_are_unique_and_every_preset_says_where_it_comes_from() {
    for (index, preset) in cache_presets().iter().enumerate() {
        let first = cache_presets()
            .iter()
            .position(|other| other.id == preset.id);
        assert_eq!(first, Some(index), "{}", preset.id);
        assert!(preset.source.starts_with("https://") || preset.source == MODELLED);
        assert!(!preset.title.is_empty());
    }
    assert_eq!(cache_preset("netscape"), None);
}

#[test]
fn figures_to_be_confirmed_are_marked() {
    let marked = cache_presets().iter().filter(|preset| !preset.confirmed);
    let marked: Vec<&str> = marked.map(|preset| preset.id).collect();
    let expected = [
        "glibc",
        "nscd-old",
        "windows",
        "windows-2002",
        "windows-recent",
    ];
    assert_eq!(marked, expected);
}

#[test]
fn firefox_answers_for_a_minute_after_the_end_and_no_longer() {
    let owner: Name = "www.example.com".parse().expect("a name");
    let address = "192.0.2.1".parse().expect("an address");
    let mut cache = Cache::new(TtlPolicy::FIREFOX);
    let set = Rrset::from_address(owner.clone(), Ttl::from_secs(5), address);
    cache.store(SimTime::ZERO, &set, Rank::NonAuthoritativeAnswer);
    let question = Question::new(owner, Rtype::A);
    let at = |secs: u64| SimTime::from_micros(secs * 1_000_000);
    assert!(cache.resolve(at(59), &question).is_some());
    assert!(cache.resolve(at(60), &question).is_none());
    let old = cache
        .resolve_in_grace(at(119), &question)
        .expect("in grace");
    assert!(matches!(old.outcome, Outcome::Answer(_)));
    assert!(cache.resolve_in_grace(at(120), &question).is_none());
}

#[test]
fn a_layer_without_a_cache_keeps_nothing_and_others_keep_something() {
    let empty = cache_presets()
        .iter()
        .filter(|preset| preset.policy.keeps_nothing());
    let empty: Vec<&str> = empty.map(|preset| preset.id).collect();
    assert_eq!(empty, ["none", "glibc"]);
}
