//! Words of a crowd's file that stand for values of the engine.

use crate::dns::quoted;
use crate::engine::health::{CheckPreset, check_presets};
use crate::engine::policy::presets;
use crate::engine::{CacheLayer, TtlPolicy, cache_presets, parse_number};

/// The word for a layer without a cache.
pub(super) const NO_CACHE: &str = "none";

/// What a policy preset is called.
pub(super) fn policy_title(id: &str) -> String {
    let known = presets();
    let found = known.iter().find(|preset| preset.id == id);
    found.map_or_else(
        || id.to_owned(),
        |preset| format!("{}: {}", preset.product, preset.title),
    )
}

/// The health check of a preset.
pub(super) fn parse_check(id: &str) -> Result<CheckPreset, String> {
    let known = check_presets();
    let found = known.iter().find(|preset| preset.id == id);
    found.copied().ok_or_else(|| {
        let ids: Vec<&str> = known.iter().map(|preset| preset.id).collect();
        format!(
            "{id} is no check: write one of {}",
            ids.join(", "),
            id = quoted(id)
        )
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
                "{id} is no cache of a {}: write {NO_CACHE} or one of {}",
                layer.as_str(),
                ids.join(", "),
                id = quoted(id)
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
    let wrong = || {
        format!(
            "{text} is no rate: write a number with /s, /min, /h or /d",
            text = quoted(text)
        )
    };
    let (count, unit) = text.split_once('/').ok_or_else(wrong)?;
    let seconds = match unit.trim() {
        "s" => 1.0,
        "min" | "m" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        _ => return Err(wrong()),
    };
    match parse_number(count.trim()) {
        Some(count) if count >= 0.0 => Ok(count / seconds),
        _ => Err(wrong()),
    }
}
