//! What can happen in a world, in the past tense.
//!
//! Nodes report events; the world stamps them with time, node and cause. The picture, the
//! captions, the log and the measures are all functions of these values, so each variant
//! carries everything a view needs.

mod reason;
mod steering;

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use crate::dns::{Name, Question, Rcode, Rrset, Rtype, Ttl};
use crate::engine::balancer::{BalancerReason, Condition, Probe};
use crate::engine::health::Condition as ProbeCondition;
use crate::engine::node::Datagram;
use crate::engine::{Rank, SimDuration, SimTime};

pub use self::reason::{
    DropReason, FailureReason, IgnoreReason, MinimisationTrouble, ServerReason, StartingPoint,
    Uselessness, ZoneVerdict,
};
pub use self::steering::PolicyReport;

/// A place where answers are remembered.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum CacheLayer {
    /// The browser's own cache.
    Browser,
    /// The cache of the operating system's stub resolver.
    Stub,
    /// The cache of a recursive resolver.
    Resolver,
}

impl CacheLayer {
    /// The layer as prose names it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser cache",
            Self::Stub => "OS stub cache",
            Self::Resolver => "resolver cache",
        }
    }
}

/// How a question was settled. None of these is an error of the engine.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Records of the asked type exist; an alias chain comes first.
    Answer(Vec<Rrset>),
    /// The name exists but has no records of the asked type.
    NoData,
    /// The name does not exist.
    NxDomain,
    /// No answer could be had; the code to report, nearly always SERVFAIL or REFUSED.
    Failure(Rcode, FailureReason),
}

impl Outcome {
    /// The first address in an answer.
    pub fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Answer(sets) => sets.iter().flat_map(Rrset::addresses).next(),
            _ => None,
        }
    }

    /// Whether the question got a yes or a no, as opposed to a failure.
    pub fn is_settled(&self) -> bool {
        !matches!(self, Self::Failure(..))
    }
}

