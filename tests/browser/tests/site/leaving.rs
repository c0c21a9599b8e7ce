//! Nothing breaks when the element that has the focus goes: by Back, by Forward, by a key.

use anyhow::ensure;
use dns_lab_browser_tests::{Lab, Result, Test, tests};

use super::moves::act;

pub(crate) const TESTS: &[Test] = tests![
    home_bears_that_what_has_the_focus_goes,
    the_lab_bears_that_what_has_the_focus_goes,
    a_scenario_bears_that_what_has_the_focus_goes,
    a_lesson_bears_that_what_has_the_focus_goes,
    a_lesson_with_a_crowd_bears_that_what_has_the_focus_goes,
    practice_bears_that_what_has_the_focus_goes,
    a_page_that_is_not_there_bears_that_what_has_the_focus_goes,
    a_page_that_breaks_goes_on_with_the_session,
    a_page_that_its_session_breaks_starts_anew_and_loses_nothing_else,
];

/// A walker in the page. `walker.kinds()` finds one element of each kind that can have the focus
/// and was not met before; `walker.leave(kind)` focuses it and goes back and forward, then presses
/// every key while it has the focus. `walker.state` says how far it is.
const WALKER: &str = r#"
window.walker = (() => {
  const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex]';
  const kindOf = e => [e.tagName, e.getAttribute('class'), e.type, e.getAttribute('role'), e.dataset.role]
    .map(part => part ?? '').join('|');
  const all = () => [...document.querySelectorAll(FOCUSABLE)].filter(e => !e.disabled && e.checkVisibility());
  const met = new Set();
  const frame = () => (walker.step++, new Promise(done => requestAnimationFrame(() => setTimeout(done, 0))));
  const until = async (what, condition) => {
    for (let n = 0; n < 2000; n++) { if (condition()) return; await frame(); }
    throw new Error('waited in vain for ' + what);
  };
  const press = (e, key) => e.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  const focus = e => {
    e.focus();
    // What was typed and not left is told to the page when the element goes.
    if (e.matches('input[type=number], input[type=text], textarea')) document.execCommand('insertText', false, '7');
  };
  const afterwards = e => {
    for (const type of ['blur', 'focusout', 'change', 'focus'])
      e.dispatchEvent(new FocusEvent(type, { bubbles: type !== 'blur' }));
    for (const type of ['pointerup', 'pointercancel', 'pointermove', 'pointerleave', 'lostpointercapture'])
      e.dispatchEvent(new PointerEvent(type, { bubbles: true }));
    e.dispatchEvent(new MouseEvent('mouseleave'));
  };
  const QUIET = [' ', 'k', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown', '+', '=', '-', '0', 'f'];
  const LOUD = ['1', '2', '3', '4', 'Enter', 'Escape', 'Delete', 'Backspace', '?'];
  const walker = {
    state: 'idle',
    step: 0,
    prepare: () => {},
    kinds: () => {
      const found = [];
      for (const e of all()) {
        const kind = kindOf(e);
        if (!met.has(kind)) { met.add(kind); found.push(kind); }
      }
      return found;
    },
    leave: kind => {
      walker.state = 'busy';
      const find = () => all().find(e => kindOf(e) === kind);
      const again = async () => { await walker.prepare(); await frame(); return find(); };
      (async () => {
        const here = location.hash;
        let element = find() ?? await again();
        if (element) {
          focus(element);
          history.back();
          await until('the page before', () => location.hash !== here && document.querySelector('#main'));
          await frame();
          afterwards(element);
          history.forward();
          await until('the page again', () => location.hash === here);
          element = await again();
        }
        for (const key of LOUD) {
          if (!element?.isConnected) element = await again();
          if (!element) break;
          focus(element);
          press(element, key);
          await frame();
          if (!element.isConnected) afterwards(element);
          document.querySelector('dialog[open]')?.close();
        }
        if (!element?.isConnected) element = await again();
        if (element) {
          focus(element);
          for (const key of QUIET) press(element, key);
          await frame();
        }
        walker.state = document.querySelector('#crash') ? 'the page has stopped' : 'done';
      })().catch(error => { walker.state = String(error); });
    },
  };
  return walker;
})();
"#;

/// Waits until the page at hand has its contents.
async fn shown(lab: &Lab) -> Result<()> {
    lab.wait_for(
        "the page",
        "document.querySelector('#main') && !document.querySelector('#main[aria-busy]')",
    )
    .await
}

/// Goes to a page from one that is not there, so that Back leads to that.
async fn enter(lab: &Lab, route: &str) -> Result<()> {
    lab.open("/nowhere").await?;
    lab.run_script(&format!("location.hash = '#{route}'"))
        .await?;
    lab.wait_for("the address", &format!("location.hash === '#{route}'"))
        .await?;
    shown(lab).await?;
    lab.run_script(WALKER).await
}

