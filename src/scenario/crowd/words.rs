//! Words of a crowd's file that stand for values of the engine.

use crate::engine::health::{CheckPreset, check_presets};
use crate::engine::policy::{Area, FenceBy, Filter, Policy, presets};
use crate::engine::{CacheLayer, TtlPolicy, cache_presets};

/// The word for a layer without a cache.
pub(super) const NO_CACHE: &str = "none";

/// The policy of a preset.
pub(super) fn parse_policy(id: &str) -> Result<Policy, String> {
    let known = presets();
    match known.iter().find(|preset| preset.id == id) {
        Some(preset) => Ok(preset.policy.clone()),
        None => {
            let ids: Vec<&str> = known.iter().map(|preset| preset.id).collect();
            Err(format!(
                "`{id}` is no policy: write one of {}",
                ids.join(", ")
            ))
        }
    }
}

/// What a policy preset is called.
pub(super) fn policy_title(id: &str) -> String {
    let known = presets();
    let found = known.iter().find(|preset| preset.id == id);
    found.map_or_else(
        || id.to_owned(),
        |preset| format!("{}: {}", preset.product, preset.title),
    )
}

/// One filter of a chain, such as `select_first_n 2` or `geofence_country remove_rest`.
pub(super) fn parse_filter(text: &str) -> Result<Filter, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let fence = |by, remove_rest| Filter::Geofence { by, remove_rest };
    Ok(match words.as_slice() {
        ["up"] => Filter::Up,
        ["priority"] => Filter::Priority,
        ["cost"] => Filter::Cost,
        ["shuffle"] => Filter::Shuffle,
        ["weighted_shuffle"] => Filter::WeightedShuffle,
        ["sticky_shuffle"] => Filter::StickyShuffle,
        ["select_first_n"] => Filter::SelectFirstN(1),
        ["select_first_n", count] => match count.parse() {
            Ok(count @ 1..=1024) => Filter::SelectFirstN(count),
            _ => return Err(format!("`{count}`: write how many answers stay, 1 to 1024")),
        },
        ["geotarget_latlong"] => Filter::Geotarget,
        ["geofence_regional"] => fence(FenceBy::Continent, false),
        ["geofence_regional", "remove_rest"] => fence(FenceBy::Continent, true),
        ["geofence_country"] => fence(FenceBy::Country, false),
        ["geofence_country", "remove_rest"] => fence(FenceBy::Country, true),
        ["netfence_prefix"] => Filter::Netfence { remove_rest: false },
        ["netfence_prefix", "remove_rest"] => Filter::Netfence { remove_rest: true },
        ["shed_load"] => Filter::ShedLoad,
        _ => {
            return Err(format!(
                "`{text}` is no filter: write up, priority, cost, shuffle, weighted_shuffle, \
                 sticky_shuffle, select_first_n N, geotarget_latlong, geofence_regional, \
                 geofence_country, netfence_prefix (a fence may have remove_rest behind it) \
                 or shed_load"
            ));
        }
    })
}

/// Whose questions a record is for.
pub(super) fn parse_area(text: &str) -> Result<Area, String> {
    let wrong = || {
        format!(
            "`{text}` is no area: write `default`, `continent EU`, `country DE` or \
             `subdivision US-VA`"
        )
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        ["default"] => Ok(Area::Default),
        ["continent", code] => code.parse().map(Area::Continent).map_err(|()| wrong()),
        ["country", code] => Ok(Area::Country((*code).to_owned())),
        ["subdivision", code] => {
            let (country, subdivision) = code.split_once('-').ok_or_else(wrong)?;
            Ok(Area::Subdivision {
                country: country.to_owned(),
                subdivision: subdivision.to_owned(),
            })
        }
        _ => Err(wrong()),
    }
}

/// The health check of a preset.
pub(super) fn parse_check(id: &str) -> Result<CheckPreset, String> {
    let known = check_presets();
    let found = known.iter().find(|preset| preset.id == id);
    found.copied().ok_or_else(|| {
        let ids: Vec<&str> = known.iter().map(|preset| preset.id).collect();
        format!("`{id}` is no check: write one of {}", ids.join(", "))
    })
}

/// The cache of a preset in a layer; `None` for a layer that keeps nothing.
pub(super) fn parse_cache(layer: CacheLayer, id: &str) -> Result<Option<TtlPolicy>, String> {
    if id == NO_CACHE {
        return Ok(None);
    }
    let mut fitting = cache_presets().iter().filter(|it| it.layer == layer);
    match fitting.clone().find(|preset| preset.id == id) {
        Some(preset) => Ok(Some(preset.policy).filter(|policy| !policy.keeps_nothing())),
        None => {
            let ids: Vec<&str> = fitting.by_ref().map(|preset| preset.id).collect();
            Err(format!(
                "`{id}` is no cache of a {}: write {NO_CACHE} or one of {}",
                layer.as_str(),
                ids.join(", ")
            ))
        }
    }
}

/// What a cache preset is called.
pub(super) fn cache_title(id: &str) -> String {
    let found = cache_presets().iter().find(|preset| preset.id == id);
    found.map_or_else(|| "no cache".to_owned(), |preset| preset.title.to_owned())
}

/// Requests per second of something like `1/min`.
pub(super) fn parse_rate(text: &str) -> Result<f64, String> {
    let wrong = || format!("`{text}` is no rate: write a number with /s, /min, /h or /d");
    let (count, unit) = text.split_once('/').ok_or_else(wrong)?;
    let seconds = match unit.trim() {
        "s" => 1.0,
        "min" | "m" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        _ => return Err(wrong()),
    };
    match count.trim().parse::<f64>() {
        Ok(count) if count.is_finite() && count >= 0.0 => Ok(count / seconds),
        _ => Err(wrong()),
    }
}
