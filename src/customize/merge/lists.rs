//! Merges two versions of one list: of items, or of rows with cells.
//!
//! Each version is aligned with the base. A row is known by its first cell, and another item by its words. What only
//! one version changed, added, moved or removed is taken from it. The rest is merged inside the item, cell by cell.
//! A row that one version moves or removes while the other changes it is a conflict: a number never gets to another row.

use std::ops::Range;

use super::{CELL, Hunk, ITEM, flat_item, joined, texts};
use crate::customize::difference::similarity;
use crate::library::Wording;

/// Least similarity of an item and its successor.
const MIN_SIMILARITY: f64 = 0.5;
/// Maximum comparisons of items. Of longer lists, only items that stay the same are recognised.
const MAX_COMPARISONS: usize = 40_000;

/// A version of a list, aligned with its base.
struct Aligned<'a> {
    /// The successor of each base item; `None` if it is removed.
    items: Vec<Option<&'a Wording>>,
    /// Items that were added before each base item, and at the end.
    added: Vec<&'a [Wording]>,
}

/// Merges lists. Returns hunks of text as [`super::flat`] writes lists.
pub(super) fn lists(base: &[Wording], ours: &[Wording], theirs: &[Wording]) -> Vec<Hunk> {
    let (ours, theirs) = (align(base, ours), align(base, theirs));
    let mut hunks = Vec::new();
    for index in 0..=base.len() {
        hunks.extend(choice(
            "",
            flat(ours.added[index]),
            flat(theirs.added[index]),
        ));
        if let Some(was) = base.get(index) {
            hunks.extend(match (ours.items[index], theirs.items[index]) {
                (Some(ours), Some(theirs)) => item(was, ours, theirs),
                (ours, theirs) => {
                    let one = |item: Option<&Wording>| {
                        item.map_or(String::new(), |item| flat(std::slice::from_ref(item)))
                    };
                    choice(&one(Some(was)), one(ours), one(theirs))
                }
            });
        }
    }
    joined(hunks)
}

fn flat(items: &[Wording]) -> String {
    items
        .iter()
        .map(|item| format!("{ITEM}{}", flat_item(item)))
        .collect()
}

/// Takes the version that changed; both are a conflict.
fn choice(base: &str, ours: String, theirs: String) -> Vec<Hunk> {
    if ours == theirs || theirs == base {
        vec![Hunk::Merged(ours)]
    } else if ours == base {
        vec![Hunk::Merged(theirs)]
    } else {
        let base = base.to_owned();
        vec![Hunk::Conflict { base, ours, theirs }]
    }
}

/// Merges two versions of an item.
fn item(base: &Wording, ours: &Wording, theirs: &Wording) -> Vec<Hunk> {
    let mut hunks = vec![Hunk::Merged(ITEM.to_string())];
    let [was, our, their] = [base, ours, theirs].map(flat_item);
    let is_one_sided = our == their || our == was || their == was;
    match (base, ours, theirs) {
        _ if is_one_sided => hunks.extend(choice(&was, our, their)),
        (Wording::List(base), Wording::List(ours), Wording::List(theirs))
            if [ours, theirs]
                .iter()
                .all(|cells| cells.len() == base.len() && cells.first() == base.first()) =>
        {
            for ((base, ours), theirs) in base.iter().zip(ours).zip(theirs) {
                let [base, ours, theirs] = [base, ours, theirs].map(flat_item);
                hunks.push(Hunk::Merged(CELL.to_string()));
                hunks.extend(texts(&base, &ours, &theirs));
            }
        }
        (Wording::List(_), ..) | (_, Wording::List(_), _) | (.., Wording::List(_)) => {
            hunks.extend(choice(&was, our, their));
        }
        _ if [&our, &their]
            .iter()
            .all(|text| similarity(&was, text) >= MIN_SIMILARITY) =>
        {
            hunks.extend(texts(&was, &our, &their));
        }
        _ => hunks.extend(choice(&was, our, their)),
    }
    hunks
}

