//! Turns the items of a page into printpdf operations.
//!
//! A page is a series of marked-content sequences (ISO 32000-1, 14.6). Each is either a piece of a
//! structure element, numbered within the page, or an artifact. The painter remembers the graphics
//! state and emits only changes. The page's downward `y` becomes PDF's upward one here.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use lopdf::Object;
use printpdf::{
    Codepoint, Color, DictItem, Greyscale, Line, LineCapStyle, LineDashPattern, LineJoinStyle,
    LinePoint, Op, PaintMode, PdfFontHandle, Polygon, PolygonRing, Rgb, TextItem, WindingOrder,
    XObjectId, XObjectTransform,
};

use super::composite::{is_right_to_left, visual_text};
use super::font::{
    GlyphCluster, SubsetFont, SubsetGlyph, clusters, find_cluster, find_glyph, find_marks,
    searchable,
};
use super::image::Image;
use super::struct_tree;
use crate::font::{FaceId, is_never_drawn};
use crate::geometry::{Colour, FillRule, Point, Pt, Segment, Shape, Size, Stroke};
use crate::layout::page::{Artifact, Content, Element, ElementId, Glyph, GlyphRun, Item, Tag};

/// Shapes that the headers of several pages share, as a form XObject (8.10).
pub(super) struct SharedHeader {
    pub id: XObjectId,
    pub shapes: Vec<(Point, Arc<Shape>)>,
}

/// Fonts and pictures that pages can use.
#[derive(Clone, Copy)]
pub(super) struct Resources<'a> {
    /// Those of the prepared leaflet, and those of one leaflet only.
    pub fonts: [&'a [SubsetFont]; 2],
    pub images: [&'a [Image]; 2],
    pub header: Option<&'a SharedHeader>,
}

/// Operations of a page or of a part of it.
#[derive(Default)]
pub(super) struct Operations {
    pub ops: Vec<Op>,
    /// Element of each marked-content sequence.
    pub marked: Vec<ElementId>,
}

/// Paints items. Marked content is numbered from `first`. All glyphs and pictures must be among the
/// resources.
pub(super) fn paint(
    items: &[Item],
    first: usize,
    height: Pt,
    structure: &[Element],
    resources: Resources,
) -> Operations {
    let mut painter = Painter::new(height, resources);
    for group in items.chunk_by(|one, next| one.tag == next.tag) {
        painter.group(group, first, structure);
    }
    painter.end_text();
    Operations {
        ops: painter.ops,
        marked: painter.marked,
    }
}

/// Paints shapes that are not marked, for a form XObject.
pub(super) fn paint_shapes(shapes: &[(Point, Arc<Shape>)], height: Pt) -> Vec<Op> {
    let mut painter = Painter::without_resources(height);
    for (at, shape) in shapes {
        painter.shape(*at, shape);
    }
    painter.ops
}

/// Returns the shapes that the header of a page begins with.
pub(super) fn header_shapes(items: &[Item]) -> Vec<(Point, Arc<Shape>)> {
    let is_header = |item: &&Item| item.tag == Tag::Artifact(Artifact::Header);
    let shape = |item: &Item| match &item.content {
        Content::Shape(shape) => Some((item.at, Arc::clone(shape))),
        _ => None,
    };
    items
        .iter()
        .skip_while(|item| !is_header(item))
        .take_while(is_header)
        .map_while(shape)
        .collect()
}

/// Rounds a length to hundredths of a point: too fine to see, and short to write.
pub(super) fn round(length: f32) -> f32 {
    hundredths(length) as f32 / 100.0
}

fn hundredths(length: f32) -> i64 {
    (f64::from(length) * 100.0).round() as i64
}

/// Returns the width or the dash of a line. One longer than any page looks the same.
fn bounded_hundredths(length: f32) -> i64 {
    hundredths(length.min(100_000.0))
}

fn points(hundredths: i64) -> printpdf::Pt {
    printpdf::Pt(hundredths as f32 / 100.0)
}

/// Position error at which a `TJ` adjustment is emitted, in thousandths of an em: about one printer
/// dot in running text.
const VISIBLE_ERROR: f64 = 8.5;

/// Attributes of lines, with lengths in hundredths of a point.
#[derive(Clone, PartialEq)]
struct LineStyle {
    colour: Colour,
    width: i64,
    dash: Vec<i64>,
    round: bool,
}

impl From<&Stroke> for LineStyle {
    fn from(stroke: &Stroke) -> LineStyle {
        LineStyle {
            colour: stroke.colour,
            width: bounded_hundredths(stroke.width.0),
            dash: stroke
                .dash
                .iter()
                .map(|length| bounded_hundredths(length.0))
                .collect(),
            round: stroke.round,
        }
    }
}

/// The known part of the graphics state. At the start nothing is known, because the operations may
/// become a form that is painted in any state.
#[derive(Clone, Default)]
struct State<'a> {
    fill: Option<Colour>,
    line: Option<LineStyle>,
    /// Font, and size in hundredths of a point.
    font: Option<(&'a SubsetFont, i64)>,
    /// Hundredths of a point.
    rise: Option<i64>,
}

pub(super) struct Painter<'a> {
    ops: Vec<Op>,
    marked: Vec<ElementId>,
    resources: Resources<'a>,
    height: f32,
    state: State<'a>,
    /// States to restore.
    saved: Vec<State<'a>>,
    /// Start of the current line of text in hundredths of a point; `None` outside text objects.
    line: Option<(i64, i64)>,
    /// Position of the pen in thousandths of an em from the start of the run.
    pen: f64,
    /// Operands of the next `TJ`.
    show: Vec<TextItem>,
}

