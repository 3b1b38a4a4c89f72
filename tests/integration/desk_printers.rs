//! The desk prints on the printers that `clinic.yaml` names, with a printer that the tests bring along.

use std::fs;
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use ipp::model::{Operation, StatusCode};
use ipp::value::IppValue;
use serde_json::Value;

use crate::desk_program::{Answer, Desk, between, get, post};
use crate::fake_printer::{Behaviour, FakePrinter};
use crate::pdf_reader::PdfFile;
use crate::test_project::TestProject;

const PATIENT: &str = "Zebedee";

/// Starts the desk of a clinic with a printer `Reception`. `settings` are YAML lines of its entry.
fn desk(address: &str, settings: &str, arguments: &[&str]) -> Desk {
    let project = TestProject::new();
    let clinic = format!(
        "name: Small Clinic\nprinters:\n  - name: Reception\n    address: {address}\n{settings}"
    );
    project.write("c/clinic.yaml", clinic);
    Desk::start_in(project, &[&["-c", "c"], arguments].concat())
}

/// Returns the word of a form with which it prints once.
fn word(page: &str) -> String {
    between(page, "name=\"once\" value=\"", "\"").to_owned()
}

fn print_with(desk: &Desk, cookie: &str, word: &str, fields: &str) -> Answer {
    let form = format!("patient.first_name={PATIENT}&printer=Reception&once={word}&{fields}");
    post(desk, cookie, "/leaflets/visit/print", &form)
}

/// Opens the leaflet and prints it.
fn print(desk: &Desk, cookie: &str, fields: &str) -> Answer {
    let page = get(desk, cookie, "/leaflets/visit").text();
    print_with(desk, cookie, &word(&page), fields)
}

/// Returns what the live region says, without marks.
fn said(answer: &Answer) -> String {
    let text = answer.text();
    let status = between(&text, "id=\"print-status\">", "</p>");
    let parts = status.split('<').map(|part| match part.split_once('>') {
        Some((_, words)) => words,
        None => part,
    });
    parts.collect()
}

