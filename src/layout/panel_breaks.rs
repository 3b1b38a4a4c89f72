//! Chooses what each panel of a trifold holds.
//!
//! The cover has the title and the main message, and the back panel has the contact details. The
//! rest flows over the four panels between them, so that they are about as full. As in `page_breaks`, all breaks are
//! chosen together.

use super::error::LayoutError;
use super::flow_content::{FORBIDDEN, FlowContent};
use super::imposition::{BACK, PANELS};
use super::page_breaks::{
    PAGE_WITHOUT_MESSAGE, PageStart, continued_frame, for_each_end, page_height,
};
use crate::geometry::Pt;
use crate::theme::{Theme, TrifoldTheme};

/// Panels that are tried for a text that is too long.
const MOST_PANELS: usize = 40;

/// Cost of an empty panel. A panel costs the square of the share that it leaves empty.
const EMPTY_PANEL: f32 = 100.0;

/// Factor of the penalties of breaks. Text on two panels is harder to follow than on two pages.
const BREAK: f32 = 2.0;

/// The panels of a sheet.
pub(super) struct PanelBreaks {
    pub starts: Vec<PageStart>,
    pub cost: f32,
}

/// The cheapest sequence of panels that ends before a fragment.
#[derive(Clone)]
struct Best {
    cost: f32,
    /// Panels of the sequence, without the back.
    panels: Vec<PageStart>,
}

/// Returns the start of every panel. Empty panels start where the next one does. Fails if six panels do not
/// hold the text.
pub(super) fn choose(
    flow: &FlowContent,
    theme: &Theme,
    trifold: &TrifoldTheme,
) -> Result<PanelBreaks, LayoutError> {
    let fragments = &flow.fragments;
    let count = fragments.len();
    let available = page_height(theme, 0);
    let of_back = theme.page.height - theme.margins.text_top - trifold.back_text_bottom;
    let cover_end = flow.main_message.as_ref().map_or(0, |message| message.end);
    let message_start = flow.message_start();
    let contact = flow.contact.unwrap_or(count);

    // Each end has its cheapest sequence of `panel` panels. A panel may be one that no sheet has: the
    // text on it is left over.
    let mut last: Vec<Option<Best>> = vec![None; count + 1];
    last[0] = Some(Best {
        cost: 0.0,
        panels: Vec::new(),
    });
    let mut cheapest: Option<(Best, Option<PageStart>)> = None;
    let mut over = Pt(f32::MAX);
    for panel in 0..MOST_PANELS {
        let mut next: Vec<Option<Best>> = vec![None; count + 1];
        for (start, before) in last.iter().enumerate() {
            let Some(before) = before.as_ref().filter(|_| start <= contact) else {
                continue;
            };
            // The back holds the rest.
            let mut rest = Some((None, 0.0)).filter(|_| start == count);
            let mut excess = Pt::ZERO;
            for_each_end(flow, start, of_back, |end, page| {
                if end == count {
                    let begin = PageStart {
                        fragment: start,
                        shrink: page.shrink,
                    };
                    rest = Some((Some(begin), page.cost));
                    excess = page.excess;
                }
            });
            if let Some((back, cost)) = rest {
                let empty = BACK.saturating_sub(before.panels.len());
                let cost = before.cost + cost + EMPTY_PANEL * empty as f32;
                let lost = left_over(flow, before) + excess;
                let is_cheaper = |(other, _): &(Best, _)| cost < other.cost;
                if lost <= Pt::ZERO && cheapest.as_ref().is_none_or(is_cheaper) {
                    let panels = before.panels.clone();
                    cheapest = Some((Best { cost, panels }, back));
                }
                over = over.min(lost);
            } else if start == contact {
                over = over.min(left_over(flow, before) + height(flow, start, count) - of_back);
            }
            for_each_end(flow, start, available, |end, page| {
                let crosses_cover = panel == 0 && cover_end > 0 && end > cover_end;
                let splits_panel = continued_frame(fragments, end).is_some()
                    && fragments[end].break_penalty >= FORBIDDEN;
                let splits_title = panel == 0 && end < flow.title_end;
                let is_split = splits_panel || splits_title;
                if end > contact || crosses_cover || is_split || page.excess > Pt::ZERO {
                    return;
                }
                let mut cost = before.cost + page.cost;
                // The back begins with the contact details.
                if end < count && end != contact {
                    cost += BREAK * fragments[end].break_penalty;
                }
                if panel == 0 && end <= message_start {
                    cost += PAGE_WITHOUT_MESSAGE;
                }
                // The cover may have space.
                if panel > 0 {
                    let space = page.space / available;
                    cost += EMPTY_PANEL * space * space;
                }
                if next[end].as_ref().is_none_or(|other| cost < other.cost) {
                    let mut panels = before.panels.clone();
                    panels.push(PageStart {
                        fragment: start,
                        shrink: page.shrink,
                    });
                    next[end] = Some(Best { cost, panels });
                }
            });
        }
        if panel >= BACK && (cheapest.is_some() || over < Pt(f32::MAX)) {
            break;
        }
        last = next;
    }
    let Some((Best { mut panels, cost }, back)) = cheapest else {
        let over = if over < Pt(f32::MAX) { over } else { Pt::ZERO };
        let lines = (over / theme.types.body.leading).ceil().max(1.0);
        return Err(LayoutError::FullPanels {
            lines: lines as usize,
        });
    };
    let back = back.unwrap_or(PageStart {
        fragment: count,
        shrink: Pt::ZERO,
    });
    let empty = PageStart {
        shrink: Pt::ZERO,
        ..back
    };
    panels.resize(BACK, empty);
    panels.push(back);
    debug_assert_eq!(panels.len(), PANELS);
    Ok(PanelBreaks {
        starts: panels,
        cost,
    })
}

/// Returns the height of text on panels that the sheet does not have.
fn left_over(flow: &FlowContent, best: &Best) -> Pt {
    match best.panels.get(BACK) {
        Some(first) => {
            let end = flow.contact.unwrap_or(flow.fragments.len());
            height(flow, first.fragment, end)
        }
        None => Pt::ZERO,
    }
}

/// Returns the height of fragments below each other.
fn height(flow: &FlowContent, start: usize, end: usize) -> Pt {
    let fragments = flow.fragments.get(start..end).unwrap_or_default();
    let all = fragments
        .iter()
        .map(|fragment| fragment.space_before + fragment.height);
    all.sum()
}
