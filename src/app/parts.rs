//! The parts of the program that are fetched when a page needs them.
//!
//! `cargo xtask build` cuts the program where this file says, under `--cfg split`: what is reached
//! only through a part's table leaves the main part, and what several parts reach lies in files
//! that they share. In any other build the tables are simply there.
//!
//! A part is a table of plain functions. Code outside it calls them through the table, which it
//! gets by awaiting the part, or shows what they make with [`page`] and [`panel`]. To add a part:
//! a table and a `part!` here, its name in `NEEDS` of `xtask/src/parts/mod.rs` for the routes that need it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::crowd::CrowdBench;
use super::heavy::Heavy;
use super::state::LabState;
use crate::dns::ZoneText;
use crate::lesson::practice::Attempt;
use crate::page::crowd::Input;
use crate::page::links::{LinkError, NoLink};
use crate::page::runs::Input as RunsInput;
use crate::scenario::Session;
use crate::scenario::crowd::{CrowdSource, CrowdView};
use crate::scenario::packed::FileFault;

mod lost;

pub use self::lost::PartError;
use self::lost::{Lost, Room, Waiting};

/// Lessons: their page, and the question from an earlier one on the home page.
#[derive(Clone, Copy)]
pub struct Lessons {
    /// The page of the lesson with an id.
    pub page: fn(String) -> AnyView,
    /// The question that is due again.
    pub review: fn() -> AnyView,
}

/// The free lab and its scenarios.
#[derive(Clone, Copy)]
pub struct Lab {
    /// The page of the free lab.
    pub page: fn() -> AnyView,
    /// The page of the scenario with an id.
    pub scenario: fn(String) -> AnyView,
}

/// What a page with a stage need not show at once.
#[derive(Clone, Copy)]
pub struct Views {
    /// The map of the stage.
    pub map: fn() -> AnyView,
    /// The messages of the stage over time.
    pub sequence: fn() -> AnyView,
    /// The caches in the inspector.
    pub caches: fn() -> AnyView,
    /// A machine in the inspector.
    pub machine: fn() -> AnyView,
    /// The log in the inspector.
    pub log: fn() -> AnyView,
    /// Reads zone file lines with absolute names. The scanner of zone files is large, and whoever
    /// opens a page has nothing to scan yet.
    pub read_lines: fn(String) -> ZoneText,
}

/// What reads and writes links and kept sessions. Who comes without either needs none of it at
/// once, so it is in the part of what a stage need not show at once.
#[derive(Clone, Copy)]
pub struct Links {
    /// Reads the session of a link.
    pub read_session: fn(&str) -> Result<Session, LinkError>,
    /// Reads a session that the page has kept.
    pub read_kept_session: fn(&str) -> Result<Session, LinkError>,
    /// Writes a session for the page to keep.
    pub keep_session: fn(&Session) -> String,
    /// Copies a link to what is on the screen.
    pub share: fn(LabState),
    /// Reads the answer of a link.
    pub read_answer: fn(&str) -> Result<Attempt, LinkError>,
    /// Writes an answer for a link.
    pub write_answer: fn(&Attempt) -> Result<String, NoLink>,
}

/// Crowds.
#[derive(Clone, Copy)]
pub struct Crowds {
    /// Reads the file of the crowd with an id.
    pub read: fn(&str, &[u8]) -> Result<CrowdSource, FileFault>,
    /// The crowd on the stage.
    pub population: fn() -> AnyView,
    /// Tells the machine of the crowd at hand what has happened.
    pub tell: fn(CrowdBench, Input),
    /// What brings the crowd at hand back as it is seen.
    pub view: fn(CrowdBench) -> Option<CrowdView>,
}

/// What does heavy runs. The worker fetches it, and the page once it wants a run. It is in the
/// part of crowds: one more part would have more shared files, and each lesson 14 kB more to fetch.
#[derive(Clone, Copy)]
pub struct Work {
    /// Tells the machine of the page's runs what has happened.
    pub tell: fn(Heavy, RunsInput),
    /// Serves runs in a worker.
    pub serve: fn(web_sys::DedicatedWorkerGlobalScope),
}

/// Practice.
#[derive(Clone, Copy)]
pub struct Practice {
    /// The page of the problem with an id.
    pub page: fn(String) -> AnyView,
}

