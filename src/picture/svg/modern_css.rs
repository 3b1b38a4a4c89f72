//! Replaces styles that browsers know and usvg does not: custom properties with `var()`, the selector `:root`, the
//! height of lines in `font`, and colours in `color()`, with `icc-color()`, or without commas, as in
//! `rgb(0 128 128 / 80%)`. Leaves out declarations that nothing reads, after which usvg would stop.
//!
//! 1. The style sheets are split into rules. `:root` becomes `svg`.
//! 2. Each element inherits the custom properties around it, and adds its own.
//! 3. Where a declaration with `var()` applies to an element, its value goes into the element's `style`.
//! 4. The sheets are written again without custom properties and `var()`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::str::FromStr;

use simplecss::{DeclarationTokenizer, Selector};
use usvg::roxmltree::{Document, Node};

use super::safety::{is_drawn, too_complex};
use super::style::{StyledNode, Styles, is_style};
use crate::picture::{PictureError, UnsupportedFeature};

/// Most custom properties inside each other.
const MAX_DEPTH: usize = 16;
/// Most bytes of a value.
const MAX_VALUE: usize = 4_000;
/// Most bytes that the replaced values add.
const MAX_ADDED: usize = 2_000_000;

/// A property and its value.
struct Declaration<'a> {
    name: &'a str,
    value: &'a str,
    is_important: bool,
}

/// A rule with one selector.
struct Rule<'a> {
    selector: Selector<'a>,
    declarations: &'a [Declaration<'a>],
}

/// Custom properties of an element, with `var()` replaced.
type Variables = BTreeMap<String, String>;

/// Returns the drawing's text with modern styles replaced; `None` if it has none.
pub(super) fn replaced(document: &Document) -> Result<Option<String>, PictureError> {
    let source = document.input_text();
    let words = ["var(", "color(", ":root"];
    let has_modern_style = words.iter().any(|word| source.contains(word));
    if !has_modern_style && !has_colour_without_commas(source) && !loses_declarations(document) {
        return Ok(None);
    }
    let sheets: Vec<String> = document
        .descendants()
        .filter(|node| is_style(*node))
        .map(|node| without_comments(node.text().unwrap_or_default()))
        .collect();
    let blocks: Vec<(String, Vec<Declaration>)> =
        sheets.iter().flat_map(|sheet| blocks(sheet)).collect();
    let mut rules: Vec<Rule> = Vec::new();
    for (selectors, declarations) in &blocks {
        for selector in selectors.split(',').filter_map(Selector::parse) {
            rules.push(Rule {
                selector,
                declarations,
            });
        }
    }
    rules.sort_by_key(|rule| rule.selector.specificity());
    let mut rewriter = Rewriter {
        rules: &rules,
        edits: Vec::new(),
        added: 0,
    };
    rewriter.element(document.root_element(), &Variables::new())?;
    let mut all = rewriter.edits;
    for node in document.descendants().filter(|node| is_style(*node)) {
        let sheet = without_comments(node.text().unwrap_or_default());
        if let Some(range) = inner_range(node) {
            all.push((range, escaped(&rewritten(&sheet))));
        }
    }
    all.sort_by_key(|(range, _)| range.start);
    let mut text = String::with_capacity(source.len());
    let mut done = 0;
    for (range, new) in all {
        text.push_str(&source[done..range.start]);
        text.push_str(&new);
        done = range.end;
    }
    text.push_str(&source[done..]);
    Ok(Some(text))
}

/// Refuses colours that usvg does not know: it would draw them black.
pub(super) fn check_colours(document: &Document) -> Result<(), PictureError> {
    let styles = Styles::read(document)?;
    for node in document.descendants().filter(|node| is_drawn(*node)) {
        styles.each_value(node, |name, value| {
            let value = value.trim();
            let is_keyword = |word: &str| value.eq_ignore_ascii_case(word);
            let is_known = match name {
                "fill" | "stroke" => {
                    is_keyword("initial") || svgtypes::Paint::from_str(value).is_ok()
                }
                "stop-color" | "flood-color" | "lighting-color" | "color" => {
                    ["inherit", "currentColor"].into_iter().any(is_keyword)
                        || svgtypes::Color::from_str(value).is_ok()
                }
                _ => true,
            };
            if is_known || value.is_empty() {
                return Ok(());
            }
            let value: String = value.chars().take(60).collect();
            Err(PictureError::Unsupported(UnsupportedFeature::Other(
                format!("the colour `{value}`"),
            )))
        })?;
    }
    Ok(())
}

