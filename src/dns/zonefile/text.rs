//! Zone file text that is read where it is written.

use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{ZoneFileError, parse_records};
use crate::dns::{Name, Rrset, pack_rrsets, unpack_rrsets};

/// Zone file text as somebody wrote it, with the RRsets that were read from it or why it cannot
/// be read.
///
/// Whoever makes one reads it, so that whoever gets one needs no scanner. It serializes as the
/// text alone. What comes back from that is [read again](Self::read_again), unless the
/// reading was kept beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneText {
    /// The text.
    text: String,
    /// What it says.
    reading: Reading,
}

/// What was read from a text: RRsets, or why there are none. It serializes in packed form.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reading(Result<Arc<[Rrset]>, ZoneFileError>);

impl ZoneText {
    /// Reads a text as [`parse_records`] does.
    pub fn read(origin: &Name, text: impl Into<String>) -> Self {
        let mut text = Self::unread(text.into());
        text.read_again(origin);
        text
    }

    /// Reads lines with absolute names.
    pub fn read_lines(text: impl Into<String>) -> Self {
        Self::read(&Name::root(), text)
    }

    /// The lines of a set.
    pub fn of_set(set: Rrset) -> Self {
        Self {
            text: set.to_string(),
            reading: Reading(Ok([set].into())),
        }
    }

    /// Text that nobody has read.
    fn unread(text: String) -> Self {
        let error = ZoneFileError::whole("this text was not read");
        Self {
            text,
            reading: Reading(Err(error)),
        }
    }

    /// Reads what came as text alone.
    pub fn read_again(&mut self, origin: &Name) {
        self.reading = Reading(parse_records(origin, &self.text).map(Into::into));
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The RRsets, in order of first appearance.
    ///
    /// # Errors
    /// Why the text cannot be read.
    pub fn sets(&self) -> Result<&[Rrset], &ZoneFileError> {
        self.reading.0.as_deref()
    }

    /// What it says, to be kept beside the text.
    pub(crate) fn reading(&self) -> &Reading {
        &self.reading
    }

    /// Gives a text what was kept beside it.
    pub(crate) fn set_reading(&mut self, reading: Reading) {
        self.reading = reading;
    }
}

impl Serialize for ZoneText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ZoneText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::unread)
    }
}

/// The octets of messages with the records, or why there are none.
type Packed = Result<Vec<Vec<u8>>, ZoneFileError>;

impl Serialize for Reading {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sets = self.0.as_ref();
        let packed = sets.map(|sets| pack_rrsets(sets.iter()));
        packed.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Reading {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pieces = match Packed::deserialize(deserializer)? {
            Ok(pieces) => pieces,
            Err(error) => return Ok(Self(Err(error))),
        };
        let mut sets = Vec::new();
        for piece in &pieces {
            sets.extend(unpack_rrsets(piece).ok_or_else(|| D::Error::custom("no records"))?);
        }
        Ok(Self(Ok(sets.into())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a value is after it was packed.
    fn repacked(reading: &Reading) -> Reading {
        let octets = postcard::to_allocvec(reading).expect("it packs");
        postcard::from_bytes(&octets).expect("it unpacks")
    }

    #[test]
    fn what_was_read_comes_back_without_another_reading() {
        let lines = "www.Example.com. 300 IN A 192.0.2.1\n\
                     www.Example.com. 60 IN A 192.0.2.2\n\
                     a.example.com. 5 HTTPS 1 . alpn=h2 ipv4hint=192.0.2.7\n\
                     b.example.com. 5 TYPE65280 \\# 2 abcd\n\
                     WWW.example.com. 300 IN TXT \"one\" \"two\"\n";
        let text = ZoneText::read_lines(lines);
        assert_eq!(text.sets().map(<[Rrset]>::len), Ok(4));
        assert_eq!(repacked(text.reading()), *text.reading());
        let owners = |text: &ZoneText| {
            let sets = text.sets().expect("good lines");
            sets.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let mut again = ZoneText::unread(lines.to_owned());
        again.set_reading(repacked(text.reading()));
        assert_eq!(owners(&again), owners(&text), "with their letters");
    }

    #[test]
    fn why_a_text_cannot_be_read_comes_back_too() {
        let text = ZoneText::read_lines("www.example.com. A 192.0.2.1\nwww.example.com. A one\n");
        let error = text.sets().expect_err("no address");
        assert_eq!(error.line, Some(2));
        assert_eq!(repacked(text.reading()), *text.reading());
    }

    #[test]
    fn the_lines_of_a_set_read_as_that_set() {
        let lines = "www.example.com. 300 IN A 192.0.2.1\nwww.example.com. 300 IN A 192.0.2.2";
        let read = ZoneText::read_lines(lines);
        let set = read.sets().expect("good lines")[0].clone();
        assert_eq!(ZoneText::of_set(set), read);
    }

    #[test]
    fn text_alone_has_to_be_read_again() {
        let text = ZoneText::read_lines("www.example.com. 300 IN A 192.0.2.1\n");
        let json = serde_json::to_string(&text).expect("it serializes");
        let mut back: ZoneText = serde_json::from_str(&json).expect("it is a string");
        assert!(back.sets().is_err());
        back.read_again(&Name::root());
        assert_eq!(back, text);
    }
}
