//! The machines on the stage. Each opens in the inspector.

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use leptos::svg;

use super::fault_menu::FaultMenuState;
use super::fitted_text::{FittedText, Letters};
use crate::app::controls::{Item, keyed};
use crate::app::state::LabState;
use crate::engine::NodeId;
use crate::scene::{CacheChip, ClientBox, ClientRow, HostBox, Rect, ResolverBox, ServerBox};

/// Room between text and the sides of its box, both together.
const PADDING: f64 = 20.0;

/// Something that a drawn thing says of itself.
fn part<T, P>(of: Item<T>, get: fn(&T) -> P) -> Signal<P>
where
    T: PartialEq + Send + Sync + 'static,
    P: Send + Sync + 'static,
{
    Signal::derive(move || of.with(get))
}

/// What all machines have in common: a box that can be focused, opened and right-clicked.
#[component]
fn Machine(
    /// Who it is, for its color: `client`, `resolver`, `root`, `tld`, `auth`, `host`.
    #[prop(into)]
    role: Signal<&'static str>,
    /// The node, if there is one.
    #[prop(into)]
    node: Signal<Option<NodeId>>,
    /// Where it is drawn.
    #[prop(into)]
    rect: Signal<Rect>,
    /// `active`, `down`, `idle` or `used`.
    #[prop(into)]
    status: Signal<&'static str>,
    /// The machine in words.
    #[prop(into)]
    label: Signal<String>,
    /// What is drawn inside.
    children: Children,
) -> impl IntoView {
    let state = LabState::expect();
    let menu = expect_context::<RwSignal<Option<FaultMenuState>>>();
    let open = move || {
        if let Some(node) = node.get_untracked() {
            state.inspect_node(node);
        }
    };
    let on_keydown = move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "Enter" | " ") {
            event.prevent_default();
            open();
        }
    };
    let on_menu = move |event: MouseEvent| {
        if let Some(node) = node.get_untracked() {
            event.prevent_default();
            menu.set(Some(FaultMenuState::at(&event, node)));
        }
    };
    let is_chosen = move || {
        let chosen = state.bench.selection.with(|selection| selection.node);
        (chosen.is_some() && chosen == node.get()).then_some("true")
    };
    view! {
        <g
            class="lab-machine"
            data-role=role
            data-status=status
            data-chosen=is_chosen
            role="button"
            tabindex="0"
            on:click=move |_| open()
            on:keydown=on_keydown
            on:contextmenu=on_menu
        >
            {svg::title().child(label)}
            <rect
                class="lab-machine__box"
                x=move || rect.get().x
                y=move || rect.get().y
                width=move || rect.get().width
                height=move || rect.get().height
                rx="14"
            />
            <g aria-hidden="true">{children()}</g>
        </g>
    }
}

/// How a machine stands.
fn status(is_down: bool, is_active: bool, is_used: bool) -> &'static str {
    match (is_down, is_active, is_used) {
        (true, ..) => "down",
        (_, true, _) => "active",
        (_, _, true) => "used",
        _ => "idle",
    }
}

/// The user's machine with its caches.
#[component]
pub fn ClientMachine(
    /// What is drawn.
    client: Item<ClientBox>,
) -> impl IntoView {
    let rect = Memo::new(move |_| client.with(|client| client.rect));
    let rows = keyed(
        client,
        |client| &client.rows,
        |row| row.layer,
        |row| view! { <CacheRowBox row /> },
    );
    let waiting = move || {
        let rect = rect.get();
        let text = client.with(|client| client.waiting.clone())?;
        Some(view! {
            <FittedText letters=Letters::Note x=rect.center().x y=rect.bottom() - 14.0
                width=rect.width - PADDING is_centered=true text=text />
        })
    };
    view! {
        <Machine
            role="client"
            node=Signal::derive(move || Some(client.with(|client| client.node)))
            rect
            status=part(client, |client| status(client.is_down, client.is_active, true))
            label=part(client, |client| client.label.clone())
        >
            <FittedText
                letters=Letters::Title
                x=Signal::derive(move || rect.get().center().x)
                y=Signal::derive(move || rect.get().y + 27.0)
                width=Signal::derive(move || rect.get().width - PADDING)
                is_centered=true
                text=part(client, |client| client.title.clone())
            />
            {rows}
            {waiting}
        </Machine>
    }
}

