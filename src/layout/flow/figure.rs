//! Figures: a framed picture and its caption, never torn apart. A picture may be set a little smaller
//! than its column is wide where its page is else too short for it.

use std::sync::Arc;

use super::galley::{Elastic, NEVER, Piece};
use super::opening::{add_picture, solid};
use super::{Column, Flow, decoration, style};
use crate::document::{Figure, Inline, Key};
use crate::font::{GlyphRun, Weight};
use crate::geometry::{Colour, Point, Pt, Shape, Size, Stroke, mm};
use crate::layout::icon;
use crate::layout::inline::{Setting, TextStyle};
use crate::layout::page::{ElementId, Role};
use crate::picture::{Mark, Picture, Vector};
use crate::theme::{DEFAULT_BRAND, DEFAULT_RULE, DEFAULT_TINT, DEFAULT_TINT_2, Palette};

/// White between the frame and the picture.
const PADDING: Pt = mm(4.0);
/// Labels are never set smaller.
const SMALLEST_LABEL: f32 = 10.0;
/// Nor is a picture set smaller than this part of its column.
const LEAST_SCALE: f32 = 0.8;

impl Flow<'_> {
    pub(super) fn figure(&mut self, figure: &Figure, key: Option<&Key>) {
        let theme = self.theme;
        let u = theme.unit();
        self.white_below_text(u * 3.0);
        self.price(super::BETWEEN_BLOCKS);
        self.open(Role::Division);
        let element = self.element(Role::Figure);
        self.galley.structure[element.0 as usize].alt = Some(figure.alt.clone());

        let caption_type = theme.types.caption;
        let caption_style = TextStyle {
            opening: Weight::Bold,
            opening_colour: theme.palette.brand,
            ..style(theme, caption_type, Setting::Running)
        };
        let mut caption = vec![Inline::Text(format!("{} ", figure.label))];
        caption.extend(figure.caption.iter().cloned());
        let caption = self.set(&caption, &caption_style, self.column.width);
        let caption_height = caption_type.leading * caption.lines.len() as f32;

        let room = Size {
            width: self.column.width - PADDING * 2.0,
            // A picture and its caption fit on one page.
            height: theme.page.height
                - theme.text_top
                - theme.text_bottom
                - caption_height
                - u * 8.0
                - PADDING * 2.0,
        };
        let size = picture_size(&figure.picture, room);
        let framed = FramedPicture {
            picture: in_colours(&figure.picture, &theme.palette),
            size,
            column: self.column,
            rule: theme.palette.rule,
            element,
        };
        let mut piece = Piece::default();
        framed.place(Pt::ZERO, &mut piece);
        let give = size.height * (1.0 - least_scale(&figure.picture, size));
        // What stands beside it in the side column was measured against its full height.
        let is_free = self.frame.is_none()
            && self
                .side
                .is_none_or(|side| side.remaining <= piece.height - give);
        if is_free && give > Pt::ZERO {
            piece.elastic = Some(Elastic {
                give,
                picture: framed,
            });
        }
        self.land(&mut piece, key, element);
        self.push(piece);
        if !caption.lines.is_empty() {
            self.white(u * 2.0);
            self.price(NEVER);
            let element = self.element(Role::Caption);
            let mut piece = Piece {
                height: caption_height,
                slack: caption_type.leading - Pt(caption_type.size),
                ..Piece::default()
            };
            let at = Point::new(self.column.x, Pt::ZERO);
            self.block_of_text(&caption, caption_type, at, element, &mut piece);
            self.push(piece);
        }
        self.close();
        self.white_below_text(u * 3.0);
    }
}

/// A picture in its frame.
#[derive(Clone, Debug)]
pub(in crate::layout) struct FramedPicture {
    picture: Arc<Picture>,
    size: Size,
    column: Column,
    rule: Colour,
    element: ElementId,
}

impl FramedPicture {
    /// Places it in a piece, `lower` than its full height and as much narrower, and gives the piece its
    /// height.
    pub(in crate::layout) fn place(&self, lower: Pt, piece: &mut Piece) {
        let height = self.size.height - lower;
        let size = Size {
            width: self.size.width * (height / self.size.height),
            height,
        };
        let frame = Size {
            width: self.column.width,
            height: size.height + PADDING * 2.0,
        };
        let outline = icon::rounded_rectangle(
            frame,
            Pt::ZERO,
            Some(Colour::WHITE),
            Some(solid(Pt(0.75), self.rule)),
        );
        piece.height = frame.height;
        piece
            .items
            .push(decoration(Point::new(self.column.x, Pt::ZERO), outline));
        let x = self.column.x + (self.column.width - size.width) / 2.0;
        add_picture(
            piece,
            &self.picture,
            Point::new(x, PADDING),
            size,
            self.element,
        );
    }
}

