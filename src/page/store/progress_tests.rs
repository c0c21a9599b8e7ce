//! Stories of progress: windows, damage, and storage that takes nothing.

use super::*;
use crate::page::store::fake::FakeStore;

/// A step is done.
fn step(lesson: &str, step: &str) -> Deed {
    Deed::StepDone {
        lesson: lesson.to_owned(),
        step: step.to_owned(),
        steps: 2,
        today: 20_000,
    }
}

/// A window that has just been opened.
fn window(store: &mut FakeStore) -> ProgressKeeper {
    let mut keeper = ProgressKeeper::default();
    store.send(&mut keeper, Input::Open);
    keeper
}

/// A store in which progress is damaged and no room is left to put it aside, and the damage.
fn full_of_junk() -> (FakeStore, String) {
    let junk = "x".repeat(4_000);
    let mut store = FakeStore {
        room: Some(5_000),
        ..FakeStore::default()
    };
    store.put(KEY, &junk);
    (store, junk)
}

#[test]
fn two_windows_cost_each_other_nothing() {
    let mut store = FakeStore::default();
    let (mut a, mut b) = (window(&mut store), window(&mut store));
    store.send(&mut a, step("first-lookup", "ask"));
    store.send(&mut b, step("caches-and-ttl", "hit"));
    let later = window(&mut store);
    assert!(later.progress().is_done("first-lookup", "ask"));
    assert!(later.progress().is_done("caches-and-ttl", "hit"));
    assert!(store.told.is_empty());
}

#[test]
fn a_window_shows_what_was_done_in_another() {
    let mut store = FakeStore::default();
    let (mut a, mut b) = (window(&mut store), window(&mut store));
    store.send(&mut a, step("first-lookup", "ask"));
    let before = b.revision();
    store.deliver(&mut b);
    assert!(b.progress().is_done("first-lookup", "ask"));
    assert_ne!(b.revision(), before);
}

#[test]
fn a_lesson_that_two_windows_finish_together_is_finished() {
    let mut store = FakeStore::default();
    let (mut a, mut b) = (window(&mut store), window(&mut store));
    store.send(&mut a, step("first-lookup", "one"));
    store.send(&mut b, step("first-lookup", "two"));
    assert!(b.progress().is_finished("first-lookup"));
    assert!(window(&mut store).progress().is_finished("first-lookup"));
}

#[test]
fn tries_of_two_windows_add_up() {
    let mut store = FakeStore::default();
    let (mut a, mut b) = (window(&mut store), window(&mut store));
    let tried = |is_passed| Deed::Tried {
        problem: "stable-name".to_owned(),
        is_passed,
        today: 3,
    };
    store.send(&mut a, tried(false));
    store.send(&mut b, tried(true));
    store.send(&mut a, tried(false));
    let problems = &window(&mut store).progress().problems.clone();
    assert_eq!(problems["stable-name"].tries, 3);
    assert_eq!(problems["stable-name"].passed_on, Some(3));
}

#[test]
fn windows_that_write_at_the_same_instant_still_come_together() {
    let mut store = FakeStore::default();
    let (mut a, mut b) = (window(&mut store), window(&mut store));
    // Both read before either writes: the later write lacks what the earlier one had.
    store.send(&mut a, step("first-lookup", "ask"));
    let of_a = store.get(KEY).expect("it is stored").to_owned();
    store.texts.clear();
    store.send(&mut b, step("caches-and-ttl", "hit"));
    store.unheard.clear();
    let of_b = store.get(KEY).map(str::to_owned);
    let heard = |text| Heard::Changed {
        key: Key::lasting(KEY),
        text,
    };
    store.send(&mut a, heard(of_b));
    store.send(&mut b, heard(Some(of_a)));
    let later = window(&mut store);
    assert!(later.progress().is_done("first-lookup", "ask"));
    assert!(later.progress().is_done("caches-and-ttl", "hit"));
}

#[test]
fn who_empties_the_storage_in_another_window_finds_it_empty() {
    let mut store = FakeStore::default();
    let mut a = window(&mut store);
    store.send(&mut a, step("first-lookup", "ask"));
    store.texts.clear();
    let key = Key::lasting(KEY);
    store.send(&mut a, Heard::Changed { key, text: None });
    assert_eq!(store.get(KEY), None);
}

#[test]
fn damaged_progress_is_put_aside_before_anything_is_written() {
    let mut store = FakeStore::default();
    store.put(KEY, "{{{ not json");
    let mut a = window(&mut store);
    assert_eq!(store.get("dns-lab.progress.damaged"), Some("{{{ not json"));
    assert_eq!(a.put_aside(), [(0, "{{{ not json")]);
    assert!(store.told[0].contains("is damaged"), "{:?}", store.told);
    store.send(&mut a, step("first-lookup", "ask"));
    assert!(window(&mut store).progress().is_done("first-lookup", "ask"));
    assert_eq!(store.get("dns-lab.progress.damaged"), Some("{{{ not json"));
}

