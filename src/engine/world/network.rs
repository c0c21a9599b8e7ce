//! How long datagrams take, and which are lost.

use serde::{Deserialize, Serialize};

use super::routes::Routes;
use super::{NodeId, NodeSpec};
use crate::engine::anycast::Convergence;
use crate::engine::table::Table;
use crate::engine::{Coordinates, Datagram, DropReason, SimDuration, SimTime, Stream};

/// Light in glass fiber, in kilometers per millisecond: two thirds of its speed in vacuum.
const FIBER_KM_PER_MS: f64 = 200.0;

/// One-way delay of a packet over a great-circle distance, in milliseconds, when its way is
/// `stretch` times as long.
pub(in crate::engine) fn travel_ms(distance_km: f64, stretch: f64) -> f64 {
    distance_km / FIBER_KM_PER_MS * stretch
}

/// A point on the globe where machines stand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// How acts name it, one word: `frankfurt`. Empty where nobody has named it.
    pub id: String,
    /// The city.
    pub name: String,
    /// Degrees north, −90 to 90.
    pub latitude: f64,
    /// Degrees east, −180 to 180.
    pub longitude: f64,
    /// One-way delay between the machine and the backbone, in milliseconds: small in a
    /// data center, some milliseconds behind a home line.
    pub access_ms: f64,
    /// What the path to an anycast site here costs beyond its distance, in kilometers; it
    /// moves traffic to other sites and takes no time.
    pub extra_km: f64,
    /// By how many kilometers the way from here to another place, by its id, is longer than
    /// the stretched great circle, because the cables go around something.
    pub detours: Vec<(String, f64)>,
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

    /// The kilometers that cables between two places add, whichever of the two tells.
    fn detour_km(&self, other: &Self) -> f64 {
        let told = |from: &Self, to: &Self| {
            let way = from.detours.iter().find(|(id, _)| *id == to.id);
            way.map(|(_, km)| *km)
        };
        told(self, other)
            .or_else(|| told(other, self))
            .unwrap_or(0.0)
    }
}

/// The properties of the network as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkConfig {
    /// How much longer the way of a packet is than the great circle; 1.0 is a straight line.
    pub stretch: f64,
    /// Relative spread of a delay: each one is up to this share longer than the base.
    pub jitter: f64,
    /// The share of datagrams that are lost, 0.0 to 1.0.
    pub loss: f64,
    /// How long networks go on with an old route after an anycast site has announced or
    /// withdrawn its prefix.
    pub convergence: Convergence,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self {
            stretch: 1.3,
            jitter: 0.0,
            loss: 0.0,
            convergence: Convergence::default(),
        }
    }
}

/// The way of one datagram, as indices into the sites of its sender and of its receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// Where it leaves.
    pub(super) from_site: usize,
    /// Where it arrives.
    pub(super) to_site: usize,
}

/// One direction between two nodes.
#[derive(Clone, Debug)]
struct Link {
    /// The delay without jitter.
    base: SimDuration,
    /// The sites it connects while all of them announce and work.
    path: Path,
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
    links: Table<(NodeId, NodeId), Link>,
    /// The routes to nodes whose sites have not all announced and worked all the time.
    pub(super) routes: Routes,
}

