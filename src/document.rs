//! The semantic document: a leaflet's content in reading order.
//!
//! Each output, such as PDF, starts from a [`Document`]. It holds blocks and inlines with their
//! roles, and the interface strings of its language. Pictures are the author's files. It is
//! independent of clinic files, templates, fonts and sizes. Layout adds the words that depend on
//! pages, as in "page 2 of 4".

mod content;
mod visit;

use std::sync::Arc;

use serde::Deserialize;

use crate::picture::PictureFile;
pub(crate) use content::{has_words, is_visible};

/// The content of a leaflet.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Id of the handout, as in `inflammation-link`.
    pub id: String,
    /// Version of the handout, as in `1.0.0`.
    pub version: String,
    /// BCP 47 tag of the language, as in `en`, `sv` or `nb`.
    pub language: String,
    /// Top of the first page. Later pages repeat its logo and name.
    pub masthead: Masthead,
    /// The heading of level 1.
    pub title: Inlines,
    /// Audience, below the title.
    pub subtitle: Option<Inlines>,
    /// Call-outs between title and first section, such as an overdue review.
    pub notices: Vec<Callout>,
    pub sections: Vec<Section>,
    /// Small print at the end.
    pub closing: Vec<Block>,
    /// Bottom of every page.
    pub footer: Footer,
    pub ui_strings: UiStrings,
    /// Metadata of the file.
    pub about: About,
    /// The letter before the leaflet.
    pub letter: Option<Letter>,
}

/// A letter to the reader, on a page of its own, or only its address in the masthead of the first page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Letter {
    /// Whether only sender and address are printed, in the masthead of the leaflet.
    pub is_in_masthead: bool,
    /// Title of its bookmark, as in "Letter".
    pub title: String,
    /// The clinic's name and address in one line.
    pub sender: String,
    /// Name and lines of the reader's address. Empty in a letter for no reader.
    pub address: Vec<String>,
    pub date: String,
    /// `None` for the usual one, until the reader is known. Without words, none is printed.
    pub greeting: Option<Inlines>,
    /// Paragraphs and lists.
    pub blocks: Vec<Block>,
    /// "Kind regards"; may be empty.
    pub closing: Inlines,
    /// Names of those who sign.
    pub signatures: Vec<Inlines>,
}

/// Running text.
pub type Inlines = Vec<Inline>;

/// Name of a block within its handout. A link `[text](#key)` leads to it.
pub type Key = String;

/// The clinic that gives the leaflet.
#[derive(Clone, Debug, PartialEq)]
pub struct Masthead {
    pub logo: Option<Logo>,
    /// Name of the clinic.
    pub name: String,
    /// Whether the name is printed. Otherwise the logo says it.
    pub shows_name: bool,
    pub department: Option<String>,
    /// Kind of document, as in "Patient leaflet".
    pub kind: String,
    /// Words on every page of a leaflet that is not for patients, as in "Draft". They replace the kind.
    pub status: Option<String>,
    /// Telephone numbers as readers see them.
    pub phones: Vec<String>,
}

/// A logo with its text alternative.
#[derive(Clone, Debug, PartialEq)]
pub struct Logo {
    pub picture: Arc<PictureFile>,
    pub alt: String,
}

/// Parts of the line at the bottom of each page.
#[derive(Clone, Debug, PartialEq)]
pub struct Footer {
    pub short_title: String,
    /// Version, review date and the adapting clinic, if any. A middle dot separates them.
    pub details: Vec<String>,
}

impl Footer {
    /// Returns all parts in one line.
    pub(crate) fn line(&self) -> String {
        let parts = std::iter::once(&self.short_title).chain(&self.details);
        let parts: Vec<&str> = parts.map(String::as_str).collect();
        parts.join(" · ")
    }
}

/// Interface strings for layout, in the document's language. Placeholders are in braces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UiStrings {
    /// `Page {page} of {pages}`.
    pub page_of: String,
    /// `see page {page}`. It follows a link to a block, in parentheses.
    pub see_page: String,
    /// `(continued)`. It follows the repeated title of a call-out that spans pages.
    pub continued: String,
    /// `Reference {number}`. Describes the link of a citation.
    pub link_to_reference: String,
    /// `Back to the text`. Describes the link from a reference to its first citation.
    pub back_to_text: String,
    /// Printed names, indexed by [`Certainty::index`].
    pub certainty: [String; 4],
}

/// Metadata of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Title as plain text.
    pub title: String,
    /// One sentence (`dc:description`); may be empty.
    pub description: String,
    /// Publisher of the library (`dc:publisher`).
    pub publisher: String,
    /// Licence of the library (`dc:rights`); may be empty.
    pub rights: String,
    /// The clinic, if it adapted the leaflet (`dc:contributor`).
    pub contributor: Option<String>,
    /// Handout and version (`dc:source`).
    pub source: String,
    /// Diagnosis codes (`dc:subject`).
    pub keywords: Vec<String>,
    /// Day of the last review as `YYYY-MM-DD`. It is the file's creation and modification date.
    pub date: String,
}

