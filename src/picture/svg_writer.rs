//! Writes shapes, drawings and pixels as SVG elements.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::{
    Affine, Clip, Gradient, GradientGeometry, Graphic, MarkPaint, OPAQUE, Picture, Raster, Samples,
    VectorItem, raster,
};
use crate::escape::escaped;
use crate::font::{Faces, GlyphRun, Weight};
use crate::geometry::{Colour, FillRule, Point, Segment, Shape, Stroke};

/// Writes SVG elements to a text. Lengths are in points.
pub(crate) struct SvgWriter<'a> {
    faces: &'a Faces,
    /// Begins the ids of clips and gradients, which must be unique in a page.
    id_prefix: String,
    /// Returns a colour as CSS writes it.
    colour: &'a dyn Fn(Colour) -> String,
    ids: usize,
    out: String,
}

impl<'a> SvgWriter<'a> {
    pub(crate) fn new(
        faces: &'a Faces,
        id_prefix: String,
        colour: &'a dyn Fn(Colour) -> String,
    ) -> SvgWriter<'a> {
        SvgWriter {
            faces,
            id_prefix,
            colour,
            ids: 0,
            out: String::new(),
        }
    }

    /// Returns what was written.
    pub(crate) fn finish(self) -> String {
        self.out
    }

    /// Writes elements that the caller has made.
    pub(crate) fn raw(&mut self, elements: &str) {
        self.out.push_str(elements);
    }

    /// Writes a drawing or pixels, in their own size.
    pub(crate) fn picture(&mut self, picture: &Picture) {
        match picture {
            Picture::Raster(raster) => {
                let size = [
                    raster.width as f32,
                    0.0,
                    0.0,
                    raster.height as f32,
                    0.0,
                    0.0,
                ];
                self.image(raster, Affine(size));
            }
            Picture::Vector(vector) => {
                for item in &vector.items {
                    match item {
                        VectorItem::Shape(shape) => self.shape(shape),
                        VectorItem::Text(at, run) => self.text(*at, run),
                        VectorItem::Graphic(graphic) => self.graphic(graphic),
                    }
                }
            }
        }
    }

    pub(crate) fn shape(&mut self, shape: &Shape) {
        let path = path_data(&shape.segments);
        let fill = match shape.fill {
            Some(fill) => (self.colour)(fill),
            None => "none".to_owned(),
        };
        let _ = write!(self.out, r#"<path d="{path}" fill="{fill}""#);
        self.out
            .push_str(&rule_attribute("fill-rule", shape.fill_rule));
        if let Some(stroke) = &shape.stroke {
            self.stroke(stroke);
        }
        self.out.push_str("/>");
    }

    fn stroke(&mut self, stroke: &Stroke) {
        let (colour, width) = ((self.colour)(stroke.colour), svg_number(stroke.width.0));
        let _ = write!(self.out, r#" stroke="{colour}" stroke-width="{width}""#);
        if !stroke.dash.is_empty() {
            let dash: Vec<String> = stroke
                .dash
                .iter()
                .map(|length| svg_number(length.0))
                .collect();
            let _ = write!(self.out, r#" stroke-dasharray="{}""#, dash.join(" "));
        }
        if stroke.round {
            self.out
                .push_str(r#" stroke-linecap="round" stroke-linejoin="round""#);
        }
    }

    /// Writes words as text, as wide as the glyphs are: the reader may not have the face.
    fn text(&mut self, at: Point, run: &GlyphRun) {
        let (x, y) = (svg_number(at.x.0), svg_number(at.y.0));
        let (size, colour) = (svg_number(run.size.0), (self.colour)(run.colour));
        let _ = write!(
            self.out,
            r#"<text x="{x}" y="{y}" font-size="{size}" fill="{colour}""#
        );
        if self.faces.get(run.face).weight == Weight::Bold {
            self.out.push_str(r#" font-weight="700""#);
        }
        let width = self.faces.run_width(run);
        if run.text.chars().count() > 1 && width.0 > 0.0 {
            let width = svg_number(width.0);
            let _ = write!(
                self.out,
                r#" textLength="{width}" lengthAdjust="spacingAndGlyphs""#
            );
        }
        let _ = write!(self.out, ">{}</text>", escaped(&run.text));
    }

    /// Writes the marks of a graphic, from its top left corner.
    pub(crate) fn graphic(&mut self, graphic: &Graphic) {
        let clips: Vec<String> = graphic.clips.iter().map(|clip| self.clip(clip)).collect();
        for mark in &graphic.marks {
            let chain = Clip::chain(&graphic.clips, mark.clip);
            for &clip in &chain {
                let _ = write!(self.out, r#"<g clip-path="url(#{})">"#, clips[clip]);
            }
            let is_transparent = mark.opacity < OPAQUE;
            if is_transparent {
                let opacity = svg_number(f32::from(mark.opacity) / f32::from(OPAQUE));
                let _ = write!(self.out, r#"<g opacity="{opacity}">"#);
            }
            match &mark.paint {
                MarkPaint::Shape(shape) => self.shape(shape),
                MarkPaint::Gradient {
                    segments,
                    rule,
                    gradient,
                } => {
                    let id = self.gradient(gradient);
                    let path = path_data(segments);
                    let rule = rule_attribute("fill-rule", *rule);
                    let _ = write!(self.out, r#"<path d="{path}" fill="url(#{id})"{rule}/>"#);
                }
                MarkPaint::Image(raster, transform) => self.image(raster, *transform),
            }
            if is_transparent {
                self.out.push_str("</g>");
            }
            for _ in chain {
                self.out.push_str("</g>");
            }
        }
    }

    /// Writes a clip and returns its id.
    fn clip(&mut self, clip: &Clip) -> String {
        let id = self.next_id();
        let path = path_data(&clip.segments);
        let rule = rule_attribute("clip-rule", clip.rule);
        let _ = write!(
            self.out,
            r#"<clipPath id="{id}"><path d="{path}"{rule}/></clipPath>"#
        );
        id
    }

    /// Writes a gradient and returns its id.
    fn gradient(&mut self, gradient: &Gradient) -> String {
        let id = self.next_id();
        let (name, geometry) = match gradient.geometry {
            GradientGeometry::Linear(ends) => {
                let [x1, y1, x2, y2] = ends.map(svg_number);
                let ends = format!(r#"x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}""#);
                ("linearGradient", ends)
            }
            GradientGeometry::Radial(circles) => {
                let [fx, fy, fr, cx, cy, r] = circles.map(svg_number);
                let circles =
                    format!(r#"fx="{fx}" fy="{fy}" fr="{fr}" cx="{cx}" cy="{cy}" r="{r}""#);
                ("radialGradient", circles)
            }
        };
        let matrix = matrix(gradient.transform);
        let _ = write!(
            self.out,
            r#"<{name} id="{id}" gradientUnits="userSpaceOnUse" gradientTransform="{matrix}" {geometry}>"#
        );
        for &(offset, colour) in &gradient.stops {
            let (offset, colour) = (svg_number(offset), (self.colour)(colour));
            let _ = write!(
                self.out,
                r#"<stop offset="{offset}" stop-color="{colour}"/>"#
            );
        }
        let _ = write!(self.out, "</{name}>");
        id
    }

    /// Writes pixels on the unit square, which the transform maps.
    pub(crate) fn image(&mut self, raster: &Raster, transform: Affine) {
        let (address, matrix) = (data_address(raster), matrix(transform));
        let _ = write!(
            self.out,
            r#"<image href="{address}" width="1" height="1" preserveAspectRatio="none" transform="{matrix}"/>"#
        );
    }

    fn next_id(&mut self) -> String {
        self.ids += 1;
        format!("{}{}", self.id_prefix, self.ids)
    }
}

/// Returns pixels as a `data:` address.
pub(crate) fn data_address(raster: &Raster) -> String {
    let kind = match raster.samples {
        Samples::Jpeg { .. } => "jpeg",
        Samples::Grey(_) | Samples::Rgb(_) => "png",
    };
    let data = BASE64.encode(raster::to_png(raster));
    format!("data:image/{kind};base64,{data}")
}

fn path_data(segments: &[Segment]) -> String {
    let mut data = String::new();
    for segment in segments {
        match *segment {
            Segment::MoveTo(to) => push_command(&mut data, 'M', &[to]),
            Segment::LineTo(to) => push_command(&mut data, 'L', &[to]),
            Segment::CurveTo(first, second, to) => {
                push_command(&mut data, 'C', &[first, second, to])
            }
            Segment::Close => data.push('Z'),
        }
    }
    data
}

fn push_command(data: &mut String, command: char, points: &[Point]) {
    data.push(command);
    for (index, point) in points.iter().enumerate() {
        if index > 0 {
            data.push(' ');
        }
        let _ = write!(data, "{} {}", svg_number(point.x.0), svg_number(point.y.0));
    }
}

fn rule_attribute(name: &str, rule: FillRule) -> String {
    match rule {
        FillRule::NonZero => String::new(),
        FillRule::EvenOdd => format!(r#" {name}="evenodd""#),
    }
}

fn matrix(Affine(parts): Affine) -> String {
    let parts = parts.map(|part| format!("{part}"));
    format!("matrix({})", parts.join(" "))
}

/// Writes a number with at most two decimals: a hundredth of a point cannot be seen.
pub(crate) fn svg_number(value: f32) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" => "0".to_owned(),
        text => text.to_owned(),
    }
}
