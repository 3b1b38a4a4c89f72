//! Lengths of each kind of block.
//!
//! Vertical space is a multiple of the unit, a quarter of the body's leading, so that it grows with
//! the text. Fields that end in `_em` are multiples of the font size of the text at hand.

use super::edition::Paper;
use crate::geometry::{Colour, Pt, mm};

/// Running text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TextTheme {
    pub space_before_paragraph: Pt,
    /// Space between two lists.
    pub space_between_lists: Pt,
    /// Space above headings within a section.
    pub space_before_heading: Pt,
    pub space_after_heading: Pt,
    /// Space above the small print at the end.
    pub space_before_closing: Pt,
    pub underline_thickness_em: f32,
    /// Distance of the top of underlines below the baseline.
    pub underline_offset_em: f32,
    /// Extent of a clickable area above the baseline.
    pub link_above_em: f32,
    /// Height of a clickable area.
    pub link_height_em: f32,
}

impl TextTheme {
    pub(super) fn standard(unit: Pt) -> TextTheme {
        TextTheme {
            space_before_paragraph: unit * 2.0,
            space_between_lists: unit * 3.0,
            space_before_heading: unit * 2.5,
            space_after_heading: unit * 0.5,
            space_before_closing: unit * 4.0,
            underline_thickness_em: 0.055,
            underline_offset_em: 0.13,
            link_above_em: 0.85,
            link_height_em: 1.15,
        }
    }
}

/// Certainty badges: a pill with a symbol and words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BadgeTheme {
    /// Width of the pill's outline.
    pub outline: Pt,
    pub height_em: f32,
    /// Space between the pill's start and the symbol.
    pub padding_start_em: f32,
    /// Space between the symbol and the words.
    pub symbol_gap_em: f32,
    /// Space between the words and the pill's end.
    pub padding_end_em: f32,
}

impl BadgeTheme {
    pub(super) fn standard() -> BadgeTheme {
        BadgeTheme {
            outline: Pt(0.75),
            height_em: 1.52,
            padding_start_em: 0.3,
            symbol_gap_em: 0.4,
            padding_end_em: 0.65,
        }
    }
}

/// Masthead and title of the first page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct MastheadTheme {
    pub logo_height: Pt,
    /// Factor by which a tall logo may exceed that height.
    pub tallest_logo: f32,
    /// Greatest width of a logo, as a share of the full measure.
    pub widest_logo: f32,
    /// Space between the logo and the name.
    pub logo_gap: Pt,
    /// Width of the details at the end edge, as a share of the full measure.
    pub widest_details: f32,
    /// Space between the name and the details.
    pub details_gap: Pt,
    /// Space above a name that is below the logo.
    pub space_before_name: Pt,
    /// Space above the rule.
    pub space_before_rule: Pt,
    pub rule: Pt,
    pub space_before_title: Pt,
    /// A long title shrinks down to this size.
    pub smallest_title: Pt,
    /// Step by which a long title shrinks.
    pub title_step: Pt,
    pub space_before_deck: Pt,
    /// Space below the title and its deck.
    pub space_after: Pt,
}

impl MastheadTheme {
    pub(super) fn standard(paper: Paper) -> MastheadTheme {
        let is_small = paper == Paper::A5;
        MastheadTheme {
            logo_height: mm(if is_small { 10.0 } else { 12.5 }),
            tallest_logo: 1.5,
            widest_logo: 0.36,
            logo_gap: mm(3.5),
            widest_details: 0.4,
            details_gap: mm(6.0),
            space_before_name: mm(3.0),
            space_before_rule: mm(2.5),
            rule: Pt(1.0),
            space_before_title: mm(if is_small { 6.0 } else { 8.0 }),
            smallest_title: Pt(if is_small { 20.0 } else { 24.0 }),
            title_step: Pt(1.0),
            space_before_deck: mm(2.5),
            space_after: mm(5.5),
        }
    }
}

/// The header of later pages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct HeaderTheme {
    /// Distance from the top of the page to the middle of the header.
    pub middle: Pt,
    pub logo_height: Pt,
    /// Greatest width of the logo, as a share of the full measure.
    pub widest_logo: f32,
    /// Space between the logo and the name.
    pub logo_gap: Pt,
    pub leading_em: f32,
    /// Distance of the baseline below the middle of a single line.
    pub baseline_em: f32,
}

impl HeaderTheme {
    pub(super) fn standard() -> HeaderTheme {
        HeaderTheme {
            middle: mm(13.5),
            logo_height: Pt(15.0),
            widest_logo: 0.3,
            logo_gap: mm(2.6),
            leading_em: 1.2,
            baseline_em: 0.34,
        }
    }
}

