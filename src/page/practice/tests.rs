//! Stories of the desk.

use std::sync::Arc;

use super::*;
use crate::lesson::practice::{
    Answer, Attempt, Evidence, MAX_ROWS, Part, Report, Verdict, practice_problems,
};
use crate::page::Machine as _;
use crate::page::runs::{Job, News, Paper, PaperId, PaperKind, Product, Seat, Ticket};
use crate::page::store::history::Why;

/// A desk with the problem of the stable name, as it begins.
fn desk() -> Desk {
    let problems = practice_problems().expect("they ship and are sound");
    let problem = problems.iter().find(|it| it.id() == "stable-name");
    let problem = Arc::clone(problem.expect("it ships"));
    let paper = Paper {
        id: PaperId::new(PaperKind::Problem, problem.id()),
        octets: Arc::from([]),
    };
    Desk::new(problem, paper, None)
}

/// A right answer to it.
fn right(desk: &Desk) -> Answer {
    let answers = &desk.problem().answers;
    let right = answers.iter().find(|it| it.is_right());
    right.expect("there is one").answer.clone()
}

/// A desk with a right answer on it.
fn written() -> Desk {
    let mut desk = desk();
    let answer = right(&desk);
    desk.handle(Input::Type(Box::new(answer)));
    desk
}

/// The ticket and the job that are asked for.
fn asked(effects: &[Effect]) -> (Ticket, Attempt) {
    let want = effects.iter().find_map(|effect| match effect {
        Effect::Want(want) => Some(want),
        _ => None,
    });
    let want = want.unwrap_or_else(|| panic!("nothing is asked for: {effects:?}"));
    let Job::Grading(job) = &want.job else {
        panic!("{want:?}");
    };
    assert_eq!(
        (job.problem.as_str(), want.papers.len()),
        ("stable-name", 1)
    );
    let attempt = Attempt::from_storage(&job.attempt).expect("it was just written");
    (want.ticket.clone(), attempt)
}

/// A report with one verdict.
fn report(is_met: bool) -> Box<Report> {
    Box::new(Report {
        round: 0,
        verdicts: vec![Verdict {
            criterion: "it".to_owned(),
            title: String::new(),
            is_met,
            sentence: String::new(),
            belief: String::new(),
            cause: None,
            run: None,
            evidence: Evidence::Answer,
        }],
    })
}

#[test]
fn what_is_typed_is_kept() {
    let mut desk = desk();
    let answer = right(&desk);
    let effects = desk.handle(Input::Type(Box::new(answer.clone())));
    let kept = Attempt { answer, round: 0 };
    assert_eq!(effects, [Effect::Keep(Box::new(kept.clone()))]);
    assert_eq!((desk.attempt(), desk.is_changed()), (&kept, true));
    // The same again is no change.
    assert_eq!(desk.handle(Input::Type(Box::new(kept.answer))), []);
}

#[test]
fn a_kept_draft_is_there_again() {
    let old = written();
    let draft = old.attempt().clone();
    let paper = old.paper.clone();
    let desk = Desk::new(Arc::clone(old.problem()), paper, Some(draft.clone()));
    assert_eq!((desk.attempt(), desk.is_changed()), (&draft, false));
}

#[test]
fn an_answer_is_run_and_its_report_comes() {
    let mut desk = written();
    let (ticket, attempt) = asked(&desk.handle(Input::Run));
    assert_eq!((&attempt, desk.progress()), (desk.attempt(), Some(0.0)));
    desk.handle(Input::News(ticket.clone(), News::Progress(0.5)));
    assert_eq!(desk.progress(), Some(0.5));
    let effects = desk.handle(Input::News(
        ticket,
        News::Done(Product::Grading(report(true))),
    ));
    assert_eq!(effects, [Effect::Tried(true)]);
    assert_eq!((desk.progress(), desk.is_changed()), (None, false));
    assert!(desk.report().is_some_and(|report| report.is_passed()));
}

