//! Drawings: SVG to painted outlines.
//!
//! The XML is first searched for what has no place in a leaflet and for what grows without bound
//! when it is expanded. What is left goes through usvg, which resolves styles, `use` and units, and
//! comes out as outlines in one flat list. Opacity is painted onto white paper, which is what a
//! drawing stands on.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::sync::Arc;

use usvg::fontdb;
use usvg::roxmltree::{self, Document, Node};
use usvg::tiny_skia_path::{self, PathSegment, Transform};

use super::{PictureError, Vector};
use crate::font::{Faces, Weight};
use crate::geometry::{Colour, FillRule, Point, Pt, Segment, Shape, Size, Stroke};

const MAX_BYTES: usize = 2 * 1024 * 1024;
const MAX_DEPTH: usize = 64;
/// Elements and parts of paths after all `use` elements are replaced.
const MAX_EXPANDED: u64 = 400_000;
/// Segments of all outlines together.
const MAX_SEGMENTS: usize = 400_000;
/// How far a shape may reach over the edge of the drawing, as a part of its width or height.
const OVERHANG: f32 = 0.02;

/// Whether this may be an SVG file, from its beginning.
pub(super) fn looks_like_svg(data: &[u8]) -> bool {
    let head = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data).trim_ascii_start();
    head.starts_with(b"<")
}

pub(super) fn read(
    data: &[u8],
    labels: &BTreeMap<String, String>,
    faces: &Faces,
) -> Result<Vector, PictureError> {
    if data.len() > MAX_BYTES {
        return Err(PictureError::TooLarge(format!("more than {} MB", MAX_BYTES / 1024 / 1024)));
    }
    let text = std::str::from_utf8(data)
        .map_err(|error| PictureError::Unreadable(format!("byte {} is not UTF-8", error.valid_up_to())))?;
    let document = parse(text)?;
    check(&document)?;
    if labels.is_empty() {
        return convert(&document, Some(faces));
    }
    let labelled = fill_labels(&document, labels)?;
    convert(&parse(&labelled)?, Some(faces))
}

/// Reads a drawing of the program itself, which has no text.
pub(super) fn read_own(text: &str) -> Result<Vec<Shape>, PictureError> {
    convert(&parse(text)?, None).map(|vector| vector.shapes)
}

fn parse(text: &str) -> Result<Document<'_>, PictureError> {
    Document::parse(text).map_err(|error| match error {
        roxmltree::Error::DtdDetected => {
            unsafe_at("it declares a document type or entities", text.find("<!DOCTYPE"))
        }
        error => PictureError::Unreadable(error.to_string()),
    })
}

fn unsafe_at(reason: impl Into<String>, at: Option<usize>) -> PictureError {
    PictureError::Unsafe { reason: reason.into(), at }
}

/// Refuses what could run, reach out or explode.
fn check(document: &Document) -> Result<(), PictureError> {
    let mut ids: HashMap<&str, Node> = HashMap::new();
    for node in document.descendants() {
        let at = Some(node.range().start);
        if node.is_pi() {
            return Err(unsafe_at("it has a processing instruction", at));
        }
        if !node.is_element() {
            continue;
        }
        if node.ancestors().nth(MAX_DEPTH).is_some() {
            return Err(unsafe_at(format!("it is nested deeper than {MAX_DEPTH} levels"), at));
        }
        check_element(node)?;
        if let Some(id) = node.attribute("id") {
            ids.entry(id).or_insert(node);
        }
    }
    let mut known = HashMap::new();
    let expanded = expanded(document.root_element(), &ids, &mut known, 0)?;
    if expanded > MAX_EXPANDED {
        return Err(unsafe_at("it grows beyond all bounds when its `use` elements are replaced", None));
    }
    Ok(())
}

