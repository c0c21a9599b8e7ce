//! Practice problems: pass and fail, hints, links, keys.

use anyhow::ensure;
use dns_lab_browser_tests::{Key, Lab, Result, Test, tests};

pub(crate) const TESTS: &[Test] = tests![
    #[every_engine]
    a_stored_answer_passes_and_is_kept,
    a_wrong_answer_is_told_with_a_curve,
    an_empty_answer_is_told_beside_its_fields,
    hints_of_a_problem_come_one_by_one,
    a_link_brings_an_answer_back,
    an_answer_is_written_and_run_by_keys_alone,
    starting_again_can_be_undone,
    a_run_can_be_cancelled,
];

/// Whether a report is on the page.
const IS_JUDGED: &str = "!!document.querySelector('#summary')";

/// Puts the first stored answer in the editor.
async fn load_model(lab: &Lab) -> Result<()> {
    lab.find("#run").await?;
    lab.click("#model").await?;
    lab.click("#model-answer .lab-desk__stored button").await
}

/// Types something into a field in place of what is there.
async fn write(lab: &Lab, css: &str, text: &str) -> Result<()> {
    lab.run_script(&format!(
        "{{ const field = document.querySelector({css:?}); field.value = {text:?}; \
         field.dispatchEvent(new Event('input', {{ bubbles: true }})); }}"
    ))
    .await
}

async fn a_stored_answer_passes_and_is_kept(lab: Lab) -> Result<()> {
    for problem in ["stable-name", "nearest-region"] {
        lab.open(&format!("/practice/{problem}")).await?;
        load_model(&lab).await?;
        lab.click("#run").await?;
        lab.wait_for("a report", IS_JUDGED).await?;
        let summary = lab.text("#summary").await?;
        ensure!(summary.starts_with("Passed"), "{problem}: {summary}");
    }
    lab.open("/practice").await?;
    lab.find(".lab-lesson-card").await?;
    let passed = lab.count(".lab-lesson-card[data-state=done]").await?;
    ensure!(passed == 2, "{passed} problems are passed");
    lab.expect_quiet_console().await
}

async fn a_wrong_answer_is_told_with_a_curve(lab: Lab) -> Result<()> {
    lab.open("/practice/stable-name").await?;
    load_model(&lab).await?;
    // The TTL is lowered ten minutes before the move.
    write(&lab, "#at-0", "-10min").await?;
    lab.click("#run").await?;
    lab.wait_for("a report", IS_JUDGED).await?;
    let told = lab.text("[data-criterion=moved]").await?;
    ensure!(told.contains("Not met"), "{told}");
    ensure!(told.contains("copies"), "it tells the cause: {told}");
    lab.find("[data-criterion=moved] .lab-curve__break").await?;
    lab.expect_quiet_console().await
}

async fn an_empty_answer_is_told_beside_its_fields(lab: Lab) -> Result<()> {
    lab.open("/practice/stable-name").await?;
    lab.click("#run").await?;
    lab.find("#faults").await?;
    let zone = lab.text("#zone-fault").await?;
    ensure!(zone.contains("no records yet"), "{zone}");
    let users = lab.text("#users-fault").await?;
    ensure!(users.contains("a name"), "{users}");
    ensure!(lab.count("#summary").await? == 0, "nothing is judged");
    lab.expect_quiet_console().await
}

async fn hints_of_a_problem_come_one_by_one(lab: Lab) -> Result<()> {
    lab.open("/practice/nearest-region").await?;
    for count in 1..=4 {
        lab.click("#hint").await?;
        let condition = format!("document.querySelectorAll('.lab-hints li').length === {count}");
        lab.wait_for("another hint", &condition).await?;
    }
    ensure!(lab.count("#hint").await? == 0, "there are no more");
    lab.expect_quiet_console().await
}

