//! Name servers that mean ill: they answer at once, plausibly, and never helpfully.

use std::net::IpAddr;

use bytes::Bytes;
use dns_lab::dns::{Message, Name, Question, Rcode, Rrset, Ttl, parse_records};
use dns_lab::engine::{Datagram, Payload, SimDuration, Stream};
use proptest::prelude::*;

use crate::rig::{Upstream, reply};

/// How long a hostile server takes.
const DELAY: SimDuration = SimDuration::from_millis(10);
/// The TTL of what it says.
const TTL: Ttl = Ttl::from_secs(300);

/// Where the name servers of a referral are named.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fan {
    /// Inside the zone, with glue.
    Glued,
    /// Inside the zone, without glue.
    InsideWithoutGlue,
    /// In zones nobody has heard of, each server in another one (the "NXNS" attack).
    Elsewhere,
    /// In a handful of zones that name each other's hosts.
    Mutual,
}

/// One way to answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    /// A referral to this many servers.
    Refer(usize, Fan),
    /// An alias to a name never seen before.
    Chain,
    /// An alias to one of two names.
    Circle,
    /// A DNAME above the name that moves it elsewhere.
    Dname,
    /// A DNAME that makes the name longer each time.
    LongDname,
    /// TC, over TCP too.
    Truncate,
    /// An error code with the question.
    Code(Rcode),
    /// An error code with neither question nor OPT record.
    BareCode(Rcode),
    /// NOERROR and nothing else.
    Empty {
        /// With AA.
        aa: bool,
        /// With RA.
        ra: bool,
    },
    /// The root's servers instead of an answer.
    Upward,
    /// Nothing.
    Silence,
    /// Octets that only have the right ID.
    Junk,
    /// An address.
    Answer,
}

/// Ways to answer that lead nowhere, whatever the resolver makes of them.
pub(crate) fn fruitless() -> impl Strategy<Value = Act> {
    let fan = prop_oneof![
        Just(Fan::Glued),
        Just(Fan::InsideWithoutGlue),
        Just(Fan::Elsewhere),
        Just(Fan::Mutual),
    ];
    let code = || {
        prop::sample::select(vec![
            Rcode::FORMERR,
            Rcode::SERVFAIL,
            Rcode::NOTIMP,
            Rcode::REFUSED,
            Rcode::NOTAUTH,
            Rcode::YXDOMAIN,
        ])
    };
    prop_oneof![
        4 => (1..40_usize, fan).prop_map(|(count, fan)| Act::Refer(count, fan)),
        2 => Just(Act::Chain),
        1 => Just(Act::Circle),
        1 => Just(Act::Truncate),
        1 => code().prop_map(Act::Code),
        1 => code().prop_map(Act::BareCode),
        1 => Just(Act::Upward),
        1 => Just(Act::Silence),
        1 => Just(Act::Junk),
    ]
}

/// Any way to answer.
pub(crate) fn any_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => fruitless(),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(aa, ra)| Act::Empty { aa, ra }),
        1 => Just(Act::Code(Rcode::NXDOMAIN)),
        1 => Just(Act::Code(Rcode::NOERROR)),
        1 => Just(Act::Dname),
        1 => Just(Act::LongDname),
        1 => Just(Act::Answer),
    ]
}

/// A server for all addresses and names that goes through its acts in turn.
#[derive(Clone, Debug)]
pub(crate) struct Adversary {
    acts: Vec<Act>,
    turn: usize,
    random: Stream,
}

impl Adversary {
    /// A server that goes through `acts` again and again.
    pub(crate) fn new(acts: Vec<Act>, seed: u64) -> Self {
        Self {
            acts,
            turn: 0,
            random: Stream::new(seed, "adversary"),
        }
    }

    /// A server that always does the same.
    pub(crate) fn always(act: Act) -> Self {
        Self::new(vec![act], 1)
    }

    fn fresh(&mut self) -> u16 {
        self.random.next_u16()
    }

