//! `handout serve`: the desk, a local web page.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::bail;

use super::{ContentErrors, Outcome, lookup};
use crate::cli::{Global, Serve};
use crate::desk::{self, Listening, Workspace};
use crate::finding::Finding;
use crate::font::Faces;
use crate::library::{Clinic, Library};
use crate::log::Log;

/// Name of the folder for a clinic.
const FOLDER: &str = "Leaflets";
/// Name of a clinic's main file.
const CLINIC: &str = "clinic.yaml";

pub(super) fn run(serve: &Serve, global: &Global) -> anyhow::Result<Outcome> {
    let address = serve.listen;
    let is_open = !address.ip().is_loopback();
    if is_open && serve.allow_host.is_empty() {
        bail!(
            "other computers could open the page at {address}: write the name by which they know this one, as in \
             `--allow-host ward-3.local`"
        );
    }
    let home_of_clinic = home_of_clinic();
    let clinic = lookup::clinic_path(serve.clinic.as_deref()).map(Path::to_owned);
    let clinic = clinic.or_else(|| {
        // A clinic here under a wrong name is reported.
        lookup::refuse_misnamed_clinic().ok()?;
        let home = home_of_clinic.as_ref();
        home.filter(|home| home.join(CLINIC).is_file()).cloned()
    });
    // A fault of the files is shown in the browser. A clinic that is not there is an error here.
    let loaded = load(clinic.as_deref(), global);
    if let Err(LoadError::Other(error)) = loaded {
        return Err(error);
    }
    let log = match (&serve.log.path, &loaded) {
        (None, _) => None,
        (Some(_), Ok((_, clinic))) => super::log::open(&serve.log, clinic)?,
        (Some(path), Err(_)) => Some(Log::open(path)?),
    };
    let date = global.today()?;
    let workspace = {
        let global = global.clone();
        let clock = global.clone();
        Workspace {
            load: Box::new(move |clinic| match load(clinic, &global) {
                Ok(loaded) => Ok(loaded),
                Err(LoadError::Content(findings)) => Err(findings),
                Err(LoadError::Other(error)) => {
                    Err(vec![Finding::error("missing-file", format!("{error:#}"))])
                }
            }),
            clinic,
            new_clinic: new_clinic(home_of_clinic.as_deref()),
            home_of_clinic,
            today: Box::new(move || clock.today().unwrap_or(date)),
            read_only: serve.read_only,
            log: log.map(Arc::new),
            open_folder: (!is_open).then(|| {
                let opens = !serve.no_open;
                let open = move |folder: &Path| opens && start_program(folder.as_os_str(), false);
                Box::new(open) as Box<_>
            }),
        }
    };
    let listening = Listening {
        address,
        hosts: serve.allow_host.clone(),
    };
    let announce = |address: &str| {
        // The browser may open the page even if nothing can be written here.
        let mut stderr = io::stderr();
        if is_open {
            let _ = writeln!(
                stderr,
                "other computers can open this page, and what it shows is not encrypted on its way:"
            );
        }
        let _ = writeln!(stderr, "{address}");
        if !serve.no_open {
            open_browser(address);
        }
    };
    desk::serve(workspace, &listening, &announce)?;
    Ok(Outcome::Done)
}

enum LoadError {
    Content(Vec<Finding>),
    Other(anyhow::Error),
}

fn load(clinic: Option<&Path>, global: &Global) -> Result<(Library, Clinic), LoadError> {
    let loaded = || -> anyhow::Result<(Library, Clinic)> {
        let library = global.library()?;
        let clinic = lookup::clinic(clinic, &library, &Faces::bundled())?;
        Ok((library, clinic))
    };
    loaded().map_err(|error| match error.downcast() {
        Ok(ContentErrors(findings)) => LoadError::Content(findings),
        Err(error) => LoadError::Other(error),
    })
}

/// Returns the folder for a person's clinic: `Leaflets` in their documents. `None` if the person has no home.
fn home_of_clinic() -> Option<PathBuf> {
    let home = std::env::home_dir().filter(|home| home.is_absolute())?;
    let documents = home.join("Documents");
    let parent = if documents.is_dir() { documents } else { home };
    Some(parent.join(FOLDER))
}

/// Returns a folder for a new clinic that is not there yet, or is empty.
fn new_clinic(home: Option<&Path>) -> PathBuf {
    let here = || std::env::current_dir().unwrap_or_default().join(FOLDER);
    let wanted = home.map_or_else(here, Path::to_owned);
    let is_free = |path: &PathBuf| match std::fs::read_dir(path) {
        Ok(mut names) => names.next().is_none(),
        Err(_) => path.symlink_metadata().is_err(),
    };
    let others = (2..100).map(|number| wanted.with_file_name(format!("{FOLDER} {number}")));
    let mut folders = std::iter::once(wanted.clone()).chain(others);
    folders.find(is_free).unwrap_or(wanted)
}

/// Opens an address in the person's browser. If there is none, the address is on the terminal.
fn open_browser(address: &str) {
    start_program(OsStr::new(address), true);
}

/// Opens an address or a folder in the program that is for it. Returns whether that program could be started.
fn start_program(opened: &OsStr, is_address: bool) -> bool {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(target_os = "windows") && !is_address {
        ("explorer", &[])
    } else if cfg!(target_os = "windows") {
        // `start` of the command interpreter would read `&` in the address.
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    Command::new(program)
        .args(arguments)
        .arg(opened)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .is_ok()
}