struct Rewriter<'r> {
    rules: &'r [Rule<'r>],
    edits: Vec<(Range<usize>, String)>,
    added: usize,
}

impl Rewriter<'_> {
    fn element(&mut self, node: Node, inherited: &Variables) -> Result<(), PictureError> {
        let own = node.attribute("style").map(without_comments);
        let own = declarations(own.as_deref().unwrap_or_default());
        let matching: Vec<&Declaration> = self
            .rules
            .iter()
            .filter(|rule| rule.selector.matches(&StyledNode(node)))
            .flat_map(|rule| rule.declarations)
            .collect();
        let variables = variables(inherited, matching.iter().copied().chain(&own));
        let variables = variables.as_ref().unwrap_or(inherited);
        // The last declaration of a property counts, and important ones before others.
        let mut winners: BTreeMap<&str, &Declaration> = BTreeMap::new();
        for declaration in matching.into_iter().filter(|one| is_readable(one)) {
            let known = winners.get(declaration.name);
            if known.is_none_or(|known| !known.is_important || declaration.is_important) {
                winners.insert(declaration.name, declaration);
            }
        }
        let mut style = String::new();
        for declaration in winners.values().filter(|one| one.value.contains("var(")) {
            push(&mut style, declaration, variables);
        }
        let needs_own = node.attribute("style").is_some_and(loses)
            || own.iter().any(|one| is_custom(one) || is_modern(one.value));
        if !style.is_empty() || needs_own {
            for declaration in own.iter().filter(|one| is_readable(one)) {
                push(&mut style, declaration, variables);
            }
            self.set_style(node, &style)?;
        }
        for attribute in node.attributes() {
            if attribute.name() != "style" && is_modern(attribute.value()) {
                let value = value(attribute.value(), variables);
                self.edit(attribute.range_value(), &value)?;
            }
        }
        for child in node.children().filter(Node::is_element) {
            self.element(child, variables)?;
        }
        Ok(())
    }

    fn set_style(&mut self, node: Node, style: &str) -> Result<(), PictureError> {
        if let Some(attribute) = node.attribute_node("style") {
            return self.edit(attribute.range_value(), style);
        }
        let start = node.range().start + 1;
        let rest = &node.document().input_text()[start..];
        let name = rest.find(|c: char| c.is_whitespace() || c == '/' || c == '>');
        let at = start + name.unwrap_or(0);
        self.added += style.len();
        self.check()?;
        let style = format!(" style=\"{}\"", escaped(style));
        self.edits.push((at..at, style));
        Ok(())
    }

    fn edit(&mut self, range: Range<usize>, value: &str) -> Result<(), PictureError> {
        self.added += value.len();
        self.check()?;
        self.edits.push((range, escaped(value)));
        Ok(())
    }

    fn check(&self) -> Result<(), PictureError> {
        match self.added > MAX_ADDED {
            true => Err(too_complex(
                "its style variables grow beyond all bounds",
                None,
            )),
            false => Ok(()),
        }
    }
}

/// Writes a declaration with its value replaced.
fn push(style: &mut String, declaration: &Declaration, variables: &Variables) {
    let mark = if declaration.is_important {
        " !important"
    } else {
        ""
    };
    let value = value(declaration.value, variables);
    let value = match declaration.name {
        "font" => without_line_height(&value),
        _ => value,
    };
    let _ = write!(style, "{}:{value}{mark};", declaration.name);
}

