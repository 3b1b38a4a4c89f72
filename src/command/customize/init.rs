//! `handout customize init`: writes the files of a new clinic.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use crate::cli::{CustomizeInit, Global};
use crate::command::{Outcome, scaffold};
use crate::font::Faces;
use crate::library::{EntryKind, Library};

const CLINIC: &str = include_str!("clinic/clinic.yaml");
const TEXT: &str = include_str!("clinic/text.yaml");
/// Placeholder logo with the first letter of the clinic's name.
const LETTER_LOGO: &str = include_str!("clinic/letter-logo.svg");
/// Placeholder logo for names without a letter that the fonts have.
const DOT_LOGO: &str = include_str!("clinic/dot-logo.svg");

/// Folder for a clinic whose name has no letters for a folder name.
const DEFAULT_FOLDER: &str = "clinic";
/// Maximum length of a folder name, in bytes.
const MAX_FOLDER_NAME: usize = 60;

pub(in crate::command) fn run(init: &CustomizeInit, global: &Global) -> anyhow::Result<Outcome> {
    let name = init.name.trim();
    if name.is_empty() || name.contains(char::is_control) {
        bail!("write the clinic's name on one line, as in \"Riverside Pain Clinic\"");
    }
    let library = global.library()?;
    let folder = folder_name(name);
    let root = Path::new(&folder);
    if root.symlink_metadata().is_ok() {
        bail!("`{folder}` already exists: nothing was changed");
    }
    let files = files(name, &folder, &library);
    fs::create_dir(root).with_context(|| format!("cannot make the folder `{folder}`"))?;
    let write = || -> anyhow::Result<()> {
        for (path, text) in &files {
            scaffold::write_new(&root.join(path), text)?;
        }
        scaffold::write_schemas(root)
    };
    if let Err(error) = write() {
        // Half a folder would be in the way of the next try.
        let _ = fs::remove_dir_all(root);
        return Err(error);
    }
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

/// Returns the paths in the clinic's folder, and the text of each file.
fn files(name: &str, folder: &str, library: &Library) -> Vec<(String, String)> {
    let Example { handout, section } = example(library);
    let language = &library.manifest().language;
    let (logo, logo_alt) = logo(name);
    let fill = |text: &str| {
        text.replace("{name}", &scaffold::quoted(name))
            .replace("{folder}", folder)
            .replace("{logo_alt}", &scaffold::quoted(&logo_alt))
            .replace("{handout}", &handout)
            .replace("{section}", &section)
            .replace("{language}", language)
    };
    let mut ids = library.ids();
    ids.truncate(2);
    let rows = ids
        .iter()
        .zip(["a4,20", "a5,10"])
        .map(|(id, rest)| format!("{id},{rest}\n"));
    vec![
        ("clinic.yaml".to_owned(), fill(CLINIC)),
        ("logo.svg".to_owned(), logo),
        (format!("text/{language}.yaml"), fill(TEXT)),
        (
            "jobs.csv".to_owned(),
            format!("handout,paper,copies\n{}", rows.collect::<String>()),
        ),
    ]
}

/// Handout and section for the examples in comments.
struct Example {
    handout: String,
    section: String,
}

/// Finds the first handout with a section that a clinic may move.
fn example(library: &Library) -> Example {
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

/// Makes a folder name from a clinic's name: lower-case letters, digits and hyphens.
fn folder_name(name: &str) -> String {
    let mut folder = String::new();
    for character in name.to_lowercase().chars() {
        let replacement = match character {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => "a",
            'æ' => "ae",
            'ç' => "c",
            'è' | 'é' | 'ê' | 'ë' => "e",
            'ì' | 'í' | 'î' | 'ï' => "i",
            'ð' => "d",
            'ñ' => "n",
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => "o",
            'œ' => "oe",
            'ß' => "ss",
            'þ' => "th",
            'ù' | 'ú' | 'û' | 'ü' => "u",
            'ý' | 'ÿ' => "y",
            // `mary's` becomes `marys`.
            '\'' | '’' => "",
            'a'..='z' | '0'..='9' => {
                folder.push(character);
                continue;
            }
            _ if folder.ends_with('-') || folder.is_empty() => "",
            _ => "-",
        };
        folder.push_str(replacement);
    }
    folder.truncate(MAX_FOLDER_NAME);
    let folder = folder.trim_end_matches('-');
    if folder.is_empty() {
        DEFAULT_FOLDER.to_owned()
    } else {
        folder.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_name_comes_from_the_clinic_name() {
        for (name, folder) in [
            ("Hillside Surgery", "hillside-surgery"),
            ("St Mary's & St. John's (North)", "st-marys-st-johns-north"),
            ("Smärtcentrum Växjö", "smartcentrum-vaxjo"),
            ("../../etc", "etc"),
            ("慢性疼痛クリニック", "clinic"),
            ("…", "clinic"),
        ] {
            assert_eq!(folder_name(name), folder);
        }
        assert_eq!(folder_name(&"a".repeat(500)).len(), MAX_FOLDER_NAME);
    }

    #[test]
    fn logo_shows_the_first_letter_of_the_name() {
        assert_eq!(logo("“öppna” kliniken").1, "The letter Ö");
        assert_eq!(logo("痛").1, "A white dot");
        assert_eq!(logo("3rd Avenue").1, "The letter 3");
    }
}
