//! Photographs and scans: PNG and JPEG to samples.

use std::io::Cursor;

use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, Limits};

use super::{PictureError, Raster, Samples};

const MAX_BYTES: usize = 20 * 1024 * 1024;
const MAX_PIXELS: u64 = 25_000_000;
/// Memory for decoding: the largest picture with four channels of 16 bits, and some.
const MAX_MEMORY: u64 = 256 * 1024 * 1024;

pub(super) fn read_png(data: &[u8]) -> Result<Raster, PictureError> {
    check_bytes(data)?;
    let decoder = PngDecoder::with_limits(Cursor::new(data), limits()).map_err(unreadable)?;
    check_pixels(decoder.dimensions())?;
    let image = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    Ok(samples(image))
}

pub(super) fn read_jpeg(data: &[u8]) -> Result<Raster, PictureError> {
    check_bytes(data)?;
    let mut decoder = JpegDecoder::new(Cursor::new(data)).map_err(unreadable)?;
    decoder.set_limits(limits()).map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    check_pixels((width, height))?;
    let orientation = decoder.orientation().map_err(unreadable)?;
    let frame = frame(data).ok_or_else(|| PictureError::Unreadable("it has no frame header".to_owned()))?;
    // Decoded even where the file is kept, so that a broken one is found now and not in a viewer.
    let mut image = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    match (frame.channels, orientation) {
        (channels @ (1 | 3), Orientation::NoTransforms) if frame.precision == 8 => Ok(Raster {
            width,
            height,
            samples: Samples::Jpeg { data: data.to_vec(), channels },
            opacity: None,
        }),
        // Viewers do not agree on inverted CMYK, and PDF knows nothing of turned pictures.
        _ => {
            image.apply_orientation(orientation);
            Ok(samples(image))
        }
    }
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    limits
}

fn check_bytes(data: &[u8]) -> Result<(), PictureError> {
    if data.len() > MAX_BYTES {
        return Err(PictureError::TooLarge(format!("more than {} MB", MAX_BYTES / 1024 / 1024)));
    }
    Ok(())
}

fn check_pixels((width, height): (u32, u32)) -> Result<(), PictureError> {
    if width == 0 || height == 0 {
        return Err(PictureError::Unreadable("it has no pixels".to_owned()));
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooLarge(format!("{width} × {height} pixels are more than 25 million")));
    }
    Ok(())
}

fn unreadable(error: image::ImageError) -> PictureError {
    match error {
        image::ImageError::Limits(_) => PictureError::TooLarge("it needs too much memory".to_owned()),
        image::ImageError::Unsupported(error) => PictureError::Unsupported(error.to_string()),
        error => PictureError::Unreadable(error.to_string()),
    }
}

/// Splits decoded pixels into colour and opacity.
fn samples(image: DynamicImage) -> Raster {
    let (width, height) = (image.width(), image.height());
    let has_alpha = image.color().has_alpha();
    if image.color().has_color() {
        if !has_alpha {
            let samples = Samples::Rgb(image.into_rgb8().into_raw());
            return Raster { width, height, samples, opacity: None };
        }
        let pixels = image.into_rgba8().into_raw();
        let colours = pixels.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
        let opacity = opacity(pixels.chunks_exact(4).map(|pixel| pixel[3]));
        Raster { width, height, samples: Samples::Rgb(colours), opacity }
    } else {
        if !has_alpha {
            let samples = Samples::Grey(image.into_luma8().into_raw());
            return Raster { width, height, samples, opacity: None };
        }
        let pixels = image.into_luma_alpha8().into_raw();
        let greys = pixels.chunks_exact(2).map(|pixel| pixel[0]).collect();
        let opacity = opacity(pixels.chunks_exact(2).map(|pixel| pixel[1]));
        Raster { width, height, samples: Samples::Grey(greys), opacity }
    }
}

fn opacity(values: impl Iterator<Item = u8> + Clone) -> Option<Vec<u8>> {
    values.clone().any(|value| value != u8::MAX).then(|| values.collect())
}

/// What a JPEG file's frame header says (ITU-T T.81, B.2.2).
struct Frame {
    precision: u8,
    channels: u8,
}

fn frame(data: &[u8]) -> Option<Frame> {
    let mut at = 2;
    loop {
        // A marker may be padded with any number of 0xFF bytes.
        while *data.get(at)? == 0xff && *data.get(at + 1)? == 0xff {
            at += 1;
        }
        let (0xff, marker) = (*data.get(at)?, *data.get(at + 1)?) else { return None };
        let length = usize::from(u16::from_be_bytes([*data.get(at + 2)?, *data.get(at + 3)?]));
        match marker {
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some(Frame { precision: *data.get(at + 4)?, channels: *data.get(at + 9)? });
            }
            _ => at += 2 + length,
        }
    }
}
