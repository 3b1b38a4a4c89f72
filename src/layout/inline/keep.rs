//! Where a line may begin.
//!
//! The Unicode line breaking algorithm (UAX 14) finds the opportunities; a leaflet then keeps
//! together what a reader takes in at a glance or must not misread: a number and its unit, a dose, a
//! telephone number, a hyphenated word, an address up to its slashes.

use icu_segmenter::LineSegmenter;
use icu_segmenter::options::LineBreakOptions;

/// An opportunity to begin a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opportunity {
    /// The byte at which the next line begins.
    pub at: usize,
    pub kind: OpportunityKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OpportunityKind {
    /// Between words.
    Free,
    /// At a soft hyphen; the line ends in a hyphen.
    Hyphen,
    /// Kept together, unless it does not fit on a line at all.
    Kept,
    /// The line must end.
    Forced,
}

/// All opportunities in order; `glued` are offsets, in order, at which no line may begin.
pub(super) fn opportunities(text: &str, glued: &[usize]) -> Vec<Opportunity> {
    let breaks = breaks(text);
    let mut found = Vec::with_capacity(breaks.len());
    let mut tokens = Tokens::new(text);
    for at in breaks {
        let before = &text[..at];
        let token = tokens.containing(at - 1);
        let kind = if before.ends_with('\n') {
            OpportunityKind::Forced
        } else if glued.binary_search(&at).is_ok() {
            OpportunityKind::Kept
        } else if before.ends_with('\u{ad}') {
            OpportunityKind::Hyphen
        } else if before.ends_with(' ') {
            if tokens.keeps_space(at) {
                OpportunityKind::Kept
            } else {
                OpportunityKind::Free
            }
        } else if !is_address(token) && may_break_inside(text, at) {
            OpportunityKind::Free
        } else {
            OpportunityKind::Kept
        };
        found.push(Opportunity { at, kind });
    }
    if text.contains('/') {
        add_slashes_of_addresses(text, &mut found);
    }
    found
}

/// Where UAX 14 allows or wants a line to begin, other than at the start.
///
/// Between plain words it is at the space, by rules that look at what is beside it and nothing else (LB 13
/// to LB 18). The segmenter is asked about what is between two such spaces, if that is more than one word.
fn breaks(text: &str) -> Vec<usize> {
    let segmenter = LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default());
    let mut breaks = Vec::with_capacity(text.len() / 4);
    let mut start = 0;
    let spaces = text
        .bytes()
        .enumerate()
        .filter(|&(_, byte)| byte == b' ')
        .map(|(at, _)| at);
    let between_words = spaces.filter(|&space| {
        let (before, after) = text.as_bytes().split_at(space);
        before
            .last()
            .is_some_and(|&last| last.is_ascii_alphanumeric() || is_mark(last))
            && after.get(1).is_some_and(u8::is_ascii_alphanumeric)
    });
    for end in between_words.map(|space| space + 1).chain([text.len()]) {
        let part = &text[start..end];
        if !is_plain_word(part.trim_end_matches(' ')) {
            let inside = segmenter
                .segment_str(part)
                .filter(|&at| at > 0 && at < part.len());
            breaks.extend(inside.map(|at| start + at));
        }
        if end < text.len() {
            breaks.push(end);
        }
        start = end;
    }
    breaks
}

/// What closes a word, and is never parted from it.
fn is_mark(byte: u8) -> bool {
    matches!(byte, b'.' | b',' | b';' | b':' | b'?' | b'!' | b')')
}

/// Letters and digits, which may have an apostrophe among them and marks behind.
fn is_plain_word(word: &str) -> bool {
    let bare = word.trim_end_matches(|last: char| last.is_ascii() && is_mark(last as u8));
    bare.split('’')
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// An address may break after a slash (not after those of `https://`), which UAX 14 forbids before
/// digits.
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
                    let at = start + index + 1;
                    let opportunity = Opportunity {
                        at,
                        kind: OpportunityKind::Free,
                    };
                    match found.binary_search_by_key(&at, |opportunity| opportunity.at) {
                        Ok(known) => found[known] = opportunity,
                        Err(place) => found.insert(place, opportunity),
                    }
                }
            }
        }
        start = end + 1;
    }
}

/// Walks over the parts of a text between spaces, once.
struct Tokens<'a> {
    text: &'a str,
    /// The word at hand and the one before it.
    start: usize,
    end: usize,
    previous: &'a str,
    /// How far the digit groups of a number or telephone number reach.
    digits: usize,
}

impl<'a> Tokens<'a> {
    fn new(text: &'a str) -> Self {
        Tokens {
            text,
            start: 0,
            end: token_end(text, 0),
            previous: "",
            digits: 0,
        }
    }

