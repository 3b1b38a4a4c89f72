//! The shape of `clinic.yaml` and its JSON Schema.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::document::Key;
use crate::library::definition::Anchor;
use crate::library::definition::schema::InsertedEntry;
use crate::library::scalar::{
    DataField, DataName, EmailAddress, HexColour, OneOrMore, PrinterAddress, Slug, WebAddress,
    WebAddressTemplate,
};
use crate::library::text::TextFile;
use crate::locale::DateOrder;
use crate::printer::PrintSides;
use crate::source::{self, OrderedMap, PlainValue};
use crate::value_fault::{LINE_BREAKS, is_blank};

/// A clinic: its contact, its looks, and its changes to the leaflets.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "clinic")]
pub(crate) struct ClinicFacts {
    /// The clinic's name.
    pub(crate) name: String,
    /// The department within it.
    pub(crate) department: Option<String>,
    /// The telephone number as it is printed; a list if there are several.
    pub(super) phone: Option<OneOrMore>,
    /// The email address.
    pub(super) email: Option<EmailAddress>,
    /// The web site, `https://…`.
    pub(super) website: Option<WebAddress>,
    /// The postal address.
    pub(crate) address: Option<String>,
    /// Opening hours.
    pub(crate) hours: Option<String>,
    /// The number to call in an emergency, as in `"999"`.
    pub(crate) emergency_number: Option<String>,
    /// The number to call in a crisis, as in `"116 123"`.
    pub(crate) crisis_line: Option<String>,
    /// How the leaflets look.
    #[serde(default)]
    pub(super) brand: BrandFile,
    /// Default values of flags of `generate`.
    #[serde(default)]
    pub(crate) defaults: DefaultsFile,
    /// Reader data that the clinic's texts may use in every leaflet, as in
    /// `[patient.first_name, { visit.date: date }]`.
    #[serde(default)]
    pub(crate) data: Vec<DataField>,
    /// The reader data that is the clinic's own reference, as in `patient.number`. The log of leaflets has it as a hash
    /// with a secret key.
    pub(crate) log_reference: Option<DataName>,
    /// Printers that `handout serve` prints on.
    #[serde(default)]
    pub(crate) printers: Vec<PrinterFile>,
    /// Small print about who runs the clinic.
    pub(crate) imprint: Option<String>,
    /// Whether the footer says "Adapted by …" where the clinic changed texts.
    #[serde(default = "yes")]
    pub(crate) adapted_notice: bool,
    /// What happens when the library changes a text that the clinic replaces.
    #[serde(default)]
    pub(crate) on_base_change: BaseChange,
    /// The web address of the full leaflets with their lists of references. QR codes of short leaflets and short
    /// lists lead there. `{id}` becomes the handout's id.
    pub(crate) references_url: Option<WebAddressTemplate>,
    /// The clinic's own variables. Texts use them as `clinic.vars.…`.
    #[serde(default)]
    pub(super) vars: OrderedMap<PlainValue>,
    /// The clinic's texts: by language, then by `shared` or a handout's id, then by the texts'
    /// keys.
    #[serde(default)]
    pub(super) text: OrderedMap<ClinicTextFile>,
    /// Changes to handouts' sections, by the handout's id.
    #[serde(default)]
    pub(super) sections: OrderedMap<SectionsFile>,
}

impl ClinicFacts {
    /// Drops texts without words, so that they count as missing.
    pub(super) fn drop_blank_texts(&mut self) {
        for text in [
            &mut self.department,
            &mut self.address,
            &mut self.hours,
            &mut self.emergency_number,
            &mut self.crisis_line,
            &mut self.imprint,
        ] {
            text.take_if(|text| is_blank(text));
        }
    }

