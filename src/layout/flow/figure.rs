//! Figures: a framed picture and its caption, never split. A picture may shrink a little if its
//! page is otherwise too short for it.

use super::builder::{BETWEEN_BLOCKS, FlowBuilder};
use crate::document::{Figure, Inline, Key};
use crate::font::Weight;
use crate::geometry::{Pt, Size};
use crate::layout::flow_content::{FORBIDDEN, Fragment, Shrinkable};
use crate::layout::inline::{LineBreakMode, TextStyle};
use crate::layout::page::Role;
use crate::layout::picture_box::PictureBox;
use crate::layout::picture_colours::figure_in_palette;
use crate::picture::{Picture, Vector, VectorItem};
use crate::theme::FigureTheme;

impl FlowBuilder<'_> {
    pub(super) fn figure(&mut self, figure: &Figure, key: Option<&Key>) {
        let drawn = figure.picture.picture();
        let (palette, pictures) = (self.theme.palette, self.theme.picture_palette);
        let theme = self.theme.figure;
        self.vertical_space_below_text(theme.space);
        self.break_penalty(BETWEEN_BLOCKS);
        self.open(Role::Division);
        let element = self.figure_element(&figure.alt);

        let caption_kind = self.theme.types.caption;
        let caption_style = TextStyle {
            first_sentence_weight: Weight::Bold,
            first_sentence_colour: palette.brand,
            ..self.style(caption_kind, LineBreakMode::Ragged)
        };
        let mut caption = vec![Inline::Text(format!("{} ", figure.label))];
        caption.extend(figure.caption.iter().cloned());
        let caption = self.layout(&caption, &caption_style, self.column.width);
        let caption_height = caption_kind.lines(caption.lines.len());

        let room = Size {
            width: self.column.width - (theme.padding - theme.outset).max(Pt::ZERO) * 2.0,
            // A picture and its caption must fit on one page.
            height: self.theme.text_height() - caption_height - theme.reserve - theme.padding * 2.0,
        };
        let size = picture_size(drawn, room, &theme);
        let picture = PictureBox {
            picture: figure_in_palette(&figure.picture.in_print(size.width), &pictures),
            size,
            column: self.column,
            theme,
            ground: pictures.ground,
            rule: pictures.rule,
            element,
        };
        let mut fragment = Fragment::default();
        fragment.add_picture_box(&picture, Pt::ZERO);
        let max_shrink = size.height * (1.0 - least_scale(drawn, size, &theme));
        // Content of the side column was measured against the picture's full height.
        let is_free = self.frame.is_none()
            && self
                .side
                .is_none_or(|side| side.remaining <= fragment.height - max_shrink);
        if is_free && max_shrink > Pt::ZERO {
            fragment.shrinkable = Some(Shrinkable {
                max_shrink,
                picture,
            });
        }
        self.anchor_block(&mut fragment, key, element);
        self.push(fragment);
        if !caption.lines.is_empty() {
            self.vertical_space(theme.space_before_caption);
            self.break_penalty(FORBIDDEN);
            let element = self.element(Role::Caption);
            let mut fragment = Fragment {
                height: caption_height,
                slack: caption_kind.slack(),
                ..Fragment::default()
            };
            let at = (self.column.start, Pt::ZERO);
            self.add_text(&mut fragment, &caption, caption_kind, at, element);
            self.push(fragment);
        }
        self.close();
        self.vertical_space_below_text(theme.space);
    }
}

/// Returns the smallest factor by which a picture of this size may shrink. Its labels stay legible.
fn least_scale(picture: &Picture, size: Size, theme: &FigureTheme) -> f32 {
    let Picture::Vector(drawing) = picture else {
        return theme.least_scale;
    };
    let scale = size.width / drawing.size.width;
    let smallest = smallest_label(drawing) * scale;
    (theme.smallest_label / smallest).clamp(theme.least_scale, 1.0)
}

/// Returns the size of the smallest label of a drawing; `Pt(f32::MAX)` if it has none.
fn smallest_label(drawing: &Vector) -> Pt {
    let labels = drawing.items.iter().filter_map(|item| match item {
        VectorItem::Text(_, words) => Some(words.size),
        VectorItem::Shape(_) | VectorItem::Graphic(_) => None,
    });
    labels.fold(Pt(f32::MAX), Pt::min)
}

