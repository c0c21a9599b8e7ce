//! Lesson files with faults: all are reported, none brings the lab down.

use super::*;
use dns_lab::lesson::{LessonError, read_course};
use dns_lab::scenario::ContentFolder;
use proptest::prelude::*;

fn first() -> LessonFiles {
    files()[0].clone()
}

/// Reads the files of a lesson beside the worlds and crowds that ship.
fn parse_lesson(folder: &str, toml: &str, text: &str) -> Result<Lesson, Vec<LessonError>> {
    dns_lab::lesson::parse_lesson(&ContentFolder::shipped(), folder, toml, text)
}

fn errors(toml: &str, text: &str) -> String {
    let errors = parse_lesson("01_first_lookup", toml, text).expect_err("it is at fault");
    errors
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn every_problem_is_reported_with_its_line() {
    let lesson = first();
    let toml = lesson.toml.replace(
        "seed = 7",
        "seed = 7
colour = \"red\"",
    );
    assert!(errors(&toml, &lesson.text).contains("01_first_lookup/lesson.toml:8: unknown"));

    let toml = lesson
        .toml
        .replacen("lookups 1", "lookups 0", 1)
        .replacen("client = \"laptop\"", "client = \"toaster\"", 1)
        .replacen("correct = true", "correct = false", 1);
    let text = lesson.text.replacen("{#ask}", "{#akk}", 1).replacen(
        "[[figure:first_time]]",
        "[[figure:nine]]",
        1,
    );
    let found = errors(&toml, &text);
    for part in [
        "“0”: write how many times",
        "mark exactly one option",
        "no machine called “toaster”",
        "no heading for this step",
        "no [[step]] has the id “akk”",
        "“nine” is not defined",
    ] {
        // The step that has no heading is not read any further.
        let is_later = part.contains("toaster") || part.contains("“0”");
        assert!(
            is_later || found.contains(part),
            "{part} is missing from:\n{found}"
        );
    }
    let found = errors(&toml, &lesson.text);
    assert!(
        found.contains("toaster") && found.contains("“0”: write"),
        "{found}"
    );
}

#[test]
fn a_fault_repeats_no_more_than_a_line_of_what_was_written() {
    let lesson = first();
    let long = "x".repeat(100_000);
    let toml = lesson.toml.replacen("lookups 1", &long, 1).replacen(
        "client = \"laptop\"",
        &format!("client = \"{long}\""),
        1,
    );
    let text = lesson.text.replacen("{#ask}", &format!("{{#{long}}}"), 1);
    let of_types = lesson
        .toml
        .replacen("seed = 7", &format!("seed = \"{long}\""), 1);
    for found in [
        errors(&toml, &lesson.text),
        errors(&lesson.toml, &text),
        errors(&of_types, &lesson.text),
    ] {
        assert!(found.contains("xxx"), "what was written is named");
        for line in found.lines() {
            let start: String = line.chars().take(200).collect();
            assert!(line.chars().count() < 1_500, "{start}");
        }
    }
}

#[test]
fn a_course_names_what_it_lacks() {
    let toml = "format = 1\n[[chapter]]\ntitle = \"A\"\nlessons = [\"gone\"]\n";
    let errors =
        read_course(&ContentFolder::shipped(), toml, &files()).expect_err("it is at fault");
    let found: Vec<String> = errors.iter().map(LessonError::to_string).collect();
    assert!(
        found.iter().any(|e| e.contains("“gone” is no lesson")),
        "{found:?}"
    );
    assert!(
        found
            .iter()
            .any(|e| e.contains("“first-lookup” is in no chapter")),
        "{found:?}"
    );
}

#[test]
fn a_lesson_without_any_one_line_is_read_or_refused() {
    let lesson = first();
    let without = |text: &str, index: usize| -> String {
        let lines = text
            .lines()
            .enumerate()
            .filter(|(number, _)| *number != index);
        lines.map(|(_, line)| format!("{line}\n")).collect()
    };
    for index in 0..lesson.toml.lines().count() {
        let _ = parse_lesson(&lesson.folder, &without(&lesson.toml, index), &lesson.text);
    }
    for index in 0..lesson.text.lines().count() {
        let _ = parse_lesson(&lesson.folder, &lesson.toml, &without(&lesson.text, index));
    }
}

/// Puts `noise` in place of a part of `text`.
fn mangle(text: &str, at: usize, length: usize, noise: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let start = at % (chars.len() + 1);
    let end = (start + length).min(chars.len());
    let (head, tail) = (&chars[..start], &chars[end..]);
    head.iter()
        .copied()
        .chain(noise.chars())
        .chain(tail.iter().copied())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mangled_lesson_is_read_or_refused(
        which in 0_usize..3,
        at in any::<usize>(),
        length in 0_usize..40,
        noise in "(\\PC{0,12}|[0-9]{1,20}|\\[\\[|\\]\\]|---|## |> |- |`|\\*\\*|<b>|\\n\\n|9e99)",
        is_toml in any::<bool>(),
    ) {
        let lesson = files()[which].clone();
        let (mut toml, mut text) = (lesson.toml.clone(), lesson.text.clone());
        let target = if is_toml { &mut toml } else { &mut text };
        *target = mangle(target, at, length, &noise);
        match parse_lesson(&lesson.folder, &toml, &text) {
            // What is accepted must play.
            Ok(lesson) => for step in 0..lesson.steps.len() {
                let _ = lesson.solve(step);
            },
            Err(errors) => prop_assert!(!errors.is_empty()),
        }
    }

    #[test]
    fn any_text_is_read_or_refused(toml in "\\PC{0,80}", text in "(\\PC|\\n|[#>*`\\[\\]-]){0,200}") {
        let _ = parse_lesson("x", &toml, &text);
        let _ = parse_lesson("01_first_lookup", &first().toml, &text);
        let _ = read_course(&ContentFolder::shipped(), &toml, &[]);
    }
}
