//! Progress between visits and between windows.
//!
//! Nothing is noted in a copy that may be old: an act waits until what is stored was read, joins
//! it, and only then is written. What cannot be read is put aside first, under a name that is
//! free, and only if that worked is anything written in its place.

use super::alarm::Alarm;
use super::{Effect, Heard, Key};
use crate::lesson::{Prediction, Progress};
use crate::page::Machine;

/// Where progress is kept.
const KEY: &str = "dns-lab.progress";
/// How many damaged texts are kept, each under a name of its own.
const SLOTS: usize = 4;

/// Something the learner has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// The goal of a step was met.
    StepDone {
        /// The lesson.
        lesson: String,
        /// The id of the step.
        step: String,
        /// How many steps the lesson has.
        steps: usize,
        /// The day, counted from 1970.
        today: u32,
    },
    /// A prediction was committed to.
    Predicted {
        /// The lesson.
        lesson: String,
        /// The id of the step.
        step: String,
        /// What was predicted.
        prediction: Prediction,
    },
    /// A review question was answered.
    Reviewed {
        /// The lesson.
        lesson: String,
        /// The index of the question.
        review: usize,
        /// Whether the answer was right.
        is_right: bool,
        /// The day, counted from 1970.
        today: u32,
    },
    /// An answer to a practice problem was run.
    Tried {
        /// The problem.
        problem: String,
        /// Whether it passed.
        is_passed: bool,
        /// The day, counted from 1970.
        today: u32,
    },
}

/// What the machine is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The page opens.
    Open,
    /// The learner did something.
    Done(Deed),
    /// A text that was put aside is of no use any more; its place among them.
    Discard(usize),
    /// Something came back from storage.
    Heard(Heard),
}

impl From<Heard> for Input {
    fn from(heard: Heard) -> Self {
        Self::Heard(heard)
    }
}

impl From<Deed> for Input {
    fn from(deed: Deed) -> Self {
        Self::Done(deed)
    }
}

/// A damaged text on its way to a place for such.
#[derive(Clone, Debug)]
struct InHand {
    /// The place.
    slot: usize,
    /// The text.
    text: String,
    /// What is wrong with it.
    problem: String,
}

/// The machine that keeps progress.
#[derive(Clone, Debug, Default)]
pub struct ProgressKeeper {
    /// What is known.
    progress: Progress,
    /// What was done and waits for what is stored.
    waiting: Vec<Deed>,
    /// What stands in the places for damaged texts.
    aside: [Option<String>; SLOTS],
    /// A damaged text that is just being put aside.
    in_hand: Option<InHand>,
    /// The damaged text that could not be put aside and was told.
    held: Option<String>,
    /// When it was said that nothing can be stored.
    alarm: Alarm,
    /// Counts changes of what can be read here.
    revision: u64,
}

impl ProgressKeeper {
    /// What the learner has done so far.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// A number that changes with everything that can be read here.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Texts that could not be read and were put aside, with their places.
    pub fn put_aside(&self) -> Vec<(usize, &str)> {
        let slots = self.aside.iter().enumerate();
        slots
            .filter_map(|(slot, text)| Some((slot, text.as_deref()?)))
            .collect()
    }

    /// Joins what is stored, and writes if that lacks anything.
    fn take_in(&mut self, text: Option<String>) -> Vec<Effect> {
        let text = text.unwrap_or_default();
        let (stored, problem) = Progress::from_storage(&text);
        let mut merged = std::mem::take(&mut self.progress).merge(stored.clone());
        for deed in self.waiting.drain(..) {
            note(&mut merged, deed);
        }
        let is_new = merged != stored;
        self.progress = merged;
        self.revision += 1;
        let is_kept = |slot: &Option<String>| slot.as_deref() == Some(text.as_str());
        let Some(problem) = problem.filter(|_| !self.aside.iter().any(is_kept)) else {
            return if is_new {
                vec![self.write()]
            } else {
                Vec::new()
            };
        };
        let Some(slot) = self.aside.iter().position(Option::is_none) else {
            return self.hold(text, &problem);
        };
        let key = slot_key(slot);
        self.in_hand = Some(InHand {
            slot,
            text: text.clone(),
            problem,
        });
        // Whether it was taken shows when it is read again.
        let write = Effect::Write {
            key: key.clone(),
            text,
        };
        vec![write, Effect::Read(key)]
    }

