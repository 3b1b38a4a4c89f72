//! Bounds of numbers and attributes, checked before usvg and the XML parser use them.

use super::safety::too_complex;
use crate::picture::PictureError;

/// Largest number. usvg does not terminate on curves of extreme size.
const MAX_NUMBER: f64 = 1e7;
/// Most attributes of an element. The XML parser compares each with all others.
const MAX_ATTRIBUTES: usize = 256;

/// Attributes and properties whose values are names or words.
const NAMES: [&str; 4] = ["id", "class", "href", "font-family"];

/// Rejects elements with too many attributes, in text that is not parsed yet.
pub(super) fn check_attribute_counts(text: &str) -> Result<(), PictureError> {
    let mut at = 0;
    // No value contains `<`: the attributes of an element end before the next element.
    for element in text.split('<') {
        let is_value = |after: &&str| after.trim_start().starts_with(['"', '\'']);
        if element.split('=').skip(1).filter(is_value).count() > MAX_ATTRIBUTES {
            return Err(too_complex(
                format!("an element has more than {MAX_ATTRIBUTES} attributes"),
                Some(at),
            ));
        }
        at += element.len() + 1;
    }
    Ok(())
}

/// Rejects a number that is too large in the value of an attribute or property.
pub(super) fn check_numbers(
    name: &str,
    value: &str,
    at: Option<usize>,
) -> Result<(), PictureError> {
    if NAMES.contains(&name) || name.starts_with("data-") || name.starts_with("aria-") {
        return Ok(());
    }
    let is_too_large = |number: &&str| number.parse::<f64>().is_ok_and(|value| value > MAX_NUMBER);
    match numbers(value).find(is_too_large) {
        Some(number) => Err(too_complex(
            format!("the number {number:.12} is too large"),
            at,
        )),
        None => Ok(()),
    }
}

/// Returns the numbers in a value, without their signs. Skips ids and colours, which follow `#`.
fn numbers(value: &str) -> impl Iterator<Item = &str> {
    let bytes = value.as_bytes();
    let skip = |from: usize, is_part: fn(&u8) -> bool| {
        let rest = bytes.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|byte| is_part(byte)).count()
    };
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(byte) = bytes.get(at) {
            let start = at;
            match byte {
                b'#' => {
                    at = skip(at + 1, |byte| {
                        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
                    });
                }
                b'0'..=b'9' | b'.' => {
                    at = skip(at, u8::is_ascii_digit);
                    if bytes.get(at) == Some(&b'.') {
                        at = skip(at + 1, u8::is_ascii_digit);
                    }
                    if matches!(bytes.get(at), Some(b'e' | b'E')) {
                        let signs = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
                        let digits = at + 1 + signs;
                        let end = skip(digits, u8::is_ascii_digit);
                        if end > digits {
                            at = end;
                        }
                    }
                    return Some(&value[start..at]);
                }
                _ => at += 1,
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_as_svg_writes_them() {
        let found = |value| numbers(value).collect::<Vec<_>>();
        assert_eq!(
            found("M0 1.5-2.5.5e3L1e-4,7E+2"),
            ["0", "1.5", "2.5", ".5e3", "1e-4", "7E+2"]
        );
        assert_eq!(
            found("scale(2) url(#a1e99) #1e9999 3em 4px 5%"),
            ["2", "3", "4", "5"]
        );
        assert_eq!(found("é1é."), ["1", "."]);
    }

    #[test]
    fn large_numbers_are_refused_in_values_but_not_in_names() {
        let is_refused = |name, value| check_numbers(name, value, None).is_err();
        for value in [
            "1e8",
            "M0 0A99 1e30 45 1 1 5 5",
            "-1e400",
            "99999999px",
            "scale(1e9)",
        ] {
            assert!(is_refused("d", value), "{value}");
        }
        for (name, value) in [
            ("id", "a1e99"),
            ("class", "b 1e99"),
            ("fill", "#1e9999"),
            ("d", "1e7 -1e-38"),
        ] {
            assert!(!is_refused(name, value), "{value}");
        }
    }
}
