//! Texts that have a form of their own, as schemas name it by a pattern.

use jiff::civil::Date;

/// A key or id.
pub const KEY_PATTERN: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";
/// A colour.
pub const COLOUR_PATTERN: &str = "^#[0-9a-fA-F]{6}$";
/// A length of time.
pub const DAYS_PATTERN: &str = "^[0-9]+ days?$";
/// The tag of a language.
pub const LANGUAGE_PATTERN: &str = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$";

/// An address on the web, short enough for a QR code that a phone reads from paper.
pub const WEB_PATTERN: &str = "^https?://[^\\s]{1,280}$";

/// What is done about a claim.
pub const VERDICT_PATTERN: &str = "^(keep|soften|correct|add|drop)(; .*)?$";

/// Pattern, check, and how such a text is written.
type Form = (&'static str, fn(&str) -> bool, &'static str);

/// The forms that a text can have to have.
pub(super) const FORMS: [Form; 6] = [
    (
        KEY_PATTERN,
        is_key,
        "small letters, digits and single hyphens, as in `short-answer`",
    ),
    (
        COLOUR_PATTERN,
        is_colour,
        "a colour in quotes, as in `\"#0f5c69\"`",
    ),
    (DAYS_PATTERN, is_days, "a length of time, as in `90 days`"),
    (
        LANGUAGE_PATTERN,
        is_language,
        "the tag of a language, as in `sv`",
    ),
    (
        WEB_PATTERN,
        is_web_address,
        "a whole address of up to 280 characters, as in `https://clinic.example`",
    ),
    (
        VERDICT_PATTERN,
        is_verdict,
        "`keep`, `soften`, `correct`, `add` or `drop`",
    ),
];

/// Whether a text is small letters, digits and single hyphens, as in `short-answer`.
pub fn is_key(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.split('-')
        .all(|word| !word.is_empty() && word.bytes().all(letter))
}

/// Whether a text is a colour, `#rrggbb`.
pub fn is_colour(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| {
        digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Whether a text is a length of time, `90 days`.
pub fn is_days(text: &str) -> bool {
    text.strip_suffix(" days")
        .or_else(|| text.strip_suffix(" day"))
        .is_some_and(|number| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        })
}

/// Whether a text is the tag of a language, as in `sv` or `pt-BR`.
pub fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let short = |part: &str| {
        (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    let subtag = |part: &str| {
        (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    parts.next().is_some_and(short) && parts.all(subtag)
}

/// The language without its country, `en` of `en-US`; `None` if it names no country (BCP 47: two letters
/// or three digits).
pub fn without_country(language: &str) -> Option<&str> {
    let (wider, last) = language.rsplit_once('-')?;
    let letters = last.len() == 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    let digits = last.len() == 3 && last.bytes().all(|byte| byte.is_ascii_digit());
    (letters || digits).then_some(wider)
}

/// Whether a text is an address on the web.
pub fn is_web_address(text: &str) -> bool {
    text.strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .is_some_and(|rest| {
            (1..=280).contains(&rest.chars().count()) && !rest.chars().any(char::is_whitespace)
        })
}

/// Whether a text is what is done about a claim, as in `soften` or `drop; reassure`.
pub fn is_verdict(text: &str) -> bool {
    let (verdict, rest) = text.split_once(';').unwrap_or((text, " "));
    ["keep", "soften", "correct", "add", "drop"].contains(&verdict) && rest.starts_with(' ')
}

/// Reads a day written `YYYY-MM-DD`.
pub fn parse_day(text: &str) -> Option<Date> {
    let formed = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| {
            if at == 4 || at == 7 {
                byte == b'-'
            } else {
                byte.is_ascii_digit()
            }
        });
    if formed { text.parse().ok() } else { None }
}
