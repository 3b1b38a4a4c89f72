//! `handout check`: what falls short, where, and how to mend it.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::bail;
use jiff::civil::Date;

use super::{Outcome, named, print};
use crate::check::{self, Subject, Whole};
use crate::cli::{Check, Global, MessageFormatArg};
use crate::customize::survey;
use crate::finding::Finding;
use crate::font::Faces;
use crate::layout::inline::InlineSetter;
use crate::leaflet::{self, Order};
use crate::library::{Clinic, Handout, Library};
use crate::report;
use crate::resolve::ReferenceMode;
use crate::source;
use crate::theme::Paper;

/// Runs the command.
pub(super) fn run(check: &Check, global: &Global) -> anyhow::Result<Outcome> {
    if check.report && global.message_format == MessageFormatArg::Json {
        bail!("`--message-format json` and `--report` both want stdout: choose one");
    }
    let date = global.today()?;
    let faces = Faces::bundled();
    let library = match global.library()? {
        Ok(library) => library,
        Err(outcome) => return Ok(outcome),
    };
    let clinic = match named::clinic(check.clinic.as_deref(), &library, &faces)? {
        Ok(clinic) => clinic,
        Err(findings) => return global.show(&findings),
    };
    let reports = check.report.then(Vec::new);
    let mut told = Told {
        findings: Vec::new(),
        figures: String::new(),
        format: global.message_format,
        reports,
    };
    if check.subjects.is_empty() {
        Round::of_library(&library, &clinic, date, &mut told).run(&mut told);
    }
    let mut handouts = Vec::new();
    for name in &check.subjects {
        let path = Path::new(name);
        if path.join("library.yaml").is_file() {
            match Library::open(path) {
                Ok(library) => Round::of_library(&library, &clinic, date, &mut told).run(&mut told),
                Err(more) => told.findings.extend(more),
            }
        } else if path.is_file() || path.join("clinic.yaml").is_file() {
            match Clinic::load(path, &faces) {
                Ok(clinic) => {
                    Round::of_clinic(&library, &clinic, date, &mut told).run(&mut told);
                    told.findings
                        .extend(survey(&library, &clinic, &|_| true).findings);
                }
                Err(more) => told.findings.extend(more),
            }
        } else {
            match named::handout(name, &library, &clinic)? {
                Ok(handout) => handouts.push(handout),
                Err(more) => told.findings.extend(more),
            }
        }
    }
    if check.clinic.is_some() {
        let is_wanted = |id: &str| {
            check.subjects.is_empty() || handouts.iter().any(|handout| handout.definition.id == id)
        };
        told.findings
            .extend(survey(&library, &clinic, &is_wanted).findings);
    }
    if !handouts.is_empty() {
        let round = Round {
            library: &library,
            clinic: &clinic,
            date,
            handouts,
            whole: false,
        };
        round.run(&mut told);
    }
    if let Some(reports) = &told.reports {
        print(&reports.join("\n"))?;
    }
    let outcome = global.show(&told.findings)?;
    if !check.report && !global.quiet {
        match global.message_format {
            MessageFormatArg::Human => {
                let _ = io::stderr().lock().write_all(told.figures.as_bytes());
            }
            MessageFormatArg::Json => print(&told.figures)?,
        }
    }
    Ok(outcome)
}

/// What there is to tell in the end.
struct Told {
    findings: Vec<Finding>,
    /// How hard the handouts are to read, in the format asked for.
    figures: String,
    format: MessageFormatArg,
    /// A report on each handout, if there are to be any.
    reports: Option<Vec<String>>,
}

/// Handouts that are checked together.
struct Round<'a> {
    library: &'a Library,
    clinic: &'a Clinic,
    date: Date,
    handouts: Vec<Handout>,
    /// Whether they are all that the library has.
    whole: bool,
}

