//! The words that every leaflet needs – "References", "Page 1 of 3", "Take care:" – in the
//! languages that are built in. A shared text layer may override any of them under `words`.

use super::typography::Quotes;

/// A word's name and what it is in English, Swedish and Norwegian bokmål.
type Row = (&'static str, [&'static str; 3]);

/// All built-in words. `{…}` is filled in.
const WORDS: &[Row] = &[
    (
        "leaflet",
        [
            "Patient leaflet",
            "Patientinformation",
            "Pasientinformasjon",
        ],
    ),
    (
        "page-of",
        [
            "Page {page} of {pages}",
            "Sida {page} av {pages}",
            "Side {page} av {pages}",
        ],
    ),
    (
        "see-page",
        ["see page {page}", "se sidan {page}", "se side {page}"],
    ),
    (
        "continued",
        ["(continued)", "(fortsättning)", "(fortsetter)"],
    ),
    (
        "link-to-reference",
        ["Reference {number}", "Källa {number}", "Kilde {number}"],
    ),
    (
        "back-to-text",
        [
            "Back to the text",
            "Tillbaka till texten",
            "Tilbake til teksten",
        ],
    ),
    (
        "well-established",
        ["Well established", "Väl belagt", "Godt dokumentert"],
    ),
    (
        "some-evidence",
        ["Some evidence", "Visst stöd", "Noe dokumentasjon"],
    ),
    (
        "early-research",
        ["Early research", "Tidig forskning", "Tidlig forskning"],
    ),
    (
        "not-supported",
        ["Not supported", "Saknar stöd", "Ikke dokumentert"],
    ),
    (
        "what-to-do",
        ["What to do", "Det här kan du göra", "Dette kan du gjøre"],
    ),
    ("emergency", ["", "", ""]),
    (
        "caution",
        ["Take care:", "Var försiktig:", "Vær forsiktig:"],
    ),
    ("info", ["Good to know:", "Bra att veta:", "Godt å vite:"]),
    ("tip", ["Tip:", "Tips:", "Tips:"]),
    (
        "figure",
        ["Figure {number}.", "Figur {number}.", "Figur {number}."],
    ),
    (
        "edition",
        ["Edition {version}", "Utgåva {version}", "Utgave {version}"],
    ),
    (
        "review-by",
        [
            "Review by {date}",
            "Granskas senast {date}",
            "Revideres innen {date}",
        ],
    ),
    (
        "adapted-by",
        [
            "Adapted by {name}",
            "Anpassad av {name}",
            "Tilpasset av {name}",
        ],
    ),
    (
        "overdue-title",
        [
            "this leaflet is past its review date",
            "det här bladet skulle ha granskats",
            "dette arket skulle vært revidert",
        ],
    ),
    (
        "overdue-body",
        [
            "It should have been checked by {date}. Ask your clinic if there is a newer one.",
            "Det skulle ha granskats senast {date}. Fråga din mottagning om det finns ett nyare.",
            "Det skulle vært revidert innen {date}. Spør klinikken din om det finnes et nyere.",
        ],
    ),
    (
        "glossary",
        [
            "Words in this leaflet",
            "Ord i det här bladet",
            "Ord i dette arket",
        ],
    ),
    ("contact", ["Talk to us", "Kontakta oss", "Kontakt oss"]),
    ("references", ["Where this comes from", "Källor", "Kilder"]),
    (
        "own-questions",
        ["My own questions", "Mina egna frågor", "Mine egne spørsmål"],
    ),
    (
        "scan-website",
        [
            "Scan for our website",
            "Skanna för vår webbplats",
            "Skann for nettstedet vårt",
        ],
    ),
    (
        "scan-references",
        [
            "Scan for the full list",
            "Skanna för hela listan",
            "Skann for hele listen",
        ],
    ),
    (
        "qr-alt",
        [
            "QR code that leads to {address}",
            "QR-kod som leder till {address}",
            "QR-kode som fører til {address}",
        ],
    ),
    ("or", ["or", "eller", "eller"]),
    ("and", ["and", "och", "og"]),
    ("et-al", ["et al.", "m.fl.", "mfl."]),
];

