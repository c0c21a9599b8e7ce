//! The checks: a crowd of its file, or everything that is wrong with it.

use ipnet::IpNet;

use super::act::{find, parse_crowd_act};
use super::chart::{Chart, ChartKind};
use super::fault::{CrowdError, Faults};
use super::measure::CrowdMeasure;
use super::read_chart::split_only;
use super::read_knob::read_knob;
use super::shape::{
    ClientsFile, CrowdFile, EndpointFile, KnobFile, PlaceFile, ResolverFile, ServiceFile,
};
use super::source::{CrowdPlace, CrowdSource, NamedFigure};
use super::spec::{Crowd, CrowdChange, CrowdEndpoint, Named};
use super::target::subnet_bits;
use super::words::{parse_cache, parse_rate};
use crate::dns::{Ttl, quoted};
use crate::engine::health::HealthCheck;
use crate::engine::policy::{Area, Endpoint, Filter, Policy};
use crate::engine::population::{ClientGroup, Provider, ResolverGroup};
use crate::engine::{CacheLayer, Coordinates, SimDuration, SimTime, TtlPolicy};
use crate::scenario::data_file::Located;
use crate::scenario::steering_file::{CheckFile, policy_preset};
use crate::scenario::{Knob, parse_span};

/// The most clients of a crowd.
const MAX_CLIENTS: u64 = 1_000_000;
/// The most resolvers of a group.
const MAX_RESOLVERS: u32 = 100_000;
/// The most bins of a run.
const MAX_BINS: u64 = 10_000;

/// Checks a crowd's file.
pub(super) fn read(
    id: &str,
    file: CrowdFile,
    faults: Faults<'_>,
) -> Result<CrowdSource, Vec<CrowdError>> {
    let mut reader = Reader {
        places: &file.place,
        faults,
    };
    if file.format != 1 {
        let problem = format!("format {} is unknown: write format = 1", file.format);
        reader.faults.add(problem);
    }
    reader.check_ids(&file);
    let mut base = reader.crowd(&file);
    base.timeline = reader.timeline(&file, &base);
    let around = { file.around.as_ref() }.map(|around| {
        let at = reader.span(around);
        if at > base.duration {
            reader.faults.add_at(
                around,
                "the run is over by then: write a moment within `duration`",
            );
        }
        SimTime::ZERO + at
    });
    if reader.faults.is_empty()
        && let Err(problem) = { base.population() }
            .and_then(|population| population.check().map_err(|error| error.to_string()))
    {
        reader.faults.add(problem);
    }
    let knobs = reader.knobs(&file.knob, &base);
    let charts = { file.chart.iter() }.filter_map(|chart| {
        let split = split_only(&chart.show.text, &base);
        let (what, only) = reader.faults.take(&chart.show, split)?;
        let kind = ChartKind::parse(what, &base, &knobs);
        Some(Chart {
            title: chart.title.clone(),
            kind: reader.faults.take(&chart.show, kind)?,
            has_theory: chart.theory,
            only,
        })
    });
    let charts = charts.collect();
    let figures = { file.figure.iter() }.filter_map(|figure| {
        let measure = CrowdMeasure::parse(&figure.find.text, &base);
        Some(NamedFigure {
            id: figure.id.text.clone(),
            title: figure.title.clone(),
            measure: reader.faults.take(&figure.find, measure)?,
        })
    });
    let figures = figures.collect();
    let places = file.place.iter().map(|place| Named {
        id: place.id.text.clone(),
        it: CrowdPlace {
            name: place.name.clone(),
            at: coordinates(place),
        },
    });
    let places = places.collect();
    let found = reader.faults.into_found();
    if !found.is_empty() {
        return Err(found);
    }
    Ok(CrowdSource {
        id: id.to_owned(),
        title: file.title,
        about: file.about,
        seed: file.seed,
        base,
        around,
        knobs,
        charts,
        figures,
        places,
    })
}

