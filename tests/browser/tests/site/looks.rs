//! Themes, widths, keys and help.

use anyhow::ensure;
use dns_lab_browser_tests::{ColorScheme, Key, Lab, Motion, Result, Test, tests};

pub(crate) const TESTS: &[Test] = tests![
    both_themes_follow_the_system_and_the_choice,
    no_route_scrolls_sideways_at_any_width,
    help_opens_by_key_and_closes_by_escape,
    views_switch_by_keys,
    keys_do_nothing_while_typing,
];

/// The lightness of the page's ground, 0 to 255.
const GROUND: &str = "(c => (c[0] * 299 + c[1] * 587 + c[2] * 114) / 1000)\
    (getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number))";

async fn both_themes_follow_the_system_and_the_choice(lab: Lab) -> Result<()> {
    lab.preferences(ColorScheme::Dark, Motion::Full).await?;
    lab.open("/").await?;
    let dark: f64 = lab.eval(GROUND).await?;
    lab.preferences(ColorScheme::Light, Motion::Full).await?;
    lab.open("/").await?;
    let light: f64 = lab.eval(GROUND).await?;
    ensure!(dark < 60.0 && light > 200.0, "dark {dark}, light {light}");
    // System, light, dark.
    lab.click("#theme").await?;
    lab.click("#theme").await?;
    let chosen: f64 = lab.eval(GROUND).await?;
    ensure!(chosen < 60.0, "the choice outdoes the system: {chosen}");
    lab.open("/").await?;
    let kept: f64 = lab.eval(GROUND).await?;
    ensure!(kept < 60.0, "the choice is kept: {kept}");
    lab.expect_quiet_console().await
}

async fn no_route_scrolls_sideways_at_any_width(lab: Lab) -> Result<()> {
    for width in [390, 820, 1440, 1920] {
        lab.viewport(width, 844).await?;
        for route in [
            "/",
            "/lab",
            "/lesson/first-lookup/1",
            "/lesson/caches-and-ttl/4",
            "/lesson/record-types/8",
            "/lesson/big-answers/4",
            "/nowhere",
        ] {
            lab.open(route).await?;
            lab.find("main").await?;
            let wide: bool =
                lab.eval("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1").await?;
            ensure!(!wide, "{route} at {width} px");
        }
    }
    lab.expect_quiet_console().await
}

async fn help_opens_by_key_and_closes_by_escape(lab: Lab) -> Result<()> {
    lab.open("/lab").await?;
    lab.find("#play").await?;
    lab.press('?').await?;
    lab.find("dialog[open] #help-title").await?;
    lab.press(Key::Escape).await?;
    lab.wait_for(
        "the list to close",
        "document.querySelector('dialog[open]') === null",
    )
    .await?;
    lab.expect_quiet_console().await
}

async fn views_switch_by_keys(lab: Lab) -> Result<()> {
    lab.open("/lab").await?;
    lab.find("#view-hierarchy[aria-selected=true]").await?;
    lab.press('3').await?;
    lab.find("#view-sequence[aria-selected=true]").await?;
    lab.press('1').await?;
    lab.find("#view-hierarchy[aria-selected=true]").await?;
    lab.expect_quiet_console().await
}

async fn keys_do_nothing_while_typing(lab: Lab) -> Result<()> {
    lab.open("/lab").await?;
    lab.click("#name").await?;
    lab.type_text("2?k").await?;
    ensure!(
        lab.count("dialog[open]").await? == 0,
        "no help while typing"
    );
    lab.find("#view-hierarchy[aria-selected=true]").await?;
    let value: String = lab.eval("document.querySelector('#name').value").await?;
    ensure!(value.contains("2?k"), "{value}");
    lab.expect_quiet_console().await
}
