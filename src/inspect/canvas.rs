//! The picture of a page without its text.
//!
//! Text is measured against the pixels that are painted before it. So shapes, pictures and shadings are
//! painted here in the order of the page, with clips, masks and transparency.

use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape};
use hayro_interpret::pattern::{Pattern, ShadingPattern, TilingPattern};
use hayro_interpret::{
    BlendMode, CacheKey, ClipPath, DrawMode, FillRule, Image, ImageData, LumaData, MaskType, Paint,
    SoftMask, StrokeProps,
};
use resvg::tiny_skia::{
    self, FilterQuality, LineCap, LineJoin, Mask, Pixmap, PixmapPaint, PremultipliedColorU8,
    SpreadMode, Stroke, StrokeDash, Transform,
};

use super::painter::Painter;

/// Maximum pixels of a canvas. Larger pages are painted smaller.
const MAX_PIXELS: f64 = 4_000_000.0;
/// Maximum layers of nested groups. Deeper groups are painted into their parent.
const MAX_LAYERS: usize = 8;
/// Maximum pixels of a picture.
const MAX_PICTURE_PIXELS: u64 = 64_000_000;
/// Maximum depth of masks and patterns in each other.
const MAX_NESTING: u8 = 4;

/// A page in pixels. Its origin is at the top left.
pub(super) struct Canvas {
    layers: Vec<Layer>,
    /// Groups beyond [`MAX_LAYERS`], and groups that need no layer.
    groups: Vec<Group>,
    clips: Vec<Clip>,
    width: u32,
    height: u32,
    /// The last soft mask, which often applies to many shapes.
    soft_mask: Option<(u128, Mask)>,
    nesting: u8,
}

struct Layer {
    pixmap: Pixmap,
    opacity: f32,
    blend: tiny_skia::BlendMode,
    mask: Option<Mask>,
}

enum Group {
    /// Painted straight into the layer below.
    Direct,
    Layer,
}

struct Clip {
    /// Bounding box of this clip and all before it.
    bounds: Rect,
    /// `None` for a rectangle.
    path: Option<(tiny_skia::Path, tiny_skia::FillRule)>,
    /// Whether this clip and all before it are rectangles.
    is_rect: bool,
    mask: Option<Mask>,
}

/// Returns pixels per point for a page of this size in points.
pub(super) fn scale_of(width: f64, height: f64) -> f64 {
    let fitting = (MAX_PIXELS / (width * height).max(1.0)).sqrt();
    fitting.min(2.0)
}

impl Canvas {
    /// Returns a white page, or a transparent one for masks and patterns. `None` without pixels.
    pub(super) fn new(width: f64, height: f64, is_white: bool, nesting: u8) -> Option<Canvas> {
        let (width, height) = (width.ceil().max(1.0), height.ceil().max(1.0));
        if width > 20_000.0 || height > 20_000.0 || width * height > MAX_PIXELS * 1.1 {
            return None;
        }
        let mut pixmap = Pixmap::new(width as u32, height as u32)?;
        if is_white {
            pixmap.fill(tiny_skia::Color::WHITE);
        }
        Some(Canvas {
            layers: vec![Layer {
                pixmap,
                opacity: 1.0,
                blend: tiny_skia::BlendMode::SourceOver,
                mask: None,
            }],
            groups: Vec::new(),
            clips: vec![Clip {
                bounds: Rect::new(0.0, 0.0, width, height),
                path: None,
                is_rect: true,
                mask: None,
            }],
            width: width as u32,
            height: height as u32,
            soft_mask: None,
            nesting,
        })
    }

    /// Returns the bounding box of what can be painted now.
    pub(super) fn clip_bounds(&self) -> Rect {
        self.clips.last().map_or(Rect::ZERO, |clip| clip.bounds)
    }

