//! Finnish.

use super::{Locale, root, sv};

pub(super) const FINNISH: Locale = Locale {
    tags: &["fi"],
    collation: "fi",
    quotes: sv::SWEDISH.quotes,
    number_words: "yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen",
    ..root::ROOT
};
