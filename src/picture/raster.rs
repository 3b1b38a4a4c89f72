//! Photographs: PNG, JPEG, GIF and WebP files to samples.
//!
//! A raster is upright, in grey or sRGB, and has no metadata. What came as a JPEG file stays one.

use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{
    AnimationDecoder, DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, Limits,
};

use super::colour_profile::{Conversion, adobe_rgb_to_srgb, to_srgb};
use super::exif::{self, ExifColours};
use super::sample;
use super::{PictureError, PictureFormat, Raster, Samples, UnsupportedFeature, check_size};
use crate::geometry::Size;

const MAX_MEGABYTES: usize = 20;
const MAX_PIXELS: u64 = 25_000_000;
/// Memory for decoding in bytes: enough for the largest picture with four channels of 16 bits.
const MAX_MEMORY: u64 = 256 * 1024 * 1024;
/// Quality of JPEG files that we encode, from 1 to 100.
const QUALITY: u8 = 90;
/// Pixels per inch of pictures in print.
const DENSITY: f32 = 300.0;
/// Density from which a picture is sampled down. A little more costs less than blur.
const MAX_DENSITY: f32 = 330.0;

/// A decoded file.
#[derive(Debug)]
pub(super) struct ReadRaster {
    pub raster: Raster,
    /// The decoded form of a JPEG raster.
    pub pixels: Option<Raster>,
    /// Whether the file has further pictures, which are not printed.
    pub is_animated: bool,
    /// Whether the colours may differ from those of the file.
    pub has_guessed_colours: bool,
}

/// Decoded pixels.
struct Decoded {
    raster: Raster,
    colours: Conversion,
}

impl Decoded {
    /// Keeps the pixels.
    fn exact(self) -> ReadRaster {
        ReadRaster {
            raster: self.raster,
            pixels: None,
            is_animated: false,
            has_guessed_colours: self.colours == Conversion::Unknown,
        }
    }

    /// Stores the pixels as a JPEG file.
    fn photograph(self) -> ReadRaster {
        ReadRaster {
            raster: to_jpeg(&self.raster),
            pixels: Some(self.raster),
            is_animated: false,
            has_guessed_colours: self.colours == Conversion::Unknown,
        }
    }
}

impl ReadRaster {
    /// Returns the samples.
    pub(super) fn pixels(&self) -> &Raster {
        self.pixels.as_ref().unwrap_or(&self.raster)
    }

    /// Replaces the samples.
    pub(super) fn set_pixels(&mut self, pixels: Raster) {
        if self.pixels.is_some() {
            self.raster = to_jpeg(&pixels);
            self.pixels = Some(pixels);
        } else {
            self.raster = pixels;
        }
    }
}

/// Reads a file. Its first bytes tell the format.
pub(super) fn read(data: &[u8]) -> Result<ReadRaster, PictureError> {
    check_size(data, MAX_MEGABYTES)?;
    match PictureFormat::of(data) {
        Some(PictureFormat::Png) => read_png(data),
        Some(PictureFormat::Jpeg) => read_jpeg(data),
        Some(PictureFormat::Gif) => read_gif(data),
        Some(PictureFormat::WebP) => read_webp(data),
        Some(PictureFormat::Svg) => {
            Err(PictureError::Unsupported(UnsupportedFeature::NestedDrawing))
        }
        None => Err(super::other_format::error(data)),
    }
}

fn read_png(data: &[u8]) -> Result<ReadRaster, PictureError> {
    let decoder = PngDecoder::with_limits(Cursor::new(data), limits()).map_err(unreadable)?;
    let decoded = decode(decoder, None)?;
    Ok(ReadRaster {
        is_animated: has_frames(data),
        ..decoded.exact()
    })
}

/// Whether a PNG file says that it has several pictures (PNG, third edition, 11.3.6.1).
fn has_frames(data: &[u8]) -> bool {
    let mut rest = data.get(8..).unwrap_or_default();
    while let Some((head, after)) = rest.split_first_chunk::<8>() {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        match &head[4..] {
            b"acTL" => {
                let count = after.first_chunk::<4>().copied();
                return count.is_some_and(|count| u32::from_be_bytes(count) > 1);
            }
            b"IDAT" | b"IEND" => return false,
            _ => {}
        }
        // The data and its checksum.
        let length = usize::try_from(length)
            .unwrap_or(usize::MAX)
            .saturating_add(4);
        rest = after.get(length..).unwrap_or_default();
    }
    false
}

