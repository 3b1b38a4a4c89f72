//! Sizes, leading, distances and colours for each paper, and the colours that follow from one brand
//! colour.
//!
//! The numbers are those of the design specification: millimetres for geometry, points for type. A
//! theme knows nothing of documents; it is what layout asks how things look.

use crate::font::Weight;
use crate::geometry::{Colour, Pt, Size, mm};

/// The paper that a leaflet is laid out for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Paper {
    /// 210 × 297 mm.
    A4,
    /// 8.5 × 11 in.
    Letter,
    /// 148 × 210 mm.
    A5,
}

/// The size, leading, weight and colour of a piece of text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Type {
    /// Size in points.
    pub size: f32,
    /// Distance from baseline to baseline.
    pub leading: Pt,
    /// Weight of what is not marked strong.
    pub weight: Weight,
    /// Colour of what has no colour of its own.
    pub colour: Colour,
}

impl Type {
    const fn new(size: f32, leading: f32, weight: Weight, colour: Colour) -> Type {
        Type {
            size,
            leading: Pt(leading),
            weight,
            colour,
        }
    }

    /// Distance from the top of a block to its first baseline: eight tenths of the size.
    pub fn first_baseline(&self) -> Pt {
        Pt(self.size * 0.8)
    }

    /// The same type in another colour.
    pub fn coloured(self, colour: Colour) -> Type {
        Type { colour, ..self }
    }

    /// The same type in bold.
    pub fn bold(self) -> Type {
        Type {
            weight: Weight::Bold,
            ..self
        }
    }
}

/// Everything that layout asks about looks.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// The paper.
    pub paper: Paper,
    /// Its extent.
    pub page: Size,
    /// White at the left and at the right.
    pub margin: Pt,
    /// Top of the masthead on the first page.
    pub masthead_top: Pt,
    /// Top of the text on the other pages.
    pub text_top: Pt,
    /// White below the text.
    pub text_bottom: Pt,
    /// The column of headings; absent where blocks are stacked.
    pub side: Option<SideColumn>,
    /// Height of the logo in the masthead.
    pub logo_height: Pt,
    /// Space above the title.
    pub title_before: Pt,
    /// Whether the footer has a line of its own for the details.
    pub footer_lines: usize,
    /// Type for each kind of text.
    pub types: Types,
    /// Colours.
    pub palette: Palette,
}

/// The column that holds headings beside the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SideColumn {
    /// Its width.
    pub width: Pt,
    /// The white between it and the text.
    pub gutter: Pt,
}

/// Type for each kind of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Types {
    /// The clinic's name in the masthead.
    pub clinic_name: Type,
    /// What else stands in the masthead.
    pub masthead: Type,
    /// The title.
    pub title: Type,
    /// The smallest size to which a long title may shrink.
    pub title_min_size: f32,
    /// The line below the title.
    pub deck: Type,
    /// The short answer.
    pub short_answer: Type,
    /// Section headings.
    pub heading2: Type,
    /// Headings within a section.
    pub heading3: Type,
    /// Running text.
    pub body: Type,
    /// Cells of a table.
    pub table: Type,
    /// Captions of figures.
    pub caption: Type,
    /// Badges; their leading is not used.
    pub badge: Type,
    /// References, running header and footer.
    pub small: Type,
    /// Citations in running text.
    pub citation: Type,
}

/// The colour of each role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Text.
    pub ink: Colour,
    /// Deck, footer, citations, write-in lines.
    pub muted: Colour,
    /// Headings, links, bars, bullets.
    pub brand: Colour,
    /// Panels.
    pub tint: Colour,
    /// Bands in figures.
    pub tint2: Colour,
    /// Decorative hairlines.
    pub rule: Colour,
    /// Emergency call-outs and the badge "Not supported".
    pub emergency: Colour,
    /// Caution call-outs.
    pub caution: Colour,
    /// Their fill.
    pub caution_tint: Colour,
    /// Tips.
    pub tip: Colour,
    /// Their fill.
    pub tip_tint: Colour,
}

