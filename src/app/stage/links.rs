//! The lines between machines.

use leptos::prelude::*;

use crate::app::controls::Item;
use crate::scene::Link;

/// The line of a link.
#[component]
pub fn LinkLine(
    /// The link.
    link: Item<Link>,
) -> impl IntoView {
    let state = move || link.with(|link| link.state.as_str());
    let path = Memo::new(move |_| link.with(|link| link.path.clone()));
    view! {
        <g class="lab-link" data-state=state>
            <path class="lab-link__line" d=path />
        </g>
    }
}

/// The order and round-trip time of a link's last exchange. Drawn after all lines, so that no
/// line crosses it.
#[component]
pub fn LinkText(
    /// The link.
    link: Item<Link>,
) -> impl IntoView {
    let state = move || link.with(|link| link.state.as_str());
    let text = move || {
        let label = link.with(|link| link.text.clone())?;
        Some(view! {
            <text class="lab-link__text" x=label.at.x y=label.at.y text-anchor="middle">{label.text}</text>
        })
    };
    view! {
        <g class="lab-link" data-state=state>
            {text}
        </g>
    }
}
