//! Stories of the bench: what a learner does, and what they see then.

mod acting;
mod looking;
mod playing;
mod sessions;

use std::sync::{Arc, OnceLock};

use super::{Bench, FreePlay, Input, LAB_WORLD, Move, Scenario, Told};
use crate::engine::{Intervention, SimDuration, SimTime};
use crate::lesson::{Course, course};
use crate::page::{Machine, NoticeTone, Outward};
use crate::scenario::world_source;

/// The free lab in a world.
fn lab_in(world: &str) -> Scenario {
    let source = world_source(world).expect("a shipped world");
    Scenario::Lab(Arc::new(FreePlay::new(Arc::new(source))))
}

/// The free lab.
fn lab() -> Scenario {
    lab_in(LAB_WORLD)
}

/// A step of a lesson, counted from 0.
fn step(lesson: &str, step: usize) -> Scenario {
    static COURSE: OnceLock<Course> = OnceLock::new();
    let course = COURSE.get_or_init(|| course().expect("the shipped course"));
    let lesson = course.lesson(lesson).expect("a shipped lesson");
    Scenario::Lesson {
        lesson: Arc::clone(lesson),
        step,
    }
}

/// A bench with a scenario as it opens.
fn open(scenario: Scenario) -> Bench {
    let mut bench = Bench::default();
    assert_eq!(bench.handle(Input::Open(scenario)), []);
    bench
}

/// A moment, in seconds.
fn at(secs: u64) -> SimTime {
    SimTime::ZERO + SimDuration::from_secs(secs)
}

/// What the form that asks sends.
fn ask(name: &str) -> Input {
    Input::Ask {
        name: name.to_owned(),
        rtype: "A".to_owned(),
    }
}

/// A machine goes down or comes back.
fn down(node: &str, down: bool) -> Input {
    Input::Act {
        act: Intervention::SetDown {
            node: node.to_owned(),
            down,
        },
        told: Told::Above,
    }
}

/// Moves the playhead to a moment.
fn seek(bench: &mut Bench, secs: u64) {
    let playhead = crate::scene::Playhead {
        time: at(secs),
        events: bench.timeline().trace().count_until(at(secs)),
    };
    bench.handle(Input::Seek(Move::To(playhead)));
}

/// Plays to the end, in frames of 50 ms; says how many it took.
fn play_out(bench: &mut Bench) -> usize {
    bench.handle(Input::Play);
    let mut frames = 0;
    while bench.is_playing() {
        bench.handle(frame(50.0));
        frames += 1;
        assert!(frames < 100_000, "it never ends");
    }
    frames
}

/// A frame for a reader who likes motion.
fn frame(ms: f64) -> Input {
    Input::Frame {
        ms,
        whole_events: false,
    }
}

/// What is said above the page.
fn said(effects: &[Outward<Input>]) -> Option<(NoticeTone, &str)> {
    let mut notices = effects.iter().filter_map(|effect| match effect {
        Outward::Notify(notice) => Some((notice.tone, notice.text.as_str())),
        _ => None,
    });
    let first = notices.next();
    assert_eq!(notices.next(), None, "one thing is said at a time");
    first
}

/// What is told as a problem.
fn complaint(effects: &[Outward<Input>]) -> Option<&str> {
    said(effects)
        .filter(|(tone, _)| *tone == NoticeTone::Problem)
        .map(|(_, text)| text)
}
