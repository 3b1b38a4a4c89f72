//! How a batch goes, as people and programs see it: a bar on a terminal, a line every few seconds
//! elsewhere, JSON events with `--json`.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use super::count;
use crate::batch::{End, Observer, RowReport, RowStatus, Summary};
use crate::cli::{BatchRun, Global};
use crate::finding::{Finding, Place, Severity};
use crate::report::{self, MessageFormat};

/// Between two lines where there is no terminal.
const BETWEEN_LINES: Duration = Duration::from_secs(5);
/// Between two progress events.
const BETWEEN_EVENTS: Duration = Duration::from_secs(1);

/// Tells how a batch goes.
pub(super) struct Progress {
    voice: Voice,
    quiet: bool,
    verbose: bool,
    findings_as_json: bool,
    /// Bytes of the job file, if that is known.
    length: Option<u64>,
    began: Instant,
    told: Instant,
    bytes: u64,
    done: u64,
    failed: u64,
    /// What has been told: a handout has the same warnings for every reader, and many rows the same fault.
    told_findings: BTreeSet<Told>,
}

/// What findings that are the same to people have in common.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    id: &'static str,
    message: String,
    /// The file, which stays in memory, and the place in it.
    place: Option<(usize, String)>,
    /// Of the job file.
    column: Option<String>,
}

impl Told {
    fn of(finding: &Finding) -> Told {
        let file = |place: &Place| std::sync::Arc::as_ptr(&place.file) as usize;
        // Warnings come with every row: their message and file are enough.
        let is_error = finding.severity == Severity::Error;
        let target = |place: &Place| {
            if is_error {
                format!("{:?}", place.target)
            } else {
                String::new()
            }
        };
        Told {
            id: finding.id,
            message: finding.message.clone(),
            place: finding
                .place
                .as_ref()
                .map(|place| (file(place), target(place))),
            column: finding.job.as_ref().and_then(|job| job.column.clone()),
        }
    }
}

enum Voice {
    /// Nothing but errors.
    Silent,
    Bar(ProgressBar),
    Lines,
    Events,
}

impl Progress {
    pub(super) fn new(global: &Global, events: bool, length: Option<u64>) -> Progress {
        let findings_as_json = global.message_format == MessageFormat::Json;
        let voice = if events {
            Voice::Events
        } else if global.quiet || findings_as_json {
            Voice::Silent
        } else if io::stderr().is_terminal() {
            Voice::Bar(bar(length))
        } else {
            Voice::Lines
        };
        Progress {
            voice,
            quiet: global.quiet,
            verbose: global.verbose,
            findings_as_json,
            length,
            began: Instant::now(),
            told: Instant::now(),
            bytes: 0,
            done: 0,
            failed: 0,
            told_findings: BTreeSet::new(),
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&mut self) {
        if let Voice::Bar(bar) = &self.voice {
            bar.finish_and_clear();
        }
    }

    /// Says what the batch has come to.
    pub(super) fn summary(&mut self, summary: &Summary, asked: &BatchRun) {
        if let Voice::Events = self.voice {
            event(&json!({
                "event": "end",
                "end": match summary.end {
                    End::Finished => "finished",
                    End::Interrupted => "interrupted",
                    End::TooManyErrors => "too-many-errors",
                },
                "rows": summary.rows,
                "made": summary.made,
                "skipped": summary.skipped,
                "failed": summary.failed,
                "pages": summary.pages,
                "sheets": summary.sheets,
                "redone": {
                    "changed_rows": summary.redone.changed_rows,
                    "changed_sources": summary.redone.changed_sources,
                    "renamed": summary.redone.renamed,
                    "lost_files": summary.redone.lost_files,
                },
                "deleted": summary.deleted,
                "bundled": summary.bundled,
            }));
            return;
        }
        let unfinished = summary.end != End::Finished;
        if self.findings_as_json || self.quiet && !unfinished {
            return;
        }
        let mut text = String::new();
        if !self.quiet {
            text += &described(summary, asked.dry_run);
            if let Some(bundle) = asked.bundle.as_ref().filter(|_| summary.bundled) {
                text += &format!("all of them are in {}\n", bundle.display());
            }
        }
        let goes_on = if asked.output.is_some() && !asked.dry_run {
            "; the same command with `--resume` goes on from here"
        } else {
            ""
        };
        match summary.end {
            End::Finished => {}
            End::Interrupted => text += &format!("stopped before the end{goes_on}\n"),
            End::TooManyErrors => {
                text += &format!(
                    "stopped, as {} failed{goes_on}\n",
                    count(summary.failed.into(), "row")
                );
            }
        }
        // Nobody is left to tell if this fails, and the exit code says how it went.
        let _ = io::stderr().write_all(text.as_bytes());
    }

    /// Writes to stderr, above the bar if there is one. Nobody is left to tell if it fails.
    fn say(&self, text: &str) {
        let write = || {
            let _ = io::stderr().lock().write_all(text.as_bytes());
        };
        match &self.voice {
            Voice::Bar(bar) => bar.suspend(write),
            _ => write(),
        }
    }

    fn tell_findings(&mut self, findings: &[Finding], row: Option<u32>) {
        let findings: Vec<Finding> = findings
            .iter()
            .filter_map(|finding| self.as_told(finding))
            .collect();
        let findings: Vec<&Finding> = findings.iter().collect();
        if findings.is_empty() {
            return;
        }
        if let Voice::Events = self.voice {
            for line in report::json(&findings).lines() {
                if let Ok(Value::Object(finding)) = serde_json::from_str(line) {
                    let mut told = json!({ "event": "finding", "row": row });
                    if let Value::Object(told) = &mut told {
                        told.extend(finding);
                    }
                    event(&told);
                }
            }
        } else if self.findings_as_json {
            let _ = io::stdout()
                .lock()
                .write_all(report::json(&findings).as_bytes());
        } else {
            self.say(&report::human_without_counts(
                &findings,
                report::may_colour(&io::stderr()),
            ));
        }
    }

    /// A finding as it is told: errors always, for each row, but to people all but the first of those that
    /// are the same in a line each; the rest once, and not with `-q`.
    fn as_told(&mut self, finding: &Finding) -> Option<Finding> {
        let is_first = self.told_findings.insert(Told::of(finding));
        if finding.severity != Severity::Error {
            return (is_first && !self.quiet).then(|| finding.clone());
        }
        let is_for_programs = self.findings_as_json || matches!(self.voice, Voice::Events);
        let finding = finding.clone();
        Some(if is_first || is_for_programs {
            finding
        } else {
            Finding {
                place: None,
                help: None,
                ..finding
            }
        })
    }

    /// Rows a second, and how long the rest takes.
    fn pace(&self) -> (f64, Option<Duration>) {
        let seconds = self.began.elapsed().as_secs_f64().max(0.001);
        let rest = self.length.filter(|_| self.bytes > 0).map(|length| {
            let left = length.saturating_sub(self.bytes) as f64 / self.bytes as f64;
            Duration::from_secs_f64((seconds * left).min(1e9))
        });
        (self.done as f64 / seconds, rest)
    }
}

impl Observer for Progress {
    fn note(&mut self, text: &str) {
        match self.voice {
            Voice::Events => event(&json!({ "event": "note", "message": text })),
            Voice::Silent => {}
            _ => self.say(&format!("note: {text}\n")),
        }
    }

