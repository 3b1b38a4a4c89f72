//! Which lines a paragraph is set in.
//!
//! All breaks of a paragraph are chosen together, so that the whole looks best: after Knuth and
//! Plass, "Breaking Paragraphs into Lines" (1981), without stretching spaces, since text is ragged
//! right. A line costs the square of the white it leaves; dynamic programming over the places where
//! a line may begin finds the cheapest way. What does not fit on a line is broken where it would
//! else be kept together, and in the last resort between any two letters.

use std::ops::Range;

use super::Setting;
use super::collect::{Collected, PieceKind};
use super::keep::OpportunityKind;
use super::shape::{Hyphen, Shaped, Turn};

/// The atoms of a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LineAtoms {
    /// With the space at its end.
    pub atoms: Range<usize>,
    /// Drawn at its end.
    pub hyphen: Option<Hyphen>,
}

/// Rounding of sums of widths must not cost a word.
const TOLERANCE: f32 = 0.01;

/// Cost of a line besides its white: more than any white, so that no line is added to even out the
/// others.
const LINE: f64 = 1.0;
/// A stranded word at the end is worth a line.
const STRANDED: f64 = 10.0;
const HYPHEN: f64 = 0.5;
const TORN: f64 = 20.0;
const TORN_AFTER_PUNCTUATION: f64 = 18.0;
/// A heading breaks after its colon unless that costs a line.
const COLON: f64 = -100.0;
const LINE_OF_HEADING: f64 = 10_000.0;

/// The lines of a paragraph, each at most `measure` wide unless a single letter is wider.
pub(super) fn lines(
    collected: &Collected,
    shaped: &Shaped,
    measure: f32,
    setting: Setting,
) -> Vec<LineAtoms> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut turns = shaped.turns.as_slice();
    while start < shaped.atoms.len() {
        let count = turns
            .iter()
            .position(|turn| turn.kind == OpportunityKind::Forced);
        let (within, end) = match count {
            Some(count) => (&turns[..count], turns[count].atom),
            None => (turns, shaped.atoms.len()),
        };
        Segment {
            collected,
            shaped,
            measure,
            setting,
            atoms: start..end,
        }
        .break_into(within, &mut lines);
        turns = count.map_or(&[], |count| &turns[count + 1..]);
        start = end;
    }
    lines
}

/// Width of the longest stretch that is kept together.
pub(super) fn longest_word(shaped: &Shaped) -> f32 {
    let mut longest = 0.0_f32;
    let mut start = 0;
    let free = shaped
        .turns
        .iter()
        .filter(|turn| turn.kind != OpportunityKind::Kept);
    for (end, hyphen) in free
        .map(|turn| (turn.atom, turn.hyphen))
        .chain([(shaped.atoms.len(), None)])
    {
        longest = longest.max(line_width(shaped, start..end, hyphen));
        start = end;
    }
    longest
}

/// Width of the longest line when only forced breaks are made.
pub(super) fn natural_width(shaped: &Shaped) -> f32 {
    let mut longest = 0.0_f32;
    let mut start = 0;
    let forced = shaped
        .turns
        .iter()
        .filter(|turn| turn.kind == OpportunityKind::Forced);
    for end in forced.map(|turn| turn.atom).chain([shaped.atoms.len()]) {
        longest = longest.max(line_width(shaped, start..end, None));
        start = end;
    }
    longest
}

fn line_width(shaped: &Shaped, atoms: Range<usize>, hyphen: Option<Hyphen>) -> f32 {
    shaped.width(shaped.trimmed(atoms)) + hyphen.map_or(0.0, |hyphen| hyphen.advance)
}

/// What stands between two forced breaks.
struct Segment<'a> {
    collected: &'a Collected,
    shaped: &'a Shaped,
    measure: f32,
    setting: Setting,
    atoms: Range<usize>,
}

/// A place where a line may end and the next begin.
struct Node {
    /// The atom after it.
    atom: usize,
    /// The end of what is seen of a line that ends here.
    seen: usize,
    hyphen: Option<Hyphen>,
    /// What it costs to end a line here.
    cost: f64,
    /// Cost of all lines up to here, at best.
    total: f64,
    /// The node at which the last of them begins.
    from: usize,
}

