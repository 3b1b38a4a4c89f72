//! `handout generate`: makes leaflets, one file each.
//!
//! 1. Load the reader's data, the library, the clinic and the handouts. One run reports the
//!    errors in all of these files.
//! 2. Choose language, paper, edition and format: from flags, else from the reader's need or the clinic's
//!    defaults.
//! 3. Render each leaflet and write it. A failed leaflet does not stop the others.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use jiff::civil::Date;

use super::output_file::{
    format_meant, refuse_any_file, refuse_input, refuse_other_ending, refuse_other_file,
};
use super::system_limits::check_stdout;
use super::{
    Outcome, collect_findings, count, lookup, more_faults, print_bytes, reader_data, write_file,
};
use crate::check::ValueNames;
use crate::cli::{Generate, Global};
use crate::finding::Finding;
use crate::font::Faces;
use crate::leaflet::{
    self, Format, Leaflet, LeafletError, LeafletRequest, Prepared, Product, Renderer,
};
use crate::library::{Clinic, Handout, Library};
use crate::report::MessageFormat;
use crate::request_options::{
    EditionSource, OptionSources, READER_FORMAT, RequestOptions, needed_edition,
};
use crate::resolve::{JobData, Purpose};

pub(super) fn run(generate: &Generate, global: &Global) -> anyhow::Result<Outcome> {
    let product = match generate.summary {
        true => Product::TextMessage,
        false => Product::Leaflet,
    };
    let target = OutputTarget::new(generate, product, global)?;
    let date = global.today()?;
    let mut findings = Vec::new();
    let report_no_draft = |handout: &String| {
        if generate.draft {
            global.print_status(&format!(
                "No draft of `{handout}` was made: correct these errors first"
            ));
        }
    };
    let Some((library, clinic, data)) = load(generate, global, date, &mut findings)? else {
        generate.handouts.iter().for_each(report_no_draft);
        return global.show(&findings);
    };
    let handouts = open_handouts(generate, &library, &clinic, &report_no_draft, &mut findings)?;
    let data_names = leaflet::data_names(&data);
    let of_clinic = clinic.facts.data.iter().map(|field| field.name.clone());
    let of_handouts = handouts.iter().flat_map(|handout| &handout.definition.data);
    let mut names = ValueNames {
        given: data_names.iter().cloned().collect(),
        declared: of_clinic.chain(of_handouts.cloned()).collect(),
        ..ValueNames::default()
    };

    names.given.remove(READER_FORMAT);
    let mut sources = OptionSources {
        asked: RequestOptions {
            language: generate.language.clone(),
            paper: generate.paper,
            edition: generate.edition,
            references: generate.references,
            format: match product {
                Product::Leaflet => generate.format,
                Product::TextMessage => Some(Format::Text),
            },
        },
        clinic: RequestOptions::of_clinic(&clinic),
        ..OptionSources::default()
    };
    let faults = match generate.edition {
        Some(_) => None,
        None => reader_data::misspelt_need(&names)
            .map_or_else(|| needed_edition(&data), Err)
            .map(|need| sources.need = need)
            .err(),
    };
    if let Some(fault) = faults {
        handouts
            .iter()
            .for_each(|handout| report_no_draft(&handout.definition.id));
        findings.push(fault.without_column());
        return global.show(&findings);
    }
    let default_language = &library.manifest().language;
    let language = sources.language().unwrap_or(default_language);
    check_language(language, &handouts)?;
    let options = match sources.choose() {
        Ok(options) => options,
        Err(fault) if fault.edition_source == EditionSource::Need => {
            findings.push(fault.finding.in_column(READER_FORMAT).without_column());
            return global.show(&findings);
        }
        Err(fault) => {
            let help = fault.finding.help.unwrap_or_default();
            bail!("{}: {help}", fault.finding.message);
        }
    };
    let format = options.format;
    let name_of = |id: &str| {
        let parts = options.file_name_parts(language, default_language);
        let product = match product {
            Product::Leaflet => "",
            Product::TextMessage => "-summary",
        };
        format!("{id}{parts}{product}.{}", format.extension())
    };
    let ids = handouts.iter().map(|handout| &handout.definition.id);
    let inputs = [
        generate.data.as_deref(),
        lookup::clinic_path(generate.clinic.as_deref()),
    ];
    let inputs: Vec<&Path> = inputs.into_iter().flatten().collect();
    target.refuse_other_files(ids.map(|id| name_of(id)), format, product, &inputs)?;

    let purpose = match generate.draft {
        true => Purpose::Draft,
        false => Purpose::Patients,
    };
    let mut renderer = Renderer::new();
    for handout in &handouts {
        let request = LeafletRequest::new(&library, handout, &clinic, date)
            .with_language(language)
            .with_paper(options.paper)
            .with_edition(options.edition)
            .with_references(options.references)
            .with_format(format)
            .with_purpose(purpose)
            .with_data_names(data_names.clone());
        let made = Prepared::new(&request, &mut renderer).and_then(|prepared| {
            let used: BTreeSet<String> = prepared
                .used_data()
                .into_iter()
                .map(str::to_owned)
                .collect();
            names.used.extend(used.iter().cloned());
            let own = ValueNames {
                used,
                ..names.clone()
            };
            let misspelt = reader_data::misspelt_values(&own, &generate.set);
            if misspelt.is_empty() || generate.draft {
                findings.extend(misspelt);
                prepared.make(product, &data, &mut renderer)
            } else {
                Err(LeafletError::Findings(misspelt))
            }
        });
        let id = &handout.definition.id;
        match made.map_err(|error| leaflet::at_face(error, &clinic)) {
            Ok(leaflet) => {
                if let Some(path) = target.write(&name_of(id), &leaflet.bytes)? {
                    let details = details(&leaflet, &request, product, global);
                    global.print_status(&format!("{} ({details})", path.display()));
                }
                findings.extend(leaflet.findings.into_iter().map(Finding::without_column));
            }
            Err(LeafletError::Findings(more)) => {
                // The names that its texts use are unknown.
                names.given.clear();
                report_no_draft(id);
                findings.extend(more.into_iter().map(Finding::without_column));
            }
            Err(LeafletError::Pdf(error)) => {
                return Err(error).with_context(|| format!("cannot make `{id}`"));
            }
        }
    }
    findings.extend(reader_data::unused_values(&names, &generate.set));
    if clinic.is_example() && !handouts.is_empty() {
        global.print_status(lookup::OF_EXAMPLE_CLINIC);
    }
    global.show(&findings)
}

