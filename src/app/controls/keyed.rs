//! Lists whose items keep their place in the page while their contents change.

use std::hash::Hash;

use leptos::prelude::*;

/// Draws the items of a part of a scene. An item is drawn once; what changes about it reaches
/// its view through the memo it was given.
pub fn keyed<S, T, K, V>(
    scene: Memo<S>,
    items: fn(&S) -> &[T],
    key: fn(&T) -> K,
    draw: impl Fn(Memo<T>) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    S: Send + Sync + 'static,
    T: Clone + PartialEq + Send + Sync + 'static,
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let keys = move || scene.with(|scene| items(scene).iter().map(key).collect::<Vec<K>>());
    let find = move |scene: &S, wanted: &K| {
        items(scene)
            .iter()
            .find(|item| key(item) == *wanted)
            .cloned()
    };
    let children = move |wanted: K| {
        let first = scene.with_untracked(|scene| find(scene, &wanted))?;
        let item = Memo::new(move |before: Option<&T>| {
            // An item that has just gone keeps its last looks until its view is taken away.
            let now = scene.with(|scene| find(scene, &wanted));
            now.or_else(|| before.cloned())
                .unwrap_or_else(|| first.clone())
        });
        Some(draw(item))
    };
    view! { <For each=keys key=|key| key.clone() children /> }
}
