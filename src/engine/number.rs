//! Numbers from text.

/// Reads a number as JSON writes it, such as `12`, `-0.5` or `1e3`; `None` for any other text.
/// It is finite.
///
/// The parser of the standard library brings tables of ten kilobytes along. That of JSON is in
/// the page anyway; with up to 15 digits it finds the same number. It is asked for a number and not
/// for a value, which would bring what reads objects and lists.
pub fn parse_number(text: &str) -> Option<f64> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_standard_library() {
        for text in [
            "0",
            "7",
            "-0.5",
            "51.4775",
            "0.001",
            "0.1",
            "1e3",
            "400",
            "123456.789012345",
        ] {
            assert_eq!(parse_number(text), text.parse().ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_finite_number_is_refused() {
        for text in ["", "x", "1 2", "NaN", "inf", "1e999", "1s", "[1]", "\"1\""] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }
}
