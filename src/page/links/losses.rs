//! What of a link could not be taken over, to be told in one sentence.

use std::collections::BTreeMap;

use crate::scenario::capitalize;
use crate::scenario::crowd::{CrowdSource, CrowdView};

/// What of a session could not be taken over, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// Acts that cannot be done here.
    acts: usize,
    /// Knobs and options that there are none of here.
    knobs: usize,
    /// Numbers that were out of range.
    numbers: usize,
    /// Views of the stage that there are none of here.
    views: usize,
    /// Crowds other than the one here.
    crowds: usize,
}

impl Losses {
    /// Notes acts that could not be done.
    pub fn note_acts(&mut self, count: usize) {
        self.acts += count;
    }

    /// Notes what became of a knob: what was asked for, and what was taken, if there is such a
    /// knob.
    pub fn note_knob(&mut self, asked: f64, taken: Option<f64>) {
        match taken {
            None => self.knobs += 1,
            // What is no number is out of every range.
            Some(taken) if taken != asked => self.numbers += 1,
            Some(_) => {}
        }
    }

    /// Notes what became of the view that was asked for.
    pub fn note_view(&mut self, asked: Option<&str>, is_known: bool) {
        self.views += usize::from(asked.is_some() && !is_known);
    }

    /// Notes what becomes of a crowd: `here` is the one of the page, if it has one.
    pub fn note_crowd(&mut self, asked: &CrowdView, here: Option<&CrowdSource>) {
        let Some(here) = here.filter(|here| here.id == asked.crowd) else {
            self.crowds += 1;
            return;
        };
        let taken = asked.admitted(here);
        let mut note_knobs = |asked: &BTreeMap<String, f64>, taken: &BTreeMap<String, f64>| {
            for (id, value) in asked {
                self.note_knob(*value, taken.get(id).copied());
            }
        };
        note_knobs(&asked.knobs, &taken.knobs);
        note_knobs(&asked.second, &taken.second);
        let is_other = [
            asked.clients != taken.clients,
            asked.at != taken.at,
            asked.zoom != taken.zoom,
        ];
        self.numbers += is_other.into_iter().filter(|it| *it).count();
    }

    /// What is to be said of a session, such as `the shared session`; `None` if nothing was lost.
    pub fn sentence(&self, session: &str) -> Option<String> {
        let left_out = join([
            counted(self.acts, "act", "acts"),
            counted(self.knobs, "knob", "knobs"),
            counted(self.views, "view", "views"),
            counted(self.crowds, "crowd", "crowds"),
        ]);
        let moved = counted(self.numbers, "number", "numbers");
        let verb = |count: usize| if count == 1 { "is" } else { "are" };
        let was = |count: usize| if count == 1 { "was" } else { "were" };
        let total = self.acts + self.knobs + self.views + self.crowds;
        let left_out = left_out.map(|what| {
            let (is, was) = (verb(total), was(total));
            format!("{what} of {session} {is} not possible here and {was} left out")
        });
        let moved = moved.map(|what| {
            let (was, it) = (
                was(self.numbers),
                if self.numbers == 1 { "it" } else { "them" },
            );
            format!("{what} {was} out of range: the nearest that is possible stands for {it}")
        });
        let text = match (left_out, moved) {
            (Some(left_out), Some(moved)) => format!("{left_out}, and {moved}."),
            (left_out, moved) => format!("{}.", left_out.or(moved)?),
        };
        Some(capitalize(&text))
    }
}

/// A count with its noun; `None` for none.
fn counted(count: usize, one: &str, many: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("one {one}")),
        count => Some(format!("{count} {many}")),
    }
}

/// `a, b and c`.
fn join(parts: [Option<String>; 4]) -> Option<String> {
    let mut parts: Vec<String> = parts.into_iter().flatten().collect();
    let last = parts.pop()?;
    if parts.is_empty() {
        return Some(last);
    }
    Some(format!("{} and {last}", parts.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::crowd::crowd_source;

    #[test]
    fn nothing_is_said_where_nothing_was_lost() {
        let mut losses = Losses::default();
        losses.note_knob(5.0, Some(5.0));
        losses.note_view(None, false);
        losses.note_view(Some("Map"), true);
        assert_eq!(losses.sentence("the shared session"), None);
    }

    #[test]
    fn each_loss_is_told_with_its_count_and_kind() {
        let mut losses = Losses::default();
        losses.note_acts(4);
        losses.note_knob(1.0, None);
        losses.note_view(Some("Maps"), false);
        losses.note_knob(1e9, Some(60.0));
        losses.note_knob(f64::NAN, Some(0.0));
        let told = losses.sentence("the shared session");
        let expected = "4 acts, one knob and one view of the shared session are not possible here \
                        and were left out, and 2 numbers were out of range: the nearest that is \
                        possible stands for them.";
        assert_eq!(told.as_deref(), Some(expected));
    }

    #[test]
    fn one_loss_is_told_in_the_singular() {
        let mut losses = Losses::default();
        losses.note_acts(1);
        let expected = "One act of the shared session is not possible here and was left out.";
        assert_eq!(
            losses.sentence("the shared session").as_deref(),
            Some(expected)
        );
        let mut losses = Losses::default();
        losses.note_knob(-1.0, Some(0.0));
        let expected = "One number was out of range: the nearest that is possible stands for it.";
        assert_eq!(
            losses.sentence("the shared session").as_deref(),
            Some(expected)
        );
    }

    #[test]
    fn another_crowd_and_its_unknown_knobs_are_told() {
        let here = crowd_source("canary").expect("it is there");
        let mut view = CrowdView {
            crowd: "failover".to_owned(),
            ..CrowdView::default()
        };
        let mut losses = Losses::default();
        losses.note_crowd(&view, Some(&here));
        losses.note_crowd(&view, None);
        assert!(
            losses
                .sentence("the shared session")
                .is_some_and(|text| text.starts_with("2 crowds of"))
        );
        view.crowd.clone_from(&here.id);
        view.knobs = [("dailures".to_owned(), 1.0), ("share".to_owned(), 900.0)].into();
        view.clients = Some(0);
        let mut losses = Losses::default();
        losses.note_crowd(&view, Some(&here));
        let told = losses
            .sentence("the shared session")
            .expect("something is lost");
        assert!(told.starts_with("One knob of"), "{told}");
        assert!(told.contains("2 numbers were out of range"), "{told}");
    }
}
