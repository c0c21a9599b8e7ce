//! How a knob is set: on a scale, by a switch, or by a choice of names.

use super::knob::{Knob, KnobTarget};
use super::options::OptionKind;

/// What a knob's number is, and so what sets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KnobKind {
    /// A quantity: a slider.
    Quantity,
    /// 0 for off and 1 for on: a switch.
    Switch,
    /// The place in a list of names: a choice.
    Choice(Vec<String>),
}

impl Knob {
    /// How it is set.
    pub fn kind(&self) -> KnobKind {
        match &self.target {
            KnobTarget::Crowd(target) if target.is_switch() => KnobKind::Switch,
            KnobTarget::Crowd(target) if !target.choices().is_empty() => {
                let titles = target.choices().iter().map(|choice| choice.title.clone());
                KnobKind::Choice(titles.collect())
            }
            KnobTarget::Option { option, .. } => match option.kind {
                OptionKind::Switch => KnobKind::Switch,
                OptionKind::Choice(names) => {
                    KnobKind::Choice(names.iter().map(|(_, words)| (*words).to_owned()).collect())
                }
                OptionKind::Number { .. } => KnobKind::Quantity,
            },
            _ => KnobKind::Quantity,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::crowd::crowd_source;

    fn kind_of(crowd: &str, knob: &str) -> KnobKind {
        let source = crowd_source(crowd).expect("the crowd ships and is sound");
        source.knob(knob).expect("it has the knob").kind()
    }

    #[test]
    fn named_things_are_chosen_and_only_quantities_slide() {
        assert_eq!(kind_of("failover", "ttl"), KnobKind::Quantity);
        assert_eq!(kind_of("failover", "recovery"), KnobKind::Switch);
        assert_eq!(kind_of("ecs", "ecs"), KnobKind::Switch);
        let KnobKind::Choice(names) = kind_of("geo", "policy") else {
            panic!("a policy has a name");
        };
        assert_eq!(names.len(), 3);
        assert!(names[0].contains("Geolocation"), "{names:?}");
    }

    #[test]
    fn a_choice_is_called_what_its_knob_says_of_the_number() {
        let source = crowd_source("ttl_not_honoured").expect("the crowd ships and is sound");
        let knob = source.knob("programs").expect("it has the knob");
        let KnobKind::Choice(names) = knob.kind() else {
            panic!("a program has a name");
        };
        for (place, name) in names.iter().enumerate() {
            assert_eq!(*name, knob.format(place as f64));
        }
    }
}
