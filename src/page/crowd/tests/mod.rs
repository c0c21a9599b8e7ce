//! Stories of the crowd bench.

mod asides;
mod links;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bench::{LIVE_CLIENTS, REST_MS};
use super::*;
use crate::page::Machine as _;
use crate::page::runs::{
    CrowdJob, Job, News, Paper, PaperId, PaperKind, Product, Seat, Shelf, Ticket, Want, Work,
};
use crate::scenario::crowd::{CrowdSource, crowd_source};

/// The bench with a crowd of six thousand clients on it.
struct Story {
    bench: CrowdBench,
    source: Arc<CrowdSource>,
    /// Jobs that were asked for and not done.
    wants: Vec<Want>,
}

impl Story {
    /// A crowd that has just been put on the bench.
    fn open() -> Self {
        Self::open_with(|_| {})
    }

    /// The same, opened otherwise.
    fn open_with(change: impl FnOnce(&mut Opening)) -> Self {
        let source = Arc::new(crowd_source("failover").expect("it ships and is sound"));
        let mut opening = opening(&source);
        change(&mut opening);
        let mut story = Self {
            bench: CrowdBench::default(),
            source,
            wants: Vec::new(),
        };
        story.say(Input::Open(Box::new(opening)));
        story
    }

    /// Something happens. Returns what is to be done but for jobs, which wait.
    fn say(&mut self, input: Input) -> Vec<Effect> {
        let mut others = Vec::new();
        for effect in self.bench.handle(input) {
            match effect {
                Effect::Want(want) => {
                    self.wants
                        .retain(|known| known.ticket.seat != want.ticket.seat);
                    self.wants.push(*want);
                }
                Effect::Cancel(seat) | Effect::Drop(seat) => {
                    self.wants.retain(|known| known.ticket.seat != seat);
                }
                other => others.push(other),
            }
        }
        others
    }

    /// The one job that is wanted.
    fn wanted(&self) -> &Want {
        assert_eq!(self.wants.len(), 1, "{:?}", self.wants);
        &self.wants[0]
    }

    /// How many clients may be simulated of the one job.
    fn most(&self) -> Option<u32> {
        match &self.wanted().job {
            Job::Crowd(job) => job.most,
            other => panic!("{other:?}"),
        }
    }

    /// The next job is done.
    fn done(&mut self) -> Vec<Effect> {
        let want = self.wants.remove(0);
        let product = product(&self.source, &want.job);
        self.say(Input::News(want.ticket, News::Done(product)))
    }

    /// Where a knob stands.
    fn knob(&self, id: &str) -> f64 {
        self.bench.knobs()[id]
    }
}

/// A crowd with its file.
fn opening(source: &Arc<CrowdSource>) -> Opening {
    Opening {
        source: Arc::clone(source),
        paper: Paper {
            id: PaperId::new(PaperKind::Crowd, &source.id),
            octets: Arc::from(Vec::new()),
        },
        shown: Vec::new(),
        knobs: BTreeMap::new(),
        view: None,
        is_run: false,
    }
}

/// What comes of a job: counts of some clients, as the charts need not be right here.
fn product(source: &Arc<CrowdSource>, job: &Job) -> Product {
    let Job::Crowd(job) = job else {
        panic!("{job:?}");
    };
    let all = source.crowd(&job.knobs).client_count() as u32;
    let factor = job
        .most
        .map_or(1, |most| job.clients.unwrap_or(all).div_ceil(most));
    let some = Job::Crowd(CrowdJob {
        clients: Some(100),
        most: None,
        ..job.clone()
    });
    let mut shelf = Shelf::default();
    shelf.lend_crowd(Arc::clone(source));
    let mut work = Work::begin(&some, &mut shelf).expect("it can be run");
    while work.advance(u64::MAX) < 1.0 {}
    match work.finish().expect("it ran") {
        Product::Crowd { series, .. } => Product::Crowd { factor, series },
        other => panic!("{other:?}"),
    }
}

/// A knob of the crowd.
fn turn(to: f64) -> Input {
    Input::Turn("ttl".to_owned(), to)
}

#[test]
fn a_crowd_that_was_opened_waits_with_its_knobs_as_in_its_file() {
    let story = Story::open();
    assert_eq!(*story.bench.knobs(), story.source.opening_knobs());
    assert_eq!(story.bench.status(), CrowdStatus::Idle);
    assert!(story.wants.is_empty() && story.bench.run().is_none());
    assert!(story.bench.view().is_some_and(|view| !view.has_run));
}

