//! `handout schema`: prints the JSON Schema of a file type.

use super::{Outcome, print};
use crate::cli::{FileKind, Schema};
use crate::library;

pub(super) fn run(schema: &Schema) -> anyhow::Result<Outcome> {
    let schema = match schema.kind {
        FileKind::Definition => library::definition_schema(),
        FileKind::Text => library::text_schema(),
        FileKind::ClinicText => library::clinic_text_schema(),
        FileKind::Clinic => library::clinic_schema(),
        FileKind::Library => library::manifest_schema(),
    };
    print(&(serde_json::to_string_pretty(&schema)? + "\n"))?;
    Ok(Outcome::Done)
}
