//! All leaflets of a batch in one file for the printer, or in parts of some sheets each, in the order of the rows.
//!
//! Each file is an [`AtomicFile`]: it appears whole or not at all. All of them, and their manifest, get their names
//! once the batch is finished. A resumed batch makes them anew. It lays out finished rows again for the bundle and
//! leaves their files alone.

use std::fmt;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use super::bundle_files::{MAX_PARTS, fingerprint, joined, part_path};
use super::bundle_manifest::{BundleFile, RowPlace, path_for, to_lines};
use super::error::Error;
use super::previous_run::remove;
use crate::disk::{AtomicFile, Disk, FileMode};
use crate::finding::Finding;
use crate::font::Faces;
use crate::leaflet::{
    LaidOutLeaflet, LeafletError, PreparedLeaflet, RenderedMarks, Renderer, SeparatorSheet,
};
use crate::locale::Locale;
use crate::pdf::{self, BundledLeaflet, Metadata, RenderedPdf, Sides};
use crate::request_options::name_of;
use crate::theme::Paper;

/// Bytes per write to the disk.
const WRITTEN_AT_ONCE: usize = 16 * 1024;

/// Options of a bundle.
#[derive(Clone, Debug)]
pub struct BundleSettings {
    pub path: PathBuf,
    pub sides: Sides,
    /// Leaflets between two separator sheets.
    pub separator: Option<u32>,
    /// Maximum number of sheets in a file, with separator sheets. Without it, all leaflets are in one file.
    pub max_sheets: Option<u32>,
    /// Whether each sheet of a leaflet has a mark at its edge.
    pub marks: bool,
}

impl BundleSettings {
    /// Returns the number of sheets for some pages.
    pub(super) fn sheets(&self, pages: usize, paper: Paper) -> usize {
        sheets(pages, paper, self.sides)
    }

    /// Returns the sheets that a separator adds after the last leaflet of a file.
    pub(super) fn last_separator(&self) -> u32 {
        u32::from(self.separator.is_some())
    }
}

/// Returns the number of sheets for some pages.
pub(super) fn sheets(pages: usize, paper: Paper, sides: Sides) -> usize {
    match sides {
        Sides::One if !paper.is_folded() => pages,
        Sides::One | Sides::Two => pages.div_ceil(2),
    }
}

/// One leaflet of a row, ready for a bundle.
pub(super) struct BundlePart<'a> {
    pub(super) prepared: Arc<PreparedLeaflet<'a>>,
    pub(super) laid_out: LaidOutLeaflet,
    pub(super) rendered: RenderedPdf,
    /// Marks of its row, and the index of its first sheet among them.
    pub(super) marks: Option<(Arc<RenderedMarks>, usize)>,
}

impl BundlePart<'_> {
    fn add<W: Write>(
        &self,
        bundle: &mut pdf::Bundle<W>,
        bookmark: &str,
        copies: u32,
    ) -> Result<(), pdf::PdfError> {
        let (laid_out, rendered) = (&self.laid_out, &self.rendered);
        let leaflet = self
            .prepared
            .for_bundle(laid_out, rendered, Some(bookmark), copies);
        let marks = self.marks.as_ref();
        bundle.add(&BundledLeaflet {
            marks: marks.map(|(marks, first)| marks.for_bundle(*first)),
            ..leaflet
        })
    }
}

/// Joins the leaflets of one row in one file, page after page.
pub(super) fn join(parts: &[BundlePart<'_>], language: &str) -> Result<Vec<u8>, pdf::PdfError> {
    let mut file = pdf::Bundle::new(Vec::new(), Sides::One, language)?;
    for part in parts {
        part.add(&mut file, &part.laid_out.metadata.title, 1)?;
    }
    let each = parts
        .iter()
        .map(|part| Metadata::clone(&part.laid_out.metadata));
    let Some(all) = each.reduce(Metadata::and) else {
        return Err(pdf::PdfError::Empty);
    };
    file.finish(&all)
}

/// Counts for the next separator sheet.
#[derive(Default)]
struct BundleCounts {
    first_row: u32,
    last_row: u32,
    leaflets: u32,
    copies: u32,
    pages: u64,
    failed: Vec<u32>,
}

/// Content of a file of a bundle.
#[derive(Default)]
struct PartCounts {
    leaflets: u32,
    sheets: u32,
}

/// A complete file of a bundle that does not have its name yet.
struct ClosedFile<'a> {
    file: AtomicFile<'a>,
    path: PathBuf,
    pages: usize,
    sheets: u32,
    /// See [`fingerprint`]. `None` for a device.
    fingerprint: Option<String>,
}

