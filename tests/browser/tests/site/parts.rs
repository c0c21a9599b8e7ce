//! The program in parts: those that do not come, those of another build, and all routes.

use anyhow::ensure;
use dns_lab_browser_tests::{Fault, Lab, Result, Test, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_part_that_does_not_come_is_said_and_can_be_fetched_again,
    a_part_of_the_stage_that_does_not_come_leaves_the_page_alone,
    what_reads_sessions_is_needed_only_where_there_is_one_and_can_be_fetched_again,
    a_page_whose_host_has_another_build_offers_to_load_anew,
    a_part_of_another_build_is_noticed,
    a_host_that_does_not_know_the_type_of_parts_serves_them_all_the_same,
    a_worker_fetches_its_part_and_makes_the_runs,
    a_walk_over_all_routes_leaves_the_console_quiet,
];

/// Whether the site is served in parts; a build for development is not.
fn is_in_parts(lab: &Lab) -> bool {
    lab.folder().join("parts").is_dir()
}

/// A module that imports what no main part has: the mark of another build.
fn module_of_another_build() -> String {
    let mut module = "\0asm\u{1}\0\0\0\u{1}\u{4}\u{1}\u{60}\0\0".to_owned();
    let (from, name) = ("__wasm_split", "__canary_of_another_build");
    let length = char::from(from.len() as u8 + name.len() as u8 + 5);
    module.extend(['\u{2}', length, '\u{1}', char::from(from.len() as u8)]);
    module.push_str(from);
    module.push(char::from(name.len() as u8));
    module.push_str(name);
    module.push_str("\0\0");
    module
}

async fn a_part_that_does_not_come_is_said_and_can_be_fetched_again(lab: Lab) -> Result<()> {
    if !is_in_parts(&lab) {
        return Ok(());
    }
    lab.fault("parts/", Fault::Status(503));
    lab.open("/lab").await?;
    let said = lab.text("main [role=alert]").await?;
    ensure!(said.contains("did not come"), "it says: {said}");
    ensure!(lab.count("#theme").await? == 1, "the page lives");
    lab.heal();
    lab.click("#try-again").await?;
    lab.find("#ask").await?;
    lab.console_errors().await?;
    Ok(())
}

async fn a_part_of_the_stage_that_does_not_come_leaves_the_page_alone(lab: Lab) -> Result<()> {
    if !is_in_parts(&lab) {
        return Ok(());
    }
    lab.fault("parts/views", Fault::Reset);
    lab.open("/lesson/first-lookup/1").await?;
    lab.click("#view-map").await?;
    lab.find("#stage-panel #try-again").await?;
    lab.click("#view-hierarchy").await?;
    lab.find("#stage-panel svg").await?;
    lab.heal();
    lab.click("#view-map").await?;
    lab.find("#stage-panel .lab-map").await?;
    lab.console_errors().await?;
    Ok(())
}

async fn what_reads_sessions_is_needed_only_where_there_is_one_and_can_be_fetched_again(
    lab: Lab,
) -> Result<()> {
    if !is_in_parts(&lab) {
        return Ok(());
    }
    lab.fault("parts/views", Fault::Reset);
    lab.open("/lab").await?;
    lab.click("#ask").await?;
    let has_run = "!document.querySelector('#play').disabled";
    lab.wait_for("something to happen", has_run).await?;
    // The page is left at once: what was done is kept all the same.
    lab.open("/lab").await?;
    lab.find(".lab-text #try-again").await?;
    ensure!(lab.count("#play").await? == 0, "nothing is on the stage");
    // Another page and back lose nothing.
    lab.eval::<bool>("(location.hash = '#/practice', true)")
        .await?;
    lab.find(".lab-lesson-card").await?;
    lab.eval::<bool>("(history.back(), true)").await?;
    lab.find(".lab-text #try-again").await?;
    lab.heal();
    lab.click("#try-again").await?;
    lab.find("#start-over-here").await?;
    lab.wait_for("the session", has_run).await?;
    lab.console_errors().await?;
    Ok(())
}

async fn a_page_whose_host_has_another_build_offers_to_load_anew(lab: Lab) -> Result<()> {
    if !is_in_parts(&lab) {
        return Ok(());
    }
    lab.fault("parts/", Fault::Status(404));
    lab.open("/lab").await?;
    let said = lab.text("main [role=alert]").await?;
    ensure!(said.contains("has been updated"), "it says: {said}");
    lab.heal();
    lab.click("#load-anew").await?;
    lab.find("#ask").await?;
    lab.console_errors().await?;
    Ok(())
}

async fn a_part_of_another_build_is_noticed(lab: Lab) -> Result<()> {
    if !is_in_parts(&lab) {
        return Ok(());
    }
    let other = Fault::Text("application/wasm", module_of_another_build());
    lab.fault("parts/lab", other);
    lab.open("/lab").await?;
    let said = lab.text("main [role=alert]").await?;
    ensure!(said.contains("has been updated"), "it says: {said}");
    lab.console_errors().await?;
    Ok(())
}

async fn a_host_that_does_not_know_the_type_of_parts_serves_them_all_the_same(
    lab: Lab,
) -> Result<()> {
    lab.fault("parts/", Fault::Type("application/octet-stream"));
    lab.open("/lab").await?;
    lab.find("#ask").await?;
    lab.expect_quiet_console().await
}

async fn a_worker_fetches_its_part_and_makes_the_runs(lab: Lab) -> Result<()> {
    lab.before_each_load(
        "window.answers = 0;
         window.Worker = class extends Worker {
             constructor(...given) {
                 super(...given);
                 this.addEventListener('message', () => answers++);
             }
         };",
    )
    .await?;
    lab.open("/lab/canary").await?;
    lab.click("#view-population").await?;
    lab.find(".lab-chart__line, .lab-chart__symbols").await?;
    lab.wait_for(
        "the worker to have said more than that it is there",
        "answers > 1",
    )
    .await?;
    lab.expect_quiet_console().await
}

async fn a_walk_over_all_routes_leaves_the_console_quiet(lab: Lab) -> Result<()> {
    let mut routes = vec![
        "/lab".to_owned(),
        "/practice".to_owned(),
        "/nowhere".to_owned(),
    ];
    for (page, links) in [
        ("/", ".lab-lesson-card a"),
        ("/lab", ".lab-scenarios__link"),
        ("/practice", ".lab-lesson-card a"),
    ] {
        lab.open(page).await?;
        lab.find(links).await?;
        let found: Vec<String> = lab
            .eval(&format!(
                "[...document.querySelectorAll('{links}')].map(e => e.hash.slice(1))"
            ))
            .await?;
        routes.extend(found);
    }
    // Each as a first page, and then all of them within one visit.
    for route in &routes {
        lab.open(route).await?;
        lab.find("main#main:not([aria-busy]) h1").await?;
        lab.expect_quiet_console().await?;
    }
    for route in &routes {
        lab.run_script(&format!("location.hash = '{route}'"))
            .await?;
        lab.find("main#main:not([aria-busy]) h1").await?;
    }
    lab.expect_quiet_console().await
}
