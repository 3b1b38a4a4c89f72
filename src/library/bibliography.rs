//! `references.yaml` and `references.bib`: the works that handouts cite.
//!
//! 1. [`yaml`] reads hayagriva's format, and [`biblatex`] reads what Zotero exports.
//! 2. [`names`] reads the names of authors and editors.
//! 3. [`mend`] removes HTML and TeX, and fills in what styles look for elsewhere.
//!
//! Errors that make a file unreadable are reported at once. Faults of one entry belong to the entry, and
//! are reported where it is cited.

mod biblatex;
mod doi;
mod foreign;
mod markup;
mod mend;
mod names;
mod retraction;
mod yaml;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use hayagriva::Entry;
use serde_json::Value;

use super::folder::ContentFolder;
use super::lock::TextHash;
use crate::finding::{self, Finding, Place, PlaceTarget};
use crate::source::{Route, SourceFile};

pub(crate) use doi::is_doi;
pub(super) use foreign::{EXPORT_HELP, FOREIGN_EXTENSIONS};

/// Names of the files with references, in the order in which they are read.
pub(super) const REFERENCE_FILES: [&str; 2] = ["references.yaml", "references.bib"];

/// The references of a library, perhaps with those of a clinic after them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bibliography {
    /// In the order of the files.
    references: Vec<Arc<GradedEntry>>,
    /// Indices in `references` by citation key.
    by_key: BTreeMap<String, usize>,
}

#[derive(Debug)]
struct GradedEntry {
    file: Arc<SourceFile>,
    places: EntryPlaces,
    entry: Entry,
    ratings: Ratings,
    /// What is wrong with the entry.
    findings: Vec<Finding>,
}

/// Where an entry and its fields are in their file.
#[derive(Debug)]
enum EntryPlaces {
    /// By their keys.
    Yaml,
    /// By their bytes.
    Biblatex {
        key: Range<usize>,
        fields: BTreeMap<String, Range<usize>>,
    },
}

/// How strong a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grade {
    /// A guideline or large systematic review.
    A,
    /// Another systematic review or a good trial.
    B,
    /// A single small study or a narrative review.
    C,
    /// News or a web page.
    D,
}

impl Grade {
    /// Reads the field `grade`.
    fn read(text: &str) -> Result<Grade, Finding> {
        match text.trim() {
            "A" => Ok(Grade::A),
            "B" => Ok(Grade::B),
            "C" => Ok(Grade::C),
            "D" => Ok(Grade::D),
            _ => Err(
                Finding::error("invalid-value", format!("`{text}` is not allowed here"))
                    .help("write one of A, B, C, D"),
            ),
        }
    }
}

/// Kind of a source. Its name is printed after the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SourceKind {
    Guideline,
    /// A review of studies, systematic or not.
    Review,
    /// A single study.
    Study,
    News,
    /// A web page.
    Web,
}

impl SourceKind {
    const ALL: [(&str, SourceKind); 5] = [
        ("guideline", SourceKind::Guideline),
        ("review", SourceKind::Review),
        ("study", SourceKind::Study),
        ("news", SourceKind::News),
        ("web", SourceKind::Web),
    ];

    /// Reads the field `kind`.
    fn read(text: &str) -> Result<SourceKind, Finding> {
        let name = text.trim();
        let mut kinds = SourceKind::ALL.iter();
        if let Some((_, kind)) = kinds.find(|(known, _)| *known == name) {
            return Ok(*kind);
        }
        let names = SourceKind::ALL.map(|(name, _)| name);
        let allowed = names.join(", ");
        let help = match finding::did_you_mean(&name.to_lowercase(), names) {
            Some(near) => format!("{near} Allowed are {allowed}"),
            None => format!("write one of {allowed}"),
        };
        let message = format!("`{text}` is not allowed here");
        Err(Finding::error("invalid-value", message).help(help))
    }