/// Leaves every kind of element that can have the focus, of the page as `prepare` makes it: a
/// statement that is run again whenever the page was left.
async fn leave_all(lab: &Lab, prepare: &str) -> Result<usize> {
    let until_shown = "const main = document.querySelector('#main[aria-busy]'); \
                       for (let n = 0; main?.isConnected && n < 400; n++) await new Promise(requestAnimationFrame);";
    lab.run_script(&format!(
        "walker.prepare = async () => {{ {until_shown} {prepare} }}; walker.state = 'busy'; \
         walker.prepare().then(() => {{ walker.state = 'ready'; }})"
    ))
    .await?;
    lab.wait_for("the page to be prepared", "walker.state === 'ready'")
        .await?;
    let kinds: Vec<String> = lab.eval("walker.kinds()").await?;
    for kind in &kinds {
        let kind = serde_json::to_string(kind)?;
        lab.run_script(&format!("walker.leave({kind})")).await?;
        let (mut state, mut step) = ("busy".to_owned(), 0_u32);
        while state == "busy" {
            // A slow machine may take its time, as long as it gets on.
            let gets_on = format!("walker.state !== 'busy' || walker.step > {step}");
            lab.wait_for(&kind, &gets_on).await?;
            (state, step) = lab.eval("[walker.state, walker.step]").await?;
        }
        let errors = lab.console_errors().await?;
        ensure!(
            state == "done" && errors.is_empty(),
            "{kind}: {state}\n{}",
            errors.join("\n")
        );
    }
    Ok(kinds.len())
}

/// Leaves every kind of element of a page with a stage: each view, each tab of the inspector, all
/// that can be opened.
async fn leave_stage(lab: &Lab, route: &str, act: &str, has_crowd: bool) -> Result<()> {
    enter(lab, route).await?;
    let mut count = 0;
    let views = [
        ("1", "Message"),
        ("1", "Machine"),
        ("2", "Cache"),
        ("2", "Machine"),
        ("3", "Log"),
        ("4", "Message"),
    ];
    for (view, tab) in views
        .into_iter()
        .filter(|(view, _)| has_crowd || *view != "4")
    {
        let prepare = format!(
            "document.querySelectorAll('.lab-text details').forEach(it => {{ it.open = true; }}); {act} \
             document.activeElement?.blur(); \
             document.body.dispatchEvent(new KeyboardEvent('keydown', {{ key: '{view}', bubbles: true }})); \
             await new Promise(requestAnimationFrame); \
             [...document.querySelectorAll('.lab-inspector [role=tab]')].find(it => it.textContent === '{tab}')?.click(); \
             document.querySelector('#to-start:not(:disabled)')?.click(); \
             for (let n = 0; n < 3; n++) document.querySelector('#next-event')?.click(); \
             await new Promise(requestAnimationFrame);"
        );
        count += leave_all(lab, &prepare).await?;
    }
    ensure!(count > 25, "only {count} kinds of elements were found");
    lab.expect_quiet_console().await
}

async fn home_bears_that_what_has_the_focus_goes(lab: Lab) -> Result<()> {
    enter(&lab, "/").await?;
    ensure!(leave_all(&lab, "").await? > 5, "too few kinds of elements");
    lab.expect_quiet_console().await
}

async fn the_lab_bears_that_what_has_the_focus_goes(lab: Lab) -> Result<()> {
    let act = "document.querySelector('#ask')?.click();";
    leave_stage(&lab, "/lab", act, false).await
}

async fn a_scenario_bears_that_what_has_the_focus_goes(lab: Lab) -> Result<()> {
    leave_stage(&lab, "/lab/failover", "", true).await
}

async fn a_lesson_bears_that_what_has_the_focus_goes(lab: Lab) -> Result<()> {
    let act = "document.querySelector('#action:not(:disabled)')?.click();";
    leave_stage(&lab, "/lesson/caches-and-ttl/1", act, false).await
}

async fn a_lesson_with_a_crowd_bears_that_what_has_the_focus_goes(lab: Lab) -> Result<()> {
    let act = "document.querySelector('#crowd-run:not(:disabled)')?.click();";
    leave_stage(&lab, "/lesson/weighted-and-canary/1", act, true).await
}

async fn practice_bears_that_what_has_the_focus_goes(lab: Lab) -> Result<()> {
    enter(&lab, "/practice").await?;
    leave_all(&lab, "").await?;
    let problem: String = lab
        .eval("document.querySelector('a[href^=\"#/practice/\"]').getAttribute('href').slice(1)")
        .await?;
    enter(&lab, &problem).await?;
    let opened = "document.querySelectorAll('details').forEach(it => { it.open = true; });";
    let count = leave_all(&lab, opened).await?;
    ensure!(count > 10, "only {count} kinds of elements were found");
    lab.expect_quiet_console().await
}

