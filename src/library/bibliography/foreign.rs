//! Recognises bibliographies in formats that are not read.

use std::sync::Arc;

use crate::finding::{Finding, PlaceTarget};
use crate::source::SourceFile;

/// Way out for each format that is not read.
pub(in crate::library) const EXPORT_HELP: &str = "export the references as BibLaTeX, for example in \
     Zotero by `File`, `Export Library…`, `BibLaTeX`, and save them as `references.bib`";

/// Ends of the names of files that reference managers write.
pub(in crate::library) const FOREIGN_EXTENSIONS: [&str; 6] =
    ["ris", "nbib", "enw", "json", "xml", "rdf"];

/// Reports a file whose content has another format than its name says.
pub(super) fn foreign_format(file: &Arc<SourceFile>, is_biblatex: bool) -> Option<Finding> {
    let text = file.text.trim_start();
    let start = text.get(..2).unwrap_or(text);
    let is_ris = text.starts_with("TY  -") || text.starts_with("PMID-") || text.starts_with("%0 ");
    let format = if is_ris {
        "RIS"
    } else if matches!(start.as_bytes(), [b'[', ..] | [b'{', b'"' | b'\n' | b'\r'])
        && text.contains("\"type\"")
        && text.contains("\"id\"")
    {
        "CSL-JSON"
    } else if start.starts_with("<?") {
        "XML"
    } else {
        return swapped(file, is_biblatex);
    };
    let message = format!("the references are in the format {format}, which is not read");
    let finding = Finding::error("unread-file", message).help(EXPORT_HELP);
    Some(finding.at(file, PlaceTarget::File))
}

/// Reports BibLaTeX in `references.yaml`, and YAML in `references.bib`.
fn swapped(file: &Arc<SourceFile>, is_biblatex: bool) -> Option<Finding> {
    let mut lines = file.text.lines().map(str::trim_start);
    let entry = |line: &str| {
        let kind = line.strip_prefix('@').and_then(|rest| rest.split_once('{'));
        kind.is_some_and(|(kind, _)| kind.trim().chars().all(|c| c.is_ascii_alphabetic()))
    };
    let has_entry = lines.clone().any(entry);
    let (format, name) = if is_biblatex {
        let is_blank = |line: &str| line.is_empty() || line.starts_with('%');
        if has_entry || lines.clone().all(is_blank) || !lines.any(|line| line.starts_with("type:"))
        {
            return None;
        }
        ("YAML", "references.yaml")
    } else {
        // YAML cannot begin with `@`.
        let first = lines.find(|line| !line.is_empty() && !line.starts_with(['%', '#']))?;
        if !entry(first) {
            return None;
        }
        ("BibLaTeX", "references.bib")
    };
    let message = format!("the references are in the format {format}");
    let finding =
        Finding::error("unread-file", message).help(format!("rename the file to `{name}`"));
    Some(finding.at(file, PlaceTarget::File))
}
