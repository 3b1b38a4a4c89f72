//! Turns lines of clusters into glyph runs, and draws underlines of links and pills of badges.

use std::ops::Range;
use std::sync::Arc;

use super::collect::{RunKind, StyledText};
use super::line_breaks::{LineClusters, intrinsic_widths};
use super::paragraph::{Ornament, Paragraph, Run, TextLine};
use super::shape::ShapedText;
use super::style::{BadgeStyle, TextStyle};
use crate::geometry::{Colour, Point, Pt, Size};
use crate::layout::page::{Glyph, GlyphRun};
use crate::layout::shapes;
use crate::pictogram;

/// Places all lines of a paragraph.
pub(super) fn paragraph(
    text: StyledText,
    shaped: ShapedText,
    lines: &[LineClusters],
    style: &TextStyle,
) -> Paragraph {
    let placer = LinePlacer {
        text: &text,
        shaped: &shaped,
        style,
    };
    let lines: Vec<TextLine> = lines.iter().map(|line| placer.line(line)).collect();
    Paragraph {
        width: lines
            .iter()
            .fold(Pt::ZERO, |width, line| width.max(line.width)),
        lines,
        intrinsic_widths: intrinsic_widths(&shaped),
        spans: text.spans,
        page_references: text.page_references,
        missing: shaped.missing,
    }
}

struct LinePlacer<'a> {
    text: &'a StyledText,
    shaped: &'a ShapedText,
    style: &'a TextStyle,
}

/// Neighbouring clusters of one styled run and face, from left to right. Lengths are in points.
struct ClusterRun {
    /// Indices in logical order.
    clusters: Range<usize>,
    right_to_left: bool,
    x: f32,
    width: f32,
}

/// The order of words from right to left in a run.
///
/// Programs that read a file look at most words of the line. If these run from left to right, the programs
/// keep the order of all words and reverse the letters of each. Else they reverse the whole line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WordOrder {
    Reading,
    Visual,
}

/// Returns the index of the word, or of the space between words, that begins at or before a byte.
fn word_index(text: &str, at: usize) -> usize {
    let is_space: Vec<bool> = text[..at]
        .chars()
        .chain(text[at..].chars().next())
        .map(char::is_whitespace)
        .collect();
    is_space.chunk_by(|one, next| one == next).count()
}

