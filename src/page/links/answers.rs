//! Answers to practice problems in links.

use super::packing::{read, write};
use super::{LONGEST_READ, LinkError, NoLink, fitting};
use crate::lesson::practice::Attempt;

/// The most octets that a link may stand for.
const LARGEST: usize = 1024 * 1024;

/// The text of a link to an answer.
///
/// # Errors
/// If a link cannot hold it. What this returns can always be [read](read_answer) again.
pub fn write_answer(attempt: &Attempt) -> Result<String, NoLink> {
    let text = fitting(write(attempt))?;
    match read_answer(&text) {
        Ok(_) => Ok(text),
        Err(_) => Err(NoLink::TooLarge),
    }
}

/// The answer of a link's text.
///
/// # Errors
/// Why it cannot be used.
pub fn read_answer(text: &str) -> Result<Attempt, LinkError> {
    if text.len() > LONGEST_READ {
        return Err(LinkError::TooLong(text.len()));
    }
    let attempt: Attempt = read(text, LARGEST)?;
    if attempt.answer.has_too_many_rows() {
        return Err(LinkError::TooLarge);
    }
    Ok(attempt)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    use super::*;
    use crate::lesson::practice::{Answer, TimelineRow};
    use crate::page::links::LONGEST_MADE;

    /// An attempt with a zone.
    fn with_zone(zone: String) -> Attempt {
        Attempt {
            answer: Answer {
                zone,
                ..Answer::default()
            },
            round: 3,
        }
    }

    #[test]
    fn a_link_of_the_first_version_still_opens() {
        let attempt = with_zone("app 60 A 192.0.2.1\n".to_owned());
        let old = format!("1.{}", URL_SAFE_NO_PAD.encode(attempt.to_storage()));
        assert_eq!(read_answer(&old), Ok(attempt));
    }

    #[test]
    fn an_answer_that_is_too_long_for_a_link_says_so() {
        // Text that hardly packs.
        let mut state = 7_u32;
        let zone = (0..40_000).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(b'!' + (state >> 24) as u8 % 90)
        });
        let told = write_answer(&with_zone(zone.collect())).expect_err("it is too long");
        assert!(matches!(told, NoLink::TooLong(length) if length > LONGEST_MADE));
        assert!(told.to_string().contains("chat programs take about 16000"));
    }

    proptest! {
        #[test]
        fn every_link_to_an_answer_brings_it_back(
            zone in "[ -~\n]{0,400}", users in "\\PC{0,30}", rows in 0..5_usize, round in any::<u32>(),
        ) {
            let row = TimelineRow { at: "-24h".to_owned(), act: "ttl app 60".to_owned() };
            let mut attempt = with_zone(zone);
            attempt.answer.users = users;
            attempt.answer.timeline = vec![row; rows];
            attempt.round = round;
            let text = write_answer(&attempt).expect("it fits");
            prop_assert_eq!(read_answer(&text), Ok(attempt));
        }
    }
}
