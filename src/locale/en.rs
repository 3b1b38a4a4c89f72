//! English, and the variants of countries that differ.

use super::{Direction, Locale, Phrases, Quotes, ReadabilityFormula, one_is_singular};

pub(super) const ENGLISH: Locale = Locale {
    tags: &["en"],
    direction: Direction::LeftToRight,
    interface: Some(INTERFACE),
    separator_sheet: Some(SEPARATOR_SHEET),
    languages: Some(LANGUAGES),
    draft: Some(DRAFT),
    months: "January February March April May June July August September October November \
        December",
    long_date: "{day}\u{a0}{month} {year}",
    list_separator: ", ",
    plural: one_is_singular,
    quotes: Quotes {
        double: ('“', '”'),
        single: ('‘', '’'),
    },
    collation: "en",
    letters: "",
    units: "second seconds minute minutes hour hours day days week weeks month months year years \
        time times am pm a.m p.m o’clock percent per tablet tablets capsule capsules dose \
        doses drop drops puff puffs unit units spray sprays sachet sachets patch patches \
        teaspoon teaspoons tablespoon tablespoons tsp tbsp bpm hr hrs mins gram grams gramme \
        grammes litre litres liters metre metres meters mile miles pound pounds stone \
        million billion degrees",
    number_labels: "page pages p. pp. figure table step chapter part type grade stage level version no. \
        nr nr. room extension ext. week day age aged tel.",
    number_words: "one two three four five six seven eight nine ten eleven twelve",
    ratio_words: "in of",
    readability: Some(ReadabilityFormula::SchoolGrade),
    citation_locale: "en-US",
    phrases: Phrases {
        address: &["you", "your", "yours", "yourself"],
        get_help: &[
            "call", "tell us", "contact", "see a ", "see your", "ask us", "ask your", "get help",
            "go to",
        ],
        experience: &["experience"],
        early_research: &["early research", "scientists do not know yet"],
    },
};

/// American dates start with the month (CLDR).
pub(super) const ENGLISH_OF_THE_UNITED_STATES: Locale = Locale {
    tags: &["en-US"],
    long_date: "{month}\u{a0}{day}, {year}",
    ..ENGLISH
};

/// Canada and the Philippines share the American dates (CLDR).
pub(super) const ENGLISH_OF_CANADA: Locale = Locale {
    tags: &["en-CA", "en-PH"],
    citation_locale: "en-GB",
    ..ENGLISH_OF_THE_UNITED_STATES
};

pub(super) const INTERNATIONAL_ENGLISH: Locale = Locale {
    tags: &["en-*"],
    citation_locale: "en-GB",
    ..ENGLISH
};

/// Interface strings. The other languages have the same names.
pub(super) const INTERFACE: &[(&str, &str)] = &[
    ("leaflet", "Patient leaflet"),
    ("short-leaflet", "Patient leaflet, short form"),
    ("draft", "Draft"),
    ("example", "Example – not for patients"),
    ("page-of", "Page {page} of {pages}"),
    ("see-page", "see page {page}"),
    ("continued", "(continued)"),
    ("link-to-reference", "Reference {number}"),
    ("back-to-text", "Back to the text"),
    ("well-established", "Well established"),
    ("some-evidence", "Some evidence"),
    ("early-research", "Early research"),
    ("not-supported", "Not supported"),
    ("what-to-do", "What to do"),
    ("emergency", ""),
    ("caution", "Take care:"),
    ("info", "Good to know:"),
    ("tip", "Tip:"),
    ("figure", "Figure {number}."),
    ("edition", "Edition {version}"),
    ("review-by", "Review by {date}"),
    ("adapted-by", "Adapted by {name}"),
    ("overdue-title", "this leaflet is past its review date"),
    (
        "overdue-body",
        "It should have been checked by {date}. Ask your clinic if there is a newer one.",
    ),
    ("glossary", "Words in this leaflet"),
    ("contact", "Talk to us"),
    ("references", "Where this comes from"),
    ("guideline", "Guideline"),
    ("review-of-studies", "Review of studies"),
    ("single-study", "Single study"),
    ("news", "News"),
    ("web-page", "Web page"),
    ("in-language", "in {language}"),
    ("own-questions", "My own questions"),
    ("scan-website", "Scan for our website"),
    ("scan-references", "Scan for the full list"),
    (
        "full-leaflet-ask",
        "This is the short form. Ask us for the full leaflet.",
    ),
    (
        "full-leaflet-at",
        "This is the short form. Full leaflet: {address}",
    ),
    ("full-leaflet-topics", "The full leaflet has more: {topics}"),
    ("in-full-leaflet", "full leaflet"),
    ("scan-full-leaflet", "Scan for the full leaflet"),
    ("qr-alt", "QR code that leads to {address}"),
    ("or", "or"),
    ("and", "and"),
    ("et-al", "et al."),
    ("letter", "Letter"),
    ("letter-dear", "Dear {name},"),
    ("letter-hello", "Hello,"),
    (
        "letter-body",
        "We are sending you information about your health. Please read it when you have time, and keep it.",
    ),
    (
        "letter-questions",
        "Do you have questions? Call us on {phone}.",
    ),
    ("letter-closing", "Kind regards"),
];

/// Names of the languages of sources, by the first part of their tags.
pub(super) const LANGUAGES: &[(&str, &str)] = &[
    ("ar", "Arabic"),
    ("cs", "Czech"),
    ("da", "Danish"),
    ("de", "German"),
    ("el", "Greek"),
    ("en", "English"),
    ("es", "Spanish"),
    ("et", "Estonian"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("he", "Hebrew"),
    ("hu", "Hungarian"),
    ("is", "Icelandic"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("lt", "Lithuanian"),
    ("lv", "Latvian"),
    ("nb", "Norwegian"),
    ("nl", "Dutch"),
    ("nn", "Norwegian"),
    ("no", "Norwegian"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("se", "Northern Sami"),
    ("so", "Somali"),
    ("sv", "Swedish"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("zh", "Chinese"),
];

/// Strings of the separator sheets.
pub(super) const SEPARATOR_SHEET: &[(&str, &str)] = &[
    ("title", "Leaflets: {leaflets}, {date}"),
    ("end", "End of batch {number}"),
    ("rows", "Rows {first} to {last}, {date}"),
    (
        "counts",
        "Leaflets: {leaflets}. With all copies: {copies}. Printed pages: {pages}.",
    ),
    ("faults", "Rows at fault: {count}. Numbers: {rows}."),
];

/// Words of drafts.
pub(super) const DRAFT: &[(&str, &str)] = &[
    ("missing-text", "Missing text: {keys}"),
    ("faults", "Faults of this draft"),
];
