//! What a response means, and which of its records to believe.
//!
//! Pure functions over a response and the zone whose server sent it. A server is believed
//! about its own zone and below ([RFC 5452 §6]); everything else in the message is dropped.
//!
//! [RFC 5452 §6]: https://www.rfc-editor.org/rfc/rfc5452#section-6

use crate::dns::{Message, Name, Question, Rcode, Rrset, Rtype, Section};
use crate::engine::Rank;
use crate::engine::cache::MAX_ALIASES;

/// What a response means to the resolution that asked.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Finding {
    /// The records asked for, behind `aliases`.
    Answer {
        /// CNAME sets on the way, in order.
        aliases: Vec<Rrset>,
        /// The sets asked for; several only for type ANY.
        sets: Vec<Rrset>,
    },
    /// The name is an alias and the response does not hold the end of the chain.
    Alias {
        /// CNAME sets in order; never empty.
        aliases: Vec<Rrset>,
        /// The name to ask next.
        target: Name,
    },
    /// The (last) name exists without the type.
    NoData {
        /// CNAME sets on the way.
        aliases: Vec<Rrset>,
        /// The SOA that says for how long.
        soa: Option<Rrset>,
    },
    /// The (last) name does not exist.
    NxDomain {
        /// CNAME sets on the way.
        aliases: Vec<Rrset>,
        /// The SOA that says for how long.
        soa: Option<Rrset>,
    },
    /// Other servers know: the NS set of a zone cut nearer to the name.
    Referral(Rrset),
    /// The response is cut short; the whole one is to be had over TCP.
    Truncated,
    /// The server cannot or will not tell.
    Useless {
        /// It does not serve the zone it was asked about.
        is_lame: bool,
    },
}

/// What to make of one response.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Analysis {
    /// What it means.
    pub(super) finding: Finding,
    /// Records to cache, with their rank.
    pub(super) believed: Vec<(Rrset, Rank)>,
    /// Records from outside the server's zone.
    pub(super) out_of_zone: Vec<(Name, Rtype)>,
}

/// Reads the response of a server of `zone` to a question.
pub(super) fn analyze(response: &Message, question: &Question, zone: &Name) -> Analysis {
    let mut out_of_zone = Vec::new();
    for section in Section::ALL {
        for set in response.section(section) {
            if !set.owner.is_at_or_below(zone) {
                out_of_zone.push((set.owner.clone(), set.rtype));
            }
        }
    }
    let mut believed = Vec::new();
    let finding = find(response, question, zone, &mut believed);
    if matches!(finding, Finding::Truncated | Finding::Useless { .. }) {
        believed.clear();
    }
    Analysis {
        finding,
        believed,
        out_of_zone,
    }
}

