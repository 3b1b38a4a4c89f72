//! Drawings: SVG to painted outlines and glyph runs.
//!
//! 1. `entities` replaces the entities of a document type. `safety` rejects XML that could run code, load
//!    other files or grow without bound. `bounds`, `style` and `expansion` count what the drawing asks of usvg.
//! 2. `modern_css` replaces variables, colours and values that usvg does not know. `unread_rules` and
//!    `unread_styles` reject what it would ignore. Labels replace the content of texts.
//! 3. usvg resolves styles, `use` elements and units.
//! 4. `paint` flattens the result to one list of marks and text. `pixels` draws effects that it cannot
//!    flatten with resvg.

mod bounds;
mod entities;
mod expansion;
mod images;
mod modern_css;
mod outline;
mod paint;
mod pixels;
mod safety;
mod style;
mod unread_rules;
mod unread_styles;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use usvg::fontdb;
use usvg::roxmltree::{self, Document, Node};

use super::{
    Picture, PictureError, PictureNote, PictureUse, Raster, UnsupportedFeature, Vector, check_size,
};
use crate::dependency_panic;
use crate::font::{FaceId, Faces, Weight};
use crate::geometry::{Pt, Size};
use bounds::check_attribute_counts;
use images::EmbeddedImages;
use paint::{Stop, SvgFlattener};
use safety::{check, too_complex};

/// Most megabytes of a drawing, without the images in it.
const MAX_MEGABYTES: usize = 2;
/// The same with them.
const MAX_MEGABYTES_WITH_IMAGES: usize = 20;

/// Whether the first bytes may be those of an SVG file.
pub(super) fn looks_like_svg(data: &[u8]) -> bool {
    let head = data
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(data)
        .trim_ascii_start();
    head.starts_with(b"<")
}

/// Refuses a file that is too large.
pub(super) fn check_file_size(data: &[u8]) -> Result<(), PictureError> {
    check_size(data, MAX_MEGABYTES_WITH_IMAGES)
}

/// Checks a file and returns its text with modern styles replaced and labels filled in.
pub(super) fn read(data: &[u8], labels: &BTreeMap<String, String>) -> Result<String, PictureError> {
    check_file_size(data)?;
    let text = std::str::from_utf8(data).map_err(|_| {
        let encoding = declared_encoding(data).unwrap_or("another encoding");
        PictureError::OtherFormat(format!("a drawing in {encoding} instead of UTF-8"))
    })?;
    let expanded = entities::expand(text)?;
    match &expanded {
        Cow::Borrowed(text) => read_expanded(text, labels),
        // Offsets in the expanded text are not places in the file.
        Cow::Owned(text) => read_expanded(text, labels).map_err(without_place),
    }
}

/// Returns the encoding that the first line of an XML file names.
fn declared_encoding(data: &[u8]) -> Option<&str> {
    const MAX_HEAD: usize = 200;
    let head = data.get(..MAX_HEAD).unwrap_or(data);
    let end = head.iter().position(|byte| *byte == b'>')?;
    let head = std::str::from_utf8(&head[..end]).ok()?;
    let (_, after) = head.split_once("encoding")?;
    let name = after.trim_start_matches(['=', ' ', '"', '\'']);
    let name = name.split(['"', '\'', ' ', '?']).next()?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
    let is_other = !name.eq_ignore_ascii_case("utf-8") && !name.is_empty();
    (is_other && name.chars().all(is_name)).then_some(name)
}

fn read_expanded(text: &str, labels: &BTreeMap<String, String>) -> Result<String, PictureError> {
    check_drawing_size(text)?;
    check_attribute_counts(text)?;
    let document = parse(text)?;
    check(&document)?;
    unread_rules::check(&document)?;
    let modern = modern_css::replaced(&document)?;
    let document = match &modern {
        Some(text) => {
            check_drawing_size(text)?;
            let document = parse(text)?;
            // The file has no such places.
            check(&document).map_err(without_place)?;
            document
        }
        None => document,
    };
    modern_css::check_colours(&document)?;
    unread_styles::check(&document)?;
    let filled = fill_labels(&document, labels)?;
    if !labels.is_empty() {
        check(&parse(&filled)?)?;
    }
    Ok(filled)
}

/// Refuses a drawing with too many bytes besides its images.
fn check_drawing_size(text: &str) -> Result<(), PictureError> {
    let is_base64 =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '\n' | ' ');
    let images = text.split(";base64,").skip(1);
    let images = images.map(|rest| rest.find(|c| !is_base64(c)).unwrap_or(rest.len()));
    if text.len() - images.sum::<usize>() > MAX_MEGABYTES * 1024 * 1024 {
        return Err(PictureError::TooLarge(format!(
            "more than {MAX_MEGABYTES} MB"
        )));
    }
    Ok(())
}

