//! The lessons, worlds and crowds: fetched when a page needs them, and kept while the page is open.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCache, RequestInit, Response};

use super::parts;
use crate::lesson::practice::{Problem, unpack_problem};
use crate::lesson::{Lesson, LessonOutline, unpack_lesson};
use crate::page::runs::{Paper, PaperId, PaperKind};
use crate::scenario::WorldSource;
use crate::scenario::crowd::CrowdSource;

/// What was fetched so far.
#[derive(Clone, Copy, Default)]
pub struct Library {
    /// Lessons by id.
    lessons: StoredValue<BTreeMap<String, Arc<Lesson>>>,
    /// Worlds by id.
    worlds: StoredValue<BTreeMap<String, Arc<WorldSource>>>,
    /// Crowds by id.
    crowds: StoredValue<BTreeMap<String, Arc<CrowdSource>>>,
    /// The outline of the land, once the map was opened.
    land: RwSignal<Arc<str>>,
    /// Practice problems by id.
    problems: StoredValue<BTreeMap<String, Arc<Problem>>>,
    /// The files of these crowds, which workers read anew.
    crowd_texts: StoredValue<BTreeMap<String, Arc<str>>>,
}

/// Which copies of files are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copies {
    /// Those the browser has kept, as far as it trusts them.
    Kept,
    /// Those of the host, as what was kept cannot be read.
    Fresh,
}

impl Library {
    /// A lesson that was fetched before.
    pub fn kept_lesson(self, id: &str) -> Option<Arc<Lesson>> {
        self.lessons
            .with_value(|lessons| lessons.get(id).map(Arc::clone))
    }

    /// A practice problem that was fetched before.
    pub fn kept_problem(self, id: &str) -> Option<Arc<Problem>> {
        self.problems
            .with_value(|problems| problems.get(id).map(Arc::clone))
    }

    /// A practice problem.
    ///
    /// # Errors
    /// Why it cannot be had, as a sentence.
    pub async fn problem(self, id: String, copies: Copies) -> Result<Arc<Problem>, String> {
        if let Some(problem) = self.kept_problem(&id) {
            return Ok(problem);
        }
        let text = Transfer::begin(&format!("practice/{id}.json"), copies);
        let problem = unpack_problem(&text.finish().await?).map_err(|it| unreadable(&it))?;
        let problem = Arc::new(problem);
        self.problems.update_value(|problems| {
            problems.insert(id, Arc::clone(&problem));
        });
        Ok(problem)
    }

    /// A world that was fetched before.
    pub fn kept_world(self, id: &str) -> Option<Arc<WorldSource>> {
        self.worlds
            .with_value(|worlds| worlds.get(id).map(Arc::clone))
    }

    /// A lesson with its world.
    ///
    /// # Errors
    /// Why it cannot be had, as a sentence.
    pub async fn lesson(
        self,
        outline: Arc<LessonOutline>,
        copies: Copies,
    ) -> Result<Arc<Lesson>, String> {
        let id = &outline.id;
        if let Some(lesson) = self.kept_lesson(id) {
            return Ok(lesson);
        }
        // Both are on their way before either is waited for.
        let text = Transfer::begin(&format!("lessons/{id}.json"), copies);
        let world = self.world(outline.world.clone(), copies).await?;
        let mut crowds = Vec::new();
        for crowd in &outline.crowds {
            crowds.push(self.crowd(crowd.clone(), copies).await?);
        }
        let lesson =
            unpack_lesson(&text.finish().await?, world, &crowds).map_err(|it| unreadable(&it))?;
        let lesson = Arc::new(lesson);
        self.lessons.update_value(|lessons| {
            lessons.insert(id.clone(), Arc::clone(&lesson));
        });
        Ok(lesson)
    }

    /// A world.
    ///
    /// # Errors
    /// Why it cannot be had, as a sentence.
    pub async fn world(self, id: String, copies: Copies) -> Result<Arc<WorldSource>, String> {
        if let Some(world) = self.kept_world(&id) {
            return Ok(world);
        }
        let text = Transfer::begin(&format!("worlds/{id}.json"), copies);
        let world = WorldSource::unpack(&text.finish().await?).map_err(|it| unreadable(&it))?;
        let world = Arc::new(world);
        self.worlds.update_value(|worlds| {
            worlds.insert(id, Arc::clone(&world));
        });
        Ok(world)
    }

