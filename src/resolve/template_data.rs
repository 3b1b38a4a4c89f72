//! Values that templates may name.

use serde_json::{Value, json};

use super::conditions::is_false;
use super::sources::{JobData, Options, Sources};
use super::text_layers::TextLayers;
use crate::finding::Finding;
use crate::library::ReviewDates;
use crate::template::{self, Context};
use crate::words::{has_words, is_visible};

/// Values that templates may name, without the data of a reader.
pub(super) struct TemplateData {
    /// `clinic`, `handout`, `date` and the declared names of reader data, which are null.
    pub values: Context,
    /// First step of each name of reader data.
    pub reader_roots: Vec<String>,
}

impl TemplateData {
    /// Collects the values. `declared` and `given` are the dotted names that reader data may have.
    pub(super) fn new(
        sources: &Sources<'_>,
        options: &Options,
        layers: &TextLayers,
        review: &ReviewDates,
        declared: &[String],
        given: &[String],
    ) -> TemplateData {
        let mut values = common_values(sources, options, layers, review);
        let mut reader_roots = Vec::new();
        // A value below a declared name has the wrong shape: `wrong_shapes` reports it.
        let given = given.iter().filter(|name| {
            let is_below = |declared: &String| {
                let rest = name.strip_prefix(declared.as_str());
                rest.is_some_and(|rest| rest.starts_with('.'))
            };
            !declared.iter().any(is_below)
        });
        for name in declared.iter().chain(given) {
            let mut steps = name.split('.');
            let Some(root) = steps.next() else { continue };
            if matches!(root, "clinic" | "handout" | "date" | "") {
                continue;
            }
            if !reader_roots.iter().any(|other| other == root) {
                reader_roots.push(root.to_owned());
            }
            let mut value = &mut values[root];
            for step in steps {
                if !value.is_object() {
                    *value = json!({});
                }
                value = &mut value[step];
            }
        }
        TemplateData {
            values: Context::from(values),
            reader_roots,
        }
    }

    /// Returns whether the value of a dotted name prints nothing.
    pub(super) fn is_empty(&self, name: &str) -> bool {
        let mut steps = name.split('.');
        let value = steps.try_fold(self.values.data(), |value, step| value.get(step));
        match value {
            None | Some(Value::Null) => true,
            Some(Value::String(text)) => !has_words(text),
            Some(Value::Array(items)) => items.is_empty(),
            Some(_) => false,
        }
    }

    /// Returns the values with the data of one reader.
    pub(super) fn with(&self, data: &JobData) -> Context {
        let mut values = self.values.data().clone();
        for root in &self.reader_roots {
            if let Some(value) = data.get(root) {
                let mut value = value.clone();
                empty_invisible(&mut value);
                as_text(&mut value);
                overlay(&mut values[root.as_str()], &value);
            }
        }
        Context::from(values)
    }

    /// Reports values of a reader that have the wrong shape: a group instead of a text, or a text instead of a
    /// group. `names` say which shape is right.
    pub(super) fn wrong_shapes<'n>(
        &self,
        data: &JobData,
        names: impl Iterator<Item = &'n String>,
    ) -> Vec<Finding> {
        let mut findings: Vec<Finding> = Vec::new();
        for name in names {
            let mut steps = name.split('.');
            let known = steps.try_fold(self.values.data(), |value, step| value.get(step));
            // A group that a text opens or walks through.
            if known.is_some_and(Value::is_object) {
                continue;
            }
            let Some((column, found)) = wrong_shape(data, name) else {
                continue;
            };
            let (message, help) = match found {
                Found::Group => (
                    format!("the value is a group, and the texts print `{name}` as one text"),
                    format!("write the words themselves as `{name}`"),
                ),
                Found::Text => (
                    format!("the value is not a group, and the texts use `{name}`"),
                    format!("give the value the name `{name}`"),
                ),
            };
            let finding = Finding::error("invalid-value", message)
                .help(help)
                .in_column(column);
            if !findings.iter().any(|other| other.job == finding.job) {
                findings.push(finding);
            }
        }
        findings
    }
}

