//! Citation styles (CSL), which format the entries of the reference list.

use std::sync::OnceLock;

use hayagriva::archive::ArchivedStyle;
use hayagriva::citationberg::{
    CitationFormat, IndependentStyle, LayoutRenderingElement, Locale as CslLocale, LocaleCode,
    Name, NamesChild, Style, StyleCategory,
};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest, ElemChild,
    ElemChildren, ElemMeta, Entry,
};

use super::archived_locale::archived_locale;
use super::letter_case;
use super::work_address::link_address;
use crate::document::Inlines;
use crate::locale::Locale;

/// Style of a library that names none.
const DEFAULT_STYLE: ArchivedStyle = ArchivedStyle::AmericanMedicalAssociation;

/// A citation style of hayagriva's archive, in one language.
pub(super) struct CitationStyle {
    archived: ArchivedStyle,
    locale: &'static str,
    /// Decoded on first use; `None` if the style is not numeric.
    decoded: OnceLock<Option<(IndependentStyle, CslLocale)>>,
}

impl CitationStyle {
    /// Finds a style by its name; `None` if the archive has none of that name.
    pub(super) fn by_name(name: &str, language: &str) -> Option<CitationStyle> {
        ArchivedStyle::by_name(name).map(|style| CitationStyle::new(style, language))
    }

    /// The style of a library that names none.
    pub(super) fn default_for(language: &str) -> CitationStyle {
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
    pub(super) fn format(&self, entries: &[&Entry]) -> Option<Vec<Inlines>> {
        let decoded = self
            .decoded
            .get_or_init(|| numeric_style(self.archived).zip(archived_locale(self.locale)));
        let (style, locale) = decoded.as_ref()?;
        let locales = std::slice::from_ref(locale);
        let prepared: Vec<Entry> = entries.iter().copied().map(letter_case::protect).collect();
        let mut driver = BibliographyDriver::new();
        for entry in &prepared {
            let items = vec![CitationItem::with_entry(entry)];
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
            link_address(&tidy(&letter_case::restore(&text)), entry)
        };
        Some(entries.iter().map(format).collect())
    }
}

fn numeric_style(archived: ArchivedStyle) -> Option<IndependentStyle> {
    let Style::Independent(mut style) = archived.get() else {
        return None;
    };
    let numeric = StyleCategory::CitationFormat {
        format: CitationFormat::Numeric,
    };
    for definition in &mut style.macros {
        label_after_names(&mut definition.children);
    }
    if let Some(bibliography) = &mut style.bibliography {
        label_after_names(&mut bibliography.layout.elements);
    }
    style.info.category.contains(&numeric).then_some(style)
}

/// Writes the name element that CSL implies. Without it, hayagriva puts labels such as "eds" before the
/// names (CSL 1.0.2, "Label in cs:names").
fn label_after_names(elements: &mut [LayoutRenderingElement]) {
    for element in elements {
        match element {
            LayoutRenderingElement::Names(names) => {
                let is_name = |child: &NamesChild| matches!(child, NamesChild::Name(_));
                if !names.children.iter().any(is_name) {
                    names.children.insert(0, NamesChild::Name(Name::default()));
                }
            }
            LayoutRenderingElement::Group(group) => label_after_names(&mut group.children),
            LayoutRenderingElement::Choose(choose) => {
                label_after_names(&mut choose.if_.children);
                for branch in &mut choose.else_if {
                    label_after_names(&mut branch.children);
                }
                if let Some(branch) = &mut choose.otherwise {
                    label_after_names(&mut branch.children);
                }
            }
            _ => {}
        }
    }
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

/// Collapses white space, and removes the punctuation that the dropped number leaves behind. A full stop
/// follows neither a question mark nor another full stop, nor "et al" before a comma (AMA 3.7.1).
fn tidy(text: &str) -> String {
    let words = text.split_whitespace().map(|word| {
        let is_doubled = ["?.", "!.", "..", "?,", "!,"]
            .iter()
            .any(|end| word.ends_with(end));
        // An ellipsis has more than two.
        if is_doubled && !word.ends_with("...") {
            &word[..word.len() - 1]
        } else {
            word
        }
    });
    let text: Vec<&str> = words.collect();
    text.join(" ")
        .replace(" ;", ";")
        .replace("et al., ed", "et al, ed")
        .trim_start_matches(['.', ',', ')', ']', '[', '(', ' '])
        .to_owned()
}
