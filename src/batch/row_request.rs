//! Finds out which leaflets a row asks for.
//!
//! 1. Finds the clinic: the row's, else the default one.
//! 2. Chooses options: the row's, else those of the command line, else the clinic's, else the built-in ones.
//!    For the edition, the reader's need comes after the row.
//! 3. Finds the handouts: the clinic's, else the library's.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::Stops;
use super::column_names::ColumnUse;
use super::job::Job;
use super::job_file::Origin;
use super::prepared_cache::{PreparedCache, RenderError};
use super::record::hex;
use super::source_cache::{CachedHandout, FaultyClinic, HandoutKey, SourceCache, too_many};
use crate::check::ValueNames;
use crate::finding::{Finding, nearest};
use crate::font::Faces;
use crate::leaflet::{self, Format, LeafletRequest, Prepared, Renderer, at_face};
use crate::library::{Clinic, Fingerprint, Library, clinic_folders, covers};
use crate::request_options::{
    ChosenOptions, EditionSource, OptionConflict, OptionFault, OptionSources, READER_FORMAT,
    RequestOptions, UsualPaper, name_of, replaced_paper,
};

/// Defaults of all rows.
pub struct Defaults<'a> {
    /// Clinic of rows that name none.
    pub clinic: &'a Clinic,
    /// Folder of the paths in the column `clinic`.
    pub clinics: PathBuf,
    /// Options of the command line.
    pub options: RequestOptions,
    pub date: Date,
}

/// The leaflets that a row asks for.
pub(super) struct RowRequest<'a> {
    /// One for each handout.
    pub(super) leaflets: Vec<LeafletRequest<'a>>,
    /// Hash of everything that the leaflets are made from, except the row.
    pub(super) made_from: String,
    /// Hash of the clinic's files.
    pub(super) clinic_fingerprint: Fingerprint,
    pub(super) options: ChosenOptions,
    /// What is said about the options.
    pub(super) notes: Vec<Finding>,
    /// Parts of its default file name that follow from the options, as in `-large-print`.
    pub(super) name_parts: String,
    /// One for each leaflet.
    keys: Vec<PreparedKey>,
}

/// Everything that a prepared leaflet depends on and that differs between rows.
#[derive(Clone, PartialEq)]
struct PreparedKey {
    clinic: Option<String>,
    handout: String,
    language: String,
    options: ChosenOptions,
    data_names: Arc<[String]>,
}

/// Why all leaflets have to be PDF files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnlyPdf {
    No,
    Bundle,
    Printer,
}

/// Looks up the leaflets of rows. All workers share it.
pub(super) struct RequestResolver<'a> {
    library: &'a Library,
    faces: &'a Faces,
    defaults: &'a Defaults<'a>,
    sources: &'a SourceCache,
    columns: &'a ColumnUse,
    only_pdf: OnlyPdf,
    stops: Option<&'a Stops<'a>>,
    usual_paper: UsualPaper,
    ids: Vec<String>,
    library_fingerprint: Fingerprint,
    clinic_fingerprint: Fingerprint,
    prepared: PreparedCache<'a, PreparedKey>,
    has_example: AtomicBool,
}

