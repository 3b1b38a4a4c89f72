//! Lengths of each kind of block.
//!
//! Fields that end in `_em` are multiples of the font size of their text.

use serde::Deserialize;

use super::SideColumn;
use crate::geometry::Pt;

/// Running text.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct TextTheme {
    pub space_before_paragraph: Pt,
    /// Space between two lists.
    pub space_between_lists: Pt,
    /// Space above headings within a section.
    pub space_before_heading: Pt,
    pub space_after_heading: Pt,
    /// Space above the small print at the end.
    pub space_before_closing: Pt,
    /// Greatest width of running text that is not in a panel; `None` for the full width.
    pub widest: Option<Pt>,
    /// Greatest width of running text in a panel; `None` for the full width of the panel.
    pub widest_in_panels: Option<Pt>,
    /// Whether paragraphs of the small print share lines.
    pub closing_runs_in: bool,
    /// Space between texts that share a line.
    pub run_in_gap: Pt,
    pub underline_thickness_em: f32,
    /// Distance of the top of underlines below the baseline.
    pub underline_offset_em: f32,
    /// Extent of a clickable area above the baseline.
    pub link_above_em: f32,
    /// Height of a clickable area.
    pub link_height_em: f32,
}

/// Certainty badges: a pill with a symbol and words.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
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

/// Masthead and title of the first page.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct MastheadTheme {
    pub logo_height: Pt,
    /// Factor by which a tall logo may exceed that height.
    pub tallest_logo: f32,
    /// Greatest width of a logo, as a share of the full measure.
    pub widest_logo: f32,
    /// Space between the logo and the name.
    pub logo_gap: Pt,
    /// Margin of a white card behind the logo; `None` for no card.
    pub logo_card: Option<Pt>,
    /// Whether the kind of leaflet and telephone numbers are at the end edge.
    pub has_details: bool,
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

/// The header of later pages.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct HeaderTheme {
    /// Distance from the top of the page to the middle of the header.
    pub middle: Pt,
    pub logo_height: Pt,
    /// Greatest width of the logo, as a share of the full measure.
    pub widest_logo: f32,
    /// Space between the logo and the name.
    pub logo_gap: Pt,
    /// Margin of a white card behind the logo; `None` for no card.
    pub logo_card: Option<Pt>,
    pub leading_em: f32,
    /// Distance of the baseline below the middle of a single line.
    pub baseline_em: f32,
}

/// The footer of every page.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
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

/// Sections with a rule and a heading.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct SectionTheme {
    /// Space above the rule.
    pub space_before: Pt,
    pub rule: Pt,
    /// Distance by which icons begin before the line, so that their outlines align with the text.
    pub icon_outdent: Pt,
    pub beside: SideHeadingTheme,
    pub stacked: StackedHeadingTheme,
}

/// A heading in the side column.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct SideHeadingTheme {
    /// Space between the rule and the heading.
    pub space_after_rule: Pt,
    pub icon: Pt,
    /// Space between the icon and the heading.
    pub space_after_icon: Pt,
    pub space_before_badge: Pt,
}

/// A heading above the text.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct StackedHeadingTheme {
    /// Space between the rule and the heading.
    pub space_after_rule: Pt,
    pub icon: Pt,
    /// Space between the icon and the heading.
    pub icon_gap: Pt,
    /// Distance of the icon's middle below that of the first line.
    pub icon_drop: Pt,
    /// Whether a badge may be on the line of the heading.
    pub badge_may_be_beside: bool,
    /// Least space between the heading and a badge on the same line.
    pub badge_gap: Pt,
    /// Space above a badge on a line of its own.
    pub space_before_badge: Pt,
    pub space_after: Pt,
}

