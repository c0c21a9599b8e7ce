//! The page: Leptos components over the view models of [`crate::scene`].
//!
//! Only this layer knows the browser. All state is in `LabState`; wall time is read in
//! `clock` alone; what happens in the world is decided by the engine and worded by the scene,
//! never here.

#![expect(
    unreachable_pub,
    reason = "the component macro makes everything it writes public"
)]

mod address;
mod arrival;
mod bench;
mod binding;
mod clock;
mod controls;
mod crowd;
mod driver;
mod fetched;
mod header;
mod heavy;
mod help;
mod home;
mod inspector;
mod kept_focus;
mod keyboard;
mod lab;
mod lesson_panel;
mod library;
mod links;
mod listen;
mod not_found;
mod notice;
mod panic;
mod parts;
mod practice;
mod records;

mod sessions;
mod share;
mod stage;
mod state;
mod storage;
mod transport;
mod workbench;

use leptos::prelude::*;

use self::bench::Bench;
use self::crowd::CrowdBench;
use self::driver::Driver;
use self::fetched::with_course;
use self::header::Header;
use self::heavy::Heavy;
pub use self::heavy::serve_in_worker;
use self::help::HelpDialog;
use self::home::Home;
use self::library::Library;
use self::not_found::NotFound;
use self::notice::NoticeBar;
use self::practice::ProblemList;
use self::share::LinkField;
use self::state::LabState;
use crate::page::library::FileName;
use crate::page::routes::page;
use crate::scene::Route;

/// Puts the lab in place of the loading shell.
pub fn mount() {
    panic::report_in_page();
    if let Some(shell) = document().get_element_by_id("shell") {
        shell.remove();
    }
    mount_to_body(App);
}

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let driver = Driver::new();
    let kept = storage::Kept::open(driver);
    let address = address::use_address(driver);
    let heavy = Heavy::new(driver);
    let library = Library::new();
    let state = LabState {
        address,
        route: Memo::new(move |_| address.with(|address| address.route.clone())),
        course: library.course(),
        library,
        bench: Bench::new(driver),
        crowd: CrowdBench::new(driver, heavy),
        heavy,
        kept,
        theme: kept.theme(),
        progress: kept.progress(),
        sessions: sessions::Sessions::new(driver),
        links: links::LinkPart::new(),
        sharing: share::Share::new(driver),
        driver,
        is_help_open: RwSignal::new(false),
        tools: RwSignal::new(None),
    };
    provide_context(state);
    provide_context(driver);
    keyboard::use_help_key(state);
    Effect::new(move || document().set_title(&title_of(state)));
    // The header counts the lessons, whatever the page is.
    Effect::new(move || {
        if library.wait_for(&[FileName::Course]).is_ok() {
            // What is wrong with it is told by the pages that need it.
            let _ = library.read_course();
        }
    });

    // Another step of a lesson is the same page with other contents.
    let page = Memo::new(move |_| state.route.with(page));
    arrival::use_arrival(page);
    kept_focus::use_kept_focus();
    let main = move || match page.get() {
        Route::Home => Home().into_any(),
        Route::Lab => parts::page(parts::lab, |lab| (lab.page)()),
        Route::Scenario(id) => with_course(move || {
            let id = id.clone();
            parts::page(parts::lab, move |lab| (lab.scenario)(id.clone()))
        }),
        Route::Lesson { id, .. } => with_course(move || {
            let id = id.clone();
            parts::page(parts::lessons, move |lessons| (lessons.page)(id.clone()))
        }),
        Route::Practice => with_course(|| ProblemList().into_any()),
        Route::Problem(id) => with_course(move || {
            let id = id.clone();
            parts::page(parts::practice, move |practice| (practice.page)(id.clone()))
        }),
        Route::Interview | Route::NotFound(_) => NotFound().into_any(),
    };
    view! {
        <a class="lab-skip" href="#main" on:click=move |event| {
            event.prevent_default();
            keyboard::focus("main");
        }>
            "Skip to the content"
        </a>
        <div class="lab-page">
            <Header />
            <NoticeBar />
            <LinkField />
            {main}
        </div>
        <HelpDialog />
    }
}

/// The title of the window.
fn title_of(state: LabState) -> String {
    let page = match state.route.get() {
        Route::Home => return "DNS Lab: send a query, watch a real resolver work".to_owned(),
        Route::Lab => "Lab".to_owned(),
        Route::Scenario(id) => state.course.with(|course| {
            let scenario = course.scenario(&id);
            scenario.map_or_else(|| "Not found".to_owned(), |it| it.title.clone())
        }),
        Route::Lesson { id, .. } => state.course.with(|course| {
            let lesson = course.lesson(&id);
            lesson.map_or_else(|| "Not found".to_owned(), |it| it.title.clone())
        }),
        Route::Practice => "Practice".to_owned(),
        Route::Problem(id) => state.course.with(|course| {
            let problem = course.problems.iter().find(|problem| problem.id == id);
            problem.map_or_else(|| "Not found".to_owned(), |it| it.title.clone())
        }),
        Route::Interview | Route::NotFound(_) => "Not found".to_owned(),
    };
    format!("{page} · DNS Lab")
}
