//! A world as its files describe it, and the world of the engine that it makes. The files are
//! read, with all checks, where the feature `author` is; the page reads what was written of that.

#[cfg(feature = "author")]
mod check;
mod flattened;
#[cfg(feature = "author")]
mod read;
#[cfg(feature = "author")]
mod read_flattened;
#[cfg(feature = "author")]
mod read_steered;
#[cfg(feature = "author")]
mod shape;
mod steered;

use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use self::flattened::Flattening;
#[cfg(feature = "author")]
pub use self::read::WorldError;
use super::options::{OptionValues, ResolverOption, admit, configured};
#[cfg(feature = "author")]
use super::packed::{Damage, write_file};
use super::packed::{FileFault, FileKind, read_file};
use super::steered::SteeredSet;
use crate::dns::Name;
use crate::engine::balancer::{Balancer, BalancerConfig};
use crate::engine::{
    AuthoritativeServer, Client, ClientConfig, Delegation, Host, NetworkConfig, Node, NodeSpec,
    RecursiveResolver, ResolverConfig, SimDuration, Stream, TtlPolicy, World, Zone,
};

/// A client of a world, for pickers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientInfo {
    /// Its id.
    pub id: String,
    /// What the page calls it.
    pub title: String,
    /// The id of the resolver it asks.
    pub resolver: String,
}

/// A recursive resolver of a world, for pickers and settings.
#[derive(Clone, Debug, PartialEq)]
pub struct ResolverInfo {
    /// Its id.
    pub id: String,
    /// What the page calls it.
    pub title: String,
    /// How it behaves of itself.
    pub config: ResolverConfig,
}

/// A world as its files describe it: checked, and ready to be built for any seed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WorldSource {
    /// What the page calls it.
    pub title: String,
    /// One or two sentences about it.
    pub about: String,
    /// The network.
    network: NetworkConfig,
    /// Its zones.
    zones: IndexMap<Name, Arc<Zone>>,
    /// Its machines, in the order of the file: clients, resolvers, servers, hosts.
    machines: Vec<(NodeSpec, Machine)>,
    /// The servers of the root zone.
    root_hints: Delegation,
    /// The names whose addresses are chosen anew for each question.
    steered: Vec<SteeredSet>,
    /// The names with the addresses of other names.
    flattened: Vec<Flattening>,
}

/// What a machine is, apart from its name and place.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Machine {
    /// A user's machine.
    Client {
        config: ClientConfig,
        resolver: String,
    },
    /// A recursive resolver with its cache limits, whether it always takes the fastest server,
    /// and options that were set.
    Resolver {
        policy: TtlPolicy,
        rtt_band: SimDuration,
        options: Vec<(&'static ResolverOption, f64)>,
    },
    /// An authoritative server of the zones with these origins.
    Authoritative {
        origins: Vec<Name>,
        /// The zones it has a version of its own of.
        versions: Vec<Arc<Zone>>,
    },
    /// A web server, or several behind a balancer.
    Host(Option<BalancerConfig>),
}

impl WorldSource {
    /// The zones by origin.
    pub fn zones(&self) -> impl Iterator<Item = &Arc<Zone>> {
        self.zones.values()
    }

    /// The clients, in the order of the file.
    pub fn clients(&self) -> Vec<ClientInfo> {
        let clients = self
            .machines
            .iter()
            .filter_map(|(spec, machine)| match machine {
                Machine::Client { resolver, .. } => Some(ClientInfo {
                    id: spec.id.clone(),
                    title: spec.title.clone(),
                    resolver: resolver.clone(),
                }),
                _ => None,
            });
        clients.collect()
    }

    /// The resolvers, in the order of the file.
    pub fn resolvers(&self) -> Vec<ResolverInfo> {
        let resolvers = self.machines.iter().filter_map(|(spec, machine)| {
            Some(ResolverInfo {
                id: spec.id.clone(),
                title: spec.title.clone(),
                config: self.resolver_config(spec, machine)?,
            })
        });
        resolvers.collect()
    }

