//! Compares what a job asks for with what a printer can do.

use ipp::attribute::IppAttribute;
use ipp::model::DelimiterTag;
use ipp::request::IppRequestResponse;
use ipp::value::{IppMimeMediaType, IppName, IppValue};

use super::PDF;
use super::attributes::{attribute, keyword};
use super::cannot::{Cannot, Finish};
use super::capabilities::Capabilities;
use super::client::name_value;
use super::finishing;
use super::media::{self, Media};
use crate::theme::Paper;

/// Attributes of a job that the printer has to obey.
pub(super) const MUST_OBEY: [&str; 5] = ["copies", "sides", "media", "media-col", "finishings"];

/// Sides of the paper. Doc comments on its values are `--help` text.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum PrintSides {
    /// One side of the paper.
    One,
    /// Both sides of the paper, flipped on the long edge.
    Two,
    /// Both sides of the paper, flipped on the short edge, as folded leaflets need it.
    TwoShort,
}

impl PrintSides {
    fn keyword(self) -> &'static str {
        match self {
            PrintSides::One => "one-sided",
            PrintSides::Two => "two-sided-long-edge",
            PrintSides::TwoShort => "two-sided-short-edge",
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            PrintSides::One => "one",
            PrintSides::Two => "two",
            PrintSides::TwoShort => "two-short",
        }
    }
}

/// What a job asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRequest {
    pub paper: Paper,
    pub copies: u32,
    /// `None` leaves the choice to the printer. Folded sheets are then flipped on the short edge.
    pub sides: Option<PrintSides>,
    pub staple: bool,
    pub fold: bool,
    pub tray: Option<String>,
}

/// The attributes of a job that the printer can do.
#[derive(Clone, Debug)]
pub struct JobTicket {
    job: Vec<IppAttribute>,
}

/// Makes a ticket. Fails with each thing that the printer cannot do.
pub(super) fn ticket(
    request: &JobRequest,
    printer: &Capabilities,
) -> Result<JobTicket, Vec<Cannot>> {
    let mut cannot = Vec::new();
    let mut job = Vec::new();
    if request.copies > 1 {
        job.extend(copies(request.copies, printer, &mut cannot));
    }
    job.extend(sides(request, printer, &mut cannot));
    job.push(paper(request, printer, &mut cannot));
    job.extend(finishings(request, printer, &mut cannot));
    if printer
        .print_scaling
        .iter()
        .any(|scaling| scaling == "none")
    {
        job.push(attribute("print-scaling", keyword("none")));
    }
    match cannot.is_empty() {
        true => Ok(JobTicket { job }),
        false => Err(cannot),
    }
}

impl Capabilities {
    /// Returns the values of `--sides` that the printer can do; none if it does not say.
    pub fn print_sides(&self) -> Vec<&'static str> {
        let can = self.possible_sides().into_iter();
        can.map(PrintSides::name).collect()
    }

    fn possible_sides(&self) -> Vec<PrintSides> {
        let mut all = vec![PrintSides::One, PrintSides::Two, PrintSides::TwoShort];
        all.retain(|sides| self.sides.iter().any(|can| can == sides.keyword()));
        all
    }
}

impl JobTicket {
    /// Writes the ticket and the name of the job into a request.
    pub(super) fn write(&self, request: &mut IppRequestResponse, job_name: &str) {
        let attributes = request.attributes_mut();
        let format = IppMimeMediaType::new_truncated(PDF);
        for operation in [
            attribute("job-name", name_value(job_name)),
            attribute("ipp-attribute-fidelity", IppValue::Boolean(true)),
            attribute("document-format", IppValue::MimeMediaType(format)),
        ] {
            attributes.add(DelimiterTag::OperationAttributes, operation);
        }
        for job in &self.job {
            attributes.add(DelimiterTag::JobAttributes, job.clone());
        }
    }
}

