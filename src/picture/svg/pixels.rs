//! Draws masks, filters and patterns as pixels with resvg, and bounds its work.

use resvg::tiny_skia::{self, Pixmap, Transform};
use usvg::filter::Kind;

use crate::geometry::{Pt, Size};
use crate::picture::trim;
use crate::picture::{PictureError, PictureUse, Raster, Samples};

/// Pixels per inch of a drawing in print.
const DENSITY: f32 = 300.0;
/// Pixels of the longer side when the margins of a logo are searched.
const PREVIEW: f32 = 400.0;
/// Most steps of painting, each of one pixel.
const MAX_STEPS: f64 = 1e9;
/// Most pixels in memory at the same time.
const MAX_PIXELS: f64 = 60e6;

/// Draws a tree as pixels on white paper. Cuts off wide margins of a logo.
pub(super) fn draw(tree: &usvg::Tree, purpose: PictureUse) -> Result<Raster, PictureError> {
    let (width, height) = (tree.size().width(), tree.size().height());
    let mut area = (0.0, 0.0, width, height);
    if purpose == PictureUse::Logo {
        let scale = PREVIEW / width.max(height);
        check_work(tree, scale)?;
        let preview = render(tree, area, scale)?;
        if let Some((x, y)) = trim::margins(&preview) {
            let at = |pixel: usize, length: f32| (pixel as f32 / scale).clamp(0.0, length);
            let (left, right) = (at(x.start.saturating_sub(1), width), at(x.end + 1, width));
            let (top, bottom) = (at(y.start.saturating_sub(1), height), at(y.end + 1, height));
            area = (left, top, right - left, bottom - top);
        }
    }
    let size = Size::new(Pt(area.2), Pt(area.3));
    let Size { width, .. } = fitted(size, purpose.largest_size());
    let scale = width.0 / size.width.0 * DENSITY / 72.0;
    check_work(tree, scale)?;
    render(tree, area, scale)
}

/// Draws a tree as pixels on white paper. `width` is that of the picture, in pixels.
pub(super) fn draw_at_width(tree: &usvg::Tree, width: u32) -> Result<Raster, PictureError> {
    let (across, down) = (tree.size().width(), tree.size().height());
    render(tree, (0.0, 0.0, across, down), width as f32 / across)
}

/// Returns the largest size of these proportions in a box.
fn fitted(size: Size, room: Size) -> Size {
    let scale = (room.width / size.width).min(room.height / size.height);
    Size::new(size.width * scale, size.height * scale)
}

/// Draws an area of the tree: left, top, width, height.
fn render(
    tree: &usvg::Tree,
    (left, top, width, height): (f32, f32, f32, f32),
    scale: f32,
) -> Result<Raster, PictureError> {
    let pixels = |length: f32| ((length * scale).round() as u32).max(1);
    let mut pixmap = Pixmap::new(pixels(width), pixels(height))
        .ok_or_else(|| PictureError::Unreadable("it has no size".to_owned()))?;
    pixmap.fill(tiny_skia::Color::WHITE);
    let transform = Transform::from_scale(scale, scale).pre_translate(-left, -top);
    resvg::render(tree, transform, &mut pixmap.as_mut());
    let colours = pixmap.data().chunks_exact(4);
    let is_grey = colours.clone().all(|c| c[0] == c[1] && c[1] == c[2]);
    Ok(Raster {
        width: pixmap.width(),
        height: pixmap.height(),
        samples: match is_grey {
            true => Samples::Grey(colours.map(|c| c[0]).collect()),
            false => Samples::Rgb(colours.flat_map(|c| [c[0], c[1], c[2]]).collect()),
        },
        opacity: None,
    })
}

/// Cost of painting, in pixels.
#[derive(Clone, Copy, Default)]
struct Work {
    steps: f64,
    /// Pixels in memory at the same time.
    memory: f64,
}

impl Work {
    fn add(&mut self, other: Work) {
        self.steps += other.steps;
        self.memory = self.memory.max(other.memory);
    }
}

/// Refuses a drawing that takes too long or too much memory at this scale.
fn check_work(tree: &usvg::Tree, scale: f32) -> Result<(), PictureError> {
    let canvas = Canvas {
        scale,
        pixels: f64::from(tree.size().width() * scale) * f64::from(tree.size().height() * scale),
    };
    let mut work = canvas.group(tree.root());
    work.memory += canvas.pixels;
    if work.steps > MAX_STEPS || work.memory > MAX_PIXELS {
        let message = "its masks, filters and patterns take too long to draw";
        return Err(PictureError::TooLarge(message.to_owned()));
    }
    Ok(())
}

struct Canvas {
    scale: f32,
    pixels: f64,
}

