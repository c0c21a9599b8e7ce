//! Machines that move to another place.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use ipnet::IpNet;

use super::{InterventionError, NodeId, NodeSpec, Place, World};
use crate::engine::order::sort_by;
use crate::engine::policy::PlaceTable;
use crate::engine::{Coordinates, Node};

/// A machine this near to a city is in it, in kilometers.
const IN_TOWN_KM: f64 = 60.0;
/// A machine this near to a city is said to be near it, in kilometers.
const NEAR_KM: f64 = 500.0;
/// The host numbers a newcomer tries first in a network, after its own: those the worlds of the
/// lab give to users.
const USERS: std::ops::RangeInclusive<u32> = 200..=254;
/// The last host number that is tried.
const LAST_HOST: u32 = 254;

impl World {
    /// Moves a machine that stands at one place to another; returns what was done, in the past
    /// tense.
    ///
    /// Delays follow from the new place at once; what is under way arrives as if nothing had
    /// happened. A server, host or resolver keeps its addresses, and tables of places go on
    /// to say what they said. A client joins the network where it now is: it gets a free
    /// address of the network whose place is nearest, so that policies that go by the place of
    /// an address react, and it asks the resolver that is fewest milliseconds away, of those
    /// that are up. Answers on their way to its old address are lost. What its caches hold
    /// stays, as it does on a laptop that is carried to another network asleep.
    ///
    /// # Errors
    /// If the place is none on the Earth, or the machine stands at several.
    pub(super) fn move_node(
        &mut self,
        id: NodeId,
        to: Coordinates,
    ) -> Result<String, InterventionError> {
        let spec = self.spec(id);
        if !(to.latitude.abs() <= 90.0 && to.longitude.abs() <= 180.0) {
            return Err(InterventionError::NoSuchPlace);
        }
        let [before] = spec.sites.as_slice() else {
            return Err(InterventionError::WrongRole(spec.id.clone()));
        };
        let (title, access_ms) = (spec.title.clone(), before.access_ms);
        let place = Place {
            id: String::new(),
            extra_km: before.extra_km,
            detours: Vec::new(),
            name: self.place_name(to),
            latitude: to.latitude,
            longitude: to.longitude,
            access_ms,
        };
        let renamed = retitled(&title, &before.name, &place.name);
        let mut what = format!("{title} moved to {}", place.name);
        let specs = Arc::make_mut(&mut self.specs);
        specs[id.index()].title = renamed;
        specs[id.index()].sites = vec![place];
        self.network.follow(&self.specs, id);
        if let Node::Client(client) = self.node(id) {
            let config = client.config();
            let (mut address, mut resolver) = (config.address, config.resolver);
            if let Some(found) = self.free_address(id, address, to) {
                address = found;
            }
            if let Some((nearest, found)) = self.nearest_resolver(id, address) {
                resolver = SocketAddr::new(found, resolver.port());
                let nearest = &self.spec(nearest).title;
                what.push_str(&format!(", got the address {address} and asks {nearest}"));
            }
            self.join_network(id, address, resolver);
        }
        Ok(what)
    }

    /// What a point is called: by the nearest place of the world, else by its coordinates.
    pub fn place_name(&self, at: Coordinates) -> String {
        let distance = |place: &Place| place.coordinates().distance_km(at);
        let nearest = { self.gazetteer.iter() }
            .map(|place| (distance(place), place))
            .min_by(|a, b| a.0.total_cmp(&b.0));
        match nearest {
            Some((km, place)) if km <= IN_TOWN_KM => place.name.clone(),
            Some((km, place)) if km <= NEAR_KM => format!("near {}", place.name),
            _ => at.to_string(),
        }
    }

