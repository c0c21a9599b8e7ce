//! What the map shows, in words: the ways of the lookup, who is sent where, and the machine or
//! place that was picked.

use leptos::prelude::*;

use super::map_marks::role_shape;
use crate::app::state::LabState;
use crate::engine::NodeId;
use crate::page::bench::{Input, Switch};
use crate::scene::{Catchment, CatchmentMember, LinkState, MapRole, MapScene};

/// The roles in the legend, with their names. Authoritative servers share a shape.
const ROLES: [(MapRole, &str); 4] = [
    (MapRole::Client, "client"),
    (MapRole::Resolver, "resolver"),
    (MapRole::Authoritative, "name server"),
    (MapRole::Host, "web server"),
];

/// The shapes of the map, and the lines that are on it.
#[component]
pub fn MapLegend(
    /// The map.
    scene: Memo<MapScene>,
) -> impl IntoView {
    // Whether clients are led somewhere, and whether some are lost on the way.
    let lines = Memo::new(move |_| {
        scene.with(|scene| {
            let is_lost = |lost: bool| scene.spokes.iter().any(|spoke| spoke.is_lost == lost);
            [
                (is_lost(false), None, "where a client goes"),
                (is_lost(true), Some("true"), "what is sent now is lost"),
            ]
        })
    });
    let lines = move || {
        let shown = lines.get().into_iter().filter(|(is_there, ..)| *is_there);
        let items = shown.map(|(_, lost, name)| {
            view! {
                <li class="lab-legend__item">
                    <svg class="lab-legend__shape lab-legend__shape--wide" viewBox="0 -11 34 22" aria-hidden="true">
                        <path class="lab-map__spoke" data-lost=lost d="M2 0h30" />
                    </svg>
                    {name}
                </li>
            }
        });
        items.collect_view()
    };
    let items = ROLES.map(|(role, name)| {
        view! {
            <li class="lab-legend__item">
                <svg class="lab-legend__shape lab-mark" data-role=role.as_str() viewBox="-11 -11 22 22" aria-hidden="true">
                    <path class="lab-mark__shape" d=role_shape(role) />
                </svg>
                {name}
            </li>
        }
    });
    view! {
        <ul class="lab-legend" aria-label="Shapes on the map">
            {items.collect_view()}
            <li class="lab-legend__item">
                <svg class="lab-legend__shape" viewBox="-11 -11 22 22" aria-hidden="true">
                    <circle class="lab-crowd__dot" r="5" />
                </svg>
                "others at a place"
            </li>
            {lines}
        </ul>
    }
}

/// The lists below the map.
#[component]
pub fn MapLists(
    /// The map.
    scene: Memo<MapScene>,
    /// The name of the place whose machines are listed.
    opened: RwSignal<Option<String>>,
) -> impl IntoView {
    let ways = Memo::new(move |_| {
        scene.with(|scene| {
            let links = scene.links.iter();
            links
                .map(|link| (link.state, link.label.clone(), link.text.clone()))
                .collect::<Vec<_>>()
        })
    });
    let ways = move || {
        let ways = ways.get();
        let items = ways.into_iter().map(|(state, label, text)| {
            let fate = if state == LinkState::Failed {
                " failed"
            } else {
                ""
            };
            view! {
                <li class="lab-map-list__way" data-state=state.as_str()>
                    <span class="lab-map-list__time">{text}{fate}</span>
                    <span>{label}</span>
                </li>
            }
        });
        let items: Vec<_> = items.collect();
        if items.is_empty() {
            view! { <p class="lab-note">"Nothing is on its way yet. Ask, then play or step."</p> }
                .into_any()
        } else {
            view! { <ul id="map-ways" class="lab-map-list__items">{items}</ul> }.into_any()
        }
    };
    let catchment = Memo::new(move |_| scene.with(|scene| scene.catchment.clone()));
    let groups = move || {
        catchment
            .get()
            .map(|catchment| view! { <Groups catchment /> })
    };
    view! {
        <div class="lab-map-lists">
            <section class="lab-map-list" aria-labelledby="map-ways-title">
                <h2 id="map-ways-title" class="lab-subheading">"Ways of this lookup"</h2>
                {ways}
            </section>
            {groups}
            <Place scene opened />
        </div>
    }
}

