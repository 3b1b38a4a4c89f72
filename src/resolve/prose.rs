//! A text as checks read it: paragraph by paragraph in plain words, each of which knows its place in the
//! YAML file, with the marks that stood in it.
//!
//! This reads the Markdown once more instead of keeping places in the document: only `check` wants them.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, LinkType, Tag, TagEnd};

use super::markdown::{events, one_line};
use super::sourced_text::SourcedText;
use super::used_text::{TextKind, UsedText};
use crate::document::Certainty;
use crate::finding::{Finding, Place};

/// A paragraph, heading, item or cell.
#[derive(Clone, Debug)]
pub struct Prose {
    /// What it is.
    pub kind: ProseKind,
    /// Marks, by where they stand in the words, in order.
    pub marks: Vec<(Range<usize>, ProseMark)>,
    words: SourcedText,
}

/// What a piece of prose is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProseKind {
    /// Running text.
    Paragraph,
    /// A heading of this level: 1 for the handout's title, 2 for its subtitle and its sections' headings,
    /// 3 for the title of a call-out.
    Heading(u8),
    /// A paragraph of an item.
    Item {
        /// Which list of its text it is in; counts from 0 in the order in which lists begin.
        list: usize,
        /// 1 is the outermost.
        depth: usize,
        /// Whether it is the first paragraph of its item.
        first: bool,
    },
    /// A cell of a table.
    Cell,
}

/// A mark in prose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProseMark {
    /// Citation keys; the range is the empty one behind the words that they belong to.
    Citation(Vec<String>),
    /// A term of the glossary.
    Term,
    /// A certainty; its words are not part of the prose.
    Badge(Certainty),
    /// Set bold.
    Strong,
    /// A link, and where it leads.
    Link(String),
}

impl Prose {
    /// Plain words: no markup, no citations.
    pub fn as_str(&self) -> &str {
        self.words.as_str()
    }

    /// Where a part of the words stands.
    pub fn place(&self, range: Range<usize>) -> Option<Place> {
        self.words.place(range)
    }

    /// The finding, placed at a part of the words.
    pub fn locate(&self, finding: Finding, range: Range<usize>) -> Finding {
        self.words.locate(finding, range)
    }

    /// Whether the byte at an offset was written by an author rather than filled in.
    pub fn is_authored(&self, offset: usize) -> bool {
        self.words.is_authored(offset)
    }

    /// The citation keys in it, in order.
    pub fn citations(&self) -> impl Iterator<Item = &str> {
        let keys = self.marks.iter().filter_map(|(_, mark)| match mark {
            ProseMark::Citation(keys) => Some(keys),
            _ => None,
        });
        keys.flatten().map(String::as_str)
    }
}

impl UsedText {
    /// Its paragraphs, headings, items and cells in reading order; none for words that stand in no text
    /// layer.
    pub fn prose(&self) -> Vec<Prose> {
        if self.named_at.is_some() {
            return Vec::new();
        }
        let kind = match (self.kind, self.path.split('.').nth(1)) {
            (TextKind::Heading, _) => ProseKind::Heading(if self.path == "title" { 1 } else { 2 }),
            (TextKind::Inlines, Some("title")) => ProseKind::Heading(3),
            (TextKind::Inlines, Some("items" | "actions")) => ProseKind::Item {
                list: 0,
                depth: 1,
                first: true,
            },
            (TextKind::Inlines, Some("header" | "rows")) => ProseKind::Cell,
            (TextKind::Inlines | TextKind::Blocks, _) => ProseKind::Paragraph,
        };
        let reading = |line, shift| Reading {
            text: &self.words,
            line,
            shift,
            kind,
            lists: Vec::new(),
            begun: 0,
            read: 0,
            open: Vec::new(),
            current: None,
            done: Vec::new(),
        };
        match self.kind {
            TextKind::Blocks => reading(self.words.as_str(), 0).run(),
            TextKind::Inlines | TextKind::Heading => {
                reading(&one_line(self.words.as_str()), 1).run()
            }
        }
    }
}

struct Reading<'a> {
    text: &'a SourcedText,
    /// What the parser sees: the text, so many bytes later.
    line: &'a str,
    shift: usize,
    /// What text outside of lists and tables is.
    kind: ProseKind,
    /// The lists that are open: which they are, and whether their item has had a paragraph.
    lists: Vec<(usize, bool)>,
    begun: usize,
    /// Text before this offset is markup that has been read already.
    read: usize,
    /// Where the marks that are open begin, and what they will be.
    open: Vec<(usize, Option<ProseMark>)>,
    current: Option<Prose>,
    done: Vec<Prose>,
}

