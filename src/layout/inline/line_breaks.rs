//! Chooses the line breaks of a paragraph.
//!
//! All breaks are chosen together, after Knuth and Plass, "Breaking Paragraphs into Lines" (1981).
//! Text is ragged, so spaces do not stretch. A line costs the square of the share that it leaves
//! empty. Dynamic programming over the break opportunities finds the lowest total cost. A part that
//! is too wide for a line breaks where breaks are avoided. As a last resort, it breaks between any
//! two letters, with a hyphen in a word (`divided_word`).

use std::ops::Range;

use super::break_opportunities::BreakKind;
use super::collect::{RunKind, StyledText};
use super::divided_word;
use super::paragraph::IntrinsicWidths;
use super::shape::{BreakOpportunity, Hyphen, ShapedText};
use super::style::{LineBreakMode, TextStyle};
use crate::geometry::Pt;

/// The clusters of a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LineClusters {
    /// Includes the space at the end.
    pub clusters: Range<usize>,
    /// Drawn at the end.
    pub hyphen: Option<Hyphen>,
    /// The word that its end divides, because it is wider than a line.
    pub divided: Option<Range<usize>>,
}

/// Excess over the measure that counts as a rounding error, in points.
const TOLERANCE: f32 = 0.01;

/// Cost of a line besides its space. No space costs more, so no line is added to even out the
/// others.
const LINE: f64 = 1.0;
/// Cost of a single short word in the last line. It is as high as that of ten lines.
const STRANDED: f64 = 10.0;
/// Cost of a break at a soft hyphen.
const HYPHEN: f64 = 0.5;
/// Cost of a break between two letters.
const EMERGENCY_BREAK: f64 = 20.0;
/// Cost of the same break after punctuation, and of a break that is avoided.
const EMERGENCY_BREAK_AFTER_PUNCTUATION: f64 = 18.0;
/// Cost of a break after a colon or dash in a heading. Such breaks are preferred, unless they add a
/// line.
const COLON: f64 = -100.0;
/// Cost of a line of a heading. It exceeds all other costs, so headings have the fewest lines.
const LINE_OF_HEADING: f64 = 10_000.0;

/// A last line of at least this many characters is not stranded.
const LONG_LAST_LINE: usize = 12;

/// Breaks a text into lines that are at most `measure` wide, unless a single letter is wider. The first line is
/// shorter by its indent. Its first word may be too wide for it.
pub(super) fn choose(
    text: &StyledText,
    shaped: &ShapedText,
    measure: Pt,
    style: &TextStyle,
) -> Vec<LineClusters> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut breaks = shaped.breaks.as_slice();
    while start < shaped.clusters.len() {
        let forced = breaks
            .iter()
            .position(|opportunity| opportunity.kind == BreakKind::Forced);
        let (within, end) = match forced {
            Some(index) => (&breaks[..index], breaks[index].cluster),
            None => (breaks, shaped.clusters.len()),
        };
        TextSegment {
            text,
            shaped,
            measure: measure.0,
            first_measure: match start {
                0 => (measure - style.first_line_indent).0,
                _ => measure.0,
            },
            mode: style.line_breaks,
            clusters: start..end,
        }
        .break_into(within, &mut lines);
        breaks = forced.map_or(&[], |index| &breaks[index + 1..]);
        start = end;
    }
    lines
}

/// Measures a text without breaking it into lines.
pub(super) fn intrinsic_widths(shaped: &ShapedText) -> IntrinsicWidths {
    IntrinsicWidths {
        min_content: longest_part(shaped, |kind| kind != BreakKind::Avoided),
        max_content: longest_part(shaped, |kind| kind == BreakKind::Forced),
    }
}

/// Returns the width of the longest part between breaks of some kinds.
fn longest_part(shaped: &ShapedText, is_break: impl Fn(BreakKind) -> bool) -> Pt {
    let breaks = shaped.breaks.iter().filter(|found| is_break(found.kind));
    let ends = breaks
        .map(|found| (found.cluster, found.hyphen))
        .chain([(shaped.clusters.len(), None)]);
    let mut longest = 0.0_f32;
    let mut start = 0;
    for (end, hyphen) in ends {
        longest = longest.max(line_width(shaped, start..end, hyphen));
        start = end;
    }
    Pt(longest)
}

