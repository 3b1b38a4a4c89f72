//! Templates as words that people read and type: `[Choy 2015]` for `[@choy-2015]`, `[our phone]` for
//! `{{clinic.phone}}`.
//!
//! A text becomes words only if the same template comes out again. Else it is shown as it is in the file, so that
//! nothing in it is lost.

use std::collections::BTreeMap;

use hayagriva::Entry;

use super::leaflet_texts::ADDRESS_NAME;
use super::sources::Loaded;
use crate::finding::Finding;
use crate::library::{Bibliography, Handout};

/// Tag that inserts the library's text.
pub(super) const BASE_TAG: &str = "{{> base}}";
/// Longest name of an author in a label.
const MAX_AUTHOR: usize = 24;
/// Longest word of a key that is taken for an abbreviation.
const MAX_ACRONYM: usize = 4;
/// Values of the clinic that texts may print, and their labels.
const CLINIC_DETAILS: [(&str, &str); 9] = [
    ("clinic.name", "our name"),
    ("clinic.phone", "our phone"),
    ("clinic.emergency_number", "our emergency number"),
    ("clinic.crisis_line", "our crisis line"),
    ("clinic.email", "our e-mail"),
    ("clinic.website", "our website"),
    ("clinic.address", "our address"),
    ("clinic.hours", "our opening hours"),
    ("clinic.department", "our department"),
];
/// Prints the month in which the leaflet was reviewed.
const REVIEW_MONTH: &str = "date handout.reviewed \"month\"";
const LIBRARY_TEXT: &str = "the library’s text";
const OTHERWISE: &str = "otherwise";
const END: &str = "end";
/// Follows a word that is explained at a place of its own.
const EXPLAINED: &str = ", explained";

/// A text as the field shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) text: String,
    /// Words of the glossary that are explained where they first stand, in their order.
    pub(super) explained: Vec<String>,
    /// Whether the text is a template, as it is in the file.
    pub(super) is_raw: bool,
}

/// A reference that a text may cite.
pub(super) struct Source {
    /// As in `Choy 2015`.
    pub(super) label: String,
    /// Authors, title and year.
    pub(super) entry: String,
}

/// The names that texts of a leaflet may use.
pub(super) struct Vocabulary {
    /// Labels of citation keys.
    citations: BTreeMap<String, String>,
    keys: BTreeMap<String, String>,
    /// In the order of the bibliography.
    pub(super) sources: Vec<Source>,
    /// Dotted names of values and their labels.
    pub(super) details: Vec<(String, String)>,
    /// Terms of the glossary, and what they mean.
    pub(super) terms: Vec<(String, String)>,
}

impl Vocabulary {
    /// Collects the names for a leaflet in a language.
    pub(super) fn new(
        loaded: &Loaded,
        handout: &Handout,
        language: &str,
    ) -> Result<Vocabulary, Vec<Finding>> {
        let clinic = &loaded.clinic;
        let bibliography = loaded.library.bibliography_with(clinic)?;
        let glossary = loaded.library.glossary_with(clinic)?;
        let terms = glossary.terms(language).into_iter();
        let terms = terms.filter_map(|term| Some((term.term, term.definition?)));
        let mut details: Vec<(String, String)> = CLINIC_DETAILS
            .iter()
            .map(|(name, label)| ((*name).to_owned(), (*label).to_owned()))
            .collect();
        for name in clinic.vars.keys() {
            let label = format!("our {}", name.replace(['_', '-'], " "));
            add_detail(&mut details, format!("clinic.vars.{name}"), label);
        }
        let of_clinic = clinic.facts.data.iter().map(|field| &field.name);
        for name in handout.definition.data.iter().chain(of_clinic) {
            let last = name.rsplit('.').next().unwrap_or(name).replace('_', " ");
            let label = match last.as_str() {
                "date" | "time" | "name" => name.replace(['.', '_'], " "),
                _ => last,
            };
            add_detail(&mut details, name.clone(), label);
        }
        for (name, label) in [
            (ADDRESS_NAME, "name in the address"),
            (REVIEW_MONTH, "month of the last review"),
        ] {
            add_detail(&mut details, name.to_owned(), label.to_owned());
        }
        Ok(Vocabulary::of(&bibliography, details, terms.collect()))
    }

