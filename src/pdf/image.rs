//! Makes image XObjects from raster pictures (ISO 32000-1, 8.9.5).
//!
//! printpdf's own image type compresses at the slowest level, has no predictor and needs an image
//! codec. Its `ExternalXObject` takes samples as they are.

use std::collections::BTreeMap;
use std::sync::Arc;

use printpdf::{DictItem, ExternalStream, ExternalXObject, XObject, XObjectId};

use super::graphic;
use crate::layout::page::{Content, Layout};
use crate::picture::{Graphic, Raster, Samples};

/// A raster picture or a graphic in the file.
pub(super) struct Image {
    /// Resource name.
    pub id: XObjectId,
    source: ImageSource,
}

enum ImageSource {
    Raster(Arc<Raster>),
    Graphic(Arc<Graphic>),
}

impl Image {
    /// Finds a picture that is the same or has equal samples.
    pub(super) fn find<'a>(images: [&'a [Image]; 2], content: &Content) -> Option<&'a Image> {
        let mut images = images.into_iter().flatten();
        images.find(|image| match (&image.source, content) {
            (ImageSource::Raster(known), Content::Raster(raster, _)) => {
                Arc::ptr_eq(known, raster) || known == raster
            }
            (ImageSource::Graphic(known), Content::Graphic(graphic)) => {
                Arc::ptr_eq(known, graphic) || known == graphic
            }
            _ => false,
        })
    }

    pub(super) fn xobject(&self) -> XObject {
        match &self.source {
            ImageSource::Raster(raster) => XObject::External(ExternalXObject {
                stream: image_stream(raster),
                width: None,
                height: None,
                dpi: None,
            }),
            ImageSource::Graphic(graphic) => graphic::form(graphic),
        }
    }
}

/// Collects the pictures of a layout that are not among the known ones, each once.
pub(super) fn needed_images(layout: &Layout, known: &[Image], prefix: char) -> Vec<Image> {
    let mut images: Vec<Image> = Vec::new();
    for item in layout.pages.iter().flat_map(|page| &page.items) {
        let source = match &item.content {
            Content::Raster(raster, _) => ImageSource::Raster(Arc::clone(raster)),
            Content::Graphic(graphic) => ImageSource::Graphic(Arc::clone(graphic)),
            Content::Text(_) | Content::Shape(_) => continue,
        };
        if Image::find([known, &images], &item.content).is_none() {
            images.push(Image {
                id: XObjectId(format!("{prefix}{}", images.len())),
                source,
            });
        }
    }
    images
}

pub(super) fn image_stream(raster: &Raster) -> ExternalStream {
    let Raster {
        width,
        height,
        samples,
        opacity,
    } = raster;
    let stream = |samples: &[u8], channels: usize| {
        let mut dict = dictionary(*width, *height, channels);
        let parameters = [
            ("Predictor", 15),
            ("Columns", i64::from(*width)),
            ("Colors", channels as i64),
        ];
        let map = parameters.map(|(key, value)| (key.to_owned(), DictItem::Int(value)));
        let map = BTreeMap::from(map);
        dict.insert("DecodeParms".to_owned(), DictItem::Dict { map });
        ExternalStream {
            dict,
            content: predicted_rows(samples, *width, channels),
            compress: true,
        }
    };
    let mut image = match samples {
        Samples::Grey(samples) => stream(samples, 1),
        Samples::Rgb(samples) => stream(samples, 3),
        Samples::Jpeg { data, channels } => {
            let mut dict = dictionary(*width, *height, usize::from(*channels));
            dict.insert("Filter".to_owned(), DictItem::Name(b"DCTDecode".to_vec()));
            ExternalStream {
                dict,
                content: data.clone(),
                compress: false,
            }
        }
    };
    if let Some(opacity) = opacity {
        let stream = stream(opacity, 1);
        let mask = DictItem::Stream { stream };
        image.dict.insert("SMask".to_owned(), mask);
    }
    image
}

fn dictionary(width: u32, height: u32, channels: usize) -> BTreeMap<String, DictItem> {
    let space = match channels {
        1 => "DeviceGray",
        _ => "DeviceRGB",
    };
    let entries = [
        ("Type", DictItem::Name(b"XObject".to_vec())),
        ("Subtype", DictItem::Name(b"Image".to_vec())),
        ("Width", DictItem::Int(width.into())),
        ("Height", DictItem::Int(height.into())),
        ("BitsPerComponent", DictItem::Int(8)),
        ("ColorSpace", DictItem::Name(space.into())),
    ];
    BTreeMap::from(entries.map(|(key, value)| (key.to_owned(), value)))
}

/// Stores each row as its difference from the row above or from the pixel to the left. The smaller
/// difference counts (PNG's filters; ISO 32000-1, 7.4.4.4). Drawings and photographs then compress
/// well.
fn predicted_rows(samples: &[u8], width: u32, channels: usize) -> Vec<u8> {
    let row_length = (width as usize * channels).max(1);
    let mut filtered = Vec::with_capacity(samples.len() + samples.len() / row_length + 1);
    let mut above = vec![0; row_length];
    let cost = |row: &[u8]| {
        row.iter()
            .map(|&byte| u64::from((byte as i8).unsigned_abs()))
            .sum::<u64>()
    };
    let difference = |row: &[u8], other: &[u8]| -> Vec<u8> {
        let bytes = row.iter().zip(other);
        bytes
            .map(|(byte, other)| byte.wrapping_sub(*other))
            .collect()
    };
    // A black pixel is to the left of the first one.
    let mut padded = vec![0; channels + row_length];
    for row in samples.chunks_exact(row_length) {
        padded[channels..].copy_from_slice(row);
        let up = difference(row, &above);
        let sub = difference(row, &padded[..row_length]);
        let candidates = [(0, row), (1, &sub[..]), (2, &up[..])];
        let best = candidates.into_iter().min_by_key(|(_, row)| cost(row));
        let (filter, best) = best.unwrap_or((0, row));
        filtered.push(filter);
        filtered.extend_from_slice(best);
        above.copy_from_slice(row);
    }
    filtered
}
