//! Options of a leaflet and their names in YAML, job files and flags.
//!
//! The first source that sets an option wins: the row of a job file, the command line, the clinic's
//! `defaults`, the built-in default. For the edition, the reader's need comes after the row. A source that names only
//! a size or only a look leaves the other to the next source, if one of the two is the need.

mod reader_need;

use clap::ValueEnum;

use crate::finding::Finding;
use crate::leaflet::Format;
use crate::library::Clinic;
use crate::resolve::ReferenceMode;
use crate::theme::{Edition, Envelope, Length, Look, Paper, TypeSize};
pub(crate) use reader_need::{
    READER_FORMAT, edition_meant, is_nearly_reader_format, needed_edition,
};

/// What comes before a leaflet. Doc comments on its values are `--help` text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ValueEnum)]
pub enum Cover {
    /// Nothing.
    None,
    /// A letter with the reader's address, for a window envelope.
    Letter,
    /// Nothing: the reader's address is in the masthead of the leaflet, for a window envelope.
    Masthead,
}

/// Options of a leaflet. `None` leaves the choice to the next source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestOptions {
    /// BCP 47 tag.
    pub language: Option<String>,
    pub paper: Option<Paper>,
    pub edition: Option<Edition>,
    pub references: Option<ReferenceMode>,
    pub format: Option<Format>,
    pub cover: Option<Cover>,
    /// Envelope of letters.
    pub envelope: Option<Envelope>,
}

impl RequestOptions {
    /// Reads the `defaults` of a clinic.
    pub fn of_clinic(clinic: &Clinic) -> RequestOptions {
        let value = |key: &str| clinic.facts.defaults.0.get(key).map(String::as_str);
        RequestOptions {
            language: value("language").map(str::to_owned),
            paper: value("paper").and_then(value_named),
            edition: value("edition").and_then(value_named),
            references: value("references").and_then(value_named),
            format: value("format").and_then(value_named),
            cover: value("cover").and_then(value_named),
            envelope: value("envelope").and_then(value_named),
        }
    }

    /// Takes missing options from `fallback`.
    pub fn or(self, fallback: RequestOptions) -> RequestOptions {
        RequestOptions {
            language: self.language.or(fallback.language),
            paper: self.paper.or(fallback.paper),
            edition: self.edition.or(fallback.edition),
            references: self.references.or(fallback.references),
            format: self.format.or(fallback.format),
            cover: self.cover.or(fallback.cover),
            envelope: self.envelope.or(fallback.envelope),
        }
    }
}

/// Where the options of a leaflet come from.
#[derive(Default)]
pub(crate) struct OptionSources {
    /// The row of a job file, else the command line of `generate`.
    pub(crate) asked: RequestOptions,
    /// The edition that the reader needs.
    pub(crate) need: Option<Edition>,
    /// The command line of a batch.
    pub(crate) run: RequestOptions,
    pub(crate) clinic: RequestOptions,
    pub(crate) usual_paper: UsualPaper,
}

/// What becomes of the clinic's usual paper if somebody chose an edition that is not laid out for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum UsualPaper {
    /// The leaflet is refused.
    #[default]
    Kept,
    /// The edition is printed on a paper of the same country that it is laid out for.
    Replaced,
}

/// What set the edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EditionSource {
    Asked,
    Need,
    Run,
    Default,
}

/// Why options do not go together.
#[derive(Debug)]
pub(crate) struct OptionFault {
    pub(crate) finding: Finding,
    pub(crate) conflict: OptionConflict,
}

impl OptionFault {
    /// Whether the reader needs an edition that does not go with other options.
    pub(crate) fn is_by_need(&self) -> bool {
        matches!(
            self.conflict,
            OptionConflict::EditionAndPaper(EditionSource::Need)
                | OptionConflict::EditionAndFormat(EditionSource::Need)
        )
    }
}