#[test]
fn a_run_is_told_while_it_goes_on_and_shown_when_it_is_over() {
    let mut story = Story::open();
    story.say(Input::Run);
    let ticket = story.wanted().ticket.clone();
    story.say(Input::News(ticket, News::Progress(0.5)));
    assert_eq!(story.bench.status(), CrowdStatus::Running(0.5));
    story.done();
    assert_eq!(story.bench.status(), CrowdStatus::Idle);
    assert_eq!((story.bench.seen(), story.bench.past().len()), (1, 1));
    assert!(story.bench.run().is_some() && story.bench.preview().is_none());
}

#[test]
fn run_during_a_run_is_that_run() {
    let mut story = Story::open();
    story.say(Input::Run);
    let first = story.wanted().ticket.clone();
    story.say(Input::Run);
    assert_eq!(story.wanted().ticket, first);
}

#[test]
fn a_knob_is_turned_and_some_clients_run_at_once_and_all_when_it_rests() {
    let mut story = Story::open_with(|opening| opening.is_run = true);
    story.say(Input::Clients(Some(100_000)));
    story.done();
    let effects = story.say(turn(5.0));
    assert_eq!(effects, [Effect::RestAfter(REST_MS)]);
    assert_eq!(story.most(), Some(LIVE_CLIENTS));
    assert_eq!(
        story.bench.status(),
        CrowdStatus::Idle,
        "previews are not told"
    );
    story.done();
    assert_eq!(story.bench.preview(), Some(10));
    assert_eq!(story.bench.seen(), 1, "a preview is no run of all clients");
    story.say(Input::Rested);
    assert_eq!(story.most(), None);
    story.done();
    assert_eq!((story.bench.preview(), story.bench.seen()), (None, 2));
}

#[test]
fn a_knob_is_turned_while_a_preview_is_under_way_and_the_next_one_shows_where_it_got() {
    let mut story = Story::open();
    story.say(turn(5.0));
    let first = story.wanted().ticket.clone();
    story.say(turn(10.0));
    story.say(turn(15.0));
    assert_eq!(story.wanted().ticket, first, "one at a time");
    story.done();
    assert_eq!(story.bench.run().expect("shown").knobs["ttl"], 5.0);
    story.done();
    assert_eq!(story.bench.run().expect("shown").knobs["ttl"], 15.0);
    assert!(story.wants.is_empty());
}

#[test]
fn a_knob_is_turned_while_a_run_is_under_way_and_takes_its_place() {
    let mut story = Story::open();
    story.say(Input::Run);
    let old = story.wanted().clone();
    story.say(turn(5.0));
    assert_ne!(story.wanted().ticket, old.ticket);
    // What is still heard of the old one comes late.
    let late = product(&story.source, &old.job);
    story.say(Input::News(old.ticket, News::Done(late)));
    assert!(story.bench.run().is_none());
    story.done();
    assert_eq!(story.bench.run().expect("shown").knobs["ttl"], 5.0);
}

#[test]
fn a_knob_that_is_let_go_does_not_wait_for_its_rest() {
    let mut story = Story::open();
    assert_eq!(story.say(Input::LetGo), [], "nothing was turned");
    story.say(turn(5.0));
    let effects = story.say(Input::LetGo);
    assert_eq!(effects, [Effect::ForgetRest]);
    assert_eq!(story.most(), None);
    assert!(matches!(story.bench.phase(), Phase::Running { .. }));
}

#[test]
fn a_preview_of_all_clients_is_not_run_again_at_rest() {
    let mut story = Story::open();
    story.say(turn(5.0));
    story.done();
    assert_eq!(story.bench.seen(), 1);
    story.say(Input::Rested);
    assert!(story.wants.is_empty());
    // Pressed for, it is.
    story.say(Input::Run);
    assert_eq!(story.most(), None);
}

#[test]
fn a_rest_that_comes_late_does_nothing() {
    let mut story = Story::open();
    story.say(turn(5.0));
    story.say(Input::LetGo);
    story.done();
    story.say(Input::Rested);
    assert!(story.wants.is_empty());
    let mut cleared = Story::open();
    cleared.say(turn(5.0));
    cleared.say(Input::Clear);
    cleared.say(Input::Rested);
    assert!(cleared.wants.is_empty());
}

#[test]
fn the_same_place_again_is_no_turn() {
    let mut story = Story::open();
    let value = story.knob("ttl");
    assert_eq!(story.say(turn(value)), []);
    assert!(story.wants.is_empty());
}

#[test]
fn who_has_a_prediction_to_make_is_not_shown_the_outcome() {
    let mut story = Story::open();
    story.say(Input::Hold(true));
    story.say(turn(5.0));
    story.say(Input::Reseed);
    assert!(story.wants.is_empty());
    assert_eq!(story.knob("ttl"), 5.0);
    // The prediction runs with the knobs where the step opens.
    let opens = BTreeMap::from([("ttl".to_owned(), 60.0), ("other".to_owned(), 1.0)]);
    story.say(Input::Predicted(opens));
    assert_eq!(story.knob("ttl"), 60.0);
    assert!(!story.bench.knobs().contains_key("other"));
    story.done();
    assert_eq!(story.bench.seen(), 1);
}

