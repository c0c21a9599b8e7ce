//! The editor of an answer.

use std::sync::Arc;

use leptos::prelude::*;

use super::addresses::AddressTable;
use super::desk::Desk;
use super::questions::Questions;
use super::timeline::TimelineTable;
use super::versions::Versions;
use crate::app::state::LabState;
use crate::engine::health::check_presets;
use crate::lesson::practice::{Answer, Ask, Part, Problem};
use crate::page::store::history::{Entry, Why};
use crate::scene::practice::{policy_groups, zone_gutter};

/// All parts of an answer that the problem asks for, and the button that runs it.
#[component]
pub fn Editor(
    /// The problem.
    problem: Arc<Problem>,
    /// The page.
    desk: Desk,
) -> impl IntoView {
    let users = problem.asks_for(Ask::Users).then(|| {
        let hint = format!("Such as https://app.{}/", problem.origin.without_dot());
        view! {
            <Field desk id="users" label="What users type" hint
                part=Part::Users
                get=|answer: &Answer| answer.users.clone()
                set=|answer: &mut Answer, text| answer.users = text />
        }
    });
    let policy = problem.asks_for(Ask::Policy).then(|| {
        view! { <PolicyField desk /><AddressTable problem=Arc::clone(&problem) desk /> }
    });
    let check = problem
        .asks_for(Ask::Check)
        .then(|| view! { <CheckFields desk /> });
    let ecs = problem.asks_for(Ask::Ecs).then(|| {
        view! {
            <label class="lab-switch">
                <input
                    id="ecs"
                    type="checkbox"
                    prop:checked=move || desk.answer.with(|answer| answer.ecs)
                    on:change=move |event| {
                        let is_on = event_target_checked(&event);
                        desk.edit(|answer| answer.ecs = is_on);
                    }
                />
                <span class="lab-switch__name">"Use the client's network where a resolver tells it (Client Subnet)"</span>
                <span class="lab-switch__state">
                    {move || if desk.answer.with(|answer| answer.ecs) { "on" } else { "off" }}
                </span>
            </label>
        }
    });
    let timeline = problem
        .asks_for(Ask::Timeline)
        .then(|| view! { <TimelineTable problem=Arc::clone(&problem) desk /> });
    let questions = (!problem.questions.is_empty())
        .then(|| view! { <Questions problem=Arc::clone(&problem) desk /> });
    view! {
        <section class="lab-desk__editor" aria-label="Your answer">
            <h2 class="lab-desk__heading">"Your answer"</h2>
            <div class="lab-form">
                {users}
                <ZoneField problem desk />
                {policy}
                {check}
                {ecs}
                {timeline}
                {questions}
            </div>
            <p id="too-long" class="lab-field-error" role="status">{move || desk.size_limit.get().map(|limit| limit.words)}</p>
            <RunBar desk />
            <Versions desk />
        </section>
    }
}

