//! A page's items to its content stream (ISO 32000-1, 7.8.2).
//!
//! What is on a page is a series of marked-content sequences (14.6): each is either a piece of a
//! structure element, numbered within the page, or an artifact. The operators in it are relative to
//! a graphics state, so that this module remembers what font, colour and line are set and says only
//! what changes. Here, and nowhere else, the page's downward `y` becomes PDF's upward one.

use std::ops::Range;
use std::sync::Arc;

use super::contour::{boxes, grid, separate_figures};
use super::font::{Cluster, Codes, FileGlyph, Fonts, OfFace, clusters, is_ignorable, meaning};
use super::tag;
use super::write::{Ref, Syntax};
use crate::geometry::{Colour, FillRule, Point, Pt, Segment, Shape, Size, Stroke};
use crate::layout::page::{
    Artifact, Content, Element, ElementId, Glyph, GlyphRun, Item, Page, Tag,
};
use crate::picture::Raster;

/// A page's content stream, before compression.
pub(super) struct PageContent {
    /// Its operators.
    pub operators: Vec<u8>,
    /// Its marked content: the element that each piece belongs to, by its number.
    pub marked: Vec<ElementId>,
    /// Where each marked-content sequence ends in the operators. The content can be cut there into
    /// several streams (7.8.2).
    pub ends: Vec<usize>,
}

/// A raster picture in the file.
pub(super) struct Image {
    pub raster: Arc<Raster>,
    /// The name by which pages call it.
    pub resource: String,
    /// Its object.
    pub object: Ref,
}

/// What stands in the header of page after page, drawn once (a form XObject; ISO 32000-1, 8.10).
pub(super) struct Drawing {
    /// Its shapes and their places on the page.
    pub shapes: Vec<(Point, Arc<Shape>)>,
    /// The name by which pages call it.
    pub resource: String,
    /// Its object.
    pub object: Ref,
}

impl Drawing {
    /// Draws on a page of this height.
    pub fn operators(shapes: &[(Point, Arc<Shape>)], height: Pt) -> Vec<u8> {
        let resources = Resources {
            fonts: Fonts {
                base: &[],
                own: &[],
            },
            images: [&[], &[]],
            drawings: &[],
        };
        let mut painter = Painter::new(height, resources);
        // Of the state that it is called in nothing is known.
        painter.out.raw("0 g 0 G 1 w[]0 d 0 J 0 j\n");
        for (at, shape) in shapes {
            painter.shape(*at, shape);
        }
        painter.out.0
    }
}

/// The shapes that a page's header begins with, and their places.
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

/// What pages draw with.
#[derive(Clone, Copy)]
pub(super) struct Resources<'a> {
    pub fonts: Fonts<'a>,
    /// The pictures of the base and of this leaflet.
    pub images: [&'a [Image]; 2],
    /// What headers share.
    pub drawings: &'a [Drawing],
}

impl<'a> Resources<'a> {
    /// Finds a picture: the same one, or else one that looks the same.
    pub fn image(&self, raster: &Arc<Raster>) -> Option<&'a Image> {
        let images = || self.images.into_iter().flatten();
        images()
            .find(|image| Arc::ptr_eq(&image.raster, raster))
            .or_else(|| images().find(|image| image.raster == *raster))
    }
}

/// Writes a page's content. Every glyph and picture must be among the resources.
pub(super) fn page(page: &Page, structure: &[Element], resources: Resources) -> PageContent {
    let mut painter = Painter::new(page.size.height, resources);
    painter.out.0.reserve(PAGE);
    let ends = painter.groups(&page.items, structure);
    PageContent {
        operators: painter.out.0,
        marked: painter.marked,
        ends,
    }
}

/// Bytes that most pages take.
const PAGE: usize = 16_384;

