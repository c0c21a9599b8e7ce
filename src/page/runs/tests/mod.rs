//! Stories of jobs, the worker and the page.

mod pieces;

use std::sync::Arc;

use proptest::prelude::{any, proptest};

use super::*;
use crate::page::Machine as _;
use crate::scenario::Figure;

/// A job for the charts.
fn charts(number: u32) -> Want {
    want(Seat::Charts, number)
}

/// A small job.
fn want(seat: Seat, number: u32) -> Want {
    let crowd = "canary".to_owned();
    let paper = Paper {
        id: PaperId::new(PaperKind::Crowd, &crowd),
        octets: Arc::from(*b"a file"),
    };
    Want {
        ticket: Ticket { seat, number },
        job: Job::Crowd(CrowdJob {
            crowd,
            seed: u64::from(number),
            ..CrowdJob::default()
        }),
        papers: vec![paper],
    }
}

/// The page with a worker that has said that it works.
fn ready() -> Runs {
    let mut runs = Runs::default();
    runs.handle(Input::Want(want(Seat::Aside, 0)));
    runs.handle(Input::Answer(Place::Worker, Answer::Ready));
    let number = runs.number;
    runs.handle(Input::Answer(Place::Worker, Answer::Done(number, done())));
    assert_eq!((runs.worker(), runs.at_work()), (WorkerLife::Ready, None));
    runs
}

/// Something that came of a job.
fn done() -> Product {
    Product::Figure(Ok(Figure::Never))
}

/// The number of the order that was given, and whether its file came along.
fn ordered(effects: &[Effect]) -> (Place, u32, usize) {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::Send(Order::Start { number, papers, .. }) => {
            Some((Place::Worker, *number, papers.len()))
        }
        Effect::Here(Order::Start { number, papers, .. }) => {
            Some((Place::Page, *number, papers.len()))
        }
        _ => None,
    });
    found.unwrap_or_else(|| panic!("no order in {effects:?}"))
}

/// What was told of jobs.
fn told(effects: &[Effect]) -> Vec<(Seat, u32, News)> {
    let told = effects.iter().filter_map(|effect| match effect {
        Effect::Tell(ticket, news) => Some((ticket.seat.clone(), ticket.number, news.clone())),
        _ => None,
    });
    told.collect()
}

#[test]
fn the_first_job_starts_the_worker_and_waits_until_it_works() {
    let mut runs = Runs::default();
    let effects = runs.handle(Input::Want(charts(1)));
    assert_eq!(effects[0], Effect::StartWorker);
    assert!(matches!(effects[1], Effect::After(Timer::Ready, _)));
    assert_eq!((runs.worker(), runs.waiting()), (WorkerLife::Starting, 1));
    let effects = runs.handle(Input::Answer(Place::Worker, Answer::Ready));
    assert!(effects.contains(&Effect::Forget(Timer::Ready)));
    assert_eq!(ordered(&effects), (Place::Worker, 1, 1));
    assert_eq!(runs.at_work(), Some((&Seat::Charts, Place::Worker)));
}

#[test]
fn a_file_goes_to_a_worker_once() {
    let mut runs = ready();
    let (_, number, papers) = ordered(&runs.handle(Input::Want(charts(1))));
    assert_eq!(papers, 0);
    runs.handle(Input::Answer(Place::Worker, Answer::Done(number, done())));
    // A new worker knows nothing of it.
    runs.handle(Input::Want(charts(2)));
    runs.handle(Input::Cancel(Seat::Charts));
    runs.handle(Input::Want(charts(3)));
    let effects = runs.handle(Input::Answer(Place::Worker, Answer::Ready));
    assert_eq!(ordered(&effects).2, 1);
}

#[test]
fn a_newer_job_of_the_same_seat_takes_the_place_of_the_older() {
    let mut runs = ready();
    let (_, old, _) = ordered(&runs.handle(Input::Want(charts(1))));
    let effects = runs.handle(Input::Want(charts(2)));
    assert!(effects.contains(&Effect::Send(Order::Drop(old))));
    let (_, new, _) = ordered(&effects);
    assert_ne!(old, new);
    assert!(told(&effects).is_empty(), "nobody waits for the older one");
}

#[test]
fn an_answer_to_an_older_order_comes_late_and_is_passed_over() {
    let mut runs = ready();
    let (_, old, _) = ordered(&runs.handle(Input::Want(charts(1))));
    let (_, new, _) = ordered(&runs.handle(Input::Want(charts(2))));
    let late = runs.handle(Input::Answer(Place::Worker, Answer::Done(old, done())));
    assert!(told(&late).is_empty());
    let effects = runs.handle(Input::Answer(Place::Worker, Answer::Done(new, done())));
    assert_eq!(told(&effects), [(Seat::Charts, 2, News::Done(done()))]);
}