/// One cache of the user's machine.
#[component]
fn CacheRowBox(
    /// What is drawn.
    row: Item<ClientRow>,
) -> impl IntoView {
    let rect = Memo::new(move |_| row.with(|row| row.rect));
    view! {
        <g class="lab-cache-row" data-state=move || row.with(|row| row.state.as_str())>
            <rect class="lab-cache-row__box" x=move || rect.get().x y=move || rect.get().y
                width=move || rect.get().width height=move || rect.get().height rx="9" />
            <FittedText
                letters=Letters::RowTitle
                x=Signal::derive(move || rect.get().x + 10.0)
                y=Signal::derive(move || rect.get().y + 18.0)
                width=Signal::derive(move || rect.get().width - 38.0)
                text=part(row, |row| row.title.clone())
            />
            <FittedText
                letters=Letters::RowText
                x=Signal::derive(move || rect.get().x + 10.0)
                y=Signal::derive(move || rect.get().y + 35.0)
                width=Signal::derive(move || rect.get().width - PADDING)
                text=part(row, |row| row.text.clone())
            />
            <LifeRing
                x=Signal::derive(move || rect.get().right() - 16.0)
                y=Signal::derive(move || rect.get().y + 14.0)
                fraction=part(row, |row| row.fraction)
            />
        </g>
    }
}

/// How much of its life a cache entry has left, as a ring.
#[component]
fn LifeRing(
    /// The middle.
    x: Signal<f64>,
    /// The middle.
    y: Signal<f64>,
    /// The share that is left; `None` draws nothing.
    fraction: Signal<Option<f64>>,
) -> impl IntoView {
    let is_shown = Memo::new(move |_| fraction.get().is_some());
    let dash = move || format!("{:.1} 100", fraction.get().unwrap_or_default() * 100.0);
    let turn = move || format!("rotate(-90 {} {})", x.get(), y.get());
    view! {
        <Show when=move || is_shown.get()>
            <circle class="lab-ring" cx=x cy=y r="6.5" />
            <circle class="lab-ring lab-ring--left" cx=x cy=y r="6.5" pathLength="100" stroke-dasharray=dash
                transform=turn />
        </Show>
    }
}

/// The recursive resolver with what it remembers.
#[component]
pub fn ResolverMachine(
    /// What is drawn.
    resolver: Item<ResolverBox>,
) -> impl IntoView {
    let rect = Memo::new(move |_| resolver.with(|resolver| resolver.rect));
    let chips = keyed(
        resolver,
        |resolver| &resolver.chips,
        |chip| chip.key.clone(),
        |chip| {
            view! { <EntryChip chip /> }
        },
    );
    let more = move || {
        let (text, at) = resolver.with(|resolver| (resolver.more.clone(), resolver.more_at));
        Some(view! { <text class="lab-machine__note" x=at.x y=at.y>{text?}</text> })
    };
    let counters = move || {
        let (lines, at) =
            resolver.with(|resolver| (resolver.counters.clone(), resolver.counters_at));
        let lines = lines.into_iter().enumerate().map(|(index, line)| {
            let y = at.y + 17.0 * index as f64;
            view! { <text class="lab-machine__note" x=at.x y=y text-anchor="middle">{line}</text> }
        });
        lines.collect_view()
    };
    view! {
        <Machine
            role="resolver"
            node=Signal::derive(move || Some(resolver.with(|resolver| resolver.node)))
            rect
            status=part(resolver, |resolver| status(resolver.is_down, resolver.is_active, true))
            label=part(resolver, |resolver| resolver.label.clone())
        >
            <FittedText
                letters=Letters::Title
                x=Signal::derive(move || rect.get().center().x)
                y=Signal::derive(move || rect.get().y + 27.0)
                width=Signal::derive(move || rect.get().width - PADDING)
                is_centered=true
                text=part(resolver, |resolver| resolver.title.clone())
            />
            <FittedText
                letters=Letters::Note
                x=Signal::derive(move || rect.get().center().x)
                y=Signal::derive(move || rect.get().y + 45.0)
                width=Signal::derive(move || rect.get().width - PADDING)
                is_centered=true
                text=part(resolver, |resolver| resolver.subtitle.clone())
            />
            {chips}
            {more}
            {counters}
        </Machine>
    }
}

