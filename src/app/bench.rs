//! The world at hand: what it is made of, what was done to it, and the moment looked at.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::scenario::Scenario;
use crate::dns::Question;
use crate::engine::order::table;
use crate::engine::{Intervention, InterventionError, NetworkConfig, SimTime, Timeline, World};
use crate::lesson::{Act, perform};
use crate::scenario::{Knob, Session};
use crate::scene::{Pace, Playhead};

/// The world at hand as signals, with everything that can be done to it.
#[derive(Clone, Copy)]
pub struct Bench {
    /// What it is set up with; `None` on pages without a stage.
    pub scenario: RwSignal<Option<Scenario>>,
    /// The seed in use.
    pub seed: RwSignal<u64>,
    /// Where the knobs stand, by id.
    pub knobs: RwSignal<BTreeMap<String, f64>>,
    /// What happened.
    pub timeline: RwSignal<Timeline>,
    /// The moment looked at.
    pub playhead: RwSignal<Playhead>,
    /// How many events the learner has seen: the furthest the playhead has come.
    pub seen: RwSignal<usize>,
    /// Whether time flows.
    pub is_playing: RwSignal<bool>,
    /// How fast.
    pub pace: RwSignal<Pace>,
    /// The id of the client the stage is about.
    pub client: RwSignal<String>,
    /// The question the stage is about before anything was asked.
    pub question: RwSignal<Option<Question>>,
}

impl Bench {
    /// A bench with nothing on it.
    pub fn new() -> Self {
        let empty = World::new(0, NetworkConfig::default(), Vec::new());
        Self {
            scenario: RwSignal::new(None),
            seed: RwSignal::new(0),
            knobs: RwSignal::new(BTreeMap::new()),
            timeline: RwSignal::new(Timeline::new(empty)),
            playhead: RwSignal::new(Playhead::start()),
            seen: RwSignal::new(0),
            is_playing: RwSignal::new(false),
            pace: RwSignal::new(Pace::default()),
            client: RwSignal::new(String::new()),
            question: RwSignal::new(None),
        }
    }

    /// Sets up a scenario as it opens.
    pub fn open(&self, scenario: Scenario) {
        self.set_up(&scenario, scenario.seed(), scenario.opening_knobs());
        self.timeline
            .set(scenario.open(&scenario.opening_knobs(), scenario.seed()));
        self.scenario.set(Some(scenario));
        self.show_end();
    }

    /// Sets up a scenario and brings back a session of it. Returns how many of its acts could not
    /// be carried out.
    pub fn restore(&self, scenario: Scenario, session: Session) -> usize {
        let mut knobs = scenario.opening_knobs();
        for (id, value) in &session.knobs {
            knobs.extend(scenario.admit(id, *value));
        }
        let seed = session.seed.unwrap_or_else(|| scenario.seed());
        let (timeline, errors) =
            Timeline::replay(scenario.start_world(&knobs, seed), &session.acts);
        self.set_up(&scenario, seed, knobs);
        let asked = timeline.acts().iter().rev().find_map(|(_, act)| match act {
            Intervention::Ask {
                client,
                qname,
                qtype,
            } => Some((client.clone(), Question::new(qname.clone(), *qtype))),
            _ => None,
        });
        if let Some((client, question)) = asked {
            self.client.set(client);
            self.question.set(Some(question));
        }
        let playhead = match session.event {
            Some(event) => Playhead {
                time: session.at,
                events: event.saturating_add(1),
            },
            None => Playhead::at_time(timeline.trace(), session.at),
        };
        let playhead = playhead.fit(timeline.trace());
        self.timeline.set(timeline);
        self.scenario.set(Some(scenario));
        self.seen.set(playhead.events);
        self.playhead.set(playhead);
        errors.len()
    }

    /// What opening and restoring have in common.
    fn set_up(&self, scenario: &Scenario, seed: u64, knobs: BTreeMap<String, f64>) {
        self.is_playing.set(false);
        let (client, question) = scenario.focus();
        self.client.set(client);
        self.question.set(question);
        self.seed.set(seed);
        self.knobs.set(knobs);
    }

