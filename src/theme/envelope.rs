//! Window envelopes, and the parts of a folded letter that their windows show.
//!
//! A folded sheet is smaller than its envelope and slides in it. The window must show the whole address wherever
//! the sheet lies, and nothing else but DIN's sender line. Mailers call this the tap test.
//!
//! Sources of the measures:
//!
//! - DIN 5008, forms A and B: address field 85 × 45 mm, 20 mm from the left and 27 or 45 mm from the top; the upper
//!   17.7 mm are for the return address and remarks, the lower 27.3 mm for the address; folds at 87 and 192, or 105
//!   and 210 mm; the middle mark at 148.5 mm. DIN 680: window 90 × 45 mm, 20 mm from the left and 15 mm from the
//!   bottom of a DL envelope.
//! - UK: window 90 × 35 mm, 20 mm from the left; 18 mm from the bottom of DL, 60 mm of C5. Royal Mail asks for at
//!   least 15 mm at the left and 18 mm at the bottom.
//! - US No. 10: envelope 9 1/2 × 4 1/8 in, window 4 1/2 × 1 1/8 in, 7/8 in from the left and 1/2 in from the bottom.
//!   The Domestic Mail Manual 601.6.3 asks for 1/8 in around the address at every place of the sheet. A letter folded
//!   in thirds slides too far for that, so the sheet is folded at 4 and 8 in.

use clap::ValueEnum;

use super::Paper;
use crate::geometry::{Pt, Rect, Size, mm};

/// A kind of window envelope. Doc comments on its values are `--help` text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ValueEnum)]
pub enum Envelope {
    /// DIN lang, letter with a low head (form A).
    #[value(name = "din-5008-a")]
    Din5008A,
    /// DIN lang, letter with a high head (form B).
    #[value(name = "din-5008-b")]
    Din5008B,
    /// DL, A4 folded in thirds.
    #[value(name = "uk-dl")]
    UkDl,
    /// C5, A4 folded in half.
    #[value(name = "uk-c5")]
    UkC5,
    /// No. 10, Letter folded twice.
    #[value(name = "us-10")]
    Us10,
}

/// Measures of an envelope and of the sheet in it.
struct Measures {
    envelope: Size,
    window: Size,
    /// Distance of the window from the left edge of the envelope.
    window_left: Pt,
    /// Distance of the window from the lower edge of the envelope.
    window_bottom: Pt,
    sheet_width: Pt,
    /// Distances of the folds from the top of the sheet. The part above the first fold is behind the window, with
    /// the fold at the lower edge of the folded sheet.
    folds: &'static [f32],
    /// Height of the folded sheet.
    folded_height: Pt,
    /// Least space between the address and the edge of the window at every place of the sheet: at the sides, and
    /// above and below.
    clearance: Size,
}

const INCH: f32 = 25.4;

fn size(width: f32, height: f32) -> Size {
    Size::new(mm(width), mm(height))
}

impl Envelope {
    /// Returns the only paper of its letters.
    pub fn paper(self) -> Paper {
        match self {
            Envelope::Us10 => Paper::Letter,
            _ => Paper::A4,
        }
    }

    fn measures(self) -> Measures {
        let din = |folds| Measures {
            envelope: size(220.0, 110.0),
            window: size(90.0, 45.0),
            window_left: mm(20.0),
            window_bottom: mm(15.0),
            sheet_width: mm(210.0),
            folds,
            folded_height: mm(105.0),
            clearance: size(5.0, 0.0),
        };
        let uk = |envelope, window_bottom, folds, folded_height| Measures {
            envelope,
            window: size(90.0, 35.0),
            window_left: mm(20.0),
            window_bottom,
            sheet_width: mm(210.0),
            folds,
            folded_height,
            clearance: size(2.0, 0.0),
        };
        match self {
            Envelope::Din5008A => din(&[87.0, 192.0]),
            Envelope::Din5008B => din(&[105.0, 210.0]),
            Envelope::UkDl => uk(size(220.0, 110.0), mm(18.0), &[99.0, 198.0], mm(99.0)),
            Envelope::UkC5 => uk(size(229.0, 162.0), mm(60.0), &[148.5], mm(148.5)),
            Envelope::Us10 => Measures {
                envelope: size(9.5 * INCH, 4.125 * INCH),
                window: size(4.5 * INCH, 1.125 * INCH),
                window_left: mm(0.875 * INCH),
                window_bottom: mm(0.5 * INCH),
                sheet_width: mm(8.5 * INCH),
                folds: &[4.0 * INCH, 8.0 * INCH],
                folded_height: mm(4.0 * INCH),
                clearance: size(0.125 * INCH, 0.125 * INCH),
            },
        }
    }

    /// Returns the distances of the folds from the top of the sheet.
    pub(crate) fn folds(self) -> impl Iterator<Item = Pt> {
        self.measures().folds.iter().map(|&fold| mm(fold))
    }

    /// Returns the distance of the mark for a punch from the top of the sheet, where the standard has one.
    pub(crate) fn middle_mark(self) -> Option<Pt> {
        matches!(self, Envelope::Din5008A | Envelope::Din5008B).then(|| mm(148.5))
    }

