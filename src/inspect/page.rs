//! Reads the text of a page: size, place, colour against what is below, and tag of each run.

use std::collections::BTreeSet;

use flate2::{Decompress, FlushDecompress, Status};
use hayro_interpret::font::{Glyph, GlyphRun, PositionedGlyph, Type3Glyph};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::object::{Array, Dict, Name, Stream, String as PdfString};
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect, Shape, Vec2};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, Paint, RectExt, SoftMask, TransformExt, interpret_page,
};

use super::canvas::{Canvas, scale_of};
use super::is_name;
use super::strings::text_of;
use crate::geometry::Colour;
use crate::theme::contrast;

/// Maximum runs of a page. Later ones are not read.
const MAX_RUNS: usize = 100_000;
/// Text of this size in points may be a watermark below other text.
const WATERMARK: f64 = 48.0;
/// Height of a capital, and depth of a descender, in thousandths of an em.
const CAPITAL: f64 = 700.0;
const DESCENDER: f64 = 210.0;

/// The text of a page. Lengths are in points from the top left of the page as it is shown.
pub(super) struct PageText {
    /// Counts from 1.
    pub(super) number: u32,
    /// The finished sheet: the trim box, else the visible page.
    pub(super) sheet: Rect,
    pub(super) runs: Vec<TextRun>,
    /// Distances from the left of short upright lines at the top edge, which mark folds.
    pub(super) fold_marks: Vec<f64>,
    /// Whether there was more text than the limit.
    pub(super) is_cut: bool,
    /// Whether its content, or a part of it, could not be unpacked.
    pub(super) is_unread: bool,
}

/// Text that one operator shows.
#[derive(Clone, Debug)]
pub(super) struct TextRun {
    pub(super) text: String,
    /// Font size as it is seen.
    pub(super) size: f64,
    pub(super) bounds: Rect,
    /// Start and end of the baseline.
    pub(super) start: Point,
    pub(super) end: Point,
    /// Lowest contrast of a letter; `None` if it is not known.
    pub(super) contrast: Option<LetterContrast>,
    pub(super) tag: Tag,
    pub(super) is_visible: bool,
    /// Whether it is in a picture.
    pub(super) is_label: bool,
    /// Whether it is in a heading, or in an entry of a list of references.
    pub(super) is_set_apart: bool,
    /// Number of glyphs without Unicode.
    pub(super) unmapped: usize,
    /// `None` for a pattern.
    ink: Option<[u8; 4]>,
}

/// The contrast of a letter with what is below it.
#[derive(Clone, Copy, Debug)]
pub(super) struct LetterContrast {
    pub(super) ratio: f64,
    ground: Colour,
    ink: Colour,
}

impl LetterContrast {
    fn order(&self, other: &LetterContrast) -> std::cmp::Ordering {
        self.ratio.total_cmp(&other.ratio)
    }

    /// Whether the letter or what is below it has a colour other than grey.
    pub(super) fn is_coloured(&self) -> bool {
        // Greys of other programs have a slight tint, and so has black of four inks.
        const MOST: u8 = 16;
        [self.ground, self.ink].iter().any(|colour| {
            let channels = [colour.red, colour.green, colour.blue];
            let (least, most) = (channels.iter().min(), channels.iter().max());
            most.zip(least)
                .is_some_and(|(most, least)| most - least > MOST)
        })
    }

    /// Whether the letter is not lighter than what is below it.
    pub(super) fn is_dark(&self) -> bool {
        let lightness = |colour| contrast(colour, Colour::BLACK);
        lightness(self.ink) <= lightness(self.ground)
    }
}

/// The tag that holds a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    None,
    Artifact,
    /// Marked content with this id.
    Content(i64),
}

impl PageText {
    /// Returns the runs of some marked content.
    pub(super) fn runs_of<'p>(
        &'p mut self,
        contents: &'p BTreeSet<(u32, i64)>,
    ) -> impl Iterator<Item = &'p mut TextRun> {
        let number = self.number;
        self.runs.iter_mut().filter(move |run| match run.tag {
            Tag::Content(mcid) => contents.contains(&(number, mcid)),
            _ => false,
        })
    }
}

impl TextRun {
    /// Whether the text runs across the page and is upright.
    pub(super) fn is_upright(&self) -> bool {
        let along = self.end - self.start;
        along.x > 0.0 && along.y.abs() <= along.x * 0.02
    }

