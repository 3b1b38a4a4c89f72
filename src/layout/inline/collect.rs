//! Inlines to one string with styled pieces.
//!
//! White space collapses as on a web page. Layout adds what only it knows: brackets around reference
//! numbers, the page after a link to a block, the name of a certainty. Spans form a tree in which
//! every span has either words or children.

use super::{CitationStyle, Span, SpanId, SpanKind, Surroundings, TextStyle};
use crate::document::{Certainty, Inline, Key, Target, Words, plain_text};
use crate::font::Weight;
use crate::geometry::Colour;

/// A paragraph's words and how they are styled; all that shaping and breaking depend on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Collected {
    /// The words, in logical order. A forced break is a line feed with a space before it.
    pub text: String,
    /// Its pieces, in order and without gaps.
    pub pieces: Vec<Piece>,
    /// The tree that pieces belong to.
    pub spans: Vec<Span>,
    /// Offsets at which no line may begin.
    pub glued: Vec<usize>,
    /// Blocks whose pages are named, and the page.
    pub page_references: Vec<(Key, Option<u32>)>,
}

/// Words of one style and one span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Piece {
    /// Where it ends in the text.
    pub end: usize,
    /// Points to the em, as bits, so that a piece can be a key.
    size: u32,
    pub weight: Weight,
    pub colour: Colour,
    pub kind: PieceKind,
    pub span: SpanId,
}

impl Piece {
    pub fn size(&self) -> f32 {
        f32::from_bits(self.size)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum PieceKind {
    Words,
    Link,
    Citation,
    Badge(Certainty),
}

/// How the words at hand look and what they belong to.
#[derive(Clone, Copy)]
struct Look {
    size: f32,
    weight: Weight,
    colour: Colour,
    kind: PieceKind,
    span: SpanId,
}

pub(super) fn collect(
    inlines: &[Inline],
    style: &TextStyle,
    surroundings: Surroundings,
) -> Collected {
    let mut collector = Collector {
        style,
        surroundings,
        collected: Collected {
            spans: vec![Span {
                kind: SpanKind::Text,
                parent: None,
            }],
            pieces: Vec::with_capacity(inlines.len()),
            ..Collected::default()
        },
    };
    let look = Look {
        size: style.size,
        weight: style.weight,
        colour: style.colour,
        kind: PieceKind::Words,
        span: SpanId(0),
    };
    collector.inlines(inlines, look);
    collector.finish()
}

/// Plain words, white space collapsed.
pub(super) fn plain(words: &str, style: &TextStyle) -> Collected {
    static NONE: Words = Words {
        page_of: String::new(),
        see_page: String::new(),
        continued: String::new(),
        link_to_reference: String::new(),
        back_to_text: String::new(),
        certainty: [const { String::new() }; 4],
    };
    let surroundings = Surroundings {
        words: &NONE,
        page_of: &|_| None,
    };
    collect(&[Inline::Text(words.to_owned())], style, surroundings)
}

struct Collector<'a> {
    style: &'a TextStyle,
    surroundings: Surroundings<'a>,
    collected: Collected,
}

impl Collector<'_> {
    fn inlines(&mut self, inlines: &[Inline], look: Look) {
        for inline in inlines {
            match inline {
                Inline::Text(words) => self.words(words, look),
                Inline::Strong(content) | Inline::Term { content, .. } => {
                    self.inlines(
                        content,
                        Look {
                            weight: Weight::Bold,
                            ..look
                        },
                    );
                }
                Inline::Link { target, content } => {
                    let kind = SpanKind::Link {
                        target: target.clone(),
                        words: plain_text(content),
                    };
                    let span = self.span(kind, look.span);
                    self.inlines(
                        content,
                        Look {
                            colour: self.style.link,
                            kind: PieceKind::Link,
                            span,
                            ..look
                        },
                    );
                    if let Target::Block(key) = target {
                        self.page_reference(key, look);
                    }
                }
                Inline::Citation(numbers) => self.citation(numbers, look),
                Inline::Badge(certainty) => self.badge(*certainty, look),
                Inline::LineBreak => {
                    // The space keeps the words apart for whoever hears or copies them.
                    self.words(" ", look);
                    self.verbatim("\n", look);
                }
            }
        }
    }

