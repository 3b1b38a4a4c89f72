//! Picture files as their authors made them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::drawing::{Drawing, DrawingOrigin, DrawingRequest};
use super::{Picture, PictureError, raster, svg};
use crate::font::Faces;

/// A checked SVG, PNG or JPEG file, and what it draws.
#[derive(Clone, Debug)]
pub struct PictureFile {
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
    Svg(Arc<Drawing>),
    Raster(Arc<Picture>),
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
        let format = PictureFormat::of(data).ok_or(PictureError::UnknownFormat)?;
        let pixels = |raster| {
            let picture = Picture::Raster(Arc::new(raster)).for_use(purpose);
            FileContent::Raster(Arc::new(picture))
        };
        let content = match format {
            PictureFormat::Svg => {
                svg::check_file_size(data)?;
                let request = DrawingRequest::new(data, labels, purpose, faces);
                FileContent::Svg(request.read(origin)?)
            }
            PictureFormat::Png => pixels(raster::read_png(data)?),
            PictureFormat::Jpeg => pixels(raster::read_jpeg(data)?),
        };
        Ok(PictureFile {
            format,
            data: data.into(),
            content,
        })
    }

    /// What the file draws.
    pub fn picture(&self) -> &Arc<Picture> {
        match &self.content {
            FileContent::Svg(drawing) => &drawing.picture,
            FileContent::Raster(picture) => picture,
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

impl Picture {
    /// Removes the margins of a logo.
    pub(super) fn for_use(self, purpose: PictureUse) -> Picture {
        match purpose {
            PictureUse::Figure => self,
            PictureUse::Logo => self.without_margins(),
        }
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
        self.data == other.data && self.svg() == other.svg()
    }
}
