//! The crowd at hand as signals: the machine of [`crate::page::crowd`], bound to the page.

mod bench;

pub use self::bench::{CrowdBench, tell, view};
