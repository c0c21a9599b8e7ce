//! Stories of drafts: what replaces them, other windows, and too much text.

use super::*;
use crate::page::store::fake::FakeStore;

const PROBLEM: &str = "stable-name";
const DRAFT: &str = "dns-lab.practice.stable-name";

/// A window with the problem open.
fn window(store: &mut FakeStore) -> DraftKeeper {
    let mut keeper = DraftKeeper::default();
    let (problem, now) = (PROBLEM.to_owned(), store.now);
    store.send(&mut keeper, Input::Open { problem, now });
    keeper
}

/// Types a draft.
fn write(store: &mut FakeStore, keeper: &mut DraftKeeper, text: &str) {
    store.now += 1_000;
    let (text, now) = (text.to_owned(), store.now);
    store.send(keeper, Input::Typed { text, now });
}

/// Lets something take the draft's place.
fn replace(store: &mut FakeStore, keeper: &mut DraftKeeper, text: &str, why: Why) {
    store.now += 1_000;
    let before = keeper.draft().unwrap_or_default().to_owned();
    let (text, now) = (text.to_owned(), store.now);
    let input = Input::Replaced {
        before,
        text,
        why,
        now,
    };
    store.send(keeper, input);
}

/// The versions before, the newest first.
fn versions(keeper: &DraftKeeper) -> Vec<(&str, Why)> {
    let entries = keeper.history().iter();
    entries.map(|it| (it.text.as_str(), it.why)).collect()
}

#[test]
fn a_draft_is_there_again_on_the_next_visit() {
    let mut store = FakeStore::default();
    let mut a = window(&mut store);
    write(&mut store, &mut a, "version 1");
    assert_eq!(window(&mut store).draft(), Some("version 1"));
}

#[test]
fn an_hour_of_work_survives_a_link_one_letter_and_a_reload() {
    let mut store = FakeStore::default();
    let mut a = window(&mut store);
    write(&mut store, &mut a, "version 2");
    replace(&mut store, &mut a, "of the link", Why::Link);
    write(&mut store, &mut a, "of the link!");
    let later = window(&mut store);
    assert_eq!(later.draft(), Some("of the link!"));
    assert_eq!(versions(&later), [("version 2", Why::Link)]);
}

#[test]
fn starting_again_twice_costs_neither_version() {
    let mut store = FakeStore::default();
    let mut a = window(&mut store);
    write(&mut store, &mut a, "long work");
    replace(&mut store, &mut a, "", Why::StartAgain);
    write(&mut store, &mut a, "x");
    replace(&mut store, &mut a, "", Why::StartAgain);
    let later = window(&mut store);
    let kept = [("x", Why::StartAgain), ("long work", Why::StartAgain)];
    assert_eq!(versions(&later), kept);
}

#[test]
fn the_own_text_is_kept_when_the_model_answer_is_put_in() {
    let mut store = FakeStore::default();
    let mut a = window(&mut store);
    write(&mut store, &mut a, "mine");
    replace(&mut store, &mut a, "model", Why::Model);
    assert_eq!(versions(&window(&mut store)), [("mine", Why::Model)]);
}

#[test]
fn bringing_a_version_back_loses_nothing_either() {
    let mut store = FakeStore::default();
    let mut a = window(&mut store);
    write(&mut store, &mut a, "mine");
    replace(&mut store, &mut a, "model", Why::Model);
    replace(&mut store, &mut a, "mine", Why::BroughtBack);
    let later = window(&mut store);
    assert_eq!(later.draft(), Some("mine"));
    assert!(versions(&later).contains(&("model", Why::BroughtBack)));
}

#[test]
fn a_link_that_was_opened_before_is_known_after_a_reload() {
    let mut store = FakeStore::default();
    let mut a = window(&mut store);
    assert!(!a.has_followed(7));
    store.send(&mut a, Input::FollowedLink { mark: 7 });
    assert!(window(&mut store).has_followed(7));
    assert!(!window(&mut store).has_followed(8));
}

#[test]
fn the_answer_of_a_link_that_was_opened_before_can_be_had_beside_the_draft() {
    let mut store = FakeStore::default();
    let mut a = window(&mut store);
    replace(&mut store, &mut a, "of the link", Why::Link);
    store.send(&mut a, Input::FollowedLink { mark: 7 });
    write(&mut store, &mut a, "written since");
    let mut later = window(&mut store);
    let (text, why, now) = ("of the link".to_owned(), Why::OfLink, store.now);
    let offered = Input::Offered { text, why, now };
    store.send(&mut later, offered);
    assert_eq!(later.draft(), Some("written since"));
    assert!(versions(&later).contains(&("of the link", Why::OfLink)));
}

#[test]
fn two_windows_that_write_the_same_problem_keep_both_versions() {
    let mut store = FakeStore::default();
    let (mut a, mut b) = (window(&mut store), window(&mut store));
    write(&mut store, &mut a, "zone of a");
    store.deliver(&mut b);
    write(&mut store, &mut b, "letter of b");
    let later = window(&mut store);
    assert_eq!(later.draft(), Some("letter of b"));
    assert_eq!(versions(&later), [("zone of a", Why::OtherWindow)]);
    assert!(
        store
            .told
            .iter()
            .any(|text| text.contains("another window"))
    );
}

#[test]
fn a_window_that_did_not_hear_of_the_other_keeps_its_version_all_the_same() {
    let mut store = FakeStore::default();
    let (mut a, mut b) = (window(&mut store), window(&mut store));
    write(&mut store, &mut a, "zone of a");
    store.unheard.clear();
    write(&mut store, &mut b, "letter of b");
    assert_eq!(
        versions(&window(&mut store)),
        [("zone of a", Why::OtherWindow)]
    );
}

