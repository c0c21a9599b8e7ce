//! Asking, watching, and going back and forth in time.

use anyhow::{Context, ensure};
use dns_lab::dns::Rtype;
use dns_lab::engine::{Intervention, SimDuration, SimTime, Timeline};
use dns_lab::page::links::keep_session;
use dns_lab::scenario::{Session, world_source};
use dns_lab::scene::log_line;
use dns_lab_browser_tests::{Key, Lab, Result, Test, tests};

use super::moves::happens;

pub(crate) const TESTS: &[Test] = tests![
    #[every_engine]
    a_cold_and_a_warm_lookup_by_mouse,
    a_cold_and_a_warm_lookup_by_keyboard_alone,
    stepping_back_undoes_stepping_forward,
    #[every_engine]
    scrubbing_reaches_any_moment_by_mouse_and_by_keys,
    playing_reaches_the_end_and_stops,
    playing_works_with_reduced_motion,
    next_expiry_jumps_over_the_quiet_time,
    acting_in_the_past_drops_the_future,
    a_server_taken_down_on_the_stage_costs_a_timeout,
    a_bad_name_gets_a_message_and_stays_in_the_field,
    a_bad_zone_gets_the_line_and_keeps_the_text,
    a_message_shows_its_octets,
    #[every_engine]
    the_page_computes_the_same_trace_as_a_native_run,
];

/// How many lines of a tone the log has.
async fn lines(lab: &Lab, tone: &str) -> Result<usize> {
    lab.count(&format!("#log li[data-tone={tone}]")).await
}

/// Opens the free lab with the log beside it.
async fn open_lab(lab: &Lab) -> Result<()> {
    lab.open("/lab").await?;
    lab.click("#inspect-log").await?;
    lab.find("#log").await?;
    Ok(())
}

/// Asks the question in the form and goes to the end of its story.
async fn ask(lab: &Lab) -> Result<()> {
    let before = lab.count("#log li").await?;
    lab.click("#ask").await?;
    lab.wait_for(
        "the log to grow",
        &format!("document.querySelectorAll('#log li').length > {before}"),
    )
    .await?;
    lab.click("#to-end").await
}

async fn a_cold_and_a_warm_lookup_by_mouse(lab: Lab) -> Result<()> {
    open_lab(&lab).await?;
    ask(&lab).await?;
    ensure!(
        lines(&lab, "referral").await? >= 2,
        "root and com refer the resolver on"
    );
    let cold = lab.count("#log li").await?;
    let referrals = lines(&lab, "referral").await?;
    ask(&lab).await?;
    ensure!(
        lines(&lab, "referral").await? == referrals,
        "nobody is asked the second time"
    );
    let warm = lab.count("#log li").await? - cold;
    ensure!(warm < cold / 2, "{warm} events against {cold}");
    let said: String = lab
        .eval(&format!(
            "[...document.querySelectorAll('#log li')].slice({cold}).map(li => li.textContent).join(' ')"
        ))
        .await?;
    ensure!(
        said.contains("Cache hit: the browser"),
        "the browser's cache answers: {said}"
    );
    lab.expect_quiet_console().await
}

/// Tabs until an element has the focus.
async fn tab_to(lab: &Lab, wanted: &str) -> Result<()> {
    for _ in 0..80 {
        if lab.focused().await? == wanted {
            return Ok(());
        }
        lab.press(Key::Tab).await?;
    }
    anyhow::bail!(
        "Tab never reaches {wanted}; the focus is on {}",
        lab.focused().await?
    )
}

async fn a_cold_and_a_warm_lookup_by_keyboard_alone(lab: Lab) -> Result<()> {
    lab.open("/lab").await?;
    lab.find("#ask").await?;
    for round in 0..2 {
        tab_to(&lab, "button#ask").await?;
        lab.press(Key::Enter).await?;
        happens(&lab).await?;
        lab.press(Key::End).await?;
        lab.wait_for(
            "the end",
            "(e => e.ariaValueNow === e.ariaValueMax)(document.querySelector('#scrub'))",
        )
        .await?;
        let caption = lab.text("#caption").await?;
        ensure!(!caption.is_empty(), "round {round}");
        lab.press(Key::Left).await?;
        let earlier = lab.text("#caption").await?;
        ensure!(earlier != caption, "the left arrow goes back: {earlier}");
        lab.press(Key::Right).await?;
        ensure!(
            lab.text("#caption").await? == caption,
            "the right arrow goes on"
        );
    }
    lab.expect_quiet_console().await
}

