//! Picture files as their authors made them.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::{Picture, PictureError, Raster, raster, svg};
use crate::font::Faces;

/// A checked SVG, PNG or JPEG file, with the labels that fill a drawing's texts.
#[derive(Clone, Debug)]
pub struct PictureFile {
    id: PictureId,
    format: PictureFormat,
    /// The file, unchanged.
    data: Arc<[u8]>,
    content: FileContent,
}

/// Format of a picture file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFormat {
    Svg,
    Png,
    Jpeg,
}

#[derive(Clone, Debug)]
enum FileContent {
    /// The text of an SVG file with labels filled in.
    Svg(Arc<str>),
    Raster(Arc<Raster>),
}

/// SHA-256 of a picture's file and labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PictureId([u8; 32]);

/// Use of a picture in a leaflet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PictureUse {
    /// Text stays text, so that it can be searched and copied. Text that is turned, stretched or outlined
    /// becomes shapes.
    Figure,
    /// Text becomes shapes: a logo is read by its text alternative. White margins are cut off.
    Logo,
}

impl PictureFile {
    /// Reads and checks a file. Its first bytes tell the format. The labels replace the content of `text`
    /// and `tspan` elements by id.
    pub fn read(
        data: &[u8],
        labels: &BTreeMap<String, String>,
    ) -> Result<PictureFile, PictureError> {
        let format = PictureFormat::of(data).ok_or(PictureError::UnknownFormat)?;
        let content = match format {
            PictureFormat::Svg => FileContent::Svg(svg::read(data, labels)?.into()),
            PictureFormat::Png => FileContent::Raster(Arc::new(raster::read_png(data)?)),
            PictureFormat::Jpeg => FileContent::Raster(Arc::new(raster::read_jpeg(data)?)),
        };
        Ok(PictureFile {
            id: PictureId::of(data, labels),
            format,
            data: data.into(),
            content,
        })
    }

    /// Draws the file with text in these faces.
    pub fn draw(&self, purpose: PictureUse, faces: &Faces) -> Result<Picture, PictureError> {
        let picture = match &self.content {
            FileContent::Svg(text) => Picture::Vector(svg::draw(text, purpose, faces)?),
            FileContent::Raster(raster) => Picture::Raster(Arc::clone(raster)),
        };
        Ok(match purpose {
            PictureUse::Figure => picture,
            PictureUse::Logo => picture.without_margins(),
        })
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
            FileContent::Svg(text) => Some(text),
            FileContent::Raster(_) => None,
        }
    }

    pub(super) fn id(&self) -> PictureId {
        self.id
    }
}

impl PictureFormat {
    fn of(data: &[u8]) -> Option<PictureFormat> {
        if data.starts_with(b"\x89PNG") {
            Some(PictureFormat::Png)
        } else if data.starts_with(&[0xff, 0xd8]) {
            Some(PictureFormat::Jpeg)
        } else {
            svg::looks_like_svg(data).then_some(PictureFormat::Svg)
        }
    }
}

impl PartialEq for PictureFile {
    fn eq(&self, other: &PictureFile) -> bool {
        self.id == other.id
    }
}

impl PictureId {
    fn of(data: &[u8], labels: &BTreeMap<String, String>) -> PictureId {
        let mut hash = Sha256::new();
        let mut update = |part: &[u8]| {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        };
        update(data);
        for (id, label) in labels {
            update(id.as_bytes());
            update(label.as_bytes());
        }
        PictureId(hash.finalize().into())
    }
}
