//! Pictograms and the symbols of certainty badges.
//!
//! Each function returns shapes relative to the top left corner of a square. They are artifacts,
//! since a label always says the same in words.

use std::sync::{Arc, OnceLock};

use crate::document::{Certainty, Icon};
use crate::geometry::{Colour, Point, Pt, QUARTER_CIRCLE, Segment, Shape, Stroke, circle};
use crate::picture;

/// Side of the grid that pictograms are drawn on.
const GRID: f32 = 48.0;

/// Returns a pictogram in a square.
pub(crate) fn pictogram(icon: Icon, side: Pt, colour: Colour) -> Vec<Arc<Shape>> {
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

/// Returns the shapes of a pictogram on its grid. Each drawing is parsed once.
fn drawing(icon: Icon) -> &'static [Shape] {
    macro_rules! drawings {
        ($($icon:ident => $file:literal,)*) => {
            match icon {
                $(Icon::$icon => {
                    static SHAPES: OnceLock<Vec<Shape>> = OnceLock::new();
                    SHAPES.get_or_init(|| picture::bundled_drawing(include_str!($file)))
                })*
            }
        };
    }
    drawings! {
        Ambulance => "pictogram/icons/ambulance.svg",
        AlertTriangle => "pictogram/icons/alert_triangle.svg",
        Info => "pictogram/icons/info.svg",
        Lightbulb => "pictogram/icons/lightbulb.svg",
        Checklist => "pictogram/icons/i_exam_multiple_choice.svg",
        Questions => "pictogram/icons/group_discussion_meeting.svg",
        Glossary => "pictogram/icons/register_book.svg",
        References => "pictogram/icons/i_documents_accepted.svg",
        Notes => "pictogram/icons/i_note_action.svg",
        Phone => "pictogram/icons/phone.svg",
        Website => "pictogram/icons/world_care.svg",
        Email => "pictogram/icons/email.svg",
        Place => "pictogram/icons/geo_location.svg",
        Calendar => "pictogram/icons/calendar.svg",
        Speech => "pictogram/icons/speech_language_therapy.svg",
    }
}

/// Returns the symbol of a certainty badge in a square: a solid disc with a tick, a half-filled
/// disc, a dashed ring with a dot, or a ring with a cross.
pub(crate) fn certainty_symbol(
    certainty: Certainty,
    side: Pt,
    colour: Colour,
    ground: Colour,
) -> Vec<Arc<Shape>> {
    // The symbols are drawn on a square of 16 units around a centre at (8, 8).
    let unit = side / 16.0;
    let line = |width: f32| Stroke {
        colour,
        width: unit * width,
        dash: Vec::new(),
        round: true,
    };
    let circle_at = |radius: f32| {
        let inset = unit * (8.0 - radius);
        let mut shape = Shape::filled(circle(unit * radius), colour);
        shape.shift(Point::new(inset, inset));
        shape.segments
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
                    colour: ground,
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

fn filled(segments: Vec<Segment>, colour: Colour) -> Arc<Shape> {
    Arc::new(Shape::filled(segments, colour))
}

fn stroked(segments: Vec<Segment>, stroke: Stroke) -> Arc<Shape> {
    Arc::new(Shape::stroked(segments, stroke))
}

#[cfg(test)]
mod tests {
    use super::*;

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

    fn fits(shapes: &[Arc<Shape>], side: f32) -> bool {
        let points = || shapes.iter().flat_map(|shape| shape.points());
        let is_inside = |length: Pt| (0.0..=side).contains(&length.0);
        points().count() > 2 && points().all(|point| is_inside(point.x) && is_inside(point.y))
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
        let symbols = Certainty::ALL
            .map(|certainty| certainty_symbol(certainty, Pt(10.0), Colour::BLACK, Colour::WHITE));
        for (index, symbol) in symbols.iter().enumerate() {
            assert!(fits(symbol, 10.0));
            assert!(symbols[..index].iter().all(|other| other != symbol));
        }
    }
}
