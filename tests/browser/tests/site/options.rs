//! Options of resolvers in the free lab.

use anyhow::{Context, ensure};
use dns_lab_browser_tests::{Key, Lab, Result, Test, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_product_sets_its_options_and_what_differs_is_named,
    an_option_changes_what_the_resolver_does,
    options_come_back_with_a_link,
    an_option_is_set_by_keyboard_alone,
    every_line_of_the_log_with_a_rule_links_to_it,
];

/// Opens the lab and the list of options with all its groups.
async fn open_options(lab: &Lab) -> Result<()> {
    lab.find("#options").await?;
    lab.run_script(
        "document.querySelectorAll('#options, .lab-settings__group').forEach(d => d.open = true)",
    )
    .await
}

/// Chooses from a list or fills a field as a person would, ending with a change.
async fn set(lab: &Lab, id: &str, value: &str) -> Result<()> {
    lab.run_script(&format!(
        "const e = document.getElementById('{id}'); e.value = '{value}'; \
         e.dispatchEvent(new Event('change', {{ bubbles: true }}))"
    ))
    .await
}

/// What a control shows.
async fn value(lab: &Lab, id: &str) -> Result<String> {
    lab.eval(&format!("document.getElementById('{id}').value"))
        .await
}

/// Waits until the summary says something.
async fn summary(lab: &Lab, says: &str) -> Result<()> {
    let condition =
        format!("document.querySelector('#options-summary').textContent.includes('{says}')");
    lab.wait_for(says, &condition).await
}

async fn a_product_sets_its_options_and_what_differs_is_named(lab: Lab) -> Result<()> {
    lab.open("/lab").await?;
    open_options(&lab).await?;
    set(&lab, "options-product", "2").await?;
    summary(&lab, "Every option is as BIND 9 has it").await?;
    ensure!(
        value(&lab, "option-failure-ttl").await? == "1",
        "BIND forgets failures soon"
    );
    set(&lab, "option-failure-ttl", "9999").await?;
    summary(&lab, "1 option differs from BIND 9").await?;
    ensure!(
        value(&lab, "option-failure-ttl").await? == "300",
        "what is too much is cut"
    );
    ensure!(
        lab.count(".lab-setting[data-state=changed]").await? == 1,
        "one is marked"
    );
    lab.click(".lab-setting__reset").await?;
    summary(&lab, "Every option is as BIND 9 has it").await?;
    set(&lab, "option-prefetch", "0").await?;
    set(&lab, "options-product", "1").await?;
    summary(&lab, "Every option is as Unbound has it").await?;
    ensure!(
        value(&lab, "option-queries").await? == "32",
        "Unbound's limit"
    );
    lab.expect_quiet_console().await
}

async fn an_option_changes_what_the_resolver_does(lab: Lab) -> Result<()> {
    lab.open("/lab").await?;
    lab.click("#ask").await?;
    lab.click("#inspect-log").await?;
    lab.find("#log li").await?;
    open_options(&lab).await?;
    let asked = "document.querySelector('#log').textContent.includes('asks for com A only')";
    ensure!(
        !lab.eval::<bool>(asked).await?,
        "nothing is hidden at first"
    );
    set(&lab, "option-qname-minimisation", "1").await?;
    lab.wait_for("a part of the name to be asked for", asked)
        .await?;
    lab.click("#options-reset").await?;
    lab.wait_for("the whole name to be asked for", &format!("!({asked})"))
        .await?;
    lab.expect_quiet_console().await
}

async fn options_come_back_with_a_link(lab: Lab) -> Result<()> {
    lab.open("/lab").await?;
    open_options(&lab).await?;
    set(&lab, "options-product", "3").await?;
    set(&lab, "option-attempts", "7").await?;
    summary(&lab, "1 option differs from PowerDNS Recursor").await?;
    let route = lab.copied_route("#share").await?;
    lab.open(&route).await?;
    open_options(&lab).await?;
    summary(&lab, "1 option differs from PowerDNS Recursor").await?;
    ensure!(
        value(&lab, "option-attempts").await? == "7",
        "the option is back"
    );
    lab.expect_quiet_console().await
}

async fn an_option_is_set_by_keyboard_alone(lab: Lab) -> Result<()> {
    lab.open("/lab").await?;
    lab.find("#options").await?;
    lab.run_script("document.querySelector('#options > summary').focus()")
        .await?;
    lab.press(Key::Enter).await?;
    for _ in 0..3 {
        lab.press(Key::Tab).await?;
    }
    lab.press(Key::Enter).await?;
    lab.press(Key::Tab).await?;
    let focused = lab.focused().await?;
    ensure!(
        focused == "input#option-priming",
        "the focus is on {focused}"
    );
    lab.press(Key::Space).await?;
    summary(&lab, "1 option differs from this world").await?;
    let is_on: bool = lab
        .eval("document.getElementById('option-priming').checked")
        .await
        .context("the switch")?;
    ensure!(is_on, "the space bar turns the switch");
    lab.expect_quiet_console().await
}

async fn every_line_of_the_log_with_a_rule_links_to_it(lab: Lab) -> Result<()> {
    lab.open("/lab").await?;
    lab.click("#ask").await?;
    lab.click("#inspect-log").await?;
    lab.find("#log li").await?;
    let lines = lab.count("#log li").await?;
    let rules = lab
        .count("#log a[href^='https://www.rfc-editor.org/rfc/rfc']")
        .await?;
    ensure!(rules * 10 > lines * 9, "{rules} rules on {lines} lines");
    lab.expect_quiet_console().await
}
