//! Links, storage and what happens when they are broken.

use anyhow::ensure;
use dns_lab_browser_tests::{Lab, Result, Test, tests};

use super::moves::act;

pub(crate) const TESTS: &[Test] = tests![
    #[every_engine]
    a_link_brings_back_world_acts_and_moment,
    a_broken_link_gives_a_message_and_a_working_page,
    damaged_storage_gives_a_message_and_is_kept,
    an_unknown_address_leads_home,
    the_lab_works_offline_once_it_is_loaded,
    a_lesson_that_cannot_be_fetched_says_so_and_can_be_tried_again,
];

async fn a_link_brings_back_world_acts_and_moment(lab: Lab) -> Result<()> {
    lab.open("/lab").await?;
    act(&lab, "#ask").await?;
    lab.click("#to-end").await?;
    for _ in 0..7 {
        lab.click("#step-back").await?;
    }
    let knob = "document.querySelector('.lab-range[data-knob]')";
    lab.run_script(&format!(
        "const k = {knob}; k.value = 300; k.dispatchEvent(new Event('input', {{ bubbles: true }}))"
    ))
    .await?;
    let state = "JSON.stringify(['#caption', '#time', '.lab-knob__value'].map(s => document.querySelector(s).textContent)\
        .concat([document.querySelector('#scrub').ariaValueNow, document.querySelector('#scrub').ariaValueMax]))";
    let before: String = lab.eval(state).await?;
    let route = lab.copied_route("#share").await?;
    lab.open(&route).await?;
    lab.find("#caption").await?;
    let after: String = lab.eval(state).await?;
    ensure!(before == after, "{before} became {after}");
    lab.expect_quiet_console().await
}

async fn a_broken_link_gives_a_message_and_a_working_page(lab: Lab) -> Result<()> {
    for broken in ["1.!!!", "1.eyJhdCI", "99.abc", "%00%ff", ""] {
        lab.open(&format!("/lab?s={broken}")).await?;
        lab.find("#ask").await?;
        if !broken.is_empty() {
            let role: String = lab
                .eval("document.querySelector('#notice').getAttribute('role')")
                .await?;
            ensure!(role == "alert", "{broken}: {role}");
        }
        lab.click("#ask").await?;
        lab.wait_for(
            "the page to work",
            "!document.querySelector('#play').disabled",
        )
        .await?;
        lab.expect_quiet_console().await?;
    }
    Ok(())
}

async fn damaged_storage_gives_a_message_and_is_kept(lab: Lab) -> Result<()> {
    lab.open("/").await?;
    lab.run_script("localStorage.setItem('dns-lab.progress', '{{{ not json')")
        .await?;
    lab.open("/").await?;
    lab.find("#notice[role=alert]").await?;
    let kept: String = lab
        .eval("localStorage.getItem('dns-lab.progress.damaged')")
        .await?;
    ensure!(kept == "{{{ not json", "{kept}");
    lab.click("#start").await?;
    lab.find("#action").await?;
    lab.expect_quiet_console().await
}

async fn an_unknown_address_leads_home(lab: Lab) -> Result<()> {
    for route in [
        "/nowhere",
        "/lesson/no-such-lesson/1",
        "/lesson/first-lookup/99",
    ] {
        lab.open(route).await?;
        lab.find("main a[href='#/']").await?;
        lab.expect_quiet_console().await?;
    }
    Ok(())
}

/// Waits until the page has fetched what it is likely to need next, which it does when idle.
async fn everything_came(lab: &Lab) -> Result<()> {
    let quiet = "new Promise(done => { let last = performance.now(), seen = -1; \
                 const look = () => { \
                   const now = performance.getEntriesByType('resource').length; \
                   if (now !== seen) { seen = now; last = performance.now(); } \
                   if (performance.now() - last > 1500) done(true); else requestIdleCallback(look); }; \
                 look(); })";
    let is_quiet: bool = lab.eval(quiet).await?;
    ensure!(is_quiet, "the page fetches on and on");
    Ok(())
}

async fn the_lab_works_offline_once_it_is_loaded(lab: Lab) -> Result<()> {
    lab.open("/lab").await?;
    everything_came(&lab).await?;
    lab.offline(true).await?;
    lab.click("#ask").await?;
    lab.wait_for(
        "the page to work",
        "!document.querySelector('#play').disabled",
    )
    .await?;
    lab.expect_quiet_console().await
}

async fn a_lesson_that_cannot_be_fetched_says_so_and_can_be_tried_again(lab: Lab) -> Result<()> {
    lab.open("/").await?;
    lab.forget_files().await?;
    lab.offline(true).await?;
    lab.click("#start").await?;
    let problem = lab.text("main [role=alert]").await?;
    ensure!(problem.contains("offline"), "{problem}");
    // The browser notes that it has no network.
    lab.console_errors().await?;
    lab.offline(false).await?;
    lab.click("#try-again").await?;
    lab.find("#action").await?;
    everything_came(&lab).await?;
    lab.offline(true).await?;
    // What came once is kept.
    lab.eval::<bool>("(location.hash = '#/', true)").await?;
    lab.click("#start").await?;
    lab.find("#action").await?;
    // Only the browser itself, which looks for its icon, notes again that it has no network.
    let errors = lab.console_errors().await?;
    let is_of_icon = |error: &String| error.contains("/icons/icon.svg");
    ensure!(errors.iter().all(is_of_icon), "{}", errors.join("\n"));
    Ok(())
}
