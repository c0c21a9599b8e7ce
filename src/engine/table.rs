//! The tables of the engine.

use indexmap::IndexMap;

/// A map that keeps the order of insertion, for keys that are looked up with every packet: its
/// hash is cheap and, as that of a simulation may be, not secret.
pub(crate) type Table<K, V> = IndexMap<K, V, foldhash::fast::FixedState>;
