//! Why a text cannot be read as a YAML tree.

use std::sync::Arc;

use crate::finding::{Finding, PlaceTarget};
use crate::source_file::SourceFile;

/// The deepest nesting that is read. People never write half of it.
pub(super) const MAX_DEPTH: usize = 64;

/// Why a text cannot be read as a YAML tree. Numbers are byte offsets.
#[derive(Debug)]
pub(super) enum ParseError {
    /// The text is not YAML, with the parser's message.
    Syntax(String, usize),
    TooDeep(usize),
    SecondDocument(usize),
}

impl ParseError {
    pub(super) fn finding(self, file: &Arc<SourceFile>) -> Finding {
        let (finding, at) = match self {
            ParseError::Syntax(message, at) => {
                let help = syntax_help(&message, &file.text, at);
                let finding = Finding::error("yaml-syntax", message);
                let help = help.map(str::to_owned);
                (Finding { help, ..finding }, at)
            }
            ParseError::TooDeep(at) => {
                let message = format!("nested more than {MAX_DEPTH} deep");
                (Finding::error("too-large", message), at)
            }
            ParseError::SecondDocument(at) => {
                let finding = Finding::error("yaml-syntax", "a second document begins here");
                (finding.help("take the line `---` out"), at)
            }
        };
        finding.at(file, PlaceTarget::Bytes(at..at))
    }
}

/// Returns help for the two commonest mistakes.
fn syntax_help(message: &str, text: &str, at: usize) -> Option<&'static str> {
    let before = &text[..at.min(text.len())];
    let has_tab = before
        .rsplit('\n')
        .next()
        .is_some_and(|line| line.contains('\t'))
        || text.get(at..).is_some_and(|rest| rest.starts_with('\t'));
    if has_tab {
        Some("indent with spaces, not tabs")
    } else if message.contains("mapping values are not allowed") {
        Some("put a text that has a colon and a space in it in quotes")
    } else {
        None
    }
}