/// The meaning of the response; what may be cached goes to `believed`.
fn find(
    response: &Message,
    question: &Question,
    zone: &Name,
    believed: &mut Vec<(Rrset, Rank)>,
) -> Finding {
    if response.flags.tc {
        return Finding::Truncated;
    }
    if !matches!(response.rcode, Rcode::NOERROR | Rcode::NXDOMAIN) {
        // REFUSED and NOTAUTH mean "not my zone"; the rest is trouble on the server's side.
        let is_lame = matches!(response.rcode, Rcode::REFUSED | Rcode::NOTAUTH);
        return Finding::Useless { is_lame };
    }
    let rank = if response.flags.aa {
        Rank::Answer
    } else {
        Rank::NonAuthoritativeAnswer
    };
    let (aliases, last) = follow_aliases(response, question, zone);
    believed.extend(aliases.iter().map(|set| (set.clone(), rank)));
    let is_end = |set: &&Rrset| {
        set.owner == last && (set.rtype == question.qtype || question.qtype == Rtype::ANY)
    };
    let sets: Vec<Rrset> = if last.is_at_or_below(zone) {
        response.answer.iter().filter(is_end).cloned().collect()
    } else {
        Vec::new()
    };
    if !sets.is_empty() {
        believed.extend(sets.iter().map(|set| (set.clone(), rank)));
        believe_authority(response, question, zone, believed);
        return Finding::Answer { aliases, sets };
    }
    let soa = negative_soa(response, &last, zone);
    if response.rcode == Rcode::NXDOMAIN && last.is_at_or_below(zone) {
        return Finding::NxDomain { aliases, soa };
    }
    if !aliases.is_empty() {
        // A SOA for the end of the chain settles it; else the target is asked afresh.
        return match soa {
            Some(_) => Finding::NoData { aliases, soa },
            None => Finding::Alias {
                target: last,
                aliases,
            },
        };
    }
    if soa.is_some() {
        return Finding::NoData { aliases, soa };
    }
    let cut = response.authority.iter().find(|set| set.rtype == Rtype::NS);
    match cut {
        Some(cut) if cut.owner.is_below(zone) && question.qname.is_at_or_below(&cut.owner) => {
            believed.push((cut.clone(), Rank::Referral));
            believe_addresses(response, cut, zone, believed);
            Finding::Referral(cut.clone())
        }
        // A referral upward or sideways: the server does not serve the zone.
        Some(_) => Finding::Useless { is_lame: true },
        None if response.flags.aa => Finding::NoData { aliases, soa: None },
        None => Finding::Useless { is_lame: true },
    }
}

/// The CNAME sets that lead from the question's name onward, and the name they end at.
///
/// Only links within the server's zone are believed.
fn follow_aliases(response: &Message, question: &Question, zone: &Name) -> (Vec<Rrset>, Name) {
    let mut aliases: Vec<Rrset> = Vec::new();
    let mut last = question.qname.clone();
    if matches!(question.qtype, Rtype::CNAME | Rtype::ANY) {
        return (aliases, last);
    }
    while aliases.len() <= MAX_ALIASES && last.is_at_or_below(zone) {
        let link = response
            .answer
            .iter()
            .find(|set| set.rtype == Rtype::CNAME && set.owner == last);
        let Some((link, target)) = link.and_then(|set| Some((set, set.alias_target()?))) else {
            break;
        };
        let is_loop = aliases.iter().any(|known| known.owner == link.owner);
        if is_loop {
            break;
        }
        aliases.push(link.clone());
        last = target;
    }
    (aliases, last)
}

/// The SOA of a negative response, if it speaks for `name`.
fn negative_soa(response: &Message, name: &Name, zone: &Name) -> Option<Rrset> {
    let soa = response.authority_soa()?;
    (soa.owner.is_at_or_below(zone) && name.is_at_or_below(&soa.owner)).then(|| soa.clone())
}

/// Believes the NS set beside an answer: the zone's own view of its servers.
fn believe_authority(
    response: &Message,
    question: &Question,
    zone: &Name,
    believed: &mut Vec<(Rrset, Rank)>,
) {
    let rank = if response.flags.aa {
        Rank::Authority
    } else {
        Rank::Additional
    };
    for set in response
        .authority
        .iter()
        .filter(|set| set.rtype == Rtype::NS)
    {
        if set.owner.is_at_or_below(zone) && question.qname.is_at_or_below(&set.owner) {
            believed.push((set.clone(), rank));
            believe_addresses(response, set, zone, believed);
        }
    }
}

