//! Stories of a figure that is looked for.

use std::sync::Arc;

use super::*;
use crate::lesson::course;
use crate::page::runs::Work;
use crate::scenario::Measure;

/// A figure of the world of a lesson: how long an old address is still given.
fn stale() -> (Arc<Lesson>, FigureSearcher) {
    let course = course().expect("the course is sound");
    let lesson = Arc::clone(course.lesson("caches-and-ttl").expect("it ships"));
    let figure = FigureSearcher::new(Arc::clone(&lesson), "stale", seat(), Vec::new());
    (lesson, figure)
}

/// The seat of a figure.
fn seat() -> Seat {
    Seat::Figure("it".to_owned())
}

/// A session of the lesson with its TTL there.
fn at(lesson: &Lesson, ttl: f64) -> Moment {
    let mut knobs = lesson.opening_knobs(0);
    knobs.insert("ttl".to_owned(), ttl);
    Moment {
        knobs,
        seed: lesson.seed,
        acts: Vec::new(),
    }
}

/// The one search that is asked for.
fn asked(effects: &[Effect]) -> &Want {
    let [Effect::Want(want)] = effects else {
        panic!("{effects:?}");
    };
    want
}

/// What comes of a search.
fn done(lesson: &Arc<Lesson>, want: &Want) -> Input {
    let mut shelf = crate::page::runs::Shelf::default();
    shelf.lend_lesson(Arc::clone(lesson));
    let mut work = Work::begin(&want.job, &mut shelf).expect("it can be done");
    while work.advance(u64::MAX) < 1.0 {}
    let product = work.finish().expect("it is done");
    Input::News(want.ticket.clone(), News::Done(product))
}

#[test]
fn a_figure_is_looked_for_when_it_is_shown_first() {
    let (lesson, mut figure) = stale();
    assert_eq!((figure.found(), figure.is_stale()), (None, false));
    let effects = figure.handle(Input::Moved(at(&lesson, 300.0)));
    assert!(figure.is_stale());
    let input = done(&lesson, asked(&effects));
    assert_eq!(figure.handle(input), []);
    assert!(matches!(figure.found(), Some(Ok(Figure::Time(_)))));
    assert!(!figure.is_stale());
}

#[test]
fn it_follows_a_drag_one_search_at_a_time_and_ends_where_the_knob_does() {
    let (lesson, mut figure) = stale();
    let first = figure.handle(Input::Moved(at(&lesson, 300.0)));
    let first = asked(&first).clone();
    for ttl in [310.0, 320.0, 330.0] {
        assert_eq!(figure.handle(Input::Moved(at(&lesson, ttl))), []);
    }
    // What was found is shown, though the knob has moved on.
    let next = figure.handle(done(&lesson, &first));
    let shown = figure.found().cloned();
    assert!(shown.is_some() && figure.is_stale());
    let Job::Figure(job) = &asked(&next).job else {
        panic!("{next:?}");
    };
    assert_eq!(job.knobs["ttl"], 330.0);
    assert_eq!(figure.handle(done(&lesson, asked(&next))), []);
    assert_ne!(figure.found().cloned(), shown);
    assert!(!figure.is_stale());
}

#[test]
fn what_comes_of_an_older_search_comes_late() {
    let (lesson, mut figure) = stale();
    let effects = figure.handle(Input::Moved(at(&lesson, 300.0)));
    let late = done(&lesson, asked(&effects));
    assert_eq!(figure.handle(Input::Gone), [Effect::Drop(seat())]);
    assert_eq!(figure.handle(late), []);
    assert_eq!(figure.handle(Input::Gone), []);
    assert_eq!(figure.found(), None);
}

#[test]
fn the_same_session_again_is_nothing_new() {
    let (lesson, mut figure) = stale();
    let effects = figure.handle(Input::Moved(at(&lesson, 300.0)));
    figure.handle(done(&lesson, asked(&effects)));
    assert_eq!(figure.handle(Input::Moved(at(&lesson, 300.0))), []);
}

#[test]
fn a_search_that_fails_says_why_and_the_next_one_may_succeed() {
    let (lesson, mut figure) = stale();
    let effects = figure.handle(Input::Moved(at(&lesson, 300.0)));
    let ticket = asked(&effects).ticket.clone();
    figure.handle(Input::News(ticket, News::Failed("Why.".to_owned())));
    assert_eq!(figure.found(), Some(&Err("Why.".to_owned())));
    let effects = figure.handle(Input::Moved(at(&lesson, 60.0)));
    figure.handle(done(&lesson, asked(&effects)));
    assert!(matches!(figure.found(), Some(Ok(_))));
}

#[test]
fn what_was_done_goes_along_only_where_a_figure_is_about_it() {
    let course = course().expect("the course is sound");
    let lesson = Arc::clone(course.lesson("first-lookup").expect("it ships"));
    let (timeline, knobs, _) = lesson.solve(0);
    let moment = Moment {
        knobs,
        seed: lesson.seed,
        acts: timeline.acts().to_vec(),
    };
    for (id, is_about_it) in [("walk_time", true), ("cold", false)] {
        let mut figure = FigureSearcher::new(Arc::clone(&lesson), id, seat(), Vec::new());
        let effects = figure.handle(Input::Moved(moment.clone()));
        let Job::Figure(job) = &asked(&effects).job else {
            panic!("{effects:?}");
        };
        assert_eq!(!job.acts.is_empty(), is_about_it, "{id}");
        figure.handle(done(&lesson, asked(&effects)));
        let direct = lesson.figure(id, &timeline, &moment.knobs);
        let direct = direct.map_err(|error| error.to_string());
        assert_eq!(figure.found(), Some(&direct), "{id}");
    }
}

#[test]
fn what_needs_no_run_is_read_off_as_it_is_found() {
    let course = course().expect("the course is sound");
    let mut count = 0;
    for lesson in course.lessons() {
        let (timeline, knobs, _) = lesson.solve(0);
        for (id, measure) in &lesson.measures {
            let is_read_off = lesson.figure_kind(id) == Some(FigureKind::ReadOff);
            if is_read_off {
                let found = lesson.read_off(id, &timeline);
                assert_eq!(found, lesson.figure(id, &timeline, &knobs), "{id}");
                count += 1;
            } else if !matches!(measure.measure, Measure::Crowd { .. }) {
                assert!(lesson.read_off(id, &timeline).is_err(), "{id}");
            }
        }
    }
    assert!(count > 50, "{count} figures");
}