#[test]
fn a_second_damage_does_not_write_over_the_first() {
    let mut store = FakeStore::default();
    for damage in ["first", "second", "third"] {
        store.put(KEY, damage);
        window(&mut store);
    }
    let all = window(&mut store);
    let texts: Vec<&str> = all.put_aside().into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["first", "second", "third"]);
}

#[test]
fn the_same_damage_is_put_aside_and_told_once() {
    let mut store = FakeStore::default();
    store.put(KEY, "{");
    window(&mut store);
    let told = store.told.len();
    store.put(KEY, "{");
    let again = window(&mut store);
    assert_eq!(again.put_aside().len(), 1);
    assert_eq!(store.told.len(), told);
}

#[test]
fn damage_that_cannot_be_put_aside_is_not_written_over() {
    let (mut store, junk) = full_of_junk();
    let mut a = window(&mut store);
    assert!(
        store
            .told
            .iter()
            .any(|text| text.contains("Nothing is written over it"))
    );
    let told = store.told.len();
    store.send(&mut a, step("first-lookup", "ask"));
    assert_eq!(store.get(KEY), Some(junk.as_str()));
    assert!(
        a.progress().is_done("first-lookup", "ask"),
        "it still counts"
    );
    assert_eq!(store.told.len(), told, "it is not said with every step");
}

#[test]
fn as_soon_as_there_is_room_damage_is_put_aside_after_all() {
    let (mut store, junk) = full_of_junk();
    let mut a = window(&mut store);
    store.send(&mut a, step("first-lookup", "one"));
    store.room = None;
    store.send(&mut a, step("first-lookup", "two"));
    assert_eq!(store.get("dns-lab.progress.damaged"), Some(junk.as_str()));
    assert!(window(&mut store).progress().is_finished("first-lookup"));
}

#[test]
fn with_all_places_taken_further_damage_is_left_where_it_is() {
    let mut store = FakeStore::default();
    for damage in ["1", "2", "3", "4", "5"] {
        store.put(KEY, damage);
        window(&mut store);
    }
    assert_eq!(store.get(KEY), Some("5"));
    let mut a = window(&mut store);
    store.send(&mut a, Input::Discard(0));
    store.send(&mut a, step("first-lookup", "ask"));
    assert_eq!(store.get("dns-lab.progress.damaged"), Some("5"));
    assert!(window(&mut store).progress().is_done("first-lookup", "ask"));
}

#[test]
fn one_damaged_lesson_costs_the_others_nothing() {
    let mut store = FakeStore::default();
    let text = r#"{"format":1,"lessons":{"a":{"done":["x"]},"b":7}}"#;
    store.put(KEY, text);
    let mut a = window(&mut store);
    store.send(&mut a, step("c", "y"));
    let later = window(&mut store);
    assert!(later.progress().is_done("a", "x") && later.progress().is_done("c", "y"));
    assert_eq!(store.get("dns-lab.progress.damaged"), Some(text));
}

#[test]
fn a_full_storage_is_told_in_other_words_than_a_closed_one() {
    let mut store = FakeStore {
        room: Some(10),
        ..FakeStore::default()
    };
    let mut a = window(&mut store);
    store.send(&mut a, step("first-lookup", "one"));
    assert!(store.told[0].contains("is full"), "{:?}", store.told);
    store.is_denied = true;
    store.send(&mut a, step("first-lookup", "two"));
    assert!(store.told[1].contains("does not let"), "{:?}", store.told);
    assert!(
        a.progress().is_finished("first-lookup"),
        "the page works on"
    );
}

#[test]
fn a_storage_that_is_full_again_an_hour_later_is_told_again() {
    let mut store = FakeStore {
        room: Some(10),
        ..FakeStore::default()
    };
    let mut a = window(&mut store);
    store.send(&mut a, step("first-lookup", "one"));
    store.send(&mut a, step("first-lookup", "two"));
    assert_eq!(store.told.len(), 1);
    store.now += 3_600_000;
    store.send(&mut a, step("caches-and-ttl", "hit"));
    assert_eq!(store.told.len(), 2);
}

#[test]
fn what_is_done_already_is_not_written_again() {
    let mut store = FakeStore::default();
    let mut a = window(&mut store);
    store.send(&mut a, step("first-lookup", "ask"));
    store.unheard.clear();
    store.send(&mut a, step("first-lookup", "ask"));
    assert!(store.unheard.is_empty());
}
