//! Norwegian Bokmål.

use super::{Direction, Locale, Phrases, Quotes, ReadabilityFormula, one_is_singular};

pub(super) const BOKMAL: Locale = Locale {
    tags: &["nb", "no"],
    direction: Direction::LeftToRight,
    interface: Some(INTERFACE),
    separator_sheet: Some(SEPARATOR_SHEET),
    languages: Some(LANGUAGES),
    draft: Some(DRAFT),
    months: "januar februar mars april mai juni juli august september oktober november desember",
    long_date: "{day}.\u{a0}{month} {year}",
    list_separator: ", ",
    plural: one_is_singular,
    quotes: Quotes {
        double: ('«', '»'),
        single: ('‘', '’'),
    },
    collation: "nb",
    letters: "ÆØÅæøåéòô",
    units: "sekund sekunder minutt minutter time timer dag dager døgn uke uker måned måneder år \
        gang ganger prosent tablett tabletter kapsel kapsler dose doser dråpe dråper enhet \
        enheter teskje teskjeer spiseskje spiseskjeer gram liter meter million millioner \
        kroner",
    number_labels: "side sidene s. figur tabell trinn kapittel del type grad stadium nivå versjon nr nr. \
        rom uke dag tel. tlf. kl. klokken",
    number_words: "en én ett to tre fire fem seks sju syv åtte ni ti elleve tolv",
    ratio_words: "av på",
    readability: Some(ReadabilityFormula::Lix),
    citation_locale: "nb-NO",
    phrases: Phrases {
        address: &["du", "deg", "din", "ditt", "dine", "dere"],
        get_help: &["ring", "kontakt", "oppsøk", "si fra", "spør"],
        experience: &["erfaring"],
        early_research: &["tidlig forskning", "forskerne vet ikke ennå"],
    },
};

const INTERFACE: &[(&str, &str)] = &[
    ("leaflet", "Pasientinformasjon"),
    ("draft", "Utkast"),
    ("example", "Eksempel – ikke for pasienter"),
    ("page-of", "Side {page} av {pages}"),
    ("see-page", "se side {page}"),
    ("continued", "(fortsetter)"),
    ("link-to-reference", "Kilde {number}"),
    ("back-to-text", "Tilbake til teksten"),
    ("well-established", "Godt dokumentert"),
    ("some-evidence", "Noe dokumentasjon"),
    ("early-research", "Tidlig forskning"),
    ("not-supported", "Ikke dokumentert"),
    ("what-to-do", "Dette kan du gjøre"),
    ("emergency", ""),
    ("caution", "Vær forsiktig:"),
    ("info", "Godt å vite:"),
    ("tip", "Tips:"),
    ("figure", "Figur {number}."),
    ("edition", "Utgave {version}"),
    ("review-by", "Revideres innen {date}"),
    ("adapted-by", "Tilpasset av {name}"),
    ("overdue-title", "dette arket skulle vært revidert"),
    (
        "overdue-body",
        "Det skulle vært revidert innen {date}. Spør klinikken din om det finnes et nyere.",
    ),
    ("glossary", "Ord i dette arket"),
    ("contact", "Kontakt oss"),
    ("references", "Kilder"),
    ("guideline", "Retningslinje"),
    ("review-of-studies", "Oversikt over studier"),
    ("single-study", "Enkeltstudie"),
    ("news", "Nyhet"),
    ("web-page", "Nettside"),
    ("in-language", "på {language}"),
    ("own-questions", "Mine egne spørsmål"),
    ("scan-website", "Skann for nettstedet vårt"),
    ("scan-references", "Skann for hele listen"),
    ("qr-alt", "QR-kode som fører til {address}"),
    ("or", "eller"),
    ("and", "og"),
    ("et-al", "mfl."),
];

const LANGUAGES: &[(&str, &str)] = &[
    ("ar", "arabisk"),
    ("cs", "tsjekkisk"),
    ("da", "dansk"),
    ("de", "tysk"),
    ("el", "gresk"),
    ("en", "engelsk"),
    ("es", "spansk"),
    ("et", "estisk"),
    ("fi", "finsk"),
    ("fr", "fransk"),
    ("he", "hebraisk"),
    ("hu", "ungarsk"),
    ("is", "islandsk"),
    ("it", "italiensk"),
    ("ja", "japansk"),
    ("ko", "koreansk"),
    ("lt", "litauisk"),
    ("lv", "latvisk"),
    ("nb", "norsk"),
    ("nl", "nederlandsk"),
    ("nn", "norsk"),
    ("no", "norsk"),
    ("pl", "polsk"),
    ("pt", "portugisisk"),
    ("ro", "rumensk"),
    ("ru", "russisk"),
    ("se", "nordsamisk"),
    ("so", "somali"),
    ("sv", "svensk"),
    ("tr", "tyrkisk"),
    ("uk", "ukrainsk"),
    ("zh", "kinesisk"),
];

const SEPARATOR_SHEET: &[(&str, &str)] = &[
    ("title", "Ark: {leaflets}, {date}"),
    ("end", "Slutt på bunke {number}"),
    ("rows", "Rad {first} til {last}, {date}"),
    (
        "counts",
        "Ark: {leaflets}. Med alle kopier: {copies}. Trykte sider: {pages}.",
    ),
    ("faults", "Rader med feil: {count}. Numre: {rows}."),
];

const DRAFT: &[(&str, &str)] = &[
    ("missing-text", "Tekst mangler: {keys}"),
    ("faults", "Feil i utkastet"),
];
