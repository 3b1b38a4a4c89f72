//! From what authors wrote to a [`Document`].
//!
//! 1. [`stack`]: text layers lie on each other, shared < clinic's shared < handout < clinic's handout;
//!    the topmost that has a part of a block gives its words.
//! 2. [`template`]: Handlebars fills in the clinic's and the reader's data, escaped for Markdown.
//! 3. [`markdown`]: Markdown becomes blocks and inlines, with citations, terms, badges and links.
//! 4. [`structure`]: the definition's entries become sections.
//! 5. [`number`]: citations are numbered in reading order; [`citation`] sets the reference list.
//!
//! Every problem is a [`Finding`] that points at its place in the YAML file, also when the text went
//! through a template: [`text`] keeps, for every piece of text, where it came from.
//!
//! A [`Plan`] does all this once; for each further reader only the texts that use job data are
//! rendered again.

mod citation;
mod markdown;
mod number;
mod prose;
mod reader;
mod stack;
mod structure;
mod template;
mod text;
mod typography;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::document::{Block, Document, Inlines};
use crate::finding::{Finding, Place, PlaceTarget, Severity};
use crate::library::{
    Bibliography, Clinic, Definition, Entry, Glossary, LibraryManifest, TextLayer,
};
use crate::locale::{self, Locale};
use crate::picture::Picture;
use crate::source::Route;
use citation::CitationStyle;
pub use prose::{Prose, ProseKind, ProseMark};
pub use stack::{Stack, reworded_locked_texts};
use template::{Names, Template, Voice};
use text::SourcedText;

/// What a document is made from.
#[derive(Clone)]
pub struct Sources<'a> {
    /// The library's facts.
    pub manifest: &'a LibraryManifest,
    /// The handout's structure.
    pub definition: Arc<Definition>,
    /// The shared layers in the document's language, bottom first.
    pub shared: Vec<Arc<TextLayer>>,
    /// The handout's own layers in the document's language, bottom first.
    pub handout: Vec<Arc<TextLayer>>,
    /// Who gives it; its own layers come from here.
    pub clinic: Arc<Clinic>,
    /// The library's terms.
    pub glossary: &'a Glossary,
    /// What may be cited.
    pub bibliography: Cow<'a, Bibliography>,
    /// Loads the picture of a figure, the words of its labels filled in by id.
    pub figure: Arc<LoadFigure<'a>>,
}

/// Loads the picture of a figure, the words of its labels filled in by id.
pub type LoadFigure<'a> = dyn Fn(&Entry, &BTreeMap<String, String>) -> Result<Arc<Picture>, Vec<Finding>>
    + Send
    + Sync
    + 'a;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// BCP 47 tag of the language.
    pub language: String,
    /// Today.
    pub date: Date,
    /// How the reference list is set.
    pub references: ReferenceMode,
}

/// How the reference list is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReferenceMode {
    /// Entries as the citation style gives them.
    #[default]
    Full,
    /// One short line for each.
    Short,
    /// Short lines, and a code that leads to the full list.
    Qr,
}

/// Job data of one leaflet, nested.
pub type JobData = Map<String, Value>;

/// A document, and what checks need to know about how it came about.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The document.
    pub document: Arc<Document>,
    /// The definition's entries, as the clinic has changed them.
    pub entries: Arc<[Entry]>,
    /// The texts that it was made from, values filled in, in reading order.
    pub texts: Vec<Arc<UsedText>>,
    /// Warnings and notes.
    pub findings: Vec<Finding>,
}

/// Words in a document, and where they come from.
#[derive(Debug)]
pub struct UsedText {
    /// The names that lead to it, as in `what-helps.body` or `my-plan.items.2`; empty for words that stand
    /// in no text layer. A term's definition is `glossary/TERM`.
    pub path: String,
    form: structure::Form,
    words: SourcedText,
    named_at: Option<Place>,
}

impl UsedText {
    /// The words, with their markup.
    pub fn as_str(&self) -> &str {
        self.words.as_str()
    }

    /// Whether a place in them may hold a reader's data, which findings do not repeat.
    pub fn is_filled_in(&self, offset: usize) -> bool {
        self.named_at.is_none() && !self.words.is_verbatim(offset)
    }

    /// Where a part of them stands.
    pub fn place(&self, range: Range<usize>) -> Option<Place> {
        self.named_at.clone().or_else(|| self.words.place(range))
    }
}

