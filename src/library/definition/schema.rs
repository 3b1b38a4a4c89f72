//! The shape of `handout.yaml` and its JSON Schema.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Anchor, Entry, EntryKind};
use crate::document::{CalloutKind, Certainty};
use crate::library::scalar::{DataField, Day, Slug};
use crate::source::OrderedMap;

/// A handout's structure and facts, without texts.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "definition")]
pub(in crate::library) struct DefinitionFile {
    /// The handout's id, the same as its folder's name.
    pub(super) id: Slug,
    /// Its version, as in `1.0.0`.
    pub(super) version: String,
    /// The day of its last review. A new handout has none.
    pub(super) reviewed: Option<Day>,
    /// The day by which the next review is due.
    pub(super) review_by: Day,
    /// Its readers, as in `[adults, families]`.
    #[serde(default)]
    pub(super) audience: Vec<String>,
    /// Reader data that the texts may use, as in `[patient.first_name, { visit.date: date }]`.
    #[serde(default)]
    pub(super) data: Vec<DataField>,
    /// Diagnosis codes by system, as in `icd-10: [M79.7]`.
    #[serde(default)]
    pub(super) codes: OrderedMap<Vec<String>>,
    /// Its blocks, in reading order.
    pub(super) sections: Vec<EntryFile>,
}

/// An entry of `sections`: one block, named by its kind and key.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum EntryFile {
    /// A block whose kind is its key.
    Plain(PlainEntry),
    /// A block with a key.
    Keyed(Entry),
}

/// A block that the program fills: glossary terms, contact details or the reference list.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum PlainEntry {
    Glossary,
    Contact,
    References,
}

/// The fields of all kinds of entry. [`KINDS`] says which go together.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct EntryFields {
    /// A heading with a body, under this key in the text layer.
    section: Option<Slug>,
    /// A heading with a body and empty lines to write on.
    notes: Option<Slug>,
    /// A boxed message.
    callout: Option<Slug>,
    /// A table.
    table: Option<Slug>,
    /// A picture; its text alternative and caption come from the text layer.
    figure: Option<Slug>,
    /// Items to tick.
    checklist: Option<Slug>,
    /// Questions to ask, with lines to write on.
    questions: Option<Slug>,
    /// Numbered steps.
    steps: Option<Slug>,
    /// Prompts with lines to write on, side by side where the page is wide enough.
    form: Option<Slug>,
    /// `main-message` makes the section the opening panel.
    role: Option<RoleFile>,
    /// How certain the evidence is, shown as a badge.
    #[schemars(with = "String", extend("enum" = Certainty::ALL.map(Certainty::name)))]
    certainty: Option<Certainty>,
    /// How urgent a call-out is.
    #[schemars(with = "String", extend("enum" = ["emergency", "caution", "info", "tip"]))]
    kind: Option<CalloutKind>,
    /// The picture's path in the handout's folder, as in `figures/volume-dial.svg`.
    image: Option<String>,
    /// A clinic may not reword, move or remove it.
    locked: Option<bool>,
    /// In a clinic's `insert`: the key of the block before it.
    after: Option<Slug>,
    /// In a clinic's `insert`: the key of the block after it.
    before: Option<Slug>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
enum RoleFile {
    MainMessage,
}

/// Each kind of entry, its required fields and its optional fields.
const KINDS: [(&str, &[&str], &[&str]); 9] = [
    ("section", &[], &["role", "certainty", "locked"]),
    ("notes", &[], &["locked"]),
    ("callout", &["kind"], &["locked"]),
    ("table", &[], &["locked"]),
    ("figure", &["image"], &["locked"]),
    ("checklist", &[], &["locked"]),
    ("questions", &[], &["locked"]),
    ("steps", &[], &["locked"]),
    ("form", &[], &["locked"]),
];

/// Returns the kinds of entries and their fields. Authors sometimes forget the space after their colon.
pub(super) fn entry_names() -> Vec<&'static str> {
    let mut names = Vec::new();
    for (kind, required, optional) in KINDS {
        names.push(kind);
        for field in required.iter().chain(optional) {
            if !names.contains(field) {
                names.push(*field);
            }
        }
    }
    names
}

/// An entry that a clinic inserts, and its place.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "EntryFields")]
pub(in crate::library) struct InsertedEntry {
    pub(in crate::library) entry: Entry,
    pub(in crate::library) anchor: Anchor,
}

impl TryFrom<EntryFields> for Entry {
    type Error = &'static str;

    fn try_from(fields: EntryFields) -> Result<Entry, Self::Error> {
        match fields.entry()? {
            (entry, None) => Ok(entry),
            (_, Some(_)) => Err("only an inserted entry has `after` or `before`"),
        }
    }
}

impl TryFrom<EntryFields> for InsertedEntry {
    type Error = &'static str;

