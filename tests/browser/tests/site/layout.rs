//! Nothing overlaps, is cut or scrolls sideways, whatever the window and the names in it.

use anyhow::ensure;
use dns_lab_browser_tests::{Engine, Lab, Result, Test, tests};

pub(crate) const TESTS: &[Test] = tests![
    #[every_engine]
    pages_to_read_fit_every_window,
    #[every_engine]
    the_stage_fits_every_window,
    #[every_engine]
    crowds_fit_every_window,
    #[every_engine]
    practice_fits_every_window,
    names_of_any_length_stay_in_their_boxes,
    what_is_said_about_a_long_name_stays_in_its_box,
    text_may_be_spaced_as_a_reader_needs_it,
    a_wide_font_fits_every_window,
];

/// Widths at which something changes its place, and those between.
const WIDTHS: [u32; 29] = [
    300, 320, 340, 360, 375, 390, 412, 430, 447, 460, 500, 540, 580, 620, 680, 760, 768, 820, 900,
    1000, 1080, 1100, 1179, 1180, 1280, 1440, 1700, 1920, 2560,
];
/// Heights of a window with three columns.
const HEIGHTS: [u32; 7] = [560, 605, 650, 700, 768, 900, 1100];
/// From this width on the columns scroll on their own.
const WIDE: u32 = 1180;

/// What must hold at every size.
const MEASURE: &str = r#"
    const problems = [], root = page.document.scrollingElement;
    const name = it => it.tagName.toLowerCase() + (it.id ? '#' + it.id : '')
        + [...it.classList].map(it => '.' + it).join('');
    if (root.scrollWidth > root.clientWidth + 1) {
        const all = [...page.document.querySelectorAll('body *')];
        const widest = all.filter(it => it.getBoundingClientRect().right + page.scrollX > root.scrollWidth - 1);
        // Where no element is that wide, something in one is, such as the words of a control.
        const full = all.filter(it => it.clientWidth > 0 && it.scrollWidth > it.clientWidth + 1);
        const by = widest.length > 0 ? widest.slice(0, 3) : full.slice(-3);
        problems.push(`the page is ${root.scrollWidth} px wide, by ${by.map(name)}`);
    }

    // The picture is whole, and its legend stands below it.
    const panel = page.document.querySelector('#stage-panel');
    const legend = panel?.querySelector('.lab-legend')?.getBoundingClientRect();
    const inside = panel?.getBoundingClientRect();
    for (const box of panel?.querySelectorAll('.lab-machine__box') ?? []) {
        const at = box.getBoundingClientRect();
        if (at.bottom > legend.top + 1)
            problems.push(`a box ends ${Math.round(at.bottom - legend.top)} px below the top of the legend`);
        if (at.top + panel.scrollTop < inside.top - 1) problems.push('a box is cut at the top');
        if (at.left < inside.left || at.right > inside.right + 1) problems.push('a box is cut at a side');
    }
    if (legend && legend.bottom - inside.top + panel.scrollTop > panel.scrollHeight + 1)
        problems.push('the legend is cut');
    // What belongs to the map is read after it; the hierarchy is seen as a whole.
    const isHierarchy = panel?.querySelector('.lab-machine__box');
    if (isHierarchy && page.innerWidth >= 1180 && page.innerHeight >= 900 && legend.bottom > inside.bottom + 1)
        problems.push('the legend is below what can be seen');

    // What stays in view leaves room for the rest.
    for (const bar of page.document.querySelectorAll('.lab-crowd__bar, .lab-desk__run, .lab-header'))
        if (['sticky', 'fixed'].includes(page.getComputedStyle(bar).position)
            && bar.offsetHeight > page.innerHeight * 0.3)
            problems.push(`${name(bar)} takes ${bar.offsetHeight} of ${page.innerHeight} px`);

    // Nothing scrolls sideways or is cut but what is meant to.
    const wide = '.lab-tabs, .lab-hex, .lab-code, .lab-table-scroll, .lab-chart__scroll, .lab-bar__part, textarea, '
        + 'input, select, progress, svg, svg *, .lab-visually-hidden';
    const shown = it => it.getClientRects().length > 0 && it.checkVisibility();
    for (const it of page.document.querySelectorAll('body *')) {
        if (it.matches(wide) || !shown(it)) continue;
        const overflow = page.getComputedStyle(it).overflowX;
        if (overflow !== 'visible' && it.scrollWidth > it.clientWidth + 1)
            problems.push(`${name(it)} is ${it.clientWidth} px wide and holds ${it.scrollWidth}`);
    }

    // Words stay in their boxes, and out of those beside them.
    const words = page.document.createTreeWalker(page.document.body, page.NodeFilter.SHOW_TEXT);
    const range = page.document.createRange();
    while (words.nextNode()) {
        const text = words.currentNode, own = text.parentElement;
        if (!text.data.trim() || own.closest(wide) || own.closest('.lab-skip, noscript, style, script, dialog') || !shown(own)) continue;
        let box = own;
        while (['inline', 'contents'].includes(page.getComputedStyle(box).display)) box = box.parentElement;
        range.selectNodeContents(text);
        const at = range.getBoundingClientRect(), edge = box.getBoundingClientRect();
        if (at.width > 0 && (at.right > edge.right + 1.5 || at.left < edge.left - 1.5))
            problems.push(`“${text.data.trim().slice(0, 30)}” leaves ${name(box)} by ${Math.round(Math.max(at.right - edge.right, edge.left - at.left))} px`);
    }
    return [...new Set(problems)].slice(0, 4);
