//! The key of the references: the variable `HANDOUT_LOG_KEY`, else a file beside the log.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::path::Path;

use super::reader::{LogItem, LogReader};
use super::{LogError, beside};
use crate::disk::{folder_of, open_regular};
use crate::keyed_hash::HashKey;

const VARIABLE: &str = "HANDOUT_LOG_KEY";
/// A shorter secret could be found by trying.
const MIN_CHARACTERS: usize = 16;
/// A key is shorter. A longer file is damaged.
const MAX_KEY_BYTES: u64 = 1024;

/// Returns the key of a log. Makes one at its first use.
pub(super) fn load(log: &Path) -> Result<HashKey, LogError> {
    match std::env::var(VARIABLE) {
        Ok(secret) if !secret.is_empty() => of_variable(&secret),
        _ => of_file(log),
    }
}

fn of_variable(secret: &str) -> Result<HashKey, LogError> {
    if secret.chars().count() < MIN_CHARACTERS {
        return Err(LogError::WeakKey);
    }
    // The text of a key file is the same key in the variable.
    Ok(HashKey::from_hex(secret).unwrap_or_else(|| HashKey::of_secret(secret)))
}

fn of_file(log: &Path) -> Result<HashKey, LogError> {
    let path = beside(log, "key");
    if !path.exists() {
        if has_references(log)? {
            return Err(LogError::LostKey { path });
        }
        write_new(&path).map_err(LogError::disk("make a key for", log))?;
    }
    let mut text = String::new();
    open_regular(OpenOptions::new().read(true), &path)
        .and_then(|file| file.take(MAX_KEY_BYTES).read_to_string(&mut text))
        .map_err(LogError::disk("read the key of", log))?;
    HashKey::from_hex(&text).ok_or(LogError::DamagedKey { path })
}

/// Writes a random key, readable by its owner only. Keeps the key of another process that was faster.
fn write_new(path: &Path) -> io::Result<()> {
    let key = HashKey::random().map_err(io::Error::other)?;
    let mut file = tempfile::NamedTempFile::new_in(folder_of(path))?;
    writeln!(file, "{}", key.to_hex())?;
    file.as_file().sync_data()?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(error.error),
        _ => Ok(()),
    }
}

fn has_references(log: &Path) -> Result<bool, LogError> {
    let mut reader = match LogReader::open(log) {
        Err(LogError::Missing { .. }) => return Ok(false),
        reader => reader?,
    };
    while let Some(item) = reader.next()? {
        if let LogItem::Line { line, .. } = item
            && line.leaflet.reference.is_some()
        {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::disk::RealDisk;
    use crate::log::{Log, LogEntry};

    #[test]
    fn a_key_is_made_once_and_never_replaced() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("log");
        let log = Log::open(&path).unwrap();
        let key = of_file(&path).unwrap().to_hex();
        assert_eq!(of_file(&path).unwrap().to_hex(), key);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = beside(&path, "key")
                .metadata()
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        // The same key, however it is given.
        assert_eq!(of_variable(&key).unwrap().to_hex(), key);
        let entry = LogEntry {
            reference: Some("hash".to_owned()),
            ..LogEntry::default()
        };
        log.append(&[entry], &RealDisk).unwrap();
        std::fs::remove_file(beside(&path, "key")).unwrap();
        assert!(matches!(of_file(&path), Err(LogError::LostKey { .. })));
        std::fs::write(beside(&path, "key"), "abc").unwrap();
        assert!(matches!(of_file(&path), Err(LogError::DamagedKey { .. })));
    }

    #[test]
    fn short_secrets_are_refused() {
        assert!(matches!(of_variable("secret"), Err(LogError::WeakKey)));
        assert!(of_variable("a longer secret of a clinic").is_ok());
    }
}
