//! Checks a list: which columns are known, which rows can be made, and how many pages they have.
//!
//! 1. A survey reads all rows, and counts what the columns have.
//! 2. A dry run of the batch makes every leaflet and keeps none. Its faults are those that the real run would have.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use serde_json::json;

use super::super::library_page::language_name;
use super::super::option_group::edition_label;
use super::super::sources::Loaded;
use super::known::{Field, Known, role_of};
use super::list::{Decisions, List};
use super::problems::{Meant, Problem, Problems, with_labels};
use super::stopped_leaflets::StoppedLeaflets;
use super::words::{counted, rows, thousands};
use crate::batch::{
    self, ColumnRole, Defaults, End, Error, ListPlan, NameTemplate, Observer, RowReport, RowStatus,
    Settings, Shard, StartMode, SurveyRow, column_name,
};
use crate::disk::FileMode;
use crate::finding::{Finding, Severity};
use crate::font::Faces;
use crate::leaflet::LeafletRequest;
use crate::locale::{DateOrder, Locale};
use crate::pdf::Sides;
use crate::printer::explained;
use crate::request_options::{READER_FORMAT, edition_meant, needed_edition, value_named};
use crate::theme::Paper;
use crate::thread_stack;

/// Values of a column that are named. The others are counted.
const NAMED_VALUES: usize = 3;

/// A check that may still be under way.
#[derive(Default)]
pub(super) struct Check {
    rows: AtomicU32,
    done: AtomicU32,
    stop: AtomicBool,
    result: OnceLock<Result<Checked, Vec<Finding>>>,
}

/// A checked list.
pub(super) struct Checked {
    /// Library and clinic that it was checked with. The leaflets are made with the same.
    pub(super) loaded: Arc<Loaded>,
    pub(super) known: Known,
    /// Plan with all decisions but the rows that are left out.
    pub(super) plan: ListPlan,
    pub(super) columns: Vec<CheckedColumn>,
    /// Whether a heading is known. If not, the first row may be a patient, and is not shown.
    pub(super) has_headings: bool,
    pub(super) rows: u32,
    /// Rows that can be made, in order.
    pub(super) ready: Vec<ReadyRow>,
    pub(super) problems: Vec<Problem>,
    pub(super) repeated: u32,
    /// Rows that another run made in the same words.
    pub(super) made_before: BTreeSet<u32>,
    /// Sentences about the whole list.
    pub(super) remarks: Vec<String>,
    /// How long all leaflets took.
    pub(super) time: Duration,
}

/// A column of a checked list.
pub(super) struct CheckedColumn {
    /// As in `A`; empty for JSON Lines.
    pub(super) letter: String,
    pub(super) heading: String,
    pub(super) role: ColumnRole,
    /// What the column has, in words.
    pub(super) found: String,
    /// Whether all rows have what the role needs.
    pub(super) is_fine: bool,
}

/// A row that can be made.
#[derive(Clone, Copy)]
pub(super) struct ReadyRow {
    pub(super) row: u32,
    pub(super) pages: u32,
    /// Sheets of one copy, printed on both sides.
    pub(super) sheets: u32,
    /// Whether its sheets are folded. They need both sides.
    pub(super) is_folded: bool,
    /// Copies that the list says.
    pub(super) copies: Option<u32>,
}

impl Checked {
    /// Returns the words for a column in a table, as in `A · Leaflet`.
    pub(super) fn column_label(&self, name: &str) -> String {
        let is_its = |column: &&CheckedColumn| match &column.role {
            ColumnRole::Reserved(reserved) => *reserved == name,
            ColumnRole::Data(data) => data == name,
            ColumnRole::Ignored => false,
        };
        match self.columns.iter().find(is_its) {
            Some(column) if self.has_headings && column.letter.is_empty() => column.heading.clone(),
            Some(column) if self.has_headings => {
                format!("{}\u{a0}·\u{a0}{}", column.letter, column.heading)
            }
            Some(column) => column.letter.clone(),
            None => self.known.role_label(&role_of(name)),
        }
    }

    /// Returns the words for a column without its heading, which may be kept on disk.
    pub(super) fn plain_column_label(&self, name: &str) -> String {
        let role = role_of(name);
        let letter = self.columns.iter().find(|column| column.role == role);
        let label = self.known.role_label(&role);
        match letter.filter(|column| !column.letter.is_empty()) {
            Some(column) => format!("{}\u{a0}·\u{a0}{label}", column.letter),
            None => label,
        }
    }

    /// Returns whether a column says which leaflet a row gets.
    pub(super) fn has_leaflets(&self) -> bool {
        let role = ColumnRole::Reserved("handout");
        self.columns.iter().any(|column| column.role == role)
    }
}

