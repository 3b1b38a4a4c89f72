//! Locales of citation styles (CSL) in hayagriva's archive.
//!
//! A term is one of several enums, and serde tries them one after the other. ciborium writes a message for
//! each failure. That takes ten times as long as the decoding itself. So [`Item`] decodes with an error that has
//! no message.

use std::fmt;

use ciborium::Value;
use hayagriva::archive::LOCALES;
use hayagriva::citationberg::Locale;
use serde::de::value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer};
use serde::de::{Deserialize, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// Decodes one locale of the archive. Each starts with its tag, so the others need no decoding.
pub(super) fn archived_locale(tag: &str) -> Option<Locale> {
    let is_wanted = |bytes: &&&[u8]| {
        let start = &bytes[..bytes.len().min(32)];
        start.windows(tag.len()).any(|part| part == tag.as_bytes())
    };
    let value = ciborium::from_reader(*LOCALES.iter().find(is_wanted)?).ok()?;
    Locale::deserialize(Item(value)).ok()
}

/// A decoding error without a message.
#[derive(Debug)]
struct DecodeError;

impl fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the archive cannot be decoded")
    }
}

impl std::error::Error for DecodeError {}

impl serde::de::Error for DecodeError {
    fn custom<T: fmt::Display>(_: T) -> DecodeError {
        DecodeError
    }
}

/// A value of the archive.
struct Item(Value);

impl<'de> Deserializer<'de> for Item {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Integer(value) => match u64::try_from(value) {
                Ok(value) => visitor.visit_u64(value),
                Err(_) => visitor.visit_i64(i64::try_from(value).map_err(|_| DecodeError)?),
            },
            Value::Text(text) => visitor.visit_string(text),
            Value::Array(items) => {
                visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(Item)))
            }
            Value::Map(entries) => visitor.visit_map(map(entries)),
            _ => Err(DecodeError),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        match self.0 {
            Value::Text(name) => visitor.visit_enum(name.into_deserializer()),
            Value::Map(entries) => visitor.visit_enum(MapAccessDeserializer::new(map(entries))),
            _ => Err(DecodeError),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, DecodeError> for Item {
    type Deserializer = Item;

    fn into_deserializer(self) -> Item {
        self
    }
}

fn map<'de>(
    entries: Vec<(Value, Value)>,
) -> MapDeserializer<'de, impl Iterator<Item = (Item, Item)>, DecodeError> {
    let entry = |(key, value)| (Item(key), Item(value));
    MapDeserializer::new(entries.into_iter().map(entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locale_of_every_language_is_decoded_as_by_hayagriva() {
        let all = hayagriva::archive::locales();
        for language in ["en", "en-GB", "sv", "nb"] {
            let tag = crate::locale::Locale::of(language).citation_locale;
            let is_wanted =
                |locale: &&Locale| locale.lang.as_ref().is_some_and(|lang| lang.0 == tag);
            let expected = all.iter().find(is_wanted);
            assert!(expected.is_some(), "{tag}");
            assert_eq!(archived_locale(tag).as_ref(), expected, "{tag}");
        }
    }
}