    /// Adds words; white space that can break collapses to one space.
    fn words(&mut self, words: &str, look: Look) {
        let text = &mut self.collected.text;
        text.reserve(words.len());
        for character in words.chars() {
            if matches!(
                character,
                ' ' | '\t' | '\n' | '\r' | '\u{c}' | '\u{b}' | '\u{85}' | '\u{2028}' | '\u{2029}'
            ) {
                if !(text.is_empty() || text.ends_with([' ', '\n'])) {
                    text.push(' ');
                }
            } else {
                text.push(character);
            }
        }
        self.end_piece(look);
    }

    fn verbatim(&mut self, words: &str, look: Look) {
        self.collected.text.push_str(words);
        self.end_piece(look);
    }

    /// Forbids a line to begin here.
    fn glue(&mut self) {
        self.collected.glued.push(self.collected.text.len());
    }

    /// Adds words in which no line may begin.
    fn unbreakable(&mut self, words: &str, look: Look) {
        let start = self.collected.text.len();
        let inner = words.match_indices(' ').map(|(index, _)| start + index + 1);
        self.collected.glued.extend(inner);
        self.verbatim(words, look);
    }

    fn end_piece(&mut self, look: Look) {
        let end = self.collected.text.len();
        let start = self.collected.pieces.last().map_or(0, |piece| piece.end);
        if end == start {
            return;
        }
        let piece = Piece {
            end,
            size: look.size.to_bits(),
            weight: look.weight,
            colour: look.colour,
            kind: look.kind,
            span: look.span,
        };
        self.push_piece(piece);
    }

    /// Adds a piece, or lengthens the last if it is of the same kind. Two badges stay two.
    fn push_piece(&mut self, piece: Piece) {
        match self.collected.pieces.last_mut() {
            Some(last)
                if (Piece {
                    end: piece.end,
                    ..*last
                }) == piece
                    && !matches!(piece.kind, PieceKind::Badge(_)) =>
            {
                last.end = piece.end;
            }
            _ => self.collected.pieces.push(piece),
        }
    }

    fn span(&mut self, kind: SpanKind, parent: SpanId) -> SpanId {
        let id = SpanId(self.collected.spans.len() as u32);
        self.collected.spans.push(Span {
            kind,
            parent: Some(parent),
        });
        id
    }

    /// `word [1, 2]`, joined to the word.
    fn citation(&mut self, numbers: &[u32], look: Look) {
        if numbers.is_empty() {
            return;
        }
        if !(self.collected.text.is_empty() || self.collected.text.ends_with('\n')) {
            self.words(" ", look);
            self.glue();
        }
        let CitationStyle { size, colour } = self.style.citation;
        let citation = self.span(SpanKind::Citation, look.span);
        for (index, number) in numbers.iter().enumerate() {
            let opening = if index == 0 { "[" } else { "" };
            let closing = if index + 1 == numbers.len() {
                "]"
            } else {
                ", "
            };
            let span = self.span(SpanKind::CitationNumber(*number), citation);
            let look = Look {
                size,
                weight: Weight::Regular,
                colour,
                kind: PieceKind::Citation,
                span,
            };
            self.verbatim(&format!("{opening}{number}{closing}"), look);
            if index + 1 < numbers.len() {
                self.glue();
            }
        }
    }

    /// ` (see page 3)` after a link. Where no pages are known, a digit holds its place.
    fn page_reference(&mut self, key: &str, look: Look) {
        let page = (self.surroundings.page_of)(key);
        let number = page.unwrap_or(8).to_string();
        self.words(" (", look);
        let see_page = &self.surroundings.words.see_page;
        match see_page.split_once("{page}") {
            Some((before, after)) => {
                self.words(before, look);
                self.glue();
                self.words(&number, look);
                self.glue();
                self.words(after, look);
            }
            None => self.words(see_page, look),
        }
        self.verbatim(")", look);
        self.collected.page_references.push((key.to_owned(), page));
    }

