//! What the learner made is there again: in two windows, after a reload, after other pages.

use anyhow::ensure;
use dns_lab_browser_tests::{Key, Lab, Result, Test, tests};

use super::moves::{act, commit};

pub(crate) const TESTS: &[Test] = tests![
    steps_done_in_two_windows_are_both_there_after_a_reload,
    a_draft_written_in_two_windows_is_kept_twice,
    the_lab_is_where_it_was_after_other_pages_and_a_reload,
    what_is_done_after_a_link_was_copied_survives_a_reload,
    starting_over_can_be_undone,
    a_step_that_is_started_over_begins_anew_and_can_be_brought_back,
    a_zone_that_is_typed_and_not_applied_is_there_again,
    work_on_an_answer_survives_its_link_and_a_reload,
    a_done_step_shows_prediction_and_why_again,
    a_full_storage_is_told_and_the_page_works_on,
    progress_that_could_not_be_read_can_be_looked_at,
    an_address_that_is_too_long_says_so,
];

/// Does the first step of a lesson that needs only its button.
async fn do_first_step(lab: &Lab) -> Result<()> {
    act(lab, "#action").await?;
    lab.click("#to-end").await?;
    lab.find("#goal[data-state=done]").await?;
    Ok(())
}

/// Asks what stands in the lab's form, and looks at the end.
async fn ask(lab: &Lab) -> Result<()> {
    act(lab, "#ask").await?;
    lab.click("#to-end").await
}

/// How many events the session at hand has.
async fn events(lab: &Lab) -> Result<String> {
    lab.eval("document.querySelector('#scrub').ariaValueMax")
        .await
}

/// Types something into a field in place of what is there.
async fn write(lab: &Lab, css: &str, text: &str) -> Result<()> {
    lab.run_script(&format!(
        "{{ const field = document.querySelector({css:?}); field.value = {text:?}; \
         field.dispatchEvent(new Event('input', {{ bubbles: true }})); }}"
    ))
    .await
}

/// Loads the page at hand again.
async fn reload(lab: &Lab) -> Result<()> {
    let route = lab.route().await?;
    lab.open(&route).await
}

/// Opens another window at a route, and goes there. Returns the first window.
async fn open_window(lab: &Lab, route: &str) -> Result<fantoccini::wd::WindowHandle> {
    let client = lab.client();
    let first = client.window().await?;
    let second = client.new_window(true).await?;
    client.switch_to_window(second.handle).await?;
    lab.open(route).await?;
    Ok(first)
}

/// Closes the window at hand and goes to another.
async fn close_window(lab: &Lab, other: fantoccini::wd::WindowHandle) -> Result<()> {
    lab.client().close_window().await?;
    Ok(lab.client().switch_to_window(other).await?)
}

async fn steps_done_in_two_windows_are_both_there_after_a_reload(lab: Lab) -> Result<()> {
    // Both windows read what is stored before either writes.
    lab.open("/lesson/first-lookup/1").await?;
    lab.find("#action").await?;
    let first = open_window(&lab, "/lesson/caches-and-ttl/1").await?;
    do_first_step(&lab).await?;
    close_window(&lab, first).await?;
    do_first_step(&lab).await?;
    let stored: String = lab.eval("localStorage.getItem('dns-lab.progress')").await?;
    for lesson in ["first-lookup", "caches-and-ttl"] {
        ensure!(stored.contains(lesson), "{lesson} is in {stored}");
    }
    lab.open("/lesson/caches-and-ttl/1").await?;
    lab.find("#goal[data-state=done]").await?;
    lab.expect_quiet_console().await
}

async fn a_draft_written_in_two_windows_is_kept_twice(lab: Lab) -> Result<()> {
    lab.open("/practice/stable-name").await?;
    lab.find("#zone").await?;
    let first = open_window(&lab, "/practice/stable-name").await?;
    lab.find("#zone").await?;
    write(&lab, "#zone", "app 60 A 192.0.2.2\n").await?;
    close_window(&lab, first).await?;
    lab.find("#notice").await?;
    write(&lab, "#zone", "app 60 A 192.0.2.1\n").await?;
    lab.find("#versions").await?;
    reload(&lab).await?;
    lab.wait_for(
        "the draft of this window",
        "document.querySelector('#zone')?.value.includes('192.0.2.1')",
    )
    .await?;
    lab.click("#bring-back").await?;
    lab.wait_for(
        "the draft of the other one",
        "document.querySelector('#zone').value.includes('192.0.2.2')",
    )
    .await?;
    lab.expect_quiet_console().await
}

async fn the_lab_is_where_it_was_after_other_pages_and_a_reload(lab: Lab) -> Result<()> {
    lab.open("/lab").await?;
    ask(&lab).await?;
    let before = events(&lab).await?;
    lab.eval::<bool>("(location.hash = '#/practice', true)")
        .await?;
    lab.find(".lab-lesson-card").await?;
    lab.eval::<bool>("(history.back(), true)").await?;
    lab.find("#start-over-here").await?;
    ensure!(events(&lab).await? == before, "after Back");
    reload(&lab).await?;
    lab.find("#start-over-here").await?;
    ensure!(events(&lab).await? == before, "after a reload");
    lab.expect_quiet_console().await
}