#[test]
fn everything_that_is_needed_before_a_run_is_told_at_once() {
    let mut desk = desk();
    let mut answer = right(&desk);
    answer.users = "not a name!".to_owned();
    answer.zone = "app 60 A 11.22.33".to_owned();
    answer.check.preset = "none such".to_owned();
    answer.timeline[0].at = "soon".to_owned();
    answer.timeline[1].act = "dance".to_owned();
    desk.handle(Input::Type(Box::new(answer)));
    assert_eq!(desk.handle(Input::Run), [], "nothing is run");
    for part in [
        Part::Users,
        Part::Zone(Some(1)),
        Part::Check,
        Part::Timeline(0),
        Part::Timeline(1),
    ] {
        let told = Desk::fault(desk.faults(), |it| it == part);
        assert!(told.is_some(), "{part}: {:?}", desk.faults());
    }
    assert_eq!(desk.phase(), Phase::Writing);
}

#[test]
fn faults_go_when_something_is_changed() {
    let mut desk = desk();
    desk.handle(Input::Run);
    assert!(!desk.faults().is_empty());
    let answer = right(&desk);
    desk.handle(Input::Type(Box::new(answer)));
    assert!(desk.faults().is_empty());
}

#[test]
fn a_grading_is_cancelled_half_way() {
    let mut desk = written();
    let (ticket, _) = asked(&desk.handle(Input::Run));
    desk.handle(Input::News(ticket.clone(), News::Progress(0.5)));
    assert_eq!(desk.handle(Input::Cancel), [Effect::Cancel(Seat::Practice)]);
    assert_eq!(desk.progress(), None);
    // What still comes of it comes late.
    let late = News::Done(Product::Grading(report(true)));
    assert_eq!(desk.handle(Input::News(ticket, late)), []);
    assert!(desk.report().is_none());
    assert_eq!(desk.handle(Input::Cancel), []);
}

#[test]
fn an_answer_to_an_older_run_comes_late() {
    let mut desk = written();
    let (old, _) = asked(&desk.handle(Input::Run));
    let (new, attempt) = asked(&desk.handle(Input::Retry));
    assert_eq!(attempt.round, 1);
    let late = News::Done(Product::Grading(report(true)));
    assert_eq!(desk.handle(Input::News(old, late)), []);
    let effects = desk.handle(Input::News(
        new,
        News::Done(Product::Grading(report(false))),
    ));
    assert_eq!(effects, [Effect::Tried(false)]);
}

#[test]
fn an_answer_that_is_changed_during_its_run_is_told_to_be_older() {
    let mut desk = written();
    let (ticket, _) = asked(&desk.handle(Input::Run));
    let mut answer = desk.answer().clone();
    answer.zone.push_str("\n; more");
    desk.handle(Input::Type(Box::new(answer)));
    desk.handle(Input::News(
        ticket,
        News::Done(Product::Grading(report(true))),
    ));
    assert!(desk.report().is_some() && desk.is_changed());
}

#[test]
fn a_run_that_fails_says_why_and_keeps_the_report_before() {
    let mut desk = written();
    let (ticket, _) = asked(&desk.handle(Input::Run));
    desk.handle(Input::News(
        ticket,
        News::Done(Product::Grading(report(true))),
    ));
    let (ticket, _) = asked(&desk.handle(Input::Run));
    let effects = desk.handle(Input::News(ticket, News::Failed("Why.".to_owned())));
    let [Effect::Complain(text)] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert!(text.ends_with("Why."), "{text}");
    assert!(desk.report().is_some() && desk.progress().is_none());
}

#[test]
fn what_is_replaced_goes_among_the_earlier_versions() {
    let mut desk = written();
    let mine = desk.attempt().clone();
    let effects = desk.handle(Input::StartAgain);
    let [Effect::Replace { before, now, why }] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!((&**before, &now.answer), (&mine, &desk.problem().start));
    assert_eq!(*why, Why::StartAgain);
    let effects = desk.handle(Input::BringBack(Box::new(mine.clone())));
    assert!(matches!(
        effects.as_slice(),
        [Effect::Replace {
            why: Why::BroughtBack,
            ..
        }]
    ));
    assert_eq!(*desk.attempt(), mine);
    let effects = desk.handle(Input::PutIn(Box::new(mine.answer)));
    assert_eq!(effects, [], "it is there already");
}