/// Writes some of a page's items, and leaves the graphics state as it was. `first` is the number of the
/// first marked content.
pub(super) fn part(
    items: &[Item],
    first: usize,
    height: Pt,
    structure: &[Element],
    resources: Resources,
) -> PageContent {
    let mut painter = Painter::new(height, resources);
    painter.first = first;
    painter.out.raw("q\n");
    let ends = painter.groups(items, structure);
    painter.out.raw("Q\n");
    PageContent {
        operators: painter.out.0,
        marked: painter.marked,
        ends,
    }
}

/// The frame of a fill has as many units to the point. A tenth of a point is 720 dots to the inch.
const FINE: f32 = 10.0;

/// Hundredths of a point: finer than any printer, and short to write.
pub(super) fn hundredths(length: f32) -> i64 {
    nearest(f64::from(length) * 100.0)
}

/// The nearest whole number, of two the one further from zero. `round` asks each time what the processor can do.
fn nearest(value: f64) -> i64 {
    let whole = value as i64;
    let rest = value - whole as f64;
    whole + i64::from(rest >= 0.5) - i64::from(rest <= -0.5)
}

/// What is set, in hundredths where it is a length.
struct State {
    fill: Colour,
    line: Line,
    font: Option<(usize, i64)>,
    rise: i64,
}

impl Default for State {
    /// As at the top of every page (8.4.1).
    fn default() -> State {
        let line = Line {
            colour: Colour::BLACK,
            width: 100,
            dash: Vec::new(),
            round: false,
        };
        State {
            fill: Colour::BLACK,
            line,
            font: None,
            rise: 0,
        }
    }
}

#[derive(PartialEq)]
struct Line {
    colour: Colour,
    width: i64,
    dash: Vec<i64>,
    round: bool,
}

impl From<&Stroke> for Line {
    fn from(stroke: &Stroke) -> Line {
        Line {
            colour: stroke.colour,
            width: hundredths(stroke.width.0),
            dash: stroke
                .dash
                .iter()
                .map(|length| hundredths(length.0))
                .collect(),
            round: stroke.round,
        }
    }
}

struct Painter<'a> {
    out: Syntax,
    marked: Vec<ElementId>,
    /// The number of the first marked content.
    first: usize,
    resources: Resources<'a>,
    height: f32,
    state: State,
    /// Where the current line of text begins, within a text object.
    line: Option<(i64, i64)>,
    /// The glyphs of the run at hand, where it is plain.
    plain: Vec<FileGlyph<'a>>,
    /// Where the pen is, in thousandths of an em from the start of the run.
    pen: f64,
    show: Show,
}

/// So far off, in thousandths of an em, a glyph may not stand: about a printer's dot in running text.
const SEEN: f64 = 8.5;

/// How far the operand of a `TJ` is written.
#[derive(Clone, Copy)]
enum Show {
    Nothing,
    Array,
    String,
}

