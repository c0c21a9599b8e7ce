//! QNAME minimisation: how much of a name the servers on the way are told
//! ([RFC 9156](https://www.rfc-editor.org/rfc/rfc9156)).

use crate::dns::{Name, Question, Rtype};

/// Queries that reveal one label each (RFC 9156 §2.3, `MINIMISE_ONE_LAB`).
const ONE_LABEL_STEPS: usize = 4;
/// Queries until the whole name is out (RFC 9156 §2.3, `MAX_MINIMISE_COUNT`).
const MAX_STEPS: usize = 10;
/// Silences after which the name is no longer hidden.
pub(super) const MAX_SILENCES: u32 = 3;

/// How much of the name servers have been told so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Disclosure {
    /// Whether the name is hidden at all.
    pub(super) is_hidden: bool,
    /// Whether the type is hidden until the whole name is out.
    hides_type: bool,
    /// Whether the whole name has been asked for with type A.
    type_is_due: bool,
    /// Labels revealed so far; 0 at the start.
    labels: usize,
    /// Queries with less than the whole name so far.
    steps: usize,
    /// How often a server was silent about a part of the name.
    pub(super) silences: u32,
}

impl Disclosure {
    /// Nothing told yet, or no hiding at all.
    pub(super) fn new(is_hidden: bool, hides_type: bool) -> Self {
        Self {
            is_hidden,
            hides_type,
            ..Self::default()
        }
    }

    /// What to ask a server of `zone` on the way to `full`: one label more than the zone's
    /// name, with type A, which servers mishandle least (RFC 9156 §2.1).
    pub(super) fn question(&self, full: &Question, zone: &Name) -> Question {
        if !self.is_hidden || self.steps >= MAX_STEPS {
            return full.clone();
        }
        let labels = self.labels.max(zone.label_count() + 1);
        let all = full.qname.label_count();
        // A DS set is its parent's to give; type A would lead past it.
        let may_hide_type = self.hides_type && !self.type_is_due && full.qtype != Rtype::DS;
        if labels >= all && !may_hide_type {
            return full.clone();
        }
        Question {
            qname: full.qname.ancestor_with(labels),
            qtype: Rtype::A,
            qclass: full.qclass,
        }
    }

    /// A part of the name turned out to be no zone cut: reveals more of it.
    pub(super) fn reveal_more(&mut self, full: &Question, asked: &Question) {
        let (told, all) = (asked.qname.label_count(), full.qname.label_count());
        self.steps += 1;
        self.type_is_due |= told == all;
        let left = all.saturating_sub(told);
        let more = if self.steps < ONE_LABEL_STEPS {
            1
        } else {
            // The rest is spread evenly over the steps that are left.
            left.div_ceil(MAX_STEPS.saturating_sub(self.steps).max(1))
                .max(1)
        };
        self.labels = told + more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(text: &str) -> Question {
        Question::new(text.parse().expect("a valid name"), Rtype::MX)
    }

    #[test]
    fn each_zone_is_told_one_label_more_than_its_own_name() {
        let full = question("a.b.example.com");
        let hidden = Disclosure::new(true, false);
        for (zone, asked) in [(".", "com"), ("com", "example.com")] {
            let zone: Name = zone.parse().expect("a valid name");
            let sent = hidden.question(&full, &zone);
            assert_eq!(
                (sent.qname.without_dot().as_str(), sent.qtype),
                (asked, Rtype::A)
            );
        }
    }

    #[test]
    fn the_last_label_comes_with_the_real_type() {
        let full = question("www.example.com");
        let zone: Name = "example.com".parse().expect("a valid name");
        assert_eq!(Disclosure::new(true, false).question(&full, &zone), full);
    }

    #[test]
    fn a_long_name_is_out_after_ten_queries() {
        let full = question(&vec!["x"; 100].join("."));
        let mut hidden = Disclosure::new(true, false);
        let root = Name::root();
        let mut asked = Vec::new();
        loop {
            let sent = hidden.question(&full, &root);
            asked.push(sent.qname.label_count());
            if sent == full {
                break;
            }
            hidden.reveal_more(&full, &sent);
        }
        assert!(asked.len() <= 11, "{asked:?}");
        assert_eq!(asked[..4], [1, 2, 3, 4]);
    }

    #[test]
    fn without_hiding_the_whole_question_goes_out() {
        let full = question("www.example.com");
        assert_eq!(
            Disclosure::new(false, false).question(&full, &Name::root()),
            full
        );
    }
}
