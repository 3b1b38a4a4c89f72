//! Leaflets without pages: web pages and plain text.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::plan::plan;
use super::{
    Format, Leaflet, LeafletError, LeafletRequest, check_glyphs, document, new_findings,
    resolve_for_all,
};
use crate::document::{Document, SectionRole};
use crate::finding::{Finding, Place};
use crate::html::{WebPalettes, html};
use crate::layout::page::Layout;
use crate::library::{Clinic, TEXT_MESSAGE};
use crate::pdf::Metadata;
use crate::plain_text::plain_text;
use crate::resolve::{JobData, Plan, Purpose, Resolved, UsedText};
use crate::text_message::{MessageLength, TextMessageFault, length_of_text, text_message};
use crate::theme::DEFAULT_BRAND;

/// Bytes of a web page above which a warning says that it opens slowly on a telephone.
const LARGEST_WEB_PAGE: usize = 150_000;

/// The part of a request for a web page or a plain text that does not depend on the reader.
pub(crate) struct PreparedUnpaged<'a> {
    plan: Plan<'a>,
    clinic: &'a Clinic,
    purpose: Purpose,
    format: UnpagedFormat,
}

/// A format without pages.
#[derive(Clone, Copy)]
pub(crate) enum UnpagedFormat {
    Html,
    Text,
}

impl From<UnpagedFormat> for Format {
    fn from(format: UnpagedFormat) -> Format {
        match format {
            UnpagedFormat::Html => Format::Html,
            UnpagedFormat::Text => Format::Text,
        }
    }
}

impl<'a> PreparedUnpaged<'a> {
    pub(super) fn new(
        request: &LeafletRequest<'a>,
        format: UnpagedFormat,
    ) -> Result<PreparedUnpaged<'a>, LeafletError> {
        let mut plan = plan(request)?;
        resolve_for_all(request, &mut plan)?;
        Ok(PreparedUnpaged {
            plan,
            clinic: request.clinic,
            purpose: request.purpose,
            format,
        })
    }

    pub(super) fn used_data(&self) -> impl Iterator<Item = &str> {
        self.plan.used_data()
    }

    pub(super) fn used_by_text_message(&self) -> &[String] {
        self.plan.used_by_text_message()
    }

    fn resolve(&self, data: &JobData) -> Result<Resolved, Vec<Finding>> {
        let resolved = self.plan.resolve(data)?;
        check_glyphs(resolved, self.clinic, self.purpose, self.format.into())
    }

    /// Makes the main message for one reader as a text message, with a line feed.
    pub(crate) fn text_message(&self, data: &JobData) -> Result<Leaflet, LeafletError> {
        let mut resolved = self.resolve(data)?;
        let own = resolved.text_message.as_ref().map(|own| &own.words);
        match text_message(&resolved.document, own) {
            Ok(message) => {
                let findings = std::mem::take(&mut resolved.findings);
                Ok(leaflet(&resolved.document, message + "\n", findings))
            }
            Err(fault) => {
                let fault = long_text_message(fault, &resolved);
                resolved.findings.push(fault);
                Err(resolved.findings.into())
            }
        }
    }

    /// Makes the file of one reader.
    pub(crate) fn render(&self, data: &JobData) -> Result<Leaflet, LeafletError> {
        let Resolved {
            document,
            mut findings,
            ..
        } = self.resolve(data)?;
        let text = match self.format {
            UnpagedFormat::Text => plain_text(&document),
            UnpagedFormat::Html => {
                let brand = self.clinic.colour.unwrap_or(DEFAULT_BRAND);
                let page = html(
                    &document,
                    &WebPalettes::from_brand(brand),
                    &self.clinic.faces,
                );
                findings.extend(large_web_page(page.len()));
                page
            }
        };
        Ok(leaflet(&document, text, findings))
    }
}

