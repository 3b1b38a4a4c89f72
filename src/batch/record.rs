//! What a journal and a manifest hold: one JSON object a line, first a head, then rows.

use serde::{Deserialize, Serialize};

/// The version of the format of journals and manifests.
pub const FORMAT: u32 = 1;

/// The first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// [`FORMAT`].
    pub batch: u32,
    /// The version of the program.
    pub program: String,
    /// The day that the leaflets were made for.
    pub date: String,
    /// The template of the files' names.
    pub name: String,
    /// The part of the job file, as in `1/3`.
    pub shard: String,
    /// How many rows the whole job file has; only a manifest knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u32>,
}

/// A row that was dealt with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its number.
    pub row: u32,
    /// Whether there is a leaflet.
    pub status: Status,
    /// A keyed hash of all that stands in the row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// A hash of all else that the leaflet was made from: program, options, handouts, clinic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_from: Option<String>,
    /// The file, in the folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// SHA-256 of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Pages of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
    /// How often it is to be printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<u32>,
    /// The handout; several with `;` between them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handout: Option<String>,
    /// The version of each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What was found to be wrong, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Its file is there.
    Done,
    /// It is at fault, and has no file.
    Failed,
}

impl Record {
    /// A row that failed.
    pub fn failed(row: u32, faults: Vec<String>) -> Record {
        Record {
            row,
            status: Status::Failed,
            input: None,
            made_from: None,
            file: None,
            sha256: None,
            pages: None,
            copies: None,
            handout: None,
            version: None,
            faults,
        }
    }
}

/// A line of a journal.
pub(super) fn to_line(value: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(value).expect("texts and numbers are always JSON");
    line.push(b'\n');
    line
}

/// Hashes as text.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}
