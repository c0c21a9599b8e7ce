use super::*;

const FRANKFURT: Coordinates = Coordinates {
    latitude: 50.11,
    longitude: 8.68,
};
const ASHBURN: Coordinates = Coordinates {
    latitude: 39.04,
    longitude: -77.49,
};
const SINGAPORE: Coordinates = Coordinates {
    latitude: 1.35,
    longitude: 103.82,
};
const BERLIN: Coordinates = Coordinates {
    latitude: 52.52,
    longitude: 13.41,
};

fn site(coordinates: Coordinates) -> AnycastSite {
    AnycastSite {
        coordinates,
        extra_km: 0.0,
    }
}

fn three_sites(seed: u64) -> Anycast {
    Anycast::new(
        [FRANKFURT, ASHBURN, SINGAPORE].map(site).to_vec(),
        seed,
        "ns1.example.com",
    )
}

fn secs(secs: f64) -> SimTime {
    SimTime::ZERO + SimDuration::from_secs_f64(secs)
}

/// When each of a thousand networks in Berlin leaves Frankfurt after a withdrawal at 100 s.
fn switches(anycast: &Anycast) -> Vec<f64> {
    let switch = |network: u64| {
        let legs = anycast.routes_of(BERLIN, mix(network));
        legs.get(1).map_or(f64::INFINITY, |leg| {
            (leg.from.since(secs(100.0))).as_secs_f64()
        })
    };
    (0..1000).map(switch).collect()
}

#[test]
fn a_packet_goes_to_the_site_with_the_least_path_cost() {
    let anycast = three_sites(1);
    let here = |from| anycast.catchment(from, SimTime::ZERO);
    assert_eq!(here(BERLIN), Some(0));
    assert_eq!(here(ASHBURN), Some(1));
    assert_eq!(here(SINGAPORE), Some(2));
}

#[test]
fn a_longer_path_outweighs_the_shorter_way() {
    let mut sites = [FRANKFURT, ASHBURN].map(site).to_vec();
    sites[0].extra_km = PREPEND_KM;
    let once = Anycast::new(sites.clone(), 1, "p");
    assert_eq!(
        once.catchment(BERLIN, SimTime::ZERO),
        Some(0),
        "6 700 km are still more"
    );
    sites[0].extra_km = 2.0 * PREPEND_KM;
    let twice = Anycast::new(sites, 1, "p");
    assert_eq!(twice.catchment(BERLIN, SimTime::ZERO), Some(1));
}

#[test]
fn a_withdrawal_moves_every_network_within_the_span_and_none_before_it() {
    let mut anycast = three_sites(1);
    anycast.announce(0, false, secs(100.0));
    let switches = switches(&anycast);
    assert!(switches.iter().all(|after| (1.0..=20.0).contains(after)));
    // An even draw from 1 s to 20 s: mean 10.5 s, deviation 5.5 s, so 0.17 s for a thousand.
    let mean = switches.iter().sum::<f64>() / 1000.0;
    assert!((mean - 10.5).abs() < 0.7, "{mean}");
    let early = switches.iter().filter(|after| **after < 5.75).count();
    assert!((200..300).contains(&early), "{early}");
}

#[test]
fn until_a_network_has_heard_its_packets_are_lost() {
    let mut anycast = three_sites(1);
    anycast.announce(0, false, secs(100.0));
    let leg = anycast.routes(BERLIN)[1];
    assert_eq!(leg.site, Some(1));
    let reach = |at| anycast.reach(BERLIN, at);
    let before = Reach {
        site: Some(0),
        delivered: true,
    };
    assert_eq!(reach(secs(99.9)), before);
    assert_eq!(
        reach(secs(100.5)),
        Reach {
            delivered: false,
            ..before
        }
    );
    assert_eq!(
        reach(leg.from),
        Reach {
            site: Some(1),
            delivered: true
        }
    );
}

#[test]
fn a_crash_without_withdrawal_is_a_black_hole_until_somebody_withdraws() {
    let mut anycast = three_sites(1);
    anycast.set_up(0, false, secs(10.0));
    let lost = Reach {
        site: Some(0),
        delivered: false,
    };
    assert_eq!(anycast.reach(BERLIN, secs(3600.0)), lost);
    assert!(anycast.reach(ASHBURN, secs(3600.0)).delivered);
    anycast.announce(0, false, secs(4000.0));
    let saved = Reach {
        site: Some(1),
        delivered: true,
    };
    assert_eq!(anycast.reach(BERLIN, secs(4020.0)), saved);
}

#[test]
fn what_is_announced_again_comes_back() {
    let mut anycast = three_sites(3);
    anycast.announce(0, false, secs(100.0));
    anycast.announce(0, true, secs(200.0));
    let sites: Vec<_> = anycast.routes(BERLIN).iter().map(|leg| leg.site).collect();
    assert_eq!(sites, [Some(0), Some(1), Some(0)]);
    assert_eq!(anycast.catchment(BERLIN, secs(220.0)), Some(0));
}

#[test]
fn an_older_message_does_not_undo_a_newer_one() {
    for seed in 0..50 {
        let mut anycast = three_sites(seed);
        anycast.announce(0, false, secs(100.0));
        anycast.announce(0, true, secs(101.0));
        for network in 0..50 {
            let end = anycast.catchment_of(BERLIN, mix(network), secs(121.0));
            assert_eq!(end, Some(0));
        }
    }
}

#[test]
fn without_any_announcement_there_is_no_route() {
    let mut anycast = three_sites(1);
    for index in 0..3 {
        anycast.announce(index, false, secs(0.0));
    }
    let nowhere = Reach {
        site: None,
        delivered: false,
    };
    assert_eq!(anycast.reach(BERLIN, secs(21.0)), nowhere);
}

#[test]
fn delays_repeat_with_the_seed_and_differ_between_seeds_prefixes_and_changes() {
    let withdrawn = |seed| {
        let mut anycast = three_sites(seed);
        anycast.announce(0, false, secs(100.0));
        switches(&anycast)
    };
    assert_eq!(withdrawn(1), withdrawn(1));
    assert_ne!(withdrawn(1), withdrawn(2));
    let delay = |label: &str, change| Anycast::new(Vec::new(), 1, label).delay(7, change);
    assert_ne!(delay("a", 0), delay("b", 0));
    assert_ne!(delay("a", 0), delay("a", 1));
}

#[test]
fn acts_that_change_nothing_and_sites_that_are_not_there_are_passed_over() {
    let mut anycast = three_sites(1);
    anycast.announce(0, true, secs(1.0));
    anycast.announce(9, false, secs(1.0));
    anycast.set_up(9, false, secs(1.0));
    assert_eq!(anycast.routes(BERLIN).len(), 1);
    assert_eq!(anycast.state(9, secs(2.0)), None);
    assert_eq!(
        anycast.state(0, secs(2.0)),
        Some(SiteState {
            announced: true,
            up: true
        })
    );
}

#[test]
fn a_span_may_be_a_single_moment() {
    let moment = SimDuration::from_secs(5);
    let span = Convergence {
        min: moment,
        max: moment,
    };
    let mut anycast = three_sites(1).with_convergence(span);
    anycast.announce(0, false, secs(100.0));
    assert_eq!(anycast.routes(BERLIN)[1].from, secs(105.0));
}
