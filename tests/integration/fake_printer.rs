//! A printer that speaks IPP, remembers its jobs, and misbehaves as a test wants it to.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Cursor, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use ipp::attribute::{IppAttribute, IppAttributes};
use ipp::model::{DelimiterTag, IppVersion, Operation, StatusCode};
use ipp::parser::IppParser;
// The trait of the numbers of operations.
use ipp::prelude::*;
use ipp::reader::IppReader;
use ipp::request::IppRequestResponse;
use ipp::value::{IppKeyword, IppMimeMediaType, IppName, IppString, IppValue};

/// Maximum number of jobs of an answer to Get-Jobs.
const JOBS_OF_AN_ANSWER: usize = 1;
/// Time that a restart takes.
const RESTART: Duration = Duration::from_millis(300);

/// What the printer does with a Print-Job request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    Accept,
    Busy,
    Refuse(StatusCode),
    /// Takes the job and closes the connection without an answer.
    LoseAnswer,
    /// Forgets the job and closes the connection without an answer.
    LoseJob,
    /// Takes the job, gives it up, and closes the connection without an answer.
    Abort,
    /// Takes the job, closes the connection, and is not there for a while.
    RestartWithJob,
    /// Never answers. The job is lost.
    Hang,
}

/// A job as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct RecordedJob {
    pub(crate) name: String,
    /// Attributes of the job and of the request, by name.
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) file: Vec<u8>,
    is_aborted: bool,
}

impl RecordedJob {
    /// Returns an attribute as text; empty if there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        let mut found = self.attributes.iter().filter(|(known, _)| known == name);
        found.next().map_or("", |(_, value)| value)
    }
}

#[derive(Default)]
struct State {
    jobs: Vec<RecordedJob>,
    /// For the next Print-Job requests. Then they are accepted.
    plan: VecDeque<Behaviour>,
    operations: Vec<Operation>,
    /// Attributes that replace the usual ones.
    changed: Vec<(String, Option<IppValue>)>,
    /// Names of the queues of a print server.
    queues: Vec<String>,
    /// Whether Get-Jobs knows the value `all`.
    refuses_all: bool,
    /// Whether Get-Jobs leaves out names like CUPS, which reads filed jobs only for other attributes.
    leaves_out_names: bool,
    /// What Validate-Job answers, if not success.
    validation: Option<StatusCode>,
    /// HTTP answer to everything.
    http: Option<&'static str>,
    is_closed: bool,
}

pub(crate) struct FakePrinter {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Drop for FakePrinter {
    fn drop(&mut self) {
        self.state.lock().unwrap().is_closed = true;
        let _ = TcpStream::connect(self.address);
    }
}

impl FakePrinter {
    pub(crate) fn new() -> FakePrinter {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        thread::spawn(move || serve(Some(listener), address, &shared));
        FakePrinter { address, state }
    }

    /// Returns the address of the printer.
    pub(crate) fn uri(&self) -> String {
        format!("{}/ipp/print", self.server())
    }

    /// Returns the address of the print server.
    pub(crate) fn server(&self) -> String {
        format!("ipp://{}", self.address)
    }

    pub(crate) fn plan(&self, behaviours: &[Behaviour]) {
        self.state.lock().unwrap().plan.extend(behaviours);
    }

    /// Replaces an attribute by keywords; none removes it.
    pub(crate) fn change(&self, name: &str, keywords: &[&str]) {
        let value = match keywords {
            [] => None,
            keywords => Some(self::keywords(keywords)),
        };
        self.state
            .lock()
            .unwrap()
            .changed
            .push((name.to_owned(), value));
    }

    pub(crate) fn change_value(&self, name: &str, value: IppValue) {
        self.state
            .lock()
            .unwrap()
            .changed
            .push((name.to_owned(), Some(value)));
    }

    pub(crate) fn have_queues(&self, names: &[&str]) {
        self.state.lock().unwrap().queues = names.iter().map(|name| (*name).to_owned()).collect();
    }

    pub(crate) fn refuse_all(&self) {
        self.state.lock().unwrap().refuses_all = true;
    }

    pub(crate) fn leave_out_names(&self) {
        self.state.lock().unwrap().leaves_out_names = true;
    }

    pub(crate) fn fail_validation(&self, status: StatusCode) {
        self.state.lock().unwrap().validation = Some(status);
    }

    /// Answers everything with this HTTP message.
    pub(crate) fn answer_http(&self, message: &'static str) {
        self.state.lock().unwrap().http = Some(message);
    }

