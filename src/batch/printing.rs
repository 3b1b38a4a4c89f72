//! Prints the rows of a batch, one job each, in row order.
//!
//! 1. A worker compares the row with the printer's features, and makes the leaflet.
//! 2. The committer records the row as [`Status::Uncertain`] with the random token of its job, and syncs that.
//! 3. It sends the job, and waits for a busy printer.
//! 4. It records the result, in the log only if the leaflet was not printed.
//!
//! After a crash between 2 and 4, the next run asks the printer for the token. If the printer knows it, the row is
//! done. Otherwise it stays uncertain, and is sent again only if the user says so.

use std::io;

use super::committer::Committer;
use super::error::Error;
use super::folder::Folder;
use super::job::Job;
use super::journal::JournalWriter;
use super::previous_run::PreviousRun;
use super::record::{RowRecord, Status};
use crate::finding::Finding;
use crate::log::LogEntry;
use crate::printer::{
    self, Cannot, JobRequest, JobState, JobTicket, JobToken, Printer, Sent, Wait,
};
use crate::theme::Paper;

pub struct PrintSettings<'a> {
    pub printer: &'a Printer,
    /// What each job asks for. Rows replace the paper, and the copies if they say so.
    pub job: JobRequest,
    /// What a job on a paper asks for, if not the same on all papers. Paper and copies are as in `job`.
    pub job_on: Option<&'a JobOn<'a>>,
    /// Whether to send leaflets again that may have been printed.
    pub resend_uncertain: bool,
    /// Whether the folder gets the leaflets, too. It always has the journal.
    pub keeps_files: bool,
}

/// Returns what a job on a paper asks for.
pub type JobOn<'a> = dyn Fn(Paper) -> JobRequest + Sync + 'a;

/// A leaflet for the printer.
pub(super) struct PrintJob {
    pub(super) ticket: JobTicket,
    pub(super) file: Vec<u8>,
}

/// What became of a leaflet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Printed {
    Yes,
    Refused,
    Uncertain,
    /// The batch was stopped before.
    NotSent,
    DryRun,
}

impl PrintSettings<'_> {
    /// Returns the ticket and the copies of a row. Fails if the printer lacks a feature that the row needs.
    pub(super) fn ticket(&self, job: &Job, paper: Paper) -> Result<(JobTicket, u32), Vec<Finding>> {
        let copies = match job.has_copies {
            true => job.copies,
            false => self.job.copies,
        };
        let usual = match self.job_on {
            Some(job_on) => job_on(paper),
            None => self.job.clone(),
        };
        let request = JobRequest {
            paper,
            copies,
            ..usual
        };
        let ticket = self.printer.ticket(&request).map_err(|cannot| {
            let finding = |cannot: Cannot| {
                Finding::error(
                    "printer-cannot",
                    format!("the printer cannot print this: {cannot}"),
                )
                .help("change the row, or print it on another printer")
            };
            cannot.into_iter().map(finding).collect::<Vec<Finding>>()
        })?;
        Ok((ticket, copies))
    }

    /// Asks the printer for the jobs that an earlier run was not sure of, and records those that it knows.
    pub(super) fn settle(
        &self,
        previous: &mut PreviousRun,
        folder: &Folder<'_>,
        journal: &mut JournalWriter,
    ) -> Result<(), Error> {
        let is_uncertain = |record: &&mut RowRecord| record.status == Status::Uncertain;
        let uncertain: Vec<&mut RowRecord> =
            previous.records.values_mut().filter(is_uncertain).collect();
        if uncertain.is_empty() {
            return Ok(());
        }
        let jobs = self.printer.jobs()?;
        let mut known = Vec::new();
        for record in uncertain {
            let token = record.token.as_deref().unwrap_or_default();
            if jobs.get(token) == Some(&JobState::Taken) {
                record.status = Status::Done;
                known.push(&*record);
            }
        }
        folder.record_earlier(journal, &known)
    }
}

impl Committer<'_, '_> {
    /// Prints a leaflet and records it. Returns what became of it, with findings.
    pub(super) fn print(
        &mut self,
        record: &mut RowRecord,
        job: PrintJob,
        logged: &[LogEntry],
    ) -> Result<(Printed, Vec<Finding>), Error> {
        // Reports the rows before this one, as the printer may be slow.
        self.flush()?;
        let (Some(printing), Some(folder), Some(journal)) =
            (self.printing, self.folder, &mut self.journal)
        else {
            return Ok((Printed::DryRun, Vec::new()));
        };
        if self.stop.is_stopped() {
            return Ok((Printed::NotSent, Vec::new()));
        }
        let token = JobToken::random()
            .map_err(io::Error::other)
            .map_err(Error::Token)?;
        if let Some(log) = self.log {
            log.append(logged, self.disk)?;
        }
        record.status = Status::Uncertain;
        record.token = Some(token.as_str().to_owned());
        folder.commit(journal, &[record])?;
        let (observer, stop) = (&mut *self.observer, self.stop);
        let mut tick = |reason: Option<&str>| {
            if let Some(reason) = reason {
                observer.note(&format!("waiting for the printer: {reason}"));
            }
            observer.tick();
            match stop.is_stopped() {
                true => Wait::Stop,
                false => Wait::GoOn,
            }
        };
        let sent = printing
            .printer
            .send(&job.ticket, &token, &job.file, &mut tick);
        let is_not_printed = sent.is_not_printed();
        let result = match sent {
            Sent::Accepted => {
                record.status = Status::Done;
                Ok((Printed::Yes, Vec::new()))
            }
            Sent::Refused(error) => {
                let finding = Finding::error("print-refused", printer::explained(&error))
                    .help("change the row, or print it on another printer");
                record.fail(vec![finding.id.to_owned()]);
                Ok((Printed::Refused, vec![finding]))
            }
            Sent::Uncertain(error) => {
                let finding = uncertain_print(token.as_str(), &printer::explained(&error));
                return Ok((Printed::Uncertain, vec![finding]));
            }
            Sent::Unreachable(error) => {
                record.fail(Vec::new());
                Err(Error::Printer(error))
            }
            Sent::Stopped => {
                record.fail(Vec::new());
                Ok((Printed::NotSent, Vec::new()))
            }
        };
        folder.record(journal, &[record])?;
        if let Some(log) = self.log
            && is_not_printed
        {
            log.append_unprinted(logged, self.disk)?;
        }
        result
    }
}

/// The finding on a leaflet that may have been printed.
pub(super) fn uncertain_print(token: &str, reason: &str) -> Finding {
    Finding::error(
        "uncertain-print",
        format!("nobody knows whether this leaflet was printed: {reason}"),
    )
    .help(format!(
        "look at the printer for the job `Leaflet {token}`; `--resume` asks the printer once more, and \
         `--resend-uncertain` with it prints the leaflet again"
    ))
}
