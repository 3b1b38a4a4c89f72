//! `handout preview`: shows the pages of a leaflet as pictures.
//!
//! 1. Load the sources and choose language, paper and so on, see `leaflet_sources`.
//! 2. Lay out the leaflet, and choose its pages.
//! 3. Refuse to replace other files. Then paint and write one picture after another.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::leaflet_sources::{LeafletSources, inputs};
use super::output_file::{image_format, is_our_image, refuse_input, refuse_other_image};
use super::system_limits::check_stdout;
use super::{Outcome, count, leaflet_mode, print_bytes, write_leaflet};
use crate::cli::{Global, Preview};
use crate::disk::FileMode;
use crate::finding::Finding;
use crate::layout::page::Layout;
use crate::leaflet::{self, Format, LaidOutLeaflet, LeafletError, PreparedLayout, Renderer};
use crate::page_image::{ImageFormat, PageImage, PageImageError, Print};
use crate::report::MessageFormat;

pub(super) fn run(preview: &Preview, global: &Global) -> anyhow::Result<Outcome> {
    let target = ImageTarget::new(preview, global)?;
    let date = global.today()?;
    let mut findings = Vec::new();
    let names = std::slice::from_ref(&preview.handout);
    let report_missing = |_: &str| {};
    let sources = LeafletSources::load(
        names,
        &preview.leaflet,
        (global, date),
        &report_missing,
        &mut findings,
    )?;
    let Some(sources) = sources else {
        return global.show(&findings);
    };
    let mut values = sources.values(&preview.leaflet);
    let chosen = sources.choose(&preview.leaflet, Some(Format::Pdf), &values, &mut findings)?;
    let Some(choices) = chosen else {
        return global.show(&findings);
    };
    let inputs = inputs(&preview.leaflet);
    let mode = leaflet_mode(&sources.data, preview.leaflet.mode);
    for handout in &sources.handouts {
        let request = sources.request(handout, &choices);
        let mut renderer = Renderer::new();
        let made = PreparedLayout::new(&request, &mut renderer).and_then(|(prepared, _)| {
            let elsewhere = prepared.used_by_text_message();
            findings.extend(values.check(prepared.used_data().collect(), elsewhere)?);
            Ok(prepared.lay_out(&sources.data, &mut renderer)?)
        });
        match made {
            Ok(leaflet) => {
                let LaidOutLeaflet {
                    layout,
                    findings: more,
                    ..
                } = leaflet;
                findings.extend(more.into_iter().map(Finding::without_column));
                let images = Images::choose(preview, &layout, mode)?;
                let stem = sources.file_stem(&handout.definition.id, &choices);
                let written = target.write(&images, &sources, &stem, &inputs, &mut findings)?;
                if let Some(written) = written {
                    global.print_status(&written);
                }
            }
            Err(LeafletError::Findings(more)) => {
                values.forget_given();
                findings.extend(more.into_iter().map(Finding::without_column));
            }
            Err(LeafletError::Pdf(error)) => return Err(error.into()),
        }
    }
    findings.extend(values.unused());
    sources.report_example_clinic(global);
    global.show(&findings)
}

/// Maximum number of pictures of an earlier leaflet that are looked for.
const MOST_LEFT_OVER: usize = 1000;

/// The pictures that the command line asks for.
struct Images<'a> {
    layout: &'a Layout,
    /// Chosen pages, from 0; never empty.
    pages: Vec<usize>,
    contact_sheet: bool,
    width: u32,
    print: Print,
    mode: Option<FileMode>,
}

