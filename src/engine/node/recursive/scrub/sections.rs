//! The sections of a response, cleaned: what may lead to an answer and what may not.

use std::net::IpAddr;

use super::Believed;
use crate::dns::{Message, Name, Question, Rdata, RdataExt as _, Rrset, Rtype, Section};
use crate::engine::node::recursive::config::Hardening;
use crate::engine::table::Set;
use crate::engine::{IgnoreReason, Rank};

/// A record that is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Ignored {
    /// Its owner.
    pub(in super::super) owner: Name,
    /// Its type.
    pub(in super::super) rtype: Rtype,
    /// Why.
    pub(in super::super) reason: IgnoreReason,
}

/// The sections of one response; one set an owner and type in each.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Sections {
    /// The answer section.
    pub(in super::super) answer: Vec<Rrset>,
    /// The authority section.
    pub(in super::super) authority: Vec<Rrset>,
    /// The additional section.
    pub(in super::super) additional: Vec<Rrset>,
    /// What was left out.
    pub(in super::super) ignored: Vec<Ignored>,
    /// Addresses from outside the zone that are believed all the same.
    accepts_foreign_glue: bool,
}

impl Sections {
    /// Takes the records a server of `zone` may speak about.
    pub(in super::super) fn of(
        response: &Message,
        question: &Question,
        zone: &Name,
        hardening: &Hardening,
    ) -> Self {
        let mut sections = Self {
            accepts_foreign_glue: !hardening.glue,
            ..Self::default()
        };
        for section in Section::ALL {
            let mut kept: Vec<Rrset> = Vec::new();
            for set in response.section(section) {
                if set.class != question.qclass {
                    continue;
                }
                let is_glue = section == Section::Additional && is_address(set.rtype);
                let is_foreign = !set.owner.is_at_or_below(zone);
                let reason = if is_foreign && (!is_glue || hardening.glue) {
                    Some(IgnoreReason::OutOfZone)
                } else if section == Section::Authority && is_misplaced(set, question) {
                    Some(IgnoreReason::Irrelevant)
                } else {
                    None
                };
                match reason {
                    // The zones above are named in every upward referral: no news.
                    Some(reason) => sections.ignored.push(Ignored {
                        owner: set.owner.clone(),
                        rtype: set.rtype,
                        reason,
                    }),
                    None => {
                        let public = without_private_addresses(set, hardening);
                        if public
                            .as_ref()
                            .is_none_or(|public| public.data.len() < set.data.len())
                        {
                            sections.ignored.push(Ignored {
                                owner: set.owner.clone(),
                                rtype: set.rtype,
                                reason: IgnoreReason::PrivateAddress,
                            });
                        }
                        if let Some(public) = public {
                            merge(&mut kept, &public);
                        }
                    }
                }
            }
            match section {
                Section::Answer => sections.answer = kept,
                Section::Authority => sections.authority = kept,
                Section::Additional => sections.additional = kept,
            }
        }
        sections
    }

    /// The sets of the answer section that answer for a name and type.
    pub(in super::super) fn answers_to(&self, owner: &Name, qtype: Rtype) -> Vec<Rrset> {
        let fits = |set: &&Rrset| {
            let is_type = set.rtype == qtype || (qtype == Rtype::ANY && set.rtype != Rtype::RRSIG);
            set.owner == *owner && is_type
        };
        self.answer.iter().filter(fits).cloned().collect()
    }

    /// The signatures of a set, from whichever section holds it.
    fn signatures(&self, set: &Rrset) -> Option<Rrset> {
        let sections = [&self.answer, &self.authority, &self.additional];
        let of_owner = |known: &&Rrset| known.rtype == Rtype::RRSIG && known.owner == set.owner;
        sections
            .into_iter()
            .flat_map(|section| section.iter().filter(of_owner))
            .find_map(|known| known.covering(set.rtype))
    }

    /// Each set followed by its signatures.
    pub(in super::super) fn with_signatures(&self, sets: Vec<Rrset>) -> Vec<Rrset> {
        let mut signed = Vec::with_capacity(sets.len());
        for set in sets {
            let signatures = self.signatures(&set).filter(|_| set.rtype != Rtype::RRSIG);
            signed.push(set);
            signed.extend(signatures);
        }
        signed
    }

    /// Adds a set and its signatures to what is cached.
    pub(in super::super) fn believe(&self, believed: &mut Vec<Believed>, set: &Rrset, rank: Rank) {
        let is_known = believed
            .iter()
            .any(|known| known.set.owner == set.owner && known.set.rtype == set.rtype);
        if !is_known {
            believed.push(Believed {
                set: set.clone(),
                rank,
                signatures: self.signatures(set),
            });
        }
    }

    /// The SOA of a negative response, if it speaks for `name`.
    pub(in super::super) fn negative_soa(&self, name: &Name) -> Option<Rrset> {
        let soa = self.authority.iter().find(|set| set.rtype == Rtype::SOA)?;
        name.is_at_or_below(&soa.owner).then(|| soa.clone())
    }

    /// The NS set of a zone cut in the authority section.
    pub(in super::super) fn merged_ns(&self, owner: &Name) -> Option<Rrset> {
        let is_cut = |set: &&Rrset| set.rtype == Rtype::NS && set.owner == *owner;
        self.authority.iter().find(is_cut).cloned()
    }

