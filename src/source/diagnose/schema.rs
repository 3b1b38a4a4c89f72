//! The keywords of JSON Schema that our types use, and how a YAML value fits them.

use saphyr_parser::ScalarStyle;
use serde_json::{Map, Value};

use crate::source::tree::{YamlContent, YamlNode};

pub(super) fn alternatives(schema: &Map<String, Value>) -> Option<&Vec<Value>> {
    schema.get("anyOf").or(schema.get("oneOf"))?.as_array()
}

/// Returns the words that a schema allows; `None` if it does not list them.
pub(super) fn choices(schema: &Map<String, Value>) -> Option<Vec<&str>> {
    if let Some(Value::Array(values)) = schema.get("enum") {
        return Some(values.iter().filter_map(Value::as_str).collect());
    }
    if let Some(Value::String(only)) = schema.get("const") {
        return Some(vec![only]);
    }
    let mut all = Vec::new();
    for alternative in alternatives(schema)?.iter().filter_map(Value::as_object) {
        if alternative.get("type").and_then(Value::as_str) != Some("null") {
            all.extend(choices(alternative)?);
        }
    }
    Some(all)
}

pub(super) fn fits_choices(node: &YamlNode, schema: &Value) -> bool {
    let allowed = schema.as_object().and_then(choices);
    node.scalar()
        .is_some_and(|value| allowed.is_some_and(|allowed| allowed.contains(&value)))
}

/// Returns the types that a schema allows; empty if it names none.
pub(super) fn types(schema: &Map<String, Value>) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(only)) => vec![only],
        Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Returns the fields in a schema's `required` list, if it has one.
pub(super) fn required(list: Option<&Value>) -> Vec<&str> {
    let fields = list.and_then(Value::as_array).into_iter().flatten();
    fields.filter_map(Value::as_str).collect()
}

pub(super) fn is_type(node: &YamlNode, wanted: &str) -> bool {
    let plain = match &*node.content {
        YamlContent::List(_) => return wanted == "array",
        YamlContent::Map(_) => return wanted == "object",
        YamlContent::Scalar { value, style } => {
            (*style == ScalarStyle::Plain).then_some(value.as_str())
        }
    };
    match wanted {
        "string" => true,
        "null" => plain.is_some_and(|value| value.is_empty() || plain_type(value) == "null"),
        "integer" => plain.is_some_and(|value| plain_type(value) == "integer"),
        "number" => plain.is_some_and(|value| ["integer", "number"].contains(&plain_type(value))),
        "boolean" => plain.is_some_and(|value| plain_type(value) == "boolean"),
        _ => false,
    }
}

/// Returns the type that the YAML crate gives to a scalar without quotes, as in `0x10`.
fn plain_type(value: &str) -> &'static str {
    // Most texts begin otherwise, and need no parsing.
    if !value.starts_with(|first: char| first.is_ascii_digit() || "+-.~tTfFnN".contains(first)) {
        return "string";
    }
    match serde_yaml::from_str(value) {
        Ok(serde_yaml::Value::Null) => "null",
        Ok(serde_yaml::Value::Bool(_)) => "boolean",
        Ok(serde_yaml::Value::Number(number)) if number.is_f64() => "number",
        Ok(serde_yaml::Value::Number(_)) => "integer",
        _ => "string",
    }
}

/// Returns whether YAML reads a value as text, not as a number or boolean. An empty value is text.
pub(super) fn is_text(node: &YamlNode) -> bool {
    is_type(node, "string")
        && !["boolean", "integer", "number"]
            .iter()
            .any(|other| is_type(node, other))
}
