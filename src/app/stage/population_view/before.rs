//! The crowd before its run: who takes part, what will be done, and the button that runs it.

use leptos::prelude::*;

use crate::app::keyboard;
use crate::app::state::LabState;
use crate::page::crowd::CrowdStatus;
use crate::scene::chart::Hue;
use crate::scene::population::{Outlook, OutlookRow, crowd_outlook};

/// What there is to see before a run.
#[component]
pub fn Before() -> impl IntoView {
    let crowd = LabState::expect().crowd;
    let outlook = Memo::new(move |_| {
        let (knobs, clients) = (crowd.knobs.get(), crowd.clients.get());
        crowd.source.with(|source| {
            source.as_ref().map_or_else(Outlook::default, |source| {
                crowd_outlook(source, &knobs, clients)
            })
        })
    });
    let is_running = move || matches!(crowd.status.get(), CrowdStatus::Running(_));
    let start = move || {
        if is_running() {
            return view! { <p class="lab-note" role="status">"The charts appear when the run is over."</p> }
                .into_any();
        }
        if crowd.waits.get() {
            return view! {
                <p id="crowd-waits" class="lab-outlook__waits">
                    "Say first what you expect: your prediction starts the run."
                </p>
            }
            .into_any();
        }
        view! {
            <button
                id="crowd-start"
                type="button"
                class="lab-button lab-button--main"
                on:click=move |_| {
                    crowd.run_all();
                    // This button goes with the outlook; the one that runs again stays.
                    keyboard::focus("crowd-run");
                }
            >
                {move || outlook.with(|outlook| format!("Run {}", outlook.duration))}
            </button>
        }
        .into_any()
    };
    let facts = move || {
        let facts = outlook.get().facts.into_iter().map(|fact| {
            view! {
                <div class="lab-key">
                    <dt class="lab-key__name">{fact.title}</dt>
                    <dd class="lab-outlook__fact">{fact.text}</dd>
                </div>
            }
        });
        facts.collect_view()
    };
    view! {
        <section class="lab-outlook" aria-label="Before the run">
            <div class="lab-outlook__start">
                <p class="lab-outlook__summary">{move || outlook.with(|outlook| outlook.summary.clone())}</p>
                {start}
            </div>
            <dl class="lab-keys-row">{facts}</dl>
            <div class="lab-outlook__grid">
                <Rows
                    title="Who asks"
                    rows=Signal::derive(move || outlook.with(|outlook| outlook.clients.clone()))
                />
                <Rows
                    title="Their resolvers"
                    rows=Signal::derive(move || outlook.with(|outlook| outlook.resolvers.clone()))
                />
                <Rows
                    title="Where the name leads"
                    rows=Signal::derive(move || outlook.with(|outlook| outlook.endpoints.clone()))
                />
                <Moments outlook />
            </div>
        </section>
    }
}

/// A list of parts.
#[component]
fn Rows(
    /// What they are.
    title: &'static str,
    /// The parts.
    rows: Signal<Vec<OutlookRow>>,
) -> impl IntoView {
    let items = move || rows.get().into_iter().map(row).collect_view();
    view! {
        <section class="lab-chart lab-outlook__card">
            <h3 class="lab-chart__title">{title}</h3>
            <ul class="lab-outlook__list">{items}</ul>
        </section>
    }
}

/// A part.
fn row(row: OutlookRow) -> impl IntoView {
    let icon = row.hue.map(|hue: Hue| {
        view! {
            <svg class="lab-chart__icon" data-hue=hue.as_str() viewBox="0 0 16 16" aria-hidden="true">
                <path d=hue.symbol().icon() />
            </svg>
        }
    });
    let place = (!row.place.is_empty()).then(|| {
        view! { <span class="lab-outlook__place">{format!(" {}", row.place)}</span> }
    });
    let bar = row.share.map(|share| {
        view! { <span class="lab-outlook__bar" aria-hidden="true" style:--share=format!("{share:.4}")></span> }
    });
    let detail = (!row.detail.is_empty())
        .then(|| view! { <span class="lab-outlook__detail">{row.detail}</span> });
    view! {
        <li class="lab-outlook__row">
            <span class="lab-outlook__title">{icon}<b>{row.title}</b>{place}</span>
            <span class="lab-outlook__count">{row.count}</span>
            {bar}
            {detail}
        </li>
    }
}

/// What will be done, on a line and in words.
#[component]
fn Moments(
    /// The crowd.
    outlook: Memo<Outlook>,
) -> impl IntoView {
    let flags = move || {
        let flags = outlook.get().flags.into_iter().map(|(at, text)| {
            view! {
                <span class="lab-outlook__flag" style:--at=format!("{at:.4}")>{text}</span>
            }
        });
        flags.collect_view()
    };
    let items = move || {
        let moments = outlook.get().moments;
        if moments.is_empty() {
            return view! { <p class="lab-note">"Nothing is changed meanwhile."</p> }.into_any();
        }
        let items = moments.into_iter().map(|moment| {
            view! {
                <li class="lab-outlook__moment">
                    <b class="lab-outlook__when">{moment.when}</b>
                    <span>{moment.what}</span>
                </li>
            }
        });
        view! { <ol class="lab-outlook__moments">{items.collect_view()}</ol> }.into_any()
    };
    view! {
        <section class="lab-chart lab-outlook__card lab-outlook__card--wide">
            <h3 class="lab-chart__title">"What will be done"</h3>
            <div class="lab-outlook__track" aria-hidden="true">
                <span class="lab-outlook__line">{flags}</span>
                <span class="lab-outlook__ends"><span>"0"</span><span>{move || outlook.with(|outlook| outlook.duration.clone())}</span></span>
            </div>
            {items}
        </section>
    }
}
