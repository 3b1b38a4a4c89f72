//! Names of columns: those that are almost reserved, and those that no text uses.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;
use std::sync::{Arc, Mutex, PoisonError};

use super::job::Job;
use super::job_file::{JobFile, Origin, nearly_reserved};
use super::name_template::NameTemplate;
use crate::check::{self, ValueNames};
use crate::finding::Finding;
use crate::leaflet::Prepared;
use crate::library::{Clinic, Library};
use crate::request_options::{READER_FORMAT, is_nearly_reader_format};

/// Maximum number of names that are kept from rows of JSON Lines.
const MAX_NAMES: usize = 1000;

/// Reports names that are almost those of reserved columns and that no handout declares as reader data.
pub(super) fn misspelt_columns(
    names: &[String],
    library: &Library,
    clinic: &Clinic,
) -> Vec<Finding> {
    let near: Vec<(&String, &str)> = names
        .iter()
        .filter_map(|name| {
            let is_need = is_nearly_reader_format(name);
            let near = nearly_reserved(name).or_else(|| is_need.then_some(READER_FORMAT));
            Some((name, near?))
        })
        .collect();
    if near.is_empty() {
        return Vec::new();
    }
    let declared = declared_names(library, clinic);
    near.into_iter()
        .filter(|(name, _)| !declared.contains(*name))
        .map(|(name, reserved)| {
            let message = format!("the column `{name}` is not the column `{reserved}`");
            let help = match reserved {
                "name" => {
                    "did you mean `name`, which names the file and must hold no patient data? A reader's name is `patient.first_name`".to_owned()
                }
                "format" => format!(
                    "did you mean `format`, the format of the file, or `{READER_FORMAT}`, the edition that the reader needs? If a text uses `{name}`, write it under `data` in its handout.yaml"
                ),
                _ => format!(
                    "did you mean `{reserved}`? If a text uses `{name}`, write it under `data` in its handout.yaml"
                ),
            };
            Finding::error("invalid-header", message).help(help)
        })
        .collect()
}

/// Returns the reader data that the handouts of a library and a clinic declare. Faulty handouts are reported
/// where they are used.
fn declared_names(library: &Library, clinic: &Clinic) -> BTreeSet<String> {
    let of_library = library.ids();
    let of_library = of_library.iter().map(|id| library.handout(id));
    let of_clinic = clinic.ids();
    let of_clinic = of_clinic.iter().filter_map(|id| clinic.handout(id));
    of_library
        .chain(of_clinic)
        .flatten()
        .flat_map(|handout| handout.definition.data)
        .chain(clinic.facts.data.iter().map(|field| field.name.clone()))
        .collect()
}

fn add_name(names: &mut BTreeSet<String>, name: &str) {
    if !names.contains(name) && names.len() < MAX_NAMES {
        names.insert(name.to_owned());
    }
}

/// Columns of a batch and their use, from all threads.
pub(super) struct ColumnUse {
    /// Data columns of a CSV file; `None` for JSON Lines.
    columns: Option<Arc<[String]>>,
    /// Line of the header in words, as in `line 3`; `None` for JSON Lines.
    header: Option<String>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    names: ValueNames,
    /// Whether a leaflet was prepared.
    has_leaflet: bool,
    /// True if an earlier run made some rows. Their texts are unknown.
    is_incomplete: bool,
    /// Number of rows of JSON Lines.
    rows: u32,
    /// For JSON Lines, the rows that have each name.
    rows_of_names: BTreeMap<String, RowsOfName>,
}

/// Rows of JSON Lines that have a name.
#[derive(Clone)]
struct RowsOfName {
    count: u32,
    first: Origin,
}

impl State {
    /// Whether all of several rows have a name of JSON Lines. It is then a column, and says nothing about one reader.
    fn is_column(&self, name: &str) -> bool {
        let rows = self.rows_of_names.get(name);
        self.rows > 1 && rows.is_some_and(|rows| rows.count == self.rows)
    }

    /// Returns the first row of JSON Lines that has one of these names.
    fn first_row(&self, names: &[&str]) -> Option<&Origin> {
        let rows = names
            .iter()
            .filter_map(|name| self.rows_of_names.get(*name));
        rows.map(|rows| &rows.first).min_by_key(|origin| origin.row)
    }
}

