//! Text files and YAML: from bytes to typed values, and from a path in a value back to its line and
//! column. Only this module names the YAML crates, and it does not know what fields mean.
//!
//! Reading goes two ways. A file that is right is deserialised in one pass, as fast as the YAML crate
//! can. A file that is not is read once more with a parser that keeps places, and its tree is compared
//! with the JSON Schema of the type that was wanted, so that all its problems are found, not the first.

mod diagnose;
mod edit;
mod form;
mod lazy;
mod ordered;
mod place;
mod read;
mod scalar;
mod tree;
mod yaml;

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;

pub use diagnose::diagnose;
pub use edit::replace_value;
pub use form::{
    COLOUR_PATTERN, DAYS_PATTERN, KEY_PATTERN, LANGUAGE_PATTERN, VERDICT_PATTERN, WEB_PATTERN,
    is_colour, is_days, is_key, is_language, is_verdict, is_web_address, parse_day,
    without_country,
};
pub use lazy::{list_entries, map_entries};
pub use ordered::{OrderedMap, PlainValue};
pub use place::{Location, Locator, as_written, locate};
pub use read::{MAX_TEXT_BYTES, from_bytes, from_program, read_text};
pub use yaml::{parse, parse_fragment, parse_part, to_yaml};

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
