//! Crowds: figures the lab teaches, against the closed forms and against the one-query world.

mod caches;
mod changes;
mod hostile;
mod one_query;
mod shares;
mod small;
mod support;
mod trees;
