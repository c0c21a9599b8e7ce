//! How an answer was chosen, step by step.

use leptos::prelude::*;

use crate::scene::{DecisionView, ListItem};

/// The decisions that led to an answer of a server: one, or several where names lead on.
#[component]
pub fn DecisionTables(
    /// The decisions, the one for the name asked for first.
    decisions: Vec<DecisionView>,
) -> impl IntoView {
    let tables = { decisions.into_iter() }.map(|decision| view! { <DecisionTable decision /> });
    view! {
        <section class="lab-decisions" aria-labelledby="decision-title">
            <h3 id="decision-title" class="lab-subheading">"How the answer was chosen"</h3>
            {tables.collect_view()}
        </section>
    }
}

/// A decision of a server, with the list after each filter.
#[component]
fn DecisionTable(
    /// The decision.
    decision: DecisionView,
) -> impl IntoView {
    let DecisionView {
        title,
        policy,
        when,
        before,
        steps,
        answer,
        ttl,
    } = decision;
    let before = before.map(|list| {
        view! { <li class="lab-decision__step">"The list to begin with"{items(list, Marks::Address)}</li> }
    });
    let steps = steps.into_iter().map(|step| {
        view! {
            <li class="lab-decision__step">{step.text}{step.list.map(|list| items(list, Marks::None))}</li>
        }
    });
    let is_empty = answer.is_empty();
    let empty =
        is_empty.then_some("No records: the name exists, and there is no address for this asker.");
    view! {
        <div class="lab-decision">
            <p class="lab-decision__of"><code>{title}</code>" at "{when}</p>
            <p class="lab-panel-summary">{policy}</p>
            <ol class="lab-decision__steps">
                {before}
                {steps.collect_view()}
                <li class="lab-decision__step lab-decision__step--answer">
                    <b>"Answer"</b>", to be kept for "{ttl}
                    {(!is_empty).then(|| items(answer, Marks::Answer))}
                    {empty.map(|text| view! { <span class="lab-decision__none">{text}</span> })}
                </li>
            </ol>
        </div>
    }
}

/// What a list says of its endpoints beside where they are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marks {
    /// Nothing.
    None,
    /// Their addresses.
    Address,
    /// Their addresses, and that they are the answer.
    Answer,
}

/// Endpoints in order; those a step has taken out are struck through and say so.
fn items(list: Vec<ListItem>, marks: Marks) -> impl IntoView {
    let items = list.into_iter().map(|item| {
        let tone = match (item.is_out, marks) {
            (true, _) => "out",
            (_, Marks::Answer) => "chosen",
            _ => "in",
        };
        let address = item.target;
        let (name, shown) = match item.machine.is_empty() {
            true => (address.clone(), None),
            false => (
                item.machine,
                (marks != Marks::None).then(|| address.clone()),
            ),
        };
        view! {
            <li class="lab-decision__item" data-tone=tone title=address>
                {(marks == Marks::Answer).then_some("✓ ")}
                {name}
                {shown.map(|address| view! { " " <code>{address}</code> })}
                {item.is_out.then(|| view! { <span class="lab-visually-hidden">", taken out"</span> })}
            </li>
        }
    });
    view! { <ol class="lab-decision__list">{items.collect_view()}</ol> }
}
