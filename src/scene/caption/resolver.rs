//! The decisions of a resolver in words.

use crate::dns::Question;
use crate::engine::{EventKind, MinimisationTrouble, SimDuration};
use crate::scene::words::{duration, name_in_prose};

/// A question as prose names it: `www.example.com A`.
fn question_words(question: &Question) -> String {
    format!("{} {}", name_in_prose(&question.qname), question.qtype)
}

/// An event that is a resolver's decision, in words; `None` for other events.
pub(super) fn text(kind: &EventKind) -> Option<String> {
    let text = match kind {
        EventKind::PrimingStarted { hints } => format!(
            "The resolver knows {hints} addresses to start from by heart. It asks there for the list of servers as it is today, and uses that."
        ),
        EventKind::QnameMinimised { qname, asked } => format!(
            "The resolver looks for {} but asks for {} only: this server need not know more.",
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
            format!("The resolver tells {address} that its client is in {network}.")
        }
        EventKind::ScopedAnswerCached {
            question, network, ..
        } => format!(
            "The resolver keeps the answer to {} for clients in {network} only.",
            question_words(question)
        ),
        EventKind::FailureCached { question, .. } => format!(
            "The resolver remembers that it could not resolve {}, and does not try again at once.",
            question_words(question)
        ),
        EventKind::FailureRecalled {
            question,
            remaining,
        } => format!(
            "The resolver could not resolve {} a moment ago. It reports that failure for {} more instead of trying again.",
            question_words(question),
            duration(*remaining)
        ),
        EventKind::StaleServed {
            question,
            expired_for,
            ttl,
        } => format!(
            "Fresh data for {} is not to be had in time. The resolver gives what expired {} ago, with a TTL of {} s.",
            question_words(question),
            duration(*expired_for),
            ttl.as_secs()
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
