//! Flattens a resolved drawing to a list of shapes and text. Opacity is mixed with the white of the paper.

use usvg::fontdb;
use usvg::tiny_skia_path::{self, PathSegment, Transform};

use crate::font::{FaceId, Faces, Glyph, GlyphRun};
use crate::geometry::{Colour, FillRule, Point, Pt, Segment, Shape, Size, Stroke};
use crate::picture::{PictureError, VectorItem};

/// Most segments and glyphs of a drawing.
const MAX_SEGMENTS: usize = 400_000;
/// Distance that a shape may reach beyond the edge, as a part of the drawing's longer side.
const OVERHANG: f32 = 0.02;
/// The same for a stroke: half the stroke of a frame is outside.
const STROKE_OVERHANG: f32 = 0.05;
/// Opacity from which paint hides the paper.
const OPAQUE: f32 = 0.999;

/// Turns a tree of painted groups into a list.
pub(super) struct SvgFlattener<'a> {
    size: Size,
    faces: Option<&'a Faces>,
    /// Faces of text that stays text; empty if all text becomes shapes.
    text_faces: &'a [(fontdb::ID, FaceId)],
    pub items: Vec<VectorItem>,
    /// Bounds of the items that are not white.
    painted: Vec<usvg::Rect>,
    segments: usize,
}

