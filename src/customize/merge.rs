//! Two changes of one text put together, word by word.
//!
//! The three-way merge is that of diff3 (Khanna, Kunal and Pierce, *A Formal Investigation of Diff3*, 2007):
//! both descendants are compared with the base, and where only one of them has changed a stretch, its
//! words are taken. Here changes that touch, or have nothing but blanks within a paragraph between them,
//! count as overlapping: two neighbouring words that two people changed are one thought. What overlaps and
//! is not the same on both sides is a conflict, which is shown and never guessed.

use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::difference::{is_blank, tokens};
use crate::library::Wording;

/// A stretch of merged text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// What both agree on, or one of them has changed.
    Merged(String),
    /// What both have changed, each in its own way.
    Conflict {
        /// What stood there.
        base: String,
        /// What one says.
        ours: String,
        /// What the other says.
        theirs: String,
    },
}

/// What merging came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merge {
    /// All changes of both.
    Merged(Wording),
    /// Some changes overlap; all stretches in order.
    Conflicts(Vec<Stretch>),
}

/// Puts the changes that `ours` and `theirs` made to `base` together.
pub fn merge(base: &Wording, ours: &Wording, theirs: &Wording) -> Merge {
    if ours == theirs || base == theirs {
        return Merge::Merged(ours.clone());
    }
    if base == ours {
        return Merge::Merged(theirs.clone());
    }
    let is_list = |wording: &Wording| matches!(wording, Wording::List(_));
    if is_list(base) != is_list(ours) || is_list(base) != is_list(theirs) {
        let all = |wording: &Wording| wording.to_lines().into_owned();
        return Merge::Conflicts(vec![Stretch::Conflict {
            base: all(base),
            ours: all(ours),
            theirs: all(theirs),
        }]);
    }
    let stretches = texts(&flat(base), &flat(ours), &flat(theirs));
    let mut merged = String::new();
    for stretch in &stretches {
        match stretch {
            Stretch::Merged(text) => merged.push_str(text),
            Stretch::Conflict { .. } => {
                return Merge::Conflicts(stretches.into_iter().map(shown).collect());
            }
        }
    }
    if is_list(base) {
        Merge::Merged(list(&merged))
    } else {
        Merge::Merged(Wording::text(&merged))
    }
}

// A list becomes one text, so that changes inside items and changes of items are merged alike. Its marks
// are control characters, which texts do not have: `flat` leaves them out.

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
    let clean = |text: &str| text.replace([ITEM, CELL, LINES], "");
    let item = |wording: &Wording| match wording {
        Wording::Text(text) => clean(text),
        Wording::Item { text, lines } => format!("{}{LINES}{lines}", clean(text)),
        Wording::List(cells) => cells
            .iter()
            .map(|cell| format!("{CELL}{}", clean(&cell.to_lines())))
            .collect(),
    };
    match wording {
        Wording::List(items) => items
            .iter()
            .map(|each| format!("{ITEM}{}", item(each)))
            .collect(),
        other => item(other),
    }
}

/// The list that `flat` made a text of.
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

/// A stretch with the marks of a list as people read them.
fn shown(stretch: Stretch) -> Stretch {
    let readable = |text: String| {
        let text = text
            .replace(ITEM, "\n- ")
            .replace(&format!("\n- {CELL}"), "\n- ")
            .replace(CELL, " | ");
        text.replace(LINES, " – lines to write on: ")
    };
    match stretch {
        Stretch::Merged(text) => Stretch::Merged(readable(text)),
        Stretch::Conflict { base, ours, theirs } => Stretch::Conflict {
            base: readable(base),
            ours: readable(ours),
            theirs: readable(theirs),
        },
    }
}

/// A change that one side made.
#[derive(Clone, Debug)]
struct Edit {
    base: Range<usize>,
    new: Range<usize>,
}

/// A stretch of the base that at least one side has changed, as each side has it.
struct Cluster {
    base: Range<usize>,
    ours: Range<usize>,
    theirs: Range<usize>,
}

/// Merges texts, token by token.
pub fn texts(base: &str, ours: &str, theirs: &str) -> Vec<Stretch> {
    let (base, ours, theirs) = (marked(base), marked(ours), marked(theirs));
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut merged = String::new();
    let mut done = 0;
    for cluster in clusters(&base, &edits(&base, &ours), &edits(&base, &theirs)) {
        merged.push_str(&base[done..cluster.base.start].concat());
        done = cluster.base.end;
        let was = base[cluster.base].concat();
        let (ours, theirs) = (ours[cluster.ours].concat(), theirs[cluster.theirs].concat());
        if ours == theirs || theirs == was {
            merged.push_str(&ours);
        } else if ours == was {
            merged.push_str(&theirs);
        } else {
            if !merged.is_empty() {
                stretches.push(Stretch::Merged(std::mem::take(&mut merged)));
            }
            stretches.push(Stretch::Conflict {
                base: was,
                ours,
                theirs,
            });
        }
    }
    merged.push_str(&base[done..].concat());
    if !merged.is_empty() {
        stretches.push(Stretch::Merged(merged));
    }
    stretches
}

/// The tokens of a text, the marks of a list apart from the words.
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

fn edits(base: &[&str], new: &[&str]) -> Vec<Edit> {
    capture_diff_slices(Algorithm::Myers, base, new)
        .iter()
        .filter(|op| op.tag() != DiffTag::Equal)
        .map(|op| Edit {
            base: op.old_range(),
            new: op.new_range(),
        })
        .collect()
}

