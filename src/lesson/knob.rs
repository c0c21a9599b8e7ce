//! `[[knob]]`: the figures of a world the learner can move.

use serde::Deserialize;

use super::file::Text;
use super::goal::parse_word;
use crate::dns::{Question, quoted};
use crate::scenario::{Knob, KnobTarget, parse_question, resolver_option};

/// `[[knob]]`: exactly one of the fields from `ttl` to `option` says what it acts on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KnobFile {
    /// Its name in the text.
    pub(super) id: Text,
    /// What the page calls it.
    label: String,
    /// `seconds`, `percent`, `octets` or `number`.
    unit: crate::scenario::Unit,
    /// The smallest value.
    min: f64,
    /// The largest value.
    max: f64,
    /// The value to start with.
    start: f64,
    /// The TTL of this RRset, such as `www.example.com A`.
    ttl: Option<String>,
    /// The negative TTL of this zone.
    negative_ttl: Option<String>,
    /// The shortest life a cache grants, such as `resolver-frankfurt resolver`.
    floor: Option<String>,
    /// The longest life a cache grants.
    cap: Option<String>,
    /// How long a browser keeps any answer, such as `laptop browser`.
    hold: Option<String>,
    /// The share of datagrams the network loses.
    #[serde(default)]
    loss: bool,
    /// An option of a resolver, such as `resolver-frankfurt serve-stale`.
    option: Option<String>,
}

impl KnobFile {
    /// The typed knob.
    pub(super) fn parse(&self) -> Result<Knob, String> {
        let (id, label) = (self.id.text.clone(), self.label.clone());
        let (unit, min, max, start) = (self.unit, self.min, self.max, self.start);
        let is_range = min >= 0.0 && min < max && max <= f64::from(i32::MAX);
        if !is_range || !(min..=max).contains(&start) {
            return Err("write min, max and start so that min <= start <= max".to_owned());
        }
        Ok(Knob {
            id,
            label,
            target: self.target()?,
            unit,
            min,
            max,
            start,
        })
    }

    /// What a knob acts on.
    fn target(&self) -> Result<KnobTarget, String> {
        let cache = |text: &str| match text.split_once(' ') {
            Some((node, layer)) => Ok((node.to_owned(), parse_word(layer)?)),
            None => Err(format!(
                "{text}: write a machine and a layer",
                text = quoted(text)
            )),
        };
        let mut targets = Vec::new();
        if let Some(text) = &self.ttl {
            let Question {
                qname: owner,
                qtype: rtype,
                ..
            } = parse_question(text)?;
            targets.push(KnobTarget::Ttl { owner, rtype });
        }
        if let Some(text) = &self.negative_ttl {
            let zone = text.parse().map_err(|error| format!("{error}"))?;
            targets.push(KnobTarget::NegativeTtl { zone });
        }
        if let Some((node, layer)) = self.floor.as_deref().map(cache).transpose()? {
            targets.push(KnobTarget::CacheFloor { node, layer });
        }
        if let Some((node, layer)) = self.cap.as_deref().map(cache).transpose()? {
            targets.push(KnobTarget::CacheCap { node, layer });
        }
        if let Some((node, layer)) = self.hold.as_deref().map(cache).transpose()? {
            targets.push(KnobTarget::CacheHold { node, layer });
        }
        if self.loss {
            targets.push(KnobTarget::Loss);
        }
        if let Some(text) = &self.option {
            let (node, id) = text.split_once(' ').unwrap_or((text, ""));
            let option = resolver_option(id).ok_or_else(|| {
                format!(
                    "{text}: write a resolver and one of its options",
                    text = quoted(text)
                )
            })?;
            let node = node.to_owned();
            targets.push(KnobTarget::Option { node, option });
        }
        match (targets.pop(), targets.is_empty()) {
            (Some(target), true) => Ok(target),
            _ => Err("write one of ttl, negative_ttl, floor, cap, hold, loss or option".to_owned()),
        }
    }
}
