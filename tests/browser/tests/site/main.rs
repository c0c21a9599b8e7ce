//! The built site, in a real browser.

mod loading;

use std::process::ExitCode;

fn main() -> ExitCode {
    dns_lab_browser_tests::run(&[("loading", loading::TESTS)])
}
