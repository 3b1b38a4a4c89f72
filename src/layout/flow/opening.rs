//! The opening of the first page: masthead, title, deck and notices.

use std::sync::Arc;

use super::galley::{NEVER, Piece, Place};
use super::{Column, Flow, decoration, style};
use crate::geometry::{Point, Pt, Rect, Size, Stroke, mm};
use crate::layout::icon;
use crate::layout::inline::{Paragraph, Setting};
use crate::layout::page::{Bookmark, Content, ElementId, Item, Role, Tag};
use crate::picture::{Mark, Picture};
use crate::theme::Type;

/// A clinic's name, or its department's, of more lines beside the logo gets the whole measure below it.
const MAX_NAME_LINES: usize = 2;
/// The white above that.
const NAME_BEFORE: Pt = mm(3.0);
/// A title of more lines shrinks.
const MAX_TITLE_LINES: usize = 3;

impl Flow<'_> {
    pub(super) fn opening(&mut self) {
        self.masthead();
        self.title();
        let full = Column {
            x: Pt::ZERO,
            width: self.theme.full_measure(),
        };
        let column = std::mem::replace(&mut self.column, full);
        for notice in &self.document.notices {
            self.callout(notice, None);
        }
        self.column = column;
    }

    /// Logo and name at the left, kind of leaflet and telephone at the right, a rule below. A long name
    /// stands below the logo.
    fn masthead(&mut self) {
        let theme = self.theme;
        let masthead = &self.document.masthead;
        let width = theme.full_measure();
        let details = theme.types.masthead;
        let right: Vec<String> = std::iter::once(masthead.kind.clone())
            .chain(masthead.phones.iter().cloned())
            .collect();
        let right: Vec<Arc<Paragraph>> = right
            .iter()
            .map(|words| self.set_plain(words, details, width * 0.4))
            .collect();
        let right_width = right.iter().map(|set| set.width).fold(Pt::ZERO, Pt::max);

        let mut piece = Piece::default();
        let mut left = Pt::ZERO;
        let mut logo_height = Pt::ZERO;
        if let Some(logo) = &masthead.logo {
            let size = theme.logo_size(logo.picture.aspect_ratio());
            let element = self.element(Role::Figure);
            self.galley.structure[element.0 as usize].alt = Some(logo.alt.clone());
            logo_height = theme.logo_height.max(size.height);
            let offset = (logo_height - size.height) / 2.0;
            add_picture(
                &mut piece,
                &logo.picture,
                Point::new(Pt::ZERO, offset),
                size,
                element,
            );
            left = size.width + mm(3.5);
        }
        let mut name_width = width - left - right_width - mm(6.0);
        let mut name_type = theme.types.clinic_name;
        let mut name = self.set_plain(&masthead.name, name_type, name_width);
        let mut department = masthead
            .department
            .as_deref()
            .map(|words| self.set_plain(words, details, name_width));
        let is_long = |set: &Paragraph| set.lines.len() > MAX_NAME_LINES;
        let is_below = is_long(&name) || department.as_deref().is_some_and(is_long);
        if is_below {
            (left, name_width) = (Pt::ZERO, width);
            name = self.set_plain(&masthead.name, name_type, name_width);
            if is_long(&name) {
                let Type { size, leading, .. } = theme.types.body;
                name_type = Type {
                    size,
                    leading,
                    ..name_type
                };
                name = self.set_plain(&masthead.name, name_type, name_width);
            }
            department = masthead
                .department
                .as_deref()
                .map(|words| self.set_plain(words, details, name_width));
        }
        let block = |set: &Paragraph, kind: Type| kind.leading * set.lines.len() as f32;
        let name_height = block(&name, name_type)
            + department
                .as_deref()
                .map_or(Pt::ZERO, |department| block(department, details));
        let right_height = right
            .iter()
            .map(|set| block(set, details))
            .fold(Pt::ZERO, |a, b| a + b);
        let mut row_height = logo_height.max(right_height);
        let (height, name_top) = if is_below {
            (
                row_height + NAME_BEFORE + name_height,
                row_height + NAME_BEFORE,
            )
        } else {
            row_height = row_height.max(name_height);
            (row_height, (row_height - name_height) / 2.0)
        };

        // The logo, centred in the row, was placed before its height was known.
        let lift = (row_height - logo_height) / 2.0;
        piece.items.iter_mut().for_each(|item| item.at.y += lift);
        piece
            .figures
            .iter_mut()
            .for_each(|(_, area)| area.origin.y += lift);

        let mut y = name_top + (name_type.leading - Pt(name_type.size)) / 2.0;
        let element = self.element(Role::Paragraph);
        self.block_of_text(&name, name_type, Point::new(left, y), element, &mut piece);
        y += block(&name, name_type);
        if let Some(department) = department {
            let element = self.element(Role::Paragraph);
            self.block_of_text(
                &department,
                details,
                Point::new(left, y),
                element,
                &mut piece,
            );
        }
        let mut y = (row_height - right_height) / 2.0 + (details.leading - Pt(details.size)) / 2.0;
        for set in right {
            let element = self.element(Role::Paragraph);
            for line in 0..set.lines.len() {
                let elements = if line == 0 {
                    self.span_elements(&set, element)
                } else {
                    vec![element]
                };
                let x = width - set.lines[line].width;
                self.add_line(
                    &mut piece,
                    &set,
                    line,
                    Point::new(x, y + details.first_baseline()),
                    &elements,
                );
                y += details.leading;
            }
        }
        piece.height = height + mm(2.5) + Pt(1.0);
        piece.items.push(decoration(
            Point::new(Pt::ZERO, height + mm(2.5)),
            icon::rounded_rectangle(
                Size {
                    width,
                    height: Pt(1.0),
                },
                Pt::ZERO,
                Some(theme.palette.brand),
                None,
            ),
        ));
        self.push(piece);
    }

    fn title(&mut self) {
        let theme = self.theme;
        let measure = theme.full_measure();
        let mut kind = theme.types.title;
        let ratio = kind.leading / kind.size;
        let paragraph = loop {
            let style = style(theme, kind, Setting::Balanced);
            let paragraph = self.set(&self.document.title, &style, measure);
            let smaller = kind.size - 1.0;
            if paragraph.lines.len() <= MAX_TITLE_LINES || smaller < theme.types.title_min_size {
                break paragraph;
            }
            kind = Type {
                size: smaller,
                leading: ratio * smaller,
                ..kind
            };
        };
        self.white(theme.title_before);
        self.price(NEVER);
        let element = self.element(Role::Heading(1));
        self.lines(&paragraph, kind, Pt::ZERO, element, None);
        let place = self.place(Place::Title);
        if let Some(piece) = self
            .galley
            .pieces
            .iter_mut()
            .rev()
            .take(paragraph.lines.len())
            .next_back()
        {
            piece.landings.push((place, Pt::ZERO, element));
            self.galley.outline.push(Bookmark {
                level: 1,
                title: self.document.about.title.clone(),
                destination: place,
            });
        }
        if let Some(subtitle) = &self.document.subtitle {
            self.white_below_text(mm(2.5));
            self.price(NEVER);
            let deck = theme.types.deck;
            let paragraph = self.set(subtitle, &style(theme, deck, Setting::Running), measure);
            let element = self.element(Role::Paragraph);
            self.lines(&paragraph, deck, Pt::ZERO, element, None);
        }
        self.white_below_text(mm(5.5));
    }
}