    /// Returns whether clips leave any of these pixels.
    pub(super) fn shows(&mut self, pixels: &[(f64, f64)]) -> bool {
        let everything = Rect::new(f64::MIN, f64::MIN, f64::MAX, f64::MAX);
        let is_rect = self.clips.last().is_none_or(|clip| clip.is_rect);
        let bounds = self.clip_bounds();
        if is_rect {
            return pixels
                .iter()
                .any(|(x, y)| bounds.contains(Point::new(*x, *y)));
        }
        let Some(mask) = self.clip_mask(everything) else {
            return true;
        };
        pixels.iter().any(|(x, y)| {
            let is_on = *x >= 0.0 && *y >= 0.0 && *x < f64::from(self.width);
            let index = *y as usize * self.width as usize + *x as usize;
            is_on && mask.data().get(index).is_some_and(|share| *share > 127)
        })
    }

    /// Returns the colour of a pixel and its colour with `ink` on it, without alpha.
    pub(super) fn sample(&self, x: u32, y: u32, ink: [f32; 4]) -> Option<([f32; 3], [f32; 3])> {
        let index = (y as usize)
            .checked_mul(self.width as usize)?
            .checked_add(x as usize)?;
        if x >= self.width || y >= self.height {
            return None;
        }
        let mut below = [1.0; 3];
        let mut inked = [1.0; 3];
        let last = self.layers.len() - 1;
        for (place, layer) in self.layers.iter().enumerate() {
            let pixel = straight(layer.pixmap.pixels()[index]);
            let masked = layer
                .mask
                .as_ref()
                .map_or(1.0, |mask| f32::from(mask.data()[index]) / 255.0);
            let opacity = layer.opacity * masked;
            let with_ink = if place == last {
                over(ink, pixel)
            } else {
                pixel
            };
            below = onto(below, pixel, opacity);
            inked = onto(inked, with_ink, opacity);
        }
        Some((below, inked))
    }

    pub(super) fn push_clip_rect(&mut self, rect: &Rect) {
        let Some(top) = self.clips.last() else { return };
        let bounds = intersection(top.bounds, *rect);
        let is_rect = top.is_rect;
        // A rectangle within other clips needs its path for their mask.
        let path = (!is_rect)
            .then(|| path_of(&rect.to_path(0.1)))
            .flatten()
            .map(|path| (path, tiny_skia::FillRule::Winding));
        self.clips.push(Clip {
            bounds,
            path,
            is_rect,
            mask: None,
        });
    }

    pub(super) fn push_clip_path(&mut self, clip: &ClipPath) {
        let Some(top) = self.clips.last() else { return };
        let path = path_of(&clip.path);
        // An empty path hides everything.
        let bounds = match path {
            Some(_) => intersection(top.bounds, clip.path.bounding_box()),
            None => Rect::ZERO,
        };
        self.clips.push(Clip {
            bounds,
            path: path.map(|path| (path, rule(clip.fill))),
            is_rect: false,
            mask: None,
        });
    }

    pub(super) fn pop_clip(&mut self) {
        if self.clips.len() > 1 {
            self.clips.pop();
        }
    }

    pub(super) fn push_group(
        &mut self,
        opacity: f32,
        mask: Option<&SoftMask<'_>>,
        blend: BlendMode,
    ) {
        let is_plain = opacity >= 1.0 && mask.is_none() && blend == BlendMode::Normal;
        if !is_plain
            && self.layers.len() < MAX_LAYERS
            && let Some(pixmap) = Pixmap::new(self.width, self.height)
        {
            let mask = mask.and_then(|mask| self.soft_mask(mask));
            self.layers.push(Layer {
                pixmap,
                opacity: opacity.clamp(0.0, 1.0),
                blend: blend_mode(blend),
                mask,
            });
            self.groups.push(Group::Layer);
        } else {
            self.groups.push(Group::Direct);
        }
    }