    fn badge(&mut self, certainty: Certainty, look: Look) {
        let badge = self.style.badge;
        let look = Look {
            size: badge.size,
            weight: Weight::Bold,
            colour: badge.colours[certainty.index()],
            kind: PieceKind::Badge(certainty),
            span: look.span,
        };
        self.unbreakable(&self.surroundings.words.certainty[certainty.index()], look);
    }

    fn finish(mut self) -> Collected {
        self.trim_end();
        self.set_opening();
        self.separate_spans();
        self.collected
    }

    fn trim_end(&mut self) {
        let Collected {
            text,
            pieces,
            glued,
            ..
        } = &mut self.collected;
        text.truncate(text.trim_end_matches([' ', '\n']).len());
        let end = text.len();
        // Pieces are never empty, so the first that reaches the end is the last to keep.
        let kept = pieces.partition_point(|piece| piece.end < end) + usize::from(end > 0);
        pieces.truncate(kept);
        if let Some(last) = pieces.last_mut() {
            last.end = end;
        }
        glued.retain(|&offset| offset < end);
        glued.sort_unstable();
        glued.dedup();
    }

    /// Gives the first sentence its weight and colour.
    fn set_opening(&mut self) {
        let TextStyle {
            weight,
            opening,
            colour,
            opening_colour,
            ..
        } = *self.style;
        if (weight, colour) == (opening, opening_colour) {
            return;
        }
        let end = first_sentence(&self.collected.text);
        let mut start = 0;
        for piece in std::mem::take(&mut self.collected.pieces) {
            let opens = start < end && matches!(piece.kind, PieceKind::Words | PieceKind::Link);
            start = piece.end;
            if opens {
                let colour = if piece.colour == colour {
                    opening_colour
                } else {
                    piece.colour
                };
                let weight = if piece.weight == weight {
                    opening
                } else {
                    piece.weight
                };
                self.push_piece(Piece {
                    weight,
                    colour,
                    end: piece.end.min(end),
                    ..piece
                });
            }
            if !opens || piece.end > end {
                self.push_piece(piece);
            }
        }
    }

    /// Gives words that stand beside child spans a span of their own, and numbers all spans in
    /// reading order.
    fn separate_spans(&mut self) {
        let Collected { pieces, spans, .. } = &mut self.collected;
        if spans.len() == 1 {
            return;
        }
        let old = std::mem::replace(
            spans,
            vec![Span {
                kind: SpanKind::Text,
                parent: None,
            }],
        );
        let mut has_children = vec![false; old.len()];
        for piece in pieces.iter() {
            let mut parent = old[piece.span.0 as usize].parent;
            while let Some(id) = parent {
                has_children[id.0 as usize] = true;
                parent = old[id.0 as usize].parent;
            }
        }
        let mut renumbered: Vec<Option<SpanId>> = vec![None; old.len()];
        renumbered[0] = Some(SpanId(0));
        let mut previous: Option<(SpanId, SpanId)> = None;
        for piece in pieces.iter_mut() {
            let before = piece.span;
            let own = renumber(before, &old, &mut renumbered, spans);
            piece.span = match previous {
                Some((same, span)) if same == before => span,
                _ if has_children[before.0 as usize] => push_span(spans, SpanKind::Text, own),
                _ => own,
            };
            previous = Some((before, piece.span));
        }
    }
}

fn push_span(spans: &mut Vec<Span>, kind: SpanKind, parent: SpanId) -> SpanId {
    spans.push(Span {
        kind,
        parent: Some(parent),
    });
    SpanId(spans.len() as u32 - 1)
}

/// The new id of an old span; its ancestors get theirs before it.
fn renumber(
    id: SpanId,
    old: &[Span],
    renumbered: &mut [Option<SpanId>],
    spans: &mut Vec<Span>,
) -> SpanId {
    if let Some(new) = renumbered[id.0 as usize] {
        return new;
    }
    let span = &old[id.0 as usize];
    let parent = span
        .parent
        .map_or(SpanId(0), |parent| renumber(parent, old, renumbered, spans));
    let new = push_span(spans, span.kind.clone(), parent);
    renumbered[id.0 as usize] = Some(new);
    new
}

