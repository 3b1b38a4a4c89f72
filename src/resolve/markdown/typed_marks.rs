//! Lists, citations and placeholders in the notation of other programs. They would print as text.

use std::ops::Range;

use super::lost_marks::{BULLETS, LostMark, lines_of, list_mark, number_mark};

/// Signs that people type before the items of a list, besides bullets. Arrows are among them.
const SIGNS: &str = "✓✔✅☑☐☒✗✘❌§→⇒➔➜➡❖◆◇★☆✦✧\u{f0a7}\u{f0b7}\u{f0d8}\u{f0fc}\u{f076}\u{f02d}";

/// Returns whether people type a character before the items of a list.
pub(super) fn is_list_sign(character: char) -> bool {
    BULLETS.contains(character) || SIGNS.contains(character)
}

/// Finds lines that begin with the same sign, or with a number or letter in the notation of another program.
pub(super) fn typed_list(text: &str) -> Option<LostMark> {
    let lines: Vec<(usize, &str)> = lines_of(text).collect();
    if let Some(start) = with_sign(&lines).or_else(|| with_label(&lines)) {
        return Some(list_mark(start..text.ceil_char_boundary(start + 1)));
    }
    None
}

fn with_sign(lines: &[(usize, &str)]) -> Option<usize> {
    let sign = |line: &str| -> Option<&'static str> {
        let mut signs = SIGNS.char_indices();
        let found = signs.find_map(|(at, sign)| {
            line.starts_with(sign)
                .then(|| &SIGNS[at..at + sign.len_utf8()])
        })?;
        let words = line[found.len()..].trim_start_matches(['\u{fe0f}', ' ', '\u{a0}', '\t']);
        // `§ 5` is a part of a law.
        words.starts_with(char::is_alphabetic).then_some(found)
    };
    let found: Vec<(usize, &str)> = lines
        .iter()
        .filter_map(|(at, line)| Some((*at, sign(line)?)))
        .collect();
    let first = found.first()?;
    // A character of a symbol font of a word processor is a bullet in any case.
    let is_private =
        |sign: &str| sign.starts_with(|c: char| ('\u{f000}'..='\u{f0ff}').contains(&c));
    let is_list = is_private(first.1) || found.iter().skip(1).any(|(_, sign)| *sign == first.1);
    is_list.then_some(first.0)
}

/// Finds two lines whose labels follow each other, as in `a)` and `b)`.
fn with_label(lines: &[(usize, &str)]) -> Option<usize> {
    const SEQUENCES: [[&str; 2]; 9] = [
        ["a)", "b)"],
        ["A)", "B)"],
        ["(a)", "(b)"],
        ["(A)", "(B)"],
        ["(1)", "(2)"],
        ["(i)", "(ii)"],
        ["i)", "ii)"],
        ["i.", "ii."],
        ["A.", "B."],
    ];
    let has = |line: &str, label: &str| {
        let words = line.strip_prefix(label).unwrap_or_default();
        words.starts_with(char::is_whitespace)
    };
    SEQUENCES
        .iter()
        .chain(&[["a.", "b."]])
        .find_map(|[first, second]| {
            let start = lines.iter().position(|(_, line)| has(line, first))?;
            let mut below = lines[start + 1..].iter();
            below
                .any(|(_, line)| has(line, second))
                .then_some(lines[start].0)
        })
}

/// Finds `\n` as two letters, `==words==`, `{#key}`, `%name%`, and braces of a tag that has none before it.
pub(super) fn foreign_mark(text: &str) -> Option<LostMark> {
    let mark = |range, help| LostMark {
        range,
        message: "this mark is printed as it is",
        help,
    };
    if let Some(range) = typed_escape(text) {
        let help = "begin a new line in the file, or delete it: texts have no such marks";
        return Some(mark(range, help));
    }
    for (at, _) in text.match_indices("==") {
        let rest = &text[at + 2..];
        let words = rest.split("==").next().unwrap_or_default();
        let is_pair = words.len() < rest.len()
            && words.starts_with(char::is_alphanumeric)
            && !words.ends_with(char::is_whitespace);
        if is_pair {
            return Some(mark(at..at + 2, "write `**words**` for strong words"));
        }
    }
    if let Some(at) = text.find("{#") {
        let help = "delete it: the key of a block is its name in the `handout.yaml`";
        return Some(mark(at..at + 2, help));
    }
    if let Some(at) = text.find("}}") {
        let help = "write `{{` before the name, as in `{{clinic.phone}}`, or `\\}` for a brace that is printed";
        return Some(mark(at..at + 2, help));
    }
    let (at, name) = text.match_indices('%').find_map(|(at, _)| {
        let name = closed(&text[at + 1..], '%')?;
        let is_letter = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
        let is_name = name.starts_with(char::is_alphabetic) && name.chars().all(is_letter);
        is_name.then_some((at, name))
    })?;
    let help = "write a value in two braces on each side, as in `{{clinic.phone}}`";
    Some(mark(at..at + name.len() + 2, help))
}

