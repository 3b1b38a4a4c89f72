//! `handout list`: the handouts of a library.

use serde::Serialize;

use super::{Outcome, named, print};
use crate::cli::{Global, List};
use crate::document::plain_text;
use crate::finding::Finding;
use crate::font::Faces;
use crate::leaflet::{self, Order};
use crate::library::{Handout, Library, TextValue};
use crate::resolve::{JobData, ReferenceMode};
use crate::theme::Paper;

/// A handout as it is listed.
#[derive(Serialize)]
struct Listed {
    id: String,
    title: String,
    version: String,
    reviewed: String,
    review_by: String,
    languages: Vec<String>,
}

pub(super) fn run(list: &List, global: &Global) -> anyhow::Result<Outcome> {
    let library = match global.library()? {
        Ok(library) => library,
        Err(outcome) => return Ok(outcome),
    };
    let mut findings = Vec::new();
    let mut listed = Vec::new();
    for id in library.ids() {
        // One handout that cannot be read does not hide the others.
        let handout = library.handout(&id);
        let entry = handout.and_then(|handout| {
            Ok((
                entry(&library, &handout, list.language.as_deref())?,
                handout,
            ))
        });
        match entry {
            Ok((Some((mut entry, language)), handout)) => {
                // What `{{…}}` stands for, a clinic says.
                if entry.title.contains("{{")
                    && let Some(title) = filled_in(&library, &handout, &language, global)?
                {
                    entry.title = title;
                }
                listed.push(entry);
            }
            Ok((None, _)) => {}
            Err(more) => findings.extend(more),
        }
    }
    if list.json {
        print(&(serde_json::to_string_pretty(&listed)? + "\n"))?;
    } else {
        print(&table(&listed))?;
    }
    global.show(&findings)
}

/// A handout's title as the example clinic gives it; `None` if the handout is not sound, which `check`
/// tells.
fn filled_in(
    library: &Library,
    handout: &Handout,
    language: &str,
    global: &Global,
) -> anyhow::Result<Option<String>> {
    let faces = Faces::bundled();
    let Ok(clinic) = named::clinic(None, library, &faces)? else {
        return Ok(None);
    };
    let order = Order {
        library,
        handout,
        clinic: &clinic,
        language,
        paper: Paper::A4,
        references: ReferenceMode::Full,
        date: global.today()?,
    };
    let resolved = leaflet::document(&order, &JobData::new());
    Ok(resolved
        .ok()
        .map(|resolved| plain_text(&resolved.document.title)))
}

/// A handout's entry, and the language of its title; `None` if it has no text in the language asked for.
fn entry(
    library: &Library,
    handout: &Handout,
    language: Option<&str>,
) -> Result<Option<(Listed, String)>, Vec<Finding>> {
    let languages = handout.languages();
    let wanted = language.unwrap_or(&library.manifest().language);
    if language.is_some() && !handout.is_in(wanted) {
        return Ok(None);
    }
    // Without text in the library's language, the first language has to do.
    let shown = match languages.first() {
        Some(_) if handout.is_in(wanted) => wanted,
        Some(first) => first,
        None => "",
    };
    let text = if shown.is_empty() {
        None
    } else {
        handout.text(shown)?
    };
    let shown = shown.to_owned();
    let title = text
        .as_ref()
        .and_then(|text| text.get("title"))
        .and_then(TextValue::text);
    let definition = &handout.definition;
    let listed = Listed {
        id: definition.id.clone(),
        title: title.unwrap_or_default().trim().to_owned(),
        version: definition.version.clone(),
        reviewed: definition.reviewed.to_string(),
        review_by: definition.review_by.to_string(),
        languages,
    };
    Ok(Some((listed, shown)))
}

fn table(listed: &[Listed]) -> String {
    let header = ["ID", "TITLE", "VERSION", "REVIEW BY", "LANGUAGES"].map(str::to_owned);
    let rows = listed.iter().map(|entry| {
        let Listed {
            id,
            title,
            version,
            review_by,
            languages,
            ..
        } = entry;
        [
            id.clone(),
            title.clone(),
            version.clone(),
            review_by.clone(),
            languages.join(", "),
        ]
    });
    let rows: Vec<[String; 5]> = std::iter::once(header).chain(rows).collect();
    let mut widths = [0; 5];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |row: &[String; 5]| {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        cells.join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}
