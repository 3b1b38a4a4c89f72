//! Drawn shapes: rectangles, discs and ticks.
//!
//! Every shape is relative to the top left corner of its box.

use std::sync::Arc;

use crate::geometry::{
    Colour, FillRule, Point, Pt, Segment, Shape, Size, Stroke, circle, rounded_box,
};

/// Returns a solid stroke with butt ends.
pub(super) fn solid(width: Pt, colour: Colour) -> Stroke {
    Stroke {
        colour,
        width,
        dash: Vec::new(),
        round: false,
    }
}

/// Returns a rectangle with sharp corners. A stroke is centred on the edge.
pub(super) fn rectangle(size: Size, fill: Option<Colour>, stroke: Option<Stroke>) -> Arc<Shape> {
    rounded_rectangle(size, Pt::ZERO, fill, stroke)
}

/// Returns a horizontal rule.
pub(super) fn rule(width: Pt, thickness: Pt, colour: Colour) -> Arc<Shape> {
    rectangle(Size::new(width, thickness), Some(colour), None)
}

/// Returns a vertical line of this width and height.
pub(super) fn vertical_line(height: Pt, stroke: Stroke) -> Arc<Shape> {
    let middle = stroke.width / 2.0;
    stroked(
        vec![
            Segment::MoveTo(Point::new(middle, Pt::ZERO)),
            Segment::LineTo(Point::new(middle, height)),
        ],
        stroke,
    )
}

/// Returns the tick of "What to do" in a square.
pub(super) fn tick(side: Pt, colour: Colour) -> Arc<Shape> {
    let at = |x: f32, y: f32| Point::new(side * x, side * y);
    let segments = vec![
        Segment::MoveTo(at(0.1, 0.58)),
        Segment::LineTo(at(0.36, 0.84)),
        Segment::LineTo(at(0.9, 0.2)),
    ];
    stroked(
        segments,
        Stroke {
            round: true,
            ..solid(side * 0.15, colour)
        },
    )
}

/// Returns a filled circle: a bullet or the disc of a step.
pub(super) fn disc(diameter: Pt, colour: Colour) -> Arc<Shape> {
    filled(circle(diameter / 2.0), colour)
}

/// Returns a rectangle with rounded corners, sharp ones for a radius of zero. A stroke is centred
/// on the edge.
pub(super) fn rounded_rectangle(
    size: Size,
    radius: Pt,
    fill: Option<Colour>,
    stroke: Option<Stroke>,
) -> Arc<Shape> {
    let (width, height) = (size.width, size.height);
    let radius = radius.min(width / 2.0).min(height / 2.0);
    let segments = if radius > Pt::ZERO {
        rounded_box(size, radius)
    } else {
        vec![
            Segment::MoveTo(Point::new(Pt::ZERO, Pt::ZERO)),
            Segment::LineTo(Point::new(width, Pt::ZERO)),
            Segment::LineTo(Point::new(width, height)),
            Segment::LineTo(Point::new(Pt::ZERO, height)),
            Segment::Close,
        ]
    };
    Arc::new(Shape {
        segments,
        fill,
        fill_rule: FillRule::NonZero,
        stroke,
    })
}

pub(super) fn filled(segments: Vec<Segment>, colour: Colour) -> Arc<Shape> {
    Arc::new(Shape::filled(segments, colour))
}

pub(super) fn stroked(segments: Vec<Segment>, stroke: Stroke) -> Arc<Shape> {
    Arc::new(Shape::stroked(segments, stroke))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_rectangle_keeps_to_its_box_whatever_the_radius() {
        let size = Size::new(Pt(40.0), Pt(10.0));
        for radius in [0.0, 2.0, 5.0, 50.0] {
            let shape = rounded_rectangle(size, Pt(radius), None, None);
            let xs: Vec<f32> = shape.points().map(|point| point.x.0).collect();
            assert_eq!(xs.iter().copied().fold(f32::MAX, f32::min), 0.0);
            assert_eq!(xs.iter().copied().fold(f32::MIN, f32::max), 40.0);
        }
    }
}