impl Canvas {
    /// Returns the pixels of an area in the drawing. resvg limits layers to five times the canvas on each
    /// side.
    fn pixels(&self, width: f32, height: f32) -> f64 {
        let pixels = f64::from(width * self.scale) * f64::from(height * self.scale);
        pixels.min(25.0 * self.pixels).max(1.0)
    }

    /// Returns the same canvas for content that a transform maps to the drawing.
    fn scaled(&self, transform: Transform) -> Canvas {
        let (across, down) = transform.get_scale();
        Canvas {
            scale: self.scale * across.max(down),
            ..*self
        }
    }

    fn group(&self, group: &usvg::Group) -> Work {
        let mut inside = Work::default();
        for child in group.children() {
            inside.add(match child {
                usvg::Node::Group(child) => self.group(child),
                usvg::Node::Path(path) => self.path(path),
                usvg::Node::Image(image) => {
                    let size = image.size();
                    let file = f64::from(size.width()) * f64::from(size.height());
                    let area = image.abs_bounding_box();
                    Work {
                        steps: 8.0 * file + 8.0 * self.pixels(area.width(), area.height()),
                        memory: 2.0 * file,
                    }
                }
                usvg::Node::Text(text) => self.group(text.flattened()),
            });
        }
        if !group.should_isolate() {
            return inside;
        }
        let area = group.abs_layer_bounding_box();
        let layer = self.pixels(area.width(), area.height());
        // Masks, clip paths and filters are in the coordinates of the group.
        let own = self.scaled(group.abs_transform());
        let mut work = Work {
            steps: inside.steps + 2.0 * layer,
            memory: inside.memory,
        };
        for filter in group.filters() {
            let mut results = 2.0 * layer;
            for primitive in filter.primitives() {
                let weight = own.weight(primitive.kind(), layer);
                work.steps += layer * (6.0 + weight);
                results += layer;
                if let Kind::Image(image) = primitive.kind() {
                    work.add(own.group(image.root()));
                }
            }
            work.memory = work.memory.max(results);
        }
        let mut clip = group.clip_path();
        while let Some(path) = clip {
            work.add(own.group(path.root()));
            work.steps += 2.0 * layer;
            work.memory = work.memory.max(layer);
            clip = path.clip_path();
        }
        let mut mask = group.mask();
        while let Some(inner) = mask {
            work.add(own.group(inner.root()));
            work.steps += 6.0 * layer;
            work.memory = work.memory.max(2.0 * layer);
            mask = inner.mask();
        }
        work.memory += layer;
        work
    }

    fn path(&self, path: &usvg::Path) -> Work {
        let area = path.abs_stroke_bounding_box();
        // A path is clipped to the canvas.
        let area = self.pixels(area.width(), area.height()).min(self.pixels);
        let mut work = Work {
            steps: area + path.data().len() as f64,
            memory: 0.0,
        };
        let fill = path.fill().map(usvg::Fill::paint);
        let stroke = path.stroke().map(usvg::Stroke::paint);
        for paint in [fill, stroke].into_iter().flatten() {
            if let usvg::Paint::Pattern(pattern) = paint {
                // resvg draws a tile as a whole, however large it is.
                let own = self.scaled(path.abs_transform().pre_concat(pattern.transform()));
                let tile = pattern.rect();
                let tile =
                    f64::from(tile.width() * own.scale) * f64::from(tile.height() * own.scale);
                let own = Canvas {
                    pixels: tile.max(1.0),
                    ..own
                };
                work.add(own.group(pattern.root()));
                work.steps += area + 2.0 * tile;
                work.memory += tile;
            }
        }
        work
    }

    /// Steps of a filter primitive for each pixel.
    fn weight(&self, kind: &Kind, layer: f64) -> f64 {
        let matrix = |columns: f32, rows: f32| f64::from(columns) * f64::from(rows);
        match kind {
            Kind::GaussianBlur(_) => 30.0,
            Kind::DropShadow(_) => 35.0,
            Kind::Morphology(morphology) => {
                let side = |radius: usvg::PositiveF32| 2.0 * radius.get() * self.scale + 1.0;
                matrix(side(morphology.radius_x()), side(morphology.radius_y())).min(layer)
            }
            Kind::ConvolveMatrix(convolution) => {
                let data = convolution.matrix();
                4.0 * f64::from(data.columns()) * f64::from(data.rows())
            }
            Kind::Turbulence(turbulence) => 60.0 * f64::from(turbulence.num_octaves().max(1)),
            Kind::DiffuseLighting(_) | Kind::SpecularLighting(_) => 40.0,
            Kind::Merge(merge) => merge.inputs().len() as f64,
            Kind::Blend(_)
            | Kind::ColorMatrix(_)
            | Kind::ComponentTransfer(_)
            | Kind::Composite(_)
            | Kind::DisplacementMap(_)
            | Kind::Flood(_)
            | Kind::Image(_)
            | Kind::Offset(_)
            | Kind::Tile(_) => 6.0,
        }
    }
}
