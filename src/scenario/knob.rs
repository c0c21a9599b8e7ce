//! Figures of a world the learner can bend.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::crowd::CrowdTarget;
use super::measure::group_thousands;
use super::options::{OptionKind, OptionValues, ResolverOption, option_key};
use crate::engine::order::table;

use crate::dns::{Name, Rtype, Ttl, ZoneText, rtype_number};
use crate::engine::{
    CacheLayer, Intervention, InterventionError, Node, SimDuration, Trace, TtlPolicy, World,
};

/// What a knob's number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Seconds, shown in the unit people say.
    Seconds,
    /// Percent.
    Percent,
    /// Octets.
    Octets,
    /// Things by the thousand; the slider runs over orders of magnitude.
    Amount,
    /// Things, or the number of a choice: 0 for off and 1 for on.
    Number,
}

/// What a knob acts on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum KnobTarget {
    /// The TTL of one RRset, in seconds.
    Ttl {
        /// Its owner.
        owner: Name,
        /// Its type.
        #[serde(with = "rtype_number")]
        rtype: Rtype,
    },
    /// How long the absence of names in a zone may be remembered: the MINIMUM field and the
    /// TTL of its SOA, in seconds.
    NegativeTtl {
        /// The zone.
        zone: Name,
    },
    /// The shortest life a cache grants, in seconds.
    CacheFloor {
        /// The node.
        node: String,
        /// Which of its caches.
        layer: CacheLayer,
    },
    /// The longest life a cache grants, in seconds.
    CacheCap {
        /// The node.
        node: String,
        /// Which of its caches.
        layer: CacheLayer,
    },
    /// How long a browser keeps any answer, in seconds.
    CacheHold {
        /// The node.
        node: String,
        /// Which of its caches.
        layer: CacheLayer,
    },
    /// The share of datagrams the network loses, in percent.
    Loss,
    /// An option of a resolver. It is set when the world is built; see
    /// [`option_values`].
    Option {
        /// The resolver.
        node: String,
        /// Which of its options.
        option: &'static ResolverOption,
    },
    /// A figure of a crowd; a world has nothing to do with it.
    Crowd(Arc<CrowdTarget>),
}

/// The options of resolvers among some knobs, where they stand.
pub fn option_values(knobs: &[Knob], values: &BTreeMap<String, f64>) -> OptionValues {
    let options = knobs.iter().filter_map(|knob| match &knob.target {
        KnobTarget::Option { node, option } => {
            let value = values.get(&knob.id).copied().unwrap_or(knob.start);
            Some((option_key(node, option.id), option.clamp(value)))
        }
        _ => None,
    });
    table(options)
}

/// A figure of a world that a slider or a number in the prose moves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Knob {
    /// Its name in lesson text and links.
    pub id: String,
    /// What the page calls it.
    pub label: String,
    /// What it acts on.
    pub target: KnobTarget,
    /// What its number counts.
    pub unit: Unit,
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// The value the scenario starts with.
    pub start: f64,
}

impl Knob {
    /// Whole numbers near `value` and within the knob's range.
    pub fn clamp(&self, value: f64) -> f64 {
        if value.is_finite() {
            value.round().clamp(self.min, self.max)
        } else {
            self.start
        }
    }

    /// Where a value lies on the slider, 0.0 to 1.0. Seconds run on a logarithmic scale.
    pub fn to_fraction(&self, value: f64) -> f64 {
        let value = self.clamp(value);
        let fraction = match self.unit {
            Unit::Seconds | Unit::Amount => {
                let from_min = |v: f64| (v + 1.0).ln() - (self.min + 1.0).ln();
                from_min(value) / from_min(self.max)
            }
            Unit::Percent | Unit::Octets | Unit::Number => {
                (value - self.min) / (self.max - self.min)
            }
        };
        if fraction.is_finite() {
            fraction.clamp(0.0, 1.0)
        } else {
            0.0
        }
    }

