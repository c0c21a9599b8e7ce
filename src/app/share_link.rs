//! Opening a scenario, with the session of a shared link if the address carries one.

use super::state::LabState;
use crate::page::bench::{Input, Scenario, SessionSource};
use crate::scenario::Session;
use crate::scenario::crowd::CrowdView;
use leptos::prelude::*;

/// Puts a scenario on the bench. What cannot be read or done is said, and the rest works.
pub fn open_scenario(state: LabState, scenario: Scenario) {
    let link = state
        .address
        .with_untracked(|address| address.permalink.clone());
    open_with_link(state, scenario, link.as_deref());
}

/// Puts a scenario on the bench with the session of a link, if there is one. Returns the session.
pub fn open_with_link(state: LabState, scenario: Scenario, link: Option<&str>) -> Option<Session> {
    let Some(link) = link else {
        state.bench.send(Input::Open(scenario));
        return None;
    };
    match Session::from_permalink(link) {
        Ok(session) => {
            state.bench.send(Input::Restore {
                scenario,
                session: Box::new(session.clone()),
                source: SessionSource::Link,
            });
            Some(session)
        }
        Err(error) => {
            state.bench.send(Input::Open(scenario));
            state.complain(format!(
                "The shared session cannot be opened: {error}. You see this page as it begins."
            ));
            None
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
