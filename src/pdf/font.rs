//! Faces to embedded fonts.
//!
//! Each face is embedded as a subset: a font program with only the glyphs that are used, numbered
//! anew from 1. Text on the page is written in those numbers, of one byte where a subset has at most 255
//! glyphs, as nearly all have: pages are a seventh shorter than with the two of `Identity-H`. `/W` says how wide
//! each is, and `/ToUnicode` what it means (ISO 32000-1, 9.7 and 9.10.3). A number has one meaning in the whole
//! file; where a glyph stands for something else, the page says so (`/ActualText`, see [`super::content`]).
//!
//! The font objects are made by printpdf and carried over into our own file. What they say of each glyph, its
//! width and its meaning, is said here: it is what text is placed by, and printpdf takes four times as long.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use lopdf::Object;
use printpdf::{
    Codepoint, FontId, FontMetrics, FontType, Mm, Op, ParsedFont, PdfDocument, PdfFont,
    PdfFontHandle, PdfFontMetricsStub, PdfPage, PdfSaveOptions, TextItem,
};
use sha2::{Digest, Sha256};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use subsetter::GlyphRemapper;

use super::Error;
use super::write::{Ref, Syntax, Writer};
use crate::font::{Face, FaceId, Faces};
use crate::layout::page::{Content, GlyphRun, Item, Layout};

/// The glyphs of a face that are needed, by their ids in the whole face, and what each means.
pub(super) type Wanted = BTreeMap<FaceId, BTreeMap<u16, String>>;

/// A subset of a face as it is in the file.
pub(super) struct Subset {
    face: FaceId,
    /// The name by which pages call it.
    pub resource: String,
    /// Its object.
    pub font: Ref,
    /// New number of each glyph of the whole face; 0 for those that are left out.
    numbers: Vec<u16>,
    /// Thousandths of an em, as in `/W`, indexed by new number.
    widths: Vec<f64>,
    /// As in `/ToUnicode`, indexed by new number.
    texts: Vec<String>,
    /// How text is written in it.
    codes: Codes,
    /// The CMap of narrow codes.
    encoding: Option<Ref>,
}

/// How the numbers of glyphs are written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codes {
    /// In one byte.
    Narrow,
    /// In two, the higher first.
    Wide,
}

impl Codes {
    /// Those for numbers up to this one.
    fn up_to(last: usize) -> Codes {
        if last <= usize::from(u8::MAX) {
            Codes::Narrow
        } else {
            Codes::Wide
        }
    }

    /// A code as CMaps spell it.
    fn spell(self, number: usize) -> String {
        match self {
            Codes::Narrow => format!("<{number:02X}>"),
            Codes::Wide => format!("<{number:04X}>"),
        }
    }
}

impl Subset {
    /// The new number of a glyph.
    fn number(&self, glyph: u16) -> Option<u16> {
        self.numbers
            .get(usize::from(glyph))
            .copied()
            .filter(|&number| number != 0)
    }
}

/// All subsets that the pages of a file can use.
#[derive(Clone, Copy)]
pub(super) struct Fonts<'a> {
    /// Those of the base.
    pub base: &'a [Subset],
    /// Those of this leaflet only.
    pub own: &'a [Subset],
}

/// A glyph of the file.
#[derive(Clone, Copy)]
pub(super) struct FileGlyph<'a> {
    /// The subset that it is in, counted through base and own.
    pub subset: usize,
    /// Its number there.
    pub number: u16,
    /// Its width in thousandths of an em.
    pub width: f64,
    /// What it means.
    pub text: &'a str,
    /// How its number is written.
    pub codes: Codes,
}

impl<'a> Fonts<'a> {
    /// The subsets of a face.
    pub fn of(&self, face: FaceId) -> OfFace<'a> {
        OfFace(
            self.iter()
                .enumerate()
                .filter(|(_, subset)| subset.face == face)
                .collect(),
        )
    }

    /// The name by which pages call a subset.
    pub fn resource(&self, subset: usize) -> &'a str {
        let subset = self
            .base
            .get(subset)
            .or_else(|| self.own.get(subset - self.base.len()));
        &subset.expect("counted by `find`").resource
    }

    /// All subsets.
    pub fn iter(&self) -> impl Iterator<Item = &'a Subset> {
        self.base.iter().chain(self.own)
    }
}

/// The subsets of one face, with their places among all.
pub(super) struct OfFace<'a>(Vec<(usize, &'a Subset)>);

