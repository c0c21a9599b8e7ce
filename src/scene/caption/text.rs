//! The sentences, one function for each group of events.

use std::net::IpAddr;

use super::phrases::{absence, wanted, wanted_briefly};
use super::transport;
use crate::dns::{Name, Question};
use crate::engine::Uselessness;
use crate::engine::{
    CacheLayer, EventKind, IgnoreReason, Node, NodeId, ServerReason, SimDuration, StartingPoint,
    Trace, TraceEvent, World, ZoneVerdict,
};
use crate::scene::words::{begin_sentence, capitalize, count, duration, name_in_prose, node_title};

/// The sentences for an event.
pub(super) fn text(world: &World, trace: &Trace, event: &TraceEvent) -> String {
    let teller = Teller {
        world,
        trace,
        event,
    };
    match &event.kind {
        EventKind::Intervened { what } => teller.act(what),
        EventKind::LookupStarted { question } => {
            format!(
                "{} needs {}.",
                capitalize(teller.application()),
                wanted(question)
            )
        }
        EventKind::HostsFileUsed { question, address } => format!(
            "The hosts file of this machine says that {} is {address}. DNS is not asked.",
            name_in_prose(&question.qname)
        ),
        EventKind::CacheMissed { layer, question } => teller.miss(*layer, question),
        EventKind::CacheHit {
            layer,
            question,
            outcome,
            remaining,
        } => teller.hit(*layer, question, outcome, *remaining),
        EventKind::RrsetCached {
            layer,
            rrset,
            rank,
            granted,
            ..
        } => teller.stored(*layer, rrset, *rank, SimDuration::from(*granted)),
        EventKind::NegativeCached {
            layer,
            owner,
            rtype,
            granted,
            ..
        } => format!(
            "{} remembers for {} that {}.",
            teller.cache_owner(*layer),
            duration(SimDuration::from(*granted)),
            absence(owner, *rtype)
        ),
        EventKind::ResolutionStarted {
            question,
            sub: false,
        } => {
            format!(
                "{} begins to look for {}.",
                teller.subject(),
                wanted(question)
            )
        }
        EventKind::ResolutionStarted {
            question,
            sub: true,
        } => format!(
            "To go on, the resolver needs {}, a name server it has no address for. It looks for that first.",
            wanted(question)
        ),
        EventKind::StartingPointChosen {
            qname,
            zone,
            source,
        } => teller.starting_point(qname, zone, *source),
        EventKind::ServerChosen {
            zone,
            server,
            address,
            reason,
            candidates,
        } => teller.choice(zone, server, *address, *reason, *candidates),
        EventKind::DatagramSent { datagram, to, .. } => transport::sent(&teller, datagram, *to),
        EventKind::DatagramReceived { datagram, .. } => transport::received(&teller, datagram),
        EventKind::DatagramDropped { datagram, reason } => {
            transport::dropped(&teller, datagram, *reason)
        }
        EventKind::ResponseIgnored { datagram } => transport::ignored(&teller, datagram),
        EventKind::ZoneConsulted {
            zone,
            question,
            verdict,
        } => teller.verdict(zone.as_ref(), question, *verdict),
        EventKind::ReferralFollowed {
            from_zone,
            zone_cut,
            servers,
            glue,
        } => {
            let addresses = match glue {
                0 => "No address came along".to_owned(),
                _ => format!(
                    "{} came along as glue",
                    count(*glue, "address", "addresses")
                ),
            };
            let (from, to) = (name_in_prose(from_zone), name_in_prose(zone_cut));
            let servers = count(*servers, "name server", "name servers");
            format!(
                "{} follows the referral from {from} to {to}, which has {servers}. {addresses}.",
                teller.subject()
            )
        }
        EventKind::AliasFollowed {
            alias,
            target,
            count,
        } => {
            let so_far = match count {
                0 | 1 => String::new(),
                _ => format!(" This is alias number {count} on the way."),
            };
            let (alias, target) = (name_in_prose(alias), name_in_prose(target));
            format!(
                "{alias} is an alias for {target}. The resolver goes on with that name.{so_far}"
            )
        }
        EventKind::RecordIgnored {
            owner,
            rtype,
            reason,
        } => {
            let (subject, owner) = (teller.subject(), name_in_prose(owner));
            match reason {
                IgnoreReason::OutOfZone => format!(
                    "{subject} ignores {owner} {rtype}: the name lies outside the zone of the server that sent it."
                ),
                IgnoreReason::LowerRank => format!(
                    "{subject} keeps what it has of {owner} {rtype}: that came from a better source."
                ),
                IgnoreReason::Irrelevant => format!(
                    "{subject} ignores {owner} {rtype}: nothing in the question or its answer leads there."
                ),
                IgnoreReason::Unneeded => format!(
                    "{subject} ignores {owner} {rtype}: with the answer at hand, nobody needs the list of servers."
                ),
                IgnoreReason::PrivateAddress => format!(
                    "{subject} ignores {owner} {rtype}: a public name may not have a private address here."
                ),
                IgnoreReason::AliasTail => format!(
                    "{subject} ignores {owner} {rtype}: it follows an alias one step at a time and asks for the target itself."
                ),
            }
        }
        EventKind::QueryTimedOut {
            server,
            address,
            waited,
        } => {
            let waited = duration(*waited);
            match server {
                Some(server) => format!(
                    "{} ({address}) has not answered for {waited}. The resolver stops waiting.",
                    server.without_dot()
                ),
                None if matches!(teller.world.node(teller.event.node), Node::Authoritative(_)) => {
                    format!(
                        "{address} has not answered for {waited}. {} stops waiting.",
                        begin_sentence(&teller.role(teller.event.node))
                    )
                }
                None => format!(
                    "The recursive resolver has not answered for {waited}. The stub resolver stops waiting."
                ),
            }
        }
        EventKind::ServerPassedOver {
            server,
            address,
            rcode,
            why,
        } => {
            let server = server.without_dot();
            let what = match why {
                Uselessness::Lame => {
                    "does not serve the zone it was asked about: the delegation is lame".to_owned()
                }
                Uselessness::Recursive => {
                    "is a resolver and does not speak for the zone".to_owned()
                }
                Uselessness::Error => format!("answers with {rcode}, which does not help"),
                Uselessness::Empty => "answers with nothing at all".to_owned(),
            };
            format!("{server} ({address}) {what}. The resolver turns to another server.")
        }
        EventKind::ResolutionFinished {
            question,
            outcome,
            upstream_queries,
            sub,
        } => teller.resolved(question, outcome, *upstream_queries, *sub),
        EventKind::LookupFinished {
            question,
            outcome,
            answered_by,
            elapsed,
        } => teller.finished(question, outcome, *answered_by, *elapsed),
        EventKind::ConnectionOpened { address, elapsed } => format!(
            "The TCP connection to {address} stands after {}. {} can send its request.",
            duration(*elapsed),
            capitalize(teller.application())
        ),
        EventKind::ConnectionFailed { address, elapsed } => format!(
            "Nothing at {address} answers within {}. {} gives up and shows an error.",
            duration(*elapsed),
            capitalize(teller.application())
        ),
        EventKind::ConnectionReset { address, elapsed } => {
            let after = duration(*elapsed);
            match teller.world.node(event.node) {
                Node::Client(_) => format!(
                    "The connection to {address} breaks after {after}: the site that now gets its segments has never heard of it. {} connects again and goes on where it stopped. One that cannot do that shows an error.",
                    capitalize(teller.application())
                ),
                _ => format!(
                    "The connection to {address} breaks after {after}: the site that now gets its segments has never heard of it. The question is asked again."
                ),
            }
        }
        EventKind::ConnectionClosed {
            address,
            elapsed,
            requests,
            parts,
            resets,
        } => {
            let resets = match *resets {
                0 => "no connection was reset".to_owned(),
                1 => "the connection was reset once".to_owned(),
                many => format!("the connection was reset {many} times"),
            };
            let (asked, parts) = (
                count(*requests as usize, "part", "parts"),
                count(*parts as usize, "came", "came"),
            );
            format!(
                "The transfer from {address} ends after {}: of {asked} asked for {parts}, and {resets}.",
                duration(*elapsed)
            )
        }
        EventKind::BalancerChose {
            server,
            why,
            candidates,
            condition,
        } => super::balancer::choice(server, *why, *candidates, *condition),
        EventKind::BalancerRefused => {
            "The balancer has no server to give the connection to, and refuses it.".to_owned()
        }
        EventKind::ServerJudged {
            server,
            healthy,
            probe,
        } => super::balancer::verdict(server, *healthy, *probe),
        EventKind::RouteChanged {
            target,
            at_site,
            before,
            after,
        } => teller.route_change(*target, *at_site, *before, *after),
        _ => super::steering::text(&teller)
            .or_else(|| super::resolver::text(&teller))
            .unwrap_or_default(),
    }
}

