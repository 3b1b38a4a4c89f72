//! The semantic document: what a leaflet says, in reading order.
//!
//! A [`Document`] is what PDF, HTML and plain text are made from. It holds blocks and inlines, the
//! role that each plays, and the words of the language it is in; it knows no clinic file, no
//! template and no point size. Everything that depends on pages – "page 2 of 4", "see page 3" – is
//! left open here and filled in by layout.

use std::sync::Arc;

use crate::picture::PictureFile;

/// A leaflet's whole content.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The handout's id, as in `inflammation-link`.
    pub id: String,
    /// The handout's version, as in `1.0.0`.
    pub version: String,
    /// BCP 47 tag of the language that it is written in, as in `en`, `sv`, `nb`.
    pub language: String,
    /// Who gives it, at the head of the first page and, shorter, of the later ones.
    pub masthead: Masthead,
    /// The title; level 1 in the outline.
    pub title: Inlines,
    /// For whom it is, below the title.
    pub subtitle: Option<Inlines>,
    /// Notices about the leaflet itself (past its review date), between title and first section.
    pub notices: Vec<Callout>,
    /// The sections, in reading order.
    pub sections: Vec<Section>,
    /// What stands at the very end, in small print.
    pub closing: Vec<Block>,
    /// What stands at the foot of every page.
    pub footer: Footer,
    /// Words that layout sets around the content.
    pub ui_strings: UiStrings,
    /// What the file says about itself.
    pub about: About,
}

/// Running text.
pub type Inlines = Vec<Inline>;

/// The name of a block within its handout, the target of `[text](#key)`.
pub type Key = String;

/// Who gives the leaflet.
#[derive(Clone, Debug, PartialEq)]
pub struct Masthead {
    /// The giver's mark.
    pub logo: Option<Logo>,
    /// The giver's name.
    pub name: String,
    /// The department within it.
    pub department: Option<String>,
    /// The kind of document, as in "Patient leaflet".
    pub kind: String,
    /// Telephone numbers, as they should be read.
    pub phones: Vec<String>,
}

/// A mark with its text alternative.
#[derive(Clone, Debug, PartialEq)]
pub struct Logo {
    /// The mark itself.
    pub picture: Arc<PictureFile>,
    /// What to say in its place.
    pub alt: String,
}

/// The parts of the line at the foot of each page.
#[derive(Clone, Debug, PartialEq)]
pub struct Footer {
    /// The short title.
    pub short_title: String,
    /// Version, review date and, where the clinic changed words, who adapted it; set with a middle
    /// dot between them.
    pub details: Vec<String>,
}

/// Interface words that layout needs, in the document's language. Where a word has a place for a
/// number, that is `{page}` or `{pages}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UiStrings {
    /// `Page {page} of {pages}`.
    pub page_of: String,
    /// `see page {page}`; set in parentheses after a link to a block.
    pub see_page: String,
    /// `(continued)`, after the label of a call-out that goes on on the next page.
    pub continued: String,
    /// `Link to reference {number}`-like descriptions for assistive technology.
    pub link_to_reference: String,
    /// `Back to the text`, the description of the link from a reference to its first citation.
    pub back_to_text: String,
    /// The name of each certainty, indexed by [`Certainty::index`].
    pub certainty: [String; 4],
}

/// The file's description of itself; becomes document metadata.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The title as plain text.
    pub title: String,
    /// One sentence for `dc:description`; may be empty.
    pub description: String,
    /// Who publishes the library.
    pub publisher: String,
    /// Who gives the leaflet and, where it changed words, adapted it (`dc:contributor`).
    pub contributor: Option<String>,
    /// Which handout and version this is, for `dc:source`.
    pub source: String,
    /// Diagnosis codes and other keywords, for `dc:subject`.
    pub keywords: Vec<String>,
    /// Day of the last review as `YYYY-MM-DD`; the file's creation and modification date.
    pub date: String,
}

/// A heading and all that belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Its name within the handout.
    pub key: Key,
    /// Its heading (level 2). Blocks that come before any heading stand in a section without one.
    pub heading: Option<Inlines>,
    /// What stands with the heading.
    pub mark: Option<Mark>,
    /// How it is set.
    pub role: SectionRole,
    /// Its content.
    pub blocks: Vec<Block>,
}

/// How a section is set.
#[derive(Clone, Debug, PartialEq)]
pub enum SectionRole {
    /// Heading and body.
    Body,
    /// The opening panel; the section's blocks are the short answer.
    MainMessage {
        /// "What to do".
        actions_heading: Inlines,
        /// What the reader can do now; may be empty, and then its row is left out.
        actions: Vec<Inlines>,
    },
    /// The panel that tells how to reach the clinic; the section's blocks come before its rows.
    Contact {
        /// Ways to reach it.
        rows: Vec<ContactRow>,
        /// Code that leads to its site.
        qr: Option<QrCode>,
    },
}

/// A badge or an icon, never both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// How sure the evidence is.
    Certainty(Certainty),
    /// A tool's icon; decorative.
    Icon(Icon),
}