/// Returns the largest size of a picture that fits the room. A raster picture grows until its pixels have
/// their maximum size. A drawing grows to its own size, so that its labels are not larger than the text, or
/// until its labels are legible in the edition.
fn picture_size(picture: &Picture, room: Size, theme: &FigureTheme) -> Size {
    let natural = match picture {
        Picture::Vector(drawing) => {
            let growth = theme.grown_label / smallest_label(drawing);
            let width = drawing.size.width;
            width.max(theme.small_drawing).max(width * growth)
        }
        Picture::Raster(raster) => theme.largest_pixel * raster.width as f32,
    };
    let ratio = picture.aspect_ratio();
    let width = natural.min(room.width).min(room.height * ratio);
    Size::new(width, width / ratio)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::font::{FaceId, GlyphRun};
    use crate::geometry::{Colour, Point};
    use crate::layout::page::{Content, ElementId};
    use crate::layout::page_area::InlineExtent;
    use crate::picture::PictureUse;
    use crate::theme::{DEFAULT_BRAND, Edition, Paper, Theme};

    fn theme() -> FigureTheme {
        Theme::new(Edition::STANDARD, Paper::A4, DEFAULT_BRAND).figure
    }

    fn drawing(label_sizes: &[f32]) -> Picture {
        let words = |&size: &f32| {
            let run = GlyphRun {
                face: FaceId(0),
                size: Pt(size),
                colour: Colour::BLACK,
                text: String::new(),
                glyphs: Vec::new(),
            };
            VectorItem::Text(Point::new(Pt(10.0), Pt(20.0)), run)
        };
        let size = Size::new(Pt(100.0), Pt(50.0));
        Picture::Vector(Vector {
            size,
            items: label_sizes.iter().map(words).collect(),
        })
    }

    #[test]
    fn labels_never_become_smaller_than_the_smallest_type() {
        let size = Size::new(Pt(200.0), Pt(100.0));
        let theme = theme();
        let scale = |label_sizes: &[f32]| least_scale(&drawing(label_sizes), size, &theme);
        assert_eq!(scale(&[10.0, 5.5]), 10.0 / 11.0);
        assert_eq!(scale(&[4.0]), 1.0);
        assert_eq!(scale(&[30.0]), theme.least_scale);
        assert_eq!(scale(&[]), theme.least_scale);
    }

    #[test]
    fn drawing_does_not_outgrow_its_own_size() {
        let theme = theme();
        let room = Size::new(Pt(450.0), Pt(600.0));
        let width = |own| {
            let size = Size::new(Pt(own), Pt(50.0));
            let items = Vec::new();
            picture_size(&Picture::Vector(Vector { size, items }), room, &theme).width
        };
        assert_eq!(width(346.0), Pt(346.0));
        assert_eq!(width(100.0), theme.small_drawing);
        assert_eq!(width(900.0), room.width);
    }

    #[test]
    fn figure_that_shrinks_keeps_its_proportions_and_its_middle() {
        let picture = PictureBox {
            picture: Arc::new(drawing(&[6.0])),
            size: Size::new(Pt(200.0), Pt(100.0)),
            column: InlineExtent::new(Pt(30.0), Pt(240.0)),
            theme: theme(),
            ground: Colour::WHITE,
            rule: Colour::BLACK,
            element: ElementId(0),
        };
        let mut fragment = Fragment {
            space_before: Pt(7.0),
            ..Fragment::default()
        };
        fragment.add_picture_box(&picture, Pt::ZERO);
        let full = fragment.height;
        fragment.shrinkable = Some(Shrinkable {
            max_shrink: Pt(20.0),
            picture,
        });
        let fragment = fragment.shrunk_by(Pt(10.0));
        assert_eq!(
            (fragment.height, fragment.space_before),
            (full - Pt(10.0), Pt(7.0))
        );
        let [(_, area)] = fragment.figures[..] else {
            panic!("{:?}", fragment.figures)
        };
        assert_eq!(area.extent, InlineExtent::new(Pt(60.0), Pt(180.0)));
        assert_eq!((area.y, area.height), (theme().padding, Pt(90.0)));
        let [frame, label] = &fragment.items[..] else {
            panic!("{:?}", fragment.items)
        };
        assert!(matches!(&frame.content, Content::Shape(_)));
        let Content::Text(run) = &label.content else {
            panic!("{label:?}")
        };
        assert!((run.size.0 - 10.8).abs() < 0.001, "{:?}", run.size);
    }

    #[test]
    fn drawings_have_pixels_for_the_largest_print() {
        for paper in [Paper::A4, Paper::Letter, Paper::A5] {
            let theme = Theme::new(Edition::STANDARD, paper, DEFAULT_BRAND);
            let figure = PictureUse::Figure.largest_size();
            assert!(theme.full_measure() <= figure.width && theme.text_height() <= figure.height);
            let logo = PictureUse::Logo.largest_size();
            for aspect_ratio in [0.1, 0.5, 1.0, 3.0, 10.0, 40.0] {
                let Size { width, height } = theme.logo_size(aspect_ratio);
                assert!(
                    width <= logo.width && height <= logo.height,
                    "{aspect_ratio}"
                );
            }
        }
    }
}
