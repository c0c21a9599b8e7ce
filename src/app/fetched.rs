//! A page whose contents have to be fetched first.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::library::{Course, Unread};
use super::state::LabState;
use crate::page::library::{FileName, Remedy, Trouble, Waiting};

/// What a page shows.
#[derive(Clone, PartialEq)]
enum Shows {
    /// That its contents are on their way.
    Waiting,
    /// That they take long.
    Slow,
    /// What keeps them, and what helps.
    Failed(String, Remedy),
    /// Its contents.
    Contents,
}

/// Shows a page once its files are there and were read; until then that they are on their way, or
/// why they did not come, with a way to try again. What is kept is shown at once.
pub fn fetched<T, F>(
    files: Vec<FileName>,
    kept: Option<T>,
    read: impl Fn() -> F + Copy + Send + Sync + 'static,
    show: impl Fn(T) -> AnyView + Send + 'static,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
    F: Future<Output = Result<T, Unread>> + 'static,
{
    let library = LabState::expect().library;
    let is_kept = kept.is_some();
    let contents = RwSignal::new(kept);
    let problem = RwSignal::new(None::<String>);
    let files = StoredValue::new(files);
    let wait = Memo::new(move |_| files.with_value(|files| library.wait_for(files)));
    let start = move || {
        problem.set(None);
        spawn_local(async move {
            // The learner may have left the page meanwhile.
            match read().await {
                Ok(it) => drop(contents.try_set(Some(it))),
                Err(Unread::Part(words)) => drop(problem.try_set(Some(words))),
                // The phase of the file tells it.
                Err(Unread::File) => {}
            }
        });
    };
    if !is_kept {
        files.with_value(|files| library.want(files));
        Effect::new(move || {
            if wait.get().is_ok() && contents.with_untracked(Option::is_none) {
                start();
            }
        });
    }
    let shows = Memo::new(move |_| {
        if contents.with(Option::is_some) {
            return Shows::Contents;
        }
        if let Some(words) = problem.get() {
            return Shows::Failed(words, Remedy::TryAgain);
        }
        match wait.get() {
            Ok(()) | Err(Waiting::Coming) => Shows::Waiting,
            Err(Waiting::Slow) => Shows::Slow,
            Err(Waiting::Failed(trouble)) => failed(&trouble),
        }
    });
    let try_again = Callback::new(move |()| {
        if problem.with_untracked(Option::is_some) {
            start();
        } else {
            files.with_value(|files| library.retry(files));
        }
    });
    let page = move || match shows.get() {
        Shows::Contents => contents.get_untracked().map(&show).into_any(),
        Shows::Failed(words, remedy) => view! { <Failed words remedy try_again /> }.into_any(),
        Shows::Slow => view! { <OnTheWay is_slow=true try_again /> }.into_any(),
        Shows::Waiting => view! { <OnTheWay is_slow=false try_again /> }.into_any(),
    };
    page.into_any()
}

/// Trouble as a page shows it.
fn failed(trouble: &Trouble) -> Shows {
    Shows::Failed(trouble.words(), trouble.remedy())
}

/// Shows the contents of a page once the list of lessons is there, which says what there is.
pub fn with_course(show: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let library = LabState::expect().library;
    let is_there = library.course().with_value(Course::is_whole);
    fetched(
        vec![FileName::Course],
        is_there.then_some(()),
        move || async move { library.read_course() },
        move |()| show(),
    )
}

/// Shows a part of a page once the list of lessons is there; until then that it is on its way, or
/// why it did not come.
pub fn list_of_lessons(show: impl Fn() -> AnyView + Send + 'static) -> impl IntoView {
    let library = LabState::expect().library;
    let wait = Memo::new(move |_| library.wait_for(&[FileName::Course]));
    let is_there = Memo::new(move |_| library.course().with(Course::is_whole));
    let try_again = Callback::new(move |()| library.retry(&[FileName::Course]));
    move || {
        if is_there.get() {
            return show();
        }
        match wait.get() {
            Ok(()) | Err(Waiting::Coming) => {
                view! { <p role="status">"The list of lessons is on its way."</p> }.into_any()
            }
            Err(Waiting::Slow) => view! {
                <p role="status">"The list of lessons is on its way. This takes long."</p>
                <Again remedy=Remedy::TryAgain try_again />
            }
            .into_any(),
            Err(Waiting::Failed(trouble)) => view! {
                <p role="alert">{format!("The list of lessons is missing. {}", trouble.words())}</p>
                <Again remedy=trouble.remedy() try_again />
            }
            .into_any(),
        }
    }
}

/// Says that the contents of a page are on their way.
#[component]
fn OnTheWay(
    /// Whether it takes long.
    is_slow: bool,
    /// Fetches them again.
    try_again: Callback<()>,
) -> impl IntoView {
    let words = if is_slow {
        "This page is on its way. This takes long."
    } else {
        "This page is on its way."
    };
    let again = is_slow.then(|| view! { <Again remedy=Remedy::TryAgain try_again /> });
    view! {
        <main id="main" tabindex="-1" class="lab-shell__main" aria-busy="true">
            <p role="status">{words}</p>
            <div class="lab-shell__bar" aria-hidden="true"></div>
            {again}
        </main>
    }
}

/// Says why the contents of a page did not come.
#[component]
fn Failed(
    /// Why, as sentences.
    words: String,
    /// What helps.
    remedy: Remedy,
    /// Fetches them again.
    try_again: Callback<()>,
) -> impl IntoView {
    view! {
        <main id="main" tabindex="-1" class="lab-message">
            <p class="lab-eyebrow">"SERVFAIL"</p>
            <h1>"This page could not be fetched"</h1>
            <p role="alert">{words}</p>
            <Again remedy try_again />
        </main>
    }
}

/// The button that helps.
#[component]
fn Again(
    /// What it does.
    remedy: Remedy,
    /// Fetches the contents again.
    try_again: Callback<()>,
) -> impl IntoView {
    let words = match remedy {
        Remedy::TryAgain => "Try again",
        Remedy::LoadAgain => "Load the page again",
    };
    let press = move |_| match remedy {
        Remedy::TryAgain => try_again.run(()),
        // Refused only by a frame that may not navigate, and then nothing can be done.
        Remedy::LoadAgain => drop(window().location().reload()),
    };
    view! {
        <div class="lab-row">
            <button id="try-again" type="button" class="lab-button lab-button--main" on:click=press>
                {words}
            </button>
        </div>
    }
}