impl Reading<'_> {
    fn run(mut self) -> Vec<Prose> {
        for (event, range) in events(self.line) {
            self.event(event, range);
        }
        self.close();
        self.done
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::List(_)) => {
                self.close();
                self.lists.push((self.begun, false));
                self.begun += 1;
            }
            Event::End(TagEnd::List(_)) => {
                self.close();
                self.lists.pop();
            }
            Event::Start(Tag::Item) => {
                self.close();
                if let Some(list) = self.lists.last_mut() {
                    list.1 = false;
                }
            }
            Event::Start(Tag::Heading { level, .. }) => {
                self.close();
                self.begin(ProseKind::Heading(match level {
                    HeadingLevel::H3 => 3,
                    _ => 4,
                }));
            }
            Event::Start(Tag::TableCell) => {
                self.close();
                self.begin(ProseKind::Cell);
            }
            Event::Start(Tag::Paragraph)
            | Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell,
            ) => {
                self.close();
            }
            Event::Start(Tag::Strong | Tag::Emphasis) => self.open_mark(Some(ProseMark::Strong)),
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                ..
            }) => self.link(link_type, &dest_url, range),
            Event::End(TagEnd::Strong | TagEnd::Emphasis | TagEnd::Link) => self.close_mark(),
            Event::Text(words) => self.words(&words, range),
            Event::SoftBreak | Event::HardBreak => self.push(" ", range),
            _ => {}
        }
    }

    fn link(&mut self, kind: LinkType, address: &str, range: Range<usize>) {
        let is_mark = matches!(
            kind,
            LinkType::ShortcutUnknown | LinkType::CollapsedUnknown | LinkType::ReferenceUnknown
        );
        if !is_mark {
            return self.open_mark(Some(ProseMark::Link(address.to_owned())));
        }
        if address == "cite" {
            let whole = self.line.get(range.clone()).unwrap_or("");
            let keys: Vec<String> = whole
                .split([';', '[', ']'])
                .filter_map(|part| part.trim().strip_prefix('@').map(str::to_owned))
                .collect();
            // The words of `[word][@key]` are words.
            let is_all_citation = whole.trim_start_matches('[').trim_start().starts_with('@');
            let prose = self.current();
            prose.words.trim_end();
            let at = prose.as_str().len();
            self.mark(at..at, ProseMark::Citation(keys));
            self.open_mark(None);
            if is_all_citation {
                self.read = self.read.max(range.end);
            }
            return;
        }
        self.read = self.read.max(range.start);
        let mark = if address == "term" {
            Some(ProseMark::Term)
        } else {
            Certainty::ALL
                .into_iter()
                .find(|certainty| certainty.name() == address)
                .map(ProseMark::Badge)
        };
        if matches!(mark, Some(ProseMark::Badge(_))) {
            // A badge prints the name of the certainty, whatever its words.
            self.read = range.end;
        }
        self.open_mark(mark);
    }

    fn open_mark(&mut self, mark: Option<ProseMark>) {
        let at = self
            .current
            .as_ref()
            .map_or(0, |prose| prose.as_str().len());
        self.open.push((at, mark));
    }

    fn close_mark(&mut self) {
        let Some((start, mark)) = self.open.pop() else {
            return;
        };
        let end = self
            .current
            .as_ref()
            .map_or(0, |prose| prose.as_str().len());
        if let Some(mark) = mark {
            self.mark(start..end, mark);
        }
    }

    fn mark(&mut self, range: Range<usize>, mark: ProseMark) {
        self.current().marks.push((range, mark));
    }

    /// Text as it stands; what has been read as markup is left out.
    fn words(&mut self, words: &str, range: Range<usize>) {
        let (mut words, mut range) = (words, range);
        if range.start < self.shift {
            words = words.strip_prefix(',').unwrap_or(words);
            range.start = self.shift;
        }
        if range.start < self.read {
            let skipped = (self.read - range.start).min(words.len());
            words = words.get(skipped..).unwrap_or("");
            range.start = (range.start + skipped).min(range.end);
        }
        // The mark of marked words.
        if words.starts_with("{.")
            && let Some(end) = words.find('}')
            && self.line[..range.start].ends_with(']')
        {
            words = &words[end + 1..];
            range.start = (range.start + end + 1).min(range.end);
        }
        self.push(words, range);
    }

    fn push(&mut self, words: &str, range: Range<usize>) {
        if words.is_empty() || (self.current.is_none() && words.trim().is_empty()) {
            return;
        }
        let range = range.start.saturating_sub(self.shift)..range.end.saturating_sub(self.shift);
        let text = self.text;
        let prose = self.current();
        if text.as_str().get(range.clone()) == Some(words) {
            prose.words.push_copy(text, range);
        } else {
            prose.words.push_derived(words, text, range);
        }
    }

    fn current(&mut self) -> &mut Prose {
        if self.current.is_none() {
            let kind = match self.lists.last() {
                Some(&(list, has_begun)) => ProseKind::Item {
                    list,
                    depth: self.lists.len(),
                    first: !has_begun,
                },
                None => self.kind,
            };
            self.begin(kind);
        }
        self.current
            .get_or_insert_with(|| empty(ProseKind::Paragraph))
    }

    fn begin(&mut self, kind: ProseKind) {
        if let (ProseKind::Item { .. }, Some(list)) = (kind, self.lists.last_mut()) {
            list.1 = true;
        }
        self.current = Some(empty(kind));
    }

    fn close(&mut self) {
        if let Some(mut prose) = self.current.take()
            && !(prose.as_str().trim().is_empty() && prose.marks.is_empty())
        {
            prose.marks.sort_by_key(|(range, _)| range.start);
            self.done.push(prose);
        }
        self.open.clear();
    }
}

