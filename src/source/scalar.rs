//! Maps bytes of a scalar's value back to bytes of the file, through quotes, escapes, folding and
//! indentation.
//!
//! The rules are those of YAML 1.2.2, chapters 7.3 (flow scalars) and 8.1 (block scalars). The
//! scalar is read again and compared with the parser's value. If they differ, there is no place
//! rather than a wrong one.

use std::ops::Range;

use saphyr_parser::ScalarStyle;

/// A character of a value, and the bytes that it was written with.
struct Written {
    character: char,
    bytes: Range<usize>,
}

/// Returns the bytes of the file that `part` of the value was written with; the scalar is at
/// `bytes`.
pub(super) fn locate(
    text: &str,
    bytes: &Range<usize>,
    style: ScalarStyle,
    value: &str,
    part: &Range<usize>,
) -> Option<Range<usize>> {
    let source = text.get(bytes.clone())?;
    let written = match style {
        ScalarStyle::Plain => flow(source, None),
        ScalarStyle::SingleQuoted => flow(source.strip_prefix('\'')?, Some('\'')),
        ScalarStyle::DoubleQuoted => flow(source.strip_prefix('"')?, Some('"')),
        // The parser's bytes of a block scalar may end late; the value tells its end.
        ScalarStyle::Literal | ScalarStyle::Folded => {
            return block(text, bytes.start, style, value, part);
        }
    };
    let quote = usize::from(style != ScalarStyle::Plain);
    find(&written, value, part).map(|found| shift(found, bytes.start + quote))
}

fn shift(bytes: Range<usize>, by: usize) -> Range<usize> {
    bytes.start + by..bytes.end + by
}

/// Returns the bytes of `part`; `None` if `written` does not begin with the value.
fn find(written: &[Written], value: &str, part: &Range<usize>) -> Option<Range<usize>> {
    let mut characters = written.iter();
    let mut found: Option<Range<usize>> = None;
    let mut last = 0;
    for (at, character) in value.char_indices() {
        let next = characters
            .next()
            .filter(|next| next.character == character)?;
        if at >= part.start && (at < part.end || found.is_none()) {
            let start = found.map_or(next.bytes.start, |found| found.start);
            let end = if at < part.end {
                next.bytes.end
            } else {
                next.bytes.start
            };
            found = Some(start..end);
        }
        last = next.bytes.end;
    }
    Some(found.unwrap_or(last..last))
}

/// Reads a flow scalar up to its closing quote, or to the end if it is plain.
fn flow(source: &str, quote: Option<char>) -> Vec<Written> {
    let mut written: Vec<Written> = Vec::new();
    let mut characters = source.char_indices().peekable();
    // Blanks at the end of a line are dropped, except the first `kept` characters.
    let mut kept = 0;
    while let Some((at, character)) = characters.next() {
        let end = at + character.len_utf8();
        match character {
            '\'' if quote == Some('\'') => match characters.next_if(|next| next.1 == '\'') {
                Some(_) => written.push(Written {
                    character,
                    bytes: at..end + 1,
                }),
                None => break,
            },
            '"' if quote == Some('"') => break,
            '\\' if quote == Some('"') => {
                let Some((escape_at, escape)) = characters.next() else {
                    break;
                };
                if escape == '\n' || escape == '\r' {
                    if escape == '\r' {
                        characters.next_if(|next| next.1 == '\n');
                    }
                    // An escaped line break joins the lines and keeps the blanks before it.
                    kept = written.len();
                    fold_breaks(&mut characters, &mut written, escape_at, 0);
                    continue;
                }
                let digits = match escape {
                    'x' => 2,
                    'u' => 4,
                    'U' => 8,
                    _ => 0,
                };
                let mut code = 0;
                let mut end = escape_at + escape.len_utf8();
                for _ in 0..digits {
                    let Some((at, digit)) = characters.next() else {
                        return written;
                    };
                    code = code * 16 + digit.to_digit(16).unwrap_or(0);
                    end = at + digit.len_utf8();
                }
                let character = if digits > 0 {
                    char::from_u32(code).unwrap_or('\u{fffd}')
                } else {
                    unescape(escape)
                };
                written.push(Written {
                    character,
                    bytes: at..end,
                });
                kept = written.len();
            }
            '\n' | '\r' => {
                if character == '\r' {
                    characters.next_if(|next| next.1 == '\n');
                }
                while written.len() > kept
                    && written
                        .last()
                        .is_some_and(|last| matches!(last.character, ' ' | '\t'))
                {
                    written.pop();
                }
                fold_breaks(&mut characters, &mut written, at, 1);
                kept = written.len();
            }
            _ => written.push(Written {
                character,
                bytes: at..end,
            }),
        }
    }
    written
}

