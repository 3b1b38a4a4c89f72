//! Lengths, points, outlines and colours.
//!
//! The origin is the top left corner of the page, and `y` grows downwards. Only [`crate::pdf`]
//! converts to PDF's upward axis.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

use serde::{Deserialize, Serialize};

/// A length in points (1/72 inch).
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Pt(pub f32);

/// Converts millimetres.
pub const fn mm(millimetres: f32) -> Pt {
    Pt(millimetres * 72.0 / 25.4)
}

impl Pt {
    pub const ZERO: Pt = Pt(0.0);

    pub fn max(self, other: Pt) -> Pt {
        Pt(self.0.max(other.0))
    }

    pub fn min(self, other: Pt) -> Pt {
        Pt(self.0.min(other.0))
    }
}

impl Add for Pt {
    type Output = Pt;
    fn add(self, other: Pt) -> Pt {
        Pt(self.0 + other.0)
    }
}

impl Sub for Pt {
    type Output = Pt;
    fn sub(self, other: Pt) -> Pt {
        Pt(self.0 - other.0)
    }
}

impl AddAssign for Pt {
    fn add_assign(&mut self, other: Pt) {
        self.0 += other.0;
    }
}

impl SubAssign for Pt {
    fn sub_assign(&mut self, other: Pt) {
        self.0 -= other.0;
    }
}

impl Mul<f32> for Pt {
    type Output = Pt;
    fn mul(self, factor: f32) -> Pt {
        Pt(self.0 * factor)
    }
}

impl Div<f32> for Pt {
    type Output = Pt;
    fn div(self, divisor: f32) -> Pt {
        Pt(self.0 / divisor)
    }
}

impl Div for Pt {
    type Output = f32;
    fn div(self, other: Pt) -> f32 {
        self.0 / other.0
    }
}

impl Neg for Pt {
    type Output = Pt;
    fn neg(self) -> Pt {
        Pt(-self.0)
    }
}

impl Sum for Pt {
    fn sum<I: Iterator<Item = Pt>>(lengths: I) -> Pt {
        Pt(lengths.map(|length| length.0).sum())
    }
}

/// A place, from the top left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub x: Pt,
    /// Distance downwards.
    pub y: Pt,
}

impl Point {
    pub const fn new(x: Pt, y: Pt) -> Point {
        Point { x, y }
    }
}

impl Add for Point {
    type Output = Point;
    fn add(self, other: Point) -> Point {
        Point::new(self.x + other.x, self.y + other.y)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Size {
    pub width: Pt,
    pub height: Pt,
}

impl Size {
    pub const fn new(width: Pt, height: Pt) -> Size {
        Size { width, height }
    }

    pub const fn square(side: Pt) -> Size {
        Size::new(side, side)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Top left corner.
    pub origin: Point,
    pub size: Size,
}

impl Rect {
    pub const fn new(x: Pt, y: Pt, width: Pt, height: Pt) -> Rect {
        Rect {
            origin: Point::new(x, y),
            size: Size { width, height },
        }
    }

    pub fn right(&self) -> Pt {
        self.origin.x + self.size.width
    }

    pub fn bottom(&self) -> Pt {
        self.origin.y + self.size.height
    }
}

/// An sRGB colour with eight bits per channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Colour {
    pub red: u8,
    pub green: u8,
    pub blue: u8,
}

impl Colour {
    pub const BLACK: Colour = Colour::rgb(0, 0, 0);
    pub const WHITE: Colour = Colour::rgb(255, 255, 255);

    /// Reads `#rrggbb`.
    pub(crate) fn from_hex(text: &str) -> Option<Colour> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some(Colour::rgb(red, green, blue))
    }

    pub const fn rgb(red: u8, green: u8, blue: u8) -> Colour {
        Colour { red, green, blue }
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// A segment of an outline.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Segment {
    /// Begins a new contour.
    MoveTo(Point),
    LineTo(Point),
    /// A cubic Bézier curve: two control points and the end.
    CurveTo(Point, Point, Point),
    /// A straight line back to the beginning of the contour.
    Close,
}

/// The rule that decides which parts are inside an outline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FillRule {
    /// Non-zero winding number.
    #[default]
    NonZero,
    /// Odd number of crossings.
    EvenOdd,
}

/// How an outline is stroked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stroke {
    pub colour: Colour,
    pub width: Pt,
    /// Lengths of dashes and gaps in turn; empty for a solid line.
    pub dash: Vec<Pt>,
    /// Whether ends and joins are round; otherwise ends are butt and joins are mitred.
    pub round: bool,
}

