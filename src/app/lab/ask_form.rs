//! Asking for a name.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::app::controls::{Icon, Pictogram};
use crate::app::state::LabState;
use crate::page::bench::Input;
use crate::scenario::{AskFault, ClientInfo, name_excess};

/// The types worth asking for.
const TYPES: [&str; 10] = [
    "A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT",
];
/// Names worth asking for.
const IDEAS: [&str; 5] = [
    "www.example.com",
    "app.example.com",
    "blog.example.com",
    "nope.example.com",
    "example.co.uk",
];

/// Who asks, for what, of which type.
#[component]
pub fn AskForm(
    /// Who can ask.
    clients: Vec<ClientInfo>,
) -> impl IntoView {
    let state = LabState::expect();
    let bench = state.bench;
    let question = bench.question.get_untracked();
    let name = RwSignal::new(
        question
            .as_ref()
            .map(|question| question.qname.without_dot())
            .unwrap_or_default(),
    );
    let rtype = RwSignal::new(
        question.map_or_else(|| "A".to_owned(), |question| question.qtype.to_string()),
    );
    let fault = RwSignal::new(None::<AskFault>);
    let note = RwSignal::new(None::<String>);
    let ask = move || {
        let asked = bench.ask(name.get_untracked(), rtype.get_untracked());
        note.set(asked.as_ref().ok().cloned().flatten());
        fault.set(asked.err());
    };
    let too_long = Memo::new(move |_| name.with(|name| name_excess(name)));
    // What is asked elsewhere on the page stands in the form as well.
    Effect::watch(
        move || bench.question.get(),
        move |question, _, _| {
            if let Some(question) = question {
                name.set(question.qname.without_dot());
                rtype.set(question.qtype.to_string());
            }
        },
        false,
    );
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        ask();
    };
    let clients = clients.into_iter().map(|client| {
        let id = client.id.clone();
        view! {
            <option value=client.id selected=move || bench.client.with(|chosen| *chosen == id)>{client.title}</option>
        }
    });
    let types = TYPES.map(|text| {
        view! {
            <option value=text selected=move || rtype.with(|chosen| chosen == text)>{text}</option>
        }
    });
    let ideas = IDEAS.map(|idea| view! { <option value=idea></option> });
    let message = move || {
        let (problem, offer) = match (too_long.get(), fault.get()) {
            (Some(problem), _) => (problem, None),
            (None, Some(fault)) => (fault.problem, fault.offer),
            (None, None) => {
                let note = note.get()?;
                let note = view! { <p id="name-note" class="lab-note" role="status">{note}</p> };
                return Some(note.into_any());
            }
        };
        let offer = offer.map(|question| {
            let text = format!("Ask for {} {}", question.qname.without_dot(), question.qtype);
            let take = move |_| {
                name.set(question.qname.without_dot());
                rtype.set(question.qtype.to_string());
                ask();
            };
            view! {
                <button id="ask-offer" type="button" class="lab-button lab-button--small" on:click=take>
                    {text}
                </button>
            }
        });
        let message = view! {
            <p id="name-error" class="lab-field-error" role="alert">{problem}</p>
            {offer}
        };
        Some(message.into_any())
    };
    view! {
        <form class="lab-card lab-form" on:submit=on_submit novalidate aria-label="Ask for a name">
            <label class="lab-field">
                <span class="lab-field__label">"Who asks"</span>
                <select
                    id="client"
                    class="lab-select"
                    prop:value=bench.client
                    on:change=move |event| bench.send(Input::Client(event_target_value(&event)))
                >
                    {clients.collect_view()}
                </select>
            </label>
            <div class="lab-form__pair">
                <label class="lab-field lab-field--wide">
                    <span class="lab-field__label">"Name"</span>
                    <input
                        id="name"
                        class="lab-input lab-input--mono"
                        type="text"
                        list="name-ideas"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        aria-invalid=move || (too_long.with(Option::is_some) || fault.with(Option::is_some)).to_string()
                        aria-describedby="name-error name-note"
                        prop:value=name
                        on:input=move |event| name.set(event_target_value(&event))
                    />
                    <datalist id="name-ideas">{ideas.collect_view()}</datalist>
                </label>
                <label class="lab-field">
                    <span class="lab-field__label">"Type"</span>
                    <select
                        id="type"
                        class="lab-select"
                        prop:value=rtype
                        on:change=move |event| rtype.set(event_target_value(&event))
                    >
                        {types.collect_view()}
                    </select>
                </label>
            </div>
            {message}
            <button id="ask" type="submit" class="lab-button lab-button--main">
                "Ask"<Pictogram icon=Icon::Play />
            </button>
        </form>
    }
}
