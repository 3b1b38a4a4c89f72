//! Picture files as their authors made them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::drawing::{Drawing, DrawingOrigin, DrawingRequest};
use super::{Picture, PictureError, PictureNote, other_format, raster, svg};
use crate::font::Faces;
use crate::geometry::{Pt, Size, mm};

/// A checked SVG, PNG, JPEG, WebP or GIF file, and what it draws.
#[derive(Clone, Debug)]
pub struct PictureFile {
    format: PictureFormat,
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
    Raster(Arc<Picture>, Vec<PictureNote>),
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
                let read = raster::read(data)?;
                let mut notes = Vec::new();
                if read.is_animated {
                    notes.push(PictureNote::Animated);
                }
                let picture = Picture::Raster(Arc::new(read.raster));
                let picture = picture.for_use(purpose, &mut notes);
                FileContent::Raster(Arc::new(picture), notes)
            }
        };
        Ok(PictureFile {
            format,
            data: data.into(),
            content,
            sampled: Arc::default(),
        })
    }

    /// What the file draws.
    pub fn picture(&self) -> &Arc<Picture> {
        match &self.content {
            FileContent::Svg(drawing) => &drawing.picture,
            FileContent::Raster(picture, _) => picture,
        }
    }

    /// Returns the picture with no more pixels than print at this width needs.
    pub fn in_print(&self, width: Pt) -> Arc<Picture> {
        let mut sampled = self.sampled.lock().unwrap_or_else(PoisonError::into_inner);
        if sampled.len() >= MAX_WIDTHS {
            sampled.clear();
        }
        let picture = sampled.entry(width.0.to_bits());
        Arc::clone(picture.or_insert_with(|| self.picture().sampled(width)))
    }

    /// Facts for the author of the picture.
    pub fn notes(&self) -> &[PictureNote] {
        match &self.content {
            FileContent::Svg(drawing) => &drawing.notes,
            FileContent::Raster(_, notes) => notes,
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
            FileContent::Raster(..) => None,
        }
    }
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
    pub(super) fn of(data: &[u8]) -> Option<PictureFormat> {
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