    /// The token with the character before `at`.
    fn containing(&mut self, at: usize) -> &'a str {
        while self.end < at {
            self.previous = &self.text[self.start..self.end];
            self.start = self.end + 1;
            self.end = token_end(self.text, self.start);
        }
        &self.text[self.start..self.end]
    }

    /// Whether the words on both sides of the space before `at` belong together.
    fn keeps_space(&mut self, at: usize) -> bool {
        let before = self.containing(at - 1);
        if self.digits >= at {
            return true;
        }
        let after = &self.text[at..token_end(self.text, at)];
        // Without a number nothing belongs together.
        if !starts_with_digit(after)
            && before
                .bytes()
                .all(|byte| byte.is_ascii() && !byte.is_ascii_digit())
        {
            return false;
        }
        if is_digit_group(before) && is_digit_group(without_mark(after)) {
            self.digits = digit_groups_end(self.text, at);
            // A row of figures is not one number: a telephone number has at most 15 digits
            // (ITU-T E.164), here with room for its spaces and brackets.
            return self.digits - self.start <= 24;
        }
        // 1 in 5.
        let is_share =
            is_preposition(before) && ends_in_number(self.previous) && starts_with_digit(after);
        is_share || belong_together(before, after)
    }
}

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

/// A word without the punctuation after it.
fn without_mark(token: &str) -> &str {
    token.trim_end_matches(['.', ',', ';', ':', '?', '!'])
}

/// `01632`, `+46`, `(0)20`, `123-45`.
fn is_digit_group(token: &str) -> bool {
    let token = token.trim_start_matches(['(', '+']);
    token.starts_with(|first: char| first.is_ascii_digit())
        && token.ends_with(|last: char| last.is_ascii_digit() || last == ')')
        && token.chars().all(|c| {
            c.is_ascii_digit() || matches!(c, '-' | '\u{2010}'..='\u{2013}' | '(' | ')' | '/')
        })
}

/// Whether two words are read as one: `50 mg`, `page 3`, `1 in 5`, `21 November`, `8 am`.
fn belong_together(before: &str, after: &str) -> bool {
    let before = before.trim_start_matches(OPENING);
    let after = after.trim_end_matches(CLOSING);
    if ends_in_number(before) {
        is_unit(after) || is_preposition(after) || matches!(after, "x" | "×" | "±")
    } else if starts_with_digit(after) {
        is_label(before)
            || matches!(
                before,
                "<" | ">" | "≤" | "≥" | "=" | "±" | "×" | "x" | "-" | "–" | "−"
            )
    } else {
        false
    }
}

/// What stands between the numbers of a share: `1 in 5`.
fn is_preposition(word: &str) -> bool {
    matches!(word, "in" | "of" | "av" | "på")
}

fn starts_with_digit(token: &str) -> bool {
    token.starts_with(|first: char| first.is_ascii_digit())
}

const OPENING: [char; 7] = ['(', '[', '"', '“', '‘', '«', '”'];
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

/// Words that count or measure, in the languages that leaflets are set in; only the first part of a
/// unit such as `mg/kg` counts.
fn is_unit(word: &str) -> bool {
    let base = word.split('/').next().unwrap_or(word);
    is_symbol(base)
        || is_metric(base)
        || is_english_unit(base)
        || is_swedish_unit(base)
        || is_norwegian_unit(base)
}

/// `micrograms`, `milliliter`: a part or a multiple of a unit, spelled out.
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

fn is_symbol(word: &str) -> bool {
    matches!(
        word,
        "%" | "‰"
            | "°"
            | "°C"
            | "°F"
            | "µg"
            | "μg"
            | "mcg"
            | "ng"
            | "mg"
            | "g"
            | "kg"
            | "ml"
            | "mL"
            | "cl"
            | "dl"
            | "dL"
            | "l"
            | "L"
            | "µl"
            | "mmol"
            | "µmol"
            | "nmol"
            | "mol"
            | "IU"
            | "IE"
            | "U"
            | "E"
            | "mm"
            | "cm"
            | "dm"
            | "m"
            | "km"
            | "nm"
            | "µm"
            | "m²"
            | "kcal"
            | "cal"
            | "kJ"
            | "J"
            | "W"
            | "kW"
            | "V"
            | "Hz"
            | "kHz"
            | "MHz"
            | "mSv"
            | "mGy"
            | "Gy"
            | "MBq"
            | "mmHg"
            | "kPa"
            | "T"
            | "s"
            | "h"
            | "min"
            | "ms"
            | "lb"
            | "oz"
            | "ft"
            | "st"
            | "£"
            | "€"
            | "$"
            | "kr"
            | "SEK"
            | "NOK"
            | "p"
    )
}

fn is_english_unit(word: &str) -> bool {
    matches!(
        word,
        "second"
            | "seconds"
            | "minute"
            | "minutes"
            | "hour"
            | "hours"
            | "day"
            | "days"
            | "week"
            | "weeks"
            | "month"
            | "months"
            | "year"
            | "years"
            | "time"
            | "times"
            | "am"
            | "pm"
            | "a.m"
            | "p.m"
            | "o’clock"
            | "percent"
            | "per"
            | "tablet"
            | "tablets"
            | "capsule"
            | "capsules"
            | "dose"
            | "doses"
            | "drop"
            | "drops"
            | "puff"
            | "puffs"
            | "unit"
            | "units"
            | "spray"
            | "sprays"
            | "sachet"
            | "sachets"
            | "patch"
            | "patches"
            | "teaspoon"
            | "teaspoons"
            | "tablespoon"
            | "tablespoons"
            | "tsp"
            | "tbsp"
            | "bpm"
            | "hr"
            | "hrs"
            | "mins"
            | "gram"
            | "grams"
            | "gramme"
            | "grammes"
            | "litre"
            | "litres"
            | "liters"
            | "metre"
            | "metres"
            | "meters"
            | "mile"
            | "miles"
            | "pound"
            | "pounds"
            | "stone"
            | "million"
            | "billion"
            | "degrees"
            | "January"
            | "February"
            | "March"
            | "April"
            | "May"
            | "June"
            | "July"
            | "August"
            | "September"
            | "October"
            | "November"
            | "December"
    )
}

