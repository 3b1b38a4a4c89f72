//! Citations and the reference list.
//!
//! Numbers are ours: the first work cited is 1, the next new one 2. The text of an entry is what the
//! library's CSL style makes of it, with its DOI or address linked.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use hayagriva::archive::ArchivedStyle;
use hayagriva::citationberg::{
    CitationFormat, IndependentStyle, Locale, LocaleCode, Style, StyleCategory,
};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest, ElemChild,
    ElemChildren, ElemMeta, Entry,
};
use sha2::{Digest, Sha256};

use super::stack::Stack;
use super::words;
use crate::document::{Inline, Inlines, Target};

/// The citation keys that occur in the layers' texts, as far as can be seen without reading them.
pub fn keys_in<'a>(
    stack: &Stack,
    blocks: &BTreeSet<String>,
    known: &'a BTreeSet<String>,
) -> Vec<&'a str> {
    let mut found = BTreeSet::new();
    stack.visit_texts(&|key| blocks.contains(key), &mut |text| {
        for part in text.split('@').skip(1) {
            let end = part
                .find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/')));
            if let Some(key) = known.get(&part[..end.unwrap_or(part.len())]) {
                found.insert(key.as_str());
            }
        }
    });
    found.into_iter().collect()
}

/// The style that libraries have unless they say otherwise.
const DEFAULT_STYLE: ArchivedStyle = ArchivedStyle::AmericanMedicalAssociation;

/// The entries of the shipped bibliography as the default style gives them in English. Reading and
/// formatting them is otherwise a third of the work on a leaflet. A line for each: the [`fingerprint`]
/// of the entry, the words before its link, the link's address and words, the words after it.
const KNOWN: &str = include_str!("citation/known.tsv");

/// What tells an entry from all others, and from itself once a word of it has changed.
fn fingerprint(key: &str, source: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(key);
    hash.update([0]);
    hash.update(source);
    let half: [u8; 16] = hash.finalize()[..16].try_into().expect("32 bytes");
    format!("{:032x}", u128::from_be_bytes(half))
}

/// A citation style in a language, decoded when it is first needed.
pub struct CitationStyle {
    style: ArchivedStyle,
    language: String,
    decoded: OnceLock<Option<(IndependentStyle, Vec<Locale>)>>,
}

/// Why a style cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnusableStyle {
    /// There is none of that name.
    Unknown,
    /// It cites by author and year or in notes.
    NotNumeric,
}

impl CitationStyle {
    /// A style of the archive, by its name.
    pub fn by_name(name: &str, language: &str) -> Result<CitationStyle, UnusableStyle> {
        let style = ArchivedStyle::by_name(name).ok_or(UnusableStyle::Unknown)?;
        let style = CitationStyle {
            style,
            language: language.to_owned(),
            decoded: OnceLock::new(),
        };
        Ok(style)
    }

    /// The style that libraries have unless they say otherwise.
    pub fn default_for(language: &str) -> CitationStyle {
        CitationStyle {
            style: DEFAULT_STYLE,
            language: language.to_owned(),
            decoded: OnceLock::new(),
        }
    }

    /// An entry of the shipped bibliography as the style gives it, found by what the bibliography's file
    /// says of it; `None` where it has to be formatted.
    pub fn known(&self, key: &str, source: &str) -> Option<Inlines> {
        if self.style != DEFAULT_STYLE || locale_name(&self.language) != "en-US" {
            return None;
        }
        let fingerprint = fingerprint(key, source);
        let parts = KNOWN
            .lines()
            .find_map(|line| line.strip_prefix(&fingerprint)?.strip_prefix('\t'))?;
        let mut parts = parts.split('\t');
        let text = |words: &str| (!words.is_empty()).then(|| Inline::Text(words.to_owned()));
        let mut inlines: Inlines = parts.next().and_then(text).into_iter().collect();
        if let (Some(address), Some(shown)) = (parts.next(), parts.next()) {
            let content = vec![Inline::Text(shown.to_owned())];
            inlines.push(Inline::Link {
                target: Target::Uri(address.to_owned()),
                content,
            });
        }
        inlines.extend(parts.next().and_then(text));
        Some(inlines)
    }

    /// Decodes the style ahead of its use, as another thread may.
    pub fn prepare(&self) {
        self.decoded
            .get_or_init(|| decode(self.style, &self.language));
    }

