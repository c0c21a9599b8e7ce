//! Jobs that the page does itself, in pieces between which the reader has their turn.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::clock;
use crate::app::parts;
use crate::page::runs::{Answer, Order, PAGE_PIECE_MS, Server};

/// The page as a server of its own jobs.
#[derive(Clone, Copy)]
pub struct Here {
    /// What does them.
    server: StoredValue<Server, LocalStorage>,
    /// Whether the next piece is on its way.
    is_going: StoredValue<bool>,
}

impl Here {
    /// A page without jobs.
    pub fn new() -> Self {
        Self {
            server: StoredValue::new_local(Server::default()),
            is_going: StoredValue::new(false),
        }
    }

    /// Takes an order; `tell` gets the answers.
    pub fn hear(self, order: Order, tell: impl Fn(Answer) + Copy + 'static) {
        spawn_local(async move {
            match parts::work().await {
                Ok(work) => {
                    self.server
                        .try_update_value(|server| (work.hear)(server, order));
                    self.go_on(work, tell);
                }
                Err(error) => {
                    if let Order::Start { number, .. } = order {
                        tell(Answer::Failed(number, error.words().to_owned()));
                    }
                }
            }
        });
    }

    /// Does a piece after the page has had its turn, and so on while there is something to do.
    fn go_on(self, work: parts::Work, tell: impl Fn(Answer) + Copy + 'static) {
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
                let answer = (work.piece)(server);
                (answer, server.is_busy())
            });
            let Some((answer, is_busy)) = done else {
                return;
            };
            if let Some(answer) = answer {
                tell(answer);
            }
            if is_busy {
                self.go_on(work, tell);
            }
        })
        .forget();
    }
}

/// Takes an order, now that what it takes is there.
pub fn hear(server: &mut Server, order: Order) {
    server.hear(order);
}

/// Does a piece that leaves the page time for a frame.
pub fn piece(server: &mut Server) -> Option<Answer> {
    server.piece(&clock, PAGE_PIECE_MS)
}
