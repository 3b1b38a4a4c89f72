//! Lengths, points, outlines and colours: the vocabulary that layout and PDF share.
//!
//! The origin is the top left corner of the page and `y` grows downwards, as a typesetter reads a
//! page. Only [`crate::pdf`] turns that into PDF's upward axis.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

/// A length in PostScript points, 1/72 inch.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Pt(pub f32);

/// A length in millimetres, as themes and YAML state it, in points.
pub const fn mm(millimetres: f32) -> Pt {
    Pt(millimetres * 72.0 / 25.4)
}

impl Pt {
    /// No length at all.
    pub const ZERO: Pt = Pt(0.0);

    /// The longer of two lengths.
    pub fn max(self, other: Pt) -> Pt {
        Pt(self.0.max(other.0))
    }

    /// The shorter of two lengths.
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

/// A place on a page, from its top left corner, `y` downwards.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Distance from the left edge.
    pub x: Pt,
    /// Distance from the top edge.
    pub y: Pt,
}

impl Point {
    /// A point from its two distances.
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

/// Width and height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// Extent along `x`.
    pub width: Pt,
    /// Extent along `y`.
    pub height: Pt,
}

/// An upright rectangle; `origin` is its top left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Top left corner.
    pub origin: Point,
    /// Extent to the right and downwards.
    pub size: Size,
}

impl Rect {
    /// A rectangle from its top left corner and its extent.
    pub const fn new(x: Pt, y: Pt, width: Pt, height: Pt) -> Rect {
        Rect {
            origin: Point::new(x, y),
            size: Size { width, height },
        }
    }

    /// The right edge.
    pub fn right(&self) -> Pt {
        self.origin.x + self.size.width
    }

    /// The bottom edge.
    pub fn bottom(&self) -> Pt {
        self.origin.y + self.size.height
    }
}

/// An sRGB colour, eight bits a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Colour {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

impl Colour {
    /// Pure black.
    pub const BLACK: Colour = Colour::rgb(0, 0, 0);
    /// Paper white.
    pub const WHITE: Colour = Colour::rgb(255, 255, 255);

    /// A colour from its channels.
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Colour {
        Colour { red, green, blue }
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// One step of an outline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Segment {
    /// Begin a new contour.
    MoveTo(Point),
    /// A straight line.
    LineTo(Point),
    /// A cubic Bézier curve: two control points and the end.
    CurveTo(Point, Point, Point),
    /// A straight line back to where the contour began.
    Close,
}

/// Which parts of an outline are inside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FillRule {
    /// Non-zero winding number.
    #[default]
    NonZero,
    /// Odd number of crossings.
    EvenOdd,
}

/// How an outline is stroked.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    /// Colour of the line.
    pub colour: Colour,
    /// Width of the line.
    pub width: Pt,
    /// Lengths of dashes and gaps in turn; empty for a solid line.
    pub dash: Vec<Pt>,
    /// Round ends and joins instead of butt ends and mitred joins.
    pub round: bool,
}

/// An outline with its paint, relative to wherever it is placed.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// The outline.
    pub segments: Vec<Segment>,
    /// Colour of the inside, if it is filled.
    pub fill: Option<Colour>,
    /// Which parts are inside.
    pub fill_rule: FillRule,
    /// The line along the outline, if it is stroked.
    pub stroke: Option<Stroke>,
}

impl Shape {
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

    /// Enlarges outline and line alike, from the origin.
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
