//! Photographs: PNG and JPEG files to samples.

use std::io::Cursor;

use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, Limits};

use super::{PictureError, Raster, Samples, check_size};

const MAX_MEGABYTES: usize = 20;
const MAX_PIXELS: u64 = 25_000_000;
/// Memory for decoding in bytes: enough for the largest picture with four channels of 16 bits.
const MAX_MEMORY: u64 = 256 * 1024 * 1024;

pub(super) fn read_png(data: &[u8]) -> Result<Raster, PictureError> {
    check_size(data, MAX_MEGABYTES)?;
    let decoder = PngDecoder::with_limits(Cursor::new(data), limits()).map_err(unreadable)?;
    check_pixels(decoder.dimensions())?;
    let image = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    Ok(samples(image))
}

pub(super) fn read_jpeg(data: &[u8]) -> Result<Raster, PictureError> {
    check_size(data, MAX_MEGABYTES)?;
    let mut decoder = JpegDecoder::new(Cursor::new(data)).map_err(unreadable)?;
    decoder.set_limits(limits()).map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    check_pixels((width, height))?;
    let orientation = decoder.orientation().map_err(unreadable)?;
    let frame =
        frame(data).ok_or_else(|| PictureError::Unreadable("it has no frame header".to_owned()))?;
    // The decoder would fill missing pixels with grey.
    if !has_end(data) {
        return Err(PictureError::Unreadable("it is cut short".to_owned()));
    }
    // Decode also a file that is kept as it is, to find a broken one now and not in a viewer.
    let mut image = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    match (frame.channels, orientation, without_metadata(data)) {
        (channels @ (1 | 3), Orientation::NoTransforms, Some(data)) if frame.precision == 8 => {
            Ok(Raster {
                width,
                height,
                samples: Samples::Jpeg { data, channels },
                opacity: None,
            })
        }
        // Viewers disagree on inverted CMYK, and PDF ignores the orientation of Exif.
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
        image::ImageError::Unsupported(error) => PictureError::Unsupported(error.to_string()),
        error => PictureError::Unreadable(error.to_string()),
    }
}

/// Splits decoded pixels into colour and opacity.
fn samples(image: DynamicImage) -> Raster {
    let (width, height) = (image.width(), image.height());
    let (samples, alphas) = if image.color().has_color() {
        let pixels = image.into_rgba8();
        let colours = pixels
            .pixels()
            .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]);
        let alphas: Vec<u8> = pixels.pixels().map(|pixel| pixel[3]).collect();
        (Samples::Rgb(colours.collect()), alphas)
    } else {
        let pixels = image.into_luma_alpha8();
        let greys = pixels.pixels().map(|pixel| pixel[0]).collect();
        let alphas = pixels.pixels().map(|pixel| pixel[1]).collect();
        (Samples::Grey(greys), alphas)
    };
    let is_opaque = alphas.iter().all(|alpha| *alpha == u8::MAX);
    Raster {
        width,
        height,
        samples,
        opacity: (!is_opaque).then_some(alphas),
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
                    0xe2 => content.starts_with(b"ICC_PROFILE\0"),
                    // Says how colours are coded.
                    0xee => content.starts_with(b"Adobe"),
                    0xe1 | 0xe3..=0xed | 0xef | 0xfe => false,
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

    use image::{ColorType, ExtendedColorType, codecs::jpeg::JpegEncoder};

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
            let raster = read_png(&file).unwrap();
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
        .unwrap();
        assert_eq!(raster.samples, Samples::Rgb(vec![1, 2, 3, 4, 5, 6]));
        assert_eq!(raster.opacity, Some(vec![255, 128]));
        let chunks: &[(&[u8], &[u8])] = &[(b"PLTE", &[255, 0, 0, 0, 0, 255]), (b"tRNS", &[0])];
        let raster = read_png(&png(2, 1, 8, PALETTE, 0, chunks, &[0, 0, 1])).unwrap();
        assert_eq!(raster.opacity, Some(vec![0, 255]));
    }

    #[test]
    fn interlaced_png_is_read() {
        // Adam7: pass 1 has pixel (0,0), pass 6 (1,0), pass 7 the second row.
        let raster = read_png(&png(2, 2, 8, GREY, 1, &[], &[0, 1, 0, 2, 0, 3, 4])).unwrap();
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
            let raster = read_jpeg(&file).unwrap();
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
        let raster = read_jpeg(&cmyk_jpeg()).unwrap();
        let Samples::Rgb(samples) = &raster.samples else {
            panic!("{raster:?}")
        };
        assert_eq!(samples.len(), 8 * 8 * 3);
    }

    #[test]
    fn photograph_is_turned_upright() {
        let file = jpeg(&[100; 12 * 8 * 3], 12, 8, ColorType::Rgb8);
        // An Exif segment with the orientation 90°: TIFF header, one entry, tag 0x0112, value 6.
        let exif =
            b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let turned = [&file[..2], exif, &file[2..]].concat();
        let raster = read_jpeg(&turned).unwrap();
        assert_eq!((raster.width, raster.height), (8, 12));
        assert!(matches!(raster.samples, Samples::Rgb(_)));
    }
}
