//! Addresses of cited works.

use hayagriva::Entry;

use crate::document::{Inline, Inlines, Target};

/// Address of a work: its DOI, else its URL, else its PubMed number.
pub(super) struct WorkAddress {
    uri: String,
    printed: String,
}

impl WorkAddress {
    /// Finds the address of a work; `None` if it has none.
    pub(super) fn of(entry: &Entry) -> Option<WorkAddress> {
        let serial_number = |key: &str| {
            entry.keyed_serial_number(key).or_else(|| {
                entry
                    .parents()
                    .iter()
                    .find_map(|parent| parent.keyed_serial_number(key))
            })
        };
        if let Some(doi) = serial_number("doi") {
            let doi = doi.trim_start_matches("https://doi.org/");
            return Some(WorkAddress {
                uri: format!("https://doi.org/{}", escaped(doi)),
                printed: format!("doi.org/{doi}"),
            });
        }
        if let Some(url) = entry.url_any() {
            let url = url.value.as_str();
            if let Some(shown) = url
                .strip_prefix("https://")
                .or_else(|| url.strip_prefix("http://"))
            {
                let shown = shown.trim_start_matches("www.").trim_end_matches('/');
                return Some(WorkAddress {
                    uri: url.to_owned(),
                    printed: shown.to_owned(),
                });
            }
        }
        let pmid = serial_number("pmid")?;
        Some(WorkAddress {
            uri: format!("https://pubmed.ncbi.nlm.nih.gov/{pmid}/"),
            printed: format!("PMID {pmid}"),
        })
    }

    /// Returns the printed address as a link.
    pub(super) fn link(self) -> Inline {
        Inline::Link {
            target: Target::Uri(self.uri),
            content: vec![Inline::Text(self.printed)],
        }
    }
}

/// Escapes what may not be in the path of an address (RFC 3986, 3.3). DOIs of older articles have `<`,
/// `>` and `#`, and a browser would not send what follows a `#`.
fn escaped(doi: &str) -> String {
    let mut escaped = String::with_capacity(doi.len());
    for (at, byte) in doi.bytes().enumerate() {
        let is_escape = || {
            let digits = doi.as_bytes().get(at + 1..at + 3);
            digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        };
        match byte {
            // Copied from an address, and so escaped already.
            b'%' if is_escape() => escaped.push('%'),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => escaped.push(char::from(byte)),
            byte if b"-._~!$&'()*+,;=:@/".contains(&byte) => escaped.push(char::from(byte)),
            byte => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

/// Makes the entry's address a link: in place where the style prints it, else at the end.
pub(super) fn link_address(text: &str, entry: &Entry) -> Inlines {
    let Some(address) = WorkAddress::of(entry) else {
        return vec![Inline::Text(text.to_owned())];
    };
    let printed = &address.printed;
    // The style may print the same address, with a scheme or a label before it.
    let bare = printed.strip_prefix("doi.org/").unwrap_or(printed);
    let mut before = text;
    let mut after = "";
    if let Some(index) = text.rfind(bare).filter(|_| !printed.starts_with("PMID")) {
        before = &text[..index];
        after = &text[index + bare.len()..];
        for prefix in [
            "https://doi.org/",
            "http://doi.org/",
            "https://dx.doi.org/",
            "doi:",
            "doi: ",
            "DOI:",
            "DOI: ",
            "https://www.",
            "http://www.",
            "https://",
            "http://",
        ] {
            if let Some(stripped) = before.strip_suffix(prefix) {
                before = stripped;
                break;
            }
        }
        after = after.trim_start_matches('/');
    }
    let mut inlines = Vec::new();
    let before = before.trim_end();
    if !before.is_empty() {
        let stop = if before.ends_with(['.', ',', ':', ';', '?', '!']) {
            " "
        } else {
            ". "
        };
        inlines.push(Inline::Text(format!("{before}{stop}")));
    }
    inlines.push(address.link());
    if !after.trim_matches(['.', ' ']).is_empty() {
        inlines.push(Inline::Text(after.to_owned()));
    }
    inlines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_dois_in_addresses() {
        for (doi, expected) in [
            (
                "10.1002/(sici)1099-050x(199823/24)37:3/4<197::aid-hrm2>3.0.co;2-#",
                "10.1002/(sici)1099-050x(199823/24)37:3/4%3C197::aid-hrm2%3E3.0.co;2-%23",
            ),
            ("10.1000/a%3Cb", "10.1000/a%3Cb"),
            ("10.1000/50%", "10.1000/50%25"),
            ("10.1000/ä?b", "10.1000/%C3%A4%3Fb"),
            ("10.1136/bmj.k851", "10.1136/bmj.k851"),
        ] {
            assert_eq!(escaped(doi), expected);
        }
    }
}
