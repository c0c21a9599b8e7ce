//! Whoever goes by keys, hears the page or sees it in colors of their own can use all of it.

use anyhow::ensure;
use dns_lab_browser_tests::{Key, Lab, Result, Test, tests};

pub(crate) const TESTS: &[Test] = tests![
    #[every_engine]
    every_page_opens_from_every_other,
    #[every_engine]
    a_page_that_is_opened_has_the_focus_at_its_heading,
    #[every_engine]
    no_button_loses_the_focus,
    a_crowd_is_run_and_cancelled_without_losing_the_focus,
    #[every_engine]
    nothing_is_read_aloud_while_play_goes_on,
    a_run_of_a_crowd_is_told_at_its_start_half_and_end,
    names_contain_the_words_that_are_shown,
    choices_tracks_and_places_are_seen_in_forced_colors,
];

/// Every page there is, by its route.
fn routes() -> Result<Vec<String>> {
    let course = dns_lab::lesson::course().map_err(|errors| anyhow::anyhow!("{errors:?}"))?;
    let lessons = course
        .lessons()
        .map(|lesson| format!("/lesson/{}/1", lesson.id));
    let mut routes: Vec<_> = ["/", "/lab", "/practice", "/nowhere"]
        .map(str::to_owned)
        .into();
    routes.extend(lessons);
    routes.extend(["failover", "canary", "geo", "migration"].map(|id| format!("/lab/{id}")));
    routes.extend(["stable-name", "nearest-region"].map(|id| format!("/practice/{id}")));
    Ok(routes)
}

/// Goes to another page as a link does.
async fn go(lab: &Lab, route: &str) -> Result<()> {
    lab.run_script(&format!("location.hash = '{route}'")).await
}

async fn every_page_opens_from_every_other(lab: Lab) -> Result<()> {
    lab.open("/").await?;
    for route in routes()? {
        go(&lab, &route).await?;
        lab.wait_for(
            &route,
            &format!(
                "document.querySelector('main:not([aria-busy]) h1') && location.hash === '#{route}' \
                 && document.activeElement.tagName === 'H1' || '{route}' === '/'"
            ),
        )
        .await?;
        ensure!(
            lab.count(".lab-crash").await? == 0,
            "{route} stops the page"
        );
    }
    lab.expect_quiet_console().await
}

/// Waits until the heading of a page has the focus, and returns its words.
async fn heading(lab: &Lab, words: &str) -> Result<()> {
    lab.wait_for(
        &format!("the focus at a heading with “{words}”"),
        &format!(
            "document.activeElement.tagName === 'H1' && document.activeElement.textContent.includes('{words}')"
        ),
    )
    .await
}

async fn a_page_that_is_opened_has_the_focus_at_its_heading(lab: Lab) -> Result<()> {
    lab.open("/").await?;
    lab.find("#start").await?;
    ensure!(
        lab.focused().await? == "body",
        "the first page leaves the focus alone"
    );
    // By a link, with a fetch in between.
    lab.run_script("document.querySelector('#start').focus()")
        .await?;
    lab.press(Key::Enter).await?;
    heading(&lab, "").await?;
    lab.wait_for(
        "the title",
        "document.title.startsWith('Your first lookup')",
    )
    .await?;
    // By the header, which stays.
    lab.click(".lab-nav a[href='#/lab']").await?;
    heading(&lab, "Ask for anything").await?;
    // Back.
    lab.run_script("history.back()").await?;
    lab.wait_for("the lesson", "location.hash.startsWith('#/lesson')")
        .await?;
    lab.wait_for("its heading", "document.activeElement.id === 'step-title'")
        .await?;
    // From one lesson to another.
    go(&lab, "/lesson/caches-and-ttl/1").await?;
    lab.wait_for("another title", "document.title.startsWith('Caches')")
        .await?;
    lab.wait_for("its heading", "document.activeElement.id === 'step-title'")
        .await?;
    // The next Tab goes on from there.
    lab.press(Key::Tab).await?;
    let is_after: bool = lab
        .eval(
            "Boolean(document.querySelector('#step-title').compareDocumentPosition(document.activeElement) \
             & Node.DOCUMENT_POSITION_FOLLOWING)",
        )
        .await?;
    ensure!(
        is_after,
        "Tab goes on after the heading, not to {}",
        lab.focused().await?
    );
    lab.expect_quiet_console().await
}

