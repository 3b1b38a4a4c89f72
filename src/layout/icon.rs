//! Pictograms and drawn marks: what stands beside words, as outlines and never as glyphs.
//!
//! Every function gives shapes relative to the top left corner of a square or box; all of them are
//! artifacts, since a label always says the same in words.

use std::sync::{Arc, OnceLock};

use crate::document::{Certainty, Icon};
use crate::geometry::{Colour, FillRule, Point, Pt, Segment, Shape, Size, Stroke};

/// Side of the grid that pictograms are drawn on.
const GRID: f32 = 48.0;

/// How far control points of a cubic curve lie along the sides of the square around a quarter circle.
const QUARTER_CIRCLE: f32 = 0.552_284_8;

/// A pictogram in a square with this side.
pub fn pictogram(icon: Icon, side: Pt, colour: Colour) -> Vec<Arc<Shape>> {
    drawing(icon)
        .iter()
        .map(|shape| {
            let mut shape = shape.clone();
            shape.scale(side.0 / GRID);
            shape.fill = Some(colour);
            Arc::new(shape)
        })
        .collect()
}

/// The pictogram's outlines on its grid, read once.
fn drawing(icon: Icon) -> &'static [Shape] {
    macro_rules! drawings {
        ($($icon:ident => $file:literal,)*) => {
            match icon {
                $(Icon::$icon => {
                    static SHAPES: OnceLock<Vec<Shape>> = OnceLock::new();
                    (&SHAPES, $file)
                })*
            }
        };
    }
    let (shapes, name) = drawings! {
        Ambulance => "ambulance",
        AlertTriangle => "alert_triangle",
        Info => "info",
        Lightbulb => "lightbulb",
        Checklist => "i_exam_multiple_choice",
        Questions => "group_discussion_meeting",
        Glossary => "register_book",
        References => "i_documents_accepted",
        Notes => "i_note_action",
        Phone => "phone",
        Website => "world_care",
        Email => "email",
        Place => "geo_location",
        Calendar => "calendar",
        Speech => "speech_language_therapy",
    };
    shapes.get_or_init(|| outlines(name))
}

/// The outlines of all pictograms, from their drawings: on a line each the pictogram's name, and then of each
/// outline its fill rule and its segments as SVG writes them. A test makes them and proves them.
const OUTLINES: &str = include_str!("icons/outlines.txt");

fn outlines(name: &str) -> Vec<Shape> {
    let mut lines = OUTLINES.lines();
    let line = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.and_then(shapes).expect("a test reads them all")
}

/// Shapes from their fill rules and segments.
fn shapes(line: &str) -> Option<Vec<Shape>> {
    let mut words = line.split_ascii_whitespace();
    let mut shapes: Vec<Shape> = Vec::new();
    while let Some(operator) = words.next() {
        let mut number = || words.next()?.parse().ok().map(Pt);
        let mut point = || Some(Point::new(number()?, number()?));
        let segment = match operator {
            "M" => Segment::MoveTo(point()?),
            "L" => Segment::LineTo(point()?),
            "C" => Segment::CurveTo(point()?, point()?, point()?),
            "Z" => Segment::Close,
            rule => {
                let fill_rule = match rule {
                    "nonzero" => FillRule::NonZero,
                    "evenodd" => FillRule::EvenOdd,
                    _ => return None,
                };
                shapes.push(Shape {
                    segments: Vec::new(),
                    fill: None,
                    fill_rule,
                    stroke: None,
                });
                continue;
            }
        };
        shapes.last_mut()?.segments.push(segment);
    }
    Some(shapes)
}

