//! Writes a [`Layout`] as tagged PDF 1.7 that is PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2).
//!
//! 1. `page` turns items into printpdf operations; `font` subsets faces, `image` prepares pictures.
//! 2. `pdf_builder` runs printpdf, and takes page contents, fonts and pictures from its result.
//! 3. `struct_tree`, `link` and `outline` add what printpdf lacks: tags in reading order,
//!    link annotations and a nested outline. `catalog` adds metadata and the output intent.
//! 4. `object_writer` packs all objects into the file.
//!
//! [`PreparedPdf`] does most of this once for all leaflets that differ in reader data only. A
//! [`Bundle`] writes many leaflets into one file.
//!
//! Equal layouts give equal bytes, on any machine and any thread.

mod bundle;
mod catalog;
mod composite;
mod compress;
mod file_frame;
mod font;
mod graphic;
mod image;
mod link;
mod metadata;
mod object_writer;
mod outline;
mod output_intent;
mod page;
mod page_parts;
mod pages;
mod pdf_builder;
mod prepared;
mod references;
mod render_cache;
mod shared_objects;
mod struct_tree;

use std::io;

pub use bundle::{Bundle, BundledLeaflet, BundledMarks, Sides};
pub use metadata::Metadata;
pub use prepared::{Coverage, PreparedPdf, RenderedPdf};
pub use render_cache::RenderCache;

use crate::font::Faces;
use crate::layout::page::Layout;

/// Why a layout cannot become a file.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The character is not named: it may be part of a patient's name.
    #[error("a character on page {page} is missing from the face `{face}`")]
    MissingGlyph {
        /// Counted from 1.
        page: usize,
        /// PostScript name.
        face: String,
    },
    #[error("the face `{face}` is not a usable font file")]
    Face {
        /// PostScript name.
        face: String,
    },
    #[error("the face `{face}` cannot be subset")]
    Subset {
        /// PostScript name.
        face: String,
        source: subsetter::Error,
    },
    #[error("a bundle without leaflets has no pages")]
    Empty,
    #[error(
        "one file holds at most {max_objects} objects, and {leaflets} leaflets fill it; print the others in a second bundle"
    )]
    Full {
        /// Leaflets in the bundle, with copies.
        leaflets: usize,
        max_objects: usize,
    },
    #[error("the layout has a reference that leads nowhere: {0}")]
    Dangling(&'static str),
    #[error("the file cannot be written")]
    Write(#[from] io::Error),
}

/// A finished file.
pub struct File {
    pub bytes: Vec<u8>,
    pub sha256: [u8; 32],
}

/// Writes one leaflet.
pub fn render(layout: &Layout, faces: &Faces, metadata: &Metadata) -> Result<File, PdfError> {
    let cache = &mut RenderCache::default();
    let prepared = PreparedPdf::new(layout, faces, Coverage::Layout, cache)?;
    let rendered = prepared.render(layout, faces, cache)?;
    prepared.write(layout, &rendered, metadata, cache)
}