    /// How a resolver behaves of itself; `None` for other machines.
    fn resolver_config(&self, spec: &NodeSpec, machine: &Machine) -> Option<ResolverConfig> {
        let Machine::Resolver {
            policy,
            rtt_band,
            options,
        } = machine
        else {
            return None;
        };
        let hints = self.root_hints.clone();
        let mut config = ResolverConfig::new(spec.addresses.clone(), hints);
        config.policy = *policy;
        config.selection.rtt_band = *rtt_band;
        for (option, value) in options {
            option.write(&mut config, *value);
        }
        Some(config)
    }

    /// Where an option of a resolver stands when some were set; `None` if there is no such
    /// resolver.
    pub fn option_value(
        &self,
        resolver: &str,
        option: &ResolverOption,
        values: &OptionValues,
    ) -> Option<f64> {
        let (spec, machine) = self.machines.iter().find(|(spec, _)| spec.id == resolver)?;
        let own = self.resolver_config(spec, machine)?;
        Some(option.read(&configured(&own, resolver, values)))
    }

    /// The nearest value that an option of one of the resolvers can have; `None` if there is
    /// no such resolver or option. Keys are those of [`OptionValues`].
    pub fn admit_option(&self, key: &str, value: f64) -> Option<f64> {
        let resolvers = self
            .machines
            .iter()
            .filter_map(|(spec, machine)| match machine {
                Machine::Resolver { .. } => Some(spec.id.as_str()),
                _ => None,
            });
        admit(&resolvers.collect::<Vec<_>>(), key, value)
    }

    /// The world at time zero, all caches empty.
    pub fn build(&self, seed: u64) -> World {
        self.build_with(seed, &OptionValues::new())
    }

    /// As [`build`](Self::build), with options of resolvers set; keys that name none are
    /// passed over.
    pub fn build_with(&self, seed: u64, values: &OptionValues) -> World {
        let nodes = self.machines.iter().filter_map(|(spec, machine)| {
            let node = match machine {
                Machine::Client { config, .. } => {
                    let random = Stream::new(seed, &format!("{}:client", spec.id));
                    Node::Client(Client::new(config.clone(), random))
                }
                Machine::Resolver { .. } => {
                    // The match says that it is a resolver.
                    let own = self.resolver_config(spec, machine)?;
                    let config = configured(&own, &spec.id, values);
                    Node::Resolver(RecursiveResolver::new(config, seed, &spec.id))
                }
                Machine::Authoritative { origins, versions } => {
                    let zones = origins.iter().filter_map(|origin| {
                        let own = versions.iter().find(|zone| zone.origin() == origin);
                        own.or_else(|| self.zones.get(origin)).cloned()
                    });
                    let server = AuthoritativeServer::new(zones.collect());
                    Node::Authoritative(server.with_identity(&spec.id))
                }
                Machine::Host(balancer) => Node::Host(match balancer {
                    Some(config) => Host::with_balancer(Balancer::new(config.clone())),
                    None => Host::default(),
                }),
            };
            Some((spec.clone(), node))
        });
        let mut world = World::new(seed, self.network, nodes.collect());
        steered::install(&mut world, seed, &self.steered);
        flattened::install(&mut world, seed, &self.flattened);
        world
    }
}

/// Reads a world's file.
///
/// # Errors
/// Why it is of no use.
pub fn read_world(id: &str, octets: &[u8]) -> Result<WorldSource, FileFault> {
    read_file(FileKind::World, id, octets)
}

/// Writes a world's file.
///
/// # Errors
/// If it has no packed form; a test sees to it that shipped worlds have.
#[cfg(feature = "author")]
pub fn write_world(id: &str, world: &WorldSource) -> Result<Vec<u8>, Damage> {
    write_file(FileKind::World, id, world)
}

#[cfg(test)]
mod tests;
