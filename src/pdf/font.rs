//! Subsets faces and hands them to printpdf.
//!
//! Each face is embedded as a subset: a font program with only the glyphs that are used, numbered
//! again from 1. printpdf writes the font dictionaries, `/W` and `/ToUnicode` (ISO 32000-1, 9.7 and
//! 9.10.3). A glyph maps to one text in the whole file. Where it draws another text, the page adds
//! `/ActualText` (see [`super::page`]).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use printpdf::{Codepoint, FontId, FontMetrics, FontType, ParsedFont, PdfFontMetricsStub};
use sha2::{Digest, Sha256};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider, Tag};
use subsetter::GlyphRemapper;

use super::PdfError;
use super::composite::{
    CompositeGlyph, NewGlyph, Part, SubsetComposite, add_composites, count_glyphs,
    is_right_to_left, part_glyphs, visual_marks, visual_text,
};
use super::page_parts::PagePart;
use crate::font::{self, Face, FaceId, Faces, is_never_drawn};
use crate::geometry::Pt;
use crate::layout::page::{Content, GlyphRun};

/// What has to be embedded of each face.
pub(super) type NeededGlyphs = BTreeMap<FaceId, NeededFace>;

/// What has to be embedded of a face.
#[derive(Default)]
pub(super) struct NeededFace {
    /// Glyphs by their ids in the whole face, and their texts.
    pub glyphs: BTreeMap<u16, String>,
    /// Glyphs for whole clusters.
    pub composites: BTreeSet<CompositeGlyph>,
}

impl NeededFace {
    pub(super) fn is_empty(&self) -> bool {
        self.glyphs.is_empty() && self.composites.is_empty()
    }
}

/// A subset of a face, as pages use it.
pub(super) struct SubsetFont {
    pub face: FaceId,
    /// Resource name.
    pub id: FontId,
    /// Metrics and character map without the font program: enough to write text.
    pub metrics: ParsedFont,
    /// New number of each glyph of the whole face; 0 for those that are left out.
    numbers: Vec<u16>,
    /// Widths in thousandths of an em as in `/W`, by new number.
    widths: Vec<f64>,
    /// Texts as in `/ToUnicode`, by new number.
    texts: Vec<String>,
    /// Characters that printpdf maps to a glyph, by new number.
    characters: Vec<Option<char>>,
    composites: Vec<SubsetComposite>,
}

impl SubsetFont {
    /// Returns all glyphs with their texts. printpdf embeds only glyphs that a page shows.
    pub(super) fn all_glyphs(&self) -> Vec<Codepoint> {
        let texts = (0u16..).zip(&self.texts).skip(1);
        texts
            // Glyphs without a text are parts of others.
            .filter(|(_, text)| !text.is_empty())
            .map(|(number, text)| Codepoint::with_cid(number, 0.0, text.clone()))
            .collect()
    }

    fn number(&self, glyph: u16) -> Option<u16> {
        let number = self.numbers.get(usize::from(glyph)).copied();
        number.filter(|&number| number != 0)
    }

    /// Adds composite glyphs to the subset and its font program.
    fn add_composites(
        &mut self,
        program: &[u8],
        needed: &NeededFace,
        remapper: &GlyphRemapper,
        advance: impl Fn(u16) -> u16,
        glyph_widths: &mut BTreeMap<u16, u16>,
    ) -> Option<Vec<u8>> {
        // The program may have more glyphs than the subset: parts of its own composites.
        let first = count_glyphs(program)?;
        self.widths.resize(usize::from(first), 0.0);
        self.texts.resize(usize::from(first), String::new());
        self.characters.resize(usize::from(first), None);
        let mut new = Vec::new();
        for (number, composite) in (first..).zip(&needed.composites) {
            let origin = composite.letter_x(&advance);
            let widths = composite.parts.iter().map(|part| advance(part.glyph));
            let width = widths.fold(0, u16::saturating_add);
            new.push(NewGlyph {
                composite,
                advance: width,
                origin,
            });
            self.composites.push(SubsetComposite {
                key: composite.clone(),
                number,
                origin,
            });
            glyph_widths.insert(number, width);
            let units_per_em = f32::from(self.metrics.units_per_em);
            self.widths.push(f64::from(
                (f32::from(width) * 1000.0 / units_per_em).trunc(),
            ));
            self.texts.push(composite.text.clone());
            self.characters.push(None);
        }
        add_composites(program, &new, |glyph| remapper.get(glyph))
    }

