//! `handout list`: lists the handouts of a library and a clinic.

use serde::Serialize;

use super::{Outcome, lookup, print};
use crate::cli::{Global, List};
use crate::document::plain_text;
use crate::finding::Finding;
use crate::font::Faces;
use crate::leaflet::{self, LeafletRequest};
use crate::library::{Clinic, Handout, Library, TextValue};
use crate::resolve::JobData;

pub(super) fn run(list: &List, global: &Global) -> anyhow::Result<Outcome> {
    let library = global.library()?;
    let mut findings = Vec::new();
    let mut rows = Vec::new();
    let clinic = lookup::clinic(list.clinic.as_deref(), &library, &Faces::bundled());
    let clinic = super::collect_findings(clinic, &mut findings)?;
    let mut ids = library.ids();
    ids.extend(clinic.iter().flat_map(Clinic::ids));
    ids.sort();
    ids.dedup();
    for id in ids {
        let of_clinic = clinic
            .as_ref()
            .and_then(|clinic| library.handout_of(clinic, &id));
        let listed = of_clinic
            .unwrap_or_else(|| library.handout(&id))
            .and_then(|handout| Ok((row(&library, &handout, list.language.as_deref())?, handout)));
        match listed {
            Ok((Some((mut row, language)), handout)) => {
                if let Some(clinic) = &clinic {
                    let review = clinic.review_dates(&handout.definition);
                    row.reviewed = review.reviewed.map(|day| day.to_string());
                    row.review_by = review.review_by.to_string();
                }
                if row.title.contains("{{")
                    && let Some(clinic) = &clinic
                    && let Some(title) =
                        rendered_title(&library, clinic, &handout, &language, global)?
                {
                    row.title = title;
                }
                rows.push(row);
            }
            Ok((None, _)) => {}
            Err(more) => findings.extend(more),
        }
    }
    if list.json {
        print(&(serde_json::to_string_pretty(&rows)? + "\n"))?;
    } else {
        print(&table(&rows))?;
        if let Some(language) = list.language.as_ref().filter(|_| rows.is_empty()) {
            global.print_status(&format!("no handout has a text in `{language}`"));
        }
    }
    global.show(&findings)
}

#[derive(Serialize)]
struct HandoutRow {
    id: String,
    title: String,
    version: String,
    /// `None` if nobody has reviewed it.
    reviewed: Option<String>,
    review_by: String,
    languages: Vec<String>,
}

/// Returns the row of a handout and the language of its title.
///
/// `None` if the handout has no text in the requested language.
fn row(
    library: &Library,
    handout: &Handout,
    requested: Option<&str>,
) -> Result<Option<(HandoutRow, String)>, Vec<Finding>> {
    let languages = handout.languages();
    let language = requested.unwrap_or(&library.manifest().language);
    if requested.is_some() && !handout.is_in(language) {
        return Ok(None);
    }
    // Without text in the library's language, use the handout's first language.
    let language = match languages.first() {
        Some(_) if handout.is_in(language) => language.to_owned(),
        Some(first) => first.clone(),
        None => String::new(),
    };
    let text = if language.is_empty() {
        None
    } else {
        handout.text(&language)?
    };
    let title = text
        .as_ref()
        .and_then(|text| text.get("title"))
        .and_then(TextValue::text);
    let definition = &handout.definition;
    let row = HandoutRow {
        id: definition.id.clone(),
        title: title.unwrap_or_default().trim().to_owned(),
        version: definition.version.clone(),
        reviewed: definition.reviewed.map(|day| day.to_string()),
        review_by: definition.review_by.to_string(),
        languages,
    };
    Ok(Some((row, language)))
}

/// Renders the title template for the clinic. `None` if the handout has errors.
fn rendered_title(
    library: &Library,
    clinic: &Clinic,
    handout: &Handout,
    language: &str,
    global: &Global,
) -> anyhow::Result<Option<String>> {
    // `check` reports the errors.
    let request =
        LeafletRequest::new(library, handout, clinic, global.today()?).with_language(language);
    let resolved = leaflet::document(&request, &JobData::new());
    Ok(resolved
        .ok()
        .map(|resolved| plain_text(&resolved.document.title)))
}

/// Formats the rows as columns, with a header.
fn table(rows: &[HandoutRow]) -> String {
    let header = ["ID", "TITLE", "VERSION", "REVIEW BY", "LANGUAGES"].map(str::to_owned);
    let cells = rows.iter().map(|row| {
        [
            row.id.clone(),
            row.title.clone(),
            row.version.clone(),
            row.review_by.clone(),
            row.languages.join(", "),
        ]
    });
    let lines: Vec<[String; 5]> = std::iter::once(header).chain(cells).collect();
    let mut widths = [0; 5];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let padded = |line: &[String; 5]| {
        let cells: Vec<String> = line
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        cells.join("  ").trim_end().to_owned() + "\n"
    };
    lines.iter().map(padded).collect()
}
