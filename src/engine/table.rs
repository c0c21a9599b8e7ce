//! The tables of the engine.

use indexmap::{IndexMap, IndexSet};

/// A map that keeps the order of insertion, for keys that are looked up with every packet: its
/// hash is cheap and, as that of a simulation may be, not secret.
pub(crate) type Table<K, V> = IndexMap<K, V, foldhash::fast::FixedState>;

/// A set that keeps the order of insertion, with the same hash.
pub(crate) type Set<K> = IndexSet<K, foldhash::fast::FixedState>;
