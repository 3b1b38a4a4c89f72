//! `long-list`: lists with too many items to take in at once. Readers of a form fill in one field at a
//! time.

use super::{Passage, Subject};
use crate::finding::Finding;
use crate::library::EntryKind;
use crate::resolve::ProseKind;

const MAX_ITEMS: usize = 7;

/// Finds lists of more than seven items. The finding points at the eighth item.
pub(super) fn long_list(subject: &Subject) -> Vec<Finding> {
    let mut lists: Vec<(ListId, Vec<&Passage>)> = Vec::new();
    for passage in &subject.passages {
        let ProseKind::Item {
            list, first: true, ..
        } = passage.prose.kind
        else {
            continue;
        };
        let entry = subject.entry(&passage.block);
        if entry.is_some_and(|entry| entry.kind == EntryKind::Form) {
            continue;
        }
        let id = (passage.block.as_str(), passage.part.as_str(), list);
        match lists.iter_mut().find(|(other, _)| *other == id) {
            Some((_, items)) => items.push(passage),
            None => lists.push((id, vec![passage])),
        }
    }
    lists
        .iter()
        .filter_map(|(_, items)| {
            let eighth = items.get(MAX_ITEMS)?;
            let message = format!("this list has {} items", items.len());
            let finding = Finding::warning("long-list", message).help(
                "few people can take in more than seven: group them, or leave out the least helpful",
            );
            Some(eighth.locate(finding))
        })
        .collect()
}

/// Block, part of the block, and number of the list in that part.
type ListId<'s> = (&'s str, &'s str, usize);

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    fn items(count: usize) -> String {
        let items: Vec<String> = (1..=count)
            .map(|number| format!("    - item {number}\n"))
            .collect();
        items.concat()
    }

    #[test]
    fn long_list() {
        let list = format!("Keep it so:\n\n{}", items(8));
        insta::assert_snapshot!(
            Fixture::new()
                .text("Keep it cool too.\n", &list)
                .shown("long-list")
        );
    }

    #[test]
    fn eight_fields_of_a_form_pass() {
        Fixture::new()
            .text(
                "short-answer:\n",
                &format!("plan:\n  items:\n{}short-answer:\n", items(8)),
            )
            .definition("  - references", "  - form: plan\n  - references")
            .passes("long-list");
    }

    #[test]
    fn seven_items_and_two_lists_of_five_pass() {
        let seven = format!("Keep it so:\n\n{}", items(7));
        Fixture::new()
            .text("Keep it cool too.\n", &seven)
            .passes("long-list");
        let two = format!("Keep it so:\n\n{}\n    And so:\n\n{}", items(5), items(5));
        Fixture::new()
            .text("Keep it cool too.\n", &two)
            .passes("long-list");
    }
}
