//! The layers know only those before them, and nothing below `app` knows the browser.

use std::fs;
use std::path::{Path, PathBuf};

/// The layers, lowest first.
const LAYERS: [&str; 6] = ["dns", "engine", "scenario", "lesson", "scene", "app"];
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

/// Complaints about lines of `layer` that name something they must not.
fn complaints(layer: &str, forbidden: &[String]) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src")
        .join(layer);
    let mut complaints = Vec::new();
    for path in sources(&root) {
        let text = fs::read_to_string(&path).expect("a source file");
        for (index, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for word in forbidden {
                if code.contains(word.as_str()) {
                    complaints.push(format!("{}:{}: {word}", path.display(), index + 1));
                }
            }
        }
    }
    complaints
}

#[test]
fn no_layer_uses_a_higher_one() {
    for (index, layer) in LAYERS.iter().enumerate() {
        let higher = LAYERS[index + 1..]
            .iter()
            .map(|name| format!("crate::{name}"));
        assert_eq!(
            complaints(layer, &higher.collect::<Vec<_>>()),
            Vec::<String>::new()
        );
    }
}

#[test]
fn nothing_below_the_app_knows_the_browser() {
    let forbidden: Vec<String> = BROWSER.iter().map(ToString::to_string).collect();
    for layer in &LAYERS[..5] {
        assert_eq!(complaints(layer, &forbidden), Vec::<String>::new());
    }
}

#[test]
fn the_engine_reads_no_clock_and_no_file() {
    let forbidden = [
        "SystemTime",
        "Instant::",
        "std::fs",
        "std::net::UdpSocket",
        "std::env",
    ]
    .map(String::from);
    for layer in ["dns", "engine", "scenario", "lesson", "scene"] {
        let mut found = complaints(layer, &forbidden);
        // Tests may read the folders they check.
        found.retain(|line| !line.contains("catalog.rs") && !line.contains("std::fs"));
        assert_eq!(found, Vec::<String>::new());
    }
}

#[test]
fn the_check_itself_finds_what_it_looks_for() {
    assert!(!complaints("engine", &["crate::dns".to_owned()]).is_empty());
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
