//! Loading a clinic: its `clinic.yaml`, and the files in its folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::schema::{BrandFile, ClinicFile, FacesFile, SectionsFile};
use super::{CLINIC, Clinic, FaceFile, LOCK, SectionChanges, texts};
use crate::document::Logo;
use crate::finding::{Finding, Place, PlaceTarget};
use crate::font::{Faces, Weight};
use crate::library::bibliography::Bibliography;
use crate::library::definition::Entry;
use crate::library::folder::{Files, Folder};
use crate::library::lock::ClinicLock;
use crate::library::{face, picture};
use crate::picture::PictureUse;
use crate::source::{self, Route, SourceFile};

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
    pub(in crate::library) fn load_from(
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
                texts::read_texts(&folder)
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
                findings.push(texts::no_language(&language).at(&file, PlaceTarget::Key(route)));
                continue;
            }
            texts::add_layers(&mut text, language, layers, &file, &route);
        }
        for (language, layers) in texts::read_texts(&folder) {
            match layers {
                Ok((file, _)) if !source::is_language(&language) => {
                    findings.push(texts::no_language(&language).at(&file, PlaceTarget::File));
                }
                Ok((file, layers)) => {
                    texts::add_layers(&mut text, language, layers, &file, &Route::default())
                }
                Err(more) => findings.extend(more),
            }
        }
        findings.extend(text.values().flat_map(texts::said_twice));
        let lock = match folder.text(LOCK) {
            Ok(Some(file)) => ClinicLock::parse(&file),
            Ok(None) => Ok(ClinicLock::default()),
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
        face::read(folder, &file.path, weight, &file.place)
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
    let picture = picture::read(
        folder,
        path,
        PictureUse::Logo,
        &BTreeMap::new(),
        faces,
        &place,
    );
    let picture = picture.map_err(|finding| findings.push(finding)).ok()?;
    Some(Logo {
        picture: Arc::new(picture),
        alt: alt?,
    })
}