/// The button that runs the answer, and what else concerns the whole of it.
#[component]
fn RunBar(
    /// The page.
    desk: Desk,
) -> impl IntoView {
    let state = LabState::expect();
    // Each per cent of a run changes the bar alone, and not the button that has the focus.
    let is_running = Memo::new(move |_| desk.progress.with(Option::is_some));
    let run = move || {
        match is_running.get() {
        false => view! {
            <button id="run" type="button" class="lab-button lab-button--main" on:click=move |_| desk.run()>
                "Run it"
            </button>
        }
        .into_any(),
        true => view! {
            <button id="run" type="button" class="lab-button" on:click=move |_| desk.cancel()>"Cancel"</button>
            <progress
                class="lab-progress"
                max="100"
                prop:value=move || desk.progress.get().unwrap_or(0.0) * 100.0
                aria-label="Run"
            ></progress>
        }
        .into_any(),
    }
    };
    let back = move || {
        let is_readable = |version: &Entry| version.why != Why::Damaged;
        let newest = desk.versions().into_iter().find(is_readable);
        newest.map(|newest| {
            view! {
                <button id="bring-back" type="button" class="lab-button lab-button--quiet" on:click=move |_| desk.bring_back(&newest)>
                    "Bring back"
                </button>
            }
        })
    };
    let problems = move || {
        let count = desk.faults.with(Vec::len);
        let text = match count {
            0 => return None,
            1 => "One thing is needed before this can run; it is told beside its field.".to_owned(),
            count => format!(
                "{count} things are needed before this can run; each is told beside its field."
            ),
        };
        Some(view! { <p id="faults" class="lab-field-error" role="alert">{text}</p> })
    };
    view! {
        <div class="lab-desk__run">
            <div class="lab-row">
                {run}
                <button type="button" id="share-answer" class="lab-button lab-button--quiet" on:click=move |_| desk.share(state)>
                    "Copy a link"
                </button>
                <button type="button" id="start-again" class="lab-button lab-button--quiet" on:click=move |_| desk.start_again()>
                    "Start again"
                </button>
                {back}
            </div>
            {problems}
        </div>
    }
}

/// A line of text in an answer.
#[component]
fn Field(
    /// The page.
    desk: Desk,
    /// Its id.
    id: &'static str,
    /// Its label.
    label: &'static str,
    /// What can be written.
    hint: String,
    /// Which part it is.
    part: Part,
    /// What it holds.
    get: fn(&Answer) -> String,
    /// What typing does.
    set: fn(&mut Answer, String),
) -> impl IntoView {
    view! {
        <div class="lab-field">
            <label class="lab-field">
                <span class="lab-field__label">{label}</span>
                <input
                    id=id
                    class="lab-input lab-input--mono"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder=hint
                    aria-invalid=move || desk.fault(|it| it == part).is_some().to_string()
                    aria-describedby=format!("{id}-fault")
                    prop:value=move || desk.answer.with(get)
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        desk.edit(|answer| set(answer, text));
                    }
                />
            </label>
            <Fault desk id=format!("{id}-fault") of=move |it| it == part />
        </div>
    }
}

/// What is wrong with a part, below it.
#[component]
pub fn Fault(
    /// The page.
    desk: Desk,
    /// Its id.
    id: String,
    /// Which parts it is about.
    of: impl Fn(Part) -> bool + Send + Sync + 'static,
) -> impl IntoView {
    let text = move || desk.fault(&of);
    view! { <p id=id class="lab-field-error lab-desk__fault">{text}</p> }
}

/// The zone: the given lines, then what the learner writes, with line numbers.
#[component]
fn ZoneField(
    /// The problem.
    problem: Arc<Problem>,
    /// The page.
    desk: Desk,
) -> impl IntoView {
    let gutter = move || {
        desk.answer
            .with(|answer| desk.faults.with(|faults| zone_gutter(&answer.zone, faults)))
    };
    let rows = move || {
        let lines = desk.answer.with(|answer| answer.zone.lines().count());
        (lines + 2).clamp(4, 14).to_string()
    };
    let told = move || {
        let faults = desk.faults.get();
        let zone = faults.into_iter().filter_map(|fault| match fault.part {
            Part::Zone(Some(line)) => Some(format!("Line {line}: {}", fault.problem)),
            Part::Zone(None) => Some(fault.problem),
            _ => None,
        });
        zone.collect::<Vec<_>>().join(" · ")
    };
    let is_invalid = move || {
        let is_too_long =
            { desk.size_limit }.with(|limit| limit.as_ref().is_some_and(|limit| limit.is_passed));
        is_too_long || desk.fault(|it| matches!(it, Part::Zone(_))).is_some()
    };
    view! {
        <div class="lab-field">
            <label class="lab-field__label" for="zone">
                {format!("Zone {}", problem.origin.without_dot())}
            </label>
            <details class="lab-desk__head">
                <summary>"The first lines are given"</summary>
                <pre class="lab-code" tabindex="0">{problem.head.trim_end().to_owned()}</pre>
            </details>
            <div class="lab-zone">
                <pre class="lab-zone__gutter" aria-hidden="true">{gutter}</pre>
                <textarea
                    id="zone"
                    class="lab-editor"
                    rows=rows
                    wrap="off"
                    spellcheck="false"
                    autocapitalize="off"
                    aria-invalid=move || is_invalid().to_string()
                    aria-describedby="zone-fault too-long"
                    prop:value=move || desk.answer.with(|answer| answer.zone.clone())
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        desk.edit(|answer| answer.zone = text);
                    }
                ></textarea>
            </div>
            <p id="zone-fault" class="lab-field-error lab-desk__fault">{told}</p>
        </div>
    }
}

