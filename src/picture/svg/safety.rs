//! Rejects drawings that could run code, load other files or exhaust memory.

use usvg::roxmltree::{Document, Node};

use super::expansion::check_expansion;
use super::style::Styles;
use crate::picture::PictureError;

const MAX_DEPTH: usize = 64;
/// Most letters of a text. usvg takes quadratic time for them.
const MAX_LETTERS: usize = 2_000;

pub(super) fn unsafe_at(reason: impl Into<String>, at: Option<usize>) -> PictureError {
    PictureError::Unsafe {
        reason: reason.into(),
        at,
    }
}

pub(super) fn too_complex(reason: impl Into<String>, at: Option<usize>) -> PictureError {
    PictureError::TooComplex {
        reason: reason.into(),
        at,
    }
}

/// Rejects an unsafe drawing.
pub(super) fn check(document: &Document) -> Result<(), PictureError> {
    let mut depth = 0;
    for node in document.descendants() {
        let at = Some(node.range().start);
        if node.is_pi() {
            return Err(unsafe_at("it has a processing instruction", at));
        }
        if !node.is_element() {
            continue;
        }
        let ancestors = node.ancestors().take(MAX_DEPTH + 1).count();
        if ancestors > MAX_DEPTH {
            return Err(too_complex(
                format!("it is nested deeper than {MAX_DEPTH} levels"),
                at,
            ));
        }
        depth = depth.max(ancestors);
        check_element(node)?;
    }
    let styles = Styles::read(document)?;
    styles.check_work(document.descendants().count() as u64, depth)?;
    let elements = check_expansion(document, &styles)?;
    styles.check_work(elements, depth)
}

fn check_element(node: Node) -> Result<(), PictureError> {
    let at = Some(node.range().start);
    let name = node.tag_name().name();
    match name.to_ascii_lowercase().as_str() {
        "script" => return Err(unsafe_at("it contains a script", at)),
        "foreignobject" | "iframe" | "object" | "embed" | "audio" | "video" | "handler"
        | "listener" => {
            return Err(unsafe_at(
                format!("it contains foreign content (`{name}`)"),
                at,
            ));
        }
        "animate" | "animatetransform" | "animatemotion" | "animatecolor" | "set" => {
            return Err(PictureError::Unsupported("animation".to_owned()));
        }
        // usvg does not terminate on a path of extreme length.
        "textpath" => return Err(PictureError::Unsupported("text along a path".to_owned())),
        "text" => {
            let texts = node.descendants().filter(Node::is_text);
            let texts = texts.filter_map(|text| text.text());
            if texts.map(|text| text.chars().count()).sum::<usize>() > MAX_LETTERS {
                return Err(too_complex(
                    format!("it has a text of more than {MAX_LETTERS} letters"),
                    at,
                ));
            }
        }
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
        if name
            .get(..2)
            .is_some_and(|start| start.eq_ignore_ascii_case("on"))
        {
            return Err(unsafe_at(format!("it has an event handler (`{name}`)"), at));
        }
        if name.eq_ignore_ascii_case("href") {
            let is_picture = value.starts_with("data:image/");
            if is_picture && matches!(node.tag_name().name(), "image" | "feImage") {
                return Err(PictureError::Unsupported(
                    "a raster picture inside the drawing".to_owned(),
                ));
            }
            if !value.starts_with('#') {
                return Err(unsafe_at("it refers to something outside the drawing", at));
            }
        }
        check_css(value, at)?;
    }
    Ok(())
}

/// Rejects references to other files in a style sheet or an attribute.
fn check_css(css: &str, at: Option<usize>) -> Result<(), PictureError> {
    if !css.contains(['(', '@', '\\', ':']) {
        return Ok(());
    }
    let css = css.to_ascii_lowercase();
    // An escape could spell any of the words below.
    let leads_out = css.contains("@import")
        || css.contains('\\')
        || css.contains("javascript:")
        || css.split("url(").skip(1).any(|inside| {
            !inside
                .trim_start()
                .trim_start_matches(['"', '\''])
                .trim_start()
                .starts_with('#')
        });
    if leads_out {
        Err(unsafe_at("it refers to something outside the drawing", at))
    } else {
        Ok(())
    }
}
