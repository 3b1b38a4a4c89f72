//! Values of a clinic or a reader that say nothing, or that print other than meant. Values are plain text:
//! texts print them as they are, without Markdown or HTML.

use crate::hidden_mark::{HiddenMark, hidden_mark};
use crate::words::has_words;

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueFault {
    /// Nothing that can be read.
    Blank,
    /// A word that waits for the value, as in `TBC`.
    Placeholder,
    /// Marks of Markdown or HTML, which print as they are.
    Marks,
    /// Word that programs write for a missing name, and that is a name of people, too.
    DoubtfulName,
    /// A list with an item that says nothing.
    EmptyItem,
    /// A list where a text prints one value. Nobody said whether its items belong together.
    List,
    /// `true` or `false`.
    Flag,
    /// A line break, which prints as a blank.
    LineBreak,
    /// A number to call without a digit.
    NoDigit,
    /// A character that nobody sees.
    Hidden(HiddenMark),
}

/// Values that wait for the value itself, in small letters without full stops.
const PLACEHOLDERS: &str = "tbc|tba|tbd|tbs|n/a|n\\a|null|undefined|nan|todo|to do|fixme|placeholder\
    |to be confirmed|to be announced|to be decided|to be determined|to be advised|to be added|to follow\
    |change me|changeme|change this|replace me|replace this|fill in|fill me in|fill this in|insert here\
    |lorem ipsum|object object|ref!|value!|name?|div/0!|num!|.inf|-.inf|not set|not provided|enter here|add here";
/// Values that say that there is none. A reader's note may mean it.
const NONE: &str = "none|not applicable|not available|not known|unknown|blank|missing|pending\
    |sample|example|dummy|test|asdf|nothing|no number|saknas|ej angivet|mangler|ukjent|unbekannt|keine";
/// Words of YAML that are no value of a clinic.
const OF_YAML: &str = "~|true|false|yes|on|off";
/// Words like those that are names of people, too.
const NONE_OR_NAME: &str = "nil|na|no|inga|ingen";
/// Placeholders that are names of people, too.
const PLACEHOLDER_OR_NAME: &str = "null|nan|todo";
/// Forms of TRUE in spreadsheets and databases.
const TRUE: &str = "TRUE|True|true|WAHR|SANT|SAND|SANN";
/// Characters that end a line, in programs of all kinds.
pub(crate) const LINE_BREAKS: [char; 7] = [
    '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}',
];
/// Tags of HTML that authors write. Other words between angle brackets are words.
const TAGS: &str = "a|abbr|address|b|big|blockquote|br|center|code|dd|del|div|dl|dt|em|font|h1|h2|h3|h4|h5|h6\
    |hr|i|img|ins|kbd|li|mark|ol|p|pre|q|s|small|span|strike|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul|wbr";
/// Entities of HTML that print nothing.
const BLANK_ENTITIES: &str = "nbsp|ensp|emsp|emsp13|emsp14|numsp|puncsp|thinsp|hairsp|shy|zwj|zwnj|zwsp|lrm\
    |rlm|tab|newline|nobreak|zerowidthspace|nonbreakingspace|thickspace|mediumspace|verythinspace";

/// Returns the first fault of a value; `name` is its dotted name, as in `clinic.phone`. A value of length
/// zero has no fault: its author left it out.
pub(crate) fn value_fault(name: &str, value: &str) -> Option<ValueFault> {
    if value.trim_matches([' ', '\t', '\n', '\r']).is_empty() {
        None
    } else if is_blank(value) {
        Some(ValueFault::Blank)
    } else if is_doubtful_name(name, value) {
        Some(ValueFault::DoubtfulName)
    } else if is_placeholder(name, value) {
        Some(ValueFault::Placeholder)
    } else if let Some((_, mark)) = hidden_mark(value) {
        Some(ValueFault::Hidden(mark))
    } else if has_marks(value)
        || name.starts_with("clinic.") && value.lines().any(begins_like_a_list)
    {
        Some(ValueFault::Marks)
    } else if !name.starts_with("clinic.") && !is_name(name) && is_one_of(TRUE, value.trim()) {
        Some(ValueFault::Flag)
    } else {
        None
    }
}

/// Returns whether a value has nothing that can be read. Counts entities that HTML prints as blanks.
pub(crate) fn is_blank(value: &str) -> bool {
    let mut rest = String::with_capacity(value.len());
    let mut copied_to = 0;
    for (start, end) in entities(value) {
        rest.push_str(&value[copied_to..start]);
        copied_to = end;
        let entity = &value[start + 1..end - 1];
        match code_point(entity) {
            Some(character) => rest.push(character),
            None if is_one_of(BLANK_ENTITIES, &entity.to_lowercase()) => {}
            None => rest.push('x'),
        }
    }
    rest.push_str(&value[copied_to..]);
    !has_words(&rest)
}

/// Returns whether a value goes on in another line.
pub(crate) fn has_line_break(value: &str) -> bool {
    value.trim().contains(LINE_BREAKS)
}

