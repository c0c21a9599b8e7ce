//! What a visit leaves behind for times without a network, and how a new version takes its place.

use std::fs;

use anyhow::ensure;
use dns_lab_browser_tests::{Fault, Lab, Result, Test, tests};
use serde_json::json;

pub(crate) const TESTS: &[Test] = tests![
    after_a_visit_every_page_opens_without_a_network,
    a_host_at_fault_is_no_worse_than_none,
    an_update_is_seen_at_once_and_replaces_what_was_kept,
    what_is_not_of_the_version_is_not_kept,
];

/// What the service worker knows.
const LIST: &str = "fetch('sw.js').then(it => it.text()) \
                    .then(it => JSON.parse(it.match(/build \\*\\/ (.*) \\/\\* end/)[1]))";

/// Visits the page for long enough that the whole site is kept.
async fn visit(lab: &Lab) -> Result<()> {
    lab.hasten().await?;
    lab.open("/").await?;
    let count: usize = lab
        .eval(&format!("{LIST}.then(it => Object.keys(it.files).length)"))
        .await?;
    ensure!(count > 30, "a program, lessons, worlds, crowds: {count}");
    lab.wait_until("all files to be kept", async || {
        Ok(kept(lab).await? == count)
    })
    .await
}

/// How many files are kept.
async fn kept(lab: &Lab) -> Result<usize> {
    lab.eval(
        "caches.keys().then(names => Promise.all(names.map(name => caches.open(name) \
         .then(it => it.keys())))).then(lists => lists.flat().length)",
    )
    .await
}

/// Opens a page of each kind.
async fn expect_all_pages(lab: &Lab) -> Result<()> {
    for (route, sign) in [
        ("/", "#start"),
        ("/lesson/first-lookup/1", "#action"),
        ("/lesson/weighted-and-canary/1", "#action"),
        ("/lab", "#play"),
        ("/lab/failover", "#crowd-clients"),
        ("/practice/stable-name", "#run"),
    ] {
        lab.open(route).await?;
        lab.find(sign).await?;
    }
    Ok(())
}

async fn after_a_visit_every_page_opens_without_a_network(lab: Lab) -> Result<()> {
    visit(&lab).await?;
    lab.fault("", Fault::Reset);
    expect_all_pages(&lab).await?;
    lab.client().refresh().await?;
    lab.started().await?;
    // The browser tells of the requests that failed.
    lab.console_errors().await?;
    Ok(())
}

async fn a_host_at_fault_is_no_worse_than_none(lab: Lab) -> Result<()> {
    visit(&lab).await?;
    // The worker's clock cannot be hastened, so the page must not be either.
    lab.as_before_each_load().await?;
    for fault in [Fault::Status(500), Fault::Silent] {
        lab.heal();
        lab.fault("", fault);
        lab.open("/lab").await?;
        lab.find("#play").await?;
    }
    lab.console_errors().await?;
    Ok(())
}

async fn an_update_is_seen_at_once_and_replaces_what_was_kept(lab: Lab) -> Result<()> {
    visit(&lab).await?;
    let names: Vec<String> = lab.eval("caches.keys()").await?;
    ensure!(names.len() == 1, "{names:?}");
    // The same site with a longer page.
    let page = fs::read_to_string(lab.folder().join("index.html"))? + "<!-- new -->\n";
    let hash: String = lab
        .eval(&format!(
            "crypto.subtle.digest('SHA-256', new TextEncoder().encode({})) \
             .then(it => btoa(String.fromCharCode(...new Uint8Array(it).subarray(0, 9))))",
            json!(page)
        ))
        .await?;
    let old: String = lab
        .eval(&format!("{LIST}.then(it => it.files['index.html'])"))
        .await?;
    let version: String = lab.eval(&format!("{LIST}.then(it => it.version)")).await?;
    let worker = fs::read_to_string(lab.folder().join("sw.js"))?;
    let worker = worker.replace(&old, &hash).replace(&version, "another");
    lab.fault("sw.js", Fault::Text("text/javascript", worker));
    lab.fault("/index.html", Fault::Text("text/html", page.clone()));
    lab.fault("/", Fault::Text("text/html", page));

    lab.open("/").await?;
    let is_new = "document.documentElement.parentNode.lastChild.nodeName === '#comment' \
                  || document.body.lastChild.data?.includes('new')";
    lab.wait_for("the new page", is_new).await?;
    lab.wait_until("what was kept to go", async || {
        let now: Vec<String> = lab.eval("caches.keys()").await?;
        Ok(now.len() == 1 && now != names)
    })
    .await?;
    lab.fault("", Fault::Reset);
    lab.open("/").await?;
    lab.wait_for("the new page without a network", is_new)
        .await?;
    lab.console_errors().await?;
    Ok(())
}

async fn what_is_not_of_the_version_is_not_kept(lab: Lab) -> Result<()> {
    lab.fault("worlds/small_internet", Fault::Garbage);
    lab.hasten().await?;
    lab.open("/").await?;
    let all: usize = lab
        .eval(&format!("{LIST}.then(it => Object.keys(it.files).length)"))
        .await?;
    lab.wait_until("all other files to be kept", async || {
        Ok(kept(&lab).await? == all - 1)
    })
    .await?;
    lab.heal();
    lab.forget_files().await?;
    lab.open("/lab").await?;
    lab.find("#play").await?;
    lab.wait_until("this file to be kept as well", async || {
        Ok(kept(&lab).await? == all)
    })
    .await?;
    lab.expect_quiet_console().await
}
