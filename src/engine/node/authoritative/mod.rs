//! An authoritative server: it answers from its zones, and asks nobody but for the targets of
//! flattened names.

mod flattening;
mod steering;

use std::sync::Arc;

pub use self::flattening::FlattenedName;
use self::flattening::{Flattened, Flattening, Given};
use self::steering::Steering;
use super::truncation::fit_udp;
use super::{Action, Datagram, Outbox, Payload, Transport, chaos, edns};
use crate::dns::{Class, Message, Name, Opcode, Question, Rcode, RdataExt, Rrset, Rtype};
use crate::engine::{EventKind, SimTime, Zone, ZoneAnswer, ZoneVerdict};

/// Aliases followed inside one server's zones before it answers with what it has.
const MAX_ALIASES: usize = 11;

/// A server that is authoritative for some zones ([RFC 1034 §4.3.2]).
///
/// It never recurses: RA is never set, and a name outside its zones is REFUSED.
///
/// [RFC 1034 §4.3.2]: https://www.rfc-editor.org/rfc/rfc1034#section-4.3.2
#[derive(Clone, Debug)]
pub struct AuthoritativeServer {
    /// The zones it serves.
    zones: Vec<Arc<Zone>>,
    /// What it calls itself when asked for `id.server`.
    identity: Option<String>,
    /// The policies that choose among records, if there are any.
    steering: Option<Box<Steering>>,
    /// The names that get the addresses of others, if there are any.
    flattening: Option<Box<Flattening>>,
    /// What waits to be sent or reported.
    outbox: Outbox,
}

impl AuthoritativeServer {
    /// A server of `zones`.
    pub fn new(zones: Vec<Arc<Zone>>) -> Self {
        Self {
            zones,
            identity: None,
            steering: None,
            flattening: None,
            outbox: Outbox::default(),
        }
    }

    /// The same server, which tells its name to who asks for it
    /// ([RFC 4892](https://www.rfc-editor.org/rfc/rfc4892)).
    #[must_use]
    pub fn with_identity(self, identity: impl Into<String>) -> Self {
        Self {
            identity: Some(identity.into()),
            ..self
        }
    }

    /// The zones it serves.
    pub fn zones(&self) -> &[Arc<Zone>] {
        &self.zones
    }

    /// Replaces the zone of the same origin; adds it if the server had none.
    pub fn set_zone(&mut self, zone: Arc<Zone>) {
        let origin = zone.origin().clone();
        match self
            .zones
            .iter_mut()
            .find(|known| known.origin() == zone.origin())
        {
            Some(known) => *known = zone,
            None => self.zones.push(zone),
        }
        self.follow_zone(&origin);
    }

    /// Stops serving a zone; `None` if the server had none of that origin.
    pub fn remove_zone(&mut self, origin: &Name) -> Option<Arc<Zone>> {
        let index = self.zones.iter().position(|zone| zone.origin() == origin)?;
        Some(self.zones.remove(index))
    }

    /// The served zone nearest to `name`.
    fn zone_for(&self, name: &Name) -> Option<&Arc<Zone>> {
        let holding = self
            .zones
            .iter()
            .filter(|zone| name.is_at_or_below(zone.origin()));
        holding.max_by_key(|zone| zone.origin().label_count())
    }

    /// The served zone a question is answered from. The DS set at a zone's apex belongs to
    /// its parent, if that is served too ([RFC 4035 §3.1.4.1](https://www.rfc-editor.org/rfc/rfc4035#section-3.1.4.1)).
    fn zone_for_question(&self, qname: &Name, qtype: Rtype) -> Option<&Arc<Zone>> {
        let parent = (qtype == Rtype::DS).then(|| qname.parent()).flatten();
        parent
            .and_then(|parent| self.zone_for(&parent))
            .or_else(|| self.zone_for(qname))
    }

    /// Takes what arrived; responses and noise are ignored.
    pub(crate) fn handle_datagram(&mut self, now: SimTime, datagram: &Datagram) {
        if !matches!(datagram.payload, Payload::Message(_) | Payload::Octets(_)) {
            return;
        }
        let Ok(query) = datagram.message() else {
            self.reject(datagram);
            return;
        };
        if query.flags.qr {
            self.take_target(now, datagram, &query);
            return;
        }
        self.respond(now, datagram, &query, Given::LookUp);
    }

