//! Pictures on a page, and pictures in a frame.

use std::sync::Arc;

use super::page::{Artifact, Content, ElementId, Tag};
use super::page_area::{FlowItem, FlowRect, InlineExtent};
use super::shapes;
use crate::geometry::{Colour, Point, Pt, Size};
use crate::picture::{Picture, VectorItem};
use crate::theme::FigureTheme;

/// A picture centred in a frame that is as wide as the column. Some editions have no frame.
#[derive(Clone, Debug)]
pub(super) struct PictureBox {
    pub picture: Arc<Picture>,
    /// Size of the picture before it shrinks.
    pub size: Size,
    pub column: InlineExtent,
    pub theme: FigureTheme,
    pub ground: Colour,
    pub rule: Colour,
    pub element: ElementId,
}

/// A framed picture. Positions are relative to the top of its fragment.
pub(super) struct PlacedPictureBox {
    pub height: Pt,
    pub items: Vec<FlowItem>,
    pub picture_area: FlowRect,
}

impl PictureBox {
    /// Places frame and picture. The picture shrinks by this height, and its width in proportion.
    pub(super) fn place(&self, shrink: Pt) -> PlacedPictureBox {
        let height = self.size.height - shrink;
        let size = Size::new(self.size.width * (height / self.size.height), height);
        let around = outset(self.column, self.theme.outset);
        let frame = Size::new(around.width, height + self.theme.padding * 2.0);
        let outline = self.theme.outline.map(|width| {
            let stroke = shapes::solid(width, self.rule);
            FlowItem {
                tag: Tag::Artifact(Artifact::Layout),
                extent: around,
                offset: Point::default(),
                content: Content::Shape(shapes::rounded_rectangle(
                    frame,
                    self.theme.radius,
                    Some(self.ground),
                    Some(stroke),
                )),
            }
        });
        let mut items: Vec<FlowItem> = outline.into_iter().collect();
        let indent = (self.column.width - size.width) / 2.0;
        let picture_area = FlowRect {
            extent: self.column.indented(indent).narrowed(size.width),
            y: self.theme.padding,
            height,
        };
        items.extend(picture_items(&self.picture, picture_area, self.element));
        PlacedPictureBox {
            height: frame.height,
            items,
            picture_area,
        }
    }
}

/// Returns an extent that reaches over both ends.
fn outset(extent: InlineExtent, by: Pt) -> InlineExtent {
    InlineExtent::new(extent.start - by, extent.width + by * 2.0)
}

/// Returns a white card behind a logo in an area, with this margin.
pub(super) fn logo_card(area: FlowRect, margin: Pt) -> FlowItem {
    let extent = outset(area.extent, margin);
    let size = Size::new(extent.width, area.height + margin * 2.0);
    let card = shapes::rounded_rectangle(size, margin, Some(Colour::WHITE), None);
    FlowItem {
        tag: Tag::Artifact(Artifact::Layout),
        extent,
        offset: Point::new(Pt::ZERO, area.y - margin),
        content: Content::Shape(card),
    }
}

/// Returns the items of a picture that fills an area.
pub(super) fn picture_items(
    picture: &Picture,
    area: FlowRect,
    element: ElementId,
) -> impl Iterator<Item = FlowItem> {
    let size = Size::new(area.extent.width, area.height);
    picture_contents(picture, size)
        .into_iter()
        .map(move |(offset, content)| FlowItem {
            tag: Tag::Element(element),
            extent: area.extent,
            offset: offset + Point::new(Pt::ZERO, area.y),
            content,
        })
}

/// Returns the parts of a picture of this size, each with its offset.
pub(super) fn picture_contents(picture: &Picture, size: Size) -> Vec<(Point, Content)> {
    match picture {
        Picture::Raster(raster) => {
            vec![(Point::default(), Content::Raster(Arc::clone(raster), size))]
        }
        Picture::Vector(vector) => {
            let scale = size.width / vector.size.width;
            let scaled = |item: &VectorItem| match item {
                VectorItem::Shape(shape) => {
                    let mut shape = shape.clone();
                    shape.scale(scale);
                    (Point::default(), Content::Shape(Arc::new(shape)))
                }
                VectorItem::Text(at, words) => {
                    let mut words = words.clone();
                    words.scale(scale);
                    (
                        Point::new(at.x * scale, at.y * scale),
                        Content::Text(Arc::new(words)),
                    )
                }
                VectorItem::Graphic(graphic) => {
                    let mut graphic = graphic.clone();
                    graphic.scale(scale);
                    (Point::default(), Content::Graphic(Arc::new(graphic)))
                }
            };
            vector.items.iter().map(scaled).collect()
        }
    }
}