    /// Returns the name of the interface string that readers see.
    pub(crate) fn string_name(self) -> &'static str {
        match self {
            SourceKind::Guideline => "guideline",
            SourceKind::Review => "review-of-studies",
            SourceKind::Study => "single-study",
            SourceKind::News => "news",
            SourceKind::Web => "web-page",
        }
    }
}

/// Our own fields of an entry.
#[derive(Clone, Copy, Debug, Default)]
struct Ratings {
    grade: Option<Grade>,
    kind: Option<SourceKind>,
}

/// A fault of an entry, and the field that it is in. An empty field is the entry itself. The finding gets
/// the place of the field, unless it has one.
struct Fault {
    field: Vec<&'static str>,
    finding: Finding,
}

impl Fault {
    fn new(field: &[&'static str], finding: Finding) -> Fault {
        let field = field.to_vec();
        Fault { field, finding }
    }
}

impl Bibliography {
    /// Reads the references in the folder of a library or a clinic.
    pub(super) fn load(folder: &ContentFolder) -> Result<Bibliography, Vec<Finding>> {
        let mut all = Bibliography::default();
        let mut findings = Vec::new();
        for name in REFERENCE_FILES {
            let file = folder.text(name);
            let file = file.map_err(|findings| match name.ends_with(".bib") {
                true => findings.into_iter().map(of_biblatex).collect(),
                false => findings,
            });
            let parsed = file.and_then(|file| match file {
                Some(file) => all.and(&Bibliography::parse(&file)?),
                None => Ok(all.clone()),
            });
            match parsed {
                Ok(parsed) => all = parsed,
                Err(more) => findings.extend(more),
            }
        }
        if findings.is_empty() {
            Ok(all)
        } else {
            Err(findings)
        }
    }

    /// Reads a file in the format that its name tells.
    pub(crate) fn parse(file: &Arc<SourceFile>) -> Result<Bibliography, Vec<Finding>> {
        let is_biblatex = file.name.ends_with(".bib");
        if let Some(finding) = foreign::foreign_format(file, is_biblatex) {
            return Err(vec![finding]);
        }
        let references = if is_biblatex {
            biblatex::parse(file)?
        } else {
            yaml::parse(file)?
        };
        let mut bibliography = Bibliography::default();
        for reference in references {
            bibliography.push(Arc::new(reference));
        }
        Ok(bibliography)
    }

    fn push(&mut self, reference: Arc<GradedEntry>) {
        let key = reference.entry.key().to_owned();
        self.by_key.insert(key, self.references.len());
        self.references.push(reference);
    }

    /// Returns this bibliography with another after it. A key of both is an error: the source of a
    /// statement must not change unseen.
    pub(super) fn and(&self, other: &Bibliography) -> Result<Bibliography, Vec<Finding>> {
        let mut both = self.clone();
        let mut findings = Vec::new();
        for reference in &other.references {
            let key = reference.entry.key();
            if let Some(first) = both.reference(key) {
                let message = format!("`{key}` is already in `{}`", first.file.name);
                let finding = Finding::error("duplicate-key", message);
                let finding = finding.in_place(reference.place(&[]));
                findings.push(finding.help("cite that one, or give yours another key"));
            }
            both.push(Arc::clone(reference));
        }
        if findings.is_empty() {
            Ok(both)
        } else {
            Err(findings)
        }
    }

    /// Returns the file of the first reference.
    pub(super) fn file(&self) -> Option<&Arc<SourceFile>> {
        self.references.first().map(|reference| &reference.file)
    }

    /// Returns whether there are no references.
    pub(crate) fn is_empty(&self) -> bool {
        self.references.is_empty()
    }

    /// Returns all citation keys, in the order of the files.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.references
            .iter()
            .map(|reference| reference.entry.key())
    }

