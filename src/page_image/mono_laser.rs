//! A model of a black-and-white laser printer.
//!
//! Such a printer has black toner only. It turns colours into greys by their brightness, and greys into black
//! dots on a grid that is turned by 45 degrees. Toner holds no dots as small as the lightest tints need, and the
//! gaps of the darkest greys fill up. Printers differ; their grids are finer than this one, which is drawn so that
//! it can be seen.

use crate::picture::{Raster, Samples};

/// Pixels across at which dots are made, if the picture has fewer.
const DEVICE_WIDTH: u32 = 4000;
/// Side of the square that holds two dots, in pixels of the device: 60 dots to the inch on A4.
const TILE: usize = 8;
/// Lighter tints, from 0 for white to 255 for black, vanish.
const LIGHTEST: u32 = 5;
/// Darker greys become solid.
const SOLID: u32 = 217;

/// Returns the number of the device's pixels for each pixel of a picture, in both directions.
pub(super) fn oversampling(width: u32) -> u32 {
    (DEVICE_WIDTH / width).clamp(1, 4)
}

/// Returns a grey picture of what is printed. `painted` has `oversampling` pixels for each of its pixels.
pub(super) fn printed(painted: &Raster, oversampling: u32) -> Raster {
    let thresholds = thresholds();
    let (side, across) = (oversampling as usize, painted.width as usize);
    let (width, height) = (painted.width / oversampling, painted.height / oversampling);
    let is_black = |x: usize, y: usize| {
        let darkness = 255 - brightness(painted, y * across + x);
        darkness > SOLID
            || darkness >= LIGHTEST && darkness > thresholds[y % TILE * TILE + x % TILE]
    };
    let mut samples = Vec::with_capacity((width * height) as usize);
    for row in 0..height as usize {
        for column in 0..width as usize {
            let mut black = 0;
            for y in row * side..(row + 1) * side {
                for x in column * side..(column + 1) * side {
                    black += u32::from(is_black(x, y));
                }
            }
            let area = oversampling * oversampling;
            samples.push((255 - 255 * black / area) as u8);
        }
    }
    Raster {
        width,
        height,
        samples: Samples::Grey(samples),
        opacity: None,
    }
}

/// Returns the brightness of a pixel, 0 to 255 (ITU-R BT.709).
fn brightness(raster: &Raster, index: usize) -> u32 {
    match &raster.samples {
        Samples::Grey(samples) => samples[index].into(),
        Samples::Rgb(samples) => {
            let channel = |number: usize| u32::from(samples[3 * index + number]);
            (2126 * channel(0) + 7152 * channel(1) + 722 * channel(2) + 5000) / 10_000
        }
        // Nobody paints a page as a JPEG file.
        Samples::Jpeg { .. } => 255,
    }
}

/// Returns the darkness above which each pixel of a tile is black. Dots grow from two centres.
fn thresholds() -> Vec<u32> {
    let height = |index: &usize| {
        let (x, y) = ((index % TILE) as f32 + 0.5, (index / TILE) as f32 + 0.5);
        let turn = std::f32::consts::TAU / TILE as f32;
        (turn * (x + y)).cos() + (turn * (x - y)).cos()
    };
    let count = TILE * TILE;
    let mut order: Vec<usize> = (0..count).collect();
    // Rounded, so that each machine finds the same order.
    order.sort_by_key(|index| -(height(index) * 1000.0).round() as i32);
    let mut thresholds = vec![0; count];
    for (rank, index) in order.into_iter().enumerate() {
        thresholds[index] = (255 * rank / count) as u32;
    }
    thresholds
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Share of black, in percent, that a plain colour prints with.
    fn printed_share(colour: [u8; 3]) -> u32 {
        let side = 64;
        let painted = Raster {
            width: side,
            height: side,
            samples: Samples::Rgb(colour.repeat((side * side) as usize)),
            opacity: None,
        };
        let print = printed(&painted, 4);
        assert_eq!((print.width, print.height), (16, 16));
        let Samples::Grey(samples) = print.samples else {
            panic!("not grey");
        };
        let sum: u32 = samples.iter().map(|&sample| 255 - u32::from(sample)).sum();
        sum * 100 / 255 / 256
    }

    #[test]
    fn tints_become_dots_and_the_lightest_vanish() {
        assert_eq!(printed_share([255, 255, 255]), 0);
        assert_eq!(printed_share([252, 252, 252]), 0);
        assert_eq!(printed_share([0, 0, 0]), 100);
        assert_eq!(printed_share([0x1a, 0x21, 0x26]), 100);
        let tint = printed_share([0xef, 0xf7, 0xf9]);
        assert!((2..8).contains(&tint), "{tint}");
        let middle = printed_share([128, 128, 128]);
        assert!((45..55).contains(&middle), "{middle}");
        // Yellow is bright, and blue is dark.
        assert!(printed_share([255, 255, 0]) < printed_share([0, 0, 255]));
    }

    #[test]
    fn wide_pictures_have_one_pixel_for_each_dot() {
        assert_eq!([200, 1000, 1500, 4000].map(oversampling), [4, 4, 2, 1]);
    }
}