    /// Whether the next run belongs to this one: it follows on the line, and looks the same.
    fn is_continued_by(&self, next: &TextRun) -> bool {
        let gap = next.start - self.end;
        self.is_visible == next.is_visible
            && self.tag == next.tag
            && self.ink == next.ink
            && (self.size - next.size).abs() < self.size * 0.01
            && self.is_upright()
            && (next.is_upright() || next.start == next.end)
            && gap.y.abs() < self.size * 0.02
            && gap.x > self.size * -0.3
            && gap.x < self.size * 0.35
    }

    fn append(&mut self, next: TextRun) {
        if next.start.x - self.end.x > self.size * 0.15 && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
        self.text.push_str(&next.text);
        self.bounds = self.bounds.union(next.bounds);
        self.end = next.end;
        self.contrast = match (self.contrast, next.contrast) {
            (Some(one), Some(other)) if other.ratio < one.ratio => Some(other),
            (one, other) => one.or(other),
        };
        self.unmapped += next.unmapped;
    }

    /// Counts what is not a blank.
    pub(super) fn letters(&self) -> usize {
        let is_letter = |character: &char| !character.is_whitespace();
        self.text.chars().filter(is_letter).count()
    }
}

/// Reads a page.
pub(super) fn read_page<'a>(
    page: &'a Page<'a>,
    number: u32,
    cache: &InterpreterCache<'a>,
    settings: &InterpreterSettings,
) -> PageText {
    let (width, height) = page.render_dimensions();
    let (width, height) = (f64::from(width), f64::from(height));
    let scale = scale_of(width, height);
    let unit = page.raw().get::<f64>("UserUnit").unwrap_or(1.0);
    let unit = if unit > 0.0 && unit < 1000.0 {
        unit
    } else {
        1.0
    };
    let to_page = page.initial_transform(true).to_kurbo();
    let visible = Rect::new(0.0, 0.0, width, height);
    let trim = page
        .raw()
        .get::<hayro_interpret::hayro_syntax::object::Rect>("TrimBox")
        .map(|trim| {
            to_page
                .transform_rect_bbox(trim.to_kurbo())
                .intersect(visible)
        })
        .filter(|trim| trim.width() > 1.0 && trim.height() > 1.0);
    let sheet = Affine::scale(unit).transform_rect_bbox(trim.unwrap_or(visible));

    let mut reader = PageReader {
        canvas: Canvas::new(width * scale, height * scale, true, 0),
        to_points: unit / scale,
        sheet,
        runs: Vec::new(),
        fold_marks: Vec::new(),
        is_cut: false,
        marks: Vec::new(),
    };
    let area = Rect::new(0.0, 0.0, width * scale, height * scale);
    let transform = Affine::scale(scale) * to_page;
    let mut context = Context::new(transform, area, cache, page.xref(), settings.clone());
    interpret_page(page, &mut context, &mut reader);
    PageText {
        number,
        sheet,
        runs: reader.runs,
        fold_marks: reader.fold_marks,
        is_cut: reader.is_cut,
        is_unread: is_unread(page),
    }
}

/// Returns whether the content of a page, or a part of it, cannot be unpacked, or ends too early.
fn is_unread(page: &Page<'_>) -> bool {
    let contents = page.raw();
    match contents.get::<Array<'_>>("Contents") {
        None => contents.get::<Stream<'_>>("Contents").is_some_and(|part| {
            let read = page.page_stream().map_or(0, <[u8]>::len);
            is_lost(&part, read)
        }),
        Some(parts) => parts.iter::<Stream<'_>>().any(|part| {
            let read = part.decoded_data().map_or(0, |data| data.len());
            is_lost(&part, read)
        }),
    }
}

/// Returns whether nothing was read of a stream that is not empty, or not all of it.
fn is_lost(stream: &Stream<'_>, read: usize) -> bool {
    // Nothing at all takes some bytes, too, when it is packed.
    const LONGEST_NOTHING: usize = 16;
    let packed = stream.raw_data();
    match read {
        0 => packed.len() > LONGEST_NOTHING,
        _ => is_name(stream.dict(), "Filter", "FlateDecode") && ends_early(&packed),
    }
}

