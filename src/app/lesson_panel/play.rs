//! How far the learner has come in one step: the machine of [`crate::page::step`], bound.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;

use crate::app::binding::{Bound, Shown};
use crate::app::clock;
use crate::app::keyboard;
use crate::app::state::LabState;
use crate::lesson::{Block, CrowdSeen, GoalInput, Inline, Lesson, Predict};
use crate::page::bench::{Input as BenchInput, Move};
use crate::page::step::{Choice, Effect as Asked, Input, Kept, Phase, Shape, StepPlay, Verdict};
use crate::page::store::progress::Deed;
use crate::scenario::{Measure, Session};

/// How a step was opened.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    /// The session that was brought back, if one was.
    pub session: Option<Session>,
    /// Whether the learner has started it over.
    pub is_anew: bool,
}

/// The state of one step, made anew each time it is opened.
#[derive(Clone, Copy)]
pub struct Play {
    /// The lesson.
    lesson: StoredValue<Arc<Lesson>>,
    /// Which of its steps.
    index: usize,
    /// The machine.
    machine: Bound<StepPlay>,
    /// Grows with every change of what the machine knows.
    revision: Shown<u64>,
}

impl Play {
    /// The state of a step that was just opened. Notes in the progress when its goal is met.
    pub fn new(state: LabState, lesson: Arc<Lesson>, index: usize, opened: &Opened) -> Self {
        let (shape, kept) = (shape(&lesson, index), kept(state, &lesson, index, opened));
        let lesson = StoredValue::new(lesson);
        let revision = Shown::new(0);
        let machine = Bound::new(
            StepPlay::default(),
            move |_| revision.show(revision.signal().get_untracked() + 1),
            move |_, effect| carry(state, lesson, index, effect),
        );
        machine.send(Input::Open { shape, kept });
        let play = Self {
            lesson,
            index,
            machine,
            revision,
        };
        let is_running = play.memo(|step| step.phase() == Phase::Running);
        Effect::new(move || {
            let (bench, crowd) = (state.bench, state.crowd);
            let is_all = if shape.runs_crowd {
                // What was run before is forgotten when a prediction is committed to.
                crowd.seen.get() > 0
            } else {
                let seen = bench.seen.get();
                let length = bench.timeline().with(|timeline| timeline.trace().len());
                seen >= length
            };
            if is_running.get() {
                machine.send(Input::Seen(is_all));
            }
        });
        let is_predicted = play.memo(StepPlay::is_predicted);
        let holds = Memo::new(move |_| play.holds(state, is_predicted.get()));
        Effect::new(move || machine.send(Input::Holds(holds.get())));
        play
    }

    /// Something that the machine knows, as a signal.
    pub fn memo<T>(self, read: impl Fn(&StepPlay) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Default + Send + Sync + 'static,
    {
        Memo::new(move |_| {
            self.revision.signal().track();
            self.machine.with(&read).unwrap_or_default()
        })
    }

    /// Tells the machine what has happened.
    pub fn send(self, input: Input) {
        self.machine.send(input);
    }

    /// `right` or `wrong` for an option, once the outcome is known.
    pub fn verdict(self, option: Choice) -> Option<&'static str> {
        self.revision.signal().track();
        let verdict = self.machine.with(|step| step.verdict(option)).flatten();
        verdict.map(|verdict| match verdict {
            Verdict::Right => "right",
            Verdict::Wrong => "wrong",
        })
    }

    /// Whether the goal of the step was met before or is met now.
    pub fn is_done(self, state: LabState) -> Memo<bool> {
        let is_done = self.memo(StepPlay::is_done);
        Memo::new(move |_| {
            let was_done = state.progress.with(|progress| {
                self.lesson.with_value(|lesson| {
                    let step = lesson.steps.get(self.index);
                    step.is_some_and(|step| progress.is_done(&lesson.id, &step.id))
                })
            });
            was_done || is_done.get()
        })
    }

    /// Whether the goal of the step holds now.
    fn holds(self, state: LabState, predicted: bool) -> bool {
        let (bench, crowd) = (state.bench, state.crowd);
        let mut knobs = bench.knobs.get();
        if crowd.source.with(Option::is_some) {
            knobs.extend(crowd.knobs.get());
        }
        let (runs, last) = (crowd.seen.get(), crowd.last.get());
        let seen = bench.seen.get();
        self.lesson.with_value(|lesson| {
            let Some(step) = lesson.steps.get(self.index) else {
                return false;
            };
            bench.timeline().with(|timeline| {
                step.goal.is_met(&GoalInput {
                    timeline,
                    seen,
                    knobs: &knobs,
                    predicted,
                    crowd: CrowdSeen {
                        runs,
                        last: last.as_deref().map(|run| (&**lesson, run)),
                    },
                })
            })
        })
    }

