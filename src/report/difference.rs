//! Formats differences of texts for people: deletions and insertions, in colour or between signs.

use super::printable;
use crate::customize::difference::{Change, similarity, words};
use crate::customize::leaflet::lines;
use crate::finding::Comparison;

/// Texts with a lower similarity are shown separately: chance matches only confuse.
const MIN_SIMILARITY: f64 = 0.3;

// ANSI escape sequences.
const RED_STRIKETHROUGH: &str = "\u{1b}[31;9m";
const GREEN_UNDERLINE: &str = "\u{1b}[32;4m";
const RESET: &str = "\u{1b}[0m";

/// How deletions and insertions are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marks {
    Colour,
    /// `[-deleted-]` and `{+inserted+}`.
    Signs,
}

/// Which lines to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShownLines {
    All,
    Changed,
}

/// Formats a difference.
pub(super) fn marked(changes: &[Change<'_>], marks: Marks) -> String {
    changes
        .iter()
        .map(|change| {
            let (text, signs, colour) = match change {
                Change::Same(text) => return printable(text),
                Change::Removed(text) => (text, ("[-", "-]"), RED_STRIKETHROUGH),
                Change::Added(text) => (text, ("{+", "+}"), GREEN_UNDERLINE),
            };
            let (open, close) = match marks {
                Marks::Colour => (colour, RESET),
                Marks::Signs => signs,
            };
            // Mark each line, because callers indent lines.
            let text = printable(text);
            let lines = text.split('\n').map(|line| match line.trim() {
                "" => String::new(),
                _ => format!("{open}{line}{close}"),
            });
            lines.collect::<Vec<_>>().join("\n")
        })
        .collect()
}

/// Formats the library's old and new text and the clinic's text, one below the other.
pub(super) fn comparison(comparison: &Comparison, marks: Marks) -> String {
    let Comparison { was, is, yours } = comparison;
    let mut text = String::new();
    match (was, is) {
        (Some(old), Some(new)) if similarity(old, new) >= MIN_SIMILARITY => {
            let shown = by_line(old, new, ShownLines::Changed, marks);
            push(&mut text, "the library's text, old and new", &shown);
        }
        _ => {
            if let Some(old) = was {
                push(&mut text, "the library's old text", &printable(old));
            }
            if let Some(new) = is {
                push(&mut text, "the library's new text", &printable(new));
            }
        }
    }
    match was {
        Some(old) if similarity(old, yours) >= MIN_SIMILARITY => {
            let shown = by_line(old, yours, ShownLines::Changed, marks);
            let title = "your text, compared with the library's old text";
            push(&mut text, title, &shown);
        }
        _ => push(&mut text, "your text", &printable(yours)),
    }
    text
}

/// Formats the difference of two texts line by line. With [`ShownLines::Changed`], an ellipsis
/// replaces runs of equal lines.
pub(crate) fn by_line(old: &str, new: &str, which: ShownLines, marks: Marks) -> String {
    let mut shown: Vec<String> = Vec::new();
    for line in lines(old, new) {
        let (old, new) = (line.old.unwrap_or_default(), line.new.unwrap_or_default());
        if old != new {
            shown.push(marked(&words(&old, &new), marks));
        } else if which == ShownLines::All {
            shown.push(printable(&new));
        } else if shown.last().is_none_or(|last| last != "…") {
            shown.push("…".to_owned());
        }
    }
    shown.join("\n")
}

/// Adds a title and the indented lines below it.
fn push(out: &mut String, title: &str, text: &str) {
    out.push_str(&format!("  {title}:\n"));
    for line in text.lines() {
        out.push_str(format!("    {line}").trim_end());
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(was: &str, is: &str, yours: &str, marks: Marks) -> String {
        let [was, is] = [was, is].map(|text| (!text.is_empty()).then(|| text.to_owned()));
        comparison(
            &Comparison {
                was,
                is,
                yours: yours.to_owned(),
            },
            marks,
        )
    }

    #[test]
    fn three_texts_become_two_differences() {
        let was = "Sleep training helps most.\n\nAsk your nurse about it.\n\nRest.";
        let is = "Sleep therapy helps most.\n\nAsk your nurse about it.\n\nRest.";
        let yours = "Sleep training helps most.\n\nAsk Anna about it.\n\nRest.";
        insta::assert_snapshot!(compared(was, is, yours, Marks::Signs), @r"
          the library's text, old and new:
            Sleep [-training-]{+therapy+} helps most.
            …
          your text, compared with the library's old text:
            …
            Ask [-your nurse-]{+Anna+} about it.
            …
        ");
    }

    #[test]
    fn colours_say_the_same() {
        let shown = compared("a b c", "a d c", "a b e", Marks::Colour);
        assert!(
            shown.contains("a \u{1b}[31;9mb\u{1b}[0m\u{1b}[32;4md\u{1b}[0m c"),
            "{shown:?}"
        );
    }

    #[test]
    fn different_texts_are_shown_separately() {
        insta::assert_snapshot!(compared("Walk each day.", "Rest at night.", "{{> base}}\nCall us.", Marks::Signs), @r"
          the library's old text:
            Walk each day.
          the library's new text:
            Rest at night.
          your text:
            {{> base}}
            Call us.
        ");
        insta::assert_snapshot!(compared("", "Rest at night.", "Rest.", Marks::Signs), @r"
          the library's new text:
            Rest at night.
          your text:
            Rest.
        ");
    }

    #[test]
    fn texts_cannot_control_the_terminal() {
        assert!(!compared("a\u{1b}[2J b", "a\u{1b}[2J c", "a", Marks::Signs).contains('\u{1b}'));
    }
}
