//! Number formats of Excel (ECMA-376, section 18.8.31): numbers as the spreadsheet shows them.

use super::format_sign::{Sign, begins_with, codes, sections};

/// Digits that a spreadsheet keeps of a number.
const KEPT_DIGITS: usize = 15;

/// Parts of a date that a number format shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct DateShape {
    pub(super) has_date: bool,
    pub(super) has_day: bool,
    pub(super) has_year: bool,
    pub(super) has_time: bool,
    pub(super) has_seconds: bool,
    /// Whether the hour has two digits.
    pub(super) pads_hour: bool,
    pub(super) has_half_days: bool,
}

/// Part of a format.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// `0`, `#` or `?`.
    Digit(char),
    Comma,
    Point,
    Literal(char),
}

/// Writes a number in full, without a format. At most 15 digits count: the others are noise.
pub(super) fn plain(value: f64) -> String {
    let (whole, fraction) = digits(value);
    let sign = if value < 0.0 && (whole != "0" || !fraction.is_empty()) {
        "-"
    } else {
        ""
    };
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

/// Writes a number in a format. `None` if the program does not know all parts of the format.
pub(super) fn shown(value: f64, code: &str) -> Option<String> {
    let (section, is_absolute) = section_for(value, code)?;
    if is_only(&section, "general") || is_only(&section, "@") {
        return Some(plain(value));
    }
    if is_general(&section) {
        let number = match is_absolute {
            true => plain(value.abs()),
            false => plain(value),
        };
        return around(&section, "general", &number);
    }
    let (tokens, percents) = tokens(&section)?;
    let text = write(value.abs() * 100_f64.powi(percents), &tokens)?;
    let is_negative = value < 0.0 && !is_absolute && text.contains(|c| matches!(c, '1'..='9'));
    let sign = if is_negative { "-" } else { "" };
    Some(format!("{sign}{}", text.trim()))
}

/// Returns the section of a format for a number, and whether the section has a sign of its own.
pub(super) fn section_for(value: f64, code: &str) -> Option<(Vec<Sign>, bool)> {
    let sections = sections(code);
    let (section, is_absolute) = match sections.as_slice() {
        [only] => (only, false),
        // The last section is for text.
        [first, text] if has_text_mark(text) => (first, false),
        [_, negative, ..] if value < 0.0 => (negative, true),
        [_, _, zero, ..] if value == 0.0 => (zero, true),
        [first, ..] => (first, true),
        [] => return None,
    };
    Some((section.clone(), is_absolute))
}

/// Writes a text in a format. `None` if the program does not know all parts of the format, or it hides the text.
pub(super) fn shown_text(text: &str, code: &str) -> Option<String> {
    let sections = sections(code);
    let last = sections.last()?;
    if sections.len() < 4 && !has_text_mark(last) || is_only(last, "general") {
        return Some(text.to_owned());
    }
    around(last, "@", text).filter(|shown| !shown.is_empty())
}

/// Whether a section has `@` outside of quotation marks.
fn has_text_mark(section: &[Sign]) -> bool {
    codes(section).contains('@')
}

/// Whether a section has the word for numbers without format.
fn is_general(section: &[Sign]) -> bool {
    codes(section).to_ascii_lowercase().contains("general")
}

/// Whether a section has these codes and nothing else.
fn is_only(section: &[Sign], wanted: &str) -> bool {
    let codes = codes(section);
    codes.chars().count() == section.len() && codes.trim().eq_ignore_ascii_case(wanted)
}

/// Writes words in place of the mark of a section, which is `@` or `general`, and the characters around it.
/// `None` if the section has other parts.
fn around(section: &[Sign], mark: &str, words: &str) -> Option<String> {
    let mut shown = String::new();
    let mut rest = section;
    while let Some((sign, after)) = rest.split_first() {
        if begins_with(rest, mark) {
            shown.push_str(words);
            rest = &rest[mark.len()..];
        } else {
            shown.push_str(&sign.printed()?);
            rest = after;
        }
    }
    Some(shown.trim().to_owned())
}

/// Returns the parts of a date that a number format shows.
pub(super) fn date_shape(code: &str) -> DateShape {
    let section = sections(code).into_iter().next().unwrap_or_default();
    let letters = codes(&section).to_ascii_lowercase();
    let has_half_days = letters.contains("am/pm") || letters.contains("a/p");
    let letters = letters.replace("am/pm", "").replace("a/p", "");
    let has_time = letters.contains(['h', 's']);
    DateShape {
        has_date: letters.contains(['y', 'd']) || (letters.contains('m') && !has_time),
        has_day: letters.contains('d'),
        // Japanese formats write `e` for the year of an era.
        has_year: letters.contains(['y', 'e']),
        has_time,
        has_seconds: letters.contains('s'),
        pads_hour: letters.contains("hh"),
        has_half_days,
    }
}

/// Part of a format of dates, for [`has_date_words`].
#[derive(Clone, Copy, PartialEq)]
enum DatePart {
    Day,
    Time,
    /// Words or signs that are printed as they are.
    Words,
}

/// Words that only name the part of a date or time before them. Leaflets may leave them out.
const NAMES_OF_PARTS: [&str; 14] = [
    "年", "月", "日", "時", "时", "点", "分", "秒", "년", "월", "일", "시", "г", "г.",
];

/// Signs between and behind the parts of a date or time. Leaflets may leave them out.
const SEPARATORS: &str = ".,;:/-–—'’|()（）";

/// Returns whether a format adds words or signs to a date, as in `"am "d.m.yyyy`, `h:mm" Uhr"` and `d.m.yyyy\?`. Those
/// between day, month and year do not count, as in `d" de "mmmm`.
pub(super) fn has_date_words(code: &str) -> bool {
    let section = sections(code).into_iter().next().unwrap_or_default();
    let parts = match is_general(&section) {
        true => Vec::new(),
        false => date_parts(&section),
    };
    parts.iter().enumerate().any(|(index, part)| {
        let neighbour = |index: Option<usize>| parts.get(index?).copied();
        let before = neighbour(index.checked_sub(1)).filter(|before| *before != DatePart::Words);
        let is_inside = before.is_some() && before == neighbour(index.checked_add(1));
        *part == DatePart::Words && !is_inside
    })
}

/// Returns the parts of a format of dates. Equal parts in a row are one.
fn date_parts(section: &[Sign]) -> Vec<DatePart> {
    let mut parts = Vec::new();
    let mut words = String::new();
    let end_words = |words: &mut String, parts: &mut Vec<DatePart>| {
        let word = std::mem::take(words);
        let word = word.trim();
        let says_something = word.contains(|c: char| !c.is_whitespace() && !SEPARATORS.contains(c))
            && !NAMES_OF_PARTS.contains(&word);
        if says_something && parts.last() != Some(&DatePart::Words) {
            parts.push(DatePart::Words);
        }
    };
    let mut rest = section;
    while let Some((sign, after)) = rest.split_first() {
        rest = after;
        let mut skip = |letters: &str| {
            while let Some((Sign::Code(code), after)) = rest.split_first()
                && letters.contains(code.to_ascii_lowercase())
            {
                rest = after;
            }
        };
        let part = match sign {
            Sign::Code('h' | 'H' | 's' | 'S') => DatePart::Time,
            // `AM/PM` and `A/P`.
            Sign::Code('a' | 'A') if begins_with(after, "m/") || begins_with(after, "/") => {
                skip("m/p");
                DatePart::Time
            }
            // A minute is beside an hour or a second.
            Sign::Code('m' | 'M') => {
                skip("m");
                let next = codes(rest).chars().find(|code| code.is_alphabetic());
                let is_minute =
                    parts.last() == Some(&DatePart::Time) || matches!(next, Some('s' | 'S'));
                match is_minute {
                    true => DatePart::Time,
                    false => DatePart::Day,
                }
            }
            Sign::Code(code) if "dyegba".contains(code.to_ascii_lowercase()) => DatePart::Day,
            Sign::Brackets(inside) if inside.starts_with(['h', 'H', 'm', 'M', 's', 'S']) => {
                DatePart::Time
            }
            Sign::Brackets(_) => continue,
            Sign::Blank => {
                words.push(' ');
                continue;
            }
            Sign::Code(character) | Sign::Literal(character) => {
                words.push(*character);
                continue;
            }
        };
        end_words(&mut words, &mut parts);
        if parts.last() != Some(&part) {
            parts.push(part);
        }
    }
    end_words(&mut words, &mut parts);
    parts
}

/// Returns whether a format that [`shown`] does not know may hide a number, or add words to it.
pub(super) fn hides_or_adds_words(value: f64, code: &str) -> bool {
    let Some((section, _)) = section_for(value, code) else {
        return false;
    };
    let literal = section.iter().filter(|sign| !matches!(sign, Sign::Code(_)));
    let literal: String = literal.filter_map(Sign::printed).collect();
    section.iter().all(|sign| *sign == Sign::Code(' '))
        || has_text_mark(&section)
        || literal.contains(char::is_alphanumeric)
}

/// Reads one section. Returns its tokens and the number of percent signs.
fn tokens(section: &[Sign]) -> Option<(Vec<Token>, i32)> {
    let mut tokens = Vec::new();
    let mut percents = 0;
    for sign in section {
        match sign {
            Sign::Code(digit @ ('0' | '#' | '?')) => tokens.push(Token::Digit(*digit)),
            Sign::Code(',') => tokens.push(Token::Comma),
            Sign::Code('.') => tokens.push(Token::Point),
            Sign::Code('%') => {
                percents += 1;
                tokens.push(Token::Literal('%'));
            }
            // Fractions, exponents, dates and more are unknown.
            _ => tokens.extend(sign.printed()?.chars().map(Token::Literal)),
        }
    }
    (!tokens.is_empty()).then_some((tokens, percents))
}

/// Fills the digits of a number into tokens. `None` if the tokens scale it by thousands.
fn write(value: f64, tokens: &[Token]) -> Option<String> {
    let is_digit = |token: &Token| matches!(token, Token::Digit(_));
    let Some(last_digit) = tokens.iter().rposition(is_digit) else {
        // Only words.
        let words = tokens.iter().filter_map(|token| match token {
            Token::Literal(character) => Some(*character),
            _ => None,
        });
        return Some(words.collect());
    };
    let point = tokens.iter().position(|token| *token == Token::Point);
    let whole_end = point.unwrap_or(tokens.len());
    let last_whole = tokens[..whole_end].iter().rposition(is_digit);
    let commas = tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| **token == Token::Comma);
    let commas: Vec<usize> = commas.map(|(index, _)| index).collect();
    if let Some(scale) = commas.last()
        && (Some(*scale) > last_whole || *scale > last_digit)
    {
        return None;
    }
    let places = tokens[whole_end..]
        .iter()
        .filter(|token| is_digit(token))
        .count();
    let (whole, fraction) = round(&digits(value), places);
    let whole = if whole == "0" { "" } else { &whole };
    let mut text = write_whole(whole, &tokens[..whole_end], !commas.is_empty());
    if last_whole.is_none() {
        text.push_str(whole);
    }
    text.push_str(&write_fraction(&fraction, &tokens[whole_end..]));
    Some(text)
}

