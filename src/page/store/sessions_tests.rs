//! Stories of sessions: other pages, reloads, links, starting over.

use super::*;
use crate::page::store::fake::FakeStore;

/// Goes to a page in a window, where what reads its session has not come.
fn arrive(store: &mut FakeStore, keeper: &mut SessionKeeper, page: &str, link: Option<&str>) {
    let link = link.map(|text| (text.to_owned(), text.len() as u32));
    let page = page.to_owned();
    store.send(keeper, Input::Open { page, link });
}

/// Opens a page in a window.
fn open(store: &mut FakeStore, keeper: &mut SessionKeeper, page: &str, link: Option<&str>) {
    arrive(store, keeper, page, link);
    store.send(keeper, Input::Opened);
}

/// The page after a reload.
fn reload(store: &mut FakeStore, page: &str, link: Option<&str>) -> SessionKeeper {
    let mut keeper = SessionKeeper::default();
    open(store, &mut keeper, page, link);
    keeper
}

/// Something is done.
fn go(store: &mut FakeStore, keeper: &mut SessionKeeper, session: &str) {
    let session = Some(session.to_owned());
    store.send(keeper, Input::Went { session });
}

/// The opening with a kept session.
fn kept(session: &str) -> Opening {
    Opening::Kept(session.to_owned())
}

#[test]
fn the_lab_is_where_it_was_after_another_page() {
    let mut store = FakeStore::default();
    let mut keeper = reload(&mut store, "#/lab", None);
    assert_eq!(keeper.opening(), &Opening::Fresh);
    go(&mut store, &mut keeper, "55 events");
    open(&mut store, &mut keeper, "#/lab/failover", None);
    assert_eq!(keeper.opening(), &Opening::Fresh);
    open(&mut store, &mut keeper, "#/lab", None);
    assert_eq!(keeper.opening(), &kept("55 events"));
}

#[test]
fn each_scenario_and_step_has_a_session_of_its_own() {
    let mut store = FakeStore::default();
    let mut keeper = SessionKeeper::default();
    for page in ["#/lab", "#/lab/failover", "#/lesson/first-lookup/1"] {
        open(&mut store, &mut keeper, page, None);
        go(&mut store, &mut keeper, page);
    }
    for page in ["#/lesson/first-lookup/1", "#/lab", "#/lab/failover"] {
        assert_eq!(reload(&mut store, page, None).opening(), &kept(page));
    }
}

#[test]
fn what_was_done_after_a_link_was_opened_survives_a_reload() {
    let mut store = FakeStore::default();
    let mut keeper = reload(&mut store, "#/lab", Some("54"));
    assert_eq!(keeper.opening(), &Opening::Link("54".to_owned()));
    go(&mut store, &mut keeper, "139 events");
    let later = reload(&mut store, "#/lab", Some("54"));
    assert_eq!(later.opening(), &kept("139 events"));
}

#[test]
fn a_link_that_nothing_was_done_with_opens_again() {
    let mut store = FakeStore::default();
    reload(&mut store, "#/lab", Some("54"));
    let later = reload(&mut store, "#/lab", Some("54"));
    assert_eq!(later.opening(), &Opening::Link("54".to_owned()));
}

#[test]
fn a_link_does_not_cost_the_session_it_comes_upon() {
    let mut store = FakeStore::default();
    let mut keeper = reload(&mut store, "#/lab", None);
    go(&mut store, &mut keeper, "mine");
    let mut later = reload(&mut store, "#/lab", Some("of a friend"));
    assert_eq!(later.before(), Some("mine"));
    go(&mut store, &mut later, "of a friend, and on");
    let mut later = reload(&mut store, "#/lab", Some("of a friend"));
    store.send(&mut later, Input::BringBack);
    assert_eq!(later.opening(), &kept("mine"));
    assert_eq!(later.before(), Some("of a friend, and on"));
}

#[test]
fn a_first_visit_has_nothing_to_be_read() {
    let (mut store, mut keeper) = (FakeStore::default(), SessionKeeper::default());
    arrive(&mut store, &mut keeper, "#/lab", None);
    assert!(!keeper.needs_reader());
    open(&mut store, &mut keeper, "#/lab", None);
    // Nor has a page that was started over.
    go(&mut store, &mut keeper, "work");
    let session = Some("work".to_owned());
    store.send(&mut keeper, Input::StartedOver { session });
    arrive(&mut store, &mut keeper, "#/lab", None);
    assert!(!keeper.needs_reader());
}

#[test]
fn a_link_and_a_kept_session_wait_until_they_can_be_read() {
    let (mut store, mut keeper) = (FakeStore::default(), SessionKeeper::default());
    arrive(&mut store, &mut keeper, "#/lab", Some("54"));
    assert!(keeper.needs_reader());
    store.send(&mut keeper, Input::Opened);
    assert!(!keeper.needs_reader());
    go(&mut store, &mut keeper, "work");
    arrive(&mut store, &mut keeper, "#/lab", Some("54"));
    assert_eq!(keeper.opening(), &kept("work"));
    assert!(keeper.needs_reader());
}

