//! Jobs for `inflammation-link` and the clinic in `tests/clinics/greeting`.

use std::path::Path;

use handout::leaflet::PreparedLeaflet;
use handout::{Clinic, Faces, Handout, JobData, LeafletRequest, Library, Renderer};
use serde_json::json;

/// Most names need only Latin-1; one needs another Latin letter, one another script.
const FIRST_NAMES: [&str; 16] = [
    "Ada",
    "Zoë",
    "Björn",
    "María",
    "Jean-Luc",
    "Siân",
    "Noor",
    "Łukasz",
    "Åsa",
    "Tom",
    "Ingrid",
    "Владимир",
    "José",
    "Grace",
    "Owen",
    "Mei",
];

pub(crate) struct SampleJobs {
    library: Library,
    handout: Handout,
    clinic: Clinic,
}

impl SampleJobs {
    pub(crate) fn new() -> SampleJobs {
        let faces = Faces::bundled();
        let library = Library::embedded().unwrap();
        let clinic = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clinics/greeting");
        let clinic = Clinic::load(&clinic, &faces).unwrap();
        let handout = library.handout("inflammation-link").unwrap();
        SampleJobs {
            library,
            handout,
            clinic,
        }
    }

    pub(crate) fn renderer(&self) -> Renderer {
        Renderer::new()
    }

    pub(crate) fn request(&self) -> LeafletRequest<'_> {
        LeafletRequest::new(
            &self.library,
            &self.handout,
            &self.clinic,
            "2026-11-22".parse().unwrap(),
        )
        .with_language("en")
    }

    pub(crate) fn prepared(&self, renderer: &mut Renderer) -> PreparedLeaflet<'_> {
        let names = ["patient.first_name", "visit.date"].map(str::to_owned);
        let request = self.request().with_data_names(names.into());
        PreparedLeaflet::new(&request, renderer).unwrap_or_else(|failure| panic!("{failure:?}"))
    }
}

/// Returns the reader data of a row: names repeat often, days and initials seldom.
pub(crate) fn job_data(number: usize) -> JobData {
    let name = FIRST_NAMES[number % FIRST_NAMES.len()];
    let name = format!(
        "{name} {}",
        ["A", "B", "C", "D", "E", "F", "G"][number / 16 % 7]
    );
    let day = format!("2026-{:02}-{:02}", 1 + number / 112 % 12, 1 + number % 28);
    let data = json!({ "patient": { "first_name": name }, "visit": { "date": day } });
    data.as_object().unwrap().clone()
}
