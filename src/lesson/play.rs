//! Lessons on the engine: worlds with knobs, steps as timelines, figures.

use std::collections::BTreeMap;

use super::{Lesson, LessonMeasure, SolutionMove, perform};
use crate::engine::order::table;
use crate::engine::{SimTime, Timeline, World};
use crate::scenario::{Figure, Measure, MeasureError, option_values};

impl Lesson {
    /// The world at time zero with the knobs where they stand. A knob that is not named has
    /// its start value; a name that is no knob of the lesson is passed over.
    pub fn start_world(&self, knobs: &BTreeMap<String, f64>, seed: u64) -> World {
        let options = option_values(&self.knobs, knobs);
        let mut world = self.source().build_with(seed, &options);
        for knob in &self.knobs {
            let value = knobs.get(&knob.id).copied().unwrap_or(knob.start);
            // That it can be applied was checked when the lesson was read.
            let _ = knob.apply(&mut world, value);
        }
        world
    }

    /// Where the knobs stand when a step opens, by id.
    pub fn opening_knobs(&self, step: usize) -> BTreeMap<String, f64> {
        let own = self.steps.get(step).map(|step| &step.knob_start);
        let value = |id: &str, start| own.and_then(|own| own.get(id)).copied().unwrap_or(start);
        let values = self
            .knobs
            .iter()
            .map(|knob| (knob.id.clone(), value(&knob.id, knob.start)));
        table(values)
    }

    /// The session a step opens with: its world, and what has happened before.
    pub fn open_step(&self, step: usize, knobs: &BTreeMap<String, f64>) -> Timeline {
        let mut timeline = Timeline::new(self.start_world(knobs, self.seed));
        if let Some(step) = self.steps.get(step) {
            // That it can be carried out was checked when the lesson was read.
            let _ = perform(&mut timeline, &step.opening, SimTime::ZERO);
        }
        timeline
    }

    /// The session after a prediction was run: a step as it opens, and then its run. Whatever
    /// the learner had tried before is left out, so that the prediction's answer holds.
    pub fn run_prediction(&self, step: usize) -> Timeline {
        let mut timeline = self.open_step(step, &self.opening_knobs(step));
        if let Some(step) = self.steps.get(step) {
            let from = timeline.end();
            // That it can be carried out was checked when the lesson was read.
            let _ = perform(&mut timeline, &step.run, from);
        }
        timeline
    }

    /// The same session in a world with other knob values or another seed. What cannot be
    /// carried out there is left out.
    pub fn rebuild(
        &self,
        timeline: &Timeline,
        knobs: &BTreeMap<String, f64>,
        seed: u64,
    ) -> Timeline {
        Timeline::replay(self.start_world(knobs, seed), timeline.acts()).0
    }

    /// Finds a figure the text quotes. One of a crowd is found by a run of its own, here and
    /// now; a page has [a better way](Self::figure_request).
    ///
    /// # Errors
    /// If the session has not got that far, or there is no such figure.
    pub fn figure(
        &self,
        id: &str,
        timeline: &Timeline,
        knobs: &BTreeMap<String, f64>,
    ) -> Result<Figure, MeasureError> {
        let measure = self.measures.get(id).ok_or(MeasureError::NotYet)?;
        let figure = self.evaluate(measure, timeline, knobs)?;
        let Some(over) = &measure.over else {
            return Ok(figure);
        };
        // A divisor has no divisor of its own, so this ends.
        let other = self.measures.get(over).ok_or(MeasureError::NotYet)?;
        Ok(divide(figure, self.evaluate(other, timeline, knobs)?))
    }

    /// Whether a figure that is about the session can be found in it; any other can at any time.
    pub fn is_figure_known(&self, id: &str, timeline: &Timeline) -> bool {
        let Some(measure) = self.measures.get(id) else {
            return false;
        };
        let over = { measure.over.as_ref() }.and_then(|id| self.measures.get(id));
        [Some(measure), over].into_iter().flatten().all(|measure| {
            !measure.measure.is_of_session() || measure.measure.evaluate(timeline).is_ok()
        })
    }

    /// How many acts a step opens with.
    pub fn opening_acts(&self, step: usize) -> usize {
        self.open_step(step, &self.opening_knobs(step)).acts().len()
    }

    /// Takes one measure, without its divisor.
    fn evaluate(
        &self,
        measure: &LessonMeasure,
        timeline: &Timeline,
        knobs: &BTreeMap<String, f64>,
    ) -> Result<Figure, MeasureError> {
        if let Measure::Crowd { .. } = measure.measure {
            let found = self.measures.iter().find(|(_, known)| *known == measure);
            let id = found.map_or("", |(id, _)| id.as_str());
            let request = self.figure_request(id, knobs).ok_or(MeasureError::NotYet)?;
            let run = request.run().map_err(|_| MeasureError::NotYet)?;
            return self.figure_of(id, &run);
        }
        if measure.knobs.is_empty() {
            return measure.measure.evaluate(timeline);
        }
        let mut knobs = knobs.clone();
        knobs.extend(measure.knobs.iter().map(|(id, value)| (id.clone(), *value)));
        measure
            .measure
            .evaluate(&self.rebuild(timeline, &knobs, self.seed))
    }

    /// Plays a step's stored solution. Returns the session, the knobs and whether a
    /// prediction was made.
    pub fn solve(&self, index: usize) -> (Timeline, BTreeMap<String, f64>, bool) {
        let mut knobs = self.opening_knobs(index);
        let mut timeline = self.open_step(index, &knobs);
        let mut predicted = false;
        let Some(step) = self.steps.get(index) else {
            return (timeline, knobs, predicted);
        };
        for next in &step.solution {
            let from = timeline.end();
            let acts = match next {
                SolutionMove::Predict => {
                    predicted = step.predict.is_some();
                    knobs = self.opening_knobs(index);
                    timeline = self.run_prediction(index);
                    continue;
                }
                SolutionMove::Knob { id, value } => {
                    knobs.insert(id.clone(), *value);
                    timeline = self.rebuild(&timeline, &knobs, self.seed);
                    continue;
                }
                SolutionMove::Run => continue,
                SolutionMove::Press => step.action.as_ref().map_or(&[][..], |action| &action.acts),
                SolutionMove::Act(act) => std::slice::from_ref(act),
            };
            // What cannot be carried out leaves the goal unmet, which the tests report.
            let _ = perform(&mut timeline, acts, from);
        }
        (timeline, knobs, predicted)
    }
}

/// How many times one figure is another, rounded.
pub(super) fn divide(figure: Figure, by: Figure) -> Figure {
    let (above, below) = match (figure, by) {
        (Figure::Time(a), Figure::Time(b)) => (a.as_micros(), b.as_micros()),
        (Figure::Count(a), Figure::Count(b)) => (a, b),
        (a, b) => match (a.number(), b.number()) {
            // `as` saturates, and nothing by nothing counts as 0.
            (Some(a), Some(b)) if b > 0.0 => return Figure::Count((a / b).round() as u64),
            _ => return Figure::Never,
        },
    };
    match above.saturating_add(below / 2).checked_div(below) {
        Some(times) => Figure::Count(times),
        None => Figure::Never,
    }
}