/// Fills the digits before the point into tokens, from the last to the first.
fn write_whole(digits: &str, tokens: &[Token], has_thousands: bool) -> String {
    let mut rest: Vec<char> = digits.chars().collect();
    let first = tokens
        .iter()
        .position(|token| matches!(token, Token::Digit(_)));
    let mut reversed = Vec::new();
    let mut written = 0;
    let mut push = |digit: char, reversed: &mut Vec<char>| {
        if has_thousands && written > 0 && written % 3 == 0 && digit != ' ' {
            reversed.push(',');
        }
        reversed.push(digit);
        written += 1;
    };
    for (index, token) in tokens.iter().enumerate().rev() {
        match token {
            Token::Digit(kind) => {
                match (rest.pop(), kind) {
                    (Some(digit), _) => push(digit, &mut reversed),
                    (None, '0') => push('0', &mut reversed),
                    (None, '?') => push(' ', &mut reversed),
                    (None, _) => {}
                }
                if Some(index) == first {
                    while let Some(digit) = rest.pop() {
                        push(digit, &mut reversed);
                    }
                }
            }
            Token::Literal(character) => reversed.push(*character),
            Token::Comma | Token::Point => {}
        }
    }
    reversed.into_iter().rev().collect()
}

/// Fills the digits after the point into tokens.
fn write_fraction(digits: &str, tokens: &[Token]) -> String {
    let mut rest = digits.chars();
    let mut text = String::new();
    for token in tokens {
        match token {
            Token::Point => text.push('.'),
            Token::Digit(kind) => {
                let digit = rest.next().unwrap_or('0');
                let is_rest_zero = digit == '0' && rest.as_str().trim_matches('0').is_empty();
                match kind {
                    '#' if is_rest_zero => {}
                    '?' if is_rest_zero => text.push(' '),
                    _ => text.push(digit),
                }
            }
            Token::Literal(character) => text.push(*character),
            Token::Comma => {}
        }
    }
    text
}