/// A bundle that is being written.
pub(super) struct BundleWriter<'a> {
    settings: &'a BundleSettings,
    disk: &'a dyn Disk,
    faces: &'a Faces,
    renderer: Renderer,
    /// The file that is being written, and its path.
    bundle: pdf::Bundle<BufWriter<AtomicFile<'a>>>,
    path: PathBuf,
    part: PartCounts,
    /// The files before it.
    closed: Vec<ClosedFile<'a>>,
    /// Files of an earlier bundle that are deleted before the new ones get their names.
    earlier: Vec<PathBuf>,
    date: Date,
    publisher: String,
    language: String,
    paper: Paper,
    counts: BundleCounts,
    leaflets: u32,
    separators: u32,
    has_size_note: bool,
    /// Permissions, once a row is about a reader.
    mode: Option<FileMode>,
    /// Rows by paper, in the order of their first rows.
    papers: Vec<PaperRows>,
    places: Vec<RowPlace>,
}

/// A complete bundle. Its files still have temporary names.
pub(super) struct ClosedBundle<'a> {
    disk: &'a dyn Disk,
    files: Vec<ClosedFile<'a>>,
    earlier: Vec<PathBuf>,
    /// The manifest. `None` for a device.
    manifest: Option<(PathBuf, AtomicFile<'a>)>,
}

impl ClosedBundle<'_> {
    /// Returns the number of files.
    pub(super) fn file_count(&self) -> u32 {
        number(self.files.len())
    }

    /// Returns the number of pages.
    pub(super) fn pages(&self) -> usize {
        self.files.iter().map(|file| file.pages).sum()
    }

    /// Returns the fingerprints of the files, joined. `None` for a device.
    pub(super) fn fingerprint(&self) -> Option<String> {
        joined(
            self.files
                .iter()
                .filter_map(|file| file.fingerprint.clone()),
        )
    }

    /// Gives the files their names. The manifest is there only while its whole bundle is, and parts of two bundles
    /// are never there together.
    pub(super) fn finish(self) -> Result<(), Error> {
        let old_manifest = self.manifest.iter().map(|(path, _)| path);
        for path in old_manifest.chain(&self.earlier) {
            remove(path, self.disk)?;
        }
        for ClosedFile { file, path, .. } in self.files {
            file.finish().map_err(Error::disk("write", &path))?;
        }
        match self.manifest {
            Some((path, manifest)) => manifest.finish().map_err(Error::disk("write", &path)),
            None => Ok(()),
        }
    }
}

/// Rows of a bundle on one paper.
struct PaperRows {
    paper: Paper,
    /// The first rows, at most [`PaperRows::MAX_ROWS`].
    rows: Vec<u32>,
    count: u32,
}

impl PaperRows {
    /// Maximum number of rows in a message.
    const MAX_ROWS: usize = 20;

    fn new(paper: Paper) -> PaperRows {
        PaperRows {
            paper,
            rows: Vec::new(),
            count: 0,
        }
    }

    fn add(&mut self, row: u32) {
        self.count += 1;
        if self.rows.len() < PaperRows::MAX_ROWS {
            self.rows.push(row);
        }
    }
}

impl fmt::Display for PaperRows {
    /// Writes `a5 (rows 2, 7 and 30 more)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<String> = self.rows.iter().map(u32::to_string).collect();
        let noun = if self.count == 1 { "row" } else { "rows" };
        write!(f, "{} ({noun} {}", name_of(&self.paper), rows.join(", "))?;
        match self.count as usize - rows.len() {
            0 => write!(f, ")"),
            more => write!(f, " and {more} more)"),
        }
    }
}

