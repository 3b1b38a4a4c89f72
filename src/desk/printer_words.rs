//! What became of a print, in plain words.

use crate::library::PrinterFile;
use crate::printer::{Cannot, Error, PrintSides, StateReasons};
use crate::theme::Paper;

/// Reasons why a printer waits: start of the IPP keyword, what is wrong, and what ends it.
const REASONS: [(&str, &str, &str); 13] = [
    ("media-empty", "is out of paper", "paper is put in"),
    ("media-needed", "needs paper", "paper is put in"),
    ("media-jam", "has a paper jam", "the jam is cleared"),
    ("input-tray-missing", "lacks a tray", "the tray is back"),
    ("toner-empty", "is out of toner", "it has toner again"),
    (
        "marker-supply-empty",
        "is out of ink or toner",
        "it is filled",
    ),
    ("cover-open", "is open", "its cover is closed"),
    ("door-open", "is open", "its door is closed"),
    ("interlock-open", "is open", "it is closed"),
    (
        "output-area-full",
        "has a full output tray",
        "its paper is taken out",
    ),
    ("paused", "is paused", "somebody starts it again"),
    (
        "offline",
        "is off or not connected",
        "it is connected again",
    ),
    ("shutdown", "is off", "it is switched on"),
];

/// Says why a printer waits, and what ends that. `None` if it gives no reason that people can mend.
fn waiting(reasons: &StateReasons) -> Option<(&'static str, &'static str)> {
    let known = |reason: &String| {
        let mut known = REASONS.iter();
        known.find(|(start, ..)| reason.starts_with(start))
    };
    let (_, is, until) = reasons.0.iter().find_map(known)?;
    Some((is, until))
}

/// Says that a printer took leaflets, each with its paper and copies.
pub(super) fn sent(
    printer: &PrinterFile,
    leaflets: &[(Paper, u32)],
    reasons: &StateReasons,
) -> String {
    let name = printer.name.trim();
    let what = match leaflets {
        [(_, 1)] => "1 copy".to_owned(),
        [(_, copies)] => format!("{copies} copies"),
        leaflets => format!("{} leaflets", leaflets.len()),
    };
    let mut ways: Vec<String> = leaflets
        .iter()
        .map(|(paper, _)| ways(printer, *paper))
        .collect();
    ways.dedup();
    // Leaflets on several papers have several ways.
    let ways = match ways.as_slice() {
        [same] => same.as_str(),
        _ => "",
    };
    let mut words = format!("Sent to {name}: {what}{ways}.");
    if let Some((is, until)) = waiting(reasons) {
        words += &format!(" {name} {is}: it prints as soon as {until}.");
    }
    words
}

/// Says how sheets are printed and finished, as in `, both sides, stapled`.
fn ways(printer: &PrinterFile, paper: Paper) -> String {
    let job = printer.job(paper, 1);
    let sides = match job.sides {
        Some(PrintSides::One) => ", one side",
        Some(PrintSides::Two | PrintSides::TwoShort) => ", both sides",
        None if paper.is_folded() => ", both sides",
        None => "",
    };
    let finishing = [(job.staple, ", stapled"), (job.fold, ", folded")];
    let finishing = finishing.iter().filter(|(is_so, _)| *is_so);
    let finishing: String = finishing.map(|(_, words)| *words).collect();
    format!("{sides}{finishing}")
}

/// Says what a printer cannot do. `name` is the printer's.
pub(super) fn cannot(cannot: &[Cannot], name: &str) -> String {
    let sentences = cannot.iter().map(|cannot| sentence(cannot, name));
    sentences.collect::<Vec<String>>().join(" ")
}

