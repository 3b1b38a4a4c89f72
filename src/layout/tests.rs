//! Properties of every layout: each word is placed once, in reading order and inside the margins,
//! and no page overflows.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::document::{
    About, Block, BlockKind, Callout, CalloutKind, Certainty, Document, Footer, Form,
    GlossaryEntry, Icon, Inline, Inlines, ListItem, Mark, Masthead, Reference, ReferenceList,
    Section, SectionRole, Table, Target, UiStrings,
};
use crate::font::Faces;
use crate::geometry::{Point, Pt, mm};
use crate::layout::page::{Artifact, Content, Page, Tag};
use crate::locale::Direction;
use crate::theme::{DEFAULT_BRAND, Edition, Paper};

/// A block without its words.
#[derive(Clone, Debug)]
enum BlockShape {
    Paragraph(usize),
    LongWord,
    RightToLeft(usize),
    Bullets(usize, usize),
    Nested,
    Steps(usize),
    Checklist(usize),
    Form(usize, usize),
    Lines(u8),
    Callout(u8, usize),
    Table { columns: usize, rows: usize },
    Glossary(usize),
    Heading,
}

fn shape() -> impl Strategy<Value = BlockShape> {
    prop_oneof![
        4 => (1usize..90).prop_map(BlockShape::Paragraph),
        1 => Just(BlockShape::Paragraph(1)),
        1 => Just(BlockShape::LongWord),
        1 => (1usize..12).prop_map(BlockShape::RightToLeft),
        2 => (1usize..9, 1usize..20).prop_map(|(items, words)| BlockShape::Bullets(items, words)),
        1 => Just(BlockShape::Bullets(200, 3)),
        1 => Just(BlockShape::Nested),
        1 => (1usize..6).prop_map(BlockShape::Steps),
        1 => (1usize..8).prop_map(BlockShape::Checklist),
        1 => (1usize..8, 1usize..30).prop_map(|(items, words)| BlockShape::Form(items, words)),
        1 => (1u8..5).prop_map(BlockShape::Lines),
        2 => (0u8..4, 1usize..120).prop_map(|(kind, words)| BlockShape::Callout(kind, words)),
        1 => (0u8..4).prop_map(|kind| BlockShape::Callout(kind, 900)),
        2 => (1usize..5, 1usize..9).prop_map(|(columns, rows)| BlockShape::Table { columns, rows }),
        1 => Just(BlockShape::Table { columns: 12, rows: 3 }),
        1 => Just(BlockShape::Table { columns: 2, rows: 60 }),
        1 => (1usize..6).prop_map(BlockShape::Glossary),
        1 => Just(BlockShape::Heading),
    ]
}

/// Makes words that occur once in a document.
#[derive(Default)]
struct Author {
    words: usize,
    headers: Vec<String>,
}

impl Author {
    fn word(&mut self) -> String {
        self.words += 1;
        format!("w{}x", self.words)
    }

    fn text(&mut self, count: usize) -> Inlines {
        let words: Vec<String> = (0..count).map(|_| self.word()).collect();
        vec![Inline::Text(words.join(" "))]
    }

    fn rich(&mut self, count: usize) -> Inlines {
        let mut text = self.text(count);
        text.push(Inline::Text(" ".into()));
        text.push(Inline::Strong(self.text(1)));
        text.push(Inline::Text(" ".into()));
        text.push(Inline::Link {
            target: Target::Uri("https://a.example/b".into()),
            content: self.text(2),
        });
        text.push(Inline::Citation(vec![1, 2]));
        text
    }

    fn items(&mut self, count: usize, words: usize) -> Vec<ListItem> {
        (0..count)
            .map(|_| ListItem {
                blocks: vec![BlockKind::Paragraph(self.text(words)).into()],
                write_in_lines: 0,
            })
            .collect()
    }

