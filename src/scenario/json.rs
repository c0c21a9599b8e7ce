//! JSON to the types of the lab, in little code.
//!
//! `serde_json` can fill a type straight from text, but then each type gets its own copy of
//! the parser. Here the text becomes a tree first, by one copy, and the types are read from
//! the tree. It is also less lenient: a struct is an object and never a list of its fields,
//! which halves the code that `derive` leaves in the page.

use std::fmt::Display;

use serde::de::value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Error as _, IntoDeserializer, Unexpected, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};
use serde_json::Value;

/// Why JSON cannot be read: what is wrong, for the person who made it.
pub(crate) type JsonError = serde::de::value::Error;

/// Reads JSON text.
///
/// # Errors
/// The first thing that is no JSON, or not of the shape of `T`.
pub(crate) fn from_json<T: DeserializeOwned>(text: &[u8]) -> Result<T, JsonError> {
    T::deserialize(Tree(&parse(text)?))
}

/// Parses text.
fn parse(text: &[u8]) -> Result<Value, JsonError> {
    serde_json::from_slice(text).map_err(|error| JsonError::custom(&error as &dyn Display))
}

/// A part of the tree, as types are read from it.
struct Tree<'a>(&'a Value);

impl Tree<'_> {
    /// The complaint that this is not what was expected.
    fn unexpected(&self, expected: &dyn serde::de::Expected) -> JsonError {
        let found = match self.0 {
            Value::Null => Unexpected::Unit,
            Value::Bool(value) => Unexpected::Bool(*value),
            Value::Number(_) => Unexpected::Other("a number"),
            Value::String(text) => Unexpected::Str(text),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        };
        JsonError::invalid_type(found, expected)
    }
}

impl<'de> IntoDeserializer<'de, JsonError> for Tree<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Methods for types that are numbers in JSON.
macro_rules! numbers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
            let Value::Number(number) = self.0 else {
                return Err(self.unexpected(&visitor));
            };
            if let Some(number) = number.as_u64() {
                visitor.visit_u64(number)
            } else if let Some(number) = number.as_i64() {
                visitor.visit_i64(number)
            } else {
                // JSON has no number that is none of the three.
                visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN))
            }
        }
    )*};
}

/// Methods for types that are text in JSON.
macro_rules! texts {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
            match self.0 {
                Value::String(text) => visitor.visit_str(text),
                _ => Err(self.unexpected(&visitor)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Tree<'_> {
    type Error = JsonError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(_) => self.deserialize_f64(visitor),
            Value::String(text) => visitor.visit_str(text),
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Object(_) => self.deserialize_map(visitor),
        }
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_f32 deserialize_f64
    }

    texts! { deserialize_char deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self.0 {
            Value::Bool(value) => visitor.visit_bool(*value),
            _ => Err(self.unexpected(&visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        let Value::Array(items) = self.0 else {
            return Err(self.unexpected(&visitor));
        };
        let mut items = SeqDeserializer::new(items.iter().map(Tree));
        let value = visitor.visit_seq(&mut items)?;
        items.end()?;
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        let Value::Object(fields) = self.0 else {
            return Err(self.unexpected(&visitor));
        };
        let fields = fields
            .iter()
            .map(|(key, value)| (key.as_str(), Tree(value)));
        visitor.visit_map(MapDeserializer::new(fields))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        match self.0 {
            Value::String(variant) => visitor.visit_enum(variant.as_str().into_deserializer()),
            Value::Object(fields) if fields.len() == 1 => {
                let fields = fields
                    .iter()
                    .map(|(key, value)| (key.as_str(), Tree(value)));
                visitor.visit_enum(MapAccessDeserializer::new(MapDeserializer::new(fields)))
            }
            _ => Err(self.unexpected(&visitor)),
        }
    }

    forward_to_deserialize_any! { i128 u128 bytes byte_buf unit unit_struct ignored_any }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    /// A type with every shape that the lab's files and links have.
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Shapes {
        count: u64,
        below: i64,
        share: f64,
        text: String,
        #[serde(default)]
        yes: bool,
        maybe: Option<usize>,
        list: Vec<(u8, Act)>,
        table: BTreeMap<String, f64>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "kebab-case", deny_unknown_fields)]
    enum Act {
        LookOn,
        Wait(u32),
        Ask { client: String },
    }

    const GOOD: &str = r#"{
        "count": 7, "below": -7, "share": 2, "text": "a \"b\"", "maybe": null,
        "list": [[1, "look-on"], [2, {"wait": 9}], [3, {"ask": {"client": "laptop"}}]],
        "table": {"a": 0.25, "b": 1}
    }"#;

    #[test]
    fn a_type_is_read_as_serde_json_reads_it() {
        let shapes: Shapes = from_json(GOOD.as_bytes()).expect("it is good");
        assert_eq!(shapes, serde_json::from_str(GOOD).expect("it is good"));
        assert_eq!(shapes.list.len(), 3);
    }

    #[test]
    fn what_serde_json_refuses_is_refused() {
        let faults = [
            ("\"count\": 7", "\"count\": -7"),
            ("\"count\": 7", "\"count\": 7, \"other\": 7"),
            ("\"count\": 7,", ""),
            ("\"text\": \"a \\\"b\\\"\"", "\"text\": 3"),
            ("\"share\": 2", "\"share\": \"2\""),
            ("\"maybe\": null", "\"maybe\": []"),
            ("[1, \"look-on\"]", "[1]"),
            ("[1, \"look-on\"]", "[1, \"look-on\", 3]"),
            ("[1, \"look-on\"]", "[256, \"look-on\"]"),
            ("\"look-on\"", "\"look-off\""),
            ("\"look-on\"", "{\"look-on\": null, \"wait\": 9}"),
            ("\"look-on\"", "{}"),
            ("{\"wait\": 9}", "{\"wait\": {}}"),
            ("{\"client\": \"laptop\"}", "{}"),
            ("{\"a\": 0.25, \"b\": 1}", "[]"),
            ("}", ""),
        ];
        for (part, fault) in faults {
            let bad = GOOD.replacen(part, fault, 1);
            assert_ne!(bad, GOOD, "{part}");
            assert!(serde_json::from_str::<Shapes>(&bad).is_err(), "{fault}");
            assert!(from_json::<Shapes>(bad.as_bytes()).is_err(), "{fault}");
        }
    }

    #[test]
    fn a_struct_is_no_list_of_its_fields() {
        assert!(serde_json::from_str::<Act>(r#"{"ask": ["laptop"]}"#).is_ok());
        assert!(from_json::<Act>(br#"{"ask": ["laptop"]}"#).is_err());
    }

    #[test]
    fn a_fault_says_what_was_found() {
        let error = from_json::<Shapes>(b"[]").expect_err("no object");
        let error = error.to_string();
        assert!(
            error.contains("sequence") && error.contains("Shapes"),
            "{error}"
        );
    }
}
