//! Why a text cannot be read as a YAML tree.

use std::sync::Arc;

use super::syntax_cause::likely_cause;
use crate::finding::{Finding, PlaceTarget};
use crate::source_file::SourceFile;

/// The deepest nesting that is read. People never write half of it.
pub(super) const MAX_DEPTH: usize = 64;

/// Why a text cannot be read as a YAML tree, with the byte where reading stopped.
#[derive(Debug)]
pub(super) enum ParseError {
    /// The text is not YAML.
    Syntax(usize),
    /// An alias refers to a value that it is a part of.
    EndlessAlias(usize),
    TooDeep(usize),
    SecondDocument(usize),
}

impl ParseError {
    /// Returns the offset at which the parser stopped.
    pub(super) fn place(&self) -> usize {
        match self {
            ParseError::Syntax(at)
            | ParseError::EndlessAlias(at)
            | ParseError::TooDeep(at)
            | ParseError::SecondDocument(at) => *at,
        }
    }

    pub(super) fn finding(self, file: &Arc<SourceFile>) -> Finding {
        let (finding, bytes) = match self {
            ParseError::Syntax(at) => {
                let cause = likely_cause(&file.text, at);
                let finding = Finding::error("yaml-syntax", cause.message);
                (finding.help(cause.help), cause.bytes)
            }
            ParseError::EndlessAlias(at) => {
                let message = "an alias refers to a value that it is a part of";
                let finding = Finding::error("yaml-syntax", message);
                (
                    finding.help("put a text that begins with `*` in quotes"),
                    at..at,
                )
            }
            ParseError::TooDeep(at) => {
                let message = format!("nested more than {MAX_DEPTH} deep");
                (Finding::error("too-large", message), at..at)
            }
            ParseError::SecondDocument(at) => {
                let finding = Finding::error("yaml-syntax", "a second document begins here");
                (finding.help("take the line `---` out"), at..at)
            }
        };
        finding.at(file, PlaceTarget::Bytes(bytes))
    }
}
