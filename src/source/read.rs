//! Text files: their size limit, encoding and byte order mark.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use crate::finding::{Finding, PlaceTarget};
use crate::source_file::SourceFile;

/// The size limit of text files. A library of a thousand references is much smaller.
const MAX_TEXT_BYTES: u64 = 4 * 1024 * 1024;

/// Reads a text file that messages call `name`; `None` if there is no such file.
pub(crate) fn read_text(path: &Path, name: String) -> Result<Option<Arc<SourceFile>>, Finding> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| {
        // Reads one byte too many to notice files over the limit. Metadata may be wrong or missing.
        file.take(MAX_TEXT_BYTES + 1).read_to_end(&mut bytes)
    });
    match read {
        Ok(_) => from_bytes(&bytes, name, Some(path)).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let message = format!("cannot read `{name}`: {error}");
            let file = source_file(name, Some(path), "");
            Err(Finding::error("missing-file", message).at(&file, PlaceTarget::File))
        }
    }
}

/// Decodes the bytes of a text file.
pub(crate) fn from_bytes(
    bytes: &[u8],
    name: String,
    path: Option<&Path>,
) -> Result<Arc<SourceFile>, Finding> {
    if bytes.len() as u64 > MAX_TEXT_BYTES {
        let limit = MAX_TEXT_BYTES / (1024 * 1024);
        let message = format!("`{name}` is larger than {limit} MB");
        return Err(Finding::error("too-large", message)
            .at(&source_file(name, path, ""), PlaceTarget::File)
            .help("text files here are small; is this the right file?"));
    }
    match str::from_utf8(bytes) {
        // Removes a byte order mark.
        Ok(text) => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            Ok(source_file(name, path, &without_unicode_breaks(text)))
        }
        Err(error) => {
            // The text before the first bad byte does not change, so its place stays right.
            let at = error.valid_up_to();
            let file = source_file(name, path, &String::from_utf8_lossy(bytes));
            Err(Finding::error("yaml-syntax", "the file is not UTF-8 text")
                .at(&file, PlaceTarget::Bytes(at..at + '\u{fffd}'.len_utf8()))
                .help("save it with the encoding UTF-8"))
        }
    }
}

/// Replaces Unicode's line and paragraph separators, which word processors write, by as many bytes of
/// spaces. The YAML crate would end the line there (YAML 1.1), and the rest would have no indentation.
pub(crate) fn without_unicode_breaks(text: &str) -> Cow<'_, str> {
    if text.contains(['\u{85}', '\u{2028}', '\u{2029}']) {
        let text = text.replace(['\u{2028}', '\u{2029}'], "   ");
        Cow::Owned(text.replace('\u{85}', "  "))
    } else {
        Cow::Borrowed(text)
    }
}

fn source_file(name: String, path: Option<&Path>, text: &str) -> Arc<SourceFile> {
    Arc::new(SourceFile {
        name,
        path: path.map(Path::to_owned),
        text: text.to_owned(),
    })
}
