//! `clinic.yaml`: who gives the leaflet, and how it makes the wording its own.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::bibliography::Bibliography;
use super::definition::InsertedEntry;
use super::folder::{Files, Folder};
use super::scalar::{HexColour, OneOrMore, Slug, WebAddress};
use super::text::TextFile;
use super::{Entry, Handout, Lock, TextLayer, TextValue};
use crate::document::{Key, Logo};
use crate::finding::{Finding, Place, PlaceTarget};
use crate::font::{Faces, Weight};
use crate::geometry::Colour;
use crate::picture::Lettering;
use crate::source::{self, OrderedMap, PlainValue, Route, SourceFile};

/// The name of a clinic's main file.
const CLINIC: &str = "clinic.yaml";
/// The name of the file that records what a clinic's texts were written against.
const LOCK: &str = "clinic.lock";

/// `clinic.yaml`.
#[derive(Clone, Debug)]
pub struct Clinic {
    /// Where it lies.
    pub(super) folder: Folder,
    /// The logo's path in the folder.
    pub(super) logo_path: Option<String>,
    /// The file it came from.
    pub file: Arc<SourceFile>,
    /// The clinic's name.
    pub name: String,
    /// The department within it.
    pub department: Option<String>,
    /// Telephone numbers, as they should be read.
    pub phones: Vec<String>,
    /// Electronic mail.
    pub email: Option<String>,
    /// Web site, `https://…`.
    pub website: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// Opening hours.
    pub hours: Option<String>,
    /// As in `999`.
    pub emergency_number: Option<String>,
    /// As in `116 123`.
    pub crisis_line: Option<String>,
    /// The logo, loaded and checked, without the white around it.
    pub logo: Option<Logo>,
    /// Where it is named.
    pub logo_place: Option<Place>,
    /// What its leaflets are set in: its own faces, if it has any, and then the bundled ones.
    pub faces: Faces,
    /// The files of its own faces, in their order, and where each is named.
    pub face_files: Vec<FaceFile>,
    /// One brand colour, from which all others are derived.
    pub colour: Option<Colour>,
    /// Where it stands, under either spelling of its key.
    pub colour_place: Option<Place>,
    /// Defaults of `generate`.
    pub defaults: BTreeMap<String, String>,
    /// Small print about who runs the clinic.
    pub imprint: Option<String>,
    /// Whether the footer says "Adapted by …" where the clinic changed words.
    pub adapted_notice: bool,
    /// What happens when a text changes that the clinic made its own.
    pub on_base_change: BaseChange,
    /// What its texts cite besides the library's references, from the `references.yaml` in its folder.
    pub references: Bibliography,
    /// Where full reference lists stand on the web; overrides the library's.
    pub references_url: Option<String>,
    /// The clinic's own variables, `clinic.vars.*`.
    pub vars: serde_json::Map<String, serde_json::Value>,
    /// Text layers by language: the clinic's shared layer and one for each handout, bottom first
    /// (`clinic.yaml` before `text/<lang>.yaml`).
    pub text: BTreeMap<String, ClinicText>,
    /// Changes to definitions, by handout.
    pub sections: BTreeMap<String, SectionChanges>,
    /// Which texts of the library its own were written against, `clinic.lock`; empty if there is none.
    pub lock: Arc<Lock>,
}

/// The file of a clinic's own face.
#[derive(Clone, Debug)]
pub struct FaceFile {
    /// Its path in the clinic's folder.
    pub path: String,
    /// Where it is named.
    pub place: Place,
}

/// A clinic's words in one language.
#[derive(Clone, Debug, Default)]
pub struct ClinicText {
    /// Overrides of the shared layer.
    pub shared: Vec<TextLayer>,
    /// Overrides of handouts' layers.
    pub handouts: BTreeMap<String, Vec<TextLayer>>,
}

/// Changes to one definition.
#[derive(Clone, Debug, Default)]
pub struct SectionChanges {
    /// New entries and the key after or before which each stands.
    pub insert: Vec<(Entry, Anchor)>,
    /// Entries that go elsewhere.
    pub moves: Vec<(Key, Route, Anchor)>,
    /// Entries that are left out.
    pub remove: Vec<(Key, Route)>,
}

