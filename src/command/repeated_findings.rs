//! Findings that several rows of a batch have. Each is shown once.

use std::collections::{BTreeMap, HashSet};

use crate::finding::{Finding, Severity};

/// Maximum number of rows that one warning lists.
const MAX_ROWS: usize = 200;

/// Findings that were shown, and the rows that have them, too.
pub(super) struct RepeatedFindings {
    /// Whether people read the findings. Programs get each one.
    is_for_people: bool,
    /// Whether only errors are shown.
    is_quiet: bool,
    /// Findings already shown, by appearance. A handout has the same warnings for every reader.
    shown: HashSet<String>,
    /// Warnings about values, by appearance. Each collects its rows.
    warnings: BTreeMap<String, RepeatedWarning>,
}

impl RepeatedFindings {
    pub(super) fn new(is_for_people: bool, is_quiet: bool) -> RepeatedFindings {
        RepeatedFindings {
            is_for_people,
            is_quiet,
            shown: HashSet::new(),
            warnings: BTreeMap::new(),
        }
    }

    /// Returns a finding as it is to be shown; `None` if it was shown before or is not wanted.
    ///
    /// Errors are shown for each row. People see their place and help only once. Warnings about values are
    /// shown for the first row; [`RepeatedFindings::take_warnings`] names the other rows.
    pub(super) fn filter(&mut self, finding: &Finding) -> Option<Finding> {
        let appearance = appearance(finding);
        let is_first = self.shown.insert(appearance.clone());
        if finding.severity != Severity::Error {
            let job = finding.job.as_deref();
            // A warning about a value is about this reader's leaflet only.
            let row = job.and_then(|job| job.row.filter(|_| job.column.is_some()));
            if let Some(row) = row
                && self.is_for_people
                && !self.is_quiet
            {
                let repeated = self.warnings.entry(appearance);
                let repeated = repeated.or_insert_with(|| RepeatedWarning {
                    finding: finding.clone(),
                    rows: Vec::new(),
                    more: 0,
                });
                let first = repeated.finding.job.as_ref().and_then(|job| job.row);
                let is_new = first != Some(row) && repeated.rows.last() != Some(&row);
                if is_new && repeated.rows.len() < MAX_ROWS {
                    repeated.rows.push(row);
                } else if is_new {
                    repeated.more += 1;
                }
            }
            let is_shown = is_first || (row.is_some() && !self.is_for_people);
            return (is_shown && !self.is_quiet).then(|| finding.clone());
        }
        let mut finding = finding.clone();
        if !is_first && self.is_for_people {
            finding.place = None;
            finding.help = None;
        }
        Some(finding)
    }

    /// Returns the warnings that other rows have, too, and forgets them.
    pub(super) fn take_warnings(&mut self) -> Vec<Finding> {
        let warnings = std::mem::take(&mut self.warnings).into_values();
        warnings
            .filter(|warning| !warning.rows.is_empty())
            .map(RepeatedWarning::finding)
            .collect()
    }
}

/// Describes a finding, so that findings which look the same to people have the same description.
///
/// Leaves out the place of warnings in their file, where message and file suffice.
fn appearance(finding: &Finding) -> String {
    let place = finding.place.as_ref();
    let file = place.map(|place| &place.file.name);
    let target = place
        .filter(|_| finding.severity == Severity::Error)
        .map(|place| &place.target);
    let job = finding.job.as_ref();
    let column = job.and_then(|job| job.column.as_ref());
    format!("{:?}", (finding.id, &finding.message, file, target, column))
}

/// A warning about a value of several readers.
struct RepeatedWarning {
    finding: Finding,
    /// Rows after the first one.
    rows: Vec<u32>,
    /// Rows beyond [`MAX_ROWS`].
    more: usize,
}

impl RepeatedWarning {
    /// Returns the warning for the rows after the first one.
    fn finding(self) -> Finding {
        let mut rows: Vec<String> = self.rows.iter().map(u32::to_string).collect();
        if self.more > 0 {
            rows.push(format!("{} more", self.more));
        }
        let last = rows.pop().unwrap_or_default();
        let rows = match rows.as_slice() {
            [] => format!("row {last}"),
            others => format!("rows {} and {last}", others.join(", ")),
        };
        let column = self.finding.job.and_then(|job| job.column);
        let column = column.unwrap_or_default();
        Finding {
            message: format!("also {rows}, column `{column}`: {}", self.finding.message),
            place: None,
            job: None,
            help: None,
            ..self.finding
        }
    }
}