    /// Says that nothing is written, because a damaged text could not be put aside.
    fn hold(&mut self, text: String, problem: &str) -> Vec<Effect> {
        if self.held.as_ref() == Some(&text) {
            return Vec::new();
        }
        self.held = Some(text);
        vec![Effect::complain(format!(
            "{problem} There is no room to put aside what is stored. Nothing is written over it: \
             what you do now lasts only until the page is closed."
        ))]
    }

    /// A text stands, or does not stand, in a place for damaged ones.
    fn find_aside(&mut self, slot: usize, text: Option<String>) -> Vec<Effect> {
        let in_hand = self.in_hand.take_if(|it| it.slot == slot);
        self.aside[slot].clone_from(&text);
        self.revision += 1;
        let Some(InHand {
            text: damaged,
            problem,
            ..
        }) = in_hand
        else {
            return Vec::new();
        };
        if text.as_ref() != Some(&damaged) {
            return self.hold(damaged, &problem);
        }
        self.held = None;
        let told = format!("{problem} What was stored is kept below the list of lessons.");
        let mut effects = vec![Effect::complain(told)];
        if self.progress != Progress::from_storage(&damaged).0 {
            effects.push(self.write());
        }
        effects
    }

    /// Writes what is known.
    fn write(&self) -> Effect {
        Effect::Write {
            key: Key::lasting(KEY),
            text: self.progress.to_storage(),
        }
    }

    /// Another window changed what is stored.
    fn overhear(&mut self, text: Option<String>) -> Vec<Effect> {
        // Who empties the storage of this page means it.
        let Some(text) = text else { return Vec::new() };
        let (stored, problem) = Progress::from_storage(&text);
        let merged = std::mem::take(&mut self.progress).merge(stored.clone());
        self.progress = merged;
        self.revision += 1;
        // Two windows that wrote at once: the other lacks something of this one.
        if problem.is_none() && self.progress != stored {
            return vec![Effect::Read(Key::lasting(KEY))];
        }
        Vec::new()
    }
}

impl Machine for ProgressKeeper {
    type Input = Input;
    type Effect = Effect;

    fn handle(&mut self, input: Input) -> Vec<Effect> {
        match input {
            Input::Open => {
                let mut keys: Vec<Key> = (0..SLOTS).map(slot_key).collect();
                keys.push(Key::lasting(KEY));
                keys.into_iter().map(Effect::Read).collect()
            }
            Input::Done(deed) => {
                self.waiting.push(deed);
                vec![Effect::Read(Key::lasting(KEY))]
            }
            Input::Discard(slot) => {
                let Some(place) = self.aside.get_mut(slot) else {
                    return Vec::new();
                };
                *place = None;
                self.revision += 1;
                vec![Effect::Remove(slot_key(slot))]
            }
            Input::Heard(Heard::Found { key, text }) if key.name == KEY => self.take_in(text),
            Input::Heard(Heard::Changed { key, text }) if key.name == KEY => self.overhear(text),
            Input::Heard(Heard::Found { key, text } | Heard::Changed { key, text }) => {
                match (0..SLOTS).find(|slot| slot_key(*slot) == key) {
                    Some(slot) => self.find_aside(slot, text),
                    None => Vec::new(),
                }
            }
            Input::Heard(Heard::Refused { key, refusal, now }) if key.name == KEY => {
                let told = self.alarm.raise(refusal, now, "progress");
                told.map(Effect::complain).into_iter().collect()
            }
            // That a damaged text was not taken shows when it is read again.
            Input::Heard(Heard::Refused { .. }) => Vec::new(),
        }
    }
}

/// The name of a place for a damaged text; the first has the name it always had.
fn slot_key(slot: usize) -> Key {
    match slot {
        0 => Key::lasting(format!("{KEY}.damaged")),
        later => Key::lasting(format!("{KEY}.damaged.{}", later + 1)),
    }
}

/// Notes something that was done.
fn note(progress: &mut Progress, deed: Deed) {
    match deed {
        Deed::StepDone {
            lesson,
            step,
            steps,
            today,
        } => progress.complete_step(&lesson, &step, steps, today),
        Deed::Predicted {
            lesson,
            step,
            prediction,
        } => progress.predict(&lesson, &step, prediction),
        Deed::Reviewed {
            lesson,
            review,
            is_right,
            today,
        } => progress.answer_review(&lesson, review, is_right, today),
        Deed::Tried {
            problem,
            is_passed,
            today,
        } => progress.try_problem(&problem, is_passed, today),
    }
}

#[cfg(test)]
#[path = "progress_tests.rs"]
mod tests;