/// Presses every button of the page that is there when it begins, with the focus at it, and
/// returns the names of those after which nothing has the focus.
const PRESS_ALL: &str = "
    const done = arguments[arguments.length - 1];
    const drawn = () => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    (async () => {
        const lost = [];
        const all = [...document.querySelectorAll('main button, main summary, main input[type=checkbox]')];
        // What a press brings, such as fifty switches, has a press of its own elsewhere.
        for (const button of all.filter(it => it.checkVisibility())) {
            if (!button.isConnected || !button.checkVisibility() || button.disabled) continue;
            button.focus();
            if (document.activeElement !== button) continue;
            button.click();
            await drawn();
            if (document.activeElement === document.body)
                lost.push(button.id || button.ariaLabel || button.textContent || button.className);
        }
        done(lost);
    })().catch(error => done([String(error)]));";

async fn no_button_loses_the_focus(lab: Lab) -> Result<()> {
    for (route, ready) in [
        ("/lab", "#name"),
        ("/lesson/first-lookup/1", "#action"),
        ("/lesson/caches-and-ttl/4", "#step-title"),
        ("/lab/failover", ".lab-chart__svg"),
        ("/practice/stable-name", "#users"),
    ] {
        lab.open(route).await?;
        lab.find(ready).await?;
        let lost = lab.client().execute_async(PRESS_ALL, vec![]).await?;
        ensure!(
            lost.as_array().is_some_and(Vec::is_empty),
            "{route}: {lost}"
        );
    }
    Ok(())
}

async fn a_crowd_is_run_and_cancelled_without_losing_the_focus(lab: Lab) -> Result<()> {
    lab.open("/lesson/weighted-and-canary/2").await?;
    lab.find("#crowd-run").await?;
    for route in ["/lab/canary", "/lab/failover"] {
        lab.open(route).await?;
        lab.find(".lab-chart__svg").await?;
        lab.run_script(
            "const it = document.querySelector('#crowd-clients'); it.value = '1000000'; \
             it.dispatchEvent(new Event('change', { bubbles: true }))",
        )
        .await?;
        lab.run_script("document.querySelector('#crowd-run').focus()")
            .await?;
        lab.press(Key::Enter).await?;
        lab.wait_for(
            "a run",
            "document.querySelector('#crowd-cancel').checkVisibility()",
        )
        .await?;
        ensure!(lab.focused().await? == "button#crowd-run", "while it runs");
        lab.run_script("document.querySelector('#crowd-cancel').focus()")
            .await?;
        lab.press(Key::Enter).await?;
        lab.wait_for(
            "no run",
            "!document.querySelector('#crowd-cancel').checkVisibility()",
        )
        .await?;
        ensure!(lab.focused().await? != "body", "after it is cancelled");
    }
    lab.expect_quiet_console().await
}

/// Counts what changes in regions that are read aloud.
const LISTEN: &str = "
    window.heard = [];
    const live = '[aria-live=polite], [aria-live=assertive], [role=status], [role=alert], [role=log], output';
    new MutationObserver(changes => {
        for (const change of changes) {
            const it = change.target.nodeType === 1 ? change.target : change.target.parentElement;
            const region = it?.closest(live);
            if (region && region.textContent.trim()) heard.push(region.textContent.trim());
        }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });";

