//! An authoritative server: it answers from its zones and asks nobody.

use std::sync::Arc;

use super::{Action, Datagram, Outbox, Payload, Transport};
use crate::dns::{Edns, Message, Name, Opcode, Question, Rcode, RdataExt, Rrset, Rtype};
use crate::engine::{EventKind, SimTime, Zone, ZoneAnswer, ZoneVerdict};

/// Aliases followed inside one server's zones before it answers with what it has.
const MAX_ALIASES: usize = 11;
/// The largest UDP response to an asker without EDNS, in octets ([RFC 1035 §4.2.1](https://www.rfc-editor.org/rfc/rfc1035#section-4.2.1)).
const PLAIN_UDP_SIZE: u16 = 512;
/// The UDP payload size the server offers and honours, in octets ([DNS Flag Day 2020](https://www.dnsflagday.net/2020/)).
const UDP_PAYLOAD_SIZE: u16 = 1232;

/// A server that is authoritative for some zones ([RFC 1034 §4.3.2]).
///
/// It never recurses: RA is never set, and a name outside its zones is REFUSED.
///
/// [RFC 1034 §4.3.2]: https://www.rfc-editor.org/rfc/rfc1034#section-4.3.2
#[derive(Clone, Debug)]
pub struct AuthoritativeServer {
    /// The zones it serves.
    zones: Vec<Arc<Zone>>,
    /// What waits to be sent or reported.
    outbox: Outbox,
}

impl AuthoritativeServer {
    /// A server of `zones`.
    pub fn new(zones: Vec<Arc<Zone>>) -> Self {
        Self {
            zones,
            outbox: Outbox::default(),
        }
    }

    /// The zones it serves.
    pub fn zones(&self) -> &[Arc<Zone>] {
        &self.zones
    }

    /// Replaces the zone of the same origin; adds it if the server had none.
    pub fn set_zone(&mut self, zone: Arc<Zone>) {
        match self
            .zones
            .iter_mut()
            .find(|known| known.origin() == zone.origin())
        {
            Some(known) => *known = zone,
            None => self.zones.push(zone),
        }
    }

    /// The served zone nearest to `name`.
    fn zone_for(&self, name: &Name) -> Option<&Arc<Zone>> {
        let holding = self
            .zones
            .iter()
            .filter(|zone| name.is_at_or_below(zone.origin()));
        holding.max_by_key(|zone| zone.origin().label_count())
    }

    /// Takes what arrived; responses and noise are ignored.
    pub(crate) fn handle_datagram(&mut self, _now: SimTime, datagram: &Datagram) {
        if datagram.payload == Payload::Syn {
            return;
        }
        let Ok(query) = datagram.message() else {
            return;
        };
        if query.flags.qr {
            return;
        }
        let (response, finding) = self.answer(&query);
        if let (Some(question), Some((zone, verdict))) = (&query.question, finding) {
            let question = question.clone();
            self.outbox.report(EventKind::ZoneConsulted {
                zone,
                question,
                verdict,
            });
        }
        let response = match datagram.transport {
            Transport::Udp => fit_udp(&query, response),
            Transport::Tcp => response,
        };
        self.outbox.transmit(Datagram {
            transport: datagram.transport,
            ..datagram.reply(response)
        });
    }

    /// The next action.
    pub(crate) fn poll_action(&mut self) -> Option<Action> {
        self.outbox.pop()
    }

    /// The response to a query, with the zone that was consulted and what it said.
    pub fn answer(&self, query: &Message) -> (Message, Option<(Option<Name>, ZoneVerdict)>) {
        if query.opcode != Opcode::QUERY {
            return (Message::response_to(query, Rcode::NOTIMP), None);
        }
        let Some(question) = &query.question else {
            return (Message::response_to(query, Rcode::FORMERR), None);
        };
        let mut response = Message::response_to(query, Rcode::NOERROR);
        response.edns = query.edns.as_ref().map(|edns| Edns {
            dnssec_ok: edns.dnssec_ok,
            ..Edns::with_payload_size(UDP_PAYLOAD_SIZE)
        });
        let Some(zone) = self.zone_for(&question.qname) else {
            response.rcode = Rcode::REFUSED;
            return (response, Some((None, ZoneVerdict::Refused)));
        };
        let origin = zone.origin().clone();
        let verdict = self.fill(&mut response, Arc::clone(zone), question);
        self.add_addresses(&mut response);
        (response, Some((Some(origin), verdict)))
    }