/// A place relative to an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Right before it.
    Before(Key),
    /// Right after it.
    After(Key),
}

/// A clinic: who gives the leaflet, and how it makes the wording its own.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "clinic")]
pub(super) struct ClinicFile {
    /// The clinic's name.
    name: String,
    /// The department within it.
    department: Option<String>,
    /// The telephone number as it should be read; a list where there are several.
    phone: Option<OneOrMore>,
    /// The address for electronic mail.
    email: Option<String>,
    /// The web site, `https://…`.
    website: Option<WebAddress>,
    /// The postal address.
    address: Option<String>,
    /// Opening hours.
    hours: Option<String>,
    /// The number to call in an emergency, as in `"999"`.
    emergency_number: Option<String>,
    /// The number to call in a crisis, as in `"116 123"`.
    crisis_line: Option<String>,
    /// How its leaflets look.
    #[serde(default)]
    brand: BrandFile,
    /// What `generate` does unless asked otherwise.
    #[serde(default)]
    defaults: DefaultsFile,
    /// Small print about who runs the clinic.
    imprint: Option<String>,
    /// Whether the footer says "Adapted by …" where the clinic changed words.
    #[serde(default = "yes")]
    adapted_notice: bool,
    /// What happens when a text changes that the clinic made its own.
    #[serde(default)]
    on_base_change: BaseChange,
    /// Where the full reference lists stand on the web; `{id}` stands for the handout's id.
    references_url: Option<WebAddress>,
    /// The clinic's own variables, for its texts to use as `clinic.vars.…`.
    #[serde(default)]
    vars: OrderedMap<PlainValue>,
    /// The clinic's texts: by language, then `shared` or a handout's id, then the texts' keys.
    #[serde(default)]
    text: OrderedMap<ClinicTextFile>,
    /// Changes to handouts' sections, by the handout's id.
    #[serde(default)]
    sections: OrderedMap<SectionsFile>,
}

/// How its leaflets look.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(inline)]
struct BrandFile {
    /// The logo's path in the clinic's folder: SVG, PNG or JPEG.
    logo: Option<String>,
    /// What to say in place of the logo.
    logo_alt: Option<String>,
    /// One colour as `#rrggbb`, from which all others are derived; darkened where text in it could not be
    /// read.
    colour: Option<HexColour>,
    /// The same as `colour`.
    color: Option<HexColour>,
    /// The faces that its leaflets are set in, in place of the program's own.
    faces: Option<FacesFile>,
}

/// The faces that its leaflets are set in: TrueType or OpenType files, one for each weight.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct FacesFile {
    /// The path, in the clinic's folder, of the face for running text, as in `fonts/Own-Regular.ttf`.
    regular: String,
    /// The path of the face for headings and strong words, as in `fonts/Own-Bold.ttf`.
    bold: String,
}

/// What `generate` does unless asked otherwise.
#[derive(Default, Deserialize)]
#[serde(try_from = "OrderedMap<String>")]
struct DefaultsFile(BTreeMap<String, String>);

/// The flags of `generate` that a clinic may set, what each is, and its values; `&[]` where any will do.
pub const DEFAULTS: [(&str, &str, &[&str]); 5] = [
    ("paper", "The size of the paper.", &["a4", "letter", "a5"]),
    ("edition", "The edition.", &["standard"]),
    (
        "language",
        "The language, as in `en`, `sv`, `nb`; with its country, as in `en-US`, days are written as there.",
        &[],
    ),
    (
        "references",
        "How much of the reference list is printed.",
        &["full", "short", "qr"],
    ),
    ("format", "The kind of file.", &["pdf"]),
];

impl TryFrom<OrderedMap<String>> for DefaultsFile {
    type Error = &'static str;

    fn try_from(values: OrderedMap<String>) -> Result<DefaultsFile, Self::Error> {
        let known = |(flag, value): &(String, String)| {
            DEFAULTS.iter().any(|(name, _, values)| {
                name == flag && (values.is_empty() || values.contains(&value.as_str()))
            })
        };
        if values.0.iter().all(known) {
            Ok(DefaultsFile(values.0.into_iter().collect()))
        } else {
            Err("no such default")
        }
    }
}

