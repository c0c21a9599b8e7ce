//! The page arrives and runs, wherever it is hosted.

use dns_lab_browser_tests::{Lab, Result, Test, tests};

pub(crate) const TESTS: &[Test] = tests![
    the_page_runs_at_the_root_of_a_host,
    the_page_runs_below_a_path_of_a_host,
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
