//! The result of a batch, as text.

use super::{HOW_TO_PRINT_FOLDED, count};
use crate::batch::{End, Summary, part_path};
use crate::cli::{BatchRun, Global};
use crate::request_options::value_named;
use crate::theme::Paper;

/// Describes the result for people. Quiet runs report only that the batch was stopped.
pub(super) fn text(summary: &Summary, arguments: &BatchRun, global: &Global) -> String {
    let mut text = String::new();
    if !global.quiet {
        text += &totals(summary, arguments);
        if let Some(bundle) = arguments.bundle.as_ref().filter(|_| summary.bundled) {
            let pages = count(summary.bundle_pages, "page");
            text += &match arguments.max_sheets {
                None => format!("all of them are in {} ({pages})\n", bundle.display()),
                Some(_) => {
                    let first = part_path(bundle, 1);
                    let last = match summary.bundle_files {
                        1 => String::new(),
                        files => format!(" to {}", part_path(bundle, files).display()),
                    };
                    format!("all of them are in {}{last} ({pages})\n", first.display())
                }
            };
        }
    }
    let resume_help = if arguments.dry_run {
        ""
    } else if arguments.output.is_some() || arguments.print.is_some() {
        "; the same command with `--resume` goes on from here"
    } else {
        "; there is no bundle: the same command makes it from the start"
    };
    match summary.end {
        End::Finished => {}
        End::Interrupted => text += &format!("stopped before the end{resume_help}\n"),
        End::TooManyErrors => {
            text += &format!(
                "stopped, as {} failed{resume_help}\n",
                count(summary.failed.into(), "row")
            );
        }
    }
    text
}

/// Returns the number of sheets, by paper if there are several.
fn sheets(summary: &Summary) -> String {
    let by_paper = &summary.sheets_by_paper;
    if by_paper.len() < 2 {
        return count(summary.sheets, "sheet");
    }
    let capitals = |paper: &str| format!("{}{}", paper[..1].to_uppercase(), &paper[1..]);
    let sheets = by_paper.iter().map(|(paper, sheets)| {
        let paper = capitals(paper);
        format!("{} of {paper}", count(*sheets, "sheet"))
    });
    sheets.collect::<Vec<String>>().join(", ")
}

fn totals(summary: &Summary, arguments: &BatchRun) -> String {
    let leaflets = summary.made + summary.checked;
    let made = count(leaflets.into(), "leaflet");
    let pages = count(summary.pages, "page");
    let sheets = sheets(summary);
    let verb = if arguments.dry_run && arguments.print.is_some() {
        "would be printed"
    } else if arguments.dry_run {
        "would be made"
    } else if arguments.print.is_some() {
        "printed"
    } else {
        "made"
    };
    let mut text = format!("{made} {verb}");
    // Web pages and texts have no pages.
    if summary.pages > 0 || leaflets == 0 {
        text += &format!(" ({pages}, {sheets})");
    }
    if summary.skipped > 0 {
        text += &format!(", {} done before", summary.skipped);
    }
    if summary.failed > 0 {
        text += &format!(", {} failed", count(summary.failed.into(), "row"));
    }
    if summary.uncertain > 0 {
        let rows = count(summary.uncertain.into(), "row");
        text += &format!(", {rows} may have been printed");
    }
    text += "\n";
    let is_folded = |name: &String| value_named(name).is_some_and(Paper::is_folded);
    if arguments.print.is_none() && summary.sheets_by_paper.keys().any(is_folded) {
        text += &format!("{HOW_TO_PRINT_FOLDED}\n");
    }
    let redone = &summary.redone;
    for (rows, reason) in [
        (redone.changed_rows, "the row has changed"),
        (
            redone.changed_sources,
            "the library, the clinic, the options or the program have changed",
        ),
        (redone.renamed, "the file has a new name"),
        (redone.lost_files, "the file was gone or damaged"),
    ] {
        if rows > 0 {
            let leaflets = count(rows.into(), "leaflet");
            text += &format!("{leaflets} made again, as {reason}\n");
        }
    }
    if summary.kept > 0 {
        let rows = count(summary.kept.into(), "failed row");
        text += &format!("{rows} not changed: the earlier leaflet stays in the folder\n");
    }
    if summary.deleted > 0 {
        let files = count(summary.deleted as u64, "file");
        text += &format!("{files} deleted that no row needs any more\n");
    }
    text
}
