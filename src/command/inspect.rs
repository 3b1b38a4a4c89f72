//! `handout inspect`: measures a finished PDF file, and compares it with what an edition promises.
//!
//! The file may be hostile, so a child process reads it: `handout __inspect`. The file goes to its stdin, and
//! the measures come from its stdout.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::Child;
use std::sync::Arc;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::limited_process::{self, LimitedProcess};
use super::{Outcome, print, print_bytes};
use crate::cli::{Global, Inspect};
use crate::disk::is_named_pipe;
use crate::finding::{Finding, PlaceTarget};
use crate::inspect::{self, Fold, InspectError, Inspection};
use crate::report::{self, MessageFormat};
use crate::source_file::SourceFile;

/// Name of the command that measures in a process of its own.
const COMMAND: &str = "__inspect";
/// Maximum processor time of a small file, and of any file, in seconds.
const SECONDS: (u64, u64) = (10, 60);
/// Bytes of a file that get a second more. A print file of a batch has about 30 pages in them.
const BYTES_PER_SECOND: u64 = 50_000;
/// Maximum address space.
const MEGABYTES: u64 = 1024;
/// Maximum bytes of a file.
const MAX_FILE: u64 = 256 << 20;
/// Maximum bytes of the measures.
const MAX_ANSWER: u64 = 256 << 20;

pub(super) fn run(inspect: &Inspect, global: &Global) -> anyhow::Result<Outcome> {
    if inspect.json && global.message_format == MessageFormat::Json {
        bail!("`--message-format json` and `--json` both write to stdout: choose one");
    }
    let name = inspect.file.display().to_string();
    let bytes = read(&inspect.file)?;
    let request = Request {
        fold: inspect.fold,
        bytes,
    };
    let child = limits(&request).start().context("cannot start a process")?;
    let inspection =
        in_child(child, &request).with_context(|| format!("cannot measure `{name}`"))?;
    let file = Arc::new(SourceFile {
        name: name.clone(),
        path: Some(inspect.file.clone()),
        text: String::new(),
    });
    let findings: Vec<Finding> = inspect::findings(&inspection, inspect.claims)
        .into_iter()
        .map(|finding| finding.at(&file, PlaceTarget::File))
        .collect();
    if inspect.json {
        let findings = report::json_values(&findings);
        let value = inspect::json(&name, &inspection, findings);
        print(&(serde_json::to_string_pretty(&value)? + "\n"))?;
    } else {
        if global.message_format == MessageFormat::Human && !global.quiet {
            print(&report::printable(&inspect::table(&name, &inspection)))?;
        }
        global.show(&findings)?;
    }
    Ok(if inspect.claims.is_some() && !findings.is_empty() {
        Outcome::ContentErrors
    } else {
        Outcome::Done
    })
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read =
        |reader: &mut dyn Read, bytes: &mut Vec<u8>| reader.take(MAX_FILE + 1).read_to_end(bytes);
    if path == Path::new("-") {
        read(&mut io::stdin().lock(), &mut bytes).context("cannot read stdin")?;
    } else {
        if is_named_pipe(path) {
            bail!(
                "`{}` is a named pipe, not a file: write `-` for stdin",
                path.display()
            );
        }
        File::open(path)
            .and_then(|mut file| read(&mut file, &mut bytes))
            .with_context(|| format!("cannot read `{}`", path.display()))?;
    }
    if bytes.len() as u64 > MAX_FILE {
        bail!(
            "`{}` has more than {} MB: split it",
            path.display(),
            MAX_FILE >> 20
        );
    }
    Ok(bytes)
}

#[derive(Serialize, Deserialize)]
struct Request {
    fold: Option<Fold>,
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
}

/// Returns the limits of a file. A small file that takes long is broken or hostile.
fn limits(request: &Request) -> LimitedProcess {
    let (least, most) = SECONDS;
    let seconds = least + request.bytes.len() as u64 / BYTES_PER_SECOND;
    LimitedProcess {
        command: COMMAND,
        seconds: seconds.min(most),
        megabytes: MEGABYTES,
    }
}

type Answer = Result<Inspection, InspectError>;

/// Whether the arguments of this process ask for measures.
pub(super) fn is_requested() -> bool {
    limited_process::is_requested(COMMAND)
}

/// Measures the file on stdin, and prints the measures.
pub(super) fn run_child() -> anyhow::Result<Outcome> {
    let request: Request = ciborium::from_reader(io::stdin().lock().take(2 * MAX_FILE))
        .context("the request cannot be read")?;
    limits(&request).apply()?;
    let answer: Answer = inspect::inspect(request.bytes, request.fold);
    let mut bytes = Vec::new();
    ciborium::into_writer(&answer, &mut bytes)?;
    print_bytes(&bytes)?;
    Ok(Outcome::Done)
}

fn in_child(mut child: Child, request: &Request) -> anyhow::Result<Inspection> {
    if let Some(mut stdin) = child.stdin.take() {
        // A write fails if the child ends early. Its status says why.
        let mut bytes = Vec::new();
        ciborium::into_writer(request, &mut bytes)?;
        let _ = stdin.write_all(&bytes);
    }
    let mut bytes = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        let _ = stdout.take(MAX_ANSWER).read_to_end(&mut bytes);
    }
    let status = child.wait()?;
    match ciborium::from_reader::<Answer, _>(&bytes[..]) {
        Ok(answer) if status.success() => Ok(answer?),
        _ if LimitedProcess::has_timed_out(status) => {
            bail!(
                "it is broken, or takes more than {} seconds: split it",
                limits(request).seconds
            )
        }
        _ => bail!("it is broken, or needs more than {MEGABYTES} MB of memory"),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn process_that_ends_early_says_why() {
        let request = Request {
            fold: None,
            bytes: vec![0; 500_000],
        };
        for (script, reason) in [
            (
                "kill -XCPU $$",
                "it is broken, or takes more than 20 seconds: split it",
            ),
            (
                "cat >/dev/null; exit 3",
                "it is broken, or takes more than 20 seconds: split it",
            ),
            (
                "kill -ABRT $$",
                "it is broken, or needs more than 1024 MB of memory",
            ),
            (
                "exit 0",
                "it is broken, or needs more than 1024 MB of memory",
            ),
        ] {
            let child = Command::new("sh")
                .args(["-c", script])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let error = in_child(child, &request).unwrap_err();
            assert_eq!(error.to_string(), reason, "{script}");
        }
    }
}
