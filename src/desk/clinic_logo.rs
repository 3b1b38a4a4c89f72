//! The logo that a person uploads: kept in memory until it is saved, and written under a name that the program
//! chooses.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::Multipart;
use axum::extract::multipart::MultipartError;
use axum::http::StatusCode;

use super::fields::Fields;
use super::guard::random_name;
use super::saved::SaveError;
use crate::disk::write_atomically;
use crate::picture::{PictureFile, PictureFormat};

/// The most bytes of an upload: a logo and the fields of the form.
pub(super) const MAX_UPLOAD: usize = 21 << 20;
/// The most bytes of a logo file.
pub(super) const MAX_LOGO: usize = 20 << 20;
/// The most uploads that are kept. The oldest is forgotten first.
const MAX_KEPT: usize = 4;
/// The most names that are tried for a new file.
const MAX_NAMES: usize = 1000;

/// An uploaded file.
pub(super) struct UploadedLogo {
    pub(super) bytes: Vec<u8>,
    pub(super) format: PictureFormat,
}

/// Files that were uploaded and not saved, each under a name that nobody can guess.
#[derive(Default)]
pub(super) struct UploadedLogos(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    logos: HashMap<String, (u64, Arc<UploadedLogo>)>,
    count: u64,
}

impl UploadedLogos {
    /// Keeps a file. Returns its name.
    pub(super) fn keep(&self, logo: UploadedLogo) -> Result<String, getrandom::Error> {
        let name = random_name()?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.logos.len() >= MAX_KEPT {
            let oldest = kept.logos.iter().min_by_key(|(_, (age, _))| *age);
            let oldest = oldest.map(|(name, _)| name.clone());
            oldest.and_then(|oldest| kept.logos.remove(&oldest));
        }
        kept.count += 1;
        let age = kept.count;
        kept.logos.insert(name.clone(), (age, Arc::new(logo)));
        Ok(name)
    }

    pub(super) fn get(&self, name: &str) -> Option<Arc<UploadedLogo>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.logos.get(name).map(|(_, logo)| Arc::clone(logo))
    }

    pub(super) fn forget(&self, name: &str) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.logos.remove(name);
    }
}

impl UploadedLogo {
    /// Reads the format of a file; `None` if it is no picture that leaflets can have.
    pub(super) fn new(bytes: Vec<u8>) -> Option<UploadedLogo> {
        let format = PictureFormat::of(&bytes)?;
        Some(UploadedLogo { bytes, format })
    }

    fn extension(&self) -> &'static str {
        match self.format {
            PictureFormat::Svg => "svg",
            PictureFormat::Png => "png",
            PictureFormat::Jpeg => "jpg",
            PictureFormat::WebP => "webp",
            PictureFormat::Gif => "gif",
        }
    }

    /// Name of the file while it is not saved.
    pub(super) fn unsaved_name(&self) -> String {
        format!("logo-not-saved.{}", self.extension())
    }

    /// Finds a name for the file in a folder, as `logo.png` or `logo-2.png`. No other file has it.
    pub(super) fn placed_in(&self, folder: &Path) -> Result<PlacedLogo<'_>, SaveError> {
        let extension = self.extension();
        let others = (2..MAX_NAMES).map(|number| format!("logo-{number}.{extension}"));
        for name in std::iter::once(format!("logo.{extension}")).chain(others) {
            let path = folder.join(&name);
            let is_new = match fs::symlink_metadata(&path) {
                // The same file was saved before.
                Ok(found)
                    if found.is_file() && fs::read(&path).ok().as_ref() == Some(&self.bytes) =>
                {
                    false
                }
                Ok(_) => continue,
                Err(error) if error.kind() == io::ErrorKind::NotFound => true,
                Err(error) => return Err(SaveError::Disk(error)),
            };
            return Ok(PlacedLogo {
                name,
                path,
                bytes: &self.bytes,
                is_new,
            });
        }
        Err(SaveError::Unknown)
    }
}

