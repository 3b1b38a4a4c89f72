//! The CommonMark parser with our marks.

use std::ops::Range;

use pulldown_cmark::{BrokenLink, CowStr, Event, Options, Parser};

/// Joins running text to one line. A comma before it keeps "1985." from starting a list and "# 1" from
/// being a heading.
pub(in crate::resolve) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len() + 1);
    line.push(',');
    line.extend(
        text.chars()
            .map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }),
    );
    line
}

/// Parses a text to events with their byte ranges. A citation is a link to `cite`. Words with a mark are
/// a link to the mark's name, followed by the mark as text.
pub(in crate::resolve) fn events(line: &str) -> Vec<(Event<'_>, Range<usize>)> {
    let mut resolve = |link: BrokenLink<'_>| {
        if link.reference.trim_start().starts_with('@') {
            return Some((CowStr::Borrowed("cite"), CowStr::Borrowed("")));
        }
        let after = line.get(link.span.end..)?;
        let name = &after.strip_prefix("{.")?[..after.find('}')?.checked_sub(2)?];
        let is_name = name.len() < 40
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        is_name.then(|| (CowStr::from(name.to_owned()), CowStr::Borrowed("")))
    };
    Parser::new_with_broken_link_callback(line, Options::ENABLE_TABLES, Some(&mut resolve))
        .into_offset_iter()
        .collect()
}
