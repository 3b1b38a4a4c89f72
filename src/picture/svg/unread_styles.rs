//! Refuses styles that browsers follow and usvg ignores: transforms of CSS, and text from right to left. Their
//! shapes would be in another place.

use std::str::FromStr;

use usvg::roxmltree::{Document, Node};

use super::safety::is_drawn;
use super::style::Styles;
use crate::picture::{PictureError, UnsupportedFeature};

/// Styles of an element that matter here.
#[derive(Default)]
struct Found {
    transform: Option<String>,
    is_box_of_shape: bool,
    has_origin: bool,
    is_right_to_left: bool,
    is_centred: bool,
}

/// Refuses a drawing with such a style.
pub(super) fn check(document: &Document) -> Result<(), PictureError> {
    let styles = Styles::read(document)?;
    for node in document.descendants().filter(|node| is_drawn(*node)) {
        let mut found = Found::default();
        styles.each_value(node, |name, value| {
            let value = value.trim();
            match name {
                "transform" if value != "none" => found.transform = Some(value.to_owned()),
                // As an attribute of text, it is a number.
                "rotate"
                    if value.ends_with(|c: char| c.is_ascii_alphabetic()) && value != "none" =>
                {
                    return Err(transform(&format!("rotate: {value}")));
                }
                "transform-box" => found.is_box_of_shape = value == "fill-box",
                "transform-origin" => found.has_origin = true,
                "direction" => found.is_right_to_left = value == "rtl",
                "text-anchor" => found.is_centred = value == "middle",
                _ => {}
            }
            Ok(())
        })?;
        if let Some(value) = &found.transform {
            let is_unread = svgtypes::Transform::from_str(value).is_err();
            if is_unread || found.is_box_of_shape && found.has_origin {
                return Err(transform(value));
            }
        }
        let has_text = node
            .descendants()
            .any(|child| is_drawn(child) && is_text(child));
        if found.is_right_to_left && !found.is_centred && has_text {
            return Err(PictureError::Unsupported(UnsupportedFeature::RightToLeft));
        }
    }
    Ok(())
}

fn is_text(node: Node) -> bool {
    matches!(node.tag_name().name(), "text" | "tspan")
}

fn transform(value: &str) -> PictureError {
    let value: String = value.chars().take(60).collect();
    let feature = UnsupportedFeature::Transform(value);
    PictureError::Unsupported(feature)
}
