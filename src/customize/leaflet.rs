//! What a clinic's leaflet says that the library's does not: two documents compared, block by block.
//!
//! A document is taken apart into blocks by the keys of its definition, and each block into paragraphs,
//! items and rows. Blocks of the same key are compared; paragraphs that are the same, or much alike, are
//! each other's counterparts, and what is left over was taken out or put in.

use std::collections::BTreeMap;

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::difference::likeness;
use crate::document::{
    Block, BlockKind, Callout, Document, Figure, Inline, Inlines, ListItem, SectionRole, plain_text,
};
use crate::resolve::Resolved;

/// Paragraphs have to be so much alike to be each other's counterparts.
const COUNTERPART: f64 = 0.4;

/// The most pairs of paragraphs that are compared: beyond it, each stands for itself.
const MAX_PAIRS: usize = 10_000;

/// A block in which two leaflets differ, or that stands elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockDifference {
    /// Its key; empty for the title and what goes with it.
    pub key: String,
    /// Its heading or title, else its key.
    pub name: String,
    /// What became of it as a whole.
    pub fate: Fate,
    /// Its paragraphs, also those that are the same.
    pub parts: Vec<PartDifference>,
}

/// What became of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is where it was.
    Stays,
    /// The clinic has put it in.
    Inserted,
    /// The clinic has left it out.
    Removed,
    /// It stands elsewhere now: after the block of this name, or first.
    Moved(Option<String>),
}

/// A paragraph, item or row and its counterpart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartDifference {
    /// What it is.
    pub kind: PartKind,
    /// What the library says.
    pub old: Option<String>,
    /// What the clinic says.
    pub new: Option<String>,
}

/// What a part of a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartKind {
    /// A title or heading.
    Heading,
    /// Running text.
    Paragraph,
    /// An item of a list.
    Item,
    /// A row of a table, its cells divided by strokes.
    Row,
}

/// The blocks in which a clinic's leaflet differs from the library's, in reading order. `moved` are the
/// keys of the blocks that the clinic has moved.
pub fn compare(library: &Resolved, clinic: &Resolved, moved: &[&str]) -> Vec<BlockDifference> {
    let (old, new) = (blocks(library), blocks(clinic));
    let mut differences = Vec::new();
    for (before, after) in in_order(&old, &new, moved) {
        let difference = match (before, after) {
            (Some(before), Some((index, is_moved))) => {
                let after = &new[index];
                let fate = match is_moved {
                    true => {
                        Fate::Moved(index.checked_sub(1).map(|before| new[before].name.clone()))
                    }
                    false => Fate::Stays,
                };
                let parts = counterparts(&old[before].parts, &after.parts);
                BlockDifference {
                    key: after.key.clone(),
                    name: after.name.clone(),
                    fate,
                    parts,
                }
            }
            (Some(before), None) => difference(&old[before], Fate::Removed),
            (None, Some((index, _))) => difference(&new[index], Fate::Inserted),
            (None, None) => continue,
        };
        let is_same = difference.parts.iter().all(|part| part.old == part.new);
        if difference.fate != Fate::Stays || !is_same {
            differences.push(difference);
        }
    }
    differences
}

/// A block that only one leaflet has.
fn difference(block: &Flat, fate: Fate) -> BlockDifference {
    let parts = block.parts.iter().map(|(kind, text)| {
        let text = Some(text.clone());
        match fate {
            Fate::Removed => PartDifference {
                kind: *kind,
                old: text,
                new: None,
            },
            _ => PartDifference {
                kind: *kind,
                old: None,
                new: text,
            },
        }
    });
    BlockDifference {
        key: block.key.clone(),
        name: block.name.clone(),
        parts: parts.collect(),
        fate,
    }
}

/// The index of an old block; that of the new one of the same key, and whether it stands elsewhere.
type Counterpart = (Option<usize>, Option<(usize, bool)>);

