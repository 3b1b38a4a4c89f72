//! Prints leaflets on the clinic's printers, by IPP.
//!
//! 1. A form names a printer, and has a random word. A second request with the same word prints nothing.
//! 2. The leaflets are compared with what the printer supports, and it is asked whether it takes such jobs.
//! 3. Each leaflet is recorded in the log, then sent as one job.
//!
//! A request waits for the printer for a limited time. The work goes on after that.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use axum::response::Response;

use super::fields::{Fields, field};
use super::guard::random_name;
use super::log::SentLeaflet;
use super::page::filled_icon;
use super::sources::Loaded;
use super::{Desk, message_page, printer_words};
use crate::escape::escaped;
use crate::leaflet::Format;
use crate::library::PrinterFile;
use crate::printer::{self, JobTicket, JobToken, Printer, Sent, Wait};

/// Time to wait for each answer of a printer, and for a busy one.
const WAIT: Duration = Duration::from_secs(15);
/// Time in which a request to print is answered.
const ANSWER: Duration = Duration::from_secs(50);
/// Time after which the word of a request is forgotten.
const KEPT: Duration = Duration::from_secs(3600);
/// The most words that are kept. The oldest is forgotten first.
const MAX_KEPT: usize = 1000;
/// The most characters of a word.
const MAX_WORD: usize = 64;

/// Requests to print, by their random words.
#[derive(Default)]
pub(super) struct PrintRequests(Mutex<HashMap<String, (Instant, Progress)>>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Running,
    /// Something was sent, or may have been.
    Sent,
}

impl PrintRequests {
    /// Begins a request. Returns how far an earlier one with the same word has come.
    fn begin(&self, word: &str) -> Option<Progress> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, progress)) = kept.get(word) {
            return Some(*progress);
        }
        if kept.len() >= MAX_KEPT {
            let oldest = kept.iter().min_by_key(|(_, (since, _))| *since);
            let oldest = oldest.map(|(word, _)| word.clone());
            oldest.and_then(|oldest| kept.remove(&oldest));
        }
        kept.insert(word.to_owned(), (Instant::now(), Progress::Running));
        None
    }

    /// Ends a request. One that sent nothing may be repeated.
    fn end(&self, word: &str, has_sent: bool) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match has_sent {
            true => kept.insert(word.to_owned(), (Instant::now(), Progress::Sent)),
            false => kept.remove(word),
        };
    }

    /// Forgets words whose time has passed.
    pub(super) fn forget_old(&self) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (since, _)| since.elapsed() < KEPT);
    }
}

/// What became of a request to print.
pub(super) struct Report {
    outcome: Outcome,
    /// Leaflets, from the first, that the printer took.
    taken: usize,
    /// Plain words.
    said: String,
    /// For the person who looks after the computer; may be empty.
    details: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Sent,
    /// Some leaflets of several, or it is not known.
    InPart,
    NotSent,
    /// The same request came before.
    Again,
}

impl Report {
    fn not_sent(said: String, details: String) -> Report {
        Report {
            outcome: Outcome::NotSent,
            taken: 0,
            said: format!("Nothing was printed. {said}"),
            details,
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        match self.outcome {
            Outcome::Sent => StatusCode::OK,
            Outcome::Again => StatusCode::CONFLICT,
            Outcome::InPart | Outcome::NotSent => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    /// Returns how many leaflets, from the first, the printer took.
    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    /// Writes what is said in a live region, as HTML.
    pub(super) fn said(&self) -> String {
        let (class, symbol) = match self.outcome {
            Outcome::Sent => ("state ok", "ok"),
            Outcome::Again => ("state", "info"),
            Outcome::InPart | Outcome::NotSent => ("err", "alert"),
        };
        format!(
            "<span class=\"{class}\">{}<span>{}</span></span>",
            filled_icon(symbol),
            escaped(&self.said)
        )
    }

    /// Writes the details, as HTML.
    pub(super) fn details(&self) -> String {
        match self.details.as_str() {
            "" => String::new(),
            details => format!(
                "<details class=\"below-s small\"><summary>Details for the person who looks after this computer\
                 </summary><pre tabindex=\"0\" role=\"region\" aria-label=\"Details of printing\">{}</pre></details>",
                escaped(details)
            ),
        }
    }
}

/// Returns the clinic's printer of a name; `None` for the browser's print window, which has the name `""`.
pub(super) fn printer_named<'a>(loaded: &'a Loaded, name: &str) -> Option<&'a PrinterFile> {
    let mut printers = loaded.clinic.facts.printers.iter();
    printers.find(|printer| printer.name.trim() == name)
}

/// The choice of a printer, beside a button that prints.
pub(super) struct PrinterChoice<'a> {
    /// Start of the ids of its elements.
    pub(super) id: &'a str,
    pub(super) label: &'a str,
    /// Name of the printer that is chosen; empty for the browser's print window.
    pub(super) chosen: &'a str,
}

