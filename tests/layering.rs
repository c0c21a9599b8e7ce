//! The layers know only those before them, and nothing below `app` knows the browser.

use std::fs;
use std::path::{Path, PathBuf};

/// The layers, lowest first.
const LAYERS: [&str; 7] = [
    "dns", "engine", "scenario", "lesson", "scene", "page", "app",
];
/// Crates of the browser.
const BROWSER: [&str; 6] = [
    "leptos",
    "web_sys",
    "wasm_bindgen",
    "js_sys",
    "gloo_",
    "leptos_use",
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The text of a source file without its comments.
fn without_comments(text: &str) -> String {
    let lines = text.lines();
    let code = lines.map(|line| line.split("//").next().unwrap_or_default());
    code.collect::<Vec<_>>().join("\n")
}

/// The part of a source file that is shipped: tests stand at its foot, or in a file of their own.
fn shipped<'a>(path: &Path, code: &'a str) -> &'a str {
    let is_test = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .is_some_and(|stem| stem == "tests" || stem.ends_with("_tests"));
    let is_in_folder = path.iter().any(|part| part == "tests");
    if is_test || is_in_folder {
        return "";
    }
    code.split("#[cfg(test)]").next().unwrap_or_default()
}

/// Where messages are made that a learner sees. Those for authors, which a terminal shows, have
/// words between backticks.
const SHOWN: [&str; 7] = [
    "dns",
    "engine",
    "scenario/options",
    "lesson/practice/plan",
    "scene",
    "page",
    "app",
];

#[test]
fn no_message_to_a_learner_has_marks_that_the_page_does_not_draw() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut raw = Vec::new();
    for folder in SHOWN {
        let paths = sources(&source.join(folder));
        assert!(!paths.is_empty(), "{folder} is there");
        for path in paths {
            let text = fs::read_to_string(&path).expect("text");
            let code = without_comments(&text);
            let shipped = shipped(&path, &code);
            for (at, _) in shipped.match_indices('`') {
                raw.push(format!("{}:{}", path.display(), line_of(shipped, at)));
            }
        }
    }
    assert!(raw.is_empty(), "write “…” in:\n{}", raw.join("\n"));
}

/// The number of the line in which a byte stands, from 1.
fn line_of(code: &str, at: usize) -> usize {
    1 + code[..at].matches('\n').count()
}

/// The word at the start of a text.
fn first_word(text: &str) -> &str {
    let is_of_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let end = text.find(|letter| !is_of_word(letter));
    &text[..end.unwrap_or(text.len())]
}

/// What a path names after its `::`: a word, or the first words of a list in braces.
fn named_after(rest: &str) -> Vec<&str> {
    let rest = rest.trim_start();
    let Some(list) = rest.strip_prefix('{') else {
        return vec![first_word(rest)];
    };
    let (mut depth, mut is_start, mut found) = (0_usize, true, Vec::new());
    for (at, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => is_start = true,
            _ if letter.is_whitespace() => {}
            _ if is_start => {
                found.push(first_word(&list[at..]));
                is_start = false;
            }
            _ => {}
        }
    }
    found
}

/// The modules right below the crate that code names by `crate::`, with the lines. `depth` is how
/// many modules deep the file is; as many `super` lead to the crate as well.
fn roots(code: &str, depth: usize) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (start, _) in code.match_indices("crate") {
        let is_whole = !code[..start].ends_with(|letter: char| letter.is_alphanumeric());
        let rest = code[start + "crate".len()..].trim_start();
        if let Some(rest) = rest.strip_prefix("::").filter(|_| is_whole) {
            let line = line_of(code, start);
            found.extend({ named_after(rest).into_iter() }.map(|it| (line, it.to_owned())));
        }
    }
    let up = "super::".repeat(depth);
    for (start, _) in code.match_indices(&up) {
        let line = line_of(code, start);
        let rest = code[start + up.len()..].trim_start_matches("super::");
        found.extend({ named_after(rest).into_iter() }.map(|it| (line, it.to_owned())));
    }
    found
}

/// The folder of a layer.
fn folder_of(layer: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src")
        .join(layer)
}

/// All source files of a layer without their comments.
fn files_of(layer: &str) -> Vec<(PathBuf, String)> {
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a source file");
        (path, without_comments(&text))
    };
    sources(&folder_of(layer)).into_iter().map(read).collect()
}

/// Complaints about code that uses a layer above its own.
fn upward(path: &Path, code: &str, layer: &str, depth: usize) -> Vec<String> {
    let own = LAYERS.iter().position(|name| *name == layer);
    let higher = &LAYERS[own.map_or(0, |own| own + 1)..];
    let uses = roots(code, depth).into_iter();
    let uses = uses.filter(|(_, root)| higher.contains(&root.as_str()));
    uses.map(|(line, root)| format!("{}:{line}: {root}", path.display()))
        .collect()
}

/// Complaints about code that has a word it must not have.
fn words(path: &Path, code: &str, forbidden: &[&str]) -> Vec<String> {
    let lines = code.lines().enumerate();
    let complaints = lines.flat_map(|(index, line)| {
        let words = forbidden.iter().filter(|word| line.contains(**word));
        words.map(move |word| format!("{}:{}: {word}", path.display(), index + 1))
    });
    complaints.collect()
}

