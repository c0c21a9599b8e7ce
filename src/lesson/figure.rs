//! A figure of a lesson on its way: in pieces, so that whoever looks for it can stop in between.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::play::divide;
use super::{CrowdRequest, Lesson, LessonMeasure};
use crate::engine::population::Runner;
use crate::engine::{Intervention, SimTime, Timeline};
use crate::scenario::{Evaluation, Figure, Measure, MeasureError};

/// A figure of a lesson that is being looked for. What comes out is what [`Lesson::figure`] finds,
/// and does not depend on the pieces.
#[derive(Clone, Debug)]
pub struct FigureSearch {
    /// The lesson.
    lesson: Arc<Lesson>,
    /// The session that the figure is looked for in.
    session: SessionData,
    /// The ids of the measures that are still to be taken, the next one last.
    waiting: Vec<String>,
    /// The one that is being taken.
    now: Option<Part>,
    /// What was found so far, the dividend first.
    found: Vec<Figure>,
    /// Why it cannot be found.
    error: Option<MeasureError>,
    /// How many measures there are to take.
    parts: usize,
}

/// A session as a figure needs it: enough to set it up again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionData {
    /// Where the knobs stand, by id.
    pub knobs: BTreeMap<String, f64>,
    /// The seed.
    pub seed: u64,
    /// What was done, in order; need not be known for a figure of the world.
    pub acts: Vec<(SimTime, Intervention)>,
}

/// A measure that is being taken.
#[derive(Clone, Debug)]
enum Part {
    /// By runs of the world.
    World(Box<Evaluation>),
    /// By a run of a crowd; the id of the measure with it.
    Crowd(String, Box<(CrowdRequest, Runner)>),
}

impl FigureSearch {
    /// A search that has not begun.
    pub fn new(lesson: Arc<Lesson>, id: &str, session: SessionData) -> Self {
        let over = lesson.measures.get(id).and_then(|it| it.over.clone());
        let mut waiting: Vec<String> = over.into_iter().collect();
        waiting.push(id.to_owned());
        Self {
            parts: waiting.len(),
            lesson,
            session,
            waiting,
            now: None,
            found: Vec::new(),
            error: None,
        }
    }

    /// Goes on for about `budget` decisions of caches, one probe at least. Returns how much is
    /// done, 0 to 1; 1 when all of it is.
    pub fn advance(&mut self, budget: u64) -> f64 {
        if self.error.is_some() {
            return 1.0;
        }
        let Some(part) = &mut self.now else {
            // Setting a world up is a piece of its own.
            return match self.waiting.pop() {
                Some(id) => {
                    match self.begin(&id) {
                        Ok(part) => self.now = Some(part),
                        Err(error) => self.error = Some(error),
                    }
                    self.share(0.0)
                }
                None => 1.0,
            };
        };
        let share = part.advance(budget);
        if share < 1.0 {
            return self.share(share);
        }
        let found = match self.now.take() {
            Some(Part::World(evaluation)) => evaluation.finish(),
            Some(Part::Crowd(id, run)) => {
                let (request, runner) = *run;
                let run = request.into_run(runner.finish());
                self.lesson.figure_of(&id, &run)
            }
            None => Err(MeasureError::NotYet),
        };
        match found {
            Ok(figure) => self.found.push(figure),
            Err(error) => self.error = Some(error),
        }
        self.share(0.0)
    }

    /// How much is done of all, with this share of the part at work.
    fn share(&self, part: f64) -> f64 {
        let is_over = self.found.len() == self.parts || self.error.is_some();
        if is_over {
            return 1.0;
        }
        let done = (self.found.len() as f64 + part) / self.parts.max(1) as f64;
        done.min(0.99)
    }

