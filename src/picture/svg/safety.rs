//! Rejects drawings that could run code, load other files or exhaust memory.

use usvg::roxmltree::{Document, Node};

use super::expansion::check_expansion;
use super::style::Styles;
use crate::picture::{PictureError, UnsupportedFeature};

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
        // Others are notes of programs, such as `xpacket` around metadata.
        if let Some(instruction) = node.pi()
            && instruction.target == "xml-stylesheet"
        {
            return Err(unsafe_at("it has a style sheet in another file", at));
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
    let unsupported = |feature| Err(PictureError::Unsupported(feature));
    match name.to_ascii_lowercase().as_str() {
        "script" => return Err(unsafe_at("it contains a script", at)),
        // Illustrator offers its own data, and the drawing for all other programs.
        "foreignobject" if is_offered(node) => {}
        "foreignobject" | "iframe" | "object" | "embed" | "audio" | "video" | "handler"
        | "listener" => {
            return Err(unsafe_at(
                format!("it contains foreign content (`{name}`)"),
                at,
            ));
        }
        "animate" | "animatetransform" | "animatemotion" | "animatecolor" | "set" => {
            return unsupported(UnsupportedFeature::Animation);
        }
        // usvg does not terminate on a path of extreme length.
        "textpath" => return unsupported(UnsupportedFeature::TextPath),
        "flowroot" => return unsupported(UnsupportedFeature::FlowingText),
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
                check_css(&without_font_faces(text), at)?;
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
        // usvg ignores what editors add in their own namespaces.
        if !is_drawn(node) || !matches!(attribute.namespace(), None | Some(SVG | XLINK)) {
            continue;
        }
        if name.eq_ignore_ascii_case("href") {
            let element = node.tag_name().name();
            if matches!(element, "image" | "feImage") && is_pixels(value) {
                continue;
            }
            if value.starts_with("data:image/svg") {
                return unsupported(UnsupportedFeature::NestedDrawing);
            }
            // A link in print leads nowhere.
            let is_link = ["http://", "https://", "mailto:", "tel:"]
                .iter()
                .any(|scheme| value.starts_with(scheme));
            if element == "a" && (is_link || value.is_empty()) {
                continue;
            }
            if !value.starts_with('#') {
                return Err(unsafe_at("it refers to something outside the drawing", at));
            }
        }
        check_css(value, at)?;
    }
    Ok(())
}

const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";

/// Whether an element is part of the drawing, and not the data of an editor.
pub(super) fn is_drawn(node: Node) -> bool {
    node.is_element() && matches!(node.tag_name().namespace(), None | Some(SVG))
}

/// Whether an element is for programs with an extension, one of several choices. It may have data of the
/// program, and nothing that could be drawn.
fn is_offered(node: Node) -> bool {
    let is_choice = |parent: Node| parent.tag_name().name() == "switch";
    let extension = node.attribute("requiredExtensions");
    node.parent_element().is_some_and(is_choice)
        && extension.is_some_and(|extension| !extension.trim().is_empty())
        && !node.descendants().skip(1).any(is_content)
}

fn is_content(node: Node) -> bool {
    is_drawn(node) || node.tag_name().namespace() == Some("http://www.w3.org/1999/xhtml")
}

/// Whether an address holds a picture in a format that is read.
fn is_pixels(address: &str) -> bool {
    let format = address.strip_prefix("data:image/");
    let formats = ["png", "jpeg", "jpg", "gif", "webp"];
    format.is_some_and(|rest| formats.iter().any(|format| rest.starts_with(format)))
}

/// Leaves out faces that a style sheet brings. They are not used, which is a finding of its own.
fn without_font_faces(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("@font-face") {
        kept.push_str(&rest[..start]);
        let end = rest[start..].find('}');
        rest = end.map_or("", |end| &rest[start + end + 1..]);
    }
    kept.push_str(rest);
    kept
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
