//! Keeps where the learner was on pages with a stage, and opens them there.
//!
//! What reads a session is a part that is fetched when there is one to be read: a page that opens
//! as it begins is there without it, and what is done there is kept without it.

use leptos::prelude::*;

use super::binding::{Bound, Shown};
use super::driver::Driver;
use super::listen::on_window_named;
use super::panic;
use super::parts::Links;
use super::state::LabState;
use super::storage::keep;
use crate::page::bench::{Input, Scenario, SessionSource};
use crate::page::links::{LinkError, Losses, keep_session_unpacked, mark};
use crate::page::store::sessions::{Input as Told, Opening, SessionKeeper};
use crate::scenario::Session;
use crate::scenario::crowd::CrowdSource;

/// How long after a change the session is kept, in milliseconds. It is kept at once when the page
/// is left.
const PAUSE_MS: u32 = 800;
/// The timer that keeps it.
const KEEPING: &str = "session";

/// What is said above a page that opened with a kept session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Bar {
    /// Whether the page is where it was left.
    is_resumed: bool,
    /// Whether there is something to be brought back.
    has_before: bool,
}

/// The session that a page opens with, or why it cannot be read, and where it is from; none if the
/// page opens as it begins.
#[derive(Clone, Debug, Default)]
pub struct Found(Option<(SessionSource, Result<Session, LinkError>)>);

/// Where the learner was, on each page with a stage.
///
/// The machine behind it is made when it is first needed, so that the home page comes without it;
/// it then lives as long as the page.
#[derive(Clone, Copy)]
pub struct Sessions {
    /// The machine, once it is needed.
    keeper: StoredValue<Option<Bound<SessionKeeper>>, LocalStorage>,
    /// Who owns the machine: the page as a whole.
    owner: StoredValue<Option<Owner>>,
    /// What is said above the page.
    bar: Shown<Bar>,
    /// Grows when the page at hand is to open anew.
    turn: Shown<u64>,
    /// What the page at hand begins with: nothing else is worth keeping.
    start: StoredValue<Session>,
    /// The way to the browser.
    driver: Driver,
}

impl Sessions {
    /// Sessions that nobody has asked for yet, owned by whoever calls.
    pub fn new(driver: Driver) -> Self {
        Self {
            keeper: StoredValue::new_local(None),
            owner: StoredValue::new(Owner::current()),
            bar: Shown::default(),
            turn: Shown::default(),
            start: StoredValue::default(),
            driver,
        }
    }

    /// The machine.
    fn keeper(self) -> Bound<SessionKeeper> {
        if let Some(keeper) = self.keeper.get_value() {
            return keeper;
        }
        let bind = || {
            keep(self.driver, SessionKeeper::default(), move |keeper| {
                self.bar.show(Bar {
                    is_resumed: matches!(keeper.opening(), Opening::Kept(_)),
                    has_before: keeper.before().is_some(),
                });
                self.turn.show(keeper.turn());
            })
        };
        let keeper = match self.owner.get_value() {
            Some(owner) => owner.with(bind),
            None => bind(),
        };
        self.keeper.set_value(Some(keeper));
        keeper
    }

    /// Grows when the page at hand is to open anew.
    pub fn turn(self) -> ReadSignal<u64> {
        self.turn.signal()
    }

    /// Comes to the page at the address: finds out whether it opens where it was left, as a link
    /// has it, or as it begins.
    pub fn arrive(self, state: LabState) {
        let address = state.address.get_untracked();
        let link = address.permalink.map(|text| {
            let mark = mark(&text);
            (text, mark)
        });
        let page = address.route.to_string();
        self.keeper().send(Told::Open { page, link });
        // What a page that breaks would bring back is of the one before.
        panic::keep(None);
    }

    /// Shows what a page consists of once what it opens with is read: at once, unless what reads
    /// is needed and has not come.
    pub fn once_read(
        self,
        state: LabState,
        show: impl Fn(Found) -> AnyView + Clone + Send + Sync + 'static,
    ) -> AnyView {
        if let Some(found) = self.found(state) {
            return show(found);
        }
        state.bench.send(Input::Clear);
        state.links.panel(move |links| show(self.read(links)))
    }

