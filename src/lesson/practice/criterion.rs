//! What must hold for an answer to pass.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{Cause, Moment};

/// Something that must hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Criterion {
    /// Its id.
    pub id: String,
    /// What must hold, in a few words.
    pub title: String,
    /// How it is found out.
    pub check: Check,
    /// What is said when it holds. `{value}`, `{limit}`, `{at}` and `{run}` stand for what was
    /// found.
    pub good: String,
    /// What is said when it does not and no cause is known.
    pub bad: Remark,
    /// What is said when it does not, by cause; the first that applies counts.
    pub causes: Vec<KnownCause>,
}

/// A sentence about what went wrong, and the belief that may be behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Why it went wrong.
    pub text: String,
    /// What someone who does this believes, and what is so instead.
    pub belief: String,
}

/// A way to fail a criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownCause {
    /// Its id within the criterion.
    pub id: String,
    /// When it applies.
    pub when: Cause,
    /// What is said.
    pub remark: Remark,
}

/// How a criterion is found out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Check {
    /// Users are given a name.
    UsersName,
    /// A share of the requests stays at or below a limit.
    Share {
        /// Of what.
        of: ShareOf,
        /// Whether the share of the whole window counts, and not that of its worst bin.
        is_mean: bool,
        /// The limit, 0 to 1.
        most: f64,
        /// Where it counts.
        windows: Vec<Window>,
    },
    /// The authoritative servers get at most so many queries.
    Queries {
        /// The limit.
        most: f64,
        /// In this time, in seconds.
        per: f64,
        /// What the time is called: `day`.
        unit: String,
        /// Where it counts.
        windows: Vec<Window>,
    },
    /// Every probe gets an address it should get.
    Probes,
    /// The correct option of a question is chosen.
    Choice(String),
    /// A server is switched off by a moment.
    Stopped {
        /// Which.
        address: IpAddr,
        /// The latest moment.
        by: Moment,
    },
}

/// Requests of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ShareOf {
    /// Those that go to an address.
    To(IpAddr),
    /// Those that go to a machine that does not serve.
    Dead,
    /// Those that get no address.
    Unresolved,
    /// Those that reach no machine that serves.
    Lost,
}

/// A part of the time in some of the runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// The index of the run; `None` for all.
    pub run: Option<usize>,
    /// From when on.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
}
