//! Practice problems, played: right answers pass, wrong ones fail for their reason.

mod answers;
mod faults;
mod support;