/// Returns the custom properties of an element; `None` if it adds none to the inherited ones.
fn variables<'a>(
    inherited: &Variables,
    declarations: impl Iterator<Item = &'a Declaration<'a>>,
) -> Option<Variables> {
    let mut raw = inherited.clone();
    let mut own = Vec::new();
    for declaration in declarations.filter(|one| is_custom(one)) {
        raw.insert(declaration.name.to_owned(), declaration.value.to_owned());
        own.push(declaration.name);
    }
    if own.is_empty() {
        return None;
    }
    let mut variables = raw.clone();
    for name in own {
        match raw.get(name).and_then(|value| substituted(value, &raw, 0)) {
            Some(value) => variables.insert(name.to_owned(), value),
            // A variable that leads to itself has no value.
            None => variables.remove(name),
        };
    }
    Some(variables)
}

/// Returns a value as usvg reads it. A value without meaning is inherited, as in browsers.
fn value(value: &str, variables: &Variables) -> String {
    let value = substituted(value, variables, 0);
    value.map_or_else(|| "inherit".to_owned(), |value| with_plain_colours(&value))
}

/// Replaces each `var()`. Returns `None` if a variable has no value.
fn substituted(value: &str, variables: &Variables, depth: usize) -> Option<String> {
    let Some(start) = value.find("var(") else {
        return Some(value.to_owned());
    };
    if depth > MAX_DEPTH {
        return None;
    }
    let inside = start + "var(".len();
    let end = inside + closing(&value[inside..])?;
    let (name, fallback) = match value[inside..end].split_once(',') {
        Some((name, fallback)) => (name.trim(), Some(fallback.trim())),
        None => (value[inside..end].trim(), None),
    };
    let known = variables.get(name).map(String::as_str).or(fallback)?;
    let new = substituted(known, variables, depth + 1)?;
    let rest = substituted(&value[end + 1..], variables, depth + 1)?;
    let whole = format!("{}{new}{rest}", &value[..start]);
    (whole.len() <= MAX_VALUE).then_some(whole)
}

/// Returns the position of the parenthesis that closes the text before it.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, sign) in text.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Replaces `color()` in the spaces of screens, and leaves out `icc-color()` after another colour.
fn with_plain_colours(value: &str) -> String {
    let mut plain = value.to_owned();
    while let Some(start) = plain.find("icc-color(") {
        let Some(length) = closing(&plain[start + "icc-color(".len()..]) else {
            break;
        };
        plain.replace_range(start..=start + "icc-color(".len() + length, "");
    }
    if let Some(inside) = plain.trim().strip_prefix("color(")
        && let Some(colour) = inside.strip_suffix(')').and_then(screen_colour)
    {
        return colour;
    }
    let plain = plain.trim();
    with_commas(plain).unwrap_or_else(|| plain.to_owned())
}

/// Functions for colours with and without commas.
const COLOUR_FUNCTIONS: [&str; 4] = ["rgb(", "rgba(", "hsl(", "hsla("];

fn has_colour_without_commas(text: &str) -> bool {
    COLOUR_FUNCTIONS.iter().any(|function| {
        let inside = text.split(function).skip(1);
        let mut inside = inside.map(|rest| rest.split(')').next().unwrap_or_default());
        inside.any(|inside| !inside.contains(','))
    })
}

/// Returns `rgb(0 128 128 / 80%)` as `rgba(0, 128, 128, 0.8)` (CSS Color 4, 4.1); `None` for other values.
fn with_commas(value: &str) -> Option<String> {
    let function = COLOUR_FUNCTIONS
        .iter()
        .find(|name| value.starts_with(*name))?;
    let inside = value[function.len()..].strip_suffix(')')?;
    if inside.contains([',', '(']) {
        return None;
    }
    let (colour, alpha) = match inside.split_once('/') {
        Some((colour, alpha)) => (colour, number(alpha)?),
        None => (inside, 1.0),
    };
    let channels = colour.split_whitespace().map(|channel| match channel {
        "none" => "0",
        channel => channel.strip_suffix("deg").unwrap_or(channel),
    });
    let channels: Vec<&str> = channels.collect();
    let name = &function[..3];
    (channels.len() == 3).then(|| format!("{name}a({}, {alpha})", channels.join(", ")))
}

