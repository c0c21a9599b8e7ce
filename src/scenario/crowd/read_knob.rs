//! The knobs of a crowd as its file writes them.

use std::sync::Arc;

use super::act::find;
use super::shape::KnobFile;
use super::spec::Crowd;
use super::target::{ChoiceValue, CrowdChoice, CrowdTarget};
use super::words::{cache_title, parse_cache, parse_check, policy_title};
use crate::dns::quoted;
use crate::engine::{CacheLayer, TtlPolicy};
use crate::scenario::steering_file::policy_preset;
use crate::scenario::{Knob, KnobTarget, Unit};

/// A knob.
pub(super) fn read_knob(file: &KnobFile, crowd: &Crowd) -> Result<Knob, String> {
    let target = if file.choices.is_empty() {
        CrowdTarget::parse(&file.target.text, crowd)?
    } else {
        read_choice(file, crowd)?
    };
    let last = target.choices().len().saturating_sub(1);
    let (low, high) = match (target.is_switch(), last) {
        (true, _) => (Some(0.0), Some(1.0)),
        (false, 0) => (file.min, file.max),
        (false, last) => (Some(0.0), Some(last as f64)),
    };
    let (Some(min), Some(max)) = (low, high) else {
        return Err("write `min` and `max`".to_owned());
    };
    let own = target.read(crowd);
    let start = file.start.or(own).ok_or("write `start`")?;
    let is_range = min >= 0.0 && min < max && max <= f64::from(i32::MAX);
    if !is_range || !(min..=max).contains(&start) {
        return Err(format!(
            "write min, max and start so that 0 <= min <= start <= max; it starts at {start}"
        ));
    }
    Ok(Knob {
        id: file.id.text.clone(),
        label: file.label.clone(),
        unit: match (file.unit, last) {
            (Some(unit), 0) => unit,
            (None, 0) => target.unit(),
            _ => Unit::Number,
        },
        target: KnobTarget::Crowd(Arc::new(target)),
        min,
        max,
        start,
    })
}

/// A knob with choices: `policy`, `check`, `browser`, `stub` or `resolver`, the last three for
/// one group if its id follows.
fn read_choice(file: &KnobFile, crowd: &Crowd) -> Result<CrowdTarget, String> {
    if file.choices.len() < 2 {
        return Err("write two choices at least".to_owned());
    }
    let text = &file.target.text;
    let (what, id) = match text.split_once(' ') {
        Some((what, id)) => (what, Some(id)),
        None => (text.as_str(), None),
    };
    let group = match (what, id) {
        (_, None) => None,
        ("browser" | "stub", Some(id)) => {
            let known = crowd.clients.iter().map(|it| it.id.as_str());
            Some(find("clients", id, crowd.group(id), known)?)
        }
        ("resolver", Some(id)) => {
            let known = crowd.resolvers.iter().map(|it| it.id.as_str());
            Some(find("resolver", id, crowd.resolver(id), known)?)
        }
        _ => return Err(format!("{text} has no choices", text = quoted(text))),
    };
    let choices = file.choices.iter().map(|choice| {
        let id = choice.text.as_str();
        let (title, value) = match what {
            "policy" => (
                policy_title(id),
                ChoiceValue::Policy(policy_preset(id)?.policy),
            ),
            "check" if id == "none" => ("no check".to_owned(), ChoiceValue::Check(None)),
            "check" => {
                let preset = parse_check(id)?;
                let title = format!("{}: {}", preset.product, preset.title);
                (title, ChoiceValue::Check(Some(preset.check)))
            }
            "browser" => {
                let cache = parse_cache(CacheLayer::Browser, id)?;
                (cache_title(id), ChoiceValue::Browser(cache))
            }
            "stub" => {
                let cache = parse_cache(CacheLayer::Stub, id)?;
                (cache_title(id), ChoiceValue::Stub(cache))
            }
            "resolver" => {
                let cache = parse_cache(CacheLayer::Resolver, id)?;
                let cache = cache.unwrap_or(TtlPolicy::NONE);
                (cache_title(id), ChoiceValue::Resolver(cache))
            }
            _ => {
                return Err(format!(
                    "{what} has no choices: write policy, check, browser, stub or resolver",
                    what = quoted(what)
                ));
            }
        };
        Ok(CrowdChoice { title, value })
    });
    Ok(CrowdTarget::Choice {
        group,
        choices: choices.collect::<Result<_, _>>()?,
    })
}
