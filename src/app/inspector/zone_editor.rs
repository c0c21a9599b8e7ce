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
    let text = RwSignal::new(zone.text);
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
    let apply = move |_| {
        let act = Intervention::EditZone {
            origin: origin.clone(),
            text: text.get_untracked(),
        };
        error.set(state.bench.act_for_form(act).err());
    };
    let undo = move |_| {
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
                on:input=move |event| text.set(event_target_value(&event))
            ></textarea>
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