fn check_element(node: Node) -> Result<(), PictureError> {
    let at = Some(node.range().start);
    let name = node.tag_name().name();
    match name.to_ascii_lowercase().as_str() {
        "script" => return Err(unsafe_at("it contains a script", at)),
        "foreignobject" | "iframe" | "object" | "embed" | "audio" | "video" | "handler" | "listener" => {
            return Err(unsafe_at(format!("it contains foreign content (`{name}`)"), at));
        }
        "animate" | "animatetransform" | "animatemotion" | "animatecolor" | "set" => {
            return Err(PictureError::Unsupported("animation".to_owned()));
        }
        // On a path of extreme length usvg does not come to an end.
        "textpath" => return Err(PictureError::Unsupported("text along a path".to_owned())),
        "style" => {
            for text in node.children().filter_map(|child| child.text()) {
                check_css(text, at)?;
            }
        }
        _ => {}
    }
    for attribute in node.attributes() {
        let at = Some(attribute.range().start);
        let (name, value) = (attribute.name(), attribute.value().trim());
        if name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("on")) {
            return Err(unsafe_at(format!("it has an event handler (`{name}`)"), at));
        }
        if name.eq_ignore_ascii_case("href") {
            let is_picture = value.starts_with("data:image/");
            if is_picture && matches!(node.tag_name().name(), "image" | "feImage") {
                return Err(PictureError::Unsupported("a raster picture inside the drawing".to_owned()));
            }
            if !value.starts_with('#') {
                return Err(unsafe_at("it refers to something outside the drawing", at));
            }
        }
        check_css(value, at)?;
    }
    Ok(())
}

/// Looks for references out of the drawing in a style sheet or an attribute.
fn check_css(css: &str, at: Option<usize>) -> Result<(), PictureError> {
    if !css.contains(['(', '@', '\\', ':']) {
        return Ok(());
    }
    let css = css.to_ascii_lowercase();
    // An escape could spell any of the words below.
    let leads_out = css.contains("@import")
        || css.contains('\\')
        || css.contains("javascript:")
        || css
            .split("url(")
            .skip(1)
            .any(|inside| !inside.trim_start().trim_start_matches(['"', '\'']).trim_start().starts_with('#'));
    if leads_out { Err(unsafe_at("it refers to something outside the drawing", at)) } else { Ok(()) }
}

/// Counts elements and parts of paths as they are once every `use` is replaced by what it refers to.
fn expanded<'a>(
    node: Node<'a, '_>,
    ids: &HashMap<&str, Node<'a, '_>>,
    known: &mut HashMap<usize, Option<u64>>,
    depth: usize,
) -> Result<u64, PictureError> {
    let at = Some(node.range().start);
    if depth > 4 * MAX_DEPTH {
        return Err(unsafe_at("its `use` elements refer to each other too deeply", at));
    }
    match known.insert(node.id().get_usize(), None) {
        Some(Some(count)) => {
            known.insert(node.id().get_usize(), Some(count));
            return Ok(count);
        }
        Some(None) => return Err(unsafe_at("a `use` element refers to itself", at)),
        None => {}
    }
    // One part of a path takes about eight characters.
    let drawn = ["d", "points"].iter().filter_map(|name| node.attribute(*name)).map(str::len).sum::<usize>();
    let mut count = 1 + drawn as u64 / 8;
    for child in node.children().filter(Node::is_element) {
        count = count.saturating_add(expanded(child, ids, known, depth + 1)?);
    }
    for target in referred_to(node).filter_map(|id| ids.get(id)) {
        count = count.saturating_add(expanded(*target, ids, known, depth + 1)?);
    }
    // A marker stands at every corner of a path.
    let markers = node.attributes().filter(|attribute| attribute.name().starts_with("marker"));
    if markers.count() > 0 {
        count = count.saturating_mul(1 + drawn as u64 / 8);
    }
    known.insert(node.id().get_usize(), Some(count));
    Ok(count)
}

/// The ids of what an element draws besides itself.
fn referred_to<'a>(node: Node<'a, '_>) -> impl Iterator<Item = &'a str> {
    let is_use = node.tag_name().name() == "use";
    node.attributes().filter_map(move |attribute| {
        if is_use && attribute.name() == "href" {
            attribute.value().trim().strip_prefix('#')
        } else if attribute.name().starts_with("marker") {
            let inside = attribute.value().split_once('#')?.1;
            Some(inside.trim_end_matches([')', '"', '\'', ' ']))
        } else {
            None
        }
    })
}