#[test]
fn leaflets_go_to_the_chosen_printer() {
    let printer = FakePrinter::new();
    let desk = desk(&printer.uri(), "    sides: two\n    staple: true\n", &[]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/leaflets/visit").text();
    let choice = between(&page, "name=\"printer\">", "</select>");
    let options =
        "<option value=\"\">Choose in the browser</option><option value=\"Reception\">Reception";
    assert!(choice.starts_with(options), "{choice}");
    let answer = print_with(&desk, &cookie, &word(&page), "copies=2");
    assert_eq!(answer.status, 200);
    assert_eq!(
        said(&answer),
        "Sent to Reception: 2 copies, both sides, stapled."
    );
    let page = answer.text();
    assert!(
        page.contains("<option value=\"Reception\" selected>"),
        "{page}"
    );
    let jobs = printer.jobs();
    assert_eq!(jobs.len(), 1);
    assert_eq!(jobs[0].get("copies"), "2");
    assert_eq!(jobs[0].get("sides"), "two-sided-long-edge");
    assert_eq!(jobs[0].get("finishings"), "20");
    assert_eq!(jobs[0].get("media"), "iso_a4_210x297mm");
    assert_eq!(jobs[0].get("print-scaling"), "none");
    let texts = PdfFile::read(&jobs[0].file).texts();
    let named = texts.iter().filter(|text| text.contains(PATIENT));
    assert_eq!(named.count(), 1);
    let asked = [
        Operation::GetPrinterAttributes,
        Operation::ValidateJob,
        Operation::PrintJob,
    ];
    assert_eq!(printer.operations(), asked);
    // The reader is in the file and in the field, and nowhere else.
    let attributes = format!("{:?}", jobs[0].attributes);
    assert!(!attributes.contains(PATIENT), "{attributes}");
    assert!(!answer.head.contains(PATIENT), "{}", answer.head);
    assert_eq!(page.matches(PATIENT).count(), 1);
    assert_eq!(desk.end(), "");
}

#[test]
fn print_opens_the_browsers_window_unless_a_printer_is_chosen() {
    let printer = FakePrinter::new();
    let with_printers = desk(&printer.uri(), "", &[]);
    let cookie = with_printers.session();
    let form = format!("patient.first_name={PATIENT}&printer=");
    let answer = post(&with_printers, &cookie, "/leaflets/visit/print", &form);
    assert_eq!(answer.status, 303);
    let location = answer.header("location").unwrap();
    assert!(
        location.ends_with("/files/print.pdf?copies=1"),
        "{location}"
    );
    assert_eq!(printer.operations(), []);
    // A clinic without printers has nothing to choose.
    let without = Desk::start(&[]);
    let cookie = without.session();
    let page = get(&without, &cookie, "/leaflets/visit").text();
    assert!(!page.contains("Choose in the browser"), "{page}");
}

#[test]
fn a_request_prints_once() {
    let printer = FakePrinter::new();
    let desk = desk(&printer.uri(), "", &["--read-only"]);
    let cookie = desk.session();
    let first = word(&get(&desk, &cookie, "/leaflets/visit").text());
    // Both clicks of a double click send the same form.
    let answers = thread::scope(|scope| {
        let click = || print_with(&desk, &cookie, &first, "");
        let clicks = [scope.spawn(click), scope.spawn(click)];
        clicks.map(|click| click.join().unwrap())
    });
    let mut statuses = answers.each_ref().map(|answer| answer.status);
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(printer.jobs().len(), 1);
    let again = print_with(&desk, &cookie, &first, "");
    assert_eq!(again.status, 409);
    assert!(said(&again).contains("not printed a second time"));
    assert_eq!(printer.jobs().len(), 1);
    // The answer can be sent again on purpose.
    let once_more = print_with(&desk, &cookie, &word(&again.text()), "");
    assert_eq!((once_more.status, printer.jobs().len()), (200, 2));
    for word in ["", &"a".repeat(65)] {
        assert_eq!(print_with(&desk, &cookie, word, "").status, 422);
    }
    assert_eq!(printer.jobs().len(), 2);
}

#[test]
fn what_a_printer_cannot_do_is_said_and_nothing_is_sent() {
    let printer = FakePrinter::new();
    let settings = "    sides: two\n    staple: true\n    tray: top\n";
    let desk = desk(&printer.uri(), settings, &[]);
    let cookie = desk.session();
    printer.change("sides-supported", &["one-sided"]);
    printer.change_value("finishings-supported", IppValue::Enum(3));
    let page = get(&desk, &cookie, "/leaflets/visit").text();
    let answer = print_with(&desk, &cookie, &word(&page), "copies=100&paper=a5");
    assert_eq!(answer.status, 422);
    assert_eq!(
        said(&answer),
        "Nothing was printed. Reception makes at most 99 copies at once: choose fewer. Reception cannot print on both \
         sides. Reception has no A5 paper, only A4 and Letter: choose another paper. Reception has no tray “top”, only \
         tray-1 and tray-2. Reception cannot staple such leaflets."
    );
    assert_eq!(printer.operations(), [Operation::GetPrinterAttributes]);
    // What was not sent can be tried again, also with the same form.
    printer.change("sides-supported", &["two-sided-long-edge"]);
    printer.change_value("finishings-supported", IppValue::Enum(20));
    printer.change("media-source-supported", &["top"]);
    printer.fail_validation(StatusCode::ClientErrorConflictingAttributes);
    let refused = print_with(&desk, &cookie, &word(&page), "");
    assert!(said(&refused).contains("Reception does not take this leaflet."));
    assert!(refused.text().contains("does not go together"));
    printer.fail_validation(StatusCode::SuccessfulOk);
    let sent = print_with(&desk, &cookie, &word(&page), "");
    assert_eq!((sent.status, printer.jobs().len()), (200, 1));
}

#[test]
fn folded_papers_leave_out_what_they_cannot_have() {
    let printer = FakePrinter::new();
    let settings = "    sides: two\n    staple: true\n    fold: true\n";
    let desk = desk(&printer.uri(), settings, &[]);
    let cookie = desk.session();
    let answer = print(&desk, &cookie, "paper=a5-booklet");
    assert_eq!(
        said(&answer),
        "Sent to Reception: 1 copy, both sides, stapled, folded."
    );
    print(&desk, &cookie, "paper=a4");
    let jobs = printer.jobs();
    assert_eq!(jobs[0].get("sides"), "two-sided-short-edge");
    assert_eq!(jobs[0].get("finishings"), "13");
    assert_eq!(jobs[1].get("sides"), "two-sided-long-edge");
    assert_eq!(jobs[1].get("finishings"), "20");
}

#[test]
fn states_of_the_printer_are_said_in_plain_words() {
    let printer = FakePrinter::new();
    let desk = desk(&printer.uri(), "", &[]);
    let cookie = desk.session();
    printer.change("printer-state-reasons", &["media-empty-error"]);
    let waiting = print(&desk, &cookie, "");
    assert_eq!(
        said(&waiting),
        "Sent to Reception: 1 copy. Reception is out of paper: it prints as soon as paper is put in."
    );
    printer.change_value("printer-state", IppValue::Enum(5));
    let stopped = print(&desk, &cookie, "");
    assert_eq!(
        said(&stopped),
        "Nothing was printed. Reception is out of paper. Print again as soon as paper is put in."
    );
    assert_eq!((stopped.status, printer.jobs().len()), (422, 1));
}

#[test]
fn a_lost_answer_is_said_as_uncertain() {
    let printer = FakePrinter::new();
    let desk = desk(&printer.uri(), "", &[]);
    let cookie = desk.session();
    printer.plan(&[Behaviour::LoseJob, Behaviour::LoseAnswer]);
    let page = get(&desk, &cookie, "/leaflets/visit").text();
    let lost = print_with(&desk, &cookie, &word(&page), "");
    assert_eq!(lost.status, 422);
    assert_eq!(
        said(&lost),
        "Reception did not answer. It may have printed: look before you send it again."
    );
    assert!(lost.text().contains("job: Leaflet "));
    assert_eq!(
        print_with(&desk, &cookie, &word(&page), "").status,
        409,
        "sent by mistake"
    );
    // The printer knows this job.
    let found = print(&desk, &cookie, "");
    assert_eq!((found.status, printer.jobs().len()), (200, 1));
}

#[test]
fn a_slow_printer_does_not_stop_others() {
    let printer = FakePrinter::new();
    let desk = desk(&printer.uri(), "", &[]);
    let cookie = desk.session();
    printer.plan(&[Behaviour::Hang]);
    thread::scope(|scope| {
        let printed = scope.spawn(|| print(&desk, &cookie, ""));
        while !printer.operations().contains(&Operation::PrintJob) {
            thread::sleep(Duration::from_millis(20));
        }
        let begun = Instant::now();
        assert_eq!(get(&desk, &cookie, "/help").status, 200);
        assert!(begun.elapsed() < Duration::from_secs(10));
        assert!(!printed.is_finished());
        let printed = printed.join().unwrap();
        assert!(said(&printed).contains("It may have printed"));
    });
}

#[test]
fn printers_that_are_not_there_are_said() {
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let desk = desk(&format!("ipp://127.0.0.1:{port}/ipp/print"), "", &[]);
    let cookie = desk.session();
    let gone = print(&desk, &cookie, "");
    assert_eq!(
        said(&gone),
        "Nothing was printed. Reception does not answer. Look whether it is on and connected."
    );
    let page = get(&desk, &cookie, "/leaflets/visit").text();
    let form = format!("printer=Ward&once={}", word(&page));
    let unknown = post(&desk, &cookie, "/leaflets/visit/print", &form);
    assert_eq!(unknown.status, 422);
    assert!(said(&unknown).contains("no printer “Ward” any more"));
}

#[test]
fn what_stops_print_stops_printers() {
    let printer = FakePrinter::new();
    let desk = desk(&printer.uri(), "", &[]);
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/leaflets/visit").text();
    // No typeface has this letter.
    let form = format!(
        "patient.first_name={PATIENT}%F0%9D%95%8F&printer=Reception&once={}",
        word(&page)
    );
    let refused = post(&desk, &cookie, "/leaflets/visit/print", &form);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("Before you print"));
    assert_eq!(print(&desk, &cookie, "copies=0").status, 422);
    assert_eq!(printer.operations(), []);
}

