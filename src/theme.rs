//! All lengths and colours of an edition, for each paper and brand colour.
//!
//! A theme defines the look, whatever the document. [`Theme::new`] builds the theme of an edition.
//! Editions differ only in their themes. Lengths of blocks are grouped in one struct for each block
//! (`blocks`), and the edition's file has their values (`edition_file`). Colours follow from the
//! brand colour (`palette`).

mod blocks;
mod edition;
mod edition_file;
mod envelope;
mod palette;
mod promise;

use serde::Deserialize;

use crate::font::Weight;
use crate::geometry::{Colour, Pt, Size};

pub(crate) use blocks::*;
pub(crate) use edition::EditionParser;
pub use edition::{Edition, Length, Look, Paper, TypeSize};
pub use envelope::Envelope;
pub(crate) use palette::{DEFAULT_BRAND, Palette, contrast};
pub(crate) use promise::Promise;

/// Number of wider spacings of a short form, besides the tightest.
const SPACING_STEPS: usize = 4;
/// Growth of leading at the widest spacing, as a share. Running text then has the leading of the standard edition.
const WIDEST_LEADING: f32 = 0.09;

/// Size, leading, weight and colour of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct TypeStyle {
    /// Font size: one em.
    pub size: Pt,
    /// Distance from baseline to baseline.
    pub leading: Pt,
    /// Weight of words that are not strong.
    pub weight: Weight,
    /// Colour of words without a colour of their own.
    pub colour: Colour,
}

impl TypeStyle {
    const fn new(size: f32, leading: f32, weight: Weight, colour: Colour) -> TypeStyle {
        TypeStyle {
            size: Pt(size),
            leading: Pt(leading),
            weight,
            colour,
        }
    }

    /// Returns the distance from the top of a block to its first baseline.
    pub(crate) fn first_baseline(&self) -> Pt {
        self.size * 0.8
    }

    /// Returns the distance of the middle of capitals and numerals above the baseline.
    pub(crate) fn capital_middle(&self) -> Pt {
        self.size * 0.335
    }

    /// Returns the space below the descenders of a line.
    pub(crate) fn slack(&self) -> Pt {
        self.leading - self.size
    }

    /// Returns the height of a number of lines.
    pub(crate) fn lines(&self, count: usize) -> Pt {
        self.leading * count as f32
    }

    /// Returns the height of a number of lines, at least one, without the space below the last.
    pub(crate) fn tight_lines(&self, count: usize) -> Pt {
        self.lines(count.max(1) - 1) + self.size
    }

    /// Returns the same style in another colour.
    pub(crate) fn coloured(self, colour: Colour) -> TypeStyle {
        TypeStyle { colour, ..self }
    }

    /// Returns the same style in bold.
    pub(crate) fn bold(self) -> TypeStyle {
        TypeStyle {
            weight: Weight::Bold,
            ..self
        }
    }

    fn sized(self, size: f32, leading: f32) -> TypeStyle {
        TypeStyle {
            size: Pt(size),
            leading: Pt(leading),
            ..self
        }
    }
}

/// All lengths and colours that layout uses.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Theme {
    /// Size of a page. On a sheet folded to panels, it is as wide as the text of a panel.
    pub page: Size,
    /// Sheets that pages are placed on, to fold and staple.
    pub booklet: Option<BookletTheme>,
    /// The sheet that six panels are placed on.
    pub trifold: Option<TrifoldTheme>,
    pub margins: Margins,
    /// The column of headings; `None` where headings are above the text.
    pub side: Option<SideColumn>,
    #[serde(skip)]
    pub types: Types,
    #[serde(skip)]
    pub palette: Palette,
    /// Colours of pictures and of the cards that they are on.
    #[serde(skip)]
    pub picture_palette: Palette,
    pub text: TextTheme,
    pub badge: BadgeTheme,
    pub masthead: MastheadTheme,
    pub header: HeaderTheme,
    pub footer: FooterTheme,
    pub section: SectionTheme,
    pub panel: PanelTheme,
    pub contact: ContactTheme,
    pub callout: CalloutTheme,
    pub list: ListTheme,
    pub form: FormTheme,
    pub table: TableTheme,
    pub figure: FigureTheme,
    pub reference: ReferenceTheme,
    pub qr: QrTheme,
    pub separator: SeparatorTheme,
    pub sheet_mark: SheetMarkTheme,
    pub letter: LetterTheme,
    /// Envelope whose window shows the address in the masthead.
    #[serde(skip)]
    pub window: Option<Envelope>,
    /// The same theme with wider spacings, the widest last. Layout takes the widest that keeps the leaflet on one page.
    #[serde(skip)]
    pub wider: Vec<Theme>,
}