/// The drawing with other words in its texts.
fn fill_labels(document: &Document, labels: &BTreeMap<String, String>) -> Result<String, PictureError> {
    let source = document.input_text();
    let texts: Vec<(&str, Node)> = document
        .descendants()
        .filter(|node| matches!(node.tag_name().name(), "text" | "tspan"))
        .filter_map(|node| Some((node.attribute("id")?, node)))
        .collect();
    if let Some(id) = labels.keys().find(|id| !texts.iter().any(|(known, _)| known == id)) {
        let known = texts.iter().map(|(id, _)| (*id).to_owned()).collect();
        return Err(PictureError::UnknownLabel { id: id.clone(), known });
    }
    let mut filled = String::with_capacity(source.len());
    let mut done = 0;
    for (id, node) in texts {
        let Some(label) = labels.get(id) else { continue };
        let range = node.range();
        // A text inside one that was replaced is gone.
        if range.start < done {
            continue;
        }
        match (node.first_child(), node.last_child()) {
            (Some(first), Some(last)) => {
                filled.push_str(&source[done..first.range().start]);
                push_escaped(label, &mut filled);
                done = last.range().end;
            }
            _ => {
                let element = &source[range.clone()];
                let name = element[1..]
                    .split(|c: char| c.is_whitespace() || c == '/' || c == '>')
                    .next()
                    .unwrap_or("text");
                let open = element
                    .trim_end_matches(&format!("</{name}>"))
                    .trim_end_matches('>')
                    .trim_end_matches('/');
                let _ = write!(filled, "{}{open}>", &source[done..range.start]);
                push_escaped(label, &mut filled);
                let _ = write!(filled, "</{name}>");
                done = range.end;
            }
        }
    }
    filled.push_str(&source[done..]);
    Ok(filled)
}

fn push_escaped(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // XML has no way to write other control characters.
            character if character.is_control() => out.push(' '),
            character => out.push(character),
        }
    }
}

fn convert(document: &Document, faces: Option<&Faces>) -> Result<Vector, PictureError> {
    let mut options = usvg::Options::default();
    if let Some(faces) = faces
        && document.descendants().any(|node| node.tag_name().name() == "text")
    {
        use_faces(&mut options, faces);
    }
    let tree = usvg::Tree::from_xmltree(document, &options).map_err(|error| match error {
        usvg::Error::ElementsLimitReached => unsafe_at("it has too many elements", None),
        error => PictureError::Unreadable(error.to_string()),
    })?;
    let size = Size { width: Pt(tree.size().width()), height: Pt(tree.size().height()) };
    let mut painter = Painter { size, faces, shapes: Vec::new(), painted: Vec::new(), segments: 0 };
    painter.group(tree.root(), 1.0)?;
    Ok(Vector { size, shapes: painter.shapes })
}

/// Sets text in our faces and no others, whatever the drawing asks for.
fn use_faces(options: &mut usvg::Options, faces: &Faces) {
    let mut ids: Vec<(fontdb::ID, Weight, String)> = Vec::new();
    let database = options.fontdb_mut();
    for (_, face) in faces.iter() {
        let loaded = database.load_font_source(fontdb::Source::Binary(Arc::new(face.data.clone())));
        ids.extend(loaded.iter().map(|id| (*id, face.weight, face.family.clone())));
    }
    let fallbacks = ids.clone();
    options.font_resolver = usvg::FontResolver {
        select_font: Box::new(move |font, _| {
            let weight = if font.weight() >= 600 { Weight::Bold } else { Weight::Regular };
            let is_asked_for = |family: &str| {
                font.families()
                    .iter()
                    .any(|asked| matches!(asked, usvg::FontFamily::Named(name) if name == family))
            };
            let of_weight = || ids.iter().filter(|(_, known, _)| *known == weight);
            let named = of_weight().find(|(_, _, family)| is_asked_for(family));
            named.or_else(|| of_weight().next()).or(ids.first()).map(|(id, _, _)| *id)
        }),
        select_fallback: Box::new(move |character, used, database| {
            let weight =
                fallbacks.iter().find(|(id, _, _)| used.first() == Some(id)).map(|(_, weight, _)| *weight);
            let has = |id: fontdb::ID| {
                database
                    .with_face_data(id, |data, index| {
                        use skrifa::MetadataProvider;
                        skrifa::FontRef::from_index(data, index).is_ok_and(|font| {
                            font.charmap().map(character).is_some_and(|glyph| glyph.to_u32() != 0)
                        })
                    })
                    .unwrap_or(false)
            };
            fallbacks
                .iter()
                .filter(|(id, known, _)| weight.is_none_or(|weight| weight == *known) && !used.contains(id))
                .map(|(id, _, _)| *id)
                .find(|id| has(*id))
        }),
    };
}

/// Takes a tree of painted groups apart into shapes.
struct Painter<'a> {
    size: Size,
    faces: Option<&'a Faces>,
    shapes: Vec<Shape>,
    /// Bounds of what is painted in any colour but white.
    painted: Vec<usvg::Rect>,
    segments: usize,
}

