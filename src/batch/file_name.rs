//! File names of rows: safe for every file system, and each given once.
//!
//! A name depends on its row and on the rows before, and on nothing else. Threads, an interrupted run and
//! the shard make no difference: every shard reads every row. The ending, and the options in a default name, follow
//! once the clinic of the row is known. So names differ in more than those.

use std::collections::HashSet;

use icu_normalizer::ComposingNormalizer;
use sha2::{Digest, Sha256};

use crate::leaflet::Format;

/// Longest name in bytes, without its ending: far below the limit of every file system.
const LONGEST: usize = 120;

/// Names that rows have been given.
#[derive(Default)]
pub(super) struct FileNames {
    /// Hashes of names without their endings.
    taken: HashSet<u64>,
    /// Numbers of later rows that a chosen name begins with.
    claimed: HashSet<u32>,
    /// Whether a row has a default name.
    has_default: bool,
}

/// Who chose the name of a row.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum NameKind {
    /// The program. Options follow the name, as in `000002-sleep-large-print`.
    Default,
    /// The job file or `--name`.
    Chosen,
}

/// The file name of a row, still without its options and its ending.
#[derive(Clone)]
pub(super) struct RowName {
    stem: String,
    /// Whether the options of the leaflet follow.
    has_options: bool,
}

impl RowName {
    /// Returns the name of the file.
    pub(super) fn file(&self, options: &str, format: Format) -> String {
        let options = if self.has_options { options } else { "" };
        format!("{}{options}.{}", self.stem, format.extension())
    }
}

impl FileNames {
    /// Reserves a name, so that no row gets it.
    pub(super) fn reserve(&mut self, file: &str) {
        let stem = strip_ending(file);
        self.claimed.extend(leading_number(stem));
        self.take(stem);
    }

    /// Returns the file name of a row, from its column `name` or the name template. Adds the row's number
    /// where an earlier row has the name, in whatever case.
    pub(super) fn assign(
        &mut self,
        row: u32,
        wanted: &str,
        kind: NameKind,
        handouts: &[String],
    ) -> RowName {
        let mut stem = safe(wanted)
            .or_else(|| safe(&format!("{row:06}-{}", handouts.join("+"))))
            .unwrap_or_else(|| format!("{row:06}"));
        // A default name begins with the number of its row, and its end is not known yet. So it must not begin with
        // a number that a chosen name begins with.
        let has_options = kind == NameKind::Default && !self.claimed.contains(&row);
        self.has_default |= has_options;
        if kind == NameKind::Chosen {
            match leading_number(&stem) {
                Some(number) if number > row => drop(self.claimed.insert(number)),
                Some(number) if number < row && self.has_default => {
                    stem = format!("{row:06}-{stem}");
                }
                _ => {}
            }
        }
        if self.take(&stem) {
            return RowName { stem, has_options };
        }
        let mut longer = format!("{stem}-{row:06}");
        // A leading number must be that of the row itself.
        if leading_number(&longer).is_some_and(|number| number != row) {
            longer = format!("{row:06}-{stem}");
        }
        // An earlier row may have asked for exactly this name.
        while !self.take(&longer) {
            longer.push_str("-x");
        }
        RowName {
            stem: longer,
            has_options,
        }
    }

    /// Takes a name without its ending; returns false if it was taken before.
    fn take(&mut self, stem: &str) -> bool {
        self.taken.insert(folded_hash(stem))
    }
}

/// Returns the row number that a name starts with, as in `000017-sleep.pdf`.
fn leading_number(file: &str) -> Option<u32> {
    let (digits, _) = file.split_once('-')?;
    let number = digits.parse().ok()?;
    (format!("{number:06}") == digits).then_some(number)
}

/// Hashes a name so that names which some file systems take for one have one hash: case and Unicode
/// normalization make no difference.
pub(super) fn folded_hash(file: &str) -> u64 {
    let folded = file.to_uppercase().to_lowercase();
    let folded = ComposingNormalizer::new_nfc().normalize(&folded);
    let digest = Sha256::digest(folded.as_bytes());
    u64::from_le_bytes(std::array::from_fn(|index| digest[index]))
}

/// Returns whether [`FileNames`] may have given a name. Only such files of a journal are deleted.
pub(super) fn is_ours(file: &str) -> bool {
    let stem = strip_ending(file);
    if stem == file {
        return false;
    }
    !stem.is_empty() && !stem.starts_with('.') && !stem.contains(['/', '\\', ':', '\0'])
}

