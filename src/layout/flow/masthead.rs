//! The opening of the first page: masthead, title, deck and notices.

use std::sync::Arc;

use super::builder::{FlowBuilder, decoration};
use crate::geometry::Pt;
use crate::layout::flow_content::{
    DestinationKey, FORBIDDEN, Fragment, FragmentAnchor, WindowElements,
};
use crate::layout::inline::{LineBreakMode, Paragraph};
use crate::layout::page::{Bookmark, Role};
use crate::layout::page_area::{FlowRect, InlineExtent};
use crate::layout::picture_box::{logo_card, picture_items};
use crate::layout::picture_colours::logo_in_palette;
use crate::layout::shapes;
use crate::theme::TypeStyle;

/// A name or department with more lines moves below the logo.
const MAX_NAME_LINES: usize = 2;
/// A title with more lines, or with a word that is wider than a line, gets a smaller size.
const MAX_TITLE_LINES: usize = 3;

/// The clinic's name and department.
struct Name {
    start: Pt,
    kind: TypeStyle,
    /// `None` if the logo says it.
    name: Option<Arc<Paragraph>>,
    department: Option<Arc<Paragraph>>,
    is_below_logo: bool,
}

impl Name {
    /// Returns the height of name and department.
    fn height(&self, details: TypeStyle) -> Pt {
        let department = self.department.as_ref();
        let name = self.name.as_ref();
        name.map_or(Pt::ZERO, |name| self.kind.lines(name.lines.len()))
            + department.map_or(Pt::ZERO, |text| details.lines(text.lines.len()))
    }
}

