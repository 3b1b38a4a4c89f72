//! When a handout was reviewed for a clinic, and when its next review is due.

use std::sync::Arc;

use jiff::civil::Date;

use super::Clinic;
use crate::finding::{Place, PlaceTarget};
use crate::library::definition::Definition;
use crate::library::{Review, TextHash};
use crate::source::Route;

/// The review dates of a handout in a clinic.
#[derive(Clone, Debug)]
pub(crate) struct ReviewDates {
    /// Day of the last review; `None` if nobody has reviewed it.
    pub(crate) reviewed: Option<Date>,
    /// Day by which the next review is due.
    pub(crate) review_by: Date,
    /// Place of `review_by`, in `handout.yaml` or `clinic.lock`.
    pub(crate) place: Place,
    /// Whether the last review was the clinic's own.
    pub(crate) is_own: bool,
}

impl ReviewDates {
    /// Says when the last review was, as in `reviewed 2026-11-21`.
    pub(crate) fn reviewed_in_words(&self) -> String {
        self.reviewed.map_or_else(
            || "not reviewed yet".to_owned(),
            |day| format!("reviewed {day}"),
        )
    }
}

/// What to do when the clinic's own review is due.
pub(crate) const REVIEW_AGAIN: &str = "review it again, and mark it as reviewed in `handout serve`";

impl Clinic {
    /// Returns the dates of the clinic's own review of this version and of the clinic's words, which `clinic.lock`
    /// has. Without one, or after a later review by the handout's author, returns those of the handout.
    pub(crate) fn review_dates(&self, definition: &Definition) -> ReviewDates {
        let place = |file, route| Place {
            file: Arc::clone(file),
            target: PlaceTarget::Value(route, None),
        };
        let id = definition.id.as_str();
        let own = self.lock.decisions.review(id, &definition.version);
        let own = own.filter(|review| Some(review.on) >= definition.reviewed);
        let own = own.filter(|review| self.covers(review, definition));
        match (own, &self.lock_file) {
            (Some(review), Some(file)) => ReviewDates {
                reviewed: Some(review.on),
                review_by: review.next,
                place: place(file, Route::default().key("reviewed").key(id).key("next")),
                is_own: true,
            },
            _ => ReviewDates {
                reviewed: definition.reviewed,
                review_by: definition.review_by,
                place: place(&definition.file, Route::default().key("review_by")),
                is_own: false,
            },
        }
    }

    /// Returns whether a review is of the clinic's words as they are now. Older records have no hash of the words, so
    /// they count only if the clinic has no words of its own.
    fn covers(&self, review: &Review, definition: &Definition) -> bool {
        let words = self.own_words(definition);
        match &review.words {
            Some(read) => *read == words,
            None => words == TextHash::of(""),
        }
    }

    /// Returns the clinic's last review of a leaflet, if its record has no hash of the clinic's words. It is then unknown
    /// which words were read.
    pub(crate) fn unclear_review(&self, definition: &Definition) -> Option<&Review> {
        let decisions = &self.lock.decisions;
        let review = decisions.review(&definition.id, &definition.version)?;
        let is_unclear = review.words.is_none() && !self.covers(review, definition);
        (is_unclear && Some(review.on) >= definition.reviewed).then_some(review)
    }
}

impl Clinic {
    /// Takes the clinic's texts and changes of sections away. The dates of a leaflet's review stay as they are.
    pub(crate) fn without_changes(&self, definition: &Definition) -> Clinic {
        let is_own = self.review_dates(definition).is_own;
        let mut clinic = self.clone();
        clinic.text.clear();
        clinic.sections.clear();
        let words = clinic.own_words(definition);
        let reviewed = &mut Arc::make_mut(&mut clinic.lock).decisions.reviewed;
        match reviewed.get_mut(&definition.id) {
            Some(review) if is_own => review.words = Some(words),
            _ => {
                reviewed.remove(&definition.id);
            }
        }
        clinic
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::font::Faces;
    use crate::library::{Clinic, Library, TextHash};

    /// Returns `reviewed` and `review_by` of version 1.0.0, reviewed on 2 January 2026.
    fn dates(clinic: &str, lock: &str) -> (String, String) {
        let handout = "id: a\nversion: 1.0.0\nreviewed: 2026-01-02\nreview_by: 2028-01-02\nsections: [contact]\n";
        let files = |files: [(&str, &str); 2]| {
            let bytes = |(name, text): (&str, &str)| (name.to_owned(), text.as_bytes().to_vec());
            files.into_iter().map(bytes).collect()
        };
        let library = files([("library.yaml", "name: L\n"), ("a/handout.yaml", handout)]);
        let library = Library::from_files(library).unwrap();
        let clinic = files([("clinic.yaml", clinic), ("clinic.lock", lock)]);
        let clinic = Clinic::from_files(clinic, &Faces::bundled()).unwrap();
        let dates = clinic.review_dates(&library.handout("a").unwrap().definition);
        let reviewed = dates.reviewed.unwrap();
        assert_eq!(dates.is_own, reviewed != date(2026, 1, 2));
        (reviewed.to_string(), dates.review_by.to_string())
    }

    #[test]
    fn the_clinics_review_of_the_same_version_counts() {
        let review = |version: &str, on: &str, next: &str| {
            dates(
                "name: C\n",
                &format!(
                    "reviewed: {{ a: {{ version: {version}, by: Ann, on: {on}, next: {next} }} }}\n"
                ),
            )
        };
        let of_handout = ("2026-01-02".to_owned(), "2028-01-02".to_owned());
        let own = ("2027-12-01".to_owned(), "2029-12-01".to_owned());
        assert_eq!(dates("name: C\n", ""), of_handout);
        assert_eq!(review("1.0.0", "2027-12-01", "2029-12-01"), own);
        assert_eq!(review("0.9.0", "2027-12-01", "2029-12-01"), of_handout);
        assert_eq!(review("1.0.0", "2025-12-01", "2029-12-01"), of_handout);
    }

    #[test]
    fn a_review_of_other_words_does_not_count() {
        let none = TextHash::of("");
        let lock = |words: &str| {
            let review = "version: 1.0.0, by: Ann, on: 2027-12-01, next: 2029-12-01";
            format!("reviewed: {{ a: {{ {review}{words} }} }}\n")
        };
        let recorded = lock(&format!(", words: {}", none.as_str()));
        let reviewed = |texts: &str| dates(&format!("name: C\n{texts}"), &recorded).0;
        for (texts, on) in [
            ("vars: { dose: 5 mg }\n", "2027-12-01"),
            ("text: { en: { b: { title: Ours } } }\n", "2027-12-01"),
            ("text: { en: { shared: { other: Ours } } }\n", "2027-12-01"),
            ("text: { en: { a: { title: Ours } } }\n", "2026-01-02"),
            (
                "text: { en: { shared: { closing: Ours } } }\n",
                "2026-01-02",
            ),
            ("sections: { a: { remove: [contact] } }\n", "2026-01-02"),
        ] {
            assert_eq!(reviewed(texts), on, "{texts}");
        }
    }

    #[test]
    fn a_review_without_a_hash_of_the_words_counts_for_the_librarys_words_only() {
        let review = "version: 1.0.0, by: Ann, on: 2027-12-01, next: 2029-12-01";
        let lock = format!("reviewed: {{ a: {{ {review} }} }}\n");
        assert_eq!(dates("name: C\n", &lock).0, "2027-12-01");
        let ours = "name: C\ntext: { en: { a: { title: Ours } } }\n";
        assert_eq!(dates(ours, &lock).0, "2026-01-02");
    }
}