    fn findings(&mut self, findings: &[Finding]) {
        self.tell_findings(findings, None);
    }

    fn row(&mut self, report: &RowReport<'_>) {
        self.done += 1;
        self.failed += u64::from(report.status == RowStatus::Failed);
        self.bytes = report.end;
        if !report.findings.is_empty() {
            self.tell_findings(report.findings, Some(report.row));
        }
        match &self.voice {
            Voice::Events => {
                let status = match report.status {
                    RowStatus::Made => "made",
                    RowStatus::Skipped => "skipped",
                    RowStatus::Failed => "failed",
                };
                let record = report.record;
                event(&json!({
                    "event": "row",
                    "row": report.row,
                    "line": report.line,
                    "fate": status,
                    "file": record.and_then(|record| record.file.as_deref()),
                    "pages": record.and_then(|record| record.pages),
                }));
            }
            Voice::Bar(_) | Voice::Lines if self.verbose && report.status == RowStatus::Made => {
                let pages = report.record.and_then(|record| record.pages).unwrap_or(0);
                let file = report
                    .record
                    .and_then(|record| record.file.as_deref())
                    .unwrap_or("");
                self.say(&format!(
                    "row {}: {} {file}\n",
                    report.row,
                    count(pages.into(), "page")
                ));
            }
            _ => {}
        }
    }

    fn tick(&mut self) {
        match &self.voice {
            Voice::Silent => {}
            Voice::Bar(bar) => {
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
            Voice::Lines => {
                if self.told.elapsed() < BETWEEN_LINES {
                    return;
                }
                self.told = Instant::now();
                let (pace, rest) = self.pace();
                let rest = rest
                    .map(|rest| format!(", {} s left", rest.as_secs().max(1)))
                    .unwrap_or_default();
                self.say(&format!(
                    "{} done, {} failed, {pace:.0} a second{rest}\n",
                    count(self.done, "row"),
                    self.failed
                ));
            }
            Voice::Events => {
                if self.told.elapsed() < BETWEEN_EVENTS {
                    return;
                }
                self.told = Instant::now();
                let (pace, rest) = self.pace();
                event(&json!({
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
    // A template that is wrong would show in every run; the plain bar does no harm.
    bar.with_style(
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
    )
}

fn event(value: &Value) {
    let mut stdout = io::stdout().lock();
    // Nobody is left to tell if this fails.
    let _ = writeln!(stdout, "{value}").and_then(|()| stdout.flush());
}

fn described(summary: &Summary, dry_run: bool) -> String {
    let Summary {
        made,
        skipped,
        failed,
        pages,
        sheets,
        redone,
        deleted,
        ..
    } = summary;
    let mut text = String::new();
    let made = count((*made).into(), "leaflet");
    let pages = format!("{}, {}", count(*pages, "page"), count(*sheets, "sheet"));
    text += &if dry_run {
        format!("{made} would be made ({pages})")
    } else {
        format!("{made} made ({pages})")
    };
    if *skipped > 0 {
        text += &format!(", {skipped} done before");
    }
    if *failed > 0 {
        text += &format!(", {} failed", count((*failed).into(), "row"));
    }
    text += "\n";
    for (rows, why) in [
        (redone.changed_rows, "the row has changed"),
        (
            redone.changed_sources,
            "the library, the clinic, the options or the program have changed",
        ),
        (redone.renamed, "the file is called otherwise now"),
        (redone.lost_files, "the file was gone"),
    ] {
        if rows > 0 {
            text += &format!("{} made again, as {why}\n", count(rows.into(), "leaflet"));
        }
    }
    if *deleted > 0 {
        text += &format!(
            "{} deleted that no row has any more\n",
            count(*deleted as u64, "file")
        );
    }
    text
}
