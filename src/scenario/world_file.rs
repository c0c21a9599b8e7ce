//! `world.toml` and its zone files: the raw shape, the checks, and the world they make.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use indexmap::IndexMap;
use serde::Deserialize;

use super::data_file::{DataFileError, read_data_file};
use super::options::{
    OptionValues, ResolverOption, admit, configured, resolver_option, resolver_options,
};
use crate::dns::Name;
use crate::engine::{
    AuthoritativeServer, Client, ClientConfig, Delegation, Host, NetworkConfig, Node, NodeSpec,
    Place, RecursiveResolver, ResolverConfig, SimDuration, Stream, TtlPolicy, World, Zone,
};

/// One-way delay between a user's machine and the backbone, in milliseconds: a home line.
const CLIENT_ACCESS_MS: f64 = 2.0;
/// One-way delay between a server and the backbone, in milliseconds: a data center.
const SERVER_ACCESS_MS: f64 = 0.3;

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

/// `world.toml` as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WorldFile {
    /// The version of the format, 1.
    format: u32,
    /// What the page calls the world.
    title: String,
    /// One or two sentences about it.
    about: String,
    /// The network.
    #[serde(default)]
    network: NetworkFile,
    /// Where machines can stand.
    #[serde(default)]
    place: Vec<PlaceFile>,
    /// The zones.
    #[serde(default)]
    zone: Vec<ZoneEntry>,
    /// Authoritative servers.
    #[serde(default)]
    authoritative: Vec<AuthoritativeFile>,
    /// Recursive resolvers.
    #[serde(default)]
    resolver: Vec<ResolverFile>,
    /// Users' machines.
    #[serde(default)]
    client: Vec<ClientFile>,
    /// Web servers.
    #[serde(default)]
    host: Vec<HostFile>,
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

/// `[network]`; see [`NetworkConfig`] for the meaning.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NetworkFile {
    stretch: f64,
    #[serde(default)]
    jitter: f64,
    #[serde(default)]
    loss: f64,
}

impl Default for NetworkFile {
    fn default() -> Self {
        let NetworkConfig {
            stretch,
            jitter,
            loss,
        } = NetworkConfig::default();
        Self {
            stretch,
            jitter,
            loss,
        }
    }
}

/// `[[place]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceFile {
    id: String,
    name: String,
    latitude: f64,
    longitude: f64,
}

/// `[[zone]]`: an origin and the file with its records.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ZoneEntry {
    origin: Name,
    file: String,
}

/// `[[authoritative]]`: `id` is the host name; several `sites` make it anycast.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthoritativeFile {
    id: String,
    addresses: Vec<IpAddr>,
    zones: Vec<Name>,
    sites: Vec<String>,
}

/// `[[resolver]]`; `preset` names the product whose cache limits it has, and whose way to
/// choose among servers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResolverFile {
    id: String,
    title: String,
    addresses: Vec<IpAddr>,
    sites: Vec<String>,
    preset: ResolverPreset,
    /// Options by name: a number, `on`, `off` or the name of a choice.
    #[serde(default)]
    options: BTreeMap<String, String>,
}

/// The products a resolver can be like.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ResolverPreset {
    Unbound,
    Bind,
    Powerdns,
}

/// `[[client]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientFile {
    id: String,
    title: String,
    address: IpAddr,
    place: String,
    resolver: String,
    browser: BrowserPreset,
    stub: StubPreset,
    #[serde(default)]
    hosts: String,
    /// The UDP payload size the stub offers, in octets; none means no EDNS.
    udp_size: Option<u16>,
}

/// The browsers a client can have.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum BrowserPreset {
    Chromium,
    Firefox,
    None,
}

/// The stub caches a client can have.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum StubPreset {
    SystemdResolved,
    Windows,
    None,
}