    pub(crate) fn jobs(&self) -> Vec<RecordedJob> {
        self.state.lock().unwrap().jobs.clone()
    }

    /// Adds a job, as if its answer was lost.
    pub(crate) fn know(&self, name: &str) {
        self.state.lock().unwrap().jobs.push(RecordedJob {
            name: name.to_owned(),
            attributes: Vec::new(),
            file: Vec::new(),
            is_aborted: false,
        });
    }

    /// Accepts all further jobs.
    pub(crate) fn plan_nothing(&self) {
        self.state.lock().unwrap().plan.clear();
    }

    /// Returns the operations that were asked for.
    pub(crate) fn operations(&self) -> Vec<Operation> {
        self.state.lock().unwrap().operations.clone()
    }
}

fn serve(mut listener: Option<TcpListener>, address: SocketAddr, state: &Mutex<State>) {
    loop {
        let Some(open) = &listener else {
            thread::sleep(RESTART);
            listener = TcpListener::bind(address).ok();
            continue;
        };
        let Ok((stream, _)) = open.accept() else {
            return;
        };
        if state.lock().unwrap().is_closed {
            return;
        }
        match answer(stream, state) {
            Some(Behaviour::RestartWithJob) => listener = None,
            _ => continue,
        }
    }
}

/// Answers one request. Returns the behaviour, if it was a job.
fn answer(mut stream: TcpStream, state: &Mutex<State>) -> Option<Behaviour> {
    let body = read_request(&stream)?;
    let mut state = state.lock().unwrap();
    if let Some(message) = state.http {
        stream.write_all(message.as_bytes()).unwrap();
        return None;
    }
    let request = IppParser::new(IppReader::new(Cursor::new(body)))
        .parse()
        .unwrap();
    let operation = Operation::from_i16(request.header().operation_or_status).unwrap();
    state.operations.push(operation);
    let mut behaviour = None;
    let response = match operation {
        Operation::GetPrinterAttributes => attributes(&state),
        Operation::CupsGetPrinters if !state.queues.is_empty() => queues(&state),
        Operation::ValidateJob => response(state.validation.unwrap_or(StatusCode::SuccessfulOk)),
        Operation::GetJobs => jobs(&state, &request),
        Operation::PrintJob => {
            let planned = state.plan.pop_front().unwrap_or(Behaviour::Accept);
            behaviour = Some(planned);
            match planned {
                Behaviour::Busy => response(StatusCode::ServerErrorBusy),
                Behaviour::Refuse(status) => response(status),
                Behaviour::LoseJob => return behaviour,
                Behaviour::Hang => {
                    // The program gives up first, or is killed, and that closes the connection.
                    drop(state);
                    let _ = stream.read(&mut [0]);
                    return behaviour;
                }
                _ => {
                    let job = record(request, planned == Behaviour::Abort);
                    state.jobs.push(job);
                    if planned != Behaviour::Accept {
                        return behaviour;
                    }
                    response(StatusCode::SuccessfulOk)
                }
            }
        }
        _ => response(StatusCode::ServerErrorOperationNotSupported),
    };
    let bytes = response.to_bytes();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/ipp\r\ncontent-length: {}\r\n\r\n",
        bytes.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&bytes).unwrap();
    behaviour
}

/// Reads the body of an HTTP request. `None` if there is no request.
fn read_request(stream: &TcpStream) -> Option<Vec<u8>> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(body)
}

fn record(request: IppRequestResponse, is_aborted: bool) -> RecordedJob {
    let groups = request.attributes().groups();
    let attributes = groups.iter().flat_map(|group| group.attributes());
    let attributes: Vec<(String, String)> = attributes
        .map(|attribute| (attribute.name().to_string(), attribute.value().to_string()))
        .collect();
    let mut file = Vec::new();
    request.into_payload().read_to_end(&mut file).unwrap();
    let mut job = RecordedJob {
        name: String::new(),
        attributes,
        file,
        is_aborted,
    };
    job.name = job.get("job-name").to_owned();
    job
}

fn response(status: StatusCode) -> IppRequestResponse {
    IppRequestResponse::new_response(IppVersion::v1_1(), status, 1).unwrap()
}

fn attribute(name: &str, value: IppValue) -> IppAttribute {
    IppAttribute::new(IppName::new_truncated(name), value)
}

fn keywords(keywords: &[&str]) -> IppValue {
    let keyword = |keyword: &&str| IppValue::Keyword(IppKeyword::new_truncated(*keyword));
    IppValue::Array(keywords.iter().map(keyword).collect())
}

