//! Colours of all roles, derived from one brand colour.

use super::Look;
use crate::geometry::Colour;

/// Colour of each role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Palette {
    /// Whether the colours of pictures are kept.
    pub look: Look,
    /// Colour of the paper, also inside pills, frames of figures and check boxes.
    pub ground: Colour,
    /// Text.
    pub ink: Colour,
    /// Deck, footer, citations, write-in lines.
    pub muted: Colour,
    /// Headings, links, bars, bullets.
    pub brand: Colour,
    /// Fill of panels.
    pub tint: Colour,
    /// Fill of bands in figures.
    pub tint2: Colour,
    /// Decorative hairlines.
    pub rule: Colour,
    /// Emergency call-outs and the badge "Not supported".
    pub emergency: Colour,
    /// Text and symbols on a full colour, such as the emergency strip.
    pub on_colour: Colour,
    /// Caution call-outs.
    pub caution: Colour,
    /// Fill of caution call-outs.
    pub caution_tint: Colour,
    /// Tips.
    pub tip: Colour,
    /// Fill of tips.
    pub tip_tint: Colour,
}

/// Brand colour of a clinic that states none.
pub(crate) const DEFAULT_BRAND: Colour = Colour::rgb(0x0f, 0x5c, 0x69);
/// Brand colour in place of reds.
const SLATE: Colour = Colour::rgb(0x2f, 0x45, 0x54);
/// Text of every brand.
const DEFAULT_INK: Colour = Colour::rgb(0x1a, 0x21, 0x26);
/// Secondary text of most brands.
const DEFAULT_MUTED: Colour = Colour::rgb(0x44, 0x51, 0x5a);
/// Panel tint of the default brand.
pub(crate) const DEFAULT_TINT: Colour = Colour::rgb(0xef, 0xf7, 0xf9);
/// Tint of bands in figures for the default brand.
pub(crate) const DEFAULT_TINT_2: Colour = Colour::rgb(0xdd, 0xed, 0xf1);
/// Hairlines of the default brand.
pub(crate) const DEFAULT_RULE: Colour = Colour::rgb(0xb5, 0xc8, 0xcc);

impl Palette {
    /// Returns whether a brand colour is a red. Red is for emergencies only.
    pub(crate) fn is_reserved(brand: Colour) -> bool {
        let colour = Oklch::from(brand);
        colour.chroma > 0.06 && !(40.0..345.0).contains(&colour.hue)
    }

    /// Returns the leaflet's colour for a colour of a drawing. The default colours are replaced. The
    /// mono edition makes the others grey.
    pub(crate) fn of_drawing(&self, colour: Colour) -> Colour {
        match colour {
            DEFAULT_BRAND => self.brand,
            DEFAULT_TINT => self.tint,
            DEFAULT_TINT_2 => self.tint2,
            DEFAULT_RULE => self.rule,
            other if self.look != Look::Mono => other,
            DEFAULT_INK => self.ink,
            DEFAULT_MUTED => self.muted,
            other => grey(other),
        }
    }

    /// Derives light colours on black from a brand colour. The brand is lightened until its contrast on
    /// every tint is 7:1.
    pub(crate) fn on_black(brand: Colour) -> Palette {
        let mut text = Oklch::from(brand);
        if Palette::is_reserved(brand) {
            text = Oklch::from(SLATE);
        }
        text.chroma = text.chroma.min(0.12);
        let tint = Oklch {
            lightness: 0.24,
            chroma: text.chroma.min(0.02),
            hue: text.hue,
        };
        let tint = tint.in_gamut();
        let (caution_tint, tip_tint) =
            (Colour::rgb(0x2b, 0x20, 0x0a), Colour::rgb(0x0f, 0x28, 0x1a));
        // Call-outs have links, too.
        let grounds = [tint, caution_tint, tip_tint];
        let is_faint = |text: Colour| grounds.iter().any(|&ground| contrast(text, ground) < 7.0);
        while is_faint(text.in_gamut()) {
            text.lightness += 0.005;
        }
        let brand = text.in_gamut();
        Palette {
            look: Look::Colour,
            ground: Colour::BLACK,
            ink: Colour::rgb(0xf4, 0xf6, 0xf7),
            muted: Colour::rgb(0xc3, 0xcc, 0xd1),
            brand,
            tint,
            tint2: tint,
            rule: Colour::rgb(0x6c, 0x78, 0x7e),
            emergency: Colour::rgb(0xff, 0x9c, 0xa3),
            on_colour: Colour::BLACK,
            caution: Colour::rgb(0xff, 0xcf, 0x70),
            caution_tint,
            tip: Colour::rgb(0x8f, 0xdc, 0xab),
            tip_tint,
        }
    }