fn common_values(
    sources: &Sources<'_>,
    options: &Options,
    layers: &TextLayers,
    review: &ReviewDates,
) -> Value {
    let Sources {
        clinic, definition, ..
    } = sources;
    let phones: Vec<String> = clinic
        .phones
        .iter()
        .map(|phone| template::unbroken(phone))
        .collect();
    let phone = match phones.as_slice() {
        [] => Value::Null,
        [only] => json!(only),
        several => json!(several),
    };
    let unbroken = |text: &Option<String>| text.as_deref().map(template::unbroken);
    let mut vars = Value::Object(clinic.vars.clone());
    empty_invisible(&mut vars);
    let title = layers.find(&["title"]);
    let title = title
        .first()
        .and_then(|title| title.value.text())
        .filter(|title| !template::is_template(title));
    json!({
        "clinic": {
            "name": clinic.facts.name,
            "department": clinic.facts.department,
            "phone": phone,
            "phones": phones,
            "email": clinic.email(),
            "website": clinic.website(),
            "address": in_one_line(&clinic.facts.address),
            "hours": in_one_line(&clinic.facts.hours),
            "emergency_number": unbroken(&clinic.facts.emergency_number),
            "crisis_line": unbroken(&clinic.facts.crisis_line),
            "imprint": in_one_line(&clinic.facts.imprint),
            "vars": vars,
        },
        "handout": {
            "id": definition.id,
            "title": title,
            "version": definition.version,
            "reviewed": review.reviewed.map(|day| day.to_string()),
            "review_by": review.review_by.to_string(),
        },
        "date": options.date.to_string(),
    })
}

/// Joins the lines of a value with commas.
fn in_one_line(text: &Option<String>) -> Option<String> {
    let lines = text
        .as_ref()?
        .lines()
        .map(|line| line.trim().trim_end_matches(','));
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    Some(lines.join(", "))
}

/// Shape of a value that is not the one of its name.
enum Found {
    Group,
    Text,
}

/// Returns the name and the shape of a value that contradicts a dotted name.
fn wrong_shape<'n>(data: &JobData, name: &'n str) -> Option<(&'n str, Found)> {
    let mut end = 0;
    let mut group = data;
    loop {
        let step = name[end..].split('.').next()?;
        let value = group.get(step)?;
        end += step.len();
        let is_last = end == name.len();
        match value {
            Value::Object(_) if is_last => return Some((name, Found::Group)),
            Value::Object(inner) => group = inner,
            Value::Null => return None,
            // An empty cell of a column that nobody uses.
            Value::String(text) if !is_visible(text) => return None,
            _ if is_last => return None,
            _ => return Some((&name[..end], Found::Text)),
        }
        end += 1;
    }
}

/// Empties texts that print nothing, so that conditions count them as false.
fn empty_invisible(value: &mut Value) {
    match value {
        Value::String(text) if !is_visible(text) => text.clear(),
        Value::Array(items) => items.iter_mut().for_each(empty_invisible),
        Value::Object(fields) => fields.values_mut().for_each(empty_invisible),
        _ => {}
    }
}

/// Turns numbers into text, so that `0` counts as a value, and FALSE into false.
fn as_text(value: &mut Value) {
    match value {
        Value::Number(number) => *value = Value::String(number.to_string()),
        Value::String(text) if is_false(text) => *value = Value::Bool(false),
        Value::Array(items) => items.iter_mut().for_each(as_text),
        Value::Object(fields) => fields.values_mut().for_each(as_text),
        _ => {}
    }
}

/// Merges objects key by key. Any other value replaces the one below.
fn overlay(below: &mut Value, above: &Value) {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            for (key, value) in above {
                overlay(below.entry(key.as_str()).or_insert(Value::Null), value);
            }
        }
        (below, above) => *below = above.clone(),
    }
}