    /// An address that fits a place: free, of the family of `own`, and in the network whose
    /// place is nearest. `None` if the table of places knows no such network.
    fn free_address(&self, id: NodeId, own: IpAddr, at: Coordinates) -> Option<IpAddr> {
        let table = PlaceTable::modelled();
        let mut networks: Vec<(f64, IpNet)> = { table.networks() }
            .filter(|(network, _)| network.addr().is_ipv4() == own.is_ipv4())
            .map(|(network, location)| (location.coordinates.distance_km(at), network))
            .collect();
        // Stable: of networks at one place the first of the table counts.
        sort_by(&mut networks, |a, b| a.0.total_cmp(&b.0));
        let is_fit = |address: &IpAddr, network: IpNet| {
            let holder = self.node_at(*address);
            let located = table.locate(IpNet::from(*address));
            network.contains(address)
                && holder.is_none_or(|holder| holder == id)
                && located.is_some_and(|(longest, _)| longest == network)
        };
        let own_host = host_number(own);
        networks.into_iter().find_map(|(_, network)| {
            let hosts = std::iter::once(own_host)
                .chain(USERS)
                .chain(1..*USERS.start())
                .filter(|host| (1..=LAST_HOST).contains(host));
            let is_single = network.prefix_len() == network.max_prefix_len();
            let mut addresses = hosts.map(|host| host_in(network, host));
            if is_single {
                Some(network.addr()).filter(|address| is_fit(address, network))
            } else {
                addresses.find(|address| is_fit(address, network))
            }
        })
    }

    /// The resolver that is fewest milliseconds away from a machine, of those that are up, and
    /// its address of the family of `own`.
    fn nearest_resolver(&mut self, id: NodeId, own: IpAddr) -> Option<(NodeId, IpAddr)> {
        let resolvers: Vec<(NodeId, IpAddr)> = { self.node_ids() }
            .filter(|node| matches!(self.node(*node), Node::Resolver(_)) && !self.is_down(*node))
            .filter_map(|node| {
                let mut addresses = self.spec(node).addresses.iter();
                let address = addresses.find(|address| address.is_ipv4() == own.is_ipv4())?;
                Some((node, *address))
            })
            .collect();
        resolvers
            .into_iter()
            .min_by_key(|(resolver, _)| self.round_trip(id, *resolver))
    }

    /// Gives a client another address and another resolver.
    fn join_network(&mut self, id: NodeId, address: IpAddr, resolver: SocketAddr) {
        let specs = Arc::make_mut(&mut self.specs);
        let addresses = Arc::make_mut(&mut self.addresses);
        for old in specs[id.index()].addresses.drain(..) {
            addresses.shift_remove(&old);
        }
        addresses.insert(address, id);
        specs[id.index()].addresses.push(address);
        if let Node::Client(client) = self.node_mut(id) {
            client.join_network(address, resolver);
        }
    }

    /// All places where machines stand to begin with, each once.
    pub(super) fn gazetteer(specs: &[NodeSpec]) -> Arc<[Place]> {
        let mut places: Vec<Place> = Vec::new();
        for place in specs.iter().flat_map(|spec| &spec.sites) {
            if places.iter().all(|known| known.name != place.name) {
                places.push(place.clone());
            }
        }
        places.into()
    }
}

/// A title with the name of the place it ends with replaced: `Laptop, Berlin`.
fn retitled(title: &str, before: &str, after: &str) -> String {
    // A title says `Ashburn` where the place is `Ashburn, Virginia`.
    let short = before.split(',').next().unwrap_or(before);
    for name in [before, short] {
        let what = title.strip_suffix(name).and_then(|t| t.strip_suffix(", "));
        if let Some(what) = what {
            return format!("{what}, {after}");
        }
    }
    title.to_owned()
}

/// The last octet of an address: its number in a network of documentation space.
fn host_number(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(address) => u32::from(address.octets()[3]),
        IpAddr::V6(address) => u32::from(address.octets()[15]),
    }
}

/// The address with a host number in a network.
fn host_in(network: IpNet, host: u32) -> IpAddr {
    match network.network() {
        IpAddr::V4(first) => Ipv4Addr::from_bits(first.to_bits() | host).into(),
        IpAddr::V6(first) => Ipv6Addr::from_bits(first.to_bits() | u128::from(host)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_follow_the_place() {
        assert_eq!(
            retitled("Laptop, Berlin", "Berlin", "Tokyo"),
            "Laptop, Tokyo"
        );
        let ashburn = retitled("Phone, Ashburn", "Ashburn, Virginia", "near Dallas");
        assert_eq!(ashburn, "Phone, near Dallas");
        assert_eq!(
            retitled("ns1.example.com", "Paris", "Tokyo"),
            "ns1.example.com"
        );
    }
}
