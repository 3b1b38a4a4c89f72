//! What the command line names: clinics and handouts. One that is not there is a mistake of whoever
//! typed it, not of the content.

use std::path::Path;

use anyhow::{anyhow, bail};

use crate::finding::Finding;
use crate::font::Faces;
use crate::library::{Clinic, Handout, Library};

/// The clinic whose leaflets are made where none is named.
const EXAMPLE_CLINIC: &str = "example";

/// The clinic named on the command line, else the example that every library and program has.
pub(super) fn clinic(
    path: Option<&Path>,
    library: &Library,
    faces: &Faces,
) -> anyhow::Result<Result<Clinic, Vec<Finding>>> {
    match path {
        Some(path) if !path.exists() => bail!("no clinic at `{}`", path.display()),
        Some(path) => Ok(Clinic::load(path, faces)),
        None => match library.clinic(EXAMPLE_CLINIC, faces) {
            Some(clinic) => Ok(clinic),
            None => {
                let embedded = match Library::embedded() {
                    Ok(library) => library,
                    Err(findings) => return Ok(Err(findings)),
                };
                embedded
                    .clinic(EXAMPLE_CLINIC, faces)
                    .ok_or_else(|| anyhow!("name a clinic with `--clinic`"))
            }
        },
    }
}

/// A handout by its id, of the clinic or of the library, or by its folder.
pub(super) fn handout(
    name: &str,
    library: &Library,
    clinic: &Clinic,
) -> anyhow::Result<Result<Handout, Vec<Finding>>> {
    let path = Path::new(name);
    if path.join("handout.yaml").is_file() {
        return Ok(Handout::open(path, library));
    }
    if name.contains(['/', std::path::MAIN_SEPARATOR]) {
        bail!("no `handout.yaml` in `{name}`");
    }
    if let Some(handout) = clinic.handout(name) {
        return Ok(handout);
    }
    let mut known = library.ids();
    if !known.iter().any(|id| id == name) {
        known.extend(clinic.ids());
        let nearest = crate::finding::nearest(name, known.iter().map(String::as_str));
        match nearest {
            Some(nearest) => bail!("no handout `{name}`: did you mean `{nearest}`?"),
            None => bail!("no handout `{name}`: `handout list` shows what there is"),
        }
    }
    Ok(library.handout(name))
}
