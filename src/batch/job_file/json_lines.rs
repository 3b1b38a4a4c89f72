//! Rows of a JSON Lines file: one JSON object a line.

use serde_json::{Map, Value};

use super::columns::{MAX_COLUMNS, RESERVED, nest};
use super::fields::{Fields, check_value};
use super::lines::invalid_row;
use crate::finding::Finding;
use crate::resolve;
use crate::source::{OrderedMap, PlainValue};

/// Reads a row.
pub(super) fn fields(line: &str) -> Result<Fields, Vec<Finding>> {
    let object: OrderedMap<PlainValue> = serde_json::from_str(line).map_err(|error| {
        // Not the parser's message: it may quote a value.
        let help = "a line is one JSON object, as in {\"handout\": \"sleep\", \"patient\": {\"first_name\": \"Ada\"}}, in which no name appears twice";
        vec![invalid_row(format!("this is not a JSON object (byte {})", error.column())).help(help)]
    })?;
    if object.0.len() > MAX_COLUMNS {
        let message = format!("the row has more than {MAX_COLUMNS} names");
        return Err(vec![Finding::error("too-large", message)]);
    }
    let mut fields = Fields::default();
    let mut findings = Vec::new();
    for (name, value) in object.into_values() {
        check_values(&value, &name, &mut findings);
        match RESERVED.iter().position(|reserved| *reserved == name) {
            Some(reserved) => fields.reserved[reserved] = value,
            None => nest_object(&mut fields.data, &name, value)
                .map_err(|problem| vec![invalid_row(format!("the name of a value {problem}"))])?,
        }
    }
    let mut data_names = Vec::new();
    resolve::data_names(&fields.data, "", &mut data_names);
    data_names.sort();
    fields.data_names = data_names.into();
    if findings.is_empty() {
        Ok(fields)
    } else {
        Err(findings)
    }
}

/// Inserts a value under a dotted name. An object merges with the one that is there.
fn nest_object(
    data: &mut Map<String, Value>,
    name: &str,
    value: Value,
) -> Result<(), &'static str> {
    match value {
        Value::Object(inner) if !inner.is_empty() => inner
            .into_iter()
            .try_for_each(|(key, value)| nest_object(data, &format!("{name}.{key}"), value)),
        value => nest(data, name, value),
    }
}

fn check_values(value: &Value, name: &str, findings: &mut Vec<Finding>) {
    match value {
        Value::String(text) => check_value(text, Some(name), findings),
        Value::Array(items) => items
            .iter()
            .for_each(|item| check_values(item, name, findings)),
        Value::Object(map) => {
            map.iter()
                .for_each(|(key, item)| check_values(item, &format!("{name}.{key}"), findings));
        }
        _ => {}
    }
}