/// How sure the evidence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Certainty {
    /// Guidelines or several good reviews agree.
    WellEstablished,
    /// Reviews or trials point one way, but effects are small or studies weak.
    SomeEvidence,
    /// Few or small studies.
    EarlyResearch,
    /// No good evidence, or the evidence says otherwise.
    NotSupported,
}

impl Certainty {
    /// All of them, the surest first.
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

    /// The place in [`Certainty::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }
}

/// A pictogram of the built-in set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Icon {
    /// Emergency call-outs.
    Ambulance,
    /// Caution call-outs.
    AlertTriangle,
    /// "Good to know" call-outs.
    Info,
    /// Tip call-outs.
    Lightbulb,
    /// Checklists.
    Checklist,
    /// Questions to ask.
    Questions,
    /// Glossaries.
    Glossary,
    /// Reference lists.
    References,
    /// Notes to write in.
    Notes,
    /// Telephone.
    Phone,
    /// Web site.
    Website,
    /// Electronic mail.
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
    /// Beside the text, decorative.
    pub icon: Icon,
    /// The words, telephone numbers strong.
    pub text: Inlines,
}

/// A QR code with what stands beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrCode {
    /// What it encodes.
    pub url: String,
    /// Printed below it, as in "Scan to read online".
    pub label: String,
    /// Its text alternative, as in "QR code that leads to …".
    pub alt: String,
}

/// A block, with the key by which links reach it, if it has one.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Its name within the handout.
    pub key: Option<Key>,
    /// What it is.
    pub kind: BlockKind,
}

impl From<BlockKind> for Block {
    fn from(kind: BlockKind) -> Block {
        Block { key: None, kind }
    }
}

/// The kinds of block.
#[derive(Clone, Debug, PartialEq)]
pub enum BlockKind {
    /// Running text.
    Paragraph(Inlines),
    /// A heading inside a section; level 3 or 4.
    Heading {
        /// 3 or 4.
        level: u8,
        /// Its words.
        text: Inlines,
    },
    /// Bullets, nested at will.
    List(Vec<ListItem>),
    /// Numbered steps, each a disc with its number.
    Steps {
        /// The first number.
        start: u32,
        /// The steps.
        items: Vec<ListItem>,
    },
    /// Items with a box to tick.
    Checklist(Vec<ListItem>),
    /// Empty lines to write on.
    WriteInLines(u8),
    /// A call-out.
    Callout(Callout),
    /// A table.
    Table(Table),
    /// A picture with its caption.
    Figure(Figure),
    /// Terms and what they mean.
    Glossary(Vec<GlossaryEntry>),
    /// Where the statements come from.
    References(ReferenceList),
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListItem {
    /// Its content: most often one paragraph, sometimes with a nested list.
    pub blocks: Vec<Block>,
    /// Lines to write on below it.
    pub write_in_lines: u8,
}

/// A boxed message that interrupts the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Callout {
    /// Its urgency, and with it its look.
    pub kind: CalloutKind,
    /// Read and printed before the title, as in "Take care:"; absent where the title says it all.
    pub label: Option<String>,
    /// Its title.
    pub title: Inlines,
    /// Its message.
    pub blocks: Vec<Block>,
}

/// How urgent a call-out is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CalloutKind {
    /// Get help now.
    Emergency,
    /// Take care.
    Caution,
    /// Good to know.
    Info,
    /// A tip.
    Tip,
}

/// A table. Every row has as many cells as the header; the first cell of a row is its header.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Above it.
    pub caption: Inlines,
    /// Column headers.
    pub header: Vec<Inlines>,
    /// Rows; an empty cell is one to write in.
    pub rows: Vec<Vec<Inlines>>,
    /// Below it.
    pub note: Vec<Block>,
}

/// A picture with its text alternative and caption.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The picture.
    pub picture: Arc<PictureFile>,
    /// What to say in its place.
    pub alt: String,
    /// As in "Figure 1."; set before the caption.
    pub label: String,
    /// Below it.
    pub caption: Inlines,
}

/// A term of the glossary.
#[derive(Clone, Debug, PartialEq)]
pub struct GlossaryEntry {
    /// The term's id.
    pub id: String,
    /// The term.
    pub term: String,
    /// What it means.
    pub definition: Inlines,
}

/// The reference list.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferenceList {
    /// In the order of their numbers.
    pub entries: Vec<Reference>,
    /// Code that leads to the full list, where the printed one is short.
    pub qr: Option<QrCode>,
}

/// One entry of the reference list.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// Its number, from 1.
    pub number: u32,
    /// The citation key.
    pub key: String,
    /// As the citation style gives it, DOI and address linked; emphasis is dropped.
    pub text: Inlines,
}