/// Finds an escape of a programming language, such as `\n` or `\u00e9`.
fn typed_escape(text: &str) -> Option<Range<usize>> {
    text.match_indices('\\').find_map(|(at, _)| {
        let rest = &text[at + 1..];
        let letter = rest.chars().next()?;
        let after = &rest[letter.len_utf8()..];
        let is_code = |digits: usize| {
            after.len() >= digits
                && after
                    .bytes()
                    .take(digits)
                    .all(|byte| byte.is_ascii_hexdigit())
        };
        let is_escape = match letter {
            // `\new` may be a name.
            'n' | 'r' | 't' => !after.starts_with(char::is_lowercase),
            'u' => is_code(4),
            'x' => is_code(2),
            _ => false,
        };
        is_escape.then_some(at..at + 2)
    })
}

/// Finds citations such as `[ 3 ]`, `[3, p. 4]`, `[see @key]`, `[[key]]`, `\cite{key}`, `@key says` and `pain^3`.
pub(super) fn typed_citation(text: &str) -> Option<LostMark> {
    for command in ["\\cite", "\\citep", "\\citet", "\\footnote", "\\ref"] {
        if let Some(at) = text.find(&format!("{command}{{")) {
            return Some(citation(at..at + command.len()));
        }
    }
    for (at, _) in text.match_indices('[') {
        let Some(inside) = closed(&text[at + 1..], ']') else {
            continue;
        };
        let is_double = inside
            .strip_prefix('[')
            .is_some_and(|key| !key.is_empty() && !key.contains(' '));
        let cites = inside.match_indices('@').any(|(at, _)| {
            let before = inside[..at].chars().next_back();
            let key = &inside[at + 1..];
            !before.is_some_and(char::is_alphanumeric) && key.starts_with(char::is_alphanumeric)
        });
        if is_double || cites {
            return Some(citation(at..at + 1 + inside.len()));
        }
        let number = inside.trim();
        let digits = number.len()
            - number
                .trim_start_matches(|c: char| c.is_ascii_digit())
                .len();
        let rest = number[digits..]
            .replace("pages", "")
            .replace("page", "")
            .replace("pp.", "");
        let is_pages = |c: char| c.is_ascii_digit() || ",;-–. p".contains(c);
        if (1..=3).contains(&digits) && rest.chars().all(is_pages) {
            return Some(number_mark(at..at + 1 + inside.len()));
        }
    }
    let mut before = ' ';
    for (at, character) in text.char_indices() {
        let rest = &text[at + character.len_utf8()..];
        let is_free = before.is_whitespace() || "([;,".contains(before);
        if character == '@' && is_free && rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Some(LostMark {
                help: "cite in square brackets: `[@key]`. Write `\\@` for an `@` that is printed",
                ..citation(at..at + 1)
            });
        }
        if character == '^' && rest.starts_with(|c: char| c.is_ascii_digit()) {
            const MAX_UNIT_LETTERS: usize = 3;
            let letters = text[..at]
                .chars()
                .rev()
                .take_while(|c| c.is_alphabetic())
                .count();
            if letters > MAX_UNIT_LETTERS || ".,;)".contains(before) {
                return Some(number_mark(at..at + 2));
            }
        }
        before = character;
    }
    None
}

fn citation(range: Range<usize>) -> LostMark {
    LostMark {
        range,
        message: "this is printed as it is: it is no citation",
        help: "cite in square brackets: `[@key]` or `[@one; @two]`",
    }
}

/// Returns a short text up to a closing bracket.
fn closed(text: &str, close: char) -> Option<&str> {
    const MAX_LENGTH: usize = 80;
    // A long text may have many opening brackets.
    let text = &text[..text.floor_char_boundary(MAX_LENGTH)];
    let inside = &text[..text.find(close)?];
    (!inside.contains('\n')).then_some(inside)
}

