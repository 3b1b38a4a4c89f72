//! Text files and YAML: from bytes to typed values, and from a place in a value to line and column.
//!
//! Only this module names the YAML crates, and it does not know what fields mean.
//!
//! 1. [`parse`] deserialises a file in one pass with the YAML crate.
//! 2. If that fails, a second parser builds a tree with places.
//! 3. [`diagnose`] compares the tree with the JSON Schema of the wanted type, to report all errors
//!    at once.

mod comment;
mod diagnose;
mod early_fault;
mod edit;
mod joined_lines;
mod language_tag;
mod misread_line;
mod ordered;
mod parse_error;
mod patterns;
mod place;
mod read;
mod scalar;
mod split_text;
mod syntax_cause;
mod tree;
mod yaml;

pub(crate) use crate::source_file::{Route, SourceFile, Step};
pub(crate) use comment::doubtful_comments;
#[cfg(test)]
pub(crate) use diagnose::diagnose;
pub(crate) use edit::{
    Obstacle, obstacle, remove_value, replace_value, set_value, with_unicode_breaks,
};
pub(crate) use joined_lines::joined_lines;
pub(crate) use language_tag::{is_language, language_help, nearest_language};
pub(crate) use misread_line::misread_lines;
pub(crate) use ordered::{OrderedMap, PlainValue};
pub(crate) use patterns::{
    COLOUR_PATTERN, DATA_NAME_PATTERN, DAYS_PATTERN, EMAIL_PATTERN, HASH_PATTERN, KEY_PATTERN,
    LANGUAGE_PATTERN, MAX_NAME_PARTS, PERSON_PATTERN, PRINTER_PATTERN, VERDICT_PATTERN,
    WEB_PATTERN, WEB_TEMPLATE_PATTERN, is_colour, is_data_name, is_days, is_email_address, is_hash,
    is_key, is_person_name, is_printer_address, is_verdict, is_web_address,
    is_web_address_template, language_tag, parse_day, without_country,
};
pub(crate) use place::{Location, Locator, as_written, locate};
pub(crate) use read::{from_bytes, read_text, without_unicode_breaks};
pub(crate) use split_text::split_texts;
pub(crate) use yaml::{is_direction_mark, parse, to_yaml};
