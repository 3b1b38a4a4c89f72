//! Picture files as their authors made them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::drawing::{Drawing, DrawingOrigin, DrawingRequest};
use super::raster::{self, ReadRaster};
use super::{Picture, PictureError, PictureNote, Raster, other_format, svg};
use crate::font::Faces;
use crate::geometry::{Pt, Size, mm};

/// A checked SVG, PNG, JPEG, WebP or GIF file, and what it draws.
#[derive(Clone, Debug)]
pub struct PictureFile {
    format: PictureFormat,
    purpose: PictureUse,
    /// The file, unchanged.
    data: Arc<[u8]>,
    content: FileContent,
    /// The picture in print, by the bits of its width.
    sampled: Arc<Mutex<BTreeMap<u32, Arc<Picture>>>>,
}

/// Most widths of a picture in print to remember.
const MAX_WIDTHS: usize = 8;

/// Format of a picture file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFormat {
    Svg,
    Png,
    Jpeg,
    WebP,
    Gif,
}

#[derive(Clone, Debug)]
enum FileContent {
    Svg(Arc<Drawing>),
    Raster(RasterContent),
}

#[derive(Clone, Debug)]
struct RasterContent {
    picture: Arc<Picture>,
    notes: Vec<PictureNote>,
    /// Decoded form of a JPEG picture. The first call of [`PictureFile::in_print`] takes it.
    pixels: Arc<Mutex<Option<Raster>>>,
}

/// Use of a picture in a leaflet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PictureUse {
    /// Text stays text, so that it can be searched and copied. Text that is turned, stretched or outlined
    /// becomes shapes.
    Figure,
    /// Text becomes shapes: a logo is read by its text alternative. White margins are cut off.
    Logo,
}

impl PictureUse {
    /// Largest size in print, in any edition and on any paper.
    pub(crate) fn largest_size(self) -> Size {
        match self {
            PictureUse::Figure => Size::new(mm(180.0), mm(265.0)),
            PictureUse::Logo => Size::new(mm(70.0), mm(20.0)),
        }
    }
}

impl PictureFile {
    /// Reads a file and draws it, with text in these faces. Its first bytes tell the format. The labels
    /// replace the content of `text` and `tspan` elements by id.
    pub fn read(
        data: &[u8],
        labels: &BTreeMap<String, String>,
        purpose: PictureUse,
        faces: &Faces,
        origin: DrawingOrigin,
    ) -> Result<PictureFile, PictureError> {
        let format = PictureFormat::of(data).ok_or_else(|| other_format::error(data))?;
        let content = match format {
            PictureFormat::Svg => {
                svg::check_file_size(data)?;
                let request = DrawingRequest::new(data, labels, purpose, faces);
                FileContent::Svg(request.read(origin)?)
            }
            PictureFormat::Png | PictureFormat::Jpeg | PictureFormat::WebP | PictureFormat::Gif => {
                let (read, notes) = read_raster(data, purpose)?;
                FileContent::Raster(RasterContent {
                    picture: Arc::new(Picture::Raster(Arc::new(read.raster))),
                    notes,
                    pixels: Arc::new(Mutex::new(read.pixels)),
                })
            }
        };
        Ok(PictureFile {
            format,
            purpose,
            data: data.into(),
            content,
            sampled: Arc::default(),
        })
    }

    /// What the file draws.
    pub fn picture(&self) -> &Arc<Picture> {
        match &self.content {
            FileContent::Svg(drawing) => &drawing.picture,
            FileContent::Raster(content) => &content.picture,
        }
    }

    /// Returns the picture with no more pixels than print at this width needs.
    pub fn in_print(&self, width: Pt) -> Arc<Picture> {
        let mut sampled = self.sampled.lock().unwrap_or_else(PoisonError::into_inner);
        if sampled.len() >= MAX_WIDTHS {
            sampled.clear();
        }
        let picture = sampled.entry(width.0.to_bits());
        Arc::clone(picture.or_insert_with(|| self.sampled(width)))
    }

    fn sampled(&self, width: Pt) -> Arc<Picture> {
        match &self.content {
            FileContent::Svg(drawing) => drawing.picture.sampled(width),
            FileContent::Raster(content) => content.picture.sampled_from(width, |_| {
                let mut pixels = content
                    .pixels
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                // Later widths decode the file again: its pixels need much memory.
                let first = pixels.take();
                first.or_else(|| read_raster(&self.data, self.purpose).ok()?.0.pixels)
            }),
        }
    }

    /// Facts for the author of the picture.
    pub fn notes(&self) -> &[PictureNote] {
        match &self.content {
            FileContent::Svg(drawing) => &drawing.notes,
            FileContent::Raster(content) => &content.notes,
        }
    }