/// Finds raised and lowered text as other programs write it, as in `m^3`, `10^-3` and `H_2O`.
pub(super) fn raised_or_lowered(text: &str) -> Option<LostMark> {
    const MAX_FORMULA_LETTERS: usize = 2;
    let found = text.char_indices().find(|(at, character)| {
        let before = &text[..*at];
        let rest = &text[at + character.len_utf8()..];
        let number = rest.trim_start_matches(['-', '−', '+', '{', '(']);
        let is_number = number.starts_with(|c: char| c.is_ascii_digit());
        match character {
            '^' => {
                is_number
                    || before.ends_with(char::is_alphanumeric)
                        && rest.starts_with(char::is_alphanumeric)
            }
            '_' => {
                let letters = before
                    .chars()
                    .rev()
                    .take_while(|c| c.is_alphabetic())
                    .count();
                let formula = &before[before.len()
                    - before
                        .chars()
                        .rev()
                        .take(letters)
                        .map(char::len_utf8)
                        .sum::<usize>()..];
                let is_formula = formula.starts_with(char::is_uppercase)
                    && (1..=MAX_FORMULA_LETTERS).contains(&letters)
                    && !before[..before.len() - formula.len()].ends_with(['_', '.', '/', '@', '-']);
                let word = rest.split_whitespace().next().unwrap_or_default();
                is_formula && is_number && !word.contains(['@', '/', '_'])
            }
            // `~2~` is a lowered number, `~2` an estimate.
            '~' => {
                let digits =
                    rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
                digits > 0
                    && rest[digits..].starts_with('~')
                    && before.ends_with(char::is_alphabetic)
            }
            _ => false,
        }
    });
    found.map(|(at, mark)| LostMark {
        range: at..at + mark.len_utf8(),
        message: "this mark is printed as it is: it raises or lowers no text",
        help: "write the raised or lowered character itself, as in `m³`, `10⁻³` and `H₂O`, or write words",
    })
}

/// Finds a link whose words and address are apart, as in `[words] (https://clinic.example)`.
pub(super) fn parted_link(text: &str) -> Option<LostMark> {
    let found = text.match_indices("] (").find(|(at, _)| {
        let address = &text[at + 3..];
        ["http://", "https://", "www.", "mailto:", "#"]
            .iter()
            .any(|start| address.starts_with(start))
    });
    found.map(|(at, _)| LostMark {
        range: at..at + 3,
        message: "this is printed as it is: it is no link",
        help: "write `[words](address)`, without a space between the brackets",
    })
}

/// Finds placeholders of other programs, as in `{clinic.phone}`, `«FirstName»` and `[Patient name]`.
pub(super) fn placeholder(text: &str) -> Option<LostMark> {
    const WORDS: [&str; 16] = [
        "name",
        "date",
        "phone",
        "telephone",
        "number",
        "address",
        "clinic",
        "insert",
        "patient",
        "doctor",
        "time",
        "email",
        "hospital",
        "enter",
        "your",
        "dob",
    ];
    let is_name = |inside: &str| {
        let is_letter = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@');
        inside.starts_with(char::is_alphabetic) && inside.chars().all(is_letter)
    };
    // `«bonjour»` is a quotation.
    let is_field = |inside: &str| {
        let inner = inside.chars().skip(1);
        is_name(inside)
            && (inside.contains(['_', '.'])
                || inner.clone().any(char::is_uppercase) && inner.clone().any(char::is_lowercase))
    };
    let is_blank = |inside: &str| {
        let lower = inside.to_lowercase();
        let mut words = lower.split([' ', '_', '-', '\'', '’', ':']);
        inside.starts_with(char::is_alphabetic) && words.any(|word| WORDS.contains(&word))
    };
    let find = |open: &str, close: char, fits: &dyn Fn(&str) -> bool| {
        text.match_indices(open).find_map(|(at, _)| {
            let inside = closed(&text[at + open.len()..], close)?;
            let after = &text[at + open.len() + inside.len() + close.len_utf8()..];
            let is_other =
                text[..at].ends_with(['{', '[']) || after.starts_with(['}', '(', ':', '{']);
            let is_other = is_other || (open == "[" && after.starts_with(" ("));
            (fits(inside.trim()) && !is_other)
                .then(|| at..at + open.len() + inside.len() + close.len_utf8())
        })
    };
    let range = find("{", '}', &is_name)
        .or_else(|| find("«", '»', &is_field))
        .or_else(|| {
            find("<<", '>', &|inside: &str| {
                is_name(inside) || is_blank(inside)
            })
        })
        .or_else(|| find("[", ']', &is_blank))?;
    Some(LostMark {
        range,
        message: "this looks like a placeholder, and is printed as it is",
        help: "write two braces on each side, as in `{{clinic.phone}}`",
    })
}
