//! Reads `references.yaml`, in hayagriva's format.
//!
//! Hayagriva ignores unknown fields, and stops at the first error with words for programmers. So each entry
//! is compared with the format first, its names are read, and then hayagriva gets it.

use std::sync::Arc;

use hayagriva::Entry;
use hayagriva::types::Person;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::doi;
use super::mend::{self, MissingParent};
use super::names::{self, Names, SeveralNames};
use super::{EntryPlaces, Fault, Grade, GradedEntry, Ratings, SourceKind};
use crate::finding::{self, Finding, PlaceTarget};
use crate::source::{self, OrderedMap, PlainValue, Route, SourceFile};

/// The most findings for one file. Nobody reads more.
const MAX_FINDINGS: usize = 100;

/// Parents of parents deeper than this are refused.
const MAX_PARENTS: usize = 8;

/// Fields of an entry and of its parents.
const FIELDS: &[&str] = &[
    "type",
    "title",
    "author",
    "date",
    "parent",
    "editor",
    "affiliated",
    "publisher",
    "location",
    "organization",
    "issue",
    "chapter",
    "volume",
    "volume-total",
    "edition",
    "page-range",
    "page-total",
    "time-range",
    "runtime",
    "url",
    "serial-number",
    "serial",
    "language",
    "archive",
    "archive-location",
    "call-number",
    "note",
    "abstract",
    "genre",
];

/// Fields with text in which `$` and braces have a meaning for hayagriva.
const TEXT_FIELDS: &[&str] = &["title", "publisher", "location", "organization", "genre"];

/// Fields of a person.
const PERSON_FIELDS: &[&str] = &["name", "given-name", "prefix", "suffix", "alias"];

/// Identifiers that `serial-number` has.
const IDENTIFIERS: &[&str] = &["doi", "pmid", "pmcid", "isbn", "issn", "arxiv"];

/// Returns how to write a field of hayagriva's format, for fields that are often written otherwise.
fn field_help(name: &str) -> Option<&'static str> {
    Some(match name {
        "parent" => "write a map, as in `parent: { type: periodical, title: Pain, volume: 12 }`",
        "author" | "editor" => {
            "write one name or a list, as in `author: [\"Smith, Ann\", \"Lee, Bo\"]`"
        }
        "affiliated" => {
            "write a list, as in `affiliated: [{ role: translator, names: \"Lee, Bo\" }]`"
        }
        "date" => "write a year, a month or a day, as in `2021`, `2021-05` or `2021-05-14`",
        "url" => "write a whole address, as in `url: https://clinic.example`",
        "serial-number" => "write a map, as in `serial-number: { doi: 10.1000/182 }`",
        "page-range" => "write pages, as in `page-range: 232-243`",
        "title" => "write text in quotes, as in `title: \"Sleep and pain\"`",
        "language" => "write its tag, as in `language: de`",
        "volume" | "issue" | "edition" | "page-total" | "volume-total" => "write a number",
        _ => return None,
    })
}

/// Returns what to write instead of a field of another format.
fn foreign_field_help(name: &str) -> Option<&'static str> {
    Some(match name.to_lowercase().replace('_', "-").as_str() {
        "doi" => "write `serial-number: { doi: 10.1000/182 }`",
        "pmid" | "pubmed" => "write `serial-number: { pmid: \"12345678\" }`",
        "pmcid" | "pmc" => "write `serial-number: { pmcid: PMC1234567 }`",
        "isbn" => "write `serial-number: { isbn: 978-3-16-148410-0 }`",
        "issn" => "write `serial-number: { issn: 1469-493X }`",
        "journal" | "journaltitle" | "journal-title" | "container-title" | "periodical"
        | "publication" => "write `parent: { type: periodical, title: The journal }`",
        "booktitle" | "book-title" | "book" => "write `parent: { type: book, title: The book }`",
        "website" | "site" | "website-title" => "write `parent: { type: web, title: The site }`",
        "year" | "issued" | "published" | "publication-date" | "pubdate" => {
            "write `date: 2021`, `date: 2021-05` or `date: 2021-05-14`"
        }
        "month" => "write the month in `date`, as in `date: 2021-05`",
        "page" | "pages" | "page-ranges" => "write `page-range: 232-243`",
        "number" => {
            "write `issue` in `parent`, as in `parent: { title: Pain, volume: 3, issue: 2 }`"
        }
        "authors" | "by" => "write `author`",
        "editors" => "write `editor`",
        "link" | "uri" | "address-url" => "write `url: https://…`",
        "accessed" | "urldate" | "access-date" => {
            "write `url: { value: https://…, date: 2026-11-21 }`"
        }
        "address" | "place" | "publisher-place" => {
            "write `publisher: { name: The press, location: The town }`"
        }
        "institution" | "school" | "university" | "organisation" => "write `organization`",
        "lang" | "langid" => "write `language`",
        "abbreviation" | "short-title" | "shorttitle" => {
            "write `title: { value: The long title, short: The short title }`"
        }
        "editon" => "write `edition`",
        "keywords" | "tags" | "file" | "id" | "key" | "comment" => "delete it: it is not printed",
        _ => return None,
    })
}

