//! Loading a clinic: its `clinic.yaml`, and the files in its folder.

use std::collections::BTreeMap;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::schema::{BrandFile, ClinicFacts, FacesFile, SectionsFile};
use super::{CLINIC, Clinic, FaceFile, SectionChanges, lock_name, printers, texts, values};
use crate::document::Logo;
use crate::finding::{Finding, Place, PlaceTarget, Severity};
use crate::font::{Face, Faces, Weight};
use crate::geometry::Colour;
use crate::library::bibliography::Bibliography;
use crate::library::definition::Entry;
use crate::library::folder::{ContentFolder, Files};
use crate::library::lock::ClinicLock;
use crate::library::scalar::OneOrMore;
use crate::library::text::refuse_misread_lines;
use crate::library::unread::{FolderType, rename_help, unread_files};
use crate::library::{face, handout, picture};
use crate::picture::PictureUse;
use crate::source::{self, Route, SourceFile};
use crate::value_fault::is_blank;
use crate::words::has_words;

/// The built-in example clinic.
const EXAMPLE: &str = include_str!("../../../handouts/clinics/example/clinic.yaml");
/// Maximum number of letters in a clinic's name.
const MAX_NAME_LETTERS: usize = 200;
/// Name of the folder with faces for names in other scripts.
const FONTS: &str = "fonts";
/// Maximum number of fallback faces.
const MAX_FALLBACK_FACES: usize = 40;

impl Clinic {
    /// Reads a clinic from its `clinic.yaml` or the folder that has it. `faces` are the bundled
    /// ones.
    pub fn load(path: &Path, faces: &Faces) -> Result<Clinic, Vec<Finding>> {
        let (folder, name) = folder_and_name(path);
        Clinic::load_from(ContentFolder::on_disk(folder), &name, faces)
    }

    /// Reads a clinic like [`Clinic::load`], with `unsaved` files over those in its folder.
    pub fn load_with(path: &Path, unsaved: Files, faces: &Faces) -> Result<Clinic, Vec<Finding>> {
        let (folder, name) = folder_and_name(path);
        Clinic::load_from(ContentFolder::unsaved(folder, unsaved), &name, faces)
    }

    /// Reads the readable parts of a faulty clinic, so that one run finds more faults. Leaves out faulty
    /// texts, and a faulty `clinic.yaml`.
    pub(crate) fn load_readable_parts(path: &Path, faces: &Faces) -> Option<Clinic> {
        let (folder, name) = folder_and_name(path);
        let mut files = texts::empty_for_faulty(&ContentFolder::on_disk(folder.clone()));
        let load = |files: &Files| {
            let folder = ContentFolder::unsaved(folder.clone(), files.clone());
            Clinic::load_from(folder, &name, faces).ok()
        };
        load(&files).or_else(|| {
            files.insert(name.clone(), b"name: Clinic\n".to_vec());
            load(&files)
        })
    }

    /// Reads a clinic from files in memory; the root folder has the file `clinic.yaml`.
    pub fn from_files(files: Files, faces: &Faces) -> Result<Clinic, Vec<Finding>> {
        Clinic::load_from(ContentFolder::in_memory(files), CLINIC, faces)
    }