/// An outline with its fill and stroke, relative to its own origin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    pub segments: Vec<Segment>,
    /// Colour of the inside.
    pub fill: Option<Colour>,
    pub fill_rule: FillRule,
    pub stroke: Option<Stroke>,
}

impl Shape {
    /// Returns an outline with a colour inside, by the non-zero rule.
    pub fn filled(segments: Vec<Segment>, colour: Colour) -> Shape {
        Shape {
            segments,
            fill: Some(colour),
            fill_rule: FillRule::NonZero,
            stroke: None,
        }
    }

    /// Returns an outline with a stroke and nothing inside.
    pub fn stroked(segments: Vec<Segment>, stroke: Stroke) -> Shape {
        Shape {
            segments,
            fill: None,
            fill_rule: FillRule::NonZero,
            stroke: Some(stroke),
        }
    }

    /// Returns the ends of all segments.
    pub fn points(&self) -> impl Iterator<Item = Point> {
        self.segments.iter().filter_map(|segment| match *segment {
            Segment::MoveTo(to) | Segment::LineTo(to) | Segment::CurveTo(_, _, to) => Some(to),
            Segment::Close => None,
        })
    }

    /// Moves the outline.
    pub fn shift(&mut self, by: Point) {
        self.map_points(|point| point + by);
    }

    /// Replaces the colours of fill and stroke.
    pub(crate) fn map_colours(&mut self, replaced: impl Fn(Colour) -> Colour) {
        self.fill = self.fill.map(&replaced);
        if let Some(stroke) = &mut self.stroke {
            stroke.colour = replaced(stroke.colour);
        }
    }

    fn map_points(&mut self, map: impl Fn(Point) -> Point) {
        for segment in &mut self.segments {
            *segment = match *segment {
                Segment::MoveTo(to) => Segment::MoveTo(map(to)),
                Segment::LineTo(to) => Segment::LineTo(map(to)),
                Segment::CurveTo(first, second, to) => {
                    Segment::CurveTo(map(first), map(second), map(to))
                }
                Segment::Close => Segment::Close,
            };
        }
    }

    /// Scales the outline and its stroke from the origin.
    pub fn scale(&mut self, factor: f32) {
        self.map_points(|point| Point::new(point.x * factor, point.y * factor));
        if let Some(stroke) = &mut self.stroke {
            stroke.width = stroke.width * factor;
            for length in &mut stroke.dash {
                *length = *length * factor;
            }
        }
    }
}

/// Distance of the control points from the ends of a cubic Bézier quarter circle, as a share of its
/// radius.
pub(crate) const QUARTER_CIRCLE: f32 = 0.552_284_8;

/// Returns a circle in a square of twice its radius.
pub(crate) fn circle(radius: Pt) -> Vec<Segment> {
    rounded_box(Size::square(radius * 2.0), radius)
}

/// Returns a box with round corners, clockwise from its top edge. It is a circle if the corners
/// meet.
pub(crate) fn rounded_box(size: Size, radius: Pt) -> Vec<Segment> {
    let Size { width, height } = size;
    let near = radius * (1.0 - QUARTER_CIRCLE);
    let (right, bottom) = (width - radius, height - radius);
    let at = Point::new;
    let mut segments = vec![Segment::MoveTo(at(radius, Pt::ZERO))];
    let (wide, high) = (width > radius * 2.0, height > radius * 2.0);
    if wide {
        segments.push(Segment::LineTo(at(right, Pt::ZERO)));
    }
    segments.push(Segment::CurveTo(
        at(width - near, Pt::ZERO),
        at(width, near),
        at(width, radius),
    ));
    if high {
        segments.push(Segment::LineTo(at(width, bottom)));
    }
    segments.push(Segment::CurveTo(
        at(width, height - near),
        at(width - near, height),
        at(right, height),
    ));
    if wide {
        segments.push(Segment::LineTo(at(radius, height)));
    }
    segments.push(Segment::CurveTo(
        at(near, height),
        at(Pt::ZERO, height - near),
        at(Pt::ZERO, bottom),
    ));
    if high {
        segments.push(Segment::LineTo(at(Pt::ZERO, radius)));
    }
    segments.push(Segment::CurveTo(
        at(Pt::ZERO, near),
        at(near, Pt::ZERO),
        at(radius, Pt::ZERO),
    ));
    segments.push(Segment::Close);
    segments
}