/// Running text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Inline {
    /// Plain words.
    Text(String),
    /// Set bold.
    Strong(Inlines),
    /// A link out of the leaflet or to one of its blocks. A link to a block is followed, on paper,
    /// by its page.
    Link {
        /// Where it leads.
        target: Target,
        /// Its words.
        content: Inlines,
    },
    /// A term of the glossary; set bold at its first place.
    Term {
        /// The term's id.
        id: String,
        /// As it stands in the sentence.
        content: Inlines,
    },
    /// Reference numbers in brackets; layout joins it to the word before with a no-break space.
    Citation(Vec<u32>),
    /// A certainty badge.
    Badge(Certainty),
    /// A forced line break.
    LineBreak,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// An address outside the leaflet: `https:`, `mailto:` or `tel:`.
    Uri(String),
    /// A block of this leaflet.
    Block(Key),
}

impl Document {
    /// Calls a function on every inline, in reading order. An inline comes before those inside it.
    pub fn visit_inlines(&mut self, visit: &mut dyn FnMut(&mut Inline)) {
        visit_all(&mut self.title, visit);
        if let Some(subtitle) = &mut self.subtitle {
            visit_all(subtitle, visit);
        }
        for notice in &mut self.notices {
            notice.visit_inlines(visit);
        }
        for section in &mut self.sections {
            section.visit_inlines(visit);
        }
        for block in &mut self.closing {
            block.visit_inlines(visit);
        }
    }

    /// Entries of the reference lists.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        let blocks = self.sections.iter().flat_map(|section| &section.blocks);
        let lists = blocks.filter_map(|block| match &block.kind {
            BlockKind::References(list) => Some(&list.entries),
            _ => None,
        });
        lists.flatten()
    }
}

impl Section {
    fn visit_inlines(&mut self, visit: &mut dyn FnMut(&mut Inline)) {
        if let Some(heading) = &mut self.heading {
            visit_all(heading, visit);
        }
        for block in &mut self.blocks {
            block.visit_inlines(visit);
        }
        match &mut self.role {
            SectionRole::Body => {}
            SectionRole::MainMessage {
                actions_heading,
                actions,
            } => {
                visit_all(actions_heading, visit);
                visit_each(actions, visit);
            }
            SectionRole::Contact { rows, .. } => {
                visit_each(rows.iter_mut().map(|row| &mut row.text), visit);
            }
        }
    }
}

impl Callout {
    fn visit_inlines(&mut self, visit: &mut dyn FnMut(&mut Inline)) {
        visit_all(&mut self.title, visit);
        for block in &mut self.blocks {
            block.visit_inlines(visit);
        }
    }
}

impl Block {
    /// Calls a function on every inline of the block and of the blocks inside it, in reading order. Leaves
    /// out the entries of a reference list.
    pub fn visit_inlines(&mut self, visit: &mut dyn FnMut(&mut Inline)) {
        match &mut self.kind {
            BlockKind::Paragraph(text) | BlockKind::Heading { text, .. } => visit_all(text, visit),
            BlockKind::List(items)
            | BlockKind::Steps { items, .. }
            | BlockKind::Checklist(items) => {
                for block in items.iter_mut().flat_map(|item| &mut item.blocks) {
                    block.visit_inlines(visit);
                }
            }
            BlockKind::Callout(callout) => callout.visit_inlines(visit),
            BlockKind::Table(table) => {
                visit_all(&mut table.caption, visit);
                visit_each(&mut table.header, visit);
                visit_each(table.rows.iter_mut().flatten(), visit);
                for block in &mut table.note {
                    block.visit_inlines(visit);
                }
            }
            BlockKind::Figure(figure) => visit_all(&mut figure.caption, visit),
            BlockKind::Glossary(entries) => {
                visit_each(entries.iter_mut().map(|entry| &mut entry.definition), visit);
            }
            BlockKind::WriteInLines(_) | BlockKind::References(_) => {}
        }
    }
}

fn visit_each<'a>(
    texts: impl IntoIterator<Item = &'a mut Inlines>,
    visit: &mut dyn FnMut(&mut Inline),
) {
    for text in texts {
        visit_all(text, visit);
    }
}

fn visit_all(inlines: &mut [Inline], visit: &mut dyn FnMut(&mut Inline)) {
    for inline in inlines {
        visit(inline);
        match inline {
            Inline::Strong(content)
            | Inline::Link { content, .. }
            | Inline::Term { content, .. } => visit_all(content, visit),
            Inline::Text(_) | Inline::Citation(_) | Inline::Badge(_) | Inline::LineBreak => {}
        }
    }
}

/// Whether layout adds words to running text that depend on the rest of the leaflet: the page that a link
/// leads to, or the name of a certainty.
pub fn is_completed_by_layout(inlines: &[Inline]) -> bool {
    inlines.iter().any(|inline| match inline {
        Inline::Badge(_)
        | Inline::Link {
            target: Target::Block(_),
            ..
        } => true,
        Inline::Strong(content) | Inline::Link { content, .. } | Inline::Term { content, .. } => {
            is_completed_by_layout(content)
        }
        Inline::Text(_) | Inline::Citation(_) | Inline::LineBreak => false,
    })
}

/// The words of running text, without markup; citations and line breaks become a space.
pub fn plain_text(inlines: &[Inline]) -> String {
    let mut text = String::new();
    push_plain(inlines, &mut text);
    text
}

fn push_plain(inlines: &[Inline], text: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(words) => text.push_str(words),
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