    fn glyph(&self, number: u16) -> SubsetGlyph<'_> {
        let place = usize::from(number);
        SubsetGlyph {
            font: self,
            number,
            width: self.widths[place],
            text: &self.texts[place],
            character: self.characters[place],
        }
    }
}

/// A glyph of a subset.
#[derive(Clone, Copy)]
pub(super) struct SubsetGlyph<'a> {
    pub font: &'a SubsetFont,
    pub number: u16,
    /// Width in thousandths of an em.
    pub width: f64,
    pub text: &'a str,
    /// Character that printpdf maps to this glyph.
    pub character: Option<char>,
}

/// Finds a glyph of a face in the first subset that has it.
pub(super) fn find_glyph<'a>(
    fonts: impl IntoIterator<Item = &'a SubsetFont>,
    face: FaceId,
    glyph: u16,
) -> Option<SubsetGlyph<'a>> {
    let mut fonts = fonts.into_iter().filter(|font| font.face == face);
    fonts.find_map(|font| Some(font.glyph(font.number(glyph)?)))
}

/// Finds the glyph of a cluster from right to left: the cluster's only glyph if it maps to the
/// cluster's text, else its composite. Returns its position from the run's origin, too.
pub(super) fn find_cluster<'a>(
    fonts: impl IntoIterator<Item = &'a SubsetFont> + Clone,
    run: &GlyphRun,
    cluster: &GlyphCluster,
) -> Option<([Pt; 2], SubsetGlyph<'a>)> {
    let first = run.glyphs.get(cluster.glyphs.start)?;
    let text = visual_text(cluster.text);
    if cluster.glyphs.len() == 1
        && let Some(found) = find_glyph(fonts.clone(), run.face, first.id)
        && found.text == text
    {
        return Some(([first.x, first.y], found));
    }
    let mut fonts = fonts.into_iter().filter(|font| font.face == run.face);
    fonts.find_map(|font| {
        let units_per_em = font.metrics.units_per_em;
        let key = CompositeGlyph::new(run, cluster, units_per_em);
        let found = font
            .composites
            .iter()
            .find(|composite| composite.key == key)?;
        let origin = f32::from(found.origin) / f32::from(units_per_em);
        let x = first.x + run.size * origin;
        Some(([x, Pt::ZERO], font.glyph(found.number)))
    })
}

/// Finds the empty glyph that maps to the marks of a cluster; `None` if the cluster has no marks.
pub(super) fn find_marks<'a>(
    fonts: impl IntoIterator<Item = &'a SubsetFont>,
    face: FaceId,
    cluster: &GlyphCluster,
) -> Option<SubsetGlyph<'a>> {
    let key = CompositeGlyph::marks(visual_marks(cluster.text));
    let mut fonts = fonts.into_iter().filter(|font| font.face == face);
    fonts.find_map(|font| {
        let found = font
            .composites
            .iter()
            .find(|composite| composite.key == key)?;
        Some(font.glyph(found.number))
    })
}

const SOFT_HYPHEN: &str = "\u{ad}";

/// Glyphs that together draw some characters.
pub(super) struct GlyphCluster<'a> {
    /// Indices into [`GlyphRun::glyphs`].
    pub glyphs: Range<usize>,
    /// Bytes of [`GlyphRun::text`].
    pub range: Range<usize>,
    pub text: &'a str,
    /// Whether it is the hyphen that layout draws for a soft hyphen at the end of a line.
    is_hyphen: bool,
}

