//! Geometry of resolved drawings: outlines, transforms, bounds, and strokes that PDF draws otherwise.

use usvg::tiny_skia_path::{self, PathSegment, Transform};

use crate::geometry::{Point, Pt, Segment};
use crate::picture::Affine;

/// PDF's default miter limit (ISO 32000-1, table 52), which our strokes have.
const MITER_LIMIT: f32 = 10.0;

/// Converts a transform.
pub(super) fn affine(transform: Transform) -> Affine {
    let Transform {
        sx,
        kx,
        ky,
        sy,
        tx,
        ty,
    } = transform;
    Affine([sx, ky, kx, sy, tx, ty])
}

/// Converts an outline.
pub(super) fn segments(path: &tiny_skia_path::Path, transform: Transform) -> Vec<Segment> {
    let at = |mut point: tiny_skia_path::Point| {
        transform.map_point(&mut point);
        Point::new(Pt(point.x), Pt(point.y))
    };
    let mut last = tiny_skia_path::Point::zero();
    let mut segments = Vec::with_capacity(path.len());
    for segment in path.segments() {
        segments.push(match segment {
            PathSegment::MoveTo(to) => Segment::MoveTo(at(to)),
            PathSegment::LineTo(to) => Segment::LineTo(at(to)),
            PathSegment::QuadTo(control, to) => {
                // Raise the degree of the curve to cubic.
                let toward = |end: tiny_skia_path::Point| {
                    tiny_skia_path::Point::from_xy(
                        end.x + (control.x - end.x) * 2.0 / 3.0,
                        end.y + (control.y - end.y) * 2.0 / 3.0,
                    )
                };
                Segment::CurveTo(at(toward(last)), at(toward(to)), at(to))
            }
            PathSegment::CubicTo(first, second, to) => {
                Segment::CurveTo(at(first), at(second), at(to))
            }
            PathSegment::Close => Segment::Close,
        });
        if let PathSegment::MoveTo(to)
        | PathSegment::LineTo(to)
        | PathSegment::QuadTo(_, to)
        | PathSegment::CubicTo(_, _, to) = segment
        {
            last = to;
        }
    }
    segments
}

pub(super) fn overlap(one: &usvg::Rect, other: &usvg::Rect) -> bool {
    one.left() < other.right()
        && other.left() < one.right()
        && one.top() < other.bottom()
        && other.top() < one.bottom()
}

fn union(one: usvg::Rect, other: usvg::Rect) -> usvg::Rect {
    usvg::Rect::from_ltrb(
        one.left().min(other.left()),
        one.top().min(other.top()),
        one.right().max(other.right()),
        one.bottom().max(other.bottom()),
    )
    .unwrap_or(one)
}

pub(super) fn contains(outer: usvg::Rect, inner: usvg::Rect) -> bool {
    outer.left() <= inner.left()
        && outer.top() <= inner.top()
        && outer.right() >= inner.right()
        && outer.bottom() >= inner.bottom()
}

/// Whether a clip path is an upright rectangle around the whole group, so that it clips nothing.
pub(super) fn is_idle(clip: &usvg::ClipPath, group: &usvg::Group) -> bool {
    let [usvg::Node::Path(path)] = clip.root().children() else {
        return false;
    };
    let transform = group
        .abs_transform()
        .pre_concat(clip.transform())
        .pre_concat(path.abs_transform());
    let Some(clipped) = rectangle(path, transform) else {
        return false;
    };
    // usvg gives an image that fills its frame the bounds of the frame, also where it reaches over them.
    let children = group.children().iter();
    let boxes = children.map(usvg::Node::abs_stroke_bounding_box);
    let Some(drawn) = boxes.reduce(union) else {
        return true;
    };
    let slack = 0.01 * drawn.width().max(drawn.height());
    clip.clip_path().is_none()
        && clipped.left() <= drawn.left() + slack
        && clipped.top() <= drawn.top() + slack
        && clipped.right() >= drawn.right() - slack
        && clipped.bottom() >= drawn.bottom() - slack
}

/// Returns the bounds of a path that is an upright rectangle after the transform.
pub(super) fn rectangle(path: &usvg::Path, transform: Transform) -> Option<usvg::Rect> {
    let bounds = path.data().bounds();
    let is_rectangle = path.data().len() <= 6
        && path
            .data()
            .segments()
            .all(|segment| !matches!(segment, PathSegment::QuadTo(..) | PathSegment::CubicTo(..)))
        && path.data().points().iter().all(|point| {
            (point.x == bounds.left() || point.x == bounds.right())
                && (point.y == bounds.top() || point.y == bounds.bottom())
        });
    bounds
        .transform(transform)
        .filter(|_| is_rectangle && !transform.has_skew())
}

