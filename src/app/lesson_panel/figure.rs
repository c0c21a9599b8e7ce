//! A number the engine finds.

use std::sync::Arc;

use leptos::prelude::*;

use crate::app::binding::{Bound, Shown};
use crate::app::state::LabState;
use crate::lesson::{FigureKind, Lesson};
use crate::page::bench::Scenario;
use crate::page::crowd::CrowdStatus;
use crate::page::figure::{Effect as Wish, FigureSearcher, Input, Moment};
use crate::scenario::Figure;

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
    match lesson.figure_kind(&id) {
        Some(FigureKind::OfCrowd) => view! { <CrowdValue lesson id /> }.into_any(),
        Some(FigureKind::ReadOff) => view! { <ReadOffValue lesson id /> }.into_any(),
        _ => view! { <WorldValue lesson id /> }.into_any(),
    }
}

/// A figure of the world that is read off the session as it stands.
#[component]
fn ReadOffValue(
    /// The lesson.
    lesson: Arc<Lesson>,
    /// The id of its measure.
    id: String,
) -> impl IntoView {
    let bench = LabState::expect().bench;
    let figure = id.clone();
    let value = Memo::new(move |_| {
        let found = bench
            .timeline()
            .with(|timeline| lesson.read_off(&figure, timeline));
        Some(found.map_err(|error| error.to_string()))
    });
    view! { <Value id value is_stale=Signal::stored(false) note=Signal::stored(None) /> }
}

/// A figure of the world that takes runs of its own, which are never made on the page itself.
#[component]
fn WorldValue(
    /// The lesson.
    lesson: Arc<Lesson>,
    /// The id of its measure.
    id: String,
) -> impl IntoView {
    let state = LabState::expect();
    let bench = state.bench;
    let is_of_session = lesson.figure_kind(&id) == Some(FigureKind::OfSession);
    let value = Shown::new(None);
    let is_stale = Shown::new(true);
    // A figure may stand in a text twice.
    let seat = state.heavy.seat_of_figure(&id);
    let papers = state.library.lesson_papers(&lesson);
    let searcher = FigureSearcher::new(lesson, &id, seat, papers);
    let bound = Bound::new(
        searcher,
        move |searcher: &FigureSearcher| {
            value.show(searcher.found().cloned());
            is_stale.show(searcher.is_stale());
        },
        move |bound, wish| match wish {
            Wish::Want(want) => state.heavy.want(*want, move |ticket, news| {
                bound.send(Input::News(ticket, news));
            }),
            Wish::Drop(seat) => state.heavy.drop_job(seat),
        },
    );
    Effect::new(move || {
        let acts = if is_of_session {
            bench.timeline().with(|timeline| timeline.acts().to_vec())
        } else {
            Vec::new()
        };
        bound.send(Input::Moved(Moment {
            knobs: bench.knobs.get(),
            seed: bench.seed.get(),
            acts,
        }));
    });
    on_cleanup(move || bound.send(Input::Gone));
    let (value, is_stale) = (value.signal(), is_stale.signal());
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
            let found = lesson.figure_of(&figure, run);
            Some(found.map_err(|error| error.to_string()))
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
    value: Signal<Option<Result<Figure, String>>>,
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
        Some(Err(problem)) => problem,
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
