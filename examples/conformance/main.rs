//! Plays scenario files of other resolvers' test suites against the lab's resolver.
//!
//! ```text
//! cargo run --release --example conformance -- [OPTIONS] PATH...
//! ```
//!
//! A path is a file or a folder with `*.rpl` and `*.crpl` files. Each file gets one line,
//! `pass`, `fail` with the reason, or `skip` with what the engine lacks; the last line counts.
//! The scenario format, its two dialects and the lenient and strict readings of a stray query
//! are described in `docs/conformance.md`.

#![expect(clippy::print_stdout, reason = "the verdicts are the output")]

mod config;
mod entry;
mod lab;
mod matching;
mod packet;
mod record;
mod run;
mod scenario;
mod signed;
mod text;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use matching::Level;
use run::{Judging, Verdict, judge_text};

/// What the command line may say.
const USAGE: &str = "usage: conformance [--level answer|file|strict] [--traffic lenient|strict]
                   [--all] [--trace FILE] PATH...
  --level    how much of an answer is judged: code, AD flag and answer section; all
             the file asks for (default); that, and not one stray query
  --traffic  whether queries without scripted answer are given up (lenient, default) or
             fail the file (strict, the default at level strict)
  --all      play files even where the engine lacks what they are about
  --trace    print what happens while FILE is played";

/// What the command line asks for.
struct Command {
    /// How files are judged.
    judging: Judging,
    /// The file to trace.
    traced: Option<PathBuf>,
    /// Files and folders.
    paths: Vec<PathBuf>,
}

fn main() -> ExitCode {
    let command = match parse_command(std::env::args().skip(1)) {
        Ok(command) => command,
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run_command(&command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

/// Reads the command line.
fn parse_command(mut words: impl Iterator<Item = String>) -> Result<Command, String> {
    let (mut level, mut is_strict) = (Level::File, None);
    let (mut plays_unsupported, mut traced, mut paths) = (false, None, Vec::new());
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match word.as_str() {
            "--level" => {
                level = match value()?.as_str() {
                    "answer" => Level::Answer,
                    "file" => Level::File,
                    "strict" => Level::Strict,
                    other => return Err(format!("`{other}` is no level")),
                };
            }
            "--traffic" => {
                is_strict = match value()?.as_str() {
                    "lenient" => Some(false),
                    "strict" => Some(true),
                    other => return Err(format!("`{other}` is no kind of traffic")),
                };
            }
            "--all" => plays_unsupported = true,
            "--trace" => traced = Some(PathBuf::from(value()?)),
            "--help" | "-h" => return Err("plays scenario files".into()),
            flag if flag.starts_with("--") => return Err(format!("`{flag}` is not known")),
            path => paths.push(PathBuf::from(path)),
        }
    }
    if paths.is_empty() && traced.is_none() {
        return Err("no file is named".into());
    }
    let judging = Judging {
        level,
        is_strict: is_strict.unwrap_or(level == Level::Strict),
        plays_unsupported,
        traces: false,
    };
    Ok(Command {
        judging,
        traced,
        paths,
    })
}

/// Plays what was asked for; whether no file failed.
fn run_command(command: &Command) -> Result<bool, String> {
    if let Some(path) = &command.traced {
        let judging = Judging {
            traces: true,
            plays_unsupported: true,
            ..command.judging
        };
        let (verdict, log) = judge_text(&read(path)?, judging);
        log.iter().for_each(|line| println!("{line}"));
        report(path, &verdict);
    }
    let mut files = Vec::new();
    for path in &command.paths {
        collect(path, &mut files)?;
    }
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for path in &files {
        let (verdict, _) = judge_text(&read(path)?, command.judging);
        match verdict {
            Verdict::Pass => passed += 1,
            Verdict::Fail(_) => failed += 1,
            Verdict::Skip(_) => skipped += 1,
        }
        report(path, &verdict);
    }
    if !files.is_empty() {
        println!("{passed} passed, {failed} failed, {skipped} skipped");
    }
    Ok(failed == 0)
}

/// Prints a file's line.
fn report(path: &Path, verdict: &Verdict) {
    let path = path.display();
    match verdict {
        Verdict::Pass => println!("pass {path}"),
        Verdict::Fail(reason) => println!("fail {path}: {}", one_line(reason)),
        Verdict::Skip(what) => println!("skip {path}: {}", one_line(what)),
    }
}

/// A text without line breaks.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

/// Reads a file; octets that are no text are replaced, as comments may hold any.
fn read(path: &Path) -> Result<String, String> {
    let octets = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(String::from_utf8_lossy(&octets).into_owned())
}

/// The scenario files at or below a path, in the order of their names.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let located = |error: std::io::Error| format!("{}: {error}", path.display());
    if !path.is_dir() {
        if !path.exists() {
            return Err(format!("{}: there is no such file", path.display()));
        }
        files.push(path.to_owned());
        return Ok(());
    }
    let entries: Result<Vec<_>, _> = std::fs::read_dir(path).map_err(located)?.collect();
    let mut inside: Vec<PathBuf> = entries
        .map_err(located)?
        .into_iter()
        .map(|entry| entry.path())
        .filter(|path| {
            let extension = path.extension().and_then(|extension| extension.to_str());
            path.is_dir() || matches!(extension, Some("rpl" | "crpl"))
        })
        .collect();
    inside.sort();
    inside.iter().try_for_each(|path| collect(path, files))
}
