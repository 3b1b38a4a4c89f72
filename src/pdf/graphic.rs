//! Makes form XObjects from the graphics of drawings (ISO 32000-1, 8.10).
//!
//! A form has its own resources: shadings (8.7.4.5), graphics states with an opacity (8.4.5), and images.
//! Its bounding box cuts off what reaches over the edge of the drawing. A form is no transparency group:
//! its marks blend with the page, whose blending space is the output intent's.

use std::collections::BTreeMap;
use std::sync::Arc;

use printpdf::{
    CurTransMat, DictItem, ExtendedGraphicsStateId, ExternalStream, ExternalXObject, GradientStop,
    Op, Polygon, Shading, ShadingGeometry, ShadingId, XObject, XObjectId, XObjectTransform,
};

use super::image::image_stream;
use super::page::{Painter, form_dictionary};
use super::pdf_builder::PdfBuilder;
use crate::geometry::{FillRule, Point, Segment};
use crate::picture::{
    Affine, Clip, Gradient, GradientGeometry, Graphic, MarkPaint, OPAQUE, Raster,
};

/// Makes the form XObject of a graphic.
pub(super) fn form(graphic: &Graphic) -> XObject {
    let mut resources = FormResources::default();
    let ops = paint(graphic, &mut resources);
    let mut scratch = PdfBuilder::new(&[]);
    scratch.add_page(graphic.size, ops);
    let (pages, _) = scratch.build();
    let content = pages.into_iter().next().map(|page| page.content);
    let mut dict = form_dictionary(graphic.size);
    dict.insert("Resources".to_owned(), resources.dictionary());
    XObject::External(ExternalXObject {
        stream: ExternalStream {
            dict,
            content: content.unwrap_or_default(),
            compress: true,
        },
        width: None,
        height: None,
        dpi: None,
    })
}

/// Resources of a form by kind and name.
#[derive(Default)]
struct FormResources(BTreeMap<&'static str, BTreeMap<String, DictItem>>);

impl FormResources {
    fn add(&mut self, kind: &'static str, name: String, resource: DictItem) {
        self.0.entry(kind).or_default().insert(name, resource);
    }

    /// Returns a new name for a resource of a kind.
    fn name(&self, kind: &str, prefix: char) -> String {
        format!("{prefix}{}", self.0.get(kind).map_or(0, BTreeMap::len))
    }

    fn dictionary(self) -> DictItem {
        let kinds = self.0.into_iter();
        let map = kinds.map(|(kind, map)| (kind.to_owned(), DictItem::Dict { map }));
        DictItem::Dict { map: map.collect() }
    }
}

fn paint(graphic: &Graphic, resources: &mut FormResources) -> Vec<Op> {
    let mut painter = Painter::without_resources(graphic.size.height);
    let mut open: Vec<usize> = Vec::new();
    let mut images: Vec<(Arc<Raster>, String)> = Vec::new();
    for mark in &graphic.marks {
        let clips = Clip::chain(&graphic.clips, mark.clip);
        let shared = open.iter().zip(&clips).take_while(|(a, b)| a == b).count();
        for _ in shared..open.len() {
            painter.restore();
        }
        for &index in &clips[shared..] {
            let clip = &graphic.clips[index];
            painter.save();
            painter.clip(&clip.segments, clip.rule);
        }
        open = clips;
        if mark.opacity < OPAQUE {
            painter.save();
            let gs = ExtendedGraphicsStateId(format!("G{}", mark.opacity));
            resources.add("ExtGState", gs.0.clone(), opacity_state(mark.opacity));
            painter.push(Op::LoadGraphicsState { gs });
        }
        match &mark.paint {
            MarkPaint::Shape(shape) => painter.shape(Point::default(), shape),
            MarkPaint::Gradient {
                segments,
                rule,
                gradient,
            } => {
                let name = resources.name("Shading", 'S');
                let shading = DictItem::from_lopdf(&shading(gradient).to_dict().into());
                resources.add("Shading", name.clone(), shading);
                painter.save();
                painter.clip(segments, *rule);
                let matrix = upward(gradient.transform, graphic);
                painter.push(transformation(matrix));
                painter.push(Op::PaintShading {
                    id: ShadingId(name),
                });
                painter.restore();
            }
            MarkPaint::Image(image, transform) => {
                let known = images.iter().find(|(known, _)| Arc::ptr_eq(known, image));
                let name = known.map(|(_, name)| name.clone()).unwrap_or_else(|| {
                    let name = resources.name("XObject", 'I');
                    let stream = image_stream(image);
                    resources.add("XObject", name.clone(), DictItem::Stream { stream });
                    images.push((Arc::clone(image), name.clone()));
                    name
                });
                painter.save();
                // Image space begins at the bottom left corner (8.9.5.1).
                let [a, b, c, d, e, f] = upward(*transform, graphic);
                painter.push(transformation([a, b, -c, -d, c + e, d + f]));
                painter.push(Op::UseXobject {
                    id: XObjectId(name),
                    transform: XObjectTransform {
                        no_auto_scale: true,
                        ..XObjectTransform::default()
                    },
                });
                painter.restore();
            }
        }
        if mark.opacity < OPAQUE {
            painter.restore();
        }
    }
    for _ in open {
        painter.restore();
    }
    painter.into_ops()
}

impl Painter<'_> {
    /// Narrows the clip to an outline.
    fn clip(&mut self, segments: &[Segment], rule: FillRule) {
        let polygon = Polygon {
            mode: printpdf::PaintMode::Clip,
            ..self.polygon(Point::default(), segments, rule)
        };
        self.push(Op::DrawPolygon { polygon });
    }
}

fn opacity_state(opacity: u16) -> DictItem {
    let opacity = DictItem::Real(f32::from(opacity) / f32::from(OPAQUE));
    let map = BTreeMap::from([
        ("Type".to_owned(), DictItem::Name(b"ExtGState".to_vec())),
        ("CA".to_owned(), opacity.clone()),
        ("ca".to_owned(), opacity),
    ]);
    DictItem::Dict { map }
}

/// Makes an axial or radial shading.
fn shading(gradient: &Gradient) -> Shading {
    let channel = |value: u8| (f32::from(value) / 255.0 * 1000.0).round() / 1000.0;
    let stops = gradient.stops.iter().map(|&(offset, colour)| GradientStop {
        offset: precise(offset),
        color: [colour.red, colour.green, colour.blue].map(channel),
    });
    Shading {
        geometry: match gradient.geometry {
            GradientGeometry::Linear(coords) => ShadingGeometry::Axial {
                coords: coords.map(precise),
            },
            GradientGeometry::Radial(coords) => ShadingGeometry::Radial {
                coords: coords.map(precise),
            },
        },
        stops: stops.collect(),
        extend: (true, true),
    }
}

/// Returns a transform of the drawing with `y` upwards.
fn upward(Affine([a, b, c, d, e, f]): Affine, graphic: &Graphic) -> [f32; 6] {
    [a, -b, c, -d, e, graphic.size.height.0 - f]
}

fn transformation(matrix: [f32; 6]) -> Op {
    Op::SetTransformationMatrix {
        matrix: CurTransMat::Raw(matrix.map(precise)),
    }
}

/// Rounds a number to six digits: more are noise of the calculation.
fn precise(number: f32) -> f32 {
    if number == 0.0 || !number.is_finite() {
        return 0.0;
    }
    let magnitude = 10_f64.powi(5 - f64::from(number.abs()).log10().floor() as i32);
    ((f64::from(number) * magnitude).round() / magnitude) as f32
}
