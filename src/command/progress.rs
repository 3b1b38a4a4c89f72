//! Shows the progress of a batch: a bar on a terminal, a line every few seconds elsewhere, JSON events with
//! `--json`.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use super::{batch_summary, count};
use crate::batch::{Observer, RowReport, RowStatus, Summary};
use crate::cli::{BatchRun, Global};
use crate::finding::{Finding, Severity};
use crate::report::{self, MessageFormat};

/// Time between two progress lines.
const LINE_INTERVAL: Duration = Duration::from_secs(5);
/// Time between two progress events.
const EVENT_INTERVAL: Duration = Duration::from_secs(1);

pub(super) struct Progress {
    mode: OutputMode,
    quiet: bool,
    verbose: bool,
    findings_as_json: bool,
    /// Bytes of the job file, if known.
    length: Option<u64>,
    start: Instant,
    /// Time of the last progress line or event.
    last_output: Instant,
    bytes: u64,
    done: u64,
    failed: u64,
    /// Findings already shown. A handout has the same warnings for every reader.
    shown: BTreeSet<FindingKey>,
}

enum OutputMode {
    /// Shows errors only.
    Silent,
    Bar(ProgressBar),
    Lines,
    Events,
}

/// Identifies findings that look the same to people.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct FindingKey {
    id: &'static str,
    message: String,
    file: Option<String>,
    /// Place in the file. `None` for warnings, where message and file suffice.
    target: Option<String>,
    /// Column of the job file.
    column: Option<String>,
}

impl FindingKey {
    fn of(finding: &Finding) -> FindingKey {
        let place = finding.place.as_ref();
        let is_error = finding.severity == Severity::Error;
        FindingKey {
            id: finding.id,
            message: finding.message.clone(),
            file: place.map(|place| place.file.name.clone()),
            target: place
                .filter(|_| is_error)
                .map(|place| format!("{:?}", place.target)),
            column: finding.job.as_ref().and_then(|job| job.column.clone()),
        }
    }
}

impl Progress {
    pub(super) fn new(global: &Global, events: bool, length: Option<u64>) -> Progress {
        let findings_as_json = global.message_format == MessageFormat::Json;
        let mode = if events {
            OutputMode::Events
        } else if global.quiet || findings_as_json {
            OutputMode::Silent
        } else if io::stderr().is_terminal() {
            OutputMode::Bar(bar(length))
        } else {
            OutputMode::Lines
        };
        Progress {
            mode,
            quiet: global.quiet,
            verbose: global.verbose,
            findings_as_json,
            length,
            start: Instant::now(),
            last_output: Instant::now(),
            bytes: 0,
            done: 0,
            failed: 0,
            shown: BTreeSet::new(),
        }
    }

    /// Removes the bar.
    pub(super) fn finish(&mut self) {
        if let OutputMode::Bar(bar) = &self.mode {
            bar.finish_and_clear();
        }
    }

    /// Shows the result of the batch.
    pub(super) fn summary(&self, summary: &Summary, arguments: &BatchRun) {
        if let OutputMode::Events = self.mode {
            print_event(&batch_summary::event(summary));
        } else if !self.findings_as_json {
            self.print_status(&batch_summary::text(summary, arguments, self.quiet));
        }
    }

    /// Writes to stderr, above the bar if there is one. The batch goes on if stderr is closed.
    fn print_status(&self, text: &str) {
        let write = || {
            let _ = io::stderr().lock().write_all(text.as_bytes());
        };
        match &self.mode {
            OutputMode::Bar(bar) => bar.suspend(write),
            _ => write(),
        }
    }

    fn show_findings(&mut self, findings: &[Finding], row: Option<u32>) {
        let findings: Vec<Finding> = findings
            .iter()
            .filter_map(|finding| self.filter_finding(finding))
            .collect();
        let findings: Vec<&Finding> = findings.iter().collect();
        if findings.is_empty() {
            return;
        }
        if let OutputMode::Events = self.mode {
            for line in report::json(&findings).lines() {
                if let Ok(Value::Object(finding)) = serde_json::from_str(line) {
                    let mut event = json!({ "event": "finding", "row": row });
                    if let Value::Object(event) = &mut event {
                        event.extend(finding);
                    }
                    print_event(&event);
                }
            }
        } else if self.findings_as_json {
            let _ = io::stdout()
                .lock()
                .write_all(report::json(&findings).as_bytes());
        } else {
            self.print_status(&report::human_without_counts(
                &findings,
                report::may_colour(&io::stderr()),
            ));
        }
    }

