//! Trying an answer: run by run, then a verdict for each criterion.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::curve::{blot_thin, query_curve, share_curve, share_in_window};
use super::probe::ask_all;
use super::{
    Answer, AnswerFault, Cause, Check, Criterion, Curve, CurveUnit, GradingRun, Moment, Plan,
    ProbeResult, Problem, Users, Window, trial,
};
use crate::engine::SimDuration;
use crate::engine::population::{Population, Series};
use crate::scenario::group_thousands;

/// An answer that is being tried. The runs are done by whoever holds it, all at once or in
/// slices: [`Grading::next_run`] tells what to run, [`Grading::put`] takes what came out.
#[derive(Clone, Debug)]
pub struct Grading {
    /// The problem.
    problem: Arc<Problem>,
    /// What the answer means.
    plan: Plan,
    /// Which round.
    round: u32,
    /// What came out of each run so far.
    results: Vec<Option<Series>>,
}

/// A run that is to be done.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The index of the run.
    pub run: usize,
    /// What to run.
    pub population: Population,
    /// With which seed.
    pub seed: u64,
}

impl Trial {
    /// Does the run at once.
    ///
    /// # Errors
    /// Why it cannot be simulated, as a sentence.
    pub fn run(&self) -> Result<Series, String> {
        self.population
            .run(self.seed)
            .map_err(|error| error.to_string())
    }
}

/// What came of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Which round.
    pub round: u32,
    /// One for each criterion, in their order.
    pub verdicts: Vec<Verdict>,
}

impl Report {
    /// Whether every criterion is met.
    pub fn is_passed(&self) -> bool {
        self.verdicts.iter().all(|verdict| verdict.is_met)
    }

    /// How many criteria are met.
    pub fn met(&self) -> usize {
        self.verdicts.iter().filter(|it| it.is_met).count()
    }
}

/// Whether a criterion is met, and how that shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The criterion's id.
    pub criterion: String,
    /// What must hold, in a few words.
    pub title: String,
    /// Whether it does.
    pub is_met: bool,
    /// Why, in a sentence.
    pub sentence: String,
    /// The belief behind a failure; empty if there is none to tell.
    pub belief: String,
    /// The id of the cause, if one is known.
    pub cause: Option<String>,
    /// The run that shows it, by index, and whether it is hidden.
    pub run: Option<(usize, bool)>,
    /// What shows it.
    pub evidence: Evidence,
}

/// What shows that a criterion is met or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Evidence {
    /// Nothing but the answer itself.
    Answer,
    /// Values over time.
    Curve(Box<Curve>),
    /// Where single questions were sent.
    Probes(Vec<ProbeResult>),
}

impl Grading {
    /// Reads an answer; nothing is run yet.
    ///
    /// # Errors
    /// Everything in the answer that cannot be run.
    pub fn new(
        problem: Arc<Problem>,
        answer: &Answer,
        round: u32,
    ) -> Result<Self, Vec<AnswerFault>> {
        let plan = Plan::read(&problem, answer)?;
        let results = vec![None; problem.runs.len()];
        Ok(Self {
            problem,
            plan,
            round,
            results,
        })
    }

    /// What the answer means.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The next run that is to be done; `None` if all are.
    ///
    /// # Errors
    /// Why the records cannot be published, as a sentence.
    pub fn next_run(&self) -> Result<Option<Trial>, String> {
        match self.results.iter().position(Option::is_none) {
            Some(run) => self.trial(run).map(Some),
            None => Ok(None),
        }
    }

    /// A run.
    fn trial(&self, run: usize) -> Result<Trial, String> {
        let one = &self.problem.runs[run];
        let crowd = trial::crowd(&self.problem, one, &self.plan, self.round);
        Ok(Trial {
            run,
            population: crowd.population()?,
            seed: trial::seed(one, self.round),
        })
    }

    /// Notes what came out of a run.
    pub fn put(&mut self, run: usize, series: Series) {
        if let Some(result) = self.results.get_mut(run) {
            *result = Some(series);
        }
    }

    /// How many runs are done, and how many there are.
    pub fn progress(&self) -> (usize, usize) {
        let done = self.results.iter().filter(|it| it.is_some()).count();
        (done, self.results.len())
    }

    /// Does all runs at once.
    ///
    /// # Errors
    /// As [`Grading::next_run`].
    pub fn run_all(self) -> Result<Report, String> {
        let mut run = GradingRun::new(self);
        while run.advance(u64::MAX) < 1.0 {}
        run.finish()
    }