/// Reads all entries of a file, or reports the errors of all.
pub(super) fn parse(file: &Arc<SourceFile>) -> Result<Vec<GradedEntry>, Vec<Finding>> {
    let entries: OrderedMap<PlainValue> = source::parse(file)?;
    let mut references = Vec::with_capacity(entries.0.len());
    let mut findings = Vec::new();
    for (key, PlainValue(value)) in entries.0 {
        if findings.len() >= MAX_FINDINGS {
            break;
        }
        match read_entry(file, &key, value) {
            Ok(reference) => references.push(reference),
            Err(more) => findings.extend(more),
        }
    }
    if findings.is_empty() {
        Ok(references)
    } else {
        findings.truncate(MAX_FINDINGS);
        Err(findings)
    }
}

fn read_entry(
    file: &Arc<SourceFile>,
    key: &str,
    value: Value,
) -> Result<GradedEntry, Vec<Finding>> {
    let route = Route::default().key(key);
    let Value::Object(mut fields) = value else {
        let message = format!("the entry `{key}` should be a map of fields");
        let finding = Finding::error("invalid-value", message);
        return Err(vec![finding.at(file, PlaceTarget::Key(route))]);
    };
    let mut reader = EntryReader {
        file,
        findings: Vec::new(),
        faults: Vec::new(),
    };
    let ratings = Ratings {
        grade: reader.own_field(&mut fields, &route, "grade", Grade::read),
        kind: reader.own_field(&mut fields, &route, "kind", SourceKind::read),
    };
    reader.fields(&mut fields, &route, 0);
    if !fields.contains_key("type") {
        let finding = Finding::error("missing-field", "the field `type` is missing");
        let finding = finding.help("say what it is: article, book, chapter, report, thesis or web");
        reader
            .findings
            .push(finding.at(file, PlaceTarget::Key(route.clone())));
    }
    if !reader.findings.is_empty() {
        return Err(reader.findings);
    }
    let missing = set_kind(&mut fields);
    let mut faults = reader.faults;
    faults.extend(missing.map(|missing| match missing {
        MissingParent::Journal => {
            missing.fault("name it, as in `parent: { type: periodical, title: Pain, volume: 12 }`")
        }
        MissingParent::Book => {
            missing.fault("name it, as in `parent: { type: book, title: The book }`")
        }
    }));
    let entries = Value::Object(Map::from_iter([(key.to_owned(), fields.into())]));
    let Some(mut entry) = to_entry(key, &entries) else {
        return Err(vec![faulty_field(file, key, &entries[key])]);
    };
    if missing.is_some() {
        mend::keep_case(&mut entry);
    }
    Ok(GradedEntry::new(
        file,
        EntryPlaces::Yaml,
        entry,
        ratings,
        faults,
    ))
}

/// Has hayagriva read a map with one entry; `None` if it cannot.
fn to_entry(key: &str, entries: &Value) -> Option<Entry> {
    let mut library = hayagriva::Library::deserialize(entries).ok()?;
    library.remove(key)
}

/// Reports the first field without which an entry can be read.
fn faulty_field(file: &Arc<SourceFile>, key: &str, fields: &Value) -> Finding {
    let route = Route::default().key(key);
    let kind = &fields["type"];
    if to_entry(key, &json!({ key: { "type": kind } })).is_none() {
        return unknown_type(kind).at_value(file, route.key("type"));
    }
    let is_readable = |name: &str| {
        let alone = json!({ key: { "type": kind, name: fields[name] } });
        to_entry(key, &alone).is_some()
    };
    let names = fields.as_object().into_iter().flat_map(Map::keys);
    match names.into_iter().find(|name| !is_readable(name)) {
        Some(name) => {
            let message = format!("`{name}` is not written as it should be");
            let finding = Finding::error("invalid-value", message);
            let help = field_help(name).map(str::to_owned);
            Finding { help, ..finding }.at_value(file, route.key(name.as_str()))
        }
        None => {
            let message = format!("the entry `{key}` cannot be read");
            Finding::error("invalid-value", message).at(file, PlaceTarget::Key(route))
        }
    }
}