impl Teller<'_> {
    /// The network of a machine has heard of an announcement or a withdrawal.
    fn route_change(
        &self,
        target: NodeId,
        at_site: usize,
        before: Option<usize>,
        after: Option<usize>,
    ) -> String {
        let name = |id: NodeId, site: usize| {
            let place = self.world.spec(id).sites.get(site);
            place.map_or("?", |place| place.name.as_str())
        };
        let here = name(self.event.node, at_site);
        let title = &self.world.spec(target).title;
        let site = |site| name(target, site);
        match (before.map(site), after.map(site)) {
            (Some(before), Some(after)) => format!(
                "The news has reached the network in {here}: its packets for {title} now go to {after} instead of {before}."
            ),
            (None, Some(after)) => format!(
                "The news has reached the network in {here}: its packets for {title} now go to {after}."
            ),
            (_, None) => format!(
                "The news has reached the network in {here}: it knows no route to {title} any more."
            ),
        }
    }
}

/// What the sentences about one event are made from.
pub(super) struct Teller<'a> {
    /// Titles.
    pub(super) world: &'a World,
    /// What came before and after.
    pub(super) trace: &'a Trace,
    /// The event.
    pub(super) event: &'a TraceEvent,
}

impl<'a> Teller<'a> {
    /// What somebody did; a machine that is named beside the caption is not named again.
    fn act(&self, what: &str) -> String {
        match what.strip_prefix(node_title(self.world, self.event.node)) {
            Some(verb) if verb.starts_with(' ') => format!("It{verb}."),
            _ => format!("{what}."),
        }
    }

