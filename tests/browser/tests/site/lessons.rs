//! Lessons: live numbers, predictions, goals, progress.

use anyhow::ensure;
use dns_lab_browser_tests::{Key, Lab, Result, Test, tests};

use super::moves::{act, commit};

pub(crate) const TESTS: &[Test] = tests![
    #[every_engine]
    the_first_step_is_done_by_doing_it,
    #[every_engine]
    dragging_the_ttl_changes_prose_picture_and_numbers,
    a_number_in_the_prose_moves_by_keys,
    a_wrong_prediction_gets_its_reason_and_another_try,
    a_button_that_goes_on_from_a_prediction_waits_for_it,
    #[every_engine]
    keys_lead_from_step_to_step_and_through_a_prediction,
    progress_is_kept_over_a_reload,
    every_step_of_every_lesson_opens_quietly,
    hints_come_one_by_one,
];

async fn the_first_step_is_done_by_doing_it(lab: Lab) -> Result<()> {
    lab.open("/").await?;
    lab.click("#start").await?;
    lab.find("#goal[data-state=open]").await?;
    act(&lab, "#action").await?;
    lab.click("#to-end").await?;
    lab.find("#goal[data-state=done]").await?;
    lab.click("#next-step").await?;
    lab.wait_for("the next step", "location.hash.includes('first-lookup/2')")
        .await?;
    lab.expect_quiet_console().await
}

async fn dragging_the_ttl_changes_prose_picture_and_numbers(lab: Lab) -> Result<()> {
    // The step about the load on the servers: its opening has filled the caches or is empty.
    lab.open("/lesson/caches-and-ttl/4").await?;
    lab.find(".predict").await?;
    commit(&lab).await?;
    lab.find("#outcome").await?;
    lab.find("[data-figure=fetches]").await?;
    lab.wait_for(
        "the figure",
        "/[0-9]/.test(document.querySelector('[data-figure=fetches]').textContent)",
    )
    .await?;
    let read = "JSON.stringify(['.lab-number[data-knob=ttl]', '[data-figure=fetches]', '.lab-knob__value']\
        .map(s => document.querySelector(s).textContent))";
    let picture = "[...document.querySelectorAll('#stage-panel svg text, #time')].map(t => t.textContent).join('|')";
    let before: String = lab.eval(read).await?;
    let picture_before: String = lab.eval(picture).await?;
    lab.drag(".lab-number[data-knob=ttl]", -90.0, 0.0).await?;
    lab.wait_for(
        "the prose to follow",
        &format!("{read} !== {}", serde_json::json!(before)),
    )
    .await?;
    lab.wait_for(
        "the figure to follow",
        &format!(
            "document.querySelector('[data-figure=fetches]').textContent !== JSON.parse({})[1]",
            serde_json::json!(before)
        ),
    )
    .await?;
    lab.wait_for(
        "the picture to follow",
        &format!("{picture} !== {}", serde_json::json!(picture_before)),
    )
    .await?;
    lab.expect_quiet_console().await
}

async fn a_number_in_the_prose_moves_by_keys(lab: Lab) -> Result<()> {
    lab.open("/lesson/caches-and-ttl/4").await?;
    lab.find(".lab-number[data-knob=ttl]").await?;
    lab.run_script("document.querySelector('.lab-number[data-knob=ttl]').focus()")
        .await?;
    let before: String = lab.text(".lab-number[data-knob=ttl]").await?;
    lab.press(Key::Right).await?;
    let after: String = lab.text(".lab-number[data-knob=ttl]").await?;
    ensure!(before != after, "{before}");
    lab.press(Key::Left).await?;
    ensure!(
        lab.text(".lab-number[data-knob=ttl]").await? == before,
        "back again"
    );
    lab.expect_quiet_console().await
}

async fn a_wrong_prediction_gets_its_reason_and_another_try(lab: Lab) -> Result<()> {
    lab.open("/lesson/names-that-do-not-exist/2").await?;
    lab.find(".predict").await?;
    ensure!(
        lab.count("#commit:disabled").await? == 1,
        "nothing is chosen yet"
    );
    commit(&lab).await?;
    ensure!(
        lab.count("#outcome").await? == 0,
        "the outcome comes after the run"
    );
    lab.click("#skip").await?;
    let outcome = lab.text("#outcome").await?;
    ensure!(
        outcome.contains("cached"),
        "the reason is about the belief: {outcome}"
    );
    lab.find(".lab-option[data-verdict=right]").await?;
    lab.click("#retry").await?;
    lab.find("#commit:disabled").await?;
    // The goal asks for seeing the outcome, and that has happened.
    lab.find("#goal").await?;
    lab.expect_quiet_console().await
}

