//! What a row's file is called: the column `name`, else the template, made safe for every file system.
//!
//! A name depends on its row and the rows before it, and on nothing else: not on threads, not on what a
//! batch that was cut short had done already, and not on the shard, since every shard reads every row.

use std::collections::HashSet;

use icu_normalizer::ComposingNormalizer;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::job::Job;
use super::job_file::nest;
use crate::locale::Locale;
use crate::resolve::JobData;
use crate::template::{
    Context, DayFormat, Engine, Mistake, Names as KnownNames, Template, ValueFormat,
};

/// Default name template. Files sort like the rows of the job file, and no patient is named.
pub const DEFAULT_TEMPLATE: &str = "{{row}}-{{handout}}";
/// Names that a template may use besides the row's data.
const OWN_NAMES: [&str; 5] = ["row", "handout", "clinic", "language", "copies"];
/// Longest name in bytes, without its ending: far below the limit of every file system.
const LONGEST: usize = 120;

/// Template of file names.
pub struct NameTemplate {
    pub source: String,
    template: Template,
    engine: Engine,
}

/// Reason why a name template does not work.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("{0}")]
    Syntax(String),
    /// Unknown name, and help.
    #[error("there is no value `{0}`: {1}")]
    Unknown(String, String),
    #[error("it cannot be filled in")]
    Render,
}

impl NameTemplate {
    /// Parses a template.
    pub fn new(source: &str) -> Result<NameTemplate, TemplateError> {
        let syntax = |mistake: &Mistake| TemplateError::Syntax(mistake.finding.message.clone());
        let template = Template::parse(source).map_err(|mistake| syntax(&mistake))?;
        if let Some(mistake) = template.unsupported() {
            return Err(syntax(mistake));
        }
        let engine = Engine::new(ValueFormat {
            locale: Locale::of("en"),
            or: "or".to_owned(),
            and: "and".to_owned(),
            days: DayFormat::Iso,
        });
        Ok(NameTemplate {
            source: source.to_owned(),
            template,
            engine,
        })
    }

    /// Checks that the columns of a job file have what the template uses.
    pub fn check(&self, columns: &[String]) -> Result<(), TemplateError> {
        let mut data = JobData::new();
        for column in columns {
            // The header has been checked.
            let _ = nest(&mut data, column, Value::String("x".to_owned()));
        }
        data.extend(OWN_NAMES.map(|name| (name.to_owned(), Value::Null)));
        self.check_names(&Value::Object(data))
    }

    /// Returns the name of a row, which may not be safe yet.
    pub fn render(&self, row: u32, job: &Job) -> Result<String, TemplateError> {
        let own = [
            Value::from(format!("{row:06}")),
            Value::from(job.handouts.join("+")),
            Value::from(job.clinic.clone()),
            Value::from(job.language.clone()),
            Value::from(job.copies),
        ];
        let mut data = job.data.clone();
        data.extend(OWN_NAMES.map(str::to_owned).into_iter().zip(own));
        let values = Value::Object(data);
        self.check_names(&values)?;
        let pieces = self
            .template
            .render(&self.engine, &Context::from(values))
            .map_err(|_| TemplateError::Render)?;
        Ok(pieces.iter().map(|piece| &*piece.text).collect())
    }

    fn check_names(&self, values: &Value) -> Result<(), TemplateError> {
        let names = KnownNames {
            context: values,
            job_data: &[],
        };
        let mistakes = self.template.check(names).err().unwrap_or_default();
        match mistakes.into_iter().next() {
            None => Ok(()),
            Some(mistake) => Err(TemplateError::Unknown(
                self.source[mistake.range].to_owned(),
                mistake.finding.help.unwrap_or_default(),
            )),
        }
    }
}

/// The names that rows have got: as eight bytes each, or one bit where a name begins with its row's number,
/// as most do.
#[derive(Default)]
pub struct Names {
    taken: HashSet<u64>,
    /// Rows whose name begins with their number, a bit each.
    numbered: Vec<u64>,
}

impl Names {
    /// Keeps a name from being given.
    pub fn reserve(&mut self, file: &str) {
        self.taken.insert(mark(file));
    }

    /// The file of a row, made of what its name or template says. Where a row before has the same one –
    /// file systems differ on capital letters, so those make no difference – the row's number is added.
    pub fn assign(&mut self, row: u32, wanted: &str, handouts: &[String]) -> String {
        let stem = safe(wanted).unwrap_or_else(|| {
            safe(&format!("{row:06}-{}", handouts.join("+"))).unwrap_or_else(|| format!("{row:06}"))
        });
        let file = format!("{stem}.pdf");
        if self.take(row, &file) {
            return file;
        }
        let mut file = format!("{stem}-{row:06}.pdf");
        // A number in front is that of the row.
        if row_number(&file).is_some_and(|number| number != row) {
            file = format!("{row:06}-{stem}.pdf");
        }
        // Someone may have called an earlier row exactly that.
        while !self.take(row, &file) {
            file.insert_str(file.len() - ".pdf".len(), "-x");
        }
        file
    }
}

impl Names {
    /// Takes a name for a row; whether no row before has it.
    fn take(&mut self, row: u32, file: &str) -> bool {
        match row_number(file) {
            Some(number) if number == row => {
                // Another row has this name only if it was given it.
                let is_free = self.taken.is_empty() || !self.taken.contains(&mark(file));
                if is_free {
                    let word = row as usize / 64;
                    self.numbered.resize(self.numbered.len().max(word + 1), 0);
                    self.numbered[word] |= 1 << (row % 64);
                }
                is_free
            }
            // What that row has after its number is not known any more.
            Some(number) if self.is_numbered(number) => false,
            _ => self.taken.insert(mark(file)),
        }
    }

