//! What the learner does in the world.

use std::collections::BTreeMap;

use super::input::Told;
use super::machine::{Bench, Effects};
use super::switch::Switch;
use super::words;
use crate::dns::Question;
use crate::engine::{Intervention, InterventionError, NodeId, SimTime, Timeline};
use crate::lesson::{Act, perform};
use crate::page::{Notice, Outward};
use crate::scenario::{check_records, read_ask, sentence};
use crate::scene::Playhead;

/// Says above the page why something could not be done.
fn complain(error: &InterventionError) -> Effects {
    vec![
        Outward::Acted,
        Outward::Notify(Notice::problem(sentence(&error.to_string()))),
    ]
}

/// What is asked by an act, and by whom, if it asks.
pub(super) fn asked(act: &Intervention) -> Option<(String, Question)> {
    match act {
        Intervention::Ask {
            client,
            qname,
            qtype,
        } => Some((client.clone(), Question::new(qname.clone(), *qtype))),
        _ => None,
    }
}

impl Bench {
    /// The knobs stand elsewhere: the world is built anew and everything is done again in it. The
    /// moment looked at stays as far as it still exists.
    pub(super) fn change_knobs(&mut self, knobs: BTreeMap<String, f64>) -> Effects {
        if self.knobs == knobs {
            return Vec::new();
        }
        let Some(scenario) = &self.scenario else {
            self.knobs = knobs;
            return Vec::new();
        };
        let world = scenario.start_world(&knobs, self.seed);
        let replayed = Timeline::replay_within(world, self.timeline.acts(), Timeline::PAGE_STEPS);
        let timeline = match replayed {
            Ok((timeline, _)) => timeline,
            Err(error) => {
                let told = format!("With this value {error}, so it stays as it was.");
                return vec![Outward::Notify(Notice::problem(told))];
            }
        };
        let was_at_end = self.is_at_end();
        self.knobs = knobs;
        self.set_timeline(timeline);
        let trace = self.timeline.trace();
        let playhead = if was_at_end && !trace.is_empty() {
            Playhead::end(trace)
        } else {
            self.playhead.fit(trace)
        };
        self.seen = self.seen.min(trace.len()).max(playhead.events);
        self.set_playhead(playhead);
        vec![Outward::Acted]
    }

    /// Does something at the moment looked at. Later acts are dropped, as they belong to another
    /// future. A refused act changes nothing.
    pub(super) fn act(&mut self, act: Intervention, told: Told) -> Effects {
        self.offer = None;
        self.note = None;
        if let (Intervention::SetRecords { records }, Told::Beside) = (&act, told)
            && let Err(problem) = check_records(self.world(), records)
        {
            self.refusal = Some(problem);
            return Vec::new();
        }
        let at = self.playhead.time;
        let asked = asked(&act);
        let dropped = words::dropped(&self.timeline, at);
        let praise = words::praise(&act);
        if let Err(error) = self.change(at, |timeline| timeline.intervene(at, act)) {
            return match told {
                Told::Above => complain(&error),
                Told::Beside => {
                    self.refusal = Some(sentence(&error.to_string()));
                    Vec::new()
                }
            };
        }
        self.refusal = None;
        if let Some((client, question)) = asked {
            self.client = client;
            self.question = Some(question);
            self.follow_playhead();
            self.is_playing = true;
        }
        let told: Vec<String> = praise
            .map(str::to_owned)
            .into_iter()
            .chain(dropped)
            .collect();
        let mut effects = vec![Outward::Acted];
        if !told.is_empty() {
            effects.push(Outward::Notify(Notice::info(told.join(" "))));
        }
        effects
    }

    /// Asks what stands in the form.
    pub(super) fn ask(&mut self, name: &str, rtype: &str) -> Effects {
        match read_ask(self.world(), name, rtype) {
            Ok(asked) => {
                let act = Intervention::ask(self.client.clone(), asked.question);
                let effects = self.act(act, Told::Beside);
                self.note = asked.note.filter(|_| self.refusal.is_none());
                effects
            }
            Err(fault) => {
                self.refusal = Some(fault.problem);
                self.offer = fault.offer;
                self.note = None;
                Vec::new()
            }
        }
    }

    /// Switches a machine, or a part of it.
    pub(super) fn switch(&mut self, node: NodeId, switch: Switch) -> Effects {
        let question = self.question.as_ref();
        match switch.turn(self.world(), question, node) {
            Some((act, _)) => self.act(act, Told::Above),
            None => Vec::new(),
        }
    }

    /// Does what the button of a step does, from the moment looked at, and plays it.
    pub(super) fn perform(&mut self, acts: &[Act]) -> Effects {
        self.follow_playhead();
        let at = self.playhead.time;
        match self.change(at, |timeline| perform(timeline, acts, at)) {
            Ok(()) => {
                self.is_playing = true;
                vec![Outward::Acted]
            }
            Err(error) => complain(&error),
        }
    }

    /// Runs what decides a step's prediction, and looks at the first thing that is new.
    pub(super) fn run_prediction(&mut self) {
        let Some(scenario) = self.scenario.clone() else {
            return;
        };
        self.follow_playhead();
        let knobs = scenario.opening_knobs();
        let before = scenario.open(&knobs, self.seed).trace().len();
        let timeline = scenario.run_prediction(&knobs, self.seed);
        let playhead = Playhead::at_event(timeline.trace(), before);
        self.knobs = knobs;
        self.set_timeline(timeline);
        self.seen = playhead.events;
        self.set_playhead(playhead);
        self.is_playing = true;
    }

    /// Changes the session from a moment on, and looks at the first thing that is new. A refused
    /// change leaves the session and the moment as they were.
    fn change(
        &mut self,
        at: SimTime,
        change: impl FnOnce(&mut Timeline) -> Result<(), InterventionError>,
    ) -> Result<(), InterventionError> {
        let before = self.timeline.trace().count_until(at);
        change(&mut self.timeline)?;
        self.touch();
        let trace = self.timeline.trace();
        let first = Playhead::at_event(trace, before);
        let is_first = first.events == before + 1 && first.time == at;
        let playhead = if is_first {
            first
        } else {
            Playhead {
                time: at,
                events: before,
            }
            .fit(trace)
        };
        self.seen = self.seen.min(before).max(playhead.events);
        self.set_playhead(playhead);
        Ok(())
    }

    /// Drops everything after the moment looked at.
    pub(super) fn branch(&mut self) -> Effects {
        let at = self.playhead.time;
        let dropped = words::dropped(&self.timeline, at);
        self.is_playing = false;
        self.timeline.truncate(at);
        self.touch();
        let trace = self.timeline.trace();
        self.seen = self.seen.min(trace.len());
        self.seek(self.playhead.fit(trace));
        let told = dropped.map_or_else(
            || words::BRANCHED.to_owned(),
            |dropped| format!("{} {dropped}", words::BRANCHED),
        );
        vec![Outward::Acted, Outward::Notify(Notice::info(told))]
    }
}
