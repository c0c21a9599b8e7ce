//! Opening a scenario, with the session of a shared link if the address carries one.

use super::scenario::Scenario;
use super::state::{LabState, StageView};
use crate::scenario::Session;
use crate::scenario::crowd::CrowdView;
use leptos::prelude::*;

/// Puts a scenario on the bench. What cannot be read or done is said, and the rest works.
pub fn open_scenario(state: LabState, scenario: Scenario) {
    state.selection.set(Default::default());
    let link = state
        .address
        .with_untracked(|address| address.permalink.clone());
    let Some(link) = link else {
        state.bench.open(scenario);
        return;
    };
    match Session::from_permalink(&link) {
        Ok(session) => match restore(state, scenario, session) {
            0 => {}
            1 => state.complain(
                "One thing done in the shared session is not possible here and was left out.",
            ),
            lost => state.complain(format!(
                "{lost} things done in the shared session are not possible here and were left out."
            )),
        },
        Err(error) => {
            state.bench.open(scenario);
            state.complain(format!(
                "The shared session cannot be opened: {error}. You see this page as it begins."
            ));
        }
    }
}

/// The crowd of a shared link, if the address carries one.
pub fn shared_crowd(state: LabState) -> Option<CrowdView> {
    let link = state
        .address
        .with_untracked(|address| address.permalink.clone())?;
    Session::from_permalink(&link).ok()?.crowd
}

/// Brings back a session and how it was looked at. Returns how many of its acts could not be
/// carried out.
fn restore(state: LabState, scenario: Scenario, session: Session) -> usize {
    state.view.set(StageView::named(session.view.as_deref()));
    state.bench.restore(scenario, session)
}
