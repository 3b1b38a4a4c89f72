//! Finished paragraphs, by text, style and measure.
//!
//! Most leaflets of a batch differ in a few words, and a leaflet is laid out again when its page
//! references move. The cache makes both cheap. It empties itself when it is full, so that memory
//! does not grow with the number of leaflets.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHasher};

use super::paragraph::Paragraph;
use super::style::{LayoutContext, TextStyle};
use crate::document::{Inline, Target};
use crate::geometry::Pt;

/// Paragraphs that are kept; a leaflet has about 200.
const CAPACITY: usize = 2048;

#[derive(Default)]
pub(super) struct ParagraphCache {
    /// Entries by the hash of their key.
    entries: FxHashMap<u64, Vec<CachedParagraph>>,
    len: usize,
}

/// Everything that a paragraph depends on besides the faces.
pub(super) struct CacheKey<'a> {
    inlines: &'a [Inline],
    style: &'a TextStyle,
    measure: Pt,
    language: &'a str,
    /// Words that layout adds to the text: names of badges, page references.
    added: Vec<String>,
}

struct CachedParagraph {
    inlines: Vec<Inline>,
    style: TextStyle,
    measure: Pt,
    language: String,
    added: Vec<String>,
    paragraph: Arc<Paragraph>,
}

impl<'a> CacheKey<'a> {
    pub(super) fn new(
        inlines: &'a [Inline],
        style: &'a TextStyle,
        measure: Pt,
        context: LayoutContext<'a>,
    ) -> CacheKey<'a> {
        let mut added = Vec::new();
        push_added_words(inlines, context, &mut added);
        CacheKey {
            inlines,
            style,
            measure,
            language: context.language,
            added,
        }
    }

    fn hash(&self) -> u64 {
        let mut hasher = FxHasher::default();
        self.inlines.hash(&mut hasher);
        self.measure.0.to_bits().hash(&mut hasher);
        self.style.size.0.to_bits().hash(&mut hasher);
        hasher.finish()
    }
}

fn push_added_words(inlines: &[Inline], context: LayoutContext, added: &mut Vec<String>) {
    for inline in inlines {
        match inline {
            Inline::Badge(certainty) => {
                added.push(context.ui_strings.certainty[certainty.index()].clone());
            }
            Inline::Strong(content) | Inline::Term { content, .. } => {
                push_added_words(content, context, added);
            }
            Inline::Link { target, content } => {
                push_added_words(content, context, added);
                if let Target::Block(key) = target {
                    added.push(context.ui_strings.see_page.clone());
                    added.push(format!("{:?}", context.block_pages.get(key)));
                }
            }
            Inline::Text(_) | Inline::Citation(_) | Inline::LineBreak => {}
        }
    }
}

impl ParagraphCache {
    pub(super) fn get(&self, key: &CacheKey) -> Option<Arc<Paragraph>> {
        let entry = self.entries.get(&key.hash())?.iter().find(|entry| {
            entry.measure == key.measure
                && entry.language == key.language
                && entry.inlines == key.inlines
                && entry.style == *key.style
                && entry.added == key.added
        })?;
        Some(Arc::clone(&entry.paragraph))
    }

    pub(super) fn insert(&mut self, key: CacheKey, paragraph: Arc<Paragraph>) {
        if self.len >= CAPACITY {
            self.clear();
        }
        self.len += 1;
        let hash = key.hash();
        self.entries.entry(hash).or_default().push(CachedParagraph {
            inlines: key.inlines.to_vec(),
            style: key.style.clone(),
            measure: key.measure,
            language: key.language.to_owned(),
            added: key.added,
            paragraph,
        });
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.len = 0;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::tests::{STYLE, words};
    use super::*;

    #[test]
    fn cache_never_holds_more_than_its_capacity() {
        let words = words();
        let context = LayoutContext {
            language: "en",
            ui_strings: &words,
            block_pages: &BTreeMap::new(),
        };
        let mut cache = ParagraphCache::default();
        for number in 0..3 * CAPACITY {
            let text = [Inline::Text(number.to_string())];
            let key = CacheKey::new(&text, &STYLE, Pt(100.0), context);
            cache.insert(key, Arc::default());
            assert!(cache.entries.values().map(Vec::len).sum::<usize>() <= CAPACITY);
        }
    }
}
