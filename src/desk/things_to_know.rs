//! Findings in plain words, for somebody who does not write leaflets.

use super::finding_links::FindingLinks;
use super::message_page::{self, capitalised, marked_up};
use super::page::{capital, filled_icon};
use crate::escape::escaped;
use crate::finding::{Finding, Severity};
use crate::library::Clinic;
use crate::theme::Palette;

/// Findings that are shown at once. The others are behind a button.
const SHOWN_FINDINGS: usize = 3;

/// Says what is missing or wrong in the fields of a reader, and what else stops Print.
pub(super) fn before_print(faults: &[Finding], links: &FindingLinks) -> String {
    let mut items: Vec<String> = Vec::new();
    for fault in faults {
        // A value of the reader is typed on this screen.
        let link = match field_of(fault) {
            Some(_) => None,
            None => links.of(fault),
        };
        let link = match (link, fault.id) {
            (Some(link), "empty-value") => {
                format!(" <a href=\"{}\">Add the number</a>", link.address)
            }
            (Some(link), _) => format!(" {}", link.html()),
            (None, _) => String::new(),
        };
        let item = sentences(fault, None) + &link;
        if !items.contains(&item) {
            items.push(item);
        }
    }
    let items: String = items
        .iter()
        .map(|item| format!("<li>{item}</li>"))
        .collect();
    format!(
        "<div class=\"note below\">{}<h3>Before you print</h3><ul class=\"small dots\">{items}</ul></div>",
        filled_icon("info")
    )
}

/// Writes a finding as HTML, for somebody who does not write leaflets.
pub(super) fn sentences(finding: &Finding, clinic: Option<&Clinic>) -> String {
    if let Some(words) = clinic.and_then(|clinic| colour_in_words(finding, clinic)) {
        return words;
    }
    if let Some(name) = field_of(finding) {
        let label = field_label(name);
        return match finding.id {
            "empty-value" => format!("Fill in “{label}”: this leaflet prints it."),
            "missing-address" => {
                format!("Fill in “{label}”: the letter needs name, street and town.")
            }
            "ambiguous-date" => format!("Look at “{label}”: it can be more than one day."),
            _ => format!("Look at “{label}”: {}.", marked_up(&finding.message)),
        };
    }
    let help = finding.help.as_deref().map(capitalised).unwrap_or_default();
    marked_up(format!("{} {help}", capitalised(&finding.message)).trim())
}

/// Says which colour is printed in place of the clinic's.
fn colour_in_words(finding: &Finding, clinic: &Clinic) -> Option<String> {
    let colour = clinic.colour?;
    let brand = Palette::from_brand(colour).brand;
    match finding.id {
        "low-contrast" => Some(format!(
            "Text in your colour would be hard to read, so headings and links are printed in a darker shade, \
             <span class=\"num\">{brand}</span>."
        )),
        "reserved-colour" => Some(format!(
            "Red is kept for emergencies, so headings and links are printed in the slate \
             <span class=\"num\">{brand}</span>."
        )),
        _ => None,
    }
}

/// Writes warnings and notes, worst first.
pub(super) fn things_to_know(findings: &[Finding], links: &FindingLinks) -> String {
    let mut findings: Vec<&Finding> = findings.iter().collect();
    findings.sort_by_key(|finding| match finding.severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Note => 2,
    });
    if findings.is_empty() {
        return String::new();
    }
    const NUMBERS: [&str; 9] = [
        "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine",
    ];
    let count = findings.len();
    let number = NUMBERS
        .get(count - 1)
        .map_or_else(|| count.to_string(), |word| (*word).to_owned());
    let things = if count == 1 { "thing" } else { "things" };
    let item = |finding: &&Finding| {
        let words = sentences(finding, Some(&links.loaded().clinic));
        let link = links.of(finding).map(|link| link.html());
        format!("<li>{words} {}</li>", link.unwrap_or_default())
    };
    let shown: String = findings.iter().take(SHOWN_FINDINGS).map(item).collect();
    let rest: String = findings.iter().skip(SHOWN_FINDINGS).map(item).collect();
    let rest = match rest.is_empty() {
        true => rest,
        false => format!(
            "<details><summary>Show all {count}</summary><ul class=\"small dots\">{rest}</ul></details>"
        ),
    };
    format!(
        "<section class=\"note below\" aria-labelledby=\"know\">{}<h2 id=\"know\">{number} {things} to know</h2>\
         <p class=\"small\">Nothing here stops you printing.</p><ul class=\"small dots\">{shown}</ul>{rest}</section>",
        filled_icon("info")
    )
}

/// Says why there is no leaflet.
pub(super) fn faults(findings: &[Finding], links: &FindingLinks) -> String {
    format!(
        "<section class=\"unmade doc stack-s\" aria-labelledby=\"faults\"><h2 id=\"faults\">This leaflet could not be made</h2>\
         <p><strong>Nothing is lost.</strong> All your words are saved. Correct what is named here, and load this page \
         again.</p>{}</section>",
        placed_faults(findings, links, None)
    )
}

/// Writes errors, each with the text or the field that it is about. `open` is the key of the text that the screen
/// shows.
pub(super) fn placed_faults(
    findings: &[Finding],
    links: &FindingLinks,
    open: Option<&str>,
) -> String {
    let errors = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    let mut notes: Vec<String> = Vec::new();
    for finding in errors.clone() {
        let words = sentences(finding, Some(&links.loaded().clinic));
        let note = match links.of(finding) {
            None => format!("<h3>{words}</h3>"),
            Some(link) if link.key.as_deref() == open && open.is_some() => {
                format!("<h3>In this text</h3><p>{words}</p>")
            }
            Some(link) => {
                let label = escaped(&link.label);
                let what = match link.key {
                    Some(_) => format!("Open this text<span class=\"vh\">: “{label}”</span>"),
                    None => format!("Open “{label}”"),
                };
                format!(
                    "<h3>In “{label}”</h3><p>{words}</p><p class=\"acts\"><a class=\"btn slim\" href=\"{}\">{what}</a></p>",
                    link.address
                )
            }
        };
        let note = format!(
            "<div class=\"note stop\">{}{note}</div>",
            filled_icon("alert")
        );
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    let errors: Vec<&Finding> = errors.collect();
    notes.concat() + &message_page::details(&errors)
}

/// Returns the name of the value that a finding is about.
pub(super) fn field_of(finding: &Finding) -> Option<&String> {
    finding.job.as_ref().and_then(|job| job.column.as_ref())
}

/// Returns words for a value, as HTML: "First name" for `patient.first_name`.
pub(super) fn field_label(name: &str) -> String {
    in_words(name.strip_prefix("patient.").unwrap_or(name))
}

/// Turns a name such as `first_name` into words, as HTML: "First name".
pub(super) fn in_words(name: &str) -> String {
    escaped(&capital(&name.replace(['-', '_', '.'], " ")))
}
