//! The style of running text, from a theme.

use super::inline::{BadgeStyle, CitationTextStyle, LineBreakMode, TextStyle, UnderlineStyle};
use crate::document::Certainty;
use crate::geometry::Pt;
use crate::theme::{Theme, TypeStyle};

/// Returns the style of text in a type style of a theme.
pub(super) fn text_style(theme: &Theme, kind: TypeStyle, line_breaks: LineBreakMode) -> TextStyle {
    let Theme {
        palette,
        types,
        text,
        badge,
        ..
    } = theme;
    TextStyle {
        size: kind.size,
        weight: kind.weight,
        first_sentence_weight: kind.weight,
        first_sentence_colour: kind.colour,
        colour: kind.colour,
        link: palette.brand,
        underline: UnderlineStyle {
            thickness: kind.size * text.underline_thickness_em,
            offset: kind.size * text.underline_offset_em,
        },
        citation: CitationTextStyle {
            size: types.citation.size.min(kind.size),
            colour: types.citation.colour,
        },
        badge: BadgeStyle {
            size: types.badge.size,
            outline: badge.outline,
            height: types.badge.size * badge.height_em,
            middle: types.badge.capital_middle(),
            padding_start: types.badge.size * badge.padding_start_em,
            symbol_gap: types.badge.size * badge.symbol_gap_em,
            padding_end: types.badge.size * badge.padding_end_em,
            ground: palette.ground,
            colours: Certainty::ALL.map(|certainty| match certainty {
                Certainty::NotSupported => palette.emergency,
                _ => palette.brand,
            }),
        },
        line_breaks,
        first_line_indent: Pt::ZERO,
    }
}