/// Makes one document.
pub fn resolve(
    sources: Sources<'_>,
    options: Options,
    data: &JobData,
) -> Result<Resolved, Vec<Finding>> {
    let mut names = Vec::new();
    data_names(data, "", &mut names);
    Plan::new(sources, options, &names)?.resolve(data)
}

/// The dotted paths of all values.
pub fn data_names(data: &JobData, prefix: &str, names: &mut Vec<String>) {
    for (key, value) in data {
        let name = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        match value {
            Value::Object(inner) if name.len() < 200 => data_names(inner, &name, names),
            _ => names.push(name),
        }
    }
}

/// A document for many readers: what does not depend on job data is done.
pub struct Plan<'a> {
    sources: Sources<'a>,
    options: Options,
    stack: Stack,
    entries: Arc<[Entry]>,
    targets: BTreeSet<String>,
    words: BTreeMap<&'static str, String>,
    context: Value,
    /// First names of the job data.
    job_data: Vec<String>,
    adapted: bool,
    style: CitationStyle,
    leaves: BTreeMap<String, Leaf>,
    index: WorkIndex<'a>,
    /// Formatted entries of the reference list, by citation key.
    references: Mutex<BTreeMap<String, Inlines>>,
    /// Pictures that have been loaded, by block key and labels.
    pictures: Mutex<PictureCache>,
    /// The document without job data; the document, where the text uses none.
    first: Option<Resolved>,
}

type PictureCache = BTreeMap<(String, BTreeMap<String, String>), Arc<Picture>>;

/// A text of a block, as far as it does not depend on the reader.
#[derive(Clone)]
enum Leaf {
    /// No layer has it.
    Absent,
    /// The same for every reader.
    Fixed(Arc<Content>),
    /// Made anew for each reader.
    PerReader(Arc<Template>, structure::Form),
}

/// A text and what it says.
#[derive(Debug)]
struct Content {
    used: Arc<UsedText>,
    inlines: Inlines,
    blocks: Vec<Block>,
}

/// The glossary and the bibliography in one language, and what has been cited.
struct WorkIndex<'a> {
    glossary: &'a Glossary,
    /// All citation keys of the bibliography.
    references: BTreeSet<String>,
    language: String,
    /// Citation keys; a citation's place here is its number until the document is complete.
    cited: Mutex<Vec<String>>,
}

/// The content of a lock; that another thread panicked while it had the lock changes nothing about it.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl markdown::Index for WorkIndex<'_> {
    fn term(&self, words: &str) -> Option<String> {
        let term = self.glossary.term(words, &self.language)?;
        Some(term.id)
    }

    fn term_names(&self) -> Vec<String> {
        let terms = self.glossary.terms(&self.language).into_iter();
        terms.flat_map(|term| [term.id, term.term]).collect()
    }

    fn citation(&self, key: &str) -> Option<u32> {
        // The entry itself is read, perhaps on another thread, when the reference list is set.
        if !self.references.contains(key) {
            return None;
        }
        let mut cited = locked(&self.cited);
        let place = cited
            .iter()
            .position(|other| other == key)
            .unwrap_or_else(|| {
                cited.push(key.to_owned());
                cited.len() - 1
            });
        u32::try_from(place).ok()
    }

    fn citation_keys(&self) -> Vec<String> {
        self.references.iter().cloned().collect()
    }
}

