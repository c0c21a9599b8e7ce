//! Policies on an authoritative server: the sets of a zone that are chosen anew for each
//! question.
//!
//! The zone holds the whole set; the answer is found as ever, and then the set in it gives
//! way to what the policy chose. So an alias leads to a steered name too, a set made from a
//! steered wildcard is steered, and so are addresses in the additional section.

use std::net::IpAddr;
use std::sync::Arc;

use super::{AuthoritativeServer, add_soa};
use crate::dns::{EdnsOption, Message, Name, Rrset, RrsetKey, Rtype, Subnet};
use crate::engine::event::PolicyReport;
use crate::engine::policy::{Asker, Choice, PlaceTable, Policy, PolicySets, Pool};
use crate::engine::{EventKind, Stream, Zone, ZoneVerdict};

/// The policies of a server, with what they draw from and look up in.
#[derive(Clone, Debug)]
pub(super) struct Steering {
    /// The steered sets.
    sets: PolicySets,
    /// Where askers are.
    places: Arc<PlaceTable>,
    /// What the policies draw from.
    random: Stream,
}

impl Steering {
    /// What a set answers; `None` if it has no policy.
    fn choose(&mut self, key: &RrsetKey, asker: &Asker) -> Option<Choice> {
        self.sets.choose(key, asker, &self.places, &mut self.random)
    }

    /// Under which name a set of an answer may have a policy: its own, or that of the wildcard
    /// it was made from ([RFC 4592 §2.2.1](https://www.rfc-editor.org/rfc/rfc4592#section-2.2.1)).
    fn key(&self, set: &Rrset, zone: Option<&Arc<Zone>>) -> RrsetKey {
        let key = set.key();
        let Some(zone) = zone.filter(|zone| zone.get(&key.owner, key.rtype).is_none()) else {
            return key;
        };
        let above = key.owner.ancestors().filter_map(|name| name.wildcard());
        let wildcard = { above }.find(|name| zone.get(name, key.rtype).is_some());
        match wildcard {
            Some(owner) => RrsetKey { owner, ..key },
            None => key,
        }
    }
}

/// Policies.
impl AuthoritativeServer {
    /// Puts the set of the pool's name and type under a policy, in place of an earlier one.
    /// The zone must hold a set of that name and type for the policy to be asked.
    ///
    /// `places` tells for all policies of the server where askers are; `random` is what they
    /// draw from. Both are those of the last call.
    pub fn set_policy(
        &mut self,
        pool: Pool,
        policy: Policy,
        places: Arc<PlaceTable>,
        random: Stream,
    ) {
        let sets = self.steering.take().map(|steering| steering.sets);
        let mut sets = sets.unwrap_or_default();
        sets.insert(pool, policy);
        self.steering = Some(Box::new(Steering {
            sets,
            places,
            random,
        }));
    }

    /// The steered sets; `None` if there are none.
    pub fn policy_sets(&self) -> Option<&PolicySets> {
        self.steering.as_ref().map(|steering| &steering.sets)
    }

    /// All steered sets, in the order they were given.
    pub fn steered_sets(&self) -> impl Iterator<Item = (&Pool, &Policy)> {
        self.policy_sets().into_iter().flat_map(PolicySets::iter)
    }

    /// The pool and the policy of a set; `None` if it has no policy.
    pub fn steered(&self, key: &RrsetKey) -> Option<(&Pool, &Policy)> {
        self.policy_sets()?.get(key)
    }

    /// The pool under a policy, to change the health of its endpoints.
    pub fn pool_mut(&mut self, key: &RrsetKey) -> Option<&mut Pool> {
        self.steering.as_mut()?.sets.pool_mut(key)
    }

    /// Lets another policy choose from a pool; nothing happens if the set has none.
    pub fn set_rule(&mut self, key: &RrsetKey, policy: Policy) {
        if let Some(steering) = &mut self.steering {
            steering.sets.set_policy(key, policy);
        }
    }

