//! `divided-word`: words that are wider than their line and are divided.

use std::sync::Arc;

use super::LeafletRequest;
use crate::finding::{Finding, Place, PlaceTarget};
use crate::layout::page::Layout;
use crate::resolve::UsedText;

/// Reports the divided words of a leaflet without reader data. `texts` are its texts.
pub(super) fn divided_words(
    layout: &Layout,
    request: &LeafletRequest<'_>,
    texts: &[Arc<UsedText>],
) -> Vec<Finding> {
    let finding = |word: &String| {
        let message =
            format!("the word `{word}` is wider than its line, so it is divided with a hyphen");
        let help =
            "use shorter words, or write `&shy;` at each good place, as in `Physio&shy;therapie`";
        let finding = Finding::warning("divided-word", message).help(help);
        let place = texts.iter().find_map(|text| place_in_text(text, word));
        match place.or_else(|| request.clinic.place_of(word)) {
            Some(place) => finding.in_place(place),
            None => finding.at(&request.handout.definition.file, PlaceTarget::File),
        }
    };
    layout.divided_words.iter().map(finding).collect()
}

/// Returns the place of a whole word in a text.
fn place_in_text(text: &UsedText, word: &str) -> Option<Place> {
    let words = text.as_str();
    let is_whole = |at: &usize| {
        let is_letter = |character: Option<char>| character.is_some_and(char::is_alphabetic);
        let (before, after) = (&words[..*at], &words[at + word.len()..]);
        !is_letter(before.chars().next_back()) && !is_letter(after.chars().next())
    };
    let mut found = words.match_indices(word).map(|(at, _)| at);
    let at = found.find(is_whole)?;
    text.place(at..at + word.len())
}