async fn a_link_brings_an_answer_back(lab: Lab) -> Result<()> {
    lab.open("/practice/stable-name").await?;
    lab.find("#zone").await?;
    write(&lab, "#zone", "app 77 A 11.22.33.44\n").await?;
    let link = lab.copied_route("#share-answer").await?;
    write(&lab, "#zone", "something else").await?;
    lab.open("/practice").await?;
    lab.find(".lab-lesson-card").await?;
    lab.open(&link).await?;
    lab.wait_for(
        "the answer of the link",
        "document.querySelector('#zone')?.value === 'app 77 A 11.22.33.44\\n'",
    )
    .await?;
    lab.click("#bring-back").await?;
    lab.wait_for(
        "the draft",
        "document.querySelector('#zone').value === 'something else'",
    )
    .await?;
    lab.expect_quiet_console().await
}

/// Presses Tab until an element has the focus.
async fn tab_to(lab: &Lab, id: &str) -> Result<()> {
    for _ in 0..80 {
        lab.press(Key::Tab).await?;
        let focused: String = lab.eval("document.activeElement?.id ?? ''").await?;
        if focused == id {
            return Ok(());
        }
    }
    anyhow::bail!("Tab does not lead to {id}")
}

async fn an_answer_is_written_and_run_by_keys_alone(lab: Lab) -> Result<()> {
    lab.open("/practice/stable-name").await?;
    lab.find("#run").await?;
    tab_to(&lab, "users").await?;
    lab.type_text("app.example.com").await?;
    tab_to(&lab, "zone").await?;
    lab.press_with(&[Key::Control], 'a').await?;
    lab.type_text("app 3600 A 11.22.33.44").await?;
    let rows = [
        ("-24h", "ttl app 60"),
        ("0", "set app A 55.66.77.88"),
        ("+1h", "ttl app 3600"),
        ("+24h", "stop 11.22.33.44"),
    ];
    for (index, (at, act)) in rows.into_iter().enumerate() {
        if index == 0 {
            tab_to(&lab, "at-0").await?;
            lab.press_with(&[Key::Control], 'a').await?;
        } else {
            tab_to(&lab, "add-row").await?;
            lab.press(Key::Enter).await?;
            let condition = format!("document.activeElement?.id === 'at-{index}'");
            lab.wait_for("the focus in the new row", &condition).await?;
        }
        lab.type_text(at).await?;
        lab.press(Key::Tab).await?;
        lab.type_text(act).await?;
    }
    tab_to(&lab, "run").await?;
    lab.press(Key::Enter).await?;
    lab.wait_for("a report", IS_JUDGED).await?;
    let summary = lab.text("#summary").await?;
    ensure!(summary.starts_with("Passed"), "{summary}");
    lab.expect_quiet_console().await
}

async fn starting_again_can_be_undone(lab: Lab) -> Result<()> {
    lab.open("/practice/nearest-region").await?;
    lab.find("#zone").await?;
    write(&lab, "#zone", "app 60 A 203.0.113.10\n").await?;
    lab.click("#start-again").await?;
    let is_gone = "!document.querySelector('#zone').value.includes('203')";
    lab.wait_for("an empty editor", is_gone).await?;
    lab.click("#bring-back").await?;
    let is_back = "document.querySelector('#zone').value.includes('203')";
    lab.wait_for("what was typed", is_back).await?;
    lab.expect_quiet_console().await
}

async fn a_run_can_be_cancelled(lab: Lab) -> Result<()> {
    lab.open("/practice/stable-name").await?;
    load_model(&lab).await?;
    // Both clicks happen before the first slice, so the run cannot end in between.
    lab.run_script(
        "document.querySelector('#run').click(); \
         queueMicrotask(() => queueMicrotask(() => document.querySelector('#run').click()))",
    )
    .await?;
    lab.wait_for(
        "the button",
        "document.querySelector('#run').textContent.includes('Run')",
    )
    .await?;
    ensure!(lab.count("#summary").await? == 0, "nothing is judged");
    lab.expect_quiet_console().await
}
