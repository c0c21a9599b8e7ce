//! The run loop of Unbound's `testbound`, with the allowances of a lenient run.
//!
//! A lenient run differs where the script states the habits of one program rather than DNS: a
//! query nobody answers is given up when nothing else can happen, a run of TIMEOUT steps
//! means that all that is open gets no answer, and a query that must be sent may have been
//! sent a little earlier.

use std::net::IpAddr;

use dns_lab::engine::{QueryFate, Transport};

use super::Judging;
use crate::entry::Entry;
use crate::lab::{DEFAULT_CLIENT, Lab, Overrides, Pending, asks};
use crate::matching::{Level, judge_answer, query_matches};
use crate::scenario::{Act, Scenario, Step};

/// The rounds of the loop, as in `testbound`.
const MAX_ROUNDS: usize = 5000;

/// A run under way.
struct Run<'a> {
    /// The script.
    scenario: &'a Scenario,
    /// The resolver.
    lab: &'a mut Lab,
    /// How it is judged.
    judging: Judging,
    /// The index of the step that is now.
    now: usize,
    /// Queries sent that no check has claimed, by serial number.
    unclaimed: Vec<Pending>,
    /// How many of the queries sent were looked at.
    seen: usize,
}

/// Plays a script.
///
/// # Errors
/// The first difference from the script.
pub(super) fn play(scenario: &Scenario, lab: &mut Lab, judging: Judging) -> Result<(), String> {
    let mut run = Run {
        scenario,
        lab,
        judging,
        now: 0,
        unclaimed: Vec::new(),
        seen: 0,
    };
    for _ in 0..MAX_ROUNDS {
        let Some(step) = scenario.steps.get(run.now) else {
            return run.verdict_at_the_end();
        };
        run.round(step)
            .map_err(|problem| format!("{}: {problem}", step.title()))?;
        run.look_at_sent();
    }
    Err(format!("not finished after {MAX_ROUNDS} rounds"))
}