    /// Lets the pools follow a zone that has changed.
    pub(super) fn follow_zone(&mut self, origin: &Name) {
        let Some(mut steering) = self.steering.take() else {
            return;
        };
        for pool in steering.sets.pools_mut() {
            let zone = self.zone_for(pool.owner());
            let zone = zone.filter(|zone| zone.origin() == origin);
            if let Some(set) = zone.and_then(|zone| zone.get(pool.owner(), pool.rtype())) {
                pool.follow(set);
            }
        }
        self.steering = Some(steering);
    }

    /// Lets the policies choose among the sets of an answer. Returns the verdict on what is
    /// left, without records it is "no data", and what was decided.
    pub(super) fn steer(
        &mut self,
        query: &Message,
        sender: IpAddr,
        response: &mut Message,
        verdict: ZoneVerdict,
    ) -> (ZoneVerdict, Vec<EventKind>) {
        let Some(mut steering) = self.steering.take() else {
            return (verdict, Vec::new());
        };
        let asker = Asker {
            resolver: sender,
            subnet: query.subnet(),
            turn: query.id,
        };
        let mut verdict = verdict;
        let (mut steered, mut scope, mut emptied) = (Vec::new(), 0, None);
        let mut reports = Vec::new();
        for set in std::mem::take(&mut response.answer) {
            let key = steering.key(&set, self.zone_for(&set.owner));
            let Some(choice) = steering.choose(&key, &asker) else {
                response.answer.push(set);
                continue;
            };
            scope = scope.max(choice.scope.unwrap_or(0));
            // The owner stays as the question spells it.
            let own = set.key();
            match choice.rrset(&own) {
                Some(chosen) => response.answer.push(chosen),
                None => emptied = Some(set.owner),
            }
            steered.push(own);
            let events = choice.branches.into_iter().map(|branch| {
                let report = PolicyReport { asker, branch };
                EventKind::PolicyDecided(Arc::new(report))
            });
            reports.extend(events);
        }
        for set in std::mem::take(&mut response.additional) {
            let key = steering.key(&set, self.zone_for(&set.owner));
            match steering.choose(&key, &asker) {
                None => response.additional.push(set),
                Some(choice) => response.additional.extend(choice.rrset(&set.key())),
            }
        }
        self.steering = Some(steering);
        // A signature holds for the whole set only, so it cannot come along.
        response.answer.retain(|set| {
            let is_over =
                |key: &RrsetKey| set.owner == key.owner && set.covering(key.rtype).is_some();
            set.rtype != Rtype::RRSIG || !steered.iter().any(is_over)
        });
        if let Some(owner) = emptied {
            verdict = ZoneVerdict::NoData;
            if let Some(zone) = self.zone_for(&owner).cloned() {
                add_soa(response, &zone, false);
            }
        }
        tell_scope(response, scope);
        (verdict, reports)
    }
}