impl<'a> OfFace<'a> {
    /// Finds a glyph.
    pub fn find(&self, glyph: u16) -> Option<FileGlyph<'a>> {
        self.0.iter().find_map(|&(subset, held)| {
            let number = held.number(glyph)?;
            let place = usize::from(number);
            let (width, text) = (held.widths[place], &held.texts[place]);
            Some(FileGlyph {
                subset,
                number,
                width,
                text,
                codes: held.codes,
            })
        })
    }
}

/// A cluster: glyphs that together stand for some characters.
pub(super) struct Cluster<'a> {
    /// Its places in [`GlyphRun::glyphs`].
    pub glyphs: Range<usize>,
    /// Its bytes in [`GlyphRun::text`].
    pub range: Range<usize>,
    /// Its characters.
    pub text: &'a str,
}

impl Cluster<'_> {
    /// Whether it is made only of characters that are never drawn; shapers put an empty glyph for
    /// them.
    pub fn is_invisible(&self) -> bool {
        !self.text.is_empty() && self.text.chars().all(is_ignorable)
    }
}

/// The clusters of a run, from left to right.
pub(super) fn clusters(run: &GlyphRun) -> impl Iterator<Item = Cluster<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let first = run.glyphs.get(from)?;
        let same = run.glyphs[from..]
            .iter()
            .take_while(|glyph| glyph.text == first.text)
            .count();
        let glyphs = from..from + same;
        from += same;
        let range = first.text.start as usize..first.text.end as usize;
        let text = run.text.get(range.clone()).unwrap_or_default();
        Some(Cluster {
            glyphs,
            range,
            text,
        })
    })
}

/// Characters that steer layout and are never drawn: soft hyphen, joiners, directional marks.
pub(super) fn is_ignorable(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// What a glyph with this text is to mean in `/ToUnicode`: no-break spaces become spaces, so that
/// searching for "5 mg" finds it, and what is never drawn is left out.
pub(super) fn meaning(text: &str) -> std::borrow::Cow<'_, str> {
    let odd =
        |character: char| is_ignorable(character) || matches!(character, '\u{a0}' | '\u{202f}');
    if text.is_ascii() || !text.contains(odd) {
        return text.into();
    }
    let plain = text.chars().filter(|&character| !is_ignorable(character));
    plain
        .map(|character| if odd(character) { ' ' } else { character })
        .collect::<String>()
        .into()
}

/// All items of a layout, page by page.
pub(super) fn items(layout: &Layout) -> impl Iterator<Item = (usize, &[Item])> {
    layout.pages.iter().map(|page| &page.items[..]).enumerate()
}

/// Collects the glyphs of items that a file does not have yet; those of a page come with its place, from 0.
pub(super) fn wanted<'a>(
    pages: impl Iterator<Item = (usize, &'a [Item])>,
    faces: &Faces,
    held: Fonts,
) -> Result<Wanted, Error> {
    let mut wanted = Wanted::new();
    // Of several glyphs that make one cluster none means the whole of it.
    let mut parts: Vec<(FaceId, u16, &str)> = Vec::new();
    // A leaflet has some ten thousand glyphs, of a hundred kinds.
    let mut done: BTreeMap<FaceId, Vec<bool>> = BTreeMap::new();
    for (page, run) in runs(pages) {
        let done = done.entry(run.face).or_default();
        if run
            .glyphs
            .iter()
            .all(|glyph| done.get(usize::from(glyph.id)) == Some(&true))
        {
            continue;
        }
        let held = held.of(run.face);
        for cluster in clusters(run).filter(|cluster| !cluster.is_invisible()) {
            for glyph in &run.glyphs[cluster.glyphs.clone()] {
                let place = usize::from(glyph.id);
                if done.get(place) == Some(&true) {
                    continue;
                }
                if glyph.id == 0 {
                    let face = faces.get(run.face).postscript_name.clone();
                    return Err(Error::MissingGlyph {
                        page: page + 1,
                        face,
                    });
                }
                if held.find(glyph.id).is_none() {
                    if cluster.glyphs.len() > 1 || cluster.text.is_empty() {
                        parts.push((run.face, glyph.id, cluster.text));
                        continue;
                    }
                    let glyphs = wanted.entry(run.face).or_default();
                    glyphs.insert(glyph.id, meaning(cluster.text).into_owned());
                }
                if done.len() <= place {
                    done.resize(place + 1, false);
                }
                done[place] = true;
            }
        }
    }
    for (face, glyph, text) in parts {
        wanted
            .entry(face)
            .or_default()
            .entry(glyph)
            .or_insert_with(|| {
                let mapped = character_of(faces.get(face), glyph).map(String::from);
                mapped
                    .or_else(|| Some(meaning(text).into_owned()).filter(|text| !text.is_empty()))
                    // A meaning is required (ISO 14289-1, 7.21.7); this one says that there is none.
                    .unwrap_or_else(|| "\u{fffd}".to_owned())
            });
    }
    Ok(wanted)
}

