//! Cuts white and transparent margins off a logo.
//!
//! Many logo files have a canvas much larger than the logo itself. Scaled by its canvas, such a logo would be
//! small and off the margin.

use std::ops::Range;
use std::sync::Arc;

use super::{Affine, Clip, Graphic, Mark, MarkPaint, Picture, Raster, Samples, Vector, VectorItem};
use crate::geometry::{Colour, Point, Pt, Segment, Shape, Size};

/// Part of the width or height that may be empty: a narrow margin is intended.
const INTENDED_MARGIN: f32 = 0.1;
/// Samples from this value look like paper. So do pixels with an opacity of at most 255 minus this value.
const PAPER: u8 = 248;

impl Picture {
    /// Cuts off wide white or transparent margins.
    pub(super) fn without_margins(self) -> Picture {
        let trimmed = match &self {
            Picture::Vector(vector) => trim_vector(vector).map(Picture::Vector),
            Picture::Raster(raster) => raster
                .without_margins()
                .map(|raster| Picture::Raster(Arc::new(raster))),
        };
        trimmed.unwrap_or(self)
    }

    /// Whether white paper shows anything of the picture.
    pub(super) fn is_visible(&self) -> bool {
        match self {
            Picture::Vector(vector) => vector.items.iter().any(|item| match item {
                VectorItem::Shape(shape) => !is_like_paper(shape),
                VectorItem::Text(_, run) => !is_paper(run.colour),
                VectorItem::Graphic(graphic) => graphic
                    .marks
                    .iter()
                    .any(|mark| seen(mark, graphic).is_some()),
            }),
            Picture::Raster(raster) => raster.is_visible(),
        }
    }
}

impl Raster {
    /// Whether white paper shows anything of the picture. True for a JPEG file, which must be decoded before.
    pub(super) fn is_visible(&self) -> bool {
        visible_area(self).is_none_or(|area| area.is_some())
    }

    /// Cuts off wide white or transparent margins. `None` for a picture without them or a JPEG file.
    pub(super) fn without_margins(&self) -> Option<Raster> {
        let (columns, rows) = margins(self)?;
        let width = self.width as usize;
        let opacity = self.opacity.as_deref();
        let (channels, bytes) = match &self.samples {
            Samples::Grey(bytes) => (1, bytes),
            Samples::Rgb(bytes) => (3, bytes),
            Samples::Jpeg { .. } => return None,
        };
        let cut = |bytes: &[u8], channels: usize| -> Vec<u8> {
            let row = |row: usize| {
                &bytes[(row * width + columns.start) * channels
                    ..(row * width + columns.end) * channels]
            };
            rows.clone().flat_map(row).copied().collect()
        };
        Some(Raster {
            width: columns.len() as u32,
            height: rows.len() as u32,
            samples: match channels {
                1 => Samples::Grey(cut(bytes, 1)),
                _ => Samples::Rgb(cut(bytes, channels)),
            },
            opacity: opacity.map(|opacity| cut(opacity, 1)),
        })
    }
}

/// Rows and columns of pixels.
type PixelArea = (Range<usize>, Range<usize>);

/// Returns the columns and rows within the wide margins of a picture; `None` without such margins.
pub(super) fn margins(raster: &Raster) -> Option<PixelArea> {
    let (columns, rows) = visible_area(raster)??;
    let whole = (raster.width as f32, raster.height as f32);
    let seen = (columns.len() as f32, rows.len() as f32);
    has_wide_margins(seen, whole).then_some((columns, rows))
}

/// Whether the visible part is so much smaller than the whole that its margins are cut off.
fn has_wide_margins(seen: (f32, f32), whole: (f32, f32)) -> bool {
    seen.0 > 0.0
        && seen.1 > 0.0
        && (seen.0 < whole.0 * (1.0 - INTENDED_MARGIN)
            || seen.1 < whole.1 * (1.0 - INTENDED_MARGIN))
}

/// Returns the columns and rows of the pixels that do not look like paper: `None` for a JPEG file,
/// `Some(None)` if there are none.
fn visible_area(raster: &Raster) -> Option<Option<PixelArea>> {
    let (width, height) = (raster.width as usize, raster.height as usize);
    let opacity = raster.opacity.as_deref();
    let (channels, bytes) = match &raster.samples {
        Samples::Grey(bytes) => (1, bytes),
        Samples::Rgb(bytes) => (3, bytes),
        Samples::Jpeg { .. } => return None,
    };
    let is_seen = |pixel: usize| {
        let mut samples = bytes[pixel * channels..][..channels].iter();
        opacity.is_none_or(|opacity| opacity[pixel] > u8::MAX - PAPER)
            && samples.any(|&sample| sample < PAPER)
    };
    let rows = visible_range(height, |row| (row * width..(row + 1) * width).any(is_seen));
    Some(rows.and_then(|rows| {
        let columns = visible_range(width, |column| {
            rows.clone().any(|row| is_seen(row * width + column))
        });
        Some((columns?, rows))
    }))
}

