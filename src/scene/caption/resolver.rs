//! The decisions of a resolver in words.

use super::text::Teller;
use crate::engine::{EventKind, MinimisationTrouble, Node, SimDuration, SimTime};
use crate::scene::words::{count, duration, name_in_prose, question_words};

/// An event that is a resolver's decision, in words; `None` for other events.
pub(super) fn text(teller: &Teller<'_>) -> Option<String> {
    let subject = teller.subject();
    let left = |until: SimTime| duration(until.since(teller.event.at));
    let is_client = matches!(teller.world.node(teller.event.node), Node::Client(_));
    let text = match &teller.event.kind {
        EventKind::PrimingStarted { hints } => format!(
            "{subject} knows {} to start from. It asks one of them which servers the root has today.",
            count(*hints, "root server", "root servers")
        ),
        EventKind::QnameMinimised { qname, asked } => format!(
            "{subject} looks for {} but asks for {} only: this server need not know more.",
            name_in_prose(qname),
            question_words(asked)
        ),
        EventKind::MinimisationEnded { qname, trouble } => {
            let why = match trouble {
                MinimisationTrouble::NxDomain => {
                    "A server says that a part of the name does not exist. Some servers get that wrong"
                }
                MinimisationTrouble::Error => "A server cannot deal with a part of the name",
                MinimisationTrouble::Silence => "Servers do not answer for a part of the name",
            };
            format!(
                "{why}, so the resolver now asks for {} in full.",
                name_in_prose(qname)
            )
        }
        EventKind::ParentConsulted { zone } => format!(
            "No server that {} names for itself is of use. The resolver goes back to those its parent names.",
            name_in_prose(zone)
        ),
        EventKind::TruncationMet { server, address } => format!(
            "The response of {} ({address}) did not fit the datagram and was cut. The resolver asks again over TCP.",
            server.without_dot()
        ),
        EventKind::EdnsDropped { server, address } => format!(
            "{} ({address}) does not understand EDNS. The resolver asks again without.",
            server.without_dot()
        ),
        EventKind::SubnetSent { address, network } => {
            format!("{subject} tells {address} that its client is in {network}.")
        }
        EventKind::ScopedAnswerCached {
            question,
            network,
            expires_at,
        } => format!(
            "{subject} keeps the answer to {} for {}, and for clients in {network} only.",
            question_words(question),
            left(*expires_at)
        ),
        EventKind::FailureCached {
            question,
            expires_at,
        } => format!(
            "{subject} remembers for {} that it could not resolve {}. Until then it does not try again.",
            left(*expires_at),
            question_words(question)
        ),
        EventKind::FailureRecalled {
            question,
            remaining,
        } => format!(
            "{subject} has just failed to resolve {}. It reports that failure for {} more instead of trying again.",
            question_words(question),
            duration(*remaining)
        ),
        EventKind::StaleServed {
            question,
            expired_for,
            ..
        } if is_client => format!(
            "The browser's copy for {} ended {} ago. It is used all the same, and a fresh one is fetched behind it.",
            question_words(question),
            duration(*expired_for)
        ),
        EventKind::PrefetchStarted { question, .. } if is_client => format!(
            "Behind the old answer the browser asks for {} anew. Nobody waits for it.",
            question_words(question)
        ),
        EventKind::StaleServed {
            question,
            expired_for,
            ttl,
        } => format!(
            "Fresh data for {} is not to be had in time. The resolver gives what it has, {} after its end, with a TTL of {}.",
            question_words(question),
            duration(*expired_for),
            duration(SimDuration::from(*ttl))
        ),
        EventKind::PrefetchStarted {
            question,
            remaining,
        } if *remaining == SimDuration::ZERO => format!(
            "Behind the stale answer the resolver fetches {} anew.",
            question_words(question)
        ),
        EventKind::PrefetchStarted {
            question,
            remaining,
        } => format!(
            "The answer for {} has {} left. The resolver fetches it anew before it ends, while nobody waits.",
            question_words(question),
            duration(*remaining)
        ),
        EventKind::ClientRefused { question } => format!(
            "The client asks for {} without wanting recursion. This resolver does not let it look into the cache.",
            question_words(question)
        ),
        EventKind::ServerForbidden { server, address } => format!(
            "{} is said to be at {address}. The resolver never asks that address.",
            server.without_dot()
        ),
        _ => return None,
    };
    Some(text)
}
