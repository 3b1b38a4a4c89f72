//! Texts that a comment cuts, as in `colour: #0f5c69` or `heading: Problem #1`.
//!
//! YAML reads a `#` after a blank as a comment. People write a space after the `#` of a comment, and
//! none after one that belongs to the text. A `#` between single spaces may be either.

use std::ops::Range;
use std::sync::Arc;

use saphyr_parser::ScalarStyle;

use super::tree::{self, YamlContent, YamlNode};
use crate::finding::{Finding, PlaceTarget};
use crate::source_file::{Route, SourceFile};
use crate::words::has_words;

/// Longest text that a message shows.
const MAX_SHOWN: usize = 60;

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

/// Warns of texts without quotes before a comment that may be meant as a part of them, as in `hours: Monday # and Friday`.
/// Two spaces before the `#` say that it is a comment. `under` leads to the texts. Each warning comes with the route of
/// its text.
pub(crate) fn doubtful_comments(file: &Arc<SourceFile>, under: &Route) -> Vec<(Route, Finding)> {
    let mut found = Vec::new();
    if file.text.contains(MARK)
        && let Ok(Some(root)) = tree::tree(&file.text)
    {
        let mut steps = under.0.iter();
        let node = steps.try_fold(&root, |node, step| Some(node.child(step)?.1));
        if let Some(node) = node {
            add_doubtful(file, node, under, &mut found);
        }
    }
    found
}

/// Start of a comment that may be a part of the text before it.
const MARK: &str = " # ";

fn add_doubtful(
    file: &Arc<SourceFile>,
    node: &YamlNode,
    route: &Route,
    found: &mut Vec<(Route, Finding)>,
) {
    match &*node.content {
        YamlContent::Map(entries) => {
            for (key, value) in entries {
                let key = key.scalar().unwrap_or_default();
                add_doubtful(file, value, &route.key(key), found);
            }
        }
        YamlContent::List(items) => {
            for (index, item) in items.iter().enumerate() {
                add_doubtful(file, item, &route.index(index), found);
            }
        }
        YamlContent::Scalar {
            style: ScalarStyle::Plain,
            ..
        } => {
            let (text, rest) = (&file.text[node.bytes.clone()], &file.text[node.bytes.end..]);
            let comment = rest.lines().next().unwrap_or_default().trim_end();
            if text.is_empty() || !comment.starts_with(MARK) || !has_words(comment) {
                return;
            }
            let whole = format!("{text}{comment}");
            let help = if whole.len() > MAX_SHOWN || whole.contains(['"', '\\', '\n']) {
                "put the whole text in quotes, or write two spaces before a comment".to_owned()
            } else {
                format!("write `\"{whole}\"`, or two spaces before a comment")
            };
            let message = "these words are not printed: YAML reads them as a comment";
            let bytes = node.bytes.end + 1..node.bytes.end + comment.len();
            let finding = Finding::warning("lost-words", message).help(help);
            found.push((route.clone(), finding.at(file, PlaceTarget::Bytes(bytes))));
        }
        YamlContent::Scalar { .. } => {}
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
    fn doubtful_comments_are_words_behind_one_space() {
        let text = "\
hours: Monday # and Friday
phone: [01632 960 001 # or 002
  , 01632 960 003]
text: { a: A # b
  }
name: A  # our name
address: \"A\" # B
email: a@b.example # ---
imprint: |
  A # b
";
        let file = from_bytes(text.as_bytes(), "a.yaml".to_owned(), None).unwrap();
        let found = |key: &str| -> Vec<String> {
            let under = Route::default().key(key);
            let found = doubtful_comments(&file, &under).into_iter();
            found.map(|(route, _)| route.to_string()).collect()
        };
        assert_eq!(found("hours"), ["hours"]);
        assert_eq!(found("phone"), ["phone[0]"]);
        assert_eq!(found("text"), ["text.a"]);
        for key in ["name", "address", "email", "imprint", "none"] {
            assert!(found(key).is_empty(), "{key}");
        }
        let (_, finding) = doubtful_comments(&file, &Route::default()).remove(0);
        let help = "write `\"Monday # and Friday\"`, or two spaces before a comment";
        assert_eq!(finding.help.as_deref(), Some(help));
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
