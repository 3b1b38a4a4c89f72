//! Caches that a thread keeps from one leaflet to the next.

use crate::font::Faces;
use crate::layout::LayoutCache;
use crate::pdf::RenderCache;

/// Caches for leaflets on one thread. They never change a leaflet.
#[derive(Default)]
pub struct Renderer {
    /// By the identity of the faces; the one used last is at the end.
    layout_caches: Vec<([u8; 32], LayoutCache)>,
    pub(super) pdf_cache: RenderCache,
}

/// Layout caches per thread, for clinics with different faces.
const MAX_LAYOUT_CACHES: usize = 4;

impl Renderer {
    pub fn new() -> Renderer {
        Renderer::default()
    }

    /// Returns the layout cache of these faces.
    pub(super) fn layout_cache(&mut self, faces: &Faces) -> &mut LayoutCache {
        let identity = faces.identity();
        let known = |(known, _): &([u8; 32], LayoutCache)| *known == identity;
        let cache = match self.layout_caches.iter().position(known) {
            Some(place) => self.layout_caches.remove(place),
            None => {
                if self.layout_caches.len() >= MAX_LAYOUT_CACHES {
                    self.layout_caches.remove(0);
                }
                (identity, LayoutCache::new(faces))
            }
        };
        self.layout_caches.push(cache);
        let last = self.layout_caches.len() - 1;
        &mut self.layout_caches[last].1
    }

    /// Forgets all cached layouts.
    pub fn clear(&mut self) {
        for (_, cache) in &mut self.layout_caches {
            cache.clear();
        }
    }
}
