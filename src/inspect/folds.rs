//! Folds of a sheet.

use clap::ValueEnum;
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::Dict;

use super::is_name;
use super::page::PageText;
use crate::geometry::mm;

/// How sheets are folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Serialize, serde::Deserialize)]
pub enum Fold {
    /// Once, in the middle
    Booklet,
    /// Twice, to three panels, the inner one narrower
    Trifold,
}

impl Fold {
    /// Returns the distances of the folds from the left of a page in points.
    ///
    /// The first page is the outside of the sheet, with the inner panel on its left. The second page is the
    /// inside.
    pub(super) fn places(self, page: &PageText) -> Vec<f64> {
        let width = page.sheet.width();
        let places = match self {
            Fold::Booklet => vec![width / 2.0],
            Fold::Trifold => {
                let letter = f64::from(mm(279.4).0);
                let is_letter = (width - letter).abs() < f64::from(mm(5.0).0);
                // The inner panel, and the other two.
                let (inner, other) = if is_letter {
                    (91.4 / 279.4, 94.0 / 279.4)
                } else {
                    (97.0 / 297.0, 100.0 / 297.0)
                };
                if page.number % 2 == 1 {
                    vec![width * inner, width * (inner + other)]
                } else {
                    vec![width * other, width * other * 2.0]
                }
            }
        };
        places.iter().map(|place| place + page.sheet.x0).collect()
    }
}

/// Returns the fold of our own booklets and trifolds.
pub(super) fn declared(_: &Pdf, catalog: &Dict<'_>) -> Option<Fold> {
    let preferences = catalog.get::<Dict<'_>>("ViewerPreferences")?;
    // Only folded sheets turn over on their short edge.
    is_name(&preferences, "Duplex", "DuplexFlipShortEdge").then_some(Fold::Booklet)
}
