//! The files of a new handout.

use jiff::ToSpan;
use jiff::civil::Date;

use super::quoted;
use crate::source;

const DEFINITION: &str = include_str!("handout/handout.yaml");
const TEXT: &str = include_str!("handout/text.yaml");
const REFERENCES: &str = include_str!("handout/references.yaml");
/// Key of the reference in [`REFERENCES`].
const NEW_REFERENCE: &str = "own-source";

/// Days until somebody should review a new handout. It is due soon from its first day.
const FIRST_REVIEW: i64 = 90;

/// Returns the day by which somebody should review a new handout.
pub(crate) fn first_review(today: Date) -> Date {
    today.saturating_add(FIRST_REVIEW.days())
}

/// Name of the bibliography that a new reference needs.
pub(crate) const REFERENCES_FILE: &str = "references.yaml";

/// The reference that the new text cites.
pub(crate) enum ExampleReference {
    Existing(String),
    /// A sample, in a new bibliography.
    New,
}

/// What a new handout begins with.
pub(crate) struct NewHandout<'a> {
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    /// Whom it is for, in the leaflet's words.
    pub(crate) subtitle: Option<&'a str>,
    /// BCP 47 tags. The first is the language that the others are translated from.
    pub(crate) languages: &'a [String],
    pub(crate) today: Date,
    pub(crate) reference: Option<&'a ExampleReference>,
    /// Command that checks it, for a comment.
    pub(crate) check: &'a str,
}

impl NewHandout<'_> {
    /// Returns the paths in the handout's folder, and the bytes of each file.
    pub(crate) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut definition = self.fill(DEFINITION);
        if self.reference.is_none() {
            definition = definition.replace("  - references\n", "");
        }
        let mut files = vec![("handout.yaml".to_owned(), definition.into_bytes())];
        for language in self.languages {
            let text = self.text(language).into_bytes();
            files.push((format!("text/{language}.yaml"), text));
        }
        files
    }

    /// Returns the text layer in a language. Its examples are in English.
    fn text(&self, language: &str) -> String {
        let mut text = self.fill(TEXT);
        if let Some(subtitle) = self.subtitle {
            let title = format!("title: {}\n", quoted(self.title));
            let both = format!("{title}subtitle: {}\n", quoted(subtitle));
            text = text.replacen(&title, &both, 1);
        }
        if source::without_country(language).unwrap_or(language) == "en" {
            return text;
        }
        let english = "The text of the leaflet. Replace these examples with your own text.";
        let other = format!(
            "The text of the leaflet in `{language}`. Replace these English examples with your own text.\n\
             # `handout schema text` lists, below `words`, what the program says by itself."
        );
        text.replacen(english, &other, 1)
    }

    /// Returns the new bibliography of clinic or library, if the text cites a reference of it.
    pub(crate) fn references(&self) -> Option<Vec<u8>> {
        let is_new = matches!(self.reference, Some(ExampleReference::New));
        is_new.then(|| self.fill(REFERENCES).into_bytes())
    }

    fn fill(&self, text: &str) -> String {
        let citation = match self.reference {
            Some(ExampleReference::Existing(key)) => format!(" [@{key}]"),
            Some(ExampleReference::New) => format!(" [@{NEW_REFERENCE}]"),
            None => String::new(),
        };
        let review_by = first_review(self.today);
        let texts: Vec<String> = self
            .languages
            .iter()
            .map(|language| format!("text/{language}.yaml"))
            .collect();
        // The title is filled in last, so that nothing in it is replaced.
        text.replace("{id}", self.id)
            .replace("{texts}", &texts.join(", "))
            .replace("{today}", &self.today.to_string())
            .replace("{review_by}", &review_by.to_string())
            .replace("{year}", &self.today.year().to_string())
            .replace("{citation}", &citation)
            .replace("{key}", NEW_REFERENCE)
            .replace("{check}", self.check)
            .replace("{title}", &quoted(self.title))
    }
}