impl Network {
    /// A network without links.
    pub(super) fn new(seed: u64, config: NetworkConfig) -> Self {
        Self {
            seed,
            config,
            links: Table::default(),
            routes: Routes::default(),
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

    /// Sets how long networks take to follow changes of routes that are still to come.
    pub fn set_convergence(&mut self, convergence: Convergence) {
        self.config.convergence = convergence;
    }

    /// The link from one node to another.
    fn link(&mut self, specs: &[NodeSpec], from: NodeId, to: NodeId) -> &mut Link {
        let (seed, stretch) = (self.seed, self.config.stretch);
        self.links.entry((from, to)).or_insert_with(|| {
            let (sender, receiver) = (&specs[from.index()], &specs[to.index()]);
            let (base, path) = nearest(sender, receiver, stretch);
            let label = format!("link:{}-{}", sender.id, receiver.id);
            Link {
                base,
                path,
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
                (link.base, link.path) = nearest(sender, receiver, stretch);
            }
        }
        self.routes.follow(specs, moved);
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

    /// The seed of the network's randomness.
    pub(super) fn seed(&self) -> u64 {
        self.seed
    }

    /// The way between two nodes while all their sites announce and work.
    pub(super) fn usual_path(&mut self, specs: &[NodeSpec], from: NodeId, to: NodeId) -> Path {
        self.link(specs, from, to).path
    }

    /// What becomes of one datagram: its delay and the way it goes, or why it is lost.
    pub(super) fn judge(
        &mut self,
        specs: &[NodeSpec],
        now: SimTime,
        (from, to): (NodeId, NodeId),
        datagram: &Datagram,
    ) -> Result<(SimDuration, Path), DropReason> {
        let NetworkConfig {
            jitter,
            loss,
            stretch,
            ..
        } = self.config;
        let link = self.link(specs, from, to);
        let is_lost = loss > 0.0 && link.random.fraction() < loss;
        let spread = if jitter > 0.0 {
            jitter * link.random.fraction()
        } else {
            0.0
        };
        let (mut base, mut path) = (link.base, link.path);
        if self.routes.concern(from, to) {
            path = self.path(specs, now, (from, to), datagram)?;
            let places = (
                &specs[from.index()].sites[path.from_site],
                &specs[to.index()].sites[path.to_site],
            );
            base = duration(delay_ms(places.0, places.1, stretch));
        }
        let trips = f64::from(datagram.trips());
        let micros = base.as_micros() as f64 * trips * (1.0 + spread);
        if is_lost {
            return Err(DropReason::Loss);
        }
        Ok((SimDuration::from_micros(micros as u64), path))
    }
}

/// The way of a request as routes stand, without jitter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// The place it leaves from, as an index into the sender's sites.
    pub from: usize,
    /// The place it comes to, as an index into the receiver's sites.
    pub to: usize,
    /// How long it takes.
    pub delay: SimDuration,
}

/// The one-way delay between two places, in milliseconds.
pub(super) fn delay_ms(from: &Place, to: &Place, stretch: f64) -> f64 {
    let travel = travel_ms(from.distance_km(to), stretch) + travel_ms(from.detour_km(to), 1.0);
    travel + from.access_ms + to.access_ms
}

/// Milliseconds as a duration.
pub(super) fn duration(millis: f64) -> SimDuration {
    SimDuration::from_secs_f64(millis / 1e3)
}

/// The delay between the pair of sites whose path costs least, and these sites.
fn nearest(sender: &NodeSpec, receiver: &NodeSpec, stretch: f64) -> (SimDuration, Path) {
    let mut best: Option<(f64, f64, Path)> = None;
    for (from_site, from) in sender.sites.iter().enumerate() {
        for (to_site, to) in receiver.sites.iter().enumerate() {
            let millis = delay_ms(from, to, stretch);
            let cost = millis + (from.extra_km + to.extra_km) / FIBER_KM_PER_MS * stretch;
            if best.is_none_or(|(least, ..)| cost < least) {
                best = Some((cost, millis, Path { from_site, to_site }));
            }
        }
    }
    let nowhere = Path {
        from_site: 0,
        to_site: 0,
    };
    let (_, millis, path) = best.unwrap_or((0.0, 0.0, nowhere));
    (duration(millis), path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str, latitude: f64, longitude: f64) -> Place {
        Place {
            id: String::new(),
            name: name.to_owned(),
            latitude,
            longitude,
            access_ms: 0.0,
            extra_km: 0.0,
            detours: Vec::new(),
        }
    }

    fn spec(sites: Vec<Place>) -> NodeSpec {
        NodeSpec {
            id: String::new(),
            title: String::new(),
            addresses: Vec::new(),
            provider: None,
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
    fn a_detour_delays_both_directions_and_no_other_way() {
        let mut mumbai = place("Mumbai", 19.08, 72.88);
        let mut frankfurt = place("Frankfurt", 50.11, 8.68);
        (mumbai.id, frankfurt.id) = ("mumbai".to_owned(), "frankfurt".to_owned());
        let straight = delay_ms(&mumbai, &frankfurt, 1.3);
        mumbai.detours.push((frankfurt.id.clone(), 4000.0));
        let around = delay_ms(&mumbai, &frankfurt, 1.3);
        assert!((around - straight - 20.0).abs() < 1e-9);
        assert!((delay_ms(&frankfurt, &mumbai, 1.3) - around).abs() < 1e-9);
        let tokyo = place("Tokyo", 35.68, 139.69);
        assert!(mumbai.detour_km(&tokyo).abs() < 1e-9);
    }

    #[test]
    fn anycast_traffic_goes_to_the_nearest_site() {
        let client = spec(vec![place("Berlin", 52.52, 13.405)]);
        let ashburn = place("Ashburn", 39.04, -77.49);
        let frankfurt = place("Frankfurt", 50.11, 8.68);
        let server = spec(vec![ashburn, frankfurt]);
        let (delay, path) = nearest(&client, &server, 1.3);
        assert_eq!(path.to_site, 1);
        assert!(delay < SimDuration::from_millis(4));
    }
}
