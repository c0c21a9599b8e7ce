//! The machine of a desk.

use std::sync::Arc;

use crate::lesson::practice::{
    Answer, AnswerFault, Attempt, MAX_ROWS, Part, Plan, Problem, Report, TimelineRow,
};
use crate::page::Machine;
use crate::page::runs::{GradingJob, Job, News, Paper, Product, Seat, Ticket, Want};
use crate::page::store::drafts::{DRAFT_LIMIT, DraftKeeper};
use crate::page::store::history::Why;
use crate::scenario::sentence;

/// What is going on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Phase {
    /// Nothing is under way.
    #[default]
    Writing,
    /// The answer is being run.
    Running {
        /// The number of the job.
        number: u32,
        /// The share that is done, 0 to 1.
        share: f64,
    },
}

/// What can happen.
#[derive(Clone, Debug)]
pub enum Input {
    /// Something was typed or chosen: the answer as it is now.
    Type(Box<Answer>),
    /// A row is added to the timeline.
    AddRow,
    /// A link with an answer was followed.
    Follow {
        /// The answer, or why there is none, as the end of a sentence.
        attempt: Result<Box<Attempt>, String>,
        /// The mark of the link.
        mark: u32,
        /// Whether it was followed before.
        is_known: bool,
    },
    /// A stored answer is put in place.
    PutIn(Box<Answer>),
    /// The learner begins anew.
    StartAgain,
    /// An earlier version is brought back.
    BringBack(Box<Attempt>),
    /// The answer is to be run.
    Run,
    /// The answer is to be run with other chances.
    Retry,
    /// The run is to be broken off.
    Cancel,
    /// Something is heard of the run.
    News(Ticket, News),
    /// One more hint is wanted.
    Hint,
    /// The model answer is wanted, or no longer.
    Model(bool),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Have a run made.
    Want(Box<Want>),
    /// Break the run off.
    Cancel(Seat),
    /// Keep the draft.
    Keep(Box<Attempt>),
    /// Keep the draft, and what it took the place of among the earlier versions.
    Replace {
        /// What stood there.
        before: Box<Attempt>,
        /// What stands there now.
        now: Box<Attempt>,
        /// Why.
        why: Why,
    },
    /// Lay an answer among the earlier versions.
    Offer(Box<Attempt>),
    /// Note that a link was followed, by its mark.
    Followed(u32),
    /// Note that an answer was tried, and whether it passed.
    Tried(bool),
    /// Move the focus to an element, by its id.
    Focus(String),
    /// Tell the reader.
    Inform(&'static str),
    /// Tell the reader that something could not be done.
    Complain(String),
}

/// What is to be said about how much was written, while it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What is said, as sentences.
    pub words: String,
    /// Whether there is too much already; otherwise there soon is.
    pub is_passed: bool,
}

/// The desk of a practice problem.
#[derive(Debug)]
pub struct Desk {
    /// The problem.
    problem: Arc<Problem>,
    /// Its file, for the worker.
    pub(super) paper: Paper,
    /// What is written, and which round is tried.
    attempt: Attempt,
    /// What is going on.
    phase: Phase,
    /// What of the answer cannot be run.
    faults: Vec<AnswerFault>,
    /// What came of the last run.
    report: Option<Arc<Report>>,
    /// Whether the answer was changed after the last run began.
    is_changed: bool,
    /// How many hints are shown.
    hints: usize,
    /// Whether the model answer is shown.
    is_model_open: bool,
    /// The number of the last job.
    number: u32,
}

impl Machine for Desk {
    type Input = Input;
    type Effect = Effect;