    /// A page with one scenario. It opens anew when a link to another session of it is followed
    /// while it is open, and when the learner starts over; what is beside the stage then stays.
    /// `open` puts it on the bench, and `show` makes what is beside that.
    pub fn with_scenario(
        self,
        state: LabState,
        open: impl Fn(Found) + Clone + Send + Sync + 'static,
        show: impl Fn() -> AnyView + Clone + Send + Sync + 'static,
    ) -> impl Fn() -> AnyView + Clone + Send + Sync + 'static {
        untrack(|| self.arrive(state));
        self.follow(state);
        let has_to_wait = RwSignal::new(());
        let open_again = open.clone();
        Effect::watch(
            move || {
                let link = state.address.with(|address| address.permalink.clone());
                (link, self.turn().get())
            },
            move |(link, turn), before, _| {
                let is_other = before
                    .is_none_or(|(old, count)| turn != count || (link.is_some() && old != link));
                if !is_other {
                    return;
                }
                self.arrive(state);
                match self.found(state) {
                    Some(found) => open_again(found),
                    None => has_to_wait.set(()),
                }
            },
            false,
        );
        move || {
            has_to_wait.track();
            let (open, show) = (open.clone(), show.clone());
            untrack(|| {
                self.once_read(state, move |found| {
                    open(found);
                    show()
                })
            })
        }
    }

    /// What the page at hand opens with; `None` if what reads it has not come.
    fn found(self, state: LabState) -> Option<Found> {
        if self.keeper().with(SessionKeeper::needs_reader) == Some(true) {
            return state.links.here().map(|links| self.read(links));
        }
        Some(Found::default())
    }

    /// Reads what the page at hand opens with.
    fn read(self, links: Links) -> Found {
        let opening = self.keeper().with(|keeper| keeper.opening().clone());
        Found(match opening.unwrap_or_default() {
            Opening::Fresh => None,
            Opening::Link(text) => Some((SessionSource::Link, (links.read_session)(&text))),
            Opening::Kept(text) => Some((SessionSource::Kept, (links.read_kept_session)(&text))),
        })
    }

    /// Puts a scenario on the bench, with the session that was found for it. What cannot be read or
    /// done is said, and the rest works. Returns the session, if it is one; `crowd` is the crowd of
    /// the page.
    pub fn open(
        self,
        state: LabState,
        scenario: Scenario,
        crowd: Option<&CrowdSource>,
        found: Found,
    ) -> Option<Session> {
        let session = self.put_on_bench(state, scenario, crowd, found);
        self.keeper().send(Told::Opened);
        session
    }

    /// Puts a scenario on the bench.
    fn put_on_bench(
        self,
        state: LabState,
        scenario: Scenario,
        crowd: Option<&CrowdSource>,
        found: Found,
    ) -> Option<Session> {
        let (knobs, seed) = (scenario.opening_knobs(), scenario.seed());
        let acts = scenario.open(&knobs, seed).acts().to_vec();
        self.start.set_value(Session {
            acts,
            ..Session::default()
        });
        match found.0 {
            None => {
                state.bench.send(Input::Open(scenario));
                None
            }
            Some((source, Ok(session))) => {
                let mut losses = Losses::default();
                if let Some(view) = &session.crowd {
                    losses.note_crowd(view, crowd);
                }
                state.bench.send(Input::Restore {
                    scenario,
                    session: Box::new(session.clone()),
                    source,
                    losses,
                });
                Some(session)
            }
            Some((source, Err(error))) => {
                state.bench.send(Input::Open(scenario));
                let what = match source {
                    SessionSource::Link => "The shared session",
                    SessionSource::Kept => "Your last session here",
                };
                state.complain(format!(
                    "{what} cannot be opened: {error}. You see this page as it begins."
                ));
                None
            }
        }
    }

    /// Takes what stands on the bench now as what the page at hand begins with.
    pub fn begin_here(self, state: LabState) {
        let acts = state.bench.session().acts;
        self.start.update_value(|start| start.acts = acts);
    }

    /// Keeps the session of a page as long as that is there.
    pub fn follow(self, state: LabState) {
        Effect::new(move |_| {
            state.bench.timeline().track();
            state.bench.knobs.track();
            state.bench.seed.track();
            state.bench.playhead.track();
            state.bench.view.track();
            state.crowd.knobs.track();
            state.crowd.clients.track();
            state.crowd.pinned.track();
            // The first change starts the timer, and what follows goes with it.
            self.keeper()
                .after_unless(KEEPING, PAUSE_MS, move || self.flush(state));
        });
        let flush = move || self.flush(state);
        on_window_named("pagehide", flush);
        on_window_named("visibilitychange", flush);
        on_cleanup(flush);
    }

    /// The session of the page at hand; `None` if nothing was done there.
    fn session(self, state: LabState) -> Option<Session> {
        let session = Session {
            crowd: state.crowd.view(),
            ..state.bench.session()
        };
        let is_start = self.start.try_with_value(|start| {
            // Where one looks, and that a crowd has run, is no work that could be lost.
            let crowd = session.crowd.as_ref().filter(|crowd| {
                crowd.seed.is_some()
                    || crowd.clients.is_some()
                    || !crowd.knobs.is_empty()
                    || !crowd.second.is_empty()
            });
            session.seed.is_none()
                && session.knobs.is_empty()
                && session.acts == start.acts
                && crowd.is_none()
        });
        (is_start != Some(true)).then_some(session)
    }

    /// Keeps the session of the page at hand now.
    pub fn flush(self, state: LabState) {
        // A page that has stopped is half done, and may be about to start anew.
        if panic::has_stopped() {
            return;
        }
        let keeper = self.keeper();
        keeper.stop(KEEPING);
        let is_open = keeper.with(SessionKeeper::is_open) == Some(true);
        if !is_open || state.bench.scenario.with_untracked(Option::is_none) {
            return;
        }
        let session = self.session(state).map(|session| written(state, &session));
        panic::keep(session.clone());
        keeper.send(Told::Went { session });
    }

    /// Starts the page at hand over.
    pub fn start_over(self, state: LabState) {
        let session = self.session(state).map(|session| written(state, &session));
        self.keeper().stop(KEEPING);
        self.keeper().send(Told::StartedOver { session });
    }

    /// Brings back what was there before the page at hand was started over.
    pub fn bring_back(self, state: LabState) {
        self.flush(state);
        self.keeper().send(Told::BringBack);
    }

    /// What was typed for a zone of the page at hand and is not applied yet.
    pub fn typed_zone(self, zone: &str) -> Option<String> {
        self.keeper().send(Told::OpenZone(zone.to_owned()));
        let typed = self
            .keeper()
            .with(|keeper| keeper.typed_zone(zone).map(str::to_owned));
        typed.flatten()
    }

    /// Keeps what is typed for a zone; `None` once it is applied or undone.
    pub fn type_zone(self, zone: &str, text: Option<String>) {
        let zone = zone.to_owned();
        self.keeper().send(match text {
            Some(text) => Told::TypedZone { zone, text },
            None => Told::SettledZone(zone),
        });
    }
}