impl JsonSchema for DefaultsFile {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "defaults".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let property = |(name, description, values): (&str, &str, &[&str])| {
            let mut schema = json!({ "type": "string", "description": description });
            if !values.is_empty() {
                schema["enum"] = values.into();
            }
            (name.to_owned(), schema)
        };
        let properties: Map<String, Value> = DEFAULTS.into_iter().map(property).collect();
        json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
    }
}

/// What happens when a text changes that a clinic made its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum BaseChange {
    /// Leaflets are made, with a warning.
    #[default]
    Warn,
    /// Leaflets are not made until someone looked.
    Refuse,
}

/// A clinic's texts in one language: of `shared` and of handouts.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(rename = "clinic-text")]
pub(super) struct ClinicTextFile(OrderedMap<TextFile>);

/// Changes to one handout's sections.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(inline)]
struct SectionsFile {
    /// New sections, as in `{ section: our-classes, after: what-helps }`.
    insert: Vec<InsertedEntry>,
    /// Sections that go elsewhere, as in `{ key: questions-to-ask, before: references }`.
    #[serde(rename = "move")]
    moves: Vec<MoveFile>,
    /// Sections that are left out.
    remove: Vec<Slug>,
}

/// A section that goes elsewhere.
#[derive(Deserialize)]
#[serde(try_from = "MoveFields")]
struct MoveFile {
    key: Key,
    anchor: Anchor,
}

/// A section that goes elsewhere: after another, or before it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MoveFields {
    /// The key of the section that goes elsewhere.
    key: Slug,
    /// The key that it comes after.
    after: Option<Slug>,
    /// The key that it comes before.
    before: Option<Slug>,
}

impl TryFrom<MoveFields> for MoveFile {
    type Error = &'static str;

    fn try_from(fields: MoveFields) -> Result<MoveFile, Self::Error> {
        let anchor = match (fields.after, fields.before) {
            (Some(key), None) => Anchor::After(key.0),
            (None, Some(key)) => Anchor::Before(key.0),
            _ => return Err("a section goes after a key or before one"),
        };
        Ok(MoveFile {
            key: fields.key.0,
            anchor,
        })
    }
}

impl JsonSchema for MoveFile {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "move".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        MoveFields::json_schema(generator)
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

fn yes() -> bool {
    true
}

impl Clinic {
    /// Reads a clinic from its `clinic.yaml` or the folder that has it. `faces` are the bundled ones.
    pub fn load(path: &Path, faces: &Faces) -> Result<Clinic, Vec<Finding>> {
        let (folder, name) = folder_and_name(path);
        Clinic::load_from(Folder::Disk(folder), &name, faces)
    }

    /// Reads a clinic like [`Clinic::load`], with `unsaved` files over those in its folder.
    pub fn load_with(path: &Path, unsaved: Files, faces: &Faces) -> Result<Clinic, Vec<Finding>> {
        let (folder, name) = folder_and_name(path);
        Clinic::load_from(Folder::Disk(folder).under(unsaved), &name, faces)
    }

    /// Reads a clinic from files in memory; the root folder has the file `clinic.yaml`.
    pub fn from_files(files: Files, faces: &Faces) -> Result<Clinic, Vec<Finding>> {
        Clinic::load_from(Folder::in_memory(files), CLINIC, faces)
    }

