//! `handout.yaml`: a handout's structure and facts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Anchor;
use super::scalar::{Day, Slug};
use crate::document::{CalloutKind, Certainty, Key};
use crate::finding::{Finding, PlaceTarget};
use crate::source::{self, OrderedMap, Route, SourceFile};

/// `handout.yaml`: structure and facts, no prose.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The file it came from.
    pub file: Arc<SourceFile>,
    /// The handout's id, the same as its folder's name.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Day of the last review.
    pub reviewed: Date,
    /// Day by which it has to be reviewed again.
    pub review_by: Date,
    /// For whom it is, as in `adults`.
    pub audience: Vec<String>,
    /// Job data that the text may use, as dotted paths, as in `patient.first_name`.
    pub data: Vec<String>,
    /// Codes by system, as in `icd-10: [M79.7]`.
    pub codes: BTreeMap<String, Vec<String>>,
    /// Its blocks, in reading order.
    pub entries: Vec<Entry>,
}

/// One entry of a definition's `sections`.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The block's key; `glossary`, `contact` and `references` are their own.
    pub key: Key,
    /// Where it stands in the definition.
    pub route: Route,
    /// The file that names it: the definition, or a clinic that inserted it.
    pub file: Arc<SourceFile>,
    /// What it is.
    pub kind: EntryKind,
    /// How sure the evidence of a section is.
    pub certainty: Option<Certainty>,
    /// Whether a clinic may not reword, move or remove it.
    pub locked: bool,
}

impl Entry {
    /// Where it names its key.
    pub fn place(&self) -> PlaceTarget {
        let name = match self.kind {
            EntryKind::Section { .. } => "section",
            EntryKind::Notes => "notes",
            EntryKind::Callout(_) => "callout",
            EntryKind::Table => "table",
            EntryKind::Figure { .. } => "figure",
            EntryKind::Checklist => "checklist",
            EntryKind::Questions => "questions",
            EntryKind::Steps => "steps",
            EntryKind::Glossary | EntryKind::Contact | EntryKind::References => {
                return PlaceTarget::Value(self.route.clone(), None);
            }
        };
        PlaceTarget::Value(self.route.key(name), None)
    }
}

/// What an entry of a definition is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A heading with a body.
    Section {
        /// Set as the opening panel.
        main_message: bool,
    },
    /// A heading with a body and empty lines.
    Notes,
    /// A call-out.
    Callout(CalloutKind),
    /// A table.
    Table,
    /// A picture; its path within the handout's folder.
    Figure {
        /// As in `figures/volume-dial.svg`.
        image: String,
    },
    /// Items to tick.
    Checklist,
    /// Questions to ask.
    Questions,
    /// Numbered steps.
    Steps,
    /// The terms used.
    Glossary,
    /// How to reach the clinic.
    Contact,
    /// The reference list.
    References,
}

/// A handout: its structure and facts, no prose.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "definition")]
pub(super) struct DefinitionFile {
    /// The handout's id, the same as its folder's name.
    id: Slug,
    /// Its version, as in `1.0.0`.
    version: String,
    /// The day of its last review.
    reviewed: Day,
    /// The day by which it has to be reviewed again.
    review_by: Day,
    /// For whom it is, as in `[adults, families]`.
    #[serde(default)]
    audience: Vec<String>,
    /// Job data that the text uses, as in `[patient.first_name]`.
    #[serde(default)]
    data: Vec<String>,
    /// Diagnosis codes by system, as in `icd-10: [M79.7]`.
    #[serde(default)]
    codes: OrderedMap<Vec<String>>,
    /// Its blocks, in reading order.
    sections: Vec<EntryFile>,
}

/// An entry of `sections`: one block, named by its kind and key.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum EntryFile {
    /// A block that has no key of its own.
    Plain(PlainEntry),
    /// A block with a key.
    Keyed(KeyedEntry),
}

/// A block that is made by the program: the terms used, how to reach the clinic, the reference list.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum PlainEntry {
    Glossary,
    Contact,
    References,
}

/// The fields of all kinds of entry; which go together is told by [`KINDS`].
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
    /// How it is set: `main-message` is the opening panel.
    role: Option<RoleFile>,
    /// How sure the evidence is; shown as a badge.
    certainty: Option<CertaintyFile>,
    /// How urgent a call-out is.
    kind: Option<CalloutKindFile>,
    /// The picture's path in the handout's folder, as in `figures/volume-dial.svg`.
    image: Option<String>,
    /// A clinic may not reword, move or remove it.
    locked: Option<bool>,
    /// In a clinic's `insert`: the key that it comes after.
    after: Option<Slug>,
    /// In a clinic's `insert`: the key that it comes before.
    before: Option<Slug>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
