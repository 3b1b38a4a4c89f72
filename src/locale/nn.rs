//! Norwegian Nynorsk.

use super::{Locale, Phrases, ReadabilityFormula, nb, root};

pub(super) const NYNORSK: Locale = Locale {
    tags: &["nn"],
    months: nb::BOKMAL.months,
    long_date: nb::BOKMAL.long_date,
    quotes: nb::BOKMAL.quotes,
    collation: "nn",
    letters: nb::BOKMAL.letters,
    units: nb::BOKMAL.units,
    number_labels: nb::BOKMAL.number_labels,
    number_words: "ein éin eit to tre fire fem seks sju åtte ni ti elleve tolv",
    ratio_words: nb::BOKMAL.ratio_words,
    readability: Some(ReadabilityFormula::Lix),
    phrases: Phrases {
        address: &["du", "deg", "din", "ditt", "dine", "dykk"],
        ..Phrases::NONE
    },
    ..root::ROOT
};
