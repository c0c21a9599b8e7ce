//! Runs an answer in slices, so that the page stays awake.

use std::time::Duration;

use js_sys::Date;
use leptos::prelude::*;

use super::desk::Desk;
use crate::app::state::LabState;
use crate::engine::population::Runner;
use crate::lesson::practice::Grading;

/// The wall time of a slice, in milliseconds.
const SLICE_MS: f64 = 9.0;
/// Decisions between two looks at the clock.
const BUDGET: u64 = 2_000;

/// A run under way.
struct Work {
    /// What is graded.
    grading: Grading,
    /// The run at work, by index.
    run: usize,
    /// Its engine.
    runner: Runner,
}

/// Runs everything a grading asks for, slice by slice, then puts the report on the desk. Stops when
/// the desk has another ticket.
pub fn run_slices(desk: Desk, state: LabState, grading: Grading, ticket: u32) {
    later(move || match next(grading) {
        Ok(work) => go_on(desk, state, work, ticket),
        Err(report) => desk.put(state, report),
    });
}

/// The next run of a grading, or its report if all is done.
fn next(grading: Grading) -> Result<Work, Result<crate::lesson::practice::Report, String>> {
    let trial = match grading.next_run() {
        Ok(Some(trial)) => trial,
        Ok(None) => return Err(grading.report()),
        Err(problem) => return Err(Err(problem)),
    };
    match Runner::new(&trial.population, trial.seed) {
        Ok(runner) => Ok(Work {
            grading,
            run: trial.run,
            runner,
        }),
        Err(error) => Err(Err(error.to_string())),
    }
}

/// Does a slice.
fn go_on(desk: Desk, state: LabState, mut work: Work, ticket: u32) {
    // The learner may have left the page meanwhile, or cancelled.
    if desk.ticket.try_get_untracked() != Some(ticket) {
        return;
    }
    let until = Date::now() + SLICE_MS;
    let mut progress = work.runner.advance(BUDGET);
    while !progress.is_finished() && Date::now() < until {
        progress = work.runner.advance(BUDGET);
    }
    let (done, total) = work.grading.progress();
    let share = progress.done as f64 / progress.total.max(1) as f64;
    let share = (done as f64 + share) / total.max(1) as f64;
    desk.progress.set(Some(share.min(1.0)));
    later(move || {
        if progress.is_finished() {
            finish(desk, state, work, ticket);
        } else {
            go_on(desk, state, work, ticket);
        }
    });
}

/// Takes down what came of a run and begins the next.
fn finish(desk: Desk, state: LabState, work: Work, ticket: u32) {
    if desk.ticket.try_get_untracked() != Some(ticket) {
        return;
    }
    let Work {
        mut grading,
        run,
        runner,
    } = work;
    grading.put(run, runner.finish());
    run_slices(desk, state, grading, ticket);
}

/// Does something once the browser has had a turn.
fn later(act: impl FnOnce() + 'static) {
    set_timeout(act, Duration::ZERO);
}
