//! Plays every lesson: its files are sound, its goals can be met, its figures can be found.

mod added;
mod crowds;
mod files_at_fault;
mod packed;
mod progress;
mod whys;

use std::collections::BTreeMap;
use std::path::Path;

use dns_lab::engine::Timeline;
use dns_lab::lesson::{
    Block, Course, CrowdRun, CrowdSeen, GoalInput, Inline, Lesson, LessonFiles, LinkTarget,
    Predict, Step, course, lesson_files, plain_text,
};
use dns_lab::scenario::ContentFolder;

/// Words that talk down to a learner who does not find it so.
const BANNED: &[&str] = &[
    "simply",
    "just",
    "easy",
    "easily",
    "obviously",
    "obvious",
    "trivial",
    "trivially",
    "clearly",
];

/// The course as its authors wrote it.
fn written() -> Course {
    course().unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("the shipped course is at fault:\n{}", lines.join("\n"));
    })
}

/// The course as the page has it: written into its files, and read from them.
fn shipped() -> Course {
    packed::through_files(written())
}

/// The files of all lessons.
fn files() -> Vec<LessonFiles> {
    lesson_files(&ContentFolder::shipped()).expect("all files are there")
}

fn is_met(
    step: &Step,
    timeline: &Timeline,
    knobs: &BTreeMap<String, f64>,
    predicted: bool,
    crowd: CrowdSeen<'_>,
) -> bool {
    let seen = timeline.trace().len();
    step.goal.is_met(&GoalInput {
        timeline,
        seen,
        knobs,
        predicted,
        crowd,
    })
}

/// What is seen of a step's crowd once these runs were watched.
fn seen<'a>(lesson: &'a Lesson, runs: &'a [CrowdRun]) -> CrowdSeen<'a> {
    CrowdSeen {
        runs: runs.len(),
        last: runs.last().map(|run| (lesson, run)),
    }
}

/// Calls `each` with every step of the course.
fn for_each_step(each: impl Fn(&Lesson, usize, &Step)) {
    for lesson in shipped().lessons() {
        for (index, step) in lesson.steps.iter().enumerate() {
            each(lesson, index, step);
        }
    }
}

/// All lines of a list of blocks.
fn lines(blocks: &[Block]) -> Vec<&[Inline]> {
    let inner = blocks.iter().flat_map(|block| match block {
        Block::Paragraph(line) => vec![line.as_slice()],
        Block::List { items, .. } => items.iter().flat_map(|item| lines(item)).collect(),
        Block::Quote(blocks) => lines(blocks),
        Block::Code { .. } => Vec::new(),
    });
    inner.collect()
}

/// All lines of a question with options.
fn card_lines(card: &Predict) -> Vec<&[Inline]> {
    let options = card
        .options
        .iter()
        .flat_map(|option| [&option.text, &option.reason]);
    let all = std::iter::once(&card.question).chain(options);
    all.map(Vec::as_slice).collect()
}

/// The ids of the figures a line quotes.
fn figures(line: &[Inline]) -> Vec<&str> {
    let found = line.iter().flat_map(|piece| match piece {
        Inline::Figure(id) => vec![id.as_str()],
        Inline::Strong(inner) | Inline::Emphasis(inner) => figures(inner),
        Inline::Link { text, .. } => figures(text),
        _ => Vec::new(),
    });
    found.collect()
}

