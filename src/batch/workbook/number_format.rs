//! Number formats of Excel (ECMA-376, section 18.8.31): numbers as the spreadsheet shows them.

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
    let section = section.trim();
    if section.eq_ignore_ascii_case("general") || section == "@" {
        return Some(plain(value));
    }
    if is_general(section) {
        let number = match is_absolute {
            true => plain(value.abs()),
            false => plain(value),
        };
        return around(section, "general", &number);
    }
    let (tokens, percents) = tokens(section)?;
    let text = write(value.abs() * 100_f64.powi(percents), &tokens)?;
    let is_negative = value < 0.0 && !is_absolute && text.contains(|c| matches!(c, '1'..='9'));
    let sign = if is_negative { "-" } else { "" };
    Some(format!("{sign}{}", text.trim()))
}

/// Returns the section of a format for a number, and whether the section has a sign of its own.
pub(super) fn section_for(value: f64, code: &str) -> Option<(String, bool)> {
    let sections = sections(code);
    let (section, is_absolute) = match sections.as_slice() {
        [only] => (only, false),
        // The last section is for text.
        [first, text] if text.contains('@') => (first, false),
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
    let last = sections.last()?.trim();
    if sections.len() < 4 && !has_text_mark(last) || last.eq_ignore_ascii_case("general") {
        return Some(text.to_owned());
    }
    around(last, "@", text).filter(|shown| !shown.is_empty())
}

/// Whether a format has `@` outside of quotation marks.
pub(super) fn has_text_mark(section: &str) -> bool {
    outside_quotes(section).contains('@')
}

/// Whether a section has the word for numbers without format.
fn is_general(section: &str) -> bool {
    let outside = outside_quotes(section).to_ascii_lowercase();
    outside.contains("general")
}

/// Returns the characters of a format that are not literal.
fn outside_quotes(code: &str) -> String {
    let mut outside = String::new();
    let mut chars = code.chars();
    while let Some(character) = chars.next() {
        match character {
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            '\\' | '_' | '*' => drop(chars.next()),
            _ => outside.push(character),
        }
    }
    outside
}

/// Writes words in place of the mark of a section, which is `@` or `general`, and the literal characters around it.
/// `None` if the section has other parts.
fn around(section: &str, mark: &str, words: &str) -> Option<String> {
    let mut shown = String::new();
    let mut rest = section;
    while let Some(character) = rest.chars().next() {
        let is_mark = rest
            .get(..mark.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(mark));
        if is_mark {
            shown.push_str(words);
            rest = &rest[mark.len()..];
            continue;
        }
        rest = &rest[character.len_utf8()..];
        // Only characters that are literal in numbers, too, and marks that make the next one literal.
        let length = match character {
            '"' => rest.find('"').map_or(rest.len(), |end| end + 1),
            '[' => rest.find(']')? + 1,
            '\\' | '_' | '*' => rest.chars().next()?.len_utf8(),
            '0' | '#' | '?' | ',' | '.' | '%' => return None,
            _ => 0,
        };
        let (inside, after) = rest.split_at(length);
        rest = after;
        let (tokens, _) = match tokens(&format!("{character}{inside}")) {
            Some(tokens) => tokens,
            // A colour or a filling character.
            None if matches!(character, '[' | '*') && !inside.contains(['<', '>', '=']) => {
                continue;
            }
            None if character == '"' => continue,
            None => return None,
        };
        shown.extend(tokens.iter().filter_map(|token| match token {
            Token::Literal(character) => Some(*character),
            _ => None,
        }));
    }
    Some(shown.trim().to_owned())
}

/// Returns the parts of a date that a number format shows.
pub(super) fn date_shape(code: &str) -> DateShape {
    let mut letters = String::new();
    let mut chars = code.chars();
    while let Some(character) = chars.next() {
        match character {
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            '[' => while chars.next().is_some_and(|c| c != ']') {},
            '\\' | '_' | '*' => drop(chars.next()),
            ';' => break,
            _ => letters.push(character.to_ascii_lowercase()),
        }
    }
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
    /// Letters or digits that are printed as they are.
    Words,
}

/// Words that only name the part of a date or time before them. Leaflets may leave them out.
const NAMES_OF_PARTS: [&str; 14] = [
    "年", "月", "日", "時", "时", "点", "分", "秒", "년", "월", "일", "시", "г", "г.",
];

/// Returns whether a format adds words to a date, as in `"am "d.m.yyyy` and `h:mm" Uhr"`. Words between day, month and
/// year do not count, as in `d" de "mmmm`.
pub(super) fn has_date_words(code: &str) -> bool {
    let parts = match is_general(code) {
        true => Vec::new(),
        false => date_parts(code),
    };
    parts.iter().enumerate().any(|(index, part)| {
        let neighbour = |index: Option<usize>| parts.get(index?).copied();
        let before = neighbour(index.checked_sub(1)).filter(|before| *before != DatePart::Words);
        let is_inside = before.is_some() && before == neighbour(index.checked_add(1));
        *part == DatePart::Words && !is_inside
    })
}

/// Returns the parts of the first section of a format of dates. Equal parts in a row are one.
fn date_parts(code: &str) -> Vec<DatePart> {
    let section = sections(code).into_iter().next().unwrap_or_default();
    let mut parts = Vec::new();
    let mut words = String::new();
    let mut chars = section.chars().peekable();
    let end_words = |words: &mut String, parts: &mut Vec<DatePart>| {
        let word = std::mem::take(words);
        let word = word.trim();
        let says_something =
            word.contains(char::is_alphanumeric) && !NAMES_OF_PARTS.contains(&word);
        if says_something && parts.last() != Some(&DatePart::Words) {
            parts.push(DatePart::Words);
        }
    };
    while let Some(character) = chars.next() {
        let part = match character.to_ascii_lowercase() {
            '"' => {
                words.extend(chars.by_ref().take_while(|c| *c != '"'));
                continue;
            }
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                match inside.chars().next() {
                    Some('h' | 'H' | 'm' | 'M' | 's' | 'S') => DatePart::Time,
                    _ => continue,
                }
            }
            '\\' => {
                words.extend(chars.next());
                continue;
            }
            '_' | '*' => {
                chars.next();
                words.push(' ');
                continue;
            }
            'h' | 's' => DatePart::Time,
            // `AM/PM` and `A/P`.
            'a' if chars
                .peek()
                .is_some_and(|next| matches!(next, 'm' | 'M' | '/')) =>
            {
                while chars
                    .next_if(|next| matches!(next, 'm' | 'M' | '/' | 'p' | 'P'))
                    .is_some()
                {}
                DatePart::Time
            }
            // A minute is beside an hour or a second.
            'm' => {
                while chars.next_if(|next| matches!(next, 'm' | 'M')).is_some() {}
                let rest: String = chars.clone().collect();
                let next = rest
                    .trim_start_matches(|c: char| !c.is_alphabetic())
                    .chars()
                    .next();
                let is_minute =
                    parts.last() == Some(&DatePart::Time) || matches!(next, Some('s' | 'S'));
                match is_minute {
                    true => DatePart::Time,
                    false => DatePart::Day,
                }
            }
            'd' | 'y' | 'e' | 'g' | 'b' | 'a' => DatePart::Day,
            _ => {
                words.push(character);
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
    let mut literal = String::new();
    let mut chars = section.chars();
    while let Some(character) = chars.next() {
        match character {
            '"' => literal.extend(chars.by_ref().take_while(|c| *c != '"')),
            '\\' => literal.extend(chars.next()),
            '_' | '*' => drop(chars.next()),
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                let currency = inside.strip_prefix('$').map(|rest| rest.split('-').next());
                literal.extend(currency.flatten());
            }
            _ => {}
        }
    }
    section.trim().is_empty() || has_text_mark(&section) || literal.contains(char::is_alphanumeric)
}

/// Splits a format at semicolons outside of quotation marks.
fn sections(code: &str) -> Vec<String> {
    let mut sections = vec![String::new()];
    let mut is_quoted = false;
    let mut is_escaped = false;
    for character in code.chars() {
        if character == ';' && !is_quoted && !is_escaped {
            sections.push(String::new());
            continue;
        }
        is_quoted ^= character == '"' && !is_escaped;
        is_escaped = character == '\\' && !is_escaped && !is_quoted;
        if let Some(section) = sections.last_mut() {
            section.push(character);
        }
    }
    sections
}

/// Reads one section. Returns its tokens and the number of percent signs.
fn tokens(section: &str) -> Option<(Vec<Token>, i32)> {
    let mut tokens = Vec::new();
    let mut percents = 0;
    let mut chars = section.chars();
    while let Some(character) = chars.next() {
        match character {
            '0' | '#' | '?' => tokens.push(Token::Digit(character)),
            ',' => tokens.push(Token::Comma),
            '.' => tokens.push(Token::Point),
            '%' => {
                percents += 1;
                tokens.push(Token::Literal('%'));
            }
            '"' => tokens.extend(chars.by_ref().take_while(|c| *c != '"').map(Token::Literal)),
            '\\' => tokens.push(Token::Literal(chars.next()?)),
            // As wide as the next character.
            '_' => {
                chars.next();
                tokens.push(Token::Literal(' '));
            }
            // The next character fills the cell.
            '*' => drop(chars.next()),
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                if let Some(currency) = inside.strip_prefix('$') {
                    let symbol = currency.split('-').next().unwrap_or_default();
                    tokens.extend(symbol.chars().map(Token::Literal));
                } else if !inside
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == ' ')
                {
                    // A condition, as in `[<100]`.
                    return None;
                }
            }
            ' ' | '-' | '+' | '(' | ')' | ':' | '$' | '\u{a3}' | '\u{20ac}' | '\u{a0}' => {
                tokens.push(Token::Literal(character));
            }
            // Fractions, exponents, dates and more.
            _ => return None,
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
