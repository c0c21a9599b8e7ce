//! What is read aloud of something that changes faster than anybody listens.
//!
//! A run that plays has three new captions a second, and one of a crowd a hundred shares. A region
//! that reads out each of them talks long after the run is over. So the words on the screen are no
//! live region; what is spoken is decided here and stands in a region of its own.

use super::Machine;

/// What can happen to words that are shown.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Other words are shown; none is what stands there before anything has happened.
    Shown(Option<String>),
    /// Play began or stopped.
    Playing(bool),
    /// This share of a run is done, from 0 to 1; none while there is no run.
    Done(Option<f64>),
}

/// Words to read aloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Say(pub String);

/// Decides what is read aloud: captions when play rests, the share of a run at its start, at half
/// and at its end.
#[derive(Clone, Debug, Default)]
pub struct Voice {
    /// The words shown now.
    shown: Option<String>,
    /// What was read aloud last.
    said: Option<String>,
    /// Whether play goes on.
    is_playing: bool,
    /// Halves of the run that were told; none while there is no run.
    halves: Option<u8>,
}

impl Voice {
    /// Reads the words shown, unless they were the last that were read.
    fn say_shown(&mut self) -> Vec<Say> {
        if self.is_playing || self.shown == self.said {
            return Vec::new();
        }
        self.said.clone_from(&self.shown);
        self.shown.clone().map(Say).into_iter().collect()
    }

    /// Tells the share of a run that is done, if another half of it is.
    fn say_done(&mut self, done: Option<f64>) -> Vec<Say> {
        let halves = done.map(|done| match done {
            1.0.. => 2,
            0.5.. => 1,
            _ => 0,
        });
        let is_news = halves > self.halves;
        self.halves = halves;
        match halves {
            Some(halves) if is_news => vec![Say(format!("Running: {} %", u32::from(halves) * 50))],
            _ => Vec::new(),
        }
    }
}

impl Machine for Voice {
    type Input = Input;
    type Effect = Say;

    fn handle(&mut self, input: Input) -> Vec<Say> {
        match input {
            Input::Shown(words) => {
                self.shown = words;
                self.say_shown()
            }
            Input::Playing(is_playing) => {
                self.is_playing = is_playing;
                self.say_shown()
            }
            Input::Done(done) => self.say_done(done),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Input {
        Input::Shown(Some(text.to_owned()))
    }

    fn said(voice: &mut Voice, inputs: impl IntoIterator<Item = Input>) -> Vec<String> {
        let effects = inputs.into_iter().flat_map(|input| voice.handle(input));
        effects.map(|Say(text)| text).collect()
    }

    #[test]
    fn nothing_is_read_while_play_goes_on() {
        let mut voice = Voice::default();
        let played = ["asks", "answers", "stores"].map(words);
        let inputs = [Input::Playing(true)].into_iter().chain(played);
        assert!(said(&mut voice, inputs).is_empty());
    }

    #[test]
    fn a_pause_reads_the_caption_at_which_it_came() {
        let mut voice = Voice::default();
        let inputs = [
            Input::Playing(true),
            words("asks"),
            words("answers"),
            Input::Playing(false),
        ];
        assert_eq!(said(&mut voice, inputs), ["answers"]);
    }

    #[test]
    fn each_step_by_hand_is_read() {
        let mut voice = Voice::default();
        let steps = ["asks", "answers", "asks"].map(words);
        assert_eq!(said(&mut voice, steps), ["asks", "answers", "asks"]);
    }

    #[test]
    fn the_end_of_play_is_read_once_in_whichever_order_it_is_told() {
        for is_caption_first in [true, false] {
            let mut voice = Voice::default();
            let mut end = [words("done"), Input::Playing(false)];
            if !is_caption_first {
                end.reverse();
            }
            let inputs = [Input::Playing(true)].into_iter().chain(end);
            assert_eq!(said(&mut voice, inputs), ["done"]);
        }
    }

    #[test]
    fn play_that_is_paused_at_once_repeats_nothing() {
        let mut voice = Voice::default();
        let inputs = [words("asks"), Input::Playing(true), Input::Playing(false)];
        assert_eq!(said(&mut voice, inputs), ["asks"]);
    }

    #[test]
    fn a_run_is_told_at_its_start_at_half_and_at_its_end() {
        let mut voice = Voice::default();
        let run = (0..=100).map(|percent| Input::Done(Some(f64::from(percent) / 100.0)));
        assert_eq!(
            said(&mut voice, run),
            ["Running: 0 %", "Running: 50 %", "Running: 100 %"]
        );
    }

    #[test]
    fn the_next_run_is_told_anew() {
        let mut voice = Voice::default();
        let first = [Some(0.0), Some(1.0), None].map(Input::Done);
        assert_eq!(said(&mut voice, first).len(), 2);
        let next = [Some(0.0), Some(0.7), None].map(Input::Done);
        assert_eq!(said(&mut voice, next), ["Running: 0 %", "Running: 50 %"]);
    }

    #[test]
    fn a_run_that_takes_the_place_of_another_is_no_second_start() {
        let mut voice = Voice::default();
        let inputs = [0.0, 0.8, 0.1, 0.2].map(|done| Input::Done(Some(done)));
        assert_eq!(said(&mut voice, inputs), ["Running: 0 %", "Running: 50 %"]);
    }

    #[test]
    fn a_share_that_is_no_number_is_a_start() {
        let mut voice = Voice::default();
        assert_eq!(
            said(&mut voice, [Input::Done(Some(f64::NAN))]),
            ["Running: 0 %"]
        );
    }
}
