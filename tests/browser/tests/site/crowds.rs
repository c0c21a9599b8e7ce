//! Scenarios with a crowd: charts, knobs, runs in a worker, links.

use anyhow::ensure;
use dns_lab_browser_tests::{Key, Lab, Result, Test, tests};

pub(crate) const TESTS: &[Test] = tests![
    every_scenario_opens_and_shows_its_charts,
    a_scenario_runs_below_a_path_of_its_host,
    a_chart_is_read_by_keyboard,
    charts_are_also_tables_and_files,
    a_knob_is_turned_and_the_crowd_follows,
    two_runs_are_compared_and_what_differs_is_named,
    a_run_is_cancelled_and_another_can_follow,
    a_link_brings_back_knobs_and_seed,
    without_workers_the_page_makes_the_runs_itself,
    no_task_is_long_while_a_hundred_thousand_clients_run,
];

/// Waits until a run has come to its end.
async fn finished(lab: &Lab) -> Result<()> {
    let done = "document.querySelector('#crowd-run')?.textContent === 'Run' \
                && document.querySelector('.lab-chart__line, .lab-chart__symbols') !== null \
                && document.querySelector('#crowd-status').textContent === ''";
    lab.wait_for("the run to end", done).await
}

/// What the readout of the first chart says.
async fn readout(lab: &Lab) -> Result<String> {
    lab.eval(
        "document.querySelector('.lab-chart__svg[role=slider]').getAttribute('aria-valuetext')",
    )
    .await
}

/// The key figures.
async fn figures(lab: &Lab) -> Result<String> {
    lab.eval("[...document.querySelectorAll('.lab-key__value')].map(e => e.textContent).join('|')")
        .await
}

async fn every_scenario_opens_and_shows_its_charts(lab: Lab) -> Result<()> {
    lab.open("/lab").await?;
    lab.find(".lab-scenarios__link").await?;
    let links: Vec<String> = lab
        .eval("[...document.querySelectorAll('.lab-scenarios__link')].map(e => e.hash.slice(1))")
        .await?;
    ensure!(!links.is_empty(), "the lab lists scenarios");
    for link in links {
        lab.open(&link).await?;
        lab.click("#view-population").await?;
        finished(&lab).await?;
        ensure!(lab.count(".lab-key").await? > 0, "{link} has figures");
        ensure!(
            lab.count(".lab-dots__layer").await? > 0,
            "{link} has a field of dots"
        );
        let summary = lab.text("#crowd-summary").await?;
        ensure!(summary.contains("clients"), "{link} is told: {summary}");
    }
    lab.expect_quiet_console().await
}

async fn a_scenario_runs_below_a_path_of_its_host(lab: Lab) -> Result<()> {
    lab.open_below_a_path("/lab/canary").await?;
    finished(&lab).await?;
    lab.expect_quiet_console().await
}

async fn a_chart_is_read_by_keyboard(lab: Lab) -> Result<()> {
    lab.open("/lab/canary").await?;
    finished(&lab).await?;
    lab.run_script("document.querySelector('.lab-chart__svg[role=slider]').focus()")
        .await?;
    lab.press(Key::Home).await?;
    lab.wait_for("a cursor", "document.querySelector('.lab-chart__cursor')")
        .await?;
    let first = readout(&lab).await?;
    lab.press(Key::Right).await?;
    let second = readout(&lab).await?;
    ensure!(first != second, "the cursor moves: {first}");
    let dots = lab.text(".lab-dots .lab-chart__unit").await?;
    let moment = second.split(':').next().unwrap_or_default();
    ensure!(dots.contains(moment), "the dots are at {moment}: {dots}");
    lab.expect_quiet_console().await
}

async fn charts_are_also_tables_and_files(lab: Lab) -> Result<()> {
    lab.open("/lab/canary").await?;
    finished(&lab).await?;
    // Files are caught on their way out.
    lab.run_script(
        "window.files = []; const make = URL.createObjectURL; \
         URL.createObjectURL = (blob) => { blob.text().then((text) => window.files.push(text)); return make(blob); }; \
         HTMLAnchorElement.prototype.click = function () { window.names = [...(window.names ?? []), this.download]; }",
    )
    .await?;
    lab.click("[data-file=csv]").await?;
    lab.click("[data-file=svg]").await?;
    lab.wait_for("two files", "window.files.length === 2")
        .await?;
    let is_sound = "window.files.some(t => t.startsWith('seconds,')) \
                    && window.files.some(t => t.startsWith('<svg')) \
                    && window.names.join() === 'canary-chart-0.csv,canary-chart-0.svg'";
    ensure!(lab.eval::<bool>(is_sound).await?, "a table and a picture");
    lab.click("#crowd-table").await?;
    lab.find(".lab-chart__table td").await?;
    ensure!(
        lab.count(".lab-chart__table tbody tr").await? > 10,
        "a row for each moment"
    );
    lab.expect_quiet_console().await
}

