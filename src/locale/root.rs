//! Root locale, for languages without a file: English words, and no rule that judges a text.

use super::{Locale, Phrases, en};

pub(super) const ROOT: Locale = Locale {
    tags: &["und"],
    interface: None,
    separator_sheet: None,
    languages: None,
    draft: None,
    collation: "und",
    readability: None,
    phrases: Phrases::NONE,
    ..en::ENGLISH
};
