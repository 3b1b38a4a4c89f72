//! JSON Schemas of the files that authors write.

use clap::ValueEnum;
use schemars::{Schema, schema_for};

use super::claims::Claim;
use super::clinic::schema::{ClinicFacts, ClinicTextFile};
use super::definition::schema::DefinitionFile;
use super::glossary::TermFile;
use super::lock::LockFile;
use super::manifest::LibraryManifest;
use super::text::TextFile;

/// Type of a file that authors write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FileKind {
    /// handout.yaml
    Definition,
    /// text/LANG.yaml of a handout or a library
    Text,
    /// clinic.yaml
    Clinic,
    /// text/LANG.yaml of a clinic
    ClinicText,
    /// library.yaml
    Library,
    /// glossary.yaml
    Glossary,
    /// claims.yaml
    Claims,
    /// clinic.lock
    Lock,
}

impl FileKind {
    pub(crate) fn schema(self) -> Schema {
        match self {
            FileKind::Definition => schema_for!(DefinitionFile),
            FileKind::Text => schema_for!(TextFile),
            FileKind::Clinic => schema_for!(ClinicFacts),
            FileKind::ClinicText => schema_for!(ClinicTextFile),
            FileKind::Library => schema_for!(LibraryManifest),
            FileKind::Glossary => schema_for!(Vec<TermFile>),
            FileKind::Claims => schema_for!(Vec<Claim>),
            FileKind::Lock => schema_for!(LockFile),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the paths of fields without a description.
    fn undescribed(
        schema: &serde_json::Value,
        whole: &serde_json::Value,
        place: &str,
    ) -> Vec<String> {
        let is_described = |field: &serde_json::Value| {
            let definition = field["$ref"]
                .as_str()
                .and_then(|name| whole.pointer(name.strip_prefix('#')?));
            field
                .get("description")
                .or(definition.and_then(|definition| definition.get("description")))
                .is_some()
        };
        let mut found = Vec::new();
        if let Some(fields) = schema["properties"].as_object() {
            let without = fields.iter().filter(|(_, field)| !is_described(field));
            found.extend(without.map(|(name, _)| format!("{place}/{name}")));
        }
        let children: Vec<(String, &serde_json::Value)> = match schema {
            serde_json::Value::Object(map) => map
                .iter()
                .map(|(key, value)| (key.clone(), value))
                .collect(),
            serde_json::Value::Array(list) => list
                .iter()
                .enumerate()
                .map(|(index, value)| (index.to_string(), value))
                .collect(),
            _ => Vec::new(),
        };
        for (key, child) in children {
            found.extend(undescribed(child, whole, &format!("{place}/{key}")));
        }
        found
    }

    #[test]
    fn every_field_of_every_schema_is_described() {
        for kind in FileKind::value_variants() {
            let schema = serde_json::Value::from(kind.schema());
            assert!(
                schema["properties"]
                    .as_object()
                    .is_some_and(|fields| !fields.is_empty())
                    || schema["$defs"].is_object()
                    || schema["items"].is_object()
            );
            assert_eq!(undescribed(&schema, &schema, ""), Vec::<String>::new());
        }
        let bare = serde_json::json!({ "properties": { "name": { "type": "string" } } });
        assert_eq!(undescribed(&bare, &bare, ""), ["/name"]);
    }
}
