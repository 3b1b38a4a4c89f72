//! Text that remembers where each of its stretches stands in the YAML files, through overriding
//! layers and templates, so that a problem found in the finished text points at the authored one.

use std::ops::Range;
use std::sync::Arc;

use crate::finding::{Finding, Place, PlaceTarget};
use crate::source::{Route, SourceFile};

/// A string in a file.
#[derive(Debug)]
pub struct Scalar {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Where in it.
    pub route: Route,
}

/// A stretch of text and what it comes from.
#[derive(Clone, Debug)]
struct Stretch {
    /// Where it begins in the text; it ends where the next one begins.
    start: usize,
    scalar: Arc<Scalar>,
    /// Bytes of the scalar's value.
    origin: Range<usize>,
    /// Whether the text is those bytes themselves, or something that stands for them.
    verbatim: bool,
}

impl Stretch {
    /// The byte of the scalar's value that an offset in the text stands for.
    fn origin_of(&self, offset: usize) -> usize {
        let inside = if self.verbatim {
            offset.saturating_sub(self.start)
        } else {
            0
        };
        (self.origin.start + inside).min(self.origin.end)
    }
}

/// Text that knows where it comes from.
#[derive(Clone, Debug, Default)]
pub struct SourcedText {
    text: String,
    stretches: Vec<Stretch>,
}

impl SourcedText {
    /// A string as it stands in a file.
    pub fn authored(file: &Arc<SourceFile>, route: Route, text: &str) -> SourcedText {
        let scalar = Arc::new(Scalar {
            file: Arc::clone(file),
            route,
        });
        let stretch = Stretch {
            start: 0,
            scalar,
            origin: 0..text.len(),
            verbatim: true,
        };
        SourcedText {
            text: text.to_owned(),
            stretches: vec![stretch],
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Appends a part of another text, with its origins.
    pub fn push_part(&mut self, other: &SourcedText, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let first = other.stretch_index(range.start);
        for (index, stretch) in other.stretches.iter().enumerate().skip(first) {
            if stretch.start >= range.end {
                break;
            }
            let end = other
                .stretches
                .get(index + 1)
                .map_or(other.text.len(), |next| next.start);
            let from = stretch.start.max(range.start);
            let to = end.min(range.end);
            if from >= to {
                continue;
            }
            let origin = if stretch.verbatim {
                let origin_start = stretch.origin.start + (from - stretch.start);
                origin_start..origin_start + (to - from)
            } else {
                stretch.origin.clone()
            };
            let start = self.text.len();
            self.text.push_str(&other.text[from..to]);
            self.stretches.push(Stretch {
                start,
                scalar: Arc::clone(&stretch.scalar),
                origin,
                verbatim: stretch.verbatim,
            });
        }
    }

    /// Appends words that stand for a part of another text, as a value does for its expression.
    pub fn push_for(&mut self, words: &str, other: &SourcedText, range: Range<usize>) {
        if words.is_empty() {
            return;
        }
        if let Some((scalar, origin)) = other.origin(range) {
            let start = self.text.len();
            self.stretches.push(Stretch {
                start,
                scalar,
                origin,
                verbatim: false,
            });
        }
        self.text.push_str(words);
    }

    /// Takes blanks from its end.
    pub fn trim_end(&mut self) {
        self.text.truncate(self.text.trim_end().len());
        self.stretches.truncate(
            self.stretches
                .partition_point(|stretch| stretch.start < self.text.len()),
        );
    }

    /// Whether the byte at an offset was written by an author rather than filled in.
    pub fn is_verbatim(&self, offset: usize) -> bool {
        self.stretches
            .get(self.stretch_index(offset))
            .is_some_and(|stretch| stretch.verbatim)
    }

    /// Where a part of the text stands.
    pub fn place(&self, range: Range<usize>) -> Option<Place> {
        let (scalar, origin) = self.origin(range)?;
        Some(Place {
            file: Arc::clone(&scalar.file),
            target: PlaceTarget::Value(scalar.route.clone(), Some(origin)),
        })
    }

    /// The finding, placed at a part of the text.
    pub fn locate(&self, finding: Finding, range: Range<usize>) -> Finding {
        Finding {
            place: self.place(range),
            ..finding
        }
    }

    fn origin(&self, range: Range<usize>) -> Option<(Arc<Scalar>, Range<usize>)> {
        let first = self.stretches.get(self.stretch_index(range.start))?;
        let start = first.origin_of(range.start);
        let last =
            &self.stretches[self.stretch_index(range.end.saturating_sub(1).max(range.start))];
        // What goes on past a value or a mark ends where it ends there, if that is the same string.
        let end = if Arc::ptr_eq(&first.scalar, &last.scalar) {
            if last.verbatim {
                last.origin_of(range.end)
            } else {
                last.origin.end
            }
        } else {
            first.origin.end
        };
        Some((Arc::clone(&first.scalar), start..end.max(start)))
    }

    fn stretch_index(&self, offset: usize) -> usize {
        self.stretches
            .partition_point(|stretch| stretch.start <= offset)
            .saturating_sub(1)
    }
}
