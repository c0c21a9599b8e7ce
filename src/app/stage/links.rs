//! The lines between machines.

use leptos::prelude::*;

use crate::scene::Link;

/// A link with the order and round-trip time of its last exchange.
#[component]
pub fn LinkLine(
    /// The link.
    link: Memo<Link>,
) -> impl IntoView {
    let state = move || link.with(|link| link.state.as_str());
    let path = Memo::new(move |_| link.with(|link| link.path.clone()));
    let text = move || {
        let label = link.with(|link| link.text.clone())?;
        Some(view! {
            <text class="lab-link__text" x=label.at.x y=label.at.y text-anchor="middle">{label.text}</text>
        })
    };
    view! {
        <g class="lab-link" data-state=state>
            <path class="lab-link__line" d=path />
            {text}
        </g>
    }
}
