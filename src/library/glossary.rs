//! `glossary.yaml`: terms and their definitions.

use std::borrow::Cow;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::scalar::Slug;
use crate::finding::Finding;
use crate::source::{self, OrderedMap, Route, SourceFile};

/// A term in one language.
#[derive(Clone, Debug)]
pub(crate) struct Term {
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
pub(crate) struct Glossary {
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

    /// Finds a term by its id or its name, in the library's language or in `language`, ignoring
    /// case.
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
#[serde(try_from = "TermFields")]
struct TermFile(TermFields);

#[derive(Debug, Deserialize)]
struct TermFields {
    id: Slug,
    term: String,
    definition: Option<String>,
    prefer: Option<String>,
    #[serde(default)]
    avoid: Vec<String>,
    /// By language.
    #[serde(flatten)]
    translations: OrderedMap<Translation>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Translation {
    Term(String),
    WithDefinition(TranslatedTerm),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TranslatedTerm {
    term: String,
    definition: Option<String>,
}

impl Translation {
    fn term(&self) -> &String {
        match self {
            Translation::Term(term) => term,
            Translation::WithDefinition(translated) => &translated.term,
        }
    }

    fn definition(&self) -> Option<&String> {
        match self {
            Translation::Term(_) => None,
            Translation::WithDefinition(translated) => translated.definition.as_ref(),
        }
    }
}

impl TryFrom<TermFields> for TermFile {
    type Error = &'static str;

    fn try_from(fields: TermFields) -> Result<TermFile, Self::Error> {
        let mut languages = fields.translations.0.iter().map(|(language, _)| language);
        if languages.all(|language| source::is_language(language)) {
            Ok(TermFile(fields))
        } else {
            Err("unknown field")
        }
    }
}

impl TermFile {
    /// Returns whether `wanted`, in lower case, is the id or a name of the term.
    fn is_called(&self, wanted: &str, language: &str) -> bool {
        let translated = self.translation(language).map(Translation::term);
        [Some(&self.0.id.0), Some(&self.0.term), translated]
            .into_iter()
            .flatten()
            .any(|name| name.chars().flat_map(char::to_lowercase).eq(wanted.chars()))
    }

    fn translation(&self, language: &str) -> Option<&Translation> {
        let translations = &self.0.translations.0;
        let of = |tag: &str| translations.iter().find(|(name, _)| name == tag);
        let found = of(language).or_else(|| of(source::without_country(language)?));
        found.map(|(_, translation)| translation)
    }

    /// Returns the term in a language. `own` is the language of its field `definition`.
    fn in_language(&self, language: &str, own: &str, index: usize) -> Term {
        let TermFields {
            term, definition, ..
        } = &self.0;
        let (term, definition) = match self.translation(language) {
            Some(translation) => (translation.term(), translation.definition()),
            None if [Some(language), source::without_country(language)].contains(&Some(own)) => {
                (term, definition.as_ref())
            }
            None => (term, None),
        };
        Term {
            id: self.0.id.0.clone(),
            term: term.clone(),
            definition: definition.cloned(),
            prefer: self.0.prefer.clone(),
            avoid: self.0.avoid.clone(),
            route: Route::default().index(index),
        }
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
