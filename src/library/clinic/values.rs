//! Faults of the values in `clinic.yaml`.

use std::sync::Arc;

use serde_json::Value;

use super::schema::ClinicFacts;
use crate::finding::{Finding, Severity};
use crate::library::scalar::OneOrMore;
use crate::source::{self, Route, SourceFile};
use crate::value_fault::{ValueFault, has_line_break, is_blank, value_fault};

/// Maximum number of letters of a value in a message.
const MAX_SHOWN: usize = 40;

/// Fields whose lines print as lines.
const LINES: [&str; 3] = ["address", "hours", "imprint"];
/// Fields that print on one line.
const ONE_LINE: [&str; 5] = [
    "name",
    "department",
    "phone",
    "emergency_number",
    "crisis_line",
];
/// Fields that tell patients who writes and how to reach them. A leaflet with a placeholder there is of no use.
const IDENTITY: [&str; 6] = [
    "name",
    "department",
    "phone",
    "crisis_line",
    "address",
    "hours",
];

/// Finds values that say nothing, or that print other than meant. Each faulty `emergency_number` is an error:
/// call-outs print it.
pub(super) fn faulty_values(facts: &ClinicFacts, file: &Arc<SourceFile>) -> Vec<Finding> {
    let mut findings = joined_lines(file);
    let root = Route::default();
    let printed = [&LINES[..], &ONE_LINE, &["email", "website", "vars"]].concat();
    let printed = printed.into_iter().map(|key| root.key(key));
    for route in printed.chain([root.key("brand").key("logo_alt")]) {
        let doubtful = source::doubtful_comments(file, &route);
        findings.extend(doubtful.into_iter().map(|(_, finding)| finding));
    }
    let mut check = |key: &str, route: Route, value: &str| {
        let finding = line_break(key, value)
            .or_else(|| fault(key, value))
            .or_else(|| without_digit(key, value))
            .or_else(|| broken_line(key, value));
        let Some(mut finding) = finding else { return };
        if key == "emergency_number" {
            finding.severity = Severity::Error;
        }
        findings.push(finding.at_value(file, route));
    };
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

pub(super) fn fault(key: &str, value: &str) -> Option<Finding> {
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
            match IDENTITY.contains(&key) {
                true => Finding::error("unreplaced-scaffold", message),
                false => Finding::warning("unreplaced-scaffold", message),
            }
        }
        ValueFault::Hidden(mark) => {
            let mut finding = mark.finding(&format!("`{key}`"));
            if is_number_to_call(key) && mark.reverses() {
                finding.severity = Severity::Error;
            }
            return Some(finding);
        }
        ValueFault::Marks => {
            let message = format!("`{key}` has marks that are printed as they are{shown}");
            let help = "write the words alone: values have no Markdown, no HTML and no `\\n`";
            return Some(Finding::warning("lost-mark", message).help(help));
        }
        // Faults of a reader's values.
        _ => return None,
    };
    Some(finding.help(match key {
        "name" => "write the name that patients know",
        _ => "write your clinic's own, or put `#` before the line",
    }))
}

fn is_number_to_call(key: &str) -> bool {
    matches!(key, "phone" | "emergency_number" | "crisis_line")
}

/// Reports numbers on several lines. They would print as one number.
fn line_break(key: &str, value: &str) -> Option<Finding> {
    (is_number_to_call(key) && has_line_break(value)).then(|| joined_number(key))
}

fn joined_number(key: &str) -> Finding {
    let message = format!("`{key}` has a line break, and would print as one number");
    Finding::error("invalid-value", message).help(match key {
        "phone" => "write a list: `phone: [\"01632 960 001\", \"01632 960 002\"]`".to_owned(),
        _ => format!("write it on one line, as in `{key}: \"999 or 112\"`"),
    })
}

/// Reports a line break in a value that prints on one line.
fn broken_line(key: &str, value: &str) -> Option<Finding> {
    (!LINES.contains(&key) && has_line_break(value)).then(|| {
        let message = format!("`{key}` has a line break, which prints as a blank");
        Finding::warning("lost-mark", message).help(match key.starts_with("vars.") {
            true => "write it on one line, or as a list",
            false => "write it on one line",
        })
    })
}

/// Reports values whose lines YAML joins to one line.
fn joined_lines(file: &Arc<SourceFile>) -> Vec<Finding> {
    let keys = [&LINES[..], &ONE_LINE].concat();
    let joined = source::joined_lines(file, &keys).into_iter();
    joined
        .map(|(key, place)| {
            let finding = if is_number_to_call(key) {
                joined_number(key)
            } else {
                let help = match LINES.contains(&key) {
                    true => format!("write `{key}: |`, and the lines below it"),
                    false => "write it on one line".to_owned(),
                };
                let message = format!("the lines of `{key}` print as one line");
                Finding::warning("lost-mark", message).help(help)
            };
            finding.at(file, place)
        })
        .collect()
}

/// Reports a number to call that has no digit.
fn without_digit(key: &str, value: &str) -> Option<Finding> {
    let is_left_out = value.trim().is_empty();
    (is_number_to_call(key) && !is_left_out && !value.contains(char::is_numeric)).then(|| {
        Finding::warning("invalid-value", format!("`{key}` has no digit")).help(format!(
            "write the number to call, as in `{key}: \"{}\"`",
            example_number(key)
        ))
    })
}

/// Returns an example of a number to call.
fn example_number(key: &str) -> &'static str {
    match key {
        "emergency_number" => "999",
        "crisis_line" => "116 123",
        _ => "01632 960 001",
    }
}