/// Believes the addresses of the hosts an NS set names, if they lie in the server's zone.
fn believe_addresses(
    response: &Message,
    servers: &Rrset,
    zone: &Name,
    believed: &mut Vec<(Rrset, Rank)>,
) {
    for set in &response.additional {
        let is_address = matches!(set.rtype, Rtype::A | Rtype::AAAA);
        let is_listed = servers.name_servers().any(|host| host == set.owner);
        if is_address && is_listed && set.owner.is_at_or_below(zone) {
            believed.push((set.clone(), Rank::Additional));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::parse_records;

    fn name(text: &str) -> Name {
        text.parse().expect("a valid name")
    }

    fn sets(text: &str) -> Vec<Rrset> {
        parse_records(&Name::root(), text).expect("good records")
    }

    fn response(aa: bool, answer: &str, authority: &str, additional: &str) -> Message {
        let question = Question::new(name("www.example.com"), Rtype::A);
        let mut message = Message::response_to(&Message::query(1, question), Rcode::NOERROR);
        message.flags.aa = aa;
        message.answer = sets(answer);
        message.authority = sets(authority);
        message.additional = sets(additional);
        message
    }

    fn check(message: &Message, zone: &str) -> Analysis {
        let question = message.question.clone().expect("every test asks something");
        analyze(message, &question, &name(zone))
    }

    #[test]
    fn referral_down_the_tree_is_believed_with_its_glue() {
        let message = response(
            false,
            "",
            "example.com. 300 NS ns1.example.com.\n",
            "ns1.example.com. 300 A 192.0.2.53\n",
        );
        let analysis = check(&message, "com");
        assert!(matches!(analysis.finding, Finding::Referral(_)));
        assert_eq!(analysis.believed.len(), 2);
    }

    #[test]
    fn referral_upward_is_lame() {
        let message = response(false, "", ". 300 NS a.root-servers.net.\n", "");
        assert_eq!(
            check(&message, "com").finding,
            Finding::Useless { is_lame: true }
        );
    }

    #[test]
    fn records_outside_the_zone_are_not_believed() {
        let message = response(
            true,
            "www.example.com. 300 A 198.51.100.5\n",
            "example.com. 300 NS ns.example.net.\n",
            "ns.example.net. 300 A 192.0.2.66\n",
        );
        let analysis = check(&message, "example.com");
        assert_eq!(analysis.out_of_zone, [(name("ns.example.net"), Rtype::A)]);
        assert!(
            analysis
                .believed
                .iter()
                .all(|(set, _)| set.owner.is_at_or_below(&name("example.com")))
        );
    }

    #[test]
    fn addresses_nobody_asked_for_are_not_believed() {
        let message = response(
            false,
            "",
            "example.com. 300 NS ns1.example.com.\n",
            "ns1.example.com. 300 A 192.0.2.53\nbank.example.com. 300 A 192.0.2.66\n",
        );
        let analysis = check(&message, "com");
        assert!(
            analysis
                .believed
                .iter()
                .all(|(set, _)| set.owner != name("bank.example.com"))
        );
    }

    #[test]
    fn alias_chain_ends_at_the_edge_of_the_zone() {
        let message = response(
            true,
            "www.example.com. 300 CNAME cdn.example.net.\ncdn.example.net. 300 A 192.0.2.66\n",
            "",
            "",
        );
        let finding = check(&message, "example.com").finding;
        assert!(
            matches!(finding, Finding::Alias { target, .. } if target == name("cdn.example.net"))
        );
    }

    #[test]
    fn answer_outranks_referral_when_both_are_there() {
        let message = response(
            true,
            "www.example.com. 300 A 198.51.100.5\n",
            "example.com. 300 NS ns1.example.com.\n",
            "",
        );
        assert!(matches!(
            check(&message, "com").finding,
            Finding::Answer { .. }
        ));
    }

    #[test]
    fn refused_is_lame_and_servfail_is_not() {
        let mut message = response(false, "", "", "");
        for (rcode, is_lame) in [(Rcode::REFUSED, true), (Rcode::SERVFAIL, false)] {
            message.rcode = rcode;
            assert_eq!(check(&message, "com").finding, Finding::Useless { is_lame });
        }
    }

    #[test]
    fn soa_beside_no_answer_means_no_data() {
        let soa = "example.com. 900 SOA ns1.example.com. h.example.com. 1 2 3 4 900\n";
        let message = response(true, "", soa, "");
        assert!(matches!(
            check(&message, "example.com").finding,
            Finding::NoData { soa: Some(_), .. }
        ));
    }
}
