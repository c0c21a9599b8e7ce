//! The machine of the bench.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::acting::asked;
use super::clock::Clock;
use super::input::{Input, SessionSource};
use super::look::{InspectorTab, Selection, StageView};
use super::scenario::Scenario;
use super::words;
use crate::dns::Question;
use crate::engine::order::table;
use crate::engine::{NetworkConfig, Timeline, World};
use crate::page::links::Losses;
use crate::page::{Machine, Notice, Outward};
use crate::scenario::{Knob, Session};
use crate::scene::{Pace, Playhead, world_at};

/// What the bench asks for.
pub(super) type Effects = Vec<Outward<Input>>;

/// The world at hand, what was done to it, and the moment looked at.
#[derive(Debug)]
pub struct Bench {
    /// What it is set up with; `None` on pages without a stage.
    pub(super) scenario: Option<Scenario>,
    /// The seed in use.
    pub(super) seed: u64,
    /// Where the knobs stand that were moved, by id.
    pub(super) knobs: BTreeMap<String, f64>,
    /// What happened.
    pub(super) timeline: Timeline,
    /// How often what happened has changed.
    pub(super) revision: u64,
    /// The moment looked at.
    pub(super) playhead: Playhead,
    /// The world of that moment, once somebody has asked for it.
    pub(super) world: OnceCell<Arc<World>>,
    /// How many events the learner has seen: the furthest the playhead has come.
    pub(super) seen: usize,
    /// Whether time flows.
    pub(super) is_playing: bool,
    /// How fast.
    pub(super) pace: Pace,
    /// The flow of time within an event.
    pub(super) clock: Clock,
    /// The id of the client the stage is about.
    pub(super) client: String,
    /// The question the stage is about before anything was asked.
    pub(super) question: Option<Question>,
    /// How the stage shows it.
    pub(super) view: StageView,
    /// What the inspector shows.
    pub(super) tab: InspectorTab,
    /// What the learner picked.
    pub(super) selection: Selection,
    /// Why the last act of a form could not be carried out, as a sentence.
    pub(super) refusal: Option<String>,
    /// What may be asked in place of what was refused.
    pub(super) offer: Option<Question>,
    /// What a person should know about what was asked last, in sentences.
    pub(super) note: Option<String>,
}

impl Default for Bench {
    fn default() -> Self {
        let empty = World::new(0, NetworkConfig::default(), Vec::new());
        Self {
            scenario: None,
            seed: 0,
            knobs: BTreeMap::new(),
            timeline: Timeline::new(empty),
            revision: 0,
            playhead: Playhead::start(),
            world: OnceCell::new(),
            seen: 0,
            is_playing: false,
            pace: Pace::default(),
            clock: Clock::default(),
            client: String::new(),
            question: None,
            view: StageView::default(),
            tab: InspectorTab::default(),
            selection: Selection::default(),
            refusal: None,
            offer: None,
            note: None,
        }
    }
}

impl Machine for Bench {
    type Input = Input;
    type Effect = Outward<Input>;

    fn handle(&mut self, input: Input) -> Effects {
        match input {
            Input::Open(scenario) => self.open(scenario),
            Input::Restore {
                scenario,
                session,
                source,
                losses,
            } => return self.restore(scenario, &session, source, losses),
            Input::Clear => {
                self.is_playing = false;
                self.scenario = None;
            }
            Input::Restart { seed } => self.restart(seed),
            Input::Knob { id, value } => {
                let mut knobs = self.knobs.clone();
                knobs.insert(id, value);
                return self.change_knobs(knobs);
            }
            Input::Knobs(knobs) => return self.change_knobs(knobs),
            Input::Act { act, told } => return self.act(act, told),
            Input::Ask { name, rtype } => return self.ask(&name, &rtype),
            Input::Switch { node, switch } => return self.switch(node, switch),
            Input::Perform(acts) => return self.perform(&acts),
            Input::RunPrediction => self.run_prediction(),
            Input::Branch => return self.branch(),
            Input::TogglePlay => self.toggle_play(),
            Input::Play => self.is_playing = true,
            Input::Pause => self.is_playing = false,
            Input::Frame { ms, whole_events } => self.frame(ms, whole_events),
            Input::Seek(to) => return self.seek_by_hand(to),
            Input::Pace(pace) => self.pace = pace,
            Input::Faster => self.pace = self.pace.faster(),
            Input::Slower => self.pace = self.pace.slower(),
            Input::Client(client) => self.client = client,
            Input::View(view) => self.view = view,
            Input::HasCrowd(has_crowd) => {
                // Who leaves the crowd sees the world again.
                if !has_crowd && self.view == StageView::Population {
                    self.view = StageView::default();
                }
            }
            Input::Tab(tab) => self.tab = tab,
            Input::InspectEvent(event) => self.inspect_event(event),
            Input::VisitEvent(event) => {
                self.seek(Playhead::at_event(self.timeline.trace(), event));
                self.inspect_event(event);
            }
            Input::InspectNode(node) => self.inspect_node(node),
        }
        Vec::new()
    }
}