impl GlyphCluster<'_> {
    /// Returns whether it has only characters that are never drawn. Shapers emit an empty glyph for
    /// them.
    pub(super) fn is_invisible(&self) -> bool {
        !self.text.is_empty() && !self.is_hyphen && self.text.chars().all(is_never_drawn)
    }
}

/// Splits a run into clusters, from left to right.
pub(super) fn clusters(run: &GlyphRun) -> impl Iterator<Item = GlyphCluster<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let first = run.glyphs.get(from)?;
        let rest = run.glyphs[from..].iter();
        let count = rest.take_while(|glyph| glyph.text == first.text).count();
        let glyphs = from..from + count;
        from += count;
        let range = first.text.start as usize..first.text.end as usize;
        let text = run.text.get(range.clone()).unwrap_or_default();
        let is_hyphen = text == SOFT_HYPHEN && range.end == run.text.len() && first.id != 0;
        Some(GlyphCluster {
            glyphs,
            range,
            text,
            is_hyphen,
        })
    })
}

/// Returns the text for `/ToUnicode`. No-break spaces become spaces, so that a search for "5 mg"
/// finds them. Characters that are never drawn are left out.
pub(super) fn searchable(text: &str) -> Cow<'_, str> {
    let is_odd =
        |character: char| is_never_drawn(character) || matches!(character, '\u{a0}' | '\u{202f}');
    // A drawn hyphen keeps its soft hyphen: each drawn glyph needs a text (PDF/UA-1, 7.21.7).
    if text.is_ascii() || text == SOFT_HYPHEN || !text.contains(is_odd) {
        return text.into();
    }
    let visible = text.chars().filter(|&character| !is_never_drawn(character));
    visible
        .map(|character| if is_odd(character) { ' ' } else { character })
        .collect::<String>()
        .into()
}

/// Collects the glyphs of page parts that no subset has.
pub(super) fn needed_glyphs(
    parts: &[PagePart],
    faces: &Faces,
    known: &[SubsetFont],
) -> Result<NeededGlyphs, PdfError> {
    let mut needed = NeededGlyphs::new();
    // No single glyph of a cluster maps to its whole text.
    let mut pieces: Vec<(FaceId, u16, &str)> = Vec::new();
    // A leaflet has ten thousand glyphs, but only a hundred different ones.
    let mut done: BTreeMap<FaceId, Vec<bool>> = BTreeMap::new();
    for (page, run) in runs(parts) {
        if is_right_to_left(run) {
            need_clusters(page, run, faces, known, &mut needed)?;
            continue;
        }
        let done = done.entry(run.face).or_default();
        let is_done = |done: &Vec<bool>, glyph: u16| done.get(usize::from(glyph)) == Some(&true);
        if run.glyphs.iter().all(|glyph| is_done(done, glyph.id)) {
            continue;
        }
        for cluster in clusters(run).filter(|cluster| !cluster.is_invisible()) {
            for glyph in &run.glyphs[cluster.glyphs.clone()] {
                if is_done(done, glyph.id) {
                    continue;
                }
                if glyph.id == 0 {
                    return Err(missing_glyph(page, run, faces));
                }
                if find_glyph(known, run.face, glyph.id).is_none() {
                    if cluster.glyphs.len() > 1 || cluster.text.is_empty() {
                        pieces.push((run.face, glyph.id, cluster.text));
                        continue;
                    }
                    let glyphs = &mut needed.entry(run.face).or_default().glyphs;
                    let text = || searchable(cluster.text).into_owned();
                    glyphs.entry(glyph.id).or_insert_with(text);
                }
                let place = usize::from(glyph.id);
                if done.len() <= place {
                    done.resize(place + 1, false);
                }
                done[place] = true;
            }
        }
    }
    for (face, glyph, text) in pieces {
        let glyphs = &mut needed.entry(face).or_default().glyphs;
        glyphs.entry(glyph).or_insert_with(|| {
            let mapped = character_of(faces.get(face), glyph).map(String::from);
            mapped
                .or_else(|| Some(searchable(text).into_owned()).filter(|text| !text.is_empty()))
                // A text is required (ISO 14289-1, 7.21.7). This character means "unknown".
                .unwrap_or_else(|| "\u{fffd}".to_owned())
        });
    }
    Ok(needed)
}

