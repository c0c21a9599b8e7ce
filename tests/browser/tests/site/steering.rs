//! The inspector's panels on steering: how an answer was chosen, what a policy chooses from, and
//! acts on both, by mouse and by keys.

use anyhow::ensure;
use dns_lab_browser_tests::{Key, Lab, Result, Test, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_filter_chain_shows_its_list_after_each_filter,
    an_endpoint_is_taken_out_by_keys_and_stepping_back_undoes_it,
    a_new_weight_holds_for_the_next_answer,
    another_policy_is_picked_from_the_list,
    servers_behind_a_balancer_are_drained_and_killed,
];

/// Opens the wide internet, asks for a name and shows the end of the story.
async fn ask(lab: &Lab, name: &str) -> Result<()> {
    lab.open("/lab/geo").await?;
    lab.find("#ask").await?;
    lab.press('1').await?;
    lab.find(".lab-machine").await?;
    lab.click("#inspect-log").await?;
    lab.run_script(&format!(
        "const field = document.querySelector('#name'); field.value = '{name}'; \
         field.dispatchEvent(new Event('input', {{ bubbles: true }}))"
    ))
    .await?;
    lab.click("#ask").await?;
    logged(lab, "The TCP connection").await?;
    lab.click("#to-end").await
}

/// Waits until the log says something.
async fn logged(lab: &Lab, words: &str) -> Result<()> {
    let condition = format!("document.querySelector('#log')?.textContent.includes(\"{words}\")");
    lab.wait_for(words, &condition).await
}

/// Opens a machine of the stage in the inspector by key.
async fn inspect(lab: &Lab, words: &str) -> Result<()> {
    lab.run_script(&format!(
        "[...document.querySelectorAll('.lab-machine')]\
         .findLast(machine => machine.textContent.includes('{words}')).focus()"
    ))
    .await?;
    lab.press(Key::Enter).await?;
    lab.wait_for(
        "the machine in the inspector",
        &format!("document.querySelector('.lab-machine-panel')?.textContent.includes('{words}')"),
    )
    .await
}

/// Gives the button of an open set with such a label the focus.
async fn focus_act(lab: &Lab, label: &str) -> Result<()> {
    let button = format!(
        "document.querySelector('.lab-machine-panel details[open] [aria-label=\"{label}\"], \
         .lab-machine-panel section [aria-label=\"{label}\"]')"
    );
    lab.wait_for(label, &format!("{button} !== null")).await?;
    lab.run_script(&format!("{button}.focus()")).await
}

/// What the open set of the inspector says.
async fn open_set(lab: &Lab) -> Result<String> {
    lab.text(".lab-steered__set[open]").await
}

async fn a_filter_chain_shows_its_list_after_each_filter(lab: Lab) -> Result<()> {
    ask(&lab, "chain.example.com").await?;
    inspect(&lab, "ns1.example.com").await?;
    let steps: Vec<String> = lab
        .eval(
            "[...document.querySelectorAll('.lab-decision__steps > li')].map(step => \
             [...step.querySelectorAll('.lab-decision__item')].map(item => \
             item.textContent).join('; '))",
        )
        .await?;
    ensure!(
        steps[0].starts_with("Frankfurt 198.51.100.5; Ashburn") && steps[0].contains("Tokyo"),
        "the list to begin with: {steps:?}"
    );
    ensure!(
        steps
            .iter()
            .any(|list| list.contains("Ashburn, taken out; Dallas, taken out")),
        "the fence takes America out: {steps:?}"
    );
    let last = steps.last().map_or("", String::as_str);
    ensure!(last == "✓ Frankfurt 198.51.100.5", "the answer: {steps:?}");
    let set = open_set(&lab).await?;
    ensure!(
        set.contains("chain.example.com A") && set.contains("healthy"),
        "{set}"
    );
    lab.expect_quiet_console().await
}

async fn an_endpoint_is_taken_out_by_keys_and_stepping_back_undoes_it(lab: Lab) -> Result<()> {
    ask(&lab, "shop.example.com").await?;
    inspect(&lab, "ns1.example.com").await?;
    focus_act(&lab, "Take out: Web server, Dallas").await?;
    lab.press(Key::Enter).await?;
    lab.wait_for(
        "the endpoint to be out",
        "document.querySelector('.lab-steered__set[open]').textContent.includes('1 of 2 in use')",
    )
    .await?;
    let focused: String = lab
        .eval("document.activeElement.getAttribute('aria-label') ?? ''")
        .await?;
    ensure!(
        focused == "Put back: Web server, Dallas",
        "the focus stays: {focused}"
    );
    lab.press(Key::Left).await?;
    lab.wait_for(
        "it to be in use before",
        "document.querySelector('.lab-steered__set[open]').textContent.includes('2 of 2 in use')",
    )
    .await?;
    lab.expect_quiet_console().await
}

async fn a_new_weight_holds_for_the_next_answer(lab: Lab) -> Result<()> {
    ask(&lab, "shop.example.com").await?;
    inspect(&lab, "ns1.example.com").await?;
    lab.run_script(
        "const field = document.querySelector('[aria-label=\"Weight of Web server, Virginia\"]'); \
         field.value = '0'; field.dispatchEvent(new Event('change', { bubbles: true }))",
    )
    .await?;
    lab.wait_for(
        "the new weight",
        "document.querySelector('[aria-label=\"Weight of Web server, Virginia\"]').value === '0'",
    )
    .await?;
    lab.click("#inspect-log").await?;
    logged(&lab, "was set to 0").await?;
    lab.expect_quiet_console().await
}

async fn another_policy_is_picked_from_the_list(lab: Lab) -> Result<()> {
    ask(&lab, "shop.example.com").await?;
    inspect(&lab, "ns1.example.com").await?;
    lab.run_script(
        "const field = document.querySelector('.lab-steered__set[open] select'); \
         field.value = 'route53-failover'; \
         field.dispatchEvent(new Event('change', { bubbles: true }))",
    )
    .await?;
    lab.click("#inspect-log").await?;
    logged(&lab, "Failover").await?;
    lab.expect_quiet_console().await
}

async fn servers_behind_a_balancer_are_drained_and_killed(lab: Lab) -> Result<()> {
    ask(&lab, "region.example.com").await?;
    inspect(&lab, "Balancer, Frankfurt").await?;
    lab.wait_for(
        "its three servers",
        "document.querySelectorAll('#balancer > li').length === 3",
    )
    .await?;
    focus_act(&lab, "Drain: web-2").await?;
    lab.press(Key::Enter).await?;
    lab.wait_for(
        "the server to be draining",
        "document.querySelector('#balancer').textContent.includes('draining')",
    )
    .await?;
    focus_act(&lab, "Kill: web-1").await?;
    lab.press(Key::Enter).await?;
    lab.wait_for(
        "the dead server that was not noticed",
        "document.querySelector('#balancer').textContent.includes('dead, not noticed yet')",
    )
    .await?;
    lab.expect_quiet_console().await
}