impl Check {
    /// Begins to check a list on a thread of its own.
    pub(super) fn begin(list: &Arc<List>, loaded: Arc<Loaded>, decisions: Decisions) -> Arc<Check> {
        let check = Arc::new(Check::default());
        let (work, list) = (Arc::clone(&check), Arc::clone(list));
        let thread = thread_stack::builder().spawn(move || {
            let run = || work.run(&list, loaded, &decisions);
            let result = catch_unwind(AssertUnwindSafe(run));
            let result = result.unwrap_or_else(|_| Err(vec![fault("see the message above")]));
            // Only this thread sets the result.
            let _ = work.result.set(result);
        });
        if let Err(error) = thread {
            let _ = check.result.set(Err(vec![fault(&error.to_string())]));
        }
        check
    }

    /// Stops the check, whose result nobody needs any more.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Returns the result; `None` while the check is under way.
    pub(super) fn result(&self) -> Option<&Result<Checked, Vec<Finding>>> {
        self.result.get()
    }

    /// Returns the rows that are checked, and all rows. All are 0 until they are counted.
    pub(super) fn progress(&self) -> (u32, u32) {
        let [done, rows] = [&self.done, &self.rows].map(|count| count.load(Ordering::Relaxed));
        (done, rows)
    }

    fn run(
        &self,
        list: &List,
        loaded: Arc<Loaded>,
        decisions: &Decisions,
    ) -> Result<Checked, Vec<Finding>> {
        let known = Known::new(&loaded, decisions.cover_of(&loaded.clinic));
        let plan = Arc::new(list.plan(&known, decisions));
        let sheet = list.sheet(decisions);
        let bytes = &list.bytes;
        let mut counts = Counts::new(&known, &loaded, &plan);
        let survey =
            batch::survey(bytes, sheet, &plan, &mut |row| counts.add(row)).map_err(findings_of)?;
        self.rows.store(survey.rows, Ordering::Relaxed);
        let headings = match &list.json_names {
            Some(names) => names
                .iter()
                .map(|name| {
                    (
                        name.clone(),
                        plan.names.get(name).cloned().unwrap_or(ColumnRole::Ignored),
                    )
                })
                .collect(),
            None => survey.columns,
        };
        let has_headings = list.json_names.is_some()
            || headings
                .iter()
                .any(|(heading, _)| plan.headings.contains_key(&batch::folded(heading)));
        let stopped = StoppedLeaflets::new(&known);
        let mut tried = Tried {
            check: self,
            counts: &counts,
            known: &known,
            stopped: &stopped,
            ready: Vec::new(),
            problems: Problems::default(),
            replaced: Vec::new(),
        };
        let start = Instant::now();
        let unused = dry_run(list, &loaded, &plan, decisions, &self.stop, &mut tried)?;
        let time = start.elapsed();
        let Tried {
            ready,
            mut problems,
            replaced,
            ..
        } = tried;
        let roles: Vec<ColumnRole> = headings.iter().map(|(_, role)| role.clone()).collect();
        let letter = |index| match list.json_names {
            Some(_) => String::new(),
            None => column_name(index),
        };
        let columns = headings
            .into_iter()
            .enumerate()
            .map(|(index, (heading, role))| {
                // Its heading is known, and another column has its role.
                let meant = plan.headings.get(&batch::folded(&heading));
                let meant = meant.filter(|_| role == ColumnRole::Ignored);
                let other = meant
                    .filter(|_| !plan.chosen.contains_key(&index))
                    .and_then(|meant| roles.iter().position(|role| role == meant));
                let (found, is_fine) = match (other, meant) {
                    (Some(other), Some(meant)) if list.json_names.is_none() => {
                        let label = known.role_label(meant);
                        let found = format!("Not used: column {} is “{label}”", letter(other));
                        (found, false)
                    }
                    _ if role == ColumnRole::Ignored
                        && !plan.chosen.contains_key(&index)
                        && plan.address_parts.contains(&batch::folded(&heading)) =>
                    {
                        let found = "Not used: it looks like a part of the address";
                        (found.to_owned(), false)
                    }
                    _ => counts.found(&role, survey.rows, &unused),
                };
                CheckedColumn {
                    letter: letter(index),
                    heading,
                    role,
                    found,
                    is_fine,
                }
            });
        let columns: Vec<CheckedColumn> = columns.collect();
        problems.explain_missing_columns(&|name| roles.contains(&role_of(name)));
        let repeated = counts.repeated.len();
        problems.add_repeated(counts.repeated.clone());
        let has_sheets = list.sheets.len() > 1;
        let remarks = survey.findings.iter();
        let remarks = remarks
            .filter(|finding| has_headings || finding.id != "no-rows")
            .filter_map(|finding| remark(finding, has_sheets))
            .chain(replaced.iter().map(replaced_paper))
            .collect();
        let made_before = match &list.earlier {
            Some(folder) => batch::rows_made_before(folder, bytes, sheet, &plan, &loaded.ids()),
            None => Ok(Vec::new()),
        };
        let checked = Checked {
            columns,
            has_headings,
            rows: survey.rows,
            ready,
            problems: problems.into_lines(),
            repeated: u32::try_from(repeated).unwrap_or(u32::MAX),
            made_before: made_before.map_err(findings_of)?.into_iter().collect(),
            remarks,
            time,
            plan: ListPlan::clone(&plan),
            loaded,
            known,
        };
        Ok(checked)
    }
}

