//! `handout check`: checks handouts and reports findings and readability.
//!
//! 1. Collect the handouts that the command line names: a library, a clinic, or single handouts.
//! 2. Resolve, lay out and check each handout in each of its languages, in parallel.
//! 3. Run the checks across handouts, if a whole library was read.
//! 4. Show findings, then readability figures or the standards report.

mod handout_set;

use std::io::{self, Write};
use std::path::Path;

use anyhow::bail;
use jiff::civil::Date;

use super::{Outcome, collect_findings, lookup, more_faults, print};
use crate::cli::{Check, Global};
use crate::customize::audit_overrides;
use crate::finding::{Finding, Severity};
use crate::font::Faces;
use crate::library::{Clinic, Handout, Library};
use crate::report::MessageFormat;
use handout_set::HandoutSet;

pub(super) fn run(check: &Check, global: &Global) -> anyhow::Result<Outcome> {
    let format = global.message_format;
    if check.report && format == MessageFormat::Json {
        bail!("`--message-format json` and `--report` both write to stdout: choose one");
    }
    let date = global.today()?;
    let faces = Faces::bundled();
    let given = check.clinic.as_deref();
    let mut findings = Vec::new();
    let Some(library) = collect_findings(global.library(), &mut findings)? else {
        findings.extend(more_faults::of_clinic(given, &faces));
        return global.show(&findings);
    };
    let clinic = lookup::clinic(given, &library, &faces);
    let Some(clinic) = collect_findings(clinic, &mut findings)? else {
        if let Some(path) = lookup::clinic_path(given) {
            let names = &check.subjects;
            more_faults::add_of_texts(path, names, &library, date, &faces, &mut findings);
        }
        return global.show(&findings);
    };
    let mut output = CheckOutput {
        findings: Vec::new(),
        readability: String::new(),
        format,
        reports: check.report.then(Vec::new),
    };

    if check.subjects.is_empty() {
        HandoutSet::of_library(&library, &clinic, date, &mut output).check(&mut output);
    }
    let handouts = check_folders(check, &library, &clinic, date, &faces, &mut output)?;
    let is_of_clinic = check.clinic.is_some() || check.subjects.is_empty() || !handouts.is_empty();
    if !clinic.is_example() && is_of_clinic {
        let is_checked = |id: &str| {
            check.subjects.is_empty() || handouts.iter().any(|handout| handout.definition.id == id)
        };
        output
            .findings
            .extend(audit_overrides(&library, &clinic, &is_checked).findings);
    }
    if !handouts.is_empty() {
        let set = HandoutSet {
            library: &library,
            clinic: &clinic,
            date,
            handouts,
            is_whole_library: false,
        };
        set.check(&mut output);
    }

    if let Some(reports) = &output.reports {
        print(&reports.join("\n"))?;
    }
    let mut outcome = global.show(&output.findings)?;
    let mut findings = output.findings.iter();
    if check.strict && findings.any(|finding| finding.severity == Severity::Warning) {
        outcome = Outcome::ContentErrors;
    }
    if !check.report && !global.quiet {
        match format {
            MessageFormat::Human => {
                let _ = io::stderr().lock().write_all(output.readability.as_bytes());
            }
            MessageFormat::Json => print(&output.readability)?,
        }
    }
    Ok(outcome)
}

/// Checks the libraries and clinics that the command line names. Returns the handouts that it names.
fn check_folders(
    check: &Check,
    library: &Library,
    clinic: &Clinic,
    date: Date,
    faces: &Faces,
    output: &mut CheckOutput,
) -> anyhow::Result<Vec<Handout>> {
    let mut handouts = Vec::new();
    for subject in &check.subjects {
        let path = Path::new(subject);
        let is_id = library.ids().contains(subject);
        if is_id || library.handout_of(clinic, subject).is_some() {
            // A folder that has the same name by chance hides no handout.
            let unread = lookup::unread_folder(subject, library, clinic);
            output.findings.extend(unread);
            let handout = lookup::handout(subject, library, clinic);
            handouts.extend(collect_findings(handout, &mut output.findings)?);
        } else if path.join("library.yaml").is_file() {
            match Library::open(path) {
                Ok(library) => {
                    HandoutSet::of_library(&library, clinic, date, output).check(output);
                }
                Err(findings) => output.findings.extend(findings),
            }
        } else if path.is_file() || path.join("clinic.yaml").is_file() {
            let clinic = lookup::load_clinic(path, faces);
            if let Some(clinic) = collect_findings(clinic, &mut output.findings)? {
                HandoutSet::of_clinic(library, &clinic, date, output).check(output);
                output
                    .findings
                    .extend(audit_overrides(library, &clinic, &|_| true).findings);
            } else {
                let findings = &mut output.findings;
                more_faults::add_of_texts(path, &[], library, date, faces, findings);
            }
        } else {
            let handout = lookup::handout(subject, library, clinic);
            handouts.extend(collect_findings(handout, &mut output.findings)?);
        }
    }
    Ok(handouts)
}

/// Everything to show at the end.
struct CheckOutput {
    findings: Vec<Finding>,
    /// Readability figures in `format`.
    readability: String,
    format: MessageFormat,
    /// One standards report per handout and language, with `--report`.
    reports: Option<Vec<String>>,
}
