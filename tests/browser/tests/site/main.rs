//! The built site, in a real browser.

mod access;
mod crowds;
mod keeping;
mod layout;
mod leaving;
mod lessons;
mod loading;
mod looks;
mod lookups;
mod map;
mod moves;
mod offline;
mod options;
mod parts;
mod practice;
mod records;
mod sessions;
mod start;
mod steering;

use std::process::ExitCode;

fn main() -> ExitCode {
    dns_lab_browser_tests::run(&[
        ("loading", loading::TESTS),
        ("start", start::TESTS),
        ("offline", offline::TESTS),
        ("leaving", leaving::TESTS),
        ("lookups", lookups::TESTS),
        ("map", map::TESTS),
        ("steering", steering::TESTS),
        ("lessons", lessons::TESTS),
        ("crowds", crowds::TESTS),
        ("options", options::TESTS),
        ("parts", parts::TESTS),
        ("practice", practice::TESTS),
        ("records", records::TESTS),
        ("sessions", sessions::TESTS),
        ("keeping", keeping::TESTS),
        ("access", access::TESTS),
        ("looks", looks::TESTS),
        ("layout", layout::TESTS),
    ])
}