impl<'a> Images<'a> {
    /// Fails if the leaflet lacks a page.
    fn choose(
        preview: &Preview,
        layout: &'a Layout,
        mode: Option<FileMode>,
    ) -> anyhow::Result<Images<'a>> {
        let count = layout.pages.len();
        let pages = match &preview.pages {
            None => (0..count).collect(),
            Some(ranges) if ranges.last() as usize > count => {
                let pages = super::count(count as u64, "page");
                bail!(
                    "there is no page {}: the leaflet has {pages}",
                    ranges.last()
                )
            }
            Some(ranges) => ranges
                .pages()
                .into_iter()
                .map(|page| page as usize - 1)
                .collect(),
        };
        Ok(Images {
            layout,
            pages,
            contact_sheet: preview.contact_sheet,
            width: preview.width,
            print: match preview.mono_laser {
                true => Print::MonoLaser,
                false => Print::Colour,
            },
            mode,
        })
    }

    /// Returns what each picture shows.
    fn all(&self) -> Vec<Shown> {
        match self.contact_sheet {
            true => vec![Shown::ContactSheet],
            false => self.pages.iter().map(|&page| Shown::Page(page)).collect(),
        }
    }

    fn paint(
        &self,
        shown: Shown,
        format: ImageFormat,
        sources: &LeafletSources,
    ) -> Result<Vec<u8>, PageImageError> {
        let faces = &sources.clinic.faces;
        let image = match shown {
            Shown::Page(page) => PageImage::of_page(self.layout, page, faces)?,
            Shown::ContactSheet => PageImage::contact_sheet(self.layout, &self.pages, faces)?,
        };
        match format {
            ImageFormat::Svg => Ok(image.to_svg(self.width).into_bytes()),
            ImageFormat::Png => image.to_png(self.width, self.print),
        }
    }
}

/// Content of a picture.
#[derive(Clone, Copy)]
enum Shown {
    /// Counts from 0.
    Page(usize),
    ContactSheet,
}

/// Where pictures are written.
enum ImageTarget {
    Stdout,
    File(PathBuf, ImageFormat),
    /// One PNG file per picture, named after the handout's id, the edition and the page.
    Folder(PathBuf),
}

impl ImageTarget {
    fn new(preview: &Preview, global: &Global) -> anyhow::Result<ImageTarget> {
        let Some(output) = &preview.output else {
            return Ok(ImageTarget::Folder(PathBuf::new()));
        };
        if output.as_os_str() == "-" {
            if global.message_format == MessageFormat::Json {
                bail!("`--message-format json` and `--output -` both write to stdout: choose one");
            }
            check_stdout()?;
            return Ok(ImageTarget::Stdout);
        }
        let ends_with_separator = output
            .to_string_lossy()
            .ends_with(['/', std::path::MAIN_SEPARATOR]);
        if output.is_dir() || ends_with_separator {
            return Ok(ImageTarget::Folder(output.clone()));
        }
        let format = image_format(output)?;
        if preview.mono_laser && format == ImageFormat::Svg {
            bail!(
                "`--mono-laser` needs pixels: write `--output {}`",
                output.with_extension("png").display()
            );
        }
        Ok(ImageTarget::File(output.clone(), format))
    }

