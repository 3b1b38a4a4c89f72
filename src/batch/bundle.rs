//! All leaflets of a batch in one file for the printer, in row order.
//!
//! A bundle is an [`AtomicFile`]: it appears whole or not at all. A resumed batch makes it anew. It
//! lays out finished rows again for the bundle and leaves their files alone.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::bundle_places::{RowPlace, path_for, to_lines};
use super::error::Error;
use super::record::hex;
use crate::disk::{AtomicFile, Disk, FileMode};
use crate::finding::Finding;
use crate::font::Faces;
use crate::leaflet::{LaidOutLeaflet, LeafletError, PreparedLeaflet, Renderer, SeparatorSheet};
use crate::locale::Locale;
use crate::pdf::{self, Metadata, RenderedPdf, Sides};
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
}

/// One leaflet of a row, ready for a bundle.
pub(super) struct BundlePart<'a> {
    pub(super) prepared: Arc<PreparedLeaflet<'a>>,
    pub(super) laid_out: LaidOutLeaflet,
    pub(super) rendered: RenderedPdf,
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
        bundle.add(&leaflet)
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

/// A bundle that is being written.
pub(super) struct BundleWriter<'a> {
    settings: &'a BundleSettings,
    disk: &'a dyn Disk,
    faces: &'a Faces,
    renderer: Renderer,
    bundle: pdf::Bundle<BufWriter<AtomicFile<'a>>>,
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

/// A complete bundle that does not have its name yet.
pub(super) struct ClosedBundle<'a> {
    disk: &'a dyn Disk,
    file: AtomicFile<'a>,
    path: &'a Path,
    pub(super) pages: usize,
    /// Fingerprint, see [`bundle_fingerprint`]. `None` for a device.
    pub(super) fingerprint: Option<String>,
    /// The file with the places of the rows. `None` for a device.
    places: Option<(PathBuf, AtomicFile<'a>)>,
}

