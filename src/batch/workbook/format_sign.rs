//! Number formats as signs: codes, and characters that are printed as they are.

/// A sign of a number format. A character that fills the cell, as in `*-`, is none.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Sign {
    /// A character outside of quotation marks and brackets.
    Code(char),
    /// A character in quotation marks or behind a backslash.
    Literal(char),
    /// A blank as wide as a character, as in `_)`.
    Blank,
    /// A currency, a colour, a condition or a length of time, as in `[$£-809]`, `[Red]`, `[<100]` and `[h]`.
    Brackets(String),
}

/// Reads a format and splits it at semicolons.
pub(super) fn sections(code: &str) -> Vec<Vec<Sign>> {
    let mut sections = Vec::new();
    let mut section = Vec::new();
    let mut chars = code.chars();
    while let Some(character) = chars.next() {
        match character {
            ';' => sections.push(std::mem::take(&mut section)),
            '"' => section.extend(chars.by_ref().take_while(|c| *c != '"').map(Sign::Literal)),
            '[' => section.push(Sign::Brackets(
                chars.by_ref().take_while(|c| *c != ']').collect(),
            )),
            '\\' => section.extend(chars.next().map(Sign::Literal)),
            '_' => {
                chars.next();
                section.push(Sign::Blank);
            }
            '*' => drop(chars.next()),
            _ => section.push(Sign::Code(character)),
        }
    }
    sections.push(section);
    sections
}

/// Returns the codes of a section.
pub(super) fn codes(section: &[Sign]) -> String {
    section.iter().filter_map(Sign::code).collect()
}

/// Returns whether signs begin with codes, in capitals or not.
pub(super) fn begins_with(signs: &[Sign], codes: &str) -> bool {
    let mut signs = signs.iter().map(Sign::code);
    codes.chars().all(|wanted| {
        let code = signs.next().flatten();
        code.is_some_and(|code| code.eq_ignore_ascii_case(&wanted))
    })
}

impl Sign {
    fn code(&self) -> Option<char> {
        match self {
            Sign::Code(code) => Some(*code),
            _ => None,
        }
    }

    /// Returns what the sign prints beside the digits of a number. `None` for a condition and an unknown code.
    pub(super) fn printed(&self) -> Option<String> {
        match self {
            Sign::Literal(character) => Some(character.to_string()),
            Sign::Blank => Some(" ".to_owned()),
            Sign::Brackets(inside) => match inside.strip_prefix('$') {
                Some(currency) => currency.split('-').next().map(str::to_owned),
                None => {
                    let is_word = |c: char| c.is_ascii_alphanumeric() || c == ' ';
                    inside.chars().all(is_word).then(String::new)
                }
            },
            Sign::Code(
                code @ (' ' | '-' | '+' | '(' | ')' | ':' | '$' | '\u{a3}' | '\u{20ac}' | '\u{a0}'),
            ) => Some(code.to_string()),
            Sign::Code(_) => None,
        }
    }
}
