//! DOIs: their form (ISO 26324, see <https://www.doi.org/doi-handbook/HTML/>), and what people write before them.

use crate::finding::Finding;

/// Addresses and labels that people write before a DOI.
const PREFIXES: [&str; 8] = [
    "https://doi.org/",
    "http://doi.org/",
    "https://dx.doi.org/",
    "http://dx.doi.org/",
    "doi.org/",
    "dx.doi.org/",
    "doi:",
    "DOI:",
];

/// Returns a DOI without an address or label before it.
pub(super) fn bare_doi(written: &str) -> &str {
    let mut doi = written.trim();
    while let Some(rest) = PREFIXES.iter().find_map(|prefix| doi.strip_prefix(prefix)) {
        doi = rest.trim_start();
    }
    doi
}

/// Reports a text that is no DOI at all, such as a remark. A DOI with a slip passes: see [`is_doi`].
pub(super) fn doi_fault(written: &str) -> Option<Finding> {
    let doi = bare_doi(written);
    if doi.starts_with("10.") && doi.contains('/') && !doi.contains(char::is_whitespace) {
        return None;
    }
    let message = format!("`{}` is not a DOI", written.trim());
    let help = "a DOI looks like `10.1136/annrheumdis-2016-209724`";
    Some(Finding::warning("invalid-value", message).help(help))
}

/// Returns whether a text is a DOI: a prefix (`10.` and a registrant of at least four digits, which dots
/// may divide), a slash, and a suffix of printable characters. A full stop, comma or semicolon at the end
/// is punctuation of the sentence that it was copied from.
pub(crate) fn is_doi(text: &str) -> bool {
    let Some((prefix, suffix)) = text
        .strip_prefix("10.")
        .and_then(|rest| rest.split_once('/'))
    else {
        return false;
    };
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let registrant = prefix.split('.').next().unwrap_or_default();
    (4..=9).contains(&registrant.len())
        && prefix.split('.').all(is_number)
        && !suffix.is_empty()
        && !suffix
            .chars()
            .any(|character| character.is_whitespace() || character.is_control())
        && !suffix.ends_with(['.', ',', ';'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_addresses_and_labels() {
        for written in [
            "https://doi.org/10.1000/182",
            "DOI: 10.1000/182",
            "doi: doi.org/10.1000/182",
        ] {
            assert_eq!(bare_doi(written), "10.1000/182", "{written}");
        }
    }

    #[test]
    fn doi() {
        for doi in [
            "10.1136/bmj.k851",
            "10.1016/S0140-6736(21)00392-5",
            "10.1000.10/123",
            "10.1007/978-1-4939-2501-8_8",
        ] {
            assert!(is_doi(doi), "{doi}");
        }
        for doi in [
            "https://doi.org/10.1136/bmj.k851",
            "10.1136",
            "10.1136/",
            "10.113/a",
            "10.1136/bmj k851",
            "10.1136/bmj.k851.",
            "11.1136/a",
        ] {
            assert!(!is_doi(doi), "{doi}");
        }
    }
}
