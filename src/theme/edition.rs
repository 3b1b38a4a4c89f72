//! Editions and papers. The help of their values is `--help` text.

use std::ffi::OsStr;

use clap::ValueEnum;
use clap::builder::{EnumValueParser, PossibleValue, TypedValueParser};
use clap::error::ErrorKind;

/// A variant of the look: all sizes and colours of a leaflet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Edition {
    pub type_size: TypeSize,
    pub look: Look,
    pub length: Length,
}

/// Size of the type. Each size has a layout of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TypeSize {
    /// Running text of 12 pt.
    #[default]
    Standard,
    /// Running text of 18 pt, and nothing under 16 pt.
    Large,
    /// Running text of 24 pt, and nothing under 20 pt but labels of drawings.
    ExtraLarge,
}

/// Use of colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Look {
    /// The clinic's colour and its tints.
    #[default]
    Colour,
    /// Black on white for black-and-white printers. Photographs keep their colours: the printer
    /// turns them grey.
    Mono,
    /// White on black for screens, with pictures on white cards.
    HighContrast,
}

/// How much of the leaflet there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Length {
    /// All of it.
    #[default]
    Full,
    /// One page: the main message, all locked texts and the contact.
    Short,
}

impl Edition {
    pub const STANDARD: Edition = Edition::new(TypeSize::Standard, Look::Colour);
    pub const LARGE_PRINT: Edition = Edition::new(TypeSize::Large, Look::Colour);
    pub const EXTRA_LARGE: Edition = Edition::new(TypeSize::ExtraLarge, Look::Colour);
    pub const MONO: Edition = Edition::new(TypeSize::Standard, Look::Mono);
    pub const SHORT: Edition = Edition::STANDARD.short();
    pub const SHORT_MONO: Edition = Edition::MONO.short();
    pub const SHORT_HIGH_CONTRAST: Edition = Edition::HIGH_CONTRAST.short();
    pub const LARGE_PRINT_MONO: Edition = Edition::new(TypeSize::Large, Look::Mono);
    pub const EXTRA_LARGE_MONO: Edition = Edition::new(TypeSize::ExtraLarge, Look::Mono);

    pub const HIGH_CONTRAST: Edition = Edition::new(TypeSize::Standard, Look::HighContrast);
    pub const LARGE_PRINT_HIGH_CONTRAST: Edition =
        Edition::new(TypeSize::Large, Look::HighContrast);
    pub const EXTRA_LARGE_HIGH_CONTRAST: Edition =
        Edition::new(TypeSize::ExtraLarge, Look::HighContrast);

    const fn new(type_size: TypeSize, look: Look) -> Edition {
        Edition {
            type_size,
            look,
            length: Length::Full,
        }
    }

    pub(crate) const fn short(self) -> Edition {
        Edition {
            length: Length::Short,
            ..self
        }
    }

    /// Whether the edition says only how colour is used, as `mono` does. Its size is the usual one because nobody
    /// chose another.
    pub(crate) fn is_only_look(self) -> bool {
        let usual = Edition {
            look: self.look,
            ..Edition::STANDARD
        };
        self.look != Look::Colour && self == usual
    }

    /// Whether the edition says only how large the type is, as `large-print` does.
    pub(crate) fn is_only_size(self) -> bool {
        self.type_size != TypeSize::Standard && self.look == Look::Colour
    }

    /// Returns what remains of the edition in a format without pages, whose readers set size and colours.
    pub(crate) fn without_pages(self) -> Edition {
        Edition {
            length: self.length,
            ..Edition::STANDARD
        }
    }

    /// Returns the papers that the edition is laid out for. Large type on A5 gives lines of few words,
    /// and the short answer does not fit on the first page.
    pub fn papers(self) -> &'static [Paper] {
        match (self.type_size, self.look) {
            (TypeSize::Standard, Look::Colour | Look::Mono) if self.length == Length::Short => &[
                Paper::A4,
                Paper::Letter,
                Paper::A5,
                Paper::DlTrifold,
                Paper::LetterTrifold,
            ],
            (TypeSize::Standard, Look::Colour | Look::Mono) => &[
                Paper::A4,
                Paper::Letter,
                Paper::A5,
                Paper::A5Booklet,
                Paper::LetterBooklet,
            ],
            // Not for print.
            (TypeSize::Standard, Look::HighContrast) => &[Paper::A4, Paper::Letter, Paper::A5],
            (TypeSize::Large | TypeSize::ExtraLarge, _) => &[Paper::A4, Paper::Letter],
        }
    }

    /// Returns the edition's part of a file name; empty for the standard edition.
    pub(crate) fn file_name_part(self) -> String {
        match self {
            Edition::STANDARD => String::new(),
            other => format!("-{}", other.name().replace(',', "-")),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match (self.type_size, self.look, self.length) {
            (TypeSize::Standard, Look::Colour, Length::Full) => "standard",
            (TypeSize::Standard, Look::Colour, Length::Short) => "short",
            (TypeSize::Standard, Look::Mono, Length::Full) => "mono",
            (TypeSize::Standard, Look::Mono, Length::Short) => "short,mono",
            (TypeSize::Large, Look::Colour, _) => "large-print",
            (TypeSize::ExtraLarge, Look::Colour, _) => "extra-large",
            (TypeSize::Large, Look::Mono, _) => "large-print,mono",
            (TypeSize::ExtraLarge, Look::Mono, _) => "extra-large,mono",
            (TypeSize::Standard, Look::HighContrast, Length::Full) => "high-contrast",
            (TypeSize::Standard, Look::HighContrast, Length::Short) => "short,high-contrast",
            (TypeSize::Large, Look::HighContrast, _) => "large-print,high-contrast",
            (TypeSize::ExtraLarge, Look::HighContrast, _) => "extra-large,high-contrast",
        }
    }
}