/// How much smaller than this size a picture may be set: no label becomes smaller than the smallest type.
fn least_scale(picture: &Picture, size: Size) -> f32 {
    let Picture::Vector(drawing) = picture else {
        return LEAST_SCALE;
    };
    let scale = size.width / drawing.size.width;
    let labels = drawing.marks.iter().filter_map(|mark| match mark {
        Mark::Words(_, words) => Some(words.size * scale),
        Mark::Shape(_) => None,
    });
    let smallest = labels.fold(f32::MAX, f32::min);
    (SMALLEST_LABEL / smallest).clamp(LEAST_SCALE, 1.0)
}

/// A drawing in the colours of the leaflet: the default brand colour and its tints, which drawings of
/// the library are made in, become the clinic's.
fn in_colours(picture: &Arc<Picture>, palette: &Palette) -> Arc<Picture> {
    let Picture::Vector(drawing) = &**picture else {
        return Arc::clone(picture);
    };
    if palette.brand == DEFAULT_BRAND {
        return Arc::clone(picture);
    }
    let own = |colour: Colour| match colour {
        DEFAULT_BRAND => palette.brand,
        DEFAULT_TINT => palette.tint,
        DEFAULT_TINT_2 => palette.tint2,
        DEFAULT_RULE => palette.rule,
        other => other,
    };
    let marks = drawing.marks.iter().map(|mark| match mark {
        Mark::Shape(shape) => Mark::Shape(Shape {
            fill: shape.fill.map(own),
            stroke: shape.stroke.clone().map(|stroke| Stroke {
                colour: own(stroke.colour),
                ..stroke
            }),
            ..shape.clone()
        }),
        Mark::Words(at, words) => Mark::Words(
            *at,
            GlyphRun {
                colour: own(words.colour),
                ..words.clone()
            },
        ),
    });
    Arc::new(Picture::Vector(Vector {
        marks: marks.collect(),
        ..*drawing
    }))
}

/// The size of a picture that fills the width, but no more of the height than there is; pixels are
/// never spread below 100 to the inch.
fn picture_size(picture: &Picture, room: Size) -> Size {
    let natural = match picture {
        Picture::Vector(_) => room.width,
        Picture::Raster(raster) => Pt(raster.width as f32 * 72.0 / 100.0),
    };
    let ratio = picture.aspect_ratio();
    let width = natural.min(room.width).min(room.height * ratio);
    Size {
        width,
        height: width / ratio,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::font::FaceId;
    use crate::layout::page::Content;

    fn drawing(label_sizes: &[f32]) -> Picture {
        let words = |&size: &f32| {
            let run = GlyphRun {
                face: FaceId(0),
                size,
                colour: Colour::BLACK,
                text: String::new(),
                glyphs: Vec::new(),
            };
            Mark::Words(Point::new(Pt(10.0), Pt(20.0)), run)
        };
        let size = Size {
            width: Pt(100.0),
            height: Pt(50.0),
        };
        Picture::Vector(Vector {
            size,
            marks: label_sizes.iter().map(words).collect(),
        })
    }

    #[test]
    fn labels_never_become_smaller_than_the_smallest_type() {
        let size = Size {
            width: Pt(200.0),
            height: Pt(100.0),
        };
        let scale = |label_sizes: &[f32]| least_scale(&drawing(label_sizes), size);
        assert_eq!(scale(&[10.0, 5.5]), 10.0 / 11.0);
        assert_eq!(scale(&[4.0]), 1.0);
        assert_eq!(scale(&[30.0]), LEAST_SCALE);
        assert_eq!(scale(&[]), LEAST_SCALE);
    }

    #[test]
    fn figure_that_gives_way_keeps_its_proportions_and_its_middle() {
        let framed = FramedPicture {
            picture: Arc::new(drawing(&[6.0])),
            size: Size {
                width: Pt(200.0),
                height: Pt(100.0),
            },
            column: Column {
                x: Pt(30.0),
                width: Pt(240.0),
            },
            rule: Colour::BLACK,
            element: ElementId(0),
        };
        let mut piece = Piece {
            space_before: Pt(7.0),
            ..Piece::default()
        };
        framed.place(Pt::ZERO, &mut piece);
        let full = piece.height;
        piece.elastic = Some(Elastic {
            give: Pt(20.0),
            picture: framed,
        });
        let piece = piece.squeezed(Pt(10.0));
        assert_eq!(
            (piece.height, piece.space_before),
            (full - Pt(10.0), Pt(7.0))
        );
        let [(_, area)] = piece.figures[..] else {
            panic!("{:?}", piece.figures)
        };
        assert_eq!((area.size.width, area.size.height), (Pt(180.0), Pt(90.0)));
        assert_eq!((area.origin.x, area.origin.y), (Pt(60.0), PADDING));
        let [frame, label] = &piece.items[..] else {
            panic!("{:?}", piece.items)
        };
        assert!(matches!(&frame.content, Content::Shape(_)));
        let Content::Text(run) = &label.content else {
            panic!("{label:?}")
        };
        assert!((run.size - 10.8).abs() < 0.001, "{}", run.size);
    }
}