async fn stepping_back_undoes_stepping_forward(lab: Lab) -> Result<()> {
    open_lab(&lab).await?;
    ask(&lab).await?;
    lab.click("#to-start").await?;
    let mut captions = Vec::new();
    for _ in 0..12 {
        lab.click("#step-forward").await?;
        captions.push((lab.text("#caption").await?, lab.text("#time").await?));
    }
    for earlier in captions.iter().rev().skip(1) {
        lab.click("#step-back").await?;
        let now = (lab.text("#caption").await?, lab.text("#time").await?);
        ensure!(now == *earlier, "{now:?} is not {earlier:?}");
    }
    lab.expect_quiet_console().await
}

/// The event the scrubber stands at, counted from 1.
async fn event(lab: &Lab) -> Result<usize> {
    let text: String = lab
        .eval("document.querySelector('#scrub').ariaValueNow")
        .await?;
    text.parse()
        .with_context(|| format!("`{text}` is no number"))
}

async fn scrubbing_reaches_any_moment_by_mouse_and_by_keys(lab: Lab) -> Result<()> {
    open_lab(&lab).await?;
    ask(&lab).await?;
    let end = event(&lab).await?;
    // From its middle to the left.
    lab.drag("#scrub", -150.0, 0.0).await?;
    let middle = event(&lab).await?;
    ensure!(middle > 0 && middle < end, "{middle} of {end}");
    lab.find("#scrub").await?;
    lab.run_script("document.querySelector('#scrub').focus()")
        .await?;
    lab.press(Key::Home).await?;
    ensure!(event(&lab).await? == 0, "Home is the start");
    lab.press(Key::Right).await?;
    ensure!(event(&lab).await? == 1, "one event on");
    lab.press(Key::End).await?;
    ensure!(event(&lab).await? == end, "End is the end");
    lab.expect_quiet_console().await
}

async fn playing_reaches_the_end_and_stops(lab: Lab) -> Result<()> {
    open_lab(&lab).await?;
    ask(&lab).await?;
    let end = event(&lab).await?;
    lab.click("#to-start").await?;
    lab.click("#play").await?;
    let is_playing = "document.querySelector('#play').ariaLabel.startsWith('Pause')";
    lab.wait_for("time to flow", is_playing).await?;
    // The button has the focus, and the letter is still for the lab.
    lab.press('k').await?;
    lab.wait_for("time to stop", &format!("!({is_playing})"))
        .await?;
    lab.press('k').await?;
    lab.wait_for(
        "some packets to fly",
        "document.querySelector('#scrub').ariaValueNow > 3",
    )
    .await?;
    for _ in 0..12 {
        lab.press('+').await?;
    }
    lab.wait_for(
        "the end",
        &format!("document.querySelector('#scrub').ariaValueNow == {end}"),
    )
    .await?;
    lab.wait_for(
        "a pause",
        "document.querySelector('#play').ariaLabel.startsWith('Play')",
    )
    .await?;
    lab.expect_quiet_console().await
}

async fn playing_works_with_reduced_motion(lab: Lab) -> Result<()> {
    use dns_lab_browser_tests::{ColorScheme, Motion};
    lab.preferences(ColorScheme::Light, Motion::Reduced).await?;
    open_lab(&lab).await?;
    ask(&lab).await?;
    lab.click("#to-start").await?;
    lab.click("#play").await?;
    lab.wait_for(
        "time to flow",
        "document.querySelector('#scrub').ariaValueNow > 3",
    )
    .await?;
    lab.expect_quiet_console().await
}

async fn next_expiry_jumps_over_the_quiet_time(lab: Lab) -> Result<()> {
    open_lab(&lab).await?;
    ask(&lab).await?;
    lab.click("#next-expiry").await?;
    // The browser holds its copy for a minute.
    lab.wait_for(
        "a minute to pass",
        "/1 min|60\\.|6[0-9]\\./.test(document.querySelector('#time').textContent)",
    )
    .await?;
    lab.expect_quiet_console().await
}

async fn acting_in_the_past_drops_the_future(lab: Lab) -> Result<()> {
    open_lab(&lab).await?;
    ask(&lab).await?;
    let before = lab.count("#log li").await?;
    lab.click("#to-start").await?;
    for _ in 0..5 {
        lab.click("#step-forward").await?;
    }
    lab.click("#branch").await?;
    lab.wait_for(
        "the future to go",
        &format!("document.querySelectorAll('#log li').length < {before}"),
    )
    .await?;
    ensure!(event(&lab).await? >= 1, "the present stays");
    lab.expect_quiet_console().await
}