/// Returns an sRGB colour for the parameters of `color()` in the spaces `srgb` and `display-p3` (CSS Color 4,
/// 10). Colours outside sRGB become the nearest channel values.
fn screen_colour(parameters: &str) -> Option<String> {
    let (colour, alpha) = match parameters.split_once('/') {
        Some((colour, alpha)) => (colour, number(alpha)?),
        None => (parameters, 1.0),
    };
    let mut words = colour.split_whitespace();
    let space = words.next()?;
    let channels: Vec<f32> = words.map(number).collect::<Option<_>>()?;
    let [red, green, blue] = channels[..] else {
        return None;
    };
    let linear = |value: f32| match value {
        _ if value <= 0.04045 => value / 12.92,
        _ => ((value + 0.055) / 1.055).powf(2.4),
    };
    let gamma = |value: f32| match value {
        _ if value <= 0.003_130_8 => value * 12.92,
        _ => 1.055 * value.powf(1.0 / 2.4) - 0.055,
    };
    let [red, green, blue] = match space {
        "srgb" => [red, green, blue],
        "display-p3" => {
            let [r, g, b] = [red, green, blue].map(linear);
            let srgb = [
                1.224_94 * r - 0.224_94 * g,
                -0.042_057 * r + 1.042_057 * g,
                -0.019_638 * r - 0.078_636 * g + 1.098_274 * b,
            ];
            srgb.map(gamma)
        }
        _ => return None,
    };
    let byte = |value: f32| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
    let (red, green, blue) = (byte(red), byte(green), byte(blue));
    Some(format!("rgba({red}, {green}, {blue}, {alpha})"))
}

/// Reads a number or a percentage.
fn number(text: &str) -> Option<f32> {
    let text = text.trim();
    match text.strip_suffix('%') {
        Some(percent) => percent.parse::<f32>().ok().map(|percent| percent / 100.0),
        None => text.parse().ok(),
    }
}

fn is_custom(declaration: &Declaration) -> bool {
    declaration.name.starts_with("--")
}

fn is_modern(value: &str) -> bool {
    value.contains("var(") || value.contains("color(") || with_commas(value.trim()).is_some()
}

/// Whether usvg can read a declaration. Browsers skip values that they cannot read, too, and take those
/// before.
fn is_readable(declaration: &Declaration) -> bool {
    let is_colour = matches!(
        declaration.name,
        "fill" | "stroke" | "stop-color" | "flood-color" | "lighting-color" | "color"
    );
    let is_unknown = || {
        let plain = with_plain_colours(declaration.value);
        ["color(", "color-mix("]
            .iter()
            .any(|word| plain.contains(word))
    };
    !(is_custom(declaration) || is_colour && is_unknown())
}

pub(super) fn without_comments(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("/*") {
        kept.push_str(&rest[..start]);
        let end = rest[start + 2..].find("*/");
        rest = end.map_or("", |end| &rest[start + 2 + end + 2..]);
    }
    kept.push_str(rest);
    kept.replace("<!--", "").replace("-->", "")
}

/// Splits a style sheet into selectors and declarations. Leaves out rules that begin with `@`, as usvg does.
fn blocks(sheet: &str) -> Vec<(String, Vec<Declaration<'_>>)> {
    let rules = rules(sheet).into_iter();
    let plain = rules.filter(|(head, _)| !head.starts_with('@'));
    let blocks = plain.map(|(head, body)| (selectors(head), declarations(body)));
    blocks.collect()
}

