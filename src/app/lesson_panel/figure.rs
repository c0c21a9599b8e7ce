//! A number the engine finds.

use std::sync::Arc;
use std::time::Duration;

use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;

use crate::app::state::LabState;
use crate::lesson::Lesson;
use crate::page::bench::Scenario;
use crate::page::crowd::CrowdStatus;
use crate::scenario::{Figure, Measure, MeasureError};

/// Wait before a figure is found anew, so that dragging a number stays smooth.
const WAIT: Duration = Duration::from_millis(24);

/// A computed number in the middle of a sentence. It follows the knobs and what has happened.
#[component]
pub fn FigureValue(
    /// The id of the lesson's measure.
    id: String,
) -> impl IntoView {
    let state = LabState::expect();
    let lesson = state.bench.scenario.with_untracked(|scenario| {
        let Some(Scenario::Lesson { lesson, .. }) = scenario else {
            return None;
        };
        Some(Arc::clone(lesson))
    });
    let Some(lesson) = lesson else {
        return ().into_any();
    };
    let measure = lesson.measures.get(&id);
    match measure.map(|measure| &measure.measure) {
        Some(Measure::Crowd { .. }) => view! { <CrowdValue lesson id /> }.into_any(),
        _ => view! { <WorldValue lesson id /> }.into_any(),
    }
}

/// A figure of the world.
#[component]
fn WorldValue(
    /// The lesson.
    lesson: Arc<Lesson>,
    /// The id of its measure.
    id: String,
) -> impl IntoView {
    let bench = LabState::expect().bench;
    let value = RwSignal::new(None::<Result<Figure, MeasureError>>);
    let is_stale = RwSignal::new(true);
    let pending = StoredValue::new(None::<TimeoutHandle>);
    let cancel = move || {
        if let Some(Some(handle)) = pending.try_update_value(Option::take) {
            handle.clear();
        }
    };
    let is_of_session = is_of_session(&lesson, &id);
    let wanted = id.clone();
    let find = move || {
        let found = bench.knobs.with_untracked(|knobs| {
            bench
                .timeline()
                .with_untracked(|timeline| lesson.figure(&wanted, timeline, knobs))
        });
        value.set(Some(found));
        is_stale.set(false);
    };
    Effect::new(move || {
        bench.knobs.track();
        bench.seed.track();
        if is_of_session {
            bench.timeline().track();
        }
        is_stale.set(true);
        cancel();
        pending.set_value(set_timeout_with_handle(find.clone(), WAIT).ok());
    });
    on_cleanup(cancel);
    view! { <Value id value is_stale note=Signal::stored(None) /> }
}

/// A figure of the crowd: read off the run of the knobs as they stand, or of its own.
#[component]
fn CrowdValue(
    /// The lesson.
    lesson: Arc<Lesson>,
    /// The id of its measure.
    id: String,
) -> impl IntoView {
    let crowd = LabState::expect().crowd;
    let own = lesson
        .measures
        .get(&id)
        .map(|measure| measure.knobs.clone());
    let own = StoredValue::new(own.unwrap_or_default());
    let is_aside = own.with_value(|own| !own.is_empty());
    if is_aside {
        let (figure, own) = (id.clone(), own.get_value());
        crowd.want_aside(&figure, own);
    }
    let figure = id.clone();
    let run = Signal::derive(move || {
        if is_aside {
            crowd.asides.with(|asides| asides.get(&figure).cloned())
        } else {
            crowd.last.get()
        }
    });
    let figure = id.clone();
    let value = Memo::new(move |_| {
        run.with(|run| {
            let run = run.as_ref()?;
            Some(lesson.figure_of(&figure, run))
        })
    });
    // Whether the run is the one of the knobs as they stand.
    let is_stale = Signal::derive(move || {
        let is_other = run.with(|run| {
            let run = run.as_ref();
            run.is_some_and(|run| {
                let mut knobs = crowd.knobs.get();
                knobs.extend(own.get_value());
                run.knobs != knobs
            })
        });
        is_other
            || crowd
                .status
                .with(|status| matches!(status, CrowdStatus::Running(_)))
    });
    // A run that follows by itself needs no words.
    let note = Signal::derive(move || {
        let has_stopped = crowd
            .status
            .with(|status| matches!(status, CrowdStatus::Cancelled | CrowdStatus::Failed(_)));
        let is_held = crowd.waits.get();
        (is_stale.get() && (has_stopped || is_held)).then_some("of the run before")
    });
    view! { <Value id value is_stale note /> }
}

/// How a figure looks.
#[component]
fn Value(
    /// The id of the lesson's measure.
    id: String,
    /// The figure, once it was looked for.
    #[prop(into)]
    value: Signal<Option<Result<Figure, MeasureError>>>,
    /// Whether another is to be expected.
    #[prop(into)]
    is_stale: Signal<bool>,
    /// What has to be said of it.
    note: Signal<Option<&'static str>>,
) -> impl IntoView {
    let text = move || match value.get() {
        Some(Ok(figure)) => figure.to_string(),
        Some(Err(_)) | None => "…".to_owned(),
    };
    let is_unknown = Memo::new(move |_| !matches!(value.get(), Some(Ok(_))));
    let title = move || match value.get() {
        Some(Err(error)) => error.to_string(),
        None => "Not known before the run".to_owned(),
        Some(Ok(_)) => match note.get() {
            Some(_) => "The knobs have moved since: run again".to_owned(),
            None => "Computed by the engine".to_owned(),
        },
    };
    view! {
        <span
            class="lab-figure"
            data-figure=id
            data-state=move || is_stale.get().then_some("stale")
            title=title
            aria-label=move || is_unknown.get().then_some("known after the run")
        >
            {text}
        </span>
        {move || note.get().map(|note| view! { <span class="lab-figure-note">{format!(" ({note})")}</span> })}
    }
}

/// Whether a figure is about what happened in the session, and not about the world as such.
fn is_of_session(lesson: &Lesson, id: &str) -> bool {
    let measure = lesson.measures.get(id);
    let over = measure.and_then(|measure| lesson.measures.get(measure.over.as_ref()?));
    let mut both = measure.into_iter().chain(over);
    both.any(|measure| measure.measure.is_of_session())
}
