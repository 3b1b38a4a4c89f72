//! `glossary.yaml`: terms and their definitions.

use std::borrow::Cow;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::scalar::Slug;
use crate::finding::Finding;
use crate::source::{self, OrderedMap, PlainValue, Route, SourceFile};

/// A term in one language.
#[derive(Clone, Debug)]
pub struct Term {
    pub(crate) id: String,
    pub(crate) term: String,
    /// Inline Markdown; `None` if it is not translated.
    pub(crate) definition: Option<String>,
    /// Words to use instead in running text.
    pub(crate) prefer: Option<String>,
    /// Literal words not to use in running text.
    pub(crate) avoid: Vec<String>,
    pub(crate) route: Route,
}

/// A library's glossary.
#[derive(Debug, Default)]
pub struct Glossary {
    file: Option<Arc<SourceFile>>,
    /// The language of `term` and `definition`.
    language: String,
    entries: Vec<TermFile>,
}

impl Glossary {
    /// Reads `glossary.yaml`; `language` is the language of its fields `term` and `definition`.
    pub(super) fn parse(file: Arc<SourceFile>, language: &str) -> Result<Glossary, Vec<Finding>> {
        let entries: Option<Vec<TermFile>> = source::parse(&file)?;
        Ok(Glossary {
            file: Some(file),
            language: language.to_owned(),
            entries: entries.unwrap_or_default(),
        })
    }

    /// The file, if the library has one.
    pub(crate) fn file(&self) -> Option<&Arc<SourceFile>> {
        self.file.as_ref()
    }

    /// Finds a term by its id or its name, in the library's language or in `language`, ignoring case.
    pub(crate) fn term(&self, name: &str, language: &str) -> Option<Term> {
        let wanted = name.to_lowercase();
        let index = self
            .entries
            .iter()
            .position(|entry| entry.is_called(&wanted, language))?;
        Some(self.entries[index].in_language(language, &self.language, index))
    }

    /// Returns all terms in the order of the file.
    pub(crate) fn terms(&self, language: &str) -> Vec<Term> {
        let in_language =
            |(index, entry): (usize, &TermFile)| entry.in_language(language, &self.language, index);
        self.entries.iter().enumerate().map(in_language).collect()
    }
}

/// A term with its translations.
#[derive(Debug, Deserialize)]
#[serde(try_from = "OrderedMap<PlainValue>")]
struct TermFile {
    id: String,
    term: String,
    definition: Option<String>,
    prefer: Option<String>,
    avoid: Vec<String>,
    /// Names and definitions in other languages.
    translations: Vec<(String, Translation)>,
}

#[derive(Debug)]
struct Translation {
    term: String,
    definition: Option<String>,
}

impl TermFile {
    /// Returns whether `wanted`, in lower case, is the id or a name of the term.
    fn is_called(&self, wanted: &str, language: &str) -> bool {
        let translated = self
            .translation(language)
            .map(|translation| &translation.term);
        [Some(&self.id), Some(&self.term), translated]
            .into_iter()
            .flatten()
            .any(|name| name.chars().flat_map(char::to_lowercase).eq(wanted.chars()))
    }

    fn translation(&self, language: &str) -> Option<&Translation> {
        let of = |tag: &str| self.translations.iter().find(|(name, _)| name == tag);
        let found = of(language).or_else(|| of(source::without_country(language)?));
        found.map(|(_, translation)| translation)
    }

    fn in_language(&self, language: &str, own: &str, index: usize) -> Term {
        let (term, definition) = match self.translation(language) {
            Some(translation) => (&translation.term, &translation.definition),
            None if [Some(language), source::without_country(language)].contains(&Some(own)) => {
                (&self.term, &self.definition)
            }
            None => (&self.term, &None),
        };
        Term {
            id: self.id.clone(),
            term: term.clone(),
            definition: definition.clone(),
            prefer: self.prefer.clone(),
            avoid: self.avoid.clone(),
            route: Route::default().index(index),
        }
    }
}

impl TryFrom<OrderedMap<PlainValue>> for TermFile {
    type Error = &'static str;

    fn try_from(fields: OrderedMap<PlainValue>) -> Result<TermFile, Self::Error> {
        let text = |value| match value {
            PlainValue::Text(text) => Ok(text),
            _ => Err("text is wanted here"),
        };
        let (mut id, mut term, mut definition, mut prefer) = (None, None, None, None);
        let (mut avoid, mut translations) = (Vec::new(), Vec::new());
        for (key, value) in fields.0 {
            match (key.as_str(), value) {
                ("id", value) => id = Some(Slug::try_from(text(value)?)?.0),
                ("term", value) => term = Some(text(value)?),
                ("definition", value) => definition = Some(text(value)?),
                ("prefer", value) => prefer = Some(text(value)?),
                ("avoid", PlainValue::List(words)) => {
                    avoid = words.into_iter().map(text).collect::<Result<_, _>>()?
                }
                (language, PlainValue::Text(term)) if source::is_language(language) => {
                    translations.push((
                        key,
                        Translation {
                            term,
                            definition: None,
                        },
                    ));
                }
                (language, PlainValue::Map(parts)) if source::is_language(language) => {
                    let (mut term, mut definition) = (None, None);
                    for (part, value) in parts {
                        match part.as_str() {
                            "term" => term = Some(text(value)?),
                            "definition" => definition = Some(text(value)?),
                            _ => return Err("a translation has a term and a definition"),
                        }
                    }
                    let term = term.ok_or("a translation has a term")?;
                    translations.push((key, Translation { term, definition }));
                }
                _ => return Err("unknown field"),
            }
        }
        let (id, term) = id.zip(term).ok_or("a term has an id and a term")?;
        Ok(TermFile {
            id,
            term,
            definition,
            prefer,
            avoid,
            translations,
        })
    }
}

impl JsonSchema for TermFile {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "term".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "properties": {
                "id": generator.subschema_for::<Slug>(),
                "term": { "type": "string", "description": "The term, in the library's language." },
                "definition": { "type": "string", "description": "The definition, inline Markdown." },
                "prefer": { "type": "string", "description": "Words to use instead in running text." },
                "avoid": {
                    "type": "array",
                    "items": { "type": "string" },
                    "description": "Literal words not to use in running text.",
                },
            },
            "required": ["id", "term"],
            "patternProperties": {
                source::LANGUAGE_PATTERN: {
                    "description": "The term in another language.",
                    "anyOf": [
                        { "type": "string" },
                        {
                            "type": "object",
                            "properties": { "term": { "type": "string" }, "definition": { "type": "string" } },
                            "required": ["term"],
                            "additionalProperties": false,
                        },
                    ],
                },
            },
            "additionalProperties": false,
        })
    }
}
