//! The printers that a clinic offers to its staff.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::schema::PrinterFile;
use crate::finding::{Finding, Severity};
use crate::hidden_mark::hidden_mark;
use crate::printer::JobRequest;
use crate::source::{Route, SourceFile};
use crate::theme::Paper;
use crate::value_fault::has_line_break;
use crate::words::has_words;

/// Maximum number of letters of a printer's name.
const MAX_NAME_LETTERS: usize = 60;
/// Maximum number of printers.
const MAX_PRINTERS: usize = 50;

impl PrinterFile {
    /// Returns what a job asks for. Leaves out what sheets of a paper cannot have: sides for sheets that are folded,
    /// folds for others, and staples for sheets that are folded twice.
    pub(crate) fn job(&self, paper: Paper, copies: u32) -> JobRequest {
        JobRequest {
            paper,
            copies,
            sides: self.sides.filter(|_| !paper.is_folded()),
            staple: self.staple && !paper.is_trifold(),
            fold: self.fold && paper.is_folded(),
            tray: self.tray.clone(),
        }
    }
}

/// Finds names and trays that say nothing, and names that are not unique: staff choose a printer by its name.
pub(super) fn faulty_printers(printers: &[PrinterFile], file: &Arc<SourceFile>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut known = BTreeSet::new();
    let list = Route::default().key("printers");
    if printers.len() > MAX_PRINTERS {
        let message = format!("there are more than {MAX_PRINTERS} printers");
        let finding = Finding::error("too-large", message).help("keep those that staff use");
        findings.push(finding.at_value(file, list.index(MAX_PRINTERS)));
    }
    for (index, printer) in printers.iter().enumerate() {
        let place = list.index(index);
        let fault = name_fault(&printer.name).or_else(|| {
            let is_new = known.insert(printer.name.trim().to_lowercase());
            (!is_new).then(|| {
                let message = format!("two printers have the name `{}`", printer.name.trim());
                Finding::error("duplicate-key", message)
                    .help("give each printer a name of its own: staff choose by it")
            })
        });
        findings.extend(fault.map(|fault| fault.at_value(file, place.key("name"))));
        if printer.tray.as_ref().is_some_and(|tray| !has_words(tray)) {
            let finding = Finding::error("empty-value", "the printer's `tray` is empty")
                .help("write a tray that `handout printers` lists, or leave `tray` out");
            findings.push(finding.at_value(file, place.key("tray")));
        }
    }
    findings
}

fn name_fault(name: &str) -> Option<Finding> {
    if !has_words(name) {
        let finding = Finding::error("empty-value", "the printer's `name` is empty");
        return Some(finding.help("write the name that staff know, as in `name: Reception`"));
    }
    if let Some((_, mark)) = hidden_mark(name) {
        return Some(Finding {
            severity: Severity::Error,
            ..mark.finding("the printer's `name`")
        });
    }
    if has_line_break(name.trim()) {
        let finding = Finding::error("invalid-value", "the printer's `name` has a line break");
        return Some(finding.help("write it on one line"));
    }
    if name.chars().count() > MAX_NAME_LETTERS {
        let message = format!("the printer's `name` has more than {MAX_NAME_LETTERS} letters");
        return Some(Finding::error("too-large", message).help("shorten it"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::scalar::PrinterAddress;
    use crate::printer::PrintSides;

    fn printer() -> PrinterFile {
        PrinterFile {
            name: "Reception".to_owned(),
            address: PrinterAddress("ipp://server/printers/reception".to_owned()),
            sides: Some(PrintSides::Two),
            staple: true,
            fold: true,
            tray: None,
        }
    }

    #[test]
    fn a_job_asks_for_nothing_that_its_paper_cannot_have() {
        let job = printer().job(Paper::A4, 3);
        assert_eq!((job.copies, job.sides), (3, Some(PrintSides::Two)));
        assert!(job.staple && !job.fold);
        let booklet = printer().job(Paper::A5Booklet, 1);
        assert!(booklet.staple && booklet.fold && booklet.sides.is_none());
        let trifold = printer().job(Paper::DlTrifold, 1);
        assert!(!trifold.staple && trifold.fold && trifold.sides.is_none());
    }
}
