//! The page arrives and runs, wherever it is hosted.

use std::collections::BTreeSet;

use anyhow::ensure;
use dns_lab_browser_tests::{Fault, Lab, Result, Test, tests};

pub(crate) const TESTS: &[Test] = tests![
    the_page_runs_at_the_root_of_a_host,
    #[every_engine]
    the_page_runs_below_a_path_of_a_host,
    no_route_warns_or_meets_the_policy,
    a_data_file_that_stops_or_never_comes_is_told_and_can_be_had_again,
    a_data_file_that_fails_is_told_and_can_be_had_again,
];

/// Pages with a file that each of them needs, and what is there when the page is.
const NEEDS: [(&str, &str, &str); 5] = [
    ("/lesson/first-lookup/1", "lessons/", "#action"),
    ("/lesson/first-lookup/1", "worlds/", "#action"),
    ("/lesson/weighted-and-canary/1", "crowds/", "#action"),
    ("/lab", "worlds/", "#play"),
    ("/practice/stable-name", "practice/", "#run"),
];

async fn the_page_runs_at_the_root_of_a_host(lab: Lab) -> Result<()> {
    lab.open("/").await?;
    lab.find("main").await?;
    lab.expect_quiet_console().await
}

async fn the_page_runs_below_a_path_of_a_host(lab: Lab) -> Result<()> {
    lab.open_below_a_path("/").await?;
    lab.click("#start").await?;
    lab.find("#action").await?;
    lab.expect_quiet_console().await
}

/// Every page that another one leads to, each loaded by itself.
async fn no_route_warns_or_meets_the_policy(lab: Lab) -> Result<()> {
    lab.before_each_load(
        "window.violations = [];
         addEventListener('securitypolicyviolation', e => violations.push(`${e.effectiveDirective} ${e.sample}`));",
    )
    .await?;
    let mut routes = BTreeSet::from(["/nowhere".to_owned()]);
    for list in ["/", "/lab", "/practice"] {
        lab.open(list).await?;
        lab.find(&format!(".lab-nav a[href='#{list}'][aria-current]"))
            .await?;
        lab.find("#main:not([aria-busy])").await?;
        let links = "[...document.querySelectorAll('a[href^=\"#/\"]')].map(a => a.hash.slice(1))";
        routes.extend(lab.eval::<Vec<String>>(links).await?);
    }
    ensure!(
        routes.len() > 30,
        "lessons, scenarios and problems: {routes:?}"
    );
    for route in routes {
        lab.open(&route).await?;
        lab.find("#main:not([aria-busy])").await?;
        let violations: Vec<String> = lab.eval("violations").await?;
        ensure!(violations.is_empty(), "{route}: {violations:?}");
        lab.expect_quiet_console()
            .await
            .map_err(|error| error.context(route))?;
    }
    Ok(())
}

/// Opens a page while one of its files meets a fault; what is said, and that trying again helps.
async fn told(lab: &Lab, needs: (&str, &str, &str), fault: Fault, words: &str) -> Result<()> {
    let (route, file, sign) = needs;
    lab.heal();
    lab.forget_files().await?;
    // What it has kept would hide the fault.
    lab.fault("sw.js", Fault::Status(404));
    lab.fault(file, fault.clone());
    lab.open(route).await?;
    lab.find("#try-again").await?;
    let said = lab.text("#main").await?;
    ensure!(
        said.contains(words),
        "{fault:?} of {file} on {route}: {said}"
    );
    lab.heal();
    lab.fault("sw.js", Fault::Status(404));
    lab.click("#try-again").await?;
    lab.find(sign).await?;
    // What the browser says about the failed request is for others.
    lab.console_errors().await?;
    Ok(())
}

async fn a_data_file_that_stops_or_never_comes_is_told_and_can_be_had_again(
    lab: Lab,
) -> Result<()> {
    lab.hasten().await?;
    for needs in NEEDS {
        for fault in [Fault::Stalled, Fault::Silent] {
            told(&lab, needs, fault, "takes long").await?;
        }
    }
    Ok(())
}

async fn a_data_file_that_fails_is_told_and_can_be_had_again(lab: Lab) -> Result<()> {
    for needs in NEEDS {
        for fault in [
            Fault::Status(404),
            Fault::Status(500),
            Fault::Reset,
            Fault::Half,
            Fault::Short,
            Fault::Garbage,
            Fault::Page,
        ] {
            told(&lab, needs, fault, "could not be fetched").await?;
        }
    }
    Ok(())
}
