//! Every option of a recursive resolver as data: what it is called, what it does, where it
//! comes from, and how it is read from and written to a [`ResolverConfig`].
//!
//! World files, lessons, the free lab and links all set options by the same names and
//! numbers. What an option means is decided in the engine, not here.

mod answers;
mod cache;
mod servers;
mod values;

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::engine::{ResolverConfig, ResolverProduct};

pub use self::values::{OptionValues, option_key, product_key};
pub(crate) use self::values::{admit, chosen_product, configured, preset_config};

/// What an option is about; the groups in which a page shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OptionGroup {
    /// Which server is asked, how often, for how long.
    Servers,
    /// How long data is kept.
    Cache,
    /// Expired data, and data about to expire.
    Stale,
    /// What others learn of a question.
    Privacy,
    /// How queries travel.
    Transport,
    /// What is not believed.
    Trust,
    /// What clients get.
    Answers,
    /// Bounds on the work.
    Limits,
}

impl OptionGroup {
    /// All groups in the order of a page.
    pub const ALL: [Self; 8] = [
        Self::Servers,
        Self::Cache,
        Self::Stale,
        Self::Privacy,
        Self::Transport,
        Self::Trust,
        Self::Answers,
        Self::Limits,
    ];

    /// What a page calls it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Servers => "Servers and retries",
            Self::Cache => "Cache and TTL",
            Self::Stale => "Stale data and prefetch",
            Self::Privacy => "Privacy",
            Self::Transport => "Transport",
            Self::Trust => "What is believed",
            Self::Answers => "Answers to clients",
            Self::Limits => "Limits on work",
        }
    }
}

/// What an option's number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionUnit {
    /// Seconds.
    Seconds,
    /// Thousandths of a second.
    Milliseconds,
    /// Bits of a prefix.
    Bits,
    /// Octets.
    Octets,
    /// Percent.
    Percent,
    /// Things.
    Count,
}

impl OptionUnit {
    /// The unit behind a number; empty for things.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Milliseconds => "ms",
            Self::Bits => "bits",
            Self::Octets => "octets",
            Self::Percent => "%",
            Self::Count => "",
        }
    }
}

/// What an option's value can be. A value is always a number, so that links can carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionKind {
    /// 0 is off, 1 is on.
    Switch,
    /// The place in a list of names in files and words on the page.
    Choice(&'static [(&'static str, &'static str)]),
    /// A whole number.
    Number {
        /// What it counts.
        unit: OptionUnit,
        /// The smallest.
        min: u32,
        /// The largest.
        max: u32,
    },
}

/// A section of an RFC; an empty section means the whole of it.
pub type RfcPlace = (u16, &'static str);

/// What an option refines: without it, the option has no effect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Need {
    /// The option that is refined.
    pub option: &'static ResolverOption,
    /// Where it must stand; `None` for anywhere but off.
    pub value: Option<f64>,
}

impl Need {
    /// Whether a configuration has what is needed.
    fn is_met(&self, config: &ResolverConfig) -> bool {
        let value = self.option.read(config);
        self.value.map_or(value != 0.0, |wanted| value == wanted)
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = self.option.label;
        match self.value {
            None => write!(f, "No effect without “{label}”."),
            Some(value) => {
                let value = self.option.format(value);
                write!(f, "No effect unless “{label}” stands at “{value}”.")
            }
        }
    }
}

/// An option of a recursive resolver. Two are equal if they have the same name.
#[derive(Clone, Copy, Debug)]
pub struct ResolverOption {
    /// Its name in files and links.
    pub id: &'static str,
    /// What it is about.
    pub group: OptionGroup,
    /// What a page calls it.
    pub label: &'static str,
    /// What it does, in one sentence.
    pub about: &'static str,
    /// The rule it comes from, if an RFC has one.
    pub rfc: Option<RfcPlace>,
    /// What products call it; empty if none has a name for it.
    pub known_as: &'static str,
    /// What its value can be.
    pub kind: OptionKind,
    /// Finds it in a configuration.
    read: fn(&ResolverConfig) -> f64,
    /// Sets it in a configuration; the value is in range.
    write: fn(&mut ResolverConfig, u32),
}

impl PartialEq for ResolverOption {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// By its id.
impl Serialize for ResolverOption {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id)
    }
}

impl<'de> Deserialize<'de> for &'static ResolverOption {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        resolver_option(&id).ok_or_else(|| D::Error::custom("there is no such option"))
    }
}

