//! Drawings: SVG to painted outlines and glyph runs.
//!
//! 1. `safety` rejects XML that could run code, load other files or grow without bound. `bounds`,
//!    `style` and `expansion` count what the drawing asks of usvg.
//! 2. Labels replace the content of texts.
//! 3. usvg resolves styles, `use` elements and units.
//! 4. `paint` flattens the result to one list of shapes and text.

mod bounds;
mod expansion;
mod paint;
mod safety;
mod style;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use usvg::fontdb;
use usvg::roxmltree::{self, Document, Node};

use super::{PictureError, PictureUse, Vector, check_size};
use crate::font::{FaceId, Faces, Weight};
use crate::geometry::{Pt, Size};
use bounds::check_attribute_counts;
use paint::SvgFlattener;
use safety::{check, too_complex, unsafe_at};

const MAX_MEGABYTES: usize = 2;

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
    check_size(data, MAX_MEGABYTES)
}

/// Checks a file and returns its text with labels filled in.
pub(super) fn read(data: &[u8], labels: &BTreeMap<String, String>) -> Result<String, PictureError> {
    check_file_size(data)?;
    let text = std::str::from_utf8(data).map_err(|error| {
        PictureError::Unreadable(format!("byte {} is not UTF-8", error.valid_up_to()))
    })?;
    check_attribute_counts(text)?;
    let document = parse(text)?;
    check(&document)?;
    let filled = fill_labels(&document, labels)?;
    if !labels.is_empty() {
        check(&parse(&filled)?)?;
    }
    Ok(filled)
}

/// Draws the text of a checked file.
pub(super) fn draw(text: &str, purpose: PictureUse, faces: &Faces) -> Result<Vector, PictureError> {
    let document = parse(text)?;
    catch_panic(|| convert(&document, purpose, Some(faces)))
}

thread_local! {
    static IS_DRAWING: Cell<bool> = const { Cell::new(false) };
}

/// Whether usvg or tiny-skia runs on this thread. Their panics become errors.
pub fn is_drawing() -> bool {
    IS_DRAWING.get()
}

/// Turns a panic of usvg or tiny-skia into an error.
fn catch_panic<T>(work: impl FnOnce() -> Result<T, PictureError>) -> Result<T, PictureError> {
    IS_DRAWING.set(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    IS_DRAWING.set(false);
    result.unwrap_or_else(|_| {
        Err(PictureError::Unreadable(
            "it has shapes that cannot be drawn".to_owned(),
        ))
    })
}

/// Reads a drawing that is part of the program and has no text.
pub(super) fn read_bundled(text: &str) -> Result<Vec<super::VectorItem>, PictureError> {
    convert(&parse(text)?, PictureUse::Logo, None).map(|vector| vector.items)
}

fn parse(text: &str) -> Result<Document<'_>, PictureError> {
    Document::parse(text).map_err(|error| match error {
        roxmltree::Error::DtdDetected => unsafe_at(
            "it declares a document type or entities",
            text.find("<!DOCTYPE"),
        ),
        error => PictureError::Unreadable(error.to_string()),
    })
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
) -> Result<Vector, PictureError> {
    let mut options = usvg::Options::default();
    let mut loaded = Vec::new();
    if let Some(faces) = faces
        && document
            .descendants()
            .any(|node| node.tag_name().name() == "text")
    {
        loaded = use_faces(&mut options, faces);
    }
    let tree = usvg::Tree::from_xmltree(document, &options).map_err(|error| match error {
        usvg::Error::ElementsLimitReached => too_complex("it has too many elements", None),
        error => PictureError::Unreadable(error.to_string()),
    })?;
    let size = Size::new(Pt(tree.size().width()), Pt(tree.size().height()));
    let text_faces = match purpose {
        PictureUse::Figure => &loaded[..],
        PictureUse::Logo => &[],
    };
    let mut flattener = SvgFlattener::new(size, faces, text_faces);
    flattener.group(tree.root(), 1.0)?;
    Ok(Vector {
        size,
        items: flattener.items,
    })
}

/// Makes usvg choose our faces and no others. Returns usvg's id of each.
fn use_faces(options: &mut usvg::Options, faces: &Faces) -> Vec<(fontdb::ID, FaceId)> {
    let database = options.fontdb_mut();
    let mut loaded: Vec<(fontdb::ID, FaceId)> = Vec::new();
    for (face_id, face) in faces.iter() {
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
