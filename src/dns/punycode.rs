//! Names in other scripts as the DNS carries them: `xn--` and Punycode ([RFC 3492]).
//!
//! Letters are made small and encoded. The tables of IDNA, which letters may stand in a name and
//! how composed ones are taken apart, are not here: they are many times as large as the rest of
//! the lab's reading of names, and what is shown is only how such a name is asked.
//!
//! [RFC 3492]: https://www.rfc-editor.org/rfc/rfc3492

use super::quote::is_unseen;

/// The digits of Punycode.
const DIGITS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
/// The number of digits.
const BASE: u32 = 36;
/// The least and the greatest threshold of a digit.
const THRESHOLDS: (u32, u32) = (1, 26);

/// A name with its labels in ASCII; `None` if it has a character that no name has.
pub fn ascii_name(text: &str) -> Option<String> {
    // Some scripts have a full stop of their own (RFC 3490 §3.1).
    let labels = text.split(['.', '\u{3002}', '\u{ff0e}', '\u{ff61}']);
    let labels: Option<Vec<String>> = labels.map(ascii_label).collect();
    Some(labels?.join("."))
}

/// A label in ASCII.
fn ascii_label(label: &str) -> Option<String> {
    if label.is_ascii() {
        return Some(label.to_owned());
    }
    let lower = label.to_lowercase();
    if lower.chars().any(|ch| is_unseen(ch) || ch.is_whitespace()) || lower.len() > 255 {
        return None;
    }
    Some(format!("xn--{}", encode(&lower)?))
}

/// The encoding procedure of [RFC 3492 §6.3](https://www.rfc-editor.org/rfc/rfc3492#section-6.3).
fn encode(label: &str) -> Option<String> {
    let mut output: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(output.len()).ok()?;
    if basic > 0 {
        output.push('-');
    }
    let (mut code, mut delta, mut bias, mut handled) = (128_u32, 0_u32, 72_u32, basic);
    let all = u32::try_from(label.chars().count()).ok()?;
    while handled < all {
        let next = label
            .chars()
            .map(u32::from)
            .filter(|ch| *ch >= code)
            .min()?;
        delta = delta.checked_add((next - code).checked_mul(handled + 1)?)?;
        code = next;
        for ch in label.chars().map(u32::from) {
            if ch < code {
                delta = delta.checked_add(1)?;
            }
            if ch != code {
                continue;
            }
            let mut rest = delta;
            for k in (BASE..).step_by(BASE as usize) {
                let threshold = k.saturating_sub(bias).clamp(THRESHOLDS.0, THRESHOLDS.1);
                if rest < threshold {
                    break;
                }
                let digit = threshold + (rest - threshold) % (BASE - threshold);
                output.push(char::from(DIGITS[digit as usize]));
                rest = (rest - threshold) / (BASE - threshold);
            }
            output.push(char::from(DIGITS[rest as usize]));
            bias = adapted(delta, handled + 1, handled == basic);
            delta = 0;
            handled += 1;
        }
        delta = delta.checked_add(1)?;
        code += 1;
    }
    Some(output)
}

/// Bias adaptation of [RFC 3492 §6.1](https://www.rfc-editor.org/rfc/rfc3492#section-6.1).
fn adapted(delta: u32, points: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / 700 } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > (BASE - THRESHOLDS.0) * THRESHOLDS.1 / 2 {
        delta /= BASE - THRESHOLDS.0;
        k += BASE;
    }
    k + (BASE - THRESHOLDS.0 + 1) * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_other_scripts_become_ascii() {
        for (name, ascii) in [
            ("münchen.de", "xn--mnchen-3ya.de"),
            ("MÜNCHEN.example.com", "xn--mnchen-3ya.example.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("пример.испытание", "xn--e1afmkfd.xn--80akhbyknj4f"),
            ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("faß.de", "xn--fa-hia.de"),
            ("☃.net", "xn--n3h.net"),
            ("💩.la", "xn--ls8h.la"),
            ("www.example.com.", "www.example.com."),
            // Samples (A) and (L) of RFC 3492 §7.1.
            ("ليهمابتكلموشعربي؟", "xn--egbpdaj6bu4bxfgehfvwxn"),
            ("3年b組金八先生", "xn--3b-ww4c5e180e575a65lsy2b"),
        ] {
            assert_eq!(ascii_name(name).as_deref(), Some(ascii), "{name}");
        }
    }

    #[test]
    fn what_stands_in_no_name_is_refused() {
        assert_eq!(ascii_name("mün\u{200b}chen.de"), None);
        assert_eq!(ascii_name("mün\u{a0}chen.de"), None);
        assert_eq!(ascii_name(&"ü".repeat(1_000_000)), None);
    }
}