    pub(super) fn pop_group(&mut self) {
        if matches!(self.groups.pop(), Some(Group::Layer))
            && self.layers.len() > 1
            && let Some(layer) = self.layers.pop()
            && let Some(below) = self.layers.last_mut()
        {
            let paint = PixmapPaint {
                opacity: layer.opacity,
                blend_mode: layer.blend,
                quality: FilterQuality::Nearest,
            };
            let pixels = layer.pixmap.as_ref();
            let mask = layer.mask.as_ref();
            below
                .pixmap
                .draw_pixmap(0, 0, pixels, &paint, Transform::identity(), mask);
        }
    }

    /// Fills and strokes a path.
    pub(super) fn draw_path<'a>(
        &mut self,
        path: &BezPath,
        transform: Affine,
        paint: &Paint<'a>,
        mode: &DrawMode,
        soft_mask: Option<&SoftMask<'a>>,
        blend: BlendMode,
    ) {
        let (fill, stroke) = match mode {
            DrawMode::Fill(rule) => (Some(*rule), None),
            DrawMode::Stroke(props) => (None, Some(props)),
            DrawMode::FillAndStroke(rule, props) => (Some(*rule), Some(props)),
            DrawMode::Invisible => (None, None),
        };
        let width = stroke.map_or(0.0, |props| f64::from(props.line_width));
        let spread = if width.is_finite() { width } else { 0.0 };
        let bounds = transform
            .transform_rect_bbox(path.bounding_box().inflate(spread, spread))
            .inflate(1.0, 1.0);
        let Some(visible) = self.visible(bounds) else {
            return;
        };
        let Some(path) = path_of(path) else { return };
        let mask = self.mask(bounds, soft_mask);
        let stroke = stroke.map(stroke_of);
        for is_stroke in [false, true] {
            if (is_stroke && stroke.is_none()) || (!is_stroke && fill.is_none()) {
                continue;
            }
            let shader = self.shader(paint, visible, is_stroke);
            let Some(shader) = shader else { continue };
            let Some(layer) = self.layers.last_mut() else {
                continue;
            };
            let inverse = affine(transform).invert();
            let shader = match (&shader, inverse) {
                (Source::Colour(colour), _) => tiny_skia::Shader::SolidColor(*colour),
                // Shaders are in the space of the path.
                (
                    Source::Pixels {
                        pixmap,
                        transform: place,
                        opacity,
                        spread,
                    },
                    Some(inverse),
                ) => tiny_skia::Pattern::new(
                    pixmap.as_ref(),
                    *spread,
                    FilterQuality::Nearest,
                    *opacity,
                    inverse.pre_concat(*place),
                ),
                (Source::Pixels { .. }, None) => continue,
            };
            let paint = tiny_skia::Paint {
                shader,
                blend_mode: blend_mode(blend),
                ..tiny_skia::Paint::default()
            };
            match (&stroke, fill) {
                (Some(stroke), _) if is_stroke => layer.pixmap.stroke_path(
                    &path,
                    &paint,
                    stroke,
                    affine(transform),
                    mask.as_ref(),
                ),
                (_, Some(fill)) => layer.pixmap.fill_path(
                    &path,
                    &paint,
                    rule(fill),
                    affine(transform),
                    mask.as_ref(),
                ),
                _ => {}
            }
        }
    }

    /// Paints a picture. `transform` places its pixels.
    pub(super) fn draw_image(&mut self, image: Image<'_, '_>, transform: Affine) {
        let size = (image.width(), image.height());
        if u64::from(size.0) * u64::from(size.1) > MAX_PICTURE_PIXELS {
            return;
        }
        let area = Rect::new(0.0, 0.0, f64::from(size.0), f64::from(size.1));
        let bounds = transform.transform_rect_bbox(area);
        if self.visible(bounds).is_none() {
            return;
        }
        let wanted = Some((
            (bounds.width().ceil() as u32).max(1),
            (bounds.height().ceil() as u32).max(1),
        ));
        let mut pixmap = None;
        match &image {
            Image::Raster(raster) => {
                raster.with_rgba(
                    |image, alpha| pixmap = pixels_of_image(&image, alpha.as_ref()),
                    wanted,
                );
            }
            Image::Stencil(stencil) => {
                stencil.with_stencil(
                    |luma, paint| {
                        if let Paint::Color(colour) = paint {
                            pixmap = pixels_of_stencil(&luma, colour.to_rgba().components());
                        }
                    },
                    wanted,
                );
            }
        }
        let Some((pixmap, scale)) = pixmap else {
            return;
        };
        let mask = self.mask(bounds, None);
        let Some(layer) = self.layers.last_mut() else {
            return;
        };
        let place = affine(transform * Affine::scale_non_uniform(scale.0, scale.1));
        // Small pictures enlarge without blur, large ones shrink to their average.
        let paint = PixmapPaint {
            quality: FilterQuality::Bilinear,
            ..PixmapPaint::default()
        };
        layer
            .pixmap
            .draw_pixmap(0, 0, pixmap.as_ref(), &paint, place, mask.as_ref());
    }

    /// Returns the part of a box that can be painted now.
    fn visible(&self, bounds: Rect) -> Option<Rect> {
        let visible = intersection(bounds, self.clip_bounds());
        (bounds.is_finite() && visible.width() > 0.0 && visible.height() > 0.0).then_some(visible)
    }

    /// Returns the mask for a box: clips that cut it, and a soft mask.
    fn mask(&mut self, bounds: Rect, soft_mask: Option<&SoftMask<'_>>) -> Option<Mask> {
        let clip = self.clip_mask(bounds);
        let soft = soft_mask.and_then(|mask| self.soft_mask(mask));
        match (clip, soft) {
            (Some(mut clip), Some(soft)) => {
                for (one, other) in clip.data_mut().iter_mut().zip(soft.data()) {
                    *one = (u16::from(*one) * u16::from(*other) / 255) as u8;
                }
                Some(clip)
            }
            (one, other) => one.or(other),
        }
    }

    /// Returns the mask of all clips; `None` if they do not cut the box.
    fn clip_mask(&mut self, bounds: Rect) -> Option<Mask> {
        let top = self.clips.len().checked_sub(1)?;
        let page = Rect::new(0.0, 0.0, f64::from(self.width), f64::from(self.height));
        let on_page = intersection(bounds, page);
        if self.clips[top].is_rect && self.clips[top].bounds.contains_rect(on_page) {
            return None;
        }
        if self.clips[top].mask.is_none() {
            let mut mask = Mask::new(self.width, self.height)?;
            let bounds = self.clips[top].bounds;
            let outline = path_of(&bounds.to_path(0.1))?;
            let winding = tiny_skia::FillRule::Winding;
            mask.fill_path(&outline, winding, true, Transform::identity());
            for (path, rule) in self.clips.iter().filter_map(|clip| clip.path.as_ref()) {
                mask.intersect_path(path, *rule, true, Transform::identity());
            }
            self.clips[top].mask = Some(mask);
        }
        self.clips[top].mask.clone()
    }

    fn soft_mask<'a>(&mut self, soft: &SoftMask<'a>) -> Option<Mask> {
        let key = soft.cache_key();
        if let Some((_, mask)) = self.soft_mask.as_ref().filter(|(other, _)| *other == key) {
            return Some(mask.clone());
        }
        if self.nesting >= MAX_NESTING {
            return None;
        }
        let (width, height) = (f64::from(self.width), f64::from(self.height));
        let mut canvas = Canvas::new(width, height, false, self.nesting + 1)?;
        let kind = match soft.mask_type() {
            MaskType::Luminosity => {
                let [red, green, blue, _] = soft.background_color().to_rgba().components();
                canvas.layers[0]
                    .pixmap
                    .fill(colour([red, green, blue, 1.0]));
                tiny_skia::MaskType::Luminance
            }
            MaskType::Alpha => tiny_skia::MaskType::Alpha,
        };
        let mut painter = Painter { canvas };
        soft.interpret(&mut painter);
        let pixels = painter.canvas.finish()?;
        let mut mask = Mask::from_pixmap(pixels.as_ref(), kind);
        if let Some(function) = soft.transfer_function() {
            function.apply_to(mask.data_mut());
        }
        self.soft_mask = Some((key, mask.clone()));
        Some(mask)
    }

    /// Returns the pixels, with all groups in them.
    fn finish(mut self) -> Option<Pixmap> {
        while !self.groups.is_empty() {
            self.pop_group();
        }
        self.layers.pop().map(|layer| layer.pixmap)
    }

    /// Returns what a paint looks like in a box.
    fn shader(&self, paint: &Paint<'_>, bounds: Rect, is_stroke: bool) -> Option<Source> {
        match paint {
            Paint::Color(solid) => Some(Source::Colour(colour(solid.to_rgba().components()))),
            Paint::Pattern(pattern) => match &**pattern {
                Pattern::Shading(shading) => shading_pixels(shading, bounds),
                Pattern::Tiling(tiling) if self.nesting < MAX_NESTING => {
                    tile_pixels(tiling, is_stroke, self.nesting + 1)
                }
                Pattern::Tiling(_) => None,
            },
        }
    }
}

