//! What was done to a crowd, in the few words that fit beside a line.

use super::run::CrowdRun;
use crate::engine::SimDuration;
use crate::engine::order::sort_by;
use crate::scenario::crowd::{Crowd, CrowdAct, CrowdChange, CrowdSource};
use crate::scene::chart::Marker;

/// What was done and what health checks found, in order of time.
pub(super) fn markers(run: &CrowdRun) -> Vec<Marker> {
    let happens = run.crowd.timeline.iter().filter(|change| change.is_on);
    let names = Titles::new(&run.source, &run.crowd);
    let done = happens.map(|change| Marker {
        at: change.at.as_secs_f64(),
        label: change_words(&names, change),
        is_observed: false,
    });
    let titles = run.address_titles();
    let verdicts = run
        .series
        .verdicts
        .iter()
        .filter_map(|(at, address, is_up)| {
            let title = titles.get(*address)?;
            let verdict = if *is_up { "healthy" } else { "unhealthy" };
            Some(Marker {
                at: *at,
                label: format!("{title} counts as {verdict}"),
                is_observed: true,
            })
        });
    let mut markers: Vec<Marker> = done.chain(verdicts).collect();
    markers.retain(|marker| marker.at <= run.end());
    sort_by(&mut markers, |a, b| a.at.total_cmp(&b.at));
    // Providers learn the same at the same moment.
    markers.dedup_by(|next, before| next == before);
    markers
}

/// What the parts of a crowd are called.
pub(super) struct Titles<'a> {
    /// For the names of places.
    source: &'a CrowdSource,
    /// The crowd.
    crowd: &'a Crowd,
}

impl<'a> Titles<'a> {
    /// Those of a crowd.
    pub(super) fn new(source: &'a CrowdSource, crowd: &'a Crowd) -> Self {
        Self { source, crowd }
    }

    /// The place with an id.
    pub(super) fn place(&self, id: &'a str) -> &'a str {
        let place = self.source.places.iter().find(|place| place.id == id);
        place.map_or(id, |place| place.it.name.as_str())
    }
}

/// What is done.
pub(super) fn change_words(titles: &Titles<'_>, change: &CrowdChange) -> String {
    let crowd = titles.crowd;
    let endpoint = |index: &usize| {
        let endpoint = crowd.endpoints.get(*index);
        endpoint.map_or("", |endpoint| endpoint.title.as_str())
    };
    let site = |endpoint: usize, index: usize| {
        let endpoint = crowd.endpoints.get(endpoint);
        let site = endpoint.and_then(|endpoint| endpoint.sites.get(index));
        site.map_or("", |site| titles.place(&site.id))
    };
    let provider = |index: usize| {
        let provider = crowd.providers.get(index);
        provider.map_or("", |provider| provider.it.title.as_str())
    };
    let text = match &change.act {
        CrowdAct::Refusing { endpoint: which } => {
            format!("{} refuses connections", endpoint(which))
        }
        CrowdAct::Serving {
            endpoint: it,
            up: false,
        } => format!("{} fails", endpoint(it)),
        CrowdAct::Serving {
            endpoint: it,
            up: true,
        } => format!("{} serves again", endpoint(it)),
        CrowdAct::Announce {
            endpoint: it,
            site: at,
            announced,
        } => {
            let verb = if *announced { "announced" } else { "withdrawn" };
            format!("{} {verb} at {}", endpoint(it), site(*it, *at))
        }
        CrowdAct::SiteServing {
            endpoint: it,
            site: at,
            up,
        } => {
            let verb = if *up { "serves again" } else { "fails" };
            format!("{} {verb} at {}", endpoint(it), site(*it, *at))
        }
        CrowdAct::List {
            endpoint: it,
            listed: true,
        } => format!("{} added", endpoint(it)),
        CrowdAct::List {
            endpoint: it,
            listed: false,
        } => format!("{} removed", endpoint(it)),
        CrowdAct::Replace { old, new } => format!("{} → {}", endpoint(old), endpoint(new)),
        CrowdAct::Ttl { seconds } => {
            format!("TTL {}", SimDuration::from_secs(u64::from(*seconds)))
        }
        CrowdAct::Weight {
            endpoint: it,
            weight,
        } => format!("{}: weight {weight}", endpoint(it)),
        CrowdAct::Policy { .. } => "Another policy".to_owned(),
        CrowdAct::Provider {
            provider: it,
            up: false,
        } => format!("{} falls silent", provider(*it)),
        CrowdAct::Provider {
            provider: it,
            up: true,
        } => format!("{} is back", provider(*it)),
        CrowdAct::Demand { factor, .. } => format!("Demand × {factor}"),
        // Acts that are named by their effect on the charts alone.
        #[allow(unreachable_patterns, reason = "acts may be added")]
        _ => "A change".to_owned(),
    };
    match change.provider {
        Some(index) => format!("{text} at {}", provider(index)),
        None => text,
    }
}