    fn of(
        bibliography: &Bibliography,
        details: Vec<(String, String)>,
        terms: Vec<(String, String)>,
    ) -> Vocabulary {
        let mut of_label: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        let entries = bibliography
            .keys()
            .filter_map(|key| Some((key, bibliography.get(key)?)));
        let entries: Vec<(&str, &Entry)> = entries.collect();
        for (key, entry) in &entries {
            of_label.entry(label(key, entry)).or_default().push(key);
        }
        let mut citations = BTreeMap::new();
        let mut sources = Vec::new();
        for (key, entry) in &entries {
            let by_author = label(key, entry);
            let is_only = of_label.get(&by_author).is_some_and(|keys| keys.len() == 1);
            let label = match is_only {
                true => by_author,
                false => label_of_key(key),
            };
            citations.insert((*key).to_owned(), label.clone());
            let entry = described(entry);
            sources.push(Source { label, entry });
        }
        let keys = citations
            .iter()
            .map(|(key, label)| (label.clone(), key.clone()));
        Vocabulary {
            keys: keys.collect(),
            citations,
            sources,
            details,
            terms,
        }
    }

    /// Returns a template as words; as it is, if words would not give the same template.
    pub(super) fn words(&self, template: &str) -> Words {
        let is_same = |words: &Words| self.template(words) == template;
        let all = self.read(template, &|_| true);
        if is_same(&all) {
            return all;
        }
        // Words that are explained at a later place keep their mark.
        let first: Vec<&String> = all
            .explained
            .iter()
            .filter(|term| is_same(&self.read(template, &|other| other == term.as_str())))
            .collect();
        let readings = [
            self.read(template, &|term| first.iter().any(|first| *first == term)),
            self.read(template, &|_| false),
        ];
        let found = readings.into_iter().find(is_same);
        found.unwrap_or_else(|| Words {
            text: template.to_owned(),
            explained: Vec::new(),
            is_raw: true,
        })
    }

    /// Returns a template as words, with explained words marked where they are; `None` if they would not give the
    /// same template.
    pub(super) fn marked_words(&self, template: &str) -> Option<String> {
        let words = self.read(template, &|_| false);
        (self.template(&words) == template).then_some(words.text)
    }

    /// Reads a template. Terms for which `hides` returns true are explained where they first stand.
    fn read(&self, template: &str, hides: &dyn Fn(&str) -> bool) -> Words {
        let mut words = Words::default();
        let mut rest = template;
        while let Some(at) = rest.find(['[', '{']) {
            let (before, mark) = rest.split_at(at);
            words.text += before;
            let found = self
                .citation_in(mark)
                .or_else(|| self.tag_in(mark))
                .map(|(label, length)| (format!("[{label}]"), length))
                .or_else(|| {
                    let (term, length) = term_in(mark)?;
                    if !hides(term) {
                        return Some((format!("[{term}{EXPLAINED}]"), length));
                    }
                    words.explained.push(term.to_owned());
                    Some((term.to_owned(), length))
                });
            let (text, length) = found.unwrap_or_else(|| (mark[..1].to_owned(), 1));
            words.text += &text;
            rest = &mark[length..];
        }
        words.text += rest;
        words
    }

    /// Returns the labels of the citation that a text begins with, and its length in the template.
    fn citation_in(&self, text: &str) -> Option<(String, usize)> {
        let inside = text.strip_prefix('[')?;
        let inside = &inside[..inside.find(']')?];
        let labels = inside.split("; ").map(|key| {
            let label = self.citations.get(key.strip_prefix('@')?)?;
            Some(label.as_str())
        });
        let labels: Option<Vec<&str>> = labels.collect();
        Some((labels?.join("; "), inside.len() + 2))
    }

    /// Returns the label of the tag that a text begins with, and its length in the template.
    fn tag_in(&self, text: &str) -> Option<(String, usize)> {
        let inside = text.strip_prefix("{{")?;
        let inside = &inside[..inside.find("}}")?];
        let label = match inside {
            "> base" => LIBRARY_TEXT.to_owned(),
            "else" => OTHERWISE.to_owned(),
            "/if" => END.to_owned(),
            _ => match inside.strip_prefix("#if ") {
                Some(name) => format!("if {}", self.label_of(name)?),
                None => self.label_of(inside)?.to_owned(),
            },
        };
        Some((label, inside.len() + 4))
    }

    fn label_of(&self, name: &str) -> Option<&str> {
        let mut details = self.details.iter();
        let (_, label) = details.find(|(known, _)| known == name)?;
        Some(label)
    }

