//! `divided-word`: words that are wider than their line and are divided.

use crate::finding::{Finding, PlaceTarget};
use crate::layout::page::Layout;
use crate::library::Handout;

/// Reports the divided words of a leaflet without reader data.
pub(super) fn divided_words(layout: &Layout, handout: &Handout) -> Vec<Finding> {
    let finding = |word: &String| {
        let message =
            format!("the word `{word}` is wider than its line, so it is divided with a hyphen");
        let help =
            "use shorter words, or write `&shy;` at each good place, as in `Physio&shy;therapie`";
        let finding = Finding::warning("divided-word", message).help(help);
        finding.at(&handout.definition.file, PlaceTarget::File)
    };
    layout.divided_words.iter().map(finding).collect()
}