/// Options that do not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OptionConflict {
    /// The edition, and what set it, with the paper.
    EditionAndPaper(EditionSource),
    /// The edition, and what set it, with the format.
    EditionAndFormat(EditionSource),
    /// The cover with the paper, the format or the envelope.
    Cover,
}

/// Options of a leaflet, all chosen. The language is chosen apart, since it is borrowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ChosenOptions {
    pub(crate) paper: Paper,
    pub(crate) edition: Edition,
    pub(crate) references: ReferenceMode,
    pub(crate) format: Format,
    /// Envelope of the letter before the leaflet; `None` for no letter.
    pub(crate) letter: Option<Envelope>,
    /// Envelope of the address in the masthead; `None` for no address there.
    pub(crate) masthead_address: Option<Envelope>,
    /// The clinic's usual paper, if `paper` replaces it.
    pub(crate) replaced_paper: Option<Paper>,
}

impl OptionSources {
    /// Returns the language; `None` for the library's.
    pub(crate) fn language(&self) -> Option<&String> {
        let sources = [&self.asked, &self.run, &self.clinic];
        sources
            .into_iter()
            .find_map(|source| source.language.as_ref())
    }

    /// Returns an option of the first source that sets it.
    fn first<T>(&self, option: impl Fn(&RequestOptions) -> Option<T>) -> Option<T> {
        let sources = [&self.asked, &self.run, &self.clinic];
        sources.into_iter().find_map(option)
    }

    /// Chooses all options but the language. Fails if the edition does not go with the paper or the format, or the
    /// cover with one of them.
    pub(crate) fn choose(&self) -> Result<ChosenOptions, OptionFault> {
        let format = self.first(|source| source.format).unwrap_or_default();
        let mut paper = self.first(|source| source.paper).unwrap_or(Paper::A4);
        let mut replaced_paper = None;
        let editions = [
            (self.asked.edition, EditionSource::Asked),
            (
                self.need.map(|need| self.with_look(need)),
                EditionSource::Need,
            ),
            (self.run.edition, EditionSource::Run),
            (self.clinic.edition, EditionSource::Default),
        ];
        let mut editions = editions
            .into_iter()
            .filter_map(|(edition, source)| Some((edition?, source)));
        let (mut edition, edition_source) = editions
            .next()
            .unwrap_or((Edition::default(), EditionSource::Default));
        if format == Format::Pdf && edition_source == EditionSource::Default {
            edition = usual_edition(edition, paper);
        }
        let fault = |finding, conflict| OptionFault { finding, conflict };
        let asked = edition;
        if edition_source == EditionSource::Asked
            && let Some(need) = self.need.filter(|_| edition.is_only_look())
        {
            edition.type_size = need.type_size;
        }
        if let Some(finding) = format_fault(asked, format) {
            match edition_source {
                EditionSource::Asked | EditionSource::Run => {
                    let conflict = OptionConflict::EditionAndFormat(edition_source);
                    return Err(fault(finding, conflict));
                }
                // Readers of this format set the size themselves, so the need is met.
                EditionSource::Need | EditionSource::Default => edition = edition.without_pages(),
            }
        }
        if format == Format::Pdf
            && let Some(finding) = edition_fault(edition, paper)
        {
            let source = match edition == asked {
                true => edition_source,
                false => EditionSource::Need,
            };
            let is_usual = self.asked.paper.or(self.run.paper).is_none();
            let is_chosen = source != EditionSource::Default;
            if self.usual_paper == UsualPaper::Kept || !is_usual || !is_chosen {
                let conflict = OptionConflict::EditionAndPaper(source);
                return Err(fault(finding, conflict));
            }
            replaced_paper = Some(paper);
            paper = fitting_paper(edition, paper);
        }
        let cover = self
            .cover(format, paper, edition)
            .map_err(|finding| fault(finding, OptionConflict::Cover))?;
        let envelope_of = |kind| {
            cover
                .filter(|(cover, _)| *cover == kind)
                .map(|(_, one)| one)
        };
        Ok(ChosenOptions {
            paper,
            edition,
            references: self.first(|source| source.references).unwrap_or_default(),
            format,
            letter: envelope_of(Cover::Letter),
            masthead_address: envelope_of(Cover::Masthead),
            replaced_paper,
        })
    }