/// Decimal digits of a number before and after the point, without zeros at the end.
fn digits(value: f64) -> (String, String) {
    let scientific = format!("{:.*e}", KEPT_DIGITS - 1, value.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (whole, fraction) = match usize::try_from(exponent) {
        Ok(exponent) if exponent + 1 >= digits.len() => {
            let zeros = "0".repeat(exponent + 1 - digits.len());
            (format!("{digits}{zeros}"), String::new())
        }
        Ok(exponent) => (
            digits[..=exponent].to_owned(),
            digits[exponent + 1..].to_owned(),
        ),
        Err(_) => {
            let zeros = usize::try_from(-exponent - 1).unwrap_or(0);
            ("0".to_owned(), format!("{}{digits}", "0".repeat(zeros)))
        }
    };
    (whole, fraction.trim_end_matches('0').to_owned())
}

/// Rounds decimal digits half up. Spreadsheets do so, too.
fn round((whole, fraction): &(String, String), places: usize) -> (String, String) {
    if fraction.len() <= places {
        return (whole.clone(), format!("{fraction:0<places$}"));
    }
    let mut kept: Vec<u8> = whole.bytes().chain(fraction.bytes().take(places)).collect();
    if fraction.as_bytes()[places] >= b'5' {
        let last = kept.iter().rposition(|digit| *digit != b'9');
        for digit in &mut kept[last.map_or(0, |last| last + 1)..] {
            *digit = b'0';
        }
        match last {
            Some(last) => kept[last] += 1,
            None => kept.insert(0, b'1'),
        }
    }
    let all: String = kept.into_iter().map(char::from).collect();
    let (whole, fraction) = all.split_at(all.len() - places);
    (whole.to_owned(), fraction.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_their_format() {
        for (value, code, expected) in [
            (1.5, "0.00", "1.50"),
            (1.005, "0.00", "1.01"),
            (0.5, "0%", "50%"),
            (0.125, "0.0%", "12.5%"),
            (123.0, "00000", "00123"),
            (1_632_960_123.0, "00000 000000", "01632 960123"),
            (4_401_632.0, "\"+\"00 00000", "+44 01632"),
            (1_234_567.0, "#,##0", "1,234,567"),
            (1_234.5, "#,##0.00", "1,234.50"),
            (12.0, "[$\u{a3}-809]#,##0.00", "\u{a3}12.00"),
            (-3.0, "0;[Red]-0", "-3"),
            (-3.0, "0_);(0)", "(3)"),
            (-0.2, "0", "0"),
            (0.0, "0;-0;\"none\"", "none"),
            (7.0, "General", "7"),
            (7.0, "@", "7"),
            (0.3, "0.###", "0.3"),
            (999.95, "0.0", "1000.0"),
            (5.0, "0 \"mg\"", "5 mg"),
            (0.25, "#.##", ".25"),
            (5.5, "General\" mg\"", "5.5 mg"),
            (-5.0, "General \"mg\"", "-5 mg"),
            (-5.0, "0;@", "-5"),
        ] {
            assert_eq!(shown(value, code).as_deref(), Some(expected), "{code}");
        }
        for code in ["# ?/?", "0.00E+00", "[<10]0;00", "0,", "d/m/yyyy"] {
            assert_eq!(shown(1234.5, code), None, "{code}");
        }
    }

    #[test]
    fn texts_are_written_in_their_format() {
        for (code, expected) in [
            ("@\" mg\"", Some("5 mg")),
            ("General", Some("5")),
            ("0.00", Some("5")),
            ("dd/mm/yyyy;@", Some("5")),
            ("0;-0;0;\"x\"@", Some("x5")),
            (
                "_-* #,##0.00_-;-* #,##0.00_-;_-* \"-\"??_-;_-@_-",
                Some("5"),
            ),
            ("[Blue]@\\ ml", None),
            ("[Blue]@\\m\\l", Some("5ml")),
            ("\"@\"", Some("5")),
            ("@\"\"", Some("5")),
            (";;;", None),
            ("0;0;0;0", None),
        ] {
            assert_eq!(shown_text("5", code).as_deref(), expected, "{code}");
        }
    }

    #[test]
    fn plain_numbers_have_all_digits_and_no_noise() {
        for (value, expected) in [
            (0.1 + 0.2, "0.3"),
            (7_312_547_468.0, "7312547468"),
            (-1.5, "-1.5"),
            (0.0, "0"),
            (-0.0, "0"),
            (0.000_012, "0.000012"),
            (1e20, "100000000000000000000"),
        ] {
            assert_eq!(plain(value), expected);
        }
    }

    #[test]
    fn formats_show_dates_times_or_both() {
        let shape = |code| {
            let shape = date_shape(code);
            (shape.has_date, shape.has_time)
        };
        assert_eq!(shape("dd/mm/yyyy"), (true, false));
        assert_eq!(shape("[$-F800]dddd, mmmm dd, yyyy"), (true, false));
        assert_eq!(shape("mmm-yy"), (true, false));
        assert_eq!(shape("h:mm AM/PM"), (false, true));
        assert_eq!(shape("[h]:mm:ss"), (false, true));
        assert_eq!(shape("m/d/yy h:mm"), (true, true));
        assert_eq!(shape("\"day\" h:mm"), (false, true));
        let parts = |code| {
            let shape = date_shape(code);
            (shape.has_day, shape.has_year)
        };
        assert_eq!(parts("dd/mm/yyyy"), (true, true));
        assert_eq!(parts("[$-809]dddd d mmmm yyyy;@"), (true, true));
        assert_eq!(parts("mmm yy"), (false, true));
        assert_eq!(parts("mmmm"), (false, false));
        assert_eq!(parts("yyyy"), (false, true));
        assert_eq!(parts("d-mmm"), (true, false));
        assert_eq!(parts("d\\/m h:mm"), (true, false));
    }

    #[test]
    fn words_beside_a_date_are_found() {
        for code in [
            "dd.mm.yyyy\" um \"hh:mm\" Uhr\"",
            "dd.mm.yyyy hh:mm\" Uhr\"",
            "\"am \"dd.mm.yyyy",
            "hh:mm \"on\" dd.mm.yyyy",
            "dd/mm h\\h",
            "dd.mm.yyyy\" (Bus 4)\"",
            "d/m/yyyy \"w\"\\k",
            "d.m.yyyy\\ \\?",
            "\"<\"dd/mm/yyyy",
            "dd/mm/yyyy\\*",
        ] {
            assert!(has_date_words(code), "{code}");
        }
        for code in [
            "dd.mm.yyyy",
            "[$-F800]dddd, mmmm dd, yyyy",
            "[$-C0A]d\" de \"mmmm\" de \"yyyy;@",
            "yyyy\"年\"m\"月\"d\"日\" h\"時\"mm\"分\"",
            "[$-FC19]dd\\ mmmm\\ yyyy\\ \\г\\.;@",
            "dd/mm/yyyy hh\"h\"mm",
            "m/d/yy h:mm AM/PM",
            "d\\. mmmm yyyy hh:mm:ss",
            "dd/mm/yyyy\" \"hh:mm\" - \"",
            "mm:ss \"min\" ss",
            "yyyy/mm/dd(aaa)",
            "dd/mm/yyyy \\| hh:mm",
        ] {
            assert!(!has_date_words(code), "{code}");
        }
    }

    #[test]
    fn unknown_formats_with_words_are_known_to_have_them() {
        for code in [
            "0.0,,\"M\"",
            "[=5]\"five\";0",
            ";;;",
            "0;;",
            "@\" mg\"",
            "# ?/?\\ \\m\\g",
            "0.0E+0\" mol\"",
        ] {
            let value = if code == "0;;" { -5.0 } else { 5.0 };
            assert_eq!(shown(value, code), None, "{code}");
            assert!(hides_or_adds_words(value, code), "{code}");
        }
        for code in ["# ?/?", "0.00E+00", "[<10]0;00", "0,"] {
            assert!(!hides_or_adds_words(1234.5, code), "{code}");
        }
    }
}
