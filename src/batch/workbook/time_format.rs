//! Formats of times and lengths of time: hours, minutes and seconds as the spreadsheet shows them.

use super::format_sign::{Sign, begins_with};
use super::number_format::section_for;

/// Digits of a part of a second that a spreadsheet shows.
const MAX_DECIMALS: usize = 3;

/// Part of a format.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// `h`, `m` or `s`, and the number of these letters.
    Part(char, usize),
    /// All hours, minutes or seconds, as in `[h]`.
    Elapsed(char, usize),
    /// Decimals of the seconds.
    Decimals(usize),
    /// `AM/PM`, or `A/P` if short.
    HalfDay {
        is_short: bool,
    },
    Literal(char),
}

/// Writes a number of days in a format of hours, minutes and seconds. `None` if the program does not know all parts
/// of the format.
pub(super) fn shown_time(days: f64, code: &str) -> Option<String> {
    let (section, has_own_sign) = section_for(days, code)?;
    let tokens = tokens(&section)?;
    let decimals = tokens.iter().find_map(|token| match token {
        Token::Decimals(count) => Some(*count),
        _ => None,
    });
    let decimals = decimals.unwrap_or(0);
    let scale = 10_i64.pow(u32::try_from(decimals).ok()?);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "casts of floats saturate, and the scale is at most 1000"
    )]
    let units = (days.abs() * 86_400.0 * scale as f64).round() as i64;
    let seconds = units / scale;
    let has_half_days = tokens
        .iter()
        .any(|token| matches!(token, Token::HalfDay { .. }));
    let hour = seconds / 3600 % 24;
    let is_negative = days < 0.0 && units > 0 && !has_own_sign;
    let sign = if is_negative { "-" } else { "" };
    let mut text = String::new();
    for (index, token) in tokens.iter().enumerate() {
        let (number, width) = match token {
            Token::Part('h', width) if has_half_days => ((hour + 11) % 12 + 1, *width),
            Token::Part('h', width) => (hour, *width),
            Token::Part('m', width) if is_minute(&tokens, index) => (seconds / 60 % 60, *width),
            Token::Part('s', width) => (seconds % 60, *width),
            // A month.
            Token::Part(..) => return None,
            Token::Elapsed('h', width) => (seconds / 3600, *width),
            Token::Elapsed('m', width) => (seconds / 60, *width),
            Token::Elapsed(_, width) => (seconds, *width),
            Token::Decimals(width) => {
                text.push('.');
                (units % scale, *width)
            }
            Token::HalfDay { is_short } => {
                text.push(if hour < 12 { 'A' } else { 'P' });
                text.push_str(if *is_short { "" } else { "M" });
                continue;
            }
            Token::Literal(character) => {
                text.push(*character);
                continue;
            }
        };
        text.push_str(&format!("{number:0width$}"));
    }
    Some(format!("{sign}{}", text.trim()))
}

/// Whether `m` is a minute: it follows an hour, or a second follows it.
fn is_minute(tokens: &[Token], index: usize) -> bool {
    let letter = |token: &Token| match token {
        Token::Part(letter, _) | Token::Elapsed(letter, _) => Some(*letter),
        _ => None,
    };
    let before = tokens[..index].iter().rev().find_map(letter);
    let after = tokens[index + 1..].iter().find_map(letter);
    before == Some('h') || after == Some('s')
}

fn tokens(section: &[Sign]) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = section;
    while let Some((sign, after)) = rest.split_first() {
        rest = after;
        let same = |code: char| {
            let is_same = |sign: &&Sign| matches!(sign, Sign::Code(other) if other.eq_ignore_ascii_case(&code));
            after.iter().take_while(is_same).count()
        };
        match sign {
            Sign::Brackets(inside) if let Some(elapsed) = elapsed(inside) => tokens.push(elapsed),
            Sign::Code(letter @ ('h' | 'm' | 's' | 'H' | 'M' | 'S')) => {
                let count = same(*letter);
                rest = &after[count..];
                tokens.push(Token::Part(letter.to_ascii_lowercase(), (count + 1).min(2)));
            }
            Sign::Code('a' | 'A') => {
                let is_short = begins_with(after, "/p");
                if !is_short && !begins_with(after, "m/pm") {
                    return None;
                }
                rest = &after[if is_short { 2 } else { 4 }..];
                tokens.push(Token::HalfDay { is_short });
            }
            Sign::Code('.' | ',') if begins_with(after, "0") => {
                let count = same('0');
                let is_after_second = matches!(
                    tokens.last(),
                    Some(Token::Part('s', _) | Token::Elapsed('s', _))
                );
                if count > MAX_DECIMALS || !is_after_second {
                    return None;
                }
                rest = &after[count..];
                tokens.push(Token::Decimals(count));
            }
            Sign::Code(code @ ('.' | ',' | '/' | '\u{202f}')) => tokens.push(Token::Literal(*code)),
            _ => tokens.extend(sign.printed()?.chars().map(Token::Literal)),
        }
    }
    let is_time = |token: &Token| matches!(token, Token::Part(..) | Token::Elapsed(..));
    tokens.iter().any(is_time).then_some(tokens)
}

/// Reads brackets with all hours, minutes or seconds.
fn elapsed(inside: &str) -> Option<Token> {
    let lower = inside.to_ascii_lowercase();
    let first = lower.chars().next()?;
    let is_elapsed =
        matches!(first, 'h' | 'm' | 's') && lower.chars().all(|letter| letter == first);
    is_elapsed.then(|| Token::Elapsed(first, lower.len().min(9)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_their_format() {
        const MINUTE: f64 = 1.0 / 1440.0;
        for (days, code, expected) in [
            (90.0 * MINUTE, "[m]\" min\"", "90 min"),
            (20.0 * MINUTE, "[mm]", "20"),
            (5.0 * MINUTE, "[mm]", "05"),
            (132.5 * 60.0 * MINUTE, "[h]\" h\"", "132 h"),
            (1590.0 * MINUTE, "[h]:mm", "26:30"),
            (1590.0 * MINUTE, "[hh]:mm:ss;@", "26:30:00"),
            (1.5 * MINUTE, "mm:ss", "01:30"),
            (1.5 * MINUTE, "m:ss.0", "1:30.0"),
            (1.5 * MINUTE, "[s]\\ \\s", "90 s"),
            (-90.0 * MINUTE, "[h]:mm", "-1:30"),
            (-90.0 * MINUTE, "[h]:mm;[Red]([h]:mm)", "(1:30)"),
            (570.0 * MINUTE, "hh:mm\" Uhr\"", "09:30 Uhr"),
            (570.0 * MINUTE, "h\"h\"mm", "9h30"),
            (570.0 * MINUTE, "[$-F400]h:mm:ss AM/PM", "9:30:00 AM"),
            (0.0, "h:mm AM/PM", "12:00 AM"),
            (810.0 * MINUTE, "hh.mm a/p", "01.30 P"),
            (0.5 - 0.4 / 86_400.0, "hh:mm:ss", "12:00:00"),
        ] {
            assert_eq!(shown_time(days, code).as_deref(), Some(expected), "{code}");
        }
        for code in [
            "[<1]h:mm",
            "d h",
            "h:mm上午/下午",
            "mmm",
            "mm:00",
            "h:mm.000",
            "",
        ] {
            assert_eq!(shown_time(0.5, code), None, "{code}");
        }
    }
}
