//! `handout __drawing`: reads one drawing for `handout` itself, in a process with limits.
//!
//! Drawings of clinics and of other libraries may be hostile. A thread cannot be stopped, and all rows of
//! a batch share memory and stack. So a child process reads each such file once. The request goes to its
//! stdin, and the drawing comes from its stdout, both as CBOR.

use std::collections::BTreeMap;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::process::Child;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use anyhow::{Context, anyhow};
use sha2::{Digest, Sha256};

use super::limited_process::{self, LimitedProcess};
use super::{Outcome, print_bytes};
use crate::picture::{Drawing, DrawingRequest, PictureError, read_drawing};

const LIMITS: LimitedProcess = LimitedProcess {
    command: "__drawing",
    seconds: 5,
    megabytes: 512,
};
/// Stack of the thread that draws.
const STACK_SIZE: usize = 8 << 20;
/// Maximum bytes of a request or a drawing. A request holds the clinic's faces that its text needs.
const MAX_MESSAGE: u64 = 64 << 20;
/// Bytes of a message besides files: names of faces, and labels.
const MAX_OVERHEAD: u64 = 1 << 20;

type Reading = Result<Arc<Drawing>, PictureError>;

/// Whether the arguments of this process ask for a drawing.
pub(super) fn is_requested() -> bool {
    limited_process::is_requested(LIMITS.command)
}

/// Reads a drawing from a request on stdin, and prints it.
pub(super) fn run() -> anyhow::Result<Outcome> {
    LIMITS.apply()?;
    let request: DrawingRequest =
        ciborium::from_reader(BufReader::new(io::stdin().lock().take(MAX_MESSAGE)))
            .context("the request cannot be read")?;
    let reading: Reading = thread::Builder::new()
        .stack_size(STACK_SIZE)
        .spawn(move || read_drawing(&request))?
        .join()
        .map_err(|_| anyhow!("the drawing cannot be read"))?;
    let mut response = Vec::new();
    ciborium::into_writer(&reading, &mut response)?;
    print_bytes(&response)?;
    Ok(Outcome::Done)
}

/// The first reading of a file.
struct FirstReading {
    labels: BTreeMap<String, String>,
    reading: Reading,
}

/// First readings by file, use and faces.
static READINGS: Mutex<BTreeMap<[u8; 32], Arc<OnceLock<FirstReading>>>> =
    Mutex::new(BTreeMap::new());
/// Capacity of [`READINGS`].
const MAX_READINGS: usize = 256;

/// Reads a drawing in a child process. Returns the earlier reading of an equal file.
///
/// A child reads each file once. Later readings have other labels, such as another patient's. Labels change
/// only words, so this process does them itself.
pub(super) fn read_in_child(request: &DrawingRequest) -> Reading {
    read_once(request, || {
        let request = request.with_needed_faces();
        if request.size() as u64 > MAX_MESSAGE - MAX_OVERHEAD {
            return Ok(Err(PictureError::LargeFaces(MAX_MESSAGE >> 20)));
        }
        run_child(LIMITS.start()?, &request)
    })
}

fn read_once(
    request: &DrawingRequest,
    read_first: impl FnOnce() -> io::Result<Reading>,
) -> Reading {
    let slot = {
        let mut readings = READINGS.lock().unwrap_or_else(PoisonError::into_inner);
        if readings.len() >= MAX_READINGS {
            readings.clear();
        }
        Arc::clone(readings.entry(file_id(request)).or_default())
    };
    let first = slot.get_or_init(|| FirstReading {
        labels: request.labels.clone(),
        reading: read_first()
            .unwrap_or_else(|error| Err(PictureError::NoReader(error.to_string()))),
    });
    match &first.reading {
        Err(PictureError::GivenUp(_) | PictureError::NoReader(_) | PictureError::LargeFaces(_)) => {
            first.reading.clone()
        }
        _ if first.labels == request.labels => first.reading.clone(),
        _ => read_drawing(request),
    }
}

/// Returns the key of a file in [`READINGS`].
fn file_id(request: &DrawingRequest) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update([request.purpose as u8]);
    hash.update(request.faces.identity());
    hash.update(&request.data);
    hash.finalize().into()
}