async fn a_knob_is_turned_and_the_crowd_follows(lab: Lab) -> Result<()> {
    lab.open("/lab/canary").await?;
    finished(&lab).await?;
    let before = figures(&lab).await?;
    lab.run_script("document.querySelector('[data-knob=share]').focus()")
        .await?;
    for _ in 0..3 {
        lab.press(Key::PageUp).await?;
    }
    lab.wait_until("other figures", async || Ok(figures(&lab).await? != before))
        .await?;
    finished(&lab).await?;
    lab.expect_quiet_console().await
}

async fn two_runs_are_compared_and_what_differs_is_named(lab: Lab) -> Result<()> {
    lab.open("/lab/canary").await?;
    finished(&lab).await?;
    lab.click("#crowd-compare").await?;
    lab.find("#crowd-chart-0a").await?;
    lab.find("#crowd-chart-0b").await?;
    lab.run_script("document.querySelector('[data-knob=ttl]').focus()")
        .await?;
    lab.press(Key::End).await?;
    let named = "document.querySelector('.lab-crowd__difference').textContent.includes('TTL: 60 s → 60 min') \
                 || document.querySelector('.lab-crowd__difference').textContent.includes('TTL: 60 s → 1 h')";
    lab.wait_for("the difference", named).await?;
    let ticks = |side: &str| {
        format!(
            "[...document.querySelectorAll('#crowd-chart-0{side} .lab-chart__tick')].map(e => e.textContent).join()"
        )
    };
    let (a, b): (String, String) = (lab.eval(&ticks("a")).await?, lab.eval(&ticks("b")).await?);
    ensure!(a == b, "both have the same axes: {a} and {b}");
    lab.click("#crowd-compare").await?;
    lab.find("#crowd-chart-0").await?;
    lab.expect_quiet_console().await
}

async fn a_run_is_cancelled_and_another_can_follow(lab: Lab) -> Result<()> {
    lab.open("/lab/canary").await?;
    finished(&lab).await?;
    lab.run_script(
        "const s = document.querySelector('#crowd-clients'); s.value = '1000000'; \
         s.dispatchEvent(new Event('change', { bubbles: true })); \
         requestAnimationFrame(() => document.querySelector('#crowd-run').click())",
    )
    .await?;
    let cancelled = "document.querySelector('#crowd-status').textContent.startsWith('Cancelled')";
    lab.wait_for("the run to be cancelled", cancelled).await?;
    lab.run_script(
        "const s = document.querySelector('#crowd-clients'); s.value = '10000'; \
         s.dispatchEvent(new Event('change', { bubbles: true }))",
    )
    .await?;
    finished(&lab).await?;
    let told = lab.text("#crowd-summary").await?;
    ensure!(told.contains("10\u{202f}000 clients"), "{told}");
    lab.expect_quiet_console().await
}

async fn a_link_brings_back_knobs_and_seed(lab: Lab) -> Result<()> {
    lab.open("/lab/canary").await?;
    finished(&lab).await?;
    lab.run_script("document.querySelector('[data-knob=share]').focus()")
        .await?;
    lab.press(Key::PageUp).await?;
    lab.click("#crowd-seed").await?;
    finished(&lab).await?;
    let before = figures(&lab).await?;
    lab.click("#share").await?;
    lab.wait_for("a link", "location.hash.includes('?s=')")
        .await?;
    let link = lab.route().await?;
    lab.open(&link).await?;
    finished(&lab).await?;
    ensure!(figures(&lab).await? == before, "the same run");
    lab.expect_quiet_console().await
}

async fn without_workers_the_page_makes_the_runs_itself(lab: Lab) -> Result<()> {
    lab.open("/").await?;
    lab.run_script("window.Worker = undefined; location.hash = '#/lab/canary'")
        .await?;
    lab.find("#crowd-run").await?;
    finished(&lab).await
}

async fn no_task_is_long_while_a_hundred_thousand_clients_run(lab: Lab) -> Result<()> {
    lab.open("/lab/canary").await?;
    finished(&lab).await?;
    lab.run_script(
        "window.long = []; new PerformanceObserver((list) => \
         list.getEntries().forEach((entry) => window.long.push(entry.duration))) \
         .observe({ entryTypes: ['longtask'] }); \
         const s = document.querySelector('#crowd-clients'); s.value = '100000'; \
         s.dispatchEvent(new Event('change', { bubbles: true }))",
    )
    .await?;
    finished(&lab).await?;
    let told = lab.text("#crowd-summary").await?;
    ensure!(told.contains("100\u{202f}000 clients"), "{told}");
    let long: Vec<f64> = lab.eval("window.long").await?;
    ensure!(long.is_empty(), "tasks of {long:?} ms held the page up");
    lab.expect_quiet_console().await
}