/// The symbol of a certainty badge in a square with this side: solid disc with white tick,
/// half-filled disc, dashed ring with centre dot, ring with cross.
pub fn certainty_symbol(certainty: Certainty, side: Pt, colour: Colour) -> Vec<Arc<Shape>> {
    // Drawn on a square of 16 units: a ring of radius 7 with its centre at 8, 8.
    let unit = side / 16.0;
    let line = |width: f32| Stroke {
        colour,
        width: unit * width,
        dash: Vec::new(),
        round: true,
    };
    let circle_at = |radius: f32| {
        let mut segments = circle(unit * radius);
        let inset = unit * (8.0 - radius);
        translate(&mut segments, Point::new(inset, inset));
        segments
    };
    let at = |x: f32, y: f32| Point::new(unit * x, unit * y);
    match certainty {
        Certainty::WellEstablished => vec![
            filled(circle_at(7.4), colour),
            stroked(
                vec![
                    Segment::MoveTo(at(4.6, 8.4)),
                    Segment::LineTo(at(7.0, 10.8)),
                    Segment::LineTo(at(11.4, 5.6)),
                ],
                Stroke {
                    colour: Colour::WHITE,
                    ..line(1.9)
                },
            ),
        ],
        Certainty::SomeEvidence => {
            let curve = 7.4 * QUARTER_CIRCLE;
            let half = vec![
                Segment::MoveTo(at(8.0, 0.6)),
                Segment::CurveTo(at(8.0 - curve, 0.6), at(0.6, 8.0 - curve), at(0.6, 8.0)),
                Segment::CurveTo(at(0.6, 8.0 + curve), at(8.0 - curve, 15.4), at(8.0, 15.4)),
                Segment::Close,
            ];
            vec![filled(half, colour), stroked(circle_at(6.7), line(1.4))]
        }
        Certainty::EarlyResearch => {
            // Ten dashes and ten gaps around the ring.
            let dash = unit * (6.7 * std::f32::consts::TAU / 20.0);
            let ring = Stroke {
                dash: vec![dash, dash],
                round: false,
                ..line(1.4)
            };
            vec![
                stroked(circle_at(6.7), ring),
                filled(circle_at(2.2), colour),
            ]
        }
        Certainty::NotSupported => {
            let cross = vec![
                Segment::MoveTo(at(5.3, 5.3)),
                Segment::LineTo(at(10.7, 10.7)),
                Segment::MoveTo(at(10.7, 5.3)),
                Segment::LineTo(at(5.3, 10.7)),
            ];
            vec![
                stroked(circle_at(6.7), line(1.4)),
                stroked(cross, line(1.8)),
            ]
        }
    }
}

/// The tick of "What to do", in a square with this side.
pub fn tick(side: Pt, colour: Colour) -> Arc<Shape> {
    let at = |x: f32, y: f32| Point::new(side * x, side * y);
    let segments = vec![
        Segment::MoveTo(at(0.1, 0.58)),
        Segment::LineTo(at(0.36, 0.84)),
        Segment::LineTo(at(0.9, 0.2)),
    ];
    stroked(
        segments,
        Stroke {
            colour,
            width: side * 0.15,
            dash: Vec::new(),
            round: true,
        },
    )
}

/// A filled circle: bullets and the discs of steps.
pub fn disc(diameter: Pt, colour: Colour) -> Arc<Shape> {
    filled(circle(diameter / 2.0), colour)
}

/// A rectangle with rounded corners: panels, frames, boxes to tick, pills. A radius of zero gives
/// sharp corners. A stroke is centred on the edge.
pub fn rounded_rectangle(
    size: Size,
    radius: Pt,
    fill: Option<Colour>,
    stroke: Option<Stroke>,
) -> Arc<Shape> {
    let (width, height) = (size.width, size.height);
    let radius = radius.min(width / 2.0).min(height / 2.0);
    let segments = if radius > Pt::ZERO {
        corners(width, height, radius)
    } else {
        vec![
            Segment::MoveTo(Point::new(Pt::ZERO, Pt::ZERO)),
            Segment::LineTo(Point::new(width, Pt::ZERO)),
            Segment::LineTo(Point::new(width, height)),
            Segment::LineTo(Point::new(Pt::ZERO, height)),
            Segment::Close,
        ]
    };
    Arc::new(Shape {
        segments,
        fill,
        fill_rule: FillRule::NonZero,
        stroke,
    })
}

fn filled(segments: Vec<Segment>, colour: Colour) -> Arc<Shape> {
    Arc::new(Shape {
        segments,
        fill: Some(colour),
        fill_rule: FillRule::NonZero,
        stroke: None,
    })
}

fn stroked(segments: Vec<Segment>, stroke: Stroke) -> Arc<Shape> {
    Arc::new(Shape {
        segments,
        fill: None,
        fill_rule: FillRule::NonZero,
        stroke: Some(stroke),
    })
}

fn circle(radius: Pt) -> Vec<Segment> {
    corners(radius * 2.0, radius * 2.0, radius)
}

