//! Text layers: templates by key, in one language.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value, json};

use PartType::{Flag, Items, Labels, Lines, Rows, Text, Texts};

use crate::finding::Finding;
use crate::locale::{self, Locale};
use crate::source::{self, OrderedMap, Route, SourceFile, Step};

/// A text layer: templates by key.
#[derive(Clone, Debug)]
pub(crate) struct TextLayer {
    pub(crate) file: Arc<SourceFile>,
    /// Route to the layer in the file: empty, or to a part of a clinic's `text`.
    pub(crate) route: Route,
    /// In the order of the file. Keys of blocks, and those of [`LEAFLET_TEXTS`].
    pub(crate) entries: Vec<(String, TextValue)>,
}

/// Keys of the text layer that are not blocks.
pub(crate) const LEAFLET_TEXTS: [&str; 7] = [
    "title",
    "subtitle",
    "short-title",
    TEXT_MESSAGE,
    "closing",
    "letter",
    "words",
];

/// Those of [`LEAFLET_TEXTS`] that a handout has and that have no parts, in reading order.
pub(crate) const TEXTS_WITHOUT_PARTS: [&str; 4] =
    ["title", "subtitle", "short-title", TEXT_MESSAGE];

/// Key of the text that is sent as a text message (SMS). It is on no page.
pub(crate) const TEXT_MESSAGE: &str = "text-message";

/// A value of a text layer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TextValue {
    /// A template.
    Text(String),
    /// As in `locked: true`.
    Flag(bool),
    /// As in `lines: 2`.
    Number(u32),
    /// Items, rows or cells.
    List(Vec<TextValue>),
    /// Parts by name, in the order of the file.
    Map(Vec<(String, TextValue)>),
}

impl TextLayer {
    /// Reads a text file.
    pub(crate) fn parse(file: &Arc<SourceFile>) -> Result<TextLayer, Vec<Finding>> {
        refuse_misread_lines(file)?;
        let entries: TextFile = source::parse(file)?;
        Ok(TextLayer::new(file, Route::default(), entries))
    }

    /// Returns the layer at `route` in a file.
    pub(super) fn new(file: &Arc<SourceFile>, route: Route, entries: TextFile) -> TextLayer {
        TextLayer {
            file: Arc::clone(file),
            route,
            entries: entries.0,
        }
    }

    /// Returns the value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&TextValue> {
        self.entries
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    /// Returns the value at a path. A block that is only a text is its body.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&TextValue> {
        let (key, parts) = path.split_first()?;
        let value = self.get(key)?;
        match (parts, value) {
            (["body"], TextValue::Text(_)) => Some(value),
            _ => parts.iter().try_fold(value, |value, part| value.part(part)),
        }
    }

    /// Warns of texts that a comment may have cut.
    pub(crate) fn doubtful_comments(&self) -> impl Iterator<Item = Finding> {
        let found = source::doubtful_comments(&self.file, &self.route).into_iter();
        let is_text = |route: &Route| {
            let Some(Step::Key(name)) = route.0.last() else {
                return true;
            };
            let part = PARTS.iter().find(|(part, _, _)| *part == *name);
            !matches!(part, Some((_, Flag | Lines, _)))
        };
        found.filter_map(move |(route, finding)| is_text(&route).then_some(finding))
    }

    /// Returns the route to the value of a key.
    pub(crate) fn route_to(&self, key: &str) -> Route {
        self.route.key(key)
    }
}

