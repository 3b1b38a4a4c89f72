//! Tests of running text, by examples and by properties.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::document::{Certainty, Key, Target, UiStrings};
use crate::font::{Weight, is_never_drawn};
use crate::geometry::Colour;

pub(super) const STYLE: TextStyle = TextStyle {
    size: Pt(12.0),
    weight: Weight::Regular,
    first_sentence_weight: Weight::Regular,
    first_sentence_colour: Colour::BLACK,
    colour: Colour::BLACK,
    link: Colour::rgb(15, 92, 105),
    underline: UnderlineStyle {
        thickness: Pt(0.66),
        offset: Pt(1.56),
    },
    citation: CitationTextStyle {
        size: Pt(10.0),
        colour: Colour::rgb(68, 81, 90),
    },
    badge: BadgeStyle {
        size: Pt(10.5),
        outline: Pt(0.75),
        height: Pt(16.0),
        middle: Pt(3.5),
        padding_start: Pt(3.0),
        symbol_gap: Pt(4.0),
        padding_end: Pt(6.5),
        ground: Colour::WHITE,
        colours: [Colour::rgb(15, 92, 105); 4],
    },
    line_breaks: LineBreakMode::Ragged,
    first_line_indent: Pt::ZERO,
};

const HEADING: TextStyle = TextStyle {
    size: Pt(29.0),
    weight: Weight::Bold,
    line_breaks: LineBreakMode::Balanced,
    ..STYLE
};

pub(super) fn words() -> UiStrings {
    UiStrings {
        page_of: "Page {page} of {pages}".to_owned(),
        see_page: "see page {page}".to_owned(),
        continued: "(continued)".to_owned(),
        link_to_reference: "Reference {number}".to_owned(),
        back_to_text: "Back to the text".to_owned(),
        certainty: [
            "Well established",
            "Some evidence",
            "Early research",
            "Not supported",
        ]
        .map(str::to_owned),
    }
}

thread_local! {
    static LAYOUTER: RefCell<ParagraphLayouter> =
        RefCell::new(ParagraphLayouter::new(&Faces::bundled()));
}

/// Calls a function with a layouter and the context of a leaflet in a language.
fn with_layouter<T>(
    language: &str,
    call: impl FnOnce(&mut ParagraphLayouter, LayoutContext) -> T,
) -> T {
    let context = LayoutContext {
        language,
        ui_strings: &words(),
        block_pages: &BTreeMap::from([("helps".to_owned(), 3)]),
    };
    LAYOUTER.with_borrow_mut(|layouter| call(layouter, context))
}

fn layout(inlines: &[Inline], measure: f32, style: &TextStyle) -> Arc<Paragraph> {
    with_layouter("en", |layouter, context| {
        layouter.layout(inlines, style, Pt(measure), context)
    })
}

fn intrinsic_widths(inlines: &[Inline]) -> IntrinsicWidths {
    with_layouter("en", |layouter, context| {
        layouter.intrinsic_widths(inlines, &STYLE, context)
    })
}

fn text(words: &str) -> Inline {
    Inline::Text(words.to_owned())
}

/// Returns the words of each line in reading order.
fn lines(paragraph: &Paragraph) -> Vec<String> {
    paragraph
        .lines
        .iter()
        .map(|line| {
            line.runs
                .iter()
                .map(|run| run.glyphs.text.as_str())
                .collect()
        })
        .collect()
}

fn lines_of(words: &str, measure: f32) -> Vec<String> {
    lines(&layout(&[text(words)], measure, &STYLE))
}

/// Checks that no measure splits `whole`, as long as it fits on a line.
fn stays_whole(whole: &str, language: &str) {
    let sentence = format!(
        "Some words come before {whole} and others come after it, so it may land anywhere."
    );
    let width = intrinsic_widths(&[text(whole)]).max_content.0;
    let mut measure = width.max(60.0) + 0.1;
    while measure < 400.0 {
        let paragraph = with_layouter(language, |layouter, context| {
            layouter.layout(&[text(&sentence)], &STYLE, Pt(measure), context)
        });
        let lines = lines(&paragraph);
        assert!(
            lines.iter().any(|line| line.contains(whole)),
            "{whole:?} at {measure}: {lines:#?}"
        );
        measure += 3.7;
    }
}