    /// Returns the template that words mean.
    pub(super) fn template(&self, words: &Words) -> String {
        if words.is_raw {
            return words.text.clone();
        }
        let mut template = String::new();
        // Ranges of words that may be explained: not inside of marks.
        let mut plain = Vec::new();
        let mut rest = words.text.as_str();
        while let Some(at) = rest.find(['[', '{']) {
            let (before, mark) = rest.split_at(at);
            plain.push(template.len()..template.len() + before.len());
            template += before;
            let (text, length) = self.mark_in(mark);
            template += &text;
            rest = &mark[length..];
            // The address of a link has no words.
            if mark[..length].ends_with(']')
                && rest.starts_with('(')
                && let Some(end) = rest.find(')')
            {
                template += &rest[..=end];
                rest = &rest[end + 1..];
            }
        }
        plain.push(template.len()..template.len() + rest.len());
        template += rest;
        let mut marks: Vec<std::ops::Range<usize>> = Vec::new();
        for term in &words.explained {
            let mut found = plain
                .iter()
                .flat_map(|range| occurrences(&template, range.clone(), term));
            let is_free = |range: &std::ops::Range<usize>| {
                marks
                    .iter()
                    .all(|mark| mark.end <= range.start || range.end <= mark.start)
            };
            if let Some(range) = found.find(is_free) {
                marks.push(range);
            }
        }
        marks.sort_by_key(|range| std::cmp::Reverse(range.start));
        for range in marks {
            template.insert_str(range.end, "]{.term}");
            template.insert(range.start, '[');
        }
        template
    }

    /// Returns what the mark that a text begins with is in a template, and its length in the words. What is no
    /// label stays as it is.
    fn mark_in(&self, text: &str) -> (String, usize) {
        let closing = match text.starts_with("{{") {
            true => "}}",
            false => "]",
        };
        let Some(end) = text.find(closing) else {
            return (text[..1].to_owned(), 1);
        };
        let whole = &text[..end + closing.len()];
        let as_it_is = (whole.to_owned(), whole.len());
        let Some(label) = whole
            .strip_prefix('[')
            .and_then(|label| label.strip_suffix(']'))
        else {
            return match text.starts_with("{{") {
                true => as_it_is,
                false => (text[..1].to_owned(), 1),
            };
        };
        let keys = label.split("; ").map(|label| {
            let key = self.keys.get(label)?;
            Some(format!("@{key}"))
        });
        let name_of = |label: &str| {
            let mut details = self.details.iter();
            details
                .find(|(_, known)| known == label)
                .map(|(name, _)| name)
        };
        let tag = match (keys.collect::<Option<Vec<String>>>(), label) {
            (Some(keys), _) => format!("[{}]", keys.join("; ")),
            (None, LIBRARY_TEXT) => BASE_TAG.to_owned(),
            (None, OTHERWISE) => "{{else}}".to_owned(),
            (None, END) => "{{/if}}".to_owned(),
            (None, label) if label.ends_with(EXPLAINED) && label.len() > EXPLAINED.len() => {
                format!("[{}]{{.term}}", &label[..label.len() - EXPLAINED.len()])
            }
            (None, label) => match (name_of(label), label.strip_prefix("if ").and_then(name_of)) {
                (Some(name), _) => format!("{{{{{name}}}}}"),
                (None, Some(name)) => format!("{{{{#if {name}}}}}"),
                // A mark behind it belongs to it, as in `[words]{.term}`.
                (None, None) => (text[..1]).to_owned(),
            },
        };
        match tag.len() {
            1 => (tag, 1),
            _ => (tag, whole.len()),
        }
    }

    /// Returns labels in square brackets that mean nothing.
    pub(super) fn unknown_labels<'w>(&self, words: &'w Words) -> Vec<&'w str> {
        if words.is_raw {
            return Vec::new();
        }
        let mut unknown = Vec::new();
        let mut rest = words.text.as_str();
        while let Some(at) = rest.find('[') {
            let mark = &rest[at..];
            let Some(end) = mark.find(']') else {
                break;
            };
            let after = &mark[end + 1..];
            let (_, length) = self.mark_in(mark);
            if length == 1 && end > 1 && !after.starts_with(['(', '{', '[']) {
                unknown.push(&mark[1..end]);
            }
            rest = &mark[length.max(1)..];
        }
        unknown
    }

    /// Returns the sources that words cite.
    pub(super) fn cited<'v>(&'v self, words: &Words) -> Vec<&'v Source> {
        let template = self.template(words);
        let is_cited = |source: &&Source| {
            let key = self.keys.get(&source.label);
            key.is_some_and(|key| {
                let mark = format!("@{key}");
                let ends = template
                    .match_indices(&mark)
                    .map(|(at, mark)| at + mark.len());
                let mut after = ends.map(|end| &template[end..]);
                after.any(|rest| rest.starts_with([']', ';', ',', ' ']))
            })
        };
        self.sources.iter().filter(is_cited).collect()
    }
}

