//! Finds the clinics and handouts that the command line names.
//!
//! A name that does not exist is a usage error. Faulty files are [`ContentErrors`].

use std::path::Path;

use anyhow::{Context, bail};

use super::ContentErrors;
use crate::disk::folder_of;
use crate::finding::{Finding, nearest};
use crate::font::Faces;
use crate::library::{self, Clinic, Handout, Library};

/// The clinic to use if none is named or found.
const EXAMPLE_CLINIC: &str = "example";
/// The clinic to use if the command line and the environment name none.
const CLINIC_HERE: &str = "clinic.yaml";
/// Says that leaflets are not for patients.
pub(super) const OF_EXAMPLE_CLINIC: &str =
    "This is for the example clinic, not for patients: name your clinic with `--clinic`";

/// The variable of the environment that names the clinic.
pub(super) const CLINIC_VARIABLE: &str = "HANDOUT_CLINIC";

/// Returns ` (from VARIABLE)` if a variable of the environment gives the path.
pub(super) fn source_of(path: &Path, variable: &str) -> String {
    match std::env::var_os(variable) {
        Some(value) if value == path.as_os_str() => format!(" (from {variable})"),
        _ => String::new(),
    }
}

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
    refuse_misnamed_clinic()?;
    let clinic = match library.clinic(EXAMPLE_CLINIC, faces) {
        Some(clinic) => clinic,
        None => Library::embedded()
            .map_err(ContentErrors)?
            .clinic(EXAMPLE_CLINIC, faces)
            .context("name a clinic with `--clinic`")?,
    };
    Ok(clinic.map_err(ContentErrors)?.into_example())
}

/// Fails if the current folder has a clinic under a wrong name, such as `clinic.yml`. Otherwise leaflets
/// would have another clinic's telephone number.
pub(super) fn refuse_misnamed_clinic() -> anyhow::Result<()> {
    match library::misnamed_clinic(Path::new(".")) {
        Some(finding) => Err(ContentErrors(vec![finding]).into()),
        None => Ok(()),
    }
}

/// Loads a clinic from its `clinic.yaml` or its folder.
pub(super) fn load_clinic(path: &Path, faces: &Faces) -> anyhow::Result<Clinic> {
    if path.symlink_metadata().is_err() {
        bail!("{}", no_clinic(path));
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

/// Returns the error for a path without a clinic. Suggests a clinic in the same folder with nearly that name.
pub(super) fn no_clinic(path: &Path) -> String {
    let message = format!(
        "no clinic at `{}`{}",
        path.display(),
        source_of(path, CLINIC_VARIABLE)
    );
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let clinics = library::clinic_folders(folder_of(path));
    match nearest(&name, clinics.iter().map(String::as_str)) {
        Some(near) => {
            let near = path.with_file_name(near);
            format!("{message}: did you mean `{}`?", near.display())
        }
        None => message,
    }
}

/// Reports a folder in the current folder that has the name of a handout. The handout is used instead.
pub(super) fn unread_folder(name: &str, library: &Library, clinic: &Clinic) -> Option<Finding> {
    let path = Path::new(name);
    let is_id = |ids: Vec<String>| ids.iter().any(|id| id == name);
    let owner = if is_id(clinic.ids()) {
        "clinic"
    } else if is_id(library.ids()) {
        "library"
    } else {
        return None;
    };
    let is_other = path.join("handout.yaml").is_file()
        && !library.has_folder(path)
        && !clinic.has_folder(path);
    let message = format!("the folder `{name}` is not read: `{name}` is a handout of the {owner}");
    let help = format!("write `./{name}` for the folder");
    is_other.then(|| Finding::warning("unread-file", message).help(help))
}

/// Opens a handout by its id in the clinic or in the library, or by its folder.
pub(super) fn handout(name: &str, library: &Library, clinic: &Clinic) -> anyhow::Result<Handout> {
    // A folder that has the same name by chance hides no handout.
    if let Some(handout) = library.handout_of(clinic, name) {
        return Ok(handout.map_err(ContentErrors)?);
    }
    let mut ids = library.ids();
    if ids.iter().any(|id| id == name) {
        return Ok(library.handout(name).map_err(ContentErrors)?);
    }
    let path = Path::new(name);
    if path.join("handout.yaml").is_file() {
        return Ok(library.handout_at(path).map_err(ContentErrors)?);
    }
    if name.contains(['/', std::path::MAIN_SEPARATOR]) {
        bail!("no `handout.yaml` in `{name}`");
    }
    ids.extend(clinic.ids());
    match nearest(name, ids.iter().map(String::as_str)) {
        Some(nearest) => bail!("no handout `{name}`: did you mean `{nearest}`?"),
        None => bail!("no handout `{name}`: `handout list` shows all handouts"),
    }
}
