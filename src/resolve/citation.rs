//! Citations and the reference list.
//!
//! Numbers are ours: the first work cited is 1, the next new one 2. The text of an entry is what the
//! library's CSL style makes of it, with its DOI or address linked.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use hayagriva::archive::ArchivedStyle;
use hayagriva::citationberg::{CitationFormat, IndependentStyle, Locale, LocaleCode, Style, StyleCategory};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest, ElemChild, ElemChildren,
    ElemMeta, Entry,
};

use super::stack::Stack;
use super::words;
use crate::document::{Inline, Inlines, Target};

/// The citation keys that occur in the layers' texts, as far as can be seen without reading them.
pub fn keys_in<'a>(stack: &Stack<'a>, blocks: &BTreeSet<String>, known: &BTreeSet<&'a str>) -> Vec<&'a str> {
    let mut found = BTreeSet::new();
    stack.visit_texts(&|key| blocks.contains(key), &mut |text| {
        for part in text.split('@').skip(1) {
            let end = part.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/')));
            if let Some(key) = known.get(&part[..end.unwrap_or(part.len())]) {
                found.insert(*key);
            }
        }
    });
    found.into_iter().collect()
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
        let style = CitationStyle { style, language: language.to_owned(), decoded: OnceLock::new() };
        Ok(style)
    }

    /// The style that libraries have unless they say otherwise.
    pub fn default_for(language: &str) -> CitationStyle {
        let style = ArchivedStyle::AmericanMedicalAssociation;
        CitationStyle { style, language: language.to_owned(), decoded: OnceLock::new() }
    }

    /// Decodes the style ahead of its use, as another thread may.
    pub fn prepare(&self) {
        self.decoded.get_or_init(|| decode(self.style, &self.language));
    }

    /// Entries as the style gives them, without their numbers.
    pub fn format(&self, entries: &[&Entry]) -> Result<Vec<Inlines>, UnusableStyle> {
        let decoded = self.decoded.get_or_init(|| decode(self.style, &self.language));
        let (style, locales) = decoded.as_ref().ok_or(UnusableStyle::NotNumeric)?;
        let mut driver = BibliographyDriver::new();
        for entry in entries {
            let items = vec![CitationItem::with_entry(*entry)];
            driver.citation(CitationRequest::new(items, style, None, locales, None));
        }
        let locale = Some(LocaleCode(locale_name(&self.language).to_owned()));
        let rendered = driver.finish(BibliographyRequest::new(style, locale, locales));
        let items = rendered.bibliography.map(|bibliography| bibliography.items).unwrap_or_default();
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
    let Style::Independent(style) = style.get() else { return None };
    let is_numeric = style.info.category.iter().any(|category| {
        matches!(category, StyleCategory::CitationFormat { format: CitationFormat::Numeric })
    });
    if !is_numeric {
        return None;
    }
    // The archive's own `locales()` decodes all 63 of them, which takes longer than all the rest.
    let bytes: &[u8] = match locale_name(language) {
        "en-GB" => include_bytes!("locales/en-GB.cbor"),
        "sv-SE" => include_bytes!("locales/sv-SE.cbor"),
        "nb-NO" => include_bytes!("locales/nb-NO.cbor"),
        _ => include_bytes!("locales/en-US.cbor"),
    };
    let locale: Locale = ciborium::from_reader(bytes).ok()?;
    Some((style, vec![locale]))
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
            ElemChild::Link { text: formatted, .. } => text.push_str(&formatted.text),
            ElemChild::Transparent { .. } => {}
        }
    }
}

/// White space and what is left where the number stood.
fn tidy(text: &str) -> String {
    let text: Vec<&str> = text.split_whitespace().collect();
    text.join(" ").trim_start_matches(['.', ',', ')', ']', '[', '(', ' ']).to_owned()
}

/// The entry with its DOI, or else its address or PubMed number, as a link.
fn link(text: &str, entry: &Entry) -> Inlines {
    let Some((address, shown)) = address(entry) else { return vec![Inline::Text(text.to_owned())] };
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
        let stop = if before.ends_with(['.', ',', ':', ';', '?', '!']) { " " } else { ". " };
        inlines.push(Inline::Text(format!("{before}{stop}")));
    }
    inlines.push(Inline::Link { target: Target::Uri(address), content: vec![Inline::Text(shown)] });
    if !after.trim_matches(['.', ' ']).is_empty() {
        inlines.push(Inline::Text(after.to_owned()));
    }
    inlines
}

/// Where a work is to be found, and how that is printed.
fn address(entry: &Entry) -> Option<(String, String)> {
    let own_or_parent = |key: &str| {
        entry
            .keyed_serial_number(key)
            .or_else(|| entry.parents().iter().find_map(|parent| parent.keyed_serial_number(key)))
    };
    if let Some(doi) = own_or_parent("doi") {
        let doi = doi.trim_start_matches("https://doi.org/");
        return Some((format!("https://doi.org/{doi}"), format!("doi.org/{doi}")));
    }
    if let Some(url) = entry.url_any() {
        let url = url.value.as_str();
        if let Some(shown) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) {
            let shown = shown.trim_start_matches("www.").trim_end_matches('/');
            return Some((url.to_owned(), shown.to_owned()));
        }
    }
    let pmid = own_or_parent("pmid")?;
    Some((format!("https://pubmed.ncbi.nlm.nih.gov/{pmid}/"), format!("PMID {pmid}")))
}

/// An entry in one short line: first author, title up to its colon, year, address.
pub fn short(entry: &Entry, et_al: &str) -> Inlines {
    let mut parts: Vec<String> = Vec::new();
    if let Some((first, others)) = entry.authors().and_then(<[_]>::split_first) {
        let name = first.name_without_article().to_owned();
        parts.push(if others.is_empty() { name } else { format!("{name}\u{a0}{et_al}") });
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
            line.push_str(if line.ends_with(['.', '?', '!']) { " " } else { ". " });
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
            Inline::Link { target: Target::Uri(address), content: vec![Inline::Text(shown)] },
        ],
    }
}
