//! Merges two versions of one text, word by word, and of lists, item by item ([`lists`]).
//!
//! This is the three-way merge of diff3 (Khanna, Kunal and Pierce, *A Formal Investigation of
//! Diff3*, 2007). Both versions are compared with the base. A part that only one version changed is
//! taken from it. Changes that touch, or have only blanks of one paragraph between them, overlap.
//! Overlapping changes that differ are a conflict: it is shown, not guessed.

mod lists;

use std::ops::Range;

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices};

use super::difference::{is_blank, tokens};
use crate::library::Wording;

/// A part of a merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hunk {
    /// Text of both versions, or a change of one.
    Merged(String),
    /// Overlapping changes that differ.
    Conflict {
        base: String,
        ours: String,
        theirs: String,
    },
}

/// Result of a merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MergeResult {
    /// The text with all changes of both versions.
    Merged(Wording),
    /// Some changes overlap. All hunks, in order.
    Conflicts(Vec<Hunk>),
}

/// Merges the changes that `ours` and `theirs` made to `base`.
pub(crate) fn merge(base: &Wording, ours: &Wording, theirs: &Wording) -> MergeResult {
    if ours == theirs || base == theirs {
        return MergeResult::Merged(ours.clone());
    }
    if base == ours {
        return MergeResult::Merged(theirs.clone());
    }
    let is_list = |wording: &Wording| matches!(wording, Wording::List(_));
    if is_list(base) != is_list(ours) || is_list(base) != is_list(theirs) {
        let all = |wording: &Wording| wording.to_lines().into_owned();
        return MergeResult::Conflicts(vec![Hunk::Conflict {
            base: all(base),
            ours: all(ours),
            theirs: all(theirs),
        }]);
    }
    let hunks = match (base, ours, theirs) {
        (Wording::List(base), Wording::List(ours), Wording::List(theirs)) => {
            lists::lists(base, ours, theirs)
        }
        _ => texts(&flat(base), &flat(ours), &flat(theirs)),
    };
    let mut merged = String::new();
    for hunk in &hunks {
        match hunk {
            Hunk::Merged(text) => merged.push_str(text),
            Hunk::Conflict { .. } => {
                return MergeResult::Conflicts(hunks.into_iter().map(shown).collect());
            }
        }
    }
    if is_list(base) {
        MergeResult::Merged(list(&merged))
    } else {
        MergeResult::Merged(Wording::text(&merged))
    }
}

// A merged list is one text. Its marks are control characters, which `flat` removes from texts.

/// Begins an item or row.
const ITEM: char = '\u{1e}';
/// Begins a cell of a row.
const CELL: char = '\u{1f}';
/// Comes before the number of lines to write on.
const LINES: char = '\u{1d}';

fn is_mark(token: &str) -> bool {
    token.starts_with([ITEM, CELL, LINES])
}

fn flat(wording: &Wording) -> String {
    match wording {
        Wording::List(items) => items
            .iter()
            .map(|each| format!("{ITEM}{}", flat_item(each)))
            .collect(),
        other => flat_item(other),
    }
}

/// Writes an item, or the cells of a row.
fn flat_item(wording: &Wording) -> String {
    let clean = |text: &str| text.replace([ITEM, CELL, LINES], "");
    match wording {
        Wording::Text(text) => clean(text),
        Wording::Item { text, lines } => format!("{}{LINES}{lines}", clean(text)),
        Wording::List(cells) => cells
            .iter()
            .map(|cell| format!("{CELL}{}", clean(&cell.to_lines())))
            .collect(),
    }
}

/// Joins neighbours that are merged.
fn joined(hunks: Vec<Hunk>) -> Vec<Hunk> {
    let mut all: Vec<Hunk> = Vec::new();
    for hunk in hunks {
        match (all.last_mut(), hunk) {
            (_, Hunk::Merged(text)) if text.is_empty() => {}
            (Some(Hunk::Merged(before)), Hunk::Merged(text)) => before.push_str(&text),
            (_, hunk) => all.push(hunk),
        }
    }
    all
}

/// Turns the text that `flat` returned back into a list.
fn list(flat: &str) -> Wording {
    let item = |text: &str| match text.split_once(LINES) {
        Some((text, lines)) => match lines.trim().parse() {
            Ok(lines) => Wording::Item {
                text: text.to_owned(),
                lines,
            },
            Err(_) => Wording::text(text),
        },
        None if text.starts_with(CELL) => {
            Wording::List(text.split(CELL).skip(1).map(Wording::text).collect())
        }
        None => Wording::text(text),
    };
    Wording::List(flat.split(ITEM).skip(1).map(item).collect())
}