/// What it knows.
impl Bench {
    /// What it is set up with; `None` on pages without a stage.
    pub fn scenario(&self) -> Option<&Scenario> {
        self.scenario.as_ref()
    }

    /// The seed in use.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Where the knobs stand that were moved, by id.
    pub fn knobs(&self) -> &BTreeMap<String, f64> {
        &self.knobs
    }

    /// Where a knob stands.
    pub fn knob_value(&self, knob: &Knob) -> f64 {
        let moved = self.knobs.get(&knob.id).copied();
        moved.unwrap_or_else(|| match &self.scenario {
            Some(scenario) => scenario.rest(knob, &self.knobs),
            None => knob.start,
        })
    }

    /// What happened.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// A number that grows whenever what happened changes.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The moment looked at.
    pub fn playhead(&self) -> Playhead {
        self.playhead
    }

    /// The world at the moment looked at. It is found when it is first asked for and kept until
    /// another event is shown.
    pub fn world(&self) -> &Arc<World> {
        self.world
            .get_or_init(|| Arc::new(world_at(&self.timeline, self.playhead)))
    }

    /// How many events the learner has seen: the furthest the playhead has come.
    pub fn seen(&self) -> usize {
        self.seen
    }

    /// Whether time flows.
    pub fn is_playing(&self) -> bool {
        self.is_playing
    }

    /// How fast.
    pub fn pace(&self) -> Pace {
        self.pace
    }

    /// The id of the client the stage is about.
    pub fn client(&self) -> &str {
        &self.client
    }

    /// The question the stage is about.
    pub fn question(&self) -> Option<&Question> {
        self.question.as_ref()
    }

    /// How the stage shows it.
    pub fn view(&self) -> StageView {
        self.view
    }

    /// What the inspector shows.
    pub fn tab(&self) -> InspectorTab {
        self.tab
    }

    /// What the learner picked.
    pub fn selection(&self) -> Selection {
        self.selection
    }

    /// Why the last act of a form could not be carried out, as a sentence.
    pub fn refusal(&self) -> Option<&str> {
        self.refusal.as_deref()
    }

    /// What may be asked in place of what the form could not ask.
    pub fn offer(&self) -> Option<&Question> {
        self.offer.as_ref()
    }

    /// What a person should know about what the form asked last, in sentences.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Everything that brings the present state back, but for a crowd.
    pub fn session(&self) -> Session {
        let scenario = self.scenario.as_ref();
        let start = scenario.map(Scenario::opening_knobs).unwrap_or_default();
        let own_seed = scenario.map(Scenario::seed);
        let knobs = self.knobs.clone().into_iter();
        Session {
            seed: (own_seed != Some(self.seed)).then_some(self.seed),
            knobs: table(knobs.filter(|(id, value)| start.get(id) != Some(value))),
            acts: self.timeline.acts().to_vec(),
            at: self.playhead.time,
            view: (self.view != StageView::default()).then(|| self.view.as_str().to_owned()),
            event: self.playhead.events.checked_sub(1),
            crowd: None,
        }
    }

