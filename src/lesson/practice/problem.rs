//! A practice problem, checked and typed.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::super::{Block, Inline};
use super::{Answer, Criterion, Moment, Probe};
use crate::dns::Name;
use crate::engine::{Coordinates, SimDuration};
use crate::scenario::crowd::Crowd;

/// A situation, what is to be reached in it, and how answers are tried.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Problem {
    /// What is known of it before it is read.
    pub outline: Arc<ProblemOutline>,
    /// The zone the learner writes.
    pub origin: Name,
    /// The first lines of the zone, which are given: SOA and NS.
    pub head: String,
    /// What users are given, where that is not the learner's to say.
    pub users: Option<String>,
    /// What happens at the moment that times are counted from.
    pub zero: String,
    /// When what is tried begins.
    pub from: Moment,
    /// When it ends.
    pub until: Moment,
    /// The parts of an answer that are asked for.
    pub asks: Vec<Ask>,
    /// The machines the zone may lead to.
    pub machines: Vec<Machine>,
    /// Where an address can be said to stand.
    pub places: Vec<Place>,
    /// What the editor holds to begin with.
    pub start: Answer,
    /// What is asked besides.
    pub questions: Vec<PracticeQuestion>,
    /// The crowds an answer is tried on.
    pub runs: Vec<Run>,
    /// Single questions an answer is tried on.
    pub probes: Vec<Probe>,
    /// What must hold.
    pub criteria: Vec<Criterion>,
    /// Answers to learn from and to test with.
    pub answers: Vec<StoredAnswer>,
    /// Help, from a question to the answer.
    pub hints: Vec<Vec<Inline>>,
    /// What is read before and beside the work.
    pub brief: Vec<Passage>,
    /// What is read afterwards: the model answer, and how to say it in a minute.
    pub model: Vec<Passage>,
}

impl Problem {
    /// The id.
    pub fn id(&self) -> &str {
        &self.outline.id
    }

    /// The machine with an address.
    pub fn machine(&self, address: IpAddr) -> Option<&Machine> {
        self.machines.iter().find(|it| it.address == address)
    }

    /// Whether a part of an answer is asked for.
    pub fn asks_for(&self, ask: Ask) -> bool {
        self.asks.contains(&ask)
    }

    /// The criterion with an id.
    pub fn criterion(&self, id: &str) -> Option<&Criterion> {
        self.criteria.iter().find(|criterion| criterion.id == id)
    }
}

/// A problem without its contents: enough for the list of problems.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct ProblemOutline {
    /// Stable identifier, used in links and in progress: lower case and hyphens.
    pub id: String,
    /// What the page calls it.
    pub title: String,
    /// One sentence for the list.
    pub summary: String,
    /// How hard it is.
    pub difficulty: Difficulty,
    /// How long it takes.
    pub minutes: u32,
}

/// How hard a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Difficulty {
    /// One idea.
    Easy,
    /// Several that must fit together.
    Medium,
    /// Several that are at odds.
    Hard,
}

impl fmt::Display for Difficulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Easy => "easy",
            Self::Medium => "medium",
            Self::Hard => "hard",
        })
    }
}

/// A part of an answer that a problem can ask for. Records are always asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Ask {
    /// What users are given.
    Users,
    /// The policy and what it knows of each address.
    Policy,
    /// Health checks.
    Check,
    /// Whether the client's network is made use of.
    Ecs,
    /// Acts over time.
    Timeline,
}

/// A machine the zone may lead to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Its id in the crowds.
    pub id: String,
    /// What the page calls it.
    pub title: String,
    /// Its address.
    pub address: IpAddr,
}

/// Where an address can be said to stand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Its id.
    pub id: String,
    /// What the page calls it.
    pub name: String,
    /// Where it is.
    pub at: Coordinates,
    /// What the DNS provider has measured: milliseconds by the region of the asker.
    pub latency_ms: IndexMap<String, f64>,
}

/// A question with options, graded with the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PracticeQuestion {
    /// Its id.
    pub id: String,
    /// The question.
    pub question: Vec<Inline>,
    /// Its options.
    pub options: Vec<PracticeOption>,
}

/// An option of a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PracticeOption {
    /// Its id.
    pub id: String,
    /// What it says.
    pub text: Vec<Inline>,
    /// Whether it is right.
    pub is_correct: bool,
    /// Why it is right or wrong.
    pub reason: String,
}

/// A crowd an answer is tried on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: String,
    /// What the page calls it.
    pub title: String,
    /// Whether the learner is not told what it is like.
    pub is_hidden: bool,
    /// The crowd before the answer; its time begins at the problem's.
    pub crowd: Crowd,
    /// The seed of its first round.
    pub seed: u64,
    /// What happens to it comes later by anything up to this, another time in each round.
    pub shift: SimDuration,
}

/// An answer that ships with its problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAnswer {
    /// What it is: "The cheapest", "Lowers the TTL too late".
    pub title: String,
    /// What to learn from it.
    pub about: String,
    /// The answer.
    pub answer: Answer,
    /// The criteria it fails and the cause that must come out, such as `moved` and `late`; none
    /// for a right answer.
    pub fails: Vec<(String, String)>,
    /// Criteria it may fail besides.
    pub may_fail: Vec<String>,
}

impl StoredAnswer {
    /// Whether it is right.
    pub fn is_right(&self) -> bool {
        self.fails.is_empty()
    }
}

/// A piece of text under a heading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    /// Its anchor.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// The text.
    pub text: Vec<Block>,
}