/// What the sheets between leaflets from a printer say to those who sort them. Libraries do not reword it.
const SHEET_WORDS: &[Row] = &[
    (
        "title",
        [
            "Leaflets: {leaflets}, {date}",
            "Blad: {leaflets}, {date}",
            "Ark: {leaflets}, {date}",
        ],
    ),
    (
        "end",
        [
            "End of batch {number}",
            "Slut på omgång {number}",
            "Slutt på bunke {number}",
        ],
    ),
    (
        "rows",
        [
            "Rows {first} to {last}, {date}",
            "Rad {first} till {last}, {date}",
            "Rad {first} til {last}, {date}",
        ],
    ),
    (
        "counts",
        [
            "Leaflets: {leaflets}. With all copies: {copies}. Printed pages: {pages}.",
            "Blad: {leaflets}. Med alla kopior: {copies}. Tryckta sidor: {pages}.",
            "Ark: {leaflets}. Med alle kopier: {copies}. Trykte sider: {pages}.",
        ],
    ),
    (
        "faults",
        [
            "Rows at fault: {count}. Numbers: {rows}.",
            "Rader med fel: {count}. Nummer: {rows}.",
            "Rader med feil: {count}. Numre: {rows}.",
        ],
    ),
];

/// The primary subtag of a BCP 47 tag: `en` of `en-GB`.
pub fn primary(language: &str) -> &str {
    language.split('-').next().unwrap_or(language)
}

/// The names of all words, for messages about unknown ones.
pub fn names() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|(name, _)| *name)
}

/// A built-in word in a language; English where the language is not built in.
pub fn built_in(name: &str, language: &str) -> &'static str {
    of(WORDS, name, language)
}

/// What a sheet between leaflets says, with these values filled in.
pub fn sheet(name: &str, language: &str, values: &[(&str, &str)]) -> String {
    let words = of(SHEET_WORDS, name, language).to_owned();
    values.iter().fold(words, |words, (name, value)| {
        words.replace(&format!("{{{name}}}"), value)
    })
}

/// Whether a language has built-in words of its own.
pub fn are_built_in(language: &str) -> bool {
    column(language).is_some()
}

/// Where the words of a language stand in the tables.
fn column(language: &str) -> Option<usize> {
    match primary(language) {
        "en" => Some(0),
        "sv" => Some(1),
        "nb" | "no" => Some(2),
        _ => None,
    }
}

fn of(rows: &'static [Row], name: &str, language: &str) -> &'static str {
    let column = column(language).unwrap_or(0);
    rows.iter()
        .find(|(word, _)| *word == name)
        .map_or("", |(_, words)| words[column])
}

/// The quotation marks of a language.
pub fn quotes(language: &str) -> Quotes {
    match primary(language) {
        "sv" | "fi" => Quotes {
            double: ('”', '”'),
            single: ('’', '’'),
        },
        "nb" | "no" | "nn" => Quotes {
            double: ('«', '»'),
            single: ('‘', '’'),
        },
        _ => Quotes {
            double: ('“', '”'),
            single: ('‘', '’'),
        },
    }
}

/// Words joined as a list: "A, B or C".
pub fn join(items: &[String], conjunction: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {conjunction} {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_its_places_in_every_language() {
        for (name, words) in WORDS.iter().chain(SHEET_WORDS) {
            let places = |text: &str| {
                let mut found: Vec<String> = text
                    .split('{')
                    .skip(1)
                    .map(|rest| rest.split('}').next().unwrap_or("").to_owned())
                    .collect();
                found.sort();
                found
            };
            assert_eq!(places(words[0]), places(words[1]), "{name}");
            assert_eq!(places(words[0]), places(words[2]), "{name}");
        }
    }

    #[test]
    fn lists_read_as_words() {
        let items = |words: &[&str]| {
            words
                .iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(join(&items(&["A"]), "or"), "A");
        assert_eq!(join(&items(&["A", "B"]), "or"), "A or B");
        assert_eq!(join(&items(&["A", "B", "C"]), "eller"), "A, B eller C");
    }
}