    /// Sets up the search for a measure.
    fn begin(&self, id: &str) -> Result<Part, MeasureError> {
        let measure = self.lesson.measures.get(id).ok_or(MeasureError::NotYet)?;
        if let Measure::Crowd { .. } = measure.measure {
            let request = self.lesson.figure_request(id, &self.session.knobs);
            let request = request.ok_or(MeasureError::NotYet)?;
            let population = request.population().map_err(|_| MeasureError::NotYet)?;
            let runner = Runner::new(&population, request.seed);
            let runner = runner.map_err(|_| MeasureError::NotYet)?;
            return Ok(Part::Crowd(id.to_owned(), Box::new((request, runner))));
        }
        let session = self.session_of(measure);
        Ok(Part::World(Box::new(measure.measure.begin(&session))))
    }

    /// The session as a measure looks at it: with its own knobs, if it has some.
    fn session_of(&self, measure: &LessonMeasure) -> Timeline {
        let mut knobs = self.session.knobs.clone();
        let own = { measure.knobs.iter() }.map(|(id, value)| (id.clone(), *value));
        knobs.extend(own);
        // What has knobs of its own is as the lesson is, whatever seed the learner took.
        let seed = if measure.knobs.is_empty() {
            self.session.seed
        } else {
            self.lesson.seed
        };
        let world = self.lesson.start_world(&knobs, seed);
        if measure.measure.is_of_session() {
            Timeline::replay(world, &self.session.acts).0
        } else {
            Timeline::new(world)
        }
    }

    /// What was found.
    ///
    /// # Errors
    /// As [`Lesson::figure`]; also if it was not gone on with to the end.
    pub fn finish(self) -> Result<Figure, MeasureError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        match self.found.as_slice() {
            [one] if self.parts == 1 => Ok(*one),
            [one, other] => Ok(divide(*one, *other)),
            _ => Err(MeasureError::NotYet),
        }
    }
}

impl Part {
    /// As [`FigureSearch::advance`].
    fn advance(&mut self, budget: u64) -> f64 {
        match self {
            Self::World(evaluation) => evaluation.advance(budget),
            Self::Crowd(_, run) => run.1.advance(budget).share(),
        }
    }
}

/// How a figure is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureKind {
    /// Read off the session as it stands, in no time.
    ReadOff,
    /// By runs of the engine, from the world as it stands at the start.
    OfWorld,
    /// By a replay of the session in another world.
    OfSession,
    /// Read off a run of a crowd.
    OfCrowd,
}

impl Lesson {
    /// The ids of its crowds.
    pub fn crowd_ids(&self) -> impl Iterator<Item = &str> {
        self.crowds.iter().map(|source| source.id.as_str())
    }

    /// A figure that is read off the session as it stands.
    ///
    /// # Errors
    /// If the session has not got that far, or the figure is found otherwise.
    pub fn read_off(&self, id: &str, session: &Timeline) -> Result<Figure, MeasureError> {
        let measure = self.measures.get(id);
        let is_it = self.figure_kind(id) == Some(FigureKind::ReadOff);
        let measure = measure.filter(|_| is_it).ok_or(MeasureError::NotYet)?;
        let figure = measure.measure.evaluate(session)?;
        let over = measure.over.as_ref().and_then(|it| self.measures.get(it));
        match over {
            Some(over) => Ok(divide(figure, over.measure.evaluate(session)?)),
            None => Ok(figure),
        }
    }

    /// How a figure is found; `None` if there is none of that id.
    pub fn figure_kind(&self, id: &str) -> Option<FigureKind> {
        let measure = self.measures.get(id)?;
        let over = measure
            .over
            .as_ref()
            .and_then(|over| self.measures.get(over));
        let both = || std::iter::once(measure).chain(over);
        let kind = if matches!(measure.measure, Measure::Crowd { .. }) {
            FigureKind::OfCrowd
        } else if both().all(|it| it.knobs.is_empty() && it.measure.is_read_off()) {
            FigureKind::ReadOff
        } else if both().any(|it| it.measure.is_of_session()) {
            FigureKind::OfSession
        } else {
            FigureKind::OfWorld
        };
        Some(kind)
    }
}