impl<'a> SvgFlattener<'a> {
    pub(super) fn new(
        size: Size,
        faces: Option<&'a Faces>,
        text_faces: &'a [(fontdb::ID, FaceId)],
    ) -> SvgFlattener<'a> {
        SvgFlattener {
            size,
            faces,
            text_faces,
            items: Vec::new(),
            painted: Vec::new(),
            segments: 0,
        }
    }

    /// Paints a group and its children.
    pub(super) fn group(&mut self, group: &usvg::Group, opacity: f32) -> Result<(), PictureError> {
        if group.mask().is_some() {
            return unsupported("a mask");
        }
        if !group.filters().is_empty() {
            return unsupported("a filter");
        }
        if group.blend_mode() != usvg::BlendMode::Normal {
            return unsupported("a blend mode");
        }
        if let Some(clip) = group.clip_path()
            && !is_idle(clip, group)
        {
            return unsupported("a clip path that cuts shapes");
        }
        let opacity = opacity * group.opacity().get();
        for child in group.children() {
            match child {
                usvg::Node::Group(child) => self.group(child, opacity)?,
                usvg::Node::Path(path) => self.path(path, opacity)?,
                usvg::Node::Image(_) => return unsupported("a raster picture inside the drawing"),
                usvg::Node::Text(text) => {
                    self.check_text(text)?;
                    match self.glyph_runs(text, opacity) {
                        Some(runs) => self.place_text(text, runs)?,
                        None => self.group(text.flattened(), opacity)?,
                    }
                }
            }
        }
        Ok(())
    }

    fn check_text(&self, text: &usvg::Text) -> Result<(), PictureError> {
        let mut characters = text.chunks().iter().flat_map(|chunk| chunk.text().chars());
        let is_missing =
            |character: &char| self.faces.is_none_or(|faces| !faces.covers(*character));
        characters.find(is_missing).map_or(Ok(()), |character| {
            Err(PictureError::MissingGlyph(character))
        })
    }

    /// Returns the glyph runs of a text. `None` if it must become shapes: it is turned, stretched,
    /// transparent, stroked or decorated, or its glyphs are not in reading order.
    fn glyph_runs(&self, text: &usvg::Text, opacity: f32) -> Option<Vec<(Point, GlyphRun)>> {
        let faces = self.faces.filter(|_| !self.text_faces.is_empty())?;
        let mut runs: Vec<(Point, GlyphRun)> = Vec::new();
        for span in text.layouted() {
            let lines = [&span.underline, &span.overline, &span.line_through];
            let fill = span
                .fill
                .as_ref()
                .filter(|fill| fill.opacity().get() * opacity >= OPAQUE)?;
            let usvg::Paint::Color(colour) = fill.paint() else {
                return None;
            };
            let colour = Colour::rgb(colour.red, colour.green, colour.blue);
            if span.stroke.is_some() || lines.into_iter().any(Option::is_some) {
                return None;
            }
            let mut is_first = true;
            for glyph in &span.positioned_glyphs {
                let (_, face) = *self
                    .text_faces
                    .iter()
                    .find(|(name, _)| *name == glyph.font)?;
                let transform = text.abs_transform().pre_concat(glyph.transform());
                let (scale, origin) =
                    (transform.sx, Point::new(Pt(transform.tx), Pt(transform.ty)));
                let distortion = [transform.sx - transform.sy, transform.kx, transform.ky];
                let is_upright = distortion.iter().all(|part| part.abs() <= 0.001 * scale);
                if scale <= 0.0 || !is_upright || glyph.text.is_empty() {
                    return None;
                }
                let size = Pt(scale * f32::from(faces.get(face).units_per_em()?));
                let follows = |(at, run): &&mut (Point, GlyphRun)| {
                    !is_first && run.face == face && run.size == size && at.y == origin.y
                };
                if runs.last_mut().filter(follows).is_none() {
                    let run = GlyphRun {
                        face,
                        size,
                        colour,
                        text: String::new(),
                        glyphs: Vec::new(),
                    };
                    runs.push((origin, run));
                }
                let (at, run) = runs.last_mut()?;
                let start = run.text.len() as u32;
                run.text.push_str(&glyph.text);
                run.glyphs.push(Glyph {
                    id: u16::try_from(glyph.id.0).ok()?,
                    x: origin.x - at.x,
                    y: Pt::ZERO,
                    text: start..run.text.len() as u32,
                });
                is_first = false;
            }
        }
        let visual: String = runs.iter().map(|(_, run)| run.text.as_str()).collect();
        let logical: String = text.chunks().iter().map(|chunk| chunk.text()).collect();
        (visual == logical).then_some(runs)
    }

    fn place_text(
        &mut self,
        text: &usvg::Text,
        runs: Vec<(Point, GlyphRun)>,
    ) -> Result<(), PictureError> {
        let bounds = text.flattened().abs_bounding_box();
        let id = Some(text.id())
            .filter(|id| !id.is_empty())
            .map(str::to_owned);
        if self
            .is_inside(bounds, OVERHANG)
            .map_err(|_| PictureError::LongLabel(id))?
        {
            self.painted.push(bounds);
            self.count(runs.iter().map(|(_, run)| run.glyphs.len()).sum())?;
            self.items
                .extend(runs.into_iter().map(|(at, run)| VectorItem::Text(at, run)));
        }
        Ok(())
    }

    fn path(&mut self, path: &usvg::Path, opacity: f32) -> Result<(), PictureError> {
        if !path.is_visible() || !self.is_inside(path.abs_bounding_box(), OVERHANG)? {
            return Ok(());
        }
        if path.stroke().is_some() {
            self.is_inside(path.abs_stroke_bounding_box(), STROKE_OVERHANG)?;
        }
        let fills_first = path.paint_order() == usvg::PaintOrder::FillAndStroke;
        for fills in [fills_first, !fills_first] {
            if fills {
                self.fill(path, opacity)?;
            } else {
                self.stroke(path, opacity)?;
            }
        }
        Ok(())
    }

    /// Whether any part of a shape is on the drawing. Fails if the drawing's edge cuts the shape.
    fn is_inside(&self, bounds: usvg::Rect, overhang: f32) -> Result<bool, PictureError> {
        let (width, height) = (self.size.width.0, self.size.height.0);
        let outside = bounds.right() < 0.0
            || bounds.bottom() < 0.0
            || bounds.left() > width
            || bounds.top() > height;
        if outside {
            return Ok(false);
        }
        let over = overhang * width.max(height);
        let is_cut = bounds.left() < -over
            || bounds.top() < -over
            || bounds.right() > width + over
            || bounds.bottom() > height + over;
        if is_cut {
            return unsupported("shapes that reach over the edge of its view box");
        }
        Ok(true)
    }

    fn fill(&mut self, path: &usvg::Path, opacity: f32) -> Result<(), PictureError> {
        let bounds = path.data().bounds();
        let is_flat = bounds.width() == 0.0 || bounds.height() == 0.0;
        let Some(fill) = path.fill().filter(|_| !is_flat) else {
            return Ok(());
        };
        let opacity = opacity * fill.opacity().get();
        let Some(colour) = self.colour(fill.paint(), opacity, path.abs_bounding_box())? else {
            return Ok(());
        };
        let rule = match fill.rule() {
            usvg::FillRule::NonZero => FillRule::NonZero,
            usvg::FillRule::EvenOdd => FillRule::EvenOdd,
        };
        self.push(path.data(), path.abs_transform(), Some(colour), rule, None)
    }

    fn stroke(&mut self, path: &usvg::Path, opacity: f32) -> Result<(), PictureError> {
        let Some(stroke) = path.stroke() else {
            return Ok(());
        };
        let opacity = opacity * stroke.opacity().get();
        let Some(colour) = self.colour(stroke.paint(), opacity, path.abs_stroke_bounding_box())?
        else {
            return Ok(());
        };
        let transform = path.abs_transform();
        if let (Some(scale), Some(round)) =
            (uniform_scale(transform), round_ends(path.data(), stroke))
        {
            let dash = stroke
                .dasharray()
                .unwrap_or_default()
                .iter()
                .map(|length| Pt(length * scale))
                .collect();
            let line = Stroke {
                colour,
                width: Pt(stroke.width().get() * scale),
                dash,
                round,
            };
            return self.push(path.data(), transform, None, FillRule::NonZero, Some(line));
        }
        // Our strokes cannot express this line: fill its outline.
        let line = stroke.to_tiny_skia();
        let (across, down) = transform.get_scale();
        let precision = 4.0 * across.max(down).max(1.0);
        let dash = line.dash.as_ref();
        let dashed = dash.and_then(|dash| path.data().dash(dash, precision));
        let solid = dashed.as_ref().unwrap_or(path.data());
        self.count(solid.len())?;
        let Some(outline) = solid.stroke(&line, precision) else {
            return Ok(());
        };
        self.push(&outline, transform, Some(colour), FillRule::NonZero, None)
    }

    /// Returns the colour of a paint on white paper; `None` if it is invisible.
    fn colour(
        &mut self,
        paint: &usvg::Paint,
        opacity: f32,
        bounds: usvg::Rect,
    ) -> Result<Option<Colour>, PictureError> {
        let colour = match paint {
            usvg::Paint::Color(colour) => Colour::rgb(colour.red, colour.green, colour.blue),
            usvg::Paint::LinearGradient(_) | usvg::Paint::RadialGradient(_) => {
                return unsupported("a gradient");
            }
            usvg::Paint::Pattern(_) => return unsupported("a pattern"),
        };
        if opacity <= 0.001 {
            return Ok(None);
        }
        let colour = if opacity >= OPAQUE {
            colour
        } else if self.painted.iter().any(|other| overlap(other, &bounds)) {
            return unsupported("transparency over other shapes");
        } else {
            let mix = |channel: u8| {
                (f32::from(channel) * opacity + 255.0 * (1.0 - opacity)).round() as u8
            };
            Colour::rgb(mix(colour.red), mix(colour.green), mix(colour.blue))
        };
        if colour != Colour::WHITE {
            self.painted.push(bounds);
        }
        Ok(Some(colour))
    }

    fn push(
        &mut self,
        path: &tiny_skia_path::Path,
        transform: Transform,
        fill: Option<Colour>,
        fill_rule: FillRule,
        stroke: Option<Stroke>,
    ) -> Result<(), PictureError> {
        self.count(path.len())?;
        self.items.push(VectorItem::Shape(Shape {
            segments: segments(path, transform),
            fill,
            fill_rule,
            stroke,
        }));
        Ok(())
    }

    fn count(&mut self, segments: usize) -> Result<(), PictureError> {
        self.segments += segments;
        if self.segments > MAX_SEGMENTS {
            return Err(PictureError::TooLarge(format!(
                "its outlines have more than {MAX_SEGMENTS} parts"
            )));
        }
        Ok(())
    }
}

