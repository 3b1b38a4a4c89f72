//! Samples pictures down. Each new pixel is the mean of the pixels that it covers.

use super::{Raster, Samples};

/// Returns a picture with fewer pixels. A JPEG file must be decoded before.
pub(super) fn down(raster: &Raster, width: u32, height: u32) -> Raster {
    let (channels, bytes) = match &raster.samples {
        Samples::Grey(bytes) => (1, bytes),
        Samples::Rgb(bytes) => (3, bytes),
        Samples::Jpeg { .. } => return raster.clone(),
    };
    let columns = spans(raster.width, width);
    let rows = spans(raster.height, height);
    let area = Area {
        row_length: raster.width as usize,
        columns: &columns,
        rows: &rows,
    };
    let Some(opacity) = &raster.opacity else {
        let means = area.means(channels, |pixel, channel| {
            f32::from(bytes[pixel * channels + channel])
        });
        return Raster {
            width,
            height,
            samples: samples(means.into_iter().map(to_byte).collect(), channels),
            opacity: None,
        };
    };
    // The colour of a transparent pixel must not show: weight each colour by its opacity.
    let alphas = area.means(1, |pixel, _| f32::from(opacity[pixel]));
    let colours = area.means(channels, |pixel, channel| {
        f32::from(bytes[pixel * channels + channel]) * f32::from(opacity[pixel])
    });
    let colours = colours.into_iter().enumerate().map(|(index, sum)| {
        let alpha = alphas[index / channels];
        to_byte(if alpha > 0.0 { sum / alpha } else { 255.0 })
    });
    Raster {
        width,
        height,
        samples: samples(colours.collect(), channels),
        opacity: Some(alphas.iter().copied().map(to_byte).collect()),
    }
}

fn samples(bytes: Vec<u8>, channels: usize) -> Samples {
    match channels {
        1 => Samples::Grey(bytes),
        _ => Samples::Rgb(bytes),
    }
}

fn to_byte(value: f32) -> u8 {
    value.round() as u8
}

/// Pixels that a new pixel covers on one axis.
struct Span {
    first: usize,
    /// How much of each pixel it covers.
    weights: Vec<f32>,
}

/// Divides the pixels of an axis among fewer ones.
fn spans(from: u32, to: u32) -> Vec<Span> {
    let length = f64::from(from) / f64::from(to);
    let span = |index: u32| {
        let (start, end) = (f64::from(index) * length, f64::from(index + 1) * length);
        let first = start.floor() as usize;
        let last = (end.ceil() as usize).clamp(first + 1, from as usize);
        let mut weights = vec![1.0; last - first];
        weights[last - first - 1] = (end - (last as f64 - 1.0).max(start)) as f32;
        weights[0] = ((first as f64 + 1.0).min(end) - start) as f32;
        Span { first, weights }
    };
    (0..to).map(span).collect()
}

struct Area<'a> {
    row_length: usize,
    columns: &'a [Span],
    rows: &'a [Span],
}

impl Area<'_> {
    /// Returns the mean of each channel of each new pixel, row by row.
    fn means(&self, channels: usize, value: impl Fn(usize, usize) -> f32) -> Vec<f32> {
        let mean = |row: &Span, column: &Span, channel: usize| {
            let (mut sum, mut weights) = (0.0, 0.0);
            for (y, row_weight) in (row.first..).zip(&row.weights) {
                let start = y * self.row_length + column.first;
                for (pixel, column_weight) in (start..).zip(&column.weights) {
                    let weight = row_weight * column_weight;
                    sum += weight * value(pixel, channel);
                    weights += weight;
                }
            }
            if weights > 0.0 { sum / weights } else { 0.0 }
        };
        let mut means = Vec::with_capacity(self.rows.len() * self.columns.len() * channels);
        for row in self.rows {
            for column in self.columns {
                for channel in 0..channels {
                    means.push(mean(row, column, channel));
                }
            }
        }
        means
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width: u32, height: u32, bytes: &[u8], opacity: Option<Vec<u8>>) -> Raster {
        Raster {
            width,
            height,
            samples: Samples::Grey(bytes.to_vec()),
            opacity,
        }
    }

    #[test]
    fn each_pixel_is_the_mean_of_those_it_covers() {
        let raster = grey(4, 2, &[0, 100, 200, 200, 0, 100, 200, 200], None);
        assert_eq!(down(&raster, 2, 1), grey(2, 1, &[50, 200], None));
        // The middle pixel belongs to both halves.
        let raster = grey(3, 1, &[0, 90, 180], None);
        assert_eq!(down(&raster, 2, 1), grey(2, 1, &[30, 150], None));
    }

    #[test]
    fn colour_of_transparent_pixels_does_not_show() {
        let raster = grey(2, 1, &[0, 200], Some(vec![0, 255]));
        assert_eq!(down(&raster, 1, 1), grey(1, 1, &[200], Some(vec![128])));
    }
}