/// Indices of blocks of the same key, in the order of the new ones; what is gone stands where it was.
fn in_order(old: &[Flat], new: &[Flat], moved: &[&str]) -> Vec<Counterpart> {
    let place = |blocks: &[Flat], key: &str| blocks.iter().position(|block| block.key == key);
    // Which of two blocks that changed places has moved, the clinic's own list says.
    let is_named = |block: &Flat| moved.contains(&block.key.as_str());
    let kept = |blocks: &[Flat]| -> Vec<String> {
        blocks
            .iter()
            .filter(|block| !is_named(block))
            .map(|block| block.key.clone())
            .collect()
    };
    let (old_keys, new_keys) = (kept(old), kept(new));
    let ops = capture_diff_slices(Algorithm::Myers, &old_keys, &new_keys);
    let staying: Vec<&String> = ops
        .iter()
        .filter(|op| op.tag() == DiffTag::Equal)
        .flat_map(|op| &old_keys[op.old_range()])
        .collect();
    let mut order: Vec<Counterpart> = new
        .iter()
        .enumerate()
        .map(|(index, block)| {
            let before = place(old, &block.key);
            (
                before,
                Some((index, before.is_some() && !staying.contains(&&block.key))),
            )
        })
        .collect();
    for (index, _) in old
        .iter()
        .enumerate()
        .filter(|(_, block)| place(new, &block.key).is_none())
    {
        // After what it stood after.
        let before = old[..index].iter().rev().find_map(|before| {
            order
                .iter()
                .position(|(other, _)| other.is_some_and(|other| old[other].key == before.key))
        });
        order.insert(before.map_or(0, |before| before + 1), (Some(index), None));
    }
    order
}

/// The lines of two texts and their counterparts; blank lines are left out.
pub fn lines(old: &str, new: &str) -> Vec<PartDifference> {
    let parts = |text: &str| -> Vec<Part> {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        lines
            .map(|line| (PartKind::Paragraph, line.to_owned()))
            .collect()
    };
    counterparts(&parts(old), &parts(new))
}

/// Parts and their counterparts.
fn counterparts(old: &[Part], new: &[Part]) -> Vec<PartDifference> {
    let mut parts = Vec::new();
    let one = |part: &Part, is_old: bool| {
        let (kind, text) = part.clone();
        let (old, new) = if is_old {
            (Some(text), None)
        } else {
            (None, Some(text))
        };
        PartDifference { kind, old, new }
    };
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        let (old, new) = (&old[op.old_range()], &new[op.new_range()]);
        if op.tag() == DiffTag::Equal {
            let both = |(kind, text): &Part| PartDifference {
                kind: *kind,
                old: Some(text.clone()),
                new: Some(text.clone()),
            };
            parts.extend(new.iter().map(both));
            continue;
        }
        let (mut i, mut j) = (0, 0);
        for (a, b) in pairs(old, new) {
            parts.extend(old[i..a].iter().map(|part| one(part, true)));
            parts.extend(new[j..b].iter().map(|part| one(part, false)));
            let ((kind, was), (_, is)) = (&old[a], &new[b]);
            parts.push(PartDifference {
                kind: *kind,
                old: Some(was.clone()),
                new: Some(is.clone()),
            });
            (i, j) = (a + 1, b + 1);
        }
        parts.extend(old[i..].iter().map(|part| one(part, true)));
        parts.extend(new[j..].iter().map(|part| one(part, false)));
    }
    parts
}

