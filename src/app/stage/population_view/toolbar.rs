//! Running, comparing, and how many clients there are.

use leptos::html::Button;
use leptos::prelude::*;

use crate::app::binding::{Bound, Shown, while_here};
use crate::app::controls::KnobControl;
use crate::app::state::LabState;
use crate::page::crowd::CrowdStatus;
use crate::page::voice::{Input, Say, Voice};
use crate::scene::chart::Quantity;
use crate::scene::population::{TimeWindow, window_moments};

/// How many clients can be chosen; 0 is as many as the crowd has.
const CLIENTS: [u32; 4] = [0, 10_000, 100_000, 1_000_000];

/// Knobs and buttons above the charts.
#[component]
pub fn Toolbar(
    /// Whether charts are tables.
    is_table: RwSignal<bool>,
) -> impl IntoView {
    let state = LabState::expect();
    let crowd = state.crowd;
    let sliders = move |is_first: bool| {
        let source = crowd.source.get();
        let knobs = source.map(|source| source.knobs.clone());
        let shown = crowd.shown.get();
        let of_group = knobs.unwrap_or_default().into_iter();
        let of_group = of_group.filter(|knob| shown.contains(&knob.id) == is_first);
        let sliders: Vec<_> = of_group
            .map(|knob| view! { <KnobControl knob /> })
            .collect();
        sliders
    };
    let more = move || {
        let more = sliders(false);
        // A lesson shows the knobs of its step and no others.
        let is_free = state.bench.scenario.with(|scenario| {
            let scenario = scenario.as_ref();
            scenario.is_none_or(|scenario| scenario.step().is_none())
        });
        (is_free && !more.is_empty()).then(|| {
            view! {
                <details class="lab-details">
                    <summary>"More knobs"</summary>
                    <div class="lab-crowd__knobs">{more}</div>
                </details>
            }
        })
    };
    let is_running = move || {
        crowd
            .status
            .with(|status| matches!(status, CrowdStatus::Running(_)))
    };
    // Pressed while a run goes on, as one does when a knob has just started it, it changes
    // nothing: that run is the one that was asked for.
    let run = move |_| {
        if !untrack(is_running) {
            crowd.run_all();
        }
    };
    let run_button = NodeRef::<Button>::new();
    let cancel = move |_| {
        crowd.cancel();
        // The button for it goes, and the focus must not go with it.
        if let Some(button) = run_button.get_untracked() {
            let _ = button.focus();
        }
    };
    let toggle_compare = move |_| {
        crowd.compare(crowd.pinned.with_untracked(Option::is_none));
    };
    let has_no_run = Signal::derive(move || crowd.run.with(Option::is_none));
    // As many as the knobs say.
    let own = Memo::new(move |_| {
        let knobs = crowd.knobs.get();
        crowd.source.with(|source| {
            let source = source.as_ref()?;
            Some(source.crowd(&knobs).client_count() as f64)
        })
    });
    let options = CLIENTS.map(|count| {
        let text = move || {
            if count == 0 {
                Quantity::Count.format(own.get().unwrap_or(f64::NAN))
            } else {
                Quantity::Count.format(f64::from(count))
            }
        };
        view! {
            <option value=count.to_string() selected=move || crowd.clients.get().unwrap_or(0) == count>
                {text}
            </option>
        }
    });
    let choose = move |event| {
        let count: u32 = event_target_value(&event).parse().unwrap_or(0);
        crowd.set_clients((count > 0).then_some(count));
    };
    let status = move || match crowd.status.get() {
        CrowdStatus::Running(done) => format!("Running: {:.0} %", done * 100.0),
        CrowdStatus::Cancelled => "Cancelled. The charts show the run before.".to_owned(),
        CrowdStatus::Failed(problem) => format!("This cannot be run: {problem}"),
        CrowdStatus::Idle => String::new(),
    };
    // A hundred shares a run are not for the ear.
    let said = Shown::new(String::new());
    let voice = Bound::new(
        Voice::default(),
        |_| {},
        move |_, Say(text)| said.show(text),
    );
    Effect::new(move || match crowd.status.get() {
        CrowdStatus::Running(done) => voice.send(Input::Done(Some(done))),
        _ => {
            voice.send(Input::Done(None));
            said.show(status());
        }
    });
    let tone = move || matches!(crowd.status.get(), CrowdStatus::Failed(_)).then_some("failure");
    let share = move || match crowd.status.get() {
        CrowdStatus::Running(done) => done,
        _ => 0.0,
    };
    view! {
        <div class="lab-crowd__knobs">{move || sliders(true)}</div>
        {more}
        <div class="lab-crowd__bar">
            <button
                id="crowd-run"
                node_ref=run_button
                type="button"
                class="lab-button lab-button--main lab-button--small"
                disabled=move || crowd.waits.get()
                aria-describedby=move || crowd.waits.get().then_some("crowd-waits")
                on:click=run
            >
                "Run"
            </button>
            <button id="crowd-seed" type="button" class="lab-button lab-button--small" on:click=move |_| crowd.reseed()>
                "Another seed"
            </button>
            <label class="lab-crowd__clients">
                "Clients"
                <select id="crowd-clients" class="lab-select" on:change=while_here(choose)>{options.into_iter().collect_view()}</select>
            </label>
            <ZoomBar />
            <button
                id="crowd-compare"
                type="button"
                class="lab-button lab-button--small"
                aria-pressed=move || crowd.pinned.with(Option::is_some).to_string()
                disabled=has_no_run
                on:click=toggle_compare
            >
                {move || if crowd.pinned.with(Option::is_some) { "Stop comparing" } else { "Compare" }}
            </button>
            <button
                id="crowd-table"
                type="button"
                class="lab-button lab-button--small"
                aria-pressed=move || is_table.get().to_string()
                disabled=has_no_run
                on:click=move |_| is_table.update(|is| *is = !*is)
            >
                {move || if is_table.get() { "Charts" } else { "Tables" }}
            </button>
            <span id="crowd-status" class="lab-crowd__status" data-tone=tone>{status}</span>
            <span id="crowd-said" class="lab-visually-hidden" role="status">{said.signal()}</span>
            <progress class="lab-progress" max="1" prop:value=share aria-label="Share of the run" hidden=move || !is_running()></progress>
            <button
                id="crowd-cancel"
                type="button"
                class="lab-button lab-button--small"
                hidden=move || !is_running()
                on:click=cancel
            >
                "Cancel"
            </button>
        </div>
    }
}