    /// Returns the reference with a citation key.
    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        Some(&self.reference(key)?.entry)
    }

    /// Returns how strong a source is; `None` if it is unknown or has no grade.
    pub(crate) fn grade(&self, key: &str) -> Option<Grade> {
        self.reference(key)?.ratings.grade
    }

    /// Returns the kind of a source; `None` if there is no such source or it has no kind.
    pub(crate) fn kind(&self, key: &str) -> Option<SourceKind> {
        self.reference(key)?.ratings.kind
    }

    /// Hashes what is known about a source, without the day on which somebody opened its page. `None` if there is no
    /// such source.
    pub(crate) fn hash(&self, key: &str) -> Option<TextHash> {
        let reference = self.reference(key)?;
        let mut entry = serde_json::to_value(&reference.entry).ok()?;
        if let Some(address) = entry.get_mut("url")
            && let Some(value) = address.get_mut("value").map(Value::take)
        {
            *address = value;
        }
        let grade = reference.ratings.grade;
        Some(TextHash::of(&format!("{entry} {grade:?}")))
    }

    /// Returns what is wrong with a reference.
    pub(crate) fn findings(&self, key: &str) -> &[Finding] {
        let reference = self.reference(key);
        reference.map_or(&[], |reference| &reference.findings)
    }

    /// Returns the place of a citation key in its file.
    pub(crate) fn place(&self, key: &str) -> Option<Place> {
        Some(self.reference(key)?.place(&[]))
    }

    /// Returns the place of a field of a reference, as in `["serial-number", "doi"]`.
    pub(crate) fn value_place(&self, key: &str, field: &[&str]) -> Option<Place> {
        Some(self.reference(key)?.place(field))
    }

    fn reference(&self, key: &str) -> Option<&GradedEntry> {
        let index = *self.by_key.get(key)?;
        self.references.get(index).map(Arc::as_ref)
    }
}

/// Replaces the finding that a BibLaTeX file is not UTF-8: it says how to export the file.
fn of_biblatex(finding: Finding) -> Finding {
    if finding.id != "yaml-syntax" {
        return finding;
    }
    let message = "the file is not UTF-8 text: perhaps a program wrote it as Latin-1";
    let help = "export the references again with the character encoding Unicode (UTF-8), or save the file as \
                UTF-8 in a text editor";
    Finding {
        place: finding.place,
        ..Finding::error("bibliography-syntax", message).help(help)
    }
}

impl GradedEntry {
    /// Completes an entry that was read from a file, and keeps its faults.
    fn new(
        file: &Arc<SourceFile>,
        places: EntryPlaces,
        mut entry: Entry,
        ratings: Ratings,
        mut faults: Vec<Fault>,
    ) -> GradedEntry {
        let date = match places {
            EntryPlaces::Yaml => "date: 2021",
            EntryPlaces::Biblatex { .. } => "date = {2021}",
        };
        mend::mend(&mut entry, date, &mut faults);
        retraction::check(&entry, &mut faults);
        let mut reference = GradedEntry {
            file: Arc::clone(file),
            places,
            entry,
            ratings,
            findings: Vec::new(),
        };
        let locate = |fault: Fault| match fault.finding.place {
            Some(_) => fault.finding,
            None => fault.finding.in_place(reference.place(&fault.field)),
        };
        reference.findings = faults.into_iter().map(locate).collect();
        reference
    }

    /// Returns the place of a field; that of the citation key for an empty one.
    fn place(&self, field: &[&str]) -> Place {
        let key = self.entry.key();
        let target = match &self.places {
            EntryPlaces::Yaml if field.is_empty() => PlaceTarget::Key(Route::default().key(key)),
            EntryPlaces::Yaml => {
                let start = Route::default().key(key);
                let route = field.iter().fold(start, |route, name| route.key(*name));
                PlaceTarget::Value(route, None)
            }
            EntryPlaces::Biblatex { key, fields } => {
                let names = field
                    .iter()
                    .rev()
                    .flat_map(|name| biblatex::field_names(name));
                let mut found = names.filter_map(|name| fields.get(*name));
                PlaceTarget::Bytes(found.next().unwrap_or(key).clone())
            }
        };
        Place {
            file: Arc::clone(&self.file),
            target,
        }
    }
}