    /// Leaves out the sets of one type from the authority section.
    pub(in super::super) fn drop_authority(&mut self, rtype: Rtype, reason: IgnoreReason) {
        for set in self
            .authority
            .iter_mut()
            .filter(|set| set.rtype == Rtype::RRSIG)
        {
            let covered = set.covering(rtype).map(|covered| covered.data);
            let is_left = |data: &&Rdata| covered.as_ref().is_none_or(|gone| !gone.contains(data));
            set.data = set.data.iter().filter(is_left).cloned().collect();
        }
        let ignored = &mut self.ignored;
        self.authority.retain(|set| {
            if set.data.is_empty() {
                return false;
            }
            let goes = set.rtype == rtype;
            if goes {
                ignored.push(Ignored {
                    owner: set.owner.clone(),
                    rtype,
                    reason,
                });
            }
            !goes
        });
    }

    /// Leaves out everything in the answer section but the first links of an alias chain.
    pub(in super::super) fn drop_alias_tail(&mut self, aliases: &[Rrset]) {
        let ignored = &mut self.ignored;
        self.answer.retain(|set| {
            let stays = aliases.iter().any(|alias| alias.owner == set.owner);
            if !stays {
                ignored.push(Ignored {
                    owner: set.owner.clone(),
                    rtype: set.rtype,
                    reason: IgnoreReason::AliasTail,
                });
            }
            stays
        });
    }

    /// Keeps the addresses of hosts that the other records name, and drops the rest of the
    /// additional section. With `cut` only the hosts of that NS set count.
    pub(in super::super) fn keep_addresses(
        &mut self,
        zone: &Name,
        believed: &mut Vec<Believed>,
        cut: Option<&Rrset>,
        rank: Rank,
    ) {
        let sources: Vec<&Rrset> = match cut {
            Some(cut) => vec![cut],
            None => self.answer.iter().chain(&self.authority).collect(),
        };
        let hosts: Set<Name> = sources
            .iter()
            .flat_map(|set| set.data.iter().filter_map(|data| data.additional_name()))
            .collect();
        let mut kept = Vec::new();
        for set in std::mem::take(&mut self.additional) {
            let is_named = hosts.contains(&set.owner);
            let is_wanted = is_address(set.rtype) || set.rtype == Rtype::RRSIG;
            if is_named && is_wanted {
                kept.push(set);
            } else {
                self.ignored.push(Ignored {
                    owner: set.owner,
                    rtype: set.rtype,
                    reason: IgnoreReason::Irrelevant,
                });
            }
        }
        self.additional = kept;
        for set in self.additional.iter().filter(|set| is_address(set.rtype)) {
            if self.accepts_foreign_glue || set.owner.is_at_or_below(zone) {
                self.believe(believed, set, rank);
            }
        }
    }
}

/// Whether a type holds addresses.
pub(in super::super) fn is_address(rtype: Rtype) -> bool {
    matches!(rtype, Rtype::A | Rtype::AAAA)
}

/// Whether a set does not belong into the authority section of a response to `question`.
fn is_misplaced(set: &Rrset, question: &Question) -> bool {
    match set.rtype {
        Rtype::NS | Rtype::SOA | Rtype::DS => {
            // The zone of an alias's target may speak as well.
            set.rtype != Rtype::SOA && !question.qname.is_at_or_below(&set.owner)
        }
        Rtype::NSEC | Rtype::NSEC3 | Rtype::RRSIG => false,
        _ => true,
    }
}

/// The set without records that give a public name an address of a private network, in an
/// address record or in the hints of a service binding ([RFC 9460 §7.3](https://www.rfc-editor.org/rfc/rfc9460#section-7.3)).
/// `None` if nothing is left.
fn without_private_addresses(set: &Rrset, hardening: &Hardening) -> Option<Rrset> {
    let domains = &hardening.private_domains;
    let is_exempt = domains
        .iter()
        .any(|domain| set.owner.is_at_or_below(domain));
    if hardening.private_addresses.is_empty() || is_exempt {
        return Some(set.clone());
    }
    let is_private = |address: IpAddr| {
        let networks = &hardening.private_addresses;
        networks.iter().any(|network| network.contains(&address))
    };
    let is_public = |data: &&Rdata| {
        let hints = data.address_hints();
        !data.address().into_iter().chain(hints).any(is_private)
    };
    let data: Vec<Rdata> = set.data.iter().filter(is_public).cloned().collect();
    (!data.is_empty()).then(|| Rrset {
        data: data.into(),
        ..set.clone()
    })
}

/// Adds a set to a section, joined with one of the same owner and type.
fn merge(section: &mut Vec<Rrset>, set: &Rrset) {
    let same = |known: &&mut Rrset| known.owner == set.owner && known.rtype == set.rtype;
    match section.iter_mut().find(same) {
        Some(known) => {
            let both = known.data.iter().chain(set.data.iter());
            let data: Set<&Rdata> = both.collect();
            known.data = data.into_iter().cloned().collect();
            known.ttl = known.ttl.min(set.ttl);
        }
        None => section.push(set.clone()),
    }
}