impl<'a> Painter<'a> {
    fn new(height: Pt, resources: Resources<'a>) -> Painter<'a> {
        Painter {
            out: Syntax::default(),
            marked: Vec::new(),
            first: 0,
            resources,
            height: height.0,
            state: State::default(),
            line: None,
            plain: Vec::new(),
            pen: 0.0,
            show: Show::Nothing,
        }
    }

    /// Paints what headers share, if this one begins with it, and returns the rest.
    fn shared<'i>(&mut self, items: &'i [Item]) -> &'i [Item] {
        let shapes = header_shapes(items);
        let drawing = self
            .resources
            .drawings
            .iter()
            .find(|drawing| drawing.shapes == shapes);
        let Some(drawing) = drawing.filter(|_| !shapes.is_empty()) else {
            return items;
        };
        self.end_text();
        self.out.raw("/").raw(&drawing.resource).raw(" Do\n");
        &items[shapes.len()..]
    }

    /// Paints items, and tells where each marked-content sequence ends.
    fn groups(&mut self, items: &[Item], structure: &[Element]) -> Vec<usize> {
        let mut ends = Vec::new();
        for group in items.chunk_by(|one, next| one.tag == next.tag) {
            self.group(group, structure);
            ends.push(self.out.0.len());
        }
        self.end_text();
        ends
    }

    /// Paints consecutive items of one element, or of one kind of artifact.
    fn group(&mut self, items: &[Item], structure: &[Element]) {
        // Text objects and marked content nest, they never overlap (14.6.1).
        let only_text = items
            .iter()
            .all(|item| matches!(item.content, Content::Text(_)));
        if only_text {
            self.begin_text();
        } else {
            self.end_text();
        }
        match items[0].tag {
            Tag::Element(id) => {
                let number = (self.first + self.marked.len()) as i64;
                self.marked.push(id);
                let (role, _) = tag::standard(structure[id.0 as usize].role);
                self.out
                    .raw("/")
                    .raw(role)
                    .raw("<</MCID ")
                    .integer(number)
                    .raw(">>BDC\n");
            }
            Tag::Artifact(kind) => {
                let properties = match kind {
                    Artifact::Layout => "/Type/Layout",
                    Artifact::Header => "/Type/Pagination/Subtype/Header",
                    Artifact::Footer => "/Type/Pagination/Subtype/Footer",
                    Artifact::Repetition => "/Type/Pagination",
                };
                self.out.raw("/Artifact<<").raw(properties).raw(">>BDC\n");
            }
        }
        let rest = match items[0].tag {
            Tag::Artifact(Artifact::Header) => self.shared(items),
            _ => items,
        };
        for item in rest {
            match &item.content {
                Content::Text(run) => {
                    self.begin_text();
                    self.text(item.at, run);
                }
                Content::Shape(shape) => {
                    self.end_text();
                    self.shape(item.at, shape);
                }
                Content::Raster(raster, size) => {
                    self.end_text();
                    self.raster(item.at, raster, *size);
                }
            }
        }
        if !only_text {
            self.end_text();
        }
        self.out.raw("EMC\n");
    }

    fn begin_text(&mut self) {
        if self.line.is_none() {
            self.out.raw("BT\n");
            self.line = Some((0, 0));
        }
    }

    fn end_text(&mut self) {
        if self.line.take().is_some() {
            self.out.raw("ET\n");
        }
    }

    fn place(&mut self, at: Point) -> (i64, i64) {
        (hundredths(at.x.0), hundredths(self.height - at.y.0))
    }

    fn fill(&mut self, colour: Colour) {
        if self.state.fill != colour {
            self.state.fill = colour;
            self.colour(colour, " g\n", " rg\n");
        }
    }

    fn colour(&mut self, colour: Colour, grey: &str, rgb: &str) {
        let channel = |value: u8| (i64::from(value) * 1000 + 127) / 255;
        let Colour { red, green, blue } = colour;
        self.out.thousandths(channel(red));
        if red == green && green == blue {
            self.out.raw(grey);
        } else {
            self.out
                .raw(" ")
                .thousandths(channel(green))
                .raw(" ")
                .thousandths(channel(blue))
                .raw(rgb);
        }
    }

    fn text(&mut self, at: Point, run: &GlyphRun) {
        self.fill(run.colour);
        let (x, y) = self.place(at);
        let (from_x, from_y) = self.line.unwrap_or_default();
        self.out
            .hundredths(x - from_x)
            .raw(" ")
            .hundredths(y - from_y)
            .raw(" Td\n");
        self.line = Some((x, y));
        self.pen = 0.0;
        let held = self.resources.fonts.of(run.face);
        let mut plain = std::mem::take(&mut self.plain);
        if find_plain(run, &held, &mut plain) {
            self.glyphs(run, run.glyphs.iter().zip(plain.iter().copied()));
        } else {
            self.clusters(run, &held);
        }
        self.plain = plain;
        self.end_show();
    }

    /// Shows a run of which a part does not say itself what it spells.
    fn clusters(&mut self, run: &GlyphRun, held: &OfFace<'a>) {
        let drawn: Vec<Cluster> = clusters(run)
            .filter(|cluster| !cluster.is_invisible())
            .collect();
        if !in_reading_order(run) {
            self.spelled_out(run, &drawn, &run.text, held);
            return;
        }
        let spaces = |cluster: &Cluster| cluster.text.contains(char::is_whitespace);
        for word in drawn.chunk_by(|one, next| !spaces(one) && !spaces(next)) {
            if word.iter().all(|cluster| says_itself(cluster, run, held)) {
                self.glyphs(run, glyphs(run, word, held));
            } else {
                let bytes = word[0].range.start..word[word.len() - 1].range.end;
                self.spelled_out(run, word, run.text.get(bytes).unwrap_or_default(), held);
            }
        }
    }

    /// Shows glyphs that do not say themselves what they spell.
    fn spelled_out(&mut self, run: &GlyphRun, clusters: &[Cluster], text: &str, held: &OfFace<'a>) {
        self.end_show();
        self.out
            .raw("/Span<</ActualText")
            .utf16(text)
            .raw(">>BDC\n");
        self.glyphs(run, glyphs(run, clusters, held));
        self.end_show();
        self.out.raw("EMC\n");
    }

    /// Shows glyphs where they belong, as nearly as is seen: in whole thousandths of an em, against where
    /// the pen really is, so that errors never add up.
    fn glyphs<'r>(
        &mut self,
        run: &GlyphRun,
        glyphs: impl Iterator<Item = (&'r Glyph, FileGlyph<'a>)>,
    ) {
        let size = hundredths(run.size).max(1);
        let to_pen = 100_000.0 / size as f64;
        for (glyph, found) in glyphs {
            if self.state.font != Some((found.subset, size)) {
                self.end_show();
                self.state.font = Some((found.subset, size));
                self.out
                    .raw("/")
                    .raw(self.resources.fonts.resource(found.subset))
                    .raw(" ");
                self.out.hundredths(size).raw(" Tf\n");
            }
            let rise = if glyph.y == 0.0 {
                0
            } else {
                hundredths(glyph.y)
            };
            if self.state.rise != rise {
                self.end_show();
                self.state.rise = rise;
                self.out.hundredths(rise).raw(" Ts\n");
            }
            let off = self.pen - f64::from(glyph.x) * to_pen;
            if off.abs() >= SEEN {
                let adjustment = nearest(off);
                self.out.raw(match self.show {
                    Show::Nothing => "[",
                    Show::Array => " ",
                    Show::String => ")",
                });
                self.out.integer(adjustment);
                self.show = Show::Array;
                self.pen -= adjustment as f64;
            }
            match self.show {
                Show::Nothing => _ = self.out.raw("[("),
                Show::Array => _ = self.out.raw("("),
                Show::String => {}
            }
            self.show = Show::String;
            let [high, low] = found.number.to_be_bytes();
            if found.codes == Codes::Wide {
                self.out.string_byte(high);
            }
            self.out.string_byte(low);
            self.pen += found.width;
        }
    }

    fn end_show(&mut self) {
        self.out
            .raw(match std::mem::replace(&mut self.show, Show::Nothing) {
                Show::Nothing => "",
                Show::Array => "]TJ\n",
                Show::String => ")]TJ\n",
            });
    }

    fn shape(&mut self, at: Point, shape: &Shape) {
        let stroke = shape.stroke.as_ref().filter(|stroke| stroke.width.0 > 0.0);
        if shape.fill.is_none() && stroke.is_none() {
            return;
        }
        if let Some(colour) = shape.fill {
            self.fill(colour);
        }
        if let Some(stroke) = stroke {
            self.line(Line::from(stroke));
        }
        let even_odd = shape.fill_rule == FillRule::EvenOdd;
        let paint = match (shape.fill.is_some(), stroke.is_some(), even_odd) {
            (true, true, false) => "B\n",
            (true, true, true) => "B*\n",
            (true, false, false) => "f\n",
            (true, false, true) => "f*\n",
            (false, ..) => "S\n",
        };
        self.outline(at, shape, paint);
    }

    fn line(&mut self, line: Line) {
        let set = &self.state.line;
        let (width, dash) = (set.width != line.width, set.dash != line.dash);
        let (colour, round) = (set.colour != line.colour, set.round != line.round);
        if colour {
            self.colour(line.colour, " G\n", " RG\n");
        }
        if width {
            self.out.hundredths(line.width).raw(" w\n");
        }
        if dash {
            self.out.raw("[");
            for (place, &length) in line.dash.iter().enumerate() {
                self.out
                    .raw(if place == 0 { "" } else { " " })
                    .hundredths(length);
            }
            self.out.raw("]0 d\n");
        }
        if round {
            self.out
                .raw(if line.round { "1 J 1 j\n" } else { "0 J 0 j\n" });
        }
        self.state.line = line;
    }

    /// Writes an outline and paints it.
    ///
    /// What is more than a box is drawn in a frame of its own (8.3.4), from its first point: that takes
    /// fewer digits, and a dot that is drawn a hundred times is the same text a hundred times, which
    /// compression likes. In the frame of a mere fill a unit is a tenth of a point; a line would
    /// change its width with the unit.
    fn outline(&mut self, at: Point, shape: &Shape, paint: &str) {
        if let Some(boxes) = boxes(&shape.segments) {
            if let Some((side, squares)) = grid(&boxes) {
                let [left, top, ..] = boxes[0];
                let (x, y) = self.place(at + Point { x: left, y: top });
                let side = (f64::from(side) * 1000.0).round() as i64;
                self.out
                    .raw("q ")
                    .thousandths(side)
                    .raw(" 0 0 ")
                    .thousandths(side)
                    .raw(" ");
                self.out.hundredths(x).raw(" ").hundredths(y).raw(" cm\n");
                for [left, top, width, height] in squares {
                    self.out.integer(left).raw(" ").integer(-top).raw(" ");
                    self.out
                        .integer(width)
                        .raw(" ")
                        .integer(-height)
                        .raw(" re\n");
                }
                self.out.raw(paint).raw("Q\n");
                return;
            }
            for [left, top, width, height] in boxes {
                let (x, y) = self.place(at + Point { x: left, y: top });
                let (x_end, y_end) = self.place(
                    at + Point {
                        x: left + width,
                        y: top + height,
                    },
                );
                self.out.hundredths(x).raw(" ").hundredths(y).raw(" ");
                self.out
                    .hundredths(x_end - x)
                    .raw(" ")
                    .hundredths(y_end - y)
                    .raw(" re\n");
            }
            self.out.raw(paint);
            return;
        }
        if paint.starts_with('f') {
            for figure in separate_figures(&shape.segments) {
                self.framed(at, figure, paint, "q .1 0 0 .1 ", FINE);
            }
        } else {
            self.framed(at, &shape.segments, paint, "q 1 0 0 1 ", 1.0);
        }
    }

    /// Paints contours in a frame of their own, which has so many units to the point.
    fn framed(&mut self, at: Point, segments: &[Segment], paint: &str, frame: &str, units: f32) {
        let Some(&Segment::MoveTo(start)) = segments.first() else {
            return;
        };
        let (x, y) = self.place(at + start);
        self.out
            .raw(frame)
            .hundredths(x)
            .raw(" ")
            .hundredths(y)
            .raw(" cm\n");
        let is_fill = paint.starts_with('f');
        let fine = |length: Pt| nearest(f64::from(length.0 * FINE));
        let near = |point: Point| (fine(point.x - start.x), fine(start.y - point.y));
        let number = |out: &mut Syntax, value: i64| {
            if units == FINE {
                out.integer(value)
            } else {
                out.hundredths(value * 10)
            }
            .raw(" ");
        };
        let mut pen = None;
        for segment in segments {
            let (points, operator): (&[Point], &str) = match segment {
                Segment::MoveTo(to) => (&[*to], "m\n"),
                Segment::LineTo(to) => (&[*to], "l\n"),
                Segment::CurveTo(first, second, to) => (&[*first, *second, *to], "c\n"),
                // A fill closes its contours itself (8.5.3.1).
                Segment::Close if is_fill => continue,
                Segment::Close => (&[], "h\n"),
            };
            if is_fill && pen.is_some() && points.iter().all(|&point| Some(near(point)) == pen) {
                continue;
            }
            for &point in points {
                let (x, y) = near(point);
                number(&mut self.out, x);
                number(&mut self.out, y);
                pen = Some((x, y));
            }
            self.out.raw(operator);
        }
        self.out.raw(paint).raw("Q\n");
    }

    fn raster(&mut self, at: Point, raster: &Arc<Raster>, size: Size) {
        let Some(image) = self.resources.image(raster) else {
            return;
        };
        let (x, y) = self.place(Point {
            x: at.x,
            y: at.y + size.height,
        });
        self.out
            .raw("q ")
            .hundredths(hundredths(size.width.0))
            .raw(" 0 0 ");
        self.out.hundredths(hundredths(size.height.0)).raw(" ");
        self.out
            .hundredths(x)
            .raw(" ")
            .hundredths(y)
            .raw(" cm/")
            .raw(&image.resource)
            .raw(" Do Q\n");
    }
}

