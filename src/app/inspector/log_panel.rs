//! Everything that happened, as text.

use leptos::prelude::*;

use crate::app::state::LabState;
use crate::page::bench::Move;
use crate::scene::{LogLine, log_line};

/// Lines shown at once; older ones are reached by a button.
const PAGE: usize = 300;

/// The log: an ordered list in which each line leads to its moment.
#[component]
pub fn LogPanel() -> impl IntoView {
    let bench = LabState::expect().bench;
    let pages = RwSignal::new(1_usize);
    let length = Memo::new(move |_| bench.timeline().with(|timeline| timeline.trace().len()));
    let lines = Memo::new(move |_| {
        let skip = length.get().saturating_sub(pages.get() * PAGE);
        bench.timeline().with(|timeline| {
            let trace = timeline.trace();
            let events = trace.events().iter().skip(skip);
            events
                .map(|event| log_line(timeline.initial(), trace, event))
                .collect::<Vec<LogLine>>()
        })
    });
    let shown = Memo::new(move |_| bench.playhead.with(|playhead| playhead.events));
    let older = move || {
        (length.get() > pages.get() * PAGE).then(|| view! {
            <button type="button" class="lab-button lab-button--quiet" on:click=move |_| pages.update(|pages| *pages += 1)>
                "Show earlier events"
            </button>
        })
    };
    let empty = move || {
        (length.get() == 0).then(|| view! { <p class="lab-empty">"Nothing has happened yet."</p> })
    };
    view! {
        <h2 class="lab-panel-title">"Log"</h2>
        {empty}
        {older}
        <ol id="log" class="lab-log">
            <For
                each=move || lines.get()
                key=|line| (line.event, line.time.clone(), line.text.clone())
                let:line
            >
                <LogItem line shown />
            </For>
        </ol>
    }
}

/// One line of the log.
#[component]
fn LogItem(
    /// What it says.
    line: LogLine,
    /// How many events are shown on the stage.
    shown: Memo<usize>,
) -> impl IntoView {
    let state = LabState::expect();
    let event = line.event;
    let time = move || match shown.get() {
        shown if shown == event + 1 => "now",
        shown if shown > event => "past",
        _ => "future",
    };
    let seek = move |_| {
        state.bench.seek(Move::ToEvent(event));
    };
    view! {
        <li class="lab-log__item" data-time=time data-tone=line.tone.as_str()>
            <button
                type="button"
                class="lab-log__line"
                aria-current=move || (time() == "now").then_some("step")
                on:click=seek
            >
                <span class="lab-log__time">{line.time}</span>
                <span class="lab-log__text"><b>{line.actor}</b>" "{line.text}</span>
            </button>
            {line.rule.map(|rule| view! {
                <a class="lab-log__rule" href=rule.url target="_blank" rel="noreferrer">{rule.label}</a>
            })}
        </li>
    }
}