async fn nothing_is_read_aloud_while_play_goes_on(lab: Lab) -> Result<()> {
    lab.open("/lab").await?;
    lab.find("#ask").await?;
    lab.click("#ask").await?;
    lab.wait_for(
        "play",
        "document.querySelector('#play').ariaLabel.startsWith('Pause')",
    )
    .await?;
    lab.run_script(LISTEN).await?;
    let far = "Number(document.querySelector('#scrub').ariaValueNow) / Number(document.querySelector('#scrub').ariaValueMax)";
    let start: f64 = lab.eval(far).await?;
    lab.wait_for("some of it to play", &format!("{far} > {start} + 0.1"))
        .await?;
    let heard: Vec<String> = lab.eval("heard").await?;
    ensure!(heard.is_empty(), "{heard:?}");
    lab.click("#play").await?;
    lab.wait_for(
        "the caption to be read",
        "document.querySelector('#caption-said').textContent",
    )
    .await?;
    lab.click("#step-forward").await?;
    let same = "document.querySelector('#caption-said').textContent.replace(/\\s+/g, ' ') \
                === document.querySelector('#caption').textContent.trim().replace(/\\s+/g, ' ')";
    lab.wait_for("the next caption to be read", same).await?;
    lab.expect_quiet_console().await
}

async fn a_run_of_a_crowd_is_told_at_its_start_half_and_end(lab: Lab) -> Result<()> {
    lab.open("/lab/failover").await?;
    lab.find(".lab-chart__svg").await?;
    lab.run_script(
        "window.told = []; const it = document.querySelector('#crowd-said');
         new MutationObserver(() => told.push(it.textContent)).observe(it, { subtree: true, childList: true, characterData: true });
         const clients = document.querySelector('#crowd-clients'); clients.value = '100000';
         clients.dispatchEvent(new Event('change', { bubbles: true }));",
    )
    .await?;
    lab.click("#crowd-run").await?;
    lab.wait_for("the run to be told", "told.length > 0")
        .await?;
    lab.wait_for(
        "its end",
        "!document.querySelector('#crowd-cancel').checkVisibility()",
    )
    .await?;
    let told: Vec<String> = lab.eval("told.filter(it => it)").await?;
    ensure!(
        told.len() <= 3 && told.iter().all(|it| it.ends_with("0 %")),
        "{told:?}"
    );
    lab.expect_quiet_console().await
}

/// What is named otherwise than it reads: speech control finds a control by the words on it.
const MISNAMED: &str = "
    (() => {
        const plain = text => text.toLowerCase().replace(/[^\\p{L}\\p{N}]+/gu, ' ').trim();
        const shown = node => {
            if (node.nodeType === 3) return node.data;
            if (node.nodeType !== 1 || node.ariaHidden === 'true' || !node.checkVisibility()) return '';
            if (node.matches('.lab-visually-hidden')) return '';
            return [...node.childNodes].map(shown).join(' ');
        };
        const controls = 'button, a, summary, [role=button], [role=tab], [role=link], [role=switch], label';
        return [...document.querySelectorAll(controls)].flatMap(it => {
            const ids = it.getAttribute('aria-labelledby');
            const name = ids ? ids.split(' ').map(id => document.getElementById(id)?.textContent ?? '').join(' ')
                : it.getAttribute('aria-label');
            // Signs such as − and + are no words.
            const words = plain(shown(it));
            return name && words && !plain(name).includes(words) ? [`“${words}” is named “${name}”`] : [];
        });
    })()";

async fn names_contain_the_words_that_are_shown(lab: Lab) -> Result<()> {
    lab.open("/").await?;
    for route in routes()? {
        go(&lab, &route).await?;
        lab.wait_for(
            &route,
            &format!(
                "document.querySelector('main:not([aria-busy]) h1') && location.hash === '#{route}'"
            ),
        )
        .await?;
        // Whatever else there is: answers, what came of a question, other views and tabs.
        lab.run_script(
            "for (const it of document.querySelectorAll('#show-model, #ask, #action, details:not([open]) > summary')) \
             if (!it.disabled) it.click();",
        )
        .await?;
        for view in ["hierarchy", "map", "sequence", "population"] {
            lab.run_script(&format!("document.querySelector('#view-{view}')?.click()"))
                .await?;
            let wrong: Vec<String> = lab.eval(MISNAMED).await?;
            ensure!(wrong.is_empty(), "{route}, {view}: {wrong:?}");
        }
    }
    Ok(())
}

