//! `handout print` and `handout printers`, with a printer that the tests bring along.

use ipp::model::{Operation, StatusCode};
use ipp::value::IppValue;
use serde_json::Value;

use crate::fake_printer::{Behaviour, FakePrinter, media_types};
use crate::test_project::{Run, TestProject};

impl TestProject {
    fn print(&self, printer: &FakePrinter, arguments: &[&str]) -> Run {
        let printer = printer.uri();
        let fixed = [
            "--date",
            "2026-11-21",
            "print",
            "visit",
            "--printer",
            &printer,
        ];
        let reader = ["--set", "patient.first_name=Zebedee"];
        self.run(&[&fixed[..], &reader, arguments].concat(), "")
    }
}

/// Returns the file that `generate` makes of the same leaflet.
fn generated(project: &TestProject, arguments: &[&str]) -> Vec<u8> {
    let fixed = [
        "--date",
        "2026-11-21",
        "generate",
        "visit",
        "-o",
        "visit.pdf",
    ];
    let reader = ["--set", "patient.first_name=Zebedee"];
    let run = project.run(&[&fixed[..], &reader, arguments].concat(), "");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    std::fs::read(project.path("visit.pdf")).unwrap()
}

#[test]
fn prints_the_file_that_generate_makes() {
    let (project, printer) = (TestProject::new(), FakePrinter::new());
    let run = project.print(&printer, &[]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let jobs = printer.jobs();
    assert_eq!(jobs.len(), 1);
    assert_eq!(jobs[0].file, generated(&project, &[]));
    assert_eq!(jobs[0].get("media"), "iso_a4_210x297mm");
    assert_eq!(jobs[0].get("print-scaling"), "none");
    assert_eq!(jobs[0].get("document-format"), "application/pdf");
    // The printer's own choice.
    assert_eq!((jobs[0].get("sides"), jobs[0].get("copies")), ("", ""));
    assert!(run.stderr.contains(&jobs[0].name), "{}", run.stderr);
}

#[test]
fn sends_what_was_asked_for() {
    let (project, printer) = (TestProject::new(), FakePrinter::new());
    let flags = [
        "--sides", "two", "--staple", "--copies", "3", "--tray", "tray-2", "-p", "letter",
    ];
    let run = project.print(&printer, &flags);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let jobs = printer.jobs();
    assert_eq!(jobs[0].get("sides"), "two-sided-long-edge");
    assert_eq!(jobs[0].get("finishings"), "20");
    assert_eq!(jobs[0].get("copies"), "3");
    let handling = jobs[0].get("multiple-document-handling");
    assert_eq!(handling, "separate-documents-collated-copies");
    let media = "<media-size=<x-dimension=21590, y-dimension=27940>, media-source=tray-2>";
    assert_eq!(
        (jobs[0].get("media-col"), jobs[0].get("media")),
        (media, "")
    );
    assert_eq!(jobs[0].file, generated(&project, &["-p", "letter"]));
}

#[test]
fn prints_booklets_folded_on_both_sides() {
    let (project, printer) = (TestProject::new(), FakePrinter::new());
    let run = project.print(&printer, &["-p", "a5-booklet", "--fold", "--staple"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let jobs = printer.jobs();
    assert_eq!(jobs[0].get("media"), "iso_a4_210x297mm");
    assert_eq!(jobs[0].get("sides"), "two-sided-short-edge");
    assert_eq!(jobs[0].get("finishings"), "13");
    let run = project.print(&printer, &["-p", "a5-booklet", "--sides", "two"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("`--sides two-short`"), "{}", run.stderr);
}

#[test]
fn no_attribute_has_data_of_the_reader() {
    let (project, printer) = (TestProject::new(), FakePrinter::new());
    project.print(&printer, &["--copies", "2"]);
    project.print(&printer, &[]);
    let jobs = printer.jobs();
    for job in &jobs {
        let attributes = format!("{:?}", job.attributes);
        assert!(!attributes.contains("Zebedee"), "{attributes}");
        let token = job.name.strip_prefix("Leaflet ").unwrap();
        assert_eq!(token.len(), 16);
        assert!(token.chars().all(|digit| digit.is_ascii_hexdigit()));
    }
    assert_ne!(jobs[0].name, jobs[1].name);
}

#[test]
fn says_all_that_the_printer_cannot_do_before_it_sends_anything() {
    let (project, printer) = (TestProject::new(), FakePrinter::new());
    printer.change("sides-supported", &["one-sided"]);
    printer.change_value("finishings-supported", IppValue::Enum(3));
    let flags = [
        "--sides", "two", "--staple", "--copies", "100", "--tray", "top", "-p", "a5",
    ];
    let run = project.print(&printer, &flags);
    assert_eq!(run.code, Some(2));
    for part in [
        "cannot print this, so nothing was sent:",
        "it makes 99 copies of a job at most, not 100",
        "it cannot print with `--sides two`, only with: one",
        "it has no A5 paper (iso_a5_148x210mm), only: A4, Letter",
        "it has no tray `top`, only: tray-1, tray-2",
        "it cannot staple, and has no finishings",
    ] {
        assert!(run.stderr.contains(part), "{part}\n{}", run.stderr);
    }
    assert_eq!(printer.operations(), [Operation::GetPrinterAttributes]);
}

#[test]
fn prints_nothing_if_the_printer_refuses_such_a_job() {
    let (project, printer) = (TestProject::new(), FakePrinter::new());
    printer.fail_validation(StatusCode::ClientErrorConflictingAttributes);
    let run = project.print(&printer, &["--staple"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("does not go together"),
        "{}",
        run.stderr
    );
    assert!(!printer.operations().contains(&Operation::PrintJob));
}

/// Prints, and expects that nothing is sent and that the error has this text.
fn fails(printer: &FakePrinter, text: &str) {
    let run = TestProject::new().print(printer, &["--wait", "1"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains(text), "{text}\n{}", run.stderr);
    assert!(!printer.operations().contains(&Operation::PrintJob));
}

#[test]
fn refuses_a_printer_without_pdf() {
    let printer = FakePrinter::new();
    let formats = media_types(&["image/pwg-raster", "image/jpeg"]);
    printer.change_value("document-format-supported", formats);
    fails(
        &printer,
        "takes no PDF files, only image/pwg-raster, image/jpeg: print through",
    );
}

#[test]
fn refuses_a_printer_that_is_not_ready() {
    let printer = FakePrinter::new();
    printer.change_value("printer-state", IppValue::Enum(5));
    printer.change("printer-state-reasons", &["media-jam-error"]);
    fails(&printer, "is stopped (media jam error)");
    let printer = FakePrinter::new();
    printer.change_value("printer-is-accepting-jobs", IppValue::Boolean(false));
    fails(&printer, "takes no jobs at present");
}

#[test]
fn names_the_fault_of_what_is_no_printer() {
    for (message, text) in [
        (
            "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n",
            "asks for a user name and a password",
        ),
        (
            "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
            "there is no printer",
        ),
        (
            "HTTP/1.1 426 Upgrade Required\r\ncontent-length: 0\r\n\r\n",
            "asks for encryption: write `ipps://`",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\nhi",
            "is not a printer or print server that speaks IPP",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-type: application/ipp\r\ncontent-length: 2\r\n\r\nhi",
            "its answer cannot be read",
        ),
        (
            "SSH-2.0-OpenSSH\r\n\r\n",
            "is not a printer or print server that speaks IPP",
        ),
    ] {
        let printer = FakePrinter::new();
        printer.answer_http(message);
        fails(&printer, text);
    }
}

#[test]
fn names_the_fault_of_an_address() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed_address = format!("ipp://{}/ipp/print", closed.local_addr().unwrap());
    drop(closed);
    for (address, text) in [
        ("office", "write it as in `ipp://server/printers/office`"),
        (
            "http://server/printers/office",
            "write it as in `ipp://server",
        ),
        (
            "ipp://nurse:secret@server/printers/office",
            "leave out user name",
        ),
        (
            "ipp://nowhere.invalid/ipp/print",
            "knows no computer or printer `nowhere.invalid`",
        ),
        (&closed_address, "nothing answers at"),
    ] {
        let run = TestProject::new().run(&["print", "visit", "--printer", address], "");
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        assert!(run.stderr.contains(text), "{text}\n{}", run.stderr);
        assert!(!run.stderr.contains("secret"), "{}", run.stderr);
    }
}

#[test]
#[cfg(not(feature = "tls"))]
fn says_that_encryption_is_not_built_in() {
    let address = "ipps://server/printers/office";
    let run = TestProject::new().run(&["print", "visit", "--printer", address], "");
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("its feature `tls`"), "{}", run.stderr);
}

#[test]
fn gives_up_a_printer_that_does_not_answer() {
    // It accepts connections and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("ipp://{}/ipp/print", silent.local_addr().unwrap());
    let arguments = ["print", "visit", "--printer", &address, "--wait", "1"];
    let run = TestProject::new().run(&arguments, "");
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(
        run.stderr.contains("did not answer within 1 s"),
        "{}",
        run.stderr
    );
}

#[test]
fn waits_for_a_busy_printer() {
    let (project, printer) = (TestProject::new(), FakePrinter::new());
    printer.plan(&[Behaviour::Busy, Behaviour::Busy]);
    let run = project.print(&printer, &[]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stderr.contains("waiting for the printer: it is busy"),
        "{}",
        run.stderr
    );
    assert_eq!(printer.jobs().len(), 1);
}

#[test]
fn waits_for_a_busy_printer_only_so_long() {
    let (project, printer) = (TestProject::new(), FakePrinter::new());
    printer.plan(&[Behaviour::Busy; 100]);
    let run = project.print(&printer, &["--wait", "1"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(
        run.stderr.contains("was busy for more than 1 s"),
        "{}",
        run.stderr
    );
    assert!(printer.jobs().is_empty());
}

#[test]
fn asks_the_printer_for_a_job_whose_answer_was_lost() {
    for behaviour in [Behaviour::LoseAnswer, Behaviour::RestartWithJob] {
        let (project, printer) = (TestProject::new(), FakePrinter::new());
        printer.plan(&[behaviour]);
        let run = project.print(&printer, &[]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert_eq!(printer.jobs().len(), 1);
    }
}

#[test]
fn says_so_if_nobody_knows_whether_a_job_was_printed() {
    for behaviour in [Behaviour::LoseJob, Behaviour::Abort, Behaviour::Hang] {
        let (project, printer) = (TestProject::new(), FakePrinter::new());
        printer.plan(&[behaviour]);
        let run = project.print(&printer, &["--wait", "1"]);
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        assert!(
            run.stderr.contains("error[uncertain-print]"),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains("`Leaflet "), "{}", run.stderr);
        let prints = printer.operations().into_iter();
        assert_eq!(
            prints
                .filter(|operation| *operation == Operation::PrintJob)
                .count(),
            1
        );
    }
}

#[test]
fn lists_the_queues_of_a_print_server() {
    let (project, printer) = (TestProject::new(), FakePrinter::new());
    printer.have_queues(&["ward", "office"]);
    let run = project.run(&["printers", &printer.server(), "--json"], "");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let queues: Vec<Value> = serde_json::from_slice(&run.stdout).unwrap();
    let uris: Vec<&Value> = queues.iter().map(|queue| &queue["uri"]).collect();
    let expected = ["ipp://server/printers/office", "ipp://server/printers/ward"];
    assert_eq!(uris, expected);
    assert_eq!(queues[0]["name"], "office");
    assert_eq!(queues[0]["trays"], serde_json::json!(["tray-1", "tray-2"]));
    assert_eq!(queues[0]["copies"], 99);
}

#[test]
fn describes_a_printer_with_the_words_of_the_flags() {
    let (project, printer) = (TestProject::new(), FakePrinter::new());
    // The address names the computer only.
    let run = project.run(&["printers", &printer.server()], "");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let expected = format!(
        "{}
  State     ready
  Sides     one, two, two-short
  Paper     A4, Letter
  Trays     tray-1, tray-2
  Finishing --staple, --fold
  Copies    up to 99
",
        printer.uri()
    );
    assert_eq!(String::from_utf8(run.stdout).unwrap(), expected);
}

#[test]
fn shows_the_other_printers_if_one_fails() {
    let (project, printer) = (TestProject::new(), FakePrinter::new());
    let run = project.run(&["printers", "ipp://nowhere.invalid", &printer.uri()], "");
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("nowhere.invalid"), "{}", run.stderr);
    let shown = String::from_utf8(run.stdout).unwrap();
    assert!(shown.starts_with(&printer.uri()), "{shown}");
}