fn without_place(error: PictureError) -> PictureError {
    match error {
        PictureError::Unsafe { reason, .. } => PictureError::Unsafe { reason, at: None },
        PictureError::TooComplex { reason, .. } => PictureError::TooComplex { reason, at: None },
        error => error,
    }
}

/// Draws the text of a checked file.
pub(super) fn draw(
    text: &str,
    purpose: PictureUse,
    faces: &Faces,
) -> Result<(Picture, Vec<PictureNote>), PictureError> {
    let document = parse(text)?;
    catch_panic(|| convert(&document, purpose, Some(faces)))
}

/// Size of text that has none, as in browsers.
const USUAL_FONT_SIZE: f32 = 16.0;
/// The family of text that names none.
const DEFAULT_FAMILY: &str = "any";

/// Turns a panic of usvg or tiny-skia into an error.
fn catch_panic<T>(work: impl FnOnce() -> Result<T, PictureError>) -> Result<T, PictureError> {
    dependency_panic::catch_panic(work).unwrap_or_else(|| {
        Err(PictureError::Unreadable(
            "it has shapes that cannot be drawn".to_owned(),
        ))
    })
}

/// Reads a drawing that is part of the program and has no text.
pub(super) fn read_bundled(text: &str) -> Result<Vec<super::VectorItem>, PictureError> {
    match convert(&parse(text)?, PictureUse::Logo, None)? {
        (Picture::Vector(vector), _) => Ok(vector.items),
        (Picture::Raster(_), _) => {
            let what = UnsupportedFeature::Other("pixels".to_owned());
            Err(PictureError::Unsupported(what))
        }
    }
}

/// Paints an SVG text of this program, without `text` elements, on white paper of a width in pixels.
pub(crate) fn paint_svg(text: &str, width: u32) -> Result<Raster, PictureError> {
    let document = parse(text)?;
    catch_panic(|| {
        let tree = usvg::Tree::from_xmltree(&document, &usvg::Options::default())
            .map_err(|error| PictureError::Unreadable(error.to_string()))?;
        pixels::draw_at_width(&tree, width)
    })
}

fn parse(text: &str) -> Result<Document<'_>, PictureError> {
    // A document type without entities is harmless. `entities` removes them.
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..roxmltree::ParsingOptions::default()
    };
    Document::parse_with_options(text, options)
        .map_err(|error| PictureError::Unreadable(error.to_string()))
}

/// Returns the drawing's text with labels in place of the content of its texts.
fn fill_labels(
    document: &Document,
    labels: &BTreeMap<String, String>,
) -> Result<String, PictureError> {
    let source = document.input_text();
    let texts: Vec<(&str, Node)> = document
        .descendants()
        .filter(|node| matches!(node.tag_name().name(), "text" | "tspan"))
        .filter_map(|node| Some((node.attribute("id")?, node)))
        .collect();
    if let Some(id) = labels
        .keys()
        .find(|id| !texts.iter().any(|(known, _)| known == id))
    {
        let known = texts.iter().map(|(id, _)| (*id).to_owned()).collect();
        return Err(PictureError::UnknownLabel {
            id: id.clone(),
            known,
        });
    }
    let mut filled = String::with_capacity(source.len());
    let mut done = 0;
    for (id, node) in texts {
        let Some(label) = labels.get(id) else {
            continue;
        };
        let range = node.range();
        // The text is inside one that was replaced.
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
            // XML cannot express most control characters.
            character if character.is_control() => out.push(' '),
            character => out.push(character),
        }
    }
}

fn convert(
    document: &Document,
    purpose: PictureUse,
    faces: Option<&Faces>,
) -> Result<(Picture, Vec<PictureNote>), PictureError> {
    let mut options = usvg::Options {
        font_family: DEFAULT_FAMILY.to_owned(),
        font_size: USUAL_FONT_SIZE,
        ..usvg::Options::default()
    };
    let mut loaded = Vec::new();
    if let Some(faces) = faces
        && document
            .descendants()
            .any(|node| node.tag_name().name() == "text")
    {
        loaded = use_faces(&mut options, faces, document.input_text());
    }
    let images = EmbeddedImages::default();
    options.image_href_resolver = images.resolver();
    let tree = usvg::Tree::from_xmltree(document, &options).map_err(|error| match error {
        usvg::Error::ElementsLimitReached => too_complex("it has too many elements", None),
        error => PictureError::Unreadable(error.to_string()),
    })?;
    if let Some(error) = images.error() {
        return Err(error);
    }
    let mut notes = images.notes();
    if let Some(faces) = faces {
        missing_faces(tree.root(), tree.size(), faces, &mut notes);
    }
    let size = Size::new(Pt(tree.size().width()), Pt(tree.size().height()));
    let text_faces = match purpose {
        PictureUse::Figure => &loaded[..],
        PictureUse::Logo => &[],
    };
    let flattener = SvgFlattener::new(size, purpose, faces, text_faces, &images);
    flattener.check_texts(tree.root())?;
    match flattener.flatten(tree.root()) {
        Ok(items) => Ok((Picture::Vector(Vector { size, items }), notes)),
        Err(Stop::Pixels(reason)) => {
            notes.push(PictureNote::DrawnAsPixels(reason.to_owned()));
            let raster = pixels::draw(&tree, purpose)?;
            Ok((Picture::Raster(Arc::new(raster)), notes))
        }
        Err(Stop::Fault(error)) => Err(error),
    }
}