fn run_child(mut child: Child, request: &DrawingRequest) -> io::Result<Reading> {
    if let Some(stdin) = child.stdin.take() {
        // A write fails if the child ends early. Its status says why.
        let mut stdin = BufWriter::with_capacity(1 << 16, stdin);
        let _ = ciborium::into_writer(request, &mut stdin);
        let _ = stdin.flush();
    }
    let mut response = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        let _ = stdout.take(MAX_MESSAGE).read_to_end(&mut response);
    }
    let status = child.wait()?;
    Ok(match ciborium::from_reader(&response[..]) {
        Ok(reading) if status.success() => reading,
        _ if LimitedProcess::has_timed_out(status) => Err(PictureError::GivenUp(format!(
            "it takes more than {} seconds",
            LIMITS.seconds
        ))),
        _ => Err(PictureError::GivenUp(format!(
            "it needs more than {} MB of memory, or has shapes that cannot be drawn",
            LIMITS.megabytes
        ))),
    })
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;
    use crate::font::{Face, Faces};
    use crate::picture::PictureUse;

    fn request(body: &str, label: &str) -> DrawingRequest {
        let svg =
            format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 90 9'>{body}</svg>");
        DrawingRequest {
            data: svg.into_bytes(),
            labels: BTreeMap::from([("t".to_owned(), label.to_owned())]),
            purpose: PictureUse::Figure,
            faces: Faces::bundled(),
        }
    }

    /// Starts a shell in place of the program.
    fn shell(script: &str) -> Child {
        Command::new("sh")
            .args(["-c", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    }

    #[test]
    fn process_that_ends_without_a_drawing_gives_the_file_up() {
        let large = "<!-- -->".repeat(50_000);
        for (script, reason) in [
            ("kill -XCPU $$", "more than 5 seconds"),
            ("cat >/dev/null; exit 3", "more than 5 seconds"),
            ("kill -ABRT $$", "more than 512 MB"),
            ("exit 101", "more than 512 MB"),
            ("exit 0", "more than 512 MB"),
        ] {
            let reading = run_child(shell(script), &request(&large, "a")).unwrap();
            let Err(PictureError::GivenUp(text)) = reading else {
                panic!("{script}: {reading:?}")
            };
            assert!(text.contains(reason), "{script}: {text}");
        }
    }

    #[test]
    fn file_is_read_once_by_a_process() {
        let text = "<text id='t' y='9' font-size='8'>a</text>";
        let first = read_once(&request(text, "a"), || {
            Ok(read_drawing(&request(text, "a")))
        });
        let first = first.unwrap();
        let no_second = || panic!("a second process");
        let again = read_once(&request(text, "a"), no_second).unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        let other = read_once(&request(text, "b"), no_second).unwrap();
        assert!(other.svg.contains(">b<"), "{}", other.svg);

        let given_up = Err(PictureError::GivenUp(String::new()));
        let bad = "<text id='t' y='9' font-size='8'>bad</text>";
        let reading = read_once(&request(bad, "a"), || Ok(given_up.clone()));
        assert_eq!(reading, given_up);
        assert_eq!(read_once(&request(bad, "b"), no_second), given_up);
    }

    #[test]
    fn large_faces_are_named_only_if_the_text_needs_them() {
        const ARABIC: &[u8] = include_bytes!("../../fonts/NotoSansArabic-Regular.ttf");
        let mut bytes = ARABIC.to_vec();
        bytes.resize(MAX_MESSAGE as usize, 0);
        let face = Face::read_fallback(bytes).unwrap();
        let with_face = |body: &str, label: &str| DrawingRequest {
            faces: Faces::bundled().with_fallbacks(vec![face.clone()]),
            ..request(body, label)
        };
        let text = "<text id='t' y='9' font-size='8'>large</text>";
        let small = with_face(text, "a").with_needed_faces();
        assert!(small.size() < 1000, "{}", small.size());
        let too_large = Err(PictureError::LargeFaces(64));
        for (body, label) in [
            (text, "كل"),
            ("<text id='t' y='9' font-size='8'>&#x643;</text>", "a"),
            (
                "<text id='t' y='9' font-family='fallback Noto Sans Arabic'>b</text>",
                "a",
            ),
        ] {
            assert_eq!(read_in_child(&with_face(body, label)), too_large, "{body}");
        }
    }

    #[test]
    fn missing_program_is_an_error() {
        let text = "<text id='t' y='9' font-size='8'>missing</text>";
        let start = || Err(Command::new("/no/such/program").spawn().unwrap_err());
        let reading = read_once(&request(text, "a"), start);
        assert!(
            matches!(reading, Err(PictureError::NoReader(_))),
            "{reading:?}"
        );
    }
}
