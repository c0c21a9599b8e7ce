//! What the policy is to know of each address: one row for each.

use std::sync::Arc;

use leptos::prelude::*;

use super::desk::Desk;
use super::editor::Fault;
use crate::lesson::practice::{AddressRow, Part, Problem};
use crate::scene::practice::{AddressLine, address_lines};

/// A cell of a row: what it holds, and what typing does.
type Cell = (fn(&AddressRow) -> String, fn(&mut AddressRow, String));

/// The table of addresses.
#[component]
pub fn AddressTable(
    /// The problem.
    problem: Arc<Problem>,
    /// The page.
    desk: Desk,
) -> impl IntoView {
    let lines = {
        let problem = Arc::clone(&problem);
        Memo::new(move |_| desk.answer.with(|answer| address_lines(&problem, answer)))
    };
    let has_places = !problem.places.is_empty();
    let rows = move || {
        let lines = lines.get();
        if lines.is_empty() {
            let text = "Each address of the zone gets a row here.";
            return view! { <p class="lab-note">{text}</p> }.into_any();
        }
        let problem = &problem;
        let rows = lines.into_iter().map(|line| row(desk, problem, line));
        view! {
            <div class="lab-table-scroll" tabindex="0" role="group" aria-label="Addresses">
                <table class="lab-desk__table">
                    <thead>
                        <tr>
                            <th scope="col">"Address"</th>
                            <th scope="col">"Weight"</th>
                            <th scope="col">"Priority"</th>
                            <th scope="col">"Area"</th>
                            {has_places.then(|| view! { <th scope="col">"Place"</th> })}
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <div class="lab-field">
            <span class="lab-field__label">"What the policy knows of each address"</span>
            {rows}
            <Fault desk id="addresses-fault".to_owned() of=|it| matches!(it, Part::Address(_)) />
        </div>
    }
}

/// A row.
fn row(desk: Desk, problem: &Arc<Problem>, line: AddressLine) -> AnyView {
    let address = line.address.clone();
    let cell = |what: &'static str, hint: &'static str, (get, set): Cell| {
        let (address, edited) = (address.clone(), address.clone());
        let text = move || {
            desk.answer
                .with(|answer| answer.row(&address).map(get).unwrap_or_default())
        };
        view! {
            <td>
                <input
                    class="lab-input lab-input--mono"
                    aria-label=format!("{what} of {}", line.address)
                    placeholder=hint
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=text
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        desk.edit(|answer| answer.edit_row(&edited, |row| set(row, text)));
                    }
                />
            </td>
        }
    };
    let place = (!problem.places.is_empty()).then(|| {
        let chosen = {
            let address = address.clone();
            move || {
                desk.answer.with(|answer| {
                    let row = answer.row(&address);
                    row.map(|row| row.place.clone()).unwrap_or_default()
                })
            }
        };
        let chosen = Memo::new(move |_| chosen());
        let options = problem.places.iter().map(|place| {
            let id = place.id.clone();
            let is_chosen = move || chosen.with(|chosen| *chosen == id);
            view! { <option value=place.id.clone() selected=is_chosen>{place.name.clone()}</option> }
        });
        let edited = address.clone();
        view! {
            <td>
                <select
                    class="lab-select"
                    aria-label=format!("Place of {}", line.address)
                    on:change=move |event| {
                        let id = event_target_value(&event);
                        desk.edit(|answer| answer.edit_row(&edited, |row| row.place = id));
                    }
                >
                    <option value="" selected=move || chosen.with(String::is_empty)>"not told"</option>
                    {options.collect_view()}
                </select>
            </td>
        }
    });
    let note = if line.is_listed {
        line.title.clone()
    } else {
        format!("{}, not in the zone", line.title)
    };
    view! {
        <tr>
            <th scope="row"><code>{line.address.clone()}</code><span class="lab-desk__who">{note}</span></th>
            {cell("Weight", "1", (|row| row.weight.clone(), |row, text| row.weight = text))}
            {cell("Priority", "1", (|row| row.priority.clone(), |row, text| row.priority = text))}
            {cell("Area", "default", (|row| row.area.clone(), |row, text| row.area = text))}
            {place}
        </tr>
    }
    .into_any()
}
