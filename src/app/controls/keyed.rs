//! Lists whose items keep their place in the page while their contents change.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use leptos::prelude::*;

/// Draws the items of a part of a scene. An item is drawn once; what changes about it reaches
/// its view through the memo it was given.
pub fn keyed<S, T, K, V>(
    scene: Memo<S>,
    items: fn(&S) -> &[T],
    key: fn(&T) -> K,
    draw: impl Fn(Memo<T>) -> V + Send + Sync + 'static,
) -> AnyView
where
    S: Send + Sync + 'static,
    T: Clone + PartialEq + Send + Sync + 'static,
    K: Eq + Hash + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let keys = move || {
        scene.with(|scene| {
            let items = items(scene).iter();
            items.map(|item| fingerprint(&key(item))).collect()
        })
    };
    let draw_item = move |wanted: u64| {
        let first = scene.with_untracked(|scene| {
            let mut items = items(scene).iter();
            items
                .find(|item| fingerprint(&key(item)) == wanted)
                .cloned()
        })?;
        let wanted = key(&first);
        let item = Memo::new(move |before: Option<&T>| {
            // An item that has just gone keeps its last looks until its view is taken away.
            let now = scene.with(|scene| {
                let mut items = items(scene).iter();
                items.find(|item| key(item) == wanted).cloned()
            });
            now.or_else(|| before.cloned())
                .unwrap_or_else(|| first.clone())
        });
        Some(draw(item).into_any())
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