/// Range from the first visible index to the last.
fn visible_range(count: usize, is_seen: impl Fn(usize) -> bool) -> Option<Range<usize>> {
    let first = (0..count).find(|&index| is_seen(index))?;
    let last = (first..count).rfind(|&index| is_seen(index))?;
    Some(first..last + 1)
}

fn trim_vector(vector: &Vector) -> Option<Vector> {
    // The extent of text is unknown here.
    let has_text = |item: &VectorItem| matches!(item, VectorItem::Text(..));
    if vector.items.iter().any(has_text) {
        return None;
    }
    // A white background looks like paper.
    let is_ground =
        |item: &&VectorItem| matches!(item, VectorItem::Shape(shape) if is_white(shape));
    let ground = vector.items.iter().take_while(is_ground).count();
    let items = &vector.items[ground..];
    let extents = items.iter().filter_map(|item| match item {
        VectorItem::Shape(shape) => extent(shape).filter(|_| !is_white(shape)),
        VectorItem::Graphic(graphic) => {
            let marks = graphic.marks.iter();
            marks.filter_map(|mark| seen(mark, graphic)).reduce(union)
        }
        VectorItem::Text(..) => None,
    });
    let (from, to) = extents.reduce(union)?;
    let size = Size::new(to.x - from.x, to.y - from.y);
    if !has_wide_margins(
        (size.width.0, size.height.0),
        (vector.size.width.0, vector.size.height.0),
    ) {
        return None;
    }
    let by = Point::new(-from.x, -from.y);
    let moved = |item: &VectorItem| match item {
        VectorItem::Shape(shape) => {
            let mut shape = shape.clone();
            shape.shift(by);
            VectorItem::Shape(shape)
        }
        VectorItem::Graphic(graphic) => VectorItem::Graphic(graphic.moved(by, size)),
        VectorItem::Text(at, run) => VectorItem::Text(*at + by, run.clone()),
    };
    Some(Vector {
        size,
        items: items.iter().map(moved).collect(),
    })
}

/// Returns the box of the part of a mark that can be seen on white paper.
fn seen(mark: &Mark, graphic: &Graphic) -> Option<(Point, Point)> {
    let shape = match &mark.paint {
        MarkPaint::Shape(shape) if is_like_paper(shape) => None,
        MarkPaint::Shape(shape) => extent(shape),
        MarkPaint::Gradient { gradient, .. }
            if gradient.stops.iter().all(|(_, colour)| is_paper(*colour)) =>
        {
            None
        }
        MarkPaint::Gradient { segments, .. } => corners(segments, Pt::ZERO),
        MarkPaint::Image(image, _) if visible_area(image).is_some_and(|area| area.is_none()) => {
            None
        }
        MarkPaint::Image(_, transform) => unit_square(*transform),
    }?;
    let whole = (
        Point::default(),
        Point::new(graphic.size.width, graphic.size.height),
    );
    let clips = Clip::chain(&graphic.clips, mark.clip).into_iter();
    let clips = clips.map(|clip| corners(&graphic.clips[clip].segments, Pt::ZERO));
    clips.chain([Some(whole)]).try_fold(shape, |seen, clip| {
        let (from, to) = clip?;
        let from = Point::new(seen.0.x.max(from.x), seen.0.y.max(from.y));
        let to = Point::new(seen.1.x.min(to.x), seen.1.y.min(to.y));
        (from.x < to.x && from.y < to.y).then_some((from, to))
    })
}

fn unit_square(transform: Affine) -> Option<(Point, Point)> {
    let points = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)];
    let points = points.map(|(x, y)| transform.map(x, y));
    points.map(|point| (point, point)).into_iter().reduce(union)
}

/// Whether a colour cannot be seen on white paper.
fn is_paper(colour: Colour) -> bool {
    [colour.red, colour.green, colour.blue]
        .into_iter()
        .all(|channel| channel >= PAPER)
}

fn is_like_paper(shape: &Shape) -> bool {
    let stroke = shape.stroke.as_ref().map(|stroke| stroke.colour);
    [shape.fill, stroke].into_iter().flatten().all(is_paper)
}

