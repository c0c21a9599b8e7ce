//! What changes of one item of a list, in code that all lists share.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use leptos::prelude::*;

/// An item of a list as it stands: a memo that is the same type for all kinds of items, so that the
/// page has the code of memos once for all of them and not once for each.
pub struct Item<T>(Memo<Anything>, PhantomData<fn() -> T>);

impl<T> Clone for Item<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Item<T> {}

impl<T: PartialEq + Send + Sync + 'static> Item<T> {
    /// An item that stands as `find` says; what it has said last while it says nothing.
    pub fn new(first: T, find: impl Fn() -> Option<T> + Send + Sync + 'static) -> Self {
        let find = move || find().map(Anything::new);
        Self(memo(Anything::new(first), Box::new(find)), PhantomData)
    }

    /// Looks at it, and follows it.
    pub fn with<U>(self, look: impl FnOnce(&T) -> U) -> U {
        self.0.with(|item| look(item.as_it_is()))
    }

    /// Looks at it as it stands.
    pub fn with_untracked<U>(self, look: impl FnOnce(&T) -> U) -> U {
        self.0.with_untracked(|item| look(item.as_it_is()))
    }

    /// It as it stands.
    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }
}

/// What can be looked at and followed: a memo, or an item.
pub trait Scene<S>: Copy + Send + Sync + 'static {
    /// Looks at it, and follows it.
    fn look<U>(self, look: impl FnOnce(&S) -> U) -> U;
    /// Looks at it as it stands.
    fn look_once<U>(self, look: impl FnOnce(&S) -> U) -> U;
}

impl<S: Send + Sync + 'static> Scene<S> for Memo<S> {
    fn look<U>(self, look: impl FnOnce(&S) -> U) -> U {
        self.with(look)
    }

    fn look_once<U>(self, look: impl FnOnce(&S) -> U) -> U {
        self.with_untracked(look)
    }
}

impl<S: PartialEq + Send + Sync + 'static> Scene<S> for Item<S> {
    fn look<U>(self, look: impl FnOnce(&S) -> U) -> U {
        self.with(look)
    }

    fn look_once<U>(self, look: impl FnOnce(&S) -> U) -> U {
        self.with_untracked(look)
    }
}

/// An item of any kind.
#[derive(Clone)]
struct Anything(Arc<dyn Kind>);

/// What is needed of all kinds.
trait Kind: Any + Send + Sync {
    /// Whether it is the same.
    fn is(&self, other: &dyn Any) -> bool;
    /// It, of whatever kind.
    fn any(&self) -> &dyn Any;
}

impl<T: PartialEq + Send + Sync + 'static> Kind for T {
    fn is(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(self)
    }

    fn any(&self) -> &dyn Any {
        self
    }
}

impl Anything {
    fn new<T: PartialEq + Send + Sync + 'static>(item: T) -> Self {
        Self(Arc::new(item))
    }

    fn as_it_is<T: 'static>(&self) -> &T {
        let item = (*self.0).any().downcast_ref();
        item.expect("invariant: an item is of the kind it was made of")
    }
}

impl PartialEq for Anything {
    fn eq(&self, other: &Self) -> bool {
        self.0.is((*other.0).any())
    }
}

/// The memo. It knows no kind of item.
fn memo(first: Anything, find: Box<dyn Fn() -> Option<Anything> + Send + Sync>) -> Memo<Anything> {
    Memo::new(move |before: Option<&Anything>| {
        // An item that has just gone keeps its last looks until its view is taken away.
        find()
            .or_else(|| before.cloned())
            .unwrap_or_else(|| first.clone())
    })
}