fn sentence(cannot: &Cannot, name: &str) -> String {
    match cannot {
        Cannot::Copies { most: 1, .. } => {
            format!("{name} makes no copies: set the copies to 1, and print several times.")
        }
        Cannot::Copies { most, .. } => {
            format!("{name} makes at most {most} copies at once: choose fewer.")
        }
        Cannot::Sides {
            wanted: PrintSides::One,
            ..
        } => format!("{name} cannot print on one side only."),
        Cannot::Sides { .. } => format!("{name} cannot print on both sides."),
        Cannot::Paper {
            name: paper, can, ..
        } => format!(
            "{name} has no {paper} paper, only {}: choose another paper.",
            listed(can)
        ),
        Cannot::ChooseTray => format!("{name} does not let a leaflet choose its tray."),
        Cannot::Tray { wanted, can } => {
            format!("{name} has no tray “{wanted}”, only {}.", listed(can))
        }
        Cannot::Finish { finish, .. } => {
            format!("{name} cannot {} such leaflets.", finish.verb())
        }
        // Jobs of the desk ask for none of these.
        Cannot::FoldedSides | Cannot::FoldFlat | Cannot::StapleTrifold => {
            format!("{name} cannot print this: {cannot}.")
        }
    }
}

/// Joins some names, as in `A4, Letter and others`.
fn listed(names: &[String]) -> String {
    /// Names of one sentence.
    const SOME: usize = 4;
    match names {
        [] => "none".to_owned(),
        [only] => only.clone(),
        [rest @ .., last] if names.len() <= SOME => format!("{} and {last}", rest.join(", ")),
        names => format!("{} and others", names[..SOME].join(", ")),
    }
}

/// Says why nothing was printed. `name` is the printer's.
pub(super) fn failure(error: &Error, name: &str) -> String {
    match error {
        Error::UnknownHost { .. } | Error::Address { .. } => {
            format!("The network does not know {name}. Its address may have changed.")
        }
        Error::Unreachable { .. } | Error::TimedOut { .. } | Error::BrokenOff { .. } => {
            format!("{name} does not answer. Look whether it is on and connected.")
        }
        Error::Stopped { reasons, .. } => match waiting(reasons) {
            Some((is, until)) => {
                format!("{name} {is}. Print again as soon as {until}.")
            }
            None => format!("{name} has stopped. Look at it, then print again."),
        },
        Error::TakesNoJobs { reasons, .. } => match waiting(reasons) {
            Some((is, until)) => format!("{name} {is}. Print again as soon as {until}."),
            None => format!("{name} takes nothing at present. Try again later."),
        },
        Error::Busy { .. } => format!("{name} is busy. Try again in a few minutes."),
        Error::NoPdf { .. } => {
            format!("{name} does not read PDF files. Choose to print in the browser.")
        }
        Error::Ignores { .. } | Error::Refused { .. } => {
            format!("{name} does not take this leaflet. Choose to print in the browser.")
        }
        Error::NoTls { .. }
        | Error::NeedsTls { .. }
        | Error::Untrusted { .. }
        | Error::Forbidden { .. }
        | Error::NotFound { .. }
        | Error::NotIpp { .. } => format!(
            "{name} is not set up for this program. Tell the person who looks after this computer, and choose to \
             print in the browser."
        ),
    }
}

/// Says that a leaflet may have been printed. `title` names it among several.
pub(super) fn uncertain(name: &str, title: Option<&str>) -> String {
    let what = title.map_or_else(|| "It".to_owned(), |title| format!("“{title}”"));
    format!("{name} did not answer. {what} may have printed: look before you send it again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_known_with_their_endings() {
        let reasons =
            |texts: &[&str]| StateReasons(texts.iter().map(|t| (*t).to_owned()).collect());
        let paper = Some(("is out of paper", "paper is put in"));
        for reason in ["media-empty", "media-empty-error", "media-empty-warning"] {
            assert_eq!(waiting(&reasons(&["toner-low-report", reason])), paper);
        }
        assert_eq!(waiting(&reasons(&["toner-low", "cups-waiting"])), None);
    }

    #[test]
    fn names_are_listed_with_an_end() {
        let names = |count: usize| -> Vec<String> { (0..count).map(|n| n.to_string()).collect() };
        assert_eq!(listed(&names(0)), "none");
        assert_eq!(listed(&names(1)), "0");
        assert_eq!(listed(&names(4)), "0, 1, 2 and 3");
        assert_eq!(listed(&names(9)), "0, 1, 2, 3 and others");
    }
}