/// Places a picture as the content of an element.
pub(super) fn add_picture(
    piece: &mut Piece,
    picture: &Picture,
    at: Point,
    size: Size,
    element: ElementId,
) {
    for (offset, content) in picture_contents(picture, size) {
        piece.items.push(Item {
            tag: Tag::Element(element),
            at: at + offset,
            content,
        });
    }
    piece.figures.push((element, Rect { origin: at, size }));
}

/// What a picture of this size places.
pub(in crate::layout) fn picture_contents(picture: &Picture, size: Size) -> Vec<(Point, Content)> {
    match picture {
        Picture::Raster(raster) => {
            vec![(Point::default(), Content::Raster(Arc::clone(raster), size))]
        }
        Picture::Vector(vector) => {
            let scale = size.width / vector.size.width;
            let scaled = |mark: &Mark| match mark {
                Mark::Shape(shape) => {
                    let mut shape = shape.clone();
                    shape.scale(scale);
                    (Point::default(), Content::Shape(Arc::new(shape)))
                }
                Mark::Words(at, words) => {
                    let mut words = words.clone();
                    words.scale(scale);
                    (
                        Point::new(at.x * scale, at.y * scale),
                        Content::Text(Arc::new(words)),
                    )
                }
            };
            vector.marks.iter().map(scaled).collect()
        }
    }
}

/// A line of this width and colour.
pub(super) fn solid(width: Pt, colour: crate::geometry::Colour) -> Stroke {
    Stroke {
        colour,
        width,
        dash: Vec::new(),
        round: false,
    }
}
