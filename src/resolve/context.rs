//! Everything that the documents of one handout have in common.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::address;
use super::citation_index::CitationIndex;
use super::citation_style::CitationStyle;
use super::figure_pictures::FigurePictures;
use super::markdown::ShortFormWords;
use super::reader_dates::ReaderDates;
use super::reference_formatter::ReferenceFormatter;
use super::section_changes::changed_entries;
use super::smart_punctuation::smarten;
use super::sources::{Options, Purpose, Sources};
use super::template_data::TemplateData;
use super::text_layers::TextLayers;
use crate::finding::{Finding, PlaceTarget, has_errors};
use crate::library::{Entry, EntryKind, LEAFLET_TEXTS, ReviewDates, TEXT_MESSAGE};
use crate::locale::{self, Locale};
use crate::source::Route;
use crate::template::{DayFormat, Engine, Names, ValueFormat};
use crate::theme::Length;
use crate::words::has_words;

/// Interface strings that no text layer can empty: those that say that a leaflet is not for patients, and
/// headings.
const NEVER_EMPTY: [&str; 9] = [
    "draft",
    "example",
    "what-to-do",
    "glossary",
    "contact",
    "references",
    "overdue-title",
    "overdue-body",
    "own-questions",
];

/// Maximum number of letters in an interface string. Headers and footers have little space.
const MAX_STRING_LETTERS: usize = 200;

/// Sources, and values derived from them once for all readers.
pub(super) struct ResolveContext<'a> {
    pub sources: Sources<'a>,
    pub options: Options,
    pub layers: TextLayers,
    /// The definition's entries with the clinic's changes.
    pub entries: Arc<[Entry]>,
    /// Keys of the blocks, which links may lead to.
    pub targets: BTreeSet<String>,
    /// Keys of the blocks that only the full leaflet has, if this is its short form.
    absent: BTreeSet<String>,
    /// Dotted names of reader data that the definition and the clinic declare.
    declared: Vec<String>,
    /// When the leaflet was reviewed.
    pub review: ReviewDates,
    pub template_data: TemplateData,
    pub template_engine: Engine,
    /// Whether the clinic changed the handout's texts or structure.
    pub is_adapted: bool,
    pub reader_dates: ReaderDates,
    pub index: CitationIndex,
    pub references: ReferenceFormatter,
    pub pictures: FigurePictures<'a>,
    ui_strings: BTreeMap<&'static str, String>,
}

