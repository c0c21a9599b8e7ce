//! What came of a run: a verdict for each criterion, with what shows it.

use std::sync::Arc;

use leptos::prelude::*;

use super::curve::CurveFigure;
use super::desk::Desk;
use crate::app::controls::{Icon, Pictogram};
use crate::engine::order::sort_by_key;
use crate::lesson::practice::{Evidence, ProbeResult, Problem, Report, Verdict};
use crate::scene::practice::probe_lines;

/// The verdicts, or what must hold while nothing was run.
#[component]
pub fn Results(
    /// The problem.
    problem: Arc<Problem>,
    /// The page.
    desk: Desk,
) -> impl IntoView {
    let body = move || match desk.report.get() {
        Some(report) => shown(desk, &problem, &report),
        None => expected(&problem),
    };
    view! {
        <section class="lab-desk__result" aria-label="Result">
            <h2 class="lab-desk__heading">"Result"</h2>
            <p class="lab-visually-hidden" role="status">{move || status(desk)}</p>
            {body}
        </section>
    }
}

/// What is said aloud when something has changed.
fn status(desk: Desk) -> String {
    if desk.progress.with(Option::is_some) {
        return "The answer is running.".to_owned();
    }
    desk.report
        .with(|report| report.as_ref().map_or_else(String::new, |it| summary(it)))
}

/// The outcome in a sentence.
fn summary(report: &Report) -> String {
    let (met, all) = (report.met(), report.verdicts.len());
    if report.is_passed() {
        format!("Passed: all {all} criteria are met.")
    } else {
        format!("Not yet: {met} of {all} criteria are met.")
    }
}

/// The criteria before anything was run.
fn expected(problem: &Problem) -> AnyView {
    let criteria = problem.criteria.iter();
    let criteria = criteria.map(|criterion| view! { <li>{criterion.title.clone()}</li> });
    view! {
        <p class="lab-note">"Run your answer to see whether all of this holds:"</p>
        <ul class="lab-desk__expected">{criteria.collect_view()}</ul>
    }
    .into_any()
}

/// A report.
fn shown(desk: Desk, problem: &Arc<Problem>, report: &Report) -> AnyView {
    let is_passed = report.is_passed();
    let tone = if is_passed { "met" } else { "unmet" };
    // What fails comes first; within that the order of the problem stays.
    let mut verdicts: Vec<&Verdict> = report.verdicts.iter().collect();
    sort_by_key(&mut verdicts, |verdict| verdict.is_met);
    let verdicts = verdicts.into_iter().map(|it| verdict(problem, it));
    let stale = move || {
        (desk.is_changed.get() && desk.progress.with(Option::is_none)).then(|| {
            view! { <p class="lab-note">"You have changed your answer since. Run it again to see what that does."</p> }
        })
    };
    let model = is_passed.then(|| {
        view! {
            <button
                id="open-model"
                type="button"
                class="lab-button lab-button--small"
                on:click=move |_| desk.open_model()
            >
                "Compare with the model answer"
            </button>
        }
    });
    view! {
        <p id="summary" class="lab-verdict__summary" data-state=tone>
            <Pictogram icon=if is_passed { Icon::Check } else { Icon::Warning } />
            {summary(report)}
        </p>
        {stale}
        <ul class="lab-verdicts">{verdicts.collect_view()}</ul>
        <div class="lab-row">
            <button
                id="retry"
                type="button"
                class="lab-button lab-button--small"
                disabled=move || desk.progress.with(Option::is_some)
                on:click=move |_| desk.retry()
            >
                "Try it on a new seed"
            </button>
            {model}
        </div>
        <p class="lab-note">{format!("Round {}. Each round has other chances, and what is hidden happens at another moment.", report.round + 1)}</p>
    }
    .into_any()
}

/// A verdict.
fn verdict(problem: &Arc<Problem>, verdict: &Verdict) -> AnyView {
    let (state, icon, word) = if verdict.is_met {
        ("met", Icon::Check, "Met")
    } else {
        ("unmet", Icon::Close, "Not met")
    };
    let belief = (!verdict.is_met && !verdict.belief.is_empty())
        .then(|| view! { <p class="lab-verdict__belief">{verdict.belief.clone()}</p> });
    let hidden = verdict
        .run
        .is_some_and(|(_, is_hidden)| is_hidden)
        .then(|| view! { <span class="lab-chip">"hidden crowd"</span> });
    let evidence = match &verdict.evidence {
        Evidence::Answer => None,
        Evidence::Curve(curve) => {
            let title = verdict.title.clone();
            Some(
                view! { <CurveFigure curve=(**curve).clone() title is_met=verdict.is_met /> }
                    .into_any(),
            )
        }
        Evidence::Probes(results) => Some(probes(problem, results)),
    };
    // What holds is folded up: the eye goes to what does not.
    view! {
        <li class="lab-verdict" data-state=state data-criterion=verdict.criterion.clone()>
            <details open=!verdict.is_met>
                <summary>
                    <span class="lab-verdict__mark"><Pictogram icon /></span>
                    <span class="lab-verdict__title">{verdict.title.clone()}</span>
                    <span class="lab-verdict__word">{word}</span>
                </summary>
                <div class="lab-verdict__body">
                    <p>{verdict.sentence.clone()}" "{hidden}</p>
                    {belief}
                    {evidence}
                </div>
            </details>
        </li>
    }
    .into_any()
}

/// Where single questions were sent.
fn probes(problem: &Problem, results: &[ProbeResult]) -> AnyView {
    let lines = probe_lines(problem, results).into_iter().map(|line| {
        let (state, icon, word) = if line.is_right {
            ("met", Icon::Check, "right")
        } else {
            ("unmet", Icon::Close, "wrong")
        };
        let by = (!line.by.is_empty()).then(|| format!(", {}", line.by));
        let hidden = line
            .is_hidden
            .then(|| view! { " "<span class="lab-chip">"hidden"</span> });
        view! {
            <li class="lab-probe" data-state=state>
                <span class="lab-verdict__mark"><Pictogram icon /></span>
                <span>
                    <span class="lab-visually-hidden">{format!("{word}: ")}</span>
                    <strong>{line.title}</strong>": "{line.went}{by}{hidden}
                </span>
            </li>
        }
    });
    view! { <ul class="lab-probes">{lines.collect_view()}</ul> }.into_any()
}
