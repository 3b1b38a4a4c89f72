//! Rejects rules of style sheets that browsers follow and usvg leaves out.

use simplecss::Selector;
use usvg::roxmltree::Document;

use super::modern_css::{is_parsed, rules, without_comments};
use super::style::is_style;
use super::unread_styles::unread;
use crate::picture::PictureError;

/// At-rules that change nothing on paper, or have a finding of their own.
const IDLE_RULES: [&str; 7] = [
    "charset",
    "namespace",
    "font-face",
    "page",
    "property",
    "counter-style",
    "color-profile",
];
/// Words of media queries that do not hold on paper.
const OFF_PAPER: [&str; 6] = [
    "dark",
    "prefers-reduced",
    "prefers-contrast",
    "forced-colors",
    "hover",
    "pointer",
];
/// Parts of selectors that match nothing on paper, or nothing that is drawn.
const IDLE_SELECTORS: [&str; 6] = [":hover", ":focus", ":active", ":visited", ":target", "::"];
/// Beginnings of the names of properties that drawings have.
const DRAWN: [&str; 16] = [
    "fill",
    "stroke",
    "opacity",
    "display",
    "visibility",
    "clip",
    "mask",
    "filter",
    "marker",
    "font",
    "text",
    "transform",
    "stop",
    "flood",
    "color",
    "mix-blend",
];

/// Rejects a drawing with such a rule.
pub(super) fn check(document: &Document) -> Result<(), PictureError> {
    for node in document.descendants() {
        if let Some(style) = node.attribute("style") {
            check_declarations(style)?;
        }
        // Browsers and usvg ignore sheets in other languages.
        let is_css = |kind: &str| kind.is_empty() || kind == "text/css";
        if !is_style(node) || !node.attribute("type").is_none_or(is_css) {
            continue;
        }
        let media = node.attribute("media").unwrap_or_default().trim();
        if !matches!(media, "" | "all" | "screen") {
            return Err(unread("media", media));
        }
        let sheet = without_comments(node.text().unwrap_or_default());
        for (head, body) in rules(&sheet) {
            match head.strip_prefix('@') {
                Some(head) => check_at_rule(head)?,
                None => {
                    check_selectors(head)?;
                    check_declarations(body)?;
                }
            }
        }
    }
    Ok(())
}

fn check_at_rule(head: &str) -> Result<(), PictureError> {
    let end = head.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let (name, condition) = head.split_at(end.unwrap_or(head.len()));
    // A style that plays an animation is rejected.
    let is_idle = IDLE_RULES.contains(&name) || name.ends_with("keyframes");
    let is_off_paper = name == "media" && OFF_PAPER.iter().any(|word| condition.contains(word));
    match is_idle || is_off_paper {
        true => Ok(()),
        false => Err(unread("", &format!("@{head}"))),
    }
}

fn check_selectors(head: &str) -> Result<(), PictureError> {
    let is_read = |selector: &str| {
        let selector = selector.trim().replace(":root", "svg");
        let is_idle = || IDLE_SELECTORS.iter().any(|part| selector.contains(part));
        selector.is_empty()
            || is_idle()
            || Selector::parse(&selector).is_some() && !selector.contains(":lang(")
    };
    match head.is_empty() || head.split(',').all(is_read) {
        true => Ok(()),
        false => Err(unread("", head)),
    }
}

/// Rejects declarations of drawn properties that are spelt or nested in a way that usvg cannot read.
fn check_declarations(block: &str) -> Result<(), PictureError> {
    if block.contains('{') {
        return Err(unread("", block));
    }
    for declaration in block.split(';') {
        let Some((name, value)) = declaration.split_once(':') else {
            continue;
        };
        let (name, value) = (name.trim(), value.trim());
        let small = name.to_ascii_lowercase();
        let is_drawn = DRAWN.iter().any(|start| small.starts_with(start));
        let plain = value.strip_suffix("important").map(str::trim_end);
        let plain = plain.and_then(|value| value.strip_suffix('!'));
        let is_nested = value.matches('(').count() > 1;
        let is_read = || is_parsed(declaration, name, plain.unwrap_or(value).trim());
        if is_drawn && (name != small || is_nested && !is_read()) {
            return Err(unread(name, value));
        }
    }
    Ok(())
}
