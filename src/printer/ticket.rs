//! Compares what a job asks for with what a printer can do.

use ipp::attribute::IppAttribute;
use ipp::model::DelimiterTag;
use ipp::request::IppRequestResponse;
use ipp::value::{IppMimeMediaType, IppName, IppValue};

use super::PDF;
use super::attributes::{attribute, keyword};
use super::capabilities::Capabilities;
use super::client::name_value;
use super::finishing;
use super::media::{self, Media};
use crate::theme::Paper;

/// Attributes of a job that the printer has to obey.
pub(super) const MUST_OBEY: [&str; 5] = ["copies", "sides", "media", "media-col", "finishings"];
/// Maximum names in a message.
const MAX_NAMED: usize = 12;

/// Sides of the paper. Doc comments on its values are `--help` text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
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

    fn name(self) -> &'static str {
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

/// Makes a ticket. Fails with a sentence for each thing that the printer cannot do.
pub(super) fn ticket(
    request: &JobRequest,
    printer: &Capabilities,
) -> Result<JobTicket, Vec<String>> {
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
        let all = [PrintSides::One, PrintSides::Two, PrintSides::TwoShort];
        let can = all
            .iter()
            .filter(|sides| self.sides.iter().any(|can| can == sides.keyword()));
        can.map(|sides| sides.name()).collect()
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

fn copies(wanted: u32, printer: &Capabilities, cannot: &mut Vec<String>) -> Vec<IppAttribute> {
    if let Some(most) = printer.copies
        && wanted > most
    {
        cannot.push(match most {
            1 => "it makes no copies of a job: print the leaflet several times".to_owned(),
            most => format!("it makes {most} copies of a job at most, not {wanted}"),
        });
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
    cannot: &mut Vec<String>,
) -> Option<IppAttribute> {
    let is_folded = request.paper.is_folded();
    let sides = match request.sides {
        Some(sides) => sides,
        None if is_folded => PrintSides::TwoShort,
        None => return None,
    };
    if is_folded && sides != PrintSides::TwoShort {
        cannot.push(
            "sheets that are folded need both sides, flipped on the short edge: write `--sides two-short`"
                .to_owned(),
        );
        return None;
    }
    if !supports(&printer.sides, sides.keyword()) {
        cannot.push(format!(
            "it cannot print with `--sides {}`, only with: {}",
            sides.name(),
            printer.print_sides().join(", ")
        ));
    }
    Some(attribute("sides", keyword(sides.keyword())))
}

fn paper(request: &JobRequest, printer: &Capabilities, cannot: &mut Vec<String>) -> IppAttribute {
    let media = media::media(request.paper);
    if !supports(&printer.media, media.keyword) {
        cannot.push(format!(
            "it has no {} paper ({}), only: {}",
            media.name,
            media.keyword,
            some_of(&printer.media_names())
        ));
    }
    let Some(tray) = &request.tray else {
        return attribute("media", keyword(media.keyword));
    };
    if !printer.trays.contains(tray) {
        let trays: Vec<&str> = printer.trays.iter().map(String::as_str).collect();
        cannot.push(match trays.is_empty() {
            true => "it does not let a job choose the tray: leave `--tray` out".to_owned(),
            false => format!("it has no tray `{tray}`, only: {}", some_of(&trays)),
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
    cannot: &mut Vec<String>,
) -> Option<IppAttribute> {
    let supported = &printer.finishing_numbers;
    let paper = request.paper;
    let is_booklet = paper.is_folded() && !paper.is_trifold();
    if request.fold && !paper.is_folded() {
        cannot.push(
            "leaflets on this paper are not folded: choose a paper such as `a5-booklet`, or leave `--fold` out"
                .to_owned(),
        );
        return None;
    }
    if request.staple && paper.is_trifold() {
        cannot.push("a sheet that is folded twice is not stapled: leave `--staple` out".to_owned());
        return None;
    }
    let (ways, verb) = match (request.staple, request.fold) {
        (false, false) => return None,
        (true, true) if is_booklet => (finishing::booklets(), "fold and staple"),
        (true, _) => (finishing::staples(paper), "staple"),
        (false, true) => (finishing::folds(paper), "fold"),
    };
    let Some(chosen) = finishing::chosen(&ways, supported) else {
        let can: Vec<&str> = printer.finishings.iter().map(String::as_str).collect();
        cannot.push(match can.is_empty() {
            true => format!("it cannot {verb}, and has no finishings"),
            false => format!(
                "it cannot {verb} such leaflets; its finishings: {}",
                can.join(", ")
            ),
        });
        return None;
    };
    let chosen = chosen.into_iter().map(IppValue::Enum).collect();
    Some(attribute("finishings", IppValue::Array(chosen)))
}

/// Whether a value is in a list. A printer without the list does not say.
fn supports(supported: &[String], value: &str) -> bool {
    supported.is_empty() || supported.iter().any(|supported| supported == value)
}

/// Joins at most `MAX_NAMED` names.
fn some_of(names: &[&str]) -> String {
    let more = match names.len() > MAX_NAMED {
        true => " …",
        false => "",
    };
    let names = &names[..names.len().min(MAX_NAMED)];
    format!("{}{more}", names.join(", "))
}
