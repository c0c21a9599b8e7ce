//! `world.toml` as it is written.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Deserialize;
use toml::Spanned;

use crate::dns::Name;
use crate::engine::NetworkConfig;
use crate::engine::balancer::{Algorithm, Probe};
use crate::scenario::data_file::Located;
use crate::scenario::steering_file::SteeredFile;

/// `world.toml` as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WorldFile {
    /// The version of the format, 1.
    pub(super) format: u32,
    /// What the page calls the world.
    pub(super) title: String,
    /// One or two sentences about it.
    pub(super) about: String,
    /// The network.
    #[serde(default)]
    pub(super) network: NetworkFile,
    /// Where machines can stand.
    #[serde(default)]
    pub(super) place: Vec<PlaceFile>,
    /// The zones.
    #[serde(default)]
    pub(super) zone: Vec<ZoneEntry>,
    /// Authoritative servers.
    #[serde(default)]
    pub(super) authoritative: Vec<AuthoritativeFile>,
    /// Recursive resolvers.
    #[serde(default)]
    pub(super) resolver: Vec<ResolverFile>,
    /// Users' machines.
    #[serde(default)]
    pub(super) client: Vec<ClientFile>,
    /// Web servers.
    #[serde(default)]
    pub(super) host: Vec<HostFile>,
    /// Names whose addresses are chosen anew for each question.
    #[serde(default)]
    pub(super) steered: Vec<SteeredFile>,
    /// Names with the addresses of other names.
    #[serde(default)]
    pub(super) flattened: Vec<FlattenedFile>,
}

/// `[network]`; see [`NetworkConfig`] for the meaning.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NetworkFile {
    pub(super) stretch: f64,
    #[serde(default)]
    pub(super) jitter: f64,
    #[serde(default)]
    pub(super) loss: f64,
    /// The quickest and the slowest network to follow a change of route, in seconds.
    #[serde(default)]
    pub(super) convergence: Option<[f64; 2]>,
}

impl Default for NetworkFile {
    fn default() -> Self {
        let NetworkConfig {
            stretch,
            jitter,
            loss,
            ..
        } = NetworkConfig::default();
        Self {
            stretch,
            jitter,
            loss,
            convergence: None,
        }
    }
}

/// `[[place]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceFile {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) latitude: f64,
    pub(super) longitude: f64,
    /// Kilometers that cables add on the way to other places, by their ids.
    #[serde(default)]
    pub(super) detours: BTreeMap<String, f64>,
}

/// `[[zone]]`: an origin and the file with its records.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ZoneEntry {
    pub(super) origin: Name,
    pub(super) file: Located,
}

/// `[[authoritative]]`: `id` is the host name; several `sites` make it anycast.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AuthoritativeFile {
    pub(super) id: Located,
    pub(super) addresses: Vec<IpAddr>,
    pub(super) zones: Vec<Name>,
    pub(super) sites: Vec<String>,
    /// The DNS provider that runs it: acts can take all its servers down at once, or change
    /// records there only.
    pub(super) provider: Option<String>,
    /// For zones that this server has another version of, the file with it.
    #[serde(default)]
    pub(super) versions: BTreeMap<Name, Located>,
    /// For sites that write their own number into the path of their routes again, how often.
    #[serde(default)]
    pub(super) prepend: BTreeMap<String, u8>,
}

/// `[[resolver]]`; `preset` names the product whose cache limits it has, one of
/// [`cache_presets`](crate::engine::cache_presets), and whose way to choose among servers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResolverFile {
    pub(super) id: Located,
    pub(super) title: String,
    pub(super) addresses: Vec<IpAddr>,
    pub(super) sites: Vec<String>,
    #[serde(default)]
    pub(super) prepend: BTreeMap<String, u8>,
    pub(super) preset: String,
    /// Options by name: a number, `on`, `off` or the name of a choice.
    #[serde(default)]
    pub(super) options: BTreeMap<String, String>,
}

/// `[[client]]`; `browser` and `stub` name their caches, each one of
/// [`cache_presets`](crate::engine::cache_presets) or `none`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientFile {
    pub(super) id: Located,
    pub(super) title: String,
    pub(super) address: IpAddr,
    pub(super) place: String,
    pub(super) resolver: String,
    pub(super) browser: String,
    pub(super) stub: String,
    #[serde(default)]
    pub(super) hosts: String,
    /// The UDP payload size the stub offers, in octets; none means no EDNS.
    pub(super) udp_size: Option<u16>,
}

/// `[[host]]`: a web server at one `place`, or at several `sites` with an anycast address.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HostFile {
    pub(super) id: Located,
    pub(super) title: String,
    pub(super) addresses: Vec<IpAddr>,
    pub(super) place: Option<String>,
    #[serde(default)]
    pub(super) sites: Vec<String>,
    #[serde(default)]
    pub(super) prepend: BTreeMap<String, u8>,
    /// The servers behind it, which make it a load balancer.
    #[serde(default)]
    pub(super) servers: Vec<ServerFile>,
    /// How it picks among them.
    #[serde(default)]
    pub(super) algorithm: Algorithm,
    /// What its checks look at.
    #[serde(default)]
    pub(super) probe: Probe,
}

/// A server behind a `[[host]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServerFile {
    pub(super) id: String,
    /// How long it works on one request, in milliseconds.
    #[serde(default = "usual_service_ms")]
    pub(super) service_ms: u32,
    /// How many requests it works on at a time.
    #[serde(default = "usual_slots")]
    pub(super) slots: u16,
}

/// `[[flattened]]`: the servers of the zone answer for `owner` with the addresses of `target`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FlattenedFile {
    pub(super) owner: Spanned<Name>,
    pub(super) target: Name,
    /// Whom they ask for the target, by its id: a resolver, or a server of the target's zone.
    pub(super) upstream: String,
    /// Whether they pass on the Client Subnet of who asks them.
    #[serde(default)]
    pub(super) client_subnet: bool,
}

/// The work on a request where a world says nothing, in milliseconds.
fn usual_service_ms() -> u32 {
    20
}

/// The requests worked on at a time where a world says nothing.
fn usual_slots() -> u16 {
    8
}
