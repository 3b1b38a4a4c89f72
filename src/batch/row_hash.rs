//! Keyed hashes of rows, which show whether a row has changed.
//!
//! A plain hash of a row could be reversed by trying names. The key stays in the folder of the batch, so
//! a manifest without it reveals nothing about the rows.

use serde_json::Value;

use super::job::Job;
use crate::keyed_hash::HashKey;
use crate::request_options::name_of;

impl HashKey {
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
    fn rows_that_differ_have_different_hashes() {
        let key = HashKey::of_secret("key");
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