    /// Takes everything off the bench.
    pub fn clear(&self) {
        self.is_playing.set(false);
        self.scenario.set(None);
    }

    /// Moves a knob: the world is built anew and everything is done again in it. The moment
    /// looked at stays as far as it still exists.
    pub fn set_knob(&self, id: &str, value: f64) {
        self.change_knobs(|values| {
            values.insert(id.to_owned(), value);
        });
    }

    /// Moves several knobs at once; see [`set_knob`](Self::set_knob).
    pub fn change_knobs(&self, change: impl FnOnce(&mut BTreeMap<String, f64>)) {
        let mut values = self.knobs.get_untracked();
        change(&mut values);
        if self.knobs.with_untracked(|before| *before == values) {
            return;
        }
        let was_at_end = self.is_at_end();
        self.knobs.set(values);
        let Some(scenario) = self.scenario.get_untracked() else {
            return;
        };
        let seed = self.seed.get_untracked();
        let world = self
            .knobs
            .with_untracked(|knobs| scenario.start_world(knobs, seed));
        let acts = self
            .timeline
            .with_untracked(|timeline| timeline.acts().to_vec());
        let (timeline, _) = Timeline::replay(world, &acts);
        let playhead = self.playhead.get_untracked();
        let playhead = if was_at_end && !timeline.trace().is_empty() {
            Playhead::end(timeline.trace())
        } else {
            playhead.fit(timeline.trace())
        };
        let length = timeline.trace().len();
        self.timeline.set(timeline);
        self.seen
            .update(|seen| *seen = (*seen).min(length).max(playhead.events));
        self.playhead.set(playhead);
    }

    /// Where a knob stands.
    pub fn knob_value(&self, knob: &Knob) -> f64 {
        self.knobs.with(|values| {
            let moved = values.get(&knob.id).copied();
            moved.unwrap_or_else(|| {
                self.scenario.with(|scenario| match scenario {
                    Some(scenario) => scenario.rest(knob, values),
                    None => knob.start,
                })
            })
        })
    }

    /// Starts the scenario over with another seed.
    pub fn restart(&self, seed: u64) {
        let Some(scenario) = self.scenario.get_untracked() else {
            return;
        };
        self.is_playing.set(false);
        self.seed.set(seed);
        self.knobs.set(scenario.opening_knobs());
        self.timeline.set(
            self.knobs
                .with_untracked(|knobs| scenario.open(knobs, seed)),
        );
        self.show_end();
    }

    /// Shows what has happened so far as seen.
    fn show_end(&self) {
        let end = self
            .timeline
            .with_untracked(|timeline| Playhead::end(timeline.trace()));
        self.seen.set(end.events);
        self.playhead.set(end);
    }

    /// Does something at the moment looked at. Later acts are dropped, as they belong to another
    /// future.
    ///
    /// # Errors
    /// If the act names something that is not there; nothing has changed then.
    pub fn act(&self, act: Intervention) -> Result<(), InterventionError> {
        let at = self.playhead.with_untracked(|playhead| playhead.time);
        if let Intervention::Ask {
            client,
            qname,
            qtype,
        } = &act
        {
            self.client.set(client.clone());
            self.question
                .set(Some(Question::new(qname.clone(), *qtype)));
        }
        self.change(at, |timeline| timeline.intervene(at, act))
    }

    /// Does what a lesson's button does, from the moment looked at.
    ///
    /// # Errors
    /// As [`Self::act`].
    pub fn perform(&self, acts: &[Act]) -> Result<(), InterventionError> {
        let at = self.playhead.with_untracked(|playhead| playhead.time);
        self.change(at, |timeline| perform(timeline, acts, at))
    }