/// The pairs of parts, in order, that are most alike all together.
fn pairs(old: &[Part], new: &[Part]) -> Vec<(usize, usize)> {
    if old.len() * new.len() > MAX_PAIRS {
        return Vec::new();
    }
    let alike = |a: &Part, b: &Part| {
        if a.0 == b.0 {
            likeness(&a.1, &b.1)
        } else {
            0.0
        }
    };
    let score: Vec<Vec<f64>> = old
        .iter()
        .map(|a| new.iter().map(|b| alike(a, b)).collect())
        .collect();
    // The best that the rest of both can come to.
    let mut best = vec![vec![0.0_f64; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let paired = if score[i][j] >= COUNTERPART {
                score[i][j] + best[i + 1][j + 1]
            } else {
                0.0
            };
            best[i][j] = paired.max(best[i + 1][j]).max(best[i][j + 1]);
        }
    }
    let mut pairs = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < old.len() && j < new.len() {
        if score[i][j] >= COUNTERPART && best[i][j] <= score[i][j] + best[i + 1][j + 1] {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if best[i + 1][j] >= best[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

type Part = (PartKind, String);

/// A block, taken apart.
struct Flat {
    key: String,
    name: String,
    parts: Vec<Part>,
}

/// The blocks of a leaflet, by key.
fn blocks(resolved: &Resolved) -> Vec<Flat> {
    let document = &resolved.document;
    let words = Flattener {
        keys: citation_keys(document),
        certainty: &document.words.certainty,
    };
    let title = plain_text(&document.title);
    let mut flats = vec![Flat {
        key: String::new(),
        name: title.clone(),
        parts: vec![(PartKind::Heading, title)],
    }];
    if let (Some(subtitle), Some(first)) = (&document.subtitle, flats.first_mut()) {
        first
            .parts
            .push((PartKind::Paragraph, words.text(subtitle)));
    }
    for section in &document.sections {
        let heading = section.heading.as_ref().map(|heading| words.text(heading));
        let mut flat = Flat {
            key: section.key.clone(),
            name: heading.clone().unwrap_or_else(|| section.key.clone()),
            parts: heading
                .map(|heading| (PartKind::Heading, heading))
                .into_iter()
                .collect(),
        };
        for block in &section.blocks {
            if let Some(key) = block.key.as_ref().filter(|key| **key != flat.key) {
                let name = name(block).unwrap_or_else(|| key.clone());
                flats.push(std::mem::replace(
                    &mut flat,
                    Flat {
                        key: key.clone(),
                        name,
                        parts: Vec::new(),
                    },
                ));
            }
            words.block(block, &mut flat.parts);
        }
        if let SectionRole::MainMessage { actions, .. } = &section.role {
            flat.parts.extend(
                actions
                    .iter()
                    .map(|action| (PartKind::Item, words.text(action))),
            );
        }
        flats.push(flat);
    }
    let mut closing = Flat {
        key: "closing".to_owned(),
        name: "closing".to_owned(),
        parts: Vec::new(),
    };
    document
        .closing
        .iter()
        .for_each(|block| words.block(block, &mut closing.parts));
    flats.push(closing);
    // The words in a drawing are part of its picture, and stand in no block.
    for used in &resolved.texts {
        let mut names = used.path.split('.');
        if let (Some(key), Some("labels")) = (names.next(), names.next())
            && let Some(flat) = flats.iter_mut().find(|flat| flat.key == key)
        {
            flat.parts
                .push((PartKind::Item, used.as_str().trim().to_owned()));
        }
    }
    flats
}

/// What a block is called, if it says so itself.
fn name(block: &Block) -> Option<String> {
    match &block.kind {
        BlockKind::Callout(callout) => Some(with_label(callout, plain_text(&callout.title))),
        BlockKind::Table(table) => Some(plain_text(&table.caption)),
        BlockKind::Figure(figure) => Some(plain_text(&figure.caption)),
        _ => None,
    }
    .filter(|name| !name.is_empty())
}

/// A call-out's title as it is read, as in "Take care: about your medicines".
fn with_label(callout: &Callout, title: String) -> String {
    match &callout.label {
        Some(label) => format!("{label} {title}"),
        None => title,
    }
}

/// The keys of the citations, by number: numbers change with every work that is cited before.
fn citation_keys(document: &Document) -> BTreeMap<u32, String> {
    let blocks = document.sections.iter().flat_map(|section| &section.blocks);
    let lists = blocks.filter_map(|block| match &block.kind {
        BlockKind::References(list) => Some(list),
        _ => None,
    });
    lists
        .flat_map(|list| &list.entries)
        .map(|entry| (entry.number, entry.key.clone()))
        .collect()
}

fn lines_to_write_on(count: impl Into<u32>) -> String {
    match count.into() {
        1 => "1 line to write on".to_owned(),
        count => format!("{count} lines to write on"),
    }
}

/// Makes plain text of content.
struct Flattener<'a> {
    keys: BTreeMap<u32, String>,
    /// The name of each certainty.
    certainty: &'a [String; 4],
}

impl Flattener<'_> {
    fn text(&self, inlines: &[Inline]) -> String {
        let mut text = String::new();
        self.push(inlines, &mut text);
        text
    }

    fn push(&self, inlines: &[Inline], text: &mut String) {
        for inline in inlines {
            match inline {
                Inline::Text(words) => text.push_str(words),
                Inline::Strong(content)
                | Inline::Link { content, .. }
                | Inline::Term { content, .. } => {
                    self.push(content, text);
                }
                Inline::LineBreak => text.push(' '),
                Inline::Citation(numbers) => {
                    let keys = numbers
                        .iter()
                        .filter_map(|number| Some(format!("@{}", self.keys.get(number)?)));
                    text.push_str(&format!(" [{}]", keys.collect::<Vec<_>>().join("; ")));
                }
                Inline::Badge(certainty) => {
                    text.push_str(&format!(" [{}]", self.certainty[certainty.index()]));
                }
            }
        }
    }

    fn block(&self, block: &Block, parts: &mut Vec<Part>) {
        let mut push = |kind, text: String| {
            if !text.trim().is_empty() {
                parts.push((kind, text));
            }
        };
        match &block.kind {
            BlockKind::Paragraph(text) => push(PartKind::Paragraph, self.text(text)),
            BlockKind::Heading { text, .. } => push(PartKind::Heading, self.text(text)),
            BlockKind::List(items)
            | BlockKind::Checklist(items)
            | BlockKind::Steps { items, .. } => {
                items.iter().for_each(|item| self.item(item, parts));
            }
            BlockKind::WriteInLines(count) => {
                push(
                    PartKind::Paragraph,
                    format!("({})", lines_to_write_on(*count)),
                );
            }
            BlockKind::Callout(callout) => {
                push(
                    PartKind::Heading,
                    with_label(callout, self.text(&callout.title)),
                );
                callout
                    .blocks
                    .iter()
                    .for_each(|block| self.block(block, parts));
            }
            BlockKind::Table(table) => {
                push(PartKind::Heading, self.text(&table.caption));
                push(PartKind::Row, self.row(&table.header));
                table
                    .rows
                    .iter()
                    .for_each(|row| push(PartKind::Row, self.row(row)));
                table.note.iter().for_each(|block| self.block(block, parts));
            }
            BlockKind::Figure(Figure { alt, caption, .. }) => {
                push(PartKind::Heading, self.text(caption));
                push(PartKind::Paragraph, alt.clone());
            }
            BlockKind::Glossary(entries) => {
                for entry in entries {
                    push(
                        PartKind::Item,
                        format!("{}: {}", entry.term, self.text(&entry.definition)),
                    );
                }
            }
            BlockKind::References(list) => {
                // That a work is cited earlier than another is no change of the list.
                let mut entries: Vec<_> = list.entries.iter().collect();
                entries.sort_by_key(|entry| &entry.key);
                entries
                    .into_iter()
                    .for_each(|entry| push(PartKind::Item, self.text(&entry.text)));
            }
        }
    }

    fn item(&self, item: &ListItem, parts: &mut Vec<Part>) {
        let mut inner = Vec::new();
        item.blocks
            .iter()
            .for_each(|block| self.block(block, &mut inner));
        // The first paragraph is the item, what is nested follows it.
        for (index, (kind, text)) in inner.into_iter().enumerate() {
            let text = match item.write_in_lines {
                0 => text,
                _ if index > 0 => text,
                lines => format!("{text} ({})", lines_to_write_on(lines)),
            };
            parts.push((
                if kind == PartKind::Paragraph {
                    PartKind::Item
                } else {
                    kind
                },
                text,
            ));
        }
    }

    fn row(&self, cells: &[Inlines]) -> String {
        cells
            .iter()
            .map(|cell| self.text(cell))
            .collect::<Vec<_>>()
            .join(" | ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(key: &str, parts: &[&str]) -> Flat {
        let parts = parts
            .iter()
            .map(|text| (PartKind::Paragraph, (*text).to_owned()))
            .collect();
        Flat {
            key: key.to_owned(),
            name: key.to_uppercase(),
            parts,
        }
    }

    /// As in `a b* -c +d`: moved, gone, new.
    fn order(old: &str, new: &str, moved: &[&str]) -> String {
        let blocks = |keys: &str| {
            keys.split(' ')
                .map(|key| flat(key, &[]))
                .collect::<Vec<_>>()
        };
        let (old, new) = (blocks(old), blocks(new));
        let shown = in_order(&old, &new, moved)
            .into_iter()
            .map(|(before, after)| match (before, after) {
                (Some(before), None) => format!("-{}", old[before].key),
                (None, Some((after, _))) => format!("+{}", new[after].key),
                (_, Some((after, true))) => format!("{}*", new[after].key),
                (_, Some((after, false))) => new[after].key.clone(),
                (None, None) => unreachable!(),
            });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn blocks_are_found_where_they_went() {
        assert_eq!(order("a b c d", "a c d", &[]), "a -b c d");
        assert_eq!(order("a b c d", "a b x c d", &[]), "a b +x c d");
        assert_eq!(order("a b c", "b c", &[]), "-a b c");
        assert_eq!(order("a b", "b a", &["a"]), "b a*");
        assert_eq!(order("a b", "b a", &["b"]), "b* a");
        assert_eq!(order("a b c d", "c a b d", &["c"]), "c* a b d");
    }

    #[test]
    fn paragraphs_find_their_counterparts() {
        let part = |text: &str| (PartKind::Paragraph, text.to_owned());
        let old = [
            part("Keep."),
            part("Walk a little each day."),
            part("Rest at night."),
            part("Gone for good."),
        ];
        let new = [
            part("Keep."),
            part("All new words here."),
            part("Walk a lot each day."),
            part("Rest at night."),
        ];
        let found = counterparts(&old, &new);
        let found: Vec<(Option<&str>, Option<&str>)> = found
            .iter()
            .map(|part| (part.old.as_deref(), part.new.as_deref()))
            .collect();
        assert_eq!(
            found,
            [
                (Some("Keep."), Some("Keep.")),
                (None, Some("All new words here.")),
                (
                    Some("Walk a little each day."),
                    Some("Walk a lot each day.")
                ),
                (Some("Rest at night."), Some("Rest at night.")),
                (Some("Gone for good."), None),
            ]
        );
    }
}
