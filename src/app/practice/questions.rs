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
        // No fieldset: WebKitGTK keeps a legend as wide as its text may get, whatever the window.
        let title = format!("question-{}-title", question.id);
        let labelled_by = title.clone();
        view! {
            <div class="lab-desk__group" role="radiogroup" aria-labelledby=labelled_by>
                <p id=title class="lab-field__label"><Line line=question.question.clone() /></p>
                {options.collect_view()}
            </div>
        }
    });
    questions.collect_view()
}