async fn what_is_done_after_a_link_was_copied_survives_a_reload(lab: Lab) -> Result<()> {
    lab.open("/lab").await?;
    ask(&lab).await?;
    let link = lab.copied_route("#share").await?;
    ask(&lab).await?;
    let before = events(&lab).await?;
    reload(&lab).await?;
    lab.find("#start-over-here").await?;
    ensure!(events(&lab).await? == before, "after a reload");
    // The same after the link was opened and gone on from.
    lab.open(&link).await?;
    lab.find("#bring-session-back").await?;
    ask(&lab).await?;
    let before = events(&lab).await?;
    reload(&lab).await?;
    lab.find("#start-over-here").await?;
    ensure!(events(&lab).await? == before, "after a reload of the link");
    lab.expect_quiet_console().await
}

/// Comes back to a page where something was done, starts it over, and undoes that.
async fn start_over_and_undo(lab: &Lab) -> Result<()> {
    let before = events(lab).await?;
    reload(lab).await?;
    lab.click("#start-over-here").await?;
    lab.wait_for("an empty page", "document.querySelector('#play').disabled")
        .await?;
    lab.click("#bring-session-back").await?;
    lab.wait_for("the session", "!document.querySelector('#play').disabled")
        .await?;
    ensure!(events(lab).await? == before, "it is back");
    lab.expect_quiet_console().await
}

async fn starting_over_can_be_undone(lab: Lab) -> Result<()> {
    lab.open("/lab").await?;
    ask(&lab).await?;
    start_over_and_undo(&lab).await
}

async fn a_step_that_is_started_over_begins_anew_and_can_be_brought_back(lab: Lab) -> Result<()> {
    lab.open("/lesson/first-lookup/1").await?;
    do_first_step(&lab).await?;
    start_over_and_undo(&lab).await
}

async fn a_zone_that_is_typed_and_not_applied_is_there_again(lab: Lab) -> Result<()> {
    lab.open("/lab").await?;
    ask(&lab).await?;
    lab.run_script(
        "[...document.querySelectorAll('.lab-machine')]\
         .findLast(machine => machine.textContent.includes('ns1.example.com')).focus()",
    )
    .await?;
    lab.press(Key::Enter).await?;
    lab.find(".lab-zone-file textarea").await?;
    write(&lab, ".lab-zone-file textarea", "half a zone").await?;
    lab.click("#inspect-log").await?;
    lab.click("#inspect-machine").await?;
    let is_there = "document.querySelector('.lab-zone-file textarea')?.value === 'half a zone'";
    lab.wait_for("what was typed", is_there).await?;
    lab.expect_quiet_console().await
}

async fn work_on_an_answer_survives_its_link_and_a_reload(lab: Lab) -> Result<()> {
    lab.open("/practice/stable-name").await?;
    lab.find("#zone").await?;
    write(&lab, "#zone", "app 60 A 192.0.2.1\n").await?;
    let link = lab.copied_route("#share-answer").await?;
    lab.open(&link).await?;
    lab.find("#zone").await?;
    write(&lab, "#zone", "app 60 A 192.0.2.2\n").await?;
    reload(&lab).await?;
    lab.wait_for(
        "what was written after the link",
        "document.querySelector('#zone')?.value.includes('192.0.2.2')",
    )
    .await?;
    lab.expect_quiet_console().await
}

async fn a_done_step_shows_prediction_and_why_again(lab: Lab) -> Result<()> {
    lab.open("/lesson/caches-and-ttl/2").await?;
    commit(&lab).await?;
    lab.click("#skip").await?;
    lab.find("#outcome").await?;
    let before = lab.text("#outcome").await?;
    reload(&lab).await?;
    let after = lab.text("#outcome").await?;
    ensure!(before == after, "{before} became {after}");
    lab.find(".lab-why").await?;
    lab.expect_quiet_console().await
}

async fn a_full_storage_is_told_and_the_page_works_on(lab: Lab) -> Result<()> {
    lab.open("/lesson/first-lookup/1").await?;
    lab.find("#action").await?;
    lab.run_script(
        "let text = 'x'.repeat(1 << 20); \
         for (let i = 0; text.length > 0; ) { \
           try { localStorage.setItem('filler' + i, text); i += 1; } catch { text = text.slice(1 + text.length / 2); } }",
    )
    .await?;
    do_first_step(&lab).await?;
    let told = lab.text("#notice").await?;
    ensure!(told.contains("is full"), "{told}");
    lab.click("#next-step").await?;
    lab.wait_for("the next step", "location.hash.includes('first-lookup/2')")
        .await?;
    lab.expect_quiet_console().await
}

async fn progress_that_could_not_be_read_can_be_looked_at(lab: Lab) -> Result<()> {
    lab.open("/").await?;
    for damage in ["first {", "second {"] {
        lab.run_script(&format!(
            "localStorage.setItem('dns-lab.progress', '{damage}')"
        ))
        .await?;
        lab.open("/").await?;
        lab.find("#put-aside").await?;
    }
    let texts: String = lab
        .eval("[...document.querySelectorAll('#put-aside textarea')].map(e => e.value).join('|')")
        .await?;
    ensure!(texts == "first {|second {", "{texts}");
    lab.expect_quiet_console().await
}

async fn an_address_that_is_too_long_says_so(lab: Lab) -> Result<()> {
    lab.open(&format!("/lab?s=2.{}", "A".repeat(100_000)))
        .await?;
    lab.find("#ask").await?;
    let told = lab.text("#notice").await?;
    ensure!(told.contains("100002 characters"), "{told}");
    lab.expect_quiet_console().await
}
