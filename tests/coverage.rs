//! Keeps `lessons/COVERAGE.md` true.

use std::collections::BTreeSet;
use std::path::Path;

use dns_lab::lesson::course;

/// How many items of each kind there are to teach.
const KINDS: &[(&str, usize)] = &[("M", 38), ("C", 20), ("P", 13), ("W", 3)];

/// One row of the table.
struct Row {
    id: String,
    status: String,
    steps: Vec<String>,
    tests: Vec<String>,
}

/// All ids the table must have, in order.
fn ids() -> Vec<String> {
    let mut ids = Vec::new();
    for (kind, count) in KINDS {
        let is_wide = *count > 13;
        ids.extend((1..=*count).map(|number| match is_wide {
            true => format!("{kind}{number:02}"),
            false => format!("{kind}{number}"),
        }));
    }
    ids.push("Q".to_owned());
    ids
}

fn rows() -> Vec<Row> {
    let table = include_str!("../lessons/COVERAGE.md");
    let lines = table
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| id "));
    let words = |cell: &str| -> Vec<String> {
        cell.split_whitespace()
            .map(|word| word.trim_matches('`').to_owned())
            .collect()
    };
    let rows = lines.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [id, _, status, steps, tests] = cells[..] else {
            panic!("this row has not five cells: {line}");
        };
        let (id, status) = (id.to_owned(), status.to_owned());
        Row {
            id,
            status,
            steps: words(steps),
            tests: words(tests),
        }
    });
    rows.collect()
}

/// What can be named as a test.
struct Tests {
    /// The text of all Rust files below `src` and `tests`.
    sources: String,
    /// The names of all scripts, each of which is a test.
    scripts: BTreeSet<String>,
}

/// Everything that can be named as a test.
fn all_tests() -> Tests {
    fn collect(folder: &Path, tests: &mut Tests) {
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                collect(&path, tests);
                continue;
            }
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("rs") => {
                    let text = std::fs::read_to_string(&path).expect("readable");
                    tests.sources.push_str(&text);
                }
                Some("script") => {
                    let name = path.file_stem().expect("it has an extension");
                    tests.scripts.insert(name.to_string_lossy().into_owned());
                }
                _ => {}
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = Tests {
        sources: String::new(),
        scripts: BTreeSet::new(),
    };
    for folder in ["src", "tests"] {
        collect(&root.join(folder), &mut tests);
    }
    tests
}

/// Whether there is a test of that name: a script, or a function with `#[test]` right above it.
fn has_test(tests: &Tests, name: &str) -> bool {
    if tests.scripts.contains(name) {
        return true;
    }
    let lines: Vec<&str> = tests.sources.lines().map(str::trim).collect();
    let head = format!("fn {name}(");
    lines
        .windows(2)
        .any(|pair| pair[0].ends_with("#[test]") && pair[1].starts_with(&head))
}

#[test]
fn every_id_appears_once_and_in_order() {
    let found: Vec<String> = rows().into_iter().map(|row| row.id).collect();
    assert_eq!(found, ids());
}

#[test]
fn every_status_is_known_and_open_rows_claim_nothing() {
    for row in rows() {
        let is_known = ["done", "partly", "open"].contains(&row.status.as_str());
        assert!(is_known, "{}: `{}`", row.id, row.status);
        let claims = row.steps.len() + row.tests.len();
        assert_eq!(claims == 0, row.status == "open", "{}", row.id);
    }
}

#[test]
fn every_named_step_and_test_exists() {
    let course = course().expect("the shipped course is sound");
    let tests = all_tests();
    for row in rows() {
        for step in &row.steps {
            let (lesson, anchor) = step.split_once('#').unwrap_or((step, ""));
            let lesson = course.lesson(lesson);
            let is_there = lesson.is_some_and(|lesson| lesson.step_index(anchor).is_some());
            assert!(is_there, "{}: there is no step `{step}`", row.id);
        }
        for test in &row.tests {
            assert!(
                has_test(&tests, test),
                "{}: there is no test `{test}`",
                row.id
            );
        }
    }
}

#[test]
fn done_means_taught_and_tested() {
    let course = course().expect("the shipped course is sound");
    for row in rows().into_iter().filter(|row| row.status == "done") {
        assert!(!row.tests.is_empty(), "{} is tested nowhere", row.id);
        let is_taught = row.steps.iter().any(|step| {
            let lesson = step.split('#').next().and_then(|id| course.lesson(id));
            lesson.is_some_and(|lesson| lesson.covers.contains(&row.id))
        });
        assert!(
            is_taught,
            "no lesson named for {} says that it covers it",
            row.id
        );
    }
}

#[test]
fn lessons_cover_only_ids_that_exist() {
    let (ids, rows) = (ids(), rows());
    for lesson in course().expect("the shipped course is sound").lessons() {
        for id in &lesson.covers {
            assert!(ids.contains(id), "{}: `{id}` is no id", lesson.id);
            let row = rows
                .iter()
                .find(|row| row.id == *id)
                .expect("checked above");
            assert_ne!(
                row.status, "open",
                "{} covers {id}, which is open",
                lesson.id
            );
        }
    }
}