/// Kinds of works that people cite. Hayagriva has more.
const TYPES: [&str; 14] = [
    "article",
    "book",
    "chapter",
    "report",
    "thesis",
    "web",
    "anthology",
    "anthos",
    "blog",
    "entry",
    "legislation",
    "newspaper",
    "proceedings",
    "video",
];

fn unknown_type(kind: &Value) -> Finding {
    let written = kind
        .as_str()
        .map_or_else(|| kind.to_string(), str::to_owned);
    let finding = Finding::error("invalid-value", format!("`{written}` is not allowed here"));
    let help = finding::did_you_mean(&written, TYPES)
        .unwrap_or_else(|| format!("write one of {}", TYPES.join(", ")));
    finding.help(help)
}

/// Kinds, besides articles, that styles print as parts of something or not at all.
const PARTS: [&str; 15] = [
    "chapter",
    "anthos",
    "entry",
    "misc",
    "manuscript",
    "repository",
    "conference",
    "exhibition",
    "original",
    "newspaper",
    "performance",
    "scene",
    "patent",
    "video",
    "audio",
];

/// Changes kinds of entries and of what they are in, for which styles print other words. Returns what is
/// missing.
///
/// Without a journal, styles print "Preprint posted online". They know no collections, and print "Published
/// online" for kinds that they do not know.
fn set_kind(fields: &mut Map<String, Value>) -> Option<MissingParent> {
    let text = |value: Option<&Value>| {
        let text = value.and_then(Value::as_str).unwrap_or_default();
        text.to_lowercase()
    };
    let kind = text(fields.get("type"));
    let parent = match fields.get("parent") {
        Some(Value::Array(parents)) => parents.first(),
        parent => parent,
    };
    let parent_kind = parent.map(|parent| text(parent.get("type")));
    let is_part = kind == "article" || PARTS.contains(&kind.as_str());
    // New kinds of the entry and of its parent; `None` keeps the kind.
    let (new_kind, new_parent_kind) = match (kind.as_str(), parent_kind.as_deref()) {
        ("misc", _) if fields.contains_key("url") => (Some("web"), None),
        ("video" | "audio", None) => (None, None),
        ("artwork", Some("article")) => (Some("report"), None),
        (_, None) if is_part => (Some("report"), None),
        ("entry", Some("")) => (Some("chapter"), Some("reference")),
        (_, Some("web")) if is_part => (Some("web"), None),
        (_, Some("conference")) if is_part => (Some("article"), Some("proceedings")),
        (_, Some("periodical" | "newspaper" | "blog")) if is_part => (Some("article"), None),
        ("article", Some("" | "proceedings" | "repository" | "misc" | "report")) => (None, None),
        ("chapter" | "anthos", Some("")) => (Some("chapter"), Some("book")),
        (_, Some("book" | "anthology" | "reference" | "proceedings")) if is_part => {
            (Some("chapter"), None)
        }
        (_, Some(_)) if is_part => (Some("chapter"), Some("book")),
        ("anthology" | "reference" | "periodical", _) => (Some("book"), None),
        _ => (None, None),
    };
    if let Some(new_kind) = new_kind {
        fields.insert("type".to_owned(), new_kind.into());
    }
    if let Some(new_kind) = new_parent_kind {
        for parent in items(fields.get_mut("parent")) {
            if let Value::Object(parent) = parent {
                parent.insert("type".to_owned(), new_kind.into());
            }
        }
    }
    match kind.as_str() {
        "article" if parent_kind.is_none() => Some(MissingParent::Journal),
        "chapter" | "anthos" | "entry" if parent_kind.is_none() => Some(MissingParent::Book),
        _ => None,
    }
}

/// Compares the fields of an entry with the format, and reads its names.
struct EntryReader<'a> {
    file: &'a Arc<SourceFile>,
    findings: Vec<Finding>,
    faults: Vec<Fault>,
}