impl Run<'_> {
    /// One round of the loop.
    fn round(&mut self, step: &Step) -> Result<(), String> {
        match &step.act {
            Act::CheckOutQuery(entry) => {
                if let Some(index) = self.pending_like(entry, step.address) {
                    self.claim_pending(index);
                    self.advance();
                    if entry.adjust.copy_id {
                        self.lab.reply(index, entry, &Overrides::default());
                    }
                    return Ok(());
                }
            }
            Act::CheckAnswer(entry) if !self.lab.answers.is_empty() => {
                match self.check_answer(entry, step.address.unwrap_or(DEFAULT_CLIENT)) {
                    Ok(()) => {
                        self.advance();
                        return Ok(());
                    }
                    Err(problem) => {
                        let may_wait = !self.judging.is_strict && self.lab.unanswered > 0;
                        if !may_wait || self.lab.pending.is_empty() {
                            return Err(problem);
                        }
                        // Another client's answer may still be on its way.
                        if !self.answer_by_range(step.number) {
                            self.lab.give_up(0, QueryFate::TimedOut);
                        }
                        return Ok(());
                    }
                }
            }
            _ => {}
        }
        if self.answer_by_range(step.number) {
            return Ok(());
        }
        self.perform(step)
    }

    /// Does what the step says, as nothing else can happen.
    fn perform(&mut self, step: &Step) -> Result<(), String> {
        match &step.act {
            Act::Query(entry) => {
                // What was sent for earlier queries is no longer of interest, unless it is open.
                let pending = &self.lab.pending;
                self.unclaimed
                    .retain(|sent| pending.iter().any(|open| open.serial == sent.serial));
                self.advance();
                self.lab.ask(entry, step.address.unwrap_or(DEFAULT_CLIENT));
            }
            Act::TimePasses(span) => {
                // Timers fire before the next step begins.
                self.lab.note(|| format!("---- {}", step.title()));
                self.lab.pass_time(*span);
                self.now += 1;
            }
            Act::CheckAnswer(_) => return self.do_without("no answer"),
            Act::CheckOutQuery(entry) => {
                if self.judging.is_strict {
                    return Err("no such query is open".into());
                }
                if self.claim_sent(entry, step.address) || self.judging.level == Level::Answer {
                    self.advance();
                } else {
                    return self.do_without("no such query was sent");
                }
            }
            Act::Reply(entry) => {
                if let Some(index) = self.pending_for_reply(entry) {
                    self.advance();
                    self.lab.reply(index, entry, &Overrides::default());
                } else if self.judging.is_strict {
                    return Err("no query is open".into());
                } else {
                    self.advance();
                }
            }
            Act::Timeout => return self.end_open_queries(QueryFate::TimedOut),
            Act::Error => return self.end_open_queries(QueryFate::Unreachable),
            Act::Traffic => self.advance(),
            Act::Unsupported(what) => {
                self.lab.note(|| format!("not done: {what}"));
                self.advance();
            }
        }
        Ok(())
    }

    /// Goes on to the next step.
    fn advance(&mut self) {
        if let Some(step) = self.scenario.steps.get(self.now) {
            self.lab.note(|| format!("---- {}", step.title()));
        }
        self.now += 1;
    }

    /// A check cannot hold as things are: in a lenient run the oldest open query is given up,
    /// so that the resolver goes another way.
    fn do_without(&mut self, problem: &str) -> Result<(), String> {
        if self.judging.is_strict || self.lab.pending.is_empty() {
            return Err(problem.to_owned());
        }
        self.lab.give_up(0, QueryFate::TimedOut);
        Ok(())
    }

    /// The newest open query like an entry.
    fn pending_like(&self, entry: &Entry, address: Option<IpAddr>) -> Option<usize> {
        let fits = |pending: &Pending| is_like(pending, entry, address);
        self.lab.pending.iter().rposition(fits)
    }

    /// The open query that a REPLY step is for: in a lenient run one with its question.
    fn pending_for_reply(&self, entry: &Entry) -> Option<usize> {
        let newest = self.lab.pending.len().checked_sub(1)?;
        if self.judging.is_strict {
            return Some(newest);
        }
        let same_question = entry.packet.question().and_then(|asked| {
            let pending = &self.lab.pending;
            pending.iter().rposition(|open| asks(&open.packet, asked))
        });
        Some(same_question.unwrap_or(newest))
    }

    /// Answers the newest open query that a scripted server knows.
    fn answer_by_range(&mut self, step: u64) -> bool {
        for index in (0..self.lab.pending.len()).rev() {
            let pending = &self.lab.pending[index];
            // The range defined last comes first; one without a fitting entry is passed over.
            let covering = self.scenario.ranges.iter().rev();
            let entry = covering
                .filter(|range| range.covers(step, pending.server()))
                .find_map(|range| {
                    let fits = |entry: &&Entry| {
                        query_matches(entry, &pending.packet, pending.datagram.transport)
                    };
                    range.entries.iter().find(fits)
                });
            if let Some(entry) = entry {
                self.lab.reply(index, entry, &Overrides::default());
                return true;
            }
        }
        false
    }

    /// Compares the answers with an entry; one must match and is taken away.
    fn check_answer(&mut self, entry: &Entry, client: IpAddr) -> Result<(), String> {
        let mut problem = format!("no answer to {client}");
        for index in 0..self.lab.answers.len() {
            let answer = &self.lab.answers[index];
            if answer.client != client {
                continue;
            }
            let level = self.judging.level;
            match judge_answer(entry, &answer.packet, answer.transport, level) {
                Ok(()) => {
                    self.lab.answers.remove(index);
                    return Ok(());
                }
                Err(difference) => problem = difference,
            }
        }
        Err(problem)
    }

    /// TIMEOUT and ERROR. A lenient run ends all that is open, up to the next other step.
    fn end_open_queries(&mut self, fate: QueryFate) -> Result<(), String> {
        let newest = self.lab.pending.len().checked_sub(1);
        if self.judging.is_strict {
            let newest = newest.ok_or("no query is open")?;
            self.advance();
            self.lab.give_up(newest, fate);
            return Ok(());
        }
        let steps = &self.scenario.steps;
        let next_other = steps[self.now..]
            .iter()
            .find(|step| !matches!(step.act, Act::Timeout | Act::Error));
        let is_awaited = |pending: &Pending| match next_other {
            Some(Step {
                act: Act::CheckOutQuery(entry),
                address,
                ..
            }) => is_like(pending, entry, *address),
            _ => false,
        };
        match newest {
            Some(newest) if !is_awaited(&self.lab.pending[newest]) => {
                self.lab.give_up(newest, fate);
            }
            _ => {
                while matches!(
                    steps.get(self.now).map(|step| &step.act),
                    Some(Act::Timeout | Act::Error)
                ) {
                    self.advance();
                }
            }
        }
        Ok(())
    }

    /// Looks at the queries sent since the last time. One that the current step waits for
    /// lets it pass at once and stays open.
    fn look_at_sent(&mut self) {
        while let Some(sent) = self.lab.sent.get(self.seen).cloned() {
            self.seen += 1;
            if let Some(step) = self.scenario.steps.get(self.now)
                && let Act::CheckOutQuery(entry) = &step.act
                // One that the step answers itself must stay in place till the step is done.
                && !entry.adjust.copy_id
                && is_like(&sent, entry, step.address)
            {
                self.advance();
            } else {
                self.unclaimed.push(sent);
            }
        }
    }

    /// An open query satisfies a check.
    fn claim_pending(&mut self, index: usize) {
        if let Some(open) = self.lab.pending.get(index) {
            let serial = open.serial;
            self.unclaimed.retain(|sent| sent.serial != serial);
        }
    }

    /// A query sent before satisfies a check.
    fn claim_sent(&mut self, entry: &Entry, address: Option<IpAddr>) -> bool {
        let fits = |sent: &Pending| is_like(sent, entry, address);
        match self.unclaimed.iter().position(fits) {
            Some(index) => {
                self.unclaimed.remove(index);
                true
            }
            None => false,
        }
    }

    /// Nothing may be left over in a strict run.
    fn verdict_at_the_end(&self) -> Result<(), String> {
        if !self.judging.is_strict {
            return Ok(());
        }
        if let Some(open) = self.lab.pending.last() {
            let asked = open.packet.question().map(ToString::to_string);
            let asked = asked.unwrap_or_default();
            return Err(format!("{asked} to {} is left open", open.server()));
        }
        match self.lab.answers.first() {
            Some(answer) => Err(format!("an answer was not checked: {}", answer.packet)),
            None => Ok(()),
        }
    }
}

/// Whether a query is the one a check describes.
fn is_like(pending: &Pending, entry: &Entry, address: Option<IpAddr>) -> bool {
    let transport: Transport = pending.datagram.transport;
    address.is_none_or(|address| address == pending.server())
        && query_matches(entry, &pending.packet, transport)
}
