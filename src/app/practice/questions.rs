//! What is asked besides records and policies.

use std::sync::Arc;

use leptos::prelude::*;

use super::desk::Desk;
use crate::app::lesson_panel::Line;
use crate::lesson::practice::Problem;

/// The questions of a problem.
#[component]
pub fn Questions(
    /// The problem.
    problem: Arc<Problem>,
    /// The page.
    desk: Desk,
) -> impl IntoView {
    let questions = problem.questions.iter().map(|question| {
        let options = question.options.iter().map(|option| {
            let (question, id) = (question.id.clone(), option.id.clone());
            let is_chosen = {
                let (question, id) = (question.clone(), id.clone());
                move || {
                    desk.answer
                        .with(|answer| answer.choices.get(&question) == Some(&id))
                }
            };
            let name = format!("question-{question}");
            let choose = move |_| {
                desk.edit(|answer| {
                    answer.choices.insert(question.clone(), id.clone());
                });
            };
            view! {
                <label class="lab-desk__option">
                    <input type="radio" name=name prop:checked=is_chosen on:change=choose />
                    <span><Line line=option.text.clone() /></span>
                </label>
            }
        });
        view! {
            <fieldset class="lab-desk__group">
                <legend class="lab-field__label"><Line line=question.question.clone() /></legend>
                {options.collect_view()}
            </fieldset>
        }
    });
    questions.collect_view()
}
