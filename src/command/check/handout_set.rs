//! Handouts that are checked together, in every language, in parallel.

use jiff::civil::Date;
use rayon::ThreadPool;
use rayon::prelude::*;

use super::CheckOutput;
use crate::check::{self, Subject, WholeLibrary};
use crate::finding::{Finding, PlaceTarget};
use crate::layout::LayoutCache;
use crate::leaflet::{self, LeafletRequest};
use crate::library::{Clinic, Handout, Library};
use crate::report::{self, MessageFormat};
use crate::source;

/// Handouts that are checked together, as one clinic gives them.
pub(super) struct HandoutSet<'a> {
    pub(super) library: &'a Library,
    pub(super) clinic: &'a Clinic,
    pub(super) date: Date,
    pub(super) handouts: Vec<Handout>,
    /// Whether the set is exactly the library, so that checks across handouts make sense.
    pub(super) is_whole_library: bool,
}

impl<'a> HandoutSet<'a> {
    pub(super) fn of_library(
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
    pub(super) fn of_clinic(
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
    pub(super) fn check(&self, output: &mut CheckOutput) {
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
