//! `handout batch --print`: one job for each row, in order, none twice, and none lost.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ipp::model::{Operation, StatusCode};
use serde_json::Value;

use crate::fake_printer::{Behaviour, FakePrinter, RecordedJob};
use crate::pdf_reader::PdfFile;
use crate::test_project::{Run, TestProject};

const ROWS: &str = "handout,patient.first_name\nvisit,Zebedee\nvisit,Zuleika\nvisit,Zachary\n";

/// A small library, and a job file with three readers.
fn project() -> TestProject {
    let project = TestProject::new();
    project.write("jobs.csv", ROWS);
    project
}

fn print(project: &TestProject, printer: &FakePrinter, arguments: &[&str]) -> Run {
    Run::from(printing(project, printer, arguments).output().unwrap())
}

fn statuses(project: &TestProject) -> Vec<String> {
    let records = project.records("jobs-printed/manifest.jsonl");
    let status = |record: &Value| record["status"].as_str().unwrap().to_owned();
    records.iter().map(status).collect()
}

/// Returns the number of Print-Job requests.
fn prints(printer: &FakePrinter) -> usize {
    let operations = printer.operations().into_iter();
    operations
        .filter(|operation| *operation == Operation::PrintJob)
        .count()
}

#[test]
fn prints_each_row_once_in_order_and_keeps_no_leaflet() {
    let (project, printer) = (project(), FakePrinter::new());
    let run = print(&project, &printer, &[]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("3 leaflets printed (3 pages, 3 sheets)"),
        "{}",
        run.stderr
    );
    let jobs = printer.jobs();
    project.batch(&["jobs.csv", "-o", "out"]);
    let files: Vec<Vec<u8>> = project.leaflets("out").into_values().collect();
    assert_eq!(
        jobs.iter().map(|job| job.file.clone()).collect::<Vec<_>>(),
        files
    );
    let made = project.made();
    let kept: Vec<&String> = made
        .iter()
        .filter(|file| !file.starts_with("out/"))
        .collect();
    assert_eq!(
        kept,
        [
            "jobs-printed/journal.key",
            "jobs-printed/manifest.jsonl",
            "jobs.csv"
        ]
    );
    let names: BTreeSet<&str> = jobs.iter().map(|job| job.name.as_str()).collect();
    assert_eq!(names.len(), 3);
    let attributes = format!(
        "{:?}",
        jobs.iter().map(|job| &job.attributes).collect::<Vec<_>>()
    );
    let manifest = fs::read_to_string(project.path("jobs-printed/manifest.jsonl")).unwrap();
    for name in ["Zebedee", "Zuleika", "Zachary"] {
        assert!(!attributes.contains(name), "{attributes}");
        assert!(!manifest.contains(name), "{manifest}");
    }
    // Nothing is left to do.
    let run = print(&project, &printer, &["--resume"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stderr.contains("3 done before"), "{}", run.stderr);
    assert_eq!(prints(&printer), 3);
}

#[test]
fn sends_what_rows_and_flags_ask_for() {
    let (project, printer) = (project(), FakePrinter::new());
    project.write(
        "jobs.csv",
        "handout,copies,paper,patient.first_name\nvisit,5,,Ada\nvisit,,letter,Bea\nvisit,,a5-booklet,Cleo\n",
    );
    let run = print(
        &project,
        &printer,
        &["--staple", "--copies", "2", "-o", "out"],
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let jobs = printer.jobs();
    let all =
        |name: &str| -> Vec<String> { jobs.iter().map(|job| job.get(name).to_owned()).collect() };
    assert_eq!(all("copies"), ["5", "2", "2"]);
    let media = ["iso_a4_210x297mm", "na_letter_8.5x11in", "iso_a4_210x297mm"];
    assert_eq!(all("media"), media);
    assert_eq!(all("finishings"), ["20", "20", "13"]);
    assert_eq!(all("sides"), ["", "", "two-sided-short-edge"]);
    // With a folder, the leaflets are kept, too.
    let files: Vec<Vec<u8>> = project.leaflets("out").into_values().collect();
    assert_eq!(
        jobs.iter().map(|job| job.file.clone()).collect::<Vec<_>>(),
        files
    );
    assert!(run.stderr.contains("3 leaflets printed"), "{}", run.stderr);
    let copies: Vec<u64> = project
        .records("out/manifest.jsonl")
        .iter()
        .map(|record| record["copies"].as_u64().unwrap())
        .collect();
    assert_eq!(copies, [5, 2, 2]);
}

#[test]
fn says_what_the_printer_cannot_do_before_it_sends_anything() {
    let (project, printer) = (project(), FakePrinter::new());
    let run = print(&project, &printer, &["--tray", "top"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("it has no tray `top`"),
        "{}",
        run.stderr
    );
    assert_eq!(printer.operations(), [Operation::GetPrinterAttributes]);
    assert_eq!(project.made(), ["jobs.csv"]);
}

#[test]
fn row_that_the_printer_cannot_print_does_not_stop_the_others() {
    let (project, printer) = (project(), FakePrinter::new());
    project.write(
        "jobs.csv",
        "handout,paper,format\nvisit,,\nvisit,a5,\nvisit,,html\nvisit,,\n",
    );
    project.change(
        "library/visit/text/en.yaml",
        "{{patient.first_name}}",
        "reader",
    );
    let run = print(&project, &printer, &[]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stderr.contains("error[printer-cannot]: row 2"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("it has no A5 paper"), "{}", run.stderr);
    assert!(
        run.stderr.contains("error[unavailable-format]: row 3"),
        "{}",
        run.stderr
    );
    assert_eq!(printer.jobs().len(), 2);
    assert_eq!(statuses(&project), ["done", "failed", "failed", "done"]);
}

#[test]
fn row_that_the_printer_refuses_is_sent_again_by_resume() {
    let (project, printer) = (project(), FakePrinter::new());
    let status = StatusCode::ClientErrorRequestEntityTooLong;
    printer.plan(&[Behaviour::Accept, Behaviour::Refuse(status)]);
    let run = print(&project, &printer, &[]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stderr.contains("error[print-refused]: row 2"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("the file is too large"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("2 leaflets printed"), "{}", run.stderr);
    assert_eq!(statuses(&project), ["done", "failed", "done"]);
    let run = print(&project, &printer, &["--resume"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(printer.jobs().len(), 3);
    assert_eq!(statuses(&project), ["done", "done", "done"]);
}

#[test]
fn waits_for_a_busy_printer() {
    let (project, printer) = (project(), FakePrinter::new());
    printer.plan(&[Behaviour::Accept, Behaviour::Busy, Behaviour::Busy]);
    let run = print(&project, &printer, &[]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("note: waiting for the printer: it is busy"),
        "{}",
        run.stderr
    );
    assert_eq!(printer.jobs().len(), 3);
    assert_eq!(statuses(&project), ["done", "done", "done"]);
}

#[test]
fn printer_that_stays_busy_stops_the_batch_and_resume_goes_on() {
    let (project, printer) = (project(), FakePrinter::new());
    printer.plan(&[Behaviour::Accept]);
    printer.plan(&[Behaviour::Busy; 30]);
    let run = print(&project, &printer, &["--wait", "1", "-o", "out"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(
        run.stderr.contains("`--resume` goes on from there"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("was busy for more than 1 s"),
        "{}",
        run.stderr
    );
    assert_eq!(printer.jobs().len(), 1);
    printer.plan_nothing();
    let run = print(&project, &printer, &["--resume", "-o", "out"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stderr.contains("2 leaflets printed"), "{}", run.stderr);
    assert_eq!(printer.jobs().len(), 3);
    assert_eq!(project.leaflets("out").len(), 3);
}

#[test]
fn job_whose_answer_was_lost_is_not_sent_twice() {
    for behaviour in [Behaviour::LoseAnswer, Behaviour::RestartWithJob] {
        let (project, printer) = (project(), FakePrinter::new());
        printer.plan(&[Behaviour::Accept, behaviour]);
        let run = print(&project, &printer, &[]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert_eq!((prints(&printer), printer.jobs().len()), (3, 3));
        assert_eq!(statuses(&project), ["done", "done", "done"]);
    }
}

#[test]
fn job_that_nobody_knows_is_sent_again_only_if_asked() {
    for behaviour in [Behaviour::LoseJob, Behaviour::Abort] {
        let (project, printer) = (project(), FakePrinter::new());
        printer.plan(&[Behaviour::Accept, behaviour]);
        let run = print(&project, &printer, &[]);
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        assert!(
            run.stderr.contains("error[uncertain-print]: row 2"),
            "{}",
            run.stderr
        );
        assert!(
            run.stderr.contains("1 row may have been printed"),
            "{}",
            run.stderr
        );
        assert_eq!(statuses(&project), ["done", "uncertain", "done"]);
        assert_eq!(prints(&printer), 3);

        let run = print(&project, &printer, &["--resume"]);
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        assert!(
            run.stderr.contains("error[uncertain-print]: row 2"),
            "{}",
            run.stderr
        );
        assert_eq!(statuses(&project), ["done", "uncertain", "done"]);
        assert_eq!(prints(&printer), 3);
        // Nor does a run without a printer.
        let arguments = ["jobs.csv", "-o", "jobs-printed", "--resume"];
        assert_eq!(project.batch(&arguments).code, Some(1));
        assert_eq!(statuses(&project), ["done", "uncertain", "done"]);

        let run = print(&project, &printer, &["--resume", "--resend-uncertain"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert_eq!(statuses(&project), ["done", "done", "done"]);
        assert_eq!(prints(&printer), 4);
    }
}

/// Starts a batch that prints.
fn printing(project: &TestProject, printer: &FakePrinter, arguments: &[&str]) -> Command {
    let fixed = ["--date", "2026-11-21", "batch", "jobs.csv", "--print"];
    let mut command = project.command(&fixed);
    command.arg(printer.uri()).args(arguments);
    command
}

/// Kills a batch while the printer holds back the answer for its second row. The printer may know that job later.
fn killed(project: &TestProject, printer: &FakePrinter, arguments: &[&str]) {
    printer.plan(&[Behaviour::Accept, Behaviour::Hang]);
    let mut child = printing(project, printer, arguments)
        .arg("--json")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // A row is reported once it is printed.
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let first = stdout
        .lines()
        .map(Result::unwrap)
        .find(|line| line.contains("\"event\":\"row\""));
    assert!(first.is_some());
    while prints(printer) < 2 {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let journal = project.records("jobs-printed/journal.jsonl");
    assert_eq!(journal.last().unwrap()["status"], "uncertain");
}

/// Makes the printer know the job in between, as if only its answer was lost.
fn know_job_in_between(project: &TestProject, printer: &FakePrinter) {
    let journal = project.records("jobs-printed/journal.jsonl");
    let token = journal.last().unwrap()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    printer.know(&format!("Leaflet {token}"));
}

#[test]
fn resume_after_a_kill_asks_for_the_job_in_between() {
    for (which, knows) in [
        ("all", true),
        ("not every value", true),
        ("no names of filed jobs", true),
        ("nothing", false),
    ] {
        let (project, printer) = (project(), FakePrinter::new());
        killed(&project, &printer, &[]);
        if knows {
            know_job_in_between(&project, &printer);
        }
        if which == "not every value" {
            printer.refuse_all();
        }
        if which == "no names of filed jobs" {
            printer.leave_out_names();
        }
        let run = print(&project, &printer, &["--resume"]);
        let expected = if knows { "done" } else { "uncertain" };
        assert_eq!(run.code, Some(i32::from(!knows)), "{}", run.stderr);
        assert_eq!(statuses(&project), ["done", expected, "done"], "{which}");
        // Rows 1 and 3 were accepted, row 2 was sent once.
        assert_eq!(prints(&printer), 3);
    }
}

/// The names of the rows, as `ROWS_BY_TOWN` sorts them by town and name.
const SORTED: [&str; 5] = ["Bea", "Dora", "Ada", "Eve", "Cleo"];
const ROWS_BY_TOWN: &str = "handout,address.town,patient.first_name\nvisit,York,Ada\nvisit,Bath,Bea\n\
    visit,,Cleo\nvisit,bath,Dora\nvisit,York,Eve\n";
const SORT: [&str; 2] = ["--sort", "address.town,patient.first_name"];

/// Returns the reader of each job, in the order in which the printer got them.
fn readers(printer: &FakePrinter) -> Vec<String> {
    let reader = |job: &RecordedJob| {
        let text = PdfFile::read(&job.file).texts().join(" ");
        let name = text.split_once("Dear ").unwrap().1.split_once(',').unwrap();
        name.0.to_owned()
    };
    let jobs = printer.jobs();
    let with_file = jobs.iter().filter(|job| !job.file.is_empty());
    with_file.map(reader).collect()
}

#[test]
fn sorted_rows_are_printed_in_their_order() {
    let (project, printer) = (project(), FakePrinter::new());
    project.write("jobs.csv", ROWS_BY_TOWN);
    let run = print(&project, &printer, &SORT);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(readers(&printer), SORTED);
    // Rows keep their numbers.
    let rows: Vec<u64> = project
        .records("jobs-printed/manifest.jsonl")
        .iter()
        .map(|record| record["row"].as_u64().unwrap())
        .collect();
    assert_eq!(rows, [1, 2, 3, 4, 5]);
}

#[test]
fn sorted_batch_goes_on_in_its_order_after_a_kill() {
    for knows in [true, false] {
        let (project, printer) = (project(), FakePrinter::new());
        project.write("jobs.csv", ROWS_BY_TOWN);
        killed(&project, &printer, &SORT);
        assert_eq!(readers(&printer), SORTED[..1]);
        if knows {
            know_job_in_between(&project, &printer);
        }
        let run = print(&project, &printer, &[&SORT[..], &["--resume"]].concat());
        assert_eq!(run.code, Some(i32::from(!knows)), "{}", run.stderr);
        // The job in between was sent once, and its file is lost.
        assert_eq!(prints(&printer), SORTED.len());
        assert_eq!(readers(&printer), ["Bea", "Ada", "Eve", "Cleo"]);
        let in_between = if knows { "done" } else { "uncertain" };
        assert_eq!(
            statuses(&project),
            ["done", "done", "done", in_between, "done"]
        );
    }
}

#[test]
fn lost_file_is_made_again_and_not_printed_again() {
    let (project, printer) = (project(), FakePrinter::new());
    print(&project, &printer, &["-o", "out"]);
    let (lost, _) = project.leaflets("out").pop_first().unwrap();
    fs::remove_file(project.path("out").join(lost)).unwrap();
    let run = print(&project, &printer, &["-o", "out", "--resume"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(project.leaflets("out").len(), 3);
    assert_eq!(prints(&printer), 3);
    // The record still says that row 1 was printed.
    let run = print(&project, &printer, &["-o", "out", "--resume"]);
    assert!(run.stderr.contains("3 done before"), "{}", run.stderr);
    assert_eq!(prints(&printer), 3);
}

#[test]
fn leaflets_made_before_can_be_printed_later() {
    let (project, printer) = (project(), FakePrinter::new());
    project.done(ROWS, &[]);
    let run = print(&project, &printer, &["-o", "out", "--resume"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let files: Vec<Vec<u8>> = project.leaflets("out").into_values().collect();
    let printed: Vec<Vec<u8>> = printer.jobs().into_iter().map(|job| job.file).collect();
    assert_eq!(printed, files);
}

#[test]
fn changed_row_is_printed_again() {
    let (project, printer) = (project(), FakePrinter::new());
    print(&project, &printer, &[]);
    project.change("jobs.csv", "Zuleika", "Yolanda");
    let run = print(&project, &printer, &["--resume"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stderr.contains("made again, as the row has changed"),
        "{}",
        run.stderr
    );
    assert_eq!(prints(&printer), 4);
}

#[test]
fn dry_run_sends_nothing() {
    let (project, printer) = (project(), FakePrinter::new());
    let run = print(&project, &printer, &["--dry-run"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stderr.contains("3 leaflets would be"), "{}", run.stderr);
    assert_eq!(prints(&printer), 0);
    assert_eq!(project.made(), ["jobs.csv"]);
}

#[test]
fn refuses_flags_that_do_not_go_together() {
    let (project, printer) = (project(), FakePrinter::new());
    for (arguments, text) in [
        (&["--bundle", "all.pdf"][..], "cannot be used with"),
        (&["--resend-uncertain"], "required"),
        (&["--shard", "1/2"], "with `--output DIR`"),
    ] {
        let run = print(&project, &printer, arguments);
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        assert!(run.stderr.contains(text), "{}", run.stderr);
    }
    let run = project.batch(&["jobs.csv", "-o", "out", "--staple"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert_eq!(prints(&printer), 0);
}

/// More rows than may be in progress wait for a busy printer, and the batch is stopped.
#[test]
#[cfg(unix)]
fn a_stopped_batch_ends_although_the_printer_is_busy() {
    let (project, printer) = (project(), FakePrinter::new());
    let rows = "visit,Zebedee\n".repeat(100);
    project.write("jobs.csv", format!("handout,patient.first_name\n{rows}"));
    printer.plan(&[Behaviour::Busy; 1_000]);
    let mut child = printing(&project, &printer, &[])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stderr = BufReader::new(child.stderr.take().unwrap());
    let mut lines = stderr.lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("waiting for the printer")));
    // Meanwhile the workers make rows until no more may be in progress.
    std::thread::sleep(Duration::from_secs(2));
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    let rest = std::thread::spawn(move || lines.collect::<Vec<String>>());
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            panic!("it does not end");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let said = rest.join().unwrap();
    assert_eq!(status.code(), Some(130), "{said:?}");
    assert_eq!(printer.jobs().len(), 0);
}
