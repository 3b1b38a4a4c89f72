//! A list that a person chose: its bytes, and what was decided about it. All of it is in memory only.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use serde::{Deserialize, Serialize};

use super::super::guard::random_name;
use super::super::sources::Loaded;
use super::check::{Check, findings_of};
use super::known::Known;
use crate::batch::{self, ColumnRole, ListPlan};
use crate::finding::Finding;
use crate::leaflet::Format;
use crate::library::{Clinic, PrinterFile};
use crate::printer::PrintSides;
use crate::request_options::{Cover, RequestOptions};
use crate::theme::Envelope;

/// Time after which a list that nobody uses is forgotten.
const KEPT: Duration = Duration::from_secs(600);
/// The most lists at the same time. The oldest is forgotten first.
const MAX_LISTS: usize = 4;
/// The most copies for each reader.
pub(super) const MAX_COPIES: u32 = 20;
/// Longest name of a run, in characters.
pub(super) const MAX_NAME: usize = 80;
/// Leaflets between two separator sheets.
pub(super) const SEPARATORS: [u32; 3] = [10, 25, 50];

/// A list that was read.
pub(super) struct List {
    /// Name in addresses, which nobody can guess.
    pub(super) key: String,
    /// Name of the file, without its folder.
    pub(super) file: String,
    pub(super) bytes: Bytes,
    /// Sheets of a workbook.
    pub(super) sheets: Vec<String>,
    /// Names in JSON Lines, which have no columns.
    pub(super) json_names: Option<Vec<String>>,
    /// Folder of the finished run that this is the corrected list of.
    pub(super) earlier: Option<PathBuf>,
    state: Mutex<ListState>,
    /// Held while a run of this list begins: a button may be pressed twice.
    pub(super) beginning: Mutex<()>,
}

/// What a list is used for.
pub(super) struct ListState {
    pub(super) decisions: Decisions,
    /// Grows with each decision, so that another window does not make what it does not show.
    pub(super) revision: u64,
    pub(super) order: Order,
    /// Row of the sample. `None` if the sample is hidden.
    pub(super) sample: Option<Sample>,
    pub(super) is_sample_hidden: bool,
    /// Names of leaflets that are not shown any more.
    pub(super) stale_samples: Vec<String>,
    pub(super) check: Arc<Check>,
    /// What is wrong with the last request.
    pub(super) complaint: Option<Complaint>,
    used: Instant,
}

/// What a person wrote that cannot be.
#[derive(Clone)]
pub(super) struct Complaint {
    /// Name of the field.
    pub(super) field: &'static str,
    pub(super) message: String,
}

/// A row that is shown.
#[derive(Clone)]
pub(super) struct Sample {
    pub(super) row: u32,
    /// Names of its leaflets among those of readers.
    pub(super) leaflets: Vec<String>,
}

/// Decisions about columns and rows.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Decisions {
    /// Index of the sheet.
    pub(super) sheet: usize,
    /// Roles that a person chose.
    pub(super) columns: BTreeMap<usize, ColumnRole>,
    /// Leaflet for all rows that name none.
    pub(super) handout: Option<String>,
    /// Leaflets of rows, in place of what they say.
    pub(super) handouts: BTreeMap<u32, String>,
    pub(super) left_out: BTreeSet<u32>,
    /// Whether there is a letter, or the address in the masthead. `None` leaves it to the clinic.
    pub(super) cover: Option<Cover>,
    pub(super) envelope: Option<Envelope>,
}

impl Decisions {
    /// Returns the options of a run. The desk makes PDF files only.
    pub(super) fn options(&self) -> RequestOptions {
        RequestOptions {
            format: Some(Format::Pdf),
            cover: self.cover,
            envelope: self.envelope,
            ..RequestOptions::default()
        }
    }

    /// Returns the cover of the rows that say none.
    pub(super) fn cover_of(&self, clinic: &Clinic) -> Cover {
        let usual = RequestOptions::of_clinic(clinic).cover;
        self.cover.or(usual).unwrap_or(Cover::None)
    }
}

/// What to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) output: Output,
    pub(super) both_sides: bool,
    pub(super) separators: bool,
    pub(super) every: u32,
    pub(super) copies: u32,
    pub(super) name: String,
    /// Name of the clinic's printer that is chosen.
    #[serde(default)]
    pub(super) printer: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Output {
    /// One file for the printer.
    Bundle,
    /// A file for each reader.
    Files,
    /// A job for each reader, on a printer of the clinic.
    Printer,
}

impl List {
    /// Reads sheets and names of a list, and begins to check it. Fails with the reason why it cannot be read.
    pub(super) fn new(
        file: &str,
        bytes: Bytes,
        earlier: Option<PathBuf>,
        order: Order,
        loaded: Arc<Loaded>,
    ) -> Result<Arc<List>, Vec<Finding>> {
        let key = random_name();
        let key = key.map_err(|error| vec![Finding::error("program-fault", error.to_string())])?;
        let file = file.rsplit(['/', '\\']).next().unwrap_or(file).to_owned();
        let sheets = batch::sheets(&bytes).map_err(findings_of)?;
        let decisions = Decisions::default();
        let known = || Known::new(&loaded, decisions.cover_of(&loaded.clinic));
        let sheet = match sheets.len() {
            0 | 1 => 0,
            _ => batch::likeliest_sheet(&bytes, &sheets, &Arc::new(known().plan)),
        };
        let list = Arc::new(List {
            sheets,
            json_names: batch::names_of_json(&bytes).map_err(findings_of)?,
            key,
            file,
            bytes,
            earlier,
            state: Mutex::new(ListState {
                decisions: Decisions { sheet, ..decisions },
                revision: 0,
                order,
                sample: None,
                is_sample_hidden: false,
                stale_samples: Vec::new(),
                check: Arc::default(),
                complaint: None,
                used: Instant::now(),
            }),
            beginning: Mutex::default(),
        });
        list.check_again(loaded);
        Ok(list)
    }

