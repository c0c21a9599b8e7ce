//! Content is added as files, without Rust: a copy of the shipped folder gets one more of each kind,
//! and the program of the build packs them for the page.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use dns_lab::lesson::practice::read_problem;
use dns_lab::lesson::{read_lesson, read_outline, site_files};
use dns_lab::scenario::crowd::read_crowd;
use dns_lab::scenario::{ContentFolder, read_world};

use super::{is_met, seen};

/// What the copy has beyond the shipped content: its id and what it is made of.
const LESSON: (&str, &str) = ("another-lesson", "round-robin");
const WORLD: (&str, &str) = ("another_internet", "wide_internet");
const CROWD: (&str, &str) = ("another_crowd", "round_robin");
const PROBLEM: (&str, &str) = ("another-problem", "stable-name");

/// An empty folder for a test.
fn empty_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("what an earlier run left can go");
    }
    fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        let target = to.join(path.file_name().expect("entries have names"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a file can be copied");
        }
    }
}

/// Puts one word of a file in place of another, wherever it stands in quotation marks.
fn rename(file: &Path, (new, old): (&str, &str)) {
    let text = fs::read_to_string(file).expect("the file is there");
    let (new, old) = (format!("\"{new}\""), format!("\"{old}\""));
    assert!(text.contains(&old), "{}: no {old}", file.display());
    fs::write(file, text.replace(&old, &new)).expect("a file can be written");
}

/// Adds a world, a crowd, a lesson in a chapter of its own and a problem to the content in `root`.
fn add_one_of_each(root: &Path) {
    let worlds = root.join("worlds");
    copy(&worlds.join(WORLD.1), &worlds.join(WORLD.0));

    let crowd = root.join("crowds").join(CROWD.0);
    fs::create_dir_all(&crowd).expect("a folder can be made");
    let original = root.join("crowds").join(format!("{}.toml", CROWD.1));
    fs::copy(original, crowd.join("crowd.toml")).expect("a file can be copied");

    let lesson = root.join("99_another_lesson");
    copy(&root.join("12_round_robin"), &lesson);
    for change in [LESSON, WORLD, CROWD] {
        rename(&lesson.join("lesson.toml"), change);
    }
    let course = root.join("course.toml");
    let text = fs::read_to_string(&course).expect("the course is there");
    let chapter = format!(
        "[[chapter]]\ntitle = \"More\"\nlessons = [\"{}\"]\n",
        LESSON.0
    );
    fs::write(&course, format!("{text}\n{chapter}")).expect("a file can be written");

    let problem = root.join("practice").join("another_problem");
    copy(&root.join("practice").join("stable_name"), &problem);
    rename(&problem.join("problem.toml"), PROBLEM);
}

#[test]
fn a_lesson_a_world_a_crowd_and_a_problem_are_added_as_files_alone() {
    let shipped = ContentFolder::shipped();
    let (root, site) = (empty_folder("content-added"), empty_folder("site-added"));
    copy(shipped.root(), &root);
    add_one_of_each(&root);

    let written = Command::new(env!("CARGO_BIN_EXE_dns-lab-content"))
        .args([&site, &root])
        .output()
        .expect("the program starts");
    let faults = String::from_utf8_lossy(&written.stderr);
    assert!(written.status.success(), "{faults}");

    let read = |path: &str| fs::read(site.join(path)).expect("the file was written");
    let outline = read_outline(&read("course.bin")).expect("the outline can be read");
    let listed = outline.lesson(LESSON.0).expect("the course has the lesson");
    assert_eq!(listed.world, WORLD.0);
    assert_eq!(listed.crowds, [CROWD.0]);
    assert!(outline.problems.iter().any(|it| it.id == PROBLEM.0));
    let shell = read(&format!("shell/{}.html", LESSON.0));
    assert!(String::from_utf8_lossy(&shell).contains(&listed.title));

    let world = read(&format!("worlds/{}.bin", WORLD.0));
    let world = Arc::new(read_world(WORLD.0, &world).expect("the world can be read"));
    let crowd = read(&format!("crowds/{}.bin", CROWD.0));
    let crowd = Arc::new(read_crowd(CROWD.0, &crowd).expect("the crowd can be read"));
    let lesson = read(&format!("lessons/{}.bin", LESSON.0));
    let lesson = read_lesson(LESSON.0, &lesson, world, &[crowd]).expect("the lesson can be read");
    for (index, step) in lesson.steps.iter().enumerate() {
        let (played, knobs, predicted) = lesson.solve(index);
        let runs = lesson.solve_crowd(index);
        let is_met = is_met(step, &played, &knobs, predicted, seen(&lesson, &runs));
        assert!(is_met, "{} is not met by its solution", step.id);
    }
    let problem = read(&format!("practice/{}.bin", PROBLEM.0));
    let problem = read_problem(PROBLEM.0, &problem).expect("the problem can be read");
    assert_eq!(problem.id(), PROBLEM.0);

    // Nothing that was there before is written otherwise, but for the outline.
    let (_, before) = site_files(&shipped).expect("the shipped content is sound");
    for (path, octets) in before {
        assert!(
            path == "course.bin" || read(&path) == octets,
            "{path} is another one"
        );
    }
}
