//! What leaflets are made from, each thing read and prepared once: clinics, handouts, and a press for
//! each order.
//!
//! Clinics and handouts stay as long as the batch; there may be [`MOST_KEPT`] of each. Presses are
//! larger: the [`MOST_PRESSES`] used last are kept.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::job::Job;
use super::record::hex;
use crate::finding::{Finding, nearest};
use crate::font::Faces;
use crate::leaflet::{Compositor, Failure, Order, Press};
use crate::library::{Clinic, Fingerprint, Handout, Library, covers};
use crate::resolve::ReferenceMode;
use crate::theme::Paper;

/// So many clinics and handouts are kept.
const MOST_KEPT: usize = 4096;
/// So many presses are kept.
const MOST_PRESSES: usize = 64;

/// What every row of a batch has unless it says otherwise.
pub struct Defaults<'a> {
    /// The clinic.
    pub clinic: &'a Clinic,
    /// Where the paths in the column `clinic` begin.
    pub clinics: PathBuf,
    /// The language, where the command line says so.
    pub language: Option<String>,
    /// The paper, where the command line says so.
    pub paper: Option<Paper>,
    /// The edition, where the command line says so.
    pub edition: Option<String>,
    /// How references are set, where the command line says so.
    pub references: Option<ReferenceMode>,
    /// The day.
    pub date: Date,
}

/// Room for things that are made once and stay.
struct Kept<T> {
    index: Mutex<BTreeMap<String, usize>>,
    room: Box<[OnceLock<Box<T>>]>,
}

impl<T> Kept<T> {
    fn new() -> Kept<T> {
        let room = std::iter::repeat_with(OnceLock::new)
            .take(MOST_KEPT)
            .collect();
        Kept {
            index: Mutex::default(),
            room,
        }
    }

    /// The thing of that name, made if it is not there; `None` if there is no room.
    fn get(&self, name: &str, make: impl FnOnce() -> T) -> Option<&T> {
        let place = {
            let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
            let next = index.len();
            match index.get(name) {
                Some(place) => *place,
                None if next == self.room.len() => return None,
                None => {
                    index.insert(name.to_owned(), next);
                    next
                }
            }
        };
        Some(self.room[place].get_or_init(|| Box::new(make())))
    }
}

type Read<T> = Result<T, Vec<Finding>>;

/// A clinic that has been read.
struct KeptClinic {
    clinic: Clinic,
    fingerprint: Fingerprint,
}

/// A handout that has been read.
struct KeptHandout {
    handout: Handout,
    languages: Vec<String>,
    fingerprint: Fingerprint,
}

impl From<Handout> for KeptHandout {
    fn from(handout: Handout) -> KeptHandout {
        KeptHandout {
            languages: handout.languages(),
            fingerprint: handout.fingerprint(),
            handout,
        }
    }
}

/// Clinics and handouts that have been read.
pub struct Shelves {
    clinics: Kept<Read<KeptClinic>>,
    /// A clinic's own, `None` where it has none of that id; and the library's.
    handouts: Kept<Option<Read<KeptHandout>>>,
    languages: Kept<String>,
}

impl Shelves {
    /// Empty shelves.
    pub fn new() -> Shelves {
        Shelves {
            clinics: Kept::new(),
            handouts: Kept::new(),
            languages: Kept::new(),
        }
    }
}

impl Default for Shelves {
    fn default() -> Shelves {
        Shelves::new()
    }
}

/// What leaflets are made from.
pub struct Stock<'a> {
    library: &'a Library,
    faces: &'a Faces,
    defaults: &'a Defaults<'a>,
    shelves: &'a Shelves,
    ids: Vec<String>,
    library_fingerprint: Fingerprint,
    clinic_fingerprint: Fingerprint,
    presses: Mutex<Presses<'a>>,
}

#[derive(Default)]
struct Presses<'a> {
    by_order: BTreeMap<String, (u64, SharedPress<'a>)>,
    clock: u64,
}

/// A press as threads share it, and as [`super::bundle`] needs it after the row is set.
pub type SharedPress<'a> = Arc<OnceLock<Result<Press<'a>, PressFailure>>>;

/// Why there is no press.
#[derive(Clone, Debug)]
pub enum PressFailure {
    /// The content is at fault.
    Findings(Vec<Finding>),
    /// The program is.
    Program(String),
}

