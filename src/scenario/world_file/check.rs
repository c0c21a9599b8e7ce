//! The checks: every machine of a world file, or what is wrong with it.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use indexmap::IndexMap;

use super::read::in_world;
use super::shape::{AuthoritativeFile, ClientFile, HostFile, PlaceFile, ResolverFile};
use super::{Machine, WorldError};
use crate::dns::{Name, quoted};
use crate::engine::anycast::PREPEND_KM;
use crate::engine::balancer::{BalancerConfig, CheckConfig, ServerConfig};
use crate::engine::order::sort_by_key;
use crate::engine::{
    CacheLayer, ClientConfig, NodeSpec, Place, SimDuration, TtlPolicy, Zone, cache_preset,
    cache_presets,
};
use crate::scenario::options::{resolver_option, resolver_options};

/// One-way delay between a user's machine and the backbone, in milliseconds: a home line.
const CLIENT_ACCESS_MS: f64 = 2.0;
/// One-way delay between a server and the backbone, in milliseconds: a data center.
const SERVER_ACCESS_MS: f64 = 0.3;
/// The word for a layer without a cache.
const NO_CACHE: &str = "none";

/// Collects machines and what is wrong with them.
pub(super) struct Builder<'a> {
    /// Where machines can stand.
    pub(super) places: &'a [PlaceFile],
    /// The machines so far.
    pub(super) machines: Vec<(NodeSpec, Machine)>,
    /// What is wrong so far.
    pub(super) errors: Vec<WorldError>,
    /// The text of `world.toml`, to find lines.
    pub(super) text: &'a str,
    /// Where in it that stands which is being read, in bytes; `None` for the whole.
    pub(super) at: Option<usize>,
}