/// Returns whether packed bytes (RFC 1950) lack their end. A wrong checksum does not count: viewers ignore it.
fn ends_early(packed: &[u8]) -> bool {
    const HEADER: usize = 2;
    let mut unpacker = Decompress::new(false);
    let mut unpacked = [0; 1 << 14];
    let mut packed = packed.get(HEADER..).unwrap_or_default();
    loop {
        let (read, written) = (unpacker.total_in(), unpacker.total_out());
        match unpacker.decompress(packed, &mut unpacked, FlushDecompress::None) {
            Ok(Status::StreamEnd) => return false,
            Ok(_) => {}
            Err(_) => return true,
        }
        // It never reads more than it was given.
        let taken = usize::try_from(unpacker.total_in() - read).unwrap_or(packed.len());
        packed = &packed[taken.min(packed.len())..];
        if taken == 0 && unpacker.total_out() == written {
            return true;
        }
    }
}

struct PageReader {
    canvas: Option<Canvas>,
    /// Points per pixel.
    to_points: f64,
    sheet: Rect,
    runs: Vec<TextRun>,
    fold_marks: Vec<f64>,
    is_cut: bool,
    marks: Vec<Mark>,
}

/// A marked-content sequence.
struct Mark {
    is_artifact: bool,
    mcid: Option<i64>,
    /// Text that replaces what is shown. The first run takes it.
    actual_text: Option<String>,
    is_replaced: bool,
}

/// A glyph with its place in pixels.
struct Letter {
    text: Option<String>,
    /// From thousandths of an em to pixels.
    transform: Affine,
    /// In thousandths of an em.
    advance: f64,
    /// Size in pixels.
    size: f64,
}

impl PageReader {
    fn read_run(&mut self, run: &GlyphRun<'_, '_>, props: &DrawProps<'_>, mode: &DrawMode) {
        if self.runs.len() >= MAX_RUNS {
            self.is_cut = true;
            return;
        }
        let letters: Vec<Letter> = run
            .glyphs()
            .iter()
            .filter_map(|glyph| letter(glyph, props.transform))
            .collect();
        let (Some(first), Some(last)) = (letters.first(), letters.last()) else {
            return;
        };
        let points = Affine::scale(self.to_points);
        let start = points * first.transform * Point::ZERO;
        let end = points * last.transform * Point::new(last.advance, 0.0);
        let mut bounds: Option<Rect> = None;
        for letter in letters.iter().filter(|letter| !letter.is_blank()) {
            let cell = Rect::new(0.0, -DESCENDER, letter.advance.max(1.0), CAPITAL);
            let cell = (points * letter.transform).transform_rect_bbox(cell);
            bounds = Some(bounds.map_or(cell, |bounds| bounds.union(cell)));
        }
        let is_blank = bounds.is_none();
        let bounds = bounds.unwrap_or(Rect::from_points(start, end));
        if !bounds.is_finite() || !start.is_finite() || !end.is_finite() {
            return;
        }
        let sizes = letters.iter().map(|letter| letter.size);
        let size = middle(sizes.collect()) * self.to_points;
        // Fill and outline of a text are two runs.
        if matches!(mode, DrawMode::Stroke(_))
            && let Some(filled) = self.runs.last()
            && filled.start == start
            && filled.end == end
        {
            return;
        }
        let is_on = |area: Rect| {
            let common = bounds.intersect(area);
            common.width() > 0.0 && common.height() > 0.0
        };
        let is_visible = !matches!(mode, DrawMode::Invisible)
            && !is_blank
            && size > 0.5
            && is_on(self.sheet)
            && self.is_within_clip(&letters);
        let contrast = if is_visible {
            self.contrast(&letters, props)
        } else {
            None
        };
        let unmapped = letters
            .iter()
            .filter(|letter| letter.text.is_none())
            .count();
        let (text, unmapped) = match self.replacement() {
            Some(text) => (text, 0),
            None => (joined(&letters), unmapped),
        };
        let run = TextRun {
            text,
            size,
            bounds,
            start,
            end,
            contrast,
            tag: self.tag(),
            is_visible,
            is_label: false,
            is_set_apart: false,
            unmapped,
            ink: match &props.paint {
                Paint::Color(colour) => Some(colour.to_rgba().to_rgba8()),
                Paint::Pattern(_) => None,
            },
        };
        // Some programs show each letter by itself.
        match self.runs.last_mut() {
            Some(last) if last.is_continued_by(&run) => last.append(run),
            _ => self.runs.push(run),
        }
    }

