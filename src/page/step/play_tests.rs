//! Stories of a step.

use super::*;

/// A step with three options, of which the second is right, and two hints.
const SHAPE: Shape = Shape {
    correct: Some(1),
    runs_crowd: false,
    hints: 2,
};

/// A step that was opened.
fn opened(shape: Shape, kept: Kept) -> StepPlay {
    let mut step = StepPlay::default();
    step.handle(Input::Open { shape, kept });
    step
}

/// A prediction that was made in an earlier visit.
fn earlier(choice: Choice) -> Option<Prediction> {
    Some(Prediction {
        choice,
        is_right: choice == SHAPE.correct,
        made_at: 5,
    })
}

#[test]
fn a_prediction_is_committed_to_run_and_revealed() {
    let mut step = opened(SHAPE, Kept::default());
    assert_eq!(step.phase(), Phase::Asking);
    assert!(step.is_waiting() && !step.is_explained());
    step.handle(Input::Choose(Some(0)));
    let effects = step.handle(Input::Commit { now: 9 });
    let prediction = Prediction {
        choice: Some(0),
        is_right: false,
        made_at: 9,
    };
    assert_eq!(effects[0], Effect::Predicted(prediction));
    assert_eq!(effects[1], Effect::Run { with_crowd: false });
    assert_eq!(
        (step.phase(), step.verdict(Some(1))),
        (Phase::Running, None)
    );
    step.handle(Input::Seen(false));
    assert_eq!(step.phase(), Phase::Running);
    step.handle(Input::Seen(true));
    assert_eq!(step.phase(), Phase::Revealed);
    assert_eq!(step.verdict(Some(0)), Some(Verdict::Wrong));
    assert_eq!(step.verdict(Some(1)), Some(Verdict::Right));
    assert_eq!(step.verdict(Some(2)), None);
    assert!(step.is_explained() && !step.is_waiting());
}

#[test]
fn nothing_can_be_committed_to_before_it_is_chosen() {
    let mut step = opened(SHAPE, Kept::default());
    assert_eq!(step.handle(Input::Commit { now: 1 }), []);
    step.handle(Input::Choose(None));
    assert_eq!(step.handle(Input::Commit { now: 1 }).len(), 3);
    assert_eq!(
        step.handle(Input::Commit { now: 2 }),
        [],
        "it is committed to once"
    );
    step.handle(Input::Choose(Some(1)));
    assert_eq!(step.chosen(), Some(None), "and not changed during the run");
}

#[test]
fn who_does_not_know_is_neither_right_nor_told_another_option_was_theirs() {
    let mut step = opened(SHAPE, Kept::default());
    step.handle(Input::Choose(None));
    step.handle(Input::Commit { now: 1 });
    step.handle(Input::Seen(true));
    assert_eq!(step.outcome(), Some(None));
    assert_eq!(step.verdict(None), Some(Verdict::Wrong));
    assert_eq!(step.verdict(Some(0)), None);
}

#[test]
fn that_all_was_seen_before_the_question_counts_for_nothing() {
    let mut step = opened(SHAPE, Kept::default());
    step.handle(Input::Seen(true));
    assert_eq!(step.phase(), Phase::Asking);
}

#[test]
fn going_back_in_time_does_not_hide_what_was_seen() {
    let mut step = opened(SHAPE, Kept::default());
    step.handle(Input::Choose(Some(1)));
    step.handle(Input::Commit { now: 1 });
    step.handle(Input::Seen(true));
    step.handle(Input::Seen(false));
    assert_eq!(step.phase(), Phase::Revealed);
}

#[test]
fn trying_again_asks_anew_and_keeps_the_goal() {
    let mut step = opened(SHAPE, Kept::default());
    step.handle(Input::Choose(Some(1)));
    step.handle(Input::Commit { now: 1 });
    step.handle(Input::Seen(true));
    assert_eq!(step.handle(Input::Holds(true)), [Effect::Done]);
    let effects = step.handle(Input::Retry);
    assert_eq!(effects[0], Effect::Restart);
    assert_eq!((step.phase(), step.chosen()), (Phase::Asking, None));
    assert!(step.is_done() && step.is_explained());
    assert_eq!(
        step.handle(Input::Holds(true)),
        [],
        "the goal is noted once"
    );
}

