//! `unread-file`: files that an author wrote for us and that nothing reads.
//!
//! Libraries, clinics and handouts are read from files of fixed names. A file such as `text/en.yml`
//! would be left out in silence, and with it the words of a clinic.

use std::path::Path;

use super::bibliography::{EXPORT_HELP, FOREIGN_EXTENSIONS, REFERENCE_FILES};
use super::folder::{ContentFolder, Unreadable};
use crate::finding::{Finding, Severity};
use crate::locale;
use crate::source;

/// What a folder holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FolderType {
    Library,
    Clinic,
    Handout,
}

impl FolderType {
    /// Names of the files that are read.
    fn files(self) -> &'static [&'static str] {
        match self {
            FolderType::Library => &[
                "library.yaml",
                "glossary.yaml",
                "references.yaml",
                "references.bib",
                "claims.yaml",
            ],
            FolderType::Clinic => &[
                "clinic.yaml",
                "clinic.lock",
                "references.yaml",
                "references.bib",
                "glossary.yaml",
            ],
            FolderType::Handout => &["handout.yaml"],
        }
    }
}

/// Reports files in a folder that are not read, and whose names or kinds are near to those that are. `main` is the file
/// that the folder was named by. Returns the errors, then the warnings.
pub(super) fn unread_files(
    folder: &ContentFolder,
    holds: FolderType,
    main: &str,
) -> (Vec<Finding>, Vec<Finding>) {
    let mut findings = Vec::new();
    for (name, reason) in unreadable(folder) {
        let is_handout = source::is_key(&name)
            && match reason {
                Unreadable::BrokenLink => holds != FolderType::Handout,
                _ => folder.leads_to_handout(&name),
            };
        // Reading a file of ours reports these itself.
        let is_reported = holds.files().contains(&name.as_str())
            && matches!(reason, Unreadable::OutsideLink | Unreadable::Special);
        let is_ours = is_text_folder(&name) || is_handout || is_named_for(&name, holds);
        if is_ours && !is_reported {
            findings.push(cannot_read(folder, &name, reason));
        }
    }
    for name in visible(folder.file_names()) {
        if name != main {
            findings.extend(misnamed_file(folder, holds, &name));
        }
    }
    for name in visible(folder.folder_names()) {
        if let Some(child) = folder.folder(&name)
            && name != "text"
        {
            findings.extend(misnamed_folder(folder, holds, &name, &child));
        }
    }
    if let Some(texts) = folder.folder("text") {
        findings.extend(unread_texts(&texts, holds));
    }
    findings
        .into_iter()
        .partition(|finding| finding.severity == Severity::Error)
}

/// Reports a file with a wrong name in a folder without `clinic.yaml`, such as `clinic.yml`.
pub(crate) fn misnamed_clinic(folder: &Path) -> Option<Finding> {
    const CLINIC: &str = "clinic.yaml";
    let folder = ContentFolder::on_disk(folder.to_owned());
    let names = folder.file_names();
    if names.iter().any(|name| name == CLINIC) {
        return None;
    }
    let name = names.iter().find(|name| resembles(name, CLINIC))?;
    Some(misnamed(&folder, name, CLINIC))
}

/// Returns help for a file that is missing, if one with a similar name is there.
pub(super) fn rename_help(folder: &ContentFolder, wanted: &str) -> Option<String> {
    let mut names = folder.file_names().into_iter();
    let name = names.find(|name| resembles(name, wanted))?;
    Some(format!("rename `{name}` to `{wanted}`"))
}