/// One entry of the resolver's cache.
#[component]
fn EntryChip(
    /// What is drawn.
    chip: Item<CacheChip>,
) -> impl IntoView {
    let rect = Memo::new(move |_| chip.with(|chip| chip.rect));
    let state = move || {
        chip.with(|chip| {
            if chip.is_negative {
                "negative"
            } else {
                "positive"
            }
        })
    };
    let middle = move || rect.get().center().y;
    view! {
        <g class="lab-chip-box" data-state=state data-new=move || chip.with(|chip| chip.is_new.then_some("true"))>
            {svg::title().child(move || chip.with(|chip| chip.label.clone()))}
            <rect class="lab-chip-box__box" x=move || rect.get().x y=move || rect.get().y
                width=move || rect.get().width height=move || rect.get().height rx="8" />
            <FittedText
                letters=Letters::Chip
                x=Signal::derive(move || rect.get().x + 9.0)
                y=Signal::derive(move || middle() + 4.0)
                width=Signal::derive(move || rect.get().width - 36.0)
                text=part(chip, |chip| chip.text.clone())
            />
            <LifeRing
                x=Signal::derive(move || rect.get().right() - 15.0)
                y=Signal::derive(middle)
                fraction=Signal::derive(move || Some(chip.with(|chip| chip.fraction)))
            />
        </g>
    }
}

/// The servers of a zone.
#[component]
pub fn ServerMachine(
    /// What is drawn.
    server: Item<ServerBox>,
) -> impl IntoView {
    let rect = Memo::new(move |_| server.with(|server| server.rect));
    let role = Signal::derive(move || match server.with(|server| server.depth) {
        0 => "root",
        1 => "tld",
        _ => "auth",
    });
    view! {
        <Machine
            role
            node=part(server, |server| server.node)
            rect
            status=part(server, |server| status(server.is_down, server.is_active, server.is_used))
            label=part(server, |server| server.label.clone())
        >
            <ThreeLines
                rect
                title=part(server, |server| server.title.clone())
                second=part(server, |server| server.server.clone())
                third=part(server, |server| server.address.clone())
            />
        </Machine>
    }
}

/// The web host the user's machine connects to.
#[component]
pub fn HostMachine(
    /// What is drawn.
    host: Item<HostBox>,
) -> impl IntoView {
    let rect = Memo::new(move |_| host.with(|host| host.rect));
    view! {
        <Machine
            role="host"
            node=part(host, |host| host.node)
            rect
            status=part(host, |host| status(host.is_down, host.is_active, true))
            label=part(host, |host| host.label.clone())
        >
            <ThreeLines
                rect
                title=part(host, |host| host.title.clone())
                second=part(host, |host| host.address.clone())
                third=part(host, |host| host.text.clone())
            />
        </Machine>
    }
}

/// A title and two lines in the middle of a box.
#[component]
fn ThreeLines(
    /// The box.
    #[prop(into)]
    rect: Signal<Rect>,
    /// The first line.
    title: Signal<String>,
    /// The second line.
    second: Signal<String>,
    /// The third line; may be empty.
    third: Signal<String>,
) -> impl IntoView {
    // With an empty third line the other two move down to the middle.
    let shift = move || {
        if third.with(String::is_empty) {
            8.0
        } else {
            0.0
        }
    };
    let top = Signal::derive(move || rect.get().center().y - 13.0 + shift());
    let x = Signal::derive(move || rect.get().center().x);
    let width = Signal::derive(move || rect.get().width - PADDING);
    view! {
        <FittedText letters=Letters::Title x=x y=top width=width is_centered=true text=title />
        <FittedText letters=Letters::Mono x=x y=Signal::derive(move || top.get() + 19.0) width=width is_centered=true text=second />
        <FittedText letters=Letters::Mono x=x y=Signal::derive(move || top.get() + 37.0) width=width is_centered=true text=third />
    }
}