/// Adds what job data is most often written in: printable ASCII and Latin-1 in the first face of
/// each weight.
pub(super) fn want_latin(wanted: &mut Wanted, faces: &Faces) -> Result<(), Error> {
    let mut weights = Vec::new();
    for (id, face) in faces.iter() {
        if weights.contains(&face.weight) {
            continue;
        }
        weights.push(face.weight);
        let map = font(face)?.charmap();
        let glyphs = wanted.entry(id).or_default();
        for character in (' '..='~')
            .chain('\u{a1}'..='\u{ff}')
            .filter(|&character| !is_ignorable(character))
        {
            if let Some(glyph) = map.map(character).filter(|glyph| glyph.to_u32() != 0) {
                glyphs
                    .entry(glyph.to_u32() as u16)
                    .or_insert_with(|| character.to_string());
            }
        }
    }
    Ok(())
}

/// Embeds the wanted glyphs, a subset for each face, named `prefix` and the face's number; `held` are subsets
/// that the file has.
pub(super) fn embed<W: io::Write>(
    wanted: &Wanted,
    faces: &Faces,
    held: &[Subset],
    prefix: char,
    writer: &mut Writer<W>,
) -> Result<Vec<Subset>, Error> {
    let mut maker = PdfDocument::new("");
    let mut operators = Vec::new();
    let mut prepared = Vec::new();
    for (&id, glyphs) in wanted.iter().filter(|(_, glyphs)| !glyphs.is_empty()) {
        let resource = format!("{prefix}{}", id.0);
        let font_id = FontId(resource.clone());
        let (font, subset) = subset(id, faces.get(id), glyphs, resource)?;
        let name = font.font_name.clone().unwrap_or_default();
        // printpdf leaves out a font of which nothing is used.
        let items = vec![Codepoint::with_cid(1, 0.0, String::new())];
        let handle = PdfFontHandle::External(font_id.clone());
        operators.push(Op::SetFont {
            font: handle,
            size: printpdf::Pt(1.0),
        });
        operators.push(Op::ShowText {
            items: vec![TextItem::GlyphIds(items)],
        });
        maker
            .resources
            .fonts
            .map
            .insert(font_id, PdfFont::new(font));
        prepared.push((name, subset));
    }
    if prepared.is_empty() {
        return Ok(Vec::new());
    }
    maker.pages.push(PdfPage::new(Mm(1.0), Mm(1.0), operators));
    let made = maker.to_lopdf_document(&PdfSaveOptions::default(), &mut Vec::new());

    let is_narrow = |subset: &Subset| subset.codes == Codes::Narrow;
    let known = held.iter().find_map(|subset| subset.encoding);
    let narrow = match known {
        None if prepared.iter().any(|(_, subset)| is_narrow(subset)) => {
            Some(write_narrow_codes(writer)?)
        }
        _ => known,
    };
    let mut subsets = Vec::new();
    for (name, mut subset) in prepared {
        let dictionary = made.objects.values().find_map(|object| {
            let dictionary = object.as_dict().ok()?;
            let is_it = dictionary.get(b"Subtype").and_then(Object::as_name).ok()? == b"Type0"
                && dictionary.get(b"BaseFont").and_then(Object::as_name).ok()? == name.as_bytes();
            is_it.then_some(dictionary)
        });
        let face = faces.get(subset.face);
        let broken = || Error::Face {
            face: face.postscript_name.clone(),
        };
        let dictionary = dictionary.ok_or_else(broken)?;
        let cap_height = cap_height(face)?;
        subset.encoding = narrow.filter(|_| is_narrow(&subset));
        let mut carrier = Carrier {
            from: &made,
            cap_height,
            subset: &subset,
            writer,
        };
        subset.font = carrier.carry(&Object::Dictionary(dictionary.clone()))?;
        subsets.push(subset);
    }
    Ok(subsets)
}

