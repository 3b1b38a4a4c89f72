//! Findings: what is wrong with the content, as data.
//!
//! A finding says what is wrong, where, and what to write instead. It never prints itself (see
//! [`crate::report`]) and it names its place by the route of keys through a file; line and column are
//! worked out only when it is shown.

use std::sync::Arc;

use crate::source::{Route, SourceFile};

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
    /// What to do about it.
    pub help: Option<String>,
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

impl Finding {
    /// An error without place or help.
    pub fn error(id: &'static str, message: impl Into<String>) -> Finding {
        Finding { id, severity: Severity::Error, message: message.into(), place: None, help: None }
    }

    /// A warning without place or help.
    pub fn warning(id: &'static str, message: impl Into<String>) -> Finding {
        Finding { severity: Severity::Warning, ..Finding::error(id, message) }
    }

    /// The same finding with its place.
    pub fn at(self, file: &Arc<SourceFile>, target: PlaceTarget) -> Finding {
        Finding { place: Some(Place { file: Arc::clone(file), target }), ..self }
    }

    /// The same finding with help.
    pub fn help(self, help: impl Into<String>) -> Finding {
        Finding { help: Some(help.into()), ..self }
    }
}