/// Returns whether a part needs a glyph that the known fonts lack.
pub(super) fn lacks_glyphs(
    known: &[SubsetFont],
    part: &PagePart,
    faces: &Faces,
) -> Result<bool, PdfError> {
    let needed = needed_glyphs(std::slice::from_ref(part), faces, known)?;
    Ok(needed.values().any(|needed| !needed.is_empty()))
}

fn missing_glyph(page: usize, run: &GlyphRun, faces: &Faces) -> PdfError {
    PdfError::MissingGlyph {
        page: page + 1,
        face: faces.get(run.face).postscript_name.clone(),
    }
}

/// Collects the glyphs of a run from right to left that no subset has.
fn need_clusters(
    page: usize,
    run: &GlyphRun,
    faces: &Faces,
    known: &[SubsetFont],
    needed: &mut NeededGlyphs,
) -> Result<(), PdfError> {
    let face = faces.get(run.face);
    let has_composites = font(face)?.table_data(Tag::new(b"glyf")).is_some();
    let units_per_em = face.units_per_em().unwrap_or(1000);
    for cluster in clusters(run).filter(|cluster| !cluster.is_invisible()) {
        let glyphs = &run.glyphs[cluster.glyphs.clone()];
        if glyphs.iter().any(|glyph| glyph.id == 0) {
            return Err(missing_glyph(page, run, faces));
        }
        let marks = visual_marks(cluster.text);
        if has_composites && !marks.is_empty() && find_marks(known, run.face, &cluster).is_none() {
            let needed = needed.entry(run.face).or_default();
            needed.composites.insert(CompositeGlyph::marks(marks));
        }
        if find_cluster(known, run, &cluster).is_some() {
            continue;
        }
        let text = visual_text(cluster.text);
        let needed = needed.entry(run.face).or_default();
        let is_free = |glyph| {
            let known = find_glyph(known, run.face, glyph);
            let known = known
                .map(|known| known.text)
                .or(needed.glyphs.get(&glyph).map(String::as_str));
            known.is_none_or(|known| known == text)
        };
        if let [glyph] = glyphs
            && is_free(glyph.id)
        {
            needed.glyphs.entry(glyph.id).or_insert(text);
        } else if has_composites {
            let composite = CompositeGlyph::new(run, &cluster, units_per_em);
            needed.composites.insert(composite);
        } else {
            for glyph in glyphs
                .iter()
                .filter(|glyph| find_glyph(known, run.face, glyph.id).is_none())
            {
                let mapped = character_of(face, glyph.id).map(String::from);
                let text = || mapped.unwrap_or_else(|| text.clone());
                needed.glyphs.entry(glyph.id).or_insert_with(text);
            }
        }
    }
    Ok(())
}

/// Adds printable ASCII and Latin-1 in the first face of each weight, for names in reader data.
pub(super) fn add_latin(needed: &mut NeededGlyphs, faces: &Faces) -> Result<(), PdfError> {
    let mut weights = Vec::new();
    for (id, face) in faces.main() {
        if weights.contains(&face.weight) {
            continue;
        }
        weights.push(face.weight);
        let map = font(face)?.charmap();
        let glyphs = &mut needed.entry(id).or_default().glyphs;
        let latin = (' '..='~').chain('\u{a1}'..='\u{ff}');
        for character in latin.filter(|&character| !is_never_drawn(character)) {
            if let Some(glyph) = map.map(character).filter(|glyph| glyph.to_u32() != 0) {
                glyphs
                    .entry(glyph.to_u32() as u16)
                    .or_insert_with(|| character.to_string());
            }
        }
    }
    Ok(())
}

