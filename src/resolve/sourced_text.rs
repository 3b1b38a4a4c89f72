//! Text that knows its places in the YAML files.
//!
//! A [`SourcedText`] is a string and a list of spans, each with its bytes in a YAML string. Overriding
//! layers and templates copy spans, so a finding about the finished text points at the authored one.

use std::ops::Range;
use std::sync::Arc;

use crate::finding::{Finding, Place, PlaceTarget};
use crate::source::{Route, SourceFile};

/// A string in a YAML file.
#[derive(Debug)]
struct YamlString {
    file: Arc<SourceFile>,
    route: Route,
}

/// Span of a text with one origin. It ends where the next one starts.
#[derive(Clone, Debug)]
struct SourceSpan {
    start: usize,
    source: Arc<YamlString>,
    /// Bytes of the string's value.
    origin: Range<usize>,
    /// Whether the text is a copy of those bytes, and not derived from them.
    is_copy: bool,
}

impl SourceSpan {
    /// Returns the byte of the origin for an offset in the text.
    fn origin_of(&self, offset: usize) -> usize {
        let inside = if self.is_copy {
            offset.saturating_sub(self.start)
        } else {
            0
        };
        (self.origin.start + inside).min(self.origin.end)
    }
}

/// Text that knows its places in the YAML files.
#[derive(Clone, Debug, Default)]
pub(crate) struct SourcedText {
    text: String,
    spans: Vec<SourceSpan>,
}

impl SourcedText {
    /// Creates the text of a string in a file.
    pub(crate) fn authored(file: &Arc<SourceFile>, route: Route, text: &str) -> SourcedText {
        let source = Arc::new(YamlString {
            file: Arc::clone(file),
            route,
        });
        let span = SourceSpan {
            start: 0,
            source,
            origin: 0..text.len(),
            is_copy: true,
        };
        SourcedText {
            text: text.to_owned(),
            spans: vec![span],
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Appends a part of another text with its origins.
    pub(crate) fn push_copy(&mut self, other: &SourcedText, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let first = other.span_index(range.start);
        for (index, span) in other.spans.iter().enumerate().skip(first) {
            if span.start >= range.end {
                break;
            }
            let end = other
                .spans
                .get(index + 1)
                .map_or(other.text.len(), |next| next.start);
            let from = span.start.max(range.start);
            let to = end.min(range.end);
            if from >= to {
                continue;
            }
            let origin = if span.is_copy {
                let origin_start = span.origin.start + (from - span.start);
                origin_start..origin_start + (to - from)
            } else {
                span.origin.clone()
            };
            let start = self.text.len();
            self.text.push_str(&other.text[from..to]);
            self.spans.push(SourceSpan {
                start,
                source: Arc::clone(&span.source),
                origin,
                is_copy: span.is_copy,
            });
        }
    }

    /// Appends words that derive from a part of another text, such as the value of an expression.
    pub(crate) fn push_derived(&mut self, words: &str, other: &SourcedText, range: Range<usize>) {
        if words.is_empty() {
            return;
        }
        if let Some((source, origin)) = other.origin(range) {
            let start = self.text.len();
            self.spans.push(SourceSpan {
                start,
                source,
                origin,
                is_copy: false,
            });
        }
        self.text.push_str(words);
    }

    /// Removes a part of words that were pushed by [`SourcedText::push_derived`].
    pub(crate) fn remove_derived(&mut self, range: Range<usize>) {
        self.text.replace_range(range.clone(), "");
        for span in &mut self.spans {
            if span.start >= range.end {
                span.start -= range.len();
            }
        }
    }

    /// Removes white space from the end.
    pub(crate) fn trim_end(&mut self) {
        self.text.truncate(self.text.trim_end().len());
        self.spans.truncate(
            self.spans
                .partition_point(|span| span.start < self.text.len()),
        );
    }

    /// Returns whether the byte at an offset was written by an author and not filled in.
    pub(crate) fn is_authored(&self, offset: usize) -> bool {
        self.spans
            .get(self.span_index(offset))
            .is_some_and(|span| span.is_copy)
    }

    /// Returns the place of a part of the text.
    pub(crate) fn place(&self, range: Range<usize>) -> Option<Place> {
        let (source, origin) = self.origin(range)?;
        Some(Place {
            file: Arc::clone(&source.file),
            target: PlaceTarget::Value(source.route.clone(), Some(origin)),
        })
    }

    /// Places a finding at a part of the text.
    pub(crate) fn locate(&self, finding: Finding, range: Range<usize>) -> Finding {
        finding.in_place(self.place(range))
    }

    fn origin(&self, range: Range<usize>) -> Option<(Arc<YamlString>, Range<usize>)> {
        let first = self.spans.get(self.span_index(range.start))?;
        let start = first.origin_of(range.start);
        let last = &self.spans[self.span_index(range.end.saturating_sub(1).max(range.start))];
        // A part may start in one span and end in another of the same string.
        let end = if Arc::ptr_eq(&first.source, &last.source) {
            if last.is_copy {
                last.origin_of(range.end)
            } else {
                last.origin.end
            }
        } else {
            first.origin.end
        };
        Some((Arc::clone(&first.source), start..end.max(start)))
    }

    fn span_index(&self, offset: usize) -> usize {
        self.spans
            .partition_point(|span| span.start <= offset)
            .saturating_sub(1)
    }
}
