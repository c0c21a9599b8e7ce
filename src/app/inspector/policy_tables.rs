//! The policies of a server: what it chooses from, and how it chose last.

use leptos::prelude::*;

use crate::scene::{DecisionView, SteeredView};

/// How the last answer was chosen, step by step.
#[component]
pub fn DecisionTable(
    /// The decision.
    decision: DecisionView,
) -> impl IntoView {
    let DecisionView {
        title,
        policy,
        steps,
        answer,
    } = decision;
    let rows = steps.into_iter().map(|(step, list)| {
        view! {
            <tr>
                <td class="lab-record__data">
                    <span>{step}</span>
                    <span class="lab-record__value">{list}</span>
                </td>
            </tr>
        }
    });
    view! {
        <h3 class="lab-subheading">"Last decision: "{title}</h3>
        <p class="lab-panel-summary">{policy}</p>
        <table class="lab-table">
            <thead>
                <tr><th scope="col">"Step, and the list after a filter"</th></tr>
            </thead>
            <tbody>
                {rows.collect_view()}
                <tr>
                    <td class="lab-record__data">
                        <b>"Answer"</b>
                        <span class="lab-record__value">{answer}</span>
                    </td>
                </tr>
            </tbody>
        </table>
    }
}

/// The sets a policy chooses from.
#[component]
pub fn SteeredTables(
    /// The sets.
    steered: Vec<SteeredView>,
) -> impl IntoView {
    let tables = steered.into_iter().map(|set| {
        let rows = set.endpoints.into_iter().map(|row| {
            view! {
                <tr>
                    <td class="lab-record__data">
                        <span class="lab-record__owner">{row.machine}</span>
                        <span class="lab-record__value">{row.address}" "{row.details}</span>
                    </td>
                    <td class="lab-record__ttl">{row.health}</td>
                </tr>
            }
        });
        view! {
            <h3 class="lab-subheading">{set.title}</h3>
            <p class="lab-panel-summary">{set.policy}</p>
            <table class="lab-table">
                <thead>
                    <tr><th scope="col">"Chooses from"</th><th scope="col">"Health"</th></tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        }
    });
    tables.collect_view()
}
