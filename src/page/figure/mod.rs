//! A figure of the world in the prose that takes runs of the engine.
//!
//! It is looked for whenever the session moves on, by [`crate::page::runs`] and never on the page
//! itself. A search that is under way when the session moves on is seen to its end, so that the
//! figure follows a drag; what it finds is shown as of the session before, and looked for anew.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::engine::{Intervention, SimTime};
use crate::lesson::{FigureKind, Lesson};
use crate::page::Machine;
use crate::page::runs::{FigureJob, Job, News, Paper, Product, Seat, Ticket, Want};
use crate::scenario::Figure;
use crate::scenario::packed::write_acts;

/// The session at hand, as far as a figure depends on it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moment {
    /// Where the knobs stand, by id.
    pub knobs: BTreeMap<String, f64>,
    /// The seed.
    pub seed: u64,
    /// What was done, in order; none for a figure of the world.
    pub acts: Vec<(SimTime, Intervention)>,
}

/// How far the search is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// Nothing is looked for.
    #[default]
    Still,
    /// A search is under way; its number, and whether the session has moved on since.
    Searching(u32, bool),
}

/// What can happen.
#[derive(Clone, Debug)]
pub enum Input {
    /// The session is another one.
    Moved(Moment),
    /// Something is heard of the search.
    News(Ticket, News),
    /// The figure is not shown any more.
    Gone,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Have runs made.
    Want(Box<Want>),
    /// They are not wanted any more.
    Drop(Seat),
}

/// A figure that is looked for.
#[derive(Debug)]
pub struct FigureSearcher {
    /// The lesson.
    lesson: Arc<Lesson>,
    /// The id of the figure.
    id: String,
    /// Whose searches are whose.
    seat: Seat,
    /// The files that a search needs.
    papers: Vec<Paper>,
    /// The session at hand; `None` before the first.
    moment: Option<Moment>,
    /// What was found last, or why there is none, as a sentence.
    found: Option<Result<Figure, String>>,
    /// How far the search is.
    phase: Phase,
    /// The number of the last search.
    number: u32,
}

impl FigureSearcher {
    /// A figure that nobody has looked for; its `seat` is nobody else's.
    pub fn new(lesson: Arc<Lesson>, id: &str, seat: Seat, papers: Vec<Paper>) -> Self {
        Self {
            lesson,
            id: id.to_owned(),
            seat,
            papers,
            moment: None,
            found: None,
            phase: Phase::Still,
            number: 0,
        }
    }

    /// What was found last, or why there is none, as a sentence; `None` before anything was.
    pub fn found(&self) -> Option<&Result<Figure, String>> {
        self.found.as_ref()
    }

    /// Whether what was found is of a session before.
    pub fn is_stale(&self) -> bool {
        self.phase != Phase::Still
    }

    /// How far the search is.
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// Begins a search.
    fn search(&mut self) -> Vec<Effect> {
        let Some(moment) = &self.moment else {
            return Vec::new();
        };
        let needs_acts = self.lesson.figure_kind(&self.id) == Some(FigureKind::OfSession);
        let acts = if needs_acts {
            write_acts(&moment.acts)
        } else {
            Vec::new()
        };
        self.number = self.number.wrapping_add(1);
        self.phase = Phase::Searching(self.number, false);
        let job = Job::Figure(FigureJob {
            lesson: self.lesson.id.clone(),
            world: self.lesson.world.clone(),
            crowds: self.lesson.crowd_ids().map(str::to_owned).collect(),
            figure: self.id.clone(),
            knobs: moment.knobs.clone(),
            seed: moment.seed,
            acts,
        });
        let ticket = Ticket {
            seat: self.seat.clone(),
            number: self.number,
        };
        let papers = self.papers.clone();
        vec![Effect::Want(Box::new(Want {
            ticket,
            job,
            papers,
        }))]
    }

    /// Hears of a search.
    fn hear(&mut self, ticket: &Ticket, news: News) -> Vec<Effect> {
        let Phase::Searching(number, is_outdated) = self.phase else {
            return Vec::new();
        };
        // What is heard of an older search comes late.
        if ticket.number != number {
            return Vec::new();
        }
        self.found = Some(match news {
            News::Progress(_) => return Vec::new(),
            News::Done(Product::Figure(found)) => found,
            News::Done(_) => Err("it came back damaged".to_owned()),
            News::Failed(problem) => Err(problem),
        });
        self.phase = Phase::Still;
        if is_outdated {
            self.search()
        } else {
            Vec::new()
        }
    }
}

impl Machine for FigureSearcher {
    type Input = Input;
    type Effect = Effect;

    fn handle(&mut self, input: Input) -> Vec<Effect> {
        match input {
            Input::Moved(moment) => {
                if self.moment.as_ref() == Some(&moment) {
                    return Vec::new();
                }
                self.moment = Some(moment);
                match &mut self.phase {
                    Phase::Searching(_, is_outdated) => {
                        *is_outdated = true;
                        Vec::new()
                    }
                    Phase::Still => self.search(),
                }
            }
            Input::News(ticket, news) => self.hear(&ticket, news),
            Input::Gone => match std::mem::take(&mut self.phase) {
                Phase::Searching(..) => vec![Effect::Drop(self.seat.clone())],
                Phase::Still => Vec::new(),
            },
        }
    }
}
