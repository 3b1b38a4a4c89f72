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
        Ok(_) => decode(Cow::Owned(bytes), name, Some(path)).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let file = Arc::new(SourceFile {
                name,
                path: Some(path.to_owned()),
                text: Cow::default(),
            });
            let finding = Finding::error(
                "missing-file",
                format!("cannot read `{}`: {error}", file.name),
            );
            Err(finding.at(&file, PlaceTarget::File))
        }
    }
}

/// Decodes the bytes of a text file.
pub(crate) fn from_bytes(
    bytes: &[u8],
    name: String,
    path: Option<&Path>,
) -> Result<Arc<SourceFile>, Finding> {
    decode(Cow::Owned(bytes.to_vec()), name, path)
}

/// Decodes a text file of the program without copying it.
pub(crate) fn from_program(bytes: &'static [u8], name: String) -> Result<Arc<SourceFile>, Finding> {
    decode(Cow::Borrowed(bytes), name, None)
}

fn decode(
    bytes: Cow<'static, [u8]>,
    name: String,
    path: Option<&Path>,
) -> Result<Arc<SourceFile>, Finding> {
    let path = path.map(Path::to_owned);
    if bytes.len() as u64 > MAX_TEXT_BYTES {
        let file = Arc::new(SourceFile {
            name,
            path,
            text: Cow::default(),
        });
        let limit = MAX_TEXT_BYTES / (1024 * 1024);
        return Err(Finding::error(
            "too-large",
            format!("`{}` is larger than {limit} MB", file.name),
        )
        .at(&file, PlaceTarget::File)
        .help("text files here are small; is this the right file?"));
    }
    let text = match bytes {
        Cow::Borrowed(bytes) => str::from_utf8(bytes)
            .map(Cow::Borrowed)
            .map_err(|error| (error, bytes.to_vec())),
        Cow::Owned(bytes) => String::from_utf8(bytes)
            .map(Cow::Owned)
            .map_err(|error| (error.utf8_error(), error.into_bytes())),
    };
    match text {
        Ok(text) => Ok(Arc::new(SourceFile {
            name,
            path,
            text: without_mark(text),
        })),
        Err((error, bytes)) => {
            // The text before the first bad byte does not change, so its place stays right.
            let at = error.valid_up_to();
            let text = String::from_utf8_lossy(&bytes).into_owned().into();
            let file = Arc::new(SourceFile { name, path, text });
            Err(Finding::error("yaml-syntax", "the file is not UTF-8 text")
                .at(&file, PlaceTarget::Bytes(at..at + '\u{fffd}'.len_utf8()))
                .help("save it with the encoding UTF-8"))
        }
    }
}

/// Removes a byte order mark.
fn without_mark(text: Cow<'static, str>) -> Cow<'static, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Cow::Owned(mut text) => {
            if text.starts_with('\u{feff}') {
                text.remove(0);
            }
            Cow::Owned(text)
        }
    }
}
