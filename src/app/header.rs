//! The bar at the top: where you are, how far you have come, and what concerns the whole page.

use leptos::prelude::*;

use super::controls::{Icon, Pictogram};
use super::state::LabState;
use crate::page::routes::{Section, section};
use crate::page::store::theme::Theme;
use crate::scene::Route;

/// The header of every page.
#[component]
pub fn Header() -> impl IntoView {
    let state = LabState::expect();
    let current = move |part: Section| {
        let is_here = state.route.with(section) == Some(part);
        is_here.then_some("page")
    };
    let tools = move || state.tools.get().map(|tools| tools.run());
    view! {
        <header class="lab-header"><div class="lab-header__row">
            <a class="lab-header__brand" href=Route::Home.to_string()>
                <Mark />
                "DNS Lab"
            </a>
            <nav class="lab-nav" aria-label="Pages">
                <a href=Route::Home.to_string() aria-current=move || current(Section::Learn)>"Learn"</a>
                <a href=Route::Lab.to_string() aria-current=move || current(Section::Lab)>"Lab"</a>
                <a href=Route::Practice.to_string() aria-current=move || current(Section::Practice)>"Practice"</a>
            </nav>
            <div class="lab-header__tools">
                <CourseProgress />
                {tools}
                <ThemeButton />
                <button
                    id="help"
                    type="button"
                    class="lab-icon-button"
                    aria-label="Keys and help"
                    title="Keys and help (?)"
                    on:click=move |_| state.is_help_open.set(true)
                >
                    <Pictogram icon=Icon::Help />
                </button>
            </div>
        </div></header>
    }
}

/// The sign of the lab: a question that branches.
#[component]
fn Mark() -> impl IntoView {
    view! {
        <svg class="lab-mark" viewBox="0 0 32 32" aria-hidden="true">
            <rect class="lab-mark__ground" width="32" height="32" rx="8" />
            <path class="lab-mark__lines" d="M10 16h4M18 14.5l4.500-5M18 17.500l4.500 5" />
            <circle class="lab-mark__dot" cx="8" cy="16" r="3" />
            <circle class="lab-mark__dot" cx="16" cy="16" r="3" />
            <circle class="lab-mark__dot" cx="24" cy="8" r="3" />
            <circle class="lab-mark__dot" cx="24" cy="24" r="3" />
        </svg>
    }
}

/// How many lessons are finished.
#[component]
fn CourseProgress() -> impl IntoView {
    let state = LabState::expect();
    let total = Memo::new(move |_| state.course.with(|course| course.lessons().count()));
    let finished = Memo::new(move |_| {
        let progress = state.progress.read();
        state.course.with(|course| {
            course
                .lessons()
                .filter(|lesson| progress.is_finished(&lesson.id))
                .count()
        })
    });
    let text = move || format!("{} of {} lessons", finished.get(), total.get());
    view! {
        <div class="lab-course-progress">
            <span class="lab-course-progress__text">{text}</span>
            <progress class="lab-progress" max=total value=finished aria-label="Lessons finished" />
        </div>
    }
}

/// Chooses between light, dark and what the system says.
#[component]
fn ThemeButton() -> impl IntoView {
    let state = LabState::expect();
    let icon = Signal::derive(move || match state.theme.get() {
        Theme::System => Icon::Contrast,
        Theme::Light => Icon::Sun,
        Theme::Dark => Icon::Moon,
    });
    let label = move || match state.theme.get() {
        Theme::System => "Colors: as your system says",
        Theme::Light => "Colors: light",
        Theme::Dark => "Colors: dark",
    };
    view! {
        <button
            id="theme"
            type="button"
            class="lab-icon-button"
            aria-label=label
            title=label
            on:click=move |_| state.kept.next_theme()
        >
            <Pictogram icon />
        </button>
    }
}
