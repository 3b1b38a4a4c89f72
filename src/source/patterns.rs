//! Patterns of short texts, such as keys and colours.
//!
//! Schemas name a pattern by its regular expression. The check beside it is written by hand, so
//! that no regular expressions are needed at run time.

use crate::hidden_mark::hidden_mark;
use jiff::civil::Date;

use super::language_tag::{is_language, language_help};

/// Regular expression of a key or id.
pub(crate) const KEY_PATTERN: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";
/// Regular expression of a colour.
pub(crate) const COLOUR_PATTERN: &str = "^#[0-9a-fA-F]{6}$";
/// Regular expression of a duration in days.
pub(crate) const DAYS_PATTERN: &str = "^[0-9]+ days?$";
/// Regular expression of a language tag (BCP 47).
pub(crate) const LANGUAGE_PATTERN: &str = "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*$";
/// Regular expression of a web address. It is short enough for a QR code that phones read from
/// paper.
pub(crate) const WEB_PATTERN: &str = "^https?://[^\\s{}]{1,280}$";
/// Regular expression of a web address with a place for the id of the handout.
pub(crate) const WEB_TEMPLATE_PATTERN: &str = "^https?://([^\\s{}]|\\{id\\}){1,280}$";
/// Regular expression of an email address.
pub(crate) const EMAIL_PATTERN: &str = "^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$";
/// Regular expression of the address of a printer.
pub(crate) const PRINTER_PATTERN: &str = "^ipps?://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?(/[A-Za-z0-9._~%+&=,;:!$'()*/-]*)?$";
/// Regular expression of a verdict on a claim.
pub(crate) const VERDICT_PATTERN: &str = "^(keep|soften|correct|add|drop)(; .*)?$";

/// Regular expression of a SHA-256 hash.
pub(crate) const HASH_PATTERN: &str = "^[0-9a-f]{64}$";
/// Regular expression of a person's name.
pub(crate) const PERSON_PATTERN: &str = "^\\S(.{0,198}\\S)?$";

/// Most parts between the dots of a name of reader data.
pub(crate) const MAX_NAME_PARTS: usize = 20;
/// Regular expression of a name of reader data.
pub(crate) const DATA_NAME_PATTERN: &str = "^[^.]*(\\.[^.]*){0,19}$";

/// A pattern that schemas use.
pub(super) struct Pattern {
    pub(super) regex: &'static str,
    pub(super) matches: fn(&str) -> bool,
    /// How to write such a text; follows the word "write".
    pub(super) help: &'static str,
}

impl Pattern {
    /// Returns what to write instead of a value.
    pub(super) fn help_for(&self, value: &str) -> String {
        let has_placeholder = value.contains('{') || value.to_ascii_lowercase().contains("%7b");
        match self.regex {
            LANGUAGE_PATTERN => language_help(value),
            WEB_TEMPLATE_PATTERN if has_placeholder => {
                "did you mean `{id}`? It becomes the id of the handout".to_owned()
            }
            WEB_PATTERN if has_placeholder => {
                "write the whole address: nothing fills in what is in braces here".to_owned()
            }
            _ => format!("write {}", self.help),
        }
    }
}

pub(super) const PATTERNS: [Pattern; 12] = [
    Pattern {
        regex: DATA_NAME_PATTERN,
        matches: is_data_name,
        help: "a name with at most 20 parts between dots, as in `patient.first_name`",
    },
    Pattern {
        regex: KEY_PATTERN,
        matches: is_key,
        help: "small letters, digits and single hyphens, as in `short-answer`",
    },
    Pattern {
        regex: COLOUR_PATTERN,
        matches: is_colour,
        help: "a colour in quotes, as in `\"#0f5c69\"`",
    },
    Pattern {
        regex: DAYS_PATTERN,
        matches: is_days,
        help: "a length of time, as in `90 days`",
    },
    Pattern {
        regex: LANGUAGE_PATTERN,
        matches: is_language,
        help: "the tag of a language, as in `sv`",
    },
    Pattern {
        regex: WEB_PATTERN,
        matches: is_web_address,
        help: "a whole address of up to 280 characters, as in `https://clinic.example`",
    },
    Pattern {
        regex: WEB_TEMPLATE_PATTERN,
        matches: is_web_address_template,
        help: "a whole address, as in `https://clinic.example/leaflets/{id}`",
    },
    Pattern {
        regex: EMAIL_PATTERN,
        matches: is_email_address,
        help: "an email address, as in `desk@clinic.example`",
    },
    Pattern {
        regex: PRINTER_PATTERN,
        matches: is_printer_address,
        help: "the address of a printer without a user name, as in `ipp://server/printers/office`",
    },
    Pattern {
        regex: VERDICT_PATTERN,
        matches: is_verdict,
        help: "`keep`, `soften`, `correct`, `add` or `drop`",
    },
    Pattern {
        regex: HASH_PATTERN,
        matches: is_hash,
        help: "64 hexadecimal digits, or remove the entry: `handout serve` records it again",
    },
    Pattern {
        regex: PERSON_PATTERN,
        matches: is_person_name,
        help: "the name of a person, of at most 200 letters",
    },
];

/// Returns whether a text is small letters, digits and single hyphens, as in `short-answer`.
pub(crate) fn is_key(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.split('-')
        .all(|word| !word.is_empty() && word.bytes().all(letter))
}

/// Returns whether a name of reader data has few enough parts.
pub(crate) fn is_data_name(text: &str) -> bool {
    text.split('.').count() <= MAX_NAME_PARTS
}