#[test]
fn the_log_names_the_printer() {
    let printer = FakePrinter::new();
    let desk = desk(&printer.uri(), "", &["--log", "leaflets.log"]);
    let cookie = desk.session();
    assert_eq!(print(&desk, &cookie, "copies=3").status, 200);
    let path = desk.project.path("leaflets.log");
    let log = fs::read_to_string(&path).unwrap();
    assert!(!log.contains(PATIENT), "{log}");
    let line: Value = serde_json::from_str(&log).unwrap();
    assert_eq!(line["action"], "printed");
    assert_eq!(line["printer"], printer.uri());
    assert_eq!(
        (&line["copies"], &line["format"]),
        (&3.into(), &"pdf".into())
    );
    // A refusal is recorded, too.
    printer.plan(&[Behaviour::Refuse(
        StatusCode::ClientErrorDocumentFormatError,
    )]);
    assert_eq!(print(&desk, &cookie, "").status, 422);
    let log = fs::read_to_string(&path).unwrap();
    let actions = log.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        line["action"].as_str().unwrap().to_owned()
    });
    let actions: Vec<String> = actions.collect();
    assert_eq!(actions, ["printed", "printed", "not-printed"]);
    // Nothing leaves that cannot be recorded.
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let refused = print(&desk, &cookie, "");
    assert_eq!(refused.status, 500);
    assert!(refused.text().contains("This leaflet cannot be recorded"));
    assert_eq!(printer.jobs().len(), 1);
}

