//! One question on its way through the tree: the data behind the explicit states.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use ipnet::IpNet;

use super::super::Transport;
use super::delegation::{Candidate, DelegationPoint};
use super::minimisation::Disclosure;
use crate::dns::{Message, Name, Question, Rrset, Subnet};
use crate::engine::{Outcome, SimDuration, SimTime};

/// The number of a resolution within its resolver.
pub(super) type ResolutionId = u64;

/// A client's query and where it came from.
#[derive(Clone, Debug)]
pub(super) struct Asker {
    /// Where to answer.
    pub(super) client: SocketAddr,
    /// The address that was asked.
    pub(super) local: SocketAddr,
    /// How the query came, and so how the answer goes.
    pub(super) transport: Transport,
    /// The query.
    pub(super) query: Arc<Message>,
    /// When it came.
    pub(super) asked_at: SimTime,
}

/// Who waits for a resolution.
#[derive(Clone, Debug)]
pub(super) enum Waiter {
    /// A client.
    Client(Asker),
    /// Another resolution that needs the answer on its way.
    Resolution(ResolutionId),
}

/// What a resolution is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A client asked.
    Client,
    /// The address of a name server.
    Address,
    /// The address of a name server as its parent's servers give it.
    ParentSideAddress,
    /// The servers of the root, or of a zone with configured ones.
    Priming,
    /// Fresh data in place of old, nobody waiting.
    Refresh,
}

/// Where one resolution stands. The working states are the steps of [RFC 1034 §5.3.3].
///
/// [RFC 1034 §5.3.3]: https://www.rfc-editor.org/rfc/rfc1034#section-5.3.3
#[derive(Clone, Debug)]
pub(super) enum State {
    /// Step 1: see whether the answer is known.
    ConsultCache,
    /// Step 2: find the nearest servers to ask.
    FindServers,
    /// Step 3: pick a server of the zone and send the query.
    ChooseServer,
    /// Step 3, waiting.
    AwaitResponse(Box<Exchange>),
    /// Another resolution looks for something needed first.
    AwaitChild {
        /// The other resolution.
        child: ResolutionId,
    },
}

/// One query on its way to a server.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    /// Who was asked.
    pub(super) candidate: Candidate,
    /// What was asked; less than the whole question when the name is minimised.
    pub(super) question: Question,
    /// The address it was sent from.
    pub(super) local: IpAddr,
    /// The ID of the query.
    pub(super) id: u16,
    /// The port it was sent from.
    pub(super) port: u16,
    /// How it was sent.
    pub(super) transport: Transport,
    /// When it was sent.
    pub(super) sent_at: SimTime,
    /// When the wait ends.
    pub(super) deadline: SimTime,
    /// The client's network, if the server was told.
    pub(super) subnet: Option<IpNet>,
    /// Whether recursion was asked for.
    pub(super) recursive: bool,
    /// Whether the query had an OPT record.
    pub(super) edns: bool,
}

/// How the next query differs from an ordinary one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Demand {
    /// Servers that only offer recursion are asked for it: nobody else is left.
    pub(super) recursion_as_last_resort: bool,
    /// Configured zones are passed over: their servers failed.
    pub(super) skip_configured: bool,
}

/// One question being worked on.
#[derive(Clone, Debug)]
pub(super) struct Resolution {
    /// What was asked.
    pub(super) question: Question,
    /// What for.
    pub(super) purpose: Purpose,
    /// The name looked for now; differs from the question's after an alias.
    pub(super) qname: Name,
    /// The aliases followed, in order: CNAME sets, and the DNAME sets that made them.
    pub(super) aliases: Vec<Rrset>,
    /// What proves aliases that wildcards made.
    pub(super) proofs: Vec<Rrset>,
    /// Who waits.
    pub(super) waiters: Vec<Waiter>,
    /// 0 for a client's question, 1 for a name server's address it needs, and so on.
    pub(super) depth: usize,
    /// The resolution whose budget this one draws on.
    pub(super) root: ResolutionId,
    /// Queries sent for this question itself.
    pub(super) queries: usize,
    /// Referrals followed for the current name.
    pub(super) referrals: usize,
    /// Name servers of the current zone that turned out to have no address.
    pub(super) missing_targets: usize,
    /// Responses without any content met for the current name.
    pub(super) empty_responses: u32,
    /// Whose servers are asked now.
    pub(super) delegation: Option<DelegationPoint>,
    /// Zones whose parent was gone back to.
    pub(super) parents_consulted: Vec<Name>,
    /// How much of the name is told.
    pub(super) disclosure: Disclosure,
    /// How often each address was asked about the current question.
    pub(super) attempts: BTreeMap<IpAddr, u32>,
    /// What is special about it.
    pub(super) demand: Demand,
    /// What ends within this span counts as ended: it is to be replaced.
    pub(super) leeway: SimDuration,
    /// The client's network as servers may be told it, and whether the client sent it itself.
    pub(super) subnet: Option<(Subnet, bool)>,
    /// The client kept its network to itself before a server that would have been told.
    pub(super) is_untold: bool,
    /// The narrowest scope a server gave for its answer.
    pub(super) scope: Option<IpNet>,
    /// Where it stands.
    pub(super) state: State,
}

impl Resolution {
    /// What is looked for now.
    pub(super) fn current_question(&self) -> Question {
        Question {
            qname: self.qname.clone(),
            ..self.question.clone()
        }
    }
}

/// What came beside an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Extras {
    /// The authority section of the last response, believable records only.
    pub(super) authority: Vec<Rrset>,
    /// Its additional section.
    pub(super) additional: Vec<Rrset>,
}

/// How a resolution ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Conclusion {
    /// How the question is settled; aliases come first in an answer.
    pub(super) outcome: Outcome,
    /// The aliases before a negative outcome.
    pub(super) aliases: Vec<Rrset>,
    /// The SOA behind a negative outcome.
    pub(super) soa: Option<Rrset>,
    /// What came beside it.
    pub(super) extras: Extras,
    /// The network it is good for, if not for everybody.
    pub(super) scope: Option<IpNet>,
}

impl Conclusion {
    /// Only an outcome.
    pub(super) fn bare(outcome: Outcome) -> Self {
        Self {
            outcome,
            aliases: Vec::new(),
            soa: None,
            extras: Extras::default(),
            scope: None,
        }
    }
}