impl<'a> Plan<'a> {
    /// Does everything that does not depend on the reader. `data` names the job data that readers may
    /// have besides what the definition declares, as dotted paths.
    pub fn new(
        sources: Sources<'a>,
        options: Options,
        data: &[String],
    ) -> Result<Plan<'a>, Vec<Finding>> {
        let (definition, clinic) = (Arc::clone(&sources.definition), Arc::clone(&sources.clinic));
        let mut findings = Vec::new();
        let language = options.language.clone();
        let stack = Stack::new(
            &sources.shared,
            &sources.handout,
            &clinic,
            &definition.id,
            &language,
        );
        let entries = stack::changed_entries(&definition, &clinic, &stack, &mut findings);
        stack.check_locks(&entries, &language, &mut findings);
        let entries: Arc<[Entry]> = entries.into();
        let targets: BTreeSet<String> = entries.iter().map(|entry| entry.key.clone()).collect();
        let words = all_words(&stack, &language, &mut findings);
        let names: Vec<&String> = definition.data.iter().chain(data).collect();
        let (context, job_data) = context(&sources, &options, &stack, &names);
        let adapted = clinic.sections.contains_key(&definition.id)
            || targets
                .iter()
                .map(String::as_str)
                .chain(OWN_KEYS)
                .any(|key| stack.is_adapted(key));
        let style = CitationStyle::by_name(&sources.manifest.citation_style, &language);
        let style = style.unwrap_or_else(|| {
            findings.push(unusable_style(
                &sources,
                "there is no citation style of this name",
            ));
            CitationStyle::default_for(&language)
        });
        let index = WorkIndex {
            glossary: sources.glossary,
            references: sources.bibliography.keys().map(str::to_owned).collect(),
            language,
            cited: Mutex::default(),
        };
        let mut plan = Plan {
            sources,
            options,
            stack,
            entries,
            targets,
            words,
            context,
            job_data,
            adapted,
            style,
            leaves: BTreeMap::new(),
            index,
            references: Mutex::default(),
            pictures: Mutex::default(),
            first: None,
        };
        let mut assembly = structure::Assembly::new(&plan, &plan.context, structure::Pass::Plan);
        let document = assembly.document();
        let structure::Assembly {
            leaves,
            findings: mut more,
            texts,
            ..
        } = assembly;
        findings.append(&mut more);
        plan.leaves = leaves;
        if findings
            .iter()
            .any(|finding| finding.severity == Severity::Error)
        {
            return Err(findings);
        }
        let entries = Arc::clone(&plan.entries);
        plan.first = Some(Resolved {
            document: Arc::new(document),
            entries,
            texts,
            findings,
        });
        Ok(plan)
    }

    /// Has every document say this, too.
    pub fn tell(&mut self, findings: Vec<Finding>) {
        if let Some(first) = &mut self.first {
            first.findings.extend(findings);
        }
    }

    /// Whether the text uses job data, so that leaflets differ.
    pub fn uses_job_data(&self) -> bool {
        self.leaves
            .values()
            .any(|leaf| matches!(leaf, Leaf::PerReader(..)))
    }

    /// The document for one reader.
    pub fn resolve(&self, data: &JobData) -> Result<Resolved, Vec<Finding>> {
        if let Some(first) = self.first.as_ref().filter(|_| !self.uses_job_data()) {
            return Ok(first.clone());
        }
        let context = self.context_of(data);
        let mut assembly = structure::Assembly::new(self, &context, structure::Pass::Reader);
        let document = assembly.document();
        let structure::Assembly {
            findings: new,
            texts,
            ..
        } = assembly;
        let mut findings = self.findings().to_vec();
        let words = if new.is_empty() {
            Vec::new()
        } else {
            reader::words(data)
        };
        for finding in new {
            let finding = reader::without_words(finding, &words);
            // What the plan said already is not said twice.
            if !findings
                .iter()
                .any(|other| other.id == finding.id && other.message == finding.message)
            {
                findings.push(finding);
            }
        }
        if findings
            .iter()
            .any(|finding| finding.severity == Severity::Error)
        {
            return Err(findings);
        }
        let (document, entries) = (Arc::new(document), Arc::clone(&self.entries));
        Ok(Resolved {
            document,
            entries,
            texts,
            findings,
        })
    }

    /// The id of its handout.
    pub fn handout(&self) -> &str {
        &self.sources.definition.id
    }

    /// What is to be said about every document.
    pub fn findings(&self) -> &[Finding] {
        self.first.as_ref().map_or(&[], |first| &first.findings)
    }

    /// What templates may name, a reader's data filled in.
    fn context_of(&self, data: &JobData) -> Value {
        let mut context = self.context.clone();
        for name in &self.job_data {
            if let Some(value) = data.get(name) {
                overlay(&mut context[name.as_str()], value);
            }
        }
        context
    }

    /// Formats the entries of the reference list that are not formatted yet. Leaves out those that
    /// cannot be read or formatted.
    fn format_references(&self, keys: &[&str]) {
        let mut set = locked(&self.references);
        let missing: Vec<&hayagriva::Entry> = keys
            .iter()
            .filter(|key| !set.contains_key(**key))
            .filter_map(|key| self.sources.bibliography.get(key))
            .collect();
        if missing.is_empty() {
            return;
        }
        let texts = match self.options.references {
            ReferenceMode::Full => match self.style.format(&missing) {
                Ok(texts) => texts,
                Err(_) => return,
            },
            ReferenceMode::Short | ReferenceMode::Qr => missing
                .iter()
                .map(|entry| citation::short(entry, self.word("et-al")))
                .collect(),
        };
        set.extend(
            missing
                .iter()
                .map(|entry| entry.key().to_owned())
                .zip(texts),
        );
    }

    fn word(&self, name: &str) -> &str {
        self.words.get(name).map_or("", String::as_str)
    }

    fn locale(&self) -> &'static Locale {
        Locale::of(&self.options.language)
    }

    fn voice(&self) -> Voice<'_> {
        Voice {
            locale: self.locale(),
            or: self.word("or"),
            and: self.word("and"),
        }
    }

    fn names(&self) -> Names<'_> {
        Names {
            context: &self.context,
            job_data: &self.job_data,
        }
    }
}

