//! The files of the site: fetched when a page needs them, and kept while the page is open. What
//! becomes of a file is decided by [`crate::page::library`]; here is how it gets to the browser,
//! and what was read of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use gloo_timers::callback::Timeout;
use js_sys::Uint8Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, RequestCache, RequestInit, Response};

use super::binding::{Bound, Shown};
use super::parts;
use crate::lesson::practice::{Problem, read_problem};
use crate::lesson::{Lesson, LessonOutline, Outline, read_lesson, read_outline};
use crate::page::library::{Effect as Wish, FileName, Input, Library as Files, Waiting};
use crate::page::runs::{Paper, PaperId, PaperKind};
use crate::scenario::crowd::CrowdSource;
use crate::scenario::packed::FileFault;
use crate::scenario::{WorldSource, read_world};

/// Transfers that can be stopped, by file and attempt.
type Transfers = StoredValue<BTreeMap<(FileName, u32), AbortController>, LocalStorage>;

/// What was fetched so far.
#[derive(Clone, Copy)]
pub struct Library {
    /// The files.
    files: Bound<Files>,
    /// Grows with every change.
    revision: Shown<u32>,
    /// The outline of the course.
    course: Course,
    /// Lessons by id.
    lessons: StoredValue<BTreeMap<String, Arc<Lesson>>>,
    /// Worlds by id.
    worlds: StoredValue<BTreeMap<String, Arc<WorldSource>>>,
    /// Crowds by id.
    crowds: StoredValue<BTreeMap<String, Arc<CrowdSource>>>,
    /// Practice problems by id.
    problems: StoredValue<BTreeMap<String, Arc<Problem>>>,
}

/// The outline of the course, without its lessons' contents: without chapters until it is there.
#[derive(Clone, Copy)]
pub struct Course(RwSignal<Arc<Outline>>);

impl Course {
    /// Reads it as it stands.
    pub fn with_value<T>(self, read: impl FnOnce(&Arc<Outline>) -> T) -> T {
        self.0.with_untracked(read)
    }

    /// Reads it, and follows it.
    pub fn with<T>(self, read: impl FnOnce(&Arc<Outline>) -> T) -> T {
        self.0.with(read)
    }

    /// It as it stands.
    pub fn get_value(self) -> Arc<Outline> {
        self.0.get_untracked()
    }

    /// Whether an outline is that of the file: every course has a chapter.
    pub fn is_whole(outline: &Arc<Outline>) -> bool {
        !outline.chapters.is_empty()
    }
}

/// Why what has come cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// A file is of no use, which its phase tells.
    File,
    /// The part of the program that reads it did not come; why, as a sentence.
    Part(String),
}

impl Library {
    /// A library that has the outline of the course fetched.
    pub fn new() -> Self {
        let revision = Shown::default();
        let transfers = Transfers::new_local(BTreeMap::new());
        let files = Bound::new(
            Files::default(),
            move |files: &Files| revision.show(files.revision()),
            move |files, wish| carry(files, transfers, wish),
        );
        let library = Self {
            files,
            revision,
            course: Course(RwSignal::default()),
            lessons: StoredValue::default(),
            worlds: StoredValue::default(),
            crowds: StoredValue::default(),
            problems: StoredValue::default(),
        };
        files.send(Input::Want(FileName::Course));
        library
    }

    /// The outline of the course; without chapters until it is there.
    pub fn course(self) -> Course {
        self.course
    }

    /// Has files fetched that are not there.
    pub fn want(self, files: &[FileName]) {
        for file in files {
            self.files.send(Input::Want(file.clone()));
        }
    }

    /// Has files that are not there fetched anew.
    pub fn retry(self, files: &[FileName]) {
        for file in files {
            self.files.send(Input::Retry(file.clone()));
        }
    }

    /// Whether files are there, and if not, what keeps them; followed.
    ///
    /// # Errors
    /// What keeps them.
    pub fn wait_for(self, files: &[FileName]) -> Result<(), Waiting> {
        self.revision.signal().track();
        let state = self.files.with(|library| library.all(files));
        state.unwrap_or(Err(Waiting::Coming))
    }

