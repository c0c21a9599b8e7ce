//! The population view: what a crowd does, as charts, dots, figures and words.

mod before;
mod chart_view;
mod dots_view;
mod download;
mod figures;
mod group_view;
mod toolbar;

use std::sync::Arc;

use leptos::ev::resize;
use leptos::html::Div;
use leptos::prelude::*;

use self::before::Before;
use self::chart_view::ChartView;
use self::dots_view::DotsView;
use self::figures::Figures;
use self::group_view::GroupView;
use self::toolbar::Toolbar;
use crate::app::binding::while_here;
use crate::app::listen::on_window;
use crate::app::state::LabState;
use crate::scene::chart::{ChartData, Reach};
use crate::scene::population::{
    CrowdRun, changes_between, common_reach, crowd_charts, crowd_summary,
};

/// From this width on there are two charts beside each other.
const TWO_FROM: f64 = 860.0;
/// The space between them, and the padding of a card on both sides.
const GAP: f64 = 16.0;
const PADDING: f64 = 34.0;

/// A run that is shown, with everything drawn from it.
#[derive(Clone, Copy)]
pub struct Side {
    /// A or B, if two runs are shown.
    name: Option<&'static str>,
    /// The run.
    run: Signal<Option<Arc<CrowdRun>>>,
    /// Its charts.
    charts: Memo<Vec<ChartData>>,
}

impl Side {
    /// A run with its charts.
    fn new(name: Option<&'static str>, run: Signal<Option<Arc<CrowdRun>>>) -> Self {
        let crowd = LabState::expect().crowd;
        let whole = Memo::new(move |_| {
            let past = crowd.past.get();
            run.with(|run| run.as_ref().map(|run| crowd_charts(run, &past)))
                .unwrap_or_default()
        });
        let charts = Memo::new(move |_| {
            let window = crowd.window.get();
            let span = run.with(|run| window.span(run.as_ref()?));
            let Some((low, high)) = span else {
                return whole.get();
            };
            let part = |chart: &ChartData| {
                if chart.is_over_time() {
                    chart.within(low, high)
                } else {
                    chart.clone()
                }
            };
            whole.with(|charts| charts.iter().map(part).collect())
        });
        Self { name, run, charts }
    }
}

/// The crowd at hand.
#[component]
pub fn PopulationView() -> impl IntoView {
    let crowd = LabState::expect().crowd;
    let node = NodeRef::<Div>::new();
    let width = RwSignal::new(0.0_f64);
    let measure = move || {
        if let Some(node) = node.get_untracked() {
            width.set(f64::from(node.client_width()));
        }
    };
    // The view is laid out once it is in the page.
    Effect::new(move || {
        node.track();
        let measure = while_here(move |()| measure());
        request_animation_frame(move || measure(()));
    });
    on_window(resize, move |_| measure());
    let is_compared = Memo::new(move |_| crowd.pinned.with(Option::is_some));
    let has_run = Memo::new(move |_| crowd.run.with(Option::is_some));
    let is_table = RwSignal::new(false);
    let now = Side::new(None, crowd.run.into());
    let body = move || {
        if !has_run.get() {
            return view! { <Before /> }.into_any();
        }
        if is_compared.get() {
            let sides = [
                Side {
                    name: Some("A"),
                    ..Side::new(None, crowd.pinned.into())
                },
                Side {
                    name: Some("B"),
                    ..now
                },
            ];
            view! { <Compared sides width is_table /> }.into_any()
        } else {
            view! { <Single side=now width is_table /> }.into_any()
        }
    };
    view! {
        <div class="lab-crowd" node_ref=node>
            <Toolbar is_table />
            {body}
        </div>
    }
}