/// Reports a file whose name is nearly right, or that belongs into the folder `text`.
fn misnamed_file(folder: &ContentFolder, holds: FolderType, name: &str) -> Option<Finding> {
    if let Some(finding) = misnamed_references(folder, holds, name) {
        return Some(finding);
    }
    let mut wanted = holds.files().iter();
    if let Some(wanted) = wanted.find(|wanted| resembles(name, wanted)) {
        return Some(misnamed(folder, name, wanted));
    }
    if let Some(wanted) = copied(name, holds) {
        return Some(Finding {
            severity: Severity::Warning,
            ..misnamed(folder, name, wanted)
        });
    }
    let is_yaml = is_yaml(name);
    // Other clinics may lie beside this one, as in `us.yaml`.
    if !is_yaml || is_clinic(folder, name) {
        return None;
    }
    let shared = ["references.yaml", "glossary.yaml"];
    if holds == FolderType::Handout && shared.iter().any(|file| stem(file) == stem(name)) {
        let help = "put its entries into the file of that name of the clinic or the library";
        return Some(not_read(folder, name).help(help));
    }
    let language = text_language(name).filter(|language| language.len() == 2);
    let is_text = ["text", "texts"].contains(&stem(name).as_str());
    let named = stem(name);
    let after_text = named
        .strip_prefix("text")
        .map(|rest| rest.strip_prefix('s').unwrap_or(rest));
    let of_text = after_text
        .and_then(|rest| rest.strip_prefix(['-', '_', ' ', '.']))
        .and_then(source::nearest_language);
    let is_text = is_text || of_text.is_some();
    let language = language.or(of_text);
    let language = language.or_else(|| is_text.then(|| "en".to_owned()))?;
    let help = format!("move it to `text/{language}.yaml`");
    let finding = not_read(folder, name).help(help);
    if has_texts(folder, name) {
        return Some(finding);
    }
    // `jo.yaml` may be the data of Jo.
    let is_known = is_text || locale::tag_meant(&language).is_some();
    (is_known && holds != FolderType::Handout).then_some(Finding {
        severity: Severity::Warning,
        ..finding
    })
}

/// Reports references in a format that is not read, and a BibLaTeX file with another name.
fn misnamed_references(folder: &ContentFolder, holds: FolderType, name: &str) -> Option<Finding> {
    let lower = name.trim().to_lowercase();
    let (start, extension) = lower.rsplit_once('.')?;
    let is_named = matches!(start, "references" | "bibliography");
    if FOREIGN_EXTENSIONS.contains(&extension) {
        let is_foreign = is_named || extension == "ris";
        return is_foreign.then(|| not_read(folder, name).help(EXPORT_HELP));
    }
    let is_bib = extension == "bib" || lower.ends_with(".bib.txt");
    let has_references = REFERENCE_FILES.iter().any(|file| folder.has(file));
    if !is_bib || name == "references.bib" {
        return None;
    }
    if holds == FolderType::Handout {
        let help = "put its entries into `references.bib` of the clinic or the library";
        return Some(not_read(folder, name).help(help));
    }
    if is_named || (holds == FolderType::Library && !has_references) {
        return Some(misnamed(folder, name, "references.bib"));
    }
    // Other files may lie beside those that are read.
    let finding = match folder.has("references.bib") {
        true => not_read(folder, name)
            .help("put its entries into `references.bib`, or move it out of the folder"),
        false => misnamed(folder, name, "references.bib"),
    };
    Some(Finding {
        severity: Severity::Warning,
        ..finding
    })
}

/// Reports a folder with texts that is not called `text`, or a handout without `handout.yaml`.
fn misnamed_folder(
    folder: &ContentFolder,
    holds: FolderType,
    name: &str,
    child: &ContentFolder,
) -> Option<Finding> {
    let names = visible(child.file_names());
    let is_ours = |main: &str| names.iter().any(|name| name == main);
    if ["handout.yaml", "clinic.yaml", "library.yaml"]
        .into_iter()
        .any(is_ours)
    {
        return None;
    }
    let text = names.iter().find(|name| text_language(name).is_some());
    if is_text_folder(name) {
        // A disk that ignores case finds `Text` under the name `text`.
        let is_found = folder.folder("text").is_some()
            && !folder.folder_names().iter().any(|name| name == "text");
        text.filter(|_| !is_found)?;
        return Some(not_read(folder, name).help("rename the folder to `text`"));
    }
    if holds == FolderType::Handout {
        return None;
    }
    if let Some(name) = names.iter().find(|name| resembles(name, "handout.yaml")) {
        return Some(misnamed(child, name, "handout.yaml"));
    }
    let has_texts = |folder: ContentFolder| {
        let mut names = visible(folder.file_names()).into_iter();
        names.any(|name| is_yaml(&name) && text_language(&name).is_some())
    };
    let is_handout = text.is_some_and(|text| is_yaml(text) && text.len() < "en-GB.yaml".len())
        || child.folder("text").is_some_and(has_texts);
    let help = match holds {
        FolderType::Clinic => {
            format!("write these words in `text/en.yaml`, below the key `{name}:`")
        }
        _ => format!("write `{name}/handout.yaml`"),
    };
    is_handout.then(|| not_read(folder, name).help(help))
}