/// The brand colour of a clinic that gives none.
pub const DEFAULT_BRAND: Colour = Colour::rgb(0x0f, 0x5c, 0x69);
/// The panels' tint of the default brand.
pub const DEFAULT_TINT: Colour = Colour::rgb(0xef, 0xf7, 0xf9);
/// The tint of bands in figures of the default brand.
pub const DEFAULT_TINT_2: Colour = Colour::rgb(0xdd, 0xed, 0xf1);
/// The hairlines of the default brand.
pub const DEFAULT_RULE: Colour = Colour::rgb(0xb5, 0xc8, 0xcc);

impl Theme {
    /// The standard edition on a paper, in a clinic's colour.
    pub fn new(paper: Paper, brand: Colour) -> Theme {
        let palette = Palette::from_brand(brand);
        let wide = |width, height, top, masthead, bottom, side, gutter, title: (f32, f32)| {
            let (title_size, title_leading) = title;
            Theme {
                paper,
                page: Size {
                    width: mm(width),
                    height: mm(height),
                },
                margin: mm(20.0),
                masthead_top: mm(masthead),
                text_top: mm(top),
                text_bottom: mm(bottom),
                side: Some(SideColumn {
                    width: mm(side),
                    gutter: mm(gutter),
                }),
                logo_height: mm(12.5),
                title_before: mm(8.0),
                footer_lines: 1,
                types: Types::wide(&palette, title_size, title_leading),
                palette,
            }
        };
        match paper {
            Paper::A4 => wide(210.0, 297.0, 22.0, 14.0, 23.0, 42.0, 6.0, (29.0, 34.0)),
            Paper::Letter => wide(215.9, 279.4, 19.0, 11.0, 20.0, 43.0, 6.0, (28.0, 33.0)),
            Paper::A5 => Theme {
                paper,
                page: Size {
                    width: mm(148.0),
                    height: mm(210.0),
                },
                margin: mm(15.0),
                masthead_top: mm(12.0),
                text_top: mm(19.0),
                text_bottom: mm(21.0),
                side: None,
                logo_height: mm(10.0),
                title_before: mm(6.0),
                footer_lines: 2,
                types: Types::a5(&palette),
                palette,
            },
        }
    }

    /// The same theme with headings above the text instead of beside it.
    pub fn stacked(&self) -> Theme {
        Theme {
            side: None,
            ..self.clone()
        }
    }

    /// The size of a logo of this proportion (width to height) in the masthead: as high as the theme says;
    /// lower where it is wide, so that the clinic's name has room beside it; somewhat higher where it is
    /// tall, so that it is no sliver.
    pub fn logo_size(&self, proportion: f32) -> Size {
        let tall = (1.0 / proportion).sqrt().clamp(1.0, 1.5);
        fitted(
            proportion,
            self.logo_height * tall,
            self.full_measure() * 0.36,
        )
    }

    /// The same in the running header.
    pub fn header_logo_size(&self, proportion: f32) -> Size {
        fitted(proportion, Pt(15.0), self.full_measure() * 0.3)
    }

    /// The vertical unit: a quarter of the body's leading.
    pub fn unit(&self) -> Pt {
        self.types.body.leading / 4.0
    }

    /// Width between the margins.
    pub fn full_measure(&self) -> Pt {
        self.page.width - self.margin * 2.0
    }

    /// Distance from the left margin to the text column.
    pub fn text_indent(&self) -> Pt {
        self.side.map_or(Pt::ZERO, |side| side.width + side.gutter)
    }

    /// Width of the text column.
    pub fn text_measure(&self) -> Pt {
        self.full_measure() - self.text_indent()
    }
}

/// The size of something of this proportion and height, but no wider than this.
fn fitted(proportion: f32, height: Pt, max_width: Pt) -> Size {
    let width = height * proportion;
    if width > max_width {
        Size {
            width: max_width,
            height: max_width / proportion,
        }
    } else {
        Size { width, height }
    }
}