    /// Fills answer and authority section, following aliases within the server's zones.
    fn fill(&self, response: &mut Message, zone: Arc<Zone>, question: &Question) -> ZoneVerdict {
        let mut zone = zone;
        let mut qname = question.qname.clone();
        for _ in 0..=MAX_ALIASES {
            let is_first = response.answer.is_empty();
            match zone.lookup(&qname, question.qtype) {
                ZoneAnswer::Records(set) => {
                    response.flags.aa = true;
                    response.answer.push(set);
                    return ZoneVerdict::Answer;
                }
                ZoneAnswer::All(sets) => {
                    response.flags.aa = true;
                    response.answer.extend(sets);
                    return ZoneVerdict::Answer;
                }
                ZoneAnswer::Alias(set) => {
                    response.flags.aa = true;
                    let target = set.alias_target();
                    response.answer.push(set);
                    let Some(target) = target else {
                        return ZoneVerdict::Alias;
                    };
                    let Some(next) = self.zone_for(&target) else {
                        return ZoneVerdict::Alias;
                    };
                    let has_loop = response.answer.iter().any(|set| set.owner == target);
                    if has_loop {
                        return ZoneVerdict::Alias;
                    }
                    zone = Arc::clone(next);
                    qname = target;
                }
                ZoneAnswer::Referral(cut) => {
                    response.authority.push(cut);
                    return if is_first {
                        ZoneVerdict::Referral
                    } else {
                        ZoneVerdict::Alias
                    };
                }
                ZoneAnswer::NoData => {
                    response.flags.aa = true;
                    response.authority.extend(zone.negative_soa());
                    return if is_first {
                        ZoneVerdict::NoData
                    } else {
                        ZoneVerdict::Alias
                    };
                }
                ZoneAnswer::NxDomain => {
                    response.flags.aa = true;
                    // The code is about the last name of the chain (RFC 6604 §3).
                    response.rcode = Rcode::NXDOMAIN;
                    response.authority.extend(zone.negative_soa());
                    return if is_first {
                        ZoneVerdict::NxDomain
                    } else {
                        ZoneVerdict::Alias
                    };
                }
            }
        }
        ZoneVerdict::Alias
    }

    /// Adds the addresses the server has for hosts named by NS, MX and SRV records; below a
    /// zone cut these are the glue ([RFC 1034 §4.2.1](https://www.rfc-editor.org/rfc/rfc1034#section-4.2.1)).
    fn add_addresses(&self, response: &mut Message) {
        let mut addresses: Vec<Rrset> = Vec::new();
        for set in response.answer.iter().chain(&response.authority) {
            for host in set.data.iter().filter_map(RdataExt::additional_name) {
                let Some(zone) = self.zone_for(&host) else {
                    continue;
                };
                for rtype in [Rtype::A, Rtype::AAAA] {
                    let known = response.answer.iter().chain(&addresses);
                    let is_known = known
                        .into_iter()
                        .any(|s| s.rtype == rtype && s.owner == host);
                    if let (false, Some(set)) = (is_known, zone.get(&host, rtype)) {
                        addresses.push(set.clone());
                    }
                }
            }
        }
        response.additional = addresses;
    }
}