/// Space around the text of a page.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct Margins {
    /// Space at the edge where lines start.
    pub inline_start: Pt,
    /// Space at the edge where lines end.
    pub inline_end: Pt,
    /// Top of the masthead on the first page.
    pub masthead_top: Pt,
    /// Top of the text on other pages.
    pub text_top: Pt,
    /// Space below the text.
    pub text_bottom: Pt,
}

/// Sheets with two pages on each side. They are folded once, in the middle, and stapled there.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct BookletTheme {
    pub sheet: Size,
    /// Each sheet pushes the sheets inside it outwards by its thickness. Their pages move inwards.
    pub paper_thickness: Pt,
    /// Sheets that can be folded and stapled together.
    pub most_sheets: usize,
}

/// A sheet with three panels on each side, folded so that the flap is inside (C-fold).
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct TrifoldTheme {
    pub sheet: Size,
    /// Width of the flap. The other two panels share the rest.
    pub flap: Pt,
    /// Least space between text and a fold.
    pub fold_margin: Pt,
    /// Least space between the text of the cover and its fold.
    pub cover_fold_margin: Pt,
    /// Least space between text and the left or right edge of the sheet.
    pub edge_margin: Pt,
    /// Space below the text of the back panel. A high footer needs more.
    pub back_text_bottom: Pt,
    /// Length of the marks of the folds.
    pub tick: Pt,
    pub tick_rule: Pt,
}

/// The column that holds headings beside the text.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct SideColumn {
    pub width: Pt,
    /// Space between it and the text.
    pub gutter: Pt,
}

/// Style of each kind of text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Types {
    /// The clinic's name in the masthead.
    pub clinic_name: TypeStyle,
    /// The rest of the masthead.
    pub masthead: TypeStyle,
    pub title: TypeStyle,
    /// The line below the title.
    pub deck: TypeStyle,
    pub short_answer: TypeStyle,
    /// Section headings.
    pub heading2: TypeStyle,
    /// Headings within a section.
    pub heading3: TypeStyle,
    pub body: TypeStyle,
    /// Cells of a table.
    pub table: TypeStyle,
    /// Captions of figures.
    pub caption: TypeStyle,
    /// Badges; their leading is not used.
    pub badge: TypeStyle,
    /// References, header and footer.
    pub small: TypeStyle,
    /// Citations in running text.
    pub citation: TypeStyle,
}

impl Theme {
    /// Returns the theme of an edition on a paper, in a clinic's colour.
    pub(crate) fn new(edition: Edition, paper: Paper, brand: Colour) -> Theme {
        let palette = match edition.look {
            Look::Colour => Palette::from_brand(brand),
            Look::Mono => Palette::mono(),
            Look::HighContrast => Palette::high_contrast(brand),
        };
        let picture_palette = match edition.look {
            Look::Colour | Look::Mono => palette,
            Look::HighContrast => Palette::from_brand(brand),
        };
        let types = match (edition.type_size, paper) {
            (TypeSize::Standard, Paper::DlTrifold | Paper::LetterTrifold) => Types::panel(&palette),
            (TypeSize::Standard, _) if edition.length == Length::Short => Types::short(&palette),
            (TypeSize::Standard, Paper::A4) => Types::wide(&palette, 29.0, 34.0),
            (TypeSize::Standard, Paper::Letter) => Types::wide(&palette, 28.0, 33.0),
            (TypeSize::Standard, Paper::A5 | Paper::A5Booklet | Paper::LetterBooklet) => {
                Types::a5(&palette)
            }
            (TypeSize::Large, _) => Types::large(&palette),
            (TypeSize::ExtraLarge, _) => Types::extra_large(&palette),
        };
        let spaced = |spacing: f32| {
            let types = types.spaced(1.0 + spacing * WIDEST_LEADING);
            let unit = types.body.leading / 4.0;
            Theme {
                types,
                palette,
                picture_palette,
                ..edition_file::lengths(edition, paper, unit, spacing)
            }
        };
        let steps = match edition.length {
            Length::Short if !paper.is_trifold() => SPACING_STEPS,
            Length::Short | Length::Full => 0,
        };
        let spacing = (1..=steps).map(|step| step as f32 / steps as f32);
        Theme {
            wider: spacing.map(spaced).collect(),
            ..spaced(0.0)
        }
    }