/// Every run, with the page it is on.
fn runs<'a>(
    pages: impl Iterator<Item = (usize, &'a [Item])>,
) -> impl Iterator<Item = (usize, &'a GlyphRun)> {
    pages.flat_map(|(number, items)| {
        items.iter().filter_map(move |item| match &item.content {
            Content::Text(run) => Some((number, &**run)),
            Content::Shape(_) | Content::Raster(..) => None,
        })
    })
}

fn font(face: &Face) -> Result<FontRef<'_>, Error> {
    FontRef::new(&face.data).map_err(|_| Error::Face {
        face: face.postscript_name.clone(),
    })
}

/// The first character that a face draws with this glyph.
fn character_of(face: &Face, glyph: u16) -> Option<char> {
    let font = font(face).ok()?;
    let (character, _) = font
        .charmap()
        .mappings()
        .find(|(_, mapped)| mapped.to_u32() == u32::from(glyph))?;
    char::from_u32(character)
}

/// Height of capitals in thousandths of an em.
fn cap_height(face: &Face) -> Result<Option<i64>, Error> {
    let metrics = font(face)?.metrics(Size::unscaled(), LocationRef::default());
    let scale = 1000.0 / f32::from(metrics.units_per_em.max(1));
    Ok(metrics
        .cap_height
        .map(|height| (height * scale).round() as i64))
}

/// Subsets a face: the font for printpdf, and the subset, of which the objects are not known yet.
fn subset(
    id: FaceId,
    face: &Face,
    glyphs: &BTreeMap<u16, String>,
    resource: String,
) -> Result<(ParsedFont, Subset), Error> {
    let font = font(face)?;
    // Sorted by what they mean, letters have numbers that are alike in all faces, and pages compress better.
    let mut sorted: Vec<(&u16, &String)> = glyphs.iter().collect();
    sorted.sort_by_key(|&(_, text)| text);
    let mut remapper = GlyphRemapper::new();
    for &(&glyph, _) in &sorted {
        remapper.remap(glyph);
    }
    let program = subsetter::subset(&face.data, 0, &remapper).map_err(|source| Error::Subset {
        face: face.postscript_name.clone(),
        source,
    })?;
    let program = needed_tables(&program).ok_or_else(|| Error::Face {
        face: face.postscript_name.clone(),
    })?;

    let metrics = font.metrics(Size::unscaled(), LocationRef::default());
    let advances = font.glyph_metrics(Size::unscaled(), LocationRef::default());
    let bounds = metrics.bounds.unwrap_or_default();
    let mut numbers = vec![
        0;
        glyphs
            .last_key_value()
            .map_or(0, |(&last, _)| usize::from(last) + 1)
    ];
    let mut widths = vec![0.0];
    let to_thousandths = 1000.0 / f32::from(metrics.units_per_em.max(1));
    for (number, &(&glyph, _)) in (1u16..).zip(&sorted) {
        numbers[usize::from(glyph)] = number;
        let advance = advances.advance_width(glyph.into()).unwrap_or_default();
        widths.push(f64::from((advance * to_thousandths).round()));
    }
    let parsed = ParsedFont {
        original_bytes: program,
        font_index: 0,
        font_name: Some(format!(
            "{}+{}",
            subset_tag(face, glyphs),
            face.postscript_name
        )),
        codepoint_to_glyph: BTreeMap::new(),
        glyph_widths: BTreeMap::new(),
        units_per_em: metrics.units_per_em,
        font_metrics: FontMetrics {
            ascent: metrics.ascent.round() as i16,
            descent: metrics.descent.round() as i16,
        },
        font_type: FontType::TrueType,
        pdf_font_metrics: PdfFontMetricsStub {
            units_per_em: metrics.units_per_em,
            x_min: bounds.x_min.floor() as i16,
            y_min: bounds.y_min.floor() as i16,
            x_max: bounds.x_max.ceil() as i16,
            y_max: bounds.y_max.ceil() as i16,
            caret_slope_rise: 1,
            caret_slope_run: 0,
            us_weight_class: font.attributes().weight.value().round() as u16,
        },
    };
    let texts = std::iter::once(String::new())
        .chain(sorted.into_iter().map(|(_, text)| text.clone()))
        .collect();
    let codes = Codes::up_to(glyphs.len());
    Ok((
        parsed,
        Subset {
            face: id,
            resource,
            font: Ref(0),
            numbers,
            widths,
            texts,
            codes,
            encoding: None,
        },
    ))
}

