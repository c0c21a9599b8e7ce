//! Sessions that the tests of this layer look at.

use super::{HierarchyFocus, Layout};
use crate::dns::{Question, Rtype};
use crate::engine::CacheLayer::{self, Browser, Stub};
use crate::engine::{
    Intervention, Node, Prefetch, RecursiveResolver, ServeStale, SimDuration, SimTime, Timeline,
};
use crate::scenario::{option_key, world_source};

/// A moment.
pub(super) fn at_secs(secs: u64) -> SimTime {
    SimTime::ZERO + SimDuration::from_secs(secs)
}

/// The laptop asks for an address.
pub(super) fn ask(qname: &str) -> Intervention {
    ask_for(qname, Rtype::A)
}

/// The laptop asks.
pub(super) fn ask_for(qname: &str, qtype: Rtype) -> Intervention {
    let qname = qname.parse().expect("a valid name");
    Intervention::ask("laptop", Question::new(qname, qtype))
}

/// A session in the small internet.
pub(super) fn session(acts: &[(u64, Intervention)]) -> Timeline {
    session_with(&[], acts)
}

/// A session where the laptop's resolver has some options.
pub(super) fn session_with(options: &[(&str, f64)], acts: &[(u64, Intervention)]) -> Timeline {
    let options = options
        .iter()
        .map(|(option, value)| (option_key("resolver-frankfurt", option), *value));
    let world = world_source("small_internet")
        .expect("a shipped world")
        .build_with(7, &options.collect());
    let mut timeline = Timeline::new(world);
    for (secs, act) in acts {
        timeline
            .intervene(at_secs(*secs), act.clone())
            .expect("a possible act");
    }
    timeline
}

/// One lookup with empty caches.
pub(super) fn cold() -> Timeline {
    session(&[(0, ask("www.example.com"))])
}

/// One lookup whose answer does not fit a UDP datagram.
pub(super) fn over_tcp() -> Timeline {
    session(&[(0, ask_for("example.co.uk", Rtype::TXT))])
}

/// A session whose resolver in Frankfurt was told something first.
fn with_resolver(
    change: impl FnOnce(&mut RecursiveResolver),
    acts: &[(u64, Intervention)],
) -> Timeline {
    let mut world = session(&[]).initial().clone();
    let id = world.find("resolver-frankfurt").expect("a shipped machine");
    if let Node::Resolver(resolver) = world.node_mut(id) {
        change(resolver);
    }
    let acts: Vec<_> = { acts.iter() }
        .map(|(secs, act)| (at_secs(*secs), act.clone()))
        .collect();
    Timeline::replay(world, &acts).0
}

/// The second lookup gets a stale answer.
pub(super) fn stale() -> Timeline {
    let serve_stale = |resolver: &mut RecursiveResolver| {
        resolver.config_mut().stale = Some(ServeStale::default());
    };
    let acts = [
        (0, ask("www.example.com")),
        (60, down("ns1.example.com")),
        (60, down("ns2.example.com")),
        (400, ask("www.example.com")),
    ];
    with_resolver(serve_stale, &acts)
}

/// The second lookup makes the resolver refresh its copy.
pub(super) fn prefetched() -> Timeline {
    let prefetch = |resolver: &mut RecursiveResolver| {
        resolver.config_mut().prefetch = Some(Prefetch::UNBOUND);
    };
    let acts = [
        (0, ask("www.example.com")),
        (280, flush("laptop", Browser)),
        (280, flush("laptop", Stub)),
        (281, ask("www.example.com")),
    ];
    with_resolver(prefetch, &acts)
}

/// A machine goes down.
fn down(node: &str) -> Intervention {
    Intervention::SetDown {
        node: node.to_owned(),
        down: true,
    }
}

/// A cache forgets.
fn flush(node: &str, layer: CacheLayer) -> Intervention {
    Intervention::FlushCache {
        node: node.to_owned(),
        layer,
    }
}

/// Sessions in which a resolver uses everything it can.
pub(super) fn busy() -> Vec<Timeline> {
    // The monitor has no cache of its own.
    let monitor = |qname: &str| {
        let qname = qname.parse().expect("a valid name");
        Intervention::ask("monitor", Question::new(qname, Rtype::A))
    };
    let options = [
        ("priming", 1.0),
        ("qname-minimisation", 1.0),
        ("serve-stale", 1.0),
        ("prefetch", 1.0),
    ];
    vec![
        session_with(
            &options,
            &[
                (0, monitor("www.example.com")),
                (290, monitor("www.example.com")),
                (500, down("ns1.example.com")),
                (500, down("ns2.example.com")),
                (700, monitor("www.example.com")),
            ],
        ),
        session_with(
            &[("failure-ttl", 300.0), ("qname-minimisation", 1.0)],
            &[
                (0, down("ns1.eu.example.com")),
                (0, down("ns2.eu.example.com")),
                (0, monitor("x.y.eu.example.com")),
                (250, monitor("x.y.eu.example.com")),
                (500, monitor("a.b.nope.example.com")),
            ],
        ),
        session_with(
            &[("client-subnet", 2.0), ("udp-size", 512.0)],
            &[
                (0, monitor("www.example.com")),
                (1, ask_for("big.example.com", Rtype::TXT)),
            ],
        ),
    ]
}

/// Sessions with all kinds of trouble.
pub(super) fn all() -> Vec<Timeline> {
    vec![
        session(&[]),
        cold(),
        over_tcp(),
        session(&[
            (0, ask("www.example.com")),
            (10, ask("www.example.com")),
            (100, ask("www.example.com")),
            (100, flush("laptop", Browser)),
            (100, flush("laptop", Stub)),
            (100, ask("www.example.com")),
        ]),
        session(&[
            (0, ask("nope.example.com")),
            (5, ask_for("www.example.com", Rtype::MX)),
        ]),
        session(&[(0, ask("localhost")), (1, ask("www.example.co.uk"))]),
        session(&[(0, ask("api.example.com")), (1, ask("www.example.net"))]),
        session(&[
            (0, down("ns1.example.com")),
            (0, down("ns2.example.com")),
            (1, ask("www.example.com")),
        ]),
        session(&[(0, down("resolver-frankfurt")), (1, ask("www.example.com"))]),
        session(&[(0, down("web-frankfurt")), (1, ask("www.example.com"))]),
        session(&[
            (0, Intervention::SetLoss { percent: 30 }),
            (1, ask("www.example.com")),
        ]),
        session(&[(0, ask_for("5.100.51.198.in-addr.arpa", Rtype::PTR))]),
        session(&[
            (0, ask_for("big.example.com", Rtype::TXT)),
            (1, ask("x.y.eu.example.com")),
        ]),
        stale(),
        prefetched(),
    ]
}

/// What the laptop's picture is about.
pub(super) fn focus(layout: Layout) -> HierarchyFocus {
    let question = Question::new("www.example.com".parse().expect("a valid name"), Rtype::A);
    HierarchyFocus {
        client: "laptop".to_owned(),
        question,
        layout,
    }
}