impl Builder<'_> {
    /// Notes a fault of `world.toml`.
    pub(super) fn error(&mut self, problem: String) {
        let error = in_world(self.text, self.at, problem);
        self.errors.push(error);
    }

    /// Adds a machine after checking its id, its addresses and its places.
    fn add(
        &mut self,
        id: &str,
        title: &str,
        addresses: &[IpAddr],
        sites: &[String],
        access_ms: f64,
        machine: Machine,
    ) {
        if self.machines.iter().any(|(spec, _)| spec.id == id) {
            self.error(format!(
                "two machines are called {id}: give each its own id",
                id = quoted(id)
            ));
        }
        if addresses.is_empty() {
            self.error(format!("{id} needs at least one address", id = quoted(id)));
        }
        for address in addresses {
            let taken = self
                .machines
                .iter()
                .find(|(spec, _)| spec.addresses.contains(address));
            if let Some(other) = taken.map(|(spec, _)| spec.id.clone()) {
                self.error(format!(
                    "{id} and {other} both have the address {address}",
                    id = quoted(id),
                    other = quoted(&other)
                ));
            }
        }
        let mut places = Vec::new();
        for site in sites {
            match self.places.iter().find(|place| place.id == *site) {
                Some(place) => places.push(Place {
                    id: place.id.clone(),
                    extra_km: 0.0,
                    name: place.name.clone(),
                    latitude: place.latitude.clamp(-90.0, 90.0),
                    longitude: place.longitude.clamp(-180.0, 180.0),
                    access_ms,
                    detours: { place.detours.iter() }
                        .map(|(id, km)| (id.clone(), *km))
                        .collect(),
                }),
                None => self.error(format!(
                    "{id} stands at {site}, which is no [[place]]",
                    id = quoted(id),
                    site = quoted(site)
                )),
            }
        }
        if places.is_empty() {
            self.error(format!(
                "{id} stands nowhere: name a place",
                id = quoted(id)
            ));
        }
        let spec = NodeSpec {
            id: id.to_owned(),
            title: title.to_owned(),
            addresses: addresses.to_vec(),
            sites: places,
            provider: None,
        };
        self.machines.push((spec, machine));
    }

    /// Makes the paths to some sites of the machine added last longer.
    fn prepend(&mut self, id: &str, hops: &BTreeMap<String, u8>) {
        for (site, hops) in hops {
            let places = self.machines.last_mut().map(|(spec, _)| &mut spec.sites);
            let mut places = places.into_iter().flatten();
            match places.find(|place| place.id == *site) {
                Some(place) => place.extra_km = f64::from(*hops) * PREPEND_KM,
                None => self.error(format!(
                    "{id} has no site {site} to prepend for",
                    id = quoted(id),
                    site = quoted(site)
                )),
            }
        }
    }

    /// Adds a user's machine.
    pub(super) fn add_client(&mut self, client: &ClientFile, resolvers: &[ResolverFile]) {
        self.at = Some(client.id.offset);
        let resolver = resolvers
            .iter()
            .find(|resolver| resolver.id.text == client.resolver);
        let Some(address) = resolver.and_then(|r| {
            r.addresses
                .iter()
                .find(|a| a.is_ipv4() == client.address.is_ipv4())
        }) else {
            let (id, resolver) = (&client.id.text, &client.resolver);
            self.error(format!(
                "{id} asks {resolver}, which is no [[resolver]] it can reach",
                id = quoted(id),
                resolver = quoted(resolver)
            ));
            return;
        };
        let config = ClientConfig {
            address: client.address,
            resolver: SocketAddr::new(*address, 53),
            browser: self.cache(&client.id.text, CacheLayer::Browser, &client.browser),
            stub: self.cache(&client.id.text, CacheLayer::Stub, &client.stub),
            hosts: self.parse_hosts(client),
            connects: client.browser != NO_CACHE,
            udp_payload_size: client.udp_size,
        };
        let machine = Machine::Client {
            config,
            resolver: client.resolver.clone(),
        };
        let sites = std::slice::from_ref(&client.place);
        let addresses = [client.address];
        self.add(
            &client.id.text,
            &client.title,
            &addresses,
            sites,
            CLIENT_ACCESS_MS,
            machine,
        );
    }

    /// The preset of a cache by its id; `None` for a layer that keeps nothing.
    fn cache(&mut self, machine: &str, layer: CacheLayer, id: &str) -> Option<TtlPolicy> {
        if id == NO_CACHE {
            return None;
        }
        match cache_preset(id).filter(|preset| preset.layer == layer) {
            Some(preset) => Some(preset.policy).filter(|policy| !policy.keeps_nothing()),
            None => {
                let fitting = cache_presets().iter().filter(|p| p.layer == layer);
                let ids: Vec<&str> = fitting.map(|preset| preset.id).collect();
                self.error(format!(
                    "{machine}: {id} is no preset of a {}; there are {}",
                    layer.as_str(),
                    ids.join(", "),
                    machine = quoted(machine),
                    id = quoted(id)
                ));
                None
            }
        }
    }

    /// Reads a hosts file: an address and its names on each line, `#` begins a comment.
    fn parse_hosts(&mut self, client: &ClientFile) -> IndexMap<Name, Vec<IpAddr>> {
        let mut hosts: IndexMap<Name, Vec<IpAddr>> = IndexMap::new();
        for line in client.hosts.lines() {
            let mut words = line
                .split('#')
                .next()
                .unwrap_or_default()
                .split_whitespace();
            let Some(address) = words.next() else {
                continue;
            };
            let Ok(address) = address.parse::<IpAddr>() else {
                self.error(format!(
                    "hosts of {}: {address} is no address",
                    quoted(&client.id.text),
                    address = quoted(address)
                ));
                continue;
            };
            for name in words {
                match name.parse::<Name>() {
                    Ok(name) => hosts.entry(name).or_default().push(address),
                    Err(error) => {
                        self.error(format!("hosts of {}: {error}", quoted(&client.id.text)))
                    }
                }
            }
        }
        hosts
    }

    /// Adds a recursive resolver.
    pub(super) fn add_resolver(&mut self, resolver: &ResolverFile) {
        self.at = Some(resolver.id.offset);
        let policy = self.cache(&resolver.id.text, CacheLayer::Resolver, &resolver.preset);
        let policy = policy.unwrap_or(TtlPolicy::HONEST);
        let band_ms = match resolver.preset.as_str() {
            // They go for the lowest smoothed round-trip time.
            "bind" | "powerdns" => 0,
            // Unbound's band, and for want of a documented one that of all others.
            _ => 400,
        };
        let mut options = Vec::new();
        for (name, text) in &resolver.options {
            let value = match resolver_option(name) {
                Some(option) => option.parse(text).map(|value| (option, value)),
                None => Err(format!(
                    "{name} is no option of a resolver",
                    name = quoted(name)
                )),
            };
            match value {
                Ok(value) => options.push(value),
                Err(problem) => self.error(format!(
                    "options of {}: {problem}",
                    quoted(&resolver.id.text)
                )),
            }
        }
        // Some options refine others; that order is the order of the table.
        sort_by_key(&mut options, |(option, _)| {
            resolver_options().position(|o| o.id == option.id)
        });
        let machine = Machine::Resolver {
            policy,
            rtt_band: SimDuration::from_millis(band_ms),
            options,
        };
        let id = &resolver.id.text;
        let ResolverFile {
            title,
            addresses,
            sites,
            ..
        } = resolver;
        self.add(id, title, addresses, sites, SERVER_ACCESS_MS, machine);
        self.prepend(id, &resolver.prepend);
    }

    /// Adds an authoritative server.
    pub(super) fn add_authoritative(
        &mut self,
        server: &AuthoritativeFile,
        zones: &IndexMap<Name, Arc<Zone>>,
        versions: &[Arc<Zone>],
    ) {
        self.at = Some(server.id.offset);
        let id = &server.id.text;
        let AuthoritativeFile {
            addresses, sites, ..
        } = server;
        if let Err(error) = id.parse::<Name>() {
            self.error(format!(
                "the id of an authoritative server is its host name: {error}"
            ));
        }
        for origin in &server.zones {
            if !zones.contains_key(origin) {
                self.error(format!(
                    "{id} serves {origin}, which is no [[zone]]",
                    id = quoted(id)
                ));
            }
        }
        for origin in server.versions.keys() {
            if !server.zones.contains(origin) {
                self.error(format!(
                    "{id} has a version of {origin}, which it does not serve",
                    id = quoted(id)
                ));
            }
        }
        let machine = Machine::Authoritative {
            origins: server.zones.clone(),
            versions: versions.to_vec(),
        };
        self.add(id, id, addresses, sites, SERVER_ACCESS_MS, machine);
        if let Some((spec, _)) = self.machines.last_mut() {
            spec.provider.clone_from(&server.provider);
        }
        self.prepend(id, &server.prepend);
    }

    /// Adds a web server.
    pub(super) fn add_host(&mut self, host: &HostFile) {
        self.at = Some(host.id.offset);
        let id = &host.id.text;
        let HostFile {
            id: _,
            title,
            addresses,
            place,
            sites,
            prepend,
            servers,
            algorithm,
            probe,
        } = host;
        for (index, server) in servers.iter().enumerate() {
            if servers[..index].iter().any(|other| other.id == server.id) {
                self.error(format!(
                    "two servers of {id} are called {}",
                    quoted(&server.id),
                    id = quoted(id)
                ));
            }
        }
        let servers = servers.iter().map(|server| ServerConfig {
            id: server.id.clone(),
            service: SimDuration::from_millis(server.service_ms.into()),
            slots: server.slots.into(),
        });
        let balancer = BalancerConfig {
            algorithm: *algorithm,
            check: CheckConfig {
                probe: *probe,
                ..CheckConfig::default()
            },
            servers: servers.collect(),
        };
        let balancer = Some(balancer).filter(|balancer| !balancer.servers.is_empty());
        let sites: Vec<String> = place.iter().chain(sites).cloned().collect();
        self.add(
            id,
            title,
            addresses,
            &sites,
            SERVER_ACCESS_MS,
            Machine::Host(balancer),
        );
        self.prepend(id, prepend);
    }
}
