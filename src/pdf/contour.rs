//! What an outline is made of, so that it can be written short: figures that do not touch, upright boxes, and
//! boxes on one grid.

use crate::geometry::{Point, Pt, Segment};

/// As many boxes on one grid are written in its squares.
const MIN_GRID: usize = 20;

/// The contours of a fill, in order, in stretches that do not touch each other: painted one by one
/// they look the same, and each letter of a drawing's label is written as it was before.
pub(super) fn separate_figures(segments: &[Segment]) -> Vec<&[Segment]> {
    /// More than a line of letters; comparing all with all gets slow.
    const MAX: usize = 200;
    let mut figures: Vec<(Bounds, std::ops::Range<usize>)> = Vec::new();
    let mut start = 0;
    for contour in segments.chunk_by(|_, next| !matches!(next, Segment::MoveTo(_))) {
        let own = start..start + contour.len();
        start = own.end;
        let bounds = Bounds::of(contour);
        let Some((last, range)) = figures.last_mut() else {
            figures.push((bounds, own));
            continue;
        };
        if last.touches(&bounds) {
            *last = last.with(&bounds);
            range.end = own.end;
        } else {
            figures.push((bounds, own));
        }
    }
    let apart = |(index, (bounds, _)): (usize, &(Bounds, _))| {
        figures[..index]
            .iter()
            .all(|(earlier, _)| !earlier.touches(bounds))
    };
    if figures.len() > MAX || !figures.iter().enumerate().all(apart) {
        return vec![segments];
    }
    figures
        .into_iter()
        .map(|(_, range)| &segments[range])
        .collect()
}

/// The box around some points.
#[derive(Clone, Copy)]
struct Bounds {
    low: Point,
    high: Point,
}

impl Bounds {
    fn of(segments: &[Segment]) -> Bounds {
        let none = Bounds {
            low: Point::new(Pt(f32::MAX), Pt(f32::MAX)),
            high: Point::new(Pt(f32::MIN), Pt(f32::MIN)),
        };
        let around = |bounds: Bounds, point: Point| {
            bounds.with(&Bounds {
                low: point,
                high: point,
            })
        };
        segments
            .iter()
            .fold(none, |bounds, segment| match *segment {
                Segment::MoveTo(to) | Segment::LineTo(to) => around(bounds, to),
                Segment::CurveTo(first, second, to) => {
                    around(around(around(bounds, first), second), to)
                }
                Segment::Close => bounds,
            })
    }

    fn with(&self, other: &Bounds) -> Bounds {
        Bounds {
            low: Point::new(self.low.x.min(other.low.x), self.low.y.min(other.low.y)),
            high: Point::new(self.high.x.max(other.high.x), self.high.y.max(other.high.y)),
        }
    }

    fn touches(&self, other: &Bounds) -> bool {
        self.low.x <= other.high.x
            && other.low.x <= self.high.x
            && self.low.y <= other.high.y
            && other.low.y <= self.high.y
    }
}

/// Contours that are all upright boxes: where each begins, and its sides, negative where it runs
/// against the axis, as `re` draws them. So every contour keeps its direction.
pub(super) fn boxes(segments: &[Segment]) -> Option<Vec<[Pt; 4]>> {
    use Segment::{Close, LineTo, MoveTo};
    let contours = segments.chunks(5).map(|contour| match *contour {
        [MoveTo(a), LineTo(b), LineTo(c), LineTo(d), Close] => {
            if a.y == b.y && b.x == c.x && c.y == d.y && d.x == a.x {
                Some([a.x, a.y, b.x - a.x, c.y - b.y])
            } else if a.x == b.x && b.y == c.y && c.x == d.x && d.y == a.y {
                Some([d.x, d.y, a.x - d.x, b.y - a.y])
            } else {
                None
            }
        }
        _ => None,
    });
    contours.collect()
}

/// Boxes that fill squares of one grid, as the modules of a QR code do: the side of a square, and the
/// boxes in squares from the corner of the first.
pub(super) fn grid(boxes: &[[Pt; 4]]) -> Option<(f32, Vec<[i64; 4]>)> {
    let [from_x, from_y, _, side] = *boxes.first().filter(|_| boxes.len() >= MIN_GRID)?;
    let squares = |length: Pt| {
        let count = (length / side).round();
        ((length - side * count).0.abs() < 0.005).then_some(count as i64)
    };
    let on_grid = |&[left, top, width, height]: &[Pt; 4]| {
        Some([
            squares(left - from_x)?,
            squares(top - from_y)?,
            squares(width)?,
            squares(height)?,
        ])
    };
    let boxes: Option<Vec<_>> = boxes.iter().map(on_grid).collect();
    Some((side.0, boxes?)).filter(|(side, _)| *side >= 0.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_on_one_grid_are_counted_in_its_squares() {
        let side = 2.834_645;
        let square = |column: f32, row: f32, wide: f32| {
            [10.0 + side * column, 20.0 + side * row, side * wide, side].map(Pt)
        };
        let mut boxes: Vec<[Pt; 4]> = (0..MIN_GRID)
            .map(|row| square((row % 3) as f32, row as f32, 7.0))
            .collect();
        let (found, squares) = grid(&boxes).unwrap();
        assert!((found - side).abs() < 0.001);
        assert_eq!(squares[4], [1, 4, 7, 1]);
        boxes[3][2] = Pt(9.0);
        assert_eq!(grid(&boxes), None, "one that is off the grid");
        assert_eq!(grid(&[square(0.0, 0.0, 1.0); 3]), None, "too few");
    }
}