enum RoleFile {
    MainMessage,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
enum CertaintyFile {
    WellEstablished,
    SomeEvidence,
    EarlyResearch,
    NotSupported,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
enum CalloutKindFile {
    Emergency,
    Caution,
    Info,
    Tip,
}

/// Which fields an entry of each kind has besides the one that names it: those that it must have, and
/// those that it may.
const KINDS: [(&str, &[&str], &[&str]); 8] = [
    ("section", &[], &["role", "certainty", "locked"]),
    ("notes", &[], &["locked"]),
    ("callout", &["kind"], &["locked"]),
    ("table", &[], &["locked"]),
    ("figure", &["image"], &["locked"]),
    ("checklist", &[], &["locked"]),
    ("questions", &[], &["locked"]),
    ("steps", &[], &["locked"]),
];

/// An entry whose fields go together.
#[derive(Deserialize)]
#[serde(try_from = "EntryFields")]
pub(super) struct KeyedEntry {
    pub(super) key: Key,
    pub(super) kind: EntryKind,
    certainty: Option<Certainty>,
    locked: bool,
}

/// An entry that a clinic inserts, and where.
#[derive(Deserialize)]
#[serde(try_from = "EntryFields")]
pub(super) struct InsertedEntry {
    pub(super) entry: KeyedEntry,
    pub(super) anchor: Anchor,
}

impl TryFrom<EntryFields> for KeyedEntry {
    type Error = &'static str;

    fn try_from(fields: EntryFields) -> Result<KeyedEntry, Self::Error> {
        match fields.entry()? {
            (entry, None) => Ok(entry),
            (_, Some(_)) => Err("only an inserted entry says where it stands"),
        }
    }
}

impl TryFrom<EntryFields> for InsertedEntry {
    type Error = &'static str;