#[test]
fn there_are_no_stray_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons");
    let names = |folder: &Path| {
        let entries = std::fs::read_dir(folder).expect("the folder is there");
        let mut names: Vec<String> = entries
            .map(|entry| {
                entry
                    .expect("readable")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    };
    let mut expected = vec![
        "COVERAGE.md".to_owned(),
        "course.toml".into(),
        "crowds".into(),
        "practice".into(),
        "scenarios.toml".into(),
        "worlds".into(),
    ];
    expected.extend(files().into_iter().map(|lesson| lesson.folder));
    expected.sort();
    assert_eq!(names(&root), expected);
    for lesson in files() {
        assert_eq!(
            names(&root.join(&lesson.folder)),
            ["lesson.toml", "text.md"]
        );
    }
}

#[test]
fn folders_are_numbered_in_the_order_of_the_course() {
    let course = shipped();
    let ids: Vec<&str> = course.lessons().map(|lesson| lesson.id.as_str()).collect();
    for (index, lesson) in files().iter().enumerate() {
        let number = format!("{:02}_", index + 1);
        let name = lesson
            .folder
            .strip_prefix(&number)
            .map(|name| name.replace('_', "-"));
        assert_eq!(
            name.as_deref(),
            ids.get(index).copied(),
            "{}",
            lesson.folder
        );
    }
}

#[test]
fn every_lesson_follows_the_arc() {
    for lesson in shipped().lessons() {
        let id = &lesson.id;
        assert!(lesson.steps.len() >= 5, "{id} is too short");
        let predictions = lesson
            .steps
            .iter()
            .filter(|step| step.predict.is_some())
            .count();
        assert!(
            predictions * 2 >= lesson.steps.len(),
            "{id} asks for few predictions"
        );
        assert!(
            lesson.steps[0].action.is_some(),
            "{id} does not begin with an act"
        );
        assert!(
            lesson.steps.iter().any(|step| !step.knobs.is_empty()),
            "{id} bends nothing"
        );
        assert!(
            (1..=2).contains(&lesson.reviews.len()),
            "{id} needs one or two reviews"
        );
        assert!((1..=9).contains(&lesson.minutes), "{id}");
        assert!(!lesson.covers.is_empty() && !lesson.rfc.is_empty(), "{id}");
        assert!(!plain_text(&lesson.takeaway).is_empty() && !plain_text(&lesson.speak).is_empty());
    }
    for_each_step(|lesson, _, step| {
        let id = format!("{}#{}", lesson.id, step.id);
        assert!(!step.text.is_empty(), "{id} says nothing");
        assert!(!step.why.is_empty(), "{id} does not say why");
        assert!(!step.hints.is_empty(), "{id} has no hint");
    });
}

#[test]
fn every_goal_is_unmet_at_the_start_and_met_by_the_solution() {
    for_each_step(|lesson, index, step| {
        let id = format!("{}#{}", lesson.id, step.id);
        let knobs = lesson.opening_knobs(index);
        let opened = lesson.open_step(index, &knobs);
        assert_eq!(
            opened.acts().len(),
            step.opening.len(),
            "{id}: an opening act fails"
        );
        assert!(
            !is_met(step, &opened, &knobs, false, CrowdSeen::default()),
            "{id} is done before it begins"
        );
        let (played, knobs, predicted) = lesson.solve(index);
        let runs = lesson.solve_crowd(index);
        assert!(
            is_met(step, &played, &knobs, predicted, seen(lesson, &runs)),
            "{id} is not met by its solution"
        );
    });
}

#[test]
fn a_prediction_alone_does_not_do_more_than_the_run_allows() {
    for_each_step(|lesson, index, step| {
        let id = format!("{}#{}", lesson.id, step.id);
        let knobs = lesson.opening_knobs(index);
        let opened = lesson.open_step(index, &knobs);
        if step.predict.is_some() {
            let input = GoalInput {
                timeline: &opened,
                seen: 0,
                knobs: &knobs,
                predicted: true,
                crowd: CrowdSeen::default(),
            };
            let is_only_predicted = step.goal.conditions.len() == 1;
            assert!(
                !step.goal.is_met(&input) || is_only_predicted,
                "{id} needs no watching"
            );
        }
    });
}

#[test]
fn same_seed_gives_the_same_trace() {
    for_each_step(|lesson, index, step| {
        let (first, second) = (lesson.solve(index).0, lesson.solve(index).0);
        let is_same = first.trace().events() == second.trace().events();
        assert!(is_same, "{}#{} differs from run to run", lesson.id, step.id);
    });
}

#[test]
fn every_figure_is_found_where_it_is_quoted() {
    for_each_step(|lesson, index, step| {
        let (played, knobs, _) = lesson.solve(index);
        let mut quoted = lines(&step.text);
        quoted.extend(lines(&step.why));
        quoted.extend(lines(&step.after));
        quoted.push(&step.goal.text);
        quoted.extend(step.hints.iter().map(Vec::as_slice));
        quoted.extend(step.predict.iter().flat_map(card_lines));
        for id in quoted.into_iter().flat_map(figures) {
            let figure = lesson.figure(id, &played, &knobs);
            assert!(
                figure.is_ok(),
                "{}#{}: {id}: {figure:?}",
                lesson.id,
                step.id
            );
        }
        // What is shown before anything has run must be known before.
        let opening = lesson.opening_knobs(index);
        let opened = lesson.open_step(index, &opening);
        let shown_at_once = match &step.predict {
            Some(card) => [lines(&step.text), card_lines(card)].concat(),
            None => lines(&step.text),
        };
        for id in shown_at_once.into_iter().flat_map(figures) {
            let figure = lesson.figure(id, &opened, &opening);
            assert!(
                figure.is_ok(),
                "{}#{}: {id} at the start",
                lesson.id,
                step.id
            );
        }
    });
    for lesson in shipped().lessons() {
        let mut outside = vec![lesson.takeaway.as_slice(), &lesson.speak];
        outside.extend(lesson.reviews.iter().flat_map(card_lines));
        assert!(
            outside.into_iter().all(|line| figures(line).is_empty()),
            "{}",
            lesson.id
        );
    }
}

#[test]
fn every_figure_is_quoted_somewhere() {
    for lesson in shipped().lessons() {
        let file = files().into_iter().find(|file| {
            file.folder
                .split_once('_')
                .is_some_and(|(_, name)| name.replace('_', "-") == lesson.id)
        });
        let file = file.expect("the lesson has a folder");
        for (id, _) in &lesson.measures {
            let quote = format!("[[figure:{id}]]");
            let over = format!("over = \"{id}\"");
            let is_used = file.text.contains(&quote) || file.toml.contains(&quote);
            assert!(
                is_used || file.toml.contains(&over),
                "{}: {id} is of no use",
                lesson.id
            );
        }
    }
}

/// Figures that options, hints and prose rely on without quoting them live, because the
/// learner cannot move what they depend on.
#[test]
fn what_the_prose_says_in_words_is_what_the_engine_finds() {
    let cases = [
        ("first-lookup", "referral", "first_queries", "3"),
        ("first-lookup", "glue", "first_queries", "6"),
        ("first-lookup", "deeper", "first_queries", "4"),
        ("first-lookup", "deeper", "second_queries", "3"),
        ("first-lookup", "again", "second_queries", "0"),
        ("first-lookup", "again", "third_queries", "0"),
        ("first-lookup", "later", "walk_queries", "1"),
        ("first-lookup", "later", "second_queries", "0"),
        ("caches-and-ttl", "what-is-left", "stub_life", "100 s"),
        ("caches-and-ttl", "what-is-left", "browser_life", "60 s"),
        ("caches-and-ttl", "five-minutes", "last_queries", "1"),
        ("caches-and-ttl", "five-minutes", "resolver_life", "5 min"),
        ("caches-and-ttl", "load", "times_more", "60"),
        ("caches-and-ttl", "load", "fetches_1800", "48"),
        ("names-that-do-not-exist", "miss", "miss_life", "15 min"),
        (
            "names-that-do-not-exist",
            "two-numbers",
            "miss_life",
            "60 s",
        ),
        ("names-that-do-not-exist", "nodata", "queries1", "1"),
        ("delegation-and-glue", "elsewhere", "second_queries", "6"),
        ("stale-and-prefetch", "price", "waits", "0"),
        ("stale-and-prefetch", "price", "queries_off", "11"),
        ("stale-and-prefetch", "price", "queries", "12"),
        ("aliases", "cost", "third_queries", "2"),
        ("aliases", "cost", "fourth_queries", "0"),
        ("aliases", "cost", "fifth_queries", "1"),
        ("aliases", "two-clocks", "third_queries", "0"),
        ("record-types", "order", "dead_wait", "7 s"),
        ("record-types", "reverse", "reverse_queries", "6"),
        ("big-answers", "thirteen", "root_v4", "436"),
        ("big-answers", "thirteen", "root_all", "800"),
    ];
    let course = shipped();
    for (lesson, step, figure, expected) in cases {
        let id = format!("{lesson}#{step}: {figure}");
        let lesson = course.lesson(lesson).expect("the lesson is there");
        let (played, knobs, _) = lesson.solve(lesson.step_index(step).expect("the step is there"));
        let found = lesson
            .figure(figure, &played, &knobs)
            .expect("the figure is found");
        assert_eq!(found.to_string(), expected, "{id}");
    }
}

#[test]
fn every_prediction_has_one_right_option_and_a_reason_for_each() {
    let check = |id: &str, card: &Predict| {
        let right = card
            .options
            .iter()
            .filter(|option| option.is_correct)
            .count();
        assert_eq!(right, 1, "{id}");
        for option in &card.options {
            assert!(
                plain_text(&option.reason).len() > 20,
                "{id}: a reason is missing"
            );
        }
    };
    let mut places = BTreeMap::new();
    for lesson in shipped().lessons() {
        let cards = lesson.steps.iter().filter_map(|step| step.predict.as_ref());
        for card in cards.chain(&lesson.reviews) {
            check(&lesson.id, card);
            *places.entry(card.correct()).or_insert(0) += 1;
        }
    }
    assert!(
        places.len() >= 3,
        "the right option always stands in the same place: {places:?}"
    );
}

#[test]
fn every_link_is_well_formed() {
    let course = shipped();
    for_each_step(|lesson, _, step| {
        let all = [&step.text, &step.why, &step.after];
        for line in all.into_iter().flat_map(|blocks| lines(blocks)) {
            for piece in line {
                let Inline::Link { text, target } = piece else {
                    continue;
                };
                assert!(!plain_text(text).is_empty());
                match target {
                    LinkTarget::Web(url) => assert!(url.starts_with("https://"), "{url}"),
                    LinkTarget::Lesson(id) => {
                        assert!(course.lesson(id).is_some(), "{}: {id}", lesson.id);
                    }
                }
            }
        }
    });
    for lesson in course.lessons() {
        for rfc in &lesson.rfc {
            assert!(
                rfc.url().starts_with("https://www.rfc-editor.org/rfc/rfc"),
                "{rfc}"
            );
        }
    }
}

#[test]
fn the_voice_is_plain() {
    for LessonFiles { folder, toml, text } in &files() {
        for (name, text) in [("lesson.toml", toml), ("text.md", text)] {
            for (number, line) in text.lines().enumerate() {
                let place = format!("{folder}/{name}:{}: {line}", number + 1);
                assert!(!line.contains('!'), "an exclamation mark in {place}");
                let words = line
                    .split(|c: char| !c.is_alphabetic())
                    .map(str::to_lowercase);
                for word in words {
                    assert!(!BANNED.contains(&word.as_str()), "`{word}` in {place}");
                }
            }
        }
    }
}

#[test]
fn odd_knob_values_leave_a_working_lesson() {
    for lesson in shipped().lessons() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 1e18] {
            let mut knobs: BTreeMap<String, f64> = lesson
                .knobs
                .iter()
                .map(|knob| (knob.id.clone(), value))
                .collect();
            knobs.insert("no-such-knob".to_owned(), value);
            for step in 0..=lesson.steps.len() {
                let timeline = lesson.open_step(step, &knobs);
                let again = lesson.rebuild(&timeline, &knobs, 99);
                assert_eq!(again.acts().len(), timeline.acts().len());
            }
        }
    }
}

/// Texts with marks are read into pieces, where code has none any more. A mark that is still there
/// stands in a text that is shown as it was written.
#[test]
fn no_text_of_a_lesson_shows_the_marks_it_was_written_with() {
    for lesson in shipped().lessons() {
        let debug = format!("{lesson:?}");
        let at = debug.find('`').map(|at| &debug[at.saturating_sub(80)..]);
        let shown: Option<String> = at.map(|text| text.chars().take(160).collect());
        assert_eq!(shown, None, "{}", lesson.id);
    }
}