/// A logo and the file that it is, or will be.
pub(super) struct PlacedLogo<'a> {
    pub(super) name: String,
    pub(super) bytes: &'a [u8],
    path: PathBuf,
    is_new: bool,
}

impl PlacedLogo<'_> {
    /// Writes the file, unless it is there already.
    pub(super) fn write(&self) -> io::Result<()> {
        match self.is_new {
            true => write_atomically(&self.path, self.bytes),
            false => Ok(()),
        }
    }

    /// Removes the file if it is new. A file that stays does no harm.
    pub(super) fn take_back(&self) {
        if self.is_new {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// A form with a file.
pub(super) struct Upload {
    pub(super) fields: Fields,
    /// `None` if no file was chosen.
    pub(super) file: Option<Vec<u8>>,
}

impl Upload {
    /// Reads a form with the file `logo_file`. The name that the file had is not used.
    pub(super) async fn read(mut form: Multipart) -> Result<Upload, StatusCode> {
        let status = |error: MultipartError| error.status();
        let mut upload = Upload {
            fields: Fields::new(),
            file: None,
        };
        while let Some(part) = form.next_field().await.map_err(status)? {
            let name = part.name().unwrap_or_default().to_owned();
            if name == "logo_file" {
                let bytes = part.bytes().await.map_err(status)?;
                upload.file = (!bytes.is_empty()).then(|| bytes.to_vec());
            } else {
                upload
                    .fields
                    .push((name, part.text().await.map_err(status)?));
            }
        }
        Ok(upload)
    }
}

/// Says what a picture is, as in "PNG, 400 × 300 pixels".
pub(super) fn format_in_words(picture: &PictureFile) -> String {
    let format = match picture.format() {
        PictureFormat::Svg => return "SVG: sharp at any size".to_owned(),
        PictureFormat::Png => "PNG",
        PictureFormat::Jpeg => "JPEG",
        PictureFormat::WebP => "WebP",
        PictureFormat::Gif => "GIF",
    };
    match &**picture.picture() {
        crate::picture::Picture::Raster(raster) => {
            format!("{format}, {} × {} pixels", raster.width, raster.height)
        }
        crate::picture::Picture::Vector(_) => format.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logo_never_replaces_a_file() {
        let folder = tempfile::TempDir::new().unwrap();
        fs::write(folder.path().join("logo.png"), "mine").unwrap();
        let logo = UploadedLogo::new(b"\x89PNG and more".to_vec()).unwrap();
        let written = |logo: &UploadedLogo| {
            let placed = logo.placed_in(folder.path()).unwrap();
            placed.write().unwrap();
            placed.name
        };
        assert_eq!(written(&logo), "logo-2.png");
        assert_eq!(written(&logo), "logo-2.png");
        // A file that was there before stays.
        logo.placed_in(folder.path()).unwrap().take_back();
        let other = UploadedLogo::new(b"\x89PNG and less".to_vec()).unwrap();
        let placed = other.placed_in(folder.path()).unwrap();
        assert_eq!(placed.name, "logo-3.png");
        placed.write().unwrap();
        placed.take_back();
        assert_eq!(fs::read(folder.path().join("logo.png")).unwrap(), b"mine");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        assert!(UploadedLogo::new(b"#!/bin/sh".to_vec()).is_none());
    }

    #[test]
    fn few_uploads_are_kept() {
        let logos = UploadedLogos::default();
        let keep = || {
            let logo = UploadedLogo::new(b"\x89PNG".to_vec()).unwrap();
            logos.keep(logo).unwrap()
        };
        let first = keep();
        let names: Vec<String> = (0..MAX_KEPT).map(|_| keep()).collect();
        assert!(logos.get(&first).is_none());
        assert!(names.iter().all(|name| logos.get(name).is_some()));
        logos.forget(&names[0]);
        assert!(logos.get(&names[0]).is_none());
    }
}