#[test]
fn words_that_fit_are_on_one_line() {
    assert_eq!(
        lines_of("Inflammation is the body’s way", 300.0),
        ["Inflammation is the body’s way"]
    );
}

#[test]
fn no_text_has_no_lines() {
    for inlines in [
        vec![],
        vec![text("  \n")],
        vec![Inline::LineBreak],
        vec![Inline::Citation(vec![])],
    ] {
        let paragraph = layout(&inlines, 100.0, &STYLE);
        assert!(paragraph.lines.is_empty(), "{inlines:?}");
        assert_eq!(paragraph.spans.len(), 1);
    }
}

#[test]
fn space_at_the_end_of_a_line_is_kept_for_readers_but_has_no_width() {
    let paragraph = layout(&[text("one two three four five six")], 60.0, &STYLE);
    let joined = lines(&paragraph).concat();
    assert_eq!(joined, "one two three four five six");
    let first = &paragraph.lines[0];
    assert!(lines(&paragraph)[0].ends_with(' '));
    assert!(first.width < first.runs.last().unwrap().x + first.runs.last().unwrap().width);
}

#[test]
fn forced_break_ends_a_line_and_keeps_words_apart() {
    let paragraph = layout(
        &[text("12 Mill Lane"), Inline::LineBreak, text("Inverleigh")],
        300.0,
        &STYLE,
    );
    assert_eq!(lines(&paragraph), ["12 Mill Lane ", "Inverleigh"]);
}

#[test]
fn doses_numbers_and_names_stay_whole() {
    for whole in [
        "500–1000 mg",
        "50 mg/kg",
        "mg/kg",
        "and/or",
        "30 minutes",
        "5 %",
        "1 in 5",
        "½ tablet",
        "21 November",
        "8 am",
        "page 3",
        "Figure 2",
        "pp. 26–31",
        "2602–2614",
        "X-ray",
        "IL-8",
        "01632 960 123",
        "01632 960 123.",
        "020 79460123,",
        "+46 8 123 45",
        "(0)20 7946 0123",
        "1 000 000",
        "desk@riverside.example",
        "10 micrograms",
        "2 teaspoons",
        "70 bpm",
        "500 milligram",
        "5 milliliter",
    ] {
        stays_whole(whole, "en");
    }
    stays_whole("20 minuter", "sv");
    stays_whole("3 dager", "nb");
}

#[test]
fn numbers_that_do_not_belong_together_may_be_split() {
    let lines = lines_of(
        "In 2019, 30 people took part and 15, 16 or 17 of them said so.",
        80.0,
    );
    assert!(lines.len() > 3, "{lines:?}");
    let row = (1..60)
        .map(|number| number.to_string())
        .collect::<Vec<_>>()
        .join(" ");
    for line in &layout(&[text(&row)], 120.0, &STYLE).lines {
        assert!(line.width.0 <= 120.01);
    }
}

#[test]
fn citation_stays_whole_and_with_its_word() {
    let inlines = [
        text("Researchers put many studies together and found this. "),
        Inline::Citation(vec![1, 2, 14]),
        text(" More."),
    ];
    let mut measure = 110.0;
    while measure < 400.0 {
        let lines = lines(&layout(&inlines, measure, &STYLE));
        assert!(
            lines.iter().any(|line| line.contains("this. [1, 2, 14]")),
            "{measure}: {lines:#?}"
        );
        measure += 3.1;
    }
}

#[test]
fn numbers_of_a_citation_lead_to_their_references() {
    let paragraph = layout(
        &[text("So it is. "), Inline::Citation(vec![1, 12])],
        300.0,
        &STYLE,
    );
    let areas = paragraph.clickable(&paragraph.lines[0]);
    let kinds: Vec<_> = areas
        .iter()
        .map(|(span, _, _)| &paragraph.spans[span.0 as usize].kind)
        .collect();
    assert_eq!(
        kinds,
        [&SpanKind::CitationNumber(1), &SpanKind::CitationNumber(12)]
    );
    assert!(
        areas[0].1 + areas[0].2 <= areas[1].1 + Pt(0.01),
        "areas do not overlap"
    );
}

