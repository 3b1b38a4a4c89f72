//! A handout: its definition, texts and pictures.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::definition::Definition;
use super::fingerprint::{Fingerprint, Fingerprinter};
use super::folder::{ContentFolder, Files};
use super::picture;
use super::text::TextLayer;
use super::unread::{FolderType, rename_help, unread_files};
use super::unsaved::UnsavedText;
use crate::finding::{Finding, Place};
use crate::font::Faces;
use crate::keyed_hash::hex;
use crate::picture::{PictureFile, PictureUse};
use crate::source;

/// A handout: its definition, and the folder with its texts and pictures.
#[derive(Clone, Debug)]
pub struct Handout {
    pub definition: Definition,
    /// Whether the handout is not the library's. The library's locks bind it all the same.
    pub(crate) is_own: bool,
    /// Whether it is another library's. Then its id may equal one of ours.
    pub(super) is_elsewhere: bool,
    /// Licence of the other library's texts; may be empty.
    pub(super) other_licence: String,
    pub(super) folder: ContentFolder,
    /// Texts over those of its files.
    pub(super) unsaved: Vec<UnsavedText>,
    /// Warnings about files in its folder that are not read.
    pub(crate) unread: Vec<Finding>,
}

impl Handout {
    pub(super) fn load(folder: ContentFolder) -> Result<Handout, Vec<Finding>> {
        let Some(file) = folder.text("handout.yaml")? else {
            let message = format!("no file `{}`", folder.shown("handout.yaml"));
            let finding = Finding::error("missing-file", message);
            let help = rename_help(&folder, "handout.yaml");
            return Err(vec![Finding { help, ..finding }]);
        };
        let (mut errors, mut unread) = unread_files(&folder, FolderType::Handout, "handout.yaml");
        let definition =
            Definition::parse(&file, folder.name().as_deref()).map_err(|mut findings| {
                // Report errors of the texts in the same run.
                let texts = languages_in(&folder).into_iter();
                let of_texts = texts.filter_map(|language| text_in(&folder, &language).err());
                findings.extend(of_texts.flatten());
                findings.append(&mut errors);
                findings.append(&mut unread);
                findings
            })?;
        if !errors.is_empty() {
            errors.append(&mut unread);
            return Err(errors);
        }
        Ok(Handout {
            definition,
            is_own: false,
            is_elsewhere: false,
            other_licence: String::new(),
            folder,
            unsaved: Vec::new(),
            unread,
        })
    }

    /// Returns the languages that the handout has texts in, sorted.
    pub fn languages(&self) -> Vec<String> {
        languages_in(&self.folder)
    }

    /// Returns whether the handout has texts in a language, or in the language without its country:
    /// `en` serves `en-US`.
    pub(crate) fn is_in(&self, language: &str) -> bool {
        covers(&self.languages(), language)
    }

    /// Reads `text/<language>.yaml`. Falls back to the language without its country.
    pub(crate) fn text(&self, language: &str) -> Result<Option<TextLayer>, Vec<Finding>> {
        let layer = text_in(&self.folder, language)?;
        Ok(layer.map(|layer| self.without_replaced(layer)))
    }

    /// Hashes all files of the handout.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        let mut files = Fingerprinter::default();
        files.folder(&self.folder);
        files.finish()
    }

    /// Returns all files of the handout by path, but hidden ones and those that are too large.
    pub(crate) fn files(&self) -> Files {
        let mut files = Files::new();
        collect(&self.folder, "", &mut files);
        files
    }

    /// Hashes the file of a picture, by the path that an author wrote at `named_at`. `None` if it cannot be read.
    pub(crate) fn picture_hash(&self, path: &str, named_at: &Place) -> Option<String> {
        let bytes = self.folder.file(path, named_at).ok()?;
        Some(hex(&Sha256::digest(bytes)))
    }

    /// Reads a picture by the path that an author wrote at `named_at`. `labels` fill the texts of a
    /// drawing by their ids. The path may not leave the handout's folder.
    pub(crate) fn picture(
        &self,
        path: &str,
        labels: &BTreeMap<String, String>,
        faces: &Faces,
        named_at: &Place,
    ) -> Result<PictureFile, Finding> {
        picture::read(
            &self.folder,
            path,
            PictureUse::Figure,
            labels,
            faces,
            named_at,
        )
    }
}

/// Adds the files of a folder; `prefix` is its path.
fn collect(folder: &ContentFolder, prefix: &str, files: &mut Files) {
    let is_visible = |name: &String| !name.starts_with('.');
    for name in folder.file_names().into_iter().filter(is_visible) {
        if let Some(bytes) = folder.bytes(&name) {
            files.insert(format!("{prefix}{name}"), bytes);
        }
    }
    for name in folder.folder_names().into_iter().filter(is_visible) {
        if let Some(inner) = folder.folder(&name) {
            collect(&inner, &format!("{prefix}{name}/"), files);
        }
    }
}

/// Returns whether one of these languages serves `language`; see [`Handout::is_in`].
pub(crate) fn covers(languages: &[String], language: &str) -> bool {
    let has = |tag: &str| languages.iter().any(|other| other == tag);
    has(language) || source::without_country(language).is_some_and(has)
}

/// Returns the languages of the files `text/<language>.yaml` in a folder, sorted.
pub(super) fn languages_in(folder: &ContentFolder) -> Vec<String> {
    let texts = folder.folder("text");
    let names = texts.map(|texts| texts.file_names()).unwrap_or_default();
    names
        .iter()
        .filter_map(|name| Some(name.strip_suffix(".yaml")?.to_owned()))
        .collect()
}

/// Returns the ids of the handouts in a folder: the names of its folders with a `handout.yaml`.
pub(super) fn ids_in(folder: &ContentFolder) -> Vec<String> {
    let has_definition = |name: &String| {
        folder
            .folder(name)
            .is_some_and(|child| child.has("handout.yaml"))
    };
    folder
        .folder_names()
        .into_iter()
        .filter(has_definition)
        .collect()
}

/// Returns the errors of the handouts in a folder, and of their texts.
pub(super) fn errors_in(folder: &ContentFolder) -> Vec<Finding> {
    let errors = |id: String| match in_folder(folder, &id) {
        Some(Ok(handout)) => {
            let languages = handout.languages().into_iter();
            let texts = languages.filter_map(|language| handout.text(&language).err());
            texts.flatten().collect()
        }
        Some(Err(findings)) => findings,
        None => Vec::new(),
    };
    ids_in(folder).into_iter().flat_map(errors).collect()
}

/// Reads a handout in a folder; `None` if there is none of that id.
pub(super) fn in_folder(folder: &ContentFolder, id: &str) -> Option<Result<Handout, Vec<Finding>>> {
    // An id is a key, never a path.
    if !source::is_key(id) {
        return None;
    }
    let child = folder.folder(id)?;
    child.has("handout.yaml").then(|| Handout::load(child))
}

/// Reads `text/<language>.yaml` in a folder. Falls back to the language without its country.
pub(super) fn text_in(
    folder: &ContentFolder,
    language: &str,
) -> Result<Option<TextLayer>, Vec<Finding>> {
    let is_tag =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !language.split('-').all(is_tag) {
        return Ok(None);
    }
    let Some(texts) = folder.folder("text") else {
        return Ok(None);
    };
    for tag in [Some(language), source::without_country(language)]
        .into_iter()
        .flatten()
    {
        if let Some(file) = texts.text(&format!("{tag}.yaml"))? {
            return TextLayer::parse(&file).map(Some);
        }
    }
    Ok(None)
}
