//! Writes the files of the clinic.
//!
//! 1. A screen names a file by what it is ([`ClinicFile`]), never by a path.
//! 2. The edit gets the text as it is on disk now, and returns the new text. It refuses if the part that it
//!    changes is not as the person saw it.
//! 3. The clinic is read with the new text. If it would have errors, nothing is written.
//! 4. The file is replaced as a whole: a crash leaves the old or the new one.
//!
//! One lock makes two windows wait for each other, and a lock of the folder two programs. A file that an editor changes
//! meanwhile is not overwritten.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use axum::http::StatusCode;
use sha2::{Digest, Sha256};

use super::Desk;
use super::clinic_logo::UploadedLogo;
use super::message_page::{capitalised, place_in_words};
use crate::disk::{AtomicFile, Lock, RealDisk, write_atomically};
use crate::finding::{Finding, Severity};
use crate::font::Faces;
use crate::keyed_hash::hex;
use crate::library::{Clinic, Files};
use crate::source::{self, Obstacle, Route, SourceFile};

/// A file that the desk may write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ClinicFile {
    /// `clinic.yaml`, or the file of another name that was opened in its place.
    Main,
    /// `text/LANG.yaml`.
    Text(String),
    /// `ID/text/LANG.yaml` of one of the clinic's own leaflets.
    Handout { id: String, language: String },
    /// `clinic.lock`.
    Lock,
}

/// Why nothing was written. What the person typed is still in the program.
#[derive(Debug)]
pub(super) enum SaveError {
    /// The program was started with `--read-only`.
    ReadOnly,
    /// The built-in example clinic is in no folder.
    Example,
    /// The part that the person changed is not as they saw it.
    Changed,
    /// The program cannot change the file, and a person can.
    ByHand(ByHand),
    /// The clinic would have errors.
    Faulty(Vec<Finding>),
    /// The disk is full, or the file may not be written.
    Disk(io::Error),
    /// There is no such file, language or leaflet.
    Unknown,
    /// Another leaflet has this title. What to do, in sentences.
    SameTitle(String),
}

/// A file that a person has to change.
#[derive(Debug)]
pub(super) struct ByHand {
    /// Name of the file in the clinic's folder.
    file: String,
    why: WhyByHand,
}

#[derive(Debug)]
enum WhyByHand {
    /// A value cannot be changed without changing something else. `None` if nobody knows where.
    Written(Option<Obstacle>),
    NotUtf8,
    /// It is a link to a file outside of the clinic's folder.
    Outside,
}

impl ByHand {
    /// Says what is where, and what to do.
    fn in_words(&self) -> String {
        let file = &self.file;
        let (what, instead) = match &self.why {
            WhyByHand::Written(Some(Obstacle {
                line,
                what,
                instead,
            })) => (
                format!("line {line} of `{file}` has {what}, which this page cannot change"),
                *instead,
            ),
            WhyByHand::Written(None) => (
                format!("`{file}` is written in a way that this page cannot change"),
                "Change this text in the file",
            ),
            WhyByHand::NotUtf8 => (
                format!("`{file}` is not a text in UTF-8"),
                "Open it in a text editor, and save it with the encoding UTF-8",
            ),
            WhyByHand::Outside => (
                format!("`{file}` is a link that leads out of the clinic’s folder"),
                "Put the file itself in place of the link",
            ),
        };
        format!("Not saved: {what}. {instead}, then save again.")
    }
}

impl SaveError {
    /// Returns the error for a value that cannot be changed in place. `name` is the file's name in the clinic's folder.
    pub(super) fn by_hand(name: String, file: &SourceFile, route: &Route) -> SaveError {
        SaveError::ByHand(ByHand {
            file: name,
            why: WhyByHand::Written(source::obstacle(file, route)),
        })
    }

