//! Folds of a sheet.

use clap::ValueEnum;
use hayro_interpret::hayro_syntax::object::Dict;

use super::is_name;
use super::page::{PageText, TextRun};
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
    /// inside. In languages that run from right to left, a sheet is mirrored.
    pub(super) fn places(self, page: &PageText, is_mirrored: bool) -> Vec<f64> {
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
        let mirrored = |place: f64| if is_mirrored { width - place } else { place };
        places
            .into_iter()
            .map(|place| mirrored(place) + page.sheet.x0)
            .collect()
    }

    /// Returns the text of each panel between the folds of a sheet.
    pub(super) fn panels(self, page: &PageText, is_mirrored: bool) -> Vec<Vec<&TextRun>> {
        let places = self.places(page, is_mirrored);
        let mut panels = vec![Vec::new(); places.len() + 1];
        for run in &page.runs {
            let panel = places.iter().filter(|place| run.start.x > **place).count();
            panels[panel].push(run);
        }
        panels
    }
}

/// Returns the fold that a file declares; `None` if it does not.
///
/// Trifolds have marks of their folds at the top edge. Booklets demand printing on both sides, turned over
/// on the short edge.
pub(super) fn declared(catalog: &Dict<'_>, pages: &[PageText], is_mirrored: bool) -> Option<Fold> {
    const NEAR: f64 = 2.0;
    let first = pages.first()?;
    let folds = Fold::Trifold.places(first, is_mirrored);
    let is_marked = |fold: &f64| {
        first
            .fold_marks
            .iter()
            .any(|mark| (mark - fold).abs() < NEAR)
    };
    if folds.iter().all(is_marked) {
        return Some(Fold::Trifold);
    }
    let preferences = catalog.get::<Dict<'_>>("ViewerPreferences")?;
    let is_landscape = |page: &PageText| page.sheet.width() > page.sheet.height();
    let is_booklet =
        is_name(&preferences, "Duplex", "DuplexFlipShortEdge") && pages.iter().all(is_landscape);
    is_booklet.then_some(Fold::Booklet)
}
