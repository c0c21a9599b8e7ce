//! What a response means, and which of its records to believe.
//!
//! Pure functions over a response and the zone whose server sent it. A server is believed
//! about its own zone and below ([RFC 5452 §6]); everything else in the message is dropped.
//!
//! [RFC 5452 §6]: https://www.rfc-editor.org/rfc/rfc5452#section-6

mod sections;

use self::sections::{Ignored, Sections};
use super::config::Hardening;
use crate::dns::{Message, Name, Question, Rcode, Rrset, Rtype};
use crate::engine::{IgnoreReason, Rank, Uselessness};

/// What a response means to the resolution that asked.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Finding {
    /// The records asked for, behind `aliases`.
    Answer {
        /// CNAME sets on the way, in order, with the DNAME sets that made them.
        aliases: Vec<Rrset>,
        /// The sets asked for, each followed by its signatures; several only for type ANY.
        sets: Vec<Rrset>,
    },
    /// The name is an alias and the response does not hold the end of the chain.
    Alias {
        /// CNAME sets in order, with the DNAME sets that made them; never empty.
        aliases: Vec<Rrset>,
        /// The name to ask next.
        target: Name,
    },
    /// The (last) name exists without the type.
    NoData {
        /// CNAME sets on the way.
        aliases: Vec<Rrset>,
        /// The name itself.
        owner: Name,
        /// The SOA that says for how long.
        soa: Option<Rrset>,
    },
    /// The (last) name does not exist.
    NxDomain {
        /// CNAME sets on the way.
        aliases: Vec<Rrset>,
        /// The name itself.
        owner: Name,
        /// The SOA that says for how long.
        soa: Option<Rrset>,
    },
    /// Other servers know: the NS set of a zone cut nearer to the name.
    Referral(Rrset),
    /// A DNAME makes a name that is too long ([RFC 6672 §2.2](https://www.rfc-editor.org/rfc/rfc6672#section-2.2));
    /// the aliases up to and including that DNAME.
    NameTooLong(Vec<Rrset>),
    /// The response is cut short; the whole one is to be had over TCP.
    Truncated,
    /// The server cannot or will not tell.
    Useless(Uselessness),
}

/// Records to cache, how far they are trusted, and their signatures.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Believed {
    /// The records.
    pub(super) set: Rrset,
    /// How far they are trusted.
    pub(super) rank: Rank,
    /// The RRSIG records that cover them.
    pub(super) signatures: Option<Rrset>,
}

/// What to make of one response.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Analysis {
    /// What it means.
    pub(super) finding: Finding,
    /// Records to cache, with their rank.
    pub(super) believed: Vec<Believed>,
    /// Records that are not believed.
    pub(super) ignored: Vec<Ignored>,
    /// The authority section as it may be handed on.
    pub(super) authority: Vec<Rrset>,
    /// The additional section as it may be handed on.
    pub(super) additional: Vec<Rrset>,
}

/// Who sent a response, and by which rules it is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    /// The zone whose server it is.
    pub(super) zone: &'a Name,
    /// It was asked for recursion: what it says is final.
    pub(super) is_recursive: bool,
    /// What is not believed.
    pub(super) hardening: &'a Hardening,
}

