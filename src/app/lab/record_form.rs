//! Changing a record.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::parts::{self, Views};
use crate::app::state::LabState;
use crate::dns::zone_text_excess;
use crate::engine::Intervention;
use crate::scenario::sentence;

/// What stands in the text area to begin with: the move of a web server.
const EXAMPLE: &str = "www.example.com. 300 IN A 198.51.100.6\n";

/// Zone file lines that replace records on all servers of their zone.
#[component]
pub fn RecordForm() -> impl IntoView {
    let state = LabState::expect();
    let text = RwSignal::new(EXAMPLE.to_owned());
    let error = RwSignal::new(None::<String>);
    let set = move |views: Views| {
        // The learner may have left the page while the part was on its way.
        let Some(text) = text.try_get_untracked() else {
            return;
        };
        let records = (views.read_lines)(text);
        let act = Intervention::SetRecords { records };
        error.set(state.bench.act_for_form(act).err());
    };
    let apply = move |_| match parts::here(parts::views) {
        Some(views) => set(views),
        None => spawn_local(async move {
            match parts::views().await {
                Ok(views) => set(views),
                Err(lost) => {
                    error.try_set(Some(lost.words().to_owned()));
                }
            }
        }),
    };
    let too_long = Memo::new(move |_| text.with(|text| zone_text_excess(text)));
    let message = move || {
        let problem = too_long.get().map(|problem| sentence(&problem));
        let problem = problem.or_else(|| error.get())?;
        Some(view! { <p id="record-error" class="lab-field-error" role="alert">{problem}</p> })
    };
    view! {
        <details class="lab-details">
            <summary>"Change a record"</summary>
            <div class="lab-form">
                <label class="lab-field">
                    <span class="lab-field__label">"Record, as in a zone file, with a whole name"</span>
                    <textarea
                        id="record"
                        class="lab-editor"
                        rows="3"
                        wrap="off"
                        spellcheck="false"
                        autocapitalize="off"
                        aria-invalid=move || (too_long.with(Option::is_some) || error.with(Option::is_some)).to_string()
                        aria-describedby="record-error"
                        prop:value=text
                        on:input=move |event| text.set(event_target_value(&event))
                    ></textarea>
                </label>
                {message}
                <button id="set-record" type="button" class="lab-button" on:click=apply>"Change it now"</button>
                <p class="lab-note">"For a whole zone, pick one of its servers on the stage and edit its file in the inspector."</p>
            </div>
        </details>
    }
}
