//! A crowd: up to a million clients behind thousands of shared resolvers, watched for hours.
//!
//! One name is in demand. Requests of a client come as a Poisson process; caches answer most
//! of them, by the same rules as in the one-query world. What a cache absorbs is skipped: a
//! Poisson process has no memory, so after an entry has ended the next request comes after
//! an exponential wait. The result is exact in distribution; tests compare it with the
//! closed forms of renewal theory.

mod answers;
mod calendar;
mod cell;
mod check;
mod conditions;
mod crowd;
mod draw;
mod fold;
mod replay;
mod resolver;
mod runner;
mod scale;
mod segments;
mod series;
mod shared;
mod spec;
mod tally;
pub mod theory;

pub use check::PopulationError;
pub use replay::Answered;
pub use runner::{Progress, Runner};
pub use series::{Bin, LATENCY_CLASSES, SampledClient, Series, latency_class, latency_class_end};
pub use spec::{Change, ClientGroup, Population, Provider, ResolverGroup, Service};
