//! A text file, and routes of keys and indices to the values in it.
//!
//! Findings name their places by these; [`crate::source`] reads the files and turns a route into a line
//! and a column.

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;

/// A text file that was read, or is embedded in the program.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// As people are shown it, relative to where they are or to the library's root.
    pub name: String,
    /// Where it lies on disk; `None` for the embedded library and for values from the command line.
    pub path: Option<PathBuf>,
    /// Its content.
    pub text: Cow<'static, str>,
}

/// A route of keys and indices through a YAML value, as in `sections[3].callout`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Route(pub Vec<Step>);

/// One step of a [`Route`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Into a mapping.
    Key(String),
    /// Into a sequence, from 0.
    Index(usize),
}

impl Route {
    /// This route and one key more.
    pub fn key(&self, key: impl Into<String>) -> Route {
        let mut steps = self.0.clone();
        steps.push(Step::Key(key.into()));
        Route(steps)
    }

    /// This route and one index more.
    pub fn index(&self, index: usize) -> Route {
        let mut steps = self.0.clone();
        steps.push(Step::Index(index));
        Route(steps)
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
