//! `handout generate`: leaflets, one file each.

use std::fs;
use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use serde_json::{Map, Value};

use super::{Outcome, named, print_bytes};
use crate::cli::{Generate, Global, MessageFormatArg, PaperArg, ReferencesArg};
use crate::finding::{Finding, JobPlace, PlaceTarget, nearest};
use crate::font::Faces;
use crate::leaflet::{self, Compositor, Failure, Leaflet, Order};
use crate::library::{Clinic, Handout, Library};
use crate::resolve::{JobData, ReferenceMode};
use crate::source::{self, SourceFile};
use crate::theme::Paper;

/// Runs the command.
pub(super) fn run(generate: &Generate, global: &Global) -> anyhow::Result<Outcome> {
    let target = Target::of(generate, global)?;
    let date = global.today()?;
    let faces = Faces::bundled();
    let mut findings = Vec::new();
    let data = data(generate)?.map_err(|more| findings.extend(more));
    let library = match global.opened_library()? {
        Ok(library) => library,
        Err(more) => {
            // All that can be read is told in one run, here and below.
            let clinic = generate.clinic.as_deref().filter(|path| path.exists());
            findings.extend(
                clinic
                    .and_then(|path| Clinic::load(path, &faces).err())
                    .into_iter()
                    .flatten(),
            );
            findings.extend(more);
            return global.show(&findings);
        }
    };
    let clinic = named::clinic(generate.clinic.as_deref(), &library, &faces)?;
    let clinic = clinic.map_err(|more| findings.extend(more));
    let (Ok(clinic), Ok(data)) = (clinic, data) else {
        findings.extend(faults_of_texts(generate, &library));
        return global.show(&findings);
    };
    let mut handouts = Vec::new();
    for name in &generate.handouts {
        match named::handout(name, &library, &clinic)? {
            Ok(handout) => handouts.push(handout),
            Err(more) => findings.extend(more),
        }
    }
    if handouts.is_empty() {
        let language = generate
            .language
            .as_deref()
            .unwrap_or(&library.manifest().language);
        findings.extend(library.shared_text(language).err().into_iter().flatten());
    }
    if generate.language.is_none() {
        handouts.retain(|handout| {
            let lacking = clinic.lacks_language(handout);
            findings.extend(lacking.clone());
            lacking.is_none()
        });
    }
    findings.extend(misspelt(&data, &handouts));
    let language = language(generate, &library, &clinic, &handouts)?;
    let paper: Paper = choice(generate.paper, &clinic, "paper")
        .unwrap_or(PaperArg::A4)
        .into();
    let references = choice(generate.references, &clinic, "references")
        .unwrap_or(ReferencesArg::Full)
        .into();
    // What was set is given back with all memory of the program.
    let mut compositor = ManuallyDrop::new(Compositor::new());
    for handout in &handouts {
        let order = Order {
            library: &library,
            handout,
            clinic: &clinic,
            language: &language,
            paper,
            references,
            date,
        };
        match leaflet::make(&order, &data, &mut compositor) {
            Ok(Leaflet {
                bytes,
                findings: more,
                layout,
                ..
            }) => {
                findings.extend(more);
                let written = target.write(&handout.definition.id, &bytes)?;
                if let Some(path) = written
                    && !global.quiet
                    && global.message_format == MessageFormatArg::Human
                {
                    let details = format!(
                        "{} bytes, {language}, {paper:?}, for {}",
                        bytes.len(),
                        clinic.name
                    );
                    tell(
                        &path,
                        layout.pages.len(),
                        global.verbose.then_some(details.as_str()),
                    );
                }
            }
            Err(Failure::Findings(more)) => findings.extend(more),
            Err(Failure::Pdf(error)) => {
                return Err(error)
                    .with_context(|| format!("cannot make `{}`", handout.definition.id));
            }
        }
    }
    global.show(&findings)
}

/// What is wrong with the files of the library that leaflets are made of, whoever gives them.
fn faults_of_texts(generate: &Generate, library: &Library) -> Vec<Finding> {
    let language = generate
        .language
        .as_deref()
        .unwrap_or(&library.manifest().language);
    let mut findings: Vec<Finding> = library
        .shared_text(language)
        .err()
        .into_iter()
        .flatten()
        .collect();
    let known = library.ids();
    for name in generate.handouts.iter().filter(|name| known.contains(name)) {
        let text = library
            .handout(name)
            .and_then(|handout| handout.text(language));
        findings.extend(text.err().into_iter().flatten());
    }
    findings
}