"#;

/// The sizes at which an engine is looked at: all in one, those at which most changes in the others.
/// WebKitGTK takes a second to lay a page out anew where it has no graphics card.
fn sizes(engine: Engine) -> Vec<(u32, u32)> {
    let (every, heights): (usize, &[u32]) = match engine {
        Engine::Chromium => (1, &HEIGHTS),
        Engine::Firefox => (2, &HEIGHTS),
        Engine::WebKit => (6, &[560, 768]),
    };
    let mut sizes = Vec::new();
    for (index, width) in WIDTHS.into_iter().enumerate() {
        match width {
            1280 | 1440 => sizes.extend(heights.iter().map(|height| (width, *height))),
            _ if index % every != 0 => {}
            WIDE.. => sizes.extend([560, 900].map(|height| (width, height))),
            _ => sizes.push((width, 560)),
        }
    }
    // 1280 by 1024 at 400 %.
    sizes.push((320, 256));
    sizes
}

/// Looks at a page in all sizes of the engine.
async fn expect_to_fit(lab: &Lab, what: &str) -> Result<()> {
    let problems = lab.sweep(&sizes(lab.engine()), MEASURE).await?;
    ensure!(problems.is_empty(), "{what}\n{}", problems.join("\n"));
    Ok(())
}

/// Opens a page in a frame and looks at it in all sizes.
async fn expect_route_to_fit(lab: &Lab, route: &str, ready: &str) -> Result<()> {
    lab.open_in_frame(route, ready).await?;
    expect_to_fit(lab, route).await
}

/// Ready once an element is there.
fn there(css: &str) -> String {
    format!("page.document.querySelector('{css}')")
}

async fn pages_to_read_fit_every_window(lab: Lab) -> Result<()> {
    expect_route_to_fit(&lab, "/", &there("#start")).await?;
    expect_route_to_fit(&lab, "/practice", &there("main h1")).await?;
    expect_route_to_fit(&lab, "/nowhere", &there("main h1")).await
}

async fn the_stage_fits_every_window(lab: Lab) -> Result<()> {
    expect_route_to_fit(&lab, "/lesson/first-lookup/1", &there("#action")).await?;
    lab.open_in_frame("/lab", &there("#name")).await?;
    lab.run_in_frame("page.document.querySelector('#ask').click()")
        .await?;
    lab.wait_in_frame("an event", &there("#play:enabled"))
        .await?;
    lab.run_in_frame("page.document.querySelector('#to-end').click()")
        .await?;
    for view in ["hierarchy", "map", "sequence"] {
        lab.run_in_frame(&format!(
            "page.document.querySelector('#view-{view}').click()"
        ))
        .await?;
        lab.wait_in_frame(view, &there(&format!("#view-{view}[aria-selected=true]")))
            .await?;
        expect_to_fit(&lab, &format!("/lab, {view}")).await?;
    }
    Ok(())
}

async fn crowds_fit_every_window(lab: Lab) -> Result<()> {
    let drawn = there(".lab-chart__svg");
    expect_route_to_fit(&lab, "/lab/failover", &drawn).await?;
    expect_route_to_fit(&lab, "/lesson/weighted-and-canary/2", &there("#step-title")).await
}

async fn practice_fits_every_window(lab: Lab) -> Result<()> {
    expect_route_to_fit(&lab, "/practice/stable-name", &there("#users")).await?;
    expect_route_to_fit(&lab, "/practice/nearest-region", &there("#policy")).await
}

/// Types a name in the frame's lab and asks for it.
async fn type_and_ask(lab: &Lab, name: &str) -> Result<()> {
    lab.run_in_frame(&format!(
        "const field = page.document.querySelector('#name');
         field.value = '{name}';
         field.dispatchEvent(new page.Event('input', {{ bubbles: true }}));
         field.dispatchEvent(new page.Event('change', {{ bubbles: true }}));
         page.document.querySelector('#ask').click();"
    ))
    .await
}

