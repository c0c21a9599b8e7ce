//! Lists whose items keep their place in the page while their contents change.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use leptos::prelude::*;

use super::item::{Item, Scene};

/// Draws the items of a part of a scene. An item is drawn once; what changes about it reaches
/// its view through the item it was given.
pub fn keyed<S, T, K, V>(
    scene: impl Scene<S>,
    items: fn(&S) -> &[T],
    key: fn(&T) -> K,
    draw: impl Fn(Item<T>) -> V + Send + Sync + 'static,
) -> AnyView
where
    S: 'static,
    T: Clone + PartialEq + Send + Sync + 'static,
    K: Eq + Hash + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let keys = move || {
        scene.look(|scene| {
            let items = items(scene).iter();
            items.map(|item| fingerprint(&key(item))).collect()
        })
    };
    let draw_item = move |wanted: u64| {
        let first = scene.look_once(|scene| {
            let mut items = items(scene).iter();
            items
                .find(|item| fingerprint(&key(item)) == wanted)
                .cloned()
        })?;
        let wanted = key(&first);
        let find = move || {
            scene.look(|scene| {
                let mut items = items(scene).iter();
                items.find(|item| key(item) == wanted).cloned()
            })
        };
        Some(draw(Item::new(first, find)).into_any())
    };
    list(Box::new(keys), Arc::new(draw_item))
}

/// What stands for a key.
fn fingerprint(key: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// The list itself. It knows no types of a scene, so that the page has its code once.
fn list(
    keys: Box<dyn Fn() -> Vec<u64> + Send + Sync>,
    draw: Arc<dyn Fn(u64) -> Option<AnyView> + Send + Sync>,
) -> AnyView {
    view! { <For each=keys key=|key| *key children=move |key| draw(key) /> }.into_any()
}