/// Who is sent where.
#[component]
fn Groups(
    /// The groups.
    catchment: Catchment,
) -> impl IntoView {
    let groups = catchment.groups.into_iter().map(|group| {
        let is_empty = group.members.is_empty();
        let members = group.members.into_iter();
        let members = members.map(|member| view! { <Member member /> }).collect_view();
        let down = group.is_down.then_some(", down");
        let withdrawn = group.is_withdrawn.then_some(", withdrawn");
        view! {
            <li>
                <span class="lab-map-list__letter" data-group=group.color>{group.letter.to_string()}</span>
                <span class="lab-map-list__name">{group.name}{down}{withdrawn}</span>
                {is_empty.then_some(": nobody")}
                <ul class="lab-map-list__members">{members}</ul>
            </li>
        }
    });
    let stranded = catchment.stranded.into_iter();
    let stranded: Vec<_> = { stranded }
        .map(|member| view! { <Member member /> })
        .collect();
    let stranded = (!stranded.is_empty()).then(|| {
        view! {
            <li>
                <span class="lab-map-list__name">"Without a route"</span>
                <ul class="lab-map-list__members">{stranded}</ul>
            </li>
        }
    });
    let trouble = catchment.trouble;
    let trouble = (!trouble.is_empty())
        .then(|| view! { <p id="map-trouble" class="lab-map-list__trouble">"× "{trouble}</p> });
    view! {
        <section class="lab-map-list" aria-labelledby="map-groups-title">
            <h2 id="map-groups-title" class="lab-subheading">{catchment.title}</h2>
            {trouble}
            <ul id="map-groups" class="lab-map-list__items">{groups.collect_view()}{stranded}</ul>
        </section>
    }
}

/// Somebody who is sent somewhere.
#[component]
fn Member(
    /// Who, and where to.
    member: CatchmentMember,
) -> impl IntoView {
    let state = match (member.is_lost, member.moved.is_some()) {
        (true, _) => Some("lost"),
        (_, true) => Some("moved"),
        _ => None,
    };
    view! { <li data-state=state>{member.text}</li> }
}

/// The machines of a place that was opened.
#[component]
fn Place(
    /// The map.
    scene: Memo<MapScene>,
    /// The name of the place whose machines are listed.
    opened: RwSignal<Option<String>>,
) -> impl IntoView {
    let state = LabState::expect();
    let nodes = Memo::new(move |_| -> Option<(String, Vec<(NodeId, usize)>)> {
        let place = opened.get()?;
        let nodes = scene.with(|scene| {
            let mut crowds = scene.crowds.iter();
            crowds
                .find(|crowd| crowd.place == place)
                .map(|crowd| crowd.nodes.clone())
        });
        Some((place, nodes.unwrap_or_default()))
    });
    move || {
        let (place, nodes) = nodes.get()?;
        let items = nodes.into_iter().map(|(node, site)| {
            // Another moment may have another word for it.
            let (title, switch, verb) = state.bench.with(|bench| {
                let world = bench.world();
                let switch = Switch::at(world, node, site);
                let turn = switch.turn(world, bench.question(), node);
                let verb = turn.map_or("", |(_, words)| words);
                (world.spec(node).title.clone(), switch, verb)
            });
            view! {
                <li class="lab-map-list__machine">
                    <button type="button" class="lab-map-list__pick" on:click=move |_| state.inspect_node(node)>
                        {title.clone()}
                    </button>
                    <button
                        type="button"
                        class="lab-button lab-button--small"
                        aria-label=format!("{verb} {title}")
                        on:click=move |_| state.bench.send(Input::Switch { node, switch })
                    >
                        {verb}
                    </button>
                </li>
            }
        });
        Some(view! {
            <section class="lab-map-list" aria-labelledby="map-place-title">
                <h2 id="map-place-title" class="lab-subheading">"Others in "{place}</h2>
                <ul id="map-place" class="lab-map-list__items">{items.collect_view()}</ul>
            </section>
        })
    }
}
