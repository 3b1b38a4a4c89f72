//! The first files of a clinic or a handout, for people to fill in, and JSON Schemas that help them in an editor.

pub(crate) mod clinic;
pub(crate) mod handout;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::library::FileKind;

/// Folder for files that the program owns, inside the folder of a clinic or library.
const PROGRAM_FOLDER: &str = ".handout";

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ScaffoldError {
    #[error("cannot make the folder `{}`", path.display())]
    Folder { path: PathBuf, source: io::Error },
    #[error("`{}` already exists and was not changed", .0.display())]
    Exists(PathBuf),
    #[error("cannot write `{}`", path.display())]
    File { path: PathBuf, source: io::Error },
}

/// Writes a new file and the folders above it. Fails if the file exists.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), ScaffoldError> {
    if let Some(folder) = path.parent() {
        make_folders(folder)?;
    }
    let file = |source| ScaffoldError::File {
        path: path.to_owned(),
        source,
    };
    match fs::File::create_new(path) {
        Ok(mut new) => new.write_all(bytes).map_err(file),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(ScaffoldError::Exists(path.to_owned()))
        }
        Err(error) => Err(file(error)),
    }
}

fn make_folders(path: &Path) -> Result<(), ScaffoldError> {
    fs::create_dir_all(path).map_err(|source| ScaffoldError::Folder {
        path: path.to_owned(),
        source,
    })
}

/// Writes the schemas that scaffold files name in their first line. Older schemas are replaced.
pub(crate) fn write_schemas(root: &Path) -> Result<(), ScaffoldError> {
    let folder = root.join(PROGRAM_FOLDER);
    make_folders(&folder)?;
    for (name, kind) in [
        ("clinic.json", FileKind::Clinic),
        ("clinic-text.json", FileKind::ClinicText),
        ("definition.json", FileKind::Definition),
        ("text.json", FileKind::Text),
        ("glossary.json", FileKind::Glossary),
        ("claims.json", FileKind::Claims),
    ] {
        let path = folder.join(name);
        let text = format!("{:#}\n", kind.schema().to_value());
        fs::write(&path, text).map_err(|source| ScaffoldError::File { path, source })?;
    }
    Ok(())
}

/// Writes all files into a folder, with the schemas. Makes the folder if there is none. If a file cannot be written,
/// removes those that were: half a folder would be in the way of the next try.
pub(crate) fn write_folder(
    root: &Path,
    files: &[(String, Vec<u8>)],
    schemas: Schemas,
) -> Result<(), ScaffoldError> {
    let is_new = root.symlink_metadata().is_err();
    if is_new {
        fs::create_dir(root).map_err(|source| ScaffoldError::Folder {
            path: root.to_owned(),
            source,
        })?;
    }
    let mut written = Vec::new();
    let mut write = || {
        for (path, bytes) in files {
            let path = root.join(path);
            write_new(&path, bytes)?;
            written.push(path);
        }
        match schemas {
            Schemas::Written => write_schemas(root),
            Schemas::LeftOut => Ok(()),
        }
    };
    let result = write();
    if result.is_err() {
        if is_new {
            let _ = fs::remove_dir_all(root);
        } else {
            for path in &written {
                let _ = fs::remove_file(path);
            }
        }
    }
    result
}

/// Whether a folder gets the JSON Schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Schemas {
    Written,
    LeftOut,
}

/// Quotes a text for YAML on one line. Every JSON string is also a YAML string.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Makes a name for a folder from words: lower-case letters, digits and hyphens. `None` if the words have none.
pub(crate) fn folder_name(words: &str) -> Option<String> {
    /// Maximum length of a folder name, in bytes.
    const MAX: usize = 60;
    let mut folder = String::new();
    for character in words.to_lowercase().chars() {
        let replacement = match character {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => "a",
            'æ' => "ae",
            'ç' => "c",
            'è' | 'é' | 'ê' | 'ë' => "e",
            'ì' | 'í' | 'î' | 'ï' => "i",
            'ð' => "d",
            'ñ' => "n",
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => "o",
            'œ' => "oe",
            'ß' => "ss",
            'þ' => "th",
            'ù' | 'ú' | 'û' | 'ü' => "u",
            'ý' | 'ÿ' => "y",
            // `mary's` becomes `marys`.
            '\'' | '’' => "",
            'a'..='z' | '0'..='9' => {
                folder.push(character);
                continue;
            }
            _ if folder.ends_with('-') || folder.is_empty() => "",
            _ => "-",
        };
        folder.push_str(replacement);
    }
    folder.truncate(MAX);
    let folder = folder.trim_end_matches('-');
    (!folder.is_empty()).then(|| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_name_comes_from_words() {
        for (name, folder) in [
            ("Hillside Surgery", Some("hillside-surgery")),
            (
                "St Mary's & St. John's (North)",
                Some("st-marys-st-johns-north"),
            ),
            ("Smärtcentrum Växjö", Some("smartcentrum-vaxjo")),
            ("../../etc", Some("etc")),
            ("慢性疼痛クリニック", None),
            ("…", None),
        ] {
            assert_eq!(folder_name(name).as_deref(), folder);
        }
        assert_eq!(
            folder_name(&"a".repeat(500)).map(|name| name.len()),
            Some(60)
        );
    }

    #[test]
    fn folder_that_cannot_be_filled_is_left_as_it_was() {
        let outer = tempfile::TempDir::new().unwrap();
        let files = [
            ("a.yaml".to_owned(), b"a".to_vec()),
            ("a.yaml/b.yaml".to_owned(), b"b".to_vec()),
        ];
        let new = outer.path().join("new");
        assert!(write_folder(&new, &files, Schemas::LeftOut).is_err());
        assert!(!new.exists());
        let kept = outer.path().join("kept");
        fs::create_dir(&kept).unwrap();
        fs::write(kept.join("note.txt"), "mine").unwrap();
        assert!(write_folder(&kept, &files, Schemas::LeftOut).is_err());
        let names: Vec<_> = fs::read_dir(&kept)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["note.txt"]);
    }
}