/// The opening panel: the short answer and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct PanelTheme {
    /// Space above and below the panel.
    pub space: Pt,
    pub padding: Pt,
    /// Width of the bar at the start edge, also of the contact panel.
    pub bar: Pt,
    /// Width of the outline of this panel and of the contact panel; `None` for no outline.
    pub outline: Option<Pt>,
    /// Column of its headings in a theme whose other headings are above the text. Narrow panels have none.
    pub side: Option<SideColumn>,
    /// Space below a heading above the text.
    pub space_after_heading: Pt,
    /// Rule between the short answer and what to do.
    pub rule: Pt,
    /// Space above and below that rule.
    pub space_around_rule: Pt,
    /// Penalty of a page break below that rule; `None` forbids it.
    pub break_penalty: Option<f32>,
    pub space_between_actions: Pt,
    /// Space between the tick and the words.
    pub tick_gap: Pt,
    /// Distance of the tick's top above the baseline.
    pub tick_top_em: f32,
}

/// The contact panel.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
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
    /// Space between two short rows that share a line; `None` for one row a line.
    pub column_gap: Option<Pt>,
    pub has_icons: bool,
    pub icon_em: f32,
    /// Space between the icon and the words.
    pub icon_gap: Pt,
    /// Distance of the icon's middle above the baseline.
    pub icon_middle_em: f32,
    /// Space between the text and the QR code.
    pub code_gap: Pt,
    /// Where the text beside the code would be narrower, the code is below it.
    pub narrowest_text: Pt,
}

/// Call-outs.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct CalloutTheme {
    /// Whether the label is above the title, and the message below the icon.
    pub is_narrow: bool,
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
    /// Outline of information and tips; `None` for no outline.
    pub light_outline: Option<Pt>,
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
    /// Whether the message begins on the line of the title.
    pub title_runs_in: bool,
    /// Space below a title that is repeated on the next page.
    pub space_after_repeated_title: Pt,
    /// A call-out of at most this share of a page is never split.
    pub tallest_unsplit: f32,
    pub emergency: EmergencyTheme,
}

/// Emergency call-outs: a strip with the title, and an outline around all.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
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

/// Lists and lines to write on.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct ListTheme {
    pub bullet: BulletTheme,
    pub step: StepTheme,
    pub checkbox: CheckboxTheme,
    pub write_in: WriteInTheme,
    /// Two columns of items, where that saves lines; `None` for one column.
    pub columns: Option<ListColumnsTheme>,
}

/// Lists in two columns.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct ListColumnsTheme {
    /// Space between the columns.
    pub gap: Pt,
    /// A list with a narrower column has one column.
    pub narrowest: Pt,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct BulletTheme {
    /// Space between items.
    pub space: Pt,
    pub diameter_em: f32,
    /// Distance of the middle above the baseline.
    pub middle_em: f32,
    /// Space between the bullet and the text.
    pub gap: Pt,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct StepTheme {
    /// Space between items.
    pub space: Pt,
    /// Diameter of the disc, as a multiple of the leading.
    pub diameter: f32,
    /// Space between the disc and the text.
    pub gap: Pt,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
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

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct WriteInTheme {
    /// Distance between two lines to write on.
    pub pitch: Pt,
    pub rule: Pt,
}

/// Forms.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct FormTheme {
    pub space_before: Pt,
    pub space_after: Pt,
    /// Space between the side column above and the form.
    pub side_gap: Pt,
    /// Rule above the caption.
    pub top_rule: Pt,
    pub space_after_rule: Pt,
    pub space_after_caption: Pt,
    /// Space between two fields in a row.
    pub column_gap: Pt,
    /// A narrower field is a row of its own.
    pub narrowest_field: Pt,
    pub space_between_rows: Pt,
}

/// Tables.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
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
    /// A table with more columns becomes lists; `None` for any number.
    pub most_columns: Option<usize>,
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

/// Figures.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct FigureTheme {
    /// Space above and below.
    pub space: Pt,
    /// Space between the frame and the picture.
    pub padding: Pt,
    /// Distance by which the frame reaches over both edges of the column.
    pub outset: Pt,
    /// Width of the frame's outline; `None` for no frame.
    pub outline: Option<Pt>,
    /// Radius of the frame's corners.
    pub radius: Pt,
    pub space_before_caption: Pt,
    /// Height kept free on the page of a picture, besides the caption.
    pub reserve: Pt,
    /// A picture shrinks until its smallest label has this size.
    pub smallest_label: Pt,
    /// A drawing grows until its smallest label has this size.
    pub grown_label: Pt,
    /// A picture never shrinks below this share of its column.
    pub least_scale: f32,
    /// Greatest size of a pixel.
    pub largest_pixel: Pt,
    /// Drawings narrower than this grow to it.
    pub small_drawing: Pt,
}

