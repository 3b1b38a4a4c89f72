//! Values that templates may name.

use serde_json::{Value, json};

use super::sources::{JobData, Options, Sources};
use super::text_layers::TextLayers;
use crate::template::{self, Context};

/// Values that templates may name, without the data of a reader.
pub(super) struct TemplateData {
    /// `clinic`, `handout`, `date` and the declared names of reader data, which are null.
    pub values: Context,
    /// First step of each name of reader data.
    pub reader_roots: Vec<String>,
}

impl TemplateData {
    /// Collects the values. `reader_names` are the dotted names that reader data may have.
    pub(super) fn new(
        sources: &Sources<'_>,
        options: &Options,
        layers: &TextLayers,
        reader_names: &[&String],
    ) -> TemplateData {
        let mut values = common_values(sources, options, layers);
        let mut reader_roots = Vec::new();
        for name in reader_names {
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
            Some(Value::String(text)) => text.trim().is_empty(),
            Some(Value::Array(items)) => items.is_empty(),
            Some(_) => false,
        }
    }

    /// Returns the values with the data of one reader.
    pub(super) fn with(&self, data: &JobData) -> Context {
        let mut values = self.values.data().clone();
        for root in &self.reader_roots {
            if let Some(value) = data.get(root) {
                overlay(&mut values[root.as_str()], value);
            }
        }
        Context::from(values)
    }
}

fn common_values(sources: &Sources<'_>, options: &Options, layers: &TextLayers) -> Value {
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
            "vars": clinic.vars,
        },
        "handout": {
            "id": definition.id,
            "title": title,
            "version": definition.version,
            "reviewed": definition.reviewed.to_string(),
            "review_by": definition.review_by.to_string(),
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
