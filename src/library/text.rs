//! Text layers: words by key, in one language.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value, json};

use crate::finding::Finding;
use crate::source::{self, OrderedMap, Route, SourceFile};

/// A text layer: words by key.
#[derive(Clone, Debug)]
pub struct TextLayer {
    /// The file it came from.
    pub file: Arc<SourceFile>,
    /// Where in that file it stands (the root, or within a clinic's `text`).
    pub route: Route,
    /// Its entries in the order of the file: block keys, and `title`, `subtitle`, `short-title`,
    /// `closing`, `words`.
    pub entries: Vec<(String, TextValue)>,
}

/// A value of a text layer.
#[derive(Clone, Debug, PartialEq)]
pub enum TextValue {
    /// A template.
    Text(String),
    /// `locked: true` beside the keys of a text block, and numbers such as `lines: 2`.
    Flag(bool),
    /// As in `lines: 2`.
    Number(u32),
    /// Items, rows, cells.
    List(Vec<TextValue>),
    /// Parts by name, in the order of the file.
    Map(Vec<(String, TextValue)>),
}

impl TextLayer {
    /// Reads a text file, a map from keys to words.
    pub fn parse(file: &Arc<SourceFile>) -> Result<TextLayer, Vec<Finding>> {
        let entries: TextFile = source::parse(file)?;
        Ok(TextLayer::new(file, Route::default(), entries))
    }

    /// A layer that stands at `route` in a file.
    pub(super) fn new(file: &Arc<SourceFile>, route: Route, entries: TextFile) -> TextLayer {
        TextLayer {
            file: Arc::clone(file),
            route,
            entries: entries.0,
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&TextValue> {
        self.entries
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    /// Where the value at a key of this layer stands in its file.
    pub fn route_to(&self, key: &str) -> Route {
        self.route.key(key)
    }
}

impl TextValue {
    /// A part of a map, by name.
    pub fn part(&self, name: &str) -> Option<&TextValue> {
        match self {
            TextValue::Map(parts) => parts
                .iter()
                .find(|(part, _)| part == name)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The words, if it is text.
    pub fn text(&self) -> Option<&str> {
        match self {
            TextValue::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// A text layer: words by key.
#[derive(Default)]
pub(super) struct TextFile(Vec<(String, TextValue)>);

/// The key of the shared layer under which interface words stand, by their names.
const WORDS: &str = "words";

/// What a part of a text block is.
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

/// The parts that blocks of text have. Which of them belong to which kind of block is known where the
/// definition is at hand.
const PARTS: [(&str, PartType, &str); 15] = [
    (
        "heading",
        PartType::Text,
        "The block's heading, inline Markdown.",
    ),
    (
        "title",
        PartType::Text,
        "A call-out's title, inline Markdown.",
    ),
    ("body", PartType::Text, "The block's words, Markdown."),
    (
        "actions",
        PartType::Texts,
        "What the reader can do now; of the main message.",
    ),
    (
        "intro",
        PartType::Text,
        "What comes before the items, Markdown.",
    ),
    (
        "items",
        PartType::Items,
        "The items of a list, inline Markdown each.",
    ),
    (
        "outro",
        PartType::Text,
        "What comes after the items, Markdown.",
    ),
    (
        "caption",
        PartType::Text,
        "The caption of a table or figure, inline Markdown.",
    ),
    ("header", PartType::Texts, "The column headers of a table."),
    (
        "rows",
        PartType::Rows,
        "The rows of a table; an empty cell is one to write in.",
    ),
    (
        "note",
        PartType::Text,
        "What stands below a table, Markdown.",
    ),
    ("alt", PartType::Text, "What to say in place of a figure."),
    (
        "labels",
        PartType::Labels,
        "The words in a drawing, by the ids of its text elements.",
    ),
    ("lines", PartType::Lines, "Empty lines to write on."),
    (
        "locked",
        PartType::Flag,
        "A clinic may not reword this block, wherever it is used.",
    ),
];

impl<'de> Deserialize<'de> for TextFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<TextFile, D::Error> {
        struct TextFileVisitor;
        impl<'de> Visitor<'de> for TextFileVisitor {
            type Value = TextFile;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a map from keys to words")
            }

            fn visit_unit<E: Error>(self) -> Result<TextFile, E> {
                Ok(TextFile::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TextFile, A::Error> {
                let mut entries: Vec<(String, TextValue)> = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    if entries.iter().any(|(other, _)| *other == key) {
                        return Err(A::Error::custom(format_args!("duplicate key `{key}`")));
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

/// Text, or a map of these parts. A number that stands alone is refused, since YAML would drop its
/// leading plus or last zero.
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
    ("text", PartType::Text, "The item, inline Markdown."),
    (
        "lines",
        PartType::Lines,
        "Empty lines to write on below it.",
    ),
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
            "description": "A text layer: words by key. Every text is a Handlebars template whose result is Markdown.",
            "type": "object",
            "properties": {
                "title": template("The handout's title, inline Markdown."),
                "subtitle": template("Below the title, inline Markdown."),
                "short-title": template("A shorter title, for the foot of the page."),
                "closing": template("What stands at the very end, in small print; in the shared layer."),
                WORDS: {
                    "description": "Interface words to use instead of the built-in ones; in the shared layer.",
                    "type": "object",
                    "additionalProperties": { "type": "string" },
                },
            },
            "additionalProperties": {
                "description": "A block's words.",
                "anyOf": [{ "type": "string" }, parts_schema(&PARTS)],
            },
        })
    }
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