/// Returns whether a text is a colour, `#rrggbb`.
pub(crate) fn is_colour(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| {
        digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Returns whether a text is a duration, as in `90 days`.
pub(crate) fn is_days(text: &str) -> bool {
    text.strip_suffix(" days")
        .or_else(|| text.strip_suffix(" day"))
        .is_some_and(|number| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        })
}

/// Returns a language tag with the usual capitals, `en-US` for `EN-us` (BCP 47, section 2.1.1).
pub(crate) fn language_tag(text: &str) -> String {
    let subtag = |(index, part): (usize, &str)| match part.len() {
        2 if index > 0 => part.to_ascii_uppercase(),
        4 if index > 0 => {
            let (first, rest) = part.split_at_checked(1).unwrap_or((part, ""));
            first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
        }
        _ => part.to_ascii_lowercase(),
    };
    let parts: Vec<String> = text.split('-').enumerate().map(subtag).collect();
    parts.join("-")
}

/// Returns a language tag without its country, `en` for `en-US`. `None` if the tag names no
/// country: two letters or three digits (BCP 47).
pub(crate) fn without_country(language: &str) -> Option<&str> {
    let (wider, last) = language.rsplit_once('-')?;
    let letters = last.len() == 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    let digits = last.len() == 3 && last.bytes().all(|byte| byte.is_ascii_digit());
    (letters || digits).then_some(wider)
}

/// Returns whether a text is a web address.
pub(crate) fn is_web_address(text: &str) -> bool {
    text.strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .is_some_and(|rest| {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let (host, port) = host.split_once(':').unwrap_or((host, "80"));
            let is_unfit =
                |c: char| c.is_whitespace() || c.is_control() || "<>\"\\^`|{}".contains(c);
            rest.chars().count() <= 280
                && !rest.chars().any(is_unfit)
                && is_domain(host)
                && !port.is_empty()
                && port.bytes().all(|byte| byte.is_ascii_digit())
        })
}

/// Returns whether a text is a web address, perhaps with `{id}` for the id of a handout.
pub(crate) fn is_web_address_template(text: &str) -> bool {
    is_web_address(&text.replace("{id}", "id")) && !text.to_ascii_lowercase().contains("%7b")
}

/// Returns whether a text is an email address. Signs that a link would read as something else are refused.
pub(crate) fn is_email_address(text: &str) -> bool {
    // Programs copy invisible characters with an address, and mail to it does not arrive.
    let is_invisible = |c| {
        matches!(
            c,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        )
    };
    if hidden_mark(text).is_some() {
        return false;
    }
    let is_unfit = |c: char| {
        c.is_whitespace() || c.is_control() || is_invisible(c) || ":;,<>()[]\"\\/?#%&|`".contains(c)
    };
    text.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty() && !name.contains(is_unfit) && is_domain(domain)
    })
}

/// Returns whether a text is the name of a host with a dot in it.
fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        let is_letter = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        !label.is_empty() && label.chars().all(is_letter)
    };
    text.contains('.') && text.split('.').all(is_label)
}

/// Returns whether a text is the address of a printer that speaks IPP.
pub(crate) fn is_printer_address(text: &str) -> bool {
    let rest = text.strip_prefix("ipp://");
    let Some(rest) = rest.or_else(|| text.strip_prefix("ipps://")) else {
        return false;
    };
    let (place, path) = rest.split_once('/').unwrap_or((rest, ""));
    // An address of IP version 6 has colons, and is in brackets.
    let (is_host, port) = match place.strip_prefix('[').map(|rest| rest.split_once(']')) {
        Some(None) => return false,
        Some(Some((host, port))) => {
            let is_digit = |c: char| c.is_ascii_hexdigit() || matches!(c, ':' | '.');
            (!host.is_empty() && host.chars().all(is_digit), port)
        }
        None => {
            let (host, port) = place.split_at(place.find(':').unwrap_or(place.len()));
            let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
            (!host.is_empty() && host.chars().all(is_letter), port)
        }
    };
    let is_port = match port.strip_prefix(':') {
        Some(port) => port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok(),
        None => port.is_empty(),
    };
    let is_in_path = |c: char| c.is_ascii_alphanumeric() || "._~%+&=,;:!$'()*/-".contains(c);
    is_host && is_port && path.chars().all(is_in_path)
}

/// Returns whether a text is a verdict on a claim, as in `soften` or `drop; reassure`.
pub(crate) fn is_verdict(text: &str) -> bool {
    let (verdict, rest) = text.split_once(';').unwrap_or((text, " "));
    ["keep", "soften", "correct", "add", "drop"].contains(&verdict) && rest.starts_with(' ')
}

/// Returns whether a text is a SHA-256 hash.
pub(crate) fn is_hash(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == 64 && text.bytes().all(is_digit)
}

/// Returns whether a text is a person's name: one line of 1 to 200 characters, without blanks around it.
pub(crate) fn is_person_name(text: &str) -> bool {
    (1..=200).contains(&text.chars().count())
        && text.trim() == text
        && !text.chars().any(char::is_control)
}

/// Parses a day written `YYYY-MM-DD`.
pub(crate) fn parse_day(text: &str) -> Option<Date> {
    // The parser of jiff allows other forms, too.
    let is_separator = |at| at == 4 || at == 7;
    let fits = |(at, byte): (usize, u8)| match byte {
        b'-' => is_separator(at),
        byte => byte.is_ascii_digit() && !is_separator(at),
    };
    let is_written_so = text.len() == 10 && text.bytes().enumerate().all(fits);
    is_written_so.then(|| text.parse().ok()).flatten()
}
