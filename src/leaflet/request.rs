//! The request for a leaflet.

use clap::ValueEnum;
use jiff::civil::Date;

use crate::check::Subject;
use crate::finding::Finding;
use crate::font::{Faces, is_on_screens};
use crate::library::{Clinic, Handout, Library};
use crate::resolve::{Purpose, ReferenceMode, Resolved};
use crate::theme::{Edition, Envelope, Paper};

/// Format of the output. Doc comments on its values are `--help` text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, ValueEnum)]
pub enum Format {
    /// Tagged PDF, for print and screen.
    #[default]
    Pdf,
    /// Web page in one file, for telephones and screen readers.
    Html,
    /// Plain text, for e-mail.
    Text,
}

impl Format {
    /// All formats.
    pub(crate) const ALL: [Format; 3] = [Format::Pdf, Format::Html, Format::Text];

    /// Returns whether a leaflet of this format shows a character. Web pages and plain texts use the faces of
    /// the reader's device.
    pub(crate) fn covers(self, faces: &Faces, character: char) -> bool {
        match self {
            Format::Pdf => faces.covers(character),
            Format::Html | Format::Text => is_on_screens(character),
        }
    }

    /// Ending of its files, as in `pdf`.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Pdf => "pdf",
            Format::Html => "html",
            Format::Text => "txt",
        }
    }
}

/// Everything that a leaflet is made from, except reader data.
#[derive(Clone)]
pub struct LeafletRequest<'a> {
    pub library: &'a Library,
    /// A handout of the library or of the clinic.
    pub handout: &'a Handout,
    pub clinic: &'a Clinic,
    /// BCP 47 tag.
    pub language: &'a str,
    pub edition: Edition,
    pub paper: Paper,
    pub format: Format,
    pub references: ReferenceMode,
    /// Envelope of the letter before the leaflet; `None` for no letter. For PDF only.
    pub letter: Option<Envelope>,
    /// Envelope of the address in the masthead; `None` for no address there. Not together with `letter`.
    pub masthead_address: Option<Envelope>,
    /// Whether the text of the text message (SMS) is read. It is on no page.
    pub(crate) text_message: bool,
    pub purpose: Purpose,
    /// The date that the leaflet shows.
    pub date: Date,
    /// Dotted names that reader data may have besides those that the handout declares.
    pub data_names: Vec<String>,
}

impl<'a> LeafletRequest<'a> {
    /// Requests the standard edition on A4, in the library's language and with full references.
    pub fn new(
        library: &'a Library,
        handout: &'a Handout,
        clinic: &'a Clinic,
        date: Date,
    ) -> LeafletRequest<'a> {
        LeafletRequest {
            library,
            handout,
            clinic,
            language: &library.manifest().language,
            edition: Edition::default(),
            paper: Paper::A4,
            format: Format::default(),
            references: ReferenceMode::default(),
            letter: None,
            masthead_address: None,
            text_message: false,
            purpose: Purpose::default(),
            date,
            data_names: Vec::new(),
        }
    }

    pub fn with_language(self, language: &'a str) -> LeafletRequest<'a> {
        LeafletRequest { language, ..self }
    }

    pub fn with_edition(self, edition: Edition) -> LeafletRequest<'a> {
        LeafletRequest { edition, ..self }
    }

    pub fn with_paper(self, paper: Paper) -> LeafletRequest<'a> {
        LeafletRequest { paper, ..self }
    }

    pub fn with_format(self, format: Format) -> LeafletRequest<'a> {
        LeafletRequest { format, ..self }
    }

    pub fn with_references(self, references: ReferenceMode) -> LeafletRequest<'a> {
        LeafletRequest { references, ..self }
    }

    pub fn with_letter(self, letter: Option<Envelope>) -> LeafletRequest<'a> {
        LeafletRequest { letter, ..self }
    }

    /// Returns the subject of checks. `pages` counts the pages of the leaflet.
    pub(crate) fn subject(
        &self,
        resolved: &Resolved,
        pages: usize,
    ) -> Result<Subject<'a>, Vec<Finding>> {
        let LeafletRequest {
            library,
            handout,
            clinic,
            language,
            date,
            ..
        } = *self;
        Subject::new(library, handout, clinic, language, date, resolved, pages)
    }

    pub fn with_masthead_address(self, masthead_address: Option<Envelope>) -> LeafletRequest<'a> {
        LeafletRequest {
            masthead_address,
            ..self
        }
    }

    pub(crate) fn with_text_message(self) -> LeafletRequest<'a> {
        LeafletRequest {
            text_message: true,
            ..self
        }
    }

    pub fn with_purpose(self, purpose: Purpose) -> LeafletRequest<'a> {
        LeafletRequest { purpose, ..self }
    }

    pub fn with_data_names(self, data_names: Vec<String>) -> LeafletRequest<'a> {
        LeafletRequest { data_names, ..self }
    }
}