/// Returns the glyph runs with their pages.
fn runs<'a>(parts: &'a [PagePart]) -> impl Iterator<Item = (usize, &'a GlyphRun)> {
    parts.iter().flat_map(|part| {
        part.items.iter().filter_map(|item| match &item.content {
            Content::Text(run) => Some((part.page, &**run)),
            Content::Shape(_) | Content::Raster(..) | Content::Graphic(_) => None,
        })
    })
}

fn font(face: &Face) -> Result<FontRef<'_>, PdfError> {
    FontRef::new(&face.data).map_err(|_| PdfError::Face {
        face: face.postscript_name.clone(),
    })
}

/// Returns the first character that a face draws with this glyph.
fn character_of(face: &Face, glyph: u16) -> Option<char> {
    let font = font(face).ok()?;
    let (character, _) = font
        .charmap()
        .mappings()
        .find(|(_, mapped)| mapped.to_u32() == u32::from(glyph))?;
    char::from_u32(character)
}

/// Returns the height of capitals in thousandths of an em. printpdf has no field for it.
pub(super) fn cap_height(face: &Face) -> Option<i64> {
    let metrics = font(face)
        .ok()?
        .metrics(Size::unscaled(), LocationRef::default());
    let scale = 1000.0 / f32::from(metrics.units_per_em.max(1));
    metrics
        .cap_height
        .map(|height| (height * scale).round() as i64)
}

/// Subsets a face. Returns the font for printpdf to embed, and the subset for pages to use.
pub(super) fn subset(
    id: FaceId,
    face: &Face,
    needed: &NeededFace,
    name: String,
) -> Result<(ParsedFont, SubsetFont), PdfError> {
    let font = font(face)?;
    let glyphs = &needed.glyphs;
    // Sorted by text, letters have similar numbers in all faces, and pages compress better.
    let mut sorted: Vec<(&u16, &String)> = glyphs.iter().collect();
    sorted.sort_by_key(|&(_, text)| text);
    let mut remapper = GlyphRemapper::new();
    for &(&glyph, _) in &sorted {
        remapper.remap(glyph);
    }
    for part in part_glyphs(needed) {
        remapper.remap(part);
    }
    let program = font::subset(&face.data, &remapper).map_err(|source| PdfError::Subset {
        face: face.postscript_name.clone(),
        source,
    })?;
    let program = required_tables(&program).ok_or_else(|| PdfError::Face {
        face: face.postscript_name.clone(),
    })?;

    let metrics = font.metrics(Size::unscaled(), LocationRef::default());
    let advances = font.glyph_metrics(Size::unscaled(), LocationRef::default());
    let bounds = metrics.bounds.unwrap_or_default();
    let units_per_em = metrics.units_per_em.max(1);
    let last = glyphs.last_key_value().map_or(0, |(&last, _)| last);
    let mut subset = SubsetFont {
        face: id,
        id: FontId(name),
        metrics: ParsedFont {
            original_bytes: Vec::new(),
            font_index: 0,
            font_name: Some(format!(
                "{}+{}",
                subset_tag(face, needed),
                face.postscript_name
            )),
            codepoint_to_glyph: BTreeMap::new(),
            glyph_widths: BTreeMap::new(),
            units_per_em,
            font_metrics: FontMetrics {
                ascent: metrics.ascent.round() as i16,
                descent: metrics.descent.round() as i16,
            },
            font_type: FontType::TrueType,
            pdf_font_metrics: PdfFontMetricsStub {
                units_per_em,
                x_min: bounds.x_min.floor() as i16,
                y_min: bounds.y_min.floor() as i16,
                x_max: bounds.x_max.ceil() as i16,
                y_max: bounds.y_max.ceil() as i16,
                caret_slope_rise: 1,
                caret_slope_run: 0,
                us_weight_class: font.attributes().weight.value().round() as u16,
            },
        },
        numbers: vec![0; usize::from(last) + 1],
        widths: vec![0.0],
        texts: vec![String::new()],
        characters: vec![None],
        composites: Vec::new(),
    };
    let mut glyph_widths = BTreeMap::new();
    let characters = &mut subset.metrics.codepoint_to_glyph;
    for (number, (&glyph, text)) in (1u16..).zip(sorted) {
        subset.numbers[usize::from(glyph)] = number;
        let advance = advances.advance_width(glyph.into()).unwrap_or_default();
        glyph_widths.insert(number, advance.round() as u16);
        // printpdf truncates like this; the pen has to move by the same widths.
        let width = advance.round() * 1000.0 / f32::from(units_per_em);
        subset.widths.push(f64::from(width.trunc()));
        subset.texts.push(text.clone());
        let mut rest = text.chars();
        let only = rest.next().filter(|_| rest.next().is_none());
        let only = only.filter(|&only| !characters.contains_key(&u32::from(only)));
        if let Some(only) = only {
            characters.insert(u32::from(only), number);
        }
        subset.characters.push(only);
    }
    let program = if needed.composites.is_empty() {
        program
    } else {
        let advance = |glyph: u16| {
            advances
                .advance_width(glyph.into())
                .unwrap_or_default()
                .round() as u16
        };
        subset
            .add_composites(&program, needed, &remapper, advance, &mut glyph_widths)
            .ok_or_else(|| PdfError::Face {
                face: face.postscript_name.clone(),
            })?
    };
    let mut parsed = subset.metrics.clone();
    parsed.original_bytes = program;
    parsed.glyph_widths = glyph_widths;
    Ok((parsed, subset))
}

