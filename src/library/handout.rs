//! A handout: its definition, texts and pictures.

use std::collections::BTreeMap;

use super::definition::Definition;
use super::fingerprint::{Fingerprint, Fingerprinter};
use super::folder::Folder;
use super::picture;
use super::text::TextLayer;
use crate::finding::{Finding, Place};
use crate::font::Faces;
use crate::picture::{PictureFile, PictureUse};
use crate::source;

/// One handout: its definition, and the folder that has its words and pictures.
#[derive(Clone, Debug)]
pub struct Handout {
    /// Its structure and facts.
    pub definition: Definition,
    /// Whether it is not one of the library's: what the library has locked binds it, too.
    pub is_own: bool,
    /// Whether it is another library's, and no clinic's: it may be called as one of ours.
    pub(super) is_elsewhere: bool,
    pub(super) folder: Folder,
}

impl Handout {
    pub(super) fn load(folder: Folder) -> Result<Handout, Vec<Finding>> {
        let Some(file) = folder
            .text("handout.yaml")
            .map_err(|finding| vec![finding])?
        else {
            let message = format!("no file `{}`", folder.shown("handout.yaml"));
            return Err(vec![Finding::error("missing-file", message)]);
        };
        let definition =
            Definition::parse(&file, folder.name().as_deref()).map_err(|mut findings| {
                // What else is at fault is told in the same run.
                let texts = folder
                    .folder("text")
                    .map(|texts| texts.file_names())
                    .unwrap_or_default();
                let languages = texts.iter().filter_map(|name| name.strip_suffix(".yaml"));
                findings.extend(
                    languages
                        .filter_map(|language| text_in(&folder, language).err())
                        .flatten(),
                );
                findings
            })?;
        Ok(Handout {
            definition,
            is_own: false,
            is_elsewhere: false,
            folder,
        })
    }

    /// The languages that it has words in, sorted.
    pub fn languages(&self) -> Vec<String> {
        let files = self
            .folder
            .folder("text")
            .map(|folder| folder.file_names())
            .unwrap_or_default();
        files
            .iter()
            .filter_map(|name| Some(name.strip_suffix(".yaml")?.to_owned()))
            .collect()
    }

    /// Whether it has words for readers of a language: in it, or in the same language of no country, as in
    /// `en` for `en-US`.
    pub fn is_in(&self, language: &str) -> bool {
        covers(&self.languages(), language)
    }

    /// Its words in a language, `text/<language>.yaml`, or else in the same language of no country.
    pub fn text(&self, language: &str) -> Result<Option<TextLayer>, Vec<Finding>> {
        text_in(&self.folder, language)
    }

    /// Hashes all files of the handout.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut files = Fingerprinter::default();
        files.folder(&self.folder);
        files.finish()
    }

    /// What people are shown for a file of it, whether it is there or not.
    pub fn shown(&self, path: &str) -> String {
        self.folder.shown(path)
    }

    /// A picture of it, by the path that stands at `named_at`; `labels` fill the texts of a drawing by
    /// their ids. A path that leaves the handout's folder is `unsafe-path`, one that leads nowhere
    /// `missing-file`.
    pub fn picture(
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

/// Whether what is there in these languages can be read in `language`; see [`Handout::is_in`].
pub fn covers(languages: &[String], language: &str) -> bool {
    let has = |tag: &str| languages.iter().any(|other| other == tag);
    has(language) || source::without_country(language).is_some_and(has)
}

/// The ids of the handouts in a folder: its folders that have a `handout.yaml`.
pub(super) fn ids_in(folder: &Folder) -> Vec<String> {
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

/// A handout in a folder; `None` if there is none of that id.
pub(super) fn in_folder(folder: &Folder, id: &str) -> Option<Result<Handout, Vec<Finding>>> {
    // An id is a key, never a path.
    if !source::is_key(id) {
        return None;
    }
    let child = folder.folder(id)?;
    child.has("handout.yaml").then(|| Handout::load(child))
}

/// A text file of a folder.
pub(super) fn text_in(folder: &Folder, language: &str) -> Result<Option<TextLayer>, Vec<Finding>> {
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
        if let Some(file) = texts
            .text(&format!("{tag}.yaml"))
            .map_err(|finding| vec![finding])?
        {
            return TextLayer::parse(&file).map(Some);
        }
    }
    Ok(None)
}