impl Segment<'_> {
    fn break_into(&self, turns: &[Turn], lines: &mut Vec<LineAtoms>) {
        if line_width(self.shaped, self.atoms.clone(), None) <= self.measure + TOLERANCE {
            lines.push(LineAtoms {
                atoms: self.atoms.clone(),
                hyphen: None,
            });
            return;
        }
        let mut nodes = self.nodes(turns);
        let last = nodes.len() - 1;
        for end in 1..=last {
            let (before, node) = nodes.split_at_mut(end);
            let node = &mut node[0];
            for (index, from) in before.iter().enumerate().rev() {
                let width = self.shaped.ends[node.seen.max(from.atom)]
                    - self.shaped.ends[from.atom]
                    + node.hyphen.map_or(0.0, |hyphen| hyphen.advance);
                if width > self.measure + TOLERANCE && index + 1 < end {
                    break;
                }
                let total = from.total + self.cost(from, node, width, end == last);
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
            lines.push(LineAtoms {
                atoms: nodes[from].atom..nodes[end].atom,
                hyphen: nodes[end].hyphen,
            });
            end = from;
        }
        lines[first..].reverse();
    }

    /// All places to break at, with the start and the end of the segment.
    fn nodes(&self, turns: &[Turn]) -> Vec<Node> {
        let mut nodes = Vec::with_capacity(turns.len() + 2);
        nodes.push(Node {
            total: 0.0,
            ..self.node(self.atoms.start, None, 0.0)
        });
        let mut kept = 0;
        for (index, turn) in turns.iter().enumerate() {
            if turn.kind == OpportunityKind::Kept {
                continue;
            }
            self.tear(&mut nodes, &turns[kept..index], turn.atom, turn.hyphen);
            kept = index + 1;
            let cost = match turn.kind {
                OpportunityKind::Hyphen => HYPHEN,
                _ if self.setting == Setting::Balanced && self.follows_colon(turn.atom) => COLON,
                _ => 0.0,
            };
            nodes.push(self.node(turn.atom, turn.hyphen, cost));
        }
        self.tear(&mut nodes, &turns[kept..], self.atoms.end, None);
        nodes.push(self.node(self.atoms.end, None, 0.0));
        nodes
    }

    fn node(&self, atom: usize, hyphen: Option<Hyphen>, cost: f64) -> Node {
        let seen = self.shaped.trimmed(self.atoms.start..atom).end;
        Node {
            atom,
            seen,
            hyphen,
            cost,
            total: f64::INFINITY,
            from: 0,
        }
    }

    /// Adds places inside what is kept together, from the last node to `end`, where it is wider than
    /// the measure.
    fn tear(&self, nodes: &mut Vec<Node>, kept: &[Turn], end: usize, hyphen: Option<Hyphen>) {
        let start = nodes.last().map_or(self.atoms.start, |node| node.atom);
        if self.fits(start..end, hyphen) {
            return;
        }
        let mut start = start;
        let ends = kept.iter().map(|turn| turn.atom).chain([end]);
        for stretch_end in ends {
            let hyphen = if stretch_end == end { hyphen } else { None };
            if !self.fits(start..stretch_end, hyphen) {
                for atom in start + 1..stretch_end {
                    let cost = if self.follows_punctuation(atom) {
                        TORN_AFTER_PUNCTUATION
                    } else {
                        TORN
                    };
                    nodes.push(self.node(atom, None, cost));
                }
            }
            if stretch_end < end {
                nodes.push(self.node(stretch_end, None, TORN_AFTER_PUNCTUATION));
            }
            start = stretch_end;
        }
    }

    fn fits(&self, atoms: Range<usize>, hyphen: Option<Hyphen>) -> bool {
        line_width(self.shaped, atoms, hyphen) <= self.measure + TOLERANCE
    }

    fn cost(&self, from: &Node, node: &Node, width: f32, is_last: bool) -> f64 {
        let white = f64::from(((self.measure - width) / self.measure.max(1.0)).max(0.0));
        match self.setting {
            Setting::Balanced => LINE_OF_HEADING + white * white + node.cost,
            Setting::Running if !is_last => LINE + white * white + node.cost,
            Setting::Running if self.is_stranded(from.atom..node.atom) => LINE + STRANDED,
            Setting::Running => LINE,
        }
    }

    /// Whether a last line is too little: one short word. A citation does not count, nor the full stop after it.
    fn is_stranded(&self, atoms: Range<usize>) -> bool {
        let (mut words, mut characters, mut in_word) = (0, 0, false);
        for atom in &self.shaped.atoms[atoms] {
            in_word &= !atom.blank;
            if atom.blank || self.collected.pieces[atom.piece].kind == PieceKind::Citation {
                continue;
            }
            let text = &self.collected.text[atom.text.clone()];
            let begins = !in_word && text.contains(char::is_alphanumeric);
            words += usize::from(begins);
            in_word |= begins;
            characters += 1;
            if words >= 2 || characters >= 12 {
                return false;
            }
        }
        true
    }

    fn text_before(&self, atom: usize) -> &str {
        self.collected.text[..self.shaped.atoms[atom].text.start].trim_end_matches(' ')
    }

    fn follows_colon(&self, atom: usize) -> bool {
        self.text_before(atom).ends_with([':', '–', '—'])
    }

    fn follows_punctuation(&self, atom: usize) -> bool {
        self.text_before(atom).ends_with([
            '/', '-', '.', '_', '?', '&', '=', ',', ';', '@', '\u{2010}', '–',
        ])
    }
}