/// Finds the successors of the base's items. They stay in order: an item that moves is removed and added.
fn align<'a>(base: &[Wording], new: &'a [Wording]) -> Aligned<'a> {
    let start = base
        .iter()
        .zip(new)
        .take_while(|(one, other)| one == other)
        .count();
    let (base_rest, new_rest) = (&base[start..], &new[start..]);
    let both = base_rest.iter().rev().zip(new_rest.iter().rev());
    let end = both.take_while(|(one, other)| one == other).count();
    let (base_end, new_end) = (base.len() - end, new.len() - end);
    let mut pairs: Vec<(usize, usize)> = (0..start).map(|index| (index, index)).collect();
    let middle = matched(&base[start..base_end], &new[start..new_end]);
    pairs.extend(
        middle
            .into_iter()
            .map(|(one, other)| (one + start, other + start)),
    );
    pairs.extend((0..end).map(|index| (base_end + index, new_end + index)));
    aligned(base.len(), new, &pairs)
}

/// Turns pairs into successors and additions. Between two pairs, a single item of each list is a pair, too.
fn aligned<'a>(length: usize, new: &'a [Wording], pairs: &[(usize, usize)]) -> Aligned<'a> {
    let mut version = Aligned {
        items: vec![None; length],
        added: vec![&new[..0]; length + 1],
    };
    let gap = |version: &mut Aligned<'a>, was: Range<usize>, is: Range<usize>| {
        if was.len() == 1 && is.len() == 1 {
            version.items[was.start] = Some(&new[is.start]);
        } else {
            version.added[was.end] = &new[is];
        }
    };
    let (mut base_done, mut new_done) = (0, 0);
    for &(one, other) in pairs {
        gap(&mut version, base_done..one, new_done..other);
        version.items[one] = Some(&new[other]);
        (base_done, new_done) = (one + 1, other + 1);
    }
    gap(&mut version, base_done..length, new_done..new.len());
    version
}

/// Returns the pairs of items, in order, that are most alike in all.
fn matched(base: &[Wording], new: &[Wording]) -> Vec<(usize, usize)> {
    let is_long = base.len().saturating_mul(new.len()) > MAX_COMPARISONS;
    let likeness = |one: &Wording, other: &Wording| match is_long && one != other {
        true => 0.0,
        false => likeness(one, other),
    };
    // The highest sum for the rest of both lists, from each place on.
    let width = new.len() + 1;
    let mut sums = vec![0.0f64; (base.len() + 1) * width];
    let mut paired = vec![false; sums.len()];
    for one in (0..base.len()).rev() {
        for other in (0..new.len()).rev() {
            let at = one * width + other;
            let likeness = likeness(&base[one], &new[other]);
            let without = sums[at + width].max(sums[at + 1]);
            let with = sums[at + width + 1] + likeness;
            paired[at] = likeness > 0.0 && with >= without;
            sums[at] = if paired[at] { with } else { without };
        }
    }
    let (mut one, mut other) = (0, 0);
    let mut pairs = Vec::new();
    while one < base.len() && other < new.len() {
        let at = one * width + other;
        if paired[at] {
            pairs.push((one, other));
            (one, other) = (one + 1, other + 1);
        } else if sums[at + width] >= sums[at + 1] {
            one += 1;
        } else {
            other += 1;
        }
    }
    pairs
}