/// Asks for a name in the frame's lab and waits for an answer.
async fn ask(lab: &Lab, name: &str) -> Result<()> {
    type_and_ask(lab, name).await?;
    lab.wait_in_frame("an answer", &there("#play:enabled"))
        .await
}

async fn names_of_any_length_stay_in_their_boxes(lab: Lab) -> Result<()> {
    let many_labels = "a.".repeat(126) + "a";
    let long_labels = ["x", "y", "z"].map(|letter| letter.repeat(63)).join(".");
    for name in [many_labels, long_labels] {
        lab.open_in_frame("/lab", &there("#name")).await?;
        ask(&lab, &name).await?;
        lab.run_in_frame("page.document.querySelector('#to-end').click()")
            .await?;
        for view in ["hierarchy", "map", "sequence"] {
            lab.run_in_frame(&format!(
                "page.document.querySelector('#view-{view}').click()"
            ))
            .await?;
            lab.wait_in_frame(view, &there(&format!("#view-{view}[aria-selected=true]")))
                .await?;
            for tab in ["message", "caches", "log", "machine"] {
                lab.run_in_frame(&format!(
                    "page.document.querySelector('#tab-{tab}')?.click()"
                ))
                .await?;
                let sizes = [(300, 560), (390, 844), (800, 600), (1280, 650), (1920, 900)];
                let problems = lab.sweep(&sizes, MEASURE).await?;
                ensure!(
                    problems.is_empty(),
                    "{view}, {tab}, {} octets\n{}",
                    name.len(),
                    problems.join("\n")
                );
            }
        }
    }
    Ok(())
}

/// The letters of another system may be wider than those of this one.
const WIDE_FONT: &str =
    "* { font-family: monospace !important; letter-spacing: 0.04em !important }";

/// The spacing of success criterion 1.4.12 of WCAG 2.2.
const WIDE_SPACING: &str = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; \
    word-spacing: 0.16em !important } p { margin-bottom: 2em !important }";

/// Sizes at which wider text is looked at.
const WIDER_TEXT: [(u32, u32); 8] = [
    (300, 560),
    (320, 560),
    (390, 844),
    (620, 800),
    (820, 900),
    (1280, 800),
    (1440, 900),
    (1920, 1080),
];

/// Puts a style sheet over those of the frame's page, and opens all that can be opened there.
async fn restyle(lab: &Lab, rules: &str) -> Result<()> {
    lab.run_in_frame(&format!(
        "const sheet = new page.CSSStyleSheet();
         sheet.replaceSync(`{rules}`);
         page.document.adoptedStyleSheets = [sheet];
         for (const it of page.document.querySelectorAll('details')) it.open = true;"
    ))
    .await
}

/// Looks at one page of each kind under other rules.
async fn expect_pages_to_fit_with(lab: &Lab, rules: &str) -> Result<()> {
    let pages = [
        ("/", "#start"),
        ("/lab", "#name"),
        ("/lesson/first-lookup/1", "#action"),
        ("/lab/failover", ".lab-chart__svg"),
        ("/practice", "main h1"),
        ("/practice/stable-name", "#users"),
        ("/practice/nearest-region", "#policy"),
    ];
    for (route, ready) in pages {
        lab.open_in_frame(route, &there(ready)).await?;
        restyle(lab, rules).await?;
        let problems = lab.sweep(&WIDER_TEXT, MEASURE).await?;
        ensure!(problems.is_empty(), "{route}\n{}", problems.join("\n"));
    }
    Ok(())
}

async fn text_may_be_spaced_as_a_reader_needs_it(lab: Lab) -> Result<()> {
    expect_pages_to_fit_with(&lab, WIDE_SPACING).await
}

async fn a_wide_font_fits_every_window(lab: Lab) -> Result<()> {
    expect_pages_to_fit_with(&lab, WIDE_FONT).await
}

async fn what_is_said_about_a_long_name_stays_in_its_box(lab: Lab) -> Result<()> {
    let long_labels = ["x", "y", "z"].map(|letter| letter.repeat(63)).join(".");
    // A note that this world has no such name; an offer to ask for another.
    let asked = [
        (long_labels.clone(), "#name-note"),
        (format!("you@{long_labels}"), "#ask-offer"),
    ];
    for (name, said) in asked {
        lab.open_in_frame("/lab", &there("#name")).await?;
        restyle(&lab, WIDE_FONT).await?;
        type_and_ask(&lab, &name).await?;
        lab.wait_in_frame(said, &there(said)).await?;
        let problems = lab.sweep(&WIDER_TEXT, MEASURE).await?;
        ensure!(problems.is_empty(), "{said}\n{}", problems.join("\n"));
    }
    Ok(())
}
