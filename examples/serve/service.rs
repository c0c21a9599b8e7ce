//! The loop that waits on all sockets and for what is due.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use dns_lab::engine::SimTime;
use mio::{Events, Poll, Registry, Token, Waker};

use crate::backend::Backend;
use crate::clock::Clock;
use crate::front::Front;
use crate::say;

/// The token of the signal to stop.
const STOP: Token = Token(usize::MAX);
/// Events taken from the system at once.
const EVENTS_AT_ONCE: usize = 256;

/// Sockets for clients, and the loop.
pub(crate) struct Service {
    /// The system's queue of socket events.
    poll: Poll,
    /// The clients' side.
    front: Front,
    /// Set when it is time to stop.
    stop: Arc<AtomicBool>,
}

impl Service {
    /// Opens the sockets and arranges for Ctrl-C and SIGTERM to end the loop.
    ///
    /// # Errors
    /// An address that cannot be used, and why.
    pub(crate) fn new(addresses: &[SocketAddr]) -> Result<Self, String> {
        let failed = |error: io::Error| format!("cannot wait on sockets: {error}");
        let poll = Poll::new().map_err(failed)?;
        let waker = Waker::new(poll.registry(), STOP).map_err(failed)?;
        let stop = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stop);
        ctrlc::set_handler(move || {
            flag.store(true, Ordering::SeqCst);
            // If this fails the flag is seen at the next event.
            let _ = waker.wake();
        })
        .map_err(|error| format!("cannot listen for Ctrl-C: {error}"))?;
        let front = Front::bind(poll.registry().try_clone().map_err(failed)?, addresses)?;
        Ok(Self { poll, front, stop })
    }

    /// The addresses it listens on, with the ports that were chosen.
    pub(crate) fn addresses(&self) -> &[SocketAddr] {
        self.front.addresses()
    }

    /// A handle to register further sockets with.
    ///
    /// # Errors
    /// The system has no handle left.
    pub(crate) fn registry(&self) -> Result<Registry, String> {
        let registry = self.poll.registry().try_clone();
        registry.map_err(|error| format!("cannot wait on sockets: {error}"))
    }

    /// Serves until it is told to stop.
    ///
    /// # Errors
    /// The system refuses to wait on the sockets.
    pub(crate) fn run(&mut self, backend: &mut dyn Backend) -> Result<(), String> {
        let clock = Clock::start();
        let mut events = Events::with_capacity(EVENTS_AT_ONCE);
        while !self.stop.load(Ordering::SeqCst) {
            let timeout = self.time_to_wait(clock.now(), backend);
            match self.poll.poll(&mut events, timeout) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other.map_err(|error| format!("cannot wait on sockets: {error}"))?,
            }
            let now = clock.now();
            for event in &events {
                if !self.front.handle_event(now, event.token()) {
                    backend.handle_event(now, event.token());
                }
            }
            self.front.read_backlog(now);
            self.front.expire(now);
            backend.advance(now);
            while let Some(query) = self.front.poll_query() {
                backend.ask(now, query);
                self.deliver(now, backend);
            }
            self.deliver(now, backend);
        }
        say(&format!(
            "Stopped. Queries answered: {}.",
            self.front.answered()
        ));
        Ok(())
    }

    /// Hands the backend's answers to the clients.
    fn deliver(&mut self, now: SimTime, backend: &mut dyn Backend) {
        while let Some((guest, response)) = backend.poll_reply() {
            self.front.answer(now, guest, &response);
        }
    }

    /// How long nothing is due.
    fn time_to_wait(&self, now: SimTime, backend: &dyn Backend) -> Option<Duration> {
        if self.front.has_backlog() {
            return Some(Duration::ZERO);
        }
        let due = [self.front.next_due(), backend.next_due()];
        let due = due.into_iter().flatten().min()?;
        Some(Duration::from_micros(due.since(now).as_micros()))
    }
}
