//! What is promised of set text, whatever it says.

use super::*;

pub(super) const STYLE: TextStyle = TextStyle {
    size: 12.0,
    leading: Pt(17.0),
    weight: Weight::Regular,
    opening: Weight::Regular,
    colour: Colour::BLACK,
    link: Colour::rgb(15, 92, 105),
    citation: CitationStyle { size: 10.0, colour: Colour::rgb(68, 81, 90) },
    badge: BadgeStyle { size: 10.5, colours: [Colour::rgb(15, 92, 105); 4] },
    setting: Setting::Running,
};

pub(super) fn words() -> Words {
    Words {
        page_of: "Page {page} of {pages}".to_owned(),
        see_page: "see page {page}".to_owned(),
        continued: "(continued)".to_owned(),
        link_to_reference: "Reference {number}".to_owned(),
        back_to_text: "Back to the text".to_owned(),
        certainty: ["Well established", "Some evidence", "Early research", "Not supported"]
            .map(str::to_owned),
    }
}

fn set(inlines: &[Inline], measure: f32, style: &TextStyle) -> Arc<Paragraph> {
    let words = words();
    let surroundings = Surroundings { words: &words, page_of: &|_| Some(3) };
    InlineSetter::new(&Faces::bundled()).set(inlines, style, Pt(measure), surroundings)
}

fn text(words: &str) -> Inline {
    Inline::Text(words.to_owned())
}

/// The words of each line, in reading order.
fn lines(paragraph: &Paragraph) -> Vec<String> {
    paragraph
        .lines
        .iter()
        .map(|line| line.runs.iter().map(|run| run.glyphs.text.as_str()).collect())
        .collect()
}

fn lines_of(words: &str, measure: f32) -> Vec<String> {
    lines(&set(&[text(words)], measure, &STYLE))
}

#[test]
fn sets_words_on_one_line_if_they_fit() {
    assert_eq!(lines_of("Inflammation is the body’s way", 300.0), ["Inflammation is the body’s way"]);
}