fn fault(message: &str) -> Finding {
    Finding::error(
        "program-fault",
        format!("the list could not be checked: {message}"),
    )
}

/// Returns why a list cannot be read.
pub(super) fn findings_of(error: Error) -> Vec<Finding> {
    match error {
        Error::Header(findings) => findings,
        Error::Jobs(error) => vec![Finding::error("unreadable-workbook", error.to_string())],
        Error::Printer(error) => vec![Finding::error("print-refused", explained(&error))],
        other => vec![Finding::error("unreadable-workbook", other.to_string())],
    }
}

/// Returns a finding about the whole list as a sentence; `None` if the page shows it in another way.
fn remark(finding: &Finding, has_sheets: bool) -> Option<String> {
    match finding.id {
        "several-sheets" => None,
        "no-rows" if has_sheets => {
            Some("This sheet has headings and no rows. Choose another sheet above.".to_owned())
        }
        "no-rows" => Some("The list has headings and no rows.".to_owned()),
        _ => {
            let message = finding
                .message
                .replace("job file", "list")
                .replace("the header", "the headings");
            Some(super::super::message_page::capitalised(&message))
        }
    }
}

/// Says which rows are not on the clinic's usual paper, and why.
fn replaced_paper((words, on): &(String, Vec<u32>)) -> String {
    let row = if on.len() == 1 { "Row" } else { "Rows" };
    format!("{row} {}: {words}.", rows(on))
}

/// Makes every leaflet of a list and keeps none. Returns the names of reader data that no leaflet prints.
fn dry_run(
    list: &List,
    loaded: &Loaded,
    plan: &Arc<ListPlan>,
    decisions: &Decisions,
    stop: &AtomicBool,
    observer: &mut Tried<'_>,
) -> Result<Vec<String>, Vec<Finding>> {
    let faces = Faces::bundled();
    let stopped = observer.stopped;
    let stops = |request: &LeafletRequest<'_>| stopped.stops(request);
    let settings = Settings {
        tries_bundle: true,
        stops: Some(&stops),
        ..settings(loaded, &faces, Arc::clone(plan), decisions, list)?
    };
    let jobs = Box::new(Cursor::new(list.bytes.clone()));
    let disk = super::super::private_disk::PrivateDisk;
    let summary = batch::run(settings, jobs, &disk, stop, observer).map_err(findings_of)?;
    match summary.end {
        End::Finished => Ok(summary.unused),
        End::Interrupted | End::TooManyErrors => Err(vec![fault("it was stopped")]),
    }
}

/// Returns the settings of a batch without a folder or a bundle.
pub(super) fn settings<'a>(
    loaded: &'a Loaded,
    faces: &'a Faces,
    plan: Arc<ListPlan>,
    decisions: &Decisions,
    list: &List,
) -> Result<Settings<'a>, Vec<Finding>> {
    let name = NameTemplate::new(batch::DEFAULT_TEMPLATE);
    let name = name.map_err(|error| vec![fault(&error.to_string())])?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(Settings {
        library: &loaded.library,
        faces,
        defaults: Defaults {
            clinic: &loaded.clinic,
            clinics: PathBuf::new(),
            options: decisions.options(),
            date: loaded.date,
        },
        date_is_given: false,
        folder: None,
        bundle: None,
        sort: Vec::new(),
        printing: None,
        sides: Sides::Two,
        jobs_length: Some(list.bytes.len() as u64),
        tries_bundle: false,
        inputs: Vec::new(),
        start: StartMode::Fresh,
        name,
        log: None,
        mode: FileMode::PRIVATE,
        stops: None,
        plan: Some(plan),
        sheet: list.sheet(decisions).map(str::to_owned),
        shard: Shard::WHOLE,
        max_errors: None,
        // One core is left for the pages of the desk.
        workers: cores.saturating_sub(1).max(1),
    })
}