/// Returns a name, without its ending, that every file system accepts; `None` if nothing is left of it.
///
/// Replaces separators of paths and drives and what Windows forbids. Drops control and invisible
/// characters, which could make `fdp.exe` look like `exe.pdf`.
pub(crate) fn safe(name: &str) -> Option<String> {
    let name = ComposingNormalizer::new_nfc().normalize(name);
    let name = strip_ending(name.trim());
    let mut safe = String::new();
    for character in name.chars() {
        match character {
            '/' | '\\' | '<' | '>' | ':' | '"' | '|' | '?' | '*' => safe.push('-'),
            // Line ends are white space, too.
            _ if character.is_whitespace() => safe.push(' '),
            _ if crate::font::is_never_drawn(character) => {}
            // Private use.
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => safe.push('-'),
            _ => safe.push(character),
        }
    }
    let mut safe = safe.split_whitespace().collect::<Vec<_>>().join(" ");
    shorten(&mut safe);
    // Windows drops dots and spaces at the end. A leading dot hides a file, and many programs take a
    // leading hyphen for a flag.
    let safe = safe
        .trim_end_matches(['.', ' ', '-'])
        .trim_start_matches(['.', ' ', '-', '~']);
    if safe.is_empty() {
        return None;
    }
    let stem = safe.split('.').next().unwrap_or_default();
    if is_device(&stem.trim_end().to_uppercase()) {
        Some(format!("_{safe}"))
    } else {
        Some(safe.to_owned())
    }
}

fn strip_ending(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, ending)) if is_ending(ending) => stem,
        _ => name,
    }
}

fn is_ending(text: &str) -> bool {
    let mut formats = Format::ALL.into_iter();
    formats.any(|format| text.eq_ignore_ascii_case(format.extension()))
}

/// Cuts a long name between grapheme clusters.
fn shorten(name: &mut String) {
    if name.len() <= LONGEST {
        return;
    }
    let segmenter = icu_segmenter::GraphemeClusterSegmenter::new();
    let cut = segmenter
        .segment_str(name)
        .take_while(|at| *at <= LONGEST)
        .last()
        .unwrap_or(0);
    name.truncate(cut);
}

