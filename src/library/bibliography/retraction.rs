//! `retracted-reference`: works that were retracted or withdrawn.

use hayagriva::Entry;

use super::Fault;
use crate::finding::Finding;

/// Reports it.
pub(super) fn finding() -> Finding {
    Finding::warning(
        "retracted-reference",
        "this work was retracted or withdrawn, as its reference says",
    )
    .help("cite another source, and look at each statement that rests on this one")
}

/// Whether a remark, such as a note, says that the work was retracted.
pub(super) fn is_remark(text: &str) -> bool {
    let text = text.to_lowercase();
    [
        "retracted",
        "retraction",
        "withdrawn by",
        "article withdrawn",
    ]
    .iter()
    .any(|word| text.contains(word))
        || text.trim_matches(|c: char| !c.is_alphabetic()) == "withdrawn"
}

/// Whether a title is marked, as in "RETRACTED: The title" and "The title (Retracted article)".
pub(super) fn is_marked_title(title: &str) -> bool {
    const MARKS: [&str; 6] = [
        "retracted",
        "retracted article",
        "retracted paper",
        "retraction",
        "withdrawn",
        "withdrawn article",
    ];
    let title = title.to_lowercase();
    let start = title.trim_start_matches(['[', '(', '*', ' ']);
    let is_mark = |text: &str| MARKS.contains(&text.trim_matches([' ', '.', '*']));
    let starts = start
        .split_once([':', ']', ')'])
        .is_some_and(|(mark, _)| is_mark(mark));
    let ends = ['(', '['].iter().any(|open| {
        let last = title.rsplit_once(*open).map(|(_, last)| last);
        last.is_some_and(|last| {
            is_mark(last.split(['.', ')', ']', ',']).next().unwrap_or_default())
        })
    });
    starts || ends
}

/// Reports an entry whose title or note says that it was retracted.
pub(super) fn check(entry: &Entry, faults: &mut Vec<Fault>) {
    if faults
        .iter()
        .any(|fault| fault.finding.id == "retracted-reference")
    {
        return;
    }
    let title = entry.title().map(|title| title.value.to_string());
    if title.is_some_and(|title| is_marked_title(&title)) {
        faults.push(Fault::new(&["title"], finding()));
    } else if entry
        .note()
        .is_some_and(|note| is_remark(&note.value.to_string()))
    {
        faults.push(Fault::new(&["note"], finding()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_titles_are_found() {
        for title in [
            "RETRACTED: Ileal-lymphoid-nodular hyperplasia",
            "[Retracted] A trial",
            "Retraction: A trial",
            "WITHDRAWN: Rest for pain",
            "A trial (Retracted article. See vol. 398, pg. 1, 2020)",
            "A trial [RETRACTED ARTICLE]",
        ] {
            assert!(is_marked_title(title), "{title}");
        }
        for title in [
            "Retracted eyelids: a review",
            "Patients withdrawn from opioids: a cohort study",
            "Trials (and retractions) of vitamins",
            "Withdrawal: how to taper",
        ] {
            assert!(!is_marked_title(title), "{title}");
        }
    }
}
