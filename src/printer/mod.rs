//! Prints PDF files on printers and print servers that speak IPP.
//!
//! IPP (RFC 8010 and 8011, PWG 5100) is what CUPS and network printers speak: attributes in binary form, sent by
//! HTTP. A job goes to a printer in these steps:
//!
//! 1. [`Address`] checks the address, as in `ipp://server/printers/office`.
//! 2. [`Printer::connect`] asks for the printer's [`Capabilities`].
//! 3. [`Printer::ticket`] compares a [`JobRequest`] with them. The [`JobTicket`] has the attributes of a job.
//! 4. [`Printer::validate`] asks the printer whether it takes such a job (Validate-Job).
//! 5. [`Printer::send`] sends the file (Print-Job). It waits for a busy printer.
//!
//! The name of a job has a random [`JobToken`] and nothing about a reader. [`Printer::jobs`] finds the job by it,
//! so that a job whose answer was lost is not sent twice.
//!
//! Only this module names the crates `ipp` and `ureq`. The client of `ipp` follows proxies of the environment, reads
//! answers of any length, and does not say at which step it failed. So this module sends the messages of `ipp` with
//! its own [`client`].

mod address;
mod attributes;
mod cannot;
mod capabilities;
mod client;
mod error;
mod finishing;
mod job;
mod media;
mod queues;
mod send;
mod ticket;

use std::time::Duration;

pub use address::Address;
pub use cannot::{Cannot, Finish};
pub use capabilities::{Capabilities, State, StateReasons};
use client::Client;
pub use error::{Error, explained};
use ipp::model::Operation;
pub use job::{JobState, JobToken};
pub use queues::{Found, find};
pub use send::{Sent, Wait};
use ticket::MUST_OBEY;
pub use ticket::{JobRequest, JobTicket, PrintSides};

/// Maximum time that [`Printer`] waits for a busy printer and for its answer, unless a command says otherwise.
pub const DEFAULT_WAIT: Duration = Duration::from_secs(600);

/// The media type of the files that are sent.
const PDF: &str = "application/pdf";

/// A printer that takes PDF files.
pub struct Printer {
    client: Client,
    capabilities: Capabilities,
    /// Maximum time to wait for a busy printer.
    wait: Duration,
}

impl Printer {
    /// Asks a printer for its capabilities. Fails if it cannot be reached, is stopped, or takes no PDF files.
    pub fn connect(address: &Address, wait: Duration) -> Result<Printer, Error> {
        let client = Client::new(address.of_device(), wait);
        let capabilities = Capabilities::ask(&client)?;
        capabilities.check_ready()?;
        Ok(Printer {
            client,
            capabilities,
            wait,
        })
    }

    /// Returns the address of the printer.
    pub fn address(&self) -> String {
        self.client.address()
    }

    /// Returns why the printer may not print at once, as it said when it was asked for its capabilities.
    pub fn state_reasons(&self) -> &StateReasons {
        &self.capabilities.state_reasons
    }

    /// Compares a job with the capabilities. Fails with each thing that the printer cannot do.
    pub fn ticket(&self, request: &JobRequest) -> Result<JobTicket, Vec<Cannot>> {
        ticket::ticket(request, &self.capabilities)
    }

    /// Asks the printer whether it takes such a job. A printer without this operation is not asked.
    pub fn validate(&self, ticket: &JobTicket) -> Result<(), Error> {
        if !self.capabilities.validates {
            return Ok(());
        }
        let mut request = self.client.request(Operation::ValidateJob);
        ticket.write(&mut request, "Leaflet");
        let answer = self.client.ask(&request)?;
        match answer.ignored(&MUST_OBEY) {
            ignored if ignored.is_empty() => Ok(()),
            ignored => Err(Error::Ignores {
                printer: self.client.address(),
                attributes: ignored.join("`, `"),
            }),
        }
    }
}
