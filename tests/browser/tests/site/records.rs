//! The record picker.

use anyhow::ensure;
use dns_lab::scene::RECORD_TYPES;
use dns_lab_browser_tests::{Key, Lab, Result, Test, tests};

use super::moves::act;

pub(crate) const TESTS: &[Test] = tests![
    every_type_can_be_looked_at,
    types_are_chosen_by_arrow_keys,
    fields_octets_and_the_zone_line_mark_each_other,
    another_record_of_a_type_can_be_chosen,
    a_changed_record_is_shown_as_it_is_now,
    a_step_is_done_by_asking_from_the_picker,
    no_type_makes_the_page_scroll_sideways,
];

/// Opens the picker in the free lab.
async fn open_picker(lab: &Lab) -> Result<()> {
    lab.open("/lab").await?;
    lab.find("#record-types").await?;
    lab.run_script("document.querySelector('#record-types').open = true")
        .await?;
    lab.find("#record-panel").await?;
    Ok(())
}

/// The id of a type's tab.
fn tab(rtype: &str) -> String {
    format!("#record-{}", rtype.to_lowercase())
}

async fn every_type_can_be_looked_at(lab: Lab) -> Result<()> {
    open_picker(&lab).await?;
    for rtype in RECORD_TYPES.map(|rtype| rtype.to_string()) {
        lab.click(&tab(&rtype)).await?;
        let panel = lab.text("#record-panel").await?;
        for part in [&format!("IN {rtype} "), "octets", "Ask for"] {
            ensure!(panel.contains(part), "{rtype}: no `{part}` in {panel}");
        }
        let octets = lab.count("#record-panel .lab-octet").await?;
        let fields = lab.count("#record-panel tr").await?;
        ensure!(
            octets >= 4 && fields >= 1,
            "{rtype}: {octets} octets, {fields} fields"
        );
    }
    lab.expect_quiet_console().await
}

async fn types_are_chosen_by_arrow_keys(lab: Lab) -> Result<()> {
    open_picker(&lab).await?;
    lab.run_script("document.querySelector('#record-a').focus()")
        .await?;
    lab.press(Key::Right).await?;
    ensure!(lab.focused().await? == "button#record-aaaa");
    ensure!(lab.text("#record-panel").await?.contains("IPv6 address"));
    lab.press(Key::End).await?;
    ensure!(lab.focused().await? == "button#record-caa");
    lab.press(Key::Right).await?;
    ensure!(
        lab.focused().await? == "button#record-a",
        "round to the first"
    );
    lab.expect_quiet_console().await
}

/// How many elements of a kind are marked.
async fn marked(lab: &Lab, class: &str) -> Result<usize> {
    lab.count(&format!("#record-panel {class}[data-lit=true]"))
        .await
}

async fn fields_octets_and_the_zone_line_mark_each_other(lab: Lab) -> Result<()> {
    open_picker(&lab).await?;
    lab.click("#record-mx").await?;
    lab.find("#record-panel tr").await?;
    lab.run_script("document.querySelector('#record-panel tr').focus()")
        .await?;
    ensure!(
        marked(&lab, ".lab-octet").await? == 2,
        "a preference has two octets"
    );
    ensure!(marked(&lab, ".lab-records__piece").await? == 1);
    // From the octets, by keys: the second field is the host.
    lab.run_script("document.querySelector('#record-panel .lab-hex').focus()")
        .await?;
    lab.press(Key::Right).await?;
    lab.press(Key::Right).await?;
    ensure!(marked(&lab, ".lab-octet").await? > 2);
    let field: String = lab
        .eval("document.querySelector('#record-panel tr[data-lit=true]').textContent")
        .await?;
    ensure!(field.starts_with("exchange"), "{field}");
    let piece: String = lab
        .eval("document.querySelector('.lab-records__piece[data-lit=true]').textContent")
        .await?;
    ensure!(piece.starts_with("mail1.example.com"), "{piece}");
    lab.expect_quiet_console().await
}

async fn another_record_of_a_type_can_be_chosen(lab: Lab) -> Result<()> {
    open_picker(&lab).await?;
    lab.click("#record-txt").await?;
    let choice = lab.find("#record-choice").await?;
    choice.select_by_index(2).await?;
    lab.wait_for(
        "the policy",
        "document.querySelector('#record-panel').textContent.includes('v=DMARC1')",
    )
    .await?;
    let ask = lab.text("#ask-record").await?;
    ensure!(ask.contains("_dmarc.example.com TXT"), "{ask}");
    lab.expect_quiet_console().await
}

async fn a_changed_record_is_shown_as_it_is_now(lab: Lab) -> Result<()> {
    open_picker(&lab).await?;
    lab.run_script("document.querySelectorAll('details').forEach(d => d.open = true)")
        .await?;
    let field = lab.find("#record").await?;
    field.clear().await?;
    field
        .send_keys("www.example.com. 60 IN A 198.51.100.77")
        .await?;
    lab.click("#set-record").await?;
    lab.wait_for(
        "the new address",
        "document.querySelector('#record-panel').textContent.includes('198.51.100.77')",
    )
    .await?;
    lab.expect_quiet_console().await
}

async fn a_step_is_done_by_asking_from_the_picker(lab: Lab) -> Result<()> {
    lab.open("/lesson/record-types/8").await?;
    lab.find("#goal[data-state=open]").await?;
    for rtype in ["cname", "ns", "soa", "caa"] {
        lab.click(&tab(rtype)).await?;
        let asked = rtype.to_uppercase();
        lab.wait_for(
            "the button to follow",
            &format!("document.querySelector('#ask-record').textContent.includes('{asked}')"),
        )
        .await?;
        act(&lab, "#ask-record").await?;
        lab.click("#to-end").await?;
    }
    lab.find("#goal[data-state=done]").await?;
    lab.expect_quiet_console().await
}

async fn no_type_makes_the_page_scroll_sideways(lab: Lab) -> Result<()> {
    for width in [390, 820, 1440, 1920] {
        lab.viewport(width, 844).await?;
        open_picker(&lab).await?;
        for rtype in RECORD_TYPES.map(|rtype| rtype.to_string()) {
            lab.click(&tab(&rtype)).await?;
            let is_wide: bool = lab
                .eval(
                    "[document.documentElement, document.querySelector('.lab-text')]\
                     .some(e => e.scrollWidth > e.clientWidth + 1)",
                )
                .await?;
            ensure!(!is_wide, "{rtype} at {width} px");
        }
    }
    lab.expect_quiet_console().await
}
