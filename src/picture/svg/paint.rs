//! Flattens a resolved drawing to a list of marks and text.
//!
//! Opacity over white paper becomes a lighter colour. A mask, filter or pattern stops the flattening: the
//! drawing then becomes pixels.

use usvg::fontdb;
use usvg::tiny_skia_path::{self, PathSegment, Transform};

use super::images::EmbeddedImages;
use super::outline::{
    affine, contains, is_idle, overlap, rectangle, round_ends, segments, uniform_scale,
};
use crate::font::{FaceId, Faces, Glyph, GlyphRun};
use crate::geometry::{Colour, FillRule, Point, Pt, Shape, Size, Stroke};
use crate::picture::{
    Clip, Gradient, GradientGeometry, Graphic, Mark, MarkPaint, OPAQUE, PictureError, PictureUse,
    VectorItem,
};

/// Most segments and glyphs of a drawing.
const MAX_SEGMENTS: usize = 400_000;
/// Most clips inside each other: PDF/A-2 allows 28 saved graphics states (ISO 19005-2, 6.1.13).
const MAX_CLIP_DEPTH: usize = 20;
/// Distance that a shape may reach beyond the edge, as a part of the drawing's longer side.
const OVERHANG: f32 = 0.02;
/// The same for a stroke: half the stroke of a frame is outside.
const STROKE_OVERHANG: f32 = 0.05;
/// Opacity from which paint hides the paper.
const HIDES: f32 = 0.999;

/// Reason not to flatten a drawing.
pub(super) enum Stop {
    /// It must be drawn as pixels: it uses this.
    Pixels(&'static str),
    Fault(PictureError),
}

impl From<PictureError> for Stop {
    fn from(error: PictureError) -> Stop {
        Stop::Fault(error)
    }
}

/// Turns a tree of painted groups into a list.
pub(super) struct SvgFlattener<'a> {
    size: Size,
    purpose: PictureUse,
    faces: Option<&'a Faces>,
    /// Faces of text that stays text; empty if all text becomes shapes.
    text_faces: &'a [(fontdb::ID, FaceId)],
    images: &'a EmbeddedImages,
    flat: Vec<FlatItem>,
    clips: Vec<Clip>,
    /// Bounds of each clip that is an upright rectangle.
    clip_boxes: Vec<Option<usvg::Rect>>,
    painted: Vec<Painted>,
    segments: usize,
}

enum FlatItem {
    Mark { mark: Mark, is_plain: bool },
    Text(Point, GlyphRun),
}

/// The bounds of a painted item.
struct Painted {
    bounds: usvg::Rect,
    is_white: bool,
}

/// Attributes that children inherit from their groups.
#[derive(Clone, Copy)]
struct Inherited {
    opacity: f32,
    clip: Option<usize>,
    /// First item of the outermost group that is not opaque.
    translucent_from: Option<usize>,
}

/// A colour or gradient, and its opacity in thousandths.
struct Ink {
    paint: InkPaint,
    opacity: u16,
}

enum InkPaint {
    Colour(Colour),
    Gradient(Gradient),
}

/// Position of a shape at the drawing's edge.
#[derive(PartialEq)]
enum Reach {
    Outside,
    Inside,
    /// The edge of the drawing cuts it.
    OverEdge,
}