/// Writes the scope into the Client Subnet that goes back
/// ([RFC 7871 §7.2.1](https://www.rfc-editor.org/rfc/rfc7871#section-7.2.1)).
pub(super) fn tell_scope(response: &mut Message, scope: u8) {
    let options = response.edns.iter_mut().flat_map(|edns| &mut edns.options);
    for option in options {
        if let Some(Ok(Subnet { network, .. })) = option.as_subnet()
            && scope > 0
        {
            *option = EdnsOption::subnet(Subnet { network, scope });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{Edns, Name, Question, Ttl};
    use crate::engine::Zone;
    use crate::engine::policy::{Area, Continent, Endpoint};

    const ZONE: &str = "\
$TTL 300
@    SOA   ns1 host 1 7200 900 1209600 600
@    NS    ns1
ns1  A     192.0.2.53
www  A     198.51.100.5
www  A     203.0.113.10
www  RRSIG A 13 3 300 20300101000000 20200101000000 1 example.com. AAAA
web  CNAME www
*.w  A     198.51.100.6
mail MX    10 www
";

    fn name(text: &str) -> Name {
        text.parse().expect("a name")
    }

    /// What a server answers whose `www` is for Europe only, on a query from `sender`.
    fn ask(qname: &str, sender: &str, network: Option<&str>) -> (Message, ZoneVerdict) {
        let zone = Zone::parse(&name("example.com"), ZONE).expect("a good zone");
        let mut server = AuthoritativeServer::new(vec![Arc::new(zone)]);
        let european = Endpoint {
            area: Area::Continent(Continent::Europe),
            ..Endpoint::new(IpAddr::from([198, 51, 100, 5]))
        };
        let pool = Pool::new(
            name("www.example.com"),
            Rtype::A,
            Ttl::from_secs(60),
            vec![european],
        );
        server.set_policy(
            pool.expect("a sound pool"),
            Policy::Geolocation,
            Arc::new(PlaceTable::modelled()),
            Stream::new(1, "policy"),
        );
        let wild = Pool::new(
            name("*.w.example.com"),
            Rtype::A,
            Ttl::from_secs(20),
            vec![Endpoint::new(IpAddr::from([198, 51, 100, 7]))],
        );
        server.set_policy(
            wild.expect("a sound pool"),
            Policy::Failover,
            Arc::new(PlaceTable::modelled()),
            Stream::new(1, "policy"),
        );
        let qtype = if qname.starts_with("mail") {
            Rtype::MX
        } else {
            Rtype::A
        };
        let mut query = Message::query(1, Question::new(name(qname), qtype));
        let options = network.map(|text| {
            let network = text.parse().expect("a network");
            EdnsOption::subnet(Subnet::of(network))
        });
        query.edns = Some(Edns {
            dnssec_ok: true,
            options: options.into_iter().collect(),
            ..Edns::with_payload_size(1232)
        });
        let sender = sender.parse().expect("an address");
        let (mut response, finding) = server.answer(&query);
        let verdict = finding.expect("a question was asked").1;
        let (verdict, reports) = server.steer(&query, sender, &mut response, verdict);
        let is_steered = ["www", "WWW", "web", "x.w"]
            .iter()
            .any(|p| qname.starts_with(p));
        assert_eq!(reports.len(), usize::from(is_steered), "{qname}");
        (response, verdict)
    }

    #[test]
    fn the_chosen_records_replace_the_set_and_its_signature() {
        let (response, verdict) = ask("WWW.example.com", "198.51.100.100", None);
        assert_eq!((response.answer.len(), verdict), (1, ZoneVerdict::Answer));
        let set = &response.answer[0];
        assert_eq!(set.owner.to_string(), "WWW.example.com.");
        assert_eq!((set.data.len(), set.ttl), (1, Ttl::from_secs(60)));
    }

    #[test]
    fn an_alias_leads_to_a_steered_set() {
        let (response, _) = ask("web.example.com", "198.51.100.100", None);
        let types: Vec<Rtype> = response.answer.iter().map(|set| set.rtype).collect();
        assert_eq!(types, [Rtype::CNAME, Rtype::A]);
        assert_eq!(response.answer[1].data.len(), 1);
    }

    #[test]
    fn an_empty_choice_is_no_data_with_a_soa() {
        let (response, verdict) = ask("www.example.com", "203.0.113.100", None);
        assert_eq!((response.answer.len(), verdict), (0, ZoneVerdict::NoData));
        assert!(response.authority_soa().is_some());
    }

    #[test]
    fn a_set_made_from_a_steered_wildcard_is_steered() {
        let (response, _) = ask("x.w.example.com", "198.51.100.100", None);
        let set = &response.answer[0];
        assert_eq!(set.owner.to_string(), "x.w.example.com.");
        assert_eq!(
            set.addresses().next(),
            Some(IpAddr::from([198, 51, 100, 7]))
        );
    }

    #[test]
    fn addresses_beside_an_answer_are_chosen_too() {
        let (response, _) = ask("mail.example.com", "198.51.100.100", None);
        let beside: Vec<IpAddr> = { response.additional.iter() }
            .flat_map(Rrset::addresses)
            .collect();
        assert_eq!(beside, [IpAddr::from([198, 51, 100, 5])]);
    }

    #[test]
    fn the_scope_tells_for_whom_the_answer_is() {
        let told = Some("198.51.100.0/24");
        let (steered, _) = ask("www.example.com", "203.0.113.100", told);
        assert_eq!(steered.answer.len(), 1);
        assert_eq!(steered.subnet().map(|subnet| subnet.scope), Some(24));
        let (plain, _) = ask("ns1.example.com", "203.0.113.100", told);
        assert_eq!(plain.subnet().map(|subnet| subnet.scope), Some(0));
    }
}