    /// Runs what decides a step's prediction: from the step's own opening, whatever was tried
    /// before. Looks at the first thing that is new.
    pub fn run_prediction(&self) {
        let Some(scenario) = self.scenario.get_untracked() else {
            return;
        };
        let (knobs, seed) = (scenario.opening_knobs(), self.seed.get_untracked());
        let before = scenario.open(&knobs, seed).trace().len();
        let timeline = scenario.run_prediction(&knobs, seed);
        let playhead = Playhead::at_event(timeline.trace(), before);
        self.knobs.set(knobs);
        self.timeline.set(timeline);
        self.seen.set(playhead.events);
        self.playhead.set(playhead);
        self.is_playing.set(true);
    }

    /// Changes the session from a moment on, and looks at the first thing that is new.
    fn change(
        &self,
        at: SimTime,
        change: impl FnOnce(&mut Timeline) -> Result<(), InterventionError>,
    ) -> Result<(), InterventionError> {
        let mut outcome = Ok(());
        let mut before = 0;
        self.timeline.update(|timeline| {
            before = timeline.trace().count_until(at);
            outcome = change(timeline);
        });
        let playhead = self.timeline.with_untracked(|timeline| {
            let first = Playhead::at_event(timeline.trace(), before);
            let is_first = first.events == before + 1 && first.time == at;
            if is_first {
                first
            } else {
                Playhead {
                    time: at,
                    events: before,
                }
                .fit(timeline.trace())
            }
        });
        self.seen
            .update(|seen| *seen = (*seen).min(before).max(playhead.events));
        self.playhead.set(playhead);
        outcome
    }

    /// Drops everything after the moment looked at.
    pub fn branch(&self) {
        let at = self.playhead.with_untracked(|playhead| playhead.time);
        self.is_playing.set(false);
        self.timeline.update(|timeline| timeline.truncate(at));
        let length = self
            .timeline
            .with_untracked(|timeline| timeline.trace().len());
        self.seen.update(|seen| *seen = (*seen).min(length));
        self.seek(|playhead, timeline| playhead.fit(timeline.trace()));
    }

    /// Moves the playhead.
    pub fn seek(&self, to: impl FnOnce(Playhead, &Timeline) -> Playhead) {
        let playhead = self.playhead.get_untracked();
        let next = self
            .timeline
            .with_untracked(|timeline| to(playhead, timeline));
        if next != playhead {
            if self.seen.get_untracked() < next.events {
                self.seen.set(next.events);
            }
            self.playhead.set(next);
        }
    }

    /// Moves the playhead and stops the flow of time.
    pub fn stop_and_seek(&self, to: impl FnOnce(Playhead, &Timeline) -> Playhead) {
        self.is_playing.set(false);
        self.seek(to);
    }

    /// Starts or stops the flow of time; at the end it starts over.
    pub fn toggle_play(&self) {
        if self.is_playing.get_untracked() {
            self.is_playing.set(false);
            return;
        }
        if self.is_at_end() {
            self.seek(|_, _| Playhead::start());
        }
        self.is_playing.set(true);
    }

    /// Whether everything is shown.
    pub fn is_at_end(&self) -> bool {
        let playhead = self.playhead.get_untracked();
        self.timeline
            .with_untracked(|timeline| playhead.is_at_end(timeline.trace()))
    }

    /// Everything that brings the present state back.
    pub fn session(&self) -> Session {
        let playhead = self.playhead.get_untracked();
        let seed = self.seed.get_untracked();
        let scenario = self.scenario.get_untracked();
        let start = scenario
            .as_ref()
            .map(Scenario::opening_knobs)
            .unwrap_or_default();
        let own_seed = scenario.as_ref().map(Scenario::seed);
        let knobs = self.knobs.get_untracked().into_iter();
        Session {
            seed: (own_seed != Some(seed)).then_some(seed),
            knobs: table(knobs.filter(|(id, value)| start.get(id) != Some(value))),
            acts: self
                .timeline
                .with_untracked(|timeline| timeline.acts().to_vec()),
            at: playhead.time,
            view: None,
            event: playhead.events.checked_sub(1),
            crowd: None,
        }
    }
}

impl Default for Bench {
    fn default() -> Self {
        Self::new()
    }
}
