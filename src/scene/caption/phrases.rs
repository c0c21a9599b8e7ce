//! Phrases that sentences, labels and rows share.

use crate::dns::{Message, Name, Question, Rcode, RdataExt, Rrset, Rtype};
use crate::engine::{FailureReason, Outcome};
use crate::scene::words::{count, name_in_prose};

/// What a question is after: `the address of www.example.com`.
pub(super) fn wanted(question: &Question) -> String {
    let name = name_in_prose(&question.qname);
    match question.qtype {
        Rtype::A => format!("the address of {name}"),
        Rtype::AAAA => format!("the IPv6 address of {name}"),
        Rtype::NS => format!("the name servers of {name}"),
        Rtype::MX => format!("the mail servers of {name}"),
        Rtype::PTR => format!("the host name behind {name}"),
        Rtype::CNAME => format!("the target of the alias {name}"),
        Rtype::ANY => format!("all records of {name}"),
        rtype => format!("the {rtype} records of {name}"),
    }
}

/// What a question is after, without the name.
pub(super) fn wanted_briefly(qtype: Rtype) -> String {
    match qtype {
        Rtype::A => "the address".to_owned(),
        Rtype::AAAA => "the IPv6 address".to_owned(),
        Rtype::ANY => "the records".to_owned(),
        rtype => format!("the {rtype} records"),
    }
}

/// That a name or a type does not exist.
pub(super) fn absence(owner: &Name, rtype: Option<Rtype>) -> String {
    let owner = name_in_prose(owner);
    match rtype {
        None => format!("{owner} does not exist"),
        Some(rtype) => format!("{owner} has no {rtype} records"),
    }
}

/// What an answer says: `www.example.com is 198.51.100.5`.
pub(super) fn finding(question: &Question, sets: &[Rrset]) -> String {
    let name = name_in_prose(&question.qname);
    let last = sets.iter().rev().find(|set| set.rtype == question.qtype);
    let addresses: Vec<String> = last
        .iter()
        .flat_map(|set| set.addresses())
        .map(|address| address.to_string())
        .collect();
    match (addresses.as_slice(), last) {
        ([address], _) => format!("{name} is {address}"),
        ([first, rest @ ..], _) => {
            format!(
                "{name} is {first} and {}",
                count(rest.len(), "more address", "more addresses")
            )
        }
        ([], Some(set)) if set.data.len() == 1 => {
            let data = set
                .data
                .first()
                .map(RdataExt::presentation)
                .unwrap_or_default();
            format!(
                "{name} has the {} record {}",
                set.rtype,
                data.trim_end_matches('.')
            )
        }
        ([], Some(set)) => {
            format!(
                "{name} has {}",
                count(
                    set.data.len(),
                    &format!("{} record", set.rtype),
                    &format!("{} records", set.rtype)
                )
            )
        }
        ([], None) => {
            let records = sets.iter().map(|set| set.data.len()).sum();
            format!("{name} has {}", count(records, "record", "records"))
        }
    }
}

/// Why a resolution failed, as a sentence.
pub(super) fn failure(rcode: Rcode, reason: FailureReason) -> String {
    match reason {
        FailureReason::NoServerAnswered => {
            "No name server that could know gives a usable answer".to_owned()
        }
        FailureReason::NoServerAddress => {
            "The delegation names no server whose address can be found".to_owned()
        }
        FailureReason::AliasLoop => "The aliases lead in a circle, or on for too long".to_owned(),
        FailureReason::WorkLimit => {
            "The question has used up all the work the resolver allows for one question".to_owned()
        }
        FailureReason::Reported => format!("The server itself reports {rcode}"),
        FailureReason::ResolverSilent => "The recursive resolver is silent".to_owned(),
    }
}

/// What a question came to, in a few words: `198.51.100.5`, `does not exist`.
pub(in crate::scene) fn outcome_words(question: &Question, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Answer(sets) => answer_words(question.qtype, sets),
        Outcome::NoData => format!("no {} records", question.qtype),
        Outcome::NxDomain => "does not exist".to_owned(),
        Outcome::Failure(rcode, reason) => format!("{rcode}: {reason}"),
    }
}

/// What a response says, in a few words: `referral to com`, `198.51.100.5`, `NXDOMAIN`.
pub(in crate::scene) fn message_result(message: &Message) -> String {
    if message.flags.tc {
        return "truncated".to_owned();
    }
    let qtype = message
        .question
        .as_ref()
        .map_or(Rtype::A, |question| question.qtype);
    match message.rcode {
        Rcode::NOERROR if super::is_referral(message) => {
            let cut = message.authority.iter().find(|set| set.rtype == Rtype::NS);
            let cut = cut.map(|set| name_in_prose(&set.owner)).unwrap_or_default();
            format!("referral to {cut}")
        }
        Rcode::NOERROR if message.answer.is_empty() => format!("no {qtype} records"),
        Rcode::NOERROR => answer_words(qtype, &message.answer),
        rcode => rcode.to_string(),
    }
}

/// What an answer section says, in a few words.
fn answer_words(qtype: Rtype, sets: &[Rrset]) -> String {
    let Some(set) = sets.iter().rev().find(|set| set.rtype == qtype) else {
        let target = sets.iter().rev().find_map(Rrset::alias_target);
        let records = sets.iter().map(|set| set.data.len()).sum();
        return target.map_or_else(
            || count(records, "record", "records"),
            |target| format!("alias for {}", name_in_prose(&target)),
        );
    };
    let mut addresses = set.addresses();
    match (addresses.next(), set.data.len()) {
        (Some(first), 1) => first.to_string(),
        (Some(first), number) => format!("{first} + {} more", number - 1),
        (None, number) => count(
            number,
            &format!("{qtype} record"),
            &format!("{qtype} records"),
        ),
    }
}
