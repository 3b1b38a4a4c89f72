//! The reader's postal address, from reader data.
//!
//! `address.name` is the first line. The others are in `address.lines`, with line breaks or semicolons between them,
//! or in `address.line1`, `address.line2` and so on.

use serde_json::Value;

use super::sources::JobData;
use crate::finding::Finding;
use crate::hidden_mark::hidden_mark;
use crate::value_fault::LINE_BREAKS;
use crate::words::has_words;

const NAME: &str = "address.name";
pub(crate) const LINES: &str = "address.lines";
/// Number of columns with a line each.
const SINGLE_LINES: usize = 9;
/// Lines that are read. No window shows as many.
const MAX_LINES: usize = 50;

/// A reader's address.
#[derive(Debug, Default, PartialEq)]
pub(super) struct PostalAddress {
    pub(super) name: Option<String>,
    /// Lines below the name.
    pub(super) lines: Vec<String>,
}

impl PostalAddress {
    /// Reads the address of a reader. Findings quote no value.
    pub(super) fn read(data: &JobData, findings: &mut Vec<Finding>) -> PostalAddress {
        let group = data.get("address");
        let name = values(group, "name", NAME, findings);
        let mut lines = values(group, "lines", LINES, findings);
        let is_split = !lines.is_empty();
        for number in 1..=SINGLE_LINES {
            let key = format!("line{number}");
            let column = format!("address.{key}");
            let line = values(group, &key, &column, findings);
            if is_split && !line.is_empty() {
                let message = format!("the row has `{LINES}` and `{column}`");
                let help = "write the address in one of the two ways";
                findings.push(
                    Finding::error("invalid-value", message)
                        .help(help)
                        .in_column(&column),
                );
                break;
            }
            lines.extend(line);
        }
        findings.extend(unknown_lines(group));
        if lines.is_empty() {
            let message = match name.is_empty() {
                true => "the letter has no address",
                false => "the address of the letter has no words below the name",
            };
            let help = "write the lines in `address.lines` with `;` between them, or in `address.line1`, \
                        `address.line2` and so on; `cover: none` makes the leaflet without a letter";
            findings.push(
                Finding::error("missing-address", message)
                    .help(help)
                    .in_column(LINES),
            );
        }
        let has_column = group.is_some_and(|group| group.get("name").is_some());
        if has_column && name.is_empty() && !lines.is_empty() {
            let help =
                "write the name there, or leave the column out if each address begins with a name";
            findings.push(
                Finding::error("missing-address", "the address of the letter has no name")
                    .help(help)
                    .in_column(NAME),
            );
        }
        if name.len() > 1 {
            let message = "the name in the address of the letter has several lines, or `;` in it";
            let help = "write the name alone there, and the other lines in `address.lines` or `address.line1`";
            findings.push(
                Finding::error("invalid-value", message)
                    .help(help)
                    .in_column(NAME),
            );
        }
        PostalAddress {
            name: name.into_iter().next(),
            lines,
        }
    }

    /// Returns all lines.
    pub(super) fn into_lines(self) -> Vec<String> {
        self.name.into_iter().chain(self.lines).collect()
    }
}

/// Returns the names of the reader data that an address may have. The first two are those that most have.
pub(crate) fn names() -> impl Iterator<Item = String> {
    let both = [NAME, LINES].map(str::to_owned);
    both.into_iter().chain(single_lines())
}

/// Returns the names of the reader data with a line each.
pub(crate) fn single_lines() -> impl Iterator<Item = String> {
    (1..=SINGLE_LINES).map(|number| format!("address.line{number}"))
}

/// Headings of the parts of an address in lists, in small letters without blanks and signs.
const PARTS: [&str; 26] = [
    "street",
    "streetaddress",
    "road",
    "town",
    "townorcity",
    "towncity",
    "city",
    "county",
    "state",
    "postcode",
    "postalcode",
    "zip",
    "zipcode",
    "country",
    "straße",
    "strasse",
    "plz",
    "postleitzahl",
    "ort",
    "gateadresse",
    "gatuadress",
    "postnummer",
    "postnr",
    "postort",
    "poststed",
    "postinumero",
];

/// Returns the headings that parts of an address have in lists, in small letters without blanks and signs.
pub(crate) fn parts() -> impl Iterator<Item = &'static str> {
    PARTS.into_iter()
}

/// Returns whether a name looks like that of a part of an address, such as `Postcode`.
pub(crate) fn is_part(name: &str) -> bool {
    let letters = name.chars().filter(|character| character.is_alphanumeric());
    let folded: String = letters.flat_map(char::to_lowercase).collect();
    PARTS.contains(&folded.as_str())
}