    /// What brought the event about.
    pub(super) fn cause(&self) -> Option<&'a TraceEvent> {
        self.trace.get(self.event.cause?)
    }

    /// The event directly before.
    fn previous(&self) -> Option<&'a TraceEvent> {
        self.trace
            .events()
            .get(self.event.id.index().checked_sub(1)?)
    }

    /// "It" where the sentence before had the same subject, else who the node is.
    pub(super) fn subject(&self) -> String {
        let goes_on = self.previous().is_some_and(|previous| {
            previous.node == self.event.node
                && previous.at == self.event.at
                && !matches!(
                    previous.kind,
                    EventKind::Intervened { .. } | EventKind::DatagramSent { .. }
                )
        });
        if goes_on {
            "It".to_owned()
        } else {
            begin_sentence(&self.role(self.event.node))
        }
    }

    /// Who a node is, in the middle of a sentence.
    pub(super) fn role(&self, node: NodeId) -> String {
        match self.world.node(node) {
            Node::Client(_) => "the stub resolver".to_owned(),
            Node::Resolver(_) => "the resolver".to_owned(),
            Node::Authoritative(_) | Node::Host(_) => self.world.spec(node).title.clone(),
        }
    }

    /// What asks on the client: a browser, if it has a cache of its own.
    pub(super) fn application(&self) -> &'static str {
        match self.world.node(self.event.node) {
            Node::Client(client) if client.browser_cache().is_some() => "the browser",
            _ => "the application",
        }
    }

    /// The owner of a cache as the subject of a sentence.
    pub(super) fn cache_owner(&self, layer: CacheLayer) -> String {
        match layer {
            CacheLayer::Browser => "The browser".to_owned(),
            CacheLayer::Stub => "The stub resolver".to_owned(),
            CacheLayer::Resolver => self.subject(),
        }
    }

    /// The zone whose servers are asked first.
    fn starting_point(&self, qname: &Name, zone: &Name, source: StartingPoint) -> String {
        let subject = self.subject();
        let nearer: Vec<String> = qname
            .ancestors()
            .filter(|name| name.is_below(zone) && (name != qname || name.label_count() <= 2))
            .map(|name| name.without_dot())
            .collect();
        let place = name_in_prose(zone);
        match (source, nearer.as_slice()) {
            (StartingPoint::CachedDelegation, _) if !zone.is_root() => {
                format!("{subject} knows the name servers of {place}, so it starts there.")
            }
            (_, []) => format!("{subject} starts at {place}."),
            (_, [rest @ .., last]) => {
                let rest = rest.join(", ");
                let list = if rest.is_empty() {
                    last.clone()
                } else {
                    format!("{rest} or {last}")
                };
                format!("{subject} knows no name server for {list}, so it starts at {place}.")
            }
        }
    }

    /// One of a zone's servers was picked.
    fn choice(
        &self,
        zone: &Name,
        server: &Name,
        address: IpAddr,
        reason: ServerReason,
        candidates: usize,
    ) -> String {
        let subject = self.subject();
        let server = format!("{} ({address})", server.without_dot());
        let place = name_in_prose(zone);
        match reason {
            ServerReason::OnlyOne => {
                format!("{subject} turns to {server}, the only one left to ask about {place}.")
            }
            ServerReason::Untried => format!(
                "{subject} picks {server} from {candidates} addresses for {place}. It has never asked this one, so it does not know how fast it is."
            ),
            ServerReason::Fastest(rtt) => format!(
                "{subject} picks {server} for {place}: at about {} it is the fastest it knows.",
                duration(rtt)
            ),
            ServerReason::AmongFast(rtt) => format!(
                "{subject} picks {server} for {place}, at random among the fast ones. It takes about {}.",
                duration(rtt)
            ),
        }
    }

    /// What an authoritative server found in its zones.
    fn verdict(&self, zone: Option<&Name>, question: &Question, verdict: ZoneVerdict) -> String {
        let name = name_in_prose(&question.qname);
        let place = zone.map_or_else(String::new, name_in_prose);
        let what = wanted_briefly(question.qtype);
        match verdict {
            ZoneVerdict::Answer => {
                format!("The zone of {place} has {what} of {name}.")
            }
            ZoneVerdict::Alias => format!(
                "In the zone of {place}, {name} is an alias. This server says where it leads, not what is there."
            ),
            ZoneVerdict::Referral => match transport::next_referral(self) {
                Some(cut) => format!(
                    "{} does not know {what}. It refers the resolver to {}.",
                    begin_sentence(&place),
                    name_in_prose(&cut)
                ),
                None => format!(
                    "{} does not know {what}, but knows who does.",
                    begin_sentence(&place)
                ),
            },
            ZoneVerdict::NoData => {
                format!(
                    "In the zone of {place}, {}.",
                    absence(&question.qname, Some(question.qtype))
                )
            }
            ZoneVerdict::NxDomain => {
                format!(
                    "In the zone of {place}, {}.",
                    absence(&question.qname, None)
                )
            }
            ZoneVerdict::Refused => {
                format!("None of this server's zones holds {name}, so it refuses to answer.")
            }
        }
    }
}
