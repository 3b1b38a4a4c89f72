//! `handout customize init`: the folder of a clinic, ready to be filled in.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use crate::cli::{Global, Init};
use crate::command::{Outcome, start};
use crate::font::Faces;
use crate::library::{EntryKind, Library};

const CLINIC: &str = include_str!("clinic/clinic.yaml");
const TEXT: &str = include_str!("clinic/text.yaml");
/// The placeholder of a logo: the first letter of the clinic's name, or a dot.
const LETTER: &str = include_str!("clinic/logo.svg");
const DOT: &str = include_str!("clinic/mark.svg");

/// What a folder is called where no letter of the clinic's name can be in the name of one.
const NAMELESS: &str = "clinic";
/// No folder's name is longer.
const MAX_FOLDER_NAME: usize = 60;

/// Runs the command.
pub(in crate::command) fn run(init: &Init, global: &Global) -> anyhow::Result<Outcome> {
    let name = init.name.trim();
    if name.is_empty() || name.contains(char::is_control) {
        bail!("a clinic's name is one line of text, as in \"Riverside Pain Clinic\"");
    }
    let library = match global.library()? {
        Ok(library) => library,
        Err(outcome) => return Ok(outcome),
    };
    let folder = folder_name(name);
    let root = Path::new(&folder);
    if root.symlink_metadata().is_ok() {
        bail!("`{folder}` is already there: nothing was changed");
    }
    let files = files(name, &folder, &library);
    fs::create_dir(root).with_context(|| format!("cannot make the folder `{folder}`"))?;
    for (path, text) in &files {
        start::write_new(&root.join(path), text)?;
    }
    start::write_schemas(root)?;
    if !global.quiet {
        for (path, _) in &files {
            start::say(&format!("{folder}/{path}"))?;
        }
        let handout = example(&library).handout;
        start::say(&format!(
            "Write your telephone numbers into {folder}/clinic.yaml. Then look at a leaflet:\n\
             handout generate {handout} --clinic {folder}"
        ))?;
    }
    Ok(Outcome::Done)
}

/// The files of a clinic, by their paths in its folder.
fn files(name: &str, folder: &str, library: &Library) -> Vec<(String, String)> {
    let Example { handout, section } = example(library);
    let language = &library.manifest().language;
    let (logo, logo_alt) = logo(name);
    let fill = |text: &str| {
        text.replace("{name}", &start::quoted(name))
            .replace("{folder}", folder)
            .replace("{logo_alt}", &start::quoted(&logo_alt))
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

/// A handout and a section of it, for examples.
struct Example {
    handout: String,
    section: String,
}

/// The first handout with a section that a clinic may move.
fn example(library: &Library) -> Example {
    let found = library.ids().into_iter().find_map(|id| {
        let entries = library.handout(&id).ok()?.definition.entries;
        let is_plain = EntryKind::Section {
            main_message: false,
        };
        let entry = entries
            .into_iter()
            .find(|entry| entry.kind == is_plain && !entry.locked)?;
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

/// A placeholder for the logo, and its text alternative.
fn logo(name: &str) -> (String, String) {
    let faces = Faces::bundled();
    let initial = name.chars().find(|character| character.is_alphanumeric());
    let letter = initial.map(|letter| letter.to_uppercase().to_string());
    match letter.filter(|letter| letter.chars().all(|character| faces.covers(character))) {
        Some(letter) => (
            LETTER.replace("{letter}", &letter),
            format!("The letter {letter}"),
        ),
        None => (DOT.to_owned(), "A white dot".to_owned()),
    }
}

/// A folder's name from a clinic's: small letters, digits and hyphens.
fn folder_name(name: &str) -> String {
    let mut folder = String::new();
    for character in name.to_lowercase().chars() {
        let plain = match character {
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
            // An apostrophe parts no words.
            '\'' | '’' => "",
            'a'..='z' | '0'..='9' => {
                folder.push(character);
                continue;
            }
            _ if folder.ends_with('-') || folder.is_empty() => "",
            _ => "-",
        };
        folder.push_str(plain);
    }
    folder.truncate(MAX_FOLDER_NAME);
    let folder = folder.trim_end_matches('-');
    if folder.is_empty() {
        NAMELESS.to_owned()
    } else {
        folder.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_is_named_after_the_clinic() {
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
    fn logo_is_the_first_letter_that_can_be_set() {
        assert_eq!(logo("“öppna” kliniken").1, "The letter Ö");
        assert_eq!(logo("痛").1, "A white dot");
        assert_eq!(logo("3rd Avenue").1, "The letter 3");
    }
}