    /// Reads the clinic in a folder from the file `name`.
    pub(in crate::library) fn load_from(
        folder: ContentFolder,
        name: &str,
        faces: &Faces,
    ) -> Result<Clinic, Vec<Finding>> {
        let Some(file) = folder.text(name)? else {
            let message = format!("no file `{}`", folder.shown(name));
            let finding = Finding::error("missing-file", message);
            let help = rename_help(&folder, CLINIC);
            return Err(vec![Finding { help, ..finding }]);
        };
        let (unread, stray) = unread_files(&folder, FolderType::Clinic, name);
        let mut facts = read_facts(&folder, &file, name, &unread)?;
        let faulty_values = values::faulty_values(&facts, &file);
        facts.drop_blank_texts();
        facts.drop_controls();
        let mut loader = Loader {
            folder: &folder,
            file: &file,
            findings: unread,
        };
        loader
            .findings
            .extend(refuse_misread_lines(&file).err().into_iter().flatten());
        loader.check_name(&facts.name);
        loader.findings.extend(dotted_keys_in_clinic(&file));
        loader
            .findings
            .extend(printers::faulty_printers(&facts.printers, &file));
        let (faces, face_files) = loader.faces(&facts.brand, faces);
        let (fallbacks, fallback_files, mut faults) =
            loader.fallback_faces(&facts.brand, &face_files);
        faults.extend(faulty_values);
        let faces = match fallbacks.is_empty() {
            true => faces,
            false => faces.with_fallbacks(fallbacks),
        };
        let logo = loader.logo(&facts.brand, &faces);
        let colour = loader.colour(&facts.brand);
        let text = texts::collect(
            mem::take(&mut facts.text),
            &folder,
            &file,
            &mut loader.findings,
        );
        let lock = loader.optional(&lock_name(name), |file| {
            Ok((ClinicLock::parse(file)?, Arc::clone(file)))
        });
        let (lock, lock_file) = lock.unzip();
        let references = Bibliography::load(&folder)
            .map_err(|more| loader.findings.extend(more))
            .ok();
        let glossary_file = loader.optional("glossary.yaml", |file| Ok(Arc::clone(file)));
        if !loader.findings.is_empty() {
            loader.findings.extend(handout::errors_in(&folder));
            return Err(loader.findings);
        }
        let vars = mem::take(&mut facts.vars).into_values();
        let vars = source::as_written(&file, &Route::default().key("vars"), vars);
        let sections = mem::take(&mut facts.sections)
            .0
            .into_iter()
            .map(|(handout, changes)| {
                let route = Route::default().key("sections").key(&handout);
                (handout, section_changes(changes, &file, &route))
            });
        Ok(Clinic {
            sections: sections.collect(),
            phones: facts
                .phone
                .take()
                .map_or_else(Vec::new, |phone| phones(phone, &file)),
            facts,
            logo_place: logo.is_some().then(|| place(&file, &["brand", "logo"])),
            logo,
            faces,
            face_files,
            fallback_files,
            faults: faults.into_iter().chain(stray).collect(),
            colour: colour.as_ref().map(|(colour, _)| *colour),
            colour_place: colour.map(|(_, place)| place),
            references: references.unwrap_or_default(),
            glossary_file,
            vars,
            text,
            lock: Arc::new(lock.unwrap_or_default()),
            lock_file,
            is_example: file.text == EXAMPLE,
            folder,
            file,
        })
    }
}

/// Reads the fields of `clinic.yaml`. A fault comes with those of the clinic's other files.
fn read_facts(
    folder: &ContentFolder,
    file: &Arc<SourceFile>,
    name: &str,
    unread: &[Finding],
) -> Result<ClinicFacts, Vec<Finding>> {
    source::parse(file).map_err(|findings: Vec<Finding>| {
        let mut findings: Vec<Finding> = findings.into_iter().map(with_known_field).collect();
        if name != CLINIC && !is_like_a_clinic(file) {
            return without_text(file, findings);
        }
        let dotted = dotted_keys_in_clinic(file);
        if !dotted.is_empty() {
            findings = dotted;
        }
        findings.extend(texts::errors_in(folder));
        findings.extend(unread.iter().cloned());
        findings.extend(Bibliography::load(folder).err().into_iter().flatten());
        // One run shows the faults of the clinic and of its handouts.
        findings.extend(handout::errors_in(folder));
        findings
    })
}

/// Reports a name that no clinic may have, for a name that is not in a `clinic.yaml` yet.
pub(crate) fn name_fault(name: &str) -> Option<Finding> {
    let is_error = |finding: &Finding| finding.severity == Severity::Error;
    unusable_name(name).or_else(|| values::fault("name", name).filter(is_error))
}

/// Reports a name without words, or one that is too long for the pages.
fn unusable_name(name: &str) -> Option<Finding> {
    if is_blank(name) {
        let finding = Finding::error("empty-value", "the clinic's `name` is empty");
        let help = "write the name that patients know, as in `name: Riverside Pain Clinic`";
        return Some(finding.help(help));
    }
    (name.chars().count() > MAX_NAME_LETTERS).then(|| {
        let message = format!("the clinic's `name` has more than {MAX_NAME_LETTERS} letters");
        Finding::error("too-large", message).help("shorten it: it is at the top of every page")
    })
}

/// Reads the files that belong to a clinic, and collects what is wrong with them.
struct Loader<'a> {
    folder: &'a ContentFolder,
    /// `clinic.yaml`.
    file: &'a Arc<SourceFile>,
    findings: Vec<Finding>,
}

