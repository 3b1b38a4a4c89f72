//! Shapes styled text into clusters of glyphs.
//!
//! parley selects a face for each character, shapes the text, and orders its directions (UAX 9). It
//! lays the text out on one endless line, which is then split into [`Cluster`]s. Clusters can be
//! measured and placed on lines of any measure without shaping again, for two reasons. Shaping does
//! not depend on text beyond a space. And rule L2 of UAX 9 reverses whole sequences, so a part
//! keeps its visual order within the line.

use std::ops::Range;
use std::sync::Arc;

use parley::fontique::{Blob, Collection, CollectionOptions, FontInfoOverride, SourceCache};
use parley::{
    BaseDirection, FontContext, FontFamily, FontFamilyName, FontStyle, FontWeight, FontWidth,
};

use super::break_opportunities::{BreakKind, break_opportunities};
use super::collect::{RunKind, StyledRun, StyledText};
use super::style::BadgeStyle;
use crate::font::{Face, FaceId, Faces, Weight, is_never_drawn};
use crate::locale::{Direction, Locale};

/// A text as glyphs, not yet in lines.
#[derive(Debug, Default)]
pub(super) struct ShapedText {
    /// Clusters in logical order; they cover the whole text.
    pub clusters: Vec<Cluster>,
    /// Glyphs of all clusters; those of one cluster are in visual order.
    pub glyphs: Vec<ShapedGlyph>,
    /// Width of all clusters before the one with this index, in points. One longer than `clusters`.
    pub prefix_widths: Vec<f32>,
    /// Places where lines may begin, in order.
    pub breaks: Vec<BreakOpportunity>,
    /// The hyphen of each run and face.
    pub hyphens: Vec<((usize, FaceId), Hyphen)>,
    /// Characters that no face has.
    pub missing: Vec<char>,
}

/// The smallest part of a text that can be placed by itself: a letter with its marks, or a
/// ligature. Lengths are in points.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cluster {
    /// Byte range in the text.
    pub text: Range<usize>,
    pub advance: f32,
    /// Room before the first glyph, for the symbol of a badge.
    pub before: f32,
    /// Room after the last glyph.
    pub after: f32,
    /// Position among all clusters from left to right.
    pub rank: u32,
    /// Range in [`ShapedText::glyphs`]; empty if nothing is drawn.
    pub glyphs: Range<usize>,
    pub face: FaceId,
    /// Index of its run in [`StyledText::runs`].
    pub run: usize,
    pub right_to_left: bool,
    /// Whether it is a space or draws nothing, and so has no width at the end of a line.
    pub blank: bool,
}

/// A glyph of a cluster. Lengths are in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ShapedGlyph {
    pub id: u16,
    /// Distance from the left end of the cluster.
    pub x: f32,
    /// Distance above the baseline.
    pub y: f32,
}

/// A place where a line may begin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct BreakOpportunity {
    /// The first cluster of the next line.
    pub cluster: usize,
    pub kind: BreakKind,
    /// Drawn at the end of the line before.
    pub hyphen: Option<Hyphen>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hyphen {
    pub glyph: u16,
    /// In points.
    pub advance: f32,
}

impl ShapedText {
    /// Returns the width of clusters in points, including a space at the end.
    pub(super) fn width(&self, clusters: Range<usize>) -> f32 {
        self.prefix_widths[clusters.end] - self.prefix_widths[clusters.start]
    }

    /// Returns the hyphen that may follow a cluster.
    pub(super) fn hyphen_of(&self, cluster: &Cluster) -> Option<Hyphen> {
        let key = (cluster.run, cluster.face);
        let mut hyphens = self.hyphens.iter();
        hyphens
            .find(|(own, _)| *own == key)
            .map(|(_, hyphen)| *hyphen)
    }

