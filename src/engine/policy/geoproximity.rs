//! The nearest endpoint after its bias, by the rules of [Route 53].
//!
//! [Route 53]: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-geoproximity.html

use serde::{Deserialize, Serialize};

use super::decision::{Draft, Reason, Step};
use super::places::Location;

/// How a bias changes a distance. The guide has told two ways over the years, which differ
/// for a negative bias.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BiasFormula {
    /// The current guide: `distance × (1 − bias / 100)` for every bias. At −50 a distance
    /// counts 1.5 times.
    Current,
    /// The older guide: the same for a positive bias, `distance / (1 + bias / 100)` for a
    /// negative one. At −50 a distance counts twice.
    Older,
}

impl BiasFormula {
    /// The distance that counts, in the unit of `distance`. A bias beyond −99 to 99 counts
    /// as the limit.
    pub fn apply(self, distance: f64, bias: i8) -> f64 {
        let share = f64::from(bias.clamp(-99, 99)) / 100.0;
        match self {
            Self::Older if share < 0.0 => distance / (1.0 + share),
            Self::Current | Self::Older => distance * (1.0 - share),
        }
    }
}

/// The healthy endpoint with the smallest biased distance; the first of several. The guide
/// says nothing of askers and endpoints at unknown places: here the latter are left out, and
/// the first healthy endpoint answers if there is nothing to compare.
pub(super) fn choose(draft: &mut Draft<'_>, formula: BiasFormula, location: Option<&Location>) {
    draft.keep_usable();
    keep_nearest(draft, Some(formula), location);
}

/// Keeps the nearest one, after its bias if there is a formula for it; the first one if nothing
/// is known.
pub(super) fn keep_nearest(
    draft: &mut Draft<'_>,
    formula: Option<BiasFormula>,
    location: Option<&Location>,
) {
    let mut nearest: Option<(usize, f64)> = None;
    for position in 0..draft.list.len() {
        let endpoint = draft.list[position];
        let Some(from) = location.map(|location| location.coordinates) else {
            break;
        };
        let resource = &draft.pool.endpoints()[endpoint];
        let Some(at) = resource.coordinates else {
            draft.leave_out(endpoint, Reason::NoCoordinates);
            continue;
        };
        let distance_km = from.distance_km(at);
        let biased_km = formula.map_or(distance_km, |it| it.apply(distance_km, resource.bias));
        draft.note(Step::Measured {
            endpoint,
            distance_km,
            biased_km,
        });
        if nearest.is_none_or(|(_, least)| biased_km < least) {
            nearest = Some((endpoint, biased_km));
        }
    }
    draft.keep_best(nearest);
}
