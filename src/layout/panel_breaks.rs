//! Chooses what each panel of a trifold holds.
//!
//! The cover has the title and the main message, and the back panel has the contact details. The
//! rest flows over the four panels between them, so that they are about as full. As in `page_breaks`, all breaks are
//! chosen together.

use super::error::LayoutError;
use super::flow_content::{FORBIDDEN, FlowContent, Fragment};
use super::imposition::{BACK, PANELS};
use super::page_breaks::{
    PAGE_WITHOUT_MESSAGE, PageStart, continued_frame, for_each_end, height_of_continuation,
    page_height,
};
use crate::geometry::Pt;
use crate::theme::{Theme, TrifoldTheme};

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
    /// Height that the panels lack, because a block is never split and taller than a panel.
    lost: Pt,
    /// Panels of the sequence, without the back.
    panels: Vec<PageStart>,
}

impl Best {
    /// Returns whether a sequence that loses `lost` and costs `cost` is better.
    fn is_worse_than(&self, lost: Pt, cost: f32) -> bool {
        lost < self.lost || (lost == self.lost && cost < self.cost)
    }
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

    // Each end has its cheapest sequence of `panel` panels.
    let mut last: Vec<Option<Best>> = vec![None; count + 1];
    last[0] = Some(Best {
        cost: 0.0,
        lost: Pt::ZERO,
        panels: Vec::new(),
    });
    let mut cheapest: Option<(Best, Option<PageStart>)> = None;
    let mut over = Pt(f32::MAX);
    for panel in 0..=BACK {
        let mut next: Vec<Option<Best>> = vec![None; count + 1];
        for (start, before) in last.iter().enumerate() {
            let Some(before) = before.as_ref().filter(|_| start <= contact) else {
                continue;
            };
            // The back holds the rest.
            let mut rest = Some((None, 0.0)).filter(|_| start == count);
            for_each_end(flow, start, of_back, |end, page| {
                if end == count && page.excess == Pt::ZERO {
                    let begin = PageStart {
                        fragment: start,
                        shrink: page.shrink,
                    };
                    rest = Some((Some(begin), page.cost));
                }
            });
            if let Some((back, cost)) = rest.filter(|_| before.lost == Pt::ZERO) {
                let empty = BACK.saturating_sub(before.panels.len());
                let cost = before.cost + cost + EMPTY_PANEL * empty as f32;
                let is_cheaper = |(other, _): &(Best, _)| cost < other.cost;
                if cheapest.as_ref().is_none_or(is_cheaper) {
                    let best = Best {
                        cost,
                        ..before.clone()
                    };
                    cheapest = Some((best, back));
                }
            } else if cheapest.is_none() {
                over = over.min(before.lost + left_over(flow, start, of_back));
            }
            if panel == BACK {
                continue;
            }
            let mut keep = |end: usize, lost: Pt, cost: f32, shrink: Pt| {
                let other = next[end].as_ref();
                if other.is_none_or(|other| other.is_worse_than(lost, cost)) {
                    let mut panels = before.panels.clone();
                    panels.push(PageStart {
                        fragment: start,
                        shrink,
                    });
                    next[end] = Some(Best { cost, lost, panels });
                }
            };
            if let Some((end, excess)) = tall_block(flow, start, available)
                && end <= contact
            {
                keep(end, before.lost + excess, before.cost, Pt::ZERO);
            }
            for_each_end(flow, start, available, |end, page| {
                let crosses_cover = panel == 0 && cover_end > 0 && end > cover_end;
                let is_split = is_within_block(flow, start, end);
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
                keep(end, before.lost, cost, page.shrink);
            });
        }
        last = next;
    }
    let Some((best, back)) = cheapest else {
        let lines = (over / theme.types.body.leading).ceil().max(1.0);
        return Err(LayoutError::FullPanels {
            lines: lines as usize,
        });
    };
    let Best {
        mut panels, cost, ..
    } = best;
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

/// Returns the height of the text that a sheet does not hold if its back begins before the fragment `start`, or
/// with the contact details.
fn left_over(flow: &FlowContent, start: usize, of_back: Pt) -> Pt {
    let count = flow.fragments.len();
    let back = flow.contact.unwrap_or(start);
    let mut least = height(flow, back, count);
    for_each_end(flow, back, of_back, |end, page| {
        least = least.min(page.excess + height(flow, end, count));
    });
    height(flow, start, back) + least
}

/// Returns the end of the block that begins with the fragment `start` and is never split, and its height above
/// that of a panel. `None` if a panel holds it.
fn tall_block(flow: &FlowContent, start: usize, available: Pt) -> Option<(usize, Pt)> {
    let fragments = &flow.fragments;
    let first = fragments.get(start)?;
    let is_inside = |end: &usize| is_within_block(flow, start, *end);
    let end = (start + 1..fragments.len()).find(|end| !is_inside(end));
    let end = end.unwrap_or(fragments.len());
    let block = fragments.get(start..end)?;
    let shrink: Pt = block.iter().map(Fragment::max_shrink).sum();
    let used = height_of_continuation(flow, start) + height(flow, start, end);
    let used = used - first.space_before - block.last()?.slack;
    let excess = used - shrink - available;
    (excess > Pt::ZERO).then_some((end, excess))
}

/// Returns whether a panel that begins with the fragment `start` must not end before the fragment `end`.
fn is_within_block(flow: &FlowContent, start: usize, end: usize) -> bool {
    let splits_panel = continued_frame(&flow.fragments, end).is_some()
        && flow.fragments[end].break_penalty >= FORBIDDEN;
    let splits_title = start == 0 && end < flow.title_end;
    splits_panel || splits_title
}

/// Returns the height of fragments below each other.
fn height(flow: &FlowContent, start: usize, end: usize) -> Pt {
    let fragments = flow.fragments.get(start..end).unwrap_or_default();
    let all = fragments
        .iter()
        .map(|fragment| fragment.space_before + fragment.height);
    all.sum()
}