impl<'a> RequestResolver<'a> {
    pub(super) fn new(
        library: &'a Library,
        faces: &'a Faces,
        defaults: &'a Defaults<'a>,
        sources: &'a SourceCache,
        columns: &'a ColumnUse,
        only_pdf: OnlyPdf,
        stops: Option<&'a Stops<'a>>,
    ) -> RequestResolver<'a> {
        RequestResolver {
            columns,
            only_pdf,
            stops,
            usual_paper: UsualPaper::Kept,
            library,
            faces,
            defaults,
            sources,
            ids: library.ids(),
            library_fingerprint: library.fingerprint(),
            clinic_fingerprint: defaults.clinic.fingerprint(),
            prepared: PreparedCache::new(),
            has_example: AtomicBool::new(false),
        }
    }

    /// Sets what becomes of a clinic's usual paper under an edition that is not laid out for it.
    pub(super) fn with_usual_paper(self, usual_paper: UsualPaper) -> RequestResolver<'a> {
        RequestResolver {
            usual_paper,
            ..self
        }
    }

    /// Returns the ids of the handouts of the library and of the default clinic.
    pub(super) fn ids(&self) -> Vec<String> {
        let mut ids = self.ids.clone();
        ids.extend(self.defaults.clinic.ids());
        ids
    }

    /// Whether a row was for the example clinic.
    pub(super) fn has_example(&self) -> bool {
        self.has_example.load(Ordering::Relaxed)
    }

    /// Returns the leaflets that a row asks for.
    pub(super) fn resolve(&self, job: &Job) -> Result<RowRequest<'a>, Vec<Finding>> {
        let (clinic, clinic_fingerprint) = self.clinic(job)?;
        if clinic.is_example() {
            self.has_example.store(true, Ordering::Relaxed);
        }
        let misspelt = self
            .columns
            .almost_reserved(&job.data_names, self.library, clinic);
        if !misspelt.is_empty() {
            return Err(misspelt);
        }
        let mut sources = OptionSources {
            asked: job.options.clone(),
            need: job.need,
            run: self.defaults.options.clone(),
            clinic: RequestOptions::of_clinic(clinic),
            usual_paper: self.usual_paper,
        };
        if self.only_pdf != OnlyPdf::No {
            // A bundle asks for PDF.
            sources.clinic.format = None;
        }
        let default_language = &self.library.manifest().language;
        let language = match sources.language() {
            Some(language) => self.sources.language(language)?,
            None => default_language,
        };
        let options = sources
            .choose()
            .map_err(|fault| vec![in_its_column(fault, job)])?;
        if let Some(fault) = self.format_fault(options.format, job) {
            return Err(vec![fault]);
        }
        let mut hash = Sha256::new();
        hash.update(format!(
            "{} {language} {:?} {:?} {} {} {}",
            env!("CARGO_PKG_VERSION"),
            options.paper,
            options.references,
            name_of(&options.edition),
            options.format.extension(),
            self.defaults.date
        ));
        if let Some(envelope) = options.letter {
            hash.update(name_of(&envelope));
        }
        if let Some(envelope) = options.masthead_address {
            hash.update(format!("masthead {}", name_of(&envelope)));
        }
        hash.update(self.library_fingerprint);
        hash.update(clinic_fingerprint);
        let mut findings = Vec::new();
        let mut leaflets = Vec::new();
        let mut keys = Vec::new();
        for (index, id) in job.handouts.iter().enumerate() {
            // The first leaflet of a row has the letter or the address for all.
            let letter = options.letter.filter(|_| index == 0);
            let masthead_address = options.masthead_address.filter(|_| index == 0);
            let cached = match self.handout(id, clinic, job.clinic.as_deref()) {
                Ok(cached) => cached,
                Err(more) => {
                    let count = job.handouts.len();
                    let more = more.into_iter();
                    findings.extend(more.map(|finding| in_list(finding, index, count)));
                    continue;
                }
            };
            if !covers(&cached.languages, language) {
                let column = match &job.options.language {
                    Some(_) => "language",
                    None => "handout",
                };
                findings.push(missing_language(id, &cached.languages).in_column(column));
            }
            hash.update(cached.fingerprint);
            leaflets.push(
                LeafletRequest::new(self.library, &cached.handout, clinic, self.defaults.date)
                    .with_language(language)
                    .with_paper(options.paper)
                    .with_references(options.references)
                    .with_edition(options.edition)
                    .with_format(options.format)
                    .with_letter(letter)
                    .with_masthead_address(masthead_address)
                    .with_data_names(job.data_names.to_vec()),
            );
            keys.push(PreparedKey {
                clinic: job.clinic.clone(),
                handout: id.clone(),
                language: language.to_owned(),
                options: ChosenOptions {
                    letter,
                    masthead_address,
                    ..options
                },
                data_names: Arc::clone(&job.data_names),
            });
        }
        if !findings.is_empty() {
            return Err(findings);
        }
        Ok(RowRequest {
            leaflets,
            options,
            notes: replaced_paper(&options).into_iter().collect(),
            clinic_fingerprint,
            name_parts: options.file_name_parts(language, default_language),
            made_from: hex(&hash.finalize()[..16]),
            keys,
        })
    }

    /// Returns a leaflet of a row, prepared first if needed. Other threads that want the same one wait.
    pub(super) fn prepare(
        &self,
        row: &RowRequest<'a>,
        index: usize,
        renderer: &mut Renderer,
    ) -> Result<Prepared<'a>, RenderError> {
        let request = &row.leaflets[index];
        let prepare = || {
            let leaflet =
                Prepared::new(request, renderer).map_err(|error| at_face(error, request.clinic))?;
            let stops = self.stops.map_or_else(Vec::new, |stops| stops(request));
            if !stops.is_empty() {
                return Err(stops.into());
            }
            self.columns
                .add_leaflet(&request.handout.definition.data, &leaflet);
            if let Some(name) = &request.clinic.facts.log_reference {
                self.columns.add_used(&name.0);
            }
            Ok(leaflet)
        };
        self.prepared
            .get_or_prepare(row.keys[index].clone(), prepare)
    }

    /// Fails if a column's name is a misspelling. The texts then use a value with nearly that name, which the
    /// row lacks. Records the names of the row.
    pub(super) fn check_names(
        &self,
        row: &RowRequest<'a>,
        (origin, job): (&Origin, &Job),
        renderer: &mut Renderer,
    ) -> Result<(), RenderError> {
        let mut names = ValueNames::default();
        for (index, request) in row.leaflets.iter().enumerate() {
            let prepared = self.prepare(row, index, renderer)?;
            names
                .used
                .extend(prepared.used_data().into_iter().map(str::to_owned));
            let of_handout = request.handout.definition.data.iter();
            let of_clinic = request.clinic.facts.data.iter().map(|field| &field.name);
            names.declared.extend(of_handout.chain(of_clinic).cloned());
        }
        self.columns.add_names(job, origin);
        if names.used.iter().all(|name| job.data_names.contains(name)) {
            return Ok(());
        }
        names.given.extend(job.data_names.iter().cloned());
        match self.columns.misspelt(&names) {
            findings if findings.is_empty() => Ok(()),
            findings => Err(findings.into()),
        }
    }

    /// Reports a format that the row's file cannot have.
    fn format_fault(&self, format: Format, job: &Job) -> Option<Finding> {
        if format == Format::Pdf {
            return None;
        }
        let fault = |message: &str, help: &str| {
            let finding = Finding::error("unavailable-format", message).help(help);
            match job.options.format {
                Some(_) => finding.in_column("format"),
                None => finding,
            }
        };
        match self.only_pdf {
            OnlyPdf::Bundle => {
                let help = "write `pdf`, or make these rows by a batch without `--bundle`";
                return Some(fault("a bundle has PDF leaflets only", help));
            }
            OnlyPdf::Printer => {
                let help = "write `pdf`, or make these rows by a batch without `--print`";
                return Some(fault("only PDF leaflets are printed", help));
            }
            OnlyPdf::No => {}
        }
        let message = "only PDF leaflets are joined in one file";
        let help = "write `pdf` in the column `format`, or give each handout a row of its own";
        (job.handouts.len() > 1).then(|| fault(message, help))
    }

    /// Records a row that an earlier run made.
    pub(super) fn skip(&self) {
        self.columns.add_skipped();
    }

    fn clinic(&self, job: &Job) -> Result<(&'a Clinic, Fingerprint), Vec<Finding>> {
        let Some(path) = &job.clinic else {
            return Ok((self.defaults.clinic, self.clinic_fingerprint));
        };
        let cached = self.sources.clinic(path, || self.read_clinic(path));
        let in_column = |finding: &Finding| finding.clone().in_column("clinic");
        match cached.ok_or_else(|| too_many("clinic"))? {
            Ok(cached) => Ok((&cached.clinic, cached.fingerprint)),
            Err(faulty) => {
                let mut findings: Vec<Finding> = faulty.findings.iter().map(in_column).collect();
                if let Some(readable) = &faulty.readable {
                    for id in &job.handouts {
                        findings.extend_from_slice(self.text_faults(path, readable, id));
                    }
                }
                Err(findings)
            }
        }
    }

    /// Returns the faults of a handout's texts under a faulty clinic.
    fn text_faults(&self, path: &str, readable: &Clinic, id: &String) -> &[Finding] {
        self.sources.text_faults(path, id, || {
            let of_library = || self.ids.contains(id).then(|| self.library.handout(id));
            let handout = self.library.handout_of(readable, id).or_else(of_library);
            match handout {
                None => Vec::new(),
                Some(Err(findings)) => findings,
                Some(Ok(handout)) => {
                    let date = self.defaults.date;
                    leaflet::certain_faults(self.library, &handout, readable, date)
                }
            }
        })
    }

    /// Reads the clinic at a path below the folder of clinics, else the library's clinic of that name.
    fn read_clinic(&self, path: &str) -> Result<Clinic, FaultyClinic> {
        let root = &self.defaults.clinics;
        let shown = if root.as_os_str().is_empty() {
            Path::new(".")
        } else {
            root
        };
        let outside = || {
            let message = format!("the clinic of the row is not in `{}`", shown.display());
            let help =
                "write a path in that folder, without `..`; `--clinics DIR` names another folder";
            FaultyClinic::from(vec![Finding::error("unsafe-path", message).help(help)])
        };
        let is_inside = Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !is_inside {
            return Err(outside());
        }
        let full = root.join(path);
        if let (Ok(real), Ok(real_root)) = (full.canonicalize(), shown.canonicalize()) {
            if !real.starts_with(real_root) {
                return Err(outside());
            }
            return Clinic::load(&full, self.faces).map_err(|findings| FaultyClinic {
                findings,
                readable: Clinic::load_readable_parts(&full, self.faces).map(Box::new),
            });
        }
        let clinic = self.library.clinic(path, self.faces).unwrap_or_else(|| {
            let message = format!(
                "the clinic of the row does not exist in `{}`",
                shown.display()
            );
            let finding = Finding::error("missing-file", message)
                .help("write the path of a clinic.yaml or its folder");
            // Shows names of folders only: the value of a shifted cell may be a patient's name.
            let mut clinics = clinic_folders(shown);
            clinics.extend(self.library.clinics());
            Err(vec![
                finding.suggest(path, clinics.iter().map(String::as_str)),
            ])
        });
        clinic.map_err(FaultyClinic::from)
    }

    /// Returns a handout of the clinic, else of the library.
    fn handout(
        &self,
        id: &str,
        clinic: &'a Clinic,
        clinic_path: Option<&str>,
    ) -> Result<&'a CachedHandout, Vec<Finding>> {
        let of_clinic = HandoutKey::Clinic {
            path: clinic_path.map(str::to_owned),
            id: id.to_owned(),
        };
        if let Some(handout) = self
            .sources
            .handout(of_clinic, || self.library.handout_of(clinic, id))?
        {
            return Ok(handout);
        }
        let of_library = HandoutKey::Library { id: id.to_owned() };
        let is_known = self.ids.iter().any(|other| other == id);
        let read = || is_known.then(|| self.library.handout(id));
        self.sources.handout(of_library, read)?.ok_or_else(|| {
            let finding = Finding::error("unknown-handout", "there is no handout of this id")
                .in_column("handout");
            let ids = self.ids.iter().cloned().chain(clinic.ids());
            let ids: Vec<String> = ids.collect();
            vec![match nearest(id, ids.iter().map(String::as_str)) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("`handout list` shows the handouts there are"),
            }]
        })
    }
}