#[test]
fn last_line_is_no_stranded_word() {
    let words = "Inflammation is the body’s way to fight germs or heal an injury. It can cause heat and pain \
                 in a joint. Think of a cut finger: it gets red and sore for a few days, then it heals now.";
    let mut measure = 130.0;
    while measure < 420.0 {
        let cited = vec![text(words), Inline::Citation(vec![3])];
        let before_stop = vec![
            text(words.trim_end_matches('.')),
            Inline::Citation(vec![3]),
            text("."),
        ];
        for inlines in [vec![text(words)], cited, before_stop] {
            let lines = lines(&layout(&inlines, measure, &STYLE));
            let last = lines.last().unwrap().replace("[3].", "").replace("[3]", "");
            let is_enough =
                last.split_whitespace().count() >= 2 || last.trim().chars().count() >= 12;
            assert!(is_enough, "{measure}: {last:?}");
        }
        measure += 2.3;
    }
}

#[test]
fn optimal_breaks_add_no_line() {
    let words = "Your cells send messages that turn inflammation up or down. In this leaflet we call them \
                 immune messengers. Your body needs both kinds, and most of the time they keep each other \
                 in balance without you noticing anything at all.";
    let mut measure = 150.0;
    while measure < 400.0 {
        // First fit, word by word.
        let mut greedy = 0;
        let mut line = String::new();
        for word in words.split_whitespace() {
            let longer = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if intrinsic_widths(&[text(&longer)]).max_content.0 > measure {
                greedy += 1;
                line = word.to_owned();
            } else {
                line = longer;
            }
        }
        greedy += 1;
        let lines = lines_of(words, measure).len();
        let stranded = !line.contains(' ') && line.len() < 12;
        assert!(
            lines <= greedy + usize::from(stranded),
            "{measure}: {lines} lines, first fit {greedy}"
        );
        measure += 7.9;
    }
}

#[test]
fn heading_breaks_after_its_colon() {
    let title = "Fibromyalgia and inflammation: is there a link?";
    let lines = lines(&layout(&[text(title)], 470.0, &HEADING));
    assert_eq!(
        lines,
        ["Fibromyalgia and inflammation: ", "is there a link?"]
    );
}

#[test]
fn heading_does_not_break_after_its_colon_where_that_costs_a_line() {
    let title = "Pain: what the studies of fibromyalgia and inflammation found";
    let paragraph = layout(&[text(title)], 470.0, &HEADING);
    assert_eq!(paragraph.lines.len(), 2);
    assert!(!lines(&paragraph)[0].starts_with("Pain: \u{20}") && lines(&paragraph)[0].len() > 10);
}

#[test]
fn heading_without_a_colon_is_balanced() {
    let paragraph = layout(
        &[text(
            "What did the studies of inflammation in the brain find?",
        )],
        520.0,
        &HEADING,
    );
    let widths: Vec<f32> = paragraph.lines.iter().map(|line| line.width.0).collect();
    assert_eq!(widths.len(), 2);
    assert!((widths[0] - widths[1]).abs() < 120.0, "{widths:?}");
}

#[test]
fn address_breaks_after_a_slash_only() {
    let address = "https://doi.org/10.1093/rheumatology/keab146";
    let lines = lines_of(&format!("See {address} for more."), 120.0);
    for line in &lines[..lines.len() - 1] {
        assert!(line.ends_with('/') || line.ends_with(' '), "{lines:?}");
        assert!(
            !line.ends_with("https:/") && !line.ends_with("https://"),
            "{lines:?}"
        );
    }
}

#[test]
fn word_of_300_characters_is_broken_rather_than_too_wide() {
    for word in [
        "a".repeat(300),
        format!("https://example.org/{}", "b".repeat(280)),
        "fi".repeat(150),
    ] {
        let paragraph = layout(&[text(&word)], 200.0, &STYLE);
        assert!(paragraph.lines.len() > 5);
        assert!(paragraph.lines.iter().all(|line| line.width.0 <= 200.01));
        assert_eq!(lines(&paragraph).concat().replace('\u{ad}', ""), word);
    }
}

