//! Figures found by running the engine: what prose quotes instead of typed-in numbers.

mod evaluation;
mod fetches;
mod figure;
mod outlast;
mod series;
mod wire;

use serde::{Deserialize, Serialize};

pub use self::evaluation::Evaluation;
pub(crate) use self::figure::group_thousands;
pub use self::figure::{Figure, MeasureError};
use crate::dns::Question;
use crate::engine::{
    CacheLayer, EventKind, Intervention, InterventionError, Node, NodeId, Outcome, SimDuration,
    SimTime, Timeline, Trace, TraceEvent, World, act_as_read,
};
use crate::scenario::crowd::CrowdMeasure;

/// Steps of one run before it is cut off.
const MAX_STEPS: usize = 100_000;

/// A figure to find.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Measure {
    /// How long lookup number `lookup` (from 0) of the session took.
    LookupTime {
        /// Which lookup.
        lookup: usize,
    },
    /// How many queries the resolvers sent while lookup number `lookup` lasted.
    UpstreamQueries {
        /// Which lookup.
        lookup: usize,
    },
    /// The life a cache gave to entry number `entry` (from 0) about a question in this
    /// session, whether it holds records or remembers that there are none.
    Granted {
        /// The node.
        node: String,
        /// Which of its caches.
        layer: CacheLayer,
        /// The question the entry settles.
        question: Question,
        /// Which entry.
        entry: usize,
    },
    /// How many times a day the resolver fetches a name that is in constant demand.
    FetchesPerDay {
        /// Who asks.
        client: String,
        /// What.
        question: Question,
    },
    /// How long after a change the client still gets the old outcome. The client asks, the
    /// records change `changed_after` later, and every later moment is tried.
    StaleFor {
        /// Who asks.
        client: String,
        /// What.
        question: Question,
        /// The change.
        #[serde(with = "act_as_read")]
        change: Intervention,
        /// When the change is made, counted from the first question.
        changed_after: SimDuration,
    },
    /// For how long a client goes on getting an answer after servers went down. The client
    /// asks, the servers go down `after`, and every later moment is tried.
    AnsweredFor {
        /// Who asks.
        client: String,
        /// What.
        question: Question,
        /// The servers that go down.
        down: Vec<String>,
        /// When they do, counted from the first question.
        after: SimDuration,
    },
    /// What lookups cost that are made one after the other: the client asks once, servers go
    /// down, and then it asks `count` times more.
    Series {
        /// Who asks.
        client: String,
        /// What.
        question: Question,
        /// The servers that go down after the first question; may be none.
        down: Vec<String>,
        /// The time between two questions.
        every: SimDuration,
        /// How many questions are counted.
        count: usize,
        /// What is wanted of them.
        pick: Pick,
    },
    /// How long a lookup takes on a world as it stands at the start.
    ColdLookupTime {
        /// Who asks.
        client: String,
        /// What.
        question: Question,
    },
    /// How long the same lookup takes when the resolver has just done it, the machine's own
    /// caches being empty.
    WarmLookupTime {
        /// Who asks.
        client: String,
        /// What.
        question: Question,
    },
    /// How long connection attempt number `attempt` (from 0) of the session took, whether it was
    /// opened or given up.
    ConnectTime {
        /// Which attempt.
        attempt: usize,
    },
    /// How many octets a server's whole response has when it is asked without EDNS, before
    /// anything is cut.
    ResponseSize {
        /// The server.
        node: String,
        /// What it is asked.
        question: Question,
        /// The IPv6 addresses are left out of the additional section.
        is_ipv4_only: bool,
    },
    /// The round-trip time between two nodes, without jitter.
    RoundTrip {
        /// One node.
        from: String,
        /// The other.
        to: String,
    },
    /// A figure of a crowd. It is read off a run of its own and not off a session; see
    /// [`CrowdMeasure::evaluate`].
    Crowd {
        /// The id of the crowd.
        crowd: String,
        /// The figure.
        find: CrowdMeasure,
    },
}

/// What a measure gives of a series of lookups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pick {
    /// The time that half of the lookups stay below.
    Median,
    /// The longest time.
    Slowest,
    /// How many lookups took more than twice as long as the fastest: where that one came from
    /// the resolver's cache, these had to wait for servers.
    Waits,
    /// How many queries the resolver sent during all of them.
    Queries,
}

impl Measure {
    /// Whether the figure is about the session at hand and not about the world as such.
    pub fn is_of_session(&self) -> bool {
        matches!(
            self,
            Self::LookupTime { .. }
                | Self::UpstreamQueries { .. }
                | Self::Granted { .. }
                | Self::ConnectTime { .. }
        )
    }

    /// Finds the figure: in what happened in the session, or by runs of their own that
    /// start from the session's initial world.
    ///
    /// # Errors
    /// If the session has not got that far, or the measure names something that is not there.
    pub fn evaluate(&self, session: &Timeline) -> Result<Figure, MeasureError> {
        let mut evaluation = self.begin(session);
        while evaluation.advance(u64::MAX) < 1.0 {}
        evaluation.finish()
    }

