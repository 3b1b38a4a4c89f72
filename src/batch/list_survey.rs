//! Reads a list for the person who chose it: its sheets, its columns, and single rows.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::column_names::ColumnUse;
use super::error::Error;
use super::folder::read_key;
use super::job::Job;
use super::job_file::{Fields, JobFile, RESERVED};
use super::journal::{JournalReader, MANIFEST};
use super::list_plan::{ColumnRole, ListPlan};
use super::record::{RowRecord, Status};
use super::row_request::OnlyPdf;
use super::row_request::{Defaults, RequestResolver};
use super::source_cache::SourceCache;
use super::workbook;
use crate::finding::Finding;
use crate::font::Faces;
use crate::library::Library;
use crate::request_options::{ChosenOptions, UsualPaper};
use crate::resolve::JobData;
use crate::words::is_visible;

/// Maximum number of names of JSON Lines that are shown as columns.
const MAX_NAMES: usize = 100;

/// Columns and findings of a list.
pub(crate) struct Survey {
    /// Headings and roles.
    pub(crate) columns: Vec<(String, ColumnRole)>,
    /// Findings about the whole list.
    pub(crate) findings: Vec<Finding>,
    pub(crate) rows: u32,
}

/// A row of a list, after the decisions about it.
pub(crate) struct SurveyRow {
    pub(crate) row: u32,
    /// `None` if the row cannot be read.
    fields: Option<Fields>,
}

