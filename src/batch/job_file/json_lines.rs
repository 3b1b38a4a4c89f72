//! Rows of a JSON Lines file: one JSON object a line.

use std::borrow::Cow;

use serde_json::Value;

use super::columns::{MAX_COLUMNS, RESERVED, nest_object};
use super::fields::{Fields, check_value};
use super::lines::invalid_row;
use crate::batch::list_plan::ListPlan;
use crate::finding::Finding;
use crate::resolve;
use crate::source::{OrderedMap, PlainValue};

/// Reads a row. The names of a list get the roles that its plan says.
pub(super) fn fields(line: &str, plan: Option<&ListPlan>) -> Result<Fields, Vec<Finding>> {
    let parse = serde_json::from_str::<OrderedMap<PlainValue>>;
    let parsed = parse(&numbers_as_text(line)).map_err(|error| {
        // Places count in the line as it is written.
        parse(line).err().unwrap_or(error)
    });
    let object = parsed.map_err(|error| {
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
    let values = match plan {
        None => object.into_values().into_iter().collect(),
        Some(plan) => with_roles(object.into_values(), plan),
    };
    for (name, value) in values {
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

/// Returns the values that have a role in a list, under the names that they have in a job file.
fn with_roles(
    values: impl IntoIterator<Item = (String, Value)>,
    plan: &ListPlan,
) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let mut waiting: Vec<(String, Value)> = values.into_iter().collect();
    waiting.reverse();
    while let Some((name, value)) = waiting.pop() {
        match value {
            Value::Object(inner) if name.len() < MAX_NAME_BYTES => {
                let inner = inner.into_iter().rev();
                waiting.extend(inner.map(|(key, value)| (format!("{name}.{key}"), value)));
            }
            value => {
                let role = plan.name_for(&name).map(str::to_owned);
                found.extend(role.map(|role| (role, value)));
            }
        }
    }
    found
}

/// Longer names of nested values are not split further, as in [`resolve::data_names`].
const MAX_NAME_BYTES: usize = 200;

/// Puts numbers in quotation marks that would lose digits, such as `1.50`, `0.00` and long ones. Templates get the
/// others as text, too.
fn numbers_as_text(line: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied_to = 0;
    let mut is_in_text = false;
    let mut at = 0;
    while let Some(byte) = line.as_bytes().get(at) {
        match byte {
            b'\\' if is_in_text => at += 1,
            b'"' => is_in_text = !is_in_text,
            b'-' | b'0'..=b'9' if !is_in_text => {
                let rest = &line[at..];
                let end = rest
                    .find(|c: char| !matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E'))
                    .unwrap_or(rest.len());
                let number = &rest[..end];
                if loses_digits(number) {
                    out.push_str(&line[copied_to..at]);
                    out.push('"');
                    out.push_str(number);
                    out.push('"');
                    copied_to = at + end;
                }
                at += end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    if copied_to == 0 {
        return Cow::Borrowed(line);
    }
    out.push_str(&line[copied_to..]);
    Cow::Owned(out)
}

/// Whether a number of JSON would be printed in another way than it is written.
fn loses_digits(number: &str) -> bool {
    let is_kept = serde_json::from_str::<PlainValue>(number).is_ok_and(|value| {
        let printed = value.0.to_string();
        printed == number
    });
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    // RFC 8259, section 6.
    let is_number = || {
        let number = number.strip_prefix('-').unwrap_or(number);
        let (number, exponent) = match number.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.trim_start_matches(['+', '-'])),
            None => (number, "0"),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let has_no_leading_zero = whole == "0" || !whole.starts_with('0');
        [whole, fraction, exponent].into_iter().all(all_digits) && has_no_leading_zero
    };
    !is_kept && is_number()
}

/// Checks the length and the characters of a value. Findings name its column only: keys of maps in it may
/// identify the reader.
fn check_values(value: &Value, name: &str, findings: &mut Vec<Finding>) {
    match value {
        Value::String(text) => check_value(text, Some(name), findings),
        Value::Array(items) => items
            .iter()
            .for_each(|item| check_values(item, name, findings)),
        Value::Object(map) => {
            map.values()
                .for_each(|item| check_values(item, name, findings));
        }
        _ => {}
    }
}