impl FlowBuilder<'_> {
    pub(super) fn opening(&mut self) {
        self.masthead(Some(&self.document.masthead.kind));
        self.window();
        self.title();
        let full_width = self.full_width();
        let column = std::mem::replace(&mut self.column, full_width);
        for notice in &self.document.notices {
            self.callout(notice, None);
        }
        self.column = column;
    }

    /// Leaves room for the window of an envelope, and gives its lines their elements.
    fn window(&mut self) {
        let theme = self.theme;
        let letter = self.document.letter.as_ref();
        let letter = letter.filter(|letter| letter.is_in_masthead);
        let (Some(envelope), Some(letter)) = (theme.window, letter) else {
            return;
        };
        let sender = match envelope.sender_area() {
            Some(_) => Some(self.element(Role::Paragraph)),
            None => {
                self.sender(&letter.sender);
                None
            }
        };
        let address = letter.address.iter();
        let address = address.map(|_| self.element(Role::Paragraph)).collect();
        let fragments = self.content.fragments.iter().enumerate();
        let used: Pt = fragments
            .map(|(index, fragment)| match index {
                0 => fragment.height,
                _ => fragment.space_before + fragment.height,
            })
            .sum();
        let bottom = theme.margins.masthead_top + used;
        let window = envelope.ever_visible();
        self.content.window = Some(WindowElements {
            sender,
            address,
            is_covered: bottom > window.origin.y,
        });
        self.break_penalty(FORBIDDEN);
        self.push(Fragment {
            height: (window.bottom() - bottom).max(Pt::ZERO),
            ..Fragment::default()
        });
    }

    /// Adds logo and name at the start edge, status or kind of leaflet and telephone numbers at the end edge,
    /// and a rule below.
    pub(super) fn masthead(&mut self, kind: Option<&str>) {
        let theme = self.theme;
        let masthead = &self.document.masthead;
        let width = theme.full_measure();
        let details_kind = theme.types.masthead;
        let measure = width * theme.masthead.widest_details;
        let kind = match &masthead.status {
            Some(status) => Some((status.as_str(), details_kind.bold())),
            None => kind
                .map(|kind| (kind, details_kind))
                .filter(|_| theme.masthead.has_details),
        };
        let phones = masthead.phones.iter();
        let phones = phones.map(|phone| (phone.as_str(), details_kind));
        let phones = phones.filter(|_| theme.masthead.has_details);
        let details: Vec<Arc<Paragraph>> = kind
            .into_iter()
            .chain(phones)
            .map(|(words, kind)| self.layout_plain(words, kind, measure))
            .collect();
        let details_width = details
            .iter()
            .fold(Pt::ZERO, |widest, text| widest.max(text.width));
        let details_height: Pt = details
            .iter()
            .map(|text| details_kind.lines(text.lines.len()))
            .sum();

        let logo = masthead.logo.as_ref();
        let logo = logo.map(|logo| {
            let size = theme.logo_size(logo.picture.picture().aspect_ratio());
            let picture = logo.picture.in_print(size.width);
            let picture = logo_in_palette(&picture, &theme.palette);
            (picture, size, self.figure_element(&logo.alt))
        });
        let logo_size = logo.as_ref().map(|(_, size, _)| *size);
        let logo_height =
            logo_size.map_or(Pt::ZERO, |size| theme.masthead.logo_height.max(size.height));
        let name_start = logo_size.map_or(Pt::ZERO, |size| size.width + theme.masthead.logo_gap);
        let name_width = width - name_start - details_width - theme.masthead.details_gap;
        let name = self.name(InlineExtent::new(name_start, name_width));
        let name_height = name.height(details_kind);
        let mut row_height = logo_height.max(details_height);
        let (height, name_top) = if name.is_below_logo {
            let top = row_height + theme.masthead.space_before_name;
            (top + name_height, top)
        } else {
            row_height = row_height.max(name_height);
            (row_height, (row_height - name_height) / 2.0)
        };

        let mut fragment = Fragment::default();
        if let Some((picture, size, element)) = logo {
            let area = FlowRect {
                extent: InlineExtent::new(Pt::ZERO, size.width),
                y: (row_height - size.height) / 2.0,
                height: size.height,
            };
            let card = theme.masthead.logo_card;
            let card = card.map(|margin| logo_card(area, margin));
            fragment.items.extend(card);
            let items = picture_items(&picture, area, element);
            fragment.items.extend(items);
            fragment.figures.push((element, area));
        }
        let mut y = name_top + name.kind.slack() / 2.0;
        if let Some(words) = &name.name {
            let element = self.element(Role::Paragraph);
            self.add_text(&mut fragment, words, name.kind, (name.start, y), element);
            y += name.kind.lines(words.lines.len());
        }
        if let Some(department) = &name.department {
            let element = self.element(Role::Paragraph);
            self.add_text(
                &mut fragment,
                department,
                details_kind,
                (name.start, y),
                element,
            );
        }
        let mut y = (row_height - details_height) / 2.0 + details_kind.slack() / 2.0;
        for text in details {
            let element = self.element(Role::Paragraph);
            let elements = self.span_elements(&text, element);
            for (index, line) in text.lines.iter().enumerate() {
                let at = (width - line.width, y + details_kind.first_baseline());
                self.add_line(&mut fragment, &text, index, at, &elements);
                y += details_kind.leading;
            }
        }
        let rule_y = height + theme.masthead.space_before_rule;
        fragment.height = rule_y + theme.masthead.rule;
        let rule = shapes::rule(width, theme.masthead.rule, theme.palette.brand);
        fragment
            .items
            .push(decoration(self.full_width(), rule_y, rule));
        self.push(fragment);
    }

    /// Lays out name and department beside the logo, or below it where they are long.
    fn name(&mut self, beside_logo: InlineExtent) -> Name {
        let masthead = &self.document.masthead;
        let kind = self.theme.types.clinic_name;
        let is_long = |text: &Paragraph| text.lines.len() > MAX_NAME_LINES;
        let words = masthead.shows_name.then_some(masthead.name.as_str());
        let name = words.map(|words| self.layout_plain(words, kind, beside_logo.width));
        let department = self.department(beside_logo.width);
        if !name.as_deref().is_some_and(is_long) && !department.as_deref().is_some_and(is_long) {
            return Name {
                start: beside_logo.start,
                kind,
                name,
                department,
                is_below_logo: false,
            };
        }
        let width = self.theme.full_measure();
        let mut name = words.map(|words| self.layout_plain(words, kind, width));
        let mut name_kind = kind;
        if name.as_deref().is_some_and(is_long) {
            let TypeStyle { size, leading, .. } = self.theme.types.body;
            name_kind = TypeStyle {
                size,
                leading,
                ..kind
            };
            name = words.map(|words| self.layout_plain(words, name_kind, width));
        }
        Name {
            start: Pt::ZERO,
            kind: name_kind,
            name,
            department: self.department(width),
            is_below_logo: true,
        }
    }

    fn department(&mut self, measure: Pt) -> Option<Arc<Paragraph>> {
        let words = self.document.masthead.department.as_deref()?;
        Some(self.layout_plain(words, self.theme.types.masthead, measure))
    }

    fn title(&mut self) {
        let theme = self.theme;
        let measure = theme.full_measure();
        let mut kind = theme.types.title;
        let leading_ratio = kind.leading / kind.size;
        let paragraph = loop {
            let style = self.style(kind, LineBreakMode::Balanced);
            let paragraph = self.layout(&self.document.title, &style, measure);
            let smaller = kind.size - theme.masthead.title_step;
            let is_fit = paragraph.lines.len() <= MAX_TITLE_LINES && !paragraph.divides_words();
            if is_fit || smaller < theme.masthead.smallest_title {
                break paragraph;
            }
            kind.size = smaller;
            kind.leading = smaller * leading_ratio;
        };
        self.vertical_space(theme.masthead.space_before_title);
        self.break_penalty(FORBIDDEN);
        let element = self.element(Role::Heading(1));
        let first = self.content.fragments.len();
        self.push_lines(&paragraph, kind, Pt::ZERO, element, None);
        self.forbid_breaks(first);
        let destination = self.destination(DestinationKey::Title);
        if let Some(fragment) = self.content.fragments.get_mut(first) {
            fragment.anchors.push(FragmentAnchor {
                destination,
                y: Pt::ZERO,
                element,
            });
            self.content.outline.push(Bookmark {
                level: 1,
                title: self.document.about.title.clone(),
                destination,
            });
        }
        if let Some(subtitle) = &self.document.subtitle {
            self.vertical_space_below_text(theme.masthead.space_before_deck);
            self.break_penalty(FORBIDDEN);
            let deck = theme.types.deck;
            let style = self.style(deck, LineBreakMode::Ragged);
            let paragraph = self.layout(subtitle, &style, measure);
            let element = self.element(Role::Paragraph);
            self.push_lines(&paragraph, deck, Pt::ZERO, element, None);
            self.forbid_breaks(first);
        }
        self.content.title_end = self.content.fragments.len();
        self.vertical_space_below_text(theme.masthead.space_after);
    }
}
