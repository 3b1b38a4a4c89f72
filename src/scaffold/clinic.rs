//! The files of a new clinic.

use super::quoted;
use crate::font::Faces;
use crate::library::{EntryKind, Library};

const CLINIC: &str = include_str!("clinic/clinic.yaml");
const TEXT: &str = include_str!("clinic/text.yaml");
/// Placeholder logo with the first letter of the clinic's name.
const LETTER_LOGO: &str = include_str!("clinic/letter-logo.svg");
/// Placeholder logo for names without a letter that the fonts have.
const DOT_LOGO: &str = include_str!("clinic/dot-logo.svg");
/// Lines of [`CLINIC`] that name the placeholder logo.
const LOGO_LINES: &str = "  logo: logo.svg\n  logo_alt: {logo_alt}\n";
/// Lines in their place for a clinic without a logo.
const NO_LOGO_LINES: &str = "#  logo: logo.svg\n#  logo_alt: A green leaf\n";

/// What a new clinic is known by.
pub(crate) struct NewClinic<'a> {
    pub(crate) name: &'a str,
    pub(crate) phone: Option<&'a str>,
    pub(crate) emergency_number: Option<&'a str>,
    pub(crate) samples: Samples,
}

/// What a new clinic's folder has besides its own facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Samples {
    /// A placeholder logo and a job file.
    Written,
    LeftOut,
}

impl NewClinic<'_> {
    /// Returns the paths in the clinic's folder, and the bytes of each file. `folder` is the folder's name in comments.
    pub(crate) fn files(&self, folder: &str, library: &Library) -> Vec<(String, Vec<u8>)> {
        let Example { handout, section } = example(library);
        let language = &library.manifest().language;
        let (logo, logo_alt) = logo(self.name);
        let fill = |text: &str| {
            // The name is filled in last, so that nothing in it is replaced.
            text.replace("{folder}", folder)
                .replace("{logo_alt}", &quoted(&logo_alt))
                .replace("{handout}", &handout)
                .replace("{section}", &section)
                .replace("{language}", language)
                .replace("{name}", &quoted(self.name))
        };
        let mut clinic = CLINIC.to_owned();
        if self.samples == Samples::LeftOut {
            clinic = clinic.replace(LOGO_LINES, NO_LOGO_LINES);
        }
        let mut clinic = fill(&clinic);
        for (key, value) in [
            ("phone", self.phone),
            ("emergency_number", self.emergency_number),
        ] {
            if let Some(value) = value {
                clinic = with_value(&clinic, key, value);
            }
        }
        let mut files = vec![
            ("clinic.yaml".to_owned(), clinic),
            (format!("text/{language}.yaml"), fill(TEXT)),
        ];
        if self.samples == Samples::Written {
            files.insert(1, ("logo.svg".to_owned(), logo));
            files.push(("jobs.csv".to_owned(), jobs(library)));
        }
        let files = files.into_iter();
        files
            .map(|(path, text)| (path, text.into_bytes()))
            .collect()
    }
}

/// Replaces the line of an example, such as `#phone: …`, by a value.
fn with_value(clinic: &str, key: &str, value: &str) -> String {
    let example = format!("#{key}: ");
    let lines = clinic
        .split_inclusive('\n')
        .map(|line| match line.starts_with(&example) {
            true => format!("{key}: {}\n", quoted(value)),
            false => line.to_owned(),
        });
    lines.collect()
}

/// Returns a job file for two handouts.
fn jobs(library: &Library) -> String {
    let mut ids = library.ids();
    ids.truncate(2);
    let rows = ids
        .iter()
        .zip(["a4,20", "a5,10"])
        .map(|(id, rest)| format!("{id},{rest}\n"));
    format!("handout,paper,copies\n{}", rows.collect::<String>())
}

/// Handout and section for the examples in comments.
pub(crate) struct Example {
    pub(crate) handout: String,
    section: String,
}

/// Finds the first handout with a section that a clinic may move.
pub(crate) fn example(library: &Library) -> Example {
    let ordinary_section = EntryKind::Section {
        main_message: false,
    };
    let found = library.ids().into_iter().find_map(|id| {
        let entries = library.handout(&id).ok()?.definition.entries;
        let entry = entries
            .into_iter()
            .find(|entry| entry.kind == ordinary_section && !entry.locked)?;
        Some(Example {
            handout: id,
            section: entry.key,
        })
    });
    found.unwrap_or_else(|| Example {
        handout: "handout-id".to_owned(),
        section: "what-helps".to_owned(),
    })
}

/// Returns a placeholder logo and its text alternative.
fn logo(name: &str) -> (String, String) {
    let faces = Faces::bundled();
    let initial = name.chars().find(|character| character.is_alphanumeric());
    let letter = initial.map(|letter| letter.to_uppercase().to_string());
    match letter.filter(|letter| letter.chars().all(|character| faces.covers(character))) {
        Some(letter) => (
            LETTER_LOGO.replace("{letter}", &letter),
            format!("The letter {letter}"),
        ),
        None => (DOT_LOGO.to_owned(), "A white dot".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::{Clinic, Files};

    #[test]
    fn logo_shows_the_first_letter_of_the_name() {
        assert_eq!(logo("“öppna” kliniken").1, "The letter Ö");
        assert_eq!(logo("痛").1, "A white dot");
        assert_eq!(logo("3rd Avenue").1, "The letter 3");
    }

    #[test]
    fn new_clinic_has_what_was_said() {
        let library = Library::embedded().unwrap();
        let new = NewClinic {
            name: "Quay: \"North\" {folder}",
            phone: Some("01632 960 410 # ask"),
            emergency_number: Some("999"),
            samples: Samples::LeftOut,
        };
        let files = Files::from_iter(new.files("quay", &library));
        assert_eq!(
            files.keys().collect::<Vec<_>>(),
            ["clinic.yaml", "text/en.yaml"]
        );
        let clinic = Clinic::from_files(files, &Faces::bundled()).unwrap();
        assert_eq!(clinic.name(), "Quay: \"North\" {folder}");
        assert_eq!(clinic.phones, ["01632 960 410 # ask"]);
        assert_eq!(clinic.facts.emergency_number.as_deref(), Some("999"));
        assert!(clinic.logo.is_none());
        assert_eq!(clinic.colour.unwrap().to_string(), "#0f5c69");
    }
}
