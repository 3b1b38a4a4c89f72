//! `handout new`: a handout of one's own, ready to be written.

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use jiff::ToSpan;

use super::{Outcome, start};
use crate::cli::{Global, New};
use crate::finding::Finding;
use crate::font::Faces;
use crate::library::{Clinic, Library};
use crate::source;

const DEFINITION: &str = include_str!("new/handout.yaml");
const TEXT: &str = include_str!("new/text.yaml");
const REFERENCES: &str = include_str!("new/references.yaml");
/// The key of the reference in it.
const OWN_REFERENCE: &str = "own-source";

/// Runs the command.
pub(super) fn run(new: &New, global: &Global) -> anyhow::Result<Outcome> {
    let id = &new.id;
    if !source::is_key(id) {
        bail!("`{id}` is no id: it has small letters, digits and hyphens, as in `our-classes`");
    }
    let library = match global.library()? {
        Ok(library) => library,
        Err(outcome) => return Ok(outcome),
    };
    let place = match Place::find(new.clinic.as_deref(), library, global)? {
        Ok(place) => place,
        Err(findings) => return global.show(&findings),
    };
    if place.library.ids().contains(id) {
        bail!("`{id}` is a handout of the library: choose another id");
    }
    let folder = place.root.join(id);
    if folder.symlink_metadata().is_ok() {
        bail!(
            "`{}` is already there: nothing was changed",
            folder.display()
        );
    }

    let today = global.today()?;
    let (reference, is_new) = place.reference();
    let citation = reference
        .as_ref()
        .map(|key| format!(" [@{key}]"))
        .unwrap_or_default();
    let language = &place.library.manifest().language;
    let (check, generate) = (place.command("check", id), place.command("generate", id));
    let fill = |text: &str| {
        text.replace("{id}", id)
            .replace("{title}", &start::quoted(&title(id)))
            .replace("{language}", language)
            .replace("{reviewed}", &today.to_string())
            .replace("{review_by}", &today.saturating_add(2.years()).to_string())
            .replace("{year}", &today.year().to_string())
            .replace("{citation}", &citation)
            .replace("{key}", OWN_REFERENCE)
            .replace("{check}", &check)
    };
    let mut definition = fill(DEFINITION);
    if reference.is_none() {
        definition = definition.replace("  - references\n", "");
    }
    let mut files = vec![
        (folder.join("handout.yaml"), definition),
        (
            folder.join("text").join(format!("{language}.yaml")),
            fill(TEXT),
        ),
    ];
    if is_new {
        files.push((place.root.join("references.yaml"), fill(REFERENCES)));
    }
    for (path, text) in &files {
        start::write_new(path, text)?;
    }
    start::write_schemas(&place.root)?;
    if !global.quiet {
        for (path, _) in &files {
            start::say(&path.display().to_string())?;
        }
        start::say(&format!(
            "Write its words. Then look at it:\n{check}\n{generate}"
        ))?;
    }
    Ok(Outcome::Done)
}

/// Where a handout begins.
struct Place {
    /// The folder that its folder stands in.
    root: PathBuf,
    /// Whose library it draws on.
    library: Library,
    /// The clinic whose handout it is, if it is a clinic's.
    clinic: Option<Clinic>,
    /// What a command line says to find all this.
    flags: String,
}

impl Place {
    /// The clinic that is named, else the clinic or library in the current folder, else that folder.
    fn find(
        clinic: Option<&Path>,
        library: Library,
        global: &Global,
    ) -> anyhow::Result<Result<Place, Vec<Finding>>> {
        let here = PathBuf::new();
        let flags = global
            .library
            .as_ref()
            .map(|path| format!(" --library {}", path.display()));
        let flags = flags.unwrap_or_default();
        let (path, root) = match clinic {
            None if here.join("clinic.yaml").is_file() => (Path::new("."), here),
            None if here.join("library.yaml").is_file() => {
                let flags = " --library .".to_owned();
                let place = |library| Place {
                    root: here,
                    library,
                    clinic: None,
                    flags,
                };
                return Ok(Library::open(Path::new(".")).map(place));
            }
            None => {
                return Ok(Ok(Place {
                    root: here,
                    library,
                    clinic: None,
                    flags,
                }));
            }
            Some(path) if path.is_dir() => (path, path.to_owned()),
            Some(path) if path.is_file() => {
                (path, path.parent().map(Path::to_owned).unwrap_or(here))
            }
            Some(path) => return Err(anyhow!("no clinic at `{}`", path.display())),
        };
        let flags = format!(" --clinic {}{flags}", path.display());
        let clinic = Clinic::load(path, &Faces::bundled());
        Ok(clinic.map(|clinic| Place {
            root,
            library,
            clinic: Some(clinic),
            flags,
        }))
    }

    /// The key of a reference to begin with, and whether it still has to be written: a clinic's or
    /// library's first, or a new one. A handout of nobody's can only cite what the library has.
    fn reference(&self) -> (Option<String>, bool) {
        let known = match &self.clinic {
            Some(clinic) => &clinic.references,
            None => self.library.bibliography(),
        };
        match known.keys().next() {
            Some(key) => (Some(key.to_owned()), false),
            None if self.root.join("references.yaml").exists() => (None, false),
            None if self.clinic.is_some() || self.root.join("library.yaml").is_file() => {
                (Some(OWN_REFERENCE.to_owned()), true)
            }
            None => (None, false),
        }
    }

    /// The command line that does something with the handout.
    fn command(&self, command: &str, id: &str) -> String {
        format!("handout {command} {id}{}", self.flags)
    }
}

/// A title from an id: `our-classes` is "Our classes".
fn title(id: &str) -> String {
    let words = id.replace('-', " ");
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