    /// The verdicts, as far as the runs are done.
    ///
    /// # Errors
    /// As [`Grading::next_run`].
    pub fn report(&self) -> Result<Report, String> {
        let mut verdicts = Vec::new();
        for criterion in &self.problem.criteria {
            verdicts.push(self.judge(criterion)?);
        }
        Ok(Report {
            round: self.round,
            verdicts,
        })
    }

    /// Judges one criterion.
    fn judge(&self, criterion: &Criterion) -> Result<Verdict, String> {
        let found = match &criterion.check {
            Check::UsersName => Found::of_answer(matches!(self.plan.users, Users::Name(_))),
            Check::Stopped { address, by } => {
                let stopped = self.plan.stopped(*address);
                Found {
                    at: stopped,
                    ..Found::of_answer(stopped.is_some_and(|at| at <= *by))
                }
            }
            Check::Choice(id) => self.judge_choice(id),
            Check::Probes => self.judge_probes()?,
            Check::Share { windows, most, .. } | Check::Queries { windows, most, .. } => {
                self.judge_windows(&criterion.check, windows, *most)
            }
        };
        Ok(self.verdict(criterion, found))
    }

    /// Judges the answer to a question.
    fn judge_choice(&self, id: &str) -> Found {
        let question = self.problem.questions.iter().find(|it| it.id == id);
        let chosen = self.plan.choices.get(id);
        let option = question
            .zip(chosen)
            .and_then(|(question, chosen)| question.options.iter().find(|it| it.id == *chosen));
        let reason = option.map(|option| option.reason.clone());
        Found {
            reason,
            ..Found::of_answer(option.is_some_and(|option| option.is_correct))
        }
    }

    /// Judges where single questions are sent.
    fn judge_probes(&self) -> Result<Found, String> {
        let trial = self.trial(0)?;
        let results = ask_all(&self.problem, &self.plan, &trial.population, trial.seed);
        let wrong: Vec<&ProbeResult> = results.iter().filter(|it| !it.is_right()).collect();
        let first = wrong.first().and_then(|result| {
            let probe = self.problem.probes.get(result.probe)?;
            Some(self.tell_probe(result, &probe.title, &probe.wanted))
        });
        Ok(Found {
            value: format!("{} of {}", results.len() - wrong.len(), results.len()),
            reason: first,
            evidence: Evidence::Probes(results.clone()),
            ..Found::of_answer(wrong.is_empty())
        })
    }

    /// What went wrong with a probe, as a sentence.
    fn tell_probe(&self, result: &ProbeResult, title: &str, wanted: &str) -> String {
        let went = match result.wrong.flatten() {
            Some(address) => {
                let machine = self.problem.machine(address);
                let machine = machine.map_or_else(|| address.to_string(), |it| it.title.clone());
                format!("was sent to {machine}")
            }
            None => "got no address".to_owned(),
        };
        let times = if result.right > 0 {
            let wrong = result.asked - result.right;
            format!(" {wrong} times out of {}", result.asked)
        } else {
            String::new()
        };
        format!("{title}: {went}{times} instead of {wanted}.")
    }

    /// Judges values over time: the window that fails first, or else the one that comes closest
    /// to failing.
    fn judge_windows(&self, check: &Check, windows: &[Window], most: f64) -> Found {
        let mut worst: Option<(f64, Found)> = None;
        for window in windows {
            for (index, run) in self.problem.runs.iter().enumerate() {
                let is_other = window.run.is_some_and(|wanted| wanted != index);
                let Some(series) = self.results[index].as_ref().filter(|_| !is_other) else {
                    continue;
                };
                let late = match window.run {
                    Some(_) => trial::shift(run, self.round),
                    None => SimDuration::ZERO,
                };
                let (value, at, curve) = self.value(check, most, *window, late, series);
                let excess = value - most;
                let is_worse = worst.as_ref().is_none_or(|(known, _)| excess > *known);
                if is_worse {
                    let is_met = value <= most;
                    let found = Found {
                        is_met,
                        value: show(curve.unit, value),
                        at: if is_met {
                            at
                        } else {
                            curve.broken_at.map(Moment).or(at)
                        },
                        run: Some((index, run.is_hidden)),
                        evidence: Evidence::Curve(Box::new(curve)),
                        ..Found::of_answer(is_met)
                    };
                    worst = Some((excess, found));
                }
            }
        }
        worst.map_or_else(|| Found::of_answer(false), |(_, found)| found)
    }