#[test]
fn the_answer_of_a_link_takes_the_place_of_the_draft_once() {
    let mut desk = written();
    let mine = desk.attempt().clone();
    let other = Attempt {
        answer: desk.problem().start.clone(),
        round: 4,
    };
    let follow = |is_known| Input::Follow {
        attempt: Ok(Box::new(other.clone())),
        mark: 9,
        is_known,
    };
    let effects = desk.handle(follow(false));
    assert!(matches!(effects[0], Effect::Replace { why: Why::Link, .. }));
    assert_eq!(effects[1], Effect::Followed(9));
    assert_eq!(*desk.attempt(), other);
    // Loaded anew, the same link lays its answer beside what was written since.
    desk.handle(Input::BringBack(Box::new(mine.clone())));
    let effects = desk.handle(follow(true));
    assert_eq!(effects[0], Effect::Offer(Box::new(other.clone())));
    assert_eq!(*desk.attempt(), mine);
}

#[test]
fn a_link_that_cannot_be_read_leaves_the_draft() {
    let mut desk = written();
    let mine = desk.attempt().clone();
    let effects = desk.handle(Input::Follow {
        attempt: Err("this link was cut".to_owned()),
        mark: 0,
        is_known: false,
    });
    assert!(matches!(effects.as_slice(), [Effect::Complain(_)]));
    assert_eq!(*desk.attempt(), mine);
}

#[test]
fn rows_are_added_as_long_as_there_is_room() {
    let mut desk = written();
    let first = desk.answer().timeline.len();
    let effects = desk.handle(Input::AddRow);
    assert_eq!(effects[1], Effect::Focus(format!("at-{first}")));
    for _ in 0..MAX_ROWS {
        desk.handle(Input::AddRow);
    }
    assert_eq!(desk.answer().timeline.len(), MAX_ROWS);
    let told = desk.row_limit().expect("the table is full");
    assert!(told.starts_with(&format!("{MAX_ROWS} rows")), "{told}");
    assert_eq!(desk.handle(Input::AddRow), []);

    let mut answer = desk.answer().clone();
    answer.timeline.pop();
    desk.handle(Input::Type(Box::new(answer)));
    assert_eq!(desk.row_limit(), None, "there is room again");
}

/// What is said of the size of an answer with this zone.
fn told_of_size(zone: String) -> Option<Limit> {
    let mut desk = written();
    let zone = Answer {
        zone,
        ..desk.answer().clone()
    };
    desk.handle(Input::Type(Box::new(zone)));
    desk.size_limit()
}

#[test]
fn the_size_limit_of_an_answer_is_told_while_it_is_typed() {
    assert_eq!(written().size_limit(), None);
    let line = "app 60 A 192.0.2.1\n";
    let near = told_of_size(line.repeat(2_300)).expect("it nears the limit");
    assert!(
        !near.is_passed && near.words.contains("too long"),
        "{near:?}"
    );
    let over = told_of_size(line.repeat(3_000)).expect("it is too long");
    assert!(over.is_passed && over.words.contains("48 kB"), "{over:?}");
    let lines = told_of_size("a\n".repeat(10_001)).expect("it has too many lines");
    assert!(
        lines.is_passed && lines.words.contains("lines"),
        "{lines:?}"
    );
    let long = told_of_size("x".repeat(3_000_000)).expect("it is too long");
    assert!(
        long.words.len() < 200,
        "it repeats nothing of what was typed"
    );
}

#[test]
fn hints_end_and_the_model_answer_opens_and_closes() {
    let mut desk = desk();
    let all = desk.problem().hints.len();
    for _ in 0..all + 3 {
        desk.handle(Input::Hint);
    }
    assert_eq!(desk.hints(), all);
    desk.handle(Input::Model(true));
    assert!(desk.is_model_open());
    desk.handle(Input::Model(false));
    assert!(!desk.is_model_open());
}
