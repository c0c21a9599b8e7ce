//! The record picker: choose a type, see what it is made of, ask for it.

mod fields;

use leptos::prelude::*;

use self::fields::{FieldTable, ZoneLine};
use super::controls::{Icon, Pictogram, Tab, Tabs};
use super::inspector::HexDump;
use super::state::LabState;
use crate::dns::Rtype;
use crate::engine::Intervention;
use crate::scene::{RecordCard, RecordSample, record_card};

/// The id of the panel below the tabs.
const PANEL: &str = "record-panel";

/// The tab of a type; `None` for a type that is not on display.
fn tab(rtype: Rtype) -> Option<Tab<Rtype>> {
    let (id, label) = match rtype {
        Rtype::A => ("record-a", "A"),
        Rtype::AAAA => ("record-aaaa", "AAAA"),
        Rtype::CNAME => ("record-cname", "CNAME"),
        Rtype::MX => ("record-mx", "MX"),
        Rtype::TXT => ("record-txt", "TXT"),
        Rtype::NS => ("record-ns", "NS"),
        Rtype::SOA => ("record-soa", "SOA"),
        Rtype::SRV => ("record-srv", "SRV"),
        Rtype::PTR => ("record-ptr", "PTR"),
        Rtype::CAA => ("record-caa", "CAA"),
        _ => return None,
    };
    let value = rtype;
    Some(Tab { value, id, label })
}

/// Record types to choose from, each shown on a record of the world at hand.
#[component]
pub fn RecordPicker(
    /// The types on display; the first is chosen to begin with.
    types: Vec<Rtype>,
) -> impl IntoView {
    let bench = LabState::expect().bench;
    let tabs: Vec<Tab<Rtype>> = types.into_iter().filter_map(tab).collect();
    let Some(first) = tabs.first().map(|tab| tab.value) else {
        return ().into_any();
    };
    let chosen = RwSignal::new(first);
    // The zones change by the learner's acts, not with every packet.
    let acts_done = Memo::new(move |_| {
        let now = bench.playhead.get().time;
        bench.timeline().with(|timeline| {
            let done = timeline.acts().iter().filter(|(at, _)| *at <= now);
            done.count()
        })
    });
    let card = Memo::new(move |_| {
        acts_done.track();
        bench.timeline().track();
        let rtype = chosen.get();
        bench.with_untracked(|bench| record_card(bench.world(), rtype))
    });
    let label = move || tab(chosen.get()).map(|tab| tab.id);
    view! {
        <section class="lab-records" aria-label="Record types">
            <Tabs tabs chosen choose=move |rtype| chosen.set(rtype) label="Record types" controls=PANEL />
            <div id=PANEL class="lab-records__panel" role="tabpanel" aria-labelledby=label>
                {move || view! { <Card card=card.get() /> }}
            </div>
        </section>
    }
    .into_any()
}

/// One type: what it is for, and its records.
#[component]
fn Card(
    /// The type.
    card: RecordCard,
) -> impl IntoView {
    let RecordCard {
        rtype,
        title,
        about,
        samples,
    } = card;
    let shown = RwSignal::new(0_usize);
    let options = samples.iter().enumerate().map(|(index, sample)| {
        let text = sample.label.clone();
        view! { <option value=index.to_string()>{text}</option> }
    });
    let choice = (samples.len() > 1).then(|| {
        view! {
            <label class="lab-field">
                <span class="lab-field__label">"Record"</span>
                <select
                    id="record-choice"
                    class="lab-select"
                    on:change=move |event| shown.set(event_target_value(&event).parse().unwrap_or(0))
                >
                    {options.collect_view()}
                </select>
            </label>
        }
    });
    let samples = StoredValue::new(samples);
    let sample = move || {
        let sample = samples.with_value(|samples| samples.get(shown.get()).cloned());
        match sample {
            Some(sample) => view! { <Sample sample /> }.into_any(),
            None => {
                view! { <p class="lab-empty lab-empty--small">"This world has no such record."</p> }
                    .into_any()
            }
        }
    };
    view! {
        <p class="lab-records__title"><b>{rtype}</b>" "{title}</p>
        <p class="lab-note">{about}</p>
        {choice}
        {sample}
    }
}

/// One record: its line, its fields, its octets. Pointing at a piece marks it in all three.
#[component]
fn Sample(
    /// The record.
    sample: RecordSample,
) -> impl IntoView {
    let state = LabState::expect();
    let field = RwSignal::new(None::<usize>);
    let RecordSample {
        question,
        purpose,
        line,
        fields,
        hex,
        length,
        ..
    } = sample;
    let names = fields
        .iter()
        .map(|field| format!("{}: {}", field.name, field.value));
    let names = names.collect();
    let asked = question.to_string();
    let ask = move |_| {
        let client = state.bench.client.get_untracked();
        state.bench.act(Intervention::ask(client, question.clone()));
    };
    let purpose = (!purpose.is_empty()).then(|| view! { <p class="lab-note">{purpose}</p> });
    let octets = if length == 1 { "octet" } else { "octets" };
    view! {
        {purpose}
        <h2 class="lab-subheading">"As a zone file has it"</h2>
        <ZoneLine line field />
        <FieldTable fields field />
        <h2 class="lab-subheading">{format!("The data on the wire, {length} {octets}")}</h2>
        <HexDump lines=hex names field />
        <button id="ask-record" type="button" class="lab-button" on:click=ask>
            <span class="lab-records__ask">"Ask for "<code>{asked}</code></span>
            <Pictogram icon=Icon::Play />
        </button>
    }
}
