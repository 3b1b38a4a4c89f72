//! Rejects attributes and properties that browsers follow and usvg ignores. Shapes would look different, or be in
//! another place.

use std::str::FromStr;

use usvg::roxmltree::{Document, Node};

use super::safety::is_drawn;
use super::style::Styles;
use crate::picture::{PictureError, UnsupportedFeature};

/// A style that usvg ignores.
struct Unread {
    name: &'static str,
    /// Values without effect.
    idle: &'static [&'static str],
    /// Elements that it changes.
    changes: fn(Node) -> bool,
}

/// Properties that usvg ignores. Attributes of the same names mean nothing, or are read.
const PROPERTIES: [Unread; 24] = [
    unread_on("animation", &["none"], is_drawn),
    unread_on("animation-name", &["none"], is_drawn),
    unread_on("translate", &["none"], is_drawn),
    unread_on("scale", &["none"], is_drawn),
    unread_on("offset-path", &["none"], is_drawn),
    unread_on("mask-image", &["none"], is_drawn),
    unread_on("mask-mode", &["match-source"], is_drawn),
    unread_on("outline", &["none", "0"], is_drawn),
    unread_on("background", &["none", "transparent", "white"], is_root),
    unread_on("border", &["none", "0"], is_root),
    unread_on("text-transform", &["none"], has_text),
    unread_on("text-decoration-line", &["none"], has_text),
    unread_on("text-shadow", &["none"], has_text),
    unread_on("text-orientation", &["mixed"], has_text),
    unread_on("d", &["none"], |node| is(node, &["path"])),
    unread_on("cx", &[], |node| is(node, &["circle", "ellipse"])),
    unread_on("cy", &[], |node| is(node, &["circle", "ellipse"])),
    unread_on("r", &[], |node| is(node, &["circle"])),
    unread_on("rx", &[], |node| is(node, &["ellipse", "rect"])),
    unread_on("ry", &[], |node| is(node, &["ellipse", "rect"])),
    unread_on("x", &[], has_box),
    unread_on("y", &[], has_box),
    unread_on("width", &[], has_box),
    unread_on("height", &[], has_box),
];
/// Attributes and properties that usvg ignores.
const STYLES: [Unread; 2] = [
    unread_on("color-interpolation", &["sRGB"], has_gradient),
    unread_on(
        "unicode-bidi",
        &["normal", "embed", "isolate", "plaintext"],
        has_text,
    ),
];
/// Values that give a property no effect of its own.
const UNSET: [&str; 6] = ["initial", "inherit", "unset", "revert", "auto", ""];
/// Attributes and properties that are one length.
const LENGTHS: [&str; 18] = [
    "stroke-width",
    "stroke-dashoffset",
    "letter-spacing",
    "word-spacing",
    "font-size",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "width",
    "height",
    "x1",
    "x2",
    "y1",
    "y2",
    "textLength",
    "startOffset",
];
/// Sizes of letters that usvg takes as multiples of the size around them.
const FONT_SIZES: [&str; 7] = [
    "xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large",
];
/// Words of `text-decoration` that are drawn, or change nothing.
const DECORATIONS: [&str; 8] = [
    "none",
    "underline",
    "overline",
    "line-through",
    "solid",
    "auto",
    "initial",
    "inherit",
];
/// Properties that are several at once. One idle word makes all idle.
const SHORTHANDS: [&str; 3] = ["outline", "background", "border"];
/// Units of lengths that usvg does not know, in small letters.
const UNITS: [&str; 9] = ["rem", "vw", "vh", "vmin", "vmax", "ch", "lh", "cap", "q"];

/// Styles of an element that matter together.
#[derive(Default)]
struct Found {
    transform: Option<String>,
    is_box_of_shape: bool,
    has_origin: bool,
    is_right_to_left: bool,
    is_centred: bool,
}

/// Styles of the whole drawing that matter together.
#[derive(Default)]
struct Whole {
    has_strokes: bool,
    has_dashes: bool,
    /// `vector-effect` with its value.
    vector_effect: Option<String>,
    path_length: Option<String>,
}

/// Rejects a drawing with such a style.
pub(super) fn check(document: &Document) -> Result<(), PictureError> {
    let styles = Styles::read(document)?;
    let mut whole = Whole::default();
    for node in document.descendants().filter(|node| is_drawn(*node)) {
        check_element(node, &styles, &mut whole)?;
    }
    if let Some(value) = whole.vector_effect.filter(|_| whole.has_strokes) {
        return Err(unread("vector-effect", &value));
    }
    match whole.path_length.filter(|_| whole.has_dashes) {
        Some(value) => Err(unread("pathLength", &value)),
        None => Ok(()),
    }
}

