//! QR codes as outlines (ISO/IEC 18004).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::geometry::{Colour, Point, Pt, Segment, Shape};
use crate::theme::QrTheme;

/// Width of the quiet zone on each side, in modules.
const QUIET_ZONE: f32 = 4.0;

/// Maximum number of cached codes.
const CAPACITY: usize = 64;

/// A code with its quiet zone.
pub(crate) struct QrOutline {
    /// Width and height.
    pub side: Pt,
    /// The dark modules.
    pub modules: Arc<Shape>,
}

/// Drawn codes, by content and side length. `None` if the content does not fit a code.
#[derive(Default)]
pub(crate) struct QrCache(BTreeMap<(String, u32), Option<Arc<QrOutline>>>);

impl QrCache {
    /// Returns the code for some content; `None` if the content does not fit a code.
    pub(crate) fn get(&mut self, content: &str, theme: &QrTheme) -> Option<Arc<QrOutline>> {
        let key = (content.to_owned(), theme.side.0.to_bits());
        if let Some(code) = self.0.get(&key) {
            return code.clone();
        }
        if self.0.len() >= CAPACITY {
            self.0.clear();
        }
        let code = QrOutline::draw(content, theme.side, theme.least_module).map(Arc::new);
        self.0.insert(key, code.clone());
        code
    }

    /// Forgets all codes.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

impl QrOutline {
    /// Draws the code for some content. `None` if the content does not fit a code; the addresses
    /// that libraries and clinics may have always fit.
    pub(crate) fn draw(content: &str, side: Pt, least_module: Pt) -> Option<QrOutline> {
        let matrix = qrcodegen::QrCode::encode_text(content, qrcodegen::QrCodeEcc::Medium).ok()?;
        let count = matrix.size();
        let module = (side / count as f32).max(least_module);
        let quiet = module * QUIET_ZONE;
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
        let modules = Shape::filled(segments, Colour::BLACK);
        Some(QrOutline {
            side: module * count as f32 + quiet * 2.0,
            modules: Arc::new(modules),
        })
    }
}

/// Covers each dark module once, with few rectangles `[left, top, right, bottom]`.
///
/// Each rectangle begins at the first module, row by row, that is not covered yet. It is the larger
/// of two: the one that grows to the right and then down, and the one that grows straight down.
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