/// Where leaflets go.
enum Target {
    /// Standard output.
    Stdout,
    /// A file with this name.
    File(PathBuf),
    /// A file for each, named after its id, in this folder.
    Folder(PathBuf),
}

impl Target {
    fn of(generate: &Generate, global: &Global) -> anyhow::Result<Target> {
        let several = generate.handouts.len() > 1;
        let Some(output) = &generate.output else {
            return Ok(Target::Folder(PathBuf::new()));
        };
        if output.as_os_str() == "-" {
            if several {
                bail!(
                    "only one leaflet can go to stdout: name one id, or a folder with `--output`"
                );
            }
            if global.message_format == MessageFormatArg::Json {
                bail!("`--message-format json` and `--output -` both want stdout: choose one");
            }
            return Ok(Target::Stdout);
        }
        let names_folder = output
            .to_string_lossy()
            .ends_with(['/', std::path::MAIN_SEPARATOR]);
        if output.is_dir() || names_folder || several {
            if output.is_file() {
                bail!(
                    "`{}` is a file: several leaflets need a folder",
                    output.display()
                );
            }
            fs::create_dir_all(output)
                .with_context(|| format!("cannot make `{}`", output.display()))?;
            return Ok(Target::Folder(output.clone()));
        }
        Ok(Target::File(output.clone()))
    }

    /// Writes a leaflet; gives the file's path.
    fn write(&self, id: &str, bytes: &[u8]) -> anyhow::Result<Option<PathBuf>> {
        let path = match self {
            Target::Stdout => {
                print_bytes(bytes)?;
                return Ok(None);
            }
            Target::File(path) => path.clone(),
            Target::Folder(folder) => folder.join(format!("{id}.pdf")),
        };
        write_whole(&path, bytes).with_context(|| format!("cannot write `{}`", path.display()))?;
        Ok(Some(path))
    }
}

/// Writes a file under a temporary name beside it, syncs it and renames it: a file that has its name
/// is whole. A device or a pipe is written to as it is.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let known = fs::metadata(path).ok();
    if known
        .as_ref()
        .is_some_and(|known| !known.is_file() && !known.is_dir())
    {
        return fs::OpenOptions::new()
            .write(true)
            .open(path)?
            .write_all(bytes);
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    let mut file = as_any_new_file(builder.prefix(".handout-")).tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let Some(known) = known.filter(fs::Metadata::is_file) {
        file.as_file().set_permissions(known.permissions())?;
    }
    file.as_file().sync_data()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Temporary files are private to their maker; leaflets are as readable as the system has new files be.
#[cfg(unix)]
fn as_any_new_file<'a, 'b>(
    builder: &'a mut tempfile::Builder<'b, 'b>,
) -> &'a mut tempfile::Builder<'b, 'b> {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn as_any_new_file<'a, 'b>(
    builder: &'a mut tempfile::Builder<'b, 'b>,
) -> &'a mut tempfile::Builder<'b, 'b> {
    builder
}

/// Says which file was made. Where nobody listens, the others are made all the same.
fn tell(path: &Path, pages: usize, details: Option<&str>) {
    let plural = if pages == 1 { "page" } else { "pages" };
    let details = details
        .map(|details| format!(", {details}"))
        .unwrap_or_default();
    let _ = writeln!(
        io::stderr(),
        "{} ({pages} {plural}{details})",
        path.display()
    );
}

/// The language asked for; one that a handout lacks is a mistake on the command line.
fn language(
    generate: &Generate,
    library: &Library,
    clinic: &Clinic,
    handouts: &[Handout],
) -> anyhow::Result<String> {
    let language = generate
        .language
        .as_ref()
        .or_else(|| clinic.defaults.get("language"))
        .unwrap_or(&library.manifest().language);
    for handout in handouts {
        if !handout.is_in(language) {
            let (id, languages) = (&handout.definition.id, handout.languages());
            if languages.is_empty() {
                bail!("`{id}` has no text: write `text/{language}.yaml` in its folder");
            }
            bail!(
                "`{id}` is not there in `{language}`: it is in {}",
                languages.join(", ")
            );
        }
    }
    Ok(language.clone())
}

/// What a flag says, else what the clinic's `defaults` say.
fn choice<T: clap::ValueEnum>(flag: Option<T>, clinic: &Clinic, key: &str) -> Option<T> {
    flag.or_else(|| T::from_str(clinic.defaults.get(key)?, false).ok())
}

