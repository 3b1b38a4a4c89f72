//! Chooses the page breaks of a leaflet.
//!
//! All breaks are chosen together, by dynamic programming over the fragments. The choice minimises
//! a total cost: of split lists, space at the foot of pages, and a nearly empty last page.
//! Knuth and Plass (1981) describe the method for the lines of a paragraph.

use super::flow_content::{FlowContent, Fragment};
use crate::geometry::Pt;
use crate::theme::Theme;

/// Cost of a page. It exceeds most penalties, so breaks move before a page is added.
const PAGE: f32 = 100.0;
/// Cost of a last page that is nearly empty.
const STUB: f32 = 30.0;
/// A last page with a larger share of space is nearly empty.
const STUB_SPACE: f32 = 0.8;
/// Cost of figures that shrink as far as they can.
const SHRINK: f32 = 2.0;
/// Cost of a first page, or a cover, without any of the main message.
pub(super) const PAGE_WITHOUT_MESSAGE: f32 = 300.0;
/// Excess over the height of a page that counts as a rounding error.
const TOLERANCE: Pt = Pt(0.01);

/// The beginning of a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageStart {
    /// Index of the first fragment.
    pub fragment: usize,
    /// Height by which figures on the page shrink together.
    pub shrink: Pt,
}

/// The cheapest sequence of pages that ends before a fragment.
#[derive(Clone, Copy)]
struct Best {
    cost: f32,
    /// Start of the last page.
    start: PageStart,
}

/// Returns the start of every page.
pub(super) fn choose(flow: &FlowContent, theme: &Theme) -> Vec<PageStart> {
    let fragments = &flow.fragments;
    let count = fragments.len();
    let first = PageStart {
        fragment: 0,
        shrink: Pt::ZERO,
    };
    if count == 0 {
        return vec![first];
    }
    // Only the first page has another height, so the cost of a page depends on its fragments alone.
    // One best sequence for each end is enough.
    let mut best: Vec<Option<Best>> = vec![None; count + 1];
    best[0] = Some(Best {
        cost: 0.0,
        start: first,
    });
    let message_start = flow.message_start();
    for start in 0..count {
        let Some(Best { cost: before, .. }) = best[start] else {
            continue;
        };
        let available = page_height(theme, usize::from(start > 0));
        for_each_end(flow, start, available, |end, page| {
            let mut cost = before + PAGE + page.cost;
            if end < count {
                cost += space_cost(page.space / available) + fragments[end].break_penalty;
            } else if page.space / available > STUB_SPACE && start > 0 {
                cost += STUB;
            }
            if start == 0 && end <= message_start {
                cost += PAGE_WITHOUT_MESSAGE;
            }
            if best[end].is_none_or(|other| cost < other.cost) {
                best[end] = Some(Best {
                    cost,
                    start: PageStart {
                        fragment: start,
                        shrink: page.shrink,
                    },
                });
            }
        });
    }
    let mut starts = Vec::new();
    let mut end = count;
    while end > 0 {
        let start = best[end].map_or(first, |best| best.start);
        starts.push(start);
        end = start.fragment;
    }
    starts.reverse();
    starts
}

/// A page that ends before some fragment.
pub(super) struct FilledPage {
    /// Cost of figures that shrink.
    pub cost: f32,
    /// Space below the text.
    pub space: Pt,
    /// Height by which figures on the page shrink together.
    pub shrink: Pt,
    /// Height of a single fragment that no page holds, above that of the page.
    pub excess: Pt,
}

/// Calls `take` with each end of a page that begins with the fragment `start`. A fragment that no page
/// holds is alone on its page.
pub(super) fn for_each_end(
    flow: &FlowContent,
    start: usize,
    available: Pt,
    mut take: impl FnMut(usize, FilledPage),
) {
    let fragments = &flow.fragments;
    if start >= fragments.len() {
        return;
    }
    let mut used = height_of_continuation(flow, start);
    let mut max_shrink = Pt::ZERO;
    for end in start + 1..=fragments.len() {
        let fragment = &fragments[end - 1];
        if end - 1 > start {
            used += fragment.space_before;
        }
        used += fragment.height;
        max_shrink += fragment.max_shrink();
        // Space below the last descenders may reach into the margin, but not a frame's padding.
        let frame = continued_frame(fragments, end);
        let below = match frame {
            Some(frame) => flow.frames[frame].padding,
            None => -fragment.slack,
        };
        let needed = (used + below).max(used + fragment.overhang);
        if needed - max_shrink > available + TOLERANCE && end > start + 1 {
            if used - fragment.slack - max_shrink > available + TOLERANCE {
                break;
            }
            continue;
        }
        let shrink = (needed - available).max(Pt::ZERO).min(max_shrink);
        let mut cost = 0.0;
        if shrink > Pt::ZERO {
            cost += SHRINK * (shrink / max_shrink);
        }
        take(
            end,
            FilledPage {
                cost,
                space: (available - needed).max(Pt::ZERO),
                shrink,
                excess: (needed - max_shrink - available - TOLERANCE).max(Pt::ZERO),
            },
        );
    }
}

/// Returns the top of the text on a page, counted from 0.
pub(super) fn page_top(theme: &Theme, page: usize) -> Pt {
    if page == 0 {
        theme.margins.masthead_top
    } else {
        theme.margins.text_top
    }
}

pub(super) fn page_height(theme: &Theme, page: usize) -> Pt {
    theme.page.height - theme.margins.text_bottom - page_top(theme, page)
}

/// Returns the frame that spans the boundary before a fragment.
pub(super) fn continued_frame(fragments: &[Fragment], index: usize) -> Option<usize> {
    let frame = fragments.get(index)?.frame?;
    (index > 0 && fragments[index - 1].frame == Some(frame)).then_some(frame)
}

/// Returns the height of the padding and the header that a page repeats above its first fragment.
pub(super) fn height_of_continuation(flow: &FlowContent, start: usize) -> Pt {
    let mut height = Pt::ZERO;
    if start > 0 {
        if let Some(frame) = continued_frame(&flow.fragments, start) {
            height += flow.frames[frame].padding;
        }
        if let Some(header) = flow.fragments[start].repeated_header {
            height += flow.repeated_headers[header].height;
        }
    }
    height
}

/// Returns the cost of space at the foot of a page, from its share of the page.
///
/// Up to 18 % the cost is low, so that checklists need not be split. From 30 % on, it exceeds the penalty of
/// splitting a paragraph or a list, and from 36 % on that of splitting a checklist.
fn space_cost(space: f32) -> f32 {
    const CHEAP: f32 = 0.18;
    let over = (space - CHEAP).max(0.0);
    20.0 * space.min(CHEAP) + 700.0 * over * over
}