    /// Returns the range without the blanks at its end.
    pub(super) fn trimmed(&self, clusters: Range<usize>) -> Range<usize> {
        let blanks = self.clusters[clusters.clone()]
            .iter()
            .rev()
            .take_while(|cluster| cluster.blank)
            .count();
        clusters.start..clusters.end - blanks
    }
}

/// Shapes text with parley.
pub(super) struct Shaper {
    pub(super) faces: Faces,
    /// Names of the families for text, in the order in which they are tried.
    main_families: Vec<FontFamilyName<'static>>,
    /// The same with the fallbacks for other scripts; empty until a text needs them.
    all_families: Vec<FontFamilyName<'static>>,
    /// Number of each face's blob in parley.
    blobs: Vec<u64>,
    fonts: FontContext,
    scratch: parley::LayoutContext<()>,
    layout: parley::Layout<()>,
}

/// The faces that a text is shaped with.
#[derive(Clone, Copy)]
enum FaceChoice {
    /// Those for text.
    Main,
    /// Those and the fallbacks for other scripts.
    All,
}

fn push_family(families: &mut Vec<FontFamilyName<'static>>, face: &Face) {
    let family = FontFamilyName::Named(face.family.clone().into());
    if !families.contains(&family) {
        families.push(family);
    }
}

fn font_weight(weight: Weight) -> FontWeight {
    match weight {
        Weight::Regular => FontWeight::NORMAL,
        Weight::Bold => FontWeight::BOLD,
    }
}

impl Shaper {
    pub(super) fn new(faces: &Faces) -> Shaper {
        let collection = Collection::new(CollectionOptions {
            shared: false,
            system_fonts: false,
        });
        let mut shaper = Shaper {
            faces: faces.clone(),
            main_families: Vec::new(),
            all_families: Vec::new(),
            blobs: Vec::new(),
            fonts: FontContext {
                collection,
                source_cache: SourceCache::default(),
            },
            scratch: parley::LayoutContext::new(),
            layout: parley::Layout::new(),
        };
        for (_, face) in faces.main() {
            shaper.register(face);
            push_family(&mut shaper.main_families, face);
        }
        shaper
    }

    /// Makes a face known to parley.
    fn register(&mut self, face: &Face) {
        let blob = Blob::new(Arc::clone(&face.data) as _);
        self.blobs.push(blob.id());
        // A clinic's files may have equal names, so names of our own replace them.
        let info = FontInfoOverride {
            family_name: Some(&face.family),
            weight: Some(font_weight(face.weight)),
            style: Some(FontStyle::Normal),
            width: Some(FontWidth::NORMAL),
            ..FontInfoOverride::default()
        };
        self.fonts.collection.register_fonts(blob, Some(info));
    }

    /// Makes the fallbacks for other scripts known to parley, if they are not yet.
    fn register_fallbacks(&mut self) {
        if !self.all_families.is_empty() {
            return;
        }
        self.all_families = self.main_families.clone();
        let faces = self.faces.clone();
        for (_, face) in faces.all().skip(self.blobs.len()) {
            self.register(face);
            push_family(&mut self.all_families, face);
        }
    }

    /// Shapes a text and finds its break opportunities.
    pub(super) fn shape(
        &mut self,
        text: &StyledText,
        badge: &BadgeStyle,
        locale: &Locale,
    ) -> ShapedText {
        let mut shaped = ShapedText::default();
        if !text.text.is_empty() {
            self.layout_endless_line(text, locale.direction, FaceChoice::Main);
            self.take_clusters(text, &mut shaped);
            if !shaped.missing.is_empty() {
                // Only the text decides, so that it has the same glyphs in every leaflet.
                shaped = ShapedText::default();
                self.register_fallbacks();
                self.layout_endless_line(text, locale.direction, FaceChoice::All);
                self.take_clusters(text, &mut shaped);
            }
            pad_badges(&text.runs, badge, &mut shaped.clusters);
            self.find_breaks(text, locale, &mut shaped);
            self.find_hyphens(text, &mut shaped);
        }
        let mut end = 0.0;
        shaped.prefix_widths.push(end);
        shaped
            .prefix_widths
            .extend(shaped.clusters.iter().map(|cluster| {
                end += cluster.before + cluster.advance + cluster.after;
                end
            }));
        shaped
    }