/// What a shape is filled with.
enum Source {
    Colour(tiny_skia::Color),
    Pixels {
        pixmap: Pixmap,
        transform: Transform,
        opacity: f32,
        spread: SpreadMode,
    },
}

fn shading_pixels(shading: &ShadingPattern, bounds: Rect) -> Option<Source> {
    let bounds = bounds.expand();
    let encoded = shading.encode();
    let mut data = Vec::new();
    let (width, height, place) = encoded.sample_texture(bounds, 1.0, |sample| {
        data.extend_from_slice(&premultiplied(sample));
    });
    let size = tiny_skia::IntSize::from_wh(width, height)?;
    Some(Source::Pixels {
        pixmap: Pixmap::from_vec(data, size)?,
        transform: affine(place),
        opacity: 1.0,
        spread: SpreadMode::Pad,
    })
}

fn tile_pixels(tiling: &TilingPattern<'_>, is_stroke: bool, nesting: u8) -> Option<Source> {
    let [a, b, c, d, _, _] = tiling.matrix.as_coeffs();
    let (across, down) = (a.hypot(b), c.hypot(d));
    let steps = (
        f64::from(tiling.x_step.abs()),
        f64::from(tiling.y_step.abs()),
    );
    let size = (
        (steps.0 * across).ceil().clamp(1.0, 2000.0),
        (steps.1 * down).ceil().clamp(1.0, 2000.0),
    );
    let scale = (size.0 / steps.0, size.1 / steps.1);
    let canvas = Canvas::new(size.0, size.1, false, nesting)?;
    let mut painter = Painter { canvas };
    let origin = tiling.bbox.origin();
    let into_tile =
        Affine::scale_non_uniform(scale.0, scale.1) * Affine::translate((-origin.x, -origin.y));
    tiling.interpret(&mut painter, into_tile, is_stroke)?;
    let place = tiling.matrix
        * Affine::translate((origin.x, origin.y))
        * Affine::scale_non_uniform(1.0 / scale.0, 1.0 / scale.1);
    Some(Source::Pixels {
        pixmap: painter.canvas.finish()?,
        transform: affine(place),
        opacity: tiling.opacity.clamp(0.0, 1.0),
        spread: SpreadMode::Repeat,
    })
}

