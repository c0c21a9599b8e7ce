//! A zone as its file, to be read and edited.

use leptos::prelude::*;

use crate::app::state::LabState;
use crate::dns::zone_text_excess;
use crate::engine::Intervention;
use crate::scenario::sentence;
use crate::scene::ZoneView;

/// The text of a zone. Applying it replaces the zone on all its servers; what is wrong with it is
/// said, and the text is kept.
#[component]
pub fn ZoneEditor(
    /// The zone.
    zone: ZoneView,
) -> impl IntoView {
    let state = LabState::expect();
    let origin = zone.origin.clone();
    let saved = zone.text.clone();
    let zone_name = origin.to_string();
    let typed = state.sessions.typed_zone(&zone_name);
    let is_resumed = typed.as_ref().is_some_and(|typed| *typed != saved);
    let text = RwSignal::new(typed.unwrap_or(zone.text));
    let error = RwSignal::new(None::<String>);
    let id = format!(
        "zone-{}",
        zone.title
            .replace(|letter: char| !letter.is_ascii_alphanumeric(), "-")
    );
    let error_id = format!("{id}-error");
    let is_changed = {
        let saved = saved.clone();
        Memo::new(move |_| text.with(|text| *text != saved))
    };
    // What is typed and not applied is kept until it is applied or undone.
    let keep = {
        let (saved, zone_name) = (saved.clone(), zone_name.clone());
        move |typed: String| {
            let is_new = typed != saved;
            state
                .sessions
                .type_zone(&zone_name, is_new.then_some(typed));
        }
    };
    let settled = zone_name.clone();
    let apply = move |_| {
        let act = Intervention::edit_zone(origin.clone(), text.get_untracked());
        let outcome = state.bench.act_for_form(act);
        if outcome.is_ok() {
            state.sessions.type_zone(&settled, None);
        }
        // The editor may be another one by now.
        error.try_set(outcome.err());
    };
    let undo = move |_| {
        state.sessions.type_zone(&zone_name, None);
        text.set(saved.clone());
        error.set(None);
    };
    let count = match zone.records {
        1 => "1 record".to_owned(),
        records => format!("{records} records"),
    };
    let too_long = Memo::new(move |_| text.with(|text| zone_text_excess(text)));
    let message = {
        let error_id = error_id.clone();
        move || {
            let problem = too_long.get().map(|problem| sentence(&problem));
            let problem = problem.or_else(|| error.get())?;
            Some(
                view! { <p id=error_id.clone() class="lab-field-error" role="alert">{problem}</p> },
            )
        }
    };
    view! {
        <details class="lab-details lab-zone-file" open>
            <summary>
                <span class="lab-zone-file__title">"Zone "{zone.title}</span>
                <span class="lab-chip">{count}</span>
            </summary>
            <label class="lab-visually-hidden" for=id.clone()>"Zone file"</label>
            <textarea
                id=id
                class="lab-editor"
                rows="14"
                spellcheck="false"
                autocapitalize="off"
                autocomplete="off"
                wrap="off"
                aria-invalid=move || (too_long.with(Option::is_some) || error.with(Option::is_some)).to_string()
                aria-describedby=error_id
                prop:value=text
                on:input=move |event| {
                    let typed = event_target_value(&event);
                    keep(typed.clone());
                    text.set(typed);
                }
            ></textarea>
            {is_resumed.then(|| view! {
                <p class="lab-note" role="status">"This is what you had typed; it is not applied yet."</p>
            })}
            {message}
            <div class="lab-row">
                <button type="button" class="lab-button lab-button--main" disabled=move || !is_changed.get() on:click=apply>
                    "Apply"
                </button>
                <button type="button" class="lab-button lab-button--quiet" disabled=move || !is_changed.get() on:click=undo>
                    "Undo changes"
                </button>
            </div>
        </details>
    }
}
