//! Figures: a framed picture and its caption, never torn apart.

use std::borrow::Cow;

use super::galley::{NEVER, Piece};
use super::opening::{add_picture, solid};
use super::{Flow, decoration, style};
use crate::document::{Figure, Inline, Key};
use crate::font::{GlyphRun, Weight};
use crate::geometry::{Colour, Point, Pt, Shape, Size, Stroke, mm};
use crate::layout::icon;
use crate::layout::inline::{Setting, TextStyle};
use crate::layout::page::Role;
use crate::picture::{Mark, Picture, Vector};
use crate::theme::{DEFAULT_BRAND, DEFAULT_RULE, DEFAULT_TINT, DEFAULT_TINT_2, Palette};

/// White between the frame and the picture.
const PADDING: Pt = mm(4.0);

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
        let frame = Size { width: self.column.width, height: size.height + PADDING * 2.0 };
        let stroke = Some(solid(Pt(0.75), theme.palette.rule));
        let mut piece = Piece { height: frame.height, ..Piece::default() };
        let outline = icon::rounded_rectangle(frame, Pt::ZERO, Some(Colour::WHITE), stroke);
        piece.items.push(decoration(Point::new(self.column.x, Pt::ZERO), outline));
        let x = self.column.x + (self.column.width - size.width) / 2.0;
        let picture = in_colours(&figure.picture, &theme.palette);
        add_picture(&mut piece, &picture, Point::new(x, PADDING), size, element);
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

/// A drawing in the colours of the leaflet: the default brand colour and its tints, which drawings of
/// the library are made in, become the clinic's.
fn in_colours<'a>(picture: &'a Picture, palette: &Palette) -> Cow<'a, Picture> {
    let Picture::Vector(drawing) = picture else { return Cow::Borrowed(picture) };
    if palette.brand == DEFAULT_BRAND {
        return Cow::Borrowed(picture);
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
            stroke: shape.stroke.clone().map(|stroke| Stroke { colour: own(stroke.colour), ..stroke }),
            ..shape.clone()
        }),
        Mark::Words(at, words) => Mark::Words(*at, GlyphRun { colour: own(words.colour), ..words.clone() }),
    });
    Cow::Owned(Picture::Vector(Vector { marks: marks.collect(), ..*drawing }))
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
    Size { width, height: width / ratio }
}