impl EntryReader<'_> {
    /// Removes a field that hayagriva does not have, and reads it; `None` if it is missing or wrong.
    fn own_field<T>(
        &mut self,
        fields: &mut Map<String, Value>,
        route: &Route,
        name: &str,
        read: fn(&str) -> Result<T, Finding>,
    ) -> Option<T> {
        let value = fields.remove(name)?;
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        let report = |finding: Finding| {
            let finding = finding.at_value(self.file, route.key(name));
            self.findings.push(finding);
        };
        read(&text).map_err(report).ok()
    }

    fn fields(&mut self, fields: &mut Map<String, Value>, route: &Route, depth: usize) {
        for name in fields.keys() {
            self.field_name(name, route, depth);
        }
        for name in TEXT_FIELDS {
            if let Some(value) = fields.get_mut(*name) {
                escape_dollars(value);
            }
        }
        for name in ["author", "editor"] {
            if let Some(value) = fields.get_mut(name) {
                self.persons(value, &route.key(name), name);
            }
        }
        for affiliated in items(fields.get_mut("affiliated")) {
            if let Some(value) = affiliated.get_mut("names") {
                self.persons(value, &route.key("affiliated"), "affiliated");
            }
        }
        if let Some(date) = fields.get("date") {
            self.date(date, &route.key("date"));
        }
        if let Some(address) = fields.get("url") {
            let (address, place) = match address {
                Value::Object(parts) => (parts.get("value"), route.key("url").key("value")),
                address => (Some(address), route.key("url")),
            };
            if let Some(text) = address.and_then(Value::as_str)
                && let Some(finding) = mend::address_fault(text)
            {
                let finding = finding.at_value(self.file, place);
                self.faults.push(Fault::new(&["url"], finding));
                fields.remove("url");
            }
        }
        if let Some(number) = fields.get_mut("serial-number") {
            self.serial_number(number, &route.key("serial-number"));
        }
        let parent_route = route.key("parent");
        let is_list = fields.get("parent").is_some_and(Value::is_array);
        for (index, parent) in items(fields.get_mut("parent")).into_iter().enumerate() {
            let route = if is_list {
                parent_route.index(index)
            } else {
                parent_route.clone()
            };
            match parent {
                Value::Object(fields) if depth < MAX_PARENTS => {
                    self.fields(fields, &route, depth + 1);
                }
                _ => {
                    let message = "`parent` is not written as it should be";
                    let finding = Finding::error("invalid-value", message);
                    let help = field_help("parent").map(str::to_owned);
                    let finding = Finding { help, ..finding };
                    self.findings.push(finding.at_value(self.file, route));
                }
            }
        }
    }

    /// Reports a field that the format does not have.
    fn field_name(&mut self, name: &str, route: &Route, depth: usize) {
        if FIELDS.contains(&name) {
            return;
        }
        let finding = Finding::error("unknown-field", format!("no field `{name}` here"));
        let own = ["grade", "kind"].into_iter().filter(|_| depth == 0);
        let known = FIELDS.iter().copied().chain(own);
        let help = match foreign_field_help(name) {
            Some(help) => help.to_owned(),
            None => finding::did_you_mean(&name.to_lowercase(), known).unwrap_or_else(|| {
                "fields are type, title, author, date, parent, page-range, url and others: see \
                 `handout explain unknown-field`"
                    .to_owned()
            }),
        };
        let target = PlaceTarget::Key(route.key(name));
        self.findings.push(finding.help(help).at(self.file, target));
    }

    /// Reports a date such as `20200501`, which styles print as a year.
    fn date(&mut self, date: &Value, route: &Route) {
        let text = date
            .as_str()
            .map_or_else(|| date.to_string(), str::to_owned);
        // Hayagriva reports values that are no text and no number.
        let is_scalar = date.is_string() || date.is_number();
        if is_scalar && !mend::is_date(text.trim_start_matches('~')) {
            let message = format!("`{text}` is not read as a date");
            let finding = Finding::error("invalid-value", message);
            let help = field_help("date").map(str::to_owned);
            let finding = Finding { help, ..finding };
            self.findings
                .push(finding.at_value(self.file, route.clone()));
        }
    }

    /// A bare `serial-number` may be a DOI.
    fn serial_number(&mut self, number: &mut Value, route: &Route) {
        if let Value::String(text) = number
            && let Some(doi) = text.strip_prefix("https://doi.org/").or(Some(text))
            && doi.starts_with("10.")
            && doi.contains('/')
        {
            *number = json!({ "doi": doi });
        }
        self.check_doi(number, route);
        let Value::Object(numbers) = number else {
            return;
        };
        let fitting = |name: &str| {
            let lower = name.to_lowercase();
            let found = IDENTIFIERS.iter().find(|known| **known == lower);
            found.filter(|known| **known != name).copied()
        };
        for name in numbers.keys() {
            if let Some(right) = fitting(name) {
                let finding = Finding::error("unknown-field", format!("no field `{name}` here"));
                let finding = finding.help(format!("write it in small letters: `{right}`"));
                let target = PlaceTarget::Key(route.key(name.as_str()));
                self.findings.push(finding.at(self.file, target));
            }
        }
    }

    /// Reports a DOI that leads nowhere. `check` reports the smaller faults of its form.
    fn check_doi(&mut self, number: &mut Value, route: &Route) {
        if let Value::Object(numbers) = number
            && let Some(doi) = numbers.get("doi").and_then(Value::as_str)
            && let Some(finding) = doi::doi_fault(doi)
        {
            let finding = finding.at_value(self.file, route.key("doi"));
            self.faults
                .push(Fault::new(&["serial-number", "doi"], finding));
            numbers.remove("doi");
        }
    }

    /// Replaces the names of a field by maps, which hayagriva takes as they are.
    fn persons(&mut self, value: &mut Value, route: &Route, field: &'static str) {
        let is_list = value.is_array();
        let mut persons: Vec<Value> = Vec::new();
        for (index, item) in items(Some(value)).into_iter().enumerate() {
            let route = if is_list {
                route.index(index)
            } else {
                route.clone()
            };
            match item {
                Value::String(text) => match names::read(text) {
                    Ok(Names {
                        persons: read,
                        doubtful,
                        misread,
                    }) => {
                        persons.extend(read.iter().map(person_value));
                        for name in misread {
                            let finding = names::misread_name(&name).help(
                                "write `\"Last, First\"`, and an editor in the field `editor`",
                            );
                            let finding = finding.at_value(self.file, route.clone());
                            self.faults.push(Fault::new(&[field], finding));
                        }
                        for name in doubtful {
                            let finding = unclear_name(&name).at_value(self.file, route.clone());
                            self.faults.push(Fault::new(&[field], finding));
                        }
                    }
                    Err(SeveralNames) => {
                        let message = "it is unclear where each name begins";
                        let finding = Finding::error("invalid-value", message)
                            .help("write a list, as in `author: [\"Smith, Ann\", \"Lee, Bo\"]`");
                        self.findings.push(finding.at_value(self.file, route));
                    }
                },
                Value::Object(person) => {
                    for name in person.keys() {
                        if !PERSON_FIELDS.contains(&name.as_str()) {
                            self.person_field(name, &route);
                        }
                    }
                    persons.push(item.clone());
                }
                _ => persons.push(item.clone()),
            }
        }
        *value = Value::Array(persons);
    }

    fn person_field(&mut self, name: &str, route: &Route) {
        let help = match name.to_lowercase().as_str() {
            "family" | "surname" | "last" | "lastname" | "last-name" | "literal"
            | "organization" => "write `name`".to_owned(),
            "given" | "first" | "firstname" | "first-name" | "forename" => {
                "write `given-name`".to_owned()
            }
            lower => finding::did_you_mean(lower, PERSON_FIELDS.iter().copied())
                .unwrap_or_else(|| format!("fields here are {}", PERSON_FIELDS.join(", "))),
        };
        let finding = Finding::error("unknown-field", format!("no field `{name}` here"));
        let target = PlaceTarget::Key(route.key(name));
        self.findings.push(finding.help(help).at(self.file, target));
    }
}

