//! `glossary.yaml`: terms and what they mean.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::scalar::Slug;
use crate::finding::Finding;
use crate::source::{self, OrderedMap, PlainValue, Route, SourceFile};

/// A term of `glossary.yaml`, in one language.
#[derive(Clone, Debug)]
pub struct Term {
    /// Its id.
    pub id: String,
    /// The term in the language asked for.
    pub term: String,
    /// What it means, inline Markdown; absent where it is not translated.
    pub definition: Option<String>,
    /// Words to use instead in running text.
    pub prefer: Option<String>,
    /// Literal words not to use in running text.
    pub avoid: Vec<String>,
    /// Where it stands.
    pub route: Route,
}

/// A library's glossary. An entry is read when it is asked for, once.
#[derive(Debug, Default)]
pub struct Glossary {
    file: Option<Arc<SourceFile>>,
    /// The language of `term` and `definition`.
    language: String,
    entries: Vec<Slot>,
    /// The file's text with ASCII letters in lower case, made when a term is looked up.
    lower: OnceLock<String>,
    /// Where the terms are that were looked up, by name and language: leaflets ask for the same again.
    found: Mutex<BTreeMap<[String; 2], Option<usize>>>,
}

#[derive(Debug)]
struct Slot {
    /// The part of the file that has it; empty where it was read with the whole file.
    bytes: Range<usize>,
    entry: OnceLock<Result<TermFile, Vec<Finding>>>,
}

impl Glossary {
    /// Finds the entries of `glossary.yaml`; `language` is the one that `term` and `definition` are in.
    pub(super) fn index(file: Arc<SourceFile>, language: &str) -> Result<Glossary, Vec<Finding>> {
        let entries = match source::list_entries(&file.text) {
            Some(places) => places
                .into_iter()
                .map(|bytes| Slot {
                    bytes,
                    entry: OnceLock::new(),
                })
                .collect(),
            None => {
                let whole: Vec<TermFile> = source::parse(&file)?;
                whole
                    .into_iter()
                    .map(|entry| Slot {
                        bytes: 0..0,
                        entry: OnceLock::from(Ok(entry)),
                    })
                    .collect()
            }
        };
        let language = language.to_owned();
        Ok(Glossary {
            file: Some(file),
            language,
            entries,
            lower: OnceLock::new(),
            found: Mutex::default(),
        })
    }

    /// The file, if the library has one.
    pub fn file(&self) -> Option<&Arc<SourceFile>> {
        self.file.as_ref()
    }

    /// The term with this id or this name, in the library's language or in `language`, in any case;
    /// `None` if there is none.
    pub fn term(&self, name: &str, language: &str) -> Result<Option<Term>, Vec<Finding>> {
        let key = [name.to_lowercase(), language.to_owned()];
        let known = self.found().get(&key).copied();
        let index = match known {
            Some(index) => index,
            None => {
                let index = self.find(&key[0], language)?;
                self.found().insert(key, index);
                index
            }
        };
        let Some(index) = index else { return Ok(None) };
        Ok(Some(self.entry(index)?.in_language(
            language,
            &self.language,
            index,
        )))
    }

    /// The place of the entry with this id or name, which is in lower case.
    fn find(&self, wanted: &str, language: &str) -> Result<Option<usize>, Vec<Finding>> {
        // Most entries do not have the words anywhere, and need not be read.
        let may_have = |index: &usize| self.lower(*index).is_none_or(|text| text.contains(wanted));
        for index in (0..self.entries.len()).filter(may_have) {
            if self.entry(index)?.is_called(wanted, language) {
                return Ok(Some(index));
            }
        }
        // Escapes, line breaks and capitals beyond ASCII may hide a name from that look.
        for index in 0..self.entries.len() {
            if self.entry(index)?.is_called(wanted, language) {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    /// The lookups so far; that another thread panicked amid one changes nothing about them.
    fn found(&self) -> MutexGuard<'_, BTreeMap<[String; 2], Option<usize>>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All terms in the order of the file.
    pub fn terms(&self, language: &str) -> Result<Vec<Term>, Vec<Finding>> {
        (0..self.entries.len())
            .map(|index| {
                Ok(self
                    .entry(index)?
                    .in_language(language, &self.language, index))
            })
            .collect()
    }

    /// The text of an entry with ASCII letters in lower case; nothing where it was read with the whole file.
    fn lower(&self, index: usize) -> Option<&str> {
        let bytes = self.entries.get(index)?.bytes.clone();
        let text = self.lower.get_or_init(|| {
            self.file
                .as_ref()
                .map_or_else(String::new, |file| file.text.to_ascii_lowercase())
        });
        if bytes.is_empty() {
            None
        } else {
            text.get(bytes)
        }
    }

    fn entry(&self, index: usize) -> Result<&TermFile, Vec<Finding>> {
        let slot = &self.entries[index];
        let read = || {
            let file = self.file.as_ref().expect("entries come from a file");
            let entries: Vec<TermFile> = source::parse_part(file, slot.bytes.clone())?;
            entries.into_iter().next().ok_or_else(Vec::new)
        };
        slot.entry.get_or_init(read).as_ref().map_err(Clone::clone)
    }
}

/// A term and what it means.
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
    fn is_called(&self, wanted: &str, language: &str) -> bool {
        let translated = self
            .translation(language)
            .map(|translation| &translation.term);
        [Some(&self.id), Some(&self.term), translated]
            .into_iter()
            .flatten()
            .any(|name| name.to_lowercase() == wanted)
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
                "definition": { "type": "string", "description": "What it means, inline Markdown." },
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
