//! Checks every handout of a library folder and prints the findings.
//!
//!     cargo run --example check_library -- handouts handouts/clinics/example
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::path::Path;

use handout::{Clinic, Faces, Finding, LeafletRequest, Library, Severity};
use jiff::civil::date;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [library, clinic] = &arguments[..] else {
        return Err("usage: check_library LIBRARY CLINIC".into());
    };
    let library = Library::open(Path::new(library)).map_err(count)?;
    let clinic = Clinic::load(Path::new(clinic), &Faces::bundled()).map_err(count)?;

    let mut errors = 0;
    for id in library.ids() {
        let handout = library.handout(&id).map_err(count)?;
        let request = LeafletRequest::new(&library, &handout, &clinic, date(2026, 11, 21));
        for finding in handout::check(&request) {
            println!("{id}: {}: {}", finding.id, finding.message);
            errors += usize::from(finding.severity == Severity::Error);
        }
    }
    match errors {
        0 => Ok(()),
        _ => Err(format!("{errors} errors").into()),
    }
}

fn count(findings: Vec<Finding>) -> String {
    format!("the folder has {} findings", findings.len())
}