/// Declares the function that fetches a part and gives its table. Several tables may be `in` one
/// part.
macro_rules! part {
    ($(#[$about:meta])* $name:ident in $part:ident: $table:ident { $($field:ident: $function:expr),* $(,)? }) => {
        #[cfg(split)]
        #[leptos::wasm_split::wasm_split($part, wasm_split_path = ::leptos::wasm_split, fallible)]
        $(#[$about])*
        pub fn $name() -> Result<$table, PartError> {
            Ok($table { $($field: $function),* })
        }

        #[cfg(not(split))]
        $(#[$about])*
        pub async fn $name() -> Result<$table, PartError> {
            Ok($table { $($field: $function),* })
        }
    };
}

part! {
    /// The part of lessons.
    lessons in lessons: Lessons {
        page: |id| super::lesson_panel::page(id),
        review: || super::lesson_panel::review(),
    }
}

part! {
    /// The part of the free lab.
    lab in lab: Lab {
        page: || super::lab::page(),
        scenario: |id| super::lab::scenario(id),
    }
}

part! {
    /// The part of what a stage need not show at once.
    views in views: Views {
        map: || super::stage::map(),
        sequence: || super::stage::sequence(),
        caches: || super::inspector::caches(),
        machine: || super::inspector::machine(),
        log: || super::inspector::log(),
        read_lines: |text| ZoneText::read_lines(text),
    }
}

part! {
    /// The part of links and kept sessions.
    links in views: Links {
        read_session: |text| crate::page::links::read_session(text),
        read_kept_session: |text| crate::page::links::read_kept_session(text),
        keep_session: |session| crate::page::links::keep_session(session),
        share: |state| super::share::share(state),
        read_answer: |text| crate::page::links::read_answer(text),
        write_answer: |attempt| crate::page::links::write_answer(attempt),
    }
}

part! {
    /// The part of crowds.
    crowds in crowds: Crowds {
        read: |id, octets| crate::scenario::crowd::read_crowd(id, octets),
        population: || super::stage::population(),
        tell: |bench, input| super::crowd::tell(bench, input),
        view: |bench| super::crowd::view(bench),
    }
}

part! {
    /// The part of what does heavy runs.
    work in crowds: Work {
        tell: |heavy, input| super::heavy::tell(heavy, input),
        serve: |scope| super::heavy::serve(scope),
    }
}

part! {
    /// The part of practice problems.
    practice in practice: Practice {
        page: |id| super::practice::page(id),
    }
}

/// What comes of fetching a part: how to make what it shows.
type Make = Arc<dyn Fn() -> AnyView + Send + Sync>;
/// A part on its way.
type Coming = Pin<Box<dyn Future<Output = Result<Make, PartError>>>>;

/// Shows a whole page that a part makes, once the part has come.
pub fn page<T, F>(
    part: fn() -> F,
    make: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Copy + Send + Sync + 'static,
    F: Future<Output = Result<T, PartError>> + 'static,
{
    shown(Room::Page, Box::new(move || coming(part, make.clone())))
}

/// Shows something within a page that a part makes, once the part has come.
pub fn panel<T, F>(
    part: fn() -> F,
    make: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Copy + Send + Sync + 'static,
    F: Future<Output = Result<T, PartError>> + 'static,
{
    shown(Room::Panel, Box::new(move || coming(part, make.clone())))
}

/// The table of a part if the part has come already.
pub fn here<T, F>(part: fn() -> F) -> Option<T>
where
    F: Future<Output = Result<T, PartError>>,
{
    let mut coming = std::pin::pin!(part());
    match coming
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(Ok(table)) => Some(table),
        _ => None,
    }
}

/// Has a part fetched that is likely to be needed next, while the browser has nothing else to do.
/// `then` gets its table.
pub fn fetch_ahead<T, F>(part: fn() -> F, then: impl Fn(T) + Copy + 'static)
where
    T: 'static,
    F: Future<Output = Result<T, PartError>> + 'static,
{
    if cfg!(split) && lost::wants_little_data() {
        return;
    }
    request_idle_callback(move || {
        spawn_local(async move {
            // What does not come now is fetched when it is needed.
            if let Ok(table) = part().await {
                then(table);
            }
        });
    });
}

/// Fetches a part, as a future of one type for all.
fn coming<T, F>(part: fn() -> F, make: impl Fn(T) -> AnyView + Send + Sync + 'static) -> Coming
where
    T: Copy + Send + Sync + 'static,
    F: Future<Output = Result<T, PartError>> + 'static,
{
    Box::pin(async move {
        let table = part().await?;
        let make: Make = Arc::new(move || make(table));
        Ok(make)
    })
}

/// Shows what a part makes: at once if it is there, else that it is on its way, and why if it
/// does not come.
fn shown(room: Room, fetch: Box<dyn Fn() -> Coming + Send + Sync>) -> AnyView {
    let outcome = RwSignal::new(None::<Result<Make, PartError>>);
    let start = move || {
        let mut coming = fetch();
        match coming
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(result) => outcome.set(Some(result)),
            Poll::Pending => {
                outcome.set(None);
                spawn_local(async move {
                    let result = coming.await;
                    // The learner may have left the page meanwhile.
                    outcome.try_set(Some(result));
                });
            }
        }
    };
    start();
    let try_again = Callback::new(move |()| start());
    let view = move || match outcome.get() {
        Some(Ok(make)) => untrack(|| make()),
        Some(Err(error)) => view! { <Lost room error try_again /> }.into_any(),
        None => view! { <Waiting room /> }.into_any(),
    };
    view.into_any()
}