/// Length by which letters may cross the edge of a drawing, as a share of its longer side.
const EDGE_TOLERANCE: f32 = 0.005;

/// Reports each missing font family once. The program has the generic families, but not in italics.
fn missing_faces(
    group: &usvg::Group,
    size: usvg::Size,
    faces: &Faces,
    notes: &mut Vec<PictureNote>,
) {
    for child in group.children() {
        let text = match child {
            usvg::Node::Group(child) => {
                missing_faces(child, size, faces, notes);
                continue;
            }
            usvg::Node::Text(text) => text,
            usvg::Node::Path(_) | usvg::Node::Image(_) => continue,
        };
        for span in text.chunks().iter().flat_map(usvg::TextChunk::spans) {
            let named = span
                .font()
                .families()
                .iter()
                .filter_map(|family| match family {
                    usvg::FontFamily::Named(name) if name != DEFAULT_FAMILY => Some(name.as_str()),
                    _ => None,
                });
            let is_ours = |name: &str| faces.all().any(|(_, face)| face.family == name);
            let mut named = named.peekable();
            let first = named.peek().map(|name| (*name).to_owned());
            let missing = first.filter(|_| !named.any(is_ours));
            let is_italic = span.font().style() != usvg::FontStyle::Normal;
            if let Some(family) = missing.or_else(|| is_italic.then(|| "italic".to_owned())) {
                let note = match reaches_over_edge(text, size) {
                    true => PictureNote::CutLettering(family),
                    false => PictureNote::MissingFace(family),
                };
                if !notes.contains(&note) {
                    notes.push(note);
                }
            }
        }
    }
}

/// Returns whether the edge of the drawing cuts a text. Text that is wholly outside is hidden on purpose.
fn reaches_over_edge(text: &usvg::Text, size: usvg::Size) -> bool {
    let bounds = text.flattened().abs_bounding_box();
    let is_seen = bounds.right() > 0.0
        && bounds.bottom() > 0.0
        && bounds.left() < size.width()
        && bounds.top() < size.height();
    let over = EDGE_TOLERANCE * size.width().max(size.height());
    is_seen
        && (bounds.left() < -over
            || bounds.top() < -over
            || bounds.right() > size.width() + over
            || bounds.bottom() > size.height() + over)
}

/// Makes usvg choose our faces and no others. Returns usvg's id of each.
fn use_faces(options: &mut usvg::Options, faces: &Faces, text: &str) -> Vec<(fontdb::ID, FaceId)> {
    let database = options.fontdb_mut();
    let mut loaded: Vec<(fontdb::ID, FaceId)> = Vec::new();
    for (face_id, face) in faces.for_text(text) {
        let source = fontdb::Source::Binary(Arc::clone(&face.data) as _);
        let ids = database.load_font_source(source);
        loaded.extend(ids.iter().map(|id| (*id, face_id)));
    }
    let (ids, all) = (loaded.clone(), faces.clone());
    let select_font = move |font: &usvg::Font| {
        let weight = if font.weight() >= 600 {
            Weight::Bold
        } else {
            Weight::Regular
        };
        let is_wanted = |family: &str| {
            let mut wanted = font.families().iter();
            wanted.any(|wanted| matches!(wanted, usvg::FontFamily::Named(name) if name == family))
        };
        let of_weight = || {
            ids.iter()
                .filter(|(_, face)| all.get(*face).weight == weight)
        };
        let named = of_weight().find(|(_, face)| is_wanted(&all.get(*face).family));
        let chosen = named.or_else(|| of_weight().next()).or(ids.first());
        chosen.map(|(id, _)| *id)
    };
    let (ids, all) = (loaded.clone(), faces.clone());
    let select_fallback = move |character: char, used: &[fontdb::ID]| {
        let weight_of = |face: &FaceId| all.get(*face).weight;
        let first = ids.iter().find(|(id, _)| used.first() == Some(id));
        let weight = first.map(|(_, face)| weight_of(face));
        let is_fallback = |(id, face): &&(fontdb::ID, FaceId)| {
            weight.is_none_or(|weight| weight == weight_of(face))
                && !used.contains(id)
                && all.get(*face).has(character)
        };
        ids.iter().find(is_fallback).map(|(id, _)| *id)
    };
    options.font_resolver = usvg::FontResolver {
        select_font: Box::new(move |font, _| select_font(font)),
        select_fallback: Box::new(move |character, used, _| select_fallback(character, used)),
    };
    loaded
}

#[cfg(test)]
mod tests;