    /// A crowd that was fetched before.
    pub fn kept_crowd(self, id: &str) -> Option<Arc<CrowdSource>> {
        self.crowds
            .with_value(|crowds| crowds.get(id).map(Arc::clone))
    }

    /// The file of a crowd that was fetched before.
    pub fn crowd_paper(self, id: &str) -> Paper {
        let text = self.crowd_texts.with_value(|texts| texts.get(id).cloned());
        Paper {
            id: PaperId::new(PaperKind::Crowd, id),
            octets: text.map_or_else(|| Arc::from([]), |text| text.as_bytes().into()),
        }
    }

    /// A crowd.
    ///
    /// # Errors
    /// Why it cannot be had, as a sentence.
    pub async fn crowd(self, id: String, copies: Copies) -> Result<Arc<CrowdSource>, String> {
        if let Some(crowd) = self.kept_crowd(&id) {
            return Ok(crowd);
        }
        let text = Transfer::begin(&format!("crowds/{id}.json"), copies);
        let text = text.finish().await?;
        let crowds = parts::crowds().await;
        let crowds = crowds.map_err(|error| error.words().to_owned())?;
        let crowd = (crowds.read)(&id, &text)?;
        self.crowd_texts.update_value(|texts| {
            texts.insert(id.clone(), text.into());
        });
        self.crowds.update_value(|crowds| {
            crowds.insert(id, Arc::clone(&crowd));
        });
        Ok(crowd)
    }
}

impl Library {
    /// The outline of the land as its file has it. It is empty until it has come, and stays so
    /// without a network: the map is of use without it.
    pub fn land(self) -> ReadSignal<Arc<str>> {
        if self.land.with_untracked(|land| land.is_empty()) {
            leptos::task::spawn_local(async move {
                let text = Transfer::begin("map/land.txt", Copies::Kept).finish().await;
                if let Ok(text) = text {
                    self.land.set(text.into());
                }
            });
        }
        self.land.read_only()
    }
}

/// Reads the file of the crowd with an id.
///
/// # Errors
/// Why it cannot be read, as a sentence.
pub fn read_crowd(id: &str, text: &str) -> Result<Arc<CrowdSource>, String> {
    let crowd = CrowdSource::parse(id, text).map_err(|it| unreadable(&it))?;
    Ok(Arc::new(crowd))
}

/// Why a file that has come is of no use. The tests see to it that those of one version of the
/// lab fit together.
fn unreadable<E: Display>(errors: &[E]) -> String {
    let first = errors.first().map(ToString::to_string).unwrap_or_default();
    format!(
        "The file that came does not fit this page, perhaps because the lab was updated: load the \
         page again. ({first})"
    )
}

/// A file of the site on its way.
struct Transfer {
    /// Its path from the page.
    path: String,
    /// The browser's promise of a response.
    response: JsFuture,
}

impl Transfer {
    /// Asks for a file.
    fn begin(path: &str, copies: Copies) -> Self {
        let request = RequestInit::new();
        request.set_cache(match copies {
            Copies::Kept => RequestCache::Default,
            Copies::Fresh => RequestCache::Reload,
        });
        Self {
            path: path.to_owned(),
            response: window().fetch_with_str_and_init(path, &request).into(),
        }
    }

    /// Waits for its text.
    async fn finish(self) -> Result<String, String> {
        let lost = |_| "The lab's host cannot be reached. Are you offline?".to_owned();
        let response: Response = self.response.await.map_err(lost)?.unchecked_into();
        if !response.ok() {
            let (path, status) = (self.path, response.status());
            return Err(format!("The lab's host answers {status} for “{path}”."));
        }
        let text = response.text().map_err(lost)?;
        let text = JsFuture::from(text).await.map_err(lost)?;
        Ok(text.as_string().unwrap_or_default())
    }
}