    /// The name servers of a referral for `cut`, and glue.
    fn fan(&mut self, cut: &Name, count: usize, fan: Fan) -> (Vec<Name>, Vec<Rrset>) {
        let cut = cut.without_dot();
        let mut hosts = Vec::new();
        let mut glue = Vec::new();
        for index in 0..count {
            let zone = index % 4;
            let text = match fan {
                Fan::Glued | Fan::InsideWithoutGlue => format!("ns{index}.{cut}"),
                Fan::Elsewhere => format!("ns.x{}.test", self.fresh()),
                Fan::Mutual => format!("ns{}.ring{zone}.test", self.random.below(count)),
            };
            // Below a long name there may be no room for a host.
            let Ok(host) = text.parse::<Name>() else {
                continue;
            };
            if let Fan::Glued = fan {
                let address = IpAddr::from([192, 0, 2, self.random.below(250) as u8 + 2]);
                glue.push(Rrset::from_address(host.clone(), TTL, address));
            }
            hosts.push(host);
        }
        (hosts, glue)
    }

    /// What to say to a query; `None` for silence.
    fn respond(&mut self, act: Act, query: &Message, question: &Question) -> Option<Message> {
        let mut response = Message::response_to(query, Rcode::NOERROR);
        response.edns.clone_from(&query.edns);
        let qname = &question.qname;
        match act {
            Act::Refer(count, fan) => {
                let labels = 1 + self.random.below(qname.label_count().max(1));
                let cut = qname.ancestor_with(labels);
                let (hosts, glue) = self.fan(&cut, count, fan);
                response.authority = vec![Rrset::from_name_servers(cut, TTL, &hosts)];
                response.additional = glue;
            }
            Act::Chain => {
                let target = format!("c{}.d{}.test", self.fresh(), self.fresh());
                response.answer = record(&format!("{qname} 300 CNAME {target}."));
            }
            Act::Circle => {
                let target = ["left.victim.test", "right.victim.test"][self.random.below(2)];
                response.answer = record(&format!("{qname} 300 CNAME {target}."));
            }
            Act::Dname | Act::LongDname => {
                let owner = qname.parent()?;
                let target = match act {
                    Act::LongDname => format!("{0}.{0}.{owner}", "x".repeat(50)),
                    _ => format!("d{}.test.", self.fresh()),
                };
                response.answer = record(&format!("{owner} 300 DNAME {target}"));
            }
            Act::Truncate => response.flags.tc = true,
            Act::Code(rcode) => response.rcode = rcode,
            Act::BareCode(rcode) => {
                response.rcode = rcode;
                response.question = None;
                response.edns = None;
            }
            Act::Empty { aa, ra } => {
                response.flags.aa = aa;
                response.flags.ra = ra;
            }
            Act::Upward => response.authority = record(". 300 NS a.root.example."),
            Act::Silence | Act::Junk => return None,
            Act::Answer => {
                let address = IpAddr::from([203, 0, 113, 7]);
                response.answer = vec![Rrset::from_address(qname.clone(), TTL, address)];
            }
        }
        let is_alias = matches!(act, Act::Chain | Act::Circle | Act::Dname | Act::LongDname);
        if is_alias && response.answer.is_empty() {
            // The target does not fit into a name.
            response.rcode = Rcode::SERVFAIL;
        }
        response.flags.aa |= !response.answer.is_empty();
        Some(response)
    }

    /// Octets with the query's ID and the look of a response.
    fn junk(&mut self, query: &Datagram, message: &Message) -> Datagram {
        let mut octets = message
            .encode()
            .map_or_else(|_| Vec::new(), |all| all.to_vec());
        for octet in octets.iter_mut().skip(2) {
            if self.random.below(3) == 0 {
                *octet = self.random.below(256) as u8;
            }
        }
        if let Some(bits) = octets.get_mut(2) {
            *bits |= 0x80;
        }
        Datagram {
            payload: Payload::Octets(Bytes::from(octets)),
            ..reply(query, message.clone())
        }
    }
}

/// One record, or none if a name in it is too long.
fn record(text: &str) -> Vec<Rrset> {
    parse_records(&Name::root(), &format!("{text}\n")).unwrap_or_default()
}

impl Upstream for Adversary {
    fn receive(&mut self, query: &Datagram, message: &Message) -> Vec<(SimDuration, Datagram)> {
        let act = self.acts[self.turn % self.acts.len()];
        self.turn += 1;
        if let Act::Junk = act {
            return vec![(DELAY, self.junk(query, message))];
        }
        let question = message.question.clone().expect("resolvers ask something");
        let response = self.respond(act, message, &question);
        response
            .map(|response| (DELAY, reply(query, response)))
            .into_iter()
            .collect()
    }
}