    /// Entries as the style gives them, without their numbers.
    pub fn format(&self, entries: &[&Entry]) -> Result<Vec<Inlines>, UnusableStyle> {
        let decoded = self
            .decoded
            .get_or_init(|| decode(self.style, &self.language));
        let (style, locales) = decoded.as_ref().ok_or(UnusableStyle::NotNumeric)?;
        let mut driver = BibliographyDriver::new();
        for entry in entries {
            let items = vec![CitationItem::with_entry(*entry)];
            driver.citation(CitationRequest::new(items, style, None, locales, None));
        }
        let locale = Some(LocaleCode(locale_name(&self.language).to_owned()));
        let rendered = driver.finish(BibliographyRequest::new(style, locale, locales));
        let items = rendered
            .bibliography
            .map(|bibliography| bibliography.items)
            .unwrap_or_default();
        Ok(entries
            .iter()
            .map(|entry| {
                let item = items.iter().find(|item| item.key == entry.key());
                let mut text = String::new();
                if let Some(item) = item {
                    push_children(&item.content, &mut text);
                }
                link(&tidy(&text), entry)
            })
            .collect())
    }
}

fn decode(style: ArchivedStyle, language: &str) -> Option<(IndependentStyle, Vec<Locale>)> {
    let Style::Independent(style) = style.get() else {
        return None;
    };
    let is_numeric = style.info.category.iter().any(|category| {
        matches!(
            category,
            StyleCategory::CitationFormat {
                format: CitationFormat::Numeric
            }
        )
    });
    if !is_numeric {
        return None;
    }
    // The archive's own `locales()` decodes all 63 of them, which takes longer than all the rest.
    let locale: Locale = ciborium::from_reader(locale_bytes(locale_name(language))).ok()?;
    Some((style, vec![locale]))
}

fn locale_bytes(name: &str) -> &'static [u8] {
    match name {
        "en-GB" => include_bytes!("locales/en-GB.cbor"),
        "sv-SE" => include_bytes!("locales/sv-SE.cbor"),
        "nb-NO" => include_bytes!("locales/nb-NO.cbor"),
        _ => include_bytes!("locales/en-US.cbor"),
    }
}

fn locale_name(language: &str) -> &'static str {
    match words::primary(language) {
        "sv" => "sv-SE",
        "nb" | "no" => "nb-NO",
        "en" if language != "en" && language != "en-US" => "en-GB",
        _ => "en-US",
    }
}

/// The words of an entry; emphasis is dropped, and so is the number.
fn push_children(children: &ElemChildren, text: &mut String) {
    for child in &children.0 {
        match child {
            ElemChild::Text(formatted) => text.push_str(&formatted.text),
            ElemChild::Elem(elem) => {
                if elem.meta != Some(ElemMeta::CitationNumber) {
                    push_children(&elem.children, text);
                }
            }
            ElemChild::Markup(markup) => text.push_str(markup),
            ElemChild::Link {
                text: formatted, ..
            } => text.push_str(&formatted.text),
            ElemChild::Transparent { .. } => {}
        }
    }
}

/// White space and what is left where the number stood.
fn tidy(text: &str) -> String {
    let text: Vec<&str> = text.split_whitespace().collect();
    text.join(" ")
        .trim_start_matches(['.', ',', ')', ']', '[', '(', ' '])
        .to_owned()
}

/// The entry with its DOI, or else its address or PubMed number, as a link.
fn link(text: &str, entry: &Entry) -> Inlines {
    let Some((address, shown)) = address(entry) else {
        return vec![Inline::Text(text.to_owned())];
    };
    // The style may print the same address itself, with a scheme or a label before it.
    let bare = shown.strip_prefix("doi.org/").unwrap_or(&shown);
    let mut before = text;
    let mut after = "";
    if let Some(index) = text.rfind(bare).filter(|_| !shown.starts_with("PMID")) {
        before = &text[..index];
        after = &text[index + bare.len()..];
        for prefix in [
            "https://doi.org/",
            "http://doi.org/",
            "https://dx.doi.org/",
            "doi:",
            "doi: ",
            "DOI:",
            "DOI: ",
            "https://www.",
            "http://www.",
            "https://",
            "http://",
        ] {
            if let Some(stripped) = before.strip_suffix(prefix) {
                before = stripped;
                break;
            }
        }
        after = after.trim_start_matches('/');
    }
    let mut inlines = Vec::new();
    let before = before.trim_end();
    if !before.is_empty() {
        let stop = if before.ends_with(['.', ',', ':', ';', '?', '!']) {
            " "
        } else {
            ". "
        };
        inlines.push(Inline::Text(format!("{before}{stop}")));
    }
    inlines.push(Inline::Link {
        target: Target::Uri(address),
        content: vec![Inline::Text(shown)],
    });
    if !after.trim_matches(['.', ' ']).is_empty() {
        inlines.push(Inline::Text(after.to_owned()));
    }
    inlines
}