#[test]
fn a_word_that_no_line_holds_is_divided_with_a_hyphen() {
    let word = "Schmerzmittelabhängigkeitsberatung";
    let sentence = format!("Die {word}: hier.");
    let paragraph = layout(&[text(&sentence)], 110.0, &STYLE);
    let shown = lines(&paragraph);
    assert_eq!(shown[..2], ["Die ", "Schmerzmittelabh\u{ad}"]);
    assert_eq!(shown.concat().replace('\u{ad}', ""), sentence);
    let divided = paragraph
        .lines
        .iter()
        .map(|line| line.divided_word.as_deref());
    assert_eq!(divided.collect::<Vec<_>>(), [None, Some(word), None, None]);
    assert!(paragraph.lines.iter().all(|line| line.width.0 <= 110.01));
    assert!(paragraph.divides_words() && !layout(&[text(word)], 300.0, &STYLE).divides_words());
}

#[test]
fn long_numbers_and_addresses_are_broken_without_a_hyphen() {
    for word in [
        "1234567890".repeat(4),
        format!("https://example.org/{}", "b".repeat(80)),
    ] {
        let paragraph = layout(&[text(&word)], 100.0, &STYLE);
        assert_eq!(lines(&paragraph).concat(), word);
        assert!(!paragraph.divides_words());
    }
}

#[test]
fn soft_hyphen_is_drawn_at_the_end_of_a_line_only() {
    let word = "Allgemein\u{ad}medizin";
    assert_eq!(lines_of(word, 300.0), ["Allgemeinmedizin"]);
    let paragraph = layout(&[text(word)], 70.0, &STYLE);
    assert_eq!(lines(&paragraph), ["Allgemein\u{ad}", "medizin"]);
    let run = &paragraph.lines[0].runs[0];
    let hyphen = run.glyphs.glyphs.last().unwrap();
    assert!(hyphen.id != 0 && hyphen.x > Pt(30.0));
    assert!(
        paragraph.lines[0].width.0 <= 70.0
            && (run.width.0 - paragraph.lines[0].width.0).abs() < 0.01
    );
}

#[test]
fn character_without_a_glyph_is_reported_and_left_out() {
    for _ in 0..2 {
        let (paragraph, missing) = with_layouter("en", |layouter, context| {
            layouter.take_missing();
            let paragraph = layouter.layout(&[text("a 漢 b")], &STYLE, Pt(100.0), context);
            (paragraph, layouter.take_missing())
        });
        assert_eq!(paragraph.missing, ['漢']);
        assert_eq!(missing, BTreeSet::from(['漢']), "also from the cache");
        let glyphs = paragraph.lines[0]
            .runs
            .iter()
            .flat_map(|run| &run.glyphs.glyphs);
        assert!(glyphs.map(|glyph| glyph.id).all(|id| id != 0));
    }
}

#[test]
fn character_that_the_text_face_lacks_uses_the_fallback() {
    let paragraph = layout(&[text("from → to")], 100.0, &STYLE);
    let faces: Vec<u8> = paragraph.lines[0]
        .runs
        .iter()
        .map(|run| run.glyphs.face.0)
        .collect();
    assert_eq!(faces, [0, 2, 0]);
    assert_eq!(lines(&paragraph), ["from → to"]);
}

#[test]
fn strong_words_terms_and_the_first_sentence_are_bold() {
    let inlines = [
        text("One "),
        Inline::Strong(vec![text("two")]),
        text(" "),
        Inline::Term {
            id: "t".to_owned(),
            content: vec![text("three")],
        },
    ];
    let bold = |style: &TextStyle| {
        let paragraph = layout(&inlines, 300.0, style);
        let runs = &paragraph.lines[0].runs;
        runs.iter()
            .filter(|run| run.glyphs.face.0 == 1)
            .map(|run| run.glyphs.text.trim().to_owned())
            .collect::<Vec<_>>()
            .join("|")
    };
    assert_eq!(bold(&STYLE), "two|three");
    assert_eq!(
        bold(&TextStyle {
            first_sentence_weight: Weight::Bold,
            ..STYLE
        }),
        "One two three"
    );
}