/// A font program with only the tables that PDF reads from one of type `CIDFontType2` (ISO 32000-1,
/// 9.9): no names, no PostScript names of glyphs. Of one with CFF outlines printpdf embeds the table
/// `CFF ` alone, as `CIDFontType0C`; the subsetter numbers its characters as its glyphs.
fn needed_tables(program: &[u8]) -> Option<Vec<u8>> {
    const NEEDED: [&[u8]; 10] = [
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
        .filter(|record| NEEDED.contains(&&record[..4]))
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

/// Six letters that tell this subset from others of the same face (ISO 32000-1, 9.6.4).
fn subset_tag(face: &Face, glyphs: &BTreeMap<u16, String>) -> String {
    let mut hash = Sha256::new();
    hash.update(face.postscript_name.as_bytes());
    for (glyph, text) in glyphs {
        hash.update(glyph.to_be_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize()[..6]
        .iter()
        .map(|byte| char::from(b'A' + byte % 26))
        .collect()
}

/// Writes the CMap by which codes of one byte are the numbers of glyphs (ISO 32000-1, 9.7.5.3). Of those of two
/// bytes the one that every viewer has says the same, `Identity-H`.
fn write_narrow_codes<W: io::Write>(writer: &mut Writer<W>) -> io::Result<Ref> {
    // Its name is the one under which Ghostscript embeds the same.
    let dictionary = "/Type/CMap/CMapName/OneByteIdentityH\
        /CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>";
    let map = b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n\
        /CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>def\n\
        /CMapName/OneByteIdentityH def/CMapType 1 def\n\
        1 begincodespacerange<00><FF>endcodespacerange\n\
        1 begincidrange<00><FF>0 endcidrange\n\
        endcmap CMapName currentdict/CMap defineresource pop end end";
    let number = writer.reserve();
    writer.deflated_stream(number, dictionary, map)?;
    Ok(number)
}

/// The CMap that says what each glyph means (ISO 32000-1, 9.10.3), as lists of at most 100 in a row.
fn to_unicode(texts: &[String], codes: Codes) -> Vec<u8> {
    let mut map = Syntax::default();
    map.raw("/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n");
    map.raw("/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n");
    map.raw("/CMapName/Adobe-Identity-UCS def/CMapType 2 def\n");
    let last = match codes {
        Codes::Narrow => usize::from(u8::MAX),
        Codes::Wide => usize::from(u16::MAX),
    };
    let (first, last) = (codes.spell(0), codes.spell(last));
    map.raw("1 begincodespacerange")
        .raw(&first)
        .raw(&last)
        .raw("endcodespacerange\n");
    let mut ranges: Vec<(usize, &[String])> = Vec::new();
    for (block, texts) in texts.get(1..).unwrap_or_default().chunks(100).enumerate() {
        // A range stays within one first byte of its codes.
        let first = 1 + block * 100;
        let (one, other) = texts.split_at(texts.len().min(256 - first % 256));
        ranges.push((first, one));
        if !other.is_empty() {
            ranges.push((first + one.len(), other));
        }
    }
    // As many as may be stand in one block: outloud 0.2.1 takes three texts in a row for a range, and only
    // what follows in the same block puts that right.
    for ranges in ranges.chunks(100) {
        map.integer(ranges.len() as i64).raw(" beginbfrange\n");
        for &(first, texts) in ranges {
            map.raw(&codes.spell(first))
                .raw(&codes.spell(first + texts.len() - 1))
                .raw("[");
            for text in texts {
                let units: String = text
                    .encode_utf16()
                    .map(|unit| format!("{unit:04X}"))
                    .collect();
                map.raw("<").raw(&units).raw(">");
            }
            map.raw("]\n");
        }
        map.raw("endbfrange\n");
    }
    map.raw("endcmap CMapName currentdict/CMap defineresource pop end end");
    map.0
}

/// Carries objects over from printpdf's document.
struct Carrier<'a, W> {
    from: &'a lopdf::Document,
    /// printpdf has no table to take it from.
    cap_height: Option<i64>,
    /// What is said of its glyphs: printpdf knows only one.
    subset: &'a Subset,
    writer: &'a mut Writer<W>,
}

impl<W: io::Write> Carrier<'_, W> {
    /// Writes an object, and before it those that it refers to.
    fn carry(&mut self, object: &Object) -> Result<Ref, Error> {
        let mut body = Syntax::default();
        if let Object::Stream(stream) = object {
            for (key, value) in stream.dict.iter().filter(|(key, _)| *key != b"Length") {
                self.spell(&mut body, key, value)?;
            }
            let dictionary = String::from_utf8_lossy(&body.0).into_owned();
            let number = self.writer.reserve();
            self.writer
                .deflated_stream(number, &dictionary, &stream.content)?;
            return Ok(number);
        }
        self.spell_value(&mut body, object)?;
        let number = self.writer.reserve();
        self.writer
            .object(number, |out| out.0.extend_from_slice(&body.0))?;
        Ok(number)
    }

    fn spell(&mut self, body: &mut Syntax, key: &[u8], value: &Object) -> Result<(), Error> {
        body.name(key);
        if let (b"CapHeight", Some(height)) = (key, self.cap_height) {
            body.raw(" ").integer(height);
            return Ok(());
        }
        if let (b"Encoding", Some(map)) = (key, self.subset.encoding) {
            body.raw(" ").reference(map);
            return Ok(());
        }
        if key == b"ToUnicode" {
            let number = self.writer.reserve();
            self.writer.deflated_stream(
                number,
                "",
                &to_unicode(&self.subset.texts, self.subset.codes),
            )?;
            body.raw(" ").reference(number);
            return Ok(());
        }
        if key == b"W" {
            body.raw("[1[");
            for (place, width) in self.subset.widths[1..].iter().enumerate() {
                body.raw(if place == 0 { "" } else { " " })
                    .integer(*width as i64);
            }
            body.raw("]]");
            return Ok(());
        }
        self.spell_value(body, value)
    }

    fn spell_value(&mut self, body: &mut Syntax, value: &Object) -> Result<(), Error> {
        match value {
            Object::Null => body.raw(" null"),
            Object::Boolean(value) => body.raw(if *value { " true" } else { " false" }),
            Object::Integer(value) => body.raw(" ").integer(*value),
            Object::Real(value) => body
                .raw(" ")
                .thousandths((f64::from(*value) * 1000.0).round() as i64),
            Object::Name(name) => body.name(name),
            Object::String(bytes, _) => body.bytes(bytes.iter().copied()),
            Object::Array(values) => {
                body.raw("[");
                for value in values {
                    self.spell_value(body, value)?;
                }
                body.raw("]")
            }
            Object::Dictionary(dictionary) => {
                body.raw("<<");
                for (key, value) in dictionary.iter() {
                    self.spell(body, key, value)?;
                }
                body.raw(">>")
            }
            Object::Reference(id) => {
                let object = self.from.get_object(*id).unwrap_or(&Object::Null);
                let number = self.carry(object)?;
                body.raw(" ").reference(number)
            }
            Object::Stream(_) => {
                let number = self.carry(value)?;
                body.raw(" ").reference(number)
            }
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meanings_are_listed_in_ranges_that_keep_their_first_byte() {
        let texts: Vec<String> = (0..260u32).map(|code| format!("{code:03}")).collect();
        let map = String::from_utf8(to_unicode(&texts, Codes::up_to(260))).unwrap();
        let ranges: Vec<&str> = map
            .lines()
            .filter(|line| line.starts_with('<'))
            .map(|line| &line[..12])
            .collect();
        assert_eq!(
            ranges,
            [
                "<0001><0064>",
                "<0065><00C8>",
                "<00C9><00FF>",
                "<0100><0103>"
            ]
        );
        assert!(
            map.contains("\n4 beginbfrange\n<0001><0064>[<003000300031>"),
            "{map}"
        );
        assert!(map.contains("<0100><0103>[<003200350036>"), "{map}");
        assert!(
            !String::from_utf8(to_unicode(&[], Codes::Wide))
                .unwrap()
                .contains("bfrange")
        );
    }

    #[test]
    fn codes_are_of_one_byte_where_all_numbers_fit_one() {
        let texts: Vec<String> = (0..=255u32).map(|code| format!("{code:03}")).collect();
        let codes = Codes::up_to(255);
        let map = String::from_utf8(to_unicode(&texts, codes)).unwrap();
        assert!(
            map.contains("begincodespacerange<00><FF>endcodespacerange"),
            "{map}"
        );
        assert!(map.contains("\n<C9><FF>[<003200300031>"), "{map}");
        assert_eq!((codes, Codes::up_to(256)), (Codes::Narrow, Codes::Wide));
    }
}
