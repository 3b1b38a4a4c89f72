//! The choices of a leaflet: language, edition, paper, references and letter. They stand in addresses.

use std::fmt::Write as _;

use super::fields::{Fields, field};
use super::letter_part::LetterChoice;
use super::option_group::chosen;
use super::sources::Loaded;
use crate::library::Handout;
use crate::request_options::{RequestOptions, name_of, value_named};
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
        let edition = options.edition.unwrap_or_default();
        let papers = edition.papers();
        let paper = options.paper.unwrap_or(Paper::A4);
        // An edition that is not laid out for a paper takes the next one.
        let paper = match papers.contains(&paper) {
            true => paper,
            false => papers.first().copied().unwrap_or(Paper::A4),
        };
        Choices {
            id: handout.definition.id.clone(),
            language: language.unwrap_or_default(),
            edition,
            paper,
            references: options.references.unwrap_or_default(),
            letter: LetterChoice::read(fields, &loaded.clinic, paper),
        }
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
