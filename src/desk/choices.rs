//! The choices of a leaflet: language, edition, paper, references and letter. They stand in addresses.

use std::fmt::Write as _;

use super::fields::{Fields, field};
use super::letter_part::LetterChoice;
use super::option_group::chosen;
use super::sources::Loaded;
use crate::library::{Clinic, Handout};
use crate::request_options::{RequestOptions, fitting_paper, name_of, usual_edition, value_named};
use crate::resolve::ReferenceMode;
use crate::theme::{Edition, Paper};

/// What a person chose, with the clinic's defaults for the rest.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Choices {
    /// Id of the handout.
    pub(super) id: String,
    pub(super) language: String,
    pub(super) edition: Edition,
    pub(super) paper: Paper,
    pub(super) references: ReferenceMode,
    pub(super) letter: LetterChoice,
}

/// A paper that the edition is not made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnusedPaper {
    /// It is asked for, so another one replaces it.
    Asked(Paper),
    /// The clinic usually has it. Another one is asked for.
    Usual(Paper),
}

impl Choices {
    /// Reads fields of an address or a form. Unknown values are as if they were missing: an old bookmark may have
    /// them.
    pub(super) fn new(loaded: &Loaded, handout: &Handout, fields: &Fields) -> Choices {
        let field = |name| field(fields, name);
        let options = RequestOptions {
            language: field("language")
                .filter(|language| handout.is_in(language))
                .map(str::to_owned),
            paper: chosen(fields, "paper").and_then(value_named),
            edition: chosen(fields, "edition").and_then(value_named),
            references: field("references").and_then(value_named),
            ..RequestOptions::default()
        }
        .or(RequestOptions::of_clinic(&loaded.clinic));
        let languages = handout.languages();
        let language = options
            .language
            .filter(|language| handout.is_in(language))
            .or_else(|| {
                let own = &loaded.library.manifest().language;
                handout.is_in(own).then(|| own.clone())
            })
            .or_else(|| languages.first().cloned());
        let paper = options.paper.unwrap_or(Paper::A4);
        let asked: Option<Edition> = chosen(fields, "edition").and_then(value_named);
        let usual = options.edition.unwrap_or_default();
        let edition = asked.unwrap_or_else(|| usual_edition(usual, paper));
        // `sheet_note` explains the other paper.
        let paper = fitting_paper(edition, paper);
        Choices {
            id: handout.definition.id.clone(),
            language: language.unwrap_or_default(),
            edition,
            paper,
            references: options.references.unwrap_or_default(),
            letter: LetterChoice::read(fields, &loaded.clinic, paper),
        }
    }

    /// Returns the requested paper if the edition is not made for it, else the clinic's usual paper if the edition is
    /// not made for that. `None` if it is made for both. If no paper is requested, it is the usual one.
    pub(super) fn unused_paper(&self, clinic: &Clinic, fields: &Fields) -> Option<UnusedPaper> {
        let is_unused = |paper: &Paper| !self.edition.papers().contains(paper);
        let asked = chosen(fields, "paper").and_then(value_named);
        let usual = RequestOptions::of_clinic(clinic).paper;
        let unused = asked.or(usual).filter(is_unused).map(UnusedPaper::Asked);
        unused.or_else(|| usual.filter(is_unused).map(UnusedPaper::Usual))
    }

    /// Writes the choices as the part of an address after `?`, in HTML.
    pub(super) fn query(&self) -> String {
        let mut query = String::new();
        let _ = write!(
            query,
            "language={}&amp;edition={}&amp;paper={}&amp;references={}",
            self.language,
            name_of(&self.edition),
            name_of(&self.paper),
            name_of(&self.references)
        );
        self.letter.write(&mut query);
        query
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn a_paper_is_replaced_by_one_of_the_same_country() {
        let large = Edition::LARGE_PRINT;
        for (paper, other) in [
            (Paper::A4, Paper::A4),
            (Paper::A5Booklet, Paper::A4),
            (Paper::DlTrifold, Paper::A4),
            (Paper::Letter, Paper::Letter),
            (Paper::LetterBooklet, Paper::Letter),
            (Paper::LetterTrifold, Paper::Letter),
        ] {
            assert_eq!(fitting_paper(large, paper), other, "{paper:?}");
        }
        for edition in Edition::value_variants() {
            for paper in Paper::value_variants() {
                let fitting = fitting_paper(*edition, *paper);
                assert!(edition.papers().contains(&fitting), "{edition:?}");
            }
        }
    }
}
