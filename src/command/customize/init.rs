//! `handout customize init`: writes the files of a new clinic.

use std::path::Path;

use anyhow::bail;

use crate::cli::{CustomizeInit, Global};
use crate::command::Outcome;
use crate::library::name_fault;
use crate::scaffold::clinic::{NewClinic, Samples, example};
use crate::scaffold::{self, Schemas};

/// Folder for a clinic whose name has no letters for a folder name.
const DEFAULT_FOLDER: &str = "clinic";

pub(in crate::command) fn run(init: &CustomizeInit, global: &Global) -> anyhow::Result<Outcome> {
    let name = init.name.trim();
    if name.is_empty() || name.contains(char::is_control) {
        bail!("write the clinic's name on one line, as in \"Riverside Pain Clinic\"");
    }
    if let Some(fault) = name_fault(name) {
        let help = fault.help.unwrap_or_default();
        bail!("{}: {help}, as in \"Riverside Pain Clinic\"", fault.message);
    }
    let library = global.library()?;
    let folder = scaffold::folder_name(name).unwrap_or_else(|| DEFAULT_FOLDER.to_owned());
    let root = Path::new(&folder);
    if root.symlink_metadata().is_ok() {
        bail!("`{folder}` already exists: nothing was changed");
    }
    let new = NewClinic {
        name,
        phone: None,
        emergency_number: None,
        samples: Samples::Written,
    };
    let files = new.files(&folder, &library);
    scaffold::write_folder(root, &files, Schemas::Written)?;
    for (path, _) in &files {
        global.print_status(&format!("{folder}/{path}"));
    }
    let handout = example(&library).handout;
    global.print_status(&format!(
        "Write your telephone numbers into {folder}/clinic.yaml. Then look at a leaflet:\n\
         handout generate {handout} --clinic {folder}"
    ));
    Ok(Outcome::Done)
}
