//! Faults of YAML that the parser reports at another place, or not at all.

use super::syntax_cause::{LikelyCause, Line, lines};

/// Finds the first fault of a file that cannot be read, if it is one of a few certain kinds.
pub(super) fn early_fault(text: &str) -> Option<LikelyCause> {
    if text.starts_with('\u{feff}') {
        return Some(LikelyCause {
            message: "an invisible mark (U+FEFF) is before the text".to_owned(),
            help: "delete the first line, type it anew, and save the file as UTF-8".to_owned(),
            bytes: 0..'\u{feff}'.len_utf8(),
        });
    }
    lines(text).iter().find_map(|line| {
        tab(line, text)
            .or_else(|| end_mark(line))
            .or_else(|| reserved_key(line))
            .or_else(|| backslash(line, false))
    })
}

/// Finds texts in double quotes of which YAML reads a part as a code, as in `"C:\temp"`.
pub(super) fn codes_in_quotes(text: &str) -> Vec<LikelyCause> {
    if !text.contains('\\') {
        return Vec::new();
    }
    let lines = lines(text);
    lines
        .iter()
        .filter_map(|line| backslash(line, true))
        .collect()
}

fn tab(line: &Line, text: &str) -> Option<LikelyCause> {
    let start = line.start + line.indent;
    let is_outside = line.indent == 0 || !line.is_block;
    let is_tab = text[start..].starts_with('\t') && is_outside && !line.content.is_empty();
    is_tab.then(|| LikelyCause {
        message: "a tab where YAML wants spaces".to_owned(),
        help: "indent with spaces, not tabs".to_owned(),
        bytes: start..start + 1,
    })
}

fn end_mark(line: &Line) -> Option<LikelyCause> {
    (line.indent == 0 && line.content == "...").then(|| LikelyCause {
        message: "the line `...` ends the text of the file".to_owned(),
        help: "take it out".to_owned(),
        bytes: line.bytes(),
    })
}

fn reserved_key(line: &Line) -> Option<LikelyCause> {
    let is_key = line.indent == 0 && line.content.starts_with('%') && line.content.contains(':');
    is_key.then(|| LikelyCause {
        message: "a key cannot begin with `%`".to_owned(),
        help: "delete it, or put the key in quotes".to_owned(),
        bytes: line.part(0, 1),
    })
}

/// Finds a backslash in double quotes that YAML does not know. With `is_code`, finds one behind a drive of
/// Windows instead, which YAML reads as a code such as a tab.
fn backslash(line: &Line, is_code: bool) -> Option<LikelyCause> {
    let value = line.value();
    if line.is_block || !line.is_structure() || !value.starts_with('"') {
        return None;
    }
    let mut characters = value.char_indices().skip(1);
    // The two characters before this one.
    let mut before = [' ', ' '];
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return None,
            '\\' => {
                let (_, code) = characters.next()?;
                let is_fault = match is_code {
                    // A drive of Windows is before the backslash, as in `C:\new`.
                    true => {
                        before[0].is_ascii_uppercase()
                            && before[1] == ':'
                            && "tabefvrn0".contains(code)
                    }
                    false => !"0abt\tnvfre \"/\\N_LPxuU".contains(code),
                };
                if is_fault {
                    return Some(LikelyCause {
                        message: format!(
                            "`\\{code}` in double quotes is a code, and not these words"
                        ),
                        help:
                            "write two backslashes (`\\\\`), or put the text in single quotes (`'`)"
                                .to_owned(),
                        bytes: line.part(line.value_offset() + at, 1 + code.len_utf8()),
                    });
                }
                before = [before[1], code];
            }
            other => before = [before[1], other],
        }
    }
    None
}
