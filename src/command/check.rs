//! `handout check`: checks handouts and reports findings and readability.
//!
//! 1. Collect the handouts that the command line names: a library, a clinic, or single handouts.
//! 2. Resolve, lay out and check each handout in each of its languages, in parallel.
//! 3. Run the checks across handouts, if a whole library was read.
//! 4. Show findings, then readability figures or the standards report.

use std::io::{self, Write};
use std::path::Path;

use anyhow::bail;
use jiff::civil::Date;
use rayon::ThreadPool;
use rayon::prelude::*;

use super::{Outcome, collect_findings, lookup, more_faults, print};
use crate::check::{self, Subject, WholeLibrary};
use crate::cli::{Check, Global};
use crate::customize::audit_overrides;
use crate::finding::{Finding, PlaceTarget, Severity};
use crate::font::Faces;
use crate::layout::LayoutCache;
use crate::leaflet::{self, LeafletRequest};
use crate::library::{Clinic, Handout, Library};
use crate::report::{self, MessageFormat};
use crate::source;

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
    let mut handouts = Vec::new();
    for subject in &check.subjects {
        let path = Path::new(subject);
        let is_id = library.ids().contains(subject);
        if is_id || library.handout_of(&clinic, subject).is_some() {
            // A folder that has the same name by chance hides no handout.
            let unread = lookup::unread_folder(subject, &library, &clinic);
            output.findings.extend(unread);
            let handout = lookup::handout(subject, &library, &clinic);
            handouts.extend(collect_findings(handout, &mut output.findings)?);
        } else if path.join("library.yaml").is_file() {
            match Library::open(path) {
                Ok(library) => {
                    HandoutSet::of_library(&library, &clinic, date, &mut output).check(&mut output);
                }
                Err(findings) => output.findings.extend(findings),
            }
        } else if path.is_file() || path.join("clinic.yaml").is_file() {
            let clinic = lookup::load_clinic(path, &faces);
            if let Some(clinic) = collect_findings(clinic, &mut output.findings)? {
                HandoutSet::of_clinic(&library, &clinic, date, &mut output).check(&mut output);
                output
                    .findings
                    .extend(audit_overrides(&library, &clinic, &|_| true).findings);
            } else {
                let findings = &mut output.findings;
                more_faults::add_of_texts(path, &[], &library, date, &faces, findings);
            }
        } else {
            let handout = lookup::handout(subject, &library, &clinic);
            handouts.extend(collect_findings(handout, &mut output.findings)?);
        }
    }
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

/// Everything to show at the end.
struct CheckOutput {
    findings: Vec<Finding>,
    /// Readability figures in `format`.
    readability: String,
    format: MessageFormat,
    /// One standards report per handout and language, with `--report`.
    reports: Option<Vec<String>>,
}

/// Handouts that are checked together, as one clinic gives them.
struct HandoutSet<'a> {
    library: &'a Library,
    clinic: &'a Clinic,
    date: Date,
    handouts: Vec<Handout>,
    /// Whether the set is exactly the library, so that checks across handouts make sense.
    is_whole_library: bool,
}

