//! `handout printers`: what printers can do, as tables or JSON.

use anyhow::bail;
use serde_json::json;

use super::{Outcome, print};
use crate::cli::{Global, Printers};
use crate::printer::{self, Address, Capabilities, DEFAULT_WAIT, Found, State};
use crate::report::{self, MessageFormat};

/// Maximum number of sizes of paper in a table.
const MAX_MEDIA: usize = 8;

pub(super) fn run(printers: &Printers, global: &Global) -> anyhow::Result<Outcome> {
    if printers.json && global.message_format == MessageFormat::Json {
        bail!("`--message-format json` and `--json` both write to stdout: choose one");
    }
    let addresses = printers.addresses.iter().map(|address| address.parse());
    let addresses = addresses.collect::<Result<Vec<Address>, _>>()?;
    let mut known = Vec::new();
    let mut failed = None;
    for address in &addresses {
        match printer::find(address, DEFAULT_WAIT) {
            Ok(Found::Device(device)) => known.push(*device),
            Ok(Found::Queues(queues)) => {
                if queues.is_empty() {
                    global.print_status(&format!("`{address}` has no printers"));
                }
                known.extend(queues);
            }
            // Show the others first, then return the last failure.
            Err(error) => {
                if let Some(earlier) = failed.replace(error) {
                    global.print_status(&format!("error: {earlier}"));
                }
            }
        }
    }
    if printers.json {
        print(&(serde_json::to_string_pretty(&json!(known))? + "\n"))?;
    } else {
        let tables: Vec<String> = known.iter().map(table).collect();
        print(&report::printable(&tables.join("\n")))?;
    }
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(Outcome::Done),
    }
}

/// Describes a printer, with the words of our flags.
fn table(printer: &Capabilities) -> String {
    let mut text = format!("{}\n", printer.uri);
    let mut line = |head: &str, value: String| {
        if !value.is_empty() {
            text += &format!("  {head:<9} {value}\n");
        }
    };
    let info = printer.info.as_ref().filter(|info| **info != printer.name);
    let about = [info, printer.model.as_ref(), printer.location.as_ref()];
    let about: Vec<&str> = about.into_iter().flatten().map(String::as_str).collect();
    line("Printer", about.join(", "));
    let state = match printer.state {
        _ if !printer.accepts_jobs => "takes no jobs",
        State::Idle => "ready",
        State::Printing => "printing",
        State::Stopped => "stopped",
    };
    line("State", format!("{state}{}", printer.state_reasons));
    if !printer.takes_pdf() {
        line("Formats", printer.formats.join(", "));
        line(
            "",
            "no PDF: print through a print server, or from a browser".to_owned(),
        );
    }
    line("Sides", printer.print_sides().join(", "));
    let mut media = printer.media_names();
    let rest = media.len().saturating_sub(MAX_MEDIA);
    // Sizes of leaflets first.
    media.sort_by_key(|name| !name.starts_with(char::is_uppercase));
    media.truncate(MAX_MEDIA);
    let more = match rest {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    line("Paper", media.join(", ") + &more);
    line("Trays", printer.trays.join(", "));
    let finishing = [
        (printer.can_staple(), "--staple"),
        (printer.can_fold(), "--fold"),
    ];
    let finishing = finishing.into_iter().filter(|(can, _)| *can);
    let finishing: Vec<&str> = finishing.map(|(_, flag)| flag).collect();
    line("Finishing", finishing.join(", "));
    if let Some(copies) = printer.copies {
        line("Copies", format!("up to {copies}"));
    }
    text
}
