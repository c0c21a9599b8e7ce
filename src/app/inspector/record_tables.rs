//! The header and the records of a message. Pointing at a field marks its octets.

use leptos::prelude::*;

use crate::scene::{HeaderField, RecordRow};

/// The question and the records by section.
#[component]
pub fn RecordTable(
    /// The rows.
    records: Vec<RecordRow>,
    /// The field that is pointed at.
    field: RwSignal<Option<usize>>,
) -> impl IntoView {
    let mut before = String::new();
    let rows = records.into_iter().map(move |row| {
        let is_first = before != row.section;
        before.clone_from(&row.section);
        let number = row.field;
        let ttl = if row.ttl.is_empty() {
            String::new()
        } else {
            format!("{} s", row.ttl)
        };
        let section = if is_first {
            row.section.clone()
        } else {
            String::new()
        };
        view! {
            <tr
                class="lab-record"
                tabindex="0"
                data-first=is_first.then_some("true")
                data-lit=move || (field.get() == Some(number)).then_some("true")
                on:mouseenter=move |_| field.set(Some(number))
                on:mouseleave=move |_| field.set(None)
                on:focus=move |_| field.set(Some(number))
                on:blur=move |_| field.set(None)
            >
                <td class="lab-record__section">{section}</td>
                <td class="lab-record__data">
                    <span class="lab-record__owner">{row.owner}" "<b>{row.rtype}</b></span>
                    <span class="lab-record__value">{row.data}</span>
                </td>
                <td class="lab-record__ttl" title=row.ttl_words>{ttl}</td>
            </tr>
        }
    });
    view! {
        <table class="lab-table">
            <thead>
                <tr><th scope="col">"Section"</th><th scope="col">"Record"</th><th scope="col">"TTL"</th></tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}

/// The header, field by field.
#[component]
pub fn HeaderFields(
    /// The fields.
    header: Vec<HeaderField>,
    /// The field that is pointed at.
    field: RwSignal<Option<usize>>,
) -> impl IntoView {
    let items = header.into_iter().map(|item| {
        let number = item.field;
        let title = item.explanation.clone();
        view! {
            <li
                class="lab-bit"
                tabindex="0"
                title=title
                data-set=item.is_set.then_some("true")
                data-lit=move || (field.get() == Some(number)).then_some("true")
                on:mouseenter=move |_| field.set(Some(number))
                on:mouseleave=move |_| field.set(None)
                on:focus=move |_| field.set(Some(number))
                on:blur=move |_| field.set(None)
            >
                <span class="lab-bit__name">{item.name}</span>
                <span class="lab-bit__value">{item.value}</span>
                <span class="lab-visually-hidden">{item.explanation}</span>
            </li>
        }
    });
    view! {
        <h3 class="lab-subheading">"Header"</h3>
        <ul class="lab-bits">{items.collect_view()}</ul>
    }
}
