//! The address of a page, as the part of the URL after the `#`.

use std::fmt;

/// A page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Route {
    /// The catalogue.
    #[default]
    Home,
    /// A step of a lesson.
    Lesson {
        /// The lesson.
        id: String,
        /// Which of its steps, from 1 in the address and from 0 here.
        step: usize,
    },
    /// Free play.
    Lab,
    /// A scenario of the lab page.
    Scenario(String),
    /// Practice problems.
    Practice,
    /// A practice problem.
    Problem(String),
    /// Interview questions.
    Interview,
    /// No page; the text is what the address said.
    NotFound(String),
}

/// The longest path of a page that is read, in characters.
const MAX_PATH: usize = 1024;
/// The longest identifier of a lesson or a scenario, in characters.
const MAX_ID: usize = 64;

impl Route {
    /// Reads an address such as `#/lesson/caches-and-ttl/3?s=1.abc`: the page, and the session
    /// of a permalink if it has one, of whatever length: who opens it says if it is too long.
    /// Never fails: what is no page is [`Route::NotFound`].
    pub fn parse(hash: &str) -> (Self, Option<String>) {
        let hash = hash.strip_prefix('#').unwrap_or(hash);
        let (path, query) = hash.split_once('?').unwrap_or((hash, ""));
        let session = query.split('&').find_map(|pair| pair.strip_prefix("s="));
        let session = session.map(decode).filter(|session| !session.is_empty());
        (Self::parse_path(path), session)
    }

    /// Reads the path of an address.
    fn parse_path(path: &str) -> Self {
        if path.len() > MAX_PATH {
            return Self::NotFound(String::new());
        }
        let parts: Vec<String> = path
            .split('/')
            .filter(|part| !part.is_empty())
            .map(decode)
            .collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let lesson = |id: &str, step: usize| Self::Lesson {
            id: id.to_owned(),
            step,
        };
        match parts.as_slice() {
            [] => Self::Home,
            ["lab"] => Self::Lab,
            ["lab", id] if is_id(id) => Self::Scenario((*id).to_owned()),
            ["practice"] => Self::Practice,
            ["practice", id] if is_id(id) => Self::Problem((*id).to_owned()),
            ["interview"] => Self::Interview,
            ["lesson", id] if is_id(id) => lesson(id, 0),
            ["lesson", id, step] if is_id(id) => match step.parse::<usize>() {
                Ok(step) if step >= 1 => lesson(id, step - 1),
                _ => Self::NotFound(decode(path)),
            },
            _ => Self::NotFound(decode(path)),
        }
    }

    /// The address with a session, for sharing.
    pub fn with_session(&self, session: &str) -> String {
        format!("{self}?s={}", encode(session))
    }
}

/// The address, beginning with `#/`.
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Home => f.write_str("#/"),
            Self::Lesson { id, step } => write!(f, "#/lesson/{}/{}", encode(id), step + 1),
            Self::Lab => f.write_str("#/lab"),
            Self::Scenario(id) => write!(f, "#/lab/{}", encode(id)),
            Self::Practice => f.write_str("#/practice"),
            Self::Problem(id) => write!(f, "#/practice/{}", encode(id)),
            Self::Interview => f.write_str("#/interview"),
            Self::NotFound(path) => write!(f, "#{}", encode(path)),
        }
    }
}

/// Whether a text can be a lesson's identifier.
fn is_id(text: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    !text.is_empty() && text.len() <= MAX_ID && text.chars().all(is_letter)
}

/// Replaces `%41` by `A`; anything else that begins with `%` stays.
fn decode(text: &str) -> String {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let digits = tail.first().zip(tail.get(1));
        let value = digits.and_then(|(high, low)| Some(digit(*high)? * 16 + digit(*low)?));
        match (first, value) {
            (b'%', Some(value)) => {
                octets.push(value);
                rest = &tail[2..];
            }
            _ => {
                octets.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&octets).into_owned()
}

/// The value of a hexadecimal digit.
fn digit(octet: u8) -> Option<u8> {
    char::from(octet)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

/// Replaces what may not stand in an address by `%` and two digits; `/` stays.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for octet in text.bytes() {
        match octet {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                encoded.push(char::from(octet));
            }
            _ => encoded.push_str(&format!("%{octet:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_read_as_written() {
        let lesson = |id: &str, step| Route::Lesson {
            id: id.to_owned(),
            step,
        };
        let cases = [
            ("", Route::Home, None),
            ("#/", Route::Home, None),
            ("#/lab", Route::Lab, None),
            (
                "#/lab/ttl-load",
                Route::Scenario("ttl-load".to_owned()),
                None,
            ),
            (
                "#/practice/stable-name?s=1.abc",
                Route::Problem("stable-name".to_owned()),
                Some("1.abc"),
            ),
            (
                "#/lesson/caches-and-ttl/3?s=1.abc",
                lesson("caches-and-ttl", 2),
                Some("1.abc"),
            ),
            ("#/lesson/caches_and_ttl", lesson("caches_and_ttl", 0), None),
            (
                "#/lesson/x/0",
                Route::NotFound("/lesson/x/0".to_owned()),
                None,
            ),
            (
                "#/nowhere%20else",
                Route::NotFound("/nowhere else".to_owned()),
                None,
            ),
            ("#/lab?x=1&s=1.q%2Dq", Route::Lab, Some("1.q-q")),
        ];
        for (text, route, session) in cases {
            assert_eq!(
                Route::parse(text),
                (route, session.map(str::to_owned)),
                "{text}"
            );
        }
    }

    #[test]
    fn a_page_is_found_however_long_the_session_behind_it_is() {
        let session = "A".repeat(1_000_000);
        let address = Route::Lab.with_session(&session);
        assert_eq!(Route::parse(&address), (Route::Lab, Some(session)));
        let path = format!("#/lab/{}", "a/".repeat(1_000));
        assert_eq!(Route::parse(&path).0, Route::NotFound(String::new()));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic_and_reads_back_the_same(text in "\\PC{0,60}") {
            let (route, session) = Route::parse(&text);
            prop_assert_eq!(&Route::parse(&route.to_string()).0, &route);
            if let Some(session) = session {
                let again = Route::parse(&route.with_session(&session));
                prop_assert_eq!(again, (route, Some(session)));
            }
        }

        #[test]
        fn paths_with_percent_signs_read_back_the_same(text in "#?[/a-z%0-9?=&]{0,40}") {
            let (route, _) = Route::parse(&text);
            prop_assert_eq!(&Route::parse(&route.to_string()).0, &route);
        }
    }
}