impl SurveyRow {
    /// Returns the value of a row in the column with a role; `None` if the cell is empty.
    pub(crate) fn text(&self, role: &ColumnRole) -> Option<String> {
        let fields = self.fields.as_ref()?;
        let value = match role {
            ColumnRole::Ignored => None,
            ColumnRole::Reserved(name) => {
                let index = RESERVED.iter().position(|reserved| reserved == name)?;
                Some(&fields.reserved[index])
            }
            ColumnRole::Data(name) => {
                let mut steps = name.split('.');
                let first = steps.next().and_then(|step| fields.data.get(step));
                steps.fold(first, |value, step| value?.get(step))
            }
        };
        let text = match value? {
            Value::Null => return None,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        is_visible(&text).then_some(text)
    }

    /// Returns a number that rows share if they say the same.
    pub(crate) fn sameness(&self) -> Option<u64> {
        let fields = self.fields.as_ref()?;
        let mut hasher = DefaultHasher::new();
        let reserved: Vec<String> = fields.reserved.iter().map(Value::to_string).collect();
        reserved.hash(&mut hasher);
        Value::Object(fields.data.clone())
            .to_string()
            .hash(&mut hasher);
        Some(hasher.finish())
    }
}

/// Returns the names of the sheets of a workbook that have content; none for other files.
pub(crate) fn sheets(bytes: &[u8]) -> Result<Vec<String>, Error> {
    match workbook::is_workbook(bytes) {
        true => workbook::sheet_names(bytes),
        false => Ok(Vec::new()),
    }
}

/// Maximum number of sheets in which the program looks for headings.
const MAX_SHEETS: usize = 10;

/// Returns the index of the sheet that looks most like a list: the first one with a column of handouts, else with any
/// known column, else the first one.
pub(crate) fn likeliest_sheet(bytes: &[u8], sheets: &[String], plan: &Arc<ListPlan>) -> usize {
    let mut known = None;
    for (index, sheet) in sheets.iter().enumerate().take(MAX_SHEETS) {
        let file = JobFile::open_list(bytes, Some(sheet), Some(Arc::clone(plan))).ok();
        let Some(headings) = file.and_then(|file| file.headings()) else {
            continue;
        };
        match plan.knows(headings.iter().map(|(heading, _)| heading.as_str())) {
            (_, true) => return index,
            (true, _) => known = known.or(Some(index)),
            _ => {}
        }
    }
    known.unwrap_or_default()
}

/// Returns the names in JSON Lines, with dots between those of nested values. `None` for lists with columns.
pub(crate) fn names_of_json(bytes: &[u8]) -> Result<Option<Vec<String>>, Error> {
    if workbook::is_workbook(bytes) {
        return Ok(None);
    }
    let mut job_file = JobFile::open_list(bytes, None, Some(Arc::default()))?;
    if job_file.headings().is_some() {
        return Ok(None);
    }
    // Without a plan, every name is read.
    job_file = JobFile::open(bytes, None)?;
    let mut names: Vec<String> = Vec::new();
    while let Some(row) = job_file.next_row().map_err(Error::Jobs)? {
        let Ok(fields) = row.fields else { continue };
        let reserved = RESERVED.iter().zip(&fields.reserved);
        let reserved = reserved
            .filter(|(_, value)| !value.is_null())
            .map(|(name, _)| (*name).to_owned());
        for name in reserved.chain(fields.data_names.iter().cloned()) {
            if names.len() < MAX_NAMES && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    Ok(Some(names))
}

/// Reads a whole list, and gives each of its rows to `visit`.
pub(crate) fn survey(
    bytes: &[u8],
    sheet: Option<&str>,
    plan: &Arc<ListPlan>,
    visit: &mut dyn FnMut(&SurveyRow),
) -> Result<Survey, Error> {
    let mut job_file = JobFile::open_list(bytes, sheet, Some(Arc::clone(plan)))?;
    let columns = job_file.headings().unwrap_or_default();
    let mut rows = 0;
    while let Some(row) = job_file.next_row().map_err(Error::Jobs)? {
        rows = row.origin.row;
        visit(&SurveyRow {
            row: rows,
            fields: row.fields.ok(),
        });
    }
    Ok(Survey {
        columns,
        findings: job_file.take_findings(),
        rows,
    })
}

/// What a row of a list asks for.
pub(crate) struct ListRow {
    /// Ids of the handouts.
    pub(crate) handouts: Vec<String>,
    pub(crate) language: String,
    pub(crate) options: ChosenOptions,
    pub(crate) data: JobData,
}

/// Reads one row of a list; `None` if it has fewer rows. Fails with the faults of the row.
pub(crate) fn row_of_list(
    bytes: &[u8],
    sheet: Option<&str>,
    plan: &Arc<ListPlan>,
    number: u32,
    library: &Library,
    faces: &Faces,
    defaults: &Defaults<'_>,
) -> Result<Option<ListRow>, Vec<Finding>> {
    let failed = |error: Error| match error {
        Error::Header(findings) => findings,
        other => vec![Finding::error("unreadable-workbook", other.to_string())],
    };
    let mut job_file = JobFile::open_list(bytes, sheet, Some(Arc::clone(plan))).map_err(failed)?;
    loop {
        let row = job_file.next_row().map_err(Error::Jobs).map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        if row.origin.row < number {
            continue;
        }
        let sources = SourceCache::new();
        let columns = ColumnUse::new(&job_file);
        let resolver = RequestResolver::new(
            library,
            faces,
            defaults,
            &sources,
            &columns,
            OnlyPdf::Bundle,
            None,
        )
        .with_usual_paper(UsualPaper::Replaced);
        let job = Job::read(row.fields?, &resolver.ids())?;
        let request = resolver.resolve(&job)?;
        let first = request.leaflets.first();
        return Ok(first.map(|leaflet| ListRow {
            language: leaflet.language.to_owned(),
            options: request.options,
            handouts: job.handouts.clone(),
            data: job.data.clone(),
        }));
    }
}

/// Returns the rows of a list that a finished batch made in the same words. Each leaflet of the batch counts for
/// one row, wherever the row is now.
pub(crate) fn rows_made_before(
    folder: &Path,
    bytes: &[u8],
    sheet: Option<&str>,
    plan: &Arc<ListPlan>,
    ids: &[String],
) -> Result<Vec<u32>, Error> {
    let Some(key) = read_key(folder)? else {
        return Ok(Vec::new());
    };
    let (_, mut manifest) = JournalReader::open(&folder.join(MANIFEST))?;
    let mut made: HashMap<String, u32> = HashMap::new();
    while let Some(record) = manifest.next::<RowRecord>()? {
        if let (Status::Done, Some(input)) = (record.status, record.input) {
            *made.entry(input).or_default() += 1;
        }
    }
    let mut job_file = JobFile::open_list(bytes, sheet, Some(Arc::clone(plan)))?;
    let mut rows = Vec::new();
    while let Some(row) = job_file.next_row().map_err(Error::Jobs)? {
        let Ok(job) = row.fields.and_then(|fields| Job::read(fields, ids)) else {
            continue;
        };
        if let Some(left @ 1..) = made.get_mut(&key.hash(&job)) {
            *left -= 1;
            rows.push(row.origin.row);
        }
    }
    Ok(rows)
}

/// Returns the name of a column as spreadsheets show it: A for 0.
pub(crate) fn column_name(index: usize) -> String {
    workbook::column_letters(index)
}