    /// The octets of a file that is there.
    pub fn octets(self, file: &FileName) -> Option<Arc<[u8]>> {
        self.files
            .with(|library| library.octets(file).map(Arc::clone))?
    }

    /// Reads a file that is there.
    fn read<T>(
        self,
        file: FileName,
        read: impl FnOnce(&[u8]) -> Result<T, FileFault>,
    ) -> Result<T, Unread> {
        let octets = self.octets(&file).ok_or(Unread::File)?;
        read(&octets).map_err(|fault| {
            self.files.send(Input::Unreadable(file, fault));
            Unread::File
        })
    }

    /// Reads the outline of the course, once its file is there.
    ///
    /// # Errors
    /// If it is not, or is of no use.
    pub fn read_course(self) -> Result<(), Unread> {
        if !self.course.with_value(Course::is_whole) {
            let outline = self.read(FileName::Course, read_outline)?;
            self.course.0.set(Arc::new(outline));
        }
        Ok(())
    }

    /// The files of a lesson.
    pub fn files_of(outline: &LessonOutline) -> Vec<FileName> {
        let crowds = outline.crowds.iter().cloned().map(FileName::Crowd);
        let mut files = vec![
            FileName::Lesson(outline.id.clone()),
            FileName::World(outline.world.clone()),
        ];
        files.extend(crowds);
        files
    }

    /// A lesson that was read before.
    pub fn kept_lesson(self, id: &str) -> Option<Arc<Lesson>> {
        self.lessons
            .with_value(|lessons| lessons.get(id).map(Arc::clone))
    }

    /// A lesson whose files are there.
    ///
    /// # Errors
    /// Why it cannot be shown.
    pub async fn lesson(self, outline: &LessonOutline) -> Result<Arc<Lesson>, Unread> {
        if let Some(lesson) = self.kept_lesson(&outline.id) {
            return Ok(lesson);
        }
        let world = self.world(&outline.world)?;
        let mut crowds = Vec::new();
        for id in &outline.crowds {
            crowds.push(self.crowd(id).await?);
        }
        let lesson = self.read(FileName::Lesson(outline.id.clone()), |octets| {
            read_lesson(&outline.id, octets, world, &crowds)
        })?;
        let lesson = Arc::new(lesson);
        self.lessons.update_value(|lessons| {
            lessons.insert(outline.id.clone(), Arc::clone(&lesson));
        });
        Ok(lesson)
    }

    /// A world that was read before.
    pub fn kept_world(self, id: &str) -> Option<Arc<WorldSource>> {
        self.worlds
            .with_value(|worlds| worlds.get(id).map(Arc::clone))
    }

    /// A world whose file is there.
    ///
    /// # Errors
    /// Why it cannot be shown.
    pub fn world(self, id: &str) -> Result<Arc<WorldSource>, Unread> {
        if let Some(world) = self.kept_world(id) {
            return Ok(world);
        }
        let world = self.read(FileName::World(id.to_owned()), |octets| {
            read_world(id, octets)
        })?;
        let world = Arc::new(world);
        self.worlds.update_value(|worlds| {
            worlds.insert(id.to_owned(), Arc::clone(&world));
        });
        Ok(world)
    }

    /// A crowd that was read before.
    pub fn kept_crowd(self, id: &str) -> Option<Arc<CrowdSource>> {
        self.crowds
            .with_value(|crowds| crowds.get(id).map(Arc::clone))
    }

    /// A file that has come, for whoever reads it anew.
    pub fn paper(self, kind: PaperKind, id: &str) -> Paper {
        let name = id.to_owned();
        let octets = self.octets(&match kind {
            PaperKind::World => FileName::World(name),
            PaperKind::Crowd => FileName::Crowd(name),
            PaperKind::Lesson => FileName::Lesson(name),
            PaperKind::Problem => FileName::Problem(name),
        });
        Paper {
            id: PaperId::new(kind, id),
            octets: octets.unwrap_or_default(),
        }
    }

