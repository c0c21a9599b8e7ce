//! What is told of why a step went so, in both of its parts, is known when it is told.

use dns_lab::lesson::{Block, Lesson};
use dns_lab::page::step::tellable;
use dns_lab::scenario::Measure;

use super::{Timeline, figures, for_each_step, lines};

/// Fails if what can be told of some blocks quotes a figure of the session that is not known.
fn check(lesson: &Lesson, step: &str, blocks: &[Block], timeline: &Timeline, when: &str) {
    // A crowd's figures come with its run, which the step or the figure itself begins.
    let is_of_crowd = |id: &str| {
        let measure = lesson.measures.get(id);
        measure.is_some_and(|measure| matches!(measure.measure, Measure::Crowd { .. }))
    };
    let is_known = |id: &str| is_of_crowd(id) || lesson.is_figure_known(id, timeline);
    let (told, is_missing) = tellable(blocks, &is_known);
    for id in lines(&told).into_iter().flat_map(figures) {
        if is_of_crowd(id) {
            continue;
        }
        let found = lesson.figure(
            id,
            timeline,
            &lesson.opening_knobs(lesson.step_index(step).unwrap_or(0)),
        );
        assert!(
            found.is_ok(),
            "{}#{step}: {id} {when}: {found:?}",
            lesson.id
        );
    }
    let mut all = lines(blocks).into_iter().flat_map(figures);
    let is_any_unknown = all.any(|id| !is_known(id));
    assert_eq!(is_missing, is_any_unknown, "{}#{step} {when}", lesson.id);
}

#[test]
fn no_sentence_of_a_why_shows_a_figure_that_is_not_known_when_it_appears() {
    for_each_step(|lesson, index, step| {
        if step.predict.is_some() {
            let revealed = lesson.run_prediction(index);
            check(
                lesson,
                &step.id,
                &step.why,
                &revealed,
                "once the prediction has run",
            );
        }
        // With the goal met comes the second part.
        let (played, ..) = lesson.solve(index);
        for blocks in [&step.why, &step.after] {
            check(lesson, &step.id, blocks, &played, "once the goal is met");
        }
    });
}

#[test]
fn once_the_goal_is_met_nothing_of_a_why_is_held_back() {
    for_each_step(|lesson, index, step| {
        let (played, ..) = lesson.solve(index);
        for blocks in [&step.why, &step.after] {
            let (told, is_missing) = tellable(blocks, &|id| {
                let measure = lesson.measures.get(id);
                measure.is_some_and(|measure| matches!(measure.measure, Measure::Crowd { .. }))
                    || lesson.is_figure_known(id, &played)
            });
            let place = format!("{}#{}", lesson.id, step.id);
            assert_eq!(told.len(), blocks.len(), "{place}");
            assert!(!is_missing, "{place} holds a sentence back");
        }
    });
}
