//! Formats the entries of the reference list.
//!
//! The library's CSL style gives each entry its text, without the number: numbers follow the reading
//! order, see [`super::number`]. The entry's DOI or address becomes a link.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use hayagriva::archive::{ArchivedStyle, LOCALES};
use hayagriva::citationberg::{
    CitationFormat, IndependentStyle, Locale as CslLocale, LocaleCode, Style, StyleCategory,
};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest, ElemChild,
    ElemChildren, ElemMeta, Entry,
};

use super::sources::ReferenceMode;
use crate::document::{Inline, Inlines, Target};

use crate::library::Bibliography;
use crate::locale::Locale;
/// Style of a library that names none.
const DEFAULT_STYLE: ArchivedStyle = ArchivedStyle::AmericanMedicalAssociation;

/// A citation style of hayagriva's archive, in one language.
/// Formats references, each once.
pub(super) struct ReferenceFormatter {
    mode: ReferenceMode,
    style: CitationStyle,
    /// Follows the first author of a short entry.
    et_al: String,
    /// Formatted entries by citation key.
    formatted: Mutex<BTreeMap<String, Inlines>>,
}

impl ReferenceFormatter {
    pub fn new(mode: ReferenceMode, style: CitationStyle, et_al: String) -> ReferenceFormatter {
        ReferenceFormatter {
            mode,
            style,
            et_al,
            formatted: Mutex::default(),
        }
    }

    /// Formats works. The texts are `None` if the style is not numeric.
    pub fn format(&self, keys: &[&str], bibliography: &Bibliography) -> Vec<Option<Inlines>> {
        let mut formatted = self
            .formatted
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let new: Vec<&Entry> = keys
            .iter()
            .filter(|key| !formatted.contains_key(**key))
            .filter_map(|key| bibliography.get(key))
            .collect();
        let texts = match self.mode {
            _ if new.is_empty() => Vec::new(),
            ReferenceMode::Full => self.style.format(&new).unwrap_or_default(),
            ReferenceMode::Short | ReferenceMode::Qr => {
                new.iter().map(|entry| short(entry, &self.et_al)).collect()
            }
        };
        let new_keys = new.iter().map(|entry| entry.key().to_owned());
        formatted.extend(new_keys.zip(texts));
        keys.iter()
            .map(|key| formatted.get(*key).cloned())
            .collect()
    }
}

pub(super) struct CitationStyle {
    archived: ArchivedStyle,
    locale: &'static str,
    /// Decoded on first use; `None` if the style is not numeric.
    decoded: OnceLock<Option<(IndependentStyle, CslLocale)>>,
}

impl CitationStyle {
    /// Finds a style by its name; `None` if the archive has none of that name.
    pub fn by_name(name: &str, language: &str) -> Option<CitationStyle> {
        ArchivedStyle::by_name(name).map(|style| CitationStyle::new(style, language))
    }

    /// The style of a library that names none.
    pub fn default_for(language: &str) -> CitationStyle {
        CitationStyle::new(DEFAULT_STYLE, language)
    }

    fn new(archived: ArchivedStyle, language: &str) -> CitationStyle {
        CitationStyle {
            archived,
            locale: Locale::of(language).citation_locale,
            decoded: OnceLock::new(),
        }
    }

    /// Formats entries, without their numbers. `None` if the style is not numeric.
    fn format(&self, entries: &[&Entry]) -> Option<Vec<Inlines>> {
        let decoded = self
            .decoded
            .get_or_init(|| numeric_style(self.archived).zip(archived_locale(self.locale)));
        let (style, locale) = decoded.as_ref()?;
        let locales = std::slice::from_ref(locale);
        let mut driver = BibliographyDriver::new();
        for entry in entries {
            let items = vec![CitationItem::with_entry(*entry)];
            driver.citation(CitationRequest::new(items, style, None, locales, None));
        }
        let code = Some(LocaleCode(self.locale.to_owned()));
        let rendered = driver.finish(BibliographyRequest::new(style, code, locales));
        let items = rendered
            .bibliography
            .map(|bibliography| bibliography.items)
            .unwrap_or_default();
        let format = |entry: &&Entry| {
            let mut text = String::new();
            if let Some(item) = items.iter().find(|item| item.key == entry.key()) {
                push_children(&item.content, &mut text);
            }
            link(&tidy(&text), entry)
        };
        Some(entries.iter().map(format).collect())
    }
}

fn numeric_style(archived: ArchivedStyle) -> Option<IndependentStyle> {
    let Style::Independent(style) = archived.get() else {
        return None;
    };
    let numeric = StyleCategory::CitationFormat {
        format: CitationFormat::Numeric,
    };
    style.info.category.contains(&numeric).then_some(style)
}

/// Decodes one locale of the archive. Each starts with its tag, so the others need no decoding.
fn archived_locale(tag: &str) -> Option<CslLocale> {
    let is_wanted = |bytes: &&&[u8]| {
        let start = &bytes[..bytes.len().min(32)];
        start.windows(tag.len()).any(|part| part == tag.as_bytes())
    };
    ciborium::from_reader(*LOCALES.iter().find(is_wanted)?).ok()
}

/// Appends the words of an entry. Drops emphasis and the citation number.
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

/// Collapses white space and removes the punctuation that the dropped number leaves behind.
fn tidy(text: &str) -> String {
    let text: Vec<&str> = text.split_whitespace().collect();
    text.join(" ")
        .trim_start_matches(['.', ',', ')', ']', '[', '(', ' '])
        .to_owned()
}

/// Makes the entry's address a link: in place where the style prints it, else at the end.
fn link(text: &str, entry: &Entry) -> Inlines {
    let Some((address, shown)) = address(entry) else {
        return vec![Inline::Text(text.to_owned())];
    };
    // The style may print the same address, with a scheme or a label before it.
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

/// Address of a work and its printed form: its DOI, else its URL, else its PubMed number.
fn address(entry: &Entry) -> Option<(String, String)> {
    let serial_number = |key: &str| {
        entry.keyed_serial_number(key).or_else(|| {
            entry
                .parents()
                .iter()
                .find_map(|parent| parent.keyed_serial_number(key))
        })
    };
    if let Some(doi) = serial_number("doi") {
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
    let pmid = serial_number("pmid")?;
    Some((
        format!("https://pubmed.ncbi.nlm.nih.gov/{pmid}/"),
        format!("PMID {pmid}"),
    ))
}

/// Formats an entry as one short line: first author, title up to its colon, year, address.
fn short(entry: &Entry, et_al: &str) -> Inlines {
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
    use super::*;

    #[test]
    fn archive_has_the_locale_of_every_language() {
        for language in ["en", "en-GB", "sv", "nb"] {
            let tag = Locale::of(language).citation_locale;
            let locale = archived_locale(tag).unwrap();
            assert_eq!(locale.lang, Some(LocaleCode(tag.to_owned())));
        }
    }
}