/// Where a work is to be found, and how that is printed.
fn address(entry: &Entry) -> Option<(String, String)> {
    let own_or_parent = |key: &str| {
        entry.keyed_serial_number(key).or_else(|| {
            entry
                .parents()
                .iter()
                .find_map(|parent| parent.keyed_serial_number(key))
        })
    };
    if let Some(doi) = own_or_parent("doi") {
        let doi = doi.trim_start_matches("https://doi.org/");
        return Some((format!("https://doi.org/{doi}"), format!("doi.org/{doi}")));
    }
    if let Some(url) = entry.url_any() {
        let url = url.value.as_str();
        if let Some(shown) = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"))
        {
            let shown = shown.trim_start_matches("www.").trim_end_matches('/');
            return Some((url.to_owned(), shown.to_owned()));
        }
    }
    let pmid = own_or_parent("pmid")?;
    Some((
        format!("https://pubmed.ncbi.nlm.nih.gov/{pmid}/"),
        format!("PMID {pmid}"),
    ))
}

/// An entry in one short line: first author, title up to its colon, year, address.
pub fn short(entry: &Entry, et_al: &str) -> Inlines {
    let mut parts: Vec<String> = Vec::new();
    if let Some((first, others)) = entry.authors().and_then(<[_]>::split_first) {
        let name = first.name_without_article().to_owned();
        parts.push(if others.is_empty() {
            name
        } else {
            format!("{name}\u{a0}{et_al}")
        });
    }
    if let Some(title) = entry.title() {
        let title = title.to_string();
        let main = title.split(": ").next().unwrap_or(&title);
        parts.push(main.trim_end_matches('.').to_owned());
    }
    if let Some(date) = entry.date_any() {
        parts.push(date.year.to_string());
    }
    let mut line = String::new();
    for part in parts {
        if !line.is_empty() {
            line.push_str(if line.ends_with(['.', '?', '!']) {
                " "
            } else {
                ". "
            });
        }
        line.push_str(&part);
    }
    if !line.ends_with(['.', '?', '!']) {
        line.push('.');
    }
    match address(entry) {
        None => vec![Inline::Text(line)],
        Some((address, shown)) => vec![
            Inline::Text(format!("{line} ")),
            Inline::Link {
                target: Target::Uri(address),
                content: vec![Inline::Text(shown)],
            },
        ],
    }
}

#[cfg(test)]
mod tests {
    use ciborium::Value;

    use super::*;

    /// What a style may ask of a locale without naming it.
    const IMPLIED: [&str; 11] = [
        "ad",
        "and",
        "bc",
        "close-inner-quote",
        "close-quote",
        "et-al",
        "no date",
        "open-inner-quote",
        "open-quote",
        "ordinal",
        "page-range-delimiter",
    ];

    fn is_numeric(style: &Style) -> bool {
        style.info().category.iter().any(|category| {
            matches!(
                category,
                StyleCategory::CitationFormat {
                    format: CitationFormat::Numeric
                }
            )
        })
    }

    fn collect_words(value: &Value, words: &mut BTreeSet<String>) {
        match value {
            Value::Text(text) => {
                words.insert(text.clone());
                words.extend(text.split_whitespace().map(str::to_owned));
            }
            Value::Array(values) => values.iter().for_each(|value| collect_words(value, words)),
            Value::Map(pairs) => pairs
                .iter()
                .for_each(|(_, value)| collect_words(value, words)),
            _ => {}
        }
    }