/// Reports the files in a folder `text` that are not read.
fn unread_texts(texts: &ContentFolder, holds: FolderType) -> Vec<Finding> {
    let mut findings: Vec<Finding> = unreadable(texts)
        .into_iter()
        .filter(|(name, _)| text_language(name).is_some())
        // A clinic reads all its texts, and reports these links.
        .filter(|(_, reason)| holds != FolderType::Clinic || *reason != Unreadable::OutsideLink)
        .map(|(name, reason)| cannot_read(texts, &name, reason))
        .collect();
    for name in visible(texts.file_names()) {
        let exact = name.strip_suffix(".yaml");
        if exact.is_some_and(source::is_language) {
            continue;
        }
        match text_language(&name) {
            // A clinic's loader reports these.
            _ if exact.is_some() && holds == FolderType::Clinic => {}
            Some(language) => findings.push(misnamed(texts, &name, &format!("{language}.yaml"))),
            None if is_yaml(&name) => {
                let help =
                    match source::nearest_language(name.split('.').next().unwrap_or_default()) {
                        Some(language) => format!("rename it to `{language}.yaml`"),
                        None => "name it by its language, as in `en.yaml`".to_owned(),
                    };
                findings.push(not_read(texts, &name).help(help));
            }
            None => findings.extend(other_format(texts, &name)),
        }
    }
    for name in visible(texts.folder_names()) {
        let names = texts.folder(&name).map(|inner| inner.file_names());
        if names.is_some_and(|names| names.iter().any(|name| is_yaml(name))) {
            let help = "only files such as `text/en.yaml` are read, not folders in `text`";
            findings.push(not_read(texts, &name).help(help));
        }
    }
    findings
}

/// Reports a file named by a language that is no YAML, such as `en.docx`, `en.md` or `en`.
fn other_format(texts: &ContentFolder, name: &str) -> Option<Finding> {
    let stem = name.split('.').next()?;
    let language = source::nearest_language(stem)?;
    let help = match name.rsplit_once('.') {
        Some((_, "docx" | "doc" | "odt" | "rtf" | "pdf")) => {
            format!("write its words in a text file with the name `{language}.yaml`")
        }
        _ => format!("rename it to `{language}.yaml`"),
    };
    Some(not_read(texts, name).help(help))
}

/// Returns the name of the file that another file is a copy of, as in `clinic.yaml` for `clinic (1).yaml`.
fn copied(name: &str, holds: FolderType) -> Option<&'static str> {
    let mut stem = stem(name);
    for start in ["copy of ", "kopia av ", "kopi av ", "kopio "] {
        if let Some(rest) = stem.strip_prefix(start) {
            stem = rest.to_owned();
        }
    }
    if let Some((rest, number)) = stem.rsplit_once('(')
        && number
            .strip_suffix(')')
            .is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
    {
        stem = rest.trim_end().to_owned();
    }
    for end in [
        " - copy", " copy", "-copy", "_copy", " - kopia", " kopia", " - kopi",
    ] {
        if let Some(rest) = stem.strip_suffix(end) {
            stem = rest.to_owned();
        }
    }
    let mut files = holds.files().iter();
    let wanted = files.find(|wanted| self::stem(wanted) == stem)?;
    (is_yaml(name) && is_yaml(wanted) && name != *wanted && !resembles(name, wanted))
        .then_some(wanted)
}

fn not_read(folder: &ContentFolder, name: &str) -> Finding {
    Finding::error("unread-file", format!("`{name}` is not read")).in_place(folder.place(name))
}

fn misnamed(folder: &ContentFolder, name: &str, wanted: &str) -> Finding {
    let help = if folder.has(wanted) && folder.file_names().iter().any(|name| name == wanted) {
        format!("`{wanted}` is read instead: keep one of them")
    } else {
        format!("rename it to `{wanted}`")
    };
    not_read(folder, name).help(help)
}