/// Loads library, clinic and reader's data. `None` if one of them has errors: then the findings also have those
/// of the others.
fn load(
    generate: &Generate,
    global: &Global,
    date: Date,
    findings: &mut Vec<Finding>,
) -> anyhow::Result<Option<(Library, Clinic, JobData)>> {
    let faces = Faces::bundled();
    let data = reader_data::load(generate.data.as_deref(), &generate.set);
    let data = collect_findings(data, findings)?;
    let Some(library) = collect_findings(global.library(), findings)? else {
        findings.extend(more_faults::of_clinic(generate.clinic.as_deref(), &faces));
        return Ok(None);
    };
    let clinic = lookup::clinic(generate.clinic.as_deref(), &library, &faces);
    let clinic = collect_findings(clinic, findings)?;
    if let (Some(clinic), Some(data)) = (clinic, data) {
        return Ok(Some((library, clinic, data)));
    }
    findings.extend(text_findings(generate, &library));
    if let Some(path) = lookup::clinic_path(generate.clinic.as_deref()) {
        let names = &generate.handouts;
        more_faults::add_of_texts(path, names, &library, date, &faces, findings);
    }
    Ok(None)
}

/// Opens the named handouts that have a text in the language of the leaflet.
fn open_handouts(
    generate: &Generate,
    library: &Library,
    clinic: &Clinic,
    report_no_draft: &impl Fn(&String),
    findings: &mut Vec<Finding>,
) -> anyhow::Result<Vec<Handout>> {
    let mut handouts = Vec::new();
    for name in &generate.handouts {
        let handout = lookup::handout(name, library, clinic);
        let handout = collect_findings(handout, findings)?;
        if handout.is_none() {
            report_no_draft(name);
        }
        findings.extend(lookup::unread_folder(name, library, clinic));
        handouts.extend(handout);
    }
    if handouts.is_empty() {
        let shared = library.shared_text(text_language(generate, library));
        findings.extend(shared.err().into_iter().flatten());
    }
    if generate.language.is_none() {
        handouts.retain(|handout| {
            let missing_language = clinic.lacks_language(handout);
            findings.extend(missing_language.clone());
            missing_language.is_none()
        });
    }
    Ok(handouts)
}

/// Returns the errors in the library's texts for the named handouts.
fn text_findings(generate: &Generate, library: &Library) -> Vec<Finding> {
    let language = text_language(generate, library);
    let mut findings = library.shared_text(language).err().unwrap_or_default();
    let ids = library.ids();
    for id in generate.handouts.iter().filter(|name| ids.contains(name)) {
        let text = library
            .handout(id)
            .and_then(|handout| handout.text(language));
        findings.extend(text.err().into_iter().flatten());
    }
    findings
}

/// Returns the language of texts when no clinic could be loaded.
fn text_language<'a>(generate: &'a Generate, library: &'a Library) -> &'a str {
    generate
        .language
        .as_deref()
        .unwrap_or(&library.manifest().language)
}

/// Fails if a handout lacks the language.
fn check_language(language: &str, handouts: &[Handout]) -> anyhow::Result<()> {
    let Some(handout) = handouts.iter().find(|handout| !handout.is_in(language)) else {
        return Ok(());
    };
    let (id, languages) = (&handout.definition.id, handout.languages());
    if languages.is_empty() {
        bail!("`{id}` has no text: write `text/{language}.yaml` in its folder");
    }
    bail!(
        "`{id}` is not available in `{language}`, only in {}",
        languages.join(", ")
    );
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
        Format::Pdf => count(leaflet.layout.pages.len() as u64, "page"),
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
    fn write(&self, name: &str, bytes: &[u8]) -> anyhow::Result<Option<PathBuf>> {
        let path = self.path(name);
        match &path {
            Some(path) => write_file(path, bytes)?,
            None => print_bytes(bytes)?,
        }
        Ok(path)
    }
}
