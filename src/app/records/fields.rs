//! The fields of a record: in its zone file line and in a table.

use leptos::prelude::*;

use crate::scene::{LinePart, RdataField};

/// Fields have one of this many colors in turn, as the octets do.
const HUES: usize = 4;

/// The line of a zone file, piece by piece.
#[component]
pub fn ZoneLine(
    /// The pieces.
    line: Vec<LinePart>,
    /// The field that is pointed at.
    field: RwSignal<Option<usize>>,
) -> impl IntoView {
    let pieces = line.into_iter().map(move |part| {
        let number = part.field;
        let hue = number.map(|number| (number % HUES).to_string());
        view! {
            <span
                class="lab-records__piece"
                data-hue=hue
                data-lit=move || (number.is_some() && field.get() == number).then_some("true")
                on:mouseenter=move |_| field.set(number)
                on:mouseleave=move |_| field.set(None)
            >
                {part.text}
            </span>
            " "
        }
    });
    view! { <p class="lab-records__line" role="group" aria-label="Zone file line" tabindex="0">{pieces.collect_view()}</p> }
}

/// What each field is called, holds and means.
#[component]
pub fn FieldTable(
    /// The fields.
    fields: Vec<RdataField>,
    /// The field that is pointed at.
    field: RwSignal<Option<usize>>,
) -> impl IntoView {
    let rows = fields.into_iter().enumerate().map(move |(number, row)| {
        let words = (!row.words.is_empty())
            .then(|| view! { <span class="lab-records__words">{row.words}</span> });
        view! {
            <tr
                class="lab-record"
                tabindex="0"
                data-lit=move || (field.get() == Some(number)).then_some("true")
                on:mouseenter=move |_| field.set(Some(number))
                on:mouseleave=move |_| field.set(None)
                on:focus=move |_| field.set(Some(number))
                on:blur=move |_| field.set(None)
            >
                <th scope="row" class="lab-records__name" data-hue=(number % HUES).to_string()>{row.name}</th>
                <td class="lab-records__meaning">
                    <span class="lab-records__value">{row.value}</span>
                    {words}
                    <span class="lab-records__explanation">{row.explanation}</span>
                </td>
            </tr>
        }
    });
    view! {
        <table class="lab-table lab-records__fields" aria-label="The fields of the data">
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}
