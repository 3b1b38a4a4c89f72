//! YAML to typed values.

use std::ops::Range;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::SourceFile;
use crate::finding::{Finding, PlaceTarget};

/// Reads a file as a `T`, or tells everything that keeps it from being one.
pub fn parse<T: DeserializeOwned + JsonSchema>(file: &Arc<SourceFile>) -> Result<T, Vec<Finding>> {
    serde_yaml::from_str(&file.text).map_err(|error| vec![unexplained(file, &error, 0)])
}

/// Reads a part of a file that is YAML by itself and of the same type as the whole; if that fails, tells
/// everything that keeps the whole file from being one.
pub fn parse_part<T: DeserializeOwned + JsonSchema>(
    file: &Arc<SourceFile>,
    bytes: Range<usize>,
) -> Result<T, Vec<Finding>> {
    parse_fragment(file, bytes).or_else(|findings| match parse::<T>(file) {
        Ok(_) => Err(findings),
        Err(findings) => Err(findings),
    })
}

/// Reads a part of a file that is YAML by itself.
pub fn parse_fragment<T: DeserializeOwned>(
    file: &Arc<SourceFile>,
    bytes: Range<usize>,
) -> Result<T, Vec<Finding>> {
    let text = file.text.get(bytes.clone()).unwrap_or_default();
    serde_yaml::from_str(text).map_err(|error| vec![unexplained(file, &error, bytes.start)])
}

/// The YAML crate's own words, where nothing better is known.
fn unexplained(file: &Arc<SourceFile>, error: &serde_yaml::Error, offset: usize) -> Finding {
    let target = match error.location() {
        Some(location) => {
            let at = (offset + location.index()).min(file.text.len());
            PlaceTarget::Bytes(at..at)
        }
        None => PlaceTarget::File,
    };
    Finding::error("yaml-syntax", error.to_string()).at(file, target)
}
