use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::scenario::crowd::{crowd_ids, crowd_source, read_crowd, write_crowd};
use crate::scenario::{read_world, world_ids, world_source, write_world};

fn crowd() -> Vec<u8> {
    let source = crowd_source("canary").expect("it ships");
    write_crowd(&source).expect("it can be written")
}

#[test]
fn every_shipped_world_comes_back_as_it_was() {
    for id in world_ids() {
        let world = world_source(&id).expect("it ships");
        let file = write_world(&id, &world).expect("it can be written");
        let back = read_world(&id, &file).expect("it can be read");
        assert_eq!(format!("{world:?}"), format!("{back:?}"), "{id}");
        for (zone, read) in world.zones().zip(back.zones()) {
            assert_eq!(zone.to_text(), read.to_text(), "{id}");
        }
        let (one, other) = (world.build(7), back.build(7));
        assert_eq!(one.node_ids().count(), other.node_ids().count());
    }
}

#[test]
fn every_shipped_crowd_comes_back_as_it_was() {
    for id in crowd_ids() {
        let source = crowd_source(&id).expect("it ships");
        let file = write_crowd(&source).expect("it can be written");
        let back = read_crowd(&id, &file).expect("it can be read");
        assert_eq!(format!("{source:?}"), format!("{back:?}"), "{id}");
    }
}

#[test]
fn every_cut_of_a_file_is_refused() {
    let file = crowd();
    for length in 0..file.len() {
        assert!(
            read_crowd("canary", &file[..length]).is_err(),
            "{length} of {} octets",
            file.len()
        );
    }
}

#[test]
fn every_change_of_an_octet_is_refused() {
    let file = crowd();
    for at in 0..file.len() {
        for change in [1, 0x80, 0xff] {
            let mut changed = file.clone();
            changed[at] ^= change;
            assert!(read_crowd("canary", &changed).is_err(), "at {at}");
        }
    }
}

#[test]
fn octets_after_the_end_are_refused() {
    let mut file = crowd();
    file.push(0);
    assert_eq!(read_crowd("canary", &file).err(), Some(FileFault::Damaged));
}

#[test]
fn a_file_of_another_version_says_to_load_the_page_again() {
    let mut file = crowd();
    file[4] ^= 1;
    let fault = read_crowd("canary", &file).err();
    assert_eq!(fault, Some(FileFault::OtherVersion));
    let words = FileFault::OtherVersion.to_string();
    assert!(words.contains("load the page again"), "{words}");
}

#[test]
fn a_file_of_another_kind_or_id_is_told_from_a_damaged_one() {
    let file = crowd();
    assert_eq!(read_crowd("geo", &file).err(), Some(FileFault::Misplaced));
    assert_eq!(
        read_world("canary", &file).err(),
        Some(FileFault::Misplaced)
    );
}

#[test]
fn what_is_no_file_of_the_lab_is_told_from_a_damaged_one() {
    for text in ["<!doctype html><title>Not found</title>", "{}", "DLAb"] {
        let fault = read_crowd("canary", text.as_bytes()).err();
        assert_eq!(fault, Some(FileFault::Foreign), "{text}");
    }
    for cut in ["", "D", "DLab"] {
        let fault = read_crowd("canary", cut.as_bytes()).err();
        assert_eq!(fault, Some(FileFault::Damaged), "{cut}");
    }
}

#[test]
fn every_fault_says_what_to_do() {
    for fault in [
        FileFault::Foreign,
        FileFault::OtherVersion,
        FileFault::Misplaced,
        FileFault::Damaged,
    ] {
        let words = fault.to_string();
        assert!(words.contains("again") && words.ends_with('.'), "{words}");
    }
}

#[test]
fn an_id_that_is_too_long_for_a_head_is_not_written() {
    let id = "x".repeat(300);
    assert_eq!(write_file(FileKind::Lesson, &id, &1_u8), Err(Damage));
}

#[test]
fn each_kind_has_a_place_of_its_own() {
    let paths: Vec<String> = FileKind::ALL.iter().map(|kind| kind.path("x")).collect();
    let expected = [
        "course.bin",
        "lessons/x.bin",
        "worlds/x.bin",
        "crowds/x.bin",
        "practice/x.bin",
    ];
    assert_eq!(paths, expected);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_octets_are_refused(octets in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(read_crowd("canary", &octets).is_err());
        let _ = from_octets::<crate::scenario::crowd::CrowdSource>(&octets);
        let _ = from_octets::<crate::scenario::WorldSource>(&octets);
        let _ = from_octets::<Vec<crate::scenario::Knob>>(&octets);
    }

    /// Octets that are right but for a few, as no checksum would let them through.
    #[test]
    fn a_body_that_is_nearly_right_is_read_or_refused(
        at in any::<prop::sample::Index>(),
        noise in prop::collection::vec(any::<u8>(), 1..12),
        length in any::<prop::sample::Index>(),
    ) {
        let file = crowd();
        let mut octets = body(FileKind::Crowd, "canary", &file).expect("a good file").to_vec();
        let at = at.index(octets.len());
        let end = (at + noise.len()).min(octets.len());
        octets.splice(at..end, noise);
        octets.truncate(length.index(octets.len() + 1));
        let _ = from_octets::<crate::scenario::crowd::CrowdSource>(&octets);
        let world: Arc<[u8]> = octets.into();
        let _ = from_octets::<crate::scenario::WorldSource>(&world);
    }
}
