//! The printer and the job that `print` and `batch` ask for.

use std::time::Duration;

use crate::cli::PrintJobArgs;
use crate::printer::{Cannot, DEFAULT_WAIT, JobRequest, PrintSides, Printer};
use crate::theme::Paper;

/// Returns the printer at an address.
pub(super) fn connect(address: &str, args: &PrintJobArgs) -> anyhow::Result<Printer> {
    let wait = args.wait.map(|seconds| Duration::from_secs(seconds.into()));
    Ok(Printer::connect(
        &address.parse()?,
        wait.unwrap_or(DEFAULT_WAIT),
    )?)
}

/// Returns what a job asks for.
pub(super) fn request(paper: Paper, sides: Option<PrintSides>, args: &PrintJobArgs) -> JobRequest {
    JobRequest {
        paper,
        copies: args.copies.unwrap_or(1),
        sides,
        staple: args.staple,
        fold: args.fold,
        tray: args.tray.clone(),
    }
}

/// Says what the printer cannot do, and that nothing was sent.
pub(super) fn cannot(address: &str, cannot: &[Cannot]) -> anyhow::Error {
    let list: Vec<String> = cannot
        .iter()
        .map(|sentence| format!("\n  - {sentence}"))
        .collect();
    anyhow::anyhow!(
        "`{address}` cannot print this, so nothing was sent:{}",
        list.concat()
    )
}
