//! `handout serve`: the desk, a local web page.

use std::io::{self, Write};
use std::process::{Command, Stdio};

use anyhow::bail;

use super::{ContentErrors, Outcome, lookup};
use crate::cli::{Global, Serve};
use crate::desk::{self, Listening, Workspace};
use crate::finding::Finding;
use crate::font::Faces;
use crate::library::{Clinic, Library};

pub(super) fn run(serve: &Serve, global: &Global) -> anyhow::Result<Outcome> {
    let address = serve.listen;
    let is_open = !address.ip().is_loopback();
    if is_open && serve.allow_host.is_empty() {
        bail!(
            "other computers could open the page at {address}: write the name by which they know this one, as in \
             `--allow-host ward-3.local`"
        );
    }
    // A fault of the files is shown in the browser. A clinic that is not there is an error here.
    let loaded = load(serve, global);
    if let Err(LoadError::Other(error)) = loaded {
        return Err(error);
    }
    let date = global.today()?;
    let workspace = {
        let (of_load, global) = (serve.clone(), global.clone());
        let clock = global.clone();
        Workspace {
            load: Box::new(move || match load(&of_load, &global) {
                Ok(loaded) => Ok(loaded),
                Err(LoadError::Content(findings)) => Err(findings),
                Err(LoadError::Other(error)) => {
                    Err(vec![Finding::error("missing-file", format!("{error:#}"))])
                }
            }),
            today: Box::new(move || clock.today().unwrap_or(date)),
            read_only: serve.read_only,
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

fn load(serve: &Serve, global: &Global) -> Result<(Library, Clinic), LoadError> {
    let loaded = || -> anyhow::Result<(Library, Clinic)> {
        let library = global.library()?;
        let clinic = lookup::clinic(serve.clinic.as_deref(), &library, &Faces::bundled())?;
        Ok((library, clinic))
    };
    loaded().map_err(|error| match error.downcast() {
        Ok(ContentErrors(findings)) => LoadError::Content(findings),
        Err(error) => LoadError::Other(error),
    })
}

/// Opens an address in the person's browser. If there is none, the address is on the terminal.
fn open_browser(address: &str) {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(target_os = "windows") {
        // `start` of the command interpreter would read `&` in the address.
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    let _ = Command::new(program)
        .args(arguments)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
}
