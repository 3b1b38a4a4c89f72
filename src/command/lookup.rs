//! Finds the clinics and handouts that the command line names.
//!
//! A name that does not exist is a usage error. Faulty files are [`ContentErrors`].

use std::path::Path;

use anyhow::{Context, bail};

use super::ContentErrors;
use crate::finding::nearest;
use crate::font::Faces;
use crate::library::{Clinic, Handout, Library};

/// The clinic to use if none is named or found.
const EXAMPLE_CLINIC: &str = "example";
/// The clinic to use if the command line and the environment name none.
const CLINIC_HERE: &str = "clinic.yaml";
/// Says that leaflets are not for patients.
pub(super) const OF_EXAMPLE_CLINIC: &str =
    "No clinic is named, so this is for the example clinic: use `--clinic` for patients' leaflets";

/// Returns the path of the clinic: the given one, else `clinic.yaml` in the current folder if it exists.
pub(super) fn clinic_path(given: Option<&Path>) -> Option<&Path> {
    // A broken link is an error, not a reason to take another clinic.
    let here = || Path::new(CLINIC_HERE).symlink_metadata().is_ok();
    given.or_else(|| here().then_some(Path::new(CLINIC_HERE)))
}

/// Loads the clinic at [`clinic_path`], else the example clinic of the library or of the program.
pub(super) fn clinic(
    given: Option<&Path>,
    library: &Library,
    faces: &Faces,
) -> anyhow::Result<Clinic> {
    if let Some(path) = clinic_path(given) {
        return load_clinic(path, faces);
    }
    let clinic = match library.clinic(EXAMPLE_CLINIC, faces) {
        Some(clinic) => clinic,
        None => Library::embedded()
            .map_err(ContentErrors)?
            .clinic(EXAMPLE_CLINIC, faces)
            .context("name a clinic with `--clinic`")?,
    };
    Ok(clinic.map_err(ContentErrors)?.into_example())
}

/// Loads the clinic that a `clinic.yaml` or its folder has.
pub(super) fn load_clinic(path: &Path, faces: &Faces) -> anyhow::Result<Clinic> {
    if path.symlink_metadata().is_err() {
        bail!("no clinic at `{}`", path.display());
    }
    let extension = path.extension().unwrap_or_default();
    if path.is_file()
        && !["yaml", "yml"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    {
        // Findings would show lines of the file, which may be a job file with patients' data.
        bail!(
            "`{}` is not the file of a clinic: name a `clinic.yaml` or its folder",
            path.display()
        );
    }
    Ok(Clinic::load(path, faces).map_err(ContentErrors)?)
}

/// Opens a handout by its id in the clinic, by its folder, or by its id in the library.
pub(super) fn handout(name: &str, library: &Library, clinic: &Clinic) -> anyhow::Result<Handout> {
    // A folder that has the same name by chance hides no handout of the clinic.
    if let Some(handout) = library.handout_of(clinic, name) {
        return Ok(handout.map_err(ContentErrors)?);
    }
    let path = Path::new(name);
    if path.join("handout.yaml").is_file() {
        return Ok(library.handout_at(path).map_err(ContentErrors)?);
    }
    if name.contains(['/', std::path::MAIN_SEPARATOR]) {
        bail!("no `handout.yaml` in `{name}`");
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