/// The footer of every page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct FooterTheme {
    /// Whether title and details may share a line.
    pub may_be_one_line: bool,
    /// Distance from the rule to the bottom of the page.
    pub rule_bottom: Pt,
    pub rule: Pt,
    /// Space between the rule and the text.
    pub space_after_rule: Pt,
    /// Space between the text and the page number.
    pub number_gap: Pt,
    /// Least distance of the text from the edge of the paper.
    pub paper_edge: Pt,
    /// Depth of descenders.
    pub descender_em: f32,
}

impl FooterTheme {
    pub(super) fn standard(paper: Paper) -> FooterTheme {
        FooterTheme {
            may_be_one_line: paper != Paper::A5,
            rule_bottom: mm(14.5),
            rule: Pt(0.5),
            space_after_rule: mm(1.3),
            number_gap: mm(6.0),
            paper_edge: mm(8.0),
            descender_em: 0.25,
        }
    }
}

/// Sections with a rule and a heading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SectionTheme {
    /// Space above the rule.
    pub space_before: Pt,
    pub rule: Pt,
    /// Distance by which icons reach over the start of the line, where their outline is.
    pub icon_outdent: Pt,
    pub beside: SideHeadingTheme,
    pub stacked: StackedHeadingTheme,
}

/// A heading in the side column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SideHeadingTheme {
    /// Space between the rule and the heading.
    pub space_after_rule: Pt,
    pub icon: Pt,
    /// Space between the icon and the heading.
    pub space_after_icon: Pt,
    pub space_before_badge: Pt,
}

/// A heading above the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct StackedHeadingTheme {
    /// Space between the rule and the heading.
    pub space_after_rule: Pt,
    pub icon: Pt,
    /// Space between the icon and the heading.
    pub icon_gap: Pt,
    /// Distance of the icon's middle below that of the first line.
    pub icon_drop: Pt,
    /// Least space between the heading and a badge on the same line.
    pub badge_gap: Pt,
    /// Space above a badge on a line of its own.
    pub space_before_badge: Pt,
    pub space_after: Pt,
}

impl SectionTheme {
    pub(super) fn standard(unit: Pt) -> SectionTheme {
        SectionTheme {
            space_before: unit * 5.0,
            rule: Pt(0.75),
            icon_outdent: mm(0.7),
            beside: SideHeadingTheme {
                space_after_rule: unit * 3.0,
                icon: mm(7.0),
                space_after_icon: unit * 0.5,
                space_before_badge: unit * 2.2,
            },
            stacked: StackedHeadingTheme {
                space_after_rule: unit * 2.5,
                icon: mm(6.0),
                icon_gap: mm(1.8),
                icon_drop: Pt(1.0),
                badge_gap: mm(4.0),
                space_before_badge: unit * 1.5,
                space_after: unit * 1.5,
            },
        }
    }
}

/// The opening panel: the short answer and what to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PanelTheme {
    /// Space above and below the panel.
    pub space: Pt,
    pub padding: Pt,
    /// Width of the bar at the start edge, also of the contact panel.
    pub bar: Pt,
    /// Space below a heading above the text.
    pub space_after_heading: Pt,
    /// Rule between the short answer and what to do.
    pub rule: Pt,
    /// Space above and below that rule.
    pub space_around_rule: Pt,
    pub space_between_actions: Pt,
    /// Space between the tick and the words.
    pub tick_gap: Pt,
    /// Distance of the tick's top above the baseline.
    pub tick_top_em: f32,
}

impl PanelTheme {
    pub(super) fn standard(unit: Pt) -> PanelTheme {
        PanelTheme {
            space: unit * 3.0,
            padding: mm(5.0),
            bar: Pt(4.0),
            space_after_heading: unit * 0.5,
            rule: Pt(0.75),
            space_around_rule: mm(4.8),
            space_between_actions: unit,
            tick_gap: mm(2.6),
            tick_top_em: 0.84,
        }
    }
}

/// The contact panel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ContactTheme {
    pub space_before: Pt,
    pub space_after: Pt,
    /// Space between the side column above and the panel.
    pub side_gap: Pt,
    /// Space between the panel's edges and its content.
    pub padding: Pt,
    /// Space between the bar and the text.
    pub padding_start: Pt,
    pub space_after_heading: Pt,
    pub space_before_row: Pt,
    pub icon_em: f32,
    /// Space between the icon and the words.
    pub icon_gap: Pt,
    /// Distance of the icon's middle above the baseline.
    pub icon_middle_em: f32,
    /// Space between the text and the QR code.
    pub code_gap: Pt,
}

