//! Writes files for people to fill in, and JSON Schemas that help them in an editor.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, bail};

use crate::library::FileKind;

/// Folder for files that the program owns, inside the folder of a clinic or library.
const PROGRAM_FOLDER: &str = ".handout";

/// Writes a new file and the folders above it. Fails if the file exists.
pub(super) fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    let shown = path.display();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    }
    match fs::File::create_new(path) {
        Ok(mut file) => file
            .write_all(text.as_bytes())
            .with_context(|| format!("cannot write `{shown}`")),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            bail!("`{shown}` already exists and was not changed")
        }
        Err(error) => Err(error).with_context(|| format!("cannot write `{shown}`")),
    }
}

/// Writes the schemas that scaffold files name in their first line. Older schemas are replaced.
pub(super) fn write_schemas(root: &Path) -> anyhow::Result<()> {
    let folder = root.join(PROGRAM_FOLDER);
    fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    for (name, kind) in [
        ("clinic.json", FileKind::Clinic),
        ("clinic-text.json", FileKind::ClinicText),
        ("definition.json", FileKind::Definition),
        ("text.json", FileKind::Text),
        ("glossary.json", FileKind::Glossary),
        ("claims.json", FileKind::Claims),
    ] {
        let path = folder.join(name);
        let text = serde_json::to_string_pretty(&kind.schema())? + "\n";
        fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    Ok(())
}

/// Quotes a text for YAML on one line. Every JSON string is also a YAML string.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
