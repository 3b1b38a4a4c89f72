//! Faults of the values in `clinic.yaml`.

use std::sync::Arc;

use serde_json::Value;

use super::schema::ClinicFacts;
use crate::finding::{Finding, Severity};
use crate::library::scalar::OneOrMore;
use crate::source::{Route, SourceFile};
use crate::value_fault::{ValueFault, has_line_break, is_blank, value_fault};

/// Maximum number of letters of a value in a message.
const MAX_SHOWN: usize = 40;

/// Finds values that say nothing, or that print other than meant. Each faulty `emergency_number` is an error:
/// call-outs print it.
pub(super) fn faulty_values(facts: &ClinicFacts, file: &Arc<SourceFile>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut check = |key: &str, route: Route, value: &str| {
        let finding = line_break(key, value)
            .or_else(|| fault(key, value))
            .or_else(|| without_digit(key, value));
        let Some(mut finding) = finding else { return };
        if key == "emergency_number" {
            finding.severity = Severity::Error;
        }
        findings.push(finding.at_value(file, route));
    };
    let root = Route::default();
    // A name without words is an error of its own.
    let name = Some(&facts.name).filter(|name| !is_blank(name));
    for (key, value) in [
        ("name", name),
        ("department", facts.department.as_ref()),
        ("address", facts.address.as_ref()),
        ("hours", facts.hours.as_ref()),
        ("emergency_number", facts.emergency_number.as_ref()),
        ("crisis_line", facts.crisis_line.as_ref()),
        ("imprint", facts.imprint.as_ref()),
    ] {
        if let Some(value) = value {
            check(key, root.key(key), value);
        }
    }
    match &facts.phone {
        Some(OneOrMore::One(phone)) => check("phone", root.key("phone"), phone),
        Some(OneOrMore::Digits(number)) => check("phone", root.key("phone"), &number.to_string()),
        Some(OneOrMore::More(phones)) => {
            for (index, phone) in phones.iter().enumerate() {
                check("phone", root.key("phone").index(index), phone);
            }
        }
        None => {}
    }
    if let Some(alt) = &facts.brand.logo_alt
        && !is_blank(alt)
    {
        check("logo_alt", root.key("brand").key("logo_alt"), alt);
    }
    for (name, value) in &facts.vars.0 {
        variable(
            &format!("vars.{name}"),
            root.key("vars").key(name),
            &value.0,
            &mut check,
        );
    }
    findings
}

/// Checks the texts of a variable.
fn variable(name: &str, route: Route, value: &Value, check: &mut impl FnMut(&str, Route, &str)) {
    match value {
        Value::String(text) => check(name, route, text),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                variable(name, route.index(index), item, check);
            }
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                variable(&format!("{name}.{key}"), route.key(key), value, check);
            }
        }
        _ => {}
    }
}

fn fault(key: &str, value: &str) -> Option<Finding> {
    let is_variable = key.starts_with("vars.");
    let shown = if value.chars().count() > MAX_SHOWN {
        String::new()
    } else {
        format!(": `{}`", value.trim())
    };
    let finding = match value_fault(&format!("clinic.{key}"), value)? {
        ValueFault::Blank if is_variable => Finding::warning(
            "empty-value",
            format!("`{key}` has nothing that can be read"),
        ),
        ValueFault::Blank => {
            let message = format!("`{key}` has nothing that can be read, and is left out");
            Finding::warning("empty-value", message)
        }
        ValueFault::Placeholder => {
            let message = format!("`{key}` looks like a placeholder{shown}");
            Finding::warning("unreplaced-scaffold", message)
        }
        ValueFault::Marks => {
            let message = format!("`{key}` has marks that are printed as they are{shown}");
            let help = "write the words alone: values have no Markdown, no HTML and no `\\n`";
            return Some(Finding::warning("lost-mark", message).help(help));
        }
        // Faults of a reader's values.
        _ => return None,
    };
    Some(finding.help("write your clinic's own, or put `#` before the line"))
}

fn is_number_to_call(key: &str) -> bool {
    matches!(key, "phone" | "emergency_number" | "crisis_line")
}

/// Reports numbers on several lines. They would print as one number.
fn line_break(key: &str, value: &str) -> Option<Finding> {
    let help = match key {
        "phone" => "write a list: `phone: [\"01632 960 001\", \"01632 960 002\"]`".to_owned(),
        _ => format!("write it on one line, as in `{key}: \"999 or 112\"`"),
    };
    (is_number_to_call(key) && has_line_break(value)).then(|| {
        let message = format!("`{key}` has a line break, and would print as one number");
        Finding::error("invalid-value", message).help(help)
    })
}

/// Reports a number to call that has no digit.
fn without_digit(key: &str, value: &str) -> Option<Finding> {
    let is_left_out = value.trim().is_empty();
    (is_number_to_call(key) && !is_left_out && !value.contains(char::is_numeric)).then(|| {
        Finding::warning("invalid-value", format!("`{key}` has no digit")).help(format!(
            "write the number to call, as in `{key}: \"01632 960 001\"`"
        ))
    })
}
