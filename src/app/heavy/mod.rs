//! Heavy runs on the page: the machine of [`crate::page::runs`], the worker beside the page, and
//! the pieces that the page does itself where there is none.

mod here;
mod serve;
mod worker;

use std::collections::BTreeMap;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;

use self::here::Here;
pub use self::serve::{serve, serve_in_worker};
use self::worker::WorkerLink;
use super::binding::Bound;
use super::driver::Driver;
use super::parts;
use crate::page::Notice;
use crate::page::notices;
use crate::page::runs::{
    Answer, Effect, Input, News, Order, Place, Runs, Seat, Ticket, Timer, Want,
};

/// Hears of the jobs of a seat.
type Hear = Rc<dyn Fn(Ticket, News)>;

/// The heavy runs of the page. Pages that have none do not fetch what they take: all but this is
/// in the part with the runs, and the machine is bound when the first job is wanted.
#[derive(Clone, Copy)]
pub struct Heavy {
    /// The machine.
    bound: StoredValue<Option<Bound<Runs>>, LocalStorage>,
    /// Who hears of jobs, by seat.
    hears: StoredValue<BTreeMap<Seat, Hear>, LocalStorage>,
    /// The worker.
    worker: StoredValue<Option<WorkerLink>, LocalStorage>,
    /// What the page does itself.
    here: Here,
    /// Whoever owns all of it: the app, whichever page wants a job first.
    owner: StoredValue<Owner>,
    /// What happened before the part was there.
    waiting: StoredValue<Vec<Input>, LocalStorage>,
    /// How many figures there were.
    figures: StoredValue<u32>,
    /// The way to the reader.
    driver: Driver,
}

impl Heavy {
    /// The heavy runs of a page, owned by whoever calls.
    pub fn new(driver: Driver) -> Self {
        Self {
            bound: StoredValue::new_local(None),
            hears: StoredValue::new_local(BTreeMap::new()),
            worker: StoredValue::new_local(None),
            here: Here::new(),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            waiting: StoredValue::new_local(Vec::new()),
            figures: StoredValue::new(0),
            driver,
        }
    }

    /// A seat for a figure that nobody else has, though the same figure may stand in a text twice.
    pub fn seat_of_figure(self, id: &str) -> Seat {
        let number = self.figures.try_update_value(|figures| {
            *figures = figures.wrapping_add(1);
            *figures
        });
        Seat::Figure(format!("{id} {}", number.unwrap_or_default()))
    }

    /// Has a job done. It takes the place of any other of the same seat.
    pub fn want(self, want: Want, hear: impl Fn(Ticket, News) + 'static) {
        let hear: Hear = Rc::new(hear);
        let seat = want.ticket.seat.clone();
        self.hears
            .try_update_value(|hears| hears.insert(seat, hear));
        self.send(Input::Want(want));
    }

    /// Breaks a job off.
    pub fn cancel(self, seat: Seat) {
        self.hears.try_update_value(|hears| hears.remove(&seat));
        self.send(Input::Cancel(seat));
    }

    /// Has nobody want a job any more.
    pub fn drop_job(self, seat: Seat) {
        self.hears.try_update_value(|hears| hears.remove(&seat));
        self.send(Input::Drop(seat));
    }

    /// Tells the machine what has happened, once the part that it is in is there.
    fn send(self, input: Input) {
        if let Some(work) = parts::here(parts::work) {
            (work.tell)(self, input);
            return;
        }
        let is_first = self.waiting.try_update_value(|waiting| {
            // Before the first job there is nothing to be broken off.
            if !waiting.is_empty() || matches!(input, Input::Want(_)) {
                waiting.push(input);
            }
            waiting.len() == 1
        });
        if is_first == Some(true) {
            spawn_local(async move {
                let work = parts::work().await;
                let waiting = self.waiting.try_update_value(std::mem::take);
                for input in waiting.into_iter().flatten() {
                    match &work {
                        Ok(work) => (work.tell)(self, input),
                        Err(error) => self.give_up(input, error.words()),
                    }
                }
            });
        }
    }