fn read_gif(data: &[u8]) -> Result<ReadRaster, PictureError> {
    let decoder = || GifDecoder::new(Cursor::new(data)).map_err(unreadable);
    let decoded = decode(decoder()?, None)?;
    let second = decoder()?.into_frames().nth(1);
    Ok(ReadRaster {
        is_animated: matches!(second, Some(Ok(_))),
        ..decoded.exact()
    })
}

fn read_webp(data: &[u8]) -> Result<ReadRaster, PictureError> {
    let mut decoder = WebPDecoder::new(Cursor::new(data)).map_err(unreadable)?;
    let is_animated = decoder.has_animation();
    let exif = exif_colours(&mut decoder);
    let decoded = decode(decoder, exif)?;
    // The lossy format is as JPEG: for photographs.
    let is_lossy = data.windows(4).take(4096).any(|chunk| chunk == b"VP8 ");
    let read = if is_lossy && decoded.raster.opacity.is_none() {
        decoded.photograph()
    } else {
        decoded.exact()
    };
    Ok(ReadRaster {
        is_animated,
        ..read
    })
}

/// Decodes a picture upright, in sRGB. Colours without a profile are in the space `exif`.
fn decode(
    mut decoder: impl ImageDecoder,
    exif: Option<ExifColours>,
) -> Result<Decoded, PictureError> {
    decoder.set_limits(limits()).map_err(unreadable)?;
    check_pixels(decoder.dimensions())?;
    let orientation = decoder.orientation().map_err(unreadable)?;
    // A file with a broken profile has its colours guessed.
    let profile = decoder.icc_profile().unwrap_or_else(|_| Some(Vec::new()));
    let mut image = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    image.apply_orientation(orientation);
    let mut raster = samples(image);
    let colours = match (profile, exif) {
        (Some(profile), _) => to_srgb(&mut raster.samples, &profile),
        (None, Some(ExifColours::AdobeRgb)) => adobe_rgb_to_srgb(&mut raster.samples),
        (None, Some(ExifColours::Uncalibrated)) => Conversion::Unknown,
        (None, None) => Conversion::Unneeded,
    };
    Ok(Decoded { raster, colours })
}

/// Returns the colour space that the Exif data of a JPEG or WebP file name. Those of a PNG file do not count
/// (PNG, third edition, 11.3.4.5).
fn exif_colours(decoder: &mut impl ImageDecoder) -> Option<ExifColours> {
    exif::colours(&decoder.exif_metadata().ok()??)
}

fn read_jpeg(data: &[u8]) -> Result<ReadRaster, PictureError> {
    let mut decoder = JpegDecoder::new(Cursor::new(data)).map_err(unreadable)?;
    let orientation = decoder.orientation().map_err(unreadable)?;
    let frame =
        frame(data).ok_or_else(|| PictureError::Unreadable("it has no frame header".to_owned()))?;
    // The decoder would fill missing pixels with grey.
    if !has_end(data) {
        return Err(PictureError::Unreadable("it is cut short".to_owned()));
    }
    // Decode a file that is kept as it is, too. A broken one is then found now, and not in a viewer.
    let exif = exif_colours(&mut decoder);
    let mut decoded = decode(decoder, exif)?;
    // Four channels are CMYK. The decoder converts them without their profile.
    if frame.channels == 4 {
        decoded.colours = Conversion::Unknown;
    }
    let is_kept = frame.precision == 8
        && orientation == Orientation::NoTransforms
        && decoded.colours != Conversion::Done;
    match (frame.channels, without_metadata(data)) {
        (channels @ (1 | 3), Some(data)) if is_kept => {
            let pixels = decoded.raster;
            let has_guessed_colours = decoded.colours == Conversion::Unknown;
            Ok(ReadRaster {
                raster: Raster {
                    width: pixels.width,
                    height: pixels.height,
                    samples: Samples::Jpeg { data, channels },
                    opacity: None,
                },
                pixels: Some(pixels),
                is_animated: false,
                has_guessed_colours,
            })
        }
        // Viewers disagree on inverted CMYK, and PDF ignores the orientation of Exif.
        _ => Ok(decoded.photograph()),
    }
}

