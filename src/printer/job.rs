//! Jobs by name: which of them a printer knows.

use std::collections::BTreeMap;

use ipp::model::{DelimiterTag, Operation};
use ipp::value::IppValue;

use super::Printer;
use super::attributes::{attribute, keyword, keywords, numbers, text};
use super::error::Error;
use crate::keyed_hash::hex;

/// Bytes of a token.
const TOKEN_BYTES: usize = 8;
/// `job-state` of a job that the printer gave up (RFC 8011, 5.3.7).
const ABORTED: i32 = 8;

/// A random word in the name of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobToken(String);

/// What a printer has done with a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// The job waits, is printed, was printed, or was cancelled by a person.
    Taken,
    /// The printer gave the job up. A part of it may be on paper.
    Aborted,
}

impl JobToken {
    pub fn random() -> Result<JobToken, getrandom::Error> {
        let mut bytes = [0; TOKEN_BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(JobToken(hex(&bytes)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the name of the job.
    pub fn job_name(&self) -> String {
        format!("Leaflet {}", self.0)
    }
}

impl Printer {
    /// Asks for the jobs that the printer knows, by the tokens of their names.
    pub fn jobs(&self) -> Result<BTreeMap<String, JobState>, Error> {
        match self.jobs_that_are("all") {
            // Not every printer knows `all`.
            Err(Error::Refused { .. }) => {
                let mut jobs = self.jobs_that_are("completed")?;
                jobs.extend(self.jobs_that_are("not-completed")?);
                Ok(jobs)
            }
            jobs => jobs,
        }
    }

    /// Asks page by page: CUPS answers with 500 jobs at most, the oldest first.
    fn jobs_that_are(&self, which: &str) -> Result<BTreeMap<String, JobState>, Error> {
        let mut jobs = BTreeMap::new();
        let mut first = 1;
        loop {
            let mut request = self.client.request(Operation::GetJobs);
            // CUPS omits the name of an archived job until it loads the job. A request for the priority loads it.
            let asked = ["job-id", "job-name", "job-state", "job-priority"];
            for attribute in [
                keywords("requested-attributes", asked),
                attribute("which-jobs", keyword(which)),
                attribute("first-job-id", IppValue::Integer(first)),
            ] {
                let attributes = request.attributes_mut();
                attributes.add(DelimiterTag::OperationAttributes, attribute);
            }
            let answer = self.client.ask(&request)?;
            let mut last = 0;
            for job in answer.groups(DelimiterTag::JobAttributes) {
                last = last.max(numbers(job, "job-id").first().copied().unwrap_or(0));
                let state = match numbers(job, "job-state").first() {
                    Some(&ABORTED) => JobState::Aborted,
                    _ => JobState::Taken,
                };
                let name = text(job, "job-name").unwrap_or_default();
                if let Some(token) = name.strip_prefix("Leaflet ") {
                    jobs.insert(token.to_owned(), state);
                }
            }
            // There are no more, or the printer does not know `first-job-id`.
            if last < first {
                return Ok(jobs);
            }
            first = last.saturating_add(1);
        }
    }
}
