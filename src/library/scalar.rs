//! Types of short texts with a pattern: keys, days, colours and web addresses.

use std::borrow::Cow;

use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use crate::geometry::Colour;
use crate::source::{self, OrderedMap};

/// A key or id: small letters, digits and single hyphens, as in `short-answer`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(inline, with = "String", extend("pattern" = source::KEY_PATTERN))]
pub(super) struct Slug(pub String);

impl TryFrom<String> for Slug {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Slug, Self::Error> {
        if source::is_key(&text) {
            Ok(Slug(text))
        } else {
            Err("a key is written like `short-answer`")
        }
    }
}

/// A day, `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(inline, with = "String", extend("format" = "date"))]
pub(super) struct Day(pub Date);

impl TryFrom<String> for Day {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Day, Self::Error> {
        source::parse_day(&text)
            .map(Day)
            .ok_or("a day is written like `2026-11-21`")
    }
}

/// Reader data that texts may use: a name, or a name with its type, as in `visit.date: date`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "DataFieldFile")]
pub(crate) struct DataField {
    /// Dotted, as in `patient.first_name`.
    pub(crate) name: String,
    pub(crate) is_date: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum DataFieldFile {
    Name(String),
    Typed(OrderedMap<String>),
}

impl TryFrom<DataFieldFile> for DataField {
    type Error = &'static str;

    fn try_from(field: DataFieldFile) -> Result<DataField, Self::Error> {
        let (name, is_date) = match field {
            DataFieldFile::Name(name) => (name, false),
            DataFieldFile::Typed(fields) => match fields.0.as_slice() {
                [(name, kind)] if kind == "date" => (name.clone(), true),
                [_] => return Err("the only type of reader data is `date`"),
                _ => return Err("write one name in each pair of braces"),
            },
        };
        if source::is_data_name(&name) {
            Ok(DataField { name, is_date })
        } else {
            Err("a name of reader data has at most 20 parts between dots")
        }
    }
}

impl JsonSchema for DataField {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "data".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "oneOf": [
                { "type": "string", "pattern": source::DATA_NAME_PATTERN },
                {
                    "type": "object",
                    "description": "A date, as in `visit.date: date`. Texts print it in words.",
                    "patternProperties": { (source::DATA_NAME_PATTERN): { "const": "date" } },
                    "additionalProperties": false,
                    "minProperties": 1,
                    "maxProperties": 1,
                },
            ],
        })
    }
}

/// The name of one value of reader data, dotted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(inline, with = "String", extend("pattern" = source::DATA_NAME_PATTERN))]
pub(crate) struct DataName(pub(crate) String);

impl TryFrom<String> for DataName {
    type Error = &'static str;

    fn try_from(name: String) -> Result<DataName, Self::Error> {
        match source::is_data_name(&name) {
            true => Ok(DataName(name)),
            false => Err("write the name of one value, as in `patient.number`"),
        }
    }
}

/// A colour, `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(inline, with = "String", extend("pattern" = source::COLOUR_PATTERN))]
pub(super) struct HexColour(pub Colour);

impl TryFrom<String> for HexColour {
    type Error = &'static str;

    fn try_from(text: String) -> Result<HexColour, Self::Error> {
        let number = source::is_colour(&text).then(|| u32::from_str_radix(&text[1..], 16));
        let Some(Ok(number)) = number else {
            return Err("a colour is written like `#0f5c69`");
        };
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(HexColour(Colour::rgb(red, green, blue)))
    }
}

/// A web address, `https://…`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(inline, with = "String", extend("pattern" = source::WEB_PATTERN))]
pub(crate) struct WebAddress(pub(crate) String);

impl TryFrom<String> for WebAddress {
    type Error = &'static str;

    fn try_from(text: String) -> Result<WebAddress, Self::Error> {
        if source::is_web_address(&text) {
            Ok(WebAddress(text))
        } else {
            Err("an address is written like `https://clinic.example`")
        }
    }
}

/// A web address in which `{id}` becomes the id of a handout.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(inline, with = "String", extend("pattern" = source::WEB_TEMPLATE_PATTERN))]
pub(crate) struct WebAddressTemplate(pub(crate) String);

impl WebAddressTemplate {
    /// Returns the address for a handout.
    pub(crate) fn address_of(&self, handout: &str) -> String {
        self.0.replace("{id}", handout)
    }
}

impl TryFrom<String> for WebAddressTemplate {
    type Error = &'static str;

    fn try_from(text: String) -> Result<WebAddressTemplate, Self::Error> {
        if source::is_web_address_template(&text) {
            Ok(WebAddressTemplate(text))
        } else {
            Err("an address is written like `https://clinic.example/{id}`")
        }
    }
}

/// The address of a printer, `ipp://server/printers/office`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(inline, with = "String", extend("pattern" = source::PRINTER_PATTERN))]
pub(crate) struct PrinterAddress(pub(crate) String);

impl TryFrom<String> for PrinterAddress {
    type Error = &'static str;

    fn try_from(text: String) -> Result<PrinterAddress, Self::Error> {
        if source::is_printer_address(&text) {
            Ok(PrinterAddress(text))
        } else {
            Err("an address is written like `ipp://server/printers/office`")
        }
    }
}

/// An email address, `desk@clinic.example`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(inline, with = "String", extend("pattern" = source::EMAIL_PATTERN))]
pub(super) struct EmailAddress(pub(super) String);

impl TryFrom<String> for EmailAddress {
    type Error = &'static str;

    fn try_from(text: String) -> Result<EmailAddress, Self::Error> {
        if source::is_email_address(&text) {
            Ok(EmailAddress(text))
        } else {
            Err("an email address is written like `desk@clinic.example`")
        }
    }
}

/// One text or several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub(super) enum OneOrMore {
    One(String),
    /// A telephone number without blanks.
    Digits(u64),
    More(Vec<String>),
}

/// A duration in days, `90 days`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(inline, with = "String", extend("pattern" = source::DAYS_PATTERN))]
pub(crate) struct Days(pub(crate) u32);

impl TryFrom<String> for Days {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Days, Self::Error> {
        let number = text.split(' ').next().filter(|_| source::is_days(&text));
        number
            .and_then(|number| number.parse().ok())
            .map(Days)
            .ok_or("a length of time is written like `90 days`")
    }
}