/// Receives the rows of the dry run.
struct Tried<'a> {
    check: &'a Check,
    counts: &'a Counts<'a>,
    known: &'a Known,
    stopped: &'a StoppedLeaflets<'a>,
    ready: Vec<ReadyRow>,
    problems: Problems,
    /// What is said about rows that are not on the clinic's usual paper, and these rows.
    replaced: Vec<(String, Vec<u32>)>,
}

impl Observer for Tried<'_> {
    fn note(&mut self, _: &str) {}

    fn findings(&mut self, _: &[Finding]) {}

    fn row(&mut self, report: &RowReport) {
        self.check.done.store(report.row, Ordering::Relaxed);
        let meant = self.counts.meant.get(&report.row);
        for finding in &report.findings {
            let has_column = finding.job.as_ref().is_some_and(|job| job.column.is_some());
            // A letter prints such a mark for each reader.
            let is_printed = finding.id == "lost-mark";
            let is_of_row = finding.severity == Severity::Error || has_column || is_printed;
            if is_of_row && finding.severity > Severity::Note {
                let stopped = self.stopped.leaflet_of(finding);
                self.problems
                    .add(report.row, finding, meant, stopped, self.known);
            }
        }
        let replaced = report.findings.iter();
        let replaced = replaced.filter(|finding| finding.id == "replaced-paper");
        let mut is_replaced = false;
        for finding in replaced {
            is_replaced = true;
            let words = with_labels(&finding.message);
            match self.replaced.iter_mut().find(|(known, _)| *known == words) {
                Some((_, rows)) => rows.push(report.row),
                None => self.replaced.push((words, vec![report.row])),
            }
        }
        if report.status == RowStatus::Checked {
            let pages = report.record.as_ref().and_then(|record| record.pages);
            self.ready.push(ReadyRow {
                row: report.row,
                pages: pages.unwrap_or_default(),
                sheets: u32::try_from(report.sheets).unwrap_or(u32::MAX),
                is_folded: !is_replaced && self.counts.folded.contains(&report.row),
                copies: self.counts.copies.get(&report.row).copied(),
            });
        }
    }

    fn tick(&mut self) {}
}

/// What the columns of a list have.
struct Counts<'a> {
    known: &'a Known,
    plan: &'a ListPlan,
    order: Option<DateOrder>,
    language: String,
    /// Rows with a value, by role.
    filled: BTreeMap<ColumnRole, u32>,
    /// Rows with a value that the role can use.
    fitting: BTreeMap<ColumnRole, u32>,
    /// Different values that may be shown: titles, languages and editions.
    values: BTreeMap<ColumnRole, BTreeSet<String>>,
    /// What rows with a wrong leaflet mean.
    meant: BTreeMap<u32, Meant>,
    copies: BTreeMap<u32, u32>,
    /// The clinic's paper.
    paper: Option<Paper>,
    /// Rows whose sheets are folded.
    folded: BTreeSet<u32>,
    seen: HashSet<u64>,
    repeated: Vec<u32>,
}

