//! Where single questions were sent, as lines.

use crate::engine::policy::Source;
use crate::lesson::practice::{ProbeResult, Problem};

/// A probe and where it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeLine {
    /// Who asked, and how.
    pub title: String,
    /// Where it was sent, in words.
    pub went: String,
    /// What the place was taken from, in words; empty if nothing was looked at.
    pub by: String,
    /// Whether that is right.
    pub is_right: bool,
    /// Whether the learner had not been told of it.
    pub is_hidden: bool,
}

/// Words for what came of the probes.
pub fn probe_lines(problem: &Problem, results: &[ProbeResult]) -> Vec<ProbeLine> {
    let lines = results.iter().filter_map(|result| {
        let probe = problem.probes.get(result.probe)?;
        let went = match result.wrong {
            None => format!("sent to {}", probe.wanted),
            Some(None) => "got no address".to_owned(),
            Some(Some(address)) => {
                let machine = problem.machine(address);
                let title = machine.map_or_else(|| address.to_string(), |it| it.title.clone());
                let wrong = result.asked - result.right;
                if result.right == 0 {
                    format!("sent to {title}")
                } else {
                    format!("sent to {title} {wrong} times out of {}", result.asked)
                }
            }
        };
        let by = match result.by {
            None => String::new(),
            Some(Source::ClientSubnet(network)) => {
                format!("by the network that was told, {network}")
            }
            Some(Source::Resolver(address)) => format!("by the resolver's address, {address}"),
        };
        Some(ProbeLine {
            title: probe.title.clone(),
            went,
            by,
            is_right: result.is_right(),
            is_hidden: probe.is_hidden,
        })
    });
    lines.collect()
}