impl ContactTheme {
    pub(super) fn standard(unit: Pt) -> ContactTheme {
        ContactTheme {
            space_before: unit * 5.0,
            space_after: unit * 3.0,
            side_gap: unit * 4.0,
            padding: mm(4.0),
            padding_start: mm(4.4),
            space_after_heading: unit * 0.5,
            space_before_row: unit * 0.9,
            icon_em: 1.3,
            icon_gap: Pt(8.0),
            icon_middle_em: 0.34,
            code_gap: mm(5.0),
        }
    }
}

/// Call-outs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CalloutTheme {
    /// Space above and below.
    pub space: Pt,
    /// Space between panel and content, above and below.
    pub padding: Pt,
    /// Space between the bar and the icon.
    pub padding_start: Pt,
    /// Space between the text and the end edge.
    pub padding_end: Pt,
    /// Bar of a caution.
    pub strong_bar: Pt,
    /// Outline of a caution.
    pub outline: Pt,
    /// Bar of information and tips.
    pub bar: Pt,
    /// Length of the dashes of a tip's bar, and of the gaps between them.
    pub dash: Pt,
    pub icon_em: f32,
    /// Space between the icon and the title.
    pub icon_gap: Pt,
    /// Distance of the icon's top above that of the title.
    pub icon_lift: Pt,
    pub space_after_title: Pt,
    /// Space below a title that is repeated on the next page.
    pub space_after_repeated_title: Pt,
    pub emergency: EmergencyTheme,
}

/// Emergency call-outs: a strip with the title, and an outline around all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct EmergencyTheme {
    /// Space above and below.
    pub space: Pt,
    pub outline: Pt,
    /// Space between the outline and the content.
    pub padding: Pt,
    /// Space between the icon and the title.
    pub icon_gap: Pt,
    /// Space above and below the icon within the strip.
    pub strip_padding: Pt,
    /// Distance by which the title is lower than the middle of the strip.
    pub title_drop_em: f32,
    pub space_after_strip: Pt,
}

impl CalloutTheme {
    pub(super) fn standard(unit: Pt) -> CalloutTheme {
        CalloutTheme {
            space: unit * 3.0,
            padding: mm(3.6),
            padding_start: mm(4.0),
            padding_end: mm(4.0),
            strong_bar: Pt(6.0),
            outline: Pt(0.75),
            bar: Pt(3.0),
            dash: Pt(2.5),
            icon_em: 1.75,
            icon_gap: mm(2.6),
            icon_lift: Pt(1.0),
            space_after_title: unit * 1.4,
            space_after_repeated_title: unit * 0.5,
            emergency: EmergencyTheme {
                space: unit * 4.0,
                outline: Pt(2.0),
                padding: mm(4.0),
                icon_gap: mm(3.2),
                strip_padding: mm(3.3),
                title_drop_em: 0.06,
                space_after_strip: mm(3.6),
            },
        }
    }
}