    /// Paints and writes the pictures of a leaflet. Their files in a folder begin with `stem`. Returns a line
    /// about the files; `None` for stdout and if there are none. A face that cannot be painted is a finding.
    fn write(
        &self,
        images: &Images,
        sources: &LeafletSources,
        stem: &str,
        inputs: &[&Path],
        findings: &mut Vec<Finding>,
    ) -> anyhow::Result<Option<String>> {
        let shown = images.all();
        let format = match self {
            ImageTarget::File(_, format) => *format,
            ImageTarget::Stdout | ImageTarget::Folder(_) => ImageFormat::Png,
        };
        if matches!(self, ImageTarget::Stdout) && shown.len() > 1 {
            bail!(
                "only one picture can go to stdout: choose a page with `--pages`, or add `--contact-sheet`"
            );
        }
        let path = |of: &Shown| self.path(*of, stem, shown.len());
        for path in shown.iter().filter_map(path) {
            refuse_input(&path, inputs.iter().copied())?;
            refuse_other_image(&path, format)?;
        }
        if let ImageTarget::Folder(folder) = self
            && !folder.as_os_str().is_empty()
        {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
        }
        for &of in &shown {
            let bytes = match images.paint(of, format, sources) {
                Ok(bytes) => bytes,
                Err(error) => {
                    let PageImageError::Face(face) = &error else {
                        return Err(error.into());
                    };
                    let finding = leaflet::unusable_face(face, &sources.clinic);
                    findings.push(finding.ok_or(error)?);
                    return Ok(None);
                }
            };
            match path(&of) {
                Some(path) => write_leaflet(&path, &bytes, images.mode)?,
                None => print_bytes(&bytes)?,
            }
        }
        let paths: Vec<PathBuf> = shown.iter().filter_map(path).collect();
        findings.extend(self.left_over(images, stem, &paths));
        let name = |path: &PathBuf| path.display().to_string();
        let is_gapless = images
            .pages
            .windows(2)
            .all(|pages| pages[0] + 1 == pages[1]);
        let pages = count(images.pages.len() as u64, "page");
        Ok(match &paths[..] {
            [] => None,
            [path] => Some(format!("{} ({pages})", name(path))),
            [first, .., last] if is_gapless => {
                Some(format!("{} to {} ({pages})", name(first), name(last)))
            }
            paths => {
                let names: Vec<String> = paths.iter().map(name).collect();
                Some(format!("{} ({pages})", names.join(", ")))
            }
        })
    }

    /// Reports pictures of an earlier, longer leaflet, which look like pages of this one. `written` are the files of
    /// this one.
    fn left_over(&self, images: &Images, stem: &str, written: &[PathBuf]) -> Option<Finding> {
        let format = match self {
            ImageTarget::Stdout => return None,
            ImageTarget::File(_, format) => *format,
            ImageTarget::Folder(_) => ImageFormat::Png,
        };
        let count = images.layout.pages.len();
        let is_whole = !images.contact_sheet && images.pages.len() == count;
        // One page has no number in a file that the command line names.
        let first = match self {
            ImageTarget::File(..) if is_whole && count == 1 => 0,
            _ => count,
        };
        let pages = (first..first + MOST_LEFT_OVER).map(Shown::Page);
        let paths = pages.filter_map(|page| self.path(page, stem, usize::MAX));
        let old: Vec<PathBuf> = paths
            .take_while(|path| is_our_image(path, format))
            .filter(|path| !written.contains(path))
            .collect();
        let name = |path: &PathBuf| path.display().to_string();
        let (names, verb) = match &old[..] {
            [] => return None,
            [one] => (format!("`{}`", name(one)), "is"),
            [first, .., last] => (format!("`{}` to `{}`", name(first), name(last)), "are"),
        };
        let message = format!("{names} {verb} from an earlier leaflet, which was longer");
        let help = "delete old pictures before someone takes them for pages of this leaflet";
        Some(Finding::warning("old-picture", message).help(help))
    }

    /// Returns the file of one of `count` pictures; `None` for stdout.
    fn path(&self, shown: Shown, stem: &str, count: usize) -> Option<PathBuf> {
        let suffix = match shown {
            Shown::Page(page) => (page + 1).to_string(),
            Shown::ContactSheet => "pages".to_owned(),
        };
        match self {
            ImageTarget::Stdout => None,
            ImageTarget::File(path, _) if count == 1 => Some(path.clone()),
            ImageTarget::File(path, _) => Some(with_suffix(path, &suffix)),
            ImageTarget::Folder(folder) => Some(folder.join(format!("{stem}-{suffix}.png"))),
        }
    }
}

/// Returns a path with a suffix before its ending, as in `page-2.png`.
fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_os_string();
    let mut name = part(path.file_stem());
    name.push(format!("-{suffix}."));
    name.push(part(path.extension()));
    path.with_file_name(name)
}
