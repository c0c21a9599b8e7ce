//! `world.toml` and its zone files: the raw shape, the checks, and the world they make.

mod check;
mod flattened;
mod shape;
mod steered;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::Deserialize;

use self::check::Builder;
use self::flattened::Flattening;
use self::shape::{NetworkFile, WorldFile};
use super::data_file::{DataFileError, read_data_file};
use super::options::{OptionValues, ResolverOption, admit, configured};
use super::steering_file::SteeredSet;
use crate::dns::Name;
use crate::engine::anycast::Convergence;
use crate::engine::balancer::{Balancer, BalancerConfig};
use crate::engine::{
    AuthoritativeServer, Client, ClientConfig, Delegation, Host, NetworkConfig, Node, NodeSpec,
    RecursiveResolver, ResolverConfig, SimDuration, Stream, TtlPolicy, World, Zone,
};

/// Something wrong with a world's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldError {
    /// The file.
    pub file: String,
    /// What is wrong and what to do.
    pub problem: String,
}

impl fmt::Display for WorldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.problem)
    }
}

impl std::error::Error for WorldError {}

/// Something wrong with `world.toml`.
fn in_world(problem: String) -> WorldError {
    WorldError {
        file: "world.toml".to_owned(),
        problem,
    }
}

/// Why a world's data file cannot be read at all.
fn unreadable(error: DataFileError) -> Vec<WorldError> {
    vec![in_world(error.to_string())]
}

/// A world and its zone files in one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PackedWorld {
    /// `world.toml`.
    world: WorldFile,
    /// The zone files by name.
    zones: BTreeMap<String, String>,
}

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
#[derive(Clone, Debug)]
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
#[derive(Clone, Debug)]
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
    /// Reads `world.toml`; `zone_text` finds the zone files by name.
    ///
    /// # Errors
    /// Everything that is wrong, not only the first thing.
    pub fn parse(
        toml_text: &str,
        zone_text: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Vec<WorldError>> {
        Self::parse_strictly(toml_text, zone_text, &[])
    }

    /// As [`parse`](Self::parse); `zone_files` are the names of all zone files there are, each of
    /// which must be of use.
    pub(crate) fn parse_strictly(
        toml_text: &str,
        zone_text: impl Fn(&str) -> Option<String>,
        zone_files: &[String],
    ) -> Result<Self, Vec<WorldError>> {
        let file: WorldFile = read_data_file(toml_text).map_err(unreadable)?;
        let versions = { file.authoritative.iter() }.flat_map(|server| server.versions.values());
        let named = file.zone.iter().map(|zone| &zone.file).chain(versions);
        let named: Vec<&String> = named.collect();
        let unused = zone_files.iter().filter(|file| !named.contains(file));
        let unused = unused.map(|file| WorldError {
            file: format!("zones/{file}"),
            problem: "no [[zone]] of `world.toml` names this file: name it there or drop it"
                .to_owned(),
        });
        let mut faults: Vec<WorldError> = unused.collect();
        match Self::from_file(&file, |name| zone_text(name).map(Cow::Owned)) {
            Ok(world) if faults.is_empty() => Ok(world),
            Ok(_) => Err(faults),
            Err(found) => {
                faults.extend(found);
                Err(faults)
            }
        }
    }

    /// Reads a world and its zone files from one text, as the page fetches them: a data file
    /// with the contents of `world.toml` as `world`, and the zone files by name as `zones`.
    ///
    /// # Errors
    /// Everything that is wrong, not only the first thing.
    pub fn unpack(text: &str) -> Result<Self, Vec<WorldError>> {
        let packed: PackedWorld = read_data_file(text).map_err(unreadable)?;
        Self::from_file(&packed.world, |name| {
            let text = packed.zones.get(name)?;
            Some(Cow::Borrowed(text.as_str()))
        })
    }

    /// Checks a world and reads its zone files.
    fn from_file<'a>(
        file: &WorldFile,
        zone_text: impl Fn(&str) -> Option<Cow<'a, str>>,
    ) -> Result<Self, Vec<WorldError>> {
        let mut errors = Vec::new();
        if file.format != 1 {
            errors.push(in_world(format!(
                "format {} is unknown: write format = 1",
                file.format
            )));
        }
        for place in &file.place {
            for (other, km) in &place.detours {
                let is_known = file.place.iter().any(|known| known.id == *other);
                if !is_known || !(0.0..=40_000.0).contains(km) {
                    errors.push(in_world(format!(
                        "the detour from `{}` to `{other}` must name a [[place]] and be 0 to 40000 km",
                        place.id
                    )));
                }
            }
        }
        let mut read = |origin: &Name, file: &String| {
            let Some(text) = zone_text(file) else {
                errors.push(in_world(format!("there is no zone file `{file}`")));
                return None;
            };
            match Zone::parse(origin, &text) {
                Ok(zone) => Some(Arc::new(zone)),
                Err(error) => {
                    errors.push(WorldError {
                        file: format!("zones/{file}"),
                        problem: error.to_string(),
                    });
                    None
                }
            }
        };
        let mut zones = IndexMap::new();
        for entry in &file.zone {
            if let Some(zone) = read(&entry.origin, &entry.file) {
                zones.insert(entry.origin.clone(), zone);
            }
        }
        let versions = { file.authoritative.iter() }.map(|server| {
            let versions = server.versions.iter();
            let versions = versions.filter_map(|(origin, file)| read(origin, file));
            versions.collect::<Vec<_>>()
        });
        let versions: Vec<Vec<Arc<Zone>>> = versions.collect();
        let mut builder = Builder {
            places: &file.place,
            machines: Vec::new(),
            errors,
        };
        for client in &file.client {
            builder.add_client(client, &file.resolver);
        }
        for resolver in &file.resolver {
            builder.add_resolver(resolver);
        }
        for (server, versions) in file.authoritative.iter().zip(&versions) {
            builder.add_authoritative(server, &zones, versions);
        }
        for host in &file.host {
            builder.add_host(host);
        }
        let steered = builder.read_steered(&file.steered, &mut zones);
        let flattened = builder.read_flattened(&file.flattened, &zones);
        let Builder {
            machines, errors, ..
        } = builder;
        let root_hints = Delegation {
            zone: Name::root(),
            servers: file
                .authoritative
                .iter()
                .filter(|server| server.zones.iter().any(Name::is_root))
                .filter_map(|server| Some((server.id.parse().ok()?, server.addresses.clone())))
                .collect(),
        };
        if !errors.is_empty() {
            return Err(errors);
        }
        let NetworkFile {
            stretch,
            jitter,
            loss,
            convergence,
        } = file.network;
        let convergence = convergence.map(|span| span.map(SimDuration::from_secs_f64));
        let network = NetworkConfig {
            stretch,
            jitter,
            loss,
            convergence: convergence
                .map_or_else(Convergence::default, |[min, max]| Convergence { min, max }),
        };
        let (title, about) = (file.title.clone(), file.about.clone());
        Ok(Self {
            title,
            about,
            network,
            zones,
            machines,
            root_hints,
            steered,
            flattened,
        })
    }

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

#[cfg(test)]
mod tests;