/// Values for the text: those of the file, and over them those of the command line.
fn data(generate: &Generate) -> anyhow::Result<Result<JobData, Vec<Finding>>> {
    let mut data = match &generate.data {
        None => Map::new(),
        Some(path) => {
            let file = match source::read_text(path, path.display().to_string()) {
                Ok(Some(file)) => file,
                Ok(None) => bail!("no file `{}`", path.display()),
                Err(finding) => return Ok(Err(vec![without_words(finding)])),
            };
            match source::parse::<source::OrderedMap<source::PlainValue>>(&file) {
                Ok(values) => {
                    let values = values
                        .0
                        .into_iter()
                        .map(|(key, value)| (key, value.into()))
                        .collect();
                    source::as_written(&file, &source::Route::default(), values)
                }
                Err(findings) => return Ok(Err(findings.into_iter().map(without_words).collect())),
            }
        }
    };
    for (key, value) in &generate.set {
        insert(&mut data, key, value)?;
    }
    Ok(Ok(data))
}

/// Values under names that are nearly those that a handout declares, and under which there is none.
fn misspelt(data: &JobData, handouts: &[Handout]) -> Vec<Finding> {
    let given = leaflet::names_of(data);
    let declared = handouts
        .iter()
        .flat_map(|handout| &handout.definition.data)
        .map(String::as_str);
    let lacking: Vec<&str> = declared
        .filter(|name| !given.iter().any(|given| given == name))
        .collect();
    let odd = given
        .iter()
        .filter_map(|name| Some((name, nearest(name, lacking.iter().copied())?)));
    odd.map(|(name, near)| {
        Finding::warning(
            "unknown-variable",
            format!("no handout here declares `{name}`"),
        )
        .help(format!("did you mean `{near}`?"))
    })
    .collect()
}

/// What is wrong with a file of data, without what stands there: that may be a patient's.
fn without_words(finding: Finding) -> Finding {
    let message = match finding.id {
        "yaml-syntax" => {
            "this is not YAML: is a quote not closed, or a colon in a text without quotes?"
        }
        "duplicate-key" => "a key stands here a second time",
        "too-large" => "the file is too large, or nested too deeply",
        "missing-file" => "the file cannot be read",
        _ => "values are texts, numbers, `true`, `false`, lists and maps of these, each with a key",
    };
    let Some(place) = finding.place else {
        return Finding {
            message: message.to_owned(),
            ..finding
        };
    };
    let at = source::locate(&place);
    let file = SourceFile {
        name: place.file.name.clone(),
        path: place.file.path.clone(),
        text: "".into(),
    };
    let job = JobPlace {
        line: at.map(|at| at.line as u64),
        ..JobPlace::default()
    };
    let told = Finding::error(finding.id, message).at(&Arc::new(file), PlaceTarget::File);
    Finding {
        job: Some(Box::new(job)).filter(|job| job.line.is_some()),
        ..told
    }
}

/// Puts a value under a dotted key, as in `patient.first_name`.
fn insert(data: &mut Map<String, Value>, key: &str, value: &str) -> anyhow::Result<()> {
    let mut map = data;
    let mut parts = key.split('.').peekable();
    while let Some(part) = parts.next() {
        if part.is_empty() {
            bail!("`--set {key}=…`: a name is missing before or after a dot");
        }
        if parts.peek().is_none() {
            map.insert(part.to_owned(), Value::String(value.to_owned()));
            return Ok(());
        }
        let inner = map
            .entry(part.to_owned())
            .or_insert_with(|| Value::Object(Map::new()));
        match inner {
            Value::Object(inner) => map = inner,
            _ => bail!("`--set {key}=…`: `{part}` already has a value of its own"),
        }
    }
    Ok(())
}

impl From<PaperArg> for Paper {
    fn from(paper: PaperArg) -> Paper {
        match paper {
            PaperArg::A4 => Paper::A4,
            PaperArg::Letter => Paper::Letter,
            PaperArg::A5 => Paper::A5,
        }
    }
}

impl From<ReferencesArg> for ReferenceMode {
    fn from(references: ReferencesArg) -> ReferenceMode {
        match references {
            ReferencesArg::Full => ReferenceMode::Full,
            ReferencesArg::Short => ReferenceMode::Short,
            ReferencesArg::Qr => ReferenceMode::Qr,
        }
    }
}
