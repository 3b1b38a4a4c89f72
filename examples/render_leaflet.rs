//! Renders a leaflet of the built-in library for a clinic.
//!
//!     cargo run --example render_leaflet -- handouts/clinics/typical sleep sleep.pdf

use std::error::Error;
use std::path::Path;

use handout::{Clinic, Faces, JobData, LeafletError, LeafletRequest, Library, Renderer};
use jiff::civil::date;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [clinic, id, path] = &arguments[..] else {
        return Err("usage: render_leaflet CLINIC ID FILE.pdf".into());
    };
    let library = Library::embedded().map_err(describe)?;
    let clinic = Clinic::load(Path::new(clinic), &Faces::bundled()).map_err(describe)?;
    let handout = library.handout(id).map_err(describe)?;

    let request = LeafletRequest::new(&library, &handout, &clinic, date(2026, 11, 21));
    let leaflet = match handout::render(&request, &JobData::new(), &mut Renderer::new()) {
        Ok(leaflet) => leaflet,
        Err(LeafletError::Findings(findings)) => return Err(describe(findings).into()),
        Err(LeafletError::Pdf(error)) => return Err(error.into()),
    };
    std::fs::write(path, leaflet.bytes)?;
    Ok(())
}

fn describe(findings: Vec<handout::Finding>) -> String {
    let messages: Vec<String> = findings
        .iter()
        .map(|finding| format!("{}: {}", finding.id, finding.message))
        .collect();
    messages.join("\n")
}