    /// Returns the part of the sheet behind the window when the sheet lies at the left and lower edge of the envelope,
    /// and how far the sheet can slide to the right and upwards from there.
    pub(crate) fn at_rest(self) -> (Rect, Size) {
        let measures = self.measures();
        let first_fold = measures.folds.first().map_or(Pt::ZERO, |&fold| mm(fold));
        let Size { width, height } = measures.window;
        let top = first_fold - measures.window_bottom - height;
        let play = Size::new(
            measures.envelope.width - measures.sheet_width,
            measures.envelope.height - measures.folded_height,
        );
        (Rect::new(measures.window_left, top, width, height), play)
    }

    /// Returns the part of the sheet that the window shows wherever the sheet lies.
    pub(crate) fn always_visible(self) -> Rect {
        let (window, play) = self.at_rest();
        Rect::new(
            window.origin.x,
            window.origin.y + play.height,
            window.size.width - play.width,
            window.size.height - play.height,
        )
    }

    /// Returns the part of the sheet that the window can show.
    pub(crate) fn ever_visible(self) -> Rect {
        let (window, play) = self.at_rest();
        Rect::new(
            window.origin.x - play.width,
            window.origin.y,
            window.size.width + play.width,
            window.size.height + play.height,
        )
    }

    /// Returns the area of the address.
    pub(crate) fn address_area(self) -> Rect {
        let visible = self.always_visible();
        let clearance = self.measures().clearance;
        let left = visible.origin.x + clearance.width;
        // DIN 5008 has 5 mm in front of the address only.
        let right = match self.sender_area() {
            Some(_) => visible.right(),
            None => visible.right() - clearance.width,
        };
        let top = match self.sender_area() {
            Some(sender) => sender.bottom(),
            None => visible.origin.y + clearance.height,
        };
        let bottom = visible.bottom() - clearance.height;
        Rect::new(left, top, right - left, bottom - top)
    }

    /// Returns the area of the sender's line above the address, where the standard has one in the window.
    pub(crate) fn sender_area(self) -> Option<Rect> {
        let end = match self {
            Envelope::Din5008A => mm(44.7),
            Envelope::Din5008B => mm(62.7),
            _ => return None,
        };
        let visible = self.always_visible();
        let left = visible.origin.x + self.measures().clearance.width;
        let top = visible.origin.y;
        Some(Rect::new(left, top, visible.right() - left, end - top))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Left, top, right and bottom in millimetres.
    fn edges(area: Rect) -> [f32; 4] {
        let per_mm = mm(1.0).0;
        let edges = [area.origin.x, area.origin.y, area.right(), area.bottom()];
        edges.map(|edge| (edge.0 / per_mm * 10.0).round() / 10.0)
    }

    #[test]
    fn windows_show_what_the_standards_say() {
        // DIN 5008 has the address field where the window of DIN 680 is with the sheet at the lower edge.
        assert_eq!(
            edges(Envelope::Din5008A.at_rest().0),
            [20.0, 27.0, 110.0, 72.0]
        );
        assert_eq!(
            edges(Envelope::Din5008B.at_rest().0),
            [20.0, 45.0, 110.0, 90.0]
        );
        assert_eq!(
            edges(Envelope::Din5008A.address_area()),
            [25.0, 44.7, 100.0, 72.0]
        );
        assert_eq!(
            edges(Envelope::Din5008B.address_area()),
            [25.0, 62.7, 100.0, 90.0]
        );
        assert_eq!(
            edges(Envelope::UkDl.always_visible()),
            [20.0, 57.0, 100.0, 81.0]
        );
        assert_eq!(
            edges(Envelope::UkDl.ever_visible()),
            [10.0, 46.0, 110.0, 92.0]
        );
        assert_eq!(
            edges(Envelope::UkC5.always_visible()),
            [20.0, 67.0, 91.0, 88.5]
        );
        assert_eq!(
            edges(Envelope::UkC5.ever_visible()),
            [1.0, 53.5, 110.0, 102.0]
        );
        assert_eq!(
            edges(Envelope::Us10.always_visible()),
            [22.2, 63.5, 111.1, 88.9]
        );
        assert_eq!(
            edges(Envelope::Us10.address_area()),
            [25.4, 66.7, 108.0, 85.7]
        );
    }

    #[test]
    fn addresses_are_seen_wherever_the_sheet_lies() {
        for envelope in Envelope::value_variants() {
            let (window, play) = envelope.at_rest();
            let address = envelope.address_area();
            // The sheet moves to the right and upwards: what the window shows moves to the left and down.
            for (x, y) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
                let left = window.origin.x - play.width * x;
                let top = window.origin.y + play.height * y;
                let near = mm(0.01);
                assert!(address.origin.x + near >= left, "{envelope:?}");
                assert!(address.origin.y + near >= top, "{envelope:?}");
                assert!(
                    address.right() <= left + window.size.width + near,
                    "{envelope:?}"
                );
                assert!(
                    address.bottom() <= top + window.size.height + near,
                    "{envelope:?}"
                );
            }
            assert!(address.size.height > mm(19.0), "{envelope:?}");
            // Folds are outside the window.
            let shown = envelope.ever_visible();
            for fold in envelope.folds() {
                assert!(
                    fold > shown.bottom() || fold < shown.origin.y,
                    "{envelope:?}"
                );
            }
        }
    }
}
