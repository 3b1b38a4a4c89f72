//! Texts that share lines: references one after another, and the paragraphs of the small print.

use std::sync::Arc;

use super::builder::{BETWEEN_ITEMS, FlowBuilder};
use crate::document::{Block, BlockKind, Inline, Section};
use crate::geometry::Pt;
use crate::layout::flow_content::{FORBIDDEN, Fragment};
use crate::layout::inline::{LineBreakMode, Paragraph, TextStyle};
use crate::layout::page::{ElementId, Role};
use crate::theme::TypeStyle;

/// Excess over the measure that counts as a rounding error.
const TOLERANCE: Pt = Pt(0.01);

/// Lines that texts are added to.
pub(super) struct RunInLines {
    kind: TypeStyle,
    /// Greatest width of a line.
    measure: Pt,
    /// The last line. It is not in the flow yet.
    pub fragment: Fragment,
    /// Width of the words in it.
    used: Pt,
    /// Number of lines in the flow.
    count: usize,
}

impl RunInLines {
    pub(super) fn new(kind: TypeStyle, measure: Pt) -> RunInLines {
        RunInLines {
            kind,
            measure,
            fragment: Fragment::default(),
            used: Pt::ZERO,
            count: 0,
        }
    }
}

impl FlowBuilder<'_> {
    /// Returns lines that begin with the heading of a section.
    pub(super) fn run_in_heading(&mut self, index: usize, section: &Section) -> RunInLines {
        let theme = self.theme;
        self.clear_side(Pt::ZERO);
        self.column = self.full_width();
        self.vertical_space_below_text(theme.text.space_before_closing);
        self.break_penalty(BETWEEN_ITEMS);
        let kind = theme.types.small;
        let mut lines = RunInLines::new(kind, self.column.width);
        if let Some(heading) = &section.heading {
            let element = self.heading_element(index, section, &mut lines.fragment);
            let kind = kind.bold().coloured(theme.palette.brand);
            let style = self.style(kind, LineBreakMode::Ragged);
            self.run_in(&mut lines, heading, &style, element);
        }
        lines
    }

    /// Adds paragraphs that share lines.
    pub(super) fn run_in_paragraphs(&mut self, blocks: &[Block], kind: TypeStyle) {
        let style = self.style(kind, LineBreakMode::Ragged);
        let mut lines = RunInLines::new(kind, self.column.width);
        for block in blocks {
            if let BlockKind::Paragraph(text) = &block.kind {
                let element = self.element(Role::Paragraph);
                self.run_in(&mut lines, text, &style, element);
            }
        }
        self.end_run_in(lines);
    }

    /// Adds a text behind the last one.
    pub(super) fn run_in(
        &mut self,
        lines: &mut RunInLines,
        text: &[Inline],
        style: &TextStyle,
        element: ElementId,
    ) {
        let (paragraph, start) = self.lay_out_run_in(lines, Pt::ZERO, text, style);
        self.add_run_in(lines, &paragraph, start, element);
    }

    /// Lays out a text that follows the last one, behind a label of this width. A text whose first word does not fit
    /// begins a new line. Returns it with the start of the label in the column.
    pub(super) fn lay_out_run_in(
        &mut self,
        lines: &mut RunInLines,
        label_width: Pt,
        text: &[Inline],
        style: &TextStyle,
    ) -> (Arc<Paragraph>, Pt) {
        let measure = lines.measure;
        let indented = |builder: &mut Self, first_line_indent| {
            let style = TextStyle {
                first_line_indent,
                ..style.clone()
            };
            builder.layout(text, &style, measure)
        };
        if lines.used > Pt::ZERO {
            let start = lines.used + self.theme.text.run_in_gap;
            let indent = start + label_width;
            let paragraph = indented(self, indent);
            let first = paragraph.lines.first();
            let width = first.map_or(Pt::ZERO, |line| line.width);
            if indent + width <= measure + TOLERANCE {
                return (paragraph, start);
            }
            self.end_line(lines);
        }
        (indented(self, label_width), Pt::ZERO)
    }

    /// Adds the lines of a text. The first begins at `start` in the column, on the last line.
    pub(super) fn add_run_in(
        &mut self,
        lines: &mut RunInLines,
        paragraph: &Paragraph,
        start: Pt,
        element: ElementId,
    ) {
        let elements = self.span_elements(paragraph, element);
        let mut start = start;
        for (index, line) in paragraph.lines.iter().enumerate() {
            if index > 0 {
                self.end_line(lines);
                start = Pt::ZERO;
            }
            let at = (self.column.start + start, lines.kind.first_baseline());
            self.add_line(&mut lines.fragment, paragraph, index, at, &elements);
            lines.used = start + line.width;
        }
    }

    /// Adds the last line to the flow.
    pub(super) fn end_run_in(&mut self, mut lines: RunInLines) {
        if lines.used > Pt::ZERO {
            self.end_line(&mut lines);
        }
    }

    fn end_line(&mut self, lines: &mut RunInLines) {
        let mut fragment = std::mem::take(&mut lines.fragment);
        fragment.height = lines.kind.leading;
        fragment.slack = lines.kind.slack();
        if lines.count > 0 {
            // At least two lines begin a page's part of the text.
            self.break_penalty(match lines.count {
                1 => FORBIDDEN,
                _ => BETWEEN_ITEMS,
            });
        }
        self.push(fragment);
        lines.used = Pt::ZERO;
        lines.count += 1;
    }
}