    /// Returns whether clips leave a part of any letter.
    fn is_within_clip(&mut self, letters: &[Letter]) -> bool {
        let Some(canvas) = &mut self.canvas else {
            return true;
        };
        let middles = letters.iter().filter(|letter| !letter.is_blank());
        let middles = middles.map(|letter| {
            let middle = letter.transform * Point::new(letter.advance / 2.0, CAPITAL / 2.0);
            (middle.x, middle.y)
        });
        canvas.shows(&middles.collect::<Vec<_>>())
    }

    /// Returns the text that replaces this run: all of it for the first run, nothing for others.
    fn replacement(&mut self) -> Option<String> {
        let mark = self
            .marks
            .iter_mut()
            .rev()
            .find(|mark| mark.actual_text.is_some() || mark.is_replaced)?;
        mark.is_replaced = true;
        Some(mark.actual_text.take().unwrap_or_default())
    }

    fn tag(&self) -> Tag {
        if self.marks.iter().any(|mark| mark.is_artifact) {
            return Tag::Artifact;
        }
        let mcid = self.marks.iter().rev().find_map(|mark| mark.mcid);
        mcid.map_or(Tag::None, Tag::Content)
    }

    /// Returns the lowest contrast of a letter against what is painted below it.
    fn contrast(&self, letters: &[Letter], props: &DrawProps<'_>) -> Option<LetterContrast> {
        let canvas = self.canvas.as_ref()?;
        let Paint::Color(colour) = &props.paint else {
            return None;
        };
        if props.soft_mask.is_some() {
            return None;
        }
        let ink = colour.to_rgba().components();
        let of_letter = |letter: &Letter| {
            const ACROSS: u32 = 5;
            const DOWN: u32 = 6;
            let mut ratios = Vec::with_capacity((ACROSS * DOWN) as usize);
            let mut last: Option<LetterContrast> = None;
            for row in 0..DOWN {
                for column in 0..ACROSS {
                    let at = Point::new(
                        letter.advance * (f64::from(column) + 0.5) / f64::from(ACROSS),
                        CAPITAL * (f64::from(row) + 0.5) / f64::from(DOWN),
                    );
                    let at = letter.transform * at;
                    if at.x < 0.0 || at.y < 0.0 {
                        continue;
                    }
                    let Some((below, inked)) = canvas.sample(at.x as u32, at.y as u32, ink) else {
                        continue;
                    };
                    let (ground, ink) = (rounded(below), rounded(inked));
                    // Most letters are on one colour.
                    let measured = match last {
                        Some(same) if (same.ground, same.ink) == (ground, ink) => same,
                        _ => LetterContrast {
                            ratio: contrast(ground, ink),
                            ground,
                            ink,
                        },
                    };
                    last = Some(measured);
                    ratios.push(measured);
                }
            }
            // A line or an edge below a part of a letter leaves it readable.
            ratios.sort_by(LetterContrast::order);
            ratios.get(ratios.len() / 4).copied()
        };
        letters
            .iter()
            .filter(|letter| !letter.is_blank())
            .filter_map(of_letter)
            .min_by(LetterContrast::order)
    }

    /// Notes a shape that marks a fold.
    fn note_fold_mark(&mut self, shape: Rect) {
        let shape = Affine::scale(self.to_points).transform_rect_bbox(shape);
        let is_mark = shape.width() < 1.5
            && (5.0..25.0).contains(&shape.height())
            && (shape.y0 - self.sheet.y0).abs() < 1.0;
        if is_mark && self.fold_marks.len() < 10 {
            self.fold_marks.push(shape.center().x);
        }
    }

    /// Marks runs as hidden that something opaque covers.
    fn cover(&mut self, area: Rect) {
        let Some(canvas) = &self.canvas else { return };
        let area = area.intersect(canvas.clip_bounds());
        let area = Affine::scale(self.to_points).transform_rect_bbox(area);
        for run in &mut self.runs {
            if run.is_visible && area.contains_rect(run.bounds) {
                run.is_visible = false;
            }
        }
    }
}

impl Letter {
    fn is_blank(&self) -> bool {
        let text = self.text.as_deref();
        text.is_some_and(|text| text.chars().all(|c| c.is_whitespace() || c.is_control()))
    }
}

