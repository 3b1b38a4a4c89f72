//! Caches finished paragraphs by text, style and measure.
//!
//! Most leaflets of a batch differ only in a few words. A leaflet is laid out again if its page
//! references change. The cache saves most of the work in both cases. It is cleared when it is
//! full, so that memory does not grow with the number of leaflets.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::paragraph::Paragraph;
use super::style::{LayoutContext, TextStyle};
use crate::document::{Inline, Target};
use crate::geometry::Pt;

/// Maximum number of cached paragraphs. A leaflet has about 200.
const CAPACITY: usize = 1024;

#[derive(Default)]
pub(super) struct ParagraphCache(FxHashMap<CacheKey, Arc<Paragraph>>);

/// Everything that a paragraph depends on besides the faces.
#[derive(PartialEq)]
pub(super) struct CacheKey {
    inlines: Vec<Inline>,
    style: TextStyle,
    measure: Pt,
    language: String,
    /// Words that layout adds to the text: names of badges, page references.
    added: Vec<String>,
}

// Equality is reflexive, because no length is NaN.
impl Eq for CacheKey {}

impl Hash for CacheKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.inlines.hash(state);
        self.measure.0.to_bits().hash(state);
        self.style.size.0.to_bits().hash(state);
    }
}

impl CacheKey {
    pub(super) fn new(
        inlines: &[Inline],
        style: &TextStyle,
        measure: Pt,
        context: LayoutContext,
    ) -> CacheKey {
        let mut added = Vec::new();
        push_added_words(inlines, context, &mut added);
        CacheKey {
            inlines: inlines.to_vec(),
            style: style.clone(),
            measure,
            language: context.language.to_owned(),
            added,
        }
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
        self.0.get(key).map(Arc::clone)
    }

    pub(super) fn insert(&mut self, key: CacheKey, paragraph: Arc<Paragraph>) {
        if self.0.len() >= CAPACITY {
            self.clear();
        }
        self.0.insert(key, paragraph);
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.0.clear();
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
            assert!(cache.0.len() <= CAPACITY);
        }
    }
}
