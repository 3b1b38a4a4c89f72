//! Keyed hashes of rows, which show whether a row has changed.
//!
//! A plain hash of a row could be reversed by trying names. The key stays in the folder of the batch, so
//! a manifest without it reveals nothing about the rows.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use super::job::Job;
use super::record::hex;
use crate::request_options::name_of;

/// Key of the row hashes of a batch.
#[derive(Clone)]
pub(super) struct RowHashKey([u8; 32]);

impl RowHashKey {
    pub(super) fn random() -> Result<RowHashKey, getrandom::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        Ok(RowHashKey(key))
    }

    /// Reads a key as [`RowHashKey::to_hex`] writes it; `None` if it is damaged.
    pub(super) fn from_hex(text: &str) -> Option<RowHashKey> {
        let text = text.trim();
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let mut key = [0; 32];
        for (index, byte) in key.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
        }
        Some(RowHashKey(key))
    }

    pub(super) fn to_hex(&self) -> String {
        hex(&self.0)
    }

    /// Hash of everything in a row, whatever its format and the order of its columns.
    pub(super) fn hash(&self, job: &Job) -> String {
        let mut bytes = Vec::new();
        let mut text = |text: &str| encode_text(text, &mut bytes);
        text(&job.handouts.join(";"));
        text(job.clinic.as_deref().unwrap_or(""));
        text(job.options.language.as_deref().unwrap_or(""));
        text(
            &job.options
                .edition
                .map_or_else(String::new, |edition| name_of(&edition)),
        );
        text(job.name.as_deref().unwrap_or(""));
        text(&format!("{:?} {}", job.options.paper, job.copies));
        encode_map(&job.data, &mut bytes);
        self.hash_bytes(&bytes)
    }

    /// HMAC-SHA256, cut to 128 bits.
    fn hash_bytes(&self, bytes: &[u8]) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(bytes);
        hex(&mac.finalize().into_bytes()[..16])
    }
}

/// Encodes a value so that different values give different bytes.
fn encode(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Null => bytes.push(b'n'),
        Value::Bool(true) => bytes.push(b't'),
        Value::Bool(false) => bytes.push(b'f'),
        Value::Number(number) => {
            bytes.push(b'#');
            encode_text(&number.to_string(), bytes);
        }
        Value::String(text) => encode_text(text, bytes),
        Value::Array(items) => {
            bytes.push(b'[');
            items.iter().for_each(|item| encode(item, bytes));
            bytes.push(b']');
        }
        Value::Object(map) => encode_map(map, bytes),
    }
}

fn encode_map(map: &serde_json::Map<String, Value>, bytes: &mut Vec<u8>) {
    let mut entries: Vec<(&String, &Value)> = map.iter().collect();
    entries.sort_by_key(|(name, _)| *name);
    bytes.push(b'{');
    for (name, value) in entries {
        encode_text(name, bytes);
        encode(value, bytes);
    }
    bytes.push(b'}');
}

fn encode_text(text: &str, bytes: &mut Vec<u8>) {
    bytes.push(b'"');
    bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keyed_hash_is_hmac_sha256() {
        // RFC 4231, test case 2, with its key padded with zeros as HMAC itself does.
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let hash = RowHashKey(key).hash_bytes(b"what do ya want for nothing?");
        assert_eq!(hash, "5bdcc146bf60754e6a042426089575c7");
    }

    #[test]
    fn keys_are_read_as_they_are_written() {
        let key = RowHashKey::random().unwrap();
        assert_eq!(
            RowHashKey::from_hex(&format!("{}\n", key.to_hex()))
                .unwrap()
                .0,
            key.0
        );
        assert_ne!(RowHashKey::random().unwrap().0, key.0);
        for broken in ["", "12", &"é".repeat(32), &"x".repeat(64)] {
            assert!(RowHashKey::from_hex(broken).is_none());
        }
    }

    #[test]
    fn rows_that_differ_have_different_hashes() {
        let key = RowHashKey([7; 32]);
        let hash = |data: &str| {
            let data: Value = serde_json::from_str(data).unwrap();
            let mut bytes = Vec::new();
            encode(&data, &mut bytes);
            key.hash_bytes(&bytes)
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