#[test]
fn the_outcome_can_be_had_at_once() {
    let mut step = opened(SHAPE, Kept::default());
    assert_eq!(step.handle(Input::Skip), []);
    step.handle(Input::Choose(Some(1)));
    step.handle(Input::Commit { now: 1 });
    assert_eq!(step.handle(Input::Skip)[0], Effect::SkipToEnd);
}

#[test]
fn a_crowd_runs_with_the_prediction_that_it_decides() {
    let shape = Shape {
        runs_crowd: true,
        ..SHAPE
    };
    let mut step = opened(shape, Kept::default());
    step.handle(Input::Choose(Some(1)));
    let effects = step.handle(Input::Commit { now: 1 });
    assert!(effects.contains(&Effect::Run { with_crowd: true }));
}

#[test]
fn a_done_step_shows_prediction_verdict_and_why_again_after_a_reload() {
    let kept = Kept {
        prediction: earlier(Some(0)),
        is_done: true,
        ..Kept::default()
    };
    let mut step = StepPlay::default();
    let effects = step.handle(Input::Open { shape: SHAPE, kept });
    assert_eq!(effects, [Effect::ShowOutcome { with_crowd: false }]);
    assert_eq!(step.phase(), Phase::Revealed);
    assert_eq!(step.outcome(), Some(Some(0)));
    assert_eq!(step.verdict(Some(0)), Some(Verdict::Wrong));
    assert!(step.is_explained() && step.is_done());
}

#[test]
fn a_done_step_with_a_kept_session_does_not_run_over_it() {
    for has_run in [false, true] {
        let kept = Kept {
            prediction: earlier(Some(1)),
            is_done: true,
            is_resumed: true,
            has_run,
        };
        let mut step = StepPlay::default();
        assert_eq!(step.handle(Input::Open { shape: SHAPE, kept }), []);
        assert_eq!(step.phase(), Phase::Revealed);
    }
}

#[test]
fn a_run_that_was_left_in_the_middle_goes_on_with_its_prediction() {
    let kept = Kept {
        prediction: earlier(Some(2)),
        is_resumed: true,
        has_run: true,
        is_done: false,
    };
    let mut step = opened(SHAPE, kept);
    assert_eq!(
        (step.phase(), step.chosen()),
        (Phase::Running, Some(Some(2)))
    );
    step.handle(Input::Seen(true));
    assert_eq!(step.outcome(), Some(Some(2)));
}

#[test]
fn a_step_that_was_left_undone_is_predicted_anew_on_the_next_visit() {
    let kept = Kept {
        prediction: earlier(Some(0)),
        ..Kept::default()
    };
    let step = opened(SHAPE, kept);
    assert_eq!((step.phase(), step.chosen()), (Phase::Asking, None));
    assert!(!step.is_explained());
}

#[test]
fn a_step_without_a_question_is_explained_when_its_goal_is_met() {
    let shape = Shape {
        correct: None,
        ..SHAPE
    };
    let mut step = opened(shape, Kept::default());
    assert_eq!(step.phase(), Phase::NoQuestion);
    assert!(!step.is_waiting() && !step.is_explained());
    assert_eq!(step.handle(Input::Holds(false)), []);
    assert_eq!(step.handle(Input::Holds(true)), [Effect::Done]);
    assert!(step.is_explained());
}

#[test]
fn a_done_step_without_a_question_is_explained_from_the_start() {
    let shape = Shape {
        correct: None,
        ..SHAPE
    };
    let kept = Kept {
        is_done: true,
        ..Kept::default()
    };
    assert!(opened(shape, kept).is_explained());
}

#[test]
fn hints_come_one_by_one_until_there_are_no_more_or_the_goal_is_met() {
    let mut step = opened(SHAPE, Kept::default());
    for expected in [1, 2, 2] {
        step.handle(Input::Hint);
        assert_eq!(step.hints(), expected);
    }
    let mut step = opened(SHAPE, Kept::default());
    step.handle(Input::Holds(true));
    step.handle(Input::Hint);
    assert_eq!((step.hints(), step.has_hint()), (0, false));
}

#[test]
fn another_step_begins_with_nothing_of_the_one_before() {
    let mut step = opened(SHAPE, Kept::default());
    step.handle(Input::Hint);
    step.handle(Input::Choose(Some(1)));
    step.handle(Input::Commit { now: 1 });
    let kept = Kept::default();
    step.handle(Input::Open { shape: SHAPE, kept });
    assert_eq!(
        (step.phase(), step.chosen(), step.hints()),
        (Phase::Asking, None, 0)
    );
}
