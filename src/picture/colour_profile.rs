//! Colour profiles of photographs (ISO 15076-1).
//!
//! A leaflet has the colours of sRGB. Cameras and telephones also write other spaces, such as Display P3. The
//! arithmetic is ours, so that every processor gives the same bytes.

use moxcms::{ColorProfile, DataColorSpace, ToneReprCurve};

use super::Samples;

/// Largest difference between two bytes that nobody sees.
const INVISIBLE: u8 = 3;
/// Number of steps of light intensity.
const STEPS: usize = 1 << 14;

/// Outcome of a conversion to sRGB.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Conversion {
    /// The profile is that of sRGB.
    Unneeded,
    Done,
    /// The profile is broken, or of another kind. The samples are unchanged.
    Unknown,
}

/// Converts samples with a profile to sRGB.
pub(super) fn to_srgb(samples: &mut Samples, profile: &[u8]) -> Conversion {
    match ColorProfile::new_from_slice(profile) {
        Ok(profile) => convert(samples, &profile),
        Err(_) => Conversion::Unknown,
    }
}

/// Converts samples in Adobe RGB (1998) to sRGB.
pub(super) fn adobe_rgb_to_srgb(samples: &mut Samples) -> Conversion {
    match samples {
        // The two spaces have nearly the same greys.
        Samples::Grey(_) => Conversion::Unneeded,
        Samples::Rgb(_) | Samples::Jpeg { .. } => convert(samples, &ColorProfile::new_adobe_rgb()),
    }
}

fn convert(samples: &mut Samples, profile: &ColorProfile) -> Conversion {
    let Some(converter) = Converter::new(profile, samples) else {
        return Conversion::Unknown;
    };
    if converter.is_invisible() {
        return Conversion::Unneeded;
    }
    match samples {
        Samples::Grey(bytes) => {
            for byte in bytes {
                [*byte, ..] = converter.convert([*byte; 3]);
            }
        }
        Samples::Rgb(bytes) => {
            for pixel in bytes.as_chunks_mut().0 {
                *pixel = converter.convert(*pixel);
            }
        }
        Samples::Jpeg { .. } => return Conversion::Unknown,
    }
    Conversion::Done
}

struct Converter {
    /// Light intensity of each byte of each channel.
    linear: [Vec<f32>; 3],
    /// From the profile's primaries to those of sRGB.
    matrix: [[f32; 3]; 3],
    /// Byte of sRGB for each step of light intensity.
    encoded: Vec<u8>,
}

impl Converter {
    fn new(profile: &ColorProfile, samples: &Samples) -> Option<Converter> {
        let (curves, matrix) = match (profile.color_space, samples) {
            (DataColorSpace::Rgb, Samples::Rgb(_)) => {
                let matrix = profile.transform_matrix(&ColorProfile::new_srgb());
                let curves = [&profile.red_trc, &profile.green_trc, &profile.blue_trc];
                (curves, matrix.v.map(|row| row.map(|value| value as f32)))
            }
            (DataColorSpace::Gray, Samples::Grey(_)) => {
                let unchanged = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
                ([&profile.gray_trc; 3], unchanged)
            }
            _ => return None,
        };
        let is_finite = matrix.iter().flatten().all(|value| value.is_finite());
        let [red, green, blue] = curves.map(|curve| linear(curve.as_ref()?));
        is_finite.then_some(Converter {
            linear: [red?, green?, blue?],
            matrix,
            encoded: (0..=STEPS).map(encoded).collect(),
        })
    }

    fn convert(&self, pixel: [u8; 3]) -> [u8; 3] {
        let [red, green, blue] =
            [0, 1, 2].map(|channel| self.linear[channel][usize::from(pixel[channel])]);
        self.matrix.map(|row| {
            let light = row[0] * red + row[1] * green + row[2] * blue;
            // Casts of floats saturate.
            let step = (light * STEPS as f32 + 0.5) as usize;
            self.encoded[step.min(STEPS)]
        })
    }

