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
    pub(crate) file: Arc<SourceFile>,
    pub(crate) route: Route,
}

/// The terms of a library, perhaps with those of a clinic after them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Glossary {
    entries: Vec<Arc<TermEntry>>,
}

/// A term, and where it is written.
#[derive(Debug)]
struct TermEntry {
    file: Arc<SourceFile>,
    index: usize,
    /// The language of `term` and `definition`.
    language: String,
    term: TermFile,
}

impl Glossary {
    /// Reads `glossary.yaml`; `language` is the language of its fields `term` and `definition`.
    pub(super) fn parse(file: &Arc<SourceFile>, language: &str) -> Result<Glossary, Vec<Finding>> {
        let terms: Option<Vec<TermFile>> = source::parse(file)?;
        let entry = |(index, term)| {
            Arc::new(TermEntry {
                file: Arc::clone(file),
                index,
                language: language.to_owned(),
                term,
            })
        };
        let terms = terms.unwrap_or_default().into_iter().enumerate();
        Ok(Glossary {
            entries: terms.map(entry).collect(),
        })
    }

    /// Returns this glossary with another after it. A term of both is an error: the words of a
    /// leaflet must not change unseen.
    pub(super) fn and(&self, other: &Glossary) -> Result<Glossary, Vec<Finding>> {
        let duplicate = |entry: &Arc<TermEntry>| {
            let id = &entry.term.0.id.0;
            let mut entries = self.entries.iter();
            let first = entries.find(|first| first.term.0.id.0 == *id)?;
            let message = format!("the term `{id}` is already in `{}`", first.file.name);
            let route = Route::default().index(entry.index).key("id");
            let finding = Finding::error("duplicate-key", message).at_value(&entry.file, route);
            Some(finding.help("use that one, or give yours another id"))
        };
        let findings: Vec<Finding> = other.entries.iter().filter_map(duplicate).collect();
        if !findings.is_empty() {
            return Err(findings);
        }
        let entries = self.entries.iter().chain(&other.entries);
        Ok(Glossary {
            entries: entries.cloned().collect(),
        })
    }

    /// Finds a term by its id or its name, in the library's language or in `language`, ignoring
    /// case.
    pub(crate) fn term(&self, name: &str, language: &str) -> Option<Term> {
        let wanted = name.to_lowercase();
        let mut entries = self.entries.iter();
        let entry = entries.find(|entry| entry.term.is_called(&wanted, language))?;
        Some(entry.in_language(language))
    }

    /// Returns all terms in the order of the files.
    pub(crate) fn terms(&self, language: &str) -> Vec<Term> {
        let entries = self.entries.iter();
        entries.map(|entry| entry.in_language(language)).collect()
    }
}

/// A term with its translations.
#[derive(Debug, Deserialize)]
#[serde(try_from = "TermFields")]
pub(super) struct TermFile(TermFields);

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
}

impl TermEntry {
    fn in_language(&self, language: &str) -> Term {
        let TermFields {
            term, definition, ..
        } = &self.term.0;
        let own = self.language.as_str();
        let (term, definition) = match self.term.translation(language) {
            Some(translation) => (translation.term(), translation.definition()),
            None if [Some(language), source::without_country(language)].contains(&Some(own)) => {
                (term, definition.as_ref())
            }
            None => (term, None),
        };
        Term {
            id: self.term.0.id.0.clone(),
            term: term.clone(),
            definition: definition.cloned(),
            prefer: self.term.0.prefer.clone(),
            avoid: self.term.0.avoid.clone(),
            file: Arc::clone(&self.file),
            route: Route::default().index(self.index),
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
        let mut id = generator.subschema_for::<Slug>();
        id.insert(
            "description".to_owned(),
            "The term's name in texts and files.".into(),
        );
        json_schema!({
            "type": "object",
            "properties": {
                "id": id,
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
                            "properties": {
                                "term": { "type": "string", "description": "The term." },
                                "definition": { "type": "string", "description": "The definition, inline Markdown." },
                            },
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