    /// Drops control characters, which print as nothing. A line break becomes a blank, except in values of several
    /// lines.
    pub(super) fn drop_controls(&mut self) {
        let facts = [
            (Some(&mut self.name), ' '),
            (self.department.as_mut(), ' '),
            (self.emergency_number.as_mut(), ' '),
            (self.crisis_line.as_mut(), ' '),
            (self.address.as_mut(), '\n'),
            (self.hours.as_mut(), '\n'),
            (self.imprint.as_mut(), '\n'),
        ];
        for (text, line_break) in facts {
            let Some(text) = text else { continue };
            *text = without_controls(text, line_break);
        }
    }
}

/// How the leaflets look.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(inline)]
pub(super) struct BrandFile {
    /// The logo's path in the clinic's folder: SVG, PNG, JPEG, WebP or GIF.
    pub(super) logo: Option<String>,
    /// Words for readers who cannot see the logo.
    pub(super) logo_alt: Option<String>,
    /// Whether the clinic's name is printed beside the logo. `false` if the logo says it.
    pub(super) show_name: Option<bool>,
    /// One colour as `#rrggbb`. The other colours are derived from it. It is darkened where text
    /// would be hard to read.
    pub(super) colour: Option<HexColour>,
    /// The same as `colour`.
    pub(super) color: Option<HexColour>,
    /// The clinic's own typefaces.
    pub(super) faces: Option<FacesFile>,
    /// Typefaces for names in scripts that the others lack, as in `[fonts/NotoSansSC-Regular.otf]`.
    /// Arabic and Hebrew are built in. All faces in the folder `fonts` are used, too.
    pub(super) fallback_faces: Vec<String>,
}

/// The clinic's own typefaces: TrueType or OpenType files, one for each weight.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(super) struct FacesFile {
    /// The file for running text in the clinic's folder, as in `fonts/Own-Regular.ttf`.
    pub(super) regular: String,
    /// The file for headings and strong words, as in `fonts/Own-Bold.ttf`.
    pub(super) bold: String,
}

/// A printer that `handout serve` offers. Its settings are the flags of `handout print`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(crate) struct PrinterFile {
    /// The name that staff know, as in `Reception`.
    pub(crate) name: String,
    /// The address, as in `ipp://server/printers/office`. `handout printers` lists those of a print server.
    pub(crate) address: PrinterAddress,
    /// Printed sides. Without it, the printer chooses. Sheets that are folded always have both.
    pub(crate) sides: Option<PrintSides>,
    /// Whether leaflets are stapled.
    #[serde(default)]
    pub(crate) staple: bool,
    /// Whether the sheets of booklets and of papers that are folded twice are folded.
    #[serde(default)]
    pub(crate) fold: bool,
    /// The tray that the paper is taken from, as in `tray-2`. `handout printers` lists the trays.
    pub(crate) tray: Option<String>,
}

/// Default values of flags of `generate`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "OrderedMap<String>")]
pub(crate) struct DefaultsFile(pub(crate) BTreeMap<String, String>);

/// The flags of `generate` that have defaults, and the order of dates: name, description and values.
/// `&[]` allows any value.
pub(crate) const DEFAULTS: [(&str, &str, &[&str]); 8] = [
    (
        "paper",
        "The size of the paper.",
        &[
            "a4",
            "letter",
            "a5",
            "a5-booklet",
            "letter-booklet",
            "dl-trifold",
            "letter-trifold",
        ],
    ),
    (
        "edition",
        "The edition. Large print is for A4 and Letter.",
        &[
            "standard",
            "large-print",
            "extra-large",
            "mono",
            "large-print,mono",
            "extra-large,mono",
            "high-contrast",
            "large-print,high-contrast",
            "extra-large,high-contrast",
            "short",
            "short,mono",
            "short,high-contrast",
        ],
    ),
    (
        "language",
        "The language, as in `en`, `sv` or `nb`. With a country, as in `en-US`, dates are written as there.",
        &[],
    ),
    (
        "references",
        "How much of the reference list is printed.",
        &["full", "short", "qr"],
    ),
    ("format", "The kind of file.", &["pdf", "html", "text"]),
    (
        "cover",
        "Where the reader's address is: in a letter before a leaflet, in the leaflet's masthead, or nowhere.",
        &["none", "letter", "masthead"],
    ),
    (
        "envelope",
        "The window envelope of letters. `us-10` is for Letter, the others are for A4.",
        &["din-5008-a", "din-5008-b", "uk-dl", "uk-c5", "us-10"],
    ),
    (
        "date_order",
        "The order of day and month in dates such as 03/04/2027: `dmy` or `mdy`.",
        &DateOrder::NAMES,
    ),
];

