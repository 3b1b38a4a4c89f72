//! Raster pictures to image objects (ISO 32000-1, 8.9.5).

use std::io;
use std::sync::Arc;

use super::content::Image;
use super::write::{Ref, Writer};
use crate::layout::page::{Content, Layout};
use crate::picture::{Raster, Samples};

/// Writes pictures that another file has into this one, under the same names.
pub(super) fn embed_again<W: io::Write>(
    images: &[Image],
    writer: &mut Writer<W>,
) -> io::Result<Vec<Image>> {
    let mut again = |Image {
                         raster, resource, ..
                     }: &Image| {
        Ok(Image {
            raster: raster.clone(),
            resource: resource.clone(),
            object: write(raster, writer)?,
        })
    };
    images.iter().map(&mut again).collect()
}

/// Writes the pictures of a layout that a file does not have yet, each once, named `prefix` and a
/// number.
pub(super) fn embed<W: io::Write>(
    layout: &Layout,
    held: &[Image],
    prefix: char,
    writer: &mut Writer<W>,
) -> io::Result<Vec<Image>> {
    let mut images: Vec<Image> = Vec::new();
    for item in layout.pages.iter().flat_map(|page| &page.items) {
        let Content::Raster(raster, _) = &item.content else {
            continue;
        };
        let same = |image: &Image| Arc::ptr_eq(&image.raster, raster) || image.raster == *raster;
        if !held.iter().chain(&images).any(same) {
            let resource = format!("{prefix}{}", images.len());
            images.push(Image {
                raster: raster.clone(),
                resource,
                object: write(raster, writer)?,
            });
        }
    }
    Ok(images)
}

fn write<W: io::Write>(raster: &Raster, writer: &mut Writer<W>) -> io::Result<Ref> {
    let Raster {
        width,
        height,
        samples,
        opacity,
    } = raster;
    let size =
        format!("/Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8");
    let mut dictionary = size.clone();
    if let Some(opacity) = opacity {
        let mask = writer.reserve();
        write_samples(
            writer,
            mask,
            &format!("{size}/ColorSpace/DeviceGray"),
            opacity,
            *width,
            1,
        )?;
        dictionary += &format!("/SMask {} 0 R", mask.0);
    }
    let image = writer.reserve();
    match samples {
        Samples::Grey(samples) => {
            dictionary += "/ColorSpace/DeviceGray";
            write_samples(writer, image, &dictionary, samples, *width, 1)?;
        }
        Samples::Rgb(samples) => {
            dictionary += "/ColorSpace/DeviceRGB";
            write_samples(writer, image, &dictionary, samples, *width, 3)?;
        }
        Samples::Jpeg { data, channels } => {
            let space = if *channels == 1 {
                "DeviceGray"
            } else {
                "DeviceRGB"
            };
            dictionary += &format!("/ColorSpace/{space}/Filter/DCTDecode");
            writer.stream(image, &dictionary, data)?;
        }
    }
    Ok(image)
}

/// Writes samples row by row, each as its difference from the row above or from the pixel to its
/// left, whichever is less (PNG's filters; ISO 32000-1, 7.4.4.4): that is what makes drawings and
/// photographs compress.
fn write_samples<W: io::Write>(
    writer: &mut Writer<W>,
    number: Ref,
    dictionary: &str,
    samples: &[u8],
    width: u32,
    channels: usize,
) -> io::Result<()> {
    let row_length = (width as usize * channels).max(1);
    let mut filtered = Vec::with_capacity(samples.len() + samples.len() / row_length + 1);
    let mut above = vec![0; row_length];
    let cost = |row: &[u8]| {
        row.iter()
            .map(|&byte| u64::from((byte as i8).unsigned_abs()))
            .sum::<u64>()
    };
    for row in samples.chunks_exact(row_length) {
        let up: Vec<u8> = row
            .iter()
            .zip(&above)
            .map(|(byte, above)| byte.wrapping_sub(*above))
            .collect();
        let left = std::iter::repeat_n(&0, channels).chain(row);
        let sub: Vec<u8> = row
            .iter()
            .zip(left)
            .map(|(byte, left)| byte.wrapping_sub(*left))
            .collect();
        let candidates = [(0, row), (1, &sub[..]), (2, &up[..])];
        let best = candidates
            .into_iter()
            .min_by_key(|(_, candidate)| cost(candidate));
        let (filter, best) = best.unwrap_or((0, row));
        filtered.push(filter);
        filtered.extend_from_slice(best);
        above.copy_from_slice(row);
    }
    let parameters = format!("/DecodeParms<</Predictor 15/Columns {width}/Colors {channels}>>");
    writer.deflated_stream(number, &format!("{dictionary}{parameters}"), &filtered)
}