impl<'a> SvgFlattener<'a> {
    pub(super) fn new(
        size: Size,
        purpose: PictureUse,
        faces: Option<&'a Faces>,
        text_faces: &'a [(fontdb::ID, FaceId)],
        images: &'a EmbeddedImages,
    ) -> SvgFlattener<'a> {
        SvgFlattener {
            size,
            purpose,
            faces,
            text_faces,
            images,
            flat: Vec::new(),
            clips: Vec::new(),
            clip_boxes: Vec::new(),
            painted: Vec::new(),
            segments: 0,
        }
    }

    /// Paints the whole drawing.
    pub(super) fn flatten(mut self, root: &usvg::Group) -> Result<Vec<VectorItem>, Stop> {
        let inherited = Inherited {
            opacity: 1.0,
            clip: None,
            translucent_from: None,
        };
        self.group(root, inherited)?;
        Ok(self.into_items())
    }

    /// Checks that our faces have all characters of the texts. Drawings that become pixels need it, too.
    pub(super) fn check_texts(&self, group: &usvg::Group) -> Result<(), PictureError> {
        for child in group.children() {
            match child {
                usvg::Node::Group(child) => self.check_texts(child)?,
                usvg::Node::Text(text) => self.check_text(text)?,
                usvg::Node::Path(_) | usvg::Node::Image(_) => {}
            }
        }
        Ok(())
    }

    /// Joins consecutive marks of which some are no plain shapes.
    fn into_items(self) -> Vec<VectorItem> {
        let mut items = Vec::new();
        let mut flat = self.flat.into_iter().peekable();
        while let Some(item) = flat.next() {
            let (mark, mut is_plain) = match item {
                FlatItem::Text(at, run) => {
                    items.push(VectorItem::Text(at, run));
                    continue;
                }
                FlatItem::Mark { mark, is_plain } => (mark, is_plain),
            };
            let mut marks = vec![mark];
            while let Some(FlatItem::Mark {
                mark,
                is_plain: other,
            }) = flat.next_if(|item| matches!(item, FlatItem::Mark { .. }))
            {
                is_plain &= other;
                marks.push(mark);
            }
            if is_plain {
                items.extend(marks.into_iter().filter_map(|mark| match mark.paint {
                    MarkPaint::Shape(shape) => Some(VectorItem::Shape(shape)),
                    MarkPaint::Gradient { .. } | MarkPaint::Image(..) => None,
                }));
            } else {
                let clips = used_clips(&self.clips, &mut marks);
                items.push(VectorItem::Graphic(Graphic {
                    size: self.size,
                    clips,
                    marks,
                }));
            }
        }
        items
    }

    fn group(&mut self, group: &usvg::Group, inherited: Inherited) -> Result<(), Stop> {
        if group.mask().is_some() {
            return Err(Stop::Pixels("a mask"));
        }
        if !group.filters().is_empty() {
            return Err(Stop::Pixels("a filter"));
        }
        if group.blend_mode() != usvg::BlendMode::Normal {
            return Err(Stop::Pixels("a blend mode"));
        }
        let mut inherited = inherited;
        if let Some(clip) = group.clip_path()
            && !is_idle(clip, group)
        {
            inherited.clip = self.clip(clip, group.abs_transform(), inherited.clip)?;
        }
        let opacity = group.opacity().get();
        if opacity < HIDES {
            inherited.opacity *= opacity;
            inherited.translucent_from = inherited.translucent_from.or(Some(self.painted.len()));
        }
        for child in group.children() {
            match child {
                usvg::Node::Group(child) => self.group(child, inherited)?,
                usvg::Node::Path(path) => self.path(path, inherited)?,
                usvg::Node::Image(image) => self.image(image, inherited)?,
                usvg::Node::Text(text) => self.text(text, inherited)?,
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &usvg::Text, inherited: Inherited) -> Result<(), Stop> {
        self.check_text(text)?;
        let bounds = text.flattened().abs_bounding_box();
        let reach = self.reach(bounds, OVERHANG);
        // A logo is read by its text alternative. Words of a figure must not be cut.
        if reach == Reach::OverEdge && self.purpose == PictureUse::Figure {
            let id = Some(text.id()).filter(|id| !id.is_empty());
            return Err(PictureError::LongLabel(id.map(str::to_owned)).into());
        }
        let is_whole = Clip::chain(&self.clips, inherited.clip)
            .into_iter()
            .all(|clip| self.clip_boxes[clip].is_some_and(|area| contains(area, bounds)));
        let runs = self.glyph_runs(text, inherited.opacity);
        match runs.filter(|_| is_whole) {
            Some(runs) if reach != Reach::Outside => {
                self.painted.push(Painted {
                    bounds,
                    is_white: false,
                });
                self.count(runs.iter().map(|(_, run)| run.glyphs.len()).sum())?;
                self.flat
                    .extend(runs.into_iter().map(|(at, run)| FlatItem::Text(at, run)));
                Ok(())
            }
            Some(_) => Ok(()),
            None => self.group(text.flattened(), inherited),
        }
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
                .filter(|fill| fill.opacity().get() * opacity >= HIDES)?;
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

    fn path(&mut self, path: &usvg::Path, inherited: Inherited) -> Result<(), Stop> {
        if !path.is_visible() {
            return Ok(());
        }
        let reach = self.reach(path.abs_bounding_box(), OVERHANG);
        let stroked = path.stroke().map_or(Reach::Outside, |_| {
            self.reach(path.abs_stroke_bounding_box(), STROKE_OVERHANG)
        });
        let reach = match (reach, stroked) {
            (Reach::Outside, Reach::Outside) => return Ok(()),
            (Reach::Inside, Reach::Inside | Reach::Outside) => Reach::Inside,
            _ => Reach::OverEdge,
        };
        let fills_first = path.paint_order() == usvg::PaintOrder::FillAndStroke;
        for fills in [fills_first, !fills_first] {
            if fills {
                self.fill(path, inherited, &reach)?;
            } else {
                self.stroke(path, inherited, &reach)?;
            }
        }
        Ok(())
    }

    fn image(&mut self, image: &usvg::Image, inherited: Inherited) -> Result<(), Stop> {
        let bounds = image.abs_bounding_box();
        let reach = self.reach(bounds, OVERHANG);
        if !image.is_visible() || reach == Reach::Outside {
            return Ok(());
        }
        let Some(opacity) = self.opacity(inherited, inherited.opacity, bounds, false)? else {
            return Ok(());
        };
        let size = image.size();
        let transform = image.abs_transform().pre_scale(size.width(), size.height());
        let raster = self.images.raster(image.kind())?;
        self.push(
            MarkPaint::Image(raster, affine(transform)),
            opacity.unwrap_or(in_thousandths(inherited.opacity)),
            inherited,
            &reach,
        );
        Ok(())
    }

    /// Returns the position of bounds at the drawing's edge.
    fn reach(&self, bounds: usvg::Rect, overhang: f32) -> Reach {
        let (width, height) = (self.size.width.0, self.size.height.0);
        let outside = bounds.right() < 0.0
            || bounds.bottom() < 0.0
            || bounds.left() > width
            || bounds.top() > height;
        if outside {
            return Reach::Outside;
        }
        let over = overhang * width.max(height);
        let is_cut = bounds.left() < -over
            || bounds.top() < -over
            || bounds.right() > width + over
            || bounds.bottom() > height + over;
        match is_cut {
            true => Reach::OverEdge,
            false => Reach::Inside,
        }
    }

    fn fill(&mut self, path: &usvg::Path, inherited: Inherited, reach: &Reach) -> Result<(), Stop> {
        let bounds = path.data().bounds();
        let is_flat = bounds.width() == 0.0 || bounds.height() == 0.0;
        let Some(fill) = path.fill().filter(|_| !is_flat) else {
            return Ok(());
        };
        let opacity = inherited.opacity * fill.opacity().get();
        let transform = path.abs_transform();
        let bounds = path.abs_bounding_box();
        let Some(ink) = self.ink(fill.paint(), opacity, bounds, transform, inherited)? else {
            return Ok(());
        };
        self.fill_outline(
            path.data(),
            transform,
            rule(fill.rule()),
            ink,
            inherited,
            reach,
        )
    }

    fn stroke(
        &mut self,
        path: &usvg::Path,
        inherited: Inherited,
        reach: &Reach,
    ) -> Result<(), Stop> {
        let Some(stroke) = path.stroke() else {
            return Ok(());
        };
        let opacity = inherited.opacity * stroke.opacity().get();
        let transform = path.abs_transform();
        let bounds = path.abs_stroke_bounding_box();
        let Some(ink) = self.ink(stroke.paint(), opacity, bounds, transform, inherited)? else {
            return Ok(());
        };
        // Contours are stroked one by one. Where they cross, translucent paint would add up.
        let contours = path.data().segments();
        let contours = contours.filter(|segment| matches!(segment, PathSegment::MoveTo(_)));
        let is_single = ink.opacity == OPAQUE || contours.count() == 1;
        if let InkPaint::Colour(colour) = ink.paint
            && is_single
            && let (Some(scale), Some(round)) =
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
            self.count(path.data().len())?;
            let segments = segments(path.data(), transform);
            let shape = Shape::stroked(segments, line);
            self.push(MarkPaint::Shape(shape), ink.opacity, inherited, reach);
            return Ok(());
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
        self.fill_outline(
            &outline,
            transform,
            FillRule::NonZero,
            ink,
            inherited,
            reach,
        )
    }

    fn fill_outline(
        &mut self,
        path: &tiny_skia_path::Path,
        transform: Transform,
        rule: FillRule,
        ink: Ink,
        inherited: Inherited,
        reach: &Reach,
    ) -> Result<(), Stop> {
        self.count(path.len())?;
        let segments = segments(path, transform);
        let paint = match ink.paint {
            InkPaint::Colour(colour) => MarkPaint::Shape(Shape {
                segments,
                fill: Some(colour),
                fill_rule: rule,
                stroke: None,
            }),
            InkPaint::Gradient(gradient) => MarkPaint::Gradient {
                segments,
                rule,
                gradient,
            },
        };
        self.push(paint, ink.opacity, inherited, reach);
        Ok(())
    }

    /// Returns the colour or gradient of a paint; `None` if it is invisible. The transform leads from the
    /// painted shape to the drawing.
    fn ink(
        &mut self,
        paint: &usvg::Paint,
        opacity: f32,
        bounds: usvg::Rect,
        transform: Transform,
        inherited: Inherited,
    ) -> Result<Option<Ink>, Stop> {
        let mut paint = match paint {
            usvg::Paint::Color(colour) => InkPaint::Colour(colour_of(*colour)),
            usvg::Paint::LinearGradient(linear) => {
                let ends = [linear.x1(), linear.y1(), linear.x2(), linear.y2()];
                InkPaint::Gradient(gradient(linear, GradientGeometry::Linear(ends), transform)?)
            }
            usvg::Paint::RadialGradient(radial) => {
                let (cx, cy, r) = (radial.cx(), radial.cy(), radial.r().get());
                let (fx, fy, fr) = (radial.fx(), radial.fy(), radial.fr().get());
                if (fx - cx).hypot(fy - cy) + fr > 0.999 * r {
                    return Err(Stop::Pixels("a gradient whose focus is on its edge"));
                }
                let circles = GradientGeometry::Radial([fx, fy, fr, cx, cy, r]);
                InkPaint::Gradient(gradient(radial, circles, transform)?)
            }
            usvg::Paint::Pattern(_) => return Err(Stop::Pixels("a pattern")),
        };
        let is_white = match &paint {
            InkPaint::Colour(colour) => *colour == Colour::WHITE,
            InkPaint::Gradient(_) => false,
        };
        let Some(constant) = self.opacity(inherited, opacity, bounds, is_white)? else {
            return Ok(None);
        };
        if constant.is_none() && opacity < HIDES {
            let mix = |channel: u8| {
                (f32::from(channel) * opacity + 255.0 * (1.0 - opacity)).round() as u8
            };
            let mixed = |Colour { red, green, blue }| Colour::rgb(mix(red), mix(green), mix(blue));
            match &mut paint {
                InkPaint::Colour(colour) => *colour = mixed(*colour),
                InkPaint::Gradient(gradient) => {
                    for (_, colour) in &mut gradient.stops {
                        *colour = mixed(*colour);
                    }
                }
            }
        }
        let opacity = constant.unwrap_or(OPAQUE);
        Ok(Some(Ink { paint, opacity }))
    }

    /// Returns the opacity of a mark over what it overlaps: `None` if it is invisible, and `Some(None)` if
    /// only paper is below it.
    fn opacity(
        &mut self,
        inherited: Inherited,
        opacity: f32,
        bounds: usvg::Rect,
        is_white: bool,
    ) -> Result<Option<Option<u16>>, Stop> {
        if opacity <= 0.001 {
            return Ok(None);
        }
        let mut constant = None;
        if inherited.translucent_from.is_some() || opacity < HIDES {
            let from = inherited.translucent_from.unwrap_or(usize::MAX);
            let below = self.painted.iter().enumerate();
            for (index, other) in below.filter(|(_, other)| overlap(&other.bounds, &bounds)) {
                // Each would let show through the other, which the group as a whole must not.
                if index >= from {
                    return Err(Stop::Pixels("the opacity of a group"));
                }
                if !other.is_white && opacity < HIDES {
                    constant = Some(in_thousandths(opacity));
                }
            }
        }
        self.painted.push(Painted { bounds, is_white });
        Ok(Some(constant))
    }

    fn push(&mut self, paint: MarkPaint, opacity: u16, inherited: Inherited, reach: &Reach) {
        let clip = inherited.clip;
        let is_plain = clip.is_none()
            && opacity == OPAQUE
            && *reach == Reach::Inside
            && matches!(paint, MarkPaint::Shape(_));
        let mark = Mark {
            clip,
            opacity,
            paint,
        };
        self.flat.push(FlatItem::Mark { mark, is_plain });
    }

    /// Adds a clip path, and those that narrow it. Returns the index of the innermost.
    fn clip(
        &mut self,
        clip: &usvg::ClipPath,
        transform: Transform,
        within: Option<usize>,
    ) -> Result<Option<usize>, Stop> {
        let within = match clip.clip_path() {
            Some(outer) => self.clip(outer, transform, within)?,
            None => within,
        };
        if Clip::chain(&self.clips, within).len() >= MAX_CLIP_DEPTH {
            return Err(Stop::Pixels("many clip paths inside each other"));
        }
        let transform = transform.pre_concat(clip.transform());
        let mut paths = Vec::new();
        collect_paths(clip.root(), &mut paths)?;
        let rules: Vec<FillRule> = paths
            .iter()
            .map(|path| {
                path.fill()
                    .map_or(FillRule::NonZero, |fill| rule(fill.rule()))
            })
            .collect();
        // The shapes of a clip path are united. One outline can express it if none overlaps another.
        let boxes: Vec<usvg::Rect> = paths.iter().map(|path| path.abs_bounding_box()).collect();
        let is_apart = boxes.iter().enumerate().all(|(index, one)| {
            let others = &boxes[index + 1..];
            others.iter().all(|other| !overlap(one, other))
        });
        if paths.is_empty() || !is_apart || rules.windows(2).any(|pair| pair[0] != pair[1]) {
            return Err(Stop::Pixels("a clip path of overlapping shapes"));
        }
        let mut outline = Vec::new();
        for path in &paths {
            self.count(path.data().len())?;
            let transform = transform.pre_concat(path.abs_transform());
            outline.extend(segments(path.data(), transform));
        }
        self.clip_boxes.push(match paths[..] {
            [path] => rectangle(path, transform.pre_concat(path.abs_transform())),
            _ => None,
        });
        self.clips.push(Clip {
            segments: outline,
            rule: rules[0],
            within,
        });
        Ok(Some(self.clips.len() - 1))
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

fn in_thousandths(opacity: f32) -> u16 {
    ((opacity * f32::from(OPAQUE)).round() as u16).clamp(1, OPAQUE)
}

fn colour_of(colour: usvg::Color) -> Colour {
    Colour::rgb(colour.red, colour.green, colour.blue)
}

fn rule(rule: usvg::FillRule) -> FillRule {
    match rule {
        usvg::FillRule::NonZero => FillRule::NonZero,
        usvg::FillRule::EvenOdd => FillRule::EvenOdd,
    }
}

/// Converts a gradient that is opaque and not repeated.
fn gradient(
    base: &usvg::BaseGradient,
    geometry: GradientGeometry,
    transform: Transform,
) -> Result<Gradient, Stop> {
    if base.spread_method() != usvg::SpreadMethod::Pad {
        return Err(Stop::Pixels("a repeated gradient"));
    }
    if base.stops().iter().any(|stop| stop.opacity().get() < HIDES) {
        return Err(Stop::Pixels("a gradient with an opacity"));
    }
    let stops = base.stops().iter();
    let stops = stops.map(|stop| (stop.offset().get(), colour_of(stop.color())));
    Ok(Gradient {
        geometry,
        stops: stops.collect(),
        transform: affine(transform.pre_concat(base.transform())),
    })
}

/// Collects the paths of a clip path.
fn collect_paths<'t>(group: &'t usvg::Group, paths: &mut Vec<&'t usvg::Path>) -> Result<(), Stop> {
    if group.clip_path().is_some() {
        return Err(Stop::Pixels("a clip path inside a clip path"));
    }
    for child in group.children() {
        match child {
            usvg::Node::Group(child) => collect_paths(child, paths)?,
            usvg::Node::Path(path) => paths.push(path),
            usvg::Node::Text(text) => collect_paths(text.flattened(), paths)?,
            usvg::Node::Image(_) => {}
        }
    }
    Ok(())
}

/// Returns the clips that marks use, renumbered.
fn used_clips(clips: &[Clip], marks: &mut [Mark]) -> Vec<Clip> {
    let mut used: Vec<usize> = Vec::new();
    for mark in &*marks {
        if used.last() != mark.clip.as_ref() {
            used.extend(Clip::chain(clips, mark.clip));
        }
    }
    used.sort_unstable();
    used.dedup();
    let renumbered = |clip: Option<usize>| clip.and_then(|clip| used.binary_search(&clip).ok());
    for mark in marks {
        mark.clip = renumbered(mark.clip);
    }
    let kept = used.iter().map(|&index| Clip {
        within: renumbered(clips[index].within),
        ..clips[index].clone()
    });
    kept.collect()
}