impl ValueFault {
    /// Whether a value with the fault still says what it means.
    pub(crate) fn is_slight(self) -> bool {
        matches!(self, ValueFault::Marks | ValueFault::Hidden(_))
    }
}

/// Returns whether a dotted name is that of a person's name.
fn is_name(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    !name.starts_with("clinic.") && last.contains("name")
}

/// Returns whether a reader's name is a word such as `Blank`, which may be a name.
fn is_doubtful_name(name: &str, value: &str) -> bool {
    let word = value.trim().to_lowercase();
    is_name(name) && (is_one_of(NONE, &word) || is_one_of(PLACEHOLDER_OR_NAME, &word))
}

fn is_placeholder(name: &str, value: &str) -> bool {
    let is_clinic = name.starts_with("clinic.");
    let is_free = !is_clinic && !is_name(name) || name.starts_with("clinic.vars.");
    let is_mark = |c: char| c.is_whitespace() || "#()[]{}<>«»*_\"'“”‘’!:.-–—".contains(c);
    // A spreadsheet's `#N/A` keeps its slash, `#REF!` its exclamation mark.
    let lower = value.to_lowercase();
    let word = lower.trim_matches(is_mark).replace('.', "");
    let word = word.split_whitespace().collect::<Vec<_>>().join(" ");
    let with_mark = lower.trim_matches(|c: char| c.is_whitespace() || c == '#');
    if is_one_of(PLACEHOLDERS, &word) || is_one_of(PLACEHOLDERS, with_mark) {
        return true;
    }
    let is_none = is_one_of(NONE, &word)
        || is_clinic && (is_one_of(NONE_OR_NAME, &word) || is_one_of(OF_YAML, &word));
    if !is_free && is_none {
        return true;
    }
    let is_template = ["{{", "}}", "${", "<%", "<<", ">>"]
        .iter()
        .any(|mark| value.contains(mark));
    is_template || has_filler(value, is_clinic) || is_enclosed(value.trim())
}

/// Returns whether a value has letters or digits that only fill its space, as in `01632 XXXXXX`.
fn has_filler(value: &str, is_clinic: bool) -> bool {
    let is_x = |c: char| matches!(c, 'x' | 'X' | '×');
    let letters: Vec<char> = value
        .chars()
        .filter(|c| c.is_alphanumeric() || is_x(*c))
        .collect();
    if letters.len() > 1 && letters.iter().all(|c| is_x(*c)) {
        return true;
    }
    let mut words = value.split(|c: char| !c.is_alphanumeric());
    // `XXXI` is a number.
    let is_filler = |word: &str| {
        word.chars().filter(|c| is_x(*c)).count() > 2
            && word.chars().all(|c| is_x(c) || c.is_ascii_digit())
    };
    if words.any(is_filler) || value.contains("___") {
        return true;
    }
    let is_number = !letters.is_empty() && letters.iter().all(char::is_ascii_digit);
    if !is_clinic || !is_number {
        return false;
    }
    let digits: String = letters.into_iter().collect();
    let is_row = digits.len() > 5
        && ["01234567890123", "1234567890123"]
            .iter()
            .any(|row| row.starts_with(&digits));
    // `000` and `111` are numbers of services.
    let first = &digits[..1];
    is_row || digits.len() > 5 && digits.replace(first, "").is_empty()
}

/// Returns whether brackets of a form enclose the whole value, as in `[clinic phone]` or `«Phone»`.
fn is_enclosed(value: &str) -> bool {
    [('[', ']'), ('{', '}'), ('<', '>'), ('«', '»'), ('%', '%')]
        .iter()
        .any(|(open, close)| {
            let inside = value
                .strip_prefix(*open)
                .and_then(|rest| rest.strip_suffix(*close));
            inside.is_some_and(|inside| {
                has_words(inside)
                    && !inside.contains(['@', '<', '[', '{'])
                    && !inside.starts_with('/')
            })
        })
}

fn has_marks(value: &str) -> bool {
    let is_pair = |mark: &str| value.matches(mark).count() > 1;
    let has_tag = value.match_indices('<').any(|(at, _)| {
        let rest = value[at + 1..].trim_start_matches('/');
        let inside = rest.split('>').next().unwrap_or_default();
        // An e-mail address in brackets may begin like a tag.
        let name = inside.split([' ', '/', '\t', '\n']).next();
        let name = name.unwrap_or_default().to_ascii_lowercase();
        inside.len() < rest.len() && is_one_of(TAGS, &name)
    });
    let word = value.trim();
    let is_emphasis = ['*', '_'].iter().any(|mark| {
        word.len() > 2
            && word
                .strip_prefix(*mark)
                .is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
            && word.ends_with(*mark)
    });
    let has_escape = value.match_indices('\\').any(|(at, _)| {
        let next = value[at + 1..].chars().next();
        next.is_some_and(|next| next.is_ascii_punctuation() || matches!(next, 'n' | 't' | 'u'))
    });
    entities(value).next().is_some()
        || ["**", "__", "~~", "`"].into_iter().any(is_pair)
        || value.contains("](")
        || value.contains("[@")
        || has_tag
        || is_emphasis
        || has_escape
}