    fn is_numbered(&self, row: u32) -> bool {
        self.numbered
            .get(row as usize / 64)
            .is_some_and(|word| word >> (row % 64) & 1 == 1)
    }
}

/// The row's number that a name begins with, as in `000017-sleep.pdf`.
fn row_number(file: &str) -> Option<u32> {
    let (digits, _) = file.split_once('-')?;
    let number = digits.parse().ok()?;
    (format!("{number:06}") == digits).then_some(number)
}

/// A name as file systems compare it: capitals, and accents written as one character or two, are the
/// same to some of them.
pub(super) fn mark(file: &str) -> u64 {
    let folded = file.to_uppercase().to_lowercase();
    let folded = ComposingNormalizer::new_nfc()
        .normalize(&folded)
        .into_owned();
    let digest = Sha256::digest(folded.as_bytes());
    u64::from_le_bytes(std::array::from_fn(|index| digest[index]))
}

/// Whether a file name is one that [`Names`] gives: what a journal names is deleted only if it is.
pub(super) fn is_ours(file: &str) -> bool {
    let Some(stem) = file.strip_suffix(".pdf") else {
        return false;
    };
    !stem.is_empty() && !stem.starts_with('.') && !stem.contains(['/', '\\', ':', '\0'])
}

/// A name without its ending that every file system takes, or `None` if nothing is left of it.
///
/// Left out or replaced by `-`: separators of paths and drives, what Windows forbids, controls, and
/// characters that nobody sees, which could make `fdp.exe` look like `exe.pdf`.
fn safe(name: &str) -> Option<String> {
    let name = ComposingNormalizer::new_nfc().normalize(name).into_owned();
    let name = strip_ending(name.trim());
    let mut safe = String::new();
    for character in name.chars() {
        match character {
            '/' | '\\' | '<' | '>' | ':' | '"' | '|' | '?' | '*' => safe.push('-'),
            // White space of every kind, line ends too.
            _ if character.is_whitespace() => safe.push(' '),
            _ if crate::font::is_never_drawn(character) => {}
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => safe.push('-'),
            _ => safe.push(character),
        }
    }
    let mut safe: String = safe
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    shorten(&mut safe);
    // Windows drops dots and spaces at the end; a dot in front hides a file, and a hyphen there is a flag
    // to many programs.
    let safe = safe
        .trim_end_matches(['.', ' ', '-'])
        .trim_start_matches(['.', ' ', '-', '~']);
    if safe.is_empty() {
        return None;
    }
    let stem = safe
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_uppercase();
    if is_device(&stem) {
        Some(format!("_{safe}"))
    } else {
        Some(safe.to_owned())
    }
}

fn strip_ending(name: &str) -> &str {
    let cut = name.len().saturating_sub(4);
    match name.get(cut..) {
        Some(ending) if ending.eq_ignore_ascii_case(".pdf") => &name[..cut],
        _ => name,
    }
}

/// Cuts a long name between characters as readers see them.
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

/// Names that Windows keeps for devices, whatever their ending (Microsoft, “Naming Files, Paths, and
/// Namespaces”).
fn is_device(stem: &str) -> bool {
    let numbered = |name: &str| {
        stem.strip_prefix(name).is_some_and(|number| {
            matches!(
                number,
                "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
            )
        })
    };
    matches!(stem, "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || numbered("COM")
        || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str]) -> Vec<String> {
        let mut taken = Names::default();
        let handouts = ["sleep".to_owned()];
        (1..)
            .zip(names)
            .map(|(row, name)| taken.assign(row, name, &handouts))
            .collect()
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

    #[test]
    fn template_knows_row_handout_and_data() {
        let job = Job {
            handouts: vec!["sleep".to_owned(), "brain-fog".to_owned()],
            clinic: None,
            language: None,
            paper: None,
            edition: None,
            copies: 2,
            name: None,
            data: serde_json::from_str(r#"{"patient": {"id": "7&9"}}"#).unwrap(),
            data_names: ["patient.id".to_owned()].into(),
        };
        let render = |source: &str| NameTemplate::new(source).unwrap().render(17, &job);
        assert_eq!(render(DEFAULT_TEMPLATE).unwrap(), "000017-sleep+brain-fog");
        assert_eq!(
            render("{{patient.id}} {{handout}} {{row}}").unwrap(),
            "7&9 sleep+brain-fog 000017"
        );
        assert!(
            matches!(render("{{patient.ids}}"), Err(TemplateError::Unknown(name, _)) if name == "patient.ids")
        );
        assert!(matches!(
            NameTemplate::new("{{row"),
            Err(TemplateError::Syntax(_))
        ));
        // However much a template repeats, a name ends.
        let flood = "{{#each patient}}".to_owned() + &"{{this}}".repeat(5000) + "{{/each}}";
        assert!(one(&render(&flood).unwrap()).len() <= LONGEST + 4);
        assert!(matches!(
            NameTemplate::new("{{lookup patient \"id\"}}"),
            Err(TemplateError::Syntax(message)) if message == "there is no helper named `lookup`"
        ));
    }
}