/// One run.
#[component]
fn Single(
    /// The run.
    side: Side,
    /// The width of the view.
    width: RwSignal<f64>,
    /// Whether charts are tables.
    is_table: RwSignal<bool>,
) -> impl IntoView {
    let columns = move || if width.get() >= TWO_FROM { 2.0 } else { 1.0 };
    let chart_width = Memo::new(move |_| {
        let columns = columns();
        (width.get() - GAP * (columns - 1.0)) / columns - PADDING
    });
    let full = Memo::new(move |_| width.get() - PADDING);
    let count = Memo::new(move |_| side.charts.with(Vec::len));
    let charts = move || {
        let count = count.get_untracked();
        let views = (0..count).map(|index| {
            // The last one fills its row.
            let is_alone = count % 2 == 1 && index + 1 == count;
            let width = if is_alone { full } else { chart_width };
            view! { <ChartView side index width is_table reach=Signal::stored(None) /> }
        });
        views.collect_view()
    };
    view! {
        <Summary side />
        <Figures side />
        <PreviewNote />
        <div class="lab-crowd__grid lab-crowd__grid--filled" data-columns=move || columns().to_string()>
            {move || { count.track(); untrack(charts) }}
        </div>
        <GroupView side />
        <DotsView side width=full />
    }
}

/// Two runs beside each other, with the same axes.
#[component]
fn Compared(
    /// The runs.
    sides: [Side; 2],
    /// The width of the view.
    width: RwSignal<f64>,
    /// Whether charts are tables.
    is_table: RwSignal<bool>,
) -> impl IntoView {
    let crowd = LabState::expect().crowd;
    let [a, b] = sides;
    let columns = move || if width.get() >= 640.0 { 2.0 } else { 1.0 };
    let half = Memo::new(move |_| {
        let columns = columns();
        (width.get() - GAP * (columns - 1.0)) / columns - PADDING
    });
    let difference = move || {
        let text = crowd.pinned.with(|a| {
            crowd.run.with(|b| match (a, b) {
                (Some(a), Some(b)) => changes_between(a, b).join(" · "),
                _ => String::new(),
            })
        });
        if text.is_empty() {
            "A and B are the same run so far. Move a knob: B changes, A stays.".to_owned()
        } else {
            format!("From A to B: {text}")
        }
    };
    let count = Memo::new(move |_| b.charts.with(Vec::len));
    let pairs = move || {
        let views = (0..count.get()).map(|index| {
            let reach = Signal::derive(move || -> Option<Reach> {
                let id = b
                    .charts
                    .with(|charts| Some(charts.get(index)?.id.clone()))?;
                a.charts
                    .with(|one| b.charts.with(|two| common_reach(one, two, &id)))
            });
            let cells =
                sides.map(|side| view! { <ChartView side index width=half is_table reach /> });
            view! { {cells.into_iter().collect_view()} }
        });
        views.collect_view()
    };
    view! {
        <p class="lab-crowd__difference" role="status">{difference}</p>
        <PreviewNote />
        <div class="lab-crowd__grid" data-columns=move || columns().to_string()>
            {sides.map(|side| view! { <div class="lab-crowd__side"><SideName side /><Figures side /></div> }).into_iter().collect_view()}
            {pairs}
            {sides.map(|side| view! { <DotsView side width=half /> }).into_iter().collect_view()}
        </div>
    }
}

/// The name of a run in a comparison.
#[component]
fn SideName(
    /// The run.
    side: Side,
) -> impl IntoView {
    side.name
        .map(|name| view! { <h3 class="lab-crowd__name">{format!("Run {name}")}</h3> })
}

/// The run in words.
#[component]
fn Summary(
    /// The run.
    side: Side,
) -> impl IntoView {
    let text = move || {
        let sentences = side
            .run
            .with(|run| run.as_ref().map(|run| crowd_summary(run)));
        sentences.unwrap_or_default().join(" ")
    };
    view! { <p id="crowd-summary" class="lab-crowd__summary" aria-live="polite">{text}</p> }
}

/// What a run with some of the clients is, while a knob moves.
#[component]
fn PreviewNote() -> impl IntoView {
    let crowd = LabState::expect().crowd;
    move || {
        let factor = crowd.preview.get()?;
        Some(view! {
            <p id="crowd-preview" class="lab-note">
                {format!(
                    "Preview: 1 of {factor} clients and 1 of {factor} resolvers, so that caches are shared as before. \
                     Counts are times {factor}; chance shows more than it will."
                )}
            </p>
        })
    }
}