/// A heading and its content.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    pub key: Key,
    /// Heading of level 2. Blocks before the first heading are in a section without one.
    pub heading: Option<Inlines>,
    /// Mark beside the heading.
    pub mark: Option<Mark>,
    pub role: SectionRole,
    pub blocks: Vec<Block>,
}

/// Role of a section in the leaflet.
#[derive(Clone, Debug, PartialEq)]
pub enum SectionRole {
    /// Heading and content.
    Body,
    /// The opening panel. Its blocks are the short answer.
    MainMessage {
        /// "What to do".
        actions_heading: Inlines,
        /// Actions for the reader. If there are none, layout also leaves out their heading.
        actions: Vec<Inlines>,
    },
    /// The panel with the clinic's contact details. Its blocks come before the rows.
    Contact {
        rows: Vec<ContactRow>,
        /// QR code of the clinic's website.
        qr: Option<QrCode>,
    },
}

/// A badge or an icon beside a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Certainty(Certainty),
    /// Decorative.
    Icon(Icon),
}

/// Certainty of the evidence for a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// Guidelines or several good reviews agree.
    WellEstablished,
    /// Reviews or trials agree, but effects are small or studies weak.
    SomeEvidence,
    /// Few or small studies.
    EarlyResearch,
    /// There is no good evidence, or it contradicts the statement.
    NotSupported,
}

impl Certainty {
    /// All values, the most certain first.
    pub const ALL: [Certainty; 4] = [
        Certainty::WellEstablished,
        Certainty::SomeEvidence,
        Certainty::EarlyResearch,
        Certainty::NotSupported,
    ];

    /// Name in definitions and badges.
    pub fn name(self) -> &'static str {
        match self {
            Certainty::WellEstablished => "well-established",
            Certainty::SomeEvidence => "some-evidence",
            Certainty::EarlyResearch => "early-research",
            Certainty::NotSupported => "not-supported",
        }
    }

    /// Index in [`Certainty::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }
}

/// A built-in pictogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Icon {
    /// Emergency call-outs.
    Ambulance,
    /// Caution call-outs.
    AlertTriangle,
    Info,
    /// Tip call-outs.
    Lightbulb,
    Checklist,
    Questions,
    Glossary,
    References,
    Notes,
    Phone,
    Website,
    Email,
    /// Postal address.
    Place,
    /// Opening hours.
    Calendar,
    /// Other formats and languages.
    Speech,
}

/// A way to reach the clinic.
#[derive(Clone, Debug, PartialEq)]
pub struct ContactRow {
    /// Decorative.
    pub icon: Icon,
    /// Telephone numbers are [`Inline::Strong`].
    pub text: Inlines,
}

/// A QR code with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrCode {
    pub url: String,
    /// Printed words, as in "Scan for our website".
    pub label: String,
    /// Text alternative, as in "QR code that leads to …".
    pub alt: String,
}

/// A block of a section.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Target of links; `None` if no link can lead here.
    pub key: Option<Key>,
    pub kind: BlockKind,
}

impl From<BlockKind> for Block {
    fn from(kind: BlockKind) -> Block {
        Block { key: None, kind }
    }
}

/// Kinds of block and their content.
#[derive(Clone, Debug, PartialEq)]
pub enum BlockKind {
    Paragraph(Inlines),
    /// A heading inside a section.
    Heading {
        /// 3 or 4; less where no heading is above it.
        level: u8,
        text: Inlines,
    },
    /// A list with bullets.
    List(Vec<ListItem>),
    /// Numbered steps.
    Steps {
        /// Number of the first step.
        start: u32,
        items: Vec<ListItem>,
    },
    /// Items with a check box.
    Checklist(Vec<ListItem>),
    Form(Form),
    /// Number of empty lines to write on.
    WriteInLines(u8),
    Callout(Callout),
    Table(Table),
    Figure(Figure),
    Glossary(Vec<GlossaryEntry>),
    References(ReferenceList),
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListItem {
    /// Usually one paragraph, sometimes with a nested list.
    pub blocks: Vec<Block>,
    /// Number of lines to write on below the item.
    pub write_in_lines: u8,
}

/// Prompts with lines to write on.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Printed above the prompts; may be empty.
    pub caption: Inlines,
    /// Prompts. Each has at least one line.
    pub items: Vec<ListItem>,
}

/// A boxed message.
#[derive(Clone, Debug, PartialEq)]
pub struct Callout {
    pub kind: CalloutKind,
    /// Words before the title, as in "Take care:"; `None` if the title needs none.
    pub label: Option<String>,
    pub title: Inlines,
    pub blocks: Vec<Block>,
}