impl<'a> BundleWriter<'a> {
    /// Begins a bundle. `language` is what most of it is written in, `paper` that of its separators.
    pub(super) fn begin(
        settings: &'a BundleSettings,
        disk: &'a dyn Disk,
        faces: &'a Faces,
        date: Date,
        publisher: &str,
        language: &str,
        paper: Paper,
    ) -> Result<BundleWriter<'a>, Error> {
        AtomicFile::remove_leftovers(&settings.path, disk)
            .map_err(Error::disk("write", &settings.path))?;
        let path = match settings.max_sheets {
            Some(_) => part_path(&settings.path, 1),
            None => settings.path.clone(),
        };
        let bundle = begin_file(&path, settings, language, disk)?;
        Ok(BundleWriter {
            settings,
            disk,
            faces,
            renderer: Renderer::new(),
            bundle,
            path,
            part: PartCounts::default(),
            closed: Vec::new(),
            earlier: Vec::new(),
            date,
            publisher: publisher.to_owned(),
            language: language.to_owned(),
            paper,
            counts: BundleCounts::default(),
            leaflets: 0,
            separators: 0,
            has_size_note: false,
            mode: None,
            papers: Vec::new(),
            places: Vec::new(),
        })
    }

    /// Adds the files of an earlier bundle that the bundle replaces.
    pub(super) fn replacing(self, earlier: Vec<PathBuf>) -> BundleWriter<'a> {
        BundleWriter { earlier, ..self }
    }

    /// Sets the permissions of the bundle before it gets a row about a reader. Without a mode, they stay.
    pub(super) fn restrict(&mut self, mode: Option<FileMode>) -> Result<(), Error> {
        match mode {
            Some(mode) if self.mode != Some(mode) => {
                self.mode = Some(mode);
                self.set_mode()
            }
            _ => Ok(()),
        }
    }

    fn set_mode(&self) -> Result<(), Error> {
        let Some(mode) = self.mode else {
            return Ok(());
        };
        let file = self.bundle.sink().get_ref();
        file.set_mode(mode)
            .map_err(Error::disk("write", &self.path))
    }

    /// Begins the next part if the file has no room for a row with this number of sheets.
    fn make_room(&mut self, sheets: u32) -> Result<(), Error> {
        let needed = self
            .part
            .sheets
            .saturating_add(sheets)
            .saturating_add(self.settings.last_separator());
        match self.settings.max_sheets {
            Some(most) if needed > most && self.part.leaflets > 0 => self.begin_part(),
            _ => Ok(()),
        }
    }

    /// Ends the file and begins the next part.
    fn begin_part(&mut self) -> Result<(), Error> {
        self.end_separator()?;
        let number = self.closed.len() as u32 + 2;
        if number > MAX_PARTS {
            return Err(Error::ManyParts);
        }
        let path = part_path(&self.settings.path, number);
        let next = begin_file(&path, self.settings, &self.language, self.disk)?;
        let bundle = std::mem::replace(&mut self.bundle, next);
        let path = std::mem::replace(&mut self.path, path);
        let part = std::mem::take(&mut self.part);
        self.set_mode()?;
        let closed = close_file(bundle, path, &part, &self.metadata(part.leaflets))?;
        // The lock on the next file keeps other runs from deleting this one.
        let file = closed.file.close();
        self.closed.push(ClosedFile { file, ..closed });
        Ok(())
    }

    /// Adds the leaflets of a row.
    pub(super) fn add(
        &mut self,
        row: u32,
        copies: u32,
        paper: Paper,
        parts: &[BundlePart<'_>],
    ) -> Result<(), Error> {
        let pages = || parts.iter().map(|part| part.laid_out.layout.pages.len());
        let sheets: usize = pages()
            .map(|pages| self.settings.sheets(pages, paper))
            .sum();
        let sheets = number(sheets).saturating_mul(copies);
        self.make_room(sheets)?;
        self.count(row);
        let known = self.papers.iter().position(|rows| rows.paper == paper);
        let index = known.unwrap_or_else(|| {
            self.papers.push(PaperRows::new(paper));
            self.papers.len() - 1
        });
        self.papers[index].add(row);
        let first_page = self.bundle.pages();
        // Each copy has all leaflets of the row.
        let (sets, copies_of_each) = match parts {
            [_] => (1, copies),
            _ => (copies, 1),
        };
        for _ in 0..sets {
            for part in parts {
                let bookmark = format!("{row} · {}", part.prepared.handout());
                part.add(&mut self.bundle, &bookmark, copies_of_each)
                    .map_err(|error| fault(&self.path, error))?;
            }
        }
        self.counts.pages += pages().sum::<usize>() as u64 * u64::from(copies);
        self.places.push(RowPlace {
            row,
            file: number(self.closed.len()),
            first_page: number(first_page + 1),
            pages: number(self.bundle.pages() - first_page),
            sheets,
            copies,
        });
        self.leaflets += 1;
        self.part.leaflets += 1;
        self.part.sheets += sheets;
        self.counts.leaflets += 1;
        self.counts.copies += copies;
        match self.settings.separator {
            Some(every) if self.counts.leaflets >= every => self.separate(),
            _ => Ok(()),
        }
    }

    /// Returns a note, once, if the whole job file will probably need more objects than a file may have.
    /// `part` is the share of the job file that is done, from 0 to 1.
    pub(super) fn size_note(&mut self, part: f64) -> Option<String> {
        /// Leaflets before the first estimate. The first ones also write shared objects.
        const MIN_LEAFLETS: u32 = 20;
        let (objects, most) = self.bundle.objects();
        let needed = objects as f64 / part;
        let is_divided = self.settings.max_sheets.is_some();
        let is_early = self.leaflets < MIN_LEAFLETS;
        if is_divided || self.has_size_note || is_early || needed <= most as f64 {
            return None;
        }
        self.has_size_note = true;
        Some(format!(
            "the bundle probably needs {needed:.0} objects, but a PDF file can have only {most}: make \
             several files with `--max-sheets`"
        ))
    }

    /// Notes that a row has failed.
    pub(super) fn skip(&mut self, row: u32) {
        self.count(row);
        self.counts.failed.push(row);
    }

    fn count(&mut self, row: u32) {
        if self.counts.first_row == 0 {
            self.counts.first_row = row;
        }
        self.counts.last_row = row;
    }

    /// Adds the separator sheet after the last leaflets of a file, if there are separators.
    fn end_separator(&mut self) -> Result<(), Error> {
        match self.settings.separator {
            Some(_) if self.counts.leaflets > 0 => self.separate(),
            _ => Ok(()),
        }
    }

    /// Adds a sheet that counts the leaflets before it.
    fn separate(&mut self) -> Result<(), Error> {
        self.part.sheets += 1;
        let counts = std::mem::take(&mut self.counts);
        self.separators += 1;
        let locale = Locale::of(&self.language);
        let say = |name: &str, values: &[(&str, &str)]| locale.separator_sheet(name, values);
        let first = counts.first_row.to_string();
        let last = counts.last_row.to_string();
        let date = locale.long_date(self.date);
        let leaflets = counts.leaflets.to_string();
        let copies = counts.copies.to_string();
        let pages = counts.pages.to_string();
        let rows = [("first", &*first), ("last", &last), ("date", &date)];
        let totals = [
            ("leaflets", &*leaflets),
            ("copies", &copies),
            ("pages", &pages),
        ];
        let mut lines = vec![say("rows", &rows), say("counts", &totals)];
        if !counts.failed.is_empty() {
            const MOST: usize = 100;
            let failed = counts.failed.iter().map(u32::to_string);
            let mut rows: Vec<String> = failed.take(MOST).collect();
            if counts.failed.len() > MOST {
                rows.push("…".to_owned());
            }
            let (count, rows) = (counts.failed.len().to_string(), rows.join(", "));
            lines.push(say("faults", &[("count", &count), ("rows", &rows)]));
        }
        let heading = say("end", &[("number", &self.separators.to_string())]);
        let sheet = SeparatorSheet::new(
            self.separators,
            &heading,
            &lines,
            &self.language,
            self.paper,
            self.faces,
            &mut self.renderer,
        );
        sheet
            .map_err(|failure| match failure {
                LeafletError::Pdf(error) => error,
                LeafletError::Findings(_) => pdf::PdfError::Empty,
            })
            .and_then(|sheet| self.bundle.add(&sheet.for_bundle()))
            .map_err(|error| fault(&self.path, error))
    }

    /// Reports a bundle with several sizes of paper, which a printer may not have at once.
    pub(super) fn mixed_paper(&self) -> Option<Finding> {
        if self.papers.len() < 2 {
            return None;
        }
        let papers: Vec<String> = self.papers.iter().map(PaperRows::to_string).collect();
        let message = format!("the bundle has several papers: {}", papers.join(", "));
        let help = "make one job file and one bundle for each paper";
        Some(Finding::warning("mixed-paper", message).help(help))
    }

    /// Writes the end of the bundle. Without leaflets there is no bundle.
    pub(super) fn close(mut self) -> Result<Option<ClosedBundle<'a>>, Error> {
        if self.leaflets == 0 {
            return self.discard().map(|()| None);
        }
        self.end_separator()?;
        let metadata = self.metadata(self.part.leaflets);
        let BundleWriter {
            settings,
            disk,
            mut closed,
            places,
            earlier,
            mode,
            ..
        } = self;
        closed.push(close_file(self.bundle, self.path, &self.part, &metadata)?);
        let files: Option<Vec<BundleFile>> = closed.iter().map(ClosedFile::entry).collect();
        let manifest = match files {
            None => None,
            Some(files) => {
                let lines = to_lines(files, &places, settings.sides);
                let path = path_for(&settings.path);
                let file = written(&path, &settings.path, &lines, mode, disk)
                    .map_err(Error::disk("write", &path))?;
                Some((path, file))
            }
        };
        Ok(Some(ClosedBundle {
            disk,
            files: closed,
            earlier,
            manifest,
        }))
    }

    /// Returns the metadata of a file with this number of leaflets.
    fn metadata(&self, leaflets: u32) -> Metadata {
        let locale = Locale::of(&self.language);
        let (leaflets, date) = (leaflets.to_string(), locale.long_date(self.date));
        let title = [("leaflets", &*leaflets), ("date", &date)];
        Metadata {
            title: locale.separator_sheet("title", &title),
            language: self.language.clone(),
            publisher: self.publisher.clone(),
            date: self.date.to_string(),
            ..Metadata::default()
        }
    }

    /// Leaves no bundle.
    pub(super) fn discard(self) -> Result<(), Error> {
        let file = self.bundle.abandon().into_parts().0;
        file.discard().map_err(Error::disk("delete", &self.path))?;
        let mut closed = self.closed.into_iter();
        closed.try_for_each(|closed| {
            let deleted = closed.file.discard();
            deleted.map_err(Error::disk("delete", &closed.path))
        })
    }
}

