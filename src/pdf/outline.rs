//! The outline of a leaflet, nested by level (ISO 32000-1, 12.3.3).

use std::io;

use lopdf::{Dictionary, ObjectId, dictionary, text_string};

use super::link;
use super::object_writer::ObjectWriter;
use crate::layout::page::Layout;
use crate::locale::without_isolates;

/// Writes the outline and returns its root, if there are bookmarks.
pub(super) fn write<W: io::Write>(
    layout: &Layout,
    first_page: u32,
    writer: &mut ObjectWriter<W>,
) -> io::Result<Option<ObjectId>> {
    let outline = &layout.outline[..];
    if outline.is_empty() {
        return Ok(None);
    }
    // The root comes after all bookmarks.
    let root = outline.len();
    let first = writer.reserve_many(outline.len() + 1);
    let id = |index: usize| (first + index as u32, 0);

    let mut parents: Vec<usize> = Vec::with_capacity(outline.len());
    let mut kids: Vec<Vec<usize>> = vec![Vec::new(); outline.len() + 1];
    for (index, bookmark) in outline.iter().enumerate() {
        let mut parent = index.checked_sub(1).unwrap_or(root);
        while parent != root && outline[parent].level >= bookmark.level {
            parent = parents[parent];
        }
        parents.push(parent);
        kids[parent].push(index);
    }
    // Count of all entries below each one: everything is open.
    let mut below = vec![0; outline.len() + 1];
    for index in (0..outline.len()).rev() {
        below[parents[index]] += below[index] + 1;
    }
    let set_kids = |entry: &mut Dictionary, index: usize| {
        if let [first, .., last] | [first @ last] = kids[index][..] {
            entry.set("First", id(first));
            entry.set("Last", id(last));
            entry.set("Count", below[index]);
        }
    };
    for (index, bookmark) in outline.iter().enumerate() {
        let siblings = &kids[parents[index]];
        let place = siblings.partition_point(|&sibling| sibling < index);
        let mut entry = dictionary! {
            "Title" => text_string(&without_isolates(&bookmark.title)),
            "Parent" => id(parents[index]),
        };
        if place > 0 {
            entry.set("Prev", id(siblings[place - 1]));
        }
        if let Some(&next) = siblings.get(place + 1) {
            entry.set("Next", id(next));
        }
        set_kids(&mut entry, index);
        entry.set(
            "Dest",
            link::destination(bookmark.destination, layout, first_page),
        );
        writer.object(id(index), entry)?;
    }
    let mut entry = dictionary! { "Type" => "Outlines" };
    set_kids(&mut entry, root);
    writer.object(id(root), entry)?;
    Ok(Some(id(root)))
}
