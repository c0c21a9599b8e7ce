//! Numbers from text.

/// Powers of ten that a number of 64 bits holds without loss.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];
/// The most digits that count; those after them are naught.
const DIGITS: u32 = 19;
/// Exponents beyond this are not told apart: the number is naught or not finite.
const MOST: i32 = 400;

/// Reads a number as JSON writes it, such as `12`, `-0.5` or `1e3`; `None` for any other text.
/// It is finite.
///
/// The parsers of the standard library and of JSON bring tables and words of ten kilobytes and more
/// along, into every page with an engine. This one finds the number nearest to the text, as they
/// do, for up to 15 digits and 22 places; for more it may be the one beside that.
pub fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim_matches([' ', '\t', '\n', '\r']);
    let (is_negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (whole, rest) = digits(text);
    if whole.is_empty() || (whole.len() > 1 && whole.starts_with('0')) {
        return None;
    }
    let (part, rest) = match rest.strip_prefix('.') {
        Some(rest) => Some(digits(rest)).filter(|(part, _)| !part.is_empty())?,
        None => ("", rest),
    };
    let exponent = match rest.strip_prefix(['e', 'E']) {
        Some(rest) => whole_number(rest)?,
        None if rest.is_empty() => 0,
        None => return None,
    };
    // All digits as one number, and how many places it has too many or too few.
    let (mut number, mut counted, mut places) = (0_u64, 0, exponent);
    for (index, digit) in whole.bytes().chain(part.bytes()).enumerate() {
        let is_part = index >= whole.len();
        if counted < DIGITS {
            number = number * 10 + u64::from(digit - b'0');
            counted += u32::from(number > 0);
            places -= i32::from(is_part);
        } else {
            places += i32::from(!is_part);
        }
    }
    let mut value = number as f64;
    let mut left = places.clamp(-MOST, MOST);
    while left != 0 {
        let step = left.clamp(-22, 22);
        let ten = TENS[step.unsigned_abs() as usize];
        value = if step > 0 { value * ten } else { value / ten };
        left -= step;
    }
    value
        .is_finite()
        .then_some(if is_negative { -value } else { value })
}

/// The digits at the start, and what follows them.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|it: char| !it.is_ascii_digit());
    text.split_at(end.unwrap_or(text.len()))
}

/// A whole number with or without a sign; large ones as large as they can be told apart.
fn whole_number(text: &str) -> Option<i32> {
    let (sign, text) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    let (all, rest) = digits(text);
    if all.is_empty() || !rest.is_empty() {
        return None;
    }
    let number = all.bytes().fold(0_i32, |number, digit| {
        (number * 10 + i32::from(digit - b'0')).min(100_000)
    });
    Some(sign * number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_those_of_the_standard_library() {
        for text in [
            "0",
            "-0",
            "7",
            "-0.5",
            "51.4775",
            "0.001",
            "0.1",
            "1e3",
            "400",
            "1E-7",
            "2.50e+2",
            "123456.789012345",
            "0.000000000000000000001",
            "9007199254740991",
            "1e22",
            "0e999",
            "1e-999",
        ] {
            assert_eq!(parse_number(text), text.parse().ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_finite_number_is_refused() {
        for text in [
            "",
            "x",
            "1 2",
            "NaN",
            "inf",
            "1e999",
            "1s",
            "[1]",
            "\"1\"",
            "-",
            ".5",
            "5.",
            "01",
            "+1",
            "1e",
            "1e+",
            "--1",
            "1.2.3",
            "0x1",
            "1e99999999999999999999",
            "null",
            "true",
        ] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn short_numbers_are_exactly_those_of_the_standard_library(
            number in 0_u64..1_000_000_000_000_000, places in 0_u32..=15, is_negative: bool,
        ) {
            let number = i128::from(number) * if is_negative { -1 } else { 1 };
            let text = format!("{number}e-{places}");
            prop_assert_eq!(parse_number(&text), text.parse().ok());
        }

        #[test]
        fn every_number_is_read_as_json_reads_it(number in any::<f64>()) {
            let text = format!("{number:e}");
            let json = serde_json::from_str::<f64>(&text).ok();
            let found = parse_number(&text);
            prop_assert_eq!(found.is_some(), json.is_some(), "{}", text);
            if let (Some(found), Some(json)) = (found, json) {
                prop_assert!((found - json).abs() <= json.abs() * 1e-14 + f64::MIN_POSITIVE, "{text}: {found}");
            }
        }

        #[test]
        fn text_is_a_number_where_json_says_so(text in "[-+.eE0-9 ]{0,8}") {
            let json = serde_json::from_str::<f64>(&text).ok();
            prop_assert_eq!(parse_number(&text).is_some(), json.is_some(), "{:?}", text);
        }
    }
}
