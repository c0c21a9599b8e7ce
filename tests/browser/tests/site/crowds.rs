//! Scenarios with a crowd: charts, knobs, runs in a worker, links.

use anyhow::ensure;
use dns_lab_browser_tests::{Key, Lab, Result, Test, tests};

use super::moves::commit;

pub(crate) const TESTS: &[Test] = tests![
    every_scenario_opens_and_shows_its_charts,
    #[every_engine]
    a_scenario_runs_below_a_path_of_its_host,
    a_chart_is_read_by_keyboard,
    charts_show_a_part_of_the_run_by_mouse_and_by_keys,
    charts_are_also_tables_and_files,
    #[every_engine]
    a_knob_is_turned_and_the_crowd_follows,
    two_runs_are_compared_and_what_differs_is_named,
    a_run_is_cancelled_and_another_can_follow,
    a_link_brings_back_knobs_and_seed,
    a_link_brings_back_a_comparison,
    what_has_a_name_is_chosen_and_what_is_on_or_off_is_switched,
    #[every_engine]
    a_lesson_is_predicted_run_and_its_figures_follow_the_knob,
    a_figure_of_another_setting_has_a_run_of_its_own,
    a_link_from_a_lesson_brings_back_its_run,
    a_preview_says_what_it_is,
    #[every_engine]
    without_workers_the_page_makes_the_runs_itself,
    no_task_is_long_while_a_hundred_thousand_clients_run,
];

