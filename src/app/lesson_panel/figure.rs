//! A number the engine finds.

use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use std::time::Duration;

use crate::app::scenario::Scenario;
use crate::app::state::LabState;
use crate::scenario::{Figure, MeasureError};

/// Wait before a figure is found anew, so that dragging a number stays smooth.
const WAIT: Duration = Duration::from_millis(24);

/// A computed number in the middle of a sentence. It follows the knobs and what has happened.
#[component]
pub fn FigureValue(
    /// The id of the lesson's measure.
    id: String,
) -> impl IntoView {
    let state = LabState::expect();
    let (bench, crowd) = (state.bench, state.crowd);
    let value = RwSignal::new(None::<Result<Figure, MeasureError>>);
    let is_stale = RwSignal::new(true);
    let pending = StoredValue::new(None::<TimeoutHandle>);
    let cancel = move || {
        if let Some(Some(handle)) = pending.try_update_value(Option::take) {
            handle.clear();
        }
    };
    let is_of_session = bench.scenario.with_untracked(|scenario| match scenario {
        Some(Scenario::Lesson { lesson, .. }) => is_of_session(lesson, &id),
        _ => true,
    });
    // A figure of a crowd is read off its last run, whenever that is.
    let is_of_crowd = bench.scenario.with_untracked(|scenario| match scenario {
        Some(Scenario::Lesson { lesson, .. }) => lesson
            .figure_request(&id, &bench.knobs.get_untracked())
            .is_some(),
        _ => false,
    });
    let wanted = id.clone();
    let find = move || {
        let scenario = bench.scenario.get_untracked();
        let Some(Scenario::Lesson { lesson, .. }) = scenario else {
            return;
        };
        if is_of_crowd {
            let last = crowd.last.get_untracked();
            value.set(Some(match last {
                Some(run) => lesson.figure_of(&wanted, &run),
                None => Err(MeasureError::NotYet),
            }));
            is_stale.set(false);
            return;
        }
        let found = bench.knobs.with_untracked(|knobs| {
            bench
                .timeline
                .with_untracked(|timeline| lesson.figure(&wanted, timeline, knobs))
        });
        value.set(Some(found));
        is_stale.set(false);
    };
    Effect::new(move || {
        bench.knobs.track();
        bench.seed.track();
        if is_of_session {
            bench.timeline.track();
        }
        if is_of_crowd {
            crowd.last.track();
        }
        is_stale.set(true);
        cancel();
        pending.set_value(set_timeout_with_handle(find.clone(), WAIT).ok());
    });
    on_cleanup(cancel);
    let text = move || match value.get() {
        Some(Ok(figure)) => figure.to_string(),
        Some(Err(_)) => "?".to_owned(),
        None => "…".to_owned(),
    };
    let title = move || match value.get() {
        Some(Err(error)) => error.to_string(),
        _ => "Computed by the engine".to_owned(),
    };
    view! {
        <output
            class="lab-figure"
            data-figure=id
            data-state=move || is_stale.get().then_some("stale")
            title=title
        >
            {text}
        </output>
    }
}

/// Whether a figure is about what happened in the session, and not about the world as such.
fn is_of_session(lesson: &crate::lesson::Lesson, id: &str) -> bool {
    let measure = lesson.measures.get(id);
    let over = measure.and_then(|measure| lesson.measures.get(measure.over.as_ref()?));
    let mut both = measure.into_iter().chain(over);
    both.any(|measure| measure.measure.is_of_session())
}
