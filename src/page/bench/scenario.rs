//! What a bench is set up with: a step of a lesson, or the free lab.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::dns::Question;
use crate::engine::order::table;
use crate::engine::{Timeline, World};
use crate::lesson::{Lesson, Step};
use crate::scenario::{
    Knob, KnobTarget, Unit, WorldSource, option_key, parse_question, resolver_option,
};

/// The world of the free lab.
pub const LAB_WORLD: &str = "small_internet";
/// The seed of the free lab.
const LAB_SEED: u64 = 7;
/// What the free lab asks for to begin with.
const LAB_QUESTION: &str = "www.example.com A";

/// The free lab.
#[derive(Debug)]
pub struct FreePlay {
    /// The world.
    pub source: Arc<WorldSource>,
    /// The figures that can be moved.
    pub knobs: Vec<Knob>,
    /// The client that asks to begin with, and what.
    focus: Option<(String, Question)>,
}

impl FreePlay {
    /// Free play in a world, usually [`LAB_WORLD`].
    pub fn new(source: Arc<WorldSource>) -> Self {
        let clients = source.clients();
        let client = clients.into_iter().next().map(|client| client.id);
        Self::with_focus(source, &client.unwrap_or_default(), LAB_QUESTION)
    }

    /// Free play that begins with a client's question.
    pub fn with_focus(source: Arc<WorldSource>, client: &str, question: &str) -> Self {
        let resolver = source
            .clients()
            .first()
            .map(|client| client.resolver.clone());
        let mut knobs = Vec::new();
        let question = parse_question(question).ok();
        if let Some(question) = &question {
            let target = KnobTarget::Ttl {
                owner: question.qname.clone(),
                rtype: question.qtype,
            };
            let label = format!("TTL of {}", question.qname.without_dot());
            let label = if question.qname.to_string().starts_with("www.example.com") {
                "TTL of www".to_owned()
            } else {
                label
            };
            knobs.push(seconds("ttl", &label, target, 172_800.0, 300.0));
        }
        if let Some((node, option)) = resolver.zip(resolver_option("ttl-floor")) {
            // The slider on the stage and the field in the list of options are one.
            let id = option_key(&node, option.id);
            let target = KnobTarget::Option { node, option };
            knobs.push(seconds(&id, "Resolver floor", target, 3600.0, 0.0));
        }
        knobs.push(Knob {
            id: "loss".to_owned(),
            label: "Packet loss".to_owned(),
            target: KnobTarget::Loss,
            unit: Unit::Percent,
            min: 0.0,
            max: 60.0,
            start: 0.0,
        });
        let focus = question.map(|question| (client.to_owned(), question));
        Self {
            source,
            knobs,
            focus,
        }
    }
}

/// A knob that counts seconds from zero.
fn seconds(id: &str, label: &str, target: KnobTarget, max: f64, start: f64) -> Knob {
    let (id, label) = (id.to_owned(), label.to_owned());
    Knob {
        id,
        label,
        target,
        unit: Unit::Seconds,
        min: 0.0,
        max,
        start,
    }
}

/// What a bench is set up with. Two are the same if they are one step of one copy of a lesson, or
/// one free lab.
#[derive(Clone, Debug)]
pub enum Scenario {
    /// A step of a lesson.
    Lesson {
        /// The lesson.
        lesson: Arc<Lesson>,
        /// Which of its steps.
        step: usize,
    },
    /// The free lab.
    Lab(Arc<FreePlay>),
}

impl PartialEq for Scenario {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Lesson { lesson, step },
                Self::Lesson {
                    lesson: other,
                    step: same,
                },
            ) => Arc::ptr_eq(lesson, other) && step == same,
            (Self::Lab(lab), Self::Lab(other)) => Arc::ptr_eq(lab, other),
            _ => false,
        }
    }
}

impl Scenario {
    /// The seed it was written for.
    pub fn seed(&self) -> u64 {
        match self {
            Self::Lesson { lesson, .. } => lesson.seed,
            Self::Lab(_) => LAB_SEED,
        }
    }

    /// Its step, if it is one.
    pub fn step(&self) -> Option<&Step> {
        match self {
            Self::Lesson { lesson, step } => lesson.steps.get(*step),
            Self::Lab(_) => None,
        }
    }