fn cannot_read(folder: &ContentFolder, name: &str, reason: Unreadable) -> Finding {
    let (id, reason, help) = match reason {
        Unreadable::BrokenLink => (
            "unread-file",
            "is a link to a file that does not exist",
            "put the file itself there",
        ),
        Unreadable::OutsideLink => (
            "unsafe-path",
            "is a link that leaves its folder",
            "put the file or folder itself there",
        ),
        Unreadable::Special => (
            "unread-file",
            "is not a file",
            "put a text file there instead",
        ),
        Unreadable::ClosedFolder => (
            "unread-file",
            "is a folder that cannot be opened",
            "give this account the right to read it",
        ),
    };
    Finding::error(id, format!("`{name}` {reason}"))
        .in_place(folder.place(name))
        .help(help)
}

fn unreadable(folder: &ContentFolder) -> Vec<(String, Unreadable)> {
    let mut names = folder.unreadable();
    names.retain(|(name, _)| is_visible(name));
    names
}

fn visible(mut names: Vec<String>) -> Vec<String> {
    names.retain(|name| is_visible(name));
    names
}

/// Returns whether a name is not one of the hidden files and backups of editors.
fn is_visible(name: &str) -> bool {
    !name.starts_with('.') && !name.ends_with('~')
}

fn is_text_folder(name: &str) -> bool {
    ["text", "texts"].contains(&name.trim().to_lowercase().as_str())
}

fn is_named_for(name: &str, holds: FolderType) -> bool {
    let mut files = holds.files().iter();
    files.any(|file| name == *file || resembles(name, file))
}

/// Returns whether a name is `wanted` but for capitals, blanks, extension and a last `s`.
fn resembles(name: &str, wanted: &str) -> bool {
    let wanted_stem = stem(wanted);
    let (name_stem, singular) = (stem(name), wanted_stem.strip_suffix('s'));
    let is_near = name_stem == wanted_stem || Some(name_stem.as_str()) == singular;
    name != wanted && is_near && (is_yaml(name) || !is_yaml(wanted))
}

/// Extensions that editors and systems give to YAML files.
const EXTENSIONS: [&str; 3] = [".yaml", ".yml", ".txt"];

/// Returns a name in small letters, without blanks around it and without [`EXTENSIONS`].
fn stem(name: &str) -> String {
    let lower = name.trim().to_lowercase();
    let mut stem = lower.as_str();
    while let Some(shorter) = EXTENSIONS.iter().find_map(|end| stem.strip_suffix(end)) {
        stem = shorter.trim_end();
    }
    stem.to_owned()
}

fn is_yaml(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains(".yaml") || name.contains(".yml")
}

/// Returns whether a file is the main file of a clinic: these have a name.
fn is_clinic(folder: &ContentFolder, name: &str) -> bool {
    let file = folder.text(name).ok().flatten();
    file.is_some_and(|file| file.text.lines().any(|line| line.starts_with("name:")))
}

/// Returns whether a file has texts of leaflets.
fn has_texts(folder: &ContentFolder, name: &str) -> bool {
    /// Parts of texts that no data of a reader has.
    const PARTS: [&str; 7] = [
        "heading",
        "body",
        "subtitle",
        "short-title",
        "caption",
        "intro",
        "items",
    ];
    let file = folder.text(name).ok().flatten();
    let is_text = |line: &str| {
        let key = line.trim_start().split(':').next().unwrap_or_default();
        line.starts_with("shared:") || PARTS.contains(&key)
    };
    file.is_some_and(|file| file.text.lines().any(is_text))
}

