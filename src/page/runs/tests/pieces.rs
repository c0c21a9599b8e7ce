//! Jobs in pieces, in the worker and on the page.

use std::cell::Cell;

use super::*;
use crate::lesson::course;
use crate::lesson::practice::{Attempt, Grading, practice_problems};
use crate::scenario::crowd::crowd_source;
use crate::scenario::packed::write_acts;

/// A clock on which every look takes a millisecond.
fn clock() -> impl Fn() -> f64 {
    let now = Cell::new(0.0);
    move || {
        now.set(now.get() + 1.0);
        now.get()
    }
}

/// Has a job done in pieces that cross as octets. Returns what came of it and how many pieces it
/// took.
fn serve(server: &mut Server, job: Job, clock: &dyn Fn() -> f64) -> (Product, usize) {
    let order = Order::Start {
        number: 5,
        job,
        papers: Vec::new(),
    };
    server.hear(Order::unpack(&order.pack()).expect("an order"));
    let (mut pieces, mut before) = (0, 0.0);
    loop {
        pieces += 1;
        let answer = server.piece(clock, PAGE_PIECE_MS);
        let Some(answer) = answer else {
            assert!(server.is_busy());
            continue;
        };
        match Answer::unpack(&answer.pack()).expect("an answer") {
            Answer::Progress(5, share) => {
                assert!(share >= before && share < 1.0, "{share} after {before}");
                before = share;
            }
            Answer::Done(5, product) => return (product, pieces),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_crowd_run_in_pieces_is_the_run_in_one() {
    let source = Arc::new(crowd_source("canary").expect("it ships and is sound"));
    let mut server = Server::default();
    server.shelf().lend_crowd(Arc::clone(&source));
    let knobs = source.opening_knobs();
    let job = Job::Crowd(CrowdJob {
        crowd: "canary".to_owned(),
        knobs: knobs.clone(),
        seed: 3,
        ..CrowdJob::default()
    });
    let (product, pieces) = serve(&mut server, job, &clock());
    let whole = source.build(&knobs).expect("sound").run(3).expect("sound");
    let series = Box::new(whole);
    assert_eq!(product, Product::Crowd { factor: 1, series });
    assert!(pieces > 1 && !server.is_busy());
}

#[test]
fn a_grading_in_pieces_is_the_grading_in_one() {
    let problems = practice_problems().expect("they ship and are sound");
    let problem = problems.first().expect("there is one");
    let answer = problem
        .answers
        .first()
        .expect("there is one")
        .answer
        .clone();
    let whole = Grading::new(Arc::clone(problem), &answer, 2);
    let whole = whole.expect("it can be read").run_all().expect("it runs");
    let mut server = Server::default();
    server.shelf().lend_problem(Arc::clone(problem));
    let job = Job::Grading(GradingJob {
        problem: problem.id().to_owned(),
        attempt: Attempt { answer, round: 2 }.to_storage(),
    });
    let (product, _) = serve(&mut server, job, &clock());
    // Points where nothing was counted are no numbers, which are equal to nothing.
    assert_eq!(
        format!("{product:?}"),
        format!("{:?}", Product::Grading(Box::new(whole)))
    );
}

#[test]
fn a_job_that_was_dropped_half_way_says_nothing_more() {
    let source = Arc::new(crowd_source("canary").expect("it ships and is sound"));
    let mut server = Server::default();
    server.shelf().lend_crowd(Arc::clone(&source));
    let Job::Crowd(mut job) = charts(1).job else {
        panic!("a crowd");
    };
    job.knobs = source.opening_knobs();
    server.hear(Order::Start {
        number: 8,
        job: Job::Crowd(job),
        papers: Vec::new(),
    });
    let clock = clock();
    assert!(matches!(
        server.piece(&clock, 3.0),
        Some(Answer::Progress(8, _))
    ));
    server.hear(Order::Drop(7));
    assert!(server.is_busy(), "that was another one");
    server.hear(Order::Drop(8));
    assert_eq!(server.piece(&clock, 3.0), None);
}

#[test]
fn a_clock_that_is_no_clock_makes_small_pieces_and_one_that_stands_still_large_ones() {
    let source = Arc::new(crowd_source("canary").expect("it ships and is sound"));
    for (clock, fewest, most) in [(f64::NAN, 5, usize::MAX), (1.0, 1, 50)] {
        let mut server = Server::default();
        server.shelf().lend_crowd(Arc::clone(&source));
        let Job::Crowd(mut job) = charts(1).job else {
            panic!("a crowd");
        };
        job.knobs = source.opening_knobs();
        let (_, pieces) = serve(&mut server, Job::Crowd(job), &move || clock);
        assert!((fewest..=most).contains(&pieces), "{pieces} pieces");
    }
}

#[test]
fn a_file_that_cannot_be_read_fails_its_job_in_words() {
    let mut server = Server::default();
    let want = charts(1);
    server.hear(Order::Start {
        number: 2,
        job: want.job,
        papers: want.papers,
    });
    let answer = server.piece(&clock(), PAGE_PIECE_MS);
    let Some(Answer::Failed(2, problem)) = answer else {
        panic!("{answer:?}");
    };
    assert!(problem.contains("load the page again"), "{problem}");
}

#[test]
fn every_figure_of_every_lesson_comes_out_in_pieces_as_it_does_at_once() {
    let course = course().expect("the course is sound");
    let mut server = Server::default();
    let mut count = 0;
    for lesson in course.lessons() {
        server.shelf().lend_lesson(Arc::clone(lesson));
        // The last step with a solution has the longest session.
        let step = lesson.steps.len() - 1;
        let (timeline, knobs, _) = lesson.solve(step);
        let mut crowds = Vec::new();
        for id in lesson.measures.keys() {
            // Figures that are read off one run need not have it made again and again.
            if let Some(request) = lesson.figure_request(id, &knobs) {
                let run = (request.source.id.clone(), request.knobs);
                if crowds.contains(&run) {
                    continue;
                }
                crowds.push(run);
            }
            let job = Job::Figure(FigureJob {
                lesson: lesson.id.clone(),
                world: lesson.world.clone(),
                crowds: lesson.crowd_ids().map(str::to_owned).collect(),
                figure: id.clone(),
                knobs: knobs.clone(),
                seed: lesson.seed,
                acts: write_acts(timeline.acts()),
            });
            let direct = lesson.figure(id, &timeline, &knobs);
            let direct = direct.map_err(|error| error.to_string());
            let (product, _) = serve(&mut server, job, &clock());
            assert_eq!(product, Product::Figure(direct), "{}: {id}", lesson.id);
            count += 1;
        }
    }
    assert!(count > 100, "{count} figures");
}
