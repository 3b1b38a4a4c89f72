//! `words CLINIC DATE FOLDER` writes what each leaflet of the built-in library has to say, for that
//! clinic on that day, as `ID.words.json` into the folder; `text_order.py` holds it against what
//! poppler reads in the leaflets' files.

#[path = "../support/reading_order.rs"]
mod reading_order;

use std::error::Error;
use std::fs;
use std::path::Path;

use handout::font::Faces;
use handout::leaflet::{self, Order};
use handout::library::{Clinic, Library, parse_day};
use handout::resolve::{JobData, ReferenceMode};
use handout::theme::Paper;
use reading_order::Reading;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [clinic, date, folder] = &arguments[..] else {
        return Err("usage: words CLINIC DATE FOLDER".into());
    };
    let date = parse_day(date).ok_or("a day is written like 2026-11-21")?;
    let faces = Faces::bundled();
    let library = Library::embedded().map_err(|findings| format!("{findings:#?}"))?;
    let clinic =
        Clinic::load(Path::new(clinic), &faces).map_err(|findings| format!("{findings:#?}"))?;
    for id in library.ids() {
        let handout = library
            .handout(&id)
            .map_err(|findings| format!("{findings:#?}"))?;
        let order = Order {
            library: &library,
            handout: &handout,
            clinic: &clinic,
            language: "en",
            paper: Paper::A4,
            references: ReferenceMode::Full,
            date,
        };
        let resolved = leaflet::document(&order, &JobData::new())
            .map_err(|findings| format!("{findings:#?}"))?;
        let words = Reading::of(&resolved.document).to_json();
        fs::write(
            Path::new(folder).join(format!("{id}.words.json")),
            serde_json::to_string_pretty(&words)?,
        )?;
    }
    Ok(())
}
