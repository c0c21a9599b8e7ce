//! What the workflow of the repository's host runs, checked here: it is seldom run by hand, so a
//! command that is gone, or another compiler, would show only there.

use std::fs;
use std::path::Path;

use crate::USAGE;

/// Text of a file of the project.
fn text(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The command lines of a workflow: behind `run:`, or below `run: |`.
fn commands(workflow: &str) -> Vec<String> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut lines = workflow.lines().peekable();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let step = line.trim_start().trim_start_matches("- ");
        match step.strip_prefix("run:").map(str::trim) {
            Some("|") => {
                let is_inside = |next: &&str| indent(next) > indent(line) || next.trim().is_empty();
                while let Some(inner) = lines.next_if(is_inside) {
                    found.push(inner.trim().to_owned());
                }
            }
            Some(command) => found.push(command.to_owned()),
            None => {}
        }
    }
    found.retain(|command| !command.is_empty());
    found
}

/// What is wrong with a command; `None` if it exists.
fn fault(command: &str) -> Option<String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let is_known = match words.as_slice() {
        ["cargo", "xtask", command, ..] => USAGE
            .lines()
            .any(|line| line.split_whitespace().next() == Some(command)),
        // Comes with the host's machines.
        [
            "rustup",
            "toolchain" | "default" | "component" | "target",
            ..,
        ] => true,
        [script] if script.starts_with(".ci/") => !text(script).is_empty(),
        ["set", ..] | ["cd", ..] => true,
        _ => false,
    };
    (!is_known).then(|| format!("`{command}` is no command that is known to exist"))
}

#[test]
fn every_command_of_the_workflow_exists() {
    let workflow = text(".github/workflows/ci.yml");
    let commands = commands(&workflow);
    assert!(commands.contains(&".ci/run".to_owned()), "{commands:?}");
    let is_code = |line: &&str| !line.trim().is_empty() && !line.starts_with('#');
    let script = text(".ci/run");
    let script = script.lines().filter(is_code).map(str::to_owned);
    for command in commands.into_iter().chain(script) {
        assert_eq!(fault(&command), None);
    }
}

#[test]
fn the_workflow_uses_the_compiler_of_the_project() {
    let manifest = text("Cargo.toml");
    let version = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "))
        .expect("it has one")
        .trim_matches('"');
    for command in commands(&text(".github/workflows/ci.yml")) {
        if let Some(rest) = command.strip_prefix("rustup ") {
            assert!(rest.contains(version), "{command} is not of {version}");
        }
    }
}

#[test]
fn what_is_no_command_is_found() {
    for command in ["cargo xtask nothing", "make", ".ci"] {
        assert!(fault(command).is_some(), "{command}");
    }
    let workflow =
        "steps:\n  - run: a b\n  - name: x\n    run: |\n      c\n\n      d\n  - uses: e\n";
    assert_eq!(commands(workflow), ["a b", "c", "d"]);
}
