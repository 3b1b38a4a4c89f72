//! Makes the leaflets of rows.
//!
//! 1. Looks up the leaflets of the row with the [`RequestResolver`].
//! 2. Decides whether the row has to be made at all.
//! 3. Renders its leaflets, and joins them if there are several.
//! 4. Writes the file under a temporary name. The committer renames it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::bundle::{BundlePart, BundleSettings, join, sheets};
use super::folder::Folder;
use super::job::Job;
use super::job_file::Origin;
use super::prepared_cache::RenderError;
use super::printing::{PrintJob, PrintSettings};
use super::record::{RowRecord, Status, hex};
use super::row_request::{RequestResolver, RowRequest};
use super::task::{FinishedRow, Message, Reason, RowOutcome, Task, Work};
use super::task_source::TaskSource;
use crate::disk::FileMode;
use crate::finding::{Finding, Severity};
use crate::font::Faces;
use crate::leaflet::{
    Format, LeafletError, LeafletRequest, MAX_MARKED_SHEETS, Prepared, Renderer, SheetMarks,
    at_face,
};
use crate::log::{Action, Log, LogEntry, LogError, missing_reference};
use crate::pdf::{PdfError, Sides};
use crate::resolve::has_values;
use crate::theme::Paper;

/// What all workers share.
pub(super) struct Worker<'a, 's> {
    pub(super) resolver: &'a RequestResolver<'s>,
    pub(super) folder: Option<&'a Folder<'a>>,
    pub(super) has_bundle: bool,
    /// The bundle, even of a dry run.
    pub(super) bundle: Option<&'a BundleSettings>,
    /// Marks for the sheets of the bundle.
    pub(super) marks: Option<Arc<SheetMarks>>,
    pub(super) faces: &'a Faces,
    /// Sides that sheets are counted for.
    pub(super) sides: Sides,
    /// Permissions of files about a reader.
    pub(super) mode: FileMode,
    pub(super) log: Option<&'a Log>,
    pub(super) printing: Option<&'a PrintSettings<'a>>,
}

/// The leaflets of a row.
struct Made<'s> {
    /// Bytes of the file; empty if none is wanted.
    bytes: Vec<u8>,
    sha256: [u8; 32],
    /// 0 for formats without pages.
    pages: usize,
    /// Pages of each leaflet; empty for formats without pages.
    pages_of_each: Vec<usize>,
    /// Sheets of one copy.
    sheets: usize,
    parts: Vec<BundlePart<'s>>,
}