impl Types {
    fn wide(palette: &Palette, title_size: f32, title_leading: f32) -> Types {
        let &Palette {
            ink, muted, brand, ..
        } = palette;
        Types {
            clinic_name: Type::new(14.0, 17.0, Weight::Bold, ink),
            masthead: Type::new(10.5, 14.0, Weight::Regular, muted),
            title: Type::new(title_size, title_leading, Weight::Bold, brand),
            title_min_size: 24.0,
            deck: Type::new(13.0, 18.0, Weight::Regular, muted),
            short_answer: Type::new(15.0, 22.0, Weight::Regular, ink),
            heading2: Type::new(15.0, 19.0, Weight::Bold, brand),
            heading3: Type::new(12.5, 17.0, Weight::Bold, ink),
            body: Type::new(12.0, 17.0, Weight::Regular, ink),
            table: Type::new(12.0, 16.5, Weight::Regular, ink),
            caption: Type::new(10.5, 14.5, Weight::Regular, ink),
            badge: Type::new(10.5, 14.0, Weight::Bold, brand),
            small: Type::new(10.0, 14.0, Weight::Regular, ink),
            citation: Type::new(10.0, 14.0, Weight::Regular, muted),
        }
    }

    fn a5(palette: &Palette) -> Types {
        let wide = Types::wide(palette, 22.0, 27.0);
        let sized = |kind: Type, size, leading| Type {
            size,
            leading: Pt(leading),
            ..kind
        };
        Types {
            title_min_size: 20.0,
            short_answer: sized(wide.short_answer, 13.5, 19.5),
            heading2: sized(wide.heading2, 14.5, 18.0),
            heading3: sized(wide.heading3, 12.5, 16.5),
            body: sized(wide.body, 12.0, 16.5),
            table: sized(wide.table, 12.0, 16.0),
            ..wide
        }
    }
}

impl Palette {
    /// Whether a brand colour is a red, which means emergency only.
    pub fn is_reserved(brand: Colour) -> bool {
        let colour = Oklch::from(brand);
        colour.chroma > 0.06 && !(40.0..345.0).contains(&colour.hue)
    }

    /// All colours, from one. The brand is darkened until text in it has a contrast of 7:1 on its
    /// own tint (WCAG 2.2, success criterion 1.4.6); reds give way to slate, so that red means
    /// emergency only.
    pub fn from_brand(brand: Colour) -> Palette {
        let slate = Colour::rgb(0x2f, 0x45, 0x54);
        let mut base = Oklch::from(if Palette::is_reserved(brand) {
            slate
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
            ink: Colour::rgb(0x1a, 0x21, 0x26),
            muted: Colour::rgb(0x44, 0x51, 0x5a),
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
}

/// A colour by lightness (0 to 1), chroma and hue (degrees), in Björn Ottosson's OKLab space, where
/// equal steps look equal.
#[derive(Clone, Copy, Debug)]
struct Oklch {
    lightness: f64,
    chroma: f64,
    hue: f64,
}

impl From<Colour> for Oklch {
    fn from(colour: Colour) -> Oklch {
        let [r, g, b] = [colour.red, colour.green, colour.blue].map(linear);
        // `cbrt` asks first what the processor can do, which takes a virtual machine longer than the roots.
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).powf(1.0 / 3.0);
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).powf(1.0 / 3.0);
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).powf(1.0 / 3.0);
        let lightness = 0.210_454_255_3 * l + 0.793_617_785 * m - 0.004_072_046_8 * s;
        let a = 1.977_998_495_1 * l - 2.428_592_205 * m + 0.450_593_709_9 * s;
        let b = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766 * s;
        let chroma = a.hypot(b);
        // Greys have no hue; what rounding leaves of one must not colour the tints.
        let chroma = if chroma < 0.002 { 0.0 } else { chroma };
        Oklch {
            lightness,
            chroma,
            hue: b.atan2(a).to_degrees().rem_euclid(360.0),
        }
    }
}

impl Oklch {
    /// The sRGB colour, with just as much chroma taken away as it needs to be one.
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

/// The linear intensity of an sRGB channel (IEC 61966-2-1).
fn linear(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.040_45 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

/// The sRGB channel of a linear intensity (IEC 61966-2-1).
fn gamma(intensity: f64) -> u8 {
    let intensity = intensity.clamp(0.0, 1.0);
    let value = if intensity <= 0.003_130_8 {
        intensity * 12.92
    } else {
        1.055 * intensity.powf(1.0 / 2.4) - 0.055
    };
    (value * 255.0).round() as u8
}

/// The contrast ratio of two colours, 1 to 21 (WCAG 2.2).
pub fn contrast(one: Colour, other: Colour) -> f64 {
    let luminance = |colour: Colour| {
        0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue)
    };
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
        }
    }
}