fn line_width(shaped: &ShapedText, clusters: Range<usize>, hyphen: Option<Hyphen>) -> f32 {
    shaped.width(shaped.trimmed(clusters)) + hyphen.map_or(0.0, |hyphen| hyphen.advance)
}

/// Text between two forced breaks.
struct TextSegment<'a> {
    text: &'a StyledText,
    shaped: &'a ShapedText,
    /// In points.
    measure: f32,
    /// Measure of the first line.
    first_measure: f32,
    mode: LineBreakMode,
    clusters: Range<usize>,
}

/// A place where a line may end and the next begin.
struct Node {
    /// Index of the cluster after it.
    cluster: usize,
    /// End of the visible part of a line that ends here.
    visible_end: usize,
    hyphen: Option<Hyphen>,
    /// The word that a line which ends here divides.
    divided: Option<Range<usize>>,
    /// Cost of ending a line here.
    cost: f64,
    /// Least cost of all lines up to here.
    total: f64,
    /// Index of the node at which the last of these lines begins.
    from: usize,
}

impl TextSegment<'_> {
    fn break_into(&self, breaks: &[BreakOpportunity], lines: &mut Vec<LineClusters>) {
        if line_width(self.shaped, self.clusters.clone(), None) <= self.first_measure + TOLERANCE {
            lines.push(LineClusters {
                clusters: self.clusters.clone(),
                hyphen: None,
                divided: None,
            });
            return;
        }
        let mut nodes = self.nodes(breaks);
        let last = nodes.len() - 1;
        for end in 1..=last {
            let (before, node) = nodes.split_at_mut(end);
            let node = &mut node[0];
            for (index, from) in before.iter().enumerate().rev() {
                let width = self
                    .shaped
                    .width(from.cluster..node.visible_end.max(from.cluster))
                    + node.hyphen.map_or(0.0, |hyphen| hyphen.advance);
                let measure = match index {
                    0 => self.first_measure,
                    _ => self.measure,
                };
                if width > measure + TOLERANCE && index + 1 < end {
                    break;
                }
                let space = f64::from(((measure - width) / measure.max(1.0)).max(0.0));
                let total = from.total + self.cost(from, node, space, end == last);
                if total < node.total {
                    node.total = total;
                    node.from = index;
                }
            }
        }
        let first = lines.len();
        let mut end = last;
        while end > 0 {
            let from = nodes[end].from;
            lines.push(LineClusters {
                clusters: nodes[from].cluster..nodes[end].cluster,
                hyphen: nodes[end].hyphen,
                divided: nodes[end].divided.clone(),
            });
            end = from;
        }
        lines[first..].reverse();
    }

    /// Returns all places to break at, including the start and the end of the segment.
    fn nodes(&self, breaks: &[BreakOpportunity]) -> Vec<Node> {
        let mut nodes = Vec::with_capacity(breaks.len() + 2);
        nodes.push(Node {
            total: 0.0,
            ..self.node(self.clusters.start, None, 0.0)
        });
        let mut avoided = 0;
        for (index, found) in breaks.iter().enumerate() {
            if found.kind == BreakKind::Avoided {
                continue;
            }
            self.add_emergency_breaks(
                &mut nodes,
                &breaks[avoided..index],
                found.cluster,
                found.hyphen,
            );
            avoided = index + 1;
            let cost = match found.kind {
                BreakKind::Hyphen => HYPHEN,
                _ if self.mode == LineBreakMode::Balanced && self.follows_colon(found.cluster) => {
                    COLON
                }
                _ => 0.0,
            };
            nodes.push(self.node(found.cluster, found.hyphen, cost));
        }
        self.add_emergency_breaks(&mut nodes, &breaks[avoided..], self.clusters.end, None);
        nodes.push(self.node(self.clusters.end, None, 0.0));
        nodes
    }

    fn node(&self, cluster: usize, hyphen: Option<Hyphen>, cost: f64) -> Node {
        Node {
            cluster,
            visible_end: self.shaped.trimmed(self.clusters.start..cluster).end,
            hyphen,
            divided: None,
            cost,
            total: f64::INFINITY,
            from: 0,
        }
    }

    /// Adds breaks between the last node and `end`, if that part is wider than the measure.
    fn add_emergency_breaks(
        &self,
        nodes: &mut Vec<Node>,
        avoided: &[BreakOpportunity],
        end: usize,
        hyphen: Option<Hyphen>,
    ) {
        let mut start = nodes
            .last()
            .map_or(self.clusters.start, |node| node.cluster);
        if self.fits(start..end, hyphen) {
            return;
        }
        let ends = avoided.iter().map(|found| found.cluster).chain([end]);
        for part_end in ends {
            let hyphen = if part_end == end { hyphen } else { None };
            if !self.fits(start..part_end, hyphen) {
                for cluster in start + 1..part_end {
                    nodes.push(self.emergency_break(cluster));
                }
            }
            if part_end < end {
                nodes.push(self.node(part_end, None, EMERGENCY_BREAK_AFTER_PUNCTUATION));
            }
            start = part_end;
        }
    }

    /// Returns a break between two letters or other characters.
    fn emergency_break(&self, cluster: usize) -> Node {
        if self.follows_punctuation(cluster) {
            return self.node(cluster, None, EMERGENCY_BREAK_AFTER_PUNCTUATION);
        }
        let before = &self.shaped.clusters[cluster - 1];
        let at = self.shaped.clusters[cluster].text.start;
        let word = divided_word::word_around(&self.text.text, at).filter(|_| !before.right_to_left);
        let Some((word, cost)) = word else {
            return self.node(cluster, None, EMERGENCY_BREAK);
        };
        Node {
            divided: Some(word),
            ..self.node(
                cluster,
                self.shaped.hyphen_of(before),
                EMERGENCY_BREAK + cost,
            )
        }
    }

    fn fits(&self, clusters: Range<usize>, hyphen: Option<Hyphen>) -> bool {
        line_width(self.shaped, clusters, hyphen) <= self.measure + TOLERANCE
    }

    /// Returns the cost of a line that leaves this share of its measure empty.
    fn cost(&self, from: &Node, node: &Node, space: f64, is_last: bool) -> f64 {
        match self.mode {
            LineBreakMode::Balanced => LINE_OF_HEADING + space * space + node.cost,
            LineBreakMode::Ragged if !is_last => LINE + space * space + node.cost,
            LineBreakMode::Ragged if self.is_stranded(from.cluster..node.cluster) => {
                LINE + STRANDED
            }
            LineBreakMode::Ragged => LINE,
        }
    }

    /// Returns whether a last line is only one short word. A citation and the full stop after it
    /// do not count.
    fn is_stranded(&self, clusters: Range<usize>) -> bool {
        let (mut words, mut characters, mut in_word) = (0, 0, false);
        for cluster in &self.shaped.clusters[clusters] {
            in_word &= !cluster.blank;
            if cluster.blank || self.text.runs[cluster.run].state.kind == RunKind::Citation {
                continue;
            }
            let text = &self.text.text[cluster.text.clone()];
            let begins_word = !in_word && text.contains(char::is_alphanumeric);
            words += usize::from(begins_word);
            in_word |= begins_word;
            characters += 1;
            if words >= 2 || characters >= LONG_LAST_LINE {
                return false;
            }
        }
        true
    }

    fn text_before(&self, cluster: usize) -> &str {
        self.text.text[..self.shaped.clusters[cluster].text.start].trim_end_matches(' ')
    }

    fn follows_colon(&self, cluster: usize) -> bool {
        self.text_before(cluster).ends_with([':', '–', '—'])
    }

    fn follows_punctuation(&self, cluster: usize) -> bool {
        self.text_before(cluster).ends_with([
            '/', '-', '.', '_', '?', '&', '=', ',', ';', '@', '\u{2010}', '–',
        ])
    }
}
