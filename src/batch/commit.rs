//! Finished rows are taken over in row order and in groups: files synced and named, journal told,
//! people told.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::bundle::BundleWriter;
use super::input::Stop;
use super::journal::{Folder, Journal};
use super::line_up::Permits;
use super::record::Entry;
use super::table::Origin;
use super::worker::{Finished, Outcome, Reason};
use super::{Error, Fate, Observer, RowReport, Summary};
use crate::finding::Finding;

/// A group is at most so old: a crash costs no more work than this.
const OLDEST: Duration = Duration::from_millis(250);

/// Takes over finished rows.
pub struct Committer<'a> {
    folder: Option<&'a Folder<'a>>,
    pub journal: Option<Journal>,
    pub bundle: Option<BundleWriter<'a>>,
    /// A group has at most so many rows: few enough that others can be made meanwhile.
    most: usize,
    max_errors: Option<u32>,
    permits: &'a Permits,
    pub observer: &'a mut dyn Observer,
    pub summary: Summary,
    group: Vec<Settled>,
    since: Option<Instant>,
}

/// A row that is in a group.
struct Settled {
    origin: Origin,
    fate: Fate,
    entry: Option<Entry>,
    findings: Vec<Finding>,
}

impl<'a> Committer<'a> {
    pub fn new(
        folder: Option<&'a Folder<'a>>,
        journal: Option<Journal>,
        bundle: Option<BundleWriter<'a>>,
        most: usize,
        max_errors: Option<u32>,
        permits: &'a Permits,
        observer: &'a mut dyn Observer,
    ) -> Committer<'a> {
        Committer {
            folder,
            journal,
            bundle,
            most,
            max_errors,
            permits,
            observer,
            summary: Summary::default(),
            group: Vec::new(),
            since: None,
        }
    }

    /// Takes over rows until there are no more.
    pub fn run(
        &mut self,
        finished: &Receiver<Vec<Finished<'_>>>,
        stop: &Stop<'_>,
    ) -> Result<(), Error> {
        let mut early: BTreeMap<u64, Finished<'_>> = BTreeMap::new();
        let mut next = 0;
        loop {
            let wait = self
                .since
                .map_or(OLDEST, |since| OLDEST.saturating_sub(since.elapsed()));
            match finished.recv_timeout(wait) {
                Ok(rows) => {
                    for row in rows {
                        match row.sequence {
                            None => self.observer.findings(&row.findings),
                            Some(sequence) => _ = early.insert(sequence, row),
                        }
                    }
                    while let Some(row) = early.remove(&next) {
                        next += 1;
                        if let Err(error) = self.settle(row) {
                            // What is whole is kept, if the disk does that much.
                            let _ = self.flush();
                            return Err(error);
                        }
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return self.flush(),
            }
            let is_old = self.since.is_some_and(|since| since.elapsed() >= OLDEST);
            if self.group.len() >= self.most || is_old {
                self.flush()?;
            }
            if self
                .max_errors
                .is_some_and(|most| self.summary.failed >= most)
            {
                stop.stop();
            }
            self.observer.tick();
        }
    }

    fn settle(&mut self, row: Finished<'_>) -> Result<(), Error> {
        let Finished {
            origin,
            outcome,
            findings,
            ..
        } = row;
        let (fate, entry) = match outcome {
            Outcome::Broken(error) => return Err(error),
            Outcome::Nothing => return Ok(()),
            Outcome::Skipped(copies, parts) => {
                self.summary.skipped += 1;
                if let Some(bundle) = &mut self.bundle {
                    bundle.add(origin.row, copies, &parts)?;
                }
                (Fate::Skipped, None)
            }
            Outcome::Failed(entry) => {
                self.summary.failed += 1;
                if let Some(bundle) = &mut self.bundle {
                    bundle.skip(origin.row);
                }
                (Fate::Failed, Some(*entry))
            }
            Outcome::Made(entry, reason, parts) => {
                let record = &entry.record;
                self.summary.made += 1;
                if let Some(bundle) = &mut self.bundle {
                    bundle.add(origin.row, record.copies.unwrap_or(1), &parts)?;
                }
                let pages = u64::from(record.pages.unwrap_or(0));
                self.summary.pages += pages;
                self.summary.sheets += pages.div_ceil(2) * u64::from(record.copies.unwrap_or(1));
                let redone = &mut self.summary.redone;
                match reason {
                    None => {}
                    Some(Reason::ChangedRow) => redone.changed_rows += 1,
                    Some(Reason::ChangedSources) => redone.changed_sources += 1,
                    Some(Reason::Renamed) => redone.renamed += 1,
                    Some(Reason::LostFile) => redone.lost_files += 1,
                }
                (Fate::Made, Some(*entry))
            }
        };
        self.since.get_or_insert_with(Instant::now);
        self.group.push(Settled {
            origin,
            fate,
            entry,
            findings,
        });
        if self.group.len() >= self.most {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// Takes over the group.
    fn flush(&mut self) -> Result<(), Error> {
        self.since = None;
        if self.group.is_empty() {
            return Ok(());
        }
        let group = std::mem::take(&mut self.group);
        let entries: Vec<&Entry> = group
            .iter()
            .filter_map(|settled| settled.entry.as_ref())
            .collect();
        if let (Some(folder), Some(journal)) = (self.folder, &mut self.journal)
            && !entries.is_empty()
        {
            folder.commit(journal, &entries)?;
        }
        self.permits.give(group.len());
        for settled in &group {
            let Settled {
                origin: Origin { row, line, end, .. },
                fate,
                entry,
                findings,
            } = settled;
            let record = entry.as_ref().map(|entry| &entry.record);
            let report = RowReport {
                row: *row,
                line: *line,
                end: *end,
                fate: *fate,
                findings,
                record,
            };
            self.observer.row(&report);
        }
        Ok(())
    }
}