/// A box with round corners, clockwise from its top edge; a circle if there is nothing between them.
fn corners(width: Pt, height: Pt, radius: Pt) -> Vec<Segment> {
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

fn translate(segments: &mut [Segment], by: Point) {
    for segment in segments {
        *segment = match *segment {
            Segment::MoveTo(to) => Segment::MoveTo(to + by),
            Segment::LineTo(to) => Segment::LineTo(to + by),
            Segment::CurveTo(first, second, to) => {
                Segment::CurveTo(first + by, second + by, to + by)
            }
            Segment::Close => Segment::Close,
        };
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::{env, fs};

    use super::*;
    use crate::picture;

    #[test]
    fn outlines_are_those_of_the_drawings() {
        let mut lines = String::new();
        let mut files: Vec<_> = fs::read_dir("src/layout/icons")
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "svg"));
        files.sort();
        for file in files {
            let name = file.file_stem().unwrap().to_str().unwrap();
            let shapes = picture::own_drawing(&fs::read_to_string(&file).unwrap());
            lines += name;
            for shape in &shapes {
                lines += if shape.fill_rule == FillRule::EvenOdd {
                    " evenodd"
                } else {
                    " nonzero"
                };
                for segment in &shape.segments {
                    let (operator, points) = match *segment {
                        Segment::MoveTo(to) => ("M", vec![to]),
                        Segment::LineTo(to) => ("L", vec![to]),
                        Segment::CurveTo(first, second, to) => ("C", vec![first, second, to]),
                        Segment::Close => ("Z", vec![]),
                    };
                    write!(lines, " {operator}").unwrap();
                    points
                        .iter()
                        .for_each(|point| write!(lines, " {} {}", point.x.0, point.y.0).unwrap());
                }
            }
            lines.push('\n');
            if env::var_os("WRITE_OUTLINES").is_none() {
                let bare = |shape: &Shape| Shape {
                    fill: None,
                    stroke: None,
                    ..shape.clone()
                };
                assert_eq!(
                    outlines(name),
                    shapes.iter().map(bare).collect::<Vec<_>>(),
                    "{name}"
                );
            }
        }
        // After a change of a drawing, run once with this variable to write them anew.
        if env::var_os("WRITE_OUTLINES").is_some() {
            fs::write("src/layout/icons/outlines.txt", lines).unwrap();
        } else {
            assert!(
                lines == OUTLINES,
                "outlines.txt differs: run once with WRITE_OUTLINES=1"
            );
        }
    }

    const ALL: [Icon; 15] = [
        Icon::Ambulance,
        Icon::AlertTriangle,
        Icon::Info,
        Icon::Lightbulb,
        Icon::Checklist,
        Icon::Questions,
        Icon::Glossary,
        Icon::References,
        Icon::Notes,
        Icon::Phone,
        Icon::Website,
        Icon::Email,
        Icon::Place,
        Icon::Calendar,
        Icon::Speech,
    ];

    fn points(shapes: &[Arc<Shape>]) -> impl Iterator<Item = Point> {
        shapes
            .iter()
            .flat_map(|shape| &shape.segments)
            .filter_map(|segment| match *segment {
                Segment::MoveTo(to) | Segment::LineTo(to) | Segment::CurveTo(_, _, to) => Some(to),
                Segment::Close => None,
            })
    }

    fn fits(shapes: &[Arc<Shape>], side: f32) -> bool {
        points(shapes).count() > 2
            && points(shapes)
                .all(|point| (0.0..=side).contains(&point.x.0) && (0.0..=side).contains(&point.y.0))
    }

    #[test]
    fn every_pictogram_is_drawn_within_its_square_in_its_colour() {
        let colour = Colour::rgb(1, 2, 3);
        for icon in ALL {
            let shapes = pictogram(icon, Pt(20.0), colour);
            assert!(fits(&shapes, 20.0), "{icon:?}");
            assert!(
                shapes
                    .iter()
                    .all(|shape| shape.fill == Some(colour) && shape.stroke.is_none()),
                "{icon:?}"
            );
        }
    }

    #[test]
    fn every_certainty_has_its_own_symbol_within_its_square() {
        let symbols =
            Certainty::ALL.map(|certainty| certainty_symbol(certainty, Pt(10.0), Colour::BLACK));
        for (index, symbol) in symbols.iter().enumerate() {
            assert!(fits(symbol, 10.0));
            assert!(symbols[..index].iter().all(|other| other != symbol));
        }
    }

    #[test]
    fn rounded_rectangle_keeps_to_its_box_whatever_the_radius() {
        let size = Size {
            width: Pt(40.0),
            height: Pt(10.0),
        };
        for radius in [0.0, 2.0, 5.0, 50.0] {
            let shape = rounded_rectangle(size, Pt(radius), None, None);
            let xs: Vec<f32> = points(std::slice::from_ref(&shape))
                .map(|point| point.x.0)
                .collect();
            assert_eq!(xs.iter().copied().fold(f32::MAX, f32::min), 0.0);
            assert_eq!(xs.iter().copied().fold(f32::MIN, f32::max), 40.0);
        }
    }
}