#[test]
fn charts_come_before_figures_which_begin_anew_after_them() {
    let mut runs = ready();
    let figure = Seat::Figure("stale".to_owned());
    let (_, first, _) = ordered(&runs.handle(Input::Want(want(figure.clone(), 1))));
    runs.handle(Input::Want(want(Seat::Figure("cold".to_owned()), 1)));
    let effects = runs.handle(Input::Want(charts(1)));
    assert!(effects.contains(&Effect::Send(Order::Drop(first))));
    let (_, number, _) = ordered(&effects);
    let effects = runs.handle(Input::Answer(Place::Worker, Answer::Done(number, done())));
    assert_eq!(told(&effects)[0].0, Seat::Charts);
    // The one that had begun is the next one.
    assert_eq!(runs.at_work(), Some((&figure, Place::Worker)));
    assert_eq!(runs.waiting(), 1);
}

#[test]
fn a_figure_does_not_take_the_worker_from_a_run_that_the_reader_waits_for() {
    let mut runs = ready();
    runs.handle(Input::Want(charts(1)));
    let effects = runs.handle(Input::Want(want(Seat::Figure("stale".to_owned()), 1)));
    assert_eq!(effects, []);
    assert_eq!(
        (runs.at_work().map(|it| it.0), runs.waiting()),
        (Some(&Seat::Charts), 1)
    );
}

#[test]
fn progress_is_told_by_whole_percents() {
    let mut runs = ready();
    let (_, number, _) = ordered(&runs.handle(Input::Want(charts(1))));
    let mut heard = Vec::new();
    for step in 0..1000 {
        let share = f64::from(step) / 1000.0;
        let answer = Answer::Progress(number, share);
        heard.extend(told(&runs.handle(Input::Answer(Place::Worker, answer))));
    }
    assert_eq!(heard.len(), 99);
}

#[test]
fn cancel_then_run_the_worker_starts_anew() {
    let mut runs = ready();
    runs.handle(Input::Want(charts(1)));
    let effects = runs.handle(Input::Cancel(Seat::Charts));
    assert!(effects.contains(&Effect::EndWorker));
    assert!(effects.contains(&Effect::Forget(Timer::Answer)));
    assert_eq!(runs.worker(), WorkerLife::None);
    let effects = runs.handle(Input::Want(charts(2)));
    assert!(effects.contains(&Effect::StartWorker));
    let effects = runs.handle(Input::Answer(Place::Worker, Answer::Ready));
    assert_eq!(ordered(&effects).0, Place::Worker);
}

#[test]
fn to_cancel_what_has_not_begun_costs_no_worker() {
    let mut runs = ready();
    runs.handle(Input::Want(charts(1)));
    runs.handle(Input::Want(want(Seat::Practice, 1)));
    assert_eq!(runs.handle(Input::Cancel(Seat::Practice)), []);
    assert_eq!((runs.worker(), runs.waiting()), (WorkerLife::Ready, 0));
}

#[test]
fn a_figure_that_is_not_wanted_any_more_costs_no_worker() {
    let mut runs = ready();
    let seat = Seat::Figure("stale".to_owned());
    let (_, number, _) = ordered(&runs.handle(Input::Want(want(seat.clone(), 1))));
    let effects = runs.handle(Input::Drop(seat));
    assert!(effects.contains(&Effect::Send(Order::Drop(number))));
    assert_eq!(runs.worker(), WorkerLife::Ready);
}

#[test]
fn what_waits_behind_a_cancelled_run_is_done_by_the_next_worker() {
    let mut runs = ready();
    runs.handle(Input::Want(charts(1)));
    runs.handle(Input::Want(want(Seat::Aside, 1)));
    let effects = runs.handle(Input::Cancel(Seat::Charts));
    assert!(effects.contains(&Effect::StartWorker));
    let effects = runs.handle(Input::Answer(Place::Worker, Answer::Ready));
    ordered(&effects);
    assert_eq!(runs.at_work(), Some((&Seat::Aside, Place::Worker)));
}

#[test]
fn without_workers_the_page_does_it() {
    let mut runs = Runs::default();
    runs.handle(Input::Want(charts(1)));
    let effects = runs.handle(Input::NoWorker);
    assert_eq!(ordered(&effects), (Place::Page, 1, 1));
    let effects = runs.handle(Input::Answer(Place::Page, Answer::Done(1, done())));
    assert_eq!(told(&effects).len(), 1);
    // It is not tried again, and the page has the file.
    let effects = runs.handle(Input::Want(charts(2)));
    assert_eq!(ordered(&effects), (Place::Page, 2, 0));
}

#[test]
fn a_worker_that_never_worked_is_done_without() {
    let mut runs = Runs::default();
    runs.handle(Input::Want(charts(1)));
    let effects = runs.handle(Input::Broke);
    assert!(effects.contains(&Effect::EndWorker));
    assert_eq!(ordered(&effects).0, Place::Page);
    assert_eq!(runs.worker(), WorkerLife::Missing);
}

