//! What each edition promises its readers. `handout inspect --claims` holds finished files to it.

use super::{Edition, Look, TypeSize};
use crate::geometry::{Pt, mm};

/// Limits of an edition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Promise {
    /// Least size of running text.
    pub body: Pt,
    /// Least size of all other text.
    pub smallest: Pt,
    /// Least size of text in pictures.
    pub smallest_label: Pt,
    /// Least leading of running text, as a multiple of its size.
    pub leading: f64,
    /// Most characters of a line of running text.
    pub measure: f64,
    /// Least contrast of running text (WCAG 2.2, 1.4.6).
    pub body_contrast: f64,
    /// Least contrast of all text (WCAG 2.2, 1.4.3).
    pub contrast: f64,
    /// Least distance of text to the edge of the sheet. Printers leave up to 4.3 mm white.
    pub edge: Pt,
    /// Least distance of text to a fold.
    pub fold: Pt,
}

impl Edition {
    /// Returns what the edition promises, on every paper.
    pub(crate) fn promise(self) -> Promise {
        let (body, smallest, smallest_label, measure) = match self.type_size {
            TypeSize::Standard => (12.0, 10.0, 9.0, 95.0),
            TypeSize::Large => (18.0, 16.0, 16.0, 80.0),
            TypeSize::ExtraLarge => (24.0, 20.0, 16.0, 80.0),
        };
        Promise {
            body: Pt(body),
            smallest: Pt(smallest),
            smallest_label: Pt(smallest_label),
            leading: 1.3,
            measure,
            body_contrast: 7.0,
            contrast: match self.look {
                Look::Colour | Look::Mono => 4.5,
                Look::HighContrast => 7.0,
            },
            edge: mm(5.0),
            fold: mm(5.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;
    use crate::theme::{DEFAULT_BRAND, Theme};

    #[test]
    fn themes_keep_their_promise() {
        for edition in Edition::value_variants() {
            let promise = edition.promise();
            for paper in edition.papers() {
                let theme = Theme::new(*edition, *paper, DEFAULT_BRAND);
                let types = &theme.types;
                assert!(types.body.size >= promise.body, "{edition:?}");
                let leading = f64::from(types.body.leading.0 / types.body.size.0);
                assert!(leading >= promise.leading, "{edition:?}");
                for style in [types.small, types.citation, types.badge, types.caption] {
                    assert!(style.size >= promise.smallest, "{edition:?}: {style:?}");
                }
                assert!(theme.footer.paper_edge >= promise.edge, "{edition:?}");
            }
        }
    }
}