/// Returns the pixels of a picture, and the size of one of them.
fn pixels_of_image(image: &ImageData, alpha: Option<&LumaData>) -> Option<(Pixmap, (f64, f64))> {
    let (width, height) = (image.width(), image.height());
    let alpha_at = |x: u32, y: u32| {
        alpha.map_or(255, |alpha| {
            // A mask may have more or fewer pixels than its picture.
            let x = u64::from(x) * u64::from(alpha.width) / u64::from(width.max(1));
            let y = u64::from(y) * u64::from(alpha.height) / u64::from(height.max(1));
            let index = y * u64::from(alpha.width) + x;
            alpha.data.get(index as usize).copied().unwrap_or(255)
        })
    };
    let mut data = Vec::with_capacity(width as usize * height as usize * 4);
    for y in 0..height {
        for x in 0..width {
            let index = y as usize * width as usize + x as usize;
            let [red, green, blue] = match image {
                ImageData::Rgb(rgb) => rgb
                    .data
                    .get(index * 3..index * 3 + 3)
                    .map_or([255; 3], |pixel| [pixel[0], pixel[1], pixel[2]]),
                ImageData::Luma(luma) => [luma.data.get(index).copied().unwrap_or(255); 3],
            };
            let alpha = alpha_at(x, y);
            let by_alpha = |value: u8| (u16::from(value) * u16::from(alpha) / 255) as u8;
            data.extend_from_slice(&[by_alpha(red), by_alpha(green), by_alpha(blue), alpha]);
        }
    }
    let (across, down) = image.scale_factors();
    let size = tiny_skia::IntSize::from_wh(width, height)?;
    Some((
        Pixmap::from_vec(data, size)?,
        (f64::from(across), f64::from(down)),
    ))
}