/// Something that happened at a node.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    /// The learner changed the world; the text says what was done.
    Intervened {
        /// Past tense, for instance "Flushed the resolver cache".
        what: String,
    },
    /// An application asked its machine for a name.
    LookupStarted {
        /// What it asked.
        question: Question,
    },
    /// The hosts file had the name, so DNS was not asked.
    HostsFileUsed {
        /// What was asked.
        question: Question,
        /// What the file says.
        address: IpAddr,
    },
    /// A cache had no usable entry.
    CacheMissed {
        /// Which cache.
        layer: CacheLayer,
        /// What was looked up.
        question: Question,
    },
    /// A cache answered.
    CacheHit {
        /// Which cache.
        layer: CacheLayer,
        /// What was looked up.
        question: Question,
        /// What it holds: an answer, or the memory that there is none.
        outcome: Outcome,
        /// For how much longer it will.
        remaining: SimDuration,
    },
    /// A cache stored records.
    RrsetCached {
        /// Which cache.
        layer: CacheLayer,
        /// The records with the TTL they came with.
        rrset: Rrset,
        /// How far they are trusted.
        rank: Rank,
        /// The TTL the cache grants after its own limits.
        granted: Ttl,
        /// When the entry ends.
        expires_at: SimTime,
    },
    /// A cache stored that something does not exist ([RFC 2308](https://www.rfc-editor.org/rfc/rfc2308)).
    NegativeCached {
        /// Which cache.
        layer: CacheLayer,
        /// The name.
        owner: Name,
        /// The missing type; `None` when the whole name does not exist.
        rtype: Option<Rtype>,
        /// For how long.
        granted: Ttl,
        /// When the entry ends.
        expires_at: SimTime,
    },
    /// A resolver began to work on a question; with `sub` it needs the answer for itself.
    ResolutionStarted {
        /// The question.
        question: Question,
        /// Whether it is asked on the way to another answer (the address of a name server).
        sub: bool,
    },
    /// A resolver chose the zone whose servers it asks first.
    StartingPointChosen {
        /// What it looks for.
        qname: Name,
        /// The deepest zone it knows servers for.
        zone: Name,
        /// How it knows them.
        source: StartingPoint,
    },
    /// A resolver asks the root for its own servers before anything else
    /// ([RFC 9609 §3](https://www.rfc-editor.org/rfc/rfc9609#section-3)).
    PrimingStarted {
        /// How many root servers the hints list.
        hints: usize,
    },
    /// A resolver asks a server for a part of the name only
    /// ([RFC 9156 §3](https://www.rfc-editor.org/rfc/rfc9156#section-3)).
    QnameMinimised {
        /// The name it looks for.
        qname: Name,
        /// What it asks instead.
        asked: Question,
    },
    /// A resolver goes on with the full name ([RFC 9156 §3](https://www.rfc-editor.org/rfc/rfc9156#section-3)).
    MinimisationEnded {
        /// The name it looks for.
        qname: Name,
        /// Why it no longer hides a part of it.
        trouble: MinimisationTrouble,
    },
    /// All servers a zone names for itself failed; those its parent names are tried
    /// ([RFC 8767 §5](https://www.rfc-editor.org/rfc/rfc8767#section-5)).
    ParentConsulted {
        /// The zone.
        zone: Name,
    },
    /// A response was cut short, so the question goes to the same server over TCP
    /// ([RFC 7766 §5](https://www.rfc-editor.org/rfc/rfc7766#section-5)).
    TruncationMet {
        /// The server's host name.
        server: Name,
        /// Its address.
        address: IpAddr,
    },
    /// A server does not speak EDNS; it is asked again without
    /// ([RFC 6891 §6.2.2](https://www.rfc-editor.org/rfc/rfc6891#section-6.2.2)).
    EdnsDropped {
        /// The server's host name.
        server: Name,
        /// Its address.
        address: IpAddr,
    },
    /// A resolver told a server which network its client is in
    /// ([RFC 7871 §7.1](https://www.rfc-editor.org/rfc/rfc7871#section-7.1)).
    SubnetSent {
        /// The server's address.
        address: IpAddr,
        /// The network.
        network: IpNet,
    },
    /// An answer was kept for clients of one network only
    /// ([RFC 7871 §7.3](https://www.rfc-editor.org/rfc/rfc7871#section-7.3)).
    ScopedAnswerCached {
        /// The question.
        question: Question,
        /// The network it is good for.
        network: IpNet,
        /// When it ends.
        expires_at: SimTime,
    },
    /// A resolver remembers that it found no answer
    /// ([RFC 9520 §3.2](https://www.rfc-editor.org/rfc/rfc9520#section-3.2)).
    FailureCached {
        /// The question.
        question: Question,
        /// When it will try again.
        expires_at: SimTime,
    },
    /// A remembered failure was reported without asking again.
    FailureRecalled {
        /// The question.
        question: Question,
        /// For how much longer.
        remaining: SimDuration,
    },
    /// Nothing fresh was to be had in time, so expired data was given
    /// ([RFC 8767 §5](https://www.rfc-editor.org/rfc/rfc8767#section-5)).
    StaleServed {
        /// The question.
        question: Question,
        /// How long ago the data ended.
        expired_for: SimDuration,
        /// The TTL it was given, in seconds.
        ttl: Ttl,
    },
    /// An answer from the cache was near its end, so a fresh one is fetched behind it.
    PrefetchStarted {
        /// The question.
        question: Question,
        /// How much of the old answer's life is left; zero if it has ended.
        remaining: SimDuration,
    },
    /// A client asked without RD, which this resolver answers only for the chosen few.
    ClientRefused {
        /// The question.
        question: Question,
    },
    /// A name server's address is never to be asked.
    ServerForbidden {
        /// The server's host name.
        server: Name,
        /// The address.
        address: IpAddr,
    },
    /// A resolver picked one of a zone's servers.
    ServerChosen {
        /// The zone.
        zone: Name,
        /// The server's host name.
        server: Name,
        /// The address to ask.
        address: IpAddr,
        /// Why this one.
        reason: ServerReason,
        /// How many addresses there were to choose from.
        candidates: usize,
    },
    /// A datagram left a node.
    DatagramSent {
        /// What was sent, from where, to where.
        datagram: Arc<Datagram>,
        /// When it will arrive; `None` if it never does.
        arrives_at: Option<SimTime>,
        /// The node it is addressed to, if one has the address.
        to: Option<crate::engine::NodeId>,
    },
    /// A datagram reached a node.
    DatagramReceived {
        /// What came.
        datagram: Arc<Datagram>,
        /// The node that sent it.
        from: crate::engine::NodeId,
    },
    /// A datagram was lost.
    DatagramDropped {
        /// What was lost.
        datagram: Arc<Datagram>,
        /// Why.
        reason: DropReason,
    },
    /// An authoritative server looked into its zones.
    ZoneConsulted {
        /// The zone that is nearest to the name; `None` when none holds it.
        zone: Option<Name>,
        /// The question.
        question: Question,
        /// What it found.
        verdict: ZoneVerdict,
    },
    /// A traffic policy chose the addresses of an answer.
    PolicyDecided(Arc<PolicyReport>),
    /// A server answered for a name with what it had learned of another one: the addresses, or
    /// that there are none.
    AliasFlattened {
        /// The name that was asked for.
        owner: Name,
        /// The name whose addresses it got.
        target: Name,
    },
    /// A probe of a health check brought it nearer to a change of mind.
    EndpointProbed {
        /// The name the address answers for.
        owner: Name,
        /// The address.
        address: IpAddr,
        /// What the probe met.
        met: ProbeCondition,
        /// Which probe of this kind it is, from 1.
        count: u32,
        /// How many it takes.
        needed: u32,
    },
    /// A health check changed its mind, and with it the answers.
    HealthChanged {
        /// The name the address answers for.
        owner: Name,
        /// The address.
        address: IpAddr,
        /// What the check says now.
        healthy: bool,
        /// How many checkers say healthy.
        in_favour: u32,
        /// How many checkers there are.
        checkers: u32,
        /// For how long the machine has been down, or up again.
        since: SimDuration,
    },
    /// A response sent the resolver further down the tree.
    ReferralFollowed {
        /// The zone that was asked.
        from_zone: Name,
        /// The zone it refers to.
        zone_cut: Name,
        /// How many name servers it lists.
        servers: usize,
        /// How many addresses came with it as glue.
        glue: usize,
    },
    /// A CNAME sent the resolver to another name.
    AliasFollowed {
        /// The alias.
        alias: Name,
        /// Its target.
        target: Name,
        /// How many aliases were followed for this question, this one included.
        count: usize,
    },
    /// A record in a response was not believed.
    RecordIgnored {
        /// Its owner.
        owner: Name,
        /// Its type.
        rtype: Rtype,
        /// Why.
        reason: IgnoreReason,
    },
    /// A datagram matched no question of the node's own and was ignored ([RFC 5452 §9.1](https://www.rfc-editor.org/rfc/rfc5452#section-9.1)).
    ResponseIgnored {
        /// What came.
        datagram: Arc<Datagram>,
    },
    /// A query was not answered in time.
    QueryTimedOut {
        /// The host that was silent, as far as its name is known.
        server: Option<Name>,
        /// The address that was asked.
        address: IpAddr,
        /// How long the node had waited.
        waited: SimDuration,
    },
    /// A server's response was of no use, so another one is tried.
    ServerPassedOver {
        /// The server's host name.
        server: Name,
        /// Its address.
        address: IpAddr,
        /// The code it answered with.
        rcode: Rcode,
        /// What was wrong.
        why: Uselessness,
    },
    /// A resolver settled a question.
    ResolutionFinished {
        /// The question.
        question: Question,
        /// How it was settled.
        outcome: Outcome,
        /// How many queries that took.
        upstream_queries: usize,
        /// Whether it was asked on the way to another answer.
        sub: bool,
    },
    /// An application got its answer.
    LookupFinished {
        /// What it asked.
        question: Question,
        /// What it got.
        outcome: Outcome,
        /// The cache of its own machine that answered; `None` when the resolver was asked.
        answered_by: Option<CacheLayer>,
        /// How long the application waited.
        elapsed: SimDuration,
    },
    /// An application opened a TCP connection to the address it got ([RFC 9293 §3.5](https://www.rfc-editor.org/rfc/rfc9293#section-3.5)).
    ConnectionOpened {
        /// The address.
        address: IpAddr,
        /// How long the handshake took.
        elapsed: SimDuration,
    },
    /// An application could not connect.
    ConnectionFailed {
        /// The address.
        address: IpAddr,
        /// How long it waited.
        elapsed: SimDuration,
    },
    /// The other end said that it knows of no such connection: the route to an anycast address
    /// has changed, and the segments now reach another site
    /// ([RFC 9293 §3.5.2](https://www.rfc-editor.org/rfc/rfc9293#section-3.5.2)).
    ConnectionReset {
        /// The address.
        address: IpAddr,
        /// How long the connection had stood.
        elapsed: SimDuration,
    },
    /// An application is done with a connection it has used for a while.
    ConnectionClosed {
        /// The address.
        address: IpAddr,
        /// How long all of it took, with the connections that were reset.
        elapsed: SimDuration,
        /// How many parts it asked for.
        requests: u32,
        /// How many of them came.
        parts: u32,
        /// How often the connection was reset.
        resets: u32,
    },
    /// A balancer picked the server for a connection.
    BalancerChose {
        /// The server.
        server: String,
        /// Why this one.
        why: BalancerReason,
        /// How many servers there were to choose from.
        candidates: usize,
        /// How the server really is.
        condition: Condition,
    },
    /// A balancer had no server for a connection.
    BalancerRefused,
    /// The checks of a balancer took a server out or put it back.
    ServerJudged {
        /// The server.
        server: String,
        /// Whether it serves from now on.
        healthy: bool,
        /// What the checks look at.
        probe: Probe,
    },
    /// The network of a machine sends to another site of an anycast address from now on.
    RouteChanged {
        /// Who has the address.
        target: crate::engine::NodeId,
        /// Which of the machine's own sites it is about, as an index.
        at_site: usize,
        /// The site until now, as an index; `None` if there was no route.
        before: Option<usize>,
        /// The site from now on; `None` if there is no route.
        after: Option<usize>,
    },
}