    /// All figures that can be moved.
    pub fn knobs(&self) -> &[Knob] {
        match self {
            Self::Lesson { lesson, .. } => &lesson.knobs,
            Self::Lab(lab) => &lab.knobs,
        }
    }

    /// The figures that have a slider on the stage.
    pub fn stage_knobs(&self) -> Vec<Knob> {
        let shown = |knob: &&Knob| self.step().is_none_or(|step| step.knobs.contains(&knob.id));
        self.knobs().iter().filter(shown).cloned().collect()
    }

    /// Where the knobs stand to begin with.
    pub fn opening_knobs(&self) -> BTreeMap<String, f64> {
        match self {
            Self::Lesson { lesson, step } => lesson.opening_knobs(*step),
            // Options are not listed while they are where the resolver has them of itself.
            Self::Lab(lab) => {
                let own = { lab.knobs.iter() }
                    .filter(|knob| !matches!(knob.target, KnobTarget::Option { .. }));
                table(own.map(|knob| (knob.id.clone(), knob.start)))
            }
        }
    }

    /// The id of a knob or an option and the nearest value it can have; `None` if there is
    /// none of that name.
    pub fn admit(&self, id: &str, value: f64) -> Option<(String, f64)> {
        // What older links call the one option that was a knob.
        let is_floor = |knob: &&Knob| id == "floor" && knob.id.ends_with("/ttl-floor");
        let mut knobs = self.knobs().iter();
        if let Some(knob) = knobs.find(|knob| knob.id == id || is_floor(knob)) {
            return Some((knob.id.clone(), knob.clamp(value)));
        }
        let value = match self {
            Self::Lesson { .. } => None,
            Self::Lab(lab) => lab.source.admit_option(id, value),
        };
        value.map(|value| (id.to_owned(), value))
    }

    /// Where a knob stands that nobody has moved: an option as its resolver has it, or as the
    /// product that was chosen.
    pub fn rest(&self, knob: &Knob, values: &BTreeMap<String, f64>) -> f64 {
        match (self, &knob.target) {
            (Self::Lab(lab), KnobTarget::Option { node, option }) => lab
                .source
                .option_value(node, option, values)
                .unwrap_or(knob.start),
            _ => knob.start,
        }
    }

    /// The session to begin with.
    pub fn open(&self, knobs: &BTreeMap<String, f64>, seed: u64) -> Timeline {
        match self {
            Self::Lesson { lesson, step } => {
                let timeline = lesson.open_step(*step, knobs);
                if seed == lesson.seed {
                    timeline
                } else {
                    lesson.rebuild(&timeline, knobs, seed)
                }
            }
            Self::Lab(_) => Timeline::new(self.start_world(knobs, seed)),
        }
    }

    /// The session after the prediction of a step was run.
    pub fn run_prediction(&self, knobs: &BTreeMap<String, f64>, seed: u64) -> Timeline {
        match self {
            Self::Lesson { lesson, step } => {
                let timeline = lesson.run_prediction(*step);
                if seed == lesson.seed {
                    timeline
                } else {
                    lesson.rebuild(&timeline, knobs, seed)
                }
            }
            Self::Lab(_) => self.open(knobs, seed),
        }
    }

    /// The world at time zero.
    pub fn start_world(&self, knobs: &BTreeMap<String, f64>, seed: u64) -> World {
        match self {
            Self::Lesson { lesson, .. } => lesson.start_world(knobs, seed),
            Self::Lab(lab) => {
                let mut world = lab.source.build_with(seed, knobs);
                let start = self.opening_knobs();
                for knob in &lab.knobs {
                    // A knob at rest leaves the world as its files have it.
                    let value = knobs
                        .get(&knob.id)
                        .filter(|value| start.get(&knob.id) != Some(*value));
                    if let Some(value) = value {
                        // The lab's own knobs fit its world.
                        let _ = knob.apply(&mut world, *value);
                    }
                }
                world
            }
        }
    }

    /// The client and the question the stage is about to begin with.
    pub fn focus(&self) -> (String, Option<Question>) {
        match self {
            Self::Lesson { .. } => match self.step() {
                Some(step) => (step.client.clone(), Some(step.question.clone())),
                None => (String::new(), None),
            },
            Self::Lab(lab) => match &lab.focus {
                Some((client, question)) => (client.clone(), Some(question.clone())),
                None => (String::new(), None),
            },
        }
    }
}
