//! Lessons and the outline of the course in packed form: written once, at build, and read by the
//! page.

use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{Inline, Lesson, LessonMeasure, Outline, Predict, RfcLink, Step};
#[cfg(feature = "author")]
use crate::scenario::KnobTarget;
use crate::scenario::crowd::CrowdSource;
#[cfg(feature = "author")]
use crate::scenario::packed::{Damage, write_file};
use crate::scenario::packed::{FileFault, FileKind, read_file};
use crate::scenario::{Knob, WorldSource};

/// The id in the file of the outline, of which there is one.
const COURSE: &str = "course";

/// A lesson as its file has it: its world and its crowds, which others share, are named and have
/// files of their own. Fields are those of [`Lesson`].
#[derive(Serialize, Deserialize)]
struct PackedLesson {
    id: String,
    title: String,
    summary: String,
    minutes: u32,
    world: String,
    seed: u64,
    covers: Vec<String>,
    /// Those of the lesson itself; the crowds bring theirs along.
    knobs: Vec<Knob>,
    measures: IndexMap<String, LessonMeasure>,
    steps: Vec<Step>,
    reviews: Vec<Predict>,
    takeaway: Vec<Inline>,
    speak: Vec<Inline>,
    rfc: Vec<RfcLink>,
    /// The ids of its crowds.
    crowds: Vec<String>,
}

/// Reads a lesson's file. `world` is the world it names, and its crowds are among `crowds`; its
/// [outline](super::LessonOutline) knows both. That all of it fits together was checked when the
/// file was written.
///
/// # Errors
/// Why the file is of no use.
pub fn read_lesson(
    id: &str,
    octets: &[u8],
    world: Arc<WorldSource>,
    crowds: &[Arc<CrowdSource>],
) -> Result<Lesson, FileFault> {
    let packed: PackedLesson = read_file(FileKind::Lesson, id, octets)?;
    if packed.id != id {
        return Err(FileFault::Misplaced);
    }
    let mut own = Vec::new();
    for id in &packed.crowds {
        let crowd = crowds.iter().find(|crowd| crowd.id == *id);
        own.push(Arc::clone(crowd.ok_or(FileFault::Misplaced)?));
    }
    let mut knobs = packed.knobs;
    for crowd in &own {
        add_knobs(&mut knobs, crowd);
    }
    Ok(Lesson {
        id: packed.id,
        title: packed.title,
        summary: packed.summary,
        minutes: packed.minutes,
        world: packed.world,
        seed: packed.seed,
        covers: packed.covers,
        knobs,
        measures: packed.measures,
        steps: packed.steps,
        reviews: packed.reviews,
        takeaway: packed.takeaway,
        speak: packed.speak,
        rfc: packed.rfc,
        source: world,
        crowds: own,
    })
}

/// The knobs of a crowd join those of its lesson; one with the id of a knob that is there already
/// moves with it.
fn add_knobs(knobs: &mut Vec<Knob>, crowd: &CrowdSource) {
    for knob in &crowd.knobs {
        if !knobs.iter().any(|known| known.id == knob.id) {
            knobs.push(knob.clone());
        }
    }
}

/// Writes a lesson's file.
///
/// # Errors
/// If it has no packed form; a test sees to it that shipped lessons have.
#[cfg(feature = "author")]
pub fn write_lesson(lesson: &Lesson) -> Result<Vec<u8>, Damage> {
    let Lesson {
        id,
        title,
        summary,
        minutes,
        world,
        seed,
        covers,
        knobs,
        measures,
        steps,
        reviews,
        takeaway,
        speak,
        rfc,
        source: _,
        crowds,
    } = lesson.clone();
    let is_own = |knob: &Knob| !matches!(knob.target, KnobTarget::Crowd(_));
    let packed = PackedLesson {
        id,
        title,
        summary,
        minutes,
        world,
        seed,
        covers,
        knobs: knobs.into_iter().filter(is_own).collect(),
        measures,
        steps,
        reviews,
        takeaway,
        speak,
        rfc,
        crowds: crowds.iter().map(|crowd| crowd.id.clone()).collect(),
    };
    write_file(FileKind::Lesson, &packed.id, &packed)
}

/// Reads the file with the outline of the course.
///
/// # Errors
/// Why it is of no use.
pub fn read_outline(octets: &[u8]) -> Result<Outline, FileFault> {
    read_file(FileKind::Course, COURSE, octets)
}

/// Writes the file with the outline of the course.
///
/// # Errors
/// If it has no packed form.
#[cfg(feature = "author")]
pub fn write_outline(outline: &Outline) -> Result<Vec<u8>, Damage> {
    write_file(FileKind::Course, COURSE, outline)
}