impl<'a> ResolveContext<'a> {
    /// Derives the values. `data_names` are dotted names of reader data beyond those that the definition
    /// declares.
    pub(super) fn new(
        sources: Sources<'a>,
        options: Options,
        data_names: &[String],
        findings: &mut Vec<Finding>,
    ) -> ResolveContext<'a> {
        let (definition, clinic) = (&sources.definition, &sources.clinic);
        let language = options.language.as_str();
        let layers = TextLayers::new(
            &sources.shared,
            &sources.handout,
            clinic,
            &definition.id,
            language,
        );
        let entries = changed_entries(definition, clinic, &layers, findings);
        layers.check_locks(&entries, language, findings);
        let targets: BTreeSet<String> = entries.iter().map(|entry| entry.key.clone()).collect();
        let absent = match options.length {
            Length::Full => BTreeSet::new(),
            Length::Short => {
                let absent = entries
                    .iter()
                    .filter(|entry| !is_in_short_form(entry, &entries, &layers));
                absent.map(|entry| entry.key.clone()).collect()
            }
        };
        let ui_strings = ui_strings(&layers, language, findings);
        check_language(&sources, &layers, language, findings);
        let of_clinic = clinic.facts.data.iter().map(|field| &field.name);
        let declared: Vec<String> = definition.data.iter().chain(of_clinic).cloned().collect();
        // A letter may print the address of its reader.
        let of_letter = address::names().filter(|_| options.letter);
        let data_names: Vec<String> = data_names.iter().cloned().chain(of_letter).collect();
        let review = clinic.review_dates(definition);
        let template_data =
            TemplateData::new(&sources, &options, &layers, &review, &declared, &data_names);
        let is_adapted = clinic.sections.contains_key(&definition.id)
            || targets
                .iter()
                .map(String::as_str)
                .chain(LEAFLET_TEXTS)
                // A text message is on no page.
                .filter(|key| *key != TEXT_MESSAGE)
                .any(|key| layers.is_adapted(key));
        let style = CitationStyle::by_name(&sources.manifest.citation_style, language)
            .unwrap_or_else(|| {
                let message = "there is no citation style of this name";
                findings.push(unusable_style(&sources, message));
                CitationStyle::default_for(language)
            });
        let ui_string = |name| ui_strings.get(name).cloned().unwrap_or_default();
        let template_engine = Engine::new(ValueFormat {
            locale: Locale::of(language),
            or: ui_string("or"),
            and: ui_string("and"),
            days: DayFormat::Words,
        });
        let references = ReferenceFormatter::new(
            options.references,
            options.length,
            style,
            ui_string("et-al"),
        );
        ResolveContext {
            reader_dates: ReaderDates::new(&sources, Locale::of(language)),
            index: CitationIndex::new(
                Arc::clone(&sources.glossary),
                &sources.bibliography,
                language,
            ),
            pictures: FigurePictures::new(Arc::clone(&sources.figure)),
            sources,
            layers,
            entries: entries.into(),
            targets,
            absent,
            declared,
            review,
            template_data,
            template_engine,
            is_adapted,
            references,
            ui_strings,
            options,
        }
    }

    /// What a short form says of blocks that it lacks; `None` for the full leaflet.
    pub(super) fn short_form_words(&self) -> Option<ShortFormWords<'_>> {
        (self.options.length == Length::Short).then(|| ShortFormWords {
            absent: &self.absent,
            where_they_are: self.ui_string("in-full-leaflet"),
        })
    }

    /// Returns whether the short form has an entry.
    pub(super) fn is_in_short_form(&self, entry: &Entry) -> bool {
        !self.absent.contains(&entry.key)
    }

    /// Whether an error prevents the document. Nothing prevents a draft.
    pub(super) fn is_prevented_by(&self, findings: &[Finding]) -> bool {
        self.options.purpose == Purpose::Patients && has_errors(findings)
    }

    /// An interface string in the document's language; empty if there is none of that name.
    pub(super) fn ui_string(&self, name: &str) -> &str {
        self.ui_strings.get(name).map_or("", String::as_str)
    }

    pub(super) fn locale(&self) -> &'static Locale {
        Locale::of(&self.options.language)
    }

    pub(super) fn names(&self) -> Names<'_> {
        Names {
            context: self.template_data.values.data(),
            job_data: &self.template_data.reader_roots,
            declared: &self.declared,
        }
    }
}

/// Returns whether an entry is in a short form: the main message, locked blocks, contact and references.
fn is_in_short_form(entry: &Entry, entries: &[Entry], layers: &TextLayers) -> bool {
    matches!(
        entry.kind,
        EntryKind::Contact | EntryKind::References | EntryKind::Section { main_message: true }
    ) || layers.is_locked(&entry.key, entries)
}

/// The finding for a citation style that cannot format the reference list.
pub(super) fn unusable_style(sources: &Sources<'_>, message: &str) -> Finding {
    let route = Route::default().key("citation_style");
    Finding::error("invalid-value", message)
        .at_value(&sources.manifest.file, route)
        .help("use a numeric style, such as `american-medical-association` or `vancouver`")
}

/// Reports a language that leaflets cannot be in, or that the program has no words in.
fn check_language(
    sources: &Sources<'_>,
    layers: &TextLayers,
    language: &str,
    findings: &mut Vec<Finding>,
) {
    let own = sources.handout.first().map(|layer| &layer.file);
    let file = own.unwrap_or(&sources.definition.file);
    let finding = if locale::is_right_to_left(language) {
        let message =
            format!("`{language}` is written from right to left, which no leaflet can be");
        Finding::error("unavailable-language", message)
            .help("leave this language out until the program supports it")
    } else if !Locale::of(language).has_interface() {
        let lacks = |name: &&str| layers.find(&["words", name]).is_empty();
        let missing: Vec<&str> = locale::string_names().filter(lacks).collect();
        let mut message = match Locale::of(language).has_own_dates() {
            true => format!("the program has no words in `{language}`"),
            false => format!(
                "the program does not know `{language}`: the names of months and the quotation marks are English"
            ),
        };
        if !missing.is_empty() {
            message += &format!(". These words are English: {}", missing.join(", "));
        }
        let help = match missing.as_slice() {
            [] if Locale::of(language).has_own_dates() => return,
            [] => "type quotation marks as they should print, and write no dates with `{{date}}`",
            _ => {
                "write the words below `words:` in the shared text layer; type quotation marks as \
                 they should print"
            }
        };
        Finding::warning("unavailable-language", message).help(help)
    } else {
        return;
    };
    findings.push(finding.at(file, PlaceTarget::File));
}

