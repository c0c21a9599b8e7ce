//! Reading times.

pub mod strtime;
