//! A leaflet with more pages than people read.

use super::Subject;
use crate::finding::{Finding, Place, PlaceTarget};
use crate::source::Route;

/// The most pages of A4.
const MOST_PAGES: usize = 5;

/// Finds a leaflet of more than five pages of A4.
pub fn too_long(subject: &Subject) -> Vec<Finding> {
    if subject.pages <= MOST_PAGES {
        return Vec::new();
    }
    let message = format!(
        "the leaflet takes {} pages of A4; {MOST_PAGES} is the most",
        subject.pages
    );
    let finding = Finding::warning("too-long", message)
        .help("cut what the reader can do without, or make two leaflets of it");
    vec![match subject.title_place() {
        Some(Place { file, target }) => finding.at(&file, target),
        None => finding.at(
            &subject.handout.definition.file,
            PlaceTarget::Key(Route::default().key("sections")),
        ),
    }]
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    /// A leaflet whose running text is so many paragraphs.
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
    fn five_pages_are_not_too_long() {
        let leaflet = of(72);
        assert_eq!(leaflet.with_subjects(|whole| whole.subjects[0].pages), 5);
        leaflet.passes("too-long");
    }
}
