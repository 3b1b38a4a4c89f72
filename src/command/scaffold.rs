//! Files that a command begins for people to go on with.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, bail};
use schemars::Schema;

use crate::library;

/// The folder of what belongs to the program, in a folder of people's own.
const OURS: &str = ".handout";

/// Writes a file that must not be there yet, and the folders that it is in.
pub(super) fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    let shown = path.display();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make `{}`", folder.display()))?;
    }
    match fs::File::create_new(path) {
        Ok(mut file) => file
            .write_all(text.as_bytes())
            .with_context(|| format!("cannot write `{shown}`")),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            bail!("`{shown}` is already there: it was left as it is")
        }
        Err(error) => Err(error).with_context(|| format!("cannot write `{shown}`")),
    }
}

/// Writes the schemas that the first line of each file names, so that editors complete and check it
/// without a network. They are the program's: older ones are replaced.
pub(super) fn write_schemas(root: &Path) -> anyhow::Result<()> {
    let folder = root.join(OURS);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let schemas: [(&str, Schema); 4] = [
        ("clinic.json", library::clinic_schema()),
        ("clinic-text.json", library::clinic_text_schema()),
        ("definition.json", library::definition_schema()),
        ("text.json", library::text_schema()),
    ];
    for (name, schema) in schemas {
        let path = folder.join(name);
        let text = serde_json::to_string_pretty(&schema)? + "\n";
        fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    Ok(())
}

/// A text as YAML has it on one line, whatever is in it: JSON's strings are YAML's, too.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Tells people on stderr.
pub(super) fn say(line: &str) -> anyhow::Result<()> {
    writeln!(io::stderr(), "{line}").context("cannot write to stderr")
}
