//! `handout generate`: leaflets, one file each.

use std::fs;
use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::{Map, Value};

use super::{Outcome, named, print_bytes};
use crate::cli::{Generate, Global, MessageFormatArg, PaperArg, ReferencesArg};
use crate::finding::Finding;
use crate::font::Faces;
use crate::leaflet::{self, Compositor, Failure, Leaflet, Order};
use crate::library::{Clinic, Handout, Library};
use crate::resolve::{JobData, ReferenceMode};
use crate::source;
use crate::theme::Paper;

/// Runs the command.
pub(super) fn run(generate: &Generate, global: &Global) -> anyhow::Result<Outcome> {
    let target = Target::of(generate, global)?;
    let date = global.today()?;
    let faces = Faces::bundled();
    let library = match global.library()? {
        Ok(library) => library,
        Err(outcome) => return Ok(outcome),
    };
    let clinic = match named::clinic(generate.clinic.as_deref(), &library, &faces)? {
        Ok(clinic) => clinic,
        Err(findings) => return global.show(&findings),
    };
    let data = match data(generate)? {
        Ok(data) => data,
        Err(findings) => return global.show(&findings),
    };
    let mut findings = Vec::new();
    let mut handouts = Vec::new();
    for name in &generate.handouts {
        match named::handout(name, &library, &clinic)? {
            Ok(handout) => handouts.push(handout),
            Err(more) => findings.extend(more),
        }
    }
    if generate.language.is_none() {
        handouts.retain(|handout| {
            let lacking = clinic.lacks_language(handout);
            findings.extend(lacking.clone());
            lacking.is_none()
        });
    }
    let language = language(generate, &library, &clinic, &handouts)?;
    let paper: Paper = choice(generate.paper, &clinic, "paper").unwrap_or(PaperArg::A4).into();
    let references = choice(generate.references, &clinic, "references").unwrap_or(ReferencesArg::Full).into();
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
            Ok(Leaflet { bytes, findings: more, layout, .. }) => {
                findings.extend(more);
                let written = target.write(&handout.definition.id, &bytes)?;
                if let Some(path) = written
                    && !global.quiet
                    && global.message_format == MessageFormatArg::Human
                {
                    let details =
                        format!("{} bytes, {language}, {paper:?}, for {}", bytes.len(), clinic.name);
                    tell(&path, layout.pages.len(), global.verbose.then_some(details.as_str()))?;
                }
            }
            Err(Failure::Findings(more)) => findings.extend(more),
            Err(Failure::Pdf(error)) => {
                return Err(error).with_context(|| format!("cannot make `{}`", handout.definition.id));
            }
        }
    }
    global.show(&findings)
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
        let Some(output) = &generate.output else { return Ok(Target::Folder(PathBuf::new())) };
        if output.as_os_str() == "-" {
            if several {
                bail!("only one leaflet can go to stdout: name one id, or a folder with `--output`");
            }
            if global.message_format == MessageFormatArg::Json {
                bail!("`--message-format json` and `--output -` both want stdout: choose one");
            }
            return Ok(Target::Stdout);
        }
        let names_folder = output.to_string_lossy().ends_with(['/', std::path::MAIN_SEPARATOR]);
        if output.is_dir() || names_folder || several {
            if output.is_file() {
                bail!("`{}` is a file: several leaflets need a folder", output.display());
            }
            fs::create_dir_all(output).with_context(|| format!("cannot make `{}`", output.display()))?;
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
/// is whole.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".handout-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    readable_by_others(file.as_file())?;
    file.as_file().sync_data()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Temporary files are private to their maker; leaflets are as readable as any new file usually is.
#[cfg(unix)]
fn readable_by_others(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_others(_file: &fs::File) -> io::Result<()> {
    Ok(())
}

fn tell(path: &Path, pages: usize, details: Option<&str>) -> anyhow::Result<()> {
    let plural = if pages == 1 { "page" } else { "pages" };
    let details = details.map(|details| format!(", {details}")).unwrap_or_default();
    writeln!(io::stderr(), "{} ({pages} {plural}{details})", path.display()).context("cannot write to stderr")
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
            bail!("`{id}` is not there in `{language}`: it is in {}", languages.join(", "));
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
                Err(finding) => return Ok(Err(vec![finding])),
            };
            match source::parse::<source::OrderedMap<source::PlainValue>>(&file) {
                Ok(values) => values.0.into_iter().map(|(key, value)| (key, value.into())).collect(),
                Err(findings) => return Ok(Err(findings)),
            }
        }
    };
    for (key, value) in &generate.set {
        insert(&mut data, key, value)?;
    }
    Ok(Ok(data))
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
        let inner = map.entry(part.to_owned()).or_insert_with(|| Value::Object(Map::new()));
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
