//! Shows the progress of a batch: a bar on a terminal, a line every few seconds elsewhere, JSON events with
//! `--json`.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Map, Value, json};

use super::repeated_findings::RepeatedFindings;
use super::{batch_summary, count};
use crate::batch::{Observer, RowReport, RowStatus, Summary};
use crate::cli::{BatchRun, Global};
use crate::finding::Finding;
use crate::report::{self, MessageFormat};

/// Time between two progress lines.
const LINE_INTERVAL: Duration = Duration::from_secs(5);
/// Time between two progress events.
const EVENT_INTERVAL: Duration = Duration::from_secs(1);

pub(super) struct Progress<'a> {
    mode: OutputMode,
    global: &'a Global,
    /// Bytes of the job file, if known.
    length: Option<u64>,
    start: Instant,
    /// Time of the last progress line or event.
    last_output: Instant,
    bytes: u64,
    done: u64,
    failed: u64,
    /// First failure to write events or findings to stdout.
    output_error: Option<io::Error>,
    repeated: RepeatedFindings,
}

enum OutputMode {
    /// Shows errors only.
    Silent,
    Bar(ProgressBar),
    Lines,
    Events,
}

impl<'a> Progress<'a> {
    pub(super) fn new(
        arguments: &BatchRun,
        global: &'a Global,
        length: Option<u64>,
    ) -> Progress<'a> {
        let mode = if arguments.json {
            OutputMode::Events
        } else if global.quiet || global.message_format == MessageFormat::Json {
            OutputMode::Silent
        } else if io::stderr().is_terminal() {
            OutputMode::Bar(bar(length))
        } else {
            OutputMode::Lines
        };
        let is_for_people =
            global.message_format == MessageFormat::Human && !matches!(mode, OutputMode::Events);
        Progress {
            mode,
            global,
            length,
            start: Instant::now(),
            last_output: Instant::now(),
            bytes: 0,
            done: 0,
            failed: 0,
            output_error: None,
            repeated: RepeatedFindings::new(is_for_people, global.quiet),
        }
    }

    /// Removes the bar.
    pub(super) fn finish(&mut self) {
        if let OutputMode::Bar(bar) = &self.mode {
            bar.finish_and_clear();
        }
    }

    /// Names the other rows of warnings that were shown for one row.
    pub(super) fn repeated_warnings(&mut self) {
        let findings = self.repeated.take_warnings();
        if !findings.is_empty() {
            let findings: Vec<&Finding> = findings.iter().collect();
            self.print_status(&report::human_without_counts(
                &findings,
                report::may_colour(&io::stderr()),
            ));
        }
    }

    /// Shows the result of the batch.
    pub(super) fn summary(&mut self, summary: &Summary, arguments: &BatchRun) {
        if let OutputMode::Events = self.mode {
            self.print_event(&json!(summary));
        } else if self.global.message_format == MessageFormat::Human {
            self.print_status(&batch_summary::text(summary, arguments, self.global));
        }
    }

    /// Returns the first failure to write to stdout. A reader that stops early, as `head` does, is none.
    pub(super) fn take_output_error(&mut self) -> Option<io::Error> {
        self.output_error.take()
    }

    fn print_event(&mut self, value: &Value) {
        self.print_line(&value.to_string());
    }

    /// Writes to stdout. The batch goes on if that fails.
    fn print_line(&mut self, line: &str) {
        let mut stdout = io::stdout().lock();
        let written = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
        if let Err(error) = written
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            self.output_error.get_or_insert(error);
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
            .filter_map(|finding| self.repeated.filter(finding))
            .collect();
        let findings: Vec<&Finding> = findings.iter().collect();
        if findings.is_empty() {
            return;
        }
        if let OutputMode::Events = self.mode {
            for line in report::json(&findings).lines() {
                let finding: Map<String, Value> = serde_json::from_str(line).unwrap_or_default();
                let head = [("event", json!("finding")), ("row", json!(row))];
                let head = head.map(|(key, value)| (key.to_owned(), value));
                self.print_event(&head.into_iter().chain(finding).collect());
            }
        } else if self.global.message_format == MessageFormat::Json {
            self.print_line(report::json(&findings).trim_end());
        } else {
            self.print_status(&report::human_without_counts(
                &findings,
                report::may_colour(&io::stderr()),
            ));
        }
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

impl Observer for Progress<'_> {
    fn note(&mut self, text: &str) {
        match self.mode {
            OutputMode::Events => self.print_event(&json!({ "event": "note", "message": text })),
            OutputMode::Silent => {}
            _ => self.print_status(&format!("note: {text}\n")),
        }
    }

    fn findings(&mut self, findings: &[Finding]) {
        self.show_findings(findings, None);
    }

    fn row(&mut self, report: &RowReport) {
        self.done += 1;
        self.failed += u64::from(report.status == RowStatus::Failed);
        self.bytes = report.end;
        if !report.findings.is_empty() {
            self.show_findings(&report.findings, Some(report.row));
        }
        let record = report.record.as_ref();
        let file = record.and_then(|record| record.file.as_deref());
        let pages = record.and_then(|record| record.pages);
        match &self.mode {
            OutputMode::Events => self.print_event(&json!({
                "event": "row",
                "row": report.row,
                "line": report.line,
                "fate": report.status,
                "file": file,
                "pages": pages,
            })),
            OutputMode::Bar(_) | OutputMode::Lines
                if self.global.verbose
                    && matches!(report.status, RowStatus::Made | RowStatus::Checked) =>
            {
                let pages = pages.map(|pages| count(pages.into(), "page") + " ");
                let (file, pages) = (file.unwrap_or_default(), pages.unwrap_or_default());
                self.print_status(&format!("row {}: {pages}{file}\n", report.row));
            }
            _ => {}
        }
    }

    fn tick(&mut self) {
        let interval = match self.mode {
            OutputMode::Silent | OutputMode::Bar(_) => Duration::ZERO,
            OutputMode::Lines => LINE_INTERVAL,
            OutputMode::Events => EVENT_INTERVAL,
        };
        if self.last_output.elapsed() < interval {
            return;
        }
        self.last_output = Instant::now();
        let (pace, rest) = self.pace();
        match &self.mode {
            OutputMode::Silent => {}
            OutputMode::Bar(bar) => {
                bar.set_position(self.length.map_or(self.done, |_| self.bytes));
                let failed = match self.failed {
                    0 => String::new(),
                    failed => format!(", {failed} failed"),
                };
                bar.set_message(format!("{} rows{failed}, {pace:.0} a second", self.done));
            }
            OutputMode::Lines => {
                let rest = rest
                    .map(|rest| format!(", {} s left", rest.as_secs().max(1)))
                    .unwrap_or_default();
                self.print_status(&format!(
                    "{} done, {} failed, {pace:.0} a second{rest}\n",
                    count(self.done, "row"),
                    self.failed
                ));
            }
            OutputMode::Events => self.print_event(&json!({
                "event": "progress",
                "done": self.done,
                "failed": self.failed,
                "bytes": self.bytes,
                "of_bytes": self.length,
                "rows_a_second": (pace * 10.0).round() / 10.0,
                "seconds_left": rest.map(|rest| rest.as_secs()),
            })),
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