async fn a_server_taken_down_on_the_stage_costs_a_timeout(lab: Lab) -> Result<()> {
    open_lab(&lab).await?;
    // Whichever of the two is asked: with both down there is no answer.
    for server in ["ns1.example.com", "ns2.example.com"] {
        let script = format!(
            "document.querySelectorAll('details').forEach(d => d.open = true);\
             [...document.querySelectorAll('.lab-switch')].find(s => s.textContent.includes('{server}'))\
             .querySelector('input').click()"
        );
        lab.run_script(&script).await?;
    }
    ask(&lab).await?;
    ensure!(
        lines(&lab, "failure").await? >= 2,
        "timeouts show in the log"
    );
    lab.expect_quiet_console().await
}

async fn a_bad_name_gets_a_message_and_stays_in_the_field(lab: Lab) -> Result<()> {
    open_lab(&lab).await?;
    let field = lab.find("#name").await?;
    field.clear().await?;
    field.send_keys("bad..name").await?;
    lab.click("#ask").await?;
    let message = lab.text("#name-error").await?;
    ensure!(message.contains("bad..name"), "{message}");
    let kept: String = lab.eval("document.querySelector('#name').value").await?;
    ensure!(kept == "bad..name", "{kept}");
    lab.expect_quiet_console().await
}

async fn a_bad_zone_gets_the_line_and_keeps_the_text(lab: Lab) -> Result<()> {
    lab.open("/lab").await?;
    lab.find("#record").await?;
    lab.run_script("document.querySelectorAll('details').forEach(d => d.open = true)")
        .await?;
    let field = lab.find("#record").await?;
    field.clear().await?;
    field
        .send_keys("www.example.com. 300 IN A 192.0.2.1\nwww.example.com. 300 IN A 300.0.2.1")
        .await?;
    lab.click("#set-record").await?;
    let message = lab.text("#record-error").await?;
    ensure!(message.contains("Line 2"), "{message}");
    let kept: String = lab.eval("document.querySelector('#record').value").await?;
    ensure!(kept.contains("300.0.2.1"), "{kept}");
    lab.expect_quiet_console().await
}

async fn a_message_shows_its_octets(lab: Lab) -> Result<()> {
    open_lab(&lab).await?;
    ask(&lab).await?;
    lab.click("#inspect-message").await?;
    let panel = lab.text("#inspector-panel").await?;
    for part in ["id 0x", "octets", "Octets", "RD"] {
        ensure!(panel.contains(part), "no {part} in {panel}");
    }
    lab.expect_quiet_console().await
}

async fn the_page_computes_the_same_trace_as_a_native_run(lab: Lab) -> Result<()> {
    let ask = |client: &str, qname: &str| Intervention::Ask {
        client: client.to_owned(),
        qname: qname.parse().expect("a name"),
        qtype: Rtype::A,
    };
    let at = |secs| SimTime::ZERO + SimDuration::from_secs(secs);
    let acts = vec![
        (at(0), ask("laptop", "www.example.com")),
        (at(5), Intervention::SetLoss { percent: 20 }),
        (at(10), ask("phone", "help.example.com")),
        (at(400), ask("desktop", "www.example.net")),
    ];
    let seed = 4711;
    let session = Session {
        seed: Some(seed),
        acts: acts.clone(),
        ..Session::default()
    };
    lab.open(&format!("/lab?s={}", keep_session(&session)))
        .await?;
    lab.click("#inspect-log").await?;
    let native = world_source("small_internet").map_err(|errors| anyhow::anyhow!("{errors:?}"))?;
    let (timeline, errors) = Timeline::replay(native.build(seed), &acts);
    ensure!(errors.is_empty(), "{errors:?}");
    let trace = timeline.trace();
    let expected: Vec<String> = trace
        .events()
        .iter()
        .map(|event| {
            let line = log_line(timeline.initial(), trace, event);
            format!("{}|{} {}", line.time, line.actor, line.text)
        })
        .collect();
    lab.find("#log li").await?;
    let shown: Vec<String> = lab
        .eval(
            "[...document.querySelectorAll('#log li')].map(li => \
             li.querySelector('.lab-log__time').textContent + '|' + li.querySelector('.lab-log__text').textContent)",
        )
        .await?;
    ensure!(shown.len() > 50, "{} lines", shown.len());
    let first_shown = expected.len().saturating_sub(shown.len());
    for (shown, expected) in shown.iter().zip(&expected[first_shown..]) {
        ensure!(
            shown == expected,
            "the page says\n{shown}\nand the native run\n{expected}"
        );
    }
    lab.expect_quiet_console().await
}