fn add_detail(details: &mut Vec<(String, String)>, name: String, label: String) {
    if details.iter().any(|(known, _)| *known == name) {
        return;
    }
    let is_taken = details.iter().any(|(_, known)| *known == label);
    let label = match is_taken {
        true => name.replace(['.', '_'], " "),
        false => label,
    };
    details.push((name, label));
}

/// Returns the explained word that a text begins with, and its length in the template.
fn term_in(text: &str) -> Option<(&str, usize)> {
    let inside = text.strip_prefix('[')?;
    let term = &inside[..inside.find(']')?];
    let mark = "]{.term}";
    inside[term.len()..]
        .starts_with(mark)
        .then_some((term, term.len() + mark.len() + 1))
}

/// Returns where a term stands as a whole word in a part of a text.
fn occurrences<'t>(
    text: &'t str,
    part: std::ops::Range<usize>,
    term: &'t str,
) -> impl Iterator<Item = std::ops::Range<usize>> + 't {
    let start = part.start;
    let found = text[part].match_indices(term);
    let ranges = found.map(move |(at, term)| start + at..start + at + term.len());
    ranges.filter(move |range| {
        !term.is_empty()
            && !text[..range.start].ends_with(|mark: char| mark.is_alphanumeric() || mark == ']')
            && !text[range.end..].starts_with(char::is_alphanumeric)
            && !is_in_address(text, range)
    })
}

/// Returns whether a part of a text is in a web or e-mail address.
fn is_in_address(text: &str, part: &std::ops::Range<usize>) -> bool {
    let start = text[..part.start]
        .rfind(char::is_whitespace)
        .map_or(0, |at| at + 1);
    let length = text[part.end..].find(char::is_whitespace);
    let end = length.map_or(text.len(), |length| part.end + length);
    let word = text.get(start..end).unwrap_or_default();
    word.contains("://") || (word.contains('@') && !word.contains("[@"))
}

/// Returns a short name of a reference: first author and year, else the words of its key.
pub(super) fn label(key: &str, entry: &Entry) -> String {
    let author = entry
        .authors()
        .and_then(<[_]>::first)
        .map(|author| author.name.as_str());
    let year = entry.date_any().map(|date| date.year);
    match (author, year) {
        (Some(author), Some(year))
            if author.chars().count() <= MAX_AUTHOR
                && !author.contains(['[', ']', ';', '{', '}']) =>
        {
            format!("{author} {year}")
        }
        _ => label_of_key(key),
    }
}

/// Returns `NICE NG222 2022` for `nice-ng222-2022`. Labels of two keys differ as the keys do.
pub(super) fn label_of_key(key: &str) -> String {
    let word = |word: &str| {
        let has_digit = word.contains(|mark: char| mark.is_ascii_digit());
        match has_digit || word.len() <= MAX_ACRONYM {
            true => word.to_uppercase(),
            false => super::page::capital(word),
        }
    };
    key.split('-').map(word).collect::<Vec<String>>().join(" ")
}