    fn layout_endless_line(
        &mut self,
        styled: &StyledText,
        direction: Direction,
        choice: FaceChoice,
    ) {
        let text = styled.text.as_str();
        let families = match choice {
            FaceChoice::Main => self.main_families.as_slice(),
            FaceChoice::All => self.all_families.as_slice(),
        };
        let mut builder = self
            .scratch
            .style_run_builder(&mut self.fonts, text, 1.0, false);
        builder.set_base_direction(match direction {
            Direction::LeftToRight => BaseDirection::Ltr,
            Direction::RightToLeft => BaseDirection::Rtl,
        });
        // parley needs only what changes glyphs. Colours and spans are looked up by offset.
        let mut styles = Vec::new();
        let mut start = 0;
        for run in &styled.runs {
            let style = (run.state.size, run.state.weight);
            let index = styles
                .iter()
                .position(|known| *known == style)
                .unwrap_or_else(|| {
                    styles.push(style);
                    builder.push_style(parley::TextStyle {
                        font_family: FontFamily::List(families.into()),
                        font_size: run.state.size.0,
                        font_weight: font_weight(run.state.weight),
                        ..parley::TextStyle::default()
                    });
                    styles.len() - 1
                });
            builder.push_style_run(index as u16, start..run.end);
            start = run.end;
        }
        builder.build_into(&mut self.layout, text);
        self.layout.break_all_lines(None);
    }

    fn take_clusters(&self, styled: &StyledText, shaped: &mut ShapedText) {
        let ShapedText {
            clusters,
            glyphs,
            missing,
            ..
        } = shaped;
        let mut rank = 0;
        for run in self
            .layout
            .lines()
            .flat_map(|line| line.runs().collect::<Vec<_>>())
        {
            let face = self.face(run.font().data.id());
            let first = clusters.len();
            for part in run.clusters() {
                let text = part.text_range();
                if part.is_ligature_continuation() && clusters.len() > first {
                    if let Some(cluster) = clusters.last_mut() {
                        cluster.text.end = text.end;
                        cluster.advance += part.advance();
                    }
                    continue;
                }
                let words = &styled.text[text.clone()];
                let mut cluster = Cluster {
                    run: styled.runs.partition_point(|run| run.end <= text.start),
                    text,
                    advance: part.advance(),
                    before: 0.0,
                    after: 0.0,
                    rank: 0,
                    glyphs: glyphs.len()..glyphs.len(),
                    face,
                    right_to_left: run.is_rtl(),
                    blank: words == " ",
                };
                if words.chars().all(is_never_drawn) {
                    cluster.advance = 0.0;
                    cluster.blank = true;
                } else {
                    let first = glyphs.len();
                    let mut x = 0.0;
                    for glyph in part.glyphs() {
                        // A face has at most 65,535 glyphs.
                        glyphs.push(ShapedGlyph {
                            id: glyph.id as u16,
                            x: x + glyph.x,
                            y: -glyph.y,
                        });
                        x += glyph.advance;
                    }
                    if glyphs[first..].iter().any(|glyph| glyph.id == 0) {
                        glyphs.truncate(first);
                        cluster.advance = 0.0;
                        let known = missing.len();
                        missing.extend(words.chars().filter(|&c| !self.faces.covers(c)));
                        if missing.len() == known {
                            // Faces have the letter or its mark, and no face has both.
                            missing.extend(words.chars().filter(|&c| !is_never_drawn(c)));
                        }
                    }
                    cluster.glyphs.end = glyphs.len();
                }
                clusters.push(cluster);
            }
            let count = (clusters.len() - first) as u32;
            for (place, cluster) in (0..count).zip(&mut clusters[first..]) {
                let from_left = if run.is_rtl() {
                    count - 1 - place
                } else {
                    place
                };
                cluster.rank = rank + from_left;
            }
            rank += count;
        }
        clusters.sort_by_key(|cluster| cluster.text.start);
        self.join_words(clusters, glyphs);
        missing.sort_unstable();
        missing.dedup();
    }

