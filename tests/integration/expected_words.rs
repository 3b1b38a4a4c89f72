//! Writes the words of each shipped leaflet, for the comparison with poppler's reading.

use std::path::{Path, PathBuf};
use std::{env, fs};

use handout::leaflet::{self};
use handout::{Clinic, Edition, Faces, JobData, LeafletRequest, Library};

use crate::reading_order::Reading;
use crate::shipped_library::TODAY;

/// Writes `ID.words.json` beside each leaflet that `tests/conformance/leaflets.sh` makes.
///
/// The folders below `CONFORMANCE_FOLDER` are named CLINIC-PAPER or CLINIC-PAPER-EDITION.
#[test]
#[ignore = "part of tests/conformance/leaflets.sh"]
fn writes_expected_words() {
    let folder = env::var("CONFORMANCE_FOLDER").unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let leaflets = entry.unwrap().path();
        let name = leaflets.file_name().unwrap().to_str().unwrap();
        let (clinic, _) = name.split_once('-').unwrap();
        // The panels of a sheet are not painted in the order of the words.
        if name.contains("booklet") || name.contains("trifold") {
            continue;
        }
        // A short form has other words than the leaflet.
        let edition = match name.contains("-short") {
            true => Edition::SHORT,
            false => Edition::STANDARD,
        };
        write_words(&clinic_folder(clinic), edition, &leaflets);
    }
}

fn clinic_folder(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    match name {
        "faces" => root.join("tests/clinics/faces"),
        name => root.join("handouts/clinics").join(name),
    }
}

fn write_words(clinic: &Path, edition: Edition, folder: &Path) {
    let library = Library::embedded().unwrap();
    let clinic = Clinic::load(clinic, &Faces::bundled()).unwrap();
    for id in library.ids() {
        let handout = library.handout(&id).unwrap();
        let request = LeafletRequest::new(&library, &handout, &clinic, TODAY.parse().unwrap())
            .with_language("en")
            .with_edition(edition);
        let resolved = leaflet::document(&request, &JobData::new()).unwrap();
        let words = Reading::of(&resolved.document).to_json();
        let words = serde_json::to_string_pretty(&words).unwrap();
        fs::write(folder.join(format!("{id}.words.json")), words).unwrap();
    }
}