impl ClosedFile<'_> {
    /// Returns the file's entry in the manifest; `None` for a device.
    fn entry(&self) -> Option<BundleFile> {
        let name = self.path.file_name().unwrap_or_default();
        Some(BundleFile {
            file: name.to_string_lossy().into_owned(),
            pages: number(self.pages),
            sheets: self.sheets,
            fingerprint: self.fingerprint.clone()?,
        })
    }
}

/// Begins a file of a bundle.
fn begin_file<'a>(
    path: &Path,
    settings: &BundleSettings,
    language: &str,
    disk: &'a dyn Disk,
) -> Result<pdf::Bundle<BufWriter<AtomicFile<'a>>>, Error> {
    let file = AtomicFile::create_one_of(path, &settings.path, disk)
        .map_err(Error::disk("write", path))?;
    let buffered = BufWriter::with_capacity(WRITTEN_AT_ONCE, file);
    pdf::Bundle::new(buffered, settings.sides, language).map_err(|error| fault(path, error))
}

/// Writes the end of a file.
fn close_file<'a>(
    bundle: pdf::Bundle<BufWriter<AtomicFile<'a>>>,
    path: PathBuf,
    part: &PartCounts,
    metadata: &Metadata,
) -> Result<ClosedFile<'a>, Error> {
    let pages = bundle.pages();
    let buffered = bundle
        .finish(metadata)
        .map_err(|error| fault(&path, error))?;
    let file = buffered
        .into_inner()
        .map_err(|error| error.into_error())
        .map_err(Error::disk("write", &path))?;
    Ok(ClosedFile {
        fingerprint: file.temporary_path().and_then(fingerprint),
        file,
        path,
        pages,
        sheets: part.sheets,
    })
}

/// Writes a file that does not have its name yet. It is one of the files of a bundle.
fn written<'a>(
    path: &Path,
    bundle: &Path,
    bytes: &[u8],
    mode: Option<FileMode>,
    disk: &'a dyn Disk,
) -> io::Result<AtomicFile<'a>> {
    let mut file = AtomicFile::create_one_of(path, bundle, disk)?;
    if let Some(mode) = mode {
        file.set_mode(mode)?;
    }
    file.write_all(bytes)?;
    Ok(file)
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn fault(path: &Path, error: pdf::PdfError) -> Error {
    match error {
        pdf::PdfError::Write(source) => Error::disk("write", path)(source),
        error => Error::Bundle(error),
    }
}
