//! `handout print`: prints leaflets, one job each.
//!
//! 1. Load the sources and choose language, paper and so on, see `leaflet_sources`.
//! 2. Ask the printer for its features, and whether it accepts the job.
//! 3. Make and send each leaflet. Skip faulty ones; stop at an error of the printer.

use anyhow::{Context, bail};

use super::leaflet_sources::LeafletSources;
use super::{Outcome, count, log, print_job};
use crate::cli::{Global, Print};
use crate::disk::RealDisk;
use crate::finding::Finding;
use crate::keyed_hash::hex;
use crate::leaflet::{self, Format, LeafletError, Prepared, Product, Renderer};
use crate::log::{Action, LogEntry, missing_reference};
use crate::printer::{JobToken, Sent, Wait, explained};

pub(super) fn run(print: &Print, global: &Global) -> anyhow::Result<Outcome> {
    let date = global.today()?;
    let mut findings = Vec::new();
    let sources = LeafletSources::load(
        &print.handouts,
        &print.leaflet,
        (global, date),
        &|_| {},
        &mut findings,
    )?;
    let Some(sources) = sources else {
        return global.show(&findings);
    };
    let mut values = sources.values(&print.leaflet);
    let chosen = sources.choose(&print.leaflet, Some(Format::Pdf), &values, &mut findings)?;
    let Some(choices) = chosen else {
        return global.show(&findings);
    };
    let log = log::open(&print.log, &sources.clinic)?;
    if log.is_some() {
        let missing = missing_reference(&sources.clinic, &sources.data);
        findings.extend(missing.map(Finding::without_column));
    }
    let clinic_text = sources.clinic.fingerprint();
    let printer = print_job::connect(&print.printer, &print.job)?;
    let request = print_job::request(choices.options.paper, print.sides, &print.job);
    let ticket = printer
        .ticket(&request)
        .map_err(|cannot| print_job::cannot(&print.printer, &cannot))?;
    printer.validate(&ticket)?;

    // Before the paper is used up.
    sources.report_screen_edition(&choices, global);
    sources.report_example_clinic(global);
    let mut renderer = Renderer::new();
    for handout in &sources.handouts {
        let id = &handout.definition.id;
        let request = sources.request(handout, &choices);
        let made = Prepared::new(&request, &mut renderer).and_then(|prepared| {
            let elsewhere = prepared.used_by_text_message();
            findings.extend(values.check(prepared.used_data(), elsewhere)?);
            prepared.make(Product::Leaflet, &sources.data, &mut renderer)
        });
        let leaflet = match made.map_err(|error| leaflet::at_face(error, &sources.clinic)) {
            Ok(leaflet) => leaflet,
            Err(LeafletError::Findings(more)) => {
                values.forget_given();
                findings.extend(more.into_iter().map(Finding::without_column));
                continue;
            }
            Err(LeafletError::Pdf(error)) => {
                return Err(error).with_context(|| format!("cannot make `{id}`"));
            }
        };
        findings.extend(leaflet.findings.into_iter().map(Finding::without_column));
        let mut logged = Vec::new();
        if let Some(log) = &log {
            let entry = LogEntry::new(Action::Printed, &request, clinic_text);
            logged.push(LogEntry {
                pages: u32::try_from(leaflet.layout.pages.len()).ok(),
                copies: print.job.copies.filter(|copies| *copies > 1),
                sha256: Some(hex(&leaflet.sha256)),
                printer: Some(print.printer.clone()),
                reference: log.reference(&sources.clinic, &sources.data)?,
                ..entry
            });
            log.append(&logged, &RealDisk)?;
        }
        let token = JobToken::random().context("cannot make a name for the job")?;
        let mut tick = |reason: Option<&str>| {
            if let Some(reason) = reason {
                global.print_status(&format!("waiting for the printer: {reason}"));
            }
            Wait::GoOn
        };
        let sent = printer.send(&ticket, &token, &leaflet.bytes, &mut tick);
        if let Some(log) = &log
            && sent.is_not_printed()
        {
            log.append_unprinted(&logged, &RealDisk)
                .with_context(|| format!("`{id}` was not printed, and the log says that it was"))?;
        }
        match sent {
            Sent::Accepted => {
                let pages = count(leaflet.layout.pages.len() as u64, "page");
                let job = token.job_name();
                global.print_status(&format!("{id} ({pages}) sent as `{job}`"));
            }
            Sent::Uncertain(error) => {
                let message = format!(
                    "nobody knows whether `{id}` was printed: {}",
                    explained(&error)
                );
                findings.push(Finding::error("uncertain-print", message).help(format!(
                    "look at the printer for the job `{}`, before you print again",
                    token.job_name()
                )));
            }
            Sent::Refused(error) | Sent::Unreachable(error) => {
                // What was found out so far is said, too.
                global.show(&findings)?;
                return Err(error).with_context(|| format!("`{id}` was not printed"));
            }
            Sent::Stopped => bail!("`{id}` was not printed"),
        }
    }
    findings.extend(values.unused());
    global.show(&findings)
}