impl Loader<'_> {
    fn check_name(&mut self, name: &str) {
        if let Some(finding) = unusable_name(name) {
            let place = place(self.file, &["name"]);
            self.findings.push(finding.in_place(place));
        }
    }

    /// Reads a file that may be missing.
    fn optional<T>(
        &mut self,
        name: &str,
        parse: fn(&Arc<SourceFile>) -> Result<T, Vec<Finding>>,
    ) -> Option<T> {
        let file = self.folder.text(name);
        file.and_then(|file| file.as_ref().map(parse).transpose())
            .map_err(|more| self.findings.extend(more))
            .ok()
            .flatten()
    }

    /// Returns the brand colour, and its place under either spelling.
    fn colour(&mut self, brand: &BrandFile) -> Option<(Colour, Place)> {
        let colour = |key| place(self.file, &["brand", key]);
        match (&brand.colour, &brand.color) {
            (None, None) => None,
            (Some(value), None) => Some((value.0, colour("colour"))),
            (None, Some(value)) => Some((value.0, colour("color"))),
            (Some(_), Some(_)) => {
                let message = "`color` is `colour` by another spelling";
                let finding = Finding::error("duplicate-key", message).help("keep one of them");
                self.findings.push(finding.in_place(colour("color")));
                None
            }
        }
    }

    /// Returns the clinic's own faces before the `bundled` ones, and the files of its own.
    fn faces(&mut self, brand: &BrandFile, bundled: &Faces) -> (Faces, Vec<FaceFile>) {
        let Some(FacesFile { regular, bold }) = &brand.faces else {
            return (bundled.clone(), Vec::new());
        };
        let named = |key: &str, path: &String| FaceFile {
            path: path.clone(),
            place: place(self.file, &["brand", "faces", key]),
        };
        let files = [named("regular", regular), named("bold", bold)];
        let mut read = |file: &FaceFile, weight: Weight| {
            face::read(self.folder, &file.path, weight, &file.place)
                .map_err(|finding| self.findings.push(finding))
                .ok()
        };
        match (
            read(&files[0], Weight::Regular),
            read(&files[1], Weight::Bold),
        ) {
            (Some(regular), Some(bold)) => (bundled.with_own([regular, bold]), files.into()),
            _ => (bundled.clone(), Vec::new()),
        }
    }

    /// Returns the faces for other scripts, their files, and warnings: those that `clinic.yaml` names,
    /// then the others in the folder `fonts`.
    fn fallback_faces(
        &mut self,
        brand: &BrandFile,
        own: &[FaceFile],
    ) -> (Vec<Face>, Vec<FaceFile>, Vec<Finding>) {
        let (mut faces, mut files, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
        let list = Route::default().key("brand").key("fallback_faces");
        for (index, path) in brand.fallback_faces.iter().enumerate() {
            let target = PlaceTarget::Value(list.index(index), None);
            let file = Arc::clone(self.file);
            let place = Place { file, target };
            match face::read_fallback(self.folder, path, &place) {
                Ok(face) => faces.push(face),
                Err(finding) => self.findings.push(finding),
            }
            let path = path.clone();
            files.push(FaceFile { path, place });
        }
        let fonts = self.folder.folder(FONTS);
        for name in fonts.iter().flat_map(|fonts| fonts.file_names()) {
            if let Some(help) = other_font_help(&name) {
                let path = format!("{FONTS}/{name}");
                let finding = Finding::warning("unread-file", format!("`{path}` is not read"));
                warnings.push(finding.help(help).in_place(self.folder.place(&path)));
            }
        }
        let names = fonts.iter().flat_map(|fonts| fonts.file_names());
        for name in names.filter(|name| is_font(name)) {
            let path = format!("{FONTS}/{name}");
            let mut named = own.iter().chain(&files);
            if named.any(|named| named.path.trim_start_matches("./") == path) {
                continue;
            }
            let place = self.folder.place(&path);
            match face::read_fallback(self.folder, &path, &place) {
                Ok(face) => {
                    faces.push(face);
                    files.push(FaceFile { path, place });
                }
                // The file may be there for another program.
                Err(finding) => warnings.push(Finding {
                    severity: Severity::Warning,
                    ..finding
                }),
            }
        }
        if files.len() > MAX_FALLBACK_FACES {
            let message = format!("there are more than {MAX_FALLBACK_FACES} fallback faces");
            let finding =
                Finding::error("too-large", message).help("keep one or two of each script");
            self.findings
                .push(finding.in_place(files[MAX_FALLBACK_FACES].place.clone()));
        }
        (faces, files, warnings)
    }

    fn logo(&mut self, brand: &BrandFile, faces: &Faces) -> Option<Logo> {
        let Some(path) = &brand.logo else {
            if brand.show_name == Some(false) {
                let message = "`show_name: false` needs a `logo` that says the name";
                let finding = Finding::error("missing-field", message)
                    .help("name the logo in `logo`, or leave `show_name` out");
                let at = place(self.file, &["brand", "show_name"]);
                self.findings.push(finding.in_place(at));
            }
            return None;
        };
        let place = place(self.file, &["brand", "logo"]);
        let alt = brand.logo_alt.clone().filter(|alt| has_words(alt));
        if alt.is_none() {
            let finding = Finding::error("missing-alt-text", "the logo has no text alternative")
                .help("say in `logo_alt` what the logo shows, as in `logo_alt: A green leaf`");
            self.findings.push(finding.in_place(place.clone()));
        }
        let picture = picture::read(
            self.folder,
            path,
            PictureUse::Logo,
            &BTreeMap::new(),
            faces,
            &place,
        );
        let picture = picture.map_err(|finding| self.findings.push(finding));
        Some(Logo {
            picture: Arc::new(picture.ok()?),
            alt: alt?,
        })
    }
}