    fn entry<'a>(value: &'a mut Value, key: &str) -> Option<&'a mut Value> {
        value
            .as_map_mut()?
            .iter_mut()
            .find(|(name, _)| name.as_text() == Some(key))
            .map(|(_, value)| value)
    }

    /// A locale of the archive without the terms that no numeric style can ask for: each of them costs
    /// microseconds to decode, and there are hundreds.
    fn cut(locale: &[u8], words: &BTreeSet<String>) -> Vec<u8> {
        let mut locale: Value = ciborium::from_reader(locale).unwrap();
        let terms = entry(&mut locale, "terms").and_then(|terms| entry(terms, "term"));
        terms
            .and_then(Value::as_array_mut)
            .unwrap()
            .retain_mut(|term| {
                let name = entry(term, "@name")
                    .and_then(|name| name.as_text().map(str::to_owned))
                    .unwrap();
                words.contains(&name)
                    || IMPLIED.contains(&name.as_str())
                    || ["month-", "season-", "ordinal-", "long-ordinal-"]
                        .iter()
                        .any(|kind| name.starts_with(kind))
            });
        let mut bytes = Vec::new();
        ciborium::into_writer(&locale, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn known_entries_are_what_the_style_makes_of_them() {
        let library = crate::library::Library::embedded().unwrap();
        let bibliography = library.bibliography();
        let style = CitationStyle::default_for("en");
        let mut lines = String::new();
        for key in bibliography.keys() {
            let entry = bibliography.get(key).unwrap().unwrap();
            let inlines = style.format(&[entry]).unwrap().remove(0);
            let source = bibliography.source(key).unwrap();
            lines += &fingerprint(key, source);
            let [before, address, shown, after] = match inlines.as_slice() {
                [Inline::Text(text)] => [text, "", "", ""],
                [
                    Inline::Text(before),
                    Inline::Link {
                        target: Target::Uri(address),
                        content,
                    },
                    rest @ ..,
                ] => {
                    let [Inline::Text(shown)] = content.as_slice() else {
                        panic!("{content:?}")
                    };
                    let after = match rest {
                        [] => "",
                        [Inline::Text(after)] => after,
                        _ => panic!("{rest:?}"),
                    };
                    [before, address, shown, after]
                }
                _ => panic!("{inlines:?}"),
            };
            for part in [before, address, shown, after] {
                assert!(!part.contains(['\t', '\n']), "{key}");
                lines += "\t";
                lines += part;
            }
            let end = lines.trim_end_matches('\t').len();
            lines.truncate(end);
            lines += "\n";
            if std::env::var_os("WRITE_KNOWN").is_none() {
                assert_eq!(
                    style.known(key, source),
                    Some(inlines),
                    "{key}: run once with WRITE_KNOWN=1"
                );
                assert_eq!(style.known(key, &format!("{source} ")), None);
            }
        }
        // After a change of the bibliography or of hayagriva, run once with this variable to write them anew.
        if std::env::var_os("WRITE_KNOWN").is_some() {
            std::fs::write("src/resolve/citation/known.tsv", lines).unwrap();
        } else {
            assert!(
                lines == KNOWN,
                "known.tsv differs: run once with WRITE_KNOWN=1"
            );
        }
    }

    #[test]
    fn locales_are_those_of_the_archive_with_all_that_numeric_styles_use() {
        let mut words = BTreeSet::new();
        for style in ArchivedStyle::all()
            .iter()
            .map(|style| style.get())
            .filter(is_numeric)
        {
            collect_words(&Value::serialized(&style).unwrap(), &mut words);
        }
        for name in ["en-US", "en-GB", "sv-SE", "nb-NO"] {
            let is_it = |bytes: &&&[u8]| {
                let locale: Locale = ciborium::from_reader(**bytes).unwrap();
                locale.lang.is_some_and(|lang| lang.0 == name)
            };
            let whole = hayagriva::archive::LOCALES.iter().find(is_it).unwrap();
            let cut = cut(whole, &words);
            // After an update of the archive, run once with this variable to write them anew.
            if std::env::var_os("WRITE_LOCALES").is_some() {
                std::fs::write(format!("src/resolve/locales/{name}.cbor"), &cut).unwrap();
            } else {
                assert!(locale_bytes(name) == cut, "{name} differs");
            }
        }
    }
}
