//! How a machine of [`crate::page`] is bound to the page: inputs in, signals and effects out.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;

use crate::page::Machine;

/// What components see of a machine.
type Publish<M> = Rc<dyn Fn(&M)>;
/// What is done with what a machine asks for.
type Carry<M> = Rc<dyn Fn(Bound<M>, <M as Machine>::Effect)>;

/// What is to be done after an input was handled.
type Step<M> = (Vec<<M as Machine>::Effect>, Publish<M>, Carry<M>);

/// A machine with all that belongs to its binding.
struct Inner<M: Machine + 'static> {
    /// The machine.
    machine: M,
    /// Inputs that came while another one was worked on.
    queue: VecDeque<M::Input>,
    /// Whether an input is being worked on.
    is_busy: bool,
    /// Timers that are running, by name.
    timers: BTreeMap<&'static str, Timeout>,
    /// Sets the signals that components read.
    publish: Publish<M>,
    /// Carries out one effect.
    carry: Carry<M>,
}

/// A machine of the page. It is there as long as the component that made it; what is sent to
/// it later comes to nothing, so that no handler has to ask whether its component is still there.
pub struct Bound<M: Machine + 'static>(StoredValue<Inner<M>, LocalStorage>);

impl<M: Machine + 'static> Clone for Bound<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Machine + 'static> Copy for Bound<M> {}

impl<M: Machine + 'static> Bound<M> {
    /// Binds a machine. `publish` sets the signals that show its state, once now and after every
    /// input; `carry` does what it asks for, usually by [`super::driver::Driver::carry`].
    pub fn new(
        machine: M,
        publish: impl Fn(&M) + 'static,
        carry: impl Fn(Self, M::Effect) + 'static,
    ) -> Self {
        publish(&machine);
        Self(StoredValue::new_local(Inner {
            machine,
            queue: VecDeque::new(),
            is_busy: false,
            timers: BTreeMap::new(),
            publish: Rc::new(publish),
            carry: Rc::new(carry),
        }))
    }

    /// Sends an input: the machine handles it, components see what has changed, and what it asks
    /// for is carried out. What is sent meanwhile waits until all of that is done.
    pub fn send(self, input: M::Input) {
        let is_first = self.0.try_update_value(|inner| {
            inner.queue.push_back(input);
            !std::mem::replace(&mut inner.is_busy, true)
        });
        if is_first != Some(true) {
            return;
        }
        while let Some((effects, publish, carry)) = self.next() {
            self.0.try_with_value(|inner| publish(&inner.machine));
            for effect in effects {
                carry(self, effect);
            }
        }
    }

    /// Works on the next input that waits.
    fn next(self) -> Option<Step<M>> {
        let next = self.0.try_update_value(|inner| {
            let Some(input) = inner.queue.pop_front() else {
                inner.is_busy = false;
                return None;
            };
            let effects = inner.machine.handle(input);
            Some((effects, Rc::clone(&inner.publish), Rc::clone(&inner.carry)))
        });
        next.flatten()
    }

    /// Reads the machine as it stands, without following it; `None` if it is gone.
    pub fn with<T>(self, read: impl FnOnce(&M) -> T) -> Option<T> {
        self.0.try_with_value(|inner| read(&inner.machine))
    }

    /// Sends an input after a while, unless the timer of that name is started over or stopped.
    pub fn send_after(self, timer: &'static str, ms: u32, input: M::Input) {
        let timeout = Timeout::new(ms, move || {
            self.stop(timer);
            self.send(input);
        });
        self.0
            .try_update_value(|inner| inner.timers.insert(timer, timeout));
    }

    /// Does something after a while, unless a timer of that name is running already.
    pub fn after_unless(self, timer: &'static str, ms: u32, then: impl FnOnce() + 'static) {
        let is_running = self
            .0
            .try_with_value(|inner| inner.timers.contains_key(timer));
        if is_running != Some(false) {
            return;
        }
        let timeout = Timeout::new(ms, move || {
            self.stop(timer);
            then();
        });
        self.0
            .try_update_value(|inner| inner.timers.insert(timer, timeout));
    }

    /// Stops a timer, if it is running.
    pub fn stop(self, timer: &'static str) {
        self.0.try_update_value(|inner| inner.timers.remove(timer));
    }
}

/// An event handler, or what a timer or a frame does, that comes to nothing once the component that
/// made it is gone. Browsers send `blur`, `change`, `pointerup` and their like to an element while
/// it is taken out of the page, and by then the signals of its component are gone; whoever reads
/// one in such a handler stops the page.
pub fn while_here<E>(handler: impl Fn(E) + 'static) -> impl Fn(E) + 'static {
    let here = StoredValue::new(());
    move |event| {
        if here.try_get_value().is_some() {
            handler(event);
        }
    }
}

/// A signal that only a binding sets, and only if something has changed.
pub struct Shown<T: Send + Sync + 'static>(RwSignal<T>);

impl<T: Send + Sync + 'static> Clone for Shown<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Shown<T> {}

impl<T: PartialEq + Send + Sync + 'static> Shown<T> {
    /// A signal with a first value.
    pub fn new(value: T) -> Self {
        Self(RwSignal::new(value))
    }

    /// Shows a value.
    pub fn show(self, value: T) {
        let is_news = self.0.try_with_untracked(|shown| *shown != value);
        if is_news == Some(true) {
            self.0.set(value);
        }
    }

    /// Shows a value that is copied only if it is another one.
    pub fn show_ref(self, value: &T)
    where
        T: Clone,
    {
        let is_news = self.0.try_with_untracked(|shown| shown != value);
        if is_news == Some(true) {
            self.0.set(value.clone());
        }
    }

    /// What components read.
    pub fn signal(self) -> ReadSignal<T> {
        self.0.read_only()
    }
}

impl<T: Default + PartialEq + Send + Sync + 'static> Default for Shown<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}