/// Replaces the marks of a list by readable ones.
fn shown(hunk: Hunk) -> Hunk {
    let readable = |text: String| {
        let text = text
            .replace(ITEM, "\n- ")
            .replace(&format!("\n- {CELL}"), "\n- ")
            .replace(CELL, " | ");
        text.replace(LINES, " – lines to write on: ")
    };
    match hunk {
        Hunk::Merged(text) => Hunk::Merged(readable(text)),
        Hunk::Conflict { base, ours, theirs } => Hunk::Conflict {
            base: readable(base),
            ours: readable(ours),
            theirs: readable(theirs),
        },
    }
}

/// A part of the base that a version has changed, and the same part of both versions.
struct ChangedRegion {
    base: Range<usize>,
    ours: Range<usize>,
    theirs: Range<usize>,
}

/// Merges texts, token by token.
pub(crate) fn texts(base: &str, ours: &str, theirs: &str) -> Vec<Hunk> {
    let (base, ours, theirs) = (marked(base), marked(ours), marked(theirs));
    let mut hunks: Vec<Hunk> = Vec::new();
    let mut merged = String::new();
    let mut done = 0;
    for region in changed_regions(&base, &edits(&base, &ours), &edits(&base, &theirs)) {
        merged.push_str(&base[done..region.base.start].concat());
        done = region.base.end;
        let was = base[region.base].concat();
        let (ours, theirs) = (ours[region.ours].concat(), theirs[region.theirs].concat());
        if ours == theirs || theirs == was {
            merged.push_str(&ours);
        } else if ours == was {
            merged.push_str(&theirs);
        } else {
            if !merged.is_empty() {
                hunks.push(Hunk::Merged(std::mem::take(&mut merged)));
            }
            hunks.push(Hunk::Conflict {
                base: was,
                ours,
                theirs,
            });
        }
    }
    merged.push_str(&base[done..].concat());
    if !merged.is_empty() {
        hunks.push(Hunk::Merged(merged));
    }
    hunks
}

/// Returns the tokens of a text. Each mark of a list is a token.
fn marked(text: &str) -> Vec<&str> {
    text.split_inclusive([ITEM, CELL, LINES])
        .flat_map(|part| {
            let (words, mark) = match part.char_indices().next_back() {
                Some((at, last)) if [ITEM, CELL, LINES].contains(&last) => part.split_at(at),
                _ => (part, ""),
            };
            tokens(words)
                .into_iter()
                .chain((!mark.is_empty()).then_some(mark))
        })
        .collect()
}

/// Returns the changes of one version.
fn edits(base: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let mut edits = capture_diff_slices(Algorithm::Myers, base, new);
    edits.retain(|op| op.tag() != DiffTag::Equal);
    edits
}

/// Groups changes that overlap or touch.
fn changed_regions(base: &[&str], ours: &[DiffOp], theirs: &[DiffOp]) -> Vec<ChangedRegion> {
    let mut changed_regions: Vec<ChangedRegion> = Vec::new();
    let (mut ours, mut theirs) = (ChangeCursor::new(ours), ChangeCursor::new(theirs));
    while let Some(start) = ours
        .next_start()
        .into_iter()
        .chain(theirs.next_start())
        .min()
    {
        let (ours_start, theirs_start) = (ours.at(start), theirs.at(start));
        let mut end = start;
        // A change of one version may reach the next change of the other.
        while ours.take_touching(base, &mut end) || theirs.take_touching(base, &mut end) {}
        changed_regions.push(ChangedRegion {
            base: start..end,
            ours: ours_start..ours.at(end),
            theirs: theirs_start..theirs.at(end),
        });
    }
    changed_regions
}

/// Walks the changes of one version.
struct ChangeCursor<'a> {
    left: std::slice::Iter<'a, DiffOp>,
    /// End of the changes taken so far, in the base.
    base_end: usize,
    /// End of the changes taken so far, in the version.
    new_end: usize,
}

