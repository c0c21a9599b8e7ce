//! A crowd's file, checked: the crowd, its knobs, its charts and its figures.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::chart::Chart;
#[cfg(feature = "author")]
use super::fault::{CrowdError, Faults};
use super::measure::CrowdMeasure;
#[cfg(feature = "author")]
use super::read;
use super::spec::{Crowd, Named};
use crate::engine::order::table;
use crate::engine::population::Population;
use crate::engine::{Coordinates, SimTime};
#[cfg(feature = "author")]
use crate::scenario::data_file::read_data_file;
use crate::scenario::{Knob, KnobTarget};

/// A crowd as its file describes it: checked, and ready to be built with any knob values.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CrowdSource {
    /// The name of its file without the ending.
    pub id: String,
    /// What the page calls it.
    pub title: String,
    /// One or two sentences about it.
    pub about: String,
    /// The seed of its run.
    pub seed: u64,
    /// The crowd before a knob is moved.
    pub base: Crowd,
    /// The moment that its charts show closely to begin with; without one they show the whole run.
    pub around: Option<SimTime>,
    /// What the learner can move.
    pub knobs: Vec<Knob>,
    /// What is drawn.
    pub charts: Vec<Chart>,
    /// What is measured.
    pub figures: Vec<NamedFigure>,
    /// Where things stand, for a map.
    pub places: Vec<Named<CrowdPlace>>,
}

/// A place of a crowd.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrowdPlace {
    /// The city.
    pub name: String,
    /// Where it is.
    pub at: Coordinates,
}

/// A figure with its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamedFigure {
    /// Its id.
    pub id: String,
    /// What the page calls it.
    pub title: String,
    /// What it is.
    pub measure: CrowdMeasure,
}

impl CrowdSource {
    /// Reads what the author of a crowd wrote: `lessons/crowds/<id>.toml`.
    ///
    /// # Errors
    /// Everything that is wrong, not only the first thing.
    #[cfg(feature = "author")]
    pub fn parse(id: &str, text: &str) -> Result<Self, Vec<CrowdError>> {
        let mut faults = Faults::new(&format!("crowds/{id}.toml"), text);
        match read_data_file(text) {
            Ok(file) => read::read(id, file, faults),
            Err(error) => {
                faults.add_unreadable(error);
                Err(faults.into_found())
            }
        }
    }

    /// The knob with an id.
    pub fn knob(&self, id: &str) -> Option<&Knob> {
        self.knobs.iter().find(|knob| knob.id == id)
    }

    /// Where the knobs stand to begin with, by id.
    pub fn opening_knobs(&self) -> BTreeMap<String, f64> {
        let values = self.knobs.iter().map(|knob| (knob.id.clone(), knob.start));
        table(values)
    }

    /// The crowd with the knobs where they stand. A knob that is not named keeps what the file
    /// says; a name that is no knob is passed over; values are cut to their knob's range. Knobs
    /// act in the order of the file.
    pub fn crowd(&self, values: &BTreeMap<String, f64>) -> Crowd {
        let mut crowd = self.base.clone();
        for knob in &self.knobs {
            if let (Some(value), KnobTarget::Crowd(target)) = (values.get(&knob.id), &knob.target) {
                target.set(&mut crowd, knob.clamp(*value));
            }
        }
        crowd
    }

    /// The population with the knobs where they stand.
    ///
    /// # Errors
    /// As [`Crowd::population`]; a test sees to it that shipped crowds have none.
    pub fn build(&self, values: &BTreeMap<String, f64>) -> Result<Population, String> {
        self.crowd(values).population()
    }

    /// The population with the knobs where they stand and parts exchanged, such as records,
    /// policy, check or timeline of a learner's own.
    ///
    /// # Errors
    /// As [`Crowd::population`].
    pub fn build_with(
        &self,
        values: &BTreeMap<String, f64>,
        edit: impl FnOnce(&mut Crowd),
    ) -> Result<Population, String> {
        let mut crowd = self.crowd(values);
        edit(&mut crowd);
        crowd.population()
    }
}