/// Returns how much an item is like another one: 0 if it is not its successor, 2 if they are the same.
fn likeness(one: &Wording, other: &Wording) -> f64 {
    if one == other {
        return 2.0;
    }
    let similarity = similarity(&flat_item(one), &flat_item(other));
    match (one, other) {
        (Wording::List(cells), Wording::List(others)) => {
            let heads = (cells.first(), others.first());
            let is_known = heads
                .0
                .is_some_and(|head| !head.to_lines().trim().is_empty());
            match heads.0 == heads.1 {
                true if is_known => 1.0 + similarity / 2.0,
                true if similarity >= MIN_SIMILARITY => similarity,
                _ => 0.0,
            }
        }
        _ if similarity >= MIN_SIMILARITY => similarity,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::swapped;
    use super::*;

    fn rows(rows: &[&str]) -> Vec<Wording> {
        let row = |row: &&str| Wording::List(row.split('|').map(Wording::text).collect());
        rows.iter().map(row).collect()
    }

    fn items(items: &[&str]) -> Vec<Wording> {
        items.iter().map(|item| Wording::text(item)).collect()
    }

    /// Writes a merge with `/` before each item, and a conflict as in `<ours|theirs>`.
    fn shown(base: &[Wording], ours: &[Wording], theirs: &[Wording]) -> String {
        let shown = |hunk: Hunk| match hunk {
            Hunk::Merged(text) => text,
            Hunk::Conflict { ours, theirs, .. } => format!("<{ours}|{theirs}>"),
        };
        let text: String = lists(base, ours, theirs).into_iter().map(shown).collect();
        text.replace(ITEM, "/").replace(CELL, ",")
    }

    #[test]
    fn a_moved_row_keeps_what_the_library_changed() {
        let base = rows(&["Monday|1 tablet", "Tuesday|2 tablets", "Wednesday|1 tablet"]);
        let ours = rows(&["Tuesday|2 tablets", "Monday|1 tablet", "Wednesday|1 tablet"]);
        let theirs = rows(&[
            "Monday|2 tablets",
            "Tuesday|2 tablets",
            "Wednesday|1 tablet",
        ]);
        let merged = shown(&base, &ours, &theirs);
        assert!(merged.contains("Monday,2 tablets"), "{merged}");
    }

    #[test]
    fn a_dose_never_gets_to_another_row() {
        let base = rows(&["Mon|1|2|1", "Tue|1|1|1", "Wed|1|1|1"]);
        let ours = rows(&["Tue|1|1|1", "new|none|2 tablets|none", "Wed|1|1|1"]);
        let theirs = rows(&["Mon|2 tablets|2|1", "Tue|1|1|1", "Wed|1|1|1"]);
        assert_eq!(
            shown(&base, &ours, &theirs),
            "<|/,Mon,2 tablets,2,1>/,Tue,1,1,1/,new,none,2 tablets,none/,Wed,1,1,1"
        );
    }

    #[test]
    fn cells_of_one_row_are_merged_apart() {
        let base = rows(&["Mon|1|2", "Tue|1|1"]);
        let ours = rows(&["Mon|3|2", "Tue|1|1"]);
        let theirs = rows(&["Mon|1|4", "Tue|5|1"]);
        assert_eq!(shown(&base, &ours, &theirs), "/,Mon,3,4/,Tue,5,1");
        let theirs = rows(&["Mon|4|2", "Tue|1|1"]);
        assert_eq!(shown(&base, &ours, &theirs), "/,Mon,<3|4>,2/,Tue,1,1");
        // A row with another head is another row.
        let theirs = rows(&["Sun|1|4", "Tue|1|1"]);
        assert_eq!(
            shown(&base, &ours, &theirs),
            "/<,Mon,3,2|,Sun,1,4>/,Tue,1,1"
        );
    }

    #[test]
    fn additions_at_one_place_are_a_conflict() {
        let base = items(&["a", "b"]);
        let (ours, theirs) = (items(&["a", "x", "b"]), items(&["a", "y", "b"]));
        assert_eq!(shown(&base, &ours, &theirs), "/a</x|/y>/b");
        assert_eq!(shown(&base, &ours, &ours), "/a/x/b");
        let theirs = items(&["a", "b", "y"]);
        assert_eq!(shown(&base, &ours, &theirs), "/a/x/b/y");
    }

    fn some_rows() -> impl Strategy<Value = Vec<Wording>> {
        let row = ("[abc]", "[12]", "[12]");
        let row =
            row.prop_map(|(head, one, two)| rows(&[&format!("{head}|{one}|{two}")]).remove(0));
        proptest::collection::vec(row, 0..5)
    }

    proptest! {
        #[test]
        fn both_sides_count_the_same(base in some_rows(), ours in some_rows(), theirs in some_rows()) {
            prop_assert_eq!(lists(&base, &ours, &theirs), swapped(lists(&base, &theirs, &ours)));
        }

        #[test]
        fn no_row_is_made_up(base in some_rows(), ours in some_rows(), theirs in some_rows()) {
            let hunks = lists(&base, &ours, &theirs);
            if hunks.iter().all(|hunk| matches!(hunk, Hunk::Merged(_))) {
                let merged: String = shown(&base, &ours, &theirs);
                // Each cell of a row comes from a row with the same head.
                let all: Vec<String> = [&base, &ours, &theirs].into_iter().flatten().map(flat_item).collect();
                for row in merged.split('/').skip(1) {
                    let cells: Vec<&str> = row.split(',').skip(1).collect();
                    for (index, cell) in cells.iter().enumerate() {
                        let known = all.iter().any(|row| {
                            let known: Vec<&str> = row.split(CELL).skip(1).collect();
                            known[0] == cells[0] && known[index] == *cell
                        });
                        prop_assert!(known, "{merged}");
                    }
                }
            }
        }
    }
}