/// Reports values that are named like lines of an address, and are none: a letter would lack them.
fn unknown_lines(group: Option<&Value>) -> Vec<Finding> {
    let known: Vec<String> = names().collect();
    let columns = group.and_then(Value::as_object).into_iter().flatten();
    let unknown = columns.filter_map(|(key, value)| {
        let number = key.to_lowercase();
        let number = number
            .strip_prefix("line")?
            .trim_start_matches(['_', ' ', '-']);
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let is_empty =
            matches!(value, Value::Null) || value.as_str().is_some_and(|text| !has_words(text));
        let column = format!("address.{key}");
        (is_number && !is_empty && !known.contains(&column)).then_some(column)
    });
    let finding = |column: String| {
        let message = format!("`{column}` is no line of an address");
        let help =
            "name the lines `address.line1` to `address.line9`, or write all in `address.lines`";
        Finding::error("invalid-value", message)
            .help(help)
            .in_column(&column)
    };
    unknown.map(finding).collect()
}

/// Returns the lines of a value.
fn values(
    group: Option<&Value>,
    key: &str,
    column: &str,
    findings: &mut Vec<Finding>,
) -> Vec<String> {
    let mut is_text = true;
    let mut text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null => String::new(),
        _ => {
            is_text = false;
            String::new()
        }
    };
    let texts: Vec<String> = match group.and_then(|group| group.get(key)) {
        None => Vec::new(),
        Some(Value::Array(items)) => items.iter().map(text).collect(),
        Some(value) => vec![text(value)],
    };
    if !is_text {
        findings.push(
            Finding::error(
                "invalid-value",
                "the value is not text, nor a list of lines",
            )
            .in_column(column),
        );
    }
    let lines = texts.iter().flat_map(|text| {
        text.split(|character| character == ';' || LINE_BREAKS.contains(&character))
    });
    let lines: Vec<String> = lines
        .map(|line| line.split_whitespace().collect::<Vec<&str>>().join(" "))
        .filter(|line| has_words(line))
        .take(MAX_LINES)
        .collect();
    if let Some((_, mark)) = lines.iter().find_map(|line| hidden_mark(line)) {
        findings.push(mark.finding("the value").in_column(column));
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(address: Value) -> (Vec<String>, Vec<String>) {
        let data = json!({ "address": address });
        let mut findings = Vec::new();
        let address = PostalAddress::read(data.as_object().unwrap(), &mut findings);
        let findings = findings.iter().map(|finding| finding.message.clone());
        (address.into_lines(), findings.collect())
    }

    #[test]
    fn addresses_are_read_in_each_way() {
        let lines = ["Ada Bell", "Flat 3", "12 Mill Lane", "IN1 2AB"];
        for address in [
            json!({ "name": "Ada Bell", "lines": "Flat 3; 12 Mill Lane;; IN1 2AB;" }),
            json!({ "name": " Ada  Bell ", "lines": "Flat 3\r\n12 Mill Lane\n\nIN1 2AB" }),
            json!({ "name": "Ada Bell", "lines": ["Flat 3", "12 Mill Lane", "IN1 2AB"] }),
            json!({ "lines": "Ada Bell;Flat 3;12 Mill Lane;IN1 2AB" }),
            json!({ "name": "Ada Bell", "line1": "Flat 3", "line2": "12 Mill Lane", "line3": "", "line4": "IN1 2AB" }),
        ] {
            assert_eq!(
                read(address.clone()),
                (lines.map(str::to_owned).to_vec(), Vec::new()),
                "{address}"
            );
        }
        assert_eq!(read(json!({ "lines": ["A 1", 12345] })).0, ["A 1", "12345"]);
    }

    #[test]
    fn incomplete_addresses_are_errors() {
        for (address, message) in [
            (json!({}), "the letter has no address"),
            (json!({ "lines": " ; - ;" }), "the letter has no address"),
            (
                json!({ "name": "Ada Bell", "lines": "" }),
                "the address of the letter has no words below the name",
            ),
            (
                json!({ "name": "", "lines": "12 Mill Lane;IN1 2AB" }),
                "the address of the letter has no name",
            ),
            (
                json!({ "lines": "A 1", "line2": "B" }),
                "the row has `address.lines` and `address.line2`",
            ),
            (
                json!({ "line1": "A 1", "line10": "B" }),
                "`address.line10` is no line of an address",
            ),
            (
                json!({ "line0": "A 1", "line1": "B" }),
                "`address.line0` is no line of an address",
            ),
            (
                json!({ "name": "Lee; Ada", "lines": "12 Mill Lane" }),
                "the name in the address of the letter has several lines, or `;` in it",
            ),
            (
                json!({ "name": "Ada Bell\nFlat 3", "lines": "12 Mill Lane" }),
                "the name in the address of the letter has several lines, or `;` in it",
            ),
            (
                json!({ "lines": true }),
                "the value is not text, nor a list of lines",
            ),
        ] {
            assert!(
                read(address.clone()).1.contains(&message.to_owned()),
                "{address}"
            );
        }
    }
}
