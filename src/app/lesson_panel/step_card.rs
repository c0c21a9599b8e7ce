//! One step of a lesson.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;

use super::goal_line::GoalLine;
use super::hints::Hints;
use super::play::{Opened, Play};
use super::predict_card::PredictCard;
use super::prose::{Line, Prose};
use super::review_card::ReviewCard;
use super::step_nav::StepNav;
use crate::app::controls::{Icon, Pictogram};
use crate::app::records::RecordPicker;
use crate::app::sessions::SessionBar;
use crate::app::state::LabState;
use crate::lesson::{Block, Lesson, StepAction};
use crate::page::crowd::CrowdStatus;
use crate::page::step::{Phase, StepPlay, tellable};

/// Situation, action, prediction, reason and goal of a step.
#[component]
pub fn StepCard(
    /// The lesson.
    lesson: Arc<Lesson>,
    /// Which of its steps.
    step: usize,
    /// How it was opened.
    opened: Opened,
) -> impl IntoView {
    let state = LabState::expect();
    let play = Play::new(state, Arc::clone(&lesson), step, &opened);
    let Some(content) = lesson.steps.get(step).cloned() else {
        return ().into_any();
    };
    let is_asking = play.memo(|step| step.phase() == Phase::Asking);
    let waits_for_prediction = content.predict.is_some() && content.crowd.is_some();
    Effect::new(move || {
        let is_open = is_asking.get();
        let is_unseen = state.crowd.run.with(Option::is_none);
        let is_running = matches!(state.crowd.status.get(), CrowdStatus::Running(_));
        let waits = waits_for_prediction && is_open && is_unseen && !is_running;
        state.crowd.hold(waits);
    });
    let eyebrow = format!(
        "{} · step {} of {}",
        lesson.title,
        step + 1,
        lesson.steps.len()
    );
    let is_explained = play.memo(StepPlay::is_explained);
    let is_done = play.memo(StepPlay::is_done);
    let why = Told::new(state, play, content.why);
    let after = Told::new(state, play, content.after);
    let reason = move || {
        let (first, second) = (why.blocks(is_explained.get()), after.blocks(is_done.get()));
        (first.is_some() || second.is_some()).then(|| {
            view! {
                <section class="lab-why" aria-labelledby="why-title">
                    <h2 id="why-title" class="lab-subheading">"Why"</h2>
                    {first.map(|blocks| view! { <Prose blocks /> })}
                    {second.map(|blocks| view! { <Prose blocks /> })}
                </section>
            }
        })
    };
    // With a prediction to make, the button goes on from what has run, so it waits below.
    let (button_first, button_after) = match (content.action, &content.predict) {
        (Some(action), None) => (Some(action), None),
        (action, _) => (None, action),
    };
    let is_waiting = play.memo(StepPlay::is_waiting);
    let button_first =
        button_first.map(|action| view! { <ActionButton action is_waiting=false /> }.into_any());
    let button_after =
        button_after.map(|action| view! { <ActionButton action is_waiting /> }.into_any());
    let predict = content
        .predict
        .map(|predict| view! { <PredictCard predict play /> });
    let records = (!content.records.is_empty()).then(|| {
        view! {
            <div class="lab-card">
                <RecordPicker types=content.records />
            </div>
        }
    });
    let is_last = step + 1 == lesson.steps.len();
    let ending = is_last.then(|| view! { <Ending lesson=Arc::clone(&lesson) play /> });
    view! {
        <article class="lab-step">
            <p class="lab-eyebrow">{eyebrow}</p>
            <h1 id="step-title" class="lab-step__title" tabindex="-1">{content.title}</h1>
            <SessionBar />
            <Prose blocks=content.text />
            {button_first}
            {predict}
            {button_after}
            {reason}
            {records}
            <GoalLine goal=content.goal.text play />
            <Hints hints=content.hints play />
            {ending}
        </article>
        <StepNav lesson step is_met=is_done />
    }
    .into_any()
}

/// Blocks of which only what is known is told.
#[derive(Clone, Copy)]
struct Told {
    /// All of them.
    blocks: StoredValue<Vec<Block>>,
    /// The figures that are known.
    known: Memo<BTreeSet<String>>,
}

impl Told {
    /// Blocks of a step.
    fn new(state: LabState, play: Play, blocks: Vec<Block>) -> Self {
        Self {
            known: play.known_figures(state, &blocks),
            blocks: StoredValue::new(blocks),
        }
    }

    /// What can be told, if it may be told and there is anything.
    fn blocks(self, is_due: bool) -> Option<Vec<Block>> {
        if !is_due {
            return None;
        }
        let known = self.known.get();
        let told =
            { self.blocks }.with_value(|blocks| tellable(blocks, &|id| known.contains(id)).0);
        Some(told).filter(|told| !told.is_empty())
    }
}

/// The button of a step.
#[component]
fn ActionButton(
    /// What it says and does.
    action: StepAction,
    /// Whether a prediction must run first.
    #[prop(into)]
    is_waiting: Signal<bool>,
) -> impl IntoView {
    let state = LabState::expect();
    let press = move |_| {
        if action.runs_crowd {
            state.crowd.run_all();
        }
        state.bench.perform(&action.acts);
    };
    let note = move || {
        is_waiting.get().then(|| {
            view! { <p id="action-note" class="lab-note">"After your prediction has run."</p> }
        })
    };
    view! {
        <div class="lab-row">
            <button
                id="action"
                type="button"
                class="lab-button lab-button--main"
                disabled=is_waiting
                aria-describedby=move || is_waiting.get().then_some("action-note")
                on:click=press
            >
                {action.label}
                <Pictogram icon=Icon::Play />
            </button>
            {note}
        </div>
    }
}

/// What to take along, once the last step is done.
#[component]
fn Ending(
    /// The lesson.
    lesson: Arc<Lesson>,
    /// How far the learner has come.
    play: Play,
) -> impl IntoView {
    let state = LabState::expect();
    let id = lesson.id.clone();
    let is_done = play.memo(StepPlay::is_done);
    let is_finished = Memo::new(move |_| {
        is_done.get() || state.progress.with(|progress| progress.is_finished(&id))
    });
    let lesson = StoredValue::new(lesson);
    let body =
        move || {
            let lesson = lesson.get_value();
            let rules = lesson.rfc.iter().map(|rule| view! {
            <li><a href=rule.url() target="_blank" rel="noreferrer">{rule.to_string()}</a></li>
        });
            let rules = rules.collect_view();
            is_finished.get().then(|| {
                view! {
                    <section class="lab-takeaway" aria-labelledby="takeaway-title">
                        <h2 id="takeaway-title" class="lab-subheading">"To remember"</h2>
                        <p class="lab-takeaway__line"><Line line=lesson.takeaway.clone() /></p>
                        <h3 class="lab-subheading">"Answer aloud"</h3>
                        <p><Line line=lesson.speak.clone() /></p>
                        <ul class="lab-rules" aria-label="The rules behind this lesson">{rules}</ul>
                    </section>
                    <ReviewCard except=lesson.id.clone() />
                }
            })
        };
    body.into_any()
}