    /// Reads the clinic of a folder.
    pub(super) fn load_from(
        folder: Folder,
        name: &str,
        faces: &Faces,
    ) -> Result<Clinic, Vec<Finding>> {
        let Some(file) = folder.text(name).map_err(|finding| vec![finding])? else {
            return Err(vec![Finding::error(
                "missing-file",
                format!("no file `{}`", folder.shown(name)),
            )]);
        };
        let clinic: ClinicFile = source::parse(&file).map_err(|mut findings: Vec<Finding>| {
            // What else is at fault is told in the same run.
            findings.extend(
                read_texts(&folder)
                    .into_iter()
                    .filter_map(|(_, layers)| layers.err())
                    .flatten(),
            );
            findings
        })?;
        let mut findings = Vec::new();
        let (faces, face_files) = load_faces(&clinic.brand, &folder, &file, faces, &mut findings);
        let logo = load_logo(&clinic.brand, &folder, &file, &faces, &mut findings);
        let brand = |key: &str| PlaceTarget::Value(Route::default().key("brand").key(key), None);
        let (colour, colour_place) = match (&clinic.brand.colour, &clinic.brand.color) {
            (None, None) => (None, None),
            (Some(colour), None) => (Some(colour.0), Some(brand("colour"))),
            (None, Some(colour)) => (Some(colour.0), Some(brand("color"))),
            (Some(_), Some(_)) => {
                let finding =
                    Finding::error("duplicate-key", "`color` is `colour` by another spelling");
                findings.push(finding.at(&file, brand("color")).help("keep one of them"));
                (None, None)
            }
        };
        let colour_place = colour_place.map(|target| Place {
            file: Arc::clone(&file),
            target,
        });
        let mut text = BTreeMap::new();
        for (language, layers) in clinic.text.0 {
            let route = Route::default().key("text").key(&language);
            if !source::is_language(&language) {
                findings.push(no_language(&language).at(&file, PlaceTarget::Key(route)));
                continue;
            }
            add_layers(&mut text, language, layers, &file, &route);
        }
        for (language, layers) in read_texts(&folder) {
            match layers {
                Ok((file, _)) if !source::is_language(&language) => {
                    findings.push(no_language(&language).at(&file, PlaceTarget::File));
                }
                Ok((file, layers)) => {
                    add_layers(&mut text, language, layers, &file, &Route::default())
                }
                Err(more) => findings.extend(more),
            }
        }
        findings.extend(text.values().flat_map(said_twice));
        let lock = match folder.text(LOCK) {
            Ok(Some(file)) => Lock::parse(&file),
            Ok(None) => Ok(Lock::default()),
            Err(finding) => Err(vec![finding]),
        };
        let lock = lock
            .map_err(|more| findings.extend(more))
            .unwrap_or_default();
        let references = match folder.text("references.yaml") {
            Ok(Some(file)) => Bibliography::parse(&file)
                .map_err(|more| findings.extend(more))
                .ok(),
            Ok(None) => None,
            Err(finding) => {
                findings.push(finding);
                None
            }
        };
        if !findings.is_empty() {
            return Err(findings);
        }
        let vars = clinic
            .vars
            .0
            .into_iter()
            .map(|(name, value)| (name, Value::from(value)))
            .collect();
        let vars = source::as_written(&file, &Route::default().key("vars"), vars);
        let sections = clinic.sections.0.into_iter().map(|(handout, changes)| {
            let route = Route::default().key("sections").key(&handout);
            (handout, section_changes(changes, &file, &route))
        });
        Ok(Clinic {
            sections: sections.collect(),
            folder,
            logo_path: clinic.brand.logo,
            name: clinic.name,
            department: clinic.department,
            phones: clinic.phone.map(Vec::from).unwrap_or_default(),
            email: clinic.email,
            website: clinic.website.map(|address| address.0),
            address: clinic.address,
            hours: clinic.hours,
            emergency_number: clinic.emergency_number,
            crisis_line: clinic.crisis_line,
            logo_place: logo.is_some().then(|| Place {
                file: Arc::clone(&file),
                target: PlaceTarget::Value(Route::default().key("brand").key("logo"), None),
            }),
            logo,
            faces,
            face_files,
            colour,
            colour_place,
            defaults: clinic.defaults.0,
            imprint: clinic.imprint,
            adapted_notice: clinic.adapted_notice,
            on_base_change: clinic.on_base_change,
            references: references.unwrap_or_default(),
            references_url: clinic.references_url.map(|address| address.0),
            vars,
            text,
            lock: Arc::new(lock),
            file,
        })
    }

