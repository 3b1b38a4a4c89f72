//! `handout generate`: makes leaflets, one file each.
//!
//! 1. Load the sources and choose language, paper and so on, see `leaflet_sources`.
//! 2. Refuse to replace other files.
//! 3. Render each leaflet and write it. A failed leaflet does not stop the others.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::leaflet_sources::{LeafletSources, inputs};
use super::log;
use super::output_file::{
    format_meant, refuse_any_file, refuse_input, refuse_other_ending, refuse_other_file,
};
use super::system_limits::check_stdout;
use super::{HOW_TO_PRINT_FOLDED, Outcome, count, leaflet_mode, print_bytes, write_leaflet};
use crate::cli::{Generate, Global};
use crate::disk::{FileMode, RealDisk};
use crate::finding::Finding;
use crate::keyed_hash::hex;
use crate::leaflet::{
    self, Format, Leaflet, LeafletError, LeafletRequest, Prepared, Product, Renderer,
};
use crate::log::{Action, LogEntry, missing_reference};
use crate::report::MessageFormat;

pub(super) fn run(generate: &Generate, global: &Global) -> anyhow::Result<Outcome> {
    let product = match generate.summary {
        true => Product::TextMessage,
        false => Product::Leaflet,
    };
    let target = OutputTarget::new(generate, product, global)?;
    let date = global.today()?;
    let mut findings = Vec::new();
    let report_no_draft = |handout: &str| {
        if generate.leaflet.draft {
            global.print_status(&format!(
                "No draft of `{handout}` was made: correct these errors first"
            ));
        }
    };
    let sources = LeafletSources::load(
        &generate.handouts,
        &generate.leaflet,
        (global, date),
        &report_no_draft,
        &mut findings,
    )?;
    let Some(sources) = sources else {
        return global.show(&findings);
    };
    let format = match product {
        Product::Leaflet => generate.format,
        Product::TextMessage => Some(Format::Text),
    };
    let mut values = sources.values(&generate.leaflet);
    let chosen = sources.choose(&generate.leaflet, format, &values, &mut findings)?;
    let Some(choices) = chosen else {
        sources.ids().for_each(|id| report_no_draft(id));
        return global.show(&findings);
    };
    let format = choices.options.format;
    let name_of = |id: &str| {
        let stem = sources.file_stem(id, &choices);
        let product = match product {
            Product::Leaflet => "",
            Product::TextMessage => "-summary",
        };
        format!("{stem}{product}.{}", format.extension())
    };
    let names = sources.ids().map(|id| name_of(id));
    let inputs = inputs(&generate.leaflet);
    target.refuse_other_files(names, format, product, &inputs)?;

    for path in sources.ids().filter_map(|id| target.path(&name_of(id))) {
        log::refuse_as_output(&generate.log, &path)?;
    }
    let log = log::open(&generate.log, &sources.clinic)?;
    if log.is_some() {
        let missing = missing_reference(&sources.clinic, &sources.data);
        findings.extend(missing.map(Finding::without_column));
    }
    let clinic_text = sources.clinic.fingerprint();
    let mode = leaflet_mode(&sources.data, generate.leaflet.mode);
    let mut renderer = Renderer::new();
    let mut is_any_written = false;
    for handout in &sources.handouts {
        let request = sources.request(handout, &choices);
        let request = match product {
            Product::Leaflet => request,
            Product::TextMessage => request.with_text_message(),
        };
        let made = Prepared::new(&request, &mut renderer).and_then(|prepared| {
            let elsewhere = prepared.used_by_text_message();
            findings.extend(values.check(prepared.used_data(), elsewhere)?);
            prepared.make(product, &sources.data, &mut renderer)
        });
        let id = &handout.definition.id;
        match made.map_err(|error| leaflet::at_face(error, &sources.clinic)) {
            Ok(leaflet) => {
                is_any_written = true;
                if let Some(log) = &log {
                    let entry = LogEntry::new(Action::Made, &request, clinic_text);
                    let entry = LogEntry {
                        pages: (format == Format::Pdf).then_some(leaflet.layout.pages.len() as u32),
                        format: match product {
                            Product::Leaflet => entry.format,
                            Product::TextMessage => "text-message".to_owned(),
                        },
                        sha256: Some(hex(&leaflet.sha256)),
                        reference: log.reference(&sources.clinic, &sources.data)?,
                        ..entry
                    };
                    log.append(&[entry], &RealDisk)?;
                }
                if let Some(path) = target.write(&name_of(id), &leaflet.bytes, mode)? {
                    let details = details(&leaflet, &request, product, global);
                    global.print_status(&format!("{} ({details})", path.display()));
                }
                findings.extend(leaflet.findings.into_iter().map(Finding::without_column));
            }
            Err(LeafletError::Findings(more)) => {
                values.forget_given();
                report_no_draft(id);
                findings.extend(more.into_iter().map(Finding::without_column));
            }
            Err(LeafletError::Pdf(error)) => {
                return Err(error).with_context(|| format!("cannot make `{id}`"));
            }
        }
    }
    findings.extend(values.unused());
    sources.report_screen_edition(&choices, global);
    if is_any_written && format == Format::Pdf && choices.options.paper.is_folded() {
        global.print_status(HOW_TO_PRINT_FOLDED);
    }
    sources.report_example_clinic(global);
    global.show(&findings)
}

