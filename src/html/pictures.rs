//! Logos, figures, icons and codes.

use std::fmt::Write as _;
use std::sync::Arc;

use super::WebPage;
use crate::document::{Certainty, Icon, QrCode};
use crate::escape::escaped;
use crate::geometry::{Colour, Pt, Shape};
use crate::pictogram;
use crate::picture::{Picture, PictureFile, SvgWriter, data_address};
use crate::qr_code::QrOutline;

/// Width at which a logo is sampled down, with the density of print: 417 pixels.
pub(super) const LOGO_WIDTH: Pt = Pt(100.0);
/// Width at which a figure is sampled down: 800 pixels.
pub(super) const FIGURE_WIDTH: Pt = Pt(192.0);

/// Width of a QR code; the page scales it.
const QR_SIDE: Pt = Pt(80.0);

/// Side of the squares that icons are drawn on.
const GRID: Pt = Pt(48.0);

impl WebPage<'_> {
    /// Writes a picture with its text alternative.
    pub(super) fn picture(&mut self, file: &PictureFile, alt: &str, width: Pt) {
        let (picture, alt) = (file.in_print(width), escaped(alt));
        match &*picture {
            Picture::Raster(raster) => {
                let (width, height) = (raster.width, raster.height);
                let address = data_address(raster);
                let _ = write!(
                    self.out,
                    "<img src=\"{address}\" width=\"{width}\" height=\"{height}\" alt=\"{alt}\">"
                );
            }
            Picture::Vector(vector) => {
                let palette = self.palette;
                let colour = |colour| palette.of_drawing(colour).to_string();
                let ids = self.next_name();
                let mut writer = SvgWriter::new(self.faces, format!("{ids}_"), &colour);
                writer.picture(&picture);
                let drawing = writer.finish();
                let (width, height) = (vector.size.width.0, vector.size.height.0);
                let role = match alt.is_empty() {
                    true => "aria-hidden=\"true\"".to_owned(),
                    false => format!("role=\"img\" aria-label=\"{alt}\""),
                };
                let _ = write!(
                    self.out,
                    "<svg viewBox=\"0 0 {width} {height}\" {role}>{drawing}</svg>"
                );
            }
        }
    }

    /// Writes a pictogram in the colour of the text. A label always says the same in words.
    pub(super) fn icon(&mut self, icon: Icon) {
        let shapes = pictogram::pictogram(icon, GRID, Colour::BLACK);
        self.symbol("icon", &shapes);
    }

    /// Writes the symbol of a certainty.
    pub(super) fn certainty_symbol(&mut self, certainty: Certainty) {
        let shapes = pictogram::certainty_symbol(certainty, GRID, Colour::BLACK, Colour::WHITE);
        self.symbol("symbol", &shapes);
    }

    fn symbol(&mut self, class: &str, shapes: &[Arc<Shape>]) {
        let mut writer = SvgWriter::new(self.faces, String::new(), &theme_colour);
        shapes.iter().for_each(|shape| writer.shape(shape));
        let drawing = writer.finish();
        let _ = write!(
            self.out,
            "<svg class=\"{class}\" viewBox=\"0 0 48 48\" aria-hidden=\"true\">{drawing}</svg>"
        );
    }

    /// Writes a QR code above its label; both lead to its address.
    pub(super) fn qr_code(&mut self, qr: &QrCode) {
        let Some(code) = QrOutline::draw(&qr.url, QR_SIDE, Pt::ZERO) else {
            return;
        };
        let mut writer = SvgWriter::new(self.faces, String::new(), &css_colour);
        writer.shape(&code.modules);
        let (drawing, side) = (writer.finish(), code.side.0);
        let (url, alt, label) = (escaped(&qr.url), escaped(&qr.alt), escaped(&qr.label));
        let _ = writeln!(
            self.out,
            "<p class=\"qr\"><a href=\"{url}\"><svg viewBox=\"0 0 {side} {side}\" role=\"img\" \
             aria-label=\"{alt}\">{drawing}</svg> {label}</a></p>"
        );
    }
}

fn css_colour(colour: Colour) -> String {
    colour.to_string()
}

/// Replaces white by the colour of the page, and any other colour by that of the text.
fn theme_colour(colour: Colour) -> String {
    match colour {
        Colour::WHITE => "var(--ground)".to_owned(),
        _ => "currentColor".to_owned(),
    }
}
