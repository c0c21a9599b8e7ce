//! What can be asked for and what comes of it: plain data that crosses to a worker and back.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::engine::population::Series;
use crate::lesson::practice::Report;
use crate::scenario::Figure;

/// Clients from which on a run that broke off is not made again on the page: it may have wanted
/// more memory than there is.
const MANY_CLIENTS: u32 = 100_000;

/// A run that is wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Job {
    /// A run of a crowd.
    Crowd(CrowdJob),
    /// The runs that grade an answer.
    Grading(GradingJob),
    /// The runs behind a figure.
    Figure(FigureJob),
}

/// A run of a crowd.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CrowdJob {
    /// The id of the crowd.
    pub crowd: String,
    /// Where its knobs stand, by id.
    pub knobs: BTreeMap<String, f64>,
    /// How many clients there are, if not as many as the crowd has.
    pub clients: Option<u32>,
    /// The most clients that are simulated, as far as that leaves caches in the same demand: they
    /// stand for the others.
    pub most: Option<u32>,
    /// The seed.
    pub seed: u64,
}

/// The runs that grade an answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GradingJob {
    /// The id of the problem.
    pub problem: String,
    /// The answer and its round, as they are stored.
    pub attempt: String,
}

/// The runs behind a figure of a lesson.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FigureJob {
    /// The id of the lesson.
    pub lesson: String,
    /// The ids of its world and of its crowds.
    pub world: String,
    /// The ids of its crowds.
    pub crowds: Vec<String>,
    /// The id of the figure.
    pub figure: String,
    /// Where the knobs stand, by id.
    pub knobs: BTreeMap<String, f64>,
    /// The seed.
    pub seed: u64,
    /// What was done in the session, as octets; none where the figure is not about it.
    pub acts: Vec<u8>,
}

/// What came of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Product {
    /// What a crowd did.
    Crowd {
        /// How many clients each simulated one stands for.
        factor: u32,
        /// The counts.
        series: Box<Series>,
    },
    /// The verdicts on an answer.
    Grading(Box<Report>),
    /// A figure, or why there is none, as a sentence.
    Figure(Result<Figure, String>),
}

/// What kind of file a job needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PaperKind {
    /// A world.
    World,
    /// A crowd.
    Crowd,
    /// A lesson.
    Lesson,
    /// A practice problem.
    Problem,
}

/// A file that a job needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PaperId {
    /// What kind of file.
    pub kind: PaperKind,
    /// Its id.
    pub id: String,
}

/// A file with what it holds, as it was fetched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paper {
    /// Which file.
    pub id: PaperId,
    /// Its octets.
    #[serde(serialize_with = "write_octets", deserialize_with = "read_octets")]
    pub octets: Arc<[u8]>,
}

impl PaperId {
    /// A file of a kind.
    pub fn new(kind: PaperKind, id: &str) -> Self {
        let id = id.to_owned();
        Self { kind, id }
    }
}

impl Job {
    /// The files it needs.
    pub fn papers(&self) -> Vec<PaperId> {
        match self {
            Self::Crowd(job) => vec![PaperId::new(PaperKind::Crowd, &job.crowd)],
            Self::Grading(job) => vec![PaperId::new(PaperKind::Problem, &job.problem)],
            Self::Figure(job) => {
                let crowds = job.crowds.iter();
                let crowds = crowds.map(|id| PaperId::new(PaperKind::Crowd, id));
                let mut papers = vec![PaperId::new(PaperKind::World, &job.world)];
                papers.extend(crowds);
                papers.push(PaperId::new(PaperKind::Lesson, &job.lesson));
                papers
            }
        }
    }

    /// Whether it may take more memory than a page has.
    pub fn is_large(&self) -> bool {
        match self {
            Self::Crowd(job) => job
                .most
                .or(job.clients)
                .is_some_and(|it| it >= MANY_CLIENTS),
            Self::Grading(_) | Self::Figure(_) => false,
        }
    }
}

/// Writes octets in one piece.
fn write_octets<S: Serializer>(octets: &Arc<[u8]>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(octets)
}

/// Reads octets in one piece.
fn read_octets<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<[u8]>, D::Error> {
    /// Takes the octets.
    struct Octets;
    impl serde::de::Visitor<'_> for Octets {
        type Value = Arc<[u8]>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("octets")
        }

        fn visit_bytes<E>(self, octets: &[u8]) -> Result<Self::Value, E> {
            Ok(octets.into())
        }
    }
    deserializer.deserialize_bytes(Octets)
}