/// Which part of the run the charts show, and how closely.
#[component]
fn ZoomBar() -> impl IntoView {
    let crowd = LabState::expect().crowd;
    let has_no_run = Signal::derive(move || crowd.run.with(Option::is_none));
    let is_closest = Memo::new(move |_| {
        let deepest = crowd
            .run
            .with(|run| run.as_deref().map_or(0, TimeWindow::deepest));
        crowd.window.get().level >= deepest
    });
    let moments = Memo::new(move |_| {
        crowd
            .run
            .with(|run| run.as_deref().map(window_moments).unwrap_or_default())
    });
    // The moment of the window; its own if it is none of those at which something is done.
    let chosen = Memo::new(move |_| {
        let window = crowd.window.get();
        let known = moments.with(|moments| moments.iter().position(|it| it.at == window.about));
        match (window.level, known) {
            (0, _) => "all".to_owned(),
            (_, Some(index)) => index.to_string(),
            (_, None) => "own".to_owned(),
        }
    });
    let own = move || {
        let about = crowd.window.get().about;
        let words = crowd
            .run
            .with(|run| run.as_deref().map(|run| run.moment_words(about)));
        (chosen.get() == "own")
            .then(|| view! { <option value="own" selected=true>{words}</option> })
    };
    let options = move || {
        let options = moments
            .get()
            .into_iter()
            .enumerate()
            .map(|(index, moment)| {
                let value = index.to_string();
                let is_chosen = chosen.get() == value;
                view! { <option value=value selected=is_chosen>{moment.title}</option> }
            });
        options.collect_view()
    };
    let choose = move |event| {
        let index: Option<usize> = event_target_value(&event).parse().ok();
        let about = index.and_then(|index| {
            moments.with_untracked(|moments| moments.get(index).map(|moment| moment.at))
        });
        crowd.show_about(about);
    };
    view! {
        <span class="lab-crowd__zoom" role="group" aria-label="Time that the charts show">
            <select
                id="crowd-moment"
                class="lab-select"
                aria-label="Show the time around"
                disabled=has_no_run
                on:change=while_here(choose)
            >
                <option value="all" selected=move || chosen.get() == "all">"The whole run"</option>
                {options}
                {own}
            </select>
            <button
                id="crowd-wider"
                type="button"
                class="lab-button lab-button--small lab-button--sign"
                aria-label="Show a longer time"
                disabled=move || crowd.window.get().level == 0
                on:click=move |_| crowd.zoom_out()
            >
                "−"
            </button>
            <button
                id="crowd-closer"
                type="button"
                class="lab-button lab-button--small lab-button--sign"
                aria-label="Show a shorter time"
                disabled=is_closest
                on:click=move |_| crowd.zoom_in()
            >
                "+"
            </button>
        </span>
    }
}
