//! Sends a file as a job, and waits for a busy printer.

use std::thread;
use std::time::{Duration, Instant};

use ipp::model::Operation;

use super::Printer;
use super::error::{Error, is_busy};
use super::job::{JobState, JobToken};
use super::ticket::JobTicket;

/// Time between two tries at first. It grows up to [`MAX_PAUSE`].
const MIN_PAUSE: Duration = Duration::from_millis(100);
const MAX_PAUSE: Duration = Duration::from_secs(5);
/// Time between two calls of the function that may stop the wait.
const TICK: Duration = Duration::from_millis(50);

/// What became of a job.
#[derive(Debug)]
pub enum Sent {
    /// The printer has the job.
    Accepted,
    /// The printer does not take this job. It may take others.
    Refused(Error),
    /// The answer was lost, and the printer does not know the job. It may have been printed.
    Uncertain(Error),
    /// The printer has got nothing, and no other job would reach it.
    Unreachable(Error),
    /// The printer has got nothing, as the wait was stopped.
    Stopped,
}

impl Sent {
    /// Whether it is certain that the printer has not got the job.
    pub(crate) fn is_not_printed(&self) -> bool {
        match self {
            Sent::Accepted | Sent::Uncertain(_) => false,
            Sent::Refused(_) | Sent::Unreachable(_) | Sent::Stopped => true,
        }
    }
}

/// Whether to go on waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    GoOn,
    Stop,
}

impl Printer {
    /// Sends a PDF file. `tick` is called several times a second while the printer is busy, with the reason on the
    /// first call for each wait.
    pub fn send(
        &self,
        ticket: &JobTicket,
        token: &JobToken,
        file: &[u8],
        tick: &mut dyn FnMut(Option<&str>) -> Wait,
    ) -> Sent {
        let mut request = self.client.request(Operation::PrintJob);
        ticket.write(&mut request, &token.job_name());
        let mut patience = Patience::new(self.wait);
        loop {
            let reason = match self.client.send(&request, file) {
                Ok(answer) if answer.is_success() => return Sent::Accepted,
                Ok(answer) if is_busy(answer.status) => answer.reason(),
                Ok(answer) => {
                    let error = answer.error(self.client.printer());
                    return match error {
                        Error::Forbidden { .. } | Error::NotFound { .. } => {
                            Sent::Unreachable(error)
                        }
                        error => Sent::Refused(error),
                    };
                }
                Err(error) if !error.cannot_have_job() => {
                    return self.look_for(token, error, tick);
                }
                Err(error) if error.may_pass() && !patience.is_over() => error.to_string(),
                Err(error) => return Sent::Unreachable(error),
            };
            if patience.is_over() {
                return Sent::Unreachable(Error::Busy {
                    printer: self.client.address(),
                    seconds: self.wait.as_secs(),
                    reason,
                });
            }
            if patience.pause(&reason, tick) == Wait::Stop {
                return Sent::Stopped;
            }
        }
    }

    /// Finds out whether the printer has a job whose answer was lost.
    fn look_for(
        &self,
        token: &JobToken,
        error: Error,
        tick: &mut dyn FnMut(Option<&str>) -> Wait,
    ) -> Sent {
        let mut patience = Patience::new(self.wait);
        loop {
            match self.jobs() {
                Ok(jobs) => {
                    return match jobs.get(token.as_str()) {
                        Some(JobState::Taken) => Sent::Accepted,
                        Some(JobState::Aborted) | None => Sent::Uncertain(error),
                    };
                }
                Err(other) if other.may_pass() && !patience.is_over() => {
                    if patience.pause(&other.to_string(), tick) == Wait::Stop {
                        return Sent::Uncertain(error);
                    }
                }
                Err(_) => return Sent::Uncertain(error),
            }
        }
    }
}

/// The time that is left to wait.
struct Patience {
    end: Instant,
    pause: Duration,
    has_waited: bool,
}

impl Patience {
    fn new(limit: Duration) -> Patience {
        Patience {
            end: Instant::now() + limit,
            pause: MIN_PAUSE,
            has_waited: false,
        }
    }

    fn is_over(&self) -> bool {
        Instant::now() >= self.end
    }

    fn pause(&mut self, reason: &str, tick: &mut dyn FnMut(Option<&str>) -> Wait) -> Wait {
        let end = (Instant::now() + self.pause).min(self.end);
        let mut reason = (!self.has_waited).then_some(reason);
        self.has_waited = true;
        self.pause = (self.pause * 3 / 2).min(MAX_PAUSE);
        loop {
            if tick(reason.take()) == Wait::Stop {
                return Wait::Stop;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Wait::GoOn;
            }
            thread::sleep(left.min(TICK));
        }
    }
}
