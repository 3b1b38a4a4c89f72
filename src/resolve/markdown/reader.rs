//! State of a text while it is parsed.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::Event;

use super::dialect::events;
use super::lost_marks::PlainText;
use crate::finding::Finding;
use crate::locale::Locale;
use crate::resolve::addresses::addresses;
use crate::resolve::sourced_text::SourcedText;
use crate::source::is_direction_mark;

/// Language and names of the text's surroundings.
pub(in crate::resolve) struct MarkdownScope<'a> {
    pub locale: &'a Locale,
    /// Keys of the handout's blocks.
    pub targets: &'a BTreeSet<String>,
    /// In a short form, links to blocks become plain words. `None` for the full leaflet.
    pub short_form: Option<ShortFormWords<'a>>,
    pub index: &'a dyn NameIndex,
}

/// What a short form says of blocks that only the full leaflet has.
#[derive(Clone, Copy)]
pub(in crate::resolve) struct ShortFormWords<'a> {
    /// Keys of these blocks.
    pub absent: &'a BTreeSet<String>,
    /// As in "full leaflet".
    pub where_they_are: &'a str,
}

/// Terms of the glossary and works of the bibliography.
pub(in crate::resolve) trait NameIndex {
    /// Finds the id of the term with this id or name, in any case.
    fn term(&self, words: &str) -> Option<String>;
    /// Ids and names of all terms, for suggestions.
    fn term_names(&self) -> Vec<String>;
    /// Finds the work with this citation key.
    fn citation(&self, key: &str) -> Option<u32>;
    /// All citation keys, for suggestions.
    fn citation_keys(&self) -> Vec<String>;
}

/// Most direction marks of a text. Laying out a paragraph of them takes quadratic time.
const MAX_DIRECTION_MARKS: usize = 100;

/// Most findings of a text that suggest a name.
const MAX_SUGGESTIONS: usize = 100;

pub(super) struct Reader<'t, 's> {
    pub events: Vec<(Event<'t>, Range<usize>)>,
    /// Index of the next event.
    pub next: usize,
    /// The parser's input.
    pub line: &'t str,
    /// The text of the input.
    text: &'s SourcedText,
    /// Bytes of `line` before the text.
    pub shift: usize,
    pub scope: &'s MarkdownScope<'s>,
    pub findings: Vec<Finding>,
    /// The character before, within the paragraph. It decides which way quotes curl.
    pub previous: Option<char>,
    /// Markup up to this offset is parsed already.
    pub read: usize,
    /// Whether the text is inside strong words.
    pub strong: bool,
    /// Level of the last heading. The heading of the section has level 2.
    pub level: u8,
    /// Addresses in the input.
    pub addresses: Vec<Range<usize>>,
    /// Plain text of the current paragraph, to look for lost marks in.
    pub plain: PlainText,
}

impl<'t, 's> Reader<'t, 's> {
    pub(super) fn new(
        line: &'t str,
        text: &'s SourcedText,
        shift: usize,
        scope: &'s MarkdownScope<'s>,
    ) -> Reader<'t, 's> {
        let mut reader = Reader {
            events: Vec::new(),
            next: 0,
            line,
            text,
            shift,
            scope,
            findings: Vec::new(),
            previous: None,
            read: 0,
            strong: false,
            level: 2,
            addresses: addresses(line),
            plain: PlainText::default(),
        };
        let mut marks = line
            .char_indices()
            .filter(|(_, sign)| is_direction_mark(*sign));
        match marks.nth(MAX_DIRECTION_MARKS) {
            Some((at, _)) => {
                let message = format!(
                    "this text has more than {MAX_DIRECTION_MARKS} invisible marks that change the direction of text"
                );
                let finding = Finding::error("too-large", message)
                    .help("delete them: text gets its direction from its letters");
                reader.report(finding, at..at);
            }
            None => reader.events = events(line),
        }
        reader
    }

    pub(super) fn report(&mut self, finding: Finding, range: Range<usize>) {
        let range = range.start.saturating_sub(self.shift)..range.end.saturating_sub(self.shift);
        let end = self.text.as_str().len();
        let finding = self
            .text
            .locate(finding, range.start.min(end)..range.end.min(end));
        self.findings.push(finding);
    }

    /// Returns a part of the input as its author wrote it: running text has no line breaks for the parser.
    pub(super) fn authored(&self, part: &Range<usize>) -> Option<&'s str> {
        let start = part.start.checked_sub(self.shift)?;
        let end = part.end.checked_sub(self.shift)?;
        self.text.as_str().get(start..end)
    }

    /// Returns whether the text is one of blocks. Running text is a single paragraph to the parser.
    pub(super) fn is_blocks(&self) -> bool {
        self.shift == 0
    }

    /// Returns whether a finding may compare a name with all known ones, which is slow. Few of a text's
    /// findings are shown.
    pub(super) fn may_suggest(&self) -> bool {
        self.findings.len() < MAX_SUGGESTIONS
    }

    pub(super) fn unsupported(&mut self, what: &str, help: &str, range: Range<usize>) {
        // Point at the first line: a block of code may be long.
        let line = self.line.get(range.clone()).unwrap_or("");
        let length = line.trim_end().find('\n').unwrap_or(line.trim_end().len());
        let range = range.start..range.start + length.max(1).min(range.len());
        self.report(
            Finding::error("unsupported-markdown", what.to_owned()).help(help.to_owned()),
            range,
        );
    }

    /// Takes the next event.
    pub(super) fn next_event(&mut self) -> Option<(Event<'t>, Range<usize>)> {
        let event = self.events.get(self.next).cloned();
        self.next += usize::from(event.is_some());
        event
    }

    /// Skips to the end of the element that has just started.
    pub(super) fn skip(&mut self) {
        let mut depth = 1usize;
        while depth > 0
            && let Some((event, _)) = self.next_event()
        {
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                _ => {}
            }
        }
    }
}
