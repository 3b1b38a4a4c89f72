//! E-mail and web addresses in running text. They keep their characters, so that people can type them.

use std::ops::Range;

/// Returns the ranges of the addresses in a text, which may be Markdown.
pub(super) fn addresses(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // Only these characters would change.
    if !text.contains(['\'', '"']) && !text.contains("--") && !text.contains("...") {
        return found;
    }
    let mut start = 0;
    while start < text.len() {
        let rest = &text[start..];
        let word = &rest[..rest.find(is_delimiter).unwrap_or(rest.len())];
        let from_address = word.trim_start_matches(is_punctuation);
        let address = from_address.trim_end_matches(is_punctuation);
        if is_address(&address.replace('\\', "")) {
            let from = start + word.len() - from_address.len();
            found.push(from..from + address.len());
        }
        let delimiter = rest[word.len()..].chars().next();
        start += word.len() + delimiter.map_or(0, char::len_utf8);
    }
    found
}

/// Splits a part of a text into pieces. The second value is whether the piece is an address.
pub(super) fn split_addresses<'t>(
    text: &'t str,
    part: Range<usize>,
    addresses: &[Range<usize>],
) -> Vec<(&'t str, bool)> {
    let mut pieces = Vec::new();
    let mut from = part.start;
    let first = addresses.partition_point(|address| address.end <= part.start);
    for address in addresses[first..]
        .iter()
        .take_while(|address| address.start < part.end)
    {
        let start = address.start.max(from);
        let end = address.end.min(part.end);
        pieces.push((&text[from..start], false));
        pieces.push((&text[start..end], true));
        from = end;
    }
    pieces.push((&text[from..part.end], false));
    pieces.retain(|(piece, _)| !piece.is_empty());
    pieces
}

fn is_delimiter(character: char) -> bool {
    character.is_whitespace() || "\"<>()[]{}|“”«»".contains(character)
}

/// Returns whether a character at the edge of an address belongs to the sentence.
fn is_punctuation(character: char) -> bool {
    "\'‘’*_.,;:!?\\".contains(character)
}

fn is_address(word: &str) -> bool {
    if word.contains("://") || word.starts_with("www.") {
        return true;
    }
    match word.rsplit_once('@') {
        Some((user, host)) => !user.is_empty() && is_host(host),
        None => is_host(word.split(['/', '?', '#']).next().unwrap_or_default()),
    }
}

/// Returns whether a word is a domain name, as in `clinic.example`.
fn is_host(word: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .chars()
                .all(|character| character.is_alphanumeric() || character == '-')
    };
    word.rsplit_once('.').is_some_and(|(labels, top)| {
        labels.split('.').all(is_label)
            && top.chars().count() > 1
            && top.chars().all(char::is_lowercase)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_addresses_and_leaves_the_sentence_around_them() {
        let found = |text: &str| -> Vec<String> {
            addresses(text)
                .into_iter()
                .map(|range| text[range].to_owned())
                .collect()
        };
        assert_eq!(
            found("Don't mail 'n.o'b@clinic.example', <a--b@c.example> or c--d.example/e'f."),
            ["n.o'b@clinic.example", "a--b@c.example", "c--d.example/e'f"]
        );
        assert_eq!(
            found(r#""https://a.example/b--c" and [www.a'b.example](https://x.example/--)"#),
            [
                "https://a.example/b--c",
                "www.a'b.example",
                "https://x.example/--"
            ]
        );
        let escaped = r"Ask nora\.o\'brien\@clinic\.example.";
        assert_eq!(found(escaped), [r"nora\.o\'brien\@clinic\.example"]);
        assert!(found("It's 3.5--4 mg/day [@o'brien-2020], and so--on... Yes.No 'it'").is_empty());
    }
}
