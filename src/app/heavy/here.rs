//! Jobs that the page does itself, in pieces between which the reader has their turn.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;

use crate::app::clock::wall_ms;
use crate::page::runs::{Answer, Order, PAGE_PIECE_MS, Server};

/// What does jobs in pieces. Only the part with the runs knows a server from inside: what frees
/// worlds and populations stays there too.
trait Pieces {
    /// Takes an order.
    fn hear(&mut self, order: Order);
    /// Does a piece that leaves the page time for a frame.
    fn piece(&mut self) -> Option<Answer>;
    /// Whether there is more to do.
    fn is_busy(&self) -> bool;
}

impl Pieces for Server {
    fn hear(&mut self, order: Order) {
        Self::hear(self, order);
    }

    fn piece(&mut self) -> Option<Answer> {
        Self::piece(self, &wall_ms, PAGE_PIECE_MS)
    }

    fn is_busy(&self) -> bool {
        Self::is_busy(self)
    }
}

/// The page as a server of its own jobs.
#[derive(Clone, Copy)]
pub struct Here {
    /// What does them, once there is something to do.
    server: StoredValue<Option<Box<dyn Pieces>>, LocalStorage>,
    /// Whether the next piece is on its way.
    is_going: StoredValue<bool>,
}

impl Here {
    /// A page without jobs.
    pub fn new() -> Self {
        Self {
            server: StoredValue::new_local(None),
            is_going: StoredValue::new(false),
        }
    }

    /// Takes an order; `tell` gets the answers.
    pub fn hear(self, order: Order, tell: impl Fn(Answer) + Copy + 'static) {
        self.server.try_update_value(|server| {
            let server = server.get_or_insert_with(|| Box::new(Server::default()));
            server.hear(order);
        });
        self.go_on(tell);
    }

    /// Does a piece after the page has had its turn, and so on while there is something to do.
    fn go_on(self, tell: impl Fn(Answer) + Copy + 'static) {
        if self
            .is_going
            .try_update_value(|it| std::mem::replace(it, true))
            != Some(false)
        {
            return;
        }
        Timeout::new(0, move || {
            self.is_going.try_set_value(false);
            let done = self.server.try_update_value(|server| {
                let server = server.as_mut()?;
                let answer = server.piece();
                Some((answer, server.is_busy()))
            });
            let Some((answer, is_busy)) = done.flatten() else {
                return;
            };
            if let Some(answer) = answer {
                tell(answer);
            }
            if is_busy {
                self.go_on(tell);
            }
        })
        .forget();
    }
}
