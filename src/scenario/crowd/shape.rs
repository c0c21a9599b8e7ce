//! `lessons/crowds/<id>.toml` as it is written.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Deserialize;

use crate::dns::Name;
use crate::scenario::Unit;
use crate::scenario::data_file::Located;
use crate::scenario::steering_file::CheckFile;

/// A crowd as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CrowdFile {
    /// The version of the format, 1.
    pub(super) format: u32,
    /// As [`CrowdSource::title`](super::CrowdSource::title).
    pub(super) title: String,
    /// As [`CrowdSource::about`](super::CrowdSource::about).
    pub(super) about: String,
    /// As [`CrowdSource::seed`](super::CrowdSource::seed).
    pub(super) seed: u64,
    /// For how long it is watched, such as `1h`.
    pub(super) duration: Located,
    /// The width of a bin, such as `10s`.
    pub(super) bin: Located,
    /// As [`CrowdSource::around`](super::CrowdSource::around), such as `10m`.
    pub(super) around: Option<Located>,
    /// The name in demand.
    pub(super) service: ServiceFile,
    /// Where things stand.
    pub(super) place: Vec<PlaceFile>,
    /// The machines the name leads to.
    pub(super) endpoint: Vec<EndpointFile>,
    /// How they are checked.
    pub(super) check: Option<CheckFile>,
    /// Who answers for the zone.
    pub(super) provider: Vec<ProviderFile>,
    /// The resolvers.
    pub(super) resolver: Vec<ResolverFile>,
    /// The clients.
    pub(super) clients: Vec<ClientsFile>,
    /// What is done.
    #[serde(default)]
    pub(super) change: Vec<ChangeFile>,
    /// What the learner can move.
    #[serde(default)]
    pub(super) knob: Vec<KnobFile>,
    /// What is drawn.
    #[serde(default)]
    pub(super) chart: Vec<ChartFile>,
    /// What is measured.
    #[serde(default)]
    pub(super) figure: Vec<FigureFile>,
}

/// `[service]`: `policy` is the id of a preset, `chain` a list of filters; one of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceFile {
    pub(super) name: Name,
    pub(super) ttl: u32,
    pub(super) policy: Option<Located>,
    #[serde(default)]
    pub(super) chain: Vec<Located>,
    /// 1 on an open connection, 2 with TCP, 3 with TLS 1.3 as well.
    #[serde(default = "three")]
    pub(super) round_trips: u32,
    /// Dollars for a million queries.
    #[serde(default)]
    pub(super) price_per_million: f64,
}

/// Round trips of a request over a new TLS connection.
fn three() -> u32 {
    3
}

/// `[[place]]`, as in world files.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceFile {
    pub(super) id: Located,
    pub(super) name: String,
    pub(super) latitude: f64,
    pub(super) longitude: f64,
}

/// `[[endpoint]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EndpointFile {
    pub(super) id: Located,
    pub(super) title: String,
    pub(super) address: IpAddr,
    pub(super) place: Located,
    #[serde(default = "one")]
    pub(super) weight: u32,
    #[serde(default = "one")]
    pub(super) priority: u32,
    #[serde(default)]
    pub(super) cost: f64,
    /// `default`, a continent (`EU`), a country (`DE`) or a part of one (`US-TX`).
    pub(super) area: Option<Located>,
    #[serde(default)]
    pub(super) bias: i8,
    /// Milliseconds by region.
    #[serde(default)]
    pub(super) latency: BTreeMap<String, f64>,
    #[serde(default)]
    pub(super) networks: Vec<Located>,
    /// The places of the sites that announce it, if its address is an anycast one.
    #[serde(default)]
    pub(super) sites: Vec<Located>,
    /// Whether the name leads to it from the start.
    #[serde(default = "yes")]
    pub(super) listed: bool,
    /// Whether health checks watch it, if there are any.
    #[serde(default = "yes")]
    pub(super) checked: bool,
}

fn one() -> u32 {
    1
}

fn yes() -> bool {
    true
}

/// `[[provider]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProviderFile {
    pub(super) id: Located,
    pub(super) title: String,
    pub(super) sites: Vec<Located>,
}

/// `[[resolver]]`: resolvers of one kind at one place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResolverFile {
    pub(super) id: Located,
    pub(super) title: String,
    pub(super) place: Located,
    pub(super) count: u32,
    /// The network their addresses are in.
    pub(super) network: Located,
    /// A cache preset of a resolver.
    pub(super) preset: Located,
    /// Whether they tell a client's network.
    #[serde(default)]
    pub(super) ecs: bool,
    /// For how long they answer with expired data when no server answers.
    pub(super) stale: Option<Located>,
}

/// `[[clients]]`: clients of one kind at one place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientsFile {
    pub(super) id: Located,
    pub(super) title: String,
    pub(super) place: Located,
    pub(super) count: u32,
    /// The first prefix they are in.
    pub(super) network: Located,
    #[serde(default = "one")]
    pub(super) prefixes: u32,
    /// Requests of one client, such as `1/min`.
    pub(super) rate: Located,
    /// Shares by the id of a resolver group.
    pub(super) resolvers: BTreeMap<String, f64>,
    /// A cache preset of an application, or `none`.
    pub(super) browser: Located,
    /// A cache preset of a stub, or `none`.
    pub(super) stub: Located,
}

/// `[[change]]`: a moment such as `5min` and an act such as `crash virginia`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeFile {
    pub(super) at: Located,
    #[serde(rename = "do")]
    pub(super) act: Located,
    /// The provider whose copy of the records is touched, if not all.
    pub(super) provider: Option<Located>,
}

/// `[[knob]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KnobFile {
    pub(super) id: Located,
    pub(super) label: String,
    pub(super) target: Located,
    pub(super) unit: Option<Unit>,
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    pub(super) start: Option<f64>,
    /// Instead of a range: what can be chosen.
    #[serde(default)]
    pub(super) choices: Vec<Located>,
}

/// `[[chart]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChartFile {
    pub(super) title: String,
    pub(super) show: Located,
    #[serde(default)]
    pub(super) theory: bool,
}

/// `[[figure]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FigureFile {
    pub(super) id: Located,
    pub(super) title: String,
    pub(super) find: Located,
}
