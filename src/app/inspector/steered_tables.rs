//! The names a server steers: the policy, and what it chooses from.

use leptos::ev::Event;
use leptos::prelude::*;
use leptos::web_sys::HtmlInputElement;

use super::machine_panel::Machine;
use super::standing::{ActButton, StandingChip, do_act};
use crate::app::binding::while_here;
use crate::app::controls::{Item, keyed};
use crate::app::state::LabState;
use crate::engine::Intervention;
use crate::engine::policy::{Endpoint, presets};
use crate::scenario::NumberEntry;
use crate::scene::{EndpointRow, SteeredView};

/// The sets a policy chooses from, one to be opened each.
#[component]
pub fn SteeredTables(
    /// The server.
    machine: Memo<Machine>,
) -> impl IntoView {
    let is_empty = Memo::new(move |_| machine.with(|machine| machine.steered.is_empty()));
    let sets = keyed(
        machine,
        |machine| &machine.steered,
        |set| set.title.clone(),
        move |set| view! { <SteeredTable machine set /> },
    );
    view! {
        <section class="lab-steered" aria-labelledby="steered-title" hidden=is_empty>
            <h3 id="steered-title" class="lab-subheading">"Names with a policy"</h3>
            <p class="lab-note">
                "What you change here happens at the moment shown. Step back to before it to undo it."
            </p>
            {sets}
        </section>
    }
}

/// One set.
#[component]
fn SteeredTable(
    /// The server.
    machine: Memo<Machine>,
    /// The set.
    set: Item<SteeredView>,
) -> impl IntoView {
    // The name the last decision was about is open to begin with.
    let is_open = machine.with_untracked(|machine| {
        let title = set.with_untracked(|set| set.title.clone());
        let mut decisions = machine.decisions.iter();
        decisions.any(|decision| decision.title == title) || machine.steered.len() == 1
    });
    let rows = keyed(
        set,
        |set| &set.endpoints,
        |row| (row.machine.clone(), row.target.clone(), row.details.clone()),
        move |row| view! { <EndpointItem set row /> },
    );
    let can_change = set.with_untracked(|set| set.can_change);
    let tone = move || set.with(|set| set.has_fault.then_some("failure"));
    view! {
        <details class="lab-details lab-steered__set" open=is_open>
            <summary>
                <code class="lab-steered__name">{move || set.with(|set| set.title.clone())}</code>
                <span class="lab-chip" data-tone=tone>{move || set.with(|set| set.summary.clone())}</span>
            </summary>
            {can_change.then(|| view! { <PolicySelect set /> })}
            {(!can_change).then(|| view! { <p class="lab-note">{move || set.with(|set| set.policy.clone())}</p> })}
            <ul class="lab-endpoints">{rows}</ul>
            <p class="lab-note">{move || set.with(|set| set.check.clone())}</p>
        </details>
    }
}

/// The policy of a set, to be changed.
#[component]
fn PolicySelect(
    /// The set.
    set: Item<SteeredView>,
) -> impl IntoView {
    let state = LabState::expect();
    let preset = Memo::new(move |_| set.with(|set| set.preset));
    let own = move || {
        preset.get().is_none().then(
            || view! { <option value="" selected>{move || set.with(|set| set.policy.clone())}</option> },
        )
    };
    let options = presets().into_iter().map(|known| {
        view! {
            <option value=known.id selected=move || preset.get() == Some(known.id)>
                {format!("{}: {}", known.product, known.title)}
            </option>
        }
    });
    let choose = move |event| {
        let policy = event_target_value(&event);
        let act = set.with_untracked(|set| Intervention::SetSteering {
            owner: set.owner.clone(),
            rtype: set.rtype,
            policy,
        });
        do_act(state, Some(act));
    };
    view! {
        <label class="lab-field">
            <span class="lab-field__label">"Policy"</span>
            <select
                class="lab-select"
                prop:value=move || preset.get().unwrap_or("")
                on:change=while_here(choose)
            >
                {own}
                {options.collect_view()}
            </select>
        </label>
    }
}

/// One endpoint and what can be done to it.
#[component]
fn EndpointItem(
    /// The set it belongs to.
    set: Item<SteeredView>,
    /// The endpoint.
    row: Item<EndpointRow>,
) -> impl IntoView {
    let state = LabState::expect();
    let machine = move || row.with(|row| row.machine.clone());
    let health = Signal::derive(move || row.with(|row| row.health));
    let details = move || {
        row.with(|row| match row.details.is_empty() {
            true => row.target.clone(),
            false => format!("{}, {}", row.target, row.details),
        })
    };
    let can_drain = row.with_untracked(|row| row.address.is_some());
    let has_machine = row.with_untracked(|row| row.node.is_some());
    let open = move |_| {
        if let Some(node) = row.with_untracked(|row| row.node) {
            state.inspect_node(node);
        }
    };
    let has_weight = Memo::new(move |_| row.with(|row| row.weight.is_some()));
    let weigh = move |event: Event| {
        let (address, before) = row.with_untracked(|row| (row.address, row.weight.unwrap_or(0)));
        let typed = event_target_value(&event);
        let entry = NumberEntry::read(&typed, 0..=Endpoint::MAX_WEIGHT, before.into());
        // The weight may stay as it is, and then nothing else writes into the field.
        event_target::<HtmlInputElement>(&event).set_value(&entry.value.to_string());
        if let Some(note) = entry.note {
            state.complain(note);
        }
        // A whole number within the range.
        let weight = entry.value as u32;
        if weight != before {
            let act = address.map(|address| Intervention::SetWeight {
                owner: set.with_untracked(|set| set.owner.clone()),
                address,
                weight,
            });
            do_act(state, act);
        }
    };
    let weight = move || row.with(|row| row.weight.unwrap_or(0).to_string());
    let drain = move || {
        Some(Intervention::Drain {
            owner: set.with_untracked(|set| set.owner.clone()),
            address: row.with_untracked(|row| row.address)?,
            drained: row.with_untracked(|row| !row.is_drained),
        })
    };
    let drain_text = Signal::derive(move || match row.with(|row| row.is_drained) {
        true => "Put back",
        false => "Take out",
    });
    view! {
        <li class="lab-endpoint">
            {match has_machine {
                true => view! {
                    <button type="button" class="lab-endpoint__machine" on:click=open>{machine}</button>
                }.into_any(),
                false => view! { <code class="lab-endpoint__machine">{machine}</code> }.into_any(),
            }}
            <StandingChip standing=health />
            <span class="lab-endpoint__details">{details}</span>
            <span class="lab-endpoint__check">{move || row.with(|row| row.last_check.clone())}</span>
            <span class="lab-endpoint__acts">
                <Show when=move || has_weight.get()>
                    <label class="lab-endpoint__weight">
                        "weight "
                        <input
                            type="number"
                            class="lab-input"
                            min="0"
                            max=Endpoint::MAX_WEIGHT
                            aria-label=move || format!("Weight of {}", machine())
                            prop:value=weight
                            on:change=while_here(weigh)
                        />
                    </label>
                </Show>
                {can_drain.then(|| view! {
                    <ActButton text=drain_text target=Signal::derive(machine) act=drain />
                })}
            </span>
        </li>
    }
}