impl LinePlacer<'_> {
    fn word_order(&self, clusters: Range<usize>) -> WordOrder {
        let Some(clusters) = self.shaped.clusters.get(clusters) else {
            return WordOrder::Reading;
        };
        if !clusters.iter().any(|cluster| cluster.right_to_left) {
            return WordOrder::Reading;
        }
        let [mut left_to_right, mut right_to_left] = [0, 0];
        for word in clusters.split(|cluster| cluster.blank) {
            match word.iter().find(|cluster| !cluster.glyphs.is_empty()) {
                Some(first) if first.right_to_left => right_to_left += 1,
                Some(_) => left_to_right += 1,
                None => {}
            }
        }
        match right_to_left > left_to_right {
            true => WordOrder::Visual,
            false => WordOrder::Reading,
        }
    }

    fn line(&self, line: &LineClusters) -> TextLine {
        let visible = self.shaped.trimmed(line.clusters.clone());
        let mut placed = TextLine::default();
        let mut cluster_runs: Vec<ClusterRun> = Vec::new();
        let mut x = 0.0;
        for index in self.visual_order(line.clusters.clone(), visible.end) {
            let cluster = &self.shaped.clusters[index];
            x += cluster.before;
            match cluster_runs.last_mut() {
                Some(last) if self.continues(last, index) => {
                    let clusters = &mut last.clusters;
                    *clusters = clusters.start.min(index)..clusters.end.max(index + 1);
                    last.width += cluster.advance;
                }
                _ => cluster_runs.push(ClusterRun {
                    clusters: index..index + 1,
                    right_to_left: cluster.right_to_left,
                    x,
                    width: cluster.advance,
                }),
            }
            x += cluster.advance + cluster.after;
        }
        self.decorate(&cluster_runs, visible.end, &mut placed);
        cluster_runs.sort_by_key(|run| run.clusters.start);
        let word_order = self.word_order(visible.clone());
        placed.runs = cluster_runs
            .iter()
            .filter_map(|run| self.run(run, word_order))
            .collect();
        placed.width = Pt(self.shaped.width(visible));
        let divided = line.divided.clone();
        placed.divided_word = divided.map(|word| self.text.text[word].to_owned());
        if let Some(hyphen) = line.hyphen
            && let Some(run) = placed.runs.last_mut()
        {
            let glyphs = Arc::make_mut(&mut run.glyphs);
            let start = glyphs.text.len() as u32;
            // The text gets a soft hyphen, not a hyphen, so that a copied word is whole
            // (ISO 32000-1, 14.8.2.2.3).
            glyphs.text.push('\u{ad}');
            let text = start..glyphs.text.len() as u32;
            glyphs.glyphs.push(Glyph {
                id: hyphen.glyph,
                x: run.width,
                y: Pt::ZERO,
                text,
            });
            run.width += Pt(hyphen.advance);
            placed.width += Pt(hyphen.advance);
        }
        placed
    }

    /// Returns clusters from left to right. Blanks at the end of the line come last (UAX 9, L1).
    fn visual_order(&self, clusters: Range<usize>, visible_end: usize) -> Vec<usize> {
        let mut order: Vec<usize> = clusters.collect();
        order.sort_by_key(|&index| (index >= visible_end, self.shaped.clusters[index].rank));
        order
    }

    /// Returns whether a cluster continues a run.
    fn continues(&self, run: &ClusterRun, index: usize) -> bool {
        let cluster = &self.shaped.clusters[index];
        let first = &self.shaped.clusters[run.clusters.start];
        let follows = if run.right_to_left {
            index + 1 == run.clusters.start
        } else {
            index == run.clusters.end
        };
        follows
            && cluster.right_to_left == run.right_to_left
            && cluster.run == first.run
            && (cluster.face == first.face || cluster.glyphs.is_empty())
    }

    /// Returns the glyphs of a run; `None` if it draws nothing.
    fn run(&self, run: &ClusterRun, word_order: WordOrder) -> Option<Run> {
        let clusters = &self.shaped.clusters[run.clusters.clone()];
        let state = self.text.runs[clusters[0].run].state;
        let mut text = String::new();
        let mut glyphs = Vec::with_capacity(clusters.len());
        // Glyphs of right-to-left text are in the opposite order of its characters.
        let mut x = if run.right_to_left { run.width } else { 0.0 };
        for cluster in clusters {
            if run.right_to_left {
                x -= cluster.advance;
            }
            let drawn = &self.shaped.glyphs[cluster.glyphs.clone()];
            if !drawn.is_empty() {
                let start = text.len() as u32;
                text.push_str(&self.text.text[cluster.text.clone()]);
                let range = start..text.len() as u32;
                glyphs.extend(drawn.iter().map(|glyph| Glyph {
                    id: glyph.id,
                    x: Pt(x + glyph.x),
                    y: Pt(glyph.y),
                    text: range.clone(),
                }));
            }
            if !run.right_to_left {
                x += cluster.advance;
            }
        }
        if glyphs.is_empty() {
            return None;
        }
        if run.right_to_left {
            glyphs.sort_by(|left, right| left.x.0.total_cmp(&right.x.0));
            if word_order == WordOrder::Reading {
                // The sort is stable.
                glyphs.sort_by_key(|glyph| word_index(&text, glyph.text.start as usize));
            }
        }
        let face = clusters
            .iter()
            .find(|cluster| !cluster.glyphs.is_empty())
            .map_or(clusters[0].face, |cluster| cluster.face);
        let glyphs = GlyphRun {
            face,
            size: state.size,
            colour: state.colour,
            text,
            glyphs,
        };
        Some(Run {
            x: Pt(run.x),
            width: Pt(run.width),
            glyphs: Arc::new(glyphs),
            span: state.span,
        })
    }

    /// Adds underlines and pills for runs from left to right.
    fn decorate(&self, runs: &[ClusterRun], visible_end: usize, line: &mut TextLine) {
        let first_cluster = |run: &ClusterRun| &self.shaped.clusters[run.clusters.start];
        let state = |run: &ClusterRun| &self.text.runs[first_cluster(run).run].state;
        // A space at the end of the line is not underlined.
        let right = |run: &ClusterRun| run.x + run.width - self.blank_width(run, visible_end);
        let is_same_link = |one: &ClusterRun, next: &ClusterRun| {
            let (one, next) = (state(one), state(next));
            (one.kind, one.span) == (RunKind::Link, next.span) && next.kind == RunKind::Link
        };
        for link in runs.chunk_by(is_same_link) {
            let (first, last) = (&link[0], &link[link.len() - 1]);
            if state(first).kind == RunKind::Link {
                let width = Pt(right(last) - first.x);
                let underline = self.style.underline;
                line.underlines.push(Ornament {
                    at: Point::new(Pt(first.x), underline.offset),
                    shape: shapes::rule(width, underline.thickness, state(first).colour),
                });
            }
        }
        for run in runs {
            let RunKind::Badge(certainty) = state(run).kind else {
                continue;
            };
            let clusters = &self.shaped.clusters[run.clusters.clone()];
            let badge = &self.style.badge;
            let colour = state(run).colour;
            let is_start = clusters.iter().any(|cluster| cluster.before > 0.0);
            let left = if is_start {
                Pt(run.x) - badge.before_words()
            } else {
                Pt(run.x) - badge.padding_start
            };
            let is_end = clusters.iter().any(|cluster| cluster.after > 0.0);
            let right = if is_end {
                Pt(right(run)) + badge.padding_end
            } else {
                Pt(right(run)) + badge.padding_start
            };
            line.backdrops.push(pill(left, right, badge, colour));
            if is_start {
                let at = Point::new(
                    left + badge.padding_start,
                    -(badge.middle + badge.size / 2.0),
                );
                let shapes =
                    pictogram::certainty_symbol(certainty, badge.size, colour, badge.ground);
                line.backdrops
                    .extend(shapes.into_iter().map(|shape| Ornament { at, shape }));
            }
        }
    }

    /// Returns the width of a run's blanks at the end of the line.
    fn blank_width(&self, run: &ClusterRun, visible_end: usize) -> f32 {
        let blanks = run.clusters.start.max(visible_end)..run.clusters.end;
        blanks
            .map(|index| self.shaped.clusters[index].advance)
            .sum()
    }
}

fn pill(left: Pt, right: Pt, badge: &BadgeStyle, colour: Colour) -> Ornament {
    let size = Size::new(right - left, badge.height);
    let stroke = shapes::solid(badge.outline, colour);
    Ornament {
        at: Point::new(left, -badge.middle - badge.height / 2.0),
        shape: shapes::rounded_rectangle(
            size,
            badge.height / 2.0,
            Some(badge.ground),
            Some(stroke),
        ),
    }
}