/// Keys of the text layer that are no blocks.
pub const OWN_KEYS: [&str; 5] = ["title", "subtitle", "short-title", "closing", "words"];

fn unusable_style(sources: &Sources<'_>, message: &str) -> Finding {
    let route = Route::default().key("citation_style");
    Finding::error("invalid-value", message)
        .at(&sources.manifest.file, PlaceTarget::Value(route, None))
        .help("use a numeric style, such as `american-medical-association` or `vancouver`")
}

/// Values of a reader over the declared names.
fn overlay(under: &mut Value, over: &Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (key, value) in over {
                overlay(under.entry(key.as_str()).or_insert(Value::Null), value);
            }
        }
        (under, over) => *under = over.clone(),
    }
}

/// The words of the leaflet, as the shared layer overrides them.
fn all_words(
    stack: &Stack,
    language: &str,
    findings: &mut Vec<Finding>,
) -> BTreeMap<&'static str, String> {
    let locale = Locale::of(language);
    for name in stack.names(&["words"]) {
        if locale.string(name).is_none() {
            let finding =
                Finding::error("unknown-field", format!("there is no word named `{name}`"));
            let help =
                crate::finding::did_you_mean(name, locale::string_names()).unwrap_or_else(|| {
                    format!(
                        "there are {}",
                        locale::string_names().collect::<Vec<_>>().join(", ")
                    )
                });
            if let Some(authored) = stack.find(&["words", name]).first() {
                findings.push(
                    finding
                        .help(help)
                        .at(authored.file, PlaceTarget::Key(authored.route.clone())),
                );
            }
        }
    }
    locale::string_names()
        .map(|name| {
            let own = stack.find(&["words", name]);
            let own = own.first().and_then(|authored| authored.value.text());
            let text = match own {
                Some(text) => typography::set(text, locale.quotes),
                None => locale.string(name).unwrap_or_default().to_owned(),
            };
            (name, text)
        })
        .collect()
}

/// Everything that templates may name, and the first names of what readers bring.
fn context(
    sources: &Sources<'_>,
    options: &Options,
    stack: &Stack,
    names: &[&String],
) -> (Value, Vec<String>) {
    let Sources {
        clinic, definition, ..
    } = sources;
    let phones: Vec<String> = clinic
        .phones
        .iter()
        .map(|phone| template::unbroken(phone))
        .collect();
    let phone = match phones.as_slice() {
        [] => Value::Null,
        [only] => json!(only),
        several => json!(several),
    };
    let unbroken = |text: &Option<String>| text.as_deref().map(template::unbroken);
    let title = stack.find(&["title"]);
    let title = title
        .first()
        .and_then(|title| title.value.text())
        .filter(|title| !template::is_template(title));
    let mut context = json!({
        "clinic": {
            "name": clinic.name,
            "department": clinic.department,
            "phone": phone,
            "phones": phones,
            "email": clinic.email,
            "website": clinic.website,
            "address": clinic.address,
            "hours": clinic.hours,
            "emergency_number": unbroken(&clinic.emergency_number),
            "crisis_line": unbroken(&clinic.crisis_line),
            "imprint": clinic.imprint,
            "vars": clinic.vars,
        },
        "handout": {
            "id": definition.id,
            "title": title,
            "version": definition.version,
            "reviewed": definition.reviewed.to_string(),
            "review_by": definition.review_by.to_string(),
        },
        "date": options.date.to_string(),
    });
    let mut roots = Vec::new();
    for name in names {
        let mut steps = name.split('.');
        let Some(root) = steps.next() else { continue };
        if matches!(root, "clinic" | "handout" | "date" | "") {
            continue;
        }
        if !roots.iter().any(|other| other == root) {
            roots.push(root.to_owned());
        }
        let mut value = &mut context[root];
        for step in steps {
            if !value.is_object() {
                *value = json!({});
            }
            value = &mut value[step];
        }
    }
    (context, roots)
}

#[cfg(test)]
mod tests;