#[test]
fn a_kept_session_that_waits_to_be_read_is_not_replaced_by_that_of_the_page_before() {
    let mut store = FakeStore::default();
    let mut keeper = reload(&mut store, "#/lesson/one/2", None);
    go(&mut store, &mut keeper, "of the second step");
    open(&mut store, &mut keeper, "#/lesson/one/1", None);
    arrive(&mut store, &mut keeper, "#/lesson/one/2", None);
    // The page is hidden, or left, while what reads has not come.
    go(&mut store, &mut keeper, "of the first step");
    store.send(&mut keeper, Input::Went { session: None });
    store.send(&mut keeper, Input::StartedOver { session: None });
    let later = reload(&mut store, "#/lesson/one/2", None);
    assert_eq!(later.opening(), &kept("of the second step"));
}

#[test]
fn what_is_brought_back_is_not_replaced_by_what_it_takes_the_place_of() {
    let mut store = FakeStore::default();
    let mut keeper = reload(&mut store, "#/lesson/one/1", None);
    go(&mut store, &mut keeper, "first");
    let session = Some("first".to_owned());
    store.send(&mut keeper, Input::StartedOver { session });
    // A step is kept as it is left, before it opens anew.
    go(&mut store, &mut keeper, "first");
    open(&mut store, &mut keeper, "#/lesson/one/1", None);
    assert_eq!(keeper.opening(), &Opening::Fresh);
    go(&mut store, &mut keeper, "second");
    store.send(&mut keeper, Input::BringBack);
    go(&mut store, &mut keeper, "second");
    open(&mut store, &mut keeper, "#/lesson/one/1", None);
    assert_eq!(keeper.opening(), &kept("first"));
    assert_eq!(keeper.before(), Some("second"));
}

#[test]
fn what_an_earlier_version_of_the_page_kept_is_still_read() {
    let mut store = FakeStore::default();
    let key = Key::window("dns-lab.session.#/lab");
    let text = r#"{"link":4294967295,"session":"2.CKGD-_","before":"1.eyJ"}"#;
    store.texts.insert(key.clone(), text.to_owned());
    let mut keeper = reload(&mut store, "#/lab", None);
    assert_eq!(keeper.opening(), &kept("2.CKGD-_"));
    assert_eq!(keeper.before(), Some("1.eyJ"));
    // And written in the same way.
    go(&mut store, &mut keeper, "2.AAAA");
    let text = text.replace("CKGD-_", "AAAA");
    assert_eq!(store.texts.get(&key), Some(&text));
}

#[test]
fn starting_over_can_be_undone_also_after_a_reload() {
    let mut store = FakeStore::default();
    let mut keeper = reload(&mut store, "#/lab", None);
    go(&mut store, &mut keeper, "139 events");
    let session = Some("139 events".to_owned());
    store.send(&mut keeper, Input::StartedOver { session });
    let mut later = reload(&mut store, "#/lab", None);
    assert_eq!(later.opening(), &Opening::Fresh);
    let turn = later.turn();
    store.send(&mut later, Input::BringBack);
    assert_eq!(later.opening(), &kept("139 events"));
    assert!(later.turn() > turn, "the page opens anew");
    assert_eq!(
        reload(&mut store, "#/lab", None).opening(),
        &kept("139 events")
    );
}

#[test]
fn starting_over_on_a_link_leads_to_the_session_of_the_link() {
    let mut store = FakeStore::default();
    let mut keeper = reload(&mut store, "#/lab", Some("54"));
    go(&mut store, &mut keeper, "139 events");
    let session = Some("139 events".to_owned());
    store.send(&mut keeper, Input::StartedOver { session });
    open(&mut store, &mut keeper, "#/lab", Some("54"));
    assert_eq!(keeper.opening(), &Opening::Link("54".to_owned()));
    assert_eq!(keeper.before(), Some("139 events"));
}

#[test]
fn starting_over_with_nothing_done_does_not_cost_what_can_be_brought_back() {
    let mut store = FakeStore::default();
    let mut keeper = reload(&mut store, "#/lab", None);
    let session = Some("work".to_owned());
    store.send(&mut keeper, Input::StartedOver { session });
    open(&mut store, &mut keeper, "#/lab", None);
    store.send(&mut keeper, Input::StartedOver { session: None });
    assert_eq!(keeper.before(), Some("work"));
}

#[test]
fn a_zone_that_is_not_applied_is_there_after_other_tabs_pages_and_a_reload() {
    let mut store = FakeStore::default();
    let mut keeper = reload(&mut store, "#/lab", None);
    let zone = "example.com".to_owned();
    let text = "half a zone".to_owned();
    let typed = Input::TypedZone {
        zone: zone.clone(),
        text,
    };
    store.send(&mut keeper, typed);
    open(&mut store, &mut keeper, "#/lab/failover", None);
    store.send(&mut keeper, Input::OpenZone(zone.clone()));
    assert_eq!(
        keeper.typed_zone(&zone),
        None,
        "another page has another world"
    );
    let mut later = reload(&mut store, "#/lab", None);
    store.send(&mut later, Input::OpenZone(zone.clone()));
    assert_eq!(later.typed_zone(&zone), Some("half a zone"));
    store.send(&mut later, Input::SettledZone(zone.clone()));
    let mut later = reload(&mut store, "#/lab", None);
    store.send(&mut later, Input::OpenZone(zone.clone()));
    assert_eq!(later.typed_zone(&zone), None);
}