/// Returns what to do with a font file that is neither TrueType nor OpenType; `None` for other files.
fn other_font_help(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let (_, ending) = name.rsplit_once('.')?;
    match ending {
        _ if name.starts_with('.') => None,
        "ttc" | "otc" => {
            Some("it has several typefaces: save the one that you need as a file `.otf` or `.ttf`")
        }
        "woff" | "woff2" | "eot" | "pfb" | "dfont" => {
            Some("use the typeface's file `.otf` or `.ttf` instead")
        }
        _ => None,
    }
}

/// Whether a name is that of a TrueType or OpenType file. Hidden files belong to the system.
fn is_font(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !name.starts_with('.') && (name.ends_with(".ttf") || name.ends_with(".otf"))
}

/// Reports texts in `clinic.yaml` with dots in their keys.
fn dotted_keys_in_clinic(file: &Arc<SourceFile>) -> Vec<Finding> {
    let Ok(values) = source::parse::<source::OrderedMap<source::PlainValue>>(file) else {
        return Vec::new();
    };
    let values = values.into_values();
    let texts = values.get("text").and_then(serde_json::Value::as_object);
    let languages = texts.into_iter().flat_map(|texts| texts.keys());
    languages
        .flat_map(|language| texts::dotted_keys(file, &["text", language]))
        .collect()
}

/// Other words for fields of a clinic, in small letters without blanks and signs.
const OTHER_WORDS: [(&str, &str); 14] = [
    ("telephone", "phone"),
    ("telephonenumber", "phone"),
    ("phonenumber", "phone"),
    ("tel", "phone"),
    ("telefon", "phone"),
    ("mail", "email"),
    ("web", "website"),
    ("homepage", "website"),
    ("url", "website"),
    ("openinghours", "hours"),
    ("openingtimes", "hours"),
    ("emergency", "emergency_number"),
    ("helpline", "crisis_line"),
    ("title", "name"),
];

/// Suggests the field that an unknown key at the start of a line means, such as `phone` for `telephone`.
fn with_known_field(finding: Finding) -> Finding {
    let Some(Place {
        file,
        target: PlaceTarget::Bytes(bytes),
    }) = &finding.place
    else {
        return finding;
    };
    let is_first = bytes.start == 0 || file.text.as_bytes().get(bytes.start - 1) == Some(&b'\n');
    if finding.id != "unknown-field" || !is_first {
        return finding;
    }
    let key = file.text.get(bytes.clone()).unwrap_or_default();
    let letters = key.to_lowercase().replace([' ', '_', '-', '"', '\''], "");
    match OTHER_WORDS.iter().find(|(word, _)| *word == letters) {
        Some((_, field)) => finding.help(format!("did you mean `{field}`?")),
        None => finding,
    }
}