impl Painter<'_> {
    fn group(&mut self, group: &usvg::Group, opacity: f32) -> Result<(), PictureError> {
        let unsupported = |what: &str| Err(PictureError::Unsupported(what.to_owned()));
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
                    self.group(text.flattened(), opacity)?;
                }
            }
        }
        Ok(())
    }

    fn check_text(&self, text: &usvg::Text) -> Result<(), PictureError> {
        let mut characters = text.chunks().iter().flat_map(|chunk| chunk.text().chars());
        let is_missing = |character: &char| self.faces.is_none_or(|faces| !faces.covers(*character));
        characters.find(is_missing).map_or(Ok(()), |character| Err(PictureError::MissingGlyph(character)))
    }

    fn path(&mut self, path: &usvg::Path, opacity: f32) -> Result<(), PictureError> {
        if !path.is_visible() || !self.is_inside(path.abs_bounding_box())? {
            return Ok(());
        }
        let fill = |painter: &mut Self| path.fill().map_or(Ok(()), |fill| painter.fill(path, fill, opacity));
        let stroke =
            |painter: &mut Self| path.stroke().map_or(Ok(()), |stroke| painter.stroke(path, stroke, opacity));
        match path.paint_order() {
            usvg::PaintOrder::FillAndStroke => {
                fill(self)?;
                stroke(self)
            }
            usvg::PaintOrder::StrokeAndFill => {
                stroke(self)?;
                fill(self)
            }
        }
    }

    /// Whether a shape is on the drawing at all; one that is cut by its edge cannot be placed.
    fn is_inside(&self, bounds: usvg::Rect) -> Result<bool, PictureError> {
        let (width, height) = (self.size.width.0, self.size.height.0);
        let outside =
            bounds.right() < 0.0 || bounds.bottom() < 0.0 || bounds.left() > width || bounds.top() > height;
        if outside {
            return Ok(false);
        }
        let over = OVERHANG * width.max(height);
        let is_cut = bounds.left() < -over
            || bounds.top() < -over
            || bounds.right() > width + over
            || bounds.bottom() > height + over;
        if is_cut {
            return Err(PictureError::Unsupported(
                "shapes that reach over the edge of its view box".to_owned(),
            ));
        }
        Ok(true)
    }

    fn fill(&mut self, path: &usvg::Path, fill: &usvg::Fill, opacity: f32) -> Result<(), PictureError> {
        let rule = match fill.rule() {
            usvg::FillRule::NonZero => FillRule::NonZero,
            usvg::FillRule::EvenOdd => FillRule::EvenOdd,
        };
        let bounds = path.data().bounds();
        if bounds.width() == 0.0 || bounds.height() == 0.0 {
            return Ok(());
        }
        let opacity = opacity * fill.opacity().get();
        let Some(colour) = self.colour(fill.paint(), opacity, path.abs_bounding_box())? else {
            return Ok(());
        };
        let segments = self.outline(path.data(), path.abs_transform())?;
        self.shapes.push(Shape { segments, fill: Some(colour), fill_rule: rule, stroke: None });
        Ok(())
    }

    fn stroke(&mut self, path: &usvg::Path, stroke: &usvg::Stroke, opacity: f32) -> Result<(), PictureError> {
        let opacity = opacity * stroke.opacity().get();
        let Some(colour) = self.colour(stroke.paint(), opacity, path.abs_stroke_bounding_box())? else {
            return Ok(());
        };
        let transform = path.abs_transform();
        if let (Some(scale), Some(round)) = (uniform_scale(transform), round_ends(path.data(), stroke)) {
            let dash =
                stroke.dasharray().unwrap_or_default().iter().map(|length| Pt(length * scale)).collect();
            let line = Stroke { colour, width: Pt(stroke.width().get() * scale), dash, round };
            let segments = self.outline(path.data(), transform)?;
            self.shapes.push(Shape {
                segments,
                fill: None,
                fill_rule: FillRule::NonZero,
                stroke: Some(line),
            });
            return Ok(());
        }
        // A line that our strokes cannot express becomes the outline of its ink.
        let line = stroke.to_tiny_skia();
        let precision = 4.0 * transform.get_scale().0.max(transform.get_scale().1).max(1.0);
        let dashed = line.dash.as_ref().and_then(|dash| path.data().dash(dash, precision));
        let Some(ink) = dashed.as_ref().unwrap_or(path.data()).stroke(&line, precision) else {
            return Ok(());
        };
        let segments = self.outline(&ink, transform)?;
        self.shapes.push(Shape { segments, fill: Some(colour), fill_rule: FillRule::NonZero, stroke: None });
        Ok(())
    }

    /// The colour of a paint on white paper; nothing if it cannot be seen.
    fn colour(
        &mut self,
        paint: &usvg::Paint,
        opacity: f32,
        bounds: usvg::Rect,
    ) -> Result<Option<Colour>, PictureError> {
        let colour = match paint {
            usvg::Paint::Color(colour) => Colour::rgb(colour.red, colour.green, colour.blue),
            usvg::Paint::LinearGradient(_) | usvg::Paint::RadialGradient(_) => {
                return Err(PictureError::Unsupported("a gradient".to_owned()));
            }
            usvg::Paint::Pattern(_) => return Err(PictureError::Unsupported("a pattern".to_owned())),
        };
        if opacity <= 0.001 {
            return Ok(None);
        }
        let colour = if opacity >= 0.999 {
            colour
        } else if self.painted.iter().any(|other| overlap(other, &bounds)) {
            return Err(PictureError::Unsupported("transparency over other shapes".to_owned()));
        } else {
            let mix = |channel: u8| (f32::from(channel) * opacity + 255.0 * (1.0 - opacity)).round() as u8;
            Colour::rgb(mix(colour.red), mix(colour.green), mix(colour.blue))
        };
        if colour != Colour::WHITE {
            self.painted.push(bounds);
        }
        Ok(Some(colour))
    }

    fn outline(
        &mut self,
        path: &tiny_skia_path::Path,
        transform: Transform,
    ) -> Result<Vec<Segment>, PictureError> {
        self.segments += path.len();
        if self.segments > MAX_SEGMENTS {
            return Err(PictureError::TooLarge(format!("its outlines have more than {MAX_SEGMENTS} parts")));
        }
        let at = |mut point: tiny_skia_path::Point| {
            transform.map_point(&mut point);
            Point::new(Pt(point.x), Pt(point.y))
        };
        let mut last = tiny_skia_path::Point::zero();
        let mut segments = Vec::with_capacity(path.len());
        for segment in path.segments() {
            segments.push(match segment {
                PathSegment::MoveTo(to) => {
                    last = to;
                    Segment::MoveTo(at(to))
                }
                PathSegment::LineTo(to) => {
                    last = to;
                    Segment::LineTo(at(to))
                }
                PathSegment::QuadTo(control, to) => {
                    // The cubic curve with the same course.
                    let toward = |end: tiny_skia_path::Point| {
                        tiny_skia_path::Point::from_xy(
                            end.x + (control.x - end.x) * 2.0 / 3.0,
                            end.y + (control.y - end.y) * 2.0 / 3.0,
                        )
                    };
                    let curve = Segment::CurveTo(at(toward(last)), at(toward(to)), at(to));
                    last = to;
                    curve
                }
                PathSegment::CubicTo(first, second, to) => {
                    last = to;
                    Segment::CurveTo(at(first), at(second), at(to))
                }
                PathSegment::Close => Segment::Close,
            });
        }
        Ok(segments)
    }
}