impl ClosedBundle<'_> {
    /// Gives the bundle and the places their names. Places are there only while their bundle is.
    pub(super) fn finish(self) -> Result<(), Error> {
        let path = self.path;
        if let Some((path, _)) = &self.places
            && path.exists()
        {
            self.disk
                .remove(path)
                .map_err(Error::disk("delete", path))?;
        }
        self.file.finish().map_err(Error::disk("write", path))?;
        match self.places {
            Some((path, places)) => places.finish().map_err(Error::disk("write", &path)),
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
        let file = AtomicFile::remove_leftovers(&settings.path, disk)
            .and_then(|()| AtomicFile::create(&settings.path, disk))
            .map_err(Error::disk("write", &settings.path))?;
        let buffered = BufWriter::with_capacity(WRITTEN_AT_ONCE, file);
        let bundle = pdf::Bundle::new(buffered, settings.sides, language)
            .map_err(|error| fault(&settings.path, error))?;
        Ok(BundleWriter {
            settings,
            disk,
            faces,
            renderer: Renderer::new(),
            bundle,
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

    /// Sets the permissions of the bundle before it gets a row about a reader. Without a mode, they stay.
    pub(super) fn restrict(&mut self, mode: Option<FileMode>) -> Result<(), Error> {
        match mode {
            Some(mode) if self.mode != Some(mode) => {
                self.mode = Some(mode);
                let file = self.bundle.sink().get_ref();
                file.set_mode(mode)
                    .map_err(Error::disk("write", &self.settings.path))
            }
            _ => Ok(()),
        }
    }

    /// Adds the leaflets of a row.
    pub(super) fn add(
        &mut self,
        row: u32,
        copies: u32,
        paper: Paper,
        parts: &[BundlePart<'_>],
    ) -> Result<(), Error> {
        self.count(row);
        let known = self.papers.iter().position(|rows| rows.paper == paper);
        let index = known.unwrap_or_else(|| {
            self.papers.push(PaperRows::new(paper));
            self.papers.len() - 1
        });
        self.papers[index].add(row);
        let first_page = self.bundle.pages();
        for part in parts {
            let bookmark = format!("{row} · {}", part.prepared.handout());
            part.add(&mut self.bundle, &bookmark, copies)
                .map_err(|error| fault(&self.settings.path, error))?;
            self.counts.pages += part.laid_out.layout.pages.len() as u64 * u64::from(copies);
        }
        self.add_place(row, copies, paper, first_page);
        self.leaflets += 1;
        self.counts.leaflets += 1;
        self.counts.copies += copies;
        match self.settings.separator {
            Some(every) if self.counts.leaflets >= every => self.separate(),
            _ => Ok(()),
        }
    }

    /// Records where the pages of a row are: from `first_page`, counted from 0, to the last page so far.
    fn add_place(&mut self, row: u32, copies: u32, paper: Paper, first_page: usize) {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let pages = self.bundle.pages() - first_page;
        let sheets = match self.settings.sides {
            Sides::One if !paper.is_folded() => pages,
            Sides::One | Sides::Two => pages.div_ceil(2),
        };
        self.places.push(RowPlace {
            row,
            first_page: number(first_page + 1),
            pages: number(pages),
            sheets: number(sheets),
            copies,
        });
    }

    /// Returns a note, once, if the whole job file will probably need more objects than a file may have.
    /// `part` is the share of the job file that is done, from 0 to 1.
    pub(super) fn size_note(&mut self, part: f64) -> Option<String> {
        /// Leaflets before the first estimate. The first ones also write shared objects.
        const MIN_LEAFLETS: u32 = 20;
        let (objects, most) = self.bundle.objects();
        let needed = objects as f64 / part;
        if self.has_size_note || self.leaflets < MIN_LEAFLETS || needed <= most as f64 {
            return None;
        }
        self.has_size_note = true;
        Some(format!(
            "the bundle probably needs {needed:.0} objects, but a PDF file can have only {most}: make \
             several bundles with `--shard`"
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

    /// Adds a sheet that counts the leaflets before it.
    fn separate(&mut self) -> Result<(), Error> {
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
            .map_err(|error| fault(&self.settings.path, error))
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
        if self.settings.separator.is_some() && self.counts.leaflets > 0 {
            self.separate()?;
        }
        let path: &'a Path = &self.settings.path;
        let locale = Locale::of(&self.language);
        let (leaflets, date) = (self.leaflets.to_string(), locale.long_date(self.date));
        let title = [("leaflets", &*leaflets), ("date", &date)];
        let metadata = Metadata {
            title: locale.separator_sheet("title", &title),
            language: self.language,
            publisher: self.publisher,
            date: self.date.to_string(),
            ..Metadata::default()
        };
        let pages = self.bundle.pages();
        let buffered = self
            .bundle
            .finish(&metadata)
            .map_err(|error| fault(path, error))?;
        let file = buffered
            .into_inner()
            .map_err(|error| error.into_error())
            .map_err(Error::disk("write", path))?;
        let fingerprint = file.temporary_path().and_then(bundle_fingerprint);
        let places = match fingerprint {
            None => None,
            Some(_) => {
                let lines = to_lines(&self.places, pages, self.settings.sides);
                let path = path_for(path);
                let file =
                    written(&path, &lines, self.disk).map_err(Error::disk("write", &path))?;
                Some((path, file))
            }
        };
        Ok(Some(ClosedBundle {
            disk: self.disk,
            places,
            file,
            path,
            pages,
            fingerprint,
        }))
    }

    /// Leaves no bundle.
    pub(super) fn discard(self) -> Result<(), Error> {
        let path = &self.settings.path;
        let file = self.bundle.abandon().into_parts().0;
        file.discard().map_err(Error::disk("delete", path))
    }
}

/// Writes a file that does not have its name yet.
fn written<'a>(path: &Path, bytes: &[u8], disk: &'a dyn Disk) -> io::Result<AtomicFile<'a>> {
    let mut file = AtomicFile::create(path, disk)?;
    file.write_all(bytes)?;
    Ok(file)
}

fn fault(path: &Path, error: pdf::PdfError) -> Error {
    match error {
        pdf::PdfError::Write(source) => Error::disk("write", path)(source),
        error => Error::Bundle(error),
    }
}

/// Number of bytes at the end of a bundle that [`bundle_fingerprint`] hashes.
const FINGERPRINT_BYTES: u64 = 64 * 1024;

/// Returns a fingerprint of a bundle: its size, and the SHA-256 of its end. The end has the places of all
/// objects. `None` if the bundle cannot be read.
pub(super) fn bundle_fingerprint(path: &Path) -> Option<String> {
    // Opening a pipe would wait for a writer.
    if !path.is_file() {
        return None;
    }
    let mut file = File::open(path).ok()?;
    let size = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(FINGERPRINT_BYTES)))
        .ok()?;
    let mut end = Vec::new();
    file.take(FINGERPRINT_BYTES).read_to_end(&mut end).ok()?;
    let hash = Sha256::digest(&end);
    Some(format!("{size}-{}", hex(&hash[..16])))
}
