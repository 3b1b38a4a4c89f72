//! `unreplaced-scaffold`: sample text of `handout new` and `handout customize init` in a leaflet.

use crate::finding::Finding;
use crate::resolve::Resolved;

/// Parts of the sample texts that no author would write.
const SAMPLES: [&str; 9] = [
    "Say here what your reader most needs to know",
    "Use one or two short sentences, as if you sat face to face",
    "Name one thing",
    "Say what helps, in short words that you would use in a talk",
    "Say how much it helps, and for how many people",
    "Name the signs here",
    "We meet every week. Ask at the desk.",
    "Put your own source here",
    "Who wrote it",
];
/// Sample that is only one if these words follow it.
const REST: (&str, &str) = ("Name one thing", "that your reader can do today");

/// Finds sample text. One finding has the first place and counts the others.
pub(crate) fn unreplaced_scaffold(resolved: &Resolved) -> Option<Finding> {
    let mut places = resolved.texts.iter().filter_map(|text| {
        let words = text.as_str();
        let range = SAMPLES.iter().find_map(|sample| {
            let start = words.find(sample)?;
            let is_whole = *sample != REST.0 || words.contains(REST.1);
            (is_whole && !text.is_filled_in(start)).then_some(start..start + sample.len())
        })?;
        Some(text.place(range))
    });
    let first = places.next()?;
    let others = match places.count() {
        0 => String::new(),
        1 => ", and 1 other".to_owned(),
        count => format!(", and {count} others"),
    };
    let message = format!("this sample text is still there{others}");
    let finding = Finding::warning("unreplaced-scaffold", message)
        .help("write your own words in its place, or remove it");
    Some(finding.in_place(first))
}

#[cfg(test)]
mod tests {
    use super::SAMPLES;

    #[test]
    fn samples_are_in_the_scaffold() {
        let scaffold = [
            include_str!("../command/new/text.yaml"),
            include_str!("../command/new/references.yaml"),
            include_str!("../command/customize/clinic/text.yaml"),
        ];
        for sample in SAMPLES {
            assert!(
                scaffold.iter().any(|text| text.contains(sample)),
                "{sample}"
            );
        }
    }
}