    /// Answers a query, unless it has to wait for the target of a flattened name.
    fn respond(&mut self, now: SimTime, datagram: &Datagram, query: &Message, given: Given<'_>) {
        let (mut response, mut finding) = self.answer(query);
        let mut decided = Vec::new();
        if let Some((_, verdict)) = &mut finding {
            (*verdict, decided) = self.steer(query, datagram.source.ip(), &mut response, *verdict);
        }
        match self.flatten(now, datagram, query, &mut response, given) {
            Flattened::Held => return,
            Flattened::Done(event) => decided.push(event),
            Flattened::No => {}
        }
        if let (Some(question), Some((zone, verdict))) = (&query.question, finding) {
            let question = question.clone();
            self.outbox.report(EventKind::ZoneConsulted {
                zone,
                question,
                verdict,
            });
        }
        for decision in decided {
            self.outbox.report(decision);
        }
        let response = match datagram.transport {
            Transport::Udp => fit_udp(query, response),
            Transport::Tcp => response,
        };
        self.send(datagram, response);
    }

    /// Tells the sender of octets that are no message what is wrong, if they can be answered.
    fn reject(&mut self, datagram: &Datagram) {
        let Payload::Octets(octets) = &datagram.payload else {
            return;
        };
        if let Some(response) = Message::rejection_of(octets) {
            self.send(datagram, response);
        }
    }

    /// Sends `response` the way the query came.
    fn send(&mut self, query: &Datagram, response: Message) {
        self.outbox.transmit(Datagram {
            transport: query.transport,
            ..query.reply(response)
        });
    }

    /// The next action.
    pub(crate) fn poll_action(&mut self) -> Option<Action> {
        self.outbox.pop()
    }

    /// The response to a query, with the zone that was consulted and what it said. Policies
    /// and flattening have no part in it: they also go by who asks, and when.
    pub fn answer(&self, query: &Message) -> (Message, Option<(Option<Name>, ZoneVerdict)>) {
        let mut response = Message::response_to(query, Rcode::NOERROR);
        let is_edns_fine = edns::reply(query, &mut response);
        if query.opcode != Opcode::QUERY {
            response.rcode = Rcode::NOTIMP;
            return (response, None);
        }
        let Some(question) = query.question.as_ref().filter(|_| is_edns_fine) else {
            if is_edns_fine {
                response.rcode = Rcode::FORMERR;
            }
            return (response, None);
        };
        if let Some(rcode) = refusal(question) {
            response.rcode = rcode;
            return (response, None);
        }
        if question.qclass == Class::CH {
            chaos::answer(question, self.identity.as_deref(), &mut response);
            return (response, None);
        }
        let zone = self.zone_for_question(&question.qname, question.qtype);
        let Some(zone) = zone.filter(|_| matches!(question.qclass, Class::IN | Class::ANY)) else {
            response.rcode = Rcode::REFUSED;
            return (response, Some((None, ZoneVerdict::Refused)));
        };
        let origin = zone.origin().clone();
        let verdict = self.fill(&mut response, Arc::clone(zone), question);
        self.add_addresses(&mut response);
        if question.qclass == Class::ANY {
            // Nobody is authoritative for all classes (RFC 1034 §4.3.2, RFC 1035 §6.2).
            response.flags.aa = false;
        }
        (response, Some((Some(origin), verdict)))
    }