    /// Says what happened, and what to do. One or two sentences.
    pub(super) fn in_words(&self) -> String {
        match self {
            SaveError::ReadOnly => {
                "Not saved: this computer may only look. The program was started with \
                `--read-only`."
                    .to_owned()
            }
            SaveError::Example => {
                "Not saved: the example clinic cannot be changed. Make your own clinic first."
                    .to_owned()
            }
            SaveError::Changed => {
                "Not saved: the file was changed by somebody else. Nothing is overwritten."
                    .to_owned()
            }
            SaveError::ByHand(by_hand) => by_hand.in_words(),
            SaveError::Faulty(findings) => {
                let first = findings
                    .iter()
                    .find(|finding| finding.severity == Severity::Error);
                let first = first.or(findings.first());
                let words = first.map_or(String::new(), |finding| match &finding.help {
                    Some(help) => format!(": {}. {}", finding.message, capitalised(help)),
                    None => format!(": {}", finding.message),
                });
                let place = first.and_then(|finding| finding.place.as_ref());
                let place = place.map_or(String::new(), |place| {
                    format!(", because of {}", place_in_words(place))
                });
                format!("Not saved: the leaflets could not be read any more{place}{words}")
            }
            SaveError::Disk(error) if error.kind() == io::ErrorKind::StorageFull => {
                "Not saved: the disk is full. Your words are still here.".to_owned()
            }
            SaveError::Disk(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                "Not saved: the file may not be written. Your words are still here.".to_owned()
            }
            SaveError::Disk(error) => {
                format!(
                    "Not saved: the file cannot be written ({}). Your words are still here.",
                    error.kind()
                )
            }
            SaveError::Unknown => "Not saved: there is no such text.".to_owned(),
            SaveError::SameTitle(words) => format!("Not saved. {words}"),
        }
    }

