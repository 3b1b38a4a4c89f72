//! Finds the clinics and handouts that the command line names.
//!
//! A name that does not exist is a usage error. Faulty files are [`ContentErrors`].

use std::path::Path;

use anyhow::{Context, bail};

use super::ContentErrors;
use crate::finding::nearest;
use crate::font::Faces;
use crate::library::{Clinic, Handout, Library};

/// The clinic to use if the command line names none.
const EXAMPLE_CLINIC: &str = "example";

/// Loads the clinic at `path`, else the example clinic of the library or of the program.
pub(super) fn clinic(
    path: Option<&Path>,
    library: &Library,
    faces: &Faces,
) -> anyhow::Result<Clinic> {
    let clinic = match path {
        Some(path) if !path.exists() => bail!("no clinic at `{}`", path.display()),
        Some(path) => Clinic::load(path, faces),
        None => match library.clinic(EXAMPLE_CLINIC, faces) {
            Some(clinic) => clinic,
            None => Library::embedded()
                .map_err(ContentErrors)?
                .clinic(EXAMPLE_CLINIC, faces)
                .context("name a clinic with `--clinic`")?,
        },
    };
    Ok(clinic.map_err(ContentErrors)?)
}

/// Opens a handout by its folder, or by its id in the clinic or the library.
pub(super) fn handout(name: &str, library: &Library, clinic: &Clinic) -> anyhow::Result<Handout> {
    let path = Path::new(name);
    if path.join("handout.yaml").is_file() {
        return Ok(library.handout_at(path).map_err(ContentErrors)?);
    }
    if name.contains(['/', std::path::MAIN_SEPARATOR]) {
        bail!("no `handout.yaml` in `{name}`");
    }
    if let Some(handout) = clinic.handout(name) {
        return Ok(handout.map_err(ContentErrors)?);
    }
    let mut ids = library.ids();
    if ids.iter().any(|id| id == name) {
        return Ok(library.handout(name).map_err(ContentErrors)?);
    }
    ids.extend(clinic.ids());
    match nearest(name, ids.iter().map(String::as_str)) {
        Some(nearest) => bail!("no handout `{name}`: did you mean `{nearest}`?"),
        None => bail!("no handout `{name}`: `handout list` shows all handouts"),
    }
}