    /// Takes the spaces between words from right to left from the face of these words. The words are one
    /// run then, and programs that read the file keep their order. The width of the spaces stays.
    fn join_words(&self, clusters: &mut [Cluster], glyphs: &mut [ShapedGlyph]) {
        for index in 1..clusters.len().saturating_sub(1) {
            let [before, space, after] = &mut clusters[index - 1..=index + 1] else {
                continue;
            };
            let is_joined = space.blank
                && space.glyphs.len() == 1
                && before.face == after.face
                && before.face != space.face
                && [&*before, &*space, &*after]
                    .iter()
                    .all(|cluster| cluster.right_to_left && cluster.run == before.run);
            if is_joined && let Some((glyph, _)) = self.faces.glyph(before.face, ' ') {
                space.face = before.face;
                glyphs[space.glyphs.start].id = glyph;
            }
        }
    }

    /// Returns the face of a blob. parley has no faces besides those of [`Faces`].
    fn face(&self, blob: u64) -> FaceId {
        let index = self.blobs.iter().position(|known| *known == blob);
        FaceId(index.unwrap_or(0) as u8)
    }

    fn find_breaks(&self, text: &StyledText, locale: &Locale, shaped: &mut ShapedText) {
        let ShapedText {
            clusters, breaks, ..
        } = shaped;
        let mut cluster = 0;
        for opportunity in break_opportunities(&text.text, &text.glued, locale) {
            while cluster < clusters.len() && clusters[cluster].text.start < opportunity.offset {
                cluster += 1;
            }
            // No line can begin inside a ligature.
            if clusters
                .get(cluster)
                .is_none_or(|cluster| cluster.text.start != opportunity.offset)
            {
                continue;
            }
            let hyphen = match opportunity.kind {
                BreakKind::Hyphen => self.hyphen(&clusters[cluster - 1], &text.runs),
                _ => None,
            };
            breaks.push(BreakOpportunity {
                cluster,
                kind: opportunity.kind,
                hyphen,
            });
        }
    }

    fn find_hyphens(&self, text: &StyledText, shaped: &mut ShapedText) {
        let mut last = None;
        for cluster in &shaped.clusters {
            let key = (cluster.run, cluster.face);
            if last == Some(key) {
                continue;
            }
            last = Some(key);
            if shaped.hyphen_of(cluster).is_none()
                && let Some(hyphen) = self.hyphen(cluster, &text.runs)
            {
                shaped.hyphens.push((key, hyphen));
            }
        }
    }

    fn hyphen(&self, last: &Cluster, runs: &[StyledRun]) -> Option<Hyphen> {
        let (glyph, advance) = self.faces.glyph(last.face, '-')?;
        Some(Hyphen {
            glyph,
            advance: advance * runs[last.run].state.size.0,
        })
    }
}

/// Makes room for the pill and the symbol of badges.
fn pad_badges(runs: &[StyledRun], badge: &BadgeStyle, clusters: &mut [Cluster]) {
    let mut start = 0;
    for run in runs {
        if let RunKind::Badge(_) = run.state.kind {
            let first = clusters.partition_point(|cluster| cluster.text.start < start);
            let end = clusters.partition_point(|cluster| cluster.text.start < run.end);
            if let [first, ..] = &mut clusters[first..end] {
                first.before = badge.before_words().0;
            }
            if let [.., last] = &mut clusters[first..end] {
                last.after = badge.padding_end.0;
            }
        }
        start = run.end;
    }
}
