//! The page arrives and runs, wherever it is hosted.

use std::collections::BTreeSet;

use anyhow::ensure;
use dns_lab_browser_tests::{Lab, Result, Test, tests};

pub(crate) const TESTS: &[Test] = tests![
    the_page_runs_at_the_root_of_a_host,
    #[every_engine]
    the_page_runs_below_a_path_of_a_host,
    no_route_warns_or_meets_the_policy,
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
