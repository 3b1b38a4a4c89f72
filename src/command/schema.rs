//! `handout schema`: prints the JSON Schema of a file type.

use super::{Outcome, print};
use crate::cli::Schema;

pub(super) fn run(schema: &Schema) -> anyhow::Result<Outcome> {
    let schema = schema.kind.schema();
    print(&(serde_json::to_string_pretty(&schema)? + "\n"))?;
    Ok(Outcome::Done)
}