/// Returns the details of a leaflet for its status line, as in `6 pages`.
fn details(
    leaflet: &Leaflet,
    request: &LeafletRequest,
    product: Product,
    global: &Global,
) -> String {
    let mut details = match request.format {
        _ if product == Product::TextMessage => "text message".to_owned(),
        Format::Pdf => {
            let pages = leaflet.layout.pages.len() as u64;
            match request.paper.is_folded() {
                true => count(pages.div_ceil(2), "sheet"),
                false => count(pages, "page"),
            }
        }
        Format::Html => "web page".to_owned(),
        Format::Text => "plain text".to_owned(),
    };
    if global.verbose {
        let (language, paper) = (request.language, request.paper);
        let (size, clinic) = (leaflet.bytes.len(), request.clinic.name());
        details += &format!(", {size} bytes, {language}, {paper:?}, for {clinic}");
    }
    details
}

/// Where leaflets are written.
enum OutputTarget {
    Stdout,
    File(PathBuf),
    /// One file per leaflet, named after the handout's id and the options that differ from the usual ones.
    Folder(PathBuf),
}

impl OutputTarget {
    fn new(generate: &Generate, product: Product, global: &Global) -> anyhow::Result<OutputTarget> {
        let has_several = generate.handouts.len() > 1;
        let output = match (&generate.output, product) {
            (Some(output), _) => output.as_path(),
            (None, Product::Leaflet) => return Ok(OutputTarget::Folder(PathBuf::new())),
            (None, Product::TextMessage) => Path::new("-"),
        };
        if output.as_os_str() == "-" {
            if has_several {
                bail!(
                    "only one leaflet can go to stdout: name one id, or a folder with `--output`"
                );
            }
            if global.message_format == MessageFormat::Json {
                bail!("`--message-format json` and `--output -` both write to stdout: choose one");
            }
            check_stdout()?;
            return Ok(OutputTarget::Stdout);
        }
        let ends_with_separator = output
            .to_string_lossy()
            .ends_with(['/', std::path::MAIN_SEPARATOR]);
        if output.is_dir() || ends_with_separator || has_several {
            let is_folder = output.is_dir() || ends_with_separator;
            if !is_folder && (output.is_file() || format_meant(output).is_some()) {
                bail!(
                    "`{}` is a file: several leaflets need a folder. Write `--output leaflets/`",
                    output.display()
                );
            }
            fs::create_dir_all(output)
                .with_context(|| format!("cannot make the folder `{}`", output.display()))?;
            return Ok(OutputTarget::Folder(output.to_owned()));
        }
        Ok(OutputTarget::File(output.to_owned()))
    }

    /// Fails if a leaflet would replace a file that is something else, or have the name of one. `names` are those of
    /// files in a folder.
    fn refuse_other_files(
        &self,
        names: impl Iterator<Item = String>,
        format: Format,
        product: Product,
        inputs: &[&Path],
    ) -> anyhow::Result<()> {
        if let OutputTarget::File(path) = self {
            refuse_other_ending(path, format)?;
        }
        for name in names {
            if let Some(path) = self.path(&name) {
                refuse_input(&path, inputs.iter().copied())?;
                match product {
                    Product::Leaflet => refuse_other_file(&path, format)?,
                    Product::TextMessage => refuse_any_file(&path)?,
                }
            }
        }
        Ok(())
    }

    /// Returns the file of a leaflet, which has this name in a folder; `None` for stdout.
    fn path(&self, name: &str) -> Option<PathBuf> {
        match self {
            OutputTarget::Stdout => None,
            OutputTarget::File(path) => Some(path.clone()),
            OutputTarget::Folder(folder) => Some(folder.join(name)),
        }
    }

    /// Writes a leaflet. Returns the path of the file, or `None` for stdout.
    fn write(
        &self,
        name: &str,
        bytes: &[u8],
        mode: Option<FileMode>,
    ) -> anyhow::Result<Option<PathBuf>> {
        let path = self.path(name);
        match &path {
            Some(path) => write_leaflet(path, bytes, mode)?,
            None => print_bytes(bytes)?,
        }
        Ok(path)
    }
}