/// A session as it is kept: made short if what does that has come, else as it is. So nothing has to
/// be waited for, also when the page is being left.
fn written(state: LabState, session: &Session) -> String {
    match state.links.here() {
        Some(links) => (links.keep_session)(session),
        None => keep_session_unpacked(session),
    }
}

/// Says that a page is where it was left, and offers to start over or to undo that.
#[component]
pub fn SessionBar() -> impl IntoView {
    let state = LabState::expect();
    let sessions = state.sessions;
    let bar = sessions.bar.signal();
    let resumed = move || {
        bar.get().is_resumed.then(|| {
            view! {
                <span>"You are where you were."</span>
                <button
                    id="start-over-here"
                    type="button"
                    class="lab-button lab-button--quiet lab-button--small"
                    on:click=move |_| sessions.start_over(state)
                >
                    "Start over"
                </button>
            }
        })
    };
    let before = move || {
        bar.get().has_before.then(|| {
            view! {
                <button
                    id="bring-session-back"
                    type="button"
                    class="lab-button lab-button--quiet lab-button--small"
                    title="Go back to what was here before"
                    on:click=move |_| sessions.bring_back(state)
                >
                    "Bring back what was here"
                </button>
            }
        })
    };
    view! { <div id="session" class="lab-session-bar" role="status">{resumed} {before}</div> }
}