    /// Returns the colours of the high-contrast edition: white on black, and headings and links in a light form
    /// of the brand colour.
    pub(crate) fn high_contrast(brand: Colour) -> Palette {
        Palette {
            look: Look::HighContrast,
            ink: Colour::WHITE,
            muted: Colour::rgb(0xdc, 0xe2, 0xe5),
            ..Palette::on_black(brand)
        }
    }

    /// Derives all colours from a brand colour. The brand is darkened until its contrast on its own
    /// tint is 7:1 (WCAG 2.2, success criterion 1.4.6). Slate replaces reds.
    pub(crate) fn from_brand(brand: Colour) -> Palette {
        let mut base = Oklch::from(if Palette::is_reserved(brand) {
            SLATE
        } else {
            brand
        });
        base.chroma = base.chroma.min(0.15);
        base.lightness = base.lightness.min(0.62);
        let shade = |lightness: f64, chroma: f64| {
            Oklch {
                lightness,
                chroma: base.chroma.min(chroma),
                hue: base.hue,
            }
            .in_gamut()
        };
        let tint = shade(0.972, 0.009);
        let mut text = base;
        while contrast(text.in_gamut(), tint) < 7.0 {
            text.lightness -= 0.005;
        }
        Palette {
            look: Look::Colour,
            ground: Colour::WHITE,
            on_colour: Colour::WHITE,
            ink: DEFAULT_INK,
            muted: DEFAULT_MUTED,
            brand: text.in_gamut(),
            tint,
            tint2: shade(0.935, 0.018),
            rule: shade(0.82, 0.022),
            emergency: Colour::rgb(0x9d, 0x16, 0x20),
            caution: Colour::rgb(0x74, 0x46, 0x00),
            caution_tint: Colour::rgb(0xfd, 0xf6, 0xe7),
            tip: Colour::rgb(0x1f, 0x5d, 0x3a),
            tip_tint: Colour::rgb(0xf0, 0xf7, 0xf1),
        }
    }

    /// Returns the colours of the mono edition: black on white, and no tint under text.
    pub(crate) fn mono() -> Palette {
        let (black, white) = (Colour::BLACK, Colour::WHITE);
        Palette {
            look: Look::Mono,
            ground: white,
            on_colour: white,
            ink: black,
            muted: Colour::rgb(0x33, 0x33, 0x33),
            brand: black,
            tint: white,
            tint2: Colour::rgb(0xed, 0xed, 0xed),
            rule: Colour::rgb(0x9a, 0x9a, 0x9a),
            emergency: black,
            caution: black,
            caution_tint: white,
            tip: black,
            tip_tint: white,
        }
    }
}

/// Lightness (0 to 1), chroma and hue (degrees) in Björn Ottosson's OKLab space, where equal steps
/// look equal.
#[derive(Clone, Copy, Debug)]
struct Oklch {
    lightness: f64,
    chroma: f64,
    hue: f64,
}

impl From<Colour> for Oklch {
    fn from(colour: Colour) -> Oklch {
        let [r, g, b] = [colour.red, colour.green, colour.blue].map(linear);
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        let lightness = 0.210_454_255_3 * l + 0.793_617_785 * m - 0.004_072_046_8 * s;
        let a = 1.977_998_495_1 * l - 2.428_592_205 * m + 0.450_593_709_9 * s;
        let b = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766 * s;
        let chroma = a.hypot(b);
        // Rounding gives greys a slight hue, which must not colour the tints.
        let chroma = if chroma < 0.002 { 0.0 } else { chroma };
        Oklch {
            lightness,
            chroma,
            hue: b.atan2(a).to_degrees().rem_euclid(360.0),
        }
    }
}

impl Oklch {
    /// Converts to sRGB. Chroma is reduced until the colour exists there.
    fn in_gamut(mut self) -> Colour {
        loop {
            let channels = self.linear_srgb();
            let inside = channels
                .iter()
                .all(|channel| (-0.0005..=1.0005).contains(channel));
            if inside || self.chroma <= 0.0 {
                let [red, green, blue] = channels.map(gamma);
                return Colour { red, green, blue };
            }
            self.chroma = (self.chroma - 0.002).max(0.0);
        }
    }

