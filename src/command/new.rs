//! `handout new`: writes the files of a new handout or a new library.
//!
//! 1. Find the folder: that of a clinic, that of a library, or the current folder.
//! 2. Choose a reference for the first citation. If there is none, start a bibliography.
//! 3. Write the definition, the text layer and the schemas.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::{ContentErrors, Outcome, lookup};
use crate::cli::{Global, New, NewCommand, NewHandout, NewLibrary};
use crate::font::Faces;
use crate::library::{Clinic, Library};
use crate::scaffold::handout::{ExampleReference, NewHandout as HandoutScaffold, REFERENCES_FILE};
use crate::{scaffold, source};

const LIBRARY: &str = include_str!("new/library.yaml");
const GLOSSARY: &str = include_str!("new/glossary.yaml");

pub(super) fn run(new: &New, global: &Global) -> anyhow::Result<Outcome> {
    match &new.command {
        Some(NewCommand::Library(new)) => new_library(new, global),
        None => new_handout(&new.handout, global),
    }
}

fn new_library(new: &NewLibrary, global: &Global) -> anyhow::Result<Outcome> {
    let root = new.folder.as_path();
    let folder = root.display().to_string();
    let name = root.file_name().and_then(|name| name.to_str());
    let Some(name) = name.filter(|name| !name.contains(char::is_control)) else {
        bail!("`{folder}` names no folder: write a name such as `foot-care`");
    };
    if root.symlink_metadata().is_ok() {
        bail!("`{folder}` already exists: nothing was changed");
    }
    std::fs::create_dir(root).with_context(|| format!("cannot make the folder `{folder}`"))?;
    for (file, text) in [("library.yaml", LIBRARY), ("glossary.yaml", GLOSSARY)] {
        let text = text
            .replace("{folder}", &folder)
            .replace("{name}", &scaffold::quoted(&title(name)));
        let path = root.join(file);
        scaffold::write_new(&path, text.as_bytes())?;
        global.print_status(&path.display().to_string());
    }
    scaffold::write_schemas(root)?;
    global.print_status(&format!(
        "Begin a handout in it:\nhandout --library {folder} new first-steps"
    ));
    Ok(Outcome::Done)
}

fn new_handout(new: &NewHandout, global: &Global) -> anyhow::Result<Outcome> {
    let id = new.id.as_ref().context("name the new handout")?;
    if !source::is_key(id) {
        bail!(
            "`{id}` is not an id: use lower-case letters, digits and hyphens, as in `our-classes`"
        );
    }
    let home = HandoutHome::find(new.clinic.as_deref(), global)?;
    if home.library.ids().contains(id) {
        bail!("`{id}` is a handout of the library: choose another id");
    }
    let folder = home.folder.join(id);
    if folder.symlink_metadata().is_ok() {
        bail!("`{}` already exists: nothing was changed", folder.display());
    }

    let reference = home.reference();
    let languages = match &home.clinic {
        Some(clinic) => clinic.languages(&home.library.manifest().language),
        None => home.library.languages(),
    };
    let (check, generate) = (home.command("check", id), home.command("generate", id));
    let scaffold = HandoutScaffold {
        id,
        title: &title(id),
        subtitle: None,
        languages: &languages,
        today: global.today()?,
        reference: reference.as_ref(),
        check: &check,
    };
    let files = scaffold.files().into_iter();
    let mut files: Vec<(PathBuf, Vec<u8>)> = files
        .map(|(path, bytes)| (folder.join(path), bytes))
        .collect();
    if let Some(references) = scaffold.references() {
        files.push((home.folder.join(REFERENCES_FILE), references));
    }
    for (path, bytes) in &files {
        scaffold::write_new(path, bytes)?;
    }
    scaffold::write_schemas(&home.folder)?;
    for (path, _) in &files {
        global.print_status(&path.display().to_string());
    }
    global.print_status(&format!(
        "Write its words. Then look at it:\n{check}\n{generate}"
    ));
    Ok(Outcome::Done)
}

/// The clinic or library that gets the new handout.
struct HandoutHome {
    /// Parent of the handout's folder.
    folder: PathBuf,
    library: Library,
    clinic: Option<Clinic>,
    /// Flags with which a command finds the handout.
    flags: String,
}

impl HandoutHome {
    /// Returns the requested clinic or library, else the clinic or library in the current folder,
    /// else the current folder.
    fn find(clinic: Option<&Path>, global: &Global) -> anyhow::Result<HandoutHome> {
        let library = global.library()?;
        let library_flag = match &global.library {
            Some(path) => format!(" --library {}", path.display()),
            None => String::new(),
        };
        let variable = std::env::var_os("HANDOUT_CLINIC").filter(|value| !value.is_empty());
        let variable = variable.map(PathBuf::from);
        let variable = variable.filter(|_| global.library.is_none());
        let (clinic_path, folder) = match clinic.or(variable.as_deref()) {
            None if global.library.is_some() => {
                return Ok(HandoutHome {
                    folder: global.library.clone().unwrap_or_default(),
                    library,
                    clinic: None,
                    flags: library_flag,
                });
            }
            None if Path::new("clinic.yaml").is_file() => (Path::new("."), PathBuf::new()),
            None if Path::new("library.yaml").is_file() => {
                lookup::refuse_misnamed_clinic()?;
                return Ok(HandoutHome {
                    folder: PathBuf::new(),
                    library: Library::open(Path::new(".")).map_err(ContentErrors)?,
                    clinic: None,
                    flags: " --library .".to_owned(),
                });
            }
            None => {
                lookup::refuse_misnamed_clinic()?;
                return Ok(HandoutHome {
                    folder: PathBuf::new(),
                    library,
                    clinic: None,
                    flags: library_flag,
                });
            }
            Some(path) if path.is_dir() => (path, path.to_owned()),
            Some(path) if path.is_file() => {
                (path, path.parent().map(Path::to_owned).unwrap_or_default())
            }
            Some(path) => bail!("{}", lookup::no_clinic(path)),
        };
        let clinic = Clinic::load(clinic_path, &Faces::bundled()).map_err(ContentErrors)?;
        Ok(HandoutHome {
            folder,
            library,
            clinic: Some(clinic),
            flags: format!(" --clinic {}{library_flag}", clinic_path.display()),
        })
    }

    /// Chooses the first reference of the clinic or library, else a new one.
    ///
    /// `None` if there is no bibliography and no clinic or library to write one for.
    fn reference(&self) -> Option<ExampleReference> {
        let bibliography = match &self.clinic {
            Some(clinic) => &clinic.references,
            None => self.library.bibliography(),
        };
        if let Some(key) = bibliography.keys().next() {
            return Some(ExampleReference::Existing(key.to_owned()));
        }
        let files = ["references.yaml", "references.bib"];
        let may_write = !files.iter().any(|file| self.folder.join(file).exists())
            && (self.clinic.is_some() || self.folder.join("library.yaml").is_file());
        may_write.then_some(ExampleReference::New)
    }

    /// Returns a command line for the handout.
    fn command(&self, command: &str, id: &str) -> String {
        format!("handout {command} {id}{}", self.flags)
    }
}

/// Makes a title from an id: `our-classes` becomes `Our classes`.
fn title(id: &str) -> String {
    let words = id.replace('-', " ");
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
