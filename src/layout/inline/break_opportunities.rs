//! Finds the places where a line may begin.
//!
//! The Unicode line breaking algorithm (UAX 14) finds the opportunities. Further rules remove those
//! within parts that readers could misread. Examples are a number and its unit, a dose, a
//! telephone number and a hyphenated word. Addresses break only after slashes.

use icu_segmenter::LineSegmenter;
use icu_segmenter::options::LineBreakOptions;

use crate::locale::Locale;

/// An opportunity to begin a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opportunity {
    /// Byte offset at which the next line begins.
    pub offset: usize,
    pub kind: BreakKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BreakKind {
    /// Between words.
    Allowed,
    /// At a soft hyphen; the line ends in a hyphen.
    Hyphen,
    /// Only if the part between two other opportunities does not fit on a line.
    Avoided,
    /// The line must end.
    Forced,
}

/// Returns all opportunities in order. `glued` are sorted offsets whose breaks become
/// [`BreakKind::Avoided`].
pub(super) fn break_opportunities(
    text: &str,
    glued: &[usize],
    locale: &Locale,
) -> Vec<Opportunity> {
    let segmenter = LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default());
    let mut found = Vec::new();
    let mut tokens = Tokens::new(text, locale);
    for offset in segmenter.segment_str(text) {
        if offset == 0 || offset == text.len() {
            continue;
        }
        let before = &text[..offset];
        let token = tokens.containing(offset - 1);
        let kind = if before.ends_with('\n') {
            BreakKind::Forced
        } else if glued.binary_search(&offset).is_ok() {
            BreakKind::Avoided
        } else if before.ends_with('\u{ad}') {
            BreakKind::Hyphen
        } else if before.ends_with(' ') {
            if tokens.keeps_space(offset) {
                BreakKind::Avoided
            } else {
                BreakKind::Allowed
            }
        } else if !is_address(token) && may_break_inside(text, offset) {
            BreakKind::Allowed
        } else {
            BreakKind::Avoided
        };
        found.push(Opportunity { offset, kind });
    }
    if text.contains('/') {
        add_slashes_of_addresses(text, &mut found);
    }
    found
}

/// Allows a break after each slash of an address, except those of `https://`. UAX 14 allows none
/// before a digit.
fn add_slashes_of_addresses(text: &str, found: &mut Vec<Opportunity>) {
    let mut start = 0;
    while start < text.len() {
        let end = token_end(text, start);
        let token = &text[start..end];
        if is_address(token) {
            for (index, _) in token.match_indices('/') {
                let (before, after) = (&token[..index], &token[index + 1..]);
                let last = before.chars().next_back();
                if last.is_some_and(|last| !matches!(last, '/' | ':'))
                    && after.starts_with(|next: char| next.is_alphanumeric())
                {
                    let offset = start + index + 1;
                    let opportunity = Opportunity {
                        offset,
                        kind: BreakKind::Allowed,
                    };
                    match found.binary_search_by_key(&offset, |opportunity| opportunity.offset) {
                        Ok(known) => found[known] = opportunity,
                        Err(place) => found.insert(place, opportunity),
                    }
                }
            }
        }
        start = end + 1;
    }
}

/// Walks over the words of a text once.
struct Tokens<'a> {
    text: &'a str,
    locale: &'a Locale,
    /// Byte range of the current word.
    start: usize,
    end: usize,
    /// The word before it.
    previous: &'a str,
    /// End of the digit groups of a number or telephone number.
    digits_end: usize,
}

impl<'a> Tokens<'a> {
    fn new(text: &'a str, locale: &'a Locale) -> Self {
        Tokens {
            text,
            locale,
            start: 0,
            end: token_end(text, 0),
            previous: "",
            digits_end: 0,
        }
    }

    /// Returns the word that contains the character before `at`.
    fn containing(&mut self, at: usize) -> &'a str {
        while self.end < at {
            self.previous = &self.text[self.start..self.end];
            self.start = self.end + 1;
            self.end = token_end(self.text, self.start);
        }
        &self.text[self.start..self.end]
    }

    /// Returns whether the words on both sides of the space before `at` belong together.
    fn keeps_space(&mut self, at: usize) -> bool {
        let before = self.containing(at - 1);
        if self.digits_end >= at {
            return true;
        }
        let after = &self.text[at..token_end(self.text, at)];
        // Only words beside a number belong together.
        if !starts_with_digit(after)
            && before
                .bytes()
                .all(|byte| byte.is_ascii() && !byte.is_ascii_digit())
        {
            return false;
        }
        if is_digit_group(before) && is_digit_group(without_mark(after)) {
            self.digits_end = digit_groups_end(self.text, at);
            // A longer row of numbers is not one number.
            return self.digits_end - self.start <= LONGEST_NUMBER;
        }
        // As in "1 in 5".
        let is_ratio = self.locale.is_ratio_word(before)
            && ends_in_number(self.previous)
            && starts_with_digit(after);
        is_ratio || belong_together(before, after, self.locale)
    }
}

/// Maximum length of a number in bytes. A telephone number has at most 15 digits (ITU-T E.164), and
/// spaces and brackets between them.
const LONGEST_NUMBER: usize = 24;

fn token_end(text: &str, start: usize) -> usize {
    let rest = text.as_bytes()[start..].iter();
    rest.take_while(|byte| !matches!(byte, b' ' | b'\n'))
        .count()
        + start
}

fn digit_groups_end(text: &str, mut at: usize) -> usize {
    loop {
        let end = token_end(text, at);
        if !text[end..].starts_with(' ') || !is_digit_group(&text[at..end]) {
            return end;
        }
        if !is_digit_group(without_mark(&text[end + 1..token_end(text, end + 1)])) {
            return end;
        }
        at = end + 1;
    }
}

