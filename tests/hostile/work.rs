//! However servers answer, the work for one question is bounded, and it ends.

use dns_lab::dns::{Rcode, Rtype};
use dns_lab::engine::{
    EventKind, QueryFate, ResolverConfig, ResolverProduct, WorkLimits, ZoneMode,
};
use proptest::prelude::*;

use crate::adversary::{Act, Adversary, Fan, any_act, fruitless};
use crate::options::any_config;
use crate::rig::{Rig, plain_config};

/// A name with many places for a zone cut.
const DEEP: &str = "a.b.c.d.e.f.g.victim.test";

/// The most queries any one name server address cost, by what the resolver says itself.
fn most_for_a_part(rig: &Rig) -> usize {
    let parts = rig.events.iter().filter_map(|event| match event {
        EventKind::ResolutionFinished {
            upstream_queries,
            sub: true,
            ..
        } => Some(*upstream_queries),
        _ => None,
    });
    parts.max().unwrap_or(0)
}

/// Asks one question and looks at all that comes of it.
fn check(config: ResolverConfig, mut upstream: Adversary, qname: &str, qtype: Rtype) -> Rig {
    let limits = config.limits;
    let mut rig = Rig::new(config, 3);
    rig.ask(7, qname, qtype);
    rig.run(&mut upstream);
    let pending: Vec<String> = rig.resolver.pending().map(ToString::to_string).collect();
    assert_eq!(pending, [""; 0], "without a timer");
    assert_eq!(rig.answers_to(7).len(), 1, "answers for one query");
    assert_eq!(rig.answers.len(), 1, "responses to anybody");
    assert!(
        rig.queries.len() <= limits.total_queries,
        "{} queries, {limits:?}",
        rig.queries.len()
    );
    assert!(most_for_a_part(&rig) <= limits.queries, "{limits:?}");
    assert!(
        rig.resolver.cache().entries(rig.now).count() <= rig.resolver.cache().policy().capacity
    );
    // Nothing is done that is not for a query: events grow with queries and servers named.
    assert!(rig.events.len() < 60_000, "{} events", rig.events.len());
    let unrest = rig.unrest();
    assert_eq!(unrest, None);
    rig
}

fn rcode(rig: &Rig) -> Rcode {
    rig.answers_to(7)[0].rcode
}

fn products() -> [ResolverConfig; 4] {
    use ResolverProduct::{Bind, PowerDns, Unbound};
    let product = |product| {
        let mut config = plain_config().with_product(product);
        // An answer is never too late, so that there always is one.
        config.answering.discard_after = None;
        config
    };
    [
        plain_config(),
        product(Unbound),
        product(Bind),
        product(PowerDns),
    ]
}

#[test]
fn a_fan_of_name_servers_nobody_knows_costs_no_more_than_the_limit() {
    for config in products() {
        for fan in [
            Fan::Elsewhere,
            Fan::Mutual,
            Fan::InsideWithoutGlue,
            Fan::Glued,
        ] {
            for count in [1, 2, 30] {
                let upstream = Adversary::always(Act::Refer(count, fan));
                let rig = check(config.clone(), upstream, DEEP, Rtype::A);
                assert_eq!(rcode(&rig), Rcode::SERVFAIL, "{count} servers, {fan:?}");
            }
        }
    }
}

#[test]
fn chains_and_circles_of_aliases_end_in_servfail() {
    for config in products() {
        for act in [Act::Chain, Act::Circle, Act::Dname] {
            let rig = check(config.clone(), Adversary::always(act), DEEP, Rtype::A);
            assert_eq!(rcode(&rig), Rcode::SERVFAIL, "{act:?}");
        }
        // RFC 6672 §2.2: a name that grows too long is told to the client.
        let rig = check(config, Adversary::always(Act::LongDname), DEEP, Rtype::A);
        assert!([Rcode::SERVFAIL, Rcode::YXDOMAIN].contains(&rcode(&rig)));
    }
}

#[test]
fn servers_that_only_fail_end_in_servfail() {
    let acts = [
        Act::Truncate,
        Act::Code(Rcode::FORMERR),
        Act::BareCode(Rcode::FORMERR),
        Act::BareCode(Rcode::NOTIMP),
        Act::Code(Rcode::SERVFAIL),
        Act::Code(Rcode::REFUSED),
        Act::Code(Rcode::YXDOMAIN),
        Act::Upward,
        Act::Silence,
        Act::Junk,
    ];
    for config in products() {
        for act in acts {
            let rig = check(config.clone(), Adversary::always(act), DEEP, Rtype::A);
            assert_eq!(rcode(&rig), Rcode::SERVFAIL, "{act:?}");
        }
    }
}

#[test]
fn servers_that_say_nothing_at_all_are_not_asked_for_ever() {
    for config in products() {
        for (aa, ra) in [(false, false), (true, false), (false, true), (true, true)] {
            let upstream = Adversary::always(Act::Empty { aa, ra });
            let rig = check(config.clone(), upstream, DEEP, Rtype::A);
            assert!([Rcode::NOERROR, Rcode::SERVFAIL].contains(&rcode(&rig)));
            assert!(rig.answers_to(7)[0].answer.is_empty());
        }
    }
}

