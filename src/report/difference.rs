//! Texts compared, for people: what is gone and what is new, in colour or between marks.

use super::printable;
use crate::customize::difference::{Change, similarity, words};
use crate::customize::leaflet::lines;
use crate::finding::Comparison;

/// Texts that have less in common are shown apart: what they share by chance would only confuse.
const COMPARABLE: f64 = 0.3;

const REMOVED: &str = "\u{1b}[31;9m";
const ADDED: &str = "\u{1b}[32;4m";
const PLAIN: &str = "\u{1b}[0m";

/// How what is gone and what is new are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marks {
    /// Red and struck through, green and underlined.
    Colour,
    /// `[-gone-]` and `{+new+}`.
    Signs,
}

/// Which lines are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lines {
    /// All of them.
    All,
    /// Those that differ.
    Changed,
}

/// A difference as text.
pub(crate) fn marked(changes: &[Change<'_>], marks: Marks) -> String {
    changes
        .iter()
        .map(|change| {
            let (text, signs, colour) = match change {
                Change::Same(text) => return printable(text),
                Change::Removed(text) => (text, ("[-", "-]"), REMOVED),
                Change::Added(text) => (text, ("{+", "+}"), ADDED),
            };
            let (open, close) = match marks {
                Marks::Colour => (colour, PLAIN),
                Marks::Signs => signs,
            };
            // A mark that goes on over lines begins anew on each, since each is shown by itself.
            let parts = printable(text);
            let parts = parts.split('\n').map(|part| match part.trim() {
                "" => String::new(),
                _ => format!("{open}{part}{close}"),
            });
            parts.collect::<Vec<_>>().join("\n")
        })
        .collect()
}

/// A text of the library then and now, and the clinic's, one below the other.
pub(super) fn comparison(comparison: &Comparison, marks: Marks) -> String {
    let Comparison { was, is, yours } = comparison;
    let mut text = String::new();
    match (was, is) {
        (Some(was), Some(is)) => {
            push_pair(&mut text, "the library's, then and now", was, is, marks)
        }
        (None, Some(is)) => push(&mut text, "the library's, now", &printable(is)),
        (Some(was), None) => push(&mut text, "the library's, then", &printable(was)),
        (None, None) => {}
    }
    match was {
        Some(was) if similarity(was, yours) >= COMPARABLE => {
            let shown = by_line(was, yours, Lines::Changed, marks);
            push(&mut text, "yours, beside the library's then", &shown);
        }
        _ => push(&mut text, "yours", &printable(yours)),
    }
    text
}

fn push_pair(out: &mut String, title: &str, was: &str, is: &str, marks: Marks) {
    if similarity(was, is) >= COMPARABLE {
        push(out, title, &by_line(was, is, Lines::Changed, marks));
    } else {
        push(out, "the library's, then", &printable(was));
        push(out, "the library's, now", &printable(is));
    }
}

/// How two texts differ, line by line; runs of lines that are the same are left out, if `of` says so.
pub(crate) fn by_line(old: &str, new: &str, of: Lines, marks: Marks) -> String {
    let mut shown: Vec<String> = Vec::new();
    for line in lines(old, new) {
        let (was, is) = (line.old.unwrap_or_default(), line.new.unwrap_or_default());
        if was != is {
            shown.push(marked(&words(&was, &is), marks));
        } else if of == Lines::All {
            shown.push(printable(&is));
        } else if shown.last().is_none_or(|last| last != "…") {
            shown.push("…".to_owned());
        }
    }
    shown.join("\n")
}

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
    fn shows_three_texts_as_two_differences() {
        let was = "Sleep training helps most.\n\nAsk your nurse about it.\n\nRest.";
        let is = "Sleep therapy helps most.\n\nAsk your nurse about it.\n\nRest.";
        let yours = "Sleep training helps most.\n\nAsk Anna about it.\n\nRest.";
        insta::assert_snapshot!(compared(was, is, yours, Marks::Signs), @r"
          the library's, then and now:
            Sleep [-training-]{+therapy+} helps most.
            …
          yours, beside the library's then:
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
    fn texts_without_words_in_common_are_shown_apart() {
        insta::assert_snapshot!(compared("Walk each day.", "Rest at night.", "{{> base}}\nCall us.", Marks::Signs), @r"
          the library's, then:
            Walk each day.
          the library's, now:
            Rest at night.
          yours:
            {{> base}}
            Call us.
        ");
        insta::assert_snapshot!(compared("", "Rest at night.", "Rest.", Marks::Signs), @r"
          the library's, now:
            Rest at night.
          yours:
            Rest.
        ");
    }

    #[test]
    fn texts_cannot_colour_the_terminal() {
        assert!(!compared("a\u{1b}[2J b", "a\u{1b}[2J c", "a", Marks::Signs).contains('\u{1b}'));
    }
}