impl PrinterChoice<'_> {
    /// Writes the choice; nothing if the clinic has no printers.
    pub(super) fn html(&self, loaded: &Loaded) -> String {
        let printers = &loaded.clinic.facts.printers;
        // Without a random word, nothing could be printed once only.
        let Some(word) = random_name().ok().filter(|_| !printers.is_empty()) else {
            return String::new();
        };
        let options: String = printers
            .iter()
            .map(|printer| {
                let name = printer.name.trim();
                let selected = match name == self.chosen {
                    true => " selected",
                    false => "",
                };
                let name = escaped(name);
                format!("<option value=\"{name}\"{selected}>{name}</option>")
            })
            .collect();
        let (id, label) = (self.id, self.label);
        format!(
            "<div class=\"field printon\"><label for=\"{id}\">{label}</label><select id=\"{id}\" name=\"printer\">\
             <option value=\"\">Choose in the browser</option>{options}</select></div>\
             <div id=\"{id}-once\"><input type=\"hidden\" name=\"once\" value=\"{word}\"></div>"
        )
    }
}

/// A request to print on a printer of the clinic.
pub(super) struct PrintRequest {
    printer: String,
    word: String,
}

impl PrintRequest {
    /// Reads the fields of a form. `None` if the browser's print window is chosen.
    pub(super) fn read(fields: &Fields) -> Option<PrintRequest> {
        let printer = field(fields, "printer").filter(|name| !name.is_empty())?;
        let word = field(fields, "once").unwrap_or_default();
        Some(PrintRequest {
            printer: printer.to_owned(),
            word: word.to_owned(),
        })
    }

    /// Returns the name of the printer.
    pub(super) fn printer(&self) -> &str {
        &self.printer
    }