/// Puts edits that overlap or are neighbours together.
fn clusters(base: &[&str], ours: &[Edit], theirs: &[Edit]) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = Vec::new();
    let (mut ours, mut theirs) = (Side::new(ours), Side::new(theirs));
    while let Some(start) = ours
        .next_start()
        .into_iter()
        .chain(theirs.next_start())
        .min()
    {
        let (ours_start, theirs_start) = (ours.at(start), theirs.at(start));
        let mut end = start;
        // One side's edit may reach far enough to touch the other's next.
        while ours.take_touching(base, &mut end) || theirs.take_touching(base, &mut end) {}
        clusters.push(Cluster {
            base: start..end,
            ours: ours_start..ours.at(end),
            theirs: theirs_start..theirs.at(end),
        });
    }
    clusters
}

/// A side's edits, of which some have been taken.
struct Side<'a> {
    left: std::slice::Iter<'a, Edit>,
    /// What has been taken: ends in the base and in the side.
    base_end: usize,
    new_end: usize,
}

impl<'a> Side<'a> {
    fn new(edits: &'a [Edit]) -> Side<'a> {
        Side {
            left: edits.iter(),
            base_end: 0,
            new_end: 0,
        }
    }

    fn next_start(&self) -> Option<usize> {
        Some(self.left.as_slice().first()?.base.start)
    }

    /// The place in the side of a place in the base that no edit left reaches over.
    fn at(&self, base: usize) -> usize {
        self.new_end + (base - self.base_end)
    }

    /// Takes the next edit if it touches what ends at `end`.
    fn take_touching(&mut self, base: &[&str], end: &mut usize) -> bool {
        let touches =
            |edit: &Edit| edit.base.start <= *end || is_thin(&base[*end..edit.base.start]);
        let Some(edit) = self.left.as_slice().first().filter(|edit| touches(edit)) else {
            return false;
        };
        self.left.next();
        (self.base_end, self.new_end) = (edit.base.end, edit.new.end);
        *end = (*end).max(edit.base.end);
        true
    }
}

/// Whether only blanks within a paragraph stand there: they do not keep two changes apart.
fn is_thin(between: &[&str]) -> bool {
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

    /// As in `a <b|B> c`.
    fn shown(base: &str, ours: &str, theirs: &str) -> String {
        texts(base, ours, theirs)
            .iter()
            .map(|stretch| match stretch {
                Stretch::Merged(text) => text.clone(),
                Stretch::Conflict { ours, theirs, .. } => format!("<{ours}|{theirs}>"),
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
        assert_eq!(merge(&base, &ours, &theirs), Merge::Merged(merged));
    }

    #[test]
    fn rows_and_lines_come_back() {
        let row = |cells: &[&str]| items(cells);
        let base = Wording::List(vec![row(&["a", "b", ""]), row(&["c", "d", "e"])]);
        let ours = Wording::List(vec![row(&["a", "b", "x"]), row(&["c", "d", "e"])]);
        let theirs = Wording::List(vec![row(&["a", "b", ""]), row(&["c", "d", "f"])]);
        let merged = Wording::List(vec![row(&["a", "b", "x"]), row(&["c", "d", "f"])]);
        assert_eq!(merge(&base, &ours, &theirs), Merge::Merged(merged));
        let with_lines = |text: &str, lines| Wording::Item {
            text: text.to_owned(),
            lines,
        };
        let base = Wording::List(vec![with_lines("Ask what helps", 2), Wording::text("b")]);
        let ours = Wording::List(vec![with_lines("Ask us what helps", 2), Wording::text("b")]);
        let theirs = Wording::List(vec![with_lines("Ask what helps", 3), Wording::text("b")]);
        let merged = Wording::List(vec![with_lines("Ask us what helps", 3), Wording::text("b")]);
        assert_eq!(merge(&base, &ours, &theirs), Merge::Merged(merged));
    }

    #[test]
    fn conflicts_in_lists_read_as_lists() {
        let merged = merge(
            &items(&["a", "b"]),
            &items(&["a", "c"]),
            &items(&["a", "d"]),
        );
        let conflict = Stretch::Conflict {
            base: "b".into(),
            ours: "c".into(),
            theirs: "d".into(),
        };
        assert_eq!(
            merged,
            Merge::Conflicts(vec![Stretch::Merged("\n- a\n- ".into()), conflict])
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

    fn whole(stretches: &[Stretch]) -> Option<String> {
        stretches
            .iter()
            .map(|stretch| match stretch {
                Stretch::Merged(text) => Some(text.as_str()),
                Stretch::Conflict { .. } => None,
            })
            .collect()
    }

    fn swapped(stretches: Vec<Stretch>) -> Vec<Stretch> {
        let swap = |stretch| match stretch {
            Stretch::Conflict { base, ours, theirs } => Stretch::Conflict {
                base,
                ours: theirs,
                theirs: ours,
            },
            merged => merged,
        };
        stretches.into_iter().map(swap).collect()
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
            for stretch in texts(&base, &ours, &theirs) {
                if let Stretch::Conflict { base: was, ours: one, theirs: other } = stretch {
                    prop_assert!(base.contains(&was) && ours.contains(&one) && theirs.contains(&other));
                    prop_assert!(one != other && one != was && other != was);
                }
            }
        }

        #[test]
        fn wordings_merge_like_texts(base in wording(), new in wording()) {
            prop_assert_eq!(merge(&base, &new, &base), Merge::Merged(new.clone()));
            prop_assert_eq!(merge(&base, &base, &new), Merge::Merged(new.clone()));
            prop_assert_eq!(merge(&base, &new, &new), Merge::Merged(new));
        }

        #[test]
        fn a_list_comes_back_from_one_text(items in proptest::collection::vec(text(), 0..5)) {
            let wording = Wording::List(items.iter().map(|item| Wording::text(item)).collect());
            prop_assert_eq!(list(&flat(&wording)), wording);
        }
    }
}
