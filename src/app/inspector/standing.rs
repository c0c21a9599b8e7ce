//! How something stands: a sign, a word and a color.

use leptos::prelude::*;

use crate::app::state::LabState;
use crate::engine::Intervention;
use crate::scene::Standing;

/// A sign and a word in a color.
#[component]
pub fn StandingChip(
    /// How it stands.
    #[prop(into)]
    standing: Signal<Standing>,
) -> impl IntoView {
    view! {
        <span class="lab-standing" data-tone=move || standing.get().tone.as_str()>
            <span class="lab-standing__sign" aria-hidden="true">{move || standing.get().tone.sign()}</span>
            {move || standing.get().word}
        </span>
    }
}

/// A small button that does something in the world at the moment looked at.
#[component]
pub fn ActButton(
    /// What it says.
    #[prop(into)]
    text: Signal<&'static str>,
    /// What it is done to, for those who hear the button without its row.
    #[prop(into)]
    target: Signal<String>,
    /// What it does; `None` if that has just gone.
    act: impl Fn() -> Option<Intervention> + Send + Sync + 'static,
) -> impl IntoView {
    let state = LabState::expect();
    view! {
        <button
            type="button"
            class="lab-button lab-button--small"
            aria-label=move || format!("{}: {}", text.get(), target.get())
            on:click=move |_| do_act(state, act())
        >
            {text}
        </button>
    }
}

/// Does something in the world, or says why not.
pub fn do_act(state: LabState, act: Option<Intervention>) {
    if let Some(act) = act {
        state.bench.act(act);
    }
}