    /// The value that is compared with the limit, where it was found, and its curve.
    fn value(
        &self,
        check: &Check,
        most: f64,
        window: Window,
        late: SimDuration,
        series: &Series,
    ) -> (f64, Option<Moment>, Curve) {
        let from = self.problem.from;
        let late = late.as_secs_f64();
        let bounds = (window.from.0 + late, window.to.0 + late);
        match check {
            Check::Queries { per, .. } => {
                let mut curve = query_curve(series, from, *per, most);
                curve.window = bounds;
                curve.note_break();
                (curve.mean(), None, curve)
            }
            Check::Share { of, is_mean, .. } => {
                let mut curve = share_curve(series, from, *of, most);
                blot_thin(&mut curve, series);
                curve.window = bounds;
                curve.note_break();
                if *is_mean {
                    let share = share_in_window(series, from, *of, &curve);
                    (share, curve.last_above_zero().map(Moment), curve)
                } else {
                    let (peak, at) = curve.peak();
                    (peak, at.map(Moment), curve)
                }
            }
            _ => (0.0, None, Curve::default()),
        }
    }

    /// Whether a cause can be behind what was found. What a resolver tells of its client explains
    /// only questions of resolvers that tell something.
    fn fits(&self, cause: &Cause, found: &Found) -> bool {
        let (Cause::NoEcs, Evidence::Probes(results)) = (cause, &found.evidence) else {
            return true;
        };
        let mut wrong = results.iter().filter(|it| !it.is_right());
        wrong.all(|it| {
            let probe = self.problem.probes.get(it.probe);
            probe.is_some_and(|probe| probe.told.is_some())
        })
    }

    /// Words for what was found.
    fn verdict(&self, criterion: &Criterion, found: Found) -> Verdict {
        let cause = { criterion.causes.iter() }.find(|cause| {
            !found.is_met && cause.when.applies(&self.plan) && self.fits(&cause.when, &found)
        });
        let (text, belief) = match cause {
            _ if found.is_met => (criterion.good.as_str(), ""),
            Some(cause) => (cause.remark.text.as_str(), cause.remark.belief.as_str()),
            None => (criterion.bad.text.as_str(), criterion.bad.belief.as_str()),
        };
        let limit = match &criterion.check {
            Check::Share { most, .. } => show(CurveUnit::Share, *most),
            Check::Queries { most, unit, .. } => {
                format!("{} a {unit}", show(CurveUnit::Count, *most))
            }
            Check::Stopped { by, .. } => by.to_string(),
            _ => String::new(),
        };
        let value = match &criterion.check {
            Check::Queries { unit, .. } => format!("{} a {unit}", found.value),
            _ => found.value,
        };
        let at = found.at.map(|at| at.to_string()).unwrap_or_default();
        let run = found
            .run
            .map_or("", |(run, _)| &self.problem.runs[run].title);
        let sentence = text
            .replace("{value}", &value)
            .replace("{limit}", &limit)
            .replace("{at}", &at)
            .replace("{run}", run)
            .replace("{reason}", found.reason.as_deref().unwrap_or_default());
        Verdict {
            criterion: criterion.id.clone(),
            title: criterion.title.clone(),
            is_met: found.is_met,
            sentence: sentence.trim().to_owned(),
            belief: belief.to_owned(),
            cause: cause.map(|cause| cause.id.clone()),
            run: found.run,
            evidence: found.evidence,
        }
    }
}

/// What was found of a criterion.
struct Found {
    is_met: bool,
    value: String,
    at: Option<Moment>,
    reason: Option<String>,
    run: Option<(usize, bool)>,
    evidence: Evidence,
}

impl Found {
    /// Something that the answer itself shows.
    fn of_answer(is_met: bool) -> Self {
        Self {
            is_met,
            value: String::new(),
            at: None,
            reason: None,
            run: None,
            evidence: Evidence::Answer,
        }
    }
}

/// A value in words.
pub(super) fn show(unit: CurveUnit, value: f64) -> String {
    match unit {
        CurveUnit::Share => {
            let percent = value * 100.0;
            if percent > 0.0 && percent < 0.1 {
                format!("{percent:.2} %")
            } else if percent >= 10.0 || percent == 0.0 {
                format!("{percent:.0} %")
            } else {
                format!("{percent:.1} %")
            }
        }
        // `as` saturates.
        CurveUnit::Count => group_thousands(value.max(0.0).round_ties_even() as u64),
    }
}
