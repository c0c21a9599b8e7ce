//! What the page gets is what was written: lessons, problems and the outline, through their files.

use std::sync::Arc;

use dns_lab::lesson::practice::{practice_problems, read_problem, write_problem};
use dns_lab::lesson::{
    Chapter, Course, Lesson, read_lesson, read_outline, write_lesson, write_outline,
};
use dns_lab::scenario::crowd::{CrowdSource, read_crowd, write_crowd};
use dns_lab::scenario::packed::FileFault;
use dns_lab::scenario::{WorldSource, read_world, write_world};
use proptest::prelude::*;

use super::written;

/// The world and the crowds of a lesson, written into their files and read from them.
fn surroundings(lesson: &Lesson) -> (Arc<WorldSource>, Vec<Arc<CrowdSource>>) {
    let world = write_world(&lesson.world, lesson.source()).expect("a world can be written");
    let world = read_world(&lesson.world, &world).expect("its file can be read");
    let mut crowds: Vec<Arc<CrowdSource>> = Vec::new();
    for crowd in (0..lesson.steps.len()).filter_map(|step| lesson.crowd(step)) {
        if !crowds.iter().any(|known| known.id == crowd.id) {
            let file = write_crowd(crowd).expect("a crowd can be written");
            crowds.push(Arc::new(
                read_crowd(&crowd.id, &file).expect("its file can be read"),
            ));
        }
    }
    (Arc::new(world), crowds)
}

/// A lesson, with its world and its crowds, through their files.
fn through_file(lesson: &Lesson) -> Lesson {
    let (world, crowds) = surroundings(lesson);
    let file = write_lesson(lesson).expect("a lesson can be written");
    read_lesson(&lesson.id, &file, world, &crowds).expect("its file can be read")
}

/// A course, every lesson through its file.
pub(crate) fn through_files(course: Course) -> Course {
    let chapters = course.chapters.into_iter().map(|chapter| Chapter {
        lessons: { chapter.lessons.iter() }
            .map(|lesson| Arc::new(through_file(lesson)))
            .collect(),
        ..chapter
    });
    Course {
        chapters: chapters.collect(),
        ..course
    }
}

#[test]
fn every_lesson_comes_back_as_it_was_written() {
    for lesson in written().lessons() {
        let back = through_file(lesson);
        assert_eq!(format!("{lesson:?}"), format!("{back:?}"), "{}", lesson.id);
    }
}

#[test]
fn every_problem_comes_back_as_it_was_written() {
    for problem in practice_problems().expect("they are sound") {
        let file = write_problem(&problem).expect("a problem can be written");
        let back = read_problem(problem.id(), &file).expect("its file can be read");
        assert_eq!(format!("{problem:?}"), format!("{back:?}"));
        let other = read_problem("another", &file).err();
        assert_eq!(other, Some(FileFault::Misplaced));
    }
}

#[test]
fn the_outline_comes_back_as_it_was_written() {
    let problems = practice_problems().expect("they are sound");
    let outline = written().outline(&problems);
    assert!(!outline.problems.is_empty() && !outline.scenarios.is_empty());
    let file = write_outline(&outline).expect("it can be written");
    assert_eq!(read_outline(&file), Ok(outline));
}

#[test]
fn a_lesson_without_its_crowd_or_under_another_id_is_refused() {
    let course = written();
    let lesson = { course.lessons() }
        .find(|lesson| (0..lesson.steps.len()).any(|step| lesson.crowd(step).is_some()))
        .expect("some lesson has a crowd");
    let (world, crowds) = surroundings(lesson);
    let file = write_lesson(lesson).expect("a lesson can be written");
    let alone = read_lesson(&lesson.id, &file, Arc::clone(&world), &[]);
    assert_eq!(alone.err(), Some(FileFault::Misplaced));
    let other = read_lesson("another", &file, Arc::clone(&world), &crowds);
    assert_eq!(other.err(), Some(FileFault::Misplaced));
    for length in (0..file.len()).step_by(97) {
        let cut = read_lesson(&lesson.id, &file[..length], Arc::clone(&world), &crowds);
        assert!(cut.is_err(), "{length} octets");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_octets_are_no_outline_and_no_problem(
        octets in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        prop_assert!(read_outline(&octets).is_err());
        prop_assert!(read_problem("stable-name", &octets).is_err());
    }
}
