//! Compares a clinic's leaflet with the library's.
//!
//! 1. [`flatten`] splits both documents into blocks, and blocks into paragraphs, items and rows.
//! 2. Blocks with the same key are paired, and moved blocks found.
//! 3. In each pair, similar paragraphs are paired. The others were removed or added.

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::as_written::AsWritten;
use super::difference::similarity;
use super::flatten::{self, FlatBlock, TextPart};
use crate::resolve::Resolved;

pub(crate) use super::flatten::PartKind;

/// Minimum similarity of two paragraphs that are paired.
const MIN_SIMILARITY: f64 = 0.4;

/// Maximum number of pairs to compare. The paragraphs of larger blocks are not paired.
const MAX_PAIRS: usize = 10_000;

/// A block that differs between two leaflets, or has moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BlockDifference {
    /// Empty for the title and subtitle.
    pub(crate) key: String,
    /// Heading or title, else the key.
    pub(crate) name: String,
    pub(crate) change: BlockChange,
    /// All paragraphs, with those that are the same.
    pub(crate) parts: Vec<PartDifference>,
    /// Texts with their template tags. `parts` may lack some of their words.
    pub(crate) as_written: Vec<AsWritten>,
}

/// Change of a whole block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BlockChange {
    Stays,
    Inserted,
    Removed,
    /// Moved to after the block with this name; to the top if `None`.
    Moved(Option<String>),
}

/// A paragraph, item or row in both leaflets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PartDifference {
    pub(crate) kind: PartKind,
    /// The library's text.
    pub(crate) old: Option<String>,
    /// The clinic's text.
    pub(crate) new: Option<String>,
}

/// Returns the blocks that differ, in reading order. `moved` are the keys that the clinic's `move`
/// list names.
pub(crate) fn compare(
    library: &Resolved,
    clinic: &Resolved,
    moved: &[&str],
) -> Vec<BlockDifference> {
    let (old, new) = (flatten::blocks(library), flatten::blocks(clinic));
    let mut differences = Vec::new();
    for (before, after) in in_order(&old, &new, moved) {
        let (block, change) = match (before, after) {
            (Some(_), Some((index, true))) => {
                let above = index.checked_sub(1).map(|above| new[above].name.clone());
                (&new[index], BlockChange::Moved(above))
            }
            (Some(_), Some((index, false))) => (&new[index], BlockChange::Stays),
            (Some(index), None) => (&old[index], BlockChange::Removed),
            (None, Some((index, _))) => (&new[index], BlockChange::Inserted),
            (None, None) => continue,
        };
        let old_parts = before.map_or(&[][..], |index| &old[index].parts);
        let new_parts = after.map_or(&[][..], |(index, _)| &new[index].parts);
        let parts = compare_parts(old_parts, new_parts);
        if change != BlockChange::Stays || parts.iter().any(|part| part.old != part.new) {
            differences.push(BlockDifference {
                key: block.key.clone(),
                name: block.name.clone(),
                change,
                parts,
                as_written: Vec::new(),
            });
        }
    }
    differences
}

/// Index of an old block; index of the new block with the same key, and whether it has moved.
type BlockPair = (Option<usize>, Option<(usize, bool)>);

/// Pairs blocks by key, in the order of the new ones. A removed block keeps its place.
fn in_order(old: &[FlatBlock], new: &[FlatBlock], moved: &[&str]) -> Vec<BlockPair> {
    let place = |blocks: &[FlatBlock], key: &str| blocks.iter().position(|block| block.key == key);
    // The clinic's `move` list decides which of two swapped blocks moved.
    let is_named = |block: &FlatBlock| moved.contains(&block.key.as_str());
    let kept = |blocks: &[FlatBlock]| -> Vec<String> {
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
    let mut order: Vec<BlockPair> = new
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
        // Goes after the block that it used to follow.
        let before = old[..index].iter().rev().find_map(|before| {
            order
                .iter()
                .position(|(other, _)| other.is_some_and(|other| old[other].key == before.key))
        });
        order.insert(before.map_or(0, |before| before + 1), (Some(index), None));
    }
    order
}

