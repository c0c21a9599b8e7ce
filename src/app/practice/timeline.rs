//! What is done, and when: rows that can be added, moved and taken away.

use std::sync::Arc;

use leptos::prelude::*;

use super::desk::Desk;
use super::editor::Fault;
use crate::app::keyboard;
use crate::lesson::practice::{Answer, Part, Problem, TimelineRow};

/// The table of the timeline.
#[component]
pub fn TimelineTable(
    /// The problem.
    problem: Arc<Problem>,
    /// The page.
    desk: Desk,
) -> impl IntoView {
    let count = Memo::new(move |_| desk.answer.with(|answer| answer.timeline.len()));
    let rows = move || {
        let rows = (0..count.get()).map(|index| view! { <TimelineField desk index count /> });
        rows.collect_view()
    };
    let is_full = move || desk.row_limit.with(Option::is_some);
    let about = format!(
        "Times count from moment 0: {}. From {} to {}.",
        problem.zero, problem.from, problem.until
    );
    view! {
        <div class="lab-desk__group" role="group" aria-labelledby="timeline-title">
            <p id="timeline-title" class="lab-field__label">"Timeline: what you do, and when"</p>
            <p class="lab-note">{about}</p>
            <ol class="lab-timeline">{rows}</ol>
            <Fault desk id="timeline-fault".to_owned() of=|it| it == Part::WholeTimeline />
            <button
                type="button"
                id="add-row"
                class="lab-button lab-button--small lab-timeline__add"
                disabled=is_full
                aria-describedby="rows-note"
                on:click=move |_| desk.add_row()
            >
                "Add a row"
            </button>
            <p id="rows-note" class="lab-note">
                {move || desk.row_limit.get()}
            </p>
            <details class="lab-desk__head">
                <summary>"What can be done"</summary>
                <ul class="lab-desk__acts">
                    <li><code>"ttl app 60"</code>" gives the records of a name another TTL"</li>
                    <li><code>"set app A 192.0.2.1"</code>" replaces a record; " <code>"set app 60 A 192.0.2.1"</code>" its TTL as well"</li>
                    <li><code>"set app CNAME web"</code>", "<code>"remove app"</code></li>
                    <li><code>"stop 192.0.2.1"</code>", "<code>"start 192.0.2.1"</code>" switch a server off and on"</li>
                    <li><code>"policy route53-weighted"</code>", "<code>"weight 192.0.2.1 3"</code></li>
                </ul>
            </details>
        </div>
    }
}

/// A row.
#[component]
fn TimelineField(
    /// The page.
    desk: Desk,
    /// Its index.
    index: usize,
    /// How many there are.
    count: Memo<usize>,
) -> impl IntoView {
    let number = index + 1;
    let get = move |part: fn(&TimelineRow) -> String| {
        move || {
            desk.answer
                .with(|answer| answer.timeline.get(index).map(part).unwrap_or_default())
        }
    };
    let set = move |part: fn(&mut TimelineRow, String), text: String| {
        desk.edit(|answer| {
            if let Some(row) = answer.timeline.get_mut(index) {
                part(row, text);
            }
        });
    };
    let is_invalid = move || {
        let fault = desk.fault(|it| it == Part::Timeline(index));
        fault.is_some().to_string()
    };
    let (is_first, is_last) = (index == 0, move || number >= count.get());
    let swap = move |other: usize| {
        desk.edit(|answer: &mut Answer| {
            if other < answer.timeline.len() {
                answer.timeline.swap(index, other);
            }
        });
        focus_later(format!("act-{other}"));
    };
    let remove = move |_| {
        desk.edit(|answer| {
            if index < answer.timeline.len() {
                answer.timeline.remove(index);
            }
        });
        let last = count.get_untracked();
        focus_later(match last.checked_sub(1) {
            Some(last) => format!("act-{}", index.min(last)),
            None => "add-row".to_owned(),
        });
    };
    view! {
        <li class="lab-timeline__row">
            <input
                id=format!("at-{index}")
                class="lab-input lab-input--mono"
                aria-label=format!("Row {number}: when")
                placeholder="-24h"
                autocomplete="off"
                spellcheck="false"
                aria-invalid=is_invalid
                aria-describedby=format!("row-{index}-fault")
                prop:value=get(|row| row.at.clone())
                on:input=move |event| set(|row, text| row.at = text, event_target_value(&event))
            />
            <input
                id=format!("act-{index}")
                class="lab-input lab-input--mono"
                aria-label=format!("Row {number}: what is done")
                placeholder="ttl app 60"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-invalid=is_invalid
                aria-describedby=format!("row-{index}-fault")
                prop:value=get(|row| row.act.clone())
                on:input=move |event| set(|row, text| row.act = text, event_target_value(&event))
            />
            <div class="lab-timeline__tools">
                <button
                    type="button"
                    class="lab-icon-button"
                    aria-label=format!("Move row {number} up")
                    title="Up"
                    disabled=is_first
                    on:click=move |_| swap(index.saturating_sub(1))
                >
                    "↑"
                </button>
                <button
                    type="button"
                    class="lab-icon-button"
                    aria-label=format!("Move row {number} down")
                    title="Down"
                    disabled=is_last
                    on:click=move |_| swap(number)
                >
                    "↓"
                </button>
                <button type="button" class="lab-icon-button" aria-label=format!("Take row {number} away") title="Take away" on:click=remove>
                    "✕"
                </button>
            </div>
            <div class="lab-timeline__fault">
                <Fault desk id=format!("row-{index}-fault") of=move |it| it == Part::Timeline(index) />
            </div>
        </li>
    }
}

/// Puts the focus on a part once it is drawn.
fn focus_later(id: String) {
    request_animation_frame(move || keyboard::focus(&id));
}
