//! `unreplaced-scaffold`: sample text of `handout new` and `handout customize init` in a leaflet.

use std::ops::Range;

use crate::finding::{Finding, Place, Severity};
use crate::library::Clinic;
use crate::resolve::Resolved;
use crate::source::Route;

/// Parts of the sample texts that no author would write.
const SAMPLES: [&str; 9] = [
    "Say here what your reader most needs to know",
    "as if you were sitting face to face with somebody who is worried",
    "Name one thing",
    "in everyday words that you would use when you talk with a patient",
    "Say how much it helps and for how many people",
    "Name the signs here",
    "We meet every week. Ask at the desk.",
    "Put your own source here",
    "Write here who wrote it",
];
/// Sample that is only one if these words follow it.
const REST: (&str, &str) = ("Name one thing", "that your reader can do today");

/// Words that authors write in place of words to come.
const NOTES: [&str; 6] = ["TODO", "FIXME", "TBD", "XXX", "Lorem ipsum", "lorem ipsum"];

/// Sample contact details of a new `clinic.yaml`, by key.
const CONTACT: [(&str, &str); 7] = [
    ("phone", "01632 960 000"),
    ("phone", "01632 960 001"),
    ("email", "desk@clinic.example"),
    ("website", "https://clinic.example"),
    ("address", "1 Sample Street, Sampletown AB1 2CD"),
    ("imprint", "Sample Health Trust, charity 000000"),
    ("references_url", "https://clinic.example/leaflets/{id}"),
];

/// Finds sample contact details in `clinic.yaml`. Patients would call a number that nobody answers.
pub(crate) fn sample_contact(clinic: &Clinic) -> Vec<Finding> {
    let facts = &clinic.facts;
    let value_of = |key: &str| match key {
        "phone" => clinic.phones.iter().map(String::as_str).collect(),
        "email" => Vec::from_iter(clinic.email()),
        "website" => Vec::from_iter(clinic.website()),
        "address" => Vec::from_iter(facts.address.as_deref()),
        "imprint" => Vec::from_iter(facts.imprint.as_deref()),
        _ => Vec::from_iter(facts.references_url.as_ref().map(|address| &*address.0)),
    };
    let mut findings = Vec::new();
    for (key, sample) in CONTACT {
        let mut values = value_of(key).into_iter();
        if values.any(|value| value.trim().trim_end_matches('/') == sample) {
            let message = format!("`{key}` is still the sample `{sample}`");
            let finding = Finding::warning("unreplaced-scaffold", message)
                .help("write your clinic's own, or put `#` before the line");
            findings.push(finding.at_value(&clinic.file, Route::default().key(key)));
        }
    }
    findings
}

/// Finds sample text, which is an error, and notes to oneself. One finding of each has the first place and counts the
/// others.
pub(crate) fn unreplaced_scaffold(resolved: &Resolved) -> Vec<Finding> {
    let (mut samples, mut notes) = (Vec::new(), Vec::new());
    for text in &resolved.texts {
        let words = text.as_str();
        let sample = SAMPLES.iter().find_map(|sample| {
            let start = words.find(sample)?;
            let is_whole = *sample != REST.0 || words.contains(REST.1);
            (is_whole && !text.is_filled_in(start)).then_some(start..start + sample.len())
        });
        // The values of a clinic are judged where they are read.
        let is_of_layer = !text.path.is_empty();
        let own = |note: &Range<usize>| is_of_layer && !text.is_filled_in(note.start);
        match sample {
            Some(sample) => samples.push(text.place(sample)),
            None => notes.extend(note(words).filter(own).map(|note| text.place(note))),
        }
    }
    let samples = first_of(samples, |others| {
        let message = format!("this sample text is still there{others}");
        Finding::error("unreplaced-scaffold", message)
            .help("write your own words in its place, or remove it")
    });
    let notes = first_of(notes, |others| {
        let message = format!("this note of the author is still there{others}");
        Finding::warning("unreplaced-scaffold", message)
            .help("write your own words in its place, or remove it")
    });
    samples.into_iter().chain(notes).collect()
}

/// Returns a finding at the first place. `finding` gets words that count the others.
fn first_of(places: Vec<Option<Place>>, finding: impl Fn(&str) -> Finding) -> Option<Finding> {
    let mut places = places.into_iter();
    let first = places.next()?;
    let others = match places.count() {
        0 => String::new(),
        1 => ", and 1 other".to_owned(),
        count => format!(", and {count} others"),
    };
    Some(finding(&others).in_place(first))
}

/// Whether a leaflet's only errors are sample texts, so that a draft of it can be shown.
pub(crate) fn is_only_sample(findings: &[Finding]) -> bool {
    let mut errors = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    errors.all(|error| error.id == "unreplaced-scaffold")
}

/// Returns the place of an author's note such as `TODO`. In some languages TBC is an illness, so only a text
/// that is nothing else is one.
fn note(words: &str) -> Option<Range<usize>> {
    let is_letter = |c: char| c.is_alphanumeric();
    let is_word = |range: &Range<usize>| {
        !words[..range.start].ends_with(is_letter) && !words[range.end..].starts_with(is_letter)
    };
    let found = NOTES.iter().find_map(|note| {
        let mut places = words.match_indices(note).map(|(at, _)| at..at + note.len());
        places.find(is_word)
    });
    let is_whole = || words.trim_matches(|c| !is_letter(c)) == "TBC";
    found.or_else(|| is_whole().then_some(0..words.len()))
}

#[cfg(test)]
mod tests {
    use super::{CONTACT, SAMPLES};

    #[test]
    fn samples_are_in_the_scaffold() {
        let scaffold = [
            include_str!("../scaffold/handout/text.yaml"),
            include_str!("../scaffold/handout/references.yaml"),
            include_str!("../scaffold/clinic/text.yaml"),
        ];
        for sample in SAMPLES {
            assert!(
                scaffold.iter().any(|text| text.contains(sample)),
                "{sample}"
            );
        }
        let clinic = include_str!("../scaffold/clinic/clinic.yaml");
        for (key, sample) in CONTACT {
            assert!(clinic.contains(&format!("#{key}: ")), "{key}");
            assert!(clinic.contains(sample), "{sample}");
        }
    }
}