    /// Returns the edition of a need with the look of the run or the clinic, unless the need has a look of its own.
    fn with_look(&self, need: Edition) -> Edition {
        match self.run.edition.or(self.clinic.edition) {
            Some(other) if need.is_only_size() => Edition {
                look: other.look,
                ..need
            },
            _ => need,
        }
    }

    /// Returns the cover and its envelope, if there is to be one.
    fn cover(
        &self,
        format: Format,
        paper: Paper,
        edition: Edition,
    ) -> Result<Option<(Cover, Envelope)>, Finding> {
        let cover = match self.first(|source| source.cover) {
            None | Some(Cover::None) => return Ok(None),
            Some(cover) => cover,
        };
        let what = match cover {
            Cover::Masthead => "an address in the masthead",
            Cover::None | Cover::Letter => "a letter",
        };
        if format != Format::Pdf {
            let is_asked = self.asked.cover.is_some() || self.run.cover.is_some();
            // Nobody posts a web page: the clinic's default is for paper.
            return match is_asked {
                true => Err(unavailable_cover(
                    format!("{what} is for PDF only"),
                    "use the format `pdf`, or the cover `none`".to_owned(),
                )),
                false => Ok(None),
            };
        }
        let Some(envelope) = self.first(|source| source.envelope) else {
            let names: Vec<String> = Envelope::value_variants().iter().map(name_of).collect();
            let help = format!(
                "write one of `{}`, as in `defaults: {{ envelope: uk-dl }}` in `clinic.yaml`",
                names.join("`, `")
            );
            let message = match cover {
                Cover::Masthead => "the address in the masthead has no envelope",
                Cover::None | Cover::Letter => "the letter has no envelope",
            };
            let message = message.to_owned();
            return Err(unavailable_cover(message, help));
        };
        if envelope.paper() == paper {
            return match masthead_fault(edition).filter(|_| cover == Cover::Masthead) {
                Some(fault) => Err(fault),
                None => Ok(Some((cover, envelope))),
            };
        }
        let needed = name_of(&envelope.paper());
        let message = format!(
            "{what} for the envelope `{}` does not fit on the paper `{}`",
            name_of(&envelope),
            name_of(&paper)
        );
        let mut help = format!("use the paper `{needed}`");
        let fitting = Envelope::value_variants().iter();
        let fitting: Vec<String> = fitting
            .filter(|other| other.paper() == paper)
            .map(|other| format!("`{}`", name_of(other)))
            .collect();
        if !fitting.is_empty() {
            help += &format!(", the envelope {}", fitting.join(" or "));
        }
        help += " or the cover `none`";
        Err(unavailable_cover(message, help))
    }
}

/// Reports an edition whose first page has no room for an address below the masthead.
pub(crate) fn masthead_fault(edition: Edition) -> Option<Finding> {
    let reason = match edition {
        Edition {
            length: Length::Short,
            ..
        } => "has one page, without room for an address in its masthead",
        Edition {
            look: Look::HighContrast,
            ..
        } => "is for screens, and nobody posts it",
        _ => return None,
    };
    let message = format!("the edition `{}` {reason}", name_of(&edition));
    let help = "use the cover `letter`, which has a page of its own, or another edition";
    Some(unavailable_cover(message, help.to_owned()))
}

fn unavailable_cover(message: String, help: String) -> Finding {
    Finding::error("unavailable-cover", message).help(help)
}

