//! Library, clinic, handouts and reader data of `generate` and `preview`.
//!
//! 1. Load the reader's data, the library, the clinic and the handouts. One run reports the
//!    errors in all of these files.
//! 2. Choose language, paper, edition and format: from flags, else from the reader's need or the clinic's
//!    defaults.
//! 3. Compare the names of the reader's values with those that the texts use.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::bail;
use jiff::civil::Date;

use super::{collect_findings, lookup, more_faults, reader_data};
use crate::check::ValueNames;
use crate::cli::{Global, LeafletArgs};
use crate::finding::Finding;
use crate::font::Faces;
use crate::leaflet::{self, Format, LeafletError, LeafletRequest};
use crate::library::{Clinic, Handout, Library};
use crate::request_options::{
    ChosenOptions, OptionSources, READER_FORMAT, RequestOptions, needed_edition,
};
use crate::resolve::{JobData, Purpose};
use crate::theme::{Edition, Look};

/// Loaded library, clinic, handouts and reader's data.
pub(super) struct LeafletSources {
    library: Library,
    pub(super) clinic: Clinic,
    /// Handouts that can be made; the errors of the others are findings.
    pub(super) handouts: Vec<Handout>,
    pub(super) data: JobData,
    date: Date,
    purpose: Purpose,
}

/// Choices for all leaflets of the command line.
pub(super) struct LeafletChoices {
    language: String,
    pub(super) options: ChosenOptions,
}

impl LeafletSources {
    /// Loads everything. `None` if library, clinic or data have errors. `report_missing` gets the name of each
    /// handout that cannot be made.
    pub(super) fn load(
        names: &[String],
        args: &LeafletArgs,
        (global, date): (&Global, Date),
        report_missing: &impl Fn(&str),
        findings: &mut Vec<Finding>,
    ) -> anyhow::Result<Option<LeafletSources>> {
        let Some((library, clinic, data)) = load(names, args, global, date, findings)? else {
            names.iter().for_each(|name| report_missing(name));
            return Ok(None);
        };
        let handouts = open_handouts(names, args, &library, &clinic, report_missing, findings)?;
        Ok(Some(LeafletSources {
            library,
            clinic,
            handouts,
            data,
            date,
            purpose: match args.draft {
                true => Purpose::Draft,
                false => Purpose::Patients,
            },
        }))
    }

    /// Returns the ids of the handouts.
    pub(super) fn ids(&self) -> impl Iterator<Item = &String> {
        self.handouts.iter().map(|handout| &handout.definition.id)
    }

    /// Chooses from flags, else from the reader's need or the clinic's defaults. `None` if the need cannot be met:
    /// then the findings say so. Fails if other choices do not go together.
    pub(super) fn choose(
        &self,
        args: &LeafletArgs,
        format: Option<Format>,
        values: &ReaderValues,
        findings: &mut Vec<Finding>,
    ) -> anyhow::Result<Option<LeafletChoices>> {
        let mut sources = OptionSources {
            asked: RequestOptions {
                language: args.language.clone(),
                paper: args.paper,
                edition: args.edition,
                references: args.references,
                format,
                cover: args.cover,
                envelope: args.envelope,
            },
            clinic: RequestOptions::of_clinic(&self.clinic),
            ..OptionSources::default()
        };
        if args.edition.is_none_or(Edition::is_only_look) {
            let need = match reader_data::misspelt_need(&values.names) {
                Some(fault) => Err(fault),
                None => needed_edition(&self.data),
            };
            match need {
                Ok(need) => sources.need = need,
                Err(fault) => {
                    findings.push(fault.without_column());
                    return Ok(None);
                }
            }
        }
        let language = sources.language().unwrap_or(self.default_language());
        check_language(language, &self.handouts)?;
        match sources.choose() {
            Ok(options) => Ok(Some(LeafletChoices {
                language: language.clone(),
                options,
            })),
            Err(fault) if fault.is_by_need() => {
                findings.push(fault.finding.in_column(READER_FORMAT).without_column());
                Ok(None)
            }
            Err(fault) => {
                let help = fault.finding.help.unwrap_or_default();
                bail!("{}: {help}", fault.finding.message);
            }
        }
    }

