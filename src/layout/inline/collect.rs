//! Collects inlines into one string with styled runs.
//!
//! White space collapses as on a web page. Layout adds words that depend on pages and style:
//! brackets around reference numbers, the page after a link to a block, the name of a certainty.
//! Spans form a tree in which every span has either words or children.

use super::paragraph::{Span, SpanId, SpanKind};
use super::style::{CitationTextStyle, LayoutContext, TextStyle};
use crate::document::{Certainty, Inline, Key, Target, plain_text};
use crate::font::Weight;
use crate::geometry::{Colour, Pt};

/// The words of a paragraph and their style: all that shaping and breaking depend on.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct StyledText {
    /// Words in logical order. A forced break is a line feed with a space before it.
    pub text: String,
    /// Styled runs, in order and without gaps.
    pub runs: Vec<StyledRun>,
    /// The tree that runs belong to.
    pub spans: Vec<Span>,
    /// Byte offsets at which a line begins only as a last resort.
    pub glued: Vec<usize>,
    /// Blocks whose pages are named.
    pub page_references: Vec<Key>,
}

/// Words of one style and one span.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct StyledRun {
    /// End in the text, as a byte offset.
    pub end: usize,
    pub state: TextState,
}

/// The style of words, and the span that they belong to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct TextState {
    pub size: Pt,
    pub weight: Weight,
    pub colour: Colour,
    pub kind: RunKind,
    pub span: SpanId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RunKind {
    Words,
    Link,
    Citation,
    Badge(Certainty),
}

/// Collects the text of inlines.
pub(super) fn collect(inlines: &[Inline], style: &TextStyle, context: LayoutContext) -> StyledText {
    let mut collector = Collector {
        style,
        context,
        collected: StyledText {
            spans: vec![Span {
                kind: SpanKind::Text,
                parent: None,
            }],
            ..StyledText::default()
        },
    };
    let state = TextState {
        size: style.size,
        weight: style.weight,
        colour: style.colour,
        kind: RunKind::Words,
        span: SpanId(0),
    };
    collector.inlines(inlines, state);
    collector.finish()
}

/// Page number in the first pass, for a page that is not known yet.
const PAGE_PLACEHOLDER: u32 = 8;

struct Collector<'a> {
    style: &'a TextStyle,
    context: LayoutContext<'a>,
    collected: StyledText,
}