/// Scale of a transform; `None` if it differs by direction.
pub(super) fn uniform_scale(transform: Transform) -> Option<f32> {
    let Transform { sx, kx, ky, sy, .. } = transform;
    let (across, down) = (sx.hypot(ky), kx.hypot(sy));
    let is_uniform = (across - down).abs() <= 0.001 * across
        && (sx * kx + ky * sy).abs() <= 0.001 * across * across;
    is_uniform.then_some(across)
}

/// Whether ends and joins are round; `None` if our strokes cannot express the stroke.
pub(super) fn round_ends(path: &tiny_skia_path::Path, stroke: &usvg::Stroke) -> Option<bool> {
    let (mut open, mut joined, mut length) = (false, false, 0);
    for segment in path.segments() {
        match segment {
            PathSegment::MoveTo(_) => {
                open |= length > 0;
                length = 0;
            }
            PathSegment::Close => {
                joined |= length > 0;
                length = 0;
            }
            _ => {
                length += 1;
                joined |= length > 1;
            }
        }
    }
    let has_ends = open || length > 0 || stroke.dasharray().is_some();
    let end = match stroke.linecap() {
        _ if !has_ends => None,
        usvg::LineCap::Butt => Some(false),
        usvg::LineCap::Round => Some(true),
        usvg::LineCap::Square => return None,
    };
    let join = match stroke.linejoin() {
        _ if !joined => None,
        usvg::LineJoin::Round => Some(true),
        usvg::LineJoin::Miter if has_other_miters(path, stroke) => return None,
        usvg::LineJoin::Miter => Some(false),
        usvg::LineJoin::MiterClip | usvg::LineJoin::Bevel => return None,
    };
    let is_expressible =
        stroke.dashoffset() == 0.0 && (end.is_none() || join.is_none() || end == join);
    is_expressible.then(|| end.or(join).unwrap_or(false))
}

/// Whether a corner is so sharp that PDF's miter limit differs from the stroke's.
fn has_other_miters(path: &tiny_skia_path::Path, stroke: &usvg::Stroke) -> bool {
    let limit = stroke.miterlimit().get();
    let (least, most) = (limit.min(MITER_LIMIT), limit.max(MITER_LIMIT));
    // Length of a miter by its angle: 1 / sin(angle / 2), where sin² = (1 + cos of the turn) / 2.
    let differs = |(ax, ay): (f32, f32), (bx, by): (f32, f32)| {
        let cosine = (ax * bx + ay * by) / (ax.hypot(ay) * bx.hypot(by));
        let miter = ((1.0 + cosine.clamp(-1.0, 1.0)) / 2.0).sqrt().recip();
        miter > least && miter <= most
    };
    let mut last = tiny_skia_path::Point::zero();
    let mut first = None;
    let mut arrived: Option<(f32, f32)> = None;
    let mut start = last;
    for segment in path.segments() {
        let points = match segment {
            PathSegment::MoveTo(to) => {
                (last, start, first, arrived) = (to, to, None, None);
                continue;
            }
            PathSegment::LineTo(to) => vec![to],
            PathSegment::QuadTo(control, to) => vec![control, to],
            PathSegment::CubicTo(one, two, to) => vec![one, two, to],
            PathSegment::Close => vec![start],
        };
        let steps: Vec<(f32, f32)> = std::iter::once(last)
            .chain(points.iter().copied())
            .zip(points.iter().copied())
            .map(|(from, to)| (to.x - from.x, to.y - from.y))
            .filter(|step| *step != (0.0, 0.0))
            .collect();
        last = points.last().copied().unwrap_or(last);
        if let (Some(&leaves), Some(&arrives)) = (steps.first(), steps.last()) {
            if arrived.is_some_and(|arrived| differs(arrived, leaves)) {
                return true;
            }
            first = first.or(Some(leaves));
            arrived = Some(arrives);
        }
        if matches!(segment, PathSegment::Close)
            && let (Some(arrived), Some(first)) = (arrived, first)
            && differs(arrived, first)
        {
            return true;
        }
    }
    false
}