impl ColumnUse {
    pub(super) fn new(job_file: &JobFile<impl BufRead>) -> ColumnUse {
        let columns = job_file.data_names();
        let given = columns.iter().flat_map(|names| names.iter().cloned());
        let names = ValueNames {
            given: given.collect(),
            ..ValueNames::default()
        };
        let state = State {
            names,
            ..State::default()
        };
        ColumnUse {
            columns,
            header: job_file.header_place(),
            state: Mutex::new(state),
        }
    }

    fn with(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Adds the names that a prepared leaflet or its text message uses, and those that its handout declares.
    pub(super) fn add_leaflet(&self, declared: &[String], leaflet: &Prepared<'_>) {
        self.with(|state| {
            state.has_leaflet = true;
            let elsewhere = leaflet.used_by_text_message().iter();
            let used = leaflet.used_data().into_iter();
            used.chain(elsewhere.map(String::as_str))
                .for_each(|name| add_name(&mut state.names.used, name));
            declared
                .iter()
                .for_each(|name| add_name(&mut state.names.declared, name));
        });
    }

    /// Adds a name that something else than a text uses.
    pub(super) fn add_used(&self, name: &str) {
        self.with(|state| add_name(&mut state.names.used, name));
    }

    /// Adds the names of a row of JSON Lines. The rows of a CSV file have those of its header.
    pub(super) fn add_names(&self, job: &Job, origin: &Origin) {
        if self.columns.is_some() {
            return;
        }
        self.with(|state| {
            state.rows += 1;
            for name in job.data_names.iter() {
                add_name(&mut state.names.given, name);
                if !state.names.given.contains(name) {
                    continue;
                }
                let first = || RowsOfName {
                    count: 0,
                    first: origin.clone(),
                };
                let rows = state.rows_of_names.entry(name.clone());
                let rows = rows.or_insert_with(first);
                rows.count += 1;
                if origin.row < rows.first.row {
                    rows.first = origin.clone();
                }
            }
        });
    }

    /// Records a row that an earlier run made. Its texts are not read again.
    pub(super) fn add_skipped(&self) {
        self.with(|state| state.is_incomplete = true);
    }

    /// Reports names of a row that are almost reserved, with the line of the header. See [`misspelt_columns`].
    pub(super) fn almost_reserved(
        &self,
        names: &[String],
        library: &Library,
        clinic: &Clinic,
    ) -> Vec<Finding> {
        let mut findings = misspelt_columns(names, library, clinic);
        if let Some(header) = &self.header {
            for finding in &mut findings {
                finding.message += &format!(" (the header is {header})");
            }
        }
        findings
    }

    /// Reports misspelt names of a row. See [`check::misspelt_value`].
    pub(super) fn misspelt(&self, names: &ValueNames) -> Vec<Finding> {
        match self.columns {
            Some(_) => check::misspelt_value(names, "column", |_| true),
            None => check::misspelt_value(names, "value", |_| false),
        }
    }

    /// Reports the columns that neither a text, the choice of editions nor the template of file names uses. In
    /// JSON Lines, names the first row that has one.
    pub(super) fn unused(&self, template: &NameTemplate) -> Option<Finding> {
        let names = self.names(template)?;
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let is_public = |name: &str| self.columns.is_some() || state.is_column(name);
        let mut finding = check::unused_value(&names, is_public)?;
        if let Some(origin) = state.first_row(&names.unused()) {
            let job = finding.job.get_or_insert_default();
            job.row = Some(origin.row);
            job.line = Some(origin.line);
        }
        Some(finding)
    }

    /// Returns the names of these columns.
    pub(super) fn unused_names(&self, template: &NameTemplate) -> Vec<String> {
        let names = self.names(template).unwrap_or_default();
        names.unused().into_iter().map(str::to_owned).collect()
    }

    /// Returns the names of columns and texts. `None` if texts are unknown.
    fn names(&self, template: &NameTemplate) -> Option<ValueNames> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.is_incomplete || !state.has_leaflet {
            return None;
        }
        let mut names = state.names.clone();
        names
            .given
            .retain(|name| name != READER_FORMAT && !template.source.contains(name.as_str()));
        Some(names)
    }
}
