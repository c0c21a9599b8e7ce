//! A question from an earlier lesson that is due again.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::prose::Line;
use crate::app::binding::{Bound, Shown};
use crate::app::clock::today;
use crate::app::library::Library;
use crate::app::state::LabState;
use crate::lesson::{Predict, due_reviews};
use crate::page::step::{Review, ReviewInput as Input, Verdict};
use crate::page::store::progress::Deed;
use crate::scene::Route;

/// The question that has been due for longest, if there is one.
#[component]
pub fn ReviewCard(
    /// The id of a lesson whose questions are left out; may be empty.
    #[prop(optional, into)]
    except: String,
) -> impl IntoView {
    let state = LabState::expect();
    // Chosen once: answering must not exchange the card under the learner's eyes.
    let due = untrack(|| {
        state.course.with_value(|course| {
            let due = state
                .progress
                .with(|progress| due_reviews(course, progress, today()));
            due.into_iter()
                .find(|due| due.lesson != except)
                .and_then(|due| {
                    let lesson = course.lesson(&due.lesson)?;
                    Some((due, Arc::clone(lesson)))
                })
        })
    });
    due.map(|(due, outline)| {
        let lesson = due.lesson.clone();
        let note = Callback::new(move |is_right: bool| {
            state.kept.note(Deed::Reviewed {
                lesson: lesson.clone(),
                review: due.review,
                is_right,
                today: today(),
            });
        });
        let library = state.library;
        let lesson = RwSignal::new(library.kept_lesson(&due.lesson));
        if lesson.with_untracked(Option::is_none) {
            let files = Library::files_of(&outline);
            library.want(&files);
            Effect::new(move || {
                if library.wait_for(&files).is_ok() {
                    let outline = Arc::clone(&outline);
                    spawn_local(async move {
                        // A question that does not come is no loss: it comes back another time.
                        lesson.try_set(library.lesson(&outline).await.ok());
                    });
                }
            });
        }
        move || {
            let lesson = lesson.get()?;
            let question = lesson.reviews.get(due.review)?.clone();
            let title = lesson.title.clone();
            Some(view! { <Review lesson=due.lesson.clone() title question note /> })
        }
    })
}

/// One question with its options.
#[component]
fn Review(
    /// The id of the lesson it comes from.
    lesson: String,
    /// The title of that lesson.
    title: String,
    /// The question.
    question: Predict,
    /// Told whether the answer was right.
    note: Callback<bool>,
) -> impl IntoView {
    let correct = question.correct();
    let shown = Shown::new(Review::new(correct));
    let review = Bound::new(
        Review::new(correct),
        move |review: &Review| shown.show(*review),
        move |_, is_right| note.run(is_right),
    );
    let shown = shown.signal();
    let href = Route::Lesson {
        id: lesson,
        step: 0,
    }
    .to_string();
    let reasons: Vec<_> = question
        .options
        .iter()
        .map(|option| option.reason.clone())
        .collect();
    let options = question
        .options
        .into_iter()
        .enumerate()
        .map(|(index, option)| {
            let choose = move |_| review.send(Input::Answer(index));
            let verdict = move || match shown.get().verdict(index)? {
                Verdict::Right => Some("right"),
                Verdict::Wrong => Some("wrong"),
            };
            view! {
                <button
                    type="button"
                    class="lab-option lab-option--button"
                    data-verdict=verdict
                    disabled=move || shown.get().answer().is_some()
                    on:click=choose
                >
                    <span class="lab-option__text"><Line line=option.text /></span>
                </button>
            }
        });
    let reason = move || {
        let line = reasons.get(shown.get().answer()?)?.clone();
        let headline = if shown.get().answer() == Some(correct) {
            "Right. "
        } else {
            "Not so. "
        };
        Some(view! { <p class="lab-review__reason"><b>{headline}</b><Line line /></p> })
    };
    view! {
        <section class="lab-card lab-review" aria-labelledby="review-title">
            <h2 id="review-title" class="lab-card__title">"One question from before"</h2>
            <p class="lab-options__question"><Line line=question.question /></p>
            <div class="lab-options">{options.collect_view()}</div>
            <div aria-live="polite">{reason}</div>
            <p class="lab-review__source">"From "<a href=href>{title}</a></p>
        </section>
    }
}