fn letter(glyph: &PositionedGlyph<'_>, transform: Affine) -> Option<Letter> {
    let transform = transform * glyph.transform();
    let [_, _, c, d, _, _] = transform.as_coeffs();
    if !transform.is_finite() || transform.determinant() == 0.0 {
        return None;
    }
    let text = match glyph.as_unicode() {
        Some(BfString::Char(character)) => Some(character.to_string()),
        Some(BfString::String(text)) => Some(text),
        None => None,
    };
    let text = text.filter(|text| !text.is_empty() && !text.contains(['\0', '\u{fffd}']));
    let (advance, size) = match &**glyph {
        Glyph::Outline(outline) => {
            let advance = f64::from(outline.advance_width().unwrap_or(500.0));
            (advance, c.hypot(d) * 1000.0)
        }
        Glyph::Type3(type3) => {
            let height = type3_height(type3, transform)?;
            // The advance is in the font's own units, so take half an em.
            (500.0, height / share_of_em(text.as_deref()))
        }
    };
    // A code without Unicode that shows nothing is a blank.
    let shows_nothing = || match &**glyph {
        Glyph::Outline(outline) => outline.outline().elements().is_empty(),
        Glyph::Type3(_) => false,
    };
    let text = text.or_else(|| shows_nothing().then(|| " ".to_owned()));
    Some(Letter {
        text,
        transform,
        advance,
        size,
    })
}

/// Returns the height of a letter as a share of the font size.
fn share_of_em(text: Option<&str>) -> f64 {
    match text.and_then(|text| text.chars().next()) {
        Some('a' | 'c' | 'e' | 'm' | 'n' | 'o' | 'r' | 's' | 'u' | 'v' | 'w' | 'x' | 'z') => 0.5,
        Some('j' | '(' | ')' | '[' | ']' | '{' | '}' | '|') => 0.95,
        _ => CAPITAL / 1000.0,
    }
}

/// Returns the height of a Type 3 glyph in pixels; `None` if it paints nothing.
fn type3_height(glyph: &Type3Glyph<'_>, transform: Affine) -> Option<f64> {
    let mut bounds = Bounds::default();
    let black = Paint::Color(hayro_interpret::color::Color::from_rgba(
        hayro_interpret::color::AlphaColor::BLACK,
    ));
    glyph.interpret(&mut bounds, transform, Affine::IDENTITY, &black);
    let bounds = bounds.area?;
    let along = transform * Point::new(1.0, 0.0) - transform * Point::ZERO;
    let height = if along.x.abs() >= along.y.abs() {
        bounds.height()
    } else {
        bounds.width()
    };
    Some(height).filter(|height| *height > 0.0)
}

/// Joins letters. A gap as wide as a blank is a blank.
fn joined(letters: &[Letter]) -> String {
    let mut text = String::new();
    let mut end: Option<Point> = None;
    for letter in letters {
        let start = letter.transform * Point::ZERO;
        if let Some(end) = end
            && (start - end).hypot() > letter.size * 0.15
            && (start - end).dot(advance_of(letter)) > 0.0
            && !text.ends_with(' ')
        {
            text.push(' ');
        }
        text.push_str(letter.text.as_deref().unwrap_or("\u{fffd}"));
        end = Some(letter.transform * Point::new(letter.advance, 0.0));
    }
    text
}

fn advance_of(letter: &Letter) -> Vec2 {
    letter.transform * Point::new(letter.advance, 0.0) - letter.transform * Point::ZERO
}

/// Returns the median.
fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// Returns the nearest colour of 24 bits.
fn rounded(components: [f32; 3]) -> Colour {
    let [red, green, blue] = components.map(|value| (value * 255.0 + 0.5) as u8);
    Colour::rgb(red, green, blue)
}

/// Returns whether a paint hides what is below it.
fn is_opaque(props: &DrawProps<'_>) -> bool {
    let is_solid =
        matches!(&props.paint, Paint::Color(colour) if colour.to_rgba().components()[3] >= 1.0);
    is_solid && props.soft_mask.is_none() && props.blend_mode == BlendMode::Normal
}

