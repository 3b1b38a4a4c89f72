//! Maps that keep the order of the file and refuse duplicate keys.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A map in the order of the file. A duplicate key is an error.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OrderedMap<T>(pub(crate) Vec<(String, T)>);

impl<T> Default for OrderedMap<T> {
    fn default() -> Self {
        OrderedMap(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OrderedMap<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MapVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for MapVisitor<T> {
            type Value = OrderedMap<T>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(OrderedMap::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                collect(map).map(OrderedMap)
            }
        }
        deserializer.deserialize_map(MapVisitor(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for OrderedMap<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("MapOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": generator.subschema_for::<T>() })
    }
}

/// Collects a map, refusing duplicate keys.
fn collect<'de, A: MapAccess<'de>, T: Deserialize<'de>>(
    mut map: A,
) -> Result<Vec<(String, T)>, A::Error> {
    let mut entries: Vec<(String, T)> = Vec::new();
    let mut seen = BTreeSet::new();
    while let Some(key) = map.next_key::<String>()? {
        if !seen.insert(key.clone()) {
            return Err(A::Error::custom(format_args!("duplicate key `{key}`")));
        }
        entries.push((key, map.next_value()?));
    }
    Ok(entries)
}

/// Any YAML value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PlainValue {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<PlainValue>),
    /// Entries in the order of the file.
    Map(Vec<(String, PlainValue)>),
}

impl<'de> Deserialize<'de> for PlainValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PlainVisitor;
        impl<'de> Visitor<'de> for PlainVisitor {
            type Value = PlainValue;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("text, a number, true or false, a list or a map")
            }

            fn visit_unit<E: Error>(self) -> Result<PlainValue, E> {
                Ok(PlainValue::Null)
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<PlainValue, E> {
                Ok(PlainValue::Bool(value))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<PlainValue, E> {
                Ok(PlainValue::Integer(value))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<PlainValue, E> {
                i64::try_from(value)
                    .map(PlainValue::Integer)
                    .map_err(E::custom)
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<PlainValue, E> {
                Ok(PlainValue::Float(value))
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<PlainValue, E> {
                Ok(PlainValue::Text(value.to_owned()))
            }

            fn visit_string<E: Error>(self, value: String) -> Result<PlainValue, E> {
                Ok(PlainValue::Text(value))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<PlainValue, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    items.push(item);
                }
                Ok(PlainValue::List(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PlainValue, A::Error> {
                collect(map).map(PlainValue::Map)
            }
        }
        deserializer.deserialize_any(PlainVisitor)
    }
}

impl JsonSchema for PlainValue {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "PlainValue".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!(true)
    }
}

impl From<PlainValue> for serde_json::Value {
    fn from(value: PlainValue) -> serde_json::Value {
        match value {
            PlainValue::Null => serde_json::Value::Null,
            PlainValue::Bool(value) => value.into(),
            PlainValue::Integer(value) => value.into(),
            PlainValue::Float(value) => value.into(),
            PlainValue::Text(value) => value.into(),
            PlainValue::List(items) => items.into_iter().map(serde_json::Value::from).collect(),
            PlainValue::Map(entries) => entries
                .into_iter()
                .map(|(key, value)| (key, serde_json::Value::from(value)))
                .collect(),
        }
    }
}