fn pixels_of_stencil(stencil: &LumaData, ink: [f32; 4]) -> Option<(Pixmap, (f64, f64))> {
    let mut data = Vec::with_capacity(stencil.data.len() * 4);
    for &alpha in &stencil.data {
        let alpha = ink[3] * f32::from(alpha) / 255.0;
        data.extend_from_slice(&premultiplied([ink[0], ink[1], ink[2], alpha]));
    }
    let size = tiny_skia::IntSize::from_wh(stencil.width, stencil.height)?;
    let (across, down) = stencil.scale_factors;
    Some((
        Pixmap::from_vec(data, size)?,
        (f64::from(across), f64::from(down)),
    ))
}

/// Returns a path for tiny-skia; `None` if it is empty or has numbers that are out of range.
fn path_of(path: &BezPath) -> Option<tiny_skia::Path> {
    const LARGEST: f64 = 1e6;
    let mut builder = tiny_skia::PathBuilder::new();
    let at = |point: Point| {
        let is_in_range = point.is_finite() && point.x.abs() < LARGEST && point.y.abs() < LARGEST;
        is_in_range.then_some((point.x as f32, point.y as f32))
    };
    for element in path.elements() {
        match *element {
            PathEl::MoveTo(to) => {
                let (x, y) = at(to)?;
                builder.move_to(x, y);
            }
            PathEl::LineTo(to) => {
                let (x, y) = at(to)?;
                builder.line_to(x, y);
            }
            PathEl::QuadTo(control, to) => {
                let ((x1, y1), (x, y)) = (at(control)?, at(to)?);
                builder.quad_to(x1, y1, x, y);
            }
            PathEl::CurveTo(first, second, to) => {
                let ((x1, y1), (x2, y2), (x, y)) = (at(first)?, at(second)?, at(to)?);
                builder.cubic_to(x1, y1, x2, y2, x, y);
            }
            PathEl::ClosePath => builder.close(),
        }
    }
    builder.finish()
}

