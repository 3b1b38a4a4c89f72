//! Records leaflets before they are printed or saved, if the clinic keeps a log.

use std::io::{self, Write};

use axum::http::StatusCode;
use axum::response::Response;
use sha2::{Digest, Sha256};

use super::made::MadeLeaflet;
use super::sources::Loaded;
use super::{Desk, message_page};
use crate::disk::RealDisk;
use crate::keyed_hash::hex;
use crate::leaflet::Format;
use crate::log::{Action, LogEntry, LogError};
use crate::report::printable;

/// A leaflet that is about to be sent.
pub(super) struct SentLeaflet<'a> {
    pub(super) made: &'a MadeLeaflet,
    pub(super) loaded: &'a Loaded,
    pub(super) copies: u32,
}

impl Desk {
    /// Records the leaflets of a file. Returns the answer in its place if they cannot be recorded.
    pub(super) fn record(
        &self,
        action: Action,
        format: Format,
        sent: &[SentLeaflet<'_>],
        file: &[u8],
    ) -> Result<(), Box<Response>> {
        self.record_with(action, format, sent, file, None)
    }

    /// Records leaflets of a PDF file before it goes to a printer, which is named by its address.
    pub(super) fn record_printed(
        &self,
        printer: &str,
        sent: &[SentLeaflet<'_>],
        file: &[u8],
    ) -> Result<(), Box<Response>> {
        self.record_with(Action::Printed, Format::Pdf, sent, file, Some(printer))
    }

    /// Records that a printer has not taken leaflets of which [`Desk::record_printed`] has a line already.
    pub(super) fn record_unprinted(
        &self,
        printer: &str,
        sent: &[SentLeaflet<'_>],
        file: &[u8],
    ) -> Result<(), Box<Response>> {
        self.record_with(Action::NotPrinted, Format::Pdf, sent, file, Some(printer))
    }

    fn record_with(
        &self,
        action: Action,
        format: Format,
        sent: &[SentLeaflet<'_>],
        file: &[u8],
        printer: Option<&str>,
    ) -> Result<(), Box<Response>> {
        let Some(log) = &self.workspace.log else {
            return Ok(());
        };
        let sha256 = hex(&Sha256::digest(file));
        let entry = |sent: &SentLeaflet<'_>| {
            let SentLeaflet {
                made,
                loaded,
                copies,
            } = sent;
            let entry = made.log_entry(loaded, action, format);
            Ok(LogEntry {
                copies: (*copies > 1).then_some(*copies),
                sha256: Some(sha256.clone()),
                printer: printer.map(str::to_owned),
                reference: log.reference(&loaded.clinic, made.data())?,
                ..entry
            })
        };
        let entries = sent.iter().map(entry).collect::<Result<Vec<_>, LogError>>();
        let written = entries.and_then(|entries| log.append(&entries, &RealDisk));
        written.map_err(|error| {
            let error = anyhow::Error::new(error);
            let _ = writeln!(io::stderr(), "{}", printable(&format!("error: {error:#}")));
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            Box::new(message_page::answer(status, &message_page::NOT_RECORDED))
        })
    }
}
