//! Rejects drawings that could run code, load other files or exhaust memory.

use std::collections::HashMap;

use usvg::roxmltree::{Document, Node};

use crate::picture::PictureError;

const MAX_DEPTH: usize = 64;
/// Most elements, path segments and letters after `use` elements are expanded.
const MAX_EXPANDED: u64 = 400_000;

pub(super) fn unsafe_at(reason: impl Into<String>, at: Option<usize>) -> PictureError {
    PictureError::Unsafe {
        reason: reason.into(),
        at,
    }
}

/// Rejects an unsafe drawing.
pub(super) fn check(document: &Document) -> Result<(), PictureError> {
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
            return Err(unsafe_at(
                format!("it is nested deeper than {MAX_DEPTH} levels"),
                at,
            ));
        }
        check_element(node)?;
        if let Some(id) = node.attribute("id") {
            ids.entry(id).or_insert(node);
        }
    }
    let mut known = HashMap::new();
    let expanded = expanded(document.root_element(), &ids, &mut known, 0)?;
    if expanded > MAX_EXPANDED {
        return Err(unsafe_at(
            "it grows beyond all bounds when its `use` elements are replaced",
            None,
        ));
    }
    Ok(())
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

/// Counts elements, path segments and letters after `use` elements are expanded. `known` holds the count of
/// each node; `None` marks a node whose count is in progress.
fn expanded<'a>(
    node: Node<'a, '_>,
    ids: &HashMap<&str, Node<'a, '_>>,
    known: &mut HashMap<usize, Option<u64>>,
    depth: usize,
) -> Result<u64, PictureError> {
    let at = Some(node.range().start);
    if depth > 4 * MAX_DEPTH {
        return Err(unsafe_at(
            "its `use` elements refer to each other too deeply",
            at,
        ));
    }
    match known.insert(node.id().get_usize(), None) {
        Some(Some(count)) => {
            known.insert(node.id().get_usize(), Some(count));
            return Ok(count);
        }
        Some(None) => return Err(unsafe_at("a `use` element refers to itself", at)),
        None => {}
    }
    // A path segment takes about eight characters.
    let drawn = ["d", "points"]
        .iter()
        .filter_map(|name| node.attribute(*name))
        .map(str::len)
        .sum::<usize>();
    let letters = node
        .children()
        .filter_map(|child| child.text())
        .map(str::len)
        .sum::<usize>();
    let mut count = 1 + drawn as u64 / 8 + letters as u64;
    for child in node.children().filter(Node::is_element) {
        count = count.saturating_add(expanded(child, ids, known, depth + 1)?);
    }
    for target in referred_to(node).filter_map(|id| ids.get(id)) {
        count = count.saturating_add(expanded(*target, ids, known, depth + 1)?);
    }
    // A path draws its marker at each vertex.
    let markers = node
        .attributes()
        .filter(|attribute| attribute.name().starts_with("marker"));
    if markers.count() > 0 {
        count = count.saturating_mul(1 + drawn as u64 / 8);
    }
    known.insert(node.id().get_usize(), Some(count));
    Ok(count)
}

/// Ids of the elements that an element draws besides its children.
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