/// Reports a name that is printed whole, because it may be that of a person or of an organisation.
fn unclear_name(name: &str) -> Finding {
    let (rest, last) = name.rsplit_once(' ').unwrap_or(("", name));
    let message = format!("`{name}` is printed whole: is it a person or an organisation?");
    let person = if last.starts_with(char::is_uppercase) {
        format!("write `\"{last}, {rest}\"` for a person, or ")
    } else {
        "write ".to_owned()
    };
    Finding::warning("unclear-name", message)
        .help(format!("{person}`{{ name: {name} }}` for an organisation"))
}

/// Returns the items of a list, or the one value.
fn items(value: Option<&mut Value>) -> Vec<&mut Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(items)) => items.iter_mut().collect(),
        Some(value) => vec![value],
    }
}

fn person_value(person: &Person) -> Value {
    let fields = [
        ("name", Some(&person.name)),
        ("given-name", person.given_name.as_ref()),
        ("suffix", person.suffix.as_ref()),
    ];
    let fields = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), Value::String(value?.clone()))));
    Value::Object(fields.collect())
}

/// Escapes `$`, with which hayagriva begins a formula. Prices print as they are.
fn escape_dollars(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('$') => {
            let is_formula = text.matches('$').count() == 2
                && text
                    .split('$')
                    .nth(1)
                    .is_some_and(|inner| inner.contains(['\\', '^', '_']));
            if !is_formula {
                *text = text.replace("\\$", "$").replace('$', "\\$");
            }
        }
        Value::Object(fields) => fields.values_mut().for_each(escape_dollars),
        _ => {}
    }
}
