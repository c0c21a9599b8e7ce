//! What is to be done, with a check mark once it is.

use leptos::prelude::*;

use super::play::StepPlay;
use super::prose::Line;
use crate::app::controls::{Icon, Pictogram};
use crate::app::state::LabState;
use crate::lesson::Inline;

/// The goal of a step.
#[component]
pub fn GoalLine(
    /// What it says.
    goal: Vec<Inline>,
    /// How far the learner has come.
    play: StepPlay,
) -> impl IntoView {
    let state = LabState::expect();
    let was_done = Memo::new(move |_| {
        state.progress.with(|progress| {
            play.lesson.with_value(|lesson| {
                lesson
                    .steps
                    .get(play.index)
                    .is_some_and(|step| progress.is_done(&lesson.id, &step.id))
            })
        })
    });
    let is_done = Memo::new(move |_| play.is_met.get() || was_done.get());
    let word = move || if is_done.get() { "Done: " } else { "Goal: " };
    view! {
        <div id="goal" class="lab-goal" data-state=move || if is_done.get() { "done" } else { "open" } role="status">
            <span class="lab-goal__mark"><Pictogram icon=Icon::Check /></span>
            <p><b>{word}</b><Line line=goal /></p>
        </div>
    }
}
