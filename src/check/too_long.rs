//! `too-long`: leaflets with more pages than people read.

use super::Subject;
use crate::finding::Finding;

const MAX_PAGES: usize = 6;

/// Reports a leaflet of more than six pages of A4.
pub(super) fn too_long(subject: &Subject) -> Vec<Finding> {
    if subject.pages <= MAX_PAGES {
        return Vec::new();
    }
    let message = format!(
        "the leaflet has {} pages of A4: the limit is {MAX_PAGES}",
        subject.pages
    );
    let finding = Finding::warning("too-long", message)
        .help("leave out what readers do not need, or make two leaflets");
    vec![match subject.title_place() {
        Some(place) => finding.at(&place.file, place.target),
        None => subject.locate_at_sections(finding),
    }]
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    /// A leaflet with this number of paragraphs.
    fn of(paragraphs: usize) -> Fixture {
        let paragraph =
            "Keep your room dark, and keep it cool at night too. Then sleep comes easily.\n\n    ";
        Fixture::new().text("Keep your room dark. ", &paragraph.repeat(paragraphs))
    }

    #[test]
    fn too_long() {
        insta::assert_snapshot!(of(120).shown("too-long"));
    }

    #[test]
    fn six_pages_are_not_too_long() {
        let leaflet = of(88);
        assert_eq!(leaflet.with_library(|library| library.subjects[0].pages), 6);
        leaflet.passes("too-long");
    }
}