    /// The value at a place on the slider, rounded to a number people would choose.
    pub fn at_fraction(&self, fraction: f64) -> f64 {
        let fraction = if fraction.is_finite() {
            fraction.clamp(0.0, 1.0)
        } else {
            0.0
        };
        let value = match self.unit {
            Unit::Seconds | Unit::Amount => {
                let (low, high) = ((self.min + 1.0).ln(), (self.max + 1.0).ln());
                (low + fraction * (high - low)).exp() - 1.0
            }
            Unit::Percent | Unit::Octets | Unit::Number => {
                self.min + fraction * (self.max - self.min)
            }
        };
        if fraction <= 0.0 || fraction >= 1.0 {
            return self.clamp(value);
        }
        self.clamp(round_nicely(value, self.unit))
    }

    /// The neighbouring value up (`true`) or down, for the arrow keys.
    pub fn step(&self, value: f64, up: bool) -> f64 {
        let value = self.clamp(value);
        // Small steps until the nice rounding yields another value.
        let mut fraction = self.to_fraction(value);
        for _ in 0..400 {
            fraction += if up { 0.005 } else { -0.005 };
            let next = self.at_fraction(fraction);
            let has_moved = if up { next > value } else { next < value };
            if has_moved || !(0.0..=1.0).contains(&fraction) {
                return next;
            }
        }
        value
    }

    /// The value as text with its unit.
    pub fn format(&self, value: f64) -> String {
        if let KnobTarget::Option { option, .. } = &self.target
            && !matches!(option.kind, OptionKind::Number { .. })
        {
            return option.format(value);
        }
        if let KnobTarget::Crowd(target) = &self.target {
            let choice = target.choices().get(value.max(0.0) as usize);
            match (choice, target.is_switch()) {
                (Some(choice), _) => return choice.title.clone(),
                (None, true) => return if value < 0.5 { "off" } else { "on" }.to_owned(),
                // Its number is never negative, its meaning may be.
                _ if matches!(**target, CrowdTarget::Bias(_)) => {
                    return signed(value.round() - 100.0);
                }
                _ => {}
            }
        }
        // A start read off a file need not be whole; what is set always is.
        let value = value.round();
        match self.unit {
            Unit::Number => value.to_string(),
            Unit::Amount => group_thousands(value as u64),
            Unit::Seconds => SimDuration::from_secs_f64(value)
                .to_string()
                .replace("0 ms", "0 s"),
            Unit::Percent => format!("{value} %"),
            Unit::Octets => format!("{} octets", group_thousands(value as u64)),
        }
    }

    /// Sets the figure in a world that has not begun to run.
    ///
    /// # Errors
    /// If the world lacks what the knob acts on.
    pub fn apply(&self, world: &mut World, value: f64) -> Result<(), InterventionError> {
        let value = self.clamp(value) as u32;
        let act = match &self.target {
            KnobTarget::Ttl { owner, rtype } => Intervention::SetTtl {
                owner: owner.clone(),
                rtype: *rtype,
                ttl: value,
            },
            KnobTarget::NegativeTtl { zone } => negative_ttl(world, zone, value)?,
            KnobTarget::CacheFloor { node, layer } => {
                policy(world, node, *layer, |policy| policy.floor = value)?
            }
            KnobTarget::CacheCap { node, layer } => {
                policy(world, node, *layer, |policy| policy.cap = value)?
            }
            KnobTarget::CacheHold { node, layer } => {
                policy(world, node, *layer, |policy| policy.hold = Some(value))?
            }
            KnobTarget::Loss => Intervention::SetLoss {
                percent: u8::try_from(value).unwrap_or(100),
            },
            KnobTarget::Option { node, .. } => return expect_resolver(world, node),
            KnobTarget::Crowd(_) => return Ok(()),
        };
        world.apply(&act, &mut Trace::silent())
    }
}

/// Checks that a node is a resolver.
fn expect_resolver(world: &World, node: &str) -> Result<(), InterventionError> {
    let id = world
        .find(node)
        .ok_or_else(|| InterventionError::NoSuchNode(node.to_owned()))?;
    match world.node(id) {
        Node::Resolver(_) => Ok(()),
        _ => Err(InterventionError::WrongRole(node.to_owned())),
    }
}

/// The act that gives a cache a changed policy.
fn policy(
    world: &World,
    node: &str,
    layer: CacheLayer,
    change: impl FnOnce(&mut TtlPolicy),
) -> Result<Intervention, InterventionError> {
    let id = world
        .find(node)
        .ok_or_else(|| InterventionError::NoSuchNode(node.to_owned()))?;
    let cache = world.node(id).cache(layer);
    let cache = cache.ok_or_else(|| InterventionError::WrongRole(node.to_owned()))?;
    let mut policy = cache.policy();
    change(&mut policy);
    Ok(Intervention::SetPolicy {
        node: node.to_owned(),
        layer,
        policy,
    })
}

