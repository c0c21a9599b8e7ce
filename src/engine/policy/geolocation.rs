//! The record for the smallest area the asker is in, by the rules of [Route 53].
//!
//! Areas are a subdivision, a country, a continent and the default. If the record of an
//! area is unhealthy, the next larger area answers. Without a default, an asker that no
//! area holds gets an answer without records. If no record at all is healthy, all count
//! as healthy.
//!
//! [Route 53]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-geo.html

use super::decision::{Draft, Reason, Step};
use super::places::Location;
use super::pool::Area;

/// The areas an asker is in, the smallest first. One whose place is unknown is in none but
/// the default.
fn areas_around(location: Option<&Location>) -> Vec<Area> {
    let mut areas = Vec::new();
    if let Some(location) = location {
        let country = &location.country;
        areas.extend(location.subdivision.as_ref().map(|part| Area::Subdivision {
            country: country.clone(),
            subdivision: part.clone(),
        }));
        areas.push(Area::Country(country.clone()));
        areas.push(Area::Continent(location.continent));
    }
    areas.push(Area::Default);
    areas
}

/// The endpoints of the smallest area that has a healthy one.
pub(super) fn choose(draft: &mut Draft<'_>, location: Option<&Location>) {
    let endpoints = draft.pool.endpoints();
    let is_usable = |index: usize| endpoints[index].health.is_usable();
    let is_any_healthy = (0..endpoints.len()).any(is_usable);
    if !is_any_healthy && !endpoints.is_empty() {
        draft.note(Step::AllUnhealthy);
    }
    for area in areas_around(location) {
        draft.list.clear();
        let records = 0..endpoints.len();
        draft
            .list
            .extend(records.filter(|&index| endpoints[index].area == area));
        if draft.list.is_empty() {
            continue;
        }
        if is_any_healthy {
            draft.keep(Reason::Unhealthy, is_usable);
        }
        if !draft.list.is_empty() {
            draft.note(Step::AreaMatched(area));
            return;
        }
        draft.note(Step::AreaUnhealthy(area));
    }
    draft.note(Step::NoAreaMatched);
}