impl<'a> Painter<'a> {
    fn new(height: Pt, resources: Resources<'a>) -> Painter<'a> {
        Painter {
            ops: Vec::new(),
            marked: Vec::new(),
            resources,
            height: height.0,
            state: State::default(),
            saved: Vec::new(),
            line: None,
            pen: 0.0,
            show: Vec::new(),
        }
    }

    /// Creates a painter of shapes.
    pub(super) fn without_resources(height: Pt) -> Painter<'a> {
        let resources = Resources {
            fonts: [&[], &[]],
            images: [&[], &[]],
            header: None,
        };
        Painter::new(height, resources)
    }

    pub(super) fn into_ops(self) -> Vec<Op> {
        self.ops
    }

    pub(super) fn push(&mut self, op: Op) {
        self.ops.push(op);
    }

    pub(super) fn save(&mut self) {
        self.saved.push(self.state.clone());
        self.ops.push(Op::SaveGraphicsState);
    }

    /// Returns to the state before the last [`Painter::save`].
    pub(super) fn restore(&mut self) {
        self.state = self.saved.pop().unwrap_or_default();
        self.ops.push(Op::RestoreGraphicsState);
    }

    /// Paints consecutive items of one element, or of one kind of artifact.
    fn group(&mut self, items: &[Item], first: usize, structure: &[Element]) {
        // Text objects and marked content nest and never overlap (14.6.1).
        let is_text = |item: &Item| matches!(item.content, Content::Text(_));
        let only_text = items.iter().all(is_text);
        if only_text {
            self.begin_text();
        } else {
            self.end_text();
        }
        let mut items = items;
        match items[0].tag {
            Tag::Element(id) => {
                let number = (first + self.marked.len()) as i64;
                self.marked.push(id);
                let role = struct_tree::standard_type(structure[id.0 as usize].role);
                self.begin_marked(role, [("MCID", DictItem::Int(number))]);
            }
            Tag::Artifact(kind) => {
                let name = |name: &str| DictItem::Name(name.into());
                let kind_of = |kind: &str| ("Type", name(kind));
                match kind {
                    Artifact::Layout => self.begin_marked("Artifact", [kind_of("Layout")]),
                    Artifact::Repetition => self.begin_marked("Artifact", [kind_of("Pagination")]),
                    Artifact::Header | Artifact::Footer => {
                        let subtype = match kind {
                            Artifact::Header => "Header",
                            _ => "Footer",
                        };
                        let properties = [kind_of("Pagination"), ("Subtype", name(subtype))];
                        self.begin_marked("Artifact", properties);
                    }
                }
                if kind == Artifact::Header {
                    items = self.shared_header(items);
                }
            }
        }
        for item in items {
            match &item.content {
                Content::Text(run) => {
                    self.begin_text();
                    self.run(item.at, run);
                }
                Content::Shape(shape) => {
                    self.end_text();
                    self.shape(item.at, shape);
                }
                Content::Raster(_, size) => {
                    self.end_text();
                    self.xobject(item, *size, *size);
                }
                Content::Graphic(graphic) => {
                    self.end_text();
                    let unscaled = Size::new(Pt(1.0), Pt(1.0));
                    self.xobject(item, graphic.size, unscaled);
                }
            }
        }
        if !only_text {
            self.end_text();
        }
        self.ops.push(Op::EndMarkedContent);
    }

