//! Every question worth asking of a world, and what the lab's own resolver answers.

use std::net::SocketAddr;

use dns_lab::dns::{Message, Name, Question, Rtype};
use dns_lab::engine::{Datagram, EventKind, Node, Payload, Trace, Transport, World};
use dns_lab::scenario::WorldSource;

use crate::wire::{self, Said};

/// Steps of the simulation one question may take.
const MAX_STEPS: usize = 100_000;

/// Every name and type of the world's zones, one type no name has, and one name in each zone
/// that does not exist. For a wildcard a name it stands in for is asked.
pub(crate) fn questions(source: &WorldSource) -> Vec<Question> {
    let mut questions: Vec<Question> = Vec::new();
    for zone in source.zones() {
        for set in zone.rrsets() {
            let owner = match set.owner.parent().filter(|_| set.owner.is_wildcard()) {
                Some(parent) => below(&parent, "anything"),
                None => set.owner.clone(),
            };
            for rtype in [set.rtype, Rtype::HINFO] {
                questions.push(Question::new(owner.clone(), rtype));
            }
        }
        let missing = below(zone.origin(), "no-such-name");
        questions.push(Question::new(missing, Rtype::A));
    }
    let mut unique = Vec::new();
    for question in questions {
        if !unique.contains(&question) {
            unique.push(question);
        }
    }
    unique
}

/// The name one label below `parent`.
fn below(parent: &Name, label: &str) -> Name {
    let text = if parent.is_root() {
        label.to_owned()
    } else {
        format!("{label}.{parent}")
    };
    text.parse().expect("a valid name")
}

/// The lab's resolver in its simulated world.
pub(crate) struct OwnResolver {
    world: World,
}

impl OwnResolver {
    /// The first resolver of the world.
    pub(crate) fn new(source: &WorldSource) -> Self {
        Self {
            world: source.build(1),
        }
    }

    /// What it answers.
    pub(crate) fn ask(&mut self, question: &Question) -> Said {
        let world = &mut self.world;
        let mut nodes = world.node_ids();
        let resolver = nodes
            .find(|node| matches!(world.node(*node), Node::Resolver(_)))
            .expect("the world has a resolver");
        let source: SocketAddr = ([127, 0, 0, 1], 4000).into();
        let destination = SocketAddr::new(world.spec(resolver).addresses[0], 53);
        let mut query = Message::query(1, question.clone());
        query.flags.rd = true;
        // Over TCP nothing is cut, as little as it is for a program that retries.
        let datagram = Datagram {
            transport: Transport::Tcp,
            ..Datagram::udp(source, destination, query)
        };
        world.inject(resolver, datagram);
        let mut trace = Trace::default();
        world.run_to_rest(MAX_STEPS, &mut trace);
        let response = trace.events().iter().find_map(|event| match &event.kind {
            EventKind::DatagramSent { datagram, .. } if datagram.destination == source => {
                match &datagram.payload {
                    Payload::Message(message) => Some(Said::of(message)),
                    _ => None,
                }
            }
            _ => None,
        });
        response.unwrap_or_else(|| panic!("our resolver does not answer {question}"))
    }
}

/// Asks a resolver everything, and our own one too: they must agree. Returns how many
/// questions that were.
pub(crate) fn compare(resolver: SocketAddr, source: &WorldSource) -> usize {
    let questions = questions(source);
    let mut own = OwnResolver::new(source);
    let mut differences = Vec::new();
    for question in &questions {
        let ours = own.ask(question);
        let theirs = Said::of(&wire::ask(resolver, question));
        if ours != theirs {
            differences.push(format!("{question}:\n  here  {ours:?}\n  there {theirs:?}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    questions.len()
}
