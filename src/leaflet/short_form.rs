//! Short forms that do not fit on one page.

use super::{LeafletRequest, document, theme};
use crate::finding::{Finding, PlaceTarget};
use crate::geometry::Pt;
use crate::layout::page::{Artifact, Content, Layout, Page, Tag};
use crate::layout::{self, LayoutCache};
use crate::library::EntryKind;
use crate::resolve::JobData;
use crate::theme::{Edition, Length, Theme};

/// Reports a short form that does not fit on one page.
pub(super) fn long_short_form(
    handout: &str,
    layout: &Layout,
    edition: Edition,
    theme: &Theme,
) -> Option<Finding> {
    // Six panels share two sides. Layout fails if they do not hold the text.
    let has_panels = theme.trifold.is_some();
    if edition.length == Length::Full || layout.pages.len() < 2 || has_panels {
        return None;
    }
    let lines = lines_over(layout, theme);
    let message = format!("the short form of `{handout}` is about {lines} too long for one page");
    let help = "shorten its locked texts or its short answer, make the full leaflet, or use a larger paper; the short form has all locked texts, in the same type";
    Some(Finding::error("long-short-form", message).help(help))
}

/// Tells authors that a leaflet has no short form on A4, because it would be too long.
pub(super) fn note_on_short_form(
    request: &LeafletRequest,
    cache: &mut LayoutCache,
) -> Option<Finding> {
    let definition = &request.handout.definition;
    let is_main = |kind: &EntryKind| matches!(kind, EntryKind::Section { main_message: true });
    if !definition.entries.iter().any(|entry| is_main(&entry.kind)) {
        return None;
    }
    let request = request.clone().with_edition(Edition::SHORT);
    // Faults of its texts are faults of the full leaflet, too.
    let resolved = document(&request, &JobData::new()).ok()?;
    let theme = theme(&request);
    let layout = layout::layout(&resolved.document, &theme, cache).ok()?;
    if layout.pages.len() < 2 {
        return None;
    }
    let lines = lines_over(&layout, &theme);
    let message = format!("the short form is about {lines} too long for one page of A4");
    let help = "`-e short` refuses this leaflet: shorten its locked texts or its short answer, if readers need a short form";
    let finding = Finding::note("long-short-form", message).help(help);
    Some(finding.at(&definition.file, PlaceTarget::File))
}

/// Returns how many lines of running text do not fit on the first page, in words.
fn lines_over(layout: &Layout, theme: &Theme) -> String {
    // Baseline of the lowest words, without header and footer.
    let lowest = |page: &Page| {
        let words = page.items.iter().filter(|item| {
            let is_furniture =
                matches!(item.tag, Tag::Artifact(Artifact::Header | Artifact::Footer));
            matches!(item.content, Content::Text(_)) && !is_furniture
        });
        words.map(|item| item.at.y).fold(Pt::ZERO, Pt::max)
    };
    let bottom = theme.page.height - theme.margins.text_bottom;
    let over: Pt = layout.pages[1..]
        .iter()
        .map(|page| lowest(page) - theme.margins.text_top)
        .sum();
    let free = bottom - lowest(&layout.pages[0]);
    match ((over - free) / theme.types.body.leading).ceil().max(1.0) {
        1.0 => "1 line".to_owned(),
        lines => format!("{lines} lines"),
    }
}