#[test]
fn a_page_as_it_begins_is_not_kept() {
    let mut store = FakeStore::default();
    let mut keeper = reload(&mut store, "#/lab", None);
    go(&mut store, &mut keeper, "something");
    store.send(&mut keeper, Input::Went { session: None });
    assert!(store.texts.is_empty());
}

#[test]
fn what_another_version_of_the_page_kept_is_no_obstacle() {
    let mut store = FakeStore::default();
    let key = Key::window("dns-lab.session.#/lab");
    for damaged in [
        "?!",
        "",
        "{\"session\":",
        "{\"session\":\"2.A",
        "{\"link\":-1,\"before\":7}",
    ] {
        store.texts.insert(key.clone(), damaged.to_owned());
        let mut keeper = reload(&mut store, "#/lab", None);
        assert_eq!(keeper.opening(), &Opening::Fresh, "{damaged}");
        assert_eq!(keeper.before(), None, "{damaged}");
        go(&mut store, &mut keeper, "new");
        assert_eq!(reload(&mut store, "#/lab", None).opening(), &kept("new"));
    }
}

#[test]
fn a_window_without_storage_says_that_nothing_lasts() {
    let mut store = FakeStore {
        is_denied: true,
        ..FakeStore::default()
    };
    let mut keeper = reload(&mut store, "#/lab", None);
    go(&mut store, &mut keeper, "one");
    go(&mut store, &mut keeper, "two");
    assert_eq!(store.told.len(), 1, "{:?}", store.told);
    assert!(store.told[0].contains("what you do here lasts only until"));
}

/// Starts a page anew whose program has stopped.
fn stop_and_start_anew(store: &mut FakeStore, page: &str) -> SessionKeeper {
    let texts = store.texts.clone();
    let texts = { texts.iter() }.map(|(key, text)| (key.name.as_str(), text.as_str()));
    for effect in start_anew(page, texts) {
        match effect {
            Effect::Write { key, text } => drop(store.texts.insert(key, text)),
            Effect::Remove(key) => drop(store.texts.remove(&key)),
            other => panic!("{other:?}"),
        }
    }
    reload(store, page, None)
}

#[test]
fn a_page_that_stopped_starts_anew_and_its_session_can_be_brought_back() {
    let mut store = FakeStore::default();
    let mut keeper = reload(&mut store, "#/lab", None);
    go(&mut store, &mut keeper, "what stops it");
    let mut anew = stop_and_start_anew(&mut store, "#/lab");
    assert_eq!(anew.opening(), &Opening::Fresh);
    assert_eq!(anew.before(), Some("what stops it"));
    store.send(&mut anew, Input::BringBack);
    assert_eq!(anew.opening(), &kept("what stops it"));
}

#[test]
fn a_link_that_stopped_its_page_can_be_followed_again() {
    let mut store = FakeStore::default();
    reload(&mut store, "#/lab", Some("54"));
    let anew = stop_and_start_anew(&mut store, "#/lab");
    assert_eq!(anew.opening(), &Opening::Fresh);
    let later = reload(&mut store, "#/lab", Some("54"));
    assert_eq!(later.opening(), &Opening::Link("54".to_owned()));
}

#[test]
fn only_the_page_that_stopped_starts_anew() {
    let mut store = FakeStore::default();
    store.put("dns-lab.progress", "all of it");
    let mut keeper = SessionKeeper::default();
    for page in ["#/lab", "#/lab/failover"] {
        open(&mut store, &mut keeper, page, None);
        go(&mut store, &mut keeper, page);
        let (zone, text) = ("example.com".to_owned(), "a line".to_owned());
        store.send(&mut keeper, Input::TypedZone { zone, text });
    }
    let before = store.texts.clone();
    stop_and_start_anew(&mut store, "#/lab");
    for (key, text) in &before {
        let is_of_lab = matches!(
            key.name.as_str(),
            "dns-lab.session.#/lab" | "dns-lab.zone.#/lab example.com"
        );
        assert_eq!(store.texts.get(key) == Some(text), !is_of_lab, "{key:?}");
    }
    assert_eq!(store.get("dns-lab.zone.#/lab example.com"), None);
}

#[test]
fn what_is_no_session_is_given_up_when_a_page_starts_anew() {
    let mut store = FakeStore::default();
    let key = Key::window("dns-lab.session.#/lab");
    store.texts.insert(key, "noise".to_owned());
    stop_and_start_anew(&mut store, "#/lab");
    assert_eq!(store.get("dns-lab.session.#/lab"), None);
}
