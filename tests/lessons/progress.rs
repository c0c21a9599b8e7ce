//! What is kept between visits, and what comes back for review.

use super::*;
use dns_lab::lesson::{Prediction, Progress, REVIEW_AFTER_DAYS, due_reviews};
use proptest::prelude::*;

fn finished(lesson: &Lesson, today: u32) -> Progress {
    let mut progress = Progress::default();
    for step in &lesson.steps {
        assert!(!progress.is_finished(&lesson.id));
        progress.complete_step(&lesson.id, &step.id, lesson.steps.len(), today);
    }
    progress
}

#[test]
fn reviews_come_back_after_one_three_and_seven_days() {
    let course = shipped();
    let lesson = course.lesson("caches-and-ttl").expect("it is there");
    let mut progress = finished(lesson, 100);
    let mut day = 100;
    for wait in REVIEW_AFTER_DAYS {
        assert!(due_reviews(&course.outline(&[]), &progress, day + wait - 1).is_empty());
        day += wait;
        let due = due_reviews(&course.outline(&[]), &progress, day);
        assert_eq!(due.len(), lesson.reviews.len());
        for review in due {
            progress.answer_review(&review.lesson, review.review, true, day);
        }
    }
    assert!(
        due_reviews(&course.outline(&[]), &progress, u32::MAX).is_empty(),
        "three times are enough"
    );
}

#[test]
fn a_wrong_answer_brings_the_question_back_tomorrow() {
    let course = shipped();
    let lesson = course.lesson("first-lookup").expect("it is there");
    let mut progress = finished(lesson, 10);
    progress.answer_review(&lesson.id, 0, true, 11);
    progress.answer_review(&lesson.id, 0, false, 14);
    let due = due_reviews(&course.outline(&[]), &progress, 15);
    assert!(
        due.iter()
            .any(|review| review.review == 0 && review.due_on == 15)
    );
}

#[test]
fn nothing_is_due_before_a_lesson_is_finished() {
    let course = shipped();
    let mut progress = Progress::default();
    progress.complete_step("first-lookup", "ask", 8, 1);
    progress.predict(
        "first-lookup",
        "ask",
        Prediction {
            choice: None,
            is_right: false,
            made_at: 0,
        },
    );
    assert!(due_reviews(&course.outline(&[]), &progress, u32::MAX).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_stored_text_is_read_or_left_out(
        text in "\\PC{0,200}",
        at in any::<usize>(),
        noise in "[\\[\\]{}\":,0-9a-z-]{0,6}",
    ) {
        let _ = Progress::from_storage(&text);
        let course = shipped();
        let lesson = course.lesson("first-lookup").expect("it is there");
        let stored = finished(lesson, 3).to_storage();
        let at = at % stored.len();
        let mangled = format!("{}{noise}{}", &stored[..at], &stored[at..]);
        let (progress, _) = Progress::from_storage(&mangled);
        let _ = due_reviews(&course.outline(&[]), &progress, 4);
    }
}
