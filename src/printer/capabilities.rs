//! What a printer says that it can do (Get-Printer-Attributes).

use std::fmt;

use ipp::attribute::IppAttributeGroup;
use ipp::model::{DelimiterTag, Operation, StatusCode};
use serde::Serialize;

use super::PDF;
use super::address::Address;
use super::attributes::{attribute, keywords, numbers, text, texts, truth};
use super::client::Client;
use super::error::Error;
use super::finishing;

/// Number of the operation Validate-Job.
const VALIDATE_JOB: i32 = 0x0004;
/// Numbers of `printer-state` (RFC 8011, 5.4.11).
const PROCESSING: i32 = 4;
const STOPPED: i32 = 5;

/// Attributes to ask for. All of them would be many pages.
pub(super) const ASKED: [&str; 21] = [
    "printer-name",
    "printer-uri-supported",
    "printer-info",
    "printer-location",
    "printer-make-and-model",
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "operations-supported",
    "document-format-supported",
    "sides-supported",
    "media-supported",
    "media-ready",
    "media-source-supported",
    "media-col-supported",
    "finishings-supported",
    "copies-supported",
    "print-scaling-supported",
    "multiple-document-handling-supported",
    "sheet-collate-supported",
    "job-creation-attributes-supported",
];

/// What a printer can do. Empty `formats`, `sides` or `media` are unknown.
#[derive(Clone, Debug, Serialize)]
pub struct Capabilities {
    pub uri: String,
    pub name: String,
    pub info: Option<String>,
    pub location: Option<String>,
    pub model: Option<String>,
    pub state: State,
    pub state_reasons: StateReasons,
    pub accepts_jobs: bool,
    /// Media types such as `application/pdf`.
    pub formats: Vec<String>,
    /// Keywords such as `two-sided-long-edge`.
    pub sides: Vec<String>,
    /// Keywords such as `iso_a4_210x297mm`.
    pub media: Vec<String>,
    /// The media in the trays.
    pub media_ready: Vec<String>,
    /// Keywords such as `tray-1`.
    pub trays: Vec<String>,
    /// Names such as `staple-top-left`.
    pub finishings: Vec<String>,
    /// Maximum number of copies.
    pub copies: Option<u32>,
    #[serde(skip)]
    pub(super) finishing_numbers: Vec<i32>,
    #[serde(skip)]
    pub(super) validates: bool,
    /// Values of attributes that are only sent where they are supported.
    #[serde(skip)]
    pub(super) print_scaling: Vec<String>,
    #[serde(skip)]
    pub(super) document_handling: Vec<String>,
    #[serde(skip)]
    pub(super) sheet_collate: Vec<String>,
}

/// Why a printer is in its state: keywords such as `media-jam-error`. Its text is in parentheses after a space, as in
/// ` (media jam error)`; empty if there are none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct StateReasons(pub Vec<String>);

impl fmt::Display for StateReasons {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.is_empty() {
            true => Ok(()),
            false => write!(formatter, " ({})", self.0.join(", ").replace('-', " ")),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Idle,
    Printing,
    Stopped,
}

impl Capabilities {
    pub(super) fn ask(client: &Client) -> Result<Capabilities, Error> {
        let mut request = client.request(Operation::GetPrinterAttributes);
        let attributes = request.attributes_mut();
        attributes.add(
            DelimiterTag::OperationAttributes,
            keywords("requested-attributes", ASKED),
        );
        // What a printer can do may depend on the format.
        let format = ipp::value::IppMimeMediaType::new_truncated(PDF);
        let format = attribute(
            "document-format",
            ipp::value::IppValue::MimeMediaType(format),
        );
        attributes.add(DelimiterTag::OperationAttributes, format);
        let answer = match client.ask(&request) {
            Err(Error::Refused {
                status: StatusCode::ClientErrorDocumentFormatNotSupported,
                ..
            }) => {
                // Ask without the format, to say which ones there are.
                let mut request = client.request(Operation::GetPrinterAttributes);
                request.attributes_mut().add(
                    DelimiterTag::OperationAttributes,
                    keywords("requested-attributes", ASKED),
                );
                client.ask(&request)?
            }
            answer => answer?,
        };
        let empty = IppAttributeGroup::new(DelimiterTag::PrinterAttributes);
        let group = answer.groups(DelimiterTag::PrinterAttributes).next();
        Ok(Capabilities::read(
            group.unwrap_or(&empty),
            client.printer(),
        ))
    }

