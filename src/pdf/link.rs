//! Link annotations (ISO 32000-1, 12.5.6.5) and destinations (12.3.2).

use lopdf::{Dictionary, Object, StringFormat, dictionary, text_string};

use crate::geometry::{Pt, Rect};
use crate::layout::page::{Destination, Layout, LinkArea, LinkTarget};
use crate::locale::without_isolates;

/// Makes a link annotation. It has no border, is printed, and describes its purpose in words.
///
/// `key` leads to its `Link` element through the parent tree.
pub(super) fn annotation(
    link: &LinkArea,
    page_height: Pt,
    key: i64,
    layout: &Layout,
    first_page: u32,
) -> Dictionary {
    let mut annotation = dictionary! {
        // `/Type` may be left out (table 164).
        "Subtype" => "Link",
        "F" => 4,
        "Border" => vec![0.into(), 0.into(), 0.into()],
        "Rect" => rectangle(&bounds(&link.areas), page_height),
    };
    if link.areas.len() > 1 {
        annotation.set("QuadPoints", quad_points(&link.areas, page_height));
    }
    annotation.set(
        "Contents",
        text_string(&without_isolates(&link.description)),
    );
    annotation.set("StructParent", key);
    match &link.target {
        LinkTarget::Uri(address) => {
            let address = Object::String(ascii_address(address), StringFormat::Literal);
            annotation.set("A", dictionary! { "S" => "URI", "URI" => address });
        }
        LinkTarget::Destination(index) => {
            annotation.set("Dest", destination(*index, layout, first_page));
        }
    }
    annotation
}

/// Makes an explicit destination that keeps the zoom.
pub(super) fn destination(index: usize, layout: &Layout, first_page: u32) -> Object {
    let Destination { page, at, .. } = layout.destinations[index];
    let height = layout.pages[page].size.height;
    Object::Array(vec![
        (first_page + page as u32, 0).into(),
        "XYZ".into(),
        (at.x.0.floor() as i64).into(),
        ((height - at.y).0.ceil() as i64).into(),
        0.into(),
    ])
}

/// Returns left, bottom, right and top in PDF's upward coordinates. Whole points are precise enough
/// for areas to click on or zoom to.
pub(super) fn rectangle(area: &Rect, page_height: Pt) -> Object {
    let sides = [
        area.origin.x,
        page_height - area.bottom(),
        area.right(),
        page_height - area.origin.y,
    ];
    whole_points(sides)
}

fn whole_points(lengths: impl IntoIterator<Item = Pt>) -> Object {
    let lengths = lengths.into_iter().map(|length| length.0.round() as i64);
    Object::Array(lengths.map(Object::from).collect())
}

/// Returns the corners of each area from the lower left, counterclockwise.
fn quad_points(areas: &[Rect], page_height: Pt) -> Object {
    whole_points(areas.iter().flat_map(|area| {
        let (low, high) = (page_height - area.bottom(), page_height - area.origin.y);
        let (left, right) = (area.origin.x, area.right());
        [left, low, right, low, right, high, left, high]
    }))
}

fn bounds(areas: &[Rect]) -> Rect {
    let [mut left, mut top] = [Pt(f32::MAX); 2];
    let [mut right, mut bottom] = [Pt(f32::MIN); 2];
    for area in areas {
        left = left.min(area.origin.x);
        top = top.min(area.origin.y);
        right = right.max(area.right());
        bottom = bottom.max(area.bottom());
    }
    Rect::new(left, top, right - left, bottom - top)
}

/// Percent-encodes characters that PDF does not allow in an address (12.6.4.7).
fn ascii_address(address: &str) -> Vec<u8> {
    let mut ascii = String::with_capacity(address.len());
    for byte in address.bytes() {
        if byte.is_ascii_graphic() {
            ascii.push(char::from(byte));
        } else {
            ascii += &format!("%{byte:02X}");
        }
    }
    ascii.into_bytes()
}