impl<'a> Counts<'a> {
    fn new(known: &'a Known, loaded: &Loaded, plan: &'a ListPlan) -> Counts<'a> {
        let defaults = &loaded.clinic.facts.defaults.0;
        let order = defaults.get("date_order");
        let language = defaults.get("language");
        let language = language.unwrap_or(&loaded.library.manifest().language);
        Counts {
            known,
            plan,
            order: order.and_then(|order| DateOrder::named(order)),
            language: language.clone(),
            filled: BTreeMap::new(),
            fitting: BTreeMap::new(),
            values: BTreeMap::new(),
            meant: BTreeMap::new(),
            copies: BTreeMap::new(),
            paper: defaults.get("paper").and_then(|paper| value_named(paper)),
            folded: BTreeSet::new(),
            seen: HashSet::new(),
            repeated: Vec::new(),
        }
    }

    fn add(&mut self, row: &SurveyRow) {
        if let Some(sameness) = row.sameness()
            && !self.seen.insert(sameness)
        {
            self.repeated.push(row.row);
        }
        let paper = match row.text(&ColumnRole::Reserved("paper")) {
            Some(text) => {
                let meant = self.plan.words.get(&("paper", batch::folded(&text)));
                value_named(meant.unwrap_or(&text))
            }
            None => self.paper,
        };
        if paper.is_some_and(Paper::is_folded) {
            self.folded.insert(row.row);
        }
        let language = row.text(&ColumnRole::Reserved("language"));
        for role in self.known.roles() {
            let Some(text) = row.text(&role) else {
                continue;
            };
            *self.filled.entry(role.clone()).or_default() += 1;
            let value = self.value(&role, &text, language.as_deref(), row.row);
            if let Some(value) = value {
                *self.fitting.entry(role.clone()).or_default() += 1;
                if !value.is_empty() {
                    self.values.entry(role).or_default().insert(value);
                }
            }
        }
    }

    /// Returns the words for a value that fits a role; empty words if it is not to be shown.
    fn value(
        &mut self,
        role: &ColumnRole,
        text: &str,
        language: Option<&str>,
        row: u32,
    ) -> Option<String> {
        match role {
            ColumnRole::Reserved("handout") => {
                let ids: Vec<&str> = text.split(';').map(str::trim).collect();
                if let Some(wrong) = ids.iter().find(|id| !self.known.plan.ids.contains(**id)) {
                    if let Some(meant) = Meant::new(wrong, ids.len() == 1, self.known) {
                        self.meant.insert(row, meant);
                    }
                    return None;
                }
                let titles: Vec<&str> = ids.iter().map(|id| self.known.title(id)).collect();
                Some(titles.join(" and "))
            }
            ColumnRole::Reserved("language") => {
                let known = self.known.languages.get(text)?;
                Some(language_name(known))
            }
            ColumnRole::Reserved("edition") => {
                let edition = edition_meant(text)?;
                Some(edition_label(&edition))
            }
            ColumnRole::Reserved("copies") => {
                let copies = text.trim().parse().ok()?;
                self.copies.insert(row, copies);
                Some(String::new())
            }
            ColumnRole::Data(name) if name == READER_FORMAT => {
                let data = json!({ "patient": { "format": text } });
                let needed = needed_edition(data.as_object()?).ok()?;
                Some(needed.map_or(String::new(), |edition| edition_label(&edition)))
            }
            ColumnRole::Data(name) => {
                let is_date = |field: &Field| field.is_date && field.name == *name;
                if self.known.fields.iter().any(is_date) {
                    let locale = Locale::of(language.unwrap_or(&self.language));
                    locale.read_date(text, self.order).ok()?;
                }
                Some(String::new())
            }
            _ => Some(String::new()),
        }
    }

    /// Says what a column has, and whether that is what its role needs. `unused` are names of reader data that no
    /// leaflet prints.
    fn found(&self, role: &ColumnRole, rows: u32, unused: &[String]) -> (String, bool) {
        if *role == ColumnRole::Ignored {
            return ("Ignored and not kept".to_owned(), true);
        }
        let count =
            |counts: &BTreeMap<ColumnRole, u32>| counts.get(role).copied().unwrap_or_default();
        let (filled, fitting) = (count(&self.filled), count(&self.fitting));
        let of_rows = |count: u32| match count == rows {
            true => "all rows".to_owned(),
            false => format!(
                "{} of {}",
                thousands(count.into()),
                counted(rows.into(), "row")
            ),
        };
        let values: Vec<&str> = self
            .values
            .get(role)
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        let named = || {
            let more = values.len().saturating_sub(NAMED_VALUES);
            // Titles may have commas.
            let named = values[..values.len().min(NAMED_VALUES)].join("; ");
            match more {
                0 => named,
                more => format!("{named} and {} more", thousands(more as u64)),
            }
        };
        let is_date =
            |field: &&Field| field.is_date && ColumnRole::Data(field.name.clone()) == *role;
        let all_fit = fitting == filled;
        match role {
            ColumnRole::Reserved("handout") => {
                let is_full = filled == rows || self.plan.handout.is_some();
                let leaflets = counted(values.len() as u64, "leaflet");
                match values.is_empty() {
                    true => ("No leaflet that we know".to_owned(), false),
                    false => (format!("{leaflets}: {}", named()), all_fit && is_full),
                }
            }
            _ if filled == 0 => ("Empty in all rows".to_owned(), false),
            ColumnRole::Data(name) if unused.contains(name) => (
                "No leaflet of this list prints this column".to_owned(),
                false,
            ),
            ColumnRole::Reserved("language" | "edition") if !values.is_empty() => {
                (named(), all_fit)
            }
            ColumnRole::Data(name) if name == READER_FORMAT => match values.is_empty() {
                true => (format!("Filled in, {}", of_rows(filled)), all_fit),
                false => (named(), all_fit),
            },
            ColumnRole::Data(_) if self.known.fields.iter().any(|field| is_date(&field)) => (
                format!("A date in {}", of_rows(fitting)),
                all_fit && filled == rows,
            ),
            _ => (format!("Filled in, {}", of_rows(filled)), filled == rows),
        }
    }
}
