//! How far the learner has come in one step.

use crate::lesson::Prediction;
use crate::page::Machine;

/// A prediction: an option, or "I don't know yet".
pub type Choice = Option<usize>;

/// The id of the heading that keeps the focus when a button gives way to another.
const HEADING: &str = "predict-title";

/// What a step has, as far as it matters here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// The right option of its question; `None` if it asks none.
    pub correct: Option<usize>,
    /// Whether its prediction is decided by a run of its crowd.
    pub runs_crowd: bool,
    /// How many hints it has.
    pub hints: usize,
}

/// What is known of a step from before it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The first prediction.
    pub prediction: Option<Prediction>,
    /// Whether its goal was met.
    pub is_done: bool,
    /// Whether the session that is brought back has the run of the prediction in it.
    pub has_run: bool,
    /// Whether a session is brought back at all.
    pub is_resumed: bool,
}

/// Where the question of a step stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// There is none.
    #[default]
    NoQuestion,
    /// The learner is to predict.
    Asking,
    /// What decides it is being watched.
    Running,
    /// The outcome is known.
    Revealed,
}

/// What is known of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// That is what happened.
    Right,
    /// It was predicted, and something else happened.
    Wrong,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The step is opened.
    Open {
        /// What it has.
        shape: Shape,
        /// What is known from before.
        kept: Kept,
    },
    /// An option is chosen.
    Choose(Choice),
    /// The learner commits to what is chosen.
    Commit {
        /// The moment, in milliseconds since 1970.
        now: u64,
    },
    /// Whether everything that the run brought has been seen.
    Seen(bool),
    /// Whether the goal holds.
    Holds(bool),
    /// The learner wants the outcome at once.
    Skip,
    /// The learner tries again.
    Retry,
    /// The learner wants another hint.
    Hint,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Run what decides the prediction, and watch it.
    Run {
        /// Whether the crowd runs as well.
        with_crowd: bool,
    },
    /// Run what decided the prediction, and show its end.
    ShowOutcome {
        /// Whether the crowd runs as well.
        with_crowd: bool,
    },
    /// Show the end of the run.
    SkipToEnd,
    /// Start the world of the step over with another seed.
    Restart,
    /// Note a prediction.
    Predicted(Prediction),
    /// Note that the goal is met.
    Done,
    /// Move the focus to an element.
    Focus(&'static str),
}

/// The machine of one step.
#[derive(Clone, Debug, Default)]
pub struct StepPlay {
    /// What the step has.
    shape: Shape,
    /// Where its question stands.
    phase: Phase,
    /// What is chosen and not committed to yet.
    chosen: Option<Choice>,
    /// What the learner committed to.
    committed: Option<Choice>,
    /// Whether the goal was met in an earlier visit.
    was_done: bool,
    /// Whether the goal has been met since the step was opened.
    is_met: bool,
    /// How many hints are shown.
    hints: usize,
}

impl StepPlay {
    /// Where the question stands.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// What is chosen, committed to or not.
    pub fn chosen(&self) -> Option<Choice> {
        self.committed.or(self.chosen)
    }

    /// What is known of an option, or of "I don't know yet".
    pub fn verdict(&self, option: Choice) -> Option<Verdict> {
        if self.phase != Phase::Revealed {
            return None;
        }
        if option.is_some() && option == self.shape.correct {
            return Some(Verdict::Right);
        }
        (self.committed == Some(option)).then_some(Verdict::Wrong)
    }

    /// What the learner committed to, once the outcome is known.
    pub fn outcome(&self) -> Option<Choice> {
        self.committed.filter(|_| self.phase == Phase::Revealed)
    }

    /// Whether the outcome of a prediction is known: what goals ask for.
    pub fn is_predicted(&self) -> bool {
        self.phase == Phase::Revealed
    }

    /// Whether the goal is met, now or in an earlier visit.
    pub fn is_done(&self) -> bool {
        self.is_met || self.was_done
    }

    /// Whether it may be told why it went so.
    pub fn is_explained(&self) -> bool {
        self.is_done() || self.phase == Phase::Revealed
    }

    /// Whether the button of the step waits for the prediction.
    pub fn is_waiting(&self) -> bool {
        matches!(self.phase, Phase::Asking | Phase::Running) && !self.is_met
    }

    /// How many hints are shown.
    pub fn hints(&self) -> usize {
        self.hints
    }

    /// Whether there is another hint to be had.
    pub fn has_hint(&self) -> bool {
        self.hints < self.shape.hints && !self.is_met
    }

    /// The step is opened.
    fn open(&mut self, shape: Shape, kept: Kept) -> Vec<Effect> {
        *self = Self {
            shape,
            was_done: kept.is_done,
            ..Self::default()
        };
        if shape.correct.is_none() {
            return Vec::new();
        }
        self.phase = Phase::Asking;
        let Some(prediction) = kept.prediction else {
            return Vec::new();
        };
        if kept.is_done && !kept.has_run {
            self.committed = Some(prediction.choice);
            self.phase = Phase::Revealed;
            // A session that goes another way stays as it is.
            return if kept.is_resumed {
                Vec::new()
            } else {
                let with_crowd = shape.runs_crowd;
                vec![Effect::ShowOutcome { with_crowd }]
            };
        }
        if kept.has_run {
            self.committed = Some(prediction.choice);
            self.phase = if kept.is_done {
                Phase::Revealed
            } else {
                Phase::Running
            };
        }
        Vec::new()
    }

    /// The learner commits to what is chosen.
    fn commit(&mut self, now: u64) -> Vec<Effect> {
        let (Phase::Asking, Some(choice)) = (self.phase, self.chosen) else {
            return Vec::new();
        };
        self.committed = Some(choice);
        self.phase = Phase::Running;
        let prediction = Prediction {
            choice,
            is_right: choice.is_some() && choice == self.shape.correct,
            made_at: now,
        };
        let with_crowd = self.shape.runs_crowd;
        vec![
            Effect::Predicted(prediction),
            Effect::Run { with_crowd },
            Effect::Focus(HEADING),
        ]
    }
}

impl Machine for StepPlay {
    type Input = Input;
    type Effect = Effect;

    fn handle(&mut self, input: Input) -> Vec<Effect> {
        match input {
            Input::Open { shape, kept } => return self.open(shape, kept),
            Input::Choose(choice) => {
                if self.phase == Phase::Asking {
                    self.chosen = Some(choice);
                }
            }
            Input::Commit { now } => return self.commit(now),
            Input::Seen(is_all) => {
                // What was seen stays seen, until the learner tries again.
                if self.phase == Phase::Running && is_all {
                    self.phase = Phase::Revealed;
                }
            }
            Input::Holds(holds) => {
                if holds && !self.is_met {
                    self.is_met = true;
                    return vec![Effect::Done];
                }
            }
            Input::Skip => {
                if self.phase == Phase::Running {
                    return vec![Effect::SkipToEnd, Effect::Focus(HEADING)];
                }
            }
            Input::Retry => {
                if self.phase == Phase::Revealed {
                    self.phase = Phase::Asking;
                    self.chosen = None;
                    self.committed = None;
                    return vec![Effect::Restart, Effect::Focus(HEADING)];
                }
            }
            Input::Hint => {
                if self.has_hint() {
                    self.hints += 1;
                }
            }
        }
        Vec::new()
    }
}

#[cfg(test)]
#[path = "play_tests.rs"]
mod tests;