    /// Its texts for readers of a language, bottom first: those in the same language of no country, which
    /// it shares with other countries', and those in the language itself; each with its language.
    pub fn texts<'a>(
        &'a self,
        language: &'a str,
    ) -> impl DoubleEndedIterator<Item = (&'a str, &'a ClinicText)> {
        let tags = [source::without_country(language), Some(language)];
        tags.into_iter()
            .flatten()
            .filter_map(|tag| Some((tag, self.text.get(tag)?)))
    }

    /// What is wrong where its leaflets are to be in a language that a handout does not have.
    pub fn lacks_language(&self, handout: &Handout) -> Option<Finding> {
        let language = self
            .defaults
            .get("language")
            .filter(|language| !handout.is_in(language))?;
        let message = format!("`{}` has no text in `{language}`", handout.definition.id);
        let finding = Finding::error("unavailable-language", message);
        let route = Route::default().key("defaults").key("language");
        let help = format!("it is in {}", handout.languages().join(", "));
        Some(
            finding
                .help(help)
                .at(&self.file, PlaceTarget::Value(route, None)),
        )
    }

    /// Where its `clinic.lock` lies, whether it is there or not; `None` if the clinic is in no folder.
    pub fn lock_path(&self) -> Option<PathBuf> {
        Some(self.file.path.as_ref()?.with_file_name(LOCK))
    }

    /// The ids of the clinic's own handouts, sorted.
    pub fn ids(&self) -> Vec<String> {
        super::handout_ids(&self.folder)
    }

    /// One of the clinic's own handouts; `None` if it has none of that id.
    pub fn handout(&self, id: &str) -> Option<Result<Handout, Vec<Finding>>> {
        let own = |handout: Handout| Handout {
            is_own: true,
            ..handout
        };
        super::handout_in(&self.folder, id).map(|handout| handout.map(own))
    }
}

/// A file of texts, or what is wrong with it.
type ReadTexts = Result<(Arc<SourceFile>, ClinicTextFile), Vec<Finding>>;

/// The texts in `text/<language>.yaml`, by language.
fn read_texts(folder: &Folder) -> Vec<(String, ReadTexts)> {
    let Some(texts) = folder.folder("text") else {
        return Vec::new();
    };
    let names = texts.file_names();
    let languages = names
        .iter()
        .filter_map(|name| Some((name, name.strip_suffix(".yaml")?)));
    let read = |(name, language): (&String, &str)| {
        let layers = match texts.text(name) {
            Ok(Some(file)) => source::parse(&file).map(|layers| (file, layers)),
            Ok(None) => return None,
            Err(finding) => Err(vec![finding]),
        };
        Some((language.to_owned(), layers))
    };
    languages.filter_map(read).collect()
}

/// Words in a language that no leaflet can be in would be lost in silence.
fn no_language(tag: &str) -> Finding {
    Finding::error(
        "invalid-value",
        format!("`{tag}` is not the tag of a language"),
    )
    .help("write it as in `en`, or with a country as in `en-GB`")
}

/// Puts the layers of a file on top of those of the same language.
fn add_layers(
    text: &mut BTreeMap<String, ClinicText>,
    language: String,
    layers: ClinicTextFile,
    file: &Arc<SourceFile>,
    route: &Route,
) {
    let text = text.entry(language).or_default();
    for (name, entries) in layers.0.0 {
        let layer = TextLayer::new(file, route.key(&name), entries);
        match name.as_str() {
            "shared" => text.shared.push(layer),
            _ => text.handouts.entry(name).or_default().push(layer),
        }
    }
}

