//! Checks: what is wrong with a document that could be made, one check a file.

mod missing_glyph;

pub use missing_glyph::missing_glyph;