impl<'a> Round<'a> {
    /// All handouts of a library, as a clinic gives them.
    fn of_library(
        library: &'a Library,
        clinic: &'a Clinic,
        date: Date,
        told: &mut Told,
    ) -> Round<'a> {
        let mut handouts = Vec::new();
        let mut whole = true;
        for id in library.ids() {
            match library.handout(&id) {
                Ok(handout) => handouts.push(handout),
                Err(more) => {
                    told.findings.extend(more);
                    whole = false;
                }
            }
        }
        Round {
            library,
            clinic,
            date,
            handouts,
            whole,
        }
    }

    /// All handouts that a clinic gives: the library's and its own.
    fn of_clinic(
        library: &'a Library,
        clinic: &'a Clinic,
        date: Date,
        told: &mut Told,
    ) -> Round<'a> {
        let mut round = Round::of_library(library, clinic, date, told);
        for handout in clinic.ids().iter().filter_map(|id| clinic.handout(id)) {
            match handout {
                Ok(own) => {
                    round
                        .handouts
                        .retain(|handout| handout.definition.id != own.definition.id);
                    round.handouts.push(own);
                }
                Err(more) => told.findings.extend(more),
            }
        }
        round.whole = false;
        round
    }

    /// Checks them, each in every language that it has words in; in the clinic's own, where this is one of
    /// those with its country.
    fn run(&self, told: &mut Told) {
        let tasks: Vec<(&Handout, String)> = self
            .handouts
            .iter()
            .flat_map(|handout| {
                let mut languages: Vec<String> = handout
                    .languages()
                    .into_iter()
                    .map(|language| self.as_given(language))
                    .collect();
                languages.dedup();
                languages
                    .into_iter()
                    .map(move |language| (handout, language))
            })
            .collect();
        // What was read and what is wrong with it, or why it cannot be read.
        type Checked<'a> = Result<(Subject<'a>, Vec<Finding>), Vec<Finding>>;
        let results: Vec<Mutex<Option<Checked<'_>>>> =
            tasks.iter().map(|_| Mutex::new(None)).collect();
        let next = AtomicUsize::new(0);
        let work = || {
            let mut setter = InlineSetter::new(&self.clinic.faces);
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some((task, result)) = tasks.get(index).zip(results.get(index)) else {
                    break;
                };
                let done = self.one(task.0, &task.1, &mut setter);
                *result
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner) = Some(done);
            }
        };
        let workers = std::thread::available_parallelism()
            .map_or(1, usize::from)
            .min(tasks.len());
        std::thread::scope(|scope| {
            for _ in 1..workers {
                scope.spawn(work);
            }
            work();
        });
        let mut subjects = Vec::with_capacity(tasks.len());
        let mut whole = self.whole;
        for result in results {
            match result
                .into_inner()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
            {
                Some(Ok((subject, more))) => {
                    if let Some(reports) = &mut told.reports {
                        reports.push(check::standards(&subject, &more));
                    }
                    told.findings.extend(more);
                    subjects.push(subject);
                }
                Some(Err(more)) => {
                    told.findings.extend(more);
                    whole = false;
                }
                None => whole = false,
            }
        }
        told.figures.push_str(&match told.format {
            MessageFormatArg::Human => report::readability(&subjects),
            MessageFormatArg::Json => report::readability_json(&subjects),
        });
        // What is unused, say, can be told only if everything was seen.
        if whole {
            let whole = Whole {
                library: self.library,
                subjects: &subjects,
                date: self.date,
            };
            told.findings.extend(check::check_whole(&whole));
        }
    }

    /// A language, with its country if the clinic's leaflets are in it as it is written there.
    fn as_given(&self, language: String) -> String {
        match self.clinic.defaults.get("language") {
            Some(own) if source::without_country(own) == Some(&language) => own.clone(),
            _ => language,
        }
    }

    fn one<'s>(
        &'s self,
        handout: &'s Handout,
        language: &'s str,
        setter: &mut InlineSetter,
    ) -> Result<(Subject<'s>, Vec<Finding>), Vec<Finding>> {
        let Round {
            library,
            clinic,
            date,
            ..
        } = *self;
        let order = Order {
            library,
            handout,
            clinic,
            language,
            paper: Paper::A4,
            references: ReferenceMode::Full,
            date,
        };
        let (resolved, layout) = leaflet::proof(&order, setter)?;
        let subject = Subject::new(
            library,
            handout,
            clinic,
            language,
            date,
            &resolved,
            layout.pages.len(),
        )?;
        let mut findings = resolved.findings;
        findings.extend(check::check(&subject));
        Ok((subject, findings))
    }
}
