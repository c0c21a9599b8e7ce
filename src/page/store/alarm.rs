//! When it is said that nothing can be stored, and in which words.

use super::Refusal;

/// How long it is not said again, in milliseconds: ten minutes.
const QUIET_MS: u64 = 600_000;

/// Says that something was not stored: at once, when the reason changes, and again later, but not
/// with every letter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alarm {
    /// What was said last, and when.
    told: Option<(Refusal, u64)>,
}

impl Alarm {
    /// What to say now; `subject` begins the sentence that tells what is lost, such as
    /// `progress`, and goes on with `lasts`.
    pub fn raise(&mut self, refusal: Refusal, now: u64, subject: &str) -> Option<String> {
        let is_told = self.told.is_some_and(|(before, at)| {
            // A clock that was put back must not silence anything for years.
            before == refusal && at <= now && now - at < QUIET_MS
        });
        if is_told {
            return None;
        }
        self.told = Some((refusal, now));
        let why = match refusal {
            Refusal::Full => "The room that your browser gives this page to store things is full",
            Refusal::Denied => "Your browser does not let this page store anything",
        };
        Some(format!(
            "{why}, so {subject} lasts only until the page is closed."
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_and_denied_are_told_apart() {
        let mut alarm = Alarm::default();
        let full = alarm.raise(Refusal::Full, 0, "progress");
        assert!(full.is_some_and(|text| text.contains("is full, so progress lasts")));
        let denied = alarm.raise(Refusal::Denied, 1, "progress");
        assert!(denied.is_some_and(|text| text.contains("does not let this page store anything")));
    }

    #[test]
    fn it_is_said_again_much_later_but_not_with_every_letter() {
        let mut alarm = Alarm::default();
        assert!(alarm.raise(Refusal::Full, 1_000, "it").is_some());
        assert!(alarm.raise(Refusal::Full, 2_000, "it").is_none());
        assert!(alarm.raise(Refusal::Full, 1_000 + QUIET_MS, "it").is_some());
    }

    #[test]
    fn a_clock_that_is_put_back_does_not_silence_it() {
        let mut alarm = Alarm::default();
        assert!(alarm.raise(Refusal::Full, 9_000_000, "it").is_some());
        assert!(alarm.raise(Refusal::Full, 5, "it").is_some());
    }
}