fn segments(path: &tiny_skia_path::Path, transform: Transform) -> Vec<Segment> {
    let at = |mut point: tiny_skia_path::Point| {
        transform.map_point(&mut point);
        Point::new(Pt(point.x), Pt(point.y))
    };
    let mut last = tiny_skia_path::Point::zero();
    let mut segments = Vec::with_capacity(path.len());
    for segment in path.segments() {
        segments.push(match segment {
            PathSegment::MoveTo(to) => Segment::MoveTo(at(to)),
            PathSegment::LineTo(to) => Segment::LineTo(at(to)),
            PathSegment::QuadTo(control, to) => {
                // Raise the degree of the curve to cubic.
                let toward = |end: tiny_skia_path::Point| {
                    tiny_skia_path::Point::from_xy(
                        end.x + (control.x - end.x) * 2.0 / 3.0,
                        end.y + (control.y - end.y) * 2.0 / 3.0,
                    )
                };
                Segment::CurveTo(at(toward(last)), at(toward(to)), at(to))
            }
            PathSegment::CubicTo(first, second, to) => {
                Segment::CurveTo(at(first), at(second), at(to))
            }
            PathSegment::Close => Segment::Close,
        });
        if let PathSegment::MoveTo(to)
        | PathSegment::LineTo(to)
        | PathSegment::QuadTo(_, to)
        | PathSegment::CubicTo(_, _, to) = segment
        {
            last = to;
        }
    }
    segments
}

