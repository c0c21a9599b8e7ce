//! How long a reader waits: from the navigation until the page can be used, until the first chart
//! is drawn, and from a click until a crowd has been run.
//!
//! Times are those of the page's own clock, medians of several loads with an empty cache. The
//! site comes from this machine, so they are without the time of a network.

use std::process::ExitCode;

use dns_lab_browser_tests::{Lab, Result, visit};

/// Loads of each page, and runs of each crowd.
const ROUNDS: usize = 5;

/// Crowds whose first chart is waited for.
const CROWDS: [&str; 4] = ["failover", "canary", "ttl-load", "migration"];

/// Sizes of a crowd that is run.
const CLIENTS: [u32; 3] = [10_000, 100_000, 1_000_000];

/// Looks at the page before each of its frames is painted, and notes when the header and a chart
/// are there for the first time.
const WATCH: &str = "
    window.first = {};
    const wanted = { page: '.lab-header__tools', chart: '.lab-chart__line, .lab-chart__symbols' };
    const look = () => {
        for (const [name, css] of Object.entries(wanted)) {
            if (!(name in first) && document.querySelector(css)) first[name] = performance.now();
        }
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
";

/// Whether no crowd is being run.
const IDLE: &str = "document.querySelector('#crowd-cancel')?.checkVisibility() === false \
                    && document.querySelector('#crowd-status').textContent === ''";

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
    lab.before_each_load(WATCH).await?;
    println!("From the navigation, in milliseconds:");
    println!("{:<34} {:>10} {:>12}", "", "page runs", "first chart");
    for crowd in CROWDS {
        let (mut pages, mut charts) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            lab.forget_files().await?;
            lab.open(&format!("/lab/{crowd}")).await?;
            lab.wait_for("a chart", "window.first.chart").await?;
            pages.push(lab.eval("window.first.page").await?);
            charts.push(lab.eval("window.first.chart").await?);
        }
        println!(
            "{crowd:<34} {:>10.0} {:>12.0}",
            median(pages),
            median(charts)
        );
    }
    println!("From the choice of a number of clients until all charts show them, in milliseconds:");
    for crowd in CROWDS {
        lab.open(&format!("/lab/{crowd}")).await?;
        lab.wait_for("the first run", IDLE).await?;
        for clients in CLIENTS {
            let mut times = Vec::new();
            for _ in 0..ROUNDS {
                times.push(run(lab, clients).await?);
            }
            println!(
                "{:<34} {:>10.0}",
                format!("{crowd}, {clients} clients"),
                median(times)
            );
        }
    }
    Ok(())
}

/// Runs the crowd on the page with some number of clients; how long that took.
async fn run(lab: &Lab, clients: u32) -> Result<f64> {
    // Another number first, so that this one is a change.
    choose(lab, 0).await?;
    lab.wait_for("the run before", IDLE).await?;
    lab.run_script(
        "window.ran = undefined; window.begun = performance.now();
         const look = () => {
             if (CONDITION) window.ran = performance.now() - window.begun;
             else requestAnimationFrame(look);
         };
         requestAnimationFrame(() => requestAnimationFrame(look));"
            .replace("CONDITION", IDLE)
            .as_str(),
    )
    .await?;
    choose(lab, clients).await?;
    lab.wait_for("the run", "window.ran !== undefined").await?;
    lab.eval("window.ran").await
}

async fn choose(lab: &Lab, clients: u32) -> Result<()> {
    lab.run_script(&format!(
        "const s = document.querySelector('#crowd-clients'); s.value = '{clients}'; \
         s.dispatchEvent(new Event('change', {{ bubbles: true }}))"
    ))
    .await
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
