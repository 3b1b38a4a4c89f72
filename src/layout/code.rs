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
        for [left, top, right, bottom] in
            rectangles(count, |column, row| matrix.get_module(column, row))
        {
            let place = |modules: i32| quiet + module * modules as f32;
            let (left, top, right, bottom) = (place(left), place(top), place(right), place(bottom));
            segments.extend([
                Segment::MoveTo(Point::new(left, top)),
                Segment::LineTo(Point::new(right, top)),
                Segment::LineTo(Point::new(right, bottom)),
                Segment::LineTo(Point::new(left, bottom)),
                Segment::Close,
            ]);
        }
        let modules = Shape {
            segments,
            fill: Some(Colour::BLACK),
            fill_rule: FillRule::NonZero,
            stroke: None,
        };
        Some(Code {
            side: module * count as f32 + quiet * 2.0,
            modules: Arc::new(modules),
        })
    }
}

/// Few rectangles that cover the dark modules, none twice: left, top, right and bottom of each. From the
/// first module that is not covered yet, row by row, the larger of what reaches to the right and then
/// down, and of what reaches straight down.
fn rectangles(count: i32, is_dark: impl Fn(i32, i32) -> bool) -> Vec<[i32; 4]> {
    let mut covered = vec![false; (count * count) as usize];
    let mut rectangles = Vec::new();
    for row in 0..count {
        for column in 0..count {
            let is_open = |x: i32, y: i32| {
                is_dark(x, y) && !covered.get((y * count + x) as usize).unwrap_or(&true)
            };
            let right = (column..count).find(|&x| !is_open(x, row)).unwrap_or(count);
            let below = |right: i32| {
                (row..count)
                    .find(|&y| !(column..right).all(|x| is_open(x, y)))
                    .unwrap_or(count)
            };
            if right == column {
                continue;
            }
            let (wide, tall) = (below(right), below(column + 1));
            let is_tall = tall - row > (right - column) * (wide - row);
            let (right, bottom) = if is_tall {
                (column + 1, tall)
            } else {
                (right, wide)
            };
            for y in row..bottom {
                covered[(y * count + column) as usize..(y * count + right) as usize].fill(true);
            }
            rectangles.push([column, row, right, bottom]);
        }
    }
    rectangles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rectangles_cover_each_dark_module_once() {
        let matrix =
            qrcodegen::QrCode::encode_text("riverside.example", qrcodegen::QrCodeEcc::Medium)
                .unwrap();
        let count = matrix.size();
        let is_dark = |column, row| matrix.get_module(column, row);
        let rectangles = rectangles(count, is_dark);
        for row in 0..count {
            for column in 0..count {
                let over = rectangles.iter().filter(|[left, top, right, bottom]| {
                    (*left..*right).contains(&column) && (*top..*bottom).contains(&row)
                });
                assert_eq!(
                    over.count(),
                    usize::from(is_dark(column, row)),
                    "{column}, {row}"
                );
            }
        }
        assert!(rectangles.len() < 150, "{}", rectangles.len());
    }
}