fn overlap(one: &usvg::Rect, other: &usvg::Rect) -> bool {
    one.left() < other.right()
        && other.left() < one.right()
        && one.top() < other.bottom()
        && other.top() < one.bottom()
}

/// Whether a clip path is an upright rectangle around all that it clips, and so changes nothing.
fn is_idle(clip: &usvg::ClipPath, group: &usvg::Group) -> bool {
    let [usvg::Node::Path(path)] = clip.root().children() else { return false };
    let transform = group.abs_transform().pre_concat(clip.transform()).pre_concat(path.abs_transform());
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
    let Some(clipped) = path.data().bounds().transform(transform) else { return false };
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

/// How much a transformation enlarges, if it does so alike in all directions.
fn uniform_scale(transform: Transform) -> Option<f32> {
    let Transform { sx, kx, ky, sy, .. } = transform;
    let (across, down) = (sx.hypot(ky), kx.hypot(sy));
    let is_uniform =
        (across - down).abs() <= 0.001 * across && (sx * kx + ky * sy).abs() <= 0.001 * across * across;
    is_uniform.then_some(across)
}

/// Whether ends and joins are round, or nothing if the stroke is of a kind that ours cannot express.
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
    let is_expressible = stroke.dashoffset() == 0.0 && (end.is_none() || join.is_none() || end == join);
    is_expressible.then(|| end.or(join).unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawing(body: &str) -> Result<Vector, PictureError> {
        labelled(body, &[])
    }

    fn labelled(body: &str, labels: &[(&str, &str)]) -> Result<Vector, PictureError> {
        let labels = labels.iter().map(|(id, label)| ((*id).to_owned(), (*label).to_owned())).collect();
        let svg = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 50">{body}</svg>"##
        );
        read(svg.as_bytes(), &labels, &Faces::bundled())
    }

    fn reason(body: &str) -> String {
        match drawing(body) {
            Err(PictureError::Unsafe { reason, .. }) => reason,
            other => panic!("{body} gave {other:?}"),
        }
    }

    fn unsupported(body: &str) -> String {
        match drawing(body) {
            Err(PictureError::Unsupported(what)) => what,
            other => panic!("{body} gave {other:?}"),
        }
    }

    fn bounds(shapes: &[Shape]) -> (f32, f32, f32, f32) {
        let points = shapes.iter().flat_map(|shape| &shape.segments).filter_map(|segment| match *segment {
            Segment::MoveTo(to) | Segment::LineTo(to) | Segment::CurveTo(_, _, to) => Some(to),
            Segment::Close => None,
        });
        points.fold((f32::MAX, f32::MAX, f32::MIN, f32::MIN), |(left, top, right, bottom), point| {
            (left.min(point.x.0), top.min(point.y.0), right.max(point.x.0), bottom.max(point.y.0))
        })
    }

    #[test]
    fn shapes_are_painted_in_order_in_their_colours() {
        let vector = drawing(
            r##"<rect width="10" height="10" fill="#0f5c69"/>
               <path d="M0 0Q5 5 10 0Z" fill="none" stroke="red" stroke-width="2"/>"##,
        )
        .unwrap();
        assert_eq!(vector.size, Size { width: Pt(100.0), height: Pt(50.0) });
        assert_eq!(vector.shapes[0].fill, Some(Colour::rgb(15, 92, 105)));
        let stroke = vector.shapes[1].stroke.as_ref().unwrap();
        assert_eq!((stroke.colour, stroke.width), (Colour::rgb(255, 0, 0), Pt(2.0)));
        assert!(matches!(vector.shapes[1].segments[1], Segment::CurveTo(..)));
    }

    #[test]
    fn view_box_is_moved_to_the_origin_and_scaled() {
        let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" width="20" height="40" viewBox="-10 -10 10 20">
            <rect x="-10" y="-10" width="10" height="20"/></svg>"##;
        let vector = read(svg.as_bytes(), &BTreeMap::new(), &Faces::bundled()).unwrap();
        assert_eq!(vector.size, Size { width: Pt(20.0), height: Pt(40.0) });
        assert_eq!(bounds(&vector.shapes), (0.0, 0.0, 20.0, 40.0));
    }

    #[test]
    fn dashes_and_round_ends_are_kept() {
        let vector = drawing(
            r##"<g transform="scale(2)"><path d="M1 1H20" stroke="black" stroke-dasharray="3 1"
               stroke-linecap="round" stroke-linejoin="round"/></g>"##,
        )
        .unwrap();
        let stroke = vector.shapes[0].stroke.as_ref().unwrap();
        assert_eq!(stroke.dash, [Pt(6.0), Pt(2.0)]);
        assert!(stroke.round);
    }

    #[test]
    fn line_that_no_stroke_expresses_becomes_the_outline_of_its_ink() {
        for style in [
            r##"stroke-linecap="square""##,
            r##"transform="scale(2 1)""##,
            r##"stroke-dasharray="4" stroke-dashoffset="2""##,
        ] {
            let vector =
                drawing(&format!(r##"<path d="M10 10H30" stroke="black" stroke-width="2" {style}/>"##));
            let shape = &vector.unwrap().shapes[0];
            assert!(shape.stroke.is_none() && shape.fill == Some(Colour::BLACK), "{style}");
        }
    }

    #[test]
    fn text_becomes_outlines_of_our_faces() {
        let vector =
            drawing(r##"<text x="5" y="20" font-size="10" font-family="Comic Sans">Hej → µ</text>"##)
                .unwrap();
        let (left, top, right, bottom) = bounds(&vector.shapes);
        assert!(left >= 5.0 && right > 25.0 && top > 8.0 && bottom < 24.0, "{left} {top} {right} {bottom}");
    }

    #[test]
    fn bold_text_is_wider_than_regular_text() {
        let width = |weight: &str| {
            let body = format!(r##"<text y="20" font-size="10" font-weight="{weight}">Weight</text>"##);
            bounds(&drawing(&body).unwrap().shapes).2
        };
        assert!(width("bold") > width("normal"));
    }

    #[test]
    fn labels_fill_texts_by_id() {
        let body = r##"<text id="a" x="1" y="20" font-size="8">x</text><text y="40" font-size="8">
            <tspan id="b">old <tspan>words</tspan></tspan></text><text id='c' x="50" y="20"/>"##;
        let same = r##"<text id="a" x="1" y="20" font-size="8">A &lt; B &amp; C</text><text y="40" font-size="8">
            <tspan id="b">new</tspan></text><text id='c' x="50" y="20">ö</text>"##;
        let filled = labelled(body, &[("a", "A < B & C"), ("b", "new"), ("c", "ö")]).unwrap();
        assert_eq!(filled, drawing(same).unwrap());
    }

    #[test]
    fn label_without_a_text_is_an_error_that_lists_the_texts() {
        let error = labelled(r##"<text id="low">x</text>"##, &[("high", "y")]).unwrap_err();
        assert_eq!(
            error,
            PictureError::UnknownLabel { id: "high".to_owned(), known: vec!["low".to_owned()] }
        );
    }

    #[test]
    fn label_cannot_smuggle_elements_in() {
        let label = "</text><script>alert(1)</script><text>";
        assert!(labelled(r##"<text id="a" y="20" font-size="2"></text>"##, &[("a", label)]).is_ok());
    }

    #[test]
    fn character_that_no_face_has_is_named() {
        assert_eq!(drawing(r##"<text y="20">a漢</text>"##), Err(PictureError::MissingGlyph('漢')));
    }

    #[test]
    fn opacity_is_painted_onto_white_where_nothing_lies_below() {
        let vector = drawing(
            r##"<rect width="100" height="50" fill="white"/>
               <g opacity="0.5"><rect width="10" height="10" fill-opacity="0.5"/></g>"##,
        )
        .unwrap();
        assert_eq!(vector.shapes[1].fill, Some(Colour::rgb(191, 191, 191)));
        assert_eq!(
            unsupported(r##"<rect width="9" height="9"/><rect width="5" height="5" opacity="0.5"/>"##),
            "transparency over other shapes"
        );
    }

    #[test]
    fn what_cannot_be_outlines_is_named() {
        let gradient =
            r##"<linearGradient id="g"><stop stop-color="red"/><stop offset="1"/></linearGradient>"##;
        let shape = r##"<rect width="9" height="9""##;
        for (body, what) in [
            (format!(r##"{gradient}{shape} fill="url(#g)"/>"##), "a gradient"),
            (
                format!(r##"<mask id="m"><circle r="4" fill="white"/></mask>{shape} mask="url(#m)"/>"##),
                "a mask",
            ),
            (
                format!(
                    r##"<filter id="f"><feGaussianBlur stdDeviation="2"/></filter>{shape} filter="url(#f)"/>"##
                ),
                "a filter",
            ),
            (
                format!(
                    r##"<pattern id="p" width="2" height="2" patternUnits="userSpaceOnUse"><circle r="1"/></pattern>{shape} fill="url(#p)"/>"##
                ),
                "a pattern",
            ),
            (
                format!(r##"<clipPath id="c"><circle r="4"/></clipPath>{shape} clip-path="url(#c)"/>"##),
                "a clip path that cuts shapes",
            ),
            (format!(r##"{shape} style="mix-blend-mode: multiply"/>"##), "a blend mode"),
            (format!("{shape}><animate/></rect>"), "animation"),
            ("<text><textPath href='#p'>words</textPath></text>".to_owned(), "text along a path"),
            (
                r##"<image href="data:image/png;base64,AAAA"/>"##.to_owned(),
                "a raster picture inside the drawing",
            ),
            (
                r##"<rect x="90" width="50" height="9"/>"##.to_owned(),
                "shapes that reach over the edge of its view box",
            ),
        ] {
            assert_eq!(unsupported(&body), what);
        }
    }

    #[test]
    fn clip_path_around_everything_and_shapes_out_of_sight_change_nothing() {
        let plain = drawing(r##"<rect width="9" height="9"/>"##).unwrap();
        let clipped = drawing(
            r##"<clipPath id="c"><rect width="100" height="50"/></clipPath>
               <g clip-path="url(#c)"><rect width="9" height="9"/></g><rect x="200" width="9" height="9"/>"##,
        );
        assert_eq!(clipped.unwrap(), plain);
    }

    #[test]
    fn what_runs_or_reaches_out_is_refused() {
        for (body, expected) in [
            ("<script>alert(1)</script>", "it contains a script"),
            (r##"<rect onload="alert(1)"/>"##, "it has an event handler (`onload`)"),
            (r##"<g OnClick="x()"/>"##, "it has an event handler (`OnClick`)"),
            ("<foreignObject/>", "it contains foreign content (`foreignObject`)"),
            (r##"<?xml-stylesheet href="http://example.org/a.css"?>"##, "it has a processing instruction"),
        ] {
            assert_eq!(reason(body), expected);
        }
        for body in [
            r##"<image href="http://example.org/a.png"/>"##,
            r##"<image xlink:href="../../etc/passwd"/>"##,
            r##"<use href="other.svg#a"/>"##,
            r##"<a href="javascript:alert(1)"/>"##,
            r##"<rect fill="url( 'http://example.org/#g' )"/>"##,
            r##"<rect style="fill:URL(file:///a#b)"/>"##,
            r##"<style>@import "a.css";</style>"##,
            r##"<style>rect { fill: \75rl(a.svg#b) }</style>"##,
        ] {
            assert_eq!(reason(body), "it refers to something outside the drawing", "{body}");
        }
    }

    #[test]
    fn what_was_found_is_found_at_its_place() {
        let svg = "<svg xmlns='http://www.w3.org/2000/svg'><g/><script/></svg>";
        let error = read(svg.as_bytes(), &BTreeMap::new(), &Faces::bundled()).unwrap_err();
        assert_eq!(error, unsafe_at("it contains a script", svg.find("<script")));
    }

    #[test]
    fn entities_and_document_types_are_refused() {
        let svg = r##"<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><svg>&b;</svg>"##;
        let error = read(svg.as_bytes(), &BTreeMap::new(), &Faces::bundled()).unwrap_err();
        assert_eq!(error, unsafe_at("it declares a document type or entities", Some(0)));
    }

    #[test]
    fn use_bombs_are_refused_before_they_go_off() {
        let mut bomb = r##"<g id="a0"><rect width="1" height="1"/></g>"##.to_owned();
        for level in 1..20 {
            let _ = write!(
                bomb,
                r##"<g id="a{level}">{}</g>"##,
                format!(r##"<use href="#a{}"/>"##, level - 1).repeat(10)
            );
        }
        assert!(reason(&bomb).starts_with("it grows"));
        assert_eq!(reason(r##"<g id="a"><use href="#a"/></g>"##), "a `use` element refers to itself");
        let marker = r##"<marker id="m"><g id="g"><rect width="1" height="1"/></g></marker>"##;
        let path = format!(r##"<path marker-mid="url(#m)" d="M0 0{}"/>"##, "L1 1 ".repeat(20_000));
        assert!(reason(&format!("{marker}{path}")).starts_with("it grows"));
        assert!(
            drawing(&format!(r##"{marker}<path marker-end="url(#m)" stroke="black" d="M9 9L20 20"/>"##))
                .is_ok()
        );
    }

    #[test]
    fn deep_nesting_is_refused() {
        let body = format!("{}{}", "<g>".repeat(5000), "</g>".repeat(5000));
        assert!(reason(&body).starts_with("it is nested"));
    }

    #[test]
    fn broken_and_oversized_files_are_told_apart() {
        let read = |data: &[u8]| read(data, &BTreeMap::new(), &Faces::bundled()).unwrap_err();
        assert!(matches!(read(b"<svg><g></svg>"), PictureError::Unreadable(_)));
        assert!(matches!(read(b"<svg>\xff</svg>"), PictureError::Unreadable(_)));
        assert!(matches!(read(b"<html/>"), PictureError::Unreadable(_)));
        assert!(matches!(read(&vec![b' '; MAX_BYTES + 1]), PictureError::TooLarge(_)));
    }
}