/// Texts that stand in `clinic.yaml` and again in `text/<lang>.yaml`, where one would hide the other.
fn said_twice(text: &ClinicText) -> Vec<Finding> {
    fn compare(
        key: &str,
        (below, below_at): (&TextValue, (&TextLayer, Route)),
        (above, above_at): (&TextValue, (&TextLayer, Route)),
        findings: &mut Vec<Finding>,
    ) {
        if let (TextValue::Map(parts), TextValue::Map(_)) = (below, above) {
            for (name, part) in parts {
                if let Some(other) = above.part(name) {
                    let below_at = (below_at.0, below_at.1.key(name));
                    let above_at = (above_at.0, above_at.1.key(name));
                    compare(
                        &format!("{key}.{name}"),
                        (part, below_at),
                        (other, above_at),
                        findings,
                    );
                }
            }
            return;
        }
        // A block that is a text alone is its body.
        let says_body =
            |value: &TextValue| !matches!(value, TextValue::Map(_)) || value.part("body").is_some();
        if !says_body(below) || !says_body(above) {
            return;
        }
        let (below, route) = below_at;
        let first = Place {
            file: Arc::clone(&below.file),
            target: PlaceTarget::Key(route),
        };
        let line =
            source::locate(&first).map_or(String::new(), |location| format!(":{}", location.line));
        let message = format!("`{key}` stands in `{}{line}`, too", below.file.name);
        let finding = Finding::error("duplicate-key", message)
            .help("keep one of them, as there can be only one");
        findings.push(finding.at(&above_at.0.file, PlaceTarget::Key(above_at.1)));
    }
    let mut findings = Vec::new();
    let shared = std::iter::once(("shared", &text.shared));
    for (name, layers) in shared.chain(
        text.handouts
            .iter()
            .map(|(id, layers)| (id.as_str(), layers)),
    ) {
        let [below, above] = &layers[..] else {
            continue;
        };
        for (key, value) in &below.entries {
            if let Some(other) = above.get(key) {
                let (below_at, above_at) =
                    ((below, below.route_to(key)), (above, above.route_to(key)));
                compare(
                    &format!("{name}.{key}"),
                    (value, below_at),
                    (other, above_at),
                    &mut findings,
                );
            }
        }
    }
    findings
}

fn section_changes(changes: SectionsFile, file: &Arc<SourceFile>, route: &Route) -> SectionChanges {
    let (insert, moves, remove) = (route.key("insert"), route.key("move"), route.key("remove"));
    let inserted = changes.insert.into_iter().enumerate();
    let moved = changes.moves.into_iter().enumerate();
    let removed = changes.remove.into_iter().enumerate();
    SectionChanges {
        insert: inserted
            .map(|(index, new)| {
                // A lock keeps clinics from changing what the library says. On a clinic's own section it
                // would keep it from saying anything.
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

/// The faces of a clinic, and the files of those that are its own.
fn load_faces(
    brand: &BrandFile,
    folder: &Folder,
    file: &Arc<SourceFile>,
    bundled: &Faces,
    findings: &mut Vec<Finding>,
) -> (Faces, Vec<FaceFile>) {
    let Some(FacesFile { regular, bold }) = &brand.faces else {
        return (bundled.clone(), Vec::new());
    };
    let named = |key: &str, path: &String| {
        let route = Route::default().key("brand").key("faces").key(key);
        let place = Place {
            file: Arc::clone(file),
            target: PlaceTarget::Value(route, None),
        };
        FaceFile {
            path: path.clone(),
            place,
        }
    };
    let files = [named("regular", regular), named("bold", bold)];
    let mut read = |file: &FaceFile, weight: Weight| {
        super::face::read(folder, &file.path, weight, &file.place)
            .map_err(|more| findings.push(more))
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

fn load_logo(
    brand: &BrandFile,
    folder: &Folder,
    file: &Arc<SourceFile>,
    faces: &Faces,
    findings: &mut Vec<Finding>,
) -> Option<Logo> {
    let path = brand.logo.as_ref()?;
    let target = PlaceTarget::Value(Route::default().key("brand").key("logo"), None);
    let place = Place {
        file: Arc::clone(file),
        target: target.clone(),
    };
    let alt = brand.logo_alt.clone().filter(|alt| !alt.trim().is_empty());
    if alt.is_none() {
        findings.push(
            Finding::error("missing-alt-text", "the logo has no text alternative")
                .at(file, target)
                .help("say in `logo_alt` what the logo shows, as in `logo_alt: A green leaf`"),
        );
    }
    let picture = super::picture::read(folder, path, Lettering::Outlines, faces, &place);
    let picture = picture.map_err(|finding| findings.push(finding)).ok()?;
    Some(Logo {
        picture: Arc::new(picture.without_margins()),
        alt: alt?,
    })
}
