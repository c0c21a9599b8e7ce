//! The page before the program, and what is said if the program does not come.

use anyhow::{Context, ensure};
use dns_lab_browser_tests::{Fault, Lab, Result, Test, tests};
use fantoccini::Locator;

pub(crate) const TESTS: &[Test] = tests![
    a_program_that_does_not_come_is_told_and_can_be_loaded_again,
    a_program_that_stops_or_never_comes_is_told_after_a_while,
    a_script_that_does_not_come_is_told_and_can_be_loaded_again,
    a_program_of_another_type_runs,
    a_page_whose_files_are_gone_is_told_and_can_be_loaded_again,
    a_policy_against_scripts_leaves_words,
    a_policy_against_webassembly_is_told,
    a_browser_without_webassembly_is_told_what_to_do,
    a_page_in_a_sandbox_is_told,
    a_page_opened_as_a_file_is_told_to_be_served,
    without_scripts_only_that_is_said,
    how_much_has_come_is_shown,
    the_shell_lists_the_lessons_and_follows_the_address,
    a_lesson_is_read_before_the_program_is_there,
    colors_are_those_chosen_before_anything_is_painted,
];

/// The name of the program's module.
const PROGRAM: &str = "_bg.wasm";
/// The name of the script around it, or a part of it.
const SCRIPT: &str = ".js";

/// Loads the page with a fault; what must be said, and that loading again helps.
async fn told(lab: &Lab, path: &str, fault: Fault, why: &str) -> Result<()> {
    // A page that still runs would have its files kept as soon as the host is well.
    lab.client().goto("about:blank").await?;
    lab.heal();
    lab.forget_files().await?;
    // With it the fault would go unnoticed.
    lab.fault("sw.js", Fault::Status(404));
    lab.fault(path, fault.clone());
    lab.load_only("/#/lab").await?;
    let words = words(lab).await;
    let words = words.with_context(|| format!("{fault:?} of {path}"))?;
    ensure!(words.contains(why), "{fault:?} of {path}: {words}");
    lab.heal();
    lab.fault("sw.js", Fault::Status(404));
    lab.click("#start-again").await?;
    let started = lab.started().await;
    started.with_context(|| format!("after {fault:?} of {path}"))?;
    // What the browser says about the failed request is for others.
    lab.console_errors().await?;
    Ok(())
}

/// What is said about the start.
async fn words(lab: &Lab) -> Result<String> {
    let words = lab
        .text("#starting[data-tone=problem] #start-words")
        .await?;
    ensure!(
        words.starts_with("DNS Lab could not be started: "),
        "{words}"
    );
    ensure!(lab.text("#start-again").await? == "Load again");
    Ok(words)
}

async fn a_program_that_does_not_come_is_told_and_can_be_loaded_again(lab: Lab) -> Result<()> {
    for (fault, why) in [
        (Fault::Status(404), "answers 404"),
        (Fault::Status(500), "answers 500"),
        (Fault::Reset, "did not arrive whole"),
        (Fault::Half, "did not arrive whole"),
        (Fault::Short, "is not the program"),
        (Fault::Garbage, "is not the program"),
        (Fault::Page, "is not the program"),
    ] {
        told(&lab, PROGRAM, fault, why).await?;
    }
    Ok(())
}

async fn a_program_that_stops_or_never_comes_is_told_after_a_while(lab: Lab) -> Result<()> {
    lab.hasten().await?;
    for fault in [Fault::Stalled, Fault::Silent] {
        told(&lab, PROGRAM, fault, "nothing has come").await?;
    }
    Ok(())
}

async fn a_script_that_does_not_come_is_told_and_can_be_loaded_again(lab: Lab) -> Result<()> {
    lab.hasten().await?;
    for fault in [
        Fault::Status(404),
        Fault::Reset,
        Fault::Half,
        Fault::Garbage,
        Fault::Page,
        Fault::Type("text/plain"),
    ] {
        told(&lab, SCRIPT, fault, "did not arrive").await?;
    }
    told(&lab, SCRIPT, Fault::Silent, "nothing has come").await
}

async fn a_program_of_another_type_runs(lab: Lab) -> Result<()> {
    lab.forget_files().await?;
    lab.fault(PROGRAM, Fault::Type("text/plain"));
    lab.open("/lab").await?;
    lab.find("#play").await?;
    lab.expect_quiet_console().await
}

/// As after the host was given a new version while the browser has kept the old page.
async fn a_page_whose_files_are_gone_is_told_and_can_be_loaded_again(lab: Lab) -> Result<()> {
    told(&lab, "dns-lab-", Fault::Status(404), "DNS Lab").await
}

async fn a_policy_against_scripts_leaves_words(lab: Lab) -> Result<()> {
    lab.forget_files().await?;
    lab.fault(
        "/",
        Fault::Header("content-security-policy", "default-src 'self'"),
    );
    lab.load_only("/").await?;
    let words = lab.text("#start-stuck").await?;
    ensure!(words.contains("DNS Lab could not be started"), "{words}");
    lab.console_errors().await?;
    Ok(())
}

async fn a_policy_against_webassembly_is_told(lab: Lab) -> Result<()> {
    let policy = "script-src 'self' 'unsafe-inline'";
    lab.forget_files().await?;
    lab.fault("/", Fault::Header("content-security-policy", policy));
    lab.load_only("/").await?;
    let words = words(&lab).await?;
    ensure!(words.contains("forbids WebAssembly"), "{words}");
    lab.console_errors().await?;
    Ok(())
}

