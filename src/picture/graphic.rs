//! Marks that plain shapes cannot express: clipped, translucent, with gradients or with pixels.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Raster, raster};
use crate::geometry::{Colour, FillRule, Point, Pt, Segment, Shape, Size};

/// Consecutive marks of a drawing. Nothing is painted outside `0..width` and `0..height`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Graphic {
    pub size: Size,
    /// Clips, each after the one that contains it.
    pub clips: Vec<Clip>,
    /// Marks in painting order.
    pub marks: Vec<Mark>,
}

/// An outline outside which nothing is painted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clip {
    pub segments: Vec<Segment>,
    pub rule: FillRule,
    /// Index of the clip that this one narrows.
    pub within: Option<usize>,
}

/// A part of a graphic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Index of its clip.
    pub clip: Option<usize>,
    /// Opacity in thousandths, from 1 to 1000.
    pub opacity: u16,
    pub paint: MarkPaint,
}

/// Opacity of a mark that hides what is below.
pub const OPAQUE: u16 = 1000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum MarkPaint {
    Shape(Shape),
    Gradient {
        segments: Vec<Segment>,
        rule: FillRule,
        gradient: Gradient,
    },
    /// Pixels. The transform maps the unit square, from its top left corner, to the drawing.
    Image(Arc<Raster>, Affine),
}

/// An opaque gradient. The colours of its ends continue beyond them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gradient {
    pub geometry: GradientGeometry,
    /// Positions from 0 to 1 in ascending order, and their colours; never empty.
    pub stops: Vec<(f32, Colour)>,
    /// Maps the geometry to the drawing.
    pub transform: Affine,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum GradientGeometry {
    /// Start and end.
    Linear([f32; 4]),
    /// Centre and radius of the first circle and of the last one, which contains it.
    Radial([f32; 6]),
}

/// An affine map: `x' = a·x + c·y + e`, `y' = b·x + d·y + f`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Affine(pub [f32; 6]);

impl Affine {
    fn scale(&mut self, factor: f32) {
        self.0 = self.0.map(|part| part * factor);
    }

    fn shift(&mut self, by: Point) {
        self.0[4] += by.x.0;
        self.0[5] += by.y.0;
    }

    /// Maps a point.
    pub fn map(&self, x: f32, y: f32) -> Point {
        let [a, b, c, d, e, f] = self.0;
        Point::new(Pt(a * x + c * y + e), Pt(b * x + d * y + f))
    }

    /// Lengths of both axes after the transform and this scale.
    fn axes(&self, scale: f32) -> Size {
        let [a, b, c, d, ..] = self.0.map(|part| part * scale);
        Size::new(Pt(a.hypot(b)), Pt(c.hypot(d)))
    }
}

impl Graphic {
    /// Scales everything from the origin.
    pub fn scale(&mut self, factor: f32) {
        self.size = Size::new(self.size.width * factor, self.size.height * factor);
        let scaled = |point: Point| Point::new(point.x * factor, point.y * factor);
        for clip in &mut self.clips {
            map_segments(&mut clip.segments, scaled);
        }
        for mark in &mut self.marks {
            match &mut mark.paint {
                MarkPaint::Shape(shape) => shape.scale(factor),
                MarkPaint::Gradient {
                    segments, gradient, ..
                } => {
                    map_segments(segments, scaled);
                    gradient.transform.scale(factor);
                }
                MarkPaint::Image(_, transform) => transform.scale(factor),
            }
        }
    }

    /// Moves everything, into a graphic of another size.
    pub(super) fn moved(&self, by: Point, size: Size) -> Graphic {
        let mut moved = Graphic {
            size,
            ..self.clone()
        };
        for clip in &mut moved.clips {
            map_segments(&mut clip.segments, |point| point + by);
        }
        for mark in &mut moved.marks {
            match &mut mark.paint {
                MarkPaint::Shape(shape) => shape.shift(by),
                MarkPaint::Gradient {
                    segments, gradient, ..
                } => {
                    map_segments(segments, |point| point + by);
                    gradient.transform.shift(by);
                }
                MarkPaint::Image(_, transform) => transform.shift(by),
            }
        }
        moved
    }

    /// Replaces colours of shapes and gradients.
    pub fn map_colours(&mut self, replaced: impl Fn(Colour) -> Colour) {
        for mark in &mut self.marks {
            match &mut mark.paint {
                MarkPaint::Shape(shape) => shape.map_colours(&replaced),
                MarkPaint::Gradient { gradient, .. } => {
                    for (_, colour) in &mut gradient.stops {
                        *colour = replaced(*colour);
                    }
                }
                MarkPaint::Image(..) => {}
            }
        }
    }

    /// Samples down images with more pixels than print at this scale needs.
    pub(super) fn sample(&mut self, scale: f32) {
        let mut known: Vec<(Arc<Raster>, Size, Arc<Raster>)> = Vec::new();
        for mark in &mut self.marks {
            let MarkPaint::Image(image, transform) = &mut mark.paint else {
                continue;
            };
            let size = transform.axes(scale);
            let same = known
                .iter()
                .find(|(of, at, _)| Arc::ptr_eq(of, image) && *at == size);
            let sampled = match same {
                Some((_, _, sampled)) => Arc::clone(sampled),
                None => match raster::sampled(image, size, || raster::decoded(image)) {
                    Some(sampled) => {
                        let sampled = Arc::new(sampled);
                        known.push((Arc::clone(image), size, Arc::clone(&sampled)));
                        sampled
                    }
                    None => continue,
                },
            };
            *image = sampled;
        }
    }

    /// Whether a mark lets show through what is below it.
    pub fn is_transparent(&self) -> bool {
        self.marks.iter().any(|mark| {
            mark.opacity < OPAQUE
                || matches!(&mark.paint, MarkPaint::Image(image, _) if image.opacity.is_some())
        })
    }
}

impl Clip {
    /// Returns the indices of a clip and those that contain it, outermost first.
    pub fn chain(clips: &[Clip], clip: Option<usize>) -> Vec<usize> {
        let mut chain: Vec<usize> =
            std::iter::successors(clip, |&index| clips.get(index)?.within).collect();
        chain.reverse();
        chain
    }
}

fn map_segments(segments: &mut [Segment], map: impl Fn(Point) -> Point) {
    for segment in segments {
        *segment = match *segment {
            Segment::MoveTo(to) => Segment::MoveTo(map(to)),
            Segment::LineTo(to) => Segment::LineTo(map(to)),
            Segment::CurveTo(first, second, to) => {
                Segment::CurveTo(map(first), map(second), map(to))
            }
            Segment::Close => Segment::Close,
        };
    }
}