/// How records are chosen.
#[component]
fn PolicyField(
    /// The page.
    desk: Desk,
) -> impl IntoView {
    let is_chosen = move |id: &str| desk.answer.with(|answer| answer.policy == id);
    let groups = policy_groups().into_iter().map(|(product, presets)| {
        let options = presets.into_iter().map(|(id, title)| {
            view! { <option value=id selected=move || is_chosen(id)>{title}</option> }
        });
        view! { <optgroup label=product>{options.collect_view()}</optgroup> }
    });
    view! {
        <div class="lab-field">
            <label class="lab-field">
                <span class="lab-field__label">"Policy for app: how records are chosen"</span>
                <select
                    id="policy"
                    class="lab-select"
                    aria-describedby="policy-fault"
                    on:change=move |event| {
                        let id = event_target_value(&event);
                        desk.edit(|answer| answer.policy = id);
                    }
                >
                    <option value="" selected=move || is_chosen("")>"None: plain records, all of them, in any order"</option>
                    {groups.collect_view()}
                </select>
            </label>
            <Fault desk id="policy-fault".to_owned() of=|it| it == Part::Policy />
        </div>
    }
}

/// How the addresses are checked.
#[component]
fn CheckFields(
    /// The page.
    desk: Desk,
) -> impl IntoView {
    let is_chosen = move |id: &str| desk.answer.with(|answer| answer.check.preset == id);
    let options = check_presets().into_iter().map(|preset| {
        let title = format!("{}: {}", preset.product, preset.title);
        view! { <option value=preset.id selected=move || is_chosen(preset.id)>{title}</option> }
    });
    let number = move |id: &'static str,
                       label: &'static str,
                       get: fn(&Answer) -> String,
                       set: fn(&mut Answer, String)| {
        view! {
            <label class="lab-field">
                <span class="lab-field__label">{label}</span>
                <input
                    id=id
                    class="lab-input"
                    inputmode="numeric"
                    autocomplete="off"
                    placeholder="default"
                    aria-describedby="check-fault"
                    prop:value=move || desk.answer.with(get)
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        desk.edit(|answer| set(answer, text));
                    }
                />
            </label>
        }
    };
    view! {
        <div class="lab-desk__group" role="group" aria-labelledby="check-title">
            <p id="check-title" class="lab-field__label">"Health check of each address"</p>
            <div class="lab-desk__check">
                <label class="lab-field">
                    <span class="lab-field__label">"Kind"</span>
                    <select
                        id="check"
                        class="lab-select"
                        aria-describedby="check-fault"
                        on:change=move |event| {
                            let id = event_target_value(&event);
                            desk.edit(|answer| answer.check.preset = id);
                        }
                    >
                        <option value="" selected=move || is_chosen("")>"None"</option>
                        {options.collect_view()}
                    </select>
                </label>
                {number("check-interval", "Interval, s", |it| it.check.interval.clone(), |it, text| it.check.interval = text)}
                {number("check-failures", "Failures", |it| it.check.failures.clone(), |it, text| it.check.failures = text)}
            </div>
            <Fault desk id="check-fault".to_owned() of=|it| it == Part::Check />
        </div>
    }
}