fn is_swedish_unit(word: &str) -> bool {
    matches!(
        word,
        "sekund"
            | "sekunder"
            | "minut"
            | "minuter"
            | "timme"
            | "timmar"
            | "dag"
            | "dagar"
            | "dygn"
            | "vecka"
            | "veckor"
            | "månad"
            | "månader"
            | "år"
            | "gång"
            | "gånger"
            | "procent"
            | "tablett"
            | "tabletter"
            | "kapsel"
            | "kapslar"
            | "dos"
            | "doser"
            | "droppe"
            | "droppar"
            | "enhet"
            | "enheter"
            | "tesked"
            | "teskedar"
            | "matsked"
            | "matskedar"
            | "tsk"
            | "msk"
            | "krm"
            | "gram"
            | "liter"
            | "meter"
            | "miljon"
            | "miljoner"
            | "kronor"
            | "januari"
            | "februari"
            | "mars"
            | "april"
            | "maj"
            | "juni"
            | "juli"
            | "augusti"
            | "september"
            | "oktober"
            | "november"
            | "december"
    )
}

fn is_norwegian_unit(word: &str) -> bool {
    matches!(
        word,
        "sekunder"
            | "minutt"
            | "minutter"
            | "time"
            | "timer"
            | "dager"
            | "døgn"
            | "uke"
            | "uker"
            | "måned"
            | "måneder"
            | "gang"
            | "ganger"
            | "prosent"
            | "kapsler"
            | "dråpe"
            | "dråper"
            | "teskje"
            | "teskjeer"
            | "spiseskje"
            | "spiseskjeer"
            | "million"
            | "millioner"
            | "kroner"
            | "januar"
            | "februar"
            | "mai"
            | "august"
            | "desember"
    )
}

/// What a number completes: `page 3`, `Figure 1`.
fn is_label(word: &str) -> bool {
    let word = word.to_lowercase();
    matches!(
        word.as_str(),
        "page"
            | "pages"
            | "p."
            | "pp."
            | "figure"
            | "table"
            | "step"
            | "chapter"
            | "part"
            | "type"
            | "grade"
            | "stage"
            | "level"
            | "version"
            | "no."
            | "nr"
            | "nr."
            | "room"
            | "extension"
            | "ext."
            | "week"
            | "day"
            | "age"
            | "aged"
            | "sida"
            | "sidan"
            | "sidor"
            | "s."
            | "figur"
            | "tabell"
            | "steg"
            | "kapitel"
            | "del"
            | "typ"
            | "grad"
            | "stadium"
            | "nivå"
            | "rum"
            | "vecka"
            | "dag"
            | "side"
            | "sidene"
            | "trinn"
            | "kapittel"
            | "rom"
            | "uke"
            | "tel."
            | "tlf."
            | "kl."
            | "klockan"
            | "klokken"
    )
}

/// Whether a line may begin inside a word that is no address, where UAX 14 allows it.
fn may_break_inside(text: &str, at: usize) -> bool {
    let last = text[..at].chars().next_back().unwrap_or(' ');
    let next = text[at..].chars().next().unwrap_or(' ');
    match last {
        // X-ray, IL-8, 500–1000.
        '-' | '\u{2010}' | '\u{2012}' | '\u{2013}' => false,
        // mg/kg and and/or stay whole; two long words may part.
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

/// `https://…`, `www.…`, `doi.org/…`, `name@example.org`.
fn is_address(token: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lines_begin_where_the_segmenter_says(
            words in prop::collection::vec(
                "[a-zA-Z]{1,6}[.,;:?!)]{0,2}|[0-9]{1,4}[.,;:?!)]{0,2}|[ -~]{0,6}|[a-z]{1,3}[’'/–-][a-z0-9]{1,3}\
                |[(“‘\"][a-z]{0,4}[”’\"]?[.,]?|[%$€+–—…«»\u{a0}\u{ad}½éÅβ→☐אع漢]{1,3}[a-z1]?|\n|🇸🇪|e\u{301}",
                0..12,
            ),
            gap in "| |  ",
        ) {
            let text = words.join(if gap.is_empty() { " " } else { &gap });
            let segmenter = LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default());
            let all: Vec<usize> = segmenter.segment_str(&text).filter(|&at| at > 0 && at < text.len()).collect();
            prop_assert_eq!(breaks(&text), all);
        }
    }
}