#[test]
fn link_to_a_block_names_its_page_and_is_underlined_without_it() {
    let link = Inline::Link {
        target: Target::Block("helps".to_owned()),
        content: vec![text("what helps")],
    };
    let paragraph = layout(&[text("See "), link, text(".")], 300.0, &STYLE);
    assert_eq!(lines(&paragraph), ["See what helps (see page 3)."]);
    let line = &paragraph.lines[0];
    let run = line
        .runs
        .iter()
        .find(|run| run.glyphs.text == "what helps")
        .unwrap();
    let [underline] = line.underlines.as_slice() else {
        panic!("one underline: {:?}", line.underlines)
    };
    assert!((underline.at.x.0 - run.x.0).abs() < 0.01 && underline.at.y.0 > 0.0);
    let [(span, x, width)] = paragraph.clickable(line)[..] else {
        panic!("one area")
    };
    assert_eq!((span, x), (run.span, run.x));
    assert!((width.0 - run.width.0).abs() < 0.01);
    assert_eq!(paragraph.page_references, ["helps"]);
}

#[test]
fn badge_has_a_pill_around_its_words_and_room_beside_them() {
    let inlines = [
        text("It is "),
        Inline::Badge(Certainty::EarlyResearch),
        text(" so far."),
    ];
    let paragraph = layout(&inlines, 300.0, &STYLE);
    let line = &paragraph.lines[0];
    let words = line
        .runs
        .iter()
        .find(|run| run.glyphs.text == "Early research")
        .unwrap();
    let pill = &line.backdrops[0];
    assert!(line.backdrops.len() > 1, "a symbol beside the pill");
    assert!(pill.at.x.0 < words.x.0 - 15.0 && pill.at.y.0 < -10.0);
    let after = line.runs.last().unwrap();
    assert!(after.x.0 > words.x.0 + words.width.0 + 6.0);
    assert_eq!(
        intrinsic_widths(&inlines[1..2]).min_content,
        intrinsic_widths(&inlines[1..2]).max_content
    );
}

#[test]
fn right_to_left_words_inside_english_keep_reading_order_and_are_placed_from_the_right() {
    // No bundled face has Hebrew letters; digits show the order.
    let paragraph = layout(
        &[text("The word \u{2067}+46\u{2069} is read")],
        300.0,
        &STYLE,
    );
    assert_eq!(lines(&paragraph), ["The word +46 is read"]);
    // An override makes Latin letters run from right to left (UAX 9, X5).
    let paragraph = layout(&[text("ab \u{202e}cdef\u{202c} gh")], 300.0, &STYLE);
    assert_eq!(lines(&paragraph), ["ab cdef gh"]);
    let reversed = paragraph.lines[0]
        .runs
        .iter()
        .find(|run| run.glyphs.text.contains("cdef"))
        .unwrap();
    let glyphs = &reversed.glyphs.glyphs;
    assert!(
        glyphs.windows(2).all(|pair| pair[0].x <= pair[1].x),
        "from left to right"
    );
    let place = |letter: &str| {
        let start = reversed.glyphs.text.find(letter).unwrap() as u32;
        glyphs
            .iter()
            .find(|glyph| glyph.text.start == start)
            .unwrap()
            .x
    };
    assert!(place("c") > place("d") && place("d") > place("e") && place("e") > place("f"));
}

#[test]
fn equal_arguments_give_the_same_paragraph() {
    let text = [text("The same words")];
    let first = layout(&text, 100.0, &STYLE);
    assert!(Arc::ptr_eq(&first, &layout(&text, 100.0, &STYLE)));
    assert!(!Arc::ptr_eq(&first, &layout(&text, 50.0, &STYLE)));
}

#[test]
fn page_reference_follows_the_page_of_its_block() {
    let link = [Inline::Link {
        target: Target::Block("helps".to_owned()),
        content: vec![text("what helps")],
    }];
    let line = |block_pages: &BTreeMap<Key, u32>| {
        let context = LayoutContext {
            language: "en",
            ui_strings: &words(),
            block_pages,
        };
        let paragraph =
            LAYOUTER.with_borrow_mut(|layouter| layouter.layout_line(&link, &STYLE, context));
        lines(&paragraph).concat()
    };
    let on_page = |page| line(&BTreeMap::from([("helps".to_owned(), page)]));
    assert_eq!(on_page(3), "what helps (see page 3)");
    assert_eq!(on_page(12), "what helps (see page 12)");
    assert_eq!(on_page(3), "what helps (see page 3)");
}