/// Keeps only the tables that PDF reads from a font program (ISO 32000-1, 9.9). `None` if the
/// program is broken.
///
/// For CFF outlines printpdf embeds the table `CFF ` alone, as `CIDFontType0C`.
fn required_tables(program: &[u8]) -> Option<Vec<u8>> {
    const REQUIRED: [&[u8]; 10] = [
        b"CFF ", b"cvt ", b"fpgm", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"prep",
    ];
    let long = |bytes: &[u8]| {
        bytes
            .try_into()
            .ok()
            .map(|long| u32::from_be_bytes(long) as usize)
    };
    let count = usize::from(u16::from_be_bytes(program.get(4..6)?.try_into().ok()?));
    let records = program.get(12..12 + 16 * count)?.chunks_exact(16);
    let kept: Vec<&[u8]> = records
        .filter(|record| REQUIRED.contains(&&record[..4]))
        .collect();

    let log = kept.len().checked_ilog2()?;
    let mut directory = program.get(..4)?.to_vec();
    for value in [
        kept.len() as u16,
        16 << log,
        log as u16,
        (kept.len() as u16 - (1 << log)) * 16,
    ] {
        directory.extend(value.to_be_bytes());
    }
    let mut tables = Vec::new();
    for record in &kept {
        let (offset, length) = (long(&record[8..12])?, long(&record[12..16])?);
        directory.extend(&record[..8]);
        directory.extend(((12 + 16 * kept.len() + tables.len()) as u32).to_be_bytes());
        directory.extend((length as u32).to_be_bytes());
        tables.extend(program.get(offset..offset.checked_add(length)?)?);
        tables.resize(tables.len().next_multiple_of(4), 0);
    }
    directory.extend(tables);
    Some(directory)
}

/// Returns six letters that distinguish this subset from others of the same face (ISO 32000-1,
/// 9.6.4).
fn subset_tag(face: &Face, needed: &NeededFace) -> String {
    let mut hash = Sha256::new();
    hash.update(face.postscript_name.as_bytes());
    for (glyph, text) in &needed.glyphs {
        hash.update(glyph.to_be_bytes());
        hash.update(text.as_bytes());
    }
    for composite in &needed.composites {
        for part in &composite.parts {
            let Part { glyph, x, y } = *part;
            hash.update([glyph, x as u16, y as u16].map(u16::to_be_bytes).concat());
        }
        hash.update(composite.text.as_bytes());
    }
    hash.finalize()[..6]
        .iter()
        .map(|byte| char::from(b'A' + byte % 26))
        .collect()
}