/// Interface strings: the built-in ones, and those that the shared layers override under `words`.
fn ui_strings(
    layers: &TextLayers,
    language: &str,
    findings: &mut Vec<Finding>,
) -> BTreeMap<&'static str, String> {
    let locale = Locale::of(language);
    for name in layers.names(&["words"]) {
        if locale.string(name).is_some() {
            continue;
        }
        let names: Vec<&str> = locale::string_names().collect();
        let finding = Finding::error("unknown-field", format!("there is no word named `{name}`"))
            .help(format!("there are {}", names.join(", ")))
            .suggest(name, names);
        if let Some(authored) = layers.find(&["words", name]).first() {
            let place = PlaceTarget::Key(authored.route.clone());
            findings.push(finding.at(authored.file, place));
        }
    }
    let string = |name: &'static str| {
        let found = layers.find(&["words", name]);
        if let Some(authored) = found.first()
            && let Some(text) = authored.value.text()
            && text.chars().count() > MAX_STRING_LETTERS
        {
            let message = format!("this is longer than {MAX_STRING_LETTERS} letters");
            let finding = Finding::error("too-large", message);
            findings.push(authored.locate(finding.help("write a word or a short sentence")));
        }
        if let Some(authored) = found.first()
            && let Some(text) = authored.value.text()
        {
            let english = Locale::of("en").string(name).unwrap_or_default();
            let problems = placeholder_problems(text, english);
            findings.extend(problems.into_iter().map(|finding| authored.locate(finding)));
        }
        if let Some(authored) = found.first()
            && NEVER_EMPTY.contains(&name)
            && authored.value.text().is_some_and(|text| !has_words(text))
        {
            let finding = Finding::error("invalid-value", "these words cannot be empty");
            findings.push(authored.locate(finding.help("write a word, or leave this line out")));
        }
        let authored = found.first().and_then(|authored| authored.value.text());
        // A draft has its mark in any case.
        let authored = authored.filter(|text| !NEVER_EMPTY.contains(&name) || has_words(text));
        let string = match authored {
            Some(text) => smarten(text, locale.quotes),
            None => locale.string(name).unwrap_or_default().to_owned(),
        };
        (name, string)
    };
    locale::string_names().map(string).collect()
}

/// Reports an interface string that lacks placeholders of the English one, such as `{page}`, or has others.
fn placeholder_problems(text: &str, english: &str) -> Vec<Finding> {
    let known = placeholders(english);
    let help = match known.is_empty() {
        true => "this word has no placeholders: leave the braces out".to_owned(),
        false => format!("write it as in `{english}`, with one brace on each side"),
    };
    if text.contains("{{") {
        let message = "this word is no template: it has placeholders with single braces, or none";
        return vec![Finding::error("invalid-value", message).help(help)];
    }
    let lacking = known.iter().filter(|name| !text.contains(name.as_str()));
    let lacking = lacking.map(|name| format!("this word does not print its `{name}`"));
    let written = placeholders(text);
    let other = written.iter().filter(|name| !known.contains(name));
    let other = other.map(|name| format!("this word has no `{name}`, which is printed as it is"));
    lacking
        .chain(other)
        .map(|message| Finding::warning("invalid-value", message).help(help.clone()))
        .collect()
}

/// Returns the names in single braces, with their braces, each once.
fn placeholders(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for rest in text.split('{').skip(1) {
        let name = rest.split_once('}').map(|(name, _)| format!("{{{name}}}"));
        names.extend(name.filter(|name| !names.contains(name)));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_placeholder_of_a_word_is_named() {
        let said = |text: &str, english: &str| {
            let problems = placeholder_problems(text, english).into_iter();
            problems
                .map(|problem| problem.message)
                .collect::<Vec<String>>()
        };
        let english = "Page {page} of {pages}";
        assert!(said("Seite {page} von {pages}", english).is_empty());
        assert_eq!(
            said("Seite {page} von {count}", english),
            [
                "this word does not print its `{pages}`",
                "this word has no `{count}`, which is printed as it is"
            ]
        );
        assert_eq!(
            said("Seite", english),
            [
                "this word does not print its `{page}`",
                "this word does not print its `{pages}`"
            ]
        );
        assert_eq!(
            said("Tipp {x}:", "Tip:"),
            ["this word has no `{x}`, which is printed as it is"]
        );
        assert_eq!(said("Seite {{page}}", english).len(), 1);
    }
}
