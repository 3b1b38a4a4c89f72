//! Swedish.

use super::{Direction, Locale, Phrases, Quotes, ReadabilityFormula, one_is_singular};

pub(super) const SWEDISH: Locale = Locale {
    tags: &["sv"],
    direction: Direction::LeftToRight,
    interface: Some(INTERFACE),
    separator_sheet: Some(SEPARATOR_SHEET),
    languages: Some(LANGUAGES),
    draft: Some(DRAFT),
    months: "januari februari mars april maj juni juli augusti september oktober november \
        december",
    long_date: "{day}\u{a0}{month} {year}",
    list_separator: ", ",
    plural: one_is_singular,
    quotes: Quotes {
        double: ('”', '”'),
        single: ('’', '’'),
    },
    collation: "sv",
    letters: "ÅÄÖåäöé",
    units: "sekund sekunder minut minuter timme timmar dag dagar dygn vecka veckor månad månader \
        år gång gånger procent tablett tabletter kapsel kapslar dos doser droppe droppar \
        enhet enheter tesked teskedar matsked matskedar tsk msk krm gram liter meter miljon \
        miljoner kronor",
    number_labels: "sida sidan sidor s. figur tabell steg kapitel del typ grad stadium nivå version nr \
        nr. rum vecka dag tel. kl. klockan",
    number_words: "en ett två tre fyra fem sex sju åtta nio tio elva tolv",
    ratio_words: "av på",
    readability: Some(ReadabilityFormula::Lix),
    citation_locale: "sv-SE",
    phrases: Phrases {
        address: &["du", "dig", "din", "ditt", "dina", "er", "ni"],
        get_help: &["ring", "kontakta", "sök ", "berätta för", "fråga"],
        experience: &["erfarenhet"],
        early_research: &["tidig forskning", "forskarna vet inte än"],
    },
};

const INTERFACE: &[(&str, &str)] = &[
    ("leaflet", "Patientinformation"),
    ("short-leaflet", "Patientinformation, kort version"),
    ("draft", "Utkast"),
    ("example", "Exempel – inte för patienter"),
    ("page-of", "Sida {page} av {pages}"),
    ("see-page", "se sidan {page}"),
    ("continued", "(fortsättning)"),
    ("link-to-reference", "Källa {number}"),
    ("back-to-text", "Tillbaka till texten"),
    ("well-established", "Väl belagt"),
    ("some-evidence", "Visst stöd"),
    ("early-research", "Tidig forskning"),
    ("not-supported", "Saknar stöd"),
    ("what-to-do", "Det här kan du göra"),
    ("emergency", ""),
    ("caution", "Var försiktig:"),
    ("info", "Bra att veta:"),
    ("tip", "Tips:"),
    ("figure", "Figur {number}."),
    ("edition", "Utgåva {version}"),
    ("review-by", "Granskas senast {date}"),
    ("adapted-by", "Anpassad av {name}"),
    ("overdue-title", "det här bladet skulle ha granskats"),
    (
        "overdue-body",
        "Det skulle ha granskats senast {date}. Fråga din mottagning om det finns ett nyare.",
    ),
    ("glossary", "Ord i det här bladet"),
    ("contact", "Kontakta oss"),
    ("references", "Källor"),
    ("guideline", "Riktlinje"),
    ("review-of-studies", "Översikt av studier"),
    ("single-study", "Enskild studie"),
    ("news", "Nyhet"),
    ("web-page", "Webbsida"),
    ("in-language", "på {language}"),
    ("own-questions", "Mina egna frågor"),
    ("scan-website", "Skanna för vår webbplats"),
    ("scan-references", "Skanna för hela listan"),
    (
        "full-leaflet-ask",
        "Det här är den korta versionen. Fråga oss efter hela bladet.",
    ),
    (
        "full-leaflet-at",
        "Det här är den korta versionen. Hela bladet: {address}",
    ),
    ("full-leaflet-topics", "Hela bladet tar också upp: {topics}"),
    ("scan-full-leaflet", "Skanna för hela bladet"),
    ("qr-alt", "QR-kod som leder till {address}"),
    ("or", "eller"),
    ("and", "och"),
    ("et-al", "m.fl."),
];

const LANGUAGES: &[(&str, &str)] = &[
    ("ar", "arabiska"),
    ("cs", "tjeckiska"),
    ("da", "danska"),
    ("de", "tyska"),
    ("el", "grekiska"),
    ("en", "engelska"),
    ("es", "spanska"),
    ("et", "estniska"),
    ("fi", "finska"),
    ("fr", "franska"),
    ("he", "hebreiska"),
    ("hu", "ungerska"),
    ("is", "isländska"),
    ("it", "italienska"),
    ("ja", "japanska"),
    ("ko", "koreanska"),
    ("lt", "litauiska"),
    ("lv", "lettiska"),
    ("nb", "norska"),
    ("nl", "nederländska"),
    ("nn", "norska"),
    ("no", "norska"),
    ("pl", "polska"),
    ("pt", "portugisiska"),
    ("ro", "rumänska"),
    ("ru", "ryska"),
    ("se", "nordsamiska"),
    ("so", "somaliska"),
    ("sv", "svenska"),
    ("tr", "turkiska"),
    ("uk", "ukrainska"),
    ("zh", "kinesiska"),
];

const SEPARATOR_SHEET: &[(&str, &str)] = &[
    ("title", "Blad: {leaflets}, {date}"),
    ("end", "Slut på omgång {number}"),
    ("rows", "Rad {first} till {last}, {date}"),
    (
        "counts",
        "Blad: {leaflets}. Med alla kopior: {copies}. Tryckta sidor: {pages}.",
    ),
    ("faults", "Rader med fel: {count}. Nummer: {rows}."),
];

const DRAFT: &[(&str, &str)] = &[
    ("missing-text", "Text saknas: {keys}"),
    ("faults", "Fel i utkastet"),
];