impl From<Failure> for PressFailure {
    fn from(failure: Failure) -> PressFailure {
        match failure {
            Failure::Findings(findings) => PressFailure::Findings(findings),
            Failure::Pdf(error) => PressFailure::Program(error.to_string()),
        }
    }
}

/// What a row gets, looked up and not yet made: one order for each of its handouts.
pub struct Orders<'a> {
    /// One for each handout.
    pub orders: Vec<Order<'a>>,
    /// A hash of all that the leaflet is made from but the row.
    pub made_from: String,
    /// Tells presses apart.
    key: String,
}

impl<'a> Stock<'a> {
    /// The stock of a batch.
    pub fn new(
        library: &'a Library,
        faces: &'a Faces,
        defaults: &'a Defaults<'a>,
        shelves: &'a Shelves,
    ) -> Stock<'a> {
        Stock {
            library,
            faces,
            defaults,
            shelves,
            ids: library.ids(),
            library_fingerprint: library.fingerprint(),
            clinic_fingerprint: defaults.clinic.fingerprint(),
            presses: Mutex::default(),
        }
    }

    /// Looks up what a row asks for.
    pub fn orders(&self, job: &Job) -> Result<Orders<'a>, Vec<Finding>> {
        let (clinic, clinic_fingerprint) = match &job.clinic {
            None => (self.defaults.clinic, self.clinic_fingerprint),
            Some(path) => self.clinic(path).map_err(|findings| {
                findings
                    .into_iter()
                    .map(|finding| finding.in_column("clinic"))
                    .collect::<Vec<_>>()
            })?,
        };
        let preset = |key: &str| clinic.defaults.get(key).map(String::as_str);
        let language: &'a str = match (&job.language, &self.defaults.language) {
            (Some(language), _) => {
                let kept = self.shelves.languages.get(language, || language.clone());
                kept.ok_or_else(|| too_many("language"))?
            }
            (None, Some(language)) => language,
            (None, None) => clinic
                .defaults
                .get("language")
                .unwrap_or(&self.library.manifest().language),
        };
        let paper = job
            .paper
            .or(self.defaults.paper)
            .unwrap_or(match preset("paper") {
                Some("letter") => Paper::Letter,
                Some("a5") => Paper::A5,
                _ => Paper::A4,
            });
        let references = self
            .defaults
            .references
            .unwrap_or(match preset("references") {
                Some("short") => ReferenceMode::Short,
                Some("qr") => ReferenceMode::Qr,
                _ => ReferenceMode::Full,
            });
        let edition = job
            .edition
            .as_deref()
            .or(self.defaults.edition.as_deref())
            .or(preset("edition"));
        let mut hash = Sha256::new();
        let options = format!(
            "{} {language} {paper:?} {references:?} {} {}",
            env!("CARGO_PKG_VERSION"),
            edition.unwrap_or("standard"),
            self.defaults.date
        );
        hash.update(options);
        hash.update(self.library_fingerprint);
        hash.update(clinic_fingerprint);
        let mut findings = Vec::new();
        let mut orders = Vec::new();
        for id in &job.handouts {
            match self.handout(id, clinic, job.clinic.as_deref()) {
                Ok(kept) => {
                    if !covers(&kept.languages, language) {
                        let message =
                            format!("`{id}` has no text in the language that is asked for");
                        let help = format!("it is in {}", kept.languages.join(", "));
                        let finding = Finding::error("unavailable-language", message).help(help);
                        findings.push(match &job.language {
                            Some(_) => finding.in_column("language"),
                            None => finding.in_column("handout"),
                        });
                    }
                    hash.update(kept.fingerprint);
                    orders.push(Order {
                        library: self.library,
                        handout: &kept.handout,
                        clinic,
                        language,
                        paper,
                        references,
                        date: self.defaults.date,
                    });
                }
                Err(more) => findings.extend(more),
            }
        }
        if !findings.is_empty() {
            return Err(findings);
        }
        let clinic = job.clinic.as_deref().unwrap_or_default();
        let ids = job.handouts.join(";");
        let edition = edition.unwrap_or("standard");
        let names = job.data_names.join(",");
        let key =
            format!("{clinic}\n{language}\n{paper:?}\n{edition}\n{references:?}\n{names}\n{ids}");
        Ok(Orders {
            orders,
            made_from: hex(&hash.finalize()[..16]),
            key,
        })
    }

    /// The press for one of a row's orders, made if it is not there.
    pub fn press(
        &self,
        orders: &Orders<'a>,
        index: usize,
        job: &Job,
        compositor: &mut Compositor,
    ) -> SharedPress<'a> {
        let press = {
            let mut presses = self.presses.lock().unwrap_or_else(PoisonError::into_inner);
            presses.get(format!("{}\n{index}", orders.key))
        };
        // Others who want the same press wait for it; others who want another do not.
        press.get_or_init(|| {
            Press::new(&orders.orders[index], &job.data_names, compositor)
                .map_err(PressFailure::from)
        });
        press
    }

    /// The clinic at a path that a row names, or of the library.
    fn clinic(&self, path: &str) -> Result<(&'a Clinic, Fingerprint), Vec<Finding>> {
        let read = || {
            let clinic = self.read_clinic(path)?;
            Ok(KeptClinic {
                fingerprint: clinic.fingerprint(),
                clinic,
            })
        };
        match self.shelves.clinics.get(path, read) {
            Some(Ok(kept)) => Ok((&kept.clinic, kept.fingerprint)),
            Some(Err(findings)) => Err(findings.clone()),
            None => Err(too_many("clinic")),
        }
    }

    fn read_clinic(&self, path: &str) -> Result<Clinic, Vec<Finding>> {
        let root = &self.defaults.clinics;
        let shown = if root.as_os_str().is_empty() {
            Path::new(".")
        } else {
            root
        };
        let within = Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        let leaves = || {
            let message = format!("the clinic of the row is not in `{}`", shown.display());
            let help =
                "write a path in that folder, without `..`; `--clinics DIR` names another folder";
            vec![Finding::error("unsafe-path", message).help(help)]
        };
        if !within {
            return Err(leaves());
        }
        let full = root.join(path);
        if let (Ok(real), Ok(real_root)) = (full.canonicalize(), shown.canonicalize()) {
            if !real.starts_with(real_root) {
                return Err(leaves());
            }
            return Clinic::load(&full, self.faces);
        }
        self.library.clinic(path, self.faces).unwrap_or_else(|| {
            let message = format!(
                "the clinic of the row is not there, in `{}`",
                shown.display()
            );
            let help = "write the path of a clinic.yaml or its folder";
            Err(vec![Finding::error("missing-file", message).help(help)])
        })
    }

    /// A handout of a clinic, else of the library.
    fn handout(
        &self,
        id: &str,
        clinic: &'a Clinic,
        clinic_path: Option<&str>,
    ) -> Result<&'a KeptHandout, Vec<Finding>> {
        let shelves = &self.shelves.handouts;
        let key = format!("{}\n{id}", clinic_path.unwrap_or_default());
        let own = || {
            clinic
                .handout(id)
                .map(|handout| handout.map(KeptHandout::from))
        };
        // The path of a clinic has no line end: `text` has none in reserved columns.
        let of_library = || {
            let known = self.ids.iter().any(|other| other == id);
            known.then(|| self.library.handout(id).map(KeptHandout::from))
        };
        let full = || too_many("handout");
        let found = match shelves.get(&key, own).ok_or_else(full)? {
            None => shelves
                .get(&format!("\n\n{id}"), of_library)
                .ok_or_else(full)?,
            own => own,
        };
        match found {
            Some(Ok(kept)) => Ok(kept),
            Some(Err(findings)) => Err(findings.clone()),
            None => {
                let finding = Finding::error("unknown-handout", "there is no handout of this id")
                    .in_column("handout");
                let near = nearest(id, self.ids.iter().map(String::as_str));
                Err(vec![match near {
                    Some(near) => finding.help(format!("did you mean `{near}`?")),
                    None => finding.help("`handout list` shows the handouts there are"),
                }])
            }
        }
    }
}

fn too_many(column: &str) -> Vec<Finding> {
    let message =
        format!("one batch has more than {MOST_KEPT} different clinics, handouts or languages");
    vec![
        Finding::error("too-large", message)
            .help("split the job file")
            .in_column(column),
    ]
}

impl<'a> Presses<'a> {
    fn get(&mut self, key: String) -> SharedPress<'a> {
        self.clock += 1;
        let clock = self.clock;
        if let Some((used, press)) = self.by_order.get_mut(&key) {
            *used = clock;
            return Arc::clone(press);
        }
        if self.by_order.len() >= MOST_PRESSES {
            let oldest = self.by_order.iter().min_by_key(|(_, (used, _))| *used);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                self.by_order.remove(&oldest);
            }
        }
        let press = SharedPress::default();
        self.by_order.insert(key, (clock, Arc::clone(&press)));
        press
    }
}