    /// The figures that some blocks quote and that are known by now. What is known stays so.
    pub fn known_figures(self, state: LabState, blocks: &[Block]) -> Memo<BTreeSet<String>> {
        let mut quoted = BTreeSet::new();
        for block in blocks {
            note_figures(block, &mut quoted);
        }
        Memo::new(move |before: Option<&BTreeSet<String>>| {
            let mut known = before.cloned().unwrap_or_default();
            let unknown = quoted.iter().filter(|id| !known.contains(*id));
            let found: Vec<String> = self.lesson.with_value(|lesson| {
                let found = unknown.filter(|id| is_known(state, lesson, id));
                found.cloned().collect()
            });
            known.extend(found);
            known
        })
    }
}

/// What a step has.
fn shape(lesson: &Lesson, index: usize) -> Shape {
    let step = lesson.steps.get(index);
    step.map_or_else(Shape::default, |step| Shape {
        correct: step.predict.as_ref().map(Predict::correct),
        runs_crowd: step.runs_crowd,
        hints: step.hints.len(),
    })
}

/// What is known of a step from before.
fn kept(state: LabState, lesson: &Lesson, index: usize, opened: &Opened) -> Kept {
    let Some(step) = lesson.steps.get(index).filter(|_| !opened.is_anew) else {
        return Kept::default();
    };
    let session = opened.session.as_ref();
    // A session that begins with what decides the prediction has the prediction behind it.
    let has_run = session.is_some_and(|session| {
        let run = lesson.run_prediction(index);
        let opening = lesson.opening_acts(index);
        run.acts().len() > opening && session.acts.starts_with(run.acts())
    });
    state.progress.with_untracked(|progress| Kept {
        prediction: progress.prediction(&lesson.id, &step.id),
        is_done: progress.is_done(&lesson.id, &step.id),
        has_run,
        is_resumed: session.is_some(),
    })
}

/// Does what the machine asks for.
fn carry(state: LabState, lesson: StoredValue<Arc<Lesson>>, index: usize, effect: Asked) {
    let run_crowd = || {
        let opening = lesson.with_value(|lesson| lesson.opening_knobs(index));
        state.crowd.predicted(opening);
    };
    let note = |deed: &dyn Fn(&Lesson, String) -> Deed| {
        lesson.with_value(|lesson| {
            if let Some(step) = lesson.steps.get(index) {
                state.kept.note(deed(lesson, step.id.clone()));
            }
        });
    };
    match effect {
        Asked::Run { with_crowd } => {
            state.bench.send(BenchInput::RunPrediction);
            if with_crowd {
                run_crowd();
            }
        }
        Asked::ShowOutcome { with_crowd } => {
            state.bench.send(BenchInput::RunPrediction);
            state.bench.send(BenchInput::Pause);
            state.bench.seek(Move::ToEnd);
            if with_crowd {
                run_crowd();
            }
            // The learner has not done that.
            state.sessions.begin_here(state);
        }
        Asked::SkipToEnd => state.bench.seek(Move::ToEnd),
        Asked::Restart => {
            let seed = clock::fresh_seed();
            state.bench.send(BenchInput::Restart { seed });
        }
        Asked::Predicted(prediction) => note(&|lesson, step| Deed::Predicted {
            lesson: lesson.id.clone(),
            step,
            prediction,
        }),
        Asked::Done => note(&|lesson, step| Deed::StepDone {
            lesson: lesson.id.clone(),
            step,
            steps: lesson.steps.len(),
            today: clock::today(),
        }),
        Asked::Focus(id) => request_animation_frame(move || keyboard::focus(id)),
    }
}

/// Notes the figures that a block quotes.
fn note_figures(block: &Block, quoted: &mut BTreeSet<String>) {
    match block {
        Block::Paragraph(line) => note_figures_of(line, quoted),
        Block::List { items, .. } => {
            for block in items.iter().flatten() {
                note_figures(block, quoted);
            }
        }
        Block::Quote(inner) => {
            for block in inner {
                note_figures(block, quoted);
            }
        }
        Block::Code { .. } => {}
    }
}

/// Notes the figures that a line quotes.
fn note_figures_of(line: &[Inline], quoted: &mut BTreeSet<String>) {
    for piece in line {
        match piece {
            Inline::Figure(id) => {
                quoted.insert(id.clone());
            }
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Link { text: inner, .. } => {
                note_figures_of(inner, quoted)
            }
            Inline::Text(_) | Inline::Code(_) | Inline::Knob(_) => {}
        }
    }
}

/// Whether a figure is known by now: one of the session once that has got so far, one of the crowd
/// once it has run, any other from the start.
fn is_known(state: LabState, lesson: &Lesson, id: &str) -> bool {
    let Some(measure) = lesson.measures.get(id) else {
        return true;
    };
    if let Measure::Crowd { .. } = measure.measure {
        // One with knobs of its own has a run of its own, which begins when it is quoted.
        return !measure.knobs.is_empty() || state.crowd.last.with(Option::is_some);
    }
    let bench = state.bench;
    bench
        .timeline()
        .with(|timeline| lesson.is_figure_known(id, timeline))
}