impl TryFrom<OrderedMap<String>> for DefaultsFile {
    type Error = &'static str;

    fn try_from(values: OrderedMap<String>) -> Result<DefaultsFile, Self::Error> {
        let usual = |(flag, value): (String, String)| match flag.as_str() {
            "language" => (flag, source::language_tag(&value)),
            _ => (flag, value.to_lowercase()),
        };
        let values: BTreeMap<String, String> = values.0.into_iter().map(usual).collect();
        let known = |(flag, value): (&String, &String)| {
            DEFAULTS.iter().any(|(name, _, values)| {
                let is_allowed = match *name {
                    "language" => source::is_language(value),
                    _ => values.is_empty() || values.contains(&value.as_str()),
                };
                name == flag && is_allowed
            })
        };
        if values.iter().all(known) {
            Ok(DefaultsFile(values))
        } else {
            Err("no such default")
        }
    }
}

impl JsonSchema for DefaultsFile {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "defaults".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let property = |(name, description, values): (&str, &str, &[&str])| {
            let mut schema = json!({ "type": "string", "description": description });
            if !values.is_empty() {
                schema["enum"] = values.into();
            }
            if name == "language" {
                schema["pattern"] = source::LANGUAGE_PATTERN.into();
            }
            (name.to_owned(), schema)
        };
        let properties: Map<String, Value> = DEFAULTS.into_iter().map(property).collect();
        json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
    }
}

/// What happens when the library changes a text that the clinic replaces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum BaseChange {
    /// Leaflets are made, with a warning.
    #[default]
    Warn,
    /// Leaflets are not made until the change is accepted or merged.
    Refuse,
}

/// A clinic's texts in one language: for `shared` and for handouts.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(rename = "clinic-text")]
pub(in crate::library) struct ClinicTextFile(pub(super) OrderedMap<TextFile>);

/// Changes to one handout's sections.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(inline)]
pub(super) struct SectionsFile {
    /// New sections, as in `{ section: our-classes, after: what-helps }`.
    pub(super) insert: Vec<InsertedEntry>,
    /// Sections that move, as in `{ key: questions-to-ask, before: references }`.
    #[serde(rename = "move")]
    pub(super) moves: Vec<MoveFile>,
    /// Sections that are left out.
    pub(super) remove: Vec<Slug>,
}

/// A section that moves.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "MoveFields")]
#[schemars(inline, with = "MoveFields")]
pub(super) struct MoveFile {
    pub(super) key: Key,
    pub(super) anchor: Anchor,
}

/// A section that moves after or before another.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct MoveFields {
    /// The key of the section that moves.
    key: Slug,
    /// The key of the section before it.
    after: Option<Slug>,
    /// The key of the section after it.
    before: Option<Slug>,
}

impl TryFrom<MoveFields> for MoveFile {
    type Error = &'static str;

    fn try_from(fields: MoveFields) -> Result<MoveFile, Self::Error> {
        let anchor = match (fields.after, fields.before) {
            (Some(key), None) => Anchor::After(key.0),
            (None, Some(key)) => Anchor::Before(key.0),
            _ => return Err("a section goes after a key or before one"),
        };
        Ok(MoveFile {
            key: fields.key.0,
            anchor,
        })
    }
}

fn without_controls(text: &str, line_break: char) -> String {
    let text = text.trim().replace("\r\n", "\n");
    let characters = text.chars().map(|character| match character {
        _ if LINE_BREAKS.contains(&character) => line_break,
        '\t' => ' ',
        _ => character,
    });
    characters
        .filter(|character| !character.is_control() || *character == '\n')
        .collect()
}

fn yes() -> bool {
    true
}
