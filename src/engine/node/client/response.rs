//! What a resolver's response means to the machine that asked, and how much of it counts.

use crate::dns::{Message, Name, Question, Rcode, Rrset, Rtype};
use crate::engine::{FailureReason, Outcome};

/// The part of a response that has to do with the question.
///
/// A stub trusts its resolver, but a record that nothing in the question leads to is none of
/// its business, and keeping it would let one answer speak for other names.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reading {
    /// What it means.
    pub(super) outcome: Outcome,
    /// The records from the question's name along its aliases to the answer.
    pub(super) records: Vec<Rrset>,
    /// The last name of the chain: the one that is missing if the answer is negative.
    pub(super) last: Name,
}

impl Reading {
    /// Reads a response to `question`.
    pub(super) fn of(message: &Message, question: &Question) -> Self {
        let chain = alias_chain(message, question);
        let is_on_chain = |set: &&Rrset| {
            let is_above = |name: &Name| set.rtype == Rtype::DNAME && name.is_below(&set.owner);
            chain
                .iter()
                .any(|name| set.owner == *name || is_above(name))
        };
        let records: Vec<Rrset> = message.answer.iter().filter(is_on_chain).cloned().collect();
        let outcome = match message.rcode {
            Rcode::NOERROR => {
                let has_answer = records.iter().any(|set| set.rtype == question.qtype);
                let wants_all = question.qtype == Rtype::ANY && !records.is_empty();
                if has_answer || wants_all {
                    Outcome::Answer(records.clone())
                } else {
                    Outcome::NoData
                }
            }
            Rcode::NXDOMAIN => Outcome::NxDomain,
            rcode => Outcome::Failure(rcode, FailureReason::Reported),
        };
        let last = chain.into_iter().next_back();
        Self {
            outcome,
            records,
            last: last.unwrap_or_else(|| question.qname.clone()),
        }
    }
}

/// The question's name and the targets of the aliases that lead on from it.
fn alias_chain(message: &Message, question: &Question) -> Vec<Name> {
    let mut chain = vec![question.qname.clone()];
    if matches!(question.qtype, Rtype::CNAME | Rtype::ANY) {
        return chain;
    }
    while let Some(target) = chain.last().and_then(|last| {
        let is_next = |set: &&Rrset| set.rtype == Rtype::CNAME && set.owner == *last;
        message.answer.iter().find(is_next)?.alias_target()
    }) {
        if chain.contains(&target) {
            break;
        }
        chain.push(target);
    }
    chain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::parse_records;

    fn read(qtype: Rtype, rcode: Rcode, answer: &str) -> Reading {
        let qname = "www.example.com".parse().expect("a valid name");
        let question = Question::new(qname, qtype);
        let mut message = Message::response_to(&Message::query(1, question.clone()), rcode);
        message.answer = parse_records(&Name::root(), answer).expect("good records");
        Reading::of(&message, &question)
    }

    #[test]
    fn records_beside_the_chain_are_left_out() {
        let reading = read(
            Rtype::A,
            Rcode::NOERROR,
            "www.example.com. 300 CNAME web.example.com.\nweb.example.com. 300 A 192.0.2.1\n\
             bank.example.net. 300 A 203.0.113.66\n",
        );
        assert_eq!(reading.records.len(), 2);
        assert_eq!(reading.outcome, Outcome::Answer(reading.records));
    }

    #[test]
    fn an_address_of_another_name_is_no_answer() {
        let text = "bank.example.net. 300 A 203.0.113.66\n";
        let reading = read(Rtype::A, Rcode::NOERROR, text);
        assert_eq!(
            (reading.outcome, reading.records.len()),
            (Outcome::NoData, 0)
        );
    }

    #[test]
    fn a_missing_alias_target_is_what_is_missing() {
        let text = "www.example.com. 300 CNAME gone.example.com.\n";
        let reading = read(Rtype::A, Rcode::NXDOMAIN, text);
        assert_eq!(reading.last.to_string(), "gone.example.com.");
    }

    #[test]
    fn a_redirected_name_keeps_its_dname() {
        let text = "example.com. 300 DNAME example.net.\n\
                    www.example.com. 300 CNAME www.example.net.\nwww.example.net. 300 A 192.0.2.1\n";
        assert_eq!(read(Rtype::A, Rcode::NOERROR, text).records.len(), 3);
    }

    #[test]
    fn aliases_in_a_circle_end() {
        let text = "www.example.com. 300 CNAME a.example.com.\n\
                    a.example.com. 300 CNAME www.example.com.\n";
        assert_eq!(
            read(Rtype::A, Rcode::NOERROR, text).outcome,
            Outcome::NoData
        );
    }
}