/// Returns the tag of the language that a file is named by, as in `en.yml` or `en_GB.yaml`.
fn text_language(name: &str) -> Option<String> {
    let stem = stem(name);
    if stem.len() == name.trim().len() {
        return None;
    }
    let stem = stem.replace('_', "-");
    let tag = match stem.rsplit_once('-') {
        Some((language, country)) if country.len() == 2 => {
            format!("{language}-{}", country.to_uppercase())
        }
        _ => stem,
    };
    // A `.txt` file may be a note. Two letters alone are hardly its name.
    (source::is_language(&tag) && (is_yaml(name) || tag.len() == 2)).then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::folder::Files;

    /// Returns the names of the unread files among `files`, with the help.
    fn unread(files: &[&str], holds: FolderType) -> Vec<String> {
        let files: Files = files
            .iter()
            .map(|path| ((*path).to_owned(), b"welcome: Hello\n".to_vec()))
            .collect();
        let (errors, warnings) = unread_files(&ContentFolder::in_memory(files), holds, "");
        let findings = errors.into_iter().chain(warnings);
        findings
            .map(|finding| format!("{}: {}", finding.message, finding.help.unwrap()))
            .collect()
    }

    #[test]
    fn names_the_file_that_would_be_read() {
        for (name, right) in [
            ("text/en.yml", "en.yaml"),
            ("text/en.YAML", "en.yaml"),
            ("text/en.yaml.txt", "en.yaml"),
            ("text/en.yml.txt", "en.yaml"),
            ("text/en.txt", "en.yaml"),
            ("text/en .yml", "en.yaml"),
            ("text/pt_BR.yml", "pt-BR.yaml"),
            ("clinic.yml", "clinic.yaml"),
            ("Clinic.yaml", "clinic.yaml"),
            ("clinic.yaml.txt", "clinic.yaml"),
            ("clinic.lock.txt", "clinic.lock"),
            ("references.YML", "references.yaml"),
            ("reference.yaml", "references.yaml"),
            ("visit/handout.yml", "handout.yaml"),
            ("text/en.json", "en.yaml"),
            ("text/en.md", "en.yaml"),
            ("text/en", "en.yaml"),
            ("text/en.ym1", "en.yaml"),
            ("clinic (1).yaml", "clinic.yaml"),
            ("clinic - Copy.yaml", "clinic.yaml"),
            ("Copy of clinic.yaml", "clinic.yaml"),
        ] {
            let found = unread(&[name], FolderType::Clinic);
            assert_eq!(found.len(), 1, "{name}: {found:?}");
            assert!(
                found[0].ends_with(&format!("rename it to `{right}`")),
                "{found:?}"
            );
        }
        let both = unread(&["text/en.yaml", "text/en.yml"], FolderType::Clinic);
        assert_eq!(
            both,
            ["`en.yml` is not read: `en.yaml` is read instead: keep one of them"]
        );
    }

    #[test]
    fn names_the_folder_that_would_be_read() {
        let found = |path| unread(&[path], FolderType::Clinic).join("\n");
        for path in ["Text/en.yaml", "texts/en.yaml", "TEXT/sv.yml"] {
            assert!(
                found(path).ends_with("rename the folder to `text`"),
                "{path}"
            );
        }
        for path in [
            "en.yaml",
            "en.yml",
            "text.yaml",
            "text-en.yaml",
            "texts_en.yaml",
        ] {
            assert!(found(path).ends_with("move it to `text/en.yaml`"), "{path}");
        }
        for path in ["visit/text/en.yaml", "visit/en.yaml"] {
            assert!(found(path).contains("below the key `visit:`"), "{path}");
        }
        assert!(found("text/visit/en.yaml").starts_with("`visit` is not read"));
        let handout = |path| unread(&[path], FolderType::Handout).join("\n");
        assert!(handout("references.yaml").starts_with("`references.yaml` is not read"));
        assert!(handout("text/English.yaml").contains("name it by its language"));
    }

    #[test]
    fn leaves_other_files_alone() {
        let files = [
            "clinic.yaml",
            "clinic.lock",
            "references.yaml",
            "text/en.yaml",
            "text/pt-BR.yaml",
            "text/.en.yaml.swp",
            "text/en.yaml~",
            "text/notes.txt",
            "notes.txt",
            "north.yaml",
            "jobs.csv",
            "README.md",
            "figures/a.svg",
            "visit/handout.yaml",
            "visit/text/en.yaml",
            ".handout/clinic.json",
        ];
        assert_eq!(unread(&files, FolderType::Clinic), Vec::<String>::new());
    }
}