    /// Returns the same theme with room for the window of an envelope below the masthead.
    pub(crate) fn with_window(self, envelope: Envelope) -> Theme {
        let margins = Margins {
            masthead_top: self.letter.masthead_top,
            ..self.margins
        };
        let wider = self.wider.into_iter();
        Theme {
            margins,
            window: Some(envelope),
            wider: wider.map(|theme| theme.with_window(envelope)).collect(),
            ..self
        }
    }

    /// Returns the same theme with headings above the text instead of beside it.
    pub(crate) fn stacked(&self) -> Theme {
        Theme {
            side: None,
            ..self.clone()
        }
    }

    /// Returns the size of a logo in the masthead. The aspect ratio is its width divided by its
    /// height. A wide logo is less high, so that the clinic's name has room. A tall logo is higher,
    /// so that it is not too narrow.
    pub(crate) fn logo_size(&self, aspect_ratio: f32) -> Size {
        let stretch = (1.0 / aspect_ratio)
            .sqrt()
            .clamp(1.0, self.masthead.tallest_logo);
        fitted(
            aspect_ratio,
            self.masthead.logo_height * stretch,
            self.full_measure() * self.masthead.widest_logo,
        )
    }

    /// Returns the size of a logo in the header of later pages.
    pub(crate) fn header_logo_size(&self, aspect_ratio: f32) -> Size {
        fitted(
            aspect_ratio,
            self.header.logo_height,
            self.full_measure() * self.header.widest_logo,
        )
    }

    /// Returns the width between the margins.
    pub(crate) fn full_measure(&self) -> Pt {
        self.page.width - self.margins.inline_start - self.margins.inline_end
    }

    /// Returns the height of the text on all pages but the first.
    pub(crate) fn text_height(&self) -> Pt {
        self.page.height - self.margins.text_top - self.margins.text_bottom
    }

    /// Returns the distance from the start of a line to the text column.
    pub(crate) fn text_indent(&self) -> Pt {
        self.side.map_or(Pt::ZERO, |side| side.width + side.gutter)
    }

    /// Returns the width of the text column.
    pub(crate) fn text_measure(&self) -> Pt {
        self.full_measure() - self.text_indent()
    }
}

/// Returns the size with this aspect ratio and height, reduced to fit a maximum width.
fn fitted(aspect_ratio: f32, height: Pt, max_width: Pt) -> Size {
    let width = height * aspect_ratio;
    if width > max_width {
        Size::new(max_width, max_width / aspect_ratio)
    } else {
        Size { width, height }
    }
}

impl Types {
    /// Returns the same styles with their leading multiplied by a factor.
    fn spaced(&self, factor: f32) -> Types {
        let spaced = |kind: TypeStyle| TypeStyle {
            leading: kind.leading * factor,
            ..kind
        };
        Types {
            clinic_name: spaced(self.clinic_name),
            masthead: spaced(self.masthead),
            title: spaced(self.title),
            deck: spaced(self.deck),
            short_answer: spaced(self.short_answer),
            heading2: spaced(self.heading2),
            heading3: spaced(self.heading3),
            body: spaced(self.body),
            table: spaced(self.table),
            caption: spaced(self.caption),
            badge: spaced(self.badge),
            small: spaced(self.small),
            citation: spaced(self.citation),
        }
    }

