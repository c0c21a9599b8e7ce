//! Routes that change: sites that announce, withdraw and crash, and who is sent where.

use indexmap::IndexMap;

use super::network::{Network, Path, Way, delay_ms, duration};
use super::{NodeId, NodeSpec, Upcoming, World};
use crate::engine::anycast::{Anycast, AnycastSite, Reach, SiteState};
use crate::engine::{Coordinates, Datagram, DropReason, EventId, EventKind, Node, SimTime, Trace};

/// The prefixes whose sites have not all announced and worked all the time. Of all others
/// nothing need be known: their routes never change.
#[derive(Clone, Debug, Default)]
pub(super) struct Routes {
    /// What the sites of a node did.
    prefixes: IndexMap<NodeId, Anycast>,
    /// The way the last request from one node to another went: answers come back on it.
    requests: IndexMap<(NodeId, NodeId), Path>,
}

impl Routes {
    /// Whether a way between two nodes may be another than usual.
    pub(super) fn concern(&self, from: NodeId, to: NodeId) -> bool {
        !self.prefixes.is_empty()
            && (self.prefixes.contains_key(&from) || self.prefixes.contains_key(&to))
    }

    /// Takes note that a node has moved.
    pub(super) fn follow(&mut self, specs: &[NodeSpec], moved: NodeId) {
        if let Some(prefix) = self.prefixes.get_mut(&moved) {
            prefix.relocate(sites_of(&specs[moved.index()]));
        }
    }
}

/// The sites of a node as its prefix sees them.
fn sites_of(spec: &NodeSpec) -> Vec<AnycastSite> {
    let sites = spec.sites.iter().map(|place| AnycastSite {
        coordinates: place.coordinates(),
        extra_km: place.extra_km,
    });
    sites.collect()
}

impl Network {
    /// The prefix of a node, to change it.
    fn prefix_mut(&mut self, id: NodeId, spec: &NodeSpec) -> &mut Anycast {
        let (seed, convergence) = (self.seed(), self.config().convergence);
        let new = || Anycast::new(sites_of(spec), seed, &spec.id).with_convergence(convergence);
        self.routes.prefixes.entry(id).or_insert_with(new)
    }

    /// Where a packet from a place to a node ends; see [`Anycast::reach`].
    fn reach(&self, id: NodeId, spec: &NodeSpec, from: Coordinates, now: SimTime) -> Reach {
        match self.routes.prefixes.get(&id) {
            Some(prefix) => prefix.reach(from, now),
            None => Anycast::new(sites_of(spec), 0, "").reach(from, now),
        }
    }

    /// What a site of a node does.
    fn state(&self, id: NodeId, site: usize, now: SimTime) -> SiteState {
        let prefix = self.routes.prefixes.get(&id);
        let state = prefix.and_then(|prefix| prefix.state(site, now));
        state.unwrap_or(SiteState {
            announced: true,
            up: true,
        })
    }

    /// The way of a request that leaves now, and whether it is delivered: from the sender's
    /// working site whose path costs least. `None` if no site of the sender works.
    fn request_path(
        &self,
        specs: &[NodeSpec],
        now: SimTime,
        (from, to): (NodeId, NodeId),
    ) -> Option<(usize, Reach)> {
        let (sender, receiver) = (&specs[from.index()], &specs[to.index()]);
        let mut best: Option<(f64, usize, Reach)> = None;
        for (from_site, place) in sender.sites.iter().enumerate() {
            if !self.state(from, from_site, now).up {
                continue;
            }
            let reach = self.reach(to, receiver, place.coordinates(), now);
            let target = reach.site.and_then(|site| receiver.sites.get(site));
            let cost = target.map_or(f64::INFINITY, |target| {
                place.distance_km(target) + target.extra_km
            });
            if best.is_none_or(|(least, ..)| cost < least) {
                best = Some((cost, from_site, reach));
            }
        }
        best.map(|(_, from_site, reach)| (from_site, reach))
    }

    /// The way of a datagram that leaves now, or why it does not arrive. A request follows the
    /// routes; an answer takes the way of the request back.
    pub(super) fn path(
        &mut self,
        specs: &[NodeSpec],
        now: SimTime,
        (from, to): (NodeId, NodeId),
        datagram: &Datagram,
    ) -> Result<Path, DropReason> {
        if datagram.is_reply() {
            let asked = self.routes.requests.get(&(to, from)).copied();
            // A request from before the first change went the usual way.
            let asked = asked.unwrap_or_else(|| self.usual_path(specs, to, from));
            let path = Path {
                from_site: asked.to_site,
                to_site: asked.from_site,
            };
            let both_work =
                self.state(from, path.from_site, now).up && self.state(to, path.to_site, now).up;
            return both_work.then_some(path).ok_or(DropReason::SiteDown);
        }
        let found = self.request_path(specs, now, (from, to));
        let (from_site, reach) = found.ok_or(DropReason::SiteDown)?;
        let to_site = reach.site.ok_or(DropReason::NoRoute)?;
        if !reach.delivered {
            let state = self.state(to, to_site, now);
            return Err(if state.announced {
                DropReason::SiteDown
            } else {
                DropReason::Withdrawn
            });
        }
        let path = Path { from_site, to_site };
        self.routes.requests.insert((from, to), path);
        Ok(path)
    }
}

impl World {
    /// Where a request from one node to another would go now. `site` is an index into the
    /// receiver's [`sites`](NodeSpec::sites).
    pub fn reach(&self, from: NodeId, to: NodeId) -> Reach {
        let found = self.network.request_path(&self.specs, self.now, (from, to));
        let nowhere = Reach {
            site: None,
            delivered: false,
        };
        found.map_or(nowhere, |(_, reach)| reach)
    }

