//! Text files and YAML: from bytes to typed values, and from a path in a value back to its line and
//! column. Only this module names the YAML crates, and it does not know what fields mean.
//!
//! Reading goes two ways. A file that is right is deserialised in one pass, as fast as the YAML crate
//! can. A file that is not is read once more with a parser that keeps places, and its tree is compared
//! with the JSON Schema of the type that was wanted, so that all its problems are found, not the first.

mod diagnose;
mod edit;
mod form;
mod ordered;
mod place;
mod read;
mod scalar;
mod tree;
mod yaml;

pub use crate::source_file::{Route, SourceFile, Step};
pub use diagnose::diagnose;
pub use edit::replace_value;
pub use form::{
    COLOUR_PATTERN, DAYS_PATTERN, KEY_PATTERN, LANGUAGE_PATTERN, VERDICT_PATTERN, WEB_PATTERN,
    is_colour, is_days, is_key, is_language, is_verdict, is_web_address, parse_day,
    without_country,
};
pub use ordered::{OrderedMap, PlainValue};
pub use place::{Location, Locator, as_written, locate};
pub use read::{MAX_TEXT_BYTES, from_bytes, from_program, read_text};
pub use yaml::{parse, parse_entries, to_yaml};