fn begins_like_a_list(line: &str) -> bool {
    let line = line.trim_start();
    let words = line.trim_start_matches('#');
    let is_heading = words.len() < line.len() && words.starts_with(' ');
    is_heading
        || ["- ", "* ", "+ ", "> "]
            .iter()
            .any(|mark| line.starts_with(mark))
}

/// Returns the bytes of the entities of HTML in a text.
fn entities(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    const MAX_NAME: usize = 32;
    text.match_indices('&').filter_map(|(start, _)| {
        let rest = &text[start + 1..];
        let length = rest.bytes().take(MAX_NAME).position(|byte| byte == b';')?;
        let name = &rest[..length];
        let is_name = name.len() > 1
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (is_name || code_point(name).is_some()).then_some((start, start + length + 2))
    })
}

/// Returns the character of `#160` or `#xa0`.
fn code_point(entity: &str) -> Option<char> {
    let number = entity.strip_prefix('#')?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(number) => u32::from_str_radix(number, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?)
}

fn is_one_of(list: &str, word: &str) -> bool {
    list.split('|').any(|other| other == word)
}

#[cfg(test)]
mod tests {
    use super::ValueFault::{Blank, DoubtfulName, Flag, Marks, Placeholder};
    use super::*;

    #[test]
    fn values_that_say_nothing_have_a_fault() {
        for blank in [
            "&nbsp;",
            "&#160;",
            "&#xA0;",
            "&nbsp; &nbsp;",
            "&ZeroWidthSpace;",
            "&#8203;",
            "\u{200b}",
            "-",
            "?",
            "–",
            "…",
            "\u{a0}",
            "&shy;",
        ] {
            assert_eq!(value_fault("clinic.hours", blank), Some(Blank), "{blank:?}");
            assert_eq!(value_fault("patient.note", blank), Some(Blank), "{blank:?}");
        }
        for word in [
            "TBC",
            "tbd",
            "T.B.C.",
            "n/a",
            "N/A",
            "#N/A",
            "#REF!",
            "#NAME?",
            "XXX",
            "xxxx xxx",
            "01632 XXXXXX",
            "{{clinic.phone}}",
            "[insert]",
            "<phone>",
            "«Name»",
            "${phone}",
            "null",
            "To be confirmed",
            "(TBC)",
        ] {
            assert_eq!(
                value_fault("clinic.phone", word),
                Some(Placeholder),
                "{word}"
            );
            let of_reader = value_fault("patient.note", word);
            assert!(of_reader.is_some(), "{word}");
        }
        for word in ["~", "true", "Yes", "off"] {
            let fault = value_fault("clinic.department", word);
            assert_eq!(fault, Some(Placeholder), "{word}");
            assert_eq!(value_fault("clinic.vars.open", word), None, "{word}");
        }
        for word in ["none", "None", "n.a.", "unknown", "123456789", "000000"] {
            assert_eq!(
                value_fault("clinic.phone", word),
                Some(Placeholder),
                "{word}"
            );
            assert_eq!(
                value_fault("patient.note", &word.replace("n.a.", "a")),
                None,
                "{word}"
            );
        }
        for name in ["None", "Nan", "Null", "Test", "Blank", "Sample", "Todo"] {
            let fault = value_fault("patient.first_name", name);
            assert_eq!(fault, Some(DoubtfulName), "{name}");
        }
        assert_eq!(value_fault("patient.note", "TRUE"), Some(Flag));
        assert_eq!(value_fault("patient.last_name", "True"), None);
        for name in ["Na", "Nil", "No", "Inga"] {
            assert_eq!(value_fault("patient.last_name", name), None, "{name}");
        }
        for marks in [
            "**999**",
            "__999__",
            "`999`",
            "<b>999</b>",
            "A<br>B",
            "A<BR />B",
            "A</p>",
            "A &amp; B",
            "[999](tel:999)",
            "*999*",
            "A\\nB",
            "# Hours",
            "- Monday",
            "&nbsp;999",
        ] {
            assert_eq!(value_fault("clinic.hours", marks), Some(Marks), "{marks}");
        }
    }

    #[test]
    fn words_and_numbers_have_no_fault() {
        for value in [
            "",
            " ",
            "999",
            "112 or 999",
            "000",
            "111",
            "01632 960 000",
            "+44 1632 960001",
            "Ward XXXI",
            "Xu",
            "A & B",
            "AT&T; more",
            "Mon–Fri 9–5",
            "O'Brien",
            "5 < 6 > 4",
            "Tab",
            "Room 3*",
            "nan's house",
            "Ask at the desk",
            "Xxavier",
            "Na Li",
            "Inga Nilsson",
            "desk <a@b.example>",
            "#3 High Street",
            "Schloss <Hof>, 3",
            "Café <amble>",
        ] {
            for name in ["clinic.hours", "patient.first_name"] {
                assert_eq!(value_fault(name, value), None, "{name} {value}");
            }
        }
    }
}