    fn try_from(fields: EntryFields) -> Result<InsertedEntry, Self::Error> {
        match fields.entry()? {
            (entry, Some(anchor)) => Ok(InsertedEntry { entry, anchor }),
            (_, None) => Err("an inserted entry has `after` or `before`"),
        }
    }
}

impl EntryFields {
    fn entry(self) -> Result<(Entry, Option<Anchor>), &'static str> {
        let named = [
            self.section,
            self.notes,
            self.callout,
            self.table,
            self.figure,
            self.checklist,
            self.questions,
            self.steps,
            self.form,
        ];
        let mut named = named
            .into_iter()
            .zip(KINDS)
            .filter_map(|(key, (name, ..))| Some((key?.0, name)));
        let (Some((key, name)), None) = (named.next(), named.next()) else {
            return Err("an entry names one block");
        };
        let (must, may) = KINDS
            .iter()
            .find(|kind| kind.0 == name)
            .map_or((&[][..], &[][..]), |kind| (kind.1, kind.2));
        let present = [
            ("role", self.role.is_some()),
            ("certainty", self.certainty.is_some()),
            ("kind", self.kind.is_some()),
            ("image", self.image.is_some()),
            ("locked", self.locked.is_some()),
        ];
        if present
            .iter()
            .any(|(field, present)| *present && !must.contains(field) && !may.contains(field))
        {
            return Err("a field does not belong to this kind of entry");
        }
        let kind = match name {
            "section" => EntryKind::Section {
                main_message: self.role.is_some(),
            },
            "notes" => EntryKind::Notes,
            "callout" => EntryKind::Callout(self.kind.ok_or("a call-out has a kind")?),
            "table" => EntryKind::Table,
            "figure" => EntryKind::Figure {
                image: self.image.ok_or("a figure has an image")?,
            },
            "checklist" => EntryKind::Checklist,
            "questions" => EntryKind::Questions,
            "form" => EntryKind::Form,
            _ => EntryKind::Steps,
        };
        let anchor = match (self.after, self.before) {
            (None, None) => None,
            (Some(key), None) => Some(Anchor::After(key.0)),
            (None, Some(key)) => Some(Anchor::Before(key.0)),
            (Some(_), Some(_)) => return Err("an entry has either `after` or `before`"),
        };
        let entry = Entry {
            certainty: self.certainty,
            locked: self.locked.unwrap_or(false),
            ..Entry::new(key, kind)
        };
        Ok((entry, anchor))
    }
}

impl From<EntryFile> for Entry {
    fn from(entry: EntryFile) -> Entry {
        let (key, kind) = match entry {
            EntryFile::Keyed(entry) => return entry,
            EntryFile::Plain(PlainEntry::Glossary) => ("glossary", EntryKind::Glossary),
            EntryFile::Plain(PlainEntry::Contact) => ("contact", EntryKind::Contact),
            EntryFile::Plain(PlainEntry::References) => ("references", EntryKind::References),
        };
        Entry::new(key.to_owned(), kind)
    }
}

impl JsonSchema for EntryFile {
    fn schema_name() -> Cow<'static, str> {
        "entry".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        entry_schema(generator, &[])
    }
}

impl JsonSchema for InsertedEntry {
    fn schema_name() -> Cow<'static, str> {
        "inserted".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        entry_schema(generator, &["after", "before"])
    }
}

/// Builds the schema of an entry from the schemas of its fields and [`KINDS`]. Every entry may also
/// have the fields `anchors`.
fn entry_schema(generator: &mut SchemaGenerator, anchors: &[&'static str]) -> Schema {
    let fields = EntryFields::json_schema(generator);
    let field = |name: &str| {
        let mut schema = fields
            .get("properties")
            .and_then(|all| all.get(name))
            .cloned()
            .unwrap_or_default();
        // A field is absent or has a value, but is never null.
        if let Some(schema) = schema.as_object_mut() {
            schema.remove("default");
            if let Some(Value::Array(types)) = schema.get("type") {
                let only = types
                    .iter()
                    .find(|name| *name != "null")
                    .cloned()
                    .unwrap_or_default();
                schema.insert("type".to_owned(), only);
            }
            if let Some(Value::Array(values)) = schema.get_mut("enum") {
                values.retain(|value| !value.is_null());
            }
        }
        schema
    };
    let mut alternatives: Vec<Value> = KINDS
        .iter()
        .map(|(name, must, may)| {
            let names = || {
                std::iter::once(name)
                    .chain(*must)
                    .chain(*may)
                    .chain(anchors)
            };
            let properties: Map<String, Value> = names()
                .map(|name| ((*name).to_owned(), field(name)))
                .collect();
            let required: Vec<&str> = std::iter::once(*name).chain(must.iter().copied()).collect();
            json!({
                "description": field(name).get("description"),
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": false,
            })
        })
        .collect();
    if anchors.is_empty() {
        alternatives.push(PlainEntry::json_schema(generator).to_value());
    }
    json_schema!({
        "description": "One block of the handout, named by its kind and its key.",
        "anyOf": alternatives,
    })
}