#[test]
fn a_prediction_forgets_what_was_seen_before() {
    let mut story = Story::open();
    story.say(Input::Run);
    story.done();
    story.say(Input::Predicted(BTreeMap::new()));
    assert_eq!(story.bench.seen(), 0);
    story.done();
    assert_eq!(story.bench.seen(), 1);
}

#[test]
fn a_run_is_cancelled_and_the_charts_stay_as_they_were() {
    let mut story = Story::open();
    story.say(Input::Run);
    story.done();
    let before = Arc::clone(story.bench.run().expect("shown"));
    story.say(Input::Reseed);
    let old = story.wanted().clone();
    story.say(Input::Cancel);
    assert_eq!(story.bench.status(), CrowdStatus::Cancelled);
    assert!(story.wants.is_empty());
    let late = product(&story.source, &old.job);
    story.say(Input::News(old.ticket, News::Done(late)));
    assert!(Arc::ptr_eq(story.bench.run().expect("shown"), &before));
    story.say(Input::Run);
    assert_eq!(story.bench.status(), CrowdStatus::Running(0.0));
}

#[test]
fn a_run_that_fails_says_why_and_another_one_can_be_made() {
    let mut story = Story::open();
    story.say(Input::Run);
    let ticket = story.wanted().ticket.clone();
    story.wants.clear();
    story.say(Input::News(ticket, News::Failed("Why.".to_owned())));
    assert_eq!(story.bench.status(), CrowdStatus::Failed("Why.".to_owned()));
    story.say(Input::Run);
    story.done();
    assert_eq!(story.bench.status(), CrowdStatus::Idle);
}

#[test]
fn what_comes_back_and_is_no_run_is_said_to_be_damaged() {
    let mut story = Story::open();
    story.say(Input::Run);
    let ticket = story.wanted().ticket.clone();
    let other = Product::Figure(Err(String::new()));
    story.say(Input::News(ticket, News::Done(other)));
    assert!(matches!(story.bench.status(), CrowdStatus::Failed(_)));
}

#[test]
fn the_tab_is_left_during_a_run_and_entered_again() {
    let mut story = Story::open();
    story.say(Input::Run);
    let ticket = story.wanted().ticket.clone();
    // Nothing is said while it is away; the news come all the same.
    story.say(Input::News(ticket.clone(), News::Progress(0.4)));
    story.say(Input::News(ticket, News::Progress(0.9)));
    assert_eq!(story.bench.status(), CrowdStatus::Running(0.9));
    story.done();
    assert!(story.bench.run().is_some());
}

#[test]
fn the_page_is_left_during_a_run_and_what_comes_of_it_is_passed_over() {
    let mut story = Story::open();
    story.say(Input::Run);
    let want = story.wanted().clone();
    assert!(
        story
            .bench
            .handle(Input::Clear)
            .contains(&Effect::Cancel(Seat::Charts))
    );
    let late = product(&story.source, &want.job);
    // Another crowd is on the bench when it comes, or the same one anew.
    story.say(Input::Open(Box::new(opening(&story.source.clone()))));
    story.say(Input::News(want.ticket, News::Done(late)));
    assert!(story.bench.run().is_none() && story.bench.seen() == 0);
}

#[test]
fn charts_go_closer_about_the_moment_looked_at_and_back() {
    let mut story = Story::open();
    story.say(Input::Closer);
    assert_eq!(story.bench.window().level, 0, "there is nothing to look at");
    story.say(Input::Run);
    story.done();
    story.say(Input::LookAt(Some(700.0)));
    story.say(Input::Closer);
    assert_eq!(
        (story.bench.window().level, story.bench.window().about),
        (1, 700.0)
    );
    story.say(Input::ShowAbout(Some(600.0)));
    assert_eq!(
        (story.bench.cursor(), story.bench.window().about),
        (None, 600.0)
    );
    story.say(Input::Wider);
    assert_eq!(story.bench.window().level, 0);
}

#[test]
fn nothing_happens_on_a_bench_with_nothing_on_it() {
    let mut bench = CrowdBench::default();
    let ticket = Ticket {
        seat: Seat::Charts,
        number: 0,
    };
    for input in [
        Input::Run,
        Input::Rested,
        Input::LetGo,
        turn(3.0),
        Input::Reseed,
        Input::Pin,
        Input::Closer,
        Input::Wider,
        Input::Figure("it".to_owned(), BTreeMap::new()),
        Input::News(ticket, News::Progress(0.5)),
    ] {
        assert_eq!(bench.handle(input.clone()), [], "{input:?}");
    }
    assert_eq!((bench.view(), bench.status()), (None, CrowdStatus::Idle));
}
