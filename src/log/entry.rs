//! A line of the log.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::keyed_hash::hex;
use crate::leaflet::LeafletRequest;
use crate::library::Fingerprint;
use crate::request_options::name_of;
use crate::resolve::{JobData, Purpose};

/// Where a leaflet went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Action {
    /// Into a file of `generate` or `batch`.
    #[default]
    Made,
    Printed,
    /// Sent to a printer, which has not taken it. Follows a line with [`Action::Printed`].
    #[serde(rename = "not-printed")]
    NotPrinted,
    /// Into a file of the desk.
    Saved,
}

/// A leaflet, without anything about its reader.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct LogEntry {
    pub(crate) action: Action,
    /// Id of the handout.
    pub(crate) handout: String,
    pub(crate) version: String,
    /// Name of the clinic.
    pub(crate) clinic: String,
    /// Start of the SHA-256 of the clinic's files: its texts and its looks.
    pub(crate) clinic_text: String,
    pub(crate) language: String,
    pub(crate) edition: String,
    pub(crate) paper: String,
    pub(crate) format: String,
    /// Pages of the leaflet; `None` for formats without pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pages: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) copies: Option<u32>,
    /// SHA-256 of its file, which may have other leaflets, too. `None` in a bundle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sha256: Option<String>,
    /// Address of the printer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) printer: Option<String>,
    /// Row of the job file, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) row: Option<u32>,
    /// Keyed hash of the clinic's own reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<String>,
    /// Whether it is a draft for authors.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) draft: bool,
}

/// A line as it is in the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LogLine {
    /// RFC 3339, as in `2026-11-30T14:05:00+01:00`.
    pub(crate) time: String,
    pub(crate) user: String,
    #[serde(flatten)]
    pub(crate) leaflet: LogEntry,
}

impl LogEntry {
    /// Describes the leaflet of a request. `clinic_text` is the fingerprint of its clinic.
    pub(crate) fn new(
        action: Action,
        request: &LeafletRequest<'_>,
        clinic_text: Fingerprint,
    ) -> LogEntry {
        let definition = &request.handout.definition;
        LogEntry {
            action,
            handout: definition.id.to_string(),
            version: definition.version.to_string(),
            clinic: request.clinic.name().to_owned(),
            clinic_text: hex(&clinic_text[..8]),
            language: request.language.to_owned(),
            edition: name_of(&request.edition),
            paper: name_of(&request.paper),
            format: name_of(&request.format),
            draft: request.purpose == Purpose::Draft,
            ..LogEntry::default()
        }
    }

    /// Appends the line of an entry.
    pub(super) fn write(&self, time: &str, user: &str, bytes: &mut Vec<u8>) {
        let line = LogLine {
            time: time.to_owned(),
            user: user.to_owned(),
            leaflet: self.clone(),
        };
        let line = serde_json::to_vec(&line).expect("texts and numbers can always be JSON");
        bytes.extend(line);
        bytes.push(b'\n');
    }
}

/// Returns the text of a value by its dotted name; `None` if it is empty or not there.
pub(super) fn text_at(data: &JobData, name: &str) -> Option<String> {
    let mut steps = name.split('.');
    let first = data.get(steps.next()?)?;
    let value = steps.try_fold(first, |value, step| value.get(step))?;
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}
