//! A question from an earlier lesson.

use super::Verdict;
use crate::page::Machine;

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// An option is chosen.
    Answer(usize),
}

/// The machine of one question; its effect says whether the answer was right, to be noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Review {
    /// The right option.
    correct: usize,
    /// What was answered.
    answer: Option<usize>,
}

impl Review {
    /// A question that was not answered yet.
    pub fn new(correct: usize) -> Self {
        Self {
            correct,
            answer: None,
        }
    }

    /// What was answered.
    pub fn answer(&self) -> Option<usize> {
        self.answer
    }

    /// What is known of an option.
    pub fn verdict(&self, option: usize) -> Option<Verdict> {
        let answer = self.answer?;
        if option == self.correct {
            return Some(Verdict::Right);
        }
        (option == answer).then_some(Verdict::Wrong)
    }
}

impl Machine for Review {
    type Input = Input;
    type Effect = bool;

    fn handle(&mut self, Input::Answer(option): Input) -> Vec<bool> {
        // The first answer counts.
        if self.answer.is_some() {
            return Vec::new();
        }
        self.answer = Some(option);
        vec![option == self.correct]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_answer_counts_and_is_noted_once() {
        let mut review = Review::new(2);
        assert_eq!(review.verdict(2), None);
        assert_eq!(review.handle(Input::Answer(0)), [false]);
        assert!(review.handle(Input::Answer(2)).is_empty());
        assert_eq!(review.answer(), Some(0));
        assert_eq!(review.verdict(0), Some(Verdict::Wrong));
        assert_eq!(review.verdict(2), Some(Verdict::Right));
        assert_eq!(review.verdict(1), None);
    }

    #[test]
    fn a_right_answer_is_noted_as_such() {
        let mut review = Review::new(1);
        assert_eq!(review.handle(Input::Answer(1)), [true]);
    }
}