#[test]
fn a_resolver_that_may_not_work_at_all_still_answers() {
    let none = WorkLimits {
        total_queries: 0,
        queries: 0,
        depth: 0,
        aliases: 0,
        referrals: 0,
        servers: 0,
        targets: 0,
        missing_targets: 0,
        ..plain_config().limits
    };
    for config in products() {
        for limits in [
            none,
            WorkLimits {
                total_queries: 200,
                queries: 50,
                ..none
            },
            WorkLimits {
                depth: 0,
                ..plain_config().limits
            },
            WorkLimits {
                targets: 0,
                ..plain_config().limits
            },
        ] {
            let config = ResolverConfig {
                limits,
                ..config.clone()
            };
            let upstream = Adversary::always(Act::Refer(3, Fan::Elsewhere));
            let rig = check(config, upstream, "www.victim.test", Rtype::A);
            assert_eq!(rcode(&rig), Rcode::SERVFAIL, "{limits:?}");
        }
    }
}

#[test]
fn the_root_itself_can_be_asked_for() {
    for config in products() {
        for qtype in [Rtype::NS, Rtype::A, Rtype::DS, Rtype::SOA, Rtype::ANY] {
            for act in [
                Act::Answer,
                Act::Empty {
                    aa: true,
                    ra: false,
                },
                Act::Upward,
            ] {
                check(config.clone(), Adversary::always(act), ".", qtype);
            }
        }
    }
}

#[test]
fn giving_up_on_every_query_ends_in_servfail() {
    for config in products() {
        for fate in [QueryFate::TimedOut, QueryFate::Unreachable] {
            let mut rig = Rig::new(config.clone(), 5);
            let asked = rig.ask(7, DEEP, Rtype::A);
            let mut given_up = 0;
            while let Some(query) = rig.queries.get(given_up).cloned() {
                given_up += 1;
                // A query it does not wait for changes nothing, and neither does a second time.
                for query in [&asked, &query, &query] {
                    rig.resolver.give_up_on(rig.now, query, fate);
                }
                rig.drain();
            }
            assert!(given_up <= config.limits.total_queries);
            assert_eq!(rcode(&rig), Rcode::SERVFAIL);
            assert_eq!(rig.unrest(), None);
        }
    }
}

#[test]
fn more_questions_than_it_can_hold_are_refused_at_once() {
    let mut config = plain_config();
    config.limits.pending = 20;
    let mut rig = Rig::new(config, 6);
    for id in 0..100_u16 {
        rig.ask(id, &format!("n{id}.victim.test"), Rtype::A);
        rig.ask(1000 + id, "same.victim.test", Rtype::A);
    }
    assert!(rig.resolver.pending().count() <= 20);
    assert!(rig.queries.len() <= 20);
    rig.run(&mut Adversary::always(Act::Silence));
    for id in 0..100_u16 {
        assert_eq!(rig.answers_to(id).len(), 1, "question {id}");
        assert_eq!(
            rig.answers_to(1000 + id).len(),
            1,
            "question {id} for the same"
        );
    }
    assert_eq!(rig.unrest(), None);
}

proptest! {
    #![proptest_config(crate::cases(200))]

    #[test]
    fn fruitless_servers_end_in_servfail_with_any_options(
        config in any_config(),
        acts in prop::collection::vec(fruitless(), 1..8),
        seed in any::<u64>(),
        qtype in prop::sample::select(vec![Rtype::A, Rtype::AAAA, Rtype::NS, Rtype::MX]),
    ) {
        let mut config = config;
        // A forwarder's word is final, even an empty one.
        config.zones.retain(|zone| zone.mode != ZoneMode::Forward);
        let rig = check(config, Adversary::new(acts, seed), DEEP, qtype);
        prop_assert_eq!(rcode(&rig), Rcode::SERVFAIL);
    }

    #[test]
    fn any_mixture_of_servers_ends_with_one_answer(
        config in any_config(),
        acts in prop::collection::vec(any_act(), 1..12),
        seed in any::<u64>(),
        qname in prop::sample::select(vec![DEEP, "www.victim.test", "test", ".", "elsewhere.test"]),
        qtype in prop::sample::select(vec![Rtype::A, Rtype::NS, Rtype::CNAME, Rtype::DS, Rtype::ANY, Rtype::DNAME]),
    ) {
        check(config, Adversary::new(acts, seed), qname, qtype);
    }

    #[test]
    fn many_questions_cost_no_more_than_each_alone_may(
        config in any_config(),
        acts in prop::collection::vec(any_act(), 1..12),
        seed in any::<u64>(),
        waits in prop::collection::vec(0..400_u64, 1..8),
    ) {
        let limit = config.limits.total_queries;
        let mut rig = Rig::new(config, 3);
        let mut upstream = Adversary::new(acts, seed);
        let names = [DEEP, "www.victim.test", "h.g.victim.test"];
        for (id, wait) in (1_u16..).zip(&waits) {
            rig.ask(id, names[usize::from(id) % names.len()], Rtype::A);
            if wait % 3 > 0 {
                rig.run(&mut upstream);
                rig.wait(*wait);
            }
        }
        rig.run(&mut upstream);
        for (id, _) in (1_u16..).zip(&waits) {
            prop_assert_eq!(rig.answers_to(id).len(), 1);
        }
        // A question may bring about one refresh as well.
        let started = rig.events.iter().filter(|event| matches!(event,
            EventKind::ResolutionStarted { sub: false, .. })).count();
        prop_assert!(started <= 2 * waits.len());
        prop_assert!(rig.queries.len() <= limit * started, "{} of {started} x {limit}", rig.queries.len());
        prop_assert_eq!(rig.unrest(), None);
    }
}