    /// Whether everything is shown.
    pub(super) fn is_at_end(&self) -> bool {
        self.playhead.is_at_end(self.timeline.trace())
    }
}

/// Setting up.
impl Bench {
    /// Sets up a scenario as it opens.
    fn open(&mut self, scenario: Scenario) {
        let (knobs, seed) = (scenario.opening_knobs(), scenario.seed());
        self.set_timeline(scenario.open(&knobs, seed));
        self.set_up(scenario, seed, knobs);
        self.show_end();
    }

    /// Sets up a scenario and brings back a session of it. What cannot be had is told.
    fn restore(
        &mut self,
        scenario: Scenario,
        session: &Session,
        source: SessionSource,
        mut losses: Losses,
    ) -> Effects {
        let mut knobs = scenario.opening_knobs();
        for (id, value) in &session.knobs {
            let taken = scenario.admit(id, *value);
            losses.note_knob(*value, taken.as_ref().map(|(_, value)| *value));
            knobs.extend(taken);
        }
        let seed = session.seed.unwrap_or_else(|| scenario.seed());
        let world = scenario.start_world(&knobs, seed);
        let replayed = Timeline::replay_within(world, &session.acts, Timeline::PAGE_STEPS);
        let (timeline, errors) = match replayed {
            Ok(replayed) => replayed,
            Err(error) => {
                self.open(scenario);
                let told = words::not_opened(source, &error);
                return vec![Outward::Notify(Notice::problem(told))];
            }
        };
        losses.note_acts(errors.len());
        let view = session.view.as_deref().map(StageView::named);
        losses.note_view(session.view.as_deref(), view != Some(None));
        self.view = view.flatten().unwrap_or_default();
        self.set_up(scenario, seed, knobs);
        let asked = timeline.acts().iter().rev().find_map(|(_, act)| asked(act));
        if let Some((client, question)) = asked {
            self.client = client;
            self.question = Some(question);
        }
        let playhead = match session.event {
            Some(event) => Playhead {
                time: session.at,
                events: event.saturating_add(1),
            },
            None => Playhead::at_time(timeline.trace(), session.at),
        };
        let playhead = playhead.fit(timeline.trace());
        self.set_timeline(timeline);
        self.seen = playhead.events;
        self.set_playhead(playhead);
        let told = losses.sentence(words::session_words(source));
        let notice = told.map(|told| Outward::Notify(Notice::problem(told)));
        notice.into_iter().collect()
    }

    /// What opening and restoring have in common.
    fn set_up(&mut self, scenario: Scenario, seed: u64, knobs: BTreeMap<String, f64>) {
        self.is_playing = false;
        self.selection = Selection::default();
        self.refusal = None;
        self.offer = None;
        self.note = None;
        (self.client, self.question) = scenario.focus();
        self.seed = seed;
        self.knobs = knobs;
        self.scenario = Some(scenario);
    }

    /// Starts the scenario over with another seed.
    fn restart(&mut self, seed: u64) {
        let Some(scenario) = self.scenario.clone() else {
            return;
        };
        self.is_playing = false;
        self.seed = seed;
        self.knobs = scenario.opening_knobs();
        self.set_timeline(scenario.open(&self.knobs, seed));
        self.show_end();
    }

    /// Shows what has happened so far as seen.
    fn show_end(&mut self) {
        let end = Playhead::end(self.timeline.trace());
        self.seen = end.events;
        self.set_playhead(end);
    }

    /// Something else has happened.
    pub(super) fn set_timeline(&mut self, timeline: Timeline) {
        self.timeline = timeline;
        self.touch();
    }

    /// What happened has changed.
    pub(super) fn touch(&mut self) {
        self.revision += 1;
        self.world = OnceCell::new();
    }

    /// The playhead stands elsewhere.
    pub(super) fn set_playhead(&mut self, playhead: Playhead) {
        // The world depends on how many events are shown, and on nothing else of the moment.
        if playhead.events != self.playhead.events {
            self.world = OnceCell::new();
        }
        self.playhead = playhead;
    }
}