    /// Returns a finding as it is to be shown; `None` if it was shown before or is not wanted.
    ///
    /// Errors are shown for each row. People see their place and help only once.
    fn filter_finding(&mut self, finding: &Finding) -> Option<Finding> {
        let is_first = self.shown.insert(FindingKey::of(finding));
        if finding.severity != Severity::Error {
            return (is_first && !self.quiet).then(|| finding.clone());
        }
        let is_for_program = self.findings_as_json || matches!(self.mode, OutputMode::Events);
        let finding = finding.clone();
        Some(if is_first || is_for_program {
            finding
        } else {
            Finding {
                place: None,
                help: None,
                ..finding
            }
        })
    }

    /// Returns rows per second and the remaining time, if the length of the job file is known.
    fn pace(&self) -> (f64, Option<Duration>) {
        let seconds = self.start.elapsed().as_secs_f64().max(0.001);
        let rest = self.length.filter(|_| self.bytes > 0).map(|length| {
            let left = length.saturating_sub(self.bytes) as f64 / self.bytes as f64;
            Duration::from_secs_f64((seconds * left).min(1e9))
        });
        (self.done as f64 / seconds, rest)
    }
}

impl Observer for Progress {
    fn note(&mut self, text: &str) {
        match self.mode {
            OutputMode::Events => print_event(&json!({ "event": "note", "message": text })),
            OutputMode::Silent => {}
            _ => self.print_status(&format!("note: {text}\n")),
        }
    }

    fn findings(&mut self, findings: &[Finding]) {
        self.show_findings(findings, None);
    }

    fn row(&mut self, report: &RowReport<'_>) {
        self.done += 1;
        self.failed += u64::from(report.status == RowStatus::Failed);
        self.bytes = report.end;
        if !report.findings.is_empty() {
            self.show_findings(report.findings, Some(report.row));
        }
        match &self.mode {
            OutputMode::Events => {
                let status = match report.status {
                    RowStatus::Made => "made",
                    RowStatus::Skipped => "skipped",
                    RowStatus::Failed => "failed",
                };
                let record = report.record;
                print_event(&json!({
                    "event": "row",
                    "row": report.row,
                    "line": report.line,
                    "fate": status,
                    "file": record.and_then(|record| record.file.as_deref()),
                    "pages": record.and_then(|record| record.pages),
                }));
            }
            OutputMode::Bar(_) | OutputMode::Lines
                if self.verbose && report.status == RowStatus::Made =>
            {
                let pages = report.record.and_then(|record| record.pages).unwrap_or(0);
                let file = report
                    .record
                    .and_then(|record| record.file.as_deref())
                    .unwrap_or("");
                self.print_status(&format!(
                    "row {}: {} {file}\n",
                    report.row,
                    count(pages.into(), "page")
                ));
            }
            _ => {}
        }
    }

    fn tick(&mut self) {
        match &self.mode {
            OutputMode::Silent => {}
            OutputMode::Bar(bar) => {
                let (pace, _) = self.pace();
                bar.set_position(if self.length.is_some() {
                    self.bytes
                } else {
                    self.done
                });
                let failed = if self.failed > 0 {
                    format!(", {} failed", self.failed)
                } else {
                    String::new()
                };
                bar.set_message(format!("{} rows{failed}, {pace:.0} a second", self.done));
            }
            OutputMode::Lines => {
                if self.last_output.elapsed() < LINE_INTERVAL {
                    return;
                }
                self.last_output = Instant::now();
                let (pace, rest) = self.pace();
                let rest = rest
                    .map(|rest| format!(", {} s left", rest.as_secs().max(1)))
                    .unwrap_or_default();
                self.print_status(&format!(
                    "{} done, {} failed, {pace:.0} a second{rest}\n",
                    count(self.done, "row"),
                    self.failed
                ));
            }
            OutputMode::Events => {
                if self.last_output.elapsed() < EVENT_INTERVAL {
                    return;
                }
                self.last_output = Instant::now();
                let (pace, rest) = self.pace();
                print_event(&json!({
                    "event": "progress",
                    "done": self.done,
                    "failed": self.failed,
                    "bytes": self.bytes,
                    "of_bytes": self.length,
                    "rows_a_second": (pace * 10.0).round() / 10.0,
                    "seconds_left": rest.map(|rest| rest.as_secs()),
                }));
            }
        }
    }
}

fn bar(length: Option<u64>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr_with_hz(5));
    let template = match length {
        Some(_) => "{bar:30} {percent}% {msg}, {eta} left",
        None => "{spinner} {msg}, {elapsed}",
    };
    bar.with_style(
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
    )
}

fn print_event(value: &Value) {
    let mut stdout = io::stdout().lock();
    // The batch goes on if stdout is closed.
    let _ = writeln!(stdout, "{value}").and_then(|()| stdout.flush());
}
