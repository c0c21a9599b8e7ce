//! Deckard's way to play a script: step after step, each query is waited for.

use std::net::IpAddr;

use dns_lab::engine::{QueryFate, Transport};

use super::Judging;
use crate::entry::Entry;
use crate::lab::{Answer, DEFAULT_CLIENT, Lab, Overrides, server_failure};
use crate::matching::{judge_answer, query_matches};
use crate::packet::{Opt, Packet};
use crate::scenario::{Act, Scenario};

/// Queries of the resolver answered within one step, at most.
const MAX_EXCHANGES: usize = 5000;

/// Replies are mirrors of the queries as far as EDNS and letter case go.
const OVERRIDES: Overrides = Overrides {
    mirrors_edns: true,
    copies_case: true,
};

/// A run under way.
struct Run<'a> {
    /// The script.
    scenario: &'a Scenario,
    /// The resolver.
    lab: &'a mut Lab,
    /// REPLY steps that were used or passed, by index.
    spent: Vec<bool>,
    /// Entries of ranges that were used, by line.
    used: Vec<usize>,
    /// A query that no entry answers.
    undefined: Option<String>,
}

/// Plays a script.
///
/// # Errors
/// The first difference from the script.
pub(super) fn play(scenario: &Scenario, lab: &mut Lab, judging: Judging) -> Result<(), String> {
    let mut run = Run {
        scenario,
        lab,
        spent: vec![false; scenario.steps.len()],
        used: Vec::new(),
        undefined: None,
    };
    let mut last: Option<Answer> = None;
    for (index, step) in scenario.steps.iter().enumerate() {
        let located = |problem: String| format!("{}: {problem}", step.title());
        run.lab.note(|| format!("---- {}", step.title()));
        match &step.act {
            Act::Query(entry) => {
                let client = step.address.unwrap_or(DEFAULT_CLIENT);
                run.lab.answers.clear();
                run.lab.ask(&with_edns(entry), client);
                run.settle(step.number).map_err(located)?;
                last = run.lab.answers.pop();
            }
            Act::CheckAnswer(entry) => {
                let answer = last.as_ref();
                let answer = answer.ok_or_else(|| located("no answer".into()))?;
                let (packet, transport) = (&answer.packet, answer.transport);
                judge_answer(entry, packet, transport, judging.level).map_err(located)?;
            }
            Act::TimePasses(span) => {
                run.lab.pass_time(*span);
                run.settle(step.number).map_err(located)?;
            }
            Act::Reply(_) => run.spent[index] = true,
            Act::CheckOutQuery(_) | Act::Timeout | Act::Error | Act::Traffic => {}
            Act::Unsupported(what) => run.lab.note(|| format!("not done: {what}")),
        }
    }
    if judging.is_strict {
        run.verdict_at_the_end()?;
    }
    Ok(())
}

impl Run<'_> {
    /// Answers queries till the resolver has no more.
    fn settle(&mut self, step: u64) -> Result<(), String> {
        for _ in 0..MAX_EXCHANGES {
            let Some(pending) = self.lab.pending.first() else {
                return Ok(());
            };
            let (server, transport) = (pending.server(), pending.datagram.transport);
            let packet = pending.packet.clone();
            match self.choose(step, server, &packet, transport) {
                Choice::Entry(entry) if entry.adjust.do_not_answer => {
                    self.lab.give_up(0, QueryFate::TimedOut);
                }
                Choice::Entry(entry) => self.lab.reply(0, &entry, &OVERRIDES),
                Choice::Undefined => {
                    let asked = packet.question().map(ToString::to_string);
                    let asked = asked.unwrap_or_default();
                    self.undefined
                        .get_or_insert_with(|| format!("{server} has no answer to {asked}"));
                    self.lab.reply(0, &server_failure(&packet), &OVERRIDES);
                }
                Choice::Nobody => self.lab.give_up(0, QueryFate::Unreachable),
            }
        }
        Err(format!("more than {MAX_EXCHANGES} queries in one step"))
    }

    /// What a server does with a query.
    fn choose(
        &mut self,
        step: u64,
        server: IpAddr,
        packet: &Packet,
        transport: Transport,
    ) -> Choice {
        let ranges = &self.scenario.ranges;
        let range = ranges.iter().find(|range| range.covers(step, server));
        let entry = range.and_then(|range| {
            let fits = |entry: &&Entry| query_matches(entry, packet, transport);
            range.entries.iter().find(fits)
        });
        if let Some(entry) = entry {
            self.used.push(entry.line);
            return Choice::Entry(Box::new(entry.clone()));
        }
        for (index, other) in self.scenario.steps.iter().enumerate() {
            if let Act::Reply(entry) = &other.act
                && !self.spent[index]
                && query_matches(entry, packet, transport)
            {
                self.spent[index] = true;
                return Choice::Entry(Box::new(entry.clone()));
            }
        }
        let listens = ranges
            .iter()
            .any(|range| range.addresses.is_empty() || range.addresses.contains(&server));
        if listens {
            Choice::Undefined
        } else {
            Choice::Nobody
        }
    }

    /// Nothing may be undefined, and what must be used was.
    fn verdict_at_the_end(&self) -> Result<(), String> {
        if let Some(undefined) = &self.undefined {
            return Err(undefined.clone());
        }
        let entries = self.scenario.ranges.iter().flat_map(|range| &range.entries);
        let missed = entries
            .filter(|entry| entry.is_mandatory)
            .find(|entry| !self.used.contains(&entry.line));
        match missed {
            Some(entry) => Err(format!("the entry of line {} was not used", entry.line)),
            None => Ok(()),
        }
    }
}

/// What becomes of a query.
enum Choice {
    /// It gets this reply.
    Entry(Box<Entry>),
    /// The server is there but has no entry for it.
    Undefined,
    /// Nobody listens at the address.
    Nobody,
}

/// A client query always offers EDNS with 4096 octets.
fn with_edns(entry: &Entry) -> Entry {
    let mut entry = entry.clone();
    let opt = entry.packet.opt.get_or_insert_with(Opt::default);
    opt.payload_size = 4096;
    entry
}