/// Cuts a response that is too long for the asker's UDP: the sections go and TC is set, so
/// that the asker comes back over TCP ([RFC 2181 §9](https://www.rfc-editor.org/rfc/rfc2181#section-9)).
fn fit_udp(query: &Message, response: Message) -> Message {
    let offered = query
        .edns
        .as_ref()
        .map_or(PLAIN_UDP_SIZE, |edns| edns.udp_payload_size);
    let limit = usize::from(offered.clamp(PLAIN_UDP_SIZE, UDP_PAYLOAD_SIZE));
    let fits = |message: &Message| {
        message.length_bound() <= limit
            || message.encode().is_ok_and(|octets| octets.len() <= limit)
    };
    if fits(&response) {
        return response;
    }
    // Addresses that merely save a question may go without a word (RFC 2181 §9); glue of a
    // referral may not all go (RFC 9471 §3).
    let is_referral = response.answer.is_empty() && !response.flags.aa;
    let mut shorter = response;
    while let Some(dropped) = shorter.additional.pop() {
        if is_referral && shorter.additional.is_empty() {
            shorter.additional.push(dropped);
            break;
        }
        if fits(&shorter) {
            return shorter;
        }
    }
    shorter.flags.tc = true;
    shorter.answer.clear();
    shorter.authority.clear();
    shorter.additional.clear();
    shorter
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{Section, Ttl};

    const COM: &str = "\
$TTL 172800
@             SOA a.gtld host 1 1800 900 604800 900
@             NS  a.gtld
a.gtld        A   192.0.2.30
example       NS  ns1.example
example       NS  ns.example.net.
ns1.example   A   192.0.2.53
";
    const EXAMPLE: &str = "\
$TTL 300
@      SOA   ns1 host 1 7200 900 1209600 600
@      NS    ns1
ns1    A     192.0.2.53
www    A     198.51.100.5
api    CNAME www
far    CNAME www.example.org.
loop   CNAME pool
pool   CNAME loop
@      MX    10 mail
mail   A     198.51.100.25
";

    fn name(text: &str) -> Name {
        text.parse().expect("a valid name")
    }

    fn server(origin: &str, text: &str) -> AuthoritativeServer {
        let zone = Zone::parse(&name(origin), text).expect("a good zone");
        AuthoritativeServer::new(vec![Arc::new(zone)])
    }

    fn ask(server: &AuthoritativeServer, qname: &str, qtype: Rtype) -> (Message, ZoneVerdict) {
        let query = Message::query(1, Question::new(name(qname), qtype));
        let (response, finding) = server.answer(&query);
        (response, finding.expect("a question was asked").1)
    }

    #[test]
    fn referral_has_no_aa_and_carries_glue() {
        let (response, verdict) = ask(&server("com", COM), "www.example.com", Rtype::A);
        assert_eq!(verdict, ZoneVerdict::Referral);
        assert!(!response.flags.aa && !response.flags.ra);
        assert_eq!(response.record_count(Section::Authority), 2);
        assert_eq!(
            response.additional.len(),
            1,
            "only the in-domain server has glue"
        );
    }

    #[test]
    fn own_data_has_aa() {
        let (response, verdict) = ask(&server("example.com", EXAMPLE), "www.example.com", Rtype::A);
        assert_eq!(verdict, ZoneVerdict::Answer);
        assert!(response.flags.aa);
    }

    #[test]
    fn alias_inside_the_zone_is_followed_and_one_outside_is_not() {
        let server = server("example.com", EXAMPLE);
        let (inside, verdict) = ask(&server, "api.example.com", Rtype::A);
        assert_eq!((inside.answer.len(), verdict), (2, ZoneVerdict::Answer));
        let (outside, verdict) = ask(&server, "far.example.com", Rtype::A);
        assert_eq!((outside.answer.len(), verdict), (1, ZoneVerdict::Alias));
    }

    #[test]
    fn alias_loop_ends() {
        let (response, _) = ask(
            &server("example.com", EXAMPLE),
            "loop.example.com",
            Rtype::A,
        );
        assert_eq!(response.answer.len(), 2);
    }

    #[test]
    fn negative_answers_carry_the_soa_with_the_smaller_ttl() {
        let server = server("example.com", EXAMPLE);
        for (qname, qtype, rcode) in [
            ("nope.example.com", Rtype::A, Rcode::NXDOMAIN),
            ("www.example.com", Rtype::MX, Rcode::NOERROR),
        ] {
            let (response, _) = ask(&server, qname, qtype);
            let soa = response.authority_soa().expect("there is a SOA");
            assert_eq!((response.rcode, soa.ttl), (rcode, Ttl::from_secs(300)));
        }
    }

    #[test]
    fn foreign_names_are_refused() {
        let (response, verdict) = ask(&server("example.com", EXAMPLE), "example.org", Rtype::A);
        assert_eq!(
            (response.rcode, verdict),
            (Rcode::REFUSED, ZoneVerdict::Refused)
        );
    }

    #[test]
    fn mail_exchanger_addresses_come_along() {
        let (response, _) = ask(&server("example.com", EXAMPLE), "example.com", Rtype::MX);
        assert_eq!(response.additional.len(), 1);
    }

    #[test]
    fn long_answer_is_cut_for_plain_udp_and_whole_with_edns() {
        let many: String = (0..40).map(|i| format!("big A 192.0.2.{i}\n")).collect();
        let server = server("example.com", &format!("{EXAMPLE}{many}"));
        let mut query = Message::query(1, Question::new(name("big.example.com"), Rtype::A));
        let cut = fit_udp(&query, server.answer(&query).0);
        assert!(cut.flags.tc && cut.answer.is_empty());
        query.edns = Some(Edns::with_payload_size(1232));
        let whole = fit_udp(&query, server.answer(&query).0);
        assert!(!whole.flags.tc && whole.record_count(Section::Answer) == 40);
    }
}