async fn a_page_that_is_not_there_bears_that_what_has_the_focus_goes(lab: Lab) -> Result<()> {
    enter(&lab, "/no/such/page").await?;
    leave_all(&lab, "").await?;
    lab.expect_quiet_console().await
}

/// Makes the next element that the page makes one that cannot be made, once `breakPage` is called:
/// no page survives that.
const BREAK_PAGE: &str = r#"
    window.breakPage = () => {
        for (const [type, name] of [[Document, 'createElement'], [Document, 'createElementNS'], [Node, 'cloneNode']]) {
            const made = type.prototype[name];
            type.prototype[name] = function (...parts) {
                if (window.broken) return made.apply(this, parts);
                window.broken = true;
                throw new Error('nothing can be made');
            };
        }
    };
"#;

async fn a_page_that_breaks_goes_on_with_the_session(lab: Lab) -> Result<()> {
    lab.open("/lab").await?;
    act(&lab, "#ask").await?;
    let length = "document.querySelector('#scrub')?.ariaValueMax";
    let before: String = lab.eval(length).await?;
    // What was done is kept when the page is left, or a moment later.
    lab.run_script("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));")
        .await?;
    lab.run_script(BREAK_PAGE).await?;
    lab.run_script("breakPage();").await?;
    lab.press('3').await?;
    lab.wait_for("the report", "document.querySelector('#crash')")
        .await?;
    let text = lab.text("#crash").await?;
    ensure!(text.contains("with what you did"), "{text}");
    lab.click("#go-on").await?;
    lab.wait_for(
        "the page with its session",
        &format!("!document.querySelector('#crash') && {length} === '{before}'"),
    )
    .await?;
    ensure!(lab.route().await?.starts_with("/lab"), "on the same page");
    // What broke was told to the console, and rightly so.
    lab.console_errors().await?;
    Ok(())
}

async fn a_page_that_its_session_breaks_starts_anew_and_loses_nothing_else(lab: Lab) -> Result<()> {
    lab.open("/lab").await?;
    lab.click("#ask").await?;
    lab.wait_for(
        "something to happen",
        "!document.querySelector('#play').disabled",
    )
    .await?;
    lab.run_script(
        "localStorage.setItem('dns-lab.practice.stable-name', 'a draft');
         sessionStorage.setItem('dns-lab.session.#/lab/failover', 'of another page');
         sessionStorage.setItem('dns-lab.zone.#/lab example.com', 'what was typed');
         document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));",
    )
    .await?;
    let local = "JSON.stringify(Object.entries(localStorage).sort())";
    let before: String = lab.eval(local).await?;
    // From now on the page breaks wherever it has the session, from storage or from the address.
    lab.run_script(BREAK_PAGE).await?;
    lab.before_each_load(&format!(
        "{BREAK_PAGE}
         const kept = JSON.parse(sessionStorage.getItem('dns-lab.session.#/lab') ?? '{{}}');
         window.hasSession = Boolean(kept.session) || location.hash.length > '#/lab'.length;"
    ))
    .await?;
    lab.run_script("breakPage();").await?;
    lab.press('3').await?;
    lab.click("#go-on").await?;
    lab.wait_for(
        "the page with its session",
        "!document.querySelector('#crash') && document.querySelector('#play:enabled')",
    )
    .await?;
    let has_session: bool = lab.eval("window.hasSession").await?;
    ensure!(has_session, "it goes on with it");
    lab.run_script("breakPage();").await?;
    lab.press('3').await?;
    lab.click("#start-anew").await?;
    lab.wait_for(
        "the page as it begins",
        "!document.querySelector('#crash') && document.querySelector('#play:disabled')",
    )
    .await?;
    let has_session: bool = lab.eval("window.hasSession").await?;
    ensure!(!has_session, "the session is put aside");
    let route = lab.route().await?;
    ensure!(route == "/lab", "on the same page: {route}");
    let after: String = lab.eval(local).await?;
    ensure!(before == after, "progress and drafts:\n{before}\n{after}");
    let others: (Option<String>, Option<String>) = lab
        .eval(
            "[sessionStorage.getItem('dns-lab.session.#/lab/failover'),
              sessionStorage.getItem('dns-lab.zone.#/lab example.com')]",
        )
        .await?;
    ensure!(
        others == (Some("of another page".to_owned()), None),
        "{others:?}"
    );
    // It is not lost either.
    lab.click("#bring-session-back").await?;
    lab.find("#play:enabled").await?;
    // What broke was told to the console, and rightly so.
    lab.console_errors().await?;
    Ok(())
}
