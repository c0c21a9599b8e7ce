//! How long a reader waits on a slow line: 1.6 Mbit/s and 150 ms to the host, on a first visit and
//! on a later one, for a page of each kind.
//!
//! A page is readable when a heading is there, usable when what the reader does first can be done,
//! and the first act is done when the page shows something of it. Times are those of the page's own
//! clock from the navigation on, medians of several visits. `cargo xtask bench` serves the site as
//! a good host does: compressed with brotli.

use std::process::ExitCode;

use dns_lab_browser_tests::{Lab, Result, visit};

/// Visits of each kind.
const ROUNDS: usize = 3;
/// The line, in kbit/s and milliseconds of delay.
const LINE: (u32, u32) = (1_600, 150);

/// Kinds of pages: name, route, what there is once it can be used, and what is clicked first.
const PAGES: [(&str, &str, &str, &str); 5] = [
    ("home", "/", "#theme", ".lab-lesson-card a"),
    (
        "lesson",
        "/lesson/first-lookup/1",
        "#stage-panel svg",
        ".lab-options input:enabled, .lab-text button:enabled",
    ),
    (
        "lesson with a crowd",
        "/lesson/ttl-as-a-dial/2",
        "#crowd-status",
        ".lab-options input:enabled, .lab-text button:enabled",
    ),
    ("lab", "/lab", "#stage-panel svg", "#ask"),
    ("practice", "/practice/stable-name", "#zone", "#run"),
];

/// Looks at the page before each of its frames is painted, and notes what is there for the first
/// time. Once it can be used, it does the first thing.
const WATCH: &str = "
    window.first = {};
    const look = () => {
        const heading = [...document.querySelectorAll('h1')].some(e => e.checkVisibility() && e.textContent);
        if (heading) first.readable ??= performance.now();
        const act = document.querySelector('CLICKED');
        if (!first.usable && act && document.querySelector('THERE')) {
            first.usable = performance.now();
            const seen = new MutationObserver(() => first.acted ??= performance.now());
            setTimeout(() => {
                seen.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
                act.click();
            });
        }
        if (!first.acted) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
";

fn main() -> ExitCode {
    match visit(async |lab| measure(&lab).await) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(lab: &Lab) -> Result<()> {
    let (kilobits, delay) = LINE;
    println!("At {kilobits} kbit/s and {delay} ms, from the navigation, in milliseconds:");
    println!(
        "{:<28} {:>10} {:>10} {:>10}",
        "", "readable", "usable", "first act"
    );
    for (name, route, there, clicked) in PAGES {
        let watch = WATCH.replace("THERE", there).replace("CLICKED", clicked);
        lab.before_each_load(&watch).await?;
        for (visit, is_first) in [("first", true), ("later", false)] {
            let mut times = [const { Vec::new() }; 3];
            for _ in 0..ROUNDS {
                if is_first {
                    lab.forget_everything().await?;
                }
                lab.line(Some(LINE)).await?;
                lab.load_only(&format!("/#{route}")).await?;
                lab.wait_for("the first act", "window.first?.acted").await?;
                for (times, what) in times.iter_mut().zip(["readable", "usable", "acted"]) {
                    times.push(lab.eval(&format!("window.first.{what}")).await?);
                }
                lab.line(None).await?;
            }
            let [readable, usable, acted] = times.map(median);
            let name = format!("{name}, {visit} visit");
            println!("{name:<28} {readable:>10.0} {usable:>10.0} {acted:>10.0}");
        }
        lab.as_before_each_load().await?;
    }
    Ok(())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