impl ChosenOptions {
    /// Returns the parts of a file name after the id, as in `-sv-large-print-a5`. Only parts that differ from the
    /// library's language, the standard edition, A4 and no letter are there. Paper is for PDF only.
    pub(crate) fn file_name_parts(&self, language: &str, default_language: &str) -> String {
        let mut parts = String::new();
        if language != default_language {
            parts += &format!("-{language}");
        }
        parts += &self.edition.file_name_part();
        if self.format == Format::Pdf && self.paper != Paper::A4 {
            parts += &format!("-{}", name_of(&self.paper));
        }
        if let Some(envelope) = self.letter.or(self.masthead_address) {
            parts += &format!("-{}", name_of(&envelope));
        }
        parts
    }
}

/// Returns the edition for a paper if nobody chose one. A sheet that is folded twice takes the short edition, except
/// in large print.
pub(crate) fn usual_edition(of_clinic: Edition, paper: Paper) -> Edition {
    match paper.is_trifold() && of_clinic.type_size == TypeSize::Standard {
        true => of_clinic.short(),
        false => of_clinic,
    }
}

/// Returns `paper` if the edition is laid out for it, else a paper of the same country that it is laid out for.
pub(crate) fn fitting_paper(edition: Edition, paper: Paper) -> Paper {
    let papers = edition.papers();
    let is_american = |paper: &Paper| {
        matches!(
            paper,
            Paper::Letter | Paper::LetterBooklet | Paper::LetterTrifold
        )
    };
    let is_near = |other: &&Paper| is_american(other) == is_american(&paper);
    match papers.contains(&paper) {
        true => paper,
        false => *papers.iter().find(is_near).unwrap_or(&Paper::A4),
    }
}

/// Says that an edition is not on the clinic's usual paper.
pub(crate) fn replaced_paper(options: &ChosenOptions) -> Option<Finding> {
    let usual = options.replaced_paper?;
    let message = format!(
        "the edition `{}` is not made for your usual paper `{}`, so it is on `{}`",
        name_of(&options.edition),
        name_of(&usual),
        name_of(&options.paper)
    );
    Some(Finding::note("replaced-paper", message))
}

/// Reports an edition that is not laid out for a paper.
pub(crate) fn edition_fault(edition: Edition, paper: Paper) -> Option<Finding> {
    let papers = edition.papers();
    if papers.contains(&paper) {
        return None;
    }
    // The short edition has no large type, which the reader may need.
    let may_be_short = paper.is_trifold()
        && edition.length == Length::Full
        && edition.type_size == TypeSize::Standard;
    let (edition, paper) = (name_of(&edition), name_of(&paper));
    let names: Vec<String> = papers
        .iter()
        .map(|paper| format!("`{}`", name_of(paper)))
        .collect();
    let message = format!("the edition `{edition}` does not fit on the paper `{paper}`");
    let finding = Finding::error("unavailable-edition", message);
    let papers = names.join(" or ");
    Some(finding.help(match may_be_short {
        true => format!("use the edition `short`, or the paper {papers}"),
        false => format!("use the paper {papers}"),
    }))
}

/// Reports an edition that a format does not have.
pub(crate) fn format_fault(edition: Edition, format: Format) -> Option<Finding> {
    let available = edition.without_pages();
    if edition == available || format == Format::Pdf {
        return None;
    }
    let message = format!("the edition `{}` is for PDF only", name_of(&edition));
    let help = format!(
        "readers set the size of web pages and plain text: use the edition `{}`",
        name_of(&available)
    );
    Some(Finding::error("unavailable-edition", message).help(help))
}

/// Returns the name of a value in YAML, job files and flags.
pub(crate) fn name_of(value: &impl ValueEnum) -> String {
    let value = value.to_possible_value();
    value.map_or_else(String::new, |value| value.get_name().to_owned())
}

/// Returns the value with a name.
pub(crate) fn value_named<T: ValueEnum>(name: &str) -> Option<T> {
    T::from_str(name, true).ok()
}
