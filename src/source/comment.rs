//! Texts that a comment cuts, as in `colour: #0f5c69` or `heading: Problem #1`.
//!
//! YAML reads a `#` after a blank as a comment. People write a space after the `#` of a comment, and
//! none after one that belongs to the text.

use std::ops::Range;
use std::sync::Arc;

use saphyr_parser::ScalarStyle;

use super::tree::{self, YamlContent, YamlNode};
use crate::finding::{Finding, PlaceTarget};
use crate::source_file::SourceFile;

/// Reports each text without quotes that a `#` and a word follow.
pub(super) fn cut_texts(file: &Arc<SourceFile>) -> Vec<Finding> {
    let text = file.text.as_bytes();
    let is_cut = |at: &usize| is_comment_word(&file.text, *at);
    let has_any = (1..text.len())
        .filter(|at| text[*at] == b'#' && matches!(text[at - 1], b' ' | b'\t'))
        .any(|at| is_cut(&at));
    let mut search = Search {
        file,
        findings: Vec::new(),
    };
    if has_any && let Ok(Some(root)) = tree::tree(&file.text) {
        search.visit(&root);
    }
    search.findings
}

/// Returns whether a `#` at an offset is followed by a word.
fn is_comment_word(text: &str, at: usize) -> bool {
    let next = text.get(at + 1..).and_then(|rest| rest.chars().next());
    next.is_some_and(|next| next.is_alphanumeric())
}

struct Search<'a> {
    file: &'a Arc<SourceFile>,
    findings: Vec<Finding>,
}

impl Search<'_> {
    fn visit(&mut self, node: &YamlNode) {
        match &*node.content {
            YamlContent::Scalar { .. } => {}
            YamlContent::List(items) => {
                let mut end = node.bytes.start;
                for item in items {
                    if is_empty(item) {
                        self.empty_item(end);
                    } else {
                        self.value(item);
                    }
                    end = item.bytes.end.max(end);
                }
            }
            YamlContent::Map(entries) => {
                for (key, value) in entries {
                    if is_empty(value) {
                        self.empty_value(key);
                    } else {
                        self.value(value);
                    }
                }
            }
        }
    }

    fn value(&mut self, node: &YamlNode) {
        let YamlContent::Scalar { style, .. } = &*node.content else {
            return self.visit(node);
        };
        if *style == ScalarStyle::Plain
            && let Some(comment) = self.comment_after(node.bytes.end)
        {
            let message = "the text ends before the `#`, which begins a comment";
            let help = "put the whole text in quotes, or write a space after the `#` of a comment";
            self.report(message.to_owned(), help.to_owned(), comment);
        }
    }

    fn empty_value(&mut self, key: &YamlNode) {
        let Some(name) = key.scalar() else { return };
        let after = self.file.text[key.bytes.end..].trim_start_matches(['"', '\'', ' ']);
        if !after.starts_with(':') {
            return;
        }
        let colon = self.file.text.len() - after.len();
        if let Some(comment) = self.comment_after(colon + 1) {
            let written = &self.file.text[comment.clone()];
            let message = format!("`{name}` is empty, as `#` begins a comment");
            let help = format!("put the value in quotes: `{name}: \"{written}\"`");
            self.report(message, help, comment);
        }
    }

    /// Reports an item without text, which begins after byte `end`.
    fn empty_item(&mut self, end: usize) {
        let mut start = end;
        for line in self.file.text[end..].split_inclusive('\n') {
            let content = line.trim_start();
            if content.starts_with('-') {
                let dash = start + line.len() - content.len();
                if let Some(comment) = self.comment_after(dash + 1) {
                    let message = "the item is empty, as `#` begins a comment";
                    let help = "put the item in quotes";
                    self.report(message.to_owned(), help.to_owned(), comment);
                }
                return;
            }
            start += line.len();
        }
    }

    /// Returns the bytes of a comment that follows on the same line and looks like text.
    fn comment_after(&self, end: usize) -> Option<Range<usize>> {
        let rest = self.file.text.get(end..)?;
        let line = rest.lines().next()?;
        let comment = line.trim_start();
        let start = end + line.len() - comment.len();
        let is_text = start > end && comment.starts_with('#');
        (is_text && is_comment_word(&self.file.text, start))
            .then(|| start..start + comment.trim_end().len())
    }

    fn report(&mut self, message: String, help: String, bytes: Range<usize>) {
        let finding = Finding::error("yaml-syntax", message).help(help);
        self.findings
            .push(finding.at(self.file, PlaceTarget::Bytes(bytes)));
    }
}

fn is_empty(node: &YamlNode) -> bool {
    matches!(
        &*node.content,
        YamlContent::Scalar { value, style: ScalarStyle::Plain } if matches!(&**value, "" | "~")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::from_bytes;

    fn reported(text: &str) -> Vec<String> {
        let file = from_bytes(text.as_bytes(), "a.yaml".to_owned(), None).unwrap();
        let shown = |finding: Finding| {
            let location = crate::source::locate(finding.place.as_ref().unwrap()).unwrap();
            format!("{}: {}", location.line, finding.message)
        };
        cut_texts(&file).into_iter().map(shown).collect()
    }

    #[test]
    fn reports_texts_that_a_comment_cuts() {
        let text = "\
name: A #1 clinic
brand:
  colour: #0f5c69
  \"color\": #0f5c69
items:
  - Problem #1: infection
  - one
  - #2 two
  - { text: Three, lines: 2 }
rows: [[a, b]]
body: |
  Not #4 here
last: é #ö
";
        assert_eq!(
            reported(text),
            [
                "1: the text ends before the `#`, which begins a comment",
                "3: `colour` is empty, as `#` begins a comment",
                "4: `color` is empty, as `#` begins a comment",
                "6: the text ends before the `#`, which begins a comment",
                "8: the item is empty, as `#` begins a comment",
                "13: the text ends before the `#`, which begins a comment",
            ]
        );
    }

    #[test]
    fn leaves_comments_alone() {
        let text = "\
#name: old
name: A # our name
colour: \"#0f5c69\" #green
brand: # all of it
  logo: logo.svg  ## see above
text: 'a #1'
link: https://a.example/#part
body: >
  A #1
  #2
";
        assert_eq!(reported(text), Vec::<String>::new());
    }
}
