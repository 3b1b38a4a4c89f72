//! A text file, and routes of keys and indices to its values.
//!
//! Findings use them to name their places. [`crate::source`] reads files and turns a route into a
//! line and a column.

use std::fmt;
use std::path::PathBuf;

/// A text file with its contents.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SourceFile {
    /// Path in messages, relative to the current folder or to the library's root.
    pub name: String,
    /// Path on disk; `None` for the embedded library, files in memory and values from the command
    /// line.
    pub path: Option<PathBuf>,
    pub text: String,
}

/// Keys and indices that lead to a value in a YAML file, as in `sections[3].callout`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Route(pub Vec<Step>);

/// One step of a [`Route`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Into a map.
    Key(String),
    /// Into a list, from 0.
    Index(usize),
}

impl Route {
    /// Returns this route with one more key.
    pub fn key(&self, key: impl Into<String>) -> Route {
        self.then(Step::Key(key.into()))
    }

    /// Returns this route with one more index.
    pub fn index(&self, index: usize) -> Route {
        self.then(Step::Index(index))
    }

    fn then(&self, step: Step) -> Route {
        Route(self.0.iter().cloned().chain([step]).collect())
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if position == 0 => write!(f, "{key}")?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
