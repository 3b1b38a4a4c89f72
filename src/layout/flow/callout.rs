//! Call-outs: a panel with an icon, a label and title, and the message.

use super::builder::{BETWEEN_ITEMS, FlowBuilder, decoration, pictogram, repeated_header};
use super::run_in::RunInLines;
use crate::document::{Block, BlockKind, Callout, CalloutKind, Icon, Inline, Inlines, Key};
use crate::geometry::{Pt, Size};
use crate::layout::flow_content::{Bar, FORBIDDEN, Fragment, PanelFrame};
use crate::layout::inline::{LineBreakMode, Paragraph};
use crate::layout::page::{ElementId, Role};
use crate::layout::page_area::InlineExtent;
use crate::layout::shapes;
use crate::theme::TypeStyle;

/// Penalty of a page break within a panel that no page holds. It is split no more often than it must be.
const WITHIN_TALL_PANEL: f32 = 60.0;

/// Penalty of a page break between a call-out and the lines before it.
const BEFORE_CALLOUT: f32 = 30.0;

/// When a panel may be split between pages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PanelBreaks {
    /// Only if the panel is taller than a share of a page.
    IfTall,
    /// Only if no page holds the panel.
    Never,
}

impl FlowBuilder<'_> {
    pub(super) fn callout(&mut self, callout: &Callout, key: Option<&Key>) {
        let theme = self.theme;
        let column = self.column;
        let accent = self.accent;
        let is_emergency = callout.kind == CalloutKind::Emergency;
        let space = if is_emergency {
            theme.callout.emergency.space
        } else {
            theme.callout.space
        };
        if is_emergency {
            self.clear_side(space);
            self.column = self.full_width();
            self.vertical_space_below_text(space);
        } else {
            self.vertical_space_below_text(space);
            if !self.at_body_start {
                // A call-out stays with the lines before it, unless the page would be more than a third empty. It
                // need not stay with a panel, nor with a figure and its caption.
                let mut last = self.content.fragments.iter().rev().take(2);
                let is_below_figure = last.any(|fragment| !fragment.figures.is_empty());
                let last = self.content.fragments.last();
                let is_below_panel = last.is_some_and(|fragment| fragment.frame.is_some());
                self.break_penalty(if is_below_panel || is_below_figure {
                    BETWEEN_ITEMS
                } else if self.keep_lines > 0 {
                    FORBIDDEN
                } else {
                    BEFORE_CALLOUT
                });
            }
        }
        self.at_body_start = false;
        self.keep_lines = 0;
        self.open(Role::Division);
        let start = self.content.fragments.len();
        let breaks = if is_emergency {
            self.emergency(callout, key);
            PanelBreaks::Never
        } else {
            self.plain_callout(callout, key);
            PanelBreaks::IfTall
        };
        self.close();
        self.end_frame(start, breaks);
        self.at_body_start = false;
        self.column = column;
        self.accent = accent;
        self.vertical_space(space);
    }

    /// Returns label and title as one text, followed by an addition such as "(continued)".
    fn callout_title(&self, callout: &Callout, addition: Option<&str>) -> Vec<Inline> {
        let is_narrow = self.theme.callout.is_narrow;
        let mut title = Vec::new();
        if let Some(label) = &callout.label {
            title.push(Inline::Text(format!("{label} ")));
            if is_narrow {
                title.push(Inline::LineBreak);
            }
        }
        title.extend(callout.title.iter().cloned());
        if let Some(addition) = addition {
            title.push(Inline::Text(format!(" {addition}")));
        }
        title
    }

    fn plain_callout(&mut self, callout: &Callout, key: Option<&Key>) {
        let palette = self.theme.palette;
        let body = self.theme.types.body;
        let theme = self.theme.callout;
        let (colour, fill, symbol) = match callout.kind {
            CalloutKind::Caution | CalloutKind::Emergency => {
                (palette.caution, palette.caution_tint, Icon::AlertTriangle)
            }
            CalloutKind::Info => (palette.brand, palette.tint, Icon::Info),
            CalloutKind::Tip => (palette.tip, palette.tip_tint, Icon::Lightbulb),
        };
        let (bar, outline) = match callout.kind {
            CalloutKind::Caution | CalloutKind::Emergency => {
                (theme.strong_bar, Some((theme.outline, colour)))
            }
            CalloutKind::Info | CalloutKind::Tip => {
                let outline = theme.light_outline.map(|width| (width, palette.rule));
                (theme.bar, outline)
            }
        };
        let panel = self.column;
        self.begin_frame(PanelFrame {
            extent: panel,
            padding: theme.padding,
            fill: Some(fill),
            outline,
            bar: Some(Bar {
                width: bar,
                colour,
                dash: (callout.kind == CalloutKind::Tip).then_some(theme.dash),
            }),
        });
        let icon_side = body.size * theme.icon_em;
        let icon_start = panel.start + bar + theme.padding_start;
        let text_start = icon_start + icon_side + theme.icon_gap;
        let text_end = panel.end() - theme.padding_end;
        self.column = InlineExtent::new(text_start, text_end - text_start);
        self.accent = colour;

        let kind = body.bold().coloured(colour);
        let title_style = self.style(kind, LineBreakMode::Ragged);
        let measure = self.measure();
        let title = self.layout(&self.callout_title(callout, None), &title_style, measure);
        let element = self.element(Role::Paragraph);
        let mut fragment = Fragment::default();
        let icon_at = (icon_start, -theme.icon_lift);
        fragment
            .items
            .extend(pictogram(symbol, icon_side, colour, icon_at));
        if theme.title_runs_in
            && let Some((first, rest)) = callout.blocks.split_first()
            && let BlockKind::Paragraph(text) = &first.kind
        {
            self.anchor_block(&mut fragment, key, element);
            self.run_in_callout(fragment, (&title, element), (first, text));
            let header = self.repeated_title(callout, kind, self.column);
            self.repeated_header = Some(header);
            self.blocks(rest, body);
            self.repeated_header = None;
            return;
        }
        let at = (text_start, Pt::ZERO);
        self.add_text(&mut fragment, &title, kind, at, element);
        // The first citation of a reference is in the title, not in its repetition.
        let header = self.repeated_title(callout, kind, self.column);
        fragment.height = kind.tight_lines(title.lines.len());
        // A panel without a message is as high as its icon.
        if callout.blocks.is_empty() {
            fragment.height = fragment.height.max(icon_side);
        }
        self.anchor_block(&mut fragment, key, element);
        if theme.is_narrow {
            self.column = InlineExtent::new(icon_start, text_end - icon_start);
            fragment.height = fragment.height.max(icon_side - theme.icon_lift);
        }
        self.push(fragment);
        self.vertical_space(theme.space_after_title);
        self.at_body_start = true;
        self.break_penalty(FORBIDDEN);
        self.repeated_header = Some(header);
        self.blocks(&callout.blocks, body);
        self.repeated_header = None;
    }

    /// Adds a title, and the first paragraph of the message, which begins on the last line of the title.
    fn run_in_callout(
        &mut self,
        icon: Fragment,
        (title, element): (&Paragraph, ElementId),
        (first, text): (&Block, &Inlines),
    ) {
        let kind = self.theme.types.body;
        let mut lines = RunInLines::new(kind, self.measure());
        lines.fragment = icon;
        self.add_run_in(&mut lines, title, Pt::ZERO, element);
        let from = self.content.structure.len();
        let paragraph = self.element(Role::Paragraph);
        let style = self.style(kind, LineBreakMode::Ragged);
        self.run_in(&mut lines, text, &style, paragraph);
        if let Some(key) = &first.key {
            self.anchor_block(&mut lines.fragment, Some(key), paragraph);
            self.name_elements(from, key);
        }
        self.end_run_in(lines);
    }

    /// Adds the title that is repeated where a tall call-out continues on the next page. It is an
    /// artifact without links, so that nobody hears it twice.
    fn repeated_title(
        &mut self,
        callout: &Callout,
        kind: TypeStyle,
        column: InlineExtent,
    ) -> usize {
        let continued = &self.document.ui_strings.continued;
        let title = self.callout_title(callout, Some(continued));
        let style = self.style(kind, LineBreakMode::Ragged);
        let title = self.layout(&title, &style, column.width);
        let mut fragment = Fragment::default();
        let no_elements = vec![ElementId(0); title.spans.len()];
        for line in 0..title.lines.len() {
            let baseline = kind.first_baseline() + kind.lines(line);
            let at = (column.start, baseline);
            self.add_line(&mut fragment, &title, line, at, &no_elements);
        }
        let height = kind.lines(title.lines.len()) + self.theme.callout.space_after_repeated_title;
        let header = repeated_header(fragment.items, height);
        self.content.repeated_headers.push(header);
        self.content.repeated_headers.len() - 1
    }

    fn emergency(&mut self, callout: &Callout, key: Option<&Key>) {
        let theme = self.theme.callout.emergency;
        let palette = self.theme.palette;
        let body = self.theme.types.body;
        let colour = palette.emergency;
        let panel = self.full_width();
        self.begin_frame(PanelFrame {
            extent: panel,
            padding: theme.padding,
            fill: Some(palette.ground),
            outline: Some((theme.outline, colour)),
            bar: None,
        });
        // The strip reaches the edges of the frame and has its own padding.
        self.frame_padding = Pt::ZERO;
        let inset = theme.padding + theme.outline;
        let element = self.element(Role::Paragraph);
        let mut fragment = self.emergency_strip(callout, None, (panel, inset), Some(element));
        let header = self.repeated_strip(callout, panel, inset);
        self.anchor_block(&mut fragment, key, element);
        self.push(fragment);
        self.column = InlineExtent::new(inset, panel.width - inset * 2.0);
        self.accent = colour;
        self.vertical_space(theme.space_after_strip);
        self.at_body_start = true;
        self.break_penalty(FORBIDDEN);
        self.repeated_header = Some(header);
        self.blocks(&callout.blocks, body);
        self.repeated_header = None;
    }

    /// Adds the strip that is repeated where an emergency call-out is taller than a page. It is an artifact.
    fn repeated_strip(&mut self, callout: &Callout, panel: InlineExtent, inset: Pt) -> usize {
        let theme = self.theme.callout.emergency;
        let continued = &self.document.ui_strings.continued;
        let strip = self.emergency_strip(callout, Some(continued), (panel, inset), None);
        // The strip reaches the top edge of the frame, above the padding.
        let mut items = strip.items;
        for item in &mut items {
            item.offset.y += -theme.padding;
        }
        let height = strip.height + theme.space_after_strip - theme.padding;
        let header = repeated_header(items, height);
        self.content.repeated_headers.push(header);
        self.content.repeated_headers.len() - 1
    }

    /// Returns the strip of an emergency call-out: its icon, and its title with an addition. Without an
    /// element, the title is an artifact.
    fn emergency_strip(
        &mut self,
        callout: &Callout,
        addition: Option<&str>,
        (panel, inset): (InlineExtent, Pt),
        element: Option<ElementId>,
    ) -> Fragment {
        let theme = self.theme.callout.emergency;
        let palette = self.theme.palette;
        let icon_side = self.theme.types.body.size * self.theme.callout.icon_em;
        let kind = self.theme.types.heading2.bold().coloured(palette.on_colour);
        let text_start = inset + icon_side + theme.icon_gap;
        let measure = panel.width - text_start - inset;
        let style = self.style(kind, LineBreakMode::Ragged);
        let title = self.layout(&self.callout_title(callout, addition), &style, measure);
        let text_height = kind.tight_lines(title.lines.len());
        let height = text_height.max(icon_side) + theme.strip_padding * 2.0;
        let mut fragment = Fragment {
            height,
            ..Fragment::default()
        };
        let size = Size::new(panel.width, height);
        let strip = shapes::rectangle(size, Some(palette.emergency), None);
        fragment.items.push(decoration(panel, Pt::ZERO, strip));
        let icon_at = (inset, (height - icon_side) / 2.0);
        let icon = pictogram(Icon::Ambulance, icon_side, palette.on_colour, icon_at);
        fragment.items.extend(icon);
        let elements = match element {
            Some(element) => self.span_elements(&title, element),
            None => vec![ElementId(0); title.spans.len()],
        };
        let y = (height - text_height) / 2.0 + kind.size * theme.title_drop_em;
        for line in 0..title.lines.len() {
            let baseline = y + kind.first_baseline() + kind.lines(line);
            self.add_line(
                &mut fragment,
                &title,
                line,
                (text_start, baseline),
                &elements,
            );
        }
        fragment
    }

    /// Begins a panel. The next fragments are in it, below its padding.
    pub(super) fn begin_frame(&mut self, frame: PanelFrame) {
        self.frame_padding = frame.padding;
        self.content.frames.push(frame);
        self.frame = Some(self.content.frames.len() - 1);
    }

    /// Ends the panel whose first fragment has the index `start`.
    pub(super) fn end_frame(&mut self, start: usize, breaks: PanelBreaks) {
        let Some(frame) = self.frame.take() else {
            return;
        };
        self.frame_padding = Pt::ZERO;
        self.space = Pt::ZERO;
        self.penalty = 0.0;
        let padding = self.content.frames[frame].padding;
        if let Some(last) = self.content.fragments.last_mut() {
            last.height = last.height - last.slack + padding;
            last.slack = Pt::ZERO;
            if let Some(side) = &mut self.side {
                side.remaining -= padding;
            }
        }
        let fragments = &mut self.content.fragments[start..];
        let height: Pt = fragments
            .iter()
            .map(|fragment| fragment.space_before + fragment.height)
            .sum();
        let page = self.theme.text_height();
        let least = if breaks == PanelBreaks::Never
            || height <= page * self.theme.callout.tallest_unsplit
        {
            FORBIDDEN
        } else if height > page {
            WITHIN_TALL_PANEL
        } else {
            0.0
        };
        for fragment in fragments.iter_mut().skip(1) {
            fragment.break_penalty = fragment.break_penalty.max(least);
        }
    }
}
