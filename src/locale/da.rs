//! Danish.

use super::{Locale, Phrases, ReadabilityFormula, root};

pub(super) const DANISH: Locale = Locale {
    tags: &["da"],
    collation: "da",
    letters: "ÆØÅæøå",
    readability: Some(ReadabilityFormula::Lix),
    phrases: Phrases {
        address: &["du", "dig", "din", "dit", "dine", "jer"],
        ..Phrases::NONE
    },
    number_words: "en et to tre fire fem seks syv otte ni ti elleve tolv",
    ..root::ROOT
};