    fn block(&mut self, shape: &BlockShape) -> Block {
        let kind = match shape {
            BlockShape::Paragraph(words) => BlockKind::Paragraph(self.rich(*words)),
            BlockShape::LongWord => {
                let word = self.word();
                BlockKind::Paragraph(vec![Inline::Text(word.repeat(300 / word.len()))])
            }
            BlockShape::RightToLeft(words) => {
                let mut text = self.text(1);
                // Latin words inside right-to-left marks keep their order within each run.
                text.push(Inline::Text(" \u{2067}(1\u{2013}2)\u{2069} ".into()));
                text.extend(self.text(*words));
                BlockKind::Paragraph(text)
            }
            BlockShape::Bullets(items, words) => BlockKind::List(self.items(*items, *words)),
            BlockShape::Nested => {
                let inner = BlockKind::List(self.items(2, 30));
                let middle = ListItem {
                    blocks: vec![BlockKind::Paragraph(self.text(4)).into(), inner.into()],
                    write_in_lines: 0,
                };
                // Words are numbered as they are written, which differs from reading order here.
                let mut items = vec![ListItem {
                    blocks: vec![BlockKind::List(vec![middle]).into()],
                    write_in_lines: 1,
                }];
                items.extend(self.items(1, 3));
                return Block::from(BlockKind::List(reordered(items)));
            }
            BlockShape::Steps(items) => BlockKind::Steps {
                start: 1,
                items: self.items(*items, 14),
            },
            BlockShape::Checklist(items) => BlockKind::Checklist(self.items(*items, 9)),
            BlockShape::Form(items, words) => {
                let caption = self.text(4);
                let mut items = self.items(*items, *words);
                for (index, item) in items.iter_mut().enumerate() {
                    item.write_in_lines = 1 + (index % 3) as u8;
                }
                BlockKind::Form(Form { caption, items })
            }
            BlockShape::Lines(count) => BlockKind::WriteInLines(*count),
            BlockShape::Callout(kind, words) => {
                let kind = [
                    CalloutKind::Emergency,
                    CalloutKind::Caution,
                    CalloutKind::Info,
                    CalloutKind::Tip,
                ][usize::from(*kind)];
                let title = self.text(3);
                let mut blocks = Vec::new();
                let mut left = *words;
                while left > 0 {
                    let some = left.min(60);
                    blocks.push(BlockKind::Paragraph(self.text(some)).into());
                    left -= some;
                }
                BlockKind::Callout(Callout {
                    kind,
                    label: None,
                    title,
                    blocks,
                })
            }
            BlockShape::Table { columns, rows } => {
                let caption = self.text(4);
                let header: Vec<Inlines> = (0..*columns).map(|_| self.text(1)).collect();
                for cell in &header {
                    self.headers.push(crate::document::plain_text(cell));
                }
                let rows = (0..*rows).map(|row| {
                    (0..*columns)
                        .map(|column| self.text((row + column) % 7))
                        .collect()
                });
                BlockKind::Table(Table {
                    caption,
                    header,
                    rows: rows.collect(),
                    note: Vec::new(),
                })
            }
            BlockShape::Glossary(entries) => BlockKind::Glossary(
                (0..*entries)
                    .map(|entry| GlossaryEntry {
                        id: entry.to_string(),
                        term: self.word(),
                        definition: self.text(9),
                    })
                    .collect(),
            ),
            BlockShape::Heading => BlockKind::Heading {
                level: 3,
                text: self.text(3),
            },
        };
        kind.into()
    }
}

/// Renumbers the words of nested items in reading order.
fn reordered(items: Vec<ListItem>) -> Vec<ListItem> {
    fn collect(items: &[ListItem], words: &mut Vec<usize>) {
        for block in items.iter().flat_map(|item| &item.blocks) {
            match &block.kind {
                BlockKind::Paragraph(text) => {
                    for word in crate::document::plain_text(text).split_whitespace() {
                        words.push(number(word));
                    }
                }
                BlockKind::List(items) => collect(items, words),
                _ => {}
            }
        }
    }
    fn rename(items: &mut [ListItem], next: &mut impl Iterator<Item = usize>) {
        for block in items.iter_mut().flat_map(|item| &mut item.blocks) {
            match &mut block.kind {
                BlockKind::Paragraph(text) => {
                    let count = crate::document::plain_text(text).split_whitespace().count();
                    let words: Vec<String> = next
                        .take(count)
                        .map(|number| format!("w{number}x"))
                        .collect();
                    *text = vec![Inline::Text(words.join(" "))];
                }
                BlockKind::List(items) => rename(items, next),
                _ => {}
            }
        }
    }
    let mut items = items;
    let mut numbers = Vec::new();
    collect(&items, &mut numbers);
    numbers.sort_unstable();
    rename(&mut items, &mut numbers.into_iter());
    items
}