    fn default_language(&self) -> &String {
        &self.library.manifest().language
    }

    /// Returns the name of a leaflet's file without its ending. A draft does not replace the leaflet for patients.
    pub(super) fn file_stem(&self, id: &str, choices: &LeafletChoices) -> String {
        let LeafletChoices { language, options } = choices;
        let parts = options.file_name_parts(language, self.default_language());
        let draft = match self.purpose {
            Purpose::Patients => "",
            Purpose::Draft => "-draft",
        };
        format!("{id}{parts}{draft}")
    }

    /// Returns the request for a leaflet.
    pub(super) fn request<'a>(
        &'a self,
        handout: &'a Handout,
        choices: &'a LeafletChoices,
    ) -> LeafletRequest<'a> {
        let options = &choices.options;
        LeafletRequest::new(&self.library, handout, &self.clinic, self.date)
            .with_language(&choices.language)
            .with_paper(options.paper)
            .with_edition(options.edition)
            .with_references(options.references)
            .with_format(options.format)
            .with_letter(options.letter)
            .with_masthead_address(options.masthead_address)
            .with_purpose(self.purpose)
            .with_data_names(leaflet::data_names(&self.data))
    }

    /// Returns the names of the reader's values.
    pub(super) fn values<'a>(&self, args: &'a LeafletArgs) -> ReaderValues<'a> {
        let of_clinic = self
            .clinic
            .facts
            .data
            .iter()
            .map(|field| field.name.clone());
        let of_handouts = self.handouts.iter();
        let of_handouts = of_handouts.flat_map(|handout| &handout.definition.data);
        let mut given: BTreeSet<String> = leaflet::data_names(&self.data).into_iter().collect();
        given.remove(READER_FORMAT);
        // The log uses it.
        if let Some(name) = &self.clinic.facts.log_reference {
            given.remove(&name.0);
        }
        ReaderValues {
            names: ValueNames {
                given,
                declared: of_clinic.chain(of_handouts.cloned()).collect(),
                ..ValueNames::default()
            },
            set: &args.set,
            purpose: self.purpose,
        }
    }

    /// Says on stderr that an edition is not for paper.
    pub(super) fn report_screen_edition(&self, choices: &LeafletChoices, global: &Global) {
        let edition = choices.options.edition;
        if edition.look == Look::HighContrast && !self.handouts.is_empty() {
            global.print_status(&format!(
                "The edition `{}` is for screens: choose another one for paper",
                edition.name()
            ));
        }
    }

    /// Says on stderr that the leaflets are those of the example clinic.
    pub(super) fn report_example_clinic(&self, global: &Global) {
        if self.clinic.is_example() && !self.handouts.is_empty() {
            global.print_status(lookup::OF_EXAMPLE_CLINIC);
        }
    }
}

/// Returns the files that leaflets are made from, as far as the command line names them.
pub(super) fn inputs(args: &LeafletArgs) -> Vec<&Path> {
    let clinic = lookup::clinic_path(args.clinic.as_deref());
    [args.data.as_deref(), clinic]
        .into_iter()
        .flatten()
        .collect()
}

/// Names of the reader's values, and of those that the texts use.
pub(super) struct ReaderValues<'a> {
    names: ValueNames,
    /// Values of `--set`.
    set: &'a [String],
    purpose: Purpose,
}

impl ReaderValues<'_> {
    /// Compares with the names that a leaflet uses. Fails if one of them is misspelt, unless the leaflet is a
    /// draft. `elsewhere` are names that only the handout's text message uses.
    pub(super) fn check(
        &mut self,
        used: Vec<&str>,
        elsewhere: &[String],
    ) -> Result<Vec<Finding>, LeafletError> {
        let used: BTreeSet<String> = used.into_iter().map(str::to_owned).collect();
        self.names.used.extend(used.iter().cloned());
        self.names.used.extend(elsewhere.iter().cloned());
        let own = ValueNames {
            used,
            ..self.names.clone()
        };
        let misspelt = reader_data::misspelt_values(&own, self.set);
        if misspelt.is_empty() || self.purpose == Purpose::Draft {
            Ok(misspelt)
        } else {
            Err(LeafletError::Findings(misspelt))
        }
    }

    /// Forgets the values: a leaflet has errors, so the names that its texts use are unknown.
    pub(super) fn forget_given(&mut self) {
        self.names.given.clear();
    }

    /// Returns findings on values that no text uses.
    pub(super) fn unused(&self) -> Vec<Finding> {
        reader_data::unused_values(&self.names, self.set)
    }
}