fn leaflet(document: &Document, text: String, findings: Vec<Finding>) -> Leaflet {
    let bytes = text.into_bytes();
    Leaflet {
        metadata: Arc::new(Metadata::from(document)),
        layout: Arc::new(Layout::default()),
        sha256: Sha256::digest(&bytes).into(),
        bytes,
        findings,
    }
}

/// Reports a main message that is no text message, at its text.
fn long_text_message(fault: TextMessageFault, resolved: &Resolved) -> Finding {
    let sections = &resolved.document.sections;
    let main = sections
        .iter()
        .find(|section| matches!(section.role, SectionRole::MainMessage { .. }));
    let TextMessageFault::TooLong(length) = fault else {
        let (message, help) = match main {
            Some(_) => (
                "the main message has no words here, so there is no text message",
                "write words that every reader gets, as behind `{{else}}`",
            ),
            None => (
                "the leaflet has no main message, so there is no text message",
                "give a section `role: main-message` in its handout.yaml",
            ),
        };
        return Finding::error("long-text-message", message).help(help);
    };
    if let Some(own) = &resolved.text_message {
        return long_own_text(&own.text, length);
    }
    let text = main.and_then(|section| {
        let path = format!("{}.body", section.key);
        resolved.texts.iter().find(|text| text.path == path)
    });
    let help = format!(
        "write it in fewer words as `{TEXT_MESSAGE}: …` in the handout's text layer, or as the clinic's text of that \
         name; or send the address of the leaflet instead"
    );
    too_long("the main message", length, &help).in_place(text.and_then(|text| place_of(text)))
}

/// Returns the findings on the text that a library or a clinic wrote for a text message: faults of the text, and its
/// length. `without` is the leaflet alone.
pub(crate) fn text_message_findings(request: &LeafletRequest, without: &Resolved) -> Vec<Finding> {
    let request = request.clone().with_text_message();
    let resolved = match document(&request, &JobData::new()) {
        Ok(resolved) => resolved,
        Err(findings) => return new_findings(findings, without),
    };
    let fault = resolved.text_message.as_ref().and_then(|own| {
        let length = length_of_text(&resolved.document, &own.words)?;
        length
            .is_too_long()
            .then(|| long_own_text(&own.text, length))
    });
    let mut findings = new_findings(resolved.findings, without);
    findings.extend(fault);
    findings
}

/// Returns the length of the authored text message, without reader data; `None` if the main message is sent.
pub(crate) fn text_message_length(request: &LeafletRequest) -> Option<MessageLength> {
    let request = request.clone().with_text_message();
    let resolved = document(&request, &JobData::new()).ok()?;
    length_of_text(&resolved.document, &resolved.text_message.as_ref()?.words)
}

/// Reports an authored text message that is too long.
fn long_own_text(text: &UsedText, length: MessageLength) -> Finding {
    let what = format!("`{TEXT_MESSAGE}`");
    too_long(&what, length, "shorten it").in_place(place_of(text))
}

/// Reports a message that is too long. `what` is the subject of the sentence.
fn too_long(what: &str, length: MessageLength, help: &str) -> Finding {
    let MessageLength { length, most } = length;
    let over = match length - most {
        1 => "1 character".to_owned(),
        over => format!("{over} characters"),
    };
    let alphabet = match most {
        160 => "",
        _ => ", since it has letters or signs that are not in the GSM alphabet",
    };
    let message = format!(
        "{what} is {over} too long for a text message: it has {length}, and {most} fit{alphabet}"
    );
    Finding::error("long-text-message", message).help(help)
}

fn place_of(text: &UsedText) -> Option<Place> {
    text.place(0..text.as_str().trim_end().len())
}

fn large_web_page(bytes: usize) -> Option<Finding> {
    let kilobytes = bytes.div_ceil(1000);
    (bytes > LARGEST_WEB_PAGE).then(|| {
        let message = format!(
            "the web page has {kilobytes} KB, more than {} KB",
            LARGEST_WEB_PAGE / 1000
        );
        Finding::warning("large-web-page", message)
            .help("make its pictures smaller, or replace a photograph by a drawing")
    })
}
