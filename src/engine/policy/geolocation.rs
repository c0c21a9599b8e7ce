//! The record for the smallest area the asker is in, by the rules of [Route 53].
//!
//! Areas are a subdivision, a country, a continent and the default. If the record of an
//! area is unhealthy, the next larger area that holds the asker answers. If none of [them] is
//! healthy, the record of the smallest area answers all the same, whatever is healthy in
//! other parts of the world. An asker that no area holds gets an answer without records.
//!
//! [Route 53]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-geo.html
//! [them]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-geo.html#rrsets-values-geo-associate-with-health-check

use super::decision::{Draft, Reason, Step};
use super::endpoint::{Area, Endpoint};
use super::places::Location;

/// The areas an asker is in, the smallest first. One whose place is unknown is in none but
/// the default.
pub(super) fn areas_around(location: Option<&Location>) -> Vec<Area> {
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

/// The indices of the endpoints that are for an area.
fn records_for(endpoints: &[Endpoint], area: &Area) -> impl Iterator<Item = usize> {
    let records = endpoints.iter().enumerate();
    records
        .filter(move |(_, endpoint)| endpoint.area == *area)
        .map(|(index, _)| index)
}

/// The endpoints of the smallest area that has a healthy one; of the smallest if none has.
pub(super) fn choose(draft: &mut Draft<'_>, location: Option<&Location>) {
    let endpoints = draft.pool.endpoints();
    let is_usable = |index: usize| endpoints[index].health.is_usable();
    let mut smallest = None;
    for area in areas_around(location) {
        draft.list.clear();
        draft.list.extend(records_for(endpoints, &area));
        if draft.list.iter().any(|&index| is_usable(index)) {
            draft.keep(Reason::Unhealthy, is_usable);
            draft.note(Step::AreaMatched(area));
            return;
        }
        if !draft.list.is_empty() {
            draft.note_with(|| Step::AreaUnhealthy(area.clone()));
            smallest = smallest.or(Some(area));
        }
    }
    draft.list.clear();
    match smallest {
        None => draft.note(Step::NoAreaMatched),
        Some(area) => {
            draft.list.extend(records_for(endpoints, &area));
            draft.note(Step::SmallestAreaAnswers(area));
        }
    }
}