/// Loads library, clinic and reader's data. `None` if one of them has errors: then the findings also have those
/// of the others.
fn load(
    names: &[String],
    args: &LeafletArgs,
    global: &Global,
    date: Date,
    findings: &mut Vec<Finding>,
) -> anyhow::Result<Option<(Library, Clinic, JobData)>> {
    let faces = Faces::bundled();
    let data = reader_data::load(args.data.as_deref(), &args.set);
    let data = collect_findings(data, findings)?;
    let Some(library) = collect_findings(global.library(), findings)? else {
        findings.extend(more_faults::of_clinic(args.clinic.as_deref(), &faces));
        return Ok(None);
    };
    let clinic = lookup::clinic(args.clinic.as_deref(), &library, &faces);
    let clinic = collect_findings(clinic, findings)?;
    if let (Some(clinic), Some(data)) = (clinic, data) {
        return Ok(Some((library, clinic, data)));
    }
    findings.extend(text_findings(names, args, &library));
    if let Some(path) = lookup::clinic_path(args.clinic.as_deref()) {
        more_faults::add_of_texts(path, names, &library, date, &faces, findings);
    }
    Ok(None)
}

/// Opens the named handouts that have a text in the language of the leaflet.
fn open_handouts(
    names: &[String],
    args: &LeafletArgs,
    library: &Library,
    clinic: &Clinic,
    report_missing: &impl Fn(&str),
    findings: &mut Vec<Finding>,
) -> anyhow::Result<Vec<Handout>> {
    let mut handouts = Vec::new();
    for name in names {
        let handout = lookup::handout(name, library, clinic);
        let handout = collect_findings(handout, findings)?;
        if handout.is_none() {
            report_missing(name);
        }
        findings.extend(lookup::unread_folder(name, library, clinic));
        handouts.extend(handout);
    }
    if handouts.is_empty() {
        let shared = library.shared_text(text_language(args, library));
        findings.extend(shared.err().into_iter().flatten());
    }
    if args.language.is_none() {
        handouts.retain(|handout| {
            let missing_language = clinic.lacks_language(handout);
            findings.extend(missing_language.clone());
            missing_language.is_none()
        });
    }
    Ok(handouts)
}

/// Returns the errors in the library's texts for the named handouts.
fn text_findings(names: &[String], args: &LeafletArgs, library: &Library) -> Vec<Finding> {
    let language = text_language(args, library);
    let mut findings = library.shared_text(language).err().unwrap_or_default();
    let ids = library.ids();
    for id in names.iter().filter(|name| ids.contains(name)) {
        let text = library
            .handout(id)
            .and_then(|handout| handout.text(language));
        findings.extend(text.err().into_iter().flatten());
    }
    findings
}

/// Returns the language of texts when no clinic could be loaded.
fn text_language<'a>(args: &'a LeafletArgs, library: &'a Library) -> &'a str {
    args.language
        .as_deref()
        .unwrap_or(&library.manifest().language)
}

/// Fails if a handout lacks the language.
fn check_language(language: &str, handouts: &[Handout]) -> anyhow::Result<()> {
    let Some(handout) = handouts.iter().find(|handout| !handout.is_in(language)) else {
        return Ok(());
    };
    let (id, languages) = (&handout.definition.id, handout.languages());
    if languages.is_empty() {
        bail!("`{id}` has no text: write `text/{language}.yaml` in its folder");
    }
    bail!(
        "`{id}` is not available in `{language}`, only in {}",
        languages.join(", ")
    );
}