/// Puts the leaflet on the pile twice, and prints the pile. Returns what is said.
fn print_pile(desk: &Desk, cookie: &str) -> (u16, String) {
    let form = format!("patient.first_name={PATIENT}&copies=2&again=yes");
    for _ in 0..2 {
        let added = post(desk, cookie, "/leaflets/visit/pile", &form);
        assert_eq!(added.status, 200);
    }
    let page = get(desk, cookie, "/pile").text();
    let form = format!("printer=Reception&once={}", word(&page));
    let answer = post(desk, cookie, "/pile/print", &form);
    let text = answer.text();
    let status = between(&text, "id=\"pile-status\">", "</p>").to_owned();
    post(desk, cookie, "/pile/empty", "");
    (answer.status, status)
}

#[test]
fn the_pile_is_a_job_for_each_leaflet() {
    let printer = FakePrinter::new();
    let desk = desk(&printer.uri(), "    staple: true\n", &[]);
    let cookie = desk.session();
    let (status, said) = print_pile(&desk, &cookie);
    assert_eq!(status, 200);
    assert!(
        said.contains("Sent to Reception: 2 leaflets, stapled."),
        "{said}"
    );
    let jobs = printer.jobs();
    assert_eq!(jobs.len(), 2);
    assert!(jobs.iter().all(|job| job.get("copies") == "2"));
    printer.plan(&[
        Behaviour::Accept,
        Behaviour::Refuse(StatusCode::ClientErrorDocumentFormatError),
    ]);
    let (status, said) = print_pile(&desk, &cookie);
    assert_eq!(status, 422);
    let part = "Sent to Reception: 1 of 2 leaflets. “Your visit” and those after it were not sent.";
    assert!(said.contains(part), "{said}");
    assert_eq!(printer.jobs().len(), 3);
    // Without a printer, the file of the pile is printed in the browser.
    let form = format!("patient.first_name={PATIENT}");
    post(&desk, &cookie, "/leaflets/visit/pile", &form);
    let browser = post(&desk, &cookie, "/pile/print", "printer=&once=x");
    assert!(browser.header("location").unwrap().ends_with("/pile.pdf"));
    post(&desk, &cookie, "/pile/empty", "");
    let empty = post(&desk, &cookie, "/pile/print", "printer=Reception&once=y");
    assert_eq!(empty.status, 410);
}

#[test]
fn faulty_printers_of_a_clinic_have_places() {
    for (entry, place, words) in [
        (
            "- { name: A, address: \"http://server/a\" }",
            "c/clinic.yaml:3:25",
            "write the address of a printer",
        ),
        (
            "- { name: A, address: \"ipp://nurse:secret@server/a\" }",
            "c/clinic.yaml:3:25",
            "without a user name",
        ),
        (
            "- { name: A, address: \"ipp://server/a\", duplex: true }",
            "c/clinic.yaml:3:43",
            "fields here are",
        ),
        (
            "- { name: A, address: \"ipp://server/a\", sides: both }",
            "c/clinic.yaml:3:50",
            "`one`, `two` or `two-short`",
        ),
        ("- { name: A }", "c/clinic.yaml:3:7", "`address`"),
        (
            "- { name: \" \", address: \"ipp://server/a\" }",
            "c/clinic.yaml:3:13",
            "the printer's `name` is empty",
        ),
        (
            "- { name: A, address: \"ipp://server/a\" }\n  - { name: a, address: \"ipp://server/b\" }",
            "c/clinic.yaml:4:13",
            "two printers have the name `a`",
        ),
        (
            "- { name: A, address: \"ipp://server/a\", tray: \"\" }",
            "c/clinic.yaml:3:49",
            "the printer's `tray` is empty",
        ),
    ] {
        let project = TestProject::new();
        let clinic = format!("name: Small Clinic\nprinters:\n  {entry}\n");
        project.write("c/clinic.yaml", clinic);
        let run = project.run(&["--date", "2026-11-21", "check", "-c", "c"], "");
        assert_eq!(run.code, Some(1), "{entry}: {}", run.stderr);
        assert!(run.stderr.contains(place), "{entry}: {}", run.stderr);
        assert!(run.stderr.contains(words), "{entry}: {}", run.stderr);
    }
}