/// Adds the number of an id in its cell to a finding. Never quotes the id: it may be the value of another column.
pub(super) fn in_list(finding: Finding, index: usize, count: usize) -> Finding {
    if finding.id != "unknown-handout" || count < 2 {
        return finding;
    }
    Finding {
        message: format!(
            "{}: number {} of {count} in the cell",
            finding.message,
            index + 1
        ),
        ..finding
    }
}

/// Names the column that an option comes from, if the row has one.
fn in_its_column(fault: OptionFault, job: &Job) -> Finding {
    use OptionConflict::{Cover, EditionAndFormat, EditionAndPaper};
    let column = match fault.conflict {
        EditionAndFormat(EditionSource::Asked) | EditionAndPaper(EditionSource::Asked) => {
            Some("edition")
        }
        EditionAndFormat(EditionSource::Need) | EditionAndPaper(EditionSource::Need) => {
            Some(READER_FORMAT)
        }
        EditionAndFormat(_) => job.options.format.map(|_| "format"),
        EditionAndPaper(_) => job.options.paper.map(|_| "paper"),
        Cover => job.options.cover.map(|_| "cover"),
    };
    match column {
        Some(column) => fault.finding.in_column(column),
        None => fault.finding,
    }
}

fn missing_language(id: &str, languages: &[String]) -> Finding {
    let message = format!("`{id}` has no text in the requested language");
    Finding::error("unavailable-language", message)
        .help(format!("it is in {}", languages.join(", ")))
}