async fn a_browser_without_webassembly_is_told_what_to_do(lab: Lab) -> Result<()> {
    lab.before_each_load("delete window.WebAssembly").await?;
    lab.load_only("/").await?;
    let words = words(&lab).await?;
    ensure!(words.contains("Lockdown Mode"), "{words}");
    lab.expect_quiet_console().await
}

async fn a_page_in_a_sandbox_is_told(lab: Lab) -> Result<()> {
    let frame = "<!doctype html><iframe sandbox='allow-scripts' src='./'></iframe>";
    lab.fault("/frame", Fault::Text("text/html", frame.to_owned()));
    lab.load_only("/frame").await?;
    lab.find("iframe").await?;
    lab.client().enter_frame(0).await?;
    let words = words(&lab).await?;
    ensure!(words.contains("sandbox"), "{words}");
    lab.client().enter_parent_frame().await?;
    lab.console_errors().await?;
    Ok(())
}

async fn a_page_opened_as_a_file_is_told_to_be_served(lab: Lab) -> Result<()> {
    let page = format!("file://{}/index.html", lab.folder().display());
    lab.client().goto(&page).await?;
    let words = words(&lab).await?;
    ensure!(words.contains("Serve this folder over HTTP"), "{words}");
    ensure!(!words.contains("sandbox"), "{words}");
    lab.console_errors().await?;
    Ok(())
}

async fn without_scripts_only_that_is_said(lab: Lab) -> Result<()> {
    lab.scripts_run(false).await?;
    lab.load_only("/").await?;
    let body = lab.client().find(Locator::Css("body")).await?.text().await;
    lab.scripts_run(true).await?;
    let body = body?;
    ensure!(body.contains("needs JavaScript and WebAssembly"), "{body}");
    for other in ["is starting", "could not be started", "Watch a real"] {
        ensure!(!body.contains(other), "{body}");
    }
    lab.expect_quiet_console().await
}

async fn how_much_has_come_is_shown(lab: Lab) -> Result<()> {
    lab.forget_files().await?;
    lab.fault(PROGRAM, Fault::Stalled);
    lab.load_only("/").await?;
    lab.wait_for(
        "a share",
        "document.querySelector('#start-share').position > 0.3",
    )
    .await?;
    let share: f64 = lab
        .eval("document.querySelector('#start-share').position")
        .await?;
    ensure!(share < 0.7, "half of the program is here: {share}");
    Ok(())
}

async fn the_shell_lists_the_lessons_and_follows_the_address(lab: Lab) -> Result<()> {
    lab.forget_files().await?;
    lab.fault(PROGRAM, Fault::Silent);
    for width in [390, 1280] {
        lab.viewport(width, 800).await?;
        lab.load_only("/").await?;
        lab.find("#start-words").await?;
        ensure!(lab.text("#shell h1").await?.starts_with("Send a query"));
        let links = "[...document.querySelectorAll('.lab-shell__lessons a')].filter(a => a.checkVisibility()).length";
        ensure!(lab.eval::<usize>(links).await? >= 19);
        for (link, heading) in [
            (".lab-nav a[href='#/lab']", "The lab"),
            (".lab-nav a[href='#/practice']", "Practice"),
            (".lab-nav a[href='#/']", "Send a query"),
            (
                ".lab-shell__lessons a[href='#/lesson/aliases/1']",
                "Aliases",
            ),
        ] {
            lab.click(link).await?;
            let shown = "[...document.querySelectorAll('#shell h1')].find(h => h.checkVisibility())?.textContent ?? ''";
            lab.wait_for(heading, &format!("({shown}).startsWith('{heading}')"))
                .await?;
        }
    }
    lab.expect_quiet_console().await
}

async fn a_lesson_is_read_before_the_program_is_there(lab: Lab) -> Result<()> {
    lab.forget_files().await?;
    lab.fault(PROGRAM, Fault::Silent);
    lab.viewport(390, 844).await?;
    lab.load_only("/#/lesson/first-lookup/1").await?;
    lab.find("#shell-lesson section").await?;
    let text = lab.text("#shell-lesson").await?;
    ensure!(text.starts_with("Your first lookup"), "{text}");
    ensure!(text.contains("One name, no address"), "{text}");
    ensure!(!text.contains("The root does not know"), "one step: {text}");
    // Another step, and then another lesson.
    for (route, words) in [
        ("first-lookup/2", "The root does not know"),
        ("aliases/1", "Aliases"),
    ] {
        lab.run_script(&format!("location.hash = '#/lesson/{route}'"))
            .await?;
        lab.wait_until(words, async || {
            Ok(lab.text("#shell-lesson").await?.contains(words))
        })
        .await?;
    }
    let wide: bool = lab
        .eval("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")
        .await?;
    ensure!(!wide, "it fits a phone");
    lab.expect_quiet_console().await
}

async fn colors_are_those_chosen_before_anything_is_painted(lab: Lab) -> Result<()> {
    lab.open("/").await?;
    lab.run_script("localStorage.setItem('dns-lab.theme', 'dark')")
        .await?;
    lab.forget_files().await?;
    lab.fault(PROGRAM, Fault::Silent);
    lab.load_only("/").await?;
    let theme: String = lab.eval("document.documentElement.dataset.theme").await?;
    ensure!(theme == "dark", "{theme}");
    Ok(())
}