#[test]
fn the_version_on_the_screen_is_kept_when_another_window_writes_over_it() {
    let mut store = FakeStore::default();
    let mut a = window(&mut store);
    write(&mut store, &mut a, "of a");
    let mut b = window(&mut store);
    store.unheard.clear();
    write(&mut store, &mut b, "of b");
    store.deliver(&mut a);
    assert_eq!(
        a.draft(),
        Some("of a"),
        "the screen does not change by itself"
    );
    // Both windows are closed without another letter.
    let later = window(&mut store);
    assert_eq!(later.draft(), Some("of b"));
    assert_eq!(versions(&later), [("of a", Why::OtherWindow)]);
}

#[test]
fn two_windows_that_write_in_turn_push_out_nothing_else() {
    let mut store = FakeStore::default();
    let mut a = window(&mut store);
    write(&mut store, &mut a, "an hour of work");
    replace(&mut store, &mut a, "", Why::StartAgain);
    let mut b = window(&mut store);
    store.unheard.clear();
    for turn in 0..20 {
        store.now += 600_000;
        write(&mut store, &mut a, &format!("a {turn}"));
        store.deliver(&mut b);
        write(&mut store, &mut b, &format!("b {turn}"));
        store.deliver(&mut a);
    }
    let later = window(&mut store);
    assert_eq!(later.draft(), Some("b 19"));
    assert!(versions(&later).contains(&("an hour of work", Why::StartAgain)));
    assert!(versions(&later).contains(&("a 19", Why::OtherWindow)));
    assert_eq!(store.told.len(), 2, "each window tells it once");
}

#[test]
fn a_draft_that_cannot_be_read_can_be_opened_as_text() {
    let mut store = FakeStore::default();
    store.put(DRAFT, "{ half a dr");
    let mut a = window(&mut store);
    store.send(&mut a, Input::Unreadable);
    assert_eq!(a.draft(), None);
    write(&mut store, &mut a, "new");
    let later = window(&mut store);
    assert_eq!(later.draft(), Some("new"));
    assert_eq!(versions(&later), [("{ half a dr", Why::Damaged)]);
}

#[test]
fn a_draft_that_an_older_page_put_aside_is_among_the_versions() {
    let mut store = FakeStore::default();
    store.put("dns-lab.practice.stable-name.damaged", "87 kB of zone");
    assert_eq!(
        versions(&window(&mut store)),
        [("87 kB of zone", Why::Damaged)]
    );
    assert_eq!(versions(&window(&mut store)).len(), 1);
}

#[test]
fn a_damaged_history_becomes_a_part_of_the_next() {
    let mut store = FakeStore::default();
    store.put("dns-lab.practice.stable-name.history", "[[[");
    let mut a = window(&mut store);
    write(&mut store, &mut a, "mine");
    replace(&mut store, &mut a, "", Why::StartAgain);
    let later = window(&mut store);
    assert!(versions(&later).contains(&("[[[", Why::Damaged)));
    assert!(versions(&later).contains(&("mine", Why::StartAgain)));
}

#[test]
fn too_long_a_draft_is_told_while_it_is_typed_and_the_stored_one_stays() {
    let mut store = FakeStore::default();
    let mut a = window(&mut store);
    write(&mut store, &mut a, "short");
    let long = "x".repeat(DRAFT_LIMIT + 1);
    write(&mut store, &mut a, &long);
    write(&mut store, &mut a, &format!("{long}x"));
    assert_eq!(store.told.len(), 1, "once, and not with every letter");
    assert!(store.told[0].contains("48 kB are kept"), "{:?}", store.told);
    assert_eq!(
        a.draft().map(str::len),
        Some(DRAFT_LIMIT + 2),
        "it stays on the screen"
    );
    assert_eq!(window(&mut store).draft(), Some("short"));
}

#[test]
fn the_limit_is_told_before_it_is_reached() {
    assert_eq!(DraftKeeper::words_about_length(1_000), None);
    let near = DraftKeeper::words_about_length(DRAFT_LIMIT - 2_000);
    assert!(near.is_some_and(|text| text.contains("Another 2 kB")));
    let over = DraftKeeper::words_about_length(DRAFT_LIMIT + 1);
    assert!(over.is_some_and(|text| text.contains("49 kB")));
}

#[test]
fn what_is_written_can_be_read_however_long_it_is() {
    let mut store = FakeStore::default();
    let mut a = window(&mut store);
    let most = "x".repeat(DRAFT_LIMIT);
    write(&mut store, &mut a, &most);
    replace(&mut store, &mut a, "", Why::StartAgain);
    let later = window(&mut store);
    assert_eq!(later.history()[0].text.len(), DRAFT_LIMIT);
    assert!(store.told.is_empty());
}

#[test]
fn a_full_storage_is_told_and_the_draft_stays_on_the_screen() {
    let mut store = FakeStore::default();
    let mut a = window(&mut store);
    write(&mut store, &mut a, "short");
    store.room = Some(20);
    write(&mut store, &mut a, &"long ".repeat(10));
    assert!(
        store.told[0].contains("is full, so your answer lasts"),
        "{:?}",
        store.told
    );
    store.room = None;
    write(&mut store, &mut a, "short again");
    let later = window(&mut store);
    assert_eq!(later.draft(), Some("short again"));
    assert!(
        later.history().is_empty(),
        "its own older draft is no other window's"
    );
}

#[test]
fn another_problem_has_a_draft_of_its_own() {
    let mut store = FakeStore::default();
    let mut a = window(&mut store);
    write(&mut store, &mut a, "mine");
    let (problem, now) = ("nearest-region".to_owned(), 5);
    store.send(&mut a, Input::Open { problem, now });
    assert_eq!(a.draft(), None);
    assert!(a.history().is_empty());
}
