//! Areas and filters as data files write them.

use std::str::FromStr;

use super::chain::{FenceBy, Filter};
use super::endpoint::Area;
use crate::dns::quoted;

/// What of an area or a filter cannot be read, in words for the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordError(String);

impl std::fmt::Display for WordError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WordError {}

/// `default`, the code of a continent (`EU`), of a country (`DE`) or of a part of one
/// (`US-TX`). Where a continent and a country share a code the continent is meant; write
/// `country:NA` for Namibia.
impl FromStr for Area {
    type Err = WordError;

    fn from_str(text: &str) -> Result<Self, WordError> {
        let is_code = |code: &str, longest: usize| {
            let is_fine = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
            (1..=longest).contains(&code.len()) && code.bytes().all(is_fine)
        };
        let is_country = |code: &str| code.len() == 2 && is_code(code, 2);
        if text == "default" {
            return Ok(Self::Default);
        }
        if let Ok(continent) = text.parse() {
            return Ok(Self::Continent(continent));
        }
        let text_of_country = text.strip_prefix("country:").unwrap_or(text);
        match text_of_country.split_once('-') {
            Some((country, part)) if is_country(country) && is_code(part, 3) => {
                Ok(Self::Subdivision {
                    country: country.to_owned(),
                    subdivision: part.to_owned(),
                })
            }
            None if is_country(text_of_country) => Ok(Self::Country(text_of_country.to_owned())),
            _ => Err(WordError(format!(
                "{text} is no area: write default, a continent (EU), a country (DE) or a part of one (US-TX)",
                text = quoted(text)
            ))),
        }
    }
}

/// The area as data files write it.
impl std::fmt::Display for Area {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Continent(continent) => f.write_str(continent.code()),
            Self::Country(code) if code.parse::<super::Continent>().is_ok() => {
                write!(f, "country:{code}")
            }
            Self::Country(code) => f.write_str(code),
            Self::Subdivision {
                country,
                subdivision,
            } => write!(f, "{country}-{subdivision}"),
        }
    }
}

/// The name the product has for it, with a detail behind a colon where there is one:
/// `select_first_n:2`, `geofence_country:remove_no_location`.
impl FromStr for Filter {
    type Err = WordError;

    fn from_str(text: &str) -> Result<Self, WordError> {
        let (name, detail) = match text.split_once(':') {
            Some((name, detail)) => (name, Some(detail)),
            None => (text, None),
        };
        let fence = |word: &str| match detail {
            None => Ok(false),
            Some(detail) if detail == word => Ok(true),
            Some(_) => Err(WordError(format!(
                "{text}: the only detail of {name} is {word}",
                text = quoted(text)
            ))),
        };
        let plain = match name {
            "up" => Self::Up,
            "priority" => Self::Priority,
            "cost" => Self::Cost,
            "shuffle" => Self::Shuffle,
            "weighted_shuffle" => Self::WeightedShuffle,
            "sticky_shuffle" => Self::StickyShuffle,
            "weighted_sticky_shuffle" => Self::WeightedStickyShuffle,
            "group_sticky_shuffle" => Self::GroupStickyShuffle,
            "select_first_group" => Self::SelectFirstGroup,
            "pulsar_performance_sort" => Self::PulsarSort,
            "geotarget_latlong" => Self::Geotarget,
            "shed_load" => Self::ShedLoad,
            "select_first_n" => {
                let count = detail.map_or(Ok(1), str::parse).ok();
                return count
                    .filter(|count| *count > 0)
                    .map(Self::SelectFirstN)
                    .ok_or_else(|| {
                        WordError(format!(
                            "{text}: write how many, as in select_first_n:2",
                            text = quoted(text)
                        ))
                    });
            }
            "geofence_regional" | "geofence_country" => {
                return Ok(Self::Geofence {
                    by: if name == "geofence_country" {
                        FenceBy::Country
                    } else {
                        FenceBy::Continent
                    },
                    remove_rest: fence("remove_no_location")?,
                });
            }
            "netfence_prefix" => {
                return Ok(Self::Netfence {
                    remove_rest: fence("remove_no_prefix")?,
                });
            }
            _ => {
                return Err(WordError(format!(
                    "{text} is no filter; there are up, priority, cost, shuffle, \
                     weighted_shuffle, sticky_shuffle, weighted_sticky_shuffle, \
                     group_sticky_shuffle, select_first_n, select_first_group, \
                     geotarget_latlong, pulsar_performance_sort, \
                     geofence_regional, geofence_country, netfence_prefix and shed_load",
                    text = quoted(text)
                )));
            }
        };
        match detail {
            None => Ok(plain),
            Some(_) => Err(WordError(format!(
                "{text}: {name} takes no detail",
                text = quoted(text)
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::policy::Continent;

    #[test]
    fn areas_are_read_and_written_the_same() {
        for text in ["default", "EU", "DE", "US-TX", "country:NA", "NA"] {
            let area: Area = text.parse().expect("an area");
            assert_eq!(area.to_string(), text);
        }
        assert_eq!("NA".parse(), Ok(Area::Continent(Continent::NorthAmerica)));
        for text in ["", "eu", "EUR", "US-", "US-TEXAS", "country:", "-TX"] {
            assert!(text.parse::<Area>().is_err(), "{text}");
        }
    }

    #[test]
    fn filters_are_read_by_the_name_they_are_told_under() {
        for text in [
            "up",
            "priority",
            "cost",
            "shuffle",
            "weighted_shuffle",
            "sticky_shuffle",
            "weighted_sticky_shuffle",
            "group_sticky_shuffle",
            "select_first_group",
            "pulsar_performance_sort",
            "select_first_n",
            "geotarget_latlong",
            "geofence_regional",
            "geofence_country",
            "netfence_prefix",
            "shed_load",
        ] {
            let filter: Filter = text.parse().expect("a filter");
            assert_eq!(filter.name(), text);
        }
        assert_eq!("select_first_n:3".parse(), Ok(Filter::SelectFirstN(3)));
        let fence = "geofence_country:remove_no_location".parse::<Filter>();
        assert!(matches!(
            fence,
            Ok(Filter::Geofence {
                remove_rest: true,
                ..
            })
        ));
        for text in ["select_first_n:0", "up:1", "geofence_country:x", "down"] {
            assert!(text.parse::<Filter>().is_err(), "{text}");
        }
    }
}