    /// Returns the decisions, and marks the list as used.
    pub(super) fn state(&self) -> MutexGuard<'_, ListState> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.used = Instant::now();
        state
    }

    /// Begins to check the list with the decisions of now.
    pub(super) fn check_again(self: &Arc<List>, loaded: Arc<Loaded>) {
        let mut state = self.state();
        state.check.stop();
        if let Some(sample) = state.sample.take() {
            state.stale_samples.extend(sample.leaflets);
        }
        state.check = Check::begin(self, loaded, state.decisions.clone());
    }

    /// Returns the name of the chosen sheet; `None` for other files.
    pub(super) fn sheet(&self, decisions: &Decisions) -> Option<&str> {
        self.sheets.get(decisions.sheet).map(String::as_str)
    }

    /// Returns the plan for a run, without the rows that are left out.
    pub(super) fn plan(&self, known: &Known, decisions: &Decisions) -> ListPlan {
        let plan = ListPlan {
            chosen: decisions.columns.clone(),
            handout: decisions.handout.clone(),
            handouts: decisions.handouts.clone(),
            ..known.plan.clone()
        };
        match &self.json_names {
            Some(names) => plan.with_names(names),
            None => plan,
        }
    }
}

impl ListState {
    /// Shows another row.
    pub(super) fn show_row(&mut self, row: u32) {
        let leaflets = Vec::new();
        if let Some(sample) = self.sample.replace(Sample { row, leaflets }) {
            self.stale_samples.extend(sample.leaflets);
        }
    }
}

impl Order {
    /// Returns what most people want.
    pub(super) fn named(name: String) -> Order {
        Order {
            output: Output::Bundle,
            both_sides: true,
            separators: true,
            every: SEPARATORS[1],
            copies: 1,
            name,
            printer: String::new(),
        }
    }

    /// Returns the printer that leaflets are sent to; `None` if they go into files, or the clinic has no such printer.
    pub(super) fn printer<'c>(&self, clinic: &'c Clinic) -> Option<&'c PrinterFile> {
        let mut printers = clinic.facts.printers.iter();
        let printer = printers.find(|printer| printer.name.trim() == self.printer);
        printer.filter(|_| self.output == Output::Printer)
    }

    /// Whether flat sheets are printed on both sides. A printer of the clinic has settings of its own.
    pub(super) fn has_both_sides(&self, clinic: &Clinic) -> bool {
        match self.printer(clinic) {
            Some(printer) => printer.sides != Some(PrintSides::One),
            None => self.both_sides,
        }
    }

    /// Returns the leaflets between two separator sheets, if there are to be any.
    pub(super) fn separator(&self) -> Option<u32> {
        let has_separators = self.output == Output::Bundle && self.separators;
        has_separators.then_some(self.every)
    }
}

/// All lists, by their names in addresses.
#[derive(Default)]
pub(super) struct Lists {
    kept: Mutex<HashMap<String, Arc<List>>>,
    /// Names of lists that became runs, and the addresses of the runs. The oldest comes first.
    made: Mutex<VecDeque<(String, String)>>,
}

/// The most lists that became runs, and are known by their old addresses.
const MAX_MADE: usize = 100;

impl Lists {
    fn kept(&self) -> MutexGuard<'_, HashMap<String, Arc<List>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn made(&self) -> MutexGuard<'_, VecDeque<(String, String)>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a list to a run, which has an address of its own.
    pub(super) fn give_to_run(&self, key: &str, address: &str) {
        let mut made = self.made();
        if made.len() >= MAX_MADE {
            made.pop_front();
        }
        made.push_back((key.to_owned(), address.to_owned()));
        drop(made);
        self.forget(key);
    }

    /// Returns the address of the run that has a list now.
    pub(super) fn run_of(&self, key: &str) -> Option<String> {
        let made = self.made();
        let run = made.iter().find(|(known, _)| known == key);
        run.map(|(_, address)| address.clone())
    }

    pub(super) fn keep(&self, list: Arc<List>) {
        let mut kept = self.kept();
        if kept.len() >= MAX_LISTS {
            let oldest = kept.iter().min_by_key(|(_, list)| list.last_use());
            let oldest = oldest.map(|(key, _)| key.clone());
            if let Some(list) = oldest.and_then(|oldest| kept.remove(&oldest)) {
                list.end();
            }
        }
        kept.insert(list.key.clone(), list);
    }

    /// Returns a list that was not forgotten.
    pub(super) fn get(&self, key: &str) -> Option<Arc<List>> {
        self.kept().get(key).map(Arc::clone)
    }

    pub(super) fn forget(&self, key: &str) {
        if let Some(list) = self.kept().remove(key) {
            list.end();
        }
    }

    /// Forgets lists whose time has passed.
    pub(super) fn forget_old(&self) {
        self.kept().retain(|_, list| {
            let is_kept = list.last_use().elapsed() < KEPT;
            if !is_kept {
                list.end();
            }
            is_kept
        });
    }

    /// Ends all checks.
    pub(super) fn end(&self) {
        self.kept().drain().for_each(|(_, list)| list.end());
    }
}

impl List {
    fn last_use(&self) -> Instant {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .used
    }

    fn end(&self) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.check.stop();
    }
}