#[test]
fn a_silent_worker_is_not_waited_for_and_taken_up_when_it_speaks() {
    let mut runs = Runs::default();
    runs.handle(Input::Want(charts(1)));
    let effects = runs.handle(Input::Fired(Timer::Ready));
    assert_eq!(ordered(&effects), (Place::Page, 1, 1));
    assert_eq!(runs.worker(), WorkerLife::Silent);
    let effects = runs.handle(Input::Answer(Place::Worker, Answer::Ready));
    assert!(!effects.iter().any(|it| matches!(it, Effect::Send(_))));
    let effects = runs.handle(Input::Answer(Place::Page, Answer::Done(1, done())));
    assert_eq!(told(&effects).len(), 1);
    assert_eq!(
        ordered(&runs.handle(Input::Want(charts(2)))).0,
        Place::Worker
    );
}

#[test]
fn the_worker_dies_in_the_middle_and_the_page_says_so_and_goes_on_in_slices() {
    let mut runs = ready();
    runs.handle(Input::Want(charts(1)));
    let effects = runs.handle(Input::Broke);
    assert!(effects.contains(&Effect::EndWorker));
    assert!(effects.iter().any(|it| matches!(it, Effect::Notice(_))));
    let (place, number, _) = ordered(&effects);
    assert_eq!(place, Place::Page);
    let effects = runs.handle(Input::Answer(Place::Page, Answer::Done(number, done())));
    assert_eq!(told(&effects), [(Seat::Charts, 1, News::Done(done()))]);
    // One more is tried, and after that none.
    assert!(
        runs.handle(Input::Want(charts(2)))
            .contains(&Effect::StartWorker)
    );
    runs.handle(Input::Answer(Place::Worker, Answer::Ready));
    runs.handle(Input::Broke);
    assert_eq!(runs.worker(), WorkerLife::Missing);
}

#[test]
fn a_large_run_that_broke_off_is_not_made_on_the_page() {
    let mut runs = ready();
    let mut large = charts(1);
    large.job = Job::Crowd(CrowdJob {
        clients: Some(1_000_000),
        ..CrowdJob::default()
    });
    runs.handle(Input::Want(large));
    let told = told(&runs.handle(Input::Broke));
    let [(Seat::Charts, 1, News::Failed(problem))] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert!(problem.contains("fewer clients"), "{problem}");
}

#[test]
fn a_fault_of_the_lab_in_the_worker_does_not_come_to_the_page() {
    let mut runs = ready();
    runs.handle(Input::Want(charts(1)));
    let fault = format!("panicked at somewhere\n{}", "more ".repeat(100));
    let effects = runs.handle(Input::Answer(Place::Worker, Answer::Fault(fault)));
    assert!(effects.contains(&Effect::EndWorker));
    let told = told(&effects);
    let [(_, 1, News::Failed(problem))] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert!(problem.contains("panicked at somewhere") && !problem.contains("more"));
    assert!(!effects.iter().any(|it| matches!(it, Effect::Here(_))));
}

#[test]
fn a_worker_that_says_nothing_is_waited_for_twice() {
    let mut runs = ready();
    let (_, number, _) = ordered(&runs.handle(Input::Want(charts(1))));
    let effects = runs.handle(Input::Fired(Timer::Answer));
    assert!(matches!(effects[0], Effect::After(Timer::Answer, _)));
    // The lid was open again in time.
    let answer = Answer::Progress(number, 0.5);
    runs.handle(Input::Answer(Place::Worker, answer));
    runs.handle(Input::Fired(Timer::Answer));
    let effects = runs.handle(Input::Fired(Timer::Answer));
    assert_eq!(ordered(&effects).0, Place::Page);
}

#[test]
fn messages_survive_the_way_and_others_are_refused() {
    let want = charts(1);
    let order = Order::Start {
        number: 7,
        job: want.job,
        papers: want.papers,
    };
    let octets = order.pack();
    assert_eq!(Order::unpack(&octets), Some(order));
    assert_eq!(Order::unpack(&octets[..octets.len() - 1]), None);
    assert_eq!(Order::unpack(&[]), None);
    let mut longer = octets;
    longer.push(0);
    assert_eq!(Order::unpack(&longer), None);
    let answer = Answer::Failed(3, "Why.".to_owned());
    assert_eq!(Answer::unpack(&answer.pack()), Some(answer));
    assert_eq!(Answer::unpack(&[99, 99, 99]), None);
}

proptest! {
    #[test]
    fn noise_is_no_message_and_no_panic(octets in proptest::collection::vec(any::<u8>(), 0..80)) {
        let _ = Order::unpack(&octets);
        let _ = Answer::unpack(&octets);
    }
}