pub(crate) fn media_types(types: &[&str]) -> IppValue {
    let media = |name: &&str| IppValue::MimeMediaType(IppMimeMediaType::new_truncated(*name));
    IppValue::Array(types.iter().map(media).collect())
}

/// The usual attributes of the printer.
fn usual() -> Vec<(&'static str, IppValue)> {
    let finishings = [3, 4, 13, 20, 93, 96].map(IppValue::Enum);
    vec![
        ("printer-state", IppValue::Enum(3)),
        ("printer-state-reasons", keywords(&["none"])),
        ("printer-is-accepting-jobs", IppValue::Boolean(true)),
        (
            "document-format-supported",
            media_types(&["application/pdf"]),
        ),
        (
            "sides-supported",
            keywords(&["one-sided", "two-sided-long-edge", "two-sided-short-edge"]),
        ),
        (
            "media-supported",
            keywords(&["iso_a4_210x297mm", "na_letter_8.5x11in"]),
        ),
        ("media-source-supported", keywords(&["tray-1", "tray-2"])),
        ("finishings-supported", IppValue::Array(finishings.to_vec())),
        (
            "copies-supported",
            IppValue::RangeOfInteger { min: 1, max: 99 },
        ),
        ("print-scaling-supported", keywords(&["auto", "none"])),
        (
            "multiple-document-handling-supported",
            keywords(&["separate-documents-collated-copies"]),
        ),
    ]
}

fn add_usual(state: &State, attributes: &mut IppAttributes) {
    for (name, value) in usual() {
        let mut changed = state
            .changed
            .iter()
            .rev()
            .filter(|(known, _)| known == name);
        let value = match changed.next() {
            Some((_, changed)) => changed.clone(),
            None => Some(value),
        };
        if let Some(value) = value {
            attributes.add(DelimiterTag::PrinterAttributes, attribute(name, value));
        }
    }
}

fn attributes(state: &State) -> IppRequestResponse {
    let mut response = response(StatusCode::SuccessfulOk);
    add_usual(state, response.attributes_mut());
    response
}

fn queues(state: &State) -> IppRequestResponse {
    let mut response = response(StatusCode::SuccessfulOk);
    for name in &state.queues {
        let mut attributes = IppAttributes::new();
        let uri = IppString::new_truncated(format!("ipp://server/printers/{name}"));
        let named = IppValue::NameWithoutLanguage(IppName::new_truncated(name.clone()));
        let group = DelimiterTag::PrinterAttributes;
        attributes.add(
            group,
            attribute("printer-uri-supported", IppValue::Uri(uri)),
        );
        attributes.add(group, attribute("printer-name", named));
        add_usual(state, &mut attributes);
        let groups = response.attributes_mut().groups_mut();
        groups.append(attributes.groups_mut());
    }
    response
}

fn jobs(state: &State, request: &IppRequestResponse) -> IppRequestResponse {
    let operation = request
        .attributes()
        .first_of(DelimiterTag::OperationAttributes)
        .unwrap();
    let which = operation.get("which-jobs").unwrap().value().to_string();
    if which == "all" && state.refuses_all {
        return response(StatusCode::ClientErrorAttributesOrValuesNotSupported);
    }
    let mut response = response(StatusCode::SuccessfulOk);
    let asked = operation.get("requested-attributes").unwrap().value();
    let has_names = !state.leaves_out_names || asked.to_string().contains("job-priority");
    let first = operation.get("first-job-id").unwrap().value().to_string();
    let first: usize = first.parse().unwrap();
    let completed = state.jobs.iter().filter(|_| which != "not-completed");
    let numbered = (1..).zip(completed).filter(|(number, _)| *number >= first);
    for (id, job) in numbered.take(JOBS_OF_AN_ANSWER) {
        let mut attributes = IppAttributes::new();
        let name = IppValue::NameWithoutLanguage(IppName::new_truncated(job.name.clone()));
        let number = if job.is_aborted { 8 } else { 9 };
        let group = DelimiterTag::JobAttributes;
        if has_names {
            attributes.add(group, attribute("job-name", name));
        }
        let id = i32::try_from(id).unwrap();
        attributes.add(group, attribute("job-id", IppValue::Integer(id)));
        attributes.add(group, attribute("job-state", IppValue::Enum(number)));
        response
            .attributes_mut()
            .groups_mut()
            .append(attributes.groups_mut());
    }
    response
}