    /// Begins to find the figure; whoever holds the evaluation goes on with it, probe by probe.
    pub fn begin(&self, session: &Timeline) -> Evaluation {
        Evaluation::new(self, session)
    }

    /// Whether the figure is found without a run of the engine.
    pub fn is_read_off(&self) -> bool {
        self.is_of_session() || matches!(self, Self::ResponseSize { .. } | Self::RoundTrip { .. })
    }
}

/// The node with an id.
fn find(world: &World, id: &str) -> Result<NodeId, MeasureError> {
    let missing = || InterventionError::NoSuchNode(id.to_owned());
    Ok(world.find(id).ok_or_else(missing)?)
}

/// Start, end and length of the lookup that was finished as number `index`.
fn nth_lookup(
    trace: &Trace,
    index: usize,
) -> Result<(SimTime, SimTime, SimDuration), MeasureError> {
    let finished = trace.events().iter().filter_map(|event| match &event.kind {
        EventKind::LookupFinished { elapsed, .. } => Some((event.at, *elapsed)),
        _ => None,
    });
    let (end, elapsed) = { finished }.nth(index).ok_or(MeasureError::NotYet)?;
    let start = SimTime::from_micros(end.as_micros().saturating_sub(elapsed.as_micros()));
    Ok((start, end, elapsed))
}

/// Queries that resolvers sent while a lookup lasted.
fn upstream_queries(session: &Timeline, lookup: usize) -> Result<Figure, MeasureError> {
    let (start, end, _) = nth_lookup(session.trace(), lookup)?;
    let world = session.initial();
    let sent = session
        .trace()
        .events()
        .iter()
        .filter(|event| (start..=end).contains(&event.at) && is_upstream(world, event));
    Ok(Figure::Count(sent.count() as u64))
}

/// Whether a resolver sent a query.
fn is_upstream(world: &World, event: &TraceEvent) -> bool {
    let EventKind::DatagramSent { datagram, .. } = &event.kind else {
        return false;
    };
    matches!(world.node(event.node), Node::Resolver(_))
        && datagram.message().is_ok_and(|message| !message.flags.qr)
}

/// The life one cache gave to one entry.
fn granted(
    session: &Timeline,
    node: &str,
    wanted: CacheLayer,
    question: &Question,
    entry: usize,
) -> Result<Figure, MeasureError> {
    let id = find(session.initial(), node)?;
    let here = session
        .trace()
        .events()
        .iter()
        .filter(|event| event.node == id);
    let mut lives = here.filter_map(|event| match &event.kind {
        EventKind::RrsetCached {
            layer,
            rrset,
            granted,
            ..
        } if *layer == wanted && rrset.owner == question.qname && rrset.rtype == question.qtype => {
            Some(*granted)
        }
        EventKind::NegativeCached {
            layer,
            owner,
            rtype,
            granted,
            ..
        } if *layer == wanted
            && *owner == question.qname
            && rtype.is_none_or(|rtype| rtype == question.qtype) =>
        {
            Some(*granted)
        }
        _ => None,
    });
    lives
        .nth(entry)
        .map(|ttl| Figure::Time(ttl.into()))
        .ok_or(MeasureError::NotYet)
}

/// Asks at a moment and waits for the outcome. Returns the world after it and the time the
/// client waited.
fn ask(
    world: &World,
    at: SimTime,
    client: &str,
    question: &Question,
) -> Result<(World, SimDuration), MeasureError> {
    let (world, _, elapsed) = ask_for_outcome(world, at, client, question)?;
    Ok((world, elapsed))
}

/// As [`ask`], with the outcome.
fn ask_for_outcome(
    world: &World,
    at: SimTime,
    client: &str,
    question: &Question,
) -> Result<(World, Outcome, SimDuration), MeasureError> {
    let (world, trace) = ask_and_trace(world, at, client, question)?;
    let finished = trace.events().iter().find_map(|event| match &event.kind {
        EventKind::LookupFinished {
            outcome, elapsed, ..
        } => Some((outcome.clone(), *elapsed)),
        _ => None,
    });
    let (outcome, elapsed) = finished.ok_or(MeasureError::NotYet)?;
    Ok((world, outcome, elapsed))
}

/// Asks at a moment. Returns the world when everything has come to rest, and what happened.
fn ask_and_trace(
    world: &World,
    at: SimTime,
    client: &str,
    question: &Question,
) -> Result<(World, Trace), MeasureError> {
    let mut world = world.clone();
    let mut trace = Trace::default();
    world.run_until(at, &mut Trace::silent());
    let act = Intervention::ask(client, question.clone());
    world.apply(&act, &mut trace)?;
    world.run_to_rest(MAX_STEPS, &mut trace);
    Ok((world, trace))
}

/// Takes machines down.
fn take_down(world: &mut World, machines: &[String]) -> Result<(), MeasureError> {
    for node in machines {
        let act = Intervention::SetDown {
            node: node.clone(),
            down: true,
        };
        world.apply(&act, &mut Trace::silent())?;
    }
    Ok(())
}