    fn try_from(fields: EntryFields) -> Result<InsertedEntry, Self::Error> {
        match fields.entry()? {
            (entry, Some(anchor)) => Ok(InsertedEntry { entry, anchor }),
            (_, None) => Err("an inserted entry says where it stands"),
        }
    }
}

impl EntryFields {
    fn entry(self) -> Result<(KeyedEntry, Option<Anchor>), &'static str> {
        let EntryFields {
            section,
            notes,
            callout,
            table,
            figure,
            checklist,
            questions,
            steps,
            ..
        } = self;
        let named = [
            section, notes, callout, table, figure, checklist, questions, steps,
        ];
        let mut named = named
            .into_iter()
            .zip(KINDS)
            .filter_map(|(key, (name, ..))| Some((key?.0, name)));
        let (Some((key, name)), None) = (named.next(), named.next()) else {
            return Err("an entry names one block");
        };
        let EntryFields {
            role,
            certainty,
            kind,
            image,
            locked,
            after,
            before,
            ..
        } = self;
        let (must, may) = KINDS
            .iter()
            .find(|kind| kind.0 == name)
            .map_or((&[][..], &[][..]), |kind| (kind.1, kind.2));
        let present = [
            ("role", role.is_some()),
            ("certainty", certainty.is_some()),
            ("kind", kind.is_some()),
            ("image", image.is_some()),
            ("locked", locked.is_some()),
        ];
        if present
            .iter()
            .any(|(field, present)| *present && !must.contains(field) && !may.contains(field))
        {
            return Err("a field does not belong to this kind of entry");
        }
        let kind = match name {
            "section" => EntryKind::Section {
                main_message: role.is_some(),
            },
            "notes" => EntryKind::Notes,
            "callout" => EntryKind::Callout(kind.ok_or("a call-out has a kind")?.into()),
            "table" => EntryKind::Table,
            "figure" => EntryKind::Figure {
                image: image.ok_or("a figure has an image")?,
            },
            "checklist" => EntryKind::Checklist,
            "questions" => EntryKind::Questions,
            _ => EntryKind::Steps,
        };
        let anchor = match (after, before) {
            (None, None) => None,
            (Some(key), None) => Some(Anchor::After(key.0)),
            (None, Some(key)) => Some(Anchor::Before(key.0)),
            (Some(_), Some(_)) => return Err("an entry stands after a key or before one"),
        };
        let (certainty, locked) = (certainty.map(Certainty::from), locked.unwrap_or(false));
        Ok((
            KeyedEntry {
                key,
                kind,
                certainty,
                locked,
            },
            anchor,
        ))
    }
}

impl KeyedEntry {
    /// The entry, with the place that it stands in.
    pub(super) fn at(self, file: &Arc<SourceFile>, route: Route) -> Entry {
        let KeyedEntry {
            key,
            kind,
            certainty,
            locked,
        } = self;
        Entry {
            key,
            route,
            file: Arc::clone(file),
            kind,
            certainty,
            locked,
        }
    }
}

impl From<CertaintyFile> for Certainty {
    fn from(certainty: CertaintyFile) -> Certainty {
        match certainty {
            CertaintyFile::WellEstablished => Certainty::WellEstablished,
            CertaintyFile::SomeEvidence => Certainty::SomeEvidence,
            CertaintyFile::EarlyResearch => Certainty::EarlyResearch,
            CertaintyFile::NotSupported => Certainty::NotSupported,
        }
    }
}

impl From<CalloutKindFile> for CalloutKind {
    fn from(kind: CalloutKindFile) -> CalloutKind {
        match kind {
            CalloutKindFile::Emergency => CalloutKind::Emergency,
            CalloutKindFile::Caution => CalloutKind::Caution,
            CalloutKindFile::Info => CalloutKind::Info,
            CalloutKindFile::Tip => CalloutKind::Tip,
        }
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

/// The schema of an entry, put together from the fields' own and [`KINDS`]; `anchors` are fields that
/// every entry may have, too.
fn entry_schema(generator: &mut SchemaGenerator, anchors: &[&'static str]) -> Schema {
    let fields = EntryFields::json_schema(generator);
    let field = |name: &str| {
        let mut schema = fields
            .get("properties")
            .and_then(|all| all.get(name))
            .cloned()
            .unwrap_or_default();
        // Here a field is there or not; it is not there and empty.
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

impl Definition {
    /// Reads `handout.yaml`; `folder` is the name of the folder that it lies in.
    pub fn parse(file: &Arc<SourceFile>, folder: Option<&str>) -> Result<Definition, Vec<Finding>> {
        let definition: DefinitionFile = source::parse(file)?;
        let mut findings = Vec::new();
        if let Some(folder) = folder
            && folder != definition.id.0
        {
            let message = format!(
                "the handout `{}` lies in the folder `{folder}`",
                definition.id.0
            );
            findings.push(
                Finding::error("invalid-value", message)
                    .at(file, PlaceTarget::Value(Route::default().key("id"), None))
                    .help(format!("write `id: {folder}`, or rename the folder")),
            );
        }
        let mut entries: Vec<Entry> = Vec::with_capacity(definition.sections.len());
        for (index, entry) in definition.sections.into_iter().enumerate() {
            let route = Route::default().key("sections").index(index);
            let entry = entry.at(file, route.clone());
            if entries.iter().any(|other| other.key == entry.key) {
                findings.push(
                    Finding::error(
                        "duplicate-key",
                        format!("a second block has the key `{}`", entry.key),
                    )
                    .at(file, PlaceTarget::Value(route, None))
                    .help("every block of a handout has a key of its own"),
                );
            }
            entries.push(entry);
        }
        if !findings.is_empty() {
            return Err(findings);
        }
        Ok(Definition {
            file: Arc::clone(file),
            id: definition.id.0,
            version: definition.version,
            reviewed: definition.reviewed.0,
            review_by: definition.review_by.0,
            audience: definition.audience,
            data: definition.data,
            codes: definition.codes.0.into_iter().collect(),
            entries,
        })
    }
}

impl EntryFile {
    /// The entry, with the place that it stands in.
    fn at(self, file: &Arc<SourceFile>, route: Route) -> Entry {
        let plain = match self {
            EntryFile::Keyed(keyed) => return keyed.at(file, route),
            EntryFile::Plain(plain) => plain,
        };
        let (key, kind) = match plain {
            PlainEntry::Glossary => ("glossary", EntryKind::Glossary),
            PlainEntry::Contact => ("contact", EntryKind::Contact),
            PlainEntry::References => ("references", EntryKind::References),
        };
        let file = Arc::clone(file);
        Entry {
            key: key.to_owned(),
            route,
            file,
            kind,
            certainty: None,
            locked: false,
        }
    }
}
