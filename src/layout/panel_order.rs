//! The order of a document's sections on the panels of a trifold.
//!
//! A tall call-out leaves much of the panel before it empty. An emergency call-out may then come before it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::flow;
use super::layout_cache::LayoutCache;
use super::panel_breaks;
use crate::document::{Block, BlockKind, CalloutKind, Document, Section, SectionRole};
use crate::theme::{Theme, TrifoldTheme};

/// Least saving of cost by another order.
const LEAST_GAIN: f32 = 15.0;

/// Returns the document for panels, if the theme has them. Panels have no numbers, so the words "see page 3"
/// are left out. The contact details come last, so that they are on the back panel.
pub(super) fn for_panels<'d>(
    document: &'d Document,
    theme: &Theme,
    cache: &mut LayoutCache,
) -> Cow<'d, Document> {
    let Some(trifold) = &theme.trifold else {
        return Cow::Borrowed(document);
    };
    let mut document = document.clone();
    document.ui_strings.see_page.clear();
    document
        .sections
        .sort_by_key(|section| matches!(section.role, SectionRole::Contact { .. }));
    let mut cost = |document: &Document| cost(document, theme, trifold, cache);
    let mut least = cost(&document) - LEAST_GAIN;
    let mut best = None;
    for second in 1..document.sections.len() {
        let kinds = [second - 1, second].map(|index| only_callout(&document.sections[index]));
        let [Some(first_kind), Some(CalloutKind::Emergency)] = kinds else {
            continue;
        };
        if first_kind == CalloutKind::Emergency {
            continue;
        }
        let mut other = document.clone();
        other.sections.swap(second - 1, second);
        let cost = cost(&other);
        if cost < least {
            least = cost;
            best = Some(other);
        }
    }
    Cow::Owned(best.unwrap_or(document))
}

/// Returns the kind of a call-out that has a section of its own, without a heading.
fn only_callout(section: &Section) -> Option<CalloutKind> {
    match (&section.heading, &section.role, &section.blocks[..]) {
        (
            None,
            SectionRole::Body,
            [
                Block {
                    kind: BlockKind::Callout(callout),
                    ..
                },
            ],
        ) => Some(callout.kind),
        _ => None,
    }
}

/// Returns the cost of the panels of a document. It is infinite if six panels do not hold the document.
fn cost(
    document: &Document,
    theme: &Theme,
    trifold: &TrifoldTheme,
    cache: &mut LayoutCache,
) -> f32 {
    let flow = flow::flow(document, theme, cache, &BTreeMap::new());
    panel_breaks::choose(&flow, theme, trifold).map_or(f32::INFINITY, |breaks| breaks.cost)
}