/// Splits a style sheet without comments into the heads and bodies of its rules.
pub(super) fn rules(sheet: &str) -> Vec<(&str, &str)> {
    let mut rules = Vec::new();
    let mut rest = sheet.trim_start();
    while !rest.is_empty() {
        let Some(open) = rest.find(['{', ';']) else {
            break;
        };
        let head = rest[..open].trim();
        if rest[open..].starts_with(';') {
            rest = rest[open + 1..].trim_start();
            continue;
        }
        let mut depth = 0;
        let close = rest[open..].char_indices().find_map(|(at, sign)| {
            match sign {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            (depth == 0).then_some(open + at)
        });
        let close = close.unwrap_or(rest.len());
        rules.push((head, rest.get(open + 1..close).unwrap_or_default()));
        rest = rest.get(close + 1..).unwrap_or_default().trim_start();
    }
    rules
}

/// Returns selectors as usvg reads them.
fn selectors(head: &str) -> String {
    head.replace("svg:root", "svg").replace(":root", "svg")
}

/// Whether the parser of style sheets, which stops at a declaration that it cannot read, loses some after it.
fn loses_declarations(document: &Document) -> bool {
    document.descendants().any(|node| match is_style(node) {
        true => {
            let sheet = without_comments(node.text().unwrap_or_default());
            let plain = |(head, body): (&str, &str)| !head.starts_with('@') && loses(body);
            rules(&sheet).into_iter().any(plain)
        }
        false => node.attribute("style").is_some_and(loses),
    })
}

fn loses(block: &str) -> bool {
    let all = declarations(block);
    let all = all.iter().map(|one| (one.name, one.value));
    !DeclarationTokenizer::from(block)
        .map(|token| (token.name, token.value))
        .eq(all)
}

/// Returns the value of the property `font` without the height of lines, as in `20px/1.5 serif`. A drawing has no
/// use for it, and usvg cannot read it.
fn without_line_height(font: &str) -> String {
    match font.split_once('/') {
        Some((size, rest)) => {
            let height = rest.trim_start().find(char::is_whitespace);
            let rest = height.map_or("", |end| &rest.trim_start()[end..]);
            format!("{}{rest}", size.trim_end())
        }
        None => font.to_owned(),
    }
}

/// Whether the parser of style sheets reads a declaration, or this module makes it readable.
pub(super) fn is_parsed(declaration: &str, name: &str, value: &str) -> bool {
    let tokens = || DeclarationTokenizer::from(declaration);
    let is_font = || name == "font" && value.contains('/');
    is_modern(value)
        || name.starts_with("--")
        || is_font()
        || tokens().count() == 1 && tokens().all(|token| token.value == value)
}

/// Splits the declarations of a block or a `style` attribute. Leaves out those that nothing reads.
fn declarations(block: &str) -> Vec<Declaration<'_>> {
    let mut declarations = Vec::new();
    let (mut start, mut depth, mut quote) = (0, 0_usize, None);
    let ends = block.char_indices().chain([(block.len(), ';')]);
    for (at, sign) in ends {
        match (quote, sign) {
            (Some(open), _) if open == sign => quote = None,
            (Some(_), _) if at < block.len() => {}
            (None, '"' | '\'') => quote = Some(sign),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (_, ';') if depth == 0 || at == block.len() => {
                if let Some((name, value)) = block[start..at].split_once(':') {
                    let value = value.trim();
                    let plain = value.strip_suffix("important").map(str::trim_end);
                    let important = plain.and_then(|value| value.strip_suffix('!'));
                    let (name, value) = (name.trim(), important.unwrap_or(value).trim());
                    if is_parsed(&block[start..at], name, value) {
                        declarations.push(Declaration {
                            name,
                            value,
                            is_important: important.is_some(),
                        });
                    }
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    declarations
}

/// Writes a style sheet without custom properties and `var()`.
fn rewritten(sheet: &str) -> String {
    let mut text = String::new();
    for (selectors, declarations) in blocks(sheet) {
        let none = Variables::new();
        let mut body = String::new();
        for declaration in declarations.iter().filter(|one| is_readable(one)) {
            if !declaration.value.contains("var(") {
                push(&mut body, declaration, &none);
            }
        }
        let _ = writeln!(text, "{selectors}{{{body}}}");
    }
    text
}

/// Returns the range between the tags of an element.
fn inner_range(node: Node) -> Option<Range<usize>> {
    let range = node.range();
    let element = &node.document().input_text()[range.clone()];
    let mut quote = None;
    let open = element.char_indices().find_map(|(at, sign)| {
        match (quote, sign) {
            (None, '"' | '\'') => quote = Some(sign),
            (Some(open), _) if open == sign => quote = None,
            (None, '>') => return Some(at),
            _ => {}
        }
        None
    })?;
    let close = element.rfind("</").filter(|close| *close > open)?;
    Some(range.start + open + 1..range.start + close)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