fn number(word: &str) -> usize {
    word.trim_matches(|c: char| !c.is_ascii_digit())
        .parse()
        .expect("a numbered word")
}

fn document(shapes: &[Vec<BlockShape>]) -> (Document, Author) {
    let mut author = Author::default();
    let title = author.text(6);
    let subtitle = Some(author.text(7));
    let mut sections = Vec::new();
    for (index, shapes) in shapes.iter().enumerate() {
        let heading = Some(author.text(1 + index % 5));
        let mark = match index % 3 {
            0 => Some(Mark::Certainty(Certainty::ALL[index % 4])),
            1 => Some(Mark::Icon(Icon::Questions)),
            _ => None,
        };
        let main = index == 0;
        let blocks: Vec<Block> = shapes.iter().map(|shape| author.block(shape)).collect();
        let role = if main
            && shapes
                .iter()
                .all(|shape| matches!(shape, BlockShape::Paragraph(1..20)))
        {
            SectionRole::MainMessage {
                actions_heading: author.text(2),
                actions: vec![author.text(8)],
            }
        } else {
            SectionRole::Body
        };
        sections.push(Section {
            key: format!("s{index}"),
            heading,
            mark,
            role,
            blocks,
        });
    }
    sections.push(Section {
        key: "references".into(),
        heading: Some(author.text(2)),
        mark: Some(Mark::Icon(Icon::References)),
        role: SectionRole::Body,
        blocks: vec![
            BlockKind::References(ReferenceList {
                entries: (1..=2)
                    .map(|number| Reference {
                        number,
                        key: format!("k{number}"),
                        text: author.text(25),
                    })
                    .collect(),
                qr: None,
            })
            .into(),
        ],
    });
    let closing = vec![BlockKind::Paragraph(author.text(10)).into()];
    let document = Document {
        letter: None,
        id: "generated".into(),
        version: "1.0.0".into(),
        language: "en".into(),
        masthead: Masthead {
            logo: None,
            name: "Clinic".into(),
            shows_name: true,
            department: None,
            kind: "Leaflet".into(),
            status: None,
            phones: vec![],
        },
        title,
        subtitle,
        notices: vec![],
        sections,
        closing,
        footer: Footer {
            short_title: "Generated".into(),
            details: vec!["Edition 1.0".into()],
        },
        ui_strings: UiStrings {
            page_of: "Page {page} of {pages}".into(),
            see_page: "see page {page}".into(),
            continued: "(continued)".into(),
            link_to_reference: "Reference {number}".into(),
            back_to_text: "Back".into(),
            certainty: ["Well", "Some", "Early", "Not"].map(String::from),
        },
        about: About::default(),
    };
    (document, author)
}

/// Returns the numbered words that are read aloud, in page order.
fn placed_words(layout: &Layout) -> Vec<String> {
    let mut text = String::new();
    for page in &layout.pages {
        let mut line = None;
        for item in &page.items {
            if let (Tag::Element(element), Content::Text(run)) = (item.tag, &item.content) {
                // A new line or element begins a new word, unless a word is wider than a line.
                let here = (element, item.at.y.0.to_bits());
                if line.is_some_and(|before| before != here)
                    && !text.ends_with(char::is_alphanumeric)
                {
                    text.push(' ');
                }
                line = Some(here);
                text.push_str(&run.text);
            }
        }
    }
    let mut words = Vec::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find('w') {
        rest = &rest[start + 1..];
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        if !digits.is_empty() && rest[digits.len()..].starts_with('x') {
            words.push(format!("w{digits}x"));
        }
    }
    words
}

/// Returns left edge, right edge and baseline of each text, and whether it is read aloud.
fn bounds(page: &Page) -> impl Iterator<Item = (Pt, Pt, Pt, bool)> {
    page.items.iter().filter_map(|item| match &item.content {
        Content::Text(run) => {
            let right = run.glyphs.last().map_or(Pt::ZERO, |glyph| glyph.x);
            Some((
                item.at.x,
                item.at.x + right,
                item.at.y,
                matches!(item.tag, Tag::Element(_)),
            ))
        }
        _ => None,
    })
}

