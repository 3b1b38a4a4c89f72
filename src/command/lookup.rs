//! Finds the clinics and handouts that the command line names.
//!
//! A name that does not exist is a usage error. Faulty files are [`ContentErrors`].

use std::path::Path;

use anyhow::{Context, bail};
use jiff::civil::Date;

use super::ContentErrors;
use crate::finding::{Finding, nearest};
use crate::font::Faces;
use crate::leaflet::{self, LeafletRequest};
use crate::library::{self, Clinic, Handout, Library};
use crate::resolve::JobData;

/// The clinic to use if none is named or found.
const EXAMPLE_CLINIC: &str = "example";
/// The clinic to use if the command line and the environment name none.
const CLINIC_HERE: &str = "clinic.yaml";
/// Says that leaflets are not for patients.
pub(super) const OF_EXAMPLE_CLINIC: &str =
    "This is for the example clinic, not for patients: name your clinic with `--clinic`";

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

/// Fails if the `clinic.yaml` of the current folder has a wrong name, such as `clinic.yml`. Else another
/// clinic's telephone number would go out.
pub(super) fn refuse_misnamed_clinic() -> anyhow::Result<()> {
    match library::misnamed_clinic(Path::new(".")) {
        Some(finding) => Err(ContentErrors(vec![finding]).into()),
        None => Ok(()),
    }
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

/// Returns the faults of a clinic when its library cannot be read.
pub(super) fn clinic_faults(given: Option<&Path>, faces: &Faces) -> Vec<Finding> {
    let path = clinic_path(given).filter(|path| path.exists());
    let findings = path.and_then(|path| Clinic::load(path, faces).err());
    findings.unwrap_or_default()
}

/// Findings about a text that do not depend on `clinic.yaml`.
const OF_TEXTS: [&str; 11] = [
    "empty-heading",
    "heading-order",
    "yaml-syntax",
    "template-syntax",
    "unknown-citation",
    "unknown-field",
    "unknown-term",
    "unsupported-markdown",
    "repeated-base",
    "table-shape",
    "too-large",
];

/// Adds the faults of handouts that can be known although their clinic is faulty. If no name is that of a
/// handout, the handouts are those of the clinic.
pub(super) fn add_faults_of_texts(
    clinic: &Path,
    names: &[String],
    library: &Library,
    date: Date,
    faces: &Faces,
    findings: &mut Vec<Finding>,
) {
    let Some(clinic) = Clinic::load_rest(clinic, faces) else {
        return;
    };
    let open = |name: &String| handout(name, library, &clinic).ok();
    let mut handouts: Vec<Handout> = names.iter().filter_map(open).collect();
    if handouts.is_empty() {
        handouts.extend(clinic.ids().iter().filter_map(open));
    }
    for handout in &handouts {
        for language in handout.languages() {
            let request =
                LeafletRequest::new(library, handout, &clinic, date).with_language(&language);
            let faults = leaflet::document(&request, &JobData::new()).err();
            for fault in faults.into_iter().flatten() {
                let is_known = OF_TEXTS.contains(&fault.id) || is_unknown_name(&fault);
                let is_new =
                    |other: &Finding| other.id != fault.id || other.message != fault.message;
                if is_known && findings.iter().all(is_new) {
                    findings.push(fault);
                }
            }
        }
    }
}

/// Whether a finding is about a name that no clinic can have. A `clinic.yaml` may declare `clinic.vars`
/// and reader data.
fn is_unknown_name(finding: &Finding) -> bool {
    finding.id == "unknown-variable"
        && ["`clinic.", "`handout."]
            .iter()
            .any(|root| finding.message.contains(root))
        && !finding.message.contains("`clinic.vars")
}

/// Reports a folder of the current folder that has the same name as a handout, which is taken instead.
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
    // A folder that has the same name by chance hides no handout of the clinic.
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