    /// Prints leaflets, one job each. Fails with the answer if the request is not one of a form, or a leaflet cannot
    /// be recorded or made.
    pub(super) fn print(
        &self,
        desk: &Desk,
        loaded: &Loaded,
        leaflets: &[SentLeaflet<'_>],
    ) -> Result<Report, Box<Response>> {
        if self.word.is_empty() || self.word.len() > MAX_WORD {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let answer = message_page::answer(status, &message_page::NOT_UNDERSTOOD);
            return Err(Box::new(answer));
        }
        let Some(printer) = printer_named(loaded, &self.printer) else {
            let said = format!(
                "Your clinic has no printer “{}” any more. Choose another one.",
                self.printer
            );
            return Ok(Report::not_sent(said, String::new()));
        };
        let again = match desk.print_requests.begin(&self.word) {
            None => {
                let report = send(desk, printer, leaflets);
                let has_sent = report
                    .as_ref()
                    .is_ok_and(|report| report.outcome != Outcome::NotSent);
                desk.print_requests.end(&self.word, has_sent);
                return report;
            }
            Some(Progress::Running) => {
                "This is being sent already. It is printed once only.".to_owned()
            }
            Some(Progress::Sent) => {
                "This was sent already, and is not printed a second time. To print it once \
                                     more, press Print now."
                    .to_owned()
            }
        };
        Ok(Report {
            outcome: Outcome::Again,
            taken: 0,
            said: again,
            details: String::new(),
        })
    }
}

/// Sends leaflets to a printer.
fn send(
    desk: &Desk,
    printer: &PrinterFile,
    leaflets: &[SentLeaflet<'_>],
) -> Result<Report, Box<Response>> {
    let name = printer.name.trim();
    let failed = |error: &printer::Error| {
        Report::not_sent(
            printer_words::failure(error, name),
            printer::explained(error),
        )
    };
    let address = printer.address.0.parse();
    let connected = match address.and_then(|address| Printer::connect(&address, WAIT)) {
        Ok(connected) => connected,
        Err(error) => return Ok(failed(&error)),
    };
    let mut jobs = Vec::new();
    for leaflet in leaflets {
        let request = printer.job(leaflet.made.choices.paper, leaflet.copies);
        match connected.ticket(&request) {
            Ok(ticket) => jobs.push((leaflet, ticket)),
            Err(cannot) => {
                let details: Vec<String> = cannot.iter().map(ToString::to_string).collect();
                let said = printer_words::cannot(&cannot, name);
                return Ok(Report::not_sent(said, details.join("\n")));
            }
        }
    }
    for (_, ticket) in &jobs {
        if let Err(error) = connected.validate(ticket) {
            return Ok(failed(&error));
        }
    }
    let mut files = Vec::new();
    for (leaflet, ticket) in jobs {
        let file = leaflet.made.file(leaflet.loaded, Format::Pdf);
        let file = file.map_err(|findings| Box::new(message_page::faulty_files(&findings)))?;
        files.push((leaflet, ticket, file));
    }
    send_files(desk, printer, &connected, &files)
}

/// Records and sends finished files, one after the other. Stops at the first that is not taken.
fn send_files(
    desk: &Desk,
    printer: &PrinterFile,
    connected: &Printer,
    files: &[(&SentLeaflet<'_>, JobTicket, Vec<u8>)],
) -> Result<Report, Box<Response>> {
    let name = printer.name.trim();
    let count = files.len();
    for (index, (leaflet, ticket, file)) in files.iter().enumerate() {
        // Of several leaflets, some may be on paper already.
        let stopped = |said: String, details: String| match index {
            0 => Report::not_sent(said, details),
            _ => Report {
                outcome: Outcome::InPart,
                taken: index,
                said: format!(
                    "Sent to {name}: {index} of {count} leaflets. “{}” and those after it were not sent. {said}",
                    leaflet.made.title
                ),
                details,
            },
        };
        let of_log = std::slice::from_ref(*leaflet);
        let recorded = desk.record_printed(&printer.address.0, of_log, file);
        match (recorded, index) {
            (Ok(()), _) => {}
            (Err(answer), 0) => return Err(answer),
            (Err(_), _) => {
                let said = "The log of leaflets cannot be written.".to_owned();
                return Ok(stopped(said, String::new()));
            }
        }
        let Ok(token) = JobToken::random() else {
            return Ok(stopped(
                "The program made a mistake. Try again.".to_owned(),
                String::new(),
            ));
        };
        let sent = connected.send(ticket, &token, file, &mut |_| Wait::GoOn);
        let has_wrong_line = sent.is_not_printed()
            && desk
                .record_unprinted(&printer.address.0, of_log, file)
                .is_err();
        let explained = |error: &printer::Error| {
            let explained = printer::explained(error);
            match has_wrong_line {
                true => format!("{explained}\nthe log says that it was printed"),
                false => explained,
            }
        };
        match sent {
            Sent::Accepted => {}
            Sent::Uncertain(error) => {
                let title = (count > 1).then_some(leaflet.made.title.as_str());
                let mut said = printer_words::uncertain(name, title);
                if index + 1 < count {
                    said += " The leaflets after it were not sent.";
                }
                let job = token.job_name();
                return Ok(Report {
                    outcome: Outcome::InPart,
                    taken: index,
                    said,
                    details: format!("{}\njob: {job}", printer::explained(&error)),
                });
            }
            Sent::Refused(error) | Sent::Unreachable(error) => {
                let said = printer_words::failure(&error, name);
                return Ok(stopped(said, explained(&error)));
            }
            // Nobody stops the wait.
            Sent::Stopped => return Ok(stopped(String::new(), String::new())),
        }
    }
    let leaflets = files.iter();
    let leaflets: Vec<_> = leaflets
        .map(|(leaflet, ..)| (leaflet.made.choices.paper, leaflet.copies))
        .collect();
    Ok(Report {
        outcome: Outcome::Sent,
        taken: count,
        said: printer_words::sent(printer, &leaflets, connected.state_reasons()),
        details: String::new(),
    })
}

/// Answers a request to print within a limited time. The printer may be slower, and print later.
pub(super) async fn answered(work: impl Future<Output = Response>) -> Response {
    match tokio::time::timeout(ANSWER, work).await {
        Ok(response) => response,
        Err(_) => message_page::answer(StatusCode::GATEWAY_TIMEOUT, &message_page::NO_PRINTER),
    }
}