/// Finds the glyphs of a run, and tells whether every one by itself means in the whole file what it stands
/// for here, and they stand for the whole text from its start to its end.
fn find_plain<'a>(run: &GlyphRun, held: &OfFace<'a>, plain: &mut Vec<FileGlyph<'a>>) -> bool {
    plain.clear();
    plain.reserve(run.glyphs.len());
    let mut read = 0;
    for glyph in &run.glyphs {
        let range = glyph.text.start as usize..glyph.text.end as usize;
        let follows = range.start == read;
        read = range.end;
        let text = run.text.get(range).unwrap_or_default();
        let Some(found) = held.find(glyph.id).filter(|_| follows) else {
            return false;
        };
        // Nearly always both are one letter.
        let is_same = match (found.text.as_bytes(), text.as_bytes()) {
            ([one], [other]) => one == other,
            _ => found.text == text || found.text == meaning(text),
        };
        if !is_same {
            return false;
        }
        plain.push(found);
    }
    read == run.text.len()
}

/// Whether a cluster's glyph means in the whole file what it stands for here.
fn says_itself(cluster: &Cluster, run: &GlyphRun, held: &OfFace) -> bool {
    cluster.glyphs.len() == 1
        && held
            .find(run.glyphs[cluster.glyphs.start].id)
            .is_some_and(|found| found.text == meaning(cluster.text))
}

/// The glyphs of clusters, as far as the file has them.
fn glyphs<'r, 'a>(
    run: &'r GlyphRun,
    clusters: &[Cluster],
    held: &OfFace<'a>,
) -> impl Iterator<Item = (&'r Glyph, FileGlyph<'a>)> {
    let glyphs = clusters
        .iter()
        .flat_map(|cluster| &run.glyphs[cluster.glyphs.clone()]);
    glyphs.filter_map(|glyph| Some((glyph, held.find(glyph.id)?)))
}

/// Whether the glyphs, from left to right, stand for the whole text from its start to its end.
fn in_reading_order(run: &GlyphRun) -> bool {
    let undrawn = |range: Range<usize>| {
        run.text
            .get(range)
            .is_some_and(|gap| gap.chars().all(is_ignorable))
    };
    let mut read = 0;
    clusters(run).all(|cluster| {
        let follows = cluster.range.start == read || undrawn(read..cluster.range.start);
        read = cluster.range.end;
        follows
    }) && undrawn(read..run.text.len())
}