/// Folds line breaks: one becomes a space, of several the first is dropped. Skips indentation.
fn fold_breaks(
    characters: &mut std::iter::Peekable<std::str::CharIndices>,
    written: &mut Vec<Written>,
    at: usize,
    mut breaks: usize,
) {
    let escaped = breaks == 0;
    let mut empty_lines = 0;
    while let Some((_, blank)) = characters.next_if(|next| next.1.is_ascii_whitespace()) {
        if blank == '\n' {
            breaks += 1;
            empty_lines += 1;
        }
    }
    let folded = if empty_lines > 0 {
        vec!['\n'; empty_lines]
    } else if escaped || breaks == 0 {
        Vec::new()
    } else {
        vec![' ']
    };
    written.extend(folded.into_iter().map(|character| Written {
        character,
        bytes: at..at + 1,
    }));
}

/// Returns the character that an escape means (YAML 1.2.2, 5.7).
fn unescape(escape: char) -> char {
    match escape {
        '0' => '\0',
        'a' => '\x07',
        'b' => '\x08',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\x0b',
        'f' => '\x0c',
        'r' => '\r',
        'e' => '\x1b',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        other => other,
    }
}

/// Finds `part` in a block scalar whose content, or a blank line before it, is at `start`.
fn block(
    text: &str,
    start: usize,
    style: ScalarStyle,
    value: &str,
    part: &Range<usize>,
) -> Option<Range<usize>> {
    // The header (`|`, `>-`, …) is at the end of the last line before that is not blank.
    let first_line = text.get(..start)?.rfind('\n')? + 1;
    let header = text[..first_line].trim_end().len();
    let header_end = header + text[header..].find('\n')? + 1;
    let mut at = header_end;
    let mut lines = Vec::new();
    for line in text[header_end..].split_inclusive('\n') {
        let content = line.strip_suffix('\n').unwrap_or(line);
        lines.push((at, content.strip_suffix('\r').unwrap_or(content)));
        at += line.len();
    }
    // The first line with content sets the indentation. If the header does, it may be less.
    let most = lines
        .iter()
        .map(|(_, line)| *line)
        .find(|line| !line.trim().is_empty())
        .map_or(0, indent_of);
    (0..=most).rev().find_map(|indent| {
        let written = match style {
            ScalarStyle::Literal => literal(&lines, indent, value.len()),
            _ => folded(&lines, indent, value.len()),
        };
        find(&written, value, part)
    })
}

/// Counts the blanks before a line's content.
fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Returns whether a line comes after a block scalar with this indentation.
fn is_behind(line: &str, indent: usize) -> bool {
    !line.trim().is_empty() && indent_of(line) < indent
}

/// Returns the content of a line after the indentation, and its offset.
fn content((start, line): (usize, &str), indent: usize) -> (usize, &str) {
    let skip = line.len().min(indent);
    (start + skip, line.get(skip..).unwrap_or(""))
}

fn push_all(written: &mut Vec<Written>, at: usize, line: &str) {
    written.extend(line.char_indices().map(|(offset, character)| {
        let start = at + offset;
        Written {
            character,
            bytes: start..start + character.len_utf8(),
        }
    }));
}

fn literal(lines: &[(usize, &str)], indent: usize, enough: usize) -> Vec<Written> {
    let mut written = Vec::new();
    for line in lines {
        if written.len() > enough || is_behind(line.1, indent) {
            break;
        }
        let (at, line) = content(*line, indent);
        push_all(&mut written, at, line);
        let end = at + line.len();
        written.push(Written {
            character: '\n',
            bytes: end..end + 1,
        });
    }
    written
}

fn folded(lines: &[(usize, &str)], indent: usize, enough: usize) -> Vec<Written> {
    let mut written: Vec<Written> = Vec::new();
    // End of the last line with content, and whether it was indented more than the rest.
    let mut before: Option<(usize, bool)> = None;
    let mut empty_lines = 0;
    for line in lines {
        if written.len() > enough || is_behind(line.1, indent) {
            break;
        }
        let (at, line) = content(*line, indent);
        if line.is_empty() {
            empty_lines += 1;
            continue;
        }
        let more_indented = line.starts_with([' ', '\t']);
        let (end, keeps_breaks) = match before {
            None => (at, true),
            Some((end, was_more_indented)) => (end, was_more_indented || more_indented),
        };
        let (character, count) = match (before.is_some(), keeps_breaks, empty_lines) {
            (false, _, empty) => ('\n', empty),
            (true, true, empty) => ('\n', empty + 1),
            (true, false, 0) => (' ', 1),
            (true, false, empty) => ('\n', empty),
        };
        written.extend((0..count).map(|_| Written {
            character,
            bytes: end..end + 1,
        }));
        push_all(&mut written, at, line);
        before = Some((at + line.len(), more_indented));
        empty_lines = 0;
    }
    let end = before.map_or(0, |(end, _)| end);
    written.extend((0..=empty_lines).map(|_| Written {
        character: '\n',
        bytes: end..end + 1,
    }));
    written
}