/// Where a place is.
fn coordinates(place: &PlaceFile) -> Coordinates {
    Coordinates {
        latitude: place.latitude,
        longitude: place.longitude,
    }
}

/// Reads parts of a file and notes what is wrong with them.
struct Reader<'a> {
    /// Where things stand.
    places: &'a [PlaceFile],
    /// What was found.
    faults: Faults<'a>,
}

impl Reader<'_> {
    /// Checks that no two parts of a kind share an id, and that places are on the globe.
    fn check_ids(&mut self, file: &CrowdFile) {
        self.check_kind("place", file.place.iter().map(|it| &it.id));
        self.check_kind("endpoint", file.endpoint.iter().map(|it| &it.id));
        self.check_kind("provider", file.provider.iter().map(|it| &it.id));
        self.check_kind("resolver", file.resolver.iter().map(|it| &it.id));
        self.check_kind("clients", file.clients.iter().map(|it| &it.id));
        for place in &file.place {
            let at = coordinates(place);
            let is_on_globe =
                (-90.0..=90.0).contains(&at.latitude) && (-180.0..=180.0).contains(&at.longitude);
            if !is_on_globe {
                self.faults.add_at(
                    &place.id,
                    "the latitude must be -90 to 90 and the longitude -180 to 180",
                );
            }
        }
        let mut figures: Vec<&str> = Vec::new();
        for figure in &file.figure {
            if figures.contains(&figure.id.text.as_str()) {
                self.faults.add_at(&figure.id, "two figures have this id");
            }
            figures.push(&figure.id.text);
        }
    }

    /// Checks the ids of one kind, of which there must be some.
    fn check_kind<'i>(&mut self, kind: &str, ids: impl Iterator<Item = &'i Located>) {
        let mut seen: Vec<&str> = Vec::new();
        for id in ids {
            let text = id.text.as_str();
            if text.is_empty() || text.contains(char::is_whitespace) {
                self.faults.add_at(id, "an id is one word");
            }
            if seen.contains(&text) {
                let problem = format!(
                    "two of [[{kind}]] are called {text}: give each its own id",
                    text = quoted(text)
                );
                self.faults.add_at(id, problem);
            }
            seen.push(text);
        }
        if seen.is_empty() {
            self.faults
                .add(format!("there is no [[{kind}]]: write one at least"));
        }
    }

    /// The crowd without what is done to it.
    fn crowd(&mut self, file: &CrowdFile) -> Crowd {
        let duration = self.span(&file.duration);
        let bin = self.span(&file.bin);
        let bins = duration.as_micros().checked_div(bin.as_micros());
        if !bins.is_some_and(|bins| (1..=MAX_BINS).contains(&bins)) {
            let problem = format!("a run has 1 to {MAX_BINS} bins: change `bin` or `duration`");
            self.faults.add_at(&file.bin, problem);
        }
        let endpoints = file.endpoint.iter().map(|it| self.endpoint(it)).collect();
        let providers = file.provider.iter().map(|provider| Named {
            id: provider.id.text.clone(),
            it: Provider {
                title: provider.title.clone(),
                sites: provider.sites.iter().map(|site| self.place(site)).collect(),
            },
        });
        let providers = providers.collect();
        let resolvers = file.resolver.iter().map(|it| self.resolvers(it)).collect();
        let clients = file
            .clients
            .iter()
            .map(|it| self.clients(it, file))
            .collect();
        let crowd = Crowd {
            duration,
            bin,
            name: file.service.name.clone(),
            ttl: Ttl::from_secs(file.service.ttl),
            policy: self.policy(&file.service),
            round_trips: file.service.round_trips,
            price_per_million: file.service.price_per_million,
            endpoints,
            check: file.check.as_ref().and_then(|check| self.check(check)),
            providers,
            resolvers,
            clients,
            timeline: Vec::new(),
        };
        if crowd.client_count() > MAX_CLIENTS {
            let problem = format!("a crowd has {MAX_CLIENTS} clients at most");
            self.faults.add(problem);
        }
        if !crowd.endpoints.iter().any(|one| one.is_listed) {
            self.faults
                .add("no [[endpoint]] is listed: the name leads nowhere");
        }
        if !(0.0..=1e6).contains(&crowd.price_per_million) {
            self.faults
                .add("`price_per_million` is a number of dollars, 0 or more");
        }
        crowd
    }

    /// A span of time.
    fn span(&mut self, text: &Located) -> SimDuration {
        let span = parse_span(&text.text);
        self.faults.take(text, span).unwrap_or_default()
    }

    /// Where a place is that something names.
    fn place(&mut self, id: &Located) -> Coordinates {
        let index = self
            .places
            .iter()
            .position(|place| place.id.text == id.text);
        let known = self.places.iter().map(|place| place.id.text.as_str());
        let found = find("place", &id.text, index, known);
        let index = self.faults.take(id, found);
        let place = index.and_then(|index| self.places.get(index));
        place.map_or(
            Coordinates {
                latitude: 0.0,
                longitude: 0.0,
            },
            coordinates,
        )
    }

    /// A network.
    fn network(&mut self, text: &Located) -> Option<IpNet> {
        let network = text.text.parse::<IpNet>().ok();
        let network = network.filter(|network| network.trunc() == *network);
        let network = network.ok_or_else(|| {
            let text = &text.text;
            format!("{text} is no network: write its first address and the length of its prefix, such as 198.51.100.0/24", text = quoted(text))
        });
        self.faults.take(text, network)
    }

    /// How records are chosen.
    fn policy(&mut self, file: &ServiceFile) -> Policy {
        match (&file.policy, file.chain.as_slice()) {
            (Some(id), []) => {
                let preset = policy_preset(&id.text);
                let preset = self.faults.take(id, preset);
                preset.map_or(Policy::Weighted, |preset| preset.policy)
            }
            (None, [_, ..]) => {
                let filters = file.chain.iter().filter_map(|filter| {
                    let parsed = filter.text.parse::<Filter>().map_err(|it| it.to_string());
                    self.faults.take(filter, parsed)
                });
                Policy::Chain(filters.collect())
            }
            _ => {
                self.faults
                    .add("[service]: write one of `policy` and `chain`");
                Policy::Weighted
            }
        }
    }

    /// A machine the name can lead to.
    fn endpoint(&mut self, file: &EndpointFile) -> CrowdEndpoint {
        let area = file.area.as_ref().and_then(|text| {
            let area = text.text.parse::<Area>().map_err(|it| it.to_string());
            self.faults.take(text, area)
        });
        let networks = file.networks.iter().filter_map(|text| self.network(text));
        let networks: Vec<IpNet> = networks.collect();
        CrowdEndpoint {
            id: file.id.text.clone(),
            title: file.title.clone(),
            is_listed: file.listed,
            is_checked: file.checked,
            sites: { file.sites.iter() }
                .map(|site| Named {
                    id: site.text.clone(),
                    it: self.place(site),
                })
                .collect(),
            endpoint: Endpoint {
                weight: file.weight,
                priority: file.priority,
                cost: file.cost,
                area: area.unwrap_or_default(),
                coordinates: Some(self.place(&file.place)),
                bias: file.bias,
                latency_ms: file.latency.clone().into_iter().collect(),
                networks,
                ..Endpoint::new(file.address)
            },
        }
    }

    /// How endpoints are checked.
    fn check(&mut self, file: &CheckFile) -> Option<HealthCheck> {
        match file.read() {
            Ok(check) => Some(check),
            Err(problem) => {
                self.faults.add(format!("[check]: {problem}"));
                None
            }
        }
    }

    /// Resolvers of one kind.
    fn resolvers(&mut self, file: &ResolverFile) -> Named<ResolverGroup> {
        if !(1..=MAX_RESOLVERS).contains(&file.count) {
            let problem = format!("`count` is from 1 to {MAX_RESOLVERS}");
            self.faults.add_at(&file.id, problem);
        }
        let policy = parse_cache(CacheLayer::Resolver, &file.preset.text);
        let policy = self.faults.take(&file.preset, policy).flatten();
        let stale_for = file.stale.as_ref().map(|span| self.span(span));
        Named {
            id: file.id.text.clone(),
            it: ResolverGroup {
                title: file.title.clone(),
                count: file.count,
                at: self.place(&file.place),
                network: self.network(&file.network).unwrap_or_default(),
                policy: policy.unwrap_or(TtlPolicy::NONE),
                subnet: file
                    .ecs
                    .then_some(subnet_bits(!file.network.text.contains(':'))),
                stale_for: stale_for.unwrap_or_default(),
            },
        }
    }

    /// Clients of one kind.
    fn clients(&mut self, file: &ClientsFile, all: &CrowdFile) -> Named<ClientGroup> {
        let mut resolvers = Vec::new();
        for (id, share) in &file.resolvers {
            let index = all.resolver.iter().position(|it| it.id.text == *id);
            let known = all.resolver.iter().map(|it| it.id.text.as_str());
            let index = find("resolver", id, index, known);
            if let Some(index) = self.faults.take(&file.id, index) {
                resolvers.push((index, *share));
            }
            if !(share.is_finite() && *share > 0.0) {
                let problem = format!("the share of {id} must be more than 0", id = quoted(id));
                self.faults.add_at(&file.id, problem);
            }
        }
        if file.resolvers.is_empty() {
            self.faults.add_at(
                &file.id,
                "these clients ask no resolver: name one in `resolvers`",
            );
        }
        if file.prefixes == 0 {
            self.faults.add_at(&file.id, "`prefixes` is 1 or more");
        }
        let rate = parse_rate(&file.rate.text);
        let browser = parse_cache(CacheLayer::Browser, &file.browser.text);
        let stub = parse_cache(CacheLayer::Stub, &file.stub.text);
        Named {
            id: file.id.text.clone(),
            it: ClientGroup {
                title: file.title.clone(),
                count: file.count,
                at: self.place(&file.place),
                network: self.network(&file.network).unwrap_or_default(),
                prefixes: file.prefixes.max(1),
                resolvers,
                browser: self.faults.take(&file.browser, browser).flatten(),
                stub: self.faults.take(&file.stub, stub).flatten(),
                rate: self.faults.take(&file.rate, rate).unwrap_or_default(),
            },
        }
    }

    /// What is done.
    fn timeline(&mut self, file: &CrowdFile, crowd: &Crowd) -> Vec<CrowdChange> {
        let mut timeline = Vec::new();
        for change in &file.change {
            let at = SimTime::ZERO + self.span(&change.at);
            let provider = change.provider.as_ref().and_then(|id| {
                let known = crowd.providers.iter().map(|it| it.id.as_str());
                let found = find("provider", &id.text, crowd.provider(&id.text), known);
                self.faults.take(id, found)
            });
            let act = parse_crowd_act(&change.act.text, crowd);
            if let Some(act) = self.faults.take(&change.act, act) {
                timeline.push(CrowdChange {
                    at,
                    provider,
                    act,
                    is_on: true,
                });
            }
        }
        timeline
    }

    /// What the learner can move.
    fn knobs(&mut self, files: &[KnobFile], crowd: &Crowd) -> Vec<Knob> {
        let mut knobs: Vec<Knob> = Vec::new();
        for file in files {
            let knob = read_knob(file, crowd);
            if let Some(knob) = self.faults.take(&file.id, knob) {
                if knobs.iter().any(|other| other.id == knob.id) {
                    self.faults.add_at(&file.id, "two knobs have this id");
                }
                knobs.push(knob);
            }
        }
        knobs
    }
}
