//! Findings: problems of the content, as data.
//!
//! A finding has a message, a place and help: the fault, where it is, and the right text. The place is a route of
//! keys through a file. [`crate::report`] prints the finding and turns the route into line and column.

mod explain;
mod suggestion;

use std::fmt;
use std::sync::Arc;

pub(crate) use explain::{explained_ids, explanation};
pub(crate) use suggestion::{
    did_you_mean, joined, look_alike, nearest, nearest_citation, nearest_key,
};

use crate::source_file::{Route, SourceFile};

/// A problem of the content, or something worth a look.
#[derive(Clone, Debug)]
pub struct Finding {
    /// As in `unknown-citation`. `handout explain` has a page for each.
    pub id: &'static str,
    pub severity: Severity,
    /// One sentence without a full stop. Never contains patient data.
    pub message: String,
    pub place: Option<Place>,
    /// Place in a job file, if the finding is about one of its rows.
    pub job: Option<Box<JobPlace>>,
    /// What to do about the problem.
    pub help: Option<String>,
    /// Texts that the reader of the finding should compare.
    pub comparison: Option<Box<Comparison>>,
}

/// A text of the library that has changed, and the clinic's text that replaces it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Comparison {
    /// The library's text when the clinic wrote its own; `None` if there was none.
    pub was: Option<String>,
    /// The library's text now; `None` if there is none.
    pub is: Option<String>,
    /// The clinic's text.
    pub yours: String,
}

/// A place in a job file, without the text there: it may be patient data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
pub struct JobPlace {
    /// Counts from 1 after the header; `None` for the header.
    pub row: Option<u32>,
    /// Line of the cell in the file, from 1. A row may have several lines.
    pub line: Option<u64>,
    /// Row of the sheet in a workbook, from 1, which counts title and header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet_row: Option<u64>,
    /// Name of the column.
    pub column: Option<String>,
}

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// For information.
    Note,
    /// The leaflet is made, but someone should look.
    Warning,
    /// No file is written, except as a draft.
    Error,
}

/// A place in a file.
#[derive(Clone, Debug)]
pub struct Place {
    pub file: Arc<SourceFile>,
    pub target: PlaceTarget,
}

/// A place within a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaceTarget {
    /// The file as a whole.
    File,
    /// Bytes of the file's text.
    Bytes(std::ops::Range<usize>),
    /// The key at the end of a route.
    Key(Route),
    /// The value at the end of a route, or a part of it. The part counts bytes of the scalar's
    /// *value*; [`crate::source`] maps them back through quotes, escapes, indentation and folding.
    Value(Route, Option<std::ops::Range<usize>>),
}

impl fmt::Display for JobPlace {
    /// Writes ``row 5 (line 6), column `paper` ``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = match (self.line, self.sheet_row) {
            (Some(line), _) => Some(format!("line {line}")),
            (None, Some(row)) => Some(format!("row {row} of the sheet")),
            (None, None) => None,
        };
        let has_line = line.is_some();
        match (self.row, line) {
            (Some(row), Some(line)) => write!(f, "row {row} ({line})")?,
            (Some(row), None) => write!(f, "row {row}")?,
            (None, Some(line)) => write!(f, "{line}")?,
            (None, None) => {}
        }
        let Some(column) = &self.column else {
            return Ok(());
        };
        let comma = if self.row.is_some() || has_line {
            ", "
        } else {
            ""
        };
        write!(f, "{comma}column `{column}`")
    }
}

/// Returns whether a finding is an error.
pub(crate) fn has_errors(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
}

impl Finding {
    /// Moves the name of a reader's value into the message, for leaflets that are in no job file.
    pub(crate) fn without_column(self) -> Finding {
        match self.job.as_ref().and_then(|job| job.column.clone()) {
            Some(name) => Finding {
                message: format!("`{name}`: {}", self.message),
                job: None,
                ..self
            },
            None => self,
        }
    }

    /// Returns an error without place or help.
    pub fn error(id: &'static str, message: impl Into<String>) -> Finding {
        Finding::new(id, Severity::Error, message.into())
    }

    /// Returns a warning without place or help.
    pub fn warning(id: &'static str, message: impl Into<String>) -> Finding {
        Finding::new(id, Severity::Warning, message.into())
    }

    /// Returns a note without place or help.
    pub fn note(id: &'static str, message: impl Into<String>) -> Finding {
        Finding::new(id, Severity::Note, message.into())
    }

    fn new(id: &'static str, severity: Severity, message: String) -> Finding {
        Finding {
            id,
            severity,
            message,
            place: None,
            job: None,
            help: None,
            comparison: None,
        }
    }

    /// Sets the place.
    pub fn at(self, file: &Arc<SourceFile>, target: PlaceTarget) -> Finding {
        let file = Arc::clone(file);
        self.in_place(Place { file, target })
    }

    /// Sets the place to a whole value.
    pub(crate) fn at_value(self, file: &Arc<SourceFile>, route: Route) -> Finding {
        self.at(file, PlaceTarget::Value(route, None))
    }

    /// Sets or removes the place.
    pub(crate) fn in_place(mut self, place: impl Into<Option<Place>>) -> Finding {
        self.place = place.into();
        self
    }

    /// Sets the help.
    pub fn help(mut self, help: impl Into<String>) -> Finding {
        self.help = Some(help.into());
        self
    }

    /// Sets the column of a job file. A long name is cut.
    pub fn in_column(mut self, column: &str) -> Finding {
        const LONGEST: usize = 100;
        let column = match column.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &column[..end]),
            None => column.to_owned(),
        };
        self.job.get_or_insert_default().column = Some(column);
        self
    }

    /// Sets the line of a job file.
    pub fn in_line(mut self, line: u64) -> Finding {
        self.job.get_or_insert_default().line = Some(line);
        self
    }

    /// Suggests the candidate nearest to `name` as help, if one is near.
    pub fn suggest<'a>(self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Finding {
        match did_you_mean(name, candidates) {
            Some(help) => self.help(help),
            None => self,
        }
    }
}