    /// Reads a group of attributes. Addresses in it may be of another network, so `address` is the one to use.
    pub(super) fn read(group: &IppAttributeGroup, address: &Address) -> Capabilities {
        let mut finishing_numbers = numbers(group, "finishings-supported");
        finishing_numbers.sort_unstable();
        finishing_numbers.dedup();
        let unique = |name| {
            let mut texts = texts(group, name);
            let mut known = std::collections::BTreeSet::new();
            texts.retain(|text| known.insert(text.clone()));
            texts
        };
        let copies = numbers(group, "copies-supported").into_iter().max();
        Capabilities {
            uri: address.to_string(),
            name: text(group, "printer-name").unwrap_or_default(),
            info: text(group, "printer-info"),
            location: text(group, "printer-location"),
            model: text(group, "printer-make-and-model"),
            state: match numbers(group, "printer-state").first() {
                Some(&STOPPED) => State::Stopped,
                Some(&PROCESSING) => State::Printing,
                _ => State::Idle,
            },
            state_reasons: StateReasons(
                texts(group, "printer-state-reasons")
                    .into_iter()
                    .filter(|reason| reason != "none")
                    .collect(),
            ),
            accepts_jobs: truth(group, "printer-is-accepting-jobs").unwrap_or(true),
            formats: unique("document-format-supported"),
            sides: unique("sides-supported"),
            media: unique("media-supported"),
            media_ready: unique("media-ready"),
            trays: match can_choose_tray(group) {
                true => unique("media-source-supported"),
                false => Vec::new(),
            },
            finishings: finishing::names(&finishing_numbers),
            copies: copies.and_then(|copies| u32::try_from(copies).ok()),
            validates: match numbers(group, "operations-supported") {
                operations if operations.is_empty() => true,
                operations => operations.contains(&VALIDATE_JOB),
            },
            print_scaling: texts(group, "print-scaling-supported"),
            document_handling: texts(group, "multiple-document-handling-supported"),
            sheet_collate: texts(group, "sheet-collate-supported"),
            finishing_numbers,
        }
    }

    /// Fails if the printer takes no job now, or no PDF file ever.
    pub(super) fn check_ready(&self) -> Result<(), Error> {
        let printer = self.uri.clone();
        if !self.takes_pdf() {
            return Err(Error::NoPdf {
                printer,
                formats: self.formats.join(", "),
            });
        }
        if self.state == State::Stopped {
            return Err(Error::Stopped {
                printer,
                reasons: self.state_reasons.clone(),
            });
        }
        if !self.accepts_jobs {
            return Err(Error::TakesNoJobs {
                printer,
                reasons: self.state_reasons.clone(),
            });
        }
        Ok(())
    }

    pub fn takes_pdf(&self) -> bool {
        self.formats.is_empty() || self.formats.iter().any(|format| format == PDF)
    }

    /// Whether the printer can staple leaflets.
    pub fn can_staple(&self) -> bool {
        finishing::can_staple(&self.finishing_numbers)
    }

    /// Whether the printer can fold leaflets.
    pub fn can_fold(&self) -> bool {
        finishing::can_fold(&self.finishing_numbers)
    }

    /// Returns names of the media for people.
    pub fn media_names(&self) -> Vec<&str> {
        self.media
            .iter()
            .map(|media| super::media::name(media))
            .collect()
    }
}

/// Whether a job may choose its tray.
fn can_choose_tray(group: &IppAttributeGroup) -> bool {
    let members = texts(group, "media-col-supported");
    members.is_empty() || members.iter().any(|member| member == "media-source")
}