/// Returns authors, title and year.
fn described(entry: &Entry) -> String {
    let mut parts: Vec<String> = Vec::new();
    if let Some(authors) = entry.authors() {
        let names: Vec<&str> = authors
            .iter()
            .take(3)
            .map(|author| author.name.as_str())
            .collect();
        let others = if authors.len() > 3 { " and others" } else { "" };
        parts.push(format!("{}{others}", names.join(", ")));
    }
    if let Some(title) = entry.title() {
        parts.push(title.to_string().trim_end_matches('.').to_owned());
    }
    if let Some(date) = entry.date_any() {
        parts.push(date.year.to_string());
    }
    parts.join(". ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::font::Faces;
    use crate::library::{Library, TextValue};

    fn texts(value: &TextValue, found: &mut Vec<String>) {
        match value {
            TextValue::Text(text) => found.push(text.clone()),
            TextValue::List(items) => items.iter().for_each(|item| texts(item, found)),
            TextValue::Map(parts) => parts.iter().for_each(|(_, part)| texts(part, found)),
            TextValue::Flag(_) | TextValue::Number(_) => {}
        }
    }

    #[test]
    fn every_text_of_the_library_survives_the_field() {
        let library = Library::embedded().unwrap();
        let clinic = library
            .clinic("typical", &Faces::bundled())
            .unwrap()
            .unwrap();
        let loaded = Loaded::for_tests(library, clinic);
        let (mut raw, mut all) = (Vec::new(), 0);
        for id in loaded.library.ids() {
            let handout = loaded.library.handout(&id).unwrap();
            for language in handout.languages() {
                let vocabulary = Vocabulary::new(&loaded, &handout, &language).unwrap();
                let mut found = Vec::new();
                for layer in [
                    handout.text(&language).unwrap().unwrap(),
                    loaded.library.shared_text(&language).unwrap().unwrap(),
                ] {
                    for (_, value) in &layer.entries {
                        texts(value, &mut found);
                    }
                }
                for template in found {
                    let words = vocabulary.words(&template);
                    assert_eq!(vocabulary.template(&words), template);
                    // What the browser sends has other line ends, and the field keeps the rest.
                    all += 1;
                    if words.is_raw {
                        raw.push(template);
                    } else {
                        assert!(!words.text.contains("[@"), "{}", words.text);
                        assert!(
                            vocabulary.unknown_labels(&words).is_empty(),
                            "{}",
                            words.text
                        );
                    }
                }
            }
        }
        assert!(all > 1000, "{all}");
        assert!(raw.is_empty(), "{raw:#?}");
    }

    fn vocabulary() -> Vocabulary {
        let file = crate::source::from_bytes(
            b"choy-2015:\n  type: article\n  title: Sleep\n  author: Choy, Ernest\n  date: 2015\n",
            "references.yaml".to_owned(),
            None,
        );
        let bibliography = Bibliography::parse(&file.unwrap()).unwrap();
        let details = vec![
            ("clinic.phone".to_owned(), "our phone".to_owned()),
            ("patient.first_name".to_owned(), "first name".to_owned()),
        ];
        Vocabulary::of(&bibliography, details, Vec::new())
    }

    #[test]
    fn marks_are_words() {
        let vocabulary = vocabulary();
        let template = "Dear {{patient.first_name}}, your [pain]{.term} [@choy-2015]: {{#if clinic.phone}}call {{clinic.phone}}{{else}}come{{/if}}.\n\n{{> base}} [CBT](#x) {x}";
        let words = vocabulary.words(template);
        assert_eq!(
            words.text,
            "Dear [first name], your pain [Choy 2015]: [if our phone]call [our phone][otherwise]come[end].\n\n[the library’s text] [CBT](#x) {x}"
        );
        assert_eq!(words.explained, ["pain"]);
        assert_eq!(vocabulary.template(&words), template);
        assert_eq!(vocabulary.cited(&words).len(), 1);
    }

    #[test]
    fn addresses_are_not_explained() {
        let vocabulary = vocabulary();
        let words = Words {
            text: "See [our page](https://a.example/pain), https://b.example/pain or pain@c.example about pain.".to_owned(),
            explained: vec!["pain".to_owned()],
            ..Words::default()
        };
        let template = vocabulary.template(&words);
        assert!(
            template.ends_with("/pain or pain@c.example about [pain]{.term}."),
            "{template}"
        );
        assert!(
            template.contains("(https://a.example/pain), https://b"),
            "{template}"
        );
    }

    #[test]
    fn what_words_cannot_say_stays_a_template() {
        let vocabulary = vocabulary();
        for template in [
            "pain and [pain]{.term}",
            "{{ clinic.phone }} [our phone]",
            "[@unknown] {{#each x}}{{this}}{{/each}} {{{raw}}} {{!-- [ --}}",
            "[@choy-2015;@choy-2015] [",
            "[[[]]] {{ [ }} ] {{",
        ] {
            let words = vocabulary.words(template);
            assert_eq!(vocabulary.template(&words), template, "{words:?}");
        }
        let words = vocabulary.words("pain and [pain]{.term}");
        assert_eq!(words.text, "pain and [pain, explained]");
        assert!(vocabulary.words("see [our phone]").is_raw);
    }

    #[test]
    fn unknown_labels_are_found() {
        let words = Words {
            text: "a [Choy 2015] b [Nobody 1999] [link](#x) [term]{.term}".to_owned(),
            ..Words::default()
        };
        assert_eq!(vocabulary().unknown_labels(&words), ["Nobody 1999"]);
    }
}
