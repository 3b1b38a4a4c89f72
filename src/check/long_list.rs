//! Lists that are too long to take in.

use super::{Passage, Subject};
use crate::finding::Finding;
use crate::resolve::ProseKind;

/// Most items of a list.
const MOST: usize = 7;

/// Finds lists of more than seven items, at the eighth.
pub fn long_list(subject: &Subject) -> Vec<Finding> {
    let mut lists: Vec<(ListName, Vec<&Passage>)> = Vec::new();
    for passage in &subject.passages {
        let ProseKind::Item {
            list, first: true, ..
        } = passage.prose.kind
        else {
            continue;
        };
        let name = (passage.block.as_str(), passage.part.as_str(), list);
        match lists.iter_mut().find(|(other, _)| *other == name) {
            Some((_, items)) => items.push(passage),
            None => lists.push((name, vec![passage])),
        }
    }
    let long = lists
        .iter()
        .filter_map(|(_, items)| Some((items.len(), items.get(MOST)?)));
    long.map(|(count, eighth)| {
        let finding = Finding::warning("long-list", format!("this list has {count} items"))
            .help("few people take in more than seven: group them, or leave out what helps least");
        eighth.prose.locate(finding, 0..eighth.prose.as_str().len())
    })
    .collect()
}

/// The block and the part that have a list, and which one in it.
type ListName<'s> = (&'s str, &'s str, usize);

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
