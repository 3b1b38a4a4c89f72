//! What a journal and a manifest hold: one JSON object a line, first a head, then rows.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::job::Job;

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

/// A record with its line of the journal, which the thread that made the row has spelled.
#[derive(Debug)]
pub struct Entry {
    /// The record.
    pub record: Record,
    /// The line.
    pub line: Vec<u8>,
}

impl From<Record> for Entry {
    fn from(record: Record) -> Entry {
        Entry {
            line: line(&record),
            record,
        }
    }
}

/// A line of a journal.
pub(super) fn line(value: &impl Serialize) -> Vec<u8> {
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

/// The secret that row hashes are made with.
///
/// A plain hash of a row could be undone by trying names. With a secret of its own, a journal that
/// someone has without the secret tells nothing about what stood in the rows.
#[derive(Clone)]
pub struct Key(pub [u8; 32]);

impl Key {
    /// A new secret.
    pub fn random() -> Result<Key, getrandom::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        Ok(Key(key))
    }

    /// The secret as a file has it.
    pub fn from_hex(text: &str) -> Option<Key> {
        let text = text.trim();
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let mut key = [0; 32];
        for (index, byte) in key.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
        }
        Some(Key(key))
    }

    /// HMAC-SHA256 (RFC 2104), cut to 128 bits.
    pub fn hash(&self, parts: &[&[u8]]) -> String {
        let pad = |with: u8| -> [u8; 64] {
            std::array::from_fn(|index| self.0.get(index).copied().unwrap_or(0) ^ with)
        };
        let mut inner = Sha256::new_with_prefix(pad(0x36));
        for part in parts {
            inner.update(part);
        }
        let outer = Sha256::new_with_prefix(pad(0x5c))
            .chain_update(inner.finalize())
            .finalize();
        hex(&outer[..16])
    }

    /// The hash of what stands in a row. The order of columns makes no difference, nor does whether it
    /// came from CSV or JSON.
    pub fn hash_job(&self, job: &Job) -> String {
        let mut bytes = Vec::new();
        let mut text = |text: &str| spell_text(text, &mut bytes);
        text(&job.handouts.join(";"));
        for part in [&job.clinic, &job.language, &job.edition, &job.name] {
            text(part.as_deref().unwrap_or(""));
        }
        text(&format!("{:?} {}", job.paper, job.copies));
        spell_map(&job.data, &mut bytes);
        self.hash(&[&bytes])
    }
}

/// Writes a value so that different values give different bytes.
fn spell(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Null => bytes.push(b'n'),
        Value::Bool(true) => bytes.push(b't'),
        Value::Bool(false) => bytes.push(b'f'),
        Value::Number(number) => {
            bytes.push(b'#');
            spell_text(&number.to_string(), bytes);
        }
        Value::String(text) => spell_text(text, bytes),
        Value::Array(items) => {
            bytes.push(b'[');
            items.iter().for_each(|item| spell(item, bytes));
            bytes.push(b']');
        }
        Value::Object(map) => spell_map(map, bytes),
    }
}

fn spell_map(map: &serde_json::Map<String, Value>, bytes: &mut Vec<u8>) {
    let mut entries: Vec<(&String, &Value)> = map.iter().collect();
    entries.sort_by_key(|(name, _)| *name);
    bytes.push(b'{');
    for (name, value) in entries {
        spell_text(name, bytes);
        spell(value, bytes);
    }
    bytes.push(b'}');
}

fn spell_text(text: &str, bytes: &mut Vec<u8>) {
    bytes.push(b'"');
    bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keyed_hash_is_hmac_sha256() {
        // RFC 4231, test case 2 with its key filled up with zeros, as HMAC does itself.
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let hash = Key(key).hash(&[b"what do ya want ", b"for nothing?"]);
        assert_eq!(hash, "5bdcc146bf60754e6a042426089575c7");
    }

    #[test]
    fn keys_are_read_as_they_are_written() {
        let key = Key::random().unwrap();
        assert_eq!(
            Key::from_hex(&format!("{}\n", hex(&key.0))).unwrap().0,
            key.0
        );
        assert_ne!(Key::random().unwrap().0, key.0);
        for broken in ["", "12", &"é".repeat(32), &"x".repeat(64)] {
            assert!(Key::from_hex(broken).is_none());
        }
    }

    #[test]
    fn rows_that_differ_have_different_hashes() {
        let key = Key([7; 32]);
        let hash = |data: &str| {
            let data: Value = serde_json::from_str(data).unwrap();
            let mut bytes = Vec::new();
            spell(&data, &mut bytes);
            key.hash(&[&bytes])
        };
        assert_eq!(
            hash(r#"{"a": "1", "b": {"c": "2", "d": ""}}"#),
            hash(r#"{"b": {"d": "", "c": "2"}, "a": "1"}"#)
        );
        let different = [
            r#"{"a": "1"}"#,
            r#"{"a": 1}"#,
            r#"{"a": ["1"]}"#,
            r#"{"a": null}"#,
            r#"{"a": ""}"#,
            r#"{"a1": ""}"#,
            r#"{"a": {"1": ""}}"#,
            "{}",
        ];
        for (index, one) in different.iter().enumerate() {
            for other in &different[..index] {
                assert_ne!(hash(one), hash(other), "{one} {other}");
            }
        }
    }
}
