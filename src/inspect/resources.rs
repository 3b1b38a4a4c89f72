//! Fonts and links of a file, and its title.

use std::collections::{BTreeMap, BTreeSet};

use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::{
    Array, Dict, Name, Object, ObjectIdentifier, Stream, String as PdfString,
};
use hayro_interpret::hayro_syntax::page::Page;

use super::page::name_text;
use super::strings::{collapsed, text_of};
use super::{Font, Link};

/// Maximum depth of resources within resources.
const MAX_DEPTH: usize = 20;

/// Collects the fonts of pages, each once.
#[derive(Default)]
pub(super) struct Fonts {
    fonts: BTreeMap<(String, bool, bool), u32>,
    seen: BTreeSet<ObjectIdentifier>,
}

impl Fonts {
    /// Adds the fonts of a page, of its forms and of its patterns.
    pub(super) fn add_page(&mut self, page: &Page<'_>, number: u32) {
        let resources = page.resources();
        self.add_fonts(&resources.fonts, number, 0);
        self.add_streams(&resources.x_objects, number, 0);
        self.add_streams(&resources.patterns, number, 0);
    }

    /// Returns the fonts by name.
    pub(super) fn list(self) -> Vec<Font> {
        let fonts = self.fonts.into_iter();
        fonts
            .map(|((name, embedded, to_unicode), page)| Font {
                name,
                embedded,
                to_unicode,
                page,
            })
            .collect()
    }

    fn add_fonts(&mut self, fonts: &Dict<'_>, page: u32, depth: usize) {
        for key in sorted_keys(fonts) {
            let Some(font) = fonts.get::<Dict<'_>>(&key) else {
                continue;
            };
            let subtype = font.get::<Name<'_>>("Subtype").map(|name| name_text(&name));
            let is_type3 = subtype.as_deref() == Some("Type3");
            let name = font
                .get::<Name<'_>>("BaseFont")
                .or_else(|| font.get::<Name<'_>>("Name"))
                .map_or("Type 3".to_owned(), |name| name_text(&name));
            let to_unicode = font.contains_key("ToUnicode");
            let descendants = font.get::<Array<'_>>("DescendantFonts");
            let described = descendants
                .and_then(|fonts| fonts.iter::<Dict<'_>>().next())
                .unwrap_or_else(|| font.clone());
            let descriptor = described.get::<Dict<'_>>("FontDescriptor");
            let embedded = is_type3
                || descriptor.is_some_and(|descriptor| {
                    ["FontFile", "FontFile2", "FontFile3"]
                        .iter()
                        .any(|key| descriptor.get::<Stream<'_>>(key).is_some())
                });
            let key = (without_subset_tag(&collapsed(&name)), embedded, to_unicode);
            self.fonts.entry(key).or_insert(page);
            if let Some(resources) = font.get::<Dict<'_>>("Resources") {
                self.add_resources(&resources, page, depth + 1);
            }
        }
    }

    fn add_streams(&mut self, streams: &Dict<'_>, page: u32, depth: usize) {
        for key in sorted_keys(streams) {
            let Some(stream) = streams.get::<Stream<'_>>(&key) else {
                continue;
            };
            if self.seen.insert(stream.obj_id())
                && let Some(resources) = stream.dict().get::<Dict<'_>>("Resources")
            {
                self.add_resources(&resources, page, depth + 1);
            }
        }
    }

    fn add_resources(&mut self, resources: &Dict<'_>, page: u32, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        let part = |key: &str| resources.get::<Dict<'_>>(key).unwrap_or_default();
        self.add_fonts(&part("Font"), page, depth);
        self.add_streams(&part("XObject"), page, depth);
        self.add_streams(&part("Pattern"), page, depth);
    }
}

fn sorted_keys(dict: &Dict<'_>) -> Vec<Vec<u8>> {
    let mut keys: Vec<Vec<u8>> = dict.keys().map(|key| key.as_ref().to_vec()).collect();
    keys.sort();
    keys
}

/// Removes the tag of a subset, as in `ABCDEF+Name`.
fn without_subset_tag(name: &str) -> String {
    match name.split_once('+') {
        Some((tag, rest))
            if tag.len() == 6 && tag.bytes().all(|byte| byte.is_ascii_uppercase()) =>
        {
            rest.to_owned()
        }
        _ => name.to_owned(),
    }
}

/// Returns the links of a page.
pub(super) fn links(page: &Page<'_>, number: u32) -> Vec<Link> {
    let Some(annotations) = page.raw().get::<Array<'_>>("Annots") else {
        return Vec::new();
    };
    annotations
        .iter::<Dict<'_>>()
        .filter(|annotation| annotation.get::<Name<'_>>("Subtype").as_deref() == Some(&b"Link"[..]))
        .map(|link| {
            let contents = link.get::<PdfString<'_>>("Contents");
            let target = link
                .get::<Dict<'_>>("A")
                .and_then(|action| action.get::<PdfString<'_>>("URI"));
            Link {
                page: number,
                has_contents: contents.is_some_and(|text| !text_of(&text).is_empty()),
                target: target.map(|target| text_of(&target)),
            }
        })
        .collect()
}

/// Returns the title of a file, from its XMP or its information.
pub(super) fn title(pdf: &Pdf, catalog: &Dict<'_>) -> Option<String> {
    let xmp = catalog.get::<Stream<'_>>("Metadata");
    let xmp = xmp.and_then(|xmp| xmp.decoded_data().ok().map(|data| data.into_owned()));
    let xmp = xmp.map(|data| String::from_utf8_lossy(&data).into_owned());
    let from_xmp = xmp.and_then(|xmp| xmp_value(&xmp, "dc:title"));
    let from_info = pdf.metadata().title.as_ref().map(|title| text_of(title));
    let is_said = |title: &String| !title.trim().is_empty();
    from_xmp.filter(is_said).or(from_info.filter(is_said))
}

/// Returns the first text in an element of XMP.
pub(super) fn xmp_value(xmp: &str, name: &str) -> Option<String> {
    let start = xmp.find(&format!("<{name}"))?;
    let end = xmp[start..].find(&format!("</{name}>"))? + start;
    let mut rest = &xmp[start..end];
    while let Some((_, after)) = rest.split_once('>') {
        let text = after.split('<').next().unwrap_or_default().trim();
        if !text.is_empty() {
            return Some(collapsed(&unescaped(text)));
        }
        rest = after;
    }
    None
}

/// Replaces the references that XML demands.
fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

/// Returns a text of a dictionary that is not empty.
pub(super) fn string(dict: &Dict<'_>, key: &str) -> Option<String> {
    match dict.get::<Object<'_>>(key)? {
        Object::String(text) => Some(text_of(&text)).filter(|text| !text.is_empty()),
        Object::Name(name) => Some(name_text(&name)).filter(|text| !text.is_empty()),
        _ => None,
    }
}