/// Reports a file that may not be a clinic's. Quotes none of its text: it may be the data of a patient.
fn without_text(file: &Arc<SourceFile>, findings: Vec<Finding>) -> Vec<Finding> {
    let (message, help) = if file.text.trim().is_empty() {
        (
            "the file is empty",
            "write the clinic's `name` in it, as in `name: Riverside Clinic`",
        )
    } else {
        let message = "this is not the file of a clinic";
        (message, "name a `clinic.yaml` or its folder")
    };
    let finding = Finding::error("missing-field", message).help(help);
    let mut kept = vec![finding.at(file, PlaceTarget::File)];
    let mut lines = file.text.lines();
    if !lines.any(|line| line.to_lowercase().starts_with("name:")) {
        return kept;
    }
    kept.clear();
    let blank = Arc::new(SourceFile {
        name: file.name.clone(),
        path: file.path.clone(),
        text: "".into(),
    });
    for finding in findings {
        let number = finding.place.as_ref().and_then(source::locate);
        let number = number.map(|at| at.line);
        let line = number.map_or(String::new(), |line| format!("line {line}: "));
        let (message, help) = match finding.id {
            "unknown-field" => (finding.message, finding.help),
            "yaml-syntax" => (
                "this is not YAML. Check for an open quote, or a colon in text without quotes"
                    .to_owned(),
                None,
            ),
            // It names a field only.
            "missing-field" => (finding.message, finding.help),
            _ => {
                let message = match field_above(&file.text, number.unwrap_or_default()) {
                    Some(field) => format!("the value of `{field}` has the wrong form"),
                    None => "a value has the wrong form".to_owned(),
                };
                let help = "`handout schema clinic` shows the form of each field";
                (message, Some(help.into()))
            }
        };
        let finding = Finding::error(finding.id, format!("{line}{message}"));
        kept.push(Finding { help, ..finding }.at(&blank, PlaceTarget::File));
    }
    kept
}

/// Returns the field of a clinic that a line belongs to.
fn field_above(text: &str, line: usize) -> Option<&str> {
    let mut lines: Vec<&str> = text.lines().take(line).collect();
    lines.retain(|line| line.starts_with(char::is_alphabetic));
    let (key, _) = lines.last()?.split_once(':')?;
    let is_field = key == "name" || CLINIC_FIELDS.contains(&format!("{key}:").as_str());
    is_field.then_some(key)
}

/// Fields that only a `clinic.yaml` has.
const CLINIC_FIELDS: [&str; 13] = [
    "phone:",
    "brand:",
    "website:",
    "emergency_number:",
    "crisis_line:",
    "department:",
    "defaults:",
    "imprint:",
    "vars:",
    "text:",
    "sections:",
    "hours:",
    "printers:",
];

/// Whether a file has a field that only a `clinic.yaml` has.
fn is_like_a_clinic(file: &SourceFile) -> bool {
    let mut lines = file.text.lines();
    lines.any(|line| CLINIC_FIELDS.iter().any(|field| line.starts_with(field)))
}

/// Returns the place of a value of `clinic.yaml`.
fn place(file: &Arc<SourceFile>, keys: &[&str]) -> Place {
    let route = keys
        .iter()
        .fold(Route::default(), |route, key| route.key(*key));
    Place {
        file: Arc::clone(file),
        target: PlaceTarget::Value(route, None),
    }
}

/// Splits the path of a `clinic.yaml`, or of a folder that has one.
fn folder_and_name(path: &Path) -> (PathBuf, String) {
    if path.is_dir() {
        return (path.to_owned(), CLINIC.to_owned());
    }
    let name = path.file_name().and_then(|name| name.to_str());
    let folder = path.parent().unwrap_or(Path::new(""));
    (folder.to_owned(), name.unwrap_or_default().to_owned())
}

/// Adds the places in `clinic.yaml` to changes of sections; `route` leads to them.
fn section_changes(changes: SectionsFile, file: &Arc<SourceFile>, route: &Route) -> SectionChanges {
    let (insert, moves, remove) = (route.key("insert"), route.key("move"), route.key("remove"));
    let inserted = changes.insert.into_iter().enumerate();
    let moved = changes.moves.into_iter().enumerate();
    let removed = changes.remove.into_iter().enumerate();
    SectionChanges {
        insert: inserted
            .map(|(index, new)| {
                // A lock keeps clinics from changing the library's sections. On a clinic's own
                // section it would keep the clinic from writing its text.
                let entry = Entry {
                    locked: false,
                    ..new.entry.at(file, insert.index(index))
                };
                (entry, new.anchor)
            })
            .collect(),
        moves: moved
            .map(|(index, change)| (change.key, moves.index(index), change.anchor))
            .collect(),
        remove: removed
            .map(|(index, key)| (key.0, remove.index(index)))
            .collect(),
    }
}

/// Returns telephone numbers as the file has them: YAML drops the plus of one without quotes.
fn phones(phone: OneOrMore, file: &SourceFile) -> Vec<String> {
    let mut phones = match phone {
        OneOrMore::One(text) => vec![text],
        OneOrMore::More(texts) => texts,
        OneOrMore::Digits(number) => {
            let values = Map::from_iter([("phone".to_owned(), Value::from(number))]);
            let written = source::as_written(file, &Route::default(), values);
            let text = |value: &Value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            };
            written.values().map(text).collect()
        }
    };
    phones.retain(|phone| !is_blank(phone));
    phones
}