    /// Status of the answer.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            SaveError::ReadOnly | SaveError::Example => StatusCode::FORBIDDEN,
            SaveError::Changed => StatusCode::CONFLICT,
            SaveError::Unknown => StatusCode::NOT_FOUND,
            SaveError::ByHand(_) | SaveError::Faulty(_) | SaveError::SameTitle(_) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            SaveError::Disk(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// Returns a mark of a text that a form carries, to see whether it has changed.
pub(super) fn stamp(text: &str) -> String {
    hex(&Sha256::digest(text)[..12])
}

/// Returns the new text of a file; from its text and the name of its logo.
type EditWithLogo<'a> = &'a dyn Fn(&str, Option<&str>) -> Result<String, SaveError>;

impl Desk {
    /// Returns why the desk cannot write this clinic; `None` if it can.
    pub(super) fn cannot_save(&self, clinic: &Clinic) -> Option<SaveError> {
        match clinic.file.path {
            _ if self.read_only => Some(SaveError::ReadOnly),
            None => Some(SaveError::Example),
            Some(_) => None,
        }
    }

    /// Replaces a file of the clinic by what `edit` makes of its text, which is empty if there is no file. Writes
    /// nothing if the text stays the same.
    pub(super) fn save(
        &self,
        clinic: &Clinic,
        file: &ClinicFile,
        edit: &dyn Fn(&str) -> Result<String, SaveError>,
    ) -> Result<(), SaveError> {
        self.save_with_logo(clinic, file, None, &|old, _| edit(old))
    }

    /// Like [`Desk::save`], with a new logo beside the file. `edit` gets the logo's name, too. The logo is written
    /// only if the file is.
    pub(super) fn save_with_logo(
        &self,
        clinic: &Clinic,
        file: &ClinicFile,
        logo: Option<&UploadedLogo>,
        edit: EditWithLogo<'_>,
    ) -> Result<(), SaveError> {
        if let Some(error) = self.cannot_save(clinic) {
            return Err(error);
        }
        let main = clinic.file.path.as_ref().ok_or(SaveError::Example)?;
        let name = name_of(clinic, main, file)?;
        let folder = crate::disk::folder_of(main);
        let _only = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let _only_program = Lock::of_folder(folder).map_err(SaveError::Disk)?;
        let path = below(folder, &name)?;
        let (mark, raw) = read(&path, &name)?;
        // As the loader reads it, so that what a person saw is compared with the same.
        let old = source::without_unicode_breaks(&raw);
        let logo = logo.map(|logo| logo.placed_in(folder)).transpose()?;
        let new = edit(&old, logo.as_ref().map(|logo| logo.name.as_str()))?;
        if new == old {
            return Ok(());
        }
        let bytes = [mark, source::with_unicode_breaks(&raw, &new).as_bytes()].concat();
        let logo_file = logo.as_ref().map(|logo| (logo.name.clone(), logo.bytes));
        let whole = clinic_with_files(clinic, file, &new, logo_file)?;
        if let ClinicFile::Handout { id, language } = file {
            let handout = whole.handout(id).ok_or(SaveError::Unknown)?;
            let handout = handout.map_err(SaveError::Faulty)?;
            handout.text(language).map_err(SaveError::Faulty)?;
        }
        let parent = path.parent().ok_or(SaveError::Unknown)?;
        fs::create_dir_all(parent).map_err(SaveError::Disk)?;
        // Leftovers of a crash do no harm, so they are no reason not to save.
        let _ = AtomicFile::remove_leftovers(&path, &RealDisk);
        if read(&path, &name)? != (mark, raw) {
            return Err(SaveError::Changed);
        }
        if let Some(logo) = &logo {
            logo.write().map_err(SaveError::Disk)?;
        }
        let written = write_atomically(&path, &bytes).map_err(SaveError::Disk);
        if let (Err(_), Some(logo)) = (&written, &logo) {
            logo.take_back();
        }
        written
    }
}

/// Reads a clinic with another content of one of its files.
pub(super) fn clinic_with(
    clinic: &Clinic,
    file: &ClinicFile,
    content: &str,
) -> Result<Clinic, SaveError> {
    clinic_with_files(clinic, file, content, None)
}

/// Reads a clinic with another content of one of its files, and with a new file.
fn clinic_with_files(
    clinic: &Clinic,
    file: &ClinicFile,
    content: &str,
    new: Option<(String, &[u8])>,
) -> Result<Clinic, SaveError> {
    let main = clinic.file.path.as_ref().ok_or(SaveError::Example)?;
    let name = name_of(clinic, main, file)?;
    let mut unsaved = Files::from([(name, content.as_bytes().to_vec())]);
    unsaved.extend(new.map(|(name, bytes)| (name, bytes.to_vec())));
    Clinic::load_with(main, unsaved, &Faces::bundled()).map_err(SaveError::Faulty)
}

/// UTF-8 byte order mark, which some editors write.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Returns the byte order mark and the text of a file; nothing if it does not exist.
fn read(path: &Path, name: &str) -> Result<(&'static [u8], String), SaveError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((&[], String::new())),
        Err(error) => return Err(SaveError::Disk(error)),
    };
    let (mark, text) = match bytes.strip_prefix(MARK) {
        Some(text) => (MARK, text),
        None => (&[][..], &bytes[..]),
    };
    let text = String::from_utf8(text.to_vec());
    let text = text.map_err(|_| {
        SaveError::ByHand(ByHand {
            file: name.to_owned(),
            why: WhyByHand::NotUtf8,
        })
    })?;
    Ok((mark, text))
}

/// Returns the name of a file in the clinic's folder, for messages.
pub(super) fn shown_name(clinic: &Clinic, file: &ClinicFile) -> String {
    let main = clinic.file.path.as_ref();
    let name = main.and_then(|main| name_of(clinic, main, file).ok());
    name.unwrap_or_else(|| clinic.file.name.clone())
}

/// Returns the path of a file in the clinic's folder, with `/`. Ids and languages are checked, and no paths.
fn name_of(clinic: &Clinic, main: &Path, file: &ClinicFile) -> Result<String, SaveError> {
    let is_language = |language: &String| match source::is_language(language) {
        true => Ok(()),
        false => Err(SaveError::Unknown),
    };
    let name = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.map(str::to_owned).ok_or(SaveError::Unknown)
    };
    match file {
        ClinicFile::Main => name(main),
        ClinicFile::Lock => name(&clinic.lock_path().ok_or(SaveError::Example)?),
        ClinicFile::Text(language) => {
            is_language(language)?;
            Ok(format!("text/{language}.yaml"))
        }
        ClinicFile::Handout { id, language } => {
            is_language(language)?;
            match source::is_key(id) && clinic.ids().contains(id) {
                true => Ok(format!("{id}/text/{language}.yaml")),
                false => Err(SaveError::Unknown),
            }
        }
    }
}

/// Returns where a file is. A link may not lead out of the folder.
fn below(folder: &Path, name: &str) -> Result<PathBuf, SaveError> {
    let root = folder.canonicalize().map_err(SaveError::Disk)?;
    let path = root.join(name);
    // The file, or the folder that it will be in, may be a link.
    let existing = path
        .ancestors()
        .find(|path| path.symlink_metadata().is_ok());
    let existing = existing.ok_or(SaveError::Unknown)?;
    let real = existing.canonicalize().map_err(SaveError::Disk)?;
    if !real.starts_with(&root) {
        return Err(SaveError::ByHand(ByHand {
            file: name.to_owned(),
            why: WhyByHand::Outside,
        }));
    }
    match existing == path {
        true => Ok(real),
        false => Ok(path),
    }
}
