//! Lines of a journal and a manifest: a head, then a record for each row, each one JSON object. The
//! last field of each line is a checksum of the others.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub(super) use crate::keyed_hash::hex;

/// Version of the file format.
pub(super) const FORMAT: u32 = 2;

/// First line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Head {
    /// [`FORMAT`].
    pub batch: u32,
    /// Version of the program.
    pub program: String,
    /// Date of the leaflets.
    pub date: String,
    /// Template of the file names.
    pub name: String,
    /// Shard, such as `1/3`.
    pub shard: String,
    /// Rows of the whole job file. Only a manifest has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u32>,
    /// Fingerprints of the last two bundles of the batch, see `bundle_files`. Commas separate those of the files of one
    /// bundle. A crash may have left the second bundle without its names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bundles: Vec<String>,
}

/// A finished row. A failed row has its number, `faults`, and the leaflet that an earlier run made of the same row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RowRecord {
    /// Counts from 1.
    pub row: u32,
    pub status: Status,
    /// Keyed hash of everything in the row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// Hash of everything else that the leaflet is made from: program, options, handouts, clinic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_from: Option<String>,
    /// Name of the file in the folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// File of an earlier run, which a failed row that has not changed keeps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
    /// SHA-256 of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Pages of the file; `None` for web pages and plain texts, which have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<u32>,
    /// Ids of the handouts, joined by `;`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handout: Option<String>,
    /// Versions of the handouts, joined by `;`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Random word in the name of the print job. With [`Status::Uncertain`], the printer has not confirmed the job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Ids of the errors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Done,
    /// The leaflet is sent to a printer, or was sent and may be printed.
    Uncertain,
    #[default]
    Failed,
}

impl RowRecord {
    pub(super) fn failed(row: u32, faults: Vec<String>) -> RowRecord {
        RowRecord {
            row,
            faults,
            ..RowRecord::default()
        }
    }

    /// Turns the record of a made leaflet into that of a row that failed. Its file stays.
    pub(super) fn fail(&mut self, faults: Vec<String>) {
        self.status = Status::Failed;
        self.kept = self.file.take();
        self.token = None;
        self.faults = faults;
    }

    /// Returns the name of the file that the row has in the folder, whichever run made it.
    pub(super) fn any_file(&self) -> Option<&String> {
        self.file.as_ref().or(self.kept.as_ref())
    }
}

/// Hexadecimal digits of a line's checksum.
const CHECK_DIGITS: usize = 16;

/// Serializes a head or a record, with its checksum and a line feed.
pub(super) fn to_line(value: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(value).expect("texts and numbers can always be JSON");
    let check = checksum(&line);
    line.pop();
    line.extend_from_slice(format!(",\"check\":\"{check}\"}}\n").as_bytes());
    line
}

/// Reads a line; `None` if it is damaged, for example cut off by a crash.
pub(super) fn from_line<T: DeserializeOwned>(line: &[u8]) -> Option<T> {
    const END: usize = r#","check":""}"#.len() + CHECK_DIGITS + 1;
    let mut json = line.get(..line.len().checked_sub(END)?)?.to_vec();
    json.push(b'}');
    let end = format!(",\"check\":\"{}\"}}\n", checksum(&json));
    line.ends_with(end.as_bytes())
        .then(|| serde_json::from_slice(&json).ok())?
}

/// Returns the first digits of the SHA-256 of a line's JSON.
fn checksum(json: &[u8]) -> String {
    let mut digits = hex(&Sha256::digest(json));
    digits.truncate(CHECK_DIGITS);
    digits
}