    pub fn format(&self) -> PictureFormat {
        self.format
    }

    /// The author's file.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The text of an SVG file with labels filled in; `None` for pixels.
    pub fn svg(&self) -> Option<&str> {
        match &self.content {
            FileContent::Svg(drawing) => Some(&drawing.svg),
            FileContent::Raster(_) => None,
        }
    }
}

/// Decodes a file, and removes the margins of a logo.
fn read_raster(
    data: &[u8],
    purpose: PictureUse,
) -> Result<(ReadRaster, Vec<PictureNote>), PictureError> {
    let mut read = raster::read(data)?;
    let facts = [
        (read.is_animated, PictureNote::Animated),
        (read.has_guessed_colours, PictureNote::GuessedColours),
        (!read.pixels().is_visible(), PictureNote::Invisible),
    ];
    let notes = facts
        .into_iter()
        .filter_map(|(is_so, note)| is_so.then_some(note));
    let notes = notes.collect();
    if purpose == PictureUse::Logo
        && let Some(pixels) = read.pixels().without_margins()
    {
        read.set_pixels(pixels);
    }
    Ok((read, notes))
}

impl Picture {
    /// Removes the margins of a logo, and notes if nothing of the picture can be seen.
    pub(super) fn for_use(self, purpose: PictureUse, notes: &mut Vec<PictureNote>) -> Picture {
        if !self.is_visible() {
            notes.push(PictureNote::Invisible);
        }
        match purpose {
            PictureUse::Figure => self,
            PictureUse::Logo => self.without_margins(),
        }
    }
}

impl PictureFormat {
    /// Returns the format that the first bytes of a file tell.
    pub(crate) fn of(data: &[u8]) -> Option<PictureFormat> {
        if data.starts_with(b"\x89PNG") {
            Some(PictureFormat::Png)
        } else if data.starts_with(b"GIF8") {
            Some(PictureFormat::Gif)
        } else if data.starts_with(b"RIFF") && data.get(8..12) == Some(b"WEBP") {
            Some(PictureFormat::WebP)
        } else if data.starts_with(&[0xff, 0xd8]) {
            Some(PictureFormat::Jpeg)
        } else {
            let is_svg = svg::looks_like_svg(data) && !other_format::is_web_page(data);
            is_svg.then_some(PictureFormat::Svg)
        }
    }
}

impl PartialEq for PictureFile {
    fn eq(&self, other: &PictureFile) -> bool {
        self.data == other.data && self.svg() == other.svg()
    }
}

#[cfg(test)]
mod tests {
    use image::{ImageEncoder, codecs::jpeg::JpegEncoder};

    use super::*;

    /// Encodes a photograph with a dark square in a white margin.
    fn photograph() -> Vec<u8> {
        let mut noise = 1_u32;
        let pixel = |index: u32| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let is_dark =
                (100..500).contains(&(index % 600)) && (100..500).contains(&(index / 600));
            if is_dark { (noise >> 25) as u8 } else { 255 }
        };
        let pixels: Vec<u8> = (0..600 * 600).map(pixel).collect();
        let mut file = Vec::new();
        JpegEncoder::new_with_quality(&mut file, 95)
            .write_image(&pixels, 600, 600, image::ExtendedColorType::L8)
            .unwrap();
        file
    }

    fn read(data: &[u8], purpose: PictureUse) -> PictureFile {
        let (labels, faces) = (BTreeMap::new(), Faces::bundled());
        PictureFile::read(data, &labels, purpose, &faces, DrawingOrigin::Foreign).unwrap()
    }

    #[test]
    fn picture_in_print_does_not_depend_on_what_was_printed_before() {
        let data = photograph();
        for purpose in [PictureUse::Figure, PictureUse::Logo] {
            let (first, second) = (read(&data, purpose), read(&data, purpose));
            let forwards = [40.0, 72.0].map(|width| first.in_print(Pt(width)));
            let backwards = [72.0, 40.0].map(|width| second.in_print(Pt(width)));
            assert_eq!(forwards[0], backwards[1]);
            assert_eq!(forwards[1], backwards[0]);
        }
    }

    #[test]
    fn margins_of_a_photographed_logo_are_cut_off() {
        let logo = read(&photograph(), PictureUse::Logo);
        let Picture::Raster(raster) = &**logo.picture() else {
            panic!()
        };
        let is_near = |pixels: u32| (400..416).contains(&pixels);
        assert!(
            is_near(raster.width) && is_near(raster.height),
            "{} × {}",
            raster.width,
            raster.height
        );
    }
}