    fn begin_marked<const N: usize>(&mut self, tag: &str, properties: [(&str, DictItem); N]) {
        let map: BTreeMap<String, DictItem> = properties
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect();
        self.ops.push(Op::BeginMarkedContentWithProperties {
            tag: tag.to_owned(),
            properties: DictItem::Dict { map },
        });
    }

    /// Paints the shared header if the items begin with its shapes, and returns the other items.
    fn shared_header<'i>(&mut self, items: &'i [Item]) -> &'i [Item] {
        let Some(header) = self.resources.header else {
            return items;
        };
        if header_shapes(items) != header.shapes {
            return items;
        }
        self.end_text();
        self.ops.push(Op::UseXobject {
            id: header.id.clone(),
            transform: XObjectTransform {
                no_auto_scale: true,
                ..XObjectTransform::default()
            },
        });
        &items[header.shapes.len()..]
    }

    fn begin_text(&mut self) {
        if self.line.is_none() {
            self.ops.push(Op::StartTextSection);
            self.line = Some((0, 0));
        }
    }

    fn end_text(&mut self) {
        if self.line.take().is_some() {
            self.ops.push(Op::EndTextSection);
        }
    }

    /// Returns a position in hundredths of a point, with `y` upwards.
    fn position(&self, at: Point) -> (i64, i64) {
        (hundredths(at.x.0), hundredths(self.height - at.y.0))
    }

    fn point(&self, at: Point) -> printpdf::Point {
        let (x, y) = self.position(at);
        printpdf::Point {
            x: points(x),
            y: points(y),
        }
    }

    fn fill(&mut self, colour: Colour) {
        if self.state.fill != Some(colour) {
            self.state.fill = Some(colour);
            let col = device_colour(colour);
            self.ops.push(Op::SetFillColor { col });
        }
    }

    fn run(&mut self, at: Point, run: &GlyphRun) {
        self.fill(run.colour);
        let (x, y) = self.position(at);
        let (from_x, from_y) = self.line.unwrap_or_default();
        self.ops.push(Op::SetTextCursor {
            pos: printpdf::Point {
                x: points(x - from_x),
                y: points(y - from_y),
            },
        });
        self.line = Some((x, y));
        self.pen = 0.0;
        if let Some(glyphs) = self.plain_glyphs(run) {
            self.glyphs(run, run.glyphs.iter().zip(glyphs));
        } else {
            self.clusters(run);
        }
        self.end_show();
    }

    fn find(&self, face: FaceId, glyph: u16) -> Option<SubsetGlyph<'a>> {
        find_glyph(self.resources.fonts.into_iter().flatten(), face, glyph)
    }

    /// Returns the glyphs of a run if it needs no `/ActualText`. Each glyph then maps to the text
    /// that it draws, and together they draw the whole text in order.
    fn plain_glyphs(&self, run: &GlyphRun) -> Option<Vec<SubsetGlyph<'a>>> {
        let mut end = 0;
        let glyphs = run.glyphs.iter().map(|glyph| {
            let range = glyph.text.start as usize..glyph.text.end as usize;
            let follows = range.start == end;
            end = range.end;
            let text = run.text.get(range).unwrap_or_default();
            let found = self.find(run.face, glyph.id).filter(|_| follows)?;
            (found.text == text || found.text == searchable(text)).then_some(found)
        });
        let glyphs: Option<Vec<_>> = glyphs.collect();
        glyphs.filter(|_| end == run.text.len())
    }

    /// Shows a run in which some glyphs do not map to the text that they draw.
    fn clusters(&mut self, run: &GlyphRun) {
        let drawn: Vec<GlyphCluster> = clusters(run)
            .filter(|cluster| !cluster.is_invisible())
            .collect();
        if is_right_to_left(run) {
            self.right_to_left(run, &drawn);
            return;
        }
        if !in_reading_order(run) {
            self.with_actual_text(run, &drawn, &run.text);
            return;
        }
        let has_space = |cluster: &GlyphCluster| cluster.text.contains(char::is_whitespace);
        for word in drawn.chunk_by(|one, next| !has_space(one) && !has_space(next)) {
            if word.iter().all(|cluster| self.is_plain(cluster, run)) {
                self.cluster_glyphs(run, word);
            } else {
                let bytes = word[0].range.start..word[word.len() - 1].range.end;
                self.with_actual_text(run, word, run.text.get(bytes).unwrap_or_default());
            }
        }
    }

    /// Shows words from right to left, each cluster as one glyph. Faces with CFF outlines have no
    /// composite glyphs: a word that needs one gets its text as a whole.
    fn right_to_left(&mut self, run: &GlyphRun, clusters: &[GlyphCluster]) {
        let has_space = |cluster: &GlyphCluster| cluster.text.contains(char::is_whitespace);
        // PDFium sorts text objects from left to right. So several words have to be one object.
        let is_one_word = !clusters.iter().any(has_space);
        for word in clusters.chunk_by(|one, next| !has_space(one) && !has_space(next)) {
            let found = word.iter().map(|cluster| {
                let fonts = self.resources.fonts.into_iter().flatten();
                find_cluster(fonts, run, cluster)
            });
            let Some(found) = found.collect::<Option<Vec<_>>>() else {
                let text: String = word
                    .iter()
                    .map(|cluster| visual_text(cluster.text))
                    .collect();
                self.with_actual_text(run, word, &text);
                continue;
            };
            for (index, (at, found)) in found.into_iter().enumerate() {
                // Poppler would take a mark at the left end for a part of the text before it.
                if is_one_word && index > 0 {
                    self.marks(run, &word[index], at);
                }
                self.cluster_glyph(run, at, found);
            }
        }
    }

    fn cluster_glyph(&mut self, run: &GlyphRun, [x, y]: [Pt; 2], found: SubsetGlyph<'a>) {
        let (id, text) = (found.number, 0..0);
        let glyph = Glyph { id, x, y, text };
        self.glyphs(run, [(&glyph, found)].into_iter());
    }

    /// Shows the empty glyph for the marks of a cluster as a text object without a width.
    fn marks(&mut self, run: &GlyphRun, cluster: &GlyphCluster, at: [Pt; 2]) {
        let fonts = self.resources.fonts.into_iter().flatten();
        if let Some(found) = find_marks(fonts, run.face, cluster) {
            self.end_show();
            self.cluster_glyph(run, at, found);
            self.end_show();
        }
    }

    /// Returns whether a cluster is one glyph that maps to the cluster's text.
    fn is_plain(&self, cluster: &GlyphCluster, run: &GlyphRun) -> bool {
        let found = || self.find(run.face, run.glyphs[cluster.glyphs.start].id);
        cluster.glyphs.len() == 1
            && found().is_some_and(|found| found.text == searchable(cluster.text))
    }

    fn with_actual_text(&mut self, run: &GlyphRun, clusters: &[GlyphCluster], text: &str) {
        self.end_show();
        let units = [0xfeff].into_iter().chain(text.encode_utf16());
        let data = units.flat_map(u16::to_be_bytes).collect();
        self.begin_marked("Span", [("ActualText", DictItem::Bytes(data))]);
        self.cluster_glyphs(run, clusters);
        self.end_show();
        self.ops.push(Op::EndMarkedContent);
    }

    fn cluster_glyphs(&mut self, run: &GlyphRun, clusters: &[GlyphCluster]) {
        let glyphs: Vec<_> = clusters
            .iter()
            .flat_map(|cluster| &run.glyphs[cluster.glyphs.clone()])
            .filter_map(|glyph| Some((glyph, self.find(run.face, glyph.id)?)))
            .collect();
        self.glyphs(run, glyphs.into_iter());
    }

    /// Shows glyphs at their positions. Adjustments are whole thousandths of an em. They are computed from
    /// the actual position of the pen, so errors never add up.
    fn glyphs<'r>(
        &mut self,
        run: &GlyphRun,
        glyphs: impl Iterator<Item = (&'r Glyph, SubsetGlyph<'a>)>,
    ) {
        let size = hundredths(run.size.0).max(1);
        let to_pen = 100_000.0 / size as f64;
        for (glyph, found) in glyphs {
            self.font(found.font, size);
            self.rise(glyph.y.0);
            let error = self.pen - f64::from(glyph.x.0) * to_pen;
            if error.abs() >= VISIBLE_ERROR {
                let adjustment = error.round();
                self.show.push(TextItem::Offset(adjustment as f32));
                self.pen -= adjustment;
            }
            self.show_glyph(found);
            self.pen += found.width;
        }
    }

    fn font(&mut self, font: &'a SubsetFont, size: i64) {
        let is_set =
            |&(set, set_size): &(&SubsetFont, i64)| std::ptr::eq(set, font) && set_size == size;
        if self.state.font.as_ref().is_some_and(is_set) {
            return;
        }
        self.end_show();
        self.state.font = Some((font, size));
        self.ops.push(Op::SetFont {
            font: PdfFontHandle::External(font.id.clone()),
            size: points(size),
        });
    }

    fn rise(&mut self, rise: f32) {
        let rise = hundredths(rise);
        if self.state.rise.unwrap_or_default() != rise {
            self.end_show();
            self.state.rise = Some(rise);
            self.ops.push(Op::SetLineOffset {
                multiplier: points(rise).0,
            });
        }
    }

    /// Adds a glyph to the operands of `TJ`. printpdf encodes characters much shorter than glyph
    /// ids.
    fn show_glyph(&mut self, glyph: SubsetGlyph) {
        match (glyph.character, self.show.last_mut()) {
            (Some(character), Some(TextItem::Text(text))) => text.push(character),
            (Some(character), _) => self.show.push(TextItem::Text(character.into())),
            (None, last) => {
                let code = Codepoint::with_cid(glyph.number, 0.0, glyph.text.to_owned());
                match last {
                    Some(TextItem::GlyphIds(codes)) => codes.push(code),
                    _ => self.show.push(TextItem::GlyphIds(vec![code])),
                }
            }
        }
    }

    fn end_show(&mut self) {
        if !self.show.is_empty() {
            let items = std::mem::take(&mut self.show);
            self.ops.push(Op::ShowText { items });
        }
    }

    pub(super) fn shape(&mut self, at: Point, shape: &Shape) {
        if let Some(colour) = shape.fill {
            self.fill(colour);
            self.fill_outline(at, shape);
        }
        if let Some(stroke) = shape.stroke.as_ref().filter(|stroke| stroke.width.0 > 0.0) {
            self.line_style(LineStyle::from(stroke));
            for contour in contours(&shape.segments) {
                let is_closed = contour.contains(&Segment::Close);
                let points = self.contour(at, contour);
                self.ops.push(Op::DrawLine {
                    line: Line { points, is_closed },
                });
            }
        }
    }

    fn fill_outline(&mut self, at: Point, shape: &Shape) {
        if let Some([left, top, right, bottom]) = upright_box(&shape.segments) {
            let (x, y) = self.position(at + Point { x: left, y: top });
            let (x_end, y_end) = self.position(
                at + Point {
                    x: right,
                    y: bottom,
                },
            );
            self.ops.push(Op::DrawRectangle {
                rectangle: printpdf::Rect {
                    x: points(x),
                    y: points(y),
                    width: points(x_end - x),
                    height: points(y_end - y),
                    mode: Some(PaintMode::Fill),
                    winding_order: None,
                },
            });
            return;
        }
        let polygon = self.polygon(at, &shape.segments, shape.fill_rule);
        self.ops.push(Op::DrawPolygon { polygon });
    }

    /// Returns an outline to fill.
    pub(super) fn polygon(&self, at: Point, segments: &[Segment], rule: FillRule) -> Polygon {
        let rings = contours(segments).map(|contour| PolygonRing {
            points: self.contour(at, contour),
        });
        Polygon {
            rings: rings.collect(),
            mode: PaintMode::Fill,
            winding_order: match rule {
                FillRule::NonZero => WindingOrder::NonZero,
                FillRule::EvenOdd => WindingOrder::EvenOdd,
            },
        }
    }

    /// Returns the points of a contour. printpdf draws a curve where two points are marked as
    /// control points.
    fn contour(&self, at: Point, contour: &[Segment]) -> Vec<LinePoint> {
        let mut line = Vec::with_capacity(contour.len());
        let mut add = |point: Point, bezier: bool| {
            line.push(LinePoint {
                p: self.point(at + point),
                bezier,
            });
        };
        for segment in contour {
            match *segment {
                Segment::MoveTo(to) | Segment::LineTo(to) => add(to, false),
                Segment::CurveTo(first, second, to) => {
                    add(first, true);
                    add(second, true);
                    add(to, false);
                }
                Segment::Close => {}
            }
        }
        line
    }

    fn line_style(&mut self, style: LineStyle) {
        let set = self.state.line.as_ref();
        let changes =
            |same: fn(&LineStyle, &LineStyle) -> bool| set.is_none_or(|set| !same(set, &style));
        if changes(|one, other| one.colour == other.colour) {
            let col = device_colour(style.colour);
            self.ops.push(Op::SetOutlineColor { col });
        }
        if changes(|one, other| one.width == other.width) {
            let pt = points(style.width);
            self.ops.push(Op::SetOutlineThickness { pt });
        }
        if changes(|one, other| one.dash == other.dash) {
            let dash: Vec<f32> = style.dash.iter().map(|&length| points(length).0).collect();
            let dash = LineDashPattern::new(0.0, &dash);
            self.ops.push(Op::SetLineDashPattern { dash });
        }
        if changes(|one, other| one.round == other.round) {
            let (cap, join) = match style.round {
                true => (LineCapStyle::Round, LineJoinStyle::Round),
                false => (LineCapStyle::Butt, LineJoinStyle::Miter),
            };
            self.ops.push(Op::SetLineCapStyle { cap });
            self.ops.push(Op::SetLineJoinStyle { join });
        }
        self.state.line = Some(style);
    }

    /// Paints an image or a form of this size. `scale` is the size of its unit square.
    fn xobject(&mut self, item: &Item, size: Size, scale: Size) {
        let Some(image) = Image::find(self.resources.images, &item.content) else {
            return;
        };
        let at = self.point(Point {
            x: item.at.x,
            y: item.at.y + size.height,
        });
        self.ops.push(Op::UseXobject {
            id: image.id.clone(),
            transform: XObjectTransform {
                translate_x: Some(at.x),
                translate_y: Some(at.y),
                scale_x: Some(round(scale.width.0)),
                scale_y: Some(round(scale.height.0)),
                no_auto_scale: true,
                ..XObjectTransform::default()
            },
        });
    }
}