    fn handle(&mut self, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        let out = &mut effects;
        match input {
            Input::Type(answer) => self.change(*answer, out),
            Input::AddRow => self.add_row(out),
            Input::Follow {
                attempt,
                mark,
                is_known,
            } => match attempt {
                Ok(attempt) if is_known => self.offer(*attempt, out),
                Ok(attempt) => {
                    self.replace(*attempt, Why::Link, out);
                    out.push(Effect::Followed(mark));
                    out.push(Effect::Inform(
                        "This is the answer of a link. “Bring back” returns to yours.",
                    ));
                }
                Err(error) => out.push(Effect::Complain(format!(
                    "The shared answer cannot be opened: {error}. You see your own."
                ))),
            },
            Input::PutIn(answer) => self.replace(self.with(*answer), Why::Model, out),
            Input::StartAgain => {
                let start = self.problem.start.clone();
                self.replace(self.with(start), Why::StartAgain, out);
            }
            Input::BringBack(attempt) => self.replace(*attempt, Why::BroughtBack, out),
            Input::Run => self.run(out),
            Input::Retry => {
                self.attempt.round = self.attempt.round.saturating_add(1);
                self.keep(out);
                self.run(out);
            }
            Input::Cancel => self.stop(out),
            Input::News(ticket, news) => self.hear(&ticket, news, out),
            Input::Hint => self.hints = (self.hints + 1).min(self.problem.hints.len()),
            Input::Model(is_open) => self.is_model_open = is_open,
        }
        effects
    }
}

impl Desk {
    /// A problem with its file and the kept draft, if there is one.
    pub fn new(problem: Arc<Problem>, paper: Paper, draft: Option<Attempt>) -> Self {
        let attempt = draft.unwrap_or_else(|| Attempt {
            answer: problem.start.clone(),
            round: 0,
        });
        Self {
            problem,
            paper,
            attempt,
            phase: Phase::Writing,
            faults: Vec::new(),
            report: None,
            is_changed: false,
            hints: 0,
            is_model_open: false,
            number: 0,
        }
    }

    /// The problem.
    pub fn problem(&self) -> &Arc<Problem> {
        &self.problem
    }

    /// What is written.
    pub fn answer(&self) -> &Answer {
        &self.attempt.answer
    }

    /// What is written, and which round is tried.
    pub fn attempt(&self) -> &Attempt {
        &self.attempt
    }

    /// What is going on.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// How much of a run is done, 0 to 1; `None` while nothing runs.
    pub fn progress(&self) -> Option<f64> {
        match self.phase {
            Phase::Writing => None,
            Phase::Running { share, .. } => Some(share),
        }
    }

    /// What of the answer cannot be run.
    pub fn faults(&self) -> &Vec<AnswerFault> {
        &self.faults
    }

    /// What came of the last run.
    pub fn report(&self) -> Option<&Arc<Report>> {
        self.report.as_ref()
    }

    /// Whether the answer was changed after the last run began.
    pub fn is_changed(&self) -> bool {
        self.is_changed
    }

    /// How many hints are shown.
    pub fn hints(&self) -> usize {
        self.hints
    }

    /// Whether the model answer is shown.
    pub fn is_model_open(&self) -> bool {
        self.is_model_open
    }

    /// Whether the timeline has room for another row.
    fn has_room(&self) -> bool {
        self.attempt.answer.timeline.len() < MAX_ROWS
    }

    /// What is to be said about the size of the answer; `None` while it is far from any limit.
    pub fn size_limit(&self) -> Option<Limit> {
        if let Some(excess) = self.attempt.answer.excess() {
            return Some(Limit {
                words: sentence(&excess),
                is_passed: true,
            });
        }
        let length = self.attempt.to_storage().len();
        DraftKeeper::words_about_length(length).map(|words| Limit {
            words,
            is_passed: length > DRAFT_LIMIT,
        })
    }

    /// What is to be said about the number of rows; `None` while there is room for another.
    pub fn row_limit(&self) -> Option<String> {
        (!self.has_room()).then(|| {
            format!(
                "{MAX_ROWS} rows are the most that a timeline has: take one away to add another."
            )
        })
    }

    /// An answer in the round at hand.
    fn with(&self, answer: Answer) -> Attempt {
        Attempt {
            answer,
            round: self.attempt.round,
        }
    }

    /// Has the draft kept.
    fn keep(&self, out: &mut Vec<Effect>) {
        out.push(Effect::Keep(Box::new(self.attempt.clone())));
    }