fn check_element(node: Node, styles: &Styles, whole: &mut Whole) -> Result<(), PictureError> {
    // resvg draws it wrong.
    if is(node, &["feDisplacementMap"]) {
        let feature = UnsupportedFeature::Other("the filter `feDisplacementMap`".to_owned());
        return Err(PictureError::Unsupported(feature));
    }
    let mut found = Found::default();
    styles.each_value(node, |name, value| {
        whole.add(node, name, value.trim());
        check_value(node, name, value)?;
        let value = value.trim();
        match name {
            "transform" if value != "none" => found.transform = Some(value.to_owned()),
            // As an attribute of text, it is a number.
            "rotate" if value.ends_with(|c: char| c.is_ascii_alphabetic()) && value != "none" => {
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
    styles.each_property(node, |name, value| {
        let value = value.trim();
        // Browsers want a unit: without one, they ignore the property.
        let functions = ["rotate(", "translate", "skew"];
        let is_moved = functions.iter().any(|function| value.contains(function))
            && value.contains(|c| matches!(c, '1'..='9'));
        if name == "transform" && is_moved {
            return Err(transform(value));
        }
        let number = |text: &str| text.trim_end_matches("px").trim().to_owned();
        let attribute = node.attribute(name);
        match attribute.is_some_and(|attribute| number(attribute) == number(value)) {
            true => Ok(()),
            false => check_all(&PROPERTIES, node, name, value),
        }
    })?;
    if let Some(value) = &found.transform {
        let read = svgtypes::Transform::from_str(value);
        // Browsers turn the whole drawing about its middle.
        let is_turned = is_root(node) && read != Ok(svgtypes::Transform::default());
        if read.is_err() || is_turned || found.is_box_of_shape && found.has_origin {
            return Err(transform(value));
        }
    }
    if found.is_right_to_left && !found.is_centred && has_text(node) {
        return Err(PictureError::Unsupported(UnsupportedFeature::RightToLeft));
    }
    Ok(())
}

/// Rejects a value of an attribute or a property that usvg ignores.
fn check_value(node: Node, name: &str, value: &str) -> Result<(), PictureError> {
    check_all(&STYLES, node, name, value.trim())?;
    let is_link = || value.trim() == "none" || value.contains("url(");
    let is_ignored = match name {
        "clip-path" | "mask" => !is_link() && !UNSET.contains(&value),
        "white-space" => {
            let keeps = matches!(value, "pre" | "pre-wrap" | "break-spaces");
            keeps && has_text(node) && has_wide_spaces(node)
        }
        "filter" => shadow_is_coloured(value) || value.contains("calc("),
        // Small capitals of faces that have none.
        "font" | "font-variant" | "font-variant-caps" => value.contains("-caps") && has_text(node),
        "text-decoration" => {
            let is_line = |line: &str| DECORATIONS.contains(&line);
            has_text(node) && !value.split_whitespace().all(is_line)
        }
        "stroke-dasharray" => has_other_unit(value) || value.contains("calc("),
        // They resize the whole drawing.
        "width" | "height" if is_root(node) => false,
        "font-size" if FONT_SIZES.contains(&value) => has_text(node) && inherits_size(node),
        _ if LENGTHS.contains(&name) => is_unread_length(value),
        _ => value.contains("calc("),
    };
    match is_ignored {
        true => Err(unread(name, value)),
        false => Ok(()),
    }
}

fn check_all(
    unread_styles: &[Unread],
    node: Node,
    name: &str,
    value: &str,
) -> Result<(), PictureError> {
    let known = unread_styles.iter().find(|unread| unread.name == name);
    let is_idle = |known: &Unread| {
        let is_any = || value.split(' ').any(|word| known.idle.contains(&word));
        known.idle.contains(&value)
            || SHORTHANDS.contains(&name) && is_any()
            || name == "background" && is_white(value)
    };
    let is_ignored =
        |known: &Unread| !is_idle(known) && !UNSET.contains(&value) && (known.changes)(node);
    match known.is_some_and(is_ignored) {
        true => Err(unread(name, value)),
        false => Ok(()),
    }
}

impl Whole {
    fn add(&mut self, node: Node, name: &str, value: &str) {
        let is_set = value != "none" && !UNSET.contains(&value);
        match name {
            "stroke" => self.has_strokes |= is_set,
            "stroke-dasharray" => self.has_dashes |= is_set,
            "pathLength" => self.path_length = Some(value.to_owned()),
            // It is not inherited.
            "vector-effect"
                if value.contains("non-scaling-stroke")
                    && !is(node, &["svg", "g", "a", "symbol"]) =>
            {
                self.vector_effect = Some(value.to_owned());
            }
            _ => {}
        }
    }
}

/// Whether browsers read a length, and usvg does not.
fn is_unread_length(value: &str) -> bool {
    let is_length = |value: &str| svgtypes::Length::from_str(value).is_ok();
    let is_known = value.contains('(') || has_other_unit(value) || is_length(value.trim());
    !is_length(value) && is_known || matches!(value, "unset" | "revert")
}

/// Whether a shadow has a colour that resvg makes paler.
fn shadow_is_coloured(value: &str) -> bool {
    let is_coloured = |colour: svgtypes::Color| {
        let channels = [colour.red, colour.green, colour.blue];
        channels.iter().any(|channel| !matches!(channel, 0 | 255))
    };
    svgtypes::FilterValueListParser::from(value).any(|function| match function {
        Ok(svgtypes::FilterValue::DropShadow { color, .. }) => color.is_some_and(is_coloured),
        _ => false,
    })
}

fn is_white(value: &str) -> bool {
    let colour = svgtypes::Color::from_str(value);
    colour.is_ok_and(|colour| colour.alpha == 0 || colour == svgtypes::Color::white())
}

/// Whether an element is inside of one that has a size of letters.
fn inherits_size(node: Node) -> bool {
    const NAME: &str = "font-size";
    node.ancestors().skip(1).any(|outer| {
        let style = outer.attribute("style").unwrap_or_default();
        outer.has_attribute(NAME) || style.contains(NAME)
    })
}

/// Whether a number has a unit that usvg does not know.
fn has_other_unit(value: &str) -> bool {
    let is_end = |c: char| c.is_whitespace() || c == ',';
    value.split(is_end).any(|length| {
        let number = length.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = length[number.len()..].to_ascii_lowercase();
        !number.is_empty() && UNITS.contains(&unit.as_str())
    })
}

/// Whether a text has spaces that count, and no attribute that keeps them.
fn has_wide_spaces(node: Node) -> bool {
    const XML: &str = "http://www.w3.org/XML/1998/namespace";
    let keeps = |node: Node| node.attribute((XML, "space")) == Some("preserve");
    let mut texts = node.descendants().filter_map(|node| node.text());
    !node.ancestors().any(keeps)
        && texts.any(|text| text.trim().contains("  ") || text.trim().contains('\n'))
}

const fn unread_on(
    name: &'static str,
    idle: &'static [&'static str],
    changes: fn(Node) -> bool,
) -> Unread {
    Unread {
        name,
        idle,
        changes,
    }
}

fn is(node: Node, names: &[&str]) -> bool {
    names.contains(&node.tag_name().name())
}

fn is_root(node: Node) -> bool {
    node.parent().is_some_and(|parent| parent.is_root())
}

fn has_box(node: Node) -> bool {
    is(node, &["rect", "image", "use", "svg"]) && !is_root(node)
}

fn has_text(node: Node) -> bool {
    has_any(node, &["text", "tspan"])
}

fn has_gradient(node: Node) -> bool {
    has_any(node, &["linearGradient", "radialGradient", "mask"])
}

fn has_any(node: Node, names: &[&str]) -> bool {
    let mut parts = node.descendants().filter(|part| is_drawn(*part));
    parts.any(|part| is(part, names))
}

/// Returns the error about a style, or about a whole rule if it has no name.
pub(super) fn unread(name: &str, value: &str) -> PictureError {
    let words: Vec<&str> = value.split_whitespace().collect();
    let value: String = words.join(" ").chars().take(60).collect();
    PictureError::Unsupported(UnsupportedFeature::Style(match name {
        "" => value,
        name => format!("{name}: {value}"),
    }))
}

fn transform(value: &str) -> PictureError {
    let value: String = value.chars().take(60).collect();
    let feature = UnsupportedFeature::Transform(value);
    PictureError::Unsupported(feature)
}
