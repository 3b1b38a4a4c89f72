//! Lines of structure that YAML reads as text, so that no error shows them.
//!
//! These are keys without a space after their colon, as in `heading:What is it?`, and items that are indented
//! further than the item above.

use std::sync::Arc;

use saphyr_parser::ScalarStyle;

use super::tree::{self, YamlContent, YamlNode};
use crate::finding::{Finding, PlaceTarget};
use crate::source_file::SourceFile;

/// Reports lines of unquoted texts that begin with one of the `names` and a colon, or with the dash of an
/// item.
pub(crate) fn misread_lines(file: &Arc<SourceFile>, names: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_in_file = |name: &&str| {
        let mut found = file.text.match_indices(*name);
        found.any(|(at, _)| stuck_key(&file.text[at..], names).is_some())
    };
    if (names.iter().any(is_in_file) || has_deeper_item(&file.text))
        && let Ok(Some(root)) = tree::tree(&file.text)
    {
        visit(&root, file, names, &mut findings);
    }
    findings
}

/// Returns whether the line of an item is indented further than the text on the line above.
fn has_deeper_item(text: &str) -> bool {
    let mut above = (0, "");
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let content = line.trim();
        let indent = line.len() - line.trim_start().len();
        if content.starts_with("- ") && indent > above.0 && !above.1.ends_with([':', '|', '>']) {
            return true;
        }
        above = (indent, content);
    }
    false
}

fn visit(node: &YamlNode, file: &Arc<SourceFile>, names: &[&str], findings: &mut Vec<Finding>) {
    match &*node.content {
        YamlContent::List(items) => {
            for item in items {
                visit(item, file, names, findings);
            }
        }
        YamlContent::Map(entries) => {
            for (key, value) in entries {
                visit(key, file, names, findings);
                visit(value, file, names, findings);
            }
        }
        YamlContent::Scalar { style, .. } if *style == ScalarStyle::Plain => {
            let mut start = node.bytes.start;
            for line in file.text[node.bytes.clone()].split_inclusive('\n') {
                let words = line.trim_start();
                let at = start + line.len() - words.len();
                start += line.len();
                if at > node.bytes.start && words.starts_with("- ") {
                    let message = "this item is read as part of the text above it";
                    let help = "begin its `-` directly below the `-` of the item above";
                    let finding = Finding::error("yaml-syntax", message).help(help);
                    findings.push(finding.at(file, PlaceTarget::Bytes(at..at + 1)));
                }
                if let Some(name) = stuck_key(words, names) {
                    let finding =
                        Finding::error("yaml-syntax", "a space is missing after the colon").help(
                            format!("write `{name}: …`, or put the whole text in quotes"),
                        );
                    let bytes = at..at + name.len() + 1;
                    findings.push(finding.at(file, PlaceTarget::Bytes(bytes)));
                }
            }
        }
        YamlContent::Scalar { .. } => {}
    }
}

/// Returns the name that begins a line and has a colon without a space behind it.
fn stuck_key<'n>(line: &str, names: &[&'n str]) -> Option<&'n str> {
    names.iter().copied().find(|name| {
        let rest = line
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix(':'));
        rest.and_then(|rest| rest.chars().next())
            .is_some_and(|next| !next.is_whitespace())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::from_bytes;

    fn reported(text: &str) -> Vec<usize> {
        let file = from_bytes(text.as_bytes(), "a.yaml".to_owned(), None).unwrap();
        let line = |finding: Finding| {
            let location = crate::source::locate(finding.place.as_ref().unwrap()).unwrap();
            location.line
        };
        let found = misread_lines(&file, &["heading", "body", "text", "locked"]);
        found.into_iter().map(line).collect()
    }

    #[test]
    fn finds_keys_in_every_position() {
        let text = "\
only:
  heading:What is it?
continued:
  body: Some words
    heading:What
flow: { a: heading:What, body:x: y }
items:
  - text:One
  - body:|
same: body:Words
last:
  locked:true
deeper:
  - One
    - two
word
  - three
";
        let text = text.replace("word\n", "list:\n  items\n  ");
        assert_eq!(reported(&text), [2, 5, 6, 6, 8, 9, 10, 12, 15, 18]);
    }

    #[test]
    fn leaves_texts_alone() {
        let text = "\
quoted: \"heading:What\"
heading: One
block: |
  body:text
link: https://a.example/body:x
words: see heading:What
";
        assert_eq!(reported(text), Vec::<usize>::new());
    }
}