/// How an element stands out, by what forced colors leave of its style.
fn looks(css: &str) -> String {
    format!(
        "(s => [s.backgroundColor, s.color, s.outlineStyle, s.outlineWidth, s.outlineColor, s.borderTopColor, \
         s.borderBottomColor].join(' '))(getComputedStyle(document.querySelector('{css}')))"
    )
}

/// Fails if an element that has an attribute looks like one that has not.
async fn expect_state_seen(lab: &Lab, css: &str, attribute: &str) -> Result<()> {
    let (one, other) = (
        format!("{css}{attribute}"),
        format!("{css}:not({attribute})"),
    );
    lab.find(&one).await?;
    lab.find(&other).await?;
    let (a, b): (String, String) = (
        lab.eval(&looks(&one)).await?,
        lab.eval(&looks(&other)).await?,
    );
    ensure!(a != b, "{one} looks like {other}: {a}");
    Ok(())
}

/// Fails if an element is not drawn in forced colors: by a background that is kept, or an edge.
async fn expect_drawn(lab: &Lab, css: &str) -> Result<()> {
    lab.find(css).await?;
    let is_drawn: bool = lab
        .eval(&format!(
            "(s => s.forcedColorAdjust === 'none' && (s.backgroundImage !== 'none' \
             || s.backgroundColor !== getComputedStyle(document.body).backgroundColor || s.outlineStyle !== 'none' \
             || s.borderTopWidth !== '0px') || s.outlineStyle === 'solid')(getComputedStyle(document.querySelector('{css}')))"
        ))
        .await?;
    ensure!(is_drawn, "{css} cannot be seen");
    Ok(())
}

async fn choices_tracks_and_places_are_seen_in_forced_colors(lab: Lab) -> Result<()> {
    lab.force_colors().await?;
    lab.open("/").await?;
    expect_drawn(&lab, ".lab-progress").await?;
    expect_state_seen(&lab, ".lab-nav a", "[aria-current]").await?;

    lab.open("/lesson/caches-and-ttl/1").await?;
    lab.find("#step-title").await?;
    expect_drawn(&lab, ".lab-steps__bar").await?;
    expect_state_seen(&lab, ".lab-steps__bar", "[aria-current]").await?;
    expect_state_seen(&lab, ".lab-tab", "[aria-selected=true]").await?;
    lab.open("/lesson/first-lookup/3").await?;
    lab.click(".lab-option input").await?;
    expect_drawn(&lab, ".lab-option input").await?;
    expect_state_seen(&lab, ".lab-option", "[data-chosen=true]").await?;

    lab.open("/lab/failover").await?;
    lab.find(".lab-chart__svg").await?;
    expect_drawn(&lab, ".lab-range").await?;
    expect_state_seen(&lab, ".lab-scenarios__link", "[aria-current]").await?;

    lab.open("/lab").await?;
    lab.click("#ask").await?;
    lab.click("#to-end").await?;
    expect_drawn(&lab, ".lab-scrubber__rail").await?;
    expect_drawn(&lab, ".lab-scrubber__done").await?;
    expect_drawn(&lab, ".lab-scrubber__thumb").await?;
    expect_drawn(&lab, ".lab-mark-dot").await?;
    expect_drawn(&lab, ".lab-switch input").await?;
    // Pictures too are in the reader's colors.
    let (box_line, text): (String, String) = (
        lab.eval("getComputedStyle(document.querySelector('.lab-machine__box')).stroke")
            .await?,
        lab.eval("getComputedStyle(document.body).color").await?,
    );
    ensure!(box_line == text, "a box is {box_line}, the text {text}");
    lab.expect_quiet_console().await
}