/// Glossaries and reference lists.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct ReferenceTheme {
    /// Space between entries of a glossary.
    pub space_between_terms: Pt,
    /// Space between them where they take the full measure, and so mostly one line.
    pub space_between_wide_terms: Pt,
    pub space_between_references: Pt,
    /// Whether the list of references is one paragraph that begins with its heading.
    pub runs_in: bool,
    /// Space between number and text in such a paragraph.
    pub run_in_indent: Pt,
    /// Distance from the start of a reference to its text.
    pub hanging_indent: Pt,
}

/// The sheet between leaflets of a printed bundle.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct SeparatorTheme {
    pub space_after_heading: Pt,
    /// Size of the large number.
    pub number: Pt,
    /// Width of the black edges.
    pub edge: Pt,
}

/// The mark at the edge of a printed sheet.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct SheetMarkTheme {
    /// Distance from the top of the sheet.
    pub top: Pt,
    /// Distance from the right edge of the sheet. Many printers leave 4 mm blank.
    pub edge: Pt,
    /// Width of the mark and of its white ground.
    pub width: Pt,
    /// Length of the bars.
    pub bar: Pt,
    /// Width of a module: 8 dots of a printer with 600 dpi.
    pub module: Pt,
    /// Size of the digits.
    pub digits: Pt,
    pub leading: Pt,
}

/// The letter before a leaflet. The envelope gives the place of its address.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct LetterTheme {
    /// Top of the masthead.
    pub masthead_top: Pt,
    /// Space above the sender's line below the masthead.
    pub space_before_sender: Pt,
    /// Size of the sender's line in the window. DIN 5008 asks for 6 to 8 pt.
    pub sender_size: Pt,
    pub sender_leading_em: f32,
    /// Space between the sender's line in the window and the address.
    pub space_after_sender: Pt,
    /// Least size of an address. Post offices read 10 to 12 pt.
    pub smallest_address: Pt,
    /// Step by which an address shrinks.
    pub address_step: Pt,
    pub address_leading_em: f32,
    /// Leading of an address with as many lines as the window has room for.
    pub tight_address_leading_em: f32,
    /// Space above and below an address that is not tight, besides that of the envelope.
    pub address_clearance: Pt,
    /// Height of accented capitals above the baseline.
    pub ascent_em: f32,
    /// Depth of descenders.
    pub descent_em: f32,
    /// Space between the window and the text.
    pub space_below_window: Pt,
    /// Greatest width of the text.
    pub widest_em: f32,
    /// Space above the greeting.
    pub space_before_greeting: Pt,
    /// Space to sign in.
    pub signature_space: Pt,
    pub signature_rule: Pt,
    pub space_after_signature_rule: Pt,
    pub signature_width: Pt,
    /// Distance of the marks for folds from the edge of the sheet.
    pub mark_start: Pt,
    /// Length of the marks.
    pub mark: Pt,
    pub mark_rule: Pt,
}

/// QR codes.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct QrTheme {
    /// Width of a code without its quiet zone.
    pub side: Pt,
    /// Least width of a module.
    pub least_module: Pt,
    /// Space above a code that has no text beside it.
    pub space_before: Pt,
    /// Space between a code and the label below it.
    pub space_before_label: Pt,
    /// Space between a code and the label beside it.
    pub label_gap: Pt,
}
