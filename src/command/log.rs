//! `handout log`: lists and counts the leaflets that were recorded.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, bail};

use super::{Outcome, count};
use crate::cli::{Global, LogArg, ShowLog};
use crate::disk::folder_of;
use crate::finding::Finding;
use crate::library::Clinic;
use crate::log::{Action, Log, LogItem, LogLine, LogReader};
use crate::report::printable;

/// Broken lines that are named. More are counted.
const MAX_BROKEN: usize = 100;

/// Opens the log of a command, if there is to be one. Fails if it cannot be written.
pub(super) fn open(arg: &LogArg, clinic: &Clinic) -> anyhow::Result<Option<Log>> {
    let Some(path) = &arg.path else {
        return Ok(None);
    };
    let log = Log::open(path)?;
    log.prepare(clinic)?;
    Ok(Some(log))
}

/// Fails if a leaflet would replace the log.
pub(super) fn refuse_as_output(arg: &LogArg, output: &Path) -> anyhow::Result<()> {
    let place = |path: &Path| {
        let folder = folder_of(path).canonicalize().ok()?;
        Some(folder.join(path.file_name()?))
    };
    match &arg.path {
        Some(log) if place(log).is_some_and(|log| place(output) == Some(log)) => bail!(
            "`{}` is the log, so no leaflet replaces it: choose another name for one of them",
            output.display()
        ),
        _ => Ok(()),
    }
}

pub(super) fn run(show: &ShowLog, global: &Global) -> anyhow::Result<Outcome> {
    let mut reader = LogReader::open(&show.path)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut broken = Broken::default();
    while let Some(item) = reader.next()? {
        match item {
            LogItem::Broken { path, number } => {
                broken.add(format!("`{}`, line {number}", path.display()));
            }
            LogItem::Line { line, .. } if !is_asked(show, &line) => {}
            LogItem::Line { line, text } => {
                let text = if show.json { text } else { describe(&line) };
                writeln!(out, "{}", printable(&text)).context("cannot write to stdout")?;
                let leaflet = format!("{} {}", line.leaflet.handout, line.leaflet.version);
                let number = counts.entry(leaflet).or_default();
                *number = match line.leaflet.action {
                    // Its earlier line was counted.
                    Action::NotPrinted => number.saturating_sub(1),
                    _ => *number + 1,
                };
            }
        }
    }
    counts.retain(|_, number| *number > 0);
    if !show.json {
        let total = count(counts.values().sum(), "leaflet");
        let of_each = counts
            .iter()
            .map(|(leaflet, number)| format!("  {leaflet}: {number}\n"));
        write!(out, "{total}\n{}", of_each.collect::<String>())
            .context("cannot write to stdout")?;
    }
    out.flush().context("cannot write to stdout")?;
    global.show(&broken.findings())
}

fn is_asked(show: &ShowLog, line: &LogLine) -> bool {
    // Days as they were where the line was written.
    let day = line.time.get(..10).and_then(crate::source::parse_day);
    let is_since = show
        .since
        .is_none_or(|since| day.is_none_or(|day| day >= since));
    let handout = show.handout.as_ref();
    is_since && handout.is_none_or(|handout| *handout == line.leaflet.handout)
}

/// Returns a line for people, as in `2026-11-30T14:05:00+01:00 maria made sleep 2.0.0, en, standard, a4, pdf, 6 pages`.
fn describe(line: &LogLine) -> String {
    let leaflet = &line.leaflet;
    let action = match leaflet.action {
        Action::Made => "made",
        Action::Printed => "printed",
        Action::NotPrinted => "could not print",
        Action::Saved => "saved",
    };
    let mut text = format!(
        "{} {} {action} {} {}, {}, {}, {}, {}",
        line.time,
        line.user,
        leaflet.handout,
        leaflet.version,
        leaflet.language,
        leaflet.edition,
        leaflet.paper,
        leaflet.format
    );
    let mut add = |words: String| text += &format!(", {words}");
    if leaflet.draft {
        add("draft".to_owned());
    }
    if let Some(pages) = leaflet.pages {
        add(count(pages.into(), "page"));
    }
    if let Some(copies) = leaflet.copies {
        add(format!("{copies} copies"));
    }
    if let Some(row) = leaflet.row {
        add(format!("row {row}"));
    }
    if let Some(printer) = &leaflet.printer {
        add(format!("on {printer}"));
    }
    if let Some(reference) = &leaflet.reference {
        add(format!("reference {reference}"));
    }
    text
}

/// Lines that cannot be read.
#[derive(Default)]
struct Broken {
    places: Vec<String>,
    more: u64,
}

impl Broken {
    fn add(&mut self, place: String) {
        match self.places.len() < MAX_BROKEN {
            true => self.places.push(place),
            false => self.more += 1,
        }
    }

    fn findings(self) -> Vec<Finding> {
        let more = (self.more > 0).then(|| format!("{} more", count(self.more, "line")));
        let places = self.places.into_iter().chain(more);
        let finding = |place: String| {
            Finding::error("broken-log-line", format!("{place}: cannot be read"))
                .help("it was cut off by a crash, or changed: put the file back from a backup, or correct the line")
        };
        places.map(finding).collect()
    }
}