fn copies(wanted: u32, printer: &Capabilities, cannot: &mut Vec<Cannot>) -> Vec<IppAttribute> {
    if let Some(most) = printer.copies
        && wanted > most
    {
        cannot.push(Cannot::Copies { most, wanted });
    }
    let number = i32::try_from(wanted).unwrap_or(i32::MAX);
    let mut attributes = vec![attribute("copies", IppValue::Integer(number))];
    for (name, value, supported) in [
        (
            "multiple-document-handling",
            "separate-documents-collated-copies",
            &printer.document_handling,
        ),
        ("sheet-collate", "collated", &printer.sheet_collate),
    ] {
        if supported.iter().any(|keyword| keyword == value) {
            attributes.push(attribute(name, keyword(value)));
        }
    }
    attributes
}

fn sides(
    request: &JobRequest,
    printer: &Capabilities,
    cannot: &mut Vec<Cannot>,
) -> Option<IppAttribute> {
    let is_folded = request.paper.is_folded();
    let sides = match request.sides {
        Some(sides) => sides,
        None if is_folded => PrintSides::TwoShort,
        None => return None,
    };
    if is_folded && sides != PrintSides::TwoShort {
        cannot.push(Cannot::FoldedSides);
        return None;
    }
    if !supports(&printer.sides, sides.keyword()) {
        cannot.push(Cannot::Sides {
            wanted: sides,
            can: printer.possible_sides(),
        });
    }
    Some(attribute("sides", keyword(sides.keyword())))
}

fn paper(request: &JobRequest, printer: &Capabilities, cannot: &mut Vec<Cannot>) -> IppAttribute {
    let media = media::media(request.paper);
    if !supports(&printer.media, media.keyword) {
        let can = printer.media_names().into_iter();
        cannot.push(Cannot::Paper {
            name: media.name,
            keyword: media.keyword,
            can: can.map(str::to_owned).collect(),
        });
    }
    let Some(tray) = &request.tray else {
        return attribute("media", keyword(media.keyword));
    };
    if !printer.trays.contains(tray) {
        cannot.push(match printer.trays.is_empty() {
            true => Cannot::ChooseTray,
            false => Cannot::Tray {
                wanted: tray.clone(),
                can: printer.trays.clone(),
            },
        });
    }
    attribute("media-col", media_from(media, tray))
}

/// Returns sheets of a size from a tray.
fn media_from(media: &Media, tray: &str) -> IppValue {
    let member = |name: &str, value| (IppName::new_truncated(name), value);
    let size = [
        member("x-dimension", IppValue::Integer(media.size.0)),
        member("y-dimension", IppValue::Integer(media.size.1)),
    ];
    let members = [
        member("media-size", IppValue::Collection(size.into())),
        member("media-source", keyword(tray)),
    ];
    IppValue::Collection(members.into())
}

fn finishings(
    request: &JobRequest,
    printer: &Capabilities,
    cannot: &mut Vec<Cannot>,
) -> Option<IppAttribute> {
    let supported = &printer.finishing_numbers;
    let paper = request.paper;
    let is_booklet = paper.is_folded() && !paper.is_trifold();
    if request.fold && !paper.is_folded() {
        cannot.push(Cannot::FoldFlat);
        return None;
    }
    if request.staple && paper.is_trifold() {
        cannot.push(Cannot::StapleTrifold);
        return None;
    }
    let (ways, finish) = match (request.staple, request.fold) {
        (false, false) => return None,
        (true, true) if is_booklet => (finishing::booklets(), Finish::FoldAndStaple),
        (true, _) => (finishing::staples(paper), Finish::Staple),
        (false, true) => (finishing::folds(paper), Finish::Fold),
    };
    let Some(chosen) = finishing::chosen(&ways, supported) else {
        let can = printer.finishings.clone();
        cannot.push(Cannot::Finish { finish, can });
        return None;
    };
    let chosen = chosen.into_iter().map(IppValue::Enum).collect();
    Some(attribute("finishings", IppValue::Array(chosen)))
}

/// Whether a value is in a list. A printer without the list does not say.
fn supports(supported: &[String], value: &str) -> bool {
    supported.is_empty() || supported.iter().any(|supported| supported == value)
}