/// Lists and lines to write on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ListTheme {
    pub bullet: BulletTheme,
    pub step: StepTheme,
    pub checkbox: CheckboxTheme,
    pub write_in: WriteInTheme,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BulletTheme {
    /// Space between items.
    pub space: Pt,
    pub diameter_em: f32,
    /// Distance of the middle above the baseline.
    pub middle_em: f32,
    /// Space between the bullet and the text.
    pub gap: Pt,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct StepTheme {
    /// Space between items.
    pub space: Pt,
    /// Diameter of the disc, as a multiple of the leading.
    pub diameter: f32,
    /// Space between the disc and the text.
    pub gap: Pt,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CheckboxTheme {
    /// Space between items.
    pub space: Pt,
    /// Least width and height of the box.
    pub least_side: Pt,
    pub side_em: f32,
    pub outline: Pt,
    /// Radius of the corners.
    pub radius: Pt,
    /// Space between the box and the text.
    pub gap: Pt,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct WriteInTheme {
    /// Distance between two lines to write on.
    pub pitch: Pt,
    pub rule: Pt,
}

impl ListTheme {
    pub(super) fn standard(unit: Pt) -> ListTheme {
        ListTheme {
            bullet: BulletTheme {
                space: unit,
                diameter_em: 0.38,
                middle_em: 0.28,
                gap: Pt(7.0),
            },
            step: StepTheme {
                space: unit * 1.6,
                diameter: 1.25,
                gap: mm(3.0),
            },
            checkbox: CheckboxTheme {
                space: unit * 2.0,
                least_side: mm(5.0),
                side_em: 1.2,
                outline: Pt(1.0),
                radius: mm(0.6),
                gap: mm(3.2),
            },
            write_in: WriteInTheme {
                pitch: mm(8.5),
                rule: Pt(0.6),
            },
        }
    }
}

/// Tables.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TableTheme {
    pub space_before: Pt,
    pub space_after: Pt,
    /// Space between the side column above and the table.
    pub side_gap: Pt,
    pub space_after_caption: Pt,
    pub space_before_note: Pt,
    /// Space between two columns.
    pub column_gap: Pt,
    /// A column of running words that is narrower is hard to read.
    pub narrowest_column: Pt,
    /// Space above and below the words of a row.
    pub cell_padding: Pt,
    /// Height of an empty cell to write in.
    pub write_in: Pt,
    /// Rule above the header.
    pub top_rule: Pt,
    /// Rules below the header and the last row.
    pub strong_rule: Pt,
    /// Rules between rows.
    pub rule: Pt,
    /// Space between rows that are lists.
    pub space_between_lists: Pt,
}

impl TableTheme {
    pub(super) fn standard(unit: Pt) -> TableTheme {
        TableTheme {
            space_before: unit * 4.0,
            space_after: unit * 7.0,
            side_gap: unit * 4.0,
            space_after_caption: unit * 1.5,
            space_before_note: unit * 2.0,
            column_gap: mm(3.0),
            narrowest_column: mm(28.0),
            cell_padding: mm(2.1),
            write_in: mm(8.5),
            top_rule: Pt(1.5),
            strong_rule: Pt(1.0),
            rule: Pt(0.6),
            space_between_lists: unit * 2.0,
        }
    }
}

/// Figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct FigureTheme {
    /// Space above and below.
    pub space: Pt,
    /// Space between the frame and the picture.
    pub padding: Pt,
    /// Width of the frame's outline.
    pub outline: Pt,
    pub space_before_caption: Pt,
    /// Height that a picture leaves free on its page besides the caption.
    pub reserve: Pt,
    /// A picture shrinks until its smallest label has this size.
    pub smallest_label: Pt,
    /// A picture never shrinks below this share of its column.
    pub least_scale: f32,
    /// Greatest size of a pixel.
    pub largest_pixel: Pt,
}

impl FigureTheme {
    pub(super) fn standard(unit: Pt) -> FigureTheme {
        FigureTheme {
            space: unit * 3.0,
            padding: mm(4.0),
            outline: Pt(0.75),
            space_before_caption: unit * 2.0,
            reserve: unit * 8.0,
            smallest_label: Pt(10.0),
            least_scale: 0.8,
            largest_pixel: Pt(0.72),
        }
    }
}

/// Glossaries and reference lists.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ReferenceTheme {
    /// Space between entries of a glossary.
    pub space_between_terms: Pt,
    /// Space between them where they take the full measure, and so mostly one line.
    pub space_between_wide_terms: Pt,
    pub space_between_references: Pt,
    /// Distance from the start of a reference to its text.
    pub hanging_indent: Pt,
}

impl ReferenceTheme {
    pub(super) fn standard(unit: Pt) -> ReferenceTheme {
        ReferenceTheme {
            space_between_terms: unit * 2.0,
            space_between_wide_terms: unit * 1.25,
            space_between_references: unit * 0.4,
            hanging_indent: mm(7.0),
        }
    }
}

/// The sheet between leaflets of a printed bundle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SeparatorTheme {
    pub space_after_heading: Pt,
}

impl SeparatorTheme {
    pub(super) fn standard(unit: Pt) -> SeparatorTheme {
        SeparatorTheme {
            space_after_heading: unit,
        }
    }
}

/// QR codes. They are dark on light in every edition, so that they can be read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct QrTheme {
    /// Width of a code without its quiet zone.
    pub side: Pt,
    /// Least width of a module.
    pub least_module: Pt,
    pub dark: Colour,
    pub light: Colour,
    /// Space above a code that has no text beside it.
    pub space_before: Pt,
    /// Space between a code and the label below it.
    pub space_before_label: Pt,
    /// Space between a code and the label beside it.
    pub label_gap: Pt,
}

impl QrTheme {
    pub(super) fn standard(unit: Pt) -> QrTheme {
        QrTheme {
            side: mm(25.0),
            least_module: mm(0.5),
            dark: Colour::BLACK,
            light: Colour::WHITE,
            space_before: unit * 3.0,
            space_before_label: mm(1.0),
            label_gap: mm(4.0),
        }
    }
}