/// Strips the punctuation after a word.
fn without_mark(token: &str) -> &str {
    token.trim_end_matches(['.', ',', ';', ':', '?', '!'])
}

/// Matches `01632`, `+46`, `(0)20`, `123-45`.
fn is_digit_group(token: &str) -> bool {
    let token = token.trim_start_matches(['(', '+']);
    token.starts_with(|first: char| first.is_ascii_digit())
        && token.ends_with(|last: char| last.is_ascii_digit() || last == ')')
        && token.chars().all(|c| {
            c.is_ascii_digit() || matches!(c, '-' | '\u{2010}'..='\u{2013}' | '(' | ')' | '/')
        })
}

/// Returns whether two words are read as one: `50 mg`, `page 3`, `1 in 5`, `21 November`, `8 am`.
fn belong_together(before: &str, after: &str, locale: &Locale) -> bool {
    let before = before.trim_start_matches(OPENING);
    let after = after.trim_end_matches(CLOSING);
    if ends_in_number(before) {
        is_unit(after, locale) || locale.is_ratio_word(after) || matches!(after, "x" | "×" | "±")
    } else if starts_with_digit(after) {
        locale.is_number_label(before)
            || matches!(
                before,
                "<" | ">" | "≤" | "≥" | "=" | "±" | "×" | "x" | "-" | "–" | "−"
            )
    } else {
        false
    }
}

fn starts_with_digit(token: &str) -> bool {
    token.starts_with(|first: char| first.is_ascii_digit())
}

/// Punctuation before a word.
const OPENING: [char; 7] = ['(', '[', '"', '“', '‘', '«', '”'];
/// Punctuation after a word.
const CLOSING: [char; 16] = [
    '.', ',', ';', ':', '?', '!', ')', ']', '"', '”', '’', '»', '…', '\'', '“', '/',
];

fn ends_in_number(token: &str) -> bool {
    token.starts_with(|first: char| {
        first.is_ascii_digit()
            || matches!(
                first,
                '+' | '-' | '−' | '<' | '>' | '≤' | '≥' | '~' | '½' | '¼' | '¾'
            )
    }) && token.ends_with(|last: char| last.is_ascii_digit() || matches!(last, '½' | '¼' | '¾'))
}

/// Matches words that count or measure. Only the first part of a unit such as `mg/kg` matters.
fn is_unit(word: &str, locale: &Locale) -> bool {
    let base = word.split('/').next().unwrap_or(word);
    SYMBOLS.contains(&base) || is_metric(base) || locale.is_unit(base)
}

/// Matches a part or a multiple of a unit, spelled out: `micrograms`, `milliliter`.
fn is_metric(word: &str) -> bool {
    const PREFIXES: [&str; 8] = [
        "nano", "micro", "mikro", "milli", "centi", "deci", "desi", "kilo",
    ];
    const UNITS: [&str; 8] = [
        "gram", "gramme", "litre", "liter", "metre", "meter", "mole", "mol",
    ];
    let unit = PREFIXES.iter().find_map(|prefix| word.strip_prefix(prefix));
    unit.is_some_and(|unit| UNITS.contains(&unit.strip_suffix('s').unwrap_or(unit)))
}

/// Unit symbols that are the same in all languages.
const SYMBOLS: &[&str] = &[
    "%", "‰", "°", "°C", "°F", "µg", "μg", "mcg", "ng", "mg", "g", "kg", "ml", "mL", "cl", "dl",
    "dL", "l", "L", "µl", "mmol", "µmol", "nmol", "mol", "IU", "IE", "U", "E", "mm", "cm", "dm",
    "m", "km", "nm", "µm", "m²", "kcal", "cal", "kJ", "J", "W", "kW", "V", "Hz", "kHz", "MHz",
    "mSv", "mGy", "Gy", "MBq", "mmHg", "kPa", "T", "s", "h", "min", "ms", "lb", "oz", "ft", "st",
    "£", "€", "$", "kr", "SEK", "NOK", "p",
];

/// Returns whether to keep a break that UAX 14 allows inside a word. The word is not an address.
fn may_break_inside(text: &str, at: usize) -> bool {
    let last = text[..at].chars().next_back().unwrap_or(' ');
    let next = text[at..].chars().next().unwrap_or(' ');
    match last {
        // As in X-ray, IL-8 and 500–1000.
        '-' | '\u{2010}' | '\u{2012}' | '\u{2013}' => false,
        // "mg/kg" and "and/or" stay whole. A line may begin between two long words.
        '/' => {
            let left = text[..at - 1]
                .chars()
                .rev()
                .take_while(|letter| letter.is_alphabetic())
                .count();
            let right = text[at..]
                .chars()
                .take_while(|letter| letter.is_alphabetic())
                .count();
            left >= 5 && right >= 5
        }
        _ => !(last.is_ascii_digit() || next.is_ascii_digit() || last == '%'),
    }
}

/// Matches `https://…`, `www.…`, `doi.org/…`, `name@example.org`.
pub(super) fn is_address(token: &str) -> bool {
    let token = token.trim_start_matches(OPENING);
    token.contains("://")
        || token.starts_with("www.")
        || token.contains('@')
        || token.split_once('/').is_some_and(|(host, _)| {
            host.contains('.')
                && host.split('.').all(|label| !label.is_empty())
                && host
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-')
                && host.rsplit('.').next().is_some_and(|tld| {
                    tld.len() >= 2 && tld.chars().all(|c| c.is_ascii_alphabetic())
                })
        })
}
