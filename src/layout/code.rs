//! A QR code as one outline (ISO/IEC 18004).

use std::sync::Arc;

use crate::geometry::{Colour, FillRule, Point, Pt, Segment, Shape, mm};

/// A code with its quiet zone of 4 modules.
pub(super) struct Code {
    /// Its width and height.
    pub(super) side: Pt,
    /// Its dark modules.
    pub(super) modules: Arc<Shape>,
}

impl Code {
    /// The code at 25 mm without its quiet zone, larger where modules would be under half a
    /// millimetre. `None` where the words do not fit a code, which is longer than the library's and
    /// clinics' files accept of an address.
    pub(super) fn draw(words: &str) -> Option<Code> {
        let matrix = qrcodegen::QrCode::encode_text(words, qrcodegen::QrCodeEcc::Medium).ok()?;
        let count = matrix.size();
        let module = (mm(25.0) / count as f32).max(mm(0.5));
        let quiet = module * 4.0;
        let mut segments = Vec::new();
        for row in 0..count {
            let mut column = 0;
            while column < count {
                let begin = column;
                while column < count && matrix.get_module(column, row) {
                    column += 1;
                }
                if column > begin {
                    let (left, right) = (quiet + module * begin as f32, quiet + module * column as f32);
                    let (top, bottom) = (quiet + module * row as f32, quiet + module * (row + 1) as f32);
                    segments.extend([
                        Segment::MoveTo(Point::new(left, top)),
                        Segment::LineTo(Point::new(right, top)),
                        Segment::LineTo(Point::new(right, bottom)),
                        Segment::LineTo(Point::new(left, bottom)),
                        Segment::Close,
                    ]);
                } else {
                    column += 1;
                }
            }
        }
        let modules =
            Shape { segments, fill: Some(Colour::BLACK), fill_rule: FillRule::NonZero, stroke: None };
        Some(Code { side: module * count as f32 + quiet * 2.0, modules: Arc::new(modules) })
    }
}