impl<'a> HandoutSet<'a> {
    fn of_library(
        library: &'a Library,
        clinic: &'a Clinic,
        date: Date,
        output: &mut CheckOutput,
    ) -> HandoutSet<'a> {
        let mut set = HandoutSet {
            library,
            clinic,
            date,
            handouts: Vec::new(),
            is_whole_library: true,
        };
        for id in library.ids() {
            match library.handout(&id) {
                Ok(handout) => set.handouts.push(handout),
                Err(findings) => {
                    output.findings.extend(findings);
                    set.is_whole_library = false;
                }
            }
        }
        set
    }

    /// All handouts that a clinic can give: those of the library and of the clinic. A clinic's handout
    /// replaces the library's handout with the same id.
    fn of_clinic(
        library: &'a Library,
        clinic: &'a Clinic,
        date: Date,
        output: &mut CheckOutput,
    ) -> HandoutSet<'a> {
        let mut set = HandoutSet::of_library(library, clinic, date, output);
        for handout in clinic
            .ids()
            .iter()
            .filter_map(|id| library.handout_of(clinic, id))
        {
            match handout {
                Ok(own) => {
                    set.handouts
                        .retain(|handout| handout.definition.id != own.definition.id);
                    set.handouts.push(own);
                }
                Err(findings) => output.findings.extend(findings),
            }
        }
        set.is_whole_library = false;
        set
    }

    /// Checks every handout in every language that it has text in.
    fn check(&self, output: &mut CheckOutput) {
        let tasks: Vec<(&Handout, String)> = self
            .handouts
            .iter()
            .flat_map(|handout| {
                let mut languages: Vec<String> = handout
                    .languages()
                    .into_iter()
                    .map(|language| self.with_country(language))
                    .collect();
                languages.dedup();
                languages
                    .into_iter()
                    .map(move |language| (handout, language))
            })
            .collect();
        for handout in &self.handouts {
            if handout.languages().is_empty() {
                let definition = &handout.definition;
                let message = format!("`{}` has no text", definition.id);
                let finding = Finding::error("missing-file", message)
                    .help("write `text/en.yaml` in its folder")
                    .at(&definition.file, PlaceTarget::File);
                output.findings.push(finding);
            }
        }
        let mut subjects = Vec::with_capacity(tasks.len());
        let mut is_whole_library = self.is_whole_library;
        for checked in self.check_in_parallel(&tasks) {
            match checked {
                Ok((subject, findings)) => {
                    if let Some(reports) = &mut output.reports {
                        reports.push(check::standards(&subject, &findings));
                    }
                    output.findings.extend(findings);
                    subjects.push(subject);
                }
                Err(findings) => {
                    output.findings.extend(findings);
                    is_whole_library = false;
                }
            }
        }
        output
            .findings
            .extend(check::lacking_contact(self.clinic, &subjects));
        output.readability.push_str(&match output.format {
            MessageFormat::Human => report::readability(&subjects),
            MessageFormat::Json => report::readability_json(&subjects),
        });
        if is_whole_library {
            let library = WholeLibrary {
                library: self.library,
                subjects: &subjects,
            };
            output.findings.extend(check::check_library(&library));
        }
    }

    /// Adds the clinic's country to a language, as in `en-US`, if the clinic uses that language.
    fn with_country(&self, language: String) -> String {
        match self.clinic.facts.defaults.0.get("language") {
            Some(own) if source::without_country(own) == Some(&language) => own.clone(),
            _ => language,
        }
    }

    /// Returns the results in the order of `tasks`.
    fn check_in_parallel<'s>(&'s self, tasks: &'s [(&'s Handout, String)]) -> Vec<Checked<'s>> {
        let new_cache = || LayoutCache::new(&self.clinic.faces);
        let check = |cache: &mut LayoutCache, (handout, language): &'s (&'s Handout, String)| {
            self.check_one(handout, language, cache)
        };
        match thread_pool() {
            Some(pool) => pool.install(|| tasks.par_iter().map_init(new_cache, check).collect()),
            None => {
                let mut cache = new_cache();
                tasks.iter().map(|task| check(&mut cache, task)).collect()
            }
        }
    }

    fn check_one<'s>(
        &'s self,
        handout: &'s Handout,
        language: &'s str,
        cache: &mut LayoutCache,
    ) -> Checked<'s> {
        let request = LeafletRequest::new(self.library, handout, self.clinic, self.date)
            .with_language(language);
        leaflet::check_subject(&request, cache)
    }
}

/// A handout with its findings, or the errors that prevent a check.
type Checked<'a> = Result<(Subject<'a>, Vec<Finding>), Vec<Finding>>;

/// Starts one thread per processor. With few resources it starts fewer; `None` if it cannot
/// start any.
fn thread_pool() -> Option<ThreadPool> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let counts = std::iter::successors(Some(processors), |count| Some(count / 2));
    counts.take_while(|count| *count > 0).find_map(|count| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(count)
            .stack_size(crate::thread_stack::size())
            .build()
            .ok()
    })
}