/// Urgency of a call-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CalloutKind {
    Emergency,
    Caution,
    Info,
    Tip,
}

/// A table. Each row has a cell for each column header; its first cell is the row's header.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Printed above the table.
    pub caption: Inlines,
    /// Column headers.
    pub header: Vec<Inlines>,
    /// An empty cell leaves room to write.
    pub rows: Vec<Vec<Inlines>>,
    /// Printed below the table.
    pub note: Vec<Block>,
}

impl Table {
    /// Returns the words before the cells of each column where rows are lists: the column's header. They are
    /// empty for a column whose cells all say the header and a number, as `Week 1` in the column `Week`.
    pub(crate) fn list_labels(&self) -> Vec<Inlines> {
        let label = |(column, header): (usize, &Inlines)| {
            let words = plain_text(header);
            let says_header = |row: &Vec<Inlines>| {
                let cell = row.get(column).map(|cell| plain_text(cell));
                cell.is_some_and(|cell| is_numbered(&cell, &words))
            };
            match self.rows.iter().all(says_header) {
                true => Inlines::new(),
                false => header.clone(),
            }
        };
        self.header.iter().enumerate().map(label).collect()
    }
}

/// Whether a cell is words and then a number, as in `Week 1, Monday`.
fn is_numbered(cell: &str, words: &str) -> bool {
    let rest = cell.strip_prefix(words).unwrap_or_default();
    let number = rest.trim_start();
    number.len() < rest.len() && number.starts_with(char::is_numeric)
}

/// A picture with text alternative and caption.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub picture: Arc<PictureFile>,
    pub alt: String,
    /// Words before the caption, as in "Figure 1."
    pub label: String,
    pub caption: Inlines,
}

/// A term of the glossary.
#[derive(Clone, Debug, PartialEq)]
pub struct GlossaryEntry {
    pub id: String,
    pub term: String,
    pub definition: Inlines,
}

/// The cited works.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferenceList {
    /// Entries in the order of their numbers.
    pub entries: Vec<Reference>,
    /// QR code of the full list, if the printed one is short.
    pub qr: Option<QrCode>,
}

/// One entry of the reference list.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// Number in citations, from 1.
    pub number: u32,
    pub key: String,
    /// Text in the citation style, without emphasis. The DOI or address is a link.
    pub text: Inlines,
}

/// A part of running text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Inline {
    Text(String),
    Strong(Inlines),
    /// A link. Layout adds the page number after a link to a block.
    Link {
        target: Target,
        content: Inlines,
    },
    /// A term of the glossary.
    Term {
        id: String,
        /// Words of the sentence, which may differ from the term.
        content: Inlines,
    },
    /// Numbers of references.
    Citation(Vec<u32>),
    Badge(Certainty),
    /// A forced line break.
    LineBreak,
}

/// Target of a link.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A `https:`, `mailto:` or `tel:` address.
    Uri(String),
    /// A block of this leaflet.
    Block(Key),
}

/// Invisible characters that allow or forbid a line break. Some programs show or speak them in metadata and
/// bookmarks.
pub(crate) const BREAK_MARKS: [char; 4] = ['\u{ad}', '\u{200b}', '\u{2060}', '\u{feff}'];

/// Returns the words of running text. Drops citations, badges and soft hyphens; a line break becomes a
/// space.
pub fn plain_text(inlines: &[Inline]) -> String {
    let mut text = String::new();
    push_plain(inlines, &mut text);
    text
}

fn push_plain(inlines: &[Inline], text: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(words) => text.extend(words.split(BREAK_MARKS)),
            Inline::Strong(content)
            | Inline::Link { content, .. }
            | Inline::Term { content, .. } => {
                push_plain(content, text);
            }
            Inline::LineBreak => text.push(' '),
            Inline::Citation(_) | Inline::Badge(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_numbered_cells_have_no_labels_in_lists() {
        let text = |words: &str| vec![Inline::Text(words.to_owned())];
        let label = |header: &str, cells: &[&str]| {
            let table = Table {
                caption: Inlines::new(),
                header: vec![text(header)],
                rows: cells.iter().map(|cell| vec![text(cell)]).collect(),
                note: Vec::new(),
            };
            plain_text(&table.list_labels()[0])
        };
        assert_eq!(label("Week", &["Week 1", "Week 2"]), "");
        assert_eq!(label("Day", &["Day 1, morning", "Day 1, evening"]), "");
        assert_eq!(label("Week", &["Week 1", ""]), "Week");
        assert_eq!(label("Week", &["Week 1", "Weekend"]), "Week");
        assert_eq!(label("Substance", &["Substance P"]), "Substance");
        assert_eq!(label("Vitamin", &["Vitamin B12"]), "Vitamin");
        assert_eq!(label("Day", &["Monday"]), "Day");
    }
}
