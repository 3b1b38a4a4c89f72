//! Paints a page of a layout as SVG elements.
//!
//! Each glyph is a path that the page defines once and uses often. Words are no `text` elements: a reader of
//! the picture may not have the faces, and would see other lines.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::PageImageError;
use crate::escape::escaped;
use crate::font::{FaceId, Faces};
use crate::geometry::{Colour, Point, Size};
use crate::layout::page::{Content, GlyphRun, Item, Layout, Tag};
use crate::picture::{Affine, SvgWriter, svg_number};

/// Returns the elements of a page, counted from 0. Ids differ from those of other pages.
pub(super) fn elements(
    layout: &Layout,
    page: usize,
    faces: &Faces,
) -> Result<String, PageImageError> {
    let id_prefix = format!("p{}", page + 1);
    let mut writer = PageWriter {
        glyphs: GlyphPaths::new(faces, format!("{id_prefix}g")),
        svg: SvgWriter::new(faces, format!("{id_prefix}c"), &css_colour),
    };
    let Size { width, height } = layout.pages[page].size;
    let (width, height) = (svg_number(width.0), svg_number(height.0));
    writer.svg.raw(&format!(
        "<path d=\"M0 0H{width}V{height}H0Z\" fill=\"{}\"/>",
        Colour::WHITE
    ));
    let block_of = |item: &Item| match item.tag {
        Tag::Element(element) => layout.block_of(element),
        Tag::Artifact(_) => None,
    };
    for group in layout.pages[page]
        .items
        .chunk_by(|one, next| block_of(one) == block_of(next))
    {
        let key = block_of(&group[0]);
        if let Some(key) = key {
            writer
                .svg
                .raw(&format!("<g data-key=\"{}\">", escaped(key)));
        }
        for item in group {
            writer.item(item)?;
        }
        if key.is_some() {
            writer.svg.raw("</g>");
        }
    }
    let PageWriter { glyphs, svg } = writer;
    Ok(format!(
        "<defs>{}</defs>{}",
        glyphs.definitions,
        svg.finish()
    ))
}

fn css_colour(colour: Colour) -> String {
    colour.to_string()
}

struct PageWriter<'a> {
    glyphs: GlyphPaths<'a>,
    svg: SvgWriter<'a>,
}

impl PageWriter<'_> {
    fn item(&mut self, item: &Item) -> Result<(), PageImageError> {
        match &item.content {
            Content::Text(run) => self.run(item.at, run)?,
            Content::Shape(shape) => {
                let mut shape = (**shape).clone();
                shape.shift(item.at);
                self.svg.shape(&shape);
            }
            Content::Raster(raster, size) => {
                let Point { x, y } = item.at;
                let placed = [size.width.0, 0.0, 0.0, size.height.0, x.0, y.0];
                self.svg.image(raster, Affine(placed));
            }
            Content::Graphic(graphic) => {
                // An inner drawing cuts off what reaches over its edge.
                let [x, y, width, height] = [
                    item.at.x,
                    item.at.y,
                    graphic.size.width,
                    graphic.size.height,
                ]
                .map(|length| svg_number(length.0));
                self.svg.raw(&format!(
                    "<svg x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\">"
                ));
                self.svg.graphic(graphic);
                self.svg.raw("</svg>");
            }
        }
        Ok(())
    }

    fn run(&mut self, at: Point, run: &GlyphRun) -> Result<(), PageImageError> {
        let elements = self.glyphs.run(at, run)?;
        self.svg.raw(&elements);
        Ok(())
    }
}

/// Returns the elements of a run outside pages. `id_prefix` begins its ids.
pub(super) fn run_elements(
    at: Point,
    run: &GlyphRun,
    faces: &Faces,
    id_prefix: String,
) -> Result<String, PageImageError> {
    let mut glyphs = GlyphPaths::new(faces, id_prefix);
    let elements = glyphs.run(at, run)?;
    Ok(format!("<defs>{}</defs>{elements}", glyphs.definitions))
}

/// The glyphs of a page, each defined once.
struct GlyphPaths<'a> {
    faces: &'a Faces,
    id_prefix: String,
    /// Id of each glyph; `None` for a glyph without an outline, such as a space.
    ids: BTreeMap<(FaceId, u16), Option<String>>,
    definitions: String,
}

impl<'a> GlyphPaths<'a> {
    fn new(faces: &'a Faces, id_prefix: String) -> GlyphPaths<'a> {
        GlyphPaths {
            faces,
            id_prefix,
            ids: BTreeMap::new(),
            definitions: String::new(),
        }
    }

    /// Paints glyphs at whole font units from the start of their run: nobody sees less.
    fn run(&mut self, at: Point, run: &GlyphRun) -> Result<String, PageImageError> {
        let units = self.faces.get(run.face).units_per_em();
        let units = f32::from(units.ok_or_else(|| self.broken(run.face))?);
        let scale = run.size.0 / units;
        let mut uses = String::new();
        for glyph in &run.glyphs {
            let Some(id) = self.id(run.face, glyph.id)? else {
                continue;
            };
            let _ = write!(uses, "<use href=\"#{id}\"");
            for (name, length) in [("x", glyph.x), ("y", glyph.y)] {
                let length = (length.0 / scale).round();
                if length != 0.0 {
                    let _ = write!(uses, " {name}=\"{length}\"");
                }
            }
            uses.push_str("/>");
        }
        if uses.is_empty() {
            return Ok(uses);
        }
        let (x, y, colour) = (svg_number(at.x.0), svg_number(at.y.0), run.colour);
        Ok(format!(
            "<g fill=\"{colour}\" transform=\"translate({x} {y})scale({scale} -{scale})\">{uses}</g>"
        ))
    }

    /// Returns the id of a glyph; `None` if there is nothing to paint.
    fn id(&mut self, face: FaceId, glyph: u16) -> Result<Option<String>, PageImageError> {
        if let Some(id) = self.ids.get(&(face, glyph)) {
            return Ok(id.clone());
        }
        let path = self.faces.glyph_path(face, glyph);
        let path = path.ok_or_else(|| self.broken(face))?;
        let id = (!path.is_empty()).then(|| format!("{}{}", self.id_prefix, self.ids.len()));
        if let Some(id) = &id {
            let _ = write!(self.definitions, "<path id=\"{id}\" d=\"{path}\"/>");
        }
        self.ids.insert((face, glyph), id.clone());
        Ok(id)
    }

    fn broken(&self, face: FaceId) -> PageImageError {
        PageImageError::Face(self.faces.get(face).postscript_name.clone())
    }
}