impl<'a> Device<'a> for PageReader {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        let shape = props.transform.transform_rect_bbox(path.bounding_box());
        if shape.is_finite() {
            self.note_fold_mark(shape);
        }
        if matches!(mode, DrawMode::Fill(_)) && is_opaque(&props) {
            let placed = props.transform * path.clone();
            let bounds = placed.bounding_box();
            // Only a rectangle fills its bounding box.
            if (placed.area().abs() - bounds.area()).abs() < bounds.area() * 0.001 {
                self.cover(bounds);
            }
        }
        let Some(canvas) = &mut self.canvas else {
            return;
        };
        let mask = props.soft_mask.as_ref();
        let (transform, blend) = (props.transform, props.blend_mode);
        canvas.draw_path(path, transform, &props.paint, mode, mask, blend);
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        if let Some(canvas) = &mut self.canvas {
            canvas.push_clip_path(clip);
        }
    }

    fn push_clip_rect(&mut self, rect: &Rect) {
        if let Some(canvas) = &mut self.canvas {
            canvas.push_clip_rect(rect);
        }
    }

    fn push_transparency_group(
        &mut self,
        opacity: f32,
        mask: Option<SoftMask<'a>>,
        blend: BlendMode,
    ) {
        if let Some(canvas) = &mut self.canvas {
            canvas.push_group(opacity, mask.as_ref(), blend);
        }
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.read_run(run, &props, mode);
        let is_large = self
            .runs
            .last()
            .is_some_and(|run| run.is_visible && run.size >= WATERMARK);
        if is_large {
            for positioned in run.glyphs() {
                if let Glyph::Outline(glyph) = &**positioned {
                    let outline = positioned.transform() * glyph.outline();
                    if let Some(canvas) = &mut self.canvas {
                        let blend = props.blend_mode;
                        canvas.draw_path(
                            &outline,
                            props.transform,
                            &props.paint,
                            mode,
                            props.soft_mask.as_ref(),
                            blend,
                        );
                    }
                }
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        if let Image::Raster(raster) = &image {
            let dict = raster.stream().dict();
            let is_opaque = !["SMask", "Mask", "SMaskInData"]
                .iter()
                .any(|key| dict.contains_key(key));
            let size = (f64::from(image.width()), f64::from(image.height()));
            let [a, b, c, d, _, _] = props.transform.as_coeffs();
            let is_straight = (b == 0.0 && c == 0.0) || (a == 0.0 && d == 0.0);
            if is_opaque && is_straight {
                let area = Rect::new(0.0, 0.0, size.0, size.1);
                self.cover(props.transform.transform_rect_bbox(area));
            }
        }
        if let Some(canvas) = &mut self.canvas {
            canvas.draw_image(image, props.transform);
        }
    }

    fn pop_clip(&mut self) {
        if let Some(canvas) = &mut self.canvas {
            canvas.pop_clip();
        }
    }

    fn pop_transparency_group(&mut self) {
        if let Some(canvas) = &mut self.canvas {
            canvas.pop_group();
        }
    }

    fn begin_marked_content(&mut self, tag: &[u8], properties: Option<&Dict<'_>>) {
        let mcid = properties.and_then(|properties| properties.get::<i32>("MCID"));
        let actual_text =
            properties.and_then(|properties| properties.get::<PdfString<'_>>("ActualText"));
        let actual_text = actual_text.map(|text| text_of(&text));
        self.marks.push(Mark {
            is_artifact: tag == b"Artifact",
            mcid: mcid.map(i64::from),
            actual_text,
            is_replaced: false,
        });
    }

    fn end_marked_content(&mut self) {
        self.marks.pop();
    }
}

/// Measures what a Type 3 glyph paints.
#[derive(Default)]
struct Bounds {
    area: Option<Rect>,
}

impl Bounds {
    fn add(&mut self, area: Rect) {
        if area.is_finite() {
            self.area = Some(self.area.map_or(area, |all| all.union(area)));
        }
    }
}

impl<'a> Device<'a> for Bounds {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, _: &DrawMode) {
        self.add(props.transform.transform_rect_bbox(path.bounding_box()));
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        for glyph in run.glyphs() {
            if let Glyph::Outline(outline) = &**glyph {
                let transform = props.transform * glyph.transform();
                self.add(transform.transform_rect_bbox(outline.outline().bounding_box()));
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let area = Rect::new(0.0, 0.0, image.width().into(), image.height().into());
        self.add(props.transform.transform_rect_bbox(area));
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

/// Returns a name as text.
pub(super) fn name_text(name: &Name<'_>) -> String {
    String::from_utf8_lossy(name.as_ref()).into_owned()
}