    /// Whether nobody sees the conversion. Programs round the numbers of sRGB in several ways.
    fn is_invisible(&self) -> bool {
        let bytes = || (0..=u8::MAX).step_by(51);
        let colours =
            bytes().flat_map(|r| bytes().flat_map(move |g| bytes().map(move |b| [r, g, b])));
        let mut differences = colours.flat_map(|colour| {
            let converted = self.convert(colour);
            [0, 1, 2].map(|channel| colour[channel].abs_diff(converted[channel]))
        });
        differences.all(|difference| difference <= INVISIBLE)
    }
}

/// Returns the light intensity of each byte, from 0 to 1.
fn linear(curve: &ToneReprCurve) -> Option<Vec<f32>> {
    let curve = curve.make_linear_evaluator().ok()?;
    let intensity = |byte| curve.evaluate_value(f32::from(byte) / 255.0);
    let intensities: Vec<f32> = (0..=u8::MAX).map(intensity).collect();
    intensities
        .iter()
        .all(|value| value.is_finite())
        .then_some(intensities)
}

/// Returns the byte of a step of light intensity (IEC 61966-2-1).
fn encoded(step: usize) -> u8 {
    let light = step as f64 / STEPS as f64;
    let value = if light <= 0.003_130_8 {
        light * 12.92
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    };
    (value * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(profile: &ColorProfile, colour: [u8; 3]) -> (Conversion, Samples) {
        let mut samples = Samples::Rgb(colour.to_vec());
        let conversion = to_srgb(&mut samples, &profile.encode().unwrap());
        (conversion, samples)
    }

    #[test]
    fn wide_spaces_become_srgb() {
        // From the primaries and transfer functions in the standards (SMPTE EG 432-1, Adobe RGB 1998).
        for (profile, colour, expected) in [
            (
                ColorProfile::new_display_p3(),
                [200, 100, 50],
                [215, 93, 31],
            ),
            (
                ColorProfile::new_adobe_rgb(),
                [100, 150, 100],
                [66, 151, 97],
            ),
        ] {
            let (conversion, samples) = converted(&profile, colour);
            assert_eq!(conversion, Conversion::Done);
            let Samples::Rgb(bytes) = samples else {
                panic!()
            };
            let is_near = bytes
                .iter()
                .zip(expected)
                .all(|(byte, expected)| byte.abs_diff(expected) <= 1);
            assert!(is_near, "{colour:?} gave {bytes:?}, not {expected:?}");
        }
    }

    #[test]
    fn srgb_stays() {
        let (conversion, samples) = converted(&ColorProfile::new_srgb(), [1, 128, 250]);
        assert_eq!(
            (conversion, samples),
            (Conversion::Unneeded, Samples::Rgb(vec![1, 128, 250]))
        );
    }

    #[test]
    fn grey_of_another_gamma_is_converted() {
        let profile = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
        let mut samples = Samples::Grey(vec![0, 55, 255]);
        assert_eq!(to_srgb(&mut samples, &profile), Conversion::Done);
        assert_eq!(samples, Samples::Grey(vec![0, 128, 255]));
    }

    #[test]
    fn broken_profiles_are_unknown() {
        let profile = ColorProfile::new_display_p3().encode().unwrap();
        let mut cut = profile.clone();
        cut.truncate(200);
        let mut zeros = profile.clone();
        zeros[128..].fill(0);
        for broken in [&b""[..], b"ICC", &cut, &zeros] {
            let mut samples = Samples::Rgb(vec![1, 2, 3]);
            assert_eq!(to_srgb(&mut samples, broken), Conversion::Unknown);
            assert_eq!(samples, Samples::Rgb(vec![1, 2, 3]));
        }
        // A profile for grey does not fit colours.
        let grey = ColorProfile::new_gray_with_gamma(2.2).encode().unwrap();
        assert_eq!(
            to_srgb(&mut Samples::Rgb(vec![1, 2, 3]), &grey),
            Conversion::Unknown
        );
    }
}