    /// The answer is another one.
    fn change(&mut self, answer: Answer, out: &mut Vec<Effect>) {
        if answer == self.attempt.answer {
            return;
        }
        self.attempt.answer = answer;
        self.is_changed = true;
        self.faults.clear();
        self.keep(out);
    }

    /// Adds a row to the timeline, as long as there is room.
    fn add_row(&mut self, out: &mut Vec<Effect>) {
        let index = self.attempt.answer.timeline.len();
        if self.has_room() {
            let mut answer = self.attempt.answer.clone();
            answer.timeline.push(TimelineRow::default());
            // A blank row changes nothing of what was run.
            let (was_changed, faults) = (self.is_changed, self.faults.clone());
            self.change(answer, out);
            (self.is_changed, self.faults) = (was_changed, faults);
            out.push(Effect::Focus(format!("at-{index}")));
        }
    }

    /// Puts another attempt in place; what stood there can be brought back.
    fn replace(&mut self, attempt: Attempt, why: Why, out: &mut Vec<Effect>) {
        if attempt == self.attempt {
            return;
        }
        let before = std::mem::replace(&mut self.attempt, attempt);
        self.is_changed = true;
        self.faults.clear();
        out.push(Effect::Replace {
            before: Box::new(before),
            now: Box::new(self.attempt.clone()),
            why,
        });
    }

    /// Lays the answer of a link that was followed before beside what was written since.
    fn offer(&self, attempt: Attempt, out: &mut Vec<Effect>) {
        if attempt == self.attempt {
            return;
        }
        out.push(Effect::Offer(Box::new(attempt)));
        out.push(Effect::Inform(
            "You have opened this link before: you see your own answer as you left it. The one of \
             the link is among the earlier versions.",
        ));
    }

    /// Runs the answer, or tells all that is needed before it can run.
    fn run(&mut self, out: &mut Vec<Effect>) {
        if let Err(faults) = Plan::read(&self.problem, &self.attempt.answer) {
            self.stop(out);
            self.report = None;
            self.faults = faults;
            return;
        }
        self.faults.clear();
        self.is_changed = false;
        self.number = self.number.wrapping_add(1);
        self.phase = Phase::Running {
            number: self.number,
            share: 0.0,
        };
        out.push(Effect::Want(Box::new(Want {
            ticket: Ticket {
                seat: Seat::Practice,
                number: self.number,
            },
            job: Job::Grading(GradingJob {
                problem: self.problem.id().to_owned(),
                attempt: self.attempt.to_storage(),
            }),
            papers: vec![self.paper.clone()],
        })));
    }

    /// Breaks the run off.
    fn stop(&mut self, out: &mut Vec<Effect>) {
        if self.phase != Phase::Writing {
            self.phase = Phase::Writing;
            out.push(Effect::Cancel(Seat::Practice));
        }
    }

    /// Hears of a run.
    fn hear(&mut self, ticket: &Ticket, news: News, out: &mut Vec<Effect>) {
        let Phase::Running { number, share } = &mut self.phase else {
            return;
        };
        // What is heard of an older run comes late.
        if ticket.number != *number {
            return;
        }
        match news {
            News::Progress(done) => *share = done,
            News::Done(Product::Grading(report)) => {
                self.phase = Phase::Writing;
                out.push(Effect::Tried(report.is_passed()));
                self.report = Some(Arc::new(*report));
            }
            News::Done(_) => {
                self.phase = Phase::Writing;
                let text = "The run came back damaged: run the answer again.";
                out.push(Effect::Complain(text.to_owned()));
            }
            News::Failed(problem) => {
                self.phase = Phase::Writing;
                out.push(Effect::Complain(format!(
                    "The answer cannot be run: {problem}"
                )));
            }
        }
    }

    /// What is wrong with some parts, in words; `None` if nothing is.
    pub fn fault(faults: &[AnswerFault], part: impl Fn(Part) -> bool) -> Option<String> {
        let found: Vec<&str> = { faults.iter() }
            .filter(|fault| part(fault.part))
            .map(|fault| fault.problem.as_str())
            .collect();
        (!found.is_empty()).then(|| found.join(" · "))
    }
}
