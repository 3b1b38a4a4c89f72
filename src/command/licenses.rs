//! `handout licenses`: prints the licences of everything in the program.

use super::{Outcome, print};

/// Title and text of each part of the output.
const PARTS: [(&str, &str); 9] = [
    ("Licences", include_str!("../licenses/overview.txt")),
    ("handout: MIT", include_str!("../../LICENSE-MIT")),
    ("handout: Apache-2.0", include_str!("../../LICENSE-APACHE")),
    (
        "Atkinson Hyperlegible Next",
        include_str!("../../fonts/LICENSES/atkinson-hyperlegible-next-OFL.txt"),
    ),
    (
        "Source Sans 3",
        include_str!("../../fonts/LICENSES/source-sans-3-OFL.txt"),
    ),
    (
        "Noto Sans Arabic",
        include_str!("../../fonts/LICENSES/noto-sans-arabic-OFL.txt"),
    ),
    (
        "Noto Sans Hebrew",
        include_str!("../../fonts/LICENSES/noto-sans-hebrew-OFL.txt"),
    ),
    (
        "healthicons",
        include_str!("../pictogram/icons/healthicons-2.0.0-MIT.txt"),
    ),
    ("Crates", include_str!("../licenses/crates.txt")),
];

pub(super) fn run() -> anyhow::Result<Outcome> {
    let parts = PARTS.map(|(title, text)| {
        let line = "=".repeat(title.chars().count());
        format!("{title}\n{line}\n\n{}\n", text.trim())
    });
    print(&parts.join("\n"))?;
    Ok(Outcome::Done)
}
