//! Reads prose from Markdown.
//!
//! This parses the Markdown a second time. The document keeps no places, because only checks need them.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, LinkType, Tag, TagEnd};

use super::markdown::{events, one_line};
use super::prose::{Prose, ProseKind, ProseMark};
use super::sourced_text::SourcedText;
use super::used_text::{TextKind, UsedText};
use crate::document::Certainty;

impl UsedText {
    /// Returns the paragraphs, headings, items and cells in reading order. Words that are in no text layer
    /// have none.
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
        let reader = |markdown, shift| ProseReader {
            text: &self.words,
            markdown,
            shift,
            kind,
            open_lists: Vec::new(),
            list_count: 0,
            read_to: 0,
            open_marks: Vec::new(),
            current: None,
            finished: Vec::new(),
        };
        match self.kind {
            TextKind::Blocks => reader(self.words.as_str(), 0).read(),
            TextKind::Inlines | TextKind::Heading => {
                reader(&one_line(self.words.as_str()), 1).read()
            }
        }
    }
}

/// Turns parser events into prose.
struct ProseReader<'a> {
    text: &'a SourcedText,
    /// Input of the parser: the text after a prefix of `shift` bytes.
    markdown: &'a str,
    shift: usize,
    /// Kind of text outside lists and tables.
    kind: ProseKind,
    open_lists: Vec<OpenList>,
    list_count: usize,
    /// End of the markup that has been read.
    read_to: usize,
    /// Starts of the open marks in the current prose. A mark without a kind is dropped.
    open_marks: Vec<(usize, Option<ProseMark>)>,
    current: Option<Prose>,
    finished: Vec<Prose>,
}

struct OpenList {
    number: usize,
    /// Whether the current item has a paragraph.
    item_has_paragraph: bool,
}

impl ProseReader<'_> {
    fn read(mut self) -> Vec<Prose> {
        for (event, range) in events(self.markdown) {
            self.event(event, range);
        }
        self.close();
        self.finished
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::List(_)) => {
                self.close();
                self.open_lists.push(OpenList {
                    number: self.list_count,
                    item_has_paragraph: false,
                });
                self.list_count += 1;
            }
            Event::End(TagEnd::List(_)) => {
                self.close();
                self.open_lists.pop();
            }
            Event::Start(Tag::Item) => {
                self.close();
                if let Some(list) = self.open_lists.last_mut() {
                    list.item_has_paragraph = false;
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
            let whole = self.markdown.get(range.clone()).unwrap_or("");
            let keys: Vec<String> = whole
                .split([';', '[', ']'])
                .filter_map(|part| part.trim().strip_prefix('@').map(str::to_owned))
                .collect();
            // `[word][@key]` cites a word, which is not part of the citation.
            let is_all_citation = whole.trim_start_matches('[').trim_start().starts_with('@');
            let prose = self.current();
            prose.words.trim_end();
            let at = prose.as_str().len();
            self.mark(at..at, ProseMark::Citation(keys));
            self.open_mark(None);
            if is_all_citation {
                self.read_to = self.read_to.max(range.end);
            }
            return;
        }
        self.read_to = self.read_to.max(range.start);
        let mark = if address == "term" {
            Some(ProseMark::Term)
        } else {
            Certainty::ALL
                .into_iter()
                .find(|certainty| certainty.name() == address)
                .map(ProseMark::Badge)
        };
        if matches!(mark, Some(ProseMark::Badge(_))) {
            // A badge prints the name of its certainty and not these words.
            self.read_to = range.end;
        }
        self.open_mark(mark);
    }

    fn open_mark(&mut self, mark: Option<ProseMark>) {
        let start = self.current_length();
        self.open_marks.push((start, mark));
    }

    fn close_mark(&mut self) {
        if let Some((start, Some(mark))) = self.open_marks.pop() {
            let end = self.current_length();
            self.mark(start..end, mark);
        }
    }

    fn current_length(&self) -> usize {
        let current = self.current.as_ref();
        current.map_or(0, |prose| prose.as_str().len())
    }

    fn mark(&mut self, range: Range<usize>, mark: ProseMark) {
        self.current().marks.push((range, mark));
    }

    /// Appends text, without the part that was read as markup.
    fn words(&mut self, words: &str, range: Range<usize>) {
        let (mut words, mut range) = (words, range);
        if range.start < self.shift {
            words = words.strip_prefix(',').unwrap_or(words);
            range.start = self.shift;
        }
        if range.start < self.read_to {
            let skipped = (self.read_to - range.start).min(words.len());
            words = words.get(skipped..).unwrap_or("");
            range.start = (range.start + skipped).min(range.end);
        }
        // `{.term}` after marked words.
        if words.starts_with("{.")
            && let Some(end) = words.find('}')
            && self.markdown[..range.start].ends_with(']')
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
            let kind = match self.open_lists.last() {
                Some(list) => ProseKind::Item {
                    list: list.number,
                    depth: self.open_lists.len(),
                    first: !list.item_has_paragraph,
                },
                None => self.kind,
            };
            self.begin(kind);
        }
        self.current
            .get_or_insert_with(|| empty(ProseKind::Paragraph))
    }

    fn begin(&mut self, kind: ProseKind) {
        if let (ProseKind::Item { .. }, Some(list)) = (kind, self.open_lists.last_mut()) {
            list.item_has_paragraph = true;
        }
        self.current = Some(empty(kind));
    }

    fn close(&mut self) {
        if let Some(mut prose) = self.current.take()
            && !(prose.as_str().trim().is_empty() && prose.marks.is_empty())
        {
            prose.marks.sort_by_key(|(range, _)| range.start);
            self.finished.push(prose);
        }
        self.open_marks.clear();
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

    /// Kind, words, and marks with their words.
    type Described = (ProseKind, String, Vec<(String, ProseMark)>);

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