/// What reads zone file text.
const READS: [&str; 7] = [
    "parse_records(",
    "Zone::parse(",
    "ZoneText::read(",
    "ZoneText::read_lines",
    ".read_text(",
    "::edit_zone(",
    "Intervention::set_records(",
];
/// Where zone file text is written or comes from outside: by authors at build, by learners, and in
/// links.
const READERS: [&str; 9] = [
    "src/app/inspector/zone_editor.rs",
    "src/app/parts.rs",
    "src/dns/zonefile/",
    "src/engine/world/intervention.rs",
    "src/engine/zone.rs",
    "src/lesson/act/words.rs",
    "src/lesson/measure.rs",
    "src/scenario/session.rs",
    "src/scenario/world_file/read.rs",
];

#[test]
fn zone_files_are_read_only_where_they_come_from() {
    // So that a first visit of a lesson or the lab fetches no scanner. Practice has its own part.
    let may_read = |path: &Path| {
        let path = path.to_string_lossy().replace('\\', "/");
        path.contains("/practice/") || READERS.iter().any(|reader| path.contains(reader))
    };
    let all = LAYERS.into_iter().flat_map(files_of);
    let complaints: Vec<String> = all
        .filter(|(path, _)| !may_read(path))
        .flat_map(|(path, code)| words(&path, shipped(&path, &code), &READS))
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn no_layer_uses_a_higher_one() {
    for layer in LAYERS {
        for (path, code) in files_of(layer) {
            let inside = path.strip_prefix(folder_of(layer)).expect("it is below");
            let is_mod = path.file_name().is_some_and(|name| name == "mod.rs");
            let depth = inside.iter().count() + usize::from(!is_mod);
            assert_eq!(upward(&path, &code, layer, depth), Vec::<String>::new());
        }
    }
}

#[test]
fn nothing_below_the_app_knows_the_browser() {
    for layer in LAYERS.iter().filter(|layer| **layer != "app") {
        for (path, code) in files_of(layer) {
            assert_eq!(words(&path, &code, &BROWSER), Vec::<String>::new());
        }
    }
}

/// Clocks, files, sockets and the environment.
const OUTSIDE: [&str; 5] = [
    "SystemTime",
    "Instant::",
    "std::fs",
    "std::net::UdpSocket",
    "std::env",
];

#[test]
fn nothing_below_the_app_reads_a_clock_or_a_file() {
    for layer in LAYERS.iter().filter(|layer| **layer != "app") {
        for (path, code) in files_of(layer) {
            // The one file that reads what authors have written, which is no part of the page.
            if path.ends_with("src/scenario/content.rs") {
                continue;
            }
            // Tests may read the folders they check.
            let code = shipped(&path, &code);
            assert_eq!(words(&path, code, &OUTSIDE), Vec::<String>::new());
        }
    }
}

#[test]
fn the_app_reads_the_clock_in_one_place() {
    for (path, code) in files_of("app") {
        if !path.ends_with("src/app/clock.rs") {
            let clocks = ["Date::", "Instant::", "SystemTime", "performance()"];
            assert_eq!(words(&path, &code, &clocks), Vec::<String>::new());
        }
    }
}

#[test]
fn the_check_sees_every_way_to_name_a_higher_layer() {
    let complaints = |code: &str| {
        let path = Path::new("src/scene/map/arc.rs");
        upward(path, &without_comments(code), "scene", 3).len()
    };
    for code in [
        "use crate::app::state::LabState;",
        "use crate::{app, dns};",
        "use crate::{\n    dns::{Name, Question},\n    page::{Notice, Outward},\n};",
        "pub(crate) use crate :: { app as page_of };",
        "fn f() -> crate::page::Notice { g() }",
        "use super::super::super::app::mount;",
        "use super::super::super::{dns, app};",
    ] {
        assert_eq!(complaints(code), 1, "{code}");
    }
    for code in [
        "use crate::dns::{app, page};",
        "use crate::{dns::{app}, engine};",
        "// use crate::app;",
        "use super::page::Row;",
        "use subcrate::app;",
    ] {
        assert_eq!(complaints(code), 0, "{code}");
    }
}

#[test]
fn the_check_sees_a_file_that_is_read_outside_of_tests() {
    let code = "fn f() { std::fs::read(\"a\") }\n#[cfg(test)]\nmod tests { use std::fs; }";
    let seen = |path: &str| {
        let path = Path::new(path);
        words(path, shipped(path, code), &OUTSIDE)
    };
    assert_eq!(seen("src/scene/a.rs"), ["src/scene/a.rs:1: std::fs"]);
    for path in ["src/a/tests.rs", "src/a/b_tests.rs", "src/a/tests/b.rs"] {
        assert_eq!(seen(path), Vec::<String>::new());
    }
}

#[test]
fn the_check_looks_at_the_files_there_are() {
    for layer in LAYERS {
        assert!(files_of(layer).len() > 2, "{layer}");
    }
    let names_dns =
        |(_, code): (PathBuf, String)| roots(&code, 9).iter().any(|(_, it)| it == "dns");
    assert!(files_of("engine").into_iter().any(names_dns));
}

#[test]
fn every_path_the_architecture_page_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("ARCHITECTURE.md")).expect("the page is there");
    let quoted = text.split('`').skip(1).step_by(2);
    let paths = quoted.filter(|quote| {
        [
            "src/",
            "tests/",
            "lessons/",
            "public/",
            "xtask/",
            "benches/",
            "examples/",
        ]
        .iter()
        .any(|start| quote.starts_with(start))
    });
    let missing: Vec<&str> = paths.filter(|path| !root.join(path).exists()).collect();
    assert_eq!(missing, Vec::<&str>::new());
}
