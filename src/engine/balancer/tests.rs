use super::*;
use crate::engine::Stream;

fn at(millis: u64) -> SimTime {
    SimTime::from_micros(millis * 1000)
}

fn server(id: &str, service_ms: u64) -> ServerConfig {
    ServerConfig {
        id: id.to_owned(),
        service: SimDuration::from_millis(service_ms),
        slots: 1,
    }
}

fn balancer(algorithm: Algorithm, probe: Probe, servers: Vec<ServerConfig>) -> Balancer {
    let check = CheckConfig {
        probe,
        ..CheckConfig::default()
    };
    Balancer::new(BalancerConfig {
        algorithm,
        check,
        servers,
    })
}

fn three(algorithm: Algorithm) -> Balancer {
    balancer(
        algorithm,
        Probe::Http,
        ["a", "b", "c"].map(|id| server(id, 10)).to_vec(),
    )
}

/// The ends of connection number `port` of a client.
fn ends(client: u32, port: u16) -> Ends {
    let client = IpAddr::from((0x0a00_0000_u32 + client).to_be_bytes());
    let balancer = SocketAddr::from(([192, 0, 2, 80], 443));
    (SocketAddr::new(client, port), balancer)
}

/// Lets the checks run until they say nothing new, or an hour has gone; who changed, and when.
fn settle(balancer: &mut Balancer) -> Vec<(SimTime, usize)> {
    let mut changes = Vec::new();
    while let Some(due) = balancer.next_check().filter(|due| *due < at(3_600_000)) {
        changes.extend(
            balancer
                .run_check(due)
                .into_iter()
                .map(|index| (due, index)),
        );
    }
    changes
}

#[test]
fn round_robin_spreads_the_connections_of_one_client_evenly() {
    let mut balancer = three(Algorithm::RoundRobin);
    let chosen = (0..9).map(|port| balancer.open(at(0), ends(1, port)).expect("open").server);
    assert_eq!(chosen.collect::<Vec<_>>(), [0, 1, 2, 0, 1, 2, 0, 1, 2]);
}

#[test]
fn a_client_is_led_to_the_same_server_each_time_by_its_address() {
    let mut balancer = three(Algorithm::IpHash);
    for client in 0..100 {
        let mut first = None;
        for port in 0..5 {
            let choice = balancer.open(at(0), ends(client, port)).expect("open");
            assert_eq!(*first.get_or_insert(choice.server), choice.server);
            assert_eq!(choice.why, BalancerReason::AddressHash);
        }
    }
}

#[test]
fn addresses_are_spread_evenly_and_only_those_move_that_must() {
    const CLIENTS: u32 = 30_000;
    let served = |ids: &[&str]| -> Vec<String> {
        let servers = ids.iter().map(|id| server(id, 10)).collect();
        let mut balancer = balancer(Algorithm::IpHash, Probe::Http, servers);
        let chosen = (0..CLIENTS).map(|client| {
            let choice = balancer
                .choose(at(0), ends(client, 1).0.ip())
                .expect("open");
            ids[choice.0].to_owned()
        });
        chosen.collect()
    };
    let three = served(&["a", "b", "c"]);
    for id in ["a", "b", "c"] {
        // Deviation of a fair draw: 82.
        let share = three.iter().filter(|server| *server == id).count();
        assert!((9_600..10_400).contains(&share), "{id}: {share}");
    }
    // Without `b` only its clients move.
    let two = served(&["a", "c"]);
    for (before, after) in three.iter().zip(&two) {
        assert!(before == after || before == "b", "{before} -> {after}");
    }
    // A fourth server wins a quarter, and nobody moves between the old ones.
    let four = served(&["a", "b", "c", "d"]);
    let moved = three
        .iter()
        .zip(&four)
        .filter(|(before, after)| before != after);
    let moved: Vec<&String> = moved.map(|(_, after)| after).collect();
    assert!(moved.iter().all(|after| *after == "d"));
    assert!((7_100..7_900).contains(&moved.len()), "{}", moved.len());
}

/// The mean time from request to answer in milliseconds, with one quick and one slow server.
fn mean_response(algorithm: Algorithm) -> f64 {
    let servers = vec![server("quick", 10), server("slow", 40)];
    let mut balancer = balancer(algorithm, Probe::Http, servers);
    let mut random = Stream::new(5, "arrivals");
    let (mut now, mut total) = (SimTime::ZERO, 0.0);
    for request in 0..20_000_u32 {
        // Together they manage 125 requests a second; 45 come.
        let gap = -libm::log(1.0 - random.fraction()) / 45.0;
        now += SimDuration::from_secs_f64(gap);
        let port = u16::try_from(request % 60_000).expect("small");
        let choice = balancer.open(now, ends(request, port)).expect("open");
        total += choice.done_at.since(now).as_millis_f64();
    }
    total / 20_000.0
}