impl TextValue {
    /// Returns a part of a map.
    pub(crate) fn part(&self, name: &str) -> Option<&TextValue> {
        match self {
            TextValue::Map(parts) => parts
                .iter()
                .find(|(part, _)| part == name)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// Returns the template, if the value is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            TextValue::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Fails if YAML reads a line of structure as text, or if a comma splits a text. An example of the former is the
/// name of a part without a space after its colon.
pub(super) fn refuse_misread_lines(file: &Arc<SourceFile>) -> Result<(), Vec<Finding>> {
    let mut names: Vec<&str> = PARTS.iter().map(|(name, _, _)| *name).collect();
    names.push("text");
    let mut findings = source::misread_lines(file, &names);
    findings.extend(source::split_texts(file, &["actions", "items"]));
    if findings.is_empty() {
        Ok(())
    } else {
        Err(findings)
    }
}

/// The entries of a text layer.
#[derive(Clone, Debug, Default)]
pub(super) struct TextFile(Vec<(String, TextValue)>);

/// Most texts of a layer.
const MAX_TEXTS: usize = 5_000;

/// The key of interface strings in the shared layer.
const WORDS: &str = "words";

/// Type of a part of a text block.
#[derive(Clone, Copy)]
enum PartType {
    /// A template.
    Text,
    /// `true` or `false`.
    Flag,
    /// A list of templates.
    Texts,
    /// A list of templates, or of `{text, lines}`.
    Items,
    /// A list of lists of templates.
    Rows,
    /// Templates by name.
    Labels,
    /// A small number.
    Lines,
}

/// The parts of text blocks: name, type and description. [`crate::resolve`] checks that a part fits
/// the kind of its block.
const PARTS: [(&str, PartType, &str); 18] = [
    ("heading", Text, "The block's heading, inline Markdown."),
    ("title", Text, "A call-out's title, inline Markdown."),
    ("body", Text, "The block's text, Markdown."),
    (
        "actions",
        Texts,
        "What the reader can do now. Only in the main message.",
    ),
    ("intro", Text, "Text before the items, Markdown."),
    (
        "items",
        Items,
        "The items of a list. Each is inline Markdown.",
    ),
    ("outro", Text, "Text after the items, Markdown."),
    (
        "caption",
        Text,
        "The caption of a table or figure, inline Markdown.",
    ),
    ("header", Texts, "The column headers of a table."),
    (
        "rows",
        Rows,
        "The rows of a table. Readers write in empty cells.",
    ),
    ("note", Text, "Text below a table, Markdown."),
    ("alt", Text, "Words for readers who cannot see the figure."),
    (
        "labels",
        Labels,
        "Texts in a drawing, by the ids of its text elements.",
    ),
    ("lines", Lines, "Empty lines to write on."),
    (
        "greeting",
        Text,
        "The greeting of the letter, inline Markdown. Only in `letter`.",
    ),
    (
        "closing",
        Text,
        "The words above the signature. Only in `letter`.",
    ),
    (
        "signatures",
        Texts,
        "The names of those who sign. Only in `letter`.",
    ),
    (
        "locked",
        Flag,
        "Clinics may not reword this block anywhere.",
    ),
];

impl<'de> Deserialize<'de> for TextFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<TextFile, D::Error> {
        struct TextFileVisitor;
        impl<'de> Visitor<'de> for TextFileVisitor {
            type Value = TextFile;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a map from keys to texts")
            }

            fn visit_unit<E: Error>(self) -> Result<TextFile, E> {
                Ok(TextFile::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TextFile, A::Error> {
                let mut entries: Vec<(String, TextValue)> = Vec::new();
                let mut keys = HashSet::new();
                while let Some(key) = map.next_key::<String>()? {
                    if !keys.insert(key.clone()) {
                        return Err(A::Error::custom(format_args!("duplicate key `{key}`")));
                    }
                    if keys.len() > MAX_TEXTS {
                        return Err(A::Error::custom(format_args!(
                            "more than {MAX_TEXTS} texts"
                        )));
                    }
                    let value = match key.as_str() {
                        WORDS => labels(map.next_value()?),
                        _ => map.next_value_seed(TextOrParts { parts: &PARTS })?,
                    };
                    entries.push((key, value));
                }
                Ok(TextFile(entries))
            }
        }
        deserializer.deserialize_map(TextFileVisitor)
    }
}

fn labels(map: OrderedMap<String>) -> TextValue {
    TextValue::Map(
        map.0
            .into_iter()
            .map(|(name, text)| (name, TextValue::Text(text)))
            .collect(),
    )
}

/// Text, or a map of these parts. A number is refused, as YAML would drop a leading plus or a last
/// zero.
#[derive(Clone, Copy)]
struct TextOrParts {
    parts: &'static [(&'static str, PartType, &'static str)],
}

impl<'de> DeserializeSeed<'de> for TextOrParts {
    type Value = TextValue;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<TextValue, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TextOrParts {
    type Value = TextValue;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("text, or a map of its parts")
    }

    fn visit_unit<E: Error>(self) -> Result<TextValue, E> {
        Ok(TextValue::Text(String::new()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<TextValue, E> {
        Ok(TextValue::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<TextValue, E> {
        Ok(TextValue::Text(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TextValue, A::Error> {
        let mut parts: Vec<(String, TextValue)> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if parts.iter().any(|(other, _)| *other == name) {
                return Err(A::Error::custom(format_args!("duplicate key `{name}`")));
            }
            let Some((_, part, _)) = self.parts.iter().find(|(part, ..)| *part == name) else {
                return Err(A::Error::custom(format_args!("unknown field `{name}`")));
            };
            let texts = |texts: Vec<String>| {
                TextValue::List(texts.into_iter().map(TextValue::Text).collect())
            };
            let value = match part {
                PartType::Text => TextValue::Text(map.next_value()?),
                PartType::Flag => TextValue::Flag(map.next_value()?),
                PartType::Lines => TextValue::Number(map.next_value::<u8>()?.into()),
                PartType::Texts => texts(map.next_value()?),
                PartType::Rows => TextValue::List(
                    map.next_value::<Vec<Vec<String>>>()?
                        .into_iter()
                        .map(texts)
                        .collect(),
                ),
                PartType::Labels => labels(map.next_value()?),
                PartType::Items => TextValue::List(
                    map.next_value::<Vec<ItemText>>()?
                        .into_iter()
                        .map(|item| item.0)
                        .collect(),
                ),
            };
            parts.push((name, value));
        }
        Ok(TextValue::Map(parts))
    }
}

/// An item of a list: a template, or one with lines to write on.
struct ItemText(TextValue);

const ITEM_PARTS: [(&str, PartType, &str); 2] = [
    ("text", Text, "The item, inline Markdown."),
    ("lines", Lines, "Empty lines to write on below it."),
];

impl<'de> Deserialize<'de> for ItemText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ItemText, D::Error> {
        TextOrParts { parts: &ITEM_PARTS }
            .deserialize(deserializer)
            .map(ItemText)
    }
}

impl JsonSchema for TextFile {
    fn schema_name() -> Cow<'static, str> {
        "text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let template = |description: &str| json!({ "description": description, "type": "string" });
        json_schema!({
            "title": "text",
            "description": "A text layer: texts by key. Every text is a Handlebars template that gives Markdown.",
            "type": "object",
            "properties": {
                "title": template("The handout's title, inline Markdown."),
                "subtitle": template("The line below the title, inline Markdown."),
                "short-title": template("A shorter title for the footer."),
                TEXT_MESSAGE: template(
                    "The main message as a text message (SMS), inline Markdown: 160 characters at most. On no page."
                ),
                "closing": template("Small print at the end of the leaflet. Only in the shared layer."),
                WORDS: {
                    "description": "Interface words that replace the built-in ones. Only in the shared layer.",
                    "type": "object",
                    "properties": words_schema(),
                    "additionalProperties": { "type": "string" },
                },
            },
            "additionalProperties": {
                "description": "A block's texts.",
                "anyOf": [{ "type": "string" }, parts_schema(&PARTS)],
            },
        })
    }
}

/// Describes each interface word by its English.
fn words_schema() -> Map<String, Value> {
    let english = Locale::of("en");
    let word = |name: &'static str| {
        let description = match english.string(name).unwrap_or_default() {
            "" => "Empty in English.".to_owned(),
            text => format!("In English: “{text}”"),
        };
        (
            name.to_owned(),
            json!({ "description": description, "type": "string" }),
        )
    };
    locale::string_names().map(word).collect()
}

fn parts_schema(parts: &[(&str, PartType, &str)]) -> Value {
    let properties: Map<String, Value> = parts
        .iter()
        .map(|(name, part, description)| {
            let mut schema = match part {
                PartType::Text => json!({ "type": "string" }),
                PartType::Flag => json!({ "type": "boolean" }),
                PartType::Lines => json!({ "type": "integer", "minimum": 0, "maximum": 255 }),
                PartType::Texts => json!({ "type": "array", "items": { "type": "string" } }),
                PartType::Rows => {
                    json!({ "type": "array", "items": { "type": "array", "items": { "type": "string" } } })
                }
                PartType::Labels => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
                PartType::Items => json!({
                    "type": "array",
                    "items": { "anyOf": [{ "type": "string" }, parts_schema(&ITEM_PARTS)] },
                }),
            };
            schema["description"] = (*description).into();
            ((*name).to_owned(), schema)
        })
        .collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}