/// `[[host]]`: a web server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HostFile {
    id: String,
    title: String,
    addresses: Vec<IpAddr>,
    place: String,
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
    /// An authoritative server of these zones.
    Authoritative(Vec<Name>),
    /// A web server.
    Host,
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
        let file = read_data_file(toml_text).map_err(unreadable)?;
        Self::from_file(&file, |name| zone_text(name).map(Cow::Owned))
    }

    /// Reads a world and its zone files from one text, as the page fetches them: a data file
    /// with the contents of `world.toml` as `world`, and the zone files by name as `zones`.
    ///
    /// # Errors
    /// Everything that is wrong, not only the first thing.
    pub fn unpack(text: &str) -> Result<Self, Vec<WorldError>> {
        let packed: PackedWorld = read_data_file(text).map_err(unreadable)?;
        Self::from_file(&packed.world, |name| {
            packed
                .zones
                .get(name)
                .map(|text| Cow::Borrowed(text.as_str()))
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
        let mut zones = IndexMap::new();
        for entry in &file.zone {
            let Some(text) = zone_text(&entry.file) else {
                errors.push(in_world(format!("there is no zone file `{}`", entry.file)));
                continue;
            };
            match Zone::parse(&entry.origin, &text) {
                Ok(zone) => {
                    zones.insert(entry.origin.clone(), Arc::new(zone));
                }
                Err(error) => errors.push(WorldError {
                    file: format!("zones/{}", entry.file),
                    problem: error.to_string(),
                }),
            }
        }
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
        for server in &file.authoritative {
            builder.add_authoritative(server, &zones);
        }
        for host in &file.host {
            let sites = std::slice::from_ref(&host.place);
            builder.add(
                &host.id,
                &host.title,
                &host.addresses,
                sites,
                SERVER_ACCESS_MS,
                Machine::Host,
            );
        }
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
        } = file.network;
        let network = NetworkConfig {
            stretch,
            jitter,
            loss,
        };
        let (title, about) = (file.title.clone(), file.about.clone());
        Ok(Self {
            title,
            about,
            network,
            zones,
            machines,
            root_hints,
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
                Machine::Authoritative(origins) => {
                    let zones = origins.iter().filter_map(|origin| self.zones.get(origin));
                    let server = AuthoritativeServer::new(zones.cloned().collect());
                    Node::Authoritative(server.with_identity(&spec.id))
                }
                Machine::Host => Node::Host(Host::default()),
            };
            Some((spec.clone(), node))
        });
        World::new(seed, self.network, nodes.collect())
    }
}

/// Collects machines and what is wrong with them.
struct Builder<'a> {
    places: &'a [PlaceFile],
    machines: Vec<(NodeSpec, Machine)>,
    errors: Vec<WorldError>,
}