    fn wide(palette: &Palette, title_size: f32, title_leading: f32) -> Types {
        use Weight::{Bold, Regular};
        let &Palette {
            ink, muted, brand, ..
        } = palette;
        Types {
            clinic_name: TypeStyle::new(14.0, 17.0, Bold, ink),
            masthead: TypeStyle::new(10.5, 14.0, Regular, muted),
            title: TypeStyle::new(title_size, title_leading, Bold, brand),
            deck: TypeStyle::new(13.0, 18.0, Regular, muted),
            short_answer: TypeStyle::new(15.0, 22.0, Regular, ink),
            heading2: TypeStyle::new(15.0, 19.0, Bold, brand),
            heading3: TypeStyle::new(12.5, 17.0, Bold, ink),
            body: TypeStyle::new(12.0, 17.0, Regular, ink),
            table: TypeStyle::new(12.0, 16.5, Regular, ink),
            caption: TypeStyle::new(10.5, 14.5, Regular, ink),
            badge: TypeStyle::new(10.5, 14.0, Bold, brand),
            small: TypeStyle::new(10.0, 14.0, Regular, ink),
            citation: TypeStyle::new(10.0, 14.0, Regular, muted),
        }
    }

    fn a5(palette: &Palette) -> Types {
        let wide = Types::wide(palette, 22.0, 27.0);
        Types {
            short_answer: wide.short_answer.sized(13.5, 19.5),
            heading2: wide.heading2.sized(14.5, 18.0),
            heading3: wide.heading3.sized(12.5, 16.5),
            body: wide.body.sized(12.0, 16.5),
            table: wide.table.sized(12.0, 16.0),
            ..wide
        }
    }

    fn short(palette: &Palette) -> Types {
        let wide = Types::wide(palette, 23.0, 26.0);
        Types {
            clinic_name: wide.clinic_name.sized(13.0, 15.0),
            masthead: wide.masthead.sized(10.5, 13.0),
            deck: wide.deck.sized(12.0, 15.0),
            short_answer: wide.short_answer.sized(13.0, 17.0),
            heading2: wide.heading2.sized(14.0, 17.0),
            heading3: wide.heading3.sized(12.0, 16.0),
            body: wide.body.sized(12.0, 15.6),
            table: wide.table.sized(12.0, 15.6),
            caption: wide.caption.sized(10.5, 13.5),
            small: wide.small.sized(10.0, 12.4),
            citation: wide.citation.sized(10.0, 12.4),
            ..wide
        }
    }

    /// Returns the styles of text on the panels of a folded sheet.
    fn panel(palette: &Palette) -> Types {
        let wide = Types::wide(palette, 27.0, 32.0);
        Types {
            short_answer: wide.short_answer.sized(14.0, 20.0),
            heading2: wide.heading2.sized(14.0, 18.0),
            heading3: wide.heading3.sized(13.0, 17.5),
            body: wide.body.sized(13.0, 17.5),
            table: wide.table.sized(13.0, 17.5),
            small: wide.small.sized(10.0, 12.4),
            citation: wide.citation.sized(10.0, 12.4),
            ..wide
        }
    }

    fn large(palette: &Palette) -> Types {
        let wide = Types::wide(palette, 32.0, 39.0);
        Types {
            clinic_name: wide.clinic_name.sized(20.0, 23.0),
            masthead: wide.masthead.sized(16.5, 22.0),
            title: wide.title,
            deck: wide.deck.sized(18.0, 23.0),
            short_answer: wide.short_answer.sized(21.0, 30.0),
            heading2: wide.heading2.sized(23.0, 29.0),
            heading3: wide.heading3.sized(19.0, 26.0),
            body: wide.body.sized(18.0, 26.0),
            table: wide.table.sized(18.0, 25.5),
            caption: wide.caption.sized(16.5, 22.5),
            badge: wide.badge.sized(16.5, 22.0),
            small: wide.small.sized(16.0, 22.0),
            citation: wide.citation.sized(16.0, 22.0),
        }
    }

    fn extra_large(palette: &Palette) -> Types {
        let wide = Types::wide(palette, 38.0, 45.0);
        Types {
            clinic_name: wide.clinic_name.sized(25.0, 29.0),
            masthead: wide.masthead.sized(21.0, 27.0),
            title: wide.title,
            deck: wide.deck.sized(24.0, 31.0),
            short_answer: wide.short_answer.sized(26.0, 36.0),
            heading2: wide.heading2.sized(29.0, 36.0),
            heading3: wide.heading3.sized(25.0, 33.0),
            body: wide.body.sized(24.0, 33.0),
            table: wide.table.sized(24.0, 33.0),
            caption: wide.caption.sized(21.0, 28.0),
            badge: wide.badge.sized(21.0, 28.0),
            small: wide.small.sized(20.0, 27.0),
            citation: wide.citation.sized(20.0, 27.0),
        }
    }
}