fn stroke_of(props: &StrokeProps) -> Stroke {
    use hayro_interpret::kurbo::{Cap, Join};
    Stroke {
        width: props.line_width.clamp(0.0, 1e5),
        miter_limit: props.miter_limit.max(1.0),
        line_cap: match props.line_cap {
            Cap::Butt => LineCap::Butt,
            Cap::Square => LineCap::Square,
            Cap::Round => LineCap::Round,
        },
        line_join: match props.line_join {
            Join::Bevel => LineJoin::Bevel,
            Join::Miter => LineJoin::Miter,
            Join::Round => LineJoin::Round,
        },
        // Very short dashes would take long, and look like a line.
        dash: match &props.dash_array[..] {
            [] => None,
            dashes if dashes.iter().any(|dash| *dash < 0.05) => None,
            dashes if dashes.len() % 2 == 0 => StrokeDash::new(dashes.to_vec(), props.dash_offset),
            dashes => StrokeDash::new([dashes, dashes].concat(), props.dash_offset),
        },
    }
}

fn rule(rule: FillRule) -> tiny_skia::FillRule {
    match rule {
        FillRule::NonZero => tiny_skia::FillRule::Winding,
        FillRule::EvenOdd => tiny_skia::FillRule::EvenOdd,
    }
}

fn blend_mode(mode: BlendMode) -> tiny_skia::BlendMode {
    use tiny_skia::BlendMode as To;
    match mode {
        BlendMode::Normal => To::SourceOver,
        BlendMode::Multiply => To::Multiply,
        BlendMode::Screen => To::Screen,
        BlendMode::Overlay => To::Overlay,
        BlendMode::Darken => To::Darken,
        BlendMode::Lighten => To::Lighten,
        BlendMode::ColorDodge => To::ColorDodge,
        BlendMode::ColorBurn => To::ColorBurn,
        BlendMode::HardLight => To::HardLight,
        BlendMode::SoftLight => To::SoftLight,
        BlendMode::Difference => To::Difference,
        BlendMode::Exclusion => To::Exclusion,
        BlendMode::Hue => To::Hue,
        BlendMode::Saturation => To::Saturation,
        BlendMode::Color => To::Color,
        BlendMode::Luminosity => To::Luminosity,
    }
}

fn affine(transform: Affine) -> Transform {
    let [a, b, c, d, e, f] = transform.as_coeffs().map(|value| value as f32);
    Transform::from_row(a, b, c, d, e, f)
}

/// Returns the common part of two boxes, which may be empty.
fn intersection(one: Rect, other: Rect) -> Rect {
    let common = one.intersect(other);
    if common.is_finite() {
        common
    } else {
        Rect::ZERO
    }
}

fn colour(components: [f32; 4]) -> tiny_skia::Color {
    let [red, green, blue, alpha] = components.map(unit);
    tiny_skia::Color::from_rgba(red, green, blue, alpha).unwrap_or(tiny_skia::Color::TRANSPARENT)
}

/// Returns a number between 0 and 1.
fn unit(value: f32) -> f32 {
    if value.is_finite() {
        value.clamp(0.0, 1.0)
    } else {
        0.0
    }
}

fn premultiplied(components: [f32; 4]) -> [u8; 4] {
    let [red, green, blue, alpha] = components.map(unit);
    [red * alpha, green * alpha, blue * alpha, alpha].map(|value| (value * 255.0 + 0.5) as u8)
}

/// Returns the components of a pixel with its colour not multiplied by alpha.
fn straight(pixel: PremultipliedColorU8) -> [f32; 4] {
    let pixel = pixel.demultiply();
    [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()].map(|value| f32::from(value) / 255.0)
}

/// Composites a colour over another.
fn over(above: [f32; 4], below: [f32; 4]) -> [f32; 4] {
    let alpha = above[3] + below[3] * (1.0 - above[3]);
    let mix = |place: usize| {
        if alpha > 0.0 {
            (above[place] * above[3] + below[place] * below[3] * (1.0 - above[3])) / alpha
        } else {
            0.0
        }
    };
    [mix(0), mix(1), mix(2), alpha]
}

/// Composites a colour onto an opaque one.
fn onto(below: [f32; 3], above: [f32; 4], opacity: f32) -> [f32; 3] {
    let alpha = above[3] * opacity;
    [0, 1, 2].map(|place| above[place] * alpha + below[place] * (1.0 - alpha))
}
