//! How long datagrams take, and which are lost.

use indexmap::IndexMap;

use super::{NodeId, NodeSpec};
use crate::engine::{Coordinates, Datagram, SimDuration, Stream};

/// Light in glass fiber, in kilometers per millisecond: two thirds of its speed in vacuum.
const FIBER_KM_PER_MS: f64 = 200.0;

/// A point on the globe where machines stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The city.
    pub name: String,
    /// Degrees north, −90 to 90.
    pub latitude: f64,
    /// Degrees east, −180 to 180.
    pub longitude: f64,
    /// One-way delay between the machine and the backbone, in milliseconds: small in a
    /// data center, some milliseconds behind a home line.
    pub access_ms: f64,
}

impl Place {
    /// Where it is on the globe.
    pub fn coordinates(&self) -> Coordinates {
        Coordinates {
            latitude: self.latitude,
            longitude: self.longitude,
        }
    }

    /// Great-circle distance in kilometers.
    pub fn distance_km(&self, other: &Self) -> f64 {
        self.coordinates().distance_km(other.coordinates())
    }
}

/// The properties of the network as a whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetworkConfig {
    /// How much longer the way of a packet is than the great circle; 1.0 is a straight line.
    pub stretch: f64,
    /// Relative spread of a delay: each one is up to this share longer than the base.
    pub jitter: f64,
    /// The share of datagrams that are lost, 0.0 to 1.0.
    pub loss: f64,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self {
            stretch: 1.3,
            jitter: 0.0,
            loss: 0.0,
        }
    }
}

/// One direction between two nodes.
#[derive(Clone, Debug)]
struct Link {
    /// The delay without jitter.
    base: SimDuration,
    /// Which of the receiver's (or, on the way back, the sender's) sites is nearest.
    site: usize,
    /// Jitter and loss.
    random: Stream,
}

/// Links between all nodes, made when first used.
#[derive(Clone, Debug)]
pub struct Network {
    /// The seed of every link's randomness.
    seed: u64,
    /// The properties of all links.
    config: NetworkConfig,
    /// The links used so far.
    links: IndexMap<(NodeId, NodeId), Link>,
}

impl Network {
    /// A network without links.
    pub(super) fn new(seed: u64, config: NetworkConfig) -> Self {
        Self {
            seed,
            config,
            links: IndexMap::new(),
        }
    }

    /// The properties of all links.
    pub fn config(&self) -> NetworkConfig {
        self.config
    }

    /// Sets the share of datagrams that are lost.
    pub fn set_loss(&mut self, loss: f64) {
        self.config.loss = loss.clamp(0.0, 1.0);
    }

    /// The link from one node to another.
    fn link(&mut self, specs: &[NodeSpec], from: NodeId, to: NodeId) -> &mut Link {
        let (seed, stretch) = (self.seed, self.config.stretch);
        self.links.entry((from, to)).or_insert_with(|| {
            let (sender, receiver) = (&specs[from.index()], &specs[to.index()]);
            let (base, site) = nearest(sender, receiver, stretch);
            let label = format!("link:{}-{}", sender.id, receiver.id);
            Link {
                base,
                site,
                random: Stream::new(seed, &label),
            }
        })
    }

    /// Takes note that a node has moved: its links get other delays and, where anycast is
    /// involved, other sites. Their randomness goes on where it was.
    pub(super) fn follow(&mut self, specs: &[NodeSpec], moved: NodeId) {
        let stretch = self.config.stretch;
        for ((from, to), link) in &mut self.links {
            if *from == moved || *to == moved {
                let (sender, receiver) = (&specs[from.index()], &specs[to.index()]);
                (link.base, link.site) = nearest(sender, receiver, stretch);
            }
        }
    }

    /// The delay between two nodes without jitter.
    pub(super) fn base_delay(
        &mut self,
        specs: &[NodeSpec],
        from: NodeId,
        to: NodeId,
    ) -> SimDuration {
        self.link(specs, from, to).base
    }

    /// Which site of `to` is nearest to `from`: where its anycast traffic goes.
    pub fn site_reached(&mut self, specs: &[NodeSpec], from: NodeId, to: NodeId) -> usize {
        self.link(specs, from, to).site
    }

    /// The delay of one datagram; `None` if it is lost.
    pub(super) fn judge(
        &mut self,
        specs: &[NodeSpec],
        from: NodeId,
        to: NodeId,
        datagram: &Datagram,
    ) -> Option<SimDuration> {
        let NetworkConfig { jitter, loss, .. } = self.config;
        let link = self.link(specs, from, to);
        let is_lost = loss > 0.0 && link.random.fraction() < loss;
        let spread = if jitter > 0.0 {
            jitter * link.random.fraction()
        } else {
            0.0
        };
        let trips = f64::from(datagram.trips());
        let micros = link.base.as_micros() as f64 * trips * (1.0 + spread);
        (!is_lost).then(|| SimDuration::from_micros(micros as u64))
    }
}

/// The delay between the nearest pair of sites, and the index of the site of the node that
/// has several.
fn nearest(sender: &NodeSpec, receiver: &NodeSpec, stretch: f64) -> (SimDuration, usize) {
    let mut best = (f64::INFINITY, 0);
    for (from_index, from) in sender.sites.iter().enumerate() {
        for (to_index, to) in receiver.sites.iter().enumerate() {
            let travel = from.distance_km(to) / FIBER_KM_PER_MS * stretch;
            let millis = travel + from.access_ms + to.access_ms;
            let site = if receiver.sites.len() > 1 {
                to_index
            } else {
                from_index
            };
            if millis < best.0 {
                best = (millis, site);
            }
        }
    }
    let millis = if best.0.is_finite() { best.0 } else { 0.0 };
    (SimDuration::from_secs_f64(millis / 1e3), best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str, latitude: f64, longitude: f64) -> Place {
        Place {
            name: name.to_owned(),
            latitude,
            longitude,
            access_ms: 0.0,
        }
    }

    fn spec(sites: Vec<Place>) -> NodeSpec {
        NodeSpec {
            id: String::new(),
            title: String::new(),
            addresses: Vec::new(),
            sites,
        }
    }

    #[test]
    fn distance_agrees_with_the_map() {
        let berlin = place("Berlin", 52.52, 13.405);
        let ashburn = place("Ashburn", 39.04, -77.49);
        assert!((6600.0..6800.0).contains(&berlin.distance_km(&ashburn)));
        assert!(berlin.distance_km(&berlin) < 1e-6);
    }

    #[test]
    fn anycast_traffic_goes_to_the_nearest_site() {
        let client = spec(vec![place("Berlin", 52.52, 13.405)]);
        let ashburn = place("Ashburn", 39.04, -77.49);
        let frankfurt = place("Frankfurt", 50.11, 8.68);
        let server = spec(vec![ashburn, frankfurt]);
        let (delay, site) = nearest(&client, &server, 1.3);
        assert_eq!(site, 1);
        assert!(delay < SimDuration::from_millis(4));
    }
}