impl ValueEnum for Edition {
    fn value_variants<'a>() -> &'a [Edition] {
        &[
            Edition::STANDARD,
            Edition::LARGE_PRINT,
            Edition::EXTRA_LARGE,
            Edition::MONO,
            Edition::LARGE_PRINT_MONO,
            Edition::EXTRA_LARGE_MONO,
            Edition::HIGH_CONTRAST,
            Edition::LARGE_PRINT_HIGH_CONTRAST,
            Edition::EXTRA_LARGE_HIGH_CONTRAST,
            Edition::SHORT,
            Edition::SHORT_MONO,
            Edition::SHORT_HIGH_CONTRAST,
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let value = PossibleValue::new(self.name());
        Some(match *self {
            Edition::LARGE_PRINT => value.help("Text of 18 pt, on A4 or Letter"),
            Edition::EXTRA_LARGE => value.help("Text of 24 pt, on A4 or Letter"),
            Edition::MONO => value.help("Black on white, for black-and-white printers"),
            Edition::LARGE_PRINT_MONO => value.help("Both").alias("mono,large-print"),
            Edition::EXTRA_LARGE_MONO => value.help("Both").alias("mono,extra-large"),
            Edition::HIGH_CONTRAST => value.help("White on black, for screens and not for print"),
            Edition::LARGE_PRINT_HIGH_CONTRAST => {
                value.help("Both").alias("high-contrast,large-print")
            }
            Edition::EXTRA_LARGE_HIGH_CONTRAST => {
                value.help("Both").alias("high-contrast,extra-large")
            }
            Edition::SHORT => value.help("One page: main message, safety texts and contact"),
            Edition::SHORT_MONO => value.help("Both").alias("mono,short"),
            Edition::SHORT_HIGH_CONTRAST => value.help("Both").alias("high-contrast,short"),
            _ => value.help("Text of 12 pt, in the clinic's colour"),
        })
    }
}

/// Reads an edition from the command line. Explains two looks in one edition.
#[derive(Clone)]
pub(crate) struct EditionParser;

impl TypedValueParser for EditionParser {
    type Value = Edition;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Edition, clap::Error> {
        let text = value.to_string_lossy().to_lowercase();
        let has = |part: &str| text.split(',').any(|own| own.trim() == part);
        if has("mono") && has("high-contrast") {
            let message = "`mono` is for black-and-white printers and `high-contrast` for screens: make one edition \
                           for each\n";
            return Err(clap::Error::raw(ErrorKind::InvalidValue, message).with_cmd(command));
        }
        EnumValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue>>> {
        let values = Edition::value_variants().iter();
        Some(Box::new(values.filter_map(ValueEnum::to_possible_value)))
    }
}

/// The paper that a leaflet is laid out for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ValueEnum)]
pub enum Paper {
    /// 210 × 297 mm.
    A4,
    /// 8.5 × 11 in.
    Letter,
    /// 148 × 210 mm.
    A5,
    /// A5 pages on A4, to fold and staple.
    A5Booklet,
    /// Half-letter pages on Letter, to fold and staple.
    LetterBooklet,
    /// A4, folded twice to six panels.
    DlTrifold,
    /// Letter, folded twice to six panels.
    LetterTrifold,
}

impl Paper {
    /// Returns whether sheets are folded to panels, which only a short leaflet fits on.
    pub(crate) fn is_trifold(self) -> bool {
        matches!(self, Paper::DlTrifold | Paper::LetterTrifold)
    }

    /// Returns whether sheets are folded after printing. They need both sides.
    pub fn is_folded(self) -> bool {
        match self {
            Paper::A4 | Paper::Letter | Paper::A5 => false,
            Paper::A5Booklet | Paper::LetterBooklet | Paper::DlTrifold | Paper::LetterTrifold => {
                true
            }
        }
    }
}