    /// Fills answer and authority section, following aliases within the server's zones.
    fn fill(&self, response: &mut Message, zone: Arc<Zone>, question: &Question) -> ZoneVerdict {
        let mut zone = zone;
        let mut qname = question.qname.clone();
        let qtype = question.qtype;
        let signed = response.edns.as_ref().is_some_and(|edns| edns.dnssec_ok);
        for _ in 0..=MAX_ALIASES {
            let is_first = response.answer.is_empty();
            let verdict = |first| {
                if is_first { first } else { ZoneVerdict::Alias }
            };
            let found = zone.lookup(&qname, qtype);
            // The first owner of a chain decides AA (RFC 1035 §4.1.1).
            response.flags.aa |= is_first && !matches!(found, ZoneAnswer::Referral(_));
            let alias = match found {
                ZoneAnswer::Records(set) => {
                    push_signed(&mut response.answer, &zone, set, signed);
                    return ZoneVerdict::Answer;
                }
                ZoneAnswer::All(sets) => {
                    response.answer.extend(sets);
                    return ZoneVerdict::Answer;
                }
                ZoneAnswer::Alias(set) => {
                    push_signed(&mut response.answer, &zone, set.clone(), signed);
                    set
                }
                ZoneAnswer::Redirect { dname, alias } => {
                    push_signed(&mut response.answer, &zone, dname, signed);
                    let Some(alias) = alias else {
                        // The new name would be too long (RFC 6672 §2.2).
                        response.rcode = Rcode::YXDOMAIN;
                        return ZoneVerdict::Alias;
                    };
                    // The alias is made up, so it has no signature (RFC 6672 §5.3.1).
                    response.answer.push(alias.clone());
                    if matches!(qtype, Rtype::CNAME | Rtype::ANY) {
                        return ZoneVerdict::Answer;
                    }
                    alias
                }
                ZoneAnswer::Referral(cut) => {
                    let ds = zone.get(&cut.owner, Rtype::DS).filter(|_| signed);
                    let ds = ds.cloned();
                    response.authority.push(cut);
                    if let Some(ds) = ds {
                        push_signed(&mut response.authority, &zone, ds, signed);
                    }
                    return verdict(ZoneVerdict::Referral);
                }
                ZoneAnswer::NoData => {
                    add_soa(response, &zone, signed);
                    return verdict(ZoneVerdict::NoData);
                }
                ZoneAnswer::NxDomain => {
                    // The code is about the last name of the chain (RFC 6604 §3).
                    response.rcode = Rcode::NXDOMAIN;
                    add_soa(response, &zone, signed);
                    return verdict(ZoneVerdict::NxDomain);
                }
            };
            let Some(target) = alias.alias_target() else {
                return ZoneVerdict::Alias;
            };
            let has_loop = response
                .answer
                .iter()
                .any(|set| set.rtype == Rtype::CNAME && set.owner == target);
            let next = self.zone_for_question(&target, qtype);
            let Some(next) = next.filter(|_| !has_loop) else {
                return ZoneVerdict::Alias;
            };
            zone = Arc::clone(next);
            qname = target;
        }
        ZoneVerdict::Alias
    }

    /// Adds the addresses the server has for hosts named by NS, MX and SRV records; below a
    /// zone cut these are the glue ([RFC 1034 §4.2.1](https://www.rfc-editor.org/rfc/rfc1034#section-4.2.1)).
    /// IPv4 comes first, so that it is the last to go where room is short.
    fn add_addresses(&self, response: &mut Message) {
        let mut addresses: Vec<Rrset> = Vec::new();
        for rtype in [Rtype::A, Rtype::AAAA] {
            for set in response.answer.iter().chain(&response.authority) {
                for host in set.data.iter().filter_map(RdataExt::additional_name) {
                    let known = response.answer.iter().chain(&addresses);
                    let is_known = known
                        .into_iter()
                        .any(|s| s.rtype == rtype && s.owner == host);
                    let zone = self.zone_for(&host).filter(|_| !is_known);
                    if let Some(set) = zone.and_then(|zone| zone.get(&host, rtype)) {
                        addresses.push(set.clone());
                    }
                }
            }
        }
        response.additional = addresses;
    }
}

/// Types no zone has data of, which ask for something else than records
/// ([RFC 6895 §3.1](https://www.rfc-editor.org/rfc/rfc6895#section-3.1)).
fn refusal(question: &Question) -> Option<Rcode> {
    match question.qtype {
        // Zone transfer is not offered.
        Rtype::AXFR | Rtype::IXFR => Some(Rcode::REFUSED),
        Rtype::OPT | Rtype::TSIG | Rtype::TKEY => Some(Rcode::FORMERR),
        Rtype::MAILA | Rtype::MAILB => Some(Rcode::NOTIMP),
        _ => None,
    }
}

/// Adds a set and, for an asker that wants DNSSEC records, its signatures
/// ([RFC 4035 §3.1.1](https://www.rfc-editor.org/rfc/rfc4035#section-3.1.1)).
fn push_signed(section: &mut Vec<Rrset>, zone: &Zone, set: Rrset, signed: bool) {
    let signatures = signed.then(|| zone.signatures(&set)).flatten();
    section.push(set);
    section.extend(signatures);
}

/// Adds the SOA of a negative response.
fn add_soa(response: &mut Message, zone: &Zone, signed: bool) {
    if let Some(soa) = zone.negative_soa() {
        push_signed(&mut response.authority, zone, soa, signed);
    }
}

#[cfg(test)]
mod tests;