/// Converts a colour to the output intent's space. Equal channels are written as one grey value.
fn device_colour(colour: Colour) -> Color {
    let channel = |value: u8| (f32::from(value) / 255.0 * 1000.0).round() / 1000.0;
    let Colour { red, green, blue } = colour;
    if red == green && green == blue {
        Color::Greyscale(Greyscale::new(channel(red), None))
    } else {
        Color::Rgb(Rgb::new(channel(red), channel(green), channel(blue), None))
    }
}

/// Splits an outline into contours.
fn contours(segments: &[Segment]) -> impl Iterator<Item = &[Segment]> {
    segments.chunk_by(|_, next| !matches!(next, Segment::MoveTo(_)))
}

/// Returns left, top, right and bottom of an outline; `None` unless it is one upright rectangle.
fn upright_box(segments: &[Segment]) -> Option<[Pt; 4]> {
    use Segment::{Close, LineTo, MoveTo};
    let [MoveTo(a), LineTo(b), LineTo(c), LineTo(d), Close] = segments else {
        return None;
    };
    let is_box = (a.y == b.y && b.x == c.x && c.y == d.y && d.x == a.x)
        || (a.x == b.x && b.y == c.y && c.x == d.x && d.y == a.y);
    is_box.then(|| [a.x.min(c.x), a.y.min(c.y), a.x.max(c.x), a.y.max(c.y)])
}