fn unsupported<T>(what: &str) -> Result<T, PictureError> {
    Err(PictureError::Unsupported(what.to_owned()))
}

fn overlap(one: &usvg::Rect, other: &usvg::Rect) -> bool {
    one.left() < other.right()
        && other.left() < one.right()
        && one.top() < other.bottom()
        && other.top() < one.bottom()
}

/// Whether a clip path is an upright rectangle around the whole group, so that it clips nothing.
fn is_idle(clip: &usvg::ClipPath, group: &usvg::Group) -> bool {
    let [usvg::Node::Path(path)] = clip.root().children() else {
        return false;
    };
    let transform = group
        .abs_transform()
        .pre_concat(clip.transform())
        .pre_concat(path.abs_transform());
    let is_rectangle = path.data().len() <= 6
        && path
            .data()
            .segments()
            .all(|segment| !matches!(segment, PathSegment::QuadTo(..) | PathSegment::CubicTo(..)))
        && path.data().points().iter().all(|point| {
            let bounds = path.data().bounds();
            (point.x == bounds.left() || point.x == bounds.right())
                && (point.y == bounds.top() || point.y == bounds.bottom())
        });
    let Some(clipped) = path.data().bounds().transform(transform) else {
        return false;
    };
    let drawn = group.abs_stroke_bounding_box();
    let slack = 0.01 * drawn.width().max(drawn.height());
    clip.clip_path().is_none()
        && is_rectangle
        && !transform.has_skew()
        && clipped.left() <= drawn.left() + slack
        && clipped.top() <= drawn.top() + slack
        && clipped.right() >= drawn.right() - slack
        && clipped.bottom() >= drawn.bottom() - slack
}

/// Scale of a transform; `None` if it differs by direction.
fn uniform_scale(transform: Transform) -> Option<f32> {
    let Transform { sx, kx, ky, sy, .. } = transform;
    let (across, down) = (sx.hypot(ky), kx.hypot(sy));
    let is_uniform = (across - down).abs() <= 0.001 * across
        && (sx * kx + ky * sy).abs() <= 0.001 * across * across;
    is_uniform.then_some(across)
}

/// Whether ends and joins are round; `None` if our strokes cannot express the stroke.
fn round_ends(path: &tiny_skia_path::Path, stroke: &usvg::Stroke) -> Option<bool> {
    let (mut open, mut joined, mut length) = (false, false, 0);
    for segment in path.segments() {
        match segment {
            PathSegment::MoveTo(_) => {
                open |= length > 0;
                length = 0;
            }
            PathSegment::Close => {
                joined |= length > 0;
                length = 0;
            }
            _ => {
                length += 1;
                joined |= length > 1;
            }
        }
    }
    let has_ends = open || length > 0 || stroke.dasharray().is_some();
    let end = match stroke.linecap() {
        _ if !has_ends => None,
        usvg::LineCap::Butt => Some(false),
        usvg::LineCap::Round => Some(true),
        usvg::LineCap::Square => return None,
    };
    let join = match stroke.linejoin() {
        _ if !joined => None,
        usvg::LineJoin::Round => Some(true),
        usvg::LineJoin::Miter => Some(false),
        usvg::LineJoin::MiterClip | usvg::LineJoin::Bevel => return None,
    };
    let is_expressible =
        stroke.dashoffset() == 0.0 && (end.is_none() || join.is_none() || end == join);
    is_expressible.then(|| end.or(join).unwrap_or(false))
}
