//! What happens now, in words.

use leptos::prelude::*;

use crate::app::binding::{Bound, Shown};
use crate::app::state::LabState;
use crate::page::voice::{Input, Say, Voice};
use crate::scene::{Caption, caption};

/// The caption of the last event shown. While play goes on it changes too fast to be read aloud.
#[component]
pub fn CaptionLine() -> impl IntoView {
    let bench = LabState::expect().bench;
    let events = Memo::new(move |_| bench.playhead.get().events);
    let current = Memo::new(move |_| -> Option<Caption> {
        let events = events.get();
        bench.timeline().with(|timeline| {
            let event = timeline.trace().events().get(events.checked_sub(1)?)?;
            Some(caption(timeline.initial(), timeline.trace(), event))
        })
    });
    let is_empty = move || {
        bench
            .timeline()
            .with(|timeline| timeline.trace().is_empty())
    };
    let tone =
        move || current.with(|caption| caption.as_ref().map(|caption| caption.tone.as_str()));
    let text = move || match current.get() {
        Some(caption) => view! {
            <strong class="lab-caption__actor">{caption.actor}</strong>
            " "
            <span>{caption.text}</span>
        }
        .into_any(),
        None if is_empty() => "Nothing has happened yet. All caches are empty.".into_any(),
        None => "Before the first event.".into_any(),
    };
    let rule = move || {
        let rule = current.get()?.rule?;
        Some(view! {
            <a class="lab-caption__rule" href=rule.url target="_blank" rel="noreferrer">{rule.label}</a>
        })
    };
    let said = Shown::new(String::new());
    let voice = Bound::new(
        Voice::default(),
        |_| {},
        move |_, Say(text)| said.show(text),
    );
    Effect::new(move || voice.send(Input::Playing(bench.is_playing.get())));
    Effect::new(move || {
        let words = |caption: &Caption| format!("{} {}", caption.actor, caption.text);
        voice.send(Input::Shown(current.with(|it| it.as_ref().map(words))));
    });
    view! {
        <div class="lab-caption" data-tone=tone>
            <p id="caption" class="lab-caption__text">{text}</p>
            {rule}
            <p id="caption-said" class="lab-visually-hidden" aria-live="polite">{said.signal()}</p>
        </div>
    }
}
