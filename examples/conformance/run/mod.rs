//! Playing a scenario.

mod deckard;
mod testbound;
#[cfg(test)]
mod tests;

use dns_lab::engine::ResolverConfig;

use crate::config::setup;
use crate::lab::Lab;
use crate::matching::Level;
use crate::scenario::{Dialect, Scenario, parse_scenario};

/// How scenarios are judged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judging {
    /// How much of an answer counts.
    pub(crate) level: Level,
    /// Queries nobody scripted an answer for stay open and fail the file.
    pub(crate) is_strict: bool,
    /// Files are played even where the verdict means nothing.
    pub(crate) plays_unsupported: bool,
    /// What happens is written down.
    pub(crate) traces: bool,
}

/// How a file fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// As scripted.
    Pass,
    /// Otherwise, and how.
    Fail(String),
    /// The engine lacks something the file is about.
    Skip(String),
}

/// Reads and plays a file; the log is empty unless traces are wanted.
pub(crate) fn judge_text(text: &str, judging: Judging) -> (Verdict, Vec<String>) {
    let scenario = match parse_scenario(text) {
        Ok(scenario) => scenario,
        Err(fault) if fault.problem.starts_with("unsupported: ") => {
            return (Verdict::Skip(fault.to_string()), Vec::new());
        }
        Err(fault) => return (Verdict::Fail(fault.to_string()), Vec::new()),
    };
    let setup = match setup(&scenario) {
        Ok(setup) => setup,
        Err(problem) => return (Verdict::Fail(problem), Vec::new()),
    };
    let unsupported = setup
        .unsupported
        .or_else(|| scenario.unsupported().map(str::to_owned));
    if let Some(what) = &unsupported
        && !judging.plays_unsupported
    {
        return (Verdict::Skip(what.clone()), Vec::new());
    }
    let mut log = Vec::new();
    for (name, config) in setup.variants {
        if judging.traces && !name.is_empty() {
            log.push(format!("==== {name}"));
        }
        let result = play(&scenario, config, judging, &mut log);
        if let Err(reason) = result {
            return (Verdict::Fail(format!("{name}{reason}")), log);
        }
    }
    (Verdict::Pass, log)
}

/// Plays a scenario once.
fn play(
    scenario: &Scenario,
    config: ResolverConfig,
    judging: Judging,
    log: &mut Vec<String>,
) -> Result<(), String> {
    let mut lab = Lab::new(config, judging.traces);
    let result = match scenario.dialect {
        Dialect::Unbound => testbound::play(scenario, &mut lab, judging),
        Dialect::Deckard => deckard::play(scenario, &mut lab, judging),
    };
    log.extend(lab.log.take().unwrap_or_default());
    result
}