fn check(shapes: &[Vec<BlockShape>], paper: Paper) {
    check_edition(shapes, paper, Edition::STANDARD);
}

fn check_edition(shapes: &[Vec<BlockShape>], paper: Paper, edition: Edition) {
    let (document, author) = document(shapes);
    let theme = Theme::new(edition, paper, DEFAULT_BRAND);
    let mut cache = LayoutCache::new(&Faces::bundled());
    let layout = layout(&document, &theme, &mut cache).expect("every document can be laid out");

    let placed = placed_words(&layout);
    let long: Vec<&String> = placed
        .iter()
        .filter(|word| placed.iter().filter(|other| other == word).count() > 20)
        .collect();
    let body: Vec<usize> = placed
        .iter()
        .filter(|word| !author.headers.contains(word) && !long.contains(word))
        .map(|word| number(word))
        .collect();
    let mut sorted = body.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(body, sorted, "each word once, in reading order");
    let long_words = shapes
        .iter()
        .flatten()
        .filter(|shape| matches!(shape, BlockShape::LongWord))
        .count();
    let expected = author.words - author.headers.len() - long_words;
    assert_eq!(body.len(), expected, "every word is placed");
    for header in &author.headers {
        assert!(placed.contains(header), "the header {header} is placed");
    }

    for page in &layout.pages {
        for (left, right, baseline, content) in bounds(page) {
            assert!(
                left >= theme.margins.inline_start - Pt(0.5),
                "{left:?} is left of the margin"
            );
            assert!(
                right <= theme.page.width - theme.margins.inline_end + Pt(0.5),
                "{right:?} is right of the margin"
            );
            assert!(baseline >= mm(8.0) && baseline <= theme.page.height - mm(8.0));
            if content {
                let foot = theme.page.height - theme.margins.text_bottom;
                assert!(
                    baseline <= foot + Pt(0.5),
                    "{baseline:?} is below the text's foot {foot:?}"
                );
            }
        }
    }
    for link in layout.pages.iter().flat_map(|page| &page.links) {
        assert!(!link.areas.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_word_is_placed_once_in_order_and_inside_the_margins(
        shapes in prop::collection::vec(prop::collection::vec(shape(), 0..5), 1..6),
        paper in prop_oneof![Just(Paper::A4), Just(Paper::Letter), Just(Paper::A5)],
        edition in prop_oneof![Just(Edition::STANDARD), Just(Edition::SHORT)],
    ) {
        check_edition(&shapes, paper, edition);
    }

    #[test]
    fn panels_hold_a_document_or_refuse_it(
        shapes in prop::collection::vec(prop::collection::vec(shape(), 0..3), 1..4),
    ) {
        match lay_out_on(Paper::LetterTrifold, &shapes) {
            Ok(layout) => prop_assert_eq!(layout.pages.len(), 2),
            Err(error) => prop_assert!(error.is_about_length(), "{error}"),
        }
    }
}

/// A heading may be longer than the text beside it.
#[test]
fn a_heading_beside_short_text_stays_above_the_foot() {
    for lines in 1..40 {
        let mut sections = vec![vec![BlockShape::Bullets(lines, 1)]];
        sections.extend(vec![vec![BlockShape::Lines(1)]; 6]);
        check(&sections, Paper::A4);
    }
}

#[test]
fn an_empty_body_is_a_heading_alone() {
    check(&[vec![], vec![]], Paper::A4);
}

#[test]
fn a_table_of_twelve_columns_becomes_lists() {
    check(
        &[vec![BlockShape::Table {
            columns: 12,
            rows: 4,
        }]],
        Paper::A4,
    );
    check(
        &[vec![BlockShape::Table {
            columns: 12,
            rows: 4,
        }]],
        Paper::A5,
    );
}

#[test]
fn a_list_of_two_hundred_items_runs_over_pages() {
    check(&[vec![BlockShape::Bullets(200, 5)]], Paper::A5);
}

#[test]
fn fields_of_a_form_are_side_by_side_where_the_page_is_wide() {
    for (paper, side_by_side) in [(Paper::A4, true), (Paper::Letter, true), (Paper::A5, false)] {
        let (document, author) = document(&[vec![BlockShape::Form(2, 1)]]);
        let theme = Theme::new(Edition::STANDARD, paper, DEFAULT_BRAND);
        let mut cache = LayoutCache::new(&Faces::bundled());
        let layout = layout(&document, &theme, &mut cache).expect("a form can be laid out");
        // References and closing have the last 62 words.
        let prompts = [author.words - 63, author.words - 62].map(|word| format!("w{word}x"));
        let baselines: Vec<Pt> = prompts
            .iter()
            .map(|prompt| {
                let mut items = layout.pages.iter().flat_map(|page| &page.items);
                let is_prompt = |content: &Content| {
                    matches!(content, Content::Text(run) if *run.text == **prompt)
                };
                let item = items.find(|item| is_prompt(&item.content));
                item.expect("each prompt is placed").at.y
            })
            .collect();
        assert_eq!(baselines[0] == baselines[1], side_by_side, "{paper:?}");
    }
}

#[test]
fn a_prompt_taller_than_a_page_is_split_rather_than_lost() {
    for paper in [Paper::A4, Paper::A5] {
        check(&[vec![BlockShape::Form(3, 900)]], paper);
    }
}

#[test]
fn a_word_of_three_hundred_letters_stays_inside_the_margins() {
    check(
        &[vec![BlockShape::LongWord, BlockShape::Paragraph(1)]],
        Paper::A4,
    );
}

#[test]
fn a_callout_below_the_opening_panel_does_not_pull_the_panel_off_its_page() {
    for words in (10..300).step_by(10) {
        let (mut document, _) = document(&[
            vec![BlockShape::Paragraph(15)],
            vec![BlockShape::Callout(1, words)],
        ]);
        (document.sections[1].heading, document.sections[1].mark) = (None, None);
        let SectionRole::MainMessage { actions, .. } = &mut document.sections[0].role else {
            unreachable!()
        };
        let action = actions[0].clone();
        actions.extend(vec![action.clone(); 4]);
        let theme = Theme::new(Edition::STANDARD, Paper::A5, DEFAULT_BRAND);
        let layout = layout(&document, &theme, &mut LayoutCache::new(&Faces::bundled())).unwrap();
        let action = crate::document::plain_text(&action);
        let first = Layout {
            pages: layout.pages[..1].to_vec(),
            ..layout
        };
        let word = action.split_whitespace().next_back().unwrap().to_owned();
        assert!(
            placed_words(&first).contains(&word),
            "{words} words: the panel left its page"
        );
    }
}

#[test]
fn a_short_form_takes_the_space_of_its_page() {
    let lay_out = |sections: usize| {
        let (document, _) = document(&vec![vec![BlockShape::Bullets(3, 12)]; sections]);
        let theme = Theme::new(Edition::SHORT, Paper::A4, DEFAULT_BRAND);
        let mut cache = LayoutCache::new(&Faces::bundled());
        let mut tight = theme.clone();
        tight.wider.clear();
        [theme, tight].map(|theme| {
            let layout = layout(&document, &theme, &mut cache).unwrap();
            let lowest = places(&layout)
                .values()
                .map(|(y, _)| *y)
                .fold(Pt::ZERO, Pt::max);
            (layout.pages.len(), lowest)
        })
    };
    let mut grew = 0;
    for sections in 1..12 {
        let [(pages, lowest), (tight_pages, tight_lowest)] = lay_out(sections);
        assert_eq!(pages, tight_pages, "{sections} sections");
        if pages == 1 {
            assert!(lowest >= tight_lowest);
            grew += usize::from(lowest > tight_lowest + Pt(10.0));
        } else {
            assert_eq!(lowest, tight_lowest);
        }
    }
    assert!(grew > 3, "{grew}");
}

#[test]
fn a_callout_taller_than_a_page_is_split_rather_than_lost() {
    check(
        &[vec![
            BlockShape::Callout(0, 900),
            BlockShape::Callout(2, 900),
        ]],
        Paper::A5,
    );
}

#[test]
fn an_emergency_that_continues_repeats_its_title() {
    let (document, _) = document(&[vec![BlockShape::Callout(0, 900)]]);
    let theme = Theme::new(Edition::STANDARD, Paper::A5, DEFAULT_BRAND);
    let layout = layout(&document, &theme, &mut LayoutCache::new(&Faces::bundled())).unwrap();
    let repeats = |page: &Page| {
        page.items.iter().any(|item| {
            item.tag == Tag::Artifact(Artifact::Repetition)
                && matches!(&item.content, Content::Text(run) if run.text.contains("(continued)"))
        })
    };
    let continued = layout.pages.iter().filter(|page| repeats(page)).count();
    assert!(continued > 1, "{continued}");
    assert!(!repeats(&layout.pages[0]));
}

#[test]
fn right_to_left_pages_put_bullets_at_the_right_of_their_text() {
    let (document, _) = document(&[vec![BlockShape::Bullets(3, 4)]]);
    let theme = Theme::new(Edition::STANDARD, Paper::A4, DEFAULT_BRAND);
    let mut cache = LayoutCache::new(&Faces::bundled());
    let mut bullet_and_text = |direction| {
        let flow = flow::flow(&document, &theme, &mut cache, &BTreeMap::new());
        let pages = paginate::paginate(flow, &theme, direction).unwrap().pages;
        let items = pages.into_iter().flat_map(|page| page.items);
        let disc = shapes::disc(
            theme.types.body.size * theme.list.bullet.diameter_em,
            theme.palette.brand,
        );
        let items: Vec<_> = items
            .skip_while(|item| item.content != Content::Shape(Arc::clone(&disc)))
            .take(2)
            .collect();
        assert_eq!(items[0].tag, Tag::Artifact(Artifact::Layout));
        assert!(matches!(items[1].content, Content::Text(_)));
        [items[0].at, items[1].at].map(|Point { x, .. }| x)
    };
    let [bullet, text] = bullet_and_text(Direction::LeftToRight);
    assert!(bullet < text);
    let [bullet, text] = bullet_and_text(Direction::RightToLeft);
    assert!(bullet > text);
    let column_start = theme.page.width - theme.margins.inline_start - theme.text_indent();
    assert!(
        (bullet + theme.types.body.size * theme.list.bullet.diameter_em - column_start)
            .0
            .abs()
            < 0.01
    );
}

/// Returns baselines and left edges of the numbered words.
fn places(layout: &Layout) -> BTreeMap<usize, (Pt, Pt)> {
    let items = layout.pages.iter().flat_map(|page| &page.items);
    let words = items.filter_map(|item| match (&item.content, item.tag) {
        (Content::Text(run), Tag::Element(_)) => {
            let words = run.text.split_whitespace();
            Some(words.filter(|word| word.starts_with('w')).map(|word| {
                let digits: String = word.chars().filter(char::is_ascii_digit).collect();
                (digits.parse().unwrap_or(0), (item.at.y, item.at.x))
            }))
        }
        _ => None,
    });
    words.flatten().collect()
}

#[test]
fn short_form_has_short_items_in_two_columns() {
    let lay_out = |items, words| {
        let (document, _) = document(&[vec![BlockShape::Bullets(items, words)]]);
        let theme = Theme::new(Edition::SHORT, Paper::A4, DEFAULT_BRAND);
        let mut cache = LayoutCache::new(&Faces::bundled());
        places(&layout(&document, &theme, &mut cache).unwrap())
    };
    // Title, deck and heading have 14 words.
    let short = lay_out(5, 3);
    let item = |places: &BTreeMap<usize, (Pt, Pt)>, index: usize| places[&(15 + index * 3)];
    let (first, third, fourth) = (item(&short, 0), item(&short, 2), item(&short, 3));
    assert_eq!(first.1, third.1);
    assert!(third.0 > first.0);
    assert_eq!(fourth.0, first.0, "the second column begins at the top");
    assert!(fourth.1 > first.1 + mm(60.0));
    // Two columns of long items are as high as one.
    let long = lay_out(2, 60);
    assert_eq!(long[&15].1, long[&75].1);
}

#[test]
fn references_of_a_short_form_share_lines_with_their_heading() {
    let (document, author) = document(&[vec![]]);
    let theme = Theme::new(Edition::SHORT, Paper::A4, DEFAULT_BRAND);
    let mut cache = LayoutCache::new(&Faces::bundled());
    let layout = layout(&document, &theme, &mut cache).unwrap();
    let places = places(&layout);
    // The closing has the last 10 words, and each of the two references has 25.
    let [heading, first, second] =
        [62, 60, 35].map(|from_end| places[&(author.words + 1 - from_end)]);
    assert_eq!(heading.0, first.0);
    assert!(second.0 > first.0 && second.1 > theme.margins.inline_start + mm(10.0));
    let lines: std::collections::BTreeSet<u32> =
        places.values().map(|at| at.0.0.to_bits()).collect();
    let of_references = places.range(author.words - 59..=author.words - 10);
    let used: std::collections::BTreeSet<u32> =
        of_references.map(|(_, at)| at.0.0.to_bits()).collect();
    assert!(used.len() <= 4 && lines.len() > used.len(), "{used:?}");
}

fn lay_out_on(paper: Paper, shapes: &[Vec<BlockShape>]) -> Result<Layout, LayoutError> {
    let (document, _) = document(shapes);
    let theme = Theme::new(Edition::STANDARD, paper, DEFAULT_BRAND);
    layout(&document, &theme, &mut LayoutCache::new(&Faces::bundled()))
}

#[test]
fn a_sheet_that_is_too_small_is_refused_by_how_much() {
    let left_over =
        |items: usize| match lay_out_on(Paper::DlTrifold, &[vec![BlockShape::Bullets(items, 5)]]) {
            Ok(layout) => {
                assert_eq!(layout.pages.len(), 2);
                0
            }
            Err(LayoutError::FullPanels { lines }) => lines,
            Err(error) => panic!("{error}"),
        };
    assert_eq!(left_over(20), 0);
    let few = left_over(200);
    assert!(few > 0);
    assert!(left_over(250) >= few + 50, "each item has a line or more");
    let first = (20..200).map(left_over).find(|lines| *lines > 0);
    assert!(first.is_some_and(|lines| lines <= 3), "{first:?}");

    let error = lay_out_on(Paper::A5Booklet, &[vec![BlockShape::Bullets(3000, 5)]]);
    assert!(matches!(
        error,
        Err(LayoutError::ThickBooklet { sheets, most: 15 }) if sheets > 15
    ));
}

#[test]
fn pages_that_share_a_side_keep_their_own_words() {
    let shapes = [vec![BlockShape::Bullets(60, 5)]];
    let pages = lay_out_on(Paper::A5, &shapes).unwrap();
    let booklet = lay_out_on(Paper::A5Booklet, &shapes).unwrap();
    let count = pages.pages.len();
    assert_eq!(booklet.pages.len(), count.next_multiple_of(4) / 2);
    let mut numbers = Vec::new();
    for side in &booklet.pages {
        for (index, panel) in side.panels.iter().enumerate() {
            let next = side.panels.get(index + 1);
            let end = next.map_or(side.items.len(), |next| next.first_item);
            let items = &side.items[panel.first_item..end];
            let expected = &pages.pages[panel.number].items;
            assert_eq!(items.len(), expected.len());
            let moved = items[0].at.x - expected[0].at.x;
            for (item, expected) in items.iter().zip(expected) {
                assert_eq!(item.content, expected.content);
                assert_eq!(item.at.y, expected.at.y);
                assert!((item.at.x - expected.at.x - moved).0.abs() < 0.001);
            }
            numbers.push(panel.number);
        }
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (0..count).collect::<Vec<_>>());
}

/// Returns the penalties of breaks between the lines that have these words.
fn penalties_within(flow: &flow_content::FlowContent, words: &Inlines) -> Vec<f32> {
    let words = crate::document::plain_text(words);
    let has_words = |item: &page_area::FlowItem| match &item.content {
        Content::Text(run) => {
            let mut placed = run.text.split_whitespace();
            placed.any(|word| words.split_whitespace().any(|other| other == word))
        }
        _ => false,
    };
    let fragments = flow.fragments.iter();
    let lines = fragments.filter(|fragment| fragment.items.iter().any(has_words));
    lines.skip(1).map(|line| line.break_penalty).collect()
}

#[test]
fn title_and_deck_of_a_trifold_are_never_split() {
    let shapes = [vec![BlockShape::Paragraph(15)]];
    let theme = Theme::new(Edition::SHORT, Paper::DlTrifold, DEFAULT_BRAND);
    let (mut document, mut author) = document(&shapes);
    (document.title, document.subtitle) = (author.text(24), Some(author.text(30)));
    let mut cache = LayoutCache::new(&Faces::bundled());
    let flow = flow::flow(&document, &theme, &mut cache, &BTreeMap::new());
    for text in [&document.title, document.subtitle.as_ref().unwrap()] {
        let penalties = penalties_within(&flow, text);
        assert!(penalties.len() >= 3, "{penalties:?}");
        let are_kept = penalties.iter().all(|one| *one >= flow_content::FORBIDDEN);
        assert!(are_kept, "{penalties:?}");
    }
    assert!(layout(&document, &theme, &mut cache).is_ok());

    document.title = author.text(200);
    let error = layout(&document, &theme, &mut cache).unwrap_err();
    assert!(matches!(error, LayoutError::FullPanels { .. }), "{error}");
}

#[test]
fn names_of_rows_captions_and_prompts_are_not_split() {
    let lay_out = |shape: BlockShape, words: usize| {
        let (mut document, mut author) = document(&[vec![shape]]);
        let long = author.text(words);
        let mut names = vec![long.clone()];
        match &mut document.sections[0].blocks[0].kind {
            BlockKind::Table(table) => {
                table.caption = long;
                table.rows[0][0] = author.text(words);
                if table.header.len() > 2 {
                    names.push(table.rows[0][0].clone());
                }
            }
            BlockKind::Form(form) => {
                let prompt = author.text(words);
                names.push(prompt.clone());
                form.caption = long;
                form.items[0].blocks = vec![BlockKind::Paragraph(prompt).into()];
                form.items[0].write_in_lines = 20;
            }
            BlockKind::Heading { text, .. } => *text = long,
            other => panic!("{other:?}"),
        }
        let theme = Theme::new(Edition::EXTRA_LARGE, Paper::A4, DEFAULT_BRAND);
        let mut cache = LayoutCache::new(&Faces::bundled());
        let flow = flow::flow(&document, &theme, &mut cache, &BTreeMap::new());
        let penalties = names.iter().map(|name| penalties_within(&flow, name));
        penalties.collect::<Vec<_>>()
    };
    let table = |columns, rows| BlockShape::Table { columns, rows };
    for (shape, count) in [
        (table(2, 2), 1),
        (table(12, 9), 2),
        (BlockShape::Form(1, 1), 2),
        (BlockShape::Heading, 1),
    ] {
        let of_names = lay_out(shape.clone(), 28);
        assert_eq!(of_names.len(), count, "{shape:?}");
        for penalties in of_names {
            assert!(penalties.len() >= 3, "{shape:?}: {penalties:?}");
            let are_kept = penalties.iter().all(|one| *one >= flow_content::FORBIDDEN);
            assert!(are_kept, "{shape:?}: {penalties:?}");
        }
    }
    // Text that is taller than a page may be split between most of its lines.
    let penalties = &lay_out(BlockShape::Form(1, 1), 600)[1];
    let are_kept = penalties.iter().all(|one| *one >= flow_content::FORBIDDEN);
    assert!(!are_kept, "{penalties:?}");
}

#[test]
fn lines_of_a_callout_that_no_panel_holds_are_counted() {
    let lines = |words| match lay_out_on(Paper::DlTrifold, &[vec![BlockShape::Callout(0, words)]]) {
        Err(LayoutError::FullPanels { lines }) => lines,
        other => panic!("{other:?}"),
    };
    let (few, many) = (lines(400), lines(500));
    assert!(few > 10 && many > few + 10, "{few}, {many}");

    let message = |lines| LayoutError::FullPanels { lines }.to_string();
    assert!(message(1).ends_with(": 1 line is left over"));
    assert!(message(2).ends_with(": 2 lines are left over"));
}
