//! Sorting in little code.
//!
//! The standard library's sort becomes several kilobytes of code for each type of item and each
//! way to compare, all of which the page has to carry. Here it is the places of the items that
//! are sorted, which takes one copy for all. Hot loops call the library themselves.

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Sorts places by what stands at them; equals keep their order.
#[inline(never)]
pub(crate) fn sort_places(places: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    places.sort_by(|&a, &b| compare(a, b));
}

/// Sorts a list; equals keep their order.
pub(crate) fn sort_by<T>(list: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut places: Vec<usize> = (0..list.len()).collect();
    sort_places(&mut places, &|a, b| compare(&list[a], &list[b]));
    // Each item goes where it belongs, along the circles that such moves form.
    for start in 0..places.len() {
        let mut at = start;
        while places[at] != start {
            let from = places[at];
            list.swap(at, from);
            places[at] = at;
            at = from;
        }
        places[at] = at;
    }
}

/// Sorts a list by a key; equals keep their order.
pub(crate) fn sort_by_key<T, K: Ord>(list: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(list, |a, b| key(a).cmp(&key(b)));
}

/// Collects a table; of two values with one key the later counts. The library's `collect` sorts
/// all pairs first.
pub(crate) fn table<K: Ord, V>(pairs: impl Iterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut table = BTreeMap::new();
    table.extend(pairs);
    table
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_list_is_sorted_as_the_library_sorts_it(
            list in prop::collection::vec((0_u8..20, 0_u32..1000), 0..200),
        ) {
            let mut expected = list.clone();
            expected.sort_by_key(|item| item.0);
            let mut found = list;
            sort_by_key(&mut found, |item| item.0);
            prop_assert_eq!(found, expected);
        }
    }
}
