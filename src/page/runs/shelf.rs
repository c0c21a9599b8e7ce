//! Files that jobs need, read once.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Paper, PaperId, PaperKind};
use crate::lesson::practice::{Problem, read_problem};
use crate::lesson::{Lesson, read_lesson};
use crate::scenario::crowd::{CrowdSource, read_crowd};
use crate::scenario::{WorldSource, read_world};

/// What a job that cannot read a file says.
const UNREADABLE: &str = "A file of the lab does not fit this page: load the page again.";

/// Files by id: as they came, and as they were read.
#[derive(Debug, Default)]
pub struct Shelf {
    /// As they came.
    octets: BTreeMap<PaperId, Arc<[u8]>>,
    /// Worlds by id.
    worlds: BTreeMap<String, Arc<WorldSource>>,
    /// Crowds by id.
    crowds: BTreeMap<String, Arc<CrowdSource>>,
    /// Lessons by id.
    lessons: BTreeMap<String, Arc<Lesson>>,
    /// Practice problems by id.
    problems: BTreeMap<String, Arc<Problem>>,
}

impl Shelf {
    /// Puts a file on the shelf; it is read when it is needed.
    pub fn put(&mut self, paper: Paper) {
        self.octets.insert(paper.id, paper.octets);
    }

    /// Puts a crowd on the shelf that was read elsewhere.
    pub fn lend_crowd(&mut self, crowd: Arc<CrowdSource>) {
        self.crowds.insert(crowd.id.clone(), crowd);
    }

    /// Puts a lesson on the shelf that was read elsewhere.
    pub fn lend_lesson(&mut self, lesson: Arc<Lesson>) {
        self.lessons.insert(lesson.id.clone(), lesson);
    }

    /// Puts a problem on the shelf that was read elsewhere.
    pub fn lend_problem(&mut self, problem: Arc<Problem>) {
        self.problems.insert(problem.id().to_owned(), problem);
    }

    /// The octets of a file.
    fn file(&self, kind: PaperKind, id: &str) -> Result<&[u8], String> {
        let octets = self.octets.get(&PaperId::new(kind, id));
        octets
            .map(AsRef::as_ref)
            .ok_or_else(|| UNREADABLE.to_owned())
    }

    /// A world.
    fn world(&mut self, id: &str) -> Result<Arc<WorldSource>, String> {
        if let Some(world) = self.worlds.get(id) {
            return Ok(Arc::clone(world));
        }
        let file = self.file(PaperKind::World, id)?;
        let world = read_world(id, file).map_err(|_| UNREADABLE.to_owned())?;
        let world = Arc::new(world);
        self.worlds.insert(id.to_owned(), Arc::clone(&world));
        Ok(world)
    }

    /// A crowd.
    ///
    /// # Errors
    /// That its file does not fit, as a sentence.
    pub fn crowd(&mut self, id: &str) -> Result<Arc<CrowdSource>, String> {
        if let Some(crowd) = self.crowds.get(id) {
            return Ok(Arc::clone(crowd));
        }
        let file = self.file(PaperKind::Crowd, id)?;
        let crowd = read_crowd(id, file).map_err(|_| UNREADABLE.to_owned())?;
        let crowd = Arc::new(crowd);
        self.crowds.insert(id.to_owned(), Arc::clone(&crowd));
        Ok(crowd)
    }

    /// A lesson with its world and its crowds.
    ///
    /// # Errors
    /// That a file does not fit, as a sentence.
    pub fn lesson(
        &mut self,
        id: &str,
        world: &str,
        crowds: &[String],
    ) -> Result<Arc<Lesson>, String> {
        if let Some(lesson) = self.lessons.get(id) {
            return Ok(Arc::clone(lesson));
        }
        let world = self.world(world)?;
        let mut known = Vec::new();
        for crowd in crowds {
            known.push(self.crowd(crowd)?);
        }
        let file = self.file(PaperKind::Lesson, id)?;
        let lesson = read_lesson(id, file, world, &known).map_err(|_| UNREADABLE.to_owned())?;
        let lesson = Arc::new(lesson);
        self.lessons.insert(id.to_owned(), Arc::clone(&lesson));
        Ok(lesson)
    }

    /// A practice problem.
    ///
    /// # Errors
    /// That its file does not fit, as a sentence.
    pub fn problem(&mut self, id: &str) -> Result<Arc<Problem>, String> {
        if let Some(problem) = self.problems.get(id) {
            return Ok(Arc::clone(problem));
        }
        let file = self.file(PaperKind::Problem, id)?;
        let problem = read_problem(id, file).map_err(|_| UNREADABLE.to_owned())?;
        let problem = Arc::new(problem);
        self.problems.insert(id.to_owned(), Arc::clone(&problem));
        Ok(problem)
    }
}