impl<'s> Worker<'_, 's> {
    /// Makes rows until there are no more, or `deliver` returns `false`.
    pub(super) fn run(
        &self,
        source: &Mutex<TaskSource<'_>>,
        mut deliver: impl FnMut(Message<'s>) -> bool,
    ) {
        let mut renderer = Renderer::new();
        loop {
            let work = source.lock().unwrap_or_else(PoisonError::into_inner).next();
            let message = match work {
                None => return,
                Some(Work::Report(message)) => message,
                Some(Work::Make(task)) => Message::Row(self.process(*task, &mut renderer)),
            };
            if !deliver(message) {
                return;
            }
        }
    }

    /// Makes a row. A panic fails this row only.
    fn process(&self, task: Task, renderer: &mut Renderer) -> FinishedRow<'s> {
        let mut findings = Vec::new();
        let result = catch_unwind(AssertUnwindSafe(|| {
            self.make(&task, renderer, &mut findings)
        }))
        .unwrap_or_else(|_| {
            *renderer = Renderer::new();
            Err(RenderError::Program("see the message above".to_owned()))
        });
        let mut outcome = result.unwrap_or_else(|error| {
            match error {
                RenderError::Findings(more) => findings.extend(more),
                RenderError::Program(message) => findings.push(program_fault(&message)),
            }
            RowOutcome::failed(task.origin.row, &findings)
        });
        if let RowOutcome::Failed(record) = &mut outcome {
            self.keep_file(&task, record);
        }
        let Task {
            sequence, origin, ..
        } = task;
        origin.locate(&mut findings);
        FinishedRow {
            sequence,
            origin,
            outcome,
            findings,
        }
    }

    /// Keeps the file of an earlier run for a row that fails now, unless the row has changed. A wrong flag or a
    /// fault in the library must not delete good leaflets.
    fn keep_file(&self, task: &Task, record: &mut RowRecord) {
        let (Some(folder), Some(previous)) = (self.folder, &task.previous) else {
            return;
        };
        let input = folder.key.hash(&task.job);
        if previous.input.as_ref() == Some(&input) {
            record.kept = previous.any_file().cloned();
            record.input = Some(input);
        }
    }

    /// Makes a row. Adds warnings to `findings`.
    fn make(
        &self,
        task: &Task,
        renderer: &mut Renderer,
        findings: &mut Vec<Finding>,
    ) -> Result<RowOutcome<'s>, RenderError> {
        let Task { origin, job, .. } = task;
        let request = self.resolver.resolve(job)?;
        findings.extend(request.notes.iter().cloned());
        let ticket = match self.printing {
            Some(printing) => Some(printing.ticket(job, request.options.paper)?),
            None => None,
        };
        let file_name = task.name.file(&request.name_parts, request.options.format);
        let input = self.folder.map(|folder| folder.key.hash(job));
        let reason = match self.reason(task, &file_name, input.as_deref(), &request.made_from) {
            Some(reason) => reason,
            None => {
                let parts = if self.has_bundle {
                    let row = (origin, job);
                    self.render(&request, row, FileOutput::Omit, renderer, findings)?
                        .parts
                } else {
                    self.resolver.skip();
                    Vec::new()
                };
                let previous = task.previous.as_ref();
                let uncertain = previous.filter(|previous| previous.status == Status::Uncertain);
                return Ok(RowOutcome::Skipped {
                    uncertain: uncertain.and_then(|previous| previous.token.clone()),
                    copies: job.copies,
                    paper: request.options.paper,
                    mode: has_values(&job.data).then_some(self.mode),
                    parts,
                });
            }
        };
        // A batch that has only a bundle needs no file. A dry run makes the file and drops it.
        let file = if self.folder.is_some() || !self.has_bundle {
            FileOutput::Make
        } else {
            FileOutput::Omit
        };
        let made = self.render(&request, (origin, job), file, renderer, findings)?;
        let mode = has_values(&job.data).then_some(self.mode);
        let mut logged = match self.log_entries(origin.row, job, &request, &made) {
            Ok(entries) => entries,
            Err(error) => return Ok(RowOutcome::Fatal(error.into())),
        };
        if let (Some(_), Some(leaflet)) = (self.log, request.leaflets.first()) {
            findings.extend(missing_reference(leaflet.clinic, &job.data));
        }
        let keeps_files = self.keeps_files();
        if let Some(folder) = self.folder
            && keeps_files
            && let Err(error) = folder.write_temporary(origin.row, &made.bytes, mode)
        {
            return Ok(RowOutcome::Fatal(error));
        }
        let versions: Vec<&str> = request
            .leaflets
            .iter()
            .map(|leaflet| leaflet.handout.definition.version.as_str())
            .collect();
        // A leaflet that only gets a new file is not printed again.
        let printed = task
            .previous
            .as_ref()
            .filter(|_| matches!(reason, Reason::Renamed | Reason::LostFile));
        let (print, copies) = match ticket {
            Some((ticket, copies)) if printed.is_none() => {
                let file = made.bytes;
                (Some(PrintJob { ticket, file }), copies)
            }
            _ => (None, job.copies),
        };
        if let (Some(_), Some(printing)) = (&print, self.printing) {
            for entry in &mut logged {
                entry.action = Action::Printed;
                entry.printer = Some(printing.printer.address());
                entry.copies = (copies > 1).then_some(copies);
            }
        }
        let record = RowRecord {
            row: origin.row,
            status: printed.map_or(Status::Done, |previous| previous.status),
            token: printed.and_then(|previous| previous.token.clone()),
            input,
            made_from: Some(request.made_from),
            file: self.folder.filter(|_| keeps_files).map(|_| file_name),
            kept: None,
            sha256: self.folder.map(|_| hex(&made.sha256)),
            pages: (request.options.format == Format::Pdf)
                .then(|| u32::try_from(made.pages).unwrap_or(u32::MAX)),
            copies: Some(copies),
            handout: Some(job.handouts.join(";")),
            version: Some(versions.join(";")),
            faults: Vec::new(),
        };
        Ok(RowOutcome::Made {
            record: Box::new(record),
            print,
            reason,
            logged,
            paper: request.options.paper,
            sheets: made.sheets as u64,
            mode,
            parts: made.parts,
        })
    }

    /// Returns the lines of the log for the leaflets of a row; none without a log.
    fn log_entries(
        &self,
        row: u32,
        job: &Job,
        request: &RowRequest<'s>,
        made: &Made<'s>,
    ) -> Result<Vec<LogEntry>, LogError> {
        let Some(log) = self.log else {
            return Ok(Vec::new());
        };
        let entry = |(index, leaflet): (usize, &LeafletRequest<'s>)| {
            let entry = LogEntry::new(Action::Made, leaflet, request.clinic_fingerprint);
            let pages = made.pages_of_each.get(index);
            Ok(LogEntry {
                pages: pages.map(|pages| u32::try_from(*pages).unwrap_or(u32::MAX)),
                copies: (job.copies > 1).then_some(job.copies),
                sha256: self.folder.map(|_| hex(&made.sha256)),
                row: Some(row),
                reference: log.reference(leaflet.clinic, &job.data)?,
                ..entry
            })
        };
        request.leaflets.iter().enumerate().map(entry).collect()
    }

    /// Returns why a row has to be made; `None` if an earlier run made it and nothing has changed.
    fn reason(
        &self,
        task: &Task,
        file: &String,
        input: Option<&str>,
        made_from: &str,
    ) -> Option<Reason> {
        let (Some(folder), Some(previous)) = (self.folder, &task.previous) else {
            return Some(Reason::New);
        };
        if self.is_unfinished(previous) {
            Some(Reason::New)
        } else if previous.input.as_deref() != input {
            Some(Reason::ChangedRow)
        } else if previous.made_from.as_deref() != Some(made_from) {
            Some(Reason::ChangedSources)
        } else if !self.keeps_files() {
            None
        } else if previous.file.as_ref() != Some(file) {
            Some(Reason::Renamed)
        } else if !folder.has_file(file, previous.sha256.as_deref()) {
            Some(Reason::LostFile)
        } else {
            None
        }
    }

    /// Whether the folder gets the leaflets.
    fn keeps_files(&self) -> bool {
        self.printing.is_none_or(|printing| printing.keeps_files)
    }

    /// Whether an earlier run has not finished a row.
    fn is_unfinished(&self, previous: &RowRecord) -> bool {
        match (previous.status, self.printing) {
            (Status::Failed, _) => true,
            // An earlier run may have made the file only.
            (Status::Done, Some(_)) => previous.token.is_none(),
            (Status::Uncertain, Some(printing)) => printing.resend_uncertain,
            (Status::Done | Status::Uncertain, None) => false,
        }
    }

    /// Reports cells that a spreadsheet spoilt. Fails if a text uses one.
    fn check_cells(
        &self,
        request: &RowRequest<'s>,
        job: &Job,
        renderer: &mut Renderer,
        findings: &mut Vec<Finding>,
    ) -> Result<(), RenderError> {
        if job.faulty.is_empty() {
            return Ok(());
        }
        let mut used = Vec::new();
        for index in 0..request.leaflets.len() {
            let prepared = self.resolver.prepare(request, index, renderer)?;
            used.extend(prepared.used_data().into_iter().map(str::to_owned));
        }
        let (errors, warnings): (Vec<Finding>, Vec<Finding>) = job
            .faulty
            .iter()
            .map(|cell| {
                let is_used = used.iter().any(|used| is_inside(&cell.column, used));
                cell.fault.finding(&cell.column, is_used)
            })
            .partition(|finding| finding.severity == Severity::Error);
        findings.extend(warnings);
        if errors.is_empty() {
            Ok(())
        } else {
            Err(RenderError::Findings(errors))
        }
    }

    /// Fails if a row has more sheets than a file of the bundle, or a mark, has room for. `sheets` are those of one
    /// copy.
    fn check_bundle(&self, sheets: usize, job: &Job, paper: Paper) -> Result<(), Vec<Finding>> {
        let Some(bundle) = self.bundle else {
            return Ok(());
        };
        if bundle.marks && paper.is_folded() {
            let message = "the sheets of this paper are folded, and have no room for a mark";
            let help = "choose another paper, or leave out `--marks`";
            return Err(vec![Finding::error("folded-mark", message).help(help)]);
        }
        let sheets = sheets as u64;
        if bundle.marks && sheets > u64::from(MAX_MARKED_SHEETS) {
            let message =
                format!("the row has {sheets} sheets, and a mark counts to {MAX_MARKED_SHEETS}");
            let help = "divide the handouts among several rows, or leave out `--marks`";
            return Err(vec![Finding::error("too-many-sheets", message).help(help)]);
        }
        let all = sheets * u64::from(job.copies) + u64::from(bundle.last_separator());
        match bundle.max_sheets {
            Some(most) if all > u64::from(most) => {
                let with = match bundle.separator {
                    Some(_) => "its copies and a separator sheet",
                    None => "its copies",
                };
                let message = format!(
                    "the row needs {all} sheets with {with}, and `--max-sheets` allows {most}"
                );
                let help = "write a larger number, or divide the copies among several rows";
                Err(vec![Finding::error("too-many-sheets", message).help(help)])
            }
            _ => Ok(()),
        }
    }

    /// Renders the marks of a row, and gives them to its leaflets.
    fn add_marks(
        &self,
        row: u32,
        made: &mut Made<'s>,
        renderer: &mut Renderer,
    ) -> Result<(), RenderError> {
        let (Some(marks), Some(bundle)) = (&self.marks, self.bundle) else {
            return Ok(());
        };
        let pages_of_sheet = match bundle.sides {
            Sides::One => 1,
            Sides::Two => 2,
        };
        let mut fronts = Vec::new();
        let mut firsts = Vec::with_capacity(made.parts.len());
        for part in &made.parts {
            firsts.push(fronts.len());
            let pages = part.laid_out.layout.pages.iter();
            fronts.extend(pages.step_by(pages_of_sheet).map(|page| page.size));
        }
        let rendered = Arc::new(marks.render(row, &fronts, self.faces, renderer)?);
        for (part, first) in made.parts.iter_mut().zip(firsts) {
            part.marks = Some((Arc::clone(&rendered), first));
        }
        Ok(())
    }

    /// Renders the leaflets of a row.
    fn render(
        &self,
        request: &RowRequest<'s>,
        (origin, job): (&Origin, &Job),
        file: FileOutput,
        renderer: &mut Renderer,
        findings: &mut Vec<Finding>,
    ) -> Result<Made<'s>, RenderError> {
        let mut made = Made {
            bytes: Vec::new(),
            sha256: [0; 32],
            pages: 0,
            pages_of_each: Vec::new(),
            sheets: 0,
            parts: Vec::new(),
        };
        self.resolver
            .check_names(request, (origin, job), renderer)?;
        self.check_cells(request, job, renderer, findings)?;
        let is_joined = request.leaflets.len() > 1;
        let wants_file = file == FileOutput::Make;
        for index in 0..request.leaflets.len() {
            let prepared = self.resolver.prepare(request, index, renderer)?;
            let clinic = request.leaflets[index].clinic;
            let covers = |character| request.options.format.covers(&clinic.faces, character);
            let add_columns = |findings| job.add_columns(findings, &covers);
            let prepared = match prepared {
                Prepared::Paged(prepared) => prepared,
                Prepared::Unpaged(prepared) => {
                    // The only leaflet of its row.
                    let leaflet = prepared.render(&job.data).map_err(|error| match error {
                        LeafletError::Findings(findings) => {
                            RenderError::from(add_columns(findings))
                        }
                        error => error.into(),
                    })?;
                    findings.extend(leaflet.findings);
                    (made.bytes, made.sha256) = (leaflet.bytes, leaflet.sha256);
                    continue;
                }
            };
            let at_face = |error: PdfError| at_face(error.into(), clinic);
            let laid_out = prepared.lay_out(&job.data, renderer).map_err(add_columns)?;
            findings.extend(laid_out.findings.iter().cloned());
            let pages = laid_out.layout.pages.len();
            made.pages += pages;
            made.pages_of_each.push(pages);
            // In a bundle, each leaflet begins on a new sheet.
            made.sheets += sheets(pages, request.options.paper, self.sides);
            let rendered = prepared
                .render_pages(&laid_out, renderer)
                .map_err(at_face)?;
            if wants_file && !is_joined {
                let file = prepared
                    .write(&laid_out, &rendered, renderer)
                    .map_err(at_face)?;
                (made.bytes, made.sha256) = (file.bytes, file.sha256);
            }
            if self.has_bundle || is_joined {
                made.parts.push(BundlePart {
                    prepared,
                    laid_out,
                    rendered,
                    marks: None,
                });
            }
        }
        if self.bundle.is_none() {
            made.sheets = sheets(made.pages, request.options.paper, self.sides);
        }
        self.check_bundle(made.sheets, job, request.options.paper)?;
        if wants_file && is_joined {
            made.bytes = join(&made.parts, request.leaflets[0].language)?;
            made.sha256 = Sha256::digest(&made.bytes).into();
        }
        // The file has no marks.
        if self.has_bundle {
            self.add_marks(origin.row, &mut made, renderer)?;
        }
        Ok(made)
    }
}

/// Whether a dotted name is `group` or in it. The empty group has all names.
fn is_inside(name: &str, group: &str) -> bool {
    match name.strip_prefix(group) {
        Some(rest) => group.is_empty() || rest.is_empty() || rest.starts_with('.'),
        None => false,
    }
}

/// An error of the program, where the row is not at fault.
fn program_fault(message: &str) -> Finding {
    Finding::error(
        "program-fault",
        format!("the program could not make this leaflet: {message}"),
    )
    .help("please report it, without patient data")
}

/// Whether to make the file of a row.
#[derive(Clone, Copy, PartialEq)]
enum FileOutput {
    Make,
    Omit,
}