/// Where the first sentence ends, with its closing quotation mark.
fn first_sentence(text: &str) -> usize {
    let mut end = None;
    for (index, character) in text.char_indices() {
        match character {
            '.' | '?' | '!' | '…' => end = Some(index + character.len_utf8()),
            '"' | '\'' | '”' | '’' | '»' | ')' if end.is_some() => {
                end = Some(index + character.len_utf8())
            }
            ' ' | '\n' if end.is_some() => break,
            _ => end = None,
        }
    }
    end.unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{STYLE, words};
    use super::*;

    fn collected(inlines: &[Inline]) -> Collected {
        let words = words();
        collect(
            inlines,
            &STYLE,
            Surroundings {
                words: &words,
                page_of: &|_| Some(3),
            },
        )
    }

    fn text(words: &str) -> Inline {
        Inline::Text(words.to_owned())
    }

    #[test]
    fn white_space_collapses_across_pieces() {
        let inlines = [
            text(" One \n two "),
            Inline::Strong(vec![text(" three")]),
            Inline::LineBreak,
            text(" four "),
        ];
        assert_eq!(collected(&inlines).text, "One two three \nfour");
    }

    #[test]
    fn citation_is_joined_to_the_word_before_with_a_single_space() {
        for before in ["pain", "pain ", "pain\u{20}\u{20}"] {
            let collected =
                collected(&[text(before), Inline::Citation(vec![1, 2]), text(". More")]);
            assert_eq!(collected.text, "pain [1, 2]. More");
            assert_eq!(collected.glued, [5, 9]);
        }
    }

    #[test]
    fn trailing_space_and_breaks_are_dropped_with_their_pieces() {
        let collected = collected(&[
            text("One"),
            Inline::Strong(vec![text(" ")]),
            Inline::LineBreak,
        ]);
        assert_eq!(collected.text, "One");
        assert_eq!(collected.pieces.len(), 1);
        assert_eq!(collected.pieces[0].end, 3);
    }

    #[test]
    fn plain_and_strong_words_are_the_whole_text_itself() {
        let collected = collected(&[text("One "), Inline::Strong(vec![text("two")])]);
        assert_eq!(collected.spans.len(), 1);
        assert!(collected.pieces.iter().all(|piece| piece.span == SpanId(0)));
    }

    #[test]
    fn words_beside_a_link_get_spans_in_reading_order() {
        let link = Inline::Link {
            target: Target::Block("help".to_owned()),
            content: vec![text("help")],
        };
        let collected = collected(&[
            text("Get "),
            link,
            text(" now"),
            Inline::Citation(vec![4, 7]),
        ]);
        assert_eq!(collected.text, "Get help (see page 3) now [4, 7]");
        let kinds: Vec<_> = collected
            .spans
            .iter()
            .map(|span| (span.parent.map(|p| p.0), &span.kind))
            .collect();
        let link = SpanKind::Link {
            target: Target::Block("help".to_owned()),
            words: "help".to_owned(),
        };
        assert_eq!(
            kinds,
            [
                (None, &SpanKind::Text),
                (Some(0), &SpanKind::Text),
                (Some(0), &link),
                (Some(0), &SpanKind::Text),
                (Some(0), &SpanKind::Citation),
                (Some(4), &SpanKind::CitationNumber(4)),
                (Some(4), &SpanKind::CitationNumber(7)),
            ]
        );
        assert_eq!(collected.page_references, [("help".to_owned(), Some(3))]);
    }

    #[test]
    fn first_sentence_ends_after_its_closing_quote() {
        assert_eq!(first_sentence("A “link.” More."), "A “link.”".len());
        assert_eq!(
            first_sentence("About 1.5 in 10. More"),
            "About 1.5 in 10.".len()
        );
        assert_eq!(first_sentence("No end"), 6);
    }
}
