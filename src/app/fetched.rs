//! A page whose contents have to be fetched first.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::library::Copies;

/// What has come of fetching something.
type Outcome<T> = RwSignal<Option<Result<T, String>>>;

/// Shows a page once its contents are there; until then that they are on their way, or why
/// they did not come, with a way to try again. What is kept is shown at once.
pub fn fetched<T, F>(
    kept: Option<T>,
    fetch: impl Fn(Copies) -> F + Copy + Send + Sync + 'static,
    show: impl Fn(T) -> AnyView + Send + 'static,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
    F: Future<Output = Result<T, String>> + 'static,
{
    let is_kept = kept.is_some();
    let outcome: Outcome<T> = RwSignal::new(kept.map(Ok));
    let start = move |copies| {
        spawn_local(async move {
            let result = fetch(copies).await;
            // The learner may have left the page meanwhile.
            outcome.try_set(Some(result));
        });
    };
    if !is_kept {
        start(Copies::Kept);
    }
    let try_again = Callback::new(move |()| {
        outcome.set(None);
        start(Copies::Fresh);
    });
    let page = move || match outcome.get() {
        Some(Ok(contents)) => show(contents),
        Some(Err(problem)) => view! { <Failed problem try_again /> }.into_any(),
        None => Waiting().into_any(),
    };
    page.into_any()
}

/// Says that the contents of a page are on their way.
#[component]
fn Waiting() -> impl IntoView {
    view! {
        <main id="main" tabindex="-1" class="lab-shell__main" aria-busy="true">
            <p role="status">"This page is on its way."</p>
            <div class="lab-shell__bar" aria-hidden="true"></div>
        </main>
    }
}

/// Says why the contents of a page did not come.
#[component]
fn Failed(
    /// Why, as a sentence.
    problem: String,
    /// Fetches them again.
    try_again: Callback<()>,
) -> impl IntoView {
    view! {
        <main id="main" tabindex="-1" class="lab-message">
            <p class="lab-eyebrow">"SERVFAIL"</p>
            <h1>"This page could not be fetched"</h1>
            <p role="alert">{problem}</p>
            <div class="lab-row">
                <button
                    id="try-again"
                    type="button"
                    class="lab-button lab-button--main"
                    on:click=move |_| try_again.run(())
                >
                    "Try again"
                </button>
            </div>
        </main>
    }
}
