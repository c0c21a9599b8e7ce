//! Why something happened: the choices, verdicts and troubles that events carry.

use std::fmt;

use crate::engine::SimDuration;

/// Why no answer could be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureReason {
    /// Every server that could know was silent or refused.
    NoServerAnswered,
    /// A delegation has no name server whose address can be found.
    NoServerAddress,
    /// The aliases form a loop, or the chain is longer than the limit.
    AliasLoop,
    /// The work limit for one question was reached.
    WorkLimit,
    /// A server answered with this code itself.
    Reported,
    /// The resolver never answered the stub.
    ResolverSilent,
}

impl fmt::Display for FailureReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoServerAnswered => "no name server answered",
            Self::NoServerAddress => "no name server has a known address",
            Self::AliasLoop => "the aliases lead in a circle",
            Self::WorkLimit => "the limit of work for one question was reached",
            Self::Reported => "the server said so",
            Self::ResolverSilent => "the resolver did not answer",
        })
    }
}

/// Where a resolver starts to look for a name it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartingPoint {
    /// The servers of a zone it has heard of before.
    CachedDelegation,
    /// The built-in list of root servers.
    RootHints,
    /// Servers configured for a zone, asked as authoritative ones.
    StubZone,
    /// Resolvers configured for a zone, which do the work.
    ForwardZone,
}

/// Why a resolver picked one name server among several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerReason {
    /// It is the only one left to ask.
    OnlyOne,
    /// It was never asked before, so its speed is unknown.
    Untried,
    /// Its smoothed round-trip time is the best known.
    Fastest(SimDuration),
    /// Drawn at random among those about as fast as the best.
    AmongFast(SimDuration),
}

/// What an authoritative server found for a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoneVerdict {
    /// Records of the asked type.
    Answer,
    /// An alias whose target is not in the server's zones.
    Alias,
    /// The name lies below a zone cut: other servers know.
    Referral,
    /// The name exists without records of that type.
    NoData,
    /// The name does not exist.
    NxDomain,
    /// None of the server's zones holds the name.
    Refused,
}

/// Why a record in a response was not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IgnoreReason {
    /// Its owner lies outside the zone that was asked ([RFC 5452 §6](https://www.rfc-editor.org/rfc/rfc5452#section-6)).
    OutOfZone,
    /// Better data is in the cache ([RFC 2181 §5.4.1](https://www.rfc-editor.org/rfc/rfc2181#section-5.4.1)).
    LowerRank,
    /// Nothing in the question or in the records that answer it leads to the record.
    Irrelevant,
    /// An NS set that rode along with a positive answer, where it is not needed.
    Unneeded,
    /// A public name with an address the configuration keeps for private networks.
    PrivateAddress,
    /// A later link of an alias chain: the target is asked afresh.
    AliasTail,
}

/// Why a server's response was of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uselessness {
    /// It does not serve the zone it was asked about ([RFC 1912 §2.8](https://www.rfc-editor.org/rfc/rfc1912#section-2.8)).
    Lame,
    /// It is a resolver: it offers recursion and does not speak for the zone.
    Recursive,
    /// It reported an error.
    Error,
    /// It said nothing at all: no data and no SOA.
    Empty,
}

/// Why a resolver stops hiding the end of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MinimisationTrouble {
    /// A server said that a part of the name does not exist, and may be wrong about it.
    NxDomain,
    /// A server answered a part of the name with an error.
    Error,
    /// Servers were silent.
    Silence,
}

/// Why a datagram did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// Lost on the way.
    Loss,
    /// The receiver is down.
    NodeDown,
    /// No node has the address.
    NoSuchAddress,
    /// The site it was sent to has withdrawn the address; the sender's network has not yet
    /// heard of it.
    Withdrawn,
    /// The site it was sent to has crashed and announces the address all the same.
    SiteDown,
    /// No site announces the address.
    NoRoute,
    /// It belongs to a connection with another site.
    OtherSite,
}
