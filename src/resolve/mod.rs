//! Turns authored sources into a [`Document`](crate::document::Document).
//!
//! 1. [`text_layers`] puts text layers on top of each other: shared < clinic's shared < handout < clinic's
//!    handout. The topmost layer that has a part of a block gives its text.
//! 2. [`markdown_template`] fills in the clinic's and the reader's data, escaped for Markdown.
//! 3. [`markdown`] parses the result to blocks and inlines, with citations, terms, badges and links.
//! 4. [`structure`] turns the definition's entries into sections.
//! 5. [`number`] numbers citations in reading order, and [`reference_formatter`] formats the reference
//!    list.
//!
//! Each problem is a finding with its place in a YAML file. [`sourced_text`] keeps the origin of each piece of
//! text, so the place survives overriding layers and templates.
//!
//! A [`Plan`] takes these steps once for all readers. For each further reader it renders only the texts
//! that use reader data.

mod address;
mod addresses;
mod archived_locale;
mod base_text;
mod citation_index;
mod citation_style;
mod compiled_text;
mod conditions;
mod context;
mod draft;
mod figure_pictures;
mod letter_case;
mod locks;
mod markdown;
mod markdown_template;
mod number;
mod plan;
mod prose;
mod prose_reader;
mod reader_dates;
mod redaction;
mod reference_formatter;
#[cfg(test)]
mod reference_table_tests;
mod section_changes;
mod smart_punctuation;
mod sourced_text;
mod sources;
mod structure;
mod template_data;
#[cfg(test)]
mod tests;
mod text_layers;
mod used_text;
mod work_address;

pub(crate) use address::{
    LINES as ADDRESS_LINES, is_part as is_address_part, names as address_names,
    parts as address_parts, single_lines as address_lines,
};
pub(crate) use base_text::{base_tag, has_base_tag};
pub(crate) use draft::FAULT_MARK;
pub(crate) use locks::reworded_locked_texts;
pub(crate) use plan::{Plan, Resolved};
pub(crate) use prose::{Prose, ProseKind, ProseMark};
pub use sources::{JobData, Purpose, ReferenceMode};
pub(crate) use sources::{LoadFigure, Options, Sources, data_names, has_values};
pub(crate) use text_layers::TextLayers;
pub(crate) use used_text::UsedText;