impl ResolverOption {
    /// Where it stands in a configuration.
    pub fn read(&self, config: &ResolverConfig) -> f64 {
        self.clamp((self.read)(config))
    }

    /// Sets it in a configuration, to the nearest value it can have.
    pub fn write(&self, config: &mut ResolverConfig, value: f64) {
        (self.write)(config, self.clamp(value) as u32);
    }

    /// What this option refines, if it does.
    pub fn needs(&self) -> Option<Need> {
        let (needed, value) = match self.id {
            "stale-client-timeout" | "stale-ttl" | "stale-limit" | "stale-reset" | "mark-stale" => {
                ("serve-stale", None)
            }
            "subnet-ipv4" | "subnet-ipv6" => ("client-subnet", None),
            "prefetch-percent" => ("prefetch", Some(1.0)),
            _ => return None,
        };
        resolver_option(needed).map(|option| Need { option, value })
    }

    /// Whether it has an effect in a configuration: what it refines is in use.
    pub fn is_in_use(&self, config: &ResolverConfig) -> bool {
        self.needs().is_none_or(|need| need.is_met(config))
    }

    /// The smallest and the largest value.
    pub fn range(&self) -> (u32, u32) {
        match self.kind {
            OptionKind::Switch => (0, 1),
            OptionKind::Choice(choices) => {
                let last = choices.len().saturating_sub(1);
                (0, u32::try_from(last).unwrap_or_default())
            }
            OptionKind::Number { min, max, .. } => (min, max),
        }
    }

    /// The nearest value it can have; the smallest for what is no number.
    pub fn clamp(&self, value: f64) -> f64 {
        let (min, max) = self.range();
        let value = if value.is_nan() { 0.0 } else { value };
        value.round().clamp(f64::from(min), f64::from(max))
    }

    /// A value in words: `on`, `last 10 % of its life`, `300 s`.
    pub fn format(&self, value: f64) -> String {
        let value = self.clamp(value);
        match self.kind {
            OptionKind::Switch if value == 0.0 => "off".to_owned(),
            OptionKind::Switch => "on".to_owned(),
            OptionKind::Choice(choices) => {
                let chosen = choices.get(value as usize);
                chosen.map_or_else(String::new, |(_, words)| (*words).to_owned())
            }
            OptionKind::Number { unit, .. } => {
                format!("{value} {}", unit.as_str()).trim_end().to_owned()
            }
        }
    }

    /// Reads a value as files write it: a number, `on`, `off` or the name of a choice.
    ///
    /// # Errors
    /// What can be written.
    #[cfg(feature = "author")]
    pub fn parse(&self, text: &str) -> Result<f64, String> {
        let (min, max) = self.range();
        match self.kind {
            OptionKind::Switch => match text {
                "on" | "true" => Ok(1.0),
                "off" | "false" => Ok(0.0),
                _ => Err(format!("write {} = \"on\" or \"off\"", self.id)),
            },
            OptionKind::Choice(choices) => {
                let place = choices.iter().position(|(name, _)| *name == text);
                place.map(|place| place as f64).ok_or_else(|| {
                    let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
                    format!("{} is one of {}", self.id, names.join(", "))
                })
            }
            OptionKind::Number { .. } => match text.parse::<u32>() {
                Ok(value) if (min..=max).contains(&value) => Ok(f64::from(value)),
                _ => Err(format!("{} is a number from {min} to {max}", self.id)),
            },
        }
    }
}

/// All options, group by group.
pub fn resolver_options() -> impl Iterator<Item = &'static ResolverOption> {
    let tables = [servers::OPTIONS, cache::OPTIONS, answers::OPTIONS];
    OptionGroup::ALL.into_iter().flat_map(move |group| {
        let all = tables.into_iter().flatten();
        all.filter(move |option| option.group == group)
    })
}

/// An option by its name.
pub fn resolver_option(id: &str) -> Option<&'static ResolverOption> {
    resolver_options().find(|option| option.id == id)
}

/// The products whose defaults can be chosen, with their names in files and on the page.
pub const PRODUCTS: [(ResolverProduct, &str, &str); 3] = [
    (ResolverProduct::Unbound, "unbound", "Unbound"),
    (ResolverProduct::Bind, "bind", "BIND 9"),
    (ResolverProduct::PowerDns, "powerdns", "PowerDNS Recursor"),
];

#[cfg(test)]
mod tests;