/// Returns the key and the name of each block, in reading order.
pub(crate) fn block_names(leaflet: &Resolved) -> Vec<(String, String)> {
    let blocks = flatten::blocks(leaflet).into_iter();
    blocks.map(|block| (block.key, block.name)).collect()
}

/// Compares two texts line by line, without blank lines.
pub(crate) fn lines(old: &str, new: &str) -> Vec<PartDifference> {
    let parts = |text: &str| -> Vec<TextPart> {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        lines
            .map(|line| (PartKind::Paragraph, line.to_owned()))
            .collect()
    };
    compare_parts(&parts(old), &parts(new))
}

/// Compares the paragraphs of two blocks.
fn compare_parts(old: &[TextPart], new: &[TextPart]) -> Vec<PartDifference> {
    let mut parts = Vec::new();
    let difference = |old: Option<&TextPart>, new: Option<&TextPart>| {
        let text = |part: &TextPart| part.1.clone();
        Some(PartDifference {
            kind: old.or(new)?.0,
            old: old.map(text),
            new: new.map(text),
        })
    };
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        let (old, new) = (&old[op.old_range()], &new[op.new_range()]);
        let pairs = match op.tag() {
            DiffTag::Equal => (0..old.len()).map(|index| (index, index)).collect(),
            _ => pairs(old, new),
        };
        let removed = |part| difference(Some(part), None);
        let added = |part| difference(None, Some(part));
        let (mut i, mut j) = (0, 0);
        for (a, b) in pairs {
            parts.extend(old[i..a].iter().filter_map(removed));
            parts.extend(new[j..b].iter().filter_map(added));
            parts.extend(difference(Some(&old[a]), Some(&new[b])));
            (i, j) = (a + 1, b + 1);
        }
        parts.extend(old[i..].iter().filter_map(removed));
        parts.extend(new[j..].iter().filter_map(added));
    }
    parts
}

/// Pairs similar parts in order, with the greatest total similarity (dynamic programming).
fn pairs(old: &[TextPart], new: &[TextPart]) -> Vec<(usize, usize)> {
    if old.len() * new.len() > MAX_PAIRS {
        return Vec::new();
    }
    let alike = |a: &TextPart, b: &TextPart| {
        if a.0 == b.0 {
            similarity(&a.1, &b.1)
        } else {
            0.0
        }
    };
    let score: Vec<Vec<f64>> = old
        .iter()
        .map(|a| new.iter().map(|b| alike(a, b)).collect())
        .collect();
    // `best[i][j]` is the greatest total of `old[i..]` and `new[j..]`.
    let mut best = vec![vec![0.0_f64; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let paired = if score[i][j] >= MIN_SIMILARITY {
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
        if score[i][j] >= MIN_SIMILARITY && best[i][j] <= score[i][j] + best[i + 1][j + 1] {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(key: &str, parts: &[&str]) -> FlatBlock {
        let parts = parts
            .iter()
            .map(|text| (PartKind::Paragraph, (*text).to_owned()))
            .collect();
        FlatBlock {
            key: key.to_owned(),
            name: key.to_uppercase(),
            parts,
        }
    }

    /// Writes `a b* -c +d`: `b` moved, `c` removed, `d` added.
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
    fn moved_removed_and_added_blocks_are_found() {
        assert_eq!(order("a b c d", "a c d", &[]), "a -b c d");
        assert_eq!(order("a b c d", "a b x c d", &[]), "a b +x c d");
        assert_eq!(order("a b c", "b c", &[]), "-a b c");
        assert_eq!(order("a b", "b a", &["a"]), "b a*");
        assert_eq!(order("a b", "b a", &["b"]), "b* a");
        assert_eq!(order("a b c d", "c a b d", &["c"]), "c* a b d");
    }

    #[test]
    fn similar_paragraphs_are_paired() {
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
        let found = compare_parts(&old, &new);
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