/// Returns a picture of the density that print needs; `None` if it has no more pixels than that. `pixels` gives
/// the decoded form of a JPEG raster.
pub(super) fn sampled(
    raster: &Raster,
    size: Size,
    pixels: impl FnOnce() -> Option<Raster>,
) -> Option<Raster> {
    let needed = |pixels: u32, length: f32| {
        let needed = length / 72.0 * MAX_DENSITY;
        let is_dense = pixels as f32 > needed && length > 0.0;
        is_dense.then(|| ((length / 72.0 * DENSITY).round() as u32).clamp(1, pixels))
    };
    let width = needed(raster.width, size.width.0);
    let height = needed(raster.height, size.height.0);
    if width.is_none() && height.is_none() {
        return None;
    }
    let width = width.unwrap_or(raster.width);
    let height = height.unwrap_or(raster.height);
    match &raster.samples {
        Samples::Jpeg { data, .. } => {
            let smaller = to_jpeg(&sample::down(&pixels()?, width, height));
            match &smaller.samples {
                Samples::Jpeg { data: sampled, .. } if sampled.len() >= data.len() => None,
                _ => Some(smaller),
            }
        }
        Samples::Grey(_) | Samples::Rgb(_) => Some(sample::down(raster, width, height)),
    }
}

/// Decodes a JPEG raster.
pub(super) fn decoded(raster: &Raster) -> Option<Raster> {
    let Samples::Jpeg { data, .. } = &raster.samples else {
        return None;
    };
    let decoder = JpegDecoder::new(Cursor::new(&data[..])).ok()?;
    Some(decode(decoder, None).ok()?.raster)
}

/// Encodes opaque samples as a JPEG file.
fn to_jpeg(raster: &Raster) -> Raster {
    let mut data = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut data, QUALITY);
    let (bytes, colour, channels) = match &raster.samples {
        Samples::Grey(bytes) => (bytes, ExtendedColorType::L8, 1),
        Samples::Rgb(bytes) => (bytes, ExtendedColorType::Rgb8, 3),
        Samples::Jpeg { .. } => return raster.clone(),
    };
    // A side may be too long for the format: then the samples stay as they are.
    match encoder.write_image(bytes, raster.width, raster.height, colour) {
        Ok(()) => Raster {
            samples: Samples::Jpeg { data, channels },
            opacity: None,
            ..*raster
        },
        Err(_) => raster.clone(),
    }
}

/// Encodes samples as a PNG file.
pub(super) fn to_png(raster: &Raster) -> Vec<u8> {
    to_compressed_png(raster, CompressionType::Fast)
}

/// Does the same in a smaller file, which takes longer.
pub(super) fn to_small_png(raster: &Raster) -> Vec<u8> {
    to_compressed_png(raster, CompressionType::Default)
}

fn to_compressed_png(raster: &Raster, compression: CompressionType) -> Vec<u8> {
    let opacity = raster.opacity.as_deref();
    let (bytes, channels, colour) = match &raster.samples {
        Samples::Grey(bytes) if opacity.is_some() => (bytes, 1, ExtendedColorType::La8),
        Samples::Grey(bytes) => (bytes, 1, ExtendedColorType::L8),
        Samples::Rgb(bytes) if opacity.is_some() => (bytes, 3, ExtendedColorType::Rgba8),
        Samples::Rgb(bytes) => (bytes, 3, ExtendedColorType::Rgb8),
        Samples::Jpeg { data, .. } => return data.clone(),
    };
    let joined: Vec<u8> = match opacity {
        Some(opacity) => {
            let pixels = bytes.chunks_exact(channels).zip(opacity);
            pixels
                .flat_map(|(pixel, alpha)| pixel.iter().copied().chain([*alpha]))
                .collect()
        }
        None => bytes.clone(),
    };
    let mut data = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut data, compression, FilterType::Adaptive);
    let _ = encoder.write_image(&joined, raster.width, raster.height, colour);
    data
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    limits
}

