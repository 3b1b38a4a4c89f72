//! `unprinted-field`: fields that say something to readers, and that the style does not print.

use std::sync::Arc;

use biblatex::{ChunksExt, EntryType as Kind};

use super::{BibReader, at};
use crate::finding::Finding;
use crate::library::bibliography::{Fault, retraction};
use crate::source::SourceFile;

/// Fields that are printed for no kind of entry.
const NEVER: &[&str] = &[
    "pubstate",
    "addendum",
    "translator",
    "bookauthor",
    "version",
    "holder",
    "part",
    "chapter",
    "issuetitle",
    "issuesubtitle",
    "commentator",
    "annotator",
    "introduction",
    "foreword",
    "afterword",
    "editorb",
    "editorc",
    "collaborator",
    "booktitleaddon",
    "journaltitleaddon",
    "maintitleaddon",
    "relatedstring",
];

/// Fields that may say that a work was retracted.
const REMARKS: &[&str] = &[
    "note",
    "addendum",
    "pubstate",
    "titleaddon",
    "howpublished",
    "relatedstring",
];

/// Labels of lines that programs write into notes. Other fields have the same, or readers do not need it.
const NOTE_LABELS: &[&str] = &[
    "publisher",
    "_eprint",
    "eprint",
    "pmid",
    "pmcid",
    "doi",
    "isbn",
    "issn",
    "url",
    "number",
    "issue",
    "section",
    "place",
    "ads bibcode",
    "citation key",
    "conference name",
    "event-place",
    "journal abbreviation",
    "library catalog",
    "page version id",
    "container-title",
    "tldr",
    "extra",
    "type",
];

/// The most letters of a note in a message.
const MAX_NOTE: usize = 60;

impl BibReader {
    /// Reports fields that are not printed, and remarks on a retraction. Removes the fields.
    pub(super) fn unprinted(&mut self, file: &Arc<SourceFile>, source: &mut biblatex::Entry) {
        let text = |name: &str| {
            let text = source.get(name)?.format_verbatim();
            Some(text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        let remark = REMARKS
            .iter()
            .find(|name| text(name).is_some_and(|text| retraction::is_remark(&text)));
        let is_retraction = text("relatedtype").is_some_and(|kind| retraction::is_remark(&kind));
        let related = is_retraction.then_some("relatedtype");
        if let Some(name) = remark.copied().or(related) {
            let finding = at(file, &self.span(name), retraction::finding());
            self.faults.push(Fault::new(&[], finding));
        }
        let mut lost: Vec<&str> = NEVER
            .iter()
            .copied()
            .filter(|name| text(name).is_some())
            .collect();
        lost.extend(lost_in_kind(source, &text));
        if text("related").is_some() && !is_retraction && !lost.contains(&"relatedstring") {
            lost.push("related");
        }
        lost.retain(|name| Some(*name) != remark.copied());
        if let Some(first) = lost.first() {
            let names: Vec<String> = lost.iter().map(|name| format!("`{name}`")).collect();
            let message = match names.as_slice() {
                [only] => format!("{only} is not printed"),
                all => format!("{} are not printed", all.join(", ")),
            };
            let finding = unprinted(message)
                .help("write what readers need into `title`, and delete the field");
            self.faults
                .push(Fault::new(&[], at(file, &self.span(first), finding)));
        }
        // The crate joins lines, and each line may have a label.
        let note = file.text.get(self.span("note"));
        let note = note.filter(|_| text("note").is_some() && remark != Some(&"note"));
        if let Some(rest) = note.and_then(unread_note) {
            let help = if rest.to_lowercase().contains("accessed") {
                "write the day of the visit as `urldate = {2021-05-14}`, and delete the note"
            } else {
                "write what readers need into `title`, and delete the note"
            };
            let finding = unprinted(format!("the note “{rest}” is not printed")).help(help);
            self.faults
                .push(Fault::new(&[], at(file, &self.span("note"), finding)));
        }
        for name in NEVER.iter().chain(&["related", "relatedtype"]) {
            source.fields.remove(*name);
        }
    }
}

fn unprinted(message: String) -> Finding {
    Finding::warning("unprinted-field", message)
}

/// Returns the fields that are printed for other kinds only.
fn lost_in_kind(
    source: &biblatex::Entry,
    text: &impl Fn(&str) -> Option<String>,
) -> Vec<&'static str> {
    let is_part = text("booktitle").is_some();
    let is_keyword = |kind: &String| {
        kind.ends_with("thesis") || matches!(kind.as_str(), "techreport" | "resreport" | "software")
    };
    let lost = |name: &'static str, is_printed: bool| {
        Some(name).filter(|name| !is_printed && text(name).is_some())
    };
    let kind = &source.entry_type;
    let is_online = match kind {
        Kind::Online => true,
        Kind::Misc | Kind::Unpublished | Kind::Unknown(_) => text("url").is_some(),
        _ => false,
    };
    let is_article = *kind == Kind::Article;
    // The number within a series of reports, which AMA does not print either. `NG193` names the report.
    let is_plain_report = *kind == Kind::Report
        && text("type").is_none()
        && text("number").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    let is_thesis = matches!(kind, Kind::Thesis | Kind::PhdThesis | Kind::MastersThesis);
    let has_address = text("howpublished").is_some_and(|text| text.contains("http"));
    let same_title = text("maintitle") == text("booktitle");
    [
        lost("titleaddon", is_online),
        lost("howpublished", has_address),
        lost("maintitle", same_title),
        lost("eventtitle", is_part),
        lost("venue", is_part),
        lost("series", is_part),
        lost("number", is_article || is_plain_report),
        lost("issue", is_article),
        lost(
            "type",
            is_thesis || text("type").as_ref().is_some_and(is_keyword),
        ),
        lost("edition", !is_thesis && !is_online),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Returns what people wrote in a note: the first line without a label of a program. An indented line continues
/// the one before.
fn unread_note(note: &str) -> Option<String> {
    let note = note
        .replace(['{', '}', '"', '\\'], "")
        .replace("\r\n", "\n");
    let joined = note.replace("\n\t", " ").replace("\n ", " ");
    let is_read = |line: &str| {
        let label = line
            .split_once(':')
            .map(|(label, _)| label.trim().to_lowercase());
        let is_label = label.is_some_and(|label| NOTE_LABELS.contains(&label.as_str()));
        is_label || line.to_lowercase().starts_with("arxiv:") || line.starts_with("tex.")
    };
    let line = joined
        .split(['\n', ';'])
        .map(str::trim)
        .find(|line| !line.is_empty() && !is_read(line))?;
    let mut short: String = line.chars().take(MAX_NOTE).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    Some(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_of_programs_are_known() {
        for note in [
            "Publisher: Elsevier",
            "{\\_eprint: https://a.example}",
            "{Publisher: John Wiley\n    \\& Sons}",
            "PMID: 123; PMCID: PMC1",
            "arXiv:2001.01234 [cs]",
            "ISSN: 1\nPublisher: P",
        ] {
            assert_eq!(unread_note(note), None, "{note}");
        }
        let line = unread_note("Publisher: P\nIn Norwegian");
        assert_eq!(line.as_deref(), Some("In Norwegian"));
        let long = unread_note(&"x".repeat(100)).unwrap();
        assert_eq!(long.chars().count(), MAX_NOTE + 1);
    }
}
