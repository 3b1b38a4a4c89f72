//! Keyed hashes (HMAC-SHA256) of data about readers.
//!
//! A plain hash could be reversed by trying names. Without the key, a keyed hash reveals nothing.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Key of such hashes.
#[derive(Clone)]
pub(crate) struct HashKey([u8; 32]);

impl HashKey {
    pub(crate) fn random() -> Result<HashKey, getrandom::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        Ok(HashKey(key))
    }

    /// Derives a key from a secret text.
    pub(crate) fn of_secret(secret: &str) -> HashKey {
        HashKey(Sha256::digest(secret).into())
    }

    /// Reads a key as [`HashKey::to_hex`] writes it; `None` if it is damaged.
    pub(crate) fn from_hex(text: &str) -> Option<HashKey> {
        let text = text.trim();
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let mut key = [0; 32];
        for (index, byte) in key.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
        }
        Some(HashKey(key))
    }

    pub(crate) fn to_hex(&self) -> String {
        hex(&self.0)
    }

    /// HMAC-SHA256, cut to 128 bits, in hexadecimal digits.
    pub(crate) fn hash_bytes(&self, bytes: &[u8]) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(bytes);
        hex(&mac.finalize().into_bytes()[..16])
    }
}

/// Formats bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keyed_hash_is_hmac_sha256() {
        // RFC 4231, test case 2, with its key padded with zeros as HMAC itself does.
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let hash = HashKey(key).hash_bytes(b"what do ya want for nothing?");
        assert_eq!(hash, "5bdcc146bf60754e6a042426089575c7");
    }

    #[test]
    fn keys_are_read_as_they_are_written() {
        let key = HashKey::random().unwrap();
        assert_eq!(
            HashKey::from_hex(&format!("{}\n", key.to_hex())).unwrap().0,
            key.0
        );
        assert_ne!(HashKey::random().unwrap().0, key.0);
        for broken in ["", "12", &"é".repeat(32), &"x".repeat(64)] {
            assert!(HashKey::from_hex(broken).is_none());
        }
    }
}