fn check_pixels((width, height): (u32, u32)) -> Result<(), PictureError> {
    if width == 0 || height == 0 {
        return Err(PictureError::Unreadable("it has no pixels".to_owned()));
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooLarge(format!(
            "{width} × {height} pixels are more than 25 million"
        )));
    }
    Ok(())
}

fn unreadable(error: image::ImageError) -> PictureError {
    match error {
        image::ImageError::Limits(_) => {
            PictureError::TooLarge("it needs too much memory".to_owned())
        }
        image::ImageError::Unsupported(_) => PictureError::Unsupported(UnsupportedFeature::Other(
            "a rare kind of colours or compression".to_owned(),
        )),
        // The words of the decoders are for programmers.
        error => {
            let words = error.to_string().to_lowercase();
            let is_cut = words.contains("unexpected end") || words.contains("eof");
            let reason = match is_cut {
                true => "unexpected end of file",
                false => "its pixels are damaged",
            };
            PictureError::Unreadable(reason.to_owned())
        }
    }
}

/// Splits decoded pixels into colour and opacity.
fn samples(image: DynamicImage) -> Raster {
    let (width, height) = (image.width(), image.height());
    let (samples, alphas) = match (image.color().has_color(), image.color().has_alpha()) {
        (true, false) => (Samples::Rgb(image.into_rgb8().into_raw()), None),
        (false, false) => (Samples::Grey(image.into_luma8().into_raw()), None),
        (true, true) => {
            let pixels = image.into_rgba8();
            let colours = pixels
                .pixels()
                .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]);
            let alphas: Vec<u8> = pixels.pixels().map(|pixel| pixel[3]).collect();
            (Samples::Rgb(colours.collect()), Some(alphas))
        }
        (false, true) => {
            let pixels = image.into_luma_alpha8();
            let greys = pixels.pixels().map(|pixel| pixel[0]).collect();
            let alphas: Vec<u8> = pixels.pixels().map(|pixel| pixel[1]).collect();
            (Samples::Grey(greys), Some(alphas))
        }
    };
    let is_translucent = |alphas: &Vec<u8>| alphas.iter().any(|alpha| *alpha != u8::MAX);
    Raster {
        width,
        height,
        samples,
        opacity: alphas.filter(is_translucent),
    }
}

/// Fields of a JPEG file's frame header (ITU-T T.81, B.2.2).
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
        let (0xff, marker) = (*data.get(at)?, *data.get(at + 1)?) else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([*data.get(at + 2)?, *data.get(at + 3)?]));
        match marker {
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some(Frame {
                    precision: *data.get(at + 4)?,
                    channels: *data.get(at + 9)?,
                });
            }
            _ => at += 2 + length,
        }
    }
}

/// Returns a JPEG file without comments, Exif and other metadata: they can name places and people. `None` if
/// a segment is cut off.
fn without_metadata(data: &[u8]) -> Option<Vec<u8>> {
    let mut kept = data.get(..2)?.to_vec();
    let mut rest = data.get(2..)?;
    loop {
        match *rest {
            // Scan data: an escaped byte, a restart marker, or padding.
            [0xff, 0x00 | 0xd0..=0xd7 | 0xff, ..] | [0..=0xfe, ..] => {
                kept.push(rest[0]);
                rest = &rest[1..];
            }
            [0xff, 0xd9, ..] => {
                kept.extend([0xff, 0xd9]);
                return Some(kept);
            }
            [0xff, marker, high, low, ..] => {
                let length = 2 + usize::from(u16::from_be_bytes([high, low]));
                let (segment, after) = rest.split_at_checked(length)?;
                let content = segment.get(4..).unwrap_or_default();
                let is_kept = match marker {
                    0xe0 => content.starts_with(b"JFIF\0"),
                    // Says how colours are coded.
                    0xee => content.starts_with(b"Adobe"),
                    // The pixels are in sRGB by now, and a profile may hold any text.
                    0xe1..=0xed | 0xef | 0xfe => false,
                    _ => true,
                };
                if is_kept {
                    kept.extend(segment);
                }
                rest = after;
            }
            _ => return None,
        }
    }
}

