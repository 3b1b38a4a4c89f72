//! A desk that runs, and requests to it, written byte by byte.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use crate::test_project::{PROGRAM, TestProject};

/// A running desk. It ends with the test.
pub(crate) struct Desk {
    pub(crate) program: Child,
    pub(crate) stderr: BufReader<ChildStderr>,
    /// As in `127.0.0.1:8080`.
    pub(crate) host: String,
    pub(crate) key: String,
    pub(crate) project: TestProject,
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Desk {
    /// Starts the desk for the example clinic in a new folder.
    pub(crate) fn start(arguments: &[&str]) -> Desk {
        Desk::start_in(TestProject::new(), arguments)
    }

    /// Starts the desk in a folder. `arguments` may name a clinic there.
    pub(crate) fn start_in(project: TestProject, arguments: &[&str]) -> Desk {
        let mut command = Command::new(PROGRAM);
        command.env_clear();
        command.env("HANDOUT_CLINIC", "library/clinics/example");
        Desk::spawn(command, project, arguments)
    }

    /// Starts the desk in a folder where the program finds no clinic.
    pub(crate) fn start_without_clinic(project: TestProject, arguments: &[&str]) -> Desk {
        let mut command = Command::new(PROGRAM);
        command.env_clear();
        command.env("HOME", project.path(""));
        Desk::spawn(command, project, arguments)
    }

    fn spawn(mut command: Command, project: TestProject, arguments: &[&str]) -> Desk {
        let mut program = command
            .args(["--library", "library", "--date", "2026-11-21"])
            .args(["serve", "--no-open"])
            .args(arguments)
            .current_dir(project.path(""))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(program.stderr.take().unwrap());
        let mut line = String::new();
        stderr.read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("http://").expect(&line);
        let (host, key) = address.split_once("/?key=").unwrap();
        Desk {
            program,
            stderr,
            host: host.to_owned(),
            key: key.to_owned(),
            project,
        }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.host).unwrap()
    }

    /// Sends a request as it is, and returns the whole answer.
    pub(crate) fn send(&self, request: &str) -> Answer {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        Answer::read(stream)
    }

    /// Sends a request with the right host.
    pub(crate) fn ask(&self, line: &str, headers: &[&str], body: &str) -> Answer {
        let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
        self.send(&format!(
            "{line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n{headers}\r\n{body}",
            self.host,
            body.len()
        ))
    }

    /// Opens the first address, and returns the header with the session's cookie.
    pub(crate) fn session(&self) -> String {
        let answer = self.ask(&format!("GET /?key={}", self.key), &[], "");
        assert_eq!(answer.status, 303);
        let cookie = answer.header("set-cookie").unwrap();
        format!("Cookie: {}", cookie.split(';').next().unwrap())
    }

    /// Ends the program, and returns what it wrote after its address.
    pub(crate) fn end(mut self) -> String {
        self.program.kill().unwrap();
        let mut said = String::new();
        self.stderr.read_to_string(&mut said).unwrap();
        said
    }
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn read(mut stream: TcpStream) -> Answer {
        let mut bytes = Vec::new();
        // A connection that is closed with unread data ends in an error, after the answer.
        let _ = stream.read_to_end(&mut bytes);
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no answer: {}", String::from_utf8_lossy(&bytes)));
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let body = bytes[end + 4..].to_vec();
        Answer { status, head, body }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let found = lines.find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn shows_leaflets(&self) -> bool {
        let text = self.text();
        text.contains("Your visit") || text.contains("Small Clinic")
    }
}

pub(crate) const OWN: &str = "Sec-Fetch-Site: same-origin";

pub(crate) fn get(desk: &Desk, cookie: &str, path: &str) -> Answer {
    desk.ask(&format!("GET {path}"), &[cookie, OWN], "")
}

pub(crate) fn post(desk: &Desk, cookie: &str, path: &str, body: &str) -> Answer {
    desk.ask(&format!("POST {path}"), &[cookie, OWN], body)
}

/// Returns the text between two others.
pub(crate) fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let (_, rest) = text.split_once(start).unwrap();
    rest.split_once(end).unwrap().0
}

/// Asks for a screen until each leaflet was tried on the clinic's paper.
pub(crate) fn tried(desk: &Desk, cookie: &str, address: &str) -> String {
    for _ in 0..300 {
        let page = get(desk, cookie, address).text();
        if !page.contains("data-trying") {
            return page;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{address} still tries the leaflets");
}