    /// The way of a request from one node to another as routes stand, whether it would be
    /// taken there or not; `None` without a route.
    pub fn way(&self, from: NodeId, to: NodeId) -> Option<Way> {
        let (site, reach) = self
            .network
            .request_path(&self.specs, self.now, (from, to))?;
        let target = reach.site?;
        let places = (
            self.spec(from).sites.get(site)?,
            self.spec(to).sites.get(target)?,
        );
        let millis = delay_ms(places.0, places.1, self.network.config().stretch);
        Some(Way {
            from: site,
            to: target,
            delay: duration(millis),
        })
    }

    /// The site of a node that packets from a place go to now; `None` without a route.
    pub fn catchment(&self, to: NodeId, from: Coordinates) -> Option<usize> {
        self.network.reach(to, self.spec(to), from, self.now).site
    }

    /// What each site of a node does now, in the order of its [`sites`](NodeSpec::sites).
    pub fn site_states(&self, id: NodeId) -> Vec<SiteState> {
        let sites = 0..self.spec(id).sites.len();
        sites
            .map(|site| self.network.state(id, site, self.now))
            .collect()
    }

    /// Why a request over TCP that reaches a site is not taken there, if it is not: the
    /// handshake before it went to another one, because the route changed in between.
    pub(super) fn fate_on_arrival(
        &self,
        node: NodeId,
        from: NodeId,
        datagram: &Datagram,
        site: usize,
    ) -> Option<DropReason> {
        if datagram.trips() == 1 || !self.network.routes.prefixes.contains_key(&node) {
            return None;
        }
        let (_, reach) = self
            .network
            .request_path(&self.specs, self.now, (from, node))?;
        match reach.site {
            Some(now) if now == site && reach.delivered => None,
            Some(now) if now == site => Some(DropReason::Withdrawn),
            Some(_) if reach.delivered => Some(DropReason::OtherSite),
            Some(_) => Some(DropReason::SiteDown),
            None => Some(DropReason::NoRoute),
        }
    }

    /// The site of a node by the id of its place, or its name.
    pub(super) fn site_named(&self, id: NodeId, site: &str) -> Option<usize> {
        let mut sites = self.spec(id).sites.iter();
        sites.position(|place| place.id == site || place.name == site)
    }

    /// A site announces or withdraws the prefix of its node from now on.
    pub(super) fn announce(&mut self, id: NodeId, site: usize, announced: bool) {
        let now = self.now;
        let prefix = self.network.prefix_mut(id, &self.specs[id.index()]);
        prefix.announce(site, announced, now);
        self.plan_route_changes(id);
    }

    /// A site crashes or recovers; routes stay as they are.
    pub(super) fn set_site_up(&mut self, id: NodeId, site: usize, up: bool) {
        let now = self.now;
        let prefix = self.network.prefix_mut(id, &self.specs[id.index()]);
        prefix.set_up(site, up, now);
    }

    /// Puts into the queue when the routes of those who send to a node will change, so that the
    /// trace can tell.
    fn plan_route_changes(&mut self, target: NodeId) {
        let Some(prefix) = self.network.routes.prefixes.get(&target) else {
            return;
        };
        let mut coming = Vec::new();
        for id in self.node_ids() {
            if id == target || !asks(self.node(id), self.node(target)) {
                continue;
            }
            for (site, place) in self.spec(id).sites.iter().enumerate() {
                let legs = prefix.routes(place.coordinates());
                for pair in legs.windows(2).filter(|pair| pair[1].from > self.now) {
                    let change = RouteChange {
                        target,
                        at_site: site,
                        before: pair[0].site,
                        after: pair[1].site,
                    };
                    coming.push((pair[1].from, id, change));
                }
            }
        }
        for (at, id, change) in coming {
            self.schedule(at, id, Upcoming::Route(change));
        }
    }

    /// Tells of a change of route, unless a later announcement has overtaken it.
    pub(super) fn tell_route_change(
        &self,
        id: NodeId,
        change: RouteChange,
        trace: &mut Trace,
    ) -> Option<EventId> {
        let RouteChange {
            target,
            at_site,
            before,
            after,
        } = change;
        let place = self.spec(id).sites.get(at_site)?;
        let legs = { self.network.routes.prefixes.get(&target)? }.routes(place.coordinates());
        let is_still_so = legs
            .windows(2)
            .any(|pair| pair[1].from == self.now && pair[1].site == after);
        let is_told = trace
            .events()
            .iter()
            .rev()
            .take_while(|event| event.at == self.now);
        let kind = EventKind::RouteChanged {
            target,
            at_site,
            before,
            after,
        };
        let mut told = is_told.filter(|event| event.node == id);
        if !is_still_so || told.any(|event| event.kind == kind) {
            return None;
        }
        trace.push(self.now, id, None, kind)
    }
}

/// A network that sends to another site from some moment on.
#[derive(Clone, Copy, Debug)]
pub(super) struct RouteChange {
    /// Whose site.
    target: NodeId,
    /// At which of the sender's sites.
    at_site: usize,
    /// The site until then.
    before: Option<usize>,
    /// The site from then on.
    after: Option<usize>,
}

/// Whether machines of one kind send requests to those of another.
fn asks(one: &Node, other: &Node) -> bool {
    match other {
        Node::Authoritative(_) => matches!(one, Node::Resolver(_)),
        Node::Resolver(_) | Node::Host(_) => matches!(one, Node::Client(_)),
        Node::Client(_) => false,
    }
}