    fn linear_srgb(self) -> [f64; 3] {
        let (sin, cos) = self.hue.to_radians().sin_cos();
        let (a, b) = (self.chroma * cos, self.chroma * sin);
        let l = (self.lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let m = (self.lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let s = (self.lightness - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
        [
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s,
        ]
    }
}

/// Returns the linear intensity of an sRGB channel (IEC 61966-2-1).
fn linear(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.040_45 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

/// Returns the sRGB channel of a linear intensity (IEC 61966-2-1).
fn gamma(intensity: f64) -> u8 {
    let intensity = intensity.clamp(0.0, 1.0);
    let value = if intensity <= 0.003_130_8 {
        intensity * 12.92
    } else {
        1.055 * intensity.powf(1.0 / 2.4) - 0.055
    };
    (value * 255.0).round() as u8
}

/// Returns the relative luminance of a colour, 0 to 1 (WCAG 2.2).
fn luminance(colour: Colour) -> f64 {
    0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue)
}

/// Returns the grey of the same luminance.
fn grey(colour: Colour) -> Colour {
    let level = gamma(luminance(colour));
    Colour::rgb(level, level, level)
}

/// Returns the contrast ratio of two colours, 1 to 21 (WCAG 2.2).
pub(crate) fn contrast(one: Colour, other: Colour) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brand(red: u8, green: u8, blue: u8) -> String {
        let colour = Palette::from_brand(Colour::rgb(red, green, blue)).brand;
        format!("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue)
    }

    #[test]
    fn brand_colours_are_darkened_as_the_specification_lists() {
        assert_eq!(brand(0x0a, 0x6e, 0xbd), "#005494");
        assert_eq!(brand(0xe8, 0x77, 0x22), "#863e01");
        assert_eq!(brand(0x6c, 0xb3, 0x3f), "#2d5e01");
        assert_eq!(brand(0xff, 0xd2, 0x00), "#655203");
        assert_eq!(brand(0x0f, 0x5c, 0x69), "#0f5c69");
    }

    #[test]
    fn the_default_tints_are_those_of_the_specification() {
        let palette = Palette::from_brand(DEFAULT_BRAND);
        assert_eq!(palette.tint, DEFAULT_TINT);
        assert_eq!(palette.tint2, DEFAULT_TINT_2);
        assert_eq!(palette.rule, DEFAULT_RULE);
    }

    #[test]
    fn reds_give_way_to_slate_and_greys_stay_grey() {
        assert_eq!(brand(0xd0, 0x10, 0x20), brand(0x2f, 0x45, 0x54));
        let grey = Palette::from_brand(Colour::rgb(0x80, 0x80, 0x80));
        for colour in [grey.brand, grey.tint, grey.rule] {
            assert!(
                colour.red == colour.green && colour.green == colour.blue,
                "{colour:?}"
            );
        }
    }

    #[test]
    fn every_text_colour_reaches_seven_to_one_on_its_ground() {
        for (red, green, blue) in [
            (255, 210, 0),
            (0, 0, 0),
            (255, 255, 255),
            (10, 110, 189),
            (255, 0, 255),
        ] {
            let palette = Palette::from_brand(Colour::rgb(red, green, blue));
            assert!(contrast(palette.brand, palette.tint) >= 7.0);
            assert!(contrast(palette.ink, palette.tint) >= 7.0);
            assert!(contrast(palette.muted, palette.tint) >= 7.0);
            for palette in [Palette::on_black, Palette::high_contrast] {
                let dark = palette(Colour::rgb(red, green, blue));
                let texts = [
                    dark.ink,
                    dark.muted,
                    dark.brand,
                    dark.emergency,
                    dark.caution,
                    dark.tip,
                ];
                for text in texts {
                    for ground in [dark.ground, dark.tint, dark.caution_tint, dark.tip_tint] {
                        assert!(contrast(text, ground) >= 7.0, "{text} on {ground}");
                    }
                }
                assert!(contrast(dark.on_colour, dark.emergency) >= 7.0);
                assert!(contrast(dark.rule, dark.ground) >= 3.0);
            }
        }
    }
}