/// Waits until a run has come to its end.
async fn finished(lab: &Lab) -> Result<()> {
    let done = "document.querySelector('#crowd-cancel')?.checkVisibility() === false \
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

/// Presses a key on something.
async fn press_on(lab: &Lab, css: &str, key: impl Into<char>) -> Result<()> {
    lab.find(css).await?;
    lab.run_script(&format!(
        "document.querySelector({}).focus()",
        serde_json::json!(css)
    ))
    .await?;
    lab.press(key).await
}

/// Shares what is on the screen, and opens the link.
async fn follow_shared_link(lab: &Lab) -> Result<()> {
    let link = lab.copied_route("#share").await?;
    lab.open("/").await?;
    lab.open(&link).await
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

/// How far the axis of the first chart reaches, by its keys; the cursor ends at its end.
async fn axis(lab: &Lab) -> Result<(String, String)> {
    lab.run_script("document.querySelector('.lab-chart__svg[role=slider]').focus()")
        .await?;
    let mut ends = Vec::new();
    for key in [Key::Home, Key::End] {
        lab.press(key).await?;
        let words = readout(lab).await?;
        ends.push(words.split(':').next().unwrap_or_default().to_owned());
    }
    Ok((ends[0].clone(), ends[1].clone()))
}

async fn charts_show_a_part_of_the_run_by_mouse_and_by_keys(lab: Lab) -> Result<()> {
    lab.open("/lab/failover").await?;
    finished(&lab).await?;
    let whole = axis(&lab).await?;
    // Around the failure at ten minutes, a quarter of forty minutes.
    lab.run_script(
        "const s = document.querySelector('#crowd-moment'); s.value = '0'; \
         s.dispatchEvent(new Event('change', { bubbles: true }))",
    )
    .await?;
    let part = axis(&lab).await?;
    ensure!(
        part == ("8 min".to_owned(), "18 min".to_owned()),
        "{part:?} of {whole:?}"
    );
    lab.click("#crowd-closer").await?;
    let closer = axis(&lab).await?;
    ensure!(closer != part, "{closer:?} is closer than {part:?}");
    // A link brings the part back.
    follow_shared_link(&lab).await?;
    finished(&lab).await?;
    ensure!(axis(&lab).await? == closer, "the link is of {closer:?}");
    // And by keys on the chart.
    lab.press('-').await?;
    lab.wait_for(
        "a way to a shorter time",
        "!document.querySelector('#crowd-closer').disabled",
    )
    .await?;
    lab.press('0').await?;
    lab.wait_for(
        "the whole run",
        "document.querySelector('#crowd-wider').disabled",
    )
    .await?;
    let back = axis(&lab).await?;
    ensure!(back == whole, "{back:?} and {whole:?}");
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
         requestAnimationFrame(() => { \
             document.querySelector('#crowd-run').click(); \
             document.querySelector('#crowd-cancel').click(); \
         })",
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
    follow_shared_link(&lab).await?;
    finished(&lab).await?;
    ensure!(figures(&lab).await? == before, "the same run");
    lab.expect_quiet_console().await
}

async fn a_link_brings_back_a_comparison(lab: Lab) -> Result<()> {
    lab.open("/lab/canary").await?;
    finished(&lab).await?;
    lab.click("#crowd-compare").await?;
    press_on(&lab, "[data-knob=ttl]", Key::End).await?;
    lab.wait_for(
        "the difference",
        "document.querySelector('.lab-crowd__difference').textContent.includes('TTL')",
    )
    .await?;
    finished(&lab).await?;
    let before = lab.text(".lab-crowd__difference").await?;
    follow_shared_link(&lab).await?;
    finished(&lab).await?;
    lab.find("#crowd-chart-0a").await?;
    let after = lab.text(".lab-crowd__difference").await?;
    ensure!(after == before, "{after}, and before {before}");
    lab.expect_quiet_console().await
}

async fn what_has_a_name_is_chosen_and_what_is_on_or_off_is_switched(lab: Lab) -> Result<()> {
    lab.open("/lab/geo").await?;
    lab.click("#view-population").await?;
    finished(&lab).await?;
    ensure!(lab.count("select[data-knob=policy] option").await? == 3);
    // The first thing a label can be of is what it is of.
    let labelled = "['select[data-knob=policy]', '[role=switch][data-knob=ecs]'] \
                    .every((css) => document.querySelector(css).labels.length === 1) \
                    && document.querySelector('.lab-range').ariaLabel !== ''";
    ensure!(lab.eval::<bool>(labelled).await?, "all have a name");
    let before = figures(&lab).await?;
    press_on(&lab, "select[data-knob=policy]", Key::End).await?;
    lab.wait_until("other figures", async || Ok(figures(&lab).await? != before))
        .await?;
    finished(&lab).await?;
    press_on(&lab, "[role=switch][data-knob=ecs]", ' ').await?;
    ensure!(lab.count("[data-knob=ecs]:checked").await? == 1);
    finished(&lab).await?;
    lab.expect_quiet_console().await
}

async fn a_lesson_is_predicted_run_and_its_figures_follow_the_knob(lab: Lab) -> Result<()> {
    lab.open("/lesson/weighted-and-canary/2").await?;
    // Before the run: who takes part, and nothing of what comes of it.
    lab.find(".lab-outlook__row").await?;
    lab.find("#crowd-run:disabled").await?;
    press_on(&lab, ".lab-range[data-knob=share]", Key::PageUp).await?;
    lab.wait_for(
        "the weights to follow",
        "document.querySelector('.lab-outlook').textContent.includes('weight 6.0')",
    )
    .await?;
    ensure!(lab.count(".lab-chart__line").await? == 0, "nothing is run");
    lab.click(".predict .lab-option:nth-of-type(2)").await?;
    lab.click("#commit").await?;
    finished(&lab).await?;
    lab.find("#outcome").await?;
    lab.find("#goal[data-state=open]").await?;
    let requests =
        "document.querySelector('[data-figure=requests]:not([data-state])')?.textContent";
    lab.wait_for("the figure", &format!("/[0-9]/.test({requests})"))
        .await?;
    // The prediction was about 1 percent, wherever the knob was.
    let mut before: String = lab.eval(requests).await?;
    for presses in [1, 4] {
        for _ in 0..presses {
            press_on(&lab, ".lab-range[data-knob=share]", Key::PageUp).await?;
        }
        let changed = format!("{requests} && {requests} !== {}", serde_json::json!(before));
        lab.wait_for("the figure to follow", &changed).await?;
        finished(&lab).await?;
        before = lab.eval(requests).await?;
    }
    lab.find("#goal[data-state=done]").await?;
    lab.expect_quiet_console().await
}

async fn a_figure_of_another_setting_has_a_run_of_its_own(lab: Lab) -> Result<()> {
    lab.open("/lesson/anycast-and-dns/5").await?;
    commit(&lab).await?;
    finished(&lab).await?;
    let both = "['all_anycast', 'all_dns'].map((id) => \
                document.querySelector(`[data-figure=${id}]:not([data-state])`)?.textContent ?? '')";
    let are_known = format!("{both}.every((text) => /[0-9]/.test(text))");
    lab.wait_for("both figures", &are_known).await?;
    let before: Vec<String> = lab.eval(both).await?;
    ensure!(before[0] != before[1], "each way has its time: {before:?}");
    press_on(&lab, ".lab-range[data-knob=edge]", Key::End).await?;
    finished(&lab).await?;
    // With everything on anycast, the figure of the knob is the one of that setting.
    let same = "document.querySelector('[data-figure=last_dead]:not([data-state])')?.textContent \
                === document.querySelector('[data-figure=all_anycast]').textContent";
    lab.wait_for("the knob's figure", same).await?;
    lab.wait_for("both figures", &are_known).await?;
    let after: Vec<String> = lab.eval(both).await?;
    ensure!(after == before, "{after:?}, and before {before:?}");
    lab.expect_quiet_console().await
}

async fn a_link_from_a_lesson_brings_back_its_run(lab: Lab) -> Result<()> {
    lab.open("/lesson/weighted-and-canary/2").await?;
    commit(&lab).await?;
    finished(&lab).await?;
    press_on(&lab, ".lab-range[data-knob=share]", Key::PageUp).await?;
    lab.click("#crowd-seed").await?;
    finished(&lab).await?;
    let state = "JSON.stringify(['.lab-knob__value', '#crowd-summary'] \
                 .map((css) => document.querySelector(css).textContent))";
    let before: String = lab.eval(state).await?;
    follow_shared_link(&lab).await?;
    finished(&lab).await?;
    let after: String = lab.eval(state).await?;
    ensure!(after == before, "{after}, and before {before}");
    // Who follows the link has a prediction of their own to make.
    lab.find("#commit").await?;
    lab.expect_quiet_console().await
}

async fn a_preview_says_what_it_is(lab: Lab) -> Result<()> {
    lab.open("/lab/failover").await?;
    finished(&lab).await?;
    // What is seen for a moment is caught.
    lab.run_script(
        "window.said = ''; new MutationObserver(() => { \
         window.said ||= document.querySelector('#crowd-preview')?.textContent ?? ''; }) \
         .observe(document.body, { childList: true, subtree: true }); \
         const s = document.querySelector('#crowd-clients'); s.value = '100000'; \
         s.dispatchEvent(new Event('change', { bubbles: true }))",
    )
    .await?;
    lab.wait_for(
        "the larger crowd",
        "document.querySelector('#crowd-summary').textContent.includes('100\u{202f}000 clients')",
    )
    .await?;
    // A knob that rests before the preview is there is followed by all clients at once.
    lab.wait_until("a preview", async || {
        press_on(&lab, ".lab-range[data-knob=ttl]", Key::Right).await?;
        lab.eval("window.said.includes('1 of 10 clients')").await
    })
    .await?;
    lab.wait_for(
        "all to be simulated",
        "!document.querySelector('#crowd-preview')",
    )
    .await?;
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