/// The act that gives a zone's SOA another MINIMUM and TTL.
fn negative_ttl(
    world: &World,
    origin: &Name,
    seconds: u32,
) -> Result<Intervention, InterventionError> {
    let zone = world.zone_of(origin)?;
    let missing = || InterventionError::NoSuchRecords(origin.clone(), Rtype::SOA);
    let soa = zone.get(origin, Rtype::SOA).ok_or_else(missing)?;
    let soa = soa
        .with_soa_minimum(Ttl::from_secs(seconds))
        .ok_or_else(missing)?;
    let records = ZoneText::of_set(soa.with_ttl(Ttl::from_secs(seconds)));
    Ok(Intervention::SetRecords { records })
}

/// A whole number with its sign: `+25`, `0`, `−99`.
fn signed(value: f64) -> String {
    match value {
        _ if value < 0.0 => format!("−{}", -value),
        _ if value > 0.0 => format!("+{value}"),
        _ => "0".to_owned(),
    }
}

/// Rounds to two leading digits below a minute, then to whole 5 s, minutes, hours.
fn round_nicely(value: f64, unit: Unit) -> f64 {
    let grain = match (unit, value) {
        (Unit::Percent | Unit::Number, _) => 1.0,
        (Unit::Octets, _) => 16.0,
        (Unit::Amount, v) => two_digits(v),
        (_, v) if v < 20.0 => 1.0,
        (_, v) if v < 120.0 => 5.0,
        (_, v) if v < 600.0 => 30.0,
        (_, v) if v < 3600.0 => 300.0,
        (_, v) if v < 7200.0 => 900.0,
        (_, v) if v < 86_400.0 => 3600.0,
        _ => 21_600.0,
    };
    (value / grain).round() * grain
}

/// The grain that leaves a number two digits.
fn two_digits(value: f64) -> f64 {
    let mut grain = 1.0;
    while value / grain >= 100.0 {
        grain *= 10.0;
    }
    grain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ttl_knob() -> Knob {
        Knob {
            id: "ttl".into(),
            label: "TTL".into(),
            target: KnobTarget::Loss,
            unit: Unit::Seconds,
            min: 1.0,
            max: 172_800.0,
            start: 300.0,
        }
    }

    #[test]
    fn slider_reaches_both_ends_and_the_usual_values() {
        let knob = ttl_knob();
        assert_eq!(knob.at_fraction(0.0), 1.0);
        assert_eq!(knob.at_fraction(1.0), 172_800.0);
        for value in [1.0, 5.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 86_400.0] {
            assert_eq!(knob.at_fraction(knob.to_fraction(value)), value);
        }
    }

    #[test]
    fn every_step_moves_until_the_end() {
        let knob = ttl_knob();
        let mut value = knob.min;
        let mut steps = 0;
        while value < knob.max {
            let next = knob.step(value, true);
            assert!(next > value, "stuck at {value}");
            value = next;
            steps += 1;
        }
        assert!(steps < 200, "{steps} steps are too many for arrow keys");
        assert!(knob.step(300.0, false) < 300.0);
    }

    #[test]
    fn a_share_between_whole_percents_is_written_without_a_tail_of_digits() {
        let knob = Knob {
            unit: Unit::Percent,
            ..ttl_knob()
        };
        assert_eq!(knob.format(0.009_999_000_099), "0 %");
        assert_eq!(knob.format(33.333_333), "33 %");
    }

    #[test]
    fn a_bias_is_written_with_its_sign() {
        let knob = Knob {
            target: KnobTarget::Crowd(Arc::new(CrowdTarget::Bias(0))),
            unit: Unit::Number,
            ..ttl_knob()
        };
        let texts = [1.0, 100.0, 150.0].map(|value| knob.format(value));
        assert_eq!(texts, ["−99", "0", "+50"]);
    }

    #[test]
    fn noise_falls_back_to_the_start_value() {
        assert_eq!(ttl_knob().clamp(f64::NAN), 300.0);
        assert_eq!(ttl_knob().clamp(1e12), 172_800.0);
    }
}
