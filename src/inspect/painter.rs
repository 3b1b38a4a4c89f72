//! Paints masks and patterns, whose text is only a shape.

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::kurbo::{BezPath, Rect};
use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask,
};

use super::canvas::Canvas;

/// A device that paints everything on a canvas.
pub(super) struct Painter {
    pub(super) canvas: Canvas,
}

impl<'a> Device<'a> for Painter {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        let mask = props.soft_mask.as_ref();
        let (transform, blend) = (props.transform, props.blend_mode);
        self.canvas
            .draw_path(path, transform, &props.paint, mode, mask, blend);
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.canvas.push_clip_path(clip);
    }

    fn push_clip_rect(&mut self, rect: &Rect) {
        self.canvas.push_clip_rect(rect);
    }

    fn push_transparency_group(
        &mut self,
        opacity: f32,
        mask: Option<SoftMask<'a>>,
        blend: BlendMode,
    ) {
        self.canvas.push_group(opacity, mask.as_ref(), blend);
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        for positioned in run.glyphs() {
            match &**positioned {
                Glyph::Outline(glyph) => {
                    let outline = positioned.transform() * glyph.outline();
                    self.draw_path(&outline, props.clone(), mode);
                }
                Glyph::Type3(glyph) => {
                    let at = positioned.transform();
                    glyph.interpret(self, props.transform, at, &props.paint);
                }
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.canvas.draw_image(image, props.transform);
    }

    fn pop_clip(&mut self) {
        self.canvas.pop_clip();
    }

    fn pop_transparency_group(&mut self) {
        self.canvas.pop_group();
    }
}
