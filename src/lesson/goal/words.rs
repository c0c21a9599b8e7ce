//! Conditions as lesson files write them.

use serde::Deserialize;
use serde::de::IntoDeserializer as _;
use serde::de::value::Error as ValueError;

use super::Condition;
use crate::dns::quoted;
use crate::lesson::act::parse_rtype;

impl Condition {
    /// Reads a condition as a lesson writes it, for instance `event referral-followed 2`.
    pub(in crate::lesson) fn parse(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        Ok(match words.as_slice() {
            ["predicted"] => Self::Predicted,
            ["lookups", count] => Self::Lookups {
                count: parse_count(count)?,
            },
            ["outcome", outcome, count] => Self::Outcome {
                outcome: parse_word(outcome)?,
                count: parse_count(count)?,
            },
            ["address", address, count] => Self::Address {
                address: address
                    .parse()
                    .map_err(|_| format!("{address} is no address", address = quoted(address)))?,
                count: parse_count(count)?,
            },
            ["answer", rtype, count] => Self::Answer {
                rtype: parse_rtype(rtype)?,
                count: parse_count(count)?,
            },
            ["truncated", count] => Self::Truncated {
                count: parse_count(count)?,
            },
            ["over-tcp", count] => Self::OverTcp {
                count: parse_count(count)?,
            },
            ["queries", lookup, min, max] => {
                let number = |text: &str| {
                    let parsed = text.parse::<u64>();
                    parsed
                        .map_err(|_| format!("{text} is no number of queries", text = quoted(text)))
                };
                Self::Queries {
                    lookup: lookup.parse().map_err(|_| {
                        format!(
                            "{lookup} is no lookup: count from 0",
                            lookup = quoted(lookup)
                        )
                    })?,
                    min: number(min)?,
                    max: number(max)?,
                }
            }
            ["hit", layer, count] => Self::Hit {
                layer: parse_word(layer)?,
                count: parse_count(count)?,
            },
            ["event", event, count] => Self::Event {
                event: parse_word(event)?,
                count: parse_count(count)?,
            },
            ["crowd-ran", count] => Self::CrowdRan {
                count: parse_count(count)?,
            },
            ["figure", id, min, max] => Self::Figure {
                id: (*id).to_owned(),
                min: parse_number(min)?,
                max: parse_number(max)?,
            },
            ["knob", id, min, max] => Self::Knob {
                id: (*id).to_owned(),
                min: parse_number(min)?,
                max: parse_number(max)?,
            },
            _ => {
                return Err(format!(
                    "{text} is no condition: write `predicted`, `lookups N`, `outcome KIND N`, \
                     `address ADDRESS N`, `answer TYPE N`, `truncated N`, `over-tcp N`, `queries LOOKUP MIN MAX`, `hit LAYER N`, `event KIND N`, `crowd-ran N`, `figure ID MIN MAX` or `knob ID MIN MAX`",
                    text = quoted(text)
                ));
            }
        })
    }
}

/// Reads a word of a closed list, as serde spells it.
pub(in crate::lesson) fn parse_word<'de, T: Deserialize<'de>>(word: &'de str) -> Result<T, String> {
    T::deserialize(word.into_deserializer()).map_err(|error: ValueError| error.to_string())
}

/// Reads how many times something must happen: once at least.
fn parse_count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(format!(
            "{text}: write how many times, 1 or more",
            text = quoted(text)
        )),
    }
}

/// Reads a finite number.
pub(in crate::lesson) fn parse_number(text: &str) -> Result<f64, String> {
    crate::engine::parse_number(text)
        .ok_or_else(|| format!("{text} is no number", text = quoted(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::goal::{EventName, OutcomeName};

    #[test]
    fn conditions_are_read() {
        assert_eq!(
            Condition::parse("event referral-followed 2"),
            Ok(Condition::Event {
                event: EventName::ReferralFollowed,
                count: 2
            })
        );
        assert_eq!(
            Condition::parse("outcome nx-domain 1"),
            Ok(Condition::Outcome {
                outcome: OutcomeName::NxDomain,
                count: 1
            })
        );
        assert_eq!(Condition::parse("predicted"), Ok(Condition::Predicted));
    }

    #[test]
    fn nonsense_is_refused_with_advice() {
        for text in [
            "",
            "lookups 0",
            "event big-bang 1",
            "hit attic 1",
            "knob ttl x 2",
        ] {
            assert!(Condition::parse(text).is_err(), "{text}");
        }
        let problem = Condition::parse("hit attic 1").expect_err("no such layer");
        assert!(problem.contains("browser"), "{problem}");
    }
}