/// Words that leaflets have, and some that they should not have.
fn any_word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zåäöø]{1,9}",
        1 => "[A-Z][a-z]{2,12}[.,:;?!]?",
        1 => Just("500–1000 mg".to_owned()),
        1 => Just("01632 960 123".to_owned()),
        1 => Just("https://example.org/a/b".to_owned()),
        1 => Just("co\u{ad}op\u{ad}er\u{ad}ate".to_owned()),
        1 => Just("אבג 12".to_owned()),
        1 => Just("\u{202e}office\u{202c}".to_owned()),
        1 => Just("ﬁ→µ".to_owned()),
        1 => "[a-z]{30,80}",
        1 => "\\PC{1,6}",
    ]
}

fn any_inline() -> impl Strategy<Value = Inline> {
    let words =
        || prop::collection::vec(any_word(), 1..12).prop_map(|words| Inline::Text(words.join(" ")));
    prop_oneof![
        4 => words(),
        1 => words().prop_map(|text| Inline::Strong(vec![text])),
        1 => words().prop_map(|text| Inline::Link {
            target: Target::Uri("https://example.org".to_owned()),
            content: vec![text],
        }),
        1 => words().prop_map(|text| Inline::Link {
            target: Target::Block("helps".to_owned()),
            content: vec![Inline::Strong(vec![text]), Inline::Citation(vec![3])],
        }),
        1 => prop::collection::vec(1..40u32, 1..4).prop_map(Inline::Citation),
        1 => Just(Inline::Badge(Certainty::SomeEvidence)),
        1 => Just(Inline::LineBreak),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_word_is_placed_once_in_order_within_the_measure(
        inlines in prop::collection::vec(any_inline(), 0..6),
        measure in 40.0..500.0f32,
        balanced in any::<bool>(),
        indent in prop_oneof![Just(0.0), 0.0..30.0f32],
    ) {
        let line_breaks = if balanced { LineBreakMode::Balanced } else { LineBreakMode::Ragged };
        let first_line_indent = Pt(indent);
        let style = TextStyle { line_breaks, first_line_indent, ..STYLE };
        let paragraph = layout(&inlines, measure, &style);
        let mut placed = String::new();
        if let [first, _, ..] = &paragraph.lines[..] {
            let least = paragraph.intrinsic_widths.min_content.0;
            let measure = (measure - indent).max(least);
            prop_assert!(first.width.0 <= measure + 0.05, "{} > {measure}", first.width.0);
        }
        for line in &paragraph.lines {
            prop_assert!(line.width.0 <= measure + 0.05, "{} > {measure}", line.width.0);
            let width = line.runs.iter().map(|run| run.x + run.width).fold(Pt::ZERO, Pt::max);
            prop_assert!(line.runs.iter().all(|run| run.x.0 >= 0.0));
            prop_assert!(line.runs.is_empty() || width >= line.width - Pt(7.0), "{width:?} {:?}", line.width);
            for run in &line.runs {
                let mut ends = vec![0; run.glyphs.text.len() + 1];
                for glyph in &run.glyphs.glyphs {
                    prop_assert!(glyph.id != 0);
                    prop_assert!(run.glyphs.text.get(glyph.text.start as usize..glyph.text.end as usize)
                        .is_some_and(|words| !words.is_empty()));
                    ends[glyph.text.start as usize] = glyph.text.end as usize;
                }
                let mut at = 0;
                while at < run.glyphs.text.len() {
                    prop_assert!(ends[at] > at, "every byte has a glyph: {:?}", run.glyphs.text);
                    at = ends[at];
                }
                placed.push_str(&run.glyphs.text);
            }
        }
        let text = with_layouter("en", |_, context| collect(&inlines, &STYLE, context).text);
        if paragraph.missing.is_empty() {
            let drawn = |text: &str| -> String { text.chars().filter(|&c| !is_never_drawn(c)).collect() };
            prop_assert_eq!(drawn(&placed), drawn(&text));
        }
    }
}
