//! What is typed into the form that asks.

use crate::dns::Question;
use crate::scenario::parse_question;

/// What a name and a type ask for.
///
/// # Errors
/// A sentence that says what to write.
pub fn read_question(name: &str, rtype: &str) -> Result<Question, String> {
    let name = name.trim();
    if name.is_empty() {
        return Err("Write a name, such as www.example.com.".to_owned());
    }
    if name.contains(char::is_whitespace) {
        return Err("A name has no spaces: write it like www.example.com.".to_owned());
    }
    parse_question(&format!("{name} {rtype}"))
        .map_err(|problem| format!("This is no domain name: {problem}."))
}
