//! Questions of class CHAOS: who are you, and what do you run?
//!
//! A convention of BIND's that other servers follow, and that
//! [RFC 4892](https://www.rfc-editor.org/rfc/rfc4892) describes.

use crate::dns::{Class, Message, Question, Rcode, Rrset, Rtype, Ttl};

/// What the server says it is.
const VERSION: &str = concat!("DNS Lab ", env!("CARGO_PKG_VERSION"));

/// Answers a question of class CHAOS: a TXT record for the names of the convention, REFUSED
/// for everything else.
pub(crate) fn answer(question: &Question, identity: Option<&str>, response: &mut Message) {
    let asked = question.qname.to_string().to_ascii_lowercase();
    let text = match asked.as_str() {
        "version.bind." | "version.server." => Some(VERSION),
        "id.server." | "hostname.bind." => identity,
        _ => None,
    };
    let Some(text) = text else {
        response.rcode = Rcode::REFUSED;
        return;
    };
    response.flags.aa = true;
    if matches!(question.qtype, Rtype::TXT | Rtype::ANY) {
        let set = Rrset::from_text(question.qname.clone(), Ttl::ZERO, text);
        response.answer.push(Rrset {
            class: Class::CH,
            ..set
        });
    }
}
