//! Findings: what is wrong with the content, as data.
//!
//! A finding says what is wrong, where, and what to write instead. It never prints itself (see
//! [`crate::report`]) and it names its place by the route of keys through a file; line and column are
//! worked out only when it is shown.

mod explain;

use std::fmt;
use std::sync::Arc;

pub use explain::{EXPLANATIONS, Explanation};

use crate::source_file::{Route, SourceFile};

/// One thing that is wrong with the content, or worth a look.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Its kind, as in `unknown-citation`; `handout explain` tells about it.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop; never patient data.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
    /// Where in a job file, if it is about a row of one.
    pub job: Option<Box<JobPlace>>,
    /// What to do about it.
    pub help: Option<String>,
    /// Texts to compare, where that is what it is about.
    pub comparison: Option<Box<Comparison>>,
}

/// A text of the library that has changed, and the clinic's that stands in for it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Comparison {
    /// The library's, when the clinic wrote its own; `None` if there was none.
    pub was: Option<String>,
    /// The library's, now; `None` if there is none.
    pub is: Option<String>,
    /// The clinic's.
    pub yours: String,
}

/// A place in a job file, without what stands there: that may be a patient's.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct JobPlace {
    /// The row, counted from 1 after the header; the header has none.
    pub row: Option<u32>,
    /// The line of the file, from 1. That of the cell, where a row goes over several.
    pub line: Option<u64>,
    /// The name of the column.
    pub column: Option<String>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// For information.
    Note,
    /// The leaflet can be made, but someone should look.
    Warning,
    /// No file is written.
    Error,
}

/// A place in a file.
#[derive(Clone, Debug)]
pub struct Place {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Where in it.
    pub target: PlaceTarget,
}

/// A place within a file.
#[derive(Clone, Debug)]
pub enum PlaceTarget {
    /// The file as a whole.
    File,
    /// Bytes of the file's text.
    Bytes(std::ops::Range<usize>),
    /// The key at the end of a route.
    Key(Route),
    /// The value at the end of a route, or a part of it: bytes of the scalar's *value*, which
    /// [`crate::source`] maps back through quotes, escapes, indentation and folding.
    Value(Route, Option<std::ops::Range<usize>>),
}

impl fmt::Display for JobPlace {
    /// As in ``row 5 (line 6), column `paper` ``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.row, self.line) {
            (Some(row), Some(line)) => write!(f, "row {row} (line {line})")?,
            (Some(row), None) => write!(f, "row {row}")?,
            (None, Some(line)) => write!(f, "line {line}")?,
            (None, None) => {}
        }
        let Some(column) = &self.column else {
            return Ok(());
        };
        let comma = if self.row.is_some() || self.line.is_some() {
            ", "
        } else {
            ""
        };
        write!(f, "{comma}column `{column}`")
    }
}

impl Finding {
    /// An error without place or help.
    pub fn error(id: &'static str, message: impl Into<String>) -> Finding {
        Finding {
            id,
            severity: Severity::Error,
            message: message.into(),
            place: None,
            job: None,
            help: None,
            comparison: None,
        }
    }

    /// A warning without place or help.
    pub fn warning(id: &'static str, message: impl Into<String>) -> Finding {
        Finding {
            severity: Severity::Warning,
            ..Finding::error(id, message)
        }
    }

    /// A note without place or help.
    pub fn note(id: &'static str, message: impl Into<String>) -> Finding {
        Finding {
            severity: Severity::Note,
            ..Finding::error(id, message)
        }
    }

    /// The same finding with its place.
    pub fn at(self, file: &Arc<SourceFile>, target: PlaceTarget) -> Finding {
        Finding {
            place: Some(Place {
                file: Arc::clone(file),
                target,
            }),
            ..self
        }
    }

    /// The same finding with help.
    pub fn help(self, help: impl Into<String>) -> Finding {
        Finding {
            help: Some(help.into()),
            ..self
        }
    }

    /// The same finding, about a column of a job file. Of a name that is very long the rest is left out.
    pub fn in_column(self, column: &str) -> Finding {
        const LONGEST: usize = 100;
        let column = match column.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &column[..end]),
            None => column.to_owned(),
        };
        let job = JobPlace {
            column: Some(column),
            ..self.job.map(|job| *job).unwrap_or_default()
        };
        Finding {
            job: Some(Box::new(job)),
            ..self
        }
    }

    /// The same finding, about a line of a job file.
    pub fn in_line(self, line: u64) -> Finding {
        let job = JobPlace {
            line: Some(line),
            ..self.job.map(|job| *job).unwrap_or_default()
        };
        Finding {
            job: Some(Box::new(job)),
            ..self
        }
    }

    /// The same finding, with the nearest of the names that are there as help, if one is near.
    pub fn suggest<'a>(self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Finding {
        match did_you_mean(name, candidates) {
            Some(help) => self.help(help),
            None => self,
        }
    }
}

/// "did you mean `…`?", if a name is near enough to be meant.
pub fn did_you_mean<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(name, candidates).map(|near| format!("did you mean `{near}`?"))
}

/// Returns the candidate nearest to `name`, ignoring case; the first of several, `None` if all are far.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Comparing takes quadratic time, and names in a file may be very long.
    let fold = |name: &str| -> String { name.to_lowercase().chars().take(80).collect() };
    let wanted = fold(name);
    let length = wanted.chars().count();
    // A third of the name may be wrong, as in rustc's suggestions.
    let limit = (length / 3).max(1);
    let distance = |candidate: &str| {
        let other = fold(candidate);
        // Each missing character is one edit.
        let is_near = length.abs_diff(other.chars().count()) <= limit;
        is_near.then(|| strsim::osa_distance(&wanted, &other))
    };
    candidates
        .into_iter()
        .filter_map(|candidate| Some((distance(candidate)?, candidate)))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Which of `candidates` a key that is not there may have become: one with nearly the same letters, else
/// the first of those that share most of its words, as `what-can-help` does with `what-helps`.
pub fn nearest_key<'a>(
    key: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    if let Some(near) = nearest(key, candidates.clone()) {
        return Some(near);
    }
    let words: Vec<&str> = key.split('-').collect();
    // `help` and `helps` are one word here.
    let same = |a: &str, b: &str| {
        a == b || (a.len().min(b.len()) > 3 && (a.starts_with(b) || b.starts_with(a)))
    };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let shared = words
            .iter()
            .filter(|word| candidate.split('-').any(|other| same(word, other)))
            .count();
        if 2 * shared > words.len() && best.is_none_or(|(most, _)| shared > most) {
            best = Some((shared, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}