impl Builder<'_> {
    /// Notes a fault of `world.toml`.
    fn error(&mut self, problem: String) {
        self.errors.push(WorldError {
            file: "world.toml".to_owned(),
            problem,
        });
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
                "two machines are called `{id}`: give each its own id"
            ));
        }
        if addresses.is_empty() {
            self.error(format!("`{id}` needs at least one address"));
        }
        for address in addresses {
            let taken = self
                .machines
                .iter()
                .find(|(spec, _)| spec.addresses.contains(address));
            if let Some(other) = taken.map(|(spec, _)| spec.id.clone()) {
                self.error(format!(
                    "`{id}` and `{other}` both have the address {address}"
                ));
            }
        }
        let mut places = Vec::new();
        for site in sites {
            match self.places.iter().find(|place| place.id == *site) {
                Some(place) => places.push(Place {
                    name: place.name.clone(),
                    latitude: place.latitude.clamp(-90.0, 90.0),
                    longitude: place.longitude.clamp(-180.0, 180.0),
                    access_ms,
                }),
                None => self.error(format!("`{id}` stands at `{site}`, which is no [[place]]")),
            }
        }
        if places.is_empty() {
            self.error(format!("`{id}` stands nowhere: name a place"));
        }
        let spec = NodeSpec {
            id: id.to_owned(),
            title: title.to_owned(),
            addresses: addresses.to_vec(),
            sites: places,
        };
        self.machines.push((spec, machine));
    }

    /// Adds a user's machine.
    fn add_client(&mut self, client: &ClientFile, resolvers: &[ResolverFile]) {
        let resolver = resolvers
            .iter()
            .find(|resolver| resolver.id == client.resolver);
        let Some(address) = resolver.and_then(|r| {
            r.addresses
                .iter()
                .find(|a| a.is_ipv4() == client.address.is_ipv4())
        }) else {
            let (id, resolver) = (&client.id, &client.resolver);
            self.error(format!(
                "`{id}` asks `{resolver}`, which is no [[resolver]] it can reach"
            ));
            return;
        };
        let config = ClientConfig {
            address: client.address,
            resolver: SocketAddr::new(*address, 53),
            browser: match client.browser {
                BrowserPreset::Chromium => Some(TtlPolicy::CHROMIUM),
                BrowserPreset::Firefox => Some(TtlPolicy::FIREFOX),
                BrowserPreset::None => None,
            },
            stub: match client.stub {
                StubPreset::SystemdResolved => Some(TtlPolicy::SYSTEMD_RESOLVED),
                StubPreset::Windows => Some(TtlPolicy::WINDOWS),
                StubPreset::None => None,
            },
            hosts: self.parse_hosts(client),
            connects: !matches!(client.browser, BrowserPreset::None),
            udp_payload_size: client.udp_size,
        };
        let machine = Machine::Client {
            config,
            resolver: client.resolver.clone(),
        };
        let sites = std::slice::from_ref(&client.place);
        let addresses = [client.address];
        self.add(
            &client.id,
            &client.title,
            &addresses,
            sites,
            CLIENT_ACCESS_MS,
            machine,
        );
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
                    "hosts of `{}`: `{address}` is no address",
                    client.id
                ));
                continue;
            };
            for name in words {
                match name.parse::<Name>() {
                    Ok(name) => hosts.entry(name).or_default().push(address),
                    Err(error) => self.error(format!("hosts of `{}`: {error}", client.id)),
                }
            }
        }
        hosts
    }

    /// Adds a recursive resolver.
    fn add_resolver(&mut self, resolver: &ResolverFile) {
        let (policy, band_ms) = match resolver.preset {
            ResolverPreset::Unbound => (TtlPolicy::UNBOUND, 400),
            // BIND and PowerDNS go for the lowest smoothed round-trip time.
            ResolverPreset::Bind => (TtlPolicy::BIND, 0),
            ResolverPreset::Powerdns => (TtlPolicy::POWERDNS, 0),
        };
        let mut options = Vec::new();
        for (name, text) in &resolver.options {
            let value = match resolver_option(name) {
                Some(option) => option.parse(text).map(|value| (option, value)),
                None => Err(format!("`{name}` is no option of a resolver")),
            };
            match value {
                Ok(value) => options.push(value),
                Err(problem) => self.error(format!("options of `{}`: {problem}", resolver.id)),
            }
        }
        // Some options refine others; that order is the order of the table.
        options.sort_by_key(|(option, _)| resolver_options().position(|o| o.id == option.id));
        let machine = Machine::Resolver {
            policy,
            rtt_band: SimDuration::from_millis(band_ms),
            options,
        };
        let ResolverFile {
            id,
            title,
            addresses,
            sites,
            ..
        } = resolver;
        self.add(id, title, addresses, sites, SERVER_ACCESS_MS, machine);
    }

    /// Adds an authoritative server.
    fn add_authoritative(&mut self, server: &AuthoritativeFile, zones: &IndexMap<Name, Arc<Zone>>) {
        let AuthoritativeFile {
            id,
            addresses,
            sites,
            ..
        } = server;
        if let Err(error) = id.parse::<Name>() {
            self.error(format!(
                "the id of an authoritative server is its host name: {error}"
            ));
        }
        for origin in &server.zones {
            if !zones.contains_key(origin) {
                self.error(format!("`{id}` serves {origin}, which is no [[zone]]"));
            }
        }
        let machine = Machine::Authoritative(server.zones.clone());
        self.add(id, id, addresses, sites, SERVER_ACCESS_MS, machine);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors_of(toml: &str) -> String {
        let errors = WorldSource::parse(toml, |_| None).expect_err("the world is at fault");
        errors
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    }

    const HEAD: &str = "format = 1\ntitle = \"t\"\nabout = \"a\"\n";

    #[test]
    fn all_faults_are_reported_at_once() {
        let text = format!(
            "{HEAD}[[zone]]\norigin = \".\"\nfile = \"gone.zone\"\n\
             [[host]]\nid = \"web\"\ntitle = \"Web\"\naddresses = []\nplace = \"nowhere\"\n"
        );
        let errors = errors_of(&text);
        for part in ["gone.zone", "at least one address", "no [[place]]"] {
            assert!(errors.contains(part), "{errors}");
        }
    }

    #[test]
    fn unknown_keys_are_refused() {
        assert!(errors_of(&format!("{HEAD}colour = \"red\"\n")).contains("colour"));
    }

    #[test]
    fn a_resolver_has_the_options_of_its_file_and_of_its_settings() {
        let text = |options: &str| {
            format!(
                "{HEAD}[[place]]\nid = \"p\"\nname = \"P\"\nlatitude = 1\nlongitude = 1\n\
                 [[resolver]]\nid = \"r\"\ntitle = \"R\"\naddresses = [\"192.0.2.1\"]\n\
                 sites = [\"p\"]\npreset = \"bind\"\noptions = {{ {options} }}\n"
            )
        };
        let world = WorldSource::parse(&text("stale-ttl = \"7\", serve-stale = \"on\""), |_| None)
            .expect("a sound world");
        let config = &world.resolvers()[0].config;
        assert_eq!(config.stale.map(|stale| stale.reply_ttl), Some(7));
        let values = OptionValues::from([("r/stale-ttl".to_owned(), 9.0)]);
        let built = world.build_with(1, &values);
        let Node::Resolver(resolver) = built.node(built.find("r").expect("it is there")) else {
            panic!("`r` is a resolver");
        };
        let stale = resolver.config().stale;
        assert_eq!(stale.map(|stale| stale.reply_ttl), Some(9));
        for (options, problem) in [
            ("colour = \"red\"", "`colour` is no option"),
            ("serve-stale = \"maybe\"", "\"on\" or \"off\""),
        ] {
            let errors = errors_of(&text(options));
            assert!(errors.contains(problem), "{errors}");
        }
    }
}