async fn a_button_that_goes_on_from_a_prediction_waits_for_it(lab: Lab) -> Result<()> {
    lab.open("/lesson/aliases/2").await?;
    lab.find("#action:disabled").await?;
    lab.find(".predict ~ .lab-row #action").await?;
    commit(&lab).await?;
    lab.click("#skip").await?;
    lab.find("#outcome").await?;
    lab.click("#action:enabled").await?;
    lab.click("#to-end").await?;
    lab.find("#goal[data-state=done]").await?;
    // Another try begins with a prediction again; what was done stays done.
    lab.click("#retry").await?;
    lab.find("#action:enabled").await?;
    lab.expect_quiet_console().await
}

async fn keys_lead_from_step_to_step_and_through_a_prediction(lab: Lab) -> Result<()> {
    lab.open("/lesson/aliases/1").await?;
    lab.find("#next-step").await?;
    lab.run_script("document.querySelector('#next-step').focus()")
        .await?;
    lab.press(Key::Enter).await?;
    lab.wait_for(
        "the focus to go to the title",
        "document.activeElement.id === 'step-title'",
    )
    .await?;
    ensure!(lab.text("#step-title").await? == "What it costs");
    // The next stop is the prediction: choose, commit, skip, and press the button.
    lab.press(Key::Tab).await?;
    lab.press(' ').await?;
    lab.press(Key::Tab).await?;
    ensure!(lab.eval::<String>("document.activeElement.id").await? == "commit");
    lab.press(Key::Enter).await?;
    lab.find("#skip").await?;
    lab.press(Key::Tab).await?;
    ensure!(lab.eval::<String>("document.activeElement.id").await? == "skip");
    lab.press(Key::Enter).await?;
    lab.find("#outcome").await?;
    lab.press(Key::Tab).await?;
    ensure!(lab.eval::<String>("document.activeElement.id").await? == "retry");
    lab.press(Key::Tab).await?;
    ensure!(lab.eval::<String>("document.activeElement.id").await? == "action");
    lab.expect_quiet_console().await
}

async fn progress_is_kept_over_a_reload(lab: Lab) -> Result<()> {
    lab.open("/lesson/first-lookup/1").await?;
    act(&lab, "#action").await?;
    lab.click("#to-end").await?;
    lab.find("#goal[data-state=done]").await?;
    lab.open("/lesson/first-lookup/1").await?;
    lab.find("#goal[data-state=done]").await?;
    lab.expect_quiet_console().await
}

async fn every_step_of_every_lesson_opens_quietly(lab: Lab) -> Result<()> {
    let course = dns_lab::lesson::course().map_err(|errors| anyhow::anyhow!("{errors:?}"))?;
    for lesson in course.lessons() {
        for (index, step) in lesson.steps.iter().enumerate() {
            lab.open(&format!("/lesson/{}/{}", lesson.id, index + 1))
                .await?;
            let title = lab.text("h1").await?;
            ensure!(
                title == step.title,
                "{} step {}: {title}",
                lesson.id,
                index + 1
            );
            let picture = "#stage-panel svg, #stage-panel table, #stage-panel ol";
            lab.find(picture).await?;
            // A crowd shows who takes part before its run, and not what comes of it.
            if lab.count("#stage-panel div.lab-crowd").await? > 0 {
                lab.find(".lab-outlook__row").await?;
                let curves = lab.count(".lab-chart__line").await?;
                ensure!(curves == 0, "{} step {} tells", lesson.id, index + 1);
            }
            lab.expect_quiet_console().await?;
        }
    }
    Ok(())
}

async fn hints_come_one_by_one(lab: Lab) -> Result<()> {
    lab.open("/lesson/first-lookup/1").await?;
    lab.find("#hint").await?;
    let before = lab.text("main").await?.len();
    lab.click("#hint").await?;
    let is_longer = async || Ok(lab.text("main").await?.len() > before);
    lab.wait_until("a hint", is_longer).await?;
    lab.expect_quiet_console().await
}