    /// The files of a lesson: its world, its crowds and its own.
    pub fn lesson_papers(self, lesson: &Lesson) -> Vec<Paper> {
        let mut papers = vec![self.paper(PaperKind::World, &lesson.world)];
        papers.extend({ lesson.crowd_ids() }.map(|id| self.paper(PaperKind::Crowd, id)));
        papers.push(self.paper(PaperKind::Lesson, &lesson.id));
        papers
    }

    /// A crowd whose file is there. It takes the part of the program that is about crowds.
    ///
    /// # Errors
    /// Why it cannot be shown.
    pub async fn crowd(self, id: &str) -> Result<Arc<CrowdSource>, Unread> {
        if let Some(crowd) = self.kept_crowd(id) {
            return Ok(crowd);
        }
        let part = parts::crowds().await;
        let part = part.map_err(|error| Unread::Part(error.words().to_owned()))?;
        let crowd = self.read(FileName::Crowd(id.to_owned()), |octets| {
            (part.read)(id, octets)
        })?;
        let crowd = Arc::new(crowd);
        self.crowds.update_value(|crowds| {
            crowds.insert(id.to_owned(), Arc::clone(&crowd));
        });
        Ok(crowd)
    }

    /// A practice problem that was read before.
    pub fn kept_problem(self, id: &str) -> Option<Arc<Problem>> {
        self.problems
            .with_value(|problems| problems.get(id).map(Arc::clone))
    }

    /// A practice problem whose file is there.
    ///
    /// # Errors
    /// Why it cannot be shown.
    pub fn problem(self, id: &str) -> Result<Arc<Problem>, Unread> {
        if let Some(problem) = self.kept_problem(id) {
            return Ok(problem);
        }
        let problem = self.read(FileName::Problem(id.to_owned()), |octets| {
            read_problem(id, octets)
        })?;
        let problem = Arc::new(problem);
        self.problems.update_value(|problems| {
            problems.insert(id.to_owned(), Arc::clone(&problem));
        });
        Ok(problem)
    }

    /// The outline of the land as its file has it. It is empty until it has come, and stays so
    /// without a network: the map is of use without it.
    pub fn land(self) -> Memo<Arc<str>> {
        self.want(&[FileName::Land]);
        Memo::new(move |_| {
            self.revision.signal().track();
            let octets = self.octets(&FileName::Land).unwrap_or_default();
            Arc::from(String::from_utf8_lossy(&octets))
        })
    }
}

/// Carries out what the files ask for.
fn carry(files: Bound<Files>, transfers: Transfers, wish: Wish) {
    match wish {
        Wish::After(ms, input) => {
            Timeout::new(ms, move || files.send(input)).forget();
        }
        Wish::Abort(file, attempt) => {
            let transfer = transfers.try_update_value(|all| all.remove(&(file, attempt)));
            if let Some(transfer) = transfer.flatten() {
                transfer.abort();
            }
        }
        Wish::Fetch {
            file,
            attempt,
            is_fresh,
        } => {
            let transfer = AbortController::new().ok();
            let request = RequestInit::new();
            request.set_cache(if is_fresh {
                RequestCache::Reload
            } else {
                RequestCache::Default
            });
            if let Some(transfer) = transfer {
                request.set_signal(Some(&transfer.signal()));
                transfers.try_update_value(|all| all.insert((file.clone(), attempt), transfer));
            }
            let response = window().fetch_with_str_and_init(&file.path(), &request);
            spawn_local(async move {
                let answer = octets_of(response).await;
                transfers.try_update_value(|all| all.remove(&(file.clone(), attempt)));
                files.send(match answer {
                    Some(answer) => Input::Answered(file, attempt, answer),
                    None => Input::Lost(file, attempt),
                });
            });
        }
    }
}

/// The octets of a response, or its status if that is a bad one; `None` if there is none.
async fn octets_of(response: js_sys::Promise) -> Option<Result<Arc<[u8]>, u16>> {
    let response = JsFuture::from(response).await.ok()?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        return Some(Err(response.status()));
    }
    let buffer = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
    Some(Ok(Uint8Array::new(&buffer).to_vec().into()))
}
