//! Pictures in the colours of a leaflet.

use std::sync::Arc;

use crate::font::GlyphRun;
use crate::picture::{Picture, Vector, VectorItem};
use crate::theme::{DEFAULT_BRAND, Look, Palette};

/// Returns a figure in the colours of the leaflet. The library's drawings use the default brand
/// colour and its tints, which become the clinic's.
pub(super) fn figure_in_palette(picture: &Arc<Picture>, palette: &Palette) -> Arc<Picture> {
    if palette.brand == DEFAULT_BRAND {
        return Arc::clone(picture);
    }
    in_palette(picture, palette)
}

/// Returns a logo in its own colours, or in greys for the mono edition.
pub(super) fn logo_in_palette(picture: &Arc<Picture>, palette: &Palette) -> Arc<Picture> {
    match palette.look {
        Look::Colour | Look::HighContrast => Arc::clone(picture),
        Look::Mono => in_palette(picture, palette),
    }
}

/// Replaces the colours of a drawing. Pixels keep theirs.
fn in_palette(picture: &Arc<Picture>, palette: &Palette) -> Arc<Picture> {
    let Picture::Vector(drawing) = &**picture else {
        return Arc::clone(picture);
    };
    let replaced = |colour| palette.of_drawing(colour);
    let items = drawing.items.iter().map(|item| match item {
        VectorItem::Shape(shape) => {
            let mut shape = shape.clone();
            shape.map_colours(replaced);
            VectorItem::Shape(shape)
        }
        VectorItem::Graphic(graphic) => {
            let mut graphic = graphic.clone();
            graphic.map_colours(replaced);
            VectorItem::Graphic(graphic)
        }
        VectorItem::Text(at, words) => VectorItem::Text(
            *at,
            GlyphRun {
                colour: replaced(words.colour),
                ..words.clone()
            },
        ),
    });
    Arc::new(Picture::Vector(Vector {
        items: items.collect(),
        ..*drawing
    }))
}
