//! The catalogue of lessons.

mod lesson_card;
mod put_aside;

use leptos::prelude::*;

use self::lesson_card::LessonCard;
use self::put_aside::PutAside;
use super::clock::today;
use super::controls::{Icon, Pictogram};
use super::fetched::list_of_lessons;
use super::parts;
use super::practice::ProblemChapter;
use super::state::LabState;
use crate::lesson::due_reviews;
use crate::scene::Route;

/// The first page: what the lab is, and all lessons with how far the learner has come.
#[component]
pub fn Home() -> impl IntoView {
    // Most readers go on to a lesson.
    parts::fetch_ahead(parts::lessons, |_| {});
    view! {
        <main id="main" tabindex="-1" class="lab-home">
            <section class="lab-hero">
                <div class="lab-hero__words">
                    <h1 class="lab-hero__title">"Send a query. Watch a real resolver work."</h1>
                    <p class="lab-hero__promise">
                        "A flight simulator for DNS. Every packet, cache entry and second is computed by a DNS engine that runs
                        in this page: predict what happens, run it, and be able to explain it."
                    </p>
                    <div class="lab-row">
                        <StartButton />
                        <a class="lab-button" href=Route::Lab.to_string()>"Open the free lab"</a>
                    </div>
                </div>
                <HeroPicture />
            </section>
            {list_of_lessons(|| Chapters().into_any())}
            <PutAside />
        </main>
    }
}

/// All lessons and problems, and before them a question that is due again.
#[component]
fn Chapters() -> impl IntoView {
    let state = LabState::expect();
    let course = state.course.get_value();
    let mut number = 0;
    let chapters = course.chapters.iter().map(|chapter| {
        let cards = chapter.lessons.iter().map(|lesson| {
            number += 1;
            view! { <LessonCard lesson=lesson.clone() number /> }
        });
        view! {
            <section class="lab-chapter">
                <h2 class="lab-chapter__title">{chapter.title.clone()}</h2>
                <ul class="lab-catalog">{cards.collect_view()}</ul>
            </section>
        }
    });
    let chapters = chapters.collect_view();
    let is_due = untrack(|| {
        let progress = state.progress.read();
        !due_reviews(&course, &progress, today()).is_empty()
    });
    let review = is_due.then(|| parts::panel(parts::lessons, |lessons| (lessons.review)()));
    view! {
        {review}
        {chapters}
        <ProblemChapter />
    }
}

/// Leads to the first lesson that is not finished.
#[component]
fn StartButton() -> impl IntoView {
    let state = LabState::expect();
    let target = Memo::new(move |_| {
        let progress = state.progress.read();
        state.course.with(|course| {
            let next = course
                .lessons()
                .find(|lesson| !progress.is_finished(&lesson.id));
            let next = next.or_else(|| course.lessons().next())?;
            let open = next
                .steps
                .iter()
                .position(|step| !progress.is_done(&next.id, step));
            let is_fresh = course
                .lessons()
                .all(|lesson| progress.steps_done(&lesson.id) == 0);
            let label = if is_fresh {
                "Start the first lesson".to_owned()
            } else {
                format!("Go on: {}", next.title)
            };
            let route = Route::Lesson {
                id: next.id.clone(),
                step: open.unwrap_or(0),
            };
            Some((route.to_string(), label))
        })
    });
    move || {
        let (href, label) = target.get()?;
        Some(view! {
            <a id="start" class="lab-button lab-button--main lab-button--large" href=href>
                {label}<Pictogram icon=Icon::Arrow />
            </a>
        })
    }
}

/// A small picture of what the stage shows.
#[component]
fn HeroPicture() -> impl IntoView {
    view! {
        <svg class="lab-hero__picture" viewBox="0 0 460 260" aria-hidden="true">
            <g class="lab-link" data-state="done">
                <path class="lab-link__line" d="M112 132H176" />
                <path class="lab-link__line" d="M268 118C310 96 300 48 332 44" />
                <path class="lab-link__line" d="M268 146C310 168 300 214 332 218" />
            </g>
            <g class="lab-link" data-state="active"><path class="lab-link__line" d="M268 132H332" /></g>
            <g class="lab-machine" data-role="client" data-status="used">
                <rect class="lab-machine__box" x="8" y="92" width="104" height="80" rx="14" />
                <text class="lab-machine__title" x="60" y="127" text-anchor="middle">"You"</text>
                <text class="lab-machine__mono" x="60" y="147" text-anchor="middle">"www?"</text>
            </g>
            <g class="lab-machine" data-role="resolver" data-status="active">
                <rect class="lab-machine__box" x="176" y="84" width="92" height="96" rx="14" />
                <text class="lab-machine__title" x="222" y="127" text-anchor="middle">"Resolver"</text>
                <text class="lab-machine__mono" x="222" y="147" text-anchor="middle">"cache"</text>
            </g>
            <g class="lab-machine" data-role="root" data-status="used">
                <rect class="lab-machine__box" x="332" y="16" width="120" height="56" rx="14" />
                <text class="lab-machine__title" x="392" y="49" text-anchor="middle">"Root"</text>
            </g>
            <g class="lab-machine" data-role="tld" data-status="active">
                <rect class="lab-machine__box" x="332" y="104" width="120" height="56" rx="14" />
                <text class="lab-machine__title" x="392" y="137" text-anchor="middle">"com"</text>
            </g>
            <g class="lab-machine" data-role="auth" data-status="idle">
                <rect class="lab-machine__box" x="332" y="190" width="120" height="56" rx="14" />
                <text class="lab-machine__title" x="392" y="223" text-anchor="middle">"example.com"</text>
            </g>
            <g class="lab-packet" data-tone="referral" transform="translate(300 132)">
                <circle class="lab-packet__halo" r="15" />
                <path class="lab-shape" d="M0-8.500 8.500 0 0 8.500-8.500 0z" />
            </g>
        </svg>
    }
}