fn empty(kind: ProseKind) -> Prose {
    Prose {
        kind,
        marks: Vec::new(),
        words: SourcedText::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::PlaceTarget;
    use crate::source::{Locator, Route, from_bytes};

    /// Kind, words, marks with what they stand at.
    type Described = (ProseKind, String, Vec<(String, ProseMark)>);

    /// A text's prose.
    fn prose(path: &str, kind: TextKind, markdown: &str) -> Vec<Described> {
        used(path, kind, markdown)
            .prose()
            .into_iter()
            .map(|prose| {
                let marks = prose
                    .marks
                    .iter()
                    .map(|(range, mark)| (prose.as_str()[range.clone()].to_owned(), mark.clone()));
                (prose.kind, prose.as_str().to_owned(), marks.collect())
            })
            .collect()
    }

    fn used(path: &str, kind: TextKind, markdown: &str) -> UsedText {
        let yaml = format!("a: {}\n", serde_json::to_string(markdown).unwrap());
        let file = from_bytes(yaml.as_bytes(), "en.yaml".to_owned(), None).unwrap();
        let words = SourcedText::authored(&file, Route::default().key("a"), markdown);
        UsedText {
            path: path.to_owned(),
            kind,
            words,
            named_at: None,
        }
    }

    fn cite(key: &str) -> (String, ProseMark) {
        (String::new(), ProseMark::Citation(vec![key.to_owned()]))
    }

    #[test]
    fn reads_words_without_markup_and_keeps_its_marks() {
        let found = prose(
            "x.body",
            TextKind::Blocks,
            "**Take [CBT-I]{.term}** [@a-2020], see [it](#plan).\nSo &amp; so \\* [x]{.early-research} end.",
        );
        insta::assert_debug_snapshot!(found);
    }

    #[test]
    fn items_know_their_list() {
        let found = prose(
            "x.body",
            TextKind::Blocks,
            "Tell us if:\n\n- you snore [@a]\n- you\n  jerk\n\n1. one\n\n   more\n",
        );
        let kinds: Vec<(ProseKind, &str)> = found
            .iter()
            .map(|(kind, words, _)| (*kind, words.as_str()))
            .collect();
        let item = |list, first| ProseKind::Item {
            list,
            depth: 1,
            first,
        };
        assert_eq!(
            kinds,
            [
                (ProseKind::Paragraph, "Tell us if:"),
                (item(0, true), "you snore"),
                (item(0, true), "you jerk"),
                (item(1, true), "one"),
                (item(1, false), "more"),
            ]
        );
        assert_eq!(found[1].2, [cite("a")]);
    }

    #[test]
    fn parts_of_blocks_are_headings_items_and_cells() {
        let kind = |path, kind| prose(path, kind, "1985. Words")[0].0;
        assert_eq!(kind("title", TextKind::Heading), ProseKind::Heading(1));
        assert_eq!(kind("x.heading", TextKind::Heading), ProseKind::Heading(2));
        assert_eq!(kind("x.title", TextKind::Inlines), ProseKind::Heading(3));
        assert_eq!(kind("x.rows.0.1", TextKind::Inlines), ProseKind::Cell);
        assert!(matches!(
            kind("x.items.3", TextKind::Inlines),
            ProseKind::Item { .. }
        ));
        assert_eq!(kind("x.caption", TextKind::Inlines), ProseKind::Paragraph);
    }

    #[test]
    fn words_know_their_place() {
        let markdown = "One **two** [@a] [three]{.term} four";
        for kind in [TextKind::Inlines, TextKind::Blocks] {
            let prose = used("x.body", kind, markdown).prose().remove(0);
            for word in ["One", "two", "three", "four", "two three four"] {
                let start = prose.as_str().find(word).unwrap();
                let place = prose.place(start..start + word.len()).unwrap();
                assert!(matches!(place.target, PlaceTarget::Value(..)));
                let location = Locator::default().locate(&place).unwrap();
                let found = &place.file.text[location.bytes];
                let whole = found
                    .replace("**", "")
                    .replace(" [@a]", "")
                    .replace(['['], "")
                    .replace("]{.term}", "");
                assert_eq!(whole, word);
            }
        }
    }
}