impl Reader<'_> {
    /// Reads a response to `question`.
    pub(super) fn analyze(&self, response: &Message, question: &Question) -> Analysis {
        let mut sections = Sections::of(response, question, self.zone, self.hardening);
        let mut believed = Vec::new();
        let finding = self.find(response, question, &mut sections, &mut believed);
        if matches!(finding, Finding::Truncated | Finding::Useless(_)) {
            believed.clear();
        }
        Analysis {
            finding,
            believed,
            ignored: sections.ignored,
            authority: sections.authority,
            additional: sections.additional,
        }
    }

    /// The meaning of the response; what may be cached goes to `believed`.
    fn find(
        &self,
        response: &Message,
        question: &Question,
        sections: &mut Sections,
        believed: &mut Vec<Believed>,
    ) -> Finding {
        if response.flags.tc {
            return Finding::Truncated;
        }
        match response.rcode {
            Rcode::NOERROR | Rcode::NXDOMAIN | Rcode::YXDOMAIN => {}
            // "Not my zone"; the rest is trouble on the server's side.
            Rcode::REFUSED | Rcode::NOTAUTH => return Finding::Useless(Uselessness::Lame),
            _ => return Finding::Useless(Uselessness::Error),
        }
        // An answer that is offered by recursion and not from the zone's own data comes from
        // somebody's cache, of unknown age.
        let is_hearsay = response.flags.ra && !response.flags.aa && !self.is_recursive;
        let rank = if response.flags.aa {
            Rank::Answer
        } else {
            Rank::NonAuthoritativeAnswer
        };
        let chain = match self.follow_aliases(question, sections) {
            Ok(chain) => chain,
            Err(aliases) => return Finding::NameTooLong(sections.with_signatures(aliases)),
        };
        if response.rcode == Rcode::YXDOMAIN {
            return Finding::Useless(Uselessness::Error);
        }
        let Chain {
            aliases,
            last,
            is_cut,
        } = chain;
        let is_nxdomain = response.rcode == Rcode::NXDOMAIN;
        let sets = if is_cut || !last.is_at_or_below(self.zone) {
            Vec::new()
        } else {
            sections.answers_to(&last, question.qtype)
        };
        if !sets.is_empty() && !is_nxdomain {
            if is_hearsay {
                return Finding::Useless(Uselessness::Recursive);
            }
            for set in aliases.iter().chain(&sets) {
                sections.believe(believed, set, rank);
            }
            // Signatures may stand in any section, so they are taken before these are cut.
            let finding = Finding::Answer {
                aliases: sections.with_signatures(aliases),
                sets: sections.with_signatures(sets),
            };
            self.keep_name_servers(response, question, sections, believed);
            return finding;
        }
        for set in &aliases {
            sections.believe(believed, set, rank);
        }
        let soa = sections.negative_soa(&last);
        let is_settled = !is_cut && last.is_at_or_below(self.zone);
        if !aliases.is_empty() && !(is_settled && (is_nxdomain || soa.is_some())) {
            sections.drop_authority(Rtype::NS, IgnoreReason::Unneeded);
            sections.additional.clear();
            return Finding::Alias {
                aliases: sections.with_signatures(aliases),
                target: last,
            };
        }
        let aliases = sections.with_signatures(aliases);
        if is_nxdomain || soa.is_some() {
            if is_hearsay {
                return Finding::Useless(Uselessness::Recursive);
            }
            // Who says no need not say who else might know.
            sections.drop_authority(Rtype::NS, IgnoreReason::Unneeded);
            sections.keep_addresses(self.zone, believed, None, Rank::Additional);
            let owner = last;
            return if is_nxdomain {
                Finding::NxDomain {
                    aliases,
                    owner,
                    soa,
                }
            } else {
                Finding::NoData {
                    aliases,
                    owner,
                    soa,
                }
            };
        }
        self.find_referral(response, question, sections, believed, is_hearsay)
    }

    /// The meaning of a response with neither answer nor SOA: a referral, or nothing.
    fn find_referral(
        &self,
        response: &Message,
        question: &Question,
        sections: &mut Sections,
        believed: &mut Vec<Believed>,
        is_hearsay: bool,
    ) -> Finding {
        let aa = response.flags.aa;
        let no_data = Finding::NoData {
            aliases: Vec::new(),
            owner: question.qname.clone(),
            soa: None,
        };
        let name_servers = response.authority.iter();
        for set in name_servers.filter(|set| set.rtype == Rtype::NS) {
            if set.owner == *self.zone {
                // The zone's own servers instead of data: only its authority may say so little.
                return if is_hearsay {
                    Finding::Useless(Uselessness::Recursive)
                } else if aa || self.is_recursive {
                    no_data
                } else {
                    Finding::Useless(Uselessness::Lame)
                };
            }
            if self.zone.is_at_or_below(&set.owner) {
                return Finding::Useless(if self.is_recursive {
                    Uselessness::Error
                } else {
                    Uselessness::Lame
                });
            }
            if question.qtype == Rtype::DS && set.owner == question.qname {
                // The parent itself was asked, so what it says here is its answer
                // (RFC 4035 §3.1.4.1).
                return self
                    .ds_beside_referral(question, sections, believed)
                    .unwrap_or(no_data);
            }
            if set.owner.is_below(self.zone) && question.qname.is_at_or_below(&set.owner) {
                if self.is_recursive {
                    return Finding::Useless(Uselessness::Error);
                }
                let cut = sections
                    .merged_ns(&set.owner)
                    .unwrap_or_else(|| set.clone());
                sections.believe(believed, &cut, Rank::Referral);
                let ds = sections.authority.iter();
                let ds = ds.filter(|set| set.rtype == Rtype::DS && set.owner == cut.owner);
                for set in ds.cloned().collect::<Vec<_>>() {
                    sections.believe(believed, &set, Rank::Authority);
                }
                sections.keep_addresses(self.zone, believed, Some(&cut), Rank::Additional);
                return Finding::Referral(cut);
            }
        }
        let is_denial = |set: &Rrset| matches!(set.rtype, Rtype::NSEC | Rtype::NSEC3);
        let is_proven = sections.authority.iter().any(is_denial);
        let has_nothing = response.answer.is_empty() && response.authority.is_empty();
        if is_hearsay {
            Finding::Useless(Uselessness::Recursive)
        } else if !self.is_recursive && !is_proven && (!aa || has_nothing) {
            Finding::Useless(Uselessness::Empty)
        } else {
            no_data
        }
    }

    /// The DS set a referral holds for the question's own name.
    fn ds_beside_referral(
        &self,
        question: &Question,
        sections: &Sections,
        believed: &mut Vec<Believed>,
    ) -> Option<Finding> {
        let is_ds = |set: &&Rrset| set.rtype == Rtype::DS && set.owner == question.qname;
        let ds = sections.authority.iter().find(is_ds)?.clone();
        sections.believe(believed, &ds, Rank::Authority);
        Some(Finding::Answer {
            aliases: Vec::new(),
            sets: sections.with_signatures(vec![ds]),
        })
    }

    /// The aliases that lead from the question's name onward, within the server's zone.
    ///
    /// # Errors
    /// The aliases up to a DNAME that makes a name that is too long.
    fn follow_aliases(
        &self,
        question: &Question,
        sections: &mut Sections,
    ) -> Result<Chain, Vec<Rrset>> {
        let mut chain = Chain {
            aliases: Vec::new(),
            last: question.qname.clone(),
            is_cut: false,
        };
        if question.qtype == Rtype::ANY {
            return Ok(chain);
        }
        let mut links = 0;
        while chain.last.is_at_or_below(self.zone) {
            let answer = &sections.answer;
            let redirect = answer
                .iter()
                .find(|set| set.rtype == Rtype::DNAME && chain.last.is_below(&set.owner));
            let alias = match redirect {
                // The CNAME beside a DNAME proves nothing; it is made anew (RFC 6672 §3.1).
                Some(dname) => {
                    let alias = dname.synthesized_alias(&chain.last);
                    let known = chain.aliases.iter().any(|set| set == dname);
                    if !known {
                        chain.aliases.push(dname.clone());
                    }
                    let Some(alias) = alias else {
                        return Err(chain.aliases);
                    };
                    if question.qtype == Rtype::CNAME {
                        // The alias it makes is what was asked for.
                        sections.answer.retain(|set| set.key() != alias.key());
                        sections.answer.push(alias);
                        break;
                    }
                    Some(alias)
                }
                None if question.qtype == Rtype::CNAME => None,
                None => answer
                    .iter()
                    .find(|set| set.rtype == Rtype::CNAME && set.owner == chain.last)
                    .cloned(),
            };
            let Some((alias, target)) =
                alias.and_then(|set| Some((set.clone(), set.alias_target()?)))
            else {
                break;
            };
            let is_loop = chain
                .aliases
                .iter()
                .any(|known| known.rtype == Rtype::CNAME && known.owner == alias.owner);
            if is_loop || links > sections.answer.len() {
                break;
            }
            links += 1;
            chain.aliases.push(alias);
            chain.last = target;
            if !self.hardening.trust_alias_chain && !self.is_recursive {
                chain.is_cut = true;
                sections.drop_alias_tail(&chain.aliases);
                break;
            }
        }
        Ok(chain)
    }

    /// Deals with the NS set beside an answer, the zone's own view of its servers, and with
    /// the addresses beside it.
    fn keep_name_servers(
        &self,
        response: &Message,
        question: &Question,
        sections: &mut Sections,
        believed: &mut Vec<Believed>,
    ) {
        let (rank, beside) = if response.flags.aa {
            (Rank::Authority, Rank::AdditionalWithAuthority)
        } else {
            (Rank::Referral, Rank::Additional)
        };
        let is_asked_for = question.qtype == Rtype::NS;
        if self.hardening.promiscuous_ns && !is_asked_for {
            sections.drop_authority(Rtype::NS, IgnoreReason::Unneeded);
        }
        let kept = sections.authority.clone();
        for set in kept.iter().filter(|set| set.rtype == Rtype::NS) {
            sections.believe(believed, set, rank);
        }
        sections.keep_addresses(self.zone, believed, None, beside);
    }
}

/// Aliases from a question's name to the last name.
struct Chain {
    /// CNAME sets, and the DNAME sets that made them.
    aliases: Vec<Rrset>,
    /// The name they end at.
    last: Name,
    /// The rest of the chain is not looked at.
    is_cut: bool,
}

#[cfg(test)]
mod tests;