impl Collector<'_> {
    fn inlines(&mut self, inlines: &[Inline], state: TextState) {
        for inline in inlines {
            match inline {
                Inline::Text(words) => self.words(words, state),
                Inline::Strong(content) | Inline::Term { content, .. } => {
                    self.inlines(
                        content,
                        TextState {
                            weight: Weight::Bold,
                            ..state
                        },
                    );
                }
                Inline::Link { target, content } => {
                    let kind = SpanKind::Link {
                        target: target.clone(),
                        words: plain_text(content),
                    };
                    let span = self.span(kind, state.span);
                    self.inlines(
                        content,
                        TextState {
                            colour: self.style.link,
                            kind: RunKind::Link,
                            span,
                            ..state
                        },
                    );
                    if let Target::Block(key) = target {
                        self.page_reference(key, state);
                    }
                }
                Inline::Citation(numbers) => self.citation(numbers, state),
                Inline::Badge(certainty) => self.badge(*certainty, state),
                Inline::LineBreak => {
                    // The space keeps the words apart when they are read aloud or copied.
                    self.words(" ", state);
                    self.verbatim("\n", state);
                }
            }
        }
    }

    /// Adds words; white space that can break collapses to one space. Zero-width spaces go: a line
    /// could end there without a hyphen, and the word would look like two.
    fn words(&mut self, words: &str, state: TextState) {
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
            } else if !matches!(character, '\u{200b}' | '\u{feff}') {
                text.push(character);
            }
        }
        self.end_run(state);
    }

    fn verbatim(&mut self, words: &str, state: TextState) {
        self.collected.text.push_str(words);
        self.end_run(state);
    }

    /// Avoids a line break here.
    fn glue(&mut self) {
        self.collected.glued.push(self.collected.text.len());
    }

    /// Adds words within which line breaks are avoided.
    fn unbreakable(&mut self, words: &str, state: TextState) {
        let start = self.collected.text.len();
        let inner = words.match_indices(' ').map(|(index, _)| start + index + 1);
        self.collected.glued.extend(inner);
        self.verbatim(words, state);
    }

    fn end_run(&mut self, state: TextState) {
        let end = self.collected.text.len();
        let start = self.collected.runs.last().map_or(0, |run| run.end);
        if end > start {
            self.push_run(StyledRun { end, state });
        }
    }

    /// Adds a run, or lengthens the last one of the same state. Two badges stay two.
    fn push_run(&mut self, run: StyledRun) {
        match self.collected.runs.last_mut() {
            Some(last)
                if last.state == run.state && !matches!(run.state.kind, RunKind::Badge(_)) =>
            {
                last.end = run.end;
            }
            _ => self.collected.runs.push(run),
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

    /// Adds ` [1, 2]`, joined to the word before.
    fn citation(&mut self, numbers: &[u32], state: TextState) {
        if numbers.is_empty() {
            return;
        }
        if !(self.collected.text.is_empty() || self.collected.text.ends_with('\n')) {
            self.words(" ", state);
            self.glue();
        }
        let CitationTextStyle { size, colour } = self.style.citation;
        let citation = self.span(SpanKind::Citation, state.span);
        for (index, number) in numbers.iter().enumerate() {
            let opening = if index == 0 { "[" } else { "" };
            let closing = if index + 1 == numbers.len() {
                "]"
            } else {
                ", "
            };
            let span = self.span(SpanKind::CitationNumber(*number), citation);
            let state = TextState {
                size,
                weight: Weight::Regular,
                colour,
                kind: RunKind::Citation,
                span,
            };
            self.verbatim(&format!("{opening}{number}{closing}"), state);
            if index + 1 < numbers.len() {
                self.glue();
            }
        }
    }

    /// Adds ` (see page 3)` after a link, unless pages have no numbers.
    fn page_reference(&mut self, key: &Key, state: TextState) {
        self.collected.page_references.push(key.clone());
        if self.context.ui_strings.see_page.is_empty() {
            return;
        }
        let page = self.context.block_pages.get(key);
        let number = page.copied().unwrap_or(PAGE_PLACEHOLDER).to_string();
        self.words(" (", state);
        let see_page = &self.context.ui_strings.see_page;
        match see_page.split_once("{page}") {
            Some((before, after)) => {
                self.words(before, state);
                self.glue();
                self.words(&number, state);
                self.glue();
                self.words(after, state);
            }
            None => self.words(see_page, state),
        }
        self.verbatim(")", state);
    }

    fn badge(&mut self, certainty: Certainty, state: TextState) {
        let badge = self.style.badge;
        let state = TextState {
            size: badge.size,
            weight: Weight::Bold,
            colour: badge.colours[certainty.index()],
            kind: RunKind::Badge(certainty),
            span: state.span,
        };
        self.unbreakable(&self.context.ui_strings.certainty[certainty.index()], state);
    }

    fn finish(mut self) -> StyledText {
        self.trim_end();
        self.style_first_sentence();
        self.separate_spans();
        self.collected
    }

    fn trim_end(&mut self) {
        let StyledText {
            text, runs, glued, ..
        } = &mut self.collected;
        text.truncate(text.trim_end_matches([' ', '\n']).len());
        let end = text.len();
        // Runs are never empty, so the first that reaches the end is the last to keep.
        let kept = runs.partition_point(|run| run.end < end) + usize::from(end > 0);
        runs.truncate(kept);
        if let Some(last) = runs.last_mut() {
            last.end = end;
        }
        glued.retain(|&offset| offset < end);
        glued.sort_unstable();
        glued.dedup();
    }

    /// Gives the first sentence its weight and colour.
    fn style_first_sentence(&mut self) {
        let TextStyle {
            weight,
            first_sentence_weight,
            colour,
            first_sentence_colour,
            ..
        } = *self.style;
        if (weight, colour) == (first_sentence_weight, first_sentence_colour) {
            return;
        }
        let end = first_sentence_end(&self.collected.text);
        let mut start = 0;
        for run in std::mem::take(&mut self.collected.runs) {
            let begins_inside =
                start < end && matches!(run.state.kind, RunKind::Words | RunKind::Link);
            start = run.end;
            if begins_inside {
                let mut state = run.state;
                if state.colour == colour {
                    state.colour = first_sentence_colour;
                }
                if state.weight == weight {
                    state.weight = first_sentence_weight;
                }
                self.push_run(StyledRun {
                    end: run.end.min(end),
                    state,
                });
            }
            if !begins_inside || run.end > end {
                self.push_run(run);
            }
        }
    }

    /// Gives words beside child spans a span of their own, and numbers all spans in reading order.
    fn separate_spans(&mut self) {
        let StyledText { runs, spans, .. } = &mut self.collected;
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
        for run in runs.iter() {
            let mut parent = old[run.state.span.0 as usize].parent;
            while let Some(id) = parent {
                has_children[id.0 as usize] = true;
                parent = old[id.0 as usize].parent;
            }
        }
        let mut renumbered: Vec<Option<SpanId>> = vec![None; old.len()];
        renumbered[0] = Some(SpanId(0));
        let mut previous: Option<(SpanId, SpanId)> = None;
        for run in runs.iter_mut() {
            let before = run.state.span;
            let after = renumber(before, &old, &mut renumbered, spans);
            run.state.span = match previous {
                Some((same, span)) if same == before => span,
                _ if has_children[before.0 as usize] => push_span(spans, SpanKind::Text, after),
                _ => after,
            };
            previous = Some((before, run.state.span));
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

/// Returns the new id of an old span. Its ancestors get theirs first.
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

/// Returns the end of the first sentence, after its closing quotation mark.
fn first_sentence_end(text: &str) -> usize {
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
    use std::collections::BTreeMap;

    use super::super::tests::{STYLE, words};
    use super::*;

    fn collected(inlines: &[Inline]) -> StyledText {
        let context = LayoutContext {
            language: "en",
            ui_strings: &words(),
            block_pages: &BTreeMap::from([("help".to_owned(), 3)]),
        };
        collect(inlines, &STYLE, context)
    }

    fn text(words: &str) -> Inline {
        Inline::Text(words.to_owned())
    }

    #[test]
    fn white_space_collapses_across_runs() {
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
    fn trailing_space_and_breaks_are_dropped_with_their_runs() {
        let collected = collected(&[
            text("One"),
            Inline::Strong(vec![text(" ")]),
            Inline::LineBreak,
        ]);
        assert_eq!(collected.text, "One");
        assert_eq!(collected.runs.len(), 1);
        assert_eq!(collected.runs[0].end, 3);
    }

    #[test]
    fn plain_and_strong_words_are_the_whole_text_itself() {
        let collected = collected(&[text("One "), Inline::Strong(vec![text("two")])]);
        assert_eq!(collected.spans.len(), 1);
        assert!(collected.runs.iter().all(|run| run.state.span == SpanId(0)));
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
        assert_eq!(collected.page_references, ["help"]);
    }

    #[test]
    fn first_sentence_ends_after_its_closing_quote() {
        assert_eq!(first_sentence_end("A “link.” More."), "A “link.”".len());
        assert_eq!(
            first_sentence_end("About 1.5 in 10. More"),
            "About 1.5 in 10.".len()
        );
        assert_eq!(first_sentence_end("No end"), 6);
    }
}
