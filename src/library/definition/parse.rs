//! Reading `handout.yaml`.

use std::collections::HashSet;
use std::sync::Arc;

use super::schema::{DefinitionFile, entry_names};
use super::{Definition, Entry};
use crate::finding::Finding;
use crate::source::{self, Route, SourceFile};

/// Most sections of a handout.
const MAX_SECTIONS: usize = 1_000;

impl Definition {
    /// Reads `handout.yaml` in the folder with this name.
    pub(crate) fn parse(
        file: &Arc<SourceFile>,
        folder: Option<&str>,
    ) -> Result<Definition, Vec<Finding>> {
        match source::misread_lines(file, &entry_names()) {
            findings if findings.is_empty() => {}
            findings => return Err(findings),
        }
        let definition: DefinitionFile = source::parse(file)?;
        if definition.sections.len() > MAX_SECTIONS {
            let message = format!("more than {MAX_SECTIONS} sections");
            let sections = Route::default().key("sections");
            return Err(vec![
                Finding::error("too-large", message).at_value(file, sections),
            ]);
        }
        let mut findings = Vec::new();
        if let Some(folder) = folder
            && folder != definition.id.0
        {
            let message = format!(
                "the handout `{}` lies in the folder `{folder}`",
                definition.id.0
            );
            findings.push(
                Finding::error("invalid-value", message)
                    .at_value(file, Route::default().key("id"))
                    .help(format!("write `id: {folder}`, or rename the folder")),
            );
        }
        let mut keys = HashSet::new();
        let mut entries: Vec<Entry> = Vec::with_capacity(definition.sections.len());
        for (index, entry) in definition.sections.into_iter().enumerate() {
            let route = Route::default().key("sections").index(index);
            let entry = Entry::from(entry).at(file, route.clone());
            if !keys.insert(entry.key.clone()) {
                findings.push(
                    Finding::error(
                        "duplicate-key",
                        format!("a second block has the key `{}`", entry.key),
                    )
                    .at_value(file, route)
                    .help("every block of a handout has a different key"),
                );
            }
            entries.push(entry);
        }
        if !findings.is_empty() {
            return Err(findings);
        }
        Ok(Definition {
            file: Arc::clone(file),
            id: definition.id.0,
            version: definition.version,
            reviewed: definition.reviewed.map(|day| day.0),
            review_by: definition.review_by.0,
            audience: definition.audience,
            dates: definition
                .data
                .iter()
                .filter(|field| field.is_date)
                .map(|field| field.name.clone())
                .collect(),
            data: definition
                .data
                .into_iter()
                .map(|field| field.name)
                .collect(),
            codes: definition.codes.0.into_iter().collect(),
            entries,
        })
    }
}