impl<'a> ChangeCursor<'a> {
    fn new(edits: &'a [DiffOp]) -> ChangeCursor<'a> {
        ChangeCursor {
            left: edits.iter(),
            base_end: 0,
            new_end: 0,
        }
    }

    fn next_start(&self) -> Option<usize> {
        Some(self.left.as_slice().first()?.old_range().start)
    }

    /// Converts an offset in the base to the version. No change that is left may cover it.
    fn at(&self, base: usize) -> usize {
        self.new_end + (base - self.base_end)
    }

    /// Takes the next change if it touches a region that ends at `end`, and extends the region.
    fn take_touching(&mut self, base: &[&str], end: &mut usize) -> bool {
        let touches = |edit: &DiffOp| {
            let start = edit.old_range().start;
            start <= *end || is_blank_gap(&base[*end..start])
        };
        let Some(edit) = self.left.as_slice().first().filter(|edit| touches(edit)) else {
            return false;
        };
        self.left.next();
        (self.base_end, self.new_end) = (edit.old_range().end, edit.new_range().end);
        *end = (*end).max(self.base_end);
        true
    }
}

/// Returns whether tokens are only blanks within a paragraph, which do not separate two changes.
fn is_blank_gap(between: &[&str]) -> bool {
    let breaks: usize = between
        .iter()
        .map(|token| token.matches('\n').count())
        .sum();
    breaks < 2
        && between
            .iter()
            .all(|token| is_blank(token) && !is_mark(token))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Writes a conflict as in `a <b|B> c`.
    fn shown(base: &str, ours: &str, theirs: &str) -> String {
        texts(base, ours, theirs)
            .iter()
            .map(|hunk| match hunk {
                Hunk::Merged(text) => text.clone(),
                Hunk::Conflict { ours, theirs, .. } => format!("<{ours}|{theirs}>"),
            })
            .collect()
    }

    #[test]
    fn changes_apart_are_put_together() {
        let base = "Sleep training helps most. Ask your nurse about it.";
        let ours = "Sleep training helps most. Ask Anna in room 3 about it.";
        let theirs = "Sleep therapy helps most. Ask your nurse about it.";
        assert_eq!(
            shown(base, ours, theirs),
            "Sleep therapy helps most. Ask Anna in room 3 about it."
        );
    }

    #[test]
    fn changes_that_overlap_are_not_guessed() {
        assert_eq!(
            shown("Take 10 mg.", "Take 15 mg.", "Take 20 mg."),
            "Take <15|20> mg."
        );
    }

    #[test]
    fn neighbours_overlap_but_paragraphs_do_not() {
        assert_eq!(
            shown("one two three", "ONE two three", "one TWO three"),
            "<ONE two|one TWO> three"
        );
        assert_eq!(
            shown("one\ntwo three", "ONE\ntwo three", "one\nTWO three"),
            "<ONE\ntwo|one\nTWO> three"
        );
        assert_eq!(
            shown("one\n\ntwo", "ONE\n\ntwo", "one\n\nTWO"),
            "ONE\n\nTWO"
        );
        assert_eq!(shown("one, two", "ONE, two", "one, TWO"), "ONE, TWO");
    }

    #[test]
    fn two_additions_at_one_place_overlap() {
        assert_eq!(
            shown("End.", "End. Ours.", "End. Theirs."),
            "End.< Ours.| Theirs.>"
        );
        assert_eq!(shown("a", "a b", "a b"), "a b");
    }

    fn items(items: &[&str]) -> Wording {
        Wording::List(items.iter().map(|item| Wording::text(item)).collect())
    }

    #[test]
    fn lists_are_merged_by_item_and_inside_items() {
        let base = items(&["Rest a little.", "Walk each day.", "Call us."]);
        let ours = items(&[
            "Rest a little.",
            "Walk each day.",
            "Call Anna.",
            "Come to our class.",
        ]);
        let theirs = items(&["Rest a lot.", "Walk each day.", "Drink water.", "Call us."]);
        let merged = items(&[
            "Rest a lot.",
            "Walk each day.",
            "Drink water.",
            "Call Anna.",
            "Come to our class.",
        ]);
        assert_eq!(merge(&base, &ours, &theirs), MergeResult::Merged(merged));
    }

    #[test]
    fn rows_and_lines_come_back() {
        let row = |cells: &[&str]| items(cells);
        let base = Wording::List(vec![row(&["a", "b", ""]), row(&["c", "d", "e"])]);
        let ours = Wording::List(vec![row(&["a", "b", "x"]), row(&["c", "d", "e"])]);
        let theirs = Wording::List(vec![row(&["a", "b", ""]), row(&["c", "d", "f"])]);
        let merged = Wording::List(vec![row(&["a", "b", "x"]), row(&["c", "d", "f"])]);
        assert_eq!(merge(&base, &ours, &theirs), MergeResult::Merged(merged));
        let with_lines = |text: &str, lines| Wording::Item {
            text: text.to_owned(),
            lines,
        };
        let base = Wording::List(vec![with_lines("Ask what helps", 2), Wording::text("b")]);
        let ours = Wording::List(vec![with_lines("Ask us what helps", 2), Wording::text("b")]);
        let theirs = Wording::List(vec![with_lines("Ask what helps", 3), Wording::text("b")]);
        let merged = Wording::List(vec![with_lines("Ask us what helps", 3), Wording::text("b")]);
        assert_eq!(merge(&base, &ours, &theirs), MergeResult::Merged(merged));
    }

    #[test]
    fn conflicts_in_lists_read_as_lists() {
        let merged = merge(
            &items(&["a", "b"]),
            &items(&["a", "c"]),
            &items(&["a", "d"]),
        );
        let conflict = Hunk::Conflict {
            base: "b".into(),
            ours: "c".into(),
            theirs: "d".into(),
        };
        assert_eq!(
            merged,
            MergeResult::Conflicts(vec![Hunk::Merged("\n- a\n- ".into()), conflict])
        );
    }

    fn text() -> impl Strategy<Value = String> {
        "([a-d]{1,2}|[ \n.]|\\{\\{a\\}\\}| |\n\n){0,24}"
    }

    fn wording() -> impl Strategy<Value = Wording> {
        prop_oneof![
            text().prop_map(|text| Wording::text(&text)),
            proptest::collection::vec(text(), 0..5).prop_map(|items| Wording::List(
                items.iter().map(|item| Wording::text(item)).collect()
            )),
        ]
    }

    fn whole(hunks: &[Hunk]) -> Option<String> {
        hunks
            .iter()
            .map(|hunk| match hunk {
                Hunk::Merged(text) => Some(text.as_str()),
                Hunk::Conflict { .. } => None,
            })
            .collect()
    }

    /// Exchanges both versions.
    pub(super) fn swapped(hunks: Vec<Hunk>) -> Vec<Hunk> {
        let swap = |hunk| match hunk {
            Hunk::Conflict { base, ours, theirs } => Hunk::Conflict {
                base,
                ours: theirs,
                theirs: ours,
            },
            merged => merged,
        };
        hunks.into_iter().map(swap).collect()
    }

    proptest! {
        #[test]
        fn one_change_is_taken_as_it_is(base in text(), new in text()) {
            prop_assert_eq!(whole(&texts(&base, &new, &base)), Some(new.clone()));
            prop_assert_eq!(whole(&texts(&base, &base, &new)), Some(new.clone()));
            prop_assert_eq!(whole(&texts(&base, &new, &new)), Some(new));
        }

        #[test]
        fn sides_are_equal(base in text(), ours in text(), theirs in text()) {
            prop_assert_eq!(texts(&base, &ours, &theirs), swapped(texts(&base, &theirs, &ours)));
        }

        #[test]
        fn each_side_and_the_base_are_all_there(base in text(), ours in text(), theirs in text()) {
            // A merge with conflicts resolved for one side has all of that side's words there.
            for hunk in texts(&base, &ours, &theirs) {
                if let Hunk::Conflict { base: was, ours: one, theirs: other } = hunk {
                    prop_assert!(base.contains(&was) && ours.contains(&one) && theirs.contains(&other));
                    prop_assert!(one != other && one != was && other != was);
                }
            }
        }

        #[test]
        fn wordings_merge_like_texts(base in wording(), new in wording()) {
            prop_assert_eq!(merge(&base, &new, &base), MergeResult::Merged(new.clone()));
            prop_assert_eq!(merge(&base, &base, &new), MergeResult::Merged(new.clone()));
            prop_assert_eq!(merge(&base, &new, &new), MergeResult::Merged(new));
        }

        #[test]
        fn a_list_comes_back_from_one_text(items in proptest::collection::vec(text(), 0..5)) {
            let wording = Wording::List(items.iter().map(|item| Wording::text(item)).collect());
            prop_assert_eq!(list(&flat(&wording)), wording);
        }
    }
}