/// Returns whether Windows reserves a name for a device, whatever its ending (Microsoft, “Naming Files,
/// Paths, and Namespaces”).
fn is_device(stem: &str) -> bool {
    let port = stem.strip_prefix("COM").or(stem.strip_prefix("LPT"));
    let is_numbered = port.is_some_and(|number| {
        number.chars().count() == 1 && number.chars().all(|digit| "0123456789¹²³".contains(digit))
    });
    is_numbered || matches!(stem, "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str]) -> Vec<String> {
        let mut taken = FileNames::default();
        let handouts = ["sleep".to_owned()];
        (1..)
            .zip(names)
            .map(|(row, name)| taken.assign(row, name, NameKind::Chosen, &handouts))
            .map(|name| name.file("-large-print", Format::Pdf))
            .collect()
    }

    #[test]
    fn default_names_end_with_the_options_and_stay_apart() {
        let mut names = FileNames::default();
        let handouts = ["sleep".to_owned()];
        names.reserve("000006-sleep-mono.pdf");
        let mut file = |row, name: &str, kind| {
            let name = names.assign(row, name, kind, &handouts);
            name.file("-mono", Format::Text)
        };
        use NameKind::{Chosen, Default};
        assert_eq!(file(1, "000001-sleep", Default), "000001-sleep-mono.txt");
        // These could be the names of rows 3 and 1.
        assert_eq!(
            file(2, "000003-sleep-mono", Chosen),
            "000003-sleep-mono.txt"
        );
        assert_eq!(file(3, "000003-sleep", Default), "000003-sleep.txt");
        assert_eq!(
            file(4, "000001-sleep-mono", Chosen),
            "000004-000001-sleep-mono.txt"
        );
        assert_eq!(file(5, "000005-sleep", Default), "000005-sleep-mono.txt");
        assert_eq!(file(6, "000006-sleep", Default), "000006-sleep.txt");
    }

    fn one(name: &str) -> String {
        named(&[name]).remove(0)
    }

    #[test]
    fn no_name_leaves_its_folder() {
        assert_eq!(one("../../x"), "x.pdf");
        assert_eq!(one("/etc/passwd"), "etc-passwd.pdf");
        assert_eq!(one("C:\\Windows\\x"), "C--Windows-x.pdf");
        assert_eq!(one(".."), "000001-sleep.pdf");
        assert_eq!(one("a\0b"), "ab.pdf");
        for name in [
            "../../x",
            "/",
            "..",
            "a/b",
            "~root",
            "-rf",
            ".hidden",
            "a\u{202e}b",
        ] {
            assert!(is_ours(&one(name)), "{name}");
        }
    }

    #[test]
    fn devices_of_windows_are_not_opened() {
        for name in [
            "CON", "con", "Nul.txt", "aux.pdf", "COM1", "lpt9.a.b", "com¹", "con .x",
        ] {
            assert!(one(name).starts_with('_'), "{}", one(name));
        }
        for name in ["CONSTANCE", "Conrad", "COM10", "auxiliary", "LPT"] {
            assert_eq!(one(name), format!("{name}.pdf"));
        }
    }

    #[test]
    fn names_that_file_systems_change_are_changed_before() {
        assert_eq!(one("Ada. . ."), "Ada.pdf");
        assert_eq!(one(" Ada  Lovelace\n"), "Ada Lovelace.pdf");
        assert_eq!(one("Ada.PDF"), "Ada.pdf");
        assert_eq!(one("a<b>c|d?e*f\"g"), "a-b-c-d-e-f-g.pdf");
        // Two ways to write an accent are one file.
        assert_eq!(one("Zoe\u{308}"), "Zo\u{eb}.pdf");
    }

    #[test]
    fn what_nobody_sees_is_left_out() {
        assert_eq!(one("invoice\u{202e}fdp.exe"), "invoicefdp.exe.pdf");
        assert_eq!(one("A\u{200b}da\u{feff}\u{ad}"), "Ada.pdf");
        assert_eq!(one("\u{200b}\u{202e}"), "000001-sleep.pdf");
        assert_eq!(one(""), "000001-sleep.pdf");
        assert_eq!(one("..."), "000001-sleep.pdf");
    }

    #[test]
    fn long_names_are_cut_between_characters_and_stay_apart() {
        assert_eq!(one(&"a".repeat(300)).len(), LONGEST + 4);
        let emoji = one(&"👩🏽‍🔬".repeat(100));
        assert!(emoji.len() <= LONGEST + 4 && emoji.len() > LONGEST / 2);
        assert_eq!(
            named(&[&"é".repeat(300), &"é".repeat(301)])[1].len(),
            LONGEST + 4 + 7
        );
    }

    #[test]
    fn scripts_and_emoji_stay() {
        assert_eq!(one("شيماء"), "شيماء.pdf");
        assert_eq!(one("Łukasz 🙂"), "Łukasz 🙂.pdf");
    }

    #[test]
    fn same_names_get_their_rows_number() {
        assert_eq!(
            named(&["Ada", "ada", "ADA", "Ada-000002", "Grace"]),
            [
                "Ada.pdf",
                "ada-000002.pdf",
                "ADA-000003.pdf",
                "Ada-000002-000004.pdf",
                "Grace.pdf"
            ]
        );
        assert_eq!(
            named(&["Straße", "STRASSE", "Ada-000004", "ada-000003"]),
            [
                "Straße.pdf",
                "STRASSE-000002.pdf",
                "Ada-000004.pdf",
                "ada-000003.pdf"
            ]
        );
        assert_eq!(
            named(&["x-000002", "X", "x"]),
            ["x-000002.pdf", "X.pdf", "x-000003.pdf"]
        );
    }

    #[test]
    fn names_that_begin_with_a_rows_number_are_of_that_row() {
        // Given before that row, and after it; the number of no row before, and no number.
        assert_eq!(
            named(&[
                "000002-a",
                "000002-A",
                "000002-a",
                "000009-a",
                "0000002-a",
                "000004-a"
            ]),
            [
                "000002-a.pdf",
                "000002-A-000002.pdf",
                "000003-000002-a.pdf",
                "000009-a.pdf",
                "0000002-a.pdf",
                "000004-a.pdf"
            ]
        );
        let mut many: Vec<String> = (1..=200).map(|row| format!("{row:06}-sleep")).collect();
        assert_eq!(
            named(&many.iter().map(String::as_str).collect::<Vec<_>>())[199],
            "000200-sleep.pdf"
        );
        many.push("000130-sleep".to_owned());
        let names = named(&many.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(names[200], "000201-000130-sleep.pdf");
        assert_eq!(
            named(&["000001-a", "000001", "000001"])[1..],
            ["000001.pdf", "000003-000001.pdf"]
        );
    }
}
