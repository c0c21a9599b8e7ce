//! What is to be done, with a check mark once it is.

use leptos::prelude::*;

use super::play::Play;
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
    play: Play,
) -> impl IntoView {
    let state = LabState::expect();
    let is_done = play.is_done(state);
    let word = move || if is_done.get() { "Done: " } else { "Goal: " };
    view! {
        <div id="goal" class="lab-goal" data-state=move || if is_done.get() { "done" } else { "open" } role="status">
            <span class="lab-goal__mark"><Pictogram icon=Icon::Check /></span>
            <p><b>{word}</b><Line line=goal /></p>
        </div>
    }
}