/// Returns whether the glyphs, from left to right, draw the whole text in order.
fn in_reading_order(run: &GlyphRun) -> bool {
    let is_undrawn = |range: Range<usize>| {
        let gap = run.text.get(range);
        gap.is_some_and(|gap| gap.chars().all(is_never_drawn))
    };
    let mut end = 0;
    clusters(run).all(|cluster| {
        let follows = cluster.range.start == end || is_undrawn(end..cluster.range.start);
        end = cluster.range.end;
        follows
    }) && is_undrawn(end..run.text.len())
}

/// Converts a length to a PDF number.
pub(super) fn real(length: Pt) -> Object {
    Object::Real(round(length.0))
}

/// Returns the dictionary of a form XObject that covers a page.
pub(super) fn form_dictionary(size: Size) -> BTreeMap<String, DictItem> {
    let name = |name: &str| DictItem::Name(name.into());
    let sides = [0.0, 0.0, round(size.width.0), round(size.height.0)];
    let map = BTreeMap::new();
    let entries = [
        ("Type", name("XObject")),
        ("Subtype", name("Form")),
        ("BBox", DictItem::Array(sides.map(DictItem::Real).into())),
        ("Resources", DictItem::Dict { map }),
    ];
    BTreeMap::from(entries.map(|(key, value)| (key.to_owned(), value)))
}