#[test]
fn least_connections_beats_round_robin_where_servers_differ() {
    let (turns, fewest) = (
        mean_response(Algorithm::RoundRobin),
        mean_response(Algorithm::LeastConnections),
    );
    assert!(fewest < 0.6 * turns, "{fewest:.1} ms against {turns:.1} ms");
}

#[test]
fn a_server_with_more_slots_works_on_several_requests_at_once() {
    let wide = ServerConfig {
        slots: 2,
        ..server("a", 10)
    };
    let mut balancer = balancer(Algorithm::RoundRobin, Probe::Http, vec![wide]);
    let done = (0..3).map(|port| balancer.open(at(0), ends(1, port)).expect("open").done_at);
    assert_eq!(done.collect::<Vec<_>>(), [at(10), at(10), at(20)]);
}

#[test]
fn a_check_of_layer_4_keeps_a_sick_server_that_one_of_layer_7_takes_out() {
    let run = |probe| {
        let servers = ["a", "b"].map(|id| server(id, 10)).to_vec();
        let mut balancer = balancer(Algorithm::RoundRobin, probe, servers);
        balancer.set_condition(1, Condition::Sick, at(100));
        let changes = settle(&mut balancer);
        let later = (0..10).map(|port| balancer.open(at(60_000), ends(1, port)).expect("open"));
        let to_sick = later.filter(|choice| choice.server == 1).count();
        (changes, to_sick)
    };
    assert_eq!(run(Probe::Connect), (Vec::new(), 5));
    // The third check after it fell ill: at 2 s, 4 s and 6 s.
    assert_eq!(run(Probe::Http), (vec![(at(6000), 1)], 0));
}

#[test]
fn a_dead_server_is_taken_out_by_both_and_put_back_after_two_good_checks() {
    for probe in [Probe::Connect, Probe::Http] {
        let servers = ["a", "b"].map(|id| server(id, 10)).to_vec();
        let mut balancer = balancer(Algorithm::RoundRobin, probe, servers);
        balancer.set_condition(0, Condition::Dead, at(0));
        assert_eq!(settle(&mut balancer), [(at(6000), 0)]);
        assert_eq!(
            balancer.open(at(7000), ends(1, 1)).map(|choice| choice.why),
            Some(BalancerReason::OnlyOne)
        );
        balancer.set_condition(0, Condition::Well, at(10_500));
        assert_eq!(settle(&mut balancer), [(at(14_000), 0)]);
        assert_eq!(balancer.next_check(), None, "nothing new can come");
    }
}

#[test]
fn a_server_that_is_drained_gets_nothing_new_and_loses_no_connection() {
    let mut balancer = three(Algorithm::RoundRobin);
    for port in 0..6 {
        balancer.open(at(0), ends(1, port));
        balancer.hold(ends(1, port));
    }
    assert_eq!(balancer.open_connections(1, at(60_000)), 2);
    balancer.set_draining(1, true);
    for port in 100..160 {
        assert_ne!(balancer.open(at(1), ends(1, port)).expect("open").server, 1);
    }
    assert_eq!(balancer.hold(ends(1, 1)), Some(1));
    assert_eq!(balancer.hold(ends(1, 4)), Some(1));
    balancer.close(ends(1, 1));
    balancer.close(ends(1, 4));
    assert_eq!(
        balancer.open_connections(1, at(60_000)),
        0,
        "now it can be taken away"
    );
}

#[test]
fn a_server_that_dies_takes_its_connections_with_it() {
    let mut balancer = three(Algorithm::RoundRobin);
    balancer.open(at(0), ends(1, 1));
    balancer.hold(ends(1, 1));
    balancer.set_condition(0, Condition::Dead, at(1));
    assert_eq!(balancer.hold(ends(1, 1)), None);
}

#[test]
fn without_a_server_that_serves_a_connection_is_refused() {
    let mut balancer = three(Algorithm::LeastConnections);
    for index in 0..3 {
        balancer.set_draining(index, true);
    }
    assert_eq!(balancer.open(at(0), ends(1, 1)), None);
}