fn is_white(shape: &Shape) -> bool {
    let stroke = shape.stroke.as_ref().map(|stroke| stroke.colour);
    [shape.fill, stroke]
        .into_iter()
        .flatten()
        .all(|colour| colour == Colour::WHITE)
}

/// Corners of a box around a shape. A curve is within the box of its control points.
fn extent(shape: &Shape) -> Option<(Point, Point)> {
    let reach = shape
        .stroke
        .as_ref()
        .map_or(Pt::ZERO, |stroke| stroke.width / 2.0);
    corners(&shape.segments, reach)
}

/// Corners of a box around an outline, and this distance around it.
fn corners(segments: &[Segment], reach: Pt) -> Option<(Point, Point)> {
    let points = segments.iter().flat_map(|segment| match *segment {
        Segment::MoveTo(to) | Segment::LineTo(to) => vec![to],
        Segment::CurveTo(first, second, to) => vec![first, second, to],
        Segment::Close => Vec::new(),
    });
    let reach = Point::new(reach, reach);
    let boxes = points.map(|at| (at + Point::new(-reach.x, -reach.y), at + reach));
    boxes.reduce(union)
}

/// Corners of the smallest box around two boxes.
fn union((from, to): (Point, Point), (other_from, other_to): (Point, Point)) -> (Point, Point) {
    let from = Point::new(from.x.min(other_from.x), from.y.min(other_from.y));
    (from, Point::new(to.x.max(other_to.x), to.y.max(other_to.y)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::{DrawingOrigin, PictureFile, PictureUse};
    use super::*;
    use crate::font::Faces;

    fn trimmed_svg(body: &str) -> Vector {
        let svg =
            format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'>{body}</svg>");
        let (labels, faces) = (BTreeMap::new(), Faces::bundled());
        let (purpose, origin) = (PictureUse::Logo, DrawingOrigin::Foreign);
        let file = PictureFile::read(svg.as_bytes(), &labels, purpose, &faces, origin).unwrap();
        let Picture::Vector(vector) = &**file.picture() else {
            panic!("{file:?}")
        };
        vector.clone()
    }

    #[test]
    fn margins_of_a_drawing_are_cut_off() {
        let ground = "<rect width='100' height='100' fill='#ffffff'/>";
        for ground in ["", ground] {
            let vector = trimmed_svg(&format!(
                "{ground}<rect x='20' y='40' width='60' height='20'/>"
            ));
            assert_eq!(
                (vector.size.width, vector.size.height),
                (Pt(60.0), Pt(20.0))
            );
            let [VectorItem::Shape(shape)] = &vector.items[..] else {
                panic!("{vector:?}")
            };
            assert_eq!(
                extent(shape),
                Some((Point::default(), Point::new(Pt(60.0), Pt(20.0))))
            );
        }
        // A line reaches beyond its path.
        let line = trimmed_svg("<path d='M10 50H90' stroke='#000' stroke-width='8' fill='none'/>");
        assert_eq!(line.size.height, Pt(8.0));
    }

    #[test]
    fn full_or_blank_drawing_is_kept() {
        for body in [
            "<rect x='4' y='4' width='92' height='92'/>",
            "<rect width='9' height='9' fill='#fff'/>",
            "",
        ] {
            assert_eq!(trimmed_svg(body).size.width, Pt(100.0), "{body}");
        }
    }

    fn raster(samples: Samples, opacity: Option<Vec<u8>>) -> Raster {
        Raster {
            width: 4,
            height: 3,
            samples,
            opacity,
        }
    }

    #[test]
    fn margins_of_pixels_are_cut_off() {
        let white_around = vec![255, 255, 255, 255, 255, 10, 20, 255, 255, 255, 250, 255];
        let cut = raster(Samples::Grey(white_around), None)
            .without_margins()
            .unwrap();
        assert_eq!(
            cut,
            Raster {
                width: 2,
                height: 1,
                samples: Samples::Grey(vec![10, 20]),
                opacity: None
            }
        );

        let opacity = vec![0, 0, 0, 0, 0, 0, 90, 0, 0, 0, 255, 3];
        let cut = raster(Samples::Rgb((0..36).collect()), Some(opacity))
            .without_margins()
            .unwrap();
        let samples = Samples::Rgb(vec![18, 19, 20, 30, 31, 32]);
        assert_eq!(
            cut,
            Raster {
                width: 1,
                height: 2,
                samples,
                opacity: Some(vec![90, 255])
            }
        );

        assert_eq!(
            raster(Samples::Grey(vec![255; 12]), None).without_margins(),
            None
        );
        assert_eq!(
            raster(Samples::Grey(vec![0; 12]), None).without_margins(),
            None
        );
    }
}