    /// Tells whoever wants a job that it cannot be done.
    fn give_up(self, input: Input, why: &str) {
        if let Input::Want(Want { ticket, .. }) = input {
            let hears = &self.hears;
            let hear = hears.try_update_value(|hears| hears.remove(&ticket.seat));
            if let Some(hear) = hear.flatten() {
                hear(ticket, News::Failed(why.to_owned()));
            }
        }
    }

    /// Tells the machine what has happened.
    fn tell(self, input: Input) {
        let known = self.bound.try_get_value().flatten();
        let bound = known.or_else(|| {
            let owner = self.owner.try_get_value()?;
            let bound = owner.with(|| {
                let carry = move |_, effect| self.carry(effect);
                Bound::new(Runs::default(), |_| {}, carry)
            });
            self.bound.try_set_value(Some(bound));
            Some(bound)
        });
        if let Some(bound) = bound {
            bound.send(input);
        }
    }

    /// Does what the machine asks for.
    fn carry(self, effect: Effect) {
        match effect {
            Effect::StartWorker => self.start_worker(),
            Effect::EndWorker => self.end_worker(),
            Effect::Send(order) => self.send_order(&order),
            Effect::Here(order) => self.here.hear(order, move |answer| {
                self.tell(Input::Answer(Place::Page, answer));
            }),
            Effect::After(timer, ms) => {
                if let Some(bound) = self.bound.try_get_value().flatten() {
                    // `as` saturates.
                    bound.send_after(name_of(timer), ms as u32, Input::Fired(timer));
                }
            }
            Effect::Forget(timer) => {
                if let Some(bound) = self.bound.try_get_value().flatten() {
                    bound.stop(name_of(timer));
                }
            }
            Effect::Tell(ticket, news) => {
                let is_last = !matches!(news, News::Progress(_));
                let hear = self.hears.try_update_value(|hears| {
                    if is_last {
                        hears.remove(&ticket.seat)
                    } else {
                        hears.get(&ticket.seat).map(Rc::clone)
                    }
                });
                if let Some(hear) = hear.flatten() {
                    hear(ticket, news);
                }
            }
            Effect::Notice(text) => {
                let notice = Notice::problem(text);
                self.driver.notices(notices::Input::Show(notice));
            }
        }
    }

    /// Starts a worker.
    fn start_worker(self) {
        let hear = move |octets: Vec<u8>| {
            self.tell(match Answer::unpack(&octets) {
                Some(answer) => Input::Answer(Place::Worker, answer),
                None => Input::Broke,
            });
        };
        match WorkerLink::start(hear, move || self.tell(Input::Broke)) {
            Some(worker) => {
                self.worker.try_set_value(Some(worker));
            }
            None => self.tell(Input::NoWorker),
        }
    }

    /// Ends the worker.
    fn end_worker(self) {
        if let Some(Some(worker)) = self.worker.try_update_value(Option::take) {
            worker.end();
            // It may be what calls: it goes with the next turn.
            Timeout::new(0, move || drop(worker)).forget();
        }
    }

    /// Says something to the worker.
    fn send_order(self, order: &Order) {
        let is_sent = self.worker.try_with_value(|worker| {
            let worker = worker.as_ref();
            worker.is_some_and(|worker| worker.send(&order.pack()))
        });
        if is_sent == Some(false) {
            self.tell(Input::Broke);
        }
    }
}

/// Tells the machine what has happened, now that it is there.
pub fn tell(heavy: Heavy, input: Input) {
    heavy.tell(input);
}

/// What a timer of the machine is called.
fn name_of(timer: Timer) -> &'static str {
    match timer {
        Timer::Ready => "ready",
        Timer::Answer => "answer",
    }
}
