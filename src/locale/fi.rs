//! Finnish.

use super::{Locale, root, sv};

pub(super) const FINNISH: Locale = Locale {
    tags: &["fi"],
    collation: "fi",
    quotes: sv::SWEDISH.quotes,
    ..root::ROOT
};