/// Whether the end marker follows the last scan of a JPEG file (ITU-T T.81, B.1.1.3). A scan cannot contain
/// the marker.
fn has_end(data: &[u8]) -> bool {
    let scan = data.windows(2).rposition(|marker| marker == [0xff, 0xda]);
    scan.is_some_and(|scan| data[scan..].windows(2).any(|marker| marker == [0xff, 0xd9]))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use image::ColorType;

    use crate::geometry::Pt;

    use super::exif::tests::exif as exif_data;
    use super::*;

    /// Encodes a PNG file with these chunks after the header (ISO/IEC 15948).
    fn png(
        width: u32,
        height: u32,
        depth: u8,
        colour: u8,
        interlace: u8,
        extra: &[(&[u8], &[u8])],
        rows: &[u8],
    ) -> Vec<u8> {
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        let mut chunk = |kind: &[u8], data: &[u8]| {
            file.extend((data.len() as u32).to_be_bytes());
            file.extend(kind);
            file.extend(data);
            let mut crc = flate2::Crc::new();
            crc.update(kind);
            crc.update(data);
            file.extend(crc.sum().to_be_bytes());
        };
        let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
        header.extend([depth, colour, 0, 0, interlace]);
        chunk(b"IHDR", &header);
        for (kind, data) in extra {
            chunk(kind, data);
        }
        let mut deflated = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        deflated.write_all(rows).unwrap();
        chunk(b"IDAT", &deflated.finish().unwrap());
        chunk(b"IEND", &[]);
        file
    }

    const GREY: u8 = 0;
    const RGB: u8 = 2;
    const PALETTE: u8 = 3;
    const GREY_ALPHA: u8 = 4;
    const RGBA: u8 = 6;

    fn opaque(width: u32, height: u32, samples: Samples) -> Raster {
        Raster {
            width,
            height,
            samples,
            opacity: None,
        }
    }

    #[test]
    fn every_colour_type_of_png_is_read() {
        let palette: &[(&[u8], &[u8])] = &[(b"PLTE", &[255, 0, 0, 0, 0, 255])];
        for (file, expected) in [
            (
                png(2, 1, 8, GREY, 0, &[], &[0, 10, 20]),
                Samples::Grey(vec![10, 20]),
            ),
            (
                png(8, 1, 1, GREY, 0, &[], &[0, 0b1000_0001]),
                Samples::Grey(vec![255, 0, 0, 0, 0, 0, 0, 255]),
            ),
            (
                png(1, 1, 16, GREY, 0, &[], &[0, 0xff, 0xff]),
                Samples::Grey(vec![255]),
            ),
            (
                png(1, 2, 8, RGB, 0, &[], &[0, 1, 2, 3, 0, 4, 5, 6]),
                Samples::Rgb(vec![1, 2, 3, 4, 5, 6]),
            ),
            (
                png(1, 1, 16, RGB, 0, &[], &[0, 0, 0, 0x80, 0x80, 0xff, 0xff]),
                Samples::Rgb(vec![0, 128, 255]),
            ),
            (
                png(2, 1, 8, PALETTE, 0, palette, &[0, 1, 0]),
                Samples::Rgb(vec![0, 0, 255, 255, 0, 0]),
            ),
            (
                png(1, 1, 8, RGBA, 0, &[], &[0, 7, 8, 9, 255]),
                Samples::Rgb(vec![7, 8, 9]),
            ),
            (
                png(1, 1, 8, GREY_ALPHA, 0, &[], &[0, 7, 255]),
                Samples::Grey(vec![7]),
            ),
        ] {
            let raster = read_png(&file).unwrap().raster;
            assert_eq!(raster, opaque(raster.width, raster.height, expected));
        }
    }

    #[test]
    fn opacity_is_kept_where_a_pixel_is_not_opaque() {
        let raster = read_png(&png(
            2,
            1,
            8,
            RGBA,
            0,
            &[],
            &[0, 1, 2, 3, 255, 4, 5, 6, 128],
        ))
        .unwrap()
        .raster;
        assert_eq!(raster.samples, Samples::Rgb(vec![1, 2, 3, 4, 5, 6]));
        assert_eq!(raster.opacity, Some(vec![255, 128]));
        let chunks: &[(&[u8], &[u8])] = &[(b"PLTE", &[255, 0, 0, 0, 0, 255]), (b"tRNS", &[0])];
        let raster = read_png(&png(2, 1, 8, PALETTE, 0, chunks, &[0, 0, 1]))
            .unwrap()
            .raster;
        assert_eq!(raster.opacity, Some(vec![0, 255]));
    }

    #[test]
    fn interlaced_png_is_read() {
        // Adam7: pass 1 has pixel (0,0), pass 6 (1,0), pass 7 the second row.
        let raster = read_png(&png(2, 2, 8, GREY, 1, &[], &[0, 1, 0, 2, 0, 3, 4]))
            .unwrap()
            .raster;
        assert_eq!(raster, opaque(2, 2, Samples::Grey(vec![1, 2, 3, 4])));
    }

    #[test]
    fn truncated_or_damaged_png_is_unreadable() {
        let file = png(40, 40, 8, GREY, 0, &[], &[0; 41 * 40]);
        for length in [8, 20, 40, file.len() - 20] {
            assert!(
                matches!(read_png(&file[..length]), Err(PictureError::Unreadable(_))),
                "{length}"
            );
        }
        let mut damaged = file.clone();
        damaged[20] ^= 1;
        assert!(matches!(
            read_png(&damaged),
            Err(PictureError::Unreadable(_))
        ));
    }

    #[test]
    fn oversized_png_is_rejected_before_decoding() {
        let file = png(60_000, 60_000, 8, RGBA, 0, &[], &[0]);
        assert!(matches!(read_png(&file), Err(PictureError::TooLarge(_))));
    }

    fn jpeg(pixels: &[u8], width: u32, height: u32, colour: ColorType) -> Vec<u8> {
        let mut file = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut file, 90);
        image::ImageEncoder::write_image(
            encoder,
            pixels,
            width,
            height,
            ExtendedColorType::from(colour),
        )
        .unwrap();
        file
    }

    #[test]
    fn jpeg_loses_its_metadata() {
        let plain = jpeg(&[100; 12 * 8], 12, 8, ColorType::L8);
        let secret = |marker: u8| [&[0xff, marker, 0, 8][..], b"SECRET"].concat();
        let mut file = plain[..2].to_vec();
        for marker in [0xe1, 0xe2, 0xed, 0xfe] {
            file.extend(secret(marker));
        }
        file.extend(&plain[2..]);
        file.extend(b"SECRET after the end");
        assert_eq!(without_metadata(&file), Some(plain));
        assert_eq!(without_metadata(&file[..12]), None);
    }

    #[test]
    fn jpeg_is_kept_as_it_is() {
        for (colour, channels) in [(ColorType::L8, 1), (ColorType::Rgb8, 3)] {
            let file = jpeg(&vec![100; 12 * 8 * usize::from(channels)], 12, 8, colour);
            let raster = read_jpeg(&file).unwrap().raster;
            assert_eq!(
                raster,
                opaque(
                    12,
                    8,
                    Samples::Jpeg {
                        data: file,
                        channels
                    }
                )
            );
        }
    }

    #[test]
    fn truncated_jpeg_is_unreadable() {
        let pixels: Vec<u8> = (0..64 * 64 * 3)
            .map(|index| (index * 7919 % 251) as u8)
            .collect();
        let file = jpeg(&pixels, 64, 64, ColorType::Rgb8);
        for length in [2, 30, 200, file.len() / 2, file.len() - 2] {
            assert!(
                matches!(read_jpeg(&file[..length]), Err(PictureError::Unreadable(_))),
                "{length}"
            );
        }
    }

    /// A minimal baseline file with four channels of one grey block each (ITU-T T.81).
    fn cmyk_jpeg() -> Vec<u8> {
        let mut file = vec![0xff, 0xd8, 0xff, 0xdb, 0, 67, 0];
        file.extend([1; 64]);
        file.extend([0xff, 0xc0, 0, 20, 8, 0, 8, 0, 8, 4]);
        file.extend([1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0]);
        for table in [0x00, 0x10] {
            file.extend([
                0xff, 0xc4, 0, 20, table, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            ]);
        }
        file.extend([
            0xff, 0xda, 0, 14, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0, 0x00, 0xff, 0xd9,
        ]);
        file
    }

    #[test]
    fn jpeg_with_four_channels_becomes_rgb() {
        let read = read_jpeg(&cmyk_jpeg()).unwrap();
        assert!(matches!(
            read.raster.samples,
            Samples::Jpeg { channels: 3, .. }
        ));
        assert!(read.has_guessed_colours);
    }

    /// Encodes one colour with a colour profile.
    fn profiled(mut encoder: impl ImageEncoder, profile: Vec<u8>) {
        encoder.set_icc_profile(profile).unwrap();
        let pixels = [200, 100, 50].repeat(16 * 16);
        encoder
            .write_image(&pixels, 16, 16, ExtendedColorType::Rgb8)
            .unwrap();
    }

    #[test]
    fn colours_of_wide_spaces_become_srgb() {
        let profiles = [
            (moxcms::ColorProfile::new_display_p3(), [215, 93, 31]),
            (moxcms::ColorProfile::new_srgb(), [200, 100, 50]),
        ];
        for (profile, expected) in profiles {
            let profile = profile.encode().unwrap();
            let mut files = [Vec::new(), Vec::new()];
            let encoder = JpegEncoder::new_with_quality(&mut files[0], 100);
            profiled(encoder, profile.clone());
            profiled(PngEncoder::new(&mut files[1]), profile);
            for file in files {
                let read = read(&file).unwrap();
                assert!(!read.has_guessed_colours);
                let printed = decoded(&read.raster).unwrap_or(read.raster);
                let Samples::Rgb(bytes) = &printed.samples else {
                    panic!("{printed:?}")
                };
                let is_near = |(byte, expected): (&u8, u8)| byte.abs_diff(expected) <= 2;
                let all_near = bytes.iter().zip(expected.into_iter().cycle()).all(is_near);
                assert!(all_near, "{:?}, not {expected:?}", &bytes[..3]);
            }
        }
        let mut file = Vec::new();
        profiled(JpegEncoder::new(&mut file), b"no profile".to_vec());
        assert!(read(&file).unwrap().has_guessed_colours);
    }

    #[test]
    fn colours_that_only_exif_names_become_srgb() {
        let encoded = |exif: Vec<u8>| {
            let mut file = Vec::new();
            let mut encoder = JpegEncoder::new_with_quality(&mut file, 100);
            encoder.set_exif_metadata(exif).unwrap();
            let pixels = [100, 150, 100].repeat(16 * 16);
            encoder
                .write_image(&pixels, 16, 16, ExtendedColorType::Rgb8)
                .unwrap();
            read(&file).unwrap()
        };
        let adobe_rgb = encoded(exif_data(0xffff, Some(b"R03"), true));
        assert!(!adobe_rgb.has_guessed_colours);
        let Samples::Rgb(bytes) = decoded(&adobe_rgb.raster).unwrap().samples else {
            panic!("no colours")
        };
        let is_near = |(byte, expected): (&u8, u8)| byte.abs_diff(expected) <= 3;
        assert!(
            bytes.iter().zip([66, 151, 97]).all(is_near),
            "{:?}",
            &bytes[..3]
        );
        assert!(encoded(exif_data(0xffff, None, false)).has_guessed_colours);
        assert!(!encoded(exif_data(1, Some(b"R98"), true)).has_guessed_colours);
    }

    #[test]
    fn png_files_with_several_pictures_are_animated() {
        for (frames, expected) in [(1_u32, false), (3, true)] {
            let control = [frames.to_be_bytes(), [0; 4]].concat();
            let file = png(1, 1, 8, 0, 0, &[(b"acTL", &control)], &[0, 0]);
            assert_eq!(has_frames(&file), expected);
        }
        assert!(!has_frames(b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffacTL"));
    }

    #[test]
    fn profiles_of_photographs_are_removed() {
        let profile = moxcms::ColorProfile::new_srgb().encode().unwrap();
        let mut file = Vec::new();
        profiled(JpegEncoder::new(&mut file), profile);
        let Samples::Jpeg { data, .. } = read(&file).unwrap().raster.samples else {
            panic!("no JPEG file")
        };
        assert!(!data.windows(11).any(|word| word == b"ICC_PROFILE"));
    }

    #[test]
    fn photograph_is_turned_upright() {
        let file = jpeg(&[100; 12 * 8 * 3], 12, 8, ColorType::Rgb8);
        // An Exif segment with the orientation 90°: TIFF header, one entry, tag 0x0112, value 6.
        let exif =
            b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let turned = [&file[..2], exif, &file[2..]].concat();
        let raster = read_jpeg(&turned).unwrap().raster;
        assert_eq!((raster.width, raster.height), (8, 12));
        let Samples::Jpeg { data, .. } = &raster.samples else {
            panic!("{raster:?}")
        };
        assert!(!data.windows(4).any(|word| word == b"Exif"));
    }

    /// A photograph: soft shapes with a little noise.
    fn photograph(width: u32, height: u32) -> Vec<u8> {
        let mut noise = 1_u32;
        let pixel = |index: u32| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (x, y) = (index % width, index / width);
            let soft = (x * 255 / width + y * 255 / height) / 2;
            [soft, 255 - soft, (soft * 3) % 256]
                .map(|colour| (colour + (noise >> 28)).min(255) as u8)
        };
        let pixels: Vec<u8> = (0..width * height).flat_map(pixel).collect();
        jpeg(&pixels, width, height, ColorType::Rgb8)
    }

    #[test]
    fn photograph_is_sampled_to_the_density_of_print() {
        let raster = read_jpeg(&photograph(900, 600)).unwrap().raster;
        let Samples::Jpeg { data: whole, .. } = &raster.samples else {
            panic!("{raster:?}")
        };
        // One inch across.
        let decoded = || decoded(&raster);
        let printed = sampled(&raster, Size::new(Pt(72.0), Pt(48.0)), decoded).unwrap();
        assert_eq!((printed.width, printed.height), (300, 200));
        let Samples::Jpeg { data, channels: 3 } = &printed.samples else {
            panic!("{printed:?}")
        };
        assert!(
            data.len() * 4 < whole.len(),
            "{} {}",
            data.len(),
            whole.len()
        );
        let large = Size::new(Pt(216.0), Pt(144.0));
        assert_eq!(sampled(&raster, large, decoded), None);
    }

    #[test]
    fn gif_and_webp_files_are_read() {
        use image::codecs::gif::GifEncoder;
        use image::codecs::webp::WebPEncoder;
        use image::{Frame, Rgba, RgbaImage};
        let frame = |red: u8| Frame::new(RgbaImage::from_pixel(4, 2, Rgba([red, 0, 0, 255])));
        for frames in 1..3 {
            let mut file = Vec::new();
            let mut encoder = GifEncoder::new(&mut file);
            encoder
                .encode_frames((0..frames).map(|_| frame(255)))
                .unwrap();
            drop(encoder);
            let gif = read(&file).unwrap();
            assert_eq!(gif.is_animated, frames > 1);
            assert_eq!(
                gif.raster,
                opaque(4, 2, Samples::Rgb([255, 0, 0].repeat(8)))
            );
        }
        let mut file = Vec::new();
        WebPEncoder::new_lossless(&mut file)
            .encode(&[0, 200, 0].repeat(8), 4, 2, ExtendedColorType::Rgb8)
            .unwrap();
        let webp = read(&file).unwrap();
        assert!(!webp.is_animated);
        assert_eq!(
            webp.raster,
            opaque(4, 2, Samples::Rgb([0, 200, 0].repeat(8)))
        );
    }

    #[test]
    fn png_survives_encoding() {
        for (samples, opacity) in [
            (Samples::Grey(vec![1, 2]), None),
            (Samples::Grey(vec![1, 2]), Some(vec![9, 255])),
            (Samples::Rgb(vec![1, 2, 3, 4, 5, 6]), None),
            (Samples::Rgb(vec![1, 2, 3, 4, 5, 6]), Some(vec![9, 255])),
        ] {
            let raster = Raster {
                width: 2,
                height: 1,
                samples,
                opacity,
            };
            assert_eq!(read_png(&to_png(&raster)).unwrap().raster, raster);
        }
    }
}
